//! How fast a film is played: `cargo bench --bench playback`, or with the development profile, which is what `./dev run` opens,
//! `cargo bench --profile dev --bench playback`. Needs the ffmpeg command, which makes the film: 10 s of 1080p at 30 frames
//! a second, High profile, B-frames, one group of frames as long as the film.
//!
//! It prints, for the full size and for that of a window of 1440 × 900 points: how many frames a second are decoded and scaled when
//! nothing else holds them up, how many are colored for the graphics card, how many bytes are kept at most, and how long a
//! jump back to the middle takes. Playing at 30 frames a second without a dropped frame needs 30 of the first and the second
//! together with what the window itself draws.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use rushes::media::{FilmPlayer, Motion};

const PATIENCE: Duration = Duration::from_secs(120);
const ROOM_BYTES: usize = 96 << 20;
const FILM: &str = "-f lavfi -i testsrc2=s=1920x1080:r=30:d=10 -vf noise=alls=8:allf=t -c:v libx264 -profile:v high -preset medium -bf 3 -g 300 -b:v 10M -pix_fmt yuv420p";

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let film = folder.path().join("film.mp4");
    make(&film)?;
    [(1920, 1080), (1440, 900)].into_iter().try_for_each(|bounds| measure(&film, bounds))
}

fn make(film: &Path) -> anyhow::Result<()> {
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y"])
        .args(FILM.split(' '))
        .arg(film)
        .status()
        .context("the ffmpeg command makes the film")?;
    ensure!(made.success(), "ffmpeg could not make the film");
    Ok(())
}

fn measure(path: &Path, bounds: (u32, u32)) -> anyhow::Result<()> {
    let (film, news) = open(path.to_owned(), bounds);
    let info = wait(&film, &news, |film| film.info())?.map_err(anyhow::Error::msg)?;
    let mut rgba = Vec::new();
    let (mut waiting, mut coloring) = (Duration::ZERO, Duration::ZERO);
    for number in 0..info.frames {
        let began = Instant::now();
        film.want(number, Motion::Running);
        let frame = wait(&film, &news, |film| film.frame(number))?;
        waiting += began.elapsed();
        let began = Instant::now();
        let (width, height) = frame.size();
        rgba.resize(width * height * 4, 0);
        frame.write_rgba(&mut rgba);
        coloring += began.elapsed();
    }
    let middle = info.frames / 2;
    let began = Instant::now();
    film.want(middle, Motion::Halted);
    let frame = wait(&film, &news, |film| film.frame(middle))?;
    let jump = began.elapsed();
    let (width, height) = frame.size();
    let per_second = |time: Duration| f64::from(info.frames) / time.as_secs_f64();
    println!(
        "{width} × {height}: decoded {:.0} frames/s, colored {:.0} frames/s, at most {:.1} MB kept, a jump to frame {middle} took {} ms",
        per_second(waiting + coloring),
        per_second(coloring),
        film.load().peak_bytes as f64 / 1e6,
        jump.as_millis(),
    );
    Ok(())
}

fn open(path: PathBuf, bounds: (u32, u32)) -> (FilmPlayer, Receiver<()>) {
    let (wake, news) = sync_channel(1);
    // A full channel already holds the news.
    (
        FilmPlayer::open(path, bounds, ROOM_BYTES, move || {
            wake.try_send(()).ok();
        }),
        news,
    )
}

fn wait<T>(film: &FilmPlayer, news: &Receiver<()>, look: impl Fn(&FilmPlayer) -> Option<T>) -> anyhow::Result<T> {
    loop {
        if let Some(found) = look(film) {
            return Ok(found);
        }
        if let Some(Err(reason)) = film.info() {
            anyhow::bail!("the film cannot be played: {reason}");
        }
        news.recv_timeout(PATIENCE).context("the film says nothing")?;
    }
}
