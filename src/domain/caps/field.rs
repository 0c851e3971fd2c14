//! The four limits that the user sets, by name: what a settings page, a command and an undo step speak of.

use super::{Cap, Caps};

/// One of the limits that the user sets. The words are typed on the command line: never rename one.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "lowercase")]
pub enum CapField {
    /// The most that may be spent on one day of the calendar.
    Day,
    /// The most that may be spent in one month of the calendar.
    Month,
    /// The most that one run may spend.
    Run,
    /// The price above which *Generate* asks once more.
    Confirm,
}

impl CapField {
    /// The word that is typed, such as `day`.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// What the window calls it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Day => "A day",
            Self::Month => "A month",
            Self::Run => "One run",
            Self::Confirm => "Confirm above",
        }
    }

    /// What it is, as part of a sentence: "the cap of a day".
    pub fn words(self) -> &'static str {
        match self {
            Self::Day => "the cap of a day",
            Self::Month => "the cap of a month",
            Self::Run => "the cap of one run",
            Self::Confirm => "the price above which Generate asks once more",
        }
    }
}

impl Caps {
    /// The limit of this name.
    pub fn field(&self, field: CapField) -> Cap {
        match field {
            CapField::Day => self.day,
            CapField::Month => self.month,
            CapField::Run => self.run,
            CapField::Confirm => self.confirm_above,
        }
    }

    /// The limit of this name, to be changed.
    pub fn field_mut(&mut self, field: CapField) -> &mut Cap {
        match field {
            CapField::Day => &mut self.day,
            CapField::Month => &mut self.month,
            CapField::Run => &mut self.run,
            CapField::Confirm => &mut self.confirm_above,
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;
    use crate::domain::money::{Amount, Credits};

    #[test]
    fn the_words_that_are_typed_are_pinned() {
        let words: Vec<_> = CapField::iter().map(CapField::name).collect();
        assert_eq!(words, ["day", "month", "run", "confirm"]);
        for field in CapField::iter() {
            assert_eq!(field.name().parse(), Ok(field));
        }
    }

    #[test]
    fn each_name_changes_its_own_limit_and_no_other() {
        for field in CapField::iter() {
            let mut caps = Caps::default();
            let changed = Cap { limit: Amount::Credits(Credits(7)), is_on: true };
            *caps.field_mut(field) = changed;
            for other in CapField::iter() {
                let expected = if other == field { changed } else { Caps::default().field(other) };
                assert_eq!(caps.field(other), expected, "{field} and {other}");
            }
        }
    }
}
