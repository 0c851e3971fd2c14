//! All jobs that the window knows, with sums that would otherwise be counted anew in every frame.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasher as _, RandomState};
use std::ops::{Bound, Deref, DerefMut, Index};

use jiff::tz::TimeZone;

use crate::app::state::spending::Spending;
use crate::domain::ending::EndingKind;
use crate::domain::paging::Tally;
use crate::domain::price_book::PricedShape;
use crate::domain::shared::SharedJob;
use crate::domain::take::TakeKey;
use crate::domain::{GatewayId, Job, JobId, JobState};

/// Jobs by id, which sorts them by age. Reads like a map of plain jobs.
#[derive(Debug)]
pub struct Jobs {
    jobs: BTreeMap<JobId, SharedJob>,
    sums: Sums,
    spending: Spending,
    /// The time zone by whose days the spending is kept.
    zone: TimeZone,
    /// Jobs by the hash of their gateway and recipe, which never change.
    by_recipe: HashMap<u64, Vec<JobId>>,
    /// Jobs by what their price depends on, which never changes either.
    by_price: HashMap<PricedShape, BTreeSet<JobId>>,
    hasher: RandomState,
    /// How often something was changed.
    edits: u64,
    /// Jobs, clips and bytes of clips in the library that are not in memory; the sums hold them.
    elsewhere: (usize, usize, u64),
}

/// What is told of all jobs together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Jobs that go on by themselves.
    pub unfinished: usize,
    /// Those among them whose cards count seconds: orders on their way and jobs that are being made.
    pub counting: usize,
    /// Those among them that are made and not on this computer yet; their cards count minutes, until a link expires.
    pub downloading: usize,
    /// Queued ones among them that are not hidden.
    pub waiting: usize,
    /// Watched jobs at each gateway that has any.
    watched: BTreeMap<GatewayId, usize>,
    /// Jobs that are not hidden.
    pub shown: usize,
    /// Clips of jobs that are not hidden.
    pub clips: usize,
    /// The bytes of all these clips together.
    pub clip_bytes: u64,
}

impl Sums {
    /// Whether the gateway is asked about a job at present.
    pub fn is_watching(&self, gateway: GatewayId) -> bool {
        self.watched.contains_key(&gateway)
    }

    fn add(&mut self, job: &Job) {
        self.unfinished += usize::from(job.state.is_unfinished());
        self.counting += usize::from(counts_seconds(job));
        self.downloading += usize::from(job.state == JobState::Downloading);
        if job.state.is_watched() {
            *self.watched.entry(job.gateway).or_insert(0) += 1;
        }
        if !job.is_hidden {
            self.shown += 1;
            self.waiting += usize::from(job.state == JobState::Queued);
            if let Some(clip) = &job.clip {
                self.clips += 1;
                self.clip_bytes = self.clip_bytes.saturating_add(clip.size_bytes);
            }
        }
    }

    fn take_off(&mut self, job: &Job) {
        self.unfinished -= usize::from(job.state.is_unfinished());
        self.counting -= usize::from(counts_seconds(job));
        self.downloading -= usize::from(job.state == JobState::Downloading);
        if job.state.is_watched()
            && let Some(count) = self.watched.get_mut(&job.gateway)
        {
            *count -= 1;
            if *count == 0 {
                self.watched.remove(&job.gateway);
            }
        }
        if !job.is_hidden {
            self.shown -= 1;
            self.waiting -= usize::from(job.state == JobState::Queued);
            if let Some(clip) = &job.clip {
                self.clips -= 1;
                self.clip_bytes = self.clip_bytes.saturating_sub(clip.size_bytes);
            }
        }
    }
}

/// Whether the card of a job shows a time that goes on. A job whose gateway refuses the key says so and counts nothing.
fn counts_seconds(job: &Job) -> bool {
    match job.state {
        JobState::Submitting => true,
        JobState::Waiting | JobState::Generating => {
            job.message.as_ref().is_none_or(|message| message.kind != EndingKind::KeyRefused)
        }
        _ => false,
    }
}

impl Default for Jobs {
    fn default() -> Self {
        Self {
            jobs: BTreeMap::new(),
            sums: Sums::default(),
            spending: Spending::default(),
            zone: TimeZone::UTC,
            by_recipe: HashMap::new(),
            by_price: HashMap::new(),
            hasher: RandomState::new(),
            edits: 0,
            elsewhere: (0, 0, 0),
        }
    }
}

impl Jobs {
    /// What was spent, by the days of the time zone; see [`Jobs::keep_days_of`].
    pub fn spending(&self) -> &Spending {
        &self.spending
    }

    /// Keeps the spending by the days of `zone` from now on; until it is told, by those of UTC. Walks all jobs when it is
    /// another zone than before.
    pub fn keep_days_of(&mut self, zone: TimeZone) {
        if self.zone == zone {
            return;
        }
        self.zone = zone;
        self.spending = Spending::default();
        for job in self.jobs.values() {
            self.spending.add(job, &self.zone);
        }
    }

    /// The job with this id.
    pub fn get(&self, id: &JobId) -> Option<&Job> {
        self.jobs.get(id).map(Deref::deref)
    }

    /// One job, to be changed; the sums are right again when the returned value goes.
    pub fn get_mut(&mut self, id: &JobId) -> Option<JobMut<'_>> {
        let job = self.jobs.get_mut(id)?;
        self.edits += 1;
        self.sums.take_off(job);
        self.spending.take_off(job, &self.zone);
        Some(JobMut { job, sums: &mut self.sums, spending: &mut self.spending, zone: &self.zone })
    }

    /// Takes a job in, in place of an older copy of it.
    pub fn insert(&mut self, id: JobId, job: impl Into<SharedJob>) {
        let job = job.into();
        self.edits += 1;
        self.sums.add(&job);
        self.spending.add(&job, &self.zone);
        let recipe = self.hash(&job);
        if job.gateway.is_paid() {
            self.by_price.entry(PricedShape::of(&job)).or_default().insert(id);
        }
        match self.jobs.insert(id, job) {
            Some(old) => {
                self.sums.take_off(&old);
                self.spending.take_off(&old, &self.zone);
            }
            None => self.by_recipe.entry(recipe).or_default().push(id),
        }
    }

    /// Takes in a job that was stored all along, but not in memory: what is told of all jobs together counts it already, as
    /// far as [`Jobs::set_elsewhere`] and the spending say so.
    pub fn load(&mut self, id: JobId, job: impl Into<SharedJob>) {
        if self.contains_key(&id) {
            return;
        }
        let job = job.into();
        self.edits += 1;
        self.sums.add(&job);
        let recipe = self.hash(&job);
        if job.gateway.is_paid() {
            self.by_price.entry(PricedShape::of(&job)).or_default().insert(id);
        }
        self.by_recipe.entry(recipe).or_default().push(id);
        self.jobs.insert(id, job);
    }

    /// Takes a job out of memory that stays in the library. What was spent counts it as before.
    pub fn unload(&mut self, id: &JobId) {
        let Some(job) = self.jobs.remove(id) else { return };
        self.edits += 1;
        self.sums.take_off(&job);
        let recipe = self.hash(&job);
        if let Some(takes) = self.by_recipe.get_mut(&recipe) {
            takes.retain(|take| take != id);
            if takes.is_empty() {
                self.by_recipe.remove(&recipe);
            }
        }
        let shape = PricedShape::of(&job);
        if let Some(alike) = self.by_price.get_mut(&shape) {
            alike.remove(id);
            if alike.is_empty() {
                self.by_price.remove(&shape);
            }
        }
    }

    /// Counts the cards of the library that are not in memory into what is told of all jobs together.
    pub fn set_elsewhere(&mut self, elsewhere: &[Tally]) {
        let whole = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let shown: u64 = elsewhere.iter().map(|tally| tally.cards).sum();
        let clips: u64 = elsewhere.iter().map(|tally| tally.clips).sum();
        let clip_bytes = elsewhere.iter().map(|tally| tally.clip_bytes).sum();
        let before = std::mem::replace(&mut self.elsewhere, (whole(shown), whole(clips), clip_bytes));
        self.sums.shown = self.sums.shown - before.0 + self.elsewhere.0;
        self.sums.clips = self.sums.clips - before.1 + self.elsewhere.1;
        self.sums.clip_bytes = self.sums.clip_bytes.saturating_sub(before.2).saturating_add(clip_bytes);
    }

    fn hash(&self, job: &Job) -> u64 {
        self.hasher.hash_one((job.gateway, TakeKey(&job.request)))
    }

    /// All takes of the recipe of `job` at its gateway, hidden ones included, itself among them.
    pub fn takes_of<'a>(&'a self, job: &'a Job) -> impl Iterator<Item = &'a Job> {
        let alike = self.by_recipe.get(&self.hash(job)).into_iter().flatten().filter_map(move |id| self.get(id));
        alike.filter(move |other| other.gateway == job.gateway && TakeKey(&other.request) == TakeKey(&job.request))
    }

    /// Newer jobs than `job` that have the same price, hidden ones included, newest first. Of practice there are none.
    pub fn newer_at_its_price(&self, job: &Job) -> impl Iterator<Item = &Job> {
        let alike = self.by_price.get(&PricedShape::of(job)).into_iter();
        let newer = alike.flat_map(move |ids| ids.range((Bound::Excluded(job.id), Bound::Unbounded)).rev());
        newer.filter_map(|id| self.get(id))
    }

    /// Whether there is such a job.
    pub fn contains_key(&self, id: &JobId) -> bool {
        self.jobs.contains_key(id)
    }

    /// Number of jobs, hidden ones included.
    pub fn len(&self) -> usize {
        self.jobs.len()
    }

    /// Whether there is no job at all.
    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    /// All jobs, oldest first. Walks all of them: for what happens once, never for every frame or event.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Job> + ExactSizeIterator {
        self.jobs.values().map(Deref::deref)
    }

    /// The same jobs once more, without copying them.
    pub fn share(&self) -> impl Iterator<Item = SharedJob> + '_ {
        self.jobs.values().map(SharedJob::share)
    }

    /// A number that is another one after every change, so that whoever derived something knows when that is out of date.
    pub fn edits(&self) -> u64 {
        self.edits
    }

    /// What is told of all of them together.
    pub fn sums(&self) -> &Sums {
        &self.sums
    }
}

impl Clone for Jobs {
    fn clone(&self) -> Self {
        let mut all = Self { zone: self.zone.clone(), ..Self::default() };
        for job in self.share() {
            all.insert(job.id, job);
        }
        (all.sums, all.spending, all.elsewhere) = (self.sums.clone(), self.spending.clone(), self.elsewhere);
        all
    }
}

impl Index<&JobId> for Jobs {
    type Output = Job;

    fn index(&self, id: &JobId) -> &Job {
        &self.jobs[id]
    }
}

impl<J: Into<SharedJob>> FromIterator<J> for Jobs {
    fn from_iter<I: IntoIterator<Item = J>>(jobs: I) -> Self {
        let mut all = Self::default();
        for job in jobs.into_iter().map(Into::into) {
            all.insert(job.id, job);
        }
        all
    }
}

impl<J: Into<SharedJob>> From<Vec<J>> for Jobs {
    fn from(jobs: Vec<J>) -> Self {
        jobs.into_iter().collect()
    }
}

/// A job that is being changed; see [`Jobs::get_mut`].
#[derive(Debug)]
pub struct JobMut<'a> {
    job: &'a mut SharedJob,
    sums: &'a mut Sums,
    spending: &'a mut Spending,
    zone: &'a TimeZone,
}

impl Deref for JobMut<'_> {
    type Target = Job;

    fn deref(&self) -> &Job {
        self.job
    }
}

impl DerefMut for JobMut<'_> {
    fn deref_mut(&mut self) -> &mut Job {
        self.job
    }
}

impl Drop for JobMut<'_> {
    fn drop(&mut self) {
        self.sums.add(self.job);
        self.spending.add(self.job, self.zone);
    }
}
