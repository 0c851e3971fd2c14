//! What a task that runs beside the engine's actor ends with.

use std::path::PathBuf;

use super::sent_pictures::SentPictures;
use crate::domain::{Hosted, Job, JobId};
use crate::engine::event::Event;
use crate::engine::machine::{Host, HostFailure, Input};
use crate::library::Leaving;

/// What a task tells the actor when it ends.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "lives for a moment and is mostly the large one")]
pub(super) enum TaskResult {
    /// An input for the machine.
    Input(Input),
    /// A batch of jobs with these revisions was written, or could not be, for the reason in this sentence.
    Stored(Vec<(JobId, u64)>, Result<(), String>),
    /// What holds orders back was written, or could not be, for the reason in this sentence.
    StoredHolds(Result<(), String>),
    /// The pictures of an order as data URIs, or why they cannot be used.
    Picture(JobId, Result<SentPictures, String>),
    /// The addresses of the pictures of an order and where they lie, or why they are not there.
    Pictures(JobId, Host, Result<(SentPictures, Vec<Hosted>), HostFailure>),
    /// The answers for a batch of work on files, and the clip folder that it was done in.
    Files(Vec<Input>, PathBuf),
    /// The poster of a job was made with this width and height in pixels, or could not be.
    Poster(Box<Job>, Result<(u32, u32), String>),
    /// A portion of the clips in an old folder got absolute paths: those jobs, and what is left to do; or the reason why
    /// not, as a sentence.
    LeftBehind(Leaving, Result<(Vec<Job>, Option<Leaving>), String>),
    /// An event for the window.
    Event(Event),
    /// Work has ended whose result nobody waits for.
    Nothing,
}
