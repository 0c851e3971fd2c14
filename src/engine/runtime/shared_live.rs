//! The latest numbers of running jobs, written by the engine and read by the window whenever it likes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::engine::event::Live;

/// The numbers of running jobs in a place that engine and window share. All clones are the same place.
#[derive(Clone, Debug, Default)]
pub(super) struct SharedLive(Arc<Mutex<Live>>);

impl SharedLive {
    /// A copy of the latest numbers.
    pub(super) fn get(&self) -> Live {
        self.lock().clone()
    }

    /// Replaces the numbers by newer ones; returns whether they differ.
    pub(super) fn set(&self, live: Live) -> bool {
        let mut shown = self.lock();
        let is_news = shown.jobs != live.jobs;
        if is_news {
            *shown = live;
        }
        is_news
    }

    fn lock(&self) -> MutexGuard<'_, Live> {
        // A plain value cannot be left half-changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
