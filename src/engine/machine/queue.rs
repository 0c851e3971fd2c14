//! The order of the queues, which the user can change, and orders that the user holds back one by one. Both survive the
//! program, because they are part of the job: its rank, and why it is held.
//!
//! A move changes the rank of the moved order alone, to a number between those of its new neighbors, so that it is one
//! write, which is there or not after a kill. Only when there is no number left between them, all orders behind are spread
//! out anew, from the last to the first, so that their order is the same after each single write.

use std::collections::BTreeSet;

use super::Machine;
use super::agenda::Seat;
use super::now::Now;
use crate::domain::{HeldFor, JobId, JobState};
use crate::engine::command::QueueMove;

/// The distance between the ranks of two orders that follow each other.
const STEP: i64 = 1 << 32;

impl Machine {
    /// The rank of an order that is put behind all others.
    pub(super) fn rank_behind_all(&mut self) -> i64 {
        self.last_rank = self.last_rank.saturating_add(STEP);
        self.last_rank
    }

    /// The rank that stands where this order stood before it was taken out of the line. `None` where it was sent after all.
    pub(super) fn rank_in_place_of(&mut self, now: Now, of: JobId) -> Option<i64> {
        self.file_touched();
        let seat = self.entries.get(of).filter(|entry| entry.job.leaves_its_place())?.seat();
        let behind = |line: &BTreeSet<Seat>| line.range(seat..).find(|other| **other != seat).copied();
        // Of equal ranks, as older libraries have them and takes of one edit, the newer one is behind; whoever stood behind has
        // to stay there.
        if let Some(next) = self.agenda.lines.values().filter_map(behind).min().filter(|next| next.0 == seat.0) {
            self.spread_out(now, next);
        }
        Some(seat.0)
    }

    /// Holds queued orders back until they are released. Others, and those that are held already, stay as they are.
    pub(super) fn pause_orders(&mut self, now: Now, ids: &[JobId]) {
        for id in ids {
            if self.job(*id).is_some_and(|job| job.state == JobState::Queued && job.held.is_none()) {
                self.hold_back(now, *id, HeldFor::Paused);
            }
        }
    }

    /// Gives a queued order another place in the queue of its gateway. "Earlier" and "later" of one that waits to go out
    /// mean those that do so as well: held ones are passed over.
    pub(super) fn move_in_queue(&mut self, now: Now, id: JobId, to: QueueMove) {
        self.file_touched();
        let Some(entry) = self.entries.get(id).filter(|entry| entry.job.state == JobState::Queued) else { return };
        let (seat, gateway, is_held) = (entry.seat(), entry.job.gateway, entry.job.held.is_some());
        let Some(line) = self.agenda.lines.get(&gateway) else { return };
        let counts = |seat: &&Seat| {
            is_held || self.agenda.job(seat.1).and_then(|id| self.job(id)).is_some_and(|job| job.held.is_none())
        };
        let others = || line.iter().filter(|other| **other != seat);
        // The order that it comes to stand before; `None` is the end of the queue.
        let next: Option<Seat> = match to {
            QueueMove::First => others().next().copied(),
            QueueMove::Last => None,
            QueueMove::Earlier => match line.range(..seat).rev().find(counts) {
                Some(earlier) => Some(*earlier),
                None => return,
            },
            QueueMove::Later => match line.range(seat..).skip(1).find(counts) {
                Some(later) => line.range(*later..).nth(1).copied(),
                None => return,
            },
            QueueMove::Before(other) => {
                let other = self.entries.get(other).filter(|other| {
                    other.job.state == JobState::Queued && other.job.gateway == gateway && other.job.id != id
                });
                match other {
                    Some(other) => Some(other.seat()),
                    None => return,
                }
            }
        };
        let previous = match next {
            Some(next) => line.range(..next).rev().find(|other| **other != seat),
            None => line.iter().rev().find(|other| **other != seat),
        };
        let previous = previous.copied();
        let is_there = previous.is_none_or(|previous| previous < seat) && next.is_none_or(|next| seat < next);
        if is_there {
            return;
        }
        let rank = match (previous, next) {
            (_, None) => self.rank_behind_all(),
            (None, Some((next, _))) => next.saturating_sub(STEP),
            (Some((previous, _)), Some((next, place))) => match middle(previous, next) {
                Some(rank) => rank,
                None => {
                    self.spread_out(now, (next, place));
                    return self.move_in_queue(now, id, to);
                }
            },
        };
        self.change(now, id, JobState::Queued, |job| job.queue_rank = rank);
    }

    /// Gives all waiting orders from this seat on, of all gateways, ranks with room between them. Their order stays.
    fn spread_out(&mut self, now: Now, from: Seat) {
        let seats: BTreeSet<Seat> = self.agenda.lines.values().flat_map(|line| line.range(from..)).copied().collect();
        let ids: Vec<JobId> = seats.iter().filter_map(|(_, place)| self.agenda.job(*place)).collect();
        let ranks: Vec<(JobId, i64)> = ids.into_iter().map(|id| (id, self.rank_behind_all())).collect();
        for (id, rank) in ranks.into_iter().rev() {
            self.change(now, id, JobState::Queued, |job| job.queue_rank = rank);
        }
        self.file_touched();
    }
}

/// A number between two others.
fn middle(low: i64, high: i64) -> Option<i64> {
    let between = i64::midpoint(low, high);
    (low < between && between < high).then_some(between)
}

#[cfg(test)]
mod tests;
