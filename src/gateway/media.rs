//! Fetches a clip: checks the link, follows few redirects, and checks the head of the answer before a byte is believed.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue,
    IF_RANGE, LAST_MODIFIED, LOCATION, RANGE, TRANSFER_ENCODING,
};
use reqwest::{Response, StatusCode, Version};
use url::Url;

use super::clients::Http;
use super::http::{describe, waits};
use super::link::{check_link, is_loopback};
use super::redact::Redactor;
use crate::domain::outcome::NetworkCause;
use crate::domain::{GatewayId, GatewayText};

/// Most redirects that are followed for one link.
const REDIRECT_LIMIT: usize = 5;

/// Time until the head of an answer, redirects included.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);

/// Host of aigateway's own files (docs/gateways.md, section 1.1).
const AIGATEWAY_MEDIA_HOST: &str = "media.aigateway.sh";

/// Where an interrupted download goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResumeFrom {
    /// First byte that is wanted, counted from 0; more than zero.
    pub offset: u64,
    /// The strong validator of the earlier answer, sent as `If-Range`.
    pub validator: String,
    /// Full length of the file in bytes, when the earlier answer stated it.
    pub total_bytes: Option<u64>,
}

/// An answer of a media host whose head was checked. Read it with [`Media::chunk`].
#[derive(Debug)]
pub struct Media {
    /// Offset of the first byte of the body: 0, or the offset that was asked for and confirmed by Content-Range.
    pub offset: u64,
    /// Full length of the file, when the server states one.
    pub total_bytes: Option<u64>,
    /// Strong ETag, else Last-Modified, when the server states one.
    pub validator: Option<String>,
    /// Bytes that are still to come, when the server stated how many.
    remaining: Option<u64>,
    /// Bytes that were read to see what they are, and not given out yet.
    peeked: Vec<u8>,
    /// How the wire shows where the body ends.
    end: BodyEnd,
    /// `None` when the head says all that there is.
    response: Option<Response>,
}

/// How an answer shows where its body ends, which decides what its end is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyEnd {
    /// The length was stated beforehand, as `Content-Length` or by the range.
    Stated,
    /// The protocol marks the end (chunks, or the streams of HTTP/2), so that a cut is an error.
    Marked,
    /// The body ends where the connection does. A cut looks the same.
    Closed,
}

/// Why a clip could not be fetched (any more).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// 401, 403, 404, 410, or 400 on a signed link: ask the job for a fresh link.
    #[error("the link has expired (HTTP {0})")]
    LinkExpired(u16),
    /// What lies on disk does not fit the file that is served (any more): begin anew.
    #[error("the file changed on the server")]
    Changed,
    /// The link may not be fetched at all: its scheme or host is refused.
    #[error("the link is not safe to fetch: {0}")]
    RefusedLink(&'static str),
    /// The server sent something that is no film.
    #[error("the server sent {0} instead of a film")]
    NotAFilm(GatewayText),
    /// Network trouble or 5xx, 429; try again later.
    #[error("{detail}")]
    Trouble {
        /// What happened, as a clause for the user.
        detail: GatewayText,
        /// How long the server asked to wait.
        retry_after: Option<Duration>,
    },
}

/// How a clip is fetched for one connection.
#[derive(Debug)]
pub struct Fetch<'a> {
    /// The HTTP clients, of which that for media hosts is used. It holds no key.
    pub http: &'a Http,
    /// Base URL of the API of the gateway that made the clip.
    pub base_url: &'a Url,
    /// Where an interrupted download goes on; `None` for one from the beginning.
    pub resume: Option<&'a ResumeFrom>,
    /// Takes the key out of what is kept of an answer.
    pub redactor: &'a Redactor,
}

impl Fetch<'_> {
    /// Asks for the file at `link` and checks the head of the answer; the body is not read yet.
    pub async fn open(&self, link: &Url) -> Result<Media, MediaError> {
        let response = tokio::time::timeout(HEAD_TIMEOUT, self.walk(link)).await.unwrap_or_else(|_| {
            Err(MediaError::Trouble { detail: "the media host did not answer in time".into(), retry_after: None })
        })?;
        let media = read_head(response, self.resume, self.redactor)?;
        tokio::time::timeout(HEAD_TIMEOUT, media.peek()).await.unwrap_or_else(|_| {
            Err(MediaError::Trouble { detail: "the media host sent no film in time".into(), retry_after: None })
        })
    }

    /// Asks for `link` and follows redirects, each checked like the link itself.
    async fn walk(&self, link: &Url) -> Result<Response, MediaError> {
        let near = is_loopback(self.base_url);
        let client = &self.http.side_of(self.base_url).media;
        let mut here = link.clone();
        for _ in 0..=REDIRECT_LIMIT {
            check_link(&here, near).map_err(MediaError::RefusedLink)?;
            if self.redactor.finds_key_in(here.as_str()) {
                return Err(MediaError::RefusedLink("it holds the key"));
            }
            if let Some(obstacle) = self.http.obstacle(&here, near) {
                return Err(MediaError::Trouble { detail: obstacle_words(obstacle), retry_after: None });
            }
            let mut request = client
                .get(here.clone())
                .header(ACCEPT, "video/mp4,video/*;q=0.9,application/octet-stream;q=0.8")
                .header(ACCEPT_ENCODING, "identity");
            if let Some(resume) = self.resume {
                request = request.header(RANGE, format!("bytes={}-", resume.offset));
                if let Ok(validator) = HeaderValue::from_str(&resume.validator) {
                    request = request.header(IF_RANGE, validator);
                }
            }
            let response = request.send().await.map_err(|cause| trouble(cause, self.redactor))?;
            if !matches!(
                response.status(),
                StatusCode::MOVED_PERMANENTLY
                    | StatusCode::FOUND
                    | StatusCode::SEE_OTHER
                    | StatusCode::TEMPORARY_REDIRECT
                    | StatusCode::PERMANENT_REDIRECT
            ) {
                return Ok(response);
            }
            here = response
                .headers()
                .get(LOCATION)
                .and_then(|place| place.to_str().ok())
                .and_then(|place| here.join(place).ok())
                .ok_or(MediaError::RefusedLink("it is redirected to nowhere"))?;
        }
        Err(MediaError::RefusedLink("it is redirected again and again"))
    }
}

/// Why nothing is fetched on this computer as it is, as a clause for the user.
fn obstacle_words(obstacle: NetworkCause) -> GatewayText {
    match obstacle {
        NetworkCause::Proxy(trouble) => Redactor::new(None).line(&trouble.words(), 200),
        _ => "this computer has no certificates for secure connections".into(),
    }
}

/// The path below the base URL of a file that aigateway itself keeps for a job, for which it may ask the key
/// (docs/gateways.md, section 1.4): at its media host or its API host, `/v1/files/jobs/{id}/{name}`. A gateway on this
/// computer may keep them at another port of this computer. `None` for every other link, and for signed ones.
pub fn own_file(gateway: GatewayId, base_url: &Url, link: &Url) -> Option<[String; 4]> {
    if gateway != GatewayId::Aigateway || link.query().is_some() {
        return None;
    }
    let media_host = link.scheme() == "https"
        && link.port().is_none()
        && link.host_str() == Some(AIGATEWAY_MEDIA_HOST)
        && base_url.host_str().is_some_and(|host| host == "aigateway.sh" || host.ends_with(".aigateway.sh"));
    let is_near = is_loopback(base_url) && is_loopback(link);
    if !(media_host || is_near || link.origin() == base_url.origin()) {
        return None;
    }
    let parts: Vec<&str> = link.path().split('/').collect();
    let is_plain = |part: &str| {
        let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        !part.is_empty() && part.len() <= 128 && !part.starts_with('.') && part.chars().all(is_safe)
    };
    match parts[..] {
        ["", "v1", "files", "jobs", id, name] if is_plain(id) && is_plain(name) => {
            Some(["files", "jobs", id, name].map(str::to_owned))
        }
        _ => None,
    }
}

fn trouble(cause: reqwest::Error, redactor: &Redactor) -> MediaError {
    MediaError::Trouble { detail: describe(cause, redactor), retry_after: None }
}

/// Checks the head of an answer and makes the body ready to be read.
fn read_head(response: Response, resume: Option<&ResumeFrom>, redactor: &Redactor) -> Result<Media, MediaError> {
    let head = Head {
        status: response.status(),
        headers: response.headers(),
        content_length: response.content_length(),
        has_query: response.url().query().is_some(),
    };
    let Start { offset, total_bytes, validator, body_bytes } = judge(&head, resume, SystemTime::now(), redactor)?;
    let is_marked = response.version() >= Version::HTTP_2 || is_chunked(response.headers());
    let end = match body_bytes {
        Some(_) => BodyEnd::Stated,
        None if is_marked => BodyEnd::Marked,
        None => BodyEnd::Closed,
    };
    // With 416 comes a page of words, which is no part of the film.
    let response = (response.status() != StatusCode::RANGE_NOT_SATISFIABLE).then_some(response);
    Ok(Media { offset, total_bytes, validator, remaining: body_bytes, peeked: Vec::new(), end, response })
}

/// Whether the last transfer coding is `chunked`, the one that marks the end of a body.
fn is_chunked(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(TRANSFER_ENCODING).iter().next_back().and_then(|value| value.to_str().ok());
    codings
        .and_then(|codings| codings.rsplit(',').next())
        .is_some_and(|last| last.trim().eq_ignore_ascii_case("chunked"))
}

/// Most bytes that are looked at to see what a body is.
const SNIFF_BYTES: usize = 512;

/// What a body is when it is no film, as a noun for the user; `None` when it begins as an MP4 does: with its `ftyp` box.
/// Only the bytes decide. What the headers say of them is often wrong: stores label films as text, or repeat the coding
/// with which a film was uploaded. `coding` is `Content-Encoding`; it only helps to find the word. Pure.
pub fn sniff(start: &[u8], coding: Option<&str>) -> Option<&'static str> {
    let text = start.trim_ascii_start();
    let is_compressed = start.starts_with(&[0x1f, 0x8b]) || start.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
    let is_coded = |name: &str| matches!(name.trim().to_ascii_lowercase().as_str(), "br" | "deflate" | "compress");
    match text.first() {
        _ if start.get(4..8) == Some(b"ftyp") => None,
        _ if is_compressed => Some("compressed data"),
        Some(b'<') => Some("a web page"),
        Some(b'{' | b'[') => Some("a JSON text"),
        _ if coding.is_some_and(|coding| coding.split(',').any(is_coded)) => Some("compressed data"),
        Some(_) if start.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) => Some("a text"),
        _ => Some("something else"),
    }
}

/// The head of an answer of a media host.
#[derive(Debug)]
pub struct Head<'a> {
    pub status: StatusCode,
    /// All headers of the answer.
    pub headers: &'a HeaderMap,
    /// Length of the body in bytes, when the answer states one.
    pub content_length: Option<u64>,
    /// Whether the link has a query, as signed links do.
    pub has_query: bool,
}

/// What the head of an accepted answer promises of its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// Offset in the file of the first byte of the body.
    pub offset: u64,
    /// Full length of the file in bytes, when it is known.
    pub total_bytes: Option<u64>,
    /// `ETag` or `Last-Modified`, to be sent as `If-Range` when the download has to go on later.
    pub validator: Option<String>,
    /// Bytes that the body may hold at most.
    pub body_bytes: Option<u64>,
}

/// Decides what the head of an answer means, by one table. Pure.
pub fn judge(
    head: &Head<'_>,
    resume: Option<&ResumeFrom>,
    now: SystemTime,
    redactor: &Redactor,
) -> Result<Start, MediaError> {
    let header = |name: HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    match head.status {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT => {}
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::GONE => {
            return Err(MediaError::LinkExpired(head.status.as_u16()));
        }
        // aigateway answers so when a signature is invalid or has expired (docs/gateways.md, section 1.4).
        StatusCode::BAD_REQUEST if head.has_query => return Err(MediaError::LinkExpired(head.status.as_u16())),
        StatusCode::RANGE_NOT_SATISFIABLE => return nothing_follows(head, resume).ok_or(MediaError::Changed),
        status => {
            return Err(MediaError::Trouble {
                detail: redactor.line(&format!("the media host answered HTTP {}", status.as_u16()), 100),
                retry_after: waits(head.headers, now),
            });
        }
    }
    let strong = header(ETAG).filter(|tag| tag.starts_with('"') && tag.len() > 2);
    let validator = strong.or_else(|| header(LAST_MODIFIED));
    // It is kept with the unfinished download.
    let validator = validator.filter(|text| text.len() <= 256 && !redactor.finds_key_in(text)).map(str::to_owned);
    if head.status == StatusCode::OK {
        // Also in answer to a Range: the server does not know ranges, or the file changed. Both begin anew.
        return Ok(Start { offset: 0, total_bytes: head.content_length, validator, body_bytes: head.content_length });
    }
    // The bytes of a piece do not tell by themselves what they are. So a piece that may be coded or wrapped is not put
    // behind those that lie on disk: the download begins anew, and its first bytes decide.
    let is_wrapped = header(CONTENT_TYPE).is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/"));
    if is_wrapped || header(CONTENT_ENCODING).is_some_and(is_real_coding) {
        return Err(MediaError::Changed);
    }
    let range = header(CONTENT_RANGE).and_then(parse_content_range).ok_or(MediaError::Changed)?;
    let offset = resume.map_or(0, |resume| resume.offset);
    let body_bytes = range.end - range.start + 1;
    let known_total = resume.and_then(|resume| resume.total_bytes);
    let fits = range.start == offset
        && head.content_length.is_none_or(|length| length == body_bytes)
        && known_total.is_none_or(|known| range.total.is_none_or(|total| total == known) && range.end < known);
    if !fits {
        return Err(MediaError::Changed);
    }
    // If-Range should have made the server look itself; some do not.
    if let Some(resume) = resume {
        let served = if resume.validator.starts_with('"') { header(ETAG) } else { header(LAST_MODIFIED) };
        if served.is_some_and(|served| served != resume.validator) {
            return Err(MediaError::Changed);
        }
    }
    Ok(Start { offset, total_bytes: range.total.or(known_total), validator, body_bytes: Some(body_bytes) })
}

/// What 416 means when all that lies on disk is asked to be gone on with, and its length was not known: `bytes */N` with that
/// very number of bytes says that it is all. `None` when it does not say so.
fn nothing_follows(head: &Head<'_>, resume: Option<&ResumeFrom>) -> Option<Start> {
    let resume = resume.filter(|resume| resume.total_bytes.is_none())?;
    let text = |name: HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let total: u64 = text(CONTENT_RANGE)?.strip_prefix("bytes */")?.trim().parse().ok()?;
    let is_same = text(ETAG).is_none_or(|served| served == resume.validator || !resume.validator.starts_with('"'));
    let validator = Some(resume.validator.clone());
    (total == resume.offset && is_same).then_some(Start {
        offset: total,
        total_bytes: Some(total),
        validator,
        body_bytes: Some(0),
    })
}

/// Whether a `Content-Encoding` names a coding that exists. Stores also say `aws-chunked`, `utf-8` or `none`, of bytes that
/// are as they should be.
fn is_real_coding(codings: &str) -> bool {
    const REAL: [&str; 8] = ["gzip", "x-gzip", "deflate", "br", "zstd", "compress", "x-compress", "dcb"];
    codings.split(',').any(|coding| REAL.contains(&coding.trim().to_ascii_lowercase().as_str()))
}

/// A `Content-Range` in bytes; `end` is the last byte, itself included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ContentRange {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) total: Option<u64>,
}

/// Reads `bytes START-END/TOTAL` or `bytes START-END/*`.
pub(super) fn parse_content_range(text: &str) -> Option<ContentRange> {
    let (unit, rest) = text.split_once(' ')?;
    let (range, total) = rest.trim().split_once('/')?;
    let (start, end) = range.split_once('-')?;
    let number = |text: &str| -> Option<u64> {
        let text = text.trim();
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
    };
    let (start, end) = (number(start)?, number(end)?);
    let total = if total.trim() == "*" { None } else { Some(number(total)?) };
    let fits =
        unit.eq_ignore_ascii_case("bytes") && start <= end && end < u64::MAX && total.is_none_or(|total| end < total);
    fits.then_some(ContentRange { start, end, total })
}

impl Media {
    /// How the wire shows where this body ends.
    pub fn end(&self) -> BodyEnd {
        self.end
    }

    /// Reads the first bytes of a film from its beginning and refuses what is none. They come again from
    /// [`chunk`](Self::chunk).
    async fn peek(mut self) -> Result<Self, MediaError> {
        if self.offset > 0 {
            return Ok(self);
        }
        let mut start = Vec::new();
        while start.len() < 8 {
            match self.chunk().await? {
                Some(chunk) => start.extend_from_slice(&chunk),
                None if start.is_empty() => return Ok(self),
                None => break,
            }
        }
        let headers = self.response.as_ref().map(Response::headers);
        let coding = headers.and_then(|headers| headers.get(CONTENT_ENCODING)).and_then(|value| value.to_str().ok());
        if let Some(found) = sniff(&start[..start.len().min(SNIFF_BYTES)], coding) {
            return Err(MediaError::NotAFilm(found.into()));
        }
        self.peeked = start;
        Ok(self)
    }

    /// The next bytes, or `None` at the end of the body as the server framed it. A body that ends before its stated
    /// length is an error; one without a stated length can only be judged by what it holds.
    ///
    /// # Errors
    ///
    /// [`MediaError::Trouble`] when the connection breaks or is silent for 30 s, [`MediaError::Changed`] when more comes
    /// than was stated.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, MediaError> {
        if !self.peeked.is_empty() {
            return Ok(Some(std::mem::take(&mut self.peeked).into()));
        }
        let Some(response) = &mut self.response else { return Ok(None) };
        let Some(chunk) = response.chunk().await.map_err(|cause| trouble(cause, &Redactor::new(None)))? else {
            return match self.remaining {
                Some(missing) if missing > 0 => Err(MediaError::Trouble {
                    detail: Redactor::new(None).line(&format!("the clip ended {missing} bytes too early"), 100),
                    retry_after: None,
                }),
                _ => Ok(None),
            };
        };
        if let Some(remaining) = &mut self.remaining {
            *remaining = remaining.checked_sub(chunk.len() as u64).ok_or(MediaError::Changed)?;
        }
        Ok(Some(chunk))
    }
}

#[cfg(test)]
mod tests;
