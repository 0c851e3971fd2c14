//! Films as players show them: the shape of their pixels, which way up, which of several tracks, and from which frame on. Each
//! film is made by ffmpeg, changed by a small editor where ffmpeg writes no such films, and compared with what ffmpeg shows.

use std::path::{Path, PathBuf};
use std::process::Command;

use image::RgbImage;
use rushes::domain::poster_frame::PosterFrame;
use rushes::media::{
    MovieInfo, check_movie, import_picture, inspect_picture, is_film, take_frame, write_filmstrip, write_poster,
};
use tempfile::TempDir;

use crate::support::boxes::{self, Node};
use crate::support::film::{ffmpeg, make};

const X264: &str = "-c:v libx264 -pix_fmt yuv420p -preset veryfast";
/// What the built-in decoder leaves to ffmpeg.
const X265: &str = "-c:v libx265 -x265-params log-level=none -tag:v hvc1 -pix_fmt yuv420p -preset ultrafast";
const FRAGMENTS: &str = "-movflags +frag_keyframe+empty_moov+default_base_moof";

/// The matrix of a film that lies as it is stored.
const PLAIN: [i32; 4] = [1, 0, 0, 1];

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder for temporary files")
}

/// Writes a changed copy of a film.
fn changed(film: &Path, name: &str, change: impl FnOnce(&mut Vec<Node>)) -> PathBuf {
    let mut nodes = boxes::parse(&std::fs::read(film).expect("a film"));
    change(&mut nodes);
    let path = film.with_file_name(name);
    std::fs::write(&path, boxes::write(&nodes)).expect("room");
    path
}

/// What ffprobe says about the first stream of a selection: these fields, in the order in which ffprobe has them.
fn probe(movie: &Path, stream: &str, fields: &str) -> String {
    let run = Command::new("ffprobe")
        .args(["-v", "error", "-count_frames", "-select_streams", stream, "-of", "csv=p=0"])
        .args(["-show_entries", &format!("stream={fields}")])
        .arg(movie)
        .output()
        .expect("ffprobe is installed for the tests");
    String::from_utf8_lossy(&run.stdout).trim().trim_end_matches(',').to_owned()
}

fn open(path: &Path) -> RgbImage {
    image::open(path).expect("a readable picture").into_rgb8()
}

/// One frame as it is stored by "take this frame", with its number.
fn taken(movie: &Path, number: u32) -> (u32, RgbImage) {
    let inputs = movie.with_extension("inputs");
    let taken = take_frame(movie, number, &inputs).unwrap_or_else(|error| panic!("{}: {error}", movie.display()));
    (taken.frame, open(&inputs.join(taken.prepared.picture.file_name())))
}

/// The first letter of the color at the middle of each quarter: above left, above right, below left, below right.
fn quarters(picture: &RgbImage) -> String {
    let (width, height) = picture.dimensions();
    let places = [(1, 1), (3, 1), (1, 3), (3, 3)];
    places.map(|(x, y)| color(picture, (width * x / 4, height * y / 4))).iter().collect()
}

fn color(picture: &RgbImage, at: (u32, u32)) -> char {
    let [red, green, blue] = picture.get_pixel(at.0, at.1).0.map(|byte| byte > 128);
    match (red, green, blue) {
        (true, false, false) => 'R',
        (false, true, false) => 'G',
        (false, false, true) => 'B',
        (true, true, true) => 'W',
        (false, false, false) => 'K',
        _ => '?',
    }
}

/// A still film of four quarters, red and green above blue and white, half a second long.
fn four_quarters(folder: &TempDir, name: &str, rest: &str) -> PathBuf {
    let path = folder.path().join(name);
    let part = |color: &str| format!("-f lavfi -i color={color}:s=48x32:r=12:d=0.5");
    let parts = ["red", "lime", "blue", "white"].map(part).join(" ");
    make(&format!("{parts} -filter_complex [0][1]hstack[a];[2][3]hstack[b];[a][b]vstack {rest}"), &path);
    path
}

/// A film of one color.
fn plain(folder: &TempDir, name: &str, color: &str, size: &str, secs: f32, rest: &str) -> PathBuf {
    let path = folder.path().join(name);
    make(&format!("-f lavfi -i color={color}:s={size}:r=12:d={secs} {rest}"), &path);
    path
}

/// A film in which every frame is lighter than the one before: its luma is 16 more.
fn ramp(folder: &TempDir, name: &str, rest: &str) -> PathBuf {
    let path = folder.path().join(name);
    make(&format!("-f lavfi -i nullsrc=s=64x48:r=12:d=1,geq=lum='16+16*N':cb=128:cr=128 {rest}"), &path);
    path
}

#[test]
fn pixels_have_their_shape_everywhere() {
    let folder = folder();
    let made = |name: &str, rest: &str| {
        let path = folder.path().join(name);
        make(&format!("-f lavfi -i testsrc2=s=96x72:r=12:d=0.5 {rest}"), &path);
        path
    };
    let square = made("square.mp4", X264);
    let in_stream = folder.path().join("in-stream.mp4");
    make(&format!("-i {} -c copy -bsf:v h264_metadata=sample_aspect_ratio=4/3", square.display()), &in_stream);
    let of = |film: &Path, name: &str, pixel: Option<(u32, u32)>, size: (u32, u32)| {
        changed(film, name, |film| {
            boxes::set_pixel(film, pixel);
            boxes::set_track_size(film, size);
        })
    };
    let turned = folder.path().join("turned.mp4");
    let both = made("both.mp4", &format!("-vf setsar=4/3 {X264}"));
    make(&format!("-i {} -c copy -metadata:s:v:0 rotate=90", both.display()), &turned);
    let stretched = changed(&square, "stretched.mp4", |film| {
        boxes::set_pixel(film, None);
        boxes::set_matrix(film, Some(0), [2, 0, 0, 1]);
    });
    for (what, movie, size, by_ffprobe) in [
        ("square pixels", square.clone(), (96, 72), "96,72,1:1,4:3"),
        ("container and stream", both, (128, 72), "96,72,4:3,16:9"),
        ("the container only", of(&square, "a.mp4", Some((4, 3)), (96, 72)), (128, 72), "96,72,4:3,16:9"),
        ("the stream only", of(&in_stream, "b.mp4", None, (96, 72)), (128, 72), "96,72,4:3,16:9"),
        (
            "the container against the stream",
            of(&in_stream, "c.mp4", Some((1, 1)), (96, 72)),
            (96, 72),
            "96,72,1:1,4:3",
        ),
        ("no shape in the container", of(&in_stream, "d.mp4", Some((0, 3)), (96, 72)), (128, 72), "96,72,4:3,16:9"),
        ("the track header only", of(&square, "e.mp4", None, (128, 72)), (128, 72), "96,72,4:3,16:9"),
        ("the header against the stream", of(&in_stream, "f.mp4", None, (192, 72)), (192, 72), "96,72,2:1,8:3"),
        ("a matrix that stretches", stretched, (192, 72), "96,72,2:1,8:3"),
        ("high pixels", of(&square, "g.mp4", Some((3, 4)), (96, 72)), (96, 96), "96,72,3:4,1:1"),
        ("high pixels, made narrow", made("h.mp4", &format!("-vf setsar=3/4 {X264}")), (72, 72), "96,72,3:4,1:1"),
        ("on its side", turned, (72, 128), "96,72,4:3,16:9"),
        ("through ffmpeg", made("i.mp4", &format!("-vf setsar=4/3 {X265}")), (128, 72), "96,72,4:3,16:9"),
        ("in fragments", made("j.mp4", &format!("-vf setsar=4/3 {X264} {FRAGMENTS}")), (128, 72), "96,72,4:3,16:9"),
    ] {
        let info = check_movie(&movie).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!((info.width, info.height), size, "{what}");
        let stream = "width,height,sample_aspect_ratio,display_aspect_ratio";
        assert_eq!(probe(&movie, "v:0", stream), by_ffprobe, "{what}");
        let poster = folder.path().join("poster.jpg");
        assert_eq!(write_poster(&movie, &poster, PosterFrame::Tenth, 640), Ok(size), "{what}");
        let strip = folder.path().join("strip.jpg");
        let frame = write_filmstrip(&movie, &strip, 4, 36).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(frame, ((36 * size.0 / size.1) & !1, 36), "{what}");
        let (_, picture) = taken(&movie, 0);
        assert_eq!(picture.dimensions(), size, "{what}");
        // Every part is where ffmpeg has it when it scales the film to that size.
        let theirs = folder.path().join("theirs.png");
        make(&format!("-i {} -frames:v 1 -vf scale={}:{}", movie.display(), size.0, size.1), &theirs);
        let theirs = open(&theirs);
        let sum: u64 = picture.as_raw().iter().zip(theirs.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        let mean = sum as f64 / theirs.as_raw().len() as f64;
        assert!(mean < 8.0, "{what}: {mean} on average");
    }
}

#[test]
fn films_lie_as_ffmpeg_shows_them() {
    let folder = folder();
    let built_in = four_quarters(&folder, "h264.mp4", X264);
    let through_ffmpeg = four_quarters(&folder, "hevc.mp4", X265);
    for (name, track, film, seen) in [
        ("as stored", PLAIN, PLAIN, "RGBW"),
        ("a quarter", [0, 1, -1, 0], PLAIN, "BRWG"),
        ("half", [-1, 0, 0, -1], PLAIN, "WBGR"),
        ("three quarters", [0, -1, 1, 0], PLAIN, "GWRB"),
        ("left and right", [-1, 0, 0, 1], PLAIN, "GRWB"),
        ("up and down", [1, 0, 0, -1], PLAIN, "BWRG"),
        ("falling diagonal", [0, 1, 1, 0], PLAIN, "RBGW"),
        ("rising diagonal", [0, -1, -1, 0], PLAIN, "WGBR"),
        ("by the film", PLAIN, [0, 1, -1, 0], "BRWG"),
        ("mirrored by the film", PLAIN, [-1, 0, 0, 1], "GRWB"),
        ("both", [-1, 0, 0, 1], [0, 1, -1, 0], "WGBR"),
        ("both in the other order", [0, 1, -1, 0], [-1, 0, 0, 1], "RBGW"),
        ("a quarter and another", [0, 1, -1, 0], [0, 1, -1, 0], "WBGR"),
        ("no matrix at all", [0; 4], PLAIN, "RGBW"),
    ] {
        for (by, source) in [("here", &built_in), ("through ffmpeg", &through_ffmpeg)] {
            let movie = changed(source, "posed.mp4", |nodes| {
                boxes::set_matrix(nodes, Some(0), track);
                boxes::set_matrix(nodes, None, film);
            });
            let theirs = folder.path().join("theirs.png");
            make(&format!("-i {} -frames:v 1", movie.display()), &theirs);
            let theirs = open(&theirs);
            assert_eq!(quarters(&theirs), seen, "{name} by ffmpeg");
            let info = check_movie(&movie).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!((info.width, info.height), theirs.dimensions(), "{name}");
            let poster = folder.path().join("poster.jpg");
            assert_eq!(write_poster(&movie, &poster, PosterFrame::Tenth, 640), Ok(theirs.dimensions()), "{name} {by}");
            assert_eq!(quarters(&open(&poster)), seen, "the poster {name} {by}");
            let strip = folder.path().join("strip.jpg");
            let (width, height) = write_filmstrip(&movie, &strip, 2, 48).expect("a strip");
            let first = image::imageops::crop_imm(&open(&strip), 0, 0, width, height).to_image();
            assert_eq!(quarters(&first), seen, "the strip {name} {by}");
            let (_, picture) = taken(&movie, 3);
            assert_eq!((picture.dimensions(), quarters(&picture).as_str()), (theirs.dimensions(), seen), "{name} {by}");
        }
    }
}

/// Lets the tracks of a film stand in that order.
fn reorder(film: &mut [Node], order: &[usize]) {
    let moov = &mut boxes::child(film, b"moov").inside;
    let at = moov.iter().position(|node| &node.kind == b"trak").expect("a track");
    let tracks: Vec<Node> = moov.iter().filter(|node| &node.kind == b"trak").cloned().collect();
    moov.retain(|node| &node.kind != b"trak");
    for (place, track) in order.iter().enumerate() {
        moov.insert(at + place, tracks[*track].clone());
    }
}

#[test]
fn the_film_is_chosen_among_the_tracks() {
    let folder = folder();
    let cover = folder.path().join("cover.jpg");
    make("-f lavfi -i color=blue:s=200x200 -frames:v 1", &cover);
    let subtitles = folder.path().join("words.srt");
    std::fs::write(&subtitles, "1\n00:00:00,000 --> 00:00:00,900\nWords\n").expect("room");
    let film = plain(&folder, "film.mp4", "red", "96x64", 1.0, X264);
    let timed = plain(&folder, "timed.mp4", "red", "96x64", 1.0, &format!("{X264} -timecode 00:00:00:00"));
    let hevc = plain(&folder, "hevc.mp4", "red", "96x64", 1.0, X265);
    let short = plain(&folder, "short.mp4", "blue", "128x96", 0.5, X264);
    let blue = plain(&folder, "blue.mp4", "blue", "96x64", 1.0, X265);
    // The inputs become tracks in that order.
    let muxed = |name: &str, inputs: &[&PathBuf], rest: &str| {
        let path = folder.path().join(name);
        let from: Vec<_> = inputs.iter().map(|input| format!("-i {}", input.display())).collect();
        let maps: Vec<_> = (0..inputs.len()).map(|number| format!("-map {number}")).collect();
        make(&format!("{} {} -c copy {rest}", from.join(" "), maps.join(" ")), &path);
        path
    };
    let with = |movie: PathBuf, name: &str, enabled: &[bool]| {
        changed(&movie, name, |film| {
            for (track, is_enabled) in enabled.iter().enumerate() {
                boxes::enable(film, track, *is_enabled);
            }
        })
    };
    let still_first = muxed("a.mp4", &[&cover, &film], "-f mp4");
    let still_and_hevc = muxed("b.mp4", &[&cover, &hevc], "-tag:v:1 hvc1");
    let still_and_fragments = muxed("c.mp4", &[&cover, &film], FRAGMENTS);
    let words = muxed("d.mp4", &[&film, &subtitles], "-c:s mov_text");
    let two = muxed("e.mp4", &[&short, &film], "-f mp4");
    let covr = muxed("f.mp4", &[&hevc, &cover], "-tag:v:0 hvc1 -disposition:v:1 attached_pic");
    let kinds = muxed("g.mp4", &[&blue, &film], "-tag:v:0 hvc1");
    for (what, movie, codec, stream) in [
        ("a still that is off stands first", with(still_first.clone(), "1.mp4", &[false, true]), "h264", "v:1"),
        ("a still that is on stands first", with(still_first.clone(), "2.mp4", &[true, true]), "h264", "v:1"),
        ("only the still is on", with(still_first, "3.mp4", &[true, false]), "h264", "v:1"),
        ("a still in front of what ffmpeg decodes", still_and_hevc, "hevc", "v:1"),
        ("a still in front of fragments", still_and_fragments, "h264", "v:1"),
        ("a cover in the tags", changed(&covr, "4.mp4", |_| {}), "hevc", "v:0"),
        (
            "a cover in the tags, in front of the tracks",
            changed(&covr, "5.mp4", |film| {
                let moov = &mut boxes::child(film, b"moov").inside;
                moov.sort_by_key(|node| node.kind != *b"mvhd" && node.kind != *b"udta");
            }),
            "hevc",
            "v:m:handler_name:VideoHandler",
        ),
        ("time codes first", changed(&timed, "6.mp4", |film| reorder(film, &[1, 0])), "h264", "v:0"),
        ("words first", changed(&words, "7.mp4", |film| reorder(film, &[1, 0])), "h264", "v:0"),
        ("a shorter film first", with(two.clone(), "8.mp4", &[true, true]), "h264", "v:1"),
        ("a longer film first", changed(&two, "9.mp4", |film| reorder(film, &[1, 0])), "h264", "v:0"),
        (
            "a longer film that is off",
            changed(&muxed("h.mp4", &[&film, &blue], "-tag:v:1 hvc1"), "10.mp4", |film| {
                boxes::enable(film, 0, true);
                boxes::enable(film, 1, false);
            }),
            "h264",
            "v:0",
        ),
        ("the same length in another codec", with(kinds, "11.mp4", &[true, true]), "h264", "v:1"),
    ] {
        let info = check_movie(&movie).unwrap_or_else(|error| panic!("{what}: {error}"));
        let expected =
            MovieInfo { width: 96, height: 64, duration_millis: 1000, has_audio: false, codec: codec.to_owned() };
        assert_eq!(info, expected, "{what}");
        let by_ffprobe = probe(&movie, stream, "codec_name,width,height,nb_read_frames");
        assert_eq!(by_ffprobe, format!("{codec},96,64,12"), "{what}");
        let poster = folder.path().join("poster.jpg");
        assert_eq!(write_poster(&movie, &poster, PosterFrame::Tenth, 640), Ok((96, 64)), "{what}");
        assert_eq!(color(&open(&poster), (48, 32)), 'R', "{what}");
        for (number, frame) in [(0, 0), (u32::MAX, 11)] {
            let (taken, picture) = taken(&movie, number);
            assert_eq!((taken, color(&picture, (48, 32))), (frame, 'R'), "{what}");
        }
    }
    // A picture that stands alone is a film of one frame.
    let alone = muxed("i.mp4", &[&cover], "-f mp4");
    let info = check_movie(&alone).expect("a film");
    assert_eq!((info.width, info.height, info.codec.as_str()), (200, 200, "mjpeg"));
    assert_eq!(taken(&alone, 0).0, 0);
    // So is one whose film is switched off and has a sound track.
    let off = changed(&film, "12.mp4", |film| boxes::enable(film, 0, false));
    assert_eq!(check_movie(&off).expect("a film").codec, "h264");
}

/// Mean luma of each frame as ffmpeg shows the film.
fn lumas(movie: &Path) -> Vec<u8> {
    let raw = ffmpeg(&format!(
        "-i {} -map 0:v:0 -vsync passthrough -vf scale=2:2:in_range=full:out_range=full,format=gray -f rawvideo pipe:1",
        movie.display()
    ));
    raw.chunks(4).map(|frame| frame[0]).collect()
}

#[test]
fn films_begin_and_end_with_the_frames_that_ffmpeg_shows() {
    let folder = folder();
    let reordered = ramp(&folder, "reordered.mp4", &format!("{X264} -bf 2 -g 6 -x264-params b-adapt=0:scenecut=0"));
    let negative = ramp(
        &folder,
        "negative.mp4",
        &format!("{X264} -bf 2 -g 6 -x264-params b-adapt=0:scenecut=0 -movflags +negative_cts_offsets"),
    );
    let simple = ramp(&folder, "simple.mp4", &format!("{X264} -bf 0 -g 4 -x264-params scenecut=0"));
    let mut scales = boxes::parse(&std::fs::read(&simple).expect("a film"));
    let of_film = boxes::word(&boxes::find(&mut scales, "moov/mvhd").bytes, 12);
    let of_track = boxes::word(&boxes::find(&mut scales, "moov/trak/mdia/mdhd").bytes, 12);
    // Frames as units of the film and of the track.
    let frames = |count: u32| count * of_film / 12;
    let from = |frame: u32| (frame * of_track / 12) as i32;
    let edited =
        |name: &str, film: &Path, edits: &[(u32, i32)]| changed(film, name, |film| boxes::set_edits(film, edits));
    let all: Vec<u32> = (0..12).collect();
    for (what, movie, shown) in [
        ("as it is made", reordered.clone(), all.clone()),
        ("negative offsets", negative.clone(), all.clone()),
        ("no edits and negative offsets", edited("a.mp4", &negative, &[(frames(12), 0)]), all.clone()),
        ("a pause first", edited("b.mp4", &simple, &[(frames(6), -1), (frames(12), 0)]), all.clone()),
        ("from a key frame on", edited("c.mp4", &simple, &[(frames(8), from(4))]), (4..12).collect()),
        ("from another frame on", edited("d.mp4", &simple, &[(frames(6), from(6))]), (6..12).collect()),
        ("up to a frame", edited("e.mp4", &simple, &[(frames(5), from(0))]), (0..5).collect()),
        ("a pause and a part", edited("f.mp4", &simple, &[(frames(3), -1), (frames(4), from(5))]), (5..9).collect()),
        (
            "the end before the beginning",
            edited("g.mp4", &simple, &[(frames(4), from(8)), (frames(4), from(0))]),
            (8..12).chain(0..4).collect(),
        ),
    ] {
        let theirs = lumas(&movie);
        assert_eq!(probe(&movie, "v:0", "nb_read_frames"), theirs.len().to_string(), "{what}");
        let (last, _) = taken(&movie, u32::MAX);
        assert_eq!(last + 1, shown.len() as u32, "{what}");
        assert_eq!(theirs.len(), shown.len(), "{what}: {theirs:?}");
        for (number, frame) in (0..).zip(&shown) {
            let (_, picture) = taken(&movie, number);
            // Luma 16 + 16 n with black at 16 and white at 235.
            let expected = (*frame * 16 * 255 / 219) as u8;
            let ours = picture.get_pixel(32, 24).0[0];
            assert!(ours.abs_diff(expected) <= 3, "{what}: frame {number} is {ours}, not {expected}");
            let by_ffmpeg = 16 + 16 * *frame as u8;
            let theirs = theirs[number as usize];
            assert!(theirs.abs_diff(by_ffmpeg) <= 3, "{what}: frame {number} is {theirs} by ffmpeg");
        }
        let millis = check_movie(&movie).expect("a film").duration_millis;
        let expected = shown.len() as u64 * 1000 / 12;
        assert!(millis.abs_diff(expected) <= 2, "{what}: {millis} ms, not {expected}");
    }
    // A fragmented film says its length only in its fragments.
    let fragments = ramp(&folder, "fragments.mp4", &format!("{X264} -bf 2 -g 6 {FRAGMENTS}"));
    assert_eq!(check_movie(&fragments).expect("a film").duration_millis, 1000);
    assert_eq!(taken(&fragments, u32::MAX).0, 11);
    let partly = ramp(&folder, "partly.mp4", &format!("{X264} -bf 0 -g 6 -movflags +frag_keyframe"));
    assert_eq!(check_movie(&partly).expect("a film").duration_millis, 1000);
}

/// One film behind the other: the second's samples with their own description, which is all that MP4 needs to change size and
/// settings in the middle.
fn joined(first: &Path, second: &Path, name: &str) -> PathBuf {
    let read = |path: &Path| boxes::parse(&std::fs::read(path).expect("a film"));
    let (mut one, mut two) = (read(first), read(second));
    let start_of_data = |nodes: &[Node]| -> u32 {
        nodes
            .iter()
            .take_while(|node| &node.kind != b"mdat")
            .map(|node| boxes::write(std::slice::from_ref(node)).len())
            .sum::<usize>() as u32
            + 8
    };
    let data = boxes::child(&mut two, b"mdat").bytes.clone();
    let ours = boxes::child(&mut one, b"mdat").bytes.len() as u32;
    let (moved_from, moved_to) = (start_of_data(&two), start_of_data(&one) + ours);
    boxes::child(&mut one, b"mdat").bytes.extend(data);
    let of =
        |film: &mut [Node], kind: &str| boxes::find(film, &format!("moov/trak/mdia/minf/stbl/{kind}")).bytes.clone();
    let chunks = boxes::word(&of(&mut one, "stco"), 4);
    let samples = boxes::word(&of(&mut one, "stsz"), 8);
    // Rows of all tables; `change` makes a row of the second film fit.
    let mut join = |kind: &str, head: usize, count_at: usize, change: &dyn Fn(usize, u32) -> u32| {
        let theirs = of(&mut two, kind);
        let rows: Vec<u32> =
            theirs[head..].chunks(4).enumerate().map(|(i, row)| change(i, boxes::word(row, 0))).collect();
        let count = boxes::word(&theirs, count_at);
        let table = &mut boxes::find(&mut one, &format!("moov/trak/mdia/minf/stbl/{kind}")).bytes;
        let sum = boxes::word(table, count_at) + count;
        table[count_at..count_at + 4].copy_from_slice(&sum.to_be_bytes());
        table.extend(boxes::words(&rows));
    };
    join("stts", 8, 4, &|_, word| word);
    join("stss", 8, 4, &|_, word| word + samples);
    join("stsz", 12, 8, &|_, word| word);
    join("stco", 8, 4, &|_, word| word - moved_from + moved_to);
    join("stsc", 8, 4, &|i, word| match i % 3 {
        0 => word + chunks,
        2 => 2,
        _ => word,
    });
    let theirs = of(&mut two, "stsd");
    let stsd = &mut boxes::find(&mut one, "moov/trak/mdia/minf/stbl/stsd").bytes;
    stsd[4..8].copy_from_slice(&2_u32.to_be_bytes());
    stsd.extend_from_slice(&theirs[8..]);
    let duration = |film: &mut [Node], path: &str, at: usize| boxes::word(&boxes::find(film, path).bytes, at);
    for (path, at) in [("moov/mvhd", 16), ("moov/trak/tkhd", 20), ("moov/trak/mdia/mdhd", 16)] {
        let sum = duration(&mut one, path, at) + duration(&mut two, path, at);
        boxes::find(&mut one, path).bytes[at..at + 4].copy_from_slice(&sum.to_be_bytes());
    }
    boxes::find(&mut one, "moov/trak").inside.retain(|node| &node.kind != b"edts");
    let path = first.with_file_name(name);
    std::fs::write(&path, boxes::write(&one)).expect("room");
    path
}

#[test]
fn a_film_may_change_its_settings_in_the_middle() {
    let folder = folder();
    let first = plain(&folder, "first.mp4", "red", "96x64", 0.5, &format!("{X264} -bf 0 -g 3"));
    let second = plain(&folder, "second.mp4", "blue", "64x64", 0.5, &format!("{X264} -bf 0 -g 3 -coder 0"));
    let movie = joined(&first, &second, "joined.mp4");
    assert_eq!(probe(&movie, "v:0", "nb_read_frames"), "12");
    let info = check_movie(&movie).expect("a film");
    assert_eq!((info.width, info.height, info.duration_millis), (96, 64, 1000));
    // There and back again, so that the settings change in both directions.
    for (number, expected) in [(0, 'R'), (5, 'R'), (6, 'B'), (11, 'B'), (4, 'R'), (8, 'B')] {
        let (frame, picture) = taken(&movie, number);
        assert_eq!((frame, picture.dimensions(), color(&picture, (48, 32))), (number, (96, 64), expected));
    }
    let strip = folder.path().join("strip.jpg");
    assert_eq!(write_filmstrip(&movie, &strip, 4, 64), Ok((96, 64)));
    let strip = open(&strip);
    let seen: String = (0..4).map(|place| color(&strip, (place * 96 + 48, 32))).collect();
    assert_eq!(seen, "RRBB");
    // A description that is not there.
    let lost = changed(&movie, "lost.mp4", |film| {
        let stsc = boxes::find(film, "moov/trak/mdia/minf/stbl/stsc");
        let at = stsc.bytes.len() - 4;
        stsc.bytes[at..].copy_from_slice(&9_u32.to_be_bytes());
    });
    check_movie(&lost).expect("its tables are whole");
}

#[test]
fn a_film_as_start_picture_is_its_first_frame() {
    let folder = folder();
    let inputs = folder.path().join("inputs");
    let film = changed(&four_quarters(&folder, "boat.mp4", X264), "a boat.mp4", |film| {
        boxes::set_matrix(film, Some(0), [0, 1, -1, 0]);
    });
    assert!(is_film(&film));
    let prepared = import_picture(&film, &inputs).expect("a picture");
    assert_eq!(prepared.remarks, ["first of 6 frames"]);
    let picture = prepared.picture;
    assert_eq!((picture.display_name.as_str(), picture.width, picture.height), ("a boat, frame 1", 64, 96));
    assert_eq!(quarters(&open(&inputs.join(picture.file_name()))), "BRWG");
    let inspected = inspect_picture(&film, 32).expect("a picture");
    assert_eq!((inspected.facts.width, inspected.facts.height), (64, 96));
    assert_eq!((inspected.preview_width, inspected.preview_height), (21, 32));
    // What only begins like a film is refused as a picture.
    let bytes = std::fs::read(&film).expect("a film");
    let cut = folder.path().join("cut.mp4");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).expect("room");
    assert!(!is_film(&cut));
    assert!(import_picture(&cut, &inputs).is_err());
    let last = take_frame(&film, u32::MAX, &inputs).expect("a frame");
    assert_eq!((last.frame, last.frames), (5, 6));
}
