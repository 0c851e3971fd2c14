//! Films and pictures against real files: made by the ffmpeg command, cut, mutated and compared.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;
use rushes::domain::poster_frame::PosterFrame;
use rushes::domain::request::PictureType;
use rushes::domain::request::StoredPicture;
use rushes::media::{MovieError, check_movie, data_uri, import_picture, write_filmstrip, write_poster};
use rushes::practice::film::FilmSpec;
use rushes::practice::render::{RenderError, render};
use tempfile::TempDir;

use crate::support::film::{make, small_film};

mod golden;
mod posters;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder for temporary files")
}

/// One line per stream and one for the file, fields as `name=value` between bars.
fn probe(movie: &Path) -> String {
    let fields = "stream=codec_name,profile,width,height,avg_frame_rate,nb_read_packets,duration:format=duration";
    let run = Command::new("ffprobe")
        .args(["-v", "error", "-count_packets", "-show_entries", fields, "-of", "compact"])
        .arg(movie)
        .output()
        .expect("ffprobe is installed for the tests");
    assert!(run.stderr.is_empty(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).expect("ffprobe writes UTF-8")
}

/// Where each packet of the picture track lies in the file, and its length in bytes, in decoding order.
fn probe_packets(movie: &Path) -> Vec<(usize, usize)> {
    let run = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v", "-show_entries", "packet=pos,size", "-of", "csv=p=0"])
        .arg(movie)
        .output()
        .expect("ffprobe is installed for the tests");
    let list = String::from_utf8(run.stdout).expect("ffprobe writes UTF-8");
    let number = |text: &str| text.parse().expect("a number");
    list.lines().filter_map(|line| line.split_once(',')).map(|(size, pos)| (number(pos), number(size))).collect()
}

/// A picture that moves, with structure and colors, `-t` seconds long.
const MOVING: &str = "-f lavfi -i testsrc2=s=320x180:r=24:d=2";

fn x264(folder: &TempDir, name: &str, rest: &str) -> PathBuf {
    let path = folder.path().join(name);
    make(&format!("{MOVING} {rest}"), &path);
    path
}

const HIGH: &str = "-c:v libx264 -profile:v high -bf 3 -g 24 -pix_fmt yuv420p -preset medium -crf 18";

/// Mean difference per channel between two pictures of the same size.
fn difference(a: &RgbImage, b: &RgbImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions());
    let sum: u64 = a.as_raw().iter().zip(b.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.as_raw().len() as f64
}

fn open(path: &Path) -> RgbImage {
    image::open(path).expect("a readable picture").into_rgb8()
}

#[test]
fn films_of_every_layout_are_read() {
    let folder = folder();
    for (name, rest, codec, has_audio) in [
        ("end.mp4", HIGH.to_owned(), "h264", false),
        ("start.mp4", format!("{HIGH} -movflags +faststart"), "h264", false),
        ("base.mp4", "-c:v libx264 -profile:v baseline -pix_fmt yuv420p".into(), "h264", false),
        ("sound.mp4", format!("-f lavfi -i sine=d=2 {HIGH} -c:a aac -shortest"), "h264", true),
        ("fragments.mp4", format!("{HIGH} -movflags +frag_keyframe+empty_moov+default_base_moof"), "h264", false),
        ("hevc.mp4", "-c:v libx265 -x265-params log-level=none -tag:v hvc1 -pix_fmt yuv420p".into(), "hevc", false),
    ] {
        let movie = x264(&folder, name, &rest);
        let info = check_movie(&movie).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(
            (info.width, info.height, info.codec.as_str(), info.has_audio),
            (320, 180, codec, has_audio),
            "{name}"
        );
        if name != "fragments.mp4" {
            assert!((1990..=2080).contains(&info.duration_millis), "{name}: {}", info.duration_millis);
        }
        let poster = folder.path().join("poster.jpg");
        assert_eq!(write_poster(&movie, &poster, PosterFrame::Tenth, 160), Ok((160, 90)), "{name}");
        assert_eq!(open(&poster).dimensions(), (160, 90));
    }
}

#[test]
fn posters_look_like_the_film() {
    let folder = folder();
    // The pattern moves little within a few frames, so that any frame near the wanted one passes; wrong colors do not.
    for (name, rest) in [
        ("601.mp4", HIGH.to_owned()),
        (
            "709.mp4",
            format!(
                "-vf scale=out_color_matrix=bt709 {HIGH} -colorspace bt709 -color_primaries bt709 -color_trc bt709"
            ),
        ),
        ("full.mp4", format!("-vf scale=out_range=full {HIGH} -color_range pc")),
        ("ten.mp4", "-c:v libx264 -pix_fmt yuv420p10le".to_owned()),
        ("interlaced.mp4", format!("{HIGH} -flags +ildct+ilme")),
    ] {
        let movie = x264(&folder, name, &rest);
        let (poster, theirs) = (folder.path().join("poster.jpg"), folder.path().join("theirs-%02d.png"));
        write_poster(&movie, &poster, PosterFrame::Tenth, 320).unwrap_or_else(|error| panic!("{name}: {error}"));
        make(&format!("-i {} -frames:v 12", movie.display()), &theirs);
        let ours = open(&poster);
        let nearest = (1..=12)
            .map(|i| difference(&ours, &open(&folder.path().join(format!("theirs-{i:02}.png")))))
            .fold(f64::MAX, f64::min);
        assert!(nearest < 4.0, "{name}: mean difference {nearest}");
    }
}

#[test]
fn a_turned_film_has_an_upright_poster() {
    let folder = folder();
    let plain = x264(&folder, "plain.mp4", HIGH);
    let turned = folder.path().join("turned.mp4");
    make(&format!("-i {} -c copy -metadata:s:v:0 rotate=90", plain.display()), &turned);
    let info = check_movie(&turned).expect("whole");
    assert_eq!((info.width, info.height), (180, 320));
    let (poster, theirs) = (folder.path().join("poster.jpg"), folder.path().join("theirs-%02d.png"));
    assert_eq!(write_poster(&turned, &poster, PosterFrame::Tenth, 320), Ok((180, 320)));
    make(&format!("-i {} -frames:v 12", turned.display()), &theirs);
    let ours = open(&poster);
    let nearest = (1..=12)
        .map(|i| difference(&ours, &open(&folder.path().join(format!("theirs-{i:02}.png")))))
        .fold(f64::MAX, f64::min);
    assert!(nearest < 4.0, "mean difference {nearest}");
}

#[test]
fn a_poster_is_not_black_when_the_film_begins_black() {
    let folder = folder();
    let movie = folder.path().join("fade.mp4");
    make(&format!("{MOVING} -vf fade=t=in:st=0.2:d=0.4 {HIGH}"), &movie);
    let poster = folder.path().join("poster.jpg");
    write_poster(&movie, &poster, PosterFrame::Tenth, 320).expect("a poster");
    let pixels = open(&poster);
    let mean = pixels.as_raw().iter().map(|value| u64::from(*value)).sum::<u64>() / pixels.as_raw().len() as u64;
    assert!(mean > 8, "mean brightness {mean}");
}

#[test]
fn a_filmstrip_shows_the_film_in_order() {
    let folder = folder();
    let movie = folder.path().join("fade.mp4");
    make(
        "-f lavfi -i color=white:s=320x180:r=24:d=2 -vf fade=t=in:st=0:d=2 -c:v libx264 -bf 3 -pix_fmt yuv420p",
        &movie,
    );
    let strip = folder.path().join("strip.jpg");
    assert_eq!(write_filmstrip(&movie, &strip, 16, 90), Ok((160, 90)));
    let sheet = open(&strip);
    assert_eq!(sheet.dimensions(), (160 * 16, 90));
    let light = (0..16).map(|i| i32::from(sheet.get_pixel(i * 160 + 80, 45).0[0])).collect::<Vec<_>>();
    assert!(light[0] < 40 && light[15] > 215, "{light:?}");
    // Decoding order differs from showing order by a few frames, which is less than one part of sixteen here.
    assert!(light.windows(2).all(|pair| pair[0] <= pair[1] + 10), "{light:?}");
}

#[test]
fn a_film_cut_anywhere_is_refused() {
    let folder = folder();
    for (name, rest) in [("end.mp4", HIGH.to_owned()), ("start.mp4", format!("{HIGH} -movflags +faststart"))] {
        let whole = std::fs::read(x264(&folder, name, &rest)).expect("the film");
        let cut = folder.path().join("cut.mp4");
        let near = (1..40).map(|back| whole.len() - back);
        for length in (0..whole.len()).step_by(whole.len() / 150 + 1).chain(0..40).chain(near) {
            std::fs::write(&cut, &whole[..length]).expect("write");
            let error = check_movie(&cut).expect_err("a cut film");
            assert!(matches!(error, MovieError::Broken(_) | MovieError::NotMp4), "{name} at {length}: {error:?}");
            assert!(write_poster(&cut, &folder.path().join("none.jpg"), PosterFrame::Tenth, 320).is_err());
        }
    }
    assert!(!folder.path().join("none.jpg").exists());
}

#[test]
fn an_open_ended_mdat_is_accepted_only_with_all_its_samples() {
    let folder = folder();
    let mut bytes =
        std::fs::read(x264(&folder, "start.mp4", &format!("{HIGH} -movflags +faststart"))).expect("the film");
    let at = bytes.windows(4).position(|window| window == b"mdat").expect("film data") - 4;
    bytes[at..at + 4].copy_from_slice(&[0; 4]);
    let open_ended = folder.path().join("open.mp4");
    std::fs::write(&open_ended, &bytes).expect("write");
    check_movie(&open_ended).expect("an open end is allowed");
    bytes.truncate(bytes.len() - 1);
    std::fs::write(&open_ended, &bytes).expect("write");
    assert_eq!(check_movie(&open_ended), Err(MovieError::Broken("it ends before its film data does".into())));
}

#[test]
fn other_files_are_not_films() {
    let folder = folder();
    let path = folder.path().join("file.mp4");
    for content in
        [&b"<!doctype html><title>403</title>"[..], b"{\"error\":1}", b"\x89PNG\r\n\x1a\n", &[0; 4096], &[0xff; 64]]
    {
        std::fs::write(&path, content).expect("write");
        assert_eq!(check_movie(&path), Err(MovieError::NotMp4));
    }
    std::fs::write(&path, b"").expect("write");
    assert_eq!(check_movie(&path), Err(MovieError::Broken("it is empty".into())));
    assert!(matches!(check_movie(&folder.path().join("missing")), Err(MovieError::Io(_))));
    assert!(check_movie(folder.path()).is_err());
}

#[test]
fn sizes_that_no_film_has_are_refused_at_once() {
    let folder = folder();
    let path = folder.path().join("bomb.mp4");
    let ftyp = b"\0\0\0\x10ftypisom\0\0\0\0";
    let many = [&ftyp[..], &b"\0\0\0\x08free".repeat(30_000)].concat();
    for content in [
        [&ftyp[..], b"\0\0\0\x01moov\xff\xff\xff\xff\xff\xff\xff\xff"].concat(),
        [&ftyp[..], b"\0\0\0\x01mdat\0\0\x01\0\0\0\0\0"].concat(),
        [&ftyp[..], b"\0\0\0\x04moov"].concat(),
        many,
    ] {
        std::fs::write(&path, &content).expect("write");
        assert!(matches!(check_movie(&path), Err(MovieError::Broken(_))));
    }
    // A table of contents of 100 MiB that is really there is not read either.
    let file = std::fs::File::create(&path).expect("create");
    std::io::Write::write_all(&mut &file, &[&ftyp[..], &(100_u32 << 20).to_be_bytes(), b"moov"].concat())
        .expect("write");
    file.set_len(16 + (100 << 20)).expect("a sparse file");
    assert_eq!(
        check_movie(&path),
        Err(MovieError::Broken("its table of contents is larger than any film needs".into()))
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens to the bytes, there is an answer, and a poster is whole when there is one.
    #[test]
    fn changed_films_never_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..24), in_moov in any::<bool>()) {
        let mut bytes = small_film().to_vec();
        let moov = bytes.windows(4).position(|window| window == b"mdat").expect("film data");
        for (at, value) in &changes {
            let at = if in_moov { at.index(moov) } else { at.index(bytes.len()) };
            bytes[at] = *value;
        }
        let folder = folder();
        let (movie, poster) = (folder.path().join("changed.mp4"), folder.path().join("poster.jpg"));
        std::fs::write(&movie, &bytes).expect("write");
        // The smaller one is decoded in another way.
        for (frame, side) in [(PosterFrame::Tenth, 64), (PosterFrame::Key, 40)] {
            if check_movie(&movie).is_ok() && let Ok((width, height)) = write_poster(&movie, &poster, frame, side) {
                prop_assert_eq!(open(&poster).dimensions(), (width, height));
            }
        }
    }
}

// Practice films.

fn wish(prompt: &str, seed: u32, width: u32, height: u32) -> FilmSpec {
    FilmSpec {
        prompt: prompt.into(),
        negative_prompt: String::new(),
        seed,
        width,
        height,
        duration_secs: 5,
        audio: false,
        picture: None,
        end_picture: None,
    }
}

#[test]
fn practice_films_are_what_ffprobe_expects() {
    let folder = folder();
    let movie = folder.path().join("film.mp4");
    // 360p in all ratios, and the two heights that are no multiple of 16.
    for (width, height, prompt) in [
        (640, 360, "ridges at dawn"),
        (360, 640, "a silk dress"),
        (360, 360, "the sea"),
        (480, 360, "neon city"),
        (360, 480, "a forest 雪 🎬"),
        (960, 540, ""),
    ] {
        let spec = FilmSpec { audio: true, ..wish(prompt, 1, width, height) };
        std::fs::write(&movie, render(&spec).expect("a film")).expect("write");
        let told = probe(&movie);
        let video = format!(
            "codec_name=h264|profile=High|width={width}|height={height}|avg_frame_rate=24/1|duration=5.000000|nb_read_packets=120"
        );
        assert!(told.contains(&video), "{told}");
        assert!(told.contains("codec_name=aac|profile=LC|") && told.contains("format|duration=5.000000"), "{told}");
        ffmpeg_reads_without_a_word(&movie);
        let info = check_movie(&movie).expect("our own films pass our own check");
        assert_eq!((info.width, info.height, info.duration_millis, info.has_audio), (width, height, 5000, true));
    }
}

fn ffmpeg_reads_without_a_word(movie: &Path) {
    let run = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "warning", "-i"])
        .arg(movie)
        .args(["-f", "null", "-"])
        .output()
        .expect("ffmpeg");
    assert!(run.status.success() && run.stderr.is_empty(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn large_practice_films_have_their_size_and_length() {
    let folder = folder();
    let movie = folder.path().join("film.mp4");
    for (width, height, seconds) in
        [(1920, 1080, 1), (1080, 1920, 1), (1280, 720, 1), (720, 960, 1), (128, 72, 10), (128, 72, 8)]
    {
        let spec = FilmSpec { duration_secs: seconds, audio: seconds > 1, ..wish("a bridge", 2, width, height) };
        std::fs::write(&movie, render(&spec).expect("a film")).expect("write");
        let told = probe(&movie);
        assert!(
            told.contains(&format!("|width={width}|height={height}|"))
                && told.contains(&format!("format|duration={seconds}.000000")),
            "{told}"
        );
        assert_eq!(told.contains("codec_name=aac"), seconds > 1, "{told}");
        ffmpeg_reads_without_a_word(&movie);
    }
}

#[test]
fn practice_films_depend_on_their_wish_and_on_nothing_else() {
    let base = FilmSpec { duration_secs: 1, ..wish("a red kite", 7, 128, 72) };
    let bytes = |spec: &FilmSpec| render(spec).expect("a film");
    let film = bytes(&base);
    assert_eq!(film, bytes(&base.clone()));
    for other in [
        FilmSpec { prompt: "a red kite.".into(), ..base.clone() },
        FilmSpec { seed: 8, ..base.clone() },
        FilmSpec { negative_prompt: "blur".into(), ..base.clone() },
    ] {
        assert_ne!(film, bytes(&other));
    }
}

#[test]
fn a_start_picture_is_filmed() {
    let folder = folder();
    let (movie, poster) = (folder.path().join("film.mp4"), folder.path().join("poster.jpg"));
    let mut file = Cursor::new(Vec::new());
    RgbImage::from_pixel(300, 500, Rgb([200, 60, 40])).write_to(&mut file, ImageFormat::Png).expect("a picture");
    let spec = FilmSpec { duration_secs: 1, picture: Some(file.into_inner()), ..wish("x", 1, 320, 180) };
    std::fs::write(&movie, render(&spec).expect("a film")).expect("write");
    write_poster(&movie, &poster, PosterFrame::Tenth, 320).expect("a poster");
    let pixel = open(&poster).get_pixel(160, 60).0.map(i32::from);
    assert!((pixel[0] - 200).abs() < 8 && (pixel[1] - 60).abs() < 8 && (pixel[2] - 40).abs() < 8, "{pixel:?}");
    let broken = FilmSpec { picture: Some(b"\x89PNG\r\n\x1a\nnot a picture".to_vec()), ..spec };
    assert!(matches!(render(&broken), Err(RenderError::Picture(_))));
}

#[test]
fn impossible_sizes_are_refused() {
    for (width, height, duration_secs) in
        [(0, 360, 5), (641, 360, 5), (640, 360, 0), (640, 360, 100), (100_000, 360, 5)]
    {
        let spec = FilmSpec { duration_secs, ..wish("x", 1, width, height) };
        assert_eq!(render(&spec), Err(RenderError::Size { width, height, duration_secs }));
    }
}

// Pictures.

fn save(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("write");
    path
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("an encoder");
    bytes.into_inner()
}

/// Left half red, right half blue.
fn two_colors(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) }).into()
}

/// A JPEG with EXIF data that turns it by `orientation` and tells a place.
fn jpeg_with_exif(picture: &DynamicImage, orientation: u8) -> Vec<u8> {
    let jpeg = encoded(picture, ImageFormat::Jpeg);
    let mut tiff = b"II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    tiff.extend([orientation, 0, 0, 0]);
    tiff.extend(b"\x25\x88\x04\0\x01\0\0\0\x26\0\0\0\0\0\0\0");
    tiff.extend(b"\x01\0\x01\0\x02\0\x02\0\0\0N\0\0\0\0\0\0\0 PLACE-52.5200N");
    let app1 = [&b"Exif\0\0"[..], &tiff].concat();
    [&jpeg[..2], &[0xff, 0xe1], &(app1.len() as u16 + 2).to_be_bytes(), &app1, &jpeg[2..]].concat()
}

#[test]
fn a_photo_is_turned_shrunk_and_stripped() {
    let folder = folder();
    let inputs = folder.path().join("library/inputs");
    // Orientation 6: the top of the scene is at the right of the stored picture.
    let file = save(&folder, "Beach day.JPG", &jpeg_with_exif(&two_colors(2400, 1200), 6));
    let prepared = import_picture(&file, &inputs).expect("a photo");
    let picture = &prepared.picture;
    assert_eq!((picture.width, picture.height, picture.picture_type), (960, 1920, PictureType::Jpeg));
    assert_eq!(picture.display_name, "Beach day.JPG");
    for remark in ["1200 × 2400 → 960 × 1920", "turned upright", "place data removed"] {
        assert!(prepared.remarks.iter().any(|told| told == remark), "{:?}", prepared.remarks);
    }
    let stored = inputs.join(picture.file_name());
    let bytes = std::fs::read(&stored).expect("the stored file");
    assert_eq!(bytes.len() as u64, picture.size_bytes);
    assert!(!bytes.windows(5).any(|window| window == b"PLACE" || window == b"Exif\0"));
    // What was left is on top now.
    let upright = open(&stored);
    assert!(upright.get_pixel(480, 300).0[0] > 180 && upright.get_pixel(480, 1600).0[2] > 180);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&stored).expect("metadata").permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(std::fs::read_dir(&inputs).expect("a folder").count(), 1, "no part file stays behind");
}

#[test]
fn all_eight_orientations_come_out_the_same() {
    let folder = folder();
    let upright = two_colors(64, 32);
    let stored = |turn: u8| match turn {
        2 => upright.fliph(),
        3 => upright.rotate180(),
        4 => upright.flipv(),
        5 => upright.rotate90().fliph(),
        6 => upright.rotate270(),
        7 => upright.rotate270().fliph(),
        8 => upright.rotate90(),
        _ => upright.clone(),
    };
    for turn in 1..=8 {
        let file = save(&folder, "photo.jpg", &jpeg_with_exif(&stored(turn), turn));
        let picture = import_picture(&file, folder.path()).expect("a photo").picture;
        assert_eq!((picture.width, picture.height), (64, 32), "orientation {turn}");
        let seen = open(&folder.path().join(picture.file_name()));
        assert!(difference(&seen, &upright.to_rgb8()) < 6.0, "orientation {turn}");
    }
}

#[test]
fn rare_pictures_are_made_fit() {
    let folder = folder();
    let deep = DynamicImage::ImageRgb16(image::ImageBuffer::from_pixel(40, 30, Rgb([65_535, 32_768, 0])));
    let clear = DynamicImage::ImageRgba8(RgbaImage::from_pixel(40, 30, Rgba([10, 200, 10, 100])));
    let opaque = DynamicImage::ImageRgba8(RgbaImage::from_pixel(40, 30, Rgba([10, 200, 10, 255])));
    let gray = DynamicImage::ImageLuma8(image::GrayImage::from_pixel(40, 30, image::Luma([90])));
    for (name, bytes, kind, color) in [
        ("deep.png", encoded(&deep, ImageFormat::Png), PictureType::Jpeg, [255, 128, 0]),
        // Over white, by 100 of 255.
        ("clear.png", encoded(&clear, ImageFormat::Png), PictureType::Png, [159, 233, 159]),
        ("opaque.png", encoded(&opaque, ImageFormat::Png), PictureType::Jpeg, [10, 200, 10]),
        ("gray.jpg", encoded(&gray, ImageFormat::Jpeg), PictureType::Jpeg, [90, 90, 90]),
        ("web.webp", encoded(&opaque, ImageFormat::WebP), PictureType::Jpeg, [10, 200, 10]),
    ] {
        let picture = import_picture(&save(&folder, name, &bytes), folder.path())
            .unwrap_or_else(|error| panic!("{name}: {error}"))
            .picture;
        assert_eq!((picture.picture_type, picture.width, picture.height), (kind, 40, 30), "{name}");
        let seen = image::open(folder.path().join(picture.file_name())).expect("stored").into_rgb8();
        let pixel = seen.get_pixel(20, 15).0;
        assert!(pixel.iter().zip(color).all(|(a, b)| a.abs_diff(b) < 6), "{name}: {pixel:?}");
    }
}

#[test]
fn a_large_transparent_picture_is_sent_as_jpeg() {
    let folder = folder();
    let mut state = 1_u32;
    let noise = RgbaImage::from_fn(1000, 900, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = state.to_le_bytes();
        Rgba([a, b, c, 250])
    });
    let file = save(&folder, "noise.png", &encoded(&noise.into(), ImageFormat::Png));
    let prepared = import_picture(&file, folder.path()).expect("a picture");
    assert_eq!(prepared.picture.picture_type, PictureType::Jpeg);
    assert!(prepared.remarks.iter().any(|remark| remark == "transparent parts are white now"));
}

/// A PNG head that promises that size, with nothing behind it.
fn png_head(width: u32, height: u32) -> Vec<u8> {
    [&b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"[..], &width.to_be_bytes(), &height.to_be_bytes(), b"\x08\x06\0\0\0\0\0\0\0"]
        .concat()
}

#[test]
fn bombs_and_other_kinds_are_refused_with_a_sentence() {
    let folder = folder();
    let animated = [&png_head(10, 10)[..], b"\0\0\0\x08acTL\0\x01\x86\xa0\0\0\0\0\0\0\0\0"].concat();
    let jpeg_bomb = b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03\x01\x11\0\x02\x11\0\x03\x11\0".to_vec();
    let webp_animated =
        b"RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x09\0\0\x09\0\0ANIM\x06\0\0\0\0\0\0\0\0\0".to_vec();
    for (content, words) in [
        (Vec::new(), "empty"),
        (png_head(60_000, 60_000), "60000 × 60000"),
        (png_head(8000, 8000), "8000 × 8000"),
        (png_head(0, 10), "damaged"),
        (png_head(10, 10), "damaged"),
        (animated, "damaged"),
        (jpeg_bomb, "65535 × 65535"),
        (webp_animated, "damaged"),
        (b"GIF89a\x01\0\x01\0".to_vec(), "damaged"),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), "SVG"),
        (b"\0\0\0\x18ftypheic".to_vec(), "damaged"),
        (b"hello".to_vec(), "no picture"),
        (vec![0; (40 << 20) + 1], "at most 42 MB"),
    ] {
        let file = save(&folder, "bad.jpg", &content);
        let error = import_picture(&file, &folder.path().join("inputs")).expect_err(words);
        assert!(error.0.contains(words) && error.0.ends_with('.'), "{error}");
    }
    assert!(import_picture(folder.path(), folder.path()).is_err());
    assert!(import_picture(&folder.path().join("missing"), folder.path()).is_err());
    assert!(!folder.path().join("inputs").exists(), "nothing is stored for a refused picture");
}

#[test]
fn cut_pictures_are_answered() {
    let folder = folder();
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let bytes = encoded(&two_colors(64, 48), format);
        for length in 0..bytes.len() {
            // Some decoders give the upper part of a cut JPEG; the answer may be either, a panic may not.
            let file = save(&folder, "cut", &bytes[..length]);
            if let Ok(prepared) = import_picture(&file, folder.path()) {
                assert_eq!((prepared.picture.width, prepared.picture.height), (64, 48));
            }
        }
    }
}

#[test]
fn data_uris_hold_the_stored_bytes_and_notice_changes() {
    let folder = folder();
    let file = save(&folder, "a.png", &encoded(&two_colors(30, 20), ImageFormat::Png));
    let picture = import_picture(&file, folder.path()).expect("a picture").picture;
    let uri = data_uri(&picture, folder.path()).expect("a URI");
    let base64 = uri.strip_prefix("data:image/jpeg;base64,").expect("its type");
    let stored = folder.path().join(picture.file_name());
    let bytes = std::fs::read(&stored).expect("the stored file");
    assert_eq!(base64.len(), bytes.len().div_ceil(3) * 4);
    assert!(base64.starts_with("/9j/"), "JPEG in base64 begins so");

    std::fs::write(&stored, b"other").expect("write");
    assert!(data_uri(&picture, folder.path()).expect_err("changed").0.contains("changed"));
    std::fs::remove_file(&stored).expect("remove");
    assert!(data_uri(&picture, folder.path()).expect_err("gone").0.contains("gone"));
    // The hash becomes a file name, and it may come from a file that someone else wrote: one that leads elsewhere is not read.
    let mut escaping = serde_json::to_value(&picture).expect("plain");
    escaping["sha256"] = "../../etc/passwd".into();
    let refused = serde_json::from_value::<StoredPicture>(escaping).expect_err("no hash").to_string();
    assert!(refused.contains("no checksum"), "{refused}");
}
