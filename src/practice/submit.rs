//! Reads the body of a submit: the clip that is asked for, or why it is refused. Pure.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

use super::{config::UnknownFields, film::FilmSpec, jobs::Protocol};
use crate::domain::{
    Amount, AspectRatio, ClipDuration, Credits, GatewayId, Resolution, Thinking,
    catalog::{Model, catalog},
    price::{PricedSettings, estimate},
    request::PROMPT_LIMIT,
};

/// The clip that a submit asks for, and its price.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SubmittedClip {
    pub model: String,
    /// The film; its seed is to be drawn when `has_seed` is false.
    pub film: FilmSpec,
    pub has_seed: bool,
    pub price: Amount,
}

/// Why a request is refused, in the parts of which the gateways' error answers are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub status: u16,
    pub kind: &'static str,
    pub message: String,
    pub param: Option<String>,
}

fn refused(param: &str, message: impl Into<String>) -> Refusal {
    Refusal { status: 400, kind: "invalid_request", message: message.into(), param: Some(param.to_owned()) }
}

/// The two rules of reading that [`super::Config`] can switch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub unknown_fields: UnknownFields,
    pub refuse_long_1080p: bool,
}

/// Fields that aigateway documents for video (docs/gateways.md, section 1.2).
const AIGATEWAY_FIELDS: [&str; 7] =
    ["prompt", "model", "duration", "aspect_ratio", "resolution", "image_url", "webhook_url"];

/// Reads the body of a submit in one of the two protocols, by the rules of the gateway that speaks it.
pub(super) fn read_submit(protocol: Protocol, body: &[u8], rules: Rules) -> Result<SubmittedClip, Refusal> {
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
        return Err(Refusal {
            status: 400,
            kind: "invalid_request",
            message: "The body is not a JSON object".to_owned(),
            param: None,
        });
    };
    match protocol {
        Protocol::Aigateway => read_aigateway(&fields, rules),
        Protocol::Apiin => read_apiin(&fields, rules),
        // Its orders have three calls of their own.
        Protocol::Pixverse => Err(unknown_model("of another protocol")),
    }
}

fn read_aigateway(fields: &Map<String, Value>, rules: Rules) -> Result<SubmittedClip, Refusal> {
    let prompt = prompt(fields)?;
    // Left out or `auto/video`, a router picks.
    let word = text(fields, "model")?.unwrap_or("auto/video");
    let offered = if word == "auto/video" { catalog().models().first() } else { offered(GatewayId::Aigateway, word) };
    let known = offered.ok_or_else(|| unknown_model(word))?;
    let model = word.to_owned();
    if rules.unknown_fields == UnknownFields::Refuse
        && let Some(name) = fields.keys().find(|name| !AIGATEWAY_FIELDS.contains(&name.as_str()))
    {
        return Err(refused(name, format!("Unknown field {name}")));
    }
    let is_honored = rules.unknown_fields == UnknownFields::Honor;
    let honored = |name: &'static str| if is_honored { name } else { "" };
    let mut resolution = match text(fields, "resolution")? {
        Some(word) => {
            resolution_of(word).ok_or_else(|| refused("resolution", format!("Unsupported resolution {word}")))?
        }
        None => Resolution::default(),
    };
    if let Some(word) = text(fields, honored("quality"))? {
        resolution = resolution_of(word).ok_or_else(|| refused("quality", format!("Unsupported quality {word}")))?;
    }
    let audio = flag(fields, honored("generate_audio"))?.or(flag(fields, honored("generate_audio_switch"))?);
    let settings =
        PricedSettings { model: &known.id, resolution, duration: duration(fields)?, audio: audio.unwrap_or(false) };
    let seed = seed(fields, honored("seed"))?;
    let film = film(settings, prompt, ratio(fields, "aspect_ratio")?)
        .negative(text(fields, honored("negative_prompt"))?)
        .seed(seed)
        .picture(picture(fields, "image_url")?);
    let price = estimate(settings, GatewayId::Aigateway).map_or(Amount::Free, |estimate| estimate.amount);
    Ok(SubmittedClip { model, film, has_seed: seed.is_some(), price })
}

/// The model that `gateway` calls by this name.
fn offered(gateway: GatewayId, name: &str) -> Option<&'static Model> {
    catalog().models().iter().find(|model| model.gateways.get(&gateway).is_some_and(|entry| entry.model_id == name))
}

fn unknown_model(name: &str) -> Refusal {
    let message = format!("Model {name} not found");
    Refusal { status: 404, kind: "not_found", message, param: Some("model".to_owned()) }
}

fn read_apiin(fields: &Map<String, Value>, rules: Rules) -> Result<SubmittedClip, Refusal> {
    let word = text(fields, "model")?.ok_or_else(|| refused("model", "model is required"))?;
    let known = offered(GatewayId::Apiin, word).ok_or_else(|| unknown_model(word))?;
    let model = word.to_owned();
    let prompt = prompt(fields)?;
    let resolution = match text(fields, "resolution")? {
        Some(word) => {
            word.parse().ok().ok_or_else(|| refused("resolution", format!("Unsupported resolution {word}")))?
        }
        None => Resolution::default(),
    };
    if let Some(word) = text(fields, "thinking_type")? {
        word.parse::<Thinking>()
            .ok()
            .ok_or_else(|| refused("thinking_type", format!("Unsupported thinking_type {word}")))?;
    }
    let audio = flag(fields, "generate_audio_switch")?.unwrap_or(false);
    let settings = PricedSettings { model: &known.id, resolution, duration: duration(fields)?, audio };
    let is_long_1080p = settings.resolution == Resolution::P1080 && settings.duration == ClipDuration::S10;
    if is_long_1080p && rules.refuse_long_1080p {
        return Err(refused("duration", "10 s is not available at 1080p"));
    }
    let seed = seed(fields, "seed")?;
    // Not sent, the ratio is square, as at the likely upstream (docs/gateways.md, section 2.2).
    let ratio =
        if fields.contains_key("resolution_ratio") { ratio(fields, "resolution_ratio")? } else { AspectRatio::R1x1 };
    let film = film(settings, prompt, ratio)
        .negative(text(fields, "negative_prompt")?)
        .seed(seed)
        .picture(picture(fields, "image")?);
    // Where the table has no cell although the rule is off, 10 s cost as much as 8 s.
    let priced = if is_long_1080p { PricedSettings { duration: ClipDuration::S8, ..settings } } else { settings };
    let price = estimate(priced, GatewayId::Apiin).map_or(Amount::Credits(Credits(0)), |estimate| estimate.amount);
    Ok(SubmittedClip { model, film, has_seed: seed.is_some(), price })
}

fn film(settings: PricedSettings<'_>, prompt: String, ratio: AspectRatio) -> FilmSpec {
    let (width, height) = ratio.pixels(settings.resolution);
    FilmSpec {
        prompt,
        negative_prompt: String::new(),
        seed: 0,
        width,
        height,
        duration_secs: settings.duration.secs(),
        audio: settings.audio,
        picture: None,
        end_picture: None,
    }
}

impl FilmSpec {
    fn negative(self, text: Option<&str>) -> Self {
        Self { negative_prompt: text.unwrap_or_default().to_owned(), ..self }
    }

    fn seed(self, seed: Option<u32>) -> Self {
        Self { seed: seed.unwrap_or(0), ..self }
    }

    fn picture(self, picture: Option<Vec<u8>>) -> Self {
        Self { picture, ..self }
    }
}

/// A string field; absent and null are the same.
fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Refusal> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(refused(name, format!("{name} must be a string"))),
    }
}

fn flag(fields: &Map<String, Value>, name: &str) -> Result<Option<bool>, Refusal> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(refused(name, format!("{name} must be a boolean"))),
    }
}

fn prompt(fields: &Map<String, Value>) -> Result<String, Refusal> {
    let prompt = text(fields, "prompt")?.unwrap_or_default();
    match prompt.chars().count() {
        0 => Err(refused("prompt", "prompt is required")),
        1..=PROMPT_LIMIT => Ok(prompt.to_owned()),
        _ => Err(refused("prompt", format!("prompt may have {PROMPT_LIMIT} characters"))),
    }
}

fn duration(fields: &Map<String, Value>) -> Result<ClipDuration, Refusal> {
    match fields.get("duration") {
        None | Some(Value::Null) => Ok(ClipDuration::default()),
        Some(value) => value
            .as_f64()
            .and_then(|secs| {
                [ClipDuration::S5, ClipDuration::S8, ClipDuration::S10]
                    .into_iter()
                    .find(|d| f64::from(d.secs()) == secs)
            })
            .ok_or_else(|| refused("duration", "duration must be 5, 8 or 10")),
    }
}

fn seed(fields: &Map<String, Value>, name: &str) -> Result<Option<u32>, Refusal> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value
            .as_u64()
            .and_then(|seed| u32::try_from(seed).ok())
            .filter(|seed| *seed <= i32::MAX as u32)
            .map(Some)
            .ok_or_else(|| refused(name, format!("{name} must be a whole number from 0 to 2147483647"))),
    }
}

fn ratio(fields: &Map<String, Value>, name: &str) -> Result<AspectRatio, Refusal> {
    match text(fields, name)? {
        None => Ok(AspectRatio::default()),
        Some(word) => word.parse().ok().ok_or_else(|| refused(name, format!("Unsupported {name} {word}"))),
    }
}

/// `720p`, or a size like `1280x720`, of which the shorter side counts: aigateway shows one in its results.
fn resolution_of(word: &str) -> Option<Resolution> {
    if let Ok(resolution) = word.parse() {
        return Some(resolution);
    }
    let (width, height) = word.split_once('x')?;
    let short = width.parse::<u32>().ok()?.min(height.parse::<u32>().ok()?);
    [Resolution::P360, Resolution::P540, Resolution::P720, Resolution::P1080]
        .into_iter()
        .find(|r| r.short_side() == short)
}

/// A picture: a web address gives none (nothing is fetched), a `data:` URI gives its bytes.
fn picture(fields: &Map<String, Value>, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
    let Some(address) = text(fields, name)?.filter(|address| !address.is_empty()) else { return Ok(None) };
    if address.starts_with("https://") || address.starts_with("http://") {
        return Ok(None);
    }
    let bytes = address
        .strip_prefix("data:image/")
        .and_then(|rest| rest.split_once(";base64,"))
        .and_then(|(_, encoded)| STANDARD.decode(encoded).ok())
        .filter(|bytes| !bytes.is_empty());
    match bytes {
        Some(bytes) => Ok(Some(bytes)),
        None => Err(refused(name, format!("{name} must be a web address or a data URI of a picture"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const RULES: Rules = Rules { unknown_fields: UnknownFields::Ignore, refuse_long_1080p: true };

    fn aigateway(body: Value, unknown_fields: UnknownFields) -> Result<SubmittedClip, Refusal> {
        read_submit(Protocol::Aigateway, body.to_string().as_bytes(), Rules { unknown_fields, ..RULES })
    }

    fn apiin(change: Value) -> Result<SubmittedClip, Refusal> {
        let mut body = json!({"model": "pixverse-5-6", "prompt": "a heron"});
        for (name, value) in change.as_object().expect("an object") {
            body[name] = value.clone();
        }
        read_submit(Protocol::Apiin, body.to_string().as_bytes(), RULES)
    }

    #[test]
    fn apiin_reads_all_fields() {
        let clip = apiin(json!({"resolution": "1080p", "duration": 8, "resolution_ratio": "9:16",
            "generate_audio_switch": true, "thinking_type": "enabled", "negative_prompt": "blur", "seed": 42,
            "image": "data:image/png;base64,iVBORw=="}))
        .expect("a good submit");
        assert_eq!(clip.price, Amount::Credits(Credits(600)));
        assert!(clip.has_seed);
        let picture = Some(vec![0x89, b'P', b'N', b'G']);
        assert_eq!(
            clip.film,
            FilmSpec {
                prompt: "a heron".to_owned(),
                negative_prompt: "blur".to_owned(),
                seed: 42,
                width: 1080,
                height: 1920,
                duration_secs: 8,
                audio: true,
                picture,
                end_picture: None,
            }
        );
    }

    #[test]
    fn apiin_has_its_defaults() {
        let clip = apiin(json!({})).expect("a good submit");
        assert_eq!((clip.film.width, clip.film.height, clip.film.duration_secs), (720, 720, 5));
        assert_eq!((clip.price, clip.has_seed), (Amount::Credits(Credits(90)), false));
        assert_eq!(apiin(json!({"image": "https://example.com/a.jpg"})).expect("good").film.picture, None);
    }

    #[test]
    fn apiin_refuses_what_is_not_in_its_lists() {
        for (change, status, param) in [
            (json!({"prompt": ""}), 400, "prompt"),
            (json!({"prompt": null}), 400, "prompt"),
            (json!({"prompt": 7}), 400, "prompt"),
            (json!({"prompt": "x".repeat(2049)}), 400, "prompt"),
            (json!({"model": null}), 400, "model"),
            (json!({"model": "kling-3"}), 404, "model"),
            (json!({"resolution": "4k"}), 400, "resolution"),
            (json!({"duration": 6}), 400, "duration"),
            (json!({"duration": "5"}), 400, "duration"),
            (json!({"duration": 10, "resolution": "1080p"}), 400, "duration"),
            (json!({"resolution_ratio": "21:9"}), 400, "resolution_ratio"),
            (json!({"thinking_type": "maybe"}), 400, "thinking_type"),
            (json!({"generate_audio_switch": "true"}), 400, "generate_audio_switch"),
            (json!({"seed": -1}), 400, "seed"),
            (json!({"seed": 2_147_483_648_u32}), 400, "seed"),
            (json!({"seed": 1.5}), 400, "seed"),
            (json!({"image": "file:///etc/passwd"}), 400, "image"),
            (json!({"image": "data:image/png;base64,!!"}), 400, "image"),
        ] {
            let refusal = apiin(change.clone()).expect_err("refused");
            assert_eq!((refusal.status, refusal.param.as_deref()), (status, Some(param)), "{change}");
        }
        assert_eq!(read_submit(Protocol::Apiin, b"[1", RULES).map_err(|r| (r.status, r.param)), Err((400, None)));
    }

    #[test]
    fn apiin_takes_long_1080p_when_told_so() {
        let body = json!({"model": "pixverse-5-6", "prompt": "x", "duration": 10, "resolution": "1080p"}).to_string();
        let rules = Rules { refuse_long_1080p: false, ..RULES };
        let clip = read_submit(Protocol::Apiin, body.as_bytes(), rules).expect("taken");
        assert_eq!((clip.price, clip.film.duration_secs), (Amount::Credits(Credits(300)), 10));
    }

    #[test]
    fn aigateway_treats_undocumented_fields_as_told() {
        let body = json!({"prompt": "x", "duration": 8, "aspect_ratio": "3:4", "resolution": "540p", "seed": 7,
            "negative_prompt": "blur", "generate_audio": true, "quality": "360p"});
        let ignored = aigateway(body.clone(), UnknownFields::Ignore).expect("taken");
        assert_eq!((ignored.film.width, ignored.film.height, ignored.has_seed), (540, 720, false));
        assert_eq!((ignored.film.audio, ignored.film.negative_prompt.as_str()), (false, ""));
        assert_eq!(ignored.price, Amount::Money(crate::domain::Money(640_000)));
        let honored = aigateway(body.clone(), UnknownFields::Honor).expect("taken");
        assert_eq!((honored.film.width, honored.film.seed, honored.has_seed), (360, 7, true));
        assert_eq!((honored.film.audio, honored.film.negative_prompt.as_str()), (true, "blur"));
        let refusal = aigateway(json!({"prompt": "x", "seed": 7}), UnknownFields::Refuse).expect_err("refused");
        assert_eq!((refusal.status, refusal.param.as_deref()), (400, Some("seed")));
        let documented = json!({"prompt": "x", "model": "pixverse/v5.6", "duration": 5, "aspect_ratio": "16:9",
            "resolution": "1920x1080", "image_url": "https://example.com/a.png"});
        let strict = aigateway(documented, UnknownFields::Refuse).expect("taken");
        assert_eq!((strict.film.width, strict.film.height), (1920, 1080));
    }

    #[test]
    fn aigateway_refuses_unknown_models_and_values() {
        for (body, status, param) in [
            (json!({}), 400, "prompt"),
            (json!({"prompt": "x", "model": "pixverse/v9"}), 404, "model"),
            (json!({"prompt": "x", "duration": 7}), 400, "duration"),
            (json!({"prompt": "x", "aspect_ratio": "wide"}), 400, "aspect_ratio"),
            (json!({"prompt": "x", "resolution": "800x600"}), 400, "resolution"),
            (json!({"prompt": "x", "image_url": "heron.png"}), 400, "image_url"),
        ] {
            let refusal = aigateway(body.clone(), UnknownFields::Ignore).expect_err("refused");
            assert_eq!((refusal.status, refusal.param.as_deref()), (status, Some(param)), "{body}");
        }
    }
}
