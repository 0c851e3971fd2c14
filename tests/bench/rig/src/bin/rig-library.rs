//! Makes a library of many finished clips, spread over two and a half years, four takes to a recipe: `rig-library DIR COUNT FILM`.
//!
//! The newest clips have the film and a poster of it, so that a window that opens on them shows pictures; the files of the older
//! ones would fill the disk and are not there.

use std::error::Error;
use std::fs;
use std::path::Path;

use rushes::domain::poster_frame::PosterFrame;
use rushes::domain::{Job, UnixMillis};
use rushes::library::{Library, Paths};
use rushes::media;
use rushes_rig::many;

/// Clips whose files are there: more than a window shows while it is scrolled for a while.
const WITH_FILES: usize = 400;

/// From the first clip to the last, in milliseconds.
const SPAN_MILLIS: i64 = 900 * 24 * 60 * 60 * 1_000;

/// A moment before which every clip was made: 1 November 2026.
const LAST_MILLIS: i64 = 1_793_491_200_000;

/// Jobs that are written together.
const AT_ONCE: usize = 1_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [dir, count, film] = &arguments[..] else { return Err("rig-library DIR COUNT FILM".into()) };
    let (dir, count, film): (_, usize, _) = (Path::new(dir), count.parse()?, Path::new(film));
    fs::create_dir_all(dir)?;
    fs::write(dir.join("settings.toml"), "welcomed = true\n")?;
    let paths = Paths::portable(dir);
    let library = Library::open(&paths)?.library;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for start in (0..count).step_by(AT_ONCE) {
        let jobs = (start..count.min(start + AT_ONCE)).map(|number| spread(number, count)).collect();
        runtime.block_on(library.put_all(jobs))?;
    }
    runtime.block_on(library.close());
    if count > 0 {
        give_files(&paths, film, count)?;
    }
    Ok(())
}

/// The clip with this number at its place in the years.
fn spread(number: usize, count: usize) -> Job {
    let mut job = many::job(number);
    let (part, whole) = (i64::try_from(number).unwrap_or(i64::MAX), i64::try_from(count).unwrap_or(i64::MAX));
    let moved = LAST_MILLIS - SPAN_MILLIS + SPAN_MILLIS / whole * part - job.created_at.0;
    job.created_at.0 += moved;
    for time in [&mut job.sent_at, &mut job.accepted_at, &mut job.made_at, &mut job.ended_at] {
        *time = time.map(|time| UnixMillis(time.0 + moved));
    }
    job
}

/// Gives the newest clips their film and its poster, both as links to one file.
fn give_files(paths: &Paths, film: &Path, count: usize) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(paths.posters())?;
    fs::create_dir_all(&paths.clips)?;
    let poster = paths.posters().join("one.jpg");
    media::write_poster(film, &poster, PosterFrame::Key, 640)?;
    for number in count.saturating_sub(WITH_FILES)..count {
        let job = many::job(number);
        fs::hard_link(&poster, paths.poster(job.id))?;
        if let Some(clip) = &job.clip {
            fs::copy(film, paths.clips.join(&clip.path))?;
        }
    }
    fs::remove_file(poster)?;
    Ok(())
}
