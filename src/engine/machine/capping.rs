//! Heeds the caps on spending: holds orders back that would pass one, and lets them go on, in their order, when there is
//! room. What counts is in [`budget`](super::budget).

use std::time::Duration;

use super::Machine;
use super::alarm::Alarm;
use super::now::Now;
use crate::domain::caps::CapKind;
use crate::domain::{HeldFor, Job, JobId, JobState, SpendingRules};

/// How far the alarm for the next day may be off before it is set anew; the two clocks never agree to the millisecond.
const SLACK: Duration = Duration::from_secs(1);

impl Machine {
    /// Counts anew when another day has begun.
    pub(super) fn turn_the_calendar(&mut self, now: Now) {
        if self.budget.turn(now.wall) {
            self.count_anew();
            self.sum_up();
        }
    }

    /// Heeds these caps from now on.
    pub(super) fn set_spending_rules(&mut self, rules: SpendingRules) {
        self.budget.set_rules(rules);
        self.count_anew();
    }

    pub(super) fn count_anew(&mut self) {
        self.file_touched();
        self.budget.recount(self.entries.values().map(|entry| (entry.place, &*entry.job)));
        self.is_recounted = true;
    }

    /// Sorts in what was touched, holds back what is above a cap, and lets go what has room.
    pub(super) fn heed_caps(&mut self, now: Now, alarm: &mut Alarm) {
        self.file_touched();
        if std::mem::take(&mut self.is_recounted) {
            for (id, cap) in self.budget.misfits() {
                self.hold_back(now, id, cap.held());
            }
            self.file_touched();
        }
        if self.budget.has_changed() {
            while let Some((id, cap)) = self.budget.overdrawn() {
                self.hold_back(now, id, cap.held());
                self.file_touched();
            }
            while let Some((id, cap)) = self.budget.moving_on() {
                self.change(now, id, JobState::Queued, |job| job.held = cap.map(CapKind::held));
                self.file_touched();
            }
            self.budget.settle();
        }
        self.next_day = self.budget.waits_until().map(|midnight| {
            let exact = now.monotonic + midnight.since(now.wall);
            self.next_day.filter(|known| known.abs_diff(exact) < SLACK && *known > now.monotonic).unwrap_or(exact)
        });
        if let Some(moment) = self.next_day {
            alarm.at(moment);
        }
    }

    /// Holds a queued order back.
    pub(super) fn hold_back(&mut self, now: Now, id: JobId, why: HeldFor) {
        self.drop_pictures(id);
        self.change(now, id, JobState::Queued, |job| job.held = Some(why));
    }

    /// Sends these orders although a cap holds them: the user said so for each of them. Others are left as they are.
    pub(super) fn send_over_cap(&mut self, now: Now, ids: &[JobId]) {
        for id in ids {
            let is_held = |job: &Job| job.state == JobState::Queued && job.held.is_some_and(HeldFor::is_cap);
            if !self.job(*id).is_some_and(is_held) {
                continue;
            }
            if let Some(entry) = self.entries.get_mut(*id) {
                entry.is_own = true;
            }
            self.change(now, *id, JobState::Queued, |job| {
                job.held = None;
                job.is_over_cap = true;
                job.released_at = Some(now.wall);
            });
        }
    }
}

#[cfg(test)]
mod tests;
