//! Which clips are meant when the user names none: the best of a group to be compared, and what an act on several is about.

use std::cmp::Reverse;

use crate::domain::{Job, JobId, JobState};

use super::state::AppState;
use super::viewing::MAX_COMPARED;

/// Whether a clip is here and can be looked at.
pub fn is_clip(state: &AppState, job: &Job) -> bool {
    job.state == JobState::Ready && !state.missing_files.contains(&job.id)
}

/// Those of `jobs` that are clips, in the given order.
pub fn clips_of(state: &AppState, jobs: &[JobId]) -> Vec<JobId> {
    let found = jobs.iter().filter_map(|id| state.jobs.get(id));
    found.filter(|job| is_clip(state, job)).map(|job| job.id).collect()
}

/// Which takes of a group are compared: up to four clips, those with most stars first and of equal ones the newest;
/// rejected ones only where nothing else is left. In the order of `takes`; empty with less than two.
pub fn to_compare(state: &AppState, takes: &[JobId]) -> Vec<JobId> {
    let clips = clips_of(state, takes);
    let mut ranked: Vec<_> = clips
        .iter()
        .filter_map(|id| state.jobs.get(id))
        .map(|job| (job.verdict.is_rejected, Reverse(job.verdict.rating), Reverse(job.id)))
        .collect();
    ranked.sort_unstable();
    let kept = ranked.iter().filter(|(is_rejected, ..)| !is_rejected).count();
    // Two are needed; beyond that a rejected take is not brought back to the table.
    ranked.truncate(kept.clamp(2, MAX_COMPARED));
    if ranked.len() < 2 {
        return Vec::new();
    }
    clips.into_iter().filter(|id| ranked.iter().any(|(_, _, Reverse(picked))| picked == id)).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::app::Input;
    use crate::app::update::apply;
    use crate::domain::price::estimate;
    use crate::domain::{Draft, GatewayId, Rating, UnixMillis, Verdict};
    use crate::engine::event::Event;

    fn picked(takes: &[(u8, bool, JobState)]) -> Vec<u128> {
        let mut state = AppState::new(UnixMillis(1));
        let mut ids = Vec::new();
        for (number, (stars, is_rejected, job_state)) in (1..).zip(takes) {
            let request = Draft { prompt: "a boat".to_owned(), ..Draft::default() }.to_request().expect("valid");
            let price = estimate(&request, GatewayId::Apiin).expect("offered");
            let job = Job::new(JobId(Uuid::from_u128(number)), GatewayId::Apiin, request, price, UnixMillis(1));
            let verdict = Verdict { rating: Rating::new(*stars), is_rejected: *is_rejected };
            ids.push(job.id);
            let job = Job { verdict, state: *job_state, ..job };
            apply(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
        }
        to_compare(&state, &ids).iter().map(|id| id.0.as_u128()).collect()
    }

    #[test]
    fn the_best_are_compared_then_the_newest_and_rejected_ones_last() {
        use JobState::{Failed, Ready};
        let ready = |stars| (stars, false, Ready);
        assert_eq!(picked(&[ready(0), ready(0)]), [1, 2]);
        assert_eq!(picked(&[ready(0), ready(5), ready(0), ready(0), ready(2), ready(0)]), [2, 4, 5, 6]);
        assert_eq!(picked(&[ready(1), (5, true, Ready), ready(0)]), [1, 3]);
        assert_eq!(picked(&[ready(1), (5, true, Ready), (0, true, Ready)]), [1, 2]);
        assert_eq!(picked(&[ready(1), (0, false, Failed)]), [0_u128; 0]);
        assert_eq!(picked(&[ready(1)]), [0_u128; 0]);
    }
}
