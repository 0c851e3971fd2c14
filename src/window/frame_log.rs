//! Counts painted frames in a file, one byte each, so that a test outside of the process can see that an idle window
//! paints none. Off unless `RUSHES_FRAME_LOG` names a file.

use std::fs::File;
use std::io::Write as _;

/// Writes one byte per painted frame, or nothing if it is off.
#[derive(Debug, Default)]
pub(super) struct FrameLog {
    file: Option<File>,
}

impl FrameLog {
    /// Creates a log in the file that `RUSHES_FRAME_LOG` names. It is off if the variable is not set or the
    /// file cannot be created.
    pub(super) fn of_environment() -> Self {
        let file = std::env::var_os("RUSHES_FRAME_LOG").and_then(|path| File::create(path).ok());
        Self { file }
    }

    /// Counts a frame. An error while writing turns the log off.
    pub(super) fn count(&mut self) {
        if let Some(file) = &mut self.file
            && file.write_all(b".").is_err()
        {
            self.file = None;
        }
    }
}
