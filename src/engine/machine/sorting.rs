//! What the user says about finished clips: verdicts, projects, trash, found files, held downloads.

use std::path::PathBuf;

use super::{Machine, Now};
use crate::domain::{JobId, JobState, Project, Verdict};

impl Machine {
    pub(super) fn judge(&mut self, now: Now, id: JobId, verdict: Verdict) {
        let Some(job) = self.job(id).filter(|job| job.verdict != verdict) else { return };
        let state = job.state;
        self.change(now, id, state, |job| job.verdict = verdict);
    }

    pub(super) fn move_to_project(&mut self, now: Now, id: JobId, project: Option<Project>) {
        let Some(job) = self.job(id).filter(|job| job.project != project) else { return };
        let state = job.state;
        self.change(now, id, state, |job| job.project = project);
    }

    pub(super) fn trash(&mut self, now: Now, id: JobId) {
        let Some(job) = self.job(id) else { return };
        let state = job.state;
        if job.is_hidden || state.is_unfinished() || state == JobState::Unconfirmed {
            return;
        }
        self.change(now, id, state, |job| job.is_hidden = true);
    }

    pub(super) fn take_back(&mut self, now: Now, id: JobId) {
        let Some(job) = self.job(id).filter(|job| job.is_hidden) else { return };
        let state = job.state;
        self.change(now, id, state, |job| job.is_hidden = false);
    }

    pub(super) fn file_found(&mut self, now: Now, id: JobId, path: PathBuf) {
        if self.job(id).is_none_or(|job| job.state != JobState::Ready) {
            return;
        }
        self.change(now, id, JobState::Ready, |job| {
            if let Some(clip) = &mut job.clip {
                clip.path = path;
            }
        });
    }

    pub(super) fn pause_download(&mut self, now: Now, id: JobId, is_paused: bool) {
        if self.job(id).is_none_or(|job| job.state != JobState::Downloading) {
            return;
        }
        self.change(now, id, JobState::Downloading, |job| job.is_download_paused = is_paused);
    }
}
