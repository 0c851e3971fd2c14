//! How far a job probably is. No gateway reports a percentage (docs/gateways.md, section 5.7), so elapsed time is
//! compared with the user's own finished jobs.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::gateway::GatewayId;
use super::job::Job;
use super::learned::Learned;
use super::setting::{ClipDuration, Resolution};

/// The largest part of the bar that is filled before the whole file is on this computer; 1 is the full bar.
pub const CEILING: f32 = 0.95;

/// How long the last clips took to make, by gateway, resolution and length.
///
/// It remembers the newest [`REMEMBERED`] of each kind and drops older ones, so that it follows how fast a gateway is now.
/// What it takes of memory and of time for a further job does not grow with the number of jobs.
#[derive(Clone, Debug, Default)]
pub struct History {
    kinds: BTreeMap<Kind, Times>,
}

/// Jobs that take about the same time.
type Kind = (GatewayId, Resolution, ClipDuration);

/// How long the newest jobs of one kind took, the newest last, and what they tell together.
#[derive(Clone, Debug, Default)]
struct Times {
    newest: VecDeque<Duration>,
    learned: Option<Learned>,
}

impl Times {
    fn sum_up(&mut self) {
        self.learned = Learned::of(self.newest.iter().copied());
    }
}

/// How many finished jobs of one kind are remembered.
pub const REMEMBERED: usize = 64;

/// A job that seems to have taken longer tells how long the program was not running, and not how long the gateway took.
const LONGEST_TAKEN: Duration = Duration::from_secs(3600);

impl History {
    /// Learns from finished jobs, the oldest first; others are ignored.
    pub fn of<'a>(jobs: impl IntoIterator<Item = &'a Job>) -> Self {
        let mut history = Self::default();
        for job in jobs {
            history.remember(job);
        }
        // Once for each kind, and not for each of many thousand jobs.
        history.kinds.values_mut().for_each(Times::sum_up);
        history
    }

    /// Learns from one job if it is known when it was accepted and when it was seen to be made.
    pub fn learn(&mut self, job: &Job) {
        if let Some(times) = self.remember(job) {
            times.sum_up();
        }
    }

    fn remember(&mut self, job: &Job) -> Option<&mut Times> {
        let took = job.made_at?.since(job.accepted_at?);
        if took > LONGEST_TAKEN {
            return None;
        }
        let times = self.kinds.entry((job.gateway, job.request.resolution(), job.request.duration())).or_default();
        if times.newest.len() == REMEMBERED {
            times.newest.pop_front();
        }
        times.newest.push_back(took);
        Some(times)
    }

    /// Median of the closest kind that has finished: same settings, else same gateway, else what the gateway's pages
    /// say (30–90 s at apiin, 30 s–5 min at aigateway; the practice gateway takes a few seconds).
    pub fn typical(&self, gateway: GatewayId, resolution: Resolution, duration: ClipDuration) -> Duration {
        let same_gateway = self.kinds.iter().filter(|(kind, _)| kind.0 == gateway).flat_map(|(_, times)| &times.newest);
        let same_kind = self.kinds.get(&(gateway, resolution, duration)).into_iter().flat_map(|times| &times.newest);
        median(same_kind).or_else(|| median(same_gateway)).unwrap_or(match gateway {
            GatewayId::Apiin | GatewayId::Aigateway => Duration::from_secs(45),
            // docs/gateways.md, section 3.11: what a program of others waits for.
            GatewayId::Pixverse => Duration::from_secs(32),
            GatewayId::Practice => Duration::from_secs(6),
        })
    }

    /// What the remembered jobs with exactly these settings tell of the next one. `None` before the first of them.
    pub fn learned(&self, gateway: GatewayId, resolution: Resolution, duration: ClipDuration) -> Option<Learned> {
        self.kinds.get(&(gateway, resolution, duration))?.learned
    }
}

fn median<'a>(times: impl Iterator<Item = &'a Duration>) -> Option<Duration> {
    let mut times: Vec<Duration> = times.copied().collect();
    let middle = times.len() / 2;
    (middle < times.len()).then(|| *times.select_nth_unstable(middle).1)
}

/// What a card says of a job that is being made.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Part of the bar that is filled, 0 to [`CEILING`].
    pub fraction: f32,
    /// `about 20 s left`, `should finish soon` or `longer than usual, still watching`.
    pub remark: String,
}

/// Progress after `elapsed` of a job that typically takes `typical`.
pub fn progress(elapsed: Duration, typical: Duration) -> Progress {
    let typical_secs = typical.as_secs_f32().max(1.0);
    let fraction = (elapsed.as_secs_f32() / typical_secs).min(CEILING);
    let remark = if elapsed < typical {
        format!("about {} left", in_words(typical.saturating_sub(elapsed)))
    } else if elapsed.as_secs_f32() < typical_secs * 1.5 {
        "should finish soon".to_owned()
    } else {
        "longer than usual, still watching".to_owned()
    };
    Progress { fraction, remark }
}

/// A duration in words: `24 s`, `1 min 12 s`, `2 h 5 min`.
pub fn in_words(duration: Duration) -> String {
    let secs = duration.as_secs();
    match (secs / 3600, secs % 3600 / 60, secs % 60) {
        (0, 0, secs) => format!("{secs} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, secs) => format!("{minutes} min {secs} s"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::UnixMillis;
    use crate::domain::samples::job;

    /// A finished job of apiin that took so long.
    fn took(secs: i64, duration: ClipDuration) -> Job {
        let asked = job(1).gateway(GatewayId::Apiin).asking(|draft| draft.duration = duration);
        let (accepted_at, made_at) = (Some(UnixMillis(1_000)), Some(UnixMillis(1_000 + secs * 1_000)));
        Job { accepted_at, made_at, ..asked.ready() }
    }

    fn typical_secs(history: &History, gateway: GatewayId, duration: ClipDuration) -> u64 {
        history.typical(gateway, Resolution::default(), duration).as_secs()
    }

    #[test]
    fn the_closest_kind_that_has_finished_counts() {
        let (short, long) = (ClipDuration::S5, ClipDuration::S8);
        let mut history = History::default();
        assert_eq!(typical_secs(&history, GatewayId::Apiin, short), 45);
        assert_eq!(history.learned(GatewayId::Apiin, Resolution::default(), short), None);
        for secs in [80, 60, 70] {
            history.learn(&took(secs, short));
        }
        assert_eq!(typical_secs(&history, GatewayId::Apiin, short), 70);
        assert_eq!(typical_secs(&history, GatewayId::Apiin, long), 70);
        assert_eq!(typical_secs(&history, GatewayId::Aigateway, short), 45);
        assert_eq!(history.learned(GatewayId::Apiin, Resolution::default(), long), None, "other settings");
        let learned = history.learned(GatewayId::Apiin, Resolution::default(), short).expect("three jobs");
        assert!((learned.median().as_secs_f64() - 70.0).abs() < 0.01, "{learned:?}");
        let all_at_once = History::of(&[80, 60, 70].map(|secs| took(secs, short)));
        assert_eq!(all_at_once.learned(GatewayId::Apiin, Resolution::default(), short), Some(learned));
    }

    #[test]
    fn only_the_newest_of_a_kind_are_remembered() {
        let jobs: Vec<Job> =
            (0..1_000).map(|number| took(if number < 900 { 300 } else { 30 }, ClipDuration::S5)).collect();
        let mut history = History::of(&jobs);
        assert_eq!(history.kinds.values().map(|times| times.newest.len()).collect::<Vec<_>>(), [REMEMBERED]);
        assert_eq!(typical_secs(&history, GatewayId::Apiin, ClipDuration::S5), 30);
        // Other kinds push none of them out.
        (0..1_000).for_each(|_| history.learn(&took(500, ClipDuration::S8)));
        assert_eq!(typical_secs(&history, GatewayId::Apiin, ClipDuration::S5), 30);
    }

    #[test]
    fn jobs_that_ended_unseen_or_unfinished_teach_nothing() {
        let night = took(8 * 3600, ClipDuration::S5);
        let unfinished = Job { made_at: None, ..took(60, ClipDuration::S5) };
        assert!(History::of(&[night, unfinished]).kinds.is_empty());
    }

    #[test]
    fn the_bar_stops_at_its_ceiling_and_the_words_stay_honest() {
        let typical = Duration::from_secs(44);
        for (secs, fraction, remark) in [
            (0, 0.0, "about 44 s left"),
            (22, 0.5, "about 22 s left"),
            (44, 0.95, "should finish soon"),
            (65, 0.95, "should finish soon"),
            (100, 0.95, "longer than usual, still watching"),
        ] {
            let found = progress(Duration::from_secs(secs), typical);
            assert!((found.fraction - fraction).abs() < 0.01, "{secs}: {}", found.fraction);
            assert_eq!(found.remark, remark);
        }
    }

    #[test]
    fn times_in_words() {
        for (secs, words) in [(24, "24 s"), (60, "1 min"), (72, "1 min 12 s"), (3600, "1 h"), (7500, "2 h 5 min")] {
            assert_eq!(in_words(Duration::from_secs(secs)), words);
        }
    }
}
