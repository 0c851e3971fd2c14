//! Descriptions of models that the user added, `models/*.json` beside the settings file.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use super::Paths;

/// Largest description that is read, in bytes. That of this release has four thousand.
const MAX_BYTES: u64 = 1 << 20;

/// Most descriptions that are read.
const MAX_FILES: usize = 32;

/// The name and the text of each description, in the order of their names, and a sentence, without a full stop, for each one
/// that cannot be read. Blocks.
pub fn added_models(paths: &Paths) -> (Vec<(String, String)>, Vec<String>) {
    let (mut texts, mut trouble) = (Vec::new(), Vec::new());
    let Some(entries) = paths.settings.parent().and_then(|folder| fs::read_dir(folder.join("models")).ok()) else {
        return (texts, trouble);
    };
    let files = entries.filter_map(Result::ok).map(|entry| entry.path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    files.sort();
    for file in files.iter().take(MAX_FILES) {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match read(file) {
            Ok(text) => texts.push((name, text)),
            Err(err) => trouble.push(format!("The model file {name} cannot be read: {err}")),
        }
    }
    (texts, trouble)
}

fn read(file: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    File::open(file)?.take(MAX_BYTES).read_to_string(&mut text)?;
    Ok(text)
}
