//! Files on the clipboard, as file managers put them there and take them. The window's own clipboard knows only text and
//! pictures.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

/// The files on the clipboard; none when it holds something else or does not answer. Blocks for at most some seconds, when
/// the program that owns the clipboard hangs.
pub fn clipboard_files() -> Vec<PathBuf> {
    let files = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get().file_list());
    files.unwrap_or_else(|err| {
        tracing::debug!(%err, "no files on the clipboard");
        Vec::new()
    })
}

/// Puts files on the clipboard, on a thread of its own. On X11 the program that copied must hand the files out itself for as
/// long as they may be pasted, so the thread keeps the clipboard until the program ends.
#[derive(Debug)]
pub struct FileClipboard {
    files: SyncSender<Vec<PathBuf>>,
}

impl FileClipboard {
    /// Begins the thread. `failed` is told, as a sentence for the user, when files could not be put there.
    ///
    /// # Errors
    /// When the system starts no more threads.
    pub fn start(failed: impl Fn(String) + Send + 'static) -> std::io::Result<Self> {
        // One that waits is enough: who copies twice means the second.
        let (files, orders) = sync_channel(1);
        std::thread::Builder::new().name("clipboard".to_owned()).spawn(move || keep(&orders, &failed))?;
        Ok(Self { files })
    }

    /// Puts these files, which exist, on the clipboard. Returns at once.
    ///
    /// # Errors
    /// A sentence for the user, while the clipboard does not take the files before.
    pub fn put(&self, files: Vec<PathBuf>) -> Result<(), String> {
        self.files.try_send(files).map_err(|err| match err {
            TrySendError::Full(_) => "The clipboard is still busy. Copy again in a moment.".to_owned(),
            TrySendError::Disconnected(_) => "The clipboard does not work any more.".to_owned(),
        })
    }
}

fn keep(orders: &Receiver<Vec<PathBuf>>, failed: &impl Fn(String)) {
    let mut clipboard: Option<arboard::Clipboard> = None;
    while let Ok(files) = orders.recv() {
        // One that is not there is left out by the clipboard without a word.
        if let Some(missing) = files.iter().find(|file| !matches!(file.try_exists(), Ok(true))) {
            failed(format!("{} is not there any more.", missing.display()));
            continue;
        }
        let put = match clipboard.take().map_or_else(arboard::Clipboard::new, Ok) {
            Ok(mut opened) => {
                let put = opened.set().file_list(&files);
                clipboard = Some(opened);
                put
            }
            Err(err) => Err(err),
        };
        if let Err(err) = put {
            failed(format!("The clipboard did not take the file: {err}."));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_gone_is_told_and_not_copied() {
        let dir = tempfile::tempdir().expect("a folder");
        let missing = dir.path().join("gone.mp4");
        let (told, reasons) = sync_channel(1);
        let clipboard =
            FileClipboard::start(move |reason| told.send(reason).expect("the test waits")).expect("a thread");
        clipboard.put(vec![missing.clone()]).expect("nothing waits");
        assert_eq!(reasons.recv(), Ok(format!("{} is not there any more.", missing.display())));
    }
}
