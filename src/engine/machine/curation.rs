//! What the user does with clips: ratings, projects, trash, files that were found, paused downloads.
//!
//! Files follow what is stored. A wish is stored first: the job then says where its file belongs, and the work to be
//! done follows from the difference to where the file lies ([`super::entry::Entry::wanted_file_work`]). So when the
//! program is killed at any moment, the next start goes on with the wish, and the work itself copes with being
//! half-done.

use std::path::PathBuf;

use super::Machine;
use super::effect::Effect;
use super::entry::Call;
use super::file_work::{FileAnswer, FileWork};
use super::now::Now;
use crate::domain::{Clip, Job, JobId, JobState, Project, Verdict};

impl Machine {
    pub(super) fn judge(&mut self, now: Now, id: JobId, verdict: Verdict) {
        let Some(job) = self.job(id).filter(|job| job.verdict != verdict) else { return };
        let state = job.state;
        self.change(now, id, state, |job| job.verdict = verdict);
    }

    pub(super) fn move_to_project(&mut self, now: Now, id: JobId, project: Option<Project>) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        if entry.call == Some(Call::File) {
            entry.next_project = Some(project);
            return;
        }
        if entry.job.project == project {
            return;
        }
        entry.move_tried = false;
        let state = entry.job.state;
        self.change(now, id, state, |job| job.project = project);
    }

    /// Hides a job. The file of its clip goes into the trash.
    pub(super) fn trash(&mut self, now: Now, id: JobId) {
        let Some(job) = self.job(id) else { return };
        let state = job.state;
        if job.is_hidden {
            return;
        }
        if state.is_unfinished() || state == JobState::Unconfirmed {
            self.settle(id, Some("It is not finished, so it stays. Nothing was deleted.".to_owned()));
            return;
        }
        self.change(now, id, state, |job| {
            job.is_hidden = true;
            job.trashed_at = job.clip.is_some().then_some(now.wall);
            // The file may be being taken out of the trash just now.
            job.is_in_trash = false;
        });
    }

    pub(super) fn take_back(&mut self, now: Now, id: JobId) {
        let Some(job) = self.job(id).filter(|job| job.is_hidden) else { return };
        let state = job.state;
        self.change(now, id, state, |job| {
            job.is_hidden = false;
            // The file may be being put into the trash just now.
            job.is_in_trash |= job.trashed_at.take().is_some();
        });
    }

    pub(super) fn file_found(&mut self, id: JobId, path: PathBuf) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        if entry.may_be_found() && !entry.job.is_hidden {
            entry.found_at = Some(path);
        }
    }

    pub(super) fn pause_download(&mut self, now: Now, id: JobId, is_paused: bool) {
        let is_wish = |job: &&Job| job.state == JobState::Downloading && job.is_download_paused != is_paused;
        if self.job(id).filter(is_wish).is_none() {
            return;
        }
        self.change(now, id, JobState::Downloading, |job| job.is_download_paused = is_paused);
        let Some(entry) = self.entries.get_mut(id) else { return };
        if !is_paused {
            entry.due = now.monotonic.max(entry.fetch.not_before);
        } else if entry.call == Some(Call::Download) {
            self.effects.push(Effect::StopDownload(id));
        }
    }

    /// Asks for the work that brings files to where their jobs say that they belong.
    pub(super) fn begin_file_work(&mut self) {
        while let Some(id) = self.agenda.file_works.first().and_then(|place| self.agenda.job(*place)) {
            let Some(entry) = self.entries.get_mut(id) else { break };
            let Some(work) = entry.wanted_file_work() else { break };
            entry.call = Some(Call::File);
            self.effects.push(Effect::WorkOnFile(Box::new(entry.job.clone()), work));
            self.file_touched();
        }
    }

    pub(super) fn file_done(&mut self, now: Now, id: JobId, work: FileWork, answer: FileAnswer) {
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.call == Some(Call::File)) else { return };
        entry.call = None;
        let next_project = entry.next_project.take();
        self.take_answer(now, id, work, answer);
        if let Some(project) = next_project {
            self.move_to_project(now, id, project);
        }
    }

    fn take_answer(&mut self, now: Now, id: JobId, work: FileWork, answer: FileAnswer) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        if entry.found_at.as_ref().is_some_and(|path| work == FileWork::Recognize(path.clone())) {
            entry.found_at = None;
        }
        let state = entry.job.state;
        let Some(clip) = &entry.job.clip else {
            match (work, answer) {
                (FileWork::Recognize(_), FileAnswer::At(path)) => self.turned_up(now, id, path),
                (FileWork::Recognize(_), FileAnswer::Refused(reason)) => self.settle(id, Some(reason)),
                (FileWork::Recognize(_), FileAnswer::Missing | FileAnswer::InTrash) => {
                    self.settle(id, Some("That file is not there any more.".to_owned()));
                }
                // The clip is being fetched again, so it does not matter where the old file lies.
                _ => {
                    self.change(now, id, state, |job| job.is_in_trash = false);
                }
            }
            return;
        };
        let is_hidden = entry.job.is_hidden;
        match (work, answer) {
            (FileWork::Move, FileAnswer::At(path)) => self.lies_at(now, id, path),
            (FileWork::Move, FileAnswer::Missing | FileAnswer::InTrash) => entry.move_tried = true,
            (FileWork::Move, FileAnswer::Refused(reason)) => {
                let project = Project::of_path(&clip.path);
                self.change(now, id, state, |job| job.project = project);
                self.settle(id, Some(format!("{reason} The clip stays where it is.")));
            }
            (FileWork::Trash, FileAnswer::InTrash | FileAnswer::At(_)) => {
                self.change(now, id, state, |job| job.is_in_trash = true);
            }
            // No file can be taken back later; the job stays hidden.
            (FileWork::Trash, FileAnswer::Missing) => {
                self.change(now, id, state, |job| job.trashed_at = None);
            }
            (FileWork::Trash, FileAnswer::Refused(reason)) => {
                self.change(now, id, state, |job| {
                    job.is_hidden = false;
                    job.trashed_at = None;
                });
                if is_hidden {
                    self.settle(id, Some(format!("{reason} Nothing was deleted.")));
                }
            }
            (FileWork::TakeBack, FileAnswer::At(path)) => {
                self.lies_at(now, id, path);
                self.change(now, id, state, |job| job.is_in_trash = false);
            }
            (FileWork::TakeBack, FileAnswer::Missing | FileAnswer::InTrash) => {
                self.change(now, id, state, |job| job.is_in_trash = false);
                self.settle(id, Some("Its file is not in the trash any more, so only the card is back.".to_owned()));
            }
            (FileWork::TakeBack, FileAnswer::Refused(reason)) => {
                self.change(now, id, state, |job| job.is_in_trash = false);
                self.settle(id, Some(reason));
            }
            (FileWork::Recognize(_), FileAnswer::At(path)) => {
                self.lies_at(now, id, path);
                // Whoever put it into the folder of a project put it into the project.
                self.change(now, id, state, |job| {
                    if let Some(clip) = job.clip.as_ref().filter(|clip| clip.path.is_relative()) {
                        job.project = Project::of_path(&clip.path);
                    }
                });
                self.settle(id, None);
            }
            (FileWork::Recognize(_), FileAnswer::Refused(reason)) => self.settle(id, Some(reason)),
            (FileWork::Recognize(_), FileAnswer::Missing | FileAnswer::InTrash) => {
                self.settle(id, Some("That file is not there any more.".to_owned()));
            }
        }
    }

    /// The file of a clip that was to be fetched again was found: there is nothing left to fetch.
    fn turned_up(&mut self, now: Now, id: JobId, path: PathBuf) {
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.may_be_found()) else { return };
        entry.link = None;
        entry.poster_tried = false;
        if matches!(entry.job.state, JobState::Waiting | JobState::Generating) {
            self.change(now, id, JobState::Downloading, |_| {});
        }
        self.change(now, id, JobState::Ready, |job| {
            job.clip = job.old_clip.take().map(|clip| Clip { path, ..clip });
            job.delivered = None;
            job.part = None;
            job.message = None;
            if let Some(clip) = job.clip.as_ref().filter(|clip| clip.path.is_relative()) {
                job.project = Project::of_path(&clip.path);
            }
        });
        self.settle(id, None);
    }

    fn lies_at(&mut self, now: Now, id: JobId, path: PathBuf) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        entry.move_tried = false;
        let state = entry.job.state;
        self.change(now, id, state, |job| {
            if let Some(clip) = &mut job.clip {
                clip.path = path;
            }
        });
    }

    /// Sends [`Event::Settled`](crate::engine::event::Event::Settled) with this remark as soon as the job is stored,
    /// because the window shows the wish as fulfilled already.
    fn settle(&mut self, id: JobId, remark: Option<String>) {
        if let Some(entry) = self.entries.get_mut(id) {
            entry.to_settle = Some(remark);
            self.persist(id);
        }
    }
}

#[cfg(test)]
mod tests;
