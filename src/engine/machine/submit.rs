//! What follows from the answer to an order.

use std::time::Duration;

use super::Machine;
use super::effect::Effect;
use super::entry::Call;
use super::hosting;
use super::now::Now;
use crate::domain::ending::EndingKind;
use crate::domain::job::DeliveredLink;
use crate::domain::outcome::{Accepted, Delivered, Phase, RejectionKind, SubmitOutcome, UnconfirmedCause};
use crate::domain::{Amount, Charge, Ending, GatewayHold, GatewayId, JobId, JobState};
use crate::engine::schedule::{Watched, backoff, poll_delay};
use crate::gateway::Answer;

/// The charge of a job: `told` is the amount that the gateway named, `otherwise` counts when it named none.
pub(super) fn charge_of(gateway: GatewayId, told: Option<Amount>, otherwise: Charge) -> Charge {
    match told {
        _ if !gateway.is_paid() => Charge::No,
        Some(amount) if amount == amount.zero() => Charge::No,
        Some(amount) => Charge::Yes(Some(amount)),
        None => otherwise,
    }
}

impl Machine {
    pub(super) fn submitted(&mut self, now: Now, id: JobId, answer: Answer<SubmitOutcome>) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        if entry.call != Some(Call::Submit) || entry.job.state != JobState::Submitting {
            return;
        }
        entry.call = None;
        let gateway = entry.job.gateway;
        let generation = entry.generation;
        let Answer { outcome, request_id, exchange, limit } = answer;
        entry.job.exchange = Some(exchange);
        entry.job.request_id = request_id;
        // What the answer means for this order holds whoever was asked; what it means for the next one does not.
        let is_current = self.gateway(gateway).generation == generation;
        let says_nothing = matches!(
            outcome,
            SubmitOutcome::NotSent(_) | SubmitOutcome::Throttled { .. } | SubmitOutcome::Unconfirmed(_)
        );
        if is_current && !says_nothing {
            self.answered(now, gateway, limit);
        }
        match outcome {
            SubmitOutcome::Accepted(accepted) => self.accepted(now, id, gateway, accepted, limit.poll_after),
            SubmitOutcome::NotSent(_) if !is_current => self.back_to_queue(now, id),
            SubmitOutcome::NotSent(cause) => {
                self.fell_silent(now, gateway, cause);
                let mut random = self.random;
                let state = self.gateway(gateway);
                state.unsent = state.unsent.saturating_add(1);
                let wait = backoff(Duration::from_secs(1), state.unsent, Duration::from_secs(30), &mut random);
                state.submits_from = now.monotonic + wait;
                self.random = random;
                self.back_to_queue(now, id);
            }
            SubmitOutcome::Throttled { retry_after } => {
                if is_current {
                    self.refused_one_more(now, gateway);
                    self.throttled(now, gateway, retry_after);
                }
                self.back_to_queue(now, id);
            }
            SubmitOutcome::Full => {
                // Only orders wait: looks at the clips that are being made make room.
                if is_current {
                    self.refused_one_more(now, gateway);
                    let mut random = self.random;
                    let state = self.gateway(gateway);
                    state.full = state.full.saturating_add(1);
                    let wait = backoff(Duration::from_secs(4), state.full, Duration::from_secs(30), &mut random);
                    state.full_until = now.monotonic + wait;
                    self.random = random;
                }
                self.back_to_queue(now, id);
            }
            SubmitOutcome::Rejected(rejection) => {
                let key = self.gateway(gateway).identity.as_ref().and_then(|(key, _)| *key);
                let hold = match rejection.kind {
                    RejectionKind::KeyRefused => Some(GatewayHold::KeyRefused { key }),
                    RejectionKind::NoCredits => Some(GatewayHold::NoCredits),
                    _ => None,
                };
                if let Some(hold) = hold.filter(|_| is_current) {
                    self.hold_gateway(gateway, hold);
                }
                self.change(now, id, JobState::Rejected, |job| {
                    job.charge = Charge::No;
                    job.message = Some(Ending::rejected(gateway, &rejection));
                });
            }
            SubmitOutcome::Delivered(Delivered { link, charge }) => {
                let otherwise = if gateway.is_paid() { Charge::Yes(None) } else { Charge::No };
                self.change(now, id, JobState::Downloading, |job| {
                    job.accepted_at = Some(now.wall);
                    job.made_at = Some(now.wall);
                    job.charge = charge_of(gateway, charge, otherwise);
                    job.message = None;
                    // No job leads to the clip, so the link is all there is.
                    job.delivered = Some(DeliveredLink(link.clone()));
                });
                if let Some(entry) = self.entries.get_mut(id) {
                    entry.link = Some(link);
                    entry.due = now.monotonic;
                    entry.wants_cancel = false;
                }
            }
            SubmitOutcome::Unconfirmed(cause) => {
                if let UnconfirmedCause::Network(cause) = cause
                    && is_current
                {
                    self.fell_silent(now, gateway, cause);
                }
                self.change(now, id, JobState::Unconfirmed, |job| {
                    job.charge = Charge::NotKnown;
                    job.message = Some(Ending::unconfirmed(gateway, cause));
                });
                // Looking costs nothing and sends nothing twice.
                if gateway.names_orders() && !self.seek_order(id) {
                    let note = format!("{gateway} could not be asked for this order. Check again later.");
                    self.note(id, note);
                }
            }
        }
    }

    fn accepted(&mut self, now: Now, id: JobId, gateway: GatewayId, accepted: Accepted, hint: Option<Duration>) {
        let Accepted { remote_id, phase, link, charge } = accepted;
        let next = match (&link, phase) {
            (Some(_), _) => JobState::Downloading,
            (None, Phase::Generating) => JobState::Generating,
            (None, Phase::Waiting | Phase::Unknown(_)) => JobState::Waiting,
        };
        self.change(now, id, next, |job| {
            job.remote_id = Some(remote_id);
            job.accepted_at = Some(now.wall);
            job.made_at = link.is_some().then_some(now.wall);
            job.charge = charge_of(gateway, charge, Charge::NotKnown);
            job.message = None;
        });
        let set = self.limits.of(gateway);
        let state = self.gateway(gateway);
        state.full = 0;
        state.learned_limit.accepted(set, now.monotonic);
        self.tell_limit(now, gateway);
        let learned = self.learned(id);
        let mut random = self.random;
        if let Some(entry) = self.entries.get_mut(id) {
            entry.link = link;
            entry.due = match next {
                JobState::Downloading => now.monotonic,
                _ => now.monotonic + poll_delay(gateway, Watched { learned, hint, ..Watched::default() }, &mut random),
            };
        }
        self.random = random;
        self.follow_wish(now, id);
    }

    /// Puts an order that the gateway did not take back into its old place in the queue. It is sent again by itself.
    fn back_to_queue(&mut self, now: Now, id: JobId) {
        self.change(now, id, JobState::Queued, |job| job.sent_at = None);
        if self.entries.get(id).is_some_and(|entry| entry.wants_cancel) {
            self.remove_queued(now, id);
        }
    }

    /// Takes a job out of the queue for good.
    pub(super) fn remove_queued(&mut self, now: Now, id: JobId) {
        self.change(now, id, JobState::Removed, |job| job.message = Some(Ending::removed()));
        if let Some(entry) = self.entries.get_mut(id) {
            entry.wants_cancel = false;
        }
        self.drop_pictures(id);
    }

    /// Lets the pictures of an order be prepared anew when it goes out, because that will not be soon. It holds no place
    /// among the orders in flight then.
    pub(super) fn drop_pictures(&mut self, id: JobId) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        entry.has_picture = false;
        if entry.call == Some(Call::Picture) && hosting::host_of(&entry.job).is_some() {
            self.effects.push(Effect::StopPictures(id));
        }
    }

    pub(super) fn picture_ready(&mut self, now: Now, id: JobId) {
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.call == Some(Call::Picture)) else { return };
        entry.call = None;
        entry.has_picture = entry.job.state == JobState::Queued && entry.job.held.is_none();
        entry.picture_ready_at = Some((now.wall, now.monotonic));
    }

    pub(super) fn picture_failed(&mut self, now: Now, id: JobId, reason: &str) {
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.call == Some(Call::Picture)) else { return };
        entry.call = None;
        let reason = reason.trim_end_matches('.');
        self.remove_for_its_picture(now, id, format!("The picture could not be read: {reason}."));
    }

    /// Takes an order out of the queue whose picture cannot be had.
    pub(super) fn remove_for_its_picture(&mut self, now: Now, id: JobId, what_happened: String) {
        if self.job(id).is_some_and(|job| job.state == JobState::Queued) {
            let message = Ending {
                kind: EndingKind::PictureRefused,
                what_happened,
                charge: Charge::Nothing,
                what_now: "Nothing was sent. Choose the picture again.".to_owned(),
            };
            self.change(now, id, JobState::Removed, |job| job.message = Some(message));
        }
    }

    /// Carries out a cancel that the user asked for while the order was on its way.
    pub(super) fn follow_wish(&mut self, now: Now, id: JobId) {
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.wants_cancel) else { return };
        let gateway = entry.job.gateway;
        match entry.job.state {
            JobState::Waiting | JobState::Generating if gateway.can_cancel() => entry.due = now.monotonic,
            JobState::Waiting | JobState::Generating => self.look_away(now, id),
            // The clip is made and charged already, so it is fetched.
            _ => entry.wants_cancel = false,
        }
    }

    /// Stops watching a job that the gateway goes on with.
    pub(super) fn look_away(&mut self, now: Now, id: JobId) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        let gateway = entry.job.gateway;
        entry.wants_cancel = false;
        entry.asked_to_cancel = false;
        if entry.call == Some(Call::Download) {
            self.effects.push(Effect::StopDownload(id));
        }
        self.change(now, id, JobState::NotWatched, |job| {
            let mut message = Ending::not_watched(gateway);
            if let Charge::Yes(_) | Charge::No = job.charge {
                message.charge = job.charge;
            }
            job.message = Some(message);
        });
    }
}
