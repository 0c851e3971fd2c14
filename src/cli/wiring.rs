//! Where the command line is put together: folders, settings, keyring, library, engine, practice gateway.
//!
//! The other files of `cli` know only what stands here, so the rules of who may know whom hold for them without exception.

use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::mpsc::Receiver;

use super::Stop;
use super::exit::Exit;
use super::rebuild::Rebuilt;
use crate::desktop;
use crate::domain::outcome::KeyCheck;
use crate::domain::{CreditValue, GatewayId, Job};
use crate::engine::command::Command;
use crate::engine::event::{Event, Live};
use crate::engine::rebuild::{self, Meaning};
use crate::engine::runtime::{self, EngineHandle, Options, Parts};
use crate::gateway::{Client, Connection, Http, check_base_url};
use crate::keys::{KeyError, Keys};
use crate::library::settings::Settings;
use crate::library::{Library, LibraryError, Opened, Paths};
use crate::media::{self, PreparedPicture};
use crate::practice::{Config, Faults, Practice};

/// After this time a word is said about the password store, which may be waiting for its own password.
const KEYRING_PATIENCE: Duration = Duration::from_secs(5);

/// The folders and settings that a command works on, and the keyring. Nothing is written before [`Home::start`].
#[derive(Debug)]
pub(super) struct Home {
    paths: Paths,
    settings: Settings,
    warnings: Vec<String>,
    keys: Keys,
}

/// A gateway that can be reached. Opaque to the commands.
#[derive(Debug)]
pub(super) enum Link {
    /// Over the network.
    Remote(Connection),
    /// The practice gateway; its server starts with the session.
    Practice,
}

impl Home {
    /// Finds the folders of `library`, else of the user, and reads the settings.
    pub(super) fn find(library: Option<&Path>) -> Result<Self, Stop> {
        let mut paths = paths_of(library)?;
        let (settings, warnings) = Settings::load(&paths.settings);
        if let Some(folder) = &settings.clip_folder {
            paths.clips.clone_from(folder);
        }
        let warnings = warnings.iter().map(ToString::to_string).collect();
        Ok(Self { paths, settings, warnings, keys: Keys::of_system() })
    }

    /// What is wrong with the settings file.
    pub(super) fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The gateway that was chosen in the window.
    pub(super) fn chosen_gateway(&self) -> Option<GatewayId> {
        self.settings.chosen_gateway
    }

    /// What the user paid for credits.
    pub(super) fn credit_value(&self, gateway: GatewayId) -> Option<CreditValue> {
        self.settings.of(gateway).credit_value
    }

    /// Whether settings go out that the gateway does not document.
    pub(super) fn sends_undocumented(&self, gateway: GatewayId) -> bool {
        self.settings.of(gateway).send_undocumented
    }

    /// Where a job's clip lies.
    pub(super) fn file_of(&self, job: &Job) -> Option<PathBuf> {
        // Joining an absolute path gives that path.
        let file = self.paths.clips.join(&job.clip.as_ref()?.path);
        Some(std::path::absolute(&file).unwrap_or(file))
    }

    /// Whether a key is known.
    pub(super) async fn has_key(&self, gateway: GatewayId) -> bool {
        matches!(self.key(gateway).await, Ok(Some(_)))
    }

    async fn key(&self, gateway: GatewayId) -> Result<Option<SecretString>, KeyError> {
        let wait = self.keys.get(gateway);
        tokio::pin!(wait);
        let found = match tokio::time::timeout(KEYRING_PATIENCE, &mut wait).await {
            Ok(found) => found,
            Err(_elapsed) => {
                eprintln!("The password store does not answer yet. It may be waiting for its own password.");
                wait.await
            }
        };
        Ok(found?.map(|(key, _)| key))
    }

    /// How to reach a gateway: address from the environment, else the settings, else its own; key from the keyring or
    /// the environment. A missing key is found here, before anything is stored or sent.
    pub(super) async fn connection(&self, gateway: GatewayId) -> Result<Link, Stop> {
        let Some(default) = gateway.default_base_url() else { return Ok(Link::Practice) };
        let (text, origin) = match gateway.base_url_variable().and_then(|name| Some((std::env::var(name).ok()?, name)))
        {
            Some((text, name)) if !text.is_empty() => (text, name),
            _ => match &self.settings.of(gateway).base_url {
                Some(text) => (text.clone(), "settings.toml"),
                None => (default.to_owned(), "the built-in table"),
            },
        };
        let base_url = check_base_url(&text).map_err(|reason| {
            Stop::new(
                Exit::BadRequest,
                format!(
                    "The address of {gateway} in {origin} cannot be used: {reason}. Not charged. Correct it there."
                ),
            )
        })?;
        let missing = |cause: &str| {
            let variable = gateway.key_variable().unwrap_or_default();
            Stop::new(
                Exit::Key,
                format!(
                    "No key for {gateway} is known{cause}. Not charged: nothing was sent. Keep one with \
                     `rushes key set {gateway}`, or set {variable}."
                ),
            )
        };
        let key = match self.key(gateway).await {
            Ok(Some(key)) => key,
            Ok(None) => return Err(missing("")),
            Err(err) => return Err(missing(&format!(" ({err})"))),
        };
        let send_undocumented = self.sends_undocumented(gateway);
        Ok(Link::Remote(Connection { gateway, base_url, key: Some(key), send_undocumented }))
    }

    /// All jobs, read beside whoever has the library open.
    pub(super) async fn jobs(&self) -> Result<Vec<Job>, Stop> {
        let paths = self.paths.clone();
        blocking(move || Library::read_only(&paths)).await?.map_err(|err| library_stop(&err))
    }

    /// Brings a picture into the library. The error is a sentence for the user.
    pub(super) async fn import_picture(&self, file: &Path) -> Result<PreparedPicture, String> {
        let (file, inputs) = (file.to_owned(), self.paths.inputs());
        let imported = blocking(move || media::import_picture(&file, &inputs)).await;
        imported.map_err(|stop| stop.message)?.map_err(|err| err.to_string())
    }

    /// Opens the library and starts the engine, which goes on with unfinished jobs of connected gateways by itself.
    pub(super) async fn start(&self) -> Result<Session, Stop> {
        let paths = self.paths.clone();
        let Opened { library, jobs, warnings } =
            blocking(move || Library::open(&paths)).await?.map_err(|err| library_stop(&err))?;
        for warning in warnings {
            eprintln!("{warning}");
        }
        let http = Http::new().map_err(|err| Stop::new(Exit::LocalTrouble, format!("{err}. Not charged.")))?;
        let mut options = Options::new(self.paths.clone());
        for gateway in GatewayId::PAID {
            options.settings.at_once.insert(gateway, self.settings.of(gateway).at_once.into());
        }
        let parts = Parts {
            runtime: tokio::runtime::Handle::current(),
            library: library.clone(),
            jobs: jobs.iter().cloned().map(Into::into).collect(),
            http,
            connections: Vec::new(),
            options,
        };
        let (engine, events) = runtime::start(parts);
        Ok(Session { library, engine, events, jobs, practice: None, practice_folder: self.paths.practice() })
    }

    /// Brings the clips of `folder` into the library.
    pub(super) async fn rebuild(&self, folder: &Path) -> Result<Rebuilt, Stop> {
        let paths = self.paths.clone();
        // First of all, because another Rushes may have it open.
        let Opened { library, jobs, warnings } =
            blocking(move || Library::open(&paths)).await?.map_err(|err| library_stop(&err))?;
        for warning in warnings {
            eprintln!("{warning}");
        }
        let (paths, folder) = (self.paths.clone(), folder.to_owned());
        let looked = blocking(move || {
            let sightings = rebuild::look_through(&folder, &paths.data).map_err(|err| {
                format!("The folder {} cannot be read: {err}. Nothing was changed.", folder.display())
            })?;
            let meanings = rebuild::place(&sightings.clips, &jobs, &paths.clips, Path::exists);
            Ok(Rebuilt { sightings, meanings })
        })
        .await?;
        let rebuilt = looked.map_err(|message: String| Stop::new(Exit::LocalTrouble, message))?;
        let brought = rebuilt.meanings.iter().filter_map(|meaning| match meaning {
            Meaning::New(job) | Meaning::FoundAgain(job) => Some(Job::clone(job)),
            Meaning::Known | Meaning::Copy => None,
        });
        let stored = library.put_all(brought.collect()).await;
        library.close().await;
        stored.map_err(|err| library_stop(&err))?;
        Ok(rebuilt)
    }

    /// Keeps a key in the password store.
    pub(super) async fn set_key(&self, gateway: GatewayId, key: SecretString) -> Result<(), Stop> {
        self.keys.set(gateway, key).await.map_err(|err| match err {
            KeyError::NotAKey(_) => Stop::new(Exit::BadRequest, format!("{err}. Nothing was kept.")),
            _ => {
                let variable = gateway.key_variable().unwrap_or_default();
                Stop::new(Exit::LocalTrouble, format!("{err}. Set {variable} in the environment instead."))
            }
        })
    }

    /// Deletes a key from the password store.
    pub(super) async fn forget_key(&self, gateway: GatewayId) -> Result<(), Stop> {
        self.keys.forget(gateway).await.map_err(|err| Stop::new(Exit::LocalTrouble, format!("{err}.")))
    }

    /// Tries a gateway without spending anything.
    pub(super) async fn check_key(&self, gateway: GatewayId) -> Result<KeyCheck, Stop> {
        let Link::Remote(connection) = self.connection(gateway).await? else {
            return Ok(KeyCheck::Works { balance: None });
        };
        let http = Http::new().map_err(|err| Stop::new(Exit::LocalTrouble, format!("{err}.")))?;
        Ok(Client::new(&http, connection).check_key().await.outcome)
    }
}

/// The engine at work for one command.
#[derive(Debug)]
pub(super) struct Session {
    library: Library,
    engine: EngineHandle,
    events: Receiver<Event>,
    jobs: Vec<Job>,
    practice: Option<Practice>,
    practice_folder: PathBuf,
}

impl Session {
    /// What was found in the library when it was opened.
    pub(super) fn jobs(&self) -> &[Job] {
        &self.jobs
    }

    /// Lets the engine use a gateway.
    pub(super) async fn connect(&mut self, link: Link) -> Result<(), Stop> {
        let connection = match link {
            Link::Remote(connection) => connection,
            Link::Practice => {
                let config = Config { state_dir: Some(self.practice_folder.clone()), ..Config::default() };
                let practice = start_practice(config).await?;
                let connection = Connection {
                    gateway: GatewayId::Practice,
                    base_url: practice.apiin_url(),
                    key: Some(SecretString::from(GatewayId::PRACTICE_KEY.to_owned())),
                    send_undocumented: false,
                };
                self.practice = Some(practice);
                connection
            }
        };
        self.send(Command::Connect(connection)).await
    }

    /// Hands the engine a decision.
    pub(super) async fn send(&self, command: Command) -> Result<(), Stop> {
        self.engine
            .send(command)
            .map_err(|err| Stop::new(Exit::LocalTrouble, format!("The order was not taken: {err}. Not charged.")))
    }

    /// The latest numbers of running jobs.
    pub(super) fn live(&self) -> Live {
        self.engine.live()
    }

    /// The next event; `None` when the engine has ended.
    pub(super) async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// Ends the engine, which awaits an order that is on its way for some seconds, and closes the library. Returns jobs
    /// that changed meanwhile.
    pub(super) async fn close(mut self) -> Vec<Job> {
        self.engine.shutdown().await;
        let mut settled = Vec::new();
        while let Ok(event) = self.events.try_recv() {
            if let Event::JobChanged(job) = event {
                settled.push(*job);
            }
        }
        self.library.close().await;
        settled
    }
}

/// Starts the pretend gateway.
pub(super) async fn start_practice(config: Config) -> Result<Practice, Stop> {
    Practice::start(config)
        .await
        .map_err(|err| Stop::new(Exit::LocalTrouble, format!("The practice gateway cannot start: {err}. Not charged.")))
}

/// The folders of `--library`, else of the user.
fn paths_of(library: Option<&Path>) -> Result<Paths, Stop> {
    match library {
        // Absolute, so that printed paths lead there from any folder.
        Some(dir) => Ok(Paths::portable(&std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned()))),
        None => Paths::of_user().map_err(|err| library_stop(&err)),
    }
}

fn library_stop(err: &LibraryError) -> Stop {
    let advice = match err {
        LibraryError::InUse => "Close its window or wait for its command, or use another folder with --library",
        LibraryError::TooNew => "Use that one, or another folder with --library",
        LibraryError::Io { .. } | LibraryError::Database(_) | LibraryError::Closed => "Look at the folder named above",
    };
    Stop::new(Exit::LocalTrouble, format!("{err}. Not charged: nothing was sent. {advice}."))
}

/// Runs `work` where it may block.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Stop> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|err| Stop::new(Exit::LocalTrouble, format!("A part of Rushes broke: {err}. Not charged.")))
}

/// Starts the pretend gateway on a port, with a fault file.
pub(super) async fn start_practice_with(port: u16, faults: Option<&Path>) -> Result<Practice, Stop> {
    let mut config = Config { port, ..Config::default() };
    if let Some(file) = faults {
        let unusable = |reason: String| {
            Stop::new(Exit::BadRequest, format!("The fault file {} cannot be used: {reason}.", file.display()))
        };
        let text = std::fs::read_to_string(file).map_err(|err| unusable(err.to_string()))?;
        config.faults = Faults::from_json(&text).map_err(|err| unusable(err.to_string()))?;
    }
    start_practice(config).await
}

/// One thing that Rushes uses on this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// What it is.
    pub name: String,
    /// Whether it works.
    pub works: bool,
    /// Whether nothing goes without it.
    pub is_needed: bool,
    /// How it does.
    pub words: String,
    /// What would help.
    pub advice: Option<String>,
}

impl Home {
    /// Looks at everything that Rushes uses on this computer.
    pub(super) async fn examine(&self) -> Result<Vec<Finding>, Stop> {
        let (data, clips) = (self.paths.data.clone(), self.paths.clips.clone());
        let checks = blocking(move || desktop::doctor::examine(&data, &clips)).await?;
        let mut findings: Vec<Finding> = checks.into_iter().map(Finding::from).collect();
        findings.push(self.database_finding().await);
        for gateway in GatewayId::PAID {
            findings.push(self.gateway_finding(gateway).await);
        }
        Ok(findings)
    }

    async fn database_finding(&self) -> Finding {
        let (works, words, advice) = match self.jobs().await {
            Ok(jobs) => (true, format!("{} jobs in {}", jobs.len(), self.paths.database().display()), None),
            Err(stop) => (false, stop.message, Some("Opening Rushes tries to repair it.".to_owned())),
        };
        Finding { name: "database".to_owned(), works, is_needed: true, words, advice }
    }

    /// A gateway is asked only when its key is known, and nothing is spent.
    async fn gateway_finding(&self, gateway: GatewayId) -> Finding {
        let (works, words, advice) = match self.check_key(gateway).await {
            Ok(KeyCheck::Works { .. }) => (true, "reachable, takes the key".to_owned(), None),
            Ok(KeyCheck::CannotTell) => (true, "a key is known; no free call can try it".to_owned(), None),
            Ok(KeyCheck::Refused) => {
                (false, "refuses the key".to_owned(), Some(format!("Set the right one: rushes key set {gateway}")))
            }
            Ok(KeyCheck::Trouble(_)) => {
                (false, "gives no usable answer".to_owned(), Some("Look at the network or try later.".to_owned()))
            }
            Err(stop) if stop.exit == Exit::Key => {
                (false, "no key is known, so it was not asked".to_owned(), Some(stop.message))
            }
            Err(stop) => (false, stop.message, None),
        };
        Finding { name: gateway.name().to_owned(), works, is_needed: false, words, advice }
    }
}

impl From<desktop::doctor::Check> for Finding {
    fn from(check: desktop::doctor::Check) -> Self {
        Self {
            name: check.name.to_owned(),
            works: check.ok,
            // Without the folders nothing goes; all else has another way.
            is_needed: check.name.ends_with("folder"),
            words: check.detail,
            advice: check.advice,
        }
    }
}
