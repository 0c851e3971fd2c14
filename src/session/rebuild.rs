//! Bringing the jobs of a folder of clips back into the library.

use std::path::Path;

use super::error::SessionError;
use super::home::{Home, blocking};
use crate::engine::rebuild;

pub use crate::engine::rebuild::{FoundClip, Meaning, Sightings, Skipped};

/// What was found in a folder of clips, and what became of each clip.
#[derive(Debug)]
pub struct Rebuilt {
    /// The clips that were found, and the files that were skipped, with the reason.
    pub sightings: Sightings,
    /// What each of the clips means for the library, in the same order.
    pub meanings: Vec<Meaning>,
}

impl Home {
    /// Brings the clips of `folder` into the library. Sends nothing.
    ///
    /// # Errors
    ///
    /// When the library cannot be opened or written, or the folder cannot be read; nothing was changed then.
    pub async fn rebuild(&self, folder: &Path, on_warning: impl Fn(&str)) -> Result<Rebuilt, SessionError> {
        // First of all, because another Rushes may have it open.
        let opened = self.open_in_background().await?;
        opened.warnings.iter().for_each(|warning| on_warning(warning));
        let jobs = opened.library.every_job().await?;
        let (paths, folder) = (self.paths.clone(), folder.to_owned());
        let looked = blocking(move || {
            let sightings = match rebuild::look_through(&folder, &paths.data) {
                Ok(sightings) => sightings,
                Err(cause) => return Err(SessionError::Folder { folder, cause }),
            };
            let meanings = rebuild::place(&sightings.clips, &jobs, &paths.clips, Path::exists);
            Ok(Rebuilt { sightings, meanings })
        });
        let rebuilt = looked.await??;
        let brought = rebuilt.meanings.iter().filter_map(|meaning| match meaning {
            Meaning::New(job) | Meaning::FoundAgain(job) => Some(job.as_ref().clone()),
            Meaning::Known | Meaning::Copy => None,
        });
        let stored = opened.library.put_all(brought.collect()).await;
        opened.library.close().await;
        stored?;
        Ok(rebuilt)
    }
}
