//! What the window knows and what it does with it. Pure: no clock, no file, no socket, no random number, no egui.
//!
//! | Module | Holds |
//! |---|---|
//! | [`state`] | plain data that the screens read: jobs, draft, gallery, selection, playhead, gateways, settings |
//! | [`action`] | everything that can happen to it, everything that may follow, and the vocabulary of shortcuts |
//! | [`update`] | one function from state and input to state and effects |
//! | [`view`] | what the screens say: words, prices, which buttons there are |
//!
//! So "what happens when a job fails while its card is selected and the user changes the gateway" is a line in a table of
//! tests. The shell around it is [`window`](crate::window).

pub mod action;
pub mod state;
pub mod update;
pub mod view;

pub use action::{Action, Effect, Effects, Input, WindowEffect};
pub use state::AppState;
pub use update::Now;
