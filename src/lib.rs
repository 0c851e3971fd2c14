//! Rushes: a native studio for generating video with PixVerse V5.6 through HTTP gateways.
//!
//! A designer types a shot, sees what it will cost, presses *Generate*, and the finished clip lies in the gallery:
//! downloaded, checked, playable. Paid jobs make two promises rule everything else: no clip is ever bought twice, and
//! none is ever lost.
//!
//! # The map, in reading order
//!
//! | Module | Question | Rule |
//! |---|---|---|
//! | [`domain`] | WHAT is asked, what it costs, what became of it | pure: no clock, no file, no socket |
//! | [`engine`] | WHEN something happens | `machine` is pure and decides; `runtime` does it on tokio |
//! | [`gateway`] | WITH WHOM: request → wire, wire → outcome | the only place that speaks HTTP to others |
//! | [`library`] | WHERE IT IS KEPT: SQLite, clip files, settings | one thread owns the database |
//! | [`media`] | WHAT IT LOOKS LIKE: MP4 walk, posters, pictures | trusts no file |
//! | [`keys`] | the OS keyring | a locked keyring keeps nobody else waiting |
//! | [`desktop`] | file picker, player, folders, one window only, doctor | may be missing, and then says so |
//! | [`practice`] | a pretend gateway with real HTTP and real MP4s | knows only the domain |
//! | [`session`] | THE ONE PLACE THAT PUTS PARTS TOGETHER | for the window and the command line alike |
//! | [`app`] | what the window knows: state, actions, update | pure, and names no egui |
//! | [`ui`] | what the window shows | reads state, pushes actions |
//! | [`window`] | the shell around `app` and `ui`: frames, channels, textures | nothing here waits |
//! | [`cli`] | the same engine without a window | exit codes and JSON are an interface |
//!
//! A test (`tests/it/tidy.rs`) reads the sources and enforces who may know whom: `domain` nothing of ours; `gateway`,
//! `library`, `media`, `keys` and `desktop` the domain; `engine` those; `app` the domain and the engine's command and
//! event types; `ui` the app and the domain; `cli` the engine and the domain.
//!
//! # How data flows
//!
//! ```text
//!  designer ─► ui ──Action──► app::update ──Command──► engine::runtime ──Input──► engine::machine (pure)
//!               ▲                                          │    ▲                        │
//!               └── app state ◄──Event── (bounded) ────────┘    └────── Effects ◄────────┘
//!                                                               │
//!                    store (library) · submit, poll (gateway) · download (files) · poster (media) · timer
//! ```
//!
//! What the user asked for is on disk before the first byte leaves, and the gateway's id of a job is on disk before
//! anything else happens with the answer. So the program may be killed at any moment: the next start goes on.
//!
//! # Threads
//!
//! * main: egui, never blocks.
//! * engine: tokio with two workers, built by hand and never around the window.
//! * library: owns SQLite.
//! * search: owns the search index, and reads the library to follow it.
//! * media: two threads for decoding, with deadlines, and one for filmstrips, for which no order and no poster waits.
//! * pictures: one thread reads posters, one reads filmstrips, one makes the strip of an older clip that is looked at.
//! * keyring: its own thread, because a locked keyring may block for ever.
//! * dialog: the file picker.
//!
//! The window sends commands through a bounded queue and never waits; events come back through a bounded queue and are
//! never lost; numbers that change often, such as bytes of a download, are latest-wins beside it.
//!
//! # Sources
//!
//! What the program rests on is written down in the repository's `docs` folder, on two pages. One holds what the
//! gateways take, answer and charge, each fact with its date, its source and how sure it is. The other holds the rules
//! that keep the two promises, and names the tests that show each. Comments cite them by section, as in
//! docs/gateways.md, section 1.8, or docs/reliability.md, section 2.1, and a test checks that each cited section exists.

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
pub mod session;
pub mod ui;
pub mod window;
