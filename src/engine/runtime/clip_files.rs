//! Does the work on the files of finished clips, one after the other: moves a clip into the folder of a project, puts
//! it into the trash and takes it back, and tells whether a file that was found is the clip.
//!
//! No file is ever overwritten. Every piece of work goes on from where an earlier try was killed: a file that lies at
//! its destination already is left there and counts as moved.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;

use super::task_result::TaskResult;
use crate::desktop::trash::{self, Contents, TrashError};
use crate::domain::{Clip, Job, JobId, Project, Sha256Hex};
use crate::engine::disk::{NAME_NUMBERS, hash_start, no_free_name, numbered, sync_parent, words_for_moving};
use crate::engine::machine::{FileAnswer, FileWork, Input};

/// Work on files, to be done in this order.
pub(super) type Batch = Vec<(Box<Job>, FileWork)>;

/// Does the work on a thread that may block. Answers for every piece of it, also when it panics.
pub(super) async fn work(batch: Batch, clips: PathBuf) -> TaskResult {
    let all: Vec<(JobId, FileWork)> = batch.iter().map(|(job, work)| (job.id, work.clone())).collect();
    let folder = clips.clone();
    let done = spawn_blocking(move || {
        let mut worker = Worker { clips: &folder, trash: None };
        batch.into_iter().map(|(job, work)| worker.perform(&job, work)).collect::<Vec<_>>()
    })
    .await;
    TaskResult::Files(done.unwrap_or_else(|_| failed(all)), clips)
}

/// The answers for work that was broken off.
pub(super) fn failed(batch: Vec<(JobId, FileWork)>) -> Vec<Input> {
    let refused = || FileAnswer::Refused("Working on the file was broken off.".to_owned());
    batch.into_iter().map(|(job, work)| Input::FileDone(job, work, refused())).collect()
}

/// Makes the path in an answer absolute. It was given for the clip folder `folder`, and clips go to another one by
/// now.
pub(super) fn from_folder(input: Input, folder: &Path) -> Input {
    match input {
        Input::FileDone(job, work, FileAnswer::At(path)) => {
            let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
            Input::FileDone(job, work, FileAnswer::At(folder.join(path)))
        }
        other => other,
    }
}

struct Worker<'a> {
    clips: &'a Path,
    /// The contents of the trash. They are read once for a batch, when they are first needed.
    trash: Option<Contents>,
}

impl Worker<'_> {
    fn perform(&mut self, job: &Job, work: FileWork) -> Input {
        let answer = match (job.known_clip(), &work) {
            (None, _) => FileAnswer::Missing,
            (Some(clip), FileWork::Move) => self.move_to_project(clip, job.project.as_ref()),
            (Some(clip), FileWork::Trash) => self.trash(clip),
            (Some(clip), FileWork::TakeBack) => self.take_back(clip),
            (Some(clip), FileWork::Recognize(path)) => self.recognize(job, clip, path),
        };
        if let FileAnswer::Refused(reason) = &answer {
            tracing::warn!(job = %job.id, ?work, %reason, "a file stays as it is");
        }
        Input::FileDone(job.id, work, answer)
    }

    fn move_to_project(&self, clip: &Clip, project: Option<&Project>) -> FileAnswer {
        let target = match project {
            Some(project) => Path::new(project.as_str()),
            None => Path::new(""),
        };
        match move_into(self.clips, clip, target) {
            Ok(Some(path)) => FileAnswer::At(path),
            Ok(None) => FileAnswer::Missing,
            Err(error) => {
                let folder = project.map_or_else(|| "the clip folder".to_owned(), |project| format!("“{project}”"));
                FileAnswer::Refused(format!("The clip was not moved into {folder}: {}.", words_for_moving(&error)))
            }
        }
    }

    fn trash(&mut self, clip: &Clip) -> FileAnswer {
        let file = self.clips.join(&clip.path);
        match trash::put(&file) {
            Ok(()) => FileAnswer::InTrash,
            // The program may have been killed after the file was moved and before that was stored.
            Err(TrashError::Missing) if self.contents().holds(&file) => FileAnswer::InTrash,
            Err(TrashError::Missing) => FileAnswer::Missing,
            Err(TrashError::Refused(reason)) => {
                FileAnswer::Refused(format!("{} was not put into the trash: {reason}.", name_of(&file)))
            }
        }
    }

    fn take_back(&mut self, clip: &Clip) -> FileAnswer {
        let file = self.clips.join(&clip.path);
        if is_clip(&file, clip) {
            // Taken back by an earlier try, or by the user.
            return FileAnswer::At(clip.path.clone());
        }
        let Some(path) = free_name(self.clips, &clip.path) else {
            return FileAnswer::Refused(format!("{} was not taken back: its name is taken.", name_of(&file)));
        };
        let target = self.clips.join(&path);
        match self.contents().take_back(&file, &target, clip.size_bytes) {
            Ok(()) => FileAnswer::At(path),
            Err(TrashError::Missing) => FileAnswer::Missing,
            Err(TrashError::Refused(reason)) => FileAnswer::Refused(format!(
                "{} could not be taken out of the trash: {reason}. Only the card is back.",
                name_of(&file)
            )),
        }
    }

    fn recognize(&self, job: &Job, clip: &Clip, path: &Path) -> FileAnswer {
        if !path.is_file() {
            return FileAnswer::Missing;
        }
        if is_clip(path, clip) {
            return FileAnswer::At(place_of(self.clips, path));
        }
        let name = name_of(path);
        FileAnswer::Refused(format!("“{name}” is another clip: it does not hold what {} served.", job.gateway))
    }

    fn contents(&mut self) -> &Contents {
        self.trash.get_or_insert_with(Contents::read)
    }
}

/// Moves the file of a clip into `folder` below the clip folder, under its own name or the next free one. `None` when
/// it is in neither place.
fn move_into(clips: &Path, clip: &Clip, folder: &Path) -> io::Result<Option<PathBuf>> {
    let from = clips.join(&clip.path);
    // A name that is no UTF-8 becomes one.
    let Some(name) = clip.path.file_name().map(|name| name.to_string_lossy()) else { return Ok(None) };
    let is_there = from.try_exists()?;
    let target_folder = clips.join(folder);
    if is_there {
        fs::create_dir_all(&target_folder)?;
    } else if !target_folder.is_dir() {
        return Ok(None);
    }
    for number in NAME_NUMBERS {
        let path = folder.join(numbered(&name, number));
        let to = clips.join(&path);
        if !is_there {
            // An earlier try moved it and could not tell.
            match to.try_exists()? {
                true if is_clip(&to, clip) => return Ok(Some(path)),
                true => continue,
                false => return Ok(None),
            }
        }
        if is_same_place(&from, &to) {
            // Two spellings of one folder, on a file system that does not tell capitals.
            return Ok(Some(path));
        }
        if rename_to_free(&from, &to)? {
            return Ok(Some(path));
        }
    }
    Err(no_free_name())
}

/// Moves a file by giving it a second name and removing the first one, so that no other file can be overwritten.
/// `false` when the name is taken.
fn rename_to_free(from: &Path, to: &Path) -> io::Result<bool> {
    match fs::hard_link(from, to) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            // The file has its second name already when an earlier try ended in between.
            if !is_same_file(from, to) {
                return Ok(false);
            }
        }
        Err(error) if error.kind() == io::ErrorKind::StorageFull => return Err(error),
        Err(_) => return replace_reserved(from, to),
    }
    sync_parent(to);
    fs::remove_file(from)?;
    sync_parent(from);
    Ok(true)
}

/// Moves a file on a file system without hard links, or to another disk: an empty file reserves the name, and the
/// file then replaces it. `false` when the name is taken.
fn replace_reserved(from: &Path, to: &Path) -> io::Result<bool> {
    match OpenOptions::new().write(true).create_new(true).open(to) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(error),
    }
    let moved = match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => copy_over(from, to),
        moved => moved,
    };
    if let Err(error) = moved {
        fs::remove_file(to).ok();
        return Err(error);
    }
    sync_parent(to);
    sync_parent(from);
    Ok(true)
}

/// Copies a file over the empty one at `to`, and removes the old one only when the copy is whole and safe.
fn copy_over(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut target = OpenOptions::new().write(true).truncate(true).open(to)?;
    let copied = io::copy(&mut source, &mut target)?;
    target.sync_all()?;
    if source.metadata()?.len() != copied {
        return Err(io::Error::other("the file changed while it was copied"));
    }
    fs::remove_file(from)
}

/// Whether the file begins with what the gateway served; what lies behind that, such as the recipe, does not count.
fn is_clip(file: &Path, clip: &Clip) -> bool {
    let hash = || {
        let mut file = File::open(file)?;
        let is_long_enough = file.metadata()?.len() >= clip.size_bytes;
        io::Result::Ok(is_long_enough.then_some(hash_start(&mut file, clip.size_bytes)?))
    };
    hash().is_ok_and(|hash| hash.is_some_and(|hash| Sha256Hex::from(hash) == clip.sha256))
}

/// Whether two paths lead to the same file or folder, however they are spelled.
fn is_same_place(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// Whether two names belong to one file.
#[cfg(unix)]
fn is_same_file(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let key = |path: &Path| path.symlink_metadata().map(|meta| (meta.dev(), meta.ino())).ok();
    key(a).is_some() && key(a) == key(b)
}

/// Whether two names belong to one file, which the standard library does not tell on this system: always `false`. The
/// next free name is taken then, and the first one stays.
#[cfg(not(unix))]
fn is_same_file(_a: &Path, _b: &Path) -> bool {
    false
}

/// The first of the names `x.mp4`, `x (2).mp4`, … that is free. An empty file counts as free and is removed: it
/// reserved the name for a file that never came.
fn free_name(clips: &Path, path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_string_lossy();
    (NAME_NUMBERS).map(|number| path.with_file_name(numbered(&name, number))).find(|path| {
        match clips.join(path).symlink_metadata() {
            Ok(meta) => meta.is_file() && meta.len() == 0 && fs::remove_file(clips.join(path)).is_ok(),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        }
    })
}

/// A path as the library stores it: relative in the clip folder and in the folders of projects, else absolute.
fn place_of(clips: &Path, path: &Path) -> PathBuf {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let path = whole(path);
    let Ok(within) = path.strip_prefix(whole(clips)) else { return path };
    let is_in_project = || {
        let folder = within.parent().and_then(Path::to_str).unwrap_or_default();
        Project::new(folder).is_ok_and(|project| project.as_str() == folder)
    };
    let is_ours = match within.components().count() {
        1 => true,
        2 => is_in_project(),
        _ => false,
    };
    if is_ours { within.to_owned() } else { path }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests;
