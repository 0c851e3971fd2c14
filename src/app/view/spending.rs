//! What the window says of limits on spending: today's sum, what is left, and what stands in the way of an order.

use crate::app::action::spend::{Consent, OverCap};
use crate::app::state::AppState;
use crate::app::state::spending::Sum;
use crate::domain::caps::{CapKind, HeldBack, SpendingRules, Spent, SpentNow, waits_for};
use crate::domain::price::{self, Dollars, dollars};
use crate::domain::{Amount, GatewayId, Job, JobId, JobState, Money};
use strum::IntoEnumIterator as _;

/// One cent, in millionths of a dollar.
const CENT: i64 = 10_000;

/// What counts against the cap of this kind now.
pub fn sum(state: &AppState, rules: &SpendingRules, kind: CapKind) -> Sum {
    state.jobs.spending().spent(kind, state.now, &state.time_zone, rules)
}

/// Today's figures in the header.
#[derive(Clone, Debug, PartialEq)]
pub struct Today {
    /// `$2.02`, `up to $2.02`, or `540 cr` where the cap counts credits; `…` until it is known.
    pub spent: String,
    /// `of $5.00`; empty without a cap.
    pub limit: String,
    /// How full the day is, from 0.0 to 1.0; `None` without a cap.
    pub share: Option<f32>,
    /// Whether at least four fifths of the cap are used.
    pub is_near: bool,
}

/// What was spent and is reserved today.
pub fn today(state: &AppState) -> Today {
    if !state.jobs.is_spending_known() {
        return Today { spent: "…".to_owned(), limit: String::new(), share: None, is_near: false };
    }
    let rules = SpendingRules::from(&state.settings);
    let sum = sum(state, &rules, CapKind::Day);
    match rules.caps.day.in_force() {
        None => {
            let spent = figure(sum, Amount::Money(Money::ZERO));
            Today { spent, limit: String::new(), share: None, is_near: false }
        }
        Some(limit) => {
            let (used, most) = (units(sum.spent.in_unit_of(limit)), units(limit));
            #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a share for a bar")]
            let share = if most <= 0 { 1.0 } else { (used as f64 / most as f64).clamp(0.0, 1.0) as f32 };
            let is_near = used.saturating_mul(5) >= most.saturating_mul(4);
            Today { spent: figure(sum, limit), limit: format!("of {limit}"), share: Some(share), is_near }
        }
    }
}

/// A sum in the unit of `limit`: `$4.20`, `up to $4.20`, `420 cr`. Rounded up to whole cents, so that nothing is hidden.
fn figure(sum: Sum, limit: Amount) -> String {
    match sum.spent.in_unit_of(limit) {
        Amount::Money(money) if sum.is_at_most => format!("up to {}", cents_up(money)),
        Amount::Money(money) => cents_up(money).to_string(),
        amount => amount.to_string(),
    }
}

fn cents_up(money: Money) -> Money {
    Money(money.0.saturating_add(CENT - 1).div_euclid(CENT).saturating_mul(CENT))
}

fn cents_down(money: Money) -> Money {
    Money(money.0.div_euclid(CENT).saturating_mul(CENT))
}

fn units(amount: Amount) -> i64 {
    match amount {
        Amount::Free => 0,
        Amount::Money(money) => money.0,
        Amount::Credits(credits) => credits.0,
    }
}

/// `amount` less `used`, in the unit of `amount`, not below zero and in whole cents.
fn left(limit: Amount, used: Spent) -> Amount {
    let left = units(limit).saturating_sub(units(used.in_unit_of(limit))).max(0);
    match limit {
        Amount::Credits(_) => Amount::Credits(crate::domain::Credits(left)),
        Amount::Money(_) | Amount::Free => Amount::Money(cents_down(Money(left))),
    }
}

/// `$2.98 left today`: what is left of the narrowest cap before an order at this price; `None` where none holds.
pub fn room(state: &AppState, price: Amount, gateway: GatewayId) -> Option<String> {
    if !gateway.is_paid() || !state.jobs.is_spending_known() {
        return None;
    }
    let rules = SpendingRules::from(&state.settings);
    let more = rules.weigh(price, gateway);
    let caps = [CapKind::Run, CapKind::Day, CapKind::Month].into_iter().filter_map(|kind| {
        let limit = rules.caps.of(kind).in_force()?;
        let left = left(limit, sum(state, &rules, kind).spent);
        // How often the order fits decides, since dollars and credits cannot be compared.
        #[expect(clippy::cast_precision_loss, reason = "only compared")]
        let times = units(left) as f64 / units(more.in_unit_of(limit)).max(1) as f64;
        Some((times, kind, left))
    });
    let (_, kind, left) = caps.min_by(|one, other| one.0.total_cmp(&other.0))?;
    Some(match kind {
        CapKind::Run => format!("{left} for each run"),
        CapKind::Day => format!("{left} left today"),
        CapKind::Month => format!("{left} left this month"),
    })
}

/// What stands in the way of an order: it has to be confirmed, or does not fit under a cap, or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Brake {
    /// The limit above which the user is asked once more, if the price is above it.
    pub confirm_above: Option<Amount>,
    /// The cap that would hold the order back.
    pub over: Option<Over>,
}

/// A cap that would hold an order back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over {
    /// Which cap it is.
    pub kind: CapKind,
    /// Whether the order would fit under it, and is held only because older ones wait for the cap.
    pub is_behind: bool,
    /// Its limit.
    pub limit: Amount,
    /// What counts against it already.
    pub sum: Sum,
}

impl Over {
    /// `Over today’s cap`, or `Held: today’s cap` behind others that wait for it.
    fn words(&self) -> &'static str {
        match (self.is_behind, self.kind) {
            (false, kind) => over_words(kind),
            (true, CapKind::Run) => "Held: the cap of one run",
            (true, CapKind::Day) => "Held: today’s cap",
            (true, CapKind::Month) => "Held: this month’s cap",
        }
    }
}

/// Several clips of the same settings that are ordered together, as one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    /// The price of one.
    pub one: Amount,
    /// Their number.
    pub clips: u32,
    /// The gateway that is to make them.
    pub gateway: GatewayId,
    /// The order whose place in the line they take; `None` behind all others.
    pub in_place_of: Option<JobId>,
}

impl Lot {
    /// The price of all of them.
    pub fn total(&self) -> Amount {
        self.one.times(self.clips)
    }
}

impl Brake {
    /// Whether a press alone orders.
    pub fn is_off(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the order may go with this word of the user, and then whether it may pass a cap. The one rule for every
    /// door.
    ///
    /// # Errors
    ///
    /// When the word does not cover what stands in the way.
    pub fn pass(&self, consent: Consent) -> Result<bool, NotSaid> {
        let is_sent_over = consent.over_cap == Some(OverCap::Send);
        if self.over.is_some() && consent.over_cap.is_none() {
            return Err(NotSaid);
        }
        // To hold the button of an order over a cap says everything that has to be said.
        if self.confirm_above.is_some() && !consent.is_confirmed && !(is_sent_over && self.over.is_some()) {
            return Err(NotSaid);
        }
        Ok(self.over.is_some() && is_sent_over)
    }
}

/// The user has not said enough for the order to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSaid;

/// What stands in the way of these clips, all of them in one run.
pub fn brake(state: &AppState, lot: Lot) -> Brake {
    if !lot.gateway.is_paid() {
        return Brake::default();
    }
    let rules = SpendingRules::from(&state.settings);
    let value = rules.credit_values.get(&lot.gateway).copied();
    let confirm_above =
        rules.caps.confirm_above.in_force().filter(|limit| price::exceeds(lot.total(), *limit, lot.gateway, value));
    let orders = std::iter::repeat_n((lot.gateway, lot.one), usize::try_from(lot.clips).unwrap_or(usize::MAX));
    Brake { confirm_above, over: over(state, &rules, orders, lot.in_place_of) }
}

/// What the caps would hold back of a list of these orders, as one run.
pub fn held_of_list(state: &AppState, orders: impl IntoIterator<Item = (GatewayId, Amount)>) -> Option<HeldBack> {
    let rules = SpendingRules::from(&state.settings);
    now(state, &rules, None).held_back(&rules, orders)
}

/// What counts against the caps, and which caps are waited for in front of the place of `in_place_of`.
fn now(state: &AppState, rules: &SpendingRules, in_place_of: Option<JobId>) -> SpentNow {
    let mut now = state.jobs.spending().now(state.now, &state.time_zone, rules);
    let place = in_place_of.and_then(|id| state.jobs.get(&id)).filter(|job| job.leaves_its_place());
    if let Some(place) = place {
        let waits_in_front = |kind: CapKind| {
            let is_in_front = |job: &Job| (job.queue_rank, job.id) < (place.queue_rank, place.id);
            let mut held = state.jobs.values().filter(|job| waits_for(job, kind, rules));
            held.any(is_in_front)
        };
        now.waits_for_day = now.waits_for_day && waits_in_front(CapKind::Day);
        now.waits_for_month = now.waits_for_month && waits_in_front(CapKind::Month);
    }
    now
}

/// The cap that would hold some of these orders back, were they one run.
fn over(
    state: &AppState,
    rules: &SpendingRules,
    orders: impl IntoIterator<Item = (GatewayId, Amount)>,
    in_place_of: Option<JobId>,
) -> Option<Over> {
    let HeldBack { kind, is_behind, .. } = now(state, rules, in_place_of).held_back(rules, orders)?;
    Some(Over { kind, is_behind, limit: rules.caps.of(kind).in_force()?, sum: sum(state, rules, kind) })
}

/// What stands in the way of a list of these orders, all of them in one run.
pub fn brake_of_list(
    state: &AppState,
    orders: impl IntoIterator<Item = (GatewayId, Amount), IntoIter: Clone>,
) -> Brake {
    let rules = SpendingRules::from(&state.settings);
    let orders = orders.into_iter();
    let (mut sum, mut has_dollars) = (Spent::default(), false);
    for (gateway, amount) in orders.clone().filter(|(gateway, _)| gateway.is_paid()) {
        sum = sum.plus(rules.weigh(amount, gateway));
        has_dollars |= matches!(amount, Amount::Money(money) if money != Money::ZERO);
    }
    let confirm_above = rules.caps.confirm_above.in_force().filter(|limit| sum.exceeds(*limit, has_dollars));
    Brake { confirm_above, over: over(state, &rules, orders, None) }
}

/// The words of the button of a list, with `price` on it; `None` where a press is enough.
pub fn list_words(brake: Brake, verb: &str, price: &str) -> Option<HoldWords> {
    // To hold the button of a list sends what fits; the rest waits in the queue.
    let reason = match (brake.over, brake.confirm_above) {
        (Some(over), _) => format!("{}: what does not fit waits for it", over.words()),
        (None, limit) => format!("above your limit of {}", limit?),
    };
    Some(HoldWords {
        is_over_cap: false,
        text: verb.to_owned(),
        detail: format!("· {price}"),
        trailing: "hold".to_owned(),
        name: format!("{verb} · {price}, {reason}, hold"),
        reason,
        hint: String::new(),
        amount: String::new(),
        consent: Consent { is_confirmed: true, over_cap: Some(OverCap::Wait) },
        wait: None,
    })
}

/// What stands in the way of an order that a cap holds back: that cap, whatever the others say.
pub fn brake_of_held(state: &AppState, job: &Job) -> Brake {
    let rules = SpendingRules::from(&state.settings);
    let kind = CapKind::iter().find(|kind| job.state == JobState::Queued && job.held == Some(kind.held()));
    let over = kind.and_then(|kind| {
        let limit = rules.caps.of(kind).in_force()?;
        Some(Over { kind, is_behind: false, limit, sum: sum(state, &rules, kind) })
    });
    Brake { confirm_above: None, over }
}

/// The words of a button that has to be held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldWords {
    /// Whether the order passes a cap, so that the button is amber.
    pub is_over_cap: bool,
    /// `Generate 12`, or `Over today's cap`.
    pub text: String,
    /// `· 3,600 cr`; empty over a cap.
    pub detail: String,
    /// `hold`, or `$4.20 of $5.00`.
    pub trailing: String,
    /// `above your limit of $2.00`, or `needs $2.40, $0.80 left`.
    pub reason: String,
    /// `$2.98 left today`, or `hold to send`.
    pub hint: String,
    /// The whole of it for screen readers.
    pub name: String,
    /// What has to be typed instead of holding: `7.20`, `3600`.
    pub amount: String,
    /// The word that the held button, or the typed amount, stands for.
    pub consent: Consent,
    /// Whether the order can be put into the queue to wait for the cap, and whether that has to be held as well.
    pub wait: Option<bool>,
}

/// The words of the button `verb` that orders these clips; `None` where a press is enough.
pub fn hold_words(state: &AppState, verb: &str, lot: Lot) -> Option<HoldWords> {
    words_of(state, brake(state, lot), verb, lot.total(), lot.gateway)
}

/// The words of the button that sends an order although a cap holds it back; `None` where none does.
pub fn held_words(state: &AppState, job: &Job) -> Option<HoldWords> {
    let words = words_of(state, brake_of_held(state, job), "Send", job.estimate.amount, job.gateway)?;
    // It waits already.
    Some(HoldWords { wait: None, ..words })
}

fn words_of(state: &AppState, brake: Brake, verb: &str, total: Amount, gateway: GatewayId) -> Option<HoldWords> {
    let amount = amount_to_type(total);
    if let Some(over) = brake.over {
        let text = over.words().to_owned();
        let trailing = match over.kind {
            CapKind::Run => format!("cap {}", over.limit),
            CapKind::Day | CapKind::Month => format!("{} of {}", figure(over.sum, over.limit), over.limit),
        };
        let reason = needs(state, over, total, gateway);
        let name = format!("{text}, {trailing}, {verb} · {total}, {reason}, hold to send");
        return Some(HoldWords {
            is_over_cap: true,
            text,
            detail: String::new(),
            trailing,
            reason,
            hint: "hold to send".to_owned(),
            name,
            amount,
            consent: Consent::OVER_CAP,
            wait: Some(brake.confirm_above.is_some()),
        });
    }
    let limit = brake.confirm_above?;
    let reason = format!("above your limit of {limit}");
    Some(HoldWords {
        is_over_cap: false,
        text: verb.to_owned(),
        detail: format!("· {total}"),
        trailing: "hold".to_owned(),
        name: format!("{verb} · {total}, {reason}, hold"),
        reason,
        hint: room(state, total, gateway).unwrap_or_default(),
        amount,
        consent: Consent::CONFIRMED,
        wait: None,
    })
}

/// What a button says whose order would pass this cap.
pub fn over_words(kind: CapKind) -> &'static str {
    match kind {
        CapKind::Run => "Over the cap of one run",
        CapKind::Day => "Over today’s cap",
        CapKind::Month => "Over this month’s cap",
    }
}

/// `needs $2.40, $0.80 left`.
fn needs(state: &AppState, over: Over, total: Amount, gateway: GatewayId) -> String {
    if over.is_behind {
        return "older orders wait for it and go first".to_owned();
    }
    let rules = SpendingRules::from(&state.settings);
    let more = rules.weigh(total, gateway);
    let need = match (over.limit, total) {
        (Amount::Credits(_), Amount::Money(_)) => return format!("costs {total}, and the cap counts credits"),
        (Amount::Credits(_), _) => total.to_string(),
        _ => {
            let worth = dollars(total, gateway, rules.credit_values.get(&gateway).copied());
            let at_most = if matches!(worth, Dollars::Range(..)) { "up to " } else { "" };
            format!("{at_most}{}", cents_up(more.dollars))
        }
    };
    match over.kind {
        CapKind::Run => format!("needs {need}"),
        CapKind::Day | CapKind::Month => format!("needs {need}, {} left", left(over.limit, over.sum.spent)),
    }
}

/// What has to be typed to confirm an amount: `7.20`, `3600`.
fn amount_to_type(total: Amount) -> String {
    match total {
        Amount::Credits(credits) => credits.0.to_string(),
        Amount::Money(money) => money.to_string().replace(['$', ','], ""),
        Amount::Free => "0".to_owned(),
    }
}

/// Whether what was typed is this amount, however it is written: `3600`, `3,600 cr`, `$7.20`, `7.2`.
pub fn is_amount(typed: &str, words: &HoldWords) -> bool {
    let plain: String = typed.chars().filter(|c| !matches!(c, '$' | ',' | ' ')).collect();
    let plain = plain.strip_suffix("cr").unwrap_or(&plain);
    let (Some(typed), Some(wanted)) = (Money::parse(plain), Money::parse(&words.amount)) else { return false };
    typed == wanted
}

/// What a cap holds back, for the banner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldView {
    /// Which cap it is.
    pub kind: CapKind,
    /// `Over today's cap: $4.20 of $5.00`.
    pub title: String,
    /// `2 clips wait in order. They start after midnight, or when the cap is raised.`
    pub text: String,
    /// `Raise to $10.00`; `None` where raising is no answer.
    pub raise: Option<String>,
}

/// What is held back by a cap and not known to be waited for: the first of several.
pub fn held(state: &AppState) -> Option<HeldView> {
    let rules = SpendingRules::from(&state.settings);
    let kinds = [CapKind::Day, CapKind::Month, CapKind::Run];
    let (kind, count) = kinds.into_iter().find_map(|kind| {
        let count = state.jobs.spending().held_count(kind);
        (count > state.keeps_waiting.get(&kind).copied().unwrap_or(0)).then_some((kind, count))
    })?;
    let title = match rules.caps.of(kind).in_force() {
        Some(limit) if kind == CapKind::Run => format!("{}: {limit}", over_words(kind)),
        Some(limit) => format!("{}: {} of {limit}", over_words(kind), figure(sum(state, &rules, kind), limit)),
        None => over_words(kind).to_owned(),
    };
    let (clips, they) = if count == 1 {
        ("1 clip waits".to_owned(), "It starts")
    } else {
        (format!("{count} clips wait"), "They start")
    };
    let text = match kind {
        CapKind::Run => format!("{clips} in order. {they} when the cap is raised."),
        CapKind::Day => format!("{clips} in order. {they} after midnight, or when the cap is raised."),
        CapKind::Month => format!("{clips} in order. {they} next month, or when the cap is raised."),
    };
    let raise = raised(state, kind).map(|limit| format!("Raise to {limit}"));
    Some(HeldView { kind, title, text, raise })
}

/// The next round amount that a cap can be raised to so that everything goes that it holds; `None` where it is off, or
/// counts credits while something is held that is billed in dollars.
pub fn raised(state: &AppState, kind: CapKind) -> Option<Amount> {
    let rules = SpendingRules::from(&state.settings);
    let limit = rules.caps.of(kind).in_force()?;
    let held = state.jobs.spending().held(kind, &rules);
    if matches!(limit, Amount::Credits(_)) && held.has_dollars {
        return None;
    }
    // A run may have used its whole cap before the first of its orders was held.
    let before =
        if kind == CapKind::Run { units(limit) } else { units(sum(state, &rules, kind).spent.in_unit_of(limit)) };
    let needed = before.saturating_add(units(held.spent.in_unit_of(limit))).max(units(limit).saturating_add(1));
    Some(match limit {
        Amount::Credits(_) => Amount::Credits(crate::domain::Credits(round_up(needed, 1))),
        Amount::Money(_) | Amount::Free => Amount::Money(Money(round_up(needed, 1_000_000))),
    })
}

/// The first of 1, 2, 3, 5, 10, 20, 30, 50, … times `unit` that is not less than `needed`.
fn round_up(needed: i64, unit: i64) -> i64 {
    let mut power = unit;
    loop {
        for step in [1, 2, 3, 5] {
            let round = power.saturating_mul(step);
            if round >= needed || round == i64::MAX {
                return round;
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests;
