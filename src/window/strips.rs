//! Filmstrips on their way to the graphics card: read when a clip is looked at, and made then if the library has none yet.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use eframe::egui::{ColorImage, Context};

use super::decode::{LOOK, decode_bounded, to_color_image};
use super::repainter::Repainter;
use super::textures::Textures;
use crate::domain::JobId;
use crate::media::{self, FILMSTRIP_FRAMES, FILMSTRIP_HEIGHT};
use crate::ui::widgets::StripTexture;

/// Uploads of one frame.
const UPLOADS: usize = 2;
/// Bytes of pixels that are kept on the graphics card: about sixteen strips of 16:9.
const ROOM_BYTES: usize = 48 * 1024 * 1024;
/// Strips that may wait for the reader. Only clips under the pointer and in the details ask.
const WAITING: usize = 8;

/// A clip whose filmstrip is wanted.
struct StripRequest {
    job: JobId,
    strip: PathBuf,
    clip: PathBuf,
}

/// What became of a request.
enum Read {
    Strip(ColorImage),
    /// There is none and none can be made.
    None,
    /// There is none, and another is being made just now; to be asked for again.
    Later,
}

/// All filmstrips of the window.
pub(super) struct StripShelf {
    shown: Textures<JobId>,
    asked: HashSet<JobId>,
    impossible: HashSet<JobId>,
    requests: SyncSender<StripRequest>,
    read: Receiver<(JobId, Read)>,
    /// Longest side of a texture that this graphics card takes, in pixels; not known before the first frame.
    widest: Arc<AtomicU32>,
}

impl StripShelf {
    /// Starts the threads: one reads, one makes what is missing, a single strip at a time.
    pub(super) fn new(repainter: Repainter) -> Self {
        let (requests, todo) = sync_channel::<StripRequest>(WAITING);
        // Without room: an order is taken only while nothing is made.
        let (to_make, making) = sync_channel::<StripRequest>(0);
        let (done, read) = sync_channel(UPLOADS);
        let widest = Arc::new(AtomicU32::new(2048));
        let (reader_widest, maker_widest) = (Arc::clone(&widest), Arc::clone(&widest));
        let (made, waker) = (done.clone(), repainter.clone());
        let make = move || {
            for order in making {
                let result = make_strip(&order, maker_widest.load(Relaxed)).map_or(Read::None, Read::Strip);
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
                // Who waits for the maker is not woken: it would only ask once more, in every frame.
                let is_news = !matches!(result, Read::Later);
                if done.send((job, result)).is_err() {
                    return;
                }
                if is_news {
                    repainter.wake();
                }
            }
        };
        // Without its threads the window shows posters only.
        let spawn = |name: &str, work: Box<dyn FnOnce() + Send>| {
            if let Err(err) = std::thread::Builder::new().name(name.to_owned()).spawn(work) {
                tracing::warn!(%err, "filmstrips cannot be read");
            }
        };
        spawn("filmstrips", Box::new(work));
        spawn("filmstrip maker", Box::new(make));
        Self {
            shown: Textures::new(ROOM_BYTES, LOOK),
            asked: HashSet::new(),
            impossible: HashSet::new(),
            requests,
            read,
            widest,
        }
    }

    /// A frame begins: brings in what was read.
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
                Read::Later => {}
            }
        }
    }

    /// The strip of a clip of that size in pixels; asks for it when it is not there. `paths` are those of the strip and
    /// of the clip.
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
        if !self.impossible.contains(&job) && !self.asked.contains(&job) {
            let (strip, clip) = paths();
            if self.requests.try_send(StripRequest { job, strip, clip }).is_ok() {
                self.asked.insert(job);
            }
        }
        None
    }

    /// The clip is fetched anew, or its film cannot be decoded.
    pub(super) fn forget(&mut self, job: JobId) {
        self.shown.remove(&job);
        self.impossible.remove(&job);
    }
}

/// Reads a strip, squeezed if it is wider than a texture may be. `None` when there is none, or nothing that is one.
fn read_strip(path: &Path, widest: u32) -> Option<ColorImage> {
    let mut picture = decode_bounded(image::ImageReader::open(path).ok()?)?;
    let is_whole = picture.width() % FILMSTRIP_FRAMES == 0 && picture.height() == FILMSTRIP_HEIGHT;
    if picture.width() > widest {
        let narrower = (widest / FILMSTRIP_FRAMES).max(1) * FILMSTRIP_FRAMES;
        picture = picture.resize_exact(narrower, FILMSTRIP_HEIGHT, image::imageops::FilterType::Triangle);
    }
    is_whole.then(|| to_color_image(&picture)).flatten()
}

fn make_strip(order: &StripRequest, widest: u32) -> Option<ColorImage> {
    // The engine may have made it in the meantime.
    if let Some(image) = read_strip(&order.strip, widest) {
        return Some(image);
    }
    if let Err(reason) = media::write_filmstrip(&order.clip, &order.strip, FILMSTRIP_FRAMES, FILMSTRIP_HEIGHT) {
        tracing::debug!(job = %order.job, %reason, "no filmstrip");
        return None;
    }
    read_strip(&order.strip, widest)
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
        };
        std::fs::write(path, render(&spec).expect("a small film")).expect("a file");
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
            // An order that came before the maker listened is given again.
            std::thread::yield_now();
            shelf.take_in(&ctx);
            assert!(shelf.impossible.is_empty());
        }
        let shown = strip_of(&mut shelf).expect("it was there");
        assert_eq!((shown.frames, shown.ratio), (16, 1.5));
        assert_eq!(image::image_dimensions(&strip).expect("a picture"), (240 * 16, 160));
        assert!(shelf.asked.is_empty());
        // The texture is as narrow as tests want it.
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
        // As large as a strip of 16:9, in the shape that a test takes.
        let strip = || ColorImage::filled([71 * 16, 640], Default::default());
        for number in 0..40 {
            shelf.take_in(&ctx);
            shelf.shown.insert(&ctx, job(number), strip());
        }
        let kept: Vec<u128> = (0..40).filter(|number| shelf.shown.get(&job(*number)).is_some()).collect();
        assert_eq!(kept, (23..40).collect::<Vec<_>>());
    }
}
