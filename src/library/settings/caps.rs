//! The limits on spending in `settings.toml`, and their copy beside the database.
//!
//! A damaged brake must not open. A limit that cannot be read holds at its usual amount, switched on. When the whole file
//! cannot be read or is gone, the copy that was kept last counts, and where there is none every limit holds.

use std::path::Path;

use toml_edit::{DocumentMut, Table};

use super::super::LibraryError;
use super::super::folders::{make_user_dir, write_atomically};
use super::{Section, put, table};
use crate::domain::caps::{Cap, Caps};
use crate::domain::{Amount, Money};

/// What belongs where a limit stands.
const AMOUNT: &str = "an amount, as in \"5.00\" or \"500cr\"; until then the usual limit holds";

/// The names of the limits in the file.
const KEYS: [(&str, &str); 4] =
    [("day", "day_on"), ("month", "month_on"), ("run", "run_on"), ("confirm_above", "confirm_above_on")];

fn fields(caps: &mut Caps) -> [&mut Cap; 4] {
    [&mut caps.day, &mut caps.month, &mut caps.run, &mut caps.confirm_above]
}

/// All limits at their usual amounts, switched on.
pub(super) fn all_on() -> Caps {
    let mut caps = Caps::default();
    for cap in fields(&mut caps) {
        cap.is_on = true;
    }
    caps
}

/// Reads the table. An amount that stands there holds, unless its switch says that it is off.
pub(super) fn read_caps(section: &mut Section<'_, '_>) -> Caps {
    let mut caps = Caps::default();
    for (cap, (key, switch)) in fields(&mut caps).into_iter().zip(KEYS) {
        let is_named = section.table.get(key).is_some();
        let limit = section.text(key, AMOUNT, Amount::parse_limit);
        let has_switch = section.table.get(switch).is_some();
        let is_on = section.switch(switch);
        let is_damaged = (is_named && limit.is_none()) || (has_switch && is_on.is_none());
        cap.limit = limit.unwrap_or(cap.limit);
        cap.is_on = is_damaged || is_on.unwrap_or(is_named || cap.is_on);
    }
    section.warn_of_unknown(&KEYS.map(|(key, switch)| [key, switch]).concat());
    caps
}

/// Writes the table so that [`read_caps`] reads the same limits again.
pub(super) fn write_caps(caps: &Caps, to: &mut Table) {
    let (mut caps, mut default) = (*caps, Caps::default());
    for ((cap, usual), (key, switch)) in fields(&mut caps).into_iter().zip(fields(&mut default)).zip(KEYS) {
        let shown = |amount: Amount| match amount {
            Amount::Credits(credits) => format!("{}cr", credits.0),
            Amount::Money(money) => super::plain_dollars(money),
            Amount::Free => super::plain_dollars(Money::ZERO),
        };
        // A limit that is usually off is named as soon as it holds, which is what makes it hold.
        let usual_limit = (cap.is_on == usual.is_on).then(|| shown(usual.limit));
        put(to, key, Some(shown(cap.limit)), usual_limit);
        let without_switch = to.contains_key(key) || usual.is_on;
        put(to, switch, Some(cap.is_on), Some(without_switch));
    }
}

/// Keeps a copy of the limits in the file at `path`. Blocks.
///
/// # Errors
/// When the file cannot be written.
pub fn keep_caps(caps: &Caps, path: &Path) -> Result<(), LibraryError> {
    let mut document = DocumentMut::new();
    write_caps(caps, table(document.as_table_mut(), "caps"));
    let text = format!("# The limits of settings.toml once more, for the case that it is lost.\n{document}");
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        make_user_dir(parent)?;
    }
    write_atomically(path, text.as_bytes())
        .map_err(|err| LibraryError::io(format!("{} cannot be written", path.display()), &err))
}

/// The limits that hold when settings.toml cannot be read: the stricter of `usual` and of the copy at `kept`; all of them
/// where the copy cannot be read either, or where there is none although there was a file.
///
/// The second value is a sentence for the user without its full stop; `None` where nothing is wrong, because neither the
/// file nor a copy was ever there.
pub fn caps_without_settings(usual: &Caps, kept: &Path, was_there: bool) -> (Caps, Option<String>) {
    let read = match std::fs::read_to_string(kept) {
        Ok(text) => text.parse::<DocumentMut>().ok().map(|document| {
            let mut warnings = Vec::new();
            let mut top = Section::top(document.as_table(), &mut warnings);
            top.section("caps").map_or_else(all_on, |mut section| read_caps(&mut section))
        }),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound && !was_there => return (*usual, None),
        Err(_) => None,
    };
    let Some(read) = read else {
        let sentence = "The limits on spending cannot be read, so the usual ones hold: see the ledger";
        return (all_on(), Some(sentence.to_owned()));
    };
    let (mut strict, mut read) = (*usual, read);
    for (cap, kept) in fields(&mut strict).into_iter().zip(fields(&mut read)) {
        *cap = stricter(*cap, *kept);
    }
    let changed = (strict != *usual || was_there).then(|| {
        "The limits on spending are those that held last, because settings.toml is gone or cannot be read".to_owned()
    });
    (strict, changed)
}

fn stricter(usual: Cap, kept: Cap) -> Cap {
    match (usual.is_on, kept.is_on) {
        (true, false) => usual,
        (true, true) => match (usual.limit, kept.limit) {
            (Amount::Money(one), Amount::Money(other)) if one < other => usual,
            (Amount::Credits(one), Amount::Credits(other)) if one < other => usual,
            _ => kept,
        },
        (false, _) => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{load, parse, save};
    use super::*;
    use crate::domain::{Credits, Settings};

    fn money(dollars: i64) -> Amount {
        Amount::Money(Money(dollars * 1_000_000))
    }

    fn on(limit: Amount) -> Cap {
        Cap { limit, is_on: true }
    }

    #[test]
    fn limits_are_read_and_a_damaged_one_holds() {
        let usual = Caps::default();
        let damaged_day = Caps { day: on(money(5)), ..usual };
        for (text, expected, warnings) in [
            ("", usual, &[][..]),
            ("day = \"7.50\"", Caps { day: on(Amount::Money(Money(7_500_000))), ..usual }, &[]),
            ("day = \"7\"\nday_on = false", Caps { day: Cap { limit: money(7), is_on: false }, ..usual }, &[]),
            ("day_on = true", damaged_day, &[]),
            ("month = \"500cr\"", Caps { month: on(Amount::Credits(Credits(500))), ..usual }, &[]),
            (
                "confirm_above_on = false",
                Caps { confirm_above: Cap { is_on: false, ..usual.confirm_above }, ..usual },
                &[],
            ),
            ("day = \"a lot\"", damaged_day, &["caps.day"]),
            ("day = 5", damaged_day, &["caps.day"]),
            ("day = \"-5\"\nday_on = false", damaged_day, &["caps.day"]),
            ("day_on = \"no\"", damaged_day, &["caps.day_on"]),
            ("run = \"9\"\nrun_on = 0", Caps { run: on(money(9)), ..usual }, &["caps.run_on"]),
            ("dya = \"5\"", usual, &["caps.dya"]),
        ] {
            let (settings, found) = parse(&format!("[caps]\n{text}"));
            assert_eq!(settings.caps, expected, "{text}");
            assert_eq!(found.iter().map(|warning| warning.path.as_str()).collect::<Vec<_>>(), warnings, "{text}");
        }
        let (settings, found) = parse("caps = 3");
        assert_eq!((settings.caps, found.len()), (all_on(), 1), "no table at all");
    }

    #[test]
    fn limits_are_written_as_they_are_read_and_comments_survive() {
        let (off, cr) = (|limit| Cap { limit, is_on: false }, |n| Amount::Credits(Credits(n)));
        let usual = Caps::default();
        let mut all = vec![usual, all_on()];
        for cap in [on(money(5)), on(money(8)), off(money(8)), on(cr(300)), off(cr(300)), off(money(5)), on(money(0))] {
            all.extend([Caps { day: cap, ..usual }, Caps { confirm_above: cap, run: cap, ..usual }]);
        }
        let start = "# mine\n[caps] # the brakes\n# per day\nday = \"5.00\" # five\nmonth_on = true\n";
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("settings.toml");
        for before in ["", start] {
            for first in &all {
                for second in &all {
                    std::fs::write(&file, before).expect("a writable folder");
                    for caps in [first, second] {
                        save(&Settings { caps: *caps, ..Settings::default() }, &file).expect("a writable folder");
                        let (read, warnings) = load(&file);
                        assert_eq!((read.caps, warnings), (*caps, vec![]), "after {before:?}");
                    }
                    let text = std::fs::read_to_string(&file).expect("it was written");
                    for comment in ["# mine", "# the brakes", "# per day", "# five"] {
                        assert_eq!(text.contains(comment), before.contains(comment), "{comment} in {text}");
                    }
                }
            }
        }
    }

    #[test]
    fn without_the_file_the_stricter_limits_hold() {
        let dir = tempfile::tempdir().expect("a folder");
        let kept = dir.path().join("caps.toml");
        let usual = Caps::default();
        assert_eq!(caps_without_settings(&usual, &kept, false), (usual, None), "nothing was ever there");
        let (caps, warning) = caps_without_settings(&usual, &kept, true);
        assert_eq!((caps, warning.is_some()), (all_on(), true), "a file without a copy");

        for (kept_caps, expected) in [
            (Caps { day: on(money(3)), ..usual }, Caps { day: on(money(3)), ..usual }),
            (Caps { confirm_above: on(money(1)), ..usual }, Caps { confirm_above: on(money(1)), ..usual }),
            (Caps { confirm_above: on(money(9)), ..usual }, usual),
            (Caps { confirm_above: Cap { limit: money(9), is_on: false }, ..usual }, usual),
        ] {
            keep_caps(&kept_caps, &kept).expect("a writable folder");
            let (caps, warning) = caps_without_settings(&usual, &kept, true);
            assert_eq!((caps, warning.is_some()), (expected, true));
            let (caps, warning) = caps_without_settings(&usual, &kept, false);
            assert_eq!((caps, warning.is_some()), (expected, expected != usual), "the file is gone");
        }
        std::fs::write(&kept, "= damaged").expect("a writable folder");
        assert_eq!(caps_without_settings(&usual, &kept, false).0, all_on());
        keep_caps(&all_on(), &kept).expect("a writable folder");
        std::fs::write(&kept, "caps = 1").expect("a writable folder");
        assert_eq!(caps_without_settings(&usual, &kept, false).0, all_on(), "a copy that says nothing");
    }
}
