//! Facts about all jobs of a library for a window that holds only some of them. Nothing here walks the table of jobs: each
//! answer comes by an index, and the long ones in portions, so that other questions get their turn in between.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension as _, params};
use uuid::Uuid;

use super::database::copy_of;
use super::error::LibraryError;
use crate::domain::browsing::Filter;
use crate::domain::caps::day_of;
use crate::domain::facts::{BestClips, Counts, LedgerRow, Newer, PaidDay, TakeNumber};
use crate::domain::prompt_history::key_of;
use crate::domain::take::recipe_number;
use crate::domain::{Credits, GatewayId, Job, JobId, Money, Project, UnixMillis};

pub(super) mod ask;
pub(super) mod chain;
pub(super) mod walk;

type Answer<T> = Result<T, LibraryError>;

/// Recipes that are looked at in one portion of [`best_clips`].
const RECIPES: usize = 1_000;

/// Rows that are looked at in one portion of [`newer`].
const ROWS: usize = 5_000;

/// So far the beginning of a day in the calendar may be from where the clocks say, where they are set at midnight.
const MARGIN: i64 = 3 * 60 * 60 * 1_000;

/// Cards and clips, counted by the tallies.
pub(super) fn counts(connection: &Connection) -> Answer<Counts> {
    let mut statement = connection
        .prepare_cached("SELECT project, sum(cards), sum(clips), sum(clip_bytes) FROM tallies GROUP BY project")?;
    let mut rows = statement.query([])?;
    let mut counts = Counts::default();
    while let Some(row) = rows.next()? {
        let (name, cards, clips, bytes): (String, i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let cards = usize::try_from(cards).unwrap_or_default();
        counts.cards += cards;
        counts.clips += usize::try_from(clips).unwrap_or_default();
        counts.clip_bytes = counts.clip_bytes.saturating_add(u64::try_from(bytes).unwrap_or_default());
        // A name that no project can have any more is shown as none.
        let project = Some(name).filter(|name| !name.is_empty()).and_then(|name| Project::try_from(name).ok());
        if cards > 0 {
            *counts.by_project.entry(project).or_default() += cards;
        }
    }
    Ok(counts)
}

/// The paid gateways at which anything was ever ordered.
pub(super) fn used_gateways(connection: &Connection) -> Answer<BTreeSet<GatewayId>> {
    let mut statement = connection.prepare_cached("SELECT gateway FROM used_gateways")?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut gateways = BTreeSet::new();
    for name in names {
        gateways.extend(name?.parse().ok().filter(|gateway: &GatewayId| gateway.is_paid()));
    }
    Ok(gateways)
}

/// The moment in which a day begins.
fn begin(day: Date, zone: &TimeZone) -> i64 {
    day.to_zoned(zone.clone()).map_or(i64::MIN, |begin| begin.timestamp().as_millisecond())
}

/// What was paid for on `first` and every day after it, by day, without the jobs that are named: those are counted by
/// whoever asks. Orders that wait to be sent are not paid for.
pub(super) fn paid_since(
    connection: &Connection,
    first: Date,
    zone: &TimeZone,
    without: &[JobId],
) -> Answer<Vec<PaidDay>> {
    // What is taken off has to be of the same moment as the whole.
    let moment = connection.unchecked_transaction()?;
    let mut sums = Sums { zone, minute: None, days: Vec::new() };
    let mut statement = moment.prepare_cached(
        "SELECT paid_at, gateway, paid_money, paid_credits FROM jobs
            WHERE paid_at IS NOT NULL AND paid_at >= ?1 ORDER BY paid_at",
    )?;
    let mut rows = statement.query([begin(first, zone).saturating_sub(MARGIN)])?;
    while let Some(row) = rows.next()? {
        sums.add(row, 1)?;
    }
    let mut statement = moment.prepare_cached(
        "SELECT paid_at, gateway, paid_money, paid_credits FROM jobs WHERE id = ?1 AND paid_at IS NOT NULL",
    )?;
    for id in without {
        let mut rows = statement.query([id.to_string()])?;
        while let Some(row) = rows.next()? {
            sums.add(row, -1)?;
        }
    }
    let mut days = sums.days;
    days.retain(|paid| paid.day >= first && (paid.money.0, paid.credits.0) != (0, 0));
    days.sort_unstable_by_key(|paid| (paid.day, paid.gateway));
    Ok(days)
}

/// Sums by day and gateway, while rows come in the order of time.
struct Sums<'a> {
    zone: &'a TimeZone,
    /// The last minute and its day: clocks are set at full minutes, so that all of it is one day.
    minute: Option<(i64, Date)>,
    days: Vec<PaidDay>,
}

impl Sums<'_> {
    fn add(&mut self, row: &rusqlite::Row<'_>, sign: i64) -> Answer<()> {
        let at: i64 = row.get(0)?;
        let minute = at.div_euclid(60_000);
        let day = match self.minute {
            Some((known, day)) if known == minute => day,
            _ => day_of(UnixMillis(at), self.zone),
        };
        self.minute = Some((minute, day));
        let Ok(gateway) = row.get_ref(1)?.as_str().unwrap_or_default().parse::<GatewayId>() else { return Ok(()) };
        let money = row.get::<_, Option<i64>>(2)?.unwrap_or_default().saturating_mul(sign);
        let credits = row.get::<_, Option<i64>>(3)?.unwrap_or_default().saturating_mul(sign);
        // The newest days are at the end, and there are few others.
        let known = self.days.iter_mut().rev().find(|paid| paid.day == day && paid.gateway == gateway);
        match known {
            Some(paid) => {
                paid.money.0 = paid.money.0.saturating_add(money);
                paid.credits.0 = paid.credits.0.saturating_add(credits);
            }
            None => self.days.push(PaidDay { day, gateway, money: Money(money), credits: Credits(credits) }),
        }
        Ok(())
    }
}

/// One job as it was stored last. `None` when it is not there or cannot be read.
pub(super) fn job(connection: &Connection, id: JobId) -> Answer<Option<Job>> {
    let mut statement = connection.prepare_cached("SELECT id, seq, doc, doc_sum FROM jobs WHERE id = ?1")?;
    let row = statement.query_row([id.to_string()], |row| Ok(copy_of(row))).optional()?;
    Ok(row.flatten().map(|copy| copy.job))
}

/// The seeds of all takes of the recipe of a job at its gateway, hidden ones included.
pub(super) fn seeds(connection: &Connection, of: &Job) -> Answer<BTreeSet<crate::domain::Seed>> {
    let mut seeds = BTreeSet::new();
    for cards in ["chip IS NOT NULL", "chip IS NULL"] {
        let sql = format!("SELECT id, seq, doc, doc_sum FROM jobs WHERE recipe = ?1 AND {cards}");
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query([recipe_number(of.gateway, &of.request)])?;
        while let Some(row) = rows.next()? {
            seeds.extend(copy_of(row).and_then(|copy| copy.job.request.seed()));
        }
    }
    Ok(seeds)
}

/// The number of a job among the takes of its recipe at its gateway, hidden ones included.
pub(super) fn take_number(connection: &Connection, of: &Job) -> Answer<TakeNumber> {
    let recipe = recipe_number(of.gateway, &of.request);
    let mut take = TakeNumber::default();
    for cards in ["chip IS NOT NULL", "chip IS NULL"] {
        let sql = format!("SELECT count(*), coalesce(sum(id <= ?2), 0) FROM jobs WHERE recipe = ?1 AND {cards}");
        let mut statement = connection.prepare_cached(&sql)?;
        let (of, number): (i64, i64) =
            statement.query_row(params![recipe, of.id.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        take.of += usize::try_from(of).unwrap_or_default();
        take.number += usize::try_from(number).unwrap_or_default();
    }
    Ok(take)
}

/// Rows of the ledger. Those that are named with `true` are known already but for their number.
pub(super) fn ledger_rows(connection: &Connection, ids: &[(JobId, bool)]) -> Answer<Vec<(JobId, LedgerRow)>> {
    let mut found = Vec::with_capacity(ids.len());
    for (id, is_known) in ids {
        let Some(job) = job(connection, *id)? else { continue };
        let take = take_number(connection, &job)?;
        found.push((*id, LedgerRow { job: (!is_known).then(|| Arc::new(job)), take }));
    }
    Ok(found)
}

/// A portion of the newer orders than `job` at its price that have a say, the newest first: those before `before` in the
/// order of their ids. Returns where the next portion begins; `None` at the end.
pub(super) fn newer(
    connection: &Connection,
    job: &Job,
    sieve: &mut Newer,
    found: &mut Vec<Job>,
    before: Option<JobId>,
) -> Answer<Option<JobId>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, seq, doc, doc_sum, gateway, secs, coalesce(paid_money, paid_credits) IS NOT NULL FROM jobs
            WHERE id > ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3",
    )?;
    // Every name of a job is a number in hexadecimal digits, so that all of them come before this.
    let before = before.map_or_else(|| "g".to_owned(), |id| id.to_string());
    let mut rows = statement.query(params![job.id.to_string(), before, i64::try_from(ROWS).unwrap_or(i64::MAX)])?;
    let (mut count, mut last) = (0, None);
    while let Some(row) = rows.next()? {
        count += 1;
        last = row.get_ref(0)?.as_str().ok().and_then(|id| id.parse::<Uuid>().ok()).map(JobId).or(last);
        let is_alike = row.get_ref(4)?.as_str().is_ok_and(|name| name == job.gateway.name())
            && row.get::<_, Option<u32>>(5)? == Some(job.request.duration().secs())
            && row.get::<_, bool>(6)?;
        if !is_alike {
            continue;
        }
        found.extend(copy_of(row).map(|copy| copy.job).filter(|other| sieve.says_more(other)));
    }
    Ok(last.filter(|_| count == ROWS))
}

/// A portion of the best clips of all prompts: those of the recipes after `after`. Returns where the next portion begins;
/// `None` at the end.
pub(super) fn best_clips(
    connection: &Connection,
    best: &mut BestClips,
    after: Option<Vec<u8>>,
) -> Answer<Option<Vec<u8>>> {
    let mut recipes =
        connection.prepare_cached("SELECT recipe FROM groups WHERE recipe > ?1 ORDER BY recipe LIMIT ?2")?;
    let recipes = recipes
        .query_map(params![after.unwrap_or_default(), i64::try_from(RECIPES).unwrap_or(i64::MAX)], |row| {
            row.get::<_, Vec<u8>>(0)
        })?;
    let mut take = connection.prepare_cached(
        "SELECT id, stars FROM jobs WHERE recipe = ?1 AND chip IS NOT NULL AND chip = ?2 AND is_rejected = 0
            ORDER BY stars DESC, id DESC LIMIT 1",
    )?;
    let mut words = connection.prepare_cached("SELECT prompt, negative_prompt FROM jobs WHERE id = ?1")?;
    let (mut count, mut last) = (0, None);
    for recipe in recipes {
        let recipe = recipe?;
        count += 1;
        let found: Option<(String, u8)> =
            take.query_row(params![recipe, Filter::Ready.number()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        if let Some((id, stars)) = found
            && let Ok(job) = id.parse::<Uuid>()
        {
            let key = words.query_row([&id], |row| {
                Ok(key_of(row.get_ref(0)?.as_str().unwrap_or_default(), row.get_ref(1)?.as_str().unwrap_or_default()))
            })?;
            best.add(key, stars, JobId(job));
        }
        last = Some(recipe);
    }
    Ok(last.filter(|_| count == RECIPES))
}

#[cfg(test)]
mod tests;
