//! The files on the clipboard, as file managers put them there. The window's own clipboard knows only text and pictures.

use std::path::PathBuf;

/// The files on the clipboard; none when it holds something else or does not answer. Blocks for at most some seconds, when
/// the program that owns the clipboard hangs.
pub fn clipboard_files() -> Vec<PathBuf> {
    let files = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get().file_list());
    files.unwrap_or_else(|err| {
        tracing::debug!(%err, "no files on the clipboard");
        Vec::new()
    })
}
