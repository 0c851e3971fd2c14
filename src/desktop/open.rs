//! Hands files and addresses to other programs: player, file manager, browser.
//!
//! Each call returns at once and does its work on a thread of its own; the answer comes through the channel, after
//! which `wake` is called. An error is a sentence for the user.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};

/// Whether another program took the file or address; the error is a sentence for the user.
pub type Opened = Result<(), String>;

/// Opens a file in the program that the desktop has for it.
pub fn open_file(file: PathBuf, wake: impl FnOnce() + Send + 'static) -> Receiver<Opened> {
    in_background(move || open_file_now(&file), wake)
}

/// Shows a file in the file manager, selected where that can be done.
pub fn reveal(file: PathBuf, wake: impl FnOnce() + Send + 'static) -> Receiver<Opened> {
    in_background(move || reveal_now(&file), wake)
}

/// Opens a web page in the browser: `https` and `http` only.
pub fn open_url(url: url::Url, wake: impl FnOnce() + Send + 'static) -> Receiver<Opened> {
    in_background(move || open_url_now(&url), wake)
}

/// As [`open_file`], for threads that may block.
///
/// # Errors
/// When the file is not there or no program can be started.
pub fn open_file_now(file: &Path) -> Opened {
    must_exist(file)?;
    opener::open(file).map_err(|err| format!("{} cannot be opened: {}.", file.display(), cause(&err)))
}

/// As [`reveal`], for threads that may block.
///
/// # Errors
/// When the file is not there or no file manager can be started.
pub fn reveal_now(file: &Path) -> Opened {
    must_exist(file)?;
    opener::reveal(file).map_err(|err| format!("{} cannot be shown in its folder: {}.", file.display(), cause(&err)))
}

/// As [`open_url`], for threads that may block.
///
/// # Errors
/// When it is no web address or no browser can be started.
pub fn open_url_now(url: &url::Url) -> Opened {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("Only web pages are opened in the browser, and this is a “{}” address.", url.scheme()));
    }
    opener::open_browser(url.as_str()).map_err(|err| format!("The browser cannot be opened: {}.", cause(&err)))
}

/// Refuses a file that is not there. On some desktops the opener starts all the same and reports no error.
fn must_exist(file: &Path) -> Opened {
    match file.try_exists() {
        Ok(true) => Ok(()),
        Ok(false) => Err(format!("{} is not there any more.", file.display())),
        Err(err) => Err(format!("{} cannot be read: {err}.", file.display())),
    }
}

fn cause(err: &opener::OpenError) -> String {
    match err {
        opener::OpenError::Spawn { cmds, source } => format!("{cmds} cannot be started ({source})"),
        opener::OpenError::ExitStatus { cmd, status, .. } => format!("{cmd} gave up ({status})"),
        other => other.to_string(),
    }
}

fn in_background(
    work: impl FnOnce() -> Opened + Send + 'static,
    wake: impl FnOnce() + Send + 'static,
) -> Receiver<Opened> {
    let (answer, reply) = sync_channel(1);
    let failed = answer.clone();
    let started = std::thread::Builder::new().name("opener".to_owned()).spawn(move || {
        // The window may have gone meanwhile.
        answer.send(work()).ok();
        wake();
    });
    if let Err(err) = started {
        failed.send(Err(format!("Nothing can be opened now: {err}."))).ok();
    }
    reply
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_told_and_not_handed_on() {
        let dir = tempfile::tempdir().expect("a folder");
        let missing = dir.path().join("gone.mp4");
        for told in [open_file_now(&missing), reveal_now(&missing)] {
            assert_eq!(told, Err(format!("{} is not there any more.", missing.display())));
        }
    }

    #[test]
    fn only_web_pages_reach_the_browser() {
        for address in ["file:///etc/passwd", "javascript:alert(1)", "smb://host/share"] {
            let url = url::Url::parse(address).expect("an address");
            assert!(open_url_now(&url).expect_err("no web page").starts_with("Only web pages"), "{address}");
        }
    }

    #[test]
    fn the_answer_comes_before_the_window_is_woken() {
        let dir = tempfile::tempdir().expect("a folder");
        let (woken, wakes) = sync_channel(1);
        let answer = open_file(dir.path().join("gone.mp4"), move || woken.send(()).expect("the test waits"));
        wakes.recv().expect("the window is woken");
        assert!(answer.try_recv().expect("the answer is there already").is_err());
    }
}
