//! A queue from a list: many shots from one text, priced and checked before anything is ordered.
//!
//! A list is plain lines, one prompt each, where a line that begins with `#` is a comment; or a table, whose first line
//! names its columns with commas, semicolons or tabs between them. One of the columns is `prompt`; others are
//! `negative_prompt`, `resolution`, `duration`, `aspect_ratio`, `audio`, `thinking`, `seed`, `takes`, `model`, `image`,
//! `end_image` and `gateway`. Any other column is a variable: `{its name}` in a cell stands for what the row has there.
//! `{red|blue}` in a cell stands for one job with each; several of them give every combination. What a row does not say
//! is as the form or the command has it.
//!
//! [`plan`] says of every row what would be ordered, or what is wrong with it; no row is dropped without a word. A list
//! gives no more than [`MAX_JOBS`] jobs.

mod columns;
pub mod cost;
mod planner;
mod reading;
mod template;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::path_text;
use super::price::Estimate;
use super::price_book::PriceBook;
use super::request::{Draft, GenerationRequest, InputPicture, PictureType, Slot, StoredPicture};
use super::sha256::Sha256Hex;
use columns::Column;
use planner::{Planner, Wrong};

pub use reading::{MAX_LIST_BYTES, Unreadable, text_of};

/// The most jobs that a list gives.
pub const MAX_JOBS: usize = 10_000;

/// The most lines of which it is said what is wrong with them; the rest is counted.
const MAX_PROBLEMS: usize = 1_000;

/// How a list is to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// As a table when its first line names a column `prompt`, else as plain lines.
    #[default]
    ByContent,
    /// As a table: the name of the file says so.
    Table,
}

impl Shape {
    /// How a file of this name is read.
    pub fn of_name(name: &str) -> Self {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        if matches!(ending.as_deref(), Some("csv" | "tsv")) { Self::Table } else { Self::ByContent }
    }
}

/// The pictures of a shot that are files of this computer, as they are named: a path, or what
/// [`path_text`] makes of one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PictureFiles {
    /// The file of the start picture.
    pub start: Option<String>,
    /// The file of the end picture.
    pub end: Option<String>,
}

impl PictureFiles {
    /// The file in this place.
    pub fn of(&self, slot: Slot) -> Option<&str> {
        match slot {
            Slot::Start => self.start.as_deref(),
            Slot::End => self.end.as_deref(),
        }
    }

    /// The file in this place, to be changed.
    pub fn of_mut(&mut self, slot: Slot) -> &mut Option<String> {
        match slot {
            Slot::Start => &mut self.start,
            Slot::End => &mut self.end,
        }
    }

    /// The draft as it will be once the files are read, for rules that only ask whether there is a picture. What stands in
    /// for a file is never sent or stored.
    #[must_use]
    pub fn stand_in(&self, draft: &Draft) -> Draft {
        let mut draft = draft.clone();
        for slot in [Slot::Start, Slot::End] {
            if let Some(file) = self.of(slot) {
                *draft.picture_in_mut(slot) = Some(stand_in(file));
            }
        }
        draft
    }
}

fn stand_in(file: &str) -> InputPicture {
    InputPicture::Stored(StoredPicture {
        sha256: Sha256Hex::of(b""),
        picture_type: PictureType::Jpeg,
        width: 0,
        height: 0,
        size_bytes: 0,
        display_name: path_text::shown(&path_text::from_text(file)),
    })
}

/// One job that a list asks for: one clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedJob {
    /// The line of the list that it comes from, from 1.
    pub line: usize,
    /// The shot, with one take. Its pictures are those that are no files; see [`PlannedJob::files`].
    pub draft: Draft,
    /// Its pictures that are files of this computer.
    pub files: PictureFiles,
    /// The price at its gateway.
    pub estimate: Estimate,
    /// Its number among the takes of the same shot, from 1, and how many there are.
    pub take: (u8, u8),
    /// The place in [`Plan::jobs`] of an earlier job that asks for the very same.
    pub same_as: Option<usize>,
}

/// Why a job of a list cannot be ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotReady(pub String);

impl PlannedJob {
    /// What is asked of the gateway, once the files of its pictures are in the library: `stored` knows them by their names
    /// in the list. A seed that is to be drawn comes from `draw`.
    ///
    /// # Errors
    ///
    /// When a picture is not there, with a sentence.
    pub fn request(
        &self,
        stored: impl Fn(&str) -> Option<StoredPicture>,
        draw: impl FnMut() -> u32,
    ) -> Result<GenerationRequest, NotReady> {
        let mut draft = self.draft.clone();
        for slot in [Slot::Start, Slot::End] {
            if let Some(file) = self.files.of(slot) {
                let picture = stored(file).ok_or_else(|| NotReady(format!("{file} was not read")))?;
                *draft.picture_in_mut(slot) = Some(InputPicture::Stored(picture));
            }
        }
        let request = draft.to_request().map_err(|problems| {
            NotReady(problems.into_iter().next().map_or_else(String::new, |problem| problem.message))
        })?;
        let only = draft.takes_of(&request, draw).into_iter().next();
        only.ok_or_else(|| NotReady("it has no take".to_owned()))
    }
}

/// What is wrong with a line of a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListProblem {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong: a sentence without a full stop.
    pub message: String,
}

/// What a list asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Whether it was read as a table.
    pub is_table: bool,
    /// Every job, in the order of the list.
    pub jobs: Vec<PlannedJob>,
    /// What is wrong, in the order of the lines. A line that has a problem gives no job.
    pub problems: Vec<ListProblem>,
    /// What is worth knowing and stops nothing: sentences without a full stop.
    pub notes: Vec<String>,
}

impl Plan {
    /// How many jobs ask for the very same as an earlier one.
    pub fn duplicates(&self) -> usize {
        self.jobs.iter().filter(|job| job.same_as.is_some()).count()
    }

    /// Every picture file that a job names, once.
    pub fn files(&self) -> BTreeSet<&str> {
        self.jobs.iter().flat_map(|job| [job.files.of(Slot::Start), job.files.of(Slot::End)]).flatten().collect()
    }
}

/// Puts a setting into a shot, by its name and in its words in a list. An empty text leaves what the shot has.
///
/// # Errors
///
/// A clause for the user that says what may stand there.
pub fn put(setting: &str, words: &str, draft: &mut Draft, files: &mut PictureFiles) -> Result<(), String> {
    Column::of(setting).put(words, draft, files)
}

/// Reads a list. What a row does not say is as `defaults` has it; `files` are the pictures of the defaults that are
/// files, and `prices` what each job costs.
pub fn plan(text: &str, shape: Shape, defaults: &Draft, files: &PictureFiles, prices: &PriceBook) -> Plan {
    let rows = reading::rows_of(text, shape);
    let mut planner = Planner::new(defaults, files, prices, &rows.columns);
    let mut plan = Plan { is_table: rows.is_table, problems: rows.problems, ..Plan::default() };
    let mut is_full = false;
    let mut unsaid = 0_usize;
    for row in &rows.rows {
        if is_full {
            unsaid += 1;
            continue;
        }
        match planner.row(row, &mut plan.jobs) {
            Ok(()) => {}
            Err(Wrong::TooMany(count)) => {
                is_full = true;
                let left = MAX_JOBS - plan.jobs.len();
                plan.problems.push(ListProblem {
                    line: row.line,
                    message: format!(
                        "A list gives {MAX_JOBS} jobs at most; this line asks for {count}, and {left} are left"
                    ),
                });
            }
            Err(Wrong::Row(message)) => plan.problems.push(ListProblem { line: row.line, message }),
        }
    }
    if unsaid > 0 {
        let last = rows.rows.last().map_or(1, |row| row.line);
        plan.problems.push(ListProblem {
            line: last,
            message: format!("The list is full before its end: its last {unsaid} rows were not looked at"),
        });
    }
    plan.notes.extend(rows.columns.iter().filter(|column| column.is_variable()).filter_map(|column| {
        let name = column.name();
        let is_idle = !name.is_empty() && !planner.names(name);
        is_idle.then(|| format!("No prompt names the column {name} in braces, so it changes nothing"))
    }));
    plan.problems.sort();
    if plan.problems.len() > MAX_PROBLEMS {
        let more = plan.problems.len() - MAX_PROBLEMS;
        plan.problems.truncate(MAX_PROBLEMS);
        let line = plan.problems.last().map_or(1, |problem| problem.line);
        plan.problems.push(ListProblem { line, message: format!("{more} more lines have problems") });
    }
    plan
}
