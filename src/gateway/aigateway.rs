//! Writes the requests that aigateway.sh takes (docs/gateways.md, section 1): paths, cost tag, and the body of a submit.

use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Map, Value, json};

use crate::domain::capability::is_sent;
use crate::domain::setting::Setting;
use crate::domain::{GatewayId, JobId};

use super::submission::{Submission, SubmittedPicture};

/// Path of a submit below the base URL (docs/gateways.md, section 1.2).
pub const SUBMIT: &[&str] = &["videos", "generations"];

/// Path of the balance below the base URL (docs/gateways.md, section 1.8).
pub const BALANCE: &[&str] = &["balance"];

/// The cost tag of a job: header `x-aig-tag`, at most 64 characters (docs/gateways.md, section 1.8). It lets the user
/// find the job's cost on the dashboard even when its answer was lost.
pub fn tag(job: JobId) -> Option<(HeaderName, HeaderValue)> {
    let value = HeaderValue::from_str(&format!("rushes-{job}")).ok()?;
    Some((HeaderName::from_static("x-aig-tag"), value))
}

/// The body of a submit (docs/gateways.md, section 1.2). Fields that no page names go out only when the user switched them on: the
/// gateway may drop or refuse them.
pub fn body(model_id: &str, submission: &Submission, send_undocumented: bool) -> Value {
    let request = &submission.request;
    let goes = |setting| is_sent(request.model(), GatewayId::Aigateway, setting, send_undocumented);
    let mut fields = Map::new();
    fields.insert("model".to_owned(), json!(model_id));
    fields.insert("prompt".to_owned(), json!(request.prompt()));
    fields.insert("duration".to_owned(), json!(request.duration().secs()));
    fields.insert("aspect_ratio".to_owned(), json!(request.aspect_ratio().name()));
    fields.insert("resolution".to_owned(), json!(request.resolution().name()));
    if let Some(picture) = submission.start.as_ref().and_then(SubmittedPicture::address) {
        fields.insert("image_url".to_owned(), json!(picture));
    }
    if send_undocumented {
        // The model behind the gateway calls the resolution so (docs/gateways.md, section 5.1).
        fields.insert("quality".to_owned(), json!(request.resolution().name()));
    }
    if goes(Setting::Seed)
        && let Some(seed) = request.seed()
    {
        fields.insert("seed".to_owned(), json!(seed.get()));
    }
    if goes(Setting::NegativePrompt) && !request.negative_prompt().is_empty() {
        fields.insert("negative_prompt".to_owned(), json!(request.negative_prompt()));
    }
    if goes(Setting::Audio) {
        // Also when off: the model behind the gateway makes sound by default (docs/gateways.md, section 1.2).
        fields.insert("generate_audio".to_owned(), json!(request.audio()));
    }
    Value::Object(fields)
}
