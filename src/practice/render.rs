//! Renders the films of the practice gateway: a slow scene in the mood of the prompt, its words, and a soft ambience.
//! Equal wishes give equal bytes.

mod caption;
mod chance;
mod color;
mod fonts;
mod frame;
mod mp4;
mod palette;
mod picture;
mod ridges;
mod scene;

use rusty_h264_common::YuvFrame;
use rusty_h264_encoder::{Encoder, EncoderConfig, Preset};

use self::caption::Caption;
use self::chance::Chance;
use self::frame::Frame;
use self::mp4::Movie;
use self::picture::Still;
use self::scene::Scene;
use super::film::FilmSpec;

/// Frames per second of every practice film.
pub const FRAMES_PER_SECOND: u32 = 24;

/// Ten seconds of wind and a quiet chord, encoded once: AAC-LC, 48 kHz, stereo, made for this program.
static AMBIENCE: &[u8] = include_bytes!("../../assets/practice/ambience.aac");

/// Why a film cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// Width, height or length is zero, odd or beyond what the program ever asks for.
    #[error("a film of {width}x{height} pixels and {duration_secs} s cannot be made")]
    Size {
        /// Wanted width in pixels.
        width: u32,
        /// Wanted height in pixels.
        height: u32,
        /// Wanted length in whole seconds.
        duration_secs: u32,
    },
    /// The start picture cannot be decoded.
    #[error("the start picture cannot be read: {0}")]
    Picture(String),
    /// The video encoder or the MP4 writer failed.
    #[error("the film cannot be encoded: {0}")]
    Encoder(String),
}

/// Renders a film as a whole MP4 file: H.264, 24 frames per second, with AAC sound when it is asked for. At 720p it takes
/// about half as long as the film lasts, on one core and in a build without optimization; never call it on a thread that
/// must answer. Letters that the bundled font lacks are taken from the system's fonts, so that equal wishes give equal
/// bytes on one machine, not on all.
pub fn render(spec: &FilmSpec) -> Result<Vec<u8>, RenderError> {
    let &FilmSpec { width, height, duration_secs, .. } = spec;
    let fits = |side: u32| (32..=4096).contains(&side) && side.is_multiple_of(2);
    if !fits(width) || !fits(height) || !(1..=60).contains(&duration_secs) {
        return Err(RenderError::Size { width, height, duration_secs });
    }
    let (columns, rows) = (width as usize, height as usize);
    let mut chance = Chance::of(&[spec.prompt.as_bytes(), spec.negative_prompt.as_bytes(), &spec.seed.to_le_bytes()]);
    let mut view = match &spec.picture {
        Some(bytes) => {
            let mut still = |bytes| Still::new(bytes, columns, rows, &mut chance).map_err(RenderError::Picture);
            let first = still(bytes)?;
            match &spec.end_picture {
                None => View::Still(first),
                Some(end) => View::Fade(Box::new((first, still(end)?, Frame::new(columns, rows)))),
            }
        }
        None => {
            let (palette, kind) = palette::choose(&spec.prompt, chance.bits());
            View::Scene(Box::new(Scene::new((columns, rows), duration_secs as f32, palette, kind, &mut chance)))
        }
    };
    let caption = Caption::new(&spec.prompt, columns, rows);
    let mut encoder =
        Encoder::new(encoder_config(columns, rows)).map_err(|error| RenderError::Encoder(format!("{error:?}")))?;
    let count = FRAMES_PER_SECOND * duration_secs;
    let mut frame = Frame::new(columns, rows);
    let mut pictures = Vec::with_capacity(count as usize);
    for number in 0..count {
        match &mut view {
            View::Still(still) => still.draw(&mut frame, number as f32 / (count - 1) as f32),
            View::Fade(pictures) => {
                let (first, last, over) = &mut **pictures;
                let progress = number as f32 / (count - 1) as f32;
                first.draw(&mut frame, progress);
                last.draw(over, progress);
                frame.mix(over, progress);
            }
            View::Scene(scene) => scene.draw(&mut frame, number as f32 / FRAMES_PER_SECOND as f32),
        }
        caption.draw(&mut frame);
        pictures.push(encode(&mut encoder, &mut frame)?);
    }

    let mut sound = Vec::new();
    if spec.audio {
        // One frame more than the film lasts: the first only starts the decoder.
        let wanted = (duration_secs * mp4::SOUND_RATE).div_ceil(1024) as usize + 1;
        let frames = mp4::aac_frames(AMBIENCE);
        sound.extend(frames.iter().copied().cycle().take(wanted));
    }
    let movie = Movie {
        width: columns as u16,
        height: rows as u16,
        frames_per_second: FRAMES_PER_SECOND,
        pictures: &pictures,
        sound: &sound,
    };
    mp4::write(&movie).map_err(RenderError::Encoder)
}

/// The moving picture behind the words: a drawn scene, the start picture in slow motion, or its way into the end picture.
enum View {
    Still(Still),
    /// The two pictures, and a frame for the second one.
    Fade(Box<(Still, Still, Frame)>),
    Scene(Box<Scene>),
}

fn encode(encoder: &mut Encoder, frame: &mut Frame) -> Result<Vec<u8>, RenderError> {
    let [y, u, v] = &mut frame.planes;
    // The planes travel into the encoder's type and back, so that no frame is copied.
    let picture = YuvFrame {
        width: frame.width,
        height: frame.height,
        y: std::mem::take(y),
        u: std::mem::take(u),
        v: std::mem::take(v),
    };
    let unit = encoder.try_encode(&picture).map_err(|error| RenderError::Encoder(format!("{error:?}")))?;
    frame.planes = [picture.y, picture.u, picture.v];
    Ok(unit)
}

fn encoder_config(width: usize, height: usize) -> EncoderConfig {
    let mut config = EncoderConfig::new(width, height);
    config.preset = Preset::Fast;
    config.framerate = FRAMES_PER_SECOND as f32;
    config.gop_size = 48;
    config.scenecut = 0;
    config.lookahead = 0;
    config.mbtree = false;
    config.num_ref_frames = 1;
    config.qp = 23;
    // Level 3.0, 3.1 or 4.0 by the number of macroblocks (H.264 table A-1).
    config.level_idc = match width.div_ceil(16) * height.div_ceil(16) {
        0..=1620 => 30,
        1621..=3600 => 31,
        3601..=8192 => 40,
        _ => 51,
    };
    config
}
