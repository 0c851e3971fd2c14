//! What is asked of all jobs of a library when only some of them are in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::browsing::has_card;
use super::curation::Project;
use super::gateway::GatewayId;
use super::id::JobId;
use super::job::Job;
use super::money::{Amount, Credits, Money};
use super::price_book::{PricedShape, cost_of};
use super::setting::Seed;
use super::sha256::Sha256Hex;

/// The cards of a library, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Number of cards.
    pub cards: usize,
    /// Number of clips that belong to cards.
    pub clips: usize,
    /// Bytes of these clips together.
    pub clip_bytes: u64,
    /// Number of cards of each project; `None` for those of no project. None of them is 0.
    pub by_project: BTreeMap<Option<Project>, usize>,
}

impl Counts {
    /// Counts a job in.
    pub fn add(&mut self, job: &Job) {
        if !has_card(job) {
            return;
        }
        self.cards += 1;
        if let Some(clip) = &job.clip {
            self.clips += 1;
            self.clip_bytes = self.clip_bytes.saturating_add(clip.size_bytes);
        }
        match self.by_project.get_mut(&job.project) {
            Some(count) => *count += 1,
            None => _ = self.by_project.insert(job.project.clone(), 1),
        }
    }

    /// Takes a job out that was counted in as it is.
    pub fn take_off(&mut self, job: &Job) {
        if !has_card(job) {
            return;
        }
        self.cards = self.cards.saturating_sub(1);
        if let Some(clip) = &job.clip {
            self.clips = self.clips.saturating_sub(1);
            self.clip_bytes = self.clip_bytes.saturating_sub(clip.size_bytes);
        }
        if let Some(count) = self.by_project.get_mut(&job.project) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.by_project.remove(&job.project);
            }
        }
    }
}

/// What counts against caps at one gateway on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaidDay {
    /// The day on which it was paid for.
    pub day: Date,
    /// The gateway that billed it.
    pub gateway: GatewayId,
    /// What was billed in dollars.
    pub money: Money,
    /// What was billed in credits.
    pub credits: Credits,
}

/// What is asked about one card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardQuestion {
    /// The job of the card.
    pub job: JobId,
    /// Whether newer orders at its price have a say, because its charge differs from the price.
    pub asks_price: bool,
}

/// What is known of one card beyond its own job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardFacts {
    /// The shots before it and after it in its chain, and takes beside those, oldest first.
    pub relatives: Vec<Job>,
    /// Every seed that a take of its recipe ever had.
    pub seeds: BTreeSet<Seed>,
    /// Newer orders at its price that tell whether it is still to be asked about: of those with the same charge one that is
    /// seen, and one that is not.
    pub newer: Vec<Job>,
}

/// The number of an order among all of its recipe, hidden ones included, by age.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakeNumber {
    /// Its number, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

/// A row of the ledger that is not in memory otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRow {
    /// The order; `None` where it is known already.
    pub job: Option<Arc<Job>>,
    /// Its number among the takes of its recipe.
    pub take: TakeNumber,
}

/// The best clip of each prompt that is asked for, by the key of its entry in the history: the one with the most stars, of
/// several the newest. Clips are taken in one by one, in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BestClips(BTreeMap<Sha256Hex, Option<(u8, JobId)>>);

impl BestClips {
    /// Asks for the best clips of these prompts.
    pub fn of(prompts: impl IntoIterator<Item = Sha256Hex>) -> Self {
        Self(prompts.into_iter().map(|prompt| (prompt, None)).collect())
    }

    /// Takes a clip in, of which is said how many stars it has. One of a prompt that nobody asks for changes nothing.
    pub fn add(&mut self, prompt: Sha256Hex, stars: u8, job: JobId) {
        if let Some(best) = self.0.get_mut(&prompt) {
            *best = Some((stars, job)).max(*best);
        }
    }

    /// The best clip of each prompt that has one.
    pub fn finish(self) -> impl Iterator<Item = (Sha256Hex, JobId)> {
        self.0.into_iter().filter_map(|(prompt, best)| Some((prompt, best?.1)))
    }
}

/// Those newer orders that decide whether the charge of an older one is asked about, found one by one.
#[derive(Debug)]
pub struct Newer {
    shape: PricedShape,
    known: Vec<(Amount, bool)>,
}

impl Newer {
    /// Newer orders than `job`.
    pub fn than(job: &Job) -> Self {
        Self { shape: PricedShape::of(job), known: Vec::new() }
    }

    /// Whether this order says something that no order before it said.
    pub fn says_more(&mut self, other: &Job) -> bool {
        let Some(cost) = cost_of(other).filter(|_| PricedShape::of(other) == self.shape) else { return false };
        let said = (cost, !other.is_hidden && other.trashed_at.is_none());
        let is_new = !self.known.contains(&said);
        if is_new {
            self.known.push(said);
        }
        is_new
    }
}
