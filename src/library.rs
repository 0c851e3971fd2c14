//! WHERE IT IS KEPT: the database on its own thread, the folders, the settings file.
//!
//! * `library.db` (SQLite) holds every job as one JSON document, with a few columns beside it for queries.
//! * `intents.jsonl` is a second copy of the jobs' states, so that a damaged database loses no paid job.
//! * `search.db` is an index for the search that is made anew whenever it is missing or damaged.
//! * `lock` is held by the one Rushes that has the library open; the system frees it when that process ends.
//! * `settings.toml` belongs to the user: see [`settings`].

mod boards;
mod check;
mod columns;
mod copies;
mod database;
mod error;
mod facts;
mod finder;
mod folders;
mod found;
#[doc(hidden)]
pub mod fuzzing;
mod history;
mod intents;
mod leaving;
mod models;
mod notes;
mod opening;
mod pages;
mod past;
mod reader;
pub mod settings;
mod shot_words;
mod thread;

use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use crate::domain::caps::Calendar;
use crate::domain::paging::{Ask, PageLook, Span};
use crate::domain::past::Past;
use crate::domain::preset::FormShelf;
use crate::domain::progress::History;
use crate::domain::prompt_history::{PromptChange, PromptEntry};
use crate::domain::search::SearchWords;
use crate::domain::storyboard::Storyboards;
use crate::domain::{Draft, Holds, Job, JobId, RawExchange};
use check::{Alarm, Check};
use copies::merge;
use database::Fault;
pub use error::LibraryError;
use finder::Finder;
pub use folders::write_atomically;
use found::Found;
use intents::{IntentLog, ReadLog};
pub use leaving::Leaving;
pub use models::added_models;
use reader::{Question, Reader, Work};
pub use shot_words::added_shot_words;
use thread::{Answer, Request};

/// The folders and files of one library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Database, posters, input pictures, logs, lock; mode 0700.
    pub data: PathBuf,
    /// The folder of finished clips, and of part files while they are downloaded.
    pub clips: PathBuf,
    /// The settings file, `settings.toml`.
    pub settings: PathBuf,
}

impl Paths {
    /// Everything under one folder (`--library DIR`).
    pub fn portable(dir: &Path) -> Self {
        Self { data: dir.join("data"), clips: dir.join("clips"), settings: dir.join("settings.toml") }
    }

    /// The platform's own folders: data folder, Videos/Rushes, configuration folder.
    pub fn of_user() -> Result<Self, LibraryError> {
        let unknown = || LibraryError::Io {
            what: "The folders of this user cannot be found".to_owned(),
            cause: "there is no home folder; name a folder with --library".to_owned(),
        };
        let project = directories::ProjectDirs::from("", "", "rushes").ok_or_else(unknown)?;
        let user = directories::UserDirs::new().ok_or_else(unknown)?;
        let videos = user.video_dir().map_or_else(|| user.home_dir().join("Videos"), Path::to_owned);
        Ok(Self {
            // The local one: on Windows the other is copied between computers, which breaks databases.
            data: project.data_local_dir().to_owned(),
            clips: videos.join("Rushes"),
            settings: project.config_dir().join("settings.toml"),
        })
    }

    /// The folder of posters and filmstrips.
    pub fn posters(&self) -> PathBuf {
        self.data.join("posters")
    }

    /// The poster of a job, a JPEG file that need not exist yet.
    pub fn poster(&self, job: JobId) -> PathBuf {
        self.posters().join(format!("{job}.jpg"))
    }

    /// The filmstrip of a job, a JPEG file that need not exist yet.
    pub fn filmstrip(&self, job: JobId) -> PathBuf {
        self.posters().join(format!("{job}.strip.jpg"))
    }

    /// Folder of input pictures, named by their hash.
    pub fn inputs(&self) -> PathBuf {
        self.data.join("inputs")
    }

    /// Folder in which the practice gateway keeps its jobs, so that they survive the program as those of others do.
    pub fn practice(&self) -> PathBuf {
        self.data.join("practice")
    }

    /// Makes the folder of logs and the private folder around it, and says where it is: the log is opened before the
    /// library.
    ///
    /// # Errors
    /// [`LibraryError::Io`] when the folder cannot be made.
    pub fn make_logs(&self) -> Result<PathBuf, LibraryError> {
        let logs = self.logs();
        folders::make_private_dir(&self.data)?;
        folders::make_private_dir(&logs)?;
        Ok(logs)
    }

    /// The folder of the program's own logs.
    pub fn logs(&self) -> PathBuf {
        self.data.join("logs")
    }

    /// The database file, `library.db`.
    pub fn database(&self) -> PathBuf {
        self.data.join("library.db")
    }

    /// The copy of the limits on spending, for the case that the settings file is lost.
    pub fn kept_caps(&self) -> PathBuf {
        self.data.join("caps.toml")
    }

    /// The search index; it may be deleted while no Rushes is open.
    pub fn search_index(&self) -> PathBuf {
        self.data.join("search.db")
    }

    /// The job log: the second copy of the jobs' states.
    pub fn intents(&self) -> PathBuf {
        self.data.join("intents.jsonl")
    }

    /// The file whose lock marks the library as open.
    pub fn lock(&self) -> PathBuf {
        self.data.join("lock")
    }
}

/// Requests that may wait for the library's thread. More senders wait in turn.
const QUEUE_LENGTH: usize = 64;

/// A handle on the library's thread. Cheap to clone; the last one to go closes the database.
#[derive(Clone, Debug)]
pub struct Library {
    requests: mpsc::Sender<Request>,
    searches: mpsc::Sender<finder::Request>,
    questions: mpsc::Sender<Question>,
    damage: watch::Receiver<Option<String>>,
    /// Number of the newest question for a part of the gallery.
    newest: Arc<AtomicU64>,
}

/// What was found when a library was opened.
#[derive(Debug)]
pub struct Opened {
    /// The handle on the opened library.
    pub library: Library,
    /// The live jobs ([`Job::is_live`]), oldest first, hidden ones included. [`Library::jobs`] and [`Library::every_job`] read
    /// the others.
    pub live: Vec<Job>,
    /// All other jobs, oldest first, where they were read anyway; `None` in a large library in which nothing was odd.
    pub finished: Option<Vec<Job>>,
    /// How long the clips took that were made last.
    pub history: History,
    /// How many rows of jobs were read. In a large library they are few, unless something was odd.
    pub rows_read: usize,
    /// What the user should know, such as "the database was damaged; it was set aside as …".
    pub warnings: Vec<String>,
}

/// All storyboards of a library that need not be open, and what belongs to them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BoardsRead {
    /// The boards.
    pub boards: Storyboards,
    /// How many parts of them cannot be read. Those are left out.
    pub damaged: usize,
    /// What the form held last, if it held anything.
    pub draft: Option<Draft>,
}

impl Library {
    /// Takes the lock, opens or makes the database, migrates it, and starts its threads. Blocks for as long as that takes:
    /// where something is odd or new, and in a small library, the whole database is read and checked. Else only what is
    /// unfinished is read, and once a week, or after an end that was none, the rest is checked beside the use of the library;
    /// what is found then is told by [`Library::found_damage`].
    ///
    /// A damaged database is set aside, never deleted, and its jobs are recovered from what is readable in it and from the
    /// job log; [`Opened::warnings`] says so.
    ///
    /// # Errors
    /// [`LibraryError::InUse`], [`LibraryError::TooNew`], or what the file system or SQLite says.
    pub fn open(paths: &Paths) -> Result<Opened, LibraryError> {
        let mut warnings = Vec::new();
        for dir in [paths.data.clone(), paths.posters(), paths.inputs(), paths.logs()] {
            folders::make_private_dir(&dir)?;
        }
        let lock = take_lock(&paths.lock())?;
        // Clips may lie on a drive that is not there now; everything else works without it.
        if let Err(err) = folders::make_user_dir(&paths.clips) {
            warnings.push(format!("{err}. Finished clips wait until it can be used."));
        }

        let ReadLog { log, copies: logged, unreadable_lines } = IntentLog::open(&paths.intents())?;
        if unreadable_lines > 0 {
            tracing::warn!(unreadable_lines, "the job log has lines that cannot be read");
        }
        let found = match opening::quick(paths, &logged, unreadable_lines) {
            Some(quick) => Found::quickly(quick, log, lock)?,
            None => Found::thoroughly(paths, ReadLog { log, copies: logged, unreadable_lines }, lock, &mut warnings)?,
        };
        let Found { books, mut live, mut finished, history, rows_read, is_check_due } = found;
        let mut words = HashSet::new();
        for job in live.iter_mut().chain(finished.iter_mut().flatten()) {
            // Takes of one recipe have the same ones.
            job.request.pool_words(&mut words);
        }

        let newest = Arc::default();
        let finder = Finder::new(paths.database(), paths.search_index(), Arc::clone(&newest));
        let (searches, asked) = mpsc::channel(QUEUE_LENGTH);
        std::thread::Builder::new()
            .name("search".to_owned())
            .spawn(move || finder.serve(asked))
            .map_err(|err| LibraryError::io("The search's thread cannot be started", &err))?;
        let (requests, inbox) = mpsc::channel(QUEUE_LENGTH);
        let (alarm, damage) = Alarm::new(requests.downgrade());
        let known = books.known_damage()?;
        let check = is_check_due.then(|| Check::begin(&paths.database(), known, alarm.clone())).transpose()?;
        let reader = Reader::new(paths.database(), alarm);
        let (questions, asked) = mpsc::channel(QUEUE_LENGTH);
        let reading = std::thread::Builder::new()
            .name("reader".to_owned())
            .spawn(move || reader.serve(asked))
            .map_err(|err| LibraryError::io("The reading thread cannot be started", &err))?;
        std::thread::Builder::new()
            .name("library".to_owned())
            .spawn(move || {
                books.serve(inbox, || {
                    if reading.join().is_err() {
                        tracing::error!("the reading thread has failed");
                    }
                    if let Some(check) = check {
                        check.end();
                    }
                });
            })
            .map_err(|err| LibraryError::io("The library's thread cannot be started", &err))?;
        Ok(Opened {
            library: Self { requests, searches, questions, damage, newest },
            live,
            finished,
            history,
            warnings,
            rows_read,
        })
    }

    /// Reads all jobs without taking the lock, for `rushes jobs` beside an open window: oldest first, hidden ones
    /// included. A library that does not exist yet has none. Changes no file.
    ///
    /// # Errors
    /// [`LibraryError::TooNew`], or what keeps the database from being read.
    pub fn read_only(paths: &Paths) -> Result<Vec<Job>, LibraryError> {
        let rows = reading(paths, |connection| Ok(database::read_rows(connection)?))?.unwrap_or_default();
        let merged = merge(rows.copies, intents::read(&paths.intents()));
        Ok(merged.copies.into_iter().map(|copy| copy.job).collect())
    }

    /// Reads all storyboards as [`Library::read_only`] reads the jobs.
    ///
    /// # Errors
    /// As there.
    pub fn read_only_storyboards(paths: &Paths) -> Result<BoardsRead, LibraryError> {
        let read = reading(paths, |connection| {
            let boards::Read { boards, damaged, .. } = boards::look(connection).map_err(Fault::Stop)?;
            let draft = thread::draft(connection).map_err(Fault::Stop)?;
            Ok(BoardsRead { boards, damaged, draft })
        })?;
        Ok(read.unwrap_or_default())
    }

    /// Stores a job. When it returns `Ok` the row survives a power cut (WAL, synchronous FULL).
    ///
    /// # Errors
    /// When the job is not stored for certain; it may be stored all the same, so store it again later.
    pub async fn put(&self, job: Job) -> Result<(), LibraryError> {
        self.put_all(vec![job]).await
    }

    /// Stores several jobs in one transaction: all of them or none.
    ///
    /// # Errors
    /// When the jobs are not stored for certain, as with [`Library::put`].
    pub async fn put_all(&self, jobs: Vec<Job>) -> Result<(), LibraryError> {
        self.ask(|answer| Request::Put(jobs, answer)).await
    }

    /// Every job that is found by what was typed, hidden ones included, as [`SearchWords`]
    /// says; the job as it was when it was stored last. Waits for searches before it, never for writes.
    ///
    /// # Errors
    /// What keeps the library from being read. Damage to the search index is none: it is made anew.
    pub async fn search(&self, typed: String) -> Result<Vec<JobId>, LibraryError> {
        self.ask_finder(|answer| finder::Request::Search(typed, answer)).await
    }

    /// The jobs of these names, in the order in which they are named, as they were stored last. Unknown ones, and those
    /// that cannot be read, are left out. Waits for questions before it, never for writes.
    ///
    /// # Errors
    /// What keeps the library from being read; [`LibraryError::Closed`] after [`Library::close`].
    pub async fn jobs(&self, ids: Vec<JobId>) -> Result<Vec<Job>, LibraryError> {
        self.ask_reader(|answer| Question::Jobs(ids, answer)).await
    }

    /// Every job that can be read, oldest first, hidden ones included, as it was stored last.
    ///
    /// # Errors
    /// The same as for [`Library::jobs`].
    pub async fn every_job(&self) -> Result<Vec<Job>, LibraryError> {
        self.about(reader::every).await
    }

    /// Jobs of this name, or with these last eight digits of it, in lower case: none, one, or two when there are several.
    ///
    /// # Errors
    /// The same as for [`Library::jobs`].
    pub async fn find(&self, wanted: String) -> Result<Vec<Job>, LibraryError> {
        self.ask_reader(|answer| Question::Find(wanted, answer)).await
    }

    /// What all jobs but those that are `held` elsewhere count against the caps: in this day and month, and in these runs.
    ///
    /// # Errors
    /// The same as for [`Library::jobs`].
    pub async fn past(&self, calendar: Calendar, runs: Vec<JobId>, held: Vec<JobId>) -> Result<Past, LibraryError> {
        self.about(move |connection| past::past(connection, calendar, &runs, &held)).await
    }

    /// Makes the paths of a portion of the clips in an old folder absolute, but not those of `held` jobs. Returns the jobs that
    /// changed, and what is left to do, `None` at the end.
    ///
    /// # Errors
    /// The same as for [`Library::exchange`]; nothing of the portion is done then.
    pub async fn leave_behind(
        &self,
        leaving: Leaving,
        held: HashSet<JobId>,
    ) -> Result<(Vec<Job>, Option<Leaving>), LibraryError> {
        self.ask(|answer| Request::LeaveBehind(leaving, held, answer)).await
    }

    /// Waits until something in the library is found to be damaged, and returns what, as a clause. The next start looks at
    /// everything and repairs what can be repaired.
    pub async fn found_damage(&self) -> String {
        let mut damage = self.damage.clone();
        let told = damage.wait_for(Option::is_some).await.map(|what| what.clone().unwrap_or_default());
        match told {
            Ok(what) => what,
            // Nobody looks any more.
            Err(_) => std::future::pending().await,
        }
    }

    /// Brings the search's index up to date, so that the first search need not wait for that.
    ///
    /// # Errors
    /// What keeps the library from being read.
    pub async fn prepare_search(&self) -> Result<(), LibraryError> {
        self.ask_finder(finder::Request::Prepare).await
    }

    /// The part of the gallery that was asked for, as it was stored when it was read. A question about a search is given up
    /// as soon as another one comes with another number.
    ///
    /// # Errors
    /// What keeps the library from being read, or that it was given up.
    pub async fn span(&self, ask: Ask) -> Result<Span, LibraryError> {
        self.newest.store(ask.number, Ordering::Release);
        if SearchWords::new(&ask.look.search).is_empty() {
            return self.about(move |connection| pages::span(connection, &ask, None)).await;
        }
        self.ask_finder(|answer| finder::Request::Span(Box::new(ask), answer)).await
    }

    /// The jobs that a look at the gallery shows from one of them to another, both included, in their order; without
    /// `ends` all of them. At most `limit`, and one more where there are more.
    ///
    /// # Errors
    /// What keeps the library from being read.
    pub async fn shown(
        &self,
        look: PageLook,
        ends: Option<(JobId, JobId)>,
        limit: usize,
    ) -> Result<Vec<JobId>, LibraryError> {
        if SearchWords::new(&look.search).is_empty() {
            return self.about(move |connection| pages::shown(connection, &look, ends, limit, None)).await;
        }
        self.ask_finder(|answer| finder::Request::Shown(Box::new(look), ends, limit, answer)).await
    }

    /// Whether the library has more jobs than this, those without a card included.
    ///
    /// # Errors
    /// What keeps the library from being read.
    pub async fn has_more_than(&self, jobs: usize) -> Result<bool, LibraryError> {
        self.about(move |connection| pages::has_more_than(connection, jobs)).await
    }

    /// The last conversation about a job. Jobs are opened without it; a job that is stored without one keeps it.
    ///
    /// # Errors
    /// [`LibraryError::Database`] when SQLite fails, [`LibraryError::Closed`] after [`Library::close`].
    pub async fn exchange(&self, job: JobId) -> Result<Option<RawExchange>, LibraryError> {
        self.ask(|answer| Request::Exchange(job, answer)).await
    }

    /// Notes that the clips with relative paths lie in this folder from now on, so that the next start with another one
    /// leaves them there. Call it when the jobs are stored whose clips lie in the old one.
    ///
    /// # Errors
    /// The same as for [`Library::exchange`].
    pub async fn keep_clip_folder(&self, folder: PathBuf) -> Result<(), LibraryError> {
        self.ask(|answer| Request::KeepClipFolder(folder, answer)).await
    }

    /// The draft as it was left. `None` as well when a newer program left one that cannot be read.
    ///
    /// # Errors
    /// The same as for [`Library::exchange`].
    pub async fn draft(&self) -> Result<Option<Draft>, LibraryError> {
        self.ask(Request::Draft).await
    }

    /// Stores the draft in the form, so that the next start finds it as it was left.
    ///
    /// # Errors
    /// The same as for [`Library::exchange`].
    pub async fn keep_draft(&self, draft: Draft) -> Result<(), LibraryError> {
        self.ask(|answer| Request::KeepDraft(Box::new(draft), answer)).await
    }

    /// All storyboards as they were left, and how many parts of them cannot be read. Those are left out; the text of their
    /// board is kept in the database before anything is written over it.
    ///
    /// # Errors
    /// The same as for [`Library::exchange`].
    pub async fn storyboards(&self) -> Result<(Storyboards, usize), LibraryError> {
        self.ask(Request::Storyboards).await
    }

    /// Stores all storyboards in place of those that were stored: all of them or none.
    ///
    /// # Errors
    /// The same as for [`Library::exchange`].
    pub async fn keep_storyboards(&self, boards: Storyboards) -> Result<(), LibraryError> {
        self.ask(|answer| Request::KeepStoryboards(Box::new(boards), answer)).await
    }

    /// The history of prompts as far as it can be read, in no order.
    ///
    /// # Errors
    /// The same as for [`Library::exchange`].
    pub async fn prompts(&self) -> Result<Vec<PromptEntry>, LibraryError> {
        self.ask(Request::Prompts).await
    }

    /// Makes changes of the history of prompts, all of them or none.
    ///
    /// # Errors
    /// The same as for [`Library::exchange`].
    pub async fn change_prompts(&self, changes: Vec<PromptChange>) -> Result<(), LibraryError> {
        self.ask(|answer| Request::ChangePrompts(changes, answer)).await
    }

    /// Presets and the look of the form as they were left.
    ///
    /// # Errors
    /// The same as for [`Library::exchange`].
    pub async fn form_shelf(&self) -> Result<FormShelf, LibraryError> {
        self.ask(Request::FormShelf).await
    }

    /// Stores presets and the look of the form in place of what was stored.
    ///
    /// # Errors
    /// The same as for [`Library::exchange`].
    pub async fn keep_form_shelf(&self, shelf: FormShelf) -> Result<(), LibraryError> {
        self.ask(|answer| Request::KeepFormShelf(Box::new(shelf), answer)).await
    }

    /// What holds orders back. Where that cannot be read, the queue counts as paused.
    ///
    /// # Errors
    /// The same as for [`Library::exchange`].
    pub async fn holds(&self) -> Result<Holds, LibraryError> {
        self.ask(Request::Holds).await
    }

    /// Stores what holds orders back, replacing what was stored.
    ///
    /// # Errors
    /// The same as for [`Library::exchange`].
    pub async fn keep_holds(&self, holds: Holds) -> Result<(), LibraryError> {
        self.ask(|answer| Request::KeepHolds(holds, answer)).await
    }

    /// Finishes what was asked before, closes the database and frees the lock, and only then returns. Other handles
    /// answer [`LibraryError::Closed`] from then on.
    pub async fn close(self) {
        let (closed, reply) = oneshot::channel();
        if self.searches.send(finder::Request::Close(closed)).await.is_ok() {
            reply.await.ok();
        }
        let (closed, reply) = oneshot::channel();
        if self.questions.send(Question::Close(closed)).await.is_ok() {
            reply.await.ok();
        }
        // A library that is closed already is what was wished for.
        self.ask(Request::Close).await.ok();
    }

    /// Asks the reading thread.
    async fn ask_finder<T>(&self, request: impl FnOnce(Answer<T>) -> finder::Request) -> Result<T, LibraryError> {
        let (answer, reply) = oneshot::channel();
        if self.searches.send(request(answer)).await.is_err() {
            return Err(LibraryError::Closed);
        }
        reply.await.unwrap_or(Err(LibraryError::Closed))
    }

    async fn ask_reader<T>(&self, question: impl FnOnce(Answer<T>) -> Question) -> Result<T, LibraryError> {
        let (answer, reply) = oneshot::channel();
        if self.questions.send(question(answer)).await.is_err() {
            return Err(LibraryError::Closed);
        }
        reply.await.unwrap_or(Err(LibraryError::Closed))
    }

    /// Asks the reading thread for something that is read from the database.
    async fn about<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, LibraryError> + Send + 'static,
    ) -> Result<T, LibraryError> {
        self.ask_reader(|answer| Question::Other(Work::new(question, answer))).await
    }

    async fn ask<T>(&self, request: impl FnOnce(Answer<T>) -> Request) -> Result<T, LibraryError> {
        let (answer, reply) = oneshot::channel();
        if self.requests.send(request(answer)).await.is_err() {
            return Err(LibraryError::Closed);
        }
        reply.await.unwrap_or(Err(LibraryError::Closed))
    }
}

/// Reads something of a database that another Rushes may have open; `None` where there is no database yet. Changes no file.
fn reading<T>(paths: &Paths, read: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<Option<T>, LibraryError> {
    let path = paths.database();
    match path.metadata() {
        // Made a moment ago by another Rushes, or never made at all.
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Ok(meta) if meta.len() == 0 => return Ok(None),
        Err(err) => return Err(LibraryError::io(format!("{} cannot be read", path.display()), &err)),
        Ok(_) => {}
    }
    let found = database::open_for_reading(&path).and_then(|connection| read(&connection));
    found.map(Some).map_err(|fault| match fault {
        Fault::Stop(err) => err,
        Fault::Damaged(cause) => {
            LibraryError::Io { what: "The library is damaged; opening Rushes repairs it".to_owned(), cause }
        }
    })
}

/// Takes the exclusive lock of a library. The system frees it when the returned file is closed, also by a kill.
fn take_lock(path: &Path) -> Result<File, LibraryError> {
    let file = folders::open_private_file(path)
        .map_err(|err| LibraryError::io(format!("{} cannot be opened", path.display()), &err))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LibraryError::InUse),
        Err(TryLockError::Error(err)) => Err(LibraryError::io(format!("{} cannot be locked", path.display()), &err)),
    }
}
