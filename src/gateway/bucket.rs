//! The user's own bucket: writes, reads back and deletes objects by signed addresses.
//!
//! Signatures come from a library that does no I/O; the requests go out over the clients of [`super::clients`], so that
//! proxies, certificates and limits hold here as everywhere. All objects stay private: no request says anything of who may
//! read them. What a gateway is given is an address that is signed for [`ADDRESS_LASTS`].
//!
//! Nothing that is signed is logged or kept: addresses leave this file only for the order itself.

mod answer;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderMap};
use reqwest::{Body, Method, Response};
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use secrecy::ExposeSecret as _;
use url::Url;

use self::answer::Refusal;
use super::classify::Attempt;
use super::clients::Http;
use super::http::failed;
use super::link::{check_link, is_loopback};
use super::redact::Redactor;
use super::upload::{Progress, Upload};
use crate::domain::hosting::{ADDRESS_LASTS, BucketCheck, BucketStep, BucketTrouble};
use crate::domain::outcome::NetworkCause;
use crate::domain::{BucketKeys, BucketPlace, UnixMillis};

/// How long the signatures of our own requests hold. A server checks it when a request begins.
const SIGNED_FOR: Duration = Duration::from_secs(15 * 60);

/// Longest answer to a refusal that is read, in bytes.
const ERROR_LIMIT: usize = 64 * 1024;

/// A clock that is off by more than this explains a refusal.
const CLOCK_TOLERANCE_SECS: i64 = 5 * 60;

/// What the test of a bucket writes.
const TEST_TEXT: &[u8] = b"Rushes tests whether it may write, read and delete here. This object can be deleted.\n";

/// A bucket with the keys for it.
#[derive(Clone, Debug)]
pub struct BucketConnection {
    /// Where it is.
    pub place: BucketPlace,
    /// What requests are signed with. Never shown.
    pub keys: BucketKeys,
}

/// A client of one bucket. Cheap to clone.
#[derive(Clone, Debug)]
pub struct BucketClient {
    http: Http,
    connection: BucketConnection,
}

/// A request that is answered well, so far without its body.
struct Opened {
    response: Response,
}

impl BucketClient {
    /// A client for `connection`.
    pub fn new(http: &Http, connection: BucketConnection) -> Self {
        Self { http: http.clone(), connection }
    }

    /// The place that this client writes to.
    pub fn place(&self) -> &BucketPlace {
        &self.connection.place
    }

    /// The same client for another place on the same server; `None` for another server, which the keys do not belong to.
    pub fn at(&self, place: &BucketPlace) -> Option<Self> {
        let keys = self.connection.keys.clone();
        let connection = BucketConnection { place: place.clone(), keys };
        (place.endpoint == self.connection.place.endpoint).then(|| Self { http: self.http.clone(), connection })
    }

    /// The address by which a gateway reads an object, signed at `now` for [`ADDRESS_LASTS`]. `gateway` is the address of
    /// that gateway: only one on this computer can read from this computer.
    ///
    /// # Errors
    ///
    /// [`BucketTrouble::OutOfReach`] when the gateway could not read from there, and [`BucketTrouble::Place`] when the
    /// place makes no address.
    pub fn address(&self, key: &str, gateway: &Url, now: UnixMillis) -> Result<Url, BucketTrouble> {
        let url = self.signed(Action::Get, key, ADDRESS_LASTS, now)?;
        check_link(&url, is_loopback(gateway)).map_err(BucketTrouble::OutOfReach)?;
        Ok(url)
    }

    /// Writes an object. `told` is called some times a second with the bytes that have left and their whole number.
    /// Dropping the call breaks it off, and then the server drops what has arrived.
    ///
    /// # Errors
    ///
    /// Why it is not there. It may be there all the same after [`BucketTrouble::Network`].
    pub async fn put(
        &self,
        key: &str,
        bytes: Vec<u8>,
        media_type: &str,
        now: UnixMillis,
        told: impl Fn(u64, u64),
    ) -> Result<(), BucketTrouble> {
        let url = self.signed(Action::Put(media_type), key, SIGNED_FOR, now)?;
        let total = bytes.len() as u64;
        let progress = Progress::new(true);
        let sent = self.send(BucketStep::Write, url, Some((bytes, media_type, progress.clone())), now);
        progress.watch(sent, |moved| told(moved, total)).await?;
        told(total, total);
        Ok(())
    }

    /// Reads an object by the very kind of address that gateways get, and compares it with what was written.
    ///
    /// # Errors
    ///
    /// Why a gateway could not read it; [`BucketTrouble::NotThere`] when there is no such object.
    pub async fn read_back(&self, key: &str, expected: &[u8], now: UnixMillis) -> Result<(), BucketTrouble> {
        let url = self.signed(Action::Get, key, ADDRESS_LASTS, now)?;
        let Opened { mut response } = self.send(BucketStep::Read, url, None, now).await?;
        let mut rest = expected;
        loop {
            let chunk = tokio::time::timeout(self.http.options.silence, response.chunk()).await;
            let chunk = chunk.map_err(|_elapsed| BucketTrouble::Network(NetworkCause::TimedOut))?;
            match chunk.map_err(|_broken| BucketTrouble::Network(NetworkCause::Broken))? {
                Some(chunk) => rest = rest.strip_prefix(&chunk[..]).ok_or(BucketTrouble::Different)?,
                None if rest.is_empty() => return Ok(()),
                None => return Err(BucketTrouble::Different),
            }
        }
    }

    /// Deletes an object. Deleting what is not there is no error.
    ///
    /// # Errors
    ///
    /// Why it may still be there.
    pub async fn delete(&self, key: &str, now: UnixMillis) -> Result<(), BucketTrouble> {
        let url = self.signed(Action::Delete, key, SIGNED_FOR, now)?;
        match self.send(BucketStep::Delete, url, None, now).await {
            Ok(_) | Err(BucketTrouble::NotThere) => Ok(()),
            Err(trouble) => Err(trouble),
        }
    }

    /// Writes a small object whose name ends with `name`, reads it by a signed address, and deletes it.
    pub async fn check(&self, name: &str, now: UnixMillis) -> BucketCheck {
        let key = format!("{}rushes-test-{name}.txt", self.connection.place.prefix);
        let fails = |step, trouble, left| BucketCheck::Fails { step, trouble, left };
        let written = self.put(&key, TEST_TEXT.to_vec(), "text/plain", now, |_, _| {}).await;
        if let Err(trouble) = written {
            // After a broken connection it may be there.
            let may_be_there = matches!(trouble, BucketTrouble::Network(NetworkCause::Broken | NetworkCause::TimedOut));
            let left = if may_be_there { self.delete(&key, now).await.err().map(|_| key) } else { None };
            return fails(BucketStep::Write, trouble, left);
        }
        let read = self.read_back(&key, TEST_TEXT, now).await;
        let deleted = self.delete(&key, now).await;
        let left = deleted.is_err().then_some(key);
        match (read, deleted) {
            (Ok(()), Ok(())) => BucketCheck::Works,
            (Err(trouble), _) => fails(BucketStep::Read, trouble, left),
            (Ok(()), Err(trouble)) => fails(BucketStep::Delete, trouble, left),
        }
    }

    fn signed(&self, action: Action<'_>, key: &str, lasts: Duration, now: UnixMillis) -> Result<Url, BucketTrouble> {
        let BucketConnection { place, keys } = &self.connection;
        let style = if place.path_style { UrlStyle::Path } else { UrlStyle::VirtualHost };
        let unusable =
            |_| BucketTrouble::Place("The bucket's address cannot be put together; check its parts.".to_owned());
        let bucket =
            Bucket::new(place.endpoint.clone(), style, place.bucket.clone(), place.region.clone()).map_err(unusable)?;
        let credentials = Credentials::new(keys.access_key_id.expose_secret(), keys.secret.expose_secret());
        let time = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default();
        let credentials = Some(&credentials);
        Ok(match action {
            Action::Get => bucket.get_object(credentials, key).sign_with_time(lasts, &time),
            Action::Delete => bucket.delete_object(credentials, key).sign_with_time(lasts, &time),
            Action::Put(media_type) => {
                let mut put = bucket.put_object(credentials, key);
                put.headers_mut().insert("content-type", media_type);
                put.sign_with_time(lasts, &time)
            }
        })
    }

    /// Sends one signed request, exactly once, and sorts a refusal.
    async fn send(
        &self,
        step: BucketStep,
        url: Url,
        body: Option<(Vec<u8>, &str, Progress)>,
        now: UnixMillis,
    ) -> Result<Opened, BucketTrouble> {
        let is_near = is_loopback(&url);
        if let Some(obstacle) = self.http.obstacle(&url, is_near) {
            return Err(BucketTrouble::Network(obstacle));
        }
        let proxy = self.http.proxy_for(&url, is_near);
        let clients = self.http.side_of(&url);
        let method = match step {
            BucketStep::Write => Method::PUT,
            BucketStep::Read => Method::GET,
            BucketStep::Delete => Method::DELETE,
        };
        let mut progress = Progress::new(false);
        let mut body_bytes = 0;
        let request = match body {
            // A fresh connection: a kept one may die under a body that can be sent only once.
            Some((bytes, media_type, moved)) => {
                progress = moved;
                body_bytes = bytes.len();
                let stream = Body::wrap_stream(Upload::stream(bytes, progress.clone()));
                let request = clients.submit.request(method, url);
                request.header(CONTENT_TYPE, media_type).header(CONTENT_LENGTH, body_bytes).body(stream)
            }
            None => clients.api.request(method, url),
        };
        let answered = tokio::select! {
            answered = request.send() => answered,
            () = progress.overdue(self.http.options.for_questions(), body_bytes) => {
                return Err(BucketTrouble::Network(NetworkCause::TimedOut));
            }
        };
        let response = answered.map_err(|cause| match failed(&cause, proxy) {
            Attempt::NoByteSent(cause) | Attempt::Broken(cause) => BucketTrouble::Network(cause),
            Attempt::Answered(_) => BucketTrouble::Network(NetworkCause::Broken),
        })?;
        if response.status().is_success() {
            return Ok(Opened { response });
        }
        let refusal = self.refusal(response, now).await;
        Err(refusal.meaning(step))
    }

    async fn refusal(&self, mut response: Response, now: UnixMillis) -> Refusal {
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let mut bytes = Vec::new();
        // What does not come in time, or is too long, is not needed: the status says enough.
        while let Ok(Ok(Some(chunk))) = tokio::time::timeout(self.http.options.silence, response.chunk()).await {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > ERROR_LIMIT {
                bytes.clear();
                break;
            }
        }
        let redactor = Redactor::new(Some(self.connection.keys.secret.expose_secret()));
        let told = answer::read(&bytes);
        let line = |text: String| Some(redactor.line(&text, 100)).filter(|line| !line.is_empty());
        let region = header(&headers, "x-amz-bucket-region").or(told.region);
        Refusal {
            status,
            code: told.code.and_then(line),
            region: region.and_then(line),
            ahead_secs: ahead_of(&headers, now).filter(|secs| secs.abs() > CLOCK_TOLERANCE_SECS),
        }
    }
}

/// What is signed.
#[derive(Clone, Copy)]
enum Action<'a> {
    Get,
    Delete,
    /// With this media type.
    Put(&'a str),
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// By how many seconds our clock is ahead of the server's.
fn ahead_of(headers: &HeaderMap, now: UnixMillis) -> Option<i64> {
    let theirs: SystemTime = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    let theirs = i64::try_from(theirs.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()?;
    Some(now.0.div_euclid(1000) - theirs)
}
