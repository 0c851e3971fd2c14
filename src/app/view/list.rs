//! What the dialog of a list says: its rows, the sum, and why it cannot be ordered. Pure.

use std::collections::BTreeMap;

use crate::app::state::AppState;
use crate::app::state::list::{ListState, Row};
use crate::app::state::pictures::{Brought, file_name};
use crate::app::view::form::{Reason, can_order_at};
use crate::app::view::spending::{HoldWords, brake_of_list, held_of_list, list_words};
use crate::app::view::travel::{Certainty, facts, travel};
use crate::app::view::words;
use crate::domain::list::PlannedJob;
use crate::domain::list::cost::{self, Total};
use crate::domain::numbers;
use crate::domain::request::{Slot, StoredPicture};
use crate::domain::{Amount, Estimate, GatewayId, GenerationRequest, Parent, SpendingRules};

/// The texts around the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListView {
    /// The button where it has to be held; `None` where a press is enough, or nothing can be ordered.
    pub hold: Option<HoldWords>,
    /// Whether there is nothing in the list, not even a problem.
    pub is_empty: bool,
    /// `Queue 24`; `Queue` where the list is empty.
    pub verb: String,
    /// `$15.36`, `900 cr + $0.40`, `free`.
    pub price: String,
    /// Why nothing can be ordered: a clause. `None` when the button is on.
    pub off_because: Option<String>,
    /// Which jobs a cap would hold back: a sentence; empty where none does.
    pub over: String,
    /// `26 jobs in 14 lines, 2 left out`.
    pub counts: String,
    /// What the sum is at each gateway, where there are several or credits: `12 at apiin: 900 cr, $1.80–9.00`.
    pub gateways: Vec<String>,
    /// How many jobs that are not left out ask for the very same as an earlier one.
    pub same: usize,
    /// How many problems are not left out.
    pub problems: usize,
    /// Whether anything is left out.
    pub is_some_out: bool,
    /// What is worth knowing: sentences.
    pub notes: Vec<String>,
    /// The name of the file that it came from; empty where there is none.
    pub file: String,
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowView {
    /// The line of the list.
    pub line: usize,
    /// The prompt, or what is wrong, in one line.
    pub text: String,
    /// `720p · 5 s · 16:9 · silent`; empty for a problem.
    pub settings: String,
    /// The gateway; empty for a problem.
    pub gateway: &'static str,
    /// The price; empty for a problem.
    pub price: String,
    /// `same as line 3`, `take 2 of 4`, what is wrong with a picture; may be empty.
    pub remark: String,
    /// Whether it is a problem, or has one.
    pub is_problem: bool,
    /// Whether it asks for the very same as an earlier one.
    pub is_same: bool,
    /// Whether it is left out.
    pub is_left_out: bool,
}

impl RowView {
    /// The whole row for screen readers.
    pub fn name(&self) -> String {
        let parts = [&self.text, &self.settings, self.gateway, &self.price, &self.remark];
        let said: Vec<&str> = parts.into_iter().map(|part: &str| part).filter(|part| !part.is_empty()).collect();
        format!("Line {}: {}", self.line, said.join(", "))
    }
}

/// The row at this place.
pub fn row(list: &ListState, place: usize) -> Option<RowView> {
    let is_left_out = list.left_out.contains(&place);
    match *list.rows.get(place)? {
        Row::Problem(problem) => {
            let problem = list.plan.problems.get(problem)?;
            Some(RowView {
                line: problem.line,
                text: format!("{}.", problem.message),
                settings: String::new(),
                gateway: "",
                price: String::new(),
                remark: String::new(),
                is_problem: true,
                is_same: false,
                is_left_out,
            })
        }
        Row::Job(number) => {
            let job = list.plan.jobs.get(number)?;
            let draft = &job.draft;
            let sound = if draft.audio { "audio" } else { "silent" };
            let mut settings = format!("{} · {} · {} · {sound}", draft.resolution, draft.duration, draft.aspect_ratio);
            if !draft.seed_text.is_empty() {
                settings.push_str(&format!(" · seed {}", draft.seed_text));
            }
            let trouble = picture_trouble(list, job);
            let same = job.same_as.and_then(|first| list.plan.jobs.get(first));
            let remark = match (&trouble, same) {
                (Some(trouble), _) => trouble.clone(),
                (None, Some(same)) => format!("same as line {}", same.line),
                (None, None) if job.take.1 > 1 => format!("take {} of {}", job.take.0, job.take.1),
                (None, None) => String::new(),
            };
            let about = if job.estimate.doubts.is_empty() { "" } else { "≈ " };
            Some(RowView {
                line: job.line,
                text: words::one_line(&draft.prompt),
                settings,
                gateway: draft.gateway.title(),
                price: format!("{about}{}", job.estimate.amount),
                remark,
                is_problem: trouble.is_some(),
                is_same: job.same_as.is_some(),
                is_left_out,
            })
        }
    }
}

/// What is wrong with a picture of a job.
fn picture_trouble(list: &ListState, job: &PlannedJob) -> Option<String> {
    let of = |slot| match list.pictures.get(job.files.of(slot)?)? {
        Brought::Trouble(reason) => Some(reason.clone()),
        Brought::Waiting | Brought::Reading | Brought::Ready(_) => None,
    };
    of(Slot::Start).or_else(|| of(Slot::End))
}

/// A job that can be ordered.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadyJob {
    /// The gateway.
    pub gateway: GatewayId,
    /// What is asked of it, with its seed.
    pub request: GenerationRequest,
    /// Its price, as the table shows it.
    pub estimate: Estimate,
    /// The clip that it goes on from.
    pub parent: Option<Parent>,
}

/// What a press on the button orders: every row that is not left out. `draw` hands out random numbers for seeds.
///
/// # Errors
///
/// The first [`Reason`] why nothing can be ordered.
pub fn ready_jobs(state: &AppState, mut draw: impl FnMut() -> u32) -> Result<Vec<ReadyJob>, Reason> {
    let list = &state.list;
    may_order(state)?;
    list.kept()
        .map(|job| {
            let request = job.request(|name| stored(list, name).cloned(), &mut draw);
            Ok(ReadyJob {
                gateway: job.draft.gateway,
                request: request.map_err(|what| Reason::Draft(format!("Line {}: {}", job.line, what.0)))?,
                estimate: job.estimate.clone(),
                parent: job.draft.parent,
            })
        })
        .collect()
}

fn stored<'a>(list: &'a ListState, name: &str) -> Option<&'a StoredPicture> {
    match list.pictures.get(name)? {
        Brought::Ready(picture) => Some(picture),
        Brought::Waiting | Brought::Reading | Brought::Trouble(_) => None,
    }
}

/// Whether the list can be ordered as it stands.
fn may_order(state: &AppState) -> Result<(), Reason> {
    let list = &state.list;
    if list.is_reading {
        return Err(Reason::Draft("Reading the list".to_owned()));
    }
    if let Some(problem) = list.problems().next() {
        return Err(Reason::Draft(format!("Line {} has a problem", problem.line)));
    }
    let kept: Vec<&PlannedJob> = list.kept().collect();
    if kept.is_empty() {
        return Err(Reason::Draft("Nothing to order".to_owned()));
    }
    if let Some(job) = kept.iter().find(|job| picture_trouble(list, job).is_some()) {
        return Err(Reason::Picture(format!("A picture of line {} cannot be used", job.line)));
    }
    let names = |job: &PlannedJob| [Slot::Start, Slot::End].map(|slot| job.files.of(slot).map(str::to_owned));
    let is_read = |job: &PlannedJob| names(job).iter().flatten().all(|name| stored(list, name).is_some());
    if !kept.iter().all(|job| is_read(job)) {
        return Err(Reason::ReadingPicture);
    }
    for (gateway, largest) in largest_pictures(list, &kept) {
        can_order_at(state, gateway).map_err(|reason| Reason::Draft(format!("{}: {reason}", gateway.title())))?;
        let Some(largest) = largest else { continue };
        let travel = travel(&facts(state, gateway, largest));
        if travel.certainty == Certainty::Blocked {
            return Err(Reason::Picture(travel.sentence.trim_end_matches('.').to_owned()));
        }
    }
    Ok(())
}

/// The gateways of these jobs, each with the size of the largest picture file that it gets.
fn largest_pictures(list: &ListState, kept: &[&PlannedJob]) -> BTreeMap<GatewayId, Option<u64>> {
    let mut largest: BTreeMap<GatewayId, Option<u64>> = BTreeMap::new();
    for job in kept {
        let sizes = [Slot::Start, Slot::End].into_iter().filter_map(|slot| {
            if let Some(name) = job.files.of(slot) {
                return stored(list, name).map(|picture| picture.size_bytes);
            }
            match job.draft.picture_in(slot)? {
                crate::domain::InputPicture::Stored(picture) => Some(picture.size_bytes),
                crate::domain::InputPicture::WebAddress(_) => None,
            }
        });
        let entry = largest.entry(job.draft.gateway).or_default();
        *entry = (*entry).max(sizes.max());
    }
    largest
}

/// Which of the rows that are not left out a cap would hold back: a sentence or two; empty where none does.
fn over_words(state: &AppState) -> String {
    let list = &state.list;
    let Some(held) = held_of_list(state, cost::orders(list.kept())) else { return String::new() };
    let line = list.kept().nth(held.from).map_or(1, |job| job.line);
    let limit = state.settings.caps.of(held.kind).limit;
    let cap = held.kind.title();
    let wait = if held.count == 1 { "waits" } else { "wait" };
    let mut words = format!("{} of these {wait} for {cap} of {limit}, from line {line} on.", held.count);
    if held.is_behind {
        words.push_str(" Older orders wait for it already and go first.");
    }
    words
}

/// What the rows that are not left out cost, by gateway.
pub fn totals(list: &ListState) -> BTreeMap<GatewayId, Total> {
    cost::totals(list.kept())
}

/// The texts around the table.
pub fn view(state: &AppState) -> ListView {
    let list = &state.list;
    let totals = totals(list);
    let kept = list.kept().count();
    let out = list.left_out.len();
    let lines: std::collections::BTreeSet<usize> = list.plan.jobs.iter().map(|job| job.line).collect();
    let mut counts =
        format!("{} in {}", numbers::counted(kept, "job", "jobs"), numbers::counted(lines.len(), "line", "lines"));
    if out > 0 {
        counts.push_str(&format!(", {out} left out"));
    }
    let is_empty = state.list.rows.is_empty();
    let verb = if is_empty { "Queue".to_owned() } else { format!("Queue {kept}") };
    let price = cost::total_words(&totals);
    let off_because = may_order(state).err().map(|reason| reason.to_string());
    let orders: Vec<_> = cost::orders(list.kept()).collect();
    let brake = brake_of_list(state, orders);
    ListView {
        hold: list_words(brake, &verb, &price).filter(|_| off_because.is_none()),
        is_empty,
        verb,
        price,
        off_because,
        over: over_words(state),
        counts,
        gateways: gateway_lines(state, &totals),
        same: list.kept().filter(|job| job.same_as.is_some()).count(),
        problems: list.problems().count(),
        is_some_out: out > 0,
        notes: list.plan.notes.iter().map(|note| format!("{note}.")).collect(),
        file: list.file.as_deref().map(file_name).unwrap_or_default(),
    }
}

fn gateway_lines(state: &AppState, totals: &BTreeMap<GatewayId, Total>) -> Vec<String> {
    let rules = SpendingRules::from(&state.settings);
    let is_plain = totals.len() < 2 && !totals.values().any(|total| matches!(total.amount, Amount::Credits(_)));
    if is_plain {
        return Vec::new();
    }
    totals
        .iter()
        .map(|(gateway, total)| {
            let mut line = format!("{} at {}: {}", total.count, gateway.title(), total.amount);
            if matches!(total.amount, Amount::Credits(_)) {
                let value = rules.credit_values.get(gateway).copied();
                line.push_str(&format!(
                    " ({})",
                    words::about(crate::domain::price::dollars(total.amount, *gateway, value))
                ));
            }
            line
        })
        .collect()
}
