//! What a gateway may answer, in one vocabulary for all of them.
//!
//! `gateway` turns wire answers into these values; `engine::machine` decides what follows. The classes of
//! [`SubmitOutcome`] are the money rule of the whole program: see [`SubmitOutcome::Unconfirmed`].

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::id::RemoteId;
use super::money::Amount;
use super::text::GatewayText;

/// Why no answer could be had, for people and for the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetworkCause {
    /// The name of the server could not be looked up, or nothing listens there.
    CannotConnect,
    /// The secure connection was refused.
    Tls,
    /// The connection broke while the request or its answer was under way.
    Broken,
    /// No answer within the time limit.
    TimedOut,
    /// A server answered with something that is no answer of the gateway: an HTML page, cut or unreadable JSON.
    Unreadable,
    /// The gateway is in trouble: HTTP 5xx or 408.
    ServerTrouble(u16),
    /// A redirect, which an API never needs; probably the sign-in page of a network.
    Redirected(u16),
    /// The proxy that is set stands in the way. Nothing was sent: nothing goes past a proxy that is set.
    Proxy(ProxyTrouble),
    /// This computer has no certificates, by which a server could prove that it is the right one. Nothing was sent.
    NoCertificates,
}

/// What is wrong with the proxy that this computer is told to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProxyTrouble {
    /// Where the proxy is set.
    pub place: ProxyPlace,
    /// Why it does not help.
    pub fault: ProxyFault,
}

/// Where a proxy can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
pub enum ProxyPlace {
    /// The environment variable for secure connections.
    #[strum(to_string = "HTTPS_PROXY")]
    HttpsProxy,
    /// The environment variable for all connections, which some desktops set by themselves.
    #[strum(to_string = "ALL_PROXY")]
    AllProxy,
    /// The settings of the system.
    #[strum(to_string = "the system's settings")]
    System,
}

/// Why a proxy does not help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProxyFault {
    /// It is of a kind that cannot be used, such as SOCKS.
    Kind,
    /// Its address cannot be read.
    Broken,
    /// It cannot be reached, or leads nowhere.
    NoWay,
}

impl ProxyTrouble {
    /// What is wrong, as a clause: "the proxy in ALL_PROXY is of a kind that cannot be used".
    pub fn words(self) -> String {
        let place = self.place;
        match self.fault {
            ProxyFault::Kind => {
                format!("the proxy in {place} is of a kind that cannot be used; it has to begin with http://")
            }
            ProxyFault::Broken => format!("the address of the proxy in {place} cannot be read"),
            ProxyFault::NoWay => format!("the proxy in {place} cannot be reached or leads nowhere"),
        }
    }
}

/// What became of one attempt to submit a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubmitOutcome {
    /// The gateway took the job and named it.
    Accepted(Accepted),
    /// The gateway made the clip in the answer itself and named no job.
    Delivered(Delivered),
    /// No byte of the request left this computer: the attempt may be repeated by itself.
    NotSent(NetworkCause),
    /// The gateway refused in its own words: nothing was made, nothing charged.
    Rejected(Rejection),
    /// The gateway's limiter refused before looking: the job goes back into the queue.
    Throttled {
        /// How long the gateway asked to wait, if it said so.
        retry_after: Option<Duration>,
    },
    /// The gateway makes as many clips at once as the account allows, and took no other: the job goes back into the queue.
    Full,
    /// Everything else once a byte may have left. Never repeated by the program: the gateway may be making the clip.
    Unconfirmed(UnconfirmedCause),
}

/// Why the fate of a submit is unclear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnconfirmedCause {
    /// The network or the answer failed after a byte may have left.
    Network(NetworkCause),
    /// HTTP 409, or a 422 that says the order is known already: an earlier copy may have been taken.
    Conflict(u16),
    /// The program ended while the order was on its way.
    Interrupted,
}

/// A job that the gateway took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The gateway's name for the job.
    pub remote_id: RemoteId,
    /// What the answer says of its progress.
    pub phase: Phase,
    /// Link to the clip when the answer holds one already (docs/gateways.md, section 2.2).
    pub link: Option<Url>,
    /// What the gateway says it charged.
    pub charge: Option<Amount>,
}

/// A clip that the gateway made while the order waited for its answer (docs/gateways.md, section 2.2). There is no job
/// that could be asked again, so this link is the only way to the clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// Where the clip can be fetched.
    pub link: Url,
    /// What the gateway says it charged.
    pub charge: Option<Amount>,
}

/// A refusal in the gateway's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The kind of refusal, which decides what the user is told.
    pub kind: RejectionKind,
    /// The field that was refused, when the gateway names one.
    pub param: Option<GatewayText>,
    /// The gateway's own sentence, at most 300 characters.
    pub gateway_text: Option<GatewayText>,
}

/// Why a gateway refused an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::EnumIter)]
pub enum RejectionKind {
    /// 401: bad or missing key.
    KeyRefused,
    /// 402, or words about credits: the wallet is empty.
    NoCredits,
    /// 403: the key may not use this model.
    NotPermitted,
    /// 404: unknown model or endpoint.
    UnknownModel,
    /// 413, or words about the picture.
    PictureRefused,
    /// The prompt or picture is not allowed.
    NotAllowed,
    /// 400, 422 and other refusals of the request itself.
    BadRequest,
}

/// How far an unfinished job is, as the gateway says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// In line at the gateway.
    Waiting,
    /// The gateway is making the clip.
    Generating,
    /// A status that no page of the gateway documents, in the gateway's word. The job stays alive.
    Unknown(GatewayText),
}

/// What asking a gateway once about a job told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PollOutcome {
    /// The job is waiting or being made.
    Alive(Phase),
    /// 304: asked too early, nothing changed.
    NotModified,
    /// The clip is made.
    Completed {
        /// Where it can be fetched; the link may trail the word by some polls.
        link: Option<Url>,
        /// What the gateway says it charged.
        charge: Option<Amount>,
    },
    /// The gateway says that it could not or would not make the clip.
    Failed(Failure),
    /// The gateway itself says that the job was cancelled.
    Cancelled,
    /// 404: the gateway does not know the job.
    UnknownJob,
    /// 401: the key does not open anything (any more).
    KeyRefused,
    /// 403: the key does not open this job, perhaps because another one ordered it. Says nothing about other jobs.
    NotPermitted,
    /// 429, or 503 with `Retry-After`: asked too often, or too much at once.
    Throttled {
        /// How long the gateway asked to wait, if it said so.
        retry_after: Option<Duration>,
    },
    /// No usable answer; says nothing about the job.
    Trouble(NetworkCause),
}

/// What the gateway says of a job that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The gateway's own code for the failure, if it gives one.
    pub code: Option<GatewayText>,
    /// The gateway's own sentence, at most 300 characters.
    pub gateway_text: Option<GatewayText>,
    /// Whether the gateway speaks of moderation rather than of a fault.
    pub not_allowed: bool,
    /// What the gateway says the failed job cost; zero means not charged.
    pub charge: Option<Amount>,
}

/// What became of asking the gateway to cancel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CancelOutcome {
    /// The gateway answered; only its state of the job, asked for next, tells what happened.
    Asked,
    /// The gateway has no such call, or refused it.
    Refused,
    /// 429, or 503 with `Retry-After`: not looked at yet, and worth another try later.
    Throttled {
        /// How long the gateway asked to wait, if it said so.
        retry_after: Option<Duration>,
    },
    /// No usable answer came; that says nothing about the job or the key.
    Trouble(NetworkCause),
}

/// What became of the upload of a picture to a gateway. It costs nothing, so that it may be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadOutcome {
    /// The gateway keeps the picture.
    Uploaded {
        /// The number by which orders to PixVerse's Platform name it. It may need all 64 bits.
        img_id: u64,
        /// Its public address, where one was given.
        img_url: Option<Url>,
    },
    /// The gateway refused the picture, in its own words.
    Refused(GatewayText),
    /// The gateway refused the key.
    KeyRefused,
    /// Asked too often, or too much at once.
    Throttled {
        /// How long the gateway asked to wait, if it said so.
        retry_after: Option<Duration>,
    },
    /// No usable answer came.
    Trouble(NetworkCause),
}

/// What a search for an order of unknown fate found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindOutcome {
    /// The gateway took it and gave it this name.
    Found(RemoteId),
    /// The gateway lists the orders of that time, and this one is not among them. It may still be on its way into the list.
    NotFound,
    /// The gateway's list does not tell which order is which.
    CannotTell,
    /// No usable answer came.
    Trouble(NetworkCause),
}

/// What a call that costs nothing told about a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyCheck {
    /// The key works; the balance if the gateway tells one.
    Works {
        /// Money or credits that are left in the account.
        balance: Option<Amount>,
    },
    /// The gateway refused the key.
    Refused,
    /// The gateway offers no free call that proves a key (apiin, docs/gateways.md, section 2.1).
    CannotTell,
    /// 429, or 503 with `Retry-After`: the key was not looked at yet.
    Throttled {
        /// How long the gateway asked to wait, if it said so.
        retry_after: Option<Duration>,
    },
    /// No usable answer came; that says nothing about the job or the key.
    Trouble(NetworkCause),
}
