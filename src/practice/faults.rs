//! Faults on demand: what goes wrong at the practice gateway, and when.
//!
//! A fault file is JSON: one list for each kind of request, each entry with its `kind`, the fields of that kind, and when
//! it strikes (`times`, `nth`, `after`, `prompt`). Of several entries that could strike, the first one does.
//!
//! ```json
//! {"submit": [{"kind": "drop_after_body", "times": 1}],
//!  "poll":   [{"kind": "status", "status": 503, "nth": 2}, {"kind": "no_url", "times": 2}],
//!  "media":  [{"kind": "cut", "at": 100000, "times": 3, "prompt": "heron"}]}
//! ```

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{Amount, Credits, Money};

/// All faults of a practice gateway, by the kind of request that they strike.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Strike submits: `POST …/videos/generations` and `POST /openapi/v2/video/…/generate`.
    pub submit: Vec<Fault>,
    /// Strike uploads of pictures: `POST /openapi/v2/image/upload`.
    pub upload: Vec<Fault>,
    /// Strike polls: `GET /v1/jobs/{id}`, `GET /api/v1/tasks/{id}` and `GET /openapi/v2/video/result/{id}`.
    pub poll: Vec<Fault>,
    /// Strike cancels: `DELETE /v1/jobs/{id}` and `POST /v1/jobs/{id}/cancel`.
    pub cancel: Vec<Fault>,
    /// Strike questions about the account: balance, models, usage and bills.
    pub account: Vec<Fault>,
    /// Strike requests for files, on either port.
    pub media: Vec<Fault>,
}

/// The kind of a request, by which faults are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A job is submitted.
    Submit,
    /// A picture is uploaded.
    Upload,
    /// The state of a job is asked for.
    Poll,
    /// A job is to be cancelled.
    Cancel,
    /// The balance, the models, the usage or the bills are asked for.
    Account,
    /// A finished film is fetched, or a link to one is signed.
    Media,
    /// No known route. Never struck by a fault.
    Unknown,
}

impl Target {
    /// The kinds of requests that faults can strike.
    const STRUCK: [Self; 6] = [Self::Submit, Self::Upload, Self::Poll, Self::Cancel, Self::Account, Self::Media];
}

/// Why a fault file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("The fault file is not usable: {0}")]
pub struct FaultFileError(String);

impl Faults {
    /// Reads a fault file, as it is described at the top of [this module](self). A fault that could never strike is an error.
    pub fn from_json(text: &str) -> Result<Self, FaultFileError> {
        let faults: Self = serde_json::from_str(text).map_err(|error| FaultFileError(error.to_string()))?;
        for target in Target::STRUCK {
            for fault in faults.of(target) {
                if !fault.kind.fits(target) {
                    return Err(FaultFileError(format!("{:?} means nothing under {target:?}", fault.kind)));
                }
            }
        }
        Ok(faults)
    }

    /// Adds a fault to submits.
    pub fn on_submit(mut self, fault: impl Into<Fault>) -> Self {
        self.submit.push(fault.into());
        self
    }

    /// Adds a fault to uploads of pictures.
    pub fn on_upload(mut self, fault: impl Into<Fault>) -> Self {
        self.upload.push(fault.into());
        self
    }

    /// Adds a fault to polls.
    pub fn on_poll(mut self, fault: impl Into<Fault>) -> Self {
        self.poll.push(fault.into());
        self
    }

    /// Adds a fault to cancels.
    pub fn on_cancel(mut self, fault: impl Into<Fault>) -> Self {
        self.cancel.push(fault.into());
        self
    }

    /// Adds a fault to balance, models and usage.
    pub fn on_account(mut self, fault: impl Into<Fault>) -> Self {
        self.account.push(fault.into());
        self
    }

    /// Adds a fault to files.
    pub fn on_media(mut self, fault: impl Into<Fault>) -> Self {
        self.media.push(fault.into());
        self
    }

    fn of(&self, target: Target) -> &[Fault] {
        match target {
            Target::Submit => &self.submit,
            Target::Upload => &self.upload,
            Target::Poll => &self.poll,
            Target::Cancel => &self.cancel,
            Target::Account => &self.account,
            Target::Media => &self.media,
            Target::Unknown => &[],
        }
    }
}

/// One fault and when it strikes. Without any of the conditions it strikes always.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Fault {
    /// What happens to the request.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// Strikes at most this number of requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Strikes only the n-th request, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nth: Option<u32>,
    /// Leaves the first so many requests alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<u32>,
    /// Strikes and counts only requests of jobs whose prompt contains this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
}

#[derive(Deserialize)]
struct When {
    times: Option<u32>,
    nth: Option<u32>,
    after: Option<u32>,
    prompt: Option<String>,
}

/// The conditions are taken out first, so that a misspelled field is an error: a fault that never strikes would make a
/// test pass for nothing.
impl TryFrom<Value> for Fault {
    type Error = String;

    fn try_from(mut value: Value) -> Result<Self, Self::Error> {
        let When { times, nth, after, prompt } = When::deserialize(&value).map_err(|error| error.to_string())?;
        if let Some(fields) = value.as_object_mut() {
            for name in ["times", "nth", "after", "prompt"] {
                fields.remove(name);
            }
        }
        let kind = FaultKind::deserialize(&value).map_err(|error| error.to_string())?;
        // serde lets unknown fields pass beside kinds that have none.
        let known = serde_json::to_value(&kind).map_err(|error| error.to_string())?;
        if let Some(name) = value.as_object().and_then(|fields| fields.keys().find(|name| known.get(name).is_none())) {
            return Err(format!("unknown field {name}"));
        }
        Ok(Self { kind, times, nth, after, prompt })
    }
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Self {
        Self { kind, times: None, nth: None, after: None, prompt: None }
    }
}

impl Fault {
    /// The same, for jobs only whose prompt contains `text`.
    pub fn for_prompt(self, text: impl Into<String>) -> Self {
        Self { prompt: Some(text.into()), ..self }
    }
}

fn status_307() -> u16 {
    307
}

/// What happens. Unless said otherwise a kind fits every target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultKind {
    /// The connection is closed after the head, before the body is read. Nothing is done. The condition `prompt` has no
    /// effect here, since the prompt stands in the body.
    DropBeforeBody,
    /// The whole request is read, then the connection is closed without an answer. Nothing is done.
    DropAfterBody,
    /// The request is carried out (a job is made), then the connection is closed without an answer.
    DropAfterAccept,
    /// The request is answered with 429 in the gateway's error shape, and not carried out.
    Throttle {
        /// `Retry-After` in seconds; without it there is no such header.
        #[serde(default)]
        retry_after_secs: Option<u64>,
        /// Says it as an HTTP date instead of a number.
        #[serde(default)]
        as_date: bool,
    },
    /// This status in the gateway's error shape: 401, 403, 404, 408, 409, 500, 503 and so on.
    Status {
        /// The HTTP status of the answer.
        status: u16,
        /// Seconds for the header `Retry-After`; without it there is no such header.
        #[serde(default)]
        retry_after_secs: Option<u64>,
        /// Carries the request out all the same (a job is made).
        #[serde(default)]
        accepted: bool,
    },
    /// 502 with a page of HTML, as a proxy in front of the gateway sends it.
    BadGateway {
        /// Carries the request out all the same.
        #[serde(default)]
        accepted: bool,
    },
    /// The request is answered with a redirect, and not carried out.
    Redirect {
        /// Where to; without it to the same path at the media origin (or, for files, at the API origin).
        #[serde(default)]
        location: Option<String>,
        /// 301, 302, 303, 307 or 308; 307 unless said.
        #[serde(default = "status_307")]
        status: u16,
    },
    /// 200 with a login page, as a captive portal sends it. Nothing is done.
    Html,
    /// The request is carried out, and half of the JSON is sent.
    TruncatedJson {
        /// States the whole length and closes the connection, instead of stating the length of the half.
        #[serde(default)]
        cut: bool,
    },
    /// The request is carried out, and this is sent instead of the JSON, with status 200.
    RawBody {
        /// The bytes that are sent, as text.
        body: String,
    },
    /// The request is carried out; the JSON gets a field with so many bytes of padding.
    Bloated {
        /// Length of the padding in bytes.
        size_bytes: usize,
    },
    /// The request is carried out, and the answer comes late.
    Slow {
        /// Delay before the first byte of the answer.
        delay_millis: u64,
    },
    /// The request is carried out, and the answer never comes; the connection stays open.
    Stall,

    /// Submit: the job costs something else than the table of prices says.
    Charges {
        /// What it costs, in percent of the table's price, rounded up.
        percent: u16,
    },
    /// Poll: the job is completed, but the answer holds no link.
    NoUrl,
    /// Poll: the job runs and runs, whatever the time. Under submit: so does this job, at every poll.
    NeverEnds,
    /// Poll: this word instead of the state.
    UnknownWord {
        /// The word that stands for the state.
        word: String,
    },
    /// The job fails for its content, and is refunded: under submit when its time has come, under poll with this poll.
    /// Under upload the picture is refused.
    Moderation {
        /// The text of the failure; the gateway's own words when not given.
        #[serde(default)]
        message: Option<String>,
    },
    /// The job fails upstream, and is refunded: under submit when its time has come, under poll with this poll.
    UpstreamFailure {
        /// The text of the failure; the gateway's own words when not given.
        #[serde(default)]
        message: Option<String>,
    },
    /// Poll: 404, the job is not known.
    JobMissing,
    /// Poll: 304 without a body.
    NotModified,
    /// Poll: the link in the answer has expired already.
    ExpiredLink,
    /// Poll: the answer holds this link in place of the true one.
    OtherLink {
        /// The link in the answer, as text; it need not be an address at all.
        url: String,
    },

    /// Media: the length of the whole is stated, and the connection is closed before this byte of the file.
    Cut {
        /// Offset in the file, also when a range was asked.
        at: u64,
    },
    /// Media: this length is stated, and the true bytes are sent.
    WrongLength {
        /// The length in bytes that the answer states.
        stated: u64,
    },
    /// Media: chunked, whole when `at` is not given, else cut in the middle of a chunk.
    Chunked {
        /// Offset in the file, in bytes, also when a range was asked.
        #[serde(default)]
        at: Option<u64>,
    },
    /// Media: no length, the end of the connection is the end of the file; cut when `at` is given.
    CloseDelimited {
        /// Offset in the file, in bytes, also when a range was asked.
        #[serde(default)]
        at: Option<u64>,
    },
    /// Media: 200 with the whole file although a range was asked.
    IgnoreRange,
    /// Media: 206 that starts elsewhere than asked, and says so.
    WrongStart {
        /// Added to the start that was asked.
        shift: i64,
    },
    /// Media: 206 with a range that says to be right, and fewer bytes than were asked, cleanly ended.
    ShortRange {
        /// Number of bytes that are sent.
        len: u64,
    },
    /// Media: another file with another `ETag`, still a whole MP4.
    ChangedFile,
    /// Media: the `ETag` is weak (`W/"…"`), which allows no range with `If-Range`.
    WeakEtag,
    /// Media: the answer has no `ETag` header.
    NoEtag,
    /// Media: so many bytes at a time, with a pause between.
    Trickle {
        /// Length of each piece in bytes.
        chunk_bytes: usize,
        /// Pause after each piece, in milliseconds.
        pause_millis: u64,
    },
    /// Media: silence from this byte of the file on, with the connection open.
    StallAt {
        /// Offset in the file, in bytes, also when a range was asked.
        at: u64,
    },
    /// Media: the connection is closed before this byte, and all links of this job that were given so far are expired.
    ExpireAt {
        /// Offset in the file, in bytes, also when a range was asked.
        at: u64,
    },
    /// Media: the link is refused as expired.
    Expired,
}

impl FaultKind {
    /// A fault of this kind that strikes one request, the first.
    pub fn once(self) -> Fault {
        self.times(1)
    }

    /// A fault of this kind that strikes the first `times` requests.
    pub fn times(self, times: u32) -> Fault {
        Fault { times: Some(times), ..self.into() }
    }

    /// A fault of this kind that strikes only the n-th request, counted from 1.
    pub fn nth(self, nth: u32) -> Fault {
        Fault { nth: Some(nth), ..self.into() }
    }

    /// A fault of this kind that strikes every request but the first `after`.
    pub fn after(self, after: u32) -> Fault {
        Fault { after: Some(after), ..self.into() }
    }

    /// The price of a job whose submit is struck by this, where the table says `table`.
    pub(super) fn price(&self, table: Amount) -> Amount {
        match self {
            Self::Charges { percent } => {
                let part = |number: i64| number.saturating_mul(i64::from(*percent)).saturating_add(99) / 100;
                match table {
                    Amount::Free => Amount::Free,
                    Amount::Money(money) => Amount::Money(Money(part(money.0))),
                    Amount::Credits(credits) => Amount::Credits(Credits(part(credits.0))),
                }
            }
            _ => table,
        }
    }

    fn changes_link(&self) -> bool {
        matches!(self, Self::NoUrl | Self::ExpiredLink | Self::OtherLink { .. })
    }

    /// Whether the kind means something for requests of this kind.
    fn fits(&self, target: Target) -> bool {
        match self {
            Self::NoUrl
            | Self::UnknownWord { .. }
            | Self::JobMissing
            | Self::NotModified
            | Self::ExpiredLink
            | Self::OtherLink { .. } => target == Target::Poll,
            Self::Charges { .. } => target == Target::Submit,
            Self::NeverEnds | Self::UpstreamFailure { .. } => matches!(target, Target::Poll | Target::Submit),
            Self::Moderation { .. } => matches!(target, Target::Poll | Target::Submit | Target::Upload),
            Self::Cut { .. }
            | Self::WrongLength { .. }
            | Self::Chunked { .. }
            | Self::CloseDelimited { .. }
            | Self::IgnoreRange
            | Self::WrongStart { .. }
            | Self::ShortRange { .. }
            | Self::ChangedFile
            | Self::WeakEtag
            | Self::NoEtag
            | Self::Trickle { .. }
            | Self::StallAt { .. }
            | Self::ExpireAt { .. }
            | Self::Expired => target == Target::Media,
            Self::TruncatedJson { .. } | Self::RawBody { .. } | Self::Bloated { .. } => target != Target::Media,
            _ => true,
        }
    }
}

/// The faults of a running gateway, with counts of the requests that each has met and struck.
#[derive(Debug, Default)]
pub(super) struct ActiveFaults {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    target: Target,
    fault: Fault,
    seen: u32,
    struck: u32,
}

impl ActiveFaults {
    pub(super) fn new(faults: &Faults) -> Self {
        let entries = Target::STRUCK
            .into_iter()
            .flat_map(|target| faults.of(target).iter().map(move |fault| (target, fault.clone())))
            .map(|(target, fault)| Entry { target, fault, seen: 0, struck: 0 })
            .collect();
        Self { entries }
    }

    /// Whether the connection of a request whose body was not read yet is closed.
    pub(super) fn strike_before_body(&mut self, target: Target) -> bool {
        self.first_due(|entry| entry.target == target && entry.fault.kind == FaultKind::DropBeforeBody).is_some()
    }

    /// The fault that strikes this request. Every entry that is meant for such a request counts it, struck or not. Kinds
    /// that change the link of a finished job are meant for polls of finished jobs only.
    pub(super) fn strike(&mut self, target: Target, prompt: Option<&str>, is_finished: bool) -> Option<FaultKind> {
        self.first_due(|entry| {
            entry.target == target
                && entry.fault.kind != FaultKind::DropBeforeBody
                && (is_finished || !entry.fault.kind.changes_link())
                && entry.fault.prompt.as_deref().is_none_or(|text| prompt.is_some_and(|p| p.contains(text)))
        })
    }

    fn first_due(&mut self, is_meant: impl Fn(&Entry) -> bool) -> Option<FaultKind> {
        let mut struck = None;
        for entry in self.entries.iter_mut().filter(|entry| is_meant(entry)) {
            entry.seen += 1;
            let is_due = entry.fault.nth.is_none_or(|nth| entry.seen == nth)
                && entry.fault.after.is_none_or(|after| entry.seen > after)
                && entry.fault.times.is_none_or(|times| entry.struck < times);
            if is_due && struck.is_none() {
                entry.struck += 1;
                struck = Some(entry.fault.kind.clone());
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_file_is_read_and_written() {
        let text = r#"{"submit":[{"kind":"drop_after_body","times":1}],
            "poll":[{"kind":"status","status":503,"nth":2},{"kind":"throttle","retry_after_secs":7,"as_date":true}],
            "media":[{"kind":"cut","at":100,"prompt":"heron"}]}"#;
        let faults = Faults::from_json(text).expect("a good file");
        assert_eq!(
            faults,
            Faults::default()
                .on_submit(FaultKind::DropAfterBody.once())
                .on_poll(FaultKind::Status { status: 503, retry_after_secs: None, accepted: false }.nth(2))
                .on_poll(FaultKind::Throttle { retry_after_secs: Some(7), as_date: true })
                .on_media(Fault::from(FaultKind::Cut { at: 100 }).for_prompt("heron"))
        );
        let written = serde_json::to_string(&faults).expect("plain data");
        assert_eq!(Faults::from_json(&written).expect("what we wrote"), faults);
    }

    #[test]
    fn a_fault_that_could_never_strike_is_an_error() {
        for text in [
            r#"{"submits":[]}"#,
            r#"{"submit":[{"kind":"drop_after_boddy"}]}"#,
            r#"{"submit":[{"kind":"html","time":1}]}"#,
            r#"{"submit":[{"kind":"cut","at":1}]}"#,
            r#"{"media":[{"kind":"no_url"}]}"#,
            r#"{"poll":[{"kind":"charges","percent":110}]}"#,
            r#"{"submit":[{"kind":"charges"}]}"#,
            r#"{"media":[{"kind":"truncated_json"}]}"#,
            r#"{"poll":[{"kind":"status"}]}"#,
            "[]x",
        ] {
            assert!(Faults::from_json(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_job_may_cost_another_part_of_its_price() {
        let (credits, money) = (Amount::Credits(Credits(90)), Amount::Money(Money(400_000)));
        for (percent, of_credits, of_money) in [(110, 99, 440_000), (100, 90, 400_000), (1, 1, 4_000), (0, 0, 0)] {
            let charges = FaultKind::Charges { percent };
            assert_eq!(charges.price(credits), Amount::Credits(Credits(of_credits)), "{percent}");
            assert_eq!(charges.price(money), Amount::Money(Money(of_money)), "{percent}");
            assert_eq!(charges.price(Amount::Free), Amount::Free);
        }
        assert_eq!(FaultKind::NeverEnds.price(credits), credits);
    }

    #[test]
    fn conditions_decide_which_requests_are_struck() {
        let strikes = |fault: Fault, prompts: &[&str]| -> Vec<bool> {
            let mut active = ActiveFaults::new(&Faults::default().on_poll(fault));
            prompts.iter().map(|prompt| active.strike(Target::Poll, Some(prompt), true).is_some()).collect()
        };
        assert_eq!(strikes(FaultKind::Html.into(), &["a", "a"]), [true, true]);
        assert_eq!(strikes(FaultKind::Html.once(), &["a", "a"]), [true, false]);
        assert_eq!(strikes(FaultKind::Html.times(2), &["a", "a", "a"]), [true, true, false]);
        assert_eq!(strikes(FaultKind::Html.nth(2), &["a", "a", "a"]), [false, true, false]);
        assert_eq!(strikes(FaultKind::Html.after(1), &["a", "a", "a"]), [false, true, true]);
        assert_eq!(strikes(FaultKind::Html.nth(1).for_prompt("b"), &["a", "bb", "b"]), [false, true, false]);
    }

    #[test]
    fn a_fault_of_the_link_waits_for_the_finished_job() {
        let mut active = ActiveFaults::new(&Faults::default().on_poll(FaultKind::NoUrl.once()));
        assert_eq!(active.strike(Target::Poll, None, false), None);
        assert_eq!(active.strike(Target::Poll, None, true), Some(FaultKind::NoUrl));
        assert_eq!(active.strike(Target::Poll, None, true), None);
    }

    #[test]
    fn the_first_due_fault_strikes_and_other_targets_are_left_alone() {
        let mut active = ActiveFaults::new(
            &Faults::default()
                .on_submit(FaultKind::Html.once())
                .on_submit(FaultKind::DropAfterBody)
                .on_media(FaultKind::Expired),
        );
        assert_eq!(active.strike(Target::Submit, None, true), Some(FaultKind::Html));
        assert_eq!(active.strike(Target::Submit, None, true), Some(FaultKind::DropAfterBody));
        assert_eq!(active.strike(Target::Poll, None, true), None);
        assert_eq!(active.strike(Target::Media, None, true), Some(FaultKind::Expired));
    }
}
