//! A library of very many finished clips, such as one has after years.

use rushes::domain::job::Poster;
use rushes::domain::samples;
use rushes::domain::{Charge, Clip, GatewayText, Job, RawExchange, RemoteId, Sha256Hex, UnixMillis};
use rushes::library::{Library, LibraryError};

const THINGS: [&str; 8] = ["paper boat", "lighthouse", "red train", "dragon", "peony", "jellyfish", "desert", "city"];
const PLACES: [&str; 6] = ["in the rain", "at night", "under the ice", "above the clouds", "at dawn", "in neon light"];
const MOVES: [&str; 5] = ["slow push-in", "aerial drift", "handheld", "low angle", "orbit around it"];

/// The clip with this number: four takes to a prompt, prompts of about 150 characters.
pub fn job(number: usize) -> Job {
    let shot = number / 4;
    let prompt = format!(
        "A {} {}, shot {shot}: {}, 35 mm, shallow depth of field, soft reflections breaking in the ripples, film grain",
        THINGS[shot % THINGS.len()],
        PLACES[shot % PLACES.len()],
        MOVES[shot % MOVES.len()],
    );
    let at = |seconds: usize| {
        Some(UnixMillis(1_700_000_000_000 + 1_000 * i64::try_from(number * 60 + seconds).unwrap_or(0)))
    };
    // Ids grow with time, as those of version 7 do.
    let id = ((number as u128) << 80) | 0x7000_8000_0000_0000_0000;
    let job = samples::job(id).at(at(0).unwrap_or(UnixMillis(0))).prompt(&prompt);
    let job = job.asking(|draft| "text, watermark".clone_into(&mut draft.negative_prompt));
    let job =
        job.seed(u32::try_from(number % 1_000_003).unwrap_or_default()).stars(u8::try_from(number % 6).unwrap_or(0));
    let clip = Clip {
        sha256: Sha256Hex::of(&number.to_be_bytes()),
        size_bytes: 4_000_000,
        ..samples::clip(&format!("2026-06-04 clip {number} 720p 5s.mp4"))
    };
    let mut job = job.clip(clip).ready();
    (job.sent_at, job.accepted_at, job.made_at, job.ended_at) = (at(1), at(2), at(40), at(45));
    job.remote_id = RemoteId::new(&format!("n{number}_pixverse"));
    job.request_id = Some(GatewayText::already_redacted(format!("req-{number:032x}")));
    job.charge = Charge::Yes(Some(job.estimate.amount));
    job.poster = Poster::Made { width: 640, height: 360 };
    job.exchange = Some(RawExchange {
        request_line: "GET https://api.example.org/v1/tasks".into(),
        status: Some(200),
        response_headers: GatewayText::already_redacted("content-type: application/json\n".repeat(12)),
        response_body: GatewayText::already_redacted("{\"status\":\"succeeded\"}".repeat(60)),
        ..RawExchange::default()
    });
    job
}

/// Stores clips with the numbers `0..count` in an open library.
pub async fn fill(library: &Library, count: usize) -> Result<(), LibraryError> {
    for start in (0..count).step_by(1_000) {
        library.put_all((start..count.min(start + 1_000)).map(job).collect()).await?;
    }
    Ok(())
}
