//! What the engine is given at its start, and how it reads the clock.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::tz::TimeZone;
use tokio::runtime::Handle;

use crate::domain::progress::History;
use crate::domain::shared::SharedJob;
use crate::domain::{SpendingRules, UnixMillis};
use crate::engine::download;
use crate::engine::machine::{Limits, Sends};
use crate::gateway::{Connection, Http};
use crate::library::{Library, Paths};

/// The usual [`EngineOptions::farewell`].
const FAREWELL: Duration = Duration::from_secs(3);

/// A function that wakes the window. It is called after every event and, at most ten times a second, for new numbers.
pub type WakeUp = Arc<dyn Fn() + Send + Sync>;

/// A function that gives the local calendar date of a moment, as `2026-06-04`, for file names.
pub type LocalDate = Arc<dyn Fn(UnixMillis) -> String + Send + Sync>;

/// What the engine works with.
pub struct EngineParts {
    /// The tokio runtime that the engine runs on.
    pub runtime: Handle,
    /// The open library, into which jobs are stored.
    pub library: Library,
    /// The live jobs of the library, oldest first. The others are read when a command names them.
    pub live: Vec<SharedJob>,
    /// How long finished jobs took.
    pub history: History,
    /// The HTTP clients that requests go out with.
    pub http: Http,
    /// The gateways that can be used from the start. Others follow with
    /// [`Command::Connect`](crate::engine::command::Command::Connect).
    pub connections: Vec<Connection>,
    /// The choices that have usual values: see [`EngineOptions::new`].
    pub options: EngineOptions,
}

/// The choices of an engine: limits, folders, and the functions that it calls.
#[derive(Clone)]
pub struct EngineOptions {
    /// How many orders may be in flight at each gateway.
    pub limits: Limits,
    /// Which queued orders are sent: all of them, or only those that are ordered in this run.
    pub sends: Sends,
    /// Whether the library was restored, copied, or moved to another computer since it was open last. Its queued orders
    /// are held then until the user lets them go.
    pub is_moved: bool,
    /// The caps on spending.
    pub rules: SpendingRules,
    /// The time zone whose days and months the caps are about; normally that of this computer.
    pub zone: TimeZone,
    /// The folders of the program. Clips go to [`Paths::clips`].
    pub paths: Paths,
    /// Gives the date in file names; [`local_date`] is the one of this computer.
    pub local_date: LocalDate,
    /// Wakes the window. Does nothing unless it is set.
    pub wake_up: WakeUp,
    /// Largest clip that is taken, in bytes; normally [`download::MAX_CLIP_BYTES`].
    pub max_clip_bytes: u64,
    /// How long the end of the program waits for an order that is on its way, and for what is not stored yet.
    pub farewell: Duration,
    /// What else a download may take.
    pub download: download::DownloadLimits,
}

impl EngineOptions {
    /// The usual options: default limits, no caps, the calendar of this computer, and no window to wake.
    pub fn new(paths: Paths) -> Self {
        Self {
            limits: Limits::default(),
            sends: Sends::All,
            is_moved: false,
            rules: SpendingRules::default(),
            zone: TimeZone::system(),
            paths,
            local_date: Arc::new(local_date),
            wake_up: Arc::new(|| {}),
            max_clip_bytes: download::MAX_CLIP_BYTES,
            farewell: FAREWELL,
            download: download::DownloadLimits::default(),
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

/// The calendar date of a moment in the time zone of this computer, as `2026-06-04`.
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
