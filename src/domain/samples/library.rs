//! Whole libraries of random jobs, to compare what is found in memory with what a database finds.

use std::collections::{BTreeMap, BTreeSet};

use strum::IntoEnumIterator as _;

use super::{clip, id, job};
use crate::domain::price_book::{Offer, PriceBook, offer};
use crate::domain::prompt_history::key_of;
use crate::domain::random::Random;
use crate::domain::{
    Amount, CapKind, Charge, ClipDuration, Credits, Ending, GatewayId, Job, JobId, JobState, Money, Sha256Hex,
    UnixMillis,
};

/// 2026-06-24, 12:00 in UTC: the moment at which the libraries are looked at.
pub const NOW: UnixMillis = UnixMillis(1_782_302_400_000);

/// An hour, in milliseconds.
const HOUR: i64 = 60 * 60 * 1_000;

/// A job with this number, everything else by chance: one of few recipes, projects and prices, ordered within the last two
/// years, most of them lately, in a state that goes with its charge.
pub fn random_job(number: u128, chance: &mut Random) -> Job {
    let mut below = |limit: i64| i64::try_from(chance.draw() >> 1).unwrap_or_default() % limit;
    let gateways = [GatewayId::Apiin, GatewayId::Aigateway, GatewayId::Pixverse, GatewayId::Practice];
    let gateway = gateways[usize::try_from(below(4)).unwrap_or_default()];
    let (prompt, is_long) = (below(7), below(3) == 0);
    let mut sample = job(number).gateway(gateway).prompt(&format!("a boat, {prompt} of them"));
    if is_long {
        sample = sample.asking(|draft| draft.duration = ClipDuration::S8);
    }
    if gateway == GatewayId::Apiin || gateway == GatewayId::Practice {
        sample = sample.seed(u32::try_from(below(40)).unwrap_or_default());
    }
    if below(3) == 0 {
        sample = sample.project(["Harbor", "Dunes", "Ærø"][usize::try_from(below(3)).unwrap_or_default()]);
    }
    if below(4) == 0 && number > 1 {
        let last = i64::try_from(number).unwrap_or(i64::MAX) - 1;
        sample = sample.parent(u128::try_from(1 + below(last)).unwrap_or(1), 81);
    }
    sample = sample.stars(u8::try_from(below(6)).unwrap_or_default()).rejected(below(5) == 0);
    let age = if below(2) == 0 { below(24 * 40) } else { below(24 * 730) };
    // A clock may have been set back since.
    let created = NOW.0 - age * HOUR - below(HOUR) + if below(50) == 0 { 50 * 24 * HOUR } else { 0 };
    let states: Vec<JobState> = JobState::iter().collect();
    let is_ready = below(2) == 0;
    let state = if is_ready { JobState::Ready } else { states[usize::try_from(below(14)).unwrap_or_default()] };
    let mut job = sample.at(UnixMillis(created)).state(state);
    if matches!(state, JobState::Ready) {
        job.clip = Some(clip(&format!("{number}.mp4")));
        if let Some(clip) = &mut job.clip {
            clip.size_bytes = u64::try_from(below(1_000)).unwrap_or_default();
        }
    }
    job.poster = crate::domain::job::Poster::Impossible("no film".to_owned());
    job.sent_at = (!matches!(state, JobState::Queued | JobState::Removed) && below(8) != 0)
        .then(|| UnixMillis(created + below(3) * 30 * HOUR));
    job.charge = match state {
        JobState::Queued | JobState::Submitting | JobState::Removed => Charge::Nothing,
        JobState::Failed | JobState::Rejected | JobState::Cancelled => Charge::No,
        JobState::Unconfirmed | JobState::Discarded | JobState::NotWatched => Charge::NotKnown,
        _ => match (below(4), job.estimate.amount) {
            (0, _) => Charge::Yes(None),
            (1, Amount::Credits(shown)) => Charge::Yes(Some(Amount::Credits(Credits(shown.0 + 18 * below(3))))),
            (1, Amount::Money(shown)) => Charge::Yes(Some(Amount::Money(Money(shown.0 + 80_000 * below(3))))),
            (2, _) => Charge::NotKnown,
            (_, amount) => Charge::Yes(Some(amount)),
        },
    };
    if state == JobState::Failed && below(2) == 0 {
        job.message = Some(Ending::removed());
        if let Some(message) = &mut job.message {
            message.kind = crate::domain::ending::EndingKind::NotAllowed;
        }
    }
    if state == JobState::Queued && below(2) == 0 {
        job.held =
            Some([CapKind::Run, CapKind::Day, CapKind::Month][usize::try_from(below(3)).unwrap_or_default()].held());
    }
    job.is_hidden = !state.is_unfinished() && below(6) == 0;
    job.trashed_at = (job.is_hidden && below(2) == 0).then_some(NOW);
    job.is_in_trash = job.trashed_at.is_some();
    job
}

/// A library of so many random jobs; the same seed gives the same one.
pub fn random_library(seed: u64, count: u128) -> Vec<Job> {
    let mut chance = Random(seed);
    (1..=count).map(|number| random_job(number, &mut chance)).collect()
}

/// All shots that a job goes on from, and all that go on from it, oldest first and without itself.
pub fn relatives<'a>(of: &Job, all: &'a [Job]) -> Vec<&'a Job> {
    let by_id: BTreeMap<JobId, &Job> = all.iter().map(|job| (job.id, job)).collect();
    let mut found = BTreeSet::new();
    let mut parent = of.parent;
    while let Some(before) = parent.filter(|before| before.job != of.id && found.insert(before.job)) {
        parent = by_id.get(&before.job).and_then(|job| job.parent);
    }
    let mut open = vec![of.id];
    while let Some(last) = open.pop() {
        let next = all.iter().filter(|job| job.parent.is_some_and(|parent| parent.job == last));
        open.extend(next.map(|job| job.id).filter(|id| *id != of.id && found.insert(*id)));
    }
    found.iter().filter_map(|id| by_id.get(id).copied()).collect()
}

/// The best clip of each prompt, by a look at all of them.
pub fn best_clips(all: &[Job]) -> BTreeMap<Sha256Hex, JobId> {
    let clips = all.iter().filter(|job| job.state == JobState::Ready && !job.verdict.is_rejected && !job.is_hidden);
    let mut ranked: Vec<(u8, JobId, Sha256Hex)> = clips
        .map(|job| (job.verdict.rating.stars(), job.id, key_of(job.request.prompt(), job.request.negative_prompt())))
        .collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, job, prompt)| (prompt, job)).collect()
}

/// What the charge of a job offers among these others.
pub fn offered<'a>(job: &Job, others: impl IntoIterator<Item = &'a Job>) -> Option<Offer> {
    offer(&PriceBook::default(), job, others)
}

/// The job with this number.
pub fn numbered(all: &[Job], number: u128) -> Option<&Job> {
    all.iter().find(|job| job.id == id(number))
}
