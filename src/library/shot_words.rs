//! Shot words that the user added, `shot_words.json` in the data folder.

use std::fs::File;
use std::io::{ErrorKind, Read as _};

use super::Paths;
use crate::domain::shot_words::{self, ShotWords};

/// Name of the file.
const NAME: &str = "shot_words.json";
/// Largest file that is read, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// The shot words that the user added; `None` where there is no such file. Blocks.
///
/// # Errors
/// A sentence for the user when the file cannot be used.
pub fn added_shot_words(paths: &Paths) -> Result<Option<ShotWords>, String> {
    let mut text = String::new();
    let read = File::open(paths.data.join(NAME)).and_then(|file| file.take(MAX_BYTES).read_to_string(&mut text));
    match read {
        Err(err) if err.kind() == ErrorKind::NotFound => Ok(None),
        Err(err) => Err(format!("Your {NAME} is not used: {err}.")),
        Ok(_) => shot_words::read(&text).map(Some).map_err(|why| format!("Your {NAME} is not used: {why}.")),
    }
}
