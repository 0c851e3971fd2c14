//! What there is to say of several cards that are chosen together.

use crate::domain::{Job, JobId, JobState, Project, Rating};

use crate::app::view::cost::{CostLine, total};

use crate::app::state::AppState;
use crate::app::state::viewer::MAX_COMPARED;

/// Two or more chosen cards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// All of them, in the order of the gallery.
    pub jobs: Vec<JobId>,
    /// Those that are clips on this computer.
    pub clips: Vec<JobId>,
    /// Those whose card and file can be deleted: no order that is under way, and none that may be charged.
    pub over: Vec<JobId>,
    /// Length of all clips in milliseconds.
    pub duration_millis: u64,
    /// Size of all clips in bytes.
    pub size_bytes: u64,
    /// What they cost; `None` when none of them has a price.
    pub price: Option<CostLine>,
    /// The stars that all clips have; none where they differ.
    pub rating: Rating,
    /// Whether all clips are rejected.
    pub are_rejected: bool,
    /// The project that all of them are in; `None` where they differ.
    pub project: Option<Option<Project>>,
}

impl Chosen {
    /// The chosen cards as far as they are shown; `None` for fewer than two.
    pub fn of(state: &AppState) -> Option<Self> {
        if state.selection.also.is_empty() {
            return None;
        }
        let chosen = state.chosen();
        let jobs: Vec<&Job> = chosen.iter().filter_map(|id| state.jobs.get(id)).collect();
        if jobs.len() < 2 {
            return None;
        }
        let clips: Vec<&Job> = jobs.iter().copied().filter(|job| state.is_clip(job)).collect();
        let files = || clips.iter().filter_map(|job| job.clip.as_ref());
        let rating = same(clips.iter().map(|job| job.verdict.rating)).unwrap_or_default();
        let ids = |jobs: &[&Job]| jobs.iter().map(|job| job.id).collect();
        let is_over = |job: &&Job| !job.state.is_unfinished() && job.state != JobState::Unconfirmed;
        Some(Self {
            over: jobs.iter().copied().filter(is_over).map(|job| job.id).collect(),
            duration_millis: files().map(|clip| clip.duration_millis).sum(),
            size_bytes: files().map(|clip| clip.size_bytes).sum(),
            price: total(jobs.iter().copied()),
            rating,
            are_rejected: !clips.is_empty() && clips.iter().all(|job| job.verdict.is_rejected),
            project: same(jobs.iter().map(|job| job.project.clone())),
            jobs: ids(&jobs),
            clips: ids(&clips),
        })
    }

    /// Why these cannot be compared; `None` when they can.
    pub fn why_not_compared(&self) -> Option<&'static str> {
        match self.clips.len() {
            0 | 1 => Some("needs two ready clips"),
            2..=MAX_COMPARED => None,
            _ => Some("takes four clips at most"),
        }
    }
}

/// The one value of all, if there is one.
fn same<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Input;
    use crate::app::action::Action;
    use crate::app::action::browse::Browse;
    use crate::app::update::kit::put;
    use crate::domain::samples::{clip, id, job};
    use crate::domain::{Charge, Clip, UnixMillis};
    use crate::engine::event::Event;

    fn window(states: &[(JobState, u8, bool)]) -> AppState {
        let mut state = AppState::new(UnixMillis(0));
        for (number, (job_state, stars, is_rejected)) in (1..).zip(states) {
            let sample = job(number).at(UnixMillis(0)).stars(*stars).rejected(*is_rejected);
            let mut job = sample.state(*job_state);
            if *job_state == JobState::Ready {
                job.charge = Charge::Yes(Some(job.estimate.amount));
                job.clip = Some(Clip { size_bytes: 2_000_000, ..clip("a.mp4") });
            }
            put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
        }
        state.selection.card = None;
        state
    }

    fn choose(state: &mut AppState, numbers: &[u128]) -> Option<Chosen> {
        for number in numbers {
            put(state, Input::Act(Action::Browse(Browse::SelectAlso(id(*number)))));
        }
        Chosen::of(state)
    }

    #[test]
    fn fewer_than_two_are_no_choice() {
        let mut state = window(&[(JobState::Ready, 0, false); 3]);
        assert_eq!(choose(&mut state, &[]), None);
        assert_eq!(choose(&mut state, &[1]), None);
        assert!(choose(&mut state, &[2]).is_some());
    }

    #[test]
    fn sums_and_what_they_share() {
        use JobState::{Generating, Ready, Unconfirmed};
        let mut state = window(&[
            (Ready, 4, true),
            (Ready, 4, true),
            (Generating, 0, false),
            (Unconfirmed, 0, false),
            (Ready, 1, true),
        ]);
        let chosen = choose(&mut state, &[1, 2, 3, 4]).expect("four");
        assert_eq!(chosen.jobs, [1, 2, 3, 4].map(id));
        assert_eq!((chosen.clips.as_slice(), chosen.over.as_slice()), (&[1, 2].map(id)[..], &[1, 2].map(id)[..]));
        assert_eq!((chosen.duration_millis, chosen.size_bytes), (10_000, 4_000_000));
        assert_eq!(chosen.price.map(|line| line.amount).as_deref(), Some("270 cr"));
        assert_eq!((chosen.rating.stars(), chosen.are_rejected, chosen.project), (4, true, Some(None)));
        let chosen = choose(&mut state, &[5]).expect("five");
        assert_eq!(chosen.rating.stars(), 0, "they differ");
    }

    #[test]
    fn two_to_four_clips_are_compared() {
        let mut state = window(&[(JobState::Ready, 0, false); 5]);
        assert!(choose(&mut state, &[1, 2]).expect("two").why_not_compared().is_none());
        assert!(choose(&mut state, &[3, 4]).expect("four").why_not_compared().is_none());
        assert_eq!(choose(&mut state, &[5]).expect("five").why_not_compared(), Some("takes four clips at most"));
        let mut state = window(&[(JobState::Ready, 0, false), (JobState::Queued, 0, false)]);
        assert_eq!(choose(&mut state, &[1, 2]).expect("two").why_not_compared(), Some("needs two ready clips"));
    }
}
