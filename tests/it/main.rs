//! All integration tests in one binary, so that they link once.

mod cli;
mod components;
mod curation;
mod downloads;
mod engine;
mod film;
mod gateways;
mod keys;
mod library;
mod media;
mod practice;
mod recipe;
mod search;
mod support;
mod tidy;
mod ui;
mod window;
