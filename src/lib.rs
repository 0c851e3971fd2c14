//! Rushes: a native studio for generating video with PixVerse V5.6 through HTTP gateways.

pub mod app;
pub mod cli;
pub mod desktop;
pub mod domain;
pub mod engine;
pub mod gateway;
pub mod keys;
pub mod library;
pub mod media;
pub mod practice;
pub mod ui;
