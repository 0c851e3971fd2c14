//! WHAT Rushes is about: requests, prices, jobs and what became of them.
//!
//! Everything here is a plain value or a pure function. No module below this one reads a clock, a file, a socket
//! or a random number: time and ids come in as arguments. So every rule that concerns money or finished work can be
//! tested with a table.
//!
//! Reading order: [`gateway`] (who can be asked) → [`setting`], [`request`] (what is asked) → [`money`], [`catalog`],
//! [`price`] (what it costs), [`price_book`] (what the user knows better), [`doubt`] (why it may be wrong) → [`capability`] (what each gateway takes) → [`outcome`]
//! (what a gateway may answer) → [`exchange`] (its very words) → [`id`], [`holds`], [`job`], [`shared`] (the life of one
//! paid clip) → [`delivery`] (what was ordered and what came) → [`caps`] (what may be spent), [`past`] (what finished jobs count), [`ledger`] (what was spent), [`asker`] (who ordered), [`list`] (many shots at once) → [`curation`] (what the user says of it), [`take`],
//! [`search`], [`browsing`] and [`storyboard`] (how it is found, looked at again and put in order) → [`hand_off`] (what an editor gets of it) → [`ending`] (what the user is told) → [`recipe`]
//! (what travels in the clip) → [`progress`], [`expiry`], [`clip_name`], [`poster_frame`]. [`picture_edit`] is what the user does to a start
//! picture, [`picture_limits`] what gateways take of them. [`sha256`] holds the checksums of films and pictures,
//! [`path_text`] writes any path as text, and [`numbers`] words whole numbers. [`prompt_history`], [`preset`] and [`shot_words`] help to fill the form. Beside them stand the [`settings`] of the program.

pub mod asker;
pub mod browsing;
pub mod capability;
pub mod caps;
pub mod catalog;
pub mod clip_name;
pub mod curation;
pub mod delivery;
pub mod doubt;
pub mod ending;
pub mod exchange;
pub mod expiry;
pub mod facts;
pub mod gateway;
pub mod hand_off;
pub mod holds;
pub mod hosting;
pub mod id;
pub mod job;
pub mod learned;
pub mod ledger;
pub mod list;
pub mod money;
pub mod numbers;
pub mod outcome;
pub mod paging;
pub mod past;
pub mod path_text;
pub mod picture_edit;
pub mod picture_limits;
pub mod poster_frame;
pub mod preset;
pub mod price;
pub mod price_book;
pub mod progress;
pub mod prompt_history;
pub mod random;
pub mod recipe;
pub mod request;
#[doc(hidden)]
pub mod samples;
pub mod screen_room;
pub mod search;
pub mod setting;
pub mod settings;
pub mod sha256;
pub mod shared;
pub mod shot_words;
pub mod storyboard;
pub mod take;
pub mod text;
pub mod time;
pub mod unneeded;

pub use asker::Asker;
pub use capability::SettingNote;
pub use caps::{Cap, CapKind, Caps, SpendingRules};
pub use curation::{Parent, Project, Rating, Verdict};
pub use delivery::Difference;
pub use ending::{Charge, Ending};
pub use exchange::RawExchange;
pub use gateway::GatewayId;
pub use holds::{GatewayHold, HeldFor, Holds, KeyMark};
pub use hosting::{BucketKeys, BucketPlace, Hosted, PictureWay};
pub use id::{JobId, RemoteId, TraceId};
pub use job::{Clip, Job, JobState};
pub use money::{Amount, CreditValue, Credits, Money};
pub use price::Estimate;
pub use price_book::PriceBook;
pub use recipe::Recipe;
pub use request::{Draft, Field, GenerationRequest, InputPicture, Problem};
pub use setting::{AspectRatio, ClipDuration, ModelId, Resolution, Seed, Setting, Support, Thinking};
pub use settings::Settings;
pub use sha256::Sha256Hex;
pub use text::GatewayText;
pub use time::UnixMillis;
