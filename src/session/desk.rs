//! What the session asks of the desktop: its file pickers, its player, its file manager, its browser.

use std::path::Path;

use url::Url;

use crate::desktop::open;

pub use crate::desktop::picker::{Picked, pick_film, pick_folder, pick_picture};

/// How a clip is shown outside of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// In the system's player.
    Player,
    /// In its folder.
    Folder,
}

impl Show {
    /// Shows `file`. Blocks.
    ///
    /// # Errors
    ///
    /// A sentence for the user.
    pub fn file(self, file: &Path) -> Result<(), String> {
        match self {
            Self::Player => open::open_file_now(file),
            Self::Folder => open::reveal_now(file),
        }
    }
}

/// Opens a web page in the browser. Blocks.
///
/// # Errors
///
/// A sentence for the user.
pub fn open_page(address: &str) -> Result<(), String> {
    let url = Url::parse(address).map_err(|err| err.to_string())?;
    open::open_url_now(&url)
}
