//! The thread that answers questions about jobs, on a connection of its own that only reads: so no answer ever waits for a
//! write. It sees everything that was stored before it was asked.

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::{mpsc, oneshot};

use super::database;
use super::error::LibraryError;
use super::pages;
use super::thread::{Answer, reply};
use crate::domain::paging::{Ask, PageLook, Span};
use crate::domain::{Job, JobId};

/// What the reading thread can be asked, each with the place for its answer.
#[derive(Debug)]
pub(super) enum Question {
    /// The jobs of these names, as they were stored last.
    Jobs(Vec<JobId>, Answer<Vec<Job>>),
    /// A part of the gallery.
    Span(Box<Ask>, Answer<Span>),
    /// The shown jobs from one to another, or all of them: at most so many, and one more where there are more.
    Shown(Box<PageLook>, Option<(JobId, JobId)>, usize, Answer<Vec<JobId>>),
    /// Whether there are more jobs than this.
    HasMoreThan(usize, Answer<bool>),
    /// Ends the thread.
    Close(oneshot::Sender<()>),
}

/// The state of the reading thread.
#[derive(Debug)]
pub(super) struct Reader {
    path: PathBuf,
    /// Opened for the first question, so that the start does not wait for it.
    connection: Option<Connection>,
}

impl Reader {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, connection: None }
    }

    /// Answers until every handle is gone or one of them closes the library.
    pub(super) fn serve(mut self, mut inbox: mpsc::Receiver<Question>) {
        while let Some(question) = inbox.blocking_recv() {
            match question {
                Question::Jobs(ids, answer) => reply(answer, self.ask(|connection| jobs(connection, &ids))),
                Question::Span(ask, answer) => {
                    reply(answer, self.ask(|connection| pages::span(connection, &ask, None)))
                }
                Question::Shown(look, ends, limit, answer) => {
                    reply(answer, self.ask(|connection| pages::shown(connection, &look, ends, limit, None)));
                }
                Question::HasMoreThan(jobs, answer) => {
                    reply(answer, self.ask(|connection| pages::has_more_than(connection, jobs)));
                }
                Question::Close(closed) => {
                    drop(self.connection.take());
                    // Whoever closes may have gone.
                    closed.send(()).ok();
                    return;
                }
            }
        }
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

    fn open(&self) -> Result<Connection, LibraryError> {
        let connection = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "trusted_schema", false)?;
        Ok(connection)
    }
}

/// The jobs of these names, in the order in which they are named. Unknown ones and those that cannot be read are left out.
fn jobs(connection: &Connection, ids: &[JobId]) -> Result<Vec<Job>, LibraryError> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(database::copy_by_id(connection, *id)?.map(|copy| copy.job));
    }
    Ok(found)
}
