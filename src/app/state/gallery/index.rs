//! Every job that has a card, sorted by recipe and kept up to date one job at a time.
//!
//! What is kept of a job is only what decides where its card lies, so that filters and orders walk over a few bytes for
//! each and never over the jobs themselves.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use crate::app::state::gallery::{Filter, Look};
use crate::app::state::jobs::Jobs;
use crate::domain::browsing::has_card;
use crate::domain::take::TakeKey;
use crate::domain::{GatewayId, GenerationRequest, Job, JobId, Project, Rating};

/// What the gallery needs to know of one card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Take {
    pub(super) id: JobId,
    pub(super) chip: Option<Filter>,
    pub(super) rating: Rating,
    pub(super) is_rejected: bool,
    pub(super) project: Option<Project>,
    /// Width and height of its clip in pixels; zeros while there is none, or when they could not be read.
    pub(super) pixels: (u32, u32),
}

impl Take {
    fn of(job: &Job, is_file_missing: bool) -> Self {
        Self {
            id: job.id,
            chip: Filter::of(job, is_file_missing),
            rating: job.verdict.rating,
            is_rejected: job.verdict.is_rejected,
            project: job.project.clone(),
            pixels: job.clip.as_ref().map_or((0, 0), |clip| (clip.width, clip.height)),
        }
    }
}

/// The takes of one recipe, oldest first. May be empty when all of them left.
#[derive(Clone, Debug)]
pub(super) struct Takes {
    pub(super) gateway: GatewayId,
    pub(super) request: GenerationRequest,
    pub(super) all: Vec<Take>,
    /// Another recipe with the same hash.
    next: Option<u32>,
}

impl Takes {
    /// Place of a take, from 0.
    pub(super) fn place(&self, id: JobId) -> Option<usize> {
        self.all.binary_search_by_key(&id, |take| take.id).ok()
    }
}

/// Number of a recipe; never given to another one.
pub(super) type Slot = u32;

/// All cards, sorted by recipe.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    recipes: Vec<Takes>,
    /// First recipe with this hash.
    by_hash: HashMap<u64, Slot>,
    of_job: HashMap<JobId, Slot>,
    hasher: RandomState,
}

impl Index {
    /// All jobs that have a card.
    pub(super) fn of(jobs: &Jobs, look: &Look<'_>) -> Self {
        let mut index = Self::default();
        for job in jobs.values().filter(|job| has_card(job)) {
            index.add(job, Take::of(job, look.is_file_missing(job.id)));
        }
        index
    }

    /// Brings one job up to date. The recipe it belongs to with its card as it was and as it is, when they differ.
    pub(super) fn update(
        &mut self,
        id: JobId,
        jobs: &Jobs,
        look: &Look<'_>,
    ) -> Option<(Slot, Option<Take>, Option<Take>)> {
        let job = jobs.get(&id).filter(|job| has_card(job));
        let now = job.map(|job| Take::of(job, look.is_file_missing(id)));
        let was = self.of_job.get(&id).copied();
        match (was, now, job) {
            (Some(slot), now, _) => {
                let takes = &mut self.recipes[slot as usize];
                let place = takes.place(id)?;
                if now.as_ref() == Some(&takes.all[place]) {
                    return None;
                }
                let before = match now.clone() {
                    Some(now) => std::mem::replace(&mut takes.all[place], now),
                    None => {
                        self.of_job.remove(&id);
                        takes.all.remove(place)
                    }
                };
                Some((slot, Some(before), now))
            }
            (None, Some(now), Some(job)) => Some((self.add(job, now.clone()), None, Some(now))),
            _ => None,
        }
    }

    fn add(&mut self, job: &Job, take: Take) -> Slot {
        let hash = self.hasher.hash_one((job.gateway, TakeKey(&job.request)));
        let first = self.by_hash.get(&hash).copied();
        let mut candidate = first;
        while let Some(slot) = candidate {
            let takes = &mut self.recipes[slot as usize];
            if takes.gateway == job.gateway && TakeKey(&takes.request) == TakeKey(&job.request) {
                // Nearly always the last place: jobs come in the order of their age.
                let place = takes.all.partition_point(|other| other.id < take.id);
                self.of_job.insert(take.id, slot);
                takes.all.insert(place, take);
                return slot;
            }
            candidate = takes.next;
        }
        let slot = Slot::try_from(self.recipes.len()).expect("fewer recipes than memory has bytes");
        self.of_job.insert(take.id, slot);
        self.by_hash.insert(hash, slot);
        self.recipes.push(Takes { gateway: job.gateway, request: job.request.clone(), all: vec![take], next: first });
        slot
    }

    /// All recipes with their numbers.
    pub(super) fn recipes(&self) -> impl Iterator<Item = (Slot, &Takes)> {
        (0..).zip(&self.recipes)
    }

    /// The takes of one recipe.
    pub(super) fn recipe(&self, slot: Slot) -> &Takes {
        &self.recipes[slot as usize]
    }

    /// The recipe of a job that has a card.
    pub(super) fn slot_of(&self, job: JobId) -> Option<Slot> {
        self.of_job.get(&job).copied()
    }
}
