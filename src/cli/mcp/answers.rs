//! What the tools answer, as JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use strum::IntoEnumIterator as _;

use super::allowance::in_unit_of;
use super::desk::Desk;
use crate::cli::estimate::Quote;
use crate::cli::jobs::object;
use crate::cli::output::{hold_word, last_word};
use crate::domain::capability;
use crate::domain::list::PictureFiles;
use crate::domain::storyboard::cost::Sum;
use crate::domain::{Amount, CapKind, Charge, Draft, GatewayId, Job};

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
        let quote = Quote::of(&draft, settings.credit_value, notes.collect())?;
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
        Some(json!({ "cap": kind, "limit": limit.to_string(), "spent": in_unit_of(limit, counted.before.of(kind)) }))
    });
    json!({
        "can_spend": allowance.is_spending_allowed && allowance.cap.is_some(),
        "allow_spend": allowance.is_spending_allowed,
        "cap": allowance.cap.map(|cap| cap.to_string()),
        "spent": in_unit_of(allowance.cap.unwrap_or(Amount::Free), counted.own),
        "caps_of_the_settings": caps.collect::<Vec<_>>(),
    })
}

/// What the orders of the library cost, practice left out.
pub(super) fn ledger(desk: &Desk) -> Value {
    let mut charged = Sum::default();
    let mut unknown = Sum::default();
    let mut orders: BTreeMap<GatewayId, [usize; 3]> = BTreeMap::new();
    for job in desk.newest_first().iter().filter(|job| job.gateway.is_paid()) {
        let counts = orders.entry(job.gateway).or_default();
        match job.charge {
            Charge::Nothing => {}
            Charge::No => counts[0] += 1,
            Charge::Yes(amount) => {
                counts[1] += 1;
                charged.add(job.gateway, amount.unwrap_or(job.estimate.amount));
            }
            Charge::NotKnown => {
                counts[2] += 1;
                unknown.add(job.gateway, job.estimate.amount);
            }
        }
    }
    let gateways = orders.iter().map(|(gateway, [no, yes, unknown])| {
        json!({ "gateway": gateway, "charged": yes, "not_charged": no, "not_known": unknown })
    });
    let counted = desk.counted();
    json!({
        "charged": charged.to_string(),
        "charge_not_known": unknown.to_string(),
        "today": counted.before.day.dollars.to_string(),
        "this_month": counted.before.month.dollars.to_string(),
        "gateways": gateways.collect::<Vec<_>>(),
        "allowance": allowance(desk),
    })
}
