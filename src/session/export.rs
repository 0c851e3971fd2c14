//! Files that the user takes along.

use std::path::{Path, PathBuf};

use super::run::Session;
use crate::library::write_atomically;

impl Session {
    /// Writes a file in one step: it is there whole, or as it was before. Without a place, it goes into the clip folder,
    /// under `name` or, if that is taken, under the next free name like it. Returns where it lies. Blocks.
    ///
    /// # Errors
    ///
    /// A sentence for the user.
    pub fn write_export(&self, place: Option<PathBuf>, name: &str, bytes: &[u8]) -> Result<PathBuf, String> {
        let file = place.unwrap_or_else(|| free_name(&self.clip_folder(), name));
        write_atomically(&file, bytes)
            .map_err(|err| format!("“{}” could not be written: {err}. Nothing was changed.", file.display()))?;
        Ok(file)
    }
}

/// The first name in a folder that no file has: `a.csv`, `a 2.csv`, `a 3.csv`.
fn free_name(folder: &Path, name: &str) -> PathBuf {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let first = folder.join(name);
    let others = (2..1000).map(|number| folder.join(format!("{stem} {number}.{ending}")));
    std::iter::once(first.clone()).chain(others).find(|file| !file.exists()).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_export_takes_the_place_of_an_earlier_one() {
        let folder = tempfile::tempdir().expect("a folder");
        for expected in ["ledger.csv", "ledger 2.csv", "ledger 3.csv"] {
            let file = free_name(folder.path(), "ledger.csv");
            assert_eq!(file, folder.path().join(expected));
            std::fs::write(file, "x").expect("written");
        }
    }
}
