//! The list of shots as it is typed or read, and what it would order.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::app::state::pictures::Brought;
use crate::domain::list::{ListProblem, Plan, PlannedJob, Shape};

/// A row of the preview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// The job at this place of the plan.
    Job(usize),
    /// The problem at this place of the plan.
    Problem(usize),
}

/// The list of shots. It is kept until the window closes, also while its dialog is closed.
#[derive(Clone, Debug, Default)]
pub struct ListState {
    /// Its text.
    pub text: String,
    /// The file that it was read from.
    pub file: Option<PathBuf>,
    /// Whether the name of the file says that it is a table.
    pub shape: Shape,
    /// What it would order with the form as it stands.
    pub plan: Plan,
    /// The rows of the preview, by line.
    pub rows: Vec<Row>,
    /// The places of the rows that the user leaves out.
    pub left_out: BTreeSet<usize>,
    /// The pictures that it names.
    pub pictures: BTreeMap<String, Brought>,
    /// Whether a file is being chosen or read.
    pub is_reading: bool,
    /// Why a file could not be read: a sentence.
    pub trouble: Option<String>,
}

impl ListState {
    /// The jobs that are not left out, with their places in the plan.
    pub fn kept(&self) -> impl Iterator<Item = &PlannedJob> {
        self.rows.iter().enumerate().filter(|(place, _)| !self.left_out.contains(place)).filter_map(
            |(_, row)| match row {
                Row::Job(job) => self.plan.jobs.get(*job),
                Row::Problem(_) => None,
            },
        )
    }

    /// The problems that are not left out.
    pub fn problems(&self) -> impl Iterator<Item = &ListProblem> {
        self.rows.iter().enumerate().filter(|(place, _)| !self.left_out.contains(place)).filter_map(
            |(_, row)| match row {
                Row::Problem(problem) => self.plan.problems.get(*problem),
                Row::Job(_) => None,
            },
        )
    }
}
