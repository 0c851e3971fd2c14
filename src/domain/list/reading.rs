//! From the bytes of a list to its rows, each with the line that it begins on.

use std::str;

use super::columns::Column;
use super::{ListProblem, Shape};

/// Longest list that is read, in bytes.
pub const MAX_LIST_BYTES: usize = 8 * 1024 * 1024;

/// Marks the end of a table while it is read: whatever holds it was not closed before.
const END: &str = "\u{1}end of the list\u{1}";

/// Why a file cannot be a list. The text is a clause without a full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is longer than [`MAX_LIST_BYTES`].
    #[error("The list is larger than {} MB. A list of 10,000 shots is far smaller", MAX_LIST_BYTES / (1024 * 1024))]
    TooLarge,
    /// It is no UTF-8.
    #[error("Line {line} of the list is no UTF-8 text. Save the file as UTF-8, which spreadsheets call “CSV UTF-8”")]
    NotUtf8 {
        /// The first line that cannot be read, from 1.
        line: usize,
    },
    /// It holds signs that no text has, as films and pictures do.
    #[error("This file is no text: it has a zero byte in line {line}. Save the list as text or CSV in UTF-8")]
    NotText {
        /// The first line that no text has, from 1.
        line: usize,
    },
}

/// The text of a list file.
///
/// # Errors
///
/// When it is too large or no UTF-8 text.
pub fn text_of(bytes: &[u8]) -> Result<&str, Unreadable> {
    if bytes.len() > MAX_LIST_BYTES {
        return Err(Unreadable::TooLarge);
    }
    let line_at = |place: usize| 1 + bytes[..place].iter().filter(|byte| **byte == b'\n').count();
    if let Some(place) = bytes.iter().position(|byte| *byte == 0)
        && !bytes.starts_with(&[0xFF, 0xFE])
        && !bytes.starts_with(&[0xFE, 0xFF])
    {
        return Err(Unreadable::NotText { line: line_at(place) });
    }
    str::from_utf8(bytes).map_err(|err| Unreadable::NotUtf8 { line: line_at(err.valid_up_to()) })
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The line that it begins on, from 1.
    pub line: usize,
    /// What stands in each column. May be shorter than the columns: what is missing is empty.
    pub cells: Vec<String>,
}

/// A list as columns and rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rows {
    /// Whether its first line names the columns.
    pub is_table: bool,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// What cannot be read of it.
    pub problems: Vec<ListProblem>,
}

/// Reads the rows of a list.
pub(super) fn rows_of(text: &str, shape: Shape) -> Rows {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let head = Head::of(text);
    match (shape, head) {
        (Shape::ByContent | Shape::Table, Some(head)) => table(text, head),
        (Shape::Table, None) if text.trim().is_empty() => Rows::default(),
        (Shape::Table, None) => {
            let line = first_line(text).map_or(1, |(line, _)| line);
            let message = "The first line of a table has to name its columns, and one of them has to be prompt";
            Rows {
                is_table: true,
                problems: vec![ListProblem { line, message: message.to_owned() }],
                ..Rows::default()
            }
        }
        (Shape::ByContent, None) => lines(text),
    }
}

/// One prompt for each line.
fn lines(text: &str) -> Rows {
    let mut rows = Vec::new();
    for (line, words) in numbered_lines(text) {
        let words = words.trim();
        if words.is_empty() || words.starts_with('#') {
            continue;
        }
        let words = if words.starts_with("\\#") { &words[1..] } else { words };
        rows.push(Row { line, cells: vec![words.to_owned()] });
    }
    Rows { columns: vec![Column::Prompt], rows, ..Rows::default() }
}

/// The first line of a table.
struct Head {
    separator: u8,
    line: usize,
}

impl Head {
    /// The first line of the list, if it names columns and one of them is the prompt.
    fn of(text: &str) -> Option<Self> {
        let (line, head) = first_line(text)?;
        let is_head = |separator: &u8| {
            let mut reader = reader(*separator).from_reader(head.as_bytes());
            let mut record = csv::StringRecord::new();
            reader.read_record(&mut record).is_ok_and(|_| record.iter().any(|cell| Column::of(cell) == Column::Prompt))
        };
        let separator = *b"\t,;".iter().find(|separator| is_head(separator))?;
        Some(Self { separator, line })
    }
}

/// The first line that is neither empty nor a comment.
fn first_line(text: &str) -> Option<(usize, &str)> {
    numbered_lines(text).find(|(_, line)| !is_skipped(line))
}

fn is_skipped(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('#')
}

/// All lines with their numbers, however they end.
fn numbered_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    let mut number = 0;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        number += 1;
        let end = rest.find(['\r', '\n']).unwrap_or(rest.len());
        let (line, behind) = rest.split_at(end);
        let behind = behind.strip_prefix("\r\n").or_else(|| behind.strip_prefix(['\r', '\n'])).unwrap_or(behind);
        rest = behind;
        Some((number, line))
    })
}

fn reader(separator: u8) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(separator).has_headers(false).flexible(true).comment(Some(b'#'));
    builder
}

fn table(text: &str, head: Head) -> Rows {
    let mut rows = Rows { is_table: true, ..Rows::default() };
    // Whatever has this in it was begun with a quotation mark that nothing closes.
    let marked = format!("{text}\n{END}\n");
    let mut lines = LineNumbers { text: &marked, place: 0, line: 1 };
    let mut reader = reader(head.separator).from_reader(marked.as_bytes());
    let mut record = csv::StringRecord::new();
    loop {
        let place = usize::try_from(reader.position().byte()).unwrap_or(marked.len());
        match reader.read_record(&mut record) {
            Ok(true) => {}
            // The text is in memory and is UTF-8, so that nothing else can go wrong.
            Ok(false) | Err(_) => break,
        }
        let line = lines.at_record(place);
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if let Some(last) = record.iter().next_back()
            && last.contains(END)
        {
            if record.len() > 1 || last != END {
                rows.problems
                    .push(ListProblem { line, message: "A quotation mark opens here and is not closed".to_owned() });
            }
            break;
        }
        if line < head.line {
            // Spaces before the first line.
        } else if line == head.line {
            rows.columns = cells.iter().map(|cell| Column::of(cell)).collect();
            rows.problems.extend(twice_named(&rows.columns, line));
        } else if cells.len() > rows.columns.len() && cells[rows.columns.len()..].iter().any(|cell| !cell.is_empty()) {
            let (cells, columns) = (cells.len(), rows.columns.len());
            rows.problems.push(ListProblem {
                line,
                message: format!(
                    "This row has {cells} cells, and the first line names {columns}. Put text with a separator in it between \
                     quotation marks"
                ),
            });
        } else if cells.iter().any(|cell| !cell.is_empty()) {
            rows.rows.push(Row { line, cells });
        }
    }
    rows
}

/// Columns that stand there twice, of which nobody could say which counts.
fn twice_named(columns: &[Column], line: usize) -> Option<ListProblem> {
    let mut seen = std::collections::BTreeSet::new();
    let twice = columns.iter().filter(|column| !column.name().is_empty()).find(|column| !seen.insert(column.name()))?;
    Some(ListProblem { line, message: format!("The column {} is named twice", twice.name()) })
}

/// Counts lines on the way through a text.
struct LineNumbers<'a> {
    text: &'a str,
    place: usize,
    line: usize,
}

impl LineNumbers<'_> {
    /// The number of the line on which the record begins that is read from `place` on: empty lines and comments before it
    /// are no part of it.
    fn at_record(&mut self, place: usize) -> usize {
        self.advance(place);
        while let Some(rest) = self.text.get(self.place..) {
            let end = rest.find(['\r', '\n']).unwrap_or(rest.len());
            if !is_skipped(&rest[..end]) || end == rest.len() {
                break;
            }
            let length = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
            self.advance(self.place + end + length);
        }
        self.line
    }

    fn advance(&mut self, place: usize) {
        let bytes = self.text.as_bytes();
        while self.place < place.min(bytes.len()) {
            let byte = bytes[self.place];
            // `\r\n` counts once, with its second byte.
            if byte == b'\n' || (byte == b'\r' && bytes.get(self.place + 1) != Some(&b'\n')) {
                self.line += 1;
            }
            self.place += 1;
        }
    }
}
