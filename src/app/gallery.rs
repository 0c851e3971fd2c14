//! Which cards are shown, in which groups and order.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::domain::{GatewayId, GenerationRequest, Job, JobId, JobState, Seed};

/// The chips above the gallery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, strum::EnumIter)]
pub enum Filter {
    /// Everything.
    #[default]
    All,
    /// Moves by itself.
    Working,
    /// Waits for the user.
    NeedsYou,
    /// Clips.
    Ready,
    /// Failed, refused, cancelled or gone.
    Failed,
}

impl Filter {
    /// The chip's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Working => "Working",
            Self::NeedsYou => "Needs you",
            Self::Ready => "Ready",
            Self::Failed => "Failed",
        }
    }

    /// The chip of a job, next to [`Filter::All`]. `None` for jobs that are over without a result, such as removed ones.
    pub fn of(job: &Job, is_file_missing: bool) -> Option<Self> {
        match job.state {
            JobState::Ready if is_file_missing => Some(Self::NeedsYou),
            JobState::Ready => Some(Self::Ready),
            state if state.needs_user() => Some(Self::NeedsYou),
            state if state.is_unfinished() => Some(Self::Working),
            JobState::Failed | JobState::Rejected | JobState::Cancelled | JobState::Gone => Some(Self::Failed),
            _ => None,
        }
    }
}

/// Takes of one recipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Who makes them.
    pub gateway: GatewayId,
    /// What they share; its seed is that of the first shown take.
    pub request: GenerationRequest,
    /// The takes that are shown, oldest first.
    pub takes: Vec<JobId>,
    /// How many there are, shown or not.
    pub count: usize,
}

/// What the gallery shows now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gallery {
    /// Groups, the one with the newest take first.
    pub groups: Vec<Group>,
    /// Number of jobs behind each chip.
    pub counts: BTreeMap<Filter, usize>,
    /// Place of each job among the takes of its recipe, from 1, and their number. Filters do not change it.
    pub takes: HashMap<JobId, (usize, usize)>,
    /// Changes whenever the groups do, so that a layout is computed once per change.
    pub generation: u64,
}

impl Gallery {
    /// Groups and counts of these jobs.
    pub fn of(jobs: &BTreeMap<JobId, Job>, search: &str, filter: Filter, missing_files: &HashSet<JobId>) -> Self {
        let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
        let mut counts = BTreeMap::new();
        let mut takes = HashMap::new();
        let mut index: HashMap<(GatewayId, GenerationRequest), usize> = HashMap::new();
        let mut all: Vec<Vec<&Job>> = Vec::new();
        for job in jobs.values().filter(|job| is_shown(job)) {
            *counts.entry(Filter::All).or_insert(0) += 1;
            if let Some(chip) = Filter::of(job, missing_files.contains(&job.id)) {
                *counts.entry(chip).or_insert(0) += 1;
            }
            let key = (job.gateway, without_seed(&job.request));
            let place = *index.entry(key).or_insert_with(|| {
                all.push(Vec::new());
                all.len() - 1
            });
            all[place].push(job);
        }
        for group in &all {
            for (place, job) in group.iter().enumerate() {
                takes.insert(job.id, (place + 1, group.len()));
            }
        }
        all.sort_by_key(|group| std::cmp::Reverse(group.last().map(|job| job.id)));
        let groups = all
            .into_iter()
            .filter_map(|group| {
                let count = group.len();
                let shown: Vec<&Job> = group
                    .into_iter()
                    .filter(|job| {
                        filter == Filter::All || Filter::of(job, missing_files.contains(&job.id)) == Some(filter)
                    })
                    .filter(|job| {
                        let prompt = job.request.prompt().to_lowercase();
                        words.iter().all(|word| prompt.contains(word.as_str()))
                    })
                    .collect();
                let first = *shown.first()?;
                Some(Group {
                    gateway: first.gateway,
                    request: first.request.clone(),
                    takes: shown.iter().map(|job| job.id).collect(),
                    count,
                })
            })
            .collect();
        Self { groups, counts, takes, generation: 0 }
    }

    /// Number of jobs behind a chip.
    pub fn count(&self, filter: Filter) -> usize {
        self.counts.get(&filter).copied().unwrap_or(0)
    }

    /// Place of a job among the takes of its recipe, from 1, and their number.
    pub fn take_of(&self, job: JobId) -> (usize, usize) {
        self.takes.get(&job).copied().unwrap_or((1, 1))
    }

    /// All shown cards in reading order.
    pub fn order(&self) -> impl Iterator<Item = JobId> + '_ {
        self.groups.iter().flat_map(|group| group.takes.iter().copied())
    }
}

/// Whether a job has a card at all: what was taken out of the queue or put aside is history.
fn is_shown(job: &Job) -> bool {
    !job.is_hidden && !matches!(job.state, JobState::Removed | JobState::Discarded)
}

/// The recipe as far as takes share it.
fn without_seed(request: &GenerationRequest) -> GenerationRequest {
    request.with_seed(Seed::from_random(0), false)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::price::estimate;
    use crate::domain::{Draft, UnixMillis};

    fn job(id: u128, gateway: GatewayId, prompt: &str, seed: u32, state: JobState) -> Job {
        let draft = Draft { prompt: prompt.to_owned(), gateway, ..Draft::default() };
        let request = draft.to_request().expect("valid").with_seed(Seed::from_random(seed), true);
        let price = estimate(&request, gateway).expect("offered");
        Job { state, ..Job::new(JobId(Uuid::from_u128(id)), gateway, request, price, UnixMillis(1)) }
    }

    fn shown(jobs: &[Job], search: &str, filter: Filter) -> Vec<Vec<u128>> {
        let jobs = jobs.iter().map(|job| (job.id, job.clone())).collect();
        Gallery::of(&jobs, search, filter, &HashSet::new())
            .groups
            .iter()
            .map(|group| group.takes.iter().map(|take| take.0.as_u128()).collect())
            .collect()
    }

    fn sample() -> Vec<Job> {
        use GatewayId::{Aigateway, Apiin};
        vec![
            job(1, Apiin, "a boat", 1, JobState::Ready),
            job(2, Apiin, "a dragon", 1, JobState::Failed),
            job(3, Apiin, "a boat", 2, JobState::Generating),
            job(4, Aigateway, "a boat", 2, JobState::Unconfirmed),
            job(5, Aigateway, "a boat", 3, JobState::Removed),
        ]
    }

    #[test]
    fn takes_are_grouped_by_recipe_without_seed_and_by_gateway_newest_group_first() {
        assert_eq!(shown(&sample(), "", Filter::All), [vec![4], vec![1, 3], vec![2]]);
    }

    #[test]
    fn search_wants_every_word_and_filters_keep_the_take_numbers() {
        assert_eq!(shown(&sample(), "BOAT a", Filter::All), [vec![4], vec![1, 3]]);
        assert_eq!(shown(&sample(), "boat dragon", Filter::All), Vec::<Vec<u128>>::new());
        assert_eq!(shown(&sample(), "", Filter::Working), [vec![3]]);
        assert_eq!(shown(&sample(), "", Filter::Failed), [vec![2]]);
        let jobs = sample().into_iter().map(|job| (job.id, job)).collect();
        let gallery = Gallery::of(&jobs, "", Filter::Working, &HashSet::new());
        assert_eq!(gallery.take_of(JobId(Uuid::from_u128(3))), (2, 2));
        let counts: Vec<_> = gallery.counts.iter().map(|(chip, count)| (*chip, *count)).collect();
        assert_eq!(
            counts,
            [(Filter::All, 4), (Filter::Working, 1), (Filter::NeedsYou, 1), (Filter::Ready, 1), (Filter::Failed, 1)]
        );
    }

    #[test]
    fn a_missing_file_needs_the_user() {
        let clip = job(1, GatewayId::Apiin, "a boat", 1, JobState::Ready);
        assert_eq!(Filter::of(&clip, false), Some(Filter::Ready));
        assert_eq!(Filter::of(&clip, true), Some(Filter::NeedsYou));
    }
}
