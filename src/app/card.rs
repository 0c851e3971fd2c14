//! What a card says: word, icon and tone of its state, one sentence or one number, what can be done, and its footer.

use std::path::Path;

use crate::domain::ending::EndingKind;
use crate::domain::job::Poster;
use crate::domain::progress::{History, progress};
use crate::domain::{Charge, GatewayId, Job, JobState, UnixMillis};
use crate::engine::event::{GatewayHealth, Hold, LiveJob};

use super::action::Action;
use super::cost::{brief, price_again};
use super::state::{AppState, SettingsPage};
use super::words;

/// Color of a state: told beside its word and icon, never alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to be done.
    Neutral,
    /// Moves by itself.
    Work,
    /// Waits for the user.
    Ask,
    /// Failed or refused.
    Fail,
}

/// Pictures of states; the window maps them to its drawings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumIter)]
pub enum CardIcon {
    /// Waiting in our queue.
    Clock,
    /// Held.
    Pause,
    /// On its way out.
    Send,
    /// Not known.
    Question,
    /// In line at the gateway.
    Cloud,
    /// Being made.
    Spark,
    /// Asked to wait.
    Timer,
    /// Coming.
    Download,
    /// Done.
    Check,
    /// Practice clip.
    Clapper,
    /// Failed.
    Cross,
    /// Not allowed.
    Shield,
    /// Cancelled.
    Ban,
    /// Not watched.
    EyeOff,
    /// Deleted at the gateway.
    Trash,
    /// File not there.
    FileQuestion,
    /// About a key.
    Key,
    /// About money.
    Wallet,
    /// About a disk.
    Disk,
}

/// What fills the card.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Its picture.
    Picture,
    /// A number and a remark below it.
    Number {
        /// `24 s`.
        number: String,
        /// `about 20 s left`.
        remark: String,
    },
    /// A sentence, and what it has to do with money.
    Message {
        /// What happened.
        sentence: String,
        /// `Charged: not known`; empty where it does not matter.
        charged: String,
    },
}

/// A button on a card. The first one is what Enter does.
#[derive(Clone, Debug)]
pub struct CardAction {
    /// What it says.
    pub label: String,
    /// What it does.
    pub action: Action,
}

/// A card.
#[derive(Clone, Debug)]
pub struct CardView {
    /// Word of the state, as on the screen.
    pub word: String,
    /// Icon of the state.
    pub icon: CardIcon,
    /// Color of the state.
    pub tone: Tone,
    /// What fills it.
    pub body: Body,
    /// Filled part of the bar at its lower edge, 0 to 1.
    pub bar: Option<f32>,
    /// What can be done, most useful first.
    pub actions: Vec<CardAction>,
    /// `8 s · 720p`.
    pub footer_left: String,
    /// Price, charge or size.
    pub footer_right: String,
    /// Accessible name: prompt, take, state.
    pub name: String,
}

/// Everything a card is made of besides its job.
#[derive(Clone, Debug)]
pub struct CardFacts<'a> {
    /// Live numbers.
    pub live: LiveJob,
    /// How its gateway does.
    pub health: &'a GatewayHealth,
    /// How long clips took.
    pub history: &'a History,
    /// The time.
    pub now: UnixMillis,
    /// Place among the takes, from 1, and their number.
    pub take: (usize, usize),
    /// Whether the clip's file is not there.
    pub is_file_missing: bool,
}

impl<'a> CardFacts<'a> {
    /// What `state` knows of `job`.
    pub fn of(state: &'a AppState, job: &Job) -> Self {
        Self {
            live: state.live_of(job.id),
            health: &state.gateway(job.gateway).health,
            history: &state.history,
            now: state.now,
            take: state.gallery.take_of(job.id),
            is_file_missing: state.missing_files.contains(&job.id),
        }
    }
}

/// The card of `job`.
pub fn card_view(job: &Job, facts: &CardFacts<'_>) -> CardView {
    let Face { word, icon, tone, body, bar, actions } = face(job, facts);
    let prompt = job.request.prompt();
    let (take, _) = facts.take;
    let said = match &body {
        Body::Picture => word.clone(),
        Body::Number { number, remark } => format!("{word}, {number}, {remark}"),
        Body::Message { sentence, charged } if charged.is_empty() => format!("{word}. {sentence}"),
        Body::Message { sentence, charged } => format!("{word}. {sentence} {charged}"),
    };
    CardView {
        name: format!("{prompt}, take {take}, {said}"),
        word,
        icon,
        tone,
        body,
        bar,
        actions,
        footer_left: format!("{} · {}", job.request.duration(), job.request.resolution()),
        footer_right: match (job.state, facts.live.downloaded) {
            (JobState::Downloading, Some((here, Some(total)))) => {
                format!("{} of {}", words::size(here).trim_end_matches(" MB"), words::size(total))
            }
            (JobState::Downloading, Some((here, None))) => words::size(here),
            _ => brief(job),
        },
    }
}

struct Face {
    word: String,
    icon: CardIcon,
    tone: Tone,
    body: Body,
    bar: Option<f32>,
    actions: Vec<CardAction>,
}

impl Face {
    fn new(word: impl Into<String>, icon: CardIcon, tone: Tone, body: Body) -> Self {
        Self { word: word.into(), icon, tone, body, bar: None, actions: Vec::new() }
    }

    fn message(word: impl Into<String>, icon: CardIcon, tone: Tone, sentence: impl Into<String>) -> Self {
        Self::new(word, icon, tone, Body::Message { sentence: sentence.into(), charged: String::new() })
    }

    fn charged(mut self, charge: Charge) -> Self {
        if let Body::Message { charged, .. } = &mut self.body {
            *charged = match charge {
                Charge::Nothing | Charge::No => "Not charged".to_owned(),
                Charge::Yes(Some(amount)) => format!("Charged: {amount}"),
                Charge::Yes(None) => "Charged: yes, as shown".to_owned(),
                Charge::NotKnown => "Charged: not known".to_owned(),
            };
        }
        self
    }

    fn bar(mut self, fraction: f32) -> Self {
        self.bar = Some(fraction.clamp(0.0, 1.0));
        self
    }

    fn with(mut self, label: impl Into<String>, action: Action) -> Self {
        self.actions.push(CardAction { label: label.into(), action });
        self
    }
}

fn face(job: &Job, facts: &CardFacts<'_>) -> Face {
    let id = job.id;
    let gateway = job.gateway;
    let again = |verb: &str| format!("{verb} · {}", price_again(job));
    match job.state {
        JobState::Queued => queued(job, facts),
        JobState::Submitting => Face::message(
            "Sending…",
            CardIcon::Send,
            Tone::Work,
            format!("Saved on this computer first. Now on its way to {gateway}."),
        ),
        JobState::Unconfirmed => {
            let sentence = job.message.as_ref().map_or_else(
                || format!("{gateway} did not answer. It may be making this clip."),
                |ending| ending.what_happened.clone(),
            );
            Face::message("Unconfirmed", CardIcon::Question, Tone::Ask, sentence)
                .charged(job.charge)
                .with("Check again", Action::CheckAgain(id))
                // Selecting opens the panel that shows the price and asks once more.
                .with("Submit again…", Action::Select(Some(id)))
                .with("Discard", Action::Discard(id))
        }
        JobState::Waiting | JobState::Generating => watched(job, facts),
        JobState::Downloading => downloading(job, facts),
        JobState::Ready if facts.is_file_missing => {
            let folder = job
                .clip
                .as_ref()
                .and_then(|clip| clip.path.parent().and_then(Path::file_name))
                .map_or_else(|| "the clip folder".to_owned(), |name| format!("“{}”", name.to_string_lossy()));
            Face::message("File missing", CardIcon::FileQuestion, Tone::Ask, format!("Last seen in {folder}."))
                .with("Download again", Action::DownloadAgain(id))
                .with("Remove", Action::RemoveCard(id))
        }
        JobState::Ready => {
            let body = match &job.poster {
                Poster::Impossible(reason) => {
                    Body::Message { sentence: format!("No picture: {reason}."), charged: String::new() }
                }
                Poster::None | Poster::Made { .. } => Body::Picture,
            };
            let (word, icon) = match gateway {
                GatewayId::Practice => ("Ready, practice", CardIcon::Clapper),
                GatewayId::Apiin | GatewayId::Aigateway => ("Ready", CardIcon::Check),
            };
            Face::new(word, icon, Tone::Neutral, body)
                .with("Open", Action::OpenClip(id))
                .with("Show in folder", Action::Reveal(id))
                .with("Use settings", Action::UseSettings(id))
                .with("Remove", Action::RemoveCard(id))
        }
        JobState::Failed | JobState::Rejected => refused(job),
        JobState::Cancelled => Face::message(
            "Cancelled",
            CardIcon::Ban,
            Tone::Neutral,
            job.message.as_ref().map_or_else(|| "Cancelled.".to_owned(), |ending| ending.what_happened.clone()),
        )
        .charged(job.charge)
        .with(again("Make again"), Action::Retry(id))
        .with("Remove", Action::RemoveCard(id)),
        JobState::NotWatched => Face::message(
            "Not watched",
            CardIcon::EyeOff,
            Tone::Ask,
            job.message.as_ref().map_or_else(
                || format!("Still being made and billed at {gateway}."),
                |ending| match ending.kind {
                    EndingKind::NotWatched => format!("Still being made and billed at {gateway}."),
                    _ => ending.what_happened.clone(),
                },
            ),
        )
        .with("Watch again", Action::WatchAgain(id))
        .with("Remove", Action::RemoveCard(id)),
        JobState::Gone => Face::message(
            "Deleted at gateway",
            CardIcon::Trash,
            Tone::Neutral,
            format!("{gateway} deleted it before it was downloaded."),
        )
        .charged(job.charge)
        .with(again("Make again"), Action::Retry(id))
        .with("Watch again", Action::WatchAgain(id))
        .with("Remove", Action::RemoveCard(id)),
        JobState::Removed => Face::message("Removed", CardIcon::Trash, Tone::Neutral, "Nothing was sent."),
        JobState::Discarded => {
            Face::message("Put aside", CardIcon::Question, Tone::Neutral, "Put aside unconfirmed.").charged(job.charge)
        }
    }
}

fn queued(job: &Job, facts: &CardFacts<'_>) -> Face {
    let id = job.id;
    let gateway = job.gateway;
    let held = |word: &str, sentence: String| Face::message(word, CardIcon::Pause, Tone::Ask, sentence);
    let face = match &facts.live.hold {
        Some(Hold::NoKey) => held("Held: no key", format!("{gateway} has no key on this computer."))
            .with("Add key", Action::OpenSettings(SettingsPage::Gateways)),
        Some(Hold::KeyRefused) => held("Held: key", format!("{gateway} refused the key. Nothing is sent."))
            .with("Change key", Action::OpenSettings(SettingsPage::Gateways))
            .with("Resume", Action::PauseQueue(false)),
        Some(Hold::NoCredits) => {
            held("Held: credits", format!("The {gateway} wallet is empty. Top up there, then press Resume."))
                .with("Resume", Action::PauseQueue(false))
        }
        Some(Hold::Offline { .. }) => {
            held("Held: offline", format!("{gateway} cannot be reached. It goes out when the network is back."))
        }
        Some(Hold::Paused) => held("Held: paused", "The queue is paused. Nothing is sent.".to_owned())
            .with("Resume", Action::PauseQueue(false)),
        Some(Hold::Storage) => held("Held: disk", "The library cannot be written, so nothing is sent.".to_owned()),
        None => match seconds_until(facts.live.throttled_until, facts.now) {
            Some(secs) => Face::message(
                format!("Waiting {secs} s"),
                CardIcon::Timer,
                Tone::Neutral,
                format!("Too many requests; {gateway} asked to wait."),
            ),
            None => {
                let word = facts.live.place.map_or_else(|| "Waiting".to_owned(), |place| format!("#{place} waiting"));
                let body =
                    Body::Number { number: job.estimate.amount.to_string(), remark: "nothing sent yet".to_owned() };
                Face::new(word, CardIcon::Clock, Tone::Neutral, body)
            }
        },
    };
    face.with("Remove", Action::Cancel(id)).with("Edit", Action::UseSettings(id))
}

fn watched(job: &Job, facts: &CardFacts<'_>) -> Face {
    let id = job.id;
    let gateway = job.gateway;
    if let Some(ending) = job.message.as_ref().filter(|ending| ending.kind == EndingKind::KeyRefused) {
        return Face::message("Key refused", CardIcon::Key, Tone::Ask, ending.what_happened.clone())
            .with("Open keys", Action::OpenSettings(SettingsPage::Gateways))
            .with("Stop watching", Action::StopWatching(id));
    }
    let since = job.accepted_at.or(job.sent_at).unwrap_or(job.created_at);
    let elapsed = facts.now.since(since);
    let is_generating = job.state == JobState::Generating;
    let typical = facts.history.typical(gateway, job.request.resolution(), job.request.duration());
    let expected = progress(elapsed, typical);
    let remark = if let Some(secs) = seconds_until(facts.live.throttled_until, facts.now) {
        format!("{gateway} asked to wait {secs} s")
    } else if facts.health.trouble.is_some() {
        match facts.health.last_answer {
            Some(at) => format!("still watching, last answer {}", words::ago(at, facts.now)),
            None => "still watching, no answer yet".to_owned(),
        }
    } else if is_generating {
        expected.remark
    } else {
        "accepted, in line".to_owned()
    };
    let (word, icon) = if is_generating {
        ("Rendering".to_owned(), CardIcon::Spark)
    } else {
        (format!("At {gateway}"), CardIcon::Cloud)
    };
    let face = Face::new(word, icon, Tone::Work, Body::Number { number: words::span(elapsed), remark });
    let face = if is_generating { face.bar(expected.fraction) } else { face };
    if gateway.can_cancel() {
        face.with("Cancel", Action::Cancel(id)).with("Stop watching", Action::StopWatching(id))
    } else {
        face.with("Stop watching", Action::StopWatching(id))
    }
}

fn downloading(job: &Job, facts: &CardFacts<'_>) -> Face {
    if let Some(ending) = &job.message {
        let icon = if ending.kind == EndingKind::Disk { CardIcon::Disk } else { CardIcon::Download };
        return Face::message("Download waits", icon, Tone::Ask, ending.what_happened.clone())
            .with("Change folder", Action::OpenSettings(SettingsPage::Clips))
            .with("Stop watching", Action::StopWatching(job.id));
    }
    let (number, fraction) = match facts.live.downloaded {
        Some((here, Some(total))) if total > 0 => {
            let percent = (here.min(total) * 100) / total;
            // The bar is full only when the file is whole and checked, which is the next state.
            #[expect(clippy::cast_precision_loss, reason = "a bar has some hundred pixels")]
            let fraction = (here as f32 / total as f32).min(0.99);
            (format!("{percent} %"), fraction)
        }
        Some((here, _)) => (words::size(here), 0.0),
        None => ("0 %".to_owned(), 0.0),
    };
    let body = Body::Number { number: number.clone(), remark: "made, on its way here".to_owned() };
    Face::new("Downloading", CardIcon::Download, Tone::Work, body).bar(fraction)
}

fn refused(job: &Job) -> Face {
    let id = job.id;
    let again = format!("Try again · {}", price_again(job));
    let Some(ending) = &job.message else {
        return Face::message("Failed", CardIcon::Cross, Tone::Fail, "PixVerse could not make this clip.")
            .charged(job.charge)
            .with(again, Action::Retry(id))
            .with("Remove", Action::RemoveCard(id));
    };
    let face =
        |word: &str, icon| Face::message(word, icon, Tone::Fail, ending.what_happened.clone()).charged(ending.charge);
    let keys = Action::OpenSettings(SettingsPage::Gateways);
    let edit = Action::UseSettings(id);
    match ending.kind {
        EndingKind::KeyRefused => {
            face("Key refused", CardIcon::Key).with("Open keys", keys).with(again, Action::Retry(id))
        }
        EndingKind::NoCredits => face("Wallet empty", CardIcon::Wallet)
            .with("Open wallet page", Action::OpenDashboard(job.gateway))
            .with(again, Action::Retry(id)),
        EndingKind::NotPermitted => {
            face("Not permitted", CardIcon::Key).with("Open keys", keys).with(again, Action::Retry(id))
        }
        EndingKind::UnknownModel => {
            face("Unknown model", CardIcon::Cross).with("Open settings", keys).with(again, Action::Retry(id))
        }
        EndingKind::BadRequest => face("Refused", CardIcon::Cross).with("Edit", edit).with(again, Action::Retry(id)),
        EndingKind::PictureRefused => face("Picture refused", CardIcon::Cross).with("Edit", edit),
        EndingKind::NotAllowed => face("Not allowed", CardIcon::Shield).with("Edit prompt", edit),
        _ => face("Failed", CardIcon::Cross).with(again, Action::Retry(id)).with("Edit", edit),
    }
    .with("Remove", Action::RemoveCard(id))
}

/// Whole seconds until a time that lies ahead, rounded up so that a countdown never shows 0 while it waits.
fn seconds_until(until: Option<UnixMillis>, now: UnixMillis) -> Option<u64> {
    let left = until?.since(now);
    (!left.is_zero()).then(|| left.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
