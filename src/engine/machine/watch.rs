//! What follows from polling a job at its gateway. Only the gateway's own word ends a job.

use std::time::Duration;

use url::Url;

use super::Machine;
use super::entry::{Call, Entry, Watch};
use super::now::Now;
use super::submit::charge_of;
use crate::domain::ending::EndingKind;
use crate::domain::learned::Learned;
use crate::domain::outcome::{CancelOutcome, Failure, NetworkCause, Phase, PollOutcome};
use crate::domain::{Amount, Charge, Ending, GatewayHold, GatewayId, Job, JobId, JobState};
use crate::engine::patience;
use crate::engine::schedule::{Watched, poll_delay};
use crate::gateway::Answer;

/// How often a request to cancel is sent before it is given up, when no answer comes.
const CANCEL_TRIES: u32 = 3;

/// From how many fruitless answers in a row on the user is told of them. Fewer are over before anybody has read it.
const TOLD_AFTER: u32 = 3;

impl Machine {
    pub(super) fn polled(&mut self, now: Now, id: JobId, answer: Answer<PollOutcome>) {
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.call == Some(Call::Poll)) else { return };
        entry.call = None;
        let gateway = entry.job.gateway;
        let state = entry.job.state;
        let generation = entry.generation;
        let Answer { outcome, request_id, exchange, limit } = answer;
        if state.is_watched() {
            entry.job.exchange = Some(exchange);
            entry.job.request_id = entry.job.request_id.take().or(request_id);
        }
        let is_current = self.gateway(gateway).generation == generation;
        let outcome = if is_current { outcome } else { said_to_the_old_connection(outcome) };
        match &outcome {
            _ if !is_current => {}
            PollOutcome::Trouble(cause) => self.fell_silent(now, gateway, *cause),
            PollOutcome::Throttled { .. } => {}
            _ => self.answered(now, gateway, limit),
        }
        if let PollOutcome::Throttled { retry_after } = outcome {
            // The rate limit holds for the key, whatever became of this job.
            let wait = self.throttled(now, gateway, retry_after);
            if let Some(entry) = self.entries.get_mut(id) {
                entry.due = now.monotonic + wait;
            }
            return;
        }
        if outcome == PollOutcome::KeyRefused {
            let state = self.gateway(gateway);
            state.key_refused = true;
            let key = state.identity.as_ref().and_then(|(key, _)| *key);
            self.hold_gateway(gateway, GatewayHold::KeyRefused { key });
            self.say_that_the_key_is_refused(now, gateway);
        }
        if !state.is_watched() {
            return;
        }
        let Some(entry) = self.entries.get_mut(id) else { return };
        let watch = &mut entry.watch;
        let is_trouble = matches!(outcome, PollOutcome::Trouble(_) | PollOutcome::NotPermitted);
        watch.hint = limit.poll_after;
        watch.trouble = if is_trouble { watch.trouble.saturating_add(1) } else { 0 };
        watch.too_early = if outcome == PollOutcome::NotModified { watch.too_early.saturating_add(1) } else { 0 };
        match outcome {
            PollOutcome::Alive(phase) => self.alive(now, id, &phase),
            PollOutcome::NotModified | PollOutcome::Trouble(_) | PollOutcome::Throttled { .. } => {}
            PollOutcome::Completed { link, charge } => {
                if self.completed(now, id, link, charge) {
                    return;
                }
            }
            PollOutcome::Failed(failure) => self.failed(now, id, &failure),
            PollOutcome::Cancelled => {
                self.change(now, id, JobState::Cancelled, |job| {
                    let message = Ending::cancelled(gateway);
                    job.charge = message.charge;
                    job.message = Some(message);
                });
            }
            PollOutcome::UnknownJob => {
                self.fruitless(now, id, JobState::NotWatched, Ending::unknown_job(gateway));
                return;
            }
            PollOutcome::KeyRefused => {}
            PollOutcome::NotPermitted => self.locked_out(now, id),
        }
        self.plan_next_look(now, id);
    }

    /// The gateway answered, but its answer leads nowhere: it does not know the job, or says "made" without a link, or
    /// the link does not open. That is no word about the clip, so the job is looked at again, ever more rarely, and is
    /// given up as `ending` only when the time is over for which the gateway keeps clips. `message` is told from the
    /// third time on.
    pub(super) fn fruitless(&mut self, now: Now, id: JobId, ending: JobState, message: Ending) {
        let mut random = self.random;
        let Some(entry) = self.entries.get_mut(id) else { return };
        let watch = &mut entry.watch;
        watch.fruitless = watch.fruitless.saturating_add(1);
        let answers = watch.fruitless;
        let wait = patience::next_look(answers, &mut random);
        entry.due = now.monotonic + wait;
        entry.watch.next_look = (wait > patience::RARE).then(|| now.wall.after(wait));
        self.random = random;
        let state = entry.job.state;
        if patience::is_over(&entry.job, now.wall, answers) {
            entry.link = None;
            self.change(now, id, ending, |job| job.message = Some(keep_charge(job, message.given_up())));
        } else if answers >= TOLD_AFTER && entry.job.message.as_ref().map(|told| told.kind) != Some(message.kind) {
            self.change(now, id, state, |job| job.message = Some(keep_charge(job, message)));
        }
    }

    /// A gateway that refuses its key is not asked any more, so every job that waits for it gets a message.
    fn say_that_the_key_is_refused(&mut self, now: Now, gateway: GatewayId) {
        let ids: Vec<JobId> = self.agenda.active().collect();
        for id in ids {
            let waits =
                |entry: &Entry| entry.job.gateway == gateway && entry.job.state.is_watched() && entry.link.is_none();
            if self.entries.get(id).is_some_and(waits) {
                self.locked_out(now, id);
            }
        }
    }

    fn locked_out(&mut self, now: Now, id: JobId) {
        let Some(job) = self.job(id) else { return };
        let (state, message) = (job.state, Ending::key_refused_while_watching(job.gateway));
        if job.message.as_ref() != Some(&message) {
            self.change(now, id, state, |job| job.message = Some(message));
        }
    }

    /// Sets when the gateway is asked about the job again, if the job is watched and has no link yet.
    fn plan_next_look(&mut self, now: Now, id: JobId) {
        let learned = self.learned(id);
        let mut random = self.random;
        let Some(entry) = self.entries.get_mut(id) else { return };
        if !entry.job.state.is_watched() || entry.link.is_some() {
            return;
        }
        let age = entry.job.accepted_at.map(|accepted| now.wall.since(accepted)).unwrap_or_default();
        let Watch { polls, too_early, trouble, hint, .. } = entry.watch;
        let watched = Watched { polls, too_early, trouble, age, learned, hint };
        entry.due = now.monotonic + poll_delay(entry.job.gateway, watched, &mut random);
        self.random = random;
    }

    /// What the finished jobs of the same kind tell of this one, when there are any.
    pub(super) fn learned(&self, id: JobId) -> Option<Learned> {
        let job = self.job(id)?;
        self.history.learned(job.gateway, job.request.resolution(), job.request.duration())
    }

    fn alive(&mut self, now: Now, id: JobId, phase: &Phase) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        let state = entry.job.state;
        entry.watch.fruitless = 0;
        entry.watch.next_look = None;
        let next = match phase {
            // A clip that was made stays made; the link is asked for again.
            _ if state == JobState::Downloading => state,
            Phase::Waiting => JobState::Waiting,
            Phase::Generating => JobState::Generating,
            Phase::Unknown(_) => state,
        };
        let goes_on = std::mem::take(&mut entry.asked_to_cancel);
        let gateway = entry.job.gateway;
        let is_doubted = entry.job.message.as_ref().is_some_and(|message| is_doubt(message.kind));
        if next != state || is_doubted {
            self.change(now, id, next, |job| {
                if is_doubted {
                    job.message = None;
                }
            });
        }
        if goes_on {
            let note = format!("{gateway} did not cancel this job and goes on making it. It is still watched.");
            self.note(id, note);
        }
    }

    /// The clip is made. Returns whether the next look is planned already, because there is no link yet.
    fn completed(&mut self, now: Now, id: JobId, link: Option<Url>, told: Option<Amount>) -> bool {
        let Some(entry) = self.entries.get_mut(id) else { return false };
        let gateway = entry.job.gateway;
        let state = entry.job.state;
        let has_link = link.is_some();
        let next = match (&link, state) {
            (Some(_), _) | (None, JobState::Downloading) => JobState::Downloading,
            (None, _) => JobState::Generating,
        };
        entry.asked_to_cancel = false;
        entry.wants_cancel = false;
        if has_link {
            entry.due = entry.due.min(now.monotonic).max(entry.fetch.not_before);
            entry.watch.next_look = None;
            entry.link = link;
        }
        let kept = if let Charge::Yes(Some(_)) = entry.job.charge { entry.job.charge } else { Charge::Yes(None) };
        let charge = charge_of(gateway, told, kept);
        // Whether the link opens is not known yet, so what is said of it stays.
        let is_answered = entry
            .job
            .message
            .as_ref()
            .is_some_and(|message| is_doubt(message.kind) && (has_link || message.kind != EndingKind::NoLink))
            && entry.fetch.expired == 0;
        if next != state || charge != entry.job.charge || entry.job.made_at.is_none() || is_answered {
            self.change(now, id, next, |job| {
                job.charge = charge;
                job.made_at = job.made_at.or(Some(now.wall));
                if is_answered {
                    job.message = None;
                }
            });
        }
        if !has_link {
            // A store that is slow to show the file is the usual reason, as with a link that does not open.
            let ending = if next == JobState::Downloading { JobState::Gone } else { JobState::NotWatched };
            self.fruitless(now, id, ending, Ending::no_link(gateway));
        }
        !has_link
    }

    fn failed(&mut self, now: Now, id: JobId, failure: &Failure) {
        let Some(gateway) = self.job(id).map(|job| job.gateway) else { return };
        let message = Ending::failed(gateway, failure);
        self.change(now, id, JobState::Failed, |job| {
            job.charge = message.charge;
            job.message = Some(message);
        });
    }

    pub(super) fn cancel_answered(&mut self, now: Now, id: JobId, answer: Answer<CancelOutcome>) {
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.call == Some(Call::Cancel)) else { return };
        entry.call = None;
        let gateway: GatewayId = entry.job.gateway;
        let generation = entry.generation;
        let is_open = matches!(entry.job.state, JobState::Waiting | JobState::Generating);
        if is_open {
            entry.job.exchange = Some(answer.exchange);
        }
        let is_current = self.gateway(gateway).generation == generation;
        match answer.outcome {
            _ if !is_current => {}
            CancelOutcome::Trouble(cause) => self.fell_silent(now, gateway, cause),
            CancelOutcome::Throttled { retry_after } => {
                // The wish stays; the rate limit holds for the key.
                let wait = self.throttled(now, gateway, retry_after);
                if let Some(entry) = self.entries.get_mut(id) {
                    entry.due = now.monotonic + wait;
                }
                return;
            }
            CancelOutcome::Asked | CancelOutcome::Refused => self.answered(now, gateway, answer.limit),
        }
        let Some(entry) = self.entries.get_mut(id) else { return };
        if !is_open || !entry.wants_cancel {
            return;
        }
        match answer.outcome {
            CancelOutcome::Asked => {
                entry.wants_cancel = false;
                entry.asked_to_cancel = true;
                entry.due = now.monotonic;
            }
            CancelOutcome::Refused => {
                // It is made and billed either way, so it is better had than not.
                entry.wants_cancel = false;
                entry.due = now.monotonic;
                let note = format!("{gateway} does not cancel this job and may bill it. It is still watched.");
                self.note(id, note);
            }
            CancelOutcome::Throttled { .. } => {}
            CancelOutcome::Trouble(_) => {
                entry.cancel_failures += 1;
                entry.due = now.monotonic + Duration::from_secs(3);
                if entry.cancel_failures >= CANCEL_TRIES {
                    entry.cancel_failures = 0;
                    entry.wants_cancel = false;
                    let note = format!("{gateway} could not be asked to cancel. The job is still watched.");
                    self.note(id, note);
                }
            }
        }
    }
}

/// Whether a message says that nothing useful was heard of a job, so that the next good answer takes it away.
fn is_doubt(kind: EndingKind) -> bool {
    matches!(kind, EndingKind::KeyRefused | EndingKind::UnknownJob | EndingKind::NoLink | EndingKind::NotThereYet)
}

/// The message with the charge that is known of the job, where one is.
fn keep_charge(job: &Job, message: Ending) -> Ending {
    match job.charge {
        Charge::Yes(_) | Charge::No => Ending { charge: job.charge, ..message },
        Charge::Nothing | Charge::NotKnown => message,
    }
}

/// What an answer means that an earlier connection, with another key or address, was given. What a gateway says of the
/// job itself holds; a refusal was meant for the old key, and the job is asked about again.
fn said_to_the_old_connection(outcome: PollOutcome) -> PollOutcome {
    match outcome {
        PollOutcome::KeyRefused
        | PollOutcome::NotPermitted
        | PollOutcome::UnknownJob
        | PollOutcome::Throttled { .. } => PollOutcome::Trouble(NetworkCause::Broken),
        said => said,
    }
}

#[cfg(test)]
mod tests;
