//! What the engine tells the window and the command line: events, and the numbers of running jobs.

use std::collections::HashMap;
use std::time::Duration;

use crate::domain::hosting::BucketCheck;
use crate::domain::outcome::KeyCheck;
use crate::domain::{GatewayId, HeldFor, Holds, Job, JobId, UnixMillis};

/// Something that changed. No event is lost, and they come in order; numbers that change often are in [`Live`]
/// instead.
#[derive(Clone, Debug)]
pub enum Event {
    /// A job is new or has changed. It is on disk in this form already.
    JobChanged(Box<Job>),
    /// The health of a gateway changed, as when it answers again after trouble.
    GatewayChanged(GatewayId, GatewayHealth),
    /// Whether a gateway takes a key, in answer to [`super::command::Command::CheckKey`].
    KeyChecked(GatewayId, KeyCheck),
    /// What came of the test of a bucket, in answer to [`super::command::Command::CheckBucket`].
    BucketChecked(BucketCheck),
    /// The library or the clip folder cannot be written: a sentence for the user. `None` when it works again.
    StorageTrouble(Option<String>),
    /// Something in the library was found to be damaged: a sentence for the user.
    LibraryDamaged(String),
    /// The engine did something other than what the user asked for a clip; this is how the job stands, on disk as
    /// with [`Event::JobChanged`]. The sentence says what was not done and why; `None` when there is nothing to
    /// explain.
    Settled(Box<Job>, Option<String>),
    /// A sentence about a job that needs no answer, such as "apiin lists no orders to look in".
    Note(JobId, String),
    /// What holds orders back changed, and is on disk like this.
    HoldsChanged(Holds),
}

/// Whether a gateway answers, and what is wrong when it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GatewayHealth {
    /// When it last gave a usable answer. While all is well this may lag behind by 30 seconds.
    pub last_answer: Option<UnixMillis>,
    /// Since when no usable answer came, and the cause as a clause such as "it cannot be reached". `None` while all
    /// is well.
    pub trouble: Option<(UnixMillis, String)>,
    /// Until when its rate limit lets no request through.
    pub throttled_until: Option<UnixMillis>,
    /// `true` when the newest sign came from the gateway itself, be it a refusal or a server error; `false` when it
    /// could not be reached, or something else answered in its place. `None` until it was asked.
    pub is_reached: Option<bool>,
    /// How many orders it takes at once, while that is less than what the user set, because it refused one more. One more
    /// is tried again from time to time.
    pub at_once: Option<usize>,
}

/// Numbers of an unfinished job that change too often for events; only the latest ones count.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveJob {
    /// Bytes of the clip that have arrived, and its full length when the server stated it.
    pub downloaded: Option<(u64, Option<u64>)>,
    /// Place of a queued job in the queue of its gateway, from 1.
    pub place: Option<usize>,
    /// Why a queued job is not sent yet.
    pub hold: Option<Hold>,
    /// Until when the gateway's rate limit lets no request for this job through.
    pub throttled_until: Option<UnixMillis>,
    /// When the job is looked at again, when that is some minutes away, because the gateway has had nothing to say of it
    /// for a while.
    pub next_look: Option<UnixMillis>,
    /// While the picture of a queued job is sent to the place that the gateway fetches it from: the bytes that have left,
    /// and their whole number.
    pub sending_picture: Option<(u64, u64)>,
}

/// Why a queued job is not sent yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hold {
    /// There is no key for the gateway.
    NoKey,
    /// The gateway refused the key; the queue waits for another one, or for the user to try again.
    KeyRefused,
    /// The account at the gateway has no credits left; the queue waits for the user to resume it.
    NoCredits,
    /// The gateway cannot be reached. The order is sent again by itself.
    Offline {
        /// Time until the next try, in whole seconds.
        retry_in: Duration,
    },
    /// The gateway makes as many clips at once as the account allows. The order is sent again by itself.
    Full,
    /// Its picture could not be sent to where the gateway fetches it from. Nothing was sent to the gateway.
    Picture {
        /// What is wrong, as a sentence for the user.
        why: String,
        /// Time until the next try, in whole seconds; `None` when it waits for the user, who changes the settings or the
        /// keys, or resumes the queue.
        retry_in: Option<Duration>,
    },
    /// The user paused the queue.
    Paused,
    /// The library cannot be written, so nothing may be sent.
    Storage,
    /// This order is held. One that may be stale, or that the user paused, needs one press of the user
    /// ([`super::command::Command::Release`]); one that a cap on spending holds goes on by itself when there is room, or by
    /// [`super::command::Command::SendOverCap`].
    Waiting {
        /// Since when it waits to be sent.
        since: UnixMillis,
        /// Why it is not sent by itself.
        why: HeldFor,
    },
    /// An earlier run ordered it, and this one, a single command, sends only its own.
    LeftOver,
}

/// The latest numbers of all unfinished jobs. The window copies them once per wake-up.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// Numbers by job. A job that has ended is not in here.
    pub jobs: HashMap<JobId, LiveJob>,
}
