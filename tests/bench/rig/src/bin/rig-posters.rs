//! Makes a poster of every film in a folder, two at a time: `rig-posters FILMS POSTERS SIDE`. Prints how many were made.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rushes::domain::poster_frame::PosterFrame;
use rushes::media;

/// As many as the peer runs at once.
const THREADS: usize = 2;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [films, posters, side] = &arguments[..] else { return Err("rig-posters FILMS POSTERS SIDE".into()) };
    let side: u32 = side.parse()?;
    let films: Vec<PathBuf> = fs::read_dir(films)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    let (next, made) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(film) = films.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let name = film.file_stem().unwrap_or_default();
                    let poster = Path::new(posters).join(name).with_extension("jpg");
                    match media::write_poster(film, &poster, PosterFrame::Key, side) {
                        Ok(_) => drop(made.fetch_add(1, Ordering::Relaxed)),
                        Err(err) => eprintln!("{}: {err}", film.display()),
                    }
                }
            });
        }
    });
    println!("{}", made.load(Ordering::Relaxed));
    Ok(())
}
