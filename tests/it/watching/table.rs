//! The table of rules, and what is asked of ours.

use std::time::Duration;

use rushes::domain::GatewayId;
use rushes::domain::random::Random;
use rushes::domain::time::seconds;
use rushes::engine::schedule::{LOOK_COST, Watched, least_poll_delay, poll_delay};

use super::model::{Figures, Kind, from_nothing, learned_from, part, users, watch};

pub const PREDICTABLE: Kind = Kind { median: 90.0, spread: 0.35 };
const SLOW: Kind = Kind { median: 240.0, spread: 0.40 };
const WILD: Kind = Kind { median: 90.0, spread: 0.80 };
/// Hardly spread at all, where a wrong past misleads most.
const EVEN: Kind = Kind { median: 90.0, spread: 0.15 };

/// The number of finished jobs on record from which on history has to pay.
const ON_RECORD: usize = 30;

/// The rules of other programs, read from their packages. All look at once, and then wait.
fn others(kind: Kind) -> Vec<(&'static str, Figures)> {
    let times = kind.times(4_000, 1);
    let mut random = Random(2);
    let steady = |name, secs: f64| (name, watch(&times, |looks, _| if looks == 0 { 0.0 } else { secs }).0);
    let mut rows = vec![
        steady("fal-client, 0.1 s", 0.1),
        steady("replicate, 0.5 s", 0.5),
        steady("openai, wavespeed, 1 s", 1.0),
        steady("fixed 5 s", 5.0),
    ];
    let runway = |looks, _| if looks == 0 { 0.0 } else { 4.5 + 3.0 * part(&mut random) };
    rows.push(("runway, 6 ±1.5 s", watch(&times, runway).0));
    let growing = |looks: u32, _| if looks == 0 { 0.0 } else { (2.0 * 1.5_f64.powi(looks as i32 - 1)).min(30.0) };
    rows.push(("aigateway SDK, 2 s × 1.5 to 30 s", watch(&times, growing).0));
    rows
}

fn print(name: &str, figures: Figures) {
    println!("  {name:<42} {:>8.1} {:>8.2} s", figures.looks, figures.delay);
}

/// The figures at the price of a look where `is_too_low` turns, between a hundredth of a second and twenty seconds: at a
/// price just too low and at one just not.
fn turn(is_too_low: impl Fn(Figures) -> bool, figures: impl Fn(f64) -> Figures) -> (Figures, Figures) {
    let (mut low, mut high) = (0.01_f64, 20.0_f64);
    for _ in 0..10 {
        let middle = (low * high).sqrt();
        if is_too_low(figures(middle)) { low = middle } else { high = middle }
    }
    (figures(low), figures(high))
}

/// One thing that is asked of our rule, told in one line.
pub fn bar(name: &str, is_met: bool, told: &str) -> Option<String> {
    let line = format!("bar {name}: {told}: {}", if is_met { "met" } else { "NOT MET" });
    println!("{line}");
    (!is_met).then_some(line)
}

/// The rule of looks itself is the same at every price of a look, so it is compared where it looks as often as another
/// rule, and where it hears as late.
#[test]
fn history_hears_sooner_with_fewer_looks_than_the_rules_of_others() {
    let mut missed = Vec::new();
    for (kind, most_of_delay, most_of_looks) in [(PREDICTABLE, 0.6, 0.8), (SLOW, 0.6, 0.8), (WILD, 0.6, 1.0)] {
        println!("\nhalf within {} s, spread {}: looks for each job, mean delay", kind.median, kind.spread);
        let rows = others(kind);
        rows.iter().for_each(|(name, figures)| print(name, *figures));
        let right = users(LOOK_COST, kind, kind, ON_RECORD);
        let slow = users(LOOK_COST, kind, kind.slower(1.5), ON_RECORD);
        let fast = users(LOOK_COST, kind, kind.slower(1.0 / 1.5), ON_RECORD);
        let (all, first) = from_nothing(kind);
        print("ours, without history", users(LOOK_COST, kind, kind, 0));
        print("ours, 30 jobs on record", right);
        print("ours, 64 jobs on record", users(LOOK_COST, kind, kind, 64));
        print("ours, history 1.5 times too slow", slow);
        print("ours, history 1.5 times too fast", fast);
        print("ours, from nothing: the first 30 jobs", first);
        print("ours, from nothing: 4,000 jobs", all);

        let at = |look_cost| users(look_cost, kind, kind, ON_RECORD);
        let (_, runway) = rows[4];
        let (_, sdk) = rows[5];
        let (_, found) = turn(|found| found.looks > sdk.looks, at);
        let ratio = found.delay / sdk.delay;
        let told = format!(
            "delay {ratio:.2}x of the aigateway SDK at its request count ({:.1} of {:.1} looks, {:.2} of {:.2} s; at most {most_of_delay}x)",
            found.looks, sdk.looks, found.delay, sdk.delay
        );
        missed.extend(bar("P-16a", found.looks <= sdk.looks && ratio <= most_of_delay, &told));

        let (found, _) = turn(|found| found.delay <= runway.delay, at);
        let ratio = found.looks / runway.looks;
        let told = format!(
            "requests {ratio:.2}x of Runway at its delay ({:.2} of {:.2} s, {:.1} of {:.1} looks; at most {most_of_looks}x)",
            found.delay, runway.delay, found.looks, runway.looks
        );
        missed.extend(bar("P-16b", found.delay <= runway.delay && ratio <= most_of_looks, &told));

        for (name, wrong) in [("slow", slow), ("fast", fast)] {
            let ratio = wrong.delay / right.delay;
            let told = format!("a history 1.5 times too {name} costs {ratio:.2}x the delay (at most 2x)");
            missed.extend(bar("P-16e", ratio <= 2.0, &told));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn waits_keep_their_bounds_over_whole_watches() {
    let mut missed = Vec::new();
    let mut random = Random(17);
    let (mut closest, mut farthest_off) = (f64::MAX, 0.0_f64);
    for gateway in [GatewayId::Aigateway, GatewayId::Apiin, GatewayId::Practice] {
        for learned in [None, learned_from(PREDICTABLE, 64, 5), learned_from(Kind { median: 1.0, spread: 0.1 }, 64, 5)]
        {
            let (mut age, mut polls) = (Duration::ZERO, 0);
            while age < Duration::from_secs(880) {
                let wait = poll_delay(gateway, Watched { polls, age, learned, ..Watched::default() }, &mut random);
                closest = closest.min(wait.as_secs_f64());
                if learned.is_none() {
                    let twentieth = (age.as_secs_f64() / 20.0).clamp(1.0, 10.0);
                    let least = least_poll_delay(gateway).as_secs_f64();
                    farthest_off = farthest_off.max((wait.as_secs_f64() / twentieth.max(least) - 1.0).abs());
                }
                age += wait;
                polls += 1;
            }
        }
    }
    let told = format!("the two closest looks at one job are {closest:.2} s apart (at least 1 s)");
    missed.extend(bar("P-16c", closest >= 1.0, &told));
    let told = format!(
        "without history a wait is 5 % of the age, 1 to 10 s, or what the gateway allows; it is off by {:.0} % at most (10 % are chance)",
        farthest_off * 100.0
    );
    missed.extend(bar("P-16d", farthest_off <= 0.1, &told));

    let mut kept = 0;
    for asked in [3.0, 4.5, 30.0, 900.0] {
        for (learned, trouble) in [(None, 0), (None, 6), (learned_from(PREDICTABLE, 64, 5), 0)] {
            let hint = Some(seconds(asked));
            let watched = Watched { polls: 9, trouble, learned, hint, ..Watched::default() };
            let wait = poll_delay(GatewayId::Aigateway, watched, &mut random).as_secs_f64();
            kept += u32::from((asked..=asked * 1.1).contains(&wait));
        }
    }
    missed.extend(bar("P-16f", kept == 12, &format!("{kept} of 12 waits that a server asked for were kept")));
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn a_wrong_history_of_even_times_is_not_believed_either() {
    let right = users(LOOK_COST, EVEN, EVEN, ON_RECORD);
    for times in [1.5, 1.0 / 1.5] {
        let wrong = users(LOOK_COST, EVEN, EVEN.slower(times), ON_RECORD);
        println!("a past {times:.2} times as slow: {:.2} s instead of {:.2} s", wrong.delay, right.delay);
        assert!(wrong.delay <= right.delay * 2.0, "{times}: {wrong:?} {right:?}");
    }
}
