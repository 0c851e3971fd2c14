//! What the engine tells the window and the command line.

use std::collections::HashMap;
use std::time::Duration;

use crate::domain::outcome::KeyCheck;
use crate::domain::{GatewayId, Job, JobId, UnixMillis};

/// Something changed. Events are lossless and in order; numbers that change often are in [`Live`] instead.
#[derive(Clone, Debug)]
pub enum Event {
    /// A job is new or changed, and this is on disk already.
    JobChanged(Box<Job>),
    /// A gateway answered or fell silent.
    GatewayChanged(GatewayId, GatewayHealth),
    /// The answer to a key check.
    KeyChecked(GatewayId, KeyCheck),
    /// The library or the clip folder cannot be written: a sentence for the user. `None` when it works again.
    StorageTrouble(Option<String>),
    /// What the user wished for a clip came out in another way, and this is how it stands; on disk as with
    /// [`Event::JobChanged`]. The sentence says what was not done and why; `None` where all is well.
    Settled(Box<Job>, Option<String>),
    /// A remark that needs no answer, such as "apiin lists no orders to look in".
    Note(JobId, String),
}

/// How a gateway does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GatewayHealth {
    /// When it last gave a usable answer.
    pub last_answer: Option<UnixMillis>,
    /// Since when only trouble came back, with the words for it.
    pub trouble: Option<(UnixMillis, String)>,
    /// Until when it asked to wait.
    pub throttled_until: Option<UnixMillis>,
    /// Whether the newest sign came from the gateway itself, be it a refusal or a server error; `false` when it could not be
    /// reached, or something else answered in its place. `None` until it was asked.
    pub is_reached: Option<bool>,
}

/// Numbers of a running job that change too often for events; latest wins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveJob {
    /// Bytes of the clip that are here, and the full length when it is known.
    pub downloaded: Option<(u64, Option<u64>)>,
    /// Place in the queue, from 1.
    pub place: Option<usize>,
    /// Why a queued job does not go out.
    pub hold: Option<Hold>,
    /// Until when the gateway asked this job to wait.
    pub throttled_until: Option<UnixMillis>,
}

/// Why a queued job is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The gateway has no key.
    NoKey,
    /// The gateway refused the key; the queue waits for another one, or for the user to try again.
    KeyRefused,
    /// The wallet at the gateway is empty; the queue waits for the user to resume it.
    NoCredits,
    /// The network is away; it goes out by itself after this delay.
    Offline {
        /// Time until the next try.
        retry_in: Duration,
    },
    /// The queue is paused.
    Paused,
    /// The library cannot be written, so nothing may be sent.
    Storage,
}

/// Latest numbers of all running jobs. Copied by the window once per wake-up.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// By job.
    pub jobs: HashMap<JobId, LiveJob>,
}
