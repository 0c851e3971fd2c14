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
use crate::domain::{Charge, GatewayId, Job, JobState, path_text};
use crate::engine::event::Hold;
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

    /// Prints a remark for people only, beside what scripts read.
    pub(super) fn aside(self, message: &str) {
        tell(message);
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
    /// job. `exit` is how the following itself ended, `left` the number of orders that earlier runs left in the queue.
    pub(super) fn conclude(self, home: &Home, follow: &mut Follow, settled: Vec<Job>, exit: Exit, left: usize) -> Exit {
        self.settle(follow, settled);
        if left > 0 {
            self.note(&left_sentence(left));
        }
        self.last_words(home, follow, left);
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

    /// Prints the final line about each followed job. `left` is the number of orders that were not this command's to send.
    pub(super) fn last_words(self, home: &Home, follow: &Follow, left: usize) {
        for job in follow.jobs() {
            self.finished(job, home.file_of(job).as_deref(), follow.unsent_for(job), left);
        }
    }

    /// Prints the final line about a job. `file` is the path of its clip.
    fn finished(self, job: &Job, file: Option<&Path>, hold: Option<&Hold>, left: usize) {
        if self.is_json {
            self.print(&finished_object(job, file, hold, left).to_string());
        } else if let (JobState::Ready, Some(file)) = (job.state, file) {
            self.print(&format!("Ready: {}", path_text::shown(file)));
        } else {
            tell(&format!("{}  {}", job.id.short(), last_word(job, hold)));
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

    /// Writes a file to standard output. Its maker has seen to it that a terminal can show it.
    pub(super) fn file(self, bytes: &[u8]) {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(bytes).ok();
        stdout.flush().ok();
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

fn finished_object(job: &Job, file: Option<&Path>, hold: Option<&Hold>, left: usize) -> Value {
    let mut object = json!({
        "event": "finished",
        "job": job.id,
        "gateway": job.gateway,
        "remote_id": job.remote_id,
        "state": job.state,
        "file": null,
        "sha256": job.clip.as_ref().map(|clip| &clip.sha256),
        "cost": job.estimate.amount.to_string(),
        "charged": charged(job),
        "message": last_word(job, hold),
        "left_queued": left,
    });
    if let Some(hold) = hold {
        object["hold"] = hold_word(hold).into();
    }
    put_file(&mut object, file);
    object
}

/// Puts the path of a file into an object, as `file`. JSON is text: a path that is no UTF-8 is shown with marks in place of
/// its odd bytes, and `file_bytes` holds the whole of it as [`path_text`] writes it.
pub(super) fn put_file(object: &mut Value, file: Option<&Path>) {
    let Some(file) = file else { return };
    object["file"] = file.to_string_lossy().into();
    if file.to_str().is_none() {
        object["file_bytes"] = path_text::to_text(file).into();
    }
}

/// Whether the job cost something, as far as is known. An order that is being sent may cost something already.
pub(super) fn charged(job: &Job) -> &'static str {
    if job.state == JobState::Submitting { Charge::NotKnown.word() } else { job.charge.word() }
}

/// What is said of orders that are still queued and were not the command's to send.
pub(super) fn left_sentence(left: usize) -> String {
    let (orders, are, them) = match left {
        1 => ("1 order of an earlier run".to_owned(), "is still queued and was", "it"),
        _ => (format!("{left} orders of earlier runs"), "are still queued and were", "them"),
    };
    format!("{orders} {are} not sent; `rushes watch` or the window sends {them}.")
}

/// What holds an order back, as one word for scripts.
pub(super) fn hold_word(hold: &Hold) -> &'static str {
    match hold {
        Hold::NoKey => "no_key",
        Hold::KeyRefused => "key_refused",
        Hold::NoCredits => "no_credits",
        Hold::Offline { .. } => "offline",
        Hold::Full => "full",
        Hold::Picture { .. } => "picture",
        Hold::Paused => "paused",
        Hold::Storage => "storage",
        Hold::Waiting { why, .. } if why.is_cap() => "cap",
        Hold::Waiting { .. } => "waiting",
        Hold::LeftOver => "left_over",
    }
}

/// What is said of an order that is held, in its three parts.
pub(super) fn held_sentence(job: &Job, hold: &Hold) -> String {
    let (gateway, short) = (job.gateway, job.id.short());
    let name = gateway.name();
    match hold {
        Hold::Paused => {
            "The queue is paused, so the order was not sent. Not charged. `rushes resume` lets the queue go on; \
             `rushes watch` then sends it."
                .to_owned()
        }
        Hold::Waiting { why, .. } if why.is_cap() => format!(
            "{} Nothing was sent. Not charged. `rushes cap` shows and changes the caps; `rushes cancel {short}` takes it out.",
            why.sentence()
        ),
        Hold::Waiting { why, .. } => format!(
            "{} Nothing was sent from here. `rushes resume` lets it go and `rushes watch` then sends it; `rushes cancel \
             {short}` takes it out.",
            why.sentence()
        ),
        Hold::NoCredits => format!(
            "The {gateway} wallet is empty, so the order was not sent. Not charged. Top up there; then `rushes resume` and \
             `rushes watch` go on."
        ),
        Hold::KeyRefused => format!(
            "{gateway} refused the key, so the order was not sent. Not charged. Set the right one with `rushes key set \
             {name}`; `rushes watch` then sends it."
        ),
        Hold::NoKey => format!(
            "{gateway} has no key, so the order was not sent. Not charged. Set one with `rushes key set {name}`; `rushes \
             watch` then sends it."
        ),
        Hold::LeftOver => "An earlier run left this order. Not charged. `rushes watch` sends it.".to_owned(),
        Hold::Picture { why, .. } => format!(
            "The picture could not be sent to where the gateway fetches it from: {why} Nothing was sent to {gateway}. Not \
             charged. `rushes bucket test` says more; `rushes watch` tries again."
        ),
        Hold::Offline { .. } | Hold::Full | Hold::Storage => {
            "The job is queued. Not charged. `rushes watch` sends it and fetches the clip.".to_owned()
        }
    }
}

/// What is said of an order that was taken out of the queue, because nothing is sent to its gateway.
fn taken_out_sentence(gateway: GatewayId, hold: &Hold) -> String {
    let name = gateway.name();
    let (what, now) = match hold {
        Hold::NoCredits => (
            format!("The {gateway} wallet is empty"),
            "Top up there and say so with `rushes resume`; then order again.".to_owned(),
        ),
        Hold::Waiting { why, .. } if why.is_cap() => (
            why.sentence().split_once('.').map_or("It would pass a cap", |(first, _)| first).to_owned(),
            "Raise the cap with `rushes cap`, or order again with --over-cap and its exact price.".to_owned(),
        ),
        Hold::Picture { why, .. } => (
            format!("The picture could not be sent to where {gateway} fetches it from ({})", why.trim_end_matches('.')),
            "`rushes bucket test` says more; then order again.".to_owned(),
        ),
        _ => (
            format!("{gateway} refused the key"),
            format!("Set the right one with `rushes key set {name}`; then order again."),
        ),
    };
    format!("{what}, so the order was not sent and was taken out of the queue. Not charged. {now}")
}

/// The message of a job in its three parts: what happened, whether it was charged, what can be done now. `hold` is what
/// keeps a queued one from being sent.
pub(super) fn last_word(job: &Job, hold: Option<&Hold>) -> String {
    match (job.state, hold) {
        (JobState::Queued, Some(hold)) => return held_sentence(job, hold),
        (JobState::Removed, Some(hold)) => return taken_out_sentence(job.gateway, hold),
        _ => {}
    }
    if let Some(message) = &job.message {
        let text = message.to_text();
        return match job.state {
            state
                if job.remote_id.is_some()
                    && (state.is_watched() || matches!(state, JobState::NotWatched | JobState::Gone)) =>
            {
                format!("{text} `rushes watch {}` looks again.", job.id.short())
            }
            _ => text,
        };
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
    use crate::domain::{Clip, Ending, HeldFor, RemoteId, Sha256Hex};

    fn ready() -> Job {
        let clip =
            Clip { sha256: Sha256Hex::new(&"ab".repeat(32)).expect("a checksum"), size_bytes: 7, ..clip("boat.mp4") };
        Job { state: JobState::Ready, clip: Some(clip), charge: Charge::Yes(None), ..job() }
    }

    #[test]
    fn the_finished_line_is_pinned_because_scripts_read_it() {
        let object = finished_object(&ready(), Some(Path::new("/clips/boat.mp4")), None, 2);
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
                "left_queued": 2,
            })
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_no_text_is_shown_and_marked() {
        use std::os::unix::ffi::OsStrExt as _;

        let path = Path::new(std::ffi::OsStr::from_bytes(b"/caf\xe9/boat.mp4"));
        let object = finished_object(&ready(), Some(path), None, 0);
        assert_eq!(object["file"], "/caf\u{fffd}/boat.mp4");
        assert_eq!(object["file_bytes"], "bytes:/caf%E9/boat.mp4");
        assert_eq!(finished_object(&ready(), None, None, 0)["file"], Value::Null);
        assert_eq!(finished_object(&ready(), Some(Path::new("/é")), None, 0).get("file_bytes"), None);
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
        let word = last_word(&sending, None);
        assert!(!word.contains("Not charged"), "{word}");
    }

    #[test]
    fn what_is_held_names_the_reason_and_the_way_on() {
        let since = job().created_at;
        for (hold, words) in [
            (Hold::Paused, ["paused", "rushes resume"]),
            (Hold::Waiting { since, why: HeldFor::Waited }, ["more than a day", "rushes resume"]),
            (Hold::Waiting { since, why: HeldFor::Moved }, ["moved or copied", "rushes cancel 0badcafe"]),
            (Hold::Waiting { since, why: HeldFor::DayCap }, ["today's cap", "rushes cap"]),
            (Hold::NoCredits, ["wallet is empty", "Top up"]),
            (Hold::KeyRefused, ["refused the key", "rushes key set aigateway"]),
            (Hold::NoKey, ["no key", "rushes key set aigateway"]),
            (Hold::LeftOver, ["earlier run", "rushes watch"]),
        ] {
            let text = last_word(&job(), Some(&hold));
            assert!(words.iter().all(|word| text.contains(word)), "{hold:?}: {text}");
            assert_eq!(finished_object(&job(), None, Some(&hold), 0)["hold"], hold_word(&hold));
        }
        assert_eq!(
            left_sentence(2),
            "2 orders of earlier runs are still queued and were not sent; `rushes watch` or the window sends them."
        );
    }

    #[test]
    fn what_was_given_up_can_be_looked_at_again() {
        for state in [JobState::NotWatched, JobState::Gone, JobState::Waiting] {
            let message = Some(Ending::unknown_job(GatewayId::Aigateway));
            let text = last_word(&Job { state, message, remote_id: RemoteId::new("job_1"), ..job() }, None);
            assert!(text.contains("`rushes watch 0badcafe`") && text.contains("Charged"), "{text}");
        }
    }

    #[test]
    fn every_last_word_speaks_of_the_charge() {
        for state in [JobState::Queued, JobState::Waiting, JobState::Ready, JobState::NotWatched] {
            for remote_id in [None, RemoteId::new("job_1")] {
                let text = last_word(&Job { state, remote_id, ..job() }, None).to_lowercase();
                assert!(text.contains("charged"), "{state}: {text}");
            }
        }
    }
}
