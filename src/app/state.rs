//! Everything that the screens read, as plain data.

use std::collections::{BTreeMap, HashSet};

use strum::IntoEnumIterator as _;

use crate::app::action::spend::Door;
use crate::domain::caps::CapKind;
use crate::domain::hosting::BucketCheck;
use crate::domain::outcome::KeyCheck;
use crate::domain::preset::Preset;
use crate::domain::price_book::{Answers, PricedShape};
use crate::domain::progress::History;
use crate::domain::prompt_history::PromptEntry;
use crate::domain::request::Slot;
use crate::domain::storyboard::{BoardKey, BoardShot, Storyboard, Storyboards};
use crate::domain::{
    Amount, Draft, GatewayId, Job, JobId, JobState, Project, RawExchange, Settings, Sha256Hex, UnixMillis, Verdict,
};
use crate::engine::event::{GatewayHealth, Live, LiveJob};

use crate::app::action::keymap::KeyMap;

use browsing::Browsing;
use crop::Crop;
use desk::DeskState;
use form::FormRoom;
use gallery::{Filter, Gallery, Look};
use hand_off::HandOffState;
use jobs::Jobs;
use list::ListState;
use paging::Paging;
use pictures::{FilmFile, Hovering, Several};
use playback::{FilmFacts, Playback};
use posters::LostPosters;
use selection::Selection;
use viewer::Viewer;

pub mod browsing;
pub mod crop;
pub mod desk;
pub mod facts;
pub mod form;
pub mod gallery;
pub mod hand_off;
pub mod jobs;
pub mod ledger;
pub mod list;
pub mod paging;
pub mod pictures;
pub mod playback;
pub mod posters;
pub mod selection;
pub mod spending;
pub mod storyboard;
pub mod viewer;

/// The window's whole knowledge. Changed by [`super::update::apply`] only.
#[derive(Clone, Debug)]
pub struct AppState {
    /// The time of the last input, so that nothing below reads a clock.
    pub now: UnixMillis,
    /// The user's time zone, for words such as "today 14:02".
    pub time_zone: jiff::tz::TimeZone,
    /// The form as it stands.
    pub draft: Draft,
    /// When the draft was changed last without having been kept since.
    pub draft_unkept_since: Option<UnixMillis>,
    /// What the library told of jobs that are not loaded.
    pub facts: facts::Facts,
    /// What is known of the form besides the draft.
    pub form: FormRoom,
    /// What happens with the start picture.
    pub picture: PictureState,
    /// What happens with the end picture.
    pub end_picture: PictureState,
    /// Files that hover over the window.
    pub hovering: Option<Hovering>,
    /// Whether this desktop delivers drops to windows.
    pub gets_drops: bool,
    /// The film files of which a frame is in a well, each with that picture.
    pub film_files: BTreeMap<Slot, (Sha256Hex, FilmFile)>,
    /// The open crop dialog.
    pub crop: Option<Crop>,
    /// Several pictures that wait for one confirmation.
    pub several: Option<Several>,
    /// Number of the next [`Several`].
    pub next_several: u64,
    /// The list of shots.
    pub list: ListState,
    /// All jobs by id, which sorts them by age.
    pub jobs: Jobs,
    /// Numbers of running jobs that change often.
    pub live: Live,
    /// How long clips took so far.
    pub history: History,
    /// Ready clips whose file was not where it should be.
    pub missing_files: HashSet<JobId>,
    /// Posters that could not be shown.
    pub posters: LostPosters,
    /// Remarks of the engine on single jobs, such as "apiin lists no orders to look in".
    pub notes: BTreeMap<JobId, String>,
    /// Groups, wall, counts and order, derived from `jobs`, `filter` and `browsing`.
    pub gallery: Gallery,
    /// Which cards are chosen.
    pub selection: Selection,
    /// What is searched for in prompts.
    pub search: String,
    /// The chip that says which cards are shown.
    pub filter: Filter,
    /// How the gallery is looked at.
    pub browsing: Browsing,
    /// Which part of the library is in memory.
    pub paging: Paging,
    /// The last conversation about one job, read from the library when somebody wanted to see or copy it.
    pub exchange: Option<LoadedExchange>,
    /// The shots of films to be, for each project.
    pub storyboards: Storyboards,
    /// When a planned shot was edited last without having been kept since.
    pub storyboards_unkept_since: Option<UnixMillis>,
    /// What lies over the gallery.
    pub viewer: Option<Viewer>,
    /// The folder for an editor that is being made.
    pub hand_off: HandOffState,
    /// The playhead of what is looked at.
    pub playback: Playback,
    /// What became of the sound that is wanted.
    pub heard: playback::Heard,
    /// Films that were opened since they were last looked at, or why they cannot be.
    pub films: BTreeMap<JobId, Result<FilmFacts, String>>,
    /// The gateways, practice included.
    pub gateways: BTreeMap<GatewayId, GatewayState>,
    /// What the user chose for good.
    pub settings: Settings,
    /// The order that waits for more than a press: it is above the limit for confirming, or over a cap.
    pub asked: Option<Door>,
    /// How many orders were held by a cap when its banner was closed.
    pub keeps_waiting: BTreeMap<CapKind, usize>,
    /// The keys that count, as the settings change them.
    pub keys: KeyMap,
    /// What is known of the desktop around the window, and what it is to be told.
    pub desk: DeskState,
    /// What lies over the window.
    pub dialog: Option<Dialog>,
    /// Short messages about done things, oldest first.
    pub toasts: Vec<Toast>,
    /// Number of the next toast.
    pub next_toast: u64,
    /// What can be undone, oldest first.
    pub undo: Vec<UndoStep>,
    /// What was undone and can be done again, the newest last.
    pub redo: Vec<UndoStep>,
    /// When the files of clips were looked for the last time.
    pub files_checked_at: UnixMillis,
    /// When they are to be looked for again, because some were moved.
    pub check_files_at: Option<UnixMillis>,
    /// Why nothing can be stored, if so.
    pub storage_trouble: Option<String>,
    /// The user's bucket for pictures.
    pub bucket: BucketState,
    /// What came of the last test of the bucket; `None` where there was none, or a newer one is under way.
    pub bucket_check: Option<BucketCheck>,
    /// What the user should know since the start, such as a settings value that was not understood.
    pub warnings: Vec<String>,
    /// Addresses that the environment sets; they count before those of the settings.
    pub environment_urls: BTreeMap<GatewayId, String>,
    /// Where finished clips go, for people.
    pub clip_folder: String,
    /// Whether that folder is there.
    pub clip_folder_presence: FolderPresence,
    /// Whether the queue is held by the user.
    pub is_queue_paused: bool,
    /// Whether this desktop can show no file dialog, so that paths are typed.
    pub has_no_picker: bool,
}

/// The one rule for what is a clip, for those who know of one file only; see [`AppState::is_clip`].
pub fn is_clip(job: &Job, is_file_missing: bool) -> bool {
    job.state == JobState::Ready && !is_file_missing
}

impl AppState {
    /// What happens with the picture in this place.
    pub fn progress_of(&self, slot: Slot) -> &PictureState {
        match slot {
            Slot::Start => &self.picture,
            Slot::End => &self.end_picture,
        }
    }

    /// A window that knows nothing yet.
    pub fn new(now: UnixMillis) -> Self {
        let gateways = GatewayId::iter().map(|gateway| (gateway, GatewayState::default())).collect();
        Self {
            now,
            time_zone: jiff::tz::TimeZone::UTC,
            draft: Draft::default(),
            draft_unkept_since: None,
            facts: facts::Facts::default(),
            form: FormRoom::default(),
            picture: PictureState::Quiet,
            end_picture: PictureState::Quiet,
            hovering: None,
            gets_drops: true,
            film_files: BTreeMap::new(),
            crop: None,
            several: None,
            next_several: 0,
            list: ListState::default(),
            hand_off: HandOffState::default(),
            jobs: Jobs::default(),
            live: Live::default(),
            history: History::default(),
            missing_files: HashSet::new(),
            posters: LostPosters::default(),
            notes: BTreeMap::new(),
            gallery: Gallery::default(),
            selection: Selection::default(),
            search: String::new(),
            filter: Filter::All,
            browsing: Browsing::default(),
            paging: Paging::default(),
            exchange: None,
            storyboards: Storyboards::default(),
            storyboards_unkept_since: None,
            viewer: None,
            playback: Playback::default(),
            heard: playback::Heard::default(),
            films: BTreeMap::new(),
            gateways,
            settings: Settings::default(),
            asked: None,
            keeps_waiting: BTreeMap::new(),
            keys: KeyMap::default(),
            desk: DeskState::default(),
            dialog: None,
            toasts: Vec::new(),
            next_toast: 0,
            undo: Vec::new(),
            redo: Vec::new(),
            files_checked_at: now,
            check_files_at: None,
            storage_trouble: None,
            bucket: BucketState::default(),
            bucket_check: None,
            warnings: Vec::new(),
            environment_urls: BTreeMap::new(),
            clip_folder: String::new(),
            clip_folder_presence: FolderPresence::There,
            is_queue_paused: false,
            has_no_picker: false,
        }
    }

    /// What is known of one gateway.
    pub fn gateway(&self, gateway: GatewayId) -> &GatewayState {
        self.gateways.get(&gateway).expect("all gateways are entered when the state is made")
    }

    /// Where `gateway` is really asked: the environment's address, else the typed one, else its own.
    pub fn address_of(&self, gateway: GatewayId) -> &str {
        self.settings.address(gateway, self.environment_urls.get(&gateway).map(String::as_str))
    }

    /// The host of [`Self::address_of`], to which the key goes.
    pub fn host_of(&self, gateway: GatewayId) -> &str {
        self.address_of(gateway).split('/').nth(2).unwrap_or_default()
    }

    /// Live numbers of one job; all empty when it has none.
    pub fn live_of(&self, job: JobId) -> LiveJob {
        self.live.jobs.get(&job).cloned().unwrap_or_default()
    }

    /// The selected job, as long as it is in the gallery.
    pub fn selected_job(&self) -> Option<&Job> {
        self.jobs.get(&self.selection.card?)
    }

    /// All chosen cards that are shown, in reading order: what an act on several clips is about.
    pub fn chosen(&self) -> Vec<JobId> {
        self.selection.in_order(&self.gallery)
    }

    /// Whether a job is a clip that can be looked at: made, and its file is where it should be.
    pub fn is_clip(&self, job: &Job) -> bool {
        is_clip(job, self.missing_files.contains(&job.id))
    }

    /// The last conversation about a job, as far as it is at hand; see [`super::Action::ShowRawExchange`].
    pub fn exchange_of(&self, job: JobId) -> Option<&RawExchange> {
        let loaded = self.exchange.as_ref().filter(|loaded| loaded.job == job);
        let of_this_run = self.jobs.get(&job).and_then(|job| job.exchange.as_ref());
        of_this_run.or_else(|| loaded?.exchange.as_deref())
    }

    /// Whether there was a conversation about a job that can be seen or copied.
    pub fn has_exchange(&self, job: &Job) -> bool {
        let loaded = self.exchange.as_ref().filter(|loaded| loaded.job == job.id && !loaded.is_on_its_way);
        job.exchange.is_some() || loaded.map_or(job.sent_at.is_some(), |loaded| loaded.exchange.is_some())
    }

    /// How the gallery is looked at, as one value.
    ///
    /// Of a library that is read in pages only the files of the cards in memory are looked for. Counts that took them in would
    /// change with every scroll, and a chip would not show what it counted, so that there a missing file is told by its card
    /// alone.
    pub fn look(&self) -> Look<'_> {
        Look {
            filter: self.filter,
            stars: self.browsing.stars,
            project: &self.browsing.project,
            sort_by: self.browsing.sort_by,
            view: self.browsing.view,
            hits: self.browsing.hits.as_ref(),
            missing_files: (!self.paging.is_on).then_some(&self.missing_files),
        }
    }

    /// Which storyboard is shown: that of the project whose clips are shown, else that of the whole library.
    pub fn board_key(&self) -> BoardKey {
        self.browsing.project.of_new_clips().cloned()
    }

    /// The storyboard that is shown.
    pub fn board(&self) -> &Storyboard {
        self.storyboards.board(&self.board_key())
    }

    /// Whether the first page is shown: nothing was made yet, no paid gateway has a key, and it was not closed.
    pub fn is_welcome(&self) -> bool {
        !self.settings.is_welcomed
            && self.jobs.counts().cards == 0
            && GatewayId::PAID.iter().all(|gateway| self.gateway(*gateway).key.is_missing())
    }

    /// Whether the bucket is being tested.
    pub fn is_bucket_tested_now(&self) -> bool {
        self.bucket.is_testing && self.bucket_check.is_none()
    }

    /// Whether nothing is to move by itself.
    pub fn moves_less(&self) -> bool {
        self.settings.hands.reduced_motion.is_on(self.desk.wishes_less_motion)
    }

    /// Whether a paid gateway is without a key on this computer.
    pub fn has_no_paid_key(&self) -> bool {
        GatewayId::PAID.iter().all(|gateway| self.gateway(*gateway).key.is_missing())
    }
}

/// A conversation that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedExchange {
    /// The job that the conversation is about.
    pub job: JobId,
    /// The conversation, when there was one.
    pub exchange: Option<Box<RawExchange>>,
    /// The library has not answered yet.
    pub is_on_its_way: bool,
    /// It is copied as soon as it is here.
    pub wants_copy: bool,
}

/// What is known of one gateway.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GatewayState {
    /// Whether there is a key.
    pub key: KeyState,
    /// What the last test of it told.
    pub test: KeyTest,
    /// Why the key could not be read, kept or deleted: one sentence.
    pub key_trouble: Option<String>,
    /// Why the typed address is not used: one sentence.
    pub address_problem: Option<String>,
    /// How the gateway answers at the moment.
    pub health: GatewayHealth,
    /// What is left in the account there.
    pub wallet: Wallet,
}

/// What is known of the wallet at a gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wallet {
    /// What was left, and when the gateway said so; `None` where it did not say.
    pub balance: Option<(Amount, UnixMillis)>,
    /// When it was asked last.
    pub asked_at: Option<UnixMillis>,
    /// When it is to be asked again, if it is.
    pub due_at: Option<UnixMillis>,
}

/// What is known of the user's bucket for pictures, besides its place in the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BucketState {
    /// Whether its keys are known.
    pub key: KeyState,
    /// Why the keys could not be read, kept or deleted: one sentence.
    pub key_trouble: Option<String>,
    /// Whether a test was begun.
    pub is_testing: bool,
    /// Why the last test did not begin: one sentence.
    pub not_tested: Option<String>,
}

/// Whether a gateway has a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeyState {
    /// Nobody has looked yet, or the password store has not answered.
    #[default]
    Unknown,
    /// There is no key.
    None,
    /// There is a key.
    Present {
        /// Where it is kept.
        place: KeyPlace,
        /// Its last four characters, by which its owner knows it again; `None` for short keys.
        last_four: Option<String>,
    },
}

impl KeyState {
    /// Whether it is certain that there is no key.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Whether there is a key.
    pub fn is_present(&self) -> bool {
        matches!(self, Self::Present { .. })
    }
}

/// Where a key is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// The desktop's password store.
    Keyring,
    /// The environment variable of the gateway.
    Environment,
    /// Memory, until the window closes.
    Session,
    /// The practice gateway needs none.
    Practice,
}

/// What a test of a key told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeyTest {
    /// Not tested since it was read or typed.
    #[default]
    NotTested,
    /// The question is on its way.
    Checking,
    /// The gateway answered.
    Answered {
        /// What the answer says of the key.
        check: KeyCheck,
        /// The time of the answer.
        at: UnixMillis,
    },
}

/// Whether the clip folder is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderPresence {
    /// The folder exists, or no clip is expected in it.
    There,
    /// The folder is not there, and the user is told.
    Missing,
    /// The folder is not there, and the user knows it and waits.
    Awaited,
}

/// What happens with the start picture or the end picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PictureState {
    /// Nothing happens with it.
    Quiet,
    /// The file dialog is open.
    Choosing,
    /// A file is being read.
    Importing,
    /// It could not be used: a sentence.
    Trouble(String),
    /// It was brought in, with what was done to it.
    Imported(Vec<String>),
}

/// What lies over the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Settings, at one of their pages.
    Settings(SettingsPage),
    /// The sheet of all shortcuts.
    Shortcuts,
    /// The crop of a picture; see [`AppState::crop`].
    Crop,
    /// The palette of all commands.
    Palette,
    /// The confirmation of several pictures; see [`AppState::several`].
    Several,
    /// The list of shots; see [`AppState::list`].
    List,
    /// An order that waits for more than a press; see [`AppState::asked`].
    Order,
    /// The history of prompts.
    History,
    /// What a new preset holds.
    SavePreset,
    /// Whether imported presets are added to those that are there; see [`FormRoom::import`].
    ImportPresets,
}

/// The pages of the settings dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::EnumIter)]
pub enum SettingsPage {
    /// Keys, addresses and limits of the gateways.
    Gateways,
    /// How pictures of this computer get to the gateways.
    Pictures,
    /// The folder that finished clips go to.
    Clips,
    /// The theme and the size of the interface.
    Look,
    /// All keyboard shortcuts.
    Shortcuts,
    /// The version of the program and its licenses.
    About,
}

/// A short message about something that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// A number that no other toast of this window has.
    pub id: u64,
    /// What happened, in a few words.
    pub title: String,
    /// More about it; may be empty.
    pub text: String,
    /// What can be done about it.
    pub button: Option<ToastButton>,
    /// What [`ToastButton::Undo`] takes back.
    pub step: Option<UndoStep>,
    /// The time at which it goes by itself.
    pub ends_at: UnixMillis,
}

/// The one button of a toast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToastButton {
    /// Take the last act back.
    Undo,
    /// Choose this card.
    Show(JobId),
    /// Show the folder that was made for an editor.
    ShowHandedOff,
    /// Stop making the folder for an editor.
    StopHandOff,
    /// Let the desktop tell when clips are ready, or not; the toast has a button for each.
    Tells(bool),
}

/// Something that can be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UndoStep {
    /// The form before it was filled with something else, such as the settings of a clip.
    Draft(Box<Draft>),
    /// The form before an edit of it.
    Form(Box<Draft>),
    /// An entry of the prompt history, and whether it comes back (`true`) or goes.
    Prompt(Box<PromptEntry>, bool),
    /// All presets as they were.
    Presets(Vec<Preset>),
    /// Stars and rejects of clips as they were.
    Verdicts(Vec<(JobId, Verdict)>),
    /// Projects of clips as they were.
    Projects(Vec<(JobId, Option<Project>)>),
    /// Cards that were taken off, and whose files went to the trash.
    Trash(Vec<JobId>),
    /// The shots of a storyboard as they were.
    Board(BoardKey, Vec<BoardShot>),
    /// What was answered about a price.
    Price(Box<(PricedShape, Answers)>),
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;
    use uuid::Uuid;

    use super::*;
    use crate::domain::price::estimate;

    #[test]
    fn a_clip_is_ready_and_its_file_is_there() {
        let request = Draft { prompt: "a boat".to_owned(), ..Draft::default() }.to_request().expect("valid");
        let price = estimate(&request, GatewayId::Practice).expect("offered");
        let mut job = Job::new(JobId(Uuid::from_u128(1)), GatewayId::Practice, request, price, UnixMillis(1));
        let mut state = AppState::new(UnixMillis(1));
        for job_state in JobState::iter() {
            job.state = job_state;
            assert_eq!(state.is_clip(&job), job_state == JobState::Ready, "{job_state:?}");
        }
        job.state = JobState::Ready;
        state.missing_files.insert(job.id);
        assert!(!state.is_clip(&job));
    }
}
