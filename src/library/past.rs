//! Sums up what jobs count against the caps, from the columns beside them.
//!
//! One job counts a million dollars at the most, which is above every cap: so no sum grows out of its range, whatever a
//! gateway said of a price.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::error::LibraryError;
use crate::domain::caps::Calendar;
use crate::domain::past::{Past, Payment, Sums};
use crate::domain::{Amount, Credits, GatewayId, JobId, Money, UnixMillis};

/// What all jobs but those of `held` count in this day and month, and in these runs.
pub(super) fn past(
    connection: &Connection,
    calendar: Calendar,
    runs: &[JobId],
    held: &[JobId],
) -> Result<Past, LibraryError> {
    // Both looks have to see the same rows.
    let reading = connection.unchecked_transaction()?;
    let mut past = Past::new(calendar, runs.iter().copied());
    past.of_day = since(&reading, calendar.day)?;
    past.of_month = since(&reading, calendar.month)?;
    for (run, sums) in &mut past.of_runs {
        let mut statement = reading.prepare_cached(
            "SELECT gateway, sum(min(paid_money, 1 << 40)), sum(min(paid_credits, 1 << 40)) FROM jobs WHERE run = ?1 AND paid_at IS NOT NULL
                GROUP BY gateway",
        )?;
        let mut rows = statement.query([run.to_string()])?;
        while let Some(row) = rows.next()? {
            add(sums, row)?;
        }
    }
    let mut statement =
        reading.prepare_cached("SELECT gateway, paid_money, paid_credits, paid_at, run FROM jobs WHERE id = ?1")?;
    for id in held {
        let payment = statement.query_row([id.to_string()], |row| payment(row, *id)).optional()?.flatten();
        if let Some(payment) = payment {
            past.take(payment);
        }
    }
    Ok(past)
}

fn since(connection: &Connection, begin: UnixMillis) -> Result<Sums, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT gateway, sum(min(paid_money, 1 << 40)), sum(min(paid_credits, 1 << 40)) FROM jobs WHERE paid_at >= ?1 GROUP BY gateway",
    )?;
    let mut rows = statement.query(params![begin.0])?;
    let mut sums = Sums::default();
    while let Some(row) = rows.next()? {
        add(&mut sums, row)?;
    }
    Ok(sums)
}

fn add(sums: &mut Sums, row: &rusqlite::Row<'_>) -> Result<(), rusqlite::Error> {
    let Some(gateway) = gateway(row)? else { return Ok(()) };
    if let Some(money) = row.get(1)? {
        sums.add(gateway, Amount::Money(Money(money)));
    }
    if let Some(credits) = row.get(2)? {
        sums.add(gateway, Amount::Credits(Credits(credits)));
    }
    Ok(())
}

fn gateway(row: &rusqlite::Row<'_>) -> Result<Option<GatewayId>, rusqlite::Error> {
    Ok(row.get_ref(0)?.as_str().ok().and_then(|name| name.parse().ok()))
}

/// What one job counts.
fn payment(row: &rusqlite::Row<'_>, id: JobId) -> Result<Option<Payment>, rusqlite::Error> {
    let (money, credits): (Option<i64>, Option<i64>) = (row.get(1)?, row.get(2)?);
    let amount =
        money.map(|money| Amount::Money(Money(money))).or(credits.map(|credits| Amount::Credits(Credits(credits))));
    let (Some(gateway), Some(amount), Some(at)) = (gateway(row)?, amount, row.get(3)?) else { return Ok(None) };
    let run: Option<String> = row.get(4)?;
    let run = run.and_then(|run| run.parse().ok()).map_or(id, JobId);
    Ok(Some(Payment { run, gateway, amount, at: UnixMillis(at) }))
}
