//! `rushes watch`: goes on with every unfinished job that earlier runs left.

use std::collections::BTreeSet;

use serde_json::json;

use super::exit::Exit;
use super::follow::{Follow, Until};
use super::generate::{Held, follow_jobs};
use super::output::{Output, last_word};
use super::running::{Running, say_patience};
use super::stop::Stop;
use crate::domain::{GatewayId, Job, JobState};
use crate::session::Home;

/// Goes on with every unfinished job until none is left. Never sends an order that may have been sent before: such jobs
/// become unconfirmed and are named at the end.
pub(super) async fn watch(home: &Home, output: &Output) -> Result<Exit, Stop> {
    let mut session = Running::start(home).await?;
    let result = watch_in(home, output, &mut session).await;
    let settled = session.close().await;
    let (mut follow, mut exits, unconfirmed) = result?;
    output.settle(&mut follow, settled);
    for job in &unconfirmed {
        output.job_note(job, &last_word(job));
        exits.push(Exit::Unconfirmed);
    }
    output.last_words(home, &follow);
    exits.push(follow.exit());
    Ok(Exit::worst(exits))
}

/// Returns the followed jobs, exit codes besides theirs, and jobs that were unconfirmed before.
async fn watch_in(home: &Home, output: &Output, session: &mut Running) -> Result<(Follow, Vec<Exit>, Vec<Job>), Stop> {
    let unfinished: Vec<Job> = session.jobs().iter().filter(|job| job.state.is_unfinished()).cloned().collect();
    let unconfirmed: Vec<Job> =
        session.jobs().iter().filter(|job| job.state == JobState::Unconfirmed).cloned().collect();
    if unfinished.is_empty() {
        output.result(&json!({"event": "nothing_to_do"}), "Nothing is unfinished.");
    }
    let mut exits = Vec::new();
    let mut reachable = BTreeSet::new();
    let gateways: BTreeSet<GatewayId> = unfinished.iter().map(|job| job.gateway).collect();
    for gateway in gateways {
        match home.link(gateway, say_patience).await.map_err(Stop::from) {
            Ok(link) => {
                session.connect(link).await?;
                reachable.insert(gateway);
            }
            Err(stop) => {
                output.note(&stop.message);
                exits.push(stop.exit);
            }
        }
    }
    // An order that was on its way becomes unconfirmed without a question to its gateway.
    let followed =
        unfinished.iter().filter(|job| reachable.contains(&job.gateway) || job.state == JobState::Submitting);
    let mut follow = Follow::new(followed.map(|job| job.id), Until::Ended);
    for job in &unfinished {
        // What is known already is not printed again. A job in Submitting is left out, because the engine makes it
        // unconfirmed.
        if job.state != JobState::Submitting && job.message.is_none() {
            follow.observe(job.clone());
        }
    }
    exits.push(follow_jobs(output, session, &mut follow, Held::Leave).await);
    Ok((follow, exits, unconfirmed))
}
