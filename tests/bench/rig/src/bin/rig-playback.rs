//! How fast films are played: `rig-playback`. Built with the development profile it tells the same of what `./dev run` opens.
//! Needs the ffmpeg command, which makes the films: 10 s at 30 frames a second, High profile, B-frames, one group of frames as
//! long as the film, which is the worst case for jumps.
//!
//! For one film of 1080p, at its full size and at that of a window of 1440 × 900 points, and for four films of 720p beside each
//! other in that window, it prints:
//!
//! * how many frames a second are decoded, scaled and colored when nothing else holds them up;
//! * how long a jump to any frame takes until a picture of it is there, in the middle and at most for 95 of 100, and until the
//!   exact frame is there: the film was read once before, as it is while somebody looks at it;
//! * how many frames were not there in time when the films ran at 30 frames a second, colored on one thread as in the window;
//! * how many bytes of frames were kept at most.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use rushes::media::{FilmFrame, FilmPlayer, Motion};

const PATIENCE: Duration = Duration::from_secs(120);
/// What the window keeps of all films together.
const ROOM_BYTES: usize = 96 << 20;
/// Jumps that are measured of one film.
const JUMPS: u32 = 24;
const FRAME: Duration = Duration::from_nanos(1_000_000_000 / 30);

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let [large, small] = [("1920x1080", "10M"), ("1280x720", "5M")].map(|(size, rate)| {
        let film = folder.path().join(format!("{size}.mp4"));
        make(&film, size, rate).map(|()| film)
    });
    let (large, small) = (large?, small?);
    measure("1080p", std::slice::from_ref(&large), (1920, 1080))?;
    measure("1080p", &[large], (1440, 900))?;
    measure("4 x 720p", &[small.clone(), small.clone(), small.clone(), small], (768, 512))
}

fn make(film: &Path, size: &str, rate: &str) -> anyhow::Result<()> {
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", &format!("testsrc2=s={size}:r=30:d=10")])
        .args(["-vf", "noise=alls=8:allf=t", "-c:v", "libx264", "-profile:v", "high", "-preset", "medium", "-bf", "3"])
        .args(["-g", "300", "-b:v", rate, "-pix_fmt", "yuv420p"])
        .arg(film)
        .status()
        .context("the ffmpeg command makes the film")?;
    ensure!(made.success(), "ffmpeg could not make the film");
    Ok(())
}

struct Open {
    film: FilmPlayer,
    news: Receiver<()>,
}

fn measure(name: &str, paths: &[PathBuf], bounds: (u32, u32)) -> anyhow::Result<()> {
    let room = ROOM_BYTES / paths.len();
    let films: Vec<Open> = paths.iter().map(|path| open(path.clone(), bounds, room)).collect();
    let frames = films
        .iter()
        .map(|film| film.wait(|film| film.info())?.map_err(anyhow::Error::msg))
        .collect::<anyhow::Result<Vec<_>>>()?
        .iter()
        .map(|info| info.frames)
        .min()
        .context("no film")?;
    let mut rgba = Vec::new();
    // As fast as it goes.
    let began = Instant::now();
    let mut size = (0, 0);
    for number in 0..frames {
        for film in &films {
            film.film.want(number, Motion::Running);
        }
        for film in &films {
            let frame = film.wait(|film| film.frame(number))?;
            size = frame.size();
            color(&frame, &mut rgba);
        }
    }
    let per_second = f64::from(frames) / began.elapsed().as_secs_f64();

    // Jumps, halted, of all films together as in a comparison.
    let mut random = 12_345_u32;
    let (mut jumps, mut exact) = (Vec::new(), Vec::new());
    for _ in 0..JUMPS {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let target = (random >> 8) % frames;
        let began = Instant::now();
        for film in &films {
            film.film.want(target, Motion::Halted);
        }
        for film in &films {
            film.wait(|film| film.frame(target))?;
        }
        jumps.push(began.elapsed());
        for film in &films {
            film.wait(|film| film.frame(target).filter(|frame| !frame.is_sketch()))?;
        }
        exact.push(began.elapsed());
    }
    jumps.sort();
    exact.sort();
    let part =
        |times: &[Duration], percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].as_millis();

    // In time.
    for film in &films {
        film.film.want(0, Motion::Running);
        film.wait(|film| film.frame(0))?;
    }
    let mut dropped = 0;
    let began = Instant::now();
    for number in 0..frames {
        for film in &films {
            film.film.want(number, Motion::Running);
        }
        let due = FRAME * number + FRAME / 2;
        std::thread::sleep(due.saturating_sub(began.elapsed()));
        let now: Vec<_> = films.iter().filter_map(|film| film.film.frame(number)).collect();
        let is_late = began.elapsed() > due + FRAME;
        if now.len() < films.len() || is_late {
            dropped += 1;
        } else {
            now.iter().for_each(|frame| color(frame, &mut rgba));
        }
    }
    let kept: usize = films.iter().map(|film| film.film.load().peak_bytes).sum();
    println!(
        "{name} at {} x {}: {per_second:.0} frames/s, jump {} ms (p50) {} ms (p95), exact after {} ms (p50) {} ms (p95), {dropped} of {frames} dropped at 30 frames/s, at most {:.1} MB kept",
        size.0,
        size.1,
        part(&jumps, 50),
        part(&jumps, 95),
        part(&exact, 50),
        part(&exact, 95),
        kept as f64 / 1e6,
    );
    Ok(())
}

fn color(frame: &FilmFrame, rgba: &mut Vec<u8>) {
    let (width, height) = frame.size();
    rgba.resize(width * height * 4, 0);
    frame.write_rgba(rgba);
}

fn open(path: PathBuf, bounds: (u32, u32), room: usize) -> Open {
    let (wake, news) = sync_channel(1);
    let film = FilmPlayer::open(path, bounds, room, move || {
        // A full channel already holds the news.
        wake.try_send(()).ok();
    });
    Open { film, news }
}

impl Open {
    fn wait<T>(&self, look: impl Fn(&FilmPlayer) -> Option<T>) -> anyhow::Result<T> {
        loop {
            if let Some(found) = look(&self.film) {
                return Ok(found);
            }
            if let Some(Err(reason)) = self.film.info() {
                anyhow::bail!("the film cannot be played: {reason}");
            }
            self.news.recv_timeout(PATIENCE).context("the film says nothing")?;
        }
    }
}
