//! Folders for editors, read by programs that nobody of this house wrote: joined films by ffmpeg, timelines by OpenTimelineIO.

use std::path::{Path, PathBuf};
use std::process::Command;

use rushes::media::{JoinError, film_facts, join_films};

use crate::support::film::{make, practice_film};

mod readers;

/// What ffprobe says of a stream, as a number.
fn probed(film: &Path, stream: &str, entry: &str) -> f64 {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-count_frames", "-select_streams", stream, "-show_entries"])
        .arg(format!("stream={entry}"))
        .args(["-of", "default=nw=1:nk=1"])
        .arg(film)
        .output()
        .expect("ffprobe is installed for the tests");
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    said.parse().unwrap_or_else(|_| panic!("{entry} of {}: {said:?}", film.display()))
}

/// Decodes everything; fails at the first word of complaint.
fn decodes(film: &Path) {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-i"])
        .arg(film)
        .args(["-f", "null", "-"])
        .output()
        .expect("ffmpeg is installed for the tests");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.trim().is_empty(), "{said}");
}

/// A film with frames out of order; with sound, a beep of a tenth of a second at half of each second.
fn film(folder: &Path, name: &str, size: &str, rate: u32, seconds: f64, sound: bool) -> PathBuf {
    let path = folder.join(name);
    let mut args = format!("-f lavfi -i testsrc2=s={size}:r={rate}:d={seconds}");
    if sound {
        args.push_str(&format!(
            " -f lavfi -i aevalsrc=exprs=sin(2*PI*1000*t)*between(mod(t\\,1)\\,0.5\\,0.6):s=48000:d={seconds} -c:a aac"
        ));
    }
    make(&format!("{args} -c:v libx264 -bf 2 -g 12 -pix_fmt yuv420p"), &path);
    path
}

/// When each beep begins, in seconds on the clock of the film.
fn beeps(film: &Path) -> Vec<f64> {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-i"])
        .arg(film)
        // Each piece of sound where its timestamp says, as players put it, and not where those before it end.
        .args(["-af", "aresample=8000:async=1:min_hard_comp=0.005:first_pts=0", "-ac", "1", "-f", "s16le", "-"])
        .output()
        .expect("ffmpeg is installed for the tests");
    let samples: Vec<i16> = output.stdout.as_chunks::<2>().0.iter().map(|pair| i16::from_le_bytes(*pair)).collect();
    let mut found: Vec<f64> = Vec::new();
    let mut quiet = usize::MAX / 2;
    for (at, sample) in samples.iter().enumerate() {
        if sample.unsigned_abs() > 8_000 {
            if quiet > 800 {
                found.push(at as f64 / 8_000.0);
            }
            quiet = 0;
        } else {
            quiet += 1;
        }
    }
    found
}

#[test]
fn films_that_agree_are_joined_frame_by_frame_and_sound_stays_with_its_pictures() {
    let folder = tempfile::tempdir().expect("a folder");
    // Lengths that are no whole number of samples of AAC.
    let lengths = [1.0, 1.5, 1.25, 1.0, 1.75, 1.0];
    let films: Vec<PathBuf> = lengths
        .iter()
        .enumerate()
        .map(|(number, length)| film(folder.path(), &format!("{number}.mp4"), "160x96", 24, *length, true))
        .collect();
    let target = folder.path().join("joined.mp4");
    let joined = join_films(&films, &target, |_, _| true).expect("joined");
    let frames: u64 = films.iter().map(|film| film_facts(film).expect("a film").frames).sum();
    assert_eq!((joined.joined.len(), joined.left_out.len(), joined.frames), (6, 0, frames));
    assert_eq!(probed(&target, "v:0", "nb_read_frames") as u64, frames);
    let length: f64 = lengths.iter().sum();
    assert!((probed(&target, "v:0", "duration") - length).abs() < 0.05);
    assert!((probed(&target, "a:0", "duration") - length).abs() < 0.05);
    decodes(&target);
    let mut expected = Vec::new();
    let mut at = 0.0;
    for length in lengths {
        expected.push(at + 0.5);
        if length > 1.55 {
            expected.push(at + 1.5);
        }
        at += length;
    }
    let heard = beeps(&target);
    assert_eq!(heard.len(), expected.len(), "{heard:?} for {expected:?}");
    for (heard, expected) in heard.iter().zip(&expected) {
        assert!((heard - expected).abs() < 0.03, "{heard} for {expected}");
    }
}

#[test]
fn practice_clips_are_joined() {
    let folder = tempfile::tempdir().expect("a folder");
    for audio in [false, true] {
        let films: Vec<PathBuf> = (0..3)
            .map(|number| {
                let path = folder.path().join(format!("{audio} {number}.mp4"));
                std::fs::write(&path, practice_film(160, 96, audio)).expect("written");
                path
            })
            .collect();
        let target = folder.path().join(format!("{audio} joined.mp4"));
        let joined = join_films(&films, &target, |_, _| true).expect("joined");
        let frames = 3 * film_facts(&films[0]).expect("a film").frames;
        assert_eq!((joined.joined, joined.frames), (vec![0, 1, 2], frames), "{:?}", joined.left_out);
        assert_eq!(probed(&target, "v:0", "nb_read_frames") as u64, frames);
        assert!((probed(&target, "v:0", "duration") - 3.0).abs() < 0.02);
        decodes(&target);
        // Our own reader takes it for a whole film as well.
        let facts = film_facts(&target).expect("a whole film");
        assert_eq!((facts.frames, facts.sound.is_some()), (frames, audio));
    }
}

#[test]
fn films_that_differ_are_left_out_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let films = [
        film(folder.path(), "small.mp4", "96x64", 24, 1.0, true),
        film(folder.path(), "a.mp4", "160x96", 24, 1.0, true),
        film(folder.path(), "silent.mp4", "160x96", 24, 1.0, false),
        film(folder.path(), "b.mp4", "160x96", 24, 1.0, true),
    ];
    let target = folder.path().join("joined.mp4");
    let joined = join_films(&films, &target, |_, _| true).expect("joined");
    assert_eq!(joined.joined, [1, 3]);
    let reasons: Vec<_> = joined.left_out.iter().map(|(place, why)| (*place, why.as_str())).collect();
    assert_eq!(reasons, [(0, "it is 96 × 64 and most are 160 × 96"), (2, "it has no sound and most have")]);
    let other = folder.path().join("other.mp4");
    let told = join_films(&films[..2], &other, |_, _| true);
    assert!(matches!(told, Err(JoinError::NothingAgrees(_))) && !other.exists(), "{told:?}");
    let taken = join_films(&films, &target, |_, _| true);
    assert!(matches!(taken, Err(JoinError::Io(_))), "an existing film is never written over: {taken:?}");
    decodes(&target);
}
