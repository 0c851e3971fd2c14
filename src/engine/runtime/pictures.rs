//! Brings pictures to the place that a gateway fetches them from, and deletes them there.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::setup::wall_clock;
use super::task_result::TaskResult;
use crate::domain::hosting::{BucketStep, BucketTrouble, HostedAt, HostedState, PictureSlot, stored_pictures};
use crate::domain::outcome::UploadOutcome;
use crate::domain::request::StoredPicture;
use crate::domain::{GatewayId, Hosted, Job, JobId, StartPicture};
use crate::engine::download::Report;
use crate::engine::machine::{Host, HostFailure, Input};
use crate::gateway::{BucketClient, Client, Progress, SubmittedPicture, UploadedPicture};
use crate::media;

/// How often the progress of an upload is told.
const TOLD_EVERY: Duration = Duration::from_millis(100);

/// The pictures of an order in the form in which they go out.
#[derive(Clone, Debug, Default)]
pub(super) struct SentPictures {
    /// The first frame.
    pub(super) start: Option<SubmittedPicture>,
    /// The last frame.
    pub(super) end: Option<SubmittedPicture>,
}

impl SentPictures {
    fn put(&mut self, slot: PictureSlot, picture: SubmittedPicture) {
        match slot {
            PictureSlot::Start => self.start = Some(picture),
            PictureSlot::End => self.end = Some(picture),
        }
    }

    /// Adds the pictures of a job that are web addresses already. Returns whether there is one for each picture that the
    /// job needs: without it the order would buy another clip than the one that was asked for.
    pub(super) fn complete(&mut self, job: &Job) -> bool {
        let address = |picture: Option<&StartPicture>| match picture {
            Some(StartPicture::WebAddress(address)) => Some(SubmittedPicture::Address(address.clone())),
            Some(StartPicture::Stored(_)) | None => None,
        };
        let (start, end) = (job.request.picture(), job.request.end_picture());
        self.start = self.start.take().or(address(start)).filter(|_| start.is_some());
        self.end = self.end.take().or(address(end)).filter(|_| end.is_some());
        self.start.is_some() == start.is_some() && self.end.is_some() == end.is_some()
    }
}

/// Reads the stored pictures of a job for an order that holds them itself.
pub(super) async fn read(job: Box<Job>, inputs: PathBuf, threads: Arc<Semaphore>) -> TaskResult {
    let id = job.id;
    let _permit = threads.acquire_owned().await;
    let read = tokio::task::spawn_blocking(move || {
        let mut sent = SentPictures::default();
        for (slot, picture) in stored_pictures(&job.request) {
            let uri = media::data_uri(picture, &inputs).map_err(|error| error.to_string())?;
            sent.put(slot, SubmittedPicture::Address(uri));
        }
        Ok(sent)
    });
    TaskResult::Picture(id, read.await.unwrap_or_else(|_| Err("it cannot be decoded".to_owned())))
}

/// What is needed to send the pictures of one job.
pub(super) struct Sending {
    pub(super) job: Box<Job>,
    pub(super) host: Host,
    /// The address of the gateway that will fetch them; `None` when it is not connected any more.
    pub(super) gateway: Option<Url>,
    pub(super) bucket: Option<BucketClient>,
    /// PixVerse Platform, for its upload.
    pub(super) platform: Option<Client>,
    pub(super) inputs: PathBuf,
    pub(super) threads: Arc<Semaphore>,
    pub(super) reports: mpsc::Sender<(JobId, Report)>,
    pub(super) stop: CancellationToken,
}

/// Sends the pictures of a job to their server and reads them back.
pub(super) async fn send(sending: Sending) -> TaskResult {
    let (id, host, stop) = (sending.job.id, sending.host, sending.stop.clone());
    let sent = tokio::select! {
        biased;
        () = stop.cancelled() => Err(HostFailure::Stopped),
        sent = sending.send() => sent,
    };
    TaskResult::Pictures(id, host, sent)
}

impl Sending {
    async fn send(self) -> Result<(SentPictures, Vec<Hosted>), HostFailure> {
        let gateway = self.gateway.as_ref().ok_or(HostFailure::Stopped)?;
        let mut sent = SentPictures::default();
        let mut hosted = Vec::new();
        let both =
            [(PictureSlot::Start, self.job.request.picture()), (PictureSlot::End, self.job.request.end_picture())];
        for (slot, picture) in both {
            let (submitted, lies) = match (self.host, picture) {
                (Host::Bucket, Some(StartPicture::Stored(picture))) => {
                    let bytes = self.bytes(picture).await?;
                    self.to_bucket(slot, picture, bytes, gateway).await?
                }
                (Host::Platform, Some(StartPicture::Stored(picture))) => {
                    let bytes = self.bytes(picture).await?;
                    let upload = UploadedPicture::Bytes(&bytes, picture.picture_type);
                    self.to_platform(slot, upload, bytes.len() as u64).await?
                }
                (Host::Platform, Some(StartPicture::WebAddress(address))) if self.is_for_platform() => {
                    self.to_platform(slot, UploadedPicture::Address(address), address.len() as u64).await?
                }
                (_, Some(StartPicture::WebAddress(_)) | None) => continue,
            };
            sent.put(slot, submitted);
            hosted.push(lies);
        }
        Ok((sent, hosted))
    }

    /// Whether the order itself goes to PixVerse Platform, which names pictures by their numbers.
    fn is_for_platform(&self) -> bool {
        self.job.gateway == GatewayId::Pixverse
    }

    async fn to_platform(
        &self,
        slot: PictureSlot,
        picture: UploadedPicture<'_>,
        total: u64,
    ) -> Result<(SubmittedPicture, Hosted), HostFailure> {
        // The machine looks for a key first, so that one is missing only for a moment.
        let client = self.platform.as_ref().ok_or(HostFailure::Stopped)?;
        let is_known = |hosted: &&Hosted| hosted.slot == slot && matches!(hosted.at, HostedAt::Platform { .. });
        let hosted = match self.job.hosted.iter().find(is_known) {
            Some(known) => known.clone(),
            None => {
                let at = self.upload(client, picture, total).await?;
                Hosted { slot, at, state: HostedState::There, is_told: false }
            }
        };
        let HostedAt::Platform { img_id, url } = &hosted.at else { return Err(HostFailure::Stopped) };
        if self.is_for_platform() {
            return Ok((SubmittedPicture::Uploaded(*img_id), hosted));
        }
        let Some(url) = url.clone() else {
            let why = "PixVerse Platform gave the picture no address that another gateway could use.";
            return Err(HostFailure::Lasting(why.to_owned()));
        };
        match client.open_media(&url, None).await {
            Ok(_) => Ok((SubmittedPicture::Address(url.into()), hosted)),
            Err(_) => Err(HostFailure::Passing("The address that PixVerse Platform gave does not open.".to_owned())),
        }
    }

    async fn upload(&self, client: &Client, picture: UploadedPicture<'_>, total: u64) -> Result<HostedAt, HostFailure> {
        let progress = Progress::new(true);
        let upload = client.upload_picture(picture, progress.clone());
        tokio::pin!(upload);
        let outcome = loop {
            tokio::select! {
                answer = &mut upload => break answer.outcome,
                () = tokio::time::sleep(TOLD_EVERY) => {
                    let report = Report::Progress(progress.taken().min(total), Some(total));
                    self.reports.try_send((self.job.id, report)).ok();
                }
            }
        };
        Err(match outcome {
            UploadOutcome::Uploaded { img_id, img_url } => return Ok(HostedAt::Platform { img_id, url: img_url }),
            UploadOutcome::Refused(why) => {
                HostFailure::Refused(format!("PixVerse Platform refused the picture: {}.", why.trim_end_matches('.')))
            }
            UploadOutcome::KeyRefused => HostFailure::Lasting("PixVerse Platform refused the key.".to_owned()),
            UploadOutcome::Throttled { .. } => {
                HostFailure::Passing("PixVerse Platform takes no more pictures for now.".to_owned())
            }
            UploadOutcome::Trouble(_) => {
                HostFailure::Passing("PixVerse Platform gave no usable answer to the picture.".to_owned())
            }
        })
    }

    async fn bytes(&self, picture: &StoredPicture) -> Result<Vec<u8>, HostFailure> {
        let _permit = self.threads.acquire().await;
        let (picture, inputs) = (picture.clone(), self.inputs.clone());
        let read = tokio::task::spawn_blocking(move || media::stored_bytes(&picture, &inputs)).await;
        match read {
            Ok(read) => read.map_err(|error| HostFailure::Unreadable(error.to_string())),
            Err(_) => Err(HostFailure::Unreadable("it cannot be read".to_owned())),
        }
    }

    async fn to_bucket(
        &self,
        slot: PictureSlot,
        picture: &StoredPicture,
        bytes: Vec<u8>,
        gateway: &Url,
    ) -> Result<(SubmittedPicture, Hosted), HostFailure> {
        // The machine is told of another bucket by the next step, which then asks again.
        let client = self.bucket.as_ref().ok_or(HostFailure::Stopped)?;
        let lies_here = |hosted: &&Hosted| {
            hosted.slot == slot
                && hosted.state != HostedState::Unneeded
                && matches!(&hosted.at, HostedAt::Bucket { place, .. } if place == client.place())
        };
        let hosted = self.job.hosted.iter().find(lies_here).ok_or(HostFailure::Stopped)?;
        let HostedAt::Bucket { key, .. } = &hosted.at else { return Err(HostFailure::Stopped) };
        let address =
            client.address(key, gateway, wall_clock()).map_err(|trouble| failure(&trouble, BucketStep::Read))?;
        let there = Hosted { state: HostedState::There, ..hosted.clone() };
        if hosted.state == HostedState::There {
            match client.read_back(key, &bytes, wall_clock()).await {
                Ok(()) => return Ok((SubmittedPicture::Address(address.into()), there)),
                // It is sent once more.
                Err(BucketTrouble::NotThere | BucketTrouble::Different) => {}
                Err(trouble) => return Err(failure(&trouble, BucketStep::Read)),
            }
        }
        let id = self.job.id;
        let told = |moved: u64, total: u64| {
            // A number that finds no room is followed by the next one.
            self.reports.try_send((id, Report::Progress(moved, Some(total)))).ok();
        };
        told(0, bytes.len() as u64);
        let media_type = picture.picture_type.media_type();
        let put = client.put(key, bytes.clone(), media_type, wall_clock(), told).await;
        put.map_err(|trouble| failure(&trouble, BucketStep::Write))?;
        match client.read_back(key, &bytes, wall_clock()).await {
            Ok(()) => Ok((SubmittedPicture::Address(address.into()), there)),
            // Some servers take a moment until they show what they took.
            Err(trouble @ (BucketTrouble::NotThere | BucketTrouble::Different)) => {
                Err(HostFailure::Passing(trouble.sentence(BucketStep::Read)))
            }
            Err(trouble) => Err(failure(&trouble, BucketStep::Read)),
        }
    }
}

fn failure(trouble: &BucketTrouble, step: BucketStep) -> HostFailure {
    let why = trouble.sentence(step);
    match trouble {
        BucketTrouble::Stopped => HostFailure::Stopped,
        BucketTrouble::TooLarge => HostFailure::Refused(why),
        trouble if trouble.is_passing() => HostFailure::Passing(why),
        _ => HostFailure::Lasting(why),
    }
}

/// Deletes pictures of a job from the user's bucket.
pub(super) async fn unhost(job: JobId, unneeded: Vec<Hosted>, bucket: Option<BucketClient>) -> TaskResult {
    let mut results = Vec::new();
    for hosted in unneeded {
        let result = delete(&hosted, bucket.as_ref()).await;
        results.push((hosted, result));
    }
    TaskResult::Input(Input::Unhosted(job, results))
}

async fn delete(hosted: &Hosted, bucket: Option<&BucketClient>) -> Result<(), HostFailure> {
    let lasting = |why: &str| Err(HostFailure::Lasting(why.to_owned()));
    let HostedAt::Bucket { place, key } = &hosted.at else { return lasting("Nothing can be deleted there.") };
    let Some(bucket) = bucket else { return lasting("There are no keys for the bucket.") };
    // The keys of one server are not shown to another one.
    let Some(client) = bucket.at(place) else {
        return lasting("Another server is set up for pictures by now, so there are no keys for this one.");
    };
    client.delete(key, wall_clock()).await.map_err(|trouble| failure(&trouble, BucketStep::Delete))
}

/// The answer for pictures whose deletion ended without one.
pub(super) fn unhosting_failed(job: JobId, unneeded: Vec<Hosted>) -> TaskResult {
    let why = || Err(HostFailure::Passing("The deletion ended without an answer.".to_owned()));
    TaskResult::Input(Input::Unhosted(job, unneeded.into_iter().map(|hosted| (hosted, why())).collect()))
}
