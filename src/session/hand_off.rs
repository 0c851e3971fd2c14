//! Makes the folder that an editor opens: copies of the clips, the files that put them in order, and the joined film.
//!
//! Everything is written into a hidden folder beside the place where it is to stand, and gets its name only when it is whole.
//! Clips are copied, never linked: an editor may write into its files, and the library's own must not change with them. On
//! disks that can, a copy shares its bytes with the original until one of them changes, and so takes neither time nor room.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};

use super::export::names_like;
use super::home::clip_file;
use super::run::Session;
use crate::domain::hand_off::order::{Film, HandOff, Handed, NotHanded, Progress, Shot};
use crate::domain::hand_off::{Footage, Gap, MEDIA, Piece, Sequence, fcpxml, names, otio, table, title};
use crate::domain::ledger::csv::Reader;
use crate::domain::{Job, Sha256Hex, path_text};
use crate::media::{self, JoinError};

/// Size of the pieces in which clips are copied, in bytes.
const COPY_PIECE: usize = 1 << 20;

impl Session {
    /// Makes a folder for an editor in `place`, or in the clip folder where no place was chosen. `go_on` is told how far it is, and says whether to
    /// go on. Blocks.
    ///
    /// # Errors
    ///
    /// A sentence for the user. There is no folder then, whole or half.
    pub fn hand_off(
        &self,
        order: &HandOff,
        place: Option<PathBuf>,
        go_on: impl FnMut(Progress) -> bool,
    ) -> Result<Handed, NotHanded> {
        let clips = self.clip_folder();
        hand_off(order, &place.unwrap_or_else(|| clips.clone()), &clips, go_on)
    }
}

/// As [`Session::hand_off`], into the folder `place`, for a library that need not be open: its clips lie in `clips`.
///
/// # Errors
///
/// As there.
pub fn hand_off(
    order: &HandOff,
    place: &Path,
    clips: &Path,
    go_on: impl FnMut(Progress) -> bool,
) -> Result<Handed, NotHanded> {
    let trouble = |err: &io::Error| trouble(place, err);
    fs::create_dir_all(place).map_err(|err| trouble(&err))?;
    let wanted = names::folder_name(&order.name);
    let name = free_name(place, &wanted);
    let half = Half::make(place, &name).map_err(|err| trouble(&err))?;
    let mut work = Work { order, clips, half: &half.0, name: &name, go_on, progress: Progress::default() };
    let handed = work.run().map_err(|stop| match stop {
        Stop::Told(why) => why,
        Stop::Io(err) => trouble(&err),
    })?;
    let folder = half.name_it(place, &wanted).map_err(|err| trouble(&err))?;
    Ok(Handed { folder, ..handed })
}

/// A sentence about what the disk said.
fn trouble(place: &Path, err: &io::Error) -> NotHanded {
    let place = path_text::shown(place);
    let (what, now) = match err.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            ("the disk is full".to_owned(), "Free some room or choose another place.")
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            ("it may not be written there".to_owned(), "Choose another place.")
        }
        _ => (err.to_string(), "Try again or choose another place."),
    };
    NotHanded::Trouble(format!(
        "The folder for the editor was not made in “{place}”: {what}. Nothing was left behind and nothing was charged. {now}"
    ))
}

/// Why the work ends early.
enum Stop {
    Told(NotHanded),
    Io(io::Error),
}

impl From<io::Error> for Stop {
    fn from(err: io::Error) -> Self {
        Self::Io(err)
    }
}

struct Work<'a, G> {
    order: &'a HandOff,
    clips: &'a Path,
    half: &'a Path,
    name: &'a str,
    go_on: G,
    progress: Progress,
}

impl<G: FnMut(Progress) -> bool> Work<'_, G> {
    fn run(&mut self) -> Result<Handed, Stop> {
        let media = self.half.join(MEDIA);
        fs::create_dir(&media)?;
        let sizes = self.order.shots.iter().filter_map(|shot| match shot {
            Shot::Clip(job) => Some(fs::metadata(self.file_of(job)?).ok()?.len()),
            Shot::Gap(_) => None,
        });
        let bytes: u64 = sizes.sum();
        self.progress.total = if self.order.join { bytes.saturating_mul(2) } else { bytes };
        self.advance(0)?;

        let (mut pieces, mut gaps, mut changed) = (Vec::new(), Vec::new(), Vec::new());
        for (number, shot) in (1_usize..).zip(&self.order.shots) {
            let gap = match shot {
                Shot::Gap(gap) => gap.clone(),
                Shot::Clip(job) => match self.bring(number, job, &media)? {
                    Ok((footage, is_changed)) => {
                        if is_changed {
                            changed.push(footage.title());
                        }
                        pieces.push(Piece::Clip(Box::new(footage)));
                        continue;
                    }
                    Err(why) => Gap {
                        title: job.request.prompt().to_owned(),
                        why,
                        millis: crate::domain::storyboard::running_millis(job),
                    },
                },
            };
            gaps.push((title(&gap.title), gap.why.clone()));
            pieces.push(Piece::Gap(gap));
        }
        let sequence = Sequence { name: self.name.to_owned(), pieces };
        let clips = sequence.clips().count();
        if clips == 0 {
            return Err(Stop::Told(NotHanded::NoClip(gaps)));
        }
        self.write("otio", &otio::bytes(&sequence))?;
        self.write("fcpxml", &fcpxml::bytes(&sequence))?;
        self.write("csv", &table::bytes(&sequence, Reader::Spreadsheet))?;
        let film = if self.order.join && clips > 1 { self.join(&sequence, &media)? } else { Film::NotWanted };
        let handed = Handed { folder: PathBuf::new(), name: self.name.to_owned(), clips, gaps, changed, film };
        if !handed.is_whole() {
            let mut report = handed.report(Path::new(self.name)).join("\n");
            report.push('\n');
            self.write("txt", report.as_bytes())?;
        }
        Ok(handed)
    }

    fn file_of(&self, job: &Job) -> Option<PathBuf> {
        Some(clip_file(self.clips, &job.clip.as_ref()?.path))
    }

    /// Tells that so many bytes more are written, and whether the user still wants it.
    fn advance(&mut self, bytes: u64) -> Result<(), Stop> {
        self.progress.done = self.progress.done.saturating_add(bytes).min(self.progress.total);
        if (self.go_on)(self.progress) { Ok(()) } else { Err(Stop::Told(NotHanded::Stopped)) }
    }

    /// Copies the clip of a job; says whether its file is another than the one that was downloaded, or as a clause why it
    /// cannot be had.
    fn bring(&mut self, number: usize, job: &Job, media: &Path) -> Result<Result<(Footage, bool), String>, Stop> {
        let (Some(file), Some(clip)) = (self.file_of(job), job.clip.as_ref()) else {
            return Ok(Err("it is not ready yet".to_owned()));
        };
        let from = match File::open(&file) {
            Ok(from) => from,
            Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(Err("its file is missing".to_owned())),
            Err(err) => return Ok(Err(format!("its file cannot be read: {err}"))),
        };
        let film = match media::film_facts(&file) {
            Ok(film) => film,
            Err(err) => return Ok(Err(format!("its file cannot be used: {err}"))),
        };
        let made_at = Timestamp::from_millisecond(job.created_at.0).unwrap_or_default();
        let date = TimeZone::system().to_datetime(made_at).strftime("%Y-%m-%d").to_string();
        let file_name = names::media_name(number, self.order.shots.len(), job, &date);
        let (sha256, served) = self.copy(from, &media.join(&file_name), clip.size_bytes)?;
        Ok(Ok((Footage { job: job.clone(), file_name, film, sha256 }, served != clip.sha256)))
    }

    /// Copies a file. Returns the checksum of all of it, and that of its first `served` bytes.
    fn copy(&mut self, mut from: File, to: &Path, served: u64) -> Result<(Sha256Hex, Sha256Hex), Stop> {
        let mut target = OpenOptions::new().write(true).create_new(true).open(to)?;
        // What is shared is only read, for the checksum.
        let is_shared = share(&from, &target);
        let mut hasher = Sha256::new();
        let (mut of_served, mut at) = (None, 0_u64);
        let mut piece = vec![0; COPY_PIECE];
        loop {
            let got = from.read(&mut piece)?;
            if got == 0 {
                break;
            }
            let part = &piece[..got];
            let rest = served.saturating_sub(at);
            if of_served.is_none() && rest <= got as u64 {
                let mut until = hasher.clone();
                until.update(&part[..rest as usize]);
                of_served = Some(until);
            }
            hasher.update(part);
            if !is_shared {
                target.write_all(part)?;
            }
            at += got as u64;
            self.advance(got as u64)?;
        }
        // Editors sort by date. Where it cannot be set, it is that of now.
        if let Ok(date) = from.metadata().and_then(|metadata| metadata.modified()) {
            drop(target.set_modified(date));
        }
        target.sync_all()?;
        let whole = Sha256Hex::from(hasher);
        Ok((whole, of_served.map_or(whole, Sha256Hex::from)))
    }

    fn write(&self, ending: &str, bytes: &[u8]) -> Result<(), Stop> {
        let path = self.half.join(format!("{}.{ending}", self.name));
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(bytes)?;
        Ok(file.sync_all()?)
    }

    fn join(&mut self, sequence: &Sequence, media: &Path) -> Result<Film, Stop> {
        let clips: Vec<&Footage> = sequence.clips().collect();
        let files: Vec<PathBuf> = clips.iter().map(|clip| media.join(&clip.file_name)).collect();
        let named = |left_out: Vec<(usize, String)>| {
            left_out.into_iter().map(|(place, why)| (clips[place].title(), why)).collect::<Vec<_>>()
        };
        let (copied, total) = (self.progress.done, self.progress.total);
        let go_on = |done: u64, _| (self.go_on)(Progress { done: copied.saturating_add(done).min(total), total });
        match media::join_films(&files, &self.half.join(format!("{}.mp4", self.name)), go_on) {
            Ok(film) => Ok(Film::Joined { clips: film.joined.len(), left_out: named(film.left_out) }),
            Err(JoinError::NothingAgrees(left_out)) => Ok(Film::NotJoined(named(left_out))),
            Err(JoinError::Stopped) => Err(Stop::Told(NotHanded::Stopped)),
            Err(JoinError::Io(err)) => Err(Stop::Io(err)),
        }
    }
}

/// Lets a new file share the bytes of another, where the disk can; says whether it does.
#[cfg(target_os = "linux")]
fn share(from: &File, to: &File) -> bool {
    rustix::fs::ioctl_ficlone(to, from).is_ok()
}

/// Other systems are not asked.
#[cfg(not(target_os = "linux"))]
fn share(_from: &File, _to: &File) -> bool {
    false
}

/// The first name in a folder that nothing has: `a`, `a 2`, `a 3`.
fn free_name(place: &Path, wanted: &str) -> String {
    let is_free = |name: &String| place.join(name).symlink_metadata().is_err();
    names_like(wanted, "").find(is_free).unwrap_or_else(|| wanted.to_owned())
}

/// A folder that is not whole yet. It is removed with everything in it unless it gets its name.
struct Half(PathBuf);

impl Half {
    fn make(place: &Path, name: &str) -> io::Result<Self> {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let half = place.join(format!(".{name}.{}-{number}.part", std::process::id()));
        fs::create_dir(&half)?;
        Ok(Self(half))
    }

    /// Gives it the first free name like `wanted`.
    fn name_it(self, place: &Path, wanted: &str) -> io::Result<PathBuf> {
        for name in names_like(wanted, "") {
            let folder = place.join(name);
            match rename_new(&self.0, &folder) {
                Ok(()) => return Ok(folder),
                Err(err) if folder.symlink_metadata().is_ok() => {
                    tracing::debug!(%err, "another folder has the name");
                }
                Err(err) => return Err(err),
            }
        }
        Err(io::Error::from(io::ErrorKind::AlreadyExists))
    }
}

impl Drop for Half {
    fn drop(&mut self) {
        // After the renaming there is nothing.
        if let Err(err) = fs::remove_dir_all(&self.0)
            && err.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(folder = %self.0.display(), %err, "a half folder was not removed");
        }
    }
}

/// Renames a folder to a name that nothing has. A plain rename would take the place of an empty folder.
#[cfg(target_os = "linux")]
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;

    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // A file system that does not know the flag.
        Err(Errno::INVAL | Errno::NOSYS) => rename_checked(from, to),
        renamed => Ok(renamed?),
    }
}

#[cfg(not(target_os = "linux"))]
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    rename_checked(from, to)
}

fn rename_checked(from: &Path, to: &Path) -> io::Result<()> {
    if to.symlink_metadata().is_ok() {
        return Err(io::Error::from(io::ErrorKind::AlreadyExists));
    }
    fs::rename(from, to)
}

#[cfg(test)]
mod tests;
