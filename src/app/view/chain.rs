//! The chain of shots that a clip belongs to: each goes on from a frame of the one before.
//!
//! What is known of a chain lies on its jobs alone ([`Job::parent`]), so it survives a restart and a shot that was deleted
//! in its middle. Damaged data may name parents that are not there, or that go round in a circle; neither does harm.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use crate::app::state::AppState;
use crate::domain::{Job, JobId, JobState, Parent};

/// One shot of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shot {
    /// Its job, which need not be in the library any more.
    pub job: JobId,
    /// Whether it is still there.
    pub presence: Presence,
    /// The frame of the shot before that it begins with; `None` for the first one, and after a shot that nobody knows.
    pub from_frame: Option<u32>,
    /// Whether it is one more take that goes on from the same shot as the one before it in the list.
    pub is_beside: bool,
}

/// Whether a shot is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It has a card.
    Here,
    /// Its card was taken off; its file, if it has one, stays.
    Removed,
    /// It was deleted, or the library never heard of it.
    Deleted,
}

impl Presence {
    fn of(job: Option<&Job>) -> Self {
        match job {
            None => Self::Deleted,
            Some(job) if job.trashed_at.is_some() => Self::Deleted,
            Some(job) if job.is_hidden => Self::Removed,
            Some(_) => Self::Here,
        }
    }
}

/// All shots around one clip, in the order of the film.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// From the first shot over the looked-at one to those that go on from it. Where several takes go on from one shot, all
    /// of them stand there and the chain goes no further.
    pub shots: Vec<Shot>,
    /// Place of the looked-at clip in `shots`.
    pub here: usize,
    /// One shot after the other as they would be cut together: of several takes the one with most stars that is not
    /// rejected, the newest of equal ones.
    pub line: Vec<JobId>,
}

impl Chain {
    /// The chain around `job`. One walk over all jobs, quick for a clip that goes on from none: the details ask in every frame.
    pub fn of<'a>(job: &'a Job, all: impl Iterator<Item = &'a Job>) -> Self {
        let mut known: HashMap<JobId, &Job> = HashMap::new();
        let mut next: HashMap<JobId, Vec<&Job>> = HashMap::new();
        for each in all {
            if job.parent.is_some() {
                known.insert(each.id, each);
            }
            if let Some(parent) = each.parent {
                next.entry(parent.job).or_default().push(each);
            }
        }
        let mut seen = HashSet::from([job.id]);
        let mut shots = vec![shot(job.id, Some(job))];
        let mut first = Some(job);
        while let Some(parent) = first.and_then(|job| job.parent) {
            if !seen.insert(parent.job) {
                break;
            }
            first = known.get(&parent.job).copied();
            shots.push(shot(parent.job, first));
        }
        shots.reverse();
        let here = shots.len() - 1;
        let mut line: Vec<JobId> = shots.iter().map(|shot| shot.job).collect();

        let mut last = job.id;
        let mut is_single = true;
        loop {
            let takes = next.get(&last).into_iter().flatten().copied();
            let takes: Vec<&Job> =
                takes.filter(|take| !seen.contains(&take.id) && leads_on(take, &next, &mut seen.clone())).collect();
            if is_single {
                let beside = |(index, take): (usize, &&Job)| Shot { is_beside: index > 0, ..shot(take.id, Some(take)) };
                shots.extend(takes.iter().enumerate().map(beside));
                is_single = takes.len() == 1;
            }
            let Some(best) = takes.iter().max_by_key(|take| rank(take)) else { break };
            last = best.id;
            seen.insert(last);
            line.push(last);
        }
        Self { shots, here, line }
    }

    /// Whether there is anything besides the looked-at clip.
    pub fn is_alone(&self) -> bool {
        self.shots.len() < 2
    }

    /// The files of [`Self::line`] that are on disk, in their order, as the library keeps them.
    pub fn files<'a>(&self, job: impl Fn(JobId) -> Option<&'a Job>) -> Vec<PathBuf> {
        let clips = self.line.iter().filter_map(|id| job(*id)).filter(|job| job.trashed_at.is_none());
        clips.filter_map(|job| Some(job.clip.as_ref()?.path.clone())).collect()
    }
}

/// `Frame 81 of take 1`: what a start picture is called that was taken from a clip.
pub fn picture_name(state: &AppState, parent: Parent) -> String {
    let job = state.known_job(parent.job);
    if job.is_none() && !state.jobs.is_whole() {
        return format!("Frame {} of another clip", parent.frame);
    }
    match Presence::of(job) {
        Presence::Here => format!("Frame {} of take {}", parent.frame, state.gallery.take_of(parent.job).0),
        Presence::Removed => format!("Frame {} of a removed clip", parent.frame),
        Presence::Deleted => format!("Frame {} of a deleted clip", parent.frame),
    }
}

fn shot(id: JobId, job: Option<&Job>) -> Shot {
    let from_frame = job.and_then(|job| job.parent).map(|parent| parent.frame);
    Shot { job: id, presence: Presence::of(job), from_frame, is_beside: false }
}

/// Whether a job is a shot or may become one, or such a one comes after it: what failed is none, and what was deleted keeps
/// its place only before one that is there.
fn leads_on(job: &Job, next: &HashMap<JobId, Vec<&Job>>, seen: &mut HashSet<JobId>) -> bool {
    let is_shot = job.state.is_unfinished() || job.state.needs_user() || job.state == JobState::Ready;
    if Presence::of(Some(job)) == Presence::Here && is_shot {
        return true;
    }
    let mut open = vec![job.id];
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        for after in next.get(&id).into_iter().flatten() {
            if Presence::of(Some(after)) == Presence::Here && after.state == JobState::Ready {
                return true;
            }
            open.push(after.id);
        }
    }
    false
}

/// The best take comes last.
fn rank(job: &Job) -> (bool, bool, u8, JobId) {
    let is_clip = Presence::of(Some(job)) == Presence::Here && job.state == JobState::Ready;
    (is_clip, !job.verdict.is_rejected, job.verdict.rating.stars(), job.id)
}

#[cfg(test)]
mod tests;
