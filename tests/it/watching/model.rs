//! The model: jobs, what became known of earlier ones, and a watch of one job after another.

use std::f64::consts::TAU;

use rushes::domain::GatewayId;
use rushes::domain::learned::Learned;
use rushes::domain::progress::REMEMBERED;
use rushes::domain::random::Random;
use rushes::domain::time::seconds;
use rushes::engine::schedule::{LOOK_COST, Watched, poll_delay_at};

/// Seconds from a look until its answer.
pub const ROUND_TRIP: f64 = 0.15;

/// A kind of job: the time that half of them take at most, in seconds, and the spread of the logarithms.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    pub median: f64,
    pub spread: f64,
}

impl Kind {
    /// The same kind where everything takes so many times as long.
    pub fn slower(self, times: f64) -> Self {
        Self { median: self.median * times, ..self }
    }

    /// The times that so many jobs take, in seconds.
    pub fn times(self, count: usize, seed: u64) -> Vec<f64> {
        let mut random = Random(seed);
        (0..count).map(|_| self.median * (self.spread * normal(&mut random)).exp()).collect()
    }
}

/// A number between 0 and 1, neither of them.
pub fn part(random: &mut Random) -> f64 {
    ((random.draw() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

fn normal(random: &mut Random) -> f64 {
    (-2.0 * part(random).ln()).sqrt() * (TAU * part(random)).cos()
}

/// What watching costs and brings, on average for a job.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub looks: f64,
    pub delay: f64,
}

/// Watches one job after another by a rule that says how long to wait at an age, given the number of looks so far. Returns the
/// figures, and the ages at which the ends were known.
pub fn watch(times: &[f64], mut rule: impl FnMut(u32, f64) -> f64) -> (Figures, Vec<f64>) {
    let mut sum = Figures::default();
    let mut known = Vec::with_capacity(times.len());
    for time in times {
        let (mut age, mut looks) = (0.0, 0);
        loop {
            age += rule(looks, age);
            looks += 1;
            let is_over = age >= *time;
            age += ROUND_TRIP;
            if is_over {
                break;
            }
        }
        sum.looks += f64::from(looks);
        sum.delay += age - time;
        known.push(age);
    }
    let count = times.len() as f64;
    (Figures { looks: sum.looks / count, delay: sum.delay / count }, known)
}

/// Our rule at aigateway, for a price of a look.
pub fn ours(look_cost: f64, learned: Option<Learned>, random: &mut Random) -> impl FnMut(u32, f64) -> f64 {
    move |polls, age| {
        let watched = Watched { polls, age: seconds(age), learned, ..Watched::default() };
        poll_delay_at(look_cost, GatewayId::Aigateway, watched, random).as_secs_f64()
    }
}

/// What a user's finished jobs tell, as this program saw them when it knew nothing yet: with its own delays.
pub fn learned_from(kind: Kind, count: usize, seed: u64) -> Option<Learned> {
    let (_, known) = watch(&kind.times(count, seed), ours(LOOK_COST, None, &mut Random(seed)));
    learn(&known)
}

/// What the newest of the jobs tell whose ends were known at these ages.
pub fn learn(known: &[f64]) -> Option<Learned> {
    let newest = &known[known.len().saturating_sub(REMEMBERED)..];
    Learned::of(newest.iter().copied().map(seconds))
}

/// Twenty users with `on_record` finished jobs each, of the kind `past`; each makes 200 more, of `kind`.
pub fn users(look_cost: f64, kind: Kind, past: Kind, on_record: usize) -> Figures {
    let mut sum = Figures::default();
    let times = kind.times(4_000, 1);
    for (user, times) in times.chunks(200).enumerate() {
        let seed = 1_000 + user as u64;
        let learned = learned_from(past, on_record, seed);
        let (figures, _) = watch(times, ours(look_cost, learned, &mut Random(seed)));
        sum.looks += figures.looks / 20.0;
        sum.delay += figures.delay / 20.0;
    }
    sum
}

/// One user who makes all jobs one after another, from nothing on record, always learning. Returns the figures of all jobs,
/// and of the first thirty.
pub fn from_nothing(kind: Kind) -> (Figures, Figures) {
    let mut random = Random(3);
    let mut known = Vec::new();
    let (mut all, mut first) = (Figures::default(), Figures::default());
    for (place, time) in kind.times(4_000, 1).into_iter().enumerate() {
        let (figures, ends) = watch(&[time], ours(LOOK_COST, learn(&known), &mut random));
        known.extend(ends);
        for (sum, count) in [(&mut all, 4_000), (&mut first, 30)] {
            if place < count {
                sum.looks += figures.looks / count as f64;
                sum.delay += figures.delay / count as f64;
            }
        }
    }
    (all, first)
}
