//! The ledger as a CSV file: one header row, one row for each order, commas, UTF-8, RFC 4180 quotes, lines that end with LF.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula and may run it. So a cell of text that
//! begins so, white space aside, gets an apostrophe in front, which spreadsheets read as "this is text". A cell that begins
//! with an apostrophe of its own gets one too: whoever reads the file takes one apostrophe off wherever a cell of text begins
//! with one, and has what was there. Numbers are no text, so that a difference may be `-18`.

use csv::WriterBuilder;

use super::table::Row;
use crate::domain::text::visible;

/// The names of the columns, in their order. Never rename or remove one; new ones go to the end.
pub const COLUMNS: [&str; 16] = [
    "id",
    "time",
    "gateway",
    "model",
    "settings",
    "prompt",
    "take",
    "project",
    "shown",
    "shown_unit",
    "charged",
    "charged_amount",
    "charged_unit",
    "difference",
    "outcome",
    "asked_by",
];

/// Who reads the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A person with a spreadsheet. The file begins with a byte order mark, without which Excel takes UTF-8 for the
    /// alphabet of the country.
    Spreadsheet,
    /// A program. There is no mark, which many would take for a part of the first name.
    Program,
}

impl Reader {
    /// What the file begins with, before its header.
    pub fn mark(self) -> &'static [u8] {
        match self {
            Self::Spreadsheet => "\u{feff}".as_bytes(),
            Self::Program => &[],
        }
    }
}

/// The whole file.
pub fn bytes(rows: &[Row], reader: Reader) -> Vec<u8> {
    let mut writer = WriterBuilder::new().from_writer(reader.mark().to_vec());
    // Writing into memory does not fail, and all rows have as many cells as the header.
    writer.write_record(COLUMNS).ok();
    for row in rows {
        writer.write_record(cells(row)).ok();
    }
    writer.into_inner().unwrap_or_default()
}

/// More rows, for the end of a file that begins with [`bytes()`].
pub fn more(rows: &[Row]) -> Vec<u8> {
    let mut writer = WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    for row in rows {
        writer.write_record(cells(row)).ok();
    }
    writer.into_inner().unwrap_or_default()
}

fn cells(row: &Row) -> [String; 16] {
    let Row { id, time, gateway, model, settings, prompt, take, project, shown, shown_unit, .. } = row;
    [
        id.to_string(),
        time.clone(),
        gateway.name().to_owned(),
        text(&model.to_string()),
        text(settings),
        text(prompt),
        take.to_string(),
        text(project.as_deref().unwrap_or_default()),
        shown.clone(),
        (*shown_unit).to_owned(),
        row.charged.to_owned(),
        row.charged_amount.clone().unwrap_or_default(),
        row.charged_unit.unwrap_or_default().to_owned(),
        row.difference.clone().unwrap_or_default(),
        row.outcome.name().to_owned(),
        row.asked_by.name().to_owned(),
    ]
}

/// A cell of text that no spreadsheet takes for a formula and no terminal for a command.
pub fn text(text: &str) -> String {
    let text = visible(text);
    // The wide signs of East Asian fonts start formulas in some spreadsheets too.
    let starts = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\''];
    let is_formula = text.trim_start().starts_with(starts);
    if is_formula { format!("'{text}") } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{golden_jobs, rows};
    use super::*;

    /// The file as it was written once: whoever changes a column changes what scripts and spreadsheets of others read.
    #[test]
    fn the_file_is_pinned() {
        let written = String::from_utf8(bytes(&rows(&golden_jobs()), Reader::Program)).expect("UTF-8");
        let golden = include_str!("golden.csv");
        assert_eq!(written, golden, "\n{written}");
    }

    #[test]
    fn a_file_may_be_made_piece_by_piece() {
        let rows = rows(&golden_jobs());
        let pieces = [bytes(&[], Reader::Spreadsheet), more(&rows[..2]), more(&[]), more(&rows[2..])];
        assert_eq!(pieces.concat(), bytes(&rows, Reader::Spreadsheet));
    }

    #[test]
    fn the_header_has_a_column_for_each_field_in_their_order() {
        let row = serde_json::to_value(&rows(&golden_jobs())[0]).expect("a plain row");
        let fields = row.as_object().expect("an object");
        assert_eq!(fields.len(), COLUMNS.len());
        for column in COLUMNS {
            assert!(fields.contains_key(column), "{column}");
        }
    }

    #[test]
    fn the_file_of_a_person_begins_with_a_mark_and_is_the_same_otherwise() {
        let rows = rows(&golden_jobs());
        let (person, program) = (bytes(&rows, Reader::Spreadsheet), bytes(&rows, Reader::Program));
        assert_eq!(person.strip_prefix("\u{feff}".as_bytes()), Some(&program[..]));
        assert!(!program.starts_with("\u{feff}".as_bytes()));
        // A reader that knows of the mark sees no difference.
        let header = |bytes: &[u8]| csv::Reader::from_reader(bytes).headers().expect("a header").clone();
        assert_eq!(header(&person), header(&program));
    }

    #[test]
    fn no_cell_of_text_begins_like_a_formula() {
        for (typed, expected) in [
            ("=1+1", "'=1+1"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("  =1", "'  =1"),
            ("\t=1", "'\t=1"),
            ("\n=1", "'\n=1"),
            ("＝1", "'＝1"),
            ("'tis night", "''tis night"),
            ("a = b", "a = b"),
            ("", ""),
            ("a\u{1b}[2Jb", "a‹U+001B›[2Jb"),
        ] {
            assert_eq!(text(typed), expected, "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn every_text_is_read_back(prompt in "[ -~\\n\\t\u{e4}\u{4e2d}＝'\"=+@-]{1,60}") {
            prop_assume!(!prompt.trim().is_empty());
            let row = Row { prompt: prompt.clone(), ..rows(&golden_jobs())[0].clone() };
            let written = bytes(&[row], Reader::Program);
            let mut reader = csv::Reader::from_reader(&written[..]);
            let read = reader.records().next().expect("one row").expect("readable");
            let cell = read.get(5).expect("the prompt");
            prop_assert_eq!(cell.strip_prefix('\'').unwrap_or(cell), prompt);
            let first = cell.trim_start().chars().next();
            prop_assert!(!first.is_some_and(|c| "=+-@＝＋－＠".contains(c)));
        }
    }
}
