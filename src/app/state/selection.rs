//! Which cards are chosen: one whose details are shown, and others with it.

use std::collections::BTreeSet;

use super::gallery::Gallery;
use crate::domain::JobId;

/// The chosen cards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The card whose details are shown, and which keys are about.
    pub card: Option<JobId>,
    /// Cards chosen besides [`Self::card`], which is not among them.
    pub also: BTreeSet<JobId>,
    /// The card at which a range begins that Shift extends: the one that was clicked last without Shift.
    pub anchor: Option<JobId>,
}

impl Selection {
    /// Whether a card is among the chosen ones.
    pub fn holds(&self, job: JobId) -> bool {
        self.card == Some(job) || self.also.contains(&job)
    }

    /// All chosen cards that `gallery` shows, in reading order.
    pub fn in_order(&self, gallery: &Gallery) -> Vec<JobId> {
        // To sort many by their places takes longer than to read all cards once.
        if self.also.len() > gallery.shown() / 16 {
            return gallery.order().filter(|job| self.holds(*job)).collect();
        }
        let others = self.also.iter().filter(|job| self.card != Some(**job));
        let mut placed: Vec<_> =
            self.card.iter().chain(others).filter_map(|job| Some((gallery.place_of(*job)?, *job))).collect();
        placed.sort_unstable();
        placed.into_iter().map(|(_, job)| job).collect()
    }
}
