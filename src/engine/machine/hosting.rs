//! Pictures that have to lie on a server before their order goes out: they are sent there, read back, and deleted when the
//! job has ended.
//!
//! * Where a picture will lie is stored with its job before the first byte leaves ([`Job::hosted`]). So whenever the program
//!   ends, the next start knows what there may be.
//! * An order goes out only when all of its pictures were read back by the address that the gateway gets, an hour ago at the
//!   most.
//! * What is wrong with a server is a matter of all orders that need it: they wait with one message, and those that need
//!   no server go out meanwhile.
//! * What nobody needs any more is deleted ([`unneeded_from`]), and again at each start until it is gone. The user is told
//!   once where it lies when it cannot be deleted.

use std::time::Duration;

use super::Machine;
use super::alarm::Alarm;
use super::effect::Effect;
use super::entry::{Call, Entry};
use super::host::Host;
use super::input::HostFailure;
use super::now::Now;
use crate::domain::hosting::{HostedAt, HostedState, sent_pictures, stored_pictures};
use crate::domain::unneeded::unneeded_from;
use crate::domain::{BucketPlace, GatewayId, Hosted, Job, JobId, JobState, PictureWay};
use crate::engine::event::Hold;
use crate::engine::schedule::backoff;

/// A picture that was read back longer ago than this is looked at again before its order goes out.
const FRESH_FOR: Duration = Duration::from_secs(3600);

/// After so many failures in a row the user is told where a picture lies that cannot be deleted for now.
const TOLD_AFTER: u32 = 5;

/// What is known of one kind of server in this run.
#[derive(Debug, Default)]
pub(super) struct HostState {
    /// Why nothing is sent there until the user does something.
    hold: Option<String>,
    /// What was wrong with the last try, which is repeated by itself.
    trouble: Option<String>,
    failures: u32,
    /// Nothing is sent there before this monotonic time.
    from: Duration,
}

/// The servers that pictures are sent to.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    bucket: HostState,
    platform: HostState,
    /// The place in use; `None` when there is no bucket with keys.
    place: Option<BucketPlace>,
    /// Whether it was said in this run which bucket is used, if any. Before that nothing is known to be missing.
    is_place_known: bool,
}

impl Hosts {
    fn of(&self, host: Host) -> &HostState {
        match host {
            Host::Bucket => &self.bucket,
            Host::Platform => &self.platform,
        }
    }

    fn of_mut(&mut self, host: Host) -> &mut HostState {
        match host {
            Host::Bucket => &mut self.bucket,
            Host::Platform => &mut self.platform,
        }
    }

    /// Forgets what went wrong, because the user says so.
    pub(super) fn try_again(&mut self) {
        self.bucket = HostState::default();
        self.platform = HostState::default();
    }

    /// Forgets what went wrong at PixVerse, because it has a new connection.
    pub(super) fn forget_platform(&mut self) {
        self.platform = HostState::default();
    }

    /// The computer slept, so that the network may be another one.
    pub(super) fn woke(&mut self, now: Duration) {
        for host in [&mut self.bucket, &mut self.platform] {
            host.from = host.from.min(now);
        }
    }
}

/// Whether something is to be done with pictures before the order can go out.
pub(super) fn has_pictures_to_prepare(job: &Job) -> bool {
    host_of(job).is_some() || stored_pictures(job.gateway, &job.request).next().is_some()
}

/// The kind of server that the pictures of an order have to be sent to; `None` when they go out inside of it, or there are
/// none. PixVerse has an upload of its own, which web addresses go through as well, and the practice gateway is on this
/// computer.
pub(super) fn host_of(job: &Job) -> Option<Host> {
    // Orders to PixVerse name every picture by a number, also one that lies on the web.
    if job.gateway == GatewayId::Pixverse {
        return sent_pictures(job.gateway, &job.request).next().map(|_| Host::Platform);
    }
    stored_pictures(job.gateway, &job.request).next()?;
    match (job.gateway, job.picture_way) {
        (GatewayId::Practice, _) | (_, PictureWay::InOrder) => None,
        (_, PictureWay::Platform) => Some(Host::Platform),
        (_, PictureWay::Bucket) => Some(Host::Bucket),
    }
}

impl Entry {
    fn place_and_id(&self) -> (u64, JobId) {
        (self.place, self.job.id)
    }

    /// Whether its pictures are ready, and were so not too long ago by either clock.
    pub(super) fn has_fresh_picture(&self, now: Now) -> bool {
        let is_fresh = |(wall, monotonic): (_, Duration)| {
            now.wall.since(wall) < FRESH_FOR && now.monotonic.saturating_sub(monotonic) < FRESH_FOR
        };
        self.has_picture && (host_of(&self.job).is_none() || self.picture_ready_at.is_some_and(is_fresh))
    }
}

impl Machine {
    /// Brings the pictures of a queued order to their server: first notes where, then sends them. Returns whether the next
    /// order of the queue may pass.
    pub(super) fn host_pictures(&mut self, now: Now, id: JobId, host: Host, alarm: &mut Alarm) -> bool {
        let state = self.hosts.of(host);
        if state.hold.is_some() || !self.has_host(host) {
            return true;
        }
        if state.from > now.monotonic {
            alarm.at(state.from);
            return true;
        }
        let place = self.hosts.place.clone();
        let Some(entry) = self.entries.get_mut(id) else { return true };
        if entry.is_unhosting {
            // What is being deleted may be at the very place that is needed now.
            return true;
        }
        if host == Host::Bucket
            && let Some(place) = place
            && let Some(hosted) = planned(&entry.job, &place)
        {
            // Nothing is sent before this is on disk.
            self.change(now, id, JobState::Queued, |job| job.hosted = hosted);
            return true;
        }
        entry.call = Some(Call::Picture);
        entry.sending_picture = None;
        self.effects.push(Effect::SendPictures(Box::new(entry.job.clone()), host));
        true
    }

    /// Whether there is such a server with keys for it.
    fn has_host(&self, host: Host) -> bool {
        match host {
            Host::Bucket => self.hosts.place.is_some(),
            Host::Platform => self.gateways.get(&GatewayId::Pixverse).is_some_and(|gateway| gateway.can_be_asked()),
        }
    }

    pub(super) fn pictures_sent(&mut self, now: Now, id: JobId, host: Host, hosted: Vec<Hosted>) {
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.call == Some(Call::Picture)) else { return };
        entry.call = None;
        entry.sending_picture = None;
        *self.hosts.of_mut(host) = HostState::default();
        if entry.job.state != JobState::Queued {
            // It was cancelled meanwhile; what lies there is deleted as it was planned.
            return;
        }
        let is_current = host != Host::Bucket || self.hosts.place.as_ref().is_some_and(|place| lie_in(&hosted, place));
        let is_current = is_current && entry.job.held.is_none();
        entry.has_picture = is_current;
        entry.picture_ready_at = is_current.then_some((now.wall, now.monotonic));
        // What was begun elsewhere is still to be deleted there.
        let is_replaced = |old: &Hosted| hosted.iter().any(|new| new.at == old.at);
        let mut kept: Vec<Hosted> = entry.job.hosted.clone();
        kept.retain(|old| old.can_be_deleted() && !is_replaced(old));
        kept.extend(hosted);
        if kept != entry.job.hosted {
            self.change(now, id, JobState::Queued, |job| job.hosted = kept);
        }
    }

    pub(super) fn pictures_not_sent(&mut self, now: Now, id: JobId, host: Host, failure: HostFailure) {
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.call == Some(Call::Picture)) else { return };
        entry.call = None;
        entry.sending_picture = None;
        let mut random = self.random;
        let state = self.hosts.of_mut(host);
        match failure {
            HostFailure::Stopped => {}
            HostFailure::Unreadable(reason) => {
                let reason = reason.trim_end_matches('.');
                self.remove_for_its_picture(now, id, format!("The picture could not be read: {reason}."));
            }
            HostFailure::Refused(reason) => self.remove_for_its_picture(now, id, reason),
            HostFailure::Passing(why) => {
                state.failures = state.failures.saturating_add(1);
                let wait = backoff(Duration::from_secs(2), state.failures, Duration::from_secs(60), &mut random);
                state.from = now.monotonic + wait;
                state.trouble = Some(why);
            }
            HostFailure::Lasting(why) => state.hold = Some(why),
        }
        self.random = random;
    }

    /// Uses another bucket from now on, or none. What went wrong was said of the old one.
    pub(super) fn use_bucket(&mut self, now: Now, place: Option<BucketPlace>) {
        self.hosts.bucket = HostState::default();
        self.hosts.place.clone_from(&place);
        self.hosts.is_place_known = true;
        // A picture that could not be deleted may belong to a job that has nothing else left to do.
        let mut ids: Vec<_> =
            self.entries.values().filter(|entry| !entry.job.hosted.is_empty()).map(Entry::place_and_id).collect();
        ids.sort_unstable();
        for (_, id) in ids {
            let Some(entry) = self.entries.get_mut(id) else { continue };
            if host_of(&entry.job) == Some(Host::Bucket)
                && !place.as_ref().is_some_and(|place| lie_in(&entry.job.hosted, place))
            {
                entry.has_picture = false;
            }
            entry.unhost_failures = 0;
            self.plan_unhosting(now, id);
        }
    }

    /// Forgets what was uploaded to PixVerse for orders that are still to go out, because another account is used by now: it
    /// knows no numbers of pictures of the old one.
    pub(super) fn forget_uploads(&mut self, now: Now) {
        let is_upload = |hosted: &Hosted| matches!(hosted.at, HostedAt::Platform { .. });
        let mut ids: Vec<_> = self
            .entries
            .values()
            .filter(|entry| entry.job.state == JobState::Queued && entry.job.hosted.iter().any(is_upload))
            .map(Entry::place_and_id)
            .collect();
        ids.sort_unstable();
        for (_, id) in ids {
            if let Some(entry) = self.entries.get_mut(id) {
                entry.has_picture = false;
            }
            self.change(now, id, JobState::Queued, |job| job.hosted.retain(|hosted| !is_upload(hosted)));
        }
    }

    /// Why the picture of a queued order is not on its way; `None` when it is, or needs no server.
    pub(super) fn picture_hold(&self, now: Now, entry: &Entry) -> Option<Hold> {
        let host = host_of(&entry.job)?;
        if entry.call == Some(Call::Picture) || entry.has_fresh_picture(now) {
            return None;
        }
        let state = self.hosts.of(host);
        if let Some(why) = &state.hold {
            return Some(Hold::Picture { why: why.clone(), retry_in: None });
        }
        if !self.has_host(host) {
            let why = match host {
                Host::Bucket if !self.hosts.is_place_known => return None,
                Host::Bucket => "No bucket with keys is set up for pictures.",
                Host::Platform => "PixVerse Platform has no key that works, so it takes no picture.",
            };
            return Some(Hold::Picture { why: why.to_owned(), retry_in: None });
        }
        let wait = state.from.saturating_sub(now.monotonic);
        let why = state.trouble.clone().filter(|_| wait > Duration::ZERO)?;
        // Whole seconds, so that the numbers do not change at every step.
        let retry_in = Some(Duration::from_secs(wait.as_millis().div_ceil(1000) as u64));
        Some(Hold::Picture { why, retry_in })
    }

    /// Plans when pictures of a job are to be deleted, by what is known of it now.
    pub(super) fn plan_unhosting(&mut self, now: Now, id: JobId) {
        let Some(entry) =
            self.entries.get_mut(id).filter(|entry| !entry.job.hosted.is_empty() || entry.unhost_at.is_some())
        else {
            return;
        };
        let from = unneeded_from(entry.job.state, entry.job.sent_at, entry.job.ended_at);
        let deletable = || entry.job.hosted.iter().filter(|hosted| hosted.can_be_deleted());
        let has_unneeded = deletable().any(|hosted| hosted.state == HostedState::Unneeded);
        let at = match from {
            _ if has_unneeded => Some(now.monotonic),
            Some(moment) if deletable().next().is_some() => Some(now.monotonic + moment.since(now.wall)),
            _ => None,
        };
        if entry.unhost_failures == 0 || at.is_none() {
            entry.unhost_at = at;
        }
    }

    /// Begins to delete the pictures that nobody needs any more.
    pub(super) fn begin_unhosting(&mut self, now: Now, alarm: &mut Alarm) {
        if !self.hosts.is_place_known {
            return;
        }
        while let Some((moment, place)) = self.agenda.unhosts.first().copied() {
            if moment > now.monotonic {
                alarm.at(moment);
                break;
            }
            let Some(entry) = self.agenda.job(place).and_then(|id| self.entries.get_mut(id)) else { break };
            let from = unneeded_from(entry.job.state, entry.job.sent_at, entry.job.ended_at);
            let is_over = from.is_some_and(|from| from <= now.wall);
            let is_wanted =
                |hosted: &&Hosted| hosted.can_be_deleted() && (is_over || hosted.state == HostedState::Unneeded);
            let unneeded: Vec<Hosted> = entry.job.hosted.iter().filter(is_wanted).cloned().collect();
            let id = entry.job.id;
            if unneeded.is_empty() {
                // The wall clock was set back meanwhile.
                entry.unhost_at = from.map(|from| now.monotonic + from.since(now.wall));
            } else {
                entry.is_unhosting = true;
                entry.unhost_at = None;
                if self.hosts.place.is_some() {
                    self.effects.push(Effect::Unhost(Box::new(entry.job.clone()), unneeded));
                } else {
                    let why = HostFailure::Lasting("There are no keys for the bucket.".to_owned());
                    let results = unneeded.into_iter().map(|hosted| (hosted, Err(why.clone()))).collect();
                    self.unhosted(now, id, results);
                }
            }
            self.file_touched();
        }
    }

    pub(super) fn unhosted(&mut self, now: Now, id: JobId, results: Vec<(Hosted, Result<(), HostFailure>)>) {
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.is_unhosting) else { return };
        entry.is_unhosting = false;
        let mut hosted = entry.job.hosted.clone();
        let mut told = Vec::new();
        let mut is_passing = true;
        let mut has_failed = false;
        for (which, result) in results {
            let Err(failure) = result else {
                hosted.retain(|kept| kept.at != which.at);
                continue;
            };
            has_failed = true;
            let why = match failure {
                HostFailure::Passing(why) => why,
                HostFailure::Lasting(why) | HostFailure::Refused(why) | HostFailure::Unreadable(why) => {
                    is_passing = false;
                    why
                }
                HostFailure::Stopped => continue,
            };
            let is_news = !is_passing || entry.unhost_failures + 1 >= TOLD_AFTER;
            if let Some(kept) = hosted.iter_mut().find(|kept| kept.at == which.at && !kept.is_told && is_news) {
                kept.is_told = true;
                told.push(format!(
                    "The picture {} could not be deleted there: {why} It is tried again at the next start; you may delete it \
                     yourself.",
                    kept.words()
                ));
            }
        }
        let mut random = self.random;
        if has_failed {
            entry.unhost_failures = entry.unhost_failures.saturating_add(1);
            let wait = backoff(Duration::from_secs(5), entry.unhost_failures, Duration::from_secs(600), &mut random);
            // What needs the user is not tried again in this run, unless the bucket or its keys change.
            entry.unhost_at = is_passing.then_some(now.monotonic + wait);
        } else {
            entry.unhost_failures = 0;
        }
        self.random = random;
        let (state, is_changed) = (entry.job.state, hosted != entry.job.hosted);
        if is_changed {
            self.change(now, id, state, |job| job.hosted = hosted);
        }
        for note in told {
            self.note(id, note);
        }
    }
}

#[cfg(test)]
impl Machine {
    /// Whether a picture is being deleted or will be within the next hour.
    pub(super) fn unhosts_soon(&self, now: Duration) -> bool {
        self.hosts.is_place_known
            && self.agenda.unhosts.first().is_some_and(|(moment, _)| *moment <= now + Duration::from_secs(3600))
    }
}

/// Where the pictures of an order are to lie in the bucket, when the job does not say so yet.
fn planned(job: &Job, place: &BucketPlace) -> Option<Vec<Hosted>> {
    let mut hosted = job.hosted.clone();
    for (slot, picture) in stored_pictures(job.gateway, &job.request) {
        let at = HostedAt::Bucket { place: place.clone(), key: place.key_for(job.id, slot, picture) };
        for old in hosted.iter_mut().filter(|old| old.slot == slot && old.at != at && old.can_be_deleted()) {
            old.state = HostedState::Unneeded;
        }
        match hosted.iter_mut().find(|old| old.at == at) {
            Some(old) if old.state == HostedState::Unneeded => old.state = HostedState::Sending,
            Some(_) => {}
            None => hosted.push(Hosted { slot, at, state: HostedState::Sending, is_told: false }),
        }
    }
    (hosted != job.hosted).then_some(hosted)
}

/// Whether all pictures that are needed lie in this bucket.
fn lie_in(hosted: &[Hosted], place: &BucketPlace) -> bool {
    let needed = || hosted.iter().filter(|hosted| hosted.state != HostedState::Unneeded);
    needed().next().is_some()
        && needed().all(|hosted| matches!(&hosted.at, HostedAt::Bucket { place: there, .. } if there == place))
}
