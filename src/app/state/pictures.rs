//! Pictures on their way into the form: files that hover over the window, and several pictures that become one clip each.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::picture_edit::PictureFacts;
use crate::domain::request::StoredPicture;

/// Most pictures of one drop, one choice or one paste.
pub const MOST_PICTURES: usize = 24;

/// A small picture for the screen.
#[derive(Clone, PartialEq, Eq)]
pub struct Preview {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Red, green, blue and opacity of each pixel, row by row, not premultiplied.
    pub rgba: Arc<[u8]>,
}

impl fmt::Debug for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Preview({} × {})", self.width, self.height)
    }
}

/// A film file of which a frame became a picture in a well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilmFile {
    /// The film.
    pub path: PathBuf,
    /// Number of the frame in the order of display, from 0.
    pub frame: u32,
    /// Number of frames in the film, at least 1; 0 where the film could not be read.
    pub frames: u32,
}

/// Where files can be dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropTarget {
    /// The picture becomes the first frame.
    StartPicture,
    /// The settings in the file go into the form.
    RestoreSettings,
}

/// What a file is, as far as it matters for a drop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A picture that can be read.
    Picture(PictureFacts),
    /// No picture that can be read: a sentence.
    NoPicture(String),
}

/// A file that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookedAtFile {
    /// What it is.
    pub kind: FileKind,
    /// Whether it carries the settings of a clip.
    pub has_recipe: bool,
}

/// Files that hover over the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hovering {
    /// The files, as far as the desktop names them.
    pub files: Vec<PathBuf>,
    /// What the first of them is; `None` until it was looked at.
    pub first: Option<LookedAtFile>,
}

/// One of several pictures that are to become clips.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOfSeveral {
    /// The file that was dropped, chosen or pasted.
    pub path: PathBuf,
    /// What became of it.
    pub picture: Brought,
}

impl OneOfSeveral {
    /// The name of the file.
    pub fn name(&self) -> String {
        file_name(&self.path)
    }
}

/// What became of a picture on its way into the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Brought {
    /// It is not read yet.
    Waiting,
    /// It is being read.
    Reading,
    /// It is in the library.
    Ready(StoredPicture),
    /// It cannot be used: a sentence.
    Trouble(String),
}

/// Several pictures, each of which is to become a clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Several {
    /// A number that tells the answers for these pictures from older ones.
    pub number: u64,
    /// The pictures in the order in which they came.
    pub pictures: Vec<OneOfSeveral>,
    /// How many more there were than [`MOST_PICTURES`].
    pub left_out: usize,
}

impl Several {
    /// The pictures that can be ordered.
    pub fn ready(&self) -> impl Iterator<Item = &StoredPicture> {
        self.pictures.iter().filter_map(|one| match &one.picture {
            Brought::Ready(picture) => Some(picture),
            _ => None,
        })
    }

    /// Whether a picture is still to be read.
    pub fn is_reading(&self) -> bool {
        self.pictures.iter().any(|one| matches!(one.picture, Brought::Waiting | Brought::Reading))
    }
}

/// The name of a file for the screen, without its folders.
pub fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    crate::domain::text::visible(&name.to_string_lossy()).into_owned()
}
