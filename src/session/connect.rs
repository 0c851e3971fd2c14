//! How a gateway is reached: which address counts, where the key is, and how long the password store is waited for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::error::{KeyError, SessionError};
use crate::domain::{GatewayId, Settings};
use crate::gateway::{BucketConnection, Connection, check_base_url};
use crate::keys::Keys;

pub use crate::keys::KeySource;

/// How long the password store may take before the user is told that it is waited for.
const KEYRING_PATIENCE: Duration = Duration::from_secs(5);

/// How long a command waits for the password store, unless `RUSHES_KEYRING_SECONDS` says otherwise.
const KEYRING_LIMIT: Duration = Duration::from_secs(10);

/// Whoever asked a password store that did not answer in time waits no longer than this part of the limit the next time.
const LATER_PART: u32 = 20;

/// The words for the user when the password store takes long, without a full stop.
pub const PATIENCE_WORDS: &str = "The password store does not answer yet. It may be waiting for its own password";

/// A key shorter than this, in bytes, does not show its last characters, which would give away too much of it.
const SHORT_KEY: usize = 16;

/// A gateway that can be reached, with what is needed to connect to it.
#[derive(Debug)]
pub enum Link {
    /// A paid gateway, which is reached over the network.
    Remote(Connection),
    /// The practice gateway, which starts with the session.
    Practice,
}

/// What may be shown of a key that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyKnown {
    /// The place in which the key was found.
    pub source: KeySource,
    /// Its last four characters, by which its owner knows it again; `None` for short keys.
    pub last_four: Option<String>,
}

impl KeyKnown {
    pub(super) fn of(key: &SecretString, source: KeySource) -> Self {
        Self { source, last_four: last_four(key) }
    }
}

/// The base URLs that environment variables set, by gateway.
pub fn environment_urls() -> BTreeMap<GatewayId, String> {
    GatewayId::PAID.into_iter().filter_map(|gateway| Some((gateway, environment_url(gateway)?))).collect()
}

fn environment_url(gateway: GatewayId) -> Option<String> {
    gateway.base_url_variable().and_then(|name| std::env::var(name).ok()).filter(|text| !text.is_empty())
}

/// The base URL of a gateway: the one of its environment variable, else the one of the settings, else its own.
///
/// # Errors
///
/// [`SessionError::Address`] when that address may not be used.
pub fn address(gateway: GatewayId, settings: &Settings) -> Result<Url, SessionError> {
    let environment = environment_url(gateway);
    let text = settings.address(gateway, environment.as_deref());
    check_base_url(text).map_err(|reason| {
        let variable = gateway.base_url_variable().filter(|_| environment.is_some());
        let is_typed = settings.of(gateway).base_url.is_some();
        let origin = variable.unwrap_or(if is_typed { "settings.toml" } else { "the built-in table" });
        SessionError::Address { gateway, origin, reason }
    })
}

/// The connection to a gateway, as the settings have it.
pub(super) fn connection(
    gateway: GatewayId,
    base_url: Url,
    key: Option<SecretString>,
    settings: &Settings,
) -> Connection {
    Connection { gateway, base_url, key, send_undocumented: settings.of(gateway).send_undocumented }
}

/// The key of a gateway. Waits for as long as the password store does, and calls `on_wait` once when that is long.
pub(super) async fn patient_key(
    keys: &Keys,
    gateway: GatewayId,
    on_wait: impl FnOnce(),
) -> Result<Option<(SecretString, KeySource)>, KeyError> {
    let wait = keys.get(gateway);
    tokio::pin!(wait);
    match tokio::time::timeout(KEYRING_PATIENCE, &mut wait).await {
        Ok(found) => found,
        Err(_elapsed) => {
            on_wait();
            wait.await
        }
    }
}

/// The bucket that the settings name, with its keys; `None` when either is missing.
pub(super) async fn bucket(
    keys: &Keys,
    settings: &Settings,
    on_wait: impl FnOnce(),
) -> Result<Option<(BucketConnection, KeyKnown)>, KeyError> {
    let Some(place) = settings.pictures.bucket.clone() else { return Ok(None) };
    let wait = keys.bucket();
    tokio::pin!(wait);
    let found = match tokio::time::timeout(KEYRING_PATIENCE, &mut wait).await {
        Ok(found) => found,
        Err(_elapsed) => {
            on_wait();
            wait.await
        }
    };
    Ok(found?.map(|(keys, source)| {
        let known = KeyKnown { source, last_four: keys.last_four() };
        (BucketConnection { place, keys }, known)
    }))
}

/// How long the commands of one program wait for the password store, all together. The window waits for as long as its
/// user needs; a command may run where nobody sees the prompt.
#[derive(Clone, Debug)]
pub(super) struct Patience {
    limit: Duration,
    spent: Arc<Mutex<Duration>>,
}

impl Patience {
    pub(super) fn new(limit: Duration) -> Self {
        Self { limit, spent: Arc::default() }
    }

    /// As `RUSHES_KEYRING_SECONDS` says, from 1 to 600 seconds, else ten seconds.
    pub(super) fn of_environment() -> Self {
        let seconds = std::env::var("RUSHES_KEYRING_SECONDS").ok().and_then(|text| text.trim().parse::<u64>().ok());
        Self::new(seconds.map_or(KEYRING_LIMIT, |seconds| Duration::from_secs(seconds.clamp(1, 600))))
    }

    /// What `work` gives, or [`KeyError::NoAnswer`] when that takes too long.
    pub(super) async fn wait<T>(&self, work: impl Future<Output = Result<T, KeyError>>) -> Result<T, KeyError> {
        let began = Instant::now();
        let spent = *self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = self.limit.saturating_sub(spent).max(self.limit / LATER_PART);
        let answer = tokio::time::timeout(rest, work).await;
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner) += began.elapsed();
        answer.unwrap_or_else(|_elapsed| Err(KeyError::NoAnswer(self.limit.as_secs())))
    }
}

fn last_four(key: &SecretString) -> Option<String> {
    let key = key.expose_secret();
    (key.len() >= SHORT_KEY && key.is_ascii()).then(|| key[key.len() - 4..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_store_that_does_not_answer_is_waited_for_once() {
        let patience = Patience::new(Duration::from_secs(1));
        let silence = || std::future::pending::<Result<(), KeyError>>();
        let began = Instant::now();
        assert_eq!(patience.wait(silence()).await, Err(KeyError::NoAnswer(1)));
        assert!(began.elapsed() >= Duration::from_secs(1));
        assert_eq!(patience.wait(async { Ok(7) }).await, Ok(7));
        let again = Instant::now();
        assert_eq!(patience.wait(silence()).await, Err(KeyError::NoAnswer(1)));
        assert!(again.elapsed() < Duration::from_secs(1), "the time is used up");
    }

    #[test]
    fn short_keys_show_nothing_of_themselves() {
        assert_eq!(last_four(&SecretString::from("sk-0123456789c901")), Some("c901".to_owned()));
        assert_eq!(last_four(&SecretString::from("0123c901")), None);
    }
}
