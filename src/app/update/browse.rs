//! Looking at the gallery in another way.

use crate::app::action::Effect;
use crate::app::browse::Browse;
use crate::app::state::AppState;
use crate::domain::{JobId, Project};

use super::refresh;

pub(super) fn act(state: &mut AppState, browse: Browse, to: &mut Vec<Effect>) {
    match browse {
        Browse::SortBy(sort_by) => state.browsing.sort_by = sort_by,
        Browse::View(view) => state.browsing.view = view,
        Browse::CardSize(size) => state.browsing.card_size = size,
        Browse::Stars(stars) => state.browsing.stars = stars,
        Browse::Project(choice) => state.browsing.project = choice,
        Browse::NewProject(name) => match Project::new(&name) {
            Ok(project) => {
                state.browsing.project_problem = None;
                state.browsing.project = crate::app::browse::ProjectChoice::Only(project.clone());
                state.browsing.projects.insert(project.clone());
                to.push(Effect::MakeProjectFolder(project));
            }
            Err(problem) => state.browsing.project_problem = Some(problem),
        },
        Browse::SelectAlso(job) => {
            if state.selected.is_none() {
                state.selected = Some(job);
            } else if !state.browsing.also_selected.remove(&job) {
                state.browsing.also_selected.insert(job);
            }
        }
        Browse::SelectTo(job) => state.selected = Some(job),
        Browse::SelectAll => state.browsing.also_selected = state.gallery.order().collect(),
    }
    refresh(state);
}

pub(super) fn search(state: &mut AppState, text: String, to: &mut Vec<Effect>) {
    state.search = text;
    state.browsing.question += 1;
    to.push(Effect::Search { text: state.search.clone(), question: state.browsing.question });
    refresh(state);
}

pub(super) fn found(state: &mut AppState, question: u64, jobs: Vec<JobId>) {
    if question == state.browsing.question {
        state.browsing.hits = Some(jobs.into_iter().collect());
        refresh(state);
    }
}
