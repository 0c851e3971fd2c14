//! Prints what a command tells: results on standard output, remarks on standard error, or all as JSON lines.
//!
//! Errors of writing are ignored: a job that was paid for is followed to its end even when nobody reads the output.

use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::exit::Exit;
use super::follow::{Follow, Step};
use super::stop::Stop;
use super::waits::Wait;
use crate::domain::text::{visible, visible_json};
use crate::domain::{Charge, Job, JobState};
use crate::session::Home;

/// How a command prints: sentences for people, or JSON lines for scripts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    is_json: bool,
}

impl Output {
    pub(super) fn new(is_json: bool) -> Self {
        Self { is_json }
    }

    /// Whether JSON is wanted.
    pub(super) fn is_json(self) -> bool {
        self.is_json
    }

    /// Prints a result on standard output: one JSON object, or a sentence.
    pub(super) fn result(self, object: &Value, sentence: &str) {
        if self.is_json { self.print(&object.to_string()) } else { self.print(sentence) }
    }

    /// Prints a remark on standard error, or as a JSON line of the event `note`.
    pub(super) fn note(self, message: &str) {
        if self.is_json {
            self.print(&json!({"event": "note", "message": message}).to_string());
        } else {
            tell(message);
        }
    }

    /// Prints a remark about a job, in the same way as [`Output::note`].
    pub(super) fn job_note(self, job: &Job, message: &str) {
        if self.is_json {
            self.print(&json!({"event": "note", "job": job.id, "message": message}).to_string());
        } else {
            tell(&format!("{}  {message}", job.id.short()));
        }
    }

    /// Prints one change of a job.
    pub(super) fn step(self, step: &Step) {
        if self.is_json {
            self.print(&step_object(step).to_string());
        } else {
            tell(&format!("{}  {}", step.job.id.short(), step_sentence(step)));
        }
    }

    /// Prints what some jobs of a gateway wait for.
    pub(super) fn waiting(self, wait: &Wait) {
        if self.is_json {
            self.print(
                &json!({
                    "event": "waiting", "gateway": wait.gateway, "reason": wait.reason, "jobs": wait.jobs,
                    "message": wait.message,
                })
                .to_string(),
            );
        } else {
            tell(&wait.message);
        }
    }

    /// Ends a command that followed jobs: tells what settled while the session closed, then the last word about each
    /// job. `exit` is how the following itself ended.
    pub(super) fn conclude(self, home: &Home, follow: &mut Follow, settled: Vec<Job>, exit: Exit) -> Exit {
        self.settle(follow, settled);
        self.last_words(home, follow);
        if exit == Exit::LocalTrouble { Exit::worst([exit, follow.exit()]) } else { follow.exit() }
    }

    /// Prints what became of jobs while the session closed. From then on nothing more is waited for.
    pub(super) fn settle(self, follow: &mut Follow, settled: Vec<Job>) {
        for job in settled {
            if let Some(step) = follow.observe(job) {
                self.step(&step);
            }
        }
        follow.give_up_waiting();
    }

    /// Prints the final line about each followed job.
    pub(super) fn last_words(self, home: &Home, follow: &Follow) {
        for job in follow.jobs() {
            self.finished(job, home.file_of(job).as_deref());
        }
    }

    /// Prints the final line about a job. `file` is the path of its clip.
    pub(super) fn finished(self, job: &Job, file: Option<&Path>) {
        if self.is_json {
            self.print(&finished_object(job, file).to_string());
        } else if let (JobState::Ready, Some(file)) = (job.state, file) {
            self.print(&format!("Ready: {}", file.display()));
        } else {
            tell(&format!("{}  {}", job.id.short(), last_word(job)));
        }
    }

    /// Prints why a command ended before it had a job, and returns the exit code.
    pub(super) fn stopped(self, stop: &Stop) -> Exit {
        if self.is_json {
            if !stop.problems.is_empty() {
                self.print(&json!({"event": "problems", "problems": stop.problems}).to_string());
            }
            self.print(
                &json!({
                    "event": "finished", "job": null, "state": null, "file": null, "sha256": null, "charged": "no",
                    "message": stop.message,
                })
                .to_string(),
            );
        } else {
            tell(&stop.message);
        }
        stop.exit
    }

    /// Prints one line on standard output as it is.
    pub(super) fn print(self, line: &str) {
        let mut stdout = std::io::stdout().lock();
        let shown = if self.is_json { visible_json(line) } else { visible(line) };
        writeln!(stdout, "{shown}").ok();
        // A program that reads from a pipe gets each line at once.
        stdout.flush().ok();
    }
}

/// Prints one line on standard error.
fn tell(line: &str) {
    writeln!(std::io::stderr(), "{}", visible(line)).ok();
}

fn step_object(step: &Step) -> Value {
    let job = &step.job;
    let mut object = json!({
        "event": step.event, "job": job.id, "gateway": job.gateway, "state": job.state, "remote_id": job.remote_id,
    });
    if let Some(message) = &job.message {
        object["message"] = message.to_text().into();
    }
    object
}

fn step_sentence(step: &Step) -> String {
    let job = &step.job;
    match (step.event, &job.remote_id, &job.message) {
        ("accepted", Some(remote_id), _) => format!("accepted by {} as {remote_id}", job.gateway),
        ("queued", ..) => format!("queued for {}, {}", job.gateway, job.estimate.amount),
        (_, _, Some(message)) if step.event == "message" => message.to_text(),
        (event, ..) => event.replace('_', " "),
    }
}

fn finished_object(job: &Job, file: Option<&Path>) -> Value {
    json!({
        "event": "finished",
        "job": job.id,
        "gateway": job.gateway,
        "remote_id": job.remote_id,
        "state": job.state,
        "file": file,
        "sha256": job.clip.as_ref().map(|clip| &clip.sha256),
        "cost": job.estimate.amount.to_string(),
        "charged": charged(job),
        "message": last_word(job),
    })
}

/// Whether the job cost something, as far as is known. An order that is being sent may cost something already.
pub(super) fn charged(job: &Job) -> &'static str {
    if job.state == JobState::Submitting { Charge::NotKnown.word() } else { job.charge.word() }
}

/// The message of a job in its three parts: what happened, whether it was charged, what can be done now.
pub(super) fn last_word(job: &Job) -> String {
    if let Some(message) = &job.message {
        return message.to_text();
    }
    let charged = charged(job);
    match job.state {
        JobState::Ready => format!("The clip is ready. Charged: {charged}."),
        state if state.is_unfinished() && job.remote_id.is_some() => {
            format!("The job goes on at {}. Charged: not known. `rushes watch` fetches the clip.", job.gateway)
        }
        JobState::Submitting => {
            "The order is being sent. Charged: not known. `rushes watch` says what is known of it.".to_owned()
        }
        state if state.is_unfinished() => {
            "The job is queued. Not charged. `rushes watch` sends it and fetches the clip.".to_owned()
        }
        state => format!("The job is {}. Charged: {charged}.", state.name().replace('_', " ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::job;
    use super::*;
    use crate::domain::samples::clip;
    use crate::domain::{Clip, RemoteId, Sha256Hex};

    fn ready() -> Job {
        let clip =
            Clip { sha256: Sha256Hex::new(&"ab".repeat(32)).expect("a checksum"), size_bytes: 7, ..clip("boat.mp4") };
        Job { state: JobState::Ready, clip: Some(clip), charge: Charge::Yes(None), ..job() }
    }

    #[test]
    fn the_finished_line_is_pinned_because_scripts_read_it() {
        let object = finished_object(&ready(), Some(Path::new("/clips/boat.mp4")));
        assert_eq!(
            object,
            json!({
                "event": "finished",
                "job": "01900000-0000-7000-8000-00000badcafe",
                "gateway": "aigateway",
                "remote_id": null,
                "state": "ready",
                "file": "/clips/boat.mp4",
                "sha256": "ab".repeat(32),
                "cost": "$0.40",
                "charged": "yes",
                "message": "The clip is ready. Charged: yes.",
            })
        );
    }

    #[test]
    fn a_step_names_the_job_and_its_state() {
        let accepted = Job { state: JobState::Waiting, remote_id: RemoteId::new("job_1"), ..job() };
        let step = Step { event: "accepted", job: accepted };
        assert_eq!(
            step_object(&step),
            json!({
                "event": "accepted",
                "job": "01900000-0000-7000-8000-00000badcafe",
                "gateway": "aigateway",
                "state": "waiting",
                "remote_id": "job_1",
            })
        );
        assert_eq!(step_sentence(&step), "accepted by aigateway as job_1");
        assert_eq!(step_sentence(&Step { event: "queued", job: job() }), "queued for aigateway, $0.40");
    }

    #[test]
    fn an_order_that_is_being_sent_is_not_called_free() {
        let sending = Job { state: JobState::Submitting, ..job() };
        assert_eq!((charged(&job()), charged(&sending)), ("no", "not known"));
        assert!(!last_word(&sending).contains("Not charged"), "{}", last_word(&sending));
    }

    #[test]
    fn every_last_word_speaks_of_the_charge() {
        for state in [JobState::Queued, JobState::Waiting, JobState::Ready, JobState::NotWatched] {
            for remote_id in [None, RemoteId::new("job_1")] {
                let text = last_word(&Job { state, remote_id, ..job() }).to_lowercase();
                assert!(text.contains("charged"), "{state}: {text}");
            }
        }
    }
}
