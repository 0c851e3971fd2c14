//! What a task that runs beside the engine's actor ends with.

use std::path::PathBuf;

use crate::domain::{Job, JobId};
use crate::engine::event::Event;
use crate::engine::machine::Input;

/// What a task tells the actor when it ends.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "lives for a moment and is mostly the large one")]
pub(super) enum TaskResult {
    /// For the machine.
    Input(Input),
    /// A batch of jobs was written, or not.
    Stored(Vec<(JobId, u64)>, Result<(), String>),
    /// A start picture in the form in which it goes out.
    Picture(JobId, Result<String, String>),
    /// Work on files has ended, in this clip folder.
    Files(Vec<Input>, PathBuf),
    /// A poster was made, or not.
    Poster(Box<Job>, Result<(u32, u32), String>),
    /// For the window.
    Event(Event),
    /// Work that nobody waits for has ended.
    Nothing,
}
