//! Brings pictures to the place that a gateway fetches them from, and deletes them there.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::sent_pictures::SentPictures;
use super::setup::wall_clock;
use super::task_result::TaskResult;
use crate::domain::hosting::{BucketStep, BucketTrouble, HostedAt, HostedState, sent_pictures, stored_pictures};
use crate::domain::outcome::UploadOutcome;
use crate::domain::request::{Slot, StoredPicture};
use crate::domain::{GatewayId, Hosted, InputPicture, Job, JobId};
use crate::engine::download::Report;
use crate::engine::machine::{Host, HostFailure, Input};
use crate::gateway::{BucketClient, Client, Progress, SubmittedPicture, UploadedPicture, is_loopback};
use crate::media;

/// Reads the stored pictures of a job for an order that holds them itself.
pub(super) async fn read(job: Box<Job>, inputs: PathBuf, threads: Arc<Semaphore>) -> TaskResult {
    let id = job.id;
    let _permit = threads.acquire_owned().await;
    let read = tokio::task::spawn_blocking(move || {
        let mut sent = SentPictures::default();
        for (slot, picture) in stored_pictures(job.gateway, &job.request) {
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
    /// PixVerse; `None` when it has no connection.
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
        for (slot, picture) in sent_pictures(self.job.gateway, &self.job.request) {
            let (ready, lies) = match (self.host, picture) {
                (Host::Platform, picture) => self.to_platform(slot, picture, gateway).await?,
                (Host::Bucket, InputPicture::Stored(picture)) => {
                    let bytes = self.bytes(picture).await?;
                    let (address, lies) = self.to_bucket(slot, picture, bytes, gateway).await?;
                    (SubmittedPicture::Address(address), lies)
                }
                (Host::Bucket, InputPicture::WebAddress(_)) => continue,
            };
            sent.put(slot, ready);
            hosted.push(lies);
        }
        Ok((sent, hosted))
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

    /// Uploads a picture to PixVerse, or takes the number that it has there already. Another gateway gets its public address.
    async fn to_platform(
        &self,
        slot: Slot,
        picture: &InputPicture,
        gateway: &Url,
    ) -> Result<(SubmittedPicture, Hosted), HostFailure> {
        let client = self.platform.as_ref().ok_or(HostFailure::Stopped)?;
        let lies_there = |hosted: &&Hosted| hosted.slot == slot && matches!(hosted.at, HostedAt::Platform { .. });
        let hosted = match self.job.hosted.iter().find(lies_there) {
            Some(hosted) => hosted.clone(),
            None => {
                let (img_id, url) = self.upload(client, picture).await?;
                let at = HostedAt::Platform { img_id, url };
                Hosted { slot, at, state: HostedState::There, is_told: false }
            }
        };
        let HostedAt::Platform { img_id, url } = &hosted.at else { return Err(HostFailure::Stopped) };
        if self.job.gateway == GatewayId::Pixverse {
            return Ok((SubmittedPicture::Uploaded(*img_id), hosted));
        }
        let lasting = |why: &str| HostFailure::Lasting(why.to_owned());
        let url = url.as_ref().ok_or_else(|| lasting("PixVerse took the picture but gave it no address."))?;
        let is_far = !is_loopback(gateway);
        if url.scheme() != "https" && is_far {
            return Err(lasting("PixVerse gave the picture an address that no gateway may fetch."));
        }
        // Nothing is ordered before the picture can be had by everybody, as the gateway will ask for it.
        if client.open_media(url, None).await.is_err() {
            return Err(HostFailure::Passing("The picture's address at PixVerse does not open yet.".to_owned()));
        }
        Ok((SubmittedPicture::Address(url.to_string()), hosted))
    }

    async fn upload(&self, client: &Client, picture: &InputPicture) -> Result<(u64, Option<Url>), HostFailure> {
        let bytes = match picture {
            InputPicture::Stored(stored) => Some((self.bytes(stored).await?, stored.picture_type)),
            InputPicture::WebAddress(_) => None,
        };
        let source = match (&bytes, picture) {
            (Some((bytes, picture_type)), _) => UploadedPicture::Bytes(bytes, *picture_type),
            (None, InputPicture::WebAddress(address)) => UploadedPicture::Address(address),
            (None, InputPicture::Stored(_)) => return Err(HostFailure::Stopped),
        };
        let (id, progress) = (self.job.id, Progress::new(true));
        let total = bytes.as_ref().map_or(0, |(bytes, _)| bytes.len() as u64);
        let told = |moved: u64| {
            if total > 0 {
                // A number that finds no room is followed by the next one.
                self.reports.try_send((id, Report::Progress(moved.min(total), Some(total)))).ok();
            }
        };
        told(0);
        let answer = progress.watch(client.upload_picture(source, progress.clone()), told).await;
        told(total);
        match answer.outcome {
            UploadOutcome::Uploaded { img_id, img_url } => Ok((img_id, img_url)),
            UploadOutcome::Refused(said) => {
                let said = said.trim_end_matches('.').to_owned();
                Err(HostFailure::Refused(format!("PixVerse did not take the picture: {said}.")))
            }
            UploadOutcome::KeyRefused => {
                Err(HostFailure::Lasting("PixVerse refused the key, so it takes no picture.".to_owned()))
            }
            UploadOutcome::Throttled { .. } => {
                Err(HostFailure::Passing("PixVerse limits this key and asked to wait.".to_owned()))
            }
            UploadOutcome::Trouble(_) => Err(HostFailure::Passing(
                "PixVerse could not be reached for the picture, or gave no answer.".to_owned(),
            )),
        }
    }

    async fn to_bucket(
        &self,
        slot: Slot,
        picture: &StoredPicture,
        bytes: Vec<u8>,
        gateway: &Url,
    ) -> Result<(String, Hosted), HostFailure> {
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
                Ok(()) => return Ok((address.into(), there)),
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
            Ok(()) => Ok((address.into(), there)),
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
