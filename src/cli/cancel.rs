//! `rushes cancel`: takes an order out of the queue, or asks its gateway to cancel the job.

use super::arguments::Cancel;
use super::exit::Exit;
use super::follow::{Follow, Until};
use super::interrupt::interrupted;
use super::output::Output;
use super::running::{Running, say_patience};
use super::stop::Stop;
use crate::domain::{Job, JobState};
use crate::engine::command::Command;
use crate::engine::event::Event;
use crate::session::{Home, Sends};

/// Cancels a job, waits for what comes of it, and says whether it was charged.
pub(super) async fn cancel(home: &Home, output: &Output, arguments: &Cancel) -> Result<Exit, Stop> {
    let mut session = Running::start(home, Sends::OwnOnly).await?;
    let result = cancel_in(home, output, arguments, &mut session).await;
    let left = result.as_ref().map_or(0, |(follow, _)| session.left(follow));
    let settled = session.close(output, result.as_ref().ok().map(|(follow, _)| follow)).await;
    let (mut follow, exit) = result?;
    let end = output.conclude(home, &mut follow, settled, exit, left);
    Ok(if end == Exit::LocalTrouble { end } else { Exit::worst(follow.jobs().map(exit_of)) })
}

/// What became of a job that was to be cancelled, as an exit code: it is done when nothing more comes of the job.
fn exit_of(job: &Job) -> Exit {
    match job.state {
        JobState::Removed | JobState::Cancelled => Exit::Done,
        // It was too late.
        JobState::Ready | JobState::Failed | JobState::Rejected => Exit::BadRequest,
        _ => Exit::of(job),
    }
}

/// What can be done to cancel a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// It was not sent; nothing has to be asked.
    TakeOut,
    /// Its gateway can be asked.
    Ask,
}

/// How a job can be cancelled.
///
/// # Errors
///
/// Why it cannot, and what can be done.
fn way_of(job: &Job) -> Result<Way, Stop> {
    let (short, gateway) = (job.id.short(), job.gateway);
    let sentence = match job.state {
        JobState::Queued => return Ok(Way::TakeOut),
        JobState::Waiting | JobState::Generating if gateway.can_cancel() => return Ok(Way::Ask),
        JobState::Waiting | JobState::Generating => format!(
            "{gateway} offers no way to cancel a job, so {short} goes on there. Charged: not known. `rushes watch {short}` \
             fetches the clip."
        ),
        JobState::Submitting | JobState::Unconfirmed => format!(
            "Nobody knows whether {gateway} has job {short}, so it cannot be cancelled. Charged: not known. `rushes resolve \
             {short}` decides about it."
        ),
        JobState::Downloading => format!(
            "The clip of job {short} is made already, so nothing is left to cancel. `rushes watch {short}` fetches it."
        ),
        JobState::NotWatched | JobState::Gone => format!(
            "Job {short} is not watched, so it is not known whether it can still be cancelled. `rushes resolve {short} check` \
             looks again."
        ),
        JobState::Ready
        | JobState::Failed
        | JobState::Rejected
        | JobState::Cancelled
        | JobState::Removed
        | JobState::Discarded => {
            format!("Job {short} is {} already, so nothing is left to cancel.", job.state.name())
        }
    };
    Err(Stop::new(Exit::BadRequest, sentence))
}

async fn cancel_in(
    home: &Home,
    output: &Output,
    arguments: &Cancel,
    session: &mut Running,
) -> Result<(Follow, Exit), Stop> {
    let job = session.find(&arguments.job).await?;
    if way_of(&job)? == Way::Ask {
        session.connect(home.link(job.gateway, say_patience).await?).await?;
    }
    session.send(Command::Cancel(job.id))?;
    let mut follow = Follow::new([job.id], Until::Ended);
    follow.observe(Job { message: None, ..job.clone() });
    let interrupted = interrupted();
    tokio::pin!(interrupted);
    while !follow.is_over() {
        let event = tokio::select! {
            () = &mut interrupted => break,
            event = session.next() => event,
        };
        match event {
            Some(Event::JobChanged(changed) | Event::Settled(changed, _)) => {
                if let Some(step) = follow.observe(*changed) {
                    output.step(&step);
                }
            }
            // The gateway did not cancel it, or could not be asked; the job goes on.
            Some(Event::Note(id, message)) if id == job.id => {
                output.job_note(&job, &message);
                break;
            }
            Some(Event::GatewayChanged(gateway, health)) if gateway == job.gateway => {
                if let Some((_, words)) = health.trouble {
                    output.note(&format!("{gateway}: {words}"));
                }
            }
            Some(Event::StorageTrouble(Some(trouble))) => {
                output.note(&format!("{trouble}."));
                return Ok((follow, Exit::LocalTrouble));
            }
            Some(_) => {}
            None => return Ok((follow, Exit::LocalTrouble)),
        }
    }
    let exit = follow.exit();
    Ok((follow, exit))
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::super::samples::job;
    use super::*;
    use crate::domain::GatewayId;

    #[test]
    fn every_state_has_its_way_or_its_reason() {
        for state in JobState::iter() {
            for gateway in GatewayId::iter() {
                let way = way_of(&Job { state, gateway, ..job() });
                let expected = match state {
                    JobState::Queued => Some(Way::TakeOut),
                    JobState::Waiting | JobState::Generating if gateway == GatewayId::Aigateway => Some(Way::Ask),
                    _ => None,
                };
                assert_eq!(way.clone().ok(), expected, "{state} at {gateway}");
                if let Err(stop) = way {
                    assert!(stop.exit == Exit::BadRequest && stop.message.contains("0badcafe"), "{}", stop.message);
                }
            }
        }
    }

    #[test]
    fn a_cancelled_job_is_what_was_asked_for() {
        for (state, expected) in [
            (JobState::Removed, Exit::Done),
            (JobState::Cancelled, Exit::Done),
            (JobState::Ready, Exit::BadRequest),
            (JobState::Generating, Exit::StillRunning),
            (JobState::Unconfirmed, Exit::Unconfirmed),
        ] {
            assert_eq!(exit_of(&Job { state, ..job() }), expected, "{state}");
        }
    }
}
