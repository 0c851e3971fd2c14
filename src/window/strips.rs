//! Loads filmstrips into textures when the user looks at a clip, and makes those that the library does not have yet.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use eframe::egui::{ColorImage, Context};

use super::decode::{LOOK, decode_whole_jpeg, to_color_image};
use super::repainter::Repainter;
use super::textures::Textures;
use crate::domain::JobId;
use crate::domain::screen_room::FILMSTRIPS;
use crate::media::{self, FILMSTRIP_FRAMES, FILMSTRIP_HEIGHT};
use crate::ui::widgets::StripTexture;

/// Maximum number of uploads per frame.
const UPLOADS: usize = 2;
/// Maximum number of requests that wait for the reader thread. Only the hovered clip and the one in
/// the details request filmstrips.
const WAITING: usize = 8;

/// A request for the filmstrip of a clip.
struct StripRequest {
    job: JobId,
    strip: PathBuf,
    clip: PathBuf,
}

/// Result of a request.
enum Read {
    Strip(ColorImage),
    /// The filmstrip does not exist and cannot be made.
    None,
    /// The filmstrip does not exist, and neither does the film, which may come back.
    NoFilm,
    /// The filmstrip does not exist, and the maker is busy with another. It is to be requested again.
    Later,
}

/// The textures of all filmstrips in the window.
pub(super) struct StripShelf {
    shown: Textures<JobId>,
    asked: HashSet<JobId>,
    impossible: HashSet<JobId>,
    /// Clips whose film was not there when their filmstrip was to be made.
    without_film: HashSet<JobId>,
    repainter: Repainter,
    /// To the reader thread, once something was requested.
    requests: Option<SyncSender<StripRequest>>,
    done: SyncSender<(JobId, Read)>,
    read: Receiver<(JobId, Read)>,
    /// Longest side of a texture on this graphics card, in pixels. The first frame sets it.
    widest: Arc<AtomicU32>,
}

impl StripShelf {
    /// Creates an empty shelf. Its two threads start with the first request: one reads filmstrips, one makes missing ones,
    /// one at a time.
    pub(super) fn new(repainter: Repainter) -> Self {
        let (done, read) = sync_channel(UPLOADS);
        Self {
            shown: Textures::new(FILMSTRIPS, LOOK),
            asked: HashSet::new(),
            impossible: HashSet::new(),
            without_film: HashSet::new(),
            repainter,
            requests: None,
            done,
            read,
            widest: Arc::new(AtomicU32::new(2048)),
        }
    }

    /// Starts the threads.
    fn start(&self) -> SyncSender<StripRequest> {
        let (requests, todo) = sync_channel::<StripRequest>(WAITING);
        // Capacity 0: a request is accepted only while the maker is idle.
        let (to_make, making) = sync_channel::<StripRequest>(0);
        let (reader_widest, maker_widest) = (Arc::clone(&self.widest), Arc::clone(&self.widest));
        let (done, made) = (self.done.clone(), self.done.clone());
        let (repainter, waker) = (self.repainter.clone(), self.repainter.clone());
        let make = move || {
            media::stand_back(media::Background::Filmstrip);
            for order in making {
                let result = make_strip(&order, maker_widest.load(Relaxed));
                if made.send((order.job, result)).is_err() {
                    return;
                }
                waker.wake();
            }
        };
        let work = move || {
            for order in todo {
                let job = order.job;
                let result = match read_strip(&order.strip, reader_widest.load(Relaxed)) {
                    Some(image) => Read::Strip(image),
                    None if to_make.try_send(order).is_ok() => continue,
                    None => Read::Later,
                };
                // `Later` does not wake the window, because it would only repeat the request in every frame.
                let is_news = !matches!(result, Read::Later);
                if done.send((job, result)).is_err() {
                    return;
                }
                if is_news {
                    repainter.wake();
                }
            }
        };
        // If the threads cannot be started, the window works with posters only.
        let spawn = |name: &str, work: Box<dyn FnOnce() + Send>| {
            if let Err(err) = std::thread::Builder::new().name(name.to_owned()).spawn(work) {
                tracing::warn!(%err, "filmstrips cannot be read");
            }
        };
        spawn("filmstrips", Box::new(work));
        spawn("filmstrip maker", Box::new(make));
        requests
    }

    /// Starts a frame: uploads what was read.
    pub(super) fn take_in(&mut self, ctx: &Context) {
        self.shown.next_frame();
        let widest = ctx.input(|input| input.max_texture_side);
        self.widest.store(u32::try_from(widest).unwrap_or(u32::MAX), Relaxed);
        for _ in 0..UPLOADS {
            let Ok((job, result)) = self.read.try_recv() else { return };
            self.asked.remove(&job);
            match result {
                Read::Strip(image) => self.shown.insert(ctx, job, image),
                Read::None => {
                    self.impossible.insert(job);
                }
                Read::NoFilm => {
                    self.without_film.insert(job);
                }
                Read::Later => {}
            }
        }
    }

    /// The filmstrip of a clip, of which `size` is the size in pixels. Requests the filmstrip if it is not loaded.
    /// `paths` returns the paths of the filmstrip and of the clip.
    pub(super) fn get(
        &mut self,
        job: JobId,
        (width, height): (u32, u32),
        paths: impl FnOnce() -> (PathBuf, PathBuf),
    ) -> Option<StripTexture> {
        if let Some((id, size)) = self.shown.get(&job) {
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let (frames, width, height) = (FILMSTRIP_FRAMES as f32, width as f32, height as f32);
            let ratio = if width > 0.0 && height > 0.0 { width / height } else { size.x / frames / size.y.max(1.0) };
            return Some(StripTexture { id, frames: FILMSTRIP_FRAMES as u16, ratio });
        }
        if !self.impossible.contains(&job) && !self.without_film.contains(&job) && !self.asked.contains(&job) {
            let (strip, clip) = paths();
            let requests = match &self.requests {
                Some(requests) => requests,
                None => &*self.requests.insert(self.start()),
            };
            if requests.try_send(StripRequest { job, strip, clip }).is_ok() {
                self.asked.insert(job);
            }
        }
        None
    }

    /// Forgets the filmstrip of a clip that is downloaded again or cannot be decoded.
    pub(super) fn forget(&mut self, job: JobId) {
        self.shown.remove(&job);
        self.impossible.remove(&job);
        self.without_film.remove(&job);
    }

    /// It was looked which films are there: filmstrips that lacked theirs are tried again when they are next shown.
    pub(super) fn films_looked_for(&mut self) {
        self.without_film.clear();
    }
}

/// Reads a filmstrip and makes it narrower if it is wider than `widest` pixels. `None` if the file does not exist or
/// is not a filmstrip.
fn read_strip(path: &Path, widest: u32) -> Option<ColorImage> {
    let mut picture = decode_whole_jpeg(path)?;
    let is_whole = picture.width() % FILMSTRIP_FRAMES == 0 && picture.height() == FILMSTRIP_HEIGHT;
    if picture.width() > widest {
        let narrower = (widest / FILMSTRIP_FRAMES).max(1) * FILMSTRIP_FRAMES;
        picture = picture.resize_exact(narrower, FILMSTRIP_HEIGHT, image::imageops::FilterType::Triangle);
    }
    is_whole.then(|| to_color_image(&picture)).flatten()
}

fn make_strip(order: &StripRequest, widest: u32) -> Read {
    // The engine may have made the filmstrip in the meantime.
    if let Some(image) = read_strip(&order.strip, widest) {
        return Read::Strip(image);
    }
    if matches!(order.clip.try_exists(), Ok(false)) {
        return Read::NoFilm;
    }
    if let Err(reason) = media::write_filmstrip(&order.clip, &order.strip, FILMSTRIP_FRAMES, FILMSTRIP_HEIGHT) {
        tracing::debug!(job = %order.job, %reason, "no filmstrip");
        return Read::None;
    }
    read_strip(&order.strip, widest).map_or(Read::None, Read::Strip)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::id as job;
    use crate::practice::film::FilmSpec;
    use crate::practice::render::render;

    const SIZE: (u32, u32) = (96, 64);

    fn shelf() -> StripShelf {
        StripShelf::new(Repainter::new(|_| {}))
    }

    fn film(path: &Path) {
        let spec = FilmSpec {
            prompt: "a heron".to_owned(),
            negative_prompt: String::new(),
            seed: 7,
            width: SIZE.0,
            height: SIZE.1,
            duration_secs: 1,
            audio: false,
            picture: None,
            end_picture: None,
        };
        std::fs::write(path, render(&spec).expect("a small film")).expect("a file");
    }

    /// The name of a thread and by how much it stands back.
    #[cfg(target_os = "linux")]
    fn nice_of(thread: &Path) -> Option<(String, i32)> {
        let stat = std::fs::read_to_string(thread.join("stat")).ok()?;
        let (name, numbers) = stat.split_once('(')?.1.rsplit_once(") ")?;
        Some((name.to_owned(), numbers.split(' ').nth(16)?.parse().ok()?))
    }

    #[test]
    fn a_strip_that_is_missing_is_made_once_and_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let (clip, strip) = (folder.path().join("clip.mp4"), folder.path().join("a.strip.jpg"));
        film(&clip);
        let mut shelf = shelf();
        let ctx = Context::default();
        let strip_of = |shelf: &mut StripShelf| shelf.get(job(1), SIZE, || (strip.clone(), clip.clone()));
        while strip_of(&mut shelf).is_none() {
            // A request that came before the maker listened is repeated.
            std::thread::yield_now();
            shelf.take_in(&ctx);
            assert!(shelf.impossible.is_empty());
        }
        let shown = strip_of(&mut shelf).expect("it was there");
        assert_eq!((shown.frames, shown.ratio), (16, 1.5));
        assert_eq!(image::image_dimensions(&strip).expect("a picture"), (240 * 16, 160));
        assert!(shelf.asked.is_empty());
        #[cfg(target_os = "linux")]
        {
            let own =
                nice_of(&std::path::PathBuf::from("/proc/thread-self")).map(|(_, nice)| nice).expect("this thread");
            let threads = std::fs::read_dir("/proc/self/task").expect("threads");
            let mut threads = threads.filter_map(|thread| nice_of(&thread.ok()?.path()));
            let is_maker = |(name, nice): (String, i32)| name == "filmstrip maker" && nice == (own + 10).min(19);
            assert!(threads.any(is_maker), "it stands back behind the window and films that play");
        }
        // The texture is as narrow as the default limit, because the test has no graphics card.
        assert_eq!(shelf.shown.get(&job(1)).map(|(_, size)| size), Some([2048.0, 160.0].into()));
    }

    #[test]
    fn a_clip_that_is_no_film_is_not_tried_twice() {
        let folder = tempfile::tempdir().expect("a folder");
        let (clip, strip) = (folder.path().join("clip.mp4"), folder.path().join("a.strip.jpg"));
        std::fs::write(&clip, b"no film").expect("a file");
        let mut shelf = shelf();
        let ctx = Context::default();
        while shelf.impossible.is_empty() {
            assert!(shelf.get(job(1), SIZE, || (strip.clone(), clip.clone())).is_none());
            std::thread::yield_now();
            shelf.take_in(&ctx);
        }
        assert!(shelf.get(job(1), SIZE, || panic!("asked again")).is_none());
        shelf.forget(job(1));
        shelf.get(job(1), SIZE, || (strip, clip));
        assert!(shelf.asked.contains(&job(1)));
    }

    #[test]
    fn strips_are_bounded() {
        let mut shelf = shelf();
        let ctx = Context::default();
        // As large as the filmstrip of a 16:9 clip, in a shape within the limit of the test.
        let strip = || ColorImage::filled([71 * 16, 640], Default::default());
        for number in 0..40 {
            shelf.take_in(&ctx);
            shelf.shown.insert(&ctx, job(number), strip());
        }
        let kept: Vec<u128> = (0..40).filter(|number| shelf.shown.get(&job(*number)).is_some()).collect();
        assert_eq!(kept, (37..40).collect::<Vec<_>>());
    }
}
