use super::*;
use crate::domain::samples::{clip, job};

/// A clip folder with films of the practice gateway's renderer, and jobs for them.
struct Bench {
    dir: tempfile::TempDir,
}

fn film() -> Vec<u8> {
    let spec = crate::practice::film::FilmSpec {
        prompt: "a heron".to_owned(),
        negative_prompt: String::new(),
        seed: 7,
        width: 160,
        height: 96,
        duration_secs: 1,
        audio: false,
        picture: None,
        end_picture: None,
    };
    crate::practice::render::render(&spec).expect("the renderer makes a small film")
}

impl Bench {
    fn new() -> Self {
        let bench = Self { dir: tempfile::tempdir().expect("a folder") };
        fs::create_dir_all(bench.clips()).expect("a folder");
        bench
    }

    fn clips(&self) -> PathBuf {
        self.dir.path().join("clips")
    }

    fn place(&self) -> PathBuf {
        self.dir.path().join("place")
    }

    /// A ready job; its file is there.
    fn ready(&self, number: u128, film: &[u8]) -> Shot {
        fs::write(self.clips().join(format!("{number}.mp4")), film).expect("written");
        let clip = crate::domain::Clip {
            sha256: Sha256Hex::of(film),
            size_bytes: film.len() as u64,
            ..clip(&format!("{number}.mp4"))
        };
        Shot::Clip(Box::new(job(number).clip(clip).ready()))
    }

    fn hand(&self, shots: Vec<Shot>, name: &str) -> Result<Handed, NotHanded> {
        let order = HandOff { name: name.to_owned(), shots, join: true };
        hand_off(&order, &self.place(), &self.clips(), |_| true)
    }

    fn names(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.place()) else { return Vec::new() };
        let mut names: Vec<_> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        names.sort();
        names
    }
}

#[test]
fn a_folder_holds_copies_and_what_editors_read() {
    let bench = Bench::new();
    let film = film();
    let shots = vec![bench.ready(1, &film), bench.ready(2, &film)];
    let handed = bench.hand(shots, "Spring").expect("handed on");
    assert!(handed.is_whole(), "{handed:?}");
    assert_eq!((handed.clips, &handed.film), (2, &Film::Joined { clips: 2, left_out: Vec::new() }));
    assert_eq!(handed.folder, bench.place().join("Spring"));
    let mut names: Vec<_> = fs::read_dir(&handed.folder)
        .expect("the folder")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    assert_eq!(names, ["Spring.csv", "Spring.fcpxml", "Spring.mp4", "Spring.otio", "media"]);
    let copies: Vec<_> = fs::read_dir(handed.folder.join(MEDIA)).expect("media").filter_map(Result::ok).collect();
    assert_eq!(copies.len(), 2);
    for copy in copies {
        assert_eq!(fs::read(copy.path()).expect("a copy"), film);
    }
    // An editor that writes into its files does not reach those of the library.
    let copy = fs::read_dir(handed.folder.join(MEDIA)).expect("media").next().expect("one").expect("one").path();
    fs::write(copy, "changed").expect("written");
    assert_eq!(fs::read(bench.clips().join("1.mp4")).expect("the clip"), film);
}

#[test]
fn nothing_is_written_over() {
    let bench = Bench::new();
    let film = film();
    fs::create_dir_all(bench.place().join("Spring")).expect("an empty folder of the user");
    for expected in ["Spring 2", "Spring 3"] {
        let handed = bench.hand(vec![bench.ready(1, &film)], "Spring").expect("handed on");
        assert_eq!(handed.folder, bench.place().join(expected));
        assert!(handed.folder.join(format!("{expected}.otio")).is_file());
    }
    assert_eq!(fs::read_dir(bench.place().join("Spring")).expect("it is there").count(), 0);
    assert_eq!(bench.names(), ["Spring", "Spring 2", "Spring 3"]);
}

#[test]
fn a_clip_that_is_missing_is_a_gap_and_named() {
    let bench = Bench::new();
    let film = film();
    let missing = Shot::Clip(Box::new(job(9).prompt("gone").ready()));
    let broken = bench.ready(3, b"no film");
    let planned = Shot::Gap(Gap { title: "later".to_owned(), why: "it is planned".to_owned(), millis: 2_000 });
    let handed = bench.hand(vec![bench.ready(1, &film), missing, broken, planned], "Spring").expect("handed on");
    let told: Vec<_> = handed.gaps.iter().map(|(title, why)| format!("{title}: {why}")).collect();
    assert_eq!(
        told,
        [
            "gone: its file is missing",
            "a paper boat: its file cannot be used: it is not an MP4 file",
            "later: it is planned"
        ]
    );
    let report = fs::read_to_string(handed.folder.join("Spring.txt")).expect("a report");
    assert!(report.contains("“gone” (its file is missing)") && report.contains("Nothing was charged"), "{report}");
    let otio = fs::read_to_string(handed.folder.join("Spring.otio")).expect("a timeline");
    assert_eq!(otio.matches("\"Gap.1\"").count(), 3);
}

#[test]
fn without_any_clip_there_is_no_folder() {
    let bench = Bench::new();
    let missing = Shot::Clip(Box::new(job(9).ready()));
    let told = bench.hand(vec![missing], "Spring").expect_err("no clip");
    assert!(matches!(&told, NotHanded::NoClip(gaps) if gaps.len() == 1), "{told:?}");
    assert_eq!(bench.names(), [] as [&str; 0], "nothing half is left");
}

#[test]
fn what_is_stopped_leaves_nothing_behind_wherever_it_was() {
    let bench = Bench::new();
    let film = film();
    let order =
        HandOff { name: "Spring".to_owned(), shots: vec![bench.ready(1, &film), bench.ready(2, &film)], join: true };
    let mut calls = 0;
    hand_off(&order, &bench.place(), &bench.clips(), |_| {
        calls += 1;
        true
    })
    .expect("handed on");
    assert!(calls > 4, "{calls}");
    for last in 0..calls {
        let mut left = last;
        let told = hand_off(&order, &bench.place(), &bench.clips(), |_| {
            left -= 1;
            left >= 0
        });
        assert_eq!(told, Err(NotHanded::Stopped), "after {last} steps");
        assert_eq!(bench.names(), ["Spring"], "after {last} steps");
    }
}

#[test]
fn a_file_that_was_changed_is_handed_on_and_said_so() {
    let bench = Bench::new();
    let film = film();
    let shot = bench.ready(1, &film);
    let mut longer = film.clone();
    // What stands behind the served bytes is the recipe.
    longer.extend([0, 0, 0, 8, b'f', b'r', b'e', b'e']);
    fs::write(bench.clips().join("1.mp4"), &longer).expect("written");
    assert!(bench.hand(vec![shot.clone()], "Spring").expect("handed on").is_whole());
    let at = film.len() - 1;
    longer[at] ^= 1;
    fs::write(bench.clips().join("1.mp4"), &longer).expect("written");
    let handed = bench.hand(vec![shot], "Spring").expect("handed on");
    assert_eq!(handed.changed, ["a paper boat"]);
}

#[cfg(unix)]
#[test]
fn paths_that_are_no_text_are_handed_on() {
    use std::os::unix::ffi::OsStrExt as _;

    let bench = Bench::new();
    let film = film();
    let odd = PathBuf::from(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    let name = odd.join(std::ffi::OsStr::from_bytes(b"\xff.mp4"));
    fs::create_dir(bench.clips().join(&odd)).expect("a folder");
    fs::write(bench.clips().join(&name), &film).expect("written");
    let path =
        crate::domain::Clip { path: name, sha256: Sha256Hex::of(&film), size_bytes: film.len() as u64, ..clip("x") };
    let order =
        HandOff { name: "Spring".to_owned(), shots: vec![Shot::Clip(Box::new(job(1).clip(path).ready()))], join: true };
    let handed = hand_off(&order, &bench.place().join(&odd), &bench.clips(), |_| true).expect("handed on");
    assert!(handed.is_whole() && handed.folder.join("Spring.otio").is_file(), "{handed:?}");
}

#[test]
fn trouble_with_the_disk_says_what_to_do() {
    for (kind, words) in [
        (
            io::ErrorKind::StorageFull,
            "the disk is full. Nothing was left behind and nothing was charged. Free some room",
        ),
        (io::ErrorKind::PermissionDenied, "may not be written there"),
    ] {
        let told = trouble(Path::new("/films"), &io::Error::from(kind)).to_string();
        assert!(told.contains(words), "{told}");
    }
}

/// Where a file stands in place of the folder.
#[test]
fn a_place_that_takes_nothing_is_told() {
    let bench = Bench::new();
    fs::write(bench.place(), "a file").expect("written");
    let told = bench.hand(vec![bench.ready(1, &film())], "Spring").expect_err("no folder");
    assert!(matches!(&told, NotHanded::Trouble(sentence) if sentence.contains("nothing was charged")), "{told:?}");
}
