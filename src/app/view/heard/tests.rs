use super::*;
use crate::app::action::viewing::{FrameNews, SoundNews, Viewing};
use crate::app::state::playback::FilmFacts;
use crate::app::update::kit::put;
use crate::app::{Action, Input};
use crate::domain::samples::{self, id};
use crate::domain::{Clip, GatewayId, Job, JobState, UnixMillis};
use crate::engine::event::Event;

const NOW: UnixMillis = UnixMillis(1_000_000);
const LOUD: FilmFacts = FilmFacts { frames: 192, duration_millis: 8_000, width: 1280, height: 720, has_audio: true };
const SILENT: FilmFacts = FilmFacts { frames: 120, duration_millis: 5_000, has_audio: false, ..LOUD };

fn view(state: &mut AppState, viewing: Viewing) {
    put(state, Input::Act(Action::View(viewing)));
}

fn sound(state: &mut AppState, news: SoundNews) {
    put(state, Input::Sound(news));
}

/// Three ready takes, of which the third is silent; their films are open.
fn window() -> AppState {
    let mut state = AppState::new(NOW);
    for number in 1..=3 {
        let job = samples::job(number).gateway(GatewayId::Practice).at(NOW).prompt("a boat").seed(7);
        let clip = Clip { has_audio: number < 3, ..samples::clip(&format!("{number}.mp4")) };
        let job = Job { clip: Some(clip), ..job.state(JobState::Ready) };
        put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
    }
    for (number, film) in [(1, LOUD), (2, LOUD), (3, SILENT)] {
        put(&mut state, Input::FilmOpened(id(number), Ok(film)));
    }
    state
}

fn looking(job: u128) -> AppState {
    let mut state = window();
    view(&mut state, Viewing::QuickLook(id(job)));
    put(&mut state, Input::FilmOpened(id(job), Ok(if job == 3 { SILENT } else { LOUD })));
    state
}

#[test]
fn a_film_is_heard_while_it_plays_at_its_own_speed() {
    let mut state = looking(1);
    let heard = wanted(&state).expect("it plays");
    assert_eq!((heard.job, heard.from_millis, heard.length_millis, heard.volume), (id(1), 0, 8_000, 80));
    assert!(heard.is_looping);
    view(&mut state, Viewing::SetSpeed(Speed::Half));
    assert_eq!((wanted(&state), sign(&state, id(1))), (None, SoundSign::OtherSpeed));
    view(&mut state, Viewing::SetSpeed(Speed::Normal));
    let again = wanted(&state).expect("it plays");
    assert!(again.run > heard.run, "it begins anew");
    view(&mut state, Viewing::Play(false));
    assert_eq!(wanted(&state), None);
    view(&mut state, Viewing::Seek(96));
    view(&mut state, Viewing::Play(true));
    assert_eq!(wanted(&state).map(|heard| heard.from_millis), Some(4_000));
    view(&mut state, Viewing::Close);
    assert_eq!(wanted(&state), None, "nothing plays behind a closed window");
}

#[test]
fn a_clip_without_sound_has_nothing_to_control() {
    let state = looking(3);
    assert_eq!((wanted(&state), sign(&state, id(3))), (None, SoundSign::NoSound));
    assert!(!has_sound(&state, id(3)) && has_sound(&state, id(1)));
}

#[test]
fn of_a_comparison_exactly_one_is_heard_and_for_as_long_as_the_longest() {
    let mut state = window();
    view(&mut state, Viewing::Compare(vec![id(1), id(2), id(3)]));
    for (number, film) in [(1, FilmFacts { duration_millis: 6_000, frames: 144, ..LOUD }), (2, LOUD), (3, SILENT)] {
        put(&mut state, Input::FilmOpened(id(number), Ok(film)));
    }
    view(&mut state, Viewing::Focus(id(1)));
    view(&mut state, Viewing::Play(true));
    let first = wanted(&state).expect("it plays");
    assert_eq!((first.job, first.length_millis), (id(1), 8_000));
    view(&mut state, Viewing::Focus(id(2)));
    assert_eq!(wanted(&state).map(|heard| heard.job), Some(id(2)));
    view(&mut state, Viewing::Focus(id(3)));
    assert_eq!((wanted(&state), heard_clip(&state)), (None, Some(id(3))), "no other is heard in its place");
}

#[test]
fn mute_keeps_the_place_and_is_kept() {
    let mut state = looking(1);
    sound(&mut state, SoundNews::At(0));
    let run = wanted(&state).expect("it plays").run;
    view(&mut state, Viewing::Mute(true));
    let muted = wanted(&state).expect("it goes on unheard");
    assert_eq!((muted.run, muted.volume, sign(&state, id(1))), (run, 0, SoundSign::Muted));
    assert!(state.settings.sound.is_muted);
    // A run that begins muted opens no device.
    view(&mut state, Viewing::Play(false));
    sound(&mut state, SoundNews::Ended);
    view(&mut state, Viewing::Play(true));
    assert_eq!(wanted(&state), None);
    view(&mut state, Viewing::SetVolume(35));
    assert_eq!(wanted(&state).map(|heard| heard.volume), Some(35), "who turns it up hears it");
    view(&mut state, Viewing::SetVolume(0));
    assert_eq!(sign(&state, id(1)), SoundSign::Muted);
    view(&mut state, Viewing::Mute(false));
    assert_eq!(state.settings.sound.volume, 80, "nothing would be heard at 0 %");
    view(&mut state, Viewing::SetVolume(200));
    assert_eq!(state.settings.sound.volume, 100);
}

#[test]
fn what_is_missing_is_said_with_what_to_do_and_the_film_goes_on() {
    let mut state = looking(1);
    sound(&mut state, SoundNews::Opening);
    assert!(state.playback.sound_awaited_since.is_some());
    sound(&mut state, SoundNews::NoDevice("no sound server is set up".to_owned()));
    assert!(state.playback.is_playing && state.playback.sound_awaited_since.is_none());
    let told = sign(&state, id(1));
    assert_eq!(told.words(), Some("No sound device"));
    let advice = told.advice().expect("what to do");
    assert!(advice.contains("no sound server is set up") && advice.contains("plays on silently"), "{advice}");
    assert!(told.brief_advice().is_some());
    // It stays until sound is heard again.
    view(&mut state, Viewing::Play(false));
    assert_eq!(sign(&state, id(1)), told);
    view(&mut state, Viewing::Play(true));
    sound(&mut state, SoundNews::Opening);
    sound(&mut state, SoundNews::At(3));
    assert_eq!(sign(&state, id(1)), SoundSign::On);
    // A clip's own trouble is not that of another.
    sound(&mut state, SoundNews::Unreadable(id(1), "its sound is damaged".to_owned()));
    assert!(matches!(sign(&state, id(1)), SoundSign::Unreadable(_)));
    assert_eq!(sign(&state, id(2)), SoundSign::On);
}

#[test]
fn no_sound_begins_before_the_first_frames_and_old_news_of_them_are_over() {
    let mut state = looking(1);
    let run = state.playback.run;
    put(&mut state, Input::Frames(FrameNews::Missing(run - 1)));
    assert!(wanted(&state).is_some());
    put(&mut state, Input::Frames(FrameNews::Missing(run)));
    assert_eq!(wanted(&state), None);
    put(&mut state, Input::Frames(FrameNews::Ready(run - 1)));
    assert_eq!(wanted(&state), None);
    put(&mut state, Input::Frames(FrameNews::Ready(run)));
    assert!(wanted(&state).is_some());
}

#[test]
fn the_playhead_is_where_the_sound_is() {
    let mut state = looking(1);
    sound(&mut state, SoundNews::Opening);
    sound(&mut state, SoundNews::At(4_000));
    put(&mut state, Input::Tick);
    assert_eq!(state.playback.frame, 96);
}
