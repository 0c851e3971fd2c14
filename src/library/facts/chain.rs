//! The chain around one clip: who it goes on from, and what goes on from it.

use std::collections::{HashSet, VecDeque};

use rusqlite::Connection;
use uuid::Uuid;

use super::super::error::LibraryError;
use super::job;
use crate::domain::{Job, JobId};

/// Most shots that are read around one clip. A longer chain is shown as far as it was read.
const MOST: usize = 2_000;

/// All shots that a job goes on from, and all that go on from it, oldest first and without itself. Damaged data may go round
/// in a circle, which does no harm.
pub(in crate::library) fn relatives(connection: &Connection, of: &Job) -> Result<Vec<Job>, LibraryError> {
    let mut seen = HashSet::from([of.id]);
    let mut found = Vec::new();
    let mut parent = of.parent;
    while let Some(before) = parent
        && found.len() < MOST
        && seen.insert(before.job)
    {
        let Some(shot) = job(connection, before.job)? else { break };
        parent = shot.parent;
        found.push(shot);
    }
    let mut children = connection.prepare_cached("SELECT id FROM jobs WHERE parent IS NOT NULL AND parent = ?1")?;
    let mut open = VecDeque::from([of.id]);
    while let Some(id) = open.pop_front() {
        let mut rows = children.query([id.to_string()])?;
        while let Some(row) = rows.next()? {
            let Some(child) = row.get_ref(0)?.as_str().ok().and_then(|id| id.parse::<Uuid>().ok()) else { continue };
            if found.len() >= MOST || !seen.insert(JobId(child)) {
                continue;
            }
            found.extend(job(connection, JobId(child))?);
            open.push_back(JobId(child));
        }
    }
    found.sort_unstable_by_key(|job| job.id);
    Ok(found)
}
