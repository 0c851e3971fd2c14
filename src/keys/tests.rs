//! Tests of the keys: where they are found, and what a keyring that is locked or missing does to its callers.

use super::*;

const GATEWAY: GatewayId = GatewayId::Aigateway;

/// A store whose every call fails in the same way.
struct Broken(KeyError);

impl KeyStore for Broken {
    fn get(&self, _slot: KeySlot) -> Result<Option<SecretString>, KeyError> {
        Err(self.0.clone())
    }

    fn set(&self, _slot: KeySlot, _key: &SecretString) -> Result<(), KeyError> {
        Err(self.0.clone())
    }

    fn forget(&self, _slot: KeySlot) -> Result<(), KeyError> {
        Err(self.0.clone())
    }
}

/// A store that says yes to everything and keeps nothing.
struct Forgetful;

impl KeyStore for Forgetful {
    fn get(&self, _slot: KeySlot) -> Result<Option<SecretString>, KeyError> {
        Ok(None)
    }

    fn set(&self, _slot: KeySlot, _key: &SecretString) -> Result<(), KeyError> {
        Ok(())
    }

    fn forget(&self, _slot: KeySlot) -> Result<(), KeyError> {
        Ok(())
    }
}

/// A locked keyring whose user never answers: every call waits until the other end is dropped.
struct Waiting(Mutex<std::sync::mpsc::Receiver<()>>);

impl KeyStore for Waiting {
    fn get(&self, _slot: KeySlot) -> Result<Option<SecretString>, KeyError> {
        self.0.lock().expect("one thread").recv().ok();
        Err(KeyError::Locked)
    }

    fn set(&self, _slot: KeySlot, _key: &SecretString) -> Result<(), KeyError> {
        Err(KeyError::Locked)
    }

    fn forget(&self, _slot: KeySlot) -> Result<(), KeyError> {
        Err(KeyError::Locked)
    }
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn keys(store: impl KeyStore + 'static, environment: Option<&str>) -> Keys {
    let environment = environment.map(str::to_owned);
    Keys::with_store_and_environment(Box::new(store), move |name| {
        environment.clone().filter(|_| name == "AIGATEWAY_API_KEY").map(Into::into)
    })
}

async fn found(keys: &Keys) -> Result<Option<(String, KeySource)>, KeyError> {
    Ok(keys.get(GATEWAY).await?.map(|(key, source)| (key.expose_secret().to_owned(), source)))
}

fn some(text: &str, source: KeySource) -> Result<Option<(String, KeySource)>, KeyError> {
    Ok(Some((text.to_owned(), source)))
}

#[tokio::test]
async fn session_goes_before_environment_before_keyring() {
    let with_variable = keys(MemoryStore::default(), Some(" from-environment\n"));
    with_variable.set(GATEWAY, secret("from-keyring")).await.expect("memory takes it");
    assert_eq!(found(&with_variable).await, some("from-environment", KeySource::Environment));
    with_variable.set_for_session(GATEWAY, secret("typed")).expect("a key");
    assert_eq!(found(&with_variable).await, some("typed", KeySource::Session));
    with_variable.forget(GATEWAY).await.expect("memory forgets");
    assert_eq!(found(&with_variable).await, some("from-environment", KeySource::Environment));

    let keys = keys(MemoryStore::default(), Some(""));
    keys.set_for_session(GATEWAY, secret("typed")).expect("a key");
    keys.set(GATEWAY, secret("saved")).await.expect("memory takes it");
    assert_eq!(found(&keys).await, some("saved", KeySource::Keyring), "saving ends the session's own key");
}

#[tokio::test]
async fn a_set_variable_keeps_the_keyring_out_even_when_it_is_no_key() {
    let (hold, waits) = std::sync::mpsc::sync_channel::<()>(1);
    let keys = keys(Waiting(Mutex::new(waits)), Some("two words"));
    match found(&keys).await {
        Err(KeyError::Variable { variable, why }) => {
            assert!(variable == "AIGATEWAY_API_KEY" && why.contains("a space"), "{variable}: {why}");
        }
        other => panic!("{other:?}"),
    }
    drop(hold);
}

#[tokio::test]
async fn one_gateway_never_gets_the_key_of_another() {
    let keys = keys(MemoryStore::default(), Some("from-environment"));
    keys.set(GATEWAY, secret("for-aigateway")).await.expect("memory takes it");
    keys.set_for_session(GATEWAY, secret("typed")).expect("a key");
    assert!(keys.get(GatewayId::Apiin).await.expect("memory answers").is_none());
    assert!(keys.get_without_keyring(GatewayId::Apiin).expect("nothing is set").is_none());
}

#[tokio::test]
async fn a_keyring_that_fails_leaves_the_environment() {
    for err in [KeyError::NoStore, KeyError::Locked, KeyError::Refused("no".to_owned())] {
        assert_eq!(
            found(&keys(Broken(err.clone()), Some("from-environment"))).await,
            some("from-environment", KeySource::Environment)
        );
        assert_eq!(found(&keys(Broken(err.clone()), None)).await, Err(err.clone()));
        assert_eq!(found(&keys(Broken(err.clone()), Some("  "))).await, Err(err.clone()));
        assert_eq!(keys(Broken(err.clone()), None).set(GATEWAY, secret("k")).await, Err(err));
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_read_back_is_not_saved() {
    let result = keys(Forgetful, None).set(GATEWAY, secret("k")).await;
    assert!(matches!(result, Err(KeyError::Refused(_))), "{result:?}");
}

#[tokio::test]
async fn a_key_is_trimmed_and_checked() {
    let keys = keys(MemoryStore::default(), None);
    keys.set(GATEWAY, secret("  sk-1\r\n")).await.expect("a key with white space around it");
    assert_eq!(found(&keys).await, some("sk-1", KeySource::Keyring));
    let longest = "x".repeat(MAX_KEY_CHARS);
    keys.set_for_session(GATEWAY, secret(&longest)).expect("the longest key");
    for bad in ["", " \n", "a b", "a\nb", "a\u{7f}b", "a\0b", "schlüssel", &format!("{longest}x")] {
        for result in [keys.set(GATEWAY, secret(bad)).await, keys.set_for_session(GATEWAY, secret(bad))] {
            assert!(matches!(&result, Err(KeyError::NotAKey(why)) if !why.contains("a b")), "{bad:?}: {result:?}");
        }
    }
    assert_eq!(found(&keys).await, some(&longest, KeySource::Session), "a refused key changes nothing");
}

/// The runtime has one thread, so a blocking call would stop the test for good.
#[tokio::test]
async fn a_keyring_that_waits_for_ever_keeps_nobody_else_waiting() {
    let (hold, waits) = std::sync::mpsc::sync_channel(1);
    let keys = keys(Waiting(Mutex::new(waits)), None);
    let waiting = tokio::spawn({
        let keys = keys.clone();
        async move { keys.get(GATEWAY).await.map(|found| found.map(|(_, source)| source)) }
    });
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    keys.set_for_session(GATEWAY, secret("typed")).expect("a key");
    assert_eq!(found(&keys).await, some("typed", KeySource::Session));
    drop(hold);
    assert_eq!(waiting.await.expect("no panic"), Err(KeyError::Locked));
}

#[tokio::test]
async fn nothing_prints_a_key() {
    let keys = keys(MemoryStore::default(), Some("canary-environment"));
    keys.set_for_session(GATEWAY, secret("canary-session")).expect("a key");
    let got = keys.get(GATEWAY).await;
    let text = format!("{keys:?} {got:?}");
    assert!(!text.contains("canary"), "{text}");
}

#[tokio::test]
async fn practice_needs_no_keyring() {
    let keys = keys(Broken(KeyError::NoStore), None);
    assert!(keys.get(GatewayId::Practice).await.expect("nothing is asked").is_none());
}
