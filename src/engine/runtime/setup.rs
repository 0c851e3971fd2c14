//! What the engine is given at its start, and how it reads the clock.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use tokio::runtime::Handle;

use crate::domain::UnixMillis;
use crate::domain::shared::SharedJob;
use crate::engine::download;
use crate::engine::machine::Limits;
use crate::gateway::{Connection, Http};
use crate::library::{Library, Paths};

/// Wakes the window; called after every event and, at most ten times a second, for numbers.
pub type WakeUp = Arc<dyn Fn() + Send + Sync>;

/// Local calendar date of a moment, `2026-06-04`, for file names.
pub type LocalDate = Arc<dyn Fn(UnixMillis) -> String + Send + Sync>;

/// All that the engine needs.
pub struct EngineParts {
    /// Where it runs.
    pub runtime: Handle,
    /// The open library.
    pub library: Library,
    /// What was found in it, oldest first.
    pub jobs: Vec<SharedJob>,
    /// The HTTP clients.
    pub http: Http,
    /// Gateways that can be asked from the start.
    pub connections: Vec<Connection>,
    /// The rest.
    pub options: EngineOptions,
}

/// What can be chosen.
#[derive(Clone)]
pub struct EngineOptions {
    /// Orders in flight per gateway.
    pub limits: Limits,
    /// Where things are kept; clips go to [`Paths::clips`].
    pub paths: Paths,
    /// See [`LocalDate`]; [`local_date`] is the real one.
    pub local_date: LocalDate,
    /// See [`WakeUp`].
    pub wake_up: WakeUp,
    /// Largest clip that is taken, normally [`download::MAX_CLIP_BYTES`].
    pub max_clip_bytes: u64,
}

impl EngineOptions {
    /// The usual choices, with nobody to wake.
    pub fn new(paths: Paths) -> Self {
        Self {
            limits: Limits::default(),
            paths,
            local_date: Arc::new(local_date),
            wake_up: Arc::new(|| {}),
            max_clip_bytes: download::MAX_CLIP_BYTES,
        }
    }
}

impl fmt::Debug for EngineOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineOptions")
            .field("limits", &self.limits)
            .field("paths", &self.paths)
            .finish_non_exhaustive()
    }
}

/// The calendar date at this computer's place.
pub fn local_date(moment: UnixMillis) -> String {
    jiff::Timestamp::from_millisecond(moment.0)
        .unwrap_or_default()
        .to_zoned(jiff::tz::TimeZone::system())
        .strftime("%Y-%m-%d")
        .to_string()
}

/// The wall clock of this computer. A clock that is set before 1970 counts as 1970.
pub fn wall_clock() -> UnixMillis {
    let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    UnixMillis(i64::try_from(wall.as_millis()).unwrap_or(i64::MAX))
}
