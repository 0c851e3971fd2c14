//! Carries out the commands of the user, and takes up the jobs that an earlier run left.

use super::Machine;
use super::entry::Call;
use super::now::Now;
use crate::domain::caps::CapKind;
use crate::domain::holds::HeldFor;
use crate::domain::job::Poster;
use crate::domain::outcome::UnconfirmedCause;
use crate::domain::{Charge, Ending, GatewayId, Holds, Job, JobId, JobState, RemoteId};
use crate::engine::command::{Command, NewJob, UnconfirmedDecision};
use crate::engine::event::Event;

impl Machine {
    /// Takes up the jobs that an earlier run of the program left unfinished.
    pub(super) fn start(&mut self, now: Now) {
        if self.holds != Holds::default() {
            self.emit(Event::HoldsChanged(self.holds.clone()));
        }
        self.hold_stale_orders(now);
        let ids: Vec<JobId> = self.agenda.active().collect();
        for id in ids {
            self.take_up(now, id);
        }
    }

    /// Takes up a job that this run did not begin.
    pub(super) fn take_up(&mut self, now: Now, id: JobId) {
        self.plan_unhosting(now, id);
        let Some(entry) = self.entries.get_mut(id) else { return };
        entry.due = now.monotonic;
        let gateway = entry.job.gateway;
        if gateway == GatewayId::Aigateway {
            // The program may have asked a moment before it ended, and aigateway counts that
            // (docs/gateways.md, section 1.3).
            entry.watch.last_poll = Some(now.monotonic);
        }
        match entry.job.state {
            // The order may have been sent before the program ended.
            JobState::Submitting => {
                self.change(now, id, JobState::Unconfirmed, |job| {
                    job.charge = Charge::NotKnown;
                    job.message = Some(Ending::unconfirmed(gateway, UnconfirmedCause::Interrupted));
                });
            }
            state if state.is_watched() && entry.job.remote_id.is_none() && entry.link.is_none() => {
                self.change(now, id, JobState::NotWatched, |job| job.message = Some(Ending::unknown_job(gateway)));
            }
            // The disk may take it now; what was said of an earlier try is over.
            JobState::Downloading if entry.job.clone().forget_last_try() => {
                self.change(now, id, JobState::Downloading, |job| {
                    job.forget_last_try();
                });
            }
            _ => {}
        }
    }

    pub(super) fn obey(&mut self, now: Now, command: Command) {
        match command {
            Command::Enqueue(new_jobs) => {
                let run = new_jobs.first().map(|job| job.id);
                for new_job in new_jobs {
                    self.enqueue(now, new_job, run);
                }
            }
            Command::EnqueueHeld(new_jobs) => {
                let run = new_jobs.first().map(|job| job.id);
                for new_job in new_jobs {
                    self.enqueue_as(now, new_job, run, Some(HeldFor::Paused));
                }
            }
            Command::EnqueueInPlace { of, new_jobs, is_held } => {
                let run = new_jobs.first().map(|job| job.id);
                let rank = self.rank_in_place_of(now, of);
                for new_job in new_jobs {
                    self.enqueue_at(now, new_job, run, is_held.then_some(HeldFor::Paused), rank);
                }
            }
            Command::Resolve(id, decision) => self.resolve(now, id, decision),
            Command::Cancel(id) => self.cancel(now, id),
            Command::TakeOut(id) => {
                if self.job(id).is_some_and(|job| job.state == JobState::Queued) {
                    self.remove_queued(now, id);
                }
            }
            Command::StopWatching(id) => {
                if self.job(id).is_some_and(|job| job.state.is_watched()) {
                    self.look_away(now, id);
                }
            }
            Command::WatchAgain(id) => self.watch_again(now, id),
            Command::DownloadAgain(id) => {
                if self.job(id).is_some_and(|job| job.state == JobState::Ready) {
                    self.watch_again(now, id);
                }
            }
            Command::Judge(verdicts) => {
                for (id, verdict) in verdicts {
                    self.judge(now, id, verdict);
                }
            }
            Command::MoveToProject(ids, project) => {
                for id in ids {
                    self.move_to_project(now, id, project.clone());
                }
            }
            Command::ToTrash(ids) => {
                for id in ids {
                    self.trash(now, id);
                }
            }
            Command::TakeBack(ids) => {
                for id in ids {
                    self.take_back(now, id);
                }
            }
            Command::FileFound(id, path) => self.file_found(id, path),
            Command::MakePosterAgain(id) => self.make_poster_again(now, id),
            Command::PauseDownload(id, is_paused) => self.pause_download(now, id, is_paused),
            Command::PauseQueue(is_paused) => self.pause_queue(is_paused),
            Command::Release(ids) => self.release(now, &ids),
            Command::SendOverCap(ids) => self.send_over_cap(now, &ids),
            Command::Hold(ids) => self.pause_orders(now, &ids),
            Command::MoveInQueue(id, to) => self.move_in_queue(now, id, to),
            Command::SetSpendingRules(rules) => self.set_spending_rules(rules),
            Command::SetAtOnce(gateway, number) => {
                self.limits.at_once.insert(gateway, number.max(1));
            }
            // The actor knows the folders, and sends `Input::ClipFolderChanged`.
            Command::SetClipFolder(_) => {}
            Command::Connect(connection) => self.connect(now, &connection),
            Command::Disconnect(gateway) => {
                let gateway = self.gateway(gateway);
                gateway.has_key = false;
                gateway.is_connected = false;
            }
            // It changes no job, so the actor alone carries it out.
            Command::CheckKey(_) | Command::CheckBucket(_) => {}
            Command::UseBucket(connection) => self.use_bucket(now, connection.map(|connection| connection.place)),
        }
    }

    fn enqueue(&mut self, now: Now, new_job: NewJob, run: Option<JobId>) {
        self.enqueue_as(now, new_job, run, None);
    }

    /// Takes an order that is held from the start, so that there is no moment in which it may be sent.
    fn enqueue_as(&mut self, now: Now, new_job: NewJob, run: Option<JobId>, held: Option<HeldFor>) {
        self.enqueue_at(now, new_job, run, held, None);
    }

    /// Takes an order at this rank in the line, or behind all others.
    fn enqueue_at(&mut self, now: Now, new_job: NewJob, run: Option<JobId>, held: Option<HeldFor>, rank: Option<i64>) {
        let NewJob { id, gateway, request, estimate, project, parent, picture_way, asked_by, is_over_cap } = new_job;
        if self.entries.contains(id) {
            // The same click twice is one job.
            return;
        }
        let queue_rank = rank.unwrap_or_else(|| self.rank_behind_all());
        let job = Job::new(id, gateway, request, estimate, now.wall);
        let mut job = Job { project, parent, picture_way, asked_by, run, is_over_cap, queue_rank, ..job };
        // Before it is stored for the first time: a kill must not leave it with nothing that holds it.
        self.file_touched();
        // What the user holds is looked at again when it is let go.
        job.held = held.or_else(|| self.budget.stop(&job, self.next_place).map(CapKind::held));
        self.add(job, true);
        self.persist(id);
    }

    fn cancel(&mut self, now: Now, id: JobId) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        match entry.job.state {
            JobState::Queued => self.remove_queued(now, id),
            JobState::Submitting => entry.wants_cancel = true,
            JobState::Waiting | JobState::Generating => {
                entry.wants_cancel = true;
                self.follow_wish(now, id);
            }
            JobState::Downloading => self.look_away(now, id),
            _ => {}
        }
    }

    /// Looks again at a job that was given up, or sooner at one that is looked at rarely; fetches a ready clip again
    /// whose file is out of reach.
    fn watch_again(&mut self, now: Now, id: JobId) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        let has_link_only = entry.job.remote_id.is_none() && entry.job.delivered.is_some();
        let next = match entry.job.state {
            JobState::NotWatched | JobState::Gone if has_link_only => JobState::Downloading,
            JobState::NotWatched | JobState::Gone => JobState::Waiting,
            JobState::Ready => JobState::Downloading,
            JobState::Waiting | JobState::Generating | JobState::Downloading => {
                entry.due = now.monotonic;
                entry.fetch.not_before = now.monotonic;
                entry.watch.next_look = None;
                return;
            }
            _ => return,
        };
        let can_be_had = entry.job.remote_id.is_some() || has_link_only;
        // What lies in the trash is taken back, not fetched again.
        if !can_be_had || entry.job.is_hidden || entry.job.is_in_trash {
            return;
        }
        entry.watch_anew(now.monotonic);
        self.change(now, id, next, |job| {
            job.message = None;
            job.is_download_paused = false;
            // The record of the file stays until the new one is whole: it may only be out of reach.
            job.old_clip = job.clip.take().or(job.old_clip.take());
            if next == JobState::Downloading {
                job.part = None;
            }
        });
    }

    fn make_poster_again(&mut self, now: Now, id: JobId) {
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.job.state == JobState::Ready) else { return };
        if entry.job.clip.is_some() && !entry.job.is_hidden {
            entry.poster_tried = false;
            self.change(now, id, JobState::Ready, |job| job.poster = Poster::None);
        }
    }

    fn resolve(&mut self, now: Now, id: JobId, decision: UnconfirmedDecision) {
        let Some(job) = self.job(id).filter(|job| job.state == JobState::Unconfirmed) else { return };
        let gateway = job.gateway;
        match decision {
            UnconfirmedDecision::Check => {
                if gateway.names_orders() && self.seek_order(id) {
                    return;
                }
                let note = format!(
                    "{gateway} lists no orders to look in. If the clip is on your dashboard there, paste its job id here."
                );
                self.note(id, note);
            }
            UnconfirmedDecision::Adopt(remote_id) => self.adopt(now, id, remote_id),
            UnconfirmedDecision::Resend { new_id, price, asked_by, is_over_cap } => {
                if self.entries.contains(new_id) {
                    return;
                }
                let new_job = NewJob {
                    id: new_id,
                    gateway,
                    request: job.request.clone(),
                    estimate: price.unwrap_or_else(|| job.estimate.clone()),
                    project: job.project.clone(),
                    parent: job.parent,
                    picture_way: job.picture_way,
                    asked_by,
                    is_over_cap,
                };
                self.enqueue(now, new_job, Some(new_id));
                self.discard(now, id);
            }
            UnconfirmedDecision::Discard => self.discard(now, id),
        }
    }

    /// Watches an unconfirmed order under the name that the gateway gave it.
    pub(super) fn adopt(&mut self, now: Now, id: JobId, remote_id: RemoteId) {
        if let Some(entry) = self.entries.get_mut(id) {
            entry.watch_anew(now.monotonic);
        }
        self.change(now, id, JobState::Waiting, |job| {
            job.remote_id = Some(remote_id);
            job.accepted_at = Some(now.wall);
            job.message = None;
        });
    }

    fn discard(&mut self, now: Now, id: JobId) {
        self.change(now, id, JobState::Discarded, |job| job.message = Some(Ending::discarded(job.gateway)));
        debug_assert!(self.entries.get(id).is_none_or(|entry| entry.call != Some(Call::Submit)));
    }
}
