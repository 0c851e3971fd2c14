//! The quick way to open a library: reads the live jobs, what the job log names and what was ordered since the last start,
//! however many finished jobs there are. Whatever looks odd on the way is a reason for the thorough way, which reads and
//! checks everything, so the quick one repairs nothing and tells the user nothing.

use std::collections::HashMap;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::Paths;
use super::copies::Copy;
use super::database::{self, kept};
use super::error::LibraryError;
use super::history;
use super::notes;
use crate::domain::paging::WHOLE;
use crate::domain::progress::History;
use crate::domain::{JobId, UnixMillis};

/// A library with no more rows is opened thoroughly: all of it goes into memory anyway.
const SMALL: i64 = WHOLE as i64;

/// How many of the clips that were made last tell how long the next one takes.
const TELLING: u32 = 256;

/// How long a whole check of the library lasts.
const CHECK_EVERY: Duration = Duration::from_secs(7 * 24 * 3600);

/// What the quick way found.
#[derive(Debug)]
pub(super) struct Quick {
    pub connection: Connection,
    /// The live jobs, oldest first.
    pub live: Vec<Copy>,
    pub history: History,
    /// The highest number of a write.
    pub highest: i64,
    /// How many rows of jobs were read.
    pub rows_read: usize,
    /// Whether the whole library is to be checked in the background.
    pub is_check_due: bool,
    /// Whether all rows could be read when they were read last.
    pub has_no_known_damage: bool,
}

/// Opens a large library without reading its finished jobs. `None` when the thorough way has to be taken; nothing was
/// changed then. `logged` is what the job log says, and `unreadable_lines` how many of its lines cannot be read.
pub(super) fn quick(paths: &Paths, logged: &[Copy], unreadable_lines: usize) -> Option<Quick> {
    let has_wal = database::has_wal(&paths.database());
    let connection = match database::open_unchecked(&paths.database()) {
        Ok(connection) => connection?,
        Err(fault) => {
            tracing::info!(?fault, "the library is looked at thoroughly");
            return None;
        }
    };
    let mut rows = Rows { connection: &connection, read: 0 };
    let found = match rows.look(paths, logged, unreadable_lines) {
        Ok(Ok(found)) => found,
        Ok(Err(odd)) => {
            tracing::info!(odd, "the library is looked at thoroughly");
            set_down(connection);
            return None;
        }
        Err(err) => {
            tracing::warn!(%err, "the library is looked at thoroughly");
            set_down(connection);
            return None;
        }
    };
    let rows_read = rows.read;
    let Found { live, newer, history, highest, is_check_due, has_no_known_damage } = found;
    let mut connection = connection;
    if let Err(err) = history::take_in(&mut connection, &newer) {
        tracing::warn!(%err, "the library is looked at thoroughly");
        set_down(connection);
        return None;
    }
    let is_check_due = is_check_due || has_wal;
    Some(Quick { connection, live, history, highest, rows_read, is_check_due, has_no_known_damage })
}

/// Closes a connection without moving the write-ahead log into the database, which may be damaged.
fn set_down(connection: Connection) {
    if let Err(err) = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true) {
        tracing::warn!(%err, "the database may be tidied up before it is checked");
    }
}

/// What was read.
struct Found {
    live: Vec<Copy>,
    /// What was ordered since the history of prompts was brought up to date.
    newer: Vec<Copy>,
    history: History,
    highest: i64,
    is_check_due: bool,
    has_no_known_damage: bool,
}

/// Reads rows, and counts them.
struct Rows<'a> {
    connection: &'a Connection,
    read: usize,
}

impl Rows<'_> {
    /// Looks at what the start needs; the inner error says what is odd.
    fn look(
        &mut self,
        paths: &Paths,
        logged: &[Copy],
        unreadable_lines: usize,
    ) -> Result<Result<Found, &'static str>, LibraryError> {
        let connection = self.connection;
        let rows: Option<i64> = connection.query_row("SELECT max(rowid) FROM jobs", [], |row| row.get(0))?;
        if rows.unwrap_or(0) <= SMALL {
            return Ok(Err("it is small"));
        }
        if kept(connection, notes::DAMAGE_SEEN)?.is_some() {
            return Ok(Err("damage was seen"));
        }
        let (lines, rows) = notes::known_damage(connection)?;
        if lines != unreadable_lines {
            return Ok(Err("lines of the job log cannot be read"));
        }
        if notes::clip_folder(connection)?.as_ref() != Some(&notes::whole(&paths.clips)) {
            return Ok(Err("the clip folder is another one"));
        }
        let Some(seen_until) = history::seen_until(connection)? else {
            return Ok(Err("it has no history of prompts"));
        };

        let Some(mut live) = self.all("WHERE is_live = 1", &[])? else {
            return Ok(Err("an unfinished job cannot be read"));
        };
        if !live.iter().all(|copy| copy.job.is_live()) {
            return Ok(Err("a finished job is noted as unfinished"));
        }
        let listed: HashMap<JobId, i64> = live.iter().map(|copy| (copy.job.id, copy.seq)).collect();
        for copy in logged {
            // By its name and not by the list of unfinished jobs: the two have to agree.
            self.read += 1;
            match database::copy_by_id(connection, copy.job.id)? {
                None => return Ok(Err("a job of the job log is not there, or cannot be read")),
                Some(row) if row.seq < copy.seq => return Ok(Err("the job log is newer")),
                Some(row) if row.job.is_live() && listed.get(&row.job.id) != Some(&row.seq) => {
                    return Ok(Err("an unfinished job is not noted as one"));
                }
                Some(_) => {}
            }
        }
        let Some(newer) = self.all("WHERE created_at > ?1", &[&seen_until.0])? else {
            return Ok(Err("a new job cannot be read"));
        };
        live.sort_by_key(|copy| (copy.job.created_at, copy.job.id));
        let of_rows: Option<i64> = connection.query_row("SELECT max(seq) FROM jobs", [], |row| row.get(0))?;
        let seqs = live.iter().chain(logged).chain(&newer).map(|copy| copy.seq);
        let highest = seqs.chain(of_rows).max().unwrap_or(0);
        let history = self.history()?;
        let is_check_due = notes::checked_at(connection)?.is_none_or(is_over);
        Ok(Ok(Found { live, newer, history, highest, is_check_due, has_no_known_damage: rows == 0 }))
    }

    /// The rows that a condition chooses; `None` when one of them cannot be read.
    fn all(&mut self, condition: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Option<Vec<Copy>>, LibraryError> {
        let rows = database::chosen_rows(self.connection, condition, values)?;
        self.read += rows.copies.len() + rows.unreadable.len();
        Ok(rows.unreadable.is_empty().then_some(rows.copies))
    }

    /// How long the clips took that were made last. Those that cannot be read tell nothing.
    fn history(&mut self) -> Result<History, LibraryError> {
        let condition = "WHERE made_at IS NOT NULL ORDER BY made_at DESC LIMIT ?1";
        let rows = database::chosen_rows(self.connection, condition, &[&TELLING])?;
        self.read += rows.copies.len() + rows.unreadable.len();
        Ok(History::of(rows.copies.iter().rev().map(|copy| &copy.job)))
    }
}

/// Whether a check is too long ago, or seems to have been made in the future.
fn is_over(checked_at: UnixMillis) -> bool {
    let now = notes::now();
    now.since(checked_at) > CHECK_EVERY || checked_at.since(now) > CHECK_EVERY
}
