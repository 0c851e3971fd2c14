//! The job log: a second copy of every paid decision beside the database.
//!
//! `intents.jsonl` gets one line whenever a job changes its state or gets its remote id. It is only ever appended to, and
//! shortened at open. When the database is damaged, or lost its last writes, jobs in flight are recovered from here.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::copies::{Copy, sum};
use super::error::LibraryError;
use super::folders::{open_private_file, write_atomically};
use crate::domain::{Job, JobId, JobState, RemoteId};

/// A log longer than this is shortened when the library is opened.
const COMPACT_ABOVE_BYTES: u64 = 2 * 1024 * 1024;

/// One line. The job stands in it as text, so that its sum holds for the exact bytes and survives changes of [`Job`].
#[derive(Serialize, Deserialize)]
struct Line {
    seq: i64,
    sum: String,
    job: String,
}

/// The job log, open for appending.
#[derive(Debug)]
pub(super) struct IntentLog {
    file: File,
    path: PathBuf,
    /// What the log says last about each job.
    last: HashMap<JobId, (JobState, Option<RemoteId>)>,
    /// Whether the file may end in the middle of a line.
    is_torn: bool,
}

/// A job log that was opened, and what could be read of it.
pub(super) struct ReadLog {
    pub log: IntentLog,
    /// The newest copy of every job in it.
    pub copies: Vec<Copy>,
    /// Lines in the middle that could not be read. A cut last line is no damage: it was never acknowledged.
    pub unreadable_lines: usize,
}

impl IntentLog {
    /// Opens or makes the log and reads all of it.
    pub(super) fn open(path: &Path) -> Result<ReadLog, LibraryError> {
        let failed = |err: io::Error| LibraryError::io(format!("The job log {} cannot be read", path.display()), &err);
        let mut file = open_private_file(path).map_err(failed)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let (copies, unreadable_lines) = parse(&bytes);
        let last = copies.iter().map(|copy| (copy.job.id, mark(&copy.job))).collect();
        let is_torn = bytes.last().is_some_and(|byte| *byte != b'\n');
        Ok(ReadLog { log: Self { file, path: path.to_owned(), last, is_torn }, copies, unreadable_lines })
    }

    /// Appends those jobs whose state or remote id the log does not know yet, and flushes them to disk.
    pub(super) fn append(&mut self, copies: &[Copy]) -> Result<(), LibraryError> {
        let mut text = String::new();
        for copy in copies.iter().filter(|copy| self.last.get(&copy.job.id) != Some(&mark(&copy.job))) {
            text.push_str(&line_of(copy)?);
        }
        if text.is_empty() {
            return Ok(());
        }
        if self.is_torn {
            text.insert(0, '\n');
        }
        self.is_torn = true;
        self.file
            .seek(SeekFrom::End(0))
            .and_then(|_| self.file.write_all(text.as_bytes()))
            .and_then(|()| self.file.sync_data())
            .map_err(|err| LibraryError::io(format!("The job log {} cannot be written", self.path.display()), &err))?;
        self.is_torn = false;
        self.last.extend(copies.iter().map(|copy| (copy.job.id, mark(&copy.job))));
        Ok(())
    }

    /// Rewrites a long log so that it holds one line for each job that is not over. Only to be called while the database
    /// is known to be whole and to hold all of `copies`.
    pub(super) fn compact_if_long(&mut self, copies: &[Copy]) -> Result<(), LibraryError> {
        let failed =
            |err: io::Error| LibraryError::io(format!("The job log {} cannot be shortened", self.path.display()), &err);
        if self.file.metadata().map_err(failed)?.len() <= COMPACT_ABOVE_BYTES {
            return Ok(());
        }
        let open: Vec<_> = copies.iter().filter(|copy| !is_over(copy.job.state)).collect();
        let mut text = String::new();
        for copy in &open {
            text.push_str(&line_of(copy)?);
        }
        write_atomically(&self.path, text.as_bytes()).map_err(failed)?;
        self.file = open_private_file(&self.path).map_err(failed)?;
        self.last = open.iter().map(|copy| (copy.job.id, mark(&copy.job))).collect();
        self.is_torn = false;
        Ok(())
    }
}

/// The newest copies in the log at `path` without opening it for writing; none where there is no log.
pub(super) fn read(path: &Path) -> Vec<Copy> {
    fs::read(path).map(|bytes| parse(&bytes).0).unwrap_or_default()
}

fn mark(job: &Job) -> (JobState, Option<RemoteId>) {
    (job.state, job.remote_id.clone())
}

fn is_over(state: JobState) -> bool {
    !state.is_unfinished() && !state.needs_user()
}

fn line_of(copy: &Copy) -> Result<String, LibraryError> {
    let job = Job { exchange: None, ..copy.job.clone() };
    let encoded = serde_json::to_string(&job).and_then(|job| {
        let line = Line { seq: copy.seq, sum: sum(&format!("{} {job}", copy.seq)), job };
        serde_json::to_string(&line)
    });
    let mut line = encoded.map_err(|err| LibraryError::Database(err.to_string()))?;
    line.push('\n');
    Ok(line)
}

pub(super) fn parse(bytes: &[u8]) -> (Vec<Copy>, usize) {
    let mut newest: HashMap<JobId, Copy> = HashMap::new();
    let mut unreadable_lines = 0;
    let mut lines = bytes.split(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        let is_last = lines.peek().is_none();
        if line.is_empty() {
            continue;
        }
        match parse_line(line) {
            Some(copy) => {
                if newest.get(&copy.job.id).is_none_or(|known| known.seq < copy.seq) {
                    newest.insert(copy.job.id, copy);
                }
            }
            None if is_last => {}
            None => unreadable_lines += 1,
        }
    }
    (newest.into_values().collect(), unreadable_lines)
}

fn parse_line(line: &[u8]) -> Option<Copy> {
    let line: Line = serde_json::from_slice(line).ok()?;
    if sum(&format!("{} {}", line.seq, line.job)) != line.sum {
        return None;
    }
    Some(Copy { seq: line.seq, job: serde_json::from_str(&line.job).ok()? })
}
