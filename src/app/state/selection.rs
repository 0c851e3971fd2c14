//! Which cards are chosen: one whose details are shown, and others with it.

use std::collections::BTreeSet;

use super::gallery::Gallery;
use super::jobs::Jobs;
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
        if !gallery.is_partial() && self.also.len() > gallery.shown() / 16 {
            return gallery.order().filter(|job| self.holds(*job)).collect();
        }
        let others = self.also.iter().filter(|job| self.card != Some(**job));
        let mut placed: Vec<_> =
            self.card.iter().chain(others).filter_map(|job| Some((gallery.place_of(*job)?, *job))).collect();
        placed.sort_unstable();
        placed.into_iter().map(|(_, job)| job).collect()
    }

    /// Chooses this card and no other, as a plain click does; `None` chooses nothing.
    pub fn choose_only(&mut self, job: Option<JobId>) {
        *self = Self { card: job, also: BTreeSet::new(), anchor: job };
    }

    /// Adds a card to the chosen ones or takes it out, as Ctrl + click does. When the card in the details is taken out,
    /// the first of the others takes its place.
    pub fn toggle(&mut self, job: JobId, gallery: &Gallery) {
        self.anchor = Some(job);
        match self.card {
            None => self.card = Some(job),
            Some(card) if card == job => {
                let next = self.in_order(gallery).into_iter().find(|other| *other != job);
                self.card = next;
                if let Some(next) = next {
                    self.also.remove(&next);
                }
            }
            Some(_) => {
                if !self.also.remove(&job) {
                    self.also.insert(job);
                }
            }
        }
    }

    /// Chooses all cards from the anchor to `job` and no others, as Shift + click does. Without a shown anchor the range
    /// begins at the card in the details, and without that at `job` itself.
    pub fn choose_range_to(&mut self, job: JobId, gallery: &Gallery) {
        let is_shown = |job: &JobId| gallery.place_of(*job).is_some();
        let anchor = self.anchor.filter(is_shown).or(self.card.filter(is_shown)).unwrap_or(job);
        let (Some(from), Some(to)) = (gallery.place_of(anchor), gallery.place_of(job)) else { return };
        let (mut at, last) = if from <= to { (anchor, job) } else { (job, anchor) };
        let mut range = BTreeSet::from([at]);
        while at != last
            && let Some(next) = gallery.beside(at, true)
        {
            range.insert(next);
            at = next;
        }
        // The details stay where they are as long as their clip is among the chosen ones.
        let card = self.card.filter(|card| range.contains(card)).unwrap_or(anchor);
        range.remove(&card);
        *self = Self { card: Some(card), also: range, anchor: Some(anchor) };
    }

    /// Chooses every card that `gallery` shows. The details stay where they are if their card is shown.
    pub fn choose_all(&mut self, gallery: &Gallery) {
        let is_shown = |job: &JobId| gallery.place_of(*job).is_some();
        let Some(card) = self.card.filter(is_shown).or_else(|| gallery.order().next()) else { return };
        self.also = gallery.order().filter(|job| *job != card).collect();
        self.card = Some(card);
    }

    /// Takes cards out that are about to leave `gallery`. When the card in the details is one of them, the next one that
    /// stays takes its place, else the nearest one before it.
    pub fn leave(&mut self, jobs: &[JobId], gallery: &Gallery) {
        if let Some(card) = self.card.filter(|card| jobs.contains(card)) {
            let order: Vec<JobId> = gallery.order().collect();
            let place = order.iter().position(|job| *job == card).unwrap_or(order.len());
            let stays = |job: &&JobId| !jobs.contains(job);
            let (before, after) = order.split_at(place);
            self.card = after.iter().find(stays).or_else(|| before.iter().rev().find(stays)).copied();
        }
        for job in jobs {
            self.also.remove(job);
        }
    }

    /// Brings the choice in line with the cards that are there. What a filter or a search hides is not chosen together with
    /// others any more, so that nothing is done to cards that nobody sees; the clip in the details stays. When the card in
    /// the details leaves for good, another chosen one takes its place, else `neighbor`, the card that was beside it.
    pub fn settle(&mut self, gallery: &Gallery, jobs: &Jobs, neighbor: Option<JobId>) {
        if !self.also.is_empty() {
            // What is not in memory was chosen where it is shown, and is on its way.
            self.also.retain(|job| !jobs.contains_key(job) || gallery.place_of(*job).is_some());
        }
        let Some(card) = self.card else { return };
        self.also.remove(&card);
        if !jobs.contains_key(&card) || gallery.place_of(card).is_some() {
            return;
        }
        let is_gone = !gallery.has_card(card);
        if let Some(next) = self.in_order(gallery).first().copied() {
            self.also.remove(&next);
            self.card = Some(next);
        } else if is_gone {
            self.card = neighbor;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use uuid::Uuid;

    use super::*;
    use crate::app::state::gallery::{Filter, Look};
    use crate::domain::browsing::{ProjectChoice, SortBy, View};
    use crate::domain::price::estimate;
    use crate::domain::{Draft, GatewayId, Job, JobState, UnixMillis};

    fn id(number: u128) -> JobId {
        JobId(Uuid::from_u128(number))
    }

    fn job(number: u128) -> Job {
        let draft = Draft { prompt: format!("clip {number}"), ..Draft::default() };
        let request = draft.to_request().expect("valid");
        let price = estimate(&request, GatewayId::Practice).expect("offered");
        Job { state: JobState::Ready, ..Job::new(id(number), GatewayId::Practice, request, price, UnixMillis(1)) }
    }

    /// The gallery of these jobs; only those of `hits` are shown.
    fn shown(jobs: &Jobs, hits: &[u128]) -> Gallery {
        let hits: HashSet<JobId> = hits.iter().map(|number| id(*number)).collect();
        let look = Look {
            filter: Filter::All,
            stars: None,
            project: &ProjectChoice::All,
            sort_by: SortBy::default(),
            view: View::default(),
            hits: Some(&hits),
            missing_files: Some(&HashSet::new()),
        };
        Gallery::of(jobs, &look)
    }

    /// Five clips, each its own group, so that the newest comes first: 5 4 3 2 1.
    fn five() -> (Jobs, Gallery) {
        let jobs: Jobs = (1..=5).map(job).collect();
        let gallery = shown(&jobs, &[1, 2, 3, 4, 5]);
        (jobs, gallery)
    }

    /// The card in the details, and all chosen ones in reading order.
    fn chosen(selection: &Selection, gallery: &Gallery) -> (Option<u128>, Vec<u128>) {
        let number = |job: JobId| job.0.as_u128();
        (selection.card.map(number), selection.in_order(gallery).into_iter().map(number).collect())
    }

    #[test]
    fn a_click_chooses_one_and_a_click_with_ctrl_adds_or_takes_out() {
        let (_, gallery) = five();
        let mut selection = Selection::default();
        selection.toggle(id(2), &gallery);
        selection.toggle(id(4), &gallery);
        selection.toggle(id(3), &gallery);
        assert_eq!(chosen(&selection, &gallery), (Some(2), vec![4, 3, 2]));
        assert!(selection.holds(id(4)) && !selection.holds(id(5)));
        // The details go on to the first of the others.
        selection.toggle(id(2), &gallery);
        assert_eq!(chosen(&selection, &gallery), (Some(4), vec![4, 3]));
        selection.toggle(id(3), &gallery);
        assert_eq!(chosen(&selection, &gallery), (Some(4), vec![4]));
        selection.toggle(id(4), &gallery);
        assert_eq!(chosen(&selection, &gallery), (None, vec![]));
        selection.choose_all(&gallery);
        selection.choose_only(Some(id(1)));
        assert_eq!((chosen(&selection, &gallery), selection.anchor), ((Some(1), vec![1]), Some(id(1))));
        selection.choose_only(None);
        assert_eq!(selection, Selection::default());
    }

    #[test]
    fn a_range_begins_at_the_anchor_in_both_directions() {
        let (jobs, gallery) = five();
        let mut selection = Selection::default();
        selection.choose_only(Some(id(3)));
        selection.choose_range_to(id(1), &gallery);
        assert_eq!(chosen(&selection, &gallery), (Some(3), vec![3, 2, 1]));
        selection.choose_range_to(id(5), &gallery);
        assert_eq!(chosen(&selection, &gallery), (Some(3), vec![5, 4, 3]), "the anchor stays");
        // Without a shown anchor it is the card itself; a card that is not shown ends no range.
        let few = shown(&jobs, &[1, 2]);
        selection.choose_range_to(id(1), &few);
        assert_eq!(chosen(&selection, &few), (Some(1), vec![1]));
        let before = selection.clone();
        selection.choose_range_to(id(5), &few);
        assert_eq!(selection, before);
    }

    #[test]
    fn all_are_those_that_are_shown() {
        let (jobs, gallery) = five();
        let mut selection = Selection::default();
        selection.choose_all(&gallery);
        assert_eq!(chosen(&selection, &gallery), (Some(5), vec![5, 4, 3, 2, 1]));
        let few = shown(&jobs, &[1, 2]);
        selection.choose_all(&few);
        assert_eq!(chosen(&selection, &few), (Some(2), vec![2, 1]));
        let nothing = shown(&jobs, &[]);
        selection.choose_all(&nothing);
        assert_eq!(selection.card, Some(id(2)));
    }

    #[test]
    fn when_cards_leave_the_choice_goes_on_to_the_next_that_stays() {
        let (_, gallery) = five();
        let mut selection = Selection::default();
        selection.choose_only(Some(id(3)));
        selection.toggle(id(5), &gallery);
        selection.leave(&[id(3), id(2), id(5)], &gallery);
        assert_eq!(chosen(&selection, &gallery), (Some(1), vec![1]));
        selection.leave(&[id(1)], &gallery);
        assert_eq!(selection.card, Some(id(2)), "none comes after it");
        selection.leave(&[id(5)], &gallery);
        assert_eq!(selection.card, Some(id(2)));
    }

    #[test]
    fn what_is_hidden_is_not_chosen_with_others_but_stays_in_the_details() {
        let (mut jobs, gallery) = five();
        let few = shown(&jobs, &[1, 2]);
        let mut selection = Selection::default();
        // A filter hides the card in the details: another chosen one that is seen takes its place.
        selection.choose_all(&gallery);
        selection.settle(&few, &jobs, None);
        assert_eq!(chosen(&selection, &few), (Some(2), vec![2, 1]));
        // Nothing else is chosen: the details stay.
        selection.choose_only(Some(id(5)));
        selection.settle(&few, &jobs, Some(id(1)));
        assert_eq!(selection.card, Some(id(5)));
        // It leaves for good: the one beside it.
        jobs.get_mut(&id(5)).expect("there").is_hidden = true;
        let without = shown(&jobs, &[1, 2, 3, 4]);
        selection.settle(&without, &jobs, Some(id(4)));
        assert_eq!(selection.card, Some(id(4)));
    }
}
