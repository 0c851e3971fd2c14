//! Walks over the top boxes of an MP4 file and checks that it is whole: reads the headers, and `moov`.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::error::MovieError;
use super::moov::{Codec, Moov};

/// Size of the largest `moov` box that is read, in bytes.
const MAX_MOOV_BYTES: u64 = 64 << 20;
/// More boxes than this at the top have only hostile files; an hour of one-second fragments has 7,200.
const MAX_TOP_BOXES: usize = 20_000;

/// What a film file holds, by its own headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovieInfo {
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
    /// Length of the film in milliseconds.
    pub duration_millis: u64,
    /// Whether there is a sound track.
    pub has_audio: bool,
    /// The video codec by its common name, such as `h264`, or else its four-character code.
    pub codec: String,
}

/// A film file that passed the walk.
#[derive(Debug)]
pub(super) struct CheckedMovie {
    pub(super) file: File,
    pub(super) info: MovieInfo,
    pub(super) moov: Moov,
}

/// Opens a file and checks that it is a whole MP4, as [`super::check_movie`] says.
pub(super) fn open(path: &Path) -> Result<CheckedMovie, MovieError> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(MovieError::NotMp4);
    }
    let length = metadata.len();
    if length == 0 {
        return Err(MovieError::broken("it is empty"));
    }
    let moov_bytes = read_moov(&mut file, length)?;
    let moov = Moov::parse(&moov_bytes)?;
    let video = moov.video().ok_or_else(|| MovieError::broken("it holds no picture track"))?;
    for track in &moov.tracks {
        if track.last_byte > length {
            return Err(MovieError::broken("it ends before its film data does"));
        }
    }
    if !moov.is_fragmented && video.sizes.len() == 0 {
        return Err(MovieError::broken("its picture track is empty"));
    }
    let (width, height) =
        if video.quarter_turns % 2 == 1 { (video.height, video.width) } else { (video.width, video.height) };
    if width == 0 || height == 0 {
        return Err(MovieError::broken("its picture has no size"));
    }
    let info = MovieInfo {
        width: u32::from(width),
        height: u32::from(height),
        duration_millis: moov.duration_millis(),
        has_audio: moov.tracks.iter().any(|track| track.codec == Codec::Sound),
        codec: video.codec_name(),
    };
    Ok(CheckedMovie { file, info, moov })
}

/// A box at the top of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TopBox {
    pub(super) kind: [u8; 4],
    /// Where it begins, in bytes from the beginning of the file.
    pub(super) at: u64,
    /// Length of its head (size and kind) in bytes: 8 or 16.
    pub(super) head: u64,
    /// Where it ends, which is inside of the file.
    pub(super) end: u64,
    /// It states no size and so runs to the end of the file, wherever that will be.
    pub(super) is_open: bool,
}

/// The boxes at the top of a file, one after the other.
#[derive(Debug)]
pub(super) struct TopBoxes {
    length: u64,
    at: u64,
    number: usize,
}

impl TopBoxes {
    /// The boxes of a file of `length` bytes.
    pub(super) fn of(length: u64) -> Self {
        Self { length, at: 0, number: 0 }
    }

    /// The next one; `None` exactly at the end of the file. The file may be read elsewhere in between.
    pub(super) fn next(&mut self, file: &mut File) -> Result<Option<TopBox>, MovieError> {
        let (at, length) = (self.at, self.length);
        if at == length {
            return Ok(None);
        }
        if self.number >= MAX_TOP_BOXES {
            return Err(MovieError::broken("it has more parts than any film"));
        }
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0_u8; 16];
        let got = read_up_to(file, &mut head)?;
        if self.number == 0 && (got < 8 || &head[4..8] != b"ftyp") {
            return Err(MovieError::NotMp4);
        }
        if got < 8 {
            return Err(MovieError::broken("it ends in the middle of a box header"));
        }
        let kind = [head[4], head[5], head[6], head[7]];
        let stated = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let (header, size) = match stated {
            // The last box may leave its size open.
            0 => (8, length - at),
            1 if got == 16 => {
                (16, u64::from_be_bytes([head[8], head[9], head[10], head[11], head[12], head[13], head[14], head[15]]))
            }
            1 => return Err(MovieError::broken("it ends in the middle of a box header")),
            size => (8, u64::from(size)),
        };
        if size < header || !kind.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ' || *byte == 0xa9) {
            return Err(MovieError::broken("a part of it has an impossible header"));
        }
        let end = at.checked_add(size).ok_or_else(|| MovieError::broken("a part of it has an impossible header"))?;
        if end > length {
            return Err(MovieError::broken(if &kind == b"mdat" {
                "it ends before its film data does"
            } else {
                "it ends inside its headers"
            }));
        }
        self.at = end;
        self.number += 1;
        Ok(Some(TopBox { kind, at, head: header, end, is_open: stated == 0 }))
    }
}

/// Walks all top boxes and returns the content of `moov`.
fn read_moov(file: &mut File, length: u64) -> Result<Vec<u8>, MovieError> {
    let mut boxes = TopBoxes::of(length);
    let mut moov = None;
    let mut has_data = false;
    while let Some(found) = boxes.next(file)? {
        match &found.kind {
            b"moov" if moov.is_some() => return Err(MovieError::broken("it has two tables of contents")),
            b"moov" => {
                if found.end - found.at > MAX_MOOV_BYTES {
                    return Err(MovieError::broken("its table of contents is larger than any film needs"));
                }
                file.seek(SeekFrom::Start(found.at + found.head))?;
                let mut bytes = vec![0; (found.end - found.at - found.head) as usize];
                file.read_exact(&mut bytes)?;
                moov = Some(bytes);
            }
            b"mdat" => has_data = true,
            _ => {}
        }
    }
    let moov = moov.ok_or_else(|| MovieError::broken("it ends before its table of contents"))?;
    if !has_data {
        return Err(MovieError::broken("it ends before its film data does"));
    }
    Ok(moov)
}

fn read_up_to(file: &mut File, buffer: &mut [u8]) -> Result<usize, MovieError> {
    let mut got = 0;
    while got < buffer.len() {
        let more = file.read(&mut buffer[got..])?;
        if more == 0 {
            break;
        }
        got += more;
    }
    Ok(got)
}
