//! Films that are played, against ffmpeg's own frames: every frame, byte for byte.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use rushes::domain::request::PictureType;
use rushes::media::{FilmFrame, FilmInfo, FilmPlayer, Motion, check_movie, take_frame, write_filmstrip};
use tempfile::TempDir;

use crate::support::film::ffmpeg;

/// A film that gives nothing for so long hangs.
const PATIENCE: Duration = Duration::from_secs(90);
const ROOM: usize = 16 << 20;
const FULL_SIZE: (u32, u32) = (8192, 8192);

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder for temporary files")
}

/// A moving picture of that size, `frames` long, encoded as `rest` says.
fn clip(folder: &TempDir, name: &str, size: &str, frames: u32, rest: &str) -> PathBuf {
    let path = folder.path().join(name);
    ffmpeg(&format!("-f lavfi -i testsrc2=s={size}:r=24 {rest} -frames:v {frames} {}", path.display()));
    path
}

/// All frames as ffmpeg decodes them, as raw planes or pixels.
fn theirs(movie: &Path, options: &str, frame_bytes: usize) -> Vec<Vec<u8>> {
    let raw = ffmpeg(&format!("-i {} -map 0:v:0 -vsync passthrough {options} -f rawvideo pipe:1", movie.display()));
    assert_eq!(raw.len() % frame_bytes, 0, "ffmpeg gives whole frames of {frame_bytes} bytes");
    raw.chunks(frame_bytes).map(<[u8]>::to_vec).collect()
}

/// An open film whose news are waited for.
struct Played {
    film: FilmPlayer,
    news: Receiver<()>,
}

impl Played {
    fn open(movie: &Path, bounds: (u32, u32), room: usize) -> Self {
        let (wake, news) = sync_channel(1);
        let film = FilmPlayer::open(movie.to_owned(), bounds, room, move || {
            wake.try_send(()).ok();
        });
        Self { film, news }
    }

    /// Looks until there is something to see: after news, and now and then, because not every frame is news.
    fn wait<T>(&self, mut look: impl FnMut(&FilmPlayer) -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            if let Some(found) = look(&self.film) {
                return found;
            }
            assert!(began.elapsed() < PATIENCE, "the film hangs");
            self.news.recv_timeout(Duration::from_millis(20)).ok();
        }
    }

    fn info(&self) -> Result<FilmInfo, String> {
        self.wait(FilmPlayer::info)
    }

    fn frame(&self, number: u32, motion: Motion) -> Arc<FilmFrame> {
        self.film.want(number, motion);
        self.wait(|film| {
            if let Some(Err(reason)) = film.info() {
                panic!("frame {number}: {reason}");
            }
            film.frame(number).filter(|frame| !frame.is_sketch())
        })
    }
}

const X264: &str = "-c:v libx264 -pix_fmt yuv420p -preset veryfast";
const TAGS_709: &str = "-colorspace bt709 -color_primaries bt709 -color_trc bt709";

/// Films of many kinds: name, size, and how they are encoded.
fn kinds() -> Vec<(&'static str, &'static str, String)> {
    vec![
        ("one-group", "320x180", format!("{X264} -profile:v high -bf 3 -b_strategy 2 -g 250")),
        ("groups", "320x180", format!("{X264} -profile:v high -bf 3 -g 12 -keyint_min 12 -sc_threshold 0")),
        ("open-groups", "320x180", format!("{X264} -bf 3 -g 12 -x264-params open-gop=1:scenecut=0:keyint=12")),
        ("pyramid", "320x180", format!("{X264} -preset slow -bf 8 -x264-params b-pyramid=normal:ref=5:b-adapt=0")),
        ("baseline", "320x180", format!("{X264} -profile:v baseline -g 24")),
        ("odd", "318x178", format!("{X264} -bf 2")),
        ("tall", "90x162", format!("{X264} -bf 2")),
        ("709", "320x180", format!("-vf scale=out_color_matrix=bt709 {X264} {TAGS_709}")),
        ("full", "320x180", format!("-vf scale=out_range=full {X264} -color_range pc")),
        (
            "full-709",
            "320x180",
            format!("-vf scale=out_range=full:out_color_matrix=bt709 {X264} -color_range pc {TAGS_709}"),
        ),
        ("sound", "320x180", format!("-f lavfi -i sine=d=2 {X264} -c:a aac -shortest")),
        ("slices", "320x180", format!("{X264} -slices 4 -bf 2")),
        ("cavlc", "320x180", format!("{X264} -coder 0 -bf 2 -g 20")),
    ]
}

/// Makes every kind of film and one that ffmpeg cut out of another without encoding it anew, and one that lies on its side.
fn films(folder: &TempDir) -> Vec<(String, PathBuf)> {
    let mut films: Vec<_> = kinds()
        .iter()
        .map(|(name, size, rest)| ((*name).to_owned(), clip(folder, &format!("{name}.mp4"), size, 48, rest)))
        .collect();
    let cut = folder.path().join("cut.mp4");
    let source = folder.path().join("groups.mp4");
    ffmpeg(&format!("-ss 0.75 -i {} -t 0.9 -c copy {}", source.display(), cut.display()));
    films.push(("cut".to_owned(), cut));
    for degrees in [90, 180, 270] {
        let turned = folder.path().join(format!("turned-{degrees}.mp4"));
        ffmpeg(&format!("-i {} -c copy -metadata:s:v:0 rotate={degrees} {}", source.display(), turned.display()));
        films.push((format!("turned by {degrees}"), turned));
    }
    films
}

#[test]
fn every_frame_is_ffmpegs_byte_for_byte_in_the_order_of_display() {
    let folder = folder();
    for (name, movie) in films(&folder) {
        let played = Played::open(&movie, FULL_SIZE, ROOM);
        let info = played.info().unwrap_or_else(|reason| panic!("{name}: {reason}"));
        let frame_bytes = (info.width * info.height * 3 / 2) as usize;
        // No `-pix_fmt`: ffmpeg would turn full range into limited range to give exactly that one.
        let theirs = theirs(&movie, "-c:v rawvideo", frame_bytes);
        assert_eq!(info.frames as usize, theirs.len(), "{name}");
        let millis = info.frames * 1000 / 24;
        assert!(info.duration_millis.abs_diff(u64::from(millis)) <= 1, "{name}: {} ms", info.duration_millis);
        for (number, expected) in (0..).zip(&theirs) {
            let ours = played.frame(number, Motion::Running);
            assert!(ours.planes().concat() == *expected, "{name}: frame {number} differs");
        }
        // Jumps and steps back give the same frames.
        for number in [30, 29, 28, 3, 40, 0, 47, 46, 20].map(|number| number % info.frames) {
            let ours = played.frame(number, Motion::Halted);
            assert!(ours.planes().concat() == theirs[number as usize], "{name}: frame {number} differs after a jump");
        }
    }
}

#[test]
fn a_taken_frame_is_ffmpegs_byte_for_byte() {
    let folder = folder();
    let inputs = folder.path().join("inputs");
    for (name, movie) in films(&folder) {
        let info = Played::open(&movie, FULL_SIZE, ROOM).info().expect("a film");
        let frame_bytes = (info.width * info.height * 3) as usize;
        let options = "-pix_fmt rgb24 -sws_flags neighbor+full_chroma_int+accurate_rnd+bitexact";
        let theirs = theirs(&movie, options, frame_bytes);
        for number in [0, 1, 2, 17, info.frames - 1].map(|number| number.min(info.frames - 1)) {
            let taken = take_frame(&movie, number, &inputs).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(taken.frame, number, "{name}");
            let picture = taken.prepared.picture;
            assert_eq!(
                (picture.picture_type, picture.width, picture.height),
                (PictureType::Png, info.width, info.height)
            );
            let stem = movie.file_stem().expect("a name").to_string_lossy();
            assert_eq!(picture.display_name, format!("{stem}, frame {}", number + 1));
            let ours = image::open(inputs.join(picture.file_name())).expect("a picture").into_rgb8();
            let worst = ours.as_raw().iter().zip(&theirs[number as usize]).map(|(a, b)| a.abs_diff(*b)).max();
            assert_eq!(worst, Some(0), "{name}: frame {number}");
        }
        let last = take_frame(&movie, u32::MAX, &inputs).expect("a film has a last frame");
        assert_eq!(last.frame, info.frames - 1, "{name}");
    }
}

#[test]
fn what_the_built_in_decoder_cannot_do_plays_through_ffmpeg() {
    let folder = folder();
    for (name, rest) in [
        ("hevc", "-c:v libx265 -x265-params log-level=none:bframes=3 -tag:v hvc1 -pix_fmt yuv420p".to_owned()),
        ("ten-bits", "-c:v libx264 -preset veryfast -pix_fmt yuv420p10le -bf 2".to_owned()),
        ("interlaced", format!("{X264} -flags +ildct+ilme")),
        ("fragments", format!("{X264} -bf 2 -movflags +frag_keyframe+empty_moov+default_base_moof")),
    ] {
        let movie = clip(&folder, &format!("{name}.mp4"), "320x180", 48, &rest);
        let played = Played::open(&movie, FULL_SIZE, ROOM);
        let info = played.info().unwrap_or_else(|reason| panic!("{name}: {reason}"));
        assert_eq!((info.frames, info.width, info.height), (48, 320, 180), "{name}");
        assert!(info.duration_millis.abs_diff(2000) <= 1, "{name}: {} ms", info.duration_millis);
        let theirs = theirs(&movie, "-vf scale=out_color_matrix=bt709 -pix_fmt yuv420p", 320 * 180 * 3 / 2);
        for number in [0, 1, 2, 20, 47, 46, 10] {
            let ours = played.frame(number, Motion::Halted).planes().concat();
            // The other command line rounds and dithers otherwise, but no other frame is nearer.
            let distance =
                |frame: &Vec<u8>| ours.iter().zip(frame).map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>();
            let nearest = (0..).zip(&theirs).min_by_key(|(_, frame)| distance(frame)).map(|(number, _)| number);
            assert_eq!(nearest, Some(number), "{name}");
            let mean = distance(&theirs[number as usize]) as f64 / ours.len() as f64;
            assert!(mean < 1.0, "{name}: frame {number} differs by {mean} on average");
        }
        let strip = folder.path().join("strip.jpg");
        assert_eq!(write_filmstrip(&movie, &strip, 16, 90), Ok((160, 90)), "{name}");
        assert_eq!(image::image_dimensions(&strip).expect("a picture"), (160 * 16, 90));
        let taken = take_frame(&movie, 30, folder.path()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((taken.frame, taken.prepared.picture.width), (30, 320), "{name}");
    }
}

#[test]
fn frames_are_scaled_to_the_screen_and_bounded_in_memory() {
    let folder = folder();
    let movie = clip(&folder, "long.mp4", "640x360", 120, &format!("{X264} -bf 3 -g 30"));
    let room = 12 * 320 * 180 * 3 / 2;
    let played = Played::open(&movie, (320, 320), room);
    for number in 0..120 {
        assert_eq!(played.frame(number, Motion::Running).size(), (320, 180));
    }
    // The last frames are still there, the first are not; going back brings them again.
    assert!(played.film.has(118) && !played.film.has(0));
    for number in (60..90).rev() {
        played.frame(number, Motion::Halted);
    }
    let load = played.film.load();
    assert!(load.peak_bytes <= room + 320 * 180 * 3 / 2, "{} bytes were kept", load.peak_bytes);
    // A larger screen brings larger frames of the same film.
    played.film.set_size((1000, 1000), 64 << 20);
    played.wait(|film| film.frame(60).filter(|frame| frame.size() == (640, 360)));
}

#[test]
fn a_film_says_when_its_next_frames_are_there() {
    let folder = folder();
    let movie = clip(&folder, "headway.mp4", "640x360", 48, &format!("{X264} -bf 3"));
    let played = Played::open(&movie, (320, 320), ROOM);
    let said = |motion| {
        played.film.want(0, motion);
        let began = Instant::now();
        while !played.film.has_headway(6) {
            // Only when it says so: nothing here looks by itself.
            let left = PATIENCE.checked_sub(began.elapsed()).expect("the film says it");
            played.news.recv_timeout(left).expect("the film says it");
        }
        assert!((0..6).all(|number| played.film.has(number)));
    };
    said(Motion::Running);
    // Frames of another size are not those that are waited for.
    played.film.set_size((640, 640), ROOM);
    said(Motion::Running);
    assert_eq!(played.film.frame(5).map(|frame| frame.size()), Some((640, 360)));
    // At the end there are fewer, and around it there are more.
    played.film.want(46, Motion::Running);
    played.wait(|film| film.has_headway(6).then_some(()));
    assert!(played.film.has(46) && played.film.has(47));
    played.film.want(46, Motion::Looping);
    played.wait(|film| film.has_headway(6).then_some(()));
    assert!([46, 47, 0, 1, 2, 3].into_iter().all(|number| played.film.has(number)));
    // Where few are kept, few are waited for.
    played.film.set_size((640, 640), 1);
    played.film.want(20, Motion::Running);
    played.wait(|film| film.has_headway(6).then_some(()));
}

#[test]
fn a_jump_shows_a_sketch_at_once_and_then_the_frame() {
    let folder = folder();
    let movie = clip(&folder, "jump.mp4", "640x360", 120, &format!("{X264} -bf 3 -g 250"));
    let room = 32 * 320 * 180 * 3 / 2;
    let played = Played::open(&movie, (320, 320), room);
    let expected = played.frame(1, Motion::Halted).planes().concat();
    for number in [60, 119] {
        played.frame(number, Motion::Halted);
    }
    assert!(!played.film.has(1), "there is no room for all");
    // While nothing else is to be done, the film is read once.
    played.wait(|film| (film.load().sketches == 120).then_some(()));
    played.film.want(1, Motion::Halted);
    let first = played.wait(|film| film.frame(1));
    let whole = played.frame(1, Motion::Halted);
    assert_eq!(played.film.load().recalled, 1);
    assert!(first.size() == (160, 90) || !first.is_sketch(), "{first:?}");
    assert!(whole.planes().concat() == expected, "a sketch is only ever for a moment");
    let peak = played.film.load().peak_bytes;
    assert!(peak <= room + 320 * 180 * 3 / 2, "{peak} bytes were kept");
}

#[test]
fn a_film_that_runs_is_decoded_once() {
    let folder = folder();
    // Frames that others are made from are decoded before their turn.
    let movie = clip(&folder, "once.mp4", "320x180", 90, &format!("{X264} -bf 3 -g 250"));
    let played = Played::open(&movie, FULL_SIZE, 24 * 320 * 180 * 3 / 2);
    played.frame(0, Motion::Running);
    let restarts = played.film.load().restarts;
    for number in 1..90 {
        played.frame(number, Motion::Running);
        // Time to decode as far ahead as there is room.
        std::thread::sleep(Duration::from_millis(4));
    }
    assert_eq!(played.film.load().restarts, restarts);
}

#[test]
fn what_ran_by_is_shown_at_once_after_a_jump_back_also_where_little_is_kept() {
    let folder = folder();
    let movie = clip(&folder, "ran.mp4", "640x360", 60, &format!("{X264} -bf 3 -g 250"));
    // As of each of several films beside each other.
    let room = 32 * 320 * 180 * 3 / 2;
    let played = Played::open(&movie, (320, 320), room);
    for number in 0..60_u32 {
        played.frame(number, Motion::Running);
        played.wait(|film| (film.load().sketches > number as usize).then_some(()));
    }
    assert!(!played.film.has(1), "there is no room for all");
    played.film.want(1, Motion::Halted);
    played.wait(|film| film.frame(1));
    assert_eq!(played.film.load().recalled, 1);
}

#[test]
fn a_running_film_that_begins_again_has_its_first_frames_ready() {
    let folder = folder();
    let movie = clip(&folder, "loop.mp4", "320x180", 60, &format!("{X264} -bf 2"));
    let played = Played::open(&movie, FULL_SIZE, 20 * 320 * 180 * 3 / 2);
    played.frame(58, Motion::Looping);
    played.wait(|film| (film.has(59) && (0..8).all(|frame| film.has(frame))).then_some(()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens to the bytes, a film plays to its end or says why not.
    #[test]
    fn changed_films_play_or_say_why_not(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..24), in_moov in any::<bool>()) {
        static FILM: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let film = FILM.get_or_init(|| {
            let folder = folder();
            let movie = clip(&folder, "small.mp4", "96x64", 12, &format!("{X264} -bf 2 -g 6 -movflags +faststart"));
            std::fs::read(movie).expect("the film")
        });
        let mut bytes = film.clone();
        let data = bytes.windows(4).position(|window| window == b"mdat").expect("film data");
        for (at, value) in &changes {
            let at = if in_moov { at.index(data) } else { at.index(bytes.len()) };
            bytes[at] = *value;
        }
        let folder = folder();
        let movie = folder.path().join("changed.mp4");
        std::fs::write(&movie, &bytes).expect("write");
        let played = Played::open(&movie, (64, 64), ROOM);
        if let Ok(info) = played.info() {
            prop_assert!(check_movie(&movie).is_ok());
            prop_assert!(info.frames > 0 && info.duration_millis > 0);
            for number in [0, info.frames / 2, info.frames - 1] {
                played.film.want(number, Motion::Halted);
                played.wait(|film| (film.has(number) || film.info().is_some_and(|info| info.is_err())).then_some(()));
            }
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_film_stands_back_behind_the_window() {
    let folder = folder();
    let played = Played::open(&clip(&folder, "a.mp4", "320x180", 4, "-c:v libx264 -pix_fmt yuv420p"), FULL_SIZE, ROOM);
    played.film.want(0, Motion::Halted);
    played.wait(|film| film.frame(0));
    // Name, then the 17th number after it: how far a thread stands back.
    let standing = |stat: PathBuf| {
        let stat = std::fs::read_to_string(stat).ok()?;
        let (name, numbers) = stat.split_once('(')?.1.rsplit_once(") ")?;
        Some((name.to_owned(), numbers.split(' ').nth(16)?.parse::<i32>().ok()?))
    };
    let (_, own) = standing("/proc/thread-self/stat".into()).expect("this thread");
    let threads = std::fs::read_dir("/proc/self/task").expect("threads");
    let threads: Vec<(String, i32)> = threads.filter_map(|thread| standing(thread.ok()?.path().join("stat"))).collect();
    let film = ("film".to_owned(), (own + 5).min(19));
    assert!(threads.contains(&film), "this one stands at {own}: {threads:?}");
}
