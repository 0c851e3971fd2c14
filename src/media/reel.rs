//! A film that is read frame by frame in the order of display: by the built-in decoder, or else by the `ffmpeg` command.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::error::MovieError;
use super::ffmpeg::{self, RawFrames};
use super::frame::{FilmFrame, Shaper, even_within};
use super::h264::Pictures;
use super::moov::Codec;
use super::pose::Pose;
use super::timeline::Timeline;
use super::walk::{self, CheckedMovie};

/// So many frames are read and thrown away before the command is started anew further on.
const READ_ON: u32 = 240;

/// What is known of a film that can be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilmInfo {
    /// Number of frames, at least 1.
    pub frames: u32,
    /// Length of all frames together in milliseconds, at least 1.
    pub duration_millis: u64,
    /// Width in pixels with which it is shown: upright, with square pixels.
    pub width: u32,
    /// Height in pixels with which it is shown: upright, with square pixels.
    pub height: u32,
    /// Whether there is a sound track.
    pub has_audio: bool,
}

/// A film file that is open for reading its frames.
pub(super) struct Reel {
    path: PathBuf,
    info: FilmInfo,
    source: Source,
    shaper: Shaper,
    /// Size of the frames that come out.
    size: (usize, usize),
    /// How its pictures lie as they are stored.
    pose: Pose,
    /// The number of its track.
    track: u32,
    /// The newest picture, for samples that hold none.
    latest: Option<Arc<FilmFrame>>,
    /// Frames that are shown at half their size or less may lack what nobody sees there.
    may_be_rough: bool,
}

enum Source {
    BuiltIn(Box<Pictures>, Timeline),
    Command(Option<RawFrames>),
}

/// The result of reading one step further.
pub(super) struct Step {
    /// Numbers of the frames that the step has read.
    pub(super) frames: Vec<u32>,
    /// What they show; `None` when none of them was wanted.
    pub(super) picture: Option<Arc<FilmFrame>>,
}

impl Reel {
    /// Opens a film and looks at its first frame. Frames come as large as they fit into `bounds`, never enlarged.
    pub(super) fn open(path: &Path, bounds: (u32, u32), deadline: Instant) -> Result<Self, MovieError> {
        Ok(Self::open_at(path, bounds, |_| 0, deadline)?.0)
    }

    /// Opens a film and reads the one frame that `choose` names, whose number and picture come along.
    pub(super) fn open_at(
        path: &Path,
        bounds: (u32, u32),
        choose: impl FnOnce(&mut Self) -> u32,
        deadline: Instant,
    ) -> Result<(Self, u32, Arc<FilmFrame>), MovieError> {
        let movie = walk::open(path)?;
        let (width, height, has_audio) = (movie.info.width, movie.info.height, movie.info.has_audio);
        let (pose, track) = movie.moov.video().map_or((Pose::default(), 0), |track| (track.pose, track.id));
        let counted = count(&movie);
        let (source, counted, reason) = match built_in(movie, deadline) {
            Ok((pictures, timeline)) => {
                let counted = (timeline.frames(), timeline.duration_millis());
                (Source::BuiltIn(Box::new(pictures), timeline), counted, None)
            }
            Err(reason) => {
                let counted = counted.map_or_else(|| ffmpeg::count_frames(path, track), Ok);
                let counted = counted.map_err(|other| MovieError::Unsupported(format!("{reason}, and {other}")))?;
                (Source::Command(None), counted, Some(reason))
            }
        };
        let (frames, duration_millis) = counted;
        let mut reel = Self {
            path: path.to_owned(),
            info: FilmInfo { frames, duration_millis, width, height, has_audio },
            source,
            shaper: Shaper::new(),
            size: even_within((width, height), bounds),
            pose,
            track,
            latest: None,
            may_be_rough: false,
        };
        // Many films show only when they are read that they cannot be decoded.
        let number = choose(&mut reel);
        let picture = reel.read(number, deadline).map_err(|other| {
            MovieError::Unsupported(match reason {
                Some(reason) => format!("{reason}, and {other}"),
                None => other,
            })
        })?;
        Ok((reel, number, picture))
    }

    /// Frames may lack from now on what nobody sees of them where they come at half their size or less. Only for single frames
    /// that can be decoded by themselves is that quicker; after one of them, decoding begins anew.
    pub(super) fn allow_rough(&mut self) {
        let (width, height) = (self.info.width as usize, self.info.height as usize);
        self.may_be_rough = width >= 2 * self.size.0 && height >= 2 * self.size.1;
    }

    /// The last frame up to this one that is decoded by itself; the same frame where that is not known.
    pub(super) fn key_frame(&self, frame: u32) -> u32 {
        let Source::BuiltIn(pictures, timeline) = &self.source else { return frame };
        let mut shown = timeline.frames_of(pictures.sync_before(timeline.sample_of(frame)));
        // An edit list may leave the key frame out of the film.
        shown.next().unwrap_or(frame)
    }

    /// Size, length and sound of the film.
    pub(super) fn info(&self) -> FilmInfo {
        self.info
    }

    /// Whether it is decoded here, and not by a program that would have to be started.
    pub(super) fn is_built_in(&self) -> bool {
        matches!(self.source, Source::BuiltIn(..))
    }

    /// By how many frames it is decoded before a frame's turn at most.
    pub(super) fn most_early(&self) -> u32 {
        match &self.source {
            Source::BuiltIn(_, timeline) => timeline.most_early(),
            Source::Command(_) => 0,
        }
    }

    /// How often decoding began anew at a sync sample.
    pub(super) fn restarts(&self) -> u64 {
        match &self.source {
            Source::BuiltIn(pictures, _) => pictures.restarts,
            Source::Command(_) => 0,
        }
    }

    /// Bytes of one frame of the present size.
    pub(super) fn frame_bytes(&self) -> usize {
        self.size.0 * self.size.1 * 3 / 2
    }

    /// Frames come as large as they fit into `bounds` from now on, never enlarged.
    pub(super) fn set_bounds(&mut self, bounds: (u32, u32)) {
        self.set_size(even_within((self.info.width, self.info.height), bounds));
    }

    /// Frames come in exactly this size from now on; both sides have to be even.
    pub(super) fn set_size(&mut self, size: (usize, usize)) {
        if size != self.size {
            self.size = size;
            self.latest = None;
            if let Source::Command(command) = &mut self.source {
                *command = None;
            }
        }
    }

    /// Reads one sample on the way to `frame`. `Ok(None)` when the film ends before it. `is_wanted` says which frames are
    /// worth a picture. The error is a plain clause, after which there is nothing more to get.
    pub(super) fn step(
        &mut self,
        frame: u32,
        is_wanted: impl Fn(u32) -> bool,
        deadline: Instant,
    ) -> Result<Option<Step>, String> {
        match self.step_here(frame, &is_wanted, deadline) {
            Err(reason) if matches!(self.source, Source::BuiltIn(..)) => {
                tracing::debug!(%reason, "the film goes on through ffmpeg");
                self.source = Source::Command(None);
                self.step_here(frame, is_wanted, deadline).map_err(|other| format!("{reason}, and {other}"))
            }
            step => step,
        }
    }

    fn step_here(
        &mut self,
        frame: u32,
        is_wanted: impl Fn(u32) -> bool,
        deadline: Instant,
    ) -> Result<Option<Step>, String> {
        match &mut self.source {
            Source::BuiltIn(pictures, timeline) => {
                pictures.set_deadline(deadline);
                pictures.approach(timeline.sample_of(frame));
                let is_worth = |sample| timeline.frames_of(sample).any(&is_wanted);
                if self.may_be_rough && pictures.next_sample() == timeline.sample_of(frame) {
                    pictures.roughen_next();
                }
                let Some(decoded) = pictures.decode_next(|sample| !is_worth(sample))? else { return Ok(None) };
                let frames = timeline.frames_of(decoded.sample).collect();
                if !is_worth(decoded.sample) {
                    return Ok(Some(Step { frames, picture: None }));
                }
                if let Some(picture) = decoded.picture {
                    let colors = pictures.colors;
                    self.latest = Some(self.shaper.shape(picture, colors, self.size, self.pose)?);
                }
                let picture = self.latest.clone().ok_or("none of its frames can be decoded")?;
                Ok(Some(Step { frames, picture: Some(picture) }))
            }
            Source::Command(command) => {
                let is_near = |frames: &&mut RawFrames| frames.next <= frame && frame - frames.next < READ_ON;
                let frames = match command.as_mut().filter(is_near) {
                    Some(frames) => frames,
                    None => command.insert(RawFrames::start(&self.path, self.track, frame, self.size, self.pose)?),
                };
                let number = frames.next;
                let Some(picture) = frames.next_frame(deadline)? else { return Ok(None) };
                let picture = is_wanted(number).then(|| Arc::new(FilmFrame::new(picture, ffmpeg::COLORS)));
                Ok(Some(Step { frames: vec![number], picture }))
            }
        }
    }

    /// Reads on until `frame` is decoded, and gives it. The error is a plain clause.
    pub(super) fn read(&mut self, frame: u32, deadline: Instant) -> Result<Arc<FilmFrame>, String> {
        while let Some(step) = self.step(frame, |other| other == frame, deadline)? {
            if let Some(picture) = step.picture {
                return Ok(picture);
            }
        }
        Err(match self.source {
            Source::BuiltIn(..) => "it ends before its last frame".to_owned(),
            Source::Command(_) => "ffmpeg cannot decode it either".to_owned(),
        })
    }
}

/// Frames and length by the film's own tables, unless it is fragmented.
fn count(movie: &CheckedMovie) -> Option<(u32, u64)> {
    let track = movie.moov.video().filter(|_| !movie.moov.is_fragmented)?;
    let timeline = Timeline::new(&track.clock, movie.moov.scale, track.sizes.len());
    Some((timeline.frames(), timeline.duration_millis()))
}

fn built_in(movie: CheckedMovie, deadline: Instant) -> Result<(Pictures, Timeline), String> {
    let track = movie.moov.video().ok_or("it holds no picture track")?;
    if movie.moov.is_fragmented {
        return Err("it is a fragmented film, which cannot be decoded here".into());
    }
    if track.codec != Codec::H264 {
        return Err(format!("its codec {} cannot be decoded here", movie.info.codec));
    }
    let pictures = Pictures::new(movie.file, track, deadline)?;
    let timeline = Timeline::new(&track.clock, movie.moov.scale, pictures.count());
    Ok((pictures, timeline))
}
