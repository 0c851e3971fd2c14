//! The bars of the ledger: one for each day, month, project or gateway, under the cap that stops them.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::project_name;
use crate::app::state::ledger::{LedgerBy, LedgerView};
use crate::app::view::words;
use crate::domain::Money;
use crate::domain::ledger::found::LedgerFound;
use crate::domain::ledger::sums::Sum;
use crate::domain::money::Amount;
use crate::domain::numbers;
use crate::domain::settings::Settings;

/// All bars, with the lines behind them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// The bars from the left to the right, or from the top down.
    pub bars: Vec<Bar>,
    /// Whether the bars lie, each with its name before it, because names are longer than dates.
    pub lies: bool,
    /// The distance of the lines behind the bars.
    pub step: Money,
    /// The value of the highest line.
    pub top: Money,
    /// The cap of each bar with its words, where it fits below the highest line.
    pub cap: Option<(Money, String)>,
}

/// One bar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    /// What stands at the axis; empty where the bars stand too close for every name.
    pub label: String,
    /// The bar in words: "24 June, today: $2.02, of it up to $0.50 not known".
    pub name: String,
    /// What was charged, as told or assumed; credits at the most that they may be worth.
    pub charged: Money,
    /// What may have been charged.
    pub not_known: Money,
    /// What is kept free for orders that are not sent yet.
    pub reserved: Money,
    /// Whether it is about today.
    pub is_now: bool,
}

impl Bar {
    fn new(label: String, name: &str, sum: Option<&Sum>, is_now: bool) -> Self {
        let sum = sum.copied().unwrap_or_default();
        let total = sum.total();
        let doubt = match sum.not_known.orders {
            0 => String::new(),
            _ => format!(", of it up to {} not known", sum.not_known.most),
        };
        let waiting = match sum.reserved.orders {
            0 => String::new(),
            _ => format!(", {} waiting", sum.reserved.worth()),
        };
        let clips = numbers::counted(total.orders, "clip", "clips");
        let name = format!("{name}: {}{doubt}{waiting}, {clips}", total.worth());
        let (charged, not_known, reserved) = (sum.known().most, sum.not_known.most, sum.reserved.most);
        Self { label, name, charged, not_known, reserved, is_now }
    }

    /// The whole bar.
    pub fn total(&self) -> Money {
        self.charged.plus(self.not_known).plus(self.reserved)
    }
}

/// The bars of the page.
pub(super) fn chart(view: &LedgerView, found: &LedgerFound, settings: &Settings, today: Date) -> Chart {
    let bars = match view.by {
        LedgerBy::Day => days(view.month, found, today),
        LedgerBy::Month => months(view.month, found, today),
        LedgerBy::Project => {
            let mut bars: Vec<_> = found
                .totals
                .by_project
                .iter()
                .filter(|(_, sum)| sum.total().orders > 0)
                .map(|(project, sum)| named(&project_name(project.as_ref()), sum))
                .collect();
            bars.sort_by_key(|bar| std::cmp::Reverse(bar.total()));
            bars
        }
        LedgerBy::Gateway => found.totals.by_gateway.iter().map(|(gateway, sum)| named(gateway.title(), sum)).collect(),
    };
    let cap = match view.by {
        LedgerBy::Day => Some((settings.caps.day, "a day")),
        LedgerBy::Month => Some((settings.caps.month, "a month")),
        LedgerBy::Project | LedgerBy::Gateway => None,
    };
    let cap = cap.and_then(|(cap, each)| match cap.in_force()? {
        Amount::Money(limit) => Some((limit, format!("cap {limit} {each}"))),
        Amount::Credits(_) | Amount::Free => None,
    });
    let highest = bars.iter().map(Bar::total).max().unwrap_or_default();
    // A cap far above everything would press the bars flat.
    let cap = cap.filter(|(limit, _)| highest == Money::ZERO || limit.0 / 4 <= highest.0);
    let limit = cap.as_ref().map_or(Money::ZERO, |(limit, _)| *limit);
    let (step, top) = scale(highest.max(limit));
    // The words of the cap stand above its line.
    let top = if limit == top { top.plus(step) } else { top };
    Chart { bars, lies: matches!(view.by, LedgerBy::Project | LedgerBy::Gateway), step, top, cap }
}

fn named(name: &str, sum: &Sum) -> Bar {
    Bar::new(name.to_owned(), name, Some(sum), false)
}

fn days(month: Date, found: &LedgerFound, today: Date) -> Vec<Bar> {
    let last = month.days_in_month();
    let day = |number: i8| {
        let date = month.checked_add(i64::from(number - 1).days()).unwrap_or(month);
        let is_now = date == today;
        // Every fifth day has its number, but not where the word "today" needs the place.
        let is_near = today.first_of_month() == month && (number - today.day()).abs() == 1;
        let label = match number {
            _ if is_now => "today".to_owned(),
            1 => "1".to_owned(),
            _ if number % 5 == 0 && !is_near => number.to_string(),
            _ => String::new(),
        };
        let name = format!("{number} {}{}", words::month(month.month()), if is_now { ", today" } else { "" });
        Bar::new(label, &name, found.totals.by_day.get(&date), is_now)
    };
    (1..=last).map(day).collect()
}

fn months(year: Date, found: &LedgerFound, today: Date) -> Vec<Bar> {
    let month = |number: i8| {
        let first = Date::new(year.year(), number, 1).unwrap_or(year);
        let name = words::month(number);
        let is_now = first == today.first_of_month();
        let label = name.get(..3).unwrap_or(name).to_owned();
        let said = format!("{name} {}", year.year());
        Bar::new(label, &said, found.totals.by_month.get(&first), is_now)
    };
    (1..=12).map(month).collect()
}

/// The distance of the lines and the value of the highest one, so that three or four lines hold `highest`.
fn scale(highest: Money) -> (Money, Money) {
    const CENT: i64 = 10_000;
    let highest = highest.0.max(CENT);
    let mut unit = CENT;
    loop {
        for factor in [1, 2, 5] {
            let step = unit.saturating_mul(factor);
            if step.saturating_mul(3) >= highest || step > i64::MAX / 10 {
                let lines = ((highest - 1).div_euclid(step) + 1).max(2);
                return (Money(step), Money(step.saturating_mul(lines)));
            }
        }
        unit = unit.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_hold_the_highest_bar_and_are_few_and_round() {
        let dollars = |cents: i64| Money(cents * 10_000);
        for (highest, step, top) in [
            (0, 1, 2),
            (1, 1, 2),
            (3, 1, 3),
            (4, 2, 4),
            (500, 200, 600),
            (600, 200, 600),
            (601, 500, 1000),
            (6_000, 2_000, 6_000),
            (4_218, 2_000, 6_000),
        ] {
            assert_eq!(scale(dollars(highest)), (dollars(step), dollars(top)), "{highest}");
        }
        let (step, top) = scale(Money(i64::MAX));
        assert!(step.0 > 0 && top.0 > 0);
    }
}
