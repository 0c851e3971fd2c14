//! Looking at clips: quick look, compare, and the playhead that both share with the details.

use crate::domain::{Charge, Job, JobId};

use super::picks::is_clip;
use super::playback::{FilmFacts, Speed, longest};
use super::state::AppState;
use super::{browse, compare, words};

/// What the user did while looking at clips.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewing {
    /// Wants to see a clip large.
    QuickLook(JobId),
    /// Wants to see two to four clips beside each other.
    Compare(Vec<JobId>),
    /// Back to the gallery.
    Close,
    /// The next ready clip in the gallery's order (`true`), or the one before.
    Turn(bool),
    /// Starts or halts.
    Play(bool),
    /// So many frames on, or back when negative; halts.
    Step(i32),
    /// To this frame; halts.
    Seek(u32),
    /// Chose a speed.
    SetSpeed(Speed),
    /// Whether it begins again at the end.
    SetLooping(bool),
    /// Chose how clips are compared.
    SetMode(CompareMode),
    /// Chose the clip of a comparison that keys are about.
    Focus(JobId),
    /// Swap mode: shows the next clip in place of the present one.
    Swap,
    /// Slider mode: where the two pictures meet, in thousandths of the width.
    Divide(u16),
}

/// How clips are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, strum::EnumIter)]
pub enum CompareMode {
    /// All of them.
    #[default]
    SideBySide,
    /// One in the place of the other.
    Swap,
    /// Two of one shape, divided by a line.
    Slider,
}

/// What lies over the gallery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// One clip, large: [`super::AppState::selected`].
    QuickLook,
    /// Clips beside each other.
    Compare(Comparison),
}

/// Two to four clips under one playhead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The clips, in the gallery's order.
    pub jobs: Vec<JobId>,
    /// The one that keys are about; one of `jobs`.
    pub focus: JobId,
    /// How.
    pub mode: CompareMode,
    /// Where the pictures meet in slider mode, in thousandths of the width.
    pub divide: u16,
}

/// Most clips of a comparison.
pub const MAX_COMPARED: usize = 4;

impl CompareMode {
    /// Its name.
    pub fn text(self) -> &'static str {
        match self {
            Self::SideBySide => "Side by side",
            Self::Swap => "Swap",
            Self::Slider => "Slider",
        }
    }
}

impl Comparison {
    /// The clip that takes the place of the present one when clips are swapped, and lies right of the line in slider mode:
    /// the one after [`Self::focus`].
    pub fn partner(&self) -> JobId {
        let at = self.jobs.iter().position(|job| *job == self.focus).unwrap_or(0);
        self.jobs.get((at + 1) % self.jobs.len().max(1)).copied().unwrap_or(self.focus)
    }
}

/// Whether a clip can be looked at: it is here and shown.
pub fn is_viewable(state: &AppState, job: JobId) -> bool {
    state.jobs.get(&job).is_some_and(|job| is_clip(state, job) && job.clip.is_some() && !job.is_hidden)
}

/// The clips under the playhead. None while the playhead was not touched: then posters are shown, and no film is opened.
pub fn looked_at(state: &AppState) -> Vec<JobId> {
    match &state.viewer {
        Some(Viewer::Compare(comparison)) => comparison.jobs.clone(),
        Some(Viewer::QuickLook) => state.selected.into_iter().collect(),
        None => state.selected.filter(|_| state.playback.is_touched).into_iter().collect(),
    }
}

/// The film that the playhead runs along: the longest of those looked at. `None` until each of them was opened or turned
/// out to be impossible, because no clip of a comparison may run ahead of another.
pub fn film(state: &AppState) -> Option<FilmFacts> {
    let films: Vec<_> = looked_at(state).iter().map(|job| state.films.get(job)).collect::<Option<_>>()?;
    longest(films.into_iter().filter_map(|film| film.as_ref().ok().copied()))
}

/// The next ready clip in the gallery's order, or the one before.
pub fn neighbor(state: &AppState, job: JobId, forward: bool) -> Option<JobId> {
    let mut others = std::iter::successors(state.gallery.beside(job, forward), |at| state.gallery.beside(*at, forward));
    others.find(|id| is_viewable(state, *id))
}

/// The cards that keys are about while `card` has the keyboard: all chosen ones if it is among them, else itself alone.
pub fn chosen(state: &AppState, card: JobId) -> Vec<JobId> {
    if browse::is_chosen(state, card) { browse::chosen(state) } else { vec![card] }
}

/// What *Compare* compares while `card` has the keyboard: the chosen cards, or else the ready takes of its group. Of more
/// than four takes those that were not rejected, and of these four neighbors, `card` among them.
pub fn to_compare(state: &AppState, card: JobId) -> Vec<JobId> {
    let chosen = chosen(state, card);
    if chosen.len() > 1 {
        return chosen;
    }
    let group = state.gallery.place_in_groups(card).and_then(|(group, _)| state.gallery.groups.get(group));
    let mut takes: Vec<JobId> =
        group.into_iter().flat_map(|group| &group.takes).copied().filter(|job| is_viewable(state, *job)).collect();
    if takes.len() > MAX_COMPARED {
        takes.retain(|id| *id == card || state.jobs.get(id).is_some_and(|job| !job.verdict.is_rejected));
    }
    let at = takes.iter().position(|take| *take == card).unwrap_or(0);
    let first = at.min(takes.len().saturating_sub(MAX_COMPARED));
    takes.into_iter().skip(first).take(MAX_COMPARED).collect()
}

/// The frame from which *Continue* goes on, as far as it is known: the one under the playhead once that was touched, else
/// the last.
pub fn continue_frame(state: &AppState, job: JobId) -> Option<u32> {
    if state.playback.is_touched && looked_at(state).contains(&job) {
        return Some(state.playback.frame);
    }
    state.films.get(&job)?.as_ref().ok().map(|film| film.last_frame())
}

/// A clip's settings in one line: `720p · 8 s · 16:9 · silent · thinking auto · seed 81 · apiin · charged 180 cr`.
pub fn facts_line(job: &Job) -> String {
    let request = &job.request;
    let seed = request.seed().map_or_else(String::new, |seed| format!(" · seed {}", words::seed(seed.get())));
    let charged = match job.charge {
        _ if !job.gateway.is_paid() => "free".to_owned(),
        Charge::Nothing | Charge::No => "not charged".to_owned(),
        Charge::Yes(Some(amount)) => format!("charged {amount}"),
        Charge::Yes(None) => format!("charged {}, assumed as shown", job.estimate.amount),
        Charge::NotKnown => "charged: not known".to_owned(),
    };
    let thinking = compare::thinking(request.thinking());
    format!("{} · thinking {thinking}{seed} · {} · {charged}", request.settings_line(), job.gateway)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::price::estimate;
    use crate::domain::{Amount, Credits, Draft, GatewayId, Seed, UnixMillis};

    #[test]
    fn the_line_of_a_clip_ends_with_what_it_cost() {
        let request = Draft { prompt: "a boat".to_owned(), ..Draft::default() }.to_request().expect("valid");
        let request = request.with_seed(Seed::from_random(1_804), true);
        for (gateway, charge, end) in [
            (GatewayId::Apiin, Charge::Yes(Some(Amount::Credits(Credits(90)))), "apiin · charged 90 cr"),
            (GatewayId::Apiin, Charge::Yes(None), "apiin · charged 90 cr, assumed as shown"),
            (GatewayId::Apiin, Charge::NotKnown, "apiin · charged: not known"),
            (GatewayId::Aigateway, Charge::No, "aigateway · not charged"),
            (GatewayId::Practice, Charge::Yes(None), "practice · free"),
            (GatewayId::Practice, Charge::Yes(Some(Amount::Free)), "practice · free"),
            (GatewayId::Practice, Charge::No, "practice · free"),
        ] {
            let price = estimate(&request, gateway).expect("offered");
            let job = Job::new(JobId(Uuid::nil()), gateway, request.clone(), price, UnixMillis(0));
            let line = facts_line(&Job { charge, ..job });
            assert_eq!(line, format!("720p · 5 s · 16:9 · silent · thinking auto · seed 1\u{2005}804 · {end}"));
        }
    }
}
