//! The search for an order of unknown fate, at a gateway whose orders carry a name of ours. It never sends the order again:
//! the gateway lists what it billed, and the order is in that list or not.

use super::Machine;
use super::effect::Effect;
use super::entry::Call;
use super::now::Now;
use crate::domain::outcome::FindOutcome;
use crate::domain::{GatewayId, Job, JobId, JobState};
use crate::gateway::Answer;

impl Machine {
    /// Begins to look for an unconfirmed order. Returns whether that is possible.
    pub(super) fn seek_order(&mut self, id: JobId) -> bool {
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.job.state == JobState::Unconfirmed) else {
            return false;
        };
        let (gateway, trace, sent_at) = (entry.job.gateway, entry.job.trace, entry.job.sent_at);
        let (Some(trace), Some(sent_at)) = (trace, sent_at) else { return false };
        if entry.call == Some(Call::Find) {
            return true;
        }
        if entry.call.is_some() || !self.gateways.get(&gateway).is_some_and(|gateway| gateway.can_be_asked()) {
            return false;
        }
        if let Some(entry) = self.entries.get_mut(id) {
            entry.call = Some(Call::Find);
        }
        self.effects.push(Effect::FindOrder(id, gateway, trace, sent_at));
        true
    }

    /// Looks for all unconfirmed orders of a gateway that has just been connected.
    pub(super) fn seek_orders(&mut self, gateway: GatewayId) {
        if !gateway.names_orders() {
            return;
        }
        let is_sought = |job: &Job| job.gateway == gateway && job.state == JobState::Unconfirmed;
        let sought = self.entries.values().filter(|entry| is_sought(&entry.job));
        let mut sought: Vec<_> = sought.map(|entry| (entry.place, entry.job.id)).collect();
        sought.sort_unstable();
        for (_, id) in sought {
            self.seek_order(id);
        }
    }

    pub(super) fn order_sought(&mut self, now: Now, id: JobId, answer: Answer<FindOutcome>) {
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.call == Some(Call::Find)) else { return };
        entry.call = None;
        let gateway = entry.job.gateway;
        // The user may have decided meanwhile.
        if entry.job.state != JobState::Unconfirmed {
            return;
        }
        let note = match answer.outcome {
            FindOutcome::Found(remote_id) => {
                self.adopt(now, id, remote_id);
                return;
            }
            FindOutcome::NotFound => format!(
                "{gateway} has billed no order of this name so far. It may still be on its way into the list: check again in \
                 some minutes before you send it again."
            ),
            FindOutcome::CannotTell => format!(
                "The list of {gateway} does not say which order is which. If the clip is on your dashboard there, paste its \
                 job id here."
            ),
            FindOutcome::Trouble(_) => {
                format!("{gateway} could not be asked for this order, or gave no answer. Check again later.")
            }
        };
        self.note(id, note);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Setup;
    use super::super::bench::{Bench, answer, secs};
    use super::super::input::Input;
    use super::*;
    use crate::domain::RemoteId;
    use crate::domain::outcome::{NetworkCause, SubmitOutcome, UnconfirmedCause};
    use crate::engine::command::{Command, UnconfirmedDecision};
    use crate::engine::event::Event;

    /// A machine whose only order is of unknown fate.
    fn unconfirmed(gateway: GatewayId) -> (Bench, JobId) {
        let mut bench = Bench::new(gateway);
        let job = bench.enqueue(1);
        let cause = UnconfirmedCause::Network(NetworkCause::Broken);
        bench.tell(Input::Submitted(job, answer(SubmitOutcome::Unconfirmed(cause))));
        assert_eq!(bench.state(job), JobState::Unconfirmed);
        (bench, job)
    }

    fn searches(bench: &Bench) -> usize {
        bench.count(|effect| matches!(effect, Effect::FindOrder(..)))
    }

    fn notes(bench: &Bench) -> usize {
        bench.count(|effect| matches!(effect, Effect::Emit(Event::Note(..))))
    }

    fn check(bench: &mut Bench, job: JobId) {
        bench.tell(Input::Command(Command::Resolve(job, UnconfirmedDecision::Check)));
    }

    #[test]
    fn an_order_that_the_gateway_billed_is_found_by_its_name_and_watched() {
        let (mut bench, job) = unconfirmed(GatewayId::Pixverse);
        let name = bench.machine.job(job).expect("it is known").trace.expect("the order had a name");
        let is_asked =
            |effect: &Effect| matches!(effect, Effect::FindOrder(id, _, trace, _) if (*id, *trace) == (job, name));
        assert_eq!((bench.count(is_asked), bench.submits()), (1, 0), "by itself, and without another order");
        let remote = RemoteId::new("9007199254740993").expect("a plain id");
        bench.tell(Input::OrderSought(job, answer(FindOutcome::Found(remote.clone()))));
        assert_eq!(bench.state(job), JobState::Waiting);
        assert_eq!(bench.machine.job(job).and_then(|job| job.remote_id.clone()), Some(remote));
        bench.wait(secs(60));
        assert_eq!((bench.polls(), bench.submits()), (1, 0));
    }

    #[test]
    fn an_order_that_is_not_found_waits_for_the_user() {
        for outcome in [FindOutcome::NotFound, FindOutcome::CannotTell, FindOutcome::Trouble(NetworkCause::TimedOut)] {
            let (mut bench, job) = unconfirmed(GatewayId::Pixverse);
            bench.tell(Input::OrderSought(job, answer(outcome.clone())));
            assert_eq!((bench.state(job), notes(&bench)), (JobState::Unconfirmed, 1), "{outcome:?}");
            bench.wait(secs(3600));
            assert_eq!((searches(&bench), bench.submits()), (0, 0), "{outcome:?}");
            check(&mut bench, job);
            assert_eq!(searches(&bench), 1, "{outcome:?}");
            // A second press while the answer is on its way asks nothing twice.
            check(&mut bench, job);
            assert_eq!((searches(&bench), notes(&bench)), (0, 0), "{outcome:?}");
        }
    }

    #[test]
    fn what_a_search_found_is_told_after_the_unknown_fate_even_on_a_slow_disk() {
        let mut bench = Bench::new(GatewayId::Pixverse);
        let job = bench.enqueue(1);
        let cause = UnconfirmedCause::Network(NetworkCause::Broken);
        bench.tell_only(Input::Submitted(job, answer(SubmitOutcome::Unconfirmed(cause))));
        bench.tell_only(Input::OrderSought(job, answer(FindOutcome::NotFound)));
        assert_eq!(notes(&bench), 0, "nobody knows yet that its fate is unknown");
        let revision = bench.machine.entries.get(job).expect("it is known").revision;
        bench.tell_only(Input::Stored { job, revision });
        let told: Vec<_> = bench.effects.iter().filter(|effect| matches!(effect, Effect::Emit(_))).collect();
        let [Effect::Emit(Event::JobChanged(told)), Effect::Emit(Event::Note(id, _))] = told.as_slice() else {
            panic!("{told:?}");
        };
        assert_eq!((told.state, *id), (JobState::Unconfirmed, job));
    }

    #[test]
    fn the_next_start_looks_again() {
        let (mut bench, job) = unconfirmed(GatewayId::Pixverse);
        bench.restart(Setup::default());
        assert_eq!((searches(&bench), bench.submits(), bench.state(job)), (1, 0, JobState::Unconfirmed));
    }

    #[test]
    fn what_the_user_decided_meanwhile_stays() {
        let (mut bench, job) = unconfirmed(GatewayId::Pixverse);
        bench.tell(Input::Command(Command::Resolve(job, UnconfirmedDecision::Discard)));
        let remote = RemoteId::new("7").expect("a plain id");
        bench.tell(Input::OrderSought(job, answer(FindOutcome::Found(remote))));
        assert_eq!(bench.state(job), JobState::Discarded);
    }

    #[test]
    fn gateways_whose_orders_have_no_name_are_not_searched() {
        for gateway in [GatewayId::Apiin, GatewayId::Aigateway] {
            let (mut bench, job) = unconfirmed(gateway);
            assert_eq!(searches(&bench), 0);
            check(&mut bench, job);
            assert_eq!((searches(&bench), notes(&bench)), (0, 1), "{gateway}");
        }
    }

    #[test]
    fn an_order_that_finds_the_plan_full_waits_and_looks_go_on() {
        let mut bench = Bench::new(GatewayId::Pixverse);
        let first = bench.accepted();
        let second = bench.enqueue(2);
        bench.wait(secs(1));
        assert_eq!(bench.submits(), 1);
        bench.tell(Input::Submitted(second, answer(SubmitOutcome::Full)));
        assert_eq!((bench.state(second), bench.submits()), (JobState::Queued, 0));
        assert_eq!(bench.live().jobs[&second].hold, Some(crate::engine::event::Hold::Full));
        let mut orders = 0;
        for _ in 0..30 {
            bench.wait(secs(1));
            orders += bench.submits();
            if bench.polls() > 0 {
                let alive = crate::domain::outcome::PollOutcome::Alive(crate::domain::outcome::Phase::Generating);
                bench.tell(Input::Polled(first, answer(alive)));
            }
            if orders > 0 {
                break;
            }
        }
        assert_eq!(orders, 0, "one at once is what it takes, while that one is being made");
        bench.poll(first, super::super::bench::completed(Some("https://media.example/a.mp4")));
        for _ in 0..40 {
            orders += bench.submits();
            bench.wait(secs(1));
        }
        assert_eq!(orders + bench.submits(), 1, "it is sent by itself when there is room");
    }
}
