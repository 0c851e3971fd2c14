//! A sequence as FCPXML, which Final Cut Pro, DaVinci Resolve and others read.
//!
//! Version 1.8: the newest in which an asset itself says where its film lies, so that the most programs find it, new ones and
//! old. Times are whole frames, as fractions of a second. Where a film lies is said relative to the file. Each clip has its
//! recipe as a note, as a marker and as metadata.

use std::fmt::Write as _;

use super::{FilmFacts, Footage, FrameRate, Gap, Piece, Placed, Sequence, recipe_words};

/// The version of the format.
pub const VERSION: &str = "1.8";

/// What the keys of metadata begin with.
const KEY_PREFIX: &str = "com.rushes.";

/// The bytes of the file.
pub fn bytes(sequence: &Sequence) -> Vec<u8> {
    let placed = sequence.placed();
    let rate = sequence.rate();
    let formats = Formats::of(sequence);
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE fcpxml>\n");
    let mut line = |depth: usize, text: &str| {
        xml.push_str(&"  ".repeat(depth));
        xml.push_str(text);
        xml.push('\n');
    };
    line(0, &format!("<fcpxml version=\"{VERSION}\">"));
    line(1, "<resources>");
    for (number, format) in formats.0.iter().enumerate() {
        line(2, &format_element(number, format));
    }
    for (number, clip) in sequence.clips().enumerate() {
        line(2, &asset(number, clip, &formats));
    }
    line(1, "</resources>");
    let name = attribute(&sequence.name);
    line(1, &format!("<event name=\"{name}\">"));
    line(2, &format!("<project name=\"{name}\">"));
    let length = time(sequence.length(), rate);
    line(3, &format!("<sequence format=\"f0\" duration=\"{length}\" tcStart=\"0s\" tcFormat=\"NDF\">"));
    line(4, "<spine>");
    let mut number = 0;
    for placed in &placed {
        match placed.piece {
            Piece::Clip(clip) => {
                line(5, &asset_clip(number, clip, *placed, rate, &formats));
                number += 1;
            }
            Piece::Gap(gap) => line(5, &gap_element(gap, *placed, rate)),
        }
    }
    line(4, "</spine>");
    line(3, "</sequence>");
    line(2, "</project>");
    line(1, "</event>");
    line(0, "</fcpxml>");
    xml.into_bytes()
}

/// The formats of a sequence: its own first.
struct Formats(Vec<(FrameRate, Option<(u32, u32)>)>);

impl Formats {
    fn of(sequence: &Sequence) -> Self {
        let format = |film: &FilmFacts| (film.rate, Some((film.width, film.height)));
        let mut formats = vec![sequence.leader().map_or((sequence.rate(), None), |leader| format(&leader.film))];
        for clip in sequence.clips() {
            if !formats.contains(&format(&clip.film)) {
                formats.push(format(&clip.film));
            }
        }
        Self(formats)
    }

    fn number(&self, film: &FilmFacts) -> usize {
        let wanted = (film.rate, Some((film.width, film.height)));
        self.0.iter().position(|format| *format == wanted).unwrap_or(0)
    }
}

fn format_element(number: usize, (rate, size): &(FrameRate, Option<(u32, u32)>)) -> String {
    let (width, height) = size.unwrap_or((1280, 720));
    let duration = fraction(1, *rate);
    format!(
        "<format id=\"f{number}\" frameDuration=\"{duration}\" width=\"{width}\" height=\"{height}\" \
         colorSpace=\"1-1-1 (Rec. 709)\"/>"
    )
}

fn asset(number: usize, clip: &Footage, formats: &Formats) -> String {
    let film = &clip.film;
    let sound = film.sound.map_or_else(String::new, |sound| {
        format!(" hasAudio=\"1\" audioSources=\"1\" audioChannels=\"{}\" audioRate=\"{}\"", sound.channels, sound.rate)
    });
    format!(
        "<asset id=\"a{number}\" name=\"{}\" src=\"./{}\" start=\"0s\" duration=\"{}\" hasVideo=\"1\" format=\"f{}\"{sound}/>",
        attribute(&clip.title()),
        attribute(&clip.path()),
        time(film.frames, film.rate),
        formats.number(film),
    )
}

fn asset_clip(number: usize, clip: &Footage, placed: Placed<'_>, rate: FrameRate, formats: &Formats) -> String {
    let note = recipe_words::note(&clip.job);
    let title = attribute(&clip.title());
    let mut xml = format!(
        "<asset-clip ref=\"a{number}\" name=\"{title}\" offset=\"{}\" start=\"0s\" duration=\"{}\" format=\"f{}\" tcFormat=\"NDF\">",
        time(placed.at, rate),
        time(placed.length, rate),
        formats.number(&clip.film),
    );
    let mut child = |text: String| {
        // Writing into a string does not fail.
        write!(xml, "\n            {text}").ok();
    };
    child(format!("<note>{}</note>", content(&note)));
    if let Some(word) = rate_word(clip.film.rate).filter(|_| clip.film.rate != rate) {
        child(format!("<conform-rate scaleEnabled=\"0\" srcFrameRate=\"{word}\"/>"));
    }
    child(format!(
        "<marker start=\"0s\" duration=\"{}\" value=\"{title}\" note=\"{}\"/>",
        fraction(1, clip.film.rate),
        attribute(&note)
    ));
    child("<metadata>".to_owned());
    let mut metadata = |key: &str, value: &str, title: &str| {
        let name = if title.is_empty() { key } else { title };
        child(format!(
            "  <md key=\"{KEY_PREFIX}{key}\" value=\"{}\" type=\"string\" displayName=\"{}\"/>",
            attribute(value),
            attribute(name)
        ));
    };
    for line in recipe_words::lines(&clip.job) {
        if !line.value.is_empty() {
            metadata(line.key, &line.value, line.title);
        }
    }
    metadata("sha256", &clip.sha256.to_string(), "SHA-256");
    child("</metadata>".to_owned());
    xml.push_str("\n          </asset-clip>");
    xml
}

/// What Final Cut Pro calls a rate. A clip of one of these in a sequence of another may be played faster or slower, as 24
/// frames per second in a sequence of 25, unless the clip says that its speed stays. The times here count on its own speed.
fn rate_word(rate: FrameRate) -> Option<&'static str> {
    Some(match (rate.frames, rate.units) {
        (24_000, 1001) => "23.98",
        (24, 1) => "24",
        (25, 1) => "25",
        (30_000, 1001) => "29.97",
        (30, 1) => "30",
        (48_000, 1001) => "47.95",
        (48, 1) => "48",
        (50, 1) => "50",
        (60_000, 1001) => "59.94",
        (60, 1) => "60",
        _ => return None,
    })
}

fn gap_element(gap: &Gap, placed: Placed<'_>, rate: FrameRate) -> String {
    let title = super::title(&gap.title);
    let name = if title.is_empty() { "Gap" } else { &title };
    format!(
        "<gap name=\"{}\" offset=\"{}\" start=\"0s\" duration=\"{}\"><note>{}</note></gap>",
        attribute(name),
        time(placed.at, rate),
        time(placed.length, rate),
        content(&format!("This shot is a gap: {}.", gap.why)),
    )
}

/// So many frames as a time: whole seconds where it is those.
fn time(frames: u64, rate: FrameRate) -> String {
    let units = u128::from(frames) * u128::from(rate.units);
    let per_second = u128::from(rate.frames);
    if units.is_multiple_of(per_second) { format!("{}s", units / per_second) } else { fraction(frames, rate) }
}

/// So many frames as a fraction of a second, also where it is a whole number of them. The denominator is that of the
/// frame, in hundreds where the rate is whole, as Final Cut Pro writes it.
fn fraction(frames: u64, rate: FrameRate) -> String {
    let (units, per_second) = (u128::from(frames) * u128::from(rate.units), u128::from(rate.frames));
    let by = if rate.units == 1 { 100 } else { 1 };
    format!("{}/{}s", units * by, per_second * by)
}

/// Text between two tags.
fn content(text: &str) -> String {
    escaped(text, false)
}

/// Text between two quotes.
fn attribute(text: &str) -> String {
    escaped(text, true)
}

/// Text as XML 1.0 holds it. Characters that no XML may hold, and those that deceive the eye, are written out.
fn escaped(text: &str, in_quotes: bool) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in crate::domain::text::visible(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            // `]]>` must not stand in text.
            '>' => escaped.push_str("&gt;"),
            '"' if in_quotes => escaped.push_str("&quot;"),
            // A reader makes a space of a plain one in quotes.
            '\n' | '\t' if in_quotes => escaped.push_str(&format!("&#{};", u32::from(c))),
            '\u{fffe}' | '\u{ffff}' => escaped.push_str(&format!("‹U+{:04X}›", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::super::samples::{HARD_PROMPTS, footage, footage_of, gap};
    use super::super::{Piece, Sound};
    use super::*;
    use crate::domain::samples::job;
    use crate::domain::text::visible;

    fn written(pieces: Vec<Piece>) -> String {
        let sequence = Sequence { name: "Spring & \"film\"".to_owned(), pieces };
        String::from_utf8(bytes(&sequence)).expect("UTF-8")
    }

    /// All elements with their attributes, in order; fails where the text is no XML.
    fn elements(xml: &str) -> Vec<(String, Vec<(String, String)>)> {
        let mut reader = Reader::from_str(xml);
        let mut elements = Vec::new();
        loop {
            match reader.read_event().expect("XML") {
                Event::Start(tag) | Event::Empty(tag) => {
                    let attributes = tag.attributes().map(|attribute| {
                        let attribute = attribute.expect("an attribute");
                        let key = String::from_utf8(attribute.key.as_ref().to_vec()).expect("UTF-8");
                        let raw = String::from_utf8(attribute.value.to_vec()).expect("UTF-8");
                        (key, quick_xml::escape::unescape(&raw).expect("entities").into_owned())
                    });
                    elements
                        .push((String::from_utf8(tag.name().as_ref().to_vec()).expect("UTF-8"), attributes.collect()));
                }
                Event::Eof => return elements,
                _ => {}
            }
        }
    }

    fn values(xml: &str, element: &str, attribute: &str) -> Vec<String> {
        let found = elements(xml).into_iter().filter(|(name, _)| name == element);
        let value = |attributes: Vec<(String, String)>| attributes.into_iter().find(|(key, _)| key == attribute);
        found.filter_map(|(_, attributes)| value(attributes)).map(|(_, value)| value).collect()
    }

    #[test]
    fn times_are_whole_frames_of_every_rate() {
        for (frames, units, frame, clip, total) in [
            (24, 1, "100/2400s", "12100/2400s", "16900/2400s"),
            (30, 1, "100/3000s", "12100/3000s", "18100/3000s"),
            (24_000, 1001, "1001/24000s", "121121/24000s", "169169/24000s"),
            (16, 1, "100/1600s", "12100/1600s", "15300/1600s"),
        ] {
            let rate = FrameRate::new(frames, units).expect("a rate");
            let xml = written(vec![footage(1, rate, 121), gap(2_000), footage(2, rate, u64::from(frames / units))]);
            assert_eq!(values(&xml, "format", "frameDuration"), [frame]);
            assert_eq!(values(&xml, "asset", "duration")[0], clip);
            let offsets = values(&xml, "asset-clip", "offset");
            assert_eq!((&*offsets[0], &*values(&xml, "gap", "offset")[0]), ("0s", clip));
            assert_eq!(offsets[1], total, "behind the gap");
        }
    }

    #[test]
    fn formats_stand_once_and_the_sequence_has_that_of_most_of_the_film() {
        let (slow, fast) = (FrameRate::whole(24), FrameRate::whole(30));
        let xml = written(vec![footage(1, fast, 30), footage(2, slow, 240), footage(3, fast, 30)]);
        assert_eq!(values(&xml, "format", "id"), ["f0", "f1"]);
        assert_eq!(values(&xml, "asset", "format"), ["f1", "f0", "f1"]);
        assert_eq!(values(&xml, "sequence", "format"), ["f0"]);
        assert_eq!(values(&xml, "sequence", "duration"), ["12s"]);
        let empty = written(vec![gap(1_000)]);
        assert_eq!(
            (values(&empty, "format", "id").len(), values(&empty, "sequence", "duration")),
            (1, vec!["1s".into()])
        );
    }

    #[test]
    fn a_clip_of_another_rate_than_the_sequence_keeps_its_speed() {
        let rate = |frames, units| FrameRate::new(frames, units).expect("a rate");
        let xml = written(vec![
            footage(1, rate(25, 1), 250),
            footage(2, rate(24, 1), 24),
            footage(3, rate(24_000, 1001), 24),
            footage(4, rate(60_000, 1001), 60),
            // Final Cut Pro has no word for it, and changes no speed.
            footage(5, rate(16, 1), 16),
        ]);
        assert_eq!(values(&xml, "conform-rate", "srcFrameRate"), ["24", "23.98", "59.94"]);
        assert_eq!(values(&xml, "conform-rate", "scaleEnabled"), ["0", "0", "0"]);
        let names: Vec<_> = elements(&xml).into_iter().map(|(name, _)| name).collect();
        let second = names.iter().position(|name| name == "conform-rate").expect("one");
        assert_eq!(names[second - 1..=second + 1], ["note", "conform-rate", "marker"], "in the order of the format");
    }

    #[test]
    fn films_are_found_beside_the_file_and_sound_is_named() {
        let sound = Some(Sound { rate: 44_100, channels: 1 });
        let xml = written(vec![footage_of(job(2).ready(), FrameRate::whole(24), 48, sound)]);
        let src = &values(&xml, "asset", "src")[0];
        assert!(src.starts_with("./media/01_") && !src.contains(['%', ' ', '\\']), "{src}");
        assert_eq!(values(&xml, "asset", "audioRate"), ["44100"]);
        assert_eq!(values(&xml, "asset", "audioChannels"), ["1"]);
        assert!(values(&written(vec![footage(1, FrameRate::whole(24), 1)]), "asset", "hasAudio").is_empty());
    }

    #[test]
    fn hard_prompts_are_xml_and_come_back() {
        for prompt in HARD_PROMPTS {
            let job = job(1).prompt(prompt).ready();
            let xml = written(vec![footage_of(job.clone(), FrameRate::whole(24), 24, None)]);
            let keys = values(&xml, "md", "key");
            let at = keys.iter().position(|key| key == "com.rushes.prompt").expect("the prompt");
            let read = &values(&xml, "md", "value")[at];
            let noncharacters =
                visible(job.request.prompt()).replace('\u{fffe}', "‹U+FFFE›").replace('\u{ffff}', "‹U+FFFF›");
            assert_eq!(*read, noncharacters, "{prompt:?}");
            let is_xml = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
            assert!(xml.chars().all(is_xml) && !xml.contains("]]>"), "{prompt:?}");
            assert!(values(&xml, "marker", "note")[0].contains("Model: pixverse-v5.6\n"), "{prompt:?}");
        }
    }
}
