//! `rushes pause` and `rushes resume`: hold the queue, and let it and every held order go.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::exit::Exit;
use super::output::{Output, hold_word};
use super::running::Running;
use super::stop::Stop;
use crate::domain::{Holds, Job, JobId, JobState};
use crate::engine::command::Command;
use crate::engine::event::{Event, Hold, Live};
use crate::session::{Home, Sends};

/// How long the engine has to store what was asked for.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often the engine's numbers are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Pauses the queue for the window, for every command, and for all later runs.
pub(super) async fn pause(home: &Home, output: &Output) -> Result<Exit, Stop> {
    let mut session = Running::start(home, Sends::OwnOnly).await?;
    session.send(Command::PauseQueue(true))?;
    let paused = wait_for_holds(&mut session, |holds| holds.is_paused).await;
    let queued = queued(session.live_jobs()).count();
    session.close(output, None).await;
    paused?;
    let waiting = waiting_words(queued);
    output.result(
        &json!({"event": "paused", "queued": queued}),
        &format!("The queue is paused; {waiting}. Jobs at the gateways go on. `rushes resume` lets it go on."),
    );
    Ok(Exit::Done)
}

/// Lets the queue go on, and every order that was held because it may be stale. Sends nothing.
pub(super) async fn resume(home: &Home, output: &Output) -> Result<Exit, Stop> {
    let mut session = Running::start(home, Sends::OwnOnly).await?;
    let ids: Vec<JobId> = queued(session.live_jobs()).map(|job| job.id).collect();
    let released = release_and_resume(&mut session, &ids).await;
    let jobs: BTreeMap<JobId, Job> = session.live_jobs().iter().map(|job| (job.id, job.clone())).collect();
    session.close(output, None).await;
    let released = released?;
    for (id, hold) in &released {
        let Some(job) = jobs.get(id) else { continue };
        output
            .job_note(job, &format!("no longer held ({}): {}", hold_word(hold).replace('_', " "), job.estimate.amount));
    }
    let waiting = waiting_words(ids.len());
    let next = if ids.is_empty() { "" } else { " `rushes watch` or the window sends what waits." };
    output.result(
        &json!({"event": "resumed", "queued": ids.len(), "released": released.iter().map(|(id, _)| id).collect::<Vec<_>>()}),
        &format!("The queue goes on; {waiting}.{next}"),
    );
    Ok(Exit::Done)
}

/// Returns the orders that were held, with what held them.
async fn release_and_resume(session: &mut Running, ids: &[JobId]) -> Result<Vec<(JobId, Hold)>, Stop> {
    let deadline = Instant::now() + PATIENCE;
    // The engine knows what is held when it shows every queued order.
    while !ids.iter().all(|id| session.live().jobs.contains_key(id)) && Instant::now() < deadline {
        tokio::time::sleep(LOOK_EVERY).await;
    }
    let held = stale(&session.live(), ids);
    session.send(Command::Release(held.iter().map(|(id, _)| *id).collect()))?;
    // A queue that is not paused says nothing when it is resumed, so it is paused first.
    session.send(Command::PauseQueue(true))?;
    session.send(Command::PauseQueue(false))?;
    wait_for_holds(session, |holds| *holds == Holds::default()).await?;
    let held_ids: Vec<JobId> = held.iter().map(|(id, _)| *id).collect();
    while !stale(&session.live(), &held_ids).is_empty() {
        if Instant::now() >= deadline {
            return Err(not_stored());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(held)
}

/// Those of these orders that wait for a word of the user. What a cap holds waits for room.
fn stale(live: &Live, ids: &[JobId]) -> Vec<(JobId, Hold)> {
    let hold = |id: &JobId| live.jobs.get(id).and_then(|shown| shown.hold.clone());
    let held = ids.iter().filter_map(|id| Some((*id, hold(id)?)));
    held.filter(|(_, hold)| matches!(hold, Hold::Waiting { why, .. } if !why.is_cap())).collect()
}

/// Waits until what holds orders back is stored in this form.
async fn wait_for_holds(session: &mut Running, is_so: impl Fn(&Holds) -> bool) -> Result<(), Stop> {
    let stored = async {
        while let Some(event) = session.next().await {
            match event {
                Event::HoldsChanged(holds) if is_so(&holds) => return Ok(()),
                Event::StorageTrouble(Some(trouble)) => {
                    return Err(Stop::new(
                        Exit::LocalTrouble,
                        format!("{trouble}. Nothing was changed for later runs."),
                    ));
                }
                _ => {}
            }
        }
        Err(not_stored())
    };
    tokio::time::timeout(PATIENCE, stored).await.unwrap_or_else(|_elapsed| Err(not_stored()))
}

fn not_stored() -> Stop {
    Stop::new(Exit::LocalTrouble, "The library did not take it, so later runs do not know of it. Nothing was sent.")
}

fn queued(jobs: &[Job]) -> impl Iterator<Item = &Job> {
    jobs.iter().filter(|job| job.state == JobState::Queued)
}

fn waiting_words(number: usize) -> String {
    match number {
        0 => "no order waits".to_owned(),
        1 => "1 order waits".to_owned(),
        _ => format!("{number} orders wait"),
    }
}
