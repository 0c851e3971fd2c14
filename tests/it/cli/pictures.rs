//! Start pictures from the argument to the bytes on the wire.

use std::io::{BufRead as _, BufReader, Cursor};
use std::path::PathBuf;

use base64::Engine as _;
use rushes::practice::{FaultKind, Faults};
use serde_json::Value;

use super::{quick, quick_with};
use crate::support::bench::Bench;
use crate::support::files_below;

/// Stands in the EXIF data of the photo.
const PLACE: &[u8] = b"taken at 52.5200 N";

/// A photo with a comment in its EXIF data.
fn photo(bench: &Bench) -> PathBuf {
    let picture = image::RgbImage::from_fn(96, 64, |x, y| image::Rgb([x as u8 * 2, y as u8 * 3, 90]));
    let mut jpeg = Cursor::new(Vec::new());
    picture.write_to(&mut jpeg, image::ImageFormat::Jpeg).expect("a picture");
    let jpeg = jpeg.into_inner();
    let exif = [&b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"[..], PLACE].concat();
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    let bytes = [&jpeg[..2], b"\xff\xe1", &length, &exif, &jpeg[2..]].concat();
    let file = bench.dir.path().join("photo.jpg");
    std::fs::write(&file, bytes).expect("a file");
    file
}

/// The picture in the body of the last order.
fn sent(bench: &Bench, field: &str) -> Value {
    let seen = bench.practice.submits().pop().expect("an order");
    seen.json.expect("JSON")[field].clone()
}

/// Checks a `data:` URI: it is the stored picture, byte for byte, upright, and without EXIF data.
#[track_caller]
fn is_the_photo(bench: &Bench, sent: &Value) {
    let (kind, encoded) = sent.as_str().and_then(|text| text.split_once(";base64,")).expect("a data: URI");
    assert_eq!(kind, "data:image/jpeg");
    let bytes = base64::engine::general_purpose::STANDARD.decode(encoded).expect("base64");
    let stored = files_below(&bench.library().join("data/inputs"));
    assert_eq!(stored.len(), 1);
    assert!(stored[0].1 == bytes, "another picture was sent than was stored");
    assert!(!bytes.windows(PLACE.len()).any(|window| window == PLACE), "the EXIF data was sent");
    let picture = image::load_from_memory(&bytes).expect("a picture");
    assert_eq!((picture.width(), picture.height()), (96, 64));
}

#[test]
fn a_picture_from_a_file_goes_out_whole_and_without_its_metadata() {
    for (gateway, field) in [("aigateway", "image_url"), ("apiin", "image")] {
        let bench = Bench::new();
        let file = photo(&bench);
        let ran =
            bench.run(&["generate", "a boat", "--gateway", gateway, "--image", &file.to_string_lossy(), "--json"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        is_the_photo(&bench, &sent(&bench, field));
    }
    let bench = Bench::new();
    let file = photo(&bench);
    let ran = bench.run(&["generate", "a boat", "--resolution", "360p", "--image", &file.to_string_lossy(), "--json"]);
    assert_eq!((ran.code, ran.finished()["gateway"].as_str()), (0, Some("practice")), "{ran:?}");
}

#[test]
fn a_picture_on_the_web_goes_out_as_its_address() {
    const ADDRESS: &str = "https://example.com/a.png?size=2";
    for (gateway, field) in [("aigateway", "image_url"), ("apiin", "image")] {
        let bench = Bench::new();
        let ran = bench.run(&["generate", "a boat", "--gateway", gateway, "--image", ADDRESS, "--json"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(sent(&bench, field), ADDRESS);
    }
}

/// A job with a stored picture that waits in the queue when the program is killed.
fn killed_while_queued() -> Bench {
    let limiter = FaultKind::Status { status: 429, retry_after_secs: Some(1), accepted: false };
    let bench = Bench::with(quick_with(Faults::default().on_submit(limiter.once())));
    let file = photo(&bench);
    let line = ["generate", "a boat", "--gateway", "apiin", "--image", &file.to_string_lossy(), "--json"];
    let mut child = bench.command(&line).spawn().expect("the program starts");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let queued = lines.map(|line| line.expect("text")).filter(|line| line.contains("\"event\":\"queued\"")).take(2);
    assert_eq!(queued.count(), 2, "it goes back into the queue");
    child.kill().expect("a child of ours");
    child.wait().expect("a killed child ends");
    std::fs::remove_file(file).expect("the user's own file is not needed any more");
    bench
}

#[test]
fn a_queued_job_keeps_its_picture_over_a_restart() {
    let bench = killed_while_queued();
    let watched = bench.run(&["watch", "--json"]);
    assert_eq!(watched.code, 0, "{watched:?}");
    assert_eq!(bench.practice.submits().len(), 2);
    is_the_photo(&bench, &sent(&bench, "image"));
}

#[test]
fn a_stored_picture_that_is_gone_stops_its_job_before_anything_is_sent() {
    let bench = killed_while_queued();
    std::fs::remove_dir_all(bench.library().join("data/inputs")).expect("a folder");
    let watched = bench.run(&["watch", "--json"]);
    assert_eq!(watched.code, 2, "{watched:?}");
    let finished = watched.finished();
    assert_eq!((finished["state"].as_str(), finished["charged"].as_str()), (Some("removed"), Some("no")));
    assert!(finished["message"].as_str().is_some_and(|text| text.contains("picture could not be read")), "{finished}");
    assert_eq!(bench.practice.submits().len(), 1, "only the order that the limiter refused");
}

#[test]
fn a_picture_that_is_none_is_exit_2_before_anything_is_sent() {
    let bench = Bench::with(quick());
    let file = bench.dir.path().join("notes.jpg");
    std::fs::write(&file, "no picture").expect("a file");
    for image in [file.to_string_lossy().as_ref(), "missing.jpg", "http://example.com/a.png"] {
        let ran = bench.run(&["generate", "a boat", "--gateway", "apiin", "--image", image, "--json"]);
        assert_eq!(ran.code, 2, "{ran:?}");
    }
    assert_eq!(bench.practice.log().len(), 0);
    assert_eq!(bench.jobs().len(), 0);
}
