//! The check of a whole library beside its use: every page, and the sum of every row. It reads on a connection of its own,
//! on a thread of its own, with pauses, and ends with the library.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, params};
use tokio::sync::{mpsc, watch};

use super::columns;
use super::database;
use super::error::LibraryError;
use super::thread::Request;

/// After so many steps of SQLite's own machine there is a pause.
const STEPS: i32 = 20_000;

/// How many rows are looked at before there is a pause.
const PORTION: i64 = 256;

/// How long the check waits before it begins, so that it does not slow down the start of the program.
const AFTER: Duration = Duration::from_secs(4);

/// How long a pause lasts: about as long as what was done before it takes.
const PAUSE: Duration = Duration::from_millis(5);

/// Tells that something in the library is damaged: the user now, and the next start.
#[derive(Clone, Debug)]
pub(super) struct Alarm {
    requests: mpsc::WeakSender<Request>,
    told: watch::Sender<Option<String>>,
}

impl Alarm {
    pub(super) fn new(requests: mpsc::WeakSender<Request>) -> (Self, watch::Receiver<Option<String>>) {
        let (told, heard) = watch::channel(None);
        (Self { requests, told }, heard)
    }

    /// Notes what is damaged. Blocks while the library's thread has much to do.
    pub(super) fn raise(&self, what: &str) {
        tracing::error!(what, "the library is damaged");
        self.request(Request::NoteDamage(what.to_owned()));
        self.told.send_replace(Some(what.to_owned()));
    }

    /// Notes that everything was looked at, and nothing is damaged.
    fn note_checked(&self) {
        self.request(Request::NoteChecked);
    }

    fn request(&self, request: Request) {
        if let Some(requests) = self.requests.upgrade() {
            // A library that is being closed checks again at the next start.
            requests.blocking_send(request).ok();
        }
    }
}

/// A check that is under way.
#[derive(Debug)]
pub(super) struct Check {
    stop: Arc<AtomicBool>,
    /// While it is held, a check that has not begun waits for its time.
    waiting: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Check {
    /// Begins to check the database at `path`. `known` is how many rows could not be read when all were read last.
    pub(super) fn begin(path: &Path, known: usize, alarm: Alarm) -> Result<Self, LibraryError> {
        let stop = Arc::new(AtomicBool::new(false));
        let (path, stopped) = (path.to_owned(), Arc::clone(&stop));
        let (waiting, told_to_end) = sync_channel::<()>(0);
        let thread = std::thread::Builder::new()
            .name("check".to_owned())
            .spawn(move || {
                // Whoever ends the check lets go of the other end.
                if told_to_end.recv_timeout(AFTER) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
                let is_stopped = || stopped.load(Ordering::Relaxed);
                match check(&path, known, Arc::clone(&stopped)) {
                    Ok(None) if !is_stopped() => alarm.note_checked(),
                    Ok(Some(what)) => alarm.raise(&what),
                    Ok(None) => {}
                    Err(_) if is_stopped() => {}
                    // What is damaged makes statements fail as well.
                    Err(err) if database::is_damage(&err) => alarm.raise(&err.to_string()),
                    Err(err) => tracing::warn!(%err, "the library could not be checked"),
                }
            })
            .map_err(|err| LibraryError::io("The checking thread cannot be started", &err))?;
        Ok(Self { stop, waiting, thread })
    }

    /// Ends it, as soon as it looks up.
    pub(super) fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        drop(self.waiting);
        if self.thread.join().is_err() {
            tracing::error!("the checking thread has failed");
        }
    }
}

/// What is damaged; `None` when nothing is, or when it was stopped.
fn check(path: &Path, known: usize, stop: Arc<AtomicBool>) -> Result<Option<String>, rusqlite::Error> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "cell_size_check", true)?;
    let is_stopped = Arc::clone(&stop);
    connection.progress_handler(
        STEPS,
        Some(move || {
            std::thread::sleep(PAUSE);
            is_stopped.load(Ordering::Relaxed)
        }),
    )?;
    let verdict: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Ok(Some(verdict));
    }
    if !columns::are_groups_counted(&connection)? {
        return Ok(Some("the number of its groups is not right".to_owned()));
    }
    let mut statement = connection.prepare(
        "SELECT id, seq, doc, doc_sum, rowid, is_live FROM jobs NOT INDEXED WHERE rowid > ?1 ORDER BY rowid LIMIT ?2",
    )?;
    let (mut after, mut unreadable) = (i64::MIN, 0);
    loop {
        let mut count = 0;
        let mut rows = statement.query(params![after, PORTION])?;
        while let Some(row) = rows.next()? {
            count += 1;
            after = row.get(4)?;
            match database::copy_of(row) {
                Some(copy) if row.get::<_, Option<bool>>(5)? != Some(copy.job.is_live()) => {
                    return Ok(Some(format!("the list of unfinished jobs is not right about {}", copy.job.id)));
                }
                Some(_) => {}
                None => unreadable += 1,
            }
        }
        drop(rows);
        if count < PORTION || stop.load(Ordering::Relaxed) {
            break;
        }
        std::thread::sleep(PAUSE);
    }
    Ok((unreadable > known).then(|| format!("{unreadable} of its jobs cannot be read")))
}
