//! How fast films are played: `rig-playback LARGE SMALL`, a film of 1080p and one of 720p, which `tests/bench/playing.py` makes.
//! Built with the development profile it tells the same of what `./dev run` opens.
//!
//! For one film of 1080p, at its full size and at that of a window of 1440 × 900 points, and for four films of 720p beside each
//! other in that window, it prints:
//!
//! * how many frames were not there in time when the films ran at 30 frames a second, colored on one thread as in the window;
//! * how many frames a second are decoded, scaled and colored when nothing else holds them up;
//! * how long a jump to any frame takes until a picture of it is there, in the middle and at most for 95 of 100, and until the
//!   exact frame is there: when the film was played once, and when it was just opened;
//! * how many bytes of frames were kept at most.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use rushes::media::{FilmFrame, FilmPlayer, Motion};

const PATIENCE: Duration = Duration::from_secs(120);
/// What the window keeps of all films together.
const ROOM_BYTES: usize = 96 << 20;
/// Jumps that are measured of one film.
const JUMPS: u32 = 24;
/// Jumps in a film that was just opened. Few, because what they come by is known from then on.
const UNSEEN_JUMPS: u32 = 8;
const FRAME: Duration = Duration::from_nanos(1_000_000_000 / 30);

fn main() -> anyhow::Result<()> {
    let films: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [large, small] = <[PathBuf; 2]>::try_from(films).map_err(|_| anyhow!("usage: rig-playback LARGE SMALL"))?;
    measure("1080p", std::slice::from_ref(&large), (1920, 1080))?;
    measure("1080p", &[large], (1440, 900))?;
    measure("4 x 720p", &[small.clone(), small.clone(), small.clone(), small], (768, 512))
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
    let mut random = Random(12_345);
    let unseen = jump(&films, frames, UNSEEN_JUMPS, &mut random)?;

    // In time.
    let mut rgba = Vec::new();
    want(&films, 0, Motion::Running)?;
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
    let sketches: usize = films.iter().map(|film| film.film.load().sketches).sum();
    let seen = jump(&films, frames, JUMPS, &mut random)?;

    // As fast as it goes.
    want(&films, 0, Motion::Running)?;
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
    let kept: usize = films.iter().map(|film| film.film.load().peak_bytes).sum();
    println!("{name} at {} x {}:", size.0, size.1);
    println!("  {dropped} of {frames} dropped at 30 frames/s, {per_second:.0} frames/s as fast as it goes");
    for (what, jumps) in [("when the film was played once", seen), ("before", unseen)] {
        println!("  jump {what}: {}, exact after {}", part(jumps.first), part(jumps.exact));
    }
    let of_all = frames as usize * films.len();
    println!("  at most {:.1} MB kept; {sketches} of {of_all} sketches after it was played once", kept as f64 / 1e6);
    Ok(())
}

/// How long jumps took, each of all films together as in a comparison.
struct Jumps {
    /// Until there was a picture of the frame.
    first: Vec<Duration>,
    /// Until the exact frame was there.
    exact: Vec<Duration>,
}

/// Jumps to anywhere, halted.
fn jump(films: &[Open], frames: u32, times: u32, random: &mut Random) -> anyhow::Result<Jumps> {
    let mut jumps = Jumps { first: Vec::new(), exact: Vec::new() };
    for _ in 0..times {
        let target = random.below(frames);
        let began = Instant::now();
        want(films, target, Motion::Halted)?;
        jumps.first.push(began.elapsed());
        for film in films {
            film.wait(|film| film.frame(target).filter(|frame| !frame.is_sketch()))?;
        }
        jumps.exact.push(began.elapsed());
    }
    Ok(jumps)
}

/// Moves all films to a frame, and waits until each shows it.
fn want(films: &[Open], frame: u32, motion: Motion) -> anyhow::Result<()> {
    for film in films {
        film.film.want(frame, motion);
    }
    films.iter().try_for_each(|film| film.wait(|film| film.frame(frame)).map(drop))
}

fn part(mut times: Vec<Duration>) -> String {
    times.sort();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].as_millis();
    format!("{} ms (p50) {} ms (p95)", at(50), at(95))
}

/// Numbers that are the same in every run.
struct Random(u32);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % end
    }
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
