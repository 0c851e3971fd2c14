//! Another clip folder while the program runs, as the window sets it: clips that lie there count as there, all others stay
//! where they were, also while that is away.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rushes::domain::{Job, JobId};
use rushes::engine::event::Event;
use rushes::session::{Home, Manner, Session};
use tokio::sync::mpsc::Receiver;

use super::generate_at;
use crate::support::bench::Bench;

/// The open session of a library, as the window has it.
async fn open(library: &Path) -> (Session, Receiver<Event>, Vec<Job>) {
    let home = Home::find(Some(library)).expect("a folder");
    let opened = home.open_in_background().await.expect("it opens");
    let jobs = opened.library.every_job().await.expect("readable");
    let live = opened.live.into_iter().map(Into::into).collect();
    let handle = tokio::runtime::Handle::current();
    let (session, events) =
        Session::start(&home, opened.library, live, opened.history, handle, Manner::WINDOW, || {}).expect("it starts");
    (session, events, jobs)
}

/// Sets the folder as the window does, and waits until every clip has a path of its own.
async fn set(library: &Path, folder: PathBuf) -> Vec<PathBuf> {
    let (session, mut events, jobs) = open(library).await;
    let path_of = |job: &Job| job.clip.as_ref().map(|clip| clip.path.clone());
    let files: Vec<(JobId, PathBuf)> = jobs.iter().filter_map(|job| Some((job.id, path_of(job)?))).collect();
    let window = session.clone();
    let set = tokio::task::spawn_blocking(move || window.set_clip_folder(Some(folder), files));
    set.await.expect("no panic").expect("the engine takes it");
    let mut found = BTreeMap::new();
    let all = async {
        while found.len() < jobs.len() {
            let job = match events.recv().await.expect("the engine runs") {
                Event::Settled(job, _) | Event::JobChanged(job) => job,
                _ => continue,
            };
            let path = path_of(&job).expect("a clip");
            if path.is_absolute() {
                found.insert(job.id, path);
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), all).await.expect("every clip has its place");
    session.close(std::future::ready(())).await;
    found.into_values().collect()
}

#[test]
fn a_folder_that_was_moved_keeps_its_clips_and_one_that_is_away_too() {
    let bench = Bench::new();
    for _ in 0..2 {
        assert_eq!(bench.run(&generate_at("apiin")).code, 0);
    }
    let (library, old) = (bench.library(), bench.library().join("clips"));
    let drive = bench.dir.path().join("drive");

    // The drive with the clips is mounted elsewhere.
    std::fs::rename(&old, &drive).expect("renamed");
    let settings = format!("clip_folder = {:?}\n", drive.to_string_lossy());
    std::fs::write(library.join("settings.toml"), settings).expect("written");
    assert_eq!(bench.run(&["watch"]).code, 0);
    let files: Vec<PathBuf> =
        bench.jobs().iter().map(|job| PathBuf::from(job["file"].as_str().expect("a file"))).collect();
    assert!(files.iter().all(|file| file.starts_with(&drive) && file.is_file()), "{files:?}");

    // It is unplugged, and another folder is chosen that has a file of the same name.
    let (away, other) = (bench.dir.path().join("away"), bench.dir.path().join("other"));
    std::fs::rename(&drive, &away).expect("renamed");
    std::fs::create_dir(&other).expect("made");
    std::fs::write(other.join(files[0].file_name().expect("a name")), "another film").expect("written");
    let kept = bench.runtime.block_on(set(&library, other.clone()));
    assert!(kept.iter().all(|path| path.starts_with(&drive)), "{kept:?}");
    std::fs::write(library.join("settings.toml"), format!("clip_folder = {:?}\n", other.to_string_lossy()))
        .expect("written");

    // The next start finds them in the old place, now that it is back.
    std::fs::rename(&away, &drive).expect("renamed");
    assert_eq!(bench.run(&["watch"]).code, 0);
    for job in bench.jobs() {
        let file = PathBuf::from(job["file"].as_str().expect("a file"));
        assert!(file.starts_with(&drive) && file.is_file(), "{job}");
    }
}
