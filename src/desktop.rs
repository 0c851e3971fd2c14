//! The desktop around the window: its file picker, clipboard, messages, player, file manager and trash, what it wishes for the eye, and a check of what it lacks.
//!
//! Everything here may block or start programs, so nothing here runs on the window's thread: each module says how.

#[cfg(target_os = "linux")]
mod bus;
pub mod clipboard;
pub mod doctor;
pub mod notify;
pub mod open;
pub mod picker;
pub mod trash;
pub mod wishes;

use std::path::PathBuf;

/// The first program of this name on `PATH`.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let file_name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).map(|dir| dir.join(&file_name)).find(|file| is_program(file))
}

#[cfg(unix)]
fn is_program(file: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &std::path::Path) -> bool {
    file.is_file()
}
