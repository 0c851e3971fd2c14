use uuid::Uuid;

use super::*;
use crate::app::action::viewing::Viewing;
use crate::app::state::playback::FilmFacts;
use crate::app::update::kit::{put, put_all, tick};
use crate::app::{Action, Input};
use crate::domain::samples::{self, id};
use crate::domain::{GatewayId, Job, JobState, Project, UnixMillis};
use crate::engine::event::Event;

const NOW: UnixMillis = UnixMillis(1_000_000);
const FILM: FilmFacts = FilmFacts { frames: 120, duration_millis: 5_000, width: 1280, height: 720, has_audio: false };

fn came(state: &mut AppState, job: Job) -> Vec<Effect> {
    put(state, Input::Engine(Event::JobChanged(Box::new(job))))
}

/// A window with so many clips, each of its own recipe, and the board open.
fn window(clips: u128) -> AppState {
    let mut state = AppState::new(NOW);
    state.settings.caps.confirm_above.is_on = false;
    for number in 1..=clips {
        came(&mut state, samples::job(number).prompt(&format!("shot {number}")).ready());
    }
    does(&mut state, Board::Open);
    state
}

fn does(state: &mut AppState, board: Board) -> Vec<Effect> {
    // Every input draws anew, as in the window.
    state.now = state.now.after(std::time::Duration::from_millis(1));
    put(state, Input::Act(Action::Board(board)))
}

fn on_board(state: &AppState) -> Vec<String> {
    let word = |shot: &BoardShot| match shot {
        BoardShot::Clip(job) => job.0.as_u128().to_string(),
        BoardShot::Planned(planned) => format!("“{}”", planned.prompt),
    };
    state.board().shots().iter().map(word).collect()
}

fn add(state: &mut AppState, numbers: &[u128]) {
    does(state, Board::Add(numbers.iter().map(|number| id(*number)).collect()));
}

fn choose(state: &mut AppState, numbers: &[u128]) {
    for (index, number) in numbers.iter().enumerate() {
        let how = if index == 0 { Choosing::Only } else { Choosing::Also };
        does(state, Board::Choose(ShotKey::Clip(id(*number)), how));
    }
}

fn chosen(state: &AppState) -> Vec<u128> {
    let view = view(state).expect("the board is open");
    view.chosen.iter().filter_map(|key| key.job()).map(|job| job.0.as_u128()).collect()
}

fn kept(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::KeepStoryboards(_))).count()
}

/// Plans a shot with a prompt and returns its name.
fn planned(state: &mut AppState, prompt: &str) -> ShotId {
    does(state, Board::Plan);
    let Some(ShotKey::Planned(shot)) = view(state).and_then(|view| view.focus) else { panic!("nothing is planned") };
    does(state, Board::EditPrompt(shot, prompt.to_owned()));
    shot
}

#[test]
fn clips_are_added_moved_and_taken_off_and_undo_takes_each_back() {
    let mut state = window(4);
    add(&mut state, &[1, 2, 3]);
    add(&mut state, &[2]);
    assert_eq!(state.toasts.last().map(|toast| toast.title.as_str()), Some("Already shot 2 of the storyboard"));
    assert_eq!(on_board(&state), ["1", "2", "3"]);
    choose(&mut state, &[3]);
    let effects = does(&mut state, Board::MoveTo(0));
    assert_eq!((on_board(&state), kept(&effects)), (vec!["3".to_owned(), "1".into(), "2".into()], 1));
    does(&mut state, Board::Shift(true));
    assert_eq!(on_board(&state), ["1", "3", "2"]);
    does(&mut state, Board::ToEnd(true));
    assert_eq!(on_board(&state), ["1", "2", "3"]);
    let effects = does(&mut state, Board::ToEnd(true));
    assert_eq!(kept(&effects), 0, "nothing moved");
    choose(&mut state, &[1, 3]);
    does(&mut state, Board::Remove);
    assert_eq!((on_board(&state), chosen(&state)), (vec!["2".to_owned()], vec![2]));
    assert!(state.jobs.contains_key(&id(1)), "the clip stays");
    for expected in [&["1", "2", "3"][..], &["1", "3", "2"], &["3", "1", "2"], &["1", "2", "3"], &[]] {
        put(&mut state, Input::Act(Action::Undo));
        assert_eq!(on_board(&state), expected);
    }
    put(&mut state, Input::Act(Action::Redo));
    assert_eq!(on_board(&state), ["1", "2", "3"]);
}

#[test]
fn several_are_chosen_as_in_the_gallery() {
    let mut state = window(5);
    add(&mut state, &[5, 4, 3, 2, 1]);
    choose(&mut state, &[4]);
    does(&mut state, Board::Choose(ShotKey::Clip(id(2)), Choosing::UpTo));
    assert_eq!(chosen(&state), [2, 3, 4]);
    does(&mut state, Board::Choose(ShotKey::Clip(id(3)), Choosing::Also));
    assert_eq!(chosen(&state), [2, 4]);
    does(&mut state, Board::ChooseAll);
    assert_eq!(chosen(&state), [1, 2, 3, 4, 5]);
    does(&mut state, Board::Choose(ShotKey::Clip(id(77)), Choosing::Only));
    assert_eq!(chosen(&state), [1, 2, 3, 4, 5], "what is not there is not chosen");
}

#[test]
fn each_project_has_its_own_board_and_the_library_one() {
    let mut state = window(2);
    add(&mut state, &[1]);
    let project = Project::new("Harbor").expect("a name");
    state.browsing.project = crate::domain::browsing::ProjectChoice::Only(project.clone());
    assert_eq!(on_board(&state), Vec::<String>::new());
    add(&mut state, &[2]);
    assert_eq!(state.storyboards.board(&Some(project)).shots().len(), 1);
    assert_eq!(state.storyboards.board(&None).shots().len(), 1);
}

#[test]
fn the_clip_of_a_planned_shot_takes_its_place_when_it_is_ready() {
    let mut state = window(2);
    add(&mut state, &[1, 2]);
    choose(&mut state, &[1]);
    let shot = planned(&mut state, "a harbor at dawn");
    assert_eq!(on_board(&state), ["1", "“a harbor at dawn”", "2"], "behind the chosen one");
    state.draft.gateway = GatewayId::Practice;
    put(&mut state, Input::PracticeStarted(Ok(())));
    does(&mut state, Board::Make(shot));
    assert_eq!(state.viewer, None, "the form is in sight");
    assert_eq!(state.draft.prompt, "a harbor at dawn");
    let effects = put(&mut state, Input::Act(Action::Generate));
    let ordered = effects.iter().find_map(|effect| match effect {
        Effect::Engine(crate::engine::command::Command::Enqueue(jobs)) => jobs.first().cloned(),
        _ => None,
    });
    let ordered = ordered.expect("an order");
    assert_eq!(state.storyboards.making, None, "the next order is for something else");
    let new = Job::new(ordered.id, ordered.gateway, ordered.request, ordered.estimate, state.now);
    came(&mut state, new.clone());
    assert_eq!(on_board(&state), ["1", "“a harbor at dawn”", "2"], "not before it is ready");
    let effects = came(&mut state, Job { clip: Some(samples::clip("a.mp4")), state: JobState::Ready, ..new });
    let number = ordered.id.0.as_u128().to_string();
    assert_eq!((on_board(&state), kept(&effects)), (vec!["1".to_owned(), number, "2".into()], 1));
}

#[test]
fn an_order_in_place_of_a_failed_one_is_for_the_same_shot() {
    let mut state = window(0);
    put(&mut state, Input::PracticeStarted(Ok(())));
    let shot = planned(&mut state, "a boat");
    state.storyboards.board_mut(&None).order(shot, [id(50)]);
    came(&mut state, samples::job(50).gateway(GatewayId::Practice).state(JobState::Failed));
    put(&mut state, Input::Act(Action::Retry(id(50))));
    assert_eq!(state.board().orders_of(shot).count(), 2);

    let mut state = window(0);
    let shot = planned(&mut state, "a boat");
    came(&mut state, samples::job(51).unconfirmed());
    state.storyboards.board_mut(&None).order(shot, [id(51)]);
    put(&mut state, Input::Act(Action::SubmitAgain(id(51))));
    assert_eq!(state.board().orders_of(shot).count(), 2);
}

#[test]
fn a_form_that_is_filled_with_something_else_makes_no_planned_shot() {
    type Fill = fn(&mut AppState);
    let fills: [(&str, Fill); 2] = [
        ("settings of a clip", |state| drop(put(state, Input::Act(Action::UseSettings(id(1)))))),
        // First the edit is taken back, then what filled the form.
        ("undo", |state| (0..2).for_each(|_| drop(put(state, Input::Act(Action::Undo))))),
    ];
    for (name, fill) in fills {
        let mut state = window(1);
        let shot = planned(&mut state, "a boat");
        does(&mut state, Board::Make(shot));
        assert!(state.storyboards.making.is_some(), "{name}");
        put(&mut state, Input::Act(Action::EditPrompt("a boat, wide".to_owned())));
        assert!(state.storyboards.making.is_some(), "{name}: a better prompt is for the same shot");
        fill(&mut state);
        assert_eq!(state.storyboards.making, None, "{name}");
    }
}

#[test]
fn pictures_become_planned_shots_where_they_are_dropped() {
    let mut state = window(2);
    add(&mut state, &[1, 2]);
    let files = ["a.jpg", "b.jpg"].map(|name| BoardSource::File(name.into())).to_vec();
    let effects = does(&mut state, Board::PlanWith(files, Some(1)));
    assert_eq!(on_board(&state), ["1", "“”", "“”", "2"]);
    let imports: Vec<BoardImport> = effects
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::ImportForBoard(_, import) => Some(import),
            _ => None,
        })
        .collect();
    assert_eq!(imports.len(), 2);
    let picture = samples::stored_picture();
    put(&mut state, Input::BoardPicture(imports[1].clone(), Ok((picture.clone(), None))));
    assert_eq!(state.board().planned(imports[1].shot).and_then(|shot| shot.picture.clone()), Some(picture));
    put(&mut state, Input::BoardPicture(imports[0].clone(), Err("This is no picture.".to_owned())));
    assert_eq!(state.toasts.last().map(|toast| toast.text.as_str()), Some("This is no picture."));
    assert_eq!(on_board(&state).len(), 4, "the shot stays, to be filled otherwise");
}

#[test]
fn a_shot_from_the_last_frame_goes_on_from_its_clip() {
    let mut state = window(1);
    add(&mut state, &[1]);
    let effects = does(&mut state, Board::PlanFromLastFrame(id(1)));
    let import = effects.into_iter().find_map(|effect| match effect {
        Effect::ImportForBoard(BoardSource::Frame(_, u32::MAX), import) => Some(import),
        _ => None,
    });
    let import = import.expect("the frame is asked for");
    put(&mut state, Input::BoardPicture(import.clone(), Ok((samples::stored_picture(), Some(119)))));
    let parent = state.board().planned(import.shot).and_then(|shot| shot.parent);
    assert_eq!(parent, Some(Parent { job: id(1), frame: 119 }));
    does(&mut state, Board::Make(import.shot));
    assert_eq!((state.draft.parent, state.draft.picture.is_some()), (parent, true));
}

#[test]
fn typing_is_one_step_and_is_kept_soon() {
    let mut state = window(1);
    let shot = planned(&mut state, "a");
    let steps = state.undo.len();
    for text in ["a b", "a bo", "a boat"] {
        assert_eq!(kept(&does(&mut state, Board::EditPrompt(shot, text.to_owned()))), 0);
    }
    assert_eq!(state.undo.len(), steps);
    let later = state.now.after(KEEP_DRAFT_AFTER);
    assert_eq!(kept(&tick(&mut state, later)), 1);
    assert!(next_change(&state).is_none(), "and then nothing wakes the window");
    put(&mut state, Input::Act(Action::Undo));
    assert_eq!(on_board(&state), ["“”"]);
}

#[test]
fn the_chain_of_a_clip_becomes_a_storyboard() {
    let mut state = AppState::new(NOW);
    state.settings.caps.confirm_above.is_on = false;
    came(&mut state, samples::job(1).ready());
    came(&mut state, samples::job(2).parent(1, 119).ready());
    came(&mut state, samples::job(3).parent(2, 119).ready());
    does(&mut state, Board::AddChain(id(2)));
    assert_eq!(on_board(&state), ["1", "2", "3"]);
    assert_eq!(chosen(&state), [1, 2, 3]);
    does(&mut state, Board::AddChain(id(3)));
    assert_eq!(on_board(&state), ["1", "2", "3"], "nothing is doubled");
}

fn playing(state: &AppState) -> Option<(Option<u128>, bool)> {
    let run = view(state)?.run?;
    Some((run.at.job().map(|job| job.0.as_u128()), run.still_until.is_some()))
}

#[test]
fn clips_play_one_after_the_other_and_gaps_stand_for_a_second() {
    let mut state = window(3);
    came(&mut state, samples::job(4).state(JobState::Generating));
    add(&mut state, &[1, 4, 2, 3]);
    choose(&mut state, &[1]);
    state.playback.is_looping = true;
    does(&mut state, Board::Play);
    assert_eq!(crate::app::view::viewer::looked_at(&state), [id(1)]);
    put(&mut state, Input::FilmOpened(id(1), Ok(FILM)));
    let at = |state: &AppState, millis| state.now.after(std::time::Duration::from_millis(millis));
    let go = |state: &mut AppState, millis| {
        let time = at(state, millis);
        tick(state, time);
    };
    go(&mut state, 0);
    go(&mut state, 4_900);
    assert_eq!((playing(&state), state.playback.frame), (Some((Some(1), false)), 117));
    go(&mut state, 200);
    assert_eq!(playing(&state), Some((Some(4), true)), "the one that is being made is a gap");
    assert_eq!(crate::app::view::viewer::looked_at(&state), []);
    assert!(next_change(&state).is_some(), "the window wakes for its end");
    go(&mut state, 900);
    assert_eq!(playing(&state), Some((Some(4), true)));
    go(&mut state, 100);
    assert_eq!(playing(&state), Some((Some(2), false)));
    put(&mut state, Input::FilmOpened(id(2), Err("no decoder".to_owned())));
    go(&mut state, 10);
    assert_eq!(playing(&state), Some((Some(2), true)), "one that cannot be played is a gap");
    go(&mut state, 1_000);
    assert_eq!(playing(&state), Some((Some(3), false)));
    does(&mut state, Board::Play);
    go(&mut state, 60_000);
    assert_eq!(playing(&state), Some((Some(3), false)), "halted");
    assert!(next_change(&state).is_none());
    does(&mut state, Board::Play);
    put(&mut state, Input::FilmOpened(id(3), Ok(FILM)));
    go(&mut state, 0);
    go(&mut state, 5_100);
    assert_eq!((playing(&state), chosen(&state)), (None, vec![3]), "the end");
    assert!(state.playback.is_looping && !state.playback.is_playing);
}

#[test]
fn playing_turns_jumps_and_ends() {
    let mut state = window(3);
    add(&mut state, &[1, 2, 3]);
    choose(&mut state, &[2]);
    does(&mut state, Board::Play);
    does(&mut state, Board::Turn(true));
    does(&mut state, Board::Turn(true));
    assert_eq!(playing(&state), Some((Some(3), false)));
    does(&mut state, Board::PlayFrom(ShotKey::Clip(id(1))));
    does(&mut state, Board::Turn(false));
    assert_eq!(playing(&state), Some((Some(1), false)));
    put(&mut state, Input::Act(Action::Undo));
    assert_eq!((on_board(&state).len(), playing(&state)), (0, None), "shots that leave are not played");
    put(&mut state, Input::Act(Action::Redo));
    does(&mut state, Board::Play);
    put(&mut state, Input::Act(Action::View(Viewing::Close)));
    assert_eq!((state.viewer.is_none(), state.playback.is_playing), (true, false));
}

#[test]
fn an_empty_board_does_nothing_and_asks_for_no_frame() {
    let mut state = window(0);
    for board in [Board::Play, Board::Remove, Board::Shift(true), Board::MoveTo(3), Board::ChooseAll, Board::Turn(true)]
    {
        let effects = does(&mut state, board.clone());
        assert!(effects.is_empty() && state.undo.is_empty(), "{board:?}");
    }
    assert!(next_change(&state).is_none());
}

#[test]
fn clips_that_became_ready_while_the_program_was_closed_take_their_places() {
    let mut state = window(1);
    let shot = ShotId(Uuid::from_u128(7));
    let mut boards = Storyboards::default();
    boards.board_mut(&None).insert(0, vec![BoardShot::Planned(PlannedShot::empty(shot))]);
    boards.board_mut(&None).order(shot, [id(1)]);
    let effects = put_all(&mut state, Input::StoryboardsRead(Box::new(boards)));
    assert_eq!((on_board(&state), kept(&effects.services)), (vec!["1".to_owned()], 1));
}
