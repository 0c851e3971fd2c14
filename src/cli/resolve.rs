//! `rushes resolve`: carries out what the user decides about an unconfirmed job.

use super::arguments::{Decision, Resolve};
use super::exit::Exit;
use super::follow::{Follow, Until};
use super::generate::{Held, follow_jobs};
use super::output::Output;
use super::running::{Running, say_patience};
use super::stop::Stop;
use crate::domain::random::Random;
use crate::domain::{Job, JobState};
use crate::engine::command::{Command, UnconfirmedDecision};
use crate::engine::event::Event;
use crate::session::{Home, entropy, wall_clock};

/// Carries out the decision. `adopt` and `resend` follow the job to its end, as `generate` does.
pub(super) async fn resolve(home: &Home, output: &Output, arguments: &Resolve) -> Result<Exit, Stop> {
    let mut session = Running::start(home).await?;
    let result = resolve_in(home, output, arguments, &mut session).await;
    let settled = session.close().await;
    let (mut follow, exit) = result?;
    Ok(output.conclude(home, &mut follow, settled, exit))
}

async fn resolve_in(
    home: &Home,
    output: &Output,
    arguments: &Resolve,
    session: &mut Running,
) -> Result<(Follow, Exit), Stop> {
    let job = find(session.jobs(), &arguments.job)?.clone();
    // When the engine starts it makes an order that was on its way unconfirmed.
    if !matches!(job.state, JobState::Unconfirmed | JobState::Submitting) {
        return Err(Stop::new(
            Exit::BadRequest,
            format!(
                "Job {} is {}, not unconfirmed, so there is nothing to decide.",
                job.id.short(),
                job.state.name().replace('_', " ")
            ),
        ));
    }
    if arguments.decision != Decision::Discard {
        session.connect(home.link(job.gateway, say_patience).await?).await?;
    }
    let new_id = Random(entropy()).job_id(wall_clock());
    let (resolution, followed) = match &arguments.decision {
        Decision::Check => (UnconfirmedDecision::Check, job.id),
        Decision::Adopt { remote_id } => (UnconfirmedDecision::Adopt(remote_id.clone()), job.id),
        Decision::Resend => (UnconfirmedDecision::Resend { new_id }, new_id),
        Decision::Discard => (UnconfirmedDecision::Discard, job.id),
    };
    session.send(Command::Resolve(job.id, resolution))?;
    let mut follow = Follow::new([followed], Until::Ended);
    if arguments.decision == Decision::Check {
        follow.observe(Job { state: JobState::Unconfirmed, ..job.clone() });
        wait_for_word(output, session, &job).await;
        return Ok((follow, Exit::Unconfirmed));
    }
    let exit = follow_jobs(output, session, &mut follow, Held::Leave).await;
    Ok((follow, exit))
}

/// Waits for the result of the check: a remark, or another state of the job.
async fn wait_for_word(output: &Output, session: &mut Running, job: &Job) {
    while let Some(event) = session.next().await {
        match event {
            Event::Note(id, message) if id == job.id => {
                output.job_note(job, &message);
                return;
            }
            Event::JobChanged(changed) if changed.id == job.id && changed.state != JobState::Unconfirmed => return,
            _ => {}
        }
    }
}

/// Finds a job by its id, or by the last eight digits of it.
fn find<'a>(jobs: &'a [Job], wanted: &str) -> Result<&'a Job, Stop> {
    let wanted = wanted.to_lowercase();
    let mut found = jobs.iter().filter(|job| job.id.to_string() == wanted || job.id.short() == wanted);
    match (found.next(), found.next()) {
        (Some(job), None) => Ok(job),
        (Some(_), Some(_)) => {
            Err(Stop::new(Exit::BadRequest, format!("More than one job ends with {wanted}. Give the whole id.")))
        }
        (None, _) => {
            Err(Stop::new(Exit::BadRequest, format!("No job {wanted} is in this library. `rushes jobs` lists them.")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::job;
    use uuid::Uuid;

    use super::*;
    use crate::domain::JobId;

    #[test]
    fn a_job_is_found_by_either_id() {
        let jobs = [job()];
        for wanted in ["0badcafe", "0BADCAFE", "01900000-0000-7000-8000-00000badcafe"] {
            assert_eq!(find(&jobs, wanted).map(|job| job.id), Ok(jobs[0].id), "{wanted}");
        }
        for wanted in ["", "badcafe", "ffffffff"] {
            assert_eq!(find(&jobs, wanted).map_err(|stop| stop.exit).err(), Some(Exit::BadRequest), "{wanted}");
        }
    }

    #[test]
    fn a_short_id_that_fits_two_jobs_decides_nothing() {
        let other = Job { id: JobId(Uuid::from_u128(0x0191_0000_0000_7000_8000_0000_0bad_cafe)), ..job() };
        let stop = find(&[job(), other], "0badcafe").expect_err("two jobs fit");
        assert!(stop.message.contains("More than one"), "{}", stop.message);
    }
}
