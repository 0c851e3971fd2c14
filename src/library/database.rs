//! The SQLite file: opening, checking, migrating, reading and writing rows.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, ToSql, params};
use rusqlite_migration::{M, Migrations};

use super::columns::{self, Columns};
use super::copies::{Copy, sum};
use super::error::LibraryError;
use super::folders::{open_private_file, sync_parent, with_suffix};
use crate::domain::{Job, JobId, RawExchange, RemoteId};

/// All migrations in order. A shipped one is never edited; a new one also raises `schema_version` in `kept`.
static MIGRATIONS: LazyLock<Migrations<'static>> = LazyLock::new(|| {
    Migrations::new(vec![
        M::up(include_str!("migrations/0001.sql")),
        M::up_with_hook(include_str!("migrations/0002.sql"), |transaction| Ok(take_exchanges_out(transaction)?)),
        M::up(include_str!("migrations/0003.sql")),
        M::up_with_hook(include_str!("migrations/0004.sql"), |transaction| {
            Ok(columns::fill(transaction, &read_rows(transaction)?.copies)?)
        }),
        M::up(include_str!("migrations/0005.sql")),
        M::up(include_str!("migrations/0006.sql")),
    ])
});

/// Number of the newest schema that this program knows.
const SCHEMA_VERSION: i64 = 6;

/// Endings of the files that belong to one database. The first is the database itself.
pub(super) const PARTS: [&str; 3] = ["", "-wal", "-shm"];

/// Why a database cannot be used as it is.
#[derive(Debug)]
pub(super) enum Fault {
    /// The file is damaged: it must be set aside.
    Damaged(String),
    /// Something that leaves the file alone: it is too new, the disk is full, permissions.
    Stop(LibraryError),
}

impl From<rusqlite::Error> for Fault {
    fn from(err: rusqlite::Error) -> Self {
        if is_damage(&err) { Self::Damaged(err.to_string()) } else { Self::Stop(err.into()) }
    }
}

impl From<rusqlite::Error> for LibraryError {
    fn from(err: rusqlite::Error) -> Self {
        Self::Database(err.to_string())
    }
}

/// Whether an error while opening or reading speaks of a damaged file. Our own statements are right, so a missing table
/// or a value of the wrong type is damage as well.
pub(super) fn is_damage(err: &rusqlite::Error) -> bool {
    /// `SQLITE_IOERR_SHORT_READ`: the file ends in the middle of a page.
    const SHORT_READ: i32 = 522;
    match err {
        rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::TooBig | ErrorCode::Unknown => true,
            // The file itself was opened for writing just before, so only its header can say that it is read-only. The
            // extended codes speak of the folder, of other processes and of recovery instead.
            ErrorCode::ReadOnly => failure.extended_code == rusqlite::ffi::SQLITE_READONLY,
            ErrorCode::SystemIoFailure => failure.extended_code == SHORT_READ,
            _ => false,
        },
        rusqlite::Error::SqlInputError { .. }
        | rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::QueryReturnedNoRows
        | rusqlite::Error::Utf8Error(..) => true,
        _ => false,
    }
}

/// Opens or makes the database, checks every page, and brings it to the newest schema.
pub(super) fn open(path: &Path) -> Result<Connection, Fault> {
    let file = open_private_file(path)
        .map_err(|err| Fault::Stop(LibraryError::io(format!("{} cannot be opened", path.display()), &err)))?;
    let is_empty = file.metadata().is_ok_and(|meta| meta.len() == 0);
    // Closed before SQLite opens it: closing any handle of a file drops all POSIX locks that this process holds on it.
    drop(file);
    if is_empty && has_wal(path) {
        // SQLite would delete the write-ahead log of an empty database, and with it everything that is left.
        return Err(Fault::Damaged("the file is empty, but its write-ahead log is not".to_owned()));
    }

    let (connection, _) = connect(path)?;
    let verdict: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(Fault::Damaged(verdict));
    }
    prepare(connection)
}

/// Opens a database that has the newest schema, without checking its pages. `None` when there is none, or an older one.
/// Changes nothing.
pub(super) fn open_unchecked(path: &Path) -> Result<Option<Connection>, Fault> {
    if path.metadata().is_ok_and(|meta| meta.len() > 0) {
        let (connection, version) = connect(path)?;
        if version == SCHEMA_VERSION {
            return prepare(connection).map(Some);
        }
    }
    Ok(None)
}

/// Whether the last use of a database did not end as it should: whoever closes it moves the write-ahead log into it.
pub(super) fn has_wal(path: &Path) -> bool {
    with_suffix(path, "-wal").metadata().is_ok_and(|meta| meta.len() > 0)
}

/// Opens a database file and looks at its version, which is returned.
fn connect(path: &Path) -> Result<(Connection, i64), Fault> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // A damaged database is set aside as it was found: closing it must not move the write-ahead log into it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    let version = check_version(&connection)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    Ok((connection, version))
}

/// Makes a database ready to be written.
fn prepare(mut connection: Connection) -> Result<Connection, Fault> {
    // The file was opened for writing just before, so only a damaged header can forbid it.
    if connection.is_readonly("main")? {
        return Err(Fault::Damaged("its header says that it may only be read".to_owned()));
    }
    // Nothing before this line writes, so a damaged file stays as it was found.
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    migrate(&mut connection)?;
    // The pages may be whole and the schema in them not: a column that has lost its name is found here, and not by the first
    // row that cannot be written.
    for statement in [
        PUT_JOB.as_str(),
        "SELECT id, seq, doc FROM unreadable_jobs",
        "SELECT id, doc FROM exchanges",
        "SELECT key, value FROM kept",
        "SELECT key, used_at, doc FROM prompts",
    ] {
        connection.prepare(statement)?;
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), Fault> {
    use rusqlite_migration::{Error, MigrationDefinitionError};

    MIGRATIONS.to_latest(connection).map_err(|err| match err {
        Error::RusqliteError { err, .. } => Fault::from(err),
        Error::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => Fault::Stop(LibraryError::TooNew),
        other => Fault::Damaged(other.to_string()),
    })
}

/// Compares the version in the header with its second copy, and returns it. A newer library has both; a flipped bit only one.
fn check_version(connection: &Connection) -> Result<i64, Fault> {
    let header: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let has_kept: bool =
        connection.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'kept'", [], |row| row.get(0))?;
    let copy: i64 = if has_kept {
        let text: Option<String> = connection
            .query_row("SELECT value FROM kept WHERE key = 'schema_version'", [], |row| row.get(0))
            .optional()?;
        text.and_then(|text| text.parse().ok()).unwrap_or(-1)
    } else {
        0
    };
    if header != copy {
        return Err(Fault::Damaged(format!("it says that its version is {header} and {copy}")));
    }
    if header > SCHEMA_VERSION { Err(Fault::Stop(LibraryError::TooNew)) } else { Ok(header) }
}

/// The contents of the table of jobs.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// The jobs whose rows can be read.
    pub copies: Vec<Copy>,
    /// Ids of rows whose document cannot be read; the rows stay where they are.
    pub unreadable: Vec<String>,
}

/// Reads all rows. The table is walked in its own order, because a damaged index would hide rows.
pub(super) fn read_rows(connection: &Connection) -> Result<Rows, rusqlite::Error> {
    chosen_rows(connection, "NOT INDEXED", &[])
}

/// Reads the rows that a condition chooses, in the order that it says.
pub(super) fn chosen_rows(
    connection: &Connection,
    condition: &str,
    values: &[&dyn ToSql],
) -> Result<Rows, rusqlite::Error> {
    let mut rows = Rows::default();
    let mut statement = connection.prepare(&format!("SELECT id, seq, doc, doc_sum FROM jobs {condition}"))?;
    let mut cursor = statement.query(values)?;
    while let Some(row) = cursor.next()? {
        match copy_of(row) {
            Some(copy) => rows.copies.push(copy),
            None => rows.unreadable.push(text_of(row.get_ref(0)?).unwrap_or_default()),
        }
    }
    Ok(rows)
}

/// Reads one job by its name. `None` when it is not there, or cannot be read.
pub(super) fn copy_by_id(connection: &Connection, id: JobId) -> Result<Option<Copy>, rusqlite::Error> {
    let mut statement = connection.prepare_cached("SELECT id, seq, doc, doc_sum FROM jobs WHERE id = ?1")?;
    Ok(statement.query_row([id.to_string()], |row| Ok(copy_of(row))).optional()?.flatten())
}

/// Whether there is a row of this name, be it readable or not.
pub(super) fn is_there(connection: &Connection, id: JobId) -> Result<bool, rusqlite::Error> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM jobs WHERE id = ?1")?;
    statement.exists([id.to_string()])
}

/// Reads what can be read of a damaged database, from both ends. Works on a private copy that is deleted afterwards,
/// because even a reader may change or delete the write-ahead log of a database that it finds odd. `also` may read more.
pub(super) fn salvage(path: &Path, also: impl FnOnce(&Connection)) -> Vec<Copy> {
    let copy = with_suffix(path, ".salvage");
    let mut copies = HashMap::new();
    let copied = PARTS[..2].iter().try_for_each(|part| {
        let from = with_suffix(path, part);
        if from.exists() { std::fs::copy(from, with_suffix(&copy, part)).map(drop) } else { Ok(()) }
    });
    match copied {
        Ok(()) => {
            for order in ["ASC", "DESC"] {
                // Errors end one walk: what was read before them is what can be saved.
                walk(&copy, order, &mut copies).ok();
            }
            take_exchanges_back(&copy, &mut copies).ok();
            if let Ok(connection) = Connection::open_with_flags(&copy, OpenFlags::SQLITE_OPEN_READ_ONLY) {
                also(&connection);
            }
        }
        Err(err) => tracing::warn!(%err, "the damaged database cannot be copied to be read"),
    }
    for part in PARTS {
        // A copy of what is kept beside it; one that stays behind only takes room.
        std::fs::remove_file(with_suffix(&copy, part)).ok();
    }
    copies.into_values().collect()
}

fn walk(path: &Path, order: &str, copies: &mut HashMap<JobId, Copy>) -> Result<(), rusqlite::Error> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let sql = format!("SELECT id, seq, doc, doc_sum FROM jobs NOT INDEXED ORDER BY rowid {order}");
    let mut statement = connection.prepare(&sql)?;
    let mut cursor = statement.query([])?;
    while let Some(row) = cursor.next()? {
        if let Some(copy) = copy_of(row) {
            copies.insert(copy.job.id, copy);
        }
    }
    Ok(())
}

/// Joins jobs of a damaged database with their conversations, which are written anew with them.
fn take_exchanges_back(path: &Path, copies: &mut HashMap<JobId, Copy>) -> Result<(), LibraryError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    for copy in copies.values_mut().filter(|copy| copy.job.exchange.is_none()) {
        copy.job.exchange = exchange(&connection, copy.job.id)?;
    }
    Ok(())
}

/// The job of a row of `id, seq, doc, doc_sum`. `None` when it cannot be read.
pub(super) fn copy_of(row: &rusqlite::Row<'_>) -> Option<Copy> {
    let id = text_of(row.get_ref(0).ok()?)?;
    let seq: i64 = row.get(1).ok()?;
    let doc = text_of(row.get_ref(2).ok()?)?;
    let doc_sum = text_of(row.get_ref(3).ok()?)?;
    let job: Job = serde_json::from_str(&doc).ok()?;
    (sum(&doc) == doc_sum && job.id.to_string() == id).then_some(Copy { seq, job })
}

fn text_of(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok().map(str::to_owned),
        _ => None,
    }
}

/// Writes one job, be it new or known.
static PUT_JOB: LazyLock<String> = LazyLock::new(|| {
    let first = ["id", "seq", "gateway", "state", "created_at", "prompt", "negative_prompt", "is_hidden", "remote_id"];
    let names: Vec<&str> = first.into_iter().chain(["doc", "doc_sum"]).chain(columns::NAMES).collect();
    let places: Vec<String> = (1..=names.len()).map(|place| format!("?{place}")).collect();
    let new: Vec<String> = names[1..].iter().map(|name| format!("{name} = excluded.{name}")).collect();
    format!(
        "INSERT INTO jobs ({}) VALUES ({}) ON CONFLICT (id) DO UPDATE SET {}",
        names.join(", "),
        places.join(", "),
        new.join(", ")
    )
});

/// Writes jobs in one transaction. Rows that cannot be read any more (`replaces`) are copied aside first.
pub(super) fn write_rows(
    connection: &mut Connection,
    copies: &[Copy],
    replaces: &[String],
) -> Result<(), LibraryError> {
    let transaction = connection.transaction()?;
    for id in replaces {
        transaction.execute(
            "INSERT INTO unreadable_jobs (id, seq, doc) SELECT id, seq, CAST(doc AS BLOB) FROM jobs WHERE id = ?1",
            [id],
        )?;
    }
    {
        let mut statement = transaction.prepare_cached(&PUT_JOB)?;
        for Copy { seq, job } in copies {
            if let Some(exchange) = &job.exchange {
                keep_exchange(&transaction, job.id, exchange)?;
            }
            let doc = document_of(job)?;
            let (id, doc_sum, columns) = (job.id.to_string(), sum(&doc), Columns::of(job));
            let remote_id = job.remote_id.as_ref().map(RemoteId::as_str);
            let (gateway, state) = (job.gateway.name(), job.state.name());
            let (prompt, negative_prompt) = (job.request.prompt(), job.request.negative_prompt());
            let mut values: Vec<&dyn ToSql> = vec![&id, seq, &gateway, &state, &job.created_at.0, &prompt];
            values.extend::<[&dyn ToSql; 5]>([&negative_prompt, &job.is_hidden, &remote_id, &doc, &doc_sum]);
            values.extend(columns.values());
            statement.execute(values.as_slice())?;
        }
    }
    transaction.commit()?;
    Ok(())
}

/// The job as it is written: without its conversation, which has a table of its own.
fn document_of(job: &Job) -> Result<String, LibraryError> {
    let plain;
    let job = if job.exchange.is_some() {
        plain = Job { exchange: None, ..job.clone() };
        &plain
    } else {
        job
    };
    serde_json::to_string(job).map_err(|err| LibraryError::Database(err.to_string()))
}

/// Keeps the last conversation about a job. A job that is written without one keeps the one that is stored.
fn keep_exchange(connection: &Connection, job: JobId, exchange: &RawExchange) -> Result<(), LibraryError> {
    let doc = serde_json::to_string(exchange).map_err(|err| LibraryError::Database(err.to_string()))?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO exchanges (id, doc) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET doc = excluded.doc",
    )?;
    statement.execute(params![job.to_string(), doc])?;
    Ok(())
}

/// The last conversation about a job. One that cannot be read is none: it is there for the curious.
pub(super) fn exchange(connection: &Connection, job: JobId) -> Result<Option<RawExchange>, LibraryError> {
    let mut statement = connection.prepare_cached("SELECT doc FROM exchanges WHERE id = ?1")?;
    let doc: Option<String> = statement.query_row([job.to_string()], |row| row.get(0)).optional()?;
    Ok(doc.and_then(|doc| {
        serde_json::from_str(&doc).inspect_err(|err| tracing::warn!(%err, "a conversation cannot be read")).ok()
    }))
}

/// Moves conversations out of documents of schema 1. Documents that cannot be read stay as they are.
fn take_exchanges_out(connection: &Connection) -> Result<(), rusqlite::Error> {
    let failed = |err: LibraryError| rusqlite::Error::ToSqlConversionFailure(Box::new(err));
    let rows = read_rows(connection)?;
    let mut statement = connection.prepare("UPDATE jobs SET doc = ?2, doc_sum = ?3 WHERE id = ?1")?;
    for Copy { job, .. } in &rows.copies {
        let Some(exchange) = &job.exchange else { continue };
        keep_exchange(connection, job.id, exchange).map_err(failed)?;
        let doc = document_of(job).map_err(failed)?;
        statement.execute(params![job.id.to_string(), doc, sum(&doc)])?;
    }
    Ok(())
}

/// Reads a value of the table of small things beside the jobs, such as the draft. `None` when there is none.
pub(super) fn kept(connection: &Connection, key: &str) -> Result<Option<String>, LibraryError> {
    let mut statement = connection.prepare_cached("SELECT value FROM kept WHERE key = ?1")?;
    Ok(statement.query_row([key], |row| row.get(0)).optional()?)
}

/// Stores a value in the table of small things beside the jobs, replacing an earlier one.
pub(super) fn keep(connection: &Connection, key: &str, value: &str) -> Result<(), LibraryError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO kept (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )?;
    statement.execute([key, value])?;
    Ok(())
}

/// Opens a database that another process may be writing, for reading only.
pub(super) fn open_for_reading(path: &Path) -> Result<Connection, Fault> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    check_version(&connection)?;
    Ok(connection)
}

/// Renames a damaged database and its companions to `library.db.damaged-<date>…`. Nothing is deleted. Returns the new
/// path of the database.
pub(super) fn set_aside(path: &Path, date: &str) -> Result<PathBuf, LibraryError> {
    let target = (1..)
        .map(|number| match number {
            1 => with_suffix(path, &format!(".damaged-{date}")),
            _ => with_suffix(path, &format!(".damaged-{date}-{number}")),
        })
        .find(|target| PARTS.iter().all(|part| !with_suffix(target, part).exists()))
        .expect("the numbers do not end");
    for part in PARTS {
        let from = with_suffix(path, part);
        if from.exists() {
            std::fs::rename(&from, with_suffix(&target, part))
                .map_err(|err| LibraryError::io(format!("{} cannot be set aside", from.display()), &err))?;
        }
    }
    sync_parent(path).map_err(|err| LibraryError::io("The damaged library cannot be set aside", &err))?;
    Ok(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_migrations_are_valid_and_end_at_the_known_version() {
        MIGRATIONS.validate().expect("every migration runs");
        let mut connection = Connection::open_in_memory().expect("memory");
        MIGRATIONS.to_latest(&mut connection).expect("every migration runs");
        let header: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a number");
        assert_eq!(header, SCHEMA_VERSION);
        check_version(&connection).expect("both copies of the version agree");
    }
}
