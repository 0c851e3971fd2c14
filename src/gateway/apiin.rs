//! Writes the requests that apiin.one takes (docs/gateways.md, section 2). The practice gateway is spoken to in the same protocol.

use serde_json::{Map, Value, json};

use crate::domain::capability::is_sent;
use crate::domain::{GatewayId, Setting};

use super::submission::{Submission, SubmittedPicture};

/// Path of a submit below the base URL (docs/gateways.md, section 2.2).
pub const SUBMIT: &[&str] = &["videos", "generations"];

/// A job that does not exist, for trying a key: apiin lists no free call that proves one
/// (docs/gateways.md, section 2.1), but a wrong key is refused before the job is looked up.
pub const NO_JOB: &str = "rushes_key_check";

/// The body of a submit to `gateway` (docs/gateways.md, section 2.2). The ratio always goes out, because its default is not
/// stated. Of a model that takes less than others, what it does not take stays here, as the form says.
pub fn body(model_id: &str, submission: &Submission, gateway: GatewayId, send_undocumented: bool) -> Value {
    let request = &submission.request;
    let goes = |setting| is_sent(request.model(), gateway, setting, send_undocumented);
    let mut fields = Map::new();
    fields.insert("model".to_owned(), json!(model_id));
    fields.insert("prompt".to_owned(), json!(request.prompt()));
    fields.insert("resolution".to_owned(), json!(request.resolution().name()));
    fields.insert("duration".to_owned(), json!(request.duration().secs()));
    fields.insert("resolution_ratio".to_owned(), json!(request.aspect_ratio().name()));
    if goes(Setting::Audio) {
        fields.insert("generate_audio_switch".to_owned(), json!(request.audio()));
    }
    if goes(Setting::Thinking) {
        fields.insert("thinking_type".to_owned(), json!(request.thinking().name()));
    }
    if let Some(picture) = submission.start.as_ref().and_then(SubmittedPicture::address) {
        fields.insert("image".to_owned(), json!(picture));
    }
    if goes(Setting::NegativePrompt) && !request.negative_prompt().is_empty() {
        fields.insert("negative_prompt".to_owned(), json!(request.negative_prompt()));
    }
    if goes(Setting::Seed)
        && let Some(seed) = request.seed()
    {
        fields.insert("seed".to_owned(), json!(seed.get()));
    }
    Value::Object(fields)
}
