//! The trait by which the window reaches engine, library and desktop. Results come back as inputs.

use std::path::{Path, PathBuf};

use crate::app::action::{Effect, Input};
use crate::domain::JobId;
use crate::domain::request::StoredPicture;
use crate::engine::event::Live;

/// The services behind the window. No method may block, except for [`Services::close`].
pub trait Services {
    /// Starts to carry out `effect`. Results arrive by [`Services::receive`].
    fn perform(&mut self, effect: Effect);
    /// Takes the next input, if there is one.
    fn receive(&mut self) -> Option<Input>;
    /// The latest progress of running jobs.
    fn live(&self) -> Live;
    /// Path of the poster of a job. The file need not exist.
    fn poster_file(&self, job: JobId) -> PathBuf;
    /// Path of the filmstrip of a job. The file need not exist.
    fn filmstrip_file(&self, job: JobId) -> PathBuf;
    /// Path of a clip, from its path relative to the clip folder. The file need not exist.
    fn clip_file(&self, path: &Path) -> PathBuf;
    /// Path of a start picture.
    fn picture_file(&self, picture: &StoredPicture) -> PathBuf;
    /// Ends all work within a few seconds because the window closes. This is the only method that may block.
    fn close(&mut self);
}
