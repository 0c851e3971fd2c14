//! What `rushes batch` says of a list before anything is ordered.

use serde_json::{Value, json};

use super::{Checked, held_words};
use crate::cli::jobs::beginning;
use crate::cli::output::Output;
use crate::domain::list::cost;
use crate::domain::list::{ListProblem, Plan, PlannedJob};
use crate::domain::price;
use crate::domain::setting::SeedMode;
use crate::domain::{Amount, InputPicture};

/// Prints every job with its price, the sum, the caps, and what is wrong.
pub(super) fn print(output: &Output, checked: &Checked) {
    for job in &checked.plan.jobs {
        output.result(&object(&checked.plan, job), &line(&checked.plan, job));
    }
    print_remarks(output, &checked.plan);
    output.result(&sum_object(checked), &sum_sentence(checked));
}

/// Prints what is wrong with the list, and what is worth knowing of it.
pub(super) fn print_remarks(output: &Output, plan: &Plan) {
    for ListProblem { line, message } in &plan.problems {
        if output.is_json() {
            output.print(&json!({"event": "list_problem", "line": line, "message": message}).to_string());
        } else {
            output.note(&format!("line {line}: {message}."));
        }
    }
    for note in &plan.notes {
        output.note(&format!("{note}."));
    }
    if plan.duplicates() > 0 {
        let (are, ask) = if plan.duplicates() == 1 { ("job", "asks") } else { ("jobs", "ask") };
        output.note(&format!("{} {are} of the list {ask} for the very same as an earlier one.", plan.duplicates()));
    }
}

fn object(plan: &Plan, job: &PlannedJob) -> Value {
    let draft = &job.draft;
    let picture = |picture: &Option<InputPicture>, file: &Option<String>| match (picture, file) {
        (_, Some(file)) => Some(file.clone()),
        (Some(InputPicture::WebAddress(address)), None) => Some(address.clone()),
        (Some(InputPicture::Stored(stored)), None) => Some(stored.display_name.clone()),
        (None, None) => None,
    };
    json!({
        "event": "planned",
        "line": job.line,
        "gateway": draft.gateway,
        "model": draft.model,
        "prompt": draft.prompt,
        "negative_prompt": draft.negative_prompt,
        "resolution": draft.resolution,
        "duration": draft.duration,
        "aspect_ratio": draft.aspect_ratio,
        "audio": draft.audio,
        "thinking": draft.thinking,
        "seed": (draft.seed_mode != SeedMode::Random).then(|| draft.seed_text.parse::<u32>().ok()).flatten(),
        "image": picture(&draft.picture, &job.files.start),
        "end_image": picture(&draft.end_picture, &job.files.end),
        "take": job.take.0,
        "takes": job.take.1,
        "cost": job.estimate.amount.to_string(),
        "same_as_line": same_as_line(plan, job),
    })
}

fn same_as_line(plan: &Plan, job: &PlannedJob) -> Option<usize> {
    Some(plan.jobs.get(job.same_as?)?.line)
}

/// One line for a job: where it stands, gateway, price, settings and prompt.
fn line(plan: &Plan, job: &PlannedJob) -> String {
    let draft = &job.draft;
    let sound = if draft.audio { "audio" } else { "silent" };
    let settings = format!("{} {} {} {sound}", draft.resolution, draft.duration, draft.aspect_ratio);
    let about = if job.estimate.doubts.is_empty() { "" } else { "≈ " };
    let price = format!("{about}{}", job.estimate.amount);
    let same = same_as_line(plan, job).map(|line| format!("  (same as line {line})")).unwrap_or_default();
    let take = if job.take.1 > 1 { format!("  (take {} of {})", job.take.0, job.take.1) } else { String::new() };
    let prompt = beginning(&draft.prompt);
    format!("{:>5}  {:<10} {price:>9}  {settings:<24}  {prompt}{take}{same}", job.line, draft.gateway.name())
}

fn sum_object(checked: &Checked) -> Value {
    let plan = &checked.plan;
    let gateways: Vec<Value> = checked
        .totals
        .iter()
        .map(|(gateway, total)| {
            let value = checked.rules.credit_values.get(gateway).copied();
            json!({
                "gateway": gateway,
                "count": total.count,
                "cost": total.amount.to_string(),
                "dollars": price::dollars(total.amount, *gateway, value).to_string(),
            })
        })
        .collect();
    json!({
        "event": "plan",
        "count": plan.jobs.len(),
        "duplicates": plan.duplicates(),
        "problems": plan.problems.len(),
        "cost": cost::total_words(&checked.totals),
        "gateways": gateways,
        "over_cap": checked.held.map(|held| json!({
            "cap": held.kind,
            "limit": checked.rules.caps.of(held.kind).limit.to_string(),
            "from_line": plan.jobs.get(held.from).map(|job| job.line),
            "count": held.count,
            "is_behind": held.is_behind,
        })),
    })
}

/// The sum for people: `3 jobs · $1.20`, then one line for each gateway, and the caps.
fn sum_sentence(checked: &Checked) -> String {
    let jobs = super::jobs_words(checked.plan.jobs.len());
    let mut text = format!("{jobs} · {}", cost::total_words(&checked.totals));
    for (gateway, total) in &checked.totals {
        text.push_str(&format!("\n  {gateway}: {} · {}", super::jobs_words(total.count), total.amount));
        if matches!(total.amount, Amount::Credits(_)) {
            let value = checked.rules.credit_values.get(gateway).copied();
            text.push_str(&format!(" ({})", price::dollars(total.amount, *gateway, value)));
        }
    }
    if let Some(held) = checked.held {
        text.push_str(&format!("\n{}", held_words(checked, held)));
    }
    text.push_str("\nNothing was sent.");
    text
}
