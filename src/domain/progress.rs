//! How far a job probably is. No gateway reports a percentage (docs/gateways.md, section 5.7), so elapsed time is
//! compared with the user's own finished jobs.

use std::time::Duration;

use super::gateway::GatewayId;
use super::job::Job;
use super::setting::{ClipDuration, Resolution};

/// The largest part of the bar that is filled before the whole file is on this computer; 1 is the full bar.
pub const CEILING: f32 = 0.95;

/// How long the last clips took to make, by gateway, resolution and length; the newest is the last.
#[derive(Clone, Debug, Default)]
pub struct History {
    samples: Vec<Sample>,
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    gateway: GatewayId,
    resolution: Resolution,
    duration: ClipDuration,
    took: Duration,
}

/// How many finished jobs are remembered. Older ones are dropped, so that the estimate follows how fast a gateway is
/// now.
const MAX_SAMPLES: usize = 200;

impl History {
    /// Learns from finished jobs; others are ignored.
    pub fn of<'a>(jobs: impl IntoIterator<Item = &'a Job>) -> Self {
        let mut history = Self::default();
        for job in jobs {
            history.learn(job);
        }
        history
    }

    /// Learns from one job if its making was watched from acceptance to completion.
    pub fn learn(&mut self, job: &Job) {
        if let (Some(accepted), Some(made)) = (job.accepted_at, job.made_at) {
            if self.samples.len() == MAX_SAMPLES {
                self.samples.remove(0);
            }
            self.samples.push(Sample {
                gateway: job.gateway,
                resolution: job.request.resolution(),
                duration: job.request.duration(),
                took: made.since(accepted),
            });
        }
    }

    /// Median of the closest kind that has finished: same settings, else same gateway, else what the gateway's pages
    /// say (30–90 s at apiin, 30 s–5 min at aigateway; the practice gateway takes a few seconds).
    pub fn typical(&self, gateway: GatewayId, resolution: Resolution, duration: ClipDuration) -> Duration {
        let same_gateway = |sample: &&Sample| sample.gateway == gateway;
        let same_kind =
            |sample: &&Sample| same_gateway(sample) && sample.resolution == resolution && sample.duration == duration;
        median(self.samples.iter().filter(same_kind))
            .or_else(|| median(self.samples.iter().filter(same_gateway)))
            .unwrap_or(match gateway {
                GatewayId::Apiin | GatewayId::Aigateway => Duration::from_secs(45),
                GatewayId::Practice => Duration::from_secs(6),
            })
    }

    /// The shortest time that one of the last clips with exactly these settings took. `None` until three are known.
    pub fn fastest(&self, gateway: GatewayId, resolution: Resolution, duration: ClipDuration) -> Option<Duration> {
        let is_same =
            |sample: &&Sample| (sample.gateway, sample.resolution, sample.duration) == (gateway, resolution, duration);
        let times: Vec<_> = self.samples.iter().filter(is_same).map(|sample| sample.took).collect();
        if times.len() < 3 { None } else { times.into_iter().min() }
    }
}

fn median<'a>(samples: impl Iterator<Item = &'a Sample>) -> Option<Duration> {
    let mut times: Vec<_> = samples.map(|sample| sample.took).collect();
    times.sort_unstable();
    times.get(times.len() / 2).copied()
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
