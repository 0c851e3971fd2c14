//! What the tools answer, as JSON.

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use strum::IntoEnumIterator as _;

use super::desk::Desk;
use crate::cli::estimate::Quote;
use crate::cli::jobs::object;
use crate::cli::output::{hold_word, last_word};
use crate::domain::capability;
use crate::domain::caps::{Spent, day_of};
use crate::domain::ledger::Entry;
use crate::domain::ledger::sums::{Sum, Totals};
use crate::domain::list::PictureFiles;
use crate::domain::{Amount, CapKind, Draft, GatewayId, Job};
use crate::session::wall_clock;

/// A job with all that is known of it: state, file, charge, and its message in three parts.
pub(super) fn job(desk: &Desk, job: &Job) -> Value {
    let hold = desk.hold_of(job);
    let mut answer = object(job, desk.file_of(job).as_deref());
    answer["message"] = last_word(job, hold.as_ref()).into();
    answer["is_at_end"] = (!job.state.is_unfinished()).into();
    if let Some(hold) = hold {
        answer["hold"] = hold_word(&hold).into();
    }
    answer
}

/// The price of a shot at every gateway, the chosen one first, and whether this server may order it there.
pub(super) fn estimates(desk: &Desk, draft: &Draft, files: &PictureFiles) -> Value {
    let whole = files.stand_in(draft);
    let others = GatewayId::iter().filter(|other| *other != draft.gateway);
    let quotes = std::iter::once(draft.gateway).chain(others).filter_map(|gateway| {
        let draft = Draft { gateway, ..whole.clone() };
        let settings = desk.home().settings.of(gateway);
        let notes = capability::notes(&draft, settings.send_undocumented).into_iter().map(|note| note.reason);
        let quote = Quote::of(&draft, &desk.home().settings, notes.collect())?;
        let may = desk.allowance.check(&desk.rules, &desk.counted(), gateway, quote.each, draft.takes);
        let mut answer = quote.object(gateway == whole.gateway);
        if let Some(fields) = answer.as_object_mut() {
            fields.remove("event");
        }
        answer["may_be_ordered"] = may.is_ok().into();
        answer["why_not"] = may.err().into();
        Some(answer)
    });
    json!({ "estimates": quotes.collect::<Vec<_>>(), "allowance": allowance(desk) })
}

/// What this server may spend.
pub(super) fn allowance(desk: &Desk) -> Value {
    let (allowance, counted) = (desk.allowance, desk.counted());
    let caps = [CapKind::Day, CapKind::Month, CapKind::Run].into_iter().filter_map(|kind| {
        let limit = desk.rules.caps.of(kind).in_force()?;
        Some(json!({ "cap": kind, "limit": limit.to_string(), "spent": counted.before.of(kind, Spent::default()).in_unit_of(limit).to_string() }))
    });
    json!({
        "can_spend": allowance.is_spending_allowed && allowance.cap.is_some(),
        "allow_spend": allowance.is_spending_allowed,
        "cap": allowance.cap.map(|cap| cap.to_string()),
        "spent": counted.own.in_unit_of(allowance.cap.unwrap_or(Amount::Free)).to_string(),
        "caps_of_the_settings": caps.collect::<Vec<_>>(),
    })
}

/// What the orders of the library cost, as `rushes ledger` counts them: practice is left out.
pub(super) fn ledger(desk: &Desk) -> Value {
    let (now, zone) = (wall_clock(), TimeZone::system());
    let jobs = desk.newest_first();
    let totals = Totals::of(jobs.iter().filter_map(|job| Entry::of(job, now, &zone)), &desk.rules);
    let today = day_of(now, &zone);
    let of_gateways = totals.by_gateway.iter().map(|(gateway, sum)| {
        let mut answer = sum_object(sum);
        answer["gateway"] = gateway.name().into();
        answer["billed"] = sum.total().billed().into();
        answer
    });
    json!({
        "all": sum_object(&totals.all),
        "today": sum_object(&totals.by_day.get(&today).copied().unwrap_or_default()),
        "this_month": sum_object(&totals.by_month.get(&today.first_of_month()).copied().unwrap_or_default()),
        "gateways": of_gateways.collect::<Vec<_>>(),
        "allowance": allowance(desk),
    })
}

/// What some orders come to, in dollars: a range where credits have no certain worth.
fn sum_object(sum: &Sum) -> Value {
    json!({
        "orders": sum.rows,
        "total": sum.total().worth().to_string(),
        "charged": sum.charged.worth().to_string(),
        "charged_as_shown": sum.assumed.worth().to_string(),
        "not_known": sum.not_known.worth().to_string(),
        "reserved": sum.reserved.worth().to_string(),
    })
}
