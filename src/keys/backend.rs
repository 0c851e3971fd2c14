//! Where keys are kept: the OS keyring, or memory in tests.

use std::collections::HashMap;
use std::sync::Mutex;

use keyring::{Entry, Error};
use secrecy::{ExposeSecret as _, SecretString};

use super::error::KeyError;
use crate::domain::GatewayId;

/// The service name under which keys are stored in the keyring. Never change it: users would lose their saved keys.
const SERVICE: &str = "rushes";

/// What one entry of a store is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeySlot {
    /// The key of a gateway.
    Gateway(GatewayId),
    /// The two keys of the user's bucket, as one text.
    Bucket,
}

/// A place for keys. Its calls may block for as long as the user needs to open it.
pub trait KeyStore: Send {
    /// What is kept in a slot, `None` when there is nothing.
    ///
    /// # Errors
    /// When the place for keys cannot be read.
    fn get(&self, slot: KeySlot) -> Result<Option<SecretString>, KeyError>;

    /// Stores a key in a slot, replacing an older one.
    ///
    /// # Errors
    /// When the key was not stored.
    fn set(&self, slot: KeySlot, key: &SecretString) -> Result<(), KeyError>;

    /// Deletes a key. Deleting what is not there is no error.
    ///
    /// # Errors
    /// When the key may still be there.
    fn forget(&self, slot: KeySlot) -> Result<(), KeyError>;
}

/// The keyring of the operating system: Keychain, Credential Manager or the Secret Service.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsKeyring;

impl OsKeyring {
    /// Service and user name of the entry that holds what belongs into a slot.
    pub fn entry_name(slot: KeySlot) -> (&'static str, &'static str) {
        match slot {
            KeySlot::Gateway(gateway) => (SERVICE, gateway.name()),
            KeySlot::Bucket => (SERVICE, "bucket"),
        }
    }

    fn entry(slot: KeySlot) -> Result<Entry, KeyError> {
        let (service, user) = Self::entry_name(slot);
        Entry::new(service, user).map_err(|err| match (&err, Entry::store_status()) {
            // `new` does not tell why there is no store; `store_status` does.
            (Error::NoDefaultStore, Err(reason)) => explain(reason),
            _ => explain(&err),
        })
    }
}

impl KeyStore for OsKeyring {
    fn get(&self, slot: KeySlot) -> Result<Option<SecretString>, KeyError> {
        match Self::entry(slot)?.get_password() {
            Ok(key) => Ok(Some(SecretString::from(key))),
            Err(Error::NoEntry) => Ok(None),
            Err(err) => Err(explain(&err)),
        }
    }

    fn set(&self, slot: KeySlot, key: &SecretString) -> Result<(), KeyError> {
        Self::entry(slot)?.set_password(key.expose_secret()).map_err(|err| explain(&err))
    }

    fn forget(&self, slot: KeySlot) -> Result<(), KeyError> {
        match Self::entry(slot)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(err) => Err(explain(&err)),
        }
    }
}

/// What an error of the keyring means for the user. Errors that carry the stored bytes are never printed.
fn explain(err: &Error) -> KeyError {
    match err {
        Error::NoDefaultStore => KeyError::NoStore,
        Error::NoStorageAccess(_) => KeyError::Locked,
        Error::PlatformFailure(cause) => {
            // The errors of the store cannot be matched by kind, so their text is searched.
            let text = format!("{cause:?}");
            let is_absent = ["ServiceUnknown", "Connection(", "NameHasNoOwner", "Unavailable"];
            if is_absent.iter().any(|word| text.contains(word)) {
                KeyError::NoStore
            } else {
                KeyError::Refused(cause.to_string())
            }
        }
        Error::BadEncoding(_) | Error::BadDataFormat(..) => KeyError::Refused("what it holds is no key".to_owned()),
        Error::Ambiguous(_) => {
            KeyError::Refused("it holds more than one key for this gateway; delete them there".to_owned())
        }
        other => KeyError::Refused(other.to_string()),
    }
}

/// Keys in memory, for tests.
#[derive(Debug, Default)]
pub struct MemoryStore {
    keys: Mutex<HashMap<KeySlot, SecretString>>,
}

impl MemoryStore {
    fn keys(&self) -> std::sync::MutexGuard<'_, HashMap<KeySlot, SecretString>> {
        // A panic elsewhere leaves the map whole: each change is one call.
        self.keys.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl KeyStore for MemoryStore {
    fn get(&self, slot: KeySlot) -> Result<Option<SecretString>, KeyError> {
        Ok(self.keys().get(&slot).cloned())
    }

    fn set(&self, slot: KeySlot, key: &SecretString) -> Result<(), KeyError> {
        self.keys().insert(slot, key.clone());
        Ok(())
    }

    fn forget(&self, slot: KeySlot) -> Result<(), KeyError> {
        self.keys().remove(&slot);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;

    #[test]
    fn the_names_of_the_entries_are_pinned() {
        let slots = GatewayId::iter().map(KeySlot::Gateway).chain([KeySlot::Bucket]);
        let names: Vec<_> = slots.map(OsKeyring::entry_name).collect();
        assert_eq!(
            names,
            [
                ("rushes", "apiin"),
                ("rushes", "aigateway"),
                ("rushes", "pixverse"),
                ("rushes", "practice"),
                ("rushes", "bucket")
            ]
        );
    }

    #[test]
    fn errors_are_explained_without_what_they_carry() {
        let platform = |text: &str| Error::PlatformFailure(text.into());
        for (err, expected) in [
            (Error::NoDefaultStore, KeyError::NoStore),
            (Error::NoStorageAccess("prompt dismissed".into()), KeyError::Locked),
            (platform("Zbus(Connection(NotFound))"), KeyError::NoStore),
            (platform("MethodError(org.freedesktop.DBus.Error.ServiceUnknown)"), KeyError::NoStore),
            (platform("disk on fire"), KeyError::Refused("disk on fire".to_owned())),
        ] {
            assert_eq!(explain(&err), expected, "{err}");
        }
        let told = explain(&Error::BadEncoding(b"sk-secret".to_vec()));
        assert!(!format!("{told} {told:?}").contains("sk-secret"));
    }
}
