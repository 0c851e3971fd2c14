use super::*;

#[test]
fn clocks_have_a_common_one_or_none() {
    for (scales, expected) in [
        (&[][..], Some(1)),
        (&[12_288], Some(12_288)),
        (&[12_288, 12_288], Some(12_288)),
        (&[12_800, 24_000], Some(192_000)),
        (&[90_000, 12_288], Some(23_040_000)),
        (&[99_999_989, 99_999_971], None),
        (&[u32::MAX], None),
    ] {
        assert_eq!(common(scales.iter().copied()), expected, "{scales:?}");
    }
}

/// A track of `count` samples of 10 bytes, `length` units each, in one chunk.
fn track(handler: &[u8; 4], scale: u32, count: u32, length: u32, edits: &[(u64, i64)]) -> WholeTrack {
    let edits =
        edits.iter().map(|(duration, from)| super::super::super::moov::Edit { duration: *duration, from: *from });
    WholeTrack {
        id: 1,
        handler: *handler,
        is_enabled: true,
        matrix: Vec::new(),
        size: (0, 0),
        language: 0,
        scale,
        fourcc: *b"avc1",
        entry: Vec::new(),
        sizes: vec![10; count as usize],
        lengths: vec![(count, length)],
        delays: Vec::new(),
        sync: Some(vec![0]),
        chunks: vec![(1000, count)],
        edits: edits.collect(),
    }
}

fn film(video: WholeTrack, sound: Option<WholeTrack>) -> Source {
    Source::of(1000, video, sound)
}

fn edits(track: &Track) -> Vec<(Option<u64>, u64)> {
    track.edits.iter().map(|edit| (edit.from, edit.length)).collect()
}

#[test]
fn pictures_go_on_where_those_before_them_ended() {
    // I P B B: decoded at 0, 10, 20, 30, the first due at 10.
    let reordered = |wait: i32| WholeTrack {
        delays: vec![(1, wait), (1, wait + 20), (2, wait - 10)],
        ..track(b"vide", 100, 4, 10, &[(400, i64::from(wait))])
    };
    let (first, second) = (film(reordered(10), None), film(reordered(20), None));
    let plan = Plan::of(&[&first, &second]).expect("a plan");
    assert_eq!((plan.frames, plan.length, plan.video.units), (8, 80, 80));
    // One edit for both: the first film waits as long as the second.
    assert_eq!(edits(&plan.video), [(Some(20), 80)]);
    assert_eq!(plan.video.delays, [(1, 20), (1, 40), (2, 10), (1, 20), (1, 40), (2, 10)]);
    assert_eq!(plan.video.sync, Some(vec![1, 5]));
    assert_eq!(plan.data_bytes(), 80);
}

#[test]
fn films_of_other_clocks_keep_their_time_and_what_an_edit_hides_stays_hidden() {
    let slow = film(track(b"vide", 24, 24, 1, &[]), None);
    // Its first half second is not shown.
    let cut = film(track(b"vide", 48, 48, 1, &[(500, 24)]), None);
    let plan = Plan::of(&[&slow, &cut, &slow]).expect("a plan");
    assert_eq!((plan.scale, plan.length, plan.frames), (48, 48 + 24 + 48, 24 + 24 + 24));
    assert_eq!(edits(&plan.video), [(Some(0), 48), (Some(72), 24 + 48)]);
    assert_eq!(plan.video.lengths, [(24, 2), (48, 1), (24, 2)]);
    // An edit that lacks a rounded bit of the last frame hides nothing.
    let rounded = film(track(b"vide", 24_000, 121, 1000, &[(5_041, 0)]), None);
    assert_eq!(Plan::of(&[&rounded, &rounded]).expect("a plan").frames, 242);
}

#[test]
fn sound_begins_with_its_pictures_however_long_the_sound_before_was() {
    let video = || track(b"vide", 24, 24, 1, &[]);
    // A run-in of one sample of 1024, then 0.9, 1.2 and 1 s.
    let sound = |count| track(b"soun", 48_000, count, 1024, &[(0, 1024)]);
    let films = [film(video(), Some(sound(44))), film(video(), Some(sound(58))), film(video(), Some(sound(48)))];
    let plan = Plan::of(&films.iter().collect::<Vec<_>>()).expect("a plan");
    let (scale, track) = plan.sound.as_ref().expect("sound");
    assert_eq!(*scale, 48_000);
    // Each is shown for exactly its second, from behind its run-in.
    let base = [0, 1024 + 48_000, 2 * (1024 + 48_000)];
    let expected: Vec<_> = base.iter().map(|base| (Some(base + 1024), 24)).collect();
    assert_eq!(edits(track), expected);
    assert_eq!(track.units, 3 * (1024 + 48_000));
    // 43 and 46.875 and 46.875 samples of sound, with the run-in each.
    assert_eq!(track.sizes.len(), 44 + 48 + 48);
    let lengths: u64 = track.lengths.iter().map(|(count, length)| u64::from(*count) * u64::from(*length)).sum();
    assert_eq!(lengths, track.units);
}

#[test]
fn sound_that_comes_late_or_early_stays_with_its_pictures() {
    let video = |edits: &[(u64, i64)]| track(b"vide", 48, 48, 1, edits);
    let sound = |edits: &[(u64, i64)]| track(b"soun", 48_000, 48, 1000, edits);
    // Sound half a second after the pictures.
    let late = film(video(&[]), Some(sound(&[(500, -1), (500, 0)])));
    // Pictures half a second after the sound.
    let early = film(video(&[(500, -1), (1000, 0)]), Some(sound(&[(1000, 0)])));
    let plan = Plan::of(&[&late, &late]).expect("a plan");
    let (_, track) = plan.sound.as_ref().expect("sound");
    // Nothing at first; later the last sample lasts longer, so that players need no pause in the middle.
    assert_eq!(edits(track), [(None, 24), (Some(0), 24 + 24 + 24)]);
    assert_eq!(track.lengths.iter().map(|run| run.1).max(), Some(25_000));
    let plan = Plan::of(&[&early, &early]).expect("a plan");
    let (_, track) = plan.sound.as_ref().expect("sound");
    // What was heard before the first picture is left out.
    let second = track.edits[1].from.expect("sound");
    assert_eq!((track.edits[0].from, track.edits[0].length), (Some(1000), 48), "with one sample before");
    assert_eq!(second, 1000 + 48_000 + 1000);
}

#[test]
fn bytes_are_copied_in_the_order_in_which_they_lie() {
    let video = WholeTrack { chunks: vec![(100, 2), (140, 2)], ..track(b"vide", 24, 4, 1, &[]) };
    let sound = WholeTrack { chunks: vec![(120, 2), (160, 2)], ..track(b"soun", 24, 4, 1, &[]) };
    let source = film(video, Some(sound));
    let plan = Plan::of(&[&source, &source]).expect("a plan");
    let pieces: Vec<_> = plan.ranges_of(0).map(|piece| (piece.from, piece.bytes)).collect();
    assert_eq!(pieces, [(100, 80)], "what lies together is copied together");
    assert_eq!(plan.video.chunks, [(0, 2), (40, 2), (80, 2), (120, 2)]);
    assert_eq!(plan.sound.expect("sound").1.chunks, [(20, 2), (60, 2), (100, 2), (140, 2)]);
}
