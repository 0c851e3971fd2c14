//! The handle by which other threads wake the window.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui;

/// Requests frames of the window from any thread. Cloning is cheap.
#[derive(Clone)]
pub struct Repainter {
    request: Arc<dyn Fn(Option<Duration>) + Send + Sync>,
}

impl std::fmt::Debug for Repainter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Repainter")
    }
}

impl Repainter {
    /// Creates a repainter that calls `request` with `None` for a frame as soon as possible, or with the longest time
    /// until the next frame.
    pub fn new(request: impl Fn(Option<Duration>) + Send + Sync + 'static) -> Self {
        Self { request: Arc::new(request) }
    }

    /// Creates a repainter that requests frames of `ctx`.
    pub fn of(ctx: egui::Context) -> Self {
        Self::new(move |delay| match delay {
            None => ctx.request_repaint(),
            Some(delay) => ctx.request_repaint_after(delay),
        })
    }

    /// Requests a frame as soon as possible, because something happened.
    pub fn wake(&self) {
        (self.request)(None);
    }

    /// Requests a frame after `delay`, unless one is painted earlier.
    pub fn after(&self, delay: Duration) {
        (self.request)(Some(delay));
    }
}
