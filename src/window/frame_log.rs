//! Counts painted frames in a file, one byte each, so that a test outside of the program can see that an idle window
//! paints none. Off unless `RUSHES_FRAME_LOG` names a file.

use std::fs::File;
use std::io::Write as _;

/// The counter.
#[derive(Debug, Default)]
pub(super) struct FrameLog {
    file: Option<File>,
}

impl FrameLog {
    /// Counts where the environment says so.
    pub(super) fn of_environment() -> Self {
        let file = std::env::var_os("RUSHES_FRAME_LOG").and_then(|path| File::create(path).ok());
        Self { file }
    }

    /// One more frame.
    pub(super) fn count(&mut self) {
        if let Some(file) = &mut self.file
            && file.write_all(b".").is_err()
        {
            self.file = None;
        }
    }
}
