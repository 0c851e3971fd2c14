//! A sequence as OpenTimelineIO writes it: JSON in which every object names its schema.
//!
//! The films stand on a track of pictures, those with sound once more on a track of sound, as importers expect. Where a film
//! lies is said relative to the file. Each clip has a marker with its recipe, and all of it as values in `metadata`.

use serde_json::{Map, Value, json};

use super::{Footage, FrameRate, Piece, Placed, Sequence, recipe_words};
use crate::domain::Recipe;
use crate::domain::text::visible;

/// The bytes of the file.
pub fn bytes(sequence: &Sequence) -> Vec<u8> {
    let placed = sequence.placed();
    let rate = sequence.rate();
    let track = |kind: &str, name: &str, takes: &dyn Fn(&Footage) -> bool| {
        let children: Vec<Value> = placed
            .iter()
            .map(|placed| match placed.piece {
                Piece::Clip(footage) if takes(footage) => clip(footage, *placed, rate),
                piece => gap(piece, *placed, rate),
            })
            .collect();
        json!({
            "OTIO_SCHEMA": "Track.1",
            "children": children,
            "effects": [],
            "enabled": true,
            "kind": kind,
            "markers": [],
            "metadata": {},
            "name": name,
            "source_range": null,
        })
    };
    let mut tracks = vec![track("Video", "Clips", &|_| true)];
    if sequence.has_sound() {
        tracks.push(track("Audio", "Sound", &|footage| footage.film.sound.is_some()));
    }
    let timeline = json!({
        "OTIO_SCHEMA": "Timeline.1",
        "global_start_time": null,
        "metadata": { "rushes": { "program": format!("Rushes {}", env!("CARGO_PKG_VERSION")) } },
        "name": visible(&sequence.name),
        "tracks": {
            "OTIO_SCHEMA": "Stack.1",
            "children": tracks,
            "effects": [],
            "enabled": true,
            "markers": [],
            "metadata": {},
            "name": "tracks",
            "source_range": null,
        },
    });
    let mut bytes = serde_json::to_vec_pretty(&timeline).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn clip(footage: &Footage, placed: Placed<'_>, rate: FrameRate) -> Value {
    let film = &footage.film;
    let available = range(0, film.frames, film.rate);
    // In the film's own frames; where the sequence has other ones, as much as fits into it.
    let shown = if film.rate == rate { available.clone() } else { range(0, placed.length, rate) };
    json!({
        "OTIO_SCHEMA": "Clip.2",
        "active_media_reference_key": "DEFAULT_MEDIA",
        "effects": [],
        "enabled": true,
        "markers": [marker(footage)],
        "media_references": {
            "DEFAULT_MEDIA": {
                "OTIO_SCHEMA": "ExternalReference.1",
                "available_image_bounds": null,
                "available_range": available,
                "metadata": {},
                "name": footage.file_name,
                "target_url": footage.path(),
            },
        },
        "metadata": { "rushes": metadata(footage) },
        "name": footage.title(),
        "source_range": shown,
    })
}

/// Everything that is known of the clip: the lines of its recipe, and the recipe as it stands in the film itself.
fn metadata(footage: &Footage) -> Value {
    let mut values: Map<String, Value> =
        recipe_words::lines(&footage.job).into_iter().map(|line| (line.key.to_owned(), line.value.into())).collect();
    values.insert("sha256".to_owned(), footage.sha256.to_string().into());
    let recipe = Recipe::of(&footage.job).and_then(|recipe| serde_json::to_value(recipe).ok());
    values.insert("recipe".to_owned(), recipe.unwrap_or_default());
    Value::Object(values)
}

fn marker(footage: &Footage) -> Value {
    json!({
        "OTIO_SCHEMA": "Marker.2",
        "color": "PURPLE",
        "comment": recipe_words::note(&footage.job),
        "marked_range": range(0, 1, footage.film.rate),
        "metadata": {},
        "name": footage.title(),
    })
}

fn gap(piece: &Piece, placed: Placed<'_>, rate: FrameRate) -> Value {
    let (name, metadata) = match piece {
        Piece::Gap(gap) => (super::title(&gap.title), json!({ "rushes": { "why": gap.why } })),
        Piece::Clip(_) => (String::new(), json!({})),
    };
    json!({
        "OTIO_SCHEMA": "Gap.1",
        "effects": [],
        "enabled": true,
        "markers": [],
        "metadata": metadata,
        "name": name,
        "source_range": range(0, placed.length, rate),
    })
}

fn range(from: u64, frames: u64, rate: FrameRate) -> Value {
    // Frames are whole; no film has so many that a float does not hold them.
    let time =
        |value: u64| json!({ "OTIO_SCHEMA": "RationalTime.1", "rate": rate.per_second(), "value": value as f64 });
    json!({ "OTIO_SCHEMA": "TimeRange.1", "start_time": time(from), "duration": time(frames) })
}

#[cfg(test)]
mod tests {
    use super::super::samples::{HARD_PROMPTS, footage, footage_of, gap};
    use super::super::{Piece, Sound};
    use super::*;
    use crate::domain::recipe::request_from_json;
    use crate::domain::samples::job;

    fn read(pieces: Vec<Piece>) -> Value {
        let sequence = Sequence { name: "Spring \"film\"".to_owned(), pieces };
        serde_json::from_slice(&bytes(&sequence)).expect("JSON")
    }

    #[test]
    fn every_rate_is_exact() {
        for (frames, units, per_second) in
            [(24, 1, 24.0_f64), (30, 1, 30.0), (24_000, 1001, 24_000.0 / 1001.0), (16, 1, 16.0)]
        {
            let rate = FrameRate::new(frames, units).expect("a rate");
            let timeline = read(vec![footage(1, rate, 121), gap(2_000)]);
            let clip = &timeline["tracks"]["children"][0]["children"][0];
            let available = &clip["media_references"]["DEFAULT_MEDIA"]["available_range"];
            assert_eq!(available["duration"]["value"], 121.0);
            assert_eq!(available["duration"]["rate"], per_second);
            assert_eq!(&clip["source_range"], available);
            let gap = &timeline["tracks"]["children"][0]["children"][1];
            assert_eq!((&gap["OTIO_SCHEMA"], &gap["name"]), (&"Gap.1".into(), &"a later shot".into()));
            assert_eq!(gap["source_range"]["duration"]["value"], (2.0 * per_second).round());
            assert_eq!(gap["metadata"]["rushes"]["why"], "it is planned");
        }
    }

    #[test]
    fn paths_are_relative_and_sound_has_its_track() {
        let sound = Some(Sound { rate: 48_000, channels: 2 });
        let with_sound = footage_of(job(2).ready(), FrameRate::whole(24), 48, sound);
        let timeline = read(vec![footage(1, FrameRate::whole(24), 24), with_sound]);
        assert_eq!(timeline["name"], "Spring \"film\"");
        let tracks = timeline["tracks"]["children"].as_array().expect("tracks");
        assert_eq!(tracks.len(), 2);
        assert_eq!((&tracks[0]["kind"], &tracks[1]["kind"]), (&"Video".into(), &"Audio".into()));
        assert_eq!(tracks[1]["children"][0]["OTIO_SCHEMA"], "Gap.1", "the first is silent");
        let url = tracks[1]["children"][1]["media_references"]["DEFAULT_MEDIA"]["target_url"].as_str().expect("a path");
        assert!(url.starts_with("media/01_") && !url.contains(['%', ' ', '\\']), "{url}");
        let silent = read(vec![footage(1, FrameRate::whole(24), 24)]);
        assert_eq!(silent["tracks"]["children"].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn hard_prompts_come_back_whole() {
        for prompt in HARD_PROMPTS {
            let job = job(1).prompt(prompt).seed(7).ready();
            let timeline = read(vec![footage_of(job.clone(), FrameRate::whole(24), 24, None)]);
            let metadata = &timeline["tracks"]["children"][0]["children"][0]["metadata"]["rushes"];
            assert_eq!(metadata["prompt"], job.request.prompt(), "{prompt:?}");
            assert_eq!(request_from_json(&metadata.to_string()), Some(job.request.clone()), "{prompt:?}");
        }
    }
}
