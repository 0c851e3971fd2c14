//! `rushes watch`: goes on with every unfinished job that earlier runs left, or with those that are named.

use std::collections::BTreeSet;

use serde_json::json;

use super::arguments::Watch;
use super::exit::Exit;
use super::find::find;
use super::follow::{Follow, Until, can_be_sought};
use super::generate::{Held, follow_jobs};
use super::output::{Output, last_word, left_sentence};
use super::running::{Running, say_patience};
use super::stop::Stop;
use crate::domain::{GatewayId, Job, JobId, JobState};
use crate::engine::command::Command;
use crate::session::{Home, Sends};

/// Goes on with every unfinished job until none is left. Never sends an order that may have been sent before: such jobs
/// become unconfirmed and are named at the end. With jobs named, nothing else is sent.
pub(super) async fn watch(home: &Home, output: &Output, arguments: &Watch) -> Result<Exit, Stop> {
    let sends = if arguments.jobs.is_empty() { Sends::All } else { Sends::OwnOnly };
    let mut session = Running::start(home, sends).await?;
    let result = match meant(&session, arguments).await.and_then(|jobs| choose(&jobs, arguments)) {
        Ok(chosen) => watch_in(home, output, &mut session, chosen).await,
        Err(stop) => Err(stop),
    };
    let left = match (&result, sends) {
        (Ok(watched), Sends::OwnOnly) => session.left(&watched.follow),
        _ => 0,
    };
    let settled = session.close(output, result.as_ref().ok().map(|watched| &watched.follow)).await;
    let Watched { mut follow, mut exits, unconfirmed } = result?;
    output.settle(&mut follow, settled);
    for job in &unconfirmed {
        output.job_note(job, &last_word(job, None));
        exits.push(Exit::Unconfirmed);
    }
    if left > 0 {
        output.note(&left_sentence(left));
    }
    output.last_words(home, &follow, left);
    exits.push(follow.exit());
    Ok(Exit::worst(exits))
}

/// What a command goes on with.
struct Chosen {
    /// Jobs that go on by themselves.
    unfinished: Vec<Job>,
    /// Jobs that were given up, or are looked at rarely, and are looked at now.
    again: Vec<Job>,
    /// Queued jobs that were named, and are let go if they are held.
    released: Vec<JobId>,
    /// Unconfirmed jobs, about which only the user decides.
    unconfirmed: Vec<Job>,
}

/// What came of it.
struct Watched {
    follow: Follow,
    /// Exit codes besides those of the followed jobs.
    exits: Vec<Exit>,
    unconfirmed: Vec<Job>,
}

/// The jobs that a command is about: those that are named, or all that are live.
async fn meant(session: &Running, arguments: &Watch) -> Result<Vec<Job>, Stop> {
    if arguments.jobs.is_empty() {
        return Ok(session.live_jobs().to_vec());
    }
    let mut named = Vec::new();
    for wanted in &arguments.jobs {
        named.push(session.find(wanted).await?);
    }
    // One that is named twice is one.
    named.sort_by_key(|job| job.id);
    named.dedup_by_key(|job| job.id);
    Ok(named)
}

fn choose(jobs: &[Job], arguments: &Watch) -> Result<Chosen, Stop> {
    if arguments.jobs.is_empty() {
        let some = |is_meant: fn(&Job) -> bool| jobs.iter().filter(|job| is_meant(job)).cloned().collect();
        return Ok(Chosen {
            unfinished: some(|job| job.state.is_unfinished()),
            again: Vec::new(),
            released: Vec::new(),
            unconfirmed: some(|job| job.state == JobState::Unconfirmed),
        });
    }
    let mut chosen =
        Chosen { unfinished: Vec::new(), again: Vec::new(), released: Vec::new(), unconfirmed: Vec::new() };
    for wanted in &arguments.jobs {
        let job = find(jobs, wanted)?;
        match job.state {
            JobState::Unconfirmed => chosen.unconfirmed.push(job.clone()),
            // To name an order is to want it sent, whatever it waited for.
            JobState::Queued => {
                chosen.unfinished.push(job.clone());
                chosen.released.push(job.id);
            }
            JobState::Submitting => chosen.unfinished.push(job.clone()),
            _ => {
                can_be_looked_at(job)?;
                chosen.unfinished.push(job.clone());
                chosen.again.push(job.clone());
            }
        }
    }
    Ok(chosen)
}

/// Whether its gateway can be asked about a job.
///
/// # Errors
///
/// Why not, and what can be done.
pub(super) fn can_be_looked_at(job: &Job) -> Result<(), Stop> {
    let short = job.id.short();
    let state = job.state.name().replace('_', " ");
    let is_open = job.state.is_watched() || matches!(job.state, JobState::NotWatched | JobState::Gone);
    let message = if job.state == JobState::Queued {
        format!("Job {short} is queued and was not sent, so nothing can be asked about it. `rushes watch` sends it.")
    } else if !is_open {
        format!("Job {short} is {state}, so there is nothing to look for.")
    } else if job.is_hidden || job.is_in_trash {
        format!("Job {short} was removed from the gallery. Take it back in the window first.")
    } else if job.remote_id.is_none() && job.delivered.is_none() {
        format!(
            "{} gave job {short} no id, so nothing can be asked about it. Charged: not known. Look on your dashboard there.",
            job.gateway
        )
    } else {
        return Ok(());
    };
    Err(Stop::new(Exit::BadRequest, message))
}

async fn watch_in(home: &Home, output: &Output, session: &mut Running, chosen: Chosen) -> Result<Watched, Stop> {
    let Chosen { unfinished, again, released, unconfirmed } = chosen;
    // Orders of unknown fate that their gateway can be asked for go on by themselves once they are found.
    let sought = || unconfirmed.iter().filter(|job| can_be_sought(job));
    if unfinished.is_empty() && sought().next().is_none() {
        output.result(&json!({"event": "nothing_to_do"}), "Nothing is unfinished.");
    }
    let mut exits = Vec::new();
    let mut reachable = BTreeSet::new();
    let busy: BTreeSet<GatewayId> = unfinished.iter().map(|job| job.gateway).collect();
    let asked: BTreeSet<GatewayId> = busy.iter().copied().chain(sought().map(|job| job.gateway)).collect();
    for gateway in asked {
        match home.link(gateway, say_patience).await.map_err(Stop::from) {
            Ok(link) => {
                session.connect(link).await?;
                reachable.insert(gateway);
            }
            // What cannot be asked for is left to the user, as its last word says.
            Err(_) if !busy.contains(&gateway) => {}
            Err(stop) => {
                output.note(&stop.message);
                exits.push(stop.exit);
            }
        }
    }
    let (sought, unconfirmed): (Vec<Job>, Vec<Job>) =
        unconfirmed.into_iter().partition(|job| can_be_sought(job) && reachable.contains(&job.gateway));
    if !released.is_empty() {
        session.send(Command::Release(released))?;
    }
    for job in &again {
        session.send(Command::WatchAgain(job.id))?;
    }
    // An order that was on its way becomes unconfirmed without a question to its gateway.
    let followed =
        unfinished.iter().filter(|job| reachable.contains(&job.gateway) || job.state == JobState::Submitting);
    let mut follow = Follow::new(followed.chain(&sought).map(|job| job.id), Until::Ended);
    for job in &sought {
        follow.observe(job.clone());
    }
    for job in unfinished.iter().filter(|job| !reachable.contains(&job.gateway)) {
        follow.seek_no_more(job.id);
    }
    for job in &unfinished {
        // What is known already is not printed again. A job in Submitting is left out, because the engine makes it
        // unconfirmed, and one that was given up, because the engine takes it up again.
        if job.state.is_unfinished() && job.state != JobState::Submitting && job.message.is_none() {
            follow.observe(job.clone());
        }
    }
    exits.push(follow_jobs(output, session, &mut follow, Held::Leave).await);
    Ok(Watched { follow, exits, unconfirmed })
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::super::samples::job;
    use super::*;
    use crate::domain::RemoteId;

    #[test]
    fn every_job_that_is_not_at_its_end_can_be_looked_at() {
        for state in JobState::iter() {
            let can = state.is_watched() || matches!(state, JobState::NotWatched | JobState::Gone);
            let job = Job { state, remote_id: RemoteId::new("job_1"), ..job() };
            let found = can_be_looked_at(&job);
            assert_eq!(found.is_ok(), can, "{state}: {found:?}");
            assert!(can_be_looked_at(&Job { is_hidden: true, ..job.clone() }).is_err(), "{state}");
            assert!(can_be_looked_at(&Job { remote_id: None, ..job }).is_err(), "{state}");
        }
    }

    #[test]
    fn named_jobs_are_the_only_ones() {
        let arguments = |jobs: &[&str]| Watch { jobs: jobs.iter().map(|job| (*job).to_owned()).collect() };
        let gone = [Job { state: JobState::Gone, remote_id: RemoteId::new("job_1"), ..job() }];
        let all = choose(&gone, &arguments(&[])).expect("always");
        assert!(all.unfinished.is_empty() && all.again.is_empty());
        let named = choose(&gone, &arguments(&["0badcafe"])).expect("it is there");
        assert_eq!((named.unfinished.len(), named.again.len()), (1, 1));
        assert!(choose(&gone, &arguments(&["ffffffff"])).is_err());
    }
}
