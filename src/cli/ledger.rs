//! `rushes ledger`: what was spent, as sums and order by order.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::arguments::Ledger;
use super::exit::Exit;
use super::output::Output;
use super::stop::Stop;
use crate::domain::caps::SpendingRules;
use crate::domain::ledger::csv::{self, Reader};
use crate::domain::ledger::sums::{Sum, Totals};
use crate::domain::ledger::table::{Row, sort, takes};
use crate::domain::ledger::{Charged, Entry, Period};
use crate::domain::{Job, UnixMillis};
use crate::session::{Home, wall_clock};

/// The number of orders that are printed for people. Files have all of them.
const LAST: usize = 12;

/// Prints the ledger, also beside an open window.
pub(super) async fn ledger(home: &Home, output: &Output, arguments: &Ledger) -> Result<Exit, Stop> {
    if arguments.csv && output.is_json() {
        return Err(Stop::new(Exit::BadRequest, "Choose --csv or --json, not both."));
    }
    let jobs = home.jobs().await?;
    let zone = TimeZone::system();
    let entries = entries(&jobs, arguments, wall_clock(), &zone);
    if arguments.csv {
        output.file(&csv::bytes(&rows(&jobs, &entries), Reader::Program));
    } else if output.is_json() {
        let rows: Vec<Value> =
            rows(&jobs, &entries).into_iter().filter_map(|row| serde_json::to_value(row).ok()).collect();
        output.print(&Value::from(rows).to_string());
    } else {
        for line in text(&entries, arguments.month, &SpendingRules::from(&home.settings), &zone) {
            output.print(&line);
        }
    }
    Ok(Exit::Done)
}

/// The wanted rows, newest first.
fn entries<'a>(jobs: &'a [Job], arguments: &Ledger, now: UnixMillis, zone: &TimeZone) -> Vec<Entry<'a>> {
    let period = arguments.month.unwrap_or_default();
    let is_wanted = |entry: &Entry<'_>| {
        period.holds(entry.day) && arguments.gateway.is_none_or(|gateway| gateway == entry.job.gateway)
    };
    let mut entries: Vec<_> = jobs.iter().filter_map(|job| Entry::of(job, now, zone)).filter(is_wanted).collect();
    sort(&mut entries);
    entries
}

fn rows(jobs: &[Job], entries: &[Entry<'_>]) -> Vec<Row> {
    // A take is counted among all orders, whichever are printed.
    let takes = takes(jobs);
    entries.iter().map(|entry| Row::of(entry, takes.get(&entry.job.id).copied().unwrap_or(1))).collect()
}

/// The sums and the last orders, for people.
fn text(entries: &[Entry<'_>], month: Option<Period>, rules: &SpendingRules, zone: &TimeZone) -> Vec<String> {
    if entries.is_empty() {
        return vec![if month.is_some() { "Nothing ordered in this month." } else { "Nothing spent yet." }.to_owned()];
    }
    let totals = Totals::of(entries.iter().copied(), rules);
    let mut lines = vec![line("All orders", &totals.all.total().worth().to_string(), &totals.all)];
    for (gateway, sum) in &totals.by_gateway {
        let total = sum.total();
        let worth = if total.credits.0 == 0 { String::new() } else { format!(" ({})", total.worth()) };
        lines.push(line(gateway.title(), &format!("{}{worth}", total.billed()), sum));
    }
    if totals.by_month.len() > 1 {
        lines.push(String::new());
        for (first, sum) in &totals.by_month {
            lines.push(line(&first.strftime("%Y-%m").to_string(), &sum.total().worth().to_string(), sum));
        }
    }
    if totals.by_project.len() > 1 {
        lines.push(String::new());
        for (project, sum) in &totals.by_project {
            let name = project.as_ref().map_or_else(|| "no project".to_owned(), ToString::to_string);
            lines.push(line(&name, &sum.total().worth().to_string(), sum));
        }
    }
    lines.push(String::new());
    for (outcome, sum) in &totals.by_outcome {
        lines.push(line(outcome.title(), &sum.total().worth().to_string(), sum));
    }
    lines.push(String::new());
    lines.extend(entries.iter().take(LAST).map(|entry| order(entry, zone)));
    if let Some(more) = entries.len().checked_sub(LAST).filter(|more| *more > 0) {
        let orders = if more == 1 { "order" } else { "orders" };
        lines.push(format!("{more} earlier {orders} with --csv or --json."));
    }
    lines
}

/// One sum with what is not certain about it.
fn line(name: &str, value: &str, sum: &Sum) -> String {
    let mut doubts = Vec::new();
    if sum.assumed.orders > 0 {
        doubts.push(format!("{} assumed", sum.assumed.worth()));
    }
    if sum.not_known.orders > 0 {
        doubts.push(format!("up to {} not known", sum.not_known.most));
    }
    if sum.reserved.orders > 0 {
        doubts.push(format!("{} waiting to be sent", sum.reserved.worth()));
    }
    let clips = format!("{} {}", sum.rows, if sum.rows == 1 { "clip" } else { "clips" });
    let doubts = if doubts.is_empty() { String::new() } else { format!("; {}", doubts.join(", ")) };
    format!("{name:<20}  {value:>22}  {clips}{doubts}")
}

/// One order as a line.
fn order(entry: &Entry<'_>, zone: &TimeZone) -> String {
    const MAX_CHARS: usize = 48;
    let job = entry.job;
    let at = zone.to_datetime(Timestamp::from_millisecond(entry.at.0).unwrap_or_default());
    let charged = match entry.charged {
        Charged::No => "no".to_owned(),
        Charged::NotKnown => "not known".to_owned(),
        Charged::Yes(amount) => match entry.difference() {
            Some(difference) => format!("{amount}, {}", difference.words()),
            None => amount.to_string(),
        },
        Charged::Assumed(amount) => format!("{amount} assumed"),
    };
    let mut prompt = job.request.prompt().split_whitespace().collect::<Vec<_>>().join(" ");
    if prompt.chars().count() > MAX_CHARS {
        prompt = prompt.chars().take(MAX_CHARS - 1).chain(['…']).collect();
    }
    format!(
        "{}  {}  {:<9}  {:>8}  charged {charged:<16}  {:<15}  {prompt}",
        at.strftime("%Y-%m-%d %H:%M"),
        job.id.short(),
        job.gateway.name(),
        job.estimate.amount.to_string(),
        entry.outcome.title(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::job;
    use crate::domain::{Amount, Charge, Credits, GatewayId, JobState};

    fn now() -> UnixMillis {
        UnixMillis("2026-06-30T12:00:00Z".parse::<Timestamp>().expect("a time").as_millisecond())
    }

    fn jobs() -> Vec<Job> {
        let at = |text: &str| Some(UnixMillis(text.parse::<Timestamp>().expect("a time").as_millisecond()));
        vec![
            Job {
                sent_at: at("2026-06-04T14:02:00Z"),
                charge: Charge::Yes(Some(Amount::Credits(Credits(99)))),
                ..job(1).project("Spring film").ready()
            },
            Job {
                sent_at: at("2026-05-04T14:02:00Z"),
                charge: Charge::Yes(None),
                ..job(2).gateway(GatewayId::Aigateway).ready()
            },
            Job {
                sent_at: at("2026-06-05T14:02:00Z"),
                charge: Charge::NotKnown,
                ..job(3).state(JobState::Unconfirmed)
            },
            job(4).gateway(GatewayId::Practice).ready(),
        ]
    }

    #[test]
    fn people_read_sums_and_the_last_orders() {
        let (jobs, zone) = (jobs(), TimeZone::UTC);
        let wanted = Ledger { csv: false, month: None, gateway: None };
        let entries = entries(&jobs, &wanted, now(), &zone);
        let lines = text(&entries, None, &SpendingRules::default(), &zone).join("\n");
        let expected = "\
All orders                      $0.778–2.29  3 clips; $0.40 assumed, up to $0.90 not known
apiin                 189 cr ($0.378–1.89)  2 clips; up to $0.90 not known
aigateway                             $0.40  1 clip; $0.40 assumed

2026-05                               $0.40  1 clip; $0.40 assumed
2026-06                         $0.378–1.89  2 clips; up to $0.90 not known

no project                       $0.58–1.30  2 clips; $0.40 assumed, up to $0.90 not known
Spring film                     $0.198–0.99  1 clip

Ready                           $0.598–1.39  2 clips; $0.40 assumed
Unconfirmed                      $0.18–0.90  1 clip; up to $0.90 not known

2026-06-05 14:02  00000003  apiin         90 cr  charged not known         Unconfirmed      a paper boat
2026-06-04 14:02  00000001  apiin         90 cr  charged 99 cr, 9 cr more than shown  Ready  a paper boat
2026-05-04 14:02  00000002  aigateway     $0.40  charged $0.40 assumed     Ready            a paper boat";
        // The widths of the columns are for the eye.
        let words = |text: &str| -> Vec<String> {
            text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
        };
        assert_eq!(words(&lines), words(expected), "\n{lines}");
    }

    #[test]
    fn a_month_and_a_gateway_narrow_it_down() {
        let (jobs, zone) = (jobs(), TimeZone::UTC);
        let number = |month: Option<&str>, gateway| {
            let wanted = Ledger { csv: false, month: month.and_then(Period::parse_month), gateway };
            entries(&jobs, &wanted, now(), &zone).len()
        };
        assert_eq!(number(None, None), 3);
        assert_eq!(number(Some("2026-06"), None), 2);
        assert_eq!(number(Some("2026-05"), Some(GatewayId::Apiin)), 0);
        assert_eq!(number(None, Some(GatewayId::Aigateway)), 1);
    }
}
