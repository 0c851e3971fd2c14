//! What the user does with orders that wait.

use crate::domain::JobId;

pub use crate::engine::command::QueueMove;

/// A move in the queue, or a pause of single orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Gave an order another place in the queue of its gateway.
    Move(JobId, QueueMove),
    /// Put an order into the place of another one; both wait for the same gateway.
    Onto(JobId, JobId),
    /// Held these orders.
    Pause(Vec<JobId>),
    /// Let these orders go on.
    Resume(Vec<JobId>),
}
