use super::*;
use crate::app::state::viewer::Comparison;
use crate::domain::samples::{clip, id, job};
use crate::domain::{GatewayId, UnixMillis};

/// A window with the ready clips 1 to 5, and 6, which is not made yet. Clip 5 has no file any more.
fn state() -> AppState {
    let mut state = AppState::new(UnixMillis(0));
    for number in 1..=6 {
        let sample = job(number).gateway(GatewayId::Practice).at(UnixMillis(0));
        let job = if number < 6 { sample.clip(clip(&format!("clips/{number}"))).ready() } else { sample.queued() };
        state.jobs.insert(job.id, job);
    }
    state.missing_files.insert(id(5));
    state
}

fn comparison(jobs: &[u128], mode: CompareMode) -> Viewer {
    let jobs: Vec<JobId> = jobs.iter().copied().map(id).collect();
    Viewer::Compare(Comparison { focus: jobs[0], jobs, mode, divide: 500 })
}

#[test]
fn the_films_of_what_is_looked_at_are_open() {
    let side = |jobs: &[u128]| Some(comparison(jobs, CompareMode::SideBySide));
    for (viewer, selected, is_touched, open) in [
        (None, Some(1), false, &[][..]),
        (None, Some(1), true, &[1]),
        (None, None, true, &[]),
        (None, Some(5), true, &[]),
        (None, Some(6), true, &[]),
        (None, Some(99), true, &[]),
        (Some(Viewer::QuickLook), Some(2), false, &[2]),
        (Some(Viewer::QuickLook), None, true, &[]),
        (side(&[3, 1]), Some(2), false, &[3, 1]),
        (side(&[1, 5, 6, 2]), Some(2), false, &[1, 2]),
        (side(&[1, 2, 3, 4, 1]), None, true, &[1, 2, 3, 4]),
    ] {
        let mut state = state();
        (state.viewer, state.selection.card, state.playback.is_touched) =
            (viewer.clone(), selected.map(id), is_touched);
        let films: Vec<JobId> = open_films(&state).into_iter().map(|(job, _)| job).collect();
        assert_eq!(films, open.iter().copied().map(id).collect::<Vec<_>>(), "{viewer:?} {selected:?} {is_touched}");
    }
    let mut state = state();
    (state.viewer, state.selection.card) = (Some(Viewer::QuickLook), Some(id(2)));
    assert_eq!(open_films(&state), [(id(2), PathBuf::from("clips/2"))]);
}

#[test]
fn films_are_as_large_as_they_are_shown() {
    use CompareMode::{SideBySide, Slider, Swap};
    for (viewer, scale, bounds) in [
        (None, 1.0, (640, 640)),
        (None, 2.0, (1280, 1280)),
        (Some(Viewer::QuickLook), 1.0, (1536, 1024)),
        (Some(comparison(&[1, 2], SideBySide)), 1.0, (768, 1024)),
        (Some(comparison(&[1, 2, 3], SideBySide)), 1.0, (512, 1024)),
        (Some(comparison(&[1, 2, 3, 4], SideBySide)), 1.0, (768, 512)),
        (Some(comparison(&[1, 2], Swap)), 1.0, (1536, 1024)),
        (Some(comparison(&[1, 2], Slider)), 1.0, (1536, 1024)),
    ] {
        let state = AppState { viewer: viewer.clone(), ..state() };
        assert_eq!(film_bounds(&state, (1440.0, 900.0), scale), bounds, "{viewer:?} at {scale}");
    }
    assert_eq!(film_bounds(&state(), (0.0, 0.0), 1.0), (128, 128));
}

#[test]
fn all_films_show_the_same_frame() {
    type Film<'a> = (Option<u32>, &'a [u32]);
    let (all, none) = (&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9][..], &[][..]);
    // Whether it runs, at which frame, what is shown, the films, and what is to be shown next.
    type Case<'a> = (bool, u32, Option<u32>, &'a [Film<'a>], Option<u32>);
    let cases: [Case<'_>; 19] = [
        // Halted: exactly the wanted frame, or what was shown stays.
        (false, 5, None, &[], None),
        (false, 5, None, &[(Some(10), all)], Some(5)),
        (false, 5, Some(4), &[(Some(10), &[3, 4])], None),
        (false, 5, Some(4), &[(Some(10), all), (Some(10), &[4])], None),
        (false, 5, Some(4), &[(Some(10), all), (Some(10), &[5])], Some(5)),
        (false, 5, Some(4), &[(Some(10), all), (None, none)], None),
        // Running: the newest that all have, and never back.
        (true, 5, Some(2), &[(Some(10), all)], Some(5)),
        (true, 5, Some(2), &[(Some(10), all), (Some(10), &[0, 1, 2, 3, 4])], Some(4)),
        (true, 5, Some(2), &[(Some(10), &[3, 5]), (Some(10), &[3, 4])], Some(3)),
        (true, 5, Some(2), &[(Some(10), &[0, 1, 2])], None),
        (true, 5, Some(5), &[(Some(10), &[0, 1, 2, 5])], Some(5)),
        (true, 5, None, &[(Some(10), &[1])], Some(1)),
        (true, 5, None, &[(Some(10), none)], None),
        // It began again at the end.
        (true, 1, Some(9), &[(Some(10), &[0, 9])], Some(0)),
        (true, 1, Some(9), &[(Some(10), &[9])], None),
        // A shorter film stays at its last frame.
        (true, 9, Some(8), &[(Some(10), all), (Some(4), &[3])], Some(9)),
        (true, 9, Some(8), &[(Some(10), all), (Some(4), &[2])], None),
        (false, 9, Some(8), &[(Some(4), &[3])], Some(9)),
        (false, 99, Some(8), &[(Some(10), all), (Some(4), &[3])], Some(99)),
    ];
    for (is_playing, frame, shown, films, expected) in cases {
        let playback = Playback { frame, is_playing, ..Playback::default() };
        let looks: Vec<_> = films.iter().map(|(_, kept)| |frame| kept.contains(&frame)).collect();
        let supplies: Vec<Supply<'_>> =
            films.iter().zip(&looks).map(|((frames, _), has)| Supply { frames: *frames, has }).collect();
        assert_eq!(
            common_frame(&playback, shown, &supplies),
            expected,
            "playing {is_playing}, at {frame}, shown {shown:?}, {films:?}"
        );
    }
}

#[test]
fn a_frame_that_is_far_too_late_is_not_shown() {
    let playback = Playback { frame: 500, is_playing: true, ..Playback::default() };
    let at = |kept: u32| {
        let has = move |frame| frame == kept;
        common_frame(&playback, Some(10), &[Supply { frames: Some(900), has: &has }])
    };
    assert_eq!(at(460), None);
    assert_eq!(at(480), Some(480));
}

#[test]
fn frames_that_were_passed_over_are_counted() {
    for (is_playing, shown, next, dropped) in [
        (true, Some(4), 5, 0),
        (true, Some(4), 8, 3),
        (true, Some(4), 4, 0),
        (true, Some(99), 0, 0),
        (true, None, 8, 0),
        (false, Some(4), 8, 0),
    ] {
        let playback = Playback { is_playing, ..Playback::default() };
        assert_eq!(dropped_frames(&playback, shown, next), dropped, "{is_playing} {shown:?} {next}");
    }
}
