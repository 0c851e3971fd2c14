//! The model of a clip folder and a trash: no file may be lost in them or overwritten.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::domain::{Clip, Job, JobId, Project};
use crate::engine::machine::file_work::{FileAnswer, FileWork};

/// The files in a clip folder and in the trash, and whose clips they are.
#[derive(Debug, Default)]
pub(super) struct Files {
    folder: BTreeMap<PathBuf, JobId>,
    trash: BTreeMap<PathBuf, JobId>,
    /// Number of pieces of work that were asked for.
    pub(super) done: u32,
}

impl Files {
    /// Puts the file of a downloaded clip into the folder, and returns its path.
    pub(super) fn arrive(&mut self, job: JobId) -> PathBuf {
        let path = PathBuf::from(format!("{}.mp4", job.short()));
        self.folder.insert(path.clone(), job);
        path
    }

    /// Does what is asked, as the real thing does: never over another file, and adopting what an earlier try did.
    pub(super) fn work(&mut self, job: &Job, work: &FileWork, is_refused: bool) -> FileAnswer {
        let path = job.known_clip().expect("files belong to clips").path.clone();
        let refused = || FileAnswer::Refused("The disk is read-only.".to_owned());
        let is_here = self.folder.get(&path) == Some(&job.id);
        self.done += 1;
        match work {
            FileWork::Move => {
                let folder = job.project.as_ref().map_or("", Project::as_str);
                let to = PathBuf::from(folder).join(path.file_name().expect("a name"));
                if is_here && is_refused {
                    return refused();
                }
                if is_here {
                    let other = self.folder.get(&to).filter(|owner| **owner != job.id);
                    assert!(other.is_none(), "another file was overwritten");
                    self.folder.remove(&path);
                    self.folder.insert(to.clone(), job.id);
                }
                if self.folder.get(&to) == Some(&job.id) { FileAnswer::At(to) } else { FileAnswer::Missing }
            }
            FileWork::Trash => {
                if is_here && is_refused {
                    return refused();
                }
                if is_here {
                    self.folder.remove(&path);
                    self.trash.insert(path.clone(), job.id);
                }
                if self.trash.contains_key(&path) { FileAnswer::InTrash } else { FileAnswer::Missing }
            }
            FileWork::TakeBack => {
                if is_here {
                    return FileAnswer::At(path);
                }
                if is_refused {
                    return refused();
                }
                match self.trash.remove(&path) {
                    Some(owner) => {
                        self.folder.insert(path.clone(), owner);
                        FileAnswer::At(path)
                    }
                    None => FileAnswer::Missing,
                }
            }
            FileWork::Recognize(_) if is_refused => refused(),
            FileWork::Recognize(_) if is_here => FileAnswer::At(path),
            FileWork::Recognize(_) => FileAnswer::Missing,
        }
    }

    /// Where everything has come to rest, every clip's file is where its row says, or in the trash.
    pub(super) fn check(&self, seed: u64, job: &Job, clip: &Clip) {
        let is_here = self.folder.get(&clip.path) == Some(&job.id);
        let is_trashed = self.trash.get(&clip.path) == Some(&job.id);
        assert!(is_here || is_trashed, "seed {seed}: the file of {} is lost: {job:?} {self:?}", job.id);
        if job.is_in_trash {
            assert!(is_trashed && job.is_hidden && job.trashed_at.is_some(), "seed {seed}: {job:?}");
        }
        if is_here && !job.is_hidden {
            assert_eq!(Project::of_path(&clip.path), job.project, "seed {seed}: row and folder differ");
        }
    }
}
