//! The services of the real program: engine, library, password store, desktop and file dialogs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};
use tokio_util::task::TaskTracker;

use super::repainter::Repainter;
use super::services::Services;
use crate::app::action::bucket::{BucketNews, BucketWork};
use crate::app::action::form::FormNews;
use crate::app::action::{Effect, Input, KeyFound};
use crate::app::state::KeyPlace;
use crate::domain::prompt_history::PromptChange;
use crate::domain::request::Slot;
use crate::domain::request::StoredPicture;
use crate::domain::storyboard::Storyboards;
use crate::domain::{Draft, GatewayId, JobId, Settings};
use crate::engine::command::Command;
use crate::engine::event::{Event, Live};
use crate::session::{
    KeySource, Link, PATIENCE_WORDS, Picked, Session, SessionError, Show, address, open_page, pick_film, pick_folder,
    pick_list, pick_picture, pick_pictures, pick_presets, pick_presets_target, pick_table,
};
use find::Question;
use reports::Reports;

mod boards;
mod facts;
mod find;
mod form;
mod hand_off;
mod hands;
mod ledger;
mod lists;
mod pages;
mod pictures;
mod reports;

/// Maximum number of inputs that wait for the window.
const INPUTS: usize = 256;
/// Maximum time that closing the program takes.
const FAREWELL: Duration = Duration::from_secs(6);
/// Maximum time that closing the program waits for tasks, because a task may hang on the password store.
const LAST_TASKS: Duration = Duration::from_secs(2);

/// The services of the program: a session, and the tasks that work with it.
pub(super) struct World {
    runtime: Option<Runtime>,
    tasks: TaskTracker,
    session: Session,
    events: mpsc::Receiver<Event>,
    to_save: Option<watch::Sender<Settings>>,
    questions: Option<watch::Sender<Question>>,
    /// The storyboards as they are to be stored.
    boards: Option<watch::Sender<Storyboards>>,
    /// The form as it is to be stored.
    drafts: Option<watch::Sender<Draft>>,
    /// Changes of the history of prompts.
    prompts: Option<mpsc::Sender<Vec<PromptChange>>>,
    reports: Reports,
    inputs: Receiver<Input>,
    pickers: Vec<(Wanted, Receiver<Picked>)>,
    /// Whether a check for missing files is running.
    is_checking_files: Arc<AtomicBool>,
    repainter: Repainter,
    desk: hands::Desk,
    newest_ledger: facts::Newest,
    hand_off: hand_off::Stopper,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Picture(Slot),
    Folder,
    /// A clip whose file is missing.
    Clip(JobId),
    List,
    /// A file of presets.
    Presets,
    /// A file that presets are to be written into.
    PresetsTarget,
}

impl World {
    /// Creates the services of `session`. Their tasks run on `runtime`.
    pub(super) fn new(
        runtime: Runtime,
        session: Session,
        events: mpsc::Receiver<Event>,
        settings: Settings,
        repainter: Repainter,
    ) -> Self {
        let (sender, inputs) = sync_channel(INPUTS);
        let reports = Reports::new(sender, repainter.clone());
        let tasks = TaskTracker::new();
        let (to_save, saves) = watch::channel(settings);
        tasks.spawn_on(keep_saving(saves, session.clone(), reports.clone()), runtime.handle());
        let (questions, asked) = watch::channel(Question::default());
        tasks.spawn_on(find::keep_answering(session.clone(), asked, reports.clone()), runtime.handle());
        let (boards, to_keep) = watch::channel(Storyboards::default());
        tasks.spawn_on(boards::keep_storing(session.clone(), to_keep, reports.clone()), runtime.handle());
        let (drafts, drafts_to_keep) = watch::channel(Draft::default());
        tasks.spawn_on(form::keep_drafts(session.clone(), drafts_to_keep, reports.clone()), runtime.handle());
        let (prompts, asked) = mpsc::channel(form::CHANGES);
        tasks.spawn_on(form::keep_changing(session.clone(), asked, reports.clone()), runtime.handle());
        tasks.spawn_on(form::read(session.clone(), reports.clone()), runtime.handle());
        let world = Self {
            runtime: Some(runtime),
            tasks,
            session,
            events,
            to_save: Some(to_save),
            questions: Some(questions),
            boards: Some(boards),
            drafts: Some(drafts),
            prompts: Some(prompts),
            reports,
            inputs,
            pickers: Vec::new(),
            is_checking_files: Arc::default(),
            repainter,
            newest_ledger: facts::Newest::default(),
            desk: hands::Desk::default(),
            hand_off: hand_off::Stopper::default(),
        };
        world.start_practice();
        world.ask_for_wishes();
        world
    }

    /// Starts the practice gateway at once, so that the first clip needs no preparation.
    fn start_practice(&self) {
        let (session, reports) = (self.session.clone(), self.reports.clone());
        self.spawn(async move {
            let started = session.connect(Link::Practice).await.map_err(|err| format!("{err}."));
            reports.put(Input::PracticeStarted(started));
        });
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        if let Some(runtime) = &self.runtime {
            self.tasks.spawn_on(task, runtime.handle());
        }
    }

    /// Runs work that may block on a background thread.
    fn spawn_blocking(&self, work: impl FnOnce(&Session, &Reports) + Send + 'static) {
        let (session, reports) = (self.session.clone(), self.reports.clone());
        if let Some(runtime) = &self.runtime {
            self.tasks.spawn_blocking_on(move || work(&session, &reports), runtime.handle());
        }
    }

    fn send(&self, command: Command) {
        if let Err(err) = self.session.send(command) {
            self.reports.put(Input::Trouble(format!("That was not done: {err}. Try again.")));
        }
    }

    /// Reads the key from the password store and connects the engine with it. The password store may take
    /// any time to answer.
    fn connect(&self, gateway: GatewayId, settings: Box<Settings>) {
        let (session, reports) = (self.session.clone(), self.reports.clone());
        self.spawn(async move {
            let problem = match address(gateway, &settings) {
                Ok(_) => None,
                Err(SessionError::Address { reason, .. }) => Some(reason),
                Err(err) => Some(err.to_string()),
            };
            let is_refused = problem.is_some();
            reports.put(Input::AddressChecked(gateway, problem));
            if is_refused {
                return;
            }
            let on_wait = || reports.put(Input::KeyFound(gateway, KeyFound::Trouble(PATIENCE_WORDS.to_owned())));
            let found = match session.connect_with_key(gateway, &settings, on_wait).await {
                Ok(Some(known)) => KeyFound::Present { place: place_of(known.source), last_four: known.last_four },
                Ok(None) => KeyFound::None,
                Err(SessionError::NoKey { cause: Some(cause), .. }) => KeyFound::Trouble(cause.to_string()),
                Err(err) => KeyFound::Trouble(err.to_string()),
            };
            reports.put(Input::KeyFound(gateway, found));
        });
    }

    fn check_key(&self, gateway: GatewayId, settings: Box<Settings>) {
        let session = self.session.clone();
        self.spawn(async move {
            if let Err(err) = session.check_key(gateway, &settings).await {
                tracing::warn!(%gateway, %err, "a key was not checked");
            }
        });
    }

    fn bucket(&self, work: BucketWork) {
        let (session, reports) = (self.session.clone(), self.reports.clone());
        self.spawn(async move {
            let tell = |news| reports.put(Input::Bucket(news));
            match work {
                BucketWork::Connect(settings) => {
                    let on_wait = || tell(BucketNews::KeysFound(KeyFound::Trouble(PATIENCE_WORDS.to_owned())));
                    tell(BucketNews::KeysFound(match session.connect_bucket(&settings, on_wait).await {
                        Ok(Some(known)) => {
                            KeyFound::Present { place: place_of(known.source), last_four: known.last_four }
                        }
                        Ok(None) => KeyFound::None,
                        Err(SessionError::Bucket(cause)) => KeyFound::Trouble(cause.to_string()),
                        Err(err) => KeyFound::Trouble(err.to_string()),
                    }));
                }
                BucketWork::StoreKeys { keys, for_session } => {
                    let stored = session.store_bucket_keys(&keys, for_session).await;
                    tell(BucketNews::KeysStored(stored.map_err(|err| err.to_string())));
                }
                BucketWork::ForgetKeys => {
                    let forgotten = session.forget_bucket_keys().await;
                    tell(BucketNews::KeysStored(forgotten.map_err(|err| err.to_string())));
                }
                BucketWork::Test { settings, keys } => {
                    if let Err(err) = session.check_bucket(&settings, keys).await {
                        tell(BucketNews::NotTested(err.to_string()));
                    }
                }
            }
        });
    }

    /// Checks which of these files are missing. Does nothing while an earlier check is still running, for instance
    /// because a drive does not answer.
    fn check_files(&self, files: Vec<(JobId, PathBuf)>) {
        if self.is_checking_files.swap(true, Ordering::AcqRel) {
            return;
        }
        let is_checking = Arc::clone(&self.is_checking_files);
        self.spawn_blocking(move |session, reports| {
            let missing = session.missing_files(files);
            is_checking.store(false, Ordering::Release);
            reports.put(missing.map_or(Input::ClipFolderMissing, Input::FilesMissing));
        });
    }

    fn show(&self, job: JobId, path: PathBuf, how: Show) {
        self.spawn_blocking(move |session, reports| {
            let file = session.clip_file(&path);
            if let Err(reason) = how.file(&file) {
                let is_missing = matches!(file.try_exists(), Ok(false));
                reports.put(Input::OpenFailed { job, is_missing, reason });
            }
        });
    }

    fn pick(&mut self, wanted: Wanted) {
        let repainter = self.repainter.clone();
        let wake = move || repainter.wake();
        let picked = match wanted {
            Wanted::Picture(Slot::Start) => pick_pictures(wake),
            Wanted::Picture(Slot::End) => pick_picture(wake),
            Wanted::Folder => pick_folder(wake),
            Wanted::List => pick_list(wake),
            Wanted::Clip(_) => pick_film(wake),
            Wanted::Presets => pick_presets(wake),
            Wanted::PresetsTarget => pick_presets_target(wake),
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
                Err(TryRecvError::Disconnected) => Picked::Cancelled,
            };
            self.pickers.remove(index);
            return Some(match (picked, wanted) {
                (Picked::Picked(path), Wanted::Picture(slot)) => Input::PicturePicked(slot, Some(path)),
                (Picked::Several(files), Wanted::Picture(Slot::Start)) => Input::PicturesPicked(files),
                (picked, Wanted::List) => Input::List(lists::picked(picked)),
                // The other pickers let one be chosen only.
                (Picked::Several(files), Wanted::Picture(slot)) => Input::PicturePicked(slot, files.into_iter().next()),
                (Picked::Several(files), Wanted::Folder) => Input::FolderPicked(files.into_iter().next()),
                (Picked::Several(files), Wanted::Clip(job)) => Input::FilePicked(job, files.into_iter().next()),
                (Picked::Picked(path), Wanted::Folder) => Input::FolderPicked(Some(path)),
                (Picked::Cancelled, Wanted::Picture(slot)) => Input::PicturePicked(slot, None),
                (Picked::Cancelled, Wanted::Folder) => Input::FolderPicked(None),
                (picked, Wanted::Presets) => Input::Form(FormNews::PresetsPicked(self.presets_file(picked))),
                (picked, Wanted::PresetsTarget) => Input::Form(FormNews::TargetPicked(self.presets_file(picked))),
                (Picked::NoPicker(reason), Wanted::Picture(slot)) => Input::NoPicker(slot, reason),
                (Picked::Picked(path), Wanted::Clip(job)) => Input::FilePicked(job, Some(path)),
                (Picked::Cancelled, Wanted::Clip(job)) => Input::FilePicked(job, None),
                (Picked::NoPicker(reason), Wanted::Folder | Wanted::Clip(_)) => Input::Trouble(reason),
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
                if let Some(to_keep) = &self.drafts {
                    to_keep.send_replace(*draft);
                }
            }
            Effect::Page(work) => self.page(work),
            Effect::Form(work) => self.work_on_form(work),
            Effect::SaveSettings(settings) => {
                if let Some(to_save) = &self.to_save {
                    to_save.send_replace(*settings);
                }
            }
            Effect::Connect(gateway, settings) => self.connect(gateway, settings),
            Effect::StoreKey { gateway, key, for_session } => {
                let (session, reports) = (self.session.clone(), self.reports.clone());
                self.spawn(async move {
                    let stored = session.store_key(gateway, key, for_session).await;
                    reports.put(Input::KeyStored(gateway, stored.map_err(|err| err.to_string())));
                });
            }
            Effect::ForgetKey(gateway) => {
                let (session, reports) = (self.session.clone(), self.reports.clone());
                self.spawn(async move {
                    let forgotten = session.forget_key(gateway).await;
                    reports.put(Input::KeyStored(gateway, forgotten.map_err(|err| err.to_string())));
                });
            }
            Effect::CheckKey(gateway, settings) => self.check_key(gateway, settings),
            Effect::OpenClip(job, path) => self.show(job, path, Show::Player),
            Effect::Reveal(job, path) => self.show(job, path, Show::Folder),
            Effect::OpenUrl(page) => self.spawn_blocking(move |_, reports| {
                if let Err(reason) = open_page(page) {
                    reports.put(Input::Trouble(reason));
                }
            }),
            Effect::PickPicture(slot) => self.pick(Wanted::Picture(slot)),
            Effect::Bucket(work) => self.bucket(work),
            Effect::PickFolder => self.pick(Wanted::Folder),
            Effect::ExportLedger { name, bytes } => {
                let repainter = self.repainter.clone();
                let dialog = pick_table(&name, move || repainter.wake());
                ledger::export(self.session.clone(), self.reports.clone(), name, || Ok(bytes), dialog);
            }
            Effect::Facts(number, wanted) => self.ask_facts(number, wanted),
            Effect::PickFile(job) => self.pick(Wanted::Clip(job)),
            Effect::ImportPicture(slot, path) => self.spawn_blocking(move |session, reports| {
                if session.is_film(&path) {
                    return reports.put(pictures::first_frame(session, slot, path));
                }
                let imported = session.import_picture(&path).map(|prepared| (prepared.picture, prepared.remarks));
                reports.put(Input::PictureImported(slot, imported.map_err(|err| err.to_string())));
            }),
            Effect::ImportPasted(pasted) => self.spawn_blocking(move |session, reports| {
                let imported = session.import_pixels(pasted.width, pasted.height, &pasted.rgba);
                let imported = imported.map(|prepared| (prepared.picture, prepared.remarks));
                reports.put(Input::PictureImported(Slot::Start, imported.map_err(|err| err.to_string())));
            }),
            Effect::Pictures(work) => self.work_on_pictures(work),
            Effect::List(work) => self.work_on_list(work),
            // The answer carries the number of the frame that was really taken.
            Effect::TakeFrame { job, path, frame, purpose } => self.spawn_blocking(move |session, reports| {
                let (frame, picture) = match session.take_frame(&path, frame) {
                    Ok(taken) => (taken.frame, Ok(taken.prepared.picture)),
                    Err(err) => (frame, Err(err.to_string())),
                };
                reports.put(Input::FrameTaken { job, frame, purpose, picture });
            }),
            Effect::KeepStoryboards(boards) => {
                if let Some(to_store) = &self.boards {
                    to_store.send_replace(*boards);
                }
            }
            Effect::ImportForBoard(picture, import) => self.spawn_blocking(move |session, reports| {
                reports.put(Input::BoardPicture(import, boards::bring_in(session, picture)));
            }),
            Effect::LoadExchange(job) => {
                let (session, reports) = (self.session.clone(), self.reports.clone());
                self.spawn(async move { reports.put(find::exchange(&session, job).await) });
            }
            Effect::Search { text, question } => {
                if let Some(questions) = &self.questions {
                    questions.send_replace(Question { text, number: question });
                }
            }
            Effect::SetClipFolder(folder, files) => self.spawn_blocking(move |session, reports| {
                reports.put(match session.set_clip_folder(folder, files) {
                    Ok(folder) => Input::ClipFolderSet(folder),
                    Err(err) => Input::Trouble(format!("The folder is noted for the next start only: {err}.")),
                });
            }),
            Effect::HandOff(work) => self.hand_off(work),
            Effect::Hands(work) => self.work_with_desktop(work),
            Effect::CheckFiles(files) => self.check_files(files),
            Effect::FindProjects => {
                self.spawn_blocking(|session, reports| reports.put(Input::ProjectsFound(session.projects())));
            }
            Effect::MakeProjectFolder(project) => self.spawn_blocking(move |session, reports| {
                if let Err(err) = session.make_project_folder(&project) {
                    let sentence =
                        format!("The folder of “{project}” was not made: {err}. It is tried again for its first clip.");
                    reports.put(Input::Trouble(sentence));
                }
            }),
        }
    }

    fn receive(&mut self) -> Option<Input> {
        if let Ok(event) = self.events.try_recv() {
            return Some(Input::Engine(event));
        }
        self.inputs.try_recv().ok().or_else(|| self.picked())
    }

    fn live(&self) -> Live {
        self.session.live()
    }

    fn poster_file(&self, job: JobId) -> PathBuf {
        self.session.paths().poster(job)
    }

    fn filmstrip_file(&self, job: JobId) -> PathBuf {
        self.session.paths().filmstrip(job)
    }

    fn clip_file(&self, path: &Path) -> PathBuf {
        self.session.clip_file(path)
    }

    fn picture_file(&self, picture: &StoredPicture) -> PathBuf {
        self.session.paths().inputs().join(picture.file_name())
    }

    fn close(&mut self) {
        // When the sender is dropped, the task stores the last settings and ends.
        self.to_save = None;
        self.hand_off.stop();
        self.questions = None;
        self.boards = None;
        (self.drafts, self.prompts) = (None, None);
        self.tasks.close();
        let Some(runtime) = self.runtime.take() else { return };
        let (session, tasks) = (self.session.clone(), self.tasks.clone());
        runtime.block_on(async {
            let tasks = async { drop(tokio::time::timeout(LAST_TASKS, tasks.wait()).await) };
            if tokio::time::timeout(FAREWELL, session.close(tasks)).await.is_err() {
                tracing::warn!("the end took too long");
            }
        });
        runtime.shutdown_timeout(Duration::from_secs(1));
    }
}

/// Stores the settings whenever they change. Only the newest are stored.
async fn keep_saving(mut saves: watch::Receiver<Settings>, session: Session, reports: Reports) {
    loop {
        let is_last = saves.changed().await.is_err();
        let has_new = saves.has_changed().unwrap_or(true);
        let settings = saves.borrow_and_update().clone();
        if !is_last || has_new {
            let session = session.clone();
            let saved = tokio::task::spawn_blocking(move || session.save_settings(&settings)).await;
            if let Ok(Err(err)) = saved {
                reports.put(Input::Trouble(format!("{err}.")));
            }
        }
        if is_last {
            return;
        }
    }
}

fn place_of(source: KeySource) -> KeyPlace {
    match source {
        KeySource::Keyring => KeyPlace::Keyring,
        KeySource::Environment => KeyPlace::Environment,
        KeySource::Session => KeyPlace::Session,
    }
}
