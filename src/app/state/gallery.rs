//! Which cards are shown, in which groups and order.
//!
//! A change of one job touches its own group only; another filter, order or search walks once over a few bytes for each
//! job. Nothing here is computed in a frame.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::app::state::jobs::Jobs;
pub use crate::domain::browsing::Filter;
use crate::domain::browsing::{ProjectChoice, SortBy, View};
use crate::domain::paging::{Mark, Tally};
use crate::domain::{GatewayId, GenerationRequest, JobId, Project, Rating};
use index::{Index, Slot, Take, Takes};

mod index;
pub mod span;
#[cfg(test)]
mod tests;

/// How the gallery is looked at: everything that decides which cards are shown and where, besides the jobs.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// The chip that is chosen.
    pub filter: Filter,
    /// The fewest stars of a shown clip; `None` shows all.
    pub stars: Option<Rating>,
    /// The project that is shown.
    pub project: &'a ProjectChoice,
    /// The order of groups, or of cards on the wall.
    pub sort_by: SortBy,
    /// Whether takes stand in groups or all cards on one wall.
    pub view: View,
    /// What the search found; `None` while nothing is searched for.
    pub hits: Option<&'a HashSet<JobId>>,
    /// Ready clips whose file is not there, which need the user; `None` where files do not count.
    pub missing_files: Option<&'a HashSet<JobId>>,
}

impl Look<'_> {
    fn is_file_missing(&self, id: JobId) -> bool {
        self.missing_files.is_some_and(|missing| missing.contains(&id))
    }

    fn shows(&self, take: &Take) -> bool {
        (self.filter == Filter::All || take.chip == Some(self.filter))
            && self.stars.is_none_or(|least| take.rating >= least)
            && self.project.shows(take.project.as_ref())
            && self.hits.is_none_or(|hits| hits.contains(&take.id))
    }
}

/// Ids grow with time.
fn newest_first(id: JobId) -> u128 {
    !id.0.as_u128()
}

/// Place of a group or card in the chosen order, the least first. No two have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank(Reverse<u32>, u128);

impl Rank {
    /// `id`, `stars` and `secs` are those of the card, or what speaks for its group.
    fn new(sort_by: SortBy, id: JobId, stars: Rating, secs: u32) -> Self {
        match sort_by {
            SortBy::Newest => Self(Reverse(0), newest_first(id)),
            SortBy::Oldest => Self(Reverse(0), id.0.as_u128()),
            SortBy::Stars => Self(Reverse(stars.stars().into()), newest_first(id)),
            SortBy::Longest => Self(Reverse(secs), newest_first(id)),
        }
    }

    fn of_card(sort_by: SortBy, take: &Take, takes: &Takes) -> Self {
        Self::new(sort_by, take.id, take.rating, takes.request.duration().secs())
    }

    /// A group lies where its newest take says, in the order of age where its oldest says. Its stars are those of its best.
    fn of_group(sort_by: SortBy, takes: &Takes, best: Option<&Take>) -> Option<Self> {
        let speaker = if sort_by == SortBy::Oldest { takes.all.first() } else { takes.all.last() };
        let stars = best.map_or(Rating::default(), |best| best.rating);
        Some(Self::new(sort_by, speaker?.id, stars, takes.request.duration().secs()))
    }
}

/// Place of a card in reading order; only to be compared with others of the same gallery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    rank: Rank,
    card: usize,
}

/// Takes of one recipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The gateway that makes the takes.
    pub gateway: GatewayId,
    /// What they share; its seed is that of any of them.
    pub request: GenerationRequest,
    /// The takes that are shown, oldest first.
    pub takes: Vec<JobId>,
    /// How many there are, shown or not.
    pub count: usize,
    /// The take with most stars among all that are not rejected, shown or not; the newest of several. `None` while none has
    /// a star.
    pub best: Option<JobId>,
    /// Width and height that all its cards share: those of the first clip that is here, else those that were asked for.
    pub pixels: (u32, u32),
    rank: Rank,
}

/// A card of the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WallCard {
    /// The job that the card is about.
    pub job: JobId,
    /// Width and height of its clip, or of what was asked for.
    pub pixels: (u32, u32),
    rank: Rank,
}

/// What the gallery shows now.
#[derive(Clone, Debug, Default)]
pub struct Gallery {
    /// Groups that are shown, in the chosen order; also while the wall is looked at.
    pub groups: Vec<Arc<Group>>,
    /// Cards of the wall in the chosen order; empty while groups are looked at.
    pub wall: Vec<WallCard>,
    /// Changes whenever the groups, the wall or the numbers do, so that a layout is computed once per change.
    pub generation: u64,
    view: View,
    sort_by: SortBy,
    shown: usize,
    counts: Counts,
    index: Index,
    /// Rank under which a recipe's group is shown.
    ranks: HashMap<Slot, Rank>,
    /// Shown groups in memory that lie outside of the span.
    away: BTreeMap<Rank, Arc<Group>>,
    span: Bounds,
    /// The cards of the library that are not in memory.
    elsewhere: Arc<[Tally]>,
}

/// Which part of the gallery [`Gallery::groups`] or [`Gallery::wall`] holds. By default all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bounds {
    /// The first place of the span; `None` when it is the first of all.
    first: Option<Rank>,
    /// Its last place; `None` when it is the last of all.
    last: Option<Rank>,
    before: usize,
    after: usize,
}

/// Numbers of jobs, as if neither chip nor search were chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counts {
    /// In the chosen project.
    chips: BTreeMap<Filter, usize>,
    /// In the chosen project, by stars.
    stars: [usize; 6],
    /// In each project, and in none.
    projects: BTreeMap<Option<Project>, usize>,
}

impl Counts {
    fn of(tallies: &[Tally], project: &ProjectChoice) -> Self {
        let mut counts = Self::default();
        for tally in tallies {
            let cards = usize::try_from(tally.cards).unwrap_or(usize::MAX);
            let chip = Some(tally.chip).filter(|chip| *chip != Filter::All);
            counts.every(chip, tally.stars, tally.project.as_ref(), project, |number| *number += cards);
        }
        counts
    }

    fn add(&mut self, take: &Take, project: &ProjectChoice) {
        let count = |number: &mut usize| *number += 1;
        self.each(take, project, count);
    }

    fn take_off(&mut self, take: &Take, project: &ProjectChoice) {
        let count = |number: &mut usize| *number -= 1;
        self.each(take, project, count);
    }

    fn each(&mut self, take: &Take, project: &ProjectChoice, count: impl Fn(&mut usize)) {
        self.every(take.chip, take.rating, take.project.as_ref(), project, count);
    }

    fn every(
        &mut self,
        chip: Option<Filter>,
        stars: Rating,
        of: Option<&Project>,
        project: &ProjectChoice,
        count: impl Fn(&mut usize),
    ) {
        count(self.projects.entry(of.cloned()).or_default());
        if project.shows(of) {
            count(self.chips.entry(Filter::All).or_default());
            if let Some(chip) = chip {
                count(self.chips.entry(chip).or_default());
            }
            count(&mut self.stars[usize::from(stars.stars())]);
        }
    }
}

impl Gallery {
    /// The gallery of these jobs. Walks all of them: for the start.
    pub fn of(jobs: &Jobs, look: &Look<'_>) -> Self {
        let mut gallery = Self { index: Index::of(jobs, look), ..Self::default() };
        gallery.look_anew(look);
        gallery
    }

    /// The look changed, or what is missing or searched for; the jobs are the same.
    pub fn look_anew(&mut self, look: &Look<'_>) {
        self.generation += 1;
        (self.view, self.sort_by) = (look.view, look.sort_by);
        self.counts = Counts::of(&self.elsewhere, look.project);
        self.ranks.clear();
        self.groups.clear();
        self.away.clear();
        self.wall.clear();
        self.shown = 0;
        for (slot, takes) in self.index.recipes() {
            for take in &takes.all {
                self.counts.add(take, look.project);
            }
            if let Some(group) = group_of(takes, look) {
                self.shown += group.takes.len();
                self.ranks.insert(slot, group.rank);
                if look.view == View::Wall {
                    let cards = takes.all.iter().filter(|take| look.shows(take)).map(|take| card_of(take, takes, look));
                    self.wall.extend(cards.filter(|card| self.span.side(card.rank).is_eq()));
                    self.groups.push(Arc::new(group));
                } else if self.span.side(group.rank).is_eq() {
                    self.groups.push(Arc::new(group));
                } else {
                    self.away.insert(group.rank, Arc::new(group));
                }
            }
        }
        self.groups.sort_unstable_by_key(|group| group.rank);
        self.wall.sort_unstable_by_key(|card| card.rank);
    }

    /// One job is new, changed, or has left.
    pub fn update(&mut self, id: JobId, jobs: &Jobs, look: &Look<'_>) {
        let Some((slot, was, now)) = self.index.update(id, jobs, look) else { return };
        self.generation += 1;
        let takes = self.index.recipe(slot);
        if let Some(was) = &was {
            self.counts.take_off(was, look.project);
            let rank = Rank::of_card(self.sort_by, was, takes);
            if look.view == View::Wall && look.shows(was) {
                self.span.leaves(rank);
            }
            if let Ok(place) = self.wall.binary_search_by_key(&rank, |card| card.rank) {
                self.wall.remove(place);
            }
        }
        if let Some(now) = &now {
            self.counts.add(now, look.project);
            if look.view == View::Wall && look.shows(now) {
                let card = card_of(now, takes, look);
                if self.span.comes(card.rank) {
                    let place = self.wall.partition_point(|other| other.rank < card.rank);
                    self.wall.insert(place, card);
                }
            }
        }
        if let Some(rank) = self.ranks.remove(&slot) {
            if look.view == View::Groups {
                self.span.leaves(rank);
            }
            if let Ok(place) = self.groups.binary_search_by_key(&rank, |group| group.rank) {
                self.shown -= self.groups.remove(place).takes.len();
            } else if let Some(group) = self.away.remove(&rank) {
                self.shown -= group.takes.len();
            }
        }
        if let Some(group) = group_of(takes, look) {
            self.shown += group.takes.len();
            self.ranks.insert(slot, group.rank);
            if look.view == View::Wall || self.span.comes(group.rank) {
                let place = self.groups.partition_point(|other| other.rank < group.rank);
                self.groups.insert(place, Arc::new(group));
            } else {
                self.away.insert(group.rank, Arc::new(group));
            }
        }
    }

    /// Number of jobs behind a chip, in the chosen project.
    pub fn count(&self, filter: Filter) -> usize {
        self.counts.chips.get(&filter).copied().unwrap_or(0)
    }

    /// Number of jobs with at least so many stars, in the chosen project.
    pub fn count_stars(&self, least: Rating) -> usize {
        self.counts.stars[usize::from(least.stars())..].iter().sum()
    }

    /// Number of cards of a project, of none, or of all.
    pub fn count_in(&self, project: &ProjectChoice) -> usize {
        self.counts.projects.iter().filter(|(of, _)| project.shows(of.as_ref())).map(|(_, count)| count).sum()
    }

    /// Number of cards in memory that are shown.
    pub fn shown(&self) -> usize {
        self.shown
    }

    /// Place of a job among the takes of its recipe, from 1, and their number. Filters do not change it.
    pub fn take_of(&self, job: JobId) -> (usize, usize) {
        self.takes_with(job).and_then(|takes| Some((takes.place(job)? + 1, takes.all.len()))).unwrap_or((1, 1))
    }

    /// Whether a job has a card, shown or not.
    pub fn has_card(&self, job: JobId) -> bool {
        self.index.slot_of(job).is_some()
    }

    /// Whether a job is the best take of its recipe; see [`Group::best`].
    pub fn is_best(&self, job: JobId) -> bool {
        self.takes_with(job).and_then(best_of).is_some_and(|best| best.id == job)
    }

    /// All shown cards in reading order.
    pub fn order(&self) -> Box<dyn Iterator<Item = JobId> + '_> {
        match self.view {
            View::Groups => Box::new(self.groups.iter().flat_map(|group| group.takes.iter().copied())),
            View::Wall => Box::new(self.wall.iter().map(|card| card.job)),
        }
    }

    /// Place of a shown card in reading order. `None` for a card that is not shown.
    pub fn place_of(&self, job: JobId) -> Option<Place> {
        let slot = self.index.slot_of(job)?;
        let rank = *self.ranks.get(&slot)?;
        let place = self.groups.binary_search_by_key(&rank, |group| group.rank);
        let group = place.map_or_else(|_| self.away.get(&rank), |place| self.groups.get(place))?;
        let card = group.takes.binary_search(&job).ok()?;
        match self.view {
            View::Groups => Some(Place { rank, card }),
            View::Wall => Some(Place { rank: self.rank_of_card(job)?, card: 0 }),
        }
    }

    fn rank_of_card(&self, job: JobId) -> Option<Rank> {
        let takes = self.takes_with(job)?;
        Some(Rank::of_card(self.sort_by, &takes.all[takes.place(job)?], takes))
    }

    /// The card after (`true`) or before this one in reading order.
    pub fn beside(&self, job: JobId, is_forward: bool) -> Option<JobId> {
        let step = |place: usize| if is_forward { place.checked_add(1) } else { place.checked_sub(1) };
        match self.view {
            View::Wall => Some(self.wall.get(step(self.place_on_wall(job)?)?)?.job),
            View::Groups => {
                let (block, card) = self.place_in_groups(job)?;
                let takes = &self.groups.get(block)?.takes;
                if let Some(take) = step(card).and_then(|card| takes.get(card)) {
                    return Some(*take);
                }
                let takes = &self.groups.get(step(block)?)?.takes;
                if is_forward { takes.first().copied() } else { takes.last().copied() }
            }
        }
    }

    /// Index of the shown group with this card, and the card's among its takes.
    pub fn place_in_groups(&self, job: JobId) -> Option<(usize, usize)> {
        let rank = self.ranks.get(&self.index.slot_of(job)?)?;
        let group = self.groups.binary_search_by_key(rank, |group| group.rank).ok()?;
        let take = self.groups[group].takes.binary_search(&job).ok()?;
        Some((group, take))
    }

    /// Index of this card in [`Gallery::wall`].
    pub fn place_on_wall(&self, job: JobId) -> Option<usize> {
        let rank = self.rank_of_card(job)?;
        self.wall.binary_search_by_key(&rank, |card| card.rank).ok()
    }

    fn takes_with(&self, job: JobId) -> Option<&Takes> {
        Some(self.index.recipe(self.index.slot_of(job)?))
    }
}

fn best_of(takes: &Takes) -> Option<&Take> {
    let rated = takes.all.iter().filter(|take| !take.is_rejected && take.rating > Rating::default());
    // Of equal ones the last, which is the newest.
    rated.max_by_key(|take| take.rating)
}

fn group_of(takes: &Takes, look: &Look<'_>) -> Option<Group> {
    let shown: Vec<JobId> = takes.all.iter().filter(|take| look.shows(take)).map(|take| take.id).collect();
    if shown.is_empty() {
        return None;
    }
    let best = best_of(takes);
    let pixels = takes.all.iter().map(|take| take.pixels).find(has_area).unwrap_or_else(|| takes.request.pixels());
    Some(Group {
        gateway: takes.gateway,
        request: takes.request.clone(),
        takes: shown,
        count: takes.all.len(),
        best: best.map(|take| take.id),
        pixels,
        rank: Rank::of_group(look.sort_by, takes, best)?,
    })
}

fn card_of(take: &Take, takes: &Takes, look: &Look<'_>) -> WallCard {
    let pixels = Some(take.pixels).filter(has_area).unwrap_or_else(|| takes.request.pixels());
    WallCard { job: take.id, pixels, rank: Rank::of_card(look.sort_by, take, takes) }
}

fn has_area((width, height): &(u32, u32)) -> bool {
    *width > 0 && *height > 0
}
