//! What the screens say: pure functions from the state to words, prices and choices.
//!
//! One file for each thing that is shown: [`card`] and [`form`] with the price on the button; [`cost`], [`chain`] and
//! [`chosen`] in the details; [`compare`], [`compared`], [`viewer`], [`storyboard`], [`heard`] and [`on_screen`] over the gallery; [`mod@file`] where a clip's
//! file or picture is away; [`four_more`] and [`several`] before they are ordered; [`mod@crop`] and [`dropping`] for pictures on their way into the form;
//! [`model`] and [`travel`] in the form: which model, and how a picture gets to the gateway; [`bucket`] in the settings; [`palette`] finds commands and prompts, and [`shortcut_sheet`] orders the keys; [`desk`] is what the desktop around the window shows; [`network`] in the status line; [`ledger`] is what was spent; [`mod@hand_off`] is what an editor gets. [`words`] is how numbers and times are written everywhere.

pub mod asked;
pub mod bucket;
pub mod card;
pub mod chain;
pub mod chosen;
pub mod compare;
pub mod compared;
pub mod cost;
pub mod crop;
pub mod desk;
pub mod dropping;
pub mod file;
pub mod form;
pub mod four_more;
pub mod hand_off;
pub mod heard;
pub mod ledger;
pub mod list;
pub mod model;
pub mod network;
pub mod on_screen;
pub mod other_gateway;
pub mod palette;
pub mod prices;
pub mod queue;
pub mod several;
pub mod shortcut_sheet;
pub mod spending;
pub mod storyboard;
pub mod travel;
pub mod viewer;
pub mod wallet;
pub mod words;
