//! What the window asks of the world behind it. No call may wait; answers come back as inputs.

use std::path::{Path, PathBuf};

use crate::app::action::{Effect, Input};
use crate::domain::JobId;
use crate::domain::request::StoredPicture;
use crate::engine::event::Live;

/// The world behind the window. No call may wait.
pub trait Services {
    /// Begins to do `effect`; what comes of it arrives by [`Services::receive`].
    fn perform(&mut self, effect: Effect);
    /// The next thing that happened, if anything did.
    fn receive(&mut self) -> Option<Input>;
    /// The latest numbers of running jobs.
    fn live(&self) -> Live;
    /// Where a job's poster lies.
    fn poster_file(&self, job: JobId) -> PathBuf;
    /// Where a job's filmstrip lies.
    fn filmstrip_file(&self, job: JobId) -> PathBuf;
    /// Where a clip lies, by its path as the library keeps it.
    fn clip_file(&self, path: &Path) -> PathBuf;
    /// Where a start picture lies.
    fn picture_file(&self, picture: &StoredPicture) -> PathBuf;
    /// The window goes: end everything within a few seconds. The only call that may wait.
    fn close(&mut self);
}
