//! WHEN: the life of all jobs.
//!
//! [`machine`] is pure: it is told what happened and says what to do. [`runtime`] does it, on tokio. [`command`] and
//! [`event`] are what the window and the command line exchange with it.

pub mod command;
pub mod event;
