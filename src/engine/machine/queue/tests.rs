//! The queue against a model of it, which is a plain list: random actions, answers and kills.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::bench::{Bench, answer, rejected, secs};
use super::super::*;
use super::{STEP, middle};
use crate::domain::outcome::{Accepted, NetworkCause, Phase, RejectionKind, SubmitOutcome};
use crate::domain::samples::id;
use crate::domain::{HeldFor, RemoteId};
use crate::engine::command::{Command, QueueMove};

/// How many sequences of actions are played.
const SEQUENCES: u64 = 10_000;

/// An order that waits, and whether it is held.
type Waiting = Vec<(JobId, bool)>;

struct Play {
    seed: u64,
    random: Random,
    bench: Bench,
    disk: BTreeMap<JobId, Job>,
    holds: Holds,
    model: Waiting,
    is_paused: bool,
    orders: u128,
    /// What left the queue and has not gone out yet. It may come back.
    going: Vec<JobId>,
    sent: Vec<JobId>,
}

impl Play {
    fn new(seed: u64) -> Self {
        Self {
            seed,
            random: Random(seed),
            bench: Bench::new(GatewayId::Aigateway),
            disk: BTreeMap::new(),
            holds: Holds::default(),
            model: Vec::new(),
            is_paused: false,
            orders: 0,
            going: Vec::new(),
            sent: Vec::new(),
        }
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.random.draw() % limit
    }

    /// The queued orders as the machine has them, in their order.
    fn waiting(&self) -> Waiting {
        let machine = &self.bench.machine;
        let line = machine.agenda.lines.get(&GatewayId::Aigateway).into_iter().flatten();
        let ids = line.filter_map(|(_, place)| machine.agenda.job(*place));
        ids.map(|id| (id, machine.job(id).is_some_and(|job| job.held.is_some()))).collect()
    }

    /// Takes in an input and stores what is to be stored, or at most so many rows when the program is killed then.
    fn tell(&mut self, input: Input, most: Option<usize>) {
        let mut left = most.unwrap_or(usize::MAX);
        let mut inputs = std::collections::VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            self.bench.tell_only(input);
            for effect in std::mem::take(&mut self.bench.effects) {
                match effect {
                    Effect::Persist { job, revision } if left > 0 => {
                        left -= 1;
                        let id = job.id;
                        self.disk.insert(id, *job);
                        if most.is_none() {
                            inputs.push_back(Input::Stored { job: id, revision });
                        }
                    }
                    Effect::KeepHolds(holds) if left > 0 => self.holds = holds,
                    Effect::Submit(job) => self.see_sent(job.id),
                    _ => {}
                }
            }
            if most.is_none() {
                self.see_promoted();
            }
        }
    }

    /// What left the queue to be sent has to have been the first that is not held.
    fn see_promoted(&mut self) {
        let seed = self.seed;
        let is_going = |id: &JobId| self.bench.machine.job(*id).is_some_and(|job| job.state == JobState::Submitting);
        let going: Vec<JobId> = self.model.iter().map(|(id, _)| *id).filter(is_going).collect();
        for id in going {
            let first = self.model.iter().position(|(_, is_held)| !is_held).expect("one is sent");
            assert_eq!(self.model.remove(first).0, id, "seed {seed}: another one was first");
            assert!(!self.is_paused, "seed {seed}: sent although the queue is paused");
            self.going.push(id);
        }
        for id in self.going.clone() {
            if self.bench.machine.job(id).is_some_and(|job| job.state == JobState::Queued) {
                self.going.retain(|going| *going != id);
                self.model = self.with_back(&self.model, id);
            }
        }
        let in_flight = |job: &&Job| matches!(job.state, JobState::Submitting | JobState::Waiting);
        let count = self.bench.machine.jobs().filter(in_flight).count();
        assert!(count <= usize::from(AT_ONCE_AT_FIRST), "seed {seed}: {count} in flight");
    }

    /// The list with an order that came back, which goes where its rank is.
    fn with_back(&self, list: &Waiting, job: JobId) -> Waiting {
        let seat = |id: &JobId| self.bench.machine.entries.get(*id).map(|entry| entry.seat());
        let mut after = list.clone();
        let at = after.iter().position(|(other, _)| seat(other) > seat(&job)).unwrap_or(after.len());
        after.insert(at, (job, false));
        after
    }

    fn see_sent(&mut self, id: JobId) {
        self.going.retain(|going| *going != id);
        assert!(!self.model.iter().any(|(waiting, _)| *waiting == id), "seed {}: sent out of order", self.seed);
        self.sent.push(id);
    }

    fn any_job(&mut self) -> Option<JobId> {
        let most = u64::try_from(self.orders).expect("a few").max(1);
        (self.orders > 0).then(|| id(u128::from(self.below(most)) + 1))
    }

    fn in_state(&mut self, state: JobState) -> Option<JobId> {
        let mut jobs: Vec<JobId> =
            self.bench.machine.jobs().filter(|job| job.state == state).map(|job| job.id).collect();
        jobs.sort_unstable();
        (!jobs.is_empty()).then(|| jobs[self.below(jobs.len() as u64) as usize])
    }

    /// Where the model puts an order.
    fn moved(&self, id: JobId, to: QueueMove) -> Waiting {
        let mut after = self.model.clone();
        let Some(at) = after.iter().position(|(waiting, _)| *waiting == id) else { return after };
        let is_held = after[at].1;
        let counts = |entry: &&(usize, (JobId, bool))| is_held || !entry.1.1;
        let others: Vec<(usize, (JobId, bool))> = after.iter().copied().enumerate().collect();
        let target = match to {
            QueueMove::First => 0,
            QueueMove::Last => after.len() - 1,
            QueueMove::Earlier => match others[..at].iter().rev().find(counts) {
                Some((index, _)) => *index,
                None => at,
            },
            QueueMove::Later => match others[at + 1..].iter().find(counts) {
                Some((index, _)) => *index,
                None => at,
            },
            QueueMove::Before(other) => match after.iter().position(|(waiting, _)| *waiting == other) {
                Some(index) if index > at => index - 1,
                Some(index) => index,
                None => at,
            },
        };
        let entry = after.remove(at);
        after.insert(target, entry);
        after
    }

    /// One action at random: the input, and what the list may be after it.
    fn act(&mut self) -> Option<(Input, Vec<Waiting>)> {
        let command = match self.below(18) {
            0..4 => {
                let count = 1 + self.below(3);
                let mut lists = Vec::new();
                let mut list = self.model.clone();
                let mut new_jobs = Vec::new();
                for _ in 0..count {
                    self.orders += 1;
                    new_jobs.push(self.bench.new_job(self.orders));
                    list.push((id(self.orders), false));
                    lists.push(list.clone());
                }
                return Some((Input::Command(Command::Enqueue(new_jobs)), lists));
            }
            4..9 => {
                let (moved, other) = (self.any_job()?, self.any_job()?);
                let moves =
                    [QueueMove::First, QueueMove::Last, QueueMove::Earlier, QueueMove::Later, QueueMove::Before(other)];
                let to = moves[self.below(5) as usize];
                let after = self.moved(moved, to);
                return Some((Input::Command(Command::MoveInQueue(moved, to)), vec![after]));
            }
            9 | 10 => {
                let job = self.any_job()?;
                let is_held = self.below(2) == 0;
                let set = |(id, was): &(JobId, bool)| (*id, if *id == job { is_held } else { *was });
                let after = self.model.iter().map(set).collect();
                let command = if is_held { Command::Hold(vec![job]) } else { Command::Release(vec![job]) };
                return Some((Input::Command(command), vec![after]));
            }
            11 => {
                let job = self.any_job()?;
                let after = self.model.iter().copied().filter(|(id, _)| *id != job).collect();
                return Some((Input::Command(Command::TakeOut(job)), vec![after]));
            }
            12 => {
                self.is_paused = self.below(2) == 0;
                Command::PauseQueue(self.is_paused)
            }
            13 => Command::StopWatching(self.in_state(JobState::Waiting)?),
            // One is taken out, edited, and ordered again, as one clip or more.
            16 | 17 => {
                let of = self.any_job()?;
                let at = self.model.iter().position(|(waiting, _)| *waiting == of)?;
                let in_front: Vec<JobId> = self.model[..at].iter().map(|(id, _)| *id).collect();
                self.model.remove(at);
                self.tell(Input::Command(Command::TakeOut(of)), None);
                let at = self.model.iter().filter(|(id, _)| in_front.contains(id)).count();
                let is_held = self.below(2) == 0;
                let (mut lists, mut new_jobs) = (Vec::new(), Vec::new());
                let mut list = self.model.clone();
                for place in at..=at + usize::from(self.below(2) == 1) {
                    self.orders += 1;
                    new_jobs.push(self.bench.new_job(self.orders));
                    list.insert(place, (id(self.orders), is_held));
                    lists.push(list.clone());
                }
                let command = Command::EnqueueInPlace { of, new_jobs, is_held };
                return Some((Input::Command(command), lists));
            }
            14 => {
                let pause = Duration::from_secs(self.below(90));
                self.bench.time += pause;
                return Some((Input::Wake, Vec::new()));
            }
            _ => {
                let job = self.in_state(JobState::Submitting)?;
                if !self.sent.contains(&job) {
                    return None;
                }
                let outcome = match self.below(6) {
                    0 => SubmitOutcome::NotSent(NetworkCause::CannotConnect),
                    1 => SubmitOutcome::Throttled { retry_after: None },
                    2 => SubmitOutcome::Full,
                    3 => rejected(RejectionKind::NotAllowed),
                    _ => accepted(job),
                };
                let goes_back = matches!(
                    outcome,
                    SubmitOutcome::NotSent(_) | SubmitOutcome::Throttled { .. } | SubmitOutcome::Full
                );
                let mut after = self.model.clone();
                self.sent.retain(|sent| *sent != job);
                if goes_back {
                    after = self.with_back(&after, job);
                }
                return Some((Input::Submitted(job, answer(outcome)), vec![after]));
            }
        };
        Some((Input::Command(command), Vec::new()))
    }

    fn play(&mut self) {
        for _ in 0..(4 + self.below(16)) {
            let Some((input, lists)) = self.act() else { continue };
            let before = self.model.clone();
            if self.below(12) == 0 {
                let most = self.below(4) as usize;
                self.tell(input, Some(most));
                self.restart(before, lists);
            } else {
                self.model = lists.into_iter().next_back().unwrap_or(before);
                self.tell(input, None);
            }
            assert_eq!(self.waiting(), self.model, "seed {}", self.seed);
        }
        self.finish();
    }

    /// The program was killed, and starts with what was stored: the list is one of those that may be.
    fn restart(&mut self, before: Waiting, mut lists: Vec<Waiting>) {
        let setup = Setup { holds: self.holds.clone(), ..Setup::default() };
        self.is_paused = self.holds.is_paused;
        self.sent.clear();
        let jobs: Vec<Job> = self.disk.values().cloned().collect();
        self.bench.machine = Machine::new(setup, jobs);
        self.bench.effects.clear();
        lists.push(before);
        let found = self.waiting();
        // What had left the queue and came back before it went out may be there again.
        let going = std::mem::take(&mut self.going);
        let known: Waiting = found.iter().copied().filter(|(id, _)| !going.contains(id)).collect();
        let is_queued = |(id, _): &(JobId, bool)| self.disk.get(id).is_some_and(|job| job.state == JobState::Queued);
        let is_it = |list: &Waiting| {
            let left: Waiting = list.iter().copied().filter(is_queued).collect();
            left == known
        };
        assert!(lists.iter().any(is_it), "seed {}: {found:?} is none of {lists:?}", self.seed);
        self.model = found;
        self.tell(Input::Start, None);
        self.bench.time += secs(1);
        let connection = crate::gateway::Connection {
            gateway: GatewayId::Aigateway,
            base_url: "https://gateway.example".parse().expect("an address"),
            key: Some("canary".to_owned().into()),
            send_undocumented: false,
        };
        self.tell(Input::Command(Command::Connect(connection)), None);
    }

    /// Everything is let go: all goes out, in the order of the list.
    fn finish(&mut self) {
        let all: Vec<JobId> = self.model.iter().map(|(id, _)| *id).collect();
        self.model.iter_mut().for_each(|(_, is_held)| *is_held = false);
        self.tell(Input::Command(Command::Release(all)), None);
        self.is_paused = false;
        self.tell(Input::Command(Command::PauseQueue(false)), None);
        for _ in 0..500 {
            if let Some(job) = self.in_state(JobState::Submitting).filter(|job| self.sent.contains(job)) {
                self.tell(Input::Submitted(job, answer(accepted(job))), None);
            } else if let Some(job) = self.in_state(JobState::Waiting) {
                self.tell(Input::Command(Command::StopWatching(job)), None);
            } else if self.model.is_empty() && self.in_state(JobState::Submitting).is_none() {
                return;
            } else {
                self.bench.time += secs(20);
                self.tell(Input::Wake, None);
            }
        }
        panic!("seed {}: {:?} never went out", self.seed, self.model);
    }
}

fn accepted(job: JobId) -> SubmitOutcome {
    let remote_id = RemoteId::new(&format!("job_{}", job.short())).expect("a plain id");
    SubmitOutcome::Accepted(Accepted { remote_id, phase: Phase::Waiting, link: None, charge: None })
}

#[test]
fn no_sequence_of_actions_and_kills_differs_from_a_plain_list() {
    let runs = std::env::var("RUSHES_TEST_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(SEQUENCES);
    for seed in 0..runs {
        Play::new(seed).play();
    }
    println!("the queue is the model's in all of {runs} sequences of actions with kills");
}

fn paused(orders: u128) -> (Bench, Vec<JobId>) {
    let mut bench = Bench::new(GatewayId::Aigateway);
    bench.tell(Input::Command(Command::PauseQueue(true)));
    let jobs = (1..=orders).map(|number| bench.enqueue(number)).collect();
    (bench, jobs)
}

fn places(bench: &Bench, jobs: &[JobId]) -> Vec<Option<usize>> {
    let live = bench.live();
    jobs.iter().map(|job| live.jobs[job].place).collect()
}

#[test]
fn an_order_that_is_moved_shows_its_place_and_is_sent_in_its_turn() {
    let (mut bench, jobs) = paused(3);
    bench.tell(Input::Command(Command::MoveInQueue(jobs[2], QueueMove::First)));
    assert_eq!(places(&bench, &jobs), [Some(2), Some(3), Some(1)]);
    bench.tell(Input::Command(Command::MoveInQueue(jobs[0], QueueMove::Later)));
    assert_eq!(places(&bench, &jobs), [Some(3), Some(2), Some(1)]);
    bench.restart(Setup::default());
    assert_eq!(bench.state(jobs[2]), JobState::Submitting);
}

#[test]
fn one_order_is_paused_while_the_others_go_and_stays_so_over_a_restart() {
    let (mut bench, jobs) = paused(2);
    bench.tell(Input::Command(Command::Hold(vec![jobs[0]])));
    assert_eq!(places(&bench, &jobs), [None, Some(1)]);
    bench.tell(Input::Command(Command::PauseQueue(false)));
    bench.wait(secs(5));
    bench.restart(Setup::default());
    bench.wait(secs(5));
    assert_eq!(bench.state(jobs[0]), JobState::Queued);
    let hold = bench.live().jobs[&jobs[0]].hold.clone();
    assert!(matches!(hold, Some(Hold::Waiting { why: HeldFor::Paused, .. })), "{hold:?}");
    bench.tell(Input::Command(Command::Release(vec![jobs[0]])));
    bench.wait(secs(5));
    assert_ne!(bench.state(jobs[0]), JobState::Queued);
}

#[test]
fn there_is_always_room_between_two_orders() {
    let (mut bench, jobs) = paused(6);
    // Each one goes right before the last, which halves the room each time.
    let mut writes = 0;
    for turn in 0..200 {
        let moved = jobs[turn % 5];
        bench.tell_only(Input::Command(Command::MoveInQueue(moved, QueueMove::Before(jobs[5]))));
        let effects = std::mem::take(&mut bench.effects);
        for effect in effects {
            if let Effect::Persist { job, revision } = effect {
                writes += 1;
                bench.tell_only(Input::Stored { job: job.id, revision });
            }
        }
        assert_eq!(places(&bench, &[jobs[5], moved]), [Some(6), Some(5)], "after {turn} moves");
    }
    assert!(writes < 250, "{writes} rows were written for 200 moves");
    assert_eq!((middle(0, STEP), middle(1, 2), middle(-2, 0)), (Some(STEP / 2), None, Some(-1)));
}

#[test]
fn orders_of_an_older_library_keep_their_order_and_can_be_moved() {
    let (bench, jobs) = paused(4);
    let mut old: Vec<Job> = bench.machine.jobs().cloned().collect();
    old.sort_by_key(|job| job.id);
    old.iter_mut().for_each(|job| job.queue_rank = 0);
    let holds = Holds { is_paused: true, ..Holds::default() };
    let mut bench = Bench::new(GatewayId::Aigateway);
    bench.machine = Machine::new(Setup { holds, ..Setup::default() }, old);
    bench.tell(Input::Start);
    assert_eq!(places(&bench, &jobs), [Some(1), Some(2), Some(3), Some(4)]);
    bench.tell(Input::Command(Command::MoveInQueue(jobs[3], QueueMove::Before(jobs[1]))));
    assert_eq!(places(&bench, &jobs), [Some(1), Some(3), Some(4), Some(2)]);
    let new = bench.enqueue(9);
    assert_eq!(places(&bench, &[new]), [Some(5)]);
}

#[test]
fn an_order_whose_picture_is_ready_does_not_block_one_that_was_moved_before_it() {
    use crate::domain::request::{Draft, InputPicture};
    let mut bench = Bench::new(GatewayId::Apiin);
    bench.tell(Input::Command(Command::SetAtOnce(GatewayId::Apiin, 1)));
    let picture = Some(InputPicture::Stored(crate::domain::samples::stored_picture()));
    let request = Draft { prompt: "a boat".to_owned(), picture, ..Draft::default() }.to_request().expect("good");
    let pictured = crate::engine::command::NewJob { request, ..bench.new_job(1) };
    bench.tell(Input::Command(Command::Enqueue(vec![pictured])));
    assert_eq!(bench.count(|effect| matches!(effect, Effect::PreparePicture(_))), 1);
    let second = bench.enqueue(2);
    bench.tell(Input::Command(Command::MoveInQueue(second, QueueMove::First)));
    bench.tell(Input::PictureReady(id(1)));
    bench.wait(secs(2));
    assert_eq!(bench.state(id(1)), JobState::Submitting, "it holds the only place");
    // Nor does one that is paused hold a place.
    let mut bench = Bench::new(GatewayId::Apiin);
    bench.tell(Input::Command(Command::SetAtOnce(GatewayId::Apiin, 1)));
    let picture = Some(InputPicture::Stored(crate::domain::samples::stored_picture()));
    let request = Draft { prompt: "a boat".to_owned(), picture, ..Draft::default() }.to_request().expect("good");
    let pictured = crate::engine::command::NewJob { request, ..bench.new_job(1) };
    bench.tell(Input::Command(Command::Enqueue(vec![pictured])));
    let second = bench.enqueue(2);
    bench.tell(Input::Command(Command::Hold(vec![id(1)])));
    bench.tell(Input::PictureReady(id(1)));
    bench.wait(secs(2));
    assert_eq!((bench.state(id(1)), bench.state(second)), (JobState::Queued, JobState::Submitting));
}

#[test]
fn a_gateway_that_refuses_one_more_is_given_fewer_at_once_for_a_while() {
    let mut bench = Bench::new(GatewayId::Aigateway);
    bench.tell(Input::Command(Command::SetAtOnce(GatewayId::Aigateway, 3)));
    let jobs: Vec<JobId> = (1..=4).map(|number| bench.enqueue(number)).collect();
    for job in &jobs[..2] {
        bench.wait(secs(1));
        bench.tell(Input::Submitted(*job, answer(accepted(*job))));
    }
    bench.wait(secs(1));
    assert_eq!(bench.state(jobs[2]), JobState::Submitting);
    bench.tell(Input::Submitted(jobs[2], answer(SubmitOutcome::Throttled { retry_after: None })));
    let told = |bench: &Bench, expected| {
        let is_told = |effect: &Effect| matches!(effect, Effect::Emit(Event::GatewayChanged(_, health)) if health.at_once == expected);
        bench.count(is_told)
    };
    assert!(told(&bench, Some(2)) > 0);
    bench.wait(secs(120));
    assert_eq!(bench.state(jobs[2]), JobState::Queued, "two are in flight");
    bench.wait(secs(600));
    assert_eq!(bench.state(jobs[2]), JobState::Submitting, "one more is tried");
    assert!(told(&bench, None) > 0);
}

#[test]
fn an_edited_order_stands_where_it_stood_also_after_a_restart_and_at_another_gateway() {
    let at = |bench: &Bench, number: u128, gateway: GatewayId| {
        let estimate = crate::domain::price::estimate(&bench.new_job(number).request, gateway).expect("offered");
        crate::engine::command::NewJob { gateway, estimate, ..bench.new_job(number) }
    };
    let holds = Holds { is_paused: true, ..Holds::default() };
    let paused_setup = || Setup { holds: holds.clone(), ..Setup::default() };
    for gateway in [GatewayId::Aigateway, GatewayId::Apiin] {
        let (mut bench, jobs) = paused(3);
        let others: Vec<_> = [4, 5].map(|number| at(&bench, number, GatewayId::Apiin)).into();
        // The line of apiin: one before and one behind the order that is edited.
        for other in others {
            bench.tell(Input::Command(Command::Enqueue(vec![other])));
        }
        bench.tell(Input::Command(Command::MoveInQueue(jobs[2], QueueMove::First)));
        bench.tell(Input::Command(Command::MoveInQueue(jobs[1], QueueMove::Last)));
        let rank = |bench: &Bench, job: JobId| bench.machine.job(job).expect("known").queue_rank;
        let edited = jobs[0];
        let (before, after) = (rank(&bench, jobs[2]), rank(&bench, jobs[1]));
        bench.tell(Input::Command(Command::TakeOut(edited)));
        bench.restart(paused_setup());
        let new_jobs = vec![at(&bench, 7, gateway), at(&bench, 8, gateway)];
        bench.tell(Input::Command(Command::EnqueueInPlace { of: edited, new_jobs, is_held: false }));
        for _ in 0..2 {
            if gateway == GatewayId::Aigateway {
                let line = [jobs[2], id(7), id(8), jobs[1]];
                assert_eq!(places(&bench, &line), [Some(1), Some(2), Some(3), Some(4)]);
            } else {
                assert_eq!(places(&bench, &[id(7), id(8), id(4), id(5)]), [Some(1), Some(2), Some(3), Some(4)]);
            }
            assert!((before..=after).contains(&rank(&bench, id(7))));
            bench.restart(paused_setup());
        }
        assert_eq!(bench.state(edited), JobState::Removed);
        let runs = |number| bench.machine.job(id(number)).and_then(|job| job.run);
        assert_eq!((runs(7), runs(8)), (Some(id(7)), Some(id(7))), "they are one run");
    }
    // In an older library all have the same rank, and one that was sent meanwhile has no place any more.
    let (bench, jobs) = paused(3);
    let mut old: Vec<Job> = bench.machine.jobs().cloned().collect();
    old.sort_by_key(|job| job.id);
    old.iter_mut().for_each(|job| job.queue_rank = 0);
    let mut bench = Bench::new(GatewayId::Aigateway);
    bench.machine = Machine::new(paused_setup(), old);
    bench.tell(Input::Start);
    bench.tell(Input::Command(Command::TakeOut(jobs[1])));
    let new_jobs = vec![bench.new_job(9)];
    bench.tell(Input::Command(Command::EnqueueInPlace { of: jobs[1], new_jobs, is_held: true }));
    let line: Vec<JobId> = bench.machine.agenda.lines[&GatewayId::Aigateway]
        .iter()
        .filter_map(|(_, place)| bench.machine.agenda.job(*place))
        .collect();
    assert_eq!(line, [jobs[0], id(9), jobs[2]]);
    assert_eq!(bench.machine.job(id(9)).and_then(|job| job.held), Some(HeldFor::Paused));
    let mut bench = Bench::new(GatewayId::Aigateway);
    let sent = bench.enqueue(1);
    bench.wait(secs(1));
    assert_ne!(bench.state(sent), JobState::Queued);
    bench.tell(Input::Command(Command::PauseQueue(true)));
    bench.enqueue(2);
    let new_jobs = vec![bench.new_job(3)];
    bench.tell(Input::Command(Command::EnqueueInPlace { of: sent, new_jobs, is_held: false }));
    assert_eq!(places(&bench, &[id(2), id(3)]), [Some(1), Some(2)]);
}
