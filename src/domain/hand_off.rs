//! Handing clips on to an editor: a [`Sequence`] of clips and gaps, and what editors read of it.
//!
//! Three files say the same in three languages: [`otio`] (OpenTimelineIO), [`fcpxml`] (Final Cut Pro, DaVinci Resolve and
//! others) and [`table`] (a spreadsheet). The films lie beside them in the folder [`MEDIA`], under [`names`] that are safe
//! everywhere, and all paths are relative, so that the whole folder can be moved. Every clip carries its recipe.

use super::job::Job;
use super::sha256::Sha256Hex;

pub mod board;
pub mod choice;
pub mod fcpxml;
pub mod film;
pub mod names;
pub mod order;
pub mod otio;
pub mod recipe_words;
#[doc(hidden)]
pub mod samples;
pub mod table;

pub use film::{FilmFacts, FrameRate, Sound};

/// The folder of the films, beside the files that speak of them.
pub const MEDIA: &str = "media";

/// Clips and gaps in the order of the film.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    /// What editors call it, as the user typed it.
    pub name: String,
    /// The parts, one behind the other.
    pub pieces: Vec<Piece>,
}

/// One part of a sequence.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// A film.
    Clip(Box<Footage>),
    /// Nothing yet, for as long as the shot is planned to be.
    Gap(Gap),
}

/// A film that is handed on.
#[derive(Clone, Debug, PartialEq)]
pub struct Footage {
    /// The job that made it.
    pub job: Job,
    /// Its name in the folder [`MEDIA`]: letters, digits, `-`, `_` and `.` of ASCII, as [`names::media_name`] makes it.
    pub file_name: String,
    /// What its file says of frames and sound.
    pub film: FilmFacts,
    /// The checksum of the file as it is handed on, recipe included.
    pub sha256: Sha256Hex,
}

/// A shot that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What it is to show; may be empty.
    pub title: String,
    /// Why it is not there, as a clause: "it is planned".
    pub why: String,
    /// How long it is to be, in milliseconds.
    pub millis: u64,
}

/// A piece with its place in the sequence, in frames of the sequence.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    /// The piece.
    pub piece: &'a Piece,
    /// The first frame, from 0.
    pub at: u64,
    /// Number of frames, at least 1.
    pub length: u64,
}

/// Frames per second of a sequence without any film.
const USUAL_RATE: FrameRate = FrameRate::whole(24);

impl Sequence {
    /// All films, in order.
    pub fn clips(&self) -> impl Iterator<Item = &Footage> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Clip(clip) => Some(&**clip),
            Piece::Gap(_) => None,
        })
    }

    /// The film whose format the sequence has: the first of those formats that most of the film is in, by time.
    pub fn leader(&self) -> Option<&Footage> {
        let format = |clip: &Footage| (clip.film.rate, clip.film.width, clip.film.height);
        let time_in = |clip: &Footage| -> u128 {
            self.clips().filter(|other| format(other) == format(clip)).map(|other| other.film.millis()).sum()
        };
        // Of equal ones the first: `max_by_key` gives the last.
        self.clips().collect::<Vec<_>>().into_iter().rev().max_by_key(|clip| time_in(clip))
    }

    /// Frames per second of the sequence.
    pub fn rate(&self) -> FrameRate {
        self.leader().map_or(USUAL_RATE, |clip| clip.film.rate)
    }

    /// All pieces with their places. A clip of another rate is as many whole frames long as fit into it, so that nothing is
    /// asked for beyond its end.
    pub fn placed(&self) -> Vec<Placed<'_>> {
        let rate = self.rate();
        let mut placed = Vec::with_capacity(self.pieces.len());
        let mut at = 0;
        for piece in &self.pieces {
            let length = match piece {
                Piece::Clip(clip) => rate.frames_in(clip.film.frames, clip.film.rate),
                Piece::Gap(gap) => rate.nearest_frames(gap.millis),
            };
            placed.push(Placed { piece, at, length: length.max(1) });
            at += length.max(1);
        }
        placed
    }

    /// Length in frames of the sequence.
    pub fn length(&self) -> u64 {
        self.placed().last().map_or(0, |last| last.at + last.length)
    }

    /// Whether any film has sound.
    pub fn has_sound(&self) -> bool {
        self.clips().any(|clip| clip.film.sound.is_some())
    }
}

impl Footage {
    /// What editors call the clip: the beginning of its prompt, on one line.
    pub fn title(&self) -> String {
        title(self.job.request.prompt())
    }

    /// Where the film lies, from the folder of the other files.
    pub fn path(&self) -> String {
        format!("{MEDIA}/{}", self.file_name)
    }
}

/// The beginning of a prompt, on one line, at most 60 characters.
pub fn title(prompt: &str) -> String {
    const MAX_CHARS: usize = 60;
    let line = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = super::text::visible(&line);
    if line.chars().count() <= MAX_CHARS {
        return line.into_owned();
    }
    line.chars().take(MAX_CHARS - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::samples::{footage, gap};
    use super::*;

    fn sequence(pieces: Vec<Piece>) -> Sequence {
        Sequence { name: "Spring".to_owned(), pieces }
    }

    #[test]
    fn pieces_lie_one_behind_the_other_in_frames_of_the_sequence() {
        let rate = FrameRate::whole;
        let ntsc = FrameRate::new(24_000, 1001).expect("a rate");
        for (pieces, frames_per_second, places) in [
            (vec![footage(1, rate(24), 120), footage(2, rate(24), 121)], rate(24), vec![(0, 120), (120, 121)]),
            (vec![footage(1, ntsc, 120), gap(5_005)], ntsc, vec![(0, 120), (120, 120)]),
            // Of two rates the one of which there is more; the other is not asked for beyond its end.
            (vec![footage(1, rate(16), 17), footage(2, rate(30), 150)], rate(30), vec![(0, 31), (31, 150)]),
            (vec![footage(1, rate(24), 24), footage(2, rate(30), 30)], rate(24), vec![(0, 24), (24, 24)]),
            (vec![footage(1, rate(60), 1), footage(2, rate(24), 24)], rate(24), vec![(0, 1), (1, 24)]),
            (vec![gap(2_000), gap(1)], rate(24), vec![(0, 48), (48, 1)]),
            (vec![], rate(24), vec![]),
        ] {
            let sequence = sequence(pieces);
            assert_eq!(sequence.rate(), frames_per_second);
            let found: Vec<_> = sequence.placed().iter().map(|placed| (placed.at, placed.length)).collect();
            assert_eq!(found, places);
            assert_eq!(sequence.length(), places.last().map_or(0, |(at, length)| at + length));
        }
    }

    #[test]
    fn a_title_is_one_short_line_that_deceives_nobody() {
        for (prompt, expected) in [
            ("a paper\n boat", "a paper boat"),
            ("Möwen über 東京 🎬", "Möwen über 東京 🎬"),
            ("evil\u{202e}4pm.exe", "evil‹U+202E›4pm.exe"),
        ] {
            assert_eq!(title(prompt), expected);
        }
        assert_eq!(title(&"x".repeat(200)).chars().count(), 60);
    }
}
