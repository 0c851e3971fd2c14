//! The storyboard: which shots stand on it, in which order, and how orders fill its gaps.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::app::action::storyboard::{Board, BoardImport, BoardSource, Choosing};
use crate::app::action::{Effect, Effects, WindowEffect};
use crate::app::state::storyboard::BoardView;
use crate::app::state::viewer::Viewer;
use crate::app::state::{AppState, PictureState, ToastButton, UndoStep};
use crate::app::view::chain::Chain;
use crate::domain::numbers::counted;
use crate::domain::random::Random;
use crate::domain::request::StoredPicture;
use crate::domain::storyboard::{BoardKey, BoardShot, PlannedShot, ShotId, ShotKey, Storyboard, Storyboards};
use crate::domain::{InputPicture, JobId, Parent};

use super::{KEEP_DRAFT_AFTER, clip_path, draft_changed, remember, toast};

mod run;

pub(super) use run::{next_change, stop};

pub(super) fn act(state: &mut AppState, board: Board, random: &mut Random, to: &mut Effects) {
    match board {
        Board::Open => open(state),
        Board::Add(jobs) => add(state, jobs, to),
        Board::AddChain(job) => add_chain(state, job, to),
        Board::Plan => {
            let shot = new_shot(state, random);
            plan(state, vec![shot], None, to);
        }
        Board::PlanFromLastFrame(job) => plan_from_last_frame(state, job, random, to),
        Board::PlanWith(sources, at) => plan_with(state, sources, at, random, to),
        Board::MoveTo(at) => rearrange(state, to, |board, chosen| board.move_to(chosen, at)),
        Board::Shift(forward) => rearrange(state, to, |board, chosen| board.shift(chosen, forward)),
        Board::ToEnd(forward) => {
            let at = if forward { usize::MAX } else { 0 };
            rearrange(state, to, |board, chosen| board.move_to(chosen, at));
        }
        Board::Remove => remove(state, to),
        Board::Choose(key, how) => choose(state, key, how),
        Board::ChooseAll => {
            let all: BTreeSet<ShotKey> = state.board().shots().iter().map(BoardShot::key).collect();
            if let Some(view) = view_mut(state) {
                view.focus = view.focus.or_else(|| all.first().copied());
                view.chosen = all;
            }
        }
        Board::EditPrompt(shot, text) => edit_prompt(state, shot, text),
        Board::RemovePicture(shot) => change(state, to, |board| {
            board.edit(shot, |planned| (planned.picture, planned.parent) = (None, None));
        }),
        Board::Make(shot) => make(state, shot, to),
        Board::Play => run::play(state),
        Board::Turn(forward) => run::turn(state, forward),
        Board::PlayFrom(key) => run::play_from(state, key),
        Board::Stop => stop(state),
        Board::CopyFileList => copy_file_list(state, to),
    }
}

/// The boards as they were left. Clips that became ready while the program was closed take their places.
pub(super) fn read(state: &mut AppState, boards: Storyboards, to: &mut Effects) {
    state.storyboards = boards;
    settle(state, to);
}

/// Gives planned shots the clips that were ordered for them and are ready.
pub(super) fn settle(state: &mut AppState, to: &mut Effects) {
    let keys: Vec<BoardKey> = state.storyboards.boards.keys().cloned().collect();
    let mut settled = Vec::new();
    for key in keys {
        let (jobs, missing) = (&state.jobs, &state.missing_files);
        let is_ready = |id: JobId| {
            let job = jobs.get(&id).filter(|job| !job.is_hidden && job.trashed_at.is_none());
            job.is_some_and(|job| crate::app::state::is_clip(job, missing.contains(&id)))
        };
        if let Some(board) = state.storyboards.boards.get_mut(&key) {
            settled.extend(board.settle(is_ready));
        }
    }
    if settled.is_empty() {
        return;
    }
    if let Some(view) = view_mut(state) {
        for (shot, job) in &settled {
            let (old, new) = (ShotKey::Planned(*shot), ShotKey::Clip(*job));
            if view.chosen.remove(&old) {
                view.chosen.insert(new);
            }
            for key in [&mut view.focus, &mut view.anchor] {
                if *key == Some(old) {
                    *key = Some(new);
                }
            }
        }
    }
    keep(state, to);
}

/// Orders that the form made: they are for the planned shot that it was filled with.
pub(super) fn ordered(state: &mut AppState, jobs: Vec<JobId>, to: &mut Effects) {
    if let Some((key, shot)) = state.storyboards.making.take_if(|_| !jobs.is_empty()) {
        if state.storyboards.board(&key).planned(shot).is_some() {
            state.storyboards.board_mut(&key).order(shot, jobs);
        }
        keep(state, to);
    }
}

/// Orders that take the place of an earlier one are for the same planned shot.
pub(super) fn ordered_again(state: &mut AppState, before: JobId, jobs: Vec<JobId>, to: &mut Effects) {
    let of = |(key, board): (&BoardKey, &Storyboard)| Some((key.clone(), board.ordered_for(before)?));
    if let Some((key, shot)) = state.storyboards.boards.iter().find_map(of) {
        state.storyboards.board_mut(&key).order(shot, jobs);
        keep(state, to);
    }
}

/// The form is about something else now than the planned shot that it was filled with.
pub(super) fn let_go(state: &mut AppState, to: &mut Effects) {
    if state.storyboards.making.take().is_some() {
        keep(state, to);
    }
}

/// For Undo: sets the shots of a board as they were.
pub(super) fn swap(state: &mut AppState, key: BoardKey, shots: Vec<BoardShot>, to: &mut Effects) -> UndoStep {
    let before = state.storyboards.board_mut(&key).swap_shots(shots);
    keep(state, to);
    settle(state, to);
    UndoStep::Board(key, before)
}

/// A picture for a planned shot is there, or cannot be had.
pub(super) fn picture_came(
    state: &mut AppState,
    import: &BoardImport,
    picture: Result<(StoredPicture, Option<u32>), String>,
    to: &mut Effects,
) {
    match picture {
        Ok((picture, frame)) => {
            let parent = import.clip.zip(frame).map(|(job, frame)| Parent { job, frame });
            let board = state.storyboards.board_mut(&import.board);
            board.edit(import.shot, |planned| (planned.picture, planned.parent) = (Some(picture), parent));
            keep(state, to);
        }
        Err(reason) => toast(state, "The picture was not used", reason, None),
    }
}

pub(super) fn tick(state: &mut AppState, to: &mut Effects) {
    run::tick(state);
    if state.storyboards_unkept_since.is_some_and(|since| state.now.since(since) >= KEEP_DRAFT_AFTER) {
        keep(state, to);
    }
}

/// Keeps what is not kept yet, because the window goes.
pub(super) fn leave(state: &mut AppState, to: &mut Effects) {
    if state.storyboards_unkept_since.is_some() {
        keep(state, to);
    }
}

/// Brings the choice in line with the board: shots may have left, or another project is shown.
pub(super) fn follow(state: &mut AppState) {
    let known: BTreeSet<ShotKey> = state.board().shots().iter().map(BoardShot::key).collect();
    let has_run = match view_mut(state) {
        Some(view) => {
            view.chosen.retain(|key| known.contains(key));
            view.anchor = view.anchor.filter(|key| known.contains(key));
            view.focus = view.focus.filter(|key| known.contains(key)).or_else(|| view.chosen.first().copied());
            view.chosen.extend(view.focus);
            view.run.is_some_and(|run| !known.contains(&run.at))
        }
        None => false,
    };
    if has_run {
        // It chooses the shot that was shown, which left.
        stop(state);
        follow(state);
    }
}

fn keep(state: &mut AppState, to: &mut Effects) {
    state.storyboards_unkept_since = None;
    to.push(Effect::KeepStoryboards(Box::new(state.storyboards.clone())));
}

/// The board as it is looked at, if it is.
fn view_mut(state: &mut AppState) -> Option<&mut BoardView> {
    match &mut state.viewer {
        Some(Viewer::Storyboard(view)) => Some(view),
        _ => None,
    }
}

fn view(state: &AppState) -> Option<&BoardView> {
    match &state.viewer {
        Some(Viewer::Storyboard(view)) => Some(view),
        _ => None,
    }
}

/// Changes the shots of the shown board as one step that Undo takes back.
fn change(state: &mut AppState, to: &mut Effects, act: impl FnOnce(&mut Storyboard)) {
    let key = state.board_key();
    let board = state.storyboards.board_mut(&key);
    let before = board.shots().to_vec();
    act(board);
    if board.shots() == before {
        return;
    }
    remember(state, UndoStep::Board(key, before));
    keep(state, to);
}

fn rearrange(state: &mut AppState, to: &mut Effects, act: impl FnOnce(&mut Storyboard, &BTreeSet<ShotKey>)) {
    let Some(chosen) = view(state).map(|view| view.chosen.clone()).filter(|chosen| !chosen.is_empty()) else { return };
    change(state, to, |board| act(board, &chosen));
}

fn open(state: &mut AppState) {
    if view(state).is_some() {
        return;
    }
    if state.playback.is_touched {
        state.playback = state.playback.rewound();
    }
    let of_card = state.selection.card.map(ShotKey::Clip).filter(|key| state.board().position(*key).is_some());
    let first = of_card.or_else(|| state.board().shots().first().map(BoardShot::key));
    let mut view = BoardView::default();
    view.choose_only(first);
    state.viewer = Some(Viewer::Storyboard(view));
}

fn add(state: &mut AppState, jobs: Vec<JobId>, to: &mut Effects) {
    let jobs: Vec<JobId> = jobs.into_iter().filter(|job| state.jobs.contains_key(job)).collect();
    let Some(first) = jobs.first().copied() else { return };
    let mut new = Vec::new();
    change(state, to, |board| new = board.append_chain(&jobs));
    if new.is_empty() {
        let place = state.board().position(ShotKey::Clip(first)).map_or(0, |place| place + 1);
        let title = if jobs.len() == 1 {
            format!("Already shot {place} of the storyboard")
        } else {
            "All are on the storyboard".to_owned()
        };
        toast(state, title, "", None);
    } else {
        let text = format!("{} on it now.", counted(state.board().shots().len(), "shot", "shots"));
        let title = format!("{} added to the storyboard", counted(new.len(), "clip", "clips"));
        toast(state, title, text, Some(ToastButton::Undo));
    }
}

fn add_chain(state: &mut AppState, job: JobId, to: &mut Effects) {
    let Some(found) = state.jobs.get(&job) else { return };
    let line = Chain::of(found, state.family_of(job)).line;
    let mut new = Vec::new();
    change(state, to, |board| new = board.append_chain(&line));
    open(state);
    let chosen: BTreeSet<ShotKey> =
        if new.is_empty() { line.into_iter().map(ShotKey::Clip).collect() } else { new.iter().copied().collect() };
    let known: BTreeSet<ShotKey> = state.board().shots().iter().map(BoardShot::key).collect();
    if let Some(view) = view_mut(state) {
        view.choose_only(new.first().copied().or(Some(ShotKey::Clip(job))));
        view.chosen.extend(chosen.intersection(&known));
    }
    if new.is_empty() {
        toast(state, "The whole chain is on the storyboard already", "", None);
    } else {
        let title = format!("{} of the chain added", counted(new.len(), "shot", "shots"));
        toast(state, title, "", Some(ToastButton::Undo));
    }
}

fn new_shot(state: &AppState, random: &mut Random) -> PlannedShot {
    PlannedShot::empty(ShotId(random.job_id(state.now).0))
}

/// Adds planned shots before the one at place `at`, else behind the chosen ones, else at the end, and chooses them.
fn plan(state: &mut AppState, shots: Vec<PlannedShot>, at: Option<usize>, to: &mut Effects) -> Vec<ShotKey> {
    let board = state.board();
    let behind_chosen = || {
        let chosen = view(state)?.chosen.iter().filter_map(|key| board.position(*key)).max()?;
        Some(chosen + 1)
    };
    let at = at.or_else(behind_chosen).unwrap_or(board.shots().len());
    let mut new = Vec::new();
    change(state, to, |board| new = board.insert(at, shots.into_iter().map(BoardShot::Planned).collect()));
    if let Some(view) = view_mut(state) {
        view.choose_only(new.first().copied());
        view.chosen.extend(new.iter().copied());
    }
    new
}

fn plan_with(
    state: &mut AppState,
    sources: Vec<BoardSource>,
    at: Option<usize>,
    random: &mut Random,
    to: &mut Effects,
) {
    let shots: Vec<PlannedShot> = sources.iter().map(|_| new_shot(state, random)).collect();
    let ids: Vec<ShotId> = shots.iter().map(|shot| shot.id).collect();
    plan(state, shots, at, to);
    for (source, shot) in sources.into_iter().zip(ids) {
        to.push(Effect::ImportForBoard(source, BoardImport { board: state.board_key(), shot, clip: None }));
    }
}

fn plan_from_last_frame(state: &mut AppState, job: JobId, random: &mut Random, to: &mut Effects) {
    let Some(path) = clip_path(state, job) else { return };
    let at = state.board().position(ShotKey::Clip(job)).map(|place| place + 1);
    let shot = new_shot(state, random);
    let import = BoardImport { board: state.board_key(), shot: shot.id, clip: Some(job) };
    plan(state, vec![shot], at, to);
    to.push(Effect::ImportForBoard(BoardSource::Frame(path, u32::MAX), import));
}

fn remove(state: &mut AppState, to: &mut Effects) {
    let Some(view) = view(state) else { return };
    let chosen = view.chosen.clone();
    // The choice goes on to the shot behind the last of them, or the one before the first.
    let shots = state.board().shots();
    let last = shots.iter().rposition(|shot| chosen.contains(&shot.key()));
    let stays = |shot: &&BoardShot| !chosen.contains(&shot.key());
    let next =
        last.and_then(|last| shots[last..].iter().find(stays).or_else(|| shots[..last].iter().rev().find(stays)));
    let next = next.map(BoardShot::key);
    let count = shots.iter().filter(|shot| chosen.contains(&shot.key())).count();
    if count == 0 {
        return;
    }
    change(state, to, |board| board.remove(&chosen));
    if let Some(view) = view_mut(state) {
        view.choose_only(next);
    }
    let title = format!("{} taken off the storyboard", counted(count, "shot", "shots"));
    toast(state, title, "Clips stay in the library.", Some(ToastButton::Undo));
}

fn choose(state: &mut AppState, key: ShotKey, how: Choosing) {
    let order: Vec<ShotKey> = state.board().shots().iter().map(BoardShot::key).collect();
    let place = |key: ShotKey| order.iter().position(|known| *known == key);
    let Some(at) = place(key) else { return };
    let Some(view) = view_mut(state) else { return };
    match how {
        Choosing::Only => view.choose_only(Some(key)),
        Choosing::Also => {
            if view.chosen.contains(&key) && view.chosen.len() > 1 {
                view.chosen.remove(&key);
                view.focus = view.focus.filter(|focus| *focus != key).or_else(|| view.chosen.first().copied());
            } else {
                view.chosen.insert(key);
                view.focus = Some(key);
            }
            view.anchor = Some(key);
        }
        Choosing::UpTo => {
            let from = view.anchor.and_then(place).unwrap_or(at);
            view.chosen = order[from.min(at)..=from.max(at)].iter().copied().collect();
            view.focus = Some(key);
        }
    }
}

fn edit_prompt(state: &mut AppState, shot: ShotId, text: String) {
    let key = state.board_key();
    let before = state.storyboards.board(&key).shots().to_vec();
    if !state.storyboards.board_mut(&key).edit(shot, |planned| planned.prompt = text) {
        return;
    }
    // All typing in one shot between two other acts is one step.
    let is_same = matches!(state.undo.last(), Some(UndoStep::Board(known, shots)) if *known == key && differ_by_prompt(shots, &before, shot));
    if is_same && state.storyboards_unkept_since.is_some() {
        state.redo.clear();
    } else {
        remember(state, UndoStep::Board(key, before));
    }
    // The first change counts, not the last: steady typing must not put the keeping off for ever.
    state.storyboards_unkept_since.get_or_insert(state.now);
}

/// Whether nothing else than the prompt of this shot lies between two states of a board.
fn differ_by_prompt(a: &[BoardShot], b: &[BoardShot], shot: ShotId) -> bool {
    let without = |shots: &[BoardShot]| -> Vec<BoardShot> {
        let blank = |each: &BoardShot| match each {
            BoardShot::Planned(planned) if planned.id == shot => {
                BoardShot::Planned(PlannedShot { prompt: String::new(), ..planned.clone() })
            }
            other => other.clone(),
        };
        shots.iter().map(blank).collect()
    };
    a.len() == b.len() && without(a) == without(b)
}

fn make(state: &mut AppState, shot: ShotId, to: &mut Effects) {
    let key = state.board_key();
    let Some(planned) = state.storyboards.board(&key).planned(shot).cloned() else { return };
    let place = state.storyboards.board(&key).position(ShotKey::Planned(shot)).map_or(0, |place| place + 1);
    stop(state);
    state.viewer = None;
    remember(state, UndoStep::Draft(Box::new(state.draft.clone())));
    state.draft.prompt = planned.prompt;
    state.draft.picture = planned.picture.map(InputPicture::Stored);
    state.draft.parent = planned.parent;
    state.draft.in_place_of = None;
    state.draft.end_picture = None;
    (state.picture, state.end_picture) = (PictureState::Quiet, PictureState::Quiet);
    draft_changed(state);
    state.storyboards.making = Some((key, shot));
    keep(state, to);
    let title = format!("The form makes shot {place} of the storyboard");
    toast(state, title, "Its clip takes the place when it is ready.", Some(ToastButton::Undo));
    to.show(WindowEffect::FocusPrompt);
}

fn copy_file_list(state: &mut AppState, to: &mut Effects) {
    let clips = state.board().shots().iter().filter_map(|shot| state.jobs.get(&shot.key().job()?));
    let clips = clips.filter(|job| state.is_clip(job) && !job.is_hidden);
    let files: Vec<PathBuf> = clips.filter_map(|job| Some(job.clip.as_ref()?.path.clone())).collect();
    let gaps = state.board().shots().len() - files.len();
    let title = format!("Paths of {} copied", counted(files.len(), "clip", "clips"));
    let text = match gaps {
        0 => "In the order of the storyboard.".to_owned(),
        gaps => format!("In the order of the storyboard; {} left out.", counted(gaps, "gap", "gaps")),
    };
    toast(state, title, text, None);
    to.show(WindowEffect::CopyFileList(files));
}

#[cfg(test)]
mod tests;
