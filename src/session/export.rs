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
    let (stem, ending) = name.rfind('.').map_or((name, ""), |dot| name.split_at(dot));
    let mut files = names_like(stem, ending).map(|name| folder.join(name));
    files.find(|file| !file.exists()).unwrap_or_else(|| folder.join(name))
}

/// Names to try one after the other, so that nothing takes the place of what is there: `a.csv`, `a 2.csv`, `a 3.csv`. The
/// `ending` comes with its dot; a folder has none.
pub(super) fn names_like<'a>(stem: &'a str, ending: &'a str) -> impl Iterator<Item = String> + 'a {
    (1..1000).map(move |number| match number {
        1 => format!("{stem}{ending}"),
        _ => format!("{stem} {number}{ending}"),
    })
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
