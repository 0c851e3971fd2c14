//! Finds jobs by typed words: an index beside the library that follows it and can be thrown away at any time.
//!
//! `search.db` holds the searched text of every job, folded by [`fold`](crate::domain::search::fold), and an FTS5 index of
//! its trigrams. It is a file of its own, so that damage to it never touches the library, and so that neither the start
//! nor a write of a job waits for it. Before every answer it takes in what the library wrote since, by the numbers of the
//! writes. Whatever is wrong with it, it is deleted and made anew; where even that fails, the documents themselves are read.
//!
//! What is found is always what a plain look into every job finds: see [`SearchWords::are_in`].

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params, params_from_iter};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::database::{self, PARTS};
use super::error::LibraryError;
use super::folders::{open_private_file, with_suffix};
use super::pages;
use super::thread::{Answer, reply};
use crate::domain::paging::{Ask, FIRST_HITS, PageLook, Span};
use crate::domain::search::{SearchWords, text_of};
use crate::domain::{Job, JobId};

/// What the search's thread can be asked, each with the place for its answer.
#[derive(Debug)]
pub(super) enum Request {
    Search(String, Answer<Vec<JobId>>),
    /// Takes in what the library wrote, so that the first search need not wait for that.
    Prepare(Answer<()>),
    /// The part of the gallery that shows what is searched for.
    Span(Box<Ask>, Answer<Span>),
    /// The found jobs that are shown, from one to another, or all of them.
    Shown(Box<PageLook>, Option<(JobId, JobId)>, usize, Answer<Vec<JobId>>),
    Close(oneshot::Sender<()>),
}

/// Number of the index's own schema, and of what its text is made of: any other is made anew.
const FORMAT: i64 = 1;

/// Jobs that are taken in at once; between two such portions nothing is lost by a kill.
const PORTION: i64 = 2_000;

/// Each connection is used by the search's thread only, so that SQLite need not lock it for every row.
const UNLOCKED: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX;

/// Between two looks whether anybody still waits for an answer, SQLite goes so many steps: less than a millisecond.
const BETWEEN_LOOKS: i32 = 4_000;

/// A trigram index knows nothing of shorter words.
const TRIGRAM: usize = 3;

const SCHEMA: &str = "
    CREATE TABLE texts (place INTEGER PRIMARY KEY, job BLOB NOT NULL UNIQUE, text TEXT NOT NULL) STRICT;
    CREATE VIRTUAL TABLE trigrams USING fts5 (text, content = 'texts', content_rowid = 'place', columnsize = 0,
        tokenize = 'trigram case_sensitive 1');
    CREATE TABLE followed (seq INTEGER NOT NULL) STRICT;
    INSERT INTO followed VALUES (-1);
";

/// The state of the search's thread.
#[derive(Debug)]
pub(super) struct Finder {
    library: PathBuf,
    path: PathBuf,
    index: Option<Connection>,
    /// Reads the library, for the index and for parts of the gallery. Kept, because to open it takes longer than most searches.
    library_reader: Option<Connection>,
    /// Number of the newest question for a part of the gallery.
    newest: Arc<AtomicU64>,
}

impl Finder {
    /// A finder that gives up questions for a part of the gallery whose number is not `newest` any more.
    pub(super) fn new(library: PathBuf, path: PathBuf, newest: Arc<AtomicU64>) -> Self {
        Self { library, path, index: None, library_reader: None, newest }
    }

    /// Deletes the index, so that it is made anew.
    pub(super) fn forget(path: &Path) -> std::io::Result<()> {
        for part in PARTS {
            match std::fs::remove_file(with_suffix(path, part)) {
                Err(err) if err.kind() != std::io::ErrorKind::NotFound => return Err(err),
                _ => {}
            }
        }
        Ok(())
    }

    /// Answers until every handle is gone or one of them closes the library.
    pub(super) fn serve(mut self, mut inbox: mpsc::Receiver<Request>) {
        while let Some(request) = inbox.blocking_recv() {
            match request {
                Request::Search(text, answer) => {
                    reply(answer, self.search(&SearchWords::new(&text), usize::MAX, &|| false));
                }
                Request::Prepare(answer) => {
                    reply(answer, self.search(&SearchWords::default(), 1, &|| false).map(drop));
                }
                Request::Span(ask, answer) => reply(answer, self.span(&ask)),
                Request::Shown(look, ends, limit, answer) => {
                    let words = SearchWords::new(&look.search);
                    let shown = self.search(&words, usize::MAX, &|| false).and_then(|hits| {
                        self.among(&hits, &|| false, |connection, found| {
                            pages::shown(connection, &look, ends, limit, Some(found))
                        })
                    });
                    reply(answer, shown);
                }
                Request::Close(closed) => {
                    drop((self.index.take(), self.library_reader.take()));
                    // Whoever closes may have gone.
                    closed.send(()).ok();
                    return;
                }
            }
        }
    }

    /// The part of the gallery that shows what is found. A question that is not the newest any more is given up.
    fn span(&mut self, ask: &Ask) -> Result<Span, LibraryError> {
        let words = SearchWords::new(&ask.look.search);
        let newest = Arc::clone(&self.newest);
        let number = ask.number;
        let is_stale = move || newest.load(Ordering::Acquire) != number;
        let limit = if ask.is_quick { FIRST_HITS } else { usize::MAX };
        let hits = self.search(&words, limit, &is_stale)?;
        let is_rough = hits.len() >= limit;
        let mut span = self.among(&hits, &is_stale, |connection, found| {
            // Counting very many hits takes as long as finding them did.
            connection.progress_handler(BETWEEN_LOOKS, Some(is_stale.clone()))?;
            let span = pages::span(connection, ask, Some(found));
            connection.progress_handler(0, None::<fn() -> bool>)?;
            span
        })?;
        span.is_rough = is_rough;
        Ok(span)
    }

    /// Asks about the gallery with these hits in `temp.hits`.
    fn among<T>(
        &mut self,
        hits: &[JobId],
        is_stale: &dyn Fn() -> bool,
        question: impl FnOnce(&Connection, u64) -> Result<T, LibraryError>,
    ) -> Result<T, LibraryError> {
        let connection = self.take_reader()?;
        if !pages::keep_hits(&connection, hits, is_stale)? {
            self.library_reader = Some(connection);
            return Err(superseded());
        }
        let answer = question(&connection, hits.len() as u64)?;
        self.library_reader = Some(connection);
        Ok(answer)
    }

    /// A connection that reads the library. Whoever got an error from it does not give it back.
    fn take_reader(&mut self) -> Result<Connection, LibraryError> {
        if let Some(connection) = self.library_reader.take() {
            return Ok(connection);
        }
        let connection = Connection::open_with_flags(&self.library, OpenFlags::SQLITE_OPEN_READ_ONLY | UNLOCKED)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        Ok(connection)
    }

    /// What is found, at most so many of the newest. Gives up as soon as it is stale.
    fn search(
        &mut self,
        words: &SearchWords,
        limit: usize,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<Vec<JobId>, LibraryError> {
        let library = self.take_reader()?;
        for _ in 0..2 {
            match self.search_index(&library, words, limit, is_stale) {
                Ok(found) => {
                    self.library_reader = Some(library);
                    return found.ok_or_else(superseded);
                }
                Err(err) => {
                    tracing::warn!(%err, "the search index is made anew");
                    self.index = None;
                    if let Err(err) = Self::forget(&self.path) {
                        tracing::warn!(%err, "the search index cannot be deleted");
                        break;
                    }
                }
            }
        }
        let mut found = search_documents(&library, words)?;
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.truncate(limit);
        Ok(found)
    }

    fn search_index(
        &mut self,
        library: &Connection,
        words: &SearchWords,
        limit: usize,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<JobId>>, LibraryError> {
        let index = match &mut self.index {
            Some(index) => index,
            empty => empty.insert(open(&self.path, library)?),
        };
        follow(index, library)?;
        Ok(find(index, words, limit, is_stale)?)
    }
}

/// What a question gets that is not the newest any more. Nobody waits for it.
fn superseded() -> LibraryError {
    LibraryError::Database("something else is searched for by now".to_owned())
}

/// Opens or makes the index. One that does not fit this library is an error.
fn open(path: &Path, library: &Connection) -> Result<Connection, LibraryError> {
    drop(open_private_file(path).map_err(|err| LibraryError::io("The search index cannot be opened", &err))?);
    let index = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | UNLOCKED)?;
    index.busy_timeout(Duration::from_secs(5))?;
    index.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // Enough for what can be made anew: a power cut may cost the newest entries, which are then taken in once more.
    index.pragma_update(None, "synchronous", "NORMAL")?;
    let format: i64 = index.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match format {
        0 => {
            let making = index.unchecked_transaction()?;
            making.execute_batch(SCHEMA)?;
            making.pragma_update(None, "user_version", FORMAT)?;
            making.commit()?;
        }
        FORMAT => {
            let followed: i64 = index.query_row("SELECT seq FROM followed", [], |row| row.get(0))?;
            let known: i64 = index.query_row("SELECT count(*) FROM texts", [], |row| row.get(0))?;
            let written: i64 =
                library.query_row("SELECT count(*) FROM jobs WHERE seq <= ?1", [followed], |row| row.get(0))?;
            let newest: Option<i64> = library.query_row("SELECT max(seq) FROM jobs", [], |row| row.get(0))?;
            // Jobs that were written again since are known and yet newer, so there may be more known ones than written.
            if known < written || newest.unwrap_or(-1) < followed {
                return Err(LibraryError::Database("the search index belongs to another library".to_owned()));
            }
        }
        _ => return Err(LibraryError::Database(format!("the search index has format {format}"))),
    }
    Ok(index)
}

/// Takes in what the library wrote since the last time.
fn follow(index: &mut Connection, library: &Connection) -> Result<(), LibraryError> {
    let mut newer = library.prepare_cached("SELECT seq, id, doc FROM jobs WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
    loop {
        let mut followed: i64 = index.query_row("SELECT seq FROM followed", [], |row| row.get(0))?;
        let transaction = index.transaction()?;
        let mut count = 0;
        let mut rows = newer.query(params![followed, PORTION])?;
        while let Some(row) = rows.next()? {
            count += 1;
            followed = row.get(0)?;
            let id: String = row.get(1)?;
            let Ok(id) = id.parse::<Uuid>() else { continue };
            // A document that cannot be read is found by nothing, and is counted all the same.
            let doc = row.get_ref(2)?.as_str().unwrap_or_default();
            let text = serde_json::from_str::<Job>(doc).map(|job| text_of(&job)).unwrap_or_default();
            take_in(&transaction, id, &text)?;
        }
        drop(rows);
        if count == 0 {
            return Ok(());
        }
        transaction.execute("UPDATE followed SET seq = ?1", [followed])?;
        transaction.commit()?;
    }
}

fn take_in(index: &Connection, id: Uuid, text: &str) -> Result<(), rusqlite::Error> {
    let mut known = index.prepare_cached("SELECT place, text FROM texts WHERE job = ?1")?;
    let old: Option<(i64, String)> =
        known.query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let place = match old {
        // Nearly every write of a job changes its state and none of its words.
        Some((_, old)) if old == text => return Ok(()),
        Some((place, old)) => {
            index
                .prepare_cached("INSERT INTO trigrams (trigrams, rowid, text) VALUES ('delete', ?1, ?2)")?
                .execute(params![place, old])?;
            index.prepare_cached("UPDATE texts SET text = ?2 WHERE place = ?1")?.execute(params![place, text])?;
            place
        }
        None => {
            index
                .prepare_cached("INSERT INTO texts (job, text) VALUES (?1, ?2)")?
                .execute(params![id.as_bytes(), text])?;
            index.last_insert_rowid()
        }
    };
    index.prepare_cached("INSERT INTO trigrams (rowid, text) VALUES (?1, ?2)")?.execute(params![place, text])?;
    Ok(())
}

/// The newest jobs that are found, in the order in which they came into the index; `None` when nobody wants to know any more.
fn find(
    index: &Connection,
    words: &SearchWords,
    limit: usize,
    is_stale: &dyn Fn() -> bool,
) -> Result<Option<Vec<JobId>>, rusqlite::Error> {
    // Quoted, a word is a plain run of characters, whatever is in it.
    let long: Vec<String> = words
        .iter()
        .filter(|word| word.chars().count() >= TRIGRAM)
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect();
    let (sql, values) = if long.is_empty() {
        ("SELECT job, text FROM texts ORDER BY place DESC", Vec::new())
    } else {
        let sql = "SELECT texts.job, texts.text FROM trigrams JOIN texts ON texts.place = trigrams.rowid \
                   WHERE trigrams MATCH ?1 ORDER BY trigrams.rowid DESC";
        (sql, vec![long.join(" AND ")])
    };
    let mut found = Vec::new();
    let mut statement = index.prepare_cached(sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut seen = 0_usize;
    while let Some(row) = rows.next()? {
        if words.are_in(row.get_ref(1)?.as_str()?) {
            found.push(JobId(Uuid::from_bytes(row.get(0)?)));
            if found.len() >= limit {
                break;
            }
        }
        seen += 1;
        if seen.is_multiple_of(1_000) && is_stale() {
            return Ok(None);
        }
    }
    Ok(Some(found))
}

/// The same without an index: reads every document.
fn search_documents(library: &Connection, words: &SearchWords) -> Result<Vec<JobId>, LibraryError> {
    let rows = database::read_rows(library)?;
    Ok(rows.copies.iter().filter(|copy| words.are_in(&text_of(&copy.job))).map(|copy| copy.job.id).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::domain::paging::{From, SPAN};
    use crate::domain::samples;
    use crate::library::{Library, Paths};

    /// A finder beside a library of that many clips with a boat in their prompts, to which nothing was newer than question 7.
    fn finder(dir: &Path, jobs: u128) -> Finder {
        let paths = Paths::portable(dir);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let library = Library::open(&paths).expect("opens").library;
        let jobs = (1..=jobs).map(|number| samples::job(number).prompt(&format!("boat {number}")).ready()).collect();
        runtime.block_on(library.put_all(jobs)).expect("stored");
        runtime.block_on(library.close());
        Finder::new(paths.database(), paths.search_index(), Arc::new(AtomicU64::new(7)))
    }

    fn ask(number: u64, is_quick: bool) -> Ask {
        let look = PageLook { search: "boat".to_owned(), ..PageLook::default() };
        Ask { number, look, from: From::Start, limit: SPAN, pins: Vec::new(), known: HashSet::new(), is_quick }
    }

    #[test]
    fn a_question_that_nobody_waits_for_is_given_up_while_its_hits_are_counted() {
        let dir = tempfile::tempdir().expect("a folder");
        // So few that neither looking for them nor keeping them comes to a look whether anybody waits.
        let mut finder = finder(dir.path(), 900);
        assert_eq!(finder.span(&ask(7, false)).expect("an answer").before, 0);
        assert!(finder.span(&ask(6, false)).is_err());
        // What was given up stands in nobody's way.
        let span = finder.span(&ask(7, false)).expect("an answer");
        assert_eq!((span.cards.len() as u64 + span.after, span.is_rough), (900, false));
    }

    #[test]
    fn the_first_answer_holds_few_of_many_hits_and_says_so() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut finder = finder(dir.path(), 150);
        let span = finder.span(&ask(7, true)).expect("an answer");
        assert_eq!((span.cards.len(), span.after, span.is_rough), (FIRST_HITS, 0, true));
    }

    #[test]
    fn the_library_is_opened_once_for_many_searches() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut finder = finder(dir.path(), 3);
        finder.span(&ask(7, true)).expect("an answer");
        // A file that is gone cannot be opened once more.
        std::fs::rename(&finder.library, dir.path().join("elsewhere.db")).expect("renamed");
        assert_eq!(finder.span(&ask(7, false)).expect("an answer").cards.len(), 3);
    }
}
