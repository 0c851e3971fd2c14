//! WHERE IT IS KEPT: the database on its own thread, the folders, the settings file.

use std::path::{Path, PathBuf};

use crate::domain::{Draft, Job, JobId};

/// The folders of one library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Database, posters, input pictures, logs, lock; mode 0700.
    pub data: PathBuf,
    /// Finished clips and part files.
    pub clips: PathBuf,
    /// `settings.toml`.
    pub settings: PathBuf,
}

impl Paths {
    /// Everything under one folder (`--library DIR`).
    pub fn portable(dir: &Path) -> Self {
        Self { data: dir.join("data"), clips: dir.join("clips"), settings: dir.join("settings.toml") }
    }

    /// The platform's own folders: data folder, Videos/Rushes, configuration folder.
    pub fn of_user() -> Result<Self, LibraryError> {
        unimplemented!()
    }

    /// Folder of posters.
    pub fn posters(&self) -> PathBuf {
        self.data.join("posters")
    }

    /// File of one poster.
    pub fn poster(&self, job: JobId) -> PathBuf {
        self.posters().join(format!("{job}.jpg"))
    }

    /// Folder of input pictures, named by their hash.
    pub fn inputs(&self) -> PathBuf {
        self.data.join("inputs")
    }

    /// Folder of logs.
    pub fn logs(&self) -> PathBuf {
        self.data.join("logs")
    }
}

/// What went wrong with the library.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LibraryError {
    /// Another Rushes has it open.
    #[error("Another Rushes has this library open")]
    InUse,
    /// The database is newer than this program.
    #[error("This library was made by a newer Rushes")]
    TooNew,
    /// A folder or file cannot be used.
    #[error("{what}: {cause}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        cause: String,
    },
    /// SQLite says no.
    #[error("The library could not be written: {0}")]
    Database(String),
    /// The library's thread has ended.
    #[error("The library is closed")]
    Closed,
}

/// A handle on the library's thread. Cheap to clone; the last one to go closes the database.
#[derive(Clone, Debug)]
pub struct Library {}

/// What was found when a library was opened.
#[derive(Debug)]
pub struct Opened {
    /// The handle.
    pub library: Library,
    /// Every job, oldest first, hidden ones included.
    pub jobs: Vec<Job>,
    /// What the user should know, such as "the database was damaged; it was set aside as …".
    pub warnings: Vec<String>,
}

impl Library {
    /// Takes the lock, opens or makes the database, migrates it, and starts its thread.
    pub fn open(_paths: &Paths) -> Result<Opened, LibraryError> {
        unimplemented!()
    }

    /// Reads all jobs without taking the lock, for `rushes jobs` beside an open window.
    pub fn read_only(_paths: &Paths) -> Result<Vec<Job>, LibraryError> {
        unimplemented!()
    }

    /// Stores a job. When it returns `Ok` the row survives a power cut (WAL, synchronous FULL).
    pub async fn put(&self, _job: Job) -> Result<(), LibraryError> {
        unimplemented!()
    }

    /// Stores several jobs in one transaction.
    pub async fn put_all(&self, _jobs: Vec<Job>) -> Result<(), LibraryError> {
        unimplemented!()
    }

    /// The draft as it was left.
    pub async fn draft(&self) -> Result<Option<Draft>, LibraryError> {
        unimplemented!()
    }

    /// Keeps the draft.
    pub async fn keep_draft(&self, _draft: Draft) -> Result<(), LibraryError> {
        unimplemented!()
    }
}
