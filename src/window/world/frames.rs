//! Frames of clips that become start pictures.

use std::path::PathBuf;

use super::World;
use crate::app::action::Input;
use crate::domain::JobId;
use crate::media;

impl World {
    /// Takes a frame out of a clip, away from the window; the answer names the frame that it really is.
    pub(super) fn take_frame(&self, job: JobId, path: PathBuf, frame: u32) {
        // Joining an absolute path gives that path.
        let file = self.paths.clips.join(path);
        let inputs = self.paths.inputs();
        self.spawn_blocking(move |reports| {
            let (frame, picture) = match media::take_frame(&file, frame, &inputs) {
                Ok(taken) => (taken.frame, Ok(taken.prepared.picture)),
                Err(err) => (frame, Err(err.to_string())),
            };
            reports.put(Input::FrameTaken { job, frame, picture });
        });
    }
}
