//! How times, sizes and counts are written everywhere in the window.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::catalog::catalog;
use crate::domain::numbers::with_thin_groups;
use crate::domain::price::Dollars;
use crate::domain::{ModelId, UnixMillis};

/// A text on one line: every run of white space, line breaks included, becomes one space.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `≈ $1.44` for what is known, a bare range for what is not.
pub fn about(dollars: Dollars) -> String {
    match dollars {
        Dollars::Exact(_) => format!("≈ {dollars}"),
        Dollars::Range(..) => dollars.to_string(),
    }
}

/// `negative prompt, thinking and seed`.
pub fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// `24 s`, `1 min 12 s`, `2 h 5 min`.
pub fn span(time: Duration) -> String {
    let secs = time.as_secs();
    match secs {
        0..60 => format!("{secs} s"),
        60..3600 if secs.is_multiple_of(60) => format!("{} min", secs / 60),
        60..3600 => format!("{} min {} s", secs / 60, secs % 60),
        _ => format!("{} h {} min", secs / 3600, secs % 3600 / 60),
    }
}

/// `3 s ago`, `2 min ago`, `5 h ago`: coarse, because it stands beside something else.
pub fn ago(at: UnixMillis, now: UnixMillis) -> String {
    let secs = now.since(at).as_secs();
    match secs {
        0..60 => format!("{secs} s ago"),
        60..3600 => format!("{} min ago", secs / 60),
        3600..86_400 => format!("{} h ago", secs / 3600),
        _ => format!("{} days ago", secs / 86_400),
    }
}

/// `today 14:02`, `yesterday 09:30`, `4 June 14:02`, `4 June 2025`.
pub fn moment(at: UnixMillis, now: UnixMillis, zone: &TimeZone) -> String {
    let local = |at: UnixMillis| Timestamp::from_millisecond(at.0).ok().map(|stamp| stamp.to_zoned(zone.clone()));
    let (Some(at), Some(now)) = (local(at), local(now)) else { return String::new() };
    let clock = format!("{:02}:{:02}", at.hour(), at.minute());
    if at.date() == now.date() {
        format!("today {clock}")
    } else if now.date().yesterday().is_ok_and(|yesterday| yesterday == at.date()) {
        format!("yesterday {clock}")
    } else if at.year() == now.year() {
        format!("{} {} {clock}", at.day(), month(at.month()))
    } else {
        format!("{} {} {}", at.day(), month(at.month()), at.year())
    }
}

/// `4 June`, or `4 June 2025` in another year; empty for a time that no calendar has.
pub fn day(at: UnixMillis, now: UnixMillis, zone: &TimeZone) -> String {
    let local = |at: UnixMillis| Timestamp::from_millisecond(at.0).ok().map(|stamp| stamp.to_zoned(zone.clone()));
    let (Some(at), Some(now)) = (local(at), local(now)) else { return String::new() };
    if at.year() == now.year() {
        format!("{} {}", at.day(), month(at.month()))
    } else {
        format!("{} {} {}", at.day(), month(at.month()), at.year())
    }
}

/// `4 Jun`, or `4 Jun 2025` in another year; empty for a time that no calendar has.
pub fn short_day(at: UnixMillis, now: UnixMillis, zone: &TimeZone) -> String {
    let local = |at: UnixMillis| Timestamp::from_millisecond(at.0).ok().map(|stamp| stamp.to_zoned(zone.clone()));
    let (Some(at), Some(now)) = (local(at), local(now)) else { return String::new() };
    let month: String = month(at.month()).chars().take(3).collect();
    if at.year() == now.year() {
        format!("{} {month}", at.day())
    } else {
        format!("{} {month} {}", at.day(), at.year())
    }
}

/// A month by its number from 1: `June`.
pub fn month(month: i8) -> &'static str {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or("")
}

/// A date of the catalog, `2026-06-04`, as `4 June`; other text as it is.
pub fn table_date(text: &str) -> String {
    match text.get(..10).and_then(|date| date.parse::<jiff::civil::Date>().ok()) {
        Some(date) => format!("{} {}", date.day(), month(date.month())),
        None => text.to_owned(),
    }
}

/// `0.9 MB`, `18 MB`, `612 kB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..900_000 => format!("{} kB", bytes.div_ceil(1_000)),
        900_000..10_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
        10_000_000..10_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes % 1_000_000_000 / 100_000_000),
    }
}

/// A seed in groups of three, as `1 804 226 117`. The thin space of the books is drawn too narrow to be seen at the
/// sizes of the window; a quarter of the letter size reads as a gap.
pub fn seed(number: u32) -> String {
    with_thin_groups(u64::from(number)).replace('\u{2009}', "\u{2005}")
}

/// How many times something was ordered: `Not sent`, `Ordered once`, `Ordered 3 times`.
pub fn ordered(uses: u32) -> String {
    match uses {
        0 => "Not sent".to_owned(),
        1 => "Ordered once".to_owned(),
        more => format!("Ordered {more} times"),
    }
}

/// A model as people know it; the name that is stored where this release knows no other.
pub fn model(id: &ModelId) -> String {
    catalog().model(id).map_or_else(|| id.to_string(), |model| model.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans() {
        for (secs, text) in
            [(0, "0 s"), (24, "24 s"), (60, "1 min"), (72, "1 min 12 s"), (3_600, "1 h 0 min"), (7_500, "2 h 5 min")]
        {
            assert_eq!(span(Duration::from_secs(secs)), text);
        }
    }

    #[test]
    fn moments() {
        let at = |text: &str| UnixMillis(text.parse::<Timestamp>().expect("a time").as_millisecond());
        let now = at("2026-06-04T14:05:00Z");
        for (then, text) in [
            ("2026-06-04T14:02:00Z", "today 14:02"),
            ("2026-06-03T09:30:00Z", "yesterday 09:30"),
            ("2026-05-28T08:05:00Z", "28 May 08:05"),
            ("2025-12-31T08:05:00Z", "31 December 2025"),
        ] {
            assert_eq!(moment(at(then), now, &TimeZone::UTC), text);
        }
    }

    #[test]
    fn days() {
        let at = |text: &str| UnixMillis(text.parse::<Timestamp>().expect("a time").as_millisecond());
        let now = at("2026-06-05T01:05:00Z");
        let day = |then, zone| super::day(at(then), now, &zone);
        assert_eq!(day("2026-06-04T23:30:00Z", TimeZone::UTC), "4 June");
        assert_eq!(day("2026-06-04T23:30:00Z", TimeZone::fixed(jiff::tz::offset(2))), "5 June");
        assert_eq!(day("2025-12-31T08:05:00Z", TimeZone::UTC), "31 December 2025");
    }

    #[test]
    fn seeds() {
        assert_eq!(seed(1_804_226_117), "1\u{2005}804\u{2005}226\u{2005}117");
        assert_eq!(seed(81), "81");
    }

    #[test]
    fn sizes_and_dates() {
        for (bytes, text) in
            [(0, "0 B"), (612_000, "612 kB"), (943_000, "0.9 MB"), (18_400_000, "18 MB"), (11_200_000_000, "11.2 GB")]
        {
            assert_eq!(size(bytes), text);
        }
        assert_eq!(table_date("2026-06-04"), "4 June");
        assert_eq!(table_date("always"), "always");
    }
}
