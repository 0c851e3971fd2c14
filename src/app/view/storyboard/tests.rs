use uuid::Uuid;

use super::*;
use crate::app::state::playback::FilmFacts;
use crate::domain::samples::{self, id};
use crate::domain::{Amount, Charge, Credits, GatewayId, JobState, UnixMillis};

/// A window whose board holds these jobs and, at the end, one planned shot.
fn window(jobs: Vec<Job>) -> AppState {
    let mut state = AppState::new(UnixMillis(1_000_000));
    let mut shots: Vec<BoardShot> = jobs.iter().map(|job| BoardShot::Clip(job.id)).collect();
    shots.push(BoardShot::Planned(PlannedShot::empty(ShotId(Uuid::from_u128(900)))));
    for job in jobs {
        state.jobs.insert(job.id, job);
    }
    state.storyboards.board_mut(&None).insert(0, shots);
    state.draft.gateway = GatewayId::Practice;
    state
}

fn says(state: &AppState, place: usize) -> ShotView {
    shot_view(state, state.board(), place).expect("a shot")
}

#[test]
fn every_shot_is_told_by_number_state_prompt_and_joint() {
    let mut state = window(vec![
        samples::job(1).prompt("a\nboat").ready(),
        samples::job(2).parent(1, 119).ready(),
        samples::job(3).state(JobState::Failed),
    ]);
    state.storyboards.board_mut(&None).append_chain(&[id(77)]);
    for (place, name) in [
        (0, "Shot 1, Ready, a boat"),
        (1, "Shot 2, Ready, a paper boat, continues from frame 119 of the shot before"),
        (2, "Shot 3, Failed, a paper boat, cut"),
        (3, "Shot 4, Planned, cut"),
        (4, "Shot 5, Deleted, cut"),
    ] {
        assert_eq!(says(&state, place).name, name);
    }
    // An earlier frame than the last is a cut, once the last is known.
    let film = FilmFacts { frames: 192, duration_millis: 8_000, width: 16, height: 9, has_audio: false };
    state.films.insert(id(1), Ok(film));
    assert_eq!(says(&state, 1).joint, Joint::Cut);
    assert_eq!(shot_view(&state, state.board(), 5), None);
}

#[test]
fn a_planned_shot_shows_how_far_its_order_is() {
    let mut state = window(vec![]);
    state.storyboards.board_mut(&None).order(ShotId(Uuid::from_u128(900)), [id(1), id(2)]);
    state.jobs.insert(id(1), samples::job(1).state(JobState::Failed));
    assert_eq!(says(&state, 0).standing, Standing::Failed);
    state.jobs.insert(id(2), samples::job(2).queued());
    assert_eq!((says(&state, 0).standing, says(&state, 0).word.as_str()), (Standing::Coming, "Waiting"));
}

#[test]
fn the_sums_are_told_with_their_doubts() {
    let charged = Charge::Yes(Some(Amount::Credits(Credits(99))));
    let mut state = window(vec![
        Job { charge: charged, ..samples::job(1).ready() },
        Job { charge: Charge::Yes(None), ..samples::job(2).gateway(GatewayId::Aigateway).parent(1, 5).ready() },
        Job { charge: Charge::NotKnown, ..samples::job(3).unconfirmed() },
    ]);
    let sums = totals(&state, state.board());
    assert_eq!(sums.line(), "4 shots · 10 s of about 20 s · 2 gaps · 2 cuts");
    assert_eq!(
        sums.spent_words(),
        ("99 cr + $0.40".to_owned(), "1 assumed as shown · 1 not known, up to 90 cr".to_owned())
    );
    let (amount, of) = sums.to_come_words().expect("something is planned");
    assert_eq!((amount.as_str(), of.as_str()), ("free", "1 planned with the form as it stands"));
    state.draft.gateway = GatewayId::Apiin;
    state.draft.takes = 2;
    let (amount, _) = totals(&state, state.board()).to_come_words().expect("something is planned");
    assert_eq!((amount.as_str(), price_to_make(&state).as_str()), ("≈ 180 cr", "180 cr"));
    assert_eq!(totals(&state, &Storyboard::default()).to_come_words(), None);
    assert_eq!(totals(&state, &Storyboard::default()).line(), "0 shots · 0 s");
}

#[test]
fn the_form_says_which_shot_it_makes() {
    let mut state = window(vec![samples::job(1).ready()]);
    let shot = ShotId(Uuid::from_u128(900));
    assert_eq!(making_note(&state), None);
    state.storyboards.making = Some((None, shot));
    let note = "Makes shot 2 of the storyboard; the clip takes its place there.";
    assert_eq!(making_note(&state).as_deref(), Some(note));
    assert!(is_in_form(&state, shot));
    state.storyboards.board_mut(&None).remove(&[ShotKey::Planned(shot)].into());
    assert_eq!(making_note(&state), None, "the shot was taken off");
}

#[test]
fn playing_begins_at_the_chosen_shot_or_the_first() {
    let state = window(vec![samples::job(1).ready()]);
    let board = state.board();
    assert_eq!(first_to_play(board, None), Some(ShotKey::Clip(id(1))));
    let planned = ShotKey::Planned(ShotId(Uuid::from_u128(900)));
    assert_eq!(first_to_play(board, Some(planned)), Some(planned));
    assert_eq!(first_to_play(board, Some(ShotKey::Clip(id(5)))), Some(ShotKey::Clip(id(1))));
    assert_eq!(first_to_play(&Storyboard::default(), None), None);
}
