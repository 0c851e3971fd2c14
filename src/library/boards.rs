//! Storyboards in the table of small things: one row for each board, so that damage to one takes no other with it.

use rusqlite::{Connection, params};

use super::copies::sum;
use super::error::LibraryError;
use crate::domain::Project;
use crate::domain::storyboard::{BoardKey, ShotId, Storyboards, reading};

/// Names of rows that hold a board: this, and the name of its project. The board of the whole library has no name.
const BOARD: &str = "storyboard/";

/// The row that says which planned shot the form makes.
const MAKING: &str = "storyboard_making";

/// Names of rows that hold the text of a board in which something could not be read.
const UNREADABLE: &str = "storyboard_unreadable/";

fn row_of(key: &BoardKey) -> String {
    format!("{BOARD}{}", key.as_ref().map_or("", Project::as_str))
}

/// What was read of the boards, and the rows in which something could not be read.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) boards: Storyboards,
    /// How many parts cannot be read.
    pub(super) damaged: usize,
    damaged_rows: Vec<(String, String)>,
}

/// Reads all boards, and how many of their parts cannot be read. The text of a damaged one is kept in a row of its own.
pub(super) fn read(connection: &Connection) -> Result<(Storyboards, usize), LibraryError> {
    let Read { boards, damaged, damaged_rows } = look(connection)?;
    for (name, text) in damaged_rows {
        super::database::keep(connection, &format!("{UNREADABLE}{}/{name}", sum(&text)), &text)?;
    }
    Ok((boards, damaged))
}

/// Reads all boards as [`read`] does, and writes nothing.
pub(super) fn look(connection: &Connection) -> Result<Read, LibraryError> {
    let mut read = Read::default();
    for (name, text) in rows(connection)? {
        let name = &name[BOARD.len()..];
        let (board, damaged) = reading::read(&text);
        let project = if name.is_empty() { Ok(None) } else { Project::new(name).map(Some) };
        read.damaged += damaged + usize::from(project.is_err());
        if damaged > 0 || project.is_err() {
            tracing::warn!(name, damaged, "a storyboard cannot be read in full");
            read.damaged_rows.push((name.to_owned(), text));
        }
        if let Ok(project) = project {
            read.boards.boards.insert(project, board);
        }
    }
    let making = super::database::kept(connection, MAKING)?;
    read.boards.making =
        making.and_then(|text| serde_json::from_str::<Option<(BoardKey, ShotId)>>(&text).ok()).flatten();
    Ok(read)
}

/// Writes all boards in one transaction. The row of one that is empty now goes; rows that are not of these boards stay.
pub(super) fn write(connection: &mut Connection, boards: &Storyboards) -> Result<(), LibraryError> {
    let making = serde_json::to_string(&boards.making).map_err(|err| LibraryError::Database(err.to_string()))?;
    let transaction = connection.transaction()?;
    for (key, board) in &boards.boards {
        if board.is_empty() {
            transaction.execute("DELETE FROM kept WHERE key = ?1", [row_of(key)])?;
        } else {
            super::database::keep(&transaction, &row_of(key), &reading::write(board))?;
        }
    }
    super::database::keep(&transaction, MAKING, &making)?;
    transaction.commit()?;
    Ok(())
}

/// All rows that hold boards, with their texts. One that is no text is left out.
pub(super) fn rows(connection: &Connection) -> Result<Vec<(String, String)>, LibraryError> {
    let mut statement =
        connection.prepare("SELECT key, value FROM kept WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key")?;
    let mut cursor = statement.query(params![BOARD])?;
    let mut rows = Vec::new();
    while let Some(row) = cursor.next()? {
        if let (Ok(key), Ok(value)) = (row.get(0), row.get(1)) {
            rows.push((key, value));
        }
    }
    Ok(rows)
}

/// Puts rows that were saved from a damaged database into a new one.
pub(super) fn put_back(connection: &Connection, rows: &[(String, String)]) -> Result<(), LibraryError> {
    rows.iter().try_for_each(|(key, value)| super::database::keep(connection, key, value))
}
