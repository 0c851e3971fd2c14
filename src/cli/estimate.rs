//! `rushes estimate`: prices without sending anything.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use strum::IntoEnumIterator as _;

use super::arguments::Estimate;
use super::exit::Exit;
use super::output::Output;
use super::pictures::{draft_with, take_pictures};
use super::stop::Stop;
use crate::domain::capability::{self, Fate, SettingNote};
use crate::domain::caps::day_of;
use crate::domain::catalog::catalog;
use crate::domain::doubt::PriceDoubt;
use crate::domain::price::{self, Dollars};
use crate::domain::setting::Setting;
use crate::domain::{Amount, Draft, GatewayId, PictureWay, Settings};
use crate::session::Home;

/// Prints the price at the chosen gateway first, then at the others.
pub(super) fn estimate(home: &Home, output: &Output, arguments: &Estimate) -> Result<Exit, Stop> {
    let gateway = arguments.settings.gateway.or(home.settings.chosen_gateway).unwrap_or(GatewayId::Practice);
    // Words change no price, so a missing prompt is no problem here.
    let prompt = arguments.prompt.as_deref().filter(|prompt| !prompt.trim().is_empty()).unwrap_or("a shot");
    let mut draft = arguments.settings.draft(prompt, gateway);
    // No picture is read: it changes no price, only what is said of it.
    let files = take_pictures(&mut draft, &arguments.settings);
    let draft = draft_with(&draft, &files);
    draft.to_request().map_err(Stop::of_problems)?;
    check_model(&draft)?;
    let others = GatewayId::iter().filter(|other| *other != gateway);
    for (index, gateway) in std::iter::once(gateway).chain(others).enumerate() {
        let draft = Draft { gateway, ..draft.clone() };
        let not_sent = notes(home, &draft, home.settings.pictures.way).map(|note| note.reason);
        if let Some(quote) = Quote::of(&draft, &home.settings, not_sent.collect()) {
            output.result(&quote.object(index == 0), &quote.sentence());
        }
    }
    Ok(Exit::Done)
}

/// Refuses a model that neither this release nor a file of the user describes.
pub(super) fn check_model(draft: &Draft) -> Result<(), Stop> {
    let catalog = catalog();
    if catalog.model(&draft.model).is_some() {
        return Ok(());
    }
    let known: Vec<&str> = catalog.models().iter().map(|model| model.id.as_str()).collect();
    let message = format!("No model {} is known. Not charged. Known: {}.", draft.model, known.join(", "));
    Err(Stop::new(Exit::BadRequest, message))
}

/// The remarks for a draft whose pictures take this way.
fn notes(home: &Home, draft: &Draft, way: PictureWay) -> impl Iterator<Item = SettingNote> {
    let notes = capability::notes(draft, home.settings.of(draft.gateway).send_undocumented);
    // Only a picture inside of the order takes a way that no gateway documents.
    notes.into_iter().filter(move |note| note.setting != Setting::StartPicture || way == PictureWay::InOrder)
}

/// Prints a remark for each setting that is not sent or that the gateway may ignore.
pub(super) fn print_notes(home: &Home, output: &Output, draft: &Draft, way: PictureWay) {
    for note in notes(home, draft, way) {
        if output.is_json() {
            let is_sent = note.fate == Fate::MayBeIgnored;
            let object = json!({"event": "note", "setting": note.setting, "is_sent": is_sent, "message": note.reason});
            output.print(&object.to_string());
        } else {
            output.note(&note.reason);
        }
    }
}

/// Where a corrected price comes from.
#[derive(Debug)]
struct Corrected {
    /// The day of the charge.
    day: Date,
    /// What the table says of one clip.
    table: Amount,
}

/// The price of a draft at its gateway.
#[derive(Debug)]
pub(super) struct Quote {
    gateway: GatewayId,
    takes: u8,
    pub each: Amount,
    total: Amount,
    dollars: Dollars,
    corrected: Option<Corrected>,
    doubts: Vec<&'static str>,
    notes: Vec<String>,
}

impl Quote {
    /// The price of `draft`; `None` where the gateway does not offer its settings.
    pub(super) fn of(draft: &Draft, settings: &Settings, notes: Vec<String>) -> Option<Self> {
        let (prices, gateway) = (&settings.prices, draft.gateway);
        let estimate = prices.estimate(draft, gateway)?;
        let total = estimate.amount.times(draft.takes.into());
        Some(Self {
            gateway: draft.gateway,
            takes: draft.takes,
            each: estimate.amount,
            total,
            dollars: price::dollars(total, gateway, settings.of(gateway).credit_value),
            corrected: prices.learned(draft, gateway).and_then(|learned| {
                let day = day_of(learned.charged_at, &TimeZone::system());
                Some(Corrected { day, table: price::estimate(draft, gateway)?.amount })
            }),
            doubts: estimate.doubts.into_iter().map(PriceDoubt::sentence).collect(),
            notes,
        })
    }

    pub(super) fn object(&self, is_chosen: bool) -> Value {
        json!({
            "event": "estimate",
            "gateway": self.gateway,
            "chosen": is_chosen,
            "count": self.takes,
            "cost_each": self.each.to_string(),
            "cost": self.total.to_string(),
            "dollars": self.dollars.to_string(),
            "corrected": self.corrected.as_ref().map(|corrected| json!({
                "charged_on": corrected.day.to_string(),
                "table": corrected.table.to_string(),
            })),
            "doubts": self.doubts,
            "notes": self.notes,
        })
    }

    /// The price as text for people: `apiin: ≈ 180 cr ($0.36–1.80)`, then the doubts and notes below it.
    fn sentence(&self) -> String {
        let about = if self.doubts.is_empty() { "" } else { "≈ " };
        let mut text = format!("{}: {about}{}", self.gateway, self.total);
        if self.takes > 1 && self.total != self.each {
            text.push_str(&format!(" for {} clips of {}", self.takes, self.each));
        }
        if matches!(self.total, Amount::Credits(_)) {
            text.push_str(&format!(" ({})", self.dollars));
        }
        if let Some(Corrected { day, table }) = &self.corrected {
            text.push_str(&format!("\n  Corrected: as charged on {day}. The table says {table} for a clip."));
        }
        for line in self.doubts.iter().copied().chain(self.notes.iter().map(String::as_str)) {
            text.push_str(&format!("\n  {line}"));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::price_book::{Answers, LearnedPrice, PricedShape};
    use crate::domain::samples::id;
    use crate::domain::{ClipDuration, CreditValue, Credits, Money, UnixMillis};

    fn quote(gateway: GatewayId, takes: u8, duration: ClipDuration, value: Option<CreditValue>) -> String {
        let draft = Draft { gateway, takes, duration, ..Draft::default() };
        let mut settings = Settings::default();
        settings.apiin.credit_value = value;
        Quote::of(&draft, &settings, Vec::new()).expect("an offered combination").sentence()
    }

    #[test]
    fn prices_are_told_with_their_doubts() {
        let value = CreditValue::new(Money(20_000_000), Credits(10_000));
        for (found, expected) in [
            (quote(GatewayId::Practice, 3, ClipDuration::S5, None), "practice: free"),
            (quote(GatewayId::Aigateway, 1, ClipDuration::S5, None), "aigateway: $0.40"),
            (quote(GatewayId::Aigateway, 3, ClipDuration::S8, None), "aigateway: $1.92 for 3 clips of $0.64"),
            (quote(GatewayId::Apiin, 1, ClipDuration::S5, None), "apiin: 90 cr ($0.18–0.90)"),
            (quote(GatewayId::Apiin, 1, ClipDuration::S5, value), "apiin: 90 cr ($0.18)"),
        ] {
            assert_eq!(found, expected);
        }
        let doubtful = quote(GatewayId::Apiin, 1, ClipDuration::S8, None);
        assert!(doubtful.starts_with("apiin: ≈ 180 cr ($0.36–1.80)\n  apiin documents"), "{doubtful}");
    }

    #[test]
    fn a_corrected_price_says_so_and_from_when() {
        let draft = Draft { gateway: GatewayId::Apiin, takes: 2, duration: ClipDuration::S8, ..Draft::default() };
        let mut settings = Settings::default();
        let amount = Amount::Credits(Credits(198));
        // Noon of that day in every time zone but those of two islands.
        let learned = LearnedPrice { amount, charged_at: UnixMillis(1_795_867_200_000), job: id(1) };
        let shape = PricedShape::new(&draft, GatewayId::Apiin);
        settings.prices.set(shape, Answers { learned: Some(learned), kept: Vec::new() });
        let quote = Quote::of(&draft, &settings, Vec::new()).expect("an offered combination");
        assert_eq!(
            quote.sentence(),
            "apiin: 396 cr for 2 clips of 198 cr ($0.792–3.96)\n  Corrected: as charged on 2026-11-28. The table says 180 cr for a clip."
        );
        let object = quote.object(true);
        assert_eq!((&object["cost_each"], &object["doubts"]), (&json!("198 cr"), &json!([])));
        assert_eq!(object["corrected"], json!({"charged_on": "2026-11-28", "table": "180 cr"}));
        let other = Draft { duration: ClipDuration::S5, ..draft };
        let quote = Quote::of(&other, &settings, Vec::new()).expect("an offered combination");
        assert_eq!((quote.each, &quote.object(true)["corrected"]), (Amount::Credits(Credits(90)), &Value::Null));
    }

    #[test]
    fn the_object_is_pinned_because_scripts_read_it() {
        let draft = Draft { gateway: GatewayId::Aigateway, takes: 2, ..Draft::default() };
        let quote = Quote::of(&draft, &Settings::default(), vec!["a note".to_owned()]).expect("an offered combination");
        assert_eq!(
            quote.object(true),
            json!({
                "event": "estimate", "gateway": "aigateway", "chosen": true, "count": 2, "cost_each": "$0.40",
                "cost": "$0.80", "dollars": "$0.80", "corrected": null, "doubts": [], "notes": ["a note"],
            })
        );
    }
}
