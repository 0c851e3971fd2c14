//! Finds the link to the film in an answer, whatever it is wrapped in, and tells it from pictures of it.

use serde_json::{Map, Value};
use url::Url;

use super::{Dialect, at};
use crate::gateway::json::{DEPTH_LIMIT, depth};
use crate::gateway::redact::Redactor;

/// Longest link that is looked at, in bytes. Signed links have some hundred.
const LINK_LIMIT: usize = 8 * 1024;

/// How many layers of "JSON inside a text" are unwrapped.
const WRAPPINGS: usize = 3;

/// Names under which a film's link is likely, without regard to case, `_` and `-`. The likelier ones come first.
const FILM_KEYS: &[&str] = &[
    "videourl",
    "video",
    "videos",
    "videofile",
    "mp4",
    "mp4url",
    "film",
    "movie",
    "url",
    "fileurl",
    "file",
    "downloadurl",
    "resulturl",
    "outputurl",
    "mediaurl",
    "playurl",
    "resourceurl",
    "uri",
    "src",
    "href",
    "link",
    "response",
    "output",
    "outputs",
    "result",
    "results",
    "files",
    "media",
    "items",
    "clips",
    "content",
    "data",
];

/// Parts of names under which there are pictures of the film, sounds, or what was asked for; never the film.
const OTHER_KEYS: &[&str] = &[
    "cover",
    "thumb",
    "poster",
    "preview",
    "image",
    "img",
    "picture",
    "photo",
    "frame",
    "snapshot",
    "screenshot",
    "gif",
    "icon",
    "avatar",
    "logo",
    "audio",
    "music",
    "sound",
    "voice",
    "subtitle",
    "caption",
    "watermark",
    "request",
    "input",
    "param",
    "prompt",
    "callback",
    "webhook",
    "reference",
    "source",
    "error",
    "doc",
    "help",
];

/// Fields that say what kind of thing the link beside them leads to, without regard to case, `_` and `-`.
const KIND_KEYS: &[&str] =
    &["type", "mimetype", "contenttype", "mediatype", "filetype", "assettype", "kind", "format", "role"];

/// What a link leads to, as far as the answer and the link itself tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Film,
    Unknown,
    Other,
}

/// The link to the clip: a film by its name, its kind or its ending, else the first link of no particular kind among the
/// documented and likely places (docs/gateways.md, section 5.4). Whether it may be fetched is decided by
/// [`crate::gateway::link`]. One that holds the key is none: whoever fetched it would hand the key to another server.
pub fn link(dialect: Dialect, value: &Value, redactor: &Redactor) -> Option<Url> {
    let places: &[&str] = match dialect {
        Dialect::Aigateway => &["result", "result_url", "data.result_url", "data.result", "output", "video_url"],
        // Read by `platform::link`, which knows when it counts.
        Dialect::Platform => &[],
        Dialect::Apiin => &[
            "data.response",
            "data.output",
            "data.video_url",
            "data.result",
            "data.outputs",
            "data.url",
            "output",
            "video_url",
            "result",
            "response",
            "outputs",
            "url",
        ],
    };
    let mut search = Search { redactor, found: Vec::new() };
    for place in places {
        if let Some(found) = at(value, place) {
            search.look_at(found, Kind::Unknown, WRAPPINGS);
        }
    }
    let likely = search.best();
    if likely.as_ref().is_some_and(|(kind, _)| *kind == Kind::Film) {
        return likely.map(|(_, link)| link);
    }
    // In places that nobody thought of, only what is clearly a film counts.
    let mut everywhere = Search { redactor, found: Vec::new() };
    everywhere.look_at(value, Kind::Other, WRAPPINGS);
    let film = everywhere.best().filter(|(kind, _)| *kind == Kind::Film);
    film.or(likely).map(|(_, link)| link)
}

/// The link in an answer to the request for a signed one: `url`, at the top or in `data`.
pub fn signed_link(value: &Value, redactor: &Redactor) -> Option<Url> {
    let mut search = Search { redactor, found: Vec::new() };
    for place in ["url", "signed_url", "data.url"] {
        if let Some(found) = at(value, place) {
            search.look_at(found, Kind::Unknown, 0);
        }
    }
    search.best().map(|(_, link)| link)
}

/// Links that were found, in order.
struct Search<'a> {
    redactor: &'a Redactor,
    found: Vec<(Kind, Url)>,
}

impl Search<'_> {
    /// The first film, else the first link of no particular kind.
    fn best(self) -> Option<(Kind, Url)> {
        let film = self.found.iter().position(|(kind, _)| *kind == Kind::Film);
        self.found.into_iter().nth(film.unwrap_or(0))
    }

    /// Takes in every link in `value`. `told` is what its surroundings say of a link that says nothing itself; one of
    /// [`Kind::Other`] then counts for nothing.
    fn look_at(&mut self, value: &Value, told: Kind, wrappings: usize) {
        match value {
            Value::String(text) => self.look_at_text(text.trim(), told, wrappings),
            Value::Array(items) => items.iter().for_each(|item| self.look_at(item, told, wrappings)),
            Value::Object(fields) => self.look_at_fields(fields, told, wrappings),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn look_at_text(&mut self, text: &str, told: Kind, wrappings: usize) {
        if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http")) {
            if text.len() > LINK_LIMIT || self.redactor.finds_key_in(text) {
                return;
            }
            let Ok(link) = Url::parse(text) else { return };
            let kind = match kind_of_link(&link) {
                Kind::Unknown => told,
                kind => kind,
            };
            if kind != Kind::Other {
                self.found.push((kind, link));
            }
        } else if text.starts_with(['{', '[', '"']) && wrappings > 0 && depth(text.as_bytes()) <= DEPTH_LIMIT {
            // Some gateways hand on the answer of another one as a text.
            if let Ok(inner) = serde_json::from_str(text) {
                self.look_at(&inner, told, wrappings - 1);
            }
        }
    }

    fn look_at_fields(&mut self, fields: &Map<String, Value>, told: Kind, wrappings: usize) {
        let names: Vec<(String, &Value)> = fields.iter().map(|(name, field)| (plain(name), field)).collect();
        let said = names
            .iter()
            .filter(|(name, _)| KIND_KEYS.contains(&name.as_str()))
            .filter_map(|(_, field)| field.as_str())
            .map(kind_of_words)
            .find(|kind| *kind != Kind::Unknown);
        if said == Some(Kind::Other) {
            return;
        }
        // The last name holds addresses of calls, such as one to cancel.
        let is_other = |name: &str| name == "urls" || OTHER_KEYS.iter().any(|part| name.contains(part));
        let mut rest: Vec<&(String, &Value)> = names.iter().filter(|(name, _)| !is_other(name)).collect();
        rest.sort_by_key(|(name, _)| FILM_KEYS.iter().position(|key| key == name).unwrap_or(FILM_KEYS.len()));
        for (name, field) in rest {
            let is_video = ["video", "mp4", "film", "movie"].iter().any(|part| name.contains(part));
            let told = match said {
                _ if is_video => Kind::Film,
                Some(said) if FILM_KEYS.contains(&name.as_str()) => said,
                _ if FILM_KEYS.contains(&name.as_str()) => told,
                // A link to something under a name that says nothing of films counts only when it ends like one.
                _ if field.is_string() => Kind::Other,
                _ => told,
            };
            self.look_at(field, told, wrappings);
        }
    }
}

/// A name in lower case, without `_` and `-`.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()).collect()
}

/// What a word such as `image/png`, `video` or `thumbnail` says.
fn kind_of_words(words: &str) -> Kind {
    let words = words.to_lowercase();
    let holds = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    if holds(&["thumb", "cover", "poster", "preview", "snapshot", "subtitle"]) {
        Kind::Other
    } else if holds(&["video", "mp4", "webm", "quicktime", "film", "movie"]) {
        // Also `image-to-video`, which says how it was made.
        Kind::Film
    } else if holds(&["image", "png", "jpg", "jpeg", "webp", "gif", "audio", "mp3", "wav", "json"]) {
        Kind::Other
    } else {
        Kind::Unknown
    }
}

/// What the link itself says: the ending of its path, and orders to make a still picture of the film.
fn kind_of_link(link: &Url) -> Kind {
    let query = link.query().unwrap_or_default().to_ascii_lowercase();
    if ["video/snapshot", "video%2fsnapshot", "vframe/"].iter().any(|order| query.contains(order)) {
        return Kind::Other;
    }
    let file = link.path().rsplit('/').next().unwrap_or_default();
    let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "mp4" | "m4v" | "mov" | "webm" | "mkv" => Kind::Film,
        "jpg" | "jpeg" | "png" | "webp" | "gif" | "avif" | "heic" | "bmp" | "svg" | "tif" | "tiff" | "mp3" | "wav"
        | "m4a" | "aac" | "ogg" | "flac" | "json" | "xml" | "txt" | "html" | "htm" | "vtt" | "srt" | "pdf" | "zip"
        | "m3u8" | "mpd" => Kind::Other,
        _ => Kind::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(dialect: Dialect, value: &Value) -> Option<String> {
        link(dialect, value, &Redactor::new(None)).map(String::from)
    }

    #[test]
    fn the_documented_places_in_order_and_only_what_begins_with_http() {
        use Dialect::{Aigateway, Apiin};
        for (dialect, value, expected) in [
            (Aigateway, json!({"result": {"url": "https://a/1"}}), Some("https://a/1")),
            (Aigateway, json!({"result": {"file_url": "https://a/2?x=1"}}), Some("https://a/2?x=1")),
            (Aigateway, json!({"result_url": "https://a/3", "result": {}}), Some("https://a/3")),
            (Aigateway, json!({"result": {"url": "", "video": "https://a/4"}}), Some("https://a/4")),
            (Aigateway, json!({"result": {"output": ["https://a/5"]}}), Some("https://a/5")),
            (Aigateway, json!({"result": {"url": "file:///etc/passwd"}}), None),
            (Aigateway, json!({"result": null}), None),
            (Apiin, json!({"data": {"response": ["https://b/1"]}}), Some("https://b/1")),
            (Apiin, json!({"data": {"response": [{"url": "https://b/2"}]}}), Some("https://b/2")),
            (Apiin, json!({"data": {"output": {"video_url": "https://b/3"}}}), Some("https://b/3")),
            (Apiin, json!({"data": {"video_url": "https://b/4"}}), Some("https://b/4")),
            (Apiin, json!({"data": {"outputs": ["https://b/5"]}}), Some("https://b/5")),
            (Apiin, json!({"output": {"video_url": "https://b/6"}}), Some("https://b/6")),
            (Apiin, json!({"data": {"request": {"image": "https://b/7"}}}), None),
            (Apiin, json!({"data": {"response": [17]}}), None),
        ] {
            assert_eq!(found(dialect, &value).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn a_link_is_found_in_every_wrapping() {
        let film = "https://m/clip";
        let object = json!({"url": film});
        for (what, wrapped) in [
            ("a text", json!(film)),
            ("a text with blanks", json!(format!("  {film}\n"))),
            ("a list", json!([film])),
            ("an object", object.clone()),
            ("a list of objects", json!([object.clone()])),
            ("an object of lists", json!({"videos": [object.clone()]})),
            ("a list in a list", json!([[object.clone()]])),
            ("JSON in a text", json!(object.to_string())),
            ("a list as a text", json!(json!([film]).to_string())),
            ("a text in a text", json!(json!(json!(film).to_string()).to_string())),
            ("JSON in a text in JSON in a text", json!(json!({"output": object.to_string()}).to_string())),
            ("another spelling", json!({"videoUrl": film})),
            ("a nested file", json!({"video": {"file": {"download_url": film}}})),
        ] {
            for (dialect, value) in [
                (Dialect::Aigateway, json!({"result": wrapped})),
                (Dialect::Apiin, json!({"data": {"response": wrapped}})),
                (Dialect::Apiin, json!({"data": {"output": wrapped}})),
                (Dialect::Apiin, json!({"result": wrapped})),
            ] {
                assert_eq!(found(dialect, &value).as_deref(), Some(film), "{what}: {value}");
            }
        }
        let deep = format!("{}\"{film}\"{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(found(Dialect::Aigateway, &json!({"result": deep})), None, "a bomb in a text");
    }

    #[test]
    fn pictures_of_the_film_are_no_films() {
        for result in [
            json!(["https://m/cover.jpg", "https://m/clip.mp4"]),
            json!([{"type": "image", "url": "https://m/1"}, {"type": "video", "url": "https://m/clip.mp4"}]),
            json!([{"mime_type": "image/png", "url": "https://m/1"}, {"url": "https://m/clip.mp4"}]),
            json!({"cover_url": "https://m/1", "url": "https://m/clip.mp4"}),
            json!({"thumbnail": {"url": "https://m/1.mp4"}, "video": {"url": "https://m/clip.mp4"}}),
            json!({"url": "https://m/page", "mp4": "https://m/clip.mp4"}),
            json!({"url": "https://m/clip.mp4?x-oss-process=video/snapshot,t_0", "src": "https://m/clip.mp4"}),
            json!({"first_frame_url": "https://m/1", "preview_video": "https://m/2.mp4", "file": "https://m/clip.mp4"}),
            json!({"audio": "https://m/a", "music_url": "https://m/b", "files": ["https://m/a.mp3", "https://m/clip.mp4"]}),
            json!({"poster": "https://m/1", "anything": "https://m/clip.mp4"}),
        ] {
            for (dialect, value) in [
                (Dialect::Aigateway, json!({"result": result})),
                (Dialect::Apiin, json!({"data": {"response": result}})),
            ] {
                assert_eq!(found(dialect, &value).as_deref(), Some("https://m/clip.mp4"), "{value}");
            }
        }
        for result in [
            json!("https://m/cover.jpg"),
            json!({"cover": "https://m/1"}),
            json!({"type": "image", "url": "https://m/1"}),
            json!({"thumbnail_url": "https://m/1.mp4"}),
            json!({"status_page": "https://m/1"}),
        ] {
            assert_eq!(found(Dialect::Aigateway, &json!({"result": result})), None, "{result}");
        }
    }

    #[test]
    fn in_places_that_nobody_thought_of_only_clear_films_count() {
        for (value, expected) in [
            (json!({"job": {"assets": [{"x": "https://m/clip.mp4"}]}}), Some("https://m/clip.mp4")),
            (json!({"content": {"video_url": "https://m/clip"}}), Some("https://m/clip")),
            (json!({"data": [{"video": {"url": "https://m/clip"}}]}), Some("https://m/clip")),
            (json!({"data": [{"type": "image-to-video", "url": "https://m/clip"}]}), Some("https://m/clip")),
            (json!({"clip": {"video_urls": ["https://m/clip"]}}), Some("https://m/clip")),
            (json!({"data": [{"type": "video", "url": "https://m/clip"}]}), Some("https://m/clip")),
            (json!({"urls": {"get": "https://m/status.mp4"}}), None),
            (json!({"webhook_url": "https://m/hook.mp4"}), None),
            (json!({"help": "https://m/help", "page": "https://m/page"}), None),
            (json!({"request": {"video": "https://m/clip.mp4"}}), None),
        ] {
            let expected = expected.map(str::to_owned);
            let both = [Dialect::Aigateway, Dialect::Apiin].map(|dialect| found(dialect, &value));
            assert_eq!(both, [expected.clone(), expected], "{value}");
        }
    }
}
