//! Brings pictures to the place that a gateway fetches them from, and deletes them there.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::setup::wall_clock;
use super::task_result::TaskResult;
use crate::domain::hosting::{BucketStep, BucketTrouble, HostedAt, HostedState, PictureSlot, stored_pictures};
use crate::domain::request::StoredPicture;
use crate::domain::{Hosted, Job, JobId, StartPicture};
use crate::engine::download::Report;
use crate::engine::machine::{Host, HostFailure, Input};
use crate::gateway::BucketClient;
use crate::media;

/// The pictures of an order in the form in which they go out: web addresses, or `data:` URIs.
#[derive(Clone, Debug, Default)]
pub(super) struct SentPictures {
    /// The first frame.
    pub(super) start: Option<String>,
    /// The last frame.
    pub(super) end: Option<String>,
}

impl SentPictures {
    pub(super) fn put(&mut self, slot: PictureSlot, text: String) {
        match slot {
            PictureSlot::Start => self.start = Some(text),
            PictureSlot::End => self.end = Some(text),
        }
    }

    /// Adds the pictures of a job that are web addresses already. Returns whether there is one for each picture that the
    /// job needs: without it the order would buy another clip than the one that was asked for.
    pub(super) fn complete(&mut self, job: &Job) -> bool {
        let address = |picture: Option<&StartPicture>| match picture {
            Some(StartPicture::WebAddress(address)) => Some(address.clone()),
            Some(StartPicture::Stored(_)) | None => None,
        };
        let (start, end) = (job.request.picture(), job.request.end_picture());
        self.start = address(start).or(self.start.take()).filter(|_| start.is_some());
        self.end = address(end).or(self.end.take()).filter(|_| end.is_some());
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
            sent.put(slot, media::data_uri(picture, &inputs).map_err(|error| error.to_string())?);
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
        for (slot, picture) in stored_pictures(&self.job.request) {
            let bytes = self.bytes(picture).await?;
            let (text, lies) = match self.host {
                Host::Bucket => self.to_bucket(slot, picture, bytes, gateway).await?,
                Host::Platform => {
                    let why = "PixVerse Platform takes no pictures for other gateways in this release.";
                    return Err(HostFailure::Lasting(why.to_owned()));
                }
            };
            sent.put(slot, text);
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

    async fn to_bucket(
        &self,
        slot: PictureSlot,
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
