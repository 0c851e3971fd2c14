//! Posters and start pictures on their way to the graphics card: read and decoded on a thread, a few uploads a frame,
//! and a bound on what is kept.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use eframe::egui::{ColorImage, Context, TextureId, Vec2};

use super::cinema::Cinema;
use super::decode::{LOOK, decode_bounded, to_color_image};
use super::repainter::Repainter;
use super::services::Services;
use super::strips::StripShelf;
use super::textures::Textures;
use crate::domain::job::Poster;
use crate::domain::request::StoredPicture;
use crate::domain::{Job, JobId, Sha256Hex};
use crate::ui::screens::{FilmPicture, Pictures};
use crate::ui::widgets::StripTexture;

/// Uploads of one frame; more would make it stutter.
const UPLOADS: usize = 4;
/// Bytes of pixels that are kept on the graphics card.
const ROOM_BYTES: usize = 64 * 1024 * 1024;
/// Pictures that may wait for the reader; who scrolls past more asks again.
const WAITING: usize = 64;
/// Longer side to which pictures are shrunk before they are uploaded.
const MAX_SIDE: u32 = 960;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Name {
    Poster(JobId),
    Start(Sha256Hex),
    Sample(usize),
}

/// Where a picture comes from.
enum Source {
    File(PathBuf),
    Bundled(&'static [u8]),
}

/// Pictures of the samples on the first page, in the order of [`SAMPLES`](crate::app::action::SAMPLES): scenes of the practice
/// renderer, without words.
const SAMPLE_PICTURES: [&[u8]; 3] = [
    include_bytes!("../../assets/samples/dunes.jpg"),
    include_bytes!("../../assets/samples/bottle.jpg"),
    include_bytes!("../../assets/samples/jellyfish.jpg"),
];

/// All pictures of the window.
pub struct PictureShelf {
    shown: Textures<Name>,
    strips: StripShelf,
    asked: HashSet<Name>,
    /// Pictures that cannot be read; asked for again only when their file is new.
    unreadable: HashSet<Name>,
    orders: SyncSender<(Name, Source)>,
    read: Receiver<(Name, Option<ColorImage>)>,
}

impl PictureShelf {
    /// Starts the reader's thread.
    pub fn new(repainter: Repainter) -> Self {
        let (orders, todo) = sync_channel::<(Name, Source)>(WAITING);
        let (done, read) = sync_channel(UPLOADS);
        let strips = StripShelf::new(repainter.clone());
        let work = move || {
            for (name, source) in todo {
                let image = match source {
                    Source::File(path) => read_picture(&path),
                    Source::Bundled(bytes) => decode(image::ImageReader::new(std::io::Cursor::new(bytes))),
                };
                if done.send((name, image)).is_err() {
                    return;
                }
                repainter.wake();
            }
        };
        // Without the thread there are no pictures, which the window can live with.
        if let Err(err) = std::thread::Builder::new().name("pictures".to_owned()).spawn(work) {
            tracing::warn!(%err, "pictures cannot be read");
        }
        let shown = Textures::new(ROOM_BYTES, LOOK);
        Self { shown, strips, asked: HashSet::new(), unreadable: HashSet::new(), orders, read }
    }

    /// Brings in what was read, and lends itself to one frame.
    pub(super) fn on<'a, S: Services>(
        &'a mut self,
        ctx: &Context,
        services: &'a S,
        cinema: &'a mut Cinema,
    ) -> ShelfOn<'a, S> {
        self.shown.next_frame();
        self.strips.take_in(ctx);
        for _ in 0..UPLOADS {
            let Ok((name, image)) = self.read.try_recv() else { break };
            self.asked.remove(&name);
            match image {
                Some(image) => self.shown.insert(ctx, name, image),
                None => {
                    self.unreadable.insert(name);
                }
            }
        }
        ShelfOn { shelf: self, services, cinema }
    }

    fn get(&mut self, name: Name, source: impl FnOnce() -> Source) -> Option<(TextureId, Vec2)> {
        if let Some(shown) = self.shown.get(&name) {
            return Some(shown);
        }
        if !self.unreadable.contains(&name)
            && !self.asked.contains(&name)
            && self.orders.try_send((name.clone(), source())).is_ok()
        {
            self.asked.insert(name);
        }
        None
    }
}

/// The shelf for one frame.
pub(super) struct ShelfOn<'a, S> {
    shelf: &'a mut PictureShelf,
    services: &'a S,
    cinema: &'a mut Cinema,
}

impl<S: Services> Pictures for ShelfOn<'_, S> {
    fn poster(&mut self, job: &Job) -> Option<(TextureId, Vec2)> {
        if !matches!(job.poster, Poster::Made { .. }) {
            // A clip that is fetched again gets another poster.
            self.shelf.unreadable.remove(&Name::Poster(job.id));
            return None;
        }
        self.shelf.get(Name::Poster(job.id), || Source::File(self.services.poster_file(job.id)))
    }

    fn strip(&mut self, job: &Job) -> Option<StripTexture> {
        let clip = job.clip.as_ref()?;
        if !matches!(job.poster, Poster::Made { .. }) {
            // A film without a poster has no strip either, and one that is fetched again gets another.
            self.shelf.strips.forget(job.id);
            return None;
        }
        let paths = || (self.services.filmstrip_file(job.id), self.services.clip_file(&clip.path));
        self.shelf.strips.get(job.id, (clip.width, clip.height), paths)
    }

    fn film(&mut self, job: &Job) -> Option<FilmPicture> {
        self.cinema.picture(job.id)
    }

    fn start_picture(&mut self, picture: &StoredPicture) -> Option<(TextureId, Vec2)> {
        self.shelf.get(Name::Start(picture.sha256), || Source::File(self.services.picture_file(picture)))
    }

    fn sample(&mut self, index: usize) -> Option<(TextureId, Vec2)> {
        let bytes = SAMPLE_PICTURES.get(index)?;
        self.shelf.get(Name::Sample(index), || Source::Bundled(bytes))
    }
}

/// Reads a picture of our own library, shrunk to [`MAX_SIDE`]. `None` when it cannot be read, which is then drawn as an empty place.
fn read_picture(path: &Path) -> Option<ColorImage> {
    decode(image::ImageReader::open(path).ok()?)
}

fn decode<R: std::io::BufRead + std::io::Seek>(reader: image::ImageReader<R>) -> Option<ColorImage> {
    let picture = decode_bounded(reader)?;
    let picture =
        if picture.width().max(picture.height()) > MAX_SIDE { picture.thumbnail(MAX_SIDE, MAX_SIDE) } else { picture };
    to_color_image(&picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_is_none_is_no_panic() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("poster.jpg");
        assert!(read_picture(&path).is_none());
        std::fs::write(&path, b"no picture").expect("a file");
        assert!(read_picture(&path).is_none());
    }

    #[test]
    fn every_sample_has_its_picture() {
        for (sample, bytes) in crate::app::action::SAMPLES.iter().zip(SAMPLE_PICTURES) {
            let image = decode(image::ImageReader::new(std::io::Cursor::new(bytes))).expect("a picture");
            let (width, height) = sample.ratio.parts();
            let [columns, rows] = image.size;
            assert!(
                columns.abs_diff(rows * width as usize / height as usize) < 3,
                "{} {:?}",
                sample.prompt,
                image.size
            );
            assert!(bytes.len() <= 25_000, "{} bytes", bytes.len());
        }
    }
}
