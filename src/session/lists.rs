//! Lists of shots, read from files and from standard input.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::domain::list::{MAX_LIST_BYTES, text_of};
use crate::domain::path_text;

/// Reads a list file. Blocks.
///
/// # Errors
///
/// A sentence for the user without a full stop, when it cannot be read, is too large, or is no UTF-8 text.
pub fn read_list(file: &Path) -> Result<String, String> {
    let opened = File::open(file).and_then(|opened| Ok((opened.metadata()?.is_dir(), opened)));
    match opened {
        Ok((true, _)) => Err(format!("{} is a folder", path_text::shown(file))),
        Ok((false, opened)) => read_list_from(opened),
        Err(err) => Err(format!("The list {} cannot be read: {err}", path_text::shown(file))),
    }
}

/// Reads a list from anything that gives bytes, such as standard input. Blocks. Reads no more than a list may have.
///
/// # Errors
///
/// As for [`read_list`].
pub fn read_list_from(bytes: impl Read) -> Result<String, String> {
    let limit = u64::try_from(MAX_LIST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut read = Vec::new();
    bytes.take(limit).read_to_end(&mut read).map_err(|err| format!("The list cannot be read: {err}"))?;
    text_of(&read).map(str::to_owned).map_err(|err| err.to_string())
}
