//! What the session asks of the desktop: its file pickers, its player, its file manager, its browser, its clipboard and messages.

use std::path::Path;

use url::Url;

use crate::desktop::open;

pub use crate::desktop::clipboard::FileClipboard;
pub use crate::desktop::notify::{Message, Notifier};
pub use crate::desktop::picker::{
    Picked, pick_film, pick_folder, pick_list, pick_picture, pick_pictures, pick_presets, pick_presets_target,
    pick_table,
};
pub use crate::desktop::wishes::wishes;

/// The program outside of Rushes in which a clip is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// Played in the program that the desktop has for films.
    Player,
    /// Selected in the file manager, in the folder that it lies in.
    Folder,
}

impl Show {
    /// Shows `file` in this program. Blocks until that has started.
    ///
    /// # Errors
    ///
    /// A sentence for the user, when the file is not there or no program can be started.
    pub fn file(self, file: &Path) -> Result<(), String> {
        match self {
            Self::Player => open::open_file_now(file),
            Self::Folder => open::reveal_now(file),
        }
    }
}

/// Opens a web page in the browser. Blocks until the browser has started.
///
/// # Errors
///
/// A sentence for the user, when it is no web address or no browser can be started.
pub fn open_page(address: &str) -> Result<(), String> {
    let url = Url::parse(address).map_err(|err| err.to_string())?;
    open::open_url_now(&url)
}
