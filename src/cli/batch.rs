//! `rushes batch`: orders every shot of a list, after all of it was priced and checked.

mod order;
mod table;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::arguments::Batch;
use super::exit::Exit;
use super::generate::choose_gateway;
use super::output::Output;
use super::pictures::take_pictures;
use super::stop::Stop;
use crate::domain::caps::{HeldBack, SpentNow, spent_of};
use crate::domain::list::cost::{self, Total};
use crate::domain::list::{self, ListProblem, Plan, Shape};
use crate::domain::request::Slot;
use crate::domain::{GatewayId, SpendingRules, path_text};
use crate::session::{Home, SessionError, read_list, read_list_from, wall_clock};

/// A list that was read, with everything that decides whether it may be ordered.
pub(super) struct Checked {
    /// What it asks for. Its problems are those of its lines and of its pictures.
    pub plan: Plan,
    /// Where pictures are looked for that are named without their whole path.
    pub folder: PathBuf,
    /// What all jobs cost, by gateway.
    pub totals: BTreeMap<GatewayId, Total>,
    /// The limits, and what credits count for.
    pub rules: SpendingRules,
    /// What was spent before.
    pub before: SpentNow,
    /// What the caps would hold back, if anything.
    pub held: Option<HeldBack>,
}

/// Orders a list, or shows what it would order. Nothing is stored or sent while anything is wrong with it, in this order:
/// its lines, the limit of the command, the caps, the keys.
pub(super) async fn batch(home: &Home, output: &Output, arguments: &Batch) -> Result<Exit, Stop> {
    let checked = check(home, output, arguments).await?;
    if arguments.dry_run {
        table::print(output, &checked);
        return Ok(match may_be_ordered(&checked, home, arguments) {
            Ok(()) => Exit::Done,
            Err(stop) => output.stopped(&stop),
        });
    }
    table::print_remarks(output, &checked.plan);
    may_be_ordered(&checked, home, arguments)?;
    order::order(home, output, arguments, checked).await
}

/// Reads the list and looks at all that could stand in its way.
async fn check(home: &Home, output: &Output, arguments: &Batch) -> Result<Checked, Stop> {
    let (text, folder) = read(&arguments.file).await?;
    let (gateway, why) = choose_gateway(home, arguments.settings.gateway).await?;
    if let Some(why) = why {
        output.note(&why);
    }
    let mut defaults = arguments.settings.draft("", gateway);
    let files = take_pictures(&mut defaults, &arguments.settings).named();
    let shape = Shape::of_name(&arguments.file.to_string_lossy());
    let mut plan = list::plan(&text, shape, &defaults, &files, &home.settings.prices);
    plan.problems.extend(picture_problems(&plan, &folder));
    plan.problems.sort();
    let rules = SpendingRules::from(&home.settings);
    let now = wall_clock();
    let before = spent_of(&home.jobs().await?, now, &TimeZone::system(), &rules);
    let held = before.held_back(&rules, cost::orders(&plan.jobs));
    Ok(Checked { totals: cost::totals(&plan.jobs), plan, folder, rules, before, held })
}

/// The text of the list, and the folder in which its pictures are looked for.
async fn read(file: &Path) -> Result<(String, PathBuf), Stop> {
    let named = file.to_owned();
    let is_stdin = file == Path::new("-");
    let reading =
        tokio::task::spawn_blocking(
            move || {
                if is_stdin { read_list_from(std::io::stdin().lock()) } else { read_list(&named) }
            },
        );
    let text = reading.await.map_err(SessionError::from)?;
    let text = text.map_err(|what| Stop::new(Exit::BadRequest, format!("{what}. Not charged: nothing was sent.")))?;
    let folder = file.parent().filter(|_| !is_stdin).unwrap_or(Path::new("")).to_owned();
    Ok((text, folder))
}

/// What is wrong with the picture files, each told once, at the first line that names it.
fn picture_problems(plan: &Plan, folder: &Path) -> Vec<ListProblem> {
    let mut looked_at = BTreeMap::new();
    let mut problems = Vec::new();
    for job in &plan.jobs {
        for file in [Slot::Start, Slot::End].into_iter().filter_map(|slot| job.files.of(slot)) {
            looked_at.entry(file).or_insert_with(|| {
                let path = folder.join(path_text::from_text(file));
                if let Err(err) = std::fs::File::open(&path) {
                    let message = format!("{} cannot be opened: {err}", path_text::shown(&path));
                    problems.push(ListProblem { line: job.line, message });
                }
            });
        }
    }
    problems
}

/// Whether all of the list may be ordered as it stands.
fn may_be_ordered(checked: &Checked, home: &Home, arguments: &Batch) -> Result<(), Stop> {
    const NOTHING: &str = "Not charged: nothing was sent.";
    let Checked { plan, totals, rules, .. } = checked;
    if !plan.problems.is_empty() {
        let what = match plan.problems.len() {
            1 => "1 problem".to_owned(),
            number => format!("{number} problems"),
        };
        let first = plan.problems.first().map(problem_words).unwrap_or_default();
        let message = format!("The list has {what}: {first}. {NOTHING} Correct the list and try again.");
        return Err(Stop::new(Exit::BadRequest, message));
    }
    if plan.jobs.is_empty() {
        let message = format!("The list asks for nothing: it has no line with a prompt. {NOTHING}");
        return Err(Stop::new(Exit::BadRequest, message));
    }
    let count = jobs_words(plan.jobs.len());
    let total = cost::total_words(totals);
    if let Some(limit) = arguments.max_cost
        && cost::exceeds(totals, limit, rules)
    {
        let message = format!(
            "{count} may cost {total}, which is not certain to be within {limit}. {NOTHING} Raise --max-cost or shorten the \
             list."
        );
        return Err(Stop::new(Exit::Money, message));
    }
    if let Some(held) = checked.held {
        let message = format!("{} {NOTHING} Raise the cap or shorten the list.", held_words(checked, held));
        return Err(Stop::new(Exit::Money, message));
    }
    // Who looks first is not asked yet.
    let is_asked = arguments.max_cost.is_none() && !arguments.dry_run;
    let ask_above = home.settings.caps.confirm_above.in_force().filter(|_| is_asked);
    if let Some(limit) = ask_above.filter(|limit| cost::exceeds(totals, *limit, rules)) {
        let message = format!(
            "{count} may cost {total}, and the settings ask once more above {limit}. {NOTHING} Say --max-cost to order them, \
             or --dry-run to see them first."
        );
        return Err(Stop::new(Exit::Money, message));
    }
    Ok(())
}

fn problem_words(problem: &ListProblem) -> String {
    format!("line {}: {}", problem.line, problem.message)
}

fn jobs_words(number: usize) -> String {
    if number == 1 { "1 job".to_owned() } else { format!("{number} jobs") }
}

/// Which jobs a cap would hold back, and from where on: a sentence, and a second one where others are in front of them.
fn held_words(checked: &Checked, held: HeldBack) -> String {
    let line = checked.plan.jobs.get(held.from).map_or(1, |job| job.line);
    let cap = held.cap_words(&checked.rules, &checked.before);
    let count = jobs_words(checked.plan.jobs.len());
    let mut words = format!("{} of {count} would wait for {cap}, from line {line} on.", held.count);
    if held.is_behind {
        words.push_str(" Older orders wait for it already and go first.");
    }
    words
}
