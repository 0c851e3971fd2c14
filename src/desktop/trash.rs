//! The system's trash: where a deleted clip can be found again, with this program and without it.
//!
//! Every call may block, also for long where a network drive does not answer.

use std::path::Path;
#[cfg(not(target_os = "macos"))]
use std::path::PathBuf;

/// Why a file could not be put into the trash or brought back from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrashError {
    /// The file is not where it was looked for.
    Missing,
    /// The system refuses; says why as a clause.
    Refused(String),
}

/// Puts one file into the trash.
///
/// # Errors
/// When the file is missing or the system refuses; then nothing was moved.
pub fn put(file: &Path) -> Result<(), TrashError> {
    // A link that leads nowhere is a missing file as well: its clip is not there.
    if let Ok(false) = file.try_exists() {
        return Err(TrashError::Missing);
    }
    trash::delete(file).map_err(|error| TrashError::Refused(words(error)))
}

/// What lies in the trash, read once for several questions.
#[derive(Debug)]
pub struct Contents(Listing);

#[cfg(not(target_os = "macos"))]
type Listing = Result<Vec<trash::TrashItem>, String>;

/// macOS tells no program what is in the Trash, and takes nothing out of it for one.
#[cfg(target_os = "macos")]
type Listing = ();

impl Contents {
    /// Lists what is in the trash now. An error is kept, and the first question that is asked returns it.
    pub fn read() -> Self {
        #[cfg(not(target_os = "macos"))]
        return Self(trash::os_limited::list().map_err(words));
        #[cfg(target_os = "macos")]
        Self(())
    }

    /// Whether a file that lay at `original` is in the trash.
    pub fn holds(&self, original: &Path) -> bool {
        #[cfg(not(target_os = "macos"))]
        return self.newest(original, 0).is_ok();
        #[cfg(target_os = "macos")]
        {
            let _unused = original;
            false
        }
    }

    /// Brings back to `target` the file of at least `least_bytes` bytes that lay at `original` when it was deleted, the
    /// newest if there are several. A file that stands at `target` is never touched.
    ///
    /// # Errors
    /// When the file is not in the trash, something stands at `target`, or the system refuses. A file that was in the
    /// trash is still there then.
    #[cfg(not(target_os = "macos"))]
    pub fn take_back(&self, original: &Path, target: &Path, least_bytes: u64) -> Result<(), TrashError> {
        let mut item = self.newest(original, least_bytes)?.clone();
        let (Some(folder), Some(name)) = (target.parent(), target.file_name()) else {
            return Err(TrashError::Refused("its place has no name".to_owned()));
        };
        // On systems that follow the freedesktop rules the file is restored to these two.
        (item.original_parent, item.name) = (folder.to_owned(), name.to_owned());
        let Err(error) = trash::os_limited::restore_all([item.clone()]) else { return Ok(()) };
        if let trash::Error::RestoreCollision { .. } = &error {
            return Err(TrashError::Refused(words(error)));
        }
        // The place was reserved by an empty file, which is all that is there now.
        if target.symlink_metadata().is_ok_and(|meta| meta.is_file() && meta.len() == 0) {
            std::fs::remove_file(target).ok();
        }
        #[cfg(unix)]
        if is_across_disks(&error) {
            return copy_out(item, target).map_err(|error| TrashError::Refused(error.to_string()));
        }
        Err(TrashError::Refused(words(error)))
    }

    /// Always fails: macOS lets no program take a file out of the Trash.
    #[cfg(target_os = "macos")]
    pub fn take_back(&self, _original: &Path, _target: &Path, _least_bytes: u64) -> Result<(), TrashError> {
        let words = "macOS lets no program take files out of the Trash; it is still there, under “Put Back”";
        Err(TrashError::Refused(words.to_owned()))
    }

    #[cfg(not(target_os = "macos"))]
    fn newest(&self, original: &Path, least_bytes: u64) -> Result<&trash::TrashItem, TrashError> {
        let items = self.0.as_ref().map_err(|reason| TrashError::Refused(reason.clone()))?;
        let original = real(original);
        items
            .iter()
            .filter(|item| item.original_path() == original)
            .filter(|item| size_of(item).is_some_and(|size| size >= least_bytes))
            .max_by_key(|item| item.time_deleted)
            .ok_or(TrashError::Missing)
    }
}

/// Whether a file cannot simply be renamed because the trash lies on another disk.
#[cfg(all(unix, not(target_os = "macos")))]
fn is_across_disks(error: &trash::Error) -> bool {
    matches!(error, trash::Error::FileSystem { source, .. } if source.kind() == std::io::ErrorKind::CrossesDevices)
}

/// Copies a file out of the trash on another disk, and takes it out of the trash only when the copy is safe.
#[cfg(all(unix, not(target_os = "macos")))]
fn copy_out(item: trash::TrashItem, target: &Path) -> std::io::Result<()> {
    use std::fs::{self, File};

    let record = PathBuf::from(&item.id);
    let lies_at = record.parent().and_then(Path::parent).zip(record.file_stem());
    let Some((folder, name)) = lies_at else { return Err(std::io::ErrorKind::NotFound.into()) };
    let mut from = File::open(folder.join("files").join(name))?;
    let copied = File::create_new(target).and_then(|mut to| {
        std::io::copy(&mut from, &mut to)?;
        to.sync_all()
    });
    if let Err(error) = copied {
        if error.kind() != std::io::ErrorKind::AlreadyExists {
            fs::remove_file(target).ok();
        }
        return Err(error);
    }
    // If the file cannot be taken out of the trash it is there as a second copy, which does no harm.
    if let Err(error) = trash::os_limited::purge_all([item]) {
        tracing::debug!(%error, "a file that was taken back is still in the trash");
    }
    Ok(())
}

/// Length of a file in the trash; `None` when it is not there or is a folder.
#[cfg(not(target_os = "macos"))]
fn size_of(item: &trash::TrashItem) -> Option<u64> {
    match trash::os_limited::metadata(item).ok()?.size {
        trash::TrashItemSize::Bytes(size) => Some(size),
        trash::TrashItemSize::Entries(_) => None,
    }
}

/// The path by which the trash knows a file: links in the folders before its name are followed.
#[cfg(not(target_os = "macos"))]
fn real(file: &Path) -> PathBuf {
    let folder = file.parent().and_then(|folder| folder.canonicalize().ok());
    match (folder, file.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => file.to_owned(),
    }
}

/// An error of the trash as a clause.
fn words(error: trash::Error) -> String {
    match error {
        #[cfg(all(unix, not(target_os = "macos")))]
        trash::Error::FileSystem { path, source } => match source.kind() {
            std::io::ErrorKind::PermissionDenied => "it may not be moved".to_owned(),
            std::io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
            std::io::ErrorKind::StorageFull => "the disk is full".to_owned(),
            _ => format!("{} cannot be used: {source}", path.display()),
        },
        trash::Error::CouldNotAccess { .. } => "it may not be moved".to_owned(),
        trash::Error::RestoreCollision { path, .. } => format!("another file is at {}", path.display()),
        trash::Error::Unknown { description } | trash::Error::Os { description, .. } => description,
        other => {
            tracing::debug!(error = %other, "the trash refused");
            "this system has no trash that can be used".to_owned()
        }
    }
}
