//! The clip folder: which files are there, and which of its folders are projects.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use std::time::{Duration, Instant};

use super::error::SessionError;
use super::run::Session;
use crate::domain::{JobId, Project};
use crate::engine::command::Command;

/// How long the engine may be busy before it is told no more of what was found.
const BUSY: Duration = Duration::from_secs(30);

/// How long to wait before a busy engine is told again.
const AGAIN: Duration = Duration::from_millis(5);

impl Session {
    /// Those of these clips whose file is not there; `None` when the clip folder itself is not there, so that nothing can be
    /// said of its files. Blocks, and for long where a drive does not answer.
    pub fn missing_files(&self, files: Vec<(JobId, PathBuf)>) -> Option<Vec<JobId>> {
        missing_of(&self.clip_folder(), files)
    }

    /// Saves clips in this folder from now on, `None` in the usual one, which is returned. Of `files`, those count as there
    /// that lie in it, because the folder was moved or mounted elsewhere; each is looked at whether it is the very clip. All
    /// others stay where they were, also while that is out of reach. Blocks.
    ///
    /// # Errors
    ///
    /// [`SessionError::Busy`] when the engine takes nothing; nothing is changed then.
    pub fn set_clip_folder(
        &self,
        folder: Option<PathBuf>,
        files: Vec<(JobId, PathBuf)>,
    ) -> Result<PathBuf, SessionError> {
        let folder = folder.unwrap_or_else(|| self.usual_clips().to_owned());
        if let Err(err) = fs::create_dir_all(&folder) {
            // The first clip says so.
            tracing::warn!(folder = %folder.display(), %err, "the new clip folder cannot be made");
        }
        let there = files_in(&folder, files);
        self.send(Command::SetClipFolder(folder.clone()))?;
        self.use_clip_folder(folder.clone());
        let deadline = Instant::now() + BUSY;
        for (job, path) in there {
            while self.send(Command::FileFound(job, path.clone())).is_err() {
                if Instant::now() >= deadline {
                    tracing::warn!("the engine takes no more; the other clips are found at the next start");
                    return Ok(folder);
                }
                std::thread::sleep(AGAIN);
            }
        }
        Ok(folder)
    }

    /// The folders of the clip folder that can be projects. Blocks.
    pub fn projects(&self) -> Vec<Project> {
        projects_in(&self.clip_folder())
    }

    /// Makes the folder of a project. Blocks.
    ///
    /// # Errors
    ///
    /// The error of the system, when the folder cannot be made.
    pub fn make_project_folder(&self, project: &Project) -> io::Result<()> {
        fs::create_dir_all(self.clip_folder().join(project.as_str()))
    }
}

/// Those whose file is not there. One of which that cannot be told, because its folder may not be read, counts as there.
/// `None` when a file should lie in the clip folder and that is not there, or when several should and it is empty: a drive
/// that is not mounted leaves an empty folder.
fn missing_of(clips: &Path, files: Vec<(JobId, PathBuf)>) -> Option<Vec<JobId>> {
    let is_gone = |path: &Path| matches!(path.try_exists(), Ok(false));
    let expected = files.iter().filter(|(_, path)| path.is_relative()).count();
    let is_empty = || fs::read_dir(clips).is_ok_and(|mut entries| entries.next().is_none());
    if (expected > 0 && is_gone(clips)) || (expected > 1 && is_empty()) {
        return None;
    }
    Some(files.into_iter().filter(|(_, path)| is_gone(&clips.join(path))).map(|(job, _)| job).collect())
}

/// Those that lie in this folder under the path that they have in the clip folder, with their whole paths.
fn files_in(folder: &Path, files: Vec<(JobId, PathBuf)>) -> Vec<(JobId, PathBuf)> {
    let relative = files.into_iter().filter(|(_, path)| path.is_relative());
    relative.map(|(job, path)| (job, folder.join(path))).filter(|(_, path)| path.is_file()).collect()
}

/// The folders whose names can be names of projects.
fn projects_in(clips: &Path) -> Vec<Project> {
    let Ok(entries) = fs::read_dir(clips) else { return Vec::new() };
    let folders = entries.filter_map(Result::ok).filter(|entry| entry.path().is_dir());
    let names = folders.filter_map(|entry| entry.file_name().into_string().ok());
    // A name with spaces around it would become another one.
    names.filter_map(|name| Project::new(&name).ok().filter(|project| project.as_str() == name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::id as job;

    #[test]
    fn folders_are_projects_and_files_are_not() {
        let clips = tempfile::tempdir().expect("a folder");
        for folder in ["Spring film", "春", ".hidden", "a:b", " padded "] {
            fs::create_dir(clips.path().join(folder)).expect("a folder");
        }
        fs::write(clips.path().join("clip.mp4"), "film").expect("a file");
        let mut found: Vec<String> = projects_in(clips.path()).into_iter().map(String::from).collect();
        found.sort();
        assert_eq!(found, ["Spring film", "春"]);
        assert!(projects_in(&clips.path().join("not there")).is_empty());
    }

    #[test]
    fn of_a_moved_folder_the_files_are_found() {
        let clips = tempfile::tempdir().expect("a folder");
        fs::create_dir(clips.path().join("Spring")).expect("a folder");
        fs::write(clips.path().join("Spring/here.mp4"), "film").expect("a file");
        let files = vec![
            (job(1), "Spring/here.mp4".into()),
            (job(2), "Spring".into()),
            (job(3), "gone.mp4".into()),
            (job(4), clips.path().join("Spring/here.mp4")),
        ];
        assert_eq!(files_in(clips.path(), files), [(job(1), clips.path().join("Spring/here.mp4"))]);
    }

    #[test]
    fn what_is_not_there_is_missing() {
        let clips = tempfile::tempdir().expect("a folder");
        fs::write(clips.path().join("here.mp4"), "film").expect("a file");
        let files = vec![
            (job(1), "here.mp4".into()),
            (job(2), "gone.mp4".into()),
            (job(3), "No folder/gone.mp4".into()),
            (job(4), clips.path().join("here.mp4")),
        ];
        assert_eq!(missing_of(clips.path(), files), Some(vec![job(2), job(3)]));
    }

    #[test]
    fn a_folder_that_is_not_there_says_nothing_of_its_files() {
        let home = tempfile::tempdir().expect("a folder");
        let drive = home.path().join("drive");
        let elsewhere = (job(2), home.path().join("elsewhere.mp4"));
        assert_eq!(missing_of(&drive, vec![(job(1), "clip.mp4".into()), elsewhere.clone()]), None);
        assert_eq!(missing_of(&drive, vec![elsewhere]), Some(vec![job(2)]), "no clip of ours lies in it");
        fs::create_dir(&drive).expect("a folder");
        assert_eq!(missing_of(&drive, vec![(job(1), "clip.mp4".into())]), Some(vec![job(1)]));
        let two = || vec![(job(1), PathBuf::from("clip.mp4")), (job(2), PathBuf::from("other.mp4"))];
        assert_eq!(missing_of(&drive, two()), None, "an empty folder in the place of a drive");
        fs::write(drive.join("other.mp4"), "film").expect("a file");
        assert_eq!(missing_of(&drive, two()), Some(vec![job(1)]));
    }
}
