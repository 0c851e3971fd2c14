//! A job that several parts of the program know, held in memory once.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::job::Job;

/// A [`Job`] that is shared until one of its holders writes to it: the writer then gets a copy of its own. Engine and
/// window begin with the same hundred thousand finished jobs, and very few of them ever change.
///
/// It is no [`Clone`], so that `shared.clone()` gives a plain [`Job`] as it would without sharing; see
/// [`SharedJob::share`].
#[derive(Debug, PartialEq, Eq)]
pub struct SharedJob(Arc<Job>);

impl SharedJob {
    /// The same job once more, without copying it.
    #[must_use]
    pub fn share(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl From<Job> for SharedJob {
    fn from(job: Job) -> Self {
        Self(Arc::new(job))
    }
}

impl Deref for SharedJob {
    type Target = Job;

    fn deref(&self) -> &Job {
        &self.0
    }
}

impl DerefMut for SharedJob {
    fn deref_mut(&mut self) -> &mut Job {
        Arc::make_mut(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::job;

    #[test]
    fn a_writer_changes_only_its_own() {
        let job = job(1).queued();
        let first = SharedJob::from(job);
        let mut second = first.share();
        assert!(std::ptr::eq(&*first, &*second), "one copy in memory");
        second.is_hidden = true;
        assert!(!first.is_hidden && second.is_hidden);
    }
}
