//! What can happen to the window's state, and what may follow from it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use secrecy::SecretString;

use crate::domain::Thinking;
use crate::domain::money::CreditValue;
use crate::domain::request::StoredPicture;
use crate::domain::setting::{ModelId, SeedMode};
use crate::domain::settings::{Panes, Theme};
use crate::domain::storyboard::Storyboards;
use crate::domain::{AspectRatio, ClipDuration, Draft, GatewayId, JobId, Project, RawExchange, Resolution, Settings};
use crate::engine::command::Command;
use crate::engine::event::{Event, Live};

use crate::app::action::browse::Browse;
use crate::app::action::bucket::{Bucket, BucketNews, BucketWork};
use crate::app::action::curate::Curate;
use crate::app::action::form::{Form, FormNews, FormWork};
use crate::app::action::hand_off::{HandOffAct, HandOffNews, HandOffWork};
use crate::app::action::hands::{Hands, HandsNews, HandsWork};
use crate::app::action::ledger::{LedgerAct, LedgerNews};
use crate::app::action::list::{List, ListNews, ListWork};
use crate::app::action::paging::{PageNews, PageWork};
use crate::app::action::pictures::{PictureNews, PictureWork, Pictures};
use crate::app::action::prices::Prices;
use crate::app::action::queue::Queue;
use crate::app::action::spend::Spend;
use crate::app::action::storyboard::{Board, BoardImport, BoardSource};
use crate::app::action::viewing::{FrameNews, SoundNews, Viewing};
use crate::app::state::gallery::Filter;
use crate::app::state::jobs::Jobs;
use crate::app::state::playback::FilmFacts;
use crate::app::state::{KeyPlace, SettingsPage, ToastButton};
use crate::domain::request::Slot;

pub mod browse;
pub mod bucket;
pub mod command;
pub mod curate;
pub mod facts;
pub mod form;
pub mod hand_off;
pub mod hands;
pub mod keymap;
pub mod ledger;
pub mod list;
pub mod paging;
pub mod pictures;
pub mod prices;
pub mod queue;
pub mod spend;
pub mod storyboard;
pub mod viewing;

/// What a frame of a clip is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FramePurpose {
    /// The next shot: the clip's prompt and settings come along.
    NextShot,
    /// A start picture: everything else in the form stays.
    StartPicture,
}

/// Something that the user did or wants.
#[derive(Clone, Debug)]
pub enum Action {
    /// Changed the prompt to this text.
    EditPrompt(String),
    /// Changed the negative prompt to this text.
    EditNegativePrompt(String),
    /// Chose the resolution of the shot.
    SetResolution(Resolution),
    /// Chose the length of the shot.
    SetDuration(ClipDuration),
    /// Chose the aspect ratio of the shot.
    SetRatio(AspectRatio),
    /// Switched the sound of the shot on or off.
    SetAudio(bool),
    /// Chose whether the model thinks the prompt over.
    SetThinking(Thinking),
    /// Chose how seeds are made.
    SetSeedMode(SeedMode),
    /// Changed the text in the field of the seed.
    EditSeed(String),
    /// Chose the number of takes.
    SetTakes(u8),
    /// Chose the gateway that is to be asked.
    SetGateway(GatewayId),
    /// Wants to choose a picture file for this well.
    ChoosePicture(Slot),
    /// Typed the path of a picture file for this well.
    UsePictureFile(Slot, PathBuf),
    /// Pasted a picture as the start picture.
    PastePicture(PastedPicture),
    /// Typed a picture's web address into this well.
    SetPictureAddress(Slot, String),
    /// Removed the picture of this well.
    RemovePicture(Slot),
    /// Chose the model that makes the clip.
    SetModel(ModelId),
    /// Chose how pictures get to the gateways, or did something with the bucket for them.
    Bucket(Bucket),
    /// Chose a sample shot: it fills the form and orders nothing.
    UseSampleShot(SampleShot),
    /// Pressed *Generate*: orders what the form says.
    Generate,
    /// Chose this card and no other; `None` chooses nothing.
    Select(Option<JobId>),
    /// Wants to see a clip in the system player.
    OpenClip(JobId),
    /// Wants to see a clip's file in its folder.
    Reveal(JobId),
    /// Copies the prompt of a job to the clipboard.
    CopyPrompt(JobId),
    /// Copied the last conversation about a job.
    CopyRawExchange(JobId),
    /// Wants to see the last conversation about a job.
    ShowRawExchange(JobId),
    /// Copied any text that stands on the screen.
    CopyText(String),
    /// Copied where the clips of the chain around this one lie, one path to a line in the order of the film.
    CopyFileList(JobId),
    /// Took a clip's settings into the form.
    UseSettings(JobId),
    /// Took one part of a clip's recipe into the form.
    UsePart(JobId, RecipePart),
    /// Wants to change a job that still waits: it leaves the queue, and its settings go into the form. One order, not two.
    EditQueued(JobId),
    /// Makes the same recipe once more as a new job, which is billed again.
    Retry(JobId),
    /// Cancel, or take out of the queue.
    Cancel(JobId),
    /// Stops polling a job, which may still be made and billed.
    StopWatching(JobId),
    /// Polls a job again that nobody watched.
    WatchAgain(JobId),
    /// Fetch a missing file again.
    DownloadAgain(JobId),
    /// Asks the gateway again whether an unconfirmed order reached it.
    CheckAgain(JobId),
    /// Found an unconfirmed order on the dashboard: its id as typed.
    Adopt(JobId, String),
    /// Submit an unconfirmed order again, knowing that it may be charged twice.
    SubmitAgain(JobId),
    /// Put an unconfirmed order aside.
    Discard(JobId),
    /// Takes a card off the gallery; the file of a clip goes to the trash.
    RemoveCard(JobId),
    /// Looked at the gallery in another way.
    Browse(Browse),
    /// Rated, rejected, sorted or deleted clips.
    Curate(Curate),
    /// Dropped, pasted or cropped pictures.
    Pictures(Pictures),
    /// Did something with the list of shots.
    List(List),
    /// Looked at clips in quick look or compare.
    View(Viewing),
    /// Ordered with a word about its price, or changed limits on spending.
    Spend(Spend),
    /// Answered about a price that was charged otherwise than shown.
    Prices(Prices),
    /// Wants to know what is left in the wallet of a gateway.
    LookIntoWallet(GatewayId),
    /// Put shots in order on the storyboard.
    Board(Board),
    /// Did something to fill the form: history, presets, shot words, another gateway.
    Form(Form),
    /// Did something with keys, the palette or the desktop around the window.
    Hands(Hands),
    /// Wants a folder of clips for an editor.
    HandOff(HandOffAct),
    /// Wants to see what was spent, at the month of today.
    OpenLedger,
    /// Looked at the ledger in another way, changed a cap, or took the ledger along.
    Ledger(LedgerAct),
    /// Wants a new draft whose start picture is this frame of this clip.
    ContinueFrom(JobId, u32),
    /// Wants this frame of this clip, from 0, as the start picture of what the form says otherwise.
    UseFrame(JobId, u32),
    /// Wants four more takes of this clip's recipe, with the next seeds of its series.
    FourMore(JobId),
    /// Changed the text in the search field.
    Search(String),
    /// Chose the chip of the cards that are shown.
    SetFilter(Filter),
    /// Hold or release the queue.
    PauseQueue(bool),
    /// Moved orders in the queue, or paused some of them.
    Queue(Queue),
    /// Wants this order sent, which was held because it may be stale.
    Release(JobId),
    /// Gave a key, which is kept in the password store.
    SaveKey(GatewayId, SecretString),
    /// Gave a key for as long as the window is open.
    KeepKeyForSession(GatewayId, SecretString),
    /// Wants the key of this gateway tried, without spending.
    TestKey(GatewayId),
    /// Wants the key of this gateway deleted.
    ForgetKey(GatewayId),
    /// Typed another address; empty for the gateway's own.
    SetBaseUrl(GatewayId, String),
    /// Chose how many orders may be in flight at a gateway, 1 to 8.
    SetAtOnce(GatewayId, u8),
    /// Said what credits cost, or took that back.
    SetCreditValue(Option<CreditValue>),
    /// Chose whether aigateway is sent what it does not document.
    SetSendUndocumented(GatewayId, bool),
    /// Chose whether practice stands among the gateways.
    SetShowsPractice(bool),
    /// Wants to choose the folder of clips.
    ChooseClipFolder,
    /// Closes the banner about a clip folder that is not there; it is looked for again and again.
    WaitForClipFolder,
    /// Named the folder of clips; `None` for the usual one.
    SetClipFolder(Option<PathBuf>),
    /// Chose a dark or a light window.
    SetTheme(Theme),
    /// Chose an interface size in percent.
    SetScale(u16),
    /// Opened the settings at this page.
    OpenSettings(SettingsPage),
    /// Opened the sheet of shortcuts.
    OpenShortcuts,
    /// Closed what lies over the window.
    CloseDialog,
    /// Chose to begin with practice clips.
    StartPractice,
    /// Closed the welcome page.
    CloseWelcome,
    /// Opens a gateway's own page in the browser.
    OpenDashboard(GatewayId),
    /// Closed the toast with this number.
    CloseToast(u64),
    /// Pressed the button of the toast with this number.
    PressToast(u64, ToastButton),
    /// Closed the warning with this index.
    CloseWarning(usize),
    /// Takes the last act back.
    Undo,
    /// Does again what was taken back last.
    Redo,
    /// Wants to close the window.
    Quit,
}

/// A picture from the clipboard.
#[derive(Clone, PartialEq, Eq)]
pub struct PastedPicture {
    /// Width of the picture, in pixels.
    pub width: u32,
    /// Height of the picture, in pixels.
    pub height: u32,
    /// Red, green, blue and opacity of each pixel, row by row, not premultiplied.
    pub rgba: Arc<[u8]>,
}

impl fmt::Debug for PastedPicture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PastedPicture({} × {})", self.width, self.height)
    }
}

/// One part of a recipe that can be taken into the form by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecipePart {
    /// What the shot shows and what not.
    Prompt,
    /// The seed, which becomes a fixed one.
    Seed,
    /// Everything but prompt, picture and seed.
    Settings,
}

/// How many takes *4 more like this* orders.
pub const MORE: usize = 4;

/// A prompt with settings that fills the form of someone who begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleShot {
    /// The prompt of the sample.
    pub prompt: &'static str,
    /// The resolution of the sample.
    pub resolution: Resolution,
    /// The length of the sample.
    pub duration: ClipDuration,
    /// The aspect ratio of the sample.
    pub ratio: AspectRatio,
}

/// The sample shots of the first page, in three aspect ratios.
pub const SAMPLE_SHOTS: [SampleShot; 3] = [
    SampleShot {
        prompt: "Dunes at sunrise, wind lifting sand from a sharp ridge, slow aerial drift",
        resolution: Resolution::P720,
        duration: ClipDuration::S8,
        ratio: AspectRatio::R16x9,
    },
    SampleShot {
        prompt: "Green glass perfume bottle on a stone plinth, soft morning shadow turning",
        resolution: Resolution::P1080,
        duration: ClipDuration::S5,
        ratio: AspectRatio::R1x1,
    },
    SampleShot {
        prompt: "Jellyfish rise through shafts of light, camera looking up",
        resolution: Resolution::P720,
        duration: ClipDuration::S5,
        ratio: AspectRatio::R9x16,
    },
];

/// Everything that can happen to the state.
#[derive(Clone, Debug)]
pub enum Input {
    /// The user did or wants something.
    Act(Action),
    /// The engine told what became of a job, a gateway or a key.
    Engine(Event),
    /// The latest numbers of running jobs.
    Numbers(Live),
    /// Time passed; nothing else happened.
    Tick,
    /// The library was opened, before the first frame.
    Opened {
        /// All jobs of the library, or of a large one those that go on.
        jobs: Jobs,
        /// How long clips took so far.
        history: crate::domain::progress::History,
        /// The draft as it was left.
        draft: Option<Box<Draft>>,
        /// Settings as they were left.
        settings: Box<Settings>,
        /// What the user should know.
        warnings: Vec<String>,
        /// The folder that finished clips go to.
        clip_folder: PathBuf,
    },
    /// What the library told of the part of the gallery that is in memory.
    Page(PageNews),
    /// What came of work for the list of shots.
    List(ListNews),
    /// The storyboards as they were left, before the first frame.
    StoryboardsRead(Box<Storyboards>),
    /// A picture for a planned shot was brought into the library, or could not be: a sentence. With the number of the frame
    /// where it is one of a clip.
    BoardPicture(BoardImport, Result<(StoredPicture, Option<u32>), String>),
    /// A key was looked for.
    KeyFound(GatewayId, KeyFound),
    /// A key was kept or deleted, or could not be; in the first case it is looked for again.
    KeyStored(GatewayId, Result<(), String>),
    /// An address was refused: a sentence. `None` when it is used.
    AddressChecked(GatewayId, Option<String>),
    /// The file dialog for this well closed with this file.
    PicturePicked(Slot, Option<PathBuf>),
    /// The file dialog for the start picture closed with these files.
    PicturesPicked(Vec<PathBuf>),
    /// The answer to [`Effect::Pictures`].
    Pictures(PictureNews),
    /// This desktop delivers no drops to windows, so none are offered.
    NoDrops,
    /// The folder dialog closed with this folder.
    FolderPicked(Option<PathBuf>),
    /// This desktop has no file dialog, which was asked for from this well: a sentence that says why.
    NoPicker(Slot, String),
    /// A picture for this well was brought into the library with remarks on it, or could not be.
    PictureImported(Slot, Result<(StoredPicture, Vec<String>), String>),
    /// The answer to [`Effect::Facts`], with its number.
    Facts(u64, facts::Told),
    /// The answer to [`Effect::ExportLedger`].
    Ledger(LedgerNews),
    /// The answer to [`Effect::Bucket`].
    Bucket(BucketNews),
    /// The answer to [`Effect::Form`], and what the form finds at the start.
    Form(FormNews),
    /// The window goes, and had these measures.
    PanesMeasured(Panes),
    /// The window came to the front, after work in other programs.
    CameToFront,
    /// These folders in the clip folder can be projects.
    ProjectsFound(Vec<Project>),
    /// Clips are saved in this folder from now on.
    ClipFolderSet(PathBuf),
    /// The files of ready clips were looked for, and the folder in which they lie is not there.
    ClipFolderMissing,
    /// The files of ready clips were looked for; these are missing, and no others.
    FilesMissing(Vec<JobId>),
    /// The poster of this clip was to be shown, and its file is gone or damaged, or it could not be made earlier.
    PosterLost(JobId),
    /// A clip's file could not be opened or shown: a sentence. `is_missing` when it is not there.
    OpenFailed {
        /// The clip that was to be shown.
        job: JobId,
        /// Whether the file of the clip is not there.
        is_missing: bool,
        /// The reason, as a sentence for the user.
        reason: String,
    },
    /// The library's answer to [`Effect::LoadExchange`]; `None` where there is no conversation.
    ExchangeLoaded(JobId, Option<Box<RawExchange>>),
    /// The library's answer to [`Effect::Search`].
    Hits {
        /// The number of the question.
        question: u64,
        /// The jobs that match.
        jobs: Vec<JobId>,
    },
    /// The dialog for a missing file closed with this file.
    FilePicked(JobId, Option<PathBuf>),
    /// A film was opened, or cannot be played here: a clause that says why.
    FilmOpened(JobId, Result<FilmFacts, String>),
    /// The films that begin to run have their first frames, or not yet.
    Frames(FrameNews),
    /// What became of the sound that is wanted.
    Sound(SoundNews),
    /// A frame of a clip became a start picture, or a sentence says why not.
    FrameTaken {
        /// The clip that the frame belongs to.
        job: JobId,
        /// The number of the frame, from 0.
        frame: u32,
        /// What it was taken for.
        purpose: FramePurpose,
        /// The picture in the library, or a sentence why there is none.
        picture: Result<StoredPicture, String>,
    },
    /// The practice gateway listens, or could not be started.
    PracticeStarted(Result<(), String>),
    /// The desktop around the window told something; also the answer to [`Effect::Hands`].
    Hands(HandsNews),
    /// The answer to [`Effect::HandOff`].
    HandOff(HandOffNews),
    /// Something in the background did not work: a sentence.
    Trouble(String),
}

/// What was found when a key was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyFound {
    /// There is a key.
    Present {
        /// The place in which the key was found.
        place: KeyPlace,
        /// Its last four characters, if it is long enough to show them.
        last_four: Option<String>,
    },
    /// There is no key.
    None,
    /// The password store did not tell: a sentence.
    Trouble(String),
}

/// What has to be done outside of the state.
#[derive(Debug, Default)]
pub struct Effects {
    /// For the services behind the window, in this order.
    pub services: Vec<Effect>,
    /// For the window itself, in this order.
    pub window: Vec<WindowEffect>,
}

impl Effects {
    /// Asks the services for something.
    pub fn push(&mut self, effect: Effect) {
        self.services.push(effect);
    }

    /// Asks the window for something.
    pub fn show(&mut self, effect: WindowEffect) {
        self.window.push(effect);
    }
}

impl Extend<Effect> for Effects {
    fn extend<T: IntoIterator<Item = Effect>>(&mut self, effects: T) {
        self.services.extend(effects);
    }
}

/// What the window does at once, in the frame in which it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WindowEffect {
    /// Put text on the clipboard.
    CopyText(String),
    /// Put the paths of these clips on the clipboard, one to a line.
    CopyFileList(Vec<PathBuf>),
    /// Draw the window in this theme.
    ApplyTheme(Theme),
    /// Use this interface size, in percent of the size it was drawn for.
    ApplyScale(u16),
    /// Draw with what helps the eye, or without.
    ApplyAids {
        /// Nothing moves that need not.
        reduced_motion: bool,
        /// Text and strokes stand out more.
        high_contrast: bool,
    },
    /// Bring the window before the others.
    ComeToFront,
    /// Put the cursor into the prompt.
    FocusPrompt,
    /// Move the cursor of the prompt behind so many characters of it.
    PromptCursor(usize),
    /// Close the window; it asks nothing more.
    Quit,
}

/// What the services behind the window do. They report back with an [`Input`], and none of it makes the window wait.
#[derive(Debug)]
pub enum Effect {
    /// Hand a command to the engine.
    Engine(Command),
    /// Keep the form in the library.
    KeepDraft(Box<Draft>),
    /// Ask the library for a part of the gallery; answered by [`Input::Page`].
    Page(PageWork),
    /// Do something for the form; answered by [`Input::Form`] where there is an answer.
    Form(FormWork),
    /// Keep all storyboards in the library.
    KeepStoryboards(Box<Storyboards>),
    /// Bring a picture for a planned shot into the library; answered by [`Input::BoardPicture`].
    ImportForBoard(BoardSource, BoardImport),
    /// Write the settings file.
    SaveSettings(Box<Settings>),
    /// Look for the gateway's key and (re)connect the engine with it, at the address of these settings.
    Connect(GatewayId, Box<Settings>),
    /// Keep a key in the password store or in memory.
    StoreKey {
        /// The gateway that the key is for.
        gateway: GatewayId,
        /// The key as it was typed.
        key: SecretString,
        /// Only until the window closes.
        for_session: bool,
    },
    /// Delete a key and disconnect.
    ForgetKey(GatewayId),
    /// Try a key without spending.
    CheckKey(GatewayId, Box<Settings>),
    /// Show a clip in the system player.
    OpenClip(JobId, PathBuf),
    /// Show a clip's file in its folder.
    Reveal(JobId, PathBuf),
    /// Open a web page in the browser.
    OpenUrl(&'static str),
    /// Ask for a picture file for this well; for the start picture, several can be chosen.
    PickPicture(Slot),
    /// Do something with the bucket for pictures; answered by [`Input::Bucket`].
    Bucket(BucketWork),
    /// Ask for a folder in the desktop's own dialog.
    PickFolder,
    /// Bring a picture for this well into the library.
    ImportPicture(Slot, PathBuf),
    /// Bring a picture from the clipboard into the library.
    ImportPasted(PastedPicture),
    /// Look at files and pictures, or make others of them; answered by [`Input::Pictures`].
    Pictures(PictureWork),
    /// Read a list of shots, or a picture that it names; answered by [`Input::List`].
    List(ListWork),
    /// Save clips in this folder from now on, `None` in the usual one; answered by [`Input::ClipFolderSet`]. These clips
    /// count as there if they lie in it, else where they lay.
    SetClipFolder(Option<PathBuf>, Vec<(JobId, PathBuf)>),
    /// Look whether the files of these clips are there.
    CheckFiles(Vec<(JobId, PathBuf)>),
    /// Read the last conversation about a job; answered by [`Input::ExchangeLoaded`].
    LoadExchange(JobId),
    /// Search the library; answered by [`Input::Hits`] with the same number.
    Search {
        /// The text as it was typed.
        text: String,
        /// The number of the question.
        question: u64,
    },
    /// Write a file in a place that is asked for, else into the clip folder; answered by [`Input::Ledger`].
    ExportLedger {
        /// What the file is called unless the user says otherwise.
        name: String,
        /// What is in it.
        bytes: Vec<u8>,
    },
    /// Ask the library about jobs that are not loaded; answered by [`Input::Facts`] with the same number.
    Facts(u64, facts::Wanted),
    /// Ask where the missing file of this clip is.
    PickFile(JobId),
    /// Look which folders in the clip folder are projects; answered by [`Input::ProjectsFound`].
    FindProjects,
    /// Something for the desktop around the window; answered by [`Input::Hands`].
    Hands(HandsWork),
    /// A folder for an editor; answered by [`Input::HandOff`].
    HandOff(HandOffWork),
    /// Make the folder of a project.
    MakeProjectFolder(Project),
    /// Take this frame of a clip as a start picture.
    TakeFrame {
        /// The clip that the frame belongs to.
        job: JobId,
        /// Its file, as the library keeps it.
        path: PathBuf,
        /// Number of the frame in the order of display, from 0.
        frame: u32,
        /// What it is taken for.
        purpose: FramePurpose,
    },
}
