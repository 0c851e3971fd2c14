//! Answers what part of a gallery is shown, without reading more than that part.
//!
//! Places are walked in their order along an index of `groups` or `jobs`. Where a filter lets few cards through, these are
//! taken from an index of that filter and sorted; where it lets many through, the walk asks for each place whether it is
//! shown, which for most of them it is. Which of the two is quicker is known beforehand from `tallies`.
//!
//! What a search found lies in the table `temp.hits` of the connection, which whoever asks has filled.

use std::collections::HashSet;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, params_from_iter};

use super::database;
use super::error::LibraryError;
use crate::domain::browsing::{Filter, ProjectChoice, SortBy, View};
use crate::domain::paging::{Ask, CountedCard, From, Mark, PageLook, Span, Tally};
use crate::domain::{JobId, Project, Rating};

#[cfg(test)]
mod tests;

/// So few cards are sorted rather than looked for along the order of all.
const FEW: u64 = 4_000;

/// A span has no more cards than this, unless a single place has.
const SPAN_CARDS: usize = 2_400;

/// A recipe's number.
type Recipe = [u8; 16];

/// A place as it is found.
#[derive(Clone, Copy, Debug)]
struct Place {
    recipe: Recipe,
    mark: Mark,
}

/// Answers a question. `found` is the number of rows in `temp.hits`, when something is searched for.
pub(super) fn span(connection: &Connection, ask: &Ask, found: Option<u64>) -> Result<Span, LibraryError> {
    let moment = connection.unchecked_transaction()?;
    let tallies = tallies(&moment)?;
    let query = Query::new(&ask.look, &tallies, found);
    let (places, before, total) = places(&moment, &query, ask, &tallies, found)?;
    let mut cards = Cards { moment: &moment, known: &ask.known, span: Span::default(), recipes: HashSet::new() };
    let mut kept = 0..places.len();
    let middle = match ask.from {
        From::Start => 0,
        From::End => places.len().saturating_sub(1),
        From::Rank(_) | From::Around(..) => places.len() / 2,
    };
    let sizes = places.iter().map(|place| takes_of(&moment, &place.recipe)).collect::<Result<Vec<_>, _>>()?;
    while sizes[kept.clone()].iter().map(Vec::len).sum::<usize>() > SPAN_CARDS && kept.len() > 1 {
        // What is farther away from the middle is dropped first.
        if kept.end - 1 - middle > middle - kept.start { kept.end -= 1 } else { kept.start += 1 }
    }
    for (place, takes) in places.iter().zip(sizes).skip(kept.start).take(kept.len()) {
        cards.add_recipe(place.recipe, takes)?;
    }
    for pin in &ask.pins {
        cards.add_pin(*pin)?;
    }
    let mut span = cards.span;
    span.ends = places[kept.clone()].first().zip(places[kept.clone()].last()).map(|(a, b)| (a.mark, b.mark));
    let before = before + kept.start as u64;
    span.after = total.saturating_sub(before + kept.len() as u64);
    (span.number, span.before, span.tallies) = (ask.number, before, tallies);
    Ok(span)
}

/// All shown jobs from one to another, both included, in their order: at most `limit`, and one more where there are more.
/// Without ends it begins with the first and ends with the last of all.
pub(super) fn shown(
    connection: &Connection,
    look: &PageLook,
    ends: Option<(JobId, JobId)>,
    limit: usize,
    found: Option<u64>,
) -> Result<Vec<JobId>, LibraryError> {
    let moment = connection.unchecked_transaction()?;
    let tallies = tallies(&moment)?;
    let query = Query::new(look, &tallies, found);
    let mut jobs = Vec::new();
    let mut range = None;
    if let Some((from, to)) = ends {
        let (Some(of_from), Some(of_to)) = (query.mark_of(&moment, from)?, query.mark_of(&moment, to)?) else {
            return Ok(jobs);
        };
        let is_turned = query.order.is_before(of_to, of_from) || (of_from == of_to && to < from);
        range = Some(if is_turned { [(of_to, to), (of_from, from)] } else { [(of_from, from), (of_to, to)] });
    }
    let mut sql = format!("SELECT {} FROM {}", query.columns(), query.source);
    let mut values = query.values.clone();
    if let Some([(first, _), (last, _)]) = range {
        let (from, to) = if query.order.descending { ("<=", ">=") } else { (">=", "<=") };
        for (mark, op) in [(first, from), (last, to)] {
            sql.push_str(&query.order.compare(op));
            values.extend(query.order.values(mark));
        }
    }
    sql.push_str(&query.order.by(false));
    let mut statement = moment.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let Some(place) = place_of(row)? else { continue };
        match look.view {
            View::Wall => jobs.push(place.mark.job),
            // Within its group a take lies by its age.
            View::Groups => jobs.extend(query.shown_takes(&moment, &place.recipe)?.into_iter().filter(|take| {
                range.is_none_or(|[(first, from), (last, to)]| {
                    (place.mark != first || *take >= from) && (place.mark != last || *take <= to)
                })
            })),
        }
        if jobs.len() > limit {
            jobs.truncate(limit + 1);
            break;
        }
    }
    Ok(jobs)
}

/// Whether a library has more jobs than this, cards or not.
pub(super) fn has_more_than(connection: &Connection, jobs: usize) -> Result<bool, LibraryError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM jobs LIMIT 1 OFFSET ?1")?;
    Ok(statement.exists([i64::try_from(jobs).unwrap_or(i64::MAX)])?)
}

/// The places of the answer, the number of those before them and of all.
fn places(
    moment: &Connection,
    query: &Query,
    ask: &Ask,
    tallies: &[Tally],
    found: Option<u64>,
) -> Result<(Vec<Place>, u64, u64), LibraryError> {
    let total = match (ask.look.view, found) {
        // Every card is counted already, and so are the groups of all.
        (View::Wall, None) => matching(&ask.look, tallies),
        _ if query.shows_all_groups => match all_groups(moment)? {
            Some(groups) => groups,
            None => query.count(moment, None)?,
        },
        _ => query.count(moment, None)?,
    };
    let limit = ask.limit as u64;
    let by_rank = |rank: u64| -> Result<(Vec<Place>, u64, u64), LibraryError> {
        let start = rank.saturating_sub(limit / 2).min(total.saturating_sub(limit));
        let backward = start > total / 2;
        let skipped = if backward { total.saturating_sub(start + limit) } else { start };
        Ok((query.walk(moment, None, backward, limit, skipped)?, start, total))
    };
    match ask.from {
        From::Start => Ok((query.walk(moment, None, false, limit, 0)?, 0, total)),
        From::End => {
            let places = query.walk(moment, None, true, limit, 0)?;
            let before = total.saturating_sub(places.len() as u64);
            Ok((places, before, total))
        }
        From::Rank(rank) => by_rank(rank),
        From::Around(job, rank) => {
            let Some(mark) = query.mark_of(moment, job)? else { return by_rank(rank) };
            let mut from_here = query.walk(moment, Some(mark), false, limit - limit / 2, 0)?;
            let mut places = query.walk(moment, Some(mark), true, limit - from_here.len() as u64, 0)?;
            if (places.len() as u64) < limit / 2 {
                from_here = query.walk(moment, Some(mark), false, limit - places.len() as u64, 0)?;
            }
            places.append(&mut from_here);
            let before = match places.first() {
                Some(first) => query.count(moment, Some(first.mark))?,
                None => 0,
            };
            Ok((places, before, total))
        }
    }
}

/// Number of all groups, as it is kept. `None` where it is lost, which only damage does.
fn all_groups(moment: &Connection) -> Result<Option<u64>, LibraryError> {
    let mut statement = moment.prepare_cached("SELECT number FROM group_count")?;
    let number: Option<i64> = statement.query_row([], |row| row.get(0)).optional()?;
    Ok(number.and_then(|number| u64::try_from(number).ok()))
}

/// Number of cards that a look shows, as far as it does not search.
fn matching(look: &PageLook, tallies: &[Tally]) -> u64 {
    tallies.iter().filter(|tally| shows(look, tally)).map(|tally| tally.cards).sum()
}

fn shows(look: &PageLook, tally: &Tally) -> bool {
    (look.filter == Filter::All || tally.chip == look.filter)
        && look.stars.is_none_or(|least| tally.stars >= least)
        && look.project.shows(tally.project.as_ref())
}

/// How places follow each other.
#[derive(Clone, Copy, Debug)]
struct Order {
    key: Option<&'static str>,
    id: &'static str,
    descending: bool,
    index: &'static str,
}

impl Order {
    fn new(look: &PageLook) -> Self {
        let (key, id, index) = match (look.view, look.sort_by) {
            (View::Groups, SortBy::Newest) => (None, "newest", "groups_by_newest"),
            (View::Groups, SortBy::Oldest) => (None, "oldest", "groups_by_oldest"),
            (View::Groups, SortBy::Stars) => (Some("stars"), "newest", "groups_by_stars"),
            (View::Groups, SortBy::Longest) => (Some("secs"), "newest", "groups_by_secs"),
            (View::Wall, SortBy::Newest | SortBy::Oldest) => (None, "id", "jobs_by_age"),
            (View::Wall, SortBy::Stars) => (Some("stars"), "id", "jobs_by_stars"),
            (View::Wall, SortBy::Longest) => (Some("secs"), "id", "jobs_by_secs"),
        };
        Self { key, id, descending: look.sort_by != SortBy::Oldest, index }
    }

    fn by(self, backward: bool) -> String {
        let way = if self.descending == backward { "ASC" } else { "DESC" };
        match self.key {
            Some(key) => format!(" ORDER BY p.{key} {way}, p.{} {way}", self.id),
            None => format!(" ORDER BY p.{} {way}", self.id),
        }
    }

    fn compare(self, op: &str) -> String {
        match self.key {
            Some(key) => format!(" AND (p.{key}, p.{}) {op} (?, ?)", self.id),
            None => format!(" AND p.{} {op} ?", self.id),
        }
    }

    /// Places before a mark, or from it on.
    fn side(self, is_before: bool) -> String {
        self.compare(match (self.descending, is_before) {
            (true, true) => ">",
            (true, false) => "<=",
            (false, true) => "<",
            (false, false) => ">=",
        })
    }

    fn values(self, mark: Mark) -> impl Iterator<Item = Value> {
        let key = self.key.map(|_| Value::Integer(mark.key.into()));
        key.into_iter().chain([Value::Text(mark.job.to_string())])
    }

    fn is_before(self, mark: Mark, other: Mark) -> bool {
        let (a, b) = ((mark.key, mark.job), (other.key, other.job));
        if self.descending { a > b } else { a < b }
    }
}

/// What is shown, as SQL: everything behind `FROM`, up to a `WHERE` with at least one term.
#[derive(Debug)]
struct Query {
    source: String,
    values: Vec<Value>,
    /// The terms that a take must fulfill, for the table `j`, and their values.
    terms: String,
    of_terms: Vec<Value>,
    order: Order,
    view: View,
    /// Nothing is left out, and a place is a group.
    shows_all_groups: bool,
}

impl Query {
    fn new(look: &PageLook, tallies: &[Tally], found: Option<u64>) -> Self {
        let order = Order::new(look);
        let (mut terms, mut of_terms) = (String::from("j.chip IS NOT NULL"), Vec::new());
        let sum = |shows: &dyn Fn(&Tally) -> bool| -> u64 {
            tallies.iter().filter(|tally| shows(tally)).map(|tally| tally.cards).sum()
        };
        // What each filter lets through, and where it is taken from.
        let mut sources: Vec<(u64, &str)> = Vec::new();
        if look.filter != Filter::All {
            terms.push_str(" AND j.chip = ?");
            of_terms.push(Value::Integer(look.filter.number()));
            sources.push((sum(&|tally| tally.chip == look.filter), "jobs AS j INDEXED BY jobs_by_chip WHERE "));
        }
        if let Some(least) = look.stars {
            terms.push_str(" AND j.stars >= ?");
            of_terms.push(Value::Integer(least.stars().into()));
            sources.push((sum(&|tally| tally.stars >= least), "jobs AS j INDEXED BY jobs_by_stars WHERE "));
        }
        match &look.project {
            ProjectChoice::All => {}
            ProjectChoice::None => {
                terms.push_str(" AND j.project IS NULL");
                sources.push((sum(&|tally| tally.project.is_none()), "jobs AS j INDEXED BY jobs_by_project WHERE "));
            }
            ProjectChoice::Only(project) => {
                terms.push_str(" AND j.project = ?");
                of_terms.push(Value::Text(project.to_string()));
                let of_it = sum(&|tally| tally.project.as_ref() == Some(project));
                sources.push((of_it, "jobs AS j INDEXED BY jobs_by_project WHERE "));
            }
        }
        if let Some(found) = found {
            sources.push((found, "temp.hits AS h CROSS JOIN jobs AS j ON j.id = h.id WHERE "));
        }
        let few = sources.into_iter().min_by_key(|(cards, _)| *cards).filter(|(cards, _)| *cards <= FEW);
        let is_by_hits = few.is_some_and(|(_, from)| from.starts_with("temp"));
        let mut hit_terms = terms.clone();
        if found.is_some() {
            hit_terms.push_str(" AND EXISTS (SELECT 1 FROM temp.hits AS h WHERE h.id = j.id)");
        }
        let has_terms = found.is_some() || terms.len() > "j.chip IS NOT NULL".len();
        let driving = if is_by_hits { &terms } else { &hit_terms };
        let source = match (look.view, few) {
            (View::Groups, Some((_, from))) => format!(
                "(SELECT DISTINCT j.recipe AS recipe FROM {from}{driving}) AS few \
                 CROSS JOIN groups AS p ON p.recipe = few.recipe WHERE p.cards > 0"
            ),
            (View::Groups, None) if has_terms => format!(
                "groups AS p INDEXED BY {} WHERE EXISTS \
                 (SELECT 1 FROM jobs AS j INDEXED BY jobs_by_recipe WHERE j.recipe = p.recipe AND {hit_terms})",
                order.index
            ),
            (View::Groups, None) => format!("groups AS p INDEXED BY {} WHERE p.newest > ''", order.index),
            (View::Wall, Some((_, from))) => {
                format!("{}{}", from.replace(" AS j", " AS p").replace("j.", "p."), driving.replace("j.", "p."))
            }
            (View::Wall, None) => {
                format!("jobs AS p INDEXED BY {} WHERE {}", order.index, hit_terms.replace("j.", "p."))
            }
        };
        let shows_all_groups = look.view == View::Groups && few.is_none() && !has_terms;
        let values = if shows_all_groups { Vec::new() } else { of_terms.clone() };
        Self { source, values, terms: hit_terms, of_terms, order, view: look.view, shows_all_groups }
    }

    fn columns(&self) -> String {
        let Order { key, id, .. } = self.order;
        format!("p.recipe, {}, p.{id}", key.map_or("0".to_owned(), |key| format!("p.{key}")))
    }

    /// Places in their order: from a mark on, or those before it. They are walked backward from the mark or the end, or
    /// forward from it or the start; so many are skipped. The answer has them in their order either way.
    fn walk(
        &self,
        moment: &Connection,
        mark: Option<Mark>,
        backward: bool,
        limit: u64,
        skipped: u64,
    ) -> Result<Vec<Place>, LibraryError> {
        let sql = self.walk_sql(mark.is_some(), backward);
        let mut values = self.values.clone();
        values.extend(mark.into_iter().flat_map(|mark| self.order.values(mark)));
        values.extend([limit, skipped].map(|number| Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))));
        let mut statement = moment.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut places = Vec::new();
        while let Some(row) = rows.next()? {
            places.extend(place_of(row)?);
        }
        if backward {
            places.reverse();
        }
        Ok(places)
    }

    fn walk_sql(&self, has_mark: bool, backward: bool) -> String {
        let side = if has_mark { self.order.side(backward) } else { String::new() };
        format!("SELECT {} FROM {}{side}{} LIMIT ? OFFSET ?", self.columns(), self.source, self.order.by(backward))
    }

    /// Number of places before a mark, or of all.
    fn count(&self, moment: &Connection, before: Option<Mark>) -> Result<u64, LibraryError> {
        let mut values = self.values.clone();
        values.extend(before.into_iter().flat_map(|mark| self.order.values(mark)));
        let mut statement = moment.prepare_cached(&self.count_sql(before.is_some()))?;
        let count: i64 = statement.query_row(params_from_iter(values), |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    fn count_sql(&self, has_mark: bool) -> String {
        let side = if has_mark { self.order.side(true) } else { String::new() };
        format!("SELECT count(*) FROM {}{side}", self.source)
    }

    /// Where the place of a job lies, also when the look does not show it. `None` for a job that has no card.
    fn mark_of(&self, moment: &Connection, job: JobId) -> Result<Option<Mark>, LibraryError> {
        let Order { key, id, .. } = self.order;
        let key = key.map_or("0".to_owned(), |key| format!("p.{key}"));
        let sql = match self.view {
            View::Groups => format!(
                "SELECT p.recipe, {key}, p.{id} FROM jobs AS j CROSS JOIN groups AS p ON p.recipe = j.recipe \
                 WHERE j.id = ? AND j.chip IS NOT NULL"
            ),
            View::Wall => {
                format!("SELECT p.recipe, {key}, p.{id} FROM jobs AS p WHERE p.id = ? AND p.chip IS NOT NULL")
            }
        };
        let mut statement = moment.prepare_cached(&sql)?;
        let place = statement.query_row([job.to_string()], place_of).optional()?;
        Ok(place.flatten().map(|place| place.mark))
    }

    /// The takes of a recipe that are shown, oldest first.
    fn shown_takes(&self, moment: &Connection, recipe: &Recipe) -> Result<Vec<JobId>, LibraryError> {
        let sql = format!(
            "SELECT j.id FROM jobs AS j INDEXED BY jobs_by_recipe WHERE j.recipe = ? AND {} ORDER BY j.id",
            self.terms
        );
        let mut values = vec![Value::Blob(recipe.to_vec())];
        values.extend(self.of_terms.iter().cloned());
        let mut statement = moment.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut takes = Vec::new();
        while let Some(row) = rows.next()? {
            takes.extend(id_of(row, 0)?);
        }
        Ok(takes)
    }
}

fn place_of(row: &Row<'_>) -> Result<Option<Place>, rusqlite::Error> {
    let (recipe, key): (Recipe, u32) = (row.get(0)?, row.get(1)?);
    Ok(id_of(row, 2)?.map(|job| Place { recipe, mark: Mark { key, job } }))
}

/// The id in a column; `None` where it is none, which only damage makes.
fn id_of(row: &Row<'_>, column: usize) -> Result<Option<JobId>, rusqlite::Error> {
    Ok(row.get_ref(column)?.as_str()?.parse().ok().map(JobId))
}

fn project_of(row: &Row<'_>, column: usize) -> Result<Option<Project>, rusqlite::Error> {
    let name: Option<String> = row.get(column)?;
    Ok(name.filter(|name| !name.is_empty()).and_then(|name| Project::new(&name).ok()))
}

/// The cards of one recipe, oldest first.
fn takes_of(moment: &Connection, recipe: &Recipe) -> Result<Vec<CountedCard>, LibraryError> {
    let mut statement = moment.prepare_cached(
        "SELECT id, chip, stars, project, clip_bytes FROM jobs INDEXED BY jobs_by_recipe \
         WHERE recipe = ?1 AND chip IS NOT NULL ORDER BY id",
    )?;
    let mut rows = statement.query([recipe as &dyn ToSql])?;
    let mut takes = Vec::new();
    while let Some(row) = rows.next()? {
        let Some(id) = id_of(row, 0)? else { continue };
        let clip_bytes: Option<i64> = row.get(4)?;
        takes.push(CountedCard {
            id,
            chip: Filter::from_number(row.get(1)?),
            stars: Rating::new(row.get(2)?),
            project: project_of(row, 3)?,
            clip_bytes: clip_bytes.map(i64::unsigned_abs),
        });
    }
    Ok(takes)
}

fn tallies(moment: &Connection) -> Result<Vec<Tally>, LibraryError> {
    let mut statement = moment.prepare_cached("SELECT project, chip, stars, cards, clips, clip_bytes FROM tallies")?;
    let mut rows = statement.query([])?;
    let mut tallies = Vec::new();
    while let Some(row) = rows.next()? {
        let number = |column: usize| row.get::<_, i64>(column).map(i64::unsigned_abs);
        tallies.push(Tally {
            project: project_of(row, 0)?,
            chip: Filter::from_number(row.get(1)?),
            stars: Rating::new(row.get(2)?),
            cards: number(3)?,
            clips: number(4)?,
            clip_bytes: number(5)?,
        });
    }
    Ok(tallies)
}

/// Gathers the cards of an answer.
struct Cards<'a> {
    moment: &'a Connection,
    known: &'a HashSet<JobId>,
    span: Span,
    recipes: HashSet<Recipe>,
}

impl Cards<'_> {
    fn add_recipe(&mut self, recipe: Recipe, takes: Vec<CountedCard>) -> Result<(), LibraryError> {
        if self.recipes.insert(recipe) {
            for take in takes {
                self.read(take.id)?;
                self.span.cards.push(take);
            }
        }
        Ok(())
    }

    fn add_pin(&mut self, id: JobId) -> Result<(), LibraryError> {
        let mut statement = self.moment.prepare_cached("SELECT recipe, chip IS NOT NULL FROM jobs WHERE id = ?1")?;
        let found: Option<(Option<Recipe>, bool)> =
            statement.query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        match found {
            Some((Some(recipe), has_card)) => {
                if !self.recipes.contains(&recipe) {
                    let takes = takes_of(self.moment, &recipe)?;
                    self.add_recipe(recipe, takes)?;
                }
                if has_card { Ok(()) } else { self.read(id) }
            }
            _ => Ok(()),
        }
    }

    /// Reads the document of a job that is not known yet. One that cannot be read is left out.
    fn read(&mut self, id: JobId) -> Result<(), LibraryError> {
        if !self.known.contains(&id) {
            let copy = database::copy_by_id(self.moment, id)?;
            self.span.jobs.extend(copy.map(|copy| copy.job));
        }
        Ok(())
    }
}

/// Fills `temp.hits` with what a search found. Gives up as soon as it is stale, and says `false` then.
pub(super) fn keep_hits(
    connection: &Connection,
    hits: &[JobId],
    is_stale: &dyn Fn() -> bool,
) -> Result<bool, rusqlite::Error> {
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS temp.hits (id TEXT PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID; DELETE FROM temp.hits;",
    )?;
    let filling = connection.unchecked_transaction()?;
    {
        let mut statement = filling.prepare_cached("INSERT OR IGNORE INTO temp.hits VALUES (?1)")?;
        // The newest comes first among the hits; a table grows quicker at its end.
        for (number, hit) in hits.iter().rev().enumerate() {
            if number % 1_000 == 999 && is_stale() {
                return Ok(false);
            }
            statement.execute([hit.to_string()])?;
        }
    }
    filling.commit()?;
    Ok(true)
}
