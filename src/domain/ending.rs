//! What the user is told: what happened · was I charged · what now.
//!
//! Every sentence about an outcome is made here, so that the window and the command line say the same and a table of
//! tests can read them all. First words carry the meaning; no blame, no apology, no exclamation mark.

use serde::{Deserialize, Serialize};

use super::gateway::GatewayId;
use super::money::Amount;
use super::outcome::{Failure, NetworkCause, Rejection, RejectionKind, UnconfirmedCause};
use super::text::{is_hidden, without_heaps};

/// Whether a job cost something. Every ending says so, even if only that it is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charge {
    /// Nothing was sent, so nothing could be charged yet.
    #[default]
    Nothing,
    /// Not charged: the gateway refused, or says or documents that it did not bill.
    No,
    /// Charged. The amount when the gateway told it; otherwise the price shown is assumed.
    Yes(Option<Amount>),
    /// Nobody has said yet, or nobody can tell.
    NotKnown,
}

impl Charge {
    /// `no`, `yes` or `not known`, as cards, details and the command line write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nothing | Self::No => "no",
            Self::Yes(_) => "yes",
            Self::NotKnown => "not known",
        }
    }
}

/// Kinds of message; they choose the icon, the exit code and the actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum EndingKind {
    /// The key was refused or is missing.
    KeyRefused,
    /// The wallet is empty.
    NoCredits,
    /// The key may not be used for this model or call.
    NotPermitted,
    /// The gateway does not know the model.
    UnknownModel,
    /// The gateway refused the request.
    BadRequest,
    /// The gateway refused the picture.
    PictureRefused,
    /// The prompt or picture is not allowed.
    NotAllowed,
    /// The clip could not be made.
    Failed,
    /// The gateway cancelled the job.
    Cancelled,
    /// The fate of the order is unclear.
    Unconfirmed,
    /// The gateway lost the job.
    UnknownJob,
    /// The gateway says that the clip is made, and gives no link to it.
    NoLink,
    /// The gateway says that the clip is made, but its link does not open.
    NotThereYet,
    /// The user stopped watching.
    NotWatched,
    /// The clip was deleted at the gateway before it was fetched.
    Gone,
    /// The job was taken out of the queue before anything was sent.
    Removed,
    /// The user put an unconfirmed order aside.
    Discarded,
    /// The clip cannot be written to disk.
    Disk,
    /// The downloaded file is not a whole MP4.
    BadFile,
}

/// A message to the user in three parts: what happened, whether it was charged, and what can be done now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// The kind of message, which chooses its icon, the exit code and the actions.
    pub kind: EndingKind,
    /// What happened, in one or two sentences.
    pub what_happened: String,
    /// Whether the job cost something.
    pub charge: Charge,
    /// What the user can do now, in one or two sentences.
    pub what_now: String,
}

impl Ending {
    fn new(kind: EndingKind, charge: Charge, what_happened: impl Into<String>, what_now: impl Into<String>) -> Self {
        Self { kind, what_happened: what_happened.into(), charge, what_now: what_now.into() }
    }

    /// The three parts as one paragraph, for the command line and the clipboard.
    pub fn to_text(&self) -> String {
        let charged = match self.charge {
            Charge::Nothing | Charge::No => "Not charged.".to_owned(),
            Charge::Yes(Some(amount)) => format!("Charged: {amount}."),
            Charge::Yes(None) => "Charged: yes, as shown.".to_owned(),
            Charge::NotKnown => "Charged: not known.".to_owned(),
        };
        format!("{} {charged} {}", self.what_happened, self.what_now)
    }

    /// A refusal of the order. Nothing was made, so nothing was charged.
    pub fn rejected(gateway: GatewayId, rejection: &Rejection) -> Self {
        use EndingKind as Kind;
        let said = said(gateway, rejection.gateway_text.as_deref());
        let (kind, what_happened, what_now) = match rejection.kind {
            RejectionKind::KeyRefused => (
                Kind::KeyRefused,
                format!("{gateway} refused the key."),
                "Nothing was sent to be made. Check the key.".to_owned(),
            ),
            RejectionKind::NoCredits => {
                (Kind::NoCredits, format!("The {gateway} wallet is empty."), "Top up there, then try again.".to_owned())
            }
            RejectionKind::NotPermitted => (
                Kind::NotPermitted,
                "This key may not use PixVerse V5.6.".to_owned(),
                format!("Change the key's rights at {gateway}."),
            ),
            RejectionKind::UnknownModel => (
                Kind::UnknownModel,
                format!("{gateway} does not know this model name."),
                "It may have been renamed there. Check the address in Settings, or use another gateway.".to_owned(),
            ),
            RejectionKind::PictureRefused => (
                Kind::PictureRefused,
                format!("{gateway} did not take the picture.{said}"),
                "Use a smaller picture, or the web address of one.".to_owned(),
            ),
            RejectionKind::NotAllowed => (
                Kind::NotAllowed,
                format!("PixVerse did not allow the prompt or the picture.{said}"),
                "Change the words or the picture.".to_owned(),
            ),
            RejectionKind::BadRequest => match &rejection.param {
                Some(param) => (
                    Kind::BadRequest,
                    format!("{gateway} does not accept “{param}”.{said}"),
                    "Change or leave out this setting, or use another gateway.".to_owned(),
                ),
                None => (
                    Kind::BadRequest,
                    format!("{gateway} refused the order.{said}"),
                    "Change the settings and try again.".to_owned(),
                ),
            },
        };
        Self::new(kind, Charge::No, what_happened, what_now)
    }

    /// An order whose fate is unclear.
    pub fn unconfirmed(gateway: GatewayId, cause: UnconfirmedCause) -> Self {
        let what_happened = match cause {
            UnconfirmedCause::Network(NetworkCause::ServerTrouble(status)) => {
                format!("{gateway} answered with trouble (HTTP {status}). It may be making this clip.")
            }
            UnconfirmedCause::Network(NetworkCause::Unreadable) => {
                format!("The answer of {gateway} could not be read. It may be making this clip.")
            }
            UnconfirmedCause::Network(NetworkCause::Redirected(_)) => {
                format!("Something else answered in place of {gateway}. It may be making this clip.")
            }
            UnconfirmedCause::Network(
                NetworkCause::CannotConnect
                | NetworkCause::Tls
                | NetworkCause::Broken
                | NetworkCause::TimedOut
                | NetworkCause::Proxy(_)
                | NetworkCause::NoCertificates,
            ) => format!("{gateway} did not answer. It may be making this clip."),
            UnconfirmedCause::Conflict(_) => {
                format!("{gateway} says it has this order already. It may be making this clip.")
            }
            UnconfirmedCause::Interrupted => {
                format!("Rushes ended while the order was on its way. {gateway} may be making this clip.")
            }
        };
        Self::new(
            EndingKind::Unconfirmed,
            Charge::NotKnown,
            what_happened,
            format!(
                "Rushes will not send it again by itself. Look on your {gateway} dashboard: paste the job id found there, submit again, or discard."
            ),
        )
    }

    /// The gateway says that the clip could not or would not be made. The charge is the one of [`failure_charge`].
    pub fn failed(gateway: GatewayId, failure: &Failure) -> Self {
        let charge = failure_charge(gateway, failure);
        let said = said(gateway, failure.gateway_text.as_deref());
        let because = match (gateway, charge) {
            (GatewayId::Aigateway, Charge::No) => "aigateway says failed jobs are free. ",
            (GatewayId::Apiin, Charge::NotKnown) => "apiin does not say. ",
            (GatewayId::Pixverse, Charge::NotKnown) => "PixVerse does not say. ",
            (GatewayId::Pixverse, Charge::No) => "PixVerse says that it gives the credits back. ",
            _ => "",
        };
        if failure.not_allowed {
            return Self::new(
                EndingKind::NotAllowed,
                charge,
                format!("PixVerse did not allow the prompt or the picture.{said}"),
                format!("{because}Change the words first."),
            );
        }
        Self::new(
            EndingKind::Failed,
            charge,
            format!("PixVerse could not make this clip.{said}"),
            format!("{because}You can try again."),
        )
    }

    /// The gateway says that it cancelled the job.
    pub fn cancelled(gateway: GatewayId) -> Self {
        // Cancelled jobs are not mentioned by aigateway's price page, only failed ones (docs/gateways.md, section 1.8),
        // but a cancel is promised for jobs that are still queued, which have cost nothing yet.
        let charge = if gateway == GatewayId::Apiin { Charge::NotKnown } else { Charge::No };
        Self::new(
            EndingKind::Cancelled,
            charge,
            format!("Cancelled, confirmed by {gateway}."),
            "You can make it again.",
        )
    }

    /// The user stopped watching the job, which goes on at the gateway.
    pub fn not_watched(gateway: GatewayId) -> Self {
        Self::new(
            EndingKind::NotWatched,
            Charge::NotKnown,
            format!("Not watched. {gateway} still makes and bills this clip."),
            "Watch again and it will appear here.",
        )
    }

    /// The gateway says that it does not know the job, which it took before.
    pub fn unknown_job(gateway: GatewayId) -> Self {
        Self::new(
            EndingKind::UnknownJob,
            Charge::NotKnown,
            format!("{gateway} says that it does not know this job, which it took."),
            "Gateways take that back at times, so Rushes goes on looking, ever more rarely. Your dashboard there may show more.",
        )
    }

    /// The gateway reports the clip as made, poll after poll, and gives no link to it.
    pub fn no_link(gateway: GatewayId) -> Self {
        Self::new(
            EndingKind::NoLink,
            Charge::Yes(None),
            format!("{gateway} says the clip is ready but gave no link to it."),
            "Rushes goes on looking, ever more rarely. If it lasts, copy the raw answer for its support.",
        )
    }

    /// The link to a clip that is made does not open.
    pub fn not_there_yet(gateway: GatewayId) -> Self {
        Self::new(
            EndingKind::NotThereYet,
            Charge::Yes(None),
            format!("{gateway} says the clip is ready, but its file is not there."),
            "Stores can take a while to show a new file, so Rushes goes on trying, ever more rarely.",
        )
    }

    /// The time is over for which the gateway keeps clips, and the file was not to be had until then.
    pub fn gone(gateway: GatewayId) -> Self {
        Self::new(
            EndingKind::Gone,
            Charge::Yes(None),
            format!("The file of this clip was not to be had for as long as {gateway} keeps files."),
            "You can look once more, or make it again.",
        )
    }

    /// The same message for a job that was given up, because the time is over for which its gateway keeps clips.
    pub fn given_up(self) -> Self {
        let what_now =
            "The time for which it keeps clips is over. The card stays, and you can look once more.".to_owned();
        Self { what_now, ..self }
    }

    /// The job was taken out of the queue before anything was sent.
    pub fn removed() -> Self {
        Self::new(EndingKind::Removed, Charge::Nothing, "Removed. Nothing was sent.", "Nothing is left to do.")
    }

    /// An unconfirmed order that the user put aside.
    pub fn discarded(gateway: GatewayId) -> Self {
        Self::new(
            EndingKind::Discarded,
            Charge::NotKnown,
            "Put aside unconfirmed.",
            format!("If {gateway} made the clip, it is on your dashboard there."),
        )
    }

    /// The key is refused while a job is watched. The job lives on; nothing is sent again.
    pub fn key_refused_while_watching(gateway: GatewayId) -> Self {
        Self::new(
            EndingKind::KeyRefused,
            Charge::NotKnown,
            format!("{gateway} refused the key, so this job cannot be looked at."),
            "The clip is still being made. Give the right key and watching goes on.",
        )
    }

    /// The clip is made but cannot be written. `reason` is a plain clause, as in "the disk is full".
    pub fn disk(gateway: GatewayId, reason: &str) -> Self {
        Self::new(
            EndingKind::Disk,
            Charge::Yes(None),
            format!("The clip could not be saved: {reason}."),
            format!(
                "It is safe at {gateway} for now. Free space or choose another folder; the download goes on by itself."
            ),
        )
    }

    /// The downloaded file is not a whole MP4. `reason` is a clause, as in "it is empty".
    pub fn bad_file(gateway: GatewayId, reason: &str) -> Self {
        Self::new(
            EndingKind::BadFile,
            Charge::Yes(None),
            format!("What {gateway} served is not a whole clip: {reason}."),
            "Nothing was kept under its name. The download is tried again by itself.",
        )
    }
}

/// Whether a failed job cost something. aigateway documents that it does not (docs/gateways.md, section 1.3); apiin
/// tells it in some answers (`consumed_credits`) and documents nothing.
pub fn failure_charge(gateway: GatewayId, failure: &Failure) -> Charge {
    match (gateway, failure.charge) {
        (_, Some(amount)) if amount == amount.zero() => Charge::No,
        (_, Some(amount)) => Charge::Yes(Some(amount)),
        (GatewayId::Aigateway | GatewayId::Practice, None) => Charge::No,
        (GatewayId::Apiin, None) => Charge::NotKnown,
        // PixVerse documents a refund where the review refused the clip (docs/gateways.md, section 3.6).
        (GatewayId::Pixverse, None) if failure.not_allowed => Charge::No,
        (GatewayId::Pixverse, None) => Charge::NotKnown,
    }
}

/// The gateway's own sentence as an addition to ours.
fn said(gateway: GatewayId, text: Option<&str>) -> String {
    match text.map(str::trim) {
        // What is meant for programs says nothing to people; it stands in the raw exchange.
        Some(text) if !text.is_empty() && !text.starts_with(['{', '[', '<']) => {
            let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
            format!(" {gateway}: “{text}{stop}”")
        }
        _ => String::new(),
    }
}

/// Makes a foreign sentence fit to be shown: no control or direction-changing characters, one line, at most `limit`
/// characters.
pub fn clean_text(text: &str, limit: usize) -> String {
    // More than this is not looked at, so that a gigantic text costs no more than a long one.
    let text = without_heaps(&text[..text.floor_char_boundary(limit.saturating_mul(64))]);
    let mut cleaned: String = text.chars().map(|c| if is_hidden(c) { ' ' } else { c }).take(limit + 1).collect();
    if cleaned.chars().count() > limit {
        cleaned = cleaned.chars().take(limit.saturating_sub(1)).collect();
        cleaned.push('…');
    }
    cleaned.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;
    use crate::domain::money::{Credits, Money};
    use crate::domain::outcome::{ProxyFault, ProxyPlace, ProxyTrouble};

    /// Every way in which a job can end or come to a stand, at each gateway, with a name for the way.
    fn all_endings() -> Vec<(GatewayId, String, Ending)> {
        let proxy = ProxyTrouble { place: ProxyPlace::System, fault: ProxyFault::NoWay };
        let causes = [
            UnconfirmedCause::Network(NetworkCause::CannotConnect),
            UnconfirmedCause::Network(NetworkCause::Tls),
            UnconfirmedCause::Network(NetworkCause::Broken),
            UnconfirmedCause::Network(NetworkCause::TimedOut),
            UnconfirmedCause::Network(NetworkCause::Unreadable),
            UnconfirmedCause::Network(NetworkCause::ServerTrouble(503)),
            UnconfirmedCause::Network(NetworkCause::Redirected(302)),
            UnconfirmedCause::Network(NetworkCause::Proxy(proxy)),
            UnconfirmedCause::Network(NetworkCause::NoCertificates),
            UnconfirmedCause::Conflict(409),
            UnconfirmedCause::Interrupted,
        ];
        let mut endings = Vec::new();
        for gateway in GatewayId::iter() {
            let mut add = |name: &str, ending| endings.push((gateway, name.to_owned(), ending));
            for kind in RejectionKind::iter() {
                for param in [None, Some("seed".into())] {
                    let rejection = Rejection { kind, param, gateway_text: Some("no such thing".into()) };
                    add(&format!("refused: {kind:?}"), Ending::rejected(gateway, &rejection));
                }
            }
            for cause in causes {
                add("unclear", Ending::unconfirmed(gateway, cause));
            }
            for (name, not_allowed) in [("failed", false), ("failed: not allowed", true)] {
                let failure = Failure { code: None, gateway_text: None, not_allowed, charge: None };
                add(name, Ending::failed(gateway, &failure));
            }
            add("cancelled", Ending::cancelled(gateway));
            add("not watched", Ending::not_watched(gateway));
            add("unknown job", Ending::unknown_job(gateway));
            add("unknown job, given up", Ending::unknown_job(gateway).given_up());
            add("no link", Ending::no_link(gateway));
            add("no file yet", Ending::not_there_yet(gateway));
            add("gone", Ending::gone(gateway));
            add("removed", Ending::removed());
            add("put aside", Ending::discarded(gateway));
            add("key refused later", Ending::key_refused_while_watching(gateway));
            add("disk", Ending::disk(gateway, "the disk is full"));
            add("bad file", Ending::bad_file(gateway, "it ends early"));
        }
        endings
    }

    /// What each way costs, typed by hand: at apiin, aigateway, PixVerse and practice.
    #[test]
    fn every_pair_of_gateway_and_fault_says_whether_it_was_charged() {
        let table = [
            ("refused: KeyRefused", ["no"; 4]),
            ("refused: NoCredits", ["no"; 4]),
            ("refused: NotPermitted", ["no"; 4]),
            ("refused: UnknownModel", ["no"; 4]),
            ("refused: PictureRefused", ["no"; 4]),
            ("refused: NotAllowed", ["no"; 4]),
            ("refused: BadRequest", ["no"; 4]),
            ("unclear", ["not known"; 4]),
            ("failed", ["not known", "no", "not known", "no"]),
            ("failed: not allowed", ["not known", "no", "no", "no"]),
            ("cancelled", ["not known", "no", "no", "no"]),
            ("not watched", ["not known"; 4]),
            ("unknown job", ["not known"; 4]),
            ("unknown job, given up", ["not known"; 4]),
            ("no link", ["yes"; 4]),
            ("no file yet", ["yes"; 4]),
            ("gone", ["yes"; 4]),
            ("removed", ["no"; 4]),
            ("put aside", ["not known"; 4]),
            ("key refused later", ["not known"; 4]),
            ("disk", ["yes"; 4]),
            ("bad file", ["yes"; 4]),
        ];
        let gateways: Vec<GatewayId> = GatewayId::iter().collect();
        for (gateway, name, ending) in all_endings() {
            let (_, words) = table.iter().find(|(row, _)| *row == name).unwrap_or_else(|| panic!("no row for {name}"));
            let column = gateways.iter().position(|other| *other == gateway).expect("one of them");
            assert_eq!(ending.charge.word(), words[column], "{name} at {gateway}");
        }
        for kind in EndingKind::iter() {
            for gateway in &gateways {
                let is_covered = all_endings().iter().any(|(other, _, ending)| other == gateway && ending.kind == kind);
                assert!(is_covered, "{kind:?} at {gateway}");
            }
        }
    }

    #[test]
    fn every_ending_has_three_parts_and_follows_the_rules_for_words() {
        for (.., ending) in all_endings() {
            for part in [&ending.what_happened, &ending.what_now] {
                assert!(part.ends_with(['.', '”']) && part.len() > 10, "{part}");
                assert!(!part.contains(['{', '<']), "the gateway's raw answer: {part}");
                assert!(!part.contains("pixverse"), "a name as files have it: {part}");
                assert!(!part.contains('!'), "{part}");
                let lower = part.to_lowercase();
                for banned in ["sorry", "oops", "something went wrong", "please", "provider", "backend"] {
                    assert!(!lower.contains(banned), "{part}");
                }
            }
            let charge_words = ["Not charged.", "Charged: yes", "Charged: not known."];
            assert!(charge_words.iter().any(|words| ending.to_text().contains(words)), "{}", ending.to_text());
        }
    }

    #[test]
    fn refused_orders_are_never_charged_and_unclear_ones_never_called_free() {
        for (.., ending) in all_endings() {
            match ending.kind {
                EndingKind::Unconfirmed => assert_eq!(ending.charge, Charge::NotKnown),
                EndingKind::NoCredits | EndingKind::BadRequest | EndingKind::UnknownModel => {
                    assert_eq!(ending.charge, Charge::No);
                }
                _ => {}
            }
        }
    }

    #[test]
    fn failed_jobs_cost_what_the_gateway_says() {
        let failure = |charge| Failure { code: None, gateway_text: None, not_allowed: false, charge };
        let credits = |n| Some(Amount::Credits(Credits(n)));
        for (gateway, told, expected) in [
            (GatewayId::Aigateway, None, Charge::No),
            (GatewayId::Aigateway, Some(Amount::Money(Money(5))), Charge::Yes(Some(Amount::Money(Money(5))))),
            (GatewayId::Apiin, None, Charge::NotKnown),
            (GatewayId::Apiin, credits(0), Charge::No),
            (GatewayId::Apiin, credits(90), Charge::Yes(credits(90))),
            (GatewayId::Practice, None, Charge::No),
            (GatewayId::Pixverse, None, Charge::NotKnown),
        ] {
            assert_eq!(failure_charge(gateway, &failure(told)), expected, "{gateway} {told:?}");
        }
        let refused_by_review = Failure { not_allowed: true, ..failure(None) };
        assert_eq!(failure_charge(GatewayId::Pixverse, &refused_by_review), Charge::No);
        let told = Ending::failed(GatewayId::Pixverse, &refused_by_review);
        assert_eq!(told.what_now, "PixVerse says that it gives the credits back. Change the words first.");
    }

    #[test]
    fn nothing_raw_stands_in_a_sentence() {
        for raw in ["{\"error\": 7}", " [\"x\"]", "<html>"] {
            for gateway in GatewayId::iter() {
                assert_eq!(said(gateway, Some(raw)), "");
                assert!(said(gateway, Some("It broke")).ends_with("“It broke.”"));
            }
        }
    }

    #[test]
    fn foreign_text_is_tamed() {
        assert_eq!(clean_text("a\u{1b}[31mb\r\nc\u{202e}d", 40), "a [31mb c d");
        assert_eq!(clean_text("a\u{2028}b\u{61c}c\u{ad}\u{e0041}d", 40), "a b c d");
        assert_eq!(clean_text(&format!("Z{}", "\u{301}".repeat(5_000)), 40), "Z\u{301}\u{301}\u{301}");
        assert_eq!(clean_text("abcdef", 4), "abc…");
        assert_eq!(clean_text("abcd", 4), "abcd");
    }
}
