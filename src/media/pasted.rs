//! Imports pictures from the clipboard, which come as bare pixels.

use std::path::Path;

use super::picture::{self, InspectedPicture, PictureError, PreparedPicture};
use crate::domain::picture_edit::PictureEdit;

/// What the picture is called, since it had no file.
const NAME: &str = "Pasted picture.png";

/// Stores bare RGBA pixels as a picture of the library.
pub(super) fn import(
    width: u32,
    height: u32,
    rgba: &[u8],
    edit: &PictureEdit,
    inputs: &Path,
) -> Result<PreparedPicture, PictureError> {
    picture::import_opened(&picture::of_pixels(width, height, rgba, NAME)?, edit, inputs)
}

/// Looks at bare RGBA pixels, with a preview of at most `max_side` pixels.
pub(super) fn inspect(width: u32, height: u32, rgba: &[u8], max_side: u32) -> Result<InspectedPicture, PictureError> {
    Ok(picture::preview(picture::of_pixels(width, height, rgba, NAME)?, max_side))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_become_a_picture_of_the_library_and_leave_nothing_behind() {
        let inputs = tempfile::tempdir().expect("a folder");
        let pixels: Vec<u8> = (0..64 * 32).flat_map(|index| [index as u8, 40, 200, 255]).collect();
        let prepared = import(64, 32, &pixels, &PictureEdit::default(), inputs.path()).expect("a picture");
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
            assert!(import(width, height, &vec![0; length], &PictureEdit::default(), inputs.path()).is_err());
        }
    }
}
