//! Looking at the gallery in another way, and which cards are chosen.

use std::collections::HashSet;

use crate::app::action::browse::Browse;
use crate::app::action::{Effect, Effects};
use crate::app::state::AppState;
use crate::domain::browsing::{KeptLook, ProjectChoice};
use crate::domain::search::{SearchWords, text_of};
use crate::domain::{JobId, Project};

use super::{paging, prefer};

/// More changed cards than this at once are quicker counted anew than one by one.
const MANY: usize = 1_000;

pub(super) fn act(state: &mut AppState, browse: Browse, to: &mut Effects) {
    match browse {
        Browse::SelectAlso(job) => return state.selection.toggle(job, &state.gallery),
        Browse::SelectTo(job) => {
            let anchor = state.selection.anchor.or(state.selection.card).unwrap_or(job);
            if !paging::choose(state, Some((anchor, job)), to) {
                state.selection.choose_range_to(job, &state.gallery);
            }
            return;
        }
        Browse::SelectAll => {
            if !paging::choose(state, None, to) {
                state.selection.choose_all(&state.gallery);
            }
            return;
        }
        Browse::Near(rank) => return paging::near(state, rank),
        Browse::ToEnd(is_last) => return paging::to_end(state, is_last),
        Browse::Stars(stars) => state.browsing.stars = stars.filter(|stars| stars.stars() > 0),
        Browse::SortBy(sort_by) => state.browsing.sort_by = sort_by,
        Browse::View(view) => state.browsing.view = view,
        Browse::CardSize(size) => state.browsing.card_size = size,
        Browse::Project(choice) => show_project(state, choice),
        Browse::NewProject(name) => match Project::new(&name) {
            Ok(project) => {
                show_project(state, ProjectChoice::Only(project.clone()));
                to.push(Effect::MakeProjectFolder(project));
            }
            Err(problem) => state.browsing.project_problem = Some(problem),
        },
    }
    let browsing = &state.browsing;
    let look = KeptLook {
        sort_by: browsing.sort_by,
        view: browsing.view,
        card_size: browsing.card_size,
        project: browsing.project.clone(),
    };
    if look != state.settings.look {
        prefer(state, to, |settings| settings.look = look);
    }
    look_anew(state);
}

fn show_project(state: &mut AppState, choice: ProjectChoice) {
    state.browsing.project_problem = None;
    if let ProjectChoice::Only(project) = &choice {
        state.browsing.projects.insert(project.clone());
    }
    state.browsing.project = choice;
}

/// The library was opened: everything is as it was looked at last.
pub(super) fn opened(state: &mut AppState) {
    let KeptLook { sort_by, view, card_size, project } = state.settings.look.clone();
    state.browsing.sort_by = sort_by;
    state.browsing.view = view;
    state.browsing.card_size = card_size;
    state.browsing.projects.extend(state.jobs.counts().by_project.keys().flatten().cloned());
    show_project(state, project);
    refresh(state);
}

/// Another set of clips has no file.
pub(super) fn files_missing(state: &mut AppState, missing: HashSet<JobId>) {
    let before = std::mem::replace(&mut state.missing_files, missing);
    let changed: Vec<JobId> = before.symmetric_difference(&state.missing_files).copied().collect();
    cards_changed(state, &changed);
}

/// Typing in the search. What was found before stays until the library answers.
pub(super) fn search(state: &mut AppState, text: String, to: &mut Effects) {
    state.search = text;
    state.browsing.question += 1;
    state.browsing.changed_since_question.clear();
    if SearchWords::new(&state.search).is_empty() {
        // An answer that is still on its way carries an older number.
        state.browsing.hits = None;
        look_anew(state);
    } else if !state.paging.is_on {
        to.push(Effect::Search { text: state.search.clone(), question: state.browsing.question });
    }
}

/// Takes in what the library found for a search.
pub(super) fn found(state: &mut AppState, question: u64, jobs: Vec<JobId>) {
    if question != state.browsing.question {
        return;
    }
    state.browsing.hits = Some(jobs.into_iter().collect());
    // The library may have been asked before it knew them as they are now.
    for job in std::mem::take(&mut state.browsing.changed_since_question) {
        match_again(state, job);
    }
    look_anew(state);
}

/// A changed job comes into what was found, or leaves it, without asking the library again.
fn match_again(state: &mut AppState, id: JobId) {
    let words = SearchWords::new(&state.search);
    let Some(hits) = &mut state.browsing.hits else { return };
    let is_found = state.jobs.get(&id).is_some_and(|job| words.are_in(&text_of(job)));
    let has_changed = if is_found { hits.insert(id) } else { hits.remove(&id) };
    if has_changed {
        // Of what is not in memory, only the library knows how much is found now.
        paging::ask_again(state);
    }
}

/// All jobs anew: for the start, and where many changed at once.
pub(super) fn refresh(state: &mut AppState) {
    let generation = state.gallery.generation + 1;
    let mut gallery = std::mem::take(&mut state.gallery);
    gallery.walk_anew(&state.jobs, &state.look());
    gallery.generation = generation;
    state.gallery = gallery;
    settle_selection(state, None);
}

/// The same jobs in another way.
pub(super) fn look_anew(state: &mut AppState) {
    let mut gallery = std::mem::take(&mut state.gallery);
    if state.paging.is_on && state.page_look() != state.paging.look {
        // Until the library says where its part lies now, what is in memory is shown.
        gallery.unbind();
    }
    gallery.look_anew(&state.look());
    state.gallery = gallery;
    settle_selection(state, None);
}

/// Brings the gallery up to date after several jobs changed.
pub(super) fn cards_changed(state: &mut AppState, jobs: &[JobId]) {
    if jobs.len() > MANY {
        refresh(state);
    } else {
        jobs.iter().for_each(|job| card_changed(state, *job));
    }
}

/// One job is new, changed, or leaves the gallery.
pub(super) fn card_changed(state: &mut AppState, id: JobId) {
    if let Some(project) = state.jobs.get(&id).and_then(|job| job.project.as_ref())
        && !state.browsing.projects.contains(project)
    {
        let project = project.clone();
        state.browsing.projects.insert(project);
    }
    if !SearchWords::new(&state.search).is_empty() {
        state.browsing.changed_since_question.insert(id);
        match_again(state, id);
    }
    paging::card_changed(state, id);
    // Where the choice goes when this card leaves.
    let neighbor = (state.selection.card == Some(id))
        .then(|| state.gallery.beside(id, true).or_else(|| state.gallery.beside(id, false)))
        .flatten();
    let mut gallery = std::mem::take(&mut state.gallery);
    let before = gallery.generation;
    gallery.update(id, &state.jobs, &state.look());
    let has_changed = gallery.generation != before;
    state.gallery = gallery;
    if has_changed {
        settle_selection(state, neighbor);
    }
}

/// A plain click: this card and no other.
pub(super) fn select(state: &mut AppState, job: Option<JobId>) {
    state.selection.choose_only(job);
}

fn settle_selection(state: &mut AppState, neighbor: Option<JobId>) {
    state.selection.settle(&state.gallery, &state.jobs, neighbor);
}

#[cfg(test)]
mod tests;
