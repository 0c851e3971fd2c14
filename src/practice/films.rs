//! Makes films and keeps them: each is made once, off the async threads, and the newest ones are kept.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use tokio::sync::{OnceCell, Semaphore};

use super::{config::FilmSource, film::FilmSpec, locked::locked};
use crate::domain::Sha256Hex;

/// How many different films are kept. An older one is made again when it is asked for.
const KEPT_FILMS: usize = 24;

/// Films that are made at the same time: as many as leave a core for the window on most machines.
const PARALLEL_RENDERS: usize = 2;

/// The file of a practice clip as it is served.
#[derive(Debug)]
pub(super) struct RenderedFilm {
    pub bytes: Arc<Vec<u8>>,
    /// SHA-256 of `bytes`, as hexadecimal.
    pub sha256: Sha256Hex,
}

/// A film that is wanted, being made, made or failed.
pub(super) type FilmCell = OnceCell<Result<RenderedFilm, String>>;

/// What became of a film; `None` while it is not made yet.
pub(super) fn outcome(cell: &FilmCell) -> Option<Result<(), String>> {
    Some(cell.get()?.as_ref().map(|_| ()).map_err(Clone::clone))
}

#[derive(Debug)]
pub(super) struct Films {
    source: FilmSource,
    kept: Mutex<VecDeque<(Arc<FilmSpec>, Arc<FilmCell>)>>,
    renders: Arc<Semaphore>,
}

impl Films {
    pub fn new(source: FilmSource) -> Self {
        Self { source, kept: Mutex::default(), renders: Arc::new(Semaphore::new(PARALLEL_RENDERS)) }
    }

    /// The place of this film, which may be empty yet.
    fn cell(&self, spec: &Arc<FilmSpec>) -> Arc<FilmCell> {
        let mut kept = locked(&self.kept);
        if let Some(at) = kept.iter().position(|(known, _)| known == spec)
            && let Some(found) = kept.remove(at)
        {
            let cell = Arc::clone(&found.1);
            kept.push_back(found);
            return cell;
        }
        let cell = Arc::new(FilmCell::new());
        kept.push_back((Arc::clone(spec), Arc::clone(&cell)));
        if kept.len() > KEPT_FILMS {
            kept.pop_front();
        }
        cell
    }

    /// What became of a film that is still kept; `None` when it is not made or forgotten.
    pub fn outcome(&self, spec: &FilmSpec) -> Option<Result<(), String>> {
        let kept = locked(&self.kept);
        let (_, cell) = kept.iter().find(|(known, _)| **known == *spec)?;
        outcome(cell)
    }

    /// Makes the film unless it is there or being made already; comes back when it is there or has failed.
    pub async fn made(&self, spec: &Arc<FilmSpec>) -> Arc<FilmCell> {
        let cell = self.cell(spec);
        cell.get_or_init(|| async {
            let permit = Arc::clone(&self.renders).acquire_owned().await;
            let (source, spec) = (self.source.clone(), Arc::clone(spec));
            let rendering = tokio::task::spawn_blocking(move || {
                let _permit = permit;
                let bytes = source.render(&spec)?;
                let sha256 = Sha256Hex::of(&bytes);
                Ok(RenderedFilm { bytes: Arc::new(bytes), sha256 })
            });
            // A renderer that panics costs its job, not the gateway.
            rendering.await.unwrap_or_else(|error| Err(format!("the renderer broke: {error}")))
        })
        .await;
        cell
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn spec(seed: u32) -> Arc<FilmSpec> {
        Arc::new(FilmSpec {
            prompt: "a heron".to_owned(),
            negative_prompt: String::new(),
            seed,
            width: 640,
            height: 360,
            duration_secs: 5,
            audio: false,
            picture: None,
            end_picture: None,
        })
    }

    fn bytes(cell: &FilmCell) -> Result<Vec<u8>, String> {
        cell.get().expect("made").as_ref().map(|film| film.bytes.to_vec()).map_err(Clone::clone)
    }

    #[tokio::test]
    async fn a_film_is_made_once_and_again_when_it_was_forgotten() {
        let made = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&made);
        let films = Films::new(FilmSource::new(move |spec| {
            count.fetch_add(1, Ordering::Relaxed);
            Ok(vec![u8::try_from(spec.seed).unwrap_or(0)])
        }));
        assert_eq!(bytes(&*films.made(&spec(1)).await), Ok(vec![1]));
        assert_eq!(bytes(&*films.made(&spec(1)).await), Ok(vec![1]));
        assert_eq!(made.load(Ordering::Relaxed), 1);
        for seed in 2..(2 + u32::try_from(KEPT_FILMS).expect("few")) {
            films.made(&spec(seed)).await;
        }
        let before = made.load(Ordering::Relaxed);
        assert_eq!(bytes(&*films.made(&spec(1)).await), Ok(vec![1]));
        assert_eq!(made.load(Ordering::Relaxed), before + 1);
    }

    #[tokio::test]
    async fn a_renderer_that_fails_or_panics_gives_its_reason() {
        let films = Films::new(FilmSource::new(|spec| {
            assert_ne!(spec.seed, 2, "no film for you");
            Err("out of paint".to_owned())
        }));
        assert_eq!(bytes(&*films.made(&spec(1)).await), Err("out of paint".to_owned()));
        assert!(bytes(&*films.made(&spec(2)).await).expect_err("it panics").starts_with("the renderer broke"));
    }
}
