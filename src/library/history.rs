//! The history of prompts in the database, and what else the form keeps there besides the draft.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::copies::{Copy, sum};
use super::database::{keep, kept};
use super::error::LibraryError;
use crate::domain::preset::FormShelf;
use crate::domain::prompt_history::{MOST_ENTRIES, PromptChange, PromptEntry, key_of, noted, of_jobs};
use crate::domain::{Asker, Job, Sha256Hex, UnixMillis};

/// Name under which presets and the look of the form are stored.
const SHELF: &str = "form_shelf";
/// Name under which is stored when the newest job was ordered that the history knows of.
const SEEN: &str = "prompts_seen_until";
/// Beginning of the names under which texts are stored that could not be read.
const UNREADABLE: &str = "form_shelf_unreadable/";

/// When the newest job was ordered that the history knows of. `None` in a library that never had a history, and where that
/// cannot be read.
pub(super) fn seen_until(connection: &Connection) -> Result<Option<UnixMillis>, LibraryError> {
    Ok(kept(connection, SEEN)?.and_then(|text| text.parse().ok()).map(UnixMillis))
}

/// Takes into the history what was ordered without the window since the last opening, by commands and agents. A library
/// that never had a history is filled with what all its jobs were made from.
pub(super) fn take_in(connection: &mut Connection, copies: &[Copy]) -> Result<(), LibraryError> {
    // A text that cannot be read counts as the beginning, so that nothing is missed.
    let seen_until = seen_until(connection)?;
    let jobs = copies.iter().map(|copy| &copy.job);
    let newest = jobs.clone().map(|job| job.created_at).max().unwrap_or_default();
    if seen_until.is_some_and(|until| until >= newest) {
        return Ok(());
    }
    // The window notes its own orders at once.
    let is_new = |job: &&Job| seen_until.is_none_or(|until| job.created_at > until && job.asked_by != Asker::Window);
    let entries = of_jobs(jobs.filter(is_new).filter(|job| !job.is_hidden));
    let least = entries.len().saturating_sub(MOST_ENTRIES);
    let transaction = connection.transaction()?;
    for entry in &entries[least..] {
        match self::entry(&transaction, entry.key())? {
            None => put(&transaction, entry)?,
            // One that was saved from a damaged database knows more than the jobs do.
            Some(_) if seen_until.is_none() => {}
            Some(known) => {
                let uses = known.uses.saturating_add(entry.uses);
                let draft = if known.used_at > entry.used_at { known.draft } else { entry.draft.clone() };
                let used_at = known.used_at.max(entry.used_at);
                put(&transaction, &PromptEntry { draft, used_at, uses, is_pinned: known.is_pinned })?;
            }
        }
    }
    keep(&transaction, SEEN, &newest.0.to_string())?;
    transaction.commit()?;
    Ok(())
}

/// All entries that can be read, and how many cannot. Those stay where they are.
pub(super) fn read(connection: &Connection) -> Result<(Vec<PromptEntry>, usize), LibraryError> {
    let mut statement = connection.prepare("SELECT key, doc FROM prompts")?;
    let mut cursor = statement.query([])?;
    let (mut entries, mut unreadable) = (Vec::new(), 0);
    while let Some(row) = cursor.next()? {
        let texts: Result<(String, String), _> = row.get(0).and_then(|key| Ok((key, row.get(1)?)));
        let entry = texts.ok().and_then(|(key, doc)| {
            let entry: PromptEntry = serde_json::from_str(&doc).ok()?;
            (entry.key().to_string() == key).then_some(entry)
        });
        match entry {
            Some(entry) => entries.push(entry),
            None => unreadable += 1,
        }
    }
    if unreadable > 0 {
        tracing::warn!(unreadable, "entries of the prompt history cannot be read");
    }
    Ok((entries, unreadable))
}

/// Makes these changes, all of them or none, and forgets the oldest entries of too many.
pub(super) fn change(connection: &mut Connection, changes: &[PromptChange]) -> Result<(), LibraryError> {
    let transaction = connection.transaction()?;
    for change in changes {
        match change {
            PromptChange::Note { draft, is_used, at } => {
                let known = entry(&transaction, key_of(&draft.prompt, &draft.negative_prompt))?;
                if let Some(entry) = noted(known, draft, *is_used, *at) {
                    put(&transaction, &entry)?;
                }
            }
            PromptChange::Put(entry) => put(&transaction, entry)?,
            PromptChange::Remove(key) => {
                transaction.execute("DELETE FROM prompts WHERE key = ?1", [key.to_string()])?;
            }
        }
    }
    let count: i64 = transaction.query_row("SELECT count(*) FROM prompts", [], |row| row.get(0))?;
    let too_many = count - i64::try_from(MOST_ENTRIES).unwrap_or(i64::MAX);
    if too_many > 0 {
        // Pinned entries are spared as long as there are others.
        transaction.execute(
            "DELETE FROM prompts WHERE key IN (SELECT key FROM prompts
                 ORDER BY coalesce(json_extract(doc, '$.is_pinned'), 0), used_at LIMIT ?1)",
            [too_many],
        )?;
    }
    transaction.commit()?;
    Ok(())
}

fn entry(connection: &Connection, key: Sha256Hex) -> Result<Option<PromptEntry>, LibraryError> {
    let mut statement = connection.prepare_cached("SELECT doc FROM prompts WHERE key = ?1")?;
    let doc: Option<String> = statement.query_row([key.to_string()], |row| row.get(0)).optional()?;
    Ok(doc.and_then(|doc| serde_json::from_str(&doc).ok()))
}

fn put(connection: &Connection, entry: &PromptEntry) -> Result<(), LibraryError> {
    let doc = serde_json::to_string(entry).map_err(|err| LibraryError::Database(err.to_string()))?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO prompts (key, used_at, doc) VALUES (?1, ?2, ?3)
         ON CONFLICT (key) DO UPDATE SET used_at = excluded.used_at, doc = excluded.doc",
    )?;
    statement.execute(params![entry.key().to_string(), entry.used_at.0, doc])?;
    Ok(())
}

/// Presets and the look of the form as they were left. Text that cannot be read is kept aside before anything is written
/// over it.
pub(super) fn shelf(connection: &Connection) -> Result<FormShelf, LibraryError> {
    let Some(text) = kept(connection, SHELF)? else { return Ok(FormShelf::default()) };
    match serde_json::from_str(&text) {
        Ok(shelf) => Ok(shelf),
        Err(err) => {
            tracing::warn!(%err, "the presets cannot be read; their text is kept");
            keep(connection, &format!("{UNREADABLE}{}", sum(&text)), &text)?;
            Ok(FormShelf::default())
        }
    }
}

/// Stores presets and the look of the form in place of what was stored.
pub(super) fn keep_shelf(connection: &Connection, shelf: &FormShelf) -> Result<(), LibraryError> {
    let text = serde_json::to_string(shelf).map_err(|err| LibraryError::Database(err.to_string()))?;
    keep(connection, SHELF, &text)
}

/// What the form keeps, read from a damaged database as far as that goes.
#[derive(Debug, Default)]
pub(super) struct Saved {
    entries: Vec<PromptEntry>,
    shelf: Option<String>,
}

/// Reads what can be read of a damaged database.
pub(super) fn saved(connection: &Connection) -> Saved {
    let entries = read(connection).map(|(entries, _)| entries).unwrap_or_default();
    Saved { entries, shelf: kept(connection, SHELF).ok().flatten() }
}

/// Puts what was saved into a new database.
pub(super) fn put_back(connection: &mut Connection, saved: Saved) -> Result<(), LibraryError> {
    if let Some(text) = &saved.shelf {
        keep(connection, SHELF, text)?;
    }
    let changes: Vec<_> = saved.entries.into_iter().map(|entry| PromptChange::Put(Box::new(entry))).collect();
    change(connection, &changes)
}
