//! Joins films into one without decoding them: the samples are copied, only the tables are written anew.
//!
//! That is possible where the films agree in all that one description of a track says: size, parameter sets, pixels, colors,
//! and the coding of the sound. Of several kinds of films the largest group is joined, and of every other one is said in what
//! it differs. Pictures and sound of each film begin together, whatever the films before it had of either ([`plan`]).

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::error::MovieError;

mod bytes;
mod plan;
mod source;
mod tables;

use plan::Plan;
use source::Source;

/// Size of the pieces in which film data is copied, in bytes.
const PIECE: usize = 1 << 20;

/// A film that was joined of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinedFilm {
    /// Places, from 0, of the films that are in it, in order.
    pub joined: Vec<usize>,
    /// Places of those that are not, and why, as a clause: "it is 640 × 360 and most are 1280 × 720".
    pub left_out: Vec<(usize, String)>,
    /// Number of frames.
    pub frames: u64,
}

/// Why nothing was joined.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// No two films agree. Holds why each is left out; nothing was written.
    #[error("no two films agree")]
    NothingAgrees(Vec<(usize, String)>),
    /// The caller no longer wants it.
    #[error("it was stopped")]
    Stopped,
    /// The files cannot be read or the new one not written.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Joins films, as [`super::join_films`] says.
pub(super) fn join(
    files: &[PathBuf],
    target: &Path,
    mut go_on: impl FnMut(u64, u64) -> bool,
) -> Result<JoinedFilm, JoinError> {
    let mut left_out = Vec::new();
    let mut sources: Vec<(usize, Source)> = Vec::new();
    for (place, file) in files.iter().enumerate() {
        if !go_on(0, 0) {
            return Err(JoinError::Stopped);
        }
        match Source::open(file) {
            Ok(source) => sources.push((place, source)),
            Err(MovieError::Io(error)) => return Err(io::Error::other(error).into()),
            Err(error) => left_out.push((place, error.to_string())),
        }
    }
    let sources = of_largest_group(sources, &mut left_out);
    left_out.sort();
    if sources.len() < 2 {
        return Err(JoinError::NothingAgrees(left_out));
    }
    let plan = match Plan::of(&sources.iter().map(|(_, source)| source).collect::<Vec<_>>()) {
        Ok(plan) => plan,
        Err(clause) => return Err(io::Error::other(clause).into()),
    };
    let files: Vec<&Path> = sources.iter().map(|(place, _)| files[*place].as_path()).collect();
    // A film that is there already is somebody else's, and is not removed below.
    let file = OpenOptions::new().write(true).create_new(true).open(target)?;
    let written = write(&sources[0].1, &plan, &files, file, &mut go_on);
    if written.is_err() {
        // The first error is the one to tell.
        drop(std::fs::remove_file(target));
    }
    written?;
    Ok(JoinedFilm { joined: sources.iter().map(|(place, _)| *place).collect(), left_out, frames: plan.frames })
}

/// Those that agree with each other: of several groups the largest, of equals the first. Says of all others why not.
fn of_largest_group(sources: Vec<(usize, Source)>, left_out: &mut Vec<(usize, String)>) -> Vec<(usize, Source)> {
    let mut groups: Vec<Vec<(usize, Source)>> = Vec::new();
    for (place, source) in sources {
        match groups.iter_mut().find(|group| group[0].1.difference(&source).is_none()) {
            Some(group) => group.push((place, source)),
            None => groups.push(vec![(place, source)]),
        }
    }
    // Of equals the first: `max_by_key` gives the last.
    let Some(largest) = groups.iter().enumerate().rev().max_by_key(|(_, group)| group.len()) else { return Vec::new() };
    let largest = groups.swap_remove(largest.0);
    for (place, source) in groups.into_iter().flatten() {
        left_out.push((place, largest[0].1.difference(&source).unwrap_or_default()));
    }
    largest
}

fn write(
    like: &Source,
    plan: &Plan,
    files: &[&Path],
    file: File,
    go_on: &mut impl FnMut(u64, u64) -> bool,
) -> Result<(), JoinError> {
    let mut out = BufWriter::with_capacity(PIECE, file);
    out.write_all(&tables::head(like, plan))?;
    let (mut done, total) = (0, plan.data_bytes());
    let mut piece = vec![0; PIECE];
    for (number, file) in files.iter().enumerate() {
        let mut file = File::open(file)?;
        for range in plan.ranges_of(number) {
            file.seek(SeekFrom::Start(range.from))?;
            let mut left = range.bytes;
            while left > 0 {
                if !go_on(done, total) {
                    return Err(JoinError::Stopped);
                }
                let part = &mut piece[..usize::try_from(left).unwrap_or(PIECE).min(PIECE)];
                file.read_exact(part)?;
                out.write_all(part)?;
                left -= part.len() as u64;
                done += part.len() as u64;
            }
        }
    }
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(())
}
