//! `rushes resolve`: carries out what the user decides about an unconfirmed job, and looks again at others.

use super::arguments::{Decision, Resolve};
use super::exit::Exit;
use super::follow::{Follow, Until};
use super::generate::{Held, follow_jobs};
use super::output::Output;
use super::running::{Running, say_patience};
use super::stop::Stop;
use super::watch::can_be_looked_at;
use crate::domain::random::Random;
use crate::domain::{Asker, Job, JobState};
use crate::engine::command::{Command, UnconfirmedDecision};
use crate::engine::event::Event;
use crate::session::{Home, Sends, entropy, wall_clock};

/// Carries out the decision. `adopt` and `resend` follow the job to its end, as `generate` does; so does `check` for a job
/// that is not unconfirmed, unless something stands in its way.
pub(super) async fn resolve(home: &Home, output: &Output, arguments: &Resolve) -> Result<Exit, Stop> {
    let mut session = Running::start(home, Sends::OwnOnly).await?;
    let result = resolve_in(home, output, arguments, &mut session).await;
    session.conclude(home, output, result).await
}

async fn resolve_in(
    home: &Home,
    output: &Output,
    arguments: &Resolve,
    session: &mut Running,
) -> Result<(Follow, Exit), Stop> {
    let job = session.find(&arguments.job).await?;
    // When the engine starts it makes an order that was on its way unconfirmed.
    let is_unconfirmed = matches!(job.state, JobState::Unconfirmed | JobState::Submitting);
    if !is_unconfirmed && arguments.decision == Decision::Check {
        return look_again(home, output, session, job).await;
    }
    if !is_unconfirmed {
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
        Decision::Resend { over_cap } => {
            // The first order goes on counting, because it may have been charged.
            let price = home.settings.prices.again(&job);
            let is_over_cap = session.check_caps(home, &[(job.gateway, price.amount)], *over_cap).await?;
            let asked_by = Asker::CommandLine;
            (UnconfirmedDecision::Resend { new_id, price: Some(price), asked_by, is_over_cap }, new_id)
        }
        Decision::Discard => (UnconfirmedDecision::Discard, job.id),
    };
    session.send(Command::Resolve(job.id, resolution))?;
    let mut follow = Follow::new([followed], Until::Ended);
    if arguments.decision == Decision::Check {
        follow.observe(Job { state: JobState::Unconfirmed, ..job.clone() });
        let Some(found) = wait_for_word(output, session, &job).await else {
            return Ok((follow, Exit::Unconfirmed));
        };
        // The gateway has it, so it goes on like any other job.
        if let Some(step) = follow.observe(found) {
            output.step(&step);
        }
    }
    let held = if matches!(arguments.decision, Decision::Resend { .. }) { Held::TakeOut } else { Held::Leave };
    let exit = follow_jobs(output, session, &mut follow, held).await;
    Ok((follow, exit))
}

/// Asks about a job that is not at its end, or was given up.
async fn look_again(home: &Home, output: &Output, session: &mut Running, job: Job) -> Result<(Follow, Exit), Stop> {
    can_be_looked_at(&job)?;
    session.connect(home.link(job.gateway, say_patience).await?).await?;
    session.send(Command::WatchAgain(job.id))?;
    let mut follow = Follow::new([job.id], Until::Told);
    if job.state.is_unfinished() {
        // What was said of it before is no answer.
        follow.observe(Job { message: None, ..job });
    }
    let exit = follow_jobs(output, session, &mut follow, Held::Leave).await;
    Ok((follow, exit))
}

/// Waits for the result of the check: a remark, or another state of the job, which is returned.
async fn wait_for_word(output: &Output, session: &mut Running, job: &Job) -> Option<Job> {
    while let Some(event) = session.next().await {
        match event {
            Event::Note(id, message) if id == job.id => {
                output.job_note(job, &message);
                return None;
            }
            Event::JobChanged(changed) if changed.id == job.id && changed.state != JobState::Unconfirmed => {
                return Some(*changed);
            }
            _ => {}
        }
    }
    None
}
