use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::domain::Sha256Hex;
use crate::domain::request::{PictureType, StoredPicture};
use crate::domain::samples;
use crate::domain::setting::SeedMode;
use crate::domain::{AspectRatio, ClipDuration, Draft, GatewayId, GenerationRequest, Resolution};

fn job(number: u128, gateway: GatewayId, request: GenerationRequest) -> Job {
    samples::job(number).gateway(gateway).request(request).queued()
}

fn clip(number: u128, seed: u32, change: impl FnOnce(&mut Draft)) -> Job {
    samples::job(number).asking(change).seed(seed).queued()
}

fn line(jobs: &[Job]) -> Vec<(String, Option<usize>)> {
    let jobs: Vec<&Job> = jobs.iter().collect();
    differences(&jobs).into_iter().map(|difference| (difference.brief, difference.odd)).collect()
}

#[test]
fn the_drawn_example() {
    let clips = [
        clip(1, 1_804_226_117, |_| {}),
        clip(2, 1_804_226_118, |_| {}),
        clip(3, 1_804_226_119, |_| {}),
        clip(5, 1_804_226_121, |draft| draft.thinking = Thinking::Enabled),
    ];
    assert_eq!(
        line(&clips),
        [("seed …117 → …118 → …119 → …121".to_owned(), None), ("thinking auto → on".to_owned(), Some(3))]
    );
    let clips: Vec<&Job> = clips.iter().collect();
    assert_eq!(
        shared(&clips).as_deref(),
        Some("Prompt, no negative prompt, picture none, 720p, 5 s, 16:9, silent, apiin, 90 cr each")
    );
}

#[test]
fn differences_have_short_words() {
    type Change = fn(&mut Draft);
    let table: [(Change, Change, &[&str]); 10] = [
        (|_| {}, |_| {}, &[]),
        (|_| {}, |draft| draft.resolution = Resolution::P1080, &["720p → 1080p", "90 cr → 150 cr"]),
        (|_| {}, |draft| draft.aspect_ratio = AspectRatio::R9x16, &["16:9 → 9:16"]),
        (|_| {}, |draft| draft.audio = true, &["silent → with audio", "90 cr → 180 cr"]),
        (|draft| draft.thinking = Thinking::Disabled, |_| {}, &["thinking off → auto"]),
        (|_| {}, |draft| draft.negative_prompt = "text".to_owned(), &["negative prompt none → “text”"]),
        (
            |draft| draft.prompt = "A paper boat drifts down a rain-wet street at dawn".to_owned(),
            |draft| draft.prompt = "A paper boat drifts down a rain-wet street at dusk, slow push-in, 35 mm".to_owned(),
            &["prompt “…dawn” → “…dusk, slow push-in, 35 m…”"],
        ),
        (|draft| draft.prompt = "x".repeat(60), |draft| draft.prompt = "x".repeat(50), &["prompt “…xxxxxxxxxx” → “…”"]),
        (
            |_| {},
            |draft| draft.picture = Some(InputPicture::WebAddress("https://a.example/1.png".to_owned())),
            &["picture none → https://a.example/1.png"],
        ),
        (
            |draft| draft.picture = Some(InputPicture::WebAddress("https://a.example/1.png".to_owned())),
            |draft| {
                draft.picture = Some(InputPicture::WebAddress("https://a.example/1.png".to_owned()));
                draft.end_picture = Some(InputPicture::WebAddress("https://a.example/2.png".to_owned()));
            },
            &["end picture none → https://a.example/2.png"],
        ),
    ];
    for (left, right, words) in table {
        let found: Vec<String> =
            line(&[clip(1, 7, left), clip(2, 7, right)]).into_iter().map(|(word, _)| word).collect();
        assert_eq!(found, words);
    }
}

#[test]
fn seeds_are_cut_to_the_digits_that_tell_them_apart() {
    for (seeds, words) in [
        (vec![Some(81), Some(82)], vec!["81", "82"]),
        (vec![Some(1_804_226_117), Some(1_804_226_118)], vec!["…117", "…118"]),
        (vec![Some(2_004_117), Some(1_804_117)], vec!["…004117", "…804117"]),
        (vec![Some(11_804_117), Some(12_804_117)], vec!["…1804117", "…2804117"]),
        (vec![None, Some(5_000)], vec!["left to the gateway", "…000"]),
        (vec![Some(117), Some(1_117)], vec!["117", "…117"]),
    ] {
        assert_eq!(short_seeds(&seeds), words, "{seeds:?}");
    }
}

#[test]
fn the_one_that_differs_from_the_rest_is_found() {
    let clips =
        |seeds: &[u32]| -> Vec<Job> { (0..).zip(seeds).map(|(number, seed)| clip(number, *seed, |_| {})).collect() };
    for (seeds, odd) in [
        (vec![1, 2], None),
        (vec![1, 1, 2], Some(2)),
        (vec![2, 1, 1, 1], Some(0)),
        (vec![1, 1, 2, 2], None),
        (vec![1, 2, 3], None),
    ] {
        assert_eq!(line(&clips(&seeds))[0].1, odd, "{seeds:?}");
    }
    assert_eq!(line(&clips(&[2002, 1001, 1001]))[0].0, "seed …001 → …002", "the rule comes first, then what breaks it");
}

#[test]
fn only_pictures_of_one_frame_stand_beside_each_other() {
    let film = |frames: u32| -> Result<FilmFacts, String> {
        Ok(FilmFacts { frames, duration_millis: u64::from(frames) * 40, width: 16, height: 9, has_audio: false })
    };
    let (long, short, broken) = (film(192), film(120), Err("10 bit".to_owned()));
    type Given<'a> = Vec<(Option<&'a Result<FilmFacts, String>>, Option<u32>)>;
    let table: Vec<(u32, Given<'_>, u32, Vec<bool>)> = vec![
        (111, vec![(Some(&long), Some(111)), (Some(&long), Some(111))], 111, vec![true, true]),
        // One is still being decoded: it is told, not shown.
        (111, vec![(Some(&long), Some(111)), (Some(&long), None)], 111, vec![true, false]),
        (111, vec![(Some(&long), Some(111)), (None, None)], 111, vec![true, false]),
        (111, vec![(Some(&long), Some(111)), (Some(&broken), None)], 111, vec![true, false]),
        // All of an earlier frame stay until the next is there.
        (111, vec![(Some(&long), Some(109)), (Some(&long), Some(109))], 109, vec![true, true]),
        // Two numbers never stand beside each other.
        (111, vec![(Some(&long), Some(111)), (Some(&long), Some(110))], 111, vec![true, false]),
        (111, vec![(Some(&long), Some(109)), (Some(&long), Some(110))], 111, vec![false, false]),
        // The shorter film stays on its last frame, and only on that.
        (150, vec![(Some(&long), Some(150)), (Some(&short), Some(119))], 150, vec![true, true]),
        (150, vec![(Some(&long), Some(150)), (Some(&short), Some(118))], 150, vec![true, false]),
        (150, vec![(Some(&long), Some(140)), (Some(&short), Some(119))], 140, vec![true, true]),
        (0, vec![], 0, vec![]),
    ];
    for (playhead, given, frame, is_shown) in table {
        let cells: Vec<Cell<'_>> =
            given.iter().map(|(film, picture)| Cell { film: *film, picture: *picture }).collect();
        assert_eq!(lock(playhead, &cells), Locked { frame, is_shown }, "{playhead}: {given:?}");
    }
}

fn any_draft() -> impl Strategy<Value = (Draft, GatewayId)> {
    let prompt = prop_oneof![Just("a boat".to_owned()), Just("a boat at dusk".to_owned()), "[a-c ]{1,60}[a-c]"];
    let negative = prop_oneof![Just(String::new()), Just("text".to_owned()), "[a-b]{0,40}"];
    let stored = |number: u8| {
        InputPicture::Stored(StoredPicture {
            sha256: Sha256Hex::of(&[number]),
            picture_type: PictureType::Png,
            width: 640,
            height: 360,
            size_bytes: 1_000,
            display_name: "start.png".to_owned(),
        })
    };
    let address = InputPicture::WebAddress("https://a.example/1.png".to_owned());
    let picture = prop_oneof![Just(None), (1u8..4).prop_map(move |number| Some(stored(number))), Just(Some(address))];
    let seed = prop_oneof![Just(None), (0u32..3).prop_map(Some), (0u32..=2_147_483_647).prop_map(Some)];
    let shape = (0usize..4, 0usize..3, 0usize..5, any::<bool>(), 0usize..3, 0usize..3);
    (prompt, negative, picture, seed, shape).prop_filter_map(
        "10 s is not offered at 1080p, and a prompt is not empty",
        |(prompt, negative_prompt, picture, seed, (resolution, duration, ratio, audio, mode, gateway))| {
            let draft = Draft {
                prompt,
                negative_prompt,
                picture,
                resolution: Resolution::iter().nth(resolution)?,
                duration: ClipDuration::iter().nth(duration)?,
                aspect_ratio: AspectRatio::iter().nth(ratio)?,
                audio,
                thinking: Thinking::iter().nth(mode)?,
                seed_mode: if seed.is_some() { SeedMode::Fixed } else { SeedMode::Random },
                seed_text: seed.map(|seed| seed.to_string()).unwrap_or_default(),
                ..Draft::default()
            };
            let gateway = GatewayId::iter().nth(gateway)?;
            draft.to_request().ok()?;
            Some((draft, gateway))
        },
    )
}

/// The settings in which two jobs differ, found in their stored form instead of in their fields.
fn stored_difference(a: &Job, b: &Job) -> BTreeSet<RecipeField> {
    let stored = |job: &Job| serde_json::to_value(&job.request).expect("a request is stored as JSON");
    let (x, y) = (stored(a), stored(b));
    let keys = [
        ("prompt", RecipeField::Prompt),
        ("negative_prompt", RecipeField::NegativePrompt),
        ("picture", RecipeField::Picture),
        ("end_picture", RecipeField::EndPicture),
        ("model", RecipeField::Model),
        ("resolution", RecipeField::Resolution),
        ("duration", RecipeField::Duration),
        ("aspect_ratio", RecipeField::AspectRatio),
        ("audio", RecipeField::Audio),
        ("seed", RecipeField::Seed),
        ("thinking", RecipeField::Thinking),
    ];
    let known: BTreeSet<&str> = keys.iter().map(|(key, _)| *key).chain(["seed_drawn"]).collect();
    for key in x.as_object().expect("an object").keys() {
        assert!(known.contains(key.as_str()), "{key} is a setting that nobody compares");
    }
    let mut differing: BTreeSet<RecipeField> =
        keys.into_iter().filter(|(key, _)| x.get(key) != y.get(key)).map(|(_, setting)| setting).collect();
    if a.gateway != b.gateway {
        differing.insert(RecipeField::Gateway);
    }
    if serde_json::to_value(a.estimate.amount).expect("an amount")
        != serde_json::to_value(b.estimate.amount).expect("an amount")
    {
        differing.insert(RecipeField::Price);
    }
    differing
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn the_line_is_exactly_the_set_difference((left, left_gateway) in any_draft(), (right, right_gateway) in any_draft(), copied in 0usize..12) {
        // Independent drafts differ nearly everywhere; most pairs share most settings.
        let mut right = right;
        if copied < 10 {
            let changed = std::mem::replace(&mut right, left.clone());
            match copied {
                0 => right.prompt = changed.prompt,
                1 => right.negative_prompt = changed.negative_prompt,
                2 => right.picture = changed.picture,
                3 => right.aspect_ratio = changed.aspect_ratio,
                4 => right.audio = changed.audio,
                5 => right.thinking = changed.thinking,
                6 | 7 => (right.seed_mode, right.seed_text) = (changed.seed_mode, changed.seed_text),
                8 => (right.resolution, right.duration) = (changed.resolution, changed.duration),
                _ => {}
            }
        }
        let a = job(1, left_gateway, left.to_request().expect("valid"));
        let b = job(2, right_gateway, right.to_request().expect("valid"));
        let found = differences(&[&a, &b]);
        let settings: BTreeSet<RecipeField> = found.iter().map(|difference| difference.setting).collect();
        prop_assert_eq!(settings.len(), found.len(), "no setting is told twice");
        prop_assert_eq!(&settings, &stored_difference(&a, &b));
        for difference in &found {
            prop_assert_ne!(&difference.values[0], &difference.values[1], "{:?}", difference.setting);
            let words = difference.brief.trim_start_matches(difference.setting.prefix());
            let (before, after) = words.split_once(" → ").expect("two values");
            prop_assert_ne!(before, after, "{:?}", difference.setting);
        }
    }
}

#[test]
fn there_are_as_many_settings_as_are_counted() {
    assert_eq!(RecipeField::iter().count(), RECIPE_FIELDS);
}
