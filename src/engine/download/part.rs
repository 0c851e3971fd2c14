//! The part file: the bytes of a clip that have arrived, until the clip is whole. All work on the disk runs on
//! blocking threads.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::PathBuf;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;

use super::file::{Behind, Open, PartError, blocking, disk, interrupted};
use super::naming::{Named, give_name};
use super::recipe;
use super::task::{DownloadTask, Report};
use super::verdict::{Verdict, Wire, verdict};
use super::writer::{Checkpoints, Writer, Written};
use super::{BLOCK_BYTES, CHECKPOINT_BYTES};
use crate::domain::job::PartFile;
use crate::domain::{Clip, Job, JobId, JobState, Recipe};
use crate::engine::disk::{NAME_NUMBERS, hash_start, numbered, open_existing, remove_if_there};
use crate::engine::machine::FetchFailure;
use crate::gateway::ResumeFrom;
use crate::media::{self, FilmEnd, MovieError, MovieInfo};

/// The part file of a clip that is being fetched, and what is known of it.
#[derive(Debug)]
pub(super) struct Part {
    record: PartFile,
    /// Bytes that have arrived: those in the file, those on their way to it, and those in `pending`.
    length: u64,
    pending: Vec<u8>,
    /// The open file. `None` while a blocking thread works with it.
    open: Option<Open>,
    /// Who writes to it while bytes arrive.
    writer: Option<Writer>,
    checkpoints: Checkpoints,
}

impl Part {
    /// Opens the part file that an earlier try left, cut to the bytes that were flushed. Where none is there or it
    /// cannot be trusted, the part begins at 0 bytes. What becomes safe while bytes arrive is told to `reports`.
    pub(super) async fn open(task: &DownloadTask, reports: mpsc::Sender<(JobId, Report)>) -> Result<Self, PartError> {
        let folder = task.folder.clone();
        let fresh_name = format!(".{}.part", task.file_name);
        let found = task.job.part.clone().filter(|part| is_plain_name(&part.file_name));
        let job = task.job.id;
        let checkpoints = Checkpoints { job, reports, limits: task.limits.clone() };
        blocking(move || {
            fs::create_dir_all(&folder).map_err(|error| disk(&error))?;
            let mut record = found.unwrap_or_default();
            if record.file_name.is_empty() {
                record.file_name = fresh_name;
            }
            let path = folder.join(&record.file_name);
            let mut open = Open { file: None, path, hash: Sha256::new(), behind: Behind::Nothing, before: None };
            let is_trusted = record.validator.is_some() || record.total_bytes == Some(record.verified_bytes);
            let is_kept = match open_existing(&open.path, record.verified_bytes).map_err(|error| disk(&error))? {
                Some(file) if is_trusted => open.take_up(file, &mut record, job).map_err(|error| disk(&error))?,
                Some(mut file) => {
                    let hash = hash_start(&mut file, record.verified_bytes).map_err(|error| disk(&error))?;
                    open.before = Some((record.verified_bytes, hash.into()));
                    false
                }
                None => false,
            };
            if !is_kept {
                record.verified_bytes = 0;
            }
            let length = record.verified_bytes;
            Ok(Self { length, record, pending: Vec::new(), open: Some(open), writer: None, checkpoints })
        })
        .await
    }

    /// The clip when an earlier try finished it already: a crash between naming the file and storing that it is ready
    /// leaves a whole clip under its final name. Such a file is known by the recipe in it. One without a recipe is
    /// known by its name, which holds the job's id, and by its length.
    pub(super) async fn already_finished(&self, task: &DownloadTask) -> Result<Option<Clip>, FetchFailure> {
        if self.length > 0 {
            return Ok(None);
        }
        let sealed = task.job.part.as_ref().filter(|part| part.total_bytes == Some(part.verified_bytes));
        let total = sealed.and_then(|part| part.total_bytes).filter(|total| *total > 0);
        let (folder, file_name, job) = (task.folder.clone(), task.file_name.clone(), task.job.id);
        let clip = blocking(move || {
            for name in (NAME_NUMBERS).map(|number| numbered(&file_name, number)) {
                let path = folder.join(&name);
                if fs::symlink_metadata(&path).is_err() {
                    break;
                }
                let Ok(Some(mut file)) = open_existing(&path, 1) else { continue };
                let found = recipe::find(&mut file, job).map_err(|error| disk(&error))?;
                let length = file.metadata().map_err(|error| disk(&error))?.len();
                let (served_bytes, hash, note) = match (found, total) {
                    (Some(found), _) => (found.served_bytes, found.hash, None),
                    (None, Some(total)) if length == total && name == file_name => {
                        let hash = hash_start(&mut file, total).map_err(|error| disk(&error))?;
                        (total, hash, Some(recipe::NOT_THERE.to_owned()))
                    }
                    (None, _) => continue,
                };
                if let Ok(info) = media::check_movie(&path) {
                    let clip = clip_of(name, hash, served_bytes, Some(info));
                    return Ok(Some(Clip { recipe_note: note, ..clip }));
                }
            }
            Ok(None)
        })
        .await?;
        Ok(clip)
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn total_bytes(&self) -> Option<u64> {
        self.record.total_bytes
    }

    pub(super) fn validator(&self) -> Option<&String> {
        self.record.validator.as_ref()
    }

    pub(super) fn record(&self) -> PartFile {
        self.record.clone()
    }

    /// Whether all bytes of the clip have arrived.
    pub(super) fn is_complete(&self) -> bool {
        self.length > 0 && self.record.total_bytes == Some(self.length)
    }

    /// Takes note of the length of the clip where only a later answer states it.
    pub(super) fn learn_total(&mut self, total_bytes: Option<u64>) {
        self.record.total_bytes = self.record.total_bytes.or(total_bytes);
    }

    /// Records that all bytes have arrived, also where the server did not state the length.
    pub(super) fn seal(&mut self) {
        self.record.total_bytes = Some(self.length);
    }

    /// From where the server is asked to go on; `None` when the download begins anew.
    pub(super) fn resume_from(&self) -> Option<ResumeFrom> {
        let validator = self.record.validator.clone()?;
        (self.length > 0).then_some(ResumeFrom { offset: self.length, validator, total_bytes: self.record.total_bytes })
    }

    /// Whether a later try can go on from these bytes.
    pub(super) fn can_go_on(&self) -> bool {
        self.record.validator.is_some() || self.is_complete()
    }

    /// Fails when the disk of the clip folder has no room for the rest of the clip beside the reserve, so that nothing is begun
    /// that cannot end; where the rest is not known, for the bytes until the next checkpoint.
    pub(super) async fn check_room(&mut self) -> Result<(), PartError> {
        let limits = self.checkpoints.limits.clone();
        let rest = self.record.total_bytes.map(|total| total.saturating_sub(self.length));
        self.with_open(move |open| open.check_room(&limits, rest, CHECKPOINT_BYTES)).await
    }

    /// Drops every byte and begins an empty part file for a clip with this validator and length. Fails when the disk
    /// has no room for it, and then nothing of the clip is left on it.
    pub(super) async fn restart(
        &mut self,
        validator: Option<String>,
        total_bytes: Option<u64>,
    ) -> Result<(), PartError> {
        let (length, limits) = (self.length, self.checkpoints.limits.clone());
        self.record.validator = validator;
        self.record.total_bytes = total_bytes;
        self.record.verified_bytes = 0;
        self.length = 0;
        self.pending.clear();
        self.with_open(move |open| {
            let hash = std::mem::take(&mut open.hash);
            if length > 0 {
                open.before = Some((length, hash.into()));
            }
            open.file = None;
            open.behind = Behind::Nothing;
            match fs::remove_file(&open.path) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(disk(&error)),
            }
            let mut options = OpenOptions::new();
            // `create_new` follows no link that somebody planted under this name.
            options.read(true).write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            open.check_room(&limits, total_bytes, CHECKPOINT_BYTES)?;
            open.file = Some(options.open(&open.path).map_err(|error| disk(&error))?);
            Ok(())
        })
        .await
    }

    /// Takes bytes that have arrived, and has them written beside once a block of them is collected. Waits only while several
    /// blocks wait for the disk.
    ///
    /// # Errors
    ///
    /// When the disk does not take these bytes or earlier ones.
    pub(super) async fn push(&mut self, mut chunk: Bytes) -> Result<(), PartError> {
        self.length += chunk.len() as u64;
        while !chunk.is_empty() {
            let piece = chunk.split_to(chunk.len().min(BLOCK_BYTES - self.pending.len()));
            if piece.len() == BLOCK_BYTES {
                self.write(piece).await?;
                continue;
            }
            self.pending.extend_from_slice(&piece);
            if self.pending.len() == BLOCK_BYTES {
                self.write_pending().await?;
            }
        }
        Ok(())
    }

    async fn write_pending(&mut self) -> Result<(), PartError> {
        let block = std::mem::take(&mut self.pending);
        if block.is_empty() { Ok(()) } else { self.write(block.into()).await }
    }

    async fn write(&mut self, block: Bytes) -> Result<(), PartError> {
        let writer = match self.writer.take() {
            Some(writer) => writer,
            None => Writer::begin(self.take_open()?, self.record.clone(), self.checkpoints.clone()),
        };
        let writer = self.writer.insert(writer);
        if writer.send(block).await {
            return Ok(());
        }
        self.settle().await?;
        Err(interrupted())
    }

    /// Waits until everything is in the file that was to be written.
    async fn settle(&mut self) -> Result<(), PartError> {
        let Some(writer) = self.writer.take() else { return Ok(()) };
        let ended = writer.end().await;
        let result = ended.and_then(|Written { open, verified_bytes, result }| {
            self.open = Some(open);
            self.record.verified_bytes = verified_bytes;
            result
        });
        if result.is_err() {
            // Bytes that could not be written are lost, and must not be counted by a later flush.
            self.pending.clear();
            self.length = self.record.verified_bytes;
        }
        result
    }

    /// Writes all bytes that have arrived, waits until they are safe on disk, and counts them as verified.
    pub(super) async fn flush(&mut self) -> Result<(), PartError> {
        self.write_pending().await?;
        let flushed = self
            .with_open(|open| {
                // A system tells only once of what it could not write, so that a file is not asked again.
                let Some(file) = open.file.take() else { return Ok(()) };
                file.sync_data().map_err(|error| disk(&error))?;
                open.file = Some(file);
                Ok(())
            })
            .await;
        match flushed {
            Ok(()) => self.record.verified_bytes = self.length,
            Err(_) => self.length = self.record.verified_bytes,
        }
        flushed
    }

    /// Removes the part file, when nobody writes to it any more. A failure is only logged.
    pub(super) async fn remove(&mut self, task: &DownloadTask) {
        if let Err(error) = self.settle().await {
            tracing::debug!(job = %task.job.id, %error, "a part file that is removed was not written to its end");
        }
        self.open = None;
        let path = task.folder.join(&self.record.file_name);
        let removed = blocking(move || remove_if_there(&path).map_err(|error| disk(&error))).await;
        if let Err(error) = removed {
            tracing::warn!(job = %task.job.id, %error, "a part file could not be removed");
        }
    }

    /// Checks the whole file, puts the recipe behind it, and gives it its final name.
    pub(super) async fn finish(mut self, task: &DownloadTask) -> Result<Clip, FetchFailure> {
        self.settle().await?;
        let mut open = self.take_open()?;
        let (folder, file_name, length) = (task.folder.clone(), task.file_name.clone(), self.length);
        let (job, id, clock) = (task.job.clone(), task.job.id, task.clock);
        let result = blocking(move || {
            if let Some(file) = &open.file {
                file.sync_all().map_err(|error| disk(&error))?;
            }
            let info = match media::check_movie(&open.path) {
                Ok(info) => Some(info),
                // A film that this program cannot decode is still the film that was paid for.
                Err(MovieError::Unsupported(_)) => None,
                Err(MovieError::Io(reason)) => {
                    return Err(PartError::Disk(cannot_be_read(&reason)));
                }
                Err(error @ (MovieError::NotMp4 | MovieError::Broken(_))) => {
                    return Err(PartError::NoMovie(error.to_string()));
                }
            };
            let mut clip = clip_of(file_name.clone(), open.hash.clone(), length, info);
            clip.recipe_note = match (open.behind, &mut open.file) {
                (Behind::Recipe, _) => None,
                (Behind::Nothing, Some(file)) => {
                    let mut ready = Job { state: JobState::Ready, ended_at: Some(clock()), ..*job };
                    ready.receive(clip.clone());
                    match Recipe::of(&ready) {
                        Some(recipe) => recipe::write(file, length, &recipe).map_err(|error| disk(&error))?,
                        None => Some(recipe::NOT_THERE.to_owned()),
                    }
                }
                (Behind::NamedWithout, _) | (_, None) => Some(recipe::NOT_THERE.to_owned()),
            };
            // Part files are for this user only; whoever may read the clip folder may read its clips.
            #[cfg(unix)]
            if let Some(file) = &open.file {
                let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
                file.set_permissions(mode).map_err(|error| disk(&error))?;
            }
            match give_name(&open.path, &folder, &file_name, &clip, id).map_err(|error| disk(&error))? {
                Named::New(name) => clip.path = PathBuf::from(name),
                Named::Before { name, has_recipe } => {
                    clip.path = PathBuf::from(name);
                    clip.recipe_note = (!has_recipe).then(|| recipe::NOT_THERE.to_owned());
                }
            }
            Ok(clip)
        })
        .await;
        if let Err(PartError::NoMovie(_)) = &result {
            self.remove(task).await;
        }
        Ok(result?)
    }

    /// Decides whether the bytes that have arrived are the whole clip, of which nobody said how long it is. They have to be
    /// flushed. `wire` is what the last answer said about its end.
    pub(super) async fn judge_end(&mut self, wire: Wire) -> Result<Verdict, PartError> {
        let (length, can_go_on) = (self.length, self.can_go_on());
        self.with_open(move |open| {
            let is_twice = open.before == Some((length, open.hash.clone().into()));
            let wire = if is_twice && wire == Wire::Closed { Wire::Twice } else { wire };
            let (film, error) = match media::check_film(&open.path) {
                Ok((_, end)) => (Some(end), None),
                // Nothing is known about the end of a film that this program does not understand.
                Err(MovieError::Unsupported(_)) => (Some(FilmEnd::Open), None),
                Err(MovieError::Io(reason)) => return Err(PartError::Disk(cannot_be_read(&reason))),
                Err(error @ (MovieError::NotMp4 | MovieError::Broken(_))) => (None, Some(error)),
            };
            match (verdict(wire, film), error) {
                (Verdict::Broken, Some(error)) => Err(PartError::NoMovie(error.to_string())),
                // What is cut and cannot be gone on with helps nobody.
                (Verdict::MoreMayFollow, Some(error)) if !can_go_on => Err(PartError::NoMovie(error.to_string())),
                (verdict, _) => Ok(verdict),
            }
        })
        .await
    }

    fn take_open(&mut self) -> Result<Open, PartError> {
        self.open.take().ok_or_else(|| PartError::Disk("the part file is closed".to_owned()))
    }

    /// Runs `work` with the open file on a blocking thread, when everything is written.
    async fn with_open<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Open) -> Result<T, PartError> + Send + 'static,
    ) -> Result<T, PartError> {
        self.settle().await?;
        let mut open = self.take_open()?;
        let (open, result) = blocking(move || {
            let result = work(&mut open);
            Ok((open, result))
        })
        .await?;
        self.open = Some(open);
        result
    }
}

fn clip_of(file_name: String, hash: Sha256, size_bytes: u64, info: Option<MovieInfo>) -> Clip {
    let (width, height, duration_millis, has_audio) =
        info.map_or((0, 0, 0, false), |info| (info.width, info.height, info.duration_millis, info.has_audio));
    let (path, sha256) = (PathBuf::from(file_name), hash.into());
    Clip { path, sha256, size_bytes, width, height, duration_millis, has_audio, recipe_note: None }
}

/// Whether a stored file name is a single name and no path, so that it cannot lead out of the clip folder.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(['/', '\\', '\0']) && name != "." && name != ".."
}

fn cannot_be_read(reason: &str) -> String {
    format!("it cannot be read again: {reason}")
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::path::Path;

    use futures_util::FutureExt as _;

    use super::*;
    use crate::domain::UnixMillis;
    use crate::domain::recipe::samples::ready;
    use crate::engine::download::DownloadLimits;

    fn task(folder: &Path) -> DownloadTask {
        DownloadTask {
            job: Box::new(Job { state: JobState::Downloading, clip: None, ..ready() }),
            link: "https://media.example/x.mp4".parse().expect("an address"),
            folder: folder.to_owned(),
            file_name: "x.mp4".to_owned(),
            max_bytes: 1 << 20,
            limits: DownloadLimits::default(),
            clock: || UnixMillis(0),
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn bytes_that_the_disk_did_not_take_are_not_counted_as_safe() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut task = task(folder.path());
        let (reports, _told) = mpsc::channel(8);
        let mut part = Part::open(&task, reports.clone()).await.expect("a part");
        part.restart(Some("\"v1\"".to_owned()), Some(2000)).await.expect("a file");
        part.push(vec![1; 1000].into()).await.expect("room");
        part.flush().await.expect("room");
        // A handle that cannot be written stands for a disk that is full.
        let path = folder.path().join(&part.record.file_name);
        part.open.as_mut().expect("open").file = Some(File::open(&path).expect("the file"));
        part.push(vec![2; 1000].into()).await.expect("it is only collected");
        part.flush().await.expect_err("it cannot be written");
        part.flush().await.expect("nothing is left to write");
        assert_eq!((part.record().verified_bytes, part.length(), part.is_complete()), (1000, 1000, false));
        task.job.part = Some(part.record());
        // A handle that takes everything, but says that none of it is safe.
        let nowhere = OpenOptions::new().write(true).open("/dev/null").expect("it is everywhere on Unix");
        part.open.as_mut().expect("open").file = Some(nowhere);
        part.push(vec![2; 1000].into()).await.expect("it is only collected");
        part.flush().await.expect_err("it cannot be flushed");
        assert_eq!((part.length(), part.is_complete()), (1000, false), "nor is it counted");
        part.flush().await.expect("a second look, which some systems answer with yes, is not taken");
        assert_eq!(part.record().verified_bytes, 1000);
        let again = Part::open(&task, reports.clone()).await.expect("a part");
        assert_eq!(again.length(), 1000, "what is safe is kept");
    }

    #[tokio::test]
    async fn a_part_is_removed_only_when_nobody_writes_to_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let task = task(folder.path());
        let (reports, mut told) = mpsc::channel(1);
        let mut part = Part::open(&task, reports.clone()).await.expect("a part");
        part.restart(Some("\"v1\"".to_owned()), None).await.expect("a file");
        reports.send((task.job.id, Report::Progress(0, None))).await.expect("room");
        // All of it in one piece, as a quick network brings it, and no more than can wait.
        let arrived = CHECKPOINT_BYTES as usize + 2 * BLOCK_BYTES;
        part.push(vec![1; arrived].into()).await.expect("room");
        let path = folder.path().join(&part.record.file_name);
        {
            let mut removed = std::pin::pin!(part.remove(&task));
            assert_eq!(removed.as_mut().now_or_never(), None, "the writer cannot go on yet");
            assert!(path.exists());
            let (_, progress) = told.recv().await.expect("a report");
            assert!(matches!(progress, Report::Progress(..)));
            removed.await;
        }
        assert!(!path.exists());
        let Some((_, Report::Checkpoint(record))) = told.recv().await else { panic!("a checkpoint") };
        assert_eq!(record.verified_bytes, CHECKPOINT_BYTES, "large pieces are written as blocks");
        assert!(told.try_recv().is_err(), "nothing more is told");
    }
}
