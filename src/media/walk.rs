//! Walks over the top boxes of an MP4 file and checks that it is whole: reads the headers, and `moov`.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::error::MovieError;
use super::fragments::{self, Fragment};
use super::moov::{Codec, Entry, MAX_TRACKS, Moov};

/// Size of the largest `moov` box that is read, in bytes.
const MAX_MOOV_BYTES: u64 = 64 << 20;
/// More boxes than this at the top have only hostile files; an hour of one-second fragments has 7,200.
const MAX_TOP_BOXES: usize = 20_000;

/// What a film file holds, by its own headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovieInfo {
    /// Width in pixels with which it is shown: upright, with square pixels.
    pub width: u32,
    /// Height in pixels with which it is shown: upright, with square pixels.
    pub height: u32,
    /// Length of its pictures in milliseconds.
    pub duration_millis: u64,
    /// Whether there is a sound track.
    pub has_audio: bool,
    /// The video codec by its common name, such as `h264`, or else its four-character code.
    pub codec: String,
}

/// What the structure of a whole film says about its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilmEnd {
    /// The table of contents or the index behind the last fragment names all of it, and all of it is there.
    Closed,
    /// It ends with a whole fragment. Others may follow, which nothing in the file says.
    Open,
    /// All of the film is there. This many bytes follow that belong to no part of it, as far as can be seen: something
    /// between the maker and here has added them.
    Trailing(u64),
}

/// A film file that passed the walk.
#[derive(Debug)]
pub(super) struct CheckedMovie {
    pub(super) file: File,
    pub(super) info: MovieInfo,
    pub(super) moov: Moov,
    pub(super) end: FilmEnd,
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
    let Outline { moov: moov_bytes, boxes_end, stop, fragments, found } = read_outline(&mut file, length)?;
    let mut moov = Moov::parse(&moov_bytes)?;
    moov.add_fragments(&found, &moov_bytes);
    let video = moov.video().ok_or_else(|| MovieError::broken("it holds no picture track"))?;
    for track in &moov.tracks {
        if track.last_byte > boxes_end {
            return Err(MovieError::broken("it ends before its film data does"));
        }
    }
    if video.sizes.len() == 0 && !(moov.is_fragmented && fragments.is_some()) {
        return Err(MovieError::broken("its picture track is empty"));
    }
    let end = match (moov.is_fragmented, stop) {
        // What is cut there may be a fragment.
        (true, Some(Stop { is_cut: true, error, .. })) => return Err(error),
        (true, _) if fragments == Some(Fragments::NoData) => {
            return Err(MovieError::broken("it ends before its film data does"));
        }
        (_, Some(_)) => FilmEnd::Trailing(length - boxes_end),
        (true, None) if fragments != Some(Fragments::Indexed) => FilmEnd::Open,
        (_, None) => FilmEnd::Closed,
    };
    let (width, height) = video.shown;
    if width == 0 || height == 0 {
        return Err(MovieError::broken("its picture has no size"));
    }
    let info = MovieInfo {
        width,
        height,
        duration_millis: moov.duration_millis(),
        has_audio: moov.tracks.iter().any(|track| track.codec == Codec::Sound),
        codec: video.description().map(Entry::codec_name).unwrap_or_default(),
    };
    Ok(CheckedMovie { file, info, moov, end })
}

/// The content of the `moov` box of a file that [`open`] found whole.
pub(super) fn moov_bytes(file: &mut File) -> Result<Vec<u8>, MovieError> {
    let length = file.metadata()?.len();
    Ok(read_outline(file, length)?.moov)
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

/// Kinds of boxes that stand at the top of films. A file that ends in the middle of one is cut.
const KINDS: [&[u8; 4]; 17] = [
    b"emsg", b"free", b"ftyp", b"mdat", b"meta", b"mfra", b"moof", b"moov", b"pdin", b"prft", b"sidx", b"skip",
    b"ssix", b"styp", b"udta", b"uuid", b"wide",
];

/// Where the boxes of a file stop although bytes follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stop {
    /// The first byte that belongs to no whole box.
    pub(super) at: u64,
    /// The bytes from there on are so few that they may be the beginning of a box. Otherwise they are none.
    pub(super) is_cut: bool,
    /// What is wrong, for a file in which nothing may follow.
    pub(super) error: MovieError,
}

/// What comes next at the top of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A whole box.
    Box(TopBox),
    /// Bytes that are no whole box. The walk is over.
    Stop(Stop),
    /// The end of the file.
    End,
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

    /// The next one. The file may be read elsewhere in between. Fails for a file that is no MP4, or that ends in the middle
    /// of a box of a kind that films have.
    pub(super) fn step(&mut self, file: &mut File) -> Result<Step, MovieError> {
        let (at, length) = (self.at, self.length);
        if at == length {
            return Ok(Step::End);
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
        let stop = |is_cut: bool, clause: &str| Step::Stop(Stop { at, is_cut, error: MovieError::broken(clause) });
        if got < 8 {
            return Ok(stop(may_begin_a_box(&head[..got]), "it ends in the middle of a box header"));
        }
        let kind = [head[4], head[5], head[6], head[7]];
        let stated = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let is_known = KINDS.contains(&&kind);
        let (header, size) = match stated {
            // The last box may leave its size open.
            0 => (8, length - at),
            1 if got == 16 => {
                (16, u64::from_be_bytes([head[8], head[9], head[10], head[11], head[12], head[13], head[14], head[15]]))
            }
            1 if is_known => return Err(MovieError::broken("it ends in the middle of a box header")),
            1 => return Ok(stop(false, "it ends in the middle of a box header")),
            size => (8, u64::from(size)),
        };
        let is_kind = kind.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ' || *byte == 0xa9);
        let end = at.checked_add(size).filter(|_| is_kind && size >= header);
        let Some(end) = end else {
            let clause = "a part of it has an impossible header";
            return if is_known { Err(MovieError::broken(clause)) } else { Ok(stop(false, clause)) };
        };
        if end > length {
            return match &kind {
                b"mdat" => Err(MovieError::broken("it ends before its film data does")),
                _ if is_known => Err(MovieError::broken("it ends inside its headers")),
                _ => Ok(stop(false, "it ends inside its headers")),
            };
        }
        self.at = end;
        self.number += 1;
        Ok(Step::Box(TopBox { kind, at, head: header, end, is_open: stated == 0 }))
    }
}

/// Whether fewer than 8 bytes may be the beginning of a box header. A size of 16 MiB or more is taken for stray bytes, and
/// so is a size of 0, which says that the box runs to the end of a file that has ended.
fn may_begin_a_box(start: &[u8]) -> bool {
    start.first() == Some(&0) && start.get(..4) != Some(&[0; 4])
}

/// How the fragments of a film stand at the end of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fragments {
    /// The last one has its film data.
    Whole,
    /// The film data of the last one is not there.
    NoData,
    /// An index of all fragments (`mfra`) stands behind the last one.
    Indexed,
}

/// What a walk over all top boxes finds.
#[derive(Debug)]
struct Outline {
    /// The content of `moov`.
    moov: Vec<u8>,
    /// The first byte behind the last whole box.
    boxes_end: u64,
    /// Why that is not the end of the file.
    stop: Option<Stop>,
    /// `None` when there are no fragments.
    fragments: Option<Fragments>,
    /// What the fragments hold of each track, by its number.
    found: Vec<(u32, Fragment)>,
}

/// Walks all top boxes and reads `moov`.
fn read_outline(file: &mut File, length: u64) -> Result<Outline, MovieError> {
    let mut boxes = TopBoxes::of(length);
    let mut moov = None;
    let mut has_data = false;
    let mut fragments = None;
    let mut boxes_end = 0;
    let (mut found, mut unread) = (Vec::new(), MAX_MOOV_BYTES);
    let stop = loop {
        let next = match boxes.step(file)? {
            Step::Box(next) => next,
            Step::Stop(stop) => break Some(stop),
            Step::End => break None,
        };
        boxes_end = next.end;
        match &next.kind {
            b"moov" if moov.is_some() => return Err(MovieError::broken("it has two tables of contents")),
            b"moov" => {
                if next.end - next.at > MAX_MOOV_BYTES {
                    return Err(MovieError::broken("its table of contents is larger than any film needs"));
                }
                moov = Some(read_content(file, next)?);
            }
            b"moof" => {
                fragments = Some(Fragments::NoData);
                // All lists together are no longer than one table of contents may be; what is beyond is not counted.
                if let Some(rest) = unread.checked_sub(next.end - next.at) {
                    unread = rest;
                    fragments::add(&read_content(file, next)?, &mut found, MAX_TRACKS);
                }
            }
            b"mdat" => {
                has_data = true;
                fragments = fragments.map(|_| Fragments::Whole);
            }
            b"mfra" if fragments == Some(Fragments::Whole) => fragments = Some(Fragments::Indexed),
            _ => {}
        }
    };
    // What is wrong with the bytes at the end tells more than what is missing because of them.
    let missing = |clause| stop.as_ref().map_or_else(|| MovieError::broken(clause), |stop| stop.error.clone());
    let moov = moov.ok_or_else(|| missing("it ends before its table of contents"))?;
    if !has_data {
        return Err(missing("it ends before its film data does"));
    }
    Ok(Outline { moov, boxes_end, stop, fragments, found })
}

/// The content of a box at the top.
fn read_content(file: &mut File, at: TopBox) -> Result<Vec<u8>, MovieError> {
    file.seek(SeekFrom::Start(at.at + at.head))?;
    let mut bytes = vec![0; (at.end - at.at - at.head) as usize];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
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

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let mut bytes = u32::try_from(content.len() + 8).expect("small").to_be_bytes().to_vec();
        bytes.extend_from_slice(kind);
        bytes.extend_from_slice(content);
        bytes
    }

    /// Where the walk over `ftyp` and these bytes stops: at its end, at stray bytes, at what may be a box, or with an error.
    fn walk(rest: &[u8]) -> Result<&'static str, String> {
        let film = [boxed(b"ftyp", b"isom\0\0\0\0"), rest.to_vec()].concat();
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&film).expect("room");
        let mut boxes = TopBoxes::of(film.len() as u64);
        loop {
            match boxes.step(&mut file).map_err(|error| error.to_string())? {
                Step::Box(_) => {}
                Step::End => return Ok("end"),
                Step::Stop(Stop { is_cut: true, .. }) => return Ok("may be cut"),
                Step::Stop(Stop { .. }) => return Ok("stray"),
            }
        }
    }

    #[test]
    fn stray_bytes_are_told_from_boxes_that_are_cut() {
        let large = |kind: &[u8; 4]| [&[0, 0, 1, 0], &kind[..], &[7; 20]].concat();
        for (what, rest, expected) in [
            ("nothing", Vec::new(), Ok("end")),
            ("a whole box", boxed(b"free", b"1234"), Ok("end")),
            ("a whole box of a kind that nobody knows", boxed(b"abcd", b"1234"), Ok("end")),
            ("a line end", b"\r\n".to_vec(), Ok("stray")),
            ("8 zeros", vec![0; 8], Ok("stray")),
            ("512 zeros", vec![0; 512], Ok("stray")),
            ("4 zeros", vec![0; 4], Ok("stray")),
            ("a zero", vec![0], Ok("may be cut")),
            ("half a header", b"\0\0\x01\0fre".to_vec(), Ok("may be cut")),
            ("garbage", b"\x48\xb5\x9b\x70\x48\xb5\x9b\x70\x48\xb5\x9b\x70\x01".to_vec(), Ok("stray")),
            ("words", b"GARBAGE behind the film".to_vec(), Ok("stray")),
            (
                "a size that no box has",
                b"\0\0\0\x04free".to_vec(),
                Err("a part of it has an impossible header".to_owned()),
            ),
            ("a cut box of a kind that films have", large(b"free"), Err("it ends inside its headers".to_owned())),
            ("a cut table", large(b"moof"), Err("it ends inside its headers".to_owned())),
            ("cut film data", large(b"mdat"), Err("it ends before its film data does".to_owned())),
            (
                "a cut long header",
                b"\0\0\0\x01mdat\0\0".to_vec(),
                Err("it ends in the middle of a box header".to_owned()),
            ),
        ] {
            assert_eq!(walk(&rest), expected, "{what}");
        }
    }
}
