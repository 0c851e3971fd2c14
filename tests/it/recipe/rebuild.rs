//! `rushes rebuild`: the database is gone, the clips are not.

use std::collections::BTreeMap;
use std::fs;

use rushes::domain::job::Poster;
use rushes::engine::event::Event;
use rushes::engine::{self, EngineOptions, EngineParts};
use rushes::gateway::Http;

use super::*;

/// What has to come back: everything that a recipe holds, by id.
fn recipes(jobs: &[Job]) -> BTreeMap<String, Recipe> {
    jobs.iter().map(|job| (job.id.to_string(), Recipe::of(job).expect("a finished clip"))).collect()
}

/// Deletes the database and all that belongs to it.
fn forget(bench: &Bench) {
    fs::remove_dir_all(paths(bench).data).expect("the library's data");
}

#[track_caller]
fn rebuild(bench: &Bench, folder: &Path, code: i32) -> Ran {
    let ran = bench.run(&["rebuild", &folder.to_string_lossy(), "--json"]);
    assert_eq!(ran.code, code, "{ran:?}");
    ran
}

/// The numbers of the last line: added, found again, known, copies, changed, skipped.
#[track_caller]
fn numbers(ran: &Ran) -> [u64; 6] {
    let last = ran.finished();
    ["added", "found_again", "known", "copies", "changed", "skipped"].map(|name| last[name].as_u64().expect(name))
}

/// The lines of one kind.
fn lines(ran: &Ran, event: &str) -> Vec<Value> {
    ran.lines().into_iter().filter(|line| line["event"] == event).collect()
}

/// A library of four clips of three gateways.
fn studio() -> (Bench, Vec<Job>) {
    let bench = Bench::new();
    generate(&bench, "aigateway", &["--count", "2", "--aspect-ratio", "9:16"]);
    generate(&bench, "apiin", &["--audio", "--seed", "7", "--image", SIGNED]);
    generate(&bench, "practice", &["--resolution", "360p"]);
    let jobs = stored(&bench);
    assert_eq!(jobs.len(), 4);
    (bench, jobs)
}

/// The moment at which a job ended is written into the clip a moment before it is stored.
fn without_end(recipes: BTreeMap<String, Recipe>) -> BTreeMap<String, Recipe> {
    recipes.into_iter().map(|(id, recipe)| (id, Recipe { ended_at: None, ..recipe })).collect()
}

#[test]
fn every_finished_clip_comes_back_also_after_renaming() {
    let (bench, jobs) = studio();
    let clips = paths(&bench).clips;
    let project = clips.join("Spring film");
    fs::create_dir(&project).expect("a folder");
    for (number, job) in jobs.iter().enumerate() {
        let name = match number {
            0 => project.join("the good one.mp4"),
            1 => clips.join("no ending"),
            2 => clips.join("日本.MP4"),
            _ => continue,
        };
        fs::rename(file_of(&bench, job), name).expect("a new name");
    }
    forget(&bench);
    let ran = rebuild(&bench, &clips, 0);
    assert_eq!(numbers(&ran), [4, 0, 0, 0, 0, 0]);
    let back = stored(&bench);
    assert_eq!(without_end(recipes(&back)).len(), 4);
    for (id, recipe) in without_end(recipes(&back)) {
        let before = &without_end(recipes(&jobs))[&id];
        let is_first = id == jobs[0].id.to_string();
        let project = is_first.then(|| rushes::domain::Project::new("Spring film").expect("a folder's name"));
        assert_eq!(recipe, Recipe { project, ..before.clone() });
    }
    for job in &back {
        let clip = job.clip.as_ref().expect("a clip");
        assert!(job.state == JobState::Ready && clip.path.is_relative() && file_of(&bench, job).is_file(), "{job:?}");
        assert!(job.ended_at.is_some() && job.poster == Poster::None);
    }
    // Once more: everything is there, nothing changes.
    assert_eq!(numbers(&rebuild(&bench, &clips, 0)), [0, 0, 4, 0, 0, 0]);
    assert_eq!(stored(&bench), back);
    let orders = bench.practice.submits().len();
    assert_eq!((bench.run(&["watch"]).code, bench.practice.submits().len()), (0, orders), "nothing is ordered again");
    let human = bench.run(&["rebuild", &clips.to_string_lossy()]);
    assert!(human.stdout.lines().last().is_some_and(|line| line.contains("4 known already")), "{human:?}");
}

#[test]
fn rebuilt_clips_get_their_posters_at_the_next_start() {
    let (bench, jobs) = studio();
    forget(&bench);
    rebuild(&bench, &paths(&bench).clips, 0);
    let opened = Library::open(&paths(&bench)).expect("a library");
    bench.runtime.block_on(async {
        let parts = EngineParts {
            runtime: tokio::runtime::Handle::current(),
            library: opened.library,
            live: opened.live.into_iter().map(Into::into).collect(),
            history: opened.history,
            http: Http::new().expect("HTTP"),
            connections: Vec::new(),
            options: EngineOptions::new(paths(&bench)),
        };
        let (handle, mut events) = engine::start(parts);
        let mut made = std::collections::HashSet::new();
        while made.len() < jobs.len() {
            let event = tokio::time::timeout(std::time::Duration::from_secs(90), events.recv()).await;
            if let Event::JobChanged(job) = event.expect("posters").expect("the engine runs") {
                assert!(matches!(job.poster, Poster::Made { .. }), "{:?}", job.poster);
                made.insert(job.id);
            }
        }
        handle.shutdown().await;
    });
    assert!(jobs.iter().all(|job| paths(&bench).poster(job.id).is_file()));
}

#[test]
fn a_missing_file_is_found_again_where_it_is_now() {
    let (bench, jobs) = studio();
    let elsewhere = bench.dir.path().join("drive/Autumn");
    fs::create_dir_all(&elsewhere).expect("a folder");
    let file = elsewhere.join("moved.mp4");
    fs::rename(file_of(&bench, &jobs[0]), &file).expect("a new place");
    // A copy of a clip that is where it should be is none of our business.
    fs::copy(file_of(&bench, &jobs[1]), elsewhere.join("copy.mp4")).expect("room");
    let ran = rebuild(&bench, &bench.dir.path().join("drive"), 0);
    assert_eq!(numbers(&ran), [0, 1, 1, 0, 0, 0]);
    let mut expected = jobs.clone();
    expected[0].clip.as_mut().expect("a clip").path = file;
    assert_eq!(stored(&bench), expected);
}

#[test]
fn clips_of_elsewhere_are_taken_with_their_whole_path_and_the_folder_as_project() {
    let (bench, jobs) = studio();
    let other = Bench::new();
    let drive = other.dir.path().join("drive");
    fs::create_dir_all(drive.join("Autumn/day 1")).expect("a folder");
    let file = drive.join("Autumn/day 1/x.mp4");
    fs::copy(file_of(&bench, &jobs[0]), &file).expect("room");
    let ran = rebuild(&other, &drive, 0);
    assert_eq!(lines(&ran, "added")[0]["project"], "Autumn");
    let job = other.job();
    assert_eq!((job["file"].as_str(), job["id"].as_str()), (file.to_str(), Some(&*jobs[0].id.to_string())));
}

// Elsewhere no file can have a name that is no text.
#[cfg(target_os = "linux")]
#[test]
fn hostile_and_damaged_files_are_named_and_stop_nothing() {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::symlink;

    let (bench, jobs) = studio();
    let clips = paths(&bench).clips;
    let good = fs::read(file_of(&bench, &jobs[0])).expect("the clip");
    let served = tiny_film().len();
    let changed = {
        let mut bytes = fs::read(file_of(&bench, &jobs[1])).expect("the clip");
        bytes[served - 9] ^= 0x55;
        bytes
    };
    fs::write(file_of(&bench, &jobs[1]), changed).expect("room");
    fs::write(clips.join("copy.mp4"), &good).expect("room");
    fs::write(clips.join("cut.mp4"), &good[..served - 100]).expect("room");
    fs::write(clips.join("plain.mp4"), tiny_film()).expect("room");
    fs::write(clips.join("page.mp4"), b"<!doctype html>").expect("room");
    fs::write(clips.join("empty.mp4"), b"").expect("room");
    fs::write(clips.join("notes.txt"), b"not even looked at").expect("room");
    fs::write(clips.join(".x.mp4.part"), &good).expect("room");
    fs::write(clips.join(std::ffi::OsStr::from_bytes(b"\xff.mp4")), &good).expect("room");
    let lie = String::from_utf8_lossy(&good[served + 24..]).replace("a &lt;boat", "x").replace("sha256", "sha255");
    let mut liar = tiny_film().to_vec();
    liar.extend_from_slice(&u32::try_from(lie.len() + 24).expect("small").to_be_bytes());
    liar.extend_from_slice(&good[served + 4..served + 24]);
    liar.extend_from_slice(lie.as_bytes());
    fs::write(clips.join("liar.mp4"), liar).expect("room");
    let fifo = Command::new("mkfifo").arg(clips.join("pipe.mp4")).status();
    assert!(fifo.is_ok_and(|status| status.success()));
    fs::create_dir(clips.join("round")).expect("a folder");
    symlink(&clips, clips.join("round/and round")).expect("a link");
    symlink(clips.join("copy.mp4"), clips.join("link.mp4")).expect("a link");
    symlink("/nowhere", clips.join("dangling.mp4")).expect("a link");
    forget(&bench);

    let ran = rebuild(&bench, &clips, 8);
    assert_eq!(numbers(&ran), [4, 0, 0, 2, 1, 9], "{}", ran.stdout);
    let reason = |name: &str| {
        let skipped = lines(&ran, "skipped");
        let found = skipped.iter().find(|line| line["file"].as_str().is_some_and(|file| file.ends_with(name)));
        found.unwrap_or_else(|| panic!("{name} is not named: {ran:?}"))["reason"].as_str().expect("a reason").to_owned()
    };
    for (name, says) in [
        ("cut.mp4", "ends before"),
        ("plain.mp4", "no recipe"),
        ("page.mp4", "not an MP4"),
        ("empty.mp4", "not an MP4"),
        (".part", "not finished"),
        ("liar.mp4", "recipe"),
        ("and round", "link"),
        ("link.mp4", "link"),
        ("dangling.mp4", "link"),
    ] {
        assert!(reason(name).contains(says), "{name}: {}", reason(name));
    }
    let added = lines(&ran, "added");
    let odd: Vec<_> = added.iter().filter(|line| line["is_as_served"] == false).collect();
    assert_eq!((odd.len(), odd[0]["job"].as_str()), (1, Some(&*jobs[1].id.to_string())));
    let job = stored(&bench).into_iter().find(|job| job.id == jobs[1].id).expect("it is back");
    assert!(job.clip.expect("a clip").recipe_note.is_some_and(|note| note.contains("changed")));
}

#[test]
fn a_folder_that_is_none_is_wrong_usage_and_an_open_library_is_left_alone() {
    let bench = Bench::new();
    let ran = rebuild(&bench, &bench.dir.path().join("nowhere"), 2);
    assert!(ran.finished()["message"].as_str().is_some_and(|text| text.contains("is no folder")), "{ran:?}");
    assert!(!bench.library().exists(), "nothing is made for a wrong word");
    generate(&bench, "practice", &["--resolution", "360p"]);
    let opened = Library::open(&paths(&bench)).expect("a library");
    let ran = rebuild(&bench, &paths(&bench).clips, 8);
    assert!(ran.finished()["message"].as_str().is_some_and(|text| text.contains("Another Rushes")), "{ran:?}");
    drop(opened);
}
