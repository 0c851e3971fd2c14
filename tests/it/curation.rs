//! Curation (stars, projects, trash) with real files, the real trash of a temporary home, a real library and the engine
//! between them and the window's state.

use std::path::{Path, PathBuf};
use std::process::Command as Process;
use std::time::{Duration, Instant};

use rushes::app::action::curate::Curate;
use rushes::app::update::apply;
use rushes::app::{Action, AppState, Effect, Input, Now};
use rushes::domain::Settings;
use rushes::domain::job::Poster;
use rushes::domain::samples::{self, id};
use rushes::domain::{Clip, Job, JobId, Project, Rating, Sha256Hex, UnixMillis};
use rushes::engine::event::Event;
use rushes::engine::{self, EngineHandle, EngineOptions, EngineParts};
use rushes::gateway::Http;
use rushes::library::{Library, LibraryError, Paths};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

/// Longest wait for anything; a test that needs it has failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// Set in the process of [`in_own_home`].
const OWN_HOME: &str = "RUSHES_TEST_OWN_HOME";

/// Runs the rest of a test in a process of its own whose home, and so whose trash, is a temporary folder. The environment of
/// a process that runs cannot be changed safely.
fn in_own_home(test: &str, work: impl FnOnce(&Path)) {
    if let Some(home) = std::env::var_os(OWN_HOME) {
        let home = PathBuf::from(home);
        work(&home);
        std::fs::write(home.join("passed"), "").expect("a file");
        return;
    }
    let home = TempDir::new().expect("a temporary folder");
    let status = Process::new(std::env::current_exe().expect("this program"))
        .args(["--exact", &format!("curation::{test}"), "--nocapture"])
        .env(OWN_HOME, home.path())
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path().join("data"))
        .status()
        .expect("this program starts again");
    assert!(status.success() && home.path().join("passed").exists(), "{test} failed in its own home");
}

/// A library, the engine on it, and the window's state in front of it.
struct Studio {
    paths: Paths,
    home: PathBuf,
    runtime: Runtime,
    engine: EngineHandle,
    events: mpsc::Receiver<Event>,
    state: AppState,
}

fn job(number: u128, bytes: &[u8]) -> Job {
    // Ten takes of each recipe.
    let clip = Clip {
        sha256: Sha256Hex::of(bytes),
        size_bytes: bytes.len() as u64,
        ..samples::clip(&format!("clip {number}.mp4"))
    };
    let job = samples::job(number).prompt(&format!("shot {}", number / 10)).clip(clip);
    let job = job.stars((number % 6) as u8).rejected(number.is_multiple_of(7)).ready();
    Job { poster: Poster::Impossible("a test".to_owned()), ..job }
}

fn film(number: u128) -> Vec<u8> {
    format!("ftyp film {number} ").repeat(20).into_bytes()
}

impl Studio {
    /// So many ready clips with their files; `change` may spoil a job before the engine sees it, or its folder.
    fn with(home: &Path, clips: u128, change: impl Fn(&mut Job, &Paths)) -> Self {
        let paths = Paths::portable(&home.join("library"));
        let runtime = runtime();
        std::fs::create_dir_all(&paths.clips).expect("a folder");
        let jobs: Vec<Job> = (1..=clips)
            .map(|number| {
                let bytes = film(number);
                let mut job = job(number, &bytes);
                std::fs::write(paths.clips.join(&job.clip.as_ref().expect("a clip").path), bytes).expect("a file");
                change(&mut job, &paths);
                job
            })
            .collect();
        let library = Library::open(&paths).expect("a library").library;
        runtime.block_on(async {
            library.put_all(jobs).await.expect("stored");
            library.close().await;
        });
        Self::open(home, paths, runtime)
    }

    fn open(home: &Path, paths: Paths, runtime: Runtime) -> Self {
        let opened = loop {
            // The lock is free when the library's thread of the engine before has ended.
            match Library::open(&paths) {
                Ok(opened) => break opened,
                Err(LibraryError::InUse) => std::thread::yield_now(),
                Err(error) => panic!("{error}"),
            }
        };
        let jobs = runtime.block_on(opened.library.every_job()).expect("readable");
        let (engine, events) = engine::start(EngineParts {
            runtime: runtime.handle().clone(),
            library: opened.library,
            live: opened.live.into_iter().map(Into::into).collect(),
            history: opened.history,
            http: Http::new().expect("HTTP"),
            connections: Vec::new(),
            options: EngineOptions::new(paths.clone()),
        });
        let mut studio =
            Self { home: home.to_owned(), runtime, engine, events, state: AppState::new(UnixMillis(1)), paths };
        let clip_folder = studio.paths.clips.clone();
        let settings = Settings::default();
        let jobs = jobs.into();
        studio.put(Input::Opened {
            jobs,
            history: rushes::domain::progress::History::default(),
            draft: None,
            settings: Box::new(settings),
            warnings: Vec::new(),
            clip_folder,
        });
        studio
    }

    /// Ends the engine properly and starts another one on the same library.
    fn restart(self) -> Self {
        self.runtime.block_on(self.engine.shutdown());
        let (home, paths) = (self.home.clone(), self.paths.clone());
        drop(self);
        Self::open(&home, paths, runtime())
    }

    fn put(&mut self, input: Input) {
        self.put_at(self.state.now, input);
    }

    fn put_at(&mut self, time: UnixMillis, input: Input) {
        for effect in apply(&mut self.state, Now { time, random: 1 }, input).services {
            match effect {
                Effect::Engine(command) => self.engine.send(command).expect("room for a command"),
                Effect::CheckFiles(files) => {
                    let is_gone = |path: &Path| !self.paths.clips.join(path).exists();
                    let missing = files.into_iter().filter(|(_, path)| is_gone(path)).map(|(job, _)| job).collect();
                    self.put(Input::FilesMissing(missing));
                }
                _ => {}
            }
        }
    }

    fn act(&mut self, action: Action) {
        self.put(Input::Act(action));
    }

    fn says(&mut self, word: Curate) {
        self.act(Action::Curate(word));
    }

    /// Takes in what the engine tells until the window knows what is wished.
    fn until(&mut self, what: &str, is_so: impl Fn(&AppState) -> bool) {
        while !is_so(&self.state) {
            let next = async { tokio::time::timeout(PATIENCE, self.events.recv()).await };
            let Ok(event) = self.runtime.block_on(next) else { panic!("it never was {what}: {:#?}", self.state.jobs) };
            self.put(Input::Engine(event.expect("the engine runs")));
        }
        // Later than any look at the files that was planned, and sooner than toasts end.
        let later = self.state.now.after(Duration::from_secs(4));
        self.put_at(later, Input::Tick);
    }

    fn file(&self, name: &str) -> PathBuf {
        self.paths.clips.join(name)
    }

    /// Number of files in the trash.
    fn trashed(&self) -> usize {
        std::fs::read_dir(self.home.join("data/Trash/files")).map_or(0, Iterator::count)
    }

    /// Groups with their takes, in order, and every verdict and project.
    fn gallery(&self) -> Vec<(Vec<JobId>, Vec<Job>)> {
        let jobs = |takes: &[JobId]| takes.iter().map(|id| self.state.jobs[id].clone()).collect();
        self.state.gallery.groups.iter().map(|group| (group.takes.clone(), jobs(&group.takes))).collect()
    }

    fn toasts(&self) -> Vec<(&str, &str)> {
        self.state.toasts.iter().map(|toast| (toast.title.as_str(), toast.text.as_str())).collect()
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// Goal 22: file, rating, project and place in the group come back, in 1,000 of 1,000.
#[test]
fn a_thousand_clips_go_to_the_trash_and_come_back() {
    in_own_home("a_thousand_clips_go_to_the_trash_and_come_back", |home| {
        let in_project = |job: &mut Job, paths: &Paths| {
            let number = job.id.0.as_u128();
            if number.is_multiple_of(3) {
                let project = Project::new("Spring film").expect("a name");
                let clip = job.clip.as_mut().expect("a clip");
                let path = Path::new(project.as_str()).join(&clip.path);
                std::fs::create_dir_all(paths.clips.join(project.as_str())).expect("a folder");
                std::fs::rename(paths.clips.join(&clip.path), paths.clips.join(&path)).expect("moved");
                clip.path = path;
                job.project = Some(project);
            }
        };
        let mut studio = Studio::with(home, 1000, in_project);
        let before = studio.gallery();
        assert_eq!(before.iter().map(|(takes, _)| takes.len()).sum::<usize>(), 1000);
        let all: Vec<JobId> = (1..=1000).map(id).collect();
        // One alone, then bunches, as fast as they can be asked for.
        studio.says(Curate::ToTrash(vec![all[0]]));
        for bunch in all[1..].chunks(37) {
            studio.says(Curate::ToTrash(bunch.to_vec()));
        }
        assert!(studio.gallery().is_empty(), "hidden at once");
        studio.until("in the trash", |state| state.jobs.values().all(|job| job.is_in_trash && job.is_hidden));
        assert_eq!(studio.trashed(), 1000);
        assert!(
            all.iter().all(|id| !studio
                .paths
                .clips
                .join(&studio.state.jobs[id].clip.as_ref().expect("a clip").path)
                .exists())
        );
        let steps = studio.state.undo.len();
        for _ in 0..steps {
            studio.act(Action::Undo);
        }
        studio.until("back", |state| state.jobs.values().all(|job| !job.is_in_trash && !job.is_hidden));
        assert_eq!(studio.gallery(), before);
        for id in &all {
            let job = &studio.state.jobs[id];
            let bytes = std::fs::read(studio.paths.clips.join(&job.clip.as_ref().expect("a clip").path));
            assert_eq!(bytes.expect("the file"), film(id.0.as_u128()));
        }
        assert_eq!((studio.trashed(), studio.state.missing_files.len()), (0, 0));
        assert_eq!(studio.toasts(), []);
        // The library says the same.
        let studio = studio.restart();
        assert_eq!(studio.gallery(), before);
    });
}

#[test]
fn where_there_is_no_trash_nothing_is_deleted() {
    in_own_home("where_there_is_no_trash_nothing_is_deleted", |home| {
        let mut studio = Studio::with(home, 3, |_, _| {});
        let before = studio.gallery();
        std::fs::create_dir_all(home.join("data")).expect("a folder");
        std::fs::write(home.join("data/Trash"), "not a folder").expect("a file");
        studio.says(Curate::ToTrash(vec![id(2)]));
        studio.until("refused", |state| state.toasts.iter().any(|toast| toast.title.ends_with("not done")));
        assert_eq!(studio.gallery(), before);
        assert_eq!(std::fs::read(studio.file("clip 2.mp4")).expect("the file"), film(2));
        let toasts = studio.toasts();
        assert_eq!(toasts.len(), 1, "{toasts:?}");
        assert!(toasts[0].1.starts_with("clip 2.mp4 was not put into the trash: "), "{toasts:?}");
        assert!(toasts[0].1.ends_with(". Nothing was deleted."), "{toasts:?}");
    });
}

#[test]
fn an_emptied_trash_gives_the_card_back_and_a_taken_name_a_new_one() {
    in_own_home("an_emptied_trash_gives_the_card_back_and_a_taken_name_a_new_one", |home| {
        let mut studio = Studio::with(home, 3, |_, _| {});
        studio.says(Curate::ToTrash(vec![id(1), id(2), id(3)]));
        studio.until("in the trash", |state| state.jobs.values().all(|job| job.is_in_trash));
        std::fs::remove_file(home.join("data/Trash/files/clip 1.mp4")).expect("it is there");
        std::fs::remove_file(home.join("data/Trash/info/clip 1.mp4.trashinfo")).expect("it is there");
        std::fs::write(studio.file("clip 2.mp4"), "somebody else's").expect("a file");
        studio.act(Action::Undo);
        studio.until("back", |state| !state.toasts.is_empty() && state.jobs.values().all(|job| !job.is_in_trash));
        assert_eq!(studio.state.missing_files.iter().copied().collect::<Vec<_>>(), [id(1)]);
        let told = ("Take 1: not done", "Its file is not in the trash any more, so only the card is back.");
        assert_eq!(studio.toasts(), [told]);
        assert_eq!(std::fs::read(studio.file("clip 2.mp4")).expect("the file"), b"somebody else's");
        assert_eq!(std::fs::read(studio.file("clip 2 (2).mp4")).expect("the file"), film(2));
        assert_eq!(std::fs::read(studio.file("clip 3.mp4")).expect("the file"), film(3));
        let path = |number| studio.state.jobs[&id(number)].clip.as_ref().expect("a clip").path.clone();
        assert_eq!([path(2), path(3)], ["clip 2 (2).mp4", "clip 3.mp4"].map(PathBuf::from));
    });
}

/// What a kill leaves at every point of the way into the trash, out of it and into a project.
#[test]
fn after_a_kill_row_and_file_agree() {
    in_own_home("after_a_kill_row_and_file_agree", |home| {
        let spring = || Project::new("Spring").ok();
        let spoil = |job: &mut Job, paths: &Paths| {
            let number = job.id.0.as_u128();
            let file = paths.clips.join(&job.clip.as_ref().expect("a clip").path);
            let deleted = Some(UnixMillis(2));
            match number {
                // The wish is stored; the file is where it was, or at the other place already.
                1 | 2 => (job.is_hidden, job.trashed_at) = (true, deleted),
                3 | 4 => job.is_in_trash = true,
                _ => job.project = Project::new("Spring").ok(),
            }
            if matches!(number, 2 | 3) {
                rushes::desktop::trash::put(&file).expect("a trash");
            }
            if number == 6 {
                std::fs::create_dir_all(paths.clips.join("Spring")).expect("a folder");
                std::fs::rename(&file, paths.clips.join("Spring").join("clip 6.mp4")).expect("moved");
            }
        };
        let mut studio = Studio::with(home, 6, spoil);
        studio.until("settled", |state| {
            let jobs = &state.jobs;
            let lies =
                |number: u128, path: &str| jobs[&id(number)].clip.as_ref().expect("a clip").path == Path::new(path);
            jobs[&id(1)].is_in_trash
                && jobs[&id(2)].is_in_trash
                && !jobs[&id(3)].is_in_trash
                && !jobs[&id(4)].is_in_trash
                && lies(5, "Spring/clip 5.mp4")
                && lies(6, "Spring/clip 6.mp4")
        });
        for (name, is_there) in [
            ("clip 1.mp4", false),
            ("clip 2.mp4", false),
            ("clip 3.mp4", true),
            ("clip 4.mp4", true),
            ("clip 5.mp4", false),
            ("Spring/clip 5.mp4", true),
            ("Spring/clip 6.mp4", true),
        ] {
            assert_eq!(studio.file(name).exists(), is_there, "{name}");
        }
        assert_eq!((studio.trashed(), studio.toasts()), (2, vec![]));
        assert_eq!(studio.state.jobs[&id(6)].project, spring());
    });
}

#[test]
fn clips_move_with_their_project_and_a_found_file_is_taken_only_if_it_is_the_clip() {
    let home = TempDir::new().expect("a folder");
    let mut studio = Studio::with(home.path(), 3, |_, _| {});
    studio.says(Curate::MoveTo(vec![id(1), id(2)], Project::new("Spring film").ok()));
    studio.until("moved", |state| {
        [1, 2]
            .iter()
            .all(|number| state.jobs[&id(*number)].clip.as_ref().expect("a clip").path.starts_with("Spring film"))
    });
    assert_eq!(std::fs::read(studio.file("Spring film/clip 2.mp4")).expect("the file"), film(2));
    studio.act(Action::Undo);
    studio.until("back", |state| state.jobs[&id(2)].clip.as_ref().expect("a clip").path == Path::new("clip 2.mp4"));
    assert_eq!(std::fs::read(studio.file("clip 1.mp4")).expect("the file"), film(1));

    // Moved by hand, with more behind the film, as a recipe is.
    let elsewhere = home.path().join("found.mp4");
    std::fs::write(&elsewhere, [film(3), b"uuid recipe".to_vec()].concat()).expect("a file");
    std::fs::remove_file(studio.file("clip 3.mp4")).expect("it is there");
    let later = studio.state.now.after(Duration::from_secs(5));
    studio.put_at(later, Input::Tick);
    studio.put(Input::CameToFront);
    assert!(studio.state.missing_files.contains(&id(3)), "seen when the window comes back");
    let wrong = studio.file("clip 1.mp4");
    studio.put(Input::FilePicked(id(3), Some(wrong)));
    studio.until("refused", |state| state.toasts.iter().any(|toast| toast.text.contains("another clip")));
    assert!(studio.state.missing_files.contains(&id(3)));
    studio.put(Input::FilePicked(id(3), Some(elsewhere.clone())));
    studio.until("found", |state| state.jobs[&id(3)].clip.as_ref().expect("a clip").path == elsewhere);
    assert!(!studio.state.missing_files.contains(&id(3)));
}

/// Goal 22: rating 200 clips by keyboard. Prints how long a key takes in a library of 10,000; nothing is asserted of time.
#[test]
fn two_hundred_clips_are_rated_one_key_after_the_other() {
    let home = TempDir::new().expect("a folder");
    let mut studio = Studio::with(home.path(), 10_000, |_, _| {});
    let mut times = Vec::new();
    for number in 1..=200 {
        let began = Instant::now();
        let rating = Rating::new((number % 5 + 1) as u8);
        studio.says(Curate::Rate(vec![id(number)], rating));
        times.push(began.elapsed());
        assert_eq!(studio.state.jobs[&id(number)].verdict.rating, rating, "in the same frame");
    }
    times.sort();
    eprintln!("rating in a library of 10,000: median {:?}, p99 {:?} per key", times[100], times[198]);
    let studio = studio.restart();
    assert!((1..=200).all(|number| studio.state.jobs[&id(number)].verdict.rating.stars() == (number % 5 + 1) as u8));
}
