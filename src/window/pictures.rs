//! Loads posters, start pictures and samples into textures: a thread reads and decodes them, a few are uploaded per
//! frame, and the memory for textures is bounded.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use eframe::egui::{ColorImage, Context, TextureId, Vec2};

use super::cinema::Cinema;
use super::decode::{LOOK, decode_bounded, decode_whole_jpeg, to_color_image};
use super::repainter::Repainter;
use super::services::Services;
use super::strips::StripShelf;
use super::textures::Textures;
use crate::domain::job::Poster;
use crate::domain::request::StoredPicture;
use crate::domain::screen_room::PICTURES;
use crate::domain::{Job, JobId, Sha256Hex};
use crate::ui::screens::{FilmPicture, Pictures};
use crate::ui::widgets::StripTexture;

/// Maximum number of uploads per frame; more would make the window stutter.
const UPLOADS: usize = 4;
/// Maximum number of pictures that wait for the reader thread. A picture beyond that is requested again when
/// it is drawn again.
const WAITING: usize = 64;
/// Longest side of a large card, in points. Larger pictures are shrunk before the upload to what such a card shows of them.
const LARGE_CARD: f32 = 427.0;
/// Most pixels of a point for which pictures are kept sharp; beyond that they would take too much memory.
const SHARPEST: f32 = 1.5;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Name {
    Poster(JobId),
    Start(Sha256Hex),
    Sample(usize),
}

/// The source of a picture: a poster, another file, or bytes in the program.
enum Source {
    Poster(PathBuf),
    File(PathBuf),
    Bundled(&'static [u8]),
}

/// Pictures of the sample shots on the welcome page, in the order of
/// [`SAMPLE_SHOTS`](crate::app::action::SAMPLE_SHOTS). They are scenes of the practice renderer without text.
const SAMPLE_PICTURES: [&[u8]; 3] = [
    include_bytes!("../../assets/samples/dunes.jpg"),
    include_bytes!("../../assets/samples/bottle.jpg"),
    include_bytes!("../../assets/samples/jellyfish.jpg"),
];

/// The textures of all pictures in the window.
pub struct PictureShelf {
    shown: Textures<Name>,
    strips: StripShelf,
    asked: HashSet<Name>,
    /// Pictures that could not be decoded. They are requested again only after their file was replaced.
    unreadable: HashSet<Name>,
    /// Posters that were to be shown and are not there, since [`PictureShelf::take_lost`] was called.
    lost: Vec<JobId>,
    /// Clips of which it was told that their poster could not be made.
    impossible: HashSet<JobId>,
    /// Longest side of a texture in pixels, on the display that the window is on.
    side: u32,
    orders: SyncSender<(Name, Source, u32)>,
    read: Receiver<(Name, Option<ColorImage>, u32)>,
}

impl PictureShelf {
    /// Creates an empty shelf and starts the reader thread.
    pub fn new(repainter: Repainter) -> Self {
        let (orders, todo) = sync_channel::<(Name, Source, u32)>(WAITING);
        let (done, read) = sync_channel(UPLOADS);
        let strips = StripShelf::new(repainter.clone());
        let work = move || {
            for (name, source, side) in todo {
                let image = match source {
                    Source::Poster(path) => decode_whole_jpeg(&path).and_then(|picture| shrunk(&picture, side)),
                    Source::File(path) => read_picture(&path, side),
                    Source::Bundled(bytes) => decode(image::ImageReader::new(std::io::Cursor::new(bytes)), side),
                };
                if done.send((name, image, side)).is_err() {
                    return;
                }
                repainter.wake();
            }
        };
        // If the thread cannot be started, the window works without pictures.
        if let Err(err) = std::thread::Builder::new().name("pictures".to_owned()).spawn(work) {
            tracing::warn!(%err, "pictures cannot be read");
        }
        let shown = Textures::new(PICTURES, LOOK);
        Self {
            shown,
            strips,
            asked: HashSet::new(),
            unreadable: HashSet::new(),
            lost: Vec::new(),
            impossible: HashSet::new(),
            side: side_at(1.0),
            orders,
            read,
        }
    }

    /// The clips whose posters were to be shown and are not there. Each is told once for every time that it was looked for.
    pub(super) fn take_lost(&mut self) -> Vec<JobId> {
        std::mem::take(&mut self.lost)
    }

    /// The engine told something new of this clip: perhaps its poster was made again.
    pub(super) fn changed(&mut self, job: &Job) {
        if matches!(job.poster, Poster::Made { .. }) {
            self.unreadable.remove(&Name::Poster(job.id));
        }
    }

    /// It was looked which films are there: some may be back.
    pub(super) fn films_looked_for(&mut self) {
        self.strips.films_looked_for();
    }

    /// Uploads what was decoded, and returns the shelf as the [`Pictures`](crate::ui::screens::Pictures) of one frame.
    pub(super) fn on<'a, S: Services>(
        &'a mut self,
        ctx: &Context,
        services: &'a S,
        cinema: &'a mut Cinema,
    ) -> ShelfOn<'a, S> {
        self.shown.next_frame();
        let side = side_at(ctx.pixels_per_point());
        if self.side != side {
            // On another display everything is read again as sharp as that one is.
            self.side = side;
            self.shown.clear();
        }
        self.strips.take_in(ctx);
        for _ in 0..UPLOADS {
            let Ok((name, image, side)) = self.read.try_recv() else { break };
            self.asked.remove(&name);
            if side != self.side {
                continue;
            }
            match image {
                Some(image) => self.shown.insert(ctx, name, image),
                None => {
                    if let Name::Poster(job) = &name {
                        tracing::info!(%job, "a poster is gone or damaged");
                        self.lost.push(*job);
                    }
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
            && self.orders.try_send((name.clone(), source(), self.side)).is_ok()
        {
            self.asked.insert(name);
        }
        None
    }
}

/// The shelf as it is lent to one frame.
pub(super) struct ShelfOn<'a, S> {
    shelf: &'a mut PictureShelf,
    services: &'a S,
    cinema: &'a mut Cinema,
}

impl<S: Services> Pictures for ShelfOn<'_, S> {
    fn poster(&mut self, job: &Job) -> Option<(TextureId, Vec2)> {
        if !matches!(job.poster, Poster::Made { .. }) {
            // A clip that is downloaded again gets a new poster.
            self.shelf.unreadable.remove(&Name::Poster(job.id));
            let is_news = match job.poster {
                Poster::Impossible(_) => self.shelf.impossible.insert(job.id),
                Poster::None | Poster::Made { .. } => false,
            };
            if is_news {
                self.shelf.lost.push(job.id);
            }
            return None;
        }
        self.shelf.impossible.remove(&job.id);
        self.shelf.get(Name::Poster(job.id), || Source::Poster(self.services.poster_file(job.id)))
    }

    fn strip(&mut self, job: &Job) -> Option<StripTexture> {
        let clip = job.clip.as_ref()?;
        if !matches!(job.poster, Poster::Made { .. }) {
            // A clip that is downloaded again gets a new filmstrip as well.
            self.shelf.strips.forget(job.id);
            return None;
        }
        let paths = || (self.services.filmstrip_file(job.id), self.services.clip_file(&clip.path));
        self.shelf.strips.get(job.id, (clip.width, clip.height), paths)
    }

    fn film(&mut self, job: &Job) -> Option<FilmPicture> {
        self.cinema.picture(job.id)
    }

    fn film_shown(&mut self, job: &Job, size: Vec2) {
        self.cinema.shown_at(job.id, size);
    }

    fn start_picture(&mut self, picture: &StoredPicture) -> Option<(TextureId, Vec2)> {
        self.shelf.get(Name::Start(picture.sha256), || Source::File(self.services.picture_file(picture)))
    }

    fn sample(&mut self, index: usize) -> Option<(TextureId, Vec2)> {
        let bytes = SAMPLE_PICTURES.get(index)?;
        self.shelf.get(Name::Sample(index), || Source::Bundled(bytes))
    }
}

/// Longest side of a texture in pixels where a point has so many.
fn side_at(pixels_per_point: f32) -> u32 {
    // Never negative, and no more than some hundreds.
    (LARGE_CARD * pixels_per_point.clamp(0.5, SHARPEST)).ceil() as u32
}

/// Decodes a picture of the library and shrinks its longest side to `side` pixels. `None` if it cannot be read; an empty
/// place is drawn then.
fn read_picture(path: &Path, side: u32) -> Option<ColorImage> {
    decode(image::ImageReader::open(path).ok()?, side)
}

fn decode<R: std::io::BufRead + std::io::Seek>(reader: image::ImageReader<R>, side: u32) -> Option<ColorImage> {
    shrunk(&decode_bounded(reader)?, side)
}

fn shrunk(picture: &image::DynamicImage, side: u32) -> Option<ColorImage> {
    if picture.width().max(picture.height()) > side {
        to_color_image(&picture.thumbnail(side, side))
    } else {
        to_color_image(picture)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_is_none_is_no_panic() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("poster.jpg");
        assert!(read_picture(&path, 640).is_none());
        std::fs::write(&path, b"no picture").expect("a file");
        assert!(read_picture(&path, 640).is_none());
    }

    #[test]
    fn a_picture_is_as_sharp_as_the_display_and_no_sharper_than_a_card_shows() {
        let sides: Vec<u32> = [0.0, 1.0, 1.5, 2.0].into_iter().map(side_at).collect();
        assert_eq!(sides, [214, 427, 641, 641]);
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("poster.png");
        image::RgbImage::new(1_280, 720).save(&path).expect("a picture");
        assert_eq!(read_picture(&path, side_at(1.0)).expect("a picture").size, [427, 240]);
    }

    #[test]
    fn every_sample_has_its_picture() {
        for (sample, bytes) in crate::app::action::SAMPLE_SHOTS.iter().zip(SAMPLE_PICTURES) {
            let image = decode(image::ImageReader::new(std::io::Cursor::new(bytes)), 640).expect("a picture");
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
