//! All integration tests in one binary, so that they link once.

pub mod bucket;
mod cli;
mod components;
#[cfg(target_os = "linux")]
mod crash;
mod curation;
mod downloads;
mod engine;
mod film;
mod gateways;
mod hand_off;
mod hostile;
mod keys;
mod library;
mod media;
mod media_shown;
mod paging;
mod papers;
mod practice;
mod recipe;
mod search;
mod secrets;
#[cfg(target_os = "linux")]
mod sound;
mod support;
mod tidy;
mod ui;
mod watching;
mod window;
