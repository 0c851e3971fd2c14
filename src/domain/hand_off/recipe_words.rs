//! The recipe of a clip in words: what stands in the markers of an editor and in the cells of the table.

use crate::domain::ledger::Charged;
use crate::domain::ledger::table::cells;
use crate::domain::request::{InputPicture, Slot};
use crate::domain::{Job, Verdict};

/// One line of a recipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The name of a column and of a key of metadata: `negative_prompt`. Never rename one.
    pub key: &'static str,
    /// What people call it: `Negative prompt`.
    pub title: &'static str,
    /// Its value; empty where there is none.
    pub value: String,
    /// Whether the value is a number, which spreadsheets may take for one.
    pub is_number: bool,
}

/// The names of all lines, in their order. Never rename or remove one; new ones go to the end.
pub const KEYS: [&str; 23] = [
    "id",
    "gateway",
    "model",
    "prompt",
    "negative_prompt",
    "resolution",
    "duration",
    "aspect_ratio",
    "audio",
    "thinking",
    "seed",
    "start_picture",
    "end_picture",
    "continues",
    "continues_frame",
    "project",
    "stars",
    "shown",
    "shown_unit",
    "charged",
    "charged_amount",
    "charged_unit",
    "served_sha256",
];

/// The recipe of a job, with a line for each of [`KEYS`]. Addresses of pictures come without what may open them.
pub fn lines(job: &Job) -> Vec<Line> {
    let request = job.request.without_signatures();
    let picture = |slot| match request.picture_in(slot) {
        Some(InputPicture::WebAddress(address)) => address.clone(),
        Some(InputPicture::Stored(picture)) => picture.display_name.clone(),
        None => String::new(),
    };
    let (shown, shown_unit) = cells(job.estimate.amount);
    let charged = Charged::of(job);
    let amount = match charged {
        Charged::No => Some((cells(job.estimate.amount.zero()).0, shown_unit)),
        Charged::Yes(amount) | Charged::Assumed(amount) => Some(cells(amount)),
        Charged::NotKnown => None,
    };
    let (amount, amount_unit) = amount.unwrap_or_default();
    let Verdict { rating, .. } = job.verdict;
    let text = |key, title, value: String| Line { key, title, value, is_number: false };
    let number = |key, title, value: String| Line { key, title, value, is_number: true };
    let or_none = |value: Option<String>| value.unwrap_or_default();
    vec![
        text("id", "Job", job.id.to_string()),
        text("gateway", "Gateway", job.gateway.name().to_owned()),
        text("model", "Model", request.model().to_string()),
        text("prompt", "Prompt", request.prompt().to_owned()),
        text("negative_prompt", "Negative prompt", request.negative_prompt().to_owned()),
        text("resolution", "Resolution", request.resolution().to_string()),
        number("duration", "Seconds", request.duration().secs().to_string()),
        text("aspect_ratio", "Aspect ratio", request.aspect_ratio().name().to_owned()),
        text("audio", "Audio", if request.audio() { "yes" } else { "no" }.to_owned()),
        text("thinking", "Thinking", request.thinking().name().to_owned()),
        number("seed", "Seed", or_none(request.seed().map(|seed| seed.get().to_string()))),
        text("start_picture", "Start picture", picture(Slot::Start)),
        text("end_picture", "End picture", picture(Slot::End)),
        text("continues", "Continues", or_none(job.parent.map(|parent| parent.job.to_string()))),
        number("continues_frame", "from frame", or_none(job.parent.map(|parent| parent.frame.to_string()))),
        text("project", "Project", or_none(job.project.as_ref().map(ToString::to_string))),
        number("stars", "Stars", rating.stars().to_string()),
        number("shown", "Price shown", shown),
        text("shown_unit", "", shown_unit.to_owned()),
        text("charged", "Charged", charged.word().to_owned()),
        number("charged_amount", "", amount),
        text("charged_unit", "", amount_unit.to_owned()),
        text("served_sha256", "SHA-256 as served", or_none(job.clip.as_ref().map(|clip| clip.sha256.to_string()))),
    ]
}

/// The recipe for people, one line for each thing that was said. What deceives the eye is written out.
pub fn note(job: &Job) -> String {
    let lines = lines(job);
    let value =
        |key: &str| lines.iter().find(|line| line.key == key).map(|line| line.value.clone()).unwrap_or_default();
    let mut note: Vec<String> = Vec::new();
    let joined = |first: &str, second: &str| format!("{} {}", value(first), value(second)).trim().to_owned();
    for line in &lines {
        let shown = match line.key {
            "duration" => format!("{} s", line.value),
            "shown" => joined("shown", "shown_unit"),
            "charged" if value("charged_amount").is_empty() => line.value.clone(),
            "charged" => format!("{}, {}", line.value, joined("charged_amount", "charged_unit")),
            _ => line.value.clone(),
        };
        let is_unrated = line.key == "stars" && line.value == "0";
        if !line.title.is_empty() && !line.value.is_empty() && !is_unrated {
            let title = if line.key == "duration" { "Duration" } else { line.title };
            note.push(format!("{title}: {}", crate::domain::text::visible(&shown)));
        }
    }
    note.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::{clip, job};
    use crate::domain::{Amount, Charge, Credits};

    #[test]
    fn each_key_has_its_line_in_order() {
        let found: Vec<_> = lines(&job(1).ready()).iter().map(|line| line.key).collect();
        assert_eq!(found, KEYS);
    }

    #[test]
    fn people_read_what_was_said_and_what_it_cost() {
        let job = Job {
            charge: Charge::Yes(Some(Amount::Credits(Credits(99)))),
            ..job(7)
                .asking(|draft| {
                    draft.prompt = "a \"paper\" boat".to_owned();
                    draft.negative_prompt = "rain".to_owned();
                    draft.audio = true;
                    draft.picture = Some(InputPicture::WebAddress("https://example.org/a.png?sig=CANARY".to_owned()));
                })
                .seed(42)
                .stars(3)
                .clip(clip("7.mp4"))
                .ready()
        };
        let note = note(&job);
        for line in [
            "Prompt: a \"paper\" boat",
            "Negative prompt: rain",
            "Gateway: apiin",
            "Model: pixverse-v5.6",
            "Resolution: 720p",
            "Duration: 5 s",
            "Audio: yes",
            "Seed: 42",
            "Stars: 3",
            "Start picture: https://example.org/a.png",
            "Charged: yes, 99 credits",
        ] {
            assert!(note.lines().any(|found| found == line), "{line} in\n{note}");
        }
        assert!(!note.contains("CANARY") && !note.contains("Project"), "{note}");
    }

    #[test]
    fn a_charge_that_nobody_knows_is_said_so() {
        let note = note(&Job { charge: Charge::NotKnown, ..job(1).ready() });
        assert!(note.contains("\nCharged: not known\n"), "{note}");
    }
}
