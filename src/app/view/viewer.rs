//! What quick look, compare and the details show: which clips lie under the playhead, and what stands below them.

use crate::domain::{Charge, Job, JobId};

use crate::app::state::AppState;
use crate::app::state::playback::{FilmFacts, longest};
use crate::app::state::viewer::Viewer;
use crate::app::view::{compare, words};

/// Whether a clip can be looked at: it is here and shown.
pub fn is_viewable(state: &AppState, job: JobId) -> bool {
    state.jobs.get(&job).is_some_and(|job| state.is_clip(job) && !job.is_hidden)
}

/// The clips under the playhead. None while the playhead was not touched: then posters are shown, and no film is opened.
pub fn looked_at(state: &AppState) -> Vec<JobId> {
    match &state.viewer {
        Some(Viewer::Compare(comparison)) => comparison.jobs.clone(),
        Some(Viewer::QuickLook) => state.selection.card.into_iter().collect(),
        Some(Viewer::Storyboard(board)) => {
            let shown = board.run.filter(|run| run.still_until.is_none()).and_then(|run| run.at.job());
            shown.into_iter().collect()
        }
        Some(Viewer::Ledger(_)) => Vec::new(),
        None => state.selection.card.filter(|_| state.playback.is_touched).into_iter().collect(),
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

/// The frame from which *Continue* goes on, as far as it is known: the one under the playhead once that was touched, else
/// the last.
pub fn continue_frame(state: &AppState, job: JobId) -> Option<u32> {
    if state.playback.is_touched && looked_at(state).contains(&job) {
        return Some(state.playback.frame);
    }
    state.films.get(&job)?.as_ref().ok().map(|film| film.last_frame())
}

/// The frame of a clip that becomes a start picture, from 0: the one at the playhead where somebody moved it, else the first.
pub fn start_frame(state: &AppState, job: JobId) -> u32 {
    let is_moved = state.playback.is_touched && looked_at(state).contains(&job);
    if is_moved { state.playback.frame } else { 0 }
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
