//! The JSON of the gateways in all shapes that are documented or were seen. Pure.

use serde_json::{Value, json};

use super::{
    config::{AigatewayShape, ApiinShape, ApiinSubmitShape, Shapes},
    jobs::{MadeJob, Protocol, Stage},
    submit::Refusal,
};

pub(super) mod platform;

use crate::domain::Amount;

/// What a poll shall say of a job.
#[derive(Clone, Debug)]
pub(super) struct View<'a> {
    pub job: &'a MadeJob,
    pub model: &'a str,
    pub stage: Stage,
    /// Instead of the word of the stage.
    pub word: Option<String>,
    /// Link to the film, for completed jobs.
    pub url: Option<String>,
}

/// The error body in the gateway's own shape (docs/gateways.md, sections 1.6, 2.4 and 3.8).
pub(super) fn error(protocol: Protocol, refusal: &Refusal) -> Value {
    let Refusal { status, kind, message, param } = refusal;
    match protocol {
        Protocol::Aigateway => json!({"error": {"message": message, "type": kind, "code": status, "param": param}}),
        Protocol::Apiin => json!({"error": {"code": status, "message": message, "type": kind}}),
        Protocol::Pixverse => platform::answer(platform::code_of(*status), message, &Value::Null),
    }
}

/// The same as apiin's success envelope would carry it under HTTP 200.
pub(super) fn enveloped_error(refusal: &Refusal) -> Value {
    json!({"code": refusal.status, "message": refusal.message, "data": null})
}

/// Status and body of the answer to a submit of a job that is not over at once.
pub(super) fn submitted(job: &MadeJob, model: &str, shapes: Shapes) -> (u16, Value) {
    let id = &job.id;
    match job.protocol {
        Protocol::Aigateway => {
            let created = job.created_unix;
            let body = match shapes.aigateway {
                AigatewayShape::ModelPage => json!({"id": id, "status": "queued", "model": model, "created": created}),
                AigatewayShape::JobsPage => json!({"id": id, "status": "queued", "object": "job"}),
                AigatewayShape::Sdk => json!({"id": id, "status": "queued", "modality": "video",
                    "created_at": created, "updated_at": created}),
            };
            (202, body)
        }
        Protocol::Apiin => match shapes.apiin_submit {
            ApiinSubmitShape::Older => {
                let created = jiff::Timestamp::from_second(job.created_unix).unwrap_or_default().to_string();
                (200, json!({"id": id, "status": "pending", "model": model, "created_at": created}))
            }
            ApiinSubmitShape::Enveloped | ApiinSubmitShape::Immediate => {
                (200, json!({"code": 200, "message": "success", "data": {"task_id": id, "status": "IN_PROGRESS"}}))
            }
        },
        Protocol::Pixverse => (200, platform::submitted(job)),
    }
}

/// The body of the answer to a poll.
pub(super) fn job(view: &View<'_>, shapes: Shapes) -> Value {
    match view.job.protocol {
        Protocol::Aigateway => aigateway_job(view, shapes.aigateway),
        Protocol::Apiin => apiin_task(view, shapes.apiin),
        Protocol::Pixverse => platform::result(view, shapes.platform),
    }
}

fn aigateway_job(view: &View<'_>, shape: AigatewayShape) -> Value {
    let MadeJob { id, film, created_unix, updated_unix, .. } = view.job;
    let word = view.word.as_deref().unwrap_or(match &view.stage {
        Stage::Queued => "queued",
        Stage::Running if shape == AigatewayShape::JobsPage => "running",
        Stage::Running => "processing",
        Stage::Completed => "completed",
        Stage::Failed { .. } => "failed",
        Stage::Cancelled => "cancelled",
    });
    let mut body = match shape {
        AigatewayShape::ModelPage => json!({"id": id, "status": word, "model": view.model, "created": created_unix}),
        AigatewayShape::JobsPage => json!({"id": id, "status": word, "object": "job"}),
        AigatewayShape::Sdk => json!({"id": id, "status": word, "modality": "video", "model": view.model,
            "created_at": created_unix, "updated_at": updated_unix}),
    };
    match &view.stage {
        Stage::Completed => match shape {
            AigatewayShape::ModelPage => {
                body["result"] = json!({"duration": film.duration_secs,
                    "resolution": format!("{}x{}", film.width, film.height)});
                if let Some(url) = &view.url {
                    body["result"]["url"] = json!(url);
                }
            }
            AigatewayShape::JobsPage => {
                body["result"] = view.url.as_ref().map_or_else(|| json!({}), |url| json!({"file_url": url}));
            }
            AigatewayShape::Sdk => {
                body["result"] = json!({});
                if let Some(url) = &view.url {
                    body["result_url"] = json!(url);
                }
            }
        },
        Stage::Failed { code, message } => {
            body["error"] =
                if shape == AigatewayShape::Sdk { json!(message) } else { json!({"code": code, "message": message}) };
        }
        _ => {}
    }
    body
}

fn apiin_task(view: &View<'_>, shape: ApiinShape) -> Value {
    let MadeJob { id, film, price, is_refunded, .. } = view.job;
    let [running, completed, failed] = match shape {
        ApiinShape::Response | ApiinShape::ResponseObjects => ["IN_PROGRESS", "SUCCESS", "FAILED"],
        ApiinShape::OutputVideoUrl => ["IN_PROGRESS", "COMPLETED", "FAILED"],
        ApiinShape::VideoUrl | ApiinShape::Outputs | ApiinShape::Bare => ["processing", "completed", "failed"],
    };
    let queued = match shape {
        ApiinShape::Outputs => "created",
        ApiinShape::VideoUrl | ApiinShape::Bare => "pending",
        _ => running,
    };
    let word = view.word.as_deref().unwrap_or(match &view.stage {
        Stage::Queued => queued,
        Stage::Running => running,
        Stage::Completed => completed,
        Stage::Failed { .. } | Stage::Cancelled => failed,
    });
    let (code, message) = match &view.stage {
        Stage::Failed { code, message } => (Some(code), Some(message)),
        _ => (None, None),
    };
    let url = view.url.as_ref();
    if shape == ApiinShape::Bare {
        let mut body = json!({"id": id, "status": word, "model": view.model});
        if let Some(url) = url {
            body["video_url"] = json!(url);
        }
        if message.is_some() {
            body["error"] = json!({"code": code, "message": message});
        }
        return body;
    }
    let mut data = json!({"task_id": id, "status": word});
    let is_over = view.stage.is_final();
    match shape {
        ApiinShape::Response | ApiinShape::ResponseObjects if is_over => {
            data["request"] = json!({"model": view.model, "prompt": film.prompt});
            data["response"] = match (url, &view.stage) {
                (Some(url), _) if shape == ApiinShape::ResponseObjects => json!([{"url": url}]),
                (Some(url), _) => json!([url]),
                (None, Stage::Completed) => json!([]),
                (None, _) => Value::Null,
            };
            let credits = match price {
                Amount::Credits(credits) if !is_refunded => credits.0,
                _ => 0,
            };
            data["consumed_credits"] = json!(credits);
            data["error_message"] = json!(message);
        }
        ApiinShape::OutputVideoUrl if is_over => {
            data["output"] = url.map_or_else(|| json!({}), |url| json!({"video_url": url}));
            data["error"] = json!(message);
        }
        ApiinShape::VideoUrl if is_over => {
            if let Some(url) = url {
                data["video_url"] = json!(url);
            }
            if message.is_some() {
                data["error"] = json!({"code": code, "message": message});
            }
        }
        ApiinShape::Outputs => {
            data["outputs"] = url.map_or_else(|| json!([]), |url| json!([url]));
            data["error"] = json!(message.map_or("", String::as_str));
        }
        _ => {}
    }
    json!({"code": 200, "message": "success", "data": data})
}
