use std::time::Duration;

use super::*;
use crate::app::action::curate::Curate;
use crate::app::state::playback::Speed;
use crate::app::update::kit::{put as kit_put, tick};
use crate::app::update::next_wake;
use crate::app::view::compared::{chosen_or_neighbors, chosen_with};
use crate::app::view::viewer::continue_frame;
use crate::app::{Action, Input};
use crate::domain::samples::{self, id};
use crate::domain::{AspectRatio, Clip, GatewayId, Job, JobState, UnixMillis};
use crate::engine::event::Event;

const NOW: UnixMillis = UnixMillis(1_000_000);
const FILM: FilmFacts = FilmFacts { frames: 192, duration_millis: 8_000, width: 1280, height: 720, has_audio: false };

fn clip(number: u128, prompt: &str, ratio: AspectRatio) -> Job {
    let job = samples::job(number).gateway(GatewayId::Practice).at(NOW).prompt(prompt);
    let mut job = job.asking(|draft| draft.aspect_ratio = ratio).seed(7).state(JobState::Ready);
    let (width, height) = job.request.pixels();
    job.clip = Some(Clip { width, height, duration_millis: 8_000, ..samples::clip(&format!("{number}.mp4")) });
    job
}

fn put(state: &mut AppState, input: Input) {
    kit_put(state, input);
}

fn view(state: &mut AppState, viewing: Viewing) {
    put(state, Input::Act(Action::View(viewing)));
}

fn changed(state: &mut AppState, job: Job) {
    put(state, Input::Engine(Event::JobChanged(Box::new(job))));
}

/// Groups in reading order: one tall clip (9); a failed one (8); five boats (1 to 5), of which 4 is still being made.
fn window() -> AppState {
    let mut state = AppState::new(NOW);
    for number in 1..=5 {
        let boat = clip(number, "a boat", AspectRatio::R16x9);
        let is_made = number != 4;
        changed(&mut state, if is_made { boat } else { Job { state: JobState::Generating, clip: None, ..boat } });
    }
    changed(&mut state, Job { state: JobState::Failed, clip: None, ..clip(8, "a kite", AspectRatio::R16x9) });
    changed(&mut state, clip(9, "a tower", AspectRatio::R9x16));
    put(&mut state, Input::Act(Action::Select(Some(id(2)))));
    state
}

fn open(state: &mut AppState, job: u128, film: FilmFacts) {
    put(state, Input::FilmOpened(id(job), Ok(film)));
}

fn compared(state: &AppState) -> &Comparison {
    match &state.viewer {
        Some(Viewer::Compare(comparison)) => comparison,
        other => panic!("nothing is compared: {other:?}"),
    }
}

#[test]
fn quick_look_plays_from_the_touched_frame_and_stays_there_when_it_closes() {
    let mut state = window();
    view(&mut state, Viewing::Seek(48));
    open(&mut state, 2, FILM);
    view(&mut state, Viewing::QuickLook(id(2)));
    assert_eq!((state.viewer.clone(), state.playback.is_looping), (Some(Viewer::QuickLook), true));
    tick(&mut state, NOW.after(Duration::from_secs(1)));
    assert_eq!((state.playback.frame, state.playback.is_playing), (72, true));
    view(&mut state, Viewing::Close);
    tick(&mut state, NOW.after(Duration::from_secs(2)));
    assert_eq!((state.viewer.clone(), state.selection.card), (None, Some(id(2))));
    assert_eq!((state.playback.frame, state.playback.is_playing, state.playback.is_touched), (72, false, true));
}

#[test]
fn with_less_motion_no_film_runs_before_it_is_asked_to() {
    use crate::domain::settings::Aid;
    for (aid, wish, plays) in
        [(Aid::On, false, false), (Aid::System, true, false), (Aid::System, false, true), (Aid::Off, true, true)]
    {
        let mut state = window();
        (state.settings.hands.reduced_motion, state.desk.wishes_less_motion) = (aid, wish);
        open(&mut state, 2, FILM);
        view(&mut state, Viewing::QuickLook(id(2)));
        assert_eq!(state.playback.is_playing, plays, "{aid:?}, wish {wish}");
        view(&mut state, Viewing::Play(true));
        assert!(state.playback.is_playing, "it runs when it is asked to");
    }
}

#[test]
fn the_window_wakes_for_the_next_frame_only_while_a_film_runs() {
    let mut state = window();
    changed(&mut state, clip(4, "a boat", AspectRatio::R16x9));
    assert_eq!(next_wake(&state), None, "nothing is looked at");
    view(&mut state, Viewing::QuickLook(id(2)));
    assert_eq!(next_wake(&state), None, "the film is not known yet");
    open(&mut state, 2, FILM);
    assert_eq!(next_wake(&state), Some(Duration::from_millis(42)));
    view(&mut state, Viewing::SetSpeed(Speed::Quarter));
    assert_eq!(next_wake(&state), Some(Duration::from_millis(167)));
    view(&mut state, Viewing::Play(false));
    assert_eq!(next_wake(&state), None, "it was halted");
    view(&mut state, Viewing::SetLooping(false));
    view(&mut state, Viewing::Play(true));
    tick(&mut state, NOW.after(Duration::from_secs(60)));
    assert_eq!((state.playback.frame, next_wake(&state)), (191, None), "it came to its end");
}

#[test]
fn another_card_begins_untouched_and_keeps_speed_and_looping() {
    let mut state = window();
    view(&mut state, Viewing::SetSpeed(Speed::Half));
    view(&mut state, Viewing::SetLooping(false));
    view(&mut state, Viewing::Seek(48));
    put(&mut state, Input::Act(Action::Select(Some(id(1)))));
    let playback = state.playback;
    assert_eq!((playback.frame, playback.is_touched, playback.is_playing), (0, false, false));
    assert_eq!((playback.speed, playback.is_looping), (Speed::Half, false));
    assert_eq!(looked_at(&state), []);
}

#[test]
fn arrows_go_through_ready_clips_in_the_gallery_order() {
    for (from, forward, to) in
        [(2, true, 3), (3, true, 5), (5, false, 3), (9, true, 1), (1, false, 9), (9, false, 9), (5, true, 5)]
    {
        let mut state = window();
        view(&mut state, Viewing::QuickLook(id(from)));
        view(&mut state, Viewing::Seek(30));
        view(&mut state, Viewing::Play(true));
        view(&mut state, Viewing::Turn(forward));
        assert_eq!(
            (state.viewer.clone(), state.selection.card),
            (Some(Viewer::QuickLook), Some(id(to))),
            "from {from}"
        );
        assert_eq!((state.playback.frame, state.playback.is_playing), (if from == to { 30 } else { 0 }, true));
        view(&mut state, Viewing::Play(false));
        view(&mut state, Viewing::Turn(!forward));
        assert!(!state.playback.is_playing, "a halted one stays halted");
    }
}

#[test]
fn what_is_not_here_cannot_be_looked_at() {
    let mut state = window();
    for job in [4, 8, 77] {
        view(&mut state, Viewing::QuickLook(id(job)));
        assert_eq!(state.viewer, None, "{job}");
    }
}

#[test]
fn a_clip_without_its_file_closes_quick_look_and_a_deleted_one_gives_way_to_the_next() {
    let mut state = window();
    open(&mut state, 2, FILM);
    view(&mut state, Viewing::QuickLook(id(2)));
    put(&mut state, Input::FilesMissing(vec![id(2)]));
    assert_eq!((state.viewer.clone(), state.playback.is_playing), (None, false));

    let mut state = window();
    open(&mut state, 2, FILM);
    view(&mut state, Viewing::QuickLook(id(2)));
    put(&mut state, Input::Act(Action::RemoveCard(id(2))));
    assert_eq!((state.viewer.clone(), state.selection.card), (Some(Viewer::QuickLook), Some(id(3))));
}

#[test]
fn two_to_four_ready_clips_are_compared_in_the_gallery_order() {
    let four = Some(vec![9, 1, 2, 3]);
    for (asked, given) in [
        (vec![3, 9, 1], Some(vec![9, 1, 3])),
        (vec![5, 3, 3, 2, 1, 9], four.clone()),
        (vec![2, 4], None),
        (vec![2], None),
        (vec![], None),
    ] {
        let mut state = window();
        view(&mut state, Viewing::Compare(asked.iter().copied().map(id).collect()));
        let found = match &state.viewer {
            Some(Viewer::Compare(comparison)) => Some(comparison.jobs.clone()),
            _ => None,
        };
        assert_eq!(found, given.map(|jobs| jobs.into_iter().map(id).collect()), "{asked:?}");
        assert_eq!(state.toasts.is_empty(), asked.len() == 3, "what is not as asked is told");
    }
}

#[test]
fn a_comparison_runs_as_long_as_its_longest_film_and_only_when_all_are_known() {
    let mut state = window();
    view(&mut state, Viewing::Compare(vec![id(1), id(2)]));
    assert!(!state.playback.is_playing);
    view(&mut state, Viewing::Play(true));
    open(&mut state, 1, FilmFacts { frames: 120, duration_millis: 5_000, ..FILM });
    tick(&mut state, NOW.after(Duration::from_secs(3)));
    assert_eq!((state.playback.frame, next_wake(&state).is_some()), (0, true), "clip 4 is still being made");
    open(&mut state, 2, FILM);
    tick(&mut state, NOW.after(Duration::from_secs(9)));
    assert_eq!(state.playback.frame, 144, "beyond the end of the shorter one");
    tick(&mut state, NOW.after(Duration::from_secs(12)));
    assert_eq!(state.playback.frame, 24, "all begin again together");
}

#[test]
fn a_film_that_cannot_be_played_holds_nobody_up() {
    let mut state = window();
    view(&mut state, Viewing::Compare(vec![id(1), id(2)]));
    open(&mut state, 1, FILM);
    put(&mut state, Input::FilmOpened(id(2), Err("it has 10 bits".to_owned())));
    assert_eq!(film(&state), Some(FILM));
    view(&mut state, Viewing::Close);
    view(&mut state, Viewing::QuickLook(id(1)));
    assert!(!state.films.contains_key(&id(2)), "it is tried again the next time");
    assert!(state.films.contains_key(&id(1)));
}

#[test]
fn focus_swap_and_divide() {
    let mut state = window();
    view(&mut state, Viewing::Compare(vec![id(1), id(2), id(3)]));
    assert_eq!(compared(&state).focus, id(2), "the chosen card");
    view(&mut state, Viewing::Swap);
    view(&mut state, Viewing::Swap);
    assert_eq!(compared(&state).focus, id(1));
    view(&mut state, Viewing::Focus(id(9)));
    assert_eq!(compared(&state).focus, id(1), "it is not in the comparison");
    view(&mut state, Viewing::Divide(1_200));
    assert_eq!(compared(&state).divide, 1_000);
}

#[test]
fn the_slider_needs_clips_of_one_shape() {
    let mut state = window();
    view(&mut state, Viewing::Compare(vec![id(1), id(2)]));
    let mut modes = Vec::new();
    for _ in 0..4 {
        modes.push(compared(&state).mode);
        let next = compare::next_mode(&state, compared(&state));
        view(&mut state, Viewing::SetMode(next));
    }
    use CompareMode::{SideBySide, Slider, Swap};
    assert_eq!(modes, [SideBySide, Swap, Slider, SideBySide]);

    view(&mut state, Viewing::Compare(vec![id(1), id(9)]));
    view(&mut state, Viewing::SetMode(Swap));
    assert_eq!(compare::next_mode(&state, compared(&state)), SideBySide);
    view(&mut state, Viewing::SetMode(Slider));
    assert_eq!(compared(&state).mode, SideBySide);
}

#[test]
fn a_compared_clip_that_leaves_takes_only_itself_away() {
    let mut state = window();
    view(&mut state, Viewing::Compare(vec![id(1), id(2), id(3)]));
    put(&mut state, Input::Act(Action::RemoveCard(id(2))));
    assert_eq!((compared(&state).jobs.clone(), compared(&state).focus), (vec![id(1), id(3)], id(1)));
    put(&mut state, Input::Act(Action::RemoveCard(id(1))));
    assert_eq!(state.viewer, None, "one alone is no comparison");
}

#[test]
fn chosen_cards_or_the_takes_of_a_group_are_compared() {
    let mut state = window();
    assert_eq!(chosen_or_neighbors(&state, id(2)), [1, 2, 3, 5].map(id));
    changed(&mut state, clip(4, "a boat", AspectRatio::R16x9));
    assert_eq!(chosen_or_neighbors(&state, id(1)), [1, 2, 3, 4].map(id));
    assert_eq!(chosen_or_neighbors(&state, id(5)), [2, 3, 4, 5].map(id), "the card itself is among them");
    put(&mut state, Input::Act(Action::Curate(Curate::Reject(vec![id(3)], true))));
    assert_eq!(chosen_or_neighbors(&state, id(1)), [1, 2, 4, 5].map(id), "of too many the rejected are left out");
    state.selection.also.extend([id(9), id(3)]);
    assert_eq!(chosen_or_neighbors(&state, id(2)), [9, 2, 3].map(id));
    assert_eq!(chosen_with(&state, id(2)), [9, 2, 3].map(id));
    assert_eq!(chosen_with(&state, id(5)), [id(5)], "a card beside the choice stands for itself");
}

#[test]
fn continuing_takes_the_touched_frame_or_the_last() {
    let mut state = window();
    assert_eq!(continue_frame(&state, id(2)), None);
    open(&mut state, 2, FILM);
    assert_eq!(continue_frame(&state, id(2)), Some(191));
    view(&mut state, Viewing::Seek(81));
    assert_eq!(continue_frame(&state, id(2)), Some(81));
    assert_eq!(continue_frame(&state, id(3)), None);
}
