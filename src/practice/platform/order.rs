//! Reads the body of an order at PixVerse's Platform: the clip that is asked for, or the code that refuses it
//! (docs/gateways.md, sections 3.3 to 3.5 and 3.8). Pure.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::domain::{
    Amount, AspectRatio, ClipDuration, Credits, GatewayId, Resolution,
    catalog::{Model, catalog},
    price::{PricedSettings, estimate},
    request::PROMPT_LIMIT,
};
use crate::practice::{film::FilmSpec, shapes::platform::Denial, submit::SubmittedClip, uploads::Uploaded};

/// The three calls that make a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::practice) enum OrderKind {
    /// From words: `video/text/generate`.
    Text,
    /// From a start picture: `video/img/generate`.
    Picture,
    /// From a start and an end picture: `video/transition/generate`.
    Transition,
}

impl OrderKind {
    /// The kind by the word in the path.
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "text" => Some(Self::Text),
            "img" => Some(Self::Picture),
            "transition" => Some(Self::Transition),
            _ => None,
        }
    }
}

/// Reads an order. `pictures` gives what was uploaded under a number.
pub(super) fn read(
    kind: OrderKind,
    body: &[u8],
    pictures: impl Fn(u64) -> Option<Arc<Uploaded>>,
) -> Result<SubmittedClip, Denial> {
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
        return Err(Denial::of(400_013, "the body is no JSON object"));
    };
    let fields = Fields(fields);
    let word = fields.required_text("model")?;
    let model = offered(word).ok_or_else(|| Denial::of(400_017, "model"))?;
    let prompt = fields.required_text("prompt")?;
    if prompt.chars().count() > PROMPT_LIMIT {
        return Err(400_018.into());
    }
    let negative_prompt = fields.text("negative_prompt")?.unwrap_or_default();
    if negative_prompt.chars().count() > PROMPT_LIMIT {
        return Err(400_019.into());
    }
    let resolution: Resolution =
        fields.required_text("quality")?.parse().ok().ok_or_else(|| Denial::of(400_017, "quality"))?;
    let duration = fields.duration()?;
    if !model.offers(resolution, duration) {
        return Err(Denial::of(400_017, "this duration is not made at this quality"));
    }
    let audio = fields.flag("generate_audio_switch")?.unwrap_or(false);
    let seed = fields.seed()?;
    let picture = |name| -> Result<Arc<Uploaded>, Denial> {
        pictures(fields.number(name)?).ok_or_else(|| Denial::of(400_032, name))
    };
    let mut of_pictures = [None, None];
    let (width, height) = match kind {
        OrderKind::Text => {
            let word = fields.required_text("aspect_ratio")?;
            let ratio: AspectRatio = word.parse().ok().ok_or_else(|| Denial::of(400_017, "aspect_ratio"))?;
            ratio.pixels(resolution)
        }
        OrderKind::Picture | OrderKind::Transition => {
            let names: &[&str] =
                if kind == OrderKind::Picture { &["img_id"] } else { &["first_frame_img", "last_frame_img"] };
            let mut size = None;
            for (place, name) in of_pictures.iter_mut().zip(names) {
                let found = picture(name)?;
                size = size.or(found.size);
                *place = Some(found.bytes.clone()).filter(|bytes| !bytes.is_empty());
            }
            pixels(size, resolution)
        }
    };
    let settings = PricedSettings { model: &model.id, resolution, duration, audio };
    let price = estimate(settings, GatewayId::Pixverse).map_or(Amount::Credits(Credits(0)), |estimate| estimate.amount);
    let [picture, end_picture] = of_pictures;
    let film = FilmSpec {
        prompt: prompt.to_owned(),
        negative_prompt: negative_prompt.to_owned(),
        seed: seed.unwrap_or(0),
        width,
        height,
        duration_secs: duration.secs(),
        audio,
        end_picture: end_picture.filter(|_| picture.is_some()),
        picture,
    };
    Ok(SubmittedClip { model: word.to_owned(), film, has_seed: seed.is_some(), price })
}

/// The model that the Platform calls by this name.
fn offered(name: &str) -> Option<&'static Model> {
    let is_it = |model: &&Model| model.gateways.get(&GatewayId::Pixverse).is_some_and(|entry| entry.model_id == name);
    catalog().models().iter().find(is_it)
}

/// The size of a clip in the shape of its picture, with even sides; wide where the shape is not known.
fn pixels(picture: Option<(u32, u32)>, resolution: Resolution) -> (u32, u32) {
    let Some((width, height)) = picture.filter(|(width, height)| *width > 0 && *height > 0) else {
        return AspectRatio::default().pixels(resolution);
    };
    let short = resolution.short_side();
    let stretch = (f64::from(width.max(height)) / f64::from(width.min(height))).min(21.0 / 9.0);
    let long = (f64::from(short) * stretch / 2.0).round() as u32 * 2;
    if width >= height { (long, short) } else { (short, long) }
}

struct Fields(Map<String, Value>);

impl Fields {
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn required(&self, name: &str) -> Result<&Value, Denial> {
        self.get(name).ok_or_else(|| Denial::of(400_011, name))
    }

    fn text(&self, name: &str) -> Result<Option<&str>, Denial> {
        self.get(name).map(|value| value.as_str().ok_or_else(|| Denial::of(400_013, name))).transpose()
    }

    fn required_text(&self, name: &str) -> Result<&str, Denial> {
        self.text(name)?.filter(|text| !text.is_empty()).ok_or_else(|| Denial::of(400_011, name))
    }

    fn flag(&self, name: &str) -> Result<Option<bool>, Denial> {
        self.get(name).map(|value| value.as_bool().ok_or_else(|| Denial::of(400_013, name))).transpose()
    }

    /// The number of a picture: a whole JSON number, with all its bits.
    fn number(&self, name: &str) -> Result<u64, Denial> {
        self.required(name)?.as_u64().ok_or_else(|| Denial::of(400_013, name))
    }

    fn duration(&self) -> Result<ClipDuration, Denial> {
        let secs = self.required("duration")?.as_i64().ok_or_else(|| Denial::of(400_013, "duration"))?;
        let known = [ClipDuration::S5, ClipDuration::S8, ClipDuration::S10];
        let found = known.into_iter().find(|duration| i64::from(duration.secs()) == secs);
        found.ok_or_else(|| Denial::of(400_017, "duration"))
    }

    fn seed(&self) -> Result<Option<u32>, Denial> {
        let Some(value) = self.get("seed") else { return Ok(None) };
        let seed = value.as_i64().ok_or_else(|| Denial::of(400_013, "seed"))?;
        let seed = u32::try_from(seed).ok().filter(|seed| *seed <= i32::MAX as u32);
        seed.map(Some).ok_or_else(|| Denial::of(400_017, "seed"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const WIDE: u64 = 18_446_744_073_709_551_615;
    const TALL: u64 = 9_007_199_254_740_993;

    fn uploaded(number: u64) -> Option<Arc<Uploaded>> {
        let size = match number {
            WIDE => (400, 300),
            TALL => (300, 400),
            _ => return None,
        };
        let (media_type, trace) = ("image/png".to_owned(), String::new());
        Some(Arc::new(Uploaded { number, media_type, bytes: number.to_be_bytes().to_vec(), size: Some(size), trace }))
    }

    fn order(kind: OrderKind, change: Value) -> Result<SubmittedClip, Denial> {
        let mut body = json!({"model": "v5.6", "prompt": "a heron", "duration": 5, "quality": "720p"});
        match kind {
            OrderKind::Text => body["aspect_ratio"] = json!("9:16"),
            OrderKind::Picture => body["img_id"] = json!(WIDE),
            OrderKind::Transition => {
                body["first_frame_img"] = json!(TALL);
                body["last_frame_img"] = json!(WIDE);
            }
        }
        for (name, value) in change.as_object().expect("an object") {
            body[name] = value.clone();
        }
        read(kind, body.to_string().as_bytes(), uploaded)
    }

    #[test]
    fn an_order_becomes_a_film_and_a_price() {
        let clip =
            order(OrderKind::Text, json!({"seed": 42, "generate_audio_switch": true, "negative_prompt": "blur"}))
                .expect("a good order");
        assert_eq!((clip.film.width, clip.film.height, clip.film.seed, clip.has_seed), (720, 1280, 42, true));
        assert_eq!((clip.film.audio, clip.film.negative_prompt.as_str()), (true, "blur"));
        assert_eq!(clip.price, Amount::Credits(Credits(90)));
        let clip = order(OrderKind::Picture, json!({"aspect_ratio": "9:16", "quality": "360p"})).expect("a good order");
        assert_eq!((clip.film.width, clip.film.height), (480, 360), "the picture's shape, not the ratio");
        assert_eq!(clip.film.picture.as_deref(), Some(WIDE.to_be_bytes().as_slice()));
        assert_eq!((clip.film.end_picture, clip.price), (None, Amount::Credits(Credits(35))));
        let clip = order(OrderKind::Transition, json!({"duration": 8, "quality": "1080p"})).expect("a good order");
        assert_eq!((clip.film.width, clip.film.height), (1080, 1440));
        assert_eq!(clip.film.picture.as_deref(), Some(TALL.to_be_bytes().as_slice()));
        assert_eq!(clip.film.end_picture.as_deref(), Some(WIDE.to_be_bytes().as_slice()));
        assert_eq!(clip.price, Amount::Credits(Credits(150)));
    }

    #[test]
    fn every_bad_field_has_its_code() {
        use OrderKind::{Picture, Text, Transition};
        for (kind, change, code) in [
            (Text, json!({"model": null}), 400_011),
            (Text, json!({"model": 5.6}), 400_013),
            (Text, json!({"model": "v9"}), 400_017),
            (Text, json!({"prompt": null}), 400_011),
            (Text, json!({"prompt": ""}), 400_011),
            (Text, json!({"prompt": ["x"]}), 400_013),
            (Text, json!({"prompt": "ü".repeat(PROMPT_LIMIT + 1)}), 400_018),
            (Text, json!({"negative_prompt": "x".repeat(PROMPT_LIMIT + 1)}), 400_019),
            (Text, json!({"duration": null}), 400_011),
            (Text, json!({"duration": "5"}), 400_013),
            (Text, json!({"duration": 5.5}), 400_013),
            (Text, json!({"duration": 6}), 400_017),
            (Text, json!({"duration": 10, "quality": "1080p"}), 400_017),
            (Text, json!({"quality": null}), 400_011),
            (Text, json!({"quality": 720}), 400_013),
            (Text, json!({"quality": "4k"}), 400_017),
            (Text, json!({"aspect_ratio": null}), 400_011),
            (Text, json!({"aspect_ratio": 1}), 400_013),
            (Text, json!({"aspect_ratio": "21:9"}), 400_017),
            (Text, json!({"generate_audio_switch": "true"}), 400_013),
            (Text, json!({"seed": "7"}), 400_013),
            (Text, json!({"seed": -1}), 400_017),
            (Text, json!({"seed": 2_147_483_648_u32}), 400_017),
            (Picture, json!({"img_id": null}), 400_011),
            (Picture, json!({"img_id": WIDE.to_string()}), 400_013),
            (Picture, json!({"img_id": 1.8446744073709552e19}), 400_013),
            (Picture, json!({"img_id": TALL - 1}), 400_032),
            (Transition, json!({"first_frame_img": null}), 400_011),
            (Transition, json!({"last_frame_img": null}), 400_011),
            (Transition, json!({"last_frame_img": 7}), 400_032),
        ] {
            assert_eq!(order(kind, change.clone()).map_err(|denial| denial.code), Err(code), "{kind:?} {change}");
        }
        assert_eq!(read(Text, b"[]", uploaded).map_err(|denial| denial.code), Err(400_013));
    }
}
