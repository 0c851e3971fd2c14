//! What becomes of moves in the queue and of pauses of single orders.

use crate::app::action::queue::Queue;
use crate::app::action::{Effect, Effects};
use crate::app::state::AppState;
use crate::domain::{JobId, JobState};
use crate::engine::command::{Command, QueueMove};

pub(super) fn act(state: &AppState, act: Queue, to: &mut Effects) {
    let command = match act {
        Queue::Move(job, place) if is_queued(state, job) => Command::MoveInQueue(job, place),
        Queue::Onto(job, other) => match place_of(state, job, other) {
            Some(place) => Command::MoveInQueue(job, place),
            None => return,
        },
        Queue::Pause(jobs) => Command::Hold(queued(state, jobs)),
        Queue::Resume(jobs) => Command::Release(queued(state, jobs)),
        Queue::Move(..) => return,
    };
    to.push(Effect::Engine(command));
}

fn is_queued(state: &AppState, job: JobId) -> bool {
    state.jobs.get(&job).is_some_and(|job| job.state == JobState::Queued)
}

fn queued(state: &AppState, jobs: Vec<JobId>) -> Vec<JobId> {
    jobs.into_iter().filter(|job| is_queued(state, *job)).collect()
}

/// The move that gives an order the place of another one: before that, or behind it when that comes later.
fn place_of(state: &AppState, job: JobId, other: JobId) -> Option<QueueMove> {
    let (from, onto) = (state.jobs.get(&job)?, state.jobs.get(&other)?);
    if job == other || from.gateway != onto.gateway || !is_queued(state, job) || !is_queued(state, other) {
        return None;
    }
    let place = |id: &JobId| state.live.jobs.get(id).and_then(|shown| shown.place);
    let is_later = place(&other).zip(place(&job)).is_some_and(|(other, own)| other > own);
    if !is_later {
        return Some(QueueMove::Before(other));
    }
    let next = place(&other).map(|place| place + 1);
    let of_gateway = state.live.jobs.iter().filter(|(_, shown)| shown.place == next).map(|(id, _)| *id);
    let mut behind = of_gateway.filter(|id| state.jobs.get(id).is_some_and(|job| job.gateway == onto.gateway));
    Some(behind.next().map_or(QueueMove::Last, QueueMove::Before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::GatewayId;
    use crate::domain::samples::{id, job};
    use crate::engine::event::LiveJob;

    fn waiting() -> AppState {
        let mut state = AppState::new(crate::domain::UnixMillis(0));
        for number in 1..=3 {
            state.jobs.insert(id(number), job(number).gateway(GatewayId::Apiin).queued());
            let place = usize::try_from(number).ok();
            state.live.jobs.insert(id(number), LiveJob { place, ..LiveJob::default() });
        }
        state.jobs.insert(id(4), job(4).gateway(GatewayId::Aigateway).queued());
        state.jobs.insert(id(5), job(5).gateway(GatewayId::Apiin).ready());
        state
    }

    fn sent(state: &AppState, act: Queue) -> Option<String> {
        let mut effects = Effects::default();
        super::act(state, act, &mut effects);
        effects.services.first().map(|effect| format!("{effect:?}"))
    }

    #[test]
    fn an_order_that_is_dropped_on_another_takes_its_place() {
        let state = waiting();
        for (dragged, onto, expected) in [
            (3, 1, Some(QueueMove::Before(id(1)))),
            (1, 2, Some(QueueMove::Before(id(3)))),
            (1, 3, Some(QueueMove::Last)),
            (1, 1, None),
            (1, 4, None),
            (1, 5, None),
            (5, 1, None),
        ] {
            assert_eq!(place_of(&state, id(dragged), id(onto)), expected, "{dragged} onto {onto}");
        }
    }

    #[test]
    fn only_what_waits_is_moved_or_paused() {
        let state = waiting();
        let told = sent(&state, Queue::Pause(vec![id(1), id(5)])).expect("one waits");
        assert!(
            told.contains("Hold") && told.contains(&id(1).to_string()) && !told.contains(&id(5).to_string()),
            "{told}"
        );
        assert!(sent(&state, Queue::Resume(vec![id(1)])).expect("it waits").contains("Release"));
        assert!(sent(&state, Queue::Move(id(2), QueueMove::First)).expect("it waits").contains("First"));
        assert_eq!(sent(&state, Queue::Move(id(5), QueueMove::First)), None);
    }
}
