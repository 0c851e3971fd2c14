//! What the schedule of looks costs and brings, beside the rules of other programs: a model with a virtual clock, not a
//! measurement. It prints its tables: `cargo nextest run --test it -E 'test(/^watching::/)' --no-capture`.
//!
//! A job takes a time that is spread log-normally. Every look takes a while to be answered, a job is over or not when the
//! look begins, and the delay is the time from its end until the answer that tells of it. Everything follows from fixed
//! seeds, so the figures are the same on every computer.

mod limited;
mod model;
mod table;
