//! Real files in a real folder, and what an earlier try may have left there.

use tempfile::TempDir;

use super::*;
use crate::domain::Sha256Hex;
use crate::domain::samples;

const FILM: &[u8] = b"ftyp the bytes that the gateway served";
/// What a recipe behind the film looks like to everybody else.
const RECIPE: &[u8] = b"uuid a recipe";

struct Bench {
    folder: TempDir,
}

impl Bench {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let bench = Self { folder };
        for (path, bytes) in files {
            bench.write(path, bytes);
        }
        bench
    }

    fn clips(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.clips().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }

    fn perform(&self, path: &str, project: Option<&str>, work: FileWork) -> FileAnswer {
        let mut worker = Worker { clips: self.clips(), trash: None };
        match worker.perform(&job(path, project), work) {
            Input::FileDone(_, _, answer) => answer,
            other => panic!("{other:?}"),
        }
    }

    fn moved(&self, path: &str, project: Option<&str>) -> FileAnswer {
        self.perform(path, project, FileWork::Move)
    }

    /// Every file with its size, in order.
    fn listing(&self) -> Vec<String> {
        let mut all = Vec::new();
        let mut folders = vec![self.clips().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                let meta = path.symlink_metadata().expect("there");
                if meta.is_dir() {
                    folders.push(path);
                } else if meta.is_file() {
                    let name = path.strip_prefix(self.clips()).expect("within").display().to_string();
                    all.push(format!("{name} {}", meta.len()));
                }
            }
        }
        all.sort();
        all
    }
}

fn job(path: &str, project: Option<&str>) -> Job {
    let job = samples::job(1).clip(Clip {
        sha256: Sha256Hex::of(FILM),
        size_bytes: FILM.len() as u64,
        width: 0,
        height: 0,
        duration_millis: 0,
        ..samples::clip(path)
    });
    match project {
        Some(name) => job.project(name).queued(),
        None => job.queued(),
    }
}

fn at(path: &str) -> FileAnswer {
    FileAnswer::At(path.into())
}

#[test]
fn a_clip_moves_into_its_project_and_out_of_it() {
    let bench = Bench::new(&[("a.mp4", FILM)]);
    assert_eq!(bench.moved("a.mp4", Some("Spring film")), at("Spring film/a.mp4"));
    assert_eq!(bench.listing(), ["Spring film/a.mp4 38"]);
    assert_eq!(bench.moved("Spring film/a.mp4", Some("春")), at("春/a.mp4"));
    assert_eq!(bench.moved("春/a.mp4", None), at("a.mp4"));
    assert_eq!(bench.listing(), ["a.mp4 38"]);
}

#[test]
fn no_file_is_ever_overwritten() {
    let bench = Bench::new(&[("a.mp4", FILM), ("Spring/a.mp4", b"mine"), ("Spring/a (2).mp4", b"")]);
    assert_eq!(bench.moved("a.mp4", Some("Spring")), at("Spring/a (3).mp4"));
    assert_eq!(bench.listing(), ["Spring/a (2).mp4 0", "Spring/a (3).mp4 38", "Spring/a.mp4 4"]);
}

/// What a kill leaves between the steps of a move, and what the next try makes of it.
#[test]
fn a_move_that_was_killed_is_finished() {
    // After it, before it was stored.
    let bench = Bench::new(&[("Spring/a.mp4", FILM)]);
    assert_eq!(bench.moved("a.mp4", Some("Spring")), at("Spring/a.mp4"));
    // The same where the first name was taken by another file.
    let bench = Bench::new(&[("Spring/a.mp4", b"mine"), ("Spring/a (2).mp4", FILM)]);
    assert_eq!(bench.moved("a.mp4", Some("Spring")), at("Spring/a (2).mp4"));
    // Between the second name and the end of the first one.
    let bench = Bench::new(&[("a.mp4", FILM)]);
    fs::create_dir(bench.clips().join("Spring")).expect("a folder");
    fs::hard_link(bench.clips().join("a.mp4"), bench.clips().join("Spring/a.mp4")).expect("a second name");
    assert_eq!(bench.moved("a.mp4", Some("Spring")), at("Spring/a.mp4"));
    assert_eq!(bench.listing(), ["Spring/a.mp4 38"]);
    // With its recipe behind it, it is the same clip.
    let bench = Bench::new(&[("Spring/a.mp4", &[FILM, RECIPE].concat())]);
    assert_eq!(bench.moved("a.mp4", Some("Spring")), at("Spring/a.mp4"));
}

#[test]
fn a_file_that_is_not_there_is_told_and_makes_no_folder() {
    let bench = Bench::new(&[]);
    assert_eq!(bench.moved("a.mp4", Some("Spring")), FileAnswer::Missing);
    assert!(!bench.clips().join("Spring").exists());
    // Another clip under that name is not adopted.
    let bench = Bench::new(&[("Spring/a.mp4", b"mine")]);
    assert_eq!(bench.moved("a.mp4", Some("Spring")), FileAnswer::Missing);
    // The clip folder itself is away, as on a drive that is not plugged in.
    let bench = Bench::new(&[]);
    let away = bench.clips().join("away");
    let mut worker = Worker { clips: &away, trash: None };
    let told = worker.perform(&job("a.mp4", Some("Spring")), FileWork::Move);
    assert!(matches!(told, Input::FileDone(_, _, FileAnswer::Missing)), "{told:?}");
}

#[test]
fn a_folder_that_cannot_be_used_is_told_and_nothing_is_lost() {
    let bench = Bench::new(&[("a.mp4", FILM), ("Spring", b"a file of that name")]);
    let FileAnswer::Refused(told) = bench.moved("a.mp4", Some("Spring")) else { panic!("it was moved") };
    assert_eq!(told, "The clip was not moved into “Spring”: a file of that name is in the way.");
    assert_eq!(bench.listing(), ["Spring 19", "a.mp4 38"]);
}

/// On a file system that does not tell capitals, two spellings are one folder; a link stands for it here.
#[cfg(unix)]
#[test]
fn two_spellings_of_one_folder_are_one_place() {
    let bench = Bench::new(&[("spring/a.mp4", FILM)]);
    std::os::unix::fs::symlink(bench.clips().join("spring"), bench.clips().join("Spring")).expect("a link");
    assert_eq!(bench.moved("spring/a.mp4", Some("Spring")), at("Spring/a.mp4"));
    assert_eq!(bench.listing(), ["spring/a.mp4 38"], "no second copy, and not lost");
}

/// From one disk to another, and where files have one name only.
#[test]
fn a_copy_replaces_the_reserved_name_and_the_old_file_goes_last() {
    let bench = Bench::new(&[("a.mp4", FILM), ("b.mp4", b"mine"), ("c.mp4", b"")]);
    let path = |name: &str| bench.clips().join(name);
    assert!(!replace_reserved(&path("a.mp4"), &path("b.mp4")).expect("a working disk"), "the name is taken");
    copy_over(&path("a.mp4"), &path("c.mp4")).expect("a working disk");
    assert_eq!(bench.listing(), ["b.mp4 4", "c.mp4 38"]);
    assert!(replace_reserved(&path("c.mp4"), &path("d.mp4")).expect("a working disk"));
    assert_eq!(bench.listing(), ["b.mp4 4", "d.mp4 38"]);
    assert!(copy_over(&path("not there"), &path("b.mp4")).is_err());
    assert_eq!(fs::read(path("b.mp4")).expect("there"), b"mine");
}

#[test]
fn a_found_file_is_taken_only_if_it_is_this_clip() {
    let with_recipe = [FILM, RECIPE].concat();
    let bench = Bench::new(&[("Spring/b.mp4", &with_recipe), ("deep/down/c.mp4", FILM), ("x.mp4", b"another film")]);
    let elsewhere = tempfile::tempdir().expect("a folder");
    let outside = elsewhere.path().join("d.mp4");
    fs::write(&outside, FILM).expect("a file");
    let recognize = |path: &Path| bench.perform("a.mp4", None, FileWork::Recognize(path.to_owned()));
    let deep = bench.clips().join("deep/down/c.mp4");
    assert_eq!(recognize(&bench.clips().join("Spring/b.mp4")), at("Spring/b.mp4"));
    assert_eq!(recognize(&deep), FileAnswer::At(deep.clone()), "no project's folder");
    assert_eq!(recognize(&outside), FileAnswer::At(outside.clone()));
    assert_eq!(recognize(&bench.clips().join("gone.mp4")), FileAnswer::Missing);
    let FileAnswer::Refused(told) = recognize(&bench.clips().join("x.mp4")) else { panic!("taken") };
    assert_eq!(told, "“x.mp4” is another clip: it does not hold what apiin served.");
    let cut = bench.clips().join("cut.mp4");
    fs::write(&cut, &FILM[..20]).expect("a file");
    assert!(matches!(recognize(&cut), FileAnswer::Refused(_)), "a part of it is not it");
}

#[test]
fn answers_from_an_old_clip_folder_name_the_whole_path() {
    let job = samples::id(1);
    let told = from_folder(Input::FileDone(job, FileWork::Move, at("Spring/a.mp4")), Path::new("/films"));
    assert!(matches!(&told, Input::FileDone(_, _, FileAnswer::At(path)) if path == Path::new("/films/Spring/a.mp4")));
}
