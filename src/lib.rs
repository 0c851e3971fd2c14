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
//! | [`domain`] | WHAT: settings, request, recipe, job and its states, price | pure: no clock, no file, no socket |
//! | [`engine`] | WHEN something happens | `machine` is pure and decides; `runtime` does it on tokio |
//! | [`gateway`] | WITH WHOM: request → wire, wire → outcome | the only place that speaks HTTP to others |
//! | [`library`] | WHERE IT IS KEPT: SQLite, clip files, the settings file | one thread owns the database |
//! | [`media`] | WHAT IT LOOKS LIKE: MP4 walk, decoding, posters, start pictures | trusts no file |
//! | [`keys`] | the keyring of the operating system | a locked keyring keeps nobody else waiting |
//! | [`desktop`] | file picker, player, trash, folders, doctor | may be missing, and then says so |
//! | [`practice`] | a pretend gateway with real HTTP and real MP4s | knows only the domain |
//! | [`session`] | the one place that puts the parts together | for the window and for the command line alike |
//! | [`app`] | what the window knows: `state`, `action`, `view`, `update` | pure, and names no egui |
//! | [`ui`] | what the window shows: tokens, widgets, screens | reads state, pushes actions |
//! | [`window`] | the shell around `app` and `ui`: frames, textures, services | nothing here waits |
//! | [`cli`] | the same session without a window | exit codes and JSON are an interface |
//!
//! A test (`tests/it/tidy.rs`) reads the sources and enforces who may know whom: `domain` nothing of ours; `gateway`,
//! `library`, `media`, `keys`, `desktop` and `practice` the domain; `engine` all of these but `practice`; `session`
//! everything so far; `app` the domain and the engine's command and event types; `ui` the app and the domain; `window`
//! the session, `app`, `ui`, the domain, `media` and those types of the engine; `cli` the session, those types of the
//! engine and the domain. It also refuses circles: no two files import from each other, directly or through others.
//!
//! # Where is …?
//!
//! | Question | Answer |
//! |---|---|
//! | the price of a clip | [`domain::price`], with the tables in `assets/catalog` |
//! | the wire format of one gateway | `gateway/aigateway.rs`, `gateway/apiin.rs` |
//! | what a gateway documents and what it may ignore | [`domain::capability`] |
//! | which answer to an order means what | `gateway/classify.rs` |
//! | when a job is polled, and how long a refusal waits | [`engine::schedule`] |
//! | what follows when something happens to a job | [`engine::machine`] |
//! | the place where a setting is kept, and its limits | [`domain::settings`]; its file: [`library::settings`] |
//! | the place where an API key is kept | [`keys`] |
//! | which address and which API key of a gateway count | `session/connect.rs` |
//! | the place where library, keys, gateways and engine are put together | [`session`] |
//! | the sentences of an ending: charged or not, what now | [`domain::ending`] |
//! | what a card says, and how it is painted | [`app::view::card`]; `ui/widgets/card.rs` |
//! | whether Generate is on, and what it orders | [`app::view::form::ready_order`] |
//! | what a click does | [`app::update`], by subject |
//! | which key of the keyboard does what | [`app::action::command`] |
//! | how a download becomes a named clip | [`engine::download`]; its name: [`domain::clip_name`] |
//! | the recipe inside a clip | [`domain::recipe`] |
//! | exit codes | [`cli::exit`] |
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
//! There from the start, each because what it waits for would keep others waiting:
//!
//! * main: egui, never blocks.
//! * engine: tokio with two workers, built by hand and never around the window. Files are read and written on further threads of
//!   the same name, which end after ten seconds without work.
//! * library: owns SQLite, and writes.
//! * reader: reads pages, counts and sums of the library, so that a large question keeps no order from being stored.
//! * search: owns the search index, and reads the library to follow it.
//! * pictures: reads posters.
//! * keyring: its own thread, because a locked keyring may block for ever.
//! * tracing: writes the log file.
//! * Of libraries: one for everything that is said over the bus of the desktop (`async-io`), one that answers a screen reader, one
//!   that hands the clipboard to other programs under X11, and those of the graphics driver: five where Mesa draws without a
//!   graphics card on two cores.
//!
//! There while they are needed:
//!
//! * check: beside the first minutes with a library, reads it whole, to notice damage.
//! * media: two threads for decoding, with deadlines, and one for filmstrips, for which no order and no poster waits.
//! * pictures: one more reads filmstrips, and one makes the strip of an older clip that is looked at; that one stands back
//!   behind all others.
//! * film: one for each film that is looked at, four at most: decodes ahead of the playhead, and stands back behind the window.
//! * speaker: from the first sound on, one: decodes the sound of the clip that is heard and hands it to the sound server.
//! * clipboard, messages, clicks, bus, opener, dialog, export, hand-off: what the desktop or a disk is asked for, which may take as
//!   long as it likes. The first three stay once they are there.
//!
//! The window sends commands through a bounded queue and never waits; events come back through a bounded queue and are
//! never lost; numbers that change often, such as bytes of a download, are latest-wins beside it.
//!
//! # Sources
//!
//! What the program rests on is written down in the repository's `docs` folder, on two pages. One holds what the
//! gateways take, answer and charge, each fact with its date, its source and how sure it is. The other holds the rules
//! that keep the two promises, and names the tests that show each. Comments cite them by section, as in
//! docs/gateways.md, section 1.8, or docs/reliability.md, section 2.1, and a test checks that each cited section
//! exists.

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
