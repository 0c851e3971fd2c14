//! Finds jobs by typed words: an index beside the library that follows it and can be thrown away at any time.
//!
//! `search.db` holds the searched text of every job, folded by [`fold`](crate::domain::search::fold), and an FTS5 index of
//! its trigrams. It is a file of its own, so that damage to it never touches the library, and so that neither the start
//! nor a write of a job waits for it. Before every answer it takes in what the library wrote since, by the numbers of the
//! writes. Whatever is wrong with it, it is deleted and made anew; where even that fails, the documents themselves are read.
//!
//! What is found is always what a plain look into every job finds: see [`SearchWords::are_in`].

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::database::{self, PARTS};
use super::error::LibraryError;
use super::folders::{open_private_file, with_suffix};
use super::pages;
use super::thread::{Answer, reply};
use crate::domain::paging::{Ask, PageLook, Span};
use crate::domain::search::{SearchWords, text_of};
use crate::domain::{Job, JobId};

/// What the search's thread can be asked, each with the place for its answer.
#[derive(Debug)]
pub(super) enum Request {
    Search(String, Answer<Vec<JobId>>),
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
}

impl Finder {
    pub(super) fn new(library: PathBuf, path: PathBuf) -> Self {
        Self { library, path, index: None }
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
                Request::Search(text, answer) => reply(answer, self.search(&SearchWords::new(&text))),
                Request::Span(ask, answer) => {
                    let words = SearchWords::new(&ask.look.search);
                    reply(
                        answer,
                        self.among_hits(&words, |connection, found| pages::span(connection, &ask, Some(found))),
                    );
                }
                Request::Shown(look, ends, limit, answer) => {
                    let words = SearchWords::new(&look.search);
                    let shown =
                        |connection: &Connection, found| pages::shown(connection, &look, ends, limit, Some(found));
                    reply(answer, self.among_hits(&words, shown));
                }
                Request::Close(closed) => {
                    drop(self.index.take());
                    // Whoever closes may have gone.
                    closed.send(()).ok();
                    return;
                }
            }
        }
    }

    /// Asks about the gallery with what is found in `temp.hits`, of which there are so many.
    fn among_hits<T>(
        &mut self,
        words: &SearchWords,
        question: impl FnOnce(&Connection, u64) -> Result<T, LibraryError>,
    ) -> Result<T, LibraryError> {
        let hits = self.search(words)?;
        let library = Connection::open_with_flags(&self.library, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        library.busy_timeout(Duration::from_secs(5))?;
        library.pragma_update(None, "temp_store", "MEMORY")?;
        pages::keep_hits(&library, &hits)?;
        question(&library, hits.len() as u64)
    }

    fn search(&mut self, words: &SearchWords) -> Result<Vec<JobId>, LibraryError> {
        let library = Connection::open_with_flags(&self.library, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        library.busy_timeout(Duration::from_secs(5))?;
        for _ in 0..2 {
            match self.search_index(&library, words) {
                Ok(found) => return Ok(found),
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
        search_documents(&library, words)
    }

    fn search_index(&mut self, library: &Connection, words: &SearchWords) -> Result<Vec<JobId>, LibraryError> {
        let index = match &mut self.index {
            Some(index) => index,
            empty => empty.insert(open(&self.path, library)?),
        };
        follow(index, library)?;
        Ok(find(index, words)?)
    }
}

/// Opens or makes the index. One that does not fit this library is an error.
fn open(path: &Path, library: &Connection) -> Result<Connection, LibraryError> {
    drop(open_private_file(path).map_err(|err| LibraryError::io("The search index cannot be opened", &err))?);
    let index = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
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

fn find(index: &Connection, words: &SearchWords) -> Result<Vec<JobId>, rusqlite::Error> {
    // Quoted, a word is a plain run of characters, whatever is in it.
    let long: Vec<String> = words
        .iter()
        .filter(|word| word.chars().count() >= TRIGRAM)
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect();
    let mut found = Vec::new();
    let mut take = |row: &rusqlite::Row<'_>| -> Result<(), rusqlite::Error> {
        if words.are_in(row.get_ref(1)?.as_str()?) {
            found.push(JobId(Uuid::from_bytes(row.get(0)?)));
        }
        Ok(())
    };
    if long.is_empty() {
        let mut all = index.prepare_cached("SELECT job, text FROM texts")?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            take(row)?;
        }
    } else {
        let mut matching = index.prepare_cached(
            "SELECT texts.job, texts.text FROM trigrams JOIN texts ON texts.place = trigrams.rowid WHERE trigrams MATCH ?1",
        )?;
        let mut rows = matching.query([long.join(" AND ")])?;
        while let Some(row) = rows.next()? {
            take(row)?;
        }
    }
    Ok(found)
}

/// The same without an index: reads every document.
fn search_documents(library: &Connection, words: &SearchWords) -> Result<Vec<JobId>, LibraryError> {
    let rows = database::read_rows(library)?;
    Ok(rows.copies.iter().filter(|copy| words.are_in(&text_of(&copy.job))).map(|copy| copy.job.id).collect())
}
