//! What there is to do, sorted by when and in which order, so that a step costs as much as it changes.
//!
//! Each job that has something left to do stands in the sets that fit it. When a job was touched, it is taken out of the
//! sets that it stood in and put into those that fit it now ([`Agenda::file`]). What depends on a gateway as a whole, such
//! as whether it has a key, is not part of this: the sets are kept by gateway, and whoever walks through one asks first.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use super::entry::{Call, Entry};
use crate::domain::expiry::fetch_order;
use crate::domain::{GatewayId, JobId, JobState, UnixMillis};
use crate::engine::schedule::least_poll_delay;

/// The place of a job among all; an older job has a lower one.
pub(super) type Place = u64;

/// The place of an order in the line of those that wait: its rank, and of equal ones the older first.
pub(super) type Seat = (i64, Place);

/// Sort key of looks and downloads: which clip the gateway deletes first.
type Urgency = (UnixMillis, UnixMillis);

/// Where one job stands in the agenda.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Marks {
    gateway: Option<GatewayId>,
    is_unfinished: bool,
    /// Its seat while it is queued, be it held or not.
    seat: Option<Seat>,
    /// Whether it is queued, and nothing holds it back.
    is_queued: bool,
    is_in_flight: bool,
    is_busy: bool,
    waits_for_release: bool,
    waits_for_file_work: bool,
    waits_for_poster: bool,
    /// When pictures of it are to be deleted from a server.
    unhost: Option<Duration>,
    /// When it is to be stored again.
    retry: Option<Duration>,
    /// When its gateway is to be asked.
    look: Option<(Duration, Urgency)>,
    /// When its clip is to be fetched.
    fetch: Option<(Duration, Urgency)>,
    call: Option<Call>,
}

impl Marks {
    /// What fits a job now. `may_send` says whether this run may send it at all.
    fn of(entry: &Entry, may_send: bool) -> Self {
        let job = &entry.job;
        let is_free = entry.call.is_none() && entry.is_stored();
        let is_held = job.state == JobState::Downloading && job.is_download_paused;
        let is_asked = is_free && job.state.is_watched() && entry.link.is_none() && !is_held && job.remote_id.is_some();
        let is_fetched = is_free && job.state == JobState::Downloading && entry.link.is_some() && !is_held;
        Self {
            gateway: Some(job.gateway),
            is_unfinished: job.state.is_unfinished(),
            seat: (job.state == JobState::Queued).then(|| entry.seat()),
            is_queued: job.state == JobState::Queued && job.held.is_none() && may_send,
            is_in_flight: entry.is_in_flight(),
            is_busy: matches!(entry.call, Some(Call::Submit | Call::File)) || !entry.is_stored() || entry.is_unhosting,
            waits_for_release: job.state == JobState::Submitting && is_free,
            waits_for_file_work: is_free && entry.wanted_file_work().is_some(),
            waits_for_poster: is_free && entry.wants_poster(),
            // Independent of the calls for the job, which are about the clip then. An upload has to end first.
            unhost: entry
                .unhost_at
                .filter(|_| entry.is_stored() && !entry.is_unhosting && entry.call != Some(Call::Picture)),
            retry: entry.store_retry_at,
            look: is_asked.then(|| {
                let distance = entry.watch.last_poll.map(|last| last + least_poll_delay(job.gateway));
                let moment = if entry.wants_cancel { entry.due } else { entry.due.max(distance.unwrap_or_default()) };
                (moment, fetch_order(job))
            }),
            fetch: is_fetched.then(|| (entry.due, fetch_order(job))),
            call: entry.call,
        }
    }
}

/// The sets, each with the places of the jobs that stand in it.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    /// Jobs with something left to do.
    active: BTreeMap<Place, JobId>,
    marks: HashMap<Place, Marks>,
    /// Jobs that are not over, oldest first.
    pub(super) unfinished: BTreeSet<Place>,
    /// Orders that may be sent, in their order.
    pub(super) queues: BTreeMap<GatewayId, BTreeSet<Seat>>,
    /// Those of them that count as in flight already, because their pictures are being prepared or are ready.
    pub(super) prepared: BTreeMap<GatewayId, BTreeSet<Seat>>,
    /// All queued orders, held ones as well, in their order.
    pub(super) lines: BTreeMap<GatewayId, BTreeSet<Seat>>,
    in_flight: BTreeMap<GatewayId, usize>,
    /// Orders that are stored as being sent and wait to go out.
    pub(super) releases: BTreeSet<Place>,
    /// What is to be stored again, by its moment.
    pub(super) retries: BTreeSet<(Duration, Place)>,
    /// What gateways are to be asked about, by its moment.
    pub(super) looks: BTreeMap<GatewayId, BTreeSet<(Duration, Urgency, Place)>>,
    /// Clips that are to be fetched, by the moment from which on.
    pub(super) fetches: BTreeMap<GatewayId, BTreeSet<(Duration, Urgency, Place)>>,
    /// Clips that may be fetched now; the most urgent first. Filled from `fetches` when the moment has come.
    pub(super) fetches_now: BTreeMap<GatewayId, BTreeSet<(Urgency, Place)>>,
    /// Files that are to be worked on.
    pub(super) file_works: BTreeSet<Place>,
    /// Posters that are to be made.
    pub(super) posters: BTreeSet<Place>,
    /// Jobs whose pictures are to be deleted from a server, by the moment.
    pub(super) unhosts: BTreeSet<(Duration, Place)>,
    running: BTreeMap<Call, usize>,
    busy: usize,
}

impl Agenda {
    /// The job at a place, if it has something left to do.
    pub(super) fn job(&self, place: Place) -> Option<JobId> {
        self.active.get(&place).copied()
    }

    /// All jobs with something left to do, oldest first.
    pub(super) fn active(&self) -> impl Iterator<Item = JobId> {
        self.active.values().copied()
    }

    /// Number of orders in flight at a gateway.
    pub(super) fn in_flight(&self, gateway: GatewayId) -> usize {
        self.in_flight.get(&gateway).copied().unwrap_or(0)
    }

    /// Number of calls of this kind that are under way.
    pub(super) fn running(&self, call: Call) -> usize {
        self.running.get(&call).copied().unwrap_or(0)
    }

    /// Number of jobs that are being sent, whose file is being moved, or that are not stored as they are.
    pub(super) fn busy(&self) -> usize {
        self.busy
    }

    /// Sorts a job in as it is now. `may_send` says whether this run of the program may send it.
    pub(super) fn file(&mut self, entry: &Entry, may_send: bool) {
        let place = entry.place;
        let old = self.marks.get(&place).copied().unwrap_or_default();
        let is_active = entry.is_active();
        let new = if is_active { Marks::of(entry, may_send) } else { Marks::default() };
        if is_active {
            self.active.insert(place, entry.job.id);
            self.marks.insert(place, new);
        } else {
            self.active.remove(&place);
            self.marks.remove(&place);
        }
        if old == new {
            return;
        }
        self.take_out(place, old);
        self.put_in(place, new);
    }

    fn take_out(&mut self, place: Place, marks: Marks) {
        let Some(gateway) = marks.gateway else { return };
        self.unfinished.remove(&place);
        if let Some(seat) = marks.seat {
            for sets in [&mut self.queues, &mut self.prepared, &mut self.lines] {
                sets.entry(gateway).or_default().remove(&seat);
            }
        }
        self.releases.remove(&place);
        self.file_works.remove(&place);
        self.posters.remove(&place);
        if let Some(moment) = marks.unhost {
            self.unhosts.remove(&(moment, place));
        }
        if let Some(moment) = marks.retry {
            self.retries.remove(&(moment, place));
        }
        if let Some((moment, urgency)) = marks.look {
            self.looks.entry(gateway).or_default().remove(&(moment, urgency, place));
        }
        if let Some((moment, urgency)) = marks.fetch {
            self.fetches.entry(gateway).or_default().remove(&(moment, urgency, place));
            self.fetches_now.entry(gateway).or_default().remove(&(urgency, place));
        }
        if marks.is_in_flight
            && let Some(count) = self.in_flight.get_mut(&gateway)
        {
            *count -= 1;
        }
        if let Some(call) = marks.call
            && let Some(count) = self.running.get_mut(&call)
        {
            *count -= 1;
        }
        self.busy -= usize::from(marks.is_busy);
    }

    fn put_in(&mut self, place: Place, marks: Marks) {
        let Some(gateway) = marks.gateway else { return };
        let put = |set: &mut BTreeSet<Place>, is_in: bool| {
            if is_in {
                set.insert(place);
            }
        };
        put(&mut self.unfinished, marks.is_unfinished);
        put(&mut self.releases, marks.waits_for_release);
        put(&mut self.file_works, marks.waits_for_file_work);
        put(&mut self.posters, marks.waits_for_poster);
        if let Some(seat) = marks.seat {
            let is_prepared = marks.is_queued && marks.is_in_flight;
            let sets =
                [(&mut self.lines, true), (&mut self.queues, marks.is_queued), (&mut self.prepared, is_prepared)];
            for (sets, is_in) in sets {
                if is_in {
                    sets.entry(gateway).or_default().insert(seat);
                }
            }
        }
        if let Some(moment) = marks.unhost {
            self.unhosts.insert((moment, place));
        }
        if let Some(moment) = marks.retry {
            self.retries.insert((moment, place));
        }
        if let Some((moment, urgency)) = marks.look {
            self.looks.entry(gateway).or_default().insert((moment, urgency, place));
        }
        if let Some((moment, urgency)) = marks.fetch {
            self.fetches.entry(gateway).or_default().insert((moment, urgency, place));
        }
        if marks.is_in_flight {
            *self.in_flight.entry(gateway).or_default() += 1;
        }
        if let Some(call) = marks.call {
            *self.running.entry(call).or_default() += 1;
        }
        self.busy += usize::from(marks.is_busy);
    }

    /// Lets all clips be fetched whose moment has come.
    pub(super) fn ripen(&mut self, now: Duration) {
        for (gateway, fetches) in &mut self.fetches {
            while let Some((moment, urgency, place)) = fetches.first().copied().filter(|(moment, ..)| *moment <= now) {
                fetches.remove(&(moment, urgency, place));
                self.fetches_now.entry(*gateway).or_default().insert((urgency, place));
            }
        }
    }

    /// Everything that has to be true of the sets, checked the slow way against all jobs; for tests.
    #[cfg(test)]
    pub(super) fn check<'a>(&self, entries: impl Iterator<Item = &'a Entry>, may_send: impl Fn(&Entry) -> bool) {
        let mut fresh = Self::default();
        for entry in entries {
            fresh.file(entry, may_send(entry));
        }
        let all = |agenda: &Self| -> Vec<String> {
            let merged = |one: &BTreeMap<GatewayId, BTreeSet<(Duration, Urgency, Place)>>| -> Vec<Place> {
                one.values().flatten().map(|(.., place)| *place).collect()
            };
            let mut fetches = merged(&agenda.fetches);
            fetches.extend(agenda.fetches_now.values().flatten().map(|(_, place)| *place));
            fetches.sort_unstable();
            let queues: Vec<_> = [&agenda.queues, &agenda.prepared, &agenda.lines]
                .into_iter()
                .flatten()
                .filter(|(_, queue)| !queue.is_empty())
                .collect();
            let counts: Vec<_> = agenda.in_flight.iter().filter(|(_, count)| **count > 0).collect();
            let running: Vec<_> = agenda.running.iter().filter(|(_, count)| **count > 0).collect();
            let looks: Vec<_> = agenda.looks.values().flatten().collect();
            vec![
                format!("{:?} {:?} {queues:?} {counts:?}", agenda.active, agenda.unfinished),
                format!("{:?} {:?} {looks:?} {fetches:?}", agenda.releases, agenda.retries),
                format!(
                    "{:?} {:?} {:?} {running:?} {}",
                    agenda.file_works, agenda.posters, agenda.unhosts, agenda.busy
                ),
            ]
        };
        assert_eq!(all(self), all(&fresh), "the agenda and the jobs differ");
    }
}
