//! The job: the life of one ordered clip, from the click to the file, as a plain value.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

use super::asker::Asker;
use super::curation::{Parent, Project, Verdict};
use super::ending::{Charge, Ending, EndingKind};
use super::exchange::RawExchange;
use super::gateway::GatewayId;
use super::holds::{HeldFor, STALE_AFTER};
use super::hosting::{Hosted, PictureWay};
use super::id::{JobId, RemoteId, TraceId};
use super::price::Estimate;
use super::request::GenerationRequest;
use super::sha256::Sha256Hex;
use super::text::GatewayText;
use super::time::UnixMillis;

/// Where a job stands. The words are stored in libraries and printed by the command line: never rename one.
///
/// ```text
///  Queued ─► Submitting ─► Waiting ─► Generating ─► Downloading ─► Ready
///    │           │  \          \          │              │
///    │           │   ►Unconfirmed          ►Failed        ►Gone
///    ►Removed    ►Rejected          ►Cancelled, NotWatched
/// ```
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum JobState {
    /// Decided and on disk; nothing was sent.
    Queued,
    /// The order may be on its way. On disk before the connection is opened.
    Submitting,
    /// The order may or may not have arrived. Only the user ends this.
    Unconfirmed,
    /// Accepted, in line at the gateway.
    Waiting,
    /// The gateway is making the clip.
    Generating,
    /// Made; on its way to this computer.
    Downloading,
    /// The whole clip is on disk.
    Ready,
    /// The gateway says that it could not make the clip.
    Failed,
    /// The gateway refused the order; nothing was made.
    Rejected,
    /// The gateway says that it cancelled the job.
    Cancelled,
    /// The program no longer asks about the job, because the user wished so or because the gateway lost it. The clip
    /// may still be made and billed.
    NotWatched,
    /// Made, but deleted at the gateway before it was fetched.
    Gone,
    /// Taken out of the queue before anything was sent.
    Removed,
    /// An unconfirmed order that the user put aside. Whether it was charged stays "not known".
    Discarded,
}

impl JobState {
    /// The word that is stored and printed, such as `generating`.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether the program goes on with the job by itself, also after a restart.
    pub fn is_unfinished(self) -> bool {
        matches!(self, Self::Queued | Self::Submitting | Self::Waiting | Self::Generating | Self::Downloading)
    }

    /// Whether the gateway is known to have the job and to be asked about it.
    pub fn is_watched(self) -> bool {
        matches!(self, Self::Waiting | Self::Generating | Self::Downloading)
    }

    /// Whether the job waits for a decision of the user.
    pub fn needs_user(self) -> bool {
        matches!(self, Self::Unconfirmed | Self::NotWatched)
    }

    /// Whether a job may go from this state to `next`. This is the only table of legal steps; staying in a state is
    /// always allowed.
    pub fn may_become(self, next: Self) -> bool {
        use JobState::{
            Cancelled, Discarded, Downloading, Failed, Generating, Gone, NotWatched, Queued, Ready, Rejected, Removed,
            Submitting, Unconfirmed, Waiting,
        };
        self == next
            || match self {
                Queued => matches!(next, Submitting | Removed),
                // Back to Queued only when no byte left or the limiter refused.
                Submitting => {
                    matches!(next, Queued | Waiting | Generating | Downloading | Unconfirmed | Rejected)
                }
                // Waiting: the user found the job at the gateway and named it.
                Unconfirmed => matches!(next, Waiting | Discarded),
                Waiting | Generating => {
                    matches!(next, Waiting | Generating | Downloading | Failed | Cancelled | NotWatched | Gone)
                }
                Downloading => matches!(next, Ready | Failed | Cancelled | NotWatched | Gone),
                // Downloading: the file went missing and is fetched again.
                Ready => matches!(next, Downloading),
                // Ready: the user found the file that was to be fetched again. Downloading: the link in the answer to
                // the order is tried once more.
                NotWatched | Gone => matches!(next, Waiting | Downloading | Ready),
                Failed | Rejected | Cancelled | Removed | Discarded => false,
            }
    }
}

/// A clip that lies on this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clip {
    /// Path relative to the clip folder, or absolute where the user moved the file elsewhere. Need be no UTF-8.
    #[serde(with = "super::path_text")]
    pub path: PathBuf,
    /// SHA-256 of the bytes that the gateway served.
    pub sha256: Sha256Hex,
    /// Number of bytes that the gateway served: the first so many bytes of the file have the hash above. The recipe lies
    /// behind them, so that the file is some kilobytes longer.
    pub size_bytes: u64,
    /// Width in pixels, 0 when it could not be read.
    pub width: u32,
    /// Height in pixels, 0 when it could not be read.
    pub height: u32,
    /// Length of the film in milliseconds, 0 when it could not be read.
    pub duration_millis: u64,
    /// Whether the file holds a sound track.
    pub has_audio: bool,
    /// Why the file does not carry its recipe as it should, as a sentence; `None` when it does.
    #[serde(default)]
    pub recipe_note: Option<String>,
}

/// What is known of an unfinished download, kept so that a restart fetches nothing twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFile {
    /// Name of the part file in the clip folder.
    pub file_name: String,
    /// Strong ETag or Last-Modified of the served file, for If-Range.
    pub validator: Option<String>,
    /// Full length as the server stated it.
    pub total_bytes: Option<u64>,
    /// Bytes that are flushed to disk.
    pub verified_bytes: u64,
}

/// A link to a clip that is kept, because nothing else leads to it. It may hold a signature, so it is neither shown nor
/// logged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveredLink(pub Url);

impl fmt::Debug for DeliveredLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeliveredLink(***)")
    }
}

/// Whether there is a poster, the still picture of a clip that its card shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Poster {
    /// No poster was made yet.
    #[default]
    None,
    /// Stored in the library under the job's id.
    Made {
        /// Width of the poster, in pixels.
        width: u32,
        /// Height of the poster, in pixels.
        height: u32,
    },
    /// It cannot be made on this computer. Holds the reason, for the user.
    Impossible(String),
}

/// One paid generation from the click to the file. A plain value: the library stores it whole, the machine steps it,
/// the window shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Our own name for the job.
    pub id: JobId,
    /// The gateway that is asked.
    pub gateway: GatewayId,
    /// The shot and its settings, as they were ordered.
    pub request: GenerationRequest,
    /// The price that the button showed when the user ordered.
    pub estimate: Estimate,
    /// How far the job is.
    pub state: JobState,
    /// When the user ordered the clip.
    pub created_at: UnixMillis,
    /// When the order was last sent.
    #[serde(default)]
    pub sent_at: Option<UnixMillis>,
    /// When the gateway accepted it.
    #[serde(default)]
    pub accepted_at: Option<UnixMillis>,
    /// When the gateway said the clip was made; with `accepted_at` it teaches the progress bar.
    #[serde(default)]
    pub made_at: Option<UnixMillis>,
    /// When the job reached its last state.
    #[serde(default)]
    pub ended_at: Option<UnixMillis>,
    /// The gateway's name for the job; `None` until it took the order.
    #[serde(default)]
    pub remote_id: Option<RemoteId>,
    /// `X-Request-Id` of the submit, which support asks for; of the last answer when the submit had none.
    #[serde(default)]
    pub request_id: Option<GatewayText>,
    /// Whether the job cost something, as far as it is known.
    #[serde(default)]
    pub charge: Charge,
    /// What the user is told: the ending, or what stands in the way now.
    #[serde(default)]
    pub message: Option<Ending>,
    /// The downloaded clip, once the whole file is on this computer.
    #[serde(default)]
    pub clip: Option<Clip>,
    /// The unfinished download, while there is one.
    #[serde(default)]
    pub part: Option<PartFile>,
    /// The picture that its card shows.
    #[serde(default)]
    pub poster: Poster,
    /// The last exchange with the gateway about this job.
    #[serde(default)]
    pub exchange: Option<RawExchange>,
    /// Whether the user took the card off the gallery. The job stays in the library.
    #[serde(default)]
    pub is_hidden: bool,
    /// The stars of the clip, and whether it was put aside.
    #[serde(default)]
    pub verdict: Verdict,
    /// The project, whose folder holds the clip.
    #[serde(default)]
    pub project: Option<Project>,
    /// The clip and the frame that this one continues from, if any.
    #[serde(default)]
    pub parent: Option<Parent>,
    /// When the user deleted the clip: its file belongs into the system's trash, and its card is hidden. `None` again
    /// when the user took the deletion back.
    #[serde(default)]
    pub trashed_at: Option<UnixMillis>,
    /// Whether the file was put into the system's trash and not brought back yet. Differs from [`Job::trashed_at`] only
    /// while the file is on its way.
    #[serde(default)]
    pub is_in_trash: bool,
    /// Whether the user paused the download.
    #[serde(default)]
    pub is_download_paused: bool,
    /// Why a queued order is held: for one press of the user, or until there is room under a cap. `None` when it goes out
    /// in its turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<HeldFor>,
    /// When the user last said that a held order is to be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released_at: Option<UnixMillis>,
    /// The link to the clip that came in the answer to the order itself, from a gateway that named no job. There is no
    /// other way to the clip, so it is kept until the whole file is here, and then forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered: Option<DeliveredLink>,
    /// The clip as it was, while it is fetched again because its file is out of reach. Should the file turn up, it is
    /// recognized by this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_clip: Option<Clip>,
    /// How a picture of this computer reaches the gateway, as it was decided at the click.
    #[serde(default)]
    pub picture_way: PictureWay,
    /// What lies, or may lie, on servers for this job. Noted before the first byte leaves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosted: Vec<Hosted>,
    /// The trace id of the newest order at a gateway that has such a thing. It is drawn anew for each order, because a
    /// gateway answers to a repeated one with the earlier job (docs/gateways.md, section 3.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceId>,
    /// Who ordered it.
    #[serde(default)]
    pub asked_by: Asker,
    /// The run that it was ordered in, named by the first job of it; `None` in libraries that did not note it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<JobId>,
    /// Whether the user said that it is to be sent although it passes a cap. It counts all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_over_cap: bool,
    /// Its place in the line of all orders that wait: one with a lower number goes first, and of equal ones the older.
    /// Zero in libraries that did not note it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub queue_rank: i64,
}

fn is_zero(rank: &i64) -> bool {
    *rank == 0
}

impl Job {
    /// Whether another order can take its place in the line: it waits, or was taken out before it was sent.
    pub fn leaves_its_place(&self) -> bool {
        matches!(self.state, JobState::Queued | JobState::Removed)
    }

    /// Whether the engine has something to do for the job or waits for a word of the user about it, so that it has to know
    /// it at every start. Any other job is finished; the engine reads it when it is told to do something with it.
    pub fn is_live(&self) -> bool {
        let has_no_poster = self.state == JobState::Ready && self.poster == Poster::None && !self.is_hidden;
        let is_file_on_its_way = self.is_in_trash != self.trashed_at.is_some();
        let lies_elsewhere = |clip: &Clip| clip.path.is_relative() && Project::of_path(&clip.path) != self.project;
        let is_to_be_moved =
            self.state == JobState::Ready && !self.is_in_trash && self.clip.as_ref().is_some_and(lies_elsewhere);
        self.state.is_unfinished()
            || self.state.needs_user()
            || !self.hosted.is_empty()
            || has_no_poster
            || is_file_on_its_way
            || is_to_be_moved
    }

    /// A new job, as it is at the click: queued, with nothing sent.
    pub fn new(
        id: JobId,
        gateway: GatewayId,
        request: GenerationRequest,
        estimate: Estimate,
        created_at: UnixMillis,
    ) -> Self {
        Self {
            id,
            gateway,
            request,
            estimate,
            state: JobState::Queued,
            created_at,
            sent_at: None,
            accepted_at: None,
            made_at: None,
            ended_at: None,
            remote_id: None,
            request_id: None,
            charge: Charge::Nothing,
            message: None,
            clip: None,
            part: None,
            poster: Poster::None,
            exchange: None,
            is_hidden: false,
            verdict: Verdict::default(),
            project: None,
            parent: None,
            trashed_at: None,
            is_in_trash: false,
            is_download_paused: false,
            held: None,
            released_at: None,
            delivered: None,
            old_clip: None,
            picture_way: PictureWay::InOrder,
            hosted: Vec::new(),
            trace: None,
            asked_by: Asker::default(),
            run: None,
            is_over_cap: false,
            queue_rank: 0,
        }
    }

    /// Since when the order waits to be sent: the click, or the last press that let a held one go.
    pub fn queued_since(&self) -> UnixMillis {
        self.released_at.unwrap_or(self.created_at)
    }

    /// Why this order, found at a start of the program, has to wait for one press of the user; `None` when it may go
    /// out by itself. `is_moved` says that the library was restored, copied or moved to another computer.
    pub fn hold_at_start(&self, now: UnixMillis, is_moved: bool) -> Option<HeldFor> {
        if self.state != JobState::Queued {
            return None;
        }
        let is_stale = now.since(self.queued_since()) > STALE_AFTER;
        // What a cap holds goes on by itself, so that hold is not enough in a library of which there may be two.
        let held = self.held.filter(|held| !(is_moved && held.is_cap()));
        held.or(is_moved.then_some(HeldFor::Moved)).or(is_stale.then_some(HeldFor::Waited))
    }

    /// Forgets what was said of the last try to fetch the clip, because there is a new one. Returns whether something
    /// was said.
    pub fn forget_last_try(&mut self) -> bool {
        let is_over = self.state == JobState::Downloading
            && self.message.as_ref().is_some_and(|told| {
                matches!(told.kind, EndingKind::Disk | EndingKind::BadFile | EndingKind::NotThereYet)
            });
        if is_over {
            self.message = None;
        }
        is_over
    }

    /// The clip on this computer, be its file there or out of reach.
    pub fn known_clip(&self) -> Option<&Clip> {
        self.clip.as_ref().or(self.old_clip.as_ref())
    }

    /// Takes in the downloaded clip: everything of the job changes but its state. Used for the job itself and for the
    /// recipe that is written into the clip a moment before, so that both say the same.
    pub fn receive(&mut self, clip: Clip) {
        self.clip = Some(clip);
        self.old_clip = None;
        self.delivered = None;
        if matches!(self.poster, Poster::Impossible(_)) {
            // The file before was perhaps damaged.
            self.poster = Poster::None;
        }
        self.part = None;
        self.message = None;
        self.charge = match self.charge {
            Charge::No => Charge::No,
            Charge::Yes(amount) => Charge::Yes(amount),
            Charge::Nothing | Charge::NotKnown if self.gateway.is_paid() => Charge::Yes(None),
            Charge::Nothing | Charge::NotKnown => Charge::No,
        };
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use strum::IntoEnumIterator as _;

    use super::*;
    use crate::domain::samples::job;

    #[test]
    fn the_stored_words_are_pinned() {
        let words: Vec<_> = JobState::iter().map(JobState::name).collect();
        assert_eq!(
            words,
            [
                "queued",
                "submitting",
                "unconfirmed",
                "waiting",
                "generating",
                "downloading",
                "ready",
                "failed",
                "rejected",
                "cancelled",
                "not_watched",
                "gone",
                "removed",
                "discarded"
            ]
        );
        for state in JobState::iter() {
            assert_eq!(serde_json::to_value(state).expect("a plain enum"), state.name());
            assert_eq!(state.name().parse(), Ok(state));
        }
    }

    /// Money rule in the table itself: what may have been sent never becomes sendable again, except from Submitting,
    /// where the classification proved that nothing left.
    #[test]
    fn nothing_leads_back_to_sending() {
        for from in JobState::iter() {
            for sendable in [JobState::Queued, JobState::Submitting] {
                let allowed = from.may_become(sendable);
                let expected = from == sendable
                    || (from, sendable) == (JobState::Queued, JobState::Submitting)
                    || (from, sendable) == (JobState::Submitting, JobState::Queued);
                assert_eq!(allowed, expected, "{from} to {sendable}");
            }
        }
    }

    #[test]
    fn ended_jobs_stay_ended() {
        for from in [JobState::Failed, JobState::Rejected, JobState::Cancelled, JobState::Removed, JobState::Discarded]
        {
            for next in JobState::iter().filter(|next| *next != from) {
                assert!(!from.may_become(next), "{from} to {next}");
            }
        }
    }

    #[test]
    fn old_moved_and_repaired_orders_are_held_and_fresh_ones_are_not() {
        let hour = Duration::from_secs(3600);
        let made = UnixMillis(1_700_000_000_000);
        let queued = |age: Duration| (Job { created_at: made, ..job(1).queued() }, made.after(age));
        for (name, (job, now), is_moved, expected) in [
            ("fresh", queued(hour), false, None),
            ("a day old", queued(24 * hour), false, None),
            ("older than a day", queued(25 * hour), false, Some(HeldFor::Waited)),
            ("fresh in a moved library", queued(hour), true, Some(HeldFor::Moved)),
            ("old in a moved library", queued(25 * hour), true, Some(HeldFor::Moved)),
        ] {
            assert_eq!(job.hold_at_start(now, is_moved), expected, "{name}");
        }
        let (job, now) = queued(hour);
        let repaired = Job { held: Some(HeldFor::Repaired), ..job.clone() };
        assert_eq!(repaired.hold_at_start(now, false), Some(HeldFor::Repaired), "a hold stays");
        // A press of the user makes it young again.
        let released = Job { released_at: Some(now), ..job.clone() };
        assert_eq!(released.hold_at_start(now.after(2 * hour), false), None);
        let sent = Job { state: JobState::Waiting, ..job };
        assert_eq!(sent.hold_at_start(now.after(90 * hour), true), None, "only what is queued");
    }

    #[test]
    fn a_job_is_live_while_anything_is_to_be_done_with_it() {
        use crate::domain::samples::clip;

        let finished = || Job { poster: Poster::Made { width: 1, height: 1 }, ..job(1).clip(clip("a.mp4")).ready() };
        for state in JobState::iter() {
            let expected = state.is_unfinished() || state.needs_user();
            assert_eq!(Job { state, ..finished() }.is_live(), expected, "{state}");
        }
        let spring = Project::new("Spring").ok();
        let in_folder = |path: &str| Some(clip(path));
        let trashed = Job { is_hidden: true, trashed_at: Some(UnixMillis(1)), ..finished() };
        for (name, job, expected) in [
            ("without a poster", Job { poster: Poster::None, ..finished() }, true),
            ("hidden without a poster", Job { poster: Poster::None, is_hidden: true, ..finished() }, false),
            ("no poster can be made", Job { poster: Poster::Impossible("damaged".to_owned()), ..finished() }, false),
            ("on its way into the trash", trashed.clone(), true),
            ("in the trash", Job { is_in_trash: true, ..trashed }, false),
            ("on its way out of the trash", Job { is_in_trash: true, ..finished() }, true),
            ("on its way into a project", Job { project: spring.clone(), ..finished() }, true),
            ("in its project", Job { project: spring.clone(), clip: in_folder("Spring/a.mp4"), ..finished() }, false),
            ("on its way out of a project", Job { clip: in_folder("Spring/a.mp4"), ..finished() }, true),
            (
                "where the user put it",
                Job { project: spring, clip: in_folder("/elsewhere/a.mp4"), ..finished() },
                false,
            ),
        ] {
            assert_eq!(job.is_live(), expected, "{name}");
        }
    }

    #[test]
    fn remote_ids_are_plain() {
        for good in ["job_abc123", "n65xxxx_pixverse", "A-1", &"x".repeat(128)] {
            assert!(RemoteId::new(good).is_some(), "{good}");
        }
        for bad in ["", "../x", "a/b", "a b", "a?b", "é", "a%2F", &"x".repeat(129)] {
            assert!(RemoteId::new(bad).is_none(), "{bad}");
        }
    }
}
