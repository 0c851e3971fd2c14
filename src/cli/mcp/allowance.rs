//! Whether an agent may order something: one pure rule.

use crate::domain::caps::{Cap, Caps, SpendingRules, Spent, SpentNow};
use crate::domain::{Amount, GatewayId};

/// What the user said when the server was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Allowance {
    /// Whether `--allow-spend` stands there.
    pub is_spending_allowed: bool,
    /// The most that may be spent while the server runs, as `--cap` says.
    pub cap: Option<Amount>,
}

/// What counts already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    /// What this server's own orders cost or may cost.
    pub own: Spent,
    /// What was spent on this day and in this month by whoever asked.
    pub before: SpentNow,
}

impl Allowance {
    /// Whether `takes` clips of this price may be ordered together now: all of them, or none. Practice always may.
    ///
    /// # Errors
    ///
    /// What stands in the way, as a sentence for the agent and its user, without a word about the charge.
    pub(super) fn check(
        &self,
        rules: &SpendingRules,
        counted: &Counted,
        gateway: GatewayId,
        price: Amount,
        takes: u8,
    ) -> Result<(), String> {
        if !gateway.is_paid() {
            return Ok(());
        }
        let cap = match (self.is_spending_allowed, self.cap) {
            (true, Some(cap)) => cap,
            (allowed, cap) => return Err(missing(gateway, allowed, cap.is_some())),
        };
        // The server's own cap has the place of that of a run: it counts what this server ordered.
        let own_caps = Caps { run: Cap { limit: cap, is_on: true }, ..Caps::default() };
        let own_rules = SpendingRules { caps: own_caps, credit_values: rules.credit_values.clone() };
        let orders = || std::iter::repeat_n((gateway, price), takes.into());
        let total = price.times(takes.into());
        let mut own = counted.own;
        for (gateway, price) in orders() {
            if own_rules.passed(|_| own, price, gateway).is_some() {
                let spent = counted.own.in_unit_of(cap);
                return Err(format!(
                    "This costs {total} at {gateway}, which is not certain to fit under the cap of this server: --cap {cap}, of \
                     which {spent} are spent or reserved."
                ));
            }
            own = own.plus(rules.weigh(price, gateway));
        }
        if let Some(held) = counted.before.held_back(rules, orders()) {
            let name = held.cap_words(rules, &counted.before);
            let why = if held.is_behind {
                format!("which would wait behind older orders that wait for {name}.")
            } else {
                format!("which is not certain to fit under {name}.")
            };
            return Err(format!("This costs {total} at {gateway}, {why}"));
        }
        Ok(())
    }
}

/// What `rushes mcp` was not started with.
fn missing(gateway: GatewayId, is_spending_allowed: bool, has_cap: bool) -> String {
    let what = match (is_spending_allowed, has_cap) {
        (false, false) => "without --allow-spend and without --cap",
        (false, true) => "without --allow-spend",
        _ => "without --cap",
    };
    format!(
        "Clips of {gateway} cost money, and this server was started {what}: it needs both. The gateway practice makes clips for \
         nothing."
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Credits, Money};

    fn money(cents: i64) -> Amount {
        Amount::Money(Money(cents * 10_000))
    }

    fn credits(number: i64) -> Amount {
        Amount::Credits(Credits(number))
    }

    #[test]
    fn money_needs_both_words_of_the_user_and_room_under_every_cap() {
        let (aigateway, apiin, practice) = (GatewayId::Aigateway, GatewayId::Apiin, GatewayId::Practice);
        let on = |cents| Cap { limit: money(cents), is_on: true };
        let off = Caps::default();
        let spent = |cents: i64| Spent { dollars: Money(cents * 10_000), credits: Credits(0) };
        let none = Counted::default();
        let own = |cents| Counted { own: spent(cents), ..none };
        let before = |day, month| Counted {
            before: SpentNow { day: spent(day), month: spent(month), ..SpentNow::default() },
            ..none
        };
        for (allowed, cap, caps, counted, gateway, price, takes, expected) in [
            (false, None, off, none, practice, Amount::Free, 12, None),
            (false, None, off, none, aigateway, money(40), 1, Some("without --allow-spend and without --cap")),
            (false, Some(money(500)), off, none, aigateway, money(40), 1, Some("started without --allow-spend:")),
            (true, None, off, none, aigateway, money(40), 1, Some("started without --cap:")),
            (true, Some(money(40)), off, none, aigateway, money(40), 1, None),
            (true, Some(money(79)), off, none, aigateway, money(40), 2, Some("--cap $0.79, of which $0.00")),
            (true, Some(money(80)), off, none, aigateway, money(40), 2, None),
            (true, Some(money(80)), off, own(41), aigateway, money(40), 1, Some("of which $0.41")),
            (true, Some(money(80)), off, own(40), aigateway, money(40), 1, None),
            // A credit may be worth a cent until the user says what it cost.
            (true, Some(money(90)), off, none, apiin, credits(90), 1, None),
            (true, Some(money(89)), off, none, apiin, credits(90), 1, Some("not certain")),
            (true, Some(credits(90)), off, none, apiin, credits(90), 1, None),
            (true, Some(credits(900)), off, none, aigateway, money(1), 1, Some("not certain")),
            (
                true,
                Some(money(9_000)),
                Caps { day: on(500), ..off },
                before(480, 480),
                aigateway,
                money(40),
                1,
                Some("today's cap of $5.00, of which $4.80"),
            ),
            (true, Some(money(9_000)), Caps { day: on(500), ..off }, before(460, 460), aigateway, money(40), 1, None),
            (
                true,
                Some(money(9_000)),
                Caps { month: on(500), ..off },
                before(0, 480),
                aigateway,
                money(40),
                1,
                Some("this month's cap"),
            ),
            (
                true,
                Some(money(9_000)),
                Caps { run: on(79), ..off },
                none,
                aigateway,
                money(40),
                2,
                Some("the cap of one run"),
            ),
            (true, Some(money(9_000)), Caps { run: on(79), ..off }, none, practice, Amount::Free, 2, None),
        ] {
            let allowance = Allowance { is_spending_allowed: allowed, cap };
            let rules = SpendingRules { caps, ..SpendingRules::default() };
            let said = allowance.check(&rules, &counted, gateway, price, takes);
            match expected {
                None => assert_eq!(said, Ok(()), "{cap:?} {counted:?} {price}"),
                Some(words) => {
                    let said = said.expect_err(words);
                    assert!(said.contains(words), "{words}: {said}");
                }
            }
        }
    }
}
