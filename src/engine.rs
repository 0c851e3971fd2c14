//! The life of all jobs: queuing, sending, polling, downloading and filing.
//!
//! [`machine`] is pure: it is told what happened and says what to do. [`runtime`] does it, on tokio. [`schedule`] says how
//! long to wait and [`patience`] for how long at all, [`download`] brings a clip to disk, [`rebuild`] finds clips that are there already, and `disk` holds what
//! these share about files. [`command`] and [`event`] are what the window and the command line exchange with the engine.

pub mod command;
mod disk;
pub mod download;
pub mod entropy;
pub mod event;
pub mod machine;
pub mod patience;
pub mod rebuild;
pub mod runtime;
pub mod schedule;

pub use runtime::{Busy, EngineHandle, EngineOptions, EngineParts, start};
