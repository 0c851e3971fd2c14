//! What the window knows and what it does with it.
//!
//! [`state`] is plain data that the screens read. [`action`] holds everything that can happen to it and everything that
//! may follow. [`update`] joins the two: one pure function from state and input to state and effects, so that "what
//! happens when a job fails while its card is selected and the user changes the gateway" is a line in a table of tests.
//!
//! Beside them stand pure views: [`form`] (prices and the Generate button), [`gallery`] (groups, filters, counts),
//! [`card`] (what a card says), [`chain`] (which shots belong together), [`chosen`] (several cards at once), [`cost`] (what
//! the details say of money), [`network`] (whether it is there), [`four_more`] (what four more takes would be) and [`picks`]
//! (which clips are meant). [`browse`], [`judge`] and [`viewing`] are the
//! words for looking through clips, sorting them and playing them under one playhead ([`playback`]).
//!
//! [`command`] is the vocabulary of shortcuts.

pub mod action;
pub mod browse;
pub mod card;
pub mod chain;
pub mod chosen;
pub mod command;
pub mod compare;
pub mod cost;
pub mod form;
pub mod four_more;
pub mod gallery;
pub mod jobs;
pub mod judge;
pub mod network;
pub mod on_screen;
pub mod picks;
pub mod playback;
pub mod state;
pub mod update;
pub mod viewing;
pub mod words;

pub use action::{Action, Effect, Input};
pub use state::AppState;
