//! The tasks that run beside the actor. Each ends with one [`TaskResult`]; when one panics, its [`TaskKind`] gives
//! the answer.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::clip_files;
use super::pictures;
use super::sent_pictures::SentPictures;
use super::setup::{EngineOptions, wall_clock};
use super::task_result::TaskResult;
use crate::domain::caps::Calendar;
use crate::domain::clip_name::clip_file_name;
use crate::domain::hosting::{BucketCheck, BucketStep, BucketTrouble};
use crate::domain::outcome::{
    CancelOutcome, FindOutcome, KeyCheck, NetworkCause, PollOutcome, SubmitOutcome, UnconfirmedCause,
};
use crate::domain::poster_frame::PosterFrame;
use crate::domain::random::Random;
use crate::domain::{GatewayId, Holds, Hosted, Job, JobId, RawExchange, RemoteId, TraceId, UnixMillis};
use crate::engine::download;
use crate::engine::event::Event;
use crate::engine::machine::{FetchFailure, FileWork, Host, HostFailure, Input};
use crate::gateway::{self, Answer, BucketClient, Client, LimitHint};
use crate::library::{Leaving, Library, Paths};
use crate::media;

/// Length of the longer side of a poster in pixels.
const POSTER_SIDE: u32 = 960;

/// How long to wait until clips of an old folder are noted again, when the library did not take it.
const LEAVE_AGAIN: Duration = Duration::from_secs(5);

/// What is said of a library when the task that reads it panicked.
const UNREADABLE: &str = "The library could not be read";

/// What a task does, and for which jobs.
#[derive(Clone, Debug)]
pub(super) enum TaskKind {
    Store(Vec<(JobId, u64)>),
    StoreHolds,
    Picture(JobId),
    SendPictures(JobId, Host),
    Unhost(JobId, Vec<Hosted>),
    Submit(JobId),
    Find(JobId),
    Poll(JobId),
    Cancel(JobId),
    Download(JobId),
    Poster(JobId),
    Filmstrip,
    Files(Vec<(JobId, FileWork)>),
    CheckKey(GatewayId),
    CheckBucket,
    KeepFolder,
    Recall(Vec<JobId>),
    SumUp(u64),
    LeaveBehind(Leaving),
    AwaitDamage,
}

impl TaskKind {
    /// The result of a task that panicked, which assumes the worst that may have happened. `clips` is the clip
    /// folder.
    pub(super) fn failed(self, clips: &Path) -> TaskResult {
        tracing::error!(kind = ?self, "a task of the engine panicked");
        match self {
            Self::Store(batch) => TaskResult::Stored(batch, Err("The library could not be written".to_owned())),
            Self::StoreHolds => TaskResult::StoredHolds(Err("The library could not be written".to_owned())),
            Self::Picture(job) => TaskResult::Picture(job, Err("it cannot be decoded".to_owned())),
            Self::SendPictures(job, host) => {
                let why = "The picture could not be sent, which is a fault of Rushes.".to_owned();
                TaskResult::Pictures(job, host, Err(HostFailure::Passing(why)))
            }
            Self::Unhost(job, unneeded) => pictures::unhosting_failed(job, unneeded),
            Self::Submit(job) => {
                let outcome = SubmitOutcome::Unconfirmed(UnconfirmedCause::Network(NetworkCause::Broken));
                TaskResult::Input(Input::Submitted(job, local(outcome)))
            }
            Self::Find(job) => {
                TaskResult::Input(Input::OrderSought(job, local(FindOutcome::Trouble(NetworkCause::Unreadable))))
            }
            Self::Poll(job) => {
                TaskResult::Input(Input::Polled(job, local(PollOutcome::Trouble(NetworkCause::Unreadable))))
            }
            Self::Cancel(job) => {
                TaskResult::Input(Input::CancelAnswered(job, local(CancelOutcome::Trouble(NetworkCause::Unreadable))))
            }
            Self::Download(job) => {
                TaskResult::Input(Input::DownloadFailed(job, FetchFailure::Trouble { retry_after: None }))
            }
            Self::Poster(job) => {
                TaskResult::Input(Input::PosterMade(job, Err("the decoder gave up on this film".to_owned())))
            }
            Self::Recall(ids) => TaskResult::Input(Input::Recalled(ids, Err(UNREADABLE.to_owned()))),
            Self::SumUp(number) => TaskResult::Input(Input::SummedUp(number, Err(UNREADABLE.to_owned()))),
            Self::LeaveBehind(leaving) => TaskResult::LeftBehind(leaving, Err(UNREADABLE.to_owned())),
            Self::Filmstrip | Self::KeepFolder | Self::AwaitDamage => TaskResult::Nothing,
            Self::Files(batch) => TaskResult::Files(clip_files::failed(batch), clips.to_owned()),
            Self::CheckBucket => TaskResult::Event(Event::BucketChecked(BucketCheck::Fails {
                step: BucketStep::Write,
                trouble: BucketTrouble::Network(NetworkCause::Unreadable),
                left: None,
            })),
            Self::CheckKey(gateway) => {
                TaskResult::Event(Event::KeyChecked(gateway, KeyCheck::Trouble(NetworkCause::Unreadable)))
            }
        }
    }
}

/// An answer that this program gives in place of a gateway that was not asked or not heard.
fn local<T>(outcome: T) -> Answer<T> {
    Answer { outcome, request_id: None, exchange: RawExchange::default(), limit: LimitHint::default() }
}

pub(super) async fn store(library: Library, jobs: Vec<Job>, batch: Vec<(JobId, u64)>) -> TaskResult {
    let result = library.put_all(jobs).await;
    TaskResult::Stored(batch, result.map_err(|error| error.to_string()))
}

pub(super) async fn store_holds(library: Library, holds: Holds) -> TaskResult {
    TaskResult::StoredHolds(library.keep_holds(holds).await.map_err(|error| error.to_string()))
}

/// Waits until something in the library is found to be damaged.
pub(super) async fn await_damage(library: Library) -> TaskResult {
    let what = library.found_damage().await;
    TaskResult::Event(Event::LibraryDamaged(format!(
        "A part of the library is damaged ({what}). Close Rushes and open it again: that start reads everything and repairs \
         what it can, and nothing is deleted."
    )))
}

/// Reads jobs that the machine does not hold.
pub(super) async fn recall(library: Library, ids: Vec<JobId>) -> TaskResult {
    let result = library.jobs(ids.clone()).await;
    TaskResult::Input(Input::Recalled(ids, result.map_err(|error| error.to_string())))
}

/// Sums up what jobs count that the machine does not hold.
pub(super) async fn sum_up(
    library: Library,
    calendar: Calendar,
    runs: Vec<JobId>,
    held: Vec<JobId>,
    number: u64,
) -> TaskResult {
    let result = library.past(calendar, runs, held).await;
    TaskResult::Input(Input::SummedUp(number, result.map_err(|error| error.to_string())))
}

/// Makes the paths of a portion of the clips in an old folder absolute, but not those of `held` jobs.
pub(super) async fn leave_behind(library: Library, leaving: Leaving, held: HashSet<JobId>) -> TaskResult {
    if leaving.has_failed() {
        tokio::time::sleep(LEAVE_AGAIN).await;
    }
    let result = library.leave_behind(leaving.clone(), held).await;
    TaskResult::LeftBehind(leaving, result.map_err(|error| error.to_string()))
}

/// Notes in the library where the clips lie from now on.
pub(super) async fn keep_folder(library: Library, folder: PathBuf) -> TaskResult {
    if let Err(err) = library.keep_clip_folder(folder).await {
        // The next start then finds the clips of the new folder there.
        tracing::warn!(%err, "the new clip folder is not noted in the library");
    }
    TaskResult::Nothing
}

pub(super) async fn submit(job: Box<Job>, mut pictures: SentPictures, client: Option<Client>) -> TaskResult {
    let has_pictures = pictures.complete(&job);
    let answer = match client {
        Some(client) if has_pictures => {
            let SentPictures { start, end } = pictures;
            let (request, trace) = (job.request.clone(), job.trace);
            client.submit(&gateway::Submission { job: job.id, request, start, end, trace }).await
        }
        _ => local(SubmitOutcome::NotSent(NetworkCause::CannotConnect)),
    };
    TaskResult::Input(Input::Submitted(job.id, answer))
}

pub(super) async fn find_order(job: JobId, trace: TraceId, sent_at: UnixMillis, client: Option<Client>) -> TaskResult {
    let answer = match client {
        Some(client) => client.find_order(trace, sent_at).await,
        None => local(FindOutcome::Trouble(NetworkCause::CannotConnect)),
    };
    TaskResult::Input(Input::OrderSought(job, answer))
}

pub(super) async fn poll(job: JobId, remote_id: RemoteId, client: Option<Client>) -> TaskResult {
    let answer = match client {
        Some(client) => client.poll(&remote_id).await,
        None => local(PollOutcome::Trouble(NetworkCause::CannotConnect)),
    };
    TaskResult::Input(Input::Polled(job, answer))
}

pub(super) async fn cancel(job: JobId, remote_id: RemoteId, client: Option<Client>) -> TaskResult {
    let answer = match client {
        Some(client) => client.cancel(&remote_id).await,
        None => local(CancelOutcome::Trouble(NetworkCause::CannotConnect)),
    };
    TaskResult::Input(Input::CancelAnswered(job, answer))
}

pub(super) async fn check_key(gateway: GatewayId, client: Client) -> TaskResult {
    TaskResult::Event(Event::KeyChecked(gateway, client.check_key().await.outcome))
}

/// Tries a bucket with an object of a name that nothing else has.
pub(super) async fn check_bucket(client: BucketClient, mut random: Random) -> TaskResult {
    let now = wall_clock();
    let name = random.job_id(now).to_string();
    TaskResult::Event(Event::BucketChecked(client.check(&name, now).await))
}

pub(super) fn download_task(options: &EngineOptions, job: Box<Job>, link: Url) -> download::DownloadTask {
    let date = (options.local_date)(job.created_at);
    download::DownloadTask {
        link,
        folder: options.paths.clips.clone(),
        file_name: clip_file_name(&date, &job.request, job.id),
        max_bytes: options.max_clip_bytes,
        limits: options.download.clone(),
        clock: wall_clock,
        job,
    }
}

pub(super) async fn fetch(
    task: download::DownloadTask,
    client: Option<Client>,
    reports: mpsc::Sender<(JobId, download::Report)>,
    stop: CancellationToken,
) -> TaskResult {
    let job = task.job.id;
    let result = match client {
        Some(client) => download::fetch(&client, task, reports, stop).await,
        None => Err(FetchFailure::Trouble { retry_after: None }),
    };
    TaskResult::Input(match result {
        Ok(clip) => Input::Downloaded(job, clip),
        Err(failure) => Input::DownloadFailed(job, failure),
    })
}

pub(super) async fn poster(job: Box<Job>, paths: Paths, threads: Arc<Semaphore>) -> TaskResult {
    let _permit = threads.acquire_owned().await;
    // A clip that the user moved has an absolute path, which `join` takes as it is.
    let clip = job.clip.as_ref().map(|clip| paths.clips.join(&clip.path));
    let (poster, frame) = (paths.poster(job.id), PosterFrame::of(&job));
    let made = tokio::task::spawn_blocking(move || {
        let clip = clip.ok_or_else(|| "there is no clip".to_owned())?;
        std::fs::create_dir_all(paths.posters()).map_err(|error| error.to_string())?;
        media::write_poster(&clip, &poster, frame, POSTER_SIDE).map_err(|error| error.to_string())
    })
    .await;
    let result = made.unwrap_or_else(|_| Err("the decoder gave up on this film".to_owned()));
    TaskResult::Poster(job, result)
}

/// Makes the filmstrip of a clip. It only helps to look around in the clip, so that a failure is logged and not told.
pub(super) async fn filmstrip(job: Box<Job>, paths: Paths, thread: Arc<Semaphore>) -> TaskResult {
    let Some(clip) = job.clip.as_ref().map(|clip| paths.clips.join(&clip.path)) else { return TaskResult::Nothing };
    let _permit = thread.acquire_owned().await;
    let strip = paths.filmstrip(job.id);
    let made = tokio::task::spawn_blocking(move || {
        media::write_filmstrip(&clip, &strip, media::FILMSTRIP_FRAMES, media::FILMSTRIP_HEIGHT)
    })
    .await;
    match made {
        Ok(Ok(_)) => {}
        Ok(Err(reason)) => tracing::debug!(job = %job.id, %reason, "no filmstrip"),
        Err(reason) => tracing::warn!(job = %job.id, %reason, "the filmstrip was given up"),
    }
    TaskResult::Nothing
}

pub(super) fn input_of(job: JobId, report: download::Report) -> Input {
    match report {
        download::Report::Progress(bytes, total) => Input::Progress { job, bytes, total },
        download::Report::Checkpoint(part) => Input::Checkpoint(job, part),
    }
}
