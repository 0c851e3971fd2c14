//! Helpers that several test modules share: the bench with a practice gateway and the real program, a raw server, the hands of a person
//! in a window, and small films.

pub mod bench;
pub mod boxes;
pub mod film;
pub mod python;
pub mod raw;
pub mod runs;
pub mod s3;
pub mod window;

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// SHA-256 in lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// All files below a folder with their bytes.
pub fn files_below(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).expect("a file");
                found.push((path, bytes));
            }
        }
    }
    found
}
