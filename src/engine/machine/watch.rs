//! What follows from polling a job at its gateway. Only the gateway's own word ends a job.

use std::time::Duration;

use url::Url;

use super::Machine;
use super::entry::{Call, Entry, Watch};
use super::now::Now;
use super::submit::charge_of;
use crate::domain::ending::EndingKind;
use crate::domain::outcome::{CancelOutcome, Failure, Phase, PollOutcome};
use crate::domain::{Amount, Charge, Ending, GatewayId, JobId, JobState};
use crate::engine::event::Event;
use crate::engine::schedule::{Watched, poll_delay};
use crate::gateway::Answer;

/// A gateway that answers "not known" within this time after it accepted a job has not heard of its own job yet
/// (docs/gateways.md, section 5.5).
const NEWBORN: Duration = Duration::from_secs(10);

/// Waits between the polls of a job that the gateway does not know. When they are used up, its word is believed.
const NOT_FOUND_WAITS: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(20)];

/// How many more polls a job gets that is "completed" without a link (docs/gateways.md, section 5.3).
const LOOKS_FOR_LINK: u32 = 3;

/// How often a request to cancel is sent before it is given up, when no answer comes.
const CANCEL_TRIES: u32 = 3;

impl Machine {
    pub(super) fn polled(&mut self, now: Now, id: JobId, answer: Answer<PollOutcome>) {
        let Some(entry) = self.entries.get_mut(&id).filter(|entry| entry.call == Some(Call::Poll)) else { return };
        entry.call = None;
        let gateway = entry.job.gateway;
        let state = entry.job.state;
        let Answer { outcome, request_id, exchange, limit } = answer;
        if state.is_watched() {
            entry.job.exchange = Some(exchange);
            entry.job.request_id = entry.job.request_id.take().or(request_id);
        }
        match &outcome {
            PollOutcome::Trouble(cause) => self.fell_silent(now, gateway, *cause),
            PollOutcome::Throttled { .. } => {}
            _ => self.answered(now, gateway, limit),
        }
        if let PollOutcome::Throttled { retry_after } = outcome {
            // The rate limit holds for the key, whatever became of this job.
            let wait = self.throttled(now, gateway, retry_after);
            if let Some(entry) = self.entries.get_mut(&id) {
                entry.due = now.monotonic + wait;
            }
            return;
        }
        if outcome == PollOutcome::KeyRefused {
            self.gateway(gateway).key_refused = true;
            self.say_that_the_key_is_refused(now, gateway);
        }
        if !state.is_watched() {
            return;
        }
        let Some(entry) = self.entries.get_mut(&id) else { return };
        let watch = &mut entry.watch;
        let is_trouble = matches!(outcome, PollOutcome::Trouble(_) | PollOutcome::NotPermitted);
        watch.trouble = if is_trouble { watch.trouble.saturating_add(1) } else { 0 };
        watch.too_early = if outcome == PollOutcome::NotModified { watch.too_early.saturating_add(1) } else { 0 };
        if !matches!(outcome, PollOutcome::UnknownJob | PollOutcome::Trouble(_)) {
            watch.not_found = 0;
        }
        match outcome {
            PollOutcome::Alive(phase) => self.alive(now, id, &phase),
            PollOutcome::NotModified | PollOutcome::Trouble(_) | PollOutcome::Throttled { .. } => {}
            PollOutcome::Completed { link, charge } => self.completed(now, id, link, charge),
            PollOutcome::Failed(failure) => self.failed(now, id, &failure),
            PollOutcome::Cancelled => {
                self.change(now, id, JobState::Cancelled, |job| {
                    let message = Ending::cancelled(gateway);
                    job.charge = message.charge;
                    job.message = Some(message);
                });
            }
            PollOutcome::UnknownJob => {
                self.unknown_job(now, id);
                return;
            }
            PollOutcome::KeyRefused => {}
            PollOutcome::NotPermitted => self.locked_out(now, id),
        }
        self.plan_next_look(now, id);
    }

    /// A gateway that refuses its key is not asked any more, so every job that waits for it gets a message.
    fn say_that_the_key_is_refused(&mut self, now: Now, gateway: GatewayId) {
        let ids: Vec<JobId> = self.active.values().copied().collect();
        for id in ids {
            let waits =
                |entry: &Entry| entry.job.gateway == gateway && entry.job.state.is_watched() && entry.link.is_none();
            if self.entries.get(&id).is_some_and(waits) {
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
        let fastest = self.fastest(id);
        let mut random = self.random;
        let Some(entry) = self.entries.get_mut(&id) else { return };
        if !entry.job.state.is_watched() || entry.link.is_some() {
            return;
        }
        let age = entry.job.accepted_at.map(|accepted| now.wall.since(accepted)).unwrap_or_default();
        let Watch { polls, too_early, trouble, .. } = entry.watch;
        let watched = Watched { polls, too_early, trouble, age, fastest };
        entry.due = now.monotonic + poll_delay(entry.job.gateway, watched, &mut random);
        self.random = random;
    }

    /// How long the fastest finished clip of the same kind took, when enough of them are known.
    pub(super) fn fastest(&self, id: JobId) -> Option<Duration> {
        let job = self.job(id)?;
        self.history.fastest(job.gateway, job.request.resolution(), job.request.duration())
    }

    fn alive(&mut self, now: Now, id: JobId, phase: &Phase) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        let state = entry.job.state;
        entry.watch.no_link = 0;
        let next = match phase {
            // A clip that was made stays made; the link is asked for again.
            _ if state == JobState::Downloading => state,
            Phase::Waiting => JobState::Waiting,
            Phase::Generating => JobState::Generating,
            Phase::Unknown(_) => state,
        };
        let goes_on = std::mem::take(&mut entry.asked_to_cancel);
        let gateway = entry.job.gateway;
        let was_locked_out = entry.job.message.as_ref().is_some_and(|message| message.kind == EndingKind::KeyRefused);
        if next != state || was_locked_out {
            self.change(now, id, next, |job| {
                if was_locked_out {
                    job.message = None;
                }
            });
        }
        if goes_on {
            let note = format!("{gateway} did not cancel this job and goes on making it. It is still watched.");
            self.emit(Event::Note(id, note));
        }
    }

    fn completed(&mut self, now: Now, id: JobId, link: Option<Url>, told: Option<Amount>) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        let gateway = entry.job.gateway;
        let state = entry.job.state;
        let is_given_up = link.is_none() && entry.watch.no_link >= LOOKS_FOR_LINK;
        let next = match (&link, state) {
            (Some(_), _) | (None, JobState::Downloading) => JobState::Downloading,
            (None, _) => JobState::Generating,
        };
        entry.watch.no_link = if link.is_none() { entry.watch.no_link + 1 } else { 0 };
        entry.asked_to_cancel = false;
        entry.wants_cancel = false;
        if link.is_some() {
            entry.due = entry.due.min(now.monotonic).max(entry.fetch.not_before);
            entry.link = link;
        }
        let kept = if let Charge::Yes(Some(_)) = entry.job.charge { entry.job.charge } else { Charge::Yes(None) };
        let charge = charge_of(gateway, told, kept);
        if is_given_up {
            self.change(now, id, JobState::NotWatched, |job| {
                job.charge = charge;
                job.message = Some(Ending { charge, ..Ending::no_link(gateway) });
            });
            return;
        }
        let is_locked_out = entry.job.message.as_ref().is_some_and(|message| message.kind == EndingKind::KeyRefused);
        if next != state || charge != entry.job.charge || entry.job.made_at.is_none() || is_locked_out {
            self.change(now, id, next, |job| {
                job.charge = charge;
                job.made_at = job.made_at.or(Some(now.wall));
                if is_locked_out {
                    job.message = None;
                }
            });
        }
    }

    fn failed(&mut self, now: Now, id: JobId, failure: &Failure) {
        let Some(gateway) = self.job(id).map(|job| job.gateway) else { return };
        let message = Ending::failed(gateway, failure);
        self.change(now, id, JobState::Failed, |job| {
            job.charge = message.charge;
            job.message = Some(message);
        });
    }

    /// The gateway answered 404. It sometimes takes that back, so it has to be said three times before it is
    /// believed.
    fn unknown_job(&mut self, now: Now, id: JobId) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        let gateway = entry.job.gateway;
        if entry.watch.accepted.is_some_and(|accepted| now.monotonic.saturating_sub(accepted) < NEWBORN) {
            entry.due = now.monotonic + Duration::from_secs(2);
            return;
        }
        let answers = entry.watch.not_found;
        entry.watch.not_found += 1;
        if let Some(wait) = NOT_FOUND_WAITS.get(answers as usize) {
            entry.due = now.monotonic + *wait;
        } else if entry.job.state == JobState::Downloading {
            self.gone(now, id);
        } else {
            self.change(now, id, JobState::NotWatched, |job| job.message = Some(Ending::unknown_job(gateway)));
        }
    }

    pub(super) fn gone(&mut self, now: Now, id: JobId) {
        self.change(now, id, JobState::Gone, |job| {
            job.message = Some(Ending { charge: job.charge, ..Ending::gone(job.gateway) });
        });
    }

    pub(super) fn cancel_answered(&mut self, now: Now, id: JobId, answer: Answer<CancelOutcome>) {
        let Some(entry) = self.entries.get_mut(&id).filter(|entry| entry.call == Some(Call::Cancel)) else { return };
        entry.call = None;
        let gateway: GatewayId = entry.job.gateway;
        let is_open = matches!(entry.job.state, JobState::Waiting | JobState::Generating);
        if is_open {
            entry.job.exchange = Some(answer.exchange);
        }
        match answer.outcome {
            CancelOutcome::Trouble(cause) => self.fell_silent(now, gateway, cause),
            CancelOutcome::Throttled { retry_after } => {
                // The wish stays; the rate limit holds for the key.
                let wait = self.throttled(now, gateway, retry_after);
                if let Some(entry) = self.entries.get_mut(&id) {
                    entry.due = now.monotonic + wait;
                }
                return;
            }
            CancelOutcome::Asked | CancelOutcome::Refused => self.answered(now, gateway, answer.limit),
        }
        let Some(entry) = self.entries.get_mut(&id) else { return };
        if !is_open || !entry.wants_cancel {
            return;
        }
        match answer.outcome {
            CancelOutcome::Asked => {
                entry.wants_cancel = false;
                entry.asked_to_cancel = true;
                entry.due = now.monotonic;
            }
            CancelOutcome::Refused => self.look_away(now, id),
            CancelOutcome::Throttled { .. } => {}
            CancelOutcome::Trouble(_) => {
                entry.cancel_failures += 1;
                entry.due = now.monotonic + Duration::from_secs(3);
                if entry.cancel_failures >= CANCEL_TRIES {
                    entry.cancel_failures = 0;
                    entry.wants_cancel = false;
                    let note = format!("{gateway} could not be asked to cancel. The job is still watched.");
                    self.emit(Event::Note(id, note));
                }
            }
        }
    }
}
