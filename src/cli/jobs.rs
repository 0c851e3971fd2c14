//! `rushes jobs`: lists all jobs of the library.

use std::path::Path;

use serde_json::{Value, json};

use super::exit::Exit;
use super::output::{Output, charged, put_file};
use super::stop::Stop;
use crate::domain::{Difference, HeldFor, Job, JobState, path_text};
use crate::session::Home;

/// Lists all jobs, oldest first, also beside an open window. With `--json` one array.
pub(super) async fn jobs(home: &Home, output: &Output) -> Result<Exit, Stop> {
    let jobs = home.jobs().await?;
    if output.is_json() {
        let rows: Vec<Value> = jobs.iter().map(|job| object(job, home.file_of(job).as_deref())).collect();
        output.print(&Value::from(rows).to_string());
    } else if jobs.is_empty() {
        output.print("No jobs yet.");
    } else {
        for job in &jobs {
            output.print(&line(job, home.file_of(job).as_deref()));
        }
    }
    Ok(Exit::Done)
}

pub(super) fn object(job: &Job, file: Option<&Path>) -> Value {
    let mut object = json!({
        "id": job.id,
        "gateway": job.gateway,
        "remote_id": job.remote_id,
        "state": job.state,
        "held": job.held.filter(|_| job.state == JobState::Queued),
        "model": job.request.model(),
        "prompt": job.request.prompt(),
        "file": null,
        "sha256": job.clip.as_ref().map(|clip| &clip.sha256),
        "cost": job.estimate.amount.to_string(),
        "charged": charged(job),
        "message": job.message.as_ref().map(crate::domain::Ending::to_text),
        "rating": job.verdict.rating.stars(),
        "rejected": job.verdict.is_rejected,
        "project": job.project.as_ref().map(crate::domain::Project::as_str),
        "asked_by": job.asked_by,
        "run": job.run,
        "differences": job.differences().into_iter().map(difference_object).collect::<Vec<_>>(),
    });
    put_file(&mut object, file);
    object
}

/// In what the clip is not what was ordered.
fn difference_object(difference: Difference) -> Value {
    json!({
        "setting": difference.setting(),
        "ordered": difference.ordered(),
        "came": difference.came(),
    })
}

/// One line for a job: short id, state, gateway, price, and the file or the prompt.
fn line(job: &Job, file: Option<&Path>) -> String {
    // In what a queued order waits for, a cap and a pause are the user's own doing, so they are named.
    let state = match job.held.filter(|_| job.state == JobState::Queued) {
        Some(held) if held.is_cap() => "held: cap".to_owned(),
        Some(HeldFor::Paused) => "paused".to_owned(),
        Some(_) => "held".to_owned(),
        None => job.state.name().replace('_', " "),
    };
    let what = file.map_or_else(|| beginning(job.request.prompt()), path_text::shown);
    format!(
        "{}  {state:<11}  {:<10}  {:>8}  {what}",
        job.id.short(),
        job.gateway.name(),
        job.estimate.amount.to_string()
    )
}

/// The prompt as one short line.
pub(super) fn beginning(prompt: &str) -> String {
    const MAX_CHARS: usize = 60;
    let words: Vec<_> = prompt.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= MAX_CHARS {
        return line;
    }
    line.chars().take(MAX_CHARS - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::job;
    use super::*;
    use crate::domain::outcome::UnconfirmedCause;
    use crate::domain::{Charge, Clip, Ending, GatewayId, JobState, samples};

    #[test]
    fn the_row_is_pinned_because_scripts_read_it() {
        assert_eq!(
            object(&job(), None),
            json!({
                "id": "01900000-0000-7000-8000-00000badcafe",
                "gateway": "aigateway",
                "remote_id": null,
                "state": "queued",
                "held": null,
                "model": "pixverse-v5.6",
                "prompt": "a paper boat",
                "file": null,
                "sha256": null,
                "cost": "$0.40",
                "charged": "no",
                "message": null,
                "rating": 0,
                "rejected": false,
                "project": null,
                "asked_by": "window",
                "run": null,
                "differences": [],
            })
        );
    }

    #[test]
    fn what_came_otherwise_than_ordered_stands_in_the_row() {
        let clip = Clip { width: 640, height: 360, duration_millis: 3_000, ..samples::clip("boat.mp4") };
        let row = object(&Job { state: JobState::Ready, clip: Some(clip), ..job() }, None);
        assert_eq!(
            row["differences"],
            json!([
                { "setting": "resolution", "ordered": "720p", "came": "360p" },
                { "setting": "duration", "ordered": "5 s", "came": "3 s" },
            ])
        );
    }

    #[test]
    fn a_doubt_about_money_stands_in_the_row() {
        let message = Ending::unconfirmed(GatewayId::Aigateway, UnconfirmedCause::Interrupted);
        let job = Job { state: JobState::Unconfirmed, charge: Charge::NotKnown, message: Some(message), ..job() };
        let row = object(&job, None);
        assert_eq!(row["charged"], "not known");
        assert!(row["message"].as_str().is_some_and(|text| text.contains("Charged: not known.")), "{row}");
    }

    #[test]
    fn a_line_fits_a_terminal() {
        assert_eq!(line(&job(), None), "0badcafe  queued       aigateway      $0.40  a paper boat");
        assert_eq!(beginning("a\n b"), "a b");
        assert_eq!(beginning(&"x".repeat(100)).chars().count(), 60);
    }
}
