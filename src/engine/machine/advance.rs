//! After every input: begins all that may begin now, such as orders, polls, downloads and posters.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::Machine;
use super::agenda::{Place, Seat};
use super::alarm::Alarm;
use super::effect::Effect;
use super::entry::Call;
use super::hosting;
use super::now::Now;
use crate::domain::{GatewayId, JobId, JobState};
use crate::engine::schedule;

/// How many clips are fetched at the same time.
const DOWNLOADS_AT_ONCE: usize = 3;

/// How many posters are made at the same time; there are two media threads.
const POSTERS_AT_ONCE: usize = 2;

/// How many of the looks that are due are compared, so that a long line costs no more than this.
const DUE_AT_ONCE: usize = 256;

/// Ranks of looks beside those of [`schedule::urgency`], which end with 20: a clip that is made, and a wish to cancel.
const MADE: u32 = 20;
const WISH: u32 = 21;

/// How many orders of a queue are looked at in one step.
const PASSED_AT_MOST: usize = 64;

/// An order that is stored as being sent, but has to wait for longer than this, goes back into the queue.
const SHORT_WAIT: Duration = Duration::from_secs(1);

impl Machine {
    pub(super) fn advance(&mut self, now: Now) {
        let mut alarm = Alarm::default();
        self.heed_caps(now, &mut alarm);
        self.retry_stores(now, &mut alarm);
        self.retry_recalls(now, &mut alarm);
        self.release_orders(now, &mut alarm);
        if !self.is_closing {
            self.promote_orders(now, &mut alarm);
            self.ask(now, &mut alarm);
            self.begin_downloads(now, &mut alarm);
            self.begin_file_work();
            self.begin_posters();
        }
        // Also when the program ends: a picture is deleted with the end of its job.
        self.begin_unhosting(now, &mut alarm);
        self.file_touched();
        if self.wake_at != alarm.0
            && let Some(moment) = alarm.0
        {
            self.effects.push(Effect::WakeAt(moment));
        }
        self.wake_at = alarm.0;
    }

    /// Sorts the jobs that were touched into the agenda.
    pub(super) fn file_touched(&mut self) {
        for id in self.entries.take_touched() {
            if let Some(entry) = self.entries.get(id) {
                let may_send = self.may_send(entry);
                self.agenda.file(entry, may_send);
                self.budget.file(entry.place, &entry.job);
            }
        }
    }

    fn retry_stores(&mut self, now: Now, alarm: &mut Alarm) {
        while let Some((moment, place)) = self.agenda.retries.first().copied() {
            if moment > now.monotonic {
                alarm.at(moment);
                break;
            }
            let Some(id) = self.agenda.job(place) else { break };
            self.persist(id);
            self.file_touched();
        }
        if let Some(moment) = self.holds_retry_at {
            if moment <= now.monotonic {
                self.keep_holds();
            } else {
                alarm.at(moment);
            }
        }
    }

    /// Sends the orders that are stored as being sent, or puts them back into the queue when they cannot go out now.
    fn release_orders(&mut self, now: Now, alarm: &mut Alarm) {
        let places: Vec<Place> = self.agenda.releases.iter().copied().collect();
        for place in places {
            self.release_order(now, place, alarm);
        }
        self.file_touched();
    }

    fn release_order(&mut self, now: Now, place: Place, alarm: &mut Alarm) {
        let Some(id) = self.agenda.job(place) else { return };
        let Some(entry) = self.entries.get(id) else { return };
        let wants_cancel = entry.wants_cancel;
        let is_closing = self.is_closing;
        let gateway_id = entry.job.gateway;
        if let Some(cap) = self.budget.brake(&entry.job, place) {
            // The rules changed while it was being stored. Nothing was sent yet, so the order may go back.
            self.change(now, id, JobState::Queued, |job| {
                job.sent_at = None;
                job.held = Some(cap.held());
            });
            if wants_cancel {
                self.remove_queued(now, id);
            }
            return;
        }
        let takes_orders = self.takes_orders(gateway_id);
        let gateway = self.gateway(gateway_id);
        let open_at = gateway.open_at();
        let is_held_up = open_at > now.monotonic + SHORT_WAIT;
        if wants_cancel || is_closing || is_held_up || !takes_orders {
            // Nothing was sent yet, so the order may go back.
            self.change(now, id, JobState::Queued, |job| job.sent_at = None);
            if wants_cancel {
                self.remove_queued(now, id);
            }
            return;
        }
        if open_at > now.monotonic {
            alarm.at(open_at);
            return;
        }
        gateway.take_slot(now.monotonic);
        let generation = gateway.generation;
        if let Some(entry) = self.entries.get_mut(id) {
            entry.call = Some(Call::Submit);
            entry.generation = generation;
            // A picture that was sent is read anew should the order have to go out once more.
            entry.has_picture = false;
            self.effects.push(Effect::Submit(Box::new(entry.job.clone())));
        }
    }

    /// Changes queued orders to "being sent", in the order of the queue, as far as the limits allow. They are sent
    /// once that is stored.
    fn promote_orders(&mut self, now: Now, alarm: &mut Alarm) {
        if self.storage_trouble.is_some() {
            return;
        }
        let gateways: Vec<GatewayId> = self.agenda.queues.keys().copied().collect();
        for gateway in gateways {
            self.tell_limit(now, gateway);
            // A job that has to wait makes all behind it wait, so that the order of the queue is kept. Only one whose
            // picture is still on its way to a server lets others pass: that may take long. One that counts as in flight
            // goes first, wherever it was moved to: it holds the place that the others wait for.
            let seats = |sets: &BTreeMap<GatewayId, BTreeSet<Seat>>| sets.get(&gateway).cloned().unwrap_or_default();
            let prepared = seats(&self.agenda.prepared);
            let queue = self.agenda.queues.get(&gateway).into_iter().flatten();
            let others = queue.filter(|seat| !prepared.contains(seat)).take(PASSED_AT_MOST);
            let places: Vec<Place> = prepared.iter().chain(others).map(|(_, place)| *place).collect();
            for place in places {
                let goes_on = self.promote_next(now, gateway, place, alarm);
                self.file_touched();
                if !goes_on {
                    break;
                }
            }
        }
    }

    /// Changes the order at this place in the queue of a gateway to "being sent". Returns whether the next one may follow.
    fn promote_next(&mut self, now: Now, gateway_id: GatewayId, place: Place, alarm: &mut Alarm) -> bool {
        let Some(id) = self.agenda.job(place) else { return false };
        let Some(entry) = self.entries.get(id) else { return false };
        let host = hosting::host_of(&entry.job);
        if host.is_some() && entry.call == Some(Call::Picture) {
            return true;
        }
        let has_place = entry.is_in_flight() || self.agenda.in_flight(gateway_id) < self.at_once(now, gateway_id);
        let Some(gateway) = self.gateways.get(&gateway_id) else { return false };
        if let Some(moment) = gateway.learned_limit.grows_at(self.limits.of(gateway_id), now.monotonic)
            && !has_place
        {
            alarm.at(moment);
        }
        if !entry.is_stored() || entry.call.is_some() || !has_place || !self.takes_orders(gateway_id) {
            return false;
        }
        let from = gateway.submits_from.max(gateway.full_until).max(gateway.open_at()).max(entry.due);
        if from > now.monotonic {
            alarm.at(from);
            return false;
        }
        if hosting::has_pictures_to_prepare(&entry.job) && !entry.has_fresh_picture(now) {
            if let Some(host) = host {
                return self.host_pictures(now, id, host, alarm);
            }
            if let Some(entry) = self.entries.get_mut(id) {
                entry.call = Some(Call::Picture);
                self.effects.push(Effect::PreparePicture(Box::new(entry.job.clone())));
            }
            return false;
        }
        if let Some(cap) = self.budget.brake(&entry.job, place) {
            self.hold_back(now, id, cap.held());
            return true;
        }
        let trace = gateway_id.names_orders().then(|| self.random.trace_id());
        self.change(now, id, JobState::Submitting, |job| {
            job.sent_at = Some(now.wall);
            job.trace = trace;
        })
    }

    /// Asks the gateways about jobs, and for cancels, as far as their rate limits allow.
    fn ask(&mut self, now: Now, alarm: &mut Alarm) {
        let gateways: Vec<GatewayId> = self.agenda.looks.keys().copied().collect();
        for gateway_id in gateways {
            if !self.gateways.get(&gateway_id).is_some_and(|gateway| gateway.can_be_asked()) {
                continue;
            }
            while let Some(earliest) = self.agenda.looks.get(&gateway_id).and_then(|looks| looks.first()) {
                let (moment, ..) = *earliest;
                let gateway = self.gateway(gateway_id);
                let from = moment.max(gateway.open_at());
                if from > now.monotonic {
                    alarm.at(from);
                    break;
                }
                let generation = gateway.generation;
                gateway.take_slot(now.monotonic);
                let Some(id) = self.most_worth_a_look(now, gateway_id) else { break };
                let Some(entry) = self.entries.get_mut(id) else { break };
                let Some(remote_id) = entry.job.remote_id.clone() else { break };
                entry.generation = generation;
                if entry.wants_cancel {
                    entry.call = Some(Call::Cancel);
                    self.effects.push(Effect::Cancel(id, gateway_id, remote_id));
                } else {
                    entry.call = Some(Call::Poll);
                    entry.watch.last_poll = Some(now.monotonic);
                    entry.watch.polls = entry.watch.polls.saturating_add(1);
                    self.effects.push(Effect::Poll(id, gateway_id, remote_id));
                }
                self.file_touched();
            }
        }
    }

    /// Of the jobs that are due at a gateway, the one that goes first: a wish to cancel, a clip that is made, then the job
    /// that is most likely over. Of equals, as all are at the start, the one whose clip the gateway deletes first.
    fn most_worth_a_look(&self, now: Now, gateway: GatewayId) -> Option<JobId> {
        let looks = self.agenda.looks.get(&gateway)?;
        let due = looks.iter().take_while(|(moment, ..)| *moment <= now.monotonic).take(DUE_AT_ONCE);
        let ranked = due.filter_map(|(moment, urgency, place)| {
            let id = self.agenda.job(*place)?;
            let entry = self.entries.get(id)?;
            let rank = if entry.wants_cancel {
                WISH
            } else if entry.job.state == JobState::Downloading {
                MADE
            } else {
                let age = entry.job.accepted_at.map(|accepted| now.wall.since(accepted)).unwrap_or_default();
                let ago = entry.watch.last_poll.map(|last| now.monotonic.saturating_sub(last));
                let seen = ago.map_or(Duration::ZERO, |ago| age.saturating_sub(ago));
                let overdue = now.monotonic.saturating_sub(*moment);
                schedule::urgency(self.learned(id), seen, age, overdue)
            };
            Some((Reverse(rank), *urgency, *moment, *place, id))
        });
        ranked.min().map(|(.., id)| id)
    }

    /// Begins downloads, up to [`DOWNLOADS_AT_ONCE`]; the clips first that the gateways delete first.
    fn begin_downloads(&mut self, now: Now, alarm: &mut Alarm) {
        self.agenda.ripen(now.monotonic);
        let is_connected = |gateway: &GatewayId| self.gateways.get(gateway).is_some_and(|gateway| gateway.is_connected);
        let connected: Vec<GatewayId> = self.agenda.fetches.keys().copied().filter(is_connected).collect();
        while self.agenda.running(Call::Download) < DOWNLOADS_AT_ONCE {
            let most_urgent =
                connected.iter().filter_map(|gateway| self.agenda.fetches_now.get(gateway)?.first()).min().copied();
            let Some((_, place)) = most_urgent else { break };
            let Some(entry) = self.agenda.job(place).and_then(|id| self.entries.get_mut(id)) else { break };
            let Some(link) = entry.link.clone() else { break };
            entry.call = Some(Call::Download);
            self.effects.push(Effect::Download(Box::new(entry.job.clone()), link));
            self.file_touched();
        }
        for (moment, ..) in connected.iter().filter_map(|gateway| self.agenda.fetches.get(gateway)?.first()) {
            alarm.at(*moment);
        }
    }

    fn begin_posters(&mut self) {
        while self.agenda.running(Call::Poster) < POSTERS_AT_ONCE {
            let Some(id) = self.agenda.posters.first().and_then(|place| self.agenda.job(*place)) else { break };
            let Some(entry) = self.entries.get_mut(id) else { break };
            entry.poster_tried = true;
            entry.call = Some(Call::Poster);
            self.effects.push(Effect::MakePoster(Box::new(entry.job.clone())));
            self.file_touched();
        }
    }
}
