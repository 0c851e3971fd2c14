//! What the storyboard says: each shot's state and joint, the sums below them, and which shot is played.

use std::time::Duration;

use crate::app::state::AppState;
use crate::app::state::viewer::Viewer;
use crate::app::view::card::{Body, CardFacts, CardIcon, Tone, card_view};
use crate::app::view::{compare, cost, words};
use crate::domain::numbers;
use crate::domain::storyboard::cost::{Spent, ToCome, spent, to_come};
use crate::domain::storyboard::{
    BoardShot, Joint, PlannedShot, ShotId, ShotKey, Standing, Storyboard, joint, running_millis,
};
use crate::domain::{Estimate, Job, JobId, Parent};

/// A planned shot without a picture is drawn as wide as the form's ratio; this is the least and most width ÷ height.
const SHAPES: std::ops::RangeInclusive<f32> = 0.4..=2.4;

/// Everything that one shot of the board says.
#[derive(Clone, Debug, PartialEq)]
pub struct ShotView {
    /// Its place, from 1.
    pub number: usize,
    /// How far its clip is.
    pub standing: Standing,
    /// The word of its state: `Ready`, `Generating`, `Planned`.
    pub word: String,
    /// A number that goes with the word, such as `24 s`; may be empty.
    pub remark: String,
    /// The picture of the state; `None` for what is merely planned.
    pub icon: Option<CardIcon>,
    /// The color of the state.
    pub tone: Tone,
    /// What it shows, on one line; may be empty.
    pub prompt: String,
    /// `5 s · 720p`; empty for what is merely planned.
    pub settings: String,
    /// What it cost or will cost; empty where nobody knows.
    pub price: String,
    /// How it follows the shot before it.
    pub joint: Joint,
    /// Accessible name: number, state, prompt, joint.
    pub name: String,
}

/// The job that stands for a shot: its clip, or the newest order for a planned one.
pub fn job_of<'a>(state: &'a AppState, board: &Storyboard, shot: &BoardShot) -> Option<&'a Job> {
    match shot {
        BoardShot::Clip(job) => state.jobs.get(job),
        BoardShot::Planned(planned) => {
            board.orders_of(planned.id).rev().find_map(|job| state.jobs.get(&job).filter(|job| !job.is_hidden))
        }
    }
}

/// How far the clip of a shot is.
pub fn standing(state: &AppState, board: &Storyboard, shot: &BoardShot) -> Standing {
    let job = job_of(state, board, shot);
    match (shot, job) {
        (BoardShot::Planned(_), None) => Standing::Planned,
        (_, job) => Standing::of(job, job.is_some_and(|job| state.missing_files.contains(&job.id))),
    }
}

/// Whether a shot is a clip that can be played.
pub fn is_playable(state: &AppState, key: ShotKey) -> bool {
    let job = key.job().and_then(|job| state.jobs.get(&job));
    job.is_some_and(|job| state.is_clip(job) && !job.is_hidden && job.trashed_at.is_none())
}

/// What the shot at this place says. `None` beyond the end.
pub fn shot_view(state: &AppState, board: &Storyboard, place: usize) -> Option<ShotView> {
    let shot = board.shots().get(place)?;
    let before = place.checked_sub(1).and_then(|place| board.shots().get(place));
    let job = job_of(state, board, shot);
    let standing = standing(state, board, shot);
    let joint = joint_of(state, before, shot);
    let number = place + 1;
    let prompt = match (shot, job) {
        (BoardShot::Planned(planned), _) => words::one_line(&planned.prompt),
        (BoardShot::Clip(_), Some(job)) => words::one_line(job.request.prompt()),
        (BoardShot::Clip(_), None) => String::new(),
    };
    let (word, remark, icon, tone) = match (standing, job) {
        (Standing::Planned, _) => ("Planned".to_owned(), String::new(), None, Tone::Neutral),
        (Standing::Removed, job) => {
            let word = if job.is_some() { "Removed" } else { "Deleted" };
            (word.to_owned(), String::new(), Some(CardIcon::EyeOff), Tone::Neutral)
        }
        (_, Some(job)) => {
            let said = card_view(job, &CardFacts::of(state, job));
            let remark = match said.body {
                Body::Number { number, .. } => number,
                _ => String::new(),
            };
            (said.word, remark, Some(said.icon), said.tone)
        }
        (_, None) => ("Deleted".to_owned(), String::new(), Some(CardIcon::EyeOff), Tone::Neutral),
    };
    let job_here = job.filter(|_| standing != Standing::Removed);
    let settings = job_here.map_or_else(String::new, Job::delivered_line);
    let price = job_here.map_or_else(String::new, cost::brief);
    let mut name = format!("Shot {number}, {word}");
    for part in [&remark, &prompt] {
        if !part.is_empty() {
            name = format!("{name}, {part}");
        }
    }
    if place > 0 {
        name = format!("{name}, {}", joint_words(joint));
    }
    Some(ShotView { number, standing, word, remark, icon, tone, prompt, settings, price, joint, name })
}

/// How a joint is told.
pub fn joint_words(joint: Joint) -> String {
    match joint {
        Joint::Continues { frame } => format!("continues from frame {frame} of the shot before"),
        Joint::Cut => "cut".to_owned(),
    }
}

fn joint_of(state: &AppState, before: Option<&BoardShot>, shot: &BoardShot) -> Joint {
    let parent: Option<Parent> = match shot {
        BoardShot::Clip(job) => state.jobs.get(job).and_then(|job| job.parent),
        BoardShot::Planned(planned) => planned.parent,
    };
    let before = before.and_then(|shot| shot.key().job());
    let film = before.and_then(|job| state.films.get(&job)).and_then(|film| film.as_ref().ok());
    joint(before, parent, film.map(|film| film.last_frame()))
}

/// Width ÷ height of a shot's picture.
pub fn shape(state: &AppState, board: &Storyboard, shot: &BoardShot) -> f32 {
    let shape = match (shot, job_of(state, board, shot)) {
        (_, Some(job)) => compare::shape(state, job),
        (BoardShot::Planned(PlannedShot { picture: Some(picture), .. }), None) => {
            #[expect(clippy::cast_precision_loss, reason = "sides of pictures")]
            let shape = picture.width as f32 / picture.height.max(1) as f32;
            shape
        }
        (_, None) => {
            let (width, height) = state.draft.aspect_ratio.parts();
            #[expect(clippy::cast_precision_loss, reason = "numbers up to 21")]
            let shape = width as f32 / height as f32;
            shape
        }
    };
    shape.clamp(*SHAPES.start(), *SHAPES.end())
}

/// The sums of a board.
#[derive(Clone, Debug, PartialEq)]
pub struct Totals {
    /// Number of shots.
    pub shots: usize,
    /// How long the clips run that can be played, in milliseconds.
    pub ready_millis: u64,
    /// How long the whole film runs when all gaps are filled with the form as it stands, in milliseconds.
    pub whole_millis: u64,
    /// Shots without a clip that can be played.
    pub gaps: usize,
    /// Shots that do not continue the one before them.
    pub cuts: usize,
    /// What was spent.
    pub spent: Spent,
    /// What is to come.
    pub to_come: ToCome,
}

/// The price of one planned shot with the form as it stands; `None` where the chosen gateway does not offer it.
pub fn price_of_planned(state: &AppState) -> Option<Estimate> {
    state.settings.prices.estimate(&state.draft, state.draft.gateway)
}

/// What *Make this shot* will cost with the form as it stands: `180 cr`, `not offered`.
pub fn price_to_make(state: &AppState) -> String {
    let takes = u32::from(state.draft.takes);
    price_of_planned(state).map_or_else(|| "not offered".to_owned(), |price| price.amount.times(takes).to_string())
}

/// Sums up a board. One walk over its shots.
pub fn totals(state: &AppState, board: &Storyboard) -> Totals {
    let find = |job: JobId| state.jobs.get(&job);
    let (mut ready_millis, mut whole_millis, mut gaps, mut cuts) = (0_u64, 0_u64, 0, 0);
    let mut before = None;
    let planned_millis = u64::from(state.draft.duration.secs()) * 1000;
    for shot in board.shots() {
        let standing = standing(state, board, shot);
        let millis = match (standing, job_of(state, board, shot)) {
            (Standing::Removed, _) => 0,
            (_, Some(job)) => running_millis(job),
            (_, None) => planned_millis,
        };
        whole_millis = whole_millis.saturating_add(millis);
        if standing.is_gap() {
            gaps += 1;
        } else {
            ready_millis = ready_millis.saturating_add(millis);
        }
        if before.is_some() && joint_of(state, before, shot) == Joint::Cut {
            cuts += 1;
        }
        before = Some(shot);
    }
    Totals {
        shots: board.shots().len(),
        ready_millis,
        whole_millis,
        gaps,
        cuts,
        spent: spent(board, find),
        to_come: to_come(board, find, price_of_planned(state).as_ref(), state.draft.takes),
    }
}

impl Totals {
    /// `12 shots · 1 min 36 s of about 1 min 51 s · 3 gaps · 2 cuts`.
    pub fn line(&self) -> String {
        let time = |millis: u64| words::span(Duration::from_millis(millis.saturating_add(500)));
        let mut parts = vec![numbers::counted(self.shots, "shot", "shots")];
        if self.whole_millis == self.ready_millis {
            parts.push(time(self.ready_millis));
        } else {
            parts.push(format!("{} of about {}", time(self.ready_millis), time(self.whole_millis)));
        }
        if self.gaps > 0 {
            parts.push(numbers::counted(self.gaps, "gap", "gaps"));
        }
        if self.cuts > 0 {
            parts.push(numbers::counted(self.cuts, "cut", "cuts"));
        }
        parts.join(" · ")
    }

    /// What was spent: `720 cr + $1.20`, and every doubt in it: `1 assumed as shown · 1 not known, up to 90 cr`.
    pub fn spent_words(&self) -> (String, String) {
        let Spent { charged, assumed, not_known, at_most } = &self.spent;
        let mut doubts = Vec::new();
        if *assumed > 0 {
            doubts.push(format!("{assumed} assumed as shown"));
        }
        if *not_known > 0 {
            doubts.push(format!("{not_known} not known, up to {at_most}"));
        }
        (charged.to_string(), doubts.join(" · "))
    }

    /// What is to come: `≈ 270 cr`, and what is in it: `2 planned with the form as it stands · 1 ordered`. `None` when
    /// nothing is.
    pub fn to_come_words(&self) -> Option<(String, String)> {
        let ToCome { sum, planned, ordered, unpriced, is_doubted } = &self.to_come;
        if *planned == 0 && *ordered == 0 {
            return None;
        }
        let mut parts = Vec::new();
        if *ordered > 0 {
            parts.push(format!("{ordered} ordered"));
        }
        if *planned > *unpriced {
            parts.push(format!("{} planned with the form as it stands", planned - unpriced));
        }
        if *unpriced > 0 {
            parts.push(format!("{unpriced} planned: not known, the gateway does not offer these settings"));
        }
        if *is_doubted {
            parts.push("prices rest on what is not documented".to_owned());
        }
        let amount = match (sum.is_zero(), *unpriced > 0) {
            (true, true) => "not known".to_owned(),
            (true, false) => "free".to_owned(),
            (false, _) if *is_doubted || *planned > 0 => format!("≈ {sum}"),
            (false, _) => sum.to_string(),
        };
        Some((amount, parts.join(" · ")))
    }
}

/// The shot that playing begins with: the one that keys are about, else the first.
pub fn first_to_play(board: &Storyboard, focus: Option<ShotKey>) -> Option<ShotKey> {
    focus.filter(|key| board.position(*key).is_some()).or_else(|| board.shots().first().map(BoardShot::key))
}

/// The clip that shortcuts are about while the storyboard is shown.
pub fn focused_clip(state: &AppState) -> Option<JobId> {
    match &state.viewer {
        Some(Viewer::Storyboard(view)) => view.run.map_or(view.focus, |run| Some(run.at)).and_then(ShotKey::job),
        _ => None,
    }
}

/// The planned shot that the form makes, as its note says it: `Makes shot 3 of the storyboard.`
pub fn making_note(state: &AppState) -> Option<String> {
    let (key, shot) = state.storyboards.making.as_ref()?;
    let place = state.storyboards.board(key).position(ShotKey::Planned(*shot))?;
    let of =
        key.as_ref().map_or_else(|| "the storyboard".to_owned(), |project| format!("the storyboard of “{project}”"));
    Some(format!("Makes shot {} of {of}; the clip takes its place there.", place + 1))
}

/// Whether the form makes this planned shot at the moment.
pub fn is_in_form(state: &AppState, shot: ShotId) -> bool {
    state.storyboards.making.as_ref().is_some_and(|(_, making)| *making == shot)
}

#[cfg(test)]
mod tests;
