//! What has to be true when a history has come to rest.

use super::*;

impl World {
    pub(super) fn check_the_end(&mut self) {
        let seed = self.seed;
        assert!(self.coming.is_empty(), "seed {seed}: not quiet");
        for job in self.machine.jobs() {
            assert_eq!(self.disk.get(&job.id), Some(job), "seed {seed}: the disk knows less");
        }
        for job in self.disk.values() {
            let sent = self.sent.get(&job.id).cloned().unwrap_or_default();
            assert!(sent.bodies <= 1, "seed {seed}: {} bodies", sent.bodies);
            match job.state {
                JobState::Queued | JobState::Removed | JobState::Rejected => {
                    assert_eq!(sent.accepted, 0, "seed {seed}: {} was accepted and is lost as {}", job.id, job.state);
                }
                JobState::Submitting | JobState::Waiting | JobState::Generating | JobState::Downloading => {
                    panic!("seed {seed}: {} never ended, {}", job.id, job.state)
                }
                JobState::Ready => {
                    assert!(job.delivered.is_none(), "seed {seed}: the link of a whole clip is kept");
                    let clip = job.clip.as_ref().unwrap_or_else(|| panic!("seed {seed}: ready without a clip"));
                    assert_eq!(clip.sha256, Sha256Hex::of(b"a film"), "seed {seed}: a foreign file has the final name");
                    self.files.check(seed, job, clip);
                }
                JobState::Failed => {
                    let remote = job.remote_id.as_ref().and_then(|remote| self.remotes.get(remote));
                    assert_eq!(remote, Some(&Remote::Failed), "seed {seed}: failed without the gateway's word");
                }
                JobState::Cancelled => {
                    let remote = job.remote_id.as_ref().and_then(|remote| self.remotes.get(remote));
                    assert_eq!(remote, Some(&Remote::Cancelled), "seed {seed}: cancelled without the gateway's word");
                }
                JobState::NotWatched | JobState::Gone => {
                    let remote = job.remote_id.as_ref().and_then(|remote| self.remotes.get(remote));
                    let is_deleted = remote == Some(&Remote::Deleted);
                    let is_wished = self.let_go.contains(&job.id) && job.state == JobState::NotWatched;
                    assert!(is_deleted || is_wished, "seed {seed}: {} was given up as {}", job.id, job.state);
                }
                JobState::Unconfirmed | JobState::Discarded => {}
            }
            let is_silent = !job.state.is_unfinished() && job.state != JobState::Ready && job.message.is_none();
            assert!(!is_silent, "seed {seed}: {} ended without a word", job.state);
        }
        // A restart at the end changes nothing that is not a decision.
        let mut again = Machine::new(Setup::default(), self.disk.values().cloned().collect());
        let now = self.now();
        again.step(now, Input::Start);
        for job in again.jobs() {
            assert_eq!(self.disk.get(&job.id), Some(job), "seed {seed}: a restart changed the end");
        }
    }
}
