//! The columns beside a job's document: what is asked of many jobs at once, without reading them.
//!
//! They say nothing that the document does not say. `migrations/0004.sql` to `0006.sql` tell what each is for.

use std::collections::HashMap;

use rusqlite::{Connection, ToSql};

use super::copies::Copy;
use crate::domain::browsing::{Filter, has_card};
use crate::domain::caps::{counted, paid_at};
use crate::domain::take::recipe_number;
use crate::domain::{Amount, Job, JobState, Project};

/// The names of the columns, in the order of [`Columns::values`].
pub(super) const NAMES: [&str; 14] = [
    "recipe",
    "chip",
    "stars",
    "is_rejected",
    "project",
    "secs",
    "is_live",
    "run",
    "parent",
    "paid_at",
    "paid_money",
    "paid_credits",
    "made_at",
    "clip_bytes",
];

/// The most bytes that a clip counts in a tally, a tebibyte: what a library says of a clip may be wrong, and no sum may grow
/// so large that a job could not be stored because of it.
const MOST_BYTES: i64 = 1 << 40;

/// The columns of one job.
#[derive(Debug, PartialEq)]
pub(super) struct Columns {
    recipe: [u8; 16],
    chip: Option<i64>,
    stars: u8,
    is_rejected: bool,
    project: Option<String>,
    secs: u32,
    is_live: bool,
    run: Option<String>,
    parent: Option<String>,
    paid_at: Option<i64>,
    paid_money: Option<i64>,
    paid_credits: Option<i64>,
    made_at: Option<i64>,
    clip_bytes: Option<i64>,
}

impl Columns {
    pub(super) fn of(job: &Job) -> Self {
        // An order that waits is paid for on the day on which it goes out, so it has no moment of its own.
        let has_moment = job.gateway.is_paid() && job.state != JobState::Queued;
        let (money, credits) = match counted(job).filter(|_| has_moment) {
            Some(Amount::Money(money)) => (Some(money.0), None),
            Some(Amount::Credits(credits)) => (None, Some(credits.0)),
            Some(Amount::Free) | None => (None, None),
        };
        Self {
            recipe: recipe_number(job.gateway, &job.request),
            chip: has_card(job).then(|| Filter::of(job, false).unwrap_or_default().number()),
            stars: job.verdict.rating.stars(),
            is_rejected: job.verdict.is_rejected,
            project: job.project.as_ref().map(Project::to_string),
            secs: job.request.duration().secs(),
            is_live: job.is_live(),
            run: job.run.map(|run| run.to_string()),
            parent: job.parent.map(|parent| parent.job.to_string()),
            paid_at: has_moment.then(|| paid_at(job, job.created_at).0),
            paid_money: money,
            paid_credits: credits,
            made_at: job.made_at.map(|at| at.0),
            clip_bytes: job
                .clip
                .as_ref()
                .map(|clip| i64::try_from(clip.size_bytes).unwrap_or(MOST_BYTES).min(MOST_BYTES)),
        }
    }

    /// The values in the order of [`NAMES`].
    pub(super) fn values(&self) -> [&dyn ToSql; 14] {
        [
            &self.recipe,
            &self.chip,
            &self.stars,
            &self.is_rejected,
            &self.project,
            &self.secs,
            &self.is_live,
            &self.run,
            &self.parent,
            &self.paid_at,
            &self.paid_money,
            &self.paid_credits,
            &self.made_at,
            &self.clip_bytes,
        ]
    }
}

/// Fills the columns of the rows of these jobs.
pub(super) fn fill(connection: &Connection, copies: &[Copy]) -> Result<(), rusqlite::Error> {
    let places: Vec<String> = NAMES.iter().enumerate().map(|(at, name)| format!("{name} = ?{}", at + 2)).collect();
    let mut statement = connection.prepare(&format!("UPDATE jobs SET {} WHERE id = ?1", places.join(", ")))?;
    for Copy { job, .. } in copies {
        let (id, columns) = (job.id.to_string(), Columns::of(job));
        let mut values: Vec<&dyn ToSql> = vec![&id];
        values.extend(columns.values());
        statement.execute(values.as_slice())?;
    }
    Ok(())
}

/// Whether there are as many groups as their kept number says.
pub(super) fn are_groups_counted(connection: &Connection) -> Result<bool, rusqlite::Error> {
    let sql = "SELECT (SELECT count(*) FROM groups) IS (SELECT number FROM group_count)";
    connection.query_row(sql, [], |row| row.get(0))
}

/// Looks whether the list of live jobs and the counts of cards and groups are right, and notes all of it anew where they are not.
/// Returns whether that was so. `copies` are all jobs that can be read.
pub(super) fn set_right(connection: &mut Connection, copies: &[Copy]) -> Result<bool, rusqlite::Error> {
    let is_right = {
        let mut statement = connection.prepare("SELECT id, is_live FROM jobs NOT INDEXED")?;
        let mut noted: HashMap<String, Option<bool>> = HashMap::with_capacity(copies.len());
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            // What cannot be read is not among the copies either.
            noted.insert(row.get(0).unwrap_or_default(), row.get(1).unwrap_or_default());
        }
        let is_noted = |copy: &Copy| noted.get(&copy.job.id.to_string()) == Some(&Some(copy.job.is_live()));
        let (cards, tallied, grouped): (i64, i64, i64) = connection.query_row(
            "SELECT (SELECT count(*) FROM jobs NOT INDEXED WHERE chip IS NOT NULL),
                (SELECT coalesce(sum(cards), 0) FROM tallies), (SELECT coalesce(sum(cards), 0) FROM groups)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        copies.iter().all(is_noted) && cards == tallied && cards == grouped && are_groups_counted(connection)?
    };
    if is_right {
        return Ok(false);
    }
    let transaction = connection.transaction()?;
    fill(&transaction, copies)?;
    transaction.execute_batch(COUNT_ANEW)?;
    transaction.commit()?;
    Ok(true)
}

/// Counts all cards anew, from the columns beside them.
const COUNT_ANEW: &str = "
    DELETE FROM tallies;
    INSERT INTO tallies SELECT coalesce(project, ''), chip, stars, count(*), count(clip_bytes), coalesce(sum(clip_bytes), 0)
        FROM jobs NOT INDEXED WHERE chip IS NOT NULL GROUP BY 1, 2, 3;
    DELETE FROM groups;
    INSERT INTO groups
        SELECT recipe, max(id), min(id), max(CASE WHEN is_rejected THEN 0 ELSE stars END), max(secs), count(*)
        FROM jobs NOT INDEXED WHERE chip IS NOT NULL GROUP BY recipe;
    INSERT OR REPLACE INTO group_count SELECT 1, count(*) FROM groups;
";

#[cfg(test)]
mod tests;
