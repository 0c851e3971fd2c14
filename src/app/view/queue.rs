//! What the cards of waiting orders offer.

use crate::domain::{HeldFor, Job, JobState};

/// Whether the user paused this very order.
pub fn is_paused(job: &Job) -> bool {
    job.state == JobState::Queued && job.held == Some(HeldFor::Paused)
}

/// Whether the order still has a place in a queue that can be changed.
pub fn can_be_moved(job: &Job) -> bool {
    job.state == JobState::Queued
}
