//! Imports pictures from the clipboard, which come as bare pixels.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::picture::{self, PictureError, PreparedPicture};

/// What the picture is called, since it had no file.
const NAME: &str = "Pasted picture.png";

/// Stores bare RGBA pixels as a picture of the library, by way of a PNG file that is removed afterwards.
pub(super) fn import(width: u32, height: u32, rgba: &[u8], inputs: &Path) -> Result<PreparedPicture, PictureError> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let unstored = |error: &dyn std::fmt::Display| PictureError(format!("The picture cannot be stored: {error}."));
    if rgba.is_empty() || rgba.len() as u64 != u64::from(width) * u64::from(height) * 4 {
        return Err(PictureError("The clipboard holds no whole picture. Copy it again.".into()));
    }
    // A folder of its own, so that two pastes at once do not meet.
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let folder = inputs.join(format!(".pasted-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| unstored(&error))?;
    let file = folder.join(NAME);
    let imported = image::save_buffer(&file, rgba, width, height, image::ExtendedColorType::Rgba8)
        .map_err(|error| unstored(&error))
        .and_then(|()| picture::import(&file, inputs));
    if let Err(error) = std::fs::remove_dir_all(&folder) {
        tracing::warn!(%error, "a pasted picture lies about");
    }
    imported
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_become_a_picture_of_the_library_and_leave_nothing_behind() {
        let inputs = tempfile::tempdir().expect("a folder");
        let pixels: Vec<u8> = (0..64 * 32).flat_map(|index| [index as u8, 40, 200, 255]).collect();
        let prepared = import(64, 32, &pixels, inputs.path()).expect("a picture");
        assert_eq!((prepared.picture.width, prepared.picture.height), (64, 32));
        assert_eq!(prepared.picture.display_name, NAME);
        let left: Vec<_> = std::fs::read_dir(inputs.path()).expect("the folder").filter_map(Result::ok).collect();
        assert_eq!(left.len(), 1, "{left:?}");
        assert!(inputs.path().join(prepared.picture.file_name()).is_file());
    }

    #[test]
    fn half_a_picture_is_none() {
        let inputs = tempfile::tempdir().expect("a folder");
        for (width, height, length) in [(2, 2, 15), (0, 0, 0), (4, 4, 16)] {
            assert!(import(width, height, &vec![0; length], inputs.path()).is_err());
        }
    }
}
