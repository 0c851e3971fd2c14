//! Brings a clip to disk: streamed to a part file, resumed where that is safe, checked, and only then named.
//!
//! Rules (docs/reliability.md, section 4), each there because a common downloader breaks it:
//!
//! * Bytes are flushed before they are recorded ([`Report::Checkpoint`]), and a restart trusts only what was recorded.
//! * A download goes on only from a part file whose validator the server confirms; otherwise it begins anew.
//! * A file gets its final name only when its length is the stated one, and its boxes are whole, and it is flushed. Where no
//!   length was stated, the end has to be sure in another way (`download::verdict`).
//! * A host that sends nothing or next to nothing gives up its place (`download::rate`), and a full disk is noticed before it
//!   is full.
//! * A name that exists is never overwritten.
//! * The hash covers the bytes that the gateway served, from the first one, also when they came in pieces.
//! * The recipe is put behind them before the file is named (`download::recipe`), and they stay as they were served.

use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub use super::disk::FreeSpace;
use super::machine::FetchFailure;
use crate::domain::{Clip, JobId};
use crate::gateway::{Client, Media, MediaError, ResumeFrom};
use file::PartError;
use part::Part;
use rate::Rate;
pub use rate::RateLimits;
pub use task::{DownloadLimits, DownloadTask, MAX_CLIP_BYTES, Report};
use verdict::{Verdict, Wire};

mod file;
mod naming;
mod part;
mod rate;
mod recipe;
mod task;
mod verdict;
mod writer;

/// Bytes between two flushes of the part file. With the blocks that are on their way, no more than 4 MiB are fetched twice after
/// a kill, and what arrives while the library stores that they are safe.
const CHECKPOINT_BYTES: u64 = 5 << 19;

/// Bytes of a block, which are collected before they are written to the part file.
const BLOCK_BYTES: usize = 256 << 10;

/// How many blocks may wait to be written while more of the clip arrives.
const WAITING_BLOCKS: usize = 2;

/// Least time between two reports of progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// Fetches a clip. Cancel `stop` to end early; the bytes that have arrived are then flushed and recorded, as when the
/// connection breaks.
///
/// # Errors
///
/// A [`FetchFailure`], which tells whether the bytes that have arrived are kept.
pub async fn fetch(
    client: &Client,
    task: DownloadTask,
    reports: mpsc::Sender<(JobId, Report)>,
    stop: CancellationToken,
) -> Result<Clip, FetchFailure> {
    let mut resumed = Part::open(&task, reports.clone()).await?;
    if let Some(clip) = resumed.already_finished(&task).await? {
        resumed.remove(&task).await;
        return Ok(clip);
    }
    let mut transfer = Transfer { part: resumed, task, reports, last_progress: None };
    match transfer.run(client, &stop).await {
        Ok(()) => transfer.part.finish(&transfer.task).await,
        Err(failure) => Err(transfer.give_up(failure).await),
    }
}

struct Transfer {
    part: Part,
    task: DownloadTask,
    reports: mpsc::Sender<(JobId, Report)>,
    last_progress: Option<Instant>,
}

impl Transfer {
    /// Keeps what has arrived as far as a later try can use it, and returns why there is no clip.
    async fn give_up(&mut self, failure: FetchFailure) -> FetchFailure {
        if matches!(failure, FetchFailure::BadFile(_) | FetchFailure::Changed) {
            self.part.remove(&self.task).await;
            return failure;
        }
        let flushed = self.part.flush().await;
        let failure = match &flushed {
            // That the disk takes nothing is told rather than that the connection broke afterwards.
            Err(error) if matches!(failure, FetchFailure::Trouble { .. } | FetchFailure::LinkExpired) => {
                error.clone().into()
            }
            _ => failure,
        };
        if matches!(failure, FetchFailure::Disk(_)) && !self.part.can_go_on() {
            // On a disk that has no room, bytes from which no later try can go on only take it away.
            self.part.remove(&self.task).await;
        } else if flushed.is_ok() {
            self.checkpoint().await;
        }
        failure
    }

    async fn run(&mut self, client: &Client, stop: &CancellationToken) -> Result<(), FetchFailure> {
        if self.part.is_complete() {
            return Ok(());
        }
        let resume = self.part.resume_from();
        let opened = tokio::select! {
            () = stop.cancelled() => return Err(FetchFailure::Stopped),
            opened = client.open_media(&self.task.link, resume.as_ref()) => opened,
        };
        let mut media = opened.map_err(failure_of)?;
        self.begin(&media, resume.as_ref()).await?;
        let mut rate = Rate::new(self.task.limits.rate);
        // Only the time that was spent waiting for the host counts, not that for the disk.
        let mut waited = Duration::ZERO;
        loop {
            let began = Instant::now();
            let chunk = tokio::select! {
                () = stop.cancelled() => return Err(FetchFailure::Stopped),
                chunk = tokio::time::timeout(rate.time_left(waited), media.chunk()) => chunk,
            };
            waited += began.elapsed();
            let Ok(chunk) = chunk else {
                tracing::info!(job = %self.task.job.id, bytes = self.part.length(), "a download has stalled");
                return Err(FetchFailure::Trouble { retry_after: None });
            };
            let Some(chunk) = chunk.map_err(failure_of)? else { break };
            let size = chunk.len() as u64;
            rate.came(waited, size);
            let length = self.part.length() + size;
            if length > self.task.max_bytes {
                return Err(FetchFailure::BadFile("it is larger than any clip can be".to_owned()));
            }
            if self.part.total_bytes().is_some_and(|total| length > total) {
                return Err(FetchFailure::BadFile("it is longer than the server said".to_owned()));
            }
            self.part.push(chunk).await?;
            self.progress();
        }
        match self.part.total_bytes() {
            // A body that ends early, however politely, is an interruption.
            Some(total) if self.part.length() < total => return Err(FetchFailure::Trouble { retry_after: None }),
            _ if self.part.length() == 0 => return Err(FetchFailure::BadFile("it is empty".to_owned())),
            _ => self.part.flush().await?,
        }
        if self.part.total_bytes().is_none()
            && self.part.judge_end(Wire::of(media.offset, media.end())).await? != Verdict::Whole
        {
            return Err(FetchFailure::Trouble { retry_after: None });
        }
        // What is whole is recorded as whole, so that a kill from here on fetches nothing again.
        self.part.seal();
        self.checkpoint().await;
        Ok(())
    }

    /// Decides whether the part file goes on with what the server is about to send, or begins anew.
    async fn begin(&mut self, media: &Media, resume: Option<&ResumeFrom>) -> Result<(), FetchFailure> {
        if media.total_bytes.is_some_and(|total| total > self.task.max_bytes) {
            return Err(FetchFailure::BadFile("it is larger than any clip can be".to_owned()));
        }
        let goes_on = resume.is_some_and(|resume| resume.offset == media.offset);
        if goes_on {
            let same =
                |known: Option<&String>, told: Option<&String>| known.is_none() || told.is_none() || known == told;
            let is_same_length = match (self.part.total_bytes(), media.total_bytes) {
                (Some(known), Some(told)) => known == told,
                _ => true,
            };
            if !same(self.part.validator(), media.validator.as_ref()) || !is_same_length {
                return Err(FetchFailure::Changed);
            }
            self.part.learn_total(media.total_bytes);
            return Ok(self.part.check_room().await?);
        }
        if media.offset != 0 {
            return Err(FetchFailure::Changed);
        }
        self.part.restart(media.validator.clone(), media.total_bytes).await?;
        self.checkpoint().await;
        Ok(())
    }

    async fn checkpoint(&self) {
        // The report is lost only when the receiver is gone, which means that the program ends.
        self.reports.send((self.task.job.id, Report::Checkpoint(self.part.record()))).await.ok();
    }

    /// Reports how many bytes have arrived, at most ten times a second. May be lost, because the next report holds
    /// the newer number.
    fn progress(&mut self) {
        if self.last_progress.is_none_or(|last| last.elapsed() >= PROGRESS_EVERY) {
            self.last_progress = Some(Instant::now());
            let report = Report::Progress(self.part.length(), self.part.total_bytes());
            self.reports.try_send((self.task.job.id, report)).ok();
        }
    }
}

fn failure_of(error: MediaError) -> FetchFailure {
    match error {
        MediaError::LinkExpired(_) => FetchFailure::LinkExpired,
        MediaError::Changed => FetchFailure::Changed,
        MediaError::RefusedLink(reason) => FetchFailure::BadFile(format!("its link is not safe to fetch: {reason}")),
        MediaError::NotAFilm(sent) => FetchFailure::BadFile(format!("the server sent {sent} instead of a film")),
        MediaError::Trouble { retry_after, .. } => FetchFailure::Trouble { retry_after },
    }
}

impl From<PartError> for FetchFailure {
    fn from(error: PartError) -> Self {
        match error {
            PartError::Disk(reason) => Self::Disk(reason),
            PartError::NoMovie(reason) => Self::BadFile(reason),
        }
    }
}
