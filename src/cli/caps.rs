//! The caps on spending, as a command that orders clips heeds them: before anything is stored or sent.

use jiff::tz::TimeZone;

use super::exit::Exit;
use super::stop::Stop;
use crate::domain::caps::{CapKind, spent_of};
use crate::domain::{Amount, GatewayId, Job, SpendingRules, UnixMillis};

/// Looks whether these orders, which are one run, have room under the caps, after what all jobs of the library count.
/// `over_cap` is the price of all of them together as the user typed it, to send them although they pass a cap.
///
/// Returns whether they pass a cap and the user said that they are to be sent all the same.
///
/// # Errors
///
/// [`Exit::BadRequest`] when another amount was typed than they cost, and [`Exit::Money`] when they pass a cap.
pub(super) fn check_caps(
    jobs: &[Job],
    now: UnixMillis,
    zone: &TimeZone,
    rules: &SpendingRules,
    orders: &[(GatewayId, Amount)],
    over_cap: Option<Amount>,
) -> Result<bool, Stop> {
    let total = orders.iter().map(|(_, price)| *price).fold(Amount::Free, Amount::plus);
    if let Some(typed) = over_cap.filter(|typed| *typed != total) {
        return Err(Stop::new(
            Exit::BadRequest,
            format!("--over-cap says {typed}, but this costs {total}. Not charged: nothing was sent. Type {total}."),
        ));
    }
    let spent = spent_of(jobs, now, zone, rules);
    let Some(held) = spent.held_back(rules, orders.iter().copied()) else { return Ok(false) };
    let cap = held.kind;
    if over_cap.is_some() {
        return Ok(true);
    }
    let limit = rules.caps.of(cap).limit;
    let so_far = match cap {
        CapKind::Run => String::new(),
        CapKind::Day => format!("{} of {limit} are spent or reserved today, and ", spent.day.in_unit_of(limit)),
        CapKind::Month => {
            format!("{} of {limit} are spent or reserved this month, and ", spent.month.in_unit_of(limit))
        }
    };
    let which = match cap {
        CapKind::Run => format!("the cap of one run, which is {limit}"),
        CapKind::Day => "the cap of the day".to_owned(),
        CapKind::Month => "the cap of the month".to_owned(),
    };
    let would = if held.is_behind {
        format!("This would wait behind older orders that wait for {which}")
    } else {
        format!("This would pass {which}")
    };
    Err(Stop::new(
        Exit::Money,
        format!(
            "{would}: {so_far}this costs {total}. Not charged: nothing was sent. Raise the cap with `rushes cap`, or say \
             --over-cap '{total}' to send it once all the same."
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::samples::job;
    use super::*;
    use crate::domain::caps::{Cap, Caps};
    use crate::domain::{Charge, HeldFor, JobState, Money};

    fn money(cents: i64) -> Amount {
        Amount::Money(Money(cents * 10_000))
    }

    #[test]
    fn a_command_that_would_pass_a_cap_is_stopped_unless_it_names_its_price() {
        let now = UnixMillis(1_700_049_600_000);
        let caps = Caps { day: Cap { limit: money(500), is_on: true }, ..Caps::default() };
        let rules = SpendingRules { caps, ..SpendingRules::default() };
        let spent = |cents| Job {
            gateway: GatewayId::Aigateway,
            state: JobState::Ready,
            charge: Charge::Yes(Some(money(cents))),
            sent_at: Some(now),
            ..job()
        };
        let held = |cents| {
            let mut job = Job { gateway: GatewayId::Aigateway, held: Some(HeldFor::DayCap), ..job() };
            job.state = JobState::Queued;
            job.charge = Charge::Nothing;
            job.estimate.amount = money(cents);
            job
        };
        let order = [(GatewayId::Aigateway, money(64)), (GatewayId::Aigateway, money(64))];
        for (name, jobs, over_cap, expected) in [
            ("room", vec![spent(372)], None, Ok(false)),
            ("no room", vec![spent(373)], None, Err(Exit::Money)),
            ("no room for the second", vec![spent(430)], None, Err(Exit::Money)),
            ("an older one waits for the cap", vec![spent(100), held(450)], None, Err(Exit::Money)),
            ("one that can never go waits", vec![spent(100), held(501)], None, Ok(false)),
            ("said", vec![spent(430)], Some(money(128)), Ok(true)),
            ("said without need", vec![], Some(money(128)), Ok(false)),
            ("another amount", vec![spent(430)], Some(money(130)), Err(Exit::BadRequest)),
            ("another unit", vec![], Some(Amount::Credits(crate::domain::Credits(128))), Err(Exit::BadRequest)),
        ] {
            let result = check_caps(&jobs, now, &TimeZone::UTC, &rules, &order, over_cap);
            assert_eq!(result.map_err(|stop| stop.exit), expected, "{name}");
        }
    }
}
