//! The one thing outside of the screens that wakes the window.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui;

/// Wakes the window from any thread. Cheap to clone.
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
    /// A repainter that asks for frames by `request`: now, or after the given time unless one comes earlier.
    pub fn new(request: impl Fn(Option<Duration>) + Send + Sync + 'static) -> Self {
        Self { request: Arc::new(request) }
    }

    /// A repainter that asks `ctx` for frames.
    pub fn of(ctx: egui::Context) -> Self {
        Self::new(move |delay| match delay {
            None => ctx.request_repaint(),
            Some(delay) => ctx.request_repaint_after(delay),
        })
    }

    /// Something happened: paint as soon as possible.
    pub fn wake(&self) {
        (self.request)(None);
    }

    /// Nothing happens before this time has passed.
    pub fn after(&self, delay: Duration) {
        (self.request)(Some(delay));
    }
}
