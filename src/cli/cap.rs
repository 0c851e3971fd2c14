//! `rushes cap`: the caps on spending, what is left of them, and setting one.

use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use strum::IntoEnumIterator as _;

use super::arguments::{Cap, CapTo};
use super::exit::Exit;
use super::output::Output;
use super::stop::Stop;
use crate::domain::caps::field::CapField;
use crate::domain::caps::{Cap as Limit, SpendingRules, SpentNow, spent_of};
use crate::domain::{Amount, Money, Settings};
use crate::session::{Home, wall_clock};

/// Shows the caps, or sets one and shows it.
pub(super) async fn cap(home: &Home, output: &Output, arguments: &Cap) -> Result<Exit, Stop> {
    let mut settings = home.settings.clone();
    if let (Some(field), Some(to)) = (arguments.which, arguments.to) {
        let cap = settings.caps.field_mut(field);
        *cap = match to {
            CapTo::Limit(limit) => Limit { limit, is_on: true },
            CapTo::Switch(is_on) => Limit { is_on, ..*cap },
        };
        // An open window would go on by its own caps and write them over these: whoever sets a cap relies on it.
        let opened = home.open_in_background().await?;
        let saved = home.save_settings(&settings);
        opened.library.close().await;
        saved?;
    }
    let jobs = home.jobs().await?;
    let shown: Vec<CapField> =
        CapField::iter().filter(|field| arguments.which.is_none_or(|only| only == *field)).collect();
    let now = wall_clock();
    let zone = TimeZone::system();
    let spent = spent_of(&jobs, now, &zone, &SpendingRules::from(&settings));
    let lines: Vec<Standing> = shown.into_iter().map(|field| standing(field, &settings, spent)).collect();
    if output.is_json() {
        let object: Map<String, Value> =
            lines.iter().map(|line| (line.field.name().to_owned(), line.object())).collect();
        output.print(&Value::from(object).to_string());
    } else {
        for line in lines {
            output.print(&line.sentence());
        }
    }
    Ok(Exit::Done)
}

/// A cap with what is left of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
    field: CapField,
    cap: Limit,
    /// What counts and what is left, in the unit of the cap; `None` for caps of no time.
    used: Option<(Amount, Amount)>,
}

fn standing(field: CapField, settings: &Settings, spent: SpentNow) -> Standing {
    let cap = settings.caps.field(field);
    let spent = match field {
        CapField::Day => Some(spent.day),
        CapField::Month => Some(spent.month),
        CapField::Run | CapField::Confirm => None,
    };
    let used = spent.map(|spent| match cap.limit {
        Amount::Credits(limit) => {
            let left = limit.0.saturating_sub(spent.credits.0).max(0);
            (Amount::Credits(spent.credits), Amount::Credits(crate::domain::Credits(left)))
        }
        Amount::Money(limit) => {
            let left = limit.0.saturating_sub(spent.dollars.0).max(0);
            (Amount::Money(spent.dollars), Amount::Money(Money(left)))
        }
        Amount::Free => (Amount::Money(spent.dollars), Amount::Free),
    });
    Standing { field, cap, used }
}

impl Standing {
    fn sentence(&self) -> String {
        let name = self.field.title();
        let limit = self.cap.limit;
        match (self.cap.is_on, self.used) {
            (true, Some((used, left))) => format!("{name}: {limit}; {used} count so far, {left} left"),
            (false, Some((used, _))) => format!("{name}: off ({limit} when on); {used} count so far"),
            (true, None) => format!("{name}: {limit}"),
            (false, None) => format!("{name}: off ({limit} when on)"),
        }
    }

    fn object(&self) -> Value {
        let left = self.used.filter(|_| self.cap.is_on).map(|(_, left)| left.to_string());
        json!({
            "limit": self.cap.limit.to_string(),
            "on": self.cap.is_on,
            "counted": self.used.map(|(used, _)| used.to_string()),
            "left": left,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::caps::Spent;
    use crate::domain::samples::job;
    use crate::domain::{Charge, Credits, GatewayId, Job, UnixMillis};

    #[test]
    fn a_cap_says_what_is_left_in_its_own_unit() {
        let now = UnixMillis(1_780_581_900_000);
        let money =
            Job { sent_at: Some(now), charge: Charge::Yes(None), ..job(1).gateway(GatewayId::Aigateway).ready() };
        let credits = Job { sent_at: Some(now), charge: Charge::NotKnown, ..job(2).unconfirmed() };
        let jobs = [money, credits];
        let mut settings = Settings::default();
        settings.caps.day = Limit { limit: Amount::Money(Money(5_000_000)), is_on: true };
        settings.caps.month = Limit { limit: Amount::Credits(Credits(80)), is_on: true };
        let spent = spent_of(&jobs, now, &TimeZone::UTC, &SpendingRules::from(&settings));
        let said = |field| standing(field, &settings, spent).sentence();
        // Credits count at the most that they may be worth.
        assert_eq!(said(CapField::Day), "A day: $5.00; $1.30 count so far, $3.70 left");
        assert_eq!(said(CapField::Month), "A month: 80 cr; 90 cr count so far, 0 cr left");
        assert_eq!(said(CapField::Run), "One run: off ($3.00 when on)");
        assert_eq!(said(CapField::Confirm), "Confirm above: $2.00");
    }

    #[test]
    fn the_object_is_pinned_because_scripts_read_it() {
        let settings = Settings::default();
        let day = Spent { dollars: Money(2_020_000), credits: Credits(0) };
        let spent = SpentNow { day, month: day, ..SpentNow::default() };
        assert_eq!(
            standing(CapField::Day, &settings, spent).object(),
            json!({ "limit": "$5.00", "on": false, "counted": "$2.02", "left": null })
        );
        assert_eq!(
            standing(CapField::Confirm, &settings, spent).object(),
            json!({ "limit": "$2.00", "on": true, "counted": null, "left": null })
        );
    }
}
