//! Checks the desktop: display, keyring, file picker, folders, player, ffmpeg. Nothing here uses the network.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::domain::path_text;

/// Free space in bytes below which the check warns, because a download may fail: a clip of 10 s has tens of megabytes.
const LOW_SPACE_BYTES: u64 = 1_000_000_000;

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Name of what was looked at, in one or two words.
    pub name: &'static str,
    /// Whether it works as Rushes needs it.
    pub ok: bool,
    /// What was found, as a short text for the user.
    pub detail: String,
    /// What to do when it does not work, or what would be better.
    pub advice: Option<String>,
}

impl Check {
    fn good(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, ok: true, detail: detail.into(), advice: None }
    }

    fn bad(name: &'static str, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, ok: false, detail: detail.into(), advice: Some(advice.into()) }
    }
}

/// Runs all checks of the desktop. Blocks for up to some seconds. `data` and `clips` are folders of the library, and
/// what is missing of them is not made.
pub fn examine(data: &Path, clips: &Path) -> Vec<Check> {
    vec![
        display(|name| std::env::var_os(name)),
        keyring(),
        picker(),
        folder("data folder", data),
        folder("clip folder", clips),
        player(),
        ffmpeg(),
    ]
}

fn display(variable: impl Fn(&str) -> Option<OsString>) -> Check {
    const NAME: &str = "display";
    if cfg!(not(target_os = "linux")) {
        return Check::good(NAME, "the desktop's own");
    }
    let found = ["WAYLAND_DISPLAY", "DISPLAY"].into_iter().find_map(|name| {
        let value = variable(name).filter(|value| !value.is_empty())?;
        Some(format!("{name}={}", value.to_string_lossy()))
    });
    match found {
        Some(found) => Check::good(NAME, found),
        None => Check::bad(
            NAME,
            "neither WAYLAND_DISPLAY nor DISPLAY is set",
            "The window needs a display; the command line works without. For a virtual one: xvfb-run rushes",
        ),
    }
}

fn keyring() -> Check {
    const NAME: &str = "password store";
    #[cfg(target_os = "linux")]
    {
        const ADVICE: &str = "Install and start gnome-keyring or KWallet to save keys. Until then Rushes keeps them for \
                              the session, or reads them from the environment.";
        match super::bus::has_service("org.freedesktop.secrets") {
            Ok(true) => Check::good(NAME, "Secret Service"),
            Ok(false) => Check::bad(NAME, "no Secret Service is installed", ADVICE),
            Err(why) => Check::bad(NAME, why, ADVICE),
        }
    }
    #[cfg(not(target_os = "linux"))]
    Check::good(NAME, "the system's own")
}

fn picker() -> Check {
    const NAME: &str = "file picker";
    match super::picker::probe() {
        Ok(()) => Check::good(NAME, "found"),
        Err(why) => Check::bad(NAME, why, "Install xdg-desktop-portal with a back end for your desktop, or zenity."),
    }
}

fn folder(name: &'static str, dir: &Path) -> Check {
    let Some(existing) = dir.ancestors().find(|dir| dir.is_dir()) else {
        return Check::bad(name, format!("{} has no folder above it", path_text::shown(dir)), "Choose another folder.");
    };
    if let Err(err) = try_to_write(existing) {
        return Check::bad(
            name,
            format!("{} cannot be written: {err}", path_text::shown(existing)),
            "Check its owner and its permissions, or choose another folder.",
        );
    }
    let place =
        if existing == dir { path_text::shown(dir) } else { format!("{} (will be made)", path_text::shown(dir)) };
    match free_bytes(existing) {
        Some(free) if free < LOW_SPACE_BYTES => Check::bad(
            name,
            format!("{place}, only {} MB free", free / 1_000_000),
            "Make room: a clip that does not fit waits and is fetched again later.",
        ),
        Some(free) => Check::good(name, format!("{place}, {} GB free", free / 1_000_000_000)),
        None => Check::good(name, place),
    }
}

/// Makes a file and removes it again: permission bits do not tell about read-only drives and access lists.
fn try_to_write(dir: &Path) -> std::io::Result<()> {
    let probe = dir.join(format!(".rushes-doctor-{}", std::process::id()));
    std::fs::OpenOptions::new().write(true).create_new(true).open(&probe)?;
    std::fs::remove_file(&probe)
}

#[cfg(unix)]
fn free_bytes(dir: &Path) -> Option<u64> {
    let stats = rustix::fs::statvfs(dir).ok()?;
    stats.f_bavail.checked_mul(stats.f_frsize)
}

#[cfg(not(unix))]
fn free_bytes(_dir: &Path) -> Option<u64> {
    None
}

fn player() -> Check {
    const NAME: &str = "film player";
    if cfg!(not(target_os = "linux")) {
        return Check::good(NAME, "the system's own");
    }
    let desktop = PathBuf::from("xdg-open");
    let players = ["mpv", "vlc", "totem", "celluloid", "dragon", "ffplay"];
    match (super::program("xdg-open"), players.into_iter().find(|name| super::program(name).is_some())) {
        (_, Some(player)) => Check::good(NAME, player),
        (Some(_), None) => Check::good(NAME, format!("whatever {} starts", desktop.display())),
        (None, None) => Check::bad(NAME, "none of the usual ones is installed", "Install mpv or vlc, and xdg-utils."),
    }
}

fn ffmpeg() -> Check {
    const NAME: &str = "ffmpeg";
    match super::program("ffmpeg") {
        Some(path) => Check::good(NAME, path_text::shown(&path)),
        // Nothing in Rushes needs ffmpeg, so its absence is no failure.
        None => Check {
            advice: Some("Rushes works without it. It helps to look into clips by hand.".to_owned()),
            ..Check::good(NAME, "not installed")
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_check_has_advice_and_nothing_is_left_behind() {
        let dir = tempfile::tempdir().expect("a folder");
        let (data, clips) = (dir.path().join("data/deep"), dir.path().join("clips"));
        let checks = examine(&data, &clips);
        for check in &checks {
            assert!(check.ok || check.advice.is_some(), "{check:?}");
            assert!(!check.detail.is_empty(), "{check:?}");
        }
        let names: Vec<_> = checks.iter().map(|check| check.name).collect();
        assert!(names.contains(&"password store") && names.contains(&"clip folder"), "{names:?}");
        assert_eq!(dir.path().read_dir().expect("readable").count(), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_display_is_one_of_two_variables_that_say_something() {
        for (set, value, ok) in [
            ("DISPLAY", ":0", true),
            ("WAYLAND_DISPLAY", "wayland-0", true),
            ("DISPLAY", "", false),
            ("TERM", "x", false),
        ] {
            let check = display(|name| (name == set).then(|| value.into()));
            assert_eq!(check.ok, ok, "{check:?}");
        }
    }

    #[test]
    fn a_folder_that_is_a_file_or_missing_is_told() {
        let dir = tempfile::tempdir().expect("a folder");
        assert!(folder("clip folder", dir.path()).ok);
        let check = folder("clip folder", &dir.path().join("new"));
        assert!(check.ok && check.detail.contains("will be made"), "{check:?}");
        if cfg!(unix) {
            assert!(free_bytes(dir.path()).is_some());
        }
        assert!(!folder("clip folder", Path::new("/proc/nowhere")).ok || cfg!(not(target_os = "linux")));
    }
}
