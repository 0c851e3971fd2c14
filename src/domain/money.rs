//! Money and credits: whole numbers only, so that sums are exact.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::numbers::with_thousands;

/// US dollars in millionths. `Money(400_000)` is $0.40.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub i64);

impl Money {
    /// No money at all.
    pub const ZERO: Self = Self(0);

    /// `count` times this amount, saturating.
    pub fn times(self, count: u32) -> Self {
        Self(self.0.saturating_mul(i64::from(count)))
    }

    /// Sum of two amounts, saturating.
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Reads `2.50`, `$2.50` or `2`. `None` for anything else: more than six decimals, a sign, a word.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('$').unwrap_or(text).trim();
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) || fraction.len() > 6 {
            return None;
        }
        let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let micros: i64 = format!("{fraction:0<6}").parse().ok()?;
        whole.checked_mul(1_000_000)?.checked_add(micros).map(Self)
    }
}

/// Writes `$0.40`. An amount that is not in whole cents shows the digits that it needs (`$0.0025`), so that rounding
/// never hides a price. Thousands take a comma.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let micros = self.0.unsigned_abs();
        let mut fraction = format!("{:06}", micros % 1_000_000);
        while fraction.len() > 2 && fraction.ends_with('0') {
            fraction.pop();
        }
        write!(f, "{sign}${}.{fraction}", with_thousands(micros / 1_000_000))
    }
}

/// Credits of a gateway that bills in credits. What they are worth in dollars is not known until the user says what was
/// paid for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Credits(pub i64);

/// Writes `1,080 cr`.
impl fmt::Display for Credits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{} cr", with_thousands(self.0.unsigned_abs()))
    }
}

/// A price or a charge in the unit in which its gateway bills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// Nothing, as for practice clips.
    Free,
    /// An amount of dollars.
    Money(Money),
    /// A number of the gateway's credits.
    Credits(Credits),
}

impl Amount {
    /// `count` times this amount, saturating.
    pub fn times(self, count: u32) -> Self {
        match self {
            Self::Free => Self::Free,
            Self::Money(money) => Self::Money(money.times(count)),
            Self::Credits(credits) => Self::Credits(Credits(credits.0.saturating_mul(i64::from(count)))),
        }
    }

    /// The sum of two amounts of one gateway, which bills in one unit; saturating.
    #[must_use]
    pub fn plus(self, more: Self) -> Self {
        match (self, more) {
            (Self::Money(sum), Self::Money(more)) => Self::Money(sum.plus(more)),
            (Self::Credits(sum), Self::Credits(more)) => Self::Credits(Credits(sum.0.saturating_add(more.0))),
            (sum, Self::Free) => sum,
            (_, more) => more,
        }
    }

    /// Zero in the same unit, for a clip that was not charged.
    pub fn zero(self) -> Self {
        self.times(0)
    }

    /// Reads an upper limit as the command line takes it: dollars (`2.50`, `$2.50`) or credits (`90cr`, `90 cr`).
    /// `None` for anything else.
    pub fn parse_limit(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(credits) = text.strip_suffix("cr") {
            let credits = credits.trim_end();
            if credits.is_empty() || !credits.chars().all(|c| c.is_ascii_digit()) {
                return None;
            }
            return credits.parse().ok().map(|n| Self::Credits(Credits(n)));
        }
        Money::parse(text).map(Self::Money)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Free => f.write_str("free"),
            Self::Money(money) => money.fmt(f),
            Self::Credits(credits) => credits.fmt(f),
        }
    }
}

/// What the user paid for credits: `paid` for `credits` of them. Exact, because it is kept as the ratio itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditValue {
    /// Dollars that were paid, more than zero.
    pub paid: Money,
    /// Credits that were bought for them, more than zero.
    pub credits: Credits,
}

impl CreditValue {
    /// What was paid for how many credits. `None` unless both numbers are above zero.
    pub fn new(paid: Money, credits: Credits) -> Option<Self> {
        (paid.0 > 0 && credits.0 > 0).then_some(Self { paid, credits })
    }

    /// Dollars that `credits` are worth, rounded half up to a millionth.
    pub fn worth(self, credits: Credits) -> Money {
        let numerator = i128::from(self.paid.0) * i128::from(credits.0);
        let denominator = i128::from(self.credits.0);
        let rounded = (2 * numerator + denominator).div_euclid(2 * denominator);
        Money(i64::try_from(rounded).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_shown_in_cents_or_in_full() {
        for (micros, text) in [
            (0, "$0.00"),
            (400_000, "$0.40"),
            (2_560_000, "$2.56"),
            (2_500, "$0.0025"),
            (1_234_567_890_000, "$1,234,567.89"),
            (-400_000, "-$0.40"),
        ] {
            assert_eq!(Money(micros).to_string(), text);
        }
    }

    #[test]
    fn limits_parse_or_are_refused() {
        for (text, expected) in [
            ("2.50", Some(Amount::Money(Money(2_500_000)))),
            ("$2", Some(Amount::Money(Money(2_000_000)))),
            (".5", Some(Amount::Money(Money(500_000)))),
            ("90cr", Some(Amount::Credits(Credits(90)))),
            ("90 cr", Some(Amount::Credits(Credits(90)))),
            ("", None),
            ("cr", None),
            (".", None),
            ("-1", None),
            ("1e3", None),
            ("0.1234567", None),
            ("2,50", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(Amount::parse_limit(text), expected, "{text:?}");
        }
    }

    #[test]
    fn credits_are_worth_exactly_what_was_paid() {
        let value = CreditValue::new(Money::parse("20").expect("digits"), Credits(10_000)).expect("above zero");
        assert_eq!(value.worth(Credits(720)), Money(1_440_000));
        let third = CreditValue::new(Money(1_000_000), Credits(3)).expect("above zero");
        assert_eq!(third.worth(Credits(3)), Money(1_000_000));
        assert_eq!(third.worth(Credits(1)), Money(333_333));
        assert_eq!(third.worth(Credits(2)), Money(666_667));
        assert_eq!(CreditValue::new(Money(0), Credits(1)), None);
    }
}
