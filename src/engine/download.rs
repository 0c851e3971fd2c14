//! Brings a clip to disk: streamed to a part file, resumed where that is safe, checked, and only then named.
//!
//! Rules (docs/reliability.md, section 4), each there because a common downloader breaks it:
//!
//! * Bytes are flushed before they are recorded ([`Report::Checkpoint`]), and a restart trusts only what was recorded.
//! * A download goes on only from a part file whose validator the server confirms; otherwise it begins anew.
//! * A file gets its final name only when its length is the stated one, and its boxes are whole, and it is flushed.
//! * A name that exists is never overwritten.
//! * The hash covers the bytes that the gateway served, from the first one, also when they came in pieces.
//! * The recipe is put behind them before the file is named (`download::recipe`), and they stay as they were served.

use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::machine::FetchFailure;
use crate::domain::{Clip, JobId};
use crate::gateway::{Client, Media, MediaError, ResumeFrom};
use part::{Part, PartError};
pub use task::{DownloadTask, MAX_CLIP_BYTES, Report};

mod naming;
mod part;
mod recipe;
mod task;

/// Bytes between two flushes of the part file. No more than these are fetched twice after a kill.
const CHECKPOINT_BYTES: u64 = 4 << 20;

/// Bytes that are collected before they are written to the part file.
const BUFFER_BYTES: usize = 256 << 10;

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
    let resumed = Part::open(&task).await?;
    if let Some(clip) = resumed.already_finished(&task).await? {
        resumed.remove(&task).await;
        return Ok(clip);
    }
    let mut transfer = Transfer { part: resumed, task, reports, last_progress: None };
    match transfer.run(client, &stop).await {
        Ok(()) => transfer.part.finish(&transfer.task).await,
        Err(failure) => {
            if matches!(failure, FetchFailure::BadFile(_) | FetchFailure::Changed) {
                transfer.part.remove(&transfer.task).await;
            } else if transfer.part.flush().await.is_ok() {
                transfer.checkpoint().await;
            }
            Err(failure)
        }
    }
}

struct Transfer {
    part: Part,
    task: DownloadTask,
    reports: mpsc::Sender<(JobId, Report)>,
    last_progress: Option<Instant>,
}

impl Transfer {
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
        let mut since_checkpoint = 0;
        loop {
            let chunk = tokio::select! {
                () = stop.cancelled() => return Err(FetchFailure::Stopped),
                chunk = media.chunk() => chunk.map_err(failure_of)?,
            };
            let Some(chunk) = chunk else { break };
            let length = self.part.length() + chunk.len() as u64;
            if length > self.task.max_bytes {
                return Err(FetchFailure::BadFile("it is larger than any clip can be".to_owned()));
            }
            if self.part.total_bytes().is_some_and(|total| length > total) {
                return Err(FetchFailure::BadFile("it is longer than the server said".to_owned()));
            }
            since_checkpoint += chunk.len() as u64;
            self.part.push(chunk, BUFFER_BYTES).await?;
            self.progress();
            if since_checkpoint >= CHECKPOINT_BYTES {
                since_checkpoint = 0;
                self.part.flush().await?;
                self.checkpoint().await;
            }
        }
        match self.part.total_bytes() {
            // A body that ends early, however politely, is an interruption.
            Some(total) if self.part.length() < total => Err(FetchFailure::Trouble { retry_after: None }),
            _ if self.part.length() == 0 => Err(FetchFailure::BadFile("it is empty".to_owned())),
            _ => {
                self.part.flush().await?;
                // What is whole is recorded as whole, so that a kill from here on fetches nothing again.
                self.part.seal();
                self.checkpoint().await;
                Ok(())
            }
        }
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
            return Ok(());
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
