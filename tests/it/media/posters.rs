//! Which frame a poster shows, what is decoded for it, and how near it is to what ffmpeg shows.

use std::path::{Path, PathBuf};

use image::RgbImage;
use rushes::domain::poster_frame::PosterFrame;
use rushes::media::write_poster;
use tempfile::TempDir;

use super::{folder, open, probe_packets};
use crate::support::film::make;

/// Writes a film of this source into the folder.
fn film(folder: &TempDir, name: &str, source: &str, rest: &str) -> PathBuf {
    let path = folder.path().join(name);
    // With its colors named: where they are not, ffmpeg and Rushes guess by other rules.
    let fixed = "-c:v libx264 -pix_fmt yuv420p -colorspace bt709 -color_range tv -movflags +faststart";
    make(&format!("-f lavfi -i {source} {fixed} {rest}"), &path);
    path
}

fn poster(movie: &Path, frame: PosterFrame, side: u32) -> RgbImage {
    let folder = folder();
    let path = folder.path().join("poster.jpg");
    let size = write_poster(movie, &path, frame, side).unwrap_or_else(|error| panic!("{}: {error}", movie.display()));
    let picture = open(&path);
    assert_eq!(picture.dimensions(), size);
    picture
}

/// Peak signal-to-noise ratio in decibels: 30 and more look alike.
fn psnr(a: &RgbImage, b: &RgbImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions());
    let squares: u64 = a.as_raw().iter().zip(b.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum();
    10.0 * (255.0 * 255.0 * a.as_raw().len() as f64 / squares.max(1) as f64).log10()
}

/// What ffmpeg shows of the first frames of a film, scaled to this size.
fn frames(movie: &Path, count: u32, size: (u32, u32)) -> Vec<RgbImage> {
    frames_decoded(movie, "", count, size)
}

/// The same, decoded with these options.
fn frames_decoded(movie: &Path, options: &str, count: u32, (width, height): (u32, u32)) -> Vec<RgbImage> {
    let folder = folder();
    let pictures = folder.path().join("frame-%03d.png");
    let arguments =
        format!("{options} -i {} -frames:v {count} -vf scale={width}:{height}:flags=bilinear", movie.display());
    make(arguments.trim_start(), &pictures);
    (1..=count).map(|number| open(&folder.path().join(format!("frame-{number:03}.png")))).collect()
}

/// Number of the frame that looks most like the picture.
fn nearest(picture: &RgbImage, frames: &[RgbImage]) -> usize {
    let likeness = |number: &usize| psnr(picture, &frames[*number]);
    (0..frames.len()).max_by(|a, b| likeness(a).total_cmp(&likeness(b))).expect("frames")
}

#[test]
fn a_poster_shows_the_key_frame_or_the_frame_a_tenth_in() {
    let folder = folder();
    for (name, rest, key, tenth) in [
        // All of it hangs on the first frame, as in nearly every clip.
        ("one.mp4", "-g 250 -bf 2", 0, 10),
        ("four.mp4", "-g 4 -keyint_min 4 -sc_threshold 0 -bf 0", 8, 10),
        ("alone.mp4", "-g 1", 10, 10),
    ] {
        let movie = film(&folder, name, "testsrc2=s=320x180:r=24:d=4.2", rest);
        let theirs = frames(&movie, 14, (320, 180));
        for (frame, number) in [(PosterFrame::Key, key), (PosterFrame::Tenth, tenth)] {
            assert_eq!(nearest(&poster(&movie, frame, 320), &theirs), number, "{name} {frame:?}");
        }
    }
}

#[test]
fn nothing_but_the_key_frame_is_decoded_for_it() {
    let folder = folder();
    let movie = film(&folder, "whole.mp4", "testsrc2=s=640x360:r=24:d=4", "-g 250 -bf 2");
    let (at, size) = probe_packets(&movie)[0];
    let mut bytes = std::fs::read(&movie).expect("the film");
    bytes[at + size..].fill(0xff);
    let damaged = folder.path().join("damaged.mp4");
    std::fs::write(&damaged, &bytes).expect("room");
    for side in [640, 320] {
        let whole = poster(&movie, PosterFrame::Key, side);
        assert!(whole == poster(&damaged, PosterFrame::Key, side), "at {side} more was read");
    }
    // What lies a tenth in is really gone.
    let none = folder.path().join("none.jpg");
    assert!(write_poster(&damaged, &none, PosterFrame::Tenth, 320).is_err());
}

#[test]
fn a_black_key_frame_is_passed_over() {
    let folder = folder();
    let movie = film(&folder, "fade.mp4", "testsrc2=s=640x360:r=24:d=4,fade=t=in:st=0.2:d=0.4", "-g 250 -bf 2");
    for side in [640, 320] {
        let picture = poster(&movie, PosterFrame::Key, side);
        let number = nearest(&picture, &frames(&movie, 24, picture.dimensions()));
        assert!((5..12).contains(&number), "frame {number} at {side}");
    }
}

#[test]
fn posters_are_as_near_to_the_film_as_anybody_sees() {
    let folder = folder();
    for (name, source, rest) in [
        ("sharp.mp4", "testsrc2=s=1280x720:r=24:d=1", "-preset veryfast"),
        ("fine.mp4", "mandelbrot=s=1280x720:r=24", "-t 1 -preset veryfast"),
        ("coarse.mp4", "mandelbrot=s=1280x720:r=24", "-t 1 -crf 38"),
        ("smooth.mp4", "gradients=s=1280x720:r=24:d=1:seed=7", "-crf 34"),
        ("upright.mp4", "testsrc2=s=720x1280:r=24:d=1", "-profile:v baseline -crf 30"),
        ("offsets.mp4", "mandelbrot=s=1280x720:r=24", "-t 1 -crf 34 -x264-params deblock=2,1"),
        ("slices.mp4", "testsrc2=s=1280x720:r=24:d=1", "-crf 30 -x264-params slices=4"),
    ] {
        let movie = film(&folder, name, source, rest);
        for side in [320, 640, 960] {
            let picture = poster(&movie, PosterFrame::Key, side);
            let likeness = psnr(&picture, &frames(&movie, 1, picture.dimensions())[0]);
            println!("{name} at {side}: {likeness:.1} dB");
            assert!(likeness > 30.0, "{name} at {side}: {likeness:.1} dB");
        }
    }
}

#[test]
fn edges_of_blocks_are_smoothed_where_anybody_sees_them() {
    let folder = folder();
    for (name, rest, can_be_rough) in [
        ("plain.mp4", "-preset medium", true),
        ("offsets.mp4", "-x264-params deblock=2,1", true),
        ("slices.mp4", "-x264-params slices=4", true),
        ("baseline.mp4", "-profile:v baseline", false),
    ] {
        let movie = film(&folder, name, "mandelbrot=s=1280x720:r=24", &format!("-t 1 -crf 45 {rest}"));
        // At half the size the two can just be told apart by their numbers.
        for (side, is_smooth) in [(640, false), (656, true), (1280, true)] {
            let picture = poster(&movie, PosterFrame::Key, side);
            let [smooth, rough] = ["", "-skip_loop_filter all"].map(|options| {
                let frames = frames_decoded(&movie, options, 1, picture.dimensions());
                psnr(&picture, &frames[0])
            });
            println!("{name} at {side}: {smooth:.2} dB to the smooth frame, {rough:.2} dB to the rough one");
            assert_eq!(smooth > rough, is_smooth || !can_be_rough, "{name} at {side}: {smooth:.2} dB, {rough:.2} dB");
        }
    }
}
