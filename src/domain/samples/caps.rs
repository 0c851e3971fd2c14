//! What caps hold back, as one table for everything that orders: each door is tested against it, and so is the engine.

use super::job;
use crate::domain::caps::{Cap, CapKind, Caps, HeldBack};
use crate::domain::holds::HeldFor;
use crate::domain::{Amount, Charge, GatewayId, Job, JobState, Money, UnixMillis};

/// The price of a clip of a new form at aigateway, in millionths of a dollar. All sums of the table are multiples of it.
pub const CLIP: i64 = 400_000;

/// A library, and a run of clips of a new form that is to be ordered in it.
#[derive(Clone, Debug)]
pub struct CapCase {
    /// What it is about.
    pub name: &'static str,
    /// The caps.
    pub caps: Caps,
    /// What the library holds. The numbers of its jobs begin at 9,001.
    pub jobs: Vec<Job>,
    /// The gateway that is to make the clips.
    pub gateway: GatewayId,
    /// How many are ordered.
    pub clips: u8,
    /// What the caps hold back of them.
    pub held: Option<HeldBack>,
}

/// So many clips of a new form at aigateway.
fn worth(clips: f64) -> Amount {
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a small price")]
    Amount::Money(Money((clips * CLIP as f64) as i64))
}

fn on(clips: f64) -> Cap {
    Cap { limit: worth(clips), is_on: true }
}

/// What was spent, and orders that a cap holds, each at its price.
fn library(now: UnixMillis, spent: f64, held: &[(HeldFor, f64)]) -> Vec<Job> {
    let aigateway = |number: u128| job(9_000 + number).gateway(GatewayId::Aigateway).at(now);
    let mut paid = aigateway(1).ready();
    (paid.charge, paid.sent_at) = (Charge::Yes(Some(worth(spent))), Some(now));
    let waits = held.iter().zip(2..).map(|((why, clips), number)| {
        let mut job = aigateway(number).state(JobState::Queued);
        (job.charge, job.held) = (Charge::Nothing, Some(*why));
        job.estimate.amount = worth(*clips);
        job
    });
    std::iter::once(paid).chain(waits).collect()
}

/// The table, for a moment at which it is today.
pub fn cap_cases(now: UnixMillis) -> Vec<CapCase> {
    let day = Caps { confirm_above: Cap { is_on: false, ..on(0.0) }, day: on(5.0), ..Caps::default() };
    let off = Cap { is_on: false, ..on(5.0) };
    let (over_day, over_month) = (HeldFor::DayCap, HeldFor::MonthCap);
    let held = |kind, from, count, is_behind| Some(HeldBack { kind, from, count, is_behind });
    let case = |name, caps, jobs, (gateway, clips), held| CapCase { name, caps, jobs, gateway, clips, held };
    let (aigateway, apiin) = (GatewayId::Aigateway, GatewayId::Apiin);
    let mut cases = Vec::new();
    for clips in [1, 4] {
        let all = usize::from(clips);
        cases.extend([
            case("no cap", Caps { day: off, ..day }, library(now, 99.0, &[]), (aigateway, clips), None),
            case("room for all", day, library(now, 1.0, &[]), (aigateway, clips), None),
            case("no room at all", day, library(now, 4.5, &[]), (aigateway, clips), held(CapKind::Day, 0, all, false)),
            case(
                "it fits, but an older one waits for today's cap",
                day,
                library(now, 1.0, &[(over_day, 4.5)]),
                (aigateway, clips),
                held(CapKind::Day, 0, all, true),
            ),
            case(
                "it fits, but an older one waits for this month's cap",
                Caps { day: off, month: on(5.0), ..day },
                library(now, 1.0, &[(over_month, 4.5)]),
                (aigateway, clips),
                held(CapKind::Month, 0, all, true),
            ),
            case(
                "it goes to another gateway than the one that waits",
                Caps { day: on(20.0), ..day },
                library(now, 1.0, &[(over_day, 19.5)]),
                (apiin, clips),
                held(CapKind::Day, 0, all, true),
            ),
            case(
                "practice waits for nothing",
                day,
                library(now, 1.0, &[(over_day, 4.5)]),
                (GatewayId::Practice, clips),
                None,
            ),
            case(
                "the one that waits can never go",
                day,
                library(now, 1.0, &[(over_day, 5.5)]),
                (aigateway, clips),
                None,
            ),
            case(
                "one that can never go and one that can",
                day,
                library(now, 1.0, &[(over_day, 5.5), (over_day, 4.5)]),
                (aigateway, clips),
                held(CapKind::Day, 0, all, true),
            ),
        ]);
    }
    cases.extend([
        case("room for one", day, library(now, 4.0, &[]), (aigateway, 4), held(CapKind::Day, 1, 3, false)),
        case(
            "room for two in a run",
            Caps { run: on(2.0), ..day },
            library(now, 0.5, &[]),
            (aigateway, 4),
            held(CapKind::Run, 2, 2, false),
        ),
        case(
            "the day ends before the run does",
            Caps { run: on(2.0), ..day },
            library(now, 4.0, &[]),
            (aigateway, 4),
            held(CapKind::Day, 1, 3, false),
        ),
    ]);
    cases
}
