//! The storyboard: shots in the order of the film, made ones and planned ones, and what they cost together.
//!
//! A clip stands at most once on a board, and so does a planned shot; no sequence of moves loses or doubles one. What was
//! ordered for a planned shot is kept beside the shots, not in them: Undo sets shots as they were and forgets no order.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::curation::{Parent, Project};
use super::ending::Charge;
use super::id::JobId;
use super::job::{Job, JobState};
use super::request::StoredPicture;

pub mod cost;
pub mod reading;

/// The name of a planned shot. Made outside, as the ids of jobs are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShotId(pub Uuid);

/// What tells one shot of a board from all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ShotKey {
    /// The shot that this job makes or made.
    Clip(JobId),
    /// A shot that is planned.
    Planned(ShotId),
}

impl ShotKey {
    /// The job of a shot that is not merely planned.
    pub fn job(self) -> Option<JobId> {
        match self {
            Self::Clip(job) => Some(job),
            Self::Planned(_) => None,
        }
    }
}

/// A shot that is to be made one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedShot {
    /// Its name.
    pub id: ShotId,
    /// The picture that it is to begin with, if there is one yet.
    #[serde(default)]
    pub picture: Option<StoredPicture>,
    /// What it is to show; may be empty.
    #[serde(default)]
    pub prompt: String,
    /// The clip and the frame that the picture was taken from, if it was.
    #[serde(default)]
    pub parent: Option<Parent>,
}

impl PlannedShot {
    /// A shot of which nothing is known yet.
    pub fn empty(id: ShotId) -> Self {
        Self { id, picture: None, prompt: String::new(), parent: None }
    }
}

/// One place of a storyboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoardShot {
    /// A job of the library. It need not be ready, and may have been removed since.
    Clip(JobId),
    /// A shot that is to be made one day.
    Planned(PlannedShot),
}

impl BoardShot {
    /// What tells it from all others.
    pub fn key(&self) -> ShotKey {
        match self {
            Self::Clip(job) => ShotKey::Clip(*job),
            Self::Planned(planned) => ShotKey::Planned(planned.id),
        }
    }
}

/// Which storyboard: that of a project, or `None` for the one of the whole library.
pub type BoardKey = Option<Project>;

/// Shots in the order of the film.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Storyboard {
    shots: Vec<BoardShot>,
    /// What was ordered for planned shots, oldest first. The shots need not stand on the board any more.
    orders: Vec<(ShotId, JobId)>,
}

impl Storyboard {
    /// A board of these shots and orders. Of shots that stand twice the first counts.
    pub fn new(shots: Vec<BoardShot>, orders: Vec<(ShotId, JobId)>) -> Self {
        let mut seen = BTreeSet::new();
        let shots = shots.into_iter().filter(|shot| seen.insert(shot.key())).collect();
        let mut known = BTreeSet::new();
        let orders = orders.into_iter().filter(|(_, job)| known.insert(*job)).collect();
        Self { shots, orders }
    }

    /// All shots in the order of the film.
    pub fn shots(&self) -> &[BoardShot] {
        &self.shots
    }

    /// All orders for planned shots, oldest first, also for shots that have their clip by now.
    pub fn orders(&self) -> &[(ShotId, JobId)] {
        &self.orders
    }

    /// Whether there is neither a shot nor an order.
    pub fn is_empty(&self) -> bool {
        self.shots.is_empty() && self.orders.is_empty()
    }

    /// The place of a shot, from 0.
    pub fn position(&self, key: ShotKey) -> Option<usize> {
        self.shots.iter().position(|shot| shot.key() == key)
    }

    /// The planned shot of this name.
    pub fn planned(&self, id: ShotId) -> Option<&PlannedShot> {
        self.shots.iter().find_map(|shot| match shot {
            BoardShot::Planned(planned) if planned.id == id => Some(planned),
            BoardShot::Planned(_) | BoardShot::Clip(_) => None,
        })
    }

    /// The jobs that were ordered for a planned shot, oldest first.
    pub fn orders_of(&self, id: ShotId) -> impl DoubleEndedIterator<Item = JobId> {
        self.orders.iter().filter(move |(shot, _)| *shot == id).map(|(_, job)| *job)
    }

    /// The planned shot that a job was ordered for.
    pub fn ordered_for(&self, job: JobId) -> Option<ShotId> {
        self.orders.iter().find(|(_, known)| *known == job).map(|(shot, _)| *shot)
    }

    /// Puts shots before the one at place `at`, or at the end. Those that stand on the board already stay where they are.
    /// Returns the keys of those that are new.
    pub fn insert(&mut self, at: usize, shots: Vec<BoardShot>) -> Vec<ShotKey> {
        let mut seen: BTreeSet<ShotKey> = self.shots.iter().map(BoardShot::key).collect();
        let new: Vec<BoardShot> = shots.into_iter().filter(|shot| seen.insert(shot.key())).collect();
        let keys = new.iter().map(BoardShot::key).collect();
        let at = at.min(self.shots.len());
        self.shots.splice(at..at, new);
        keys
    }

    /// Moves shots together, in their order, before the one that stands at place `at` now, or to the end.
    pub fn move_to(&mut self, keys: &BTreeSet<ShotKey>, at: usize) {
        let at = at.min(self.shots.len());
        let before = self.shots[..at].iter().filter(|shot| !keys.contains(&shot.key())).count();
        let (moved, mut rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.shots).into_iter().partition(|shot| keys.contains(&shot.key()));
        rest.splice(before..before, moved);
        self.shots = rest;
    }

    /// Moves each of these shots one place on, or back. Those at the end of the board stay, and keep those behind them.
    pub fn shift(&mut self, keys: &BTreeSet<ShotKey>, forward: bool) {
        let is_moved = |shot: &BoardShot| keys.contains(&shot.key());
        let count = self.shots.len();
        for step in 1..count {
            // From the end that they move to, so that each makes room for the one behind it.
            let (from, to) = if forward { (count - 1 - step, count - step) } else { (step, step - 1) };
            if is_moved(&self.shots[from]) && !is_moved(&self.shots[to]) {
                self.shots.swap(from, to);
            }
        }
    }

    /// Takes shots off the board. Nothing happens to their clips.
    pub fn remove(&mut self, keys: &BTreeSet<ShotKey>) {
        self.shots.retain(|shot| !keys.contains(&shot.key()));
    }

    /// Puts a clip in the place of a planned shot. Where the clip stands on the board already, only the planned shot goes.
    /// Returns whether there was such a shot.
    pub fn replace(&mut self, id: ShotId, job: JobId) -> bool {
        let Some(at) = self.position(ShotKey::Planned(id)) else { return false };
        if self.position(ShotKey::Clip(job)).is_some() {
            self.shots.remove(at);
        } else {
            self.shots[at] = BoardShot::Clip(job);
        }
        true
    }

    /// Adds the shots of a chain at the end, in their order, without those that stand on the board already. Returns the
    /// keys of the new ones.
    pub fn append_chain(&mut self, line: &[JobId]) -> Vec<ShotKey> {
        self.insert(self.shots.len(), line.iter().copied().map(BoardShot::Clip).collect())
    }

    /// Changes a planned shot. Returns whether that made a difference.
    pub fn edit(&mut self, id: ShotId, change: impl FnOnce(&mut PlannedShot)) -> bool {
        for shot in &mut self.shots {
            if let BoardShot::Planned(planned) = shot
                && planned.id == id
            {
                let before = planned.clone();
                change(planned);
                planned.id = id;
                return *planned != before;
            }
        }
        false
    }

    /// Notes that these jobs were ordered for a planned shot.
    pub fn order(&mut self, id: ShotId, jobs: impl IntoIterator<Item = JobId>) {
        for job in jobs {
            if self.ordered_for(job).is_none() {
                self.orders.push((id, job));
            }
        }
    }

    /// Gives each planned shot the first clip that was ordered for it and is ready. Returns which shots became which clips.
    pub fn settle(&mut self, is_ready: impl Fn(JobId) -> bool) -> Vec<(ShotId, JobId)> {
        let mut settled: Vec<(ShotId, JobId)> = Vec::new();
        for (shot, job) in &self.orders {
            if settled.iter().all(|(known, _)| known != shot) && self.planned(*shot).is_some() && is_ready(*job) {
                settled.push((*shot, *job));
            }
        }
        for (shot, job) in &settled {
            self.replace(*shot, *job);
        }
        settled
    }

    /// Sets the shots as they were, for Undo, and returns those that stood there. Orders stay.
    #[must_use]
    pub fn swap_shots(&mut self, shots: Vec<BoardShot>) -> Vec<BoardShot> {
        std::mem::replace(&mut self.shots, shots)
    }
}

/// All storyboards of a library.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Storyboards {
    /// Boards that hold something, by their projects.
    pub boards: BTreeMap<BoardKey, Storyboard>,
    /// The planned shot that the form makes at the moment: the next order is for it.
    pub making: Option<(BoardKey, ShotId)>,
}

impl Storyboards {
    /// The board of a project; an empty one where there is none yet.
    pub fn board(&self, key: &BoardKey) -> &Storyboard {
        static EMPTY: Storyboard = Storyboard { shots: Vec::new(), orders: Vec::new() };
        self.boards.get(key).unwrap_or(&EMPTY)
    }

    /// The board of a project, to be changed.
    pub fn board_mut(&mut self, key: &BoardKey) -> &mut Storyboard {
        self.boards.entry(key.clone()).or_default()
    }
}

/// How far the clip of a shot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::EnumIter)]
pub enum Standing {
    /// It can be played.
    Clip,
    /// It was ordered and is not here yet.
    Coming,
    /// It waits for a word of the user.
    NeedsUser,
    /// There will be no clip: it failed, was refused, or was taken out.
    Failed,
    /// It was made, and its file is not where it should be.
    FileMissing,
    /// Its card was removed, or the library does not know it.
    Removed,
    /// Nothing was ordered.
    Planned,
}

impl Standing {
    /// How far a job is, which the library need not know.
    pub fn of(job: Option<&Job>, is_file_missing: bool) -> Self {
        let Some(job) = job.filter(|job| !job.is_hidden && job.trashed_at.is_none()) else { return Self::Removed };
        match job.state {
            JobState::Ready if is_file_missing => Self::FileMissing,
            JobState::Ready => Self::Clip,
            state if state.needs_user() => Self::NeedsUser,
            state if state.is_unfinished() => Self::Coming,
            _ => Self::Failed,
        }
    }

    /// Whether the film has a gap here.
    pub fn is_gap(self) -> bool {
        self != Self::Clip
    }
}

/// How a shot goes on from the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joint {
    /// It begins with the last frame of the shot before it, or with this frame where nobody knows yet which the last is.
    Continues {
        /// The frame of the shot before, from 0.
        frame: u32,
    },
    /// It begins with something else, as most shots of a film do.
    Cut,
}

/// How a shot that continues `parent` follows the job before it. `last_frame` is the last frame of that job's film, as far
/// as it is known.
pub fn joint(before: Option<JobId>, parent: Option<Parent>, last_frame: Option<u32>) -> Joint {
    match (before, parent) {
        (Some(before), Some(parent))
            if parent.job == before && last_frame.is_none_or(|last_frame| parent.frame >= last_frame) =>
        {
            Joint::Continues { frame: parent.frame }
        }
        _ => Joint::Cut,
    }
}

/// How long a job's clip runs, in milliseconds: as its file says, else as it was ordered.
pub fn running_millis(job: &Job) -> u64 {
    match &job.clip {
        Some(clip) if clip.duration_millis > 0 => clip.duration_millis,
        _ => u64::from(job.request.duration().secs()) * 1000,
    }
}

/// Whether an order may still cost something that is not told yet.
pub fn is_to_be_charged(job: &Job) -> bool {
    job.charge == Charge::Nothing && (job.state.is_unfinished() || job.state.needs_user())
}

#[cfg(test)]
mod tests;
