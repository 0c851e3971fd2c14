//! All jobs that the window knows, with sums that would otherwise be counted anew in every frame.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut, Index};

use crate::domain::shared::SharedJob;
use crate::domain::{GatewayId, Job, JobId, JobState};

/// Jobs by id, which sorts them by age. Reads like a map of plain jobs.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Jobs {
    jobs: BTreeMap<JobId, SharedJob>,
    sums: Sums,
}

/// What is told of all jobs together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Jobs that go on by themselves.
    pub unfinished: usize,
    /// Queued ones among them that are not hidden.
    pub waiting: usize,
    /// Watched jobs at each gateway that has any.
    watched: BTreeMap<GatewayId, usize>,
    /// Jobs that are not hidden.
    pub shown: usize,
    /// Clips of jobs that are not hidden.
    pub clips: usize,
    /// Bytes of these clips.
    pub clip_bytes: u64,
}

impl Sums {
    /// Whether the gateway is asked about a job at present.
    pub fn is_watching(&self, gateway: GatewayId) -> bool {
        self.watched.contains_key(&gateway)
    }

    fn add(&mut self, job: &Job) {
        self.unfinished += usize::from(job.state.is_unfinished());
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

impl Jobs {
    /// One job.
    pub fn get(&self, id: &JobId) -> Option<&Job> {
        self.jobs.get(id).map(Deref::deref)
    }

    /// One job, to be changed; the sums are right again when the returned value goes.
    pub fn get_mut(&mut self, id: &JobId) -> Option<JobMut<'_>> {
        let job = self.jobs.get_mut(id)?;
        self.sums.take_off(job);
        Some(JobMut { job, sums: &mut self.sums })
    }

    /// Takes a job in, in place of an older copy of it.
    pub fn insert(&mut self, id: JobId, job: impl Into<SharedJob>) {
        let job = job.into();
        self.sums.add(&job);
        if let Some(old) = self.jobs.insert(id, job) {
            self.sums.take_off(&old);
        }
    }

    /// Whether there is such a job.
    pub fn contains_key(&self, id: &JobId) -> bool {
        self.jobs.contains_key(id)
    }

    /// Number of jobs, hidden ones included.
    pub fn len(&self) -> usize {
        self.jobs.len()
    }

    /// Whether there is none.
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

    /// What is told of all of them together.
    pub fn sums(&self) -> &Sums {
        &self.sums
    }
}

impl Clone for Jobs {
    fn clone(&self) -> Self {
        Self { jobs: self.jobs.iter().map(|(id, job)| (*id, job.share())).collect(), sums: self.sums.clone() }
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
        let mut sums = Sums::default();
        let jobs = jobs.into_iter().map(Into::into).map(|job| (job.id, job)).collect::<BTreeMap<JobId, SharedJob>>();
        jobs.values().for_each(|job| sums.add(job));
        Self { jobs, sums }
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
    }
}
