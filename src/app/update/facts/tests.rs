use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::*;
use crate::app::action::ledger::LedgerAct;
use crate::app::action::{Action, Input};
use crate::app::state::facts::LedgerAsked;
use crate::app::state::form::History;
use crate::app::state::jobs::Jobs;
use crate::app::state::ledger::{LedgerBy, LedgerView};
use crate::app::state::spending::paid_day;
use crate::app::state::{KeyPlace, KeyState};
use crate::app::update::kit::put;
use crate::app::view::chain::Chain;
use crate::app::view::four_more::four_more;
use crate::app::view::ledger::page;
use crate::app::view::ledger::row::row;
use crate::app::view::prices::offer_of;
use crate::app::view::spending;
use crate::domain::facts::{CardFacts, Counts, LedgerRow, Newer, TakeNumber};
use crate::domain::ledger::found::LedgerFound;
use crate::domain::ledger::table;
use crate::domain::prompt_history::{PromptHistory, of_jobs};
use crate::domain::samples::id;
use crate::domain::samples::library::{NOW, best_clips, numbered, random_job, random_library, relatives};
use crate::domain::take::TakeKey;
use crate::domain::{Job, JobId};
use crate::engine::command::Command;
use crate::engine::event::Event;

/// A window that holds a part of a library, and the library, which answers as the database does.
struct Bench {
    state: AppState,
    stored: Vec<Job>,
}

fn window(jobs: Jobs) -> AppState {
    let mut state = AppState::new(NOW);
    for gateway in state.gateways.values_mut() {
        gateway.key = KeyState::Present { place: KeyPlace::Session, last_four: None };
    }
    state.jobs = jobs;
    state
}

impl Bench {
    /// All that is live is loaded, and of the rest one in `loaded`.
    fn new(seed: u64, count: u128, loaded: u128) -> Self {
        let stored = random_library(seed, count);
        let near = |job: &&Job| job.is_live() || job.id.0.as_u128().is_multiple_of(loaded);
        let mut jobs: Jobs = stored.iter().filter(near).cloned().collect();
        jobs.set_whole(false);
        let mut bench = Self { state: window(jobs), stored };
        bench.put(Input::Tick);
        bench
    }

    fn whole(&self) -> AppState {
        let mut state = window(self.stored.iter().cloned().collect());
        (state.viewer, state.selection.card) = (self.state.viewer.clone(), self.state.selection.card);
        state
    }

    /// Puts an input, and answers everything that is asked then. Returns what else was wished for.
    fn put(&mut self, input: Input) -> Vec<Effect> {
        let mut others = Vec::new();
        let mut open = put(&mut self.state, input);
        while !open.is_empty() {
            let effect = open.remove(0);
            match effect {
                Effect::Facts(number, wanted) => {
                    let told = self.answer(wanted);
                    open.extend(put(&mut self.state, Input::Facts(number, told)));
                }
                other => others.push(other),
            }
        }
        others
    }

    fn takes<'a>(&'a self, job: &'a Job) -> impl Iterator<Item = &'a Job> {
        let is_take = |other: &&Job| other.gateway == job.gateway && TakeKey(&other.request) == TakeKey(&job.request);
        self.stored.iter().filter(is_take)
    }

    fn answer(&self, wanted: Wanted) -> Told {
        match wanted {
            Wanted::Counts => {
                let mut counts = Counts::default();
                self.stored.iter().for_each(|job| counts.add(job));
                Told::Counts(Some(counts))
            }
            Wanted::Money(question) => {
                let others = self.stored.iter().filter(|job| !question.without.contains(&job.id));
                let days = others.filter_map(|job| paid_day(job, &question.zone));
                Told::Money(question.zone.clone(), Some(days.filter(|paid| paid.day >= question.first).collect()))
            }
            Wanted::Card(question) => {
                let Some(job) = numbered(&self.stored, question.job.0.as_u128()) else {
                    return Told::Card(Some(Box::default()));
                };
                let mut sieve = Newer::than(job);
                let newer = self.stored.iter().rev().filter(|other| other.id > job.id && question.asks_price);
                let newer = newer.filter(|other| sieve.says_more(other)).cloned().collect();
                let seeds = self.takes(job).filter_map(|take| take.request.seed()).collect();
                let relatives = relatives(job, &self.stored).into_iter().cloned().collect();
                Told::Card(Some(Box::new(CardFacts { relatives, seeds, newer })))
            }
            Wanted::Ledger(question, without) => {
                let mut found = LedgerFound::default();
                found.gateways.extend(self.stored.iter().map(|job| job.gateway).filter(|gateway| gateway.is_paid()));
                let others = self.stored.iter().filter(|job| !without.contains(&job.id));
                others.for_each(|job| found.add(job, &question));
                found.sort();
                Told::Ledger(Some(Box::new(found)))
            }
            Wanted::Rows(ids) => {
                let numbers = table::takes(&self.stored);
                let row = |(id, is_known): &(JobId, bool)| {
                    let job = numbered(&self.stored, id.0.as_u128())?;
                    let take = TakeNumber { number: numbers[id], of: self.takes(job).count() };
                    Some((*id, LedgerRow { job: (!is_known).then(|| job.clone().into()), take }))
                };
                Told::Rows(ids.iter().map(|(id, _)| *id).collect(), ids.iter().filter_map(row).collect())
            }
            Wanted::BestClips(mut best) => {
                for (prompt, job) in best_clips(&self.stored) {
                    best.add(prompt, 0, job);
                }
                Told::BestClips(Some(best))
            }
            Wanted::Export(..) => panic!("nobody waits for an answer to that"),
        }
    }

    /// The engine stores a job and tells of it.
    fn change(&mut self, job: Job) {
        match self.stored.iter_mut().find(|stored| stored.id == job.id) {
            Some(stored) => *stored = job.clone(),
            None => self.stored.push(job.clone()),
        }
        // Of a loaded job the window keeps its own words, such as the project, until the engine has settled them.
        let is_loaded = self.state.jobs.contains_key(&job.id);
        let job = Box::new(job);
        self.put(Input::Engine(if is_loaded { Event::Settled(job, None) } else { Event::JobChanged(job) }));
    }
}

fn view(by: LedgerBy, month: jiff::civil::Date, only_not_known: bool) -> Option<Viewer> {
    Some(Viewer::Ledger(LedgerView { month, by, chosen: None, only_not_known }))
}

fn pages_agree(bench: &mut Bench) {
    let months = [(2026, 6), (2026, 5), (2025, 12), (1999, 1)].map(|(year, month)| jiff::civil::date(year, month, 1));
    for month in months {
        for (by, only) in
            [(LedgerBy::Day, false), (LedgerBy::Day, true), (LedgerBy::Month, false), (LedgerBy::Project, false)]
        {
            bench.state.viewer = view(by, month, only);
            bench.put(Input::Tick);
            let whole = bench.whole();
            let Some(Viewer::Ledger(view)) = bench.state.viewer.clone() else { panic!("the ledger is open") };
            let (found, expected) = (page(&bench.state, &view), page(&whole, &view));
            assert_eq!(found, expected, "{month} {by:?} {only}");
            bench.put(Input::Act(Action::Ledger(LedgerAct::Read(found.rows.clone()))));
            for id in &found.rows {
                let order = bench.state.order_of(*id).expect("read");
                assert_eq!(row(&bench.state, order), row(&whole, order), "{id}");
            }
        }
    }
    bench.state.viewer = None;
    bench.put(Input::Tick);
    assert!(bench.state.facts.ledger.known().is_none(), "a closed ledger keeps nothing");
}

#[test]
fn the_ledger_is_that_of_all_jobs_also_after_changes() {
    for (seed, loaded) in [(1, 3), (2, 10_000), (3, 1)] {
        let mut bench = Bench::new(seed, 150, loaded);
        pages_agree(&mut bench);
        bench.state.viewer = view(LedgerBy::Day, jiff::civil::date(2026, 6, 1), false);
        bench.put(Input::Tick);
        let mut chance = Random(seed);
        // Loaded ones, others, and new ones, while it is open; then some are dropped.
        for number in [3, 4, 5, 6, 7, 8, 151, 152] {
            bench.change(random_job(number, &mut chance));
            let Some(Viewer::Ledger(view)) = bench.state.viewer.clone() else { panic!("the ledger is open") };
            assert_eq!(page(&bench.state, &view), page(&bench.whole(), &view), "after a change of {number}");
        }
        for number in 1..80 {
            bench.state.jobs.unload(&id(number));
        }
        bench.put(Input::Tick);
        let Some(Viewer::Ledger(view)) = bench.state.viewer.clone() else { panic!("the ledger is open") };
        assert_eq!(page(&bench.state, &view), page(&bench.whole(), &view), "after some were dropped");
        pages_agree(&mut bench);
    }
}

#[test]
fn until_the_library_has_told_the_ledger_says_that_it_is_read() {
    let mut bench = Bench::new(1, 60, 5);
    bench.state.viewer = view(LedgerBy::Day, jiff::civil::date(2026, 6, 1), false);
    let Some(Viewer::Ledger(view)) = bench.state.viewer.clone() else { panic!("the ledger is open") };
    let page = page(&bench.state, &view);
    assert!(!page.is_read && !page.is_empty && page.rows.is_empty());
    // An answer to what was asked before the month was turned is no answer.
    let effects = put(&mut bench.state, Input::Tick);
    let Some(Effect::Facts(number, wanted)) = effects.into_iter().next() else { panic!("it is asked") };
    let late = bench.answer(wanted);
    put(&mut bench.state, Input::Act(Action::Ledger(LedgerAct::Turn(false))));
    put(&mut bench.state, Input::Facts(number, late));
    assert!(bench.state.facts.ledger.known().is_none());
    assert!(bench.state.facts.ledger.asked().is_some_and(|asked| *asked != LedgerAsked::of(&bench.state, &view)));
}

#[test]
fn chains_seeds_and_offers_are_those_of_all_jobs() {
    let mut bench = Bench::new(4, 150, 4);
    let all: Vec<Job> = bench.stored.clone();
    let mut offers = 0;
    for job in &all {
        bench.state.jobs.load(job.id, job.clone());
        bench.state.selection.card = Some(job.id);
        bench.put(Input::Tick);
        let whole = bench.whole();
        let chain = |state: &AppState| {
            let mut chain = Chain::of(job, state.family_of(job.id));
            // Takes beside each other stand in the order in which they were found.
            chain.shots.sort_by_key(|shot| shot.job);
            (chain.shots, chain.line)
        };
        assert_eq!(chain(&bench.state), chain(&whole), "{}", job.id);
        let seeds = |state: &AppState| four_more(state, job.id).map(|more| (more.seeds, more.is_known));
        assert_eq!(seeds(&bench.state), seeds(&whole));
        assert_eq!(offer_of(&bench.state, job), offer_of(&whole, job));
        offers += usize::from(offer_of(&whole, job).is_some());
        if !job.id.0.as_u128().is_multiple_of(4) {
            bench.state.jobs.unload(&job.id);
        }
    }
    assert!(offers > 0, "some offer a correction");
}

#[test]
fn more_takes_are_ordered_with_seeds_that_no_take_ever_had() {
    let mut bench = Bench::new(9, 200, 1_000);
    let with_seed = |job: &&Job| job.request.seed().is_some() && job.gateway == crate::domain::GatewayId::Practice;
    let job = bench.stored.iter().find(with_seed).expect("one of practice").clone();
    let used: BTreeSet<_> = bench.takes(&job).filter_map(|take| take.request.seed()).collect();
    bench.state.jobs.load(job.id, job.clone());
    bench.state.selection.card = None;
    assert!(!bench.state.knows_takes_of(job.id));
    let effects = bench.put(Input::Act(Action::FourMore(job.id)));
    let ordered = effects.iter().find_map(|effect| match effect {
        Effect::Engine(Command::Enqueue(jobs)) => Some(jobs),
        _ => None,
    });
    let ordered = ordered.expect("it was ordered when the seeds were known");
    assert_eq!(ordered.len(), 4);
    assert!(ordered.iter().all(|new| new.request.seed().is_some_and(|seed| !used.contains(&seed))), "{ordered:?}");
    assert!(bench.state.facts.more.is_none());
}

#[test]
fn sums_and_counts_are_those_of_all_jobs() {
    let mut bench = Bench::new(5, 150, 4);
    let mut chance = Random(5);
    for number in 1..60 {
        match number % 3 {
            0 => bench.change(random_job(number, &mut chance)),
            1 => _ = bench.state.jobs.unload(&id(number)),
            _ => bench.state.jobs.load(id(number), bench.stored[usize::try_from(number).expect("few") - 1].clone()),
        }
        bench.put(Input::Tick);
        let whole = bench.whole();
        assert_eq!(bench.state.jobs.counts(), whole.jobs.counts());
        assert_eq!(spending::today(&bench.state), spending::today(&whole), "{number}");
        assert_eq!(bench.state.jobs.sums().unfinished, whole.jobs.sums().unfinished);
    }
}

#[test]
fn the_best_clips_of_prompts_are_those_of_all_jobs() {
    let mut bench = Bench::new(6, 150, 50);
    bench.state.form.history =
        History::Read { entries: PromptHistory::of(of_jobs(&bench.stored)), posters: HashMap::new() };
    bench.state.facts.wants_best_clips = true;
    bench.put(Input::Tick);
    let expected: BTreeMap<_, _> = best_clips(&bench.stored);
    for (prompt, job) in expected {
        assert_eq!(bench.state.form.history.poster(prompt), Some(job));
    }
}

#[test]
fn a_whole_library_is_asked_nothing() {
    let mut state = window(random_library(7, 40).into_iter().collect());
    state.selection.card = Some(id(3));
    state.viewer = view(LedgerBy::Day, jiff::civil::date(2026, 6, 1), false);
    for input in [Input::Tick, Input::Engine(Event::JobChanged(Box::new(random_job(3, &mut Random(1)))))] {
        let effects = put(&mut state, input);
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Facts(..))));
    }
}
