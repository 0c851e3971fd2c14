//! The API keys of the gateways, in the keyring of the operating system, which is asked on a thread of its own.
//!
//! A key is kept in the keyring, in an environment variable, or in memory until the program ends, and never in a file
//! of Rushes. [`cleaned`] takes off what people's tools put around a key, wherever it comes from.

mod backend;
mod cleaned;
mod error;

use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{mpsc, oneshot};

use crate::domain::{BucketKeys, GatewayId};

pub use backend::{KeySlot, KeyStore, MemoryStore, OsKeyring};
pub use cleaned::{MAX_KEY_CHARS, cleaned};
pub use error::KeyError;

/// The environment variables for the keys of the user's bucket: the access key ID and the secret.
pub const BUCKET_VARIABLES: [&str; 2] = ["RUSHES_BUCKET_ACCESS_KEY_ID", "RUSHES_BUCKET_SECRET"];

/// How many requests may wait while the keyring asks its user for a password.
const QUEUE_LENGTH: usize = 16;

/// The place in which a key was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// The keyring of the operating system.
    Keyring,
    /// The environment variable that the gateway has for its key.
    Environment,
    /// The memory of this program: the key was typed in and is forgotten at its end.
    Session,
}

/// What the keyring's thread can be asked, each with the place for its answer.
enum Request {
    Get(KeySlot, oneshot::Sender<Result<Option<SecretString>, KeyError>>),
    Set(KeySlot, SecretString, oneshot::Sender<Result<(), KeyError>>),
    Forget(KeySlot, oneshot::Sender<Result<(), KeyError>>),
}

type Session = Arc<Mutex<HashMap<KeySlot, SecretString>>>;
type Environment = dyn Fn(&str) -> Option<OsString> + Send + Sync;

/// A handle on the keyring's thread. Cheap to clone. No call blocks a thread of the window or the engine: a locked
/// keyring keeps only the keyring's own thread waiting.
///
/// Calls are answered in order, so while the keyring asks its user for a password the calls behind it wait as well;
/// give them a time limit where that matters. Dropping a waiting call is safe.
#[derive(Clone)]
pub struct Keys {
    requests: mpsc::Sender<Request>,
    session: Session,
    environment: Arc<Environment>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

impl Keys {
    /// Starts the thread with the OS keyring.
    pub fn of_system() -> Self {
        Self::with_store(Box::new(OsKeyring))
    }

    /// Starts the thread with `store` as the place for keys, instead of the OS keyring.
    pub fn with_store(store: Box<dyn KeyStore>) -> Self {
        Self::with_store_and_environment(store, |name| std::env::var_os(name))
    }

    /// As [`Keys::with_store`], with `environment` in place of the environment variables: a process must not change its
    /// own while threads run.
    pub fn with_store_and_environment(
        store: Box<dyn KeyStore>,
        environment: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static,
    ) -> Self {
        let (requests, inbox) = mpsc::channel(QUEUE_LENGTH);
        // Detached: a keyring that waits for a password for ever must not keep the program from ending. When no thread
        // can be had, the inbox is dropped and every call is refused.
        let started = std::thread::Builder::new().name("keyring".to_owned()).spawn(move || serve(&*store, inbox));
        if let Err(err) = started {
            tracing::error!(%err, "the keyring's thread cannot be started");
        }
        Self { requests, session: Session::default(), environment: Arc::new(environment) }
    }

    /// The key of a gateway: typed in this session, else the environment's, else the keyring's. The keyring is asked only
    /// when the other two have none, and may then wait for as long as the user needs to open it.
    ///
    /// # Errors
    /// [`KeyError::Variable`] when the environment's key cannot be used: the keyring is then not asked for another one.
    /// Otherwise when the keyring cannot be read, or holds what is no key.
    pub async fn get(&self, gateway: GatewayId) -> Result<Option<(SecretString, KeySource)>, KeyError> {
        if let Some(found) = self.get_without_keyring(gateway)? {
            return Ok(Some(found));
        }
        // The practice gateway takes no key, so its use never opens a keyring.
        if !gateway.is_paid() {
            return Ok(None);
        }
        match self.ask(|answer| Request::Get(KeySlot::Gateway(gateway), answer)).await? {
            Some(key) => Ok(checked(gateway, &key)?.map(|key| (key, KeySource::Keyring))),
            None => Ok(None),
        }
    }

    /// The key of a gateway without asking the keyring, so without any wait: the session's or the environment's.
    ///
    /// # Errors
    /// [`KeyError::Variable`] when the environment's key cannot be used.
    pub fn get_without_keyring(&self, gateway: GatewayId) -> Result<Option<(SecretString, KeySource)>, KeyError> {
        if let Some(key) = self.session().get(&KeySlot::Gateway(gateway)) {
            return Ok(Some((key.clone(), KeySource::Session)));
        }
        Ok(self.environment_key(gateway)?.map(|key| (key, KeySource::Environment)))
    }

    /// Stores a key in the keyring, without what [`cleaned`] takes off, and reads it back to be sure. It takes the place
    /// of a key typed for this session.
    ///
    /// # Errors
    /// [`KeyError::NotAKey`] when nothing is left, or something that is no key; otherwise what the keyring says, and then the
    /// key is not known to be stored.
    pub async fn set(&self, gateway: GatewayId, key: SecretString) -> Result<(), KeyError> {
        let key = required(gateway, &key)?;
        self.ask(|answer| Request::Set(KeySlot::Gateway(gateway), key, answer)).await?;
        self.session().remove(&KeySlot::Gateway(gateway));
        Ok(())
    }

    /// Keeps a key in memory until the program ends.
    ///
    /// # Errors
    /// [`KeyError::NotAKey`] as for [`Keys::set`].
    pub fn set_for_session(&self, gateway: GatewayId, key: SecretString) -> Result<(), KeyError> {
        let key = required(gateway, &key)?;
        self.session().insert(KeySlot::Gateway(gateway), key);
        Ok(())
    }

    /// Deletes a key from the keyring and from memory. Deleting what is not there is no error. A key in the environment
    /// stays there.
    ///
    /// # Errors
    /// When the keyring may still hold the key; the memory is cleared in any case.
    pub async fn forget(&self, gateway: GatewayId) -> Result<(), KeyError> {
        self.session().remove(&KeySlot::Gateway(gateway));
        self.ask(|answer| Request::Forget(KeySlot::Gateway(gateway), answer)).await
    }

    /// The keys of the user's bucket: typed in this session, else the environment's, else the keyring's.
    ///
    /// # Errors
    /// [`KeyError::Variable`] when only one of the two variables is set or one cannot be used; otherwise when the keyring
    /// cannot be read, or holds something else.
    pub async fn bucket(&self) -> Result<Option<(BucketKeys, KeySource)>, KeyError> {
        if let Some(entry) = self.session().get(&KeySlot::Bucket).cloned() {
            return Ok(BucketKeys::of_entry(&entry).map(|keys| (keys, KeySource::Session)));
        }
        if let Some(keys) = self.environment_bucket()? {
            return Ok(Some((keys, KeySource::Environment)));
        }
        let Some(entry) = self.ask(|answer| Request::Get(KeySlot::Bucket, answer)).await? else { return Ok(None) };
        let keys = BucketKeys::of_entry(&entry);
        let keys = keys.ok_or_else(|| KeyError::Refused("what it holds for the bucket are no keys".to_owned()))?;
        Ok(Some((keys, KeySource::Keyring)))
    }

    /// Stores the keys of the bucket in the keyring as one entry, and reads it back to be sure.
    ///
    /// # Errors
    /// What the keyring says, and then the keys are not known to be stored.
    pub async fn set_bucket(&self, keys: &BucketKeys) -> Result<(), KeyError> {
        let entry = keys.to_entry();
        self.ask(|answer| Request::Set(KeySlot::Bucket, entry, answer)).await?;
        self.session().remove(&KeySlot::Bucket);
        Ok(())
    }

    /// Keeps the keys of the bucket in memory until the program ends.
    pub fn set_bucket_for_session(&self, keys: &BucketKeys) {
        self.session().insert(KeySlot::Bucket, keys.to_entry());
    }

    /// Deletes the keys of the bucket from the keyring and from memory. Those in the environment stay there.
    ///
    /// # Errors
    /// When the keyring may still hold them; the memory is cleared in any case.
    pub async fn forget_bucket(&self) -> Result<(), KeyError> {
        self.session().remove(&KeySlot::Bucket);
        self.ask(|answer| Request::Forget(KeySlot::Bucket, answer)).await
    }

    fn environment_bucket(&self) -> Result<Option<BucketKeys>, KeyError> {
        let text = |name: &str| (self.environment)(name).filter(|text| !text.is_empty());
        let [id, secret] = BUCKET_VARIABLES.map(text);
        let bad = |variable, why: &str| Err(KeyError::Variable { variable, why: why.to_owned() });
        let [id_name, secret_name] = BUCKET_VARIABLES;
        match (id, secret) {
            (None, None) => Ok(None),
            (Some(_), None) => bad(id_name, "the secret that belongs to it is not set"),
            (None, Some(_)) => bad(secret_name, "the access key ID that belongs to it is not set"),
            (Some(id), Some(secret)) => match BucketKeys::new(&id.to_string_lossy(), &secret.to_string_lossy()) {
                Some(keys) => Ok(Some(keys)),
                None => bad(secret_name, "the two hold more than letters, digits and signs"),
            },
        }
    }

    fn environment_key(&self, gateway: GatewayId) -> Result<Option<SecretString>, KeyError> {
        let Some(variable) = gateway.key_variable() else { return Ok(None) };
        let Some(text) = (self.environment)(variable) else { return Ok(None) };
        cleaned(gateway, text.as_encoded_bytes()).map_err(|err| match err {
            KeyError::NotAKey(why) => KeyError::Variable { variable, why },
            other => other,
        })
    }

    fn session(&self) -> MutexGuard<'_, HashMap<KeySlot, SecretString>> {
        // A panic elsewhere leaves the map whole: each change is one call.
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<Result<T, KeyError>>) -> Request,
    ) -> Result<T, KeyError> {
        let gone = || KeyError::Refused("its thread has ended".to_owned());
        let (answer, reply) = oneshot::channel();
        if self.requests.send(request(answer)).await.is_err() {
            return Err(gone());
        }
        reply.await.unwrap_or_else(|_| Err(gone()))
    }
}

fn serve(store: &dyn KeyStore, mut inbox: mpsc::Receiver<Request>) {
    while let Some(request) = inbox.blocking_recv() {
        // Whoever asked may have given up; the answers to reads are then dropped, and with them the keys.
        match request {
            Request::Get(slot, answer) => {
                if !answer.is_closed() {
                    answer.send(store.get(slot)).ok();
                }
            }
            Request::Set(slot, key, answer) => {
                // The caller gave up before this was begun, and does not expect the key to be stored any more.
                if !answer.is_closed() {
                    answer.send(set_and_prove(store, slot, &key)).ok();
                }
            }
            Request::Forget(slot, answer) => {
                answer.send(store.forget(slot)).ok();
            }
        }
    }
}

/// Stores a key and reads it back, because some stores accept a key that cannot be read again.
fn set_and_prove(store: &dyn KeyStore, slot: KeySlot, key: &SecretString) -> Result<(), KeyError> {
    store.set(slot, key)?;
    match store.get(slot)? {
        Some(kept) if kept.expose_secret() == key.expose_secret() => Ok(()),
        _ => Err(KeyError::Refused("the key could not be read back after saving".to_owned())),
    }
}

/// The key without what [`cleaned`] takes off; `None` when nothing is left.
fn checked(gateway: GatewayId, key: &SecretString) -> Result<Option<SecretString>, KeyError> {
    cleaned(gateway, key.expose_secret().as_bytes())
}

fn required(gateway: GatewayId, key: &SecretString) -> Result<SecretString, KeyError> {
    checked(gateway, key)?.ok_or_else(|| KeyError::NotAKey("it is empty".to_owned()))
}

#[cfg(test)]
mod tests;
