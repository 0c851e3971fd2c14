//! Links and other things that somebody planted in the clip folder under the names that a download will use: nothing is
//! written through them, and nothing that lay there is lost.

#![cfg(unix)]

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use rushes::domain::clip_name::clip_file_name;
use rushes::domain::{Draft, GatewayId, JobId};
use serde_json::json;

use crate::support::bench::{Bench, Ran};
use crate::support::film::tiny_film;
use crate::support::raw;

const PROMPT: &str = "a heron";
const PRECIOUS: &[u8] = b"a file of somebody else, which is precious";

#[derive(Clone, Copy, Debug)]
enum Plant {
    Symlink,
    HardLink,
    Dangling,
    ToFolder,
    Folder,
    File,
    Empty,
}

impl Plant {
    fn put(self, at: &Path, victim: &Path) {
        let outside = victim.parent().expect("a folder");
        match self {
            Self::Symlink => symlink(victim, at),
            Self::HardLink => std::fs::hard_link(victim, at),
            Self::Dangling => symlink(outside.join("made-by-a-link"), at),
            Self::ToFolder => symlink(outside, at),
            Self::Folder => std::fs::create_dir(at),
            Self::File => std::fs::write(at, PRECIOUS),
            Self::Empty => std::fs::write(at, b""),
        }
        .expect("planted");
    }
}

/// Downloads a clip whose part name and final names were planted with these while the order was on its way.
fn download(part: Option<Plant>, names: &[Plant]) {
    let what = format!("part {part:?}, names {names:?}");
    let bench = Bench::new();
    let outside = bench.dir.path().join("outside");
    std::fs::create_dir(&outside).expect("a folder");
    let victim = outside.join("victim.mp4");
    std::fs::write(&victim, PRECIOUS).expect("written");
    let (clips, planted): (PathBuf, Vec<Plant>) = (bench.library().join("clips"), names.to_vec());
    let target = victim.clone();
    let port = raw::serve(move |asked, port| {
        if asked.method == "POST" {
            let id = asked.header("x-aig-tag").and_then(|tag| tag.strip_prefix("rushes-")).expect("the tag of the job");
            let id = JobId(id.parse().expect("an id"));
            let request = Draft { prompt: PROMPT.to_owned(), gateway: GatewayId::Aigateway, ..Draft::default() };
            let date = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d").to_string();
            let name = clip_file_name(&date, &request.to_request().expect("a draft"), id);
            if let Some(part) = part {
                part.put(&clips.join(format!(".{name}.part")), &target);
            }
            for (number, plant) in (1..).zip(&planted) {
                let name = if number == 1 { name.clone() } else { name.replace(".mp4", &format!(" ({number}).mp4")) };
                plant.put(&clips.join(name), &target);
            }
            return raw::json(202, "", &json!({"id": "job_1", "status": "queued"}));
        }
        if asked.path.contains("film") {
            return raw::answer(200, "Content-Type: video/mp4\r\n", tiny_film());
        }
        let link = format!("http://127.0.0.1:{port}/film.mp4");
        raw::json(200, "", &json!({"id": "job_1", "status": "completed", "result": {"file_url": link}, "url": link}))
    });
    std::fs::create_dir_all(bench.library().join("clips")).expect("a folder");
    let mut command = bench.command(&["generate", PROMPT, "--gateway", "aigateway", "--json"]);
    command.env("RUSHES_AIGATEWAY_URL", format!("http://127.0.0.1:{port}/v1")).env("TZ", "UTC");
    let ran = Ran::of(command);
    assert_eq!(ran.code, 0, "{what}: {ran:?}");
    let file = PathBuf::from(ran.finished()["file"].as_str().expect("a file"));
    let meta = std::fs::symlink_metadata(&file).expect("it is there");
    assert!(meta.is_file(), "{what}: the clip is {meta:?}");
    assert!(std::fs::read(&file).expect("it is there").starts_with(tiny_film()), "{what}");
    // Names that were planted were passed over, and are still there.
    if names.is_empty() {
        assert!(!file.to_string_lossy().contains(" ("), "{what}: {}", file.display());
    } else {
        assert!(file.to_string_lossy().ends_with(&format!(" ({}).mp4", names.len() + 1)), "{what}: {}", file.display());
    }
    assert_eq!(std::fs::read(&victim).expect("it is there"), PRECIOUS, "{what}: the victim was changed");
    let left: Vec<_> =
        std::fs::read_dir(&outside).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(left, ["victim.mp4"], "{what}: something was made outside of the clip folder");
}

#[test]
fn nothing_outside_of_the_clip_folder_is_written() {
    use Plant::{Dangling, Empty, File, Folder, HardLink, Symlink, ToFolder};
    let mut count = 0;
    for part in [Symlink, HardLink, Dangling, ToFolder, File, Empty] {
        download(Some(part), &[]);
        count += 1;
    }
    for name in [Symlink, HardLink, Dangling, ToFolder, Folder, File, Empty] {
        download(None, &[name]);
        count += 1;
    }
    download(Some(Symlink), &[Symlink, HardLink, Dangling, Folder]);
    println!("bar S-23: 0 writes outside of the folder in {} downloads over planted names", count + 1);
}
