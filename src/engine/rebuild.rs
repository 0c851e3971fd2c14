//! Rebuilds a library from clips: finds the films in a folder that carry their recipe, and says what each means for a
//! library.
//!
//! [`look_through`] reads the films, [`place`] decides. Nothing here writes: jobs that a library has already are never
//! replaced, and no film is moved, named or changed.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::disk::hash_start;
use crate::domain::{Charge, Job, JobId, JobState, Project, Recipe, Sha256Hex};
use crate::media::{self, MovieError};

/// Extensions of files that are expected to be MP4 films. Another file is taken for one by its first bytes.
const FILM_ENDINGS: [&str; 3] = ["mp4", "m4v", "mov"];

/// A whole film that carries its recipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundClip {
    /// The absolute path of the film.
    pub path: PathBuf,
    /// Its path relative to the folder that was looked through.
    pub place: PathBuf,
    /// The recipe that the film carries.
    pub recipe: Recipe,
    /// Whether the film is byte for byte the one that the gateway served.
    pub is_as_served: bool,
}

/// A file or folder that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The path of the file or folder.
    pub path: PathBuf,
    /// Why it was skipped, as a clause such as "it carries no recipe".
    pub reason: String,
    /// Whether something is wrong with it. A film without a recipe was not made by this program and is no trouble.
    pub is_trouble: bool,
}

/// What was found in a folder, sorted by path. Files that are no films are not listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sightings {
    /// The clips that can be brought back.
    pub clips: Vec<FoundClip>,
    /// The files and folders that could not be used, and why.
    pub skipped: Vec<Skipped>,
}

impl Sightings {
    fn skip(&mut self, path: &Path, reason: impl Into<String>, is_trouble: bool) {
        self.skipped.push(Skipped { path: path.to_owned(), reason: reason.into(), is_trouble });
    }
}

/// Looks through a folder and all folders in it, and reads every film with a recipe to its end. Links are not
/// followed, so that the search neither runs in circles nor leaves the folder. `leave_out` is a folder of the
/// library's own files, which is skipped.
///
/// # Errors
///
/// When the folder itself cannot be read.
pub fn look_through(folder: &Path, leave_out: &Path) -> io::Result<Sightings> {
    let folder = std::path::absolute(folder)?;
    let leave_out = fs::canonicalize(leave_out).ok();
    let mut seen = Sightings::default();
    let mut folders = vec![folder.clone()];
    while let Some(dir) = folders.pop() {
        if leave_out.is_some() && fs::canonicalize(&dir).ok() == leave_out {
            continue;
        }
        let entries = match fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(error) if dir == folder => return Err(error),
            Err(error) => {
                seen.skip(&dir, format!("it cannot be read: {error}"), true);
                continue;
            }
        };
        for entry in entries {
            let (path, kind) = match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))) {
                Ok(found) => found,
                Err(error) => {
                    seen.skip(&dir, format!("it cannot be read to its end: {error}"), true);
                    break;
                }
            };
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_symlink() {
                if has_film_ending(&path) || path.is_dir() {
                    seen.skip(&path, "it is a link; name the folder that it leads to", false);
                }
            } else if kind.is_file() {
                // Devices and pipes are not even opened: that could wait for ever.
                look_at(&path, &folder, &mut seen);
            }
        }
    }
    seen.clips.sort_by(|one, other| one.path.cmp(&other.path));
    seen.skipped.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(seen)
}

fn look_at(path: &Path, folder: &Path, seen: &mut Sightings) {
    match read_clip(path) {
        Ok(Some((recipe, is_as_served))) => {
            let place = path.strip_prefix(folder).unwrap_or(path).to_owned();
            seen.clips.push(FoundClip { path: path.to_owned(), place, recipe, is_as_served });
        }
        Ok(None) => {}
        Err((reason, is_trouble)) => seen.skip(path, reason, is_trouble),
    }
}

/// The recipe of a film, and whether the film is as it was served. `None` for a file that is no film; the error says
/// why the film is skipped and whether that is trouble.
fn read_clip(path: &Path) -> Result<Option<(Recipe, bool)>, (String, bool)> {
    let unreadable = |error: io::Error| (format!("it cannot be read: {error}"), true);
    let of_movie = |error: MovieError| (error.to_string(), !matches!(error, MovieError::NotMp4));
    let mut file = File::open(path).map_err(unreadable)?;
    if !begins_as_film(&mut file).map_err(unreadable)? {
        return if has_film_ending(path) { Err(of_movie(MovieError::NotMp4)) } else { Ok(None) };
    }
    if path.extension().is_some_and(|ending| ending == "part") {
        return Err(("it is a download that was not finished".to_owned(), false));
    }
    let packet = media::read_xmp(&mut file).map_err(of_movie)?;
    let recipe = match packet {
        Some(packet) => Recipe::from_packet(&packet.bytes).map_err(|error| (error.to_string(), true))?,
        None => None,
    };
    let Some(recipe) = recipe else { return Err(("it carries no recipe".to_owned(), false)) };
    match media::check_movie(path) {
        // A film that cannot be decoded here is still a clip, as when it was downloaded.
        Ok(_) | Err(MovieError::Unsupported(_)) => {}
        Err(error) => return Err(of_movie(error)),
    }
    let length = file.metadata().map_err(unreadable)?.len();
    let is_as_served = recipe.film.served_bytes <= length
        && Sha256Hex::from(hash_start(&mut file, recipe.film.served_bytes).map_err(unreadable)?) == recipe.film.sha256;
    Ok(Some((recipe, is_as_served)))
}

fn begins_as_film(file: &mut File) -> io::Result<bool> {
    let mut head = Vec::new();
    file.take(8).read_to_end(&mut head)?;
    Ok(head.get(4..) == Some(b"ftyp"))
}

fn has_film_ending(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    FILM_ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// What a library makes of a found clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The library does not know the job of this clip: the job is added.
    New(Box<Job>),
    /// The library knows the job, and its file was missing or never came: the job now names this file.
    FoundAgain(Box<Job>),
    /// The library knows the job and has its file, or put it into the trash; nothing is changed.
    Known,
    /// Another of the found files holds a clip of the same job and is taken instead.
    Copy,
}

/// Decides what each found clip means, in the order of [`Sightings::clips`]. `clips` is the library's clip folder;
/// `is_there` tells whether a file exists.
pub fn place(found: &[FoundClip], jobs: &[Job], clips: &Path, is_there: impl Fn(&Path) -> bool) -> Vec<Meaning> {
    let known: HashMap<JobId, &Job> = jobs.iter().map(|job| (job.id, job)).collect();
    let clip_folder = fs::canonicalize(clips).unwrap_or_else(|_| clips.to_owned());
    let mut taken: HashMap<JobId, usize> = HashMap::new();
    for (index, clip) in found.iter().enumerate() {
        let best = taken.entry(clip.recipe.job).or_insert(index);
        // Of several files of one job, the first one is taken that is as it was served.
        if !found[*best].is_as_served && clip.is_as_served {
            *best = index;
        }
    }
    let mut meanings = Vec::with_capacity(found.len());
    for (index, clip) in found.iter().enumerate() {
        meanings.push(match known.get(&clip.recipe.job) {
            _ if taken.get(&clip.recipe.job) != Some(&index) => Meaning::Copy,
            None => {
                let mut job = clip.recipe.to_job(path_in_library(clip, &clip_folder));
                job.project = project_of(clip, &clip_folder);
                if let Some(film) = job.clip.as_mut().filter(|_| !clip.is_as_served) {
                    film.recipe_note = Some(
                        "The file was changed after it was downloaded: it is not what the gateway served.".to_owned(),
                    );
                }
                Meaning::New(Box::new(job))
            }
            Some(job) if misses_this(job, clip, clips, &is_there) => {
                let mut job = Job::clone(job);
                if let Some(film) = &mut job.clip {
                    film.path = path_in_library(clip, &clip_folder);
                }
                Meaning::FoundAgain(Box::new(job))
            }
            Some(job) if was_given_up(job, clip) => {
                let recovered = clip.recipe.to_job(path_in_library(clip, &clip_folder));
                Meaning::FoundAgain(Box::new(Job {
                    state: recovered.state,
                    clip: recovered.clip,
                    old_clip: None,
                    delivered: None,
                    part: None,
                    message: None,
                    charge: if job.charge == Charge::NotKnown { recovered.charge } else { job.charge },
                    ..Job::clone(job)
                }))
            }
            Some(_) => Meaning::Known,
        });
    }
    meanings
}

/// Whether the library knows this job and its file is missing, and this is that file. A clip in the trash is not
/// missing.
fn misses_this(job: &Job, clip: &FoundClip, clips: &Path, is_there: impl Fn(&Path) -> bool) -> bool {
    job.state == JobState::Ready
        && job.trashed_at.is_none()
        && clip.is_as_served
        && job
            .clip
            .as_ref()
            .is_some_and(|film| film.sha256 == clip.recipe.film.sha256 && !is_there(&clips.join(&film.path)))
}

/// Whether the library has given up this job's clip, and this is it. A record of the clip as it was has to agree.
fn was_given_up(job: &Job, clip: &FoundClip) -> bool {
    matches!(job.state, JobState::Gone | JobState::NotWatched)
        && !job.is_hidden
        && clip.is_as_served
        && job.known_clip().is_none_or(|known| known.sha256 == clip.recipe.film.sha256)
}

/// The path of a clip as [`crate::domain::Clip::path`] wants it: relative within the clip folder, else absolute.
fn path_in_library(clip: &FoundClip, clip_folder: &Path) -> PathBuf {
    within(clip, clip_folder).unwrap_or_else(|| clip.path.clone())
}

fn within(clip: &FoundClip, clip_folder: &Path) -> Option<PathBuf> {
    let real = fs::canonicalize(&clip.path).ok()?;
    real.strip_prefix(clip_folder).ok().map(Path::to_owned)
}

/// The project of a clip: the folder in the clip folder that holds it, because that is what a project is, and the user may have
/// moved it there since; else the one in the recipe; else the folder below the one that was looked through.
fn project_of(clip: &FoundClip, clip_folder: &Path) -> Option<Project> {
    let in_library = within(clip, clip_folder).and_then(|place| folder_project(&place));
    in_library.or_else(|| clip.recipe.project.clone()).or_else(|| folder_project(&clip.place))
}

/// The first folder of a relative path as a project, where it can be one.
fn folder_project(place: &Path) -> Option<Project> {
    let mut parts = place.components();
    let first = parts.next()?;
    // The last part is the file itself.
    parts.next()?;
    Project::new(first.as_os_str().to_str()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::recipe::samples::ready;
    use crate::domain::{Clip, UnixMillis};

    fn found(path: &str, is_as_served: bool) -> FoundClip {
        let recipe = Recipe::of(&ready()).expect("a clip");
        let place = PathBuf::from(path);
        FoundClip { path: Path::new("/nowhere/found").join(path), place, recipe, is_as_served }
    }

    fn one(clip: &FoundClip, jobs: &[Job], is_there: bool) -> Meaning {
        place(std::slice::from_ref(clip), jobs, Path::new("/nowhere/clips"), |_| is_there).remove(0)
    }

    #[test]
    fn a_library_that_knows_the_job_keeps_it() {
        let clip = found("x.mp4", true);
        let job = ready();
        let trashed = Job { trashed_at: Some(UnixMillis(1)), ..ready() };
        let other = Job {
            clip: job.clip.clone().map(|clip| Clip { sha256: Sha256Hex::of(b"another film"), ..clip }),
            ..ready()
        };
        let loading = Job { state: JobState::Downloading, clip: None, ..ready() };
        for (name, job, is_there) in [
            ("there", &job, true),
            ("in the trash", &trashed, false),
            ("another film", &other, false),
            ("not ready", &loading, false),
        ] {
            assert_eq!(one(&clip, std::slice::from_ref(job), is_there), Meaning::Known, "{name}");
        }
        assert_eq!(one(&found("x.mp4", false), std::slice::from_ref(&job), false), Meaning::Known, "changed");
        let Meaning::FoundAgain(again) = one(&clip, std::slice::from_ref(&job), false) else {
            panic!("it was missing")
        };
        let path = clip.path.clone();
        assert_eq!(*again, Job { clip: job.clip.clone().map(|film| Clip { path, ..film }), ..job });
    }

    #[test]
    fn a_clip_that_was_given_up_is_taken_when_it_turns_up() {
        let clip = found("x.mp4", true);
        for state in [JobState::Gone, JobState::NotWatched] {
            let given_up = Job { state, clip: None, charge: Charge::Yes(None), ..ready() };
            let refetched = Job { old_clip: ready().clip, ..given_up.clone() };
            for job in [&given_up, &refetched] {
                let Meaning::FoundAgain(again) = one(&clip, std::slice::from_ref(job), false) else {
                    panic!("{state}: it was given up")
                };
                assert_eq!((again.state, again.charge), (JobState::Ready, Charge::Yes(None)), "{state}");
                assert_eq!(again.clip.as_ref().map(|film| film.path.clone()), Some(clip.path.clone()), "{state}");
                assert!(again.old_clip.is_none() && again.message.is_none(), "{state}");
            }
            let other = ready().clip.map(|film| Clip { sha256: Sha256Hex::of(b"another film"), ..film });
            let another = Job { old_clip: other, ..given_up.clone() };
            let hidden = Job { is_hidden: true, ..given_up };
            for job in [another, hidden] {
                assert_eq!(one(&clip, std::slice::from_ref(&job), false), Meaning::Known, "{state}");
            }
        }
    }

    #[test]
    fn of_several_files_the_one_as_served_is_taken() {
        let clips = [found("a.mp4", false), found("b.mp4", true), found("c.mp4", true)];
        let meanings = place(&clips, &[], Path::new("/nowhere/clips"), |_| false);
        assert!(matches!(meanings[..], [Meaning::Copy, Meaning::New(_), Meaning::Copy]), "{meanings:?}");
        let Meaning::New(changed) = one(&clips[0], &[], false) else { panic!("it is new") };
        let film = changed.clip.expect("a clip");
        assert!(film.recipe_note.is_some_and(|note| note.contains("changed")));
    }

    #[test]
    fn the_project_is_the_folder_where_there_is_one() {
        let project = |name: &str| Project::new(name).ok();
        for (name, recipe, expected) in [
            ("x.mp4", None, None),
            ("x.mp4", project("Spring"), project("Spring")),
            ("Autumn/x.mp4", None, project("Autumn")),
            ("Autumn/deep/x.mp4", None, project("Autumn")),
            ("Autumn/x.mp4", project("Spring"), project("Spring")),
            (".hidden/x.mp4", None, None),
        ] {
            let mut clip = found(name, true);
            clip.recipe.project = recipe;
            assert_eq!(project_of(&clip, Path::new("/nowhere/clips")), expected, "{name}");
        }
        let clips = tempfile::tempdir().expect("a folder");
        let clip_folder = fs::canonicalize(clips.path()).expect("a folder");
        fs::create_dir(clip_folder.join("Autumn")).expect("a folder");
        fs::write(clip_folder.join("Autumn/x.mp4"), b"film").expect("a file");
        let mut clip = found("Autumn/x.mp4", true);
        clip.path = clips.path().join("Autumn/x.mp4");
        clip.recipe.project = project("Spring");
        assert_eq!(project_of(&clip, &clip_folder), project("Autumn"), "it was moved in the clip folder");
        assert_eq!(path_in_library(&clip, &clip_folder), Path::new("Autumn/x.mp4"));
    }
}
