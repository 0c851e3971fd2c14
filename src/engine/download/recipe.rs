//! The recipe behind the film: written into the part file before it gets its name, and known again after a crash.
//!
//! A piece of it never stands behind a named clip: it is flushed before the file is named, and a file that has its name is not
//! written any more.

use std::fs::File;
use std::io;

use sha2::Sha256;

use crate::domain::{JobId, Recipe, Sha256Hex};
use crate::engine::disk::hash_start;
use crate::media::{self, MovieError};

/// The remark for the user about a clip that was named before its recipe was written.
pub(super) const NOT_THERE: &str = "The file does not hold its recipe.";

/// What is known of a film that ends with the recipe of a job.
#[derive(Debug)]
pub(super) struct Found {
    /// Number of bytes before the recipe, which are those that the gateway served.
    pub served_bytes: u64,
    /// The hash of these bytes. It is the one that the recipe names.
    pub hash: Sha256,
}

/// Looks for the recipe of `job` at the end of a file, and checks that its length and hash are those of the bytes
/// before it. `None` where that is not so, also for a piece of a recipe.
pub(super) fn find(file: &mut File, job: JobId) -> io::Result<Option<Found>> {
    let packet = match media::read_xmp(file) {
        Ok(Some(packet)) if packet.is_last => packet,
        _ => return Ok(None),
    };
    let Ok(Some(recipe)) = Recipe::from_packet(&packet.bytes) else { return Ok(None) };
    if recipe.job != job || recipe.film.served_bytes != packet.box_at {
        return Ok(None);
    }
    let hash = hash_start(file, packet.box_at)?;
    let is_it = Sha256Hex::from(hash.clone()) == recipe.film.sha256;
    Ok(is_it.then_some(Found { served_bytes: packet.box_at, hash }))
}

/// Writes the recipe behind the `served_bytes` of a file, and waits until it is safe. Where it cannot be written, the
/// file is left as it was served, and a remark for the user is returned. Fails only when even that is impossible.
pub(super) fn write(file: &mut File, served_bytes: u64, recipe: &Recipe) -> io::Result<Option<String>> {
    let Err(error) = try_to_write(file, served_bytes, recipe) else { return Ok(None) };
    file.set_len(served_bytes).and_then(|()| file.sync_all())?;
    tracing::info!(job = %recipe.job, %error, "a recipe was left out of its clip");
    let reason = match error {
        MovieError::Io(cause) => format!("it could not be written ({cause})"),
        other => other.to_string(),
    };
    Ok(Some(format!("The recipe was left out of the file: {reason}.")))
}

fn try_to_write(file: &mut File, served_bytes: u64, recipe: &Recipe) -> Result<(), MovieError> {
    let packet = recipe.to_packet();
    media::append_xmp(file, packet.as_bytes())?;
    file.sync_all()?;
    // A walk over all boxes, so that a file is never named whose parts do not fit together.
    match media::read_xmp(file)? {
        Some(found) if found.is_last && found.box_at == served_bytes && found.bytes == packet.as_bytes() => Ok(()),
        _ => Err(MovieError::Unsupported("it could not be read back".to_owned())),
    }
}
