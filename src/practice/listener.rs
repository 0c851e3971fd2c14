//! The two listeners of the practice gateway: reads requests, asks the faults, carries requests out and writes answers.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde_json::Value;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::{
    faults::{FaultKind, Target},
    http::{Answer, Body, Connection, Framing, Head, ReadError},
    jobs::Protocol,
    locked::locked,
    log::Origin,
    routes::Route,
    server::{Server, refusal_of},
};

/// Connections at the same time per listener; more are closed at once.
const CONNECTION_LIMIT: usize = 256;

/// What a connection does about a request that was read.
enum Reply {
    Answer(Answer),
    /// The connection is closed without a byte.
    Drop,
}

/// Takes connections for ever. They end with this task.
pub(super) async fn listen(server: Arc<Server>, listener: TcpListener, origin: Origin) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if connections.len() < CONNECTION_LIMIT => {
                    connections.spawn(converse(Arc::clone(&server), stream, origin));
                }
                Ok(_) => {}
                // Out of file handles: taking a breath is better than spinning.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn converse(server: Arc<Server>, stream: TcpStream, origin: Origin) {
    // Small answers shall leave at once; an error here costs only time.
    stream.set_nodelay(true).ok();
    let mut connection = Connection::new(stream);
    loop {
        let head = match connection.read_head().await {
            Ok(head) => head,
            Err(ReadError::Closed) => return,
            Err(ReadError::Refused(status)) => return refuse(connection, status).await,
        };
        let route = Route::of(origin, &head);
        let target = route.target();
        let number = server.log.begin(origin, target, &head);
        if locked(&server.faults).strike_before_body(target) {
            return;
        }
        let body = match connection.read_body(&head).await {
            Ok(body) => body,
            Err(ReadError::Closed) => return,
            Err(ReadError::Refused(status)) => return refuse(connection, status).await,
        };
        server.log.body(number, &body);
        match server.reply(origin, &route, &head, &body, number).await {
            Reply::Drop => return,
            Reply::Answer(answer) => {
                if !answer.is_stalled {
                    server.log.answered(number, answer.status);
                }
                match connection.write(&head, &answer).await {
                    Ok(true) => {}
                    Ok(false) => return connection.close().await,
                    Err(_) => return,
                }
            }
        }
    }
}

async fn refuse(mut connection: Connection, status: u16) {
    let mut answer = Answer::empty(status);
    answer.framing = Framing::Length;
    let head = Head::unknown();
    if connection.write(&head, &answer).await.is_ok() {
        connection.close().await;
    }
}

impl Server {
    async fn reply(self: &Arc<Self>, origin: Origin, route: &Route, head: &Head, body: &[u8], number: u64) -> Reply {
        let limits =
            if route.protocol() == Protocol::Aigateway && origin == Origin::Api { self.count(head) } else { None };
        let mut reply = if let Some(wait) = limits.as_ref().and_then(|limits| limits.wait) {
            let answer = self.error(route.protocol(), &refusal_of(429));
            Reply::Answer(answer.with_header("retry-after", wait.as_secs().max(1).to_string()))
        } else {
            self.faulty_reply(origin, route, head, body, number).await
        };
        if let (Reply::Answer(answer), Some(limits)) = (&mut reply, limits) {
            for (name, value) in
                [("limit", limits.limit), ("remaining", limits.remaining), ("reset", limits.reset_secs)]
            {
                answer.headers.push((format!("x-ratelimit-{name}-requests"), value.to_string()));
            }
        }
        reply
    }

    async fn faulty_reply(
        self: &Arc<Self>,
        origin: Origin,
        route: &Route,
        head: &Head,
        body: &[u8],
        number: u64,
    ) -> Reply {
        let fault = {
            let (prompt, is_finished) = self.subject(route, body);
            locked(&self.faults).strike(route.target(), prompt.as_deref(), is_finished)
        };
        if let Some(reply) = fault.as_ref().and_then(|fault| self.reply_instead(origin, route, head, fault)) {
            return reply;
        }
        let answer = self.carry_out(route, head, body, number, fault.as_ref()).await;
        let mut answer = answer.with_header("x-request-id", format!("req_{}", &self.draw("request")[..20]));
        match fault {
            Some(FaultKind::DropAfterAccept) => return Reply::Drop,
            Some(FaultKind::Status { status, retry_after_secs, .. }) => {
                answer = self.status_answer(route, status, retry_after_secs);
            }
            Some(FaultKind::BadGateway { .. }) => answer = bad_gateway(),
            Some(FaultKind::TruncatedJson { cut }) => {
                let half = answer.body.bytes().len() / 2;
                if cut {
                    answer.cut_at = Some(half as u64);
                } else {
                    answer.body = Body::Owned(answer.body.bytes()[..half].to_vec());
                }
            }
            Some(FaultKind::RawBody { body }) => {
                answer.status = 200;
                answer.body = Body::Owned(body.into_bytes());
            }
            Some(FaultKind::Bloated { size_bytes }) => {
                if let Ok(Value::Object(mut fields)) = serde_json::from_slice(answer.body.bytes()) {
                    fields.insert("padding".to_owned(), Value::String("x".repeat(size_bytes)));
                    answer.body = Body::Owned(Value::Object(fields).to_string().into_bytes());
                }
            }
            Some(FaultKind::Slow { delay_millis }) => answer.delay = Some(Duration::from_millis(delay_millis)),
            Some(FaultKind::Stall) => answer.is_stalled = true,
            _ => {}
        }
        Reply::Answer(answer)
    }

    /// What a fault answers without the request being carried out.
    fn reply_instead(&self, origin: Origin, route: &Route, head: &Head, fault: &FaultKind) -> Option<Reply> {
        let answer = match fault {
            FaultKind::DropAfterBody => return Some(Reply::Drop),
            FaultKind::Throttle { retry_after_secs, as_date } => {
                let mut answer = self.error(route.protocol(), &refusal_of(429));
                if let Some(secs) = retry_after_secs {
                    let value = if *as_date {
                        httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(*secs))
                    } else {
                        secs.to_string()
                    };
                    answer = answer.with_header("retry-after", value);
                }
                answer
            }
            FaultKind::Status { status, retry_after_secs, accepted: false } => {
                self.status_answer(route, *status, *retry_after_secs)
            }
            FaultKind::BadGateway { accepted: false } => bad_gateway(),
            FaultKind::Redirect { location, status } => {
                let location = location.clone().unwrap_or_else(|| {
                    let other = if origin == Origin::Api { self.media } else { self.api };
                    let query = head.query.as_deref().map(|query| format!("?{query}")).unwrap_or_default();
                    format!("http://{other}{}{query}", head.path)
                });
                Answer::empty(*status).with_header("location", location)
            }
            FaultKind::Html => Answer::html(
                200,
                "<!doctype html><html><head><title>Sign in to the network</title></head><body>Please sign in.</body></html>",
            ),
            _ => return None,
        };
        Some(Reply::Answer(answer))
    }

    fn status_answer(&self, route: &Route, status: u16, retry_after_secs: Option<u64>) -> Answer {
        let answer = self.error(route.protocol(), &refusal_of(status));
        match retry_after_secs {
            Some(secs) => answer.with_header("retry-after", secs.to_string()),
            None => answer,
        }
    }

    /// Prompt of the job that a request speaks of, and whether a poll would find it finished.
    fn subject(&self, route: &Route, body: &[u8]) -> (Option<String>, bool) {
        if route.target() == Target::Submit {
            let prompt = serde_json::from_slice::<Value>(body)
                .ok()
                .and_then(|body| body.get("prompt").and_then(Value::as_str).map(str::to_owned));
            return (prompt, false);
        }
        let Some(id) = route.job() else { return (None, false) };
        let prompt = locked(&self.jobs).get(id).map(|job| job.film.prompt.clone());
        (prompt, self.is_finished(id))
    }
}

fn bad_gateway() -> Answer {
    Answer::html(
        502,
        "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>",
    )
    .with_header("server", "nginx")
}
