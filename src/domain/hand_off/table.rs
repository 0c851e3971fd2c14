//! A sequence as a CSV file for spreadsheets: one row for each clip, written as the ledger writes its own.

use csv::WriterBuilder;

use super::{Piece, Sequence, recipe_words};
use crate::domain::ledger::csv::{Reader, text};

/// The names of the first columns, before those of the recipe ([`recipe_words::KEYS`]). Never rename or remove one.
pub const COLUMNS: [&str; 9] =
    ["number", "file", "sha256", "frames", "frame_rate", "width", "height", "sound_rate", "sound_channels"];

/// The whole file. Gaps have no row; the numbers count them, so that they are those of the shots.
pub fn bytes(sequence: &Sequence, reader: Reader) -> Vec<u8> {
    let mut writer = WriterBuilder::new().from_writer(reader.mark().to_vec());
    // Writing into memory does not fail, and all rows have as many cells as the header.
    writer.write_record(COLUMNS.iter().chain(&recipe_words::KEYS)).ok();
    for (number, piece) in (1_usize..).zip(&sequence.pieces) {
        let Piece::Clip(clip) = piece else { continue };
        let film = &clip.film;
        let sound = |part: fn(super::Sound) -> String| film.sound.map(part).unwrap_or_default();
        let first = [
            number.to_string(),
            text(&clip.path()),
            clip.sha256.to_string(),
            film.frames.to_string(),
            film.rate.words(),
            film.width.to_string(),
            film.height.to_string(),
            sound(|sound| sound.rate.to_string()),
            sound(|sound| sound.channels.to_string()),
        ];
        let recipe = recipe_words::lines(&clip.job).into_iter();
        let recipe = recipe.map(|line| if line.is_number { line.value } else { text(&line.value) });
        writer.write_record(first.into_iter().chain(recipe)).ok();
    }
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{HARD_PROMPTS, footage_of, gap};
    use super::super::{FrameRate, Sound};
    use super::*;
    use crate::domain::samples::job;
    use crate::domain::text::visible;
    use crate::domain::{Amount, Charge, Credits, Job};

    fn records(pieces: Vec<Piece>) -> Vec<std::collections::HashMap<String, String>> {
        let bytes = bytes(&Sequence { name: "x".to_owned(), pieces }, Reader::Program);
        let mut reader = csv::Reader::from_reader(&bytes[..]);
        reader.deserialize().collect::<Result<_, _>>().expect("rows")
    }

    #[test]
    fn a_row_tells_the_film_its_recipe_and_what_it_cost() {
        let sound = Some(Sound { rate: 48_000, channels: 2 });
        let job = Job { charge: Charge::Yes(Some(Amount::Credits(Credits(99)))), ..job(1).seed(42).ready() };
        let ntsc = FrameRate::new(24_000, 1001).expect("a rate");
        let rows = records(vec![gap(1_000), footage_of(job.clone(), ntsc, 120, sound)]);
        assert_eq!(rows.len(), 1);
        for (column, expected) in [
            ("number", "2"),
            ("frames", "120"),
            ("frame_rate", "23.976"),
            ("sound_rate", "48000"),
            ("seed", "42"),
            ("shown", "90"),
            ("shown_unit", "credits"),
            ("charged", "yes"),
            ("charged_amount", "99"),
            ("charged_unit", "credits"),
            ("id", &job.id.to_string()),
        ] {
            assert_eq!(rows[0][column], expected, "{column}");
        }
        assert!(rows[0]["file"].starts_with("media/01_"));
    }

    #[test]
    fn no_cell_of_text_is_a_formula_and_every_prompt_comes_back() {
        for prompt in HARD_PROMPTS {
            let job = job(1).prompt(prompt).ready();
            let row = &records(vec![footage_of(job.clone(), FrameRate::whole(24), 24, None)])[0];
            let cell = &row["prompt"];
            let marks = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
            assert!(!cell.trim_start().starts_with(marks), "{cell:?}");
            assert_eq!(cell.strip_prefix('\'').unwrap_or(cell), visible(job.request.prompt()), "{prompt:?}");
        }
    }

    #[test]
    fn a_spreadsheet_is_told_that_it_is_unicode() {
        let sequence = Sequence { name: "x".to_owned(), pieces: vec![] };
        let (person, program) = (bytes(&sequence, Reader::Spreadsheet), bytes(&sequence, Reader::Program));
        assert_eq!(person.strip_prefix("\u{feff}".as_bytes()), Some(&program[..]));
    }
}
