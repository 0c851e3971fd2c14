//! The window itself: the shell around the pure [`app`](crate::app) and the painting [`ui`](crate::ui).
//!
//! [`open`] goes from a folder to an open window. [`Studio`] is its loop. Nothing here waits: everything that may wait lies
//! behind [`Services`], whose answers come back as inputs. [`Repainter`] alone wakes the window from other threads.

mod cinema;
mod decode;
mod fit;
mod frame_log;
mod pictures;
mod repainter;
mod services;
mod start;
mod strips;
mod studio;
mod textures;
mod world;

pub use pictures::PictureShelf;
pub use repainter::Repainter;
pub use services::Services;
pub use start::{open, open_components};
pub use studio::Studio;
