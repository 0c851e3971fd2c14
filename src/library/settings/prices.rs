//! The corrected prices in `settings.toml`: a table for each gateway, with an entry for each shape of a shot.
//!
//! An entry counts whole or not at all. One that cannot be used is reported, stays in the file as it is, and the price of
//! the catalog counts.

use jiff::Timestamp;
use strum::IntoEnumIterator as _;
use toml_edit::{Array, Item, Table, TableLike};

use super::{Section, Warning, put, table};
use crate::domain::numbers::with_thousands;
use crate::domain::price_book::{
    Answers, Kept, LearnedPrice, MOST_CREDITS, MOST_MONEY, PriceBook, PricedShape, is_plausible,
};
use crate::domain::{Amount, ClipDuration, GatewayId, JobId, ModelId, UnixMillis};

/// The keys of an entry.
const KEYS: [&str; 4] = ["price", "charged_at", "job", "kept"];

/// Reads the table.
pub(super) fn read(section: &mut Section<'_, '_>) -> PriceBook {
    let mut book = PriceBook::default();
    for gateway in GatewayId::PAID {
        let Some(mut of_gateway) = section.section(gateway.name()) else { continue };
        for name in of_gateway.names() {
            let Some(shape) = shape_of(&name, gateway) else {
                let expected =
                    "named by a model, a resolution, a length and a sound, as in \"pixverse-v5.6 720p 8s silent\"";
                let item = of_gateway.table.get(&name).unwrap_or(&Item::None);
                of_gateway.warn(&name, expected, item);
                continue;
            };
            let answers = of_gateway.section(&name).and_then(|mut entry| read_entry(&mut entry));
            if let Some(answers) = answers {
                book.set(shape, answers);
            }
        }
    }
    section.warn_of_unknown(&GatewayId::PAID.map(GatewayId::name));
    book
}

fn read_entry(entry: &mut Section<'_, '_>) -> Option<Answers> {
    let before = entry.warnings.len();
    let most = format!("{MOST_MONEY} or {} credits", with_thousands(MOST_CREDITS.0.unsigned_abs()));
    let expected = format!("a price above nothing and of {most} at most, as in \"198cr\" or \"0.72\"");
    let price = entry.text("price", &expected, plausible);
    let charged_at = entry.text("charged_at", "a time, as in \"2026-11-28T14:02:11Z\"", |text| {
        text.parse::<Timestamp>().ok().map(|stamp| UnixMillis(stamp.as_millisecond()))
    });
    let job = entry.text("job", "the id of an order", |text| text.parse().ok().map(JobId));
    let kept = entry.read("kept", "pairs of prices, as in [[\"180cr\", \"198cr\"]]", |item| {
        let pair = |pair: &toml_edit::Value| match pair.as_array()?.iter().collect::<Vec<_>>().as_slice() {
            [said, charged] => Some(Kept { said: plausible(said.as_str()?)?, charged: plausible(charged.as_str()?)? }),
            _ => None,
        };
        item.as_array()?.iter().map(pair).collect::<Option<Vec<Kept>>>()
    });
    let is_whole = entry.warnings.len() == before;
    entry.warn_of_unknown(&KEYS);
    let learned = match (price, charged_at, job) {
        (Some(amount), Some(charged_at), Some(job)) => Some(LearnedPrice { amount, charged_at, job }),
        (None, None, None) => None,
        _ if !is_whole => return None,
        _ => {
            let missing = ["price", "charged_at", "job"].into_iter().find(|key| entry.table.get(key).is_none());
            let path = entry.path_of(missing.unwrap_or_default());
            let expected = "named, as a corrected price has a time and an order that it comes from".to_owned();
            entry.warnings.push(Warning { path, expected, found: "nothing".to_owned() });
            return None;
        }
    };
    is_whole.then(|| Answers { learned, kept: kept.unwrap_or_default() })
}

/// Writes the table so that [`read`] reads the same again.
pub(super) fn write(book: &PriceBook, prices: &mut Table) {
    for gateway in GatewayId::PAID {
        let of_gateway = table(prices, gateway.name());
        // What cannot be read was warned of and is the user's.
        of_gateway.retain(|name, item| match shape_of(name, gateway) {
            Some(shape) => book.iter().any(|(known, _)| *known == shape) || !is_readable(item),
            None => true,
        });
        for (shape, answers) in book.iter().filter(|(shape, _)| shape.gateway == gateway) {
            write_entry(answers, table(of_gateway, &name_of(shape)));
        }
    }
    prices.retain(|_, item| !super::is_empty_table(item));
}

fn write_entry(answers: &Answers, entry: &mut Table) {
    let learned = answers.learned.as_ref();
    let stamp = |at: UnixMillis| Timestamp::from_millisecond(at.0).unwrap_or_default().to_string();
    put(entry, "price", learned.map(|learned| text_of(learned.amount)), None);
    put(entry, "charged_at", learned.map(|learned| stamp(learned.charged_at)), None);
    put(entry, "job", learned.map(|learned| learned.job.to_string()), None);
    let pair = |kept: &Kept| Array::from_iter([text_of(kept.said), text_of(kept.charged)]);
    let kept = (!answers.kept.is_empty()).then(|| answers.kept.iter().map(pair).collect::<Array>());
    put(entry, "kept", kept, None);
}

fn is_readable(item: &Item) -> bool {
    let mut warnings = Vec::new();
    let read = item.as_table_like().and_then(|table: &dyn TableLike| {
        read_entry(&mut Section { table, path: String::new(), warnings: &mut warnings })
    });
    read.is_some()
}

fn plausible(text: &str) -> Option<Amount> {
    Amount::parse_limit(text).filter(|amount| is_plausible(*amount))
}

fn text_of(amount: Amount) -> String {
    match amount {
        Amount::Credits(credits) => format!("{}cr", credits.0),
        Amount::Money(money) => super::plain_dollars(money),
        Amount::Free => "0".to_owned(),
    }
}

/// `pixverse-v5.6 720p 8s silent`.
fn name_of(shape: &PricedShape) -> String {
    let sound = if shape.audio { "audio" } else { "silent" };
    format!("{} {} {}s {sound}", shape.model.as_str(), shape.resolution, shape.duration.secs())
}

fn shape_of(name: &str, gateway: GatewayId) -> Option<PricedShape> {
    let [model, resolution, duration, sound] = name.split(' ').collect::<Vec<_>>().try_into().ok()?;
    let duration = ClipDuration::iter().find(|known| format!("{}s", known.secs()) == duration)?;
    let audio = match sound {
        "audio" => true,
        "silent" => false,
        _ => return None,
    };
    Some(PricedShape { gateway, model: ModelId::new(model)?, resolution: resolution.parse().ok()?, duration, audio })
}

#[cfg(test)]
mod tests {
    use super::super::{parse, save};
    use super::*;
    use crate::domain::samples::id;
    use crate::domain::{Credits, Money, Resolution, Settings};

    fn shape(gateway: GatewayId, audio: bool) -> PricedShape {
        let (resolution, duration) = (Resolution::P720, ClipDuration::S8);
        PricedShape { gateway, model: ModelId::default(), resolution, duration, audio }
    }

    fn learned(amount: Amount) -> Answers {
        let charged_at = UnixMillis(1_795_867_200_123);
        Answers { learned: Some(LearnedPrice { amount, charged_at, job: id(7) }), kept: Vec::new() }
    }

    fn book() -> PriceBook {
        let credits = |n| Amount::Credits(Credits(n));
        let mut book = PriceBook::default();
        book.set(shape(GatewayId::Apiin, false), learned(credits(198)));
        let kept = vec![
            Kept { said: credits(360), charged: credits(400) },
            Kept { said: credits(360), charged: credits(390) },
        ];
        book.set(shape(GatewayId::Apiin, true), Answers { learned: None, kept: kept.clone() });
        book.set(shape(GatewayId::Aigateway, true), Answers { kept, ..learned(Amount::Money(Money(720_500))) });
        book
    }

    fn saved(settings: &Settings, before: &str) -> String {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("settings.toml");
        std::fs::write(&path, before).expect("written");
        save(settings, &path).expect("saved");
        std::fs::read_to_string(&path).expect("there")
    }

    #[test]
    fn what_is_written_is_read_again() {
        let settings = Settings { prices: book(), ..Settings::default() };
        let text = saved(&settings, "");
        let (read, warnings) = parse(&text);
        assert_eq!((read.prices, &warnings[..]), (settings.prices.clone(), &[][..]), "{text}");
        assert_eq!(saved(&settings, &text), text, "and writing it once more changes nothing");
        assert!(text.contains("[prices.apiin.\"pixverse-v5.6 720p 8s silent\"]\nprice = \"198cr\"\n"), "{text}");
        assert!(text.contains("charged_at = \"2026-11-28T12:00:00.123Z\""), "{text}");
        let text = saved(&Settings::default(), &text);
        assert!(!text.contains("prices"), "what is forgotten goes: {text}");
    }

    #[test]
    fn a_damaged_entry_is_reported_kept_and_stops_no_other() {
        let good = saved(&Settings { prices: book(), ..Settings::default() }, "");
        let entry = "[prices.apiin.\"pixverse-v5.6 1080p 5s silent\"]\n";
        let whole = "charged_at = \"2026-11-28T12:00:00Z\"\njob = \"00000000-0000-0000-0000-000000000007\"\n";
        for (damaged, expected) in [
            (
                format!("{entry}price = \"-198cr\"\n{whole}"),
                "a price above nothing and of $10,000.00 or 1,000,000 credits at most",
            ),
            (format!("{entry}price = \"0\"\n{whole}"), "a price above nothing"),
            (format!("{entry}price = \"0cr\"\n{whole}"), "a price above nothing"),
            (format!("{entry}price = \"99999999cr\"\n{whole}"), "a price above nothing"),
            (format!("{entry}price = \"10000.01\"\n{whole}"), "a price above nothing"),
            (format!("{entry}price = 198\n{whole}"), "a price above nothing"),
            (format!("{entry}price = \"198cr\"\ncharged_at = \"yesterday\"\njob = \"x\"\n"), "a time, as in"),
            (format!("{entry}price = \"198cr\"\n"), "named, as a corrected price has"),
            (format!("{entry}kept = [[\"180cr\"]]\n"), "pairs of prices"),
            (format!("{entry}kept = [[\"180cr\", \"-1cr\"]]\n"), "pairs of prices"),
            ("[prices.apiin]\n\"720p\" = { price = \"198cr\" }\n".to_owned(), "named by a model"),
            ("[prices.apiin]\n\"pixverse-v5.6 720p 5s silent\" = 198\n".to_owned(), "a table"),
            ("[prices.practice.\"pixverse-v5.6 720p 5s silent\"]\nprice = \"198cr\"\n".to_owned(), "left out"),
        ] {
            // The table of apiin is begun once in a file.
            let text =
                if damaged.starts_with("[prices.apiin]") { damaged.clone() } else { format!("{good}\n{damaged}") };
            let (read, warnings) = parse(&text);
            assert!(warnings[0].path.starts_with("prices."), "{damaged}: {warnings:?}");
            assert!(warnings[0].expected.contains(expected), "{damaged}: {warnings:?}");
            if text.starts_with(&good) {
                assert_eq!(read.prices, book(), "{damaged}");
            }
            let again = saved(&read, &text);
            assert_eq!(parse(&again).1, warnings, "it stays in the file: {again}");
            assert!(again.contains(damaged.lines().last().expect("lines")), "{again}");
        }
    }

    #[test]
    fn an_unknown_word_in_an_entry_is_reported_and_stays() {
        let text = saved(&Settings { prices: book(), ..Settings::default() }, "");
        let text = text.replacen("price = \"198cr\"", "color = \"red\"\nprice = \"198cr\"", 1);
        let (read, warnings) = parse(&text);
        assert_eq!((read.prices.clone(), warnings.len()), (book(), 1), "{warnings:?}");
        assert_eq!(saved(&read, &text), text);
    }

    #[test]
    fn an_answer_takes_the_place_of_a_damaged_entry() {
        let text = "[prices.apiin.\"pixverse-v5.6 720p 8s silent\"]\nprice = \"-1cr\"\n";
        let settings = Settings { prices: book(), ..Settings::default() };
        let (read, warnings) = parse(&saved(&settings, text));
        assert_eq!((read.prices, &warnings[..]), (book(), &[][..]));
    }
}
