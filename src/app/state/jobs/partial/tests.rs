use std::collections::BTreeMap;

use super::*;
use crate::app::state::spending::Sum;
use crate::domain::caps::{CapKind, SpendingRules, day_of};
use crate::domain::random::Random;
use crate::domain::samples::library::{NOW, random_job, random_library};
use crate::domain::{CreditValue, Credits, GatewayId, Job, JobState};

/// The library as the database has it, and the window that holds some of it.
struct Bench {
    stored: BTreeMap<JobId, Job>,
    jobs: Jobs,
    chance: Random,
    zone: TimeZone,
}

impl Bench {
    fn new(seed: u64, zone: &TimeZone) -> Self {
        let stored: BTreeMap<JobId, Job> = random_library(seed, 60).into_iter().map(|job| (job.id, job)).collect();
        let mut jobs: Jobs = stored.values().filter(|job| job.is_live()).cloned().collect();
        jobs.keep_days_of(zone.clone());
        jobs.set_whole(false);
        Self { stored, jobs, chance: Random(seed), zone: zone.clone() }
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.chance.draw() >> 1).unwrap_or_default() % limit
    }

    fn some_id(&mut self) -> JobId {
        let place = self.below(self.stored.len());
        *self.stored.keys().nth(place).expect("there are jobs")
    }

    /// What the library answers.
    fn answer(&self, question: &MoneyQuestion) -> Vec<PaidDay> {
        let others = self.stored.values().filter(|job| !question.without.contains(&job.id));
        others.filter_map(|job| paid_day(job, &self.zone)).filter(|paid| paid.day >= question.first).collect()
    }

    fn first(&self) -> Date {
        day_of(NOW, &self.zone).first_of_month()
    }

    /// A job is changed, or a new one made: it is stored, and then the window hears of it.
    fn change(&mut self, id: JobId) {
        let mut changed = random_job(id.0.as_u128(), &mut self.chance);
        // A card that is dropped is not live; one that waits stays loaded.
        if self.below(4) == 0 {
            changed.state = JobState::Downloading;
        }
        self.stored.insert(id, changed.clone());
        if self.below(2) == 0
            && let Some(mut known) = self.jobs.get_mut(&id)
        {
            *known = changed;
        } else {
            self.jobs.insert(id, changed);
        }
    }

    fn spent(jobs: &Jobs, zone: &TimeZone, rules: &SpendingRules) -> [Sum; 2] {
        [CapKind::Day, CapKind::Month].map(|kind| jobs.spending().spent(kind, NOW, zone, rules))
    }
}

#[test]
fn money_is_that_of_all_jobs_however_they_are_loaded_dropped_and_changed_meanwhile() {
    let mut rules = [SpendingRules::default(), SpendingRules::default()];
    // What is no round number of millionths, so that sums that are rounded twice are noticed.
    let value = CreditValue::new(Money(7_000_001), Credits(3_333)).expect("above zero");
    rules[1].credit_values.insert(GatewayId::Apiin, value);
    let (mut checks, mut late) = (0, 0);
    for seed in 0..9 {
        let zone = TimeZone::fixed(jiff::tz::offset([0, 9, -7][usize::try_from(seed % 3).expect("few")]));
        let mut bench = Bench::new(seed, &zone);
        assert!(!bench.jobs.is_spending_known());
        let mut on_its_way: Option<Vec<PaidDay>> = None;
        for step in 0..300 {
            match bench.below(12) {
                0..=3 => {
                    let id = bench.some_id();
                    bench.jobs.load(id, bench.stored[&id].clone());
                }
                4..=7 => {
                    let id = bench.some_id();
                    bench.jobs.unload(&id);
                }
                8 if step % 3 == 0 => {
                    let id = bench.some_id();
                    bench.change(id);
                }
                9 if step % 7 == 0 => {
                    let number = bench.stored.len() as u128 + 1;
                    bench.change(JobId(uuid::Uuid::from_u128(number)));
                }
                _ => {}
            }
            // The library answers some time after it was asked, of the moment in which it reads.
            let first = bench.first();
            match on_its_way.take() {
                Some(days) if bench.below(3) == 0 => {
                    bench.jobs.money_told(&zone, Some(&days));
                    late += 1;
                }
                Some(days) => on_its_way = Some(days),
                None => on_its_way = bench.jobs.money_question(first).map(|question| bench.answer(&question)),
            }
            let partial = bench.jobs.partial.as_ref().expect("not whole");
            if partial.money.asked.is_some() || partial.money.is_stale || !bench.jobs.is_spending_known() {
                continue;
            }
            let mut all: Jobs = bench.stored.values().cloned().collect();
            all.keep_days_of(zone.clone());
            for rules in &rules {
                assert_eq!(Bench::spent(&bench.jobs, &zone, rules), Bench::spent(&all, &zone, rules), "{seed} {step}");
                let copy = bench.jobs.clone();
                assert_eq!(Bench::spent(&copy, &zone, rules), Bench::spent(&all, &zone, rules), "a copy");
            }
            checks += 1;
        }
    }
    assert!(checks > 300 && late > 40, "{checks} {late}");
}

#[test]
fn whoever_holds_all_jobs_asks_nothing() {
    let mut jobs: Jobs = random_library(3, 30).into_iter().collect();
    let first = day_of(NOW, &TimeZone::UTC).first_of_month();
    assert!(jobs.is_whole() && jobs.is_spending_known());
    assert_eq!((jobs.money_question(first), jobs.moved()), (None, Moved::default()));
    let id = *jobs.jobs.keys().next().expect("a job");
    assert!(!jobs.unload(&id));
    assert!(jobs.contains_key(&id));
}

#[test]
fn live_jobs_stay_and_others_are_forgotten_everywhere() {
    let all = random_library(5, 200);
    let mut jobs: Jobs = all.iter().cloned().collect();
    jobs.set_whole(false);
    for job in &all {
        assert_eq!(jobs.unload(&job.id), !job.is_live());
    }
    let live: Jobs = all.iter().filter(|job| job.is_live()).cloned().collect();
    assert_eq!(jobs.sums(), live.sums());
    assert_eq!(jobs.len(), live.len());
    assert_eq!((jobs.by_recipe.len(), jobs.by_price.len()), (live.by_recipe.len(), live.by_price.len()));
    let dropped = jobs.moved().dropped;
    assert_eq!(dropped.len() + live.len(), all.len());
    // What is loaded once more is as before.
    all.iter().for_each(|job| jobs.load(job.id, job.clone()));
    let whole: Jobs = all.iter().cloned().collect();
    assert_eq!(jobs.sums(), whole.sums());
    for job in &all {
        let takes =
            |jobs: &Jobs| -> BTreeMap<JobId, Job> { jobs.takes_of(job).map(|job| (job.id, job.clone())).collect() };
        assert_eq!(takes(&jobs), takes(&whole));
        assert!(jobs.newer_at_its_price(job).eq(whole.newer_at_its_price(job)));
    }
}

#[test]
fn an_answer_that_never_comes_is_asked_for_again_after_a_change_only() {
    let mut jobs = Jobs::default();
    jobs.set_whole(false);
    let first = day_of(NOW, &TimeZone::UTC).first_of_month();
    assert!(jobs.money_question(first).is_some());
    assert!(jobs.money_question(first).is_none(), "it is on its way");
    jobs.money_told(&TimeZone::UTC, None);
    assert!(jobs.money_question(first).is_none(), "a library that cannot be read is not asked in each frame");
    let job = random_job(1, &mut Random(1));
    jobs.insert(job.id, job);
    assert!(jobs.money_question(first).is_some());
    jobs.money_told(&TimeZone::UTC, Some(&[]));
    assert!(jobs.is_spending_known() && jobs.money_question(first).is_none());
    let next = first.last_of_month().tomorrow().expect("a day");
    assert_eq!(jobs.money_question(next).map(|question| question.first), Some(next), "another month");
}

#[test]
fn counts_are_those_that_were_told() {
    let mut jobs: Jobs = random_library(5, 20).into_iter().collect();
    let own = jobs.counts().clone();
    jobs.set_whole(false);
    assert_eq!(*jobs.counts(), own, "until they are told, those of the loaded ones");
    let told = Counts { cards: 9_000, ..own };
    jobs.counts_told(told.clone());
    assert_eq!(*jobs.counts(), told);
    jobs.set_whole(true);
    jobs.counts_told(Counts::default());
    assert_eq!(jobs.counts().cards, told.by_project.values().sum::<usize>());
}
