//! After every input: begins all that may begin now, such as orders, polls, downloads and posters.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::Machine;
use super::effect::Effect;
use super::entry::{Call, Entry};
use super::now::Now;
use crate::domain::expiry::fetch_order;
use crate::domain::{GatewayId, JobId, JobState, StartPicture};
use crate::engine::schedule::least_poll_delay;

/// How many clips are fetched at the same time.
const DOWNLOADS_AT_ONCE: usize = 3;

/// How many posters are made at the same time; there are two media threads.
const POSTERS_AT_ONCE: usize = 2;

/// An order that is stored as being sent, but has to wait for longer than this, goes back into the queue.
const SHORT_WAIT: Duration = Duration::from_secs(1);

/// The earliest of the moments at which the machine has to be woken.
#[derive(Default)]
struct Alarm(Option<Duration>);

impl Alarm {
    fn at(&mut self, moment: Duration) {
        self.0 = Some(self.0.map_or(moment, |earliest| earliest.min(moment)));
    }
}

impl Machine {
    pub(super) fn advance(&mut self, now: Now) {
        let mut alarm = Alarm::default();
        let ids: Vec<JobId> = self.active.values().copied().collect();
        self.retry_stores(now, &ids, &mut alarm);
        for id in &ids {
            self.release_order(now, *id, &mut alarm);
        }
        if !self.is_closing {
            self.promote_orders(now, &ids, &mut alarm);
            self.ask(now, &ids, &mut alarm);
            self.begin_downloads(now, &ids, &mut alarm);
            self.begin_file_work(&ids);
            self.begin_posters(&ids);
        }
        let entries = &self.entries;
        self.active.retain(|_, id| entries.get(id).is_some_and(|entry| entry.is_active()));
        self.update_live(now);
        if self.wake_at != alarm.0
            && let Some(moment) = alarm.0
        {
            self.effects.push(Effect::WakeAt(moment));
        }
        self.wake_at = alarm.0;
    }

    fn retry_stores(&mut self, now: Now, ids: &[JobId], alarm: &mut Alarm) {
        for id in ids {
            match self.entries.get(id).and_then(|entry| entry.store_retry_at) {
                Some(moment) if moment <= now.monotonic => self.persist(*id),
                Some(moment) => alarm.at(moment),
                None => {}
            }
        }
    }

    /// Sends an order that is stored as being sent, or puts it back into the queue when it cannot go out now.
    fn release_order(&mut self, now: Now, id: JobId, alarm: &mut Alarm) {
        let Some(entry) = self.entries.get(&id) else { return };
        if entry.job.state != JobState::Submitting || entry.call.is_some() || !entry.is_stored() {
            return;
        }
        let wants_cancel = entry.wants_cancel;
        let is_closing = self.is_closing;
        let gateway = self.gateway(entry.job.gateway);
        let open_at = gateway.open_at();
        let is_held_up = open_at > now.monotonic + SHORT_WAIT;
        if wants_cancel || is_closing || is_held_up || !gateway.takes_orders() {
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
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.call = Some(Call::Submit);
            // A picture that was sent is read anew should the order have to go out once more.
            entry.has_picture = false;
            self.effects.push(Effect::Submit(Box::new(entry.job.clone())));
        }
    }

    /// Changes queued orders to "being sent", in the order of the queue, as far as the limits allow. They are sent
    /// once that is stored.
    fn promote_orders(&mut self, now: Now, ids: &[JobId], alarm: &mut Alarm) {
        if self.is_paused || self.storage_trouble.is_some() {
            return;
        }
        let mut in_flight: BTreeMap<GatewayId, usize> = BTreeMap::new();
        for id in ids {
            if let Some(entry) = self.entries.get(id).filter(|entry| entry.is_in_flight()) {
                *in_flight.entry(entry.job.gateway).or_default() += 1;
            }
        }
        // A job that has to wait makes all behind it wait, so that the order of the queue is kept.
        let mut blocked: BTreeSet<GatewayId> = BTreeSet::new();
        for id in ids {
            let Some(entry) = self.entries.get(id) else { continue };
            let gateway_id = entry.job.gateway;
            if entry.job.state != JobState::Queued || blocked.contains(&gateway_id) {
                continue;
            }
            let at_once = self.limits.of(gateway_id);
            let taken = in_flight.entry(gateway_id).or_default();
            let has_place = entry.is_in_flight() || *taken < at_once;
            let Some(gateway) = self.gateways.get(&gateway_id) else { continue };
            let from = gateway.submits_from.max(gateway.open_at()).max(entry.due);
            if !entry.is_stored() || entry.call.is_some() || !has_place || !gateway.takes_orders() {
                blocked.insert(gateway_id);
                continue;
            }
            if from > now.monotonic {
                alarm.at(from);
                blocked.insert(gateway_id);
                continue;
            }
            if !entry.is_in_flight() {
                *taken += 1;
            }
            if matches!(entry.job.request.picture(), Some(StartPicture::Stored(_))) && !entry.has_picture {
                if let Some(entry) = self.entries.get_mut(id) {
                    entry.call = Some(Call::Picture);
                    self.effects.push(Effect::PreparePicture(Box::new(entry.job.clone())));
                }
                blocked.insert(gateway_id);
                continue;
            }
            self.change(now, *id, JobState::Submitting, |job| job.sent_at = Some(now.wall));
        }
    }

    /// Asks the gateways about jobs, and for cancels, as far as their rate limits allow; the longest waiting first.
    fn ask(&mut self, now: Now, ids: &[JobId], alarm: &mut Alarm) {
        let mut due = Vec::new();
        for id in ids {
            let Some(entry) = self.entries.get(id) else { continue };
            let is_held = entry.job.state == JobState::Downloading && entry.job.is_download_paused;
            let wants_look = entry.job.state.is_watched() && entry.link.is_none() && !is_held;
            if !wants_look || entry.call.is_some() || !entry.is_stored() || entry.job.remote_id.is_none() {
                continue;
            }
            if !self.gateways.get(&entry.job.gateway).is_some_and(|gateway| gateway.can_be_asked()) {
                continue;
            }
            let distance = entry.watch.last_poll.map(|last| last + least_poll_delay(entry.job.gateway));
            let moment = if entry.wants_cancel { entry.due } else { entry.due.max(distance.unwrap_or_default()) };
            if moment <= now.monotonic {
                // Of the jobs that are due together, as all are at the start, those come first whose clips the
                // gateway deletes first.
                due.push((moment, fetch_order(&entry.job), entry.place, *id));
            } else {
                alarm.at(moment);
            }
        }
        due.sort_unstable();
        for (_, _, _, id) in due {
            let Some(entry) = self.entries.get(&id) else { continue };
            let gateway = self.gateway(entry.job.gateway);
            if gateway.open_at() > now.monotonic {
                alarm.at(gateway.open_at());
                continue;
            }
            gateway.take_slot(now.monotonic);
            let Some(entry) = self.entries.get_mut(&id) else { continue };
            let Some(remote_id) = entry.job.remote_id.clone() else { continue };
            if entry.wants_cancel {
                entry.call = Some(Call::Cancel);
                self.effects.push(Effect::Cancel(id, entry.job.gateway, remote_id));
            } else {
                entry.call = Some(Call::Poll);
                entry.watch.last_poll = Some(now.monotonic);
                entry.watch.polls = entry.watch.polls.saturating_add(1);
                self.effects.push(Effect::Poll(id, entry.job.gateway, remote_id));
            }
        }
    }

    /// Begins downloads, up to [`DOWNLOADS_AT_ONCE`]; the clips first that the gateways delete first.
    fn begin_downloads(&mut self, now: Now, ids: &[JobId], alarm: &mut Alarm) {
        let mut running = self.count_calls(ids, Call::Download);
        let waits = |entry: &&Entry| {
            entry.job.state == JobState::Downloading
                && !entry.job.is_download_paused
                && entry.call.is_none()
                && entry.is_stored()
        };
        let mut waiting: Vec<_> = ids
            .iter()
            .filter_map(|id| self.entries.get(id).filter(waits))
            .map(|entry| (fetch_order(&entry.job), entry.place, entry.job.id))
            .collect();
        waiting.sort_unstable();
        for (_, _, id) in waiting {
            let Some(entry) = self.entries.get_mut(&id) else { continue };
            let Some(link) = entry.link.clone() else { continue };
            if !self.gateways.get(&entry.job.gateway).is_some_and(|gateway| gateway.is_connected) {
                continue;
            }
            if entry.due > now.monotonic {
                alarm.at(entry.due);
            } else if running < DOWNLOADS_AT_ONCE {
                running += 1;
                entry.call = Some(Call::Download);
                self.effects.push(Effect::Download(Box::new(entry.job.clone()), link));
            }
        }
    }

    fn begin_posters(&mut self, ids: &[JobId]) {
        let mut running = self.count_calls(ids, Call::Poster);
        for id in ids {
            let Some(entry) = self.entries.get_mut(id) else { continue };
            if entry.wants_poster() && entry.call.is_none() && entry.is_stored() && running < POSTERS_AT_ONCE {
                running += 1;
                entry.poster_tried = true;
                entry.call = Some(Call::Poster);
                self.effects.push(Effect::MakePoster(Box::new(entry.job.clone())));
            }
        }
    }

    fn count_calls(&self, ids: &[JobId], call: Call) -> usize {
        ids.iter().filter(|id| self.entries.get(id).is_some_and(|entry| entry.call == Some(call))).count()
    }
}
