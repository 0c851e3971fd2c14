//! How a picture of this computer gets an address that a gateway can fetch it from.
//!
//! No gateway documents that it takes a picture inside of the order, so there are two documented ways besides: the user's
//! own bucket, from which the gateway is let fetch it for some days by a signed address, and the upload of PixVerse
//! Platform. What lies on a server for a job is part of the [`Job`](super::Job), and is noted there before the first byte
//! leaves, so that nothing is left behind whenever the program ends.

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use strum::IntoEnumIterator as _;
use url::{Host, Url};

use super::capability::has_field;
use super::gateway::GatewayId;
use super::id::JobId;
use super::request::{GenerationRequest, InputPicture, Slot, StoredPicture};
use super::setting::Setting;

pub use trouble::{BucketCheck, BucketStep, BucketTrouble};

mod trouble;

/// How long the signed address of a picture opens: seven days, the longest that signatures of this kind (SigV4) allow.
/// It is signed anew for each order, so it outlives every job that a gateway makes in that time.
pub const ADDRESS_LASTS: Duration = Duration::from_secs(7 * 24 * 3600);

/// The beginning of the names of all objects, unless the user chooses another one.
pub const PREFIX_AT_FIRST: &str = "rushes/";

/// The way by which a picture of this computer reaches a gateway. The words are stored: never rename one.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PictureWay {
    /// Inside of the order itself, as a `data:` URI. No gateway documents it.
    #[default]
    InOrder,
    /// Through the user's own bucket: private there, with a signed address for the gateway, and deleted afterwards.
    Bucket,
    /// Through the upload of PixVerse Platform, which gives the picture a public address. Only with the user's consent.
    Platform,
}

impl PictureWay {
    /// The word that is stored and printed, such as `in_order`.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The place for pictures in a bucket that speaks S3: AWS, R2, B2, MinIO, Garage and others. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BucketPlace {
    /// The server, such as `https://s3.eu-central-1.amazonaws.com`. Without the bucket's name in it.
    pub endpoint: Url,
    /// The region that goes into signatures, such as `eu-central-1`; `auto` for R2.
    pub region: String,
    /// The name of the bucket.
    pub bucket: String,
    /// What the names of all objects begin with. Empty, or ends with a slash.
    pub prefix: String,
    /// Whether the bucket stands in the path of addresses and not in the name of the server. Most servers but AWS need it.
    pub path_style: bool,
}

/// The parts of a [`BucketPlace`] as they are typed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, strum::Display, strum::EnumIter, strum::EnumString, strum::IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub enum BucketField {
    /// [`BucketPlace::endpoint`].
    Endpoint,
    /// [`BucketPlace::region`].
    Region,
    /// [`BucketPlace::bucket`].
    Bucket,
    /// [`BucketPlace::prefix`].
    Prefix,
}

/// Why a place cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct PlaceFault {
    /// The part that is wrong.
    pub field: BucketField,
    /// What is wrong with it and what belongs there, as a sentence for the user.
    pub sentence: String,
}

impl PlaceFault {
    fn new(field: BucketField, sentence: impl Into<String>) -> Self {
        Self { field, sentence: sentence.into() }
    }
}

impl BucketPlace {
    /// A place from what was typed. Blanks around each part do not count, and a slash is added to the prefix where it
    /// lacks one.
    ///
    /// # Errors
    ///
    /// [`PlaceFault`] names the first part that cannot be used and says what belongs there.
    pub fn new(endpoint: &str, region: &str, bucket: &str, prefix: &str, path_style: bool) -> Result<Self, PlaceFault> {
        let endpoint = endpoint_of(endpoint).map_err(|told| PlaceFault::new(BucketField::Endpoint, told))?;
        let region = region.trim().to_owned();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if region.is_empty() || region.len() > 64 || !region.chars().all(is_plain) {
            let told =
                "A region has letters, digits and hyphens, as in eu-central-1; many servers take auto or us-east-1.";
            return Err(PlaceFault::new(BucketField::Region, told));
        }
        let bucket = bucket.trim().to_owned();
        check_name(&bucket, path_style, &endpoint).map_err(|told| PlaceFault::new(BucketField::Bucket, told))?;
        let prefix = prefix_of(prefix).map_err(|told| PlaceFault::new(BucketField::Prefix, told))?;
        Ok(Self { endpoint, region, bucket, prefix, path_style })
    }

    /// The name of the object that holds a picture of a job. It is made of the job's id alone, so that it is known before
    /// the picture is sent.
    pub fn key_for(&self, job: JobId, slot: Slot, picture: &StoredPicture) -> String {
        format!("{}{job}-{slot}.{}", self.prefix, picture.picture_type.extension())
    }

    /// The bucket and its server for people, as in `pictures at s3.example.org`.
    pub fn words(&self) -> String {
        format!("{} at {}", self.bucket, self.endpoint.host_str().unwrap_or_default())
    }
}

fn endpoint_of(text: &str) -> Result<Url, String> {
    let text = text.trim();
    let example = "as in https://s3.eu-central-1.amazonaws.com";
    if text.is_empty() {
        return Err(format!("Name the server of the bucket, {example}."));
    }
    if text.contains(['\\', '\t', '\n', '\r']) {
        return Err(format!("This is no web address; it should begin with https://, {example}."));
    }
    // A server without a scheme is what most consoles show.
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let mut url =
        Url::parse(&whole).map_err(|cause| format!("This is no web address ({cause}); write it {example}."))?;
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => return Err(format!("This address names no server; write it {example}.")),
    };
    if url.scheme() == "http" && !is_loopback {
        return Err("Plain http is for this computer only; use https://.".to_owned());
    }
    if !matches!(url.scheme(), "https" | "http") {
        return Err(format!("The address has to begin with https://, {example}."));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("Leave name and password out of the address; the keys are kept elsewhere.".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() || !matches!(url.path(), "" | "/") {
        return Err("Leave out everything after the name of the server; the bucket has a field of its own.".to_owned());
    }
    url.set_path("");
    Ok(url)
}

fn check_name(bucket: &str, path_style: bool, endpoint: &Url) -> Result<(), String> {
    let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_name = (3..=63).contains(&bucket.len())
        && bucket.chars().all(|c| is_end(c) || c == '-' || c == '.')
        && bucket.starts_with(is_end)
        && bucket.ends_with(is_end)
        && !bucket.contains("..");
    if !is_name {
        return Err("A bucket has 3 to 63 small letters, digits, hyphens and dots.".to_owned());
    }
    if path_style {
        return Ok(());
    }
    if !matches!(endpoint.host(), Some(Host::Domain(_))) {
        return Err("This server has no name that the bucket could stand in front of; choose path style.".to_owned());
    }
    if bucket.contains('.') && endpoint.scheme() == "https" {
        return Err("A bucket with a dot in its name needs path style: no certificate covers it otherwise.".to_owned());
    }
    Ok(())
}

fn prefix_of(text: &str) -> Result<String, String> {
    let text = text.trim().trim_start_matches('/');
    if text.is_empty() {
        return Ok(String::new());
    }
    let whole = if text.ends_with('/') { text.to_owned() } else { format!("{text}/") };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.!/".contains(c);
    if whole.len() > 200 || !whole.chars().all(is_plain) {
        return Err("A prefix has up to 200 letters, digits, - _ . ! and slashes.".to_owned());
    }
    // Servers and clients take such parts for a way through folders.
    if whole.trim_end_matches('/').split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err("No part of a prefix may be empty, a dot or two dots.".to_owned());
    }
    Ok(whole)
}

/// The keys of a bucket: an access key with its secret. Neither shows in debug output.
#[derive(Clone, Debug)]
pub struct BucketKeys {
    /// The access key ID, which is not secret by itself but names an account.
    pub access_key_id: SecretString,
    /// The secret access key, with which requests are signed.
    pub secret: SecretString,
}

impl BucketKeys {
    /// Keys from what was typed or pasted, without blanks around them. `None` when one of them is empty, longer than 512
    /// characters, or holds anything but visible ASCII.
    pub fn new(access_key_id: &str, secret: &str) -> Option<Self> {
        let part = |text: &str| {
            let text = text.trim();
            let is_key = (1..=512).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
            is_key.then(|| SecretString::from(text))
        };
        Some(Self { access_key_id: part(access_key_id)?, secret: part(secret)? })
    }

    /// Both as one text for one entry of a password store: no key holds a line break.
    pub fn to_entry(&self) -> SecretString {
        format!("{}\n{}", self.access_key_id.expose_secret(), self.secret.expose_secret()).into()
    }

    /// The keys in the text of an entry; `None` when it holds no such keys.
    pub fn of_entry(entry: &SecretString) -> Option<Self> {
        let (id, secret) = entry.expose_secret().split_once('\n')?;
        Self::new(id, secret)
    }

    /// The last four characters of the access key ID, by which its owner knows it again; `None` for short ones.
    pub fn last_four(&self) -> Option<String> {
        let id = self.access_key_id.expose_secret();
        (id.len() >= 12).then(|| id[id.len() - 4..].to_owned())
    }
}

/// Where a picture lies on a server.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "at")]
pub enum HostedAt {
    /// In the user's bucket, as a private object.
    Bucket {
        /// The bucket.
        place: BucketPlace,
        /// The name of the object, prefix included.
        key: String,
    },
    /// At PixVerse Platform, which offers no way to delete it.
    Platform {
        /// The number by which orders to PixVerse Platform name it.
        img_id: u64,
        /// Its public address, where one was given.
        url: Option<Url>,
    },
}

impl fmt::Debug for HostedAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bucket { place, key } => write!(f, "Bucket({} {key})", place.words()),
            // Whoever knows the address sees the picture.
            Self::Platform { img_id, .. } => write!(f, "Platform({img_id})"),
        }
    }
}

/// How far a picture is on its way to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostedState {
    /// It may be there, in part or as a whole.
    Sending,
    /// It was read back from there.
    There,
    /// It is there or may be there, and nobody needs it: an upload that was begun in another bucket.
    Unneeded,
}

/// A picture that lies, or may lie, on a server for one job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hosted {
    /// Which picture of the order it is.
    pub slot: Slot,
    /// Where it lies.
    #[serde(flatten)]
    pub at: HostedAt,
    /// How far it is.
    pub state: HostedState,
    /// Whether the user was told that it could not be deleted. It is tried again at each start all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_told: bool,
}

impl Hosted {
    /// Whether it can be deleted again by this program.
    pub fn can_be_deleted(&self) -> bool {
        matches!(self.at, HostedAt::Bucket { .. })
    }

    /// Where the picture lies, as a clause for the user: "rushes/1-start.jpg in the bucket pictures at s3.example.org".
    pub fn words(&self) -> String {
        match &self.at {
            HostedAt::Bucket { place, key } => format!("{key} in the bucket {}", place.words()),
            HostedAt::Platform { img_id, .. } => format!("picture {img_id} at PixVerse Platform"),
        }
    }
}

/// The pictures of a request that an order to `gateway` names, by their slot: an end picture only where the gateway has a
/// field for one.
pub fn sent_pictures(gateway: GatewayId, request: &GenerationRequest) -> impl Iterator<Item = (Slot, &InputPicture)> {
    let takes_end = has_field(request.model(), gateway, Setting::EndPicture);
    Slot::iter()
        .filter(move |slot| *slot == Slot::Start || takes_end)
        .filter_map(|slot| Some((slot, request.picture_in(slot)?)))
}

/// Those of [`sent_pictures`] that are files of this computer.
pub fn stored_pictures(
    gateway: GatewayId,
    request: &GenerationRequest,
) -> impl Iterator<Item = (Slot, &StoredPicture)> {
    sent_pictures(gateway, request).filter_map(|(slot, picture)| match picture {
        InputPicture::Stored(stored) => Some((slot, stored)),
        InputPicture::WebAddress(_) => None,
    })
}

#[cfg(test)]
mod tests;
