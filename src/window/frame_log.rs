//! Counts painted frames in a file, one byte each, so that a test outside of the process can see that an idle window
//! paints none, and how films play. Off unless `RUSHES_FRAME_LOG` names a file.

use std::fs::File;
use std::io::Write as _;

use super::cinema::Tally;

/// Writes one byte per painted frame, or nothing if it is off.
#[derive(Debug, Default)]
pub(super) struct FrameLog {
    file: Option<File>,
    before: Tally,
}

impl FrameLog {
    /// Creates a log in the file that `RUSHES_FRAME_LOG` names. It is off if the variable is not set or the
    /// file cannot be created.
    pub(super) fn of_environment() -> Self {
        let file = std::env::var_os("RUSHES_FRAME_LOG").and_then(|path| File::create(path).ok());
        Self { file, before: Tally::default() }
    }

    /// Counts a frame: `f` when it shows another frame of a playing film, else `.`; before it a `d` for each frame of the film
    /// that was dropped. An error while writing turns the log off.
    pub(super) fn count(&mut self, films: Tally) {
        if let Some(file) = &mut self.file {
            let bytes = bytes(self.before, films);
            if file.write_all(&bytes).is_err() {
                self.file = None;
            }
        }
        self.before = films;
    }
}

fn bytes(before: Tally, now: Tally) -> Vec<u8> {
    let dropped = usize::try_from(now.dropped.saturating_sub(before.dropped)).unwrap_or(0);
    let mut bytes = vec![b'd'; dropped];
    bytes.push(if now.shown > before.shown { b'f' } else { b'.' });
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_painted_frame_is_a_byte_and_so_is_each_dropped_one() {
        let tally = |shown, dropped| Tally { shown, dropped };
        for (before, now, text) in [
            (tally(0, 0), tally(0, 0), "."),
            (tally(3, 1), tally(3, 1), "."),
            (tally(3, 1), tally(4, 1), "f"),
            (tally(3, 1), tally(4, 3), "ddf"),
        ] {
            assert_eq!(bytes(before, now), text.as_bytes(), "{before:?} {now:?}");
        }
    }
}
