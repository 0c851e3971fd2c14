//! A session: the open library and the engine at work on it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use secrecy::SecretString;
use tokio::runtime::Handle;
use tokio::sync::mpsc::Receiver;

use super::connect::{self, KeyKnown, Link};
use super::error::{KeyError, LibraryError, SessionError};
use super::home::{Home, Paths, clip_file, save_settings};
use super::practice::{Practice, practice_of};
use super::whereabouts::Look;
use crate::domain::progress::History;
use crate::domain::shared::SharedJob;
use crate::domain::storyboard::Storyboards;
use crate::domain::{BucketKeys, Draft, GatewayId, Job, JobId, RawExchange, Settings, SpendingRules};
use crate::engine::command::Command;
use crate::engine::event::{Event, Live};
use crate::engine::machine::Sends;
use crate::engine::runtime::{self, Busy, EngineHandle, EngineOptions};
use crate::gateway::{BucketConnection, Http};
use crate::keys::Keys;
use crate::library::{Library, settings};
use crate::media::{self, PictureError, PreparedPicture, TakenFrame};

/// What differs between the runs of a session.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Which queued orders are sent.
    pub sends: Sends,
    /// How long the end waits for an order that is on its way.
    pub farewell: Duration,
}

impl Manner {
    /// How the window runs: it sends whatever is queued, and its user does not wait long for its end.
    pub const WINDOW: Self = Self { sends: Sends::All, farewell: Duration::from_secs(3) };

    /// How a command runs. Nobody looks at it while it waits for its last answer.
    pub const fn command(sends: Sends) -> Self {
        Self { sends, farewell: Duration::from_secs(20) }
    }
}

/// The open library with its engine. Cheap to clone; all clones are the same session.
#[derive(Clone, Debug)]
pub struct Session {
    paths: Arc<Paths>,
    /// The clip folder, which may change while the session runs.
    clips: Arc<RwLock<PathBuf>>,
    /// The clip folder of whoever has chosen none.
    usual_clips: Arc<PathBuf>,
    keys: Keys,
    pub(super) library: Library,
    engine: EngineHandle,
    practice: Arc<Mutex<Option<Practice>>>,
    whereabouts: Arc<Look>,
}

/// How long after the start the engine has certainly held what is to be held.
const HELD_AFTER: Duration = Duration::from_secs(5);

impl Session {
    /// Starts the engine on an open library, with its live jobs. It goes on with unfinished jobs of connected gateways by itself; no
    /// gateway is connected yet. `wake_up` is called after every event, and at most ten times a second when the
    /// progress of a running job changes. `manner` says which
    /// queued orders are sent.
    ///
    /// When the library was copied or moved since it was open last, the engine is told so, and holds its queued orders.
    ///
    /// # Errors
    ///
    /// [`SessionError::Network`] when the TLS library cannot start.
    pub fn start(
        home: &Home,
        library: Library,
        live: Vec<SharedJob>,
        history: History,
        runtime: Handle,
        manner: Manner,
        wake_up: impl Fn() + Send + Sync + 'static,
    ) -> Result<(Self, Receiver<Event>), SessionError> {
        let mut options = EngineOptions::new(home.paths.clone());
        options.wake_up = Arc::new(wake_up);
        options.sends = manner.sends;
        options.farewell = manner.farewell;
        options.rules = SpendingRules::from(&home.settings);
        if home.has_caps_as_set
            && let Err(err) = settings::keep_caps(&home.settings.caps, &home.paths.kept_caps())
        {
            tracing::warn!(%err, "the limits on spending were not kept a second time");
        }
        let whereabouts = Arc::new(Look::at(&home.paths));
        options.is_moved = whereabouts.is_moved;
        if whereabouts.is_moved {
            tracing::warn!("the library was copied or moved since it was open last; its queued orders wait");
        }
        let handle = runtime.clone();
        for gateway in GatewayId::PAID {
            options.limits.at_once.insert(gateway, home.settings.of(gateway).at_once.into());
        }
        let (engine, events) = runtime::start(runtime::EngineParts {
            runtime,
            library: library.clone(),
            live,
            history,
            http: Http::new()?,
            connections: Vec::new(),
            options,
        });
        let (look, books) = (Arc::clone(&whereabouts), library.clone());
        handle.spawn(async move {
            tokio::time::sleep(HELD_AFTER).await;
            // Answered after all that was to be stored before.
            if books.draft().await.is_ok() {
                look.note();
            }
        });
        let paths = Arc::new(home.paths.clone());
        let clips = Arc::new(RwLock::new(home.paths.clips.clone()));
        let usual_clips = Arc::new(home.usual_clips.clone());
        let (keys, practice) = (home.keys.clone(), Arc::default());
        Ok((Self { paths, clips, usual_clips, keys, library, engine, practice, whereabouts }, events))
    }

    /// Hands the engine a command. Never waits.
    ///
    /// # Errors
    ///
    /// When the engine is busy or has ended; the command is lost then.
    pub fn send(&self, command: Command) -> Result<(), Busy> {
        self.engine.send(command)
    }

    /// The latest progress of running jobs, such as downloaded bytes and what they wait for.
    pub fn live(&self) -> Live {
        self.engine.live()
    }

    /// Lets the engine use a gateway.
    ///
    /// # Errors
    ///
    /// When the practice gateway cannot start, or the engine takes nothing.
    pub async fn connect(&self, link: Link) -> Result<(), SessionError> {
        let connection = match link {
            Link::Remote(connection) => connection,
            Link::Practice => {
                let (practice, connection) = practice_of(&self.paths).await?;
                *self.practice.lock().unwrap_or_else(PoisonError::into_inner) = Some(practice);
                connection
            }
        };
        Ok(self.send(Command::Connect(connection))?)
    }

    /// Looks for the key of a gateway and lets the engine use the gateway with it, or not use it where there is none.
    /// Waits for as long as the password store does, and calls `on_wait` once when that is long.
    ///
    /// # Errors
    ///
    /// When the address may not be used, the password store gives no answer, or the engine takes nothing.
    pub async fn connect_with_key(
        &self,
        gateway: GatewayId,
        settings: &Settings,
        on_wait: impl FnOnce(),
    ) -> Result<Option<KeyKnown>, SessionError> {
        let base_url = connect::address(gateway, settings)?;
        let found = connect::patient_key(&self.keys, gateway, on_wait).await;
        let (command, known) = match found {
            Ok(Some((key, source))) => {
                let known = KeyKnown::of(&key, source);
                (Command::Connect(connect::connection(gateway, base_url, Some(key), settings)), Ok(Some(known)))
            }
            Ok(None) => (Command::Disconnect(gateway), Ok(None)),
            Err(cause) => (Command::Disconnect(gateway), Err(SessionError::NoKey { gateway, cause: Some(cause) })),
        };
        self.send(command)?;
        known
    }

    /// Has the engine try the key of a gateway without spending anything; the answer comes as an event.
    ///
    /// # Errors
    ///
    /// When the address may not be used, or the engine takes nothing.
    pub async fn check_key(&self, gateway: GatewayId, settings: &Settings) -> Result<(), SessionError> {
        let base_url = connect::address(gateway, settings)?;
        let key = self.keys.get(gateway).await.ok().flatten().map(|(key, _)| key);
        Ok(self.send(Command::CheckKey(connect::connection(gateway, base_url, key, settings)))?)
    }

    /// Keeps a key in the password store, or in memory until the program ends.
    ///
    /// # Errors
    ///
    /// When it is no key, or the password store does not take it.
    pub async fn store_key(&self, gateway: GatewayId, key: SecretString, for_session: bool) -> Result<(), KeyError> {
        if for_session { self.keys.set_for_session(gateway, key) } else { self.keys.set(gateway, key).await }
    }

    /// Deletes a key from the password store and from memory.
    ///
    /// # Errors
    ///
    /// When the password store may still hold it.
    pub async fn forget_key(&self, gateway: GatewayId) -> Result<(), KeyError> {
        self.keys.forget(gateway).await
    }

    /// Looks for the keys of the bucket that the settings name and lets the engine use it, or no bucket where something is
    /// missing. Waits for as long as the password store does, and calls `on_wait` once when that is long. The password store
    /// is asked only when a bucket is set up.
    ///
    /// # Errors
    ///
    /// When the password store gives no answer, or the engine takes nothing.
    pub async fn connect_bucket(
        &self,
        settings: &Settings,
        on_wait: impl FnOnce(),
    ) -> Result<Option<KeyKnown>, SessionError> {
        let found = connect::bucket(&self.keys, settings, on_wait).await;
        let (connection, known) = match found {
            Ok(Some((connection, known))) => (Some(connection), Ok(Some(known))),
            Ok(None) => (None, Ok(None)),
            Err(cause) => (None, Err(SessionError::Bucket(cause))),
        };
        self.send(Command::UseBucket(connection))?;
        known
    }

    /// Has the engine write, read and delete a small object in the bucket that the settings name; the answer comes as
    /// [`Event::BucketChecked`]. `keys` are tried where they are given, else those that are known.
    ///
    /// # Errors
    ///
    /// [`SessionError::NoBucket`] when no bucket or no keys are set up, and when the password store gives no answer or the
    /// engine takes nothing.
    pub async fn check_bucket(&self, settings: &Settings, keys: Option<BucketKeys>) -> Result<(), SessionError> {
        let place = settings.pictures.bucket.clone();
        let connection = match (place, keys) {
            (Some(place), Some(keys)) => BucketConnection { place, keys },
            _ => {
                let found = connect::bucket(&self.keys, settings, || {}).await.map_err(SessionError::Bucket)?;
                found.ok_or(SessionError::NoBucket)?.0
            }
        };
        Ok(self.send(Command::CheckBucket(connection))?)
    }

    /// Keeps the keys of the bucket in the password store, or in memory until the program ends.
    ///
    /// # Errors
    ///
    /// When the password store does not take them.
    pub async fn store_bucket_keys(&self, keys: &BucketKeys, for_session: bool) -> Result<(), KeyError> {
        if for_session {
            self.keys.set_bucket_for_session(keys);
            return Ok(());
        }
        self.keys.set_bucket(keys).await
    }

    /// Deletes the keys of the bucket from the password store and from memory.
    ///
    /// # Errors
    ///
    /// When the password store may still hold them.
    pub async fn forget_bucket_keys(&self) -> Result<(), KeyError> {
        self.keys.forget_bucket().await
    }

    /// Stores the form as it stands, for the next start.
    ///
    /// # Errors
    ///
    /// When the library cannot be written.
    pub async fn keep_draft(&self, draft: Draft) -> Result<(), LibraryError> {
        self.library.keep_draft(draft).await
    }

    /// Stores all storyboards as they stand, for the next start.
    ///
    /// # Errors
    ///
    /// When the library cannot be written.
    pub async fn keep_storyboards(&self, boards: Storyboards) -> Result<(), LibraryError> {
        self.library.keep_storyboards(boards).await
    }

    /// The jobs that are found by what was typed, as [`SearchWords`](crate::domain::search::SearchWords) says; all for
    /// nothing typed.
    ///
    /// # Errors
    ///
    /// When the search index cannot be read.
    pub async fn search(&self, typed: String) -> Result<Vec<JobId>, LibraryError> {
        self.library.search(typed).await
    }

    /// Every job that can be read, oldest first, hidden ones included.
    ///
    /// # Errors
    ///
    /// When the library cannot be read.
    pub async fn every_job(&self) -> Result<Vec<Job>, LibraryError> {
        self.library.every_job().await
    }

    /// Jobs of this name, or with these last eight digits of it, in lower case: none, one, or two when there are several.
    ///
    /// # Errors
    ///
    /// When the library cannot be read.
    pub async fn find(&self, wanted: String) -> Result<Vec<Job>, LibraryError> {
        self.library.find(wanted).await
    }

    /// The last conversation with a gateway about a job; `None` where there was none.
    ///
    /// # Errors
    ///
    /// When the library cannot be read.
    pub async fn exchange(&self, job: JobId) -> Result<Option<RawExchange>, LibraryError> {
        self.library.exchange(job).await
    }

    /// Writes the settings file. Blocks.
    ///
    /// # Errors
    ///
    /// When it cannot be read or written.
    pub fn save_settings(&self, settings: &Settings) -> Result<(), LibraryError> {
        save_settings(settings, &self.paths)
    }

    /// Brings a picture file into the library. Blocks.
    ///
    /// # Errors
    ///
    /// When it is no picture that can be used; the text is a sentence for the user.
    pub fn import_picture(&self, file: &Path) -> Result<PreparedPicture, PictureError> {
        media::import_picture(file, &self.paths.inputs())
    }

    /// Brings the pixels of a picture, four bytes each, into the library. Blocks.
    ///
    /// # Errors
    ///
    /// When the picture cannot be used, as for [`Session::import_picture`].
    pub fn import_pixels(&self, width: u32, height: u32, rgba: &[u8]) -> Result<PreparedPicture, PictureError> {
        media::import_pixels(width, height, rgba, &self.paths.inputs())
    }

    /// Makes a start picture of a clip's frame, counted from 0 in the order of display. Blocks.
    ///
    /// # Errors
    ///
    /// When the film cannot be decoded; the text is a sentence for the user.
    pub fn take_frame(&self, clip: &Path, frame: u32) -> Result<TakenFrame, PictureError> {
        media::take_frame(&self.clip_file(clip), frame, &self.paths.inputs())
    }

    /// The folders and files of the library. The clip folder in it is that of the start.
    pub fn paths(&self) -> &Paths {
        &self.paths
    }

    /// The folder that clips are saved in now.
    pub fn clip_folder(&self) -> PathBuf {
        self.clips.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn usual_clips(&self) -> &Path {
        &self.usual_clips
    }

    pub(super) fn use_clip_folder(&self, folder: PathBuf) {
        *self.clips.write().unwrap_or_else(PoisonError::into_inner) = folder;
    }

    /// Where a clip lies, by its path as the library keeps it: relative to the clip folder, or absolute.
    pub fn clip_file(&self, path: &Path) -> PathBuf {
        clip_file(&self.clips.read().unwrap_or_else(PoisonError::into_inner), path)
    }

    /// Ends the engine, which awaits an order that is on its way for some seconds, closes the library, and stops the
    /// practice gateway. `between` is awaited after the engine has ended and before the library closes.
    pub async fn close(self, between: impl Future<Output = ()>) {
        self.engine.shutdown().await;
        self.whereabouts.note();
        between.await;
        self.library.close().await;
        self.practice.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}
