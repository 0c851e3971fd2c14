//! From a row to its jobs.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::collections::hash_map::{Entry, HashMap};

use super::columns::Column;
use super::reading::Row;
use super::template::Template;
use super::{MAX_JOBS, PictureFiles, PlannedJob};
use crate::domain::catalog::catalog;
use crate::domain::price_book::PriceBook;
use crate::domain::setting::SeedMode;
use crate::domain::{Draft, Field, GatewayId, GenerationRequest, Problem};

/// What makes two jobs the same: the gateway and everything that it is asked.
type Sameness = (GatewayId, GenerationRequest);

/// Why a row gives no jobs.
pub(super) enum Wrong {
    /// Something is wrong with it: a sentence without a full stop.
    Row(String),
    /// It asks for this many, and the list has no room for them.
    TooMany(usize),
}

/// What is known on the way through a list.
pub(super) struct Planner<'a> {
    defaults: &'a Draft,
    files: &'a PictureFiles,
    prices: &'a PriceBook,
    columns: &'a [Column],
    /// Columns that some cell names.
    named: RefCell<BTreeSet<String>>,
    /// The shot and the place of the first job of every kind. Shots are counted.
    seen: HashMap<Sameness, (usize, usize)>,
    shots: usize,
}

impl<'a> Planner<'a> {
    pub(super) fn new(
        defaults: &'a Draft,
        files: &'a PictureFiles,
        prices: &'a PriceBook,
        columns: &'a [Column],
    ) -> Self {
        Self { defaults, files, prices, columns, named: RefCell::default(), seen: HashMap::new(), shots: 0 }
    }

    /// Whether a cell names this column in braces.
    pub(super) fn names(&self, column: &str) -> bool {
        self.named.borrow().contains(column)
    }

    /// Adds the jobs of a row: all of them, or none.
    pub(super) fn row(&mut self, row: &Row, jobs: &mut Vec<PlannedJob>) -> Result<(), Wrong> {
        let cells = self.templates(row)?;
        let count = cells.iter().map(|(_, cell)| cell.count()).fold(1, usize::saturating_mul);
        if count > MAX_JOBS - jobs.len() {
            return Err(Wrong::TooMany(count));
        }
        let before = jobs.len();
        for number in 0..count {
            if let Err(wrong) = self.shot(row.line, &cells, (number, count), jobs) {
                jobs.truncate(before);
                self.seen.retain(|_, (_, place)| *place < before);
                return Err(wrong);
            }
        }
        Ok(())
    }

    /// The cells of a row that say something, with their columns.
    fn templates(&self, row: &Row) -> Result<Vec<(&'a Column, Template)>, Wrong> {
        let cell_of = |name: &str| {
            let name = Column::of(name);
            let place = self.columns.iter().position(|column| *column == name && !column.name().is_empty())?;
            self.named.borrow_mut().insert(name.name().to_owned());
            Some(row.cells.get(place).cloned().unwrap_or_default())
        };
        let cells =
            self.columns.iter().zip(&row.cells).filter(|(column, cell)| !column.is_variable() && !cell.is_empty());
        cells
            .map(|(column, cell)| {
                // A path may hold any sign, so that pictures stand as they are written.
                let template = match column {
                    Column::Image | Column::EndImage => Ok(Template::plain(cell)),
                    _ => Template::read(cell, &cell_of),
                };
                template.map(|template| (column, template)).map_err(|what| Wrong::Row(in_column(column, &what)))
            })
            .collect()
    }

    /// Adds the jobs of one of the combinations of a row.
    fn shot(
        &mut self,
        line: usize,
        cells: &[(&Column, Template)],
        (number, count): (usize, usize),
        jobs: &mut Vec<PlannedJob>,
    ) -> Result<(), Wrong> {
        let mut draft = self.defaults.clone();
        let mut files = self.files.clone();
        let (mut later, mut rest) = (count, number);
        for (column, cell) in cells {
            later /= cell.count();
            let text = cell.text(rest / later);
            rest %= later;
            column.put(&text, &mut draft, &mut files).map_err(|what| Wrong::Row(capital(&what)))?;
        }
        let whole = files.stand_in(&draft);
        let request = whole.to_request().map_err(|problems| Wrong::Row(sentences(&problems)))?;
        let Some(model) = catalog().model(&draft.model) else {
            return Err(Wrong::Row(format!("No model {} is known", draft.model)));
        };
        let estimate = self.prices.estimate(&draft, draft.gateway).ok_or_else(|| {
            Wrong::Row(format!("{} does not offer these settings of {} together", draft.gateway, model.id))
        })?;
        if usize::from(draft.takes) > MAX_JOBS - jobs.len() {
            return Err(Wrong::TooMany(count.saturating_mul(draft.takes.into())));
        }
        self.shots += 1;
        // Seeds that are to be drawn are not drawn yet: 0 stands for each, and is marked as drawn.
        for (index, request) in (0..draft.takes).zip(whole.takes_of(&request, || 0)) {
            let is_typed = !request.is_seed_drawn();
            let place = jobs.len();
            let typed_seed = request.seed().filter(|_| is_typed);
            let same_as = match self.seen.entry((draft.gateway, request)) {
                // Takes of one shot with a seed of their own each are meant as they are.
                Entry::Occupied(first) if first.get().0 == self.shots && !is_typed => None,
                Entry::Occupied(first) => Some(first.get().1),
                Entry::Vacant(none) => {
                    none.insert((self.shots, place));
                    None
                }
            };
            let mut draft = Draft { takes: 1, ..draft.clone() };
            if let Some(seed) = typed_seed {
                draft.seed_mode = SeedMode::Fixed;
                draft.seed_text = seed.get().to_string();
            }
            jobs.push(PlannedJob {
                line,
                files: files.clone(),
                estimate: estimate.clone(),
                take: (index + 1, whole.takes),
                same_as,
                draft,
            });
        }
        Ok(())
    }
}

fn in_column(column: &Column, what: &str) -> String {
    match column {
        Column::Prompt => capital(what),
        _ => format!("In the column {}: {what}", column.name()),
    }
}

/// All problems of a shot as one sentence without a full stop.
fn sentences(problems: &[Problem]) -> String {
    let sentence = |problem: &Problem| match problem.field {
        // The form's words would send the reader to a form.
        Field::Prompt if problem.message == "Describe the shot first" => "It has no prompt".to_owned(),
        _ => problem.message.clone(),
    };
    problems.iter().map(sentence).collect::<Vec<_>>().join(". ")
}

fn capital(clause: &str) -> String {
    let mut signs = clause.chars();
    signs.next().map_or_else(String::new, |first| first.to_uppercase().chain(signs).collect())
}
