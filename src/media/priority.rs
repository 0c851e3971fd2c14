//! Which threads of this room give way to others.

/// A thread that others go before, where the processor has not enough for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Background {
    /// Decodes a film that is looked at. While the film plays, this is some frames ahead, and the window that shows them is not.
    Film,
    /// Makes a filmstrip, for which nobody waits while a film plays.
    Filmstrip,
}

impl Background {
    /// By how much it stands back, on the scale from 0 to 19 of Unix. A step of 5 leaves it about a third of what others get.
    fn nice(self) -> i32 {
        match self {
            Self::Film => 5,
            Self::Filmstrip => 10,
        }
    }
}

/// Lets the calling thread stand back behind others for good. So far it does so on Linux only.
pub fn stand_back(as_a: Background) {
    #[cfg(target_os = "linux")]
    if let Err(err) = rustix::process::nice(as_a.nice()) {
        tracing::debug!(%err, ?as_a, "a thread keeps the priority of the window");
    }
    #[cfg(not(target_os = "linux"))]
    tracing::trace!(nice = as_a.nice(), "no thread stands back here");
}
