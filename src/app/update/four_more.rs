//! "4 more like this": the same recipe, with the next seeds of its series.

use crate::app::action::spend::{Consent, Door};
use crate::app::action::{Effects, MORE};
use crate::app::state::AppState;
use crate::app::view::four_more::{FourMore, four_more};
use crate::domain::random::Random;
use crate::domain::{GenerationRequest, JobId, Seed};

use super::{NewJobs, order, toast};

pub(super) fn act(state: &mut AppState, job: JobId, consent: Consent, random: &mut Random, to: &mut Effects) {
    let Some(more) = four_more(state, job) else { return };
    if more.seeds.is_some() && !more.is_known {
        // A seed that was used already would be paid for once more: the order goes when all of them are known.
        state.facts.more = Some((job, consent));
        return;
    }
    let FourMore { gateway, request, seeds, estimate, project, parent, off_because, .. } = more;
    match off_because {
        None => {
            let requests = takes(&request, seeds, random);
            let door = Door::FourMore(job);
            order(state, requests, NewJobs { door, gateway, estimate, project, parent }, consent, random, to);
        }
        Some(reason) => toast(state, "Nothing was ordered", format!("{}: {reason}.", gateway.title()), None),
    }
}

/// The requests of the takes, with drawn seeds where none are given.
fn takes(request: &GenerationRequest, seeds: Option<[Seed; MORE]>, random: &mut Random) -> Vec<GenerationRequest> {
    match seeds {
        // A series that someone typed goes on as typed; one that was drawn goes on as drawn.
        Some(seeds) => seeds.iter().map(|seed| request.with_seed(*seed, request.is_seed_drawn())).collect(),
        None => (0..MORE).map(|_| request.with_seed(Seed::from_random(random.draw_u32()), true)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::action::{Action, Effect, Input};
    use crate::app::state::{KeyPlace, KeyState};
    use crate::app::update::kit::{BITS, put};
    use crate::domain::samples::{self, id};
    use crate::domain::{Amount, ClipDuration, Credits, GatewayId, Job, JobState, Money, Parent, UnixMillis};
    use crate::engine::command::{Command, NewJob};
    use crate::engine::event::Event;

    const NOW: UnixMillis = UnixMillis(1_000_000);

    fn take(number: u128, gateway: GatewayId, prompt: &str, seed: Option<u32>) -> Job {
        let job = samples::job(number).gateway(gateway).at(NOW).project("Spring film").prompt(prompt);
        let mut job = job.asking(|draft| draft.duration = ClipDuration::S8).state(JobState::Ready);
        if let Some(seed) = seed {
            job.request = job.request.with_seed(Seed::from_random(seed), false);
        }
        job
    }

    fn window(jobs: Vec<Job>) -> AppState {
        let mut state = AppState::new(NOW);
        state.settings.caps.confirm_above.is_on = false;
        for gateway in state.gateways.values_mut() {
            gateway.key = KeyState::Present { place: KeyPlace::Session, last_four: None };
        }
        for job in jobs {
            put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
        }
        state
    }

    fn ordered(state: &mut AppState, job: JobId) -> Vec<NewJob> {
        match put(state, Input::Act(Action::FourMore(job))).into_iter().next() {
            Some(Effect::Engine(Command::Enqueue(jobs))) => jobs,
            None => Vec::new(),
            other => panic!("something else was asked for: {other:?}"),
        }
    }

    fn seeds_after(jobs: Vec<Job>) -> Vec<u32> {
        let first = jobs[0].id;
        ordered(&mut window(jobs), first).iter().filter_map(|job| job.request.seed()).map(Seed::get).collect()
    }

    #[test]
    fn the_series_goes_on_after_its_highest_seed() {
        use GatewayId::{Aigateway, Apiin};
        let boat = |number, seed| take(number, Apiin, "a boat", Some(seed));
        assert_eq!(seeds_after(vec![boat(1, 81)]), [82, 83, 84, 85]);
        assert_eq!(seeds_after(vec![boat(1, 81), boat(2, 90), boat(3, 7)]), [91, 92, 93, 94]);
        let others = vec![boat(1, 81), take(2, Apiin, "a dragon", Some(500)), take(3, Aigateway, "a boat", Some(600))];
        assert_eq!(seeds_after(others), [82, 83, 84, 85], "other recipes and gateways have their own series");
        let hidden = Job { is_hidden: true, ..boat(2, 90) };
        assert_eq!(seeds_after(vec![boat(1, 81), hidden]), [91, 92, 93, 94], "a deleted take was made as well");
    }

    #[test]
    fn after_the_largest_seed_the_series_begins_again_and_never_repeats_one() {
        let max = Seed::MAX.get();
        let boat = |number, seed| take(number, GatewayId::Apiin, "a boat", Some(seed));
        assert_eq!(seeds_after(vec![boat(1, max)]), [0, 1, 2, 3]);
        assert_eq!(seeds_after(vec![boat(1, max - 2)]), [max - 1, max, 0, 1]);
        assert_eq!(seeds_after(vec![boat(1, max - 1), boat(2, 0), boat(3, 2)]), [max, 1, 3, 4]);
    }

    #[test]
    fn without_a_series_every_seed_is_drawn() {
        let mut random = Random(BITS);
        let drawn: Vec<u32> = (0..4).map(|_| Seed::from_random(random.draw_u32()).get()).collect();
        assert_eq!(seeds_after(vec![take(1, GatewayId::Apiin, "a boat", None)]), drawn);
        assert_eq!(
            seeds_after(vec![take(1, GatewayId::Aigateway, "a boat", Some(81))]),
            drawn,
            "aigateway documents no seeds"
        );
    }

    #[test]
    fn gateway_project_parent_and_todays_price_are_kept() {
        let parent = Some(Parent { job: id(77), frame: 191 });
        let boat = Job { parent, ..take(1, GatewayId::Apiin, "a boat", Some(81)) };
        let mut state = window(vec![boat.clone()]);
        let more = four_more(&state, id(1)).expect("a price");
        assert_eq!((more.label().as_str(), more.off_because), ("4 more like this · 720 cr", None));
        let jobs = ordered(&mut state, id(1));
        assert_eq!(jobs.len(), 4);
        for job in &jobs {
            assert_eq!((job.gateway, &job.project, job.parent), (GatewayId::Apiin, &boat.project, parent));
            assert_eq!(job.estimate.amount, Amount::Credits(Credits(180)));
            assert_eq!(job.request.with_seed(Seed::from_random(81), false), boat.request);
        }
        let ids: Vec<_> = jobs.iter().map(|job| job.id).collect();
        assert_eq!(ids, Random(BITS).job_ids(NOW, 4));
        let elsewhere = take(2, GatewayId::Aigateway, "a boat", None);
        let more = four_more(&window(vec![elsewhere]), id(2)).expect("a price");
        assert_eq!((more.price(), more.estimate.amount), ("$2.56".to_owned(), Amount::Money(Money(640_000))));
    }

    #[test]
    fn what_stands_in_the_way_is_said_and_nothing_is_ordered() {
        type Change = fn(&mut AppState);
        let cases: [(Change, &str); 3] = [
            (|state| crate::app::update::gateway_mut(state, GatewayId::Apiin).key = KeyState::None, "needs a key"),
            (
                |state| crate::app::update::gateway_mut(state, GatewayId::Apiin).key = KeyState::Unknown,
                "looking for the key",
            ),
            (|state| state.storage_trouble = Some("The disk is full.".to_owned()), "Nothing can be stored"),
        ];
        for (change, reason) in cases {
            let mut state = window(vec![take(1, GatewayId::Apiin, "a boat", Some(81))]);
            change(&mut state);
            assert_eq!(four_more(&state, id(1)).and_then(|more| more.off_because).as_deref(), Some(reason));
            assert!(ordered(&mut state, id(1)).is_empty());
            let toast = state.toasts.last().expect("a word about it");
            assert_eq!((toast.title.as_str(), &toast.text), ("Nothing was ordered", &format!("apiin: {reason}.")));
        }
        assert!(four_more(&window(Vec::new()), id(1)).is_none());
    }

    #[test]
    fn the_step_before_the_order_says_seeds_and_sum() {
        let line = |jobs: Vec<Job>| {
            let first = jobs[0].id;
            let more = four_more(&window(jobs), first).expect("a price");
            format!("{} {}", more.sum_line(), more.seeds_line())
        };
        let boat = |number, gateway, seed| take(number, gateway, "a boat", seed);
        assert_eq!(
            line(vec![boat(1, GatewayId::Apiin, Some(81))]),
            "4 × 180 cr at apiin, $1.44–7.20 Seeds 82 to 85, the next of the series."
        );
        assert_eq!(
            line(vec![boat(1, GatewayId::Apiin, Some(Seed::MAX.get()))]),
            "4 × 180 cr at apiin, $1.44–7.20 Seeds 0 to 3, the next of the series."
        );
        let gap = vec![boat(1, GatewayId::Practice, Some(Seed::MAX.get())), boat(2, GatewayId::Practice, Some(1))];
        assert_eq!(line(gap), "Made on this computer, nothing is billed. Seeds 0, 2, 3, 4, the next of the series.");
        assert_eq!(
            line(vec![boat(1, GatewayId::Apiin, None)]),
            "4 × 180 cr at apiin, $1.44–7.20 A new random seed for each take."
        );
        assert_eq!(
            line(vec![boat(1, GatewayId::Aigateway, Some(81))]),
            "4 × $0.64 at aigateway aigateway documents no seeds, so each take is another chance."
        );
    }
}
