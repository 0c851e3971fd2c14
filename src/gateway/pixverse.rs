//! Writes the requests that PixVerse's own Platform API takes (docs/gateways.md, section 3): paths, the names that requests
//! carry, the bodies of orders and of pictures.

use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::submission::{Submission, SubmittedPicture};
use crate::domain::TraceId;
use crate::domain::capability::is_sent;
use crate::domain::request::PictureType;
use crate::domain::setting::Setting;
use crate::domain::{GatewayId, UnixMillis};

/// The header that holds the key (docs/gateways.md, section 3.1).
pub const KEY_HEADER: HeaderName = HeaderName::from_static("api-key");

/// The header that holds the name of a request, another one for each (docs/gateways.md, section 3.1).
const TRACE_HEADER: HeaderName = HeaderName::from_static("ai-trace-id");

/// Path of the upload of pictures below the base URL (docs/gateways.md, section 3.2).
pub const UPLOAD: &[&str] = &["image", "upload"];

/// Path of the balance below the base URL (docs/gateways.md, section 3.7).
pub const BALANCE: &[&str] = &["account", "balance"];

/// Path of the list of what was billed, below the base URL (docs/gateways.md, section 3.7).
pub const USAGE: &[&str] = &["account", "billing", "usage-detail"];

/// The header that names a request: `trace` where the name was chosen before, else a fresh one.
pub fn name(trace: Option<TraceId>) -> Option<(HeaderName, HeaderValue)> {
    let name = trace.map_or_else(Uuid::new_v4, |trace| trace.0);
    HeaderValue::from_str(&name.hyphenated().to_string()).ok().map(|value| (TRACE_HEADER, value))
}

/// Path of a look at a job below the base URL (docs/gateways.md, section 3.6).
pub fn result(remote_id: &str) -> [&str; 3] {
    ["video", "result", remote_id]
}

/// The path and the body of an order (docs/gateways.md, sections 3.3 to 3.5). `None` when a picture is not named by the
/// number under which the Platform keeps it: such an order would buy another clip.
pub fn order(
    model_id: &str,
    submission: &Submission,
    send_undocumented: bool,
) -> Option<(&'static [&'static str], Value)> {
    let request = &submission.request;
    let goes = |setting| is_sent(request.model(), GatewayId::Pixverse, setting, send_undocumented);
    let number = |picture: &Option<SubmittedPicture>| match picture {
        Some(SubmittedPicture::Uploaded(number)) => Some(*number),
        Some(SubmittedPicture::Address(_)) | None => None,
    };
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    put("model", json!(model_id));
    put("prompt", json!(request.prompt()));
    put("duration", json!(request.duration().secs()));
    put("quality", json!(request.resolution().name()));
    if goes(Setting::Audio) {
        put("generate_audio_switch", json!(request.audio()));
    }
    // Sent only when it says something, because the newest reference does not list it (docs/gateways.md, section 3.3).
    if goes(Setting::NegativePrompt) && !request.negative_prompt().is_empty() {
        put("negative_prompt", json!(request.negative_prompt()));
    }
    if goes(Setting::Seed)
        && let Some(seed) = request.seed()
    {
        put("seed", json!(seed.get()));
    }
    let path: &[&str] = match (request.picture(), request.end_picture().filter(|_| goes(Setting::EndPicture))) {
        (None, _) => {
            put("aspect_ratio", json!(request.aspect_ratio().name()));
            &["video", "text", "generate"]
        }
        // The ratio follows the picture (docs/gateways.md, section 3.4).
        (Some(_), None) => {
            put("img_id", json!(number(&submission.start)?));
            &["video", "img", "generate"]
        }
        (Some(_), Some(_)) => {
            put("first_frame_img", json!(number(&submission.start)?));
            put("last_frame_img", json!(number(&submission.end)?));
            &["video", "transition", "generate"]
        }
    };
    Some((path, Value::Object(fields)))
}

/// A picture on its way to the Platform.
#[derive(Clone, Copy, Debug)]
pub enum Picture<'a> {
    /// The bytes of a picture of this computer.
    Bytes(&'a [u8], PictureType),
    /// A web address, which the Platform fetches itself (docs/gateways.md, section 3.2; section 6, row 25).
    Address(&'a str),
}

/// The body of an upload, and its media type.
pub fn form(picture: Picture<'_>) -> (String, Vec<u8>) {
    // No picture holds 122 random bits by chance.
    let boundary = format!("rushes-{}", Uuid::new_v4().simple());
    let mut body = format!("--{boundary}\r\n").into_bytes();
    match picture {
        Picture::Bytes(bytes, picture_type) => {
            // The name is ours: that of the user's file is nobody's business.
            let head = format!(
                "Content-Disposition: form-data; name=\"image\"; filename=\"picture.{}\"\r\nContent-Type: {}\r\n\r\n",
                picture_type.extension(),
                picture_type.media_type()
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
        }
        Picture::Address(address) => {
            body.extend_from_slice(b"Content-Disposition: form-data; name=\"image_url\"\r\n\r\n");
            body.extend_from_slice(address.as_bytes());
        }
    }
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// Most pages of what was billed that are read for one order.
pub const USAGE_PAGES: usize = 25;

/// The body of the question for what was billed around a moment, from the page that `cursor` names on. Times are in UTC, as
/// in `2026-08-01 10:00:00` (docs/gateways.md, section 3.7).
pub fn usage(sent_at: UnixMillis, cursor: Option<&str>) -> Value {
    let at = |moment: UnixMillis| {
        let moment = jiff::Timestamp::from_millisecond(moment.0).unwrap_or_default();
        moment.strftime("%Y-%m-%d %H:%M:%S").to_string()
    };
    // Our clock may be off, and the list may be behind.
    let (before, after) = (UnixMillis(sent_at.0.saturating_sub(10 * 60_000)), sent_at.after(Duration::from_secs(3600)));
    // Pages of this length are what the reference asks for in its example; whether longer ones are taken is not said.
    let mut body = json!({"start_time": at(before), "end_time": at(after), "limit": 20});
    if let Some(cursor) = cursor {
        body["cursor"] = json!(cursor);
    }
    body
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{Draft, InputPicture, JobId};

    fn submission(pictures: &[u64]) -> Submission {
        let address = |number: &u64| InputPicture::WebAddress(format!("https://a.example/{number}.png"));
        let draft = Draft {
            prompt: "a boat".to_owned(),
            negative_prompt: "rain".to_owned(),
            picture: pictures.first().map(address),
            end_picture: pictures.get(1).map(address),
            ..Draft::default()
        };
        Submission {
            job: JobId(Uuid::nil()),
            request: draft.to_request().expect("valid"),
            start: pictures.first().copied().map(SubmittedPicture::Uploaded),
            end: pictures.get(1).copied().map(SubmittedPicture::Uploaded),
            trace: None,
        }
    }

    #[test]
    fn each_kind_of_order_has_its_call_and_numbers_stay_exact() {
        const BIG: u64 = 18_446_744_073_709_551_615;
        for (pictures, path, has, lacks) in [
            (&[][..], "text", "\"aspect_ratio\":\"16:9\"", "img"),
            (&[BIG][..], "img", "\"img_id\":18446744073709551615", "aspect_ratio"),
            (&[7, BIG][..], "transition", "\"last_frame_img\":18446744073709551615", "aspect_ratio"),
        ] {
            let (found, body) = order("v5.6", &submission(pictures), false).expect("complete");
            let body = body.to_string();
            assert_eq!(found, ["video", path, "generate"]);
            assert!(body.contains(has) && !body.contains(lacks) && !body.contains("negative_prompt"), "{body}");
        }
        let (_, body) = order("v5.6", &submission(&[]), true).expect("complete");
        assert_eq!(body["negative_prompt"], "rain");
    }

    #[test]
    fn an_order_without_the_numbers_of_its_pictures_is_none() {
        for missing in [0, 1] {
            let mut incomplete = submission(&[1, 2]);
            let address = SubmittedPicture::Address("https://a.example/1.png".to_owned());
            *[&mut incomplete.start, &mut incomplete.end][missing] = [None, Some(address)][missing].clone();
            assert!(order("v5.6", &incomplete, false).is_none());
        }
    }

    #[test]
    fn an_upload_is_a_form_of_one_part() {
        let (kind, body) = form(Picture::Bytes(b"\x89PNG\r\n\xff", PictureType::Png));
        let boundary = kind.strip_prefix("multipart/form-data; boundary=").expect("the kind");
        let end = format!("\r\n--{boundary}--\r\n");
        let head_end = body.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
        let head = String::from_utf8_lossy(&body[..head_end]).into_owned();
        assert!(head.starts_with(&format!("--{boundary}\r\n")), "{head}");
        assert!(
            head.contains("name=\"image\"; filename=\"picture.png\"") && head.contains("Content-Type: image/png"),
            "{head}"
        );
        assert_eq!(&body[head_end..], [b"\x89PNG\r\n\xff", end.as_bytes()].concat());
        let (_, by_address) = form(Picture::Address("https://a.example/1.png"));
        assert!(String::from_utf8_lossy(&by_address).contains("name=\"image_url\"\r\n\r\nhttps://a.example/1.png\r\n"));
    }

    #[test]
    fn what_was_billed_is_asked_for_around_the_moment_of_the_order() {
        let mut body = json!({"start_time": "2026-06-04 13:55:00", "end_time": "2026-06-04 15:05:00", "limit": 20});
        assert_eq!(usage(UnixMillis(1_780_581_900_000), None), body);
        body["cursor"] = json!("20");
        assert_eq!(usage(UnixMillis(1_780_581_900_000), Some("20")), body);
    }

    #[test]
    fn every_request_has_a_name_of_its_own() {
        let names: std::collections::HashSet<_> =
            (0..64).map(|_| name(None).expect("a header").1.to_str().expect("text").to_owned()).collect();
        assert_eq!(names.len(), 64);
        let kept = TraceId(Uuid::from_u128(7));
        assert_eq!(name(Some(kept)).expect("a header").1, *kept.to_string());
    }
}
