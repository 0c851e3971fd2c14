//! Storyboards as text, for the library. What cannot be read of a board takes nothing else with it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{BoardShot, ShotId, Storyboard};
use crate::domain::JobId;

/// The stored form of a board.
#[derive(Serialize)]
struct Stored<'a> {
    shots: &'a [BoardShot],
    orders: &'a [(ShotId, JobId)],
}

/// The stored form before its parts were looked at. Every part may be anything.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Found {
    shots: Value,
    orders: Value,
}

/// A board as text.
pub fn write(board: &Storyboard) -> String {
    let stored = Stored { shots: board.shots(), orders: board.orders() };
    serde_json::to_string(&stored).expect("ids, texts and numbers can be written")
}

/// Reads a board, and how many of its parts cannot be read. Never fails: a damaged part is left out, the others count.
pub fn read(text: &str) -> (Storyboard, usize) {
    let Ok(Found { shots, orders }) = serde_json::from_str(text) else { return (Storyboard::default(), 1) };
    let mut damaged = 0;
    let shots = parts(shots, &mut damaged);
    let orders = parts(orders, &mut damaged);
    let total = shots.len();
    let board = Storyboard::new(shots, orders);
    // One that stands twice is damage as well.
    (board.clone(), damaged + total - board.shots().len())
}

fn parts<T: serde::de::DeserializeOwned>(list: Value, damaged: &mut usize) -> Vec<T> {
    match list {
        Value::Array(parts) => parts
            .into_iter()
            .filter_map(|part| {
                let part = serde_json::from_value(part).ok();
                *damaged += usize::from(part.is_none());
                part
            })
            .collect(),
        Value::Null => Vec::new(),
        _ => {
            *damaged += 1;
            Vec::new()
        }
    }
}
