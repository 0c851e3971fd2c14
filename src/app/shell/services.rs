//! The real world behind the window: engine, library, password store, desktop, pictures.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};
use tokio_util::task::TaskTracker;
use url::Url;

use super::{Panes, Services};
use crate::app::action::{Effect, Input, KeyFound};
use crate::app::repainter::Repainter;
use crate::app::state::{AT_ONCE_AT_FIRST, KeyPlace, Preferences, ThemeChoice};
use crate::desktop::{open, picker};
use crate::domain::request::StoredPicture;
use crate::domain::{GatewayId, JobId};
use crate::engine::command::Command;
use crate::engine::event::{Event, Live};
use crate::engine::runtime::EngineHandle;
use crate::gateway::{Connection, check_base_url};
use crate::keys::{KeyError, KeySource, Keys};
use crate::library::settings::{Settings, Theme};
use crate::library::{Library, Paths};
use crate::media;
use crate::practice::{self, Practice};
use find::Question;

mod find;

mod files;
mod frames;

/// Inputs that may wait for the window.
const INPUTS: usize = 256;
/// After this time a word is said about the password store, which may be waiting for its own password.
const KEYRING_PATIENCE: Duration = Duration::from_secs(5);
/// Longest time that the end of the program takes.
const FAREWELL: Duration = Duration::from_secs(6);
/// A key shorter than this does not show its last characters: they would be too much of it.
const SHORT_KEY: usize = 16;

/// What [`World`] is made of.
pub(super) struct Parts {
    pub runtime: Runtime,
    pub engine: EngineHandle,
    pub events: mpsc::Receiver<Event>,
    pub library: Library,
    pub keys: Keys,
    pub paths: Paths,
    pub settings: Settings,
    pub repainter: Repainter,
}

/// The services of the program.
pub(super) struct World {
    runtime: Option<Runtime>,
    tasks: TaskTracker,
    engine: EngineHandle,
    events: mpsc::Receiver<Event>,
    library: Library,
    keys: Keys,
    paths: Paths,
    settings: Settings,
    to_save: Option<watch::Sender<Settings>>,
    questions: Option<watch::Sender<Question>>,
    reports: Reports,
    inputs: Receiver<Input>,
    pickers: Vec<(Wanted, Receiver<picker::Picked>)>,
    practice: Arc<Mutex<Option<Practice>>>,
    /// Files are being looked for.
    is_checking_files: Arc<AtomicBool>,
    repainter: Repainter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Picture,
    Folder,
    /// The missing file of a clip.
    Clip(JobId),
}

/// How tasks tell the window something: sent first, then the window is woken.
#[derive(Clone)]
struct Reports {
    inputs: SyncSender<Input>,
    repainter: Repainter,
}

impl Reports {
    fn put(&self, input: Input) {
        // When the window takes nothing any more, it is gone.
        if self.inputs.try_send(input).is_err() {
            tracing::warn!("the window did not take an answer");
        }
        self.repainter.wake();
    }
}

impl World {
    pub(super) fn new(parts: Parts) -> Self {
        let Parts { runtime, engine, events, library, keys, paths, settings, repainter } = parts;
        let (sender, inputs) = sync_channel(INPUTS);
        let reports = Reports { inputs: sender, repainter: repainter.clone() };
        let tasks = TaskTracker::new();
        let (to_save, saves) = watch::channel(settings.clone());
        let path = paths.settings.clone();
        let told = reports.clone();
        tasks.spawn_on(keep_saving(saves, path, told), runtime.handle());
        let (questions, asked) = watch::channel(Question::default());
        tasks.spawn_on(find::keep_answering(library.clone(), asked, reports.clone()), runtime.handle());
        let world = Self {
            runtime: Some(runtime),
            tasks,
            engine,
            events,
            library,
            keys,
            paths,
            settings,
            to_save: Some(to_save),
            questions: Some(questions),
            reports,
            inputs,
            pickers: Vec::new(),
            practice: Arc::default(),
            is_checking_files: Arc::default(),
            repainter,
        };
        world.start_practice();
        world
    }

    /// The practice gateway listens from the start: the first clip needs nothing.
    fn start_practice(&self) {
        let (slot, engine, reports) = (Arc::clone(&self.practice), self.engine.clone(), self.reports.clone());
        let config = practice::Config { state_dir: Some(self.paths.practice()), ..practice::Config::default() };
        self.spawn(async move {
            let started = match Practice::start(config).await {
                Ok(practice) => {
                    let connection = Connection {
                        gateway: GatewayId::Practice,
                        base_url: practice.apiin_url(),
                        key: Some(SecretString::from(GatewayId::PRACTICE_KEY.to_owned())),
                        send_undocumented: false,
                    };
                    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(practice);
                    engine.send(Command::Connect(connection)).map_err(|err| err.to_string())
                }
                Err(err) => Err(format!("The practice gateway cannot start: {err}.")),
            };
            reports.put(Input::PracticeStarted(started));
        });
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        if let Some(runtime) = &self.runtime {
            self.tasks.spawn_on(task, runtime.handle());
        }
    }

    /// Work that may block, away from the window.
    fn spawn_blocking(&self, work: impl FnOnce(&Reports) + Send + 'static) {
        let reports = self.reports.clone();
        if let Some(runtime) = &self.runtime {
            self.tasks.spawn_blocking_on(move || work(&reports), runtime.handle());
        }
    }

    fn send(&self, command: Command) {
        if let Err(err) = self.engine.send(command) {
            self.reports.put(Input::Trouble(format!("That was not done: {err}. Try again.")));
        }
    }

    fn save(&mut self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings);
        if let Some(to_save) = &self.to_save {
            to_save.send_replace(self.settings.clone());
        }
    }

    /// Looks for the key and connects the engine with it. May wait for as long as the password store does.
    fn connect(&self, gateway: GatewayId, preferences: &Preferences) {
        let address = address_of(gateway, preferences);
        let send_undocumented = gateway == GatewayId::Aigateway && preferences.send_undocumented;
        let (keys, engine, reports) = (self.keys.clone(), self.engine.clone(), self.reports.clone());
        self.spawn(async move {
            let base_url = match address {
                Ok(url) => {
                    reports.put(Input::AddressChecked(gateway, None));
                    url
                }
                Err(reason) => {
                    reports.put(Input::AddressChecked(gateway, Some(reason)));
                    return;
                }
            };
            let found = patient_key(&keys, gateway, &reports).await;
            let (command, found) = match found {
                Ok(Some((key, source))) => {
                    let last_four = last_four(&key);
                    let connection = Connection { gateway, base_url, key: Some(key), send_undocumented };
                    (Command::Connect(connection), KeyFound::Present { place: place_of(source), last_four })
                }
                Ok(None) => (Command::Disconnect(gateway), KeyFound::None),
                Err(err) => (Command::Disconnect(gateway), KeyFound::Trouble(err.to_string())),
            };
            if engine.send(command).is_err() {
                tracing::warn!(%gateway, "the engine took no connection");
            }
            reports.put(Input::KeyFound(gateway, found));
        });
    }

    fn check_key(&self, gateway: GatewayId, preferences: &Preferences) {
        let Ok(base_url) = address_of(gateway, preferences) else { return };
        let send_undocumented = gateway == GatewayId::Aigateway && preferences.send_undocumented;
        let (keys, engine) = (self.keys.clone(), self.engine.clone());
        self.spawn(async move {
            let key = keys.get(gateway).await.ok().flatten().map(|(key, _)| key);
            let connection = Connection { gateway, base_url, key, send_undocumented };
            if engine.send(Command::CheckKey(connection)).is_err() {
                tracing::warn!(%gateway, "the engine took no key to check");
            }
        });
    }

    fn store_key(&self, gateway: GatewayId, key: SecretString, for_session: bool) {
        let (keys, reports) = (self.keys.clone(), self.reports.clone());
        self.spawn(async move {
            let stored = if for_session { keys.set_for_session(gateway, key) } else { keys.set(gateway, key).await };
            reports.put(Input::KeyStored(gateway, stored.map_err(|err| err.to_string())));
        });
    }

    fn show(&self, job: JobId, path: PathBuf, opens: fn(&std::path::Path) -> open::Opened) {
        // Joining an absolute path gives that path.
        let file = self.paths.clips.join(path);
        self.spawn_blocking(move |reports| {
            if let Err(reason) = opens(&file) {
                let is_missing = matches!(file.try_exists(), Ok(false));
                reports.put(Input::OpenFailed { job, is_missing, reason });
            }
        });
    }

    fn pick(&mut self, wanted: Wanted) {
        let repainter = self.repainter.clone();
        let wake = move || repainter.wake();
        let picked = match wanted {
            Wanted::Picture => picker::pick_picture(wake),
            Wanted::Folder => picker::pick_folder(wake),
            Wanted::Clip(_) => picker::pick_film(wake),
        };
        self.pickers.push((wanted, picked));
    }

    fn picked(&mut self) -> Option<Input> {
        for index in 0..self.pickers.len() {
            let (wanted, receiver) = &self.pickers[index];
            let wanted = *wanted;
            let picked = match receiver.try_recv() {
                Ok(picked) => picked,
                Err(TryRecvError::Empty) => continue,
                Err(TryRecvError::Disconnected) => picker::Picked::Cancelled,
            };
            self.pickers.remove(index);
            return Some(match (picked, wanted) {
                (picker::Picked::Picked(path), Wanted::Picture) => Input::PicturePicked(Some(path)),
                (picker::Picked::Picked(path), Wanted::Folder) => Input::FolderPicked(Some(path)),
                (picker::Picked::Cancelled, Wanted::Picture) => Input::PicturePicked(None),
                (picker::Picked::Cancelled, Wanted::Folder) => Input::FolderPicked(None),
                (picker::Picked::NoPicker(reason), Wanted::Picture) => Input::NoPicker(reason),
                (picker::Picked::Picked(path), Wanted::Clip(job)) => Input::FilePicked(job, Some(path)),
                (picker::Picked::Cancelled, Wanted::Clip(job)) => Input::FilePicked(job, None),
                (picker::Picked::NoPicker(reason), Wanted::Folder | Wanted::Clip(_)) => Input::Trouble(reason),
            });
        }
        None
    }
}

impl Services for World {
    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Engine(command) => self.send(command),
            Effect::KeepDraft(draft) => {
                if self.settings.chosen_gateway.is_some_and(|chosen| chosen != draft.gateway) {
                    self.save(|settings| settings.chosen_gateway = Some(draft.gateway));
                }
                let (library, reports) = (self.library.clone(), self.reports.clone());
                self.spawn(async move {
                    if let Err(err) = library.keep_draft(*draft).await {
                        reports.put(Input::Trouble(format!("The form was not kept. {err}.")));
                    }
                });
            }
            Effect::SavePreferences(preferences) => {
                self.save(|settings| write_preferences(&preferences, settings));
            }
            Effect::Connect(gateway, preferences) => self.connect(gateway, &preferences),
            Effect::StoreKey { gateway, key, for_session } => self.store_key(gateway, key, for_session),
            Effect::ForgetKey(gateway) => {
                let (keys, reports) = (self.keys.clone(), self.reports.clone());
                self.spawn(async move {
                    let forgotten = keys.forget(gateway).await.map_err(|err| err.to_string());
                    reports.put(Input::KeyStored(gateway, forgotten));
                });
            }
            Effect::CheckKey(gateway, preferences) => self.check_key(gateway, &preferences),
            Effect::OpenClip(job, path) => self.show(job, path, open::open_file_now),
            Effect::Reveal(job, path) => self.show(job, path, open::reveal_now),
            Effect::OpenUrl(address) => self.spawn_blocking(move |reports| {
                let opened =
                    Url::parse(address).map_err(|err| err.to_string()).and_then(|url| open::open_url_now(&url));
                if let Err(reason) = opened {
                    reports.put(Input::Trouble(reason));
                }
            }),
            Effect::PickPicture => self.pick(Wanted::Picture),
            Effect::PickFolder => self.pick(Wanted::Folder),
            Effect::ImportPicture(path) => {
                let inputs = self.paths.inputs();
                self.spawn_blocking(move |reports| {
                    let imported = media::import_picture(&path, &inputs)
                        .map(|prepared| (prepared.picture, prepared.remarks))
                        .map_err(|err| err.to_string());
                    reports.put(Input::PictureImported(imported));
                });
            }
            Effect::LoadExchange(job) => {
                let (library, reports) = (self.library.clone(), self.reports.clone());
                self.spawn(async move { reports.put(find::exchange(&library, job).await) });
            }
            Effect::Search { text, question } => {
                if let Some(questions) = &self.questions {
                    questions.send_replace(Question { text, number: question });
                }
            }
            Effect::ImportPasted(pasted) => {
                let inputs = self.paths.inputs();
                self.spawn_blocking(move |reports| {
                    let imported = media::import_pixels(pasted.width, pasted.height, &pasted.rgba, &inputs)
                        .map(|prepared| (prepared.picture, prepared.remarks))
                        .map_err(|err| err.to_string());
                    reports.put(Input::PictureImported(imported));
                });
            }
            Effect::CheckFiles(files) => self.check_files(files),
            Effect::FindProjects => self.find_projects(),
            Effect::MakeProjectFolder(project) => self.make_project_folder(project),
            Effect::PickFile(job) => self.pick(Wanted::Clip(job)),
            Effect::TakeFrame { job, path, frame } => self.take_frame(job, path, frame),
            Effect::Draw(_)
            | Effect::CopyText(_)
            | Effect::CopyFileList(_)
            | Effect::ApplyTheme(_)
            | Effect::ApplyScale(_)
            | Effect::FocusPrompt
            | Effect::Quit => tracing::warn!("an effect of the window came to its services"),
        }
    }

    fn receive(&mut self) -> Option<Input> {
        if let Ok(event) = self.events.try_recv() {
            return Some(Input::Engine(event));
        }
        self.inputs.try_recv().ok().or_else(|| self.picked())
    }

    fn live(&self) -> Live {
        self.engine.live()
    }

    fn poster_file(&self, job: JobId) -> PathBuf {
        self.paths.poster(job)
    }

    fn filmstrip_file(&self, job: JobId) -> PathBuf {
        self.paths.filmstrip(job)
    }

    fn clip_file(&self, path: &Path) -> PathBuf {
        // Joining an absolute path gives that path.
        self.paths.clips.join(path)
    }

    fn picture_file(&self, picture: &StoredPicture) -> PathBuf {
        self.paths.inputs().join(picture.file_name())
    }

    fn close(&mut self, panes: Panes) {
        self.save(|settings| write_panes(panes, settings));
        // The last values are written when the sender goes.
        self.to_save = None;
        self.questions = None;
        self.tasks.close();
        let Some(runtime) = self.runtime.take() else { return };
        let (engine, library, tasks) = (self.engine.clone(), self.library.clone(), self.tasks.clone());
        runtime.block_on(async {
            // A task that waits for the password store must not keep the program, so there is a limit.
            let end = async {
                engine.shutdown().await;
                tokio::time::timeout(Duration::from_secs(2), tasks.wait()).await.ok();
                library.close().await;
            };
            if tokio::time::timeout(FAREWELL, end).await.is_err() {
                tracing::warn!("the end took too long");
            }
        });
        self.practice.lock().unwrap_or_else(PoisonError::into_inner).take();
        runtime.shutdown_timeout(Duration::from_secs(1));
    }
}

/// Writes the settings whenever they change, the newest only.
async fn keep_saving(mut saves: watch::Receiver<Settings>, path: PathBuf, reports: Reports) {
    loop {
        let is_last = saves.changed().await.is_err();
        let has_new = saves.has_changed().unwrap_or(true);
        let settings = saves.borrow_and_update().clone();
        if !is_last || has_new {
            let path = path.clone();
            let saved = tokio::task::spawn_blocking(move || settings.save(&path)).await;
            if let Ok(Err(err)) = saved {
                reports.put(Input::Trouble(format!("{err}.")));
            }
        }
        if is_last {
            return;
        }
    }
}

/// The key; a word is said to the window when the password store takes long.
async fn patient_key(
    keys: &Keys,
    gateway: GatewayId,
    reports: &Reports,
) -> Result<Option<(SecretString, KeySource)>, KeyError> {
    let wait = keys.get(gateway);
    tokio::pin!(wait);
    match tokio::time::timeout(KEYRING_PATIENCE, &mut wait).await {
        Ok(found) => found,
        Err(_elapsed) => {
            let words = "The password store does not answer yet. It may be waiting for its own password";
            reports.put(Input::KeyFound(gateway, KeyFound::Trouble(words.to_owned())));
            wait.await
        }
    }
}

/// Address of a gateway: from the environment, else as typed, else its own.
fn address_of(gateway: GatewayId, preferences: &Preferences) -> Result<Url, String> {
    let own = gateway.default_base_url().unwrap_or_default();
    let typed = preferences.base_urls.get(&gateway).cloned();
    check_base_url(&environment_url(gateway).or(typed).unwrap_or_else(|| own.to_owned()))
}

/// The address that the environment sets for a gateway.
pub(super) fn environment_url(gateway: GatewayId) -> Option<String> {
    gateway.base_url_variable().and_then(|name| std::env::var(name).ok()).filter(|text| !text.is_empty())
}

fn last_four(key: &SecretString) -> Option<String> {
    let key = key.expose_secret();
    (key.len() >= SHORT_KEY && key.is_ascii()).then(|| key[key.len() - 4..].to_owned())
}

fn place_of(source: KeySource) -> KeyPlace {
    match source {
        KeySource::Keyring => KeyPlace::Keyring,
        KeySource::Environment => KeyPlace::Environment,
        KeySource::Session => KeyPlace::Session,
    }
}

/// The settings as the window sees them.
pub(super) fn read_preferences(settings: &Settings) -> Preferences {
    let base_urls = GatewayId::PAID
        .into_iter()
        .filter_map(|gateway| Some((gateway, settings.of(gateway).base_url.clone()?)))
        .collect();
    Preferences {
        theme: match settings.theme {
            Theme::System => ThemeChoice::System,
            Theme::Dark => ThemeChoice::Dark,
            Theme::Light => ThemeChoice::Light,
        },
        scale_percent: settings.interface_scale,
        clip_folder: settings.clip_folder.clone(),
        credit_value: settings.apiin.credit_value,
        send_undocumented: settings.aigateway.send_undocumented,
        base_urls,
        at_once: GatewayId::PAID.map(|gateway| (gateway, settings.of(gateway).at_once)).into(),
        shows_practice: settings.practice_enabled,
        is_welcomed: settings.chosen_gateway.is_some(),
        look: settings.look.clone(),
    }
}

fn write_preferences(preferences: &Preferences, settings: &mut Settings) {
    settings.theme = match preferences.theme {
        ThemeChoice::System => Theme::System,
        ThemeChoice::Dark => Theme::Dark,
        ThemeChoice::Light => Theme::Light,
    };
    settings.interface_scale = preferences.scale_percent;
    settings.clip_folder.clone_from(&preferences.clip_folder);
    settings.apiin.credit_value = preferences.credit_value;
    settings.aigateway.send_undocumented = preferences.send_undocumented;
    for gateway in GatewayId::PAID {
        let of_gateway = settings.of_mut(gateway);
        of_gateway.base_url = preferences.base_urls.get(&gateway).cloned();
        of_gateway.at_once = preferences.at_once.get(&gateway).copied().unwrap_or(AT_ONCE_AT_FIRST);
    }
    settings.practice_enabled = preferences.shows_practice;
    settings.look.clone_from(&preferences.look);
    if preferences.is_welcomed && settings.chosen_gateway.is_none() {
        settings.chosen_gateway = Some(GatewayId::Practice);
    }
}

fn write_panes(panes: Panes, settings: &mut Settings) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a window can have")]
    let whole = |points: f32, least: f32, most: f32| points.round().clamp(least, most) as u16;
    if let Some((width, height)) = panes.window {
        settings.window_size = Some((whole(width, 400.0, 16_384.0), whole(height, 400.0, 16_384.0)));
    }
    if panes.form_width > 0.0 {
        settings.form_width = whole(panes.form_width, 272.0, 400.0);
    }
    if panes.details_width > 0.0 {
        settings.details_width = whole(panes.details_width, 280.0, 480.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::browsing::{CardSize, KeptLook, ProjectChoice, SortBy, View};
    use crate::domain::{CreditValue, Credits, Money};

    #[test]
    fn what_the_window_sets_comes_back() {
        let preferences = Preferences {
            theme: ThemeChoice::Light,
            scale_percent: 115,
            clip_folder: Some("/films".into()),
            credit_value: CreditValue::new(Money(20_000_000), Credits(10_000)),
            send_undocumented: true,
            base_urls: [(GatewayId::Apiin, "http://127.0.0.1:9/api/v1".to_owned())].into(),
            at_once: [(GatewayId::Apiin, 4), (GatewayId::Aigateway, 1)].into(),
            shows_practice: false,
            is_welcomed: true,
            look: KeptLook {
                sort_by: SortBy::Stars,
                view: View::Wall,
                card_size: CardSize::Large,
                project: ProjectChoice::None,
            },
        };
        let mut settings = Settings::default();
        write_preferences(&preferences, &mut settings);
        assert_eq!(read_preferences(&settings), preferences);
    }

    #[test]
    fn short_keys_show_nothing_of_themselves() {
        assert_eq!(last_four(&SecretString::from("sk-0123456789c901")), Some("c901".to_owned()));
        assert_eq!(last_four(&SecretString::from("0123c901")), None);
    }

    #[test]
    fn measures_stay_within_what_the_settings_take() {
        let mut settings = Settings::default();
        let panes = Panes { window: Some((99_999.0, 1.0)), form_width: 5_000.0, details_width: 0.0 };
        let before = settings.details_width;
        write_panes(panes, &mut settings);
        assert_eq!(settings.window_size, Some((16_384, 400)));
        assert_eq!((settings.form_width, settings.details_width), (400, before));
    }
}
