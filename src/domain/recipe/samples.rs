//! Finished jobs for tests: one by hand, and as many as wished at random.

use proptest::prelude::*;
use strum::IntoEnumIterator as _;
use uuid::Uuid;

use crate::domain::doubt::PriceDoubt;
use crate::domain::request::{PictureType, StoredPicture};
use crate::domain::samples;
use crate::domain::setting::SeedMode;
use crate::domain::{
    Amount, AspectRatio, Charge, Clip, ClipDuration, Credits, Draft, Estimate, GatewayId, GenerationRequest,
    InputPicture, Job, JobId, JobState, ModelId, Money, Parent, Project, RemoteId, Resolution, Sha256Hex, Thinking,
    UnixMillis,
};

/// A ready job at aigateway.
pub fn ready() -> Job {
    let job = samples::job(0x0190_0000_0000_7000_8000_0000_0bad_cafe).gateway(GatewayId::Aigateway);
    let job = job.at(UnixMillis(1_780_000_000_000)).clip(clip()).ready();
    Job { charge: Charge::Yes(None), ..job }
}

fn clip() -> Clip {
    Clip {
        sha256: Sha256Hex::new(&"0a".repeat(32)).expect("a checksum"),
        size_bytes: 5_000_000,
        ..samples::clip("boat.mp4")
    }
}

/// Everything that a prompt may hold: any character, and the ones that hurt more often than chance has it.
fn text() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "]]>",
        "<![CDATA[",
        "&amp;",
        "&#0;",
        "\u{0}",
        "\u{1}",
        "\u{b}",
        "\u{1f}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{fffe}",
        "\u{ffff}",
        "\u{feff}",
        "\r\n",
        "\r",
        "\t",
        "\"",
        "'",
        "\\",
        "\\u0041",
        "<?xpacket end=\"w\"?>",
        "日本の海",
        "🎞️👩‍🚀",
        "é",
        "e\u{301}",
        "  ",
        "--><!--",
    ]);
    let piece = prop_oneof![any::<char>().prop_map(String::from), nasty.prop_map(str::to_owned), "[a-z ]{0,12}"];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn one_of<T: Clone + std::fmt::Debug + 'static>(all: impl Iterator<Item = T>) -> impl Strategy<Value = T> {
    prop::sample::select(all.collect::<Vec<_>>())
}

/// Makes any checksum.
fn checksum() -> impl Strategy<Value = Sha256Hex> {
    "[0-9a-f]{64}".prop_map(|text| Sha256Hex::new(&text).expect("a checksum"))
}

fn picture() -> impl Strategy<Value = Option<InputPicture>> {
    let web = "https://[a-z]{1,12}\\.example/[a-zA-Z0-9_%./-]{0,30}".prop_map(InputPicture::WebAddress);
    let stored = (checksum(), any::<bool>(), any::<u32>(), any::<u32>(), any::<u64>(), "[^/\\\\\\p{Cc}]{0,20}")
        .prop_map(|(sha256, is_png, width, height, size_bytes, display_name)| {
            let picture_type = if is_png { PictureType::Png } else { PictureType::Jpeg };
            InputPicture::Stored(StoredPicture { sha256, picture_type, width, height, size_bytes, display_name })
        });
    prop_oneof![Just(None), web.prop_map(Some), stored.prop_map(Some)]
}

/// Any request that the form lets through, with its seed drawn, typed or left out.
pub fn request_strategy() -> impl Strategy<Value = GenerationRequest> {
    let settings = (
        one_of(Resolution::iter()),
        one_of(ClipDuration::iter()),
        one_of(AspectRatio::iter()),
        any::<bool>(),
        one_of(Thinking::iter()),
        one_of(SeedMode::iter()),
        0..=i32::MAX as u32,
    );
    let model =
        prop_oneof![Just(ModelId::default()), "[a-z0-9.-]{1,64}".prop_map(|name| ModelId::new(&name).expect("a name"))];
    (text(), text(), (picture(), picture(), model), settings, any::<bool>()).prop_filter_map(
        "the form refuses it",
        |(prompt, negative_prompt, (picture, end_picture, model), settings, is_drawn)| {
            let (resolution, duration, aspect_ratio, audio, thinking, seed_mode, seed) = settings;
            let draft = Draft {
                prompt: format!("{prompt}x"),
                negative_prompt,
                end_picture: end_picture.filter(|_| picture.is_some()),
                picture,
                model,
                resolution,
                duration,
                aspect_ratio,
                audio,
                thinking,
                seed_mode,
                seed_text: seed.to_string(),
                ..Draft::default()
            };
            let request = draft.to_request().ok()?;
            if is_drawn { draft.takes_of(&request, || seed).into_iter().next() } else { Some(request) }
        },
    )
}

/// Any ready job, with everything that a recipe brings back and nothing else.
pub fn job_strategy() -> impl Strategy<Value = Job> {
    let amount = prop_oneof![
        Just(Amount::Free),
        any::<i64>().prop_map(|n| Amount::Money(Money(n))),
        any::<i64>().prop_map(|n| Amount::Credits(Credits(n))),
    ];
    let charge =
        prop_oneof![Just(Charge::No), Just(Charge::NotKnown), prop::option::of(amount.clone()).prop_map(Charge::Yes)];
    let time = || any::<i64>().prop_map(UnixMillis);
    let times = (
        time(),
        prop::option::of(time()),
        prop::option::of(time()),
        prop::option::of(time()),
        prop::option::of(time()),
    );
    let names = (
        any::<u128>(),
        prop::option::of("[A-Za-z0-9_-]{1,128}"),
        prop::option::of(text()),
        prop::option::of((any::<u128>(), any::<u32>())),
    );
    let film = (checksum(), any::<u64>(), any::<u32>(), any::<u32>(), any::<u64>(), any::<bool>());
    let doubts = prop::collection::vec(one_of(PriceDoubt::iter()), 0..3);
    (request_strategy(), one_of(GatewayId::iter()), (amount, doubts), charge, times, names, film).prop_map(
        |(request, gateway, (amount, doubts), charge, times, (id, remote_id, project, parent), film)| {
            let (created_at, sent_at, accepted_at, made_at, ended_at) = times;
            let (sha256, size_bytes, width, height, duration_millis, has_audio) = film;
            let asked = Job::new(
                JobId(Uuid::from_u128(id)),
                gateway,
                request,
                Estimate { gateway, amount, doubts },
                created_at,
            );
            Job {
                state: JobState::Ready,
                charge,
                sent_at,
                accepted_at,
                made_at,
                ended_at,
                remote_id: remote_id.as_deref().and_then(RemoteId::new),
                project: project.and_then(|name| Project::new(&name).ok()),
                parent: parent.map(|(job, frame)| Parent { job: JobId(Uuid::from_u128(job)), frame }),
                clip: Some(Clip { sha256, size_bytes, width, height, duration_millis, has_audio, ..clip() }),
                ..asked
            }
        },
    )
}
