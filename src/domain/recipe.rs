//! The recipe: all that is needed to make a clip again, and to have its job back when only the clip is left.
//!
//! It travels inside the clip as an XMP packet (`packet`), so whoever gets the file gets the recipe. So it holds no
//! key, and no link that opens something: see [`GenerationRequest::without_signatures`].

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::curation::{Parent, Project};
use super::ending::Charge;
use super::gateway::GatewayId;
use super::id::{JobId, RemoteId};
use super::job::{Clip, Job, JobState};
use super::price::Estimate;
use super::request::{GenerationRequest, InputPicture};
use super::sha256::Sha256Hex;
use super::time::UnixMillis;

mod packet;
#[cfg(test)]
pub(crate) mod samples;

pub use packet::{NAMESPACE, PacketError};

/// Longest name of a picture file that is taken from a packet, in bytes: what file systems allow.
const NAME_LIMIT: usize = 255;

/// Everything about a finished clip that cannot be read off its film.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// Our id of the job.
    pub job: JobId,
    /// The gateway that made the clip.
    pub gateway: GatewayId,
    /// The gateway's id of the job.
    #[serde(default)]
    pub remote_id: Option<RemoteId>,
    /// The shot and its settings, seed included, without signatures of links.
    pub request: GenerationRequest,
    /// The price that the button showed when the user ordered.
    pub estimate: Estimate,
    /// Whether the clip cost something, as it was known when the download was complete.
    #[serde(default)]
    pub charge: Charge,
    /// When the user ordered the clip.
    pub created_at: UnixMillis,
    /// When the order was sent.
    #[serde(default)]
    pub sent_at: Option<UnixMillis>,
    /// When the gateway accepted it.
    #[serde(default)]
    pub accepted_at: Option<UnixMillis>,
    /// When the gateway said the clip was made.
    #[serde(default)]
    pub made_at: Option<UnixMillis>,
    /// When the download was complete.
    #[serde(default)]
    pub ended_at: Option<UnixMillis>,
    /// The project that the clip belonged to when the download was complete.
    #[serde(default)]
    pub project: Option<Project>,
    /// The clip and the frame that this one continues from, if any.
    #[serde(default)]
    pub parent: Option<Parent>,
    /// The film as the gateway served it.
    pub film: Film,
}

/// The film as the gateway served it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Film {
    /// SHA-256 of the served bytes. They are the beginning of the file.
    pub sha256: Sha256Hex,
    /// Number of served bytes.
    pub served_bytes: u64,
    /// Width in pixels, 0 when it could not be read.
    pub width: u32,
    /// Height in pixels, 0 when it could not be read.
    pub height: u32,
    /// Length in milliseconds, 0 when it could not be read.
    pub duration_millis: u64,
    /// Whether there is a sound track.
    pub has_audio: bool,
}

/// The settings of a clip in JSON text: a recipe, a request, or any object that holds one of them as `recipe` or `request`.
/// `None` when there are none or they are not valid.
pub fn request_from_json(text: &str) -> Option<GenerationRequest> {
    let mut value: serde_json::Value = serde_json::from_str(text.trim()).ok()?;
    for _ in 0..3 {
        if let Ok(request) = serde_json::from_value(value.clone()) {
            return Some(request);
        }
        let object = value.as_object_mut()?;
        value = object.remove("request").or_else(|| object.remove("recipe"))?;
    }
    None
}

impl Recipe {
    /// The recipe of a job whose clip is here; `None` for any other.
    pub fn of(job: &Job) -> Option<Self> {
        let clip = job.clip.as_ref()?;
        Some(Self {
            job: job.id,
            gateway: job.gateway,
            remote_id: job.remote_id.clone(),
            request: job.request.without_signatures(),
            estimate: job.estimate.clone(),
            charge: job.charge,
            created_at: job.created_at,
            sent_at: job.sent_at,
            accepted_at: job.accepted_at,
            made_at: job.made_at,
            ended_at: job.ended_at,
            project: job.project.clone(),
            parent: job.parent,
            film: Film {
                sha256: clip.sha256,
                served_bytes: clip.size_bytes,
                width: clip.width,
                height: clip.height,
                duration_millis: clip.duration_millis,
                has_audio: clip.has_audio,
            },
        })
    }

    /// The ready job whose clip lies at `path`, as in [`Clip::path`]. Its poster is not made yet.
    pub fn to_job(&self, path: PathBuf) -> Job {
        let asked = Job::new(self.job, self.gateway, self.request.clone(), self.estimate.clone(), self.created_at);
        Job {
            state: JobState::Ready,
            remote_id: self.remote_id.clone(),
            charge: self.charge,
            sent_at: self.sent_at,
            accepted_at: self.accepted_at,
            made_at: self.made_at,
            ended_at: self.ended_at,
            project: self.project.clone(),
            parent: self.parent,
            clip: Some(Clip {
                path,
                sha256: self.film.sha256,
                size_bytes: self.film.served_bytes,
                width: self.film.width,
                height: self.film.height,
                duration_millis: self.film.duration_millis,
                has_audio: self.film.has_audio,
                recipe_note: None,
            }),
            ..asked
        }
    }

    /// What in a recipe from a foreign file could do harm, as a clause; `None` when nothing could. Other bad values are
    /// refused by their types while the recipe is read.
    fn harm(&self) -> Option<&'static str> {
        let mut stored = self.request.pictures().filter_map(|picture| match picture {
            InputPicture::Stored(picture) => Some(picture),
            InputPicture::WebAddress(_) => None,
        });
        // It becomes a line on the screen.
        let is_none =
            |name: &str| name.len() > NAME_LIMIT || name.contains(|c: char| c.is_control() || c == '/' || c == '\\');
        stored.any(|picture| is_none(&picture.display_name)).then_some("the name of a picture in it is none")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::samples::{job_strategy, ready};
    use super::*;

    #[test]
    fn only_a_finished_clip_has_a_recipe() {
        let job = ready();
        assert!(Recipe::of(&job).is_some());
        assert_eq!(Recipe::of(&Job { clip: None, ..job }), None);
    }

    #[test]
    fn a_signed_address_does_not_travel() {
        for (address, kept) in [
            ("https://a.example/boat.jpg", "https://a.example/boat.jpg"),
            ("https://a.example/boat.jpg?sig=CANARY", "https://a.example/boat.jpg"),
            ("https://a.example/boat.jpg#CANARY", "https://a.example/boat.jpg"),
            ("https://a.example?x=CANARY#y", "https://a.example"),
        ] {
            let job = ready();
            let draft = super::super::Draft {
                prompt: "a boat".to_owned(),
                picture: Some(InputPicture::WebAddress(address.to_owned())),
                ..super::super::Draft::default()
            };
            let recipe =
                Recipe::of(&Job { request: draft.to_request().expect("a good draft"), ..job }).expect("a clip");
            assert_eq!(recipe.request.picture(), Some(&InputPicture::WebAddress(kept.to_owned())));
            assert!(!recipe.to_packet().contains("CANARY"), "{address}");
        }
    }

    #[test]
    fn settings_are_found_in_json() {
        let recipe = Recipe::of(&ready()).expect("a clip");
        let request = recipe.request.clone();
        let of_recipe = serde_json::to_value(&recipe).expect("JSON");
        let of_request = serde_json::to_value(&request).expect("JSON");
        for value in [
            of_recipe.clone(),
            of_request.clone(),
            serde_json::json!({ "recipe": of_recipe }),
            serde_json::json!({ "request": of_request, "more": 1 }),
        ] {
            assert_eq!(request_from_json(&value.to_string()), Some(request.clone()), "{value}");
        }
        let mut wrong = of_request;
        wrong["prompt"] = "".into();
        for text in ["", "{}", "[]", "{\"prompt\": \"a boat\"}", &wrong.to_string(), "{\"request\": {\"request\": 1}}"]
        {
            assert_eq!(request_from_json(text), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn a_job_comes_back_whole(job in job_strategy()) {
            let recipe = Recipe::of(&job).expect("a clip");
            let path = job.clip.as_ref().expect("a clip").path.clone();
            prop_assert_eq!(recipe.to_job(path), job);
        }
    }
}
