use proptest::prelude::*;
use strum::IntoEnumIterator as _;

use super::*;

fn draft(change: impl FnOnce(&mut Draft)) -> Draft {
    let mut draft = Draft { prompt: "a paper boat".to_owned(), ..Draft::default() };
    change(&mut draft);
    draft
}

fn fields_of(draft: &Draft) -> Vec<Field> {
    draft.to_request().err().unwrap_or_default().into_iter().map(|problem| problem.field).collect()
}

#[test]
fn every_problem_is_found_at_its_field() {
    let web = |address: &str| {
        let address = address.to_owned();
        draft(|d| d.picture = Some(InputPicture::WebAddress(address)))
    };
    for (name, draft, expected) in [
        ("fine", draft(|_| {}), vec![]),
        ("empty", draft(|d| d.prompt.clear()), vec![Field::Prompt]),
        ("blank", draft(|d| d.prompt = " \n\t".to_owned()), vec![Field::Prompt]),
        ("at the limit", draft(|d| d.prompt = "é".repeat(PROMPT_LIMIT)), vec![]),
        ("over it", draft(|d| d.prompt = "é".repeat(PROMPT_LIMIT + 1)), vec![Field::Prompt]),
        ("negative", draft(|d| d.negative_prompt = "x".repeat(PROMPT_LIMIT + 1)), vec![Field::NegativePrompt]),
        (
            "1080p 10 s",
            draft(|d| {
                d.resolution = Resolution::P1080;
                d.duration = ClipDuration::S10;
            }),
            vec![Field::Duration],
        ),
        ("no seed typed", draft(|d| d.seed_mode = SeedMode::Fixed), vec![Field::Seed]),
        (
            "seed too big",
            draft(|d| {
                d.seed_mode = SeedMode::CountUp;
                d.seed_text = "2147483648".to_owned();
            }),
            vec![Field::Seed],
        ),
        ("an unused seed text is no problem", draft(|d| d.seed_text = "x".to_owned()), vec![]),
        ("no takes", draft(|d| d.takes = 0), vec![Field::Takes]),
        ("too many", draft(|d| d.takes = MAX_TAKES + 1), vec![Field::Takes]),
        ("web picture", web("https://example.com/a.jpg"), vec![]),
        ("plain http", web("http://example.com/a.jpg"), vec![Field::Picture]),
        ("file", web("file:///etc/passwd"), vec![Field::Picture]),
        ("password", web("https://me:secret@example.com/a.jpg"), vec![Field::Picture]),
        ("no address", web("boat.jpg"), vec![Field::Picture]),
        (
            "all at once",
            draft(|d| {
                d.prompt.clear();
                d.negative_prompt = "x".repeat(3000);
                d.picture = Some(InputPicture::WebAddress(String::new()));
                d.resolution = Resolution::P1080;
                d.duration = ClipDuration::S10;
                d.seed_mode = SeedMode::Fixed;
                d.takes = 99;
            }),
            vec![Field::Prompt, Field::NegativePrompt, Field::Picture, Field::Duration, Field::Seed, Field::Takes],
        ),
    ] {
        assert_eq!(fields_of(&draft), expected, "{name}");
    }
}

#[test]
fn the_resolution_names_the_shorter_side() {
    for (ratio, size) in [
        (AspectRatio::R16x9, (1280, 720)),
        (AspectRatio::R4x3, (960, 720)),
        (AspectRatio::R1x1, (720, 720)),
        (AspectRatio::R3x4, (720, 960)),
        (AspectRatio::R9x16, (720, 1280)),
    ] {
        assert_eq!(ratio.pixels(Resolution::P720), size);
    }
    for ratio in AspectRatio::iter() {
        for resolution in Resolution::iter() {
            let (width, height) = ratio.pixels(resolution);
            assert!(width % 2 == 0 && height % 2 == 0 && width.min(height) == resolution.short_side());
        }
    }
}

#[test]
fn takes_follow_the_seed_mode() {
    let mut numbers = 100..;
    let mut seeds = |draft: &Draft| -> Vec<(u32, bool)> {
        let request = draft.to_request().expect("a valid draft");
        draft
            .takes_of(&request, || numbers.next().unwrap_or_default())
            .iter()
            .map(|take| (take.seed().expect("every take has a seed").get(), take.is_seed_drawn()))
            .collect()
    };
    let with = |mode, text: &str| {
        let text = text.to_owned();
        draft(move |d| {
            d.takes = 3;
            d.seed_mode = mode;
            d.seed_text = text;
        })
    };
    assert_eq!(seeds(&with(SeedMode::Random, "")), [(100, true), (101, true), (102, true)]);
    assert_eq!(seeds(&with(SeedMode::Fixed, "81")), [(81, false); 3]);
    assert_eq!(seeds(&with(SeedMode::CountUp, "81")), [(81, false), (82, false), (83, false)]);
    assert_eq!(seeds(&with(SeedMode::CountUp, "2 147 483 647")), [(i32::MAX as u32, false), (0, false), (1, false)]);
}

#[test]
fn a_stored_request_that_is_invalid_is_refused() {
    let request = draft(|_| {}).to_request().expect("valid");
    let mut json = serde_json::to_value(&request).expect("plain data");
    assert_eq!(serde_json::from_value::<GenerationRequest>(json.clone()).expect("round trip"), request);
    json["resolution"] = "1080p".into();
    json["duration"] = 10.into();
    let error = serde_json::from_value::<GenerationRequest>(json).expect_err("not offered").to_string();
    assert!(error.contains("1080p"), "{error}");
}

proptest! {
    #[test]
    fn a_request_survives_storage_and_the_form(
        prompt in "\\PC{1,60}", negative in "\\PC{0,40}", resolution in 0usize..4, duration in 0usize..2,
        ratio in 0usize..5, audio: bool, thinking in 0usize..3, seed in 0u32..=i32::MAX as u32,
    ) {
        prop_assume!(!prompt.trim().is_empty());
        let typed = draft(|d| {
            d.prompt = prompt;
            d.negative_prompt = negative;
            d.resolution = Resolution::iter().nth(resolution).unwrap_or_default();
            d.duration = ClipDuration::iter().nth(duration).unwrap_or_default();
            d.aspect_ratio = AspectRatio::iter().nth(ratio).unwrap_or_default();
            d.audio = audio;
            d.thinking = Thinking::iter().nth(thinking).unwrap_or_default();
            d.seed_mode = SeedMode::Fixed;
            d.seed_text = seed.to_string();
        });
        let request = typed.to_request().expect("built from valid parts");
        let stored = serde_json::to_string(&request).expect("plain data");
        prop_assert_eq!(&serde_json::from_str::<GenerationRequest>(&stored).expect("round trip"), &request);
        let mut form = Draft::default();
        form.use_settings_of(&request);
        prop_assert_eq!(form.to_request().expect("settings of a valid request"), request);
    }

    #[test]
    fn any_draft_gives_a_request_or_reasons(prompt in "\\PC{0,30}", seed in "\\PC{0,14}", takes: u8, address in "\\PC{0,30}") {
        let typed = draft(|d| {
            d.prompt = prompt;
            d.seed_mode = SeedMode::Fixed;
            d.seed_text = seed;
            d.takes = takes;
            d.picture = Some(InputPicture::WebAddress(address));
        });
        if let Err(problems) = typed.to_request() {
            prop_assert!(!problems.is_empty());
            prop_assert!(problems.iter().all(|problem| !problem.message.is_empty()));
        }
    }
}
