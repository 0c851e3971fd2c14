//! Nothing is sent that the form does not show: what arrives at a server is compared with what the form said before.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};
use rushes::app::AppState;
use rushes::app::view::form;
use rushes::domain::capability::{self, Fate};
use rushes::domain::catalog;
use rushes::domain::request::{PictureType, StoredPicture, parse_seed};
use rushes::domain::setting::{SeedMode, Setting, Support};
use rushes::domain::{
    AspectRatio, ClipDuration, Draft, GatewayId, InputPicture, JobId, ModelId, Resolution, Sha256Hex, Thinking,
    UnixMillis,
};
use rushes::gateway::{Client, Http, Submission, SubmittedPicture};
use serde_json::{Value, json};
use strum::IntoEnumIterator as _;

use super::server::{Seen, Server, json as json_answer};
use super::{CANARY, Connection};

/// A form with everything that decides what goes out.
#[derive(Clone, Debug)]
struct Form {
    draft: Draft,
    send_undocumented: bool,
    /// Which of its takes is sent.
    take: usize,
    /// What chance gives where no seed was typed.
    bits: u32,
}

/// Models of which a gateway documents less than of the one of this release: what a file of the user may say.
fn models_that_take_less() -> Vec<(String, String)> {
    let first = include_str!("../../../assets/catalog/pixverse-v5.6.json");
    let optional = ["end_picture", "audio", "thinking", "seed", "negative_prompt"];
    let mut models = Vec::new();
    for (name, support) in [("takes-little", "undocumented"), ("takes-least", "not_available")] {
        let mut model: Value = serde_json::from_str(first).expect("the file of this release");
        model["id"] = json!(name);
        model["name"] = json!(name);
        for entry in model["gateways"].as_object_mut().expect("the gateways").values_mut() {
            for setting in optional {
                // No file can make a field of a protocol that has none.
                if entry["settings"][setting] == "documented" {
                    entry["settings"][setting] = json!(support);
                }
            }
        }
        models.push((format!("{name}.json"), model.to_string()));
    }
    models
}

fn one_of<T: Clone + std::fmt::Debug + 'static>(all: impl Iterator<Item = T>) -> impl Strategy<Value = T> {
    prop::sample::select(all.collect::<Vec<_>>())
}

fn picture() -> impl Strategy<Value = Option<InputPicture>> {
    let stored = (1_u8..9).prop_map(|number| {
        InputPicture::Stored(StoredPicture {
            sha256: Sha256Hex::of(&[number]),
            picture_type: PictureType::Png,
            width: 640,
            height: 360,
            size_bytes: 1_000,
            display_name: "picture.png".to_owned(),
        })
    });
    let address = (1_u8..9).prop_map(|number| InputPicture::WebAddress(format!("https://a.example/{number}.png")));
    prop::option::of(prop_oneof![stored, address])
}

fn any_form() -> impl Strategy<Value = Form> {
    let texts = ("[a-z \"\\\\{é日]{0,12}[a-z]", prop_oneof![Just(String::new()), Just("  ".to_owned()), "[ -~]{0,12}"]);
    let pictures = (picture(), picture());
    let shape = (one_of(Resolution::iter()), one_of(ClipDuration::iter()), one_of(AspectRatio::iter()));
    let rest =
        (any::<bool>(), one_of(Thinking::iter()), one_of(catalog::catalog().models().iter().map(|m| m.id.clone())));
    let seed = (one_of(SeedMode::iter()), prop_oneof![0_u32..3, 0_u32..=2_147_483_647], 1_u8..=12, any::<u32>());
    let order = (one_of(GatewayId::PAID.into_iter()), any::<bool>(), any::<prop::sample::Index>());
    (texts, pictures, shape, rest, seed, order).prop_filter_map("no draft with a problem is sent", |drawn| {
        let ((prompt, negative_prompt), (picture, end_picture), shape, rest, seed, order) = drawn;
        let (resolution, duration, aspect_ratio) = shape;
        let (audio, thinking, model): (bool, Thinking, ModelId) = rest;
        let (seed_mode, number, takes, bits) = seed;
        let (gateway, send_undocumented, take) = order;
        let end_picture = end_picture.filter(|_| picture.is_some());
        let draft = Draft {
            prompt,
            negative_prompt,
            picture,
            end_picture,
            model,
            resolution,
            duration,
            aspect_ratio,
            audio,
            thinking,
            seed_mode,
            seed_text: number.to_string(),
            takes,
            gateway,
            ..Draft::default()
        };
        draft.to_request().ok()?;
        Some(Form { draft, send_undocumented, take: take.index(usize::from(takes)), bits })
    })
}

/// Which setting a field of an order stands for; `None` for a field that stands for none that the form has.
fn setting_of(gateway: GatewayId, field: &str) -> Option<Setting> {
    use Setting::{
        AspectRatio, Audio, Duration, EndPicture, NegativePrompt, Prompt, Resolution, Seed, StartPicture, Thinking,
    };
    Some(match (gateway, field) {
        (_, "prompt") => Prompt,
        (_, "duration") => Duration,
        (_, "seed") => Seed,
        (_, "negative_prompt") => NegativePrompt,
        (GatewayId::Aigateway | GatewayId::Apiin, "resolution")
        | (GatewayId::Aigateway | GatewayId::Pixverse, "quality") => Resolution,
        (GatewayId::Aigateway | GatewayId::Pixverse, "aspect_ratio") | (GatewayId::Apiin, "resolution_ratio") => {
            AspectRatio
        }
        (GatewayId::Aigateway, "image_url")
        | (GatewayId::Apiin, "image")
        | (GatewayId::Pixverse, "img_id" | "first_frame_img") => StartPicture,
        (GatewayId::Pixverse, "last_frame_img") => EndPicture,
        (GatewayId::Aigateway, "generate_audio")
        | (GatewayId::Apiin | GatewayId::Pixverse, "generate_audio_switch") => Audio,
        (GatewayId::Apiin, "thinking_type") => Thinking,
        _ => return None,
    })
}

/// The picture as an order names it. No two pictures of a form are named alike.
fn submitted(gateway: GatewayId, slot: u64, picture: &InputPicture) -> SubmittedPicture {
    match (gateway, picture) {
        (GatewayId::Pixverse, _) => SubmittedPicture::Uploaded(1_000 + slot),
        (_, InputPicture::WebAddress(address)) => SubmittedPicture::Address(address.clone()),
        (_, InputPicture::Stored(_)) => SubmittedPicture::Address(format!("data:image/png;base64,AAA{slot}")),
    }
}

fn named(picture: Option<&SubmittedPicture>) -> Value {
    match picture {
        Some(SubmittedPicture::Address(address)) => json!(address),
        Some(SubmittedPicture::Uploaded(number)) => json!(number),
        None => Value::Null,
    }
}

/// The value that the form shows of `setting`.
fn shown_value(form: &Form, setting: Setting, order: &Submission) -> Value {
    let draft = &form.draft;
    match setting {
        Setting::Prompt => json!(draft.prompt.trim()),
        Setting::NegativePrompt => json!(draft.negative_prompt.trim()),
        Setting::StartPicture => named(order.start.as_ref()),
        Setting::EndPicture => named(order.end.as_ref()),
        Setting::Resolution => json!(draft.resolution.to_string()),
        Setting::Duration => json!(draft.duration.secs()),
        Setting::AspectRatio => json!(draft.aspect_ratio.to_string()),
        Setting::Audio => json!(draft.audio),
        Setting::Thinking => json!(draft.thinking.to_string()),
        Setting::Seed => {
            let typed = parse_seed(&draft.seed_text).expect("a seed was typed").get();
            let steps = u32::try_from(form.take).expect("at most 12 takes");
            json!(match draft.seed_mode {
                SeedMode::Random => form.bits & 0x7FFF_FFFF,
                SeedMode::Fixed => typed,
                SeedMode::CountUp => (typed + steps) & 0x7FFF_FFFF,
            })
        }
    }
}

/// The settings whose control says something that an order can leave out.
fn chosen(draft: &Draft) -> BTreeSet<Setting> {
    Setting::iter()
        .filter(|setting| match setting {
            Setting::Prompt | Setting::Resolution | Setting::Duration | Setting::AspectRatio => true,
            Setting::NegativePrompt => !draft.negative_prompt.trim().is_empty(),
            Setting::StartPicture => draft.picture.is_some(),
            Setting::EndPicture => draft.end_picture.is_some(),
            Setting::Audio => draft.audio,
            Setting::Thinking => draft.thinking != Thinking::Auto,
            Setting::Seed => draft.seed_mode != SeedMode::Random,
        })
        .collect()
}

/// What is wrong between the form and the order that it sent.
fn compare(form: &Form, order: &Submission, seen: &Seen) -> Result<(), TestCaseError> {
    let (draft, gateway) = (&form.draft, form.draft.gateway);
    let mut state = AppState::new(UnixMillis(0));
    state.draft = draft.clone();
    let settings = match gateway {
        GatewayId::Apiin => &mut state.settings.apiin,
        GatewayId::Aigateway => &mut state.settings.aigateway,
        GatewayId::Pixverse => &mut state.settings.pixverse,
        GatewayId::Practice => unreachable!("it is not paid"),
    };
    settings.send_undocumented = form.send_undocumented;
    let view = form::view(&state);
    let dropped_line = format!("{} is not sent ", gateway.title());
    let dropped_line = view.notes.iter().find(|line| line.starts_with(&dropped_line)).cloned().unwrap_or_default();
    let dropped_words = dropped_line.split(':').next().unwrap_or_default();
    let notes = capability::notes(draft, form.send_undocumented);
    let not_sent: BTreeSet<Setting> =
        notes.iter().filter(|note| note.fate == Fate::NotSent).map(|note| note.setting).collect();

    let body = seen.json();
    let mut sent = BTreeSet::new();
    for (field, value) in body.as_object().expect("an order is an object") {
        if field == "model" {
            let entry = catalog::entry(&draft.model, gateway).expect("every gateway has the models of this test");
            prop_assert_eq!(value, &json!(entry.model_id));
            continue;
        }
        let Some(setting) = setting_of(gateway, field) else {
            return Err(TestCaseError::fail(format!("{field} is sent, and the form has no such setting")));
        };
        prop_assert_eq!(value, &shown_value(form, setting, order), "{} is not what the form shows", field);
        let is_shown = match form::mark(&state, setting) {
            Support::Documented => true,
            Support::Undocumented => form.send_undocumented,
            Support::NotAvailable => false,
        };
        prop_assert!(is_shown && !not_sent.contains(&setting), "{} is sent, and the form says that it is not", field);
        sent.insert(setting);
    }
    let left_out: BTreeSet<Setting> = chosen(draft).difference(&sent).copied().collect();
    prop_assert_eq!(&left_out, &not_sent, "what is left out of the order, and what the notes say is");
    for setting in &left_out {
        let is_told = match setting {
            // It is told beside its frames.
            Setting::AspectRatio => draft.picture.is_some(),
            Setting::EndPicture => dropped_words.contains(setting.name()),
            _ => dropped_words.contains(setting.name()) && form::mark(&state, *setting) != Support::Documented,
        };
        prop_assert!(is_told, "{:?} is left out, and the form says only {:?}", setting, view.notes);
    }
    // What stands at its default and is left out carries the ring, at least.
    for setting in [Setting::Audio, Setting::Thinking, Setting::Seed] {
        let is_marked = form::mark(&state, setting) != Support::Documented;
        prop_assert!(sent.contains(&setting) || is_marked, "{:?} is left out without a mark", setting);
    }
    Ok(())
}

#[test]
fn nothing_is_sent_that_the_form_does_not_show() {
    let left_out = catalog::install(&models_that_take_less());
    // Where all tests share a process the catalog may be in use already; each has its own under nextest.
    assert!(left_out.is_empty() || std::env::var_os("NEXTEST").is_none(), "{left_out:?}");

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let last: Arc<Mutex<Option<Seen>>> = Arc::default();
    let kept = Arc::clone(&last);
    let server = runtime.block_on(Server::start(move |seen| {
        *kept.lock().expect("no panic while locked") = Some(seen.clone());
        json_answer(500, &json!({}))
    }));
    let http = Http::new().expect("the network library starts");
    let config = ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() };
    let found = TestRunner::new(config).run(&any_form(), |form| {
        let draft = &form.draft;
        let request = draft.to_request().expect("a draft without a problem");
        let request = draft.takes_of(&request, || form.bits).swap_remove(form.take);
        let picture = |slot, picture: Option<&InputPicture>| picture.map(|it| submitted(draft.gateway, slot, it));
        let order = Submission {
            job: JobId(uuid::Uuid::from_u128(7)),
            start: picture(1, request.picture()),
            end: picture(2, request.end_picture()),
            request,
            trace: None,
        };
        let connection = Connection {
            gateway: draft.gateway,
            base_url: server.url("/v1"),
            key: Some(CANARY.to_owned().into()),
            send_undocumented: form.send_undocumented,
        };
        *last.lock().expect("no panic while locked") = None;
        runtime.block_on(Client::new(&http, connection).submit(&order));
        let seen = last.lock().expect("no panic while locked").take();
        let Some(seen) = seen else { return Err(TestCaseError::fail("no order was sent")) };
        compare(&form, &order, &seen)
    });
    match found {
        Ok(()) => {}
        Err(TestError::Fail(why, form)) => panic!("{why}\nin {form:#?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}
