//! The one thing outside of the screens that wakes the window.

use std::sync::Arc;
use std::time::Duration;

/// Wakes the window from any thread. Cheap to clone. It knows nothing of the window library: the shell hands in how a
/// frame is asked for.
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

    /// Something happened: paint as soon as possible.
    pub fn wake(&self) {
        (self.request)(None);
    }

    /// Nothing happens before this time has passed.
    pub fn after(&self, delay: Duration) {
        (self.request)(Some(delay));
    }
}
