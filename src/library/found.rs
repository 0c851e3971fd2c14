//! What an opened library consists of, and the thorough way to open it: everything is read and checked, and repaired where
//! that is possible.

use std::collections::HashSet;
use std::fs::File;
use std::path::Path;

use super::Paths;
use super::boards;
use super::copies::{Copy, merge};
use super::database::{self, Fault, Rows};
use super::error::LibraryError;
use super::finder::Finder;
use super::history;
use super::intents::{IntentLog, ReadLog};
use super::opening::Quick;
use super::thread::Books;
use crate::domain::numbers::counted;
use crate::domain::progress::History;
use crate::domain::{HeldFor, Job, JobId, JobState};

/// A library that was read, and what is left to do with it.
pub(super) struct Found {
    pub books: Books,
    pub live: Vec<Job>,
    pub finished: Option<Vec<Job>>,
    pub history: History,
    pub rows_read: usize,
    pub is_check_due: bool,
}

impl Found {
    /// From what the quick way read.
    pub(super) fn quickly(quick: Quick, log: IntentLog, lock: File) -> Result<Self, LibraryError> {
        let Quick { connection, live, history, highest, rows_read, is_check_due, has_no_known_damage } = quick;
        let mut books = Books::new(connection, log, lock, highest);
        if has_no_known_damage {
            // All that the log says was just found in the database, and what is not over is among the live jobs.
            books.compact(&live)?;
        }
        let live = live.into_iter().map(|copy| copy.job).collect();
        Ok(Self { books, live, finished: None, history, rows_read, is_check_due })
    }

    /// Reads and checks everything, and repairs what can be repaired.
    pub(super) fn thoroughly(
        paths: &Paths,
        read: ReadLog,
        lock: File,
        warnings: &mut Vec<String>,
    ) -> Result<Self, LibraryError> {
        let ReadLog { log, copies: logged, unreadable_lines } = read;
        let (mut connection, rows, salvaged) = open_database(&paths.database(), warnings)?;
        let rows_read = rows.copies.len() + rows.unreadable.len() + salvaged.as_ref().map_or(0, Vec::len);
        let was_set_aside = salvaged.is_some();
        let others = salvaged.into_iter().flatten().chain(logged).collect();
        let mut merged = merge(rows.copies, others);

        let recovered: HashSet<JobId> = merged.recovered.iter().copied().collect();
        let (replaced, unreadable): (Vec<String>, Vec<String>) =
            rows.unreadable.into_iter().partition(|id| id.parse().is_ok_and(|id| recovered.contains(&JobId(id))));
        if !recovered.is_empty() {
            warnings.push(format!("{} recovered from the job log.", counted(recovered.len(), "job", "jobs")));
        }
        if !unreadable.is_empty() {
            let number = unreadable.len();
            warnings.push(format!("{} cannot be read. Nothing of it was deleted.", counted(number, "job", "jobs")));
            tracing::warn!(ids = ?unreadable, "jobs in the database cannot be read");
        }

        history::take_in(&mut connection, &merged.copies)?;
        let highest = merged.copies.iter().map(|copy| copy.seq).max().unwrap_or(0);
        let mut books = Books::new(connection, log, lock, highest);
        // Damage that an earlier start found, and that nothing can mend, is no news.
        let is_news = books.is_new_damage(unreadable_lines, unreadable.len())?;
        if was_set_aside || !recovered.is_empty() || is_news {
            let held = hold_queued(&mut merged.copies);
            if held > 0 {
                let number = counted(held, "job", "jobs");
                warnings
                    .push(format!("{number} in the queue may have been sent before, and wait for a word of yours."));
            }
        }
        let is_repaired = |copy: &&Copy| recovered.contains(&copy.job.id) || copy.job.held == Some(HeldFor::Repaired);
        let repaired: Vec<Copy> = merged.copies.iter().filter(is_repaired).cloned().collect();
        books.repair(&repaired, &replaced)?;
        // While a set-aside database waits for a closer look, the long log is the richer copy of what it held.
        if !was_set_aside && unreadable.is_empty() {
            books.compact(&merged.copies)?;
        }
        books.note_looked_at(&merged.copies);

        let mut jobs: Vec<Job> = merged.copies.into_iter().map(|copy| copy.job).collect();
        books.settle_clip_folder(&paths.clips, &mut jobs)?;
        if was_set_aside || !repaired.is_empty() {
            // What was recovered carries numbers that the index has seen already.
            if let Err(err) = Finder::forget(&paths.search_index()) {
                tracing::warn!(%err, "the search index cannot be deleted");
            }
        }
        let history = History::of(&jobs);
        let (live, finished) = jobs.into_iter().partition(Job::is_live);
        Ok(Self { books, live, finished: Some(finished), history, rows_read, is_check_due: false })
    }
}

/// Opens the database and reads its rows. A damaged one is set aside, and a new one begun; the third value is then what
/// could be read of the old one.
fn open_database(
    path: &Path,
    warnings: &mut Vec<String>,
) -> Result<(rusqlite::Connection, Rows, Option<Vec<Copy>>), LibraryError> {
    let open = || {
        let connection = database::open(path)?;
        let rows = database::read_rows(&connection)?;
        Ok((connection, rows))
    };
    let cause = match open() {
        Ok((connection, rows)) => return Ok((connection, rows, None)),
        Err(Fault::Stop(err)) => return Err(err),
        Err(Fault::Damaged(cause)) => cause,
    };
    tracing::error!(%cause, "the database is damaged");
    let date = jiff::Timestamp::now().strftime("%Y-%m-%dT%H-%M-%SZ").to_string();
    let aside = database::set_aside(path, &date)?;
    let (mut of_boards, mut of_form) = (Vec::new(), history::Saved::default());
    let salvaged = database::salvage(&aside, |connection| {
        of_boards = boards::rows(connection).unwrap_or_default();
        of_form = history::saved(connection);
    });
    let name = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
    warnings.push(format!(
        "The library's database was damaged ({cause}). It was set aside as {name}; {} could be read in it.",
        counted(salvaged.len(), "job", "jobs")
    ));
    match open() {
        Ok((mut connection, rows)) => {
            boards::put_back(&connection, &of_boards)?;
            history::put_back(&mut connection, of_form)?;
            Ok((connection, rows, Some(salvaged)))
        }
        Err(Fault::Stop(err)) => Err(err),
        Err(Fault::Damaged(cause)) => Err(LibraryError::Database(cause)),
    }
}

/// Holds every queued order of a library that had to be repaired: a later line, which said that it was sent, may be lost.
/// Returns how many.
fn hold_queued(copies: &mut [Copy]) -> usize {
    let queued = copies.iter_mut().filter(|copy| copy.job.state == JobState::Queued);
    queued.map(|copy| copy.job.held = Some(HeldFor::Repaired)).count()
}
