//! What holds orders back: a paused queue, a gateway that refuses, an order that may be stale. All of it survives the
//! program ([`Holds`](crate::domain::Holds)), because an order that is not held goes out by itself.

use std::time::Duration;

use super::Machine;
use super::Sends;
use super::effect::Effect;
use super::entry::Entry;
use super::learned_limit::LearnedLimit;
use super::now::Now;
use crate::domain::caps::CapKind;
use crate::domain::{GatewayHold, GatewayId, HeldFor, JobId, JobState};
use crate::engine::event::Event;
use crate::engine::schedule::backoff;
use crate::gateway::Connection;

impl Machine {
    /// Whether this run of the program may send an order at all.
    pub(super) fn may_send(&self, entry: &Entry) -> bool {
        self.sends == Sends::All || entry.is_own
    }

    /// Whether a gateway can be sent an order now, as far as its key, its wallet, the user's wishes and what was spent are
    /// known.
    pub(super) fn takes_orders(&self, id: GatewayId) -> bool {
        let can_be_asked = self.gateways.get(&id).is_some_and(|gateway| gateway.can_be_asked());
        let is_blind = id.is_paid() && self.budget.is_blind();
        can_be_asked && !self.holds.is_paused && !self.holds.gateways.contains_key(&id) && !is_blind
    }

    /// Asks for the holds to be stored as they are now.
    pub(super) fn keep_holds(&mut self) {
        self.holds_retry_at = None;
        self.effects.push(Effect::KeepHolds(self.holds.clone()));
    }

    pub(super) fn holds_stored(&mut self, now: Now, result: Result<(), String>) {
        match result {
            Ok(()) => {
                self.holds_failures = 0;
                self.emit(Event::HoldsChanged(self.holds.clone()));
            }
            // They hold in this run all the same, and the next one has to know of them.
            Err(_) => {
                self.holds_failures = self.holds_failures.saturating_add(1);
                let most = Duration::from_secs(30);
                let delay = backoff(Duration::from_secs(1), self.holds_failures, most, &mut self.random);
                self.holds_retry_at = Some(now.monotonic + delay);
            }
        }
    }

    /// Sends a gateway no order any more until the user says so.
    pub(super) fn hold_gateway(&mut self, id: GatewayId, hold: GatewayHold) {
        if self.holds.gateways.insert(id, hold) != Some(hold) {
            self.keep_holds();
        }
    }

    /// Pauses the queue or lets it go on. Going on also tries the gateways again that refused an order.
    pub(super) fn pause_queue(&mut self, is_paused: bool) {
        let before = self.holds.clone();
        self.holds.is_paused = is_paused;
        if !is_paused {
            self.holds.gateways.clear();
            self.hosts.try_again();
        }
        if self.holds != before {
            self.keep_holds();
        }
    }

    /// Holds the queued orders that are too old to be sent without a word, or that another copy of the library may have
    /// sent.
    pub(super) fn hold_stale_orders(&mut self, now: Now) {
        let queued: Vec<JobId> = self.agenda.unfinished.iter().filter_map(|place| self.agenda.job(*place)).collect();
        for id in queued {
            self.hold_if_stale(now, id);
        }
    }

    pub(super) fn hold_if_stale(&mut self, now: Now, id: JobId) {
        let Some(job) = self.job(id) else { return };
        let held = job.hold_at_start(now.wall, self.is_moved);
        if let Some(why) = held.filter(|_| held != job.held) {
            self.hold_back(now, id, why);
        }
    }

    /// Lets orders go that were held because they may be stale, or that an earlier run left.
    pub(super) fn release(&mut self, now: Now, ids: &[JobId]) {
        for id in ids {
            let Some(entry) = self.entries.get(*id).filter(|entry| entry.job.state == JobState::Queued) else {
                continue;
            };
            // What a cap holds is let go by room, or by the user's word for this very order.
            let is_by_cap = entry.job.held.is_some_and(HeldFor::is_cap);
            if is_by_cap || (entry.job.held.is_none() && self.may_send(entry)) {
                continue;
            }
            let place = entry.place;
            self.file_touched();
            self.budget.forget(place);
            let Some(entry) = self.entries.get_mut(*id) else { continue };
            entry.is_own = true;
            let held = self.budget.stop(&entry.job, place).map(CapKind::held);
            self.change(now, *id, JobState::Queued, |job| {
                job.held = held;
                job.released_at = Some(now.wall);
            });
        }
    }

    /// Uses this connection from now on. Another key or address is a new beginning: what was known of the gateway, such
    /// as that it refused the key or asked to wait, was said to the old one.
    pub(super) fn connect(&mut self, now: Now, connection: &Connection) {
        let id = connection.gateway;
        let key = connection.key_mark();
        let gateway = self.gateway(id);
        let identity = Some((key, connection.base_url.clone()));
        let is_first = gateway.identity.is_none();
        let is_another = gateway.identity != identity;
        let is_new_account = is_another && !is_first && id == GatewayId::Pixverse;
        if is_another {
            gateway.generation += 1;
            gateway.identity = identity;
            gateway.throttled_until = Duration::ZERO;
            gateway.refusals = 0;
            gateway.learned_limit = LearnedLimit::default();
            gateway.health.at_once = None;
            gateway.health.throttled_until = None;
        }
        gateway.is_connected = true;
        gateway.has_key = connection.key.is_some();
        gateway.key_refused = false;
        gateway.unsent = 0;
        gateway.submits_from = now.monotonic;
        gateway.full_until = now.monotonic;
        if id == GatewayId::Pixverse {
            self.hosts.forget_platform();
        }
        if is_new_account {
            self.forget_uploads(now);
        }
        // The connection that a run begins with is no decision of the user. Only a key that was not refused yet ends
        // the hold then.
        let goes_on = match self.holds.gateways.get(&id) {
            Some(GatewayHold::KeyRefused { key: refused }) => !is_first || *refused != key,
            // Another key is another account.
            Some(GatewayHold::NoCredits) => is_another && !is_first,
            None => false,
        };
        if goes_on {
            self.holds.gateways.remove(&id);
            self.keep_holds();
        }
        self.seek_orders(id);
        let active: Vec<JobId> = self.agenda.active().collect();
        for id in active {
            let is_watched = |entry: &Entry| entry.job.gateway == connection.gateway && entry.job.state.is_watched();
            if self.entries.get(id).is_some_and(is_watched)
                && let Some(entry) = self.entries.get_mut(id)
            {
                entry.due = entry.due.min(now.monotonic);
            }
        }
    }
}

#[cfg(test)]
mod tests;
