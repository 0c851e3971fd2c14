//! The history of prompts: what was ordered, and what was typed and then replaced by something else.
//!
//! An entry is known by its words, prompt and negative prompt together; its settings are those it was used with last.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::job::Job;
use super::request::{Draft, GenerationRequest};
use super::search::{SearchWords, fold};
use super::sha256::Sha256Hex;
use super::time::UnixMillis;

/// Most entries that are kept. Of more, the oldest ones that are not pinned are forgotten.
pub const MOST_ENTRIES: usize = 20_000;

/// One prompt that was used or typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptEntry {
    /// The whole form as it was then.
    pub draft: Draft,
    /// The time at which it was ordered last, or replaced by something else.
    pub used_at: UnixMillis,
    /// How many times it was ordered; 0 for one that never was.
    pub uses: u32,
    /// Whether it stays on top.
    #[serde(default)]
    pub is_pinned: bool,
}

impl PromptEntry {
    /// By what the entry is known.
    pub fn key(&self) -> Sha256Hex {
        key_of(&self.draft.prompt, &self.draft.negative_prompt)
    }
}

/// By what an entry with these words is known. White space around them does not count.
pub fn key_of(prompt: &str, negative_prompt: &str) -> Sha256Hex {
    Sha256Hex::of(format!("{}\0{}", prompt.trim(), negative_prompt.trim()).as_bytes())
}

/// What an order of `request` leaves in the history: the form that asks for exactly that, one take of it.
pub fn draft_of(job: &Job) -> Draft {
    draft_of_request(&job.request, Draft { gateway: job.gateway, ..Draft::default() })
}

/// The form of `base` with the settings of `request` in it.
pub fn draft_of_request(request: &GenerationRequest, base: Draft) -> Draft {
    let mut draft = base;
    draft.use_settings_of(request);
    draft
}

/// A change of the history, in the window and in the library alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromptChange {
    /// This form was ordered (`is_used`), or is about to be replaced by something else.
    Note {
        /// The form as it was then.
        draft: Box<Draft>,
        /// Whether it was ordered.
        is_used: bool,
        /// The time of that.
        at: UnixMillis,
    },
    /// This entry is to be there exactly so.
    Put(Box<PromptEntry>),
    /// The entry that is known by this is to go.
    Remove(Sha256Hex),
}

/// The entry that a form becomes: a new one, or the `known` one with the newer settings and time. `None` for a form without a
/// prompt, which is nothing to come back to.
pub fn noted(known: Option<PromptEntry>, draft: &Draft, is_used: bool, at: UnixMillis) -> Option<PromptEntry> {
    if draft.prompt.trim().is_empty() {
        return None;
    }
    let entry = known.unwrap_or(PromptEntry { draft: Draft::default(), used_at: at, uses: 0, is_pinned: false });
    let uses = entry.uses.saturating_add(u32::from(is_used));
    // Whoever comes back to it orders anew.
    let draft = Draft { in_place_of: None, ..draft.clone() };
    Some(PromptEntry { draft, used_at: at.max(entry.used_at), uses, is_pinned: entry.is_pinned })
}

/// The entries that the jobs of a library give, for a library that had no history yet. Each clip counts once.
pub fn of_jobs<'a>(jobs: impl IntoIterator<Item = &'a Job>) -> Vec<PromptEntry> {
    let mut entries = std::collections::HashMap::<Sha256Hex, PromptEntry>::new();
    for job in jobs {
        let draft = draft_of(job);
        let key = key_of(&draft.prompt, &draft.negative_prompt);
        let known = entries.remove(&key);
        // The settings of the newest order count, whatever the order of the jobs is.
        let is_newer = known.as_ref().is_none_or(|known| known.used_at <= job.created_at);
        let draft = known.as_ref().filter(|_| !is_newer).map_or(draft, |known| known.draft.clone());
        if let Some(entry) = noted(known, &draft, true, job.created_at) {
            entries.insert(key, entry);
        }
    }
    let mut entries: Vec<PromptEntry> = entries.into_values().collect();
    entries.sort_by_key(|entry| (entry.used_at, entry.key()));
    entries
}

/// One entry, with what is needed to find it again.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kept {
    key: Sha256Hex,
    folded: String,
    entry: PromptEntry,
}

/// All entries, the one that was used last first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PromptHistory {
    // Behind pointers, so that one entry at the front moves little memory, and copies of the history share the rest.
    entries: Vec<Arc<Kept>>,
}

impl PromptHistory {
    /// A history of these entries. Of two with the same words the newer one stays.
    pub fn of(entries: impl IntoIterator<Item = PromptEntry>) -> Self {
        let mut kept: Vec<Arc<Kept>> = entries.into_iter().map(kept).collect();
        kept.sort_by(|a, b| newest_first(a, b));
        let mut known = std::collections::HashSet::new();
        kept.retain(|each| known.insert(each.key));
        let mut history = Self { entries: kept };
        history.forget_oldest();
        history
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry that is known by this.
    pub fn get(&self, key: Sha256Hex) -> Option<&PromptEntry> {
        self.entries.iter().find(|each| each.key == key).map(|each| &each.entry)
    }

    /// All entries, the one that was used last first, whether pinned or not.
    pub fn newest_first(&self) -> impl DoubleEndedIterator<Item = (Sha256Hex, &PromptEntry)> {
        self.entries.iter().map(|each| (each.key, &each.entry))
    }

    /// The entries in whose words every word of `typed` stands, as [`SearchWords`] says: pinned ones first, then the one that
    /// was used last.
    pub fn search(&self, typed: &str) -> Vec<(Sha256Hex, &PromptEntry)> {
        let words = SearchWords::new(typed);
        let found = self.entries.iter().filter(|each| words.are_in(&each.folded));
        let (mut pinned, others): (Vec<_>, Vec<_>) =
            found.map(|each| (each.key, &each.entry)).partition(|(_, entry)| entry.is_pinned);
        pinned.extend(others);
        pinned
    }

    /// Makes a change. Returns what it takes to undo it: the entry before it, or none.
    pub fn change(&mut self, change: &PromptChange) -> Option<PromptEntry> {
        match change {
            PromptChange::Note { draft, is_used, at } => {
                let before = self.take(key_of(&draft.prompt, &draft.negative_prompt));
                match noted(before.clone(), draft, *is_used, *at) {
                    Some(entry) => self.insert(entry),
                    None => {
                        if let Some(before) = before.clone() {
                            self.insert(before);
                        }
                    }
                }
                before
            }
            PromptChange::Put(entry) => {
                let before = self.take(entry.key());
                self.insert((**entry).clone());
                before
            }
            PromptChange::Remove(key) => self.take(*key),
        }
    }

    fn take(&mut self, key: Sha256Hex) -> Option<PromptEntry> {
        let place = self.entries.iter().position(|each| each.key == key)?;
        Some(Arc::unwrap_or_clone(self.entries.remove(place)).entry)
    }

    fn insert(&mut self, entry: PromptEntry) {
        let new = kept(entry);
        let place = self.entries.partition_point(|each| newest_first(each, &new).is_lt());
        self.entries.insert(place, new);
        self.forget_oldest();
    }

    fn forget_oldest(&mut self) {
        while self.entries.len() > MOST_ENTRIES {
            match self.entries.iter().rposition(|each| !each.entry.is_pinned) {
                Some(place) => drop(self.entries.remove(place)),
                None => return,
            }
        }
    }
}

fn kept(entry: PromptEntry) -> Arc<Kept> {
    let folded = fold(&format!("{}\n{}", entry.draft.prompt, entry.draft.negative_prompt));
    Arc::new(Kept { key: entry.key(), folded, entry })
}

fn newest_first(a: &Kept, b: &Kept) -> std::cmp::Ordering {
    b.entry.used_at.cmp(&a.entry.used_at).then_with(|| a.key.cmp(&b.key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples;
    use crate::domain::{AspectRatio, GatewayId};

    fn draft(prompt: &str) -> Draft {
        Draft { prompt: prompt.to_owned(), ..Draft::default() }
    }

    fn note(prompt: &str, is_used: bool, at: i64) -> PromptChange {
        PromptChange::Note { draft: Box::new(draft(prompt)), is_used, at: UnixMillis(at) }
    }

    fn prompts(found: &[(Sha256Hex, &PromptEntry)]) -> Vec<String> {
        found.iter().map(|(_, entry)| entry.draft.prompt.clone()).collect()
    }

    fn three() -> PromptHistory {
        let mut history = PromptHistory::default();
        for (prompt, at) in [("a paper boat", 1), ("a fox in snow", 2), ("rain on glass", 3)] {
            history.change(&note(prompt, true, at));
        }
        history
    }

    #[test]
    fn words_that_are_used_again_are_one_entry_with_the_newer_settings() {
        let mut history = three();
        let again = Draft { aspect_ratio: AspectRatio::R1x1, ..draft(" a paper boat\n") };
        history.change(&PromptChange::Note { draft: Box::new(again), is_used: true, at: UnixMillis(9) });
        history.change(&note("a paper boat", false, 10));
        assert_eq!(history.len(), 3);
        let (_, first) = history.newest_first().next().expect("three");
        assert_eq!((first.uses, first.used_at), (2, UnixMillis(10)), "an unsent form counts as no use");
        history.change(&note("  ", false, 11));
        assert_eq!(history.len(), 3, "a form without a prompt is nothing to come back to");
    }

    #[test]
    fn a_search_finds_every_word_in_any_case_pinned_entries_first() {
        let mut history = three();
        assert_eq!(prompts(&history.search("")), ["rain on glass", "a fox in snow", "a paper boat"]);
        assert_eq!(prompts(&history.search("BOAT a")), ["a paper boat"]);
        assert!(history.search("dragon").is_empty());
        let (key, boat) = history.search("boat")[0];
        let pinned = PromptEntry { is_pinned: true, ..boat.clone() };
        let before = history.change(&PromptChange::Put(Box::new(pinned)));
        assert_eq!(before.map(|entry| entry.is_pinned), Some(false));
        assert_eq!(prompts(&history.search("")), ["a paper boat", "rain on glass", "a fox in snow"]);
        let removed = history.change(&PromptChange::Remove(key)).expect("it was there");
        assert!(history.get(key).is_none());
        history.change(&PromptChange::Put(Box::new(removed)));
        assert_eq!(prompts(&history.search("")), ["a paper boat", "rain on glass", "a fox in snow"]);
    }

    #[test]
    fn of_too_many_the_oldest_that_is_not_pinned_is_forgotten() {
        let entry = |number: usize, is_pinned| PromptEntry {
            draft: draft(&format!("shot {number}")),
            used_at: UnixMillis(i64::try_from(number).expect("small")),
            uses: 1,
            is_pinned,
        };
        let mut history = PromptHistory::of((0..MOST_ENTRIES).map(|number| entry(number, number == 0)));
        assert_eq!(history.len(), MOST_ENTRIES);
        history.change(&PromptChange::Put(Box::new(entry(MOST_ENTRIES, false))));
        assert_eq!(history.len(), MOST_ENTRIES);
        assert!(history.get(key_of("shot 0", "")).is_some(), "pinned");
        assert!(history.get(key_of("shot 1", "")).is_none());
    }

    #[test]
    fn jobs_give_the_first_history() {
        let jobs = [
            samples::job(1).prompt("a boat").at(UnixMillis(5)).gateway(GatewayId::Apiin).queued(),
            samples::job(2).prompt("a fox").at(UnixMillis(6)).queued(),
            samples::job(3).prompt("a boat").at(UnixMillis(7)).gateway(GatewayId::Aigateway).queued(),
        ];
        let there = of_jobs(&jobs);
        let mut back: Vec<_> = jobs.iter().collect();
        back.reverse();
        assert_eq!(of_jobs(back), there, "whatever the order of the jobs is");
        let seen: Vec<_> =
            there.iter().map(|entry| (entry.draft.prompt.as_str(), entry.uses, entry.used_at.0)).collect();
        assert_eq!(seen, [("a fox", 1, 6), ("a boat", 2, 7)]);
        assert_eq!(there[1].draft.gateway, GatewayId::Aigateway);
    }
}
