//! Carries out the commands of the user, and takes up the jobs that an earlier run left.

use super::Machine;
use super::entry::Call;
use super::now::Now;
use crate::domain::outcome::UnconfirmedCause;
use crate::domain::{Charge, Ending, GatewayId, Job, JobId, JobState};
use crate::engine::command::{Command, NewJob, UnconfirmedDecision};
use crate::engine::event::Event;

impl Machine {
    /// Takes up the jobs that an earlier run of the program left unfinished.
    pub(super) fn start(&mut self, now: Now) {
        let ids: Vec<JobId> = self.active.values().copied().collect();
        for id in ids {
            let Some(entry) = self.entries.get_mut(&id) else { continue };
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
                state if state.is_watched() && entry.job.remote_id.is_none() => {
                    self.change(now, id, JobState::NotWatched, |job| job.message = Some(Ending::unknown_job(gateway)));
                }
                _ => {}
            }
        }
    }

    pub(super) fn obey(&mut self, now: Now, command: Command) {
        match command {
            Command::Enqueue(new_jobs) => {
                for new_job in new_jobs {
                    self.enqueue(now, new_job);
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
            Command::PauseDownload(id, is_paused) => self.pause_download(now, id, is_paused),
            Command::PauseQueue(is_paused) => {
                self.is_paused = is_paused;
                if !is_paused {
                    for gateway in self.gateways.values_mut() {
                        gateway.orders_held = None;
                    }
                }
            }
            Command::Release(_) => {}
            Command::SetAtOnce(gateway, number) => {
                self.limits.at_once.insert(gateway, number.max(1));
            }
            // The actor knows the folders, and sends `Input::ClipFolderChanged`.
            Command::SetClipFolder(_) => {}
            Command::Connect(connection) => {
                let gateway = self.gateway(connection.gateway);
                gateway.is_connected = true;
                gateway.has_key = connection.key.is_some();
                gateway.key_refused = false;
                gateway.orders_held = None;
                gateway.unsent = 0;
                gateway.submits_from = now.monotonic;
                for entry in self.entries.values_mut() {
                    if entry.job.gateway == connection.gateway && entry.job.state.is_watched() {
                        entry.due = entry.due.min(now.monotonic);
                    }
                }
            }
            Command::Disconnect(gateway) => {
                let gateway = self.gateway(gateway);
                gateway.has_key = false;
                gateway.is_connected = false;
            }
            // It changes no job, so the actor alone carries it out.
            Command::CheckKey(_) => {}
        }
    }

    fn enqueue(&mut self, now: Now, new_job: NewJob) {
        let NewJob { id, gateway, request, estimate, project, parent } = new_job;
        if self.entries.contains_key(&id) {
            // The same click twice is one job.
            return;
        }
        // A user who orders again has a new key or more credits, or wants to try.
        self.gateway(gateway).orders_held = None;
        self.add(Job { project, parent, ..Job::new(id, gateway, request, estimate, now.wall) });
        self.persist(id);
    }

    fn cancel(&mut self, now: Now, id: JobId) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
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

    fn watch_again(&mut self, now: Now, id: JobId) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        let next = match entry.job.state {
            JobState::NotWatched | JobState::Gone => JobState::Waiting,
            JobState::Ready => JobState::Downloading,
            _ => return,
        };
        // What lies in the trash is taken back, not fetched again.
        if entry.job.remote_id.is_none() || entry.job.is_hidden || entry.job.is_in_trash {
            return;
        }
        entry.watch_anew(now.monotonic);
        self.change(now, id, next, |job| {
            job.message = None;
            job.is_download_paused = false;
            job.clip = None;
            if next == JobState::Downloading {
                job.part = None;
            }
        });
    }

    fn resolve(&mut self, now: Now, id: JobId, decision: UnconfirmedDecision) {
        let Some(job) = self.job(id).filter(|job| job.state == JobState::Unconfirmed) else { return };
        let gateway = job.gateway;
        match decision {
            UnconfirmedDecision::Check => {
                let note = format!(
                    "{gateway} lists no orders to look in. If the clip is on your dashboard there, paste its job id here."
                );
                self.emit(Event::Note(id, note));
            }
            UnconfirmedDecision::Adopt(remote_id) => {
                if let Some(entry) = self.entries.get_mut(&id) {
                    entry.watch_anew(now.monotonic);
                }
                self.change(now, id, JobState::Waiting, |job| {
                    job.remote_id = Some(remote_id);
                    job.accepted_at = Some(now.wall);
                    job.message = None;
                });
            }
            UnconfirmedDecision::Resend { new_id } => {
                if self.entries.contains_key(&new_id) {
                    return;
                }
                let new_job = NewJob {
                    id: new_id,
                    gateway,
                    request: job.request.clone(),
                    estimate: job.estimate.clone(),
                    project: job.project.clone(),
                    parent: job.parent,
                };
                self.enqueue(now, new_job);
                self.discard(now, id);
            }
            UnconfirmedDecision::Discard => self.discard(now, id),
        }
    }

    fn discard(&mut self, now: Now, id: JobId) {
        self.change(now, id, JobState::Discarded, |job| job.message = Some(Ending::discarded(job.gateway)));
        debug_assert!(self.entries.get(&id).is_none_or(|entry| entry.call != Some(Call::Submit)));
    }
}
