//! Folders and files that only their owner can read.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::error::LibraryError;

/// Makes a folder, and its parents, that only the owner can enter. An existing one is closed to others.
pub(super) fn make_private_dir(dir: &Path) -> Result<(), LibraryError> {
    make_dir(dir).and_then(|()| close_to_others(dir, 0o700)).map_err(|err| dir_error(dir, &err))
}

/// Makes a folder for the user's own files. A new one is private; an existing one keeps the mode that the user gave it.
pub(super) fn make_user_dir(dir: &Path) -> Result<(), LibraryError> {
    make_dir(dir).map_err(|err| dir_error(dir, &err))
}

fn dir_error(dir: &Path, err: &io::Error) -> LibraryError {
    LibraryError::io(format!("The folder {} cannot be used", dir.display()), err)
}

fn make_dir(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Opening options with which a new file can be read by its owner only.
pub(super) fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Opens a file for reading and writing, making an empty private one where there is none.
pub(super) fn open_private_file(path: &Path) -> io::Result<File> {
    let file = private_options().read(true).write(true).create(true).truncate(false).open(path)?;
    close_to_others(path, 0o600)?;
    Ok(file)
}

/// Replaces a file in one step: a reader, also after a power cut, sees the old content or the new one. Only its owner can
/// read it.
///
/// # Errors
///
/// What the file system says; the old content is still there then.
pub fn write_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = with_suffix(path, ".new");
    // One that an earlier try left, or somebody planted: it is not written to, because it may be a link to another file.
    match fs::remove_file(&temporary) {
        Err(err) if err.kind() != io::ErrorKind::NotFound => return Err(err),
        _ => {}
    }
    let written = private_options()
        .write(true)
        .create_new(true)
        .open(&temporary)
        .and_then(|mut file| {
            file.write_all(content)?;
            file.sync_all()
        })
        .and_then(|()| close_to_others(&temporary, 0o600))
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The half-written copy helps nobody, and failing to remove it changes nothing for the caller.
        fs::remove_file(&temporary).ok();
        return written;
    }
    sync_parent(path)
}

/// Makes renames and new files in the folder of `path` survive a power cut.
pub(super) fn sync_parent(path: &Path) -> io::Result<()> {
    // Windows cannot open a folder as a file and makes renames durable by itself.
    #[cfg(unix)]
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        File::open(parent)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _unused = path;
    Ok(())
}

/// `path` with more text behind its file name.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(unix)]
fn close_to_others(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn close_to_others(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn nothing_is_written_through_a_link_that_was_planted() {
        let folder = tempfile::tempdir().expect("a folder");
        let (victim, file) = (folder.path().join("victim"), folder.path().join("settings.toml"));
        fs::write(&victim, "precious").expect("written");
        for plant in [
            |victim: &Path, at: &Path| symlink(victim, at),
            |victim: &Path, at: &Path| fs::hard_link(victim, at),
            |_: &Path, at: &Path| fs::write(at, "a longer text that an earlier try left"),
            |_: &Path, at: &Path| symlink("/nowhere/at/all", at),
        ] {
            plant(&victim, &with_suffix(&file, ".new")).expect("planted");
            write_atomically(&file, b"theme").expect("written");
            assert_eq!(fs::read(&file).expect("it is there"), b"theme");
            assert_eq!(fs::read(&victim).expect("it is there"), b"precious");
            assert!(fs::symlink_metadata(&file).is_ok_and(|meta| meta.is_file()));
            assert_eq!(fs::metadata(&file).expect("it is there").permissions().mode() & 0o777, 0o600);
        }
        // The file itself may be a link as well: it is replaced, not followed.
        fs::remove_file(&file).expect("it was there");
        symlink(&victim, &file).expect("planted");
        write_atomically(&file, b"theme").expect("written");
        assert_eq!(fs::read(&victim).expect("it is there"), b"precious");
    }

    #[test]
    fn what_others_could_enter_is_closed() {
        let folder = tempfile::tempdir().expect("a folder");
        let (dir, file) = (folder.path().join("a/b"), folder.path().join("a/b/file"));
        make_private_dir(&dir).expect("made");
        drop(open_private_file(&file).expect("made"));
        for (path, mode) in [(&dir, 0o777), (&file, 0o666)] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("ours");
        }
        make_private_dir(&dir).expect("it is there");
        drop(open_private_file(&file).expect("it is there"));
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!((mode(&dir), mode(&file)), (0o700, 0o600));
    }
}
