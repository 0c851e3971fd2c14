//! Leaves the clips of an old folder where they are: their paths become absolute, of the jobs that the engine does not hold.
//!
//! It is done in portions, between which other writes go. That it is not done to the end is no loss: the folder that the
//! library has noted is still the old one, and the next start finishes it ([`Books::settle_clip_folder`](super::thread::Books)).

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

use super::copies::Copy;
use super::database;
use super::error::LibraryError;
use crate::domain::{Job, JobId};

/// How many rows are looked at in one portion.
const PORTION: i64 = 500;

/// An old clip folder, and how far the library has come with leaving its clips there.
#[derive(Clone, Debug)]
pub struct Leaving {
    folder: PathBuf,
    /// The last row that was looked at.
    after: i64,
    /// Rows with this number or a higher one were written since, and are not looked at.
    below: Option<i64>,
    has_failed: bool,
}

impl Leaving {
    /// Nothing is done yet. `folder` is the whole path of the old clip folder.
    pub fn of(folder: PathBuf) -> Self {
        Self { folder, after: i64::MIN, below: None, has_failed: false }
    }

    /// The same portion once more, because it failed.
    #[must_use]
    pub fn again(self) -> Self {
        Self { has_failed: true, ..self }
    }

    /// Whether the last try failed.
    pub fn has_failed(&self) -> bool {
        self.has_failed
    }
}

/// Changes the path of a job's clip from one that is relative to `folder` to an absolute one. Returns whether it was
/// relative.
fn leave(job: &mut Job, folder: &Path) -> bool {
    match job.clip.as_mut().or(job.old_clip.as_mut()).filter(|clip| clip.path.is_relative()) {
        Some(clip) => {
            clip.path = folder.join(&clip.path);
            true
        }
        None => false,
    }
}

/// Does one portion. New writes get numbers from `next_seq` on, which is raised. Returns the jobs that changed, and what is
/// left to do.
pub(super) fn leave_portion(
    connection: &mut Connection,
    next_seq: &mut i64,
    leaving: Leaving,
    held: &HashSet<JobId>,
) -> Result<(Vec<Job>, Option<Leaving>), LibraryError> {
    let Leaving { folder, mut after, below, .. } = leaving;
    let below = below.unwrap_or(*next_seq);
    let mut found = Vec::new();
    let mut count = 0;
    {
        let mut statement = connection.prepare_cached(
            "SELECT id, seq, doc, doc_sum, rowid FROM jobs NOT INDEXED WHERE rowid > ?1 ORDER BY rowid LIMIT ?2",
        )?;
        let mut rows = statement.query(params![after, PORTION])?;
        while let Some(row) = rows.next()? {
            count += 1;
            after = row.get(4)?;
            let Some(mut copy) = database::copy_of(row) else { continue };
            if copy.seq < below && !held.contains(&copy.job.id) && leave(&mut copy.job, &folder) {
                found.push(copy.job);
            }
        }
    }
    let copies: Vec<Copy> = found.into_iter().zip(*next_seq..).map(|(job, seq)| Copy { seq, job }).collect();
    *next_seq = next_seq.saturating_add(i64::try_from(copies.len()).unwrap_or(i64::MAX));
    // The job log holds no paths that matter: what it holds of these jobs is older, and so is what it says.
    database::write_rows(connection, &copies, &[])?;
    let next = (count == PORTION).then_some(Leaving { folder, after, below: Some(below), has_failed: false });
    Ok((copies.into_iter().map(|copy| copy.job).collect(), next))
}
