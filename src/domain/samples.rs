//! Jobs for tests: the unit tests of every module, those in `tests/it` and the benches make theirs here. That is why it is
//! compiled outside of tests too, and hidden from the documentation; nothing that the program runs may call it.
//!
//! What a test depends on stands in its line, everything else is some harmless value:
//! `job(7).prompt("a boat").stars(3).ready()`. The state comes last and makes the job.

use uuid::Uuid;

use super::curation::{Parent, Project, Rating, Verdict};
use super::gateway::GatewayId;
use super::id::JobId;
use super::job::{Clip, Job, JobState};
use super::picture_edit::PictureFacts;
use super::price::estimate;
use super::request::{Draft, GenerationRequest, PictureType, StoredPicture};
use super::setting::Seed;
use super::time::UnixMillis;
use crate::domain::sha256::Sha256Hex;

pub mod caps;
pub mod library;

/// The id with this number.
pub const fn id(number: u128) -> JobId {
    JobId(Uuid::from_u128(number))
}

/// A request with this prompt; everything else is as in a new form.
pub fn request(prompt: &str) -> GenerationRequest {
    request_of(&Draft { prompt: prompt.to_owned(), ..Draft::default() })
}

/// A small JPEG picture in the library's store.
pub fn stored_picture() -> StoredPicture {
    StoredPicture {
        sha256: Sha256Hex::of(b"a picture"),
        picture_type: PictureType::Jpeg,
        width: 640,
        height: 360,
        size_bytes: 9,
        display_name: "boat.jpg".to_owned(),
    }
}

/// A photo of this name as it lies in the library's store after it was shrunk; no other name has its checksum.
pub fn stored_photo(name: &str) -> StoredPicture {
    StoredPicture {
        sha256: Sha256Hex::of(name.as_bytes()),
        width: 1920,
        height: 1440,
        size_bytes: 900_000,
        display_name: name.to_owned(),
        ..stored_picture()
    }
}

/// What is known of the file that the photo of this name came from.
pub fn photo_facts(name: &str) -> PictureFacts {
    PictureFacts {
        display_name: name.to_owned(),
        format: "JPEG".to_owned(),
        width: 4032,
        height: 3024,
        size_bytes: 3_100_000,
        tells_place: true,
        is_transparent: false,
        is_animated: false,
        profile: None,
    }
}

/// A clip of 5 s at 720p in this file.
pub fn clip(path: &str) -> Clip {
    Clip {
        path: path.into(),
        sha256: Sha256Hex::of(b"a film"),
        size_bytes: 9,
        width: 1280,
        height: 720,
        duration_millis: 5_000,
        has_audio: false,
        recipe_note: None,
    }
}

/// A job to be: at apiin, with the prompt "a paper boat", everything else as in a new form.
pub fn job(number: u128) -> Sample {
    let draft = Draft { prompt: "a paper boat".to_owned(), ..Draft::default() };
    Sample {
        id: id(number),
        gateway: GatewayId::Apiin,
        request: request_of(&draft),
        draft,
        created_at: UnixMillis(1),
        clip: None,
        verdict: Verdict::default(),
        project: None,
        parent: None,
    }
}

/// A draft of which the test says that it is good.
fn request_of(draft: &Draft) -> GenerationRequest {
    draft.to_request().expect("a good draft")
}

/// A job whose state is not said yet.
#[derive(Clone, Debug)]
#[must_use = "the state makes the job: `.ready()`, `.state(…)`"]
pub struct Sample {
    id: JobId,
    gateway: GatewayId,
    draft: Draft,
    request: GenerationRequest,
    created_at: UnixMillis,
    clip: Option<Clip>,
    verdict: Verdict,
    project: Option<Project>,
    parent: Option<Parent>,
}

impl Sample {
    /// Asks for this.
    pub fn prompt(self, prompt: &str) -> Self {
        self.asking(|draft| prompt.clone_into(&mut draft.prompt))
    }

    /// Asks for whatever the changed form says. A seed is said afterwards.
    pub fn asking(mut self, change: impl FnOnce(&mut Draft)) -> Self {
        change(&mut self.draft);
        self.request = request_of(&self.draft);
        self
    }

    /// Asks for exactly this.
    pub fn request(mut self, request: GenerationRequest) -> Self {
        self.request = request;
        self
    }

    /// With a seed that was drawn.
    pub fn seed(mut self, seed: u32) -> Self {
        self.request = self.request.with_seed(Seed::from_random(seed), true);
        self
    }

    /// Made by this gateway, and priced as there.
    pub fn gateway(mut self, gateway: GatewayId) -> Self {
        self.gateway = gateway;
        self
    }

    /// Decided at this time.
    pub fn at(mut self, time: UnixMillis) -> Self {
        self.created_at = time;
        self
    }

    /// With this file.
    pub fn clip(mut self, clip: Clip) -> Self {
        self.clip = Some(clip);
        self
    }

    /// With so many stars.
    pub fn stars(mut self, stars: u8) -> Self {
        self.verdict.rating = Rating::new(stars);
        self
    }

    /// Rejected by the user, or not.
    pub fn rejected(mut self, is_rejected: bool) -> Self {
        self.verdict.is_rejected = is_rejected;
        self
    }

    /// In the project of this name.
    pub fn project(mut self, name: &str) -> Self {
        self.project = Project::new(name).ok();
        self
    }

    /// Goes on from this frame of the job with this number.
    pub fn parent(mut self, number: u128, frame: u32) -> Self {
        self.parent = Some(Parent { job: id(number), frame });
        self
    }

    /// The job as it is at the click.
    pub fn queued(self) -> Job {
        self.state(JobState::Queued)
    }

    /// The finished job; its file is called after its number when nothing else was said, as in `7.mp4`.
    pub fn ready(mut self) -> Job {
        let own = clip(&format!("{}.mp4", self.id.0.as_u128()));
        self.clip = Some(self.clip.unwrap_or(own));
        self.state(JobState::Ready)
    }

    /// The job of which nobody knows whether the order arrived.
    pub fn unconfirmed(self) -> Job {
        self.state(JobState::Unconfirmed)
    }

    /// The job in this state, and with no more than was said: a ready one has a file only if one was given.
    pub fn state(self, state: JobState) -> Job {
        let Self { id, gateway, request, created_at, clip, verdict, project, parent, draft: _ } = self;
        let estimate = estimate(&request, gateway).expect("an offered combination");
        Job { state, clip, verdict, project, parent, ..Job::new(id, gateway, request, estimate, created_at) }
    }
}
