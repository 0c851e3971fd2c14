//! The thread that owns the database.

use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::boards;
use super::columns;
use super::copies::Copy;
use super::database;
use super::error::LibraryError;
use super::history;
use super::intents::IntentLog;
use super::leaving::{self, Leaving};
use super::notes;
use crate::domain::preset::FormShelf;
use crate::domain::prompt_history::{PromptChange, PromptEntry};
use crate::domain::storyboard::Storyboards;
use crate::domain::{Draft, Holds, Job, JobId, RawExchange};

/// Name under which the draft is stored.
const DRAFT: &str = "draft";

/// Name under which what holds orders back is stored.
const HOLDS: &str = "holds";

/// A library with so many jobs may be opened the quick way before long.
const LARGE: usize = 1_000;

/// Where an answer goes. Nobody may be waiting for it any more.
pub(super) type Answer<T> = oneshot::Sender<Result<T, LibraryError>>;

/// What the library's thread can be asked, each with the place for its answer.
#[derive(Debug)]
pub(super) enum Request {
    Put(Vec<Job>, Answer<()>),
    KeepClipFolder(PathBuf, Answer<()>),
    LeaveBehind(Leaving, HashSet<JobId>, Answer<(Vec<Job>, Option<Leaving>)>),
    /// Something is damaged, says this clause.
    NoteDamage(String),
    /// Everything was looked at, and nothing is damaged.
    NoteChecked,
    Exchange(JobId, Answer<Option<RawExchange>>),
    Draft(Answer<Option<Draft>>),
    KeepDraft(Box<Draft>, Answer<()>),
    Holds(Answer<Holds>),
    Storyboards(Answer<(Storyboards, usize)>),
    KeepStoryboards(Box<Storyboards>, Answer<()>),
    KeepHolds(Holds, Answer<()>),
    Prompts(Answer<Vec<PromptEntry>>),
    ChangePrompts(Vec<PromptChange>, Answer<()>),
    FormShelf(Answer<FormShelf>),
    KeepFormShelf(Box<FormShelf>, Answer<()>),
    Close(Answer<()>),
}

/// Everything that belongs to an open library.
#[derive(Debug)]
pub(super) struct Books {
    // Dropped in this order: the lock goes last, when nothing writes any more.
    connection: Connection,
    log: IntentLog,
    next_seq: i64,
    _lock: File,
}

impl Books {
    /// New writes get higher numbers than `highest`.
    pub(super) fn new(connection: Connection, log: IntentLog, lock: File, highest: i64) -> Self {
        Self { connection, log, next_seq: highest.saturating_add(1), _lock: lock }
    }

    /// Writes recovered copies under their own numbers. `replaced` names rows that could not be read.
    pub(super) fn repair(&mut self, copies: &[Copy], replaced: &[String]) -> Result<(), LibraryError> {
        if copies.is_empty() {
            return Ok(());
        }
        database::write_rows(&mut self.connection, copies, replaced)?;
        self.log.append(copies)
    }

    /// Whether the number of lines and rows that cannot be read is another than at the last thorough start, and not zero.
    /// Notes it for the next one.
    pub(super) fn is_new_damage(&self, lines: usize, rows: usize) -> Result<bool, LibraryError> {
        notes::is_new_damage(&self.connection, lines, rows)
    }

    /// How many rows could not be read when all were read last.
    pub(super) fn known_damage(&self) -> Result<usize, LibraryError> {
        Ok(notes::known_damage(&self.connection)?.1)
    }

    /// Sets right what stands beside the documents of these jobs, which are all that can be read, and notes that everything
    /// was looked at. Where the disk takes nothing, the next start looks once more.
    pub(super) fn note_looked_at(&mut self, copies: &[Copy]) {
        match columns::set_right(&mut self.connection, copies) {
            Ok(false) => {}
            Ok(true) => tracing::warn!("what the library notes beside its jobs was not right, and was noted anew"),
            Err(err) => tracing::warn!(%err, "what the library notes beside its jobs cannot be looked at"),
        }
        noted(notes::forget_damage(&self.connection));
        // A small library is looked at at every start, and no start is to wait for a write that says so.
        if copies.len() >= LARGE {
            noted(notes::note_checked(&self.connection));
        }
    }

    /// Writes a job log anew that has grown too long, with one line for each of `copies`.
    pub(super) fn compact(&mut self, copies: &[Copy]) -> Result<(), LibraryError> {
        self.log.compact_if_long(copies)
    }

    /// Clips are named relative to the clip folder. When that is another one than last time, those that stayed behind get
    /// their whole path in the old one, also while its drive is away, so that they are found when it is back and none is
    /// taken for a file of the new folder. Those that lie in the new folder keep their names: then the folder itself was
    /// moved.
    pub(super) fn settle_clip_folder(&mut self, folder: &Path, jobs: &mut [Job]) -> Result<(), LibraryError> {
        let folder = notes::whole(folder);
        let last = notes::clip_folder(&self.connection)?;
        if last.as_ref() == Some(&folder) {
            return Ok(());
        }
        if let Some(last) = last {
            let mut stayed = Vec::new();
            for job in jobs {
                let Some(clip) = job.clip.as_mut().or(job.old_clip.as_mut()) else { continue };
                // A shorter file of the same name is another one: the recipe only makes it longer.
                let is_moved = folder.join(&clip.path).metadata().is_ok_and(|meta| meta.len() >= clip.size_bytes);
                if clip.path.is_relative() && !is_moved {
                    clip.path = last.join(&clip.path);
                    stayed.push(job.clone());
                }
            }
            self.put(stayed)?;
        }
        notes::keep_clip_folder(&self.connection, &folder)
    }

    /// Answers requests until every handle is gone or one of them closes the library. `end_others` ends the threads that read
    /// beside this one, and waits for them.
    pub(super) fn serve(mut self, mut inbox: mpsc::Receiver<Request>, end_others: impl FnOnce()) {
        let mut closed_by = None;
        while let Some(request) = inbox.blocking_recv() {
            match request {
                Request::Put(jobs, answer) => reply(answer, self.put(jobs)),
                Request::KeepClipFolder(folder, answer) => {
                    reply(answer, notes::keep_clip_folder(&self.connection, &folder));
                }
                Request::LeaveBehind(leaving, held, answer) => {
                    let (connection, next_seq) = (&mut self.connection, &mut self.next_seq);
                    reply(answer, leaving::leave_portion(connection, next_seq, leaving, &held));
                }
                Request::NoteDamage(what) => noted(notes::note_damage(&self.connection, &what)),
                Request::NoteChecked => noted(notes::note_checked(&self.connection)),
                Request::Exchange(job, answer) => reply(answer, database::exchange(&self.connection, job)),
                Request::Draft(answer) => reply(answer, draft(&self.connection)),
                Request::KeepDraft(draft, answer) => reply(answer, self.keep_draft(&draft)),
                Request::Holds(answer) => reply(answer, self.holds()),
                Request::Storyboards(answer) => reply(answer, boards::read(&self.connection)),
                Request::KeepStoryboards(kept, answer) => reply(answer, boards::write(&mut self.connection, &kept)),
                Request::KeepHolds(holds, answer) => reply(answer, self.keep_holds(&holds)),
                Request::Prompts(answer) => {
                    reply(answer, history::read(&self.connection).map(|(entries, _)| entries));
                }
                Request::ChangePrompts(changes, answer) => {
                    reply(answer, history::change(&mut self.connection, &changes));
                }
                Request::FormShelf(answer) => reply(answer, history::shelf(&self.connection)),
                Request::KeepFormShelf(shelf, answer) => {
                    reply(answer, history::keep_shelf(&self.connection, &shelf));
                }
                Request::Close(answer) => {
                    closed_by = Some(answer);
                    break;
                }
            }
        }
        // Refuses further requests before the database is gone, so that none is left without an answer.
        drop(inbox);
        // The last connection that closes tidies up the files, which one that only reads cannot do.
        end_others();
        let Self { connection, log, _lock: lock, .. } = self;
        if let Err((_, err)) = connection.close() {
            tracing::warn!(%err, "the database did not close cleanly; nothing is lost by that");
        }
        drop(log);
        drop(lock);
        if let Some(answer) = closed_by {
            reply(answer, Ok(()));
        }
    }

    fn put(&mut self, jobs: Vec<Job>) -> Result<(), LibraryError> {
        let copies: Vec<Copy> = jobs.into_iter().zip(self.next_seq..).map(|(job, seq)| Copy { seq, job }).collect();
        // Also after a failure, because a part of it may have been written.
        self.next_seq = self.next_seq.saturating_add(i64::try_from(copies.len()).unwrap_or(i64::MAX));
        database::write_rows(&mut self.connection, &copies, &[])?;
        self.log.append(&copies)
    }

    /// What holds orders back. Holds that cannot be read count as a pause: an order too few is sent later, one too many
    /// is paid for.
    fn holds(&self) -> Result<Holds, LibraryError> {
        let Some(text) = database::kept(&self.connection, HOLDS)? else { return Ok(Holds::default()) };
        Ok(serde_json::from_str(&text).unwrap_or_else(|err| {
            tracing::warn!(%err, "what holds orders back cannot be read; the queue is paused");
            Holds { is_paused: true, ..Holds::default() }
        }))
    }

    fn keep_holds(&self, holds: &Holds) -> Result<(), LibraryError> {
        let text = serde_json::to_string(holds).map_err(|err| LibraryError::Database(err.to_string()))?;
        database::keep(&self.connection, HOLDS, &text)
    }

    fn keep_draft(&self, draft: &Draft) -> Result<(), LibraryError> {
        let text = serde_json::to_string(draft).map_err(|err| LibraryError::Database(err.to_string()))?;
        database::keep(&self.connection, DRAFT, &text)
    }
}

/// What the form held last; `None` where it held nothing yet, or nothing that can be read.
pub(super) fn draft(connection: &Connection) -> Result<Option<Draft>, LibraryError> {
    let text = database::kept(connection, DRAFT)?;
    Ok(text.and_then(|text| {
        serde_json::from_str(&text).inspect_err(|err| tracing::warn!(%err, "the draft cannot be read")).ok()
    }))
}

fn noted(result: Result<(), LibraryError>) {
    if let Err(err) = result {
        tracing::warn!(%err, "what was found out about the library is not noted");
    }
}

pub(super) fn reply<T>(answer: oneshot::Sender<T>, value: T) {
    // Whoever asked may have gone; what was written stays written.
    answer.send(value).ok();
}
