//! What is known before anything is opened: folders, settings, the keyring. Nothing is written here.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretSlice};

use super::connect::{self, KeyKnown, Link, Patience};
use super::error::{KeyError, LibraryError, SessionError};
use crate::desktop;
use crate::domain::catalog;
use crate::domain::hosting::BucketCheck;
use crate::domain::outcome::KeyCheck;
use crate::domain::{BucketKeys, GatewayId, Job, Settings};
use crate::engine::runtime::wall_clock;
use crate::gateway::{BucketClient, BucketConnection, Client, Http, certificate_trouble, proxy_trouble};
use crate::keys::{self, Keys};
use crate::library::{added_models, settings};
use crate::media::{self, PreparedPicture};

pub use crate::desktop::doctor::Check;
pub use crate::library::{BoardsRead, Library, Opened, Paths};

/// The folders and settings of one user, or of one portable library, and the keyring.
#[derive(Debug)]
pub struct Home {
    /// The folders and files of the library. Finished clips go to the folder that the settings name, if they name one.
    pub paths: Paths,
    /// The settings as they were read.
    pub settings: Settings,
    /// What is wrong with the settings file: one sentence each, without a full stop.
    pub warnings: Vec<String>,
    /// Whether the caps in the settings are those that the user set. Those that hold because nothing could be read are not
    /// kept in their place.
    pub(super) has_caps_as_set: bool,
    pub(super) keys: Keys,
    patience: Patience,
    /// The clip folder of whoever has chosen none.
    pub(super) usual_clips: PathBuf,
}

impl Home {
    /// Finds the folders below `library`, else those of the user, and reads the settings.
    ///
    /// # Errors
    ///
    /// When this computer names no folder for a user's data.
    pub fn find(library: Option<&Path>) -> Result<Self, LibraryError> {
        let mut paths = Self::paths_of(library)?;
        let was_there = paths.settings.exists();
        let (mut settings, warnings) = settings::load(&paths.settings);
        // Whatever keeps the file from being read must not let go of the brakes.
        let is_unreadable = warnings.iter().any(|warning| warning.path.is_empty());
        let mut of_caps = None;
        if is_unreadable || !was_there {
            (settings.caps, of_caps) = settings::caps_without_settings(&settings.caps, &paths.kept_caps(), was_there);
        }
        let usual_clips = paths.clips.clone();
        if let Some(folder) = &settings.clip_folder {
            paths.clips.clone_from(folder);
        }
        let mut warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        let has_caps_as_set = of_caps.is_none();
        warnings.extend(of_caps);
        let (models, unreadable) = added_models(&paths);
        warnings.extend(unreadable.into_iter().chain(catalog::install(&models)));
        Ok(Self {
            paths,
            settings,
            warnings,
            has_caps_as_set,
            keys: Keys::of_system(),
            patience: Patience::of_environment(),
            usual_clips,
        })
    }

    /// The folders and files below `library`, else those of the user. Finished clips go to the usual folder, whatever
    /// the settings say.
    ///
    /// # Errors
    ///
    /// When this computer names no folder for a user's data, as for [`Home::find`].
    pub fn paths_of(library: Option<&Path>) -> Result<Paths, LibraryError> {
        match library {
            // Absolute, so that printed paths lead there from any folder.
            Some(folder) => Ok(Paths::portable(&std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned()))),
            None => Paths::of_user(),
        }
    }

    /// Opens the library, which belongs to this program until it is closed. Blocks.
    ///
    /// # Errors
    ///
    /// When another Rushes has it open, or it cannot be read.
    pub fn open(&self) -> Result<Opened, LibraryError> {
        Library::open(&self.paths)
    }

    /// Opens the library as [`Home::open`] does, for tasks, which may not block.
    ///
    /// # Errors
    ///
    /// When another Rushes has the library open, or it cannot be read, as for [`Home::open`].
    pub async fn open_in_background(&self) -> Result<Opened, SessionError> {
        let paths = self.paths.clone();
        Ok(blocking(move || Library::open(&paths)).await??)
    }

    /// All jobs of the library, which another Rushes may have open meanwhile.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn jobs(&self) -> Result<Vec<Job>, SessionError> {
        let paths = self.paths.clone();
        Ok(blocking(move || Library::read_only(&paths)).await??)
    }

    /// All storyboards of the library, which another Rushes may have open meanwhile.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn storyboards(&self) -> Result<BoardsRead, SessionError> {
        let paths = self.paths.clone();
        Ok(blocking(move || Library::read_only_storyboards(&paths)).await??)
    }

    /// Where a job's clip lies, as an absolute path; `None` while it has none.
    pub fn file_of(&self, job: &Job) -> Option<PathBuf> {
        let file = clip_file(&self.paths.clips, &job.clip.as_ref()?.path);
        Some(std::path::absolute(&file).unwrap_or(file))
    }

    /// Brings a picture into the library.
    ///
    /// # Errors
    ///
    /// [`SessionError::Picture`] with a sentence for the user.
    pub async fn import_picture(&self, file: &Path) -> Result<PreparedPicture, SessionError> {
        let (file, inputs) = (file.to_owned(), self.paths.inputs());
        let imported = blocking(move || media::import_picture(&file, &inputs)).await?;
        imported.map_err(|err| SessionError::Picture(err.to_string()))
    }

    /// What may be shown of the key of a gateway, and where it was found; `None` when there is none. `on_wait` is called
    /// when the password store takes long.
    ///
    /// # Errors
    ///
    /// [`SessionError::NoKey`] with the cause, when the environment's key cannot be used, or the password store does not
    /// tell whether it has one.
    pub async fn find_key(&self, gateway: GatewayId, on_wait: impl FnOnce()) -> Result<Option<KeyKnown>, SessionError> {
        let found = self.patience.wait(connect::patient_key(&self.keys, gateway, on_wait)).await;
        let found = found.map_err(|cause| SessionError::NoKey { gateway, cause: Some(cause) })?;
        Ok(found.map(|(key, source)| KeyKnown::of(&key, source)))
    }

    /// How to reach a gateway. A missing key is found here, before anything is stored or sent. `on_wait` is called when
    /// the password store takes long; one that takes too long is not waited for.
    ///
    /// # Errors
    ///
    /// [`SessionError::Address`] when the base URL may not be used, [`SessionError::NoKey`] when no key is known.
    pub async fn link(&self, gateway: GatewayId, on_wait: impl FnOnce()) -> Result<Link, SessionError> {
        if !gateway.is_paid() {
            return Ok(Link::Practice);
        }
        let base_url = connect::address(gateway, &self.settings)?;
        match self.patience.wait(connect::patient_key(&self.keys, gateway, on_wait)).await {
            Ok(Some((key, _))) => Ok(Link::Remote(connect::connection(gateway, base_url, Some(key), &self.settings))),
            Ok(None) => Err(SessionError::NoKey { gateway, cause: None }),
            Err(cause) => Err(SessionError::NoKey { gateway, cause: Some(cause) }),
        }
    }

    /// Tries the key of a gateway without spending anything.
    ///
    /// # Errors
    ///
    /// When the gateway cannot be asked: see [`Home::link`].
    pub async fn check_key(&self, gateway: GatewayId, on_wait: impl FnOnce()) -> Result<KeyCheck, SessionError> {
        let Link::Remote(connection) = self.link(gateway, on_wait).await? else {
            return Ok(KeyCheck::Works { balance: None });
        };
        Ok(Client::new(&Http::new()?, connection).check_key().await.outcome)
    }

    /// Keeps a key in the password store. `typed` are the bytes as they came from the user.
    ///
    /// # Errors
    ///
    /// When it is no key, or the password store does not take it, or gives no answer. In the last case it may take the key
    /// later.
    pub async fn set_key(&self, gateway: GatewayId, typed: SecretSlice<u8>) -> Result<(), KeyError> {
        let Some(key) = keys::cleaned(gateway, typed.expose_secret())? else {
            return Err(KeyError::NotAKey("it is empty".to_owned()));
        };
        self.patience.wait(self.keys.set(gateway, key)).await
    }

    /// The bucket that the settings name, with its keys and what may be shown of them; `None` when either is missing.
    /// `on_wait` is called when the password store takes long; one that takes too long is not waited for.
    ///
    /// # Errors
    ///
    /// [`SessionError::Bucket`] when the environment's keys cannot be used or the password store does not tell.
    pub async fn bucket(&self, on_wait: impl FnOnce()) -> Result<Option<(BucketConnection, KeyKnown)>, SessionError> {
        let found = self.patience.wait(connect::bucket(&self.keys, &self.settings, on_wait)).await;
        found.map_err(SessionError::Bucket)
    }

    /// Writes, reads and deletes a small object in a bucket. The object's name ends with `name`.
    ///
    /// # Errors
    ///
    /// When the network library cannot start.
    pub async fn check_bucket(&self, connection: BucketConnection, name: &str) -> Result<BucketCheck, SessionError> {
        Ok(BucketClient::new(&Http::new()?, connection).check(name, wall_clock()).await)
    }

    /// Keeps the keys of the bucket in the password store.
    ///
    /// # Errors
    ///
    /// When the password store does not take them, or gives no answer. In the last case it may take them later.
    pub async fn set_bucket_keys(&self, keys: &BucketKeys) -> Result<(), KeyError> {
        self.patience.wait(self.keys.set_bucket(keys)).await
    }

    /// Deletes the keys of the bucket from the password store.
    ///
    /// # Errors
    ///
    /// When the password store may still hold them.
    pub async fn forget_bucket_keys(&self) -> Result<(), KeyError> {
        self.patience.wait(self.keys.forget_bucket()).await
    }

    /// Writes the settings file. Blocks for a moment.
    ///
    /// # Errors
    ///
    /// When it cannot be read or written.
    pub fn save_settings(&self, settings: &Settings) -> Result<(), LibraryError> {
        save_settings(settings, &self.paths)
    }

    /// Deletes a key from the password store.
    ///
    /// # Errors
    ///
    /// When the password store may still hold it.
    pub async fn forget_key(&self, gateway: GatewayId) -> Result<(), KeyError> {
        self.patience.wait(self.keys.forget(gateway)).await
    }

    /// Checks everything on this computer that Rushes uses, but for gateways and the database.
    ///
    /// # Errors
    ///
    /// [`SessionError::Broken`] when the checks ended without an answer.
    pub async fn examine(&self) -> Result<Vec<Check>, SessionError> {
        let (data, clips) = (self.paths.data.clone(), self.paths.clips.clone());
        blocking(move || {
            let mut checks = desktop::doctor::examine(&data, &clips);
            checks.push(sound_check(crate::media::sound_device()));
            checks.extend(network_checks(proxy_trouble(), certificate_trouble()));
            checks
        })
        .await
    }
}

/// Whether clips can be heard. Without, a film plays on silently.
fn sound_check(device: Result<String, String>) -> Check {
    let advice = || {
        let start = if cfg!(target_os = "linux") { "Start PulseAudio or PipeWire" } else { "Connect a sound device" };
        format!("{start} to hear clips in the window. Until then films play silently.")
    };
    Check {
        name: "sound",
        ok: device.is_ok(),
        advice: device.is_err().then(advice),
        detail: device.unwrap_or_else(|reason| reason),
    }
}

/// What stands between this computer and every gateway on the internet: `None` where nothing does.
fn network_checks(proxy: Option<String>, certificates: Option<String>) -> [Check; 2] {
    let check = |name, fine: &str, trouble: Option<String>, advice: &str| Check {
        name,
        ok: trouble.is_none(),
        advice: trouble.is_some().then(|| advice.to_owned()),
        detail: trouble.unwrap_or_else(|| fine.to_owned()),
    };
    [
        check(
            "proxy",
            "none in the way",
            proxy,
            "Set one that begins with http://, or none. Nothing goes past a proxy that is set; practice needs none.",
        ),
        check(
            "certificates",
            "found",
            certificates,
            "Install the package ca-certificates, or point SSL_CERT_FILE to a file with certificates. Practice needs none.",
        ),
    ]
}

/// Writes the settings file, and the copy of the limits on spending beside the database. Blocks.
pub(super) fn save_settings(settings: &Settings, paths: &Paths) -> Result<(), LibraryError> {
    settings::save(settings, &paths.settings)?;
    settings::keep_caps(&settings.caps, &paths.kept_caps())
}

/// Where a clip lies, by its path as the library keeps it: relative to the clip folder, or absolute.
pub(super) fn clip_file(clips: &Path, path: &Path) -> PathBuf {
    // Joining an absolute path gives that path.
    clips.join(path)
}

/// Runs `work` on a thread on which it may block.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, SessionError> {
    Ok(tokio::task::spawn_blocking(work).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_on_spending_survive_the_loss_of_the_settings() {
        use crate::domain::caps::{Cap, Caps};
        use crate::domain::{Amount, Money};

        let dir = tempfile::tempdir().expect("a folder");
        let find = || Home::find(Some(dir.path())).expect("a folder");
        let home = find();
        assert_eq!((home.settings.caps, &home.warnings), (Caps::default(), &vec![]), "a first start");
        let day = Cap { limit: Amount::Money(Money(3_000_000)), is_on: true };
        let settings = Settings { caps: Caps { day, ..Caps::default() }, ..home.settings.clone() };
        home.save_settings(&settings).expect("a writable folder");
        assert_eq!((find().settings.caps.day, find().warnings), (day, vec![]));

        std::fs::write(&home.paths.settings, "theme = = damaged").expect("a writable folder");
        let damaged = find();
        assert_eq!((damaged.settings.caps.day, damaged.warnings.len()), (day, 2), "{:?}", damaged.warnings);
        std::fs::remove_file(&home.paths.settings).expect("it is there");
        let gone = find();
        assert_eq!((gone.settings.caps.day, gone.warnings.len()), (day, 1), "{:?}", gone.warnings);
        // What the user writes into a file that can be read counts, whatever was kept.
        std::fs::write(&home.paths.settings, "theme = \"dark\"").expect("a writable folder");
        assert_eq!((find().settings.caps, find().warnings), (Caps::default(), vec![]));
        std::fs::write(&home.paths.settings, "= damaged").expect("a writable folder");
        std::fs::remove_file(home.paths.kept_caps()).expect("it is there");
        let lost = find();
        assert!(lost.settings.caps.day.is_on && lost.settings.caps.month.is_on && lost.settings.caps.run.is_on);
    }

    #[test]
    fn what_stands_in_the_way_of_the_network_is_told_with_advice() {
        let [proxy, certificates] = network_checks(Some("the proxy in ALL_PROXY is …".to_owned()), None);
        assert!(!proxy.ok && proxy.detail.contains("ALL_PROXY") && proxy.advice.is_some(), "{proxy:?}");
        assert!(certificates.ok && certificates.advice.is_none(), "{certificates:?}");
        let [proxy, certificates] = network_checks(None, Some("there are none".to_owned()));
        assert!(proxy.ok && !certificates.ok && certificates.advice.is_some(), "{certificates:?}");
    }
}
