//! The one place that puts the parts together, for the window and for the command line alike.
//!
//! [`Home`] is what is known before anything is opened: folders, settings, the keyring. A [`Session`] is the library
//! and the engine at work: it connects gateways, starts the practice gateway, and ends everything in order. What is
//! decided here is decided once: where things lie, which address of a gateway counts ([`address`]), how long the
//! password store is waited for, how many orders are under way at once.

mod clip_folder;
mod connect;
mod desk;
mod error;
mod export;
mod facts;
mod form;
mod hand_off;
mod home;
mod lists;
mod pages;
mod pictures;
mod practice;
mod rebuild;
mod run;
mod whereabouts;

pub use crate::engine::entropy::entropy;
pub use crate::engine::machine::Sends;
pub use crate::engine::runtime::wall_clock;
pub use crate::gateway::BucketConnection;
pub use crate::keys::BUCKET_VARIABLES;
pub use connect::{KeyKnown, KeySource, Link, PATIENCE_WORDS, address, environment_urls};
pub use desk::{
    FileClipboard, Message, Notifier, Picked, Show, open_page, pick_film, pick_folder, pick_list, pick_picture,
    pick_pictures, pick_presets, pick_presets_target, pick_table, wishes,
};
pub use error::{KeyError, LibraryError, SessionError};
pub use hand_off::hand_off;
pub use home::{BoardsRead, Check, Home, Opened, Paths};
pub use lists::{read_list, read_list_from};
pub use pages::first_page;
pub use pictures::clipboard_files;
pub use practice::{Practice, practice_alone};
pub use rebuild::{FoundClip, Meaning, Rebuilt, Sightings, Skipped};
pub use run::{Manner, Session};
