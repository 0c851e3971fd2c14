//! Folders and files whose names are no UTF-8, as old servers and drives have them.

#![cfg(target_os = "linux")]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use rushes::domain::path_text;
use serde_json::Value;

use super::generate_at;
use crate::support::bench::{Bench, Ran};
use crate::support::film::tiny_film;
use crate::support::sha256;

fn odd(folder: &Path) -> PathBuf {
    folder.join(OsStr::from_bytes(b"caf\xe9"))
}

fn command(bench: &Bench, line: &[&str]) -> std::process::Command {
    let mut command = bench.command(line);
    command.env("RUSHES_LIBRARY", odd(bench.dir.path()).join("library"));
    command
}

/// The path that `file_bytes` means, which `file` shows.
#[track_caller]
fn file_of(object: &Value) -> PathBuf {
    let shown = object["file"].as_str().expect("a file");
    assert!(shown.contains("caf\u{fffd}/library"), "{object}");
    path_text::from_text(object["file_bytes"].as_str().expect("its bytes"))
}

#[test]
fn every_command_works_in_a_folder_whose_name_is_no_text() {
    let bench = Bench::new();
    let ran = Ran::of(command(&bench, &generate_at("apiin")));
    assert_eq!(ran.code, 0, "{ran:?}");
    let file = file_of(&ran.finished());
    assert!(std::fs::read(&file).is_ok_and(|film| film.starts_with(tiny_film())), "{}", file.display());

    let listed = Ran::of(command(&bench, &["jobs", "--json"]));
    assert_eq!(listed.code, 0, "{listed:?}");
    let jobs: Vec<Value> = serde_json::from_str(&listed.stdout).expect("an array");
    assert_eq!((file_of(&jobs[0]), &jobs[0]["sha256"]), (file.clone(), &Value::from(sha256(tiny_film()))));
    for line in [&["jobs"][..], &["doctor"], &["doctor", "--json"], &["watch", "--json"], &["estimate"]] {
        let ran = Ran::of(command(&bench, line));
        assert_eq!(ran.code, 0, "{line:?}: {ran:?}");
    }

    let practice = ["generate", "a heron", "--gateway", "practice", "--resolution", "360p", "--json"];
    let ran = Ran::of(command(&bench, &practice));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(file_of(&ran.finished()).is_file());

    // A clip that was renamed to no text is found again, and its row is kept.
    let moved = file.with_file_name(OsStr::from_bytes(b"b\xe9b\xe9.mp4"));
    std::fs::rename(&file, &moved).expect("renamed");
    let mut rebuild = command(&bench, &["rebuild", "--json"]);
    rebuild.arg(moved.parent().expect("a folder"));
    let rebuilt = Ran::of(rebuild);
    assert_eq!(rebuilt.code, 0, "{rebuilt:?}");
    let found = rebuilt.lines().into_iter().find(|line| line["event"] == "found_again").expect("the clip");
    assert_eq!(file_of(&found), moved);
    let listed = Ran::of(command(&bench, &["jobs", "--json"]));
    let jobs: Vec<Value> = serde_json::from_str(&listed.stdout).expect("an array");
    assert_eq!(file_of(&jobs[0]), moved);
}

#[test]
fn a_start_picture_may_have_such_a_name() {
    let bench = Bench::new();
    let picture = bench.dir.path().join(OsStr::from_bytes(b"bild\xe9.png"));
    image::RgbImage::from_pixel(640, 360, image::Rgb([200, 30, 30]))
        .save_with_format(&picture, image::ImageFormat::Png)
        .expect("written");
    let mut with_picture = bench.command(&generate_at("apiin"));
    with_picture.arg("--image").arg(&picture);
    let ran = Ran::of(with_picture);
    assert_eq!(ran.code, 0, "{ran:?}");
    let mut without = bench.command(&generate_at("apiin"));
    without.arg("--image").arg(bench.dir.path().join(OsStr::from_bytes(b"none\xe9.png")));
    let ran = Ran::of(without);
    assert_eq!(ran.code, 2, "{ran:?}");
}
