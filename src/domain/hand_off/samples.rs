//! Sequences for tests.

use super::{FilmFacts, Footage, FrameRate, Gap, Piece, Sound, names};
use crate::domain::samples::job;
use crate::domain::{Job, Sha256Hex};

/// A film of this rate and number of frames, 1280 × 720, silent; the prompt is "a paper boat".
pub fn footage(number: u128, rate: FrameRate, frames: u64) -> Piece {
    footage_of(job(number).ready(), rate, frames, None)
}

/// The film of this job.
pub fn footage_of(job: Job, rate: FrameRate, frames: u64, sound: Option<Sound>) -> Piece {
    let file_name = names::media_name(1, 1, &job, "2026-06-04");
    let film = FilmFacts { rate, frames, width: 1280, height: 720, sound };
    Piece::Clip(Box::new(Footage { file_name, film, sha256: Sha256Hex::of(b"a file"), job }))
}

/// A shot that is planned, of this length in milliseconds.
pub fn gap(millis: u64) -> Piece {
    Piece::Gap(Gap { title: "a later shot".to_owned(), why: "it is planned".to_owned(), millis })
}

/// Prompts that have broken files of other programs: quotes, signs of XML and JSON, other scripts, control characters.
pub const HARD_PROMPTS: [&str; 9] = [
    "a \"quoted\" 'boat'",
    "Möwen über Göteborg",
    "東京の海、한국어, مرحبا",
    "🎬👩\u{200d}🚀 film",
    "]]> & <b>bold</b> &amp; <!-- x -->",
    "tab\there\nnew line\r\nand \u{1b}[31mred\u{0}",
    "=HYPERLINK(\"http://x\")",
    "{\"OTIO_SCHEMA\": \"Clip.2\"} \\u0041 \\",
    "noncharacters \u{fffe}\u{ffff} and \u{202e}mp4.exe",
];
