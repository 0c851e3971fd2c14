//! All jobs by their id, and which of them a step touched.
//!
//! A step may concern one job of ten thousand, so nothing after it may walk through all of them. Whoever may have changed
//! a job got it from [`Entries::get_mut`], which takes note of that; only those are sorted into the [agenda](super::agenda)
//! again.

use std::collections::HashMap;

use super::entry::Entry;
use crate::domain::JobId;

/// All jobs by their id. Handing one out to be changed takes note of it.
#[derive(Debug, Default)]
pub(super) struct Entries {
    map: HashMap<JobId, Entry>,
    touched: Vec<JobId>,
}

impl Entries {
    pub(super) fn get(&self, id: JobId) -> Option<&Entry> {
        self.map.get(&id)
    }

    /// A job that may be changed. It counts as touched.
    pub(super) fn get_mut(&mut self, id: JobId) -> Option<&mut Entry> {
        let entry = self.map.get_mut(&id)?;
        // A step asks for the same job several times in a row.
        if self.touched.last() != Some(&id) {
            self.touched.push(id);
        }
        Some(entry)
    }

    /// Adds a job that is not there yet. It counts as touched.
    pub(super) fn insert(&mut self, id: JobId, entry: Entry) {
        self.touched.push(id);
        self.map.insert(id, entry);
    }

    pub(super) fn contains(&self, id: JobId) -> bool {
        self.map.contains_key(&id)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Entry> + Clone {
        self.map.values()
    }

    /// The jobs that were touched since the last call; one may be among them several times.
    pub(super) fn take_touched(&mut self) -> Vec<JobId> {
        std::mem::take(&mut self.touched)
    }
}
