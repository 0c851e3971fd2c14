//! Rushes
pub mod domain;
