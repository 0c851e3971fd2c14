//! What rows of the ledger come to.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Certainty, Entry, Outcome};
use crate::domain::caps::{SpendingRules, Spent};
use crate::domain::curation::Project;
use crate::domain::gateway::GatewayId;
use crate::domain::money::{Amount, Credits, Money};
use crate::domain::price::{Dollars, dollars};

/// A sum of amounts, each in the unit in which it was billed, and what all of it is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The number of orders.
    pub orders: usize,
    /// What was billed in credits. Only of orders at one gateway is this a sum of one thing.
    pub credits: Credits,
    /// What was billed in dollars.
    pub money: Money,
    /// The least that all of it may be worth.
    pub least: Money,
    /// The most that all of it may be worth: what caps count.
    pub most: Money,
}

impl Part {
    fn add(&mut self, amount: Amount, gateway: GatewayId, rules: &SpendingRules) {
        let spent = rules.weigh(amount, gateway);
        let least = match dollars(amount, gateway, rules.credit_values.get(&gateway).copied()) {
            Dollars::Exact(money) | Dollars::Range(money, _) => money,
        };
        let money = if let Amount::Money(money) = amount { money } else { Money::ZERO };
        *self = self.plus(Self { orders: 1, credits: spent.credits, money, least, most: spent.dollars });
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            orders: self.orders + other.orders,
            credits: Credits(self.credits.0.saturating_add(other.credits.0)),
            money: self.money.plus(other.money),
            least: self.least.plus(other.least),
            most: self.most.plus(other.most),
        }
    }

    /// What it is worth: a range where the user has not said what credits cost.
    pub fn worth(self) -> Dollars {
        if self.least == self.most { Dollars::Exact(self.most) } else { Dollars::Range(self.least, self.most) }
    }

    /// As the caps see it.
    pub fn spent(self) -> Spent {
        Spent { dollars: self.most, credits: self.credits }
    }

    /// The sum of one gateway in the unit in which it bills: `11,890 cr`, `$18.40`, or both where it billed in both.
    pub fn billed(self) -> String {
        match (self.credits, self.money) {
            (Credits(0), money) => money.to_string(),
            (credits, Money(0)) => credits.to_string(),
            (credits, money) => format!("{credits} and {money}"),
        }
    }

    /// Whether it comes to nothing.
    pub fn is_nothing(self) -> bool {
        self.credits.0 == 0 && self.most == Money::ZERO
    }
}

/// What some rows come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The number of rows, also of those that cost nothing.
    pub rows: usize,
    /// What was charged, as the gateways say.
    pub charged: Part,
    /// What was charged where the gateway named no amount: the prices shown.
    pub assumed: Part,
    /// What may have been charged.
    pub not_known: Part,
    /// What is kept free for orders that are not sent yet.
    pub reserved: Part,
}

impl Sum {
    /// Takes a row in.
    pub fn add(&mut self, entry: &Entry<'_>, rules: &SpendingRules) {
        self.rows += 1;
        if let Some((certainty, amount)) = entry.counted {
            let part = match certainty {
                Certainty::Charged => &mut self.charged,
                Certainty::Assumed => &mut self.assumed,
                Certainty::NotKnown => &mut self.not_known,
                Certainty::Reserved => &mut self.reserved,
            };
            part.add(amount, entry.job.gateway, rules);
        }
    }

    /// Everything that counts against the caps.
    pub fn total(&self) -> Part {
        self.known().plus(self.not_known).plus(self.reserved)
    }

    /// What was charged for certain, at the amounts that are told or assumed.
    pub fn known(&self) -> Part {
        self.charged.plus(self.assumed)
    }
}

/// What rows come to, altogether and by what can be told apart. Each of the maps adds up to the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// All rows.
    pub all: Sum,
    /// By day.
    pub by_day: BTreeMap<Date, Sum>,
    /// By month, named by its first day.
    pub by_month: BTreeMap<Date, Sum>,
    /// By project; `None` for clips of none.
    pub by_project: BTreeMap<Option<Project>, Sum>,
    /// By gateway.
    pub by_gateway: BTreeMap<GatewayId, Sum>,
    /// By how they ended.
    pub by_outcome: BTreeMap<Outcome, Sum>,
}

impl Totals {
    /// The totals of these rows.
    pub fn of<'a>(entries: impl IntoIterator<Item = Entry<'a>>, rules: &SpendingRules) -> Self {
        let mut totals = Self::default();
        for entry in entries {
            totals.add(&entry, rules);
        }
        totals
    }

    /// Takes a row in.
    pub fn add(&mut self, entry: &Entry<'_>, rules: &SpendingRules) {
        let project = &entry.job.project;
        if !self.by_project.contains_key(project) {
            self.by_project.insert(project.clone(), Sum::default());
        }
        let places = [
            Some(&mut self.all),
            Some(self.by_day.entry(entry.day).or_default()),
            Some(self.by_month.entry(entry.day.first_of_month()).or_default()),
            self.by_project.get_mut(project),
            Some(self.by_gateway.entry(entry.job.gateway).or_default()),
            Some(self.by_outcome.entry(entry.outcome).or_default()),
        ];
        for sum in places.into_iter().flatten() {
            sum.add(entry, rules);
        }
    }
}
