//! Hostile films for the parser and the decoder: each is answered quickly, in little memory, and without a panic.

use rushes::domain::poster_frame::PosterFrame;
use rushes::media::{MovieError, check_movie, read_xmp, write_filmstrip, write_poster};

use super::{Worst, bound};
use crate::support::film::{practice_film, small_film};

/// What one hostile film may take.
const MAX_BYTES: u64 = 64 << 20;

fn part(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes()[..], kind, content].concat()
}

/// A table: version and flags, number of rows, rows.
fn table(kind: &[u8; 4], count: u32, rows: &[u32]) -> Vec<u8> {
    let rows: Vec<u8> = rows.iter().flat_map(|row| row.to_be_bytes()).collect();
    part(kind, &[&[0; 4][..], &count.to_be_bytes(), &rows].concat())
}

/// The tables of a track, each of which a case can replace.
struct Track {
    stsz: Vec<u8>,
    stsc: Vec<u8>,
    stco: Vec<u8>,
    stts: Vec<u8>,
    more: Vec<u8>,
    edts: Vec<u8>,
    avcc: Vec<u8>,
    size: (u16, u16),
    scale: u32,
}

/// Where the film data of [`film_of`] begins.
const DATA_AT: u32 = 24;

impl Default for Track {
    fn default() -> Self {
        Self {
            stsz: sizes(16, 4),
            stsc: table(b"stsc", 1, &[1, 4, 1]),
            stco: table(b"stco", 1, &[DATA_AT]),
            stts: table(b"stts", 1, &[4, 10]),
            more: Vec::new(),
            edts: Vec::new(),
            avcc: b"\x01\x42\xc0\x0a\xff\xe1\0\x04\x67\x42\xc0\x0a\x01\0\x02\x68\xce".to_vec(),
            size: (64, 48),
            scale: 100,
        }
    }
}

/// `stsz` of `count` samples of one size.
fn sizes(size: u32, count: u32) -> Vec<u8> {
    part(b"stsz", &[&[0; 4][..], &size.to_be_bytes(), &count.to_be_bytes()].concat())
}

impl Track {
    fn bytes(&self) -> Vec<u8> {
        let mut entry = vec![0; 78];
        entry[24..26].copy_from_slice(&self.size.0.to_be_bytes());
        entry[26..28].copy_from_slice(&self.size.1.to_be_bytes());
        entry.extend(part(b"avcC", &self.avcc));
        let stsd = part(b"stsd", &[&[0, 0, 0, 0, 0, 0, 0, 1][..], &part(b"avc1", &entry)].concat());
        let stbl =
            [stsd, self.stsz.clone(), self.stsc.clone(), self.stco.clone(), self.stts.clone(), self.more.clone()];
        let minf = part(b"minf", &part(b"stbl", &stbl.concat()));
        let mdhd = part(b"mdhd", &[&[0; 12][..], &self.scale.to_be_bytes(), &40_u32.to_be_bytes(), &[0; 4]].concat());
        let hdlr = part(b"hdlr", b"\0\0\0\0\0\0\0\0vide\0\0\0\0\0\0\0\0\0\0\0\0\0");
        let mut tkhd = vec![0; 84];
        tkhd[40..44].copy_from_slice(&0x1_0000_u32.to_be_bytes());
        let mdia = part(b"mdia", &[mdhd, hdlr, minf].concat());
        part(b"trak", &[part(b"tkhd", &tkhd), self.edts.clone(), mdia].concat())
    }
}

fn mvhd(scale: u32, duration: u32) -> Vec<u8> {
    part(b"mvhd", &[&[0; 12][..], &scale.to_be_bytes(), &duration.to_be_bytes(), &[0; 80]].concat())
}

/// A film with `data` bytes of film data in front of its table of contents, which holds these boxes.
fn film_of(data: usize, moov: &[Vec<u8>]) -> Vec<u8> {
    let ftyp = part(b"ftyp", b"isom\0\0\0\0");
    [ftyp, part(b"mdat", &vec![0; data]), part(b"moov", &[&mvhd(100, 40)[..], &moov.concat()].concat())].concat()
}

fn with(change: impl FnOnce(&mut Track)) -> Vec<u8> {
    let mut track = Track::default();
    change(&mut track);
    film_of(4096, &[track.bytes()])
}

fn sps(bits: &str) -> Vec<u8> {
    let padded = format!("{bits:0<width$}", width = bits.len().div_ceil(8) * 8);
    let bytes = padded.as_bytes().chunks(8).map(|byte| byte.iter().fold(0, |value, bit| value << 1 | (bit - b'0')));
    let set: Vec<u8> = [0x67, 0x42, 0xc0, 0x0a].into_iter().chain(bytes).collect();
    [&[1, 0x42, 0xc0, 0x0a, 0xff, 0xe1][..], &(set.len() as u16).to_be_bytes(), &set, b"\x01\0\x02\x68\xce"].concat()
}

/// An unsigned number as Exp-Golomb codes it.
fn ue(value: u64) -> String {
    let bits = format!("{:b}", value + 1);
    "0".repeat(bits.len() - 1) + &bits
}

fn nested(depth: usize) -> Vec<u8> {
    let mut inner = Vec::new();
    for _ in 0..depth {
        inner = part(b"trak", &inner);
    }
    inner
}

fn hostile() -> Vec<(String, Vec<u8>)> {
    let mut cases: Vec<(String, Vec<u8>)> = Vec::new();
    let mut case = |what: &str, bytes: Vec<u8>| cases.push((what.to_owned(), bytes));
    let ftyp = part(b"ftyp", b"isom\0\0\0\0");
    case("16 bytes that ask for 37 PB", b"\0\0\0\x01ftyp\0\x84\0\0\0\0\0\0".to_vec());
    case("a table of contents of 16 EiB", [&ftyp[..], b"\0\0\0\x01moov\xff\xff\xff\xff\xff\xff\xff\xff"].concat());
    case("a box smaller than its head", [&ftyp[..], b"\0\0\0\x07moov"].concat());
    case("a box of 64 bits smaller than its head", [&ftyp[..], b"\0\0\0\x01moov\0\0\0\0\0\0\0\x0f"].concat());
    case("boxes that add up beyond 2^64", [&ftyp[..], b"\0\0\0\x01mdat\xff\xff\xff\xff\xff\xff\xff\xf0"].concat());
    case("a million empty boxes", [&ftyp[..], &b"\0\0\0\x08free".repeat(1_000_000)].concat());
    case("two tables of contents", [film_of(4096, &[Track::default().bytes()]), part(b"moov", b"")].concat());
    case("an empty table of contents", film_of(4096, &[]));
    case("a table of contents of 20,000 boxes in each other", film_of(4096, &[nested(20_000)]));
    case("a table of contents of a million tracks", film_of(16, &vec![part(b"trak", b""); 1_000_000]));
    case("a page that begins like a film", [&ftyp[..], b"<!doctype html><script>alert(1)</script>"].concat());
    case("no samples", with(|track| track.stsz = sizes(16, 0)));
    case("4 billion samples", with(|track| track.stsz = sizes(16, u32::MAX)));
    case("4 billion samples of no size", with(|track| track.stsz = sizes(0, u32::MAX)));
    case(
        "6 million samples of one byte",
        with(|track| {
            (track.stsz, track.stsc) = (sizes(1, 6_000_000), table(b"stsc", 1, &[1, u32::MAX, 1]));
        }),
    );
    case("6 million samples that lie in the file", {
        let track = Track { stsz: sizes(1, 6_000_000), stsc: table(b"stsc", 1, &[1, u32::MAX, 1]), ..Track::default() };
        film_of(6_000_100, &[track.bytes()])
    });
    case("16 tracks of 6 million samples", {
        let track = Track { stsz: sizes(1, 6_000_000), stsc: table(b"stsc", 1, &[1, u32::MAX, 1]), ..Track::default() };
        film_of(6_000_100, &vec![track.bytes(); 16])
    });
    case("samples of 4 GiB", with(|track| track.stsz = sizes(u32::MAX, 4)));
    case("samples behind the end", with(|track| track.stco = table(b"stco", 1, &[u32::MAX])));
    case(
        "samples at 2^64",
        with(|track| {
            track.stco = table(b"co64", 1, &[u32::MAX, u32::MAX]);
        }),
    );
    case("4 billion chunks", with(|track| track.stco = table(b"stco", u32::MAX, &[DATA_AT])));
    case("a chunk of the tables that is not there", with(|track| track.stsc = table(b"stsc", 1, &[7, 4, 1])));
    case("runs that go back", with(|track| track.stsc = table(b"stsc", 3, &[3, 1, 1, 2, 1, 1, 1, 1, 1])));
    case("4 billion runs", with(|track| track.stsc = table(b"stsc", u32::MAX, &[1, 1, 1])));
    case("sync samples that do not exist", with(|track| track.more = table(b"stss", 2, &[9, u32::MAX])));
    case("sync sample 0", with(|track| track.more = table(b"stss", 1, &[0])));
    case("times of 4 billion samples", with(|track| track.stts = table(b"stts", 1, &[u32::MAX, u32::MAX])));
    case("delays of 4 billion samples", with(|track| track.more = table(b"ctts", 1, &[u32::MAX, 1 << 31])));
    case("no clock", with(|track| track.scale = 0));
    case(
        "edits of 4 billion",
        with(|track| {
            track.edts = part(b"edts", &table(b"elst", u32::MAX, &[1, 0, 0x1_0000]));
        }),
    );
    case(
        "64 edits of the whole film",
        with(|track| {
            track.edts = part(b"edts", &table(b"elst", 64, &[0, 0, 0x1_0000].repeat(64)));
        }),
    );
    case(
        "an edit before the beginning",
        with(|track| {
            track.edts = part(b"edts", &table(b"elst", 1, &[u32::MAX, 1 << 31, 0x1_0000]));
        }),
    );
    case("no size", with(|track| track.size = (0, 0)));
    case("65,535 × 65,535", with(|track| track.size = (u16::MAX, u16::MAX)));
    case("no decoder settings", with(|track| track.avcc = Vec::new()));
    case("settings of 31 parameter sets that are not there", with(|track| track.avcc = vec![1, 66, 0, 10, 255, 255]));
    case("lengths of samples that lie", with(|track| track.stsz = sizes(1024, 4)));
    // Parameter sets: profile, level, id, frame numbers, order, reference frames, width, height.
    let head = format!("{}{}{}{}{}0", ue(0), ue(0), ue(2), ue(1), "");
    for (what, width, height) in [
        ("a picture of 2^32 macroblocks", u64::from(u32::MAX) - 1, 0),
        ("a picture of 2^64 macroblocks", u64::from(u32::MAX) - 1, u64::from(u32::MAX) - 1),
        ("a picture of 16 million pixels of blocks", 4095, 4095),
        ("a picture larger than any level", 36_864, 0),
    ] {
        case(what, with(|track| track.avcc = sps(&format!("{head}{}{}110001", ue(width), ue(height)))));
    }
    case(
        "2^32 reference frames",
        with(|track| {
            let head = format!("{}{}{}{}0", ue(0), ue(0), ue(2), ue(u64::from(u32::MAX) - 1));
            track.avcc = sps(&format!("{head}{}{}110001", ue(3), ue(2)));
        }),
    );
    case(
        "2^32 frames in a cycle of orders",
        with(|track| {
            track.avcc = sps(&format!("{}{}{}1{}{}{}", ue(0), ue(0), ue(1), ue(0), ue(0), ue(u64::from(u32::MAX) - 1)));
        }),
    );
    case(
        "a cut of more than the picture",
        with(|track| {
            track.avcc = sps(&format!("{head}{}{}1111{}{}{}{}", ue(3), ue(2), ue(9999), ue(9999), ue(0), ue(0)));
        }),
    );
    case("parameter sets of nothing but zeros", with(|track| track.avcc = sps(&"0".repeat(400))));
    case("parameter sets of nothing but ones", with(|track| track.avcc = sps(&"1".repeat(400))));
    case("fragments without an end", {
        let track = Track { stsz: sizes(0, 0), ..Track::default() };
        film_of(
            64,
            &[track.bytes(), part(b"mvex", &part(b"mehd", &[1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]))],
        )
    });
    // Every box of the table of contents of a real film says that it is larger than the file, smaller than its head, or empty.
    let real = small_film();
    let boxes = [
        b"moov", b"mvhd", b"trak", b"tkhd", b"mdia", b"mdhd", b"hdlr", b"minf", b"stbl", b"stsd", b"avc1", b"avcC",
        b"stts", b"stss", b"stsc", b"stsz", b"stco", b"ctts", b"edts", b"elst",
    ];
    for name in boxes {
        let Some(at) = real.windows(4).position(|window| window == name) else { continue };
        for size in [0_u32, 1, 7, 8, 9, 0x7fff_ffff, u32::MAX] {
            let mut bytes = real.to_vec();
            bytes[at - 4..at].copy_from_slice(&size.to_be_bytes());
            case(&format!("{} of {size} bytes", String::from_utf8_lossy(name)), bytes);
        }
    }
    // Every sample of a real film becomes noise.
    let mut state = 7_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    for round in 0..8 {
        let mut bytes = practice_film(96, 64, false);
        let from = bytes.windows(4).position(|window| window == b"mdat").expect("film data") + 4 + 16;
        let to = bytes.len().min(from + 6000);
        for byte in &mut bytes[from..to] {
            // First single bytes, then everything.
            if round == 7 || noise() < 4 << round {
                *byte = noise();
            }
        }
        case(&format!("noise in the film data, {round}"), bytes);
    }
    cases
}

#[test]
fn hostile_films_are_answered_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (movie, poster) = (folder.path().join("film.mp4"), folder.path().join("poster.jpg"));
    let cases = hostile();
    let (mut walk, mut decoder) = (Worst::default(), Worst::default());
    let (mut refused, mut unpictured, mut failures) = (0, 0, Vec::new());
    for (what, bytes) in &cases {
        std::fs::write(&movie, bytes).expect("written");
        let (checked, time, memory) = walk.of(|| check_movie(&movie));
        refused += usize::from(checked.is_err());
        if let Err(error) = &checked {
            assert!(!error.to_string().is_empty() && error.to_string().len() < 200, "{what}: {error}");
        }
        if time > bound(200) || memory > MAX_BYTES {
            failures.push(format!("{what}: the walk took {time:?} and {} KiB", memory / 1024));
        }
        for frame in [PosterFrame::Key, PosterFrame::Tenth] {
            let (made, time, memory) = decoder.of(|| write_poster(&movie, &poster, frame, 320));
            unpictured += usize::from(made.is_err() && frame == PosterFrame::Tenth);
            if checked.is_err() {
                assert!(made.is_err(), "{what}: a poster of what is no film");
            }
            // The ffmpeg command may have been asked as well, which takes its own time.
            if time > bound(2_000) || memory > MAX_BYTES {
                failures.push(format!("{what}: a poster ({frame:?}) took {time:?} and {} KiB", memory / 1024));
            }
        }
        drop(read_xmp(&mut std::fs::File::open(&movie).expect("it is there")));
    }
    println!(
        "bar S-25: {refused} of {} hostile films refused, {unpictured} without a poster, 0 panics; walk: {walk}; decoder: {decoder}",
        cases.len()
    );
    assert!(failures.is_empty(), "{failures:#?}");
    // Cases that are films all the same: other programs write some of these sizes too.
    assert!(refused * 2 > cases.len(), "{refused} of {}", cases.len());
}

#[test]
fn a_large_table_of_contents_takes_time_by_its_length() {
    let folder = tempfile::tempdir().expect("a folder");
    let movie = folder.path().join("film.mp4");
    let time = |samples: u32| {
        let offsets: Vec<u32> = (0..samples).map(|_| DATA_AT).collect();
        let track = Track {
            stsz: sizes(1, samples),
            stsc: table(b"stsc", samples, &(1..=samples).flat_map(|chunk| [chunk, 1, 1]).collect::<Vec<_>>()),
            stco: table(b"stco", samples, &offsets),
            stts: table(b"stts", samples, &[1, 10].repeat(samples as usize)),
            more: table(b"ctts", samples, &[1, 5].repeat(samples as usize)),
            ..Track::default()
        };
        std::fs::write(&movie, film_of(4096, &[track.bytes()])).expect("written");
        let began = std::time::Instant::now();
        check_movie(&movie).expect("a film");
        began.elapsed()
    };
    time(1000);
    // The best of some, because other programs run meanwhile.
    let best = |samples| (0..3).map(|_| time(samples)).min().expect("three");
    let (short, long) = (best(20_000), best(200_000));
    println!("bar S-25: 20,000 samples in {short:?}, 200,000 in {long:?}");
    assert!(long < short * 40 + bound(20), "{short:?}, ten times as many {long:?}");
}

#[test]
fn a_filmstrip_of_a_hostile_film_costs_that_filmstrip_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let (movie, strip) = (folder.path().join("film.mp4"), folder.path().join("strip.jpg"));
    for (what, bytes) in
        hostile().into_iter().filter(|(what, _)| what.contains("noise") || what.contains("macroblocks"))
    {
        std::fs::write(&movie, bytes).expect("written");
        match write_filmstrip(&movie, &strip, 16, 160) {
            Ok(size) => assert!(image::image_dimensions(&strip).is_ok_and(|(_, height)| height == size.1), "{what}"),
            Err(error) => assert!(!matches!(error, MovieError::Io(_)), "{what}: {error}"),
        }
    }
}
