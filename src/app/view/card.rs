//! What a card says: word, icon and tone of its state, one sentence or one number, what can be done, and its footer.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::domain::ending::{Ending, EndingKind};
use crate::domain::expiry::{Expiry, Retention, deleted_at};
use crate::domain::job::Poster;
use crate::domain::numbers;
use crate::domain::progress::{History, progress};
use crate::domain::{Charge, GatewayId, Job, JobState, PriceBook, Rating, UnixMillis};
use crate::engine::event::{GatewayHealth, LiveJob};

use crate::app::action::Action;
use crate::app::action::curate::Curate;
use crate::app::state::{AppState, SettingsPage, is_clip};
use crate::app::view::cost::{brief, difference, price_again};
use crate::app::view::{file, words};

mod waiting;

/// A held download whose link or file has less time than this left is shown by that time.
const SOON: Duration = Duration::from_secs(6 * 60 * 60);

/// Color of a state: told beside its word and icon, never alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to be done.
    Neutral,
    /// The job goes on by itself.
    Work,
    /// The job waits for the user.
    Ask,
    /// The job failed or was refused.
    Fail,
}

/// Pictures of states; the window maps them to its drawings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumIter)]
pub enum CardIcon {
    /// Waiting in our queue.
    Clock,
    /// Held in the queue.
    Pause,
    /// The order is being sent.
    Send,
    /// Whether the order arrived is not known.
    Question,
    /// The job stands in line at the gateway.
    Cloud,
    /// The gateway is making the clip.
    Spark,
    /// The gateway asked to wait.
    Timer,
    /// The clip is being downloaded.
    Download,
    /// The clip is ready.
    Check,
    /// A clip of the practice gateway.
    Clapper,
    /// The gateway could not make the clip.
    Cross,
    /// The gateway does not allow the prompt or the picture.
    Shield,
    /// The gateway cancelled the job.
    Ban,
    /// Nobody polls the job any more.
    EyeOff,
    /// The clip was deleted at the gateway.
    Trash,
    /// The file of the clip is not where it should be.
    FileQuestion,
    /// A key is missing or refused.
    Key,
    /// The wallet is empty.
    Wallet,
    /// The disk refuses or is full.
    Disk,
    /// The clip is kept at the gateway for a short time only.
    Hourglass,
}

/// What stands in the place of the picture.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// The poster of the clip.
    Picture,
    /// A number and a remark below it.
    Number {
        /// The number, such as `24 s`.
        number: String,
        /// The remark, such as `about 20 s left`.
        remark: String,
    },
    /// A sentence, and what it has to do with money.
    Message {
        /// What happened, in one sentence.
        sentence: String,
        /// `Charged: not known`; empty where it does not matter.
        charged: String,
    },
}

/// A button on a card. The first one is what Enter does.
#[derive(Clone, Debug)]
pub struct CardAction {
    /// The words on the button.
    pub label: String,
    /// What a click asks for.
    pub action: Action,
}

/// How many of a card's first actions are buttons on it. All are in its menu.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Buttons {
    /// How many buttons are always shown.
    pub at_rest: usize,
    /// How many are shown under the pointer.
    pub on_hover: usize,
}

impl Buttons {
    const fn always(count: usize) -> Self {
        Self { at_rest: count, on_hover: count }
    }

    const fn under_pointer(count: usize) -> Self {
        Self { at_rest: 0, on_hover: count }
    }
}

/// Everything that a card says and offers.
#[derive(Clone, Debug)]
pub struct CardView {
    /// Word of the state, as on the screen.
    pub word: String,
    /// The icon of the job's state.
    pub icon: CardIcon,
    /// The color of the job's state.
    pub tone: Tone,
    /// What fills the place of the picture.
    pub body: Body,
    /// What stands on its picture, beside the icon; `None` for a clip that is simply ready.
    pub chip: Option<String>,
    /// Filled part of the bar at its lower edge, 0 to 1.
    pub bar: Option<f32>,
    /// What can be done, most useful first.
    pub actions: Vec<CardAction>,
    /// Which of them are buttons.
    pub buttons: Buttons,
    /// `8 s · 720p`: what came, where it is another than was ordered.
    pub footer_left: String,
    /// Price, charge, size, or how long the file is kept.
    pub footer_right: String,
    /// The stars that the footer shows in place of [`Self::footer_right`], for clips that can be rated and are not rejected.
    pub rating: Option<Rating>,
    /// Whether the user put it aside.
    pub is_rejected: bool,
    /// Whether it is the best of its takes.
    pub is_best: bool,
    /// Accessible name: prompt, take, state.
    pub name: String,
}

/// Everything a card is made of besides its job.
#[derive(Clone, Debug)]
pub struct CardFacts<'a> {
    /// The latest numbers of the running job.
    pub live: LiveJob,
    /// How the gateway answers at the moment.
    pub health: &'a GatewayHealth,
    /// How long earlier clips took.
    pub history: &'a History,
    /// The time of this frame.
    pub now: UnixMillis,
    /// The time zone in which times are written.
    pub time_zone: &'a TimeZone,
    /// Place among the takes, from 1, and their number.
    pub take: (usize, usize),
    /// Whether it is the best of its takes.
    pub is_best: bool,
    /// Whether the clip's file is not there.
    pub is_file_missing: bool,
    /// What clips cost.
    pub prices: &'a PriceBook,
}

impl<'a> CardFacts<'a> {
    /// What `state` knows of `job`.
    pub fn of(state: &'a AppState, job: &Job) -> Self {
        Self {
            live: state.live_of(job.id),
            health: &state.gateway(job.gateway).health,
            history: &state.history,
            now: state.now,
            time_zone: &state.time_zone,
            take: state.gallery.take_of(job.id),
            is_best: state.gallery.is_best(job.id),
            is_file_missing: state.missing_files.contains(&job.id),
            prices: &state.settings.prices,
        }
    }
}

/// Says what the card of `job` shows.
pub fn card_view(job: &Job, facts: &CardFacts<'_>) -> CardView {
    let Face { word, icon, tone, body, chip, bar, actions, buttons, footer } = face(job, facts);
    let is_clip = is_clip(job, facts.is_file_missing);
    let is_rejected = is_clip && job.verdict.is_rejected;
    let is_best = is_clip && facts.is_best;
    let rating = (is_clip && !is_rejected).then_some(job.verdict.rating);
    let said = match &body {
        Body::Picture => word.clone(),
        Body::Number { number, remark } => format!("{word}, {number}, {remark}"),
        Body::Message { sentence, charged } if charged.is_empty() => format!("{word}. {sentence}"),
        Body::Message { sentence, charged } => format!("{word}. {sentence} {charged}"),
    };
    let judged = match rating {
        _ if is_rejected => ", rejected".to_owned(),
        Some(rating) if rating > Rating::default() => {
            let stars = numbers::counted(rating.stars().into(), "star", "stars");
            format!(", {stars}{}", if is_best { ", best take" } else { "" })
        }
        _ => String::new(),
    };
    let differs: String = job.differences().iter().map(|difference| format!(", {difference}")).collect();
    let (take, _) = facts.take;
    CardView {
        name: format!("{}, take {take}, {said}{differs}{judged}", job.request.prompt()),
        word,
        icon,
        tone,
        body,
        chip,
        bar,
        actions,
        buttons,
        footer_left: job.delivered_line(),
        footer_right: footer.unwrap_or_else(|| brief(job)),
        rating,
        is_rejected,
        is_best,
    }
}

struct Face {
    word: String,
    icon: CardIcon,
    tone: Tone,
    body: Body,
    chip: Option<String>,
    bar: Option<f32>,
    actions: Vec<CardAction>,
    buttons: Buttons,
    footer: Option<String>,
}

impl Face {
    fn new(word: impl Into<String>, icon: CardIcon, tone: Tone, body: Body) -> Self {
        Self {
            word: word.into(),
            icon,
            tone,
            body,
            chip: None,
            bar: None,
            actions: Vec::new(),
            buttons: Buttons::default(),
            footer: None,
        }
    }

    fn message(word: impl Into<String>, icon: CardIcon, tone: Tone, sentence: impl Into<String>) -> Self {
        let body = Body::Message { sentence: sentence.into(), charged: String::new() };
        Self { buttons: Buttons::always(2), ..Self::new(word, icon, tone, body) }
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

    /// A second sentence, for messages that have nothing to do with money.
    fn second(mut self, sentence: String) -> Self {
        if let Body::Message { charged, .. } = &mut self.body {
            *charged = sentence;
        }
        self
    }

    fn chip(mut self, words: impl Into<String>) -> Self {
        self.chip = Some(words.into());
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

    fn buttons(mut self, buttons: Buttons) -> Self {
        self.buttons = buttons;
        self
    }

    fn footer(mut self, words: Option<String>) -> Self {
        self.footer = words;
        self
    }
}

/// From this time on, an order without an answer says how long it is on its way: some gateways make the clip first.
const LONG_ANSWER: Duration = Duration::from_secs(10);

fn face(job: &Job, facts: &CardFacts<'_>) -> Face {
    let id = job.id;
    let gateway = job.gateway;
    let again = |verb: &str| format!("{verb} · {}", price_again(job, facts.prices));
    match job.state {
        JobState::Queued => waiting::queued(job, facts),
        JobState::Submitting => {
            let on_its_way = facts.now.since(job.sent_at.unwrap_or(job.created_at));
            let sentence = if job.sent_at.is_some() && on_its_way >= LONG_ANSWER {
                let span = words::span(on_its_way);
                format!("{gateway} has had it for {span} without an answer. It may make the clip before it answers.")
            } else {
                format!("Saved on this computer first. Now on its way to {gateway}.")
            };
            Face::message("Sending…", CardIcon::Send, Tone::Work, sentence)
        }
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
            let sentence = format!("Not there any more. Last seen in {}.", file::last_folder(job));
            Face::message("File missing", CardIcon::FileQuestion, Tone::Ask, sentence)
                .charged(job.charge)
                .with("Find…", Action::Curate(Curate::FindFile(id)))
                .with("Download again", Action::DownloadAgain(id))
                .with("Remove", Action::RemoveCard(id))
        }
        JobState::Ready => ready(job),
        JobState::Failed | JobState::Rejected => refused(job, facts),
        JobState::Cancelled => {
            let sentence = match &job.message {
                Some(ending) if ending.kind != EndingKind::Cancelled => ending.what_happened.clone(),
                _ => format!("Confirmed by {gateway}."),
            };
            Face::message("Cancelled", CardIcon::Ban, Tone::Neutral, sentence)
                .charged(job.charge)
                .with(again("Make again"), Action::Retry(id))
                .with("Remove", Action::RemoveCard(id))
                .buttons(Buttons::always(1))
        }
        JobState::NotWatched => not_watched(job, facts),
        JobState::Gone => {
            let day =
                deleted_at(job).map(|at| words::day(at, facts.now, facts.time_zone)).filter(|day| !day.is_empty());
            let on = day.map(|day| format!(" on {day}")).unwrap_or_default();
            // Where no end is documented, nobody said that it was deleted; it was looked for in vain for weeks.
            let (word, sentence) = match Retention::of(gateway).file {
                Some(_) => ("Deleted at gateway", format!("{gateway} deleted it{on}. It was never downloaded.")),
                None => ("Not to be had", format!("{gateway} had no file of it for weeks. It was never downloaded.")),
            };
            let face = Face::message(word, CardIcon::Trash, Tone::Neutral, sentence);
            let face = face.with(again("Make again"), Action::Retry(id)).with("Watch again", Action::WatchAgain(id));
            let find = Action::Curate(Curate::FindFile(id));
            let face = if job.old_clip.is_some() { face.with("Find…", find) } else { face };
            face.with("Remove", Action::RemoveCard(id)).buttons(Buttons::always(1)).footer(Some(match job.charge {
                Charge::Yes(_) => format!("charged {}", brief(job)),
                _ => brief(job),
            }))
        }
        JobState::Removed => Face::message("Removed", CardIcon::Trash, Tone::Neutral, "Nothing was sent."),
        JobState::Discarded => {
            Face::message("Put aside", CardIcon::Question, Tone::Neutral, "Put aside unconfirmed.").charged(job.charge)
        }
    }
}

fn ready(job: &Job) -> Face {
    let id = job.id;
    let body = match &job.poster {
        Poster::Impossible(reason) => Body::Message {
            sentence: format!("No picture: {reason}."),
            charged: "The clip is here; Open plays it.".to_owned(),
        },
        Poster::None | Poster::Made { .. } => Body::Picture,
    };
    let face = match job.gateway {
        GatewayId::Practice => Face::new("Ready, practice", CardIcon::Clapper, Tone::Neutral, body).chip("Practice"),
        GatewayId::Apiin | GatewayId::Aigateway | GatewayId::Pixverse => {
            Face::new("Ready", CardIcon::Check, Tone::Neutral, body)
        }
    };
    let face = match difference(job) {
        Some((charged, shown)) => face.chip(format!("Charged {charged}, shown {shown}")),
        None => face,
    };
    // A clip is opened by a double click or Enter and needs no buttons.
    face.with("Open", Action::OpenClip(id))
        .with("Show in folder", Action::Reveal(id))
        .with("Use settings", Action::UseSettings(id))
        .with("Remove", Action::RemoveCard(id))
}

fn watched(job: &Job, facts: &CardFacts<'_>) -> Face {
    let id = job.id;
    let gateway = job.gateway;
    if let Some(ending) = job.message.as_ref().filter(|ending| ending.kind == EndingKind::KeyRefused) {
        return Face::message("Key refused", CardIcon::Key, Tone::Ask, ending.what_happened.clone())
            .with("Open keys", Action::OpenSettings(SettingsPage::Gateways))
            .with("Stop watching", Action::StopWatching(id));
    }
    if let Some(ending) = &job.message {
        return doubted(job, ending, facts).with("Stop watching", Action::StopWatching(id));
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
        format!("accepted, in line at {gateway}")
    };
    let (word, icon) = if is_generating {
        ("Rendering".to_owned(), CardIcon::Spark)
    } else {
        (format!("At {gateway}"), CardIcon::Cloud)
    };
    let face = Face::new(word, icon, Tone::Work, Body::Number { number: words::span(elapsed), remark })
        .buttons(Buttons::under_pointer(1));
    let face = if is_generating { face.bar(expected.fraction) } else { face };
    if gateway.can_cancel() {
        face.with("Cancel", Action::Cancel(id)).with("Stop watching", Action::StopWatching(id))
    } else {
        face.with("Stop watching", Action::StopWatching(id))
    }
}

/// A job of which the gateway says nothing useful for a while: it is looked at ever more rarely, and the user can do so
/// at once.
fn doubted(job: &Job, ending: &Ending, facts: &CardFacts<'_>) -> Face {
    let next = facts.live.next_look.map(|at| format!("Next look {}.", words::moment(at, facts.now, facts.time_zone)));
    Face::message("No word yet", CardIcon::Timer, Tone::Ask, ending.what_happened.clone())
        .second(next.unwrap_or_else(|| "Still watching.".to_owned()))
        .with("Look now", Action::WatchAgain(job.id))
}

fn downloading(job: &Job, facts: &CardFacts<'_>) -> Face {
    let id = job.id;
    let stop = Action::StopWatching(id);
    let expiry = Expiry::of(job);
    if let Some(ending) =
        job.message.as_ref().filter(|ending| ending.kind != EndingKind::Disk && ending.kind != EndingKind::BadFile)
    {
        return doubted(job, ending, facts).with("Stop watching", stop);
    }
    if let Some(ending) = &job.message {
        let icon = if ending.kind == EndingKind::Disk { CardIcon::Disk } else { CardIcon::Download };
        let left = expiry.and_then(|expiry| expiry.sentence(facts.now)).unwrap_or_default();
        return Face::message("Download waits", icon, Tone::Ask, ending.what_happened.clone())
            .second(left)
            .with("Change folder", Action::OpenSettings(SettingsPage::Clips))
            .with("Stop watching", stop);
    }
    let here = facts.live.downloaded.or_else(|| {
        let part = job.part.as_ref()?;
        Some((part.verified_bytes, part.total_bytes))
    });
    let (number, fraction) = match here {
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
    let bytes = here.map(|here| match here {
        (here, Some(total)) => format!("{} of {}", words::size(here).trim_end_matches(" MB"), words::size(total)),
        (here, None) => words::size(here),
    });
    let number_of = |remark: &str| Body::Number { number: number.clone(), remark: remark.to_owned() };
    if !job.is_download_paused {
        let face = Face::new("Downloading", CardIcon::Download, Tone::Work, number_of("made, on its way here"));
        return face
            .chip(number)
            .bar(fraction)
            .footer(bytes)
            .with("Pause", Action::Curate(Curate::PauseDownload(id, true)))
            .with("Stop watching", stop)
            .buttons(Buttons::under_pointer(1));
    }
    let go_on = Action::Curate(Curate::PauseDownload(id, false));
    let ends_soon = expiry.filter(|expiry| {
        let is_soon = |left: Option<Duration>| left.is_some_and(|left| left <= SOON);
        is_soon(expiry.link_left(facts.now)) || is_soon(expiry.file_left(facts.now))
    });
    if let Some((expiry, badge)) = ends_soon.and_then(|expiry| Some((expiry, expiry.badge(facts.now)?))) {
        return Face::new(badge.clone(), CardIcon::Hourglass, Tone::Ask, number_of("made, not here yet"))
            .chip(badge)
            .bar(fraction)
            .footer(expiry.footer(facts.now).or(bytes))
            .with("Download now", go_on)
            .with("Stop watching", stop)
            .buttons(Buttons::always(1));
    }
    let word = format!("Paused, {number}");
    Face::new(word.clone(), CardIcon::Pause, Tone::Neutral, number_of("made, download paused"))
        .chip(word)
        .bar(fraction)
        .footer(bytes)
        .with("Resume", go_on)
        .with("Stop watching", stop)
        .buttons(Buttons::under_pointer(1))
}

fn not_watched(job: &Job, facts: &CardFacts<'_>) -> Face {
    let (id, gateway) = (job.id, job.gateway);
    let remove = Action::RemoveCard(id);
    if let Some((expiry, badge)) = Expiry::of(job).and_then(|expiry| Some((expiry, expiry.badge(facts.now)?))) {
        return Face::message(
            badge.clone(),
            CardIcon::Hourglass,
            Tone::Ask,
            format!("Made at {gateway}, not downloaded yet."),
        )
        .chip(badge)
        .with("Download now", Action::WatchAgain(id))
        .with("Remove", remove)
        .buttons(Buttons::always(1))
        .footer(expiry.footer(facts.now));
    }
    let sentence = match &job.message {
        Some(ending) if ending.kind != EndingKind::NotWatched => ending.what_happened.clone(),
        _ => format!("Still being made and billed at {gateway}."),
    };
    Face::message("Not watched", CardIcon::EyeOff, Tone::Ask, sentence)
        .with("Watch again", Action::WatchAgain(id))
        .with("Remove", remove)
        .buttons(Buttons::always(1))
}

fn refused(job: &Job, facts: &CardFacts<'_>) -> Face {
    let id = job.id;
    let again = format!("Try again · {}", price_again(job, facts.prices));
    let Some(ending) = &job.message else {
        return Face::message("Failed", CardIcon::Cross, Tone::Fail, "PixVerse could not make this clip.")
            .charged(job.charge)
            .with(again, Action::Retry(id))
            .with("Edit", Action::UseSettings(id))
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
        EndingKind::NotAllowed => {
            face("Not allowed", CardIcon::Shield).with("Edit prompt", edit).with("Copy", Action::CopyPrompt(id))
        }
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
