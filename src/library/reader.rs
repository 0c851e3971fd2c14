//! The thread that answers questions about jobs, on a connection of its own that only reads: so no answer ever waits for a
//! write. It sees everything that was stored before it was asked.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::{mpsc, oneshot};

use super::check::Alarm;
use super::copies::merge;
use super::database;
use super::error::LibraryError;
use super::notes;
use super::thread::{Answer, reply};
use crate::domain::{Job, JobId};

/// Puts a question to a connection, or says why there is none. Returns whether the connection is good for more.
type Perform = dyn FnOnce(Result<&Connection, LibraryError>) -> bool + Send;

/// A question with the place for its answer in it.
pub(super) struct Work(Box<Perform>);

impl Work {
    pub(super) fn new<T: Send + 'static>(
        question: impl FnOnce(&Connection) -> Result<T, LibraryError> + Send + 'static,
        answer: oneshot::Sender<Result<T, LibraryError>>,
    ) -> Self {
        Self(Box::new(move |connection| {
            let found = connection.and_then(question);
            let is_good = found.is_ok();
            reply(answer, found);
            is_good
        }))
    }

    /// Answers the question. Returns whether the connection is good for more.
    pub(super) fn perform(self, connection: Result<&Connection, LibraryError>) -> bool {
        (self.0)(connection)
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Work(…)")
    }
}

/// What the reading thread can be asked, each with the place for its answer.
#[derive(Debug)]
pub(super) enum Question {
    /// The jobs of these names, as they were stored last.
    Jobs(Vec<JobId>, Answer<Vec<Job>>),
    /// Two jobs at most that have this name, or whose name ends with it.
    Find(String, Answer<Vec<Job>>),
    /// Anything else that is read.
    Other(Work),
    /// Ends the thread.
    Close(oneshot::Sender<()>),
}

/// The state of the reading thread.
#[derive(Debug)]
pub(super) struct Reader {
    path: PathBuf,
    /// Opened for the first question, so that the start does not wait for it.
    connection: Option<Connection>,
    alarm: Alarm,
}

impl Reader {
    pub(super) fn new(path: PathBuf, alarm: Alarm) -> Self {
        Self { path, connection: None, alarm }
    }

    /// Answers until every handle is gone or one of them closes the library.
    pub(super) fn serve(mut self, mut inbox: mpsc::Receiver<Question>) {
        while let Some(question) = inbox.blocking_recv() {
            match question {
                Question::Jobs(ids, answer) => reply(answer, self.jobs(&ids)),
                Question::Find(wanted, answer) => reply(answer, self.find(&wanted)),
                Question::Other(work) => self.perform(work),
                Question::Close(closed) => {
                    drop(self.connection.take());
                    // Whoever closes may have gone.
                    closed.send(()).ok();
                    return;
                }
            }
        }
    }

    fn jobs(&mut self, ids: &[JobId]) -> Result<Vec<Job>, LibraryError> {
        let (found, unreadable) = self.ask(|connection| jobs(connection, ids))?;
        if unreadable > 0 {
            self.alarm.raise(&format!("{unreadable} of its jobs cannot be read"));
        }
        Ok(found)
    }

    fn find(&mut self, wanted: &str) -> Result<Vec<Job>, LibraryError> {
        let ids = self.ask(|connection| named(connection, wanted))?;
        self.jobs(&ids)
    }

    /// Answers one question. After an error the next one gets a new connection.
    fn ask<T>(&mut self, question: impl FnOnce(&Connection) -> Result<T, LibraryError>) -> Result<T, LibraryError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.open()?,
        };
        let answer = question(&connection);
        if answer.is_ok() {
            self.connection = Some(connection);
        }
        answer
    }

    /// Answers a question that brings the place for its answer along.
    fn perform(&mut self, work: Work) {
        let opened = self.connection.take().map_or_else(|| self.open(), Ok);
        match opened {
            Ok(connection) => {
                if work.perform(Ok(&connection)) {
                    self.connection = Some(connection);
                }
            }
            Err(err) => _ = work.perform(Err(err)),
        }
    }

    fn open(&self) -> Result<Connection, LibraryError> {
        let connection = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "trusted_schema", false)?;
        Ok(connection)
    }
}

/// The jobs of these names, in the order in which they are named. Unknown ones and those that cannot be read are left out.
/// The second value is how many are there and cannot be read, beyond those of which that was known.
fn jobs(connection: &Connection, ids: &[JobId]) -> Result<(Vec<Job>, usize), LibraryError> {
    let mut found = Vec::with_capacity(ids.len());
    let mut unreadable = 0;
    for id in ids {
        match database::copy_by_id(connection, *id)? {
            Some(copy) => found.push(copy.job),
            None => unreadable += usize::from(database::is_there(connection, *id)?),
        }
    }
    if unreadable > 0 {
        unreadable = unreadable.saturating_sub(notes::known_damage(connection)?.1);
    }
    Ok((found, unreadable))
}

pub(super) fn every(connection: &Connection) -> Result<Vec<Job>, LibraryError> {
    let rows = database::read_rows(connection)?;
    Ok(merge(rows.copies, Vec::new()).copies.into_iter().map(|copy| copy.job).collect())
}

/// Up to two names of jobs that are this one, or end with it.
fn named(connection: &Connection, wanted: &str) -> Result<Vec<JobId>, LibraryError> {
    let mut statement =
        connection.prepare_cached("SELECT id FROM jobs WHERE id = ?1 OR substr(id, -8) = ?1 LIMIT 2")?;
    let mut rows = statement.query([wanted])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.extend(row.get_ref(0)?.as_str().ok().and_then(|id| id.parse().ok()).map(JobId));
    }
    Ok(found)
}
