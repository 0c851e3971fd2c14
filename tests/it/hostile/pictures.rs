//! Hostile pictures for the picker: each is refused quickly and in little memory, and what is taken is stripped.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use rushes::media::import_picture;

use super::{Worst, bound};

/// What one refused picture may take.
const MAX_BYTES: u64 = 32 << 20;

fn crc(bytes: &[u8]) -> u32 {
    let table = |mut value: u32| {
        for _ in 0..8 {
            value = if value & 1 == 1 { 0xedb8_8320 ^ (value >> 1) } else { value >> 1 };
        }
        value
    };
    !bytes.iter().fold(!0, |crc: u32, byte| table((crc ^ u32::from(*byte)) & 0xff) ^ (crc >> 8))
}

/// A chunk of a PNG file, with its right checksum.
fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let named = [&kind[..], content].concat();
    [&(content.len() as u32).to_be_bytes()[..], &named, &crc(&named).to_be_bytes()].concat()
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn png(width: u32, height: u32, depth_and_kind: [u8; 2], chunks: &[Vec<u8>]) -> Vec<u8> {
    let [depth, kind] = depth_and_kind;
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, kind, 0, 0, 0]].concat();
    [PNG.to_vec(), chunk(b"IHDR", &head), chunks.concat(), chunk(b"IEND", b"")].concat()
}

/// A zlib stream of zeros without any compression trick but its own: one stored block.
fn stored_zeros(length: u16) -> Vec<u8> {
    let body = vec![0; usize::from(length)];
    [&[0x78, 0x01, 0x01][..], &length.to_le_bytes(), &(!length).to_le_bytes(), &body, &[0, 0, 0, 0]].concat()
}

/// A JPEG file up to its frame header, of this size.
fn jpeg_head(width: u16, height: u16, frame: u8) -> Vec<u8> {
    let [w1, w2] = width.to_be_bytes();
    let [h1, h2] = height.to_be_bytes();
    vec![0xff, 0xd8, 0xff, frame, 0, 11, 8, h1, h2, w1, w2, 1, 1, 0x11, 0]
}

/// A progressive JPEG of that size with so many scans, each of which says nothing of the whole picture.
fn jpeg_of_scans(width: u16, height: u16, scans: usize) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xdb, 0, 67, 0];
    bytes.extend([1; 64]);
    bytes.extend(&jpeg_head(width, height, 0xc2)[2..]);
    // One code of one bit, for the value 0, in a table of each class.
    for class in [0x00, 0x10] {
        bytes.extend([0xff, 0xc4, 0, 20, class, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    }
    for scan in 0..scans {
        let (from, to) = if scan == 0 { (0, 0) } else { (1, 63) };
        bytes.extend([0xff, 0xda, 0, 8, 1, 1, 0, from, to, 0]);
    }
    bytes.extend([0xff, 0xd9]);
    bytes
}

fn webp(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (kind, content) in chunks {
        body.extend(*kind);
        body.extend((content.len() as u32).to_le_bytes());
        body.extend(*content);
        body.extend(&[0][..content.len() % 2]);
    }
    [&b"RIFF"[..], &(body.len() as u32).to_le_bytes(), &body].concat()
}

/// The content of a `VP8X` chunk: flags, and both sides less one in three bytes.
fn canvas(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let three = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
    [vec![flags, 0, 0, 0], three(width), three(height)].concat()
}

/// The head of lossless WebP data of that size.
fn lossless(width: u32, height: u32) -> Vec<u8> {
    let packed = (width - 1) | (height - 1) << 14;
    [&[0x2f][..], &packed.to_le_bytes(), &[0; 16]].concat()
}

fn gif(frames: usize) -> Vec<u8> {
    let frame = b"\x21\xf9\x04\0\x01\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    [&b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff"[..], &frame.repeat(frames), b";"].concat()
}

fn apng(frames: u32) -> Vec<u8> {
    let control = chunk(b"acTL", &[frames.to_be_bytes(), 0_u32.to_be_bytes()].concat());
    let data = chunk(b"IDAT", &stored_zeros(5));
    let one = [chunk(b"fcTL", &[0; 26]), chunk(b"fdAT", &[0; 4])].concat();
    png(1, 1, [8, 6], &[control, data, one.repeat(frames as usize)])
}

fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let svg_bomb = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY a \"{}\"><!ENTITY b \"{}\">]><svg>&b;</svg>",
        "a".repeat(1000),
        "&a;".repeat(1000)
    );
    let zeros = chunk(b"IDAT", &stored_zeros(60_000));
    vec![
        ("empty", Vec::new()),
        ("PNG of 60,000 × 60,000", png(60_000, 60_000, [8, 6], std::slice::from_ref(&zeros))),
        ("PNG of 2^31 × 2^31", png(1 << 31, 1 << 31, [16, 6], &[])),
        ("PNG of 256 PiB in 41 bytes", png(u32::MAX, u32::MAX, [16, 6], &[])[..41].to_vec()),
        ("PNG of 8,192 × 8,192", png(8192, 8192, [8, 2], std::slice::from_ref(&zeros))),
        ("PNG of 1 × 2^31", png(1, 1 << 31, [8, 0], std::slice::from_ref(&zeros))),
        ("PNG of no width", png(0, 10, [8, 2], std::slice::from_ref(&zeros))),
        ("PNG with 16 bits, 44 million pixels", png(6600, 6600, [16, 6], std::slice::from_ref(&zeros))),
        ("PNG with 8 bits, 40 million pixels, one row of data", png(6400, 6250, [8, 6], std::slice::from_ref(&zeros))),
        ("PNG without data", png(5000, 5000, [8, 2], &[])),
        ("PNG with a wrong checksum", {
            let mut bytes = png(64, 64, [8, 2], std::slice::from_ref(&zeros));
            bytes[30] ^= 1;
            bytes
        }),
        (
            "PNG with a chunk of 4 GiB",
            [PNG, &chunk(b"IHDR", &[0, 0, 0, 9, 0, 0, 0, 9, 8, 2, 0, 0, 0]), &[255; 8]].concat(),
        ),
        ("PNG with 100,000 empty chunks", png(9, 9, [8, 2], &vec![chunk(b"IDAT", b""); 100_000])),
        ("PNG with 200,000 chunks of a byte", png(9, 9, [8, 2], &vec![chunk(b"IDAT", b"x"); 200_000])),
        ("PNG with a palette picture and no palette", png(64, 64, [8, 3], std::slice::from_ref(&zeros))),
        ("PNG animated by its word only", png(9, 9, [8, 2], &[chunk(b"acTL", &[255; 8])])),
        ("JPEG of 65,535 × 65,535", jpeg_head(65_535, 65_535, 0xc0)),
        ("JPEG of 8,192 × 8,192", jpeg_head(8192, 8192, 0xc2)),
        ("JPEG of 8,192 × 5,000 without data", jpeg_head(8192, 5000, 0xc0)),
        ("JPEG of no height", jpeg_head(100, 0, 0xc0)),
        ("JPEG, arithmetic", jpeg_head(100, 100, 0xc9)),
        ("JPEG, lossless", jpeg_head(100, 100, 0xc3)),
        ("JPEG with two frames, the second larger", {
            [jpeg_head(9, 9, 0xc0), jpeg_head(65_535, 65_535, 0xc0)[2..].to_vec()].concat()
        }),
        ("JPEG of fill bytes", [vec![0xff, 0xd8], vec![0xff; 4 << 20]].concat()),
        ("JPEG of 60,000 empty segments", [vec![0xff, 0xd8], [0xff, 0xe1, 0, 2].repeat(60_000)].concat()),
        ("JPEG that ends in its first segment", vec![0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff]),
        ("WebP of 16,384 × 16,384", webp(&[(b"VP8L", &lossless(16_384, 16_384))])),
        ("WebP of 2^24 × 2^24", webp(&[(b"VP8X", &canvas(0, 1 << 24, 1 << 24))])),
        ("WebP of a small canvas with large data", {
            webp(&[(b"VP8X", &canvas(0, 8, 8)), (b"VP8L", &lossless(16_384, 16_384))])
        }),
        ("WebP, lossless without data", webp(&[(b"VP8L", &lossless(6600, 6600))])),
        ("WebP, animated", webp(&[(b"VP8X", &canvas(2, 8, 8)), (b"ANIM", &[0; 6])])),
        ("WebP, animated, against its flag", webp(&[(b"VP8X", &canvas(0, 8, 8)), (b"ANIM", &[0; 6])])),
        ("WebP with 100,000 frames", {
            let frame: (&[u8; 4], &[u8]) = (b"ANMF", &[0; 16]);
            let mut chunks: Vec<(&[u8; 4], &[u8])> = vec![frame; 100_000];
            let head = canvas(2, 8, 8);
            chunks.insert(0, (b"VP8X", &head));
            webp(&chunks)
        }),
        ("WebP with a chunk of 4 GiB", [&webp(&[])[..], b"VP8X\xff\xff\xff\xff\0\0"].concat()),
        ("SVG", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"file:///etc/passwd\"/></svg>".to_vec()),
        ("SVG with entities", svg_bomb.into_bytes()),
        ("BMP of 2^31 × 2^31", [&b"BM"[..], &[0xff; 52]].concat()),
        ("TIFF of 30 bytes", [&b"II*\0\x08\0\0\0"[..], &[0xff; 22]].concat()),
        ("HDR of 30 bytes", b"#?RADIANCE\n\n-Y 99999 +X 99999\n".to_vec()),
        ("PDF", b"%PDF-1.7\n".to_vec()),
        ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec()),
        ("AVIF", b"\0\0\0\x18ftypavif\0\0\0\0mif1avif".to_vec()),
        ("ICO", b"\0\0\x01\0\x01\0\0\0\0\0\x01\0\x20\0\xff\xff\xff\xff\0\0\0\0".to_vec()),
        ("EXR", b"v/1\x01\x02\0\0\0".to_vec()),
        ("film", b"\0\0\0\x18ftypisom\0\0\0\0isomavc1".to_vec()),
        ("page", b"<!doctype html><img src=x onerror=alert(1)>".to_vec()),
        ("script", b"#!/bin/sh\nrm -rf /\n".to_vec()),
        ("zeros", vec![0; 1 << 20]),
        ("more than 40 MiB", vec![0xff; (40 << 20) + 1]),
    ]
}

#[test]
fn hostile_pictures_are_refused_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let inputs = folder.path().join("inputs");
    let file = folder.path().join("picture.png");
    let cases = hostile();
    let (mut worst, mut refused) = (Worst::default(), 0);
    for (what, bytes) in &cases {
        std::fs::write(&file, bytes).expect("written");
        let (result, time, memory) = worst.of(|| import_picture(&file, &inputs));
        let error = result.err().unwrap_or_else(|| panic!("{what} was taken"));
        assert!(error.0.ends_with('.') && error.0.len() < 200, "{what}: {error}");
        assert!(time <= bound(50), "{what}: {time:?}");
        // A file that is read at all is in memory once.
        assert!(memory <= MAX_BYTES + bytes.len() as u64, "{what}: {} KiB", memory / 1024);
        refused += 1;
    }
    assert!(!inputs.exists(), "something was stored");
    println!("bar S-26: refused {refused} of {} hostile pictures, {worst}", cases.len());
}

#[test]
fn a_picture_that_asks_for_much_work_is_answered_in_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("picture.jpg");
    let mut worst = Worst::default();
    let cases = [
        ("20,000 scans over 30 million pixels", jpeg_of_scans(6000, 5000, 20_000)),
        ("a million scans over 4 million pixels", jpeg_of_scans(2000, 2000, 1_000_000)),
        ("a million scans over a small picture", jpeg_of_scans(16, 16, 1_000_000)),
        ("PNG animated with 100,000 frames", apng(100_000)),
        ("GIF with 100,000 frames", gif(100_000)),
    ];
    for (what, bytes) in &cases {
        std::fs::write(&file, bytes).expect("written");
        // Either answer will do, but not after minutes.
        let (_, time, memory) = worst.of(|| import_picture(&file, folder.path()));
        assert!(time <= bound(1_000), "{what}: {time:?}");
        assert!(memory <= 200 << 20, "{what}: {} KiB", memory / 1024);
    }
    println!("bar S-26: {} pictures of much work answered, {worst}", cases.len());
}

const SECRET: &[u8] = b"CANARY-52.5200N-13.4050E";

/// A TIFF directory of GPS data as cameras write it, which holds the secret.
fn exif() -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x01\0\x25\x88\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0".to_vec();
    tiff.extend(b"\x01\0\x02\0\x02\0");
    tiff.extend((SECRET.len() as u32).to_le_bytes());
    tiff.extend(b"\x2c\0\0\0\0\0\0\0");
    tiff.extend(SECRET);
    tiff
}

/// Pictures that tell more than they show, in every place where their formats have one.
fn talkative() -> Vec<(&'static str, Vec<u8>)> {
    let picture: DynamicImage = RgbImage::from_fn(48, 32, |x, y| Rgb([x as u8 * 5, y as u8 * 7, 90])).into();
    let encoded = |format| {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("an encoder");
        bytes.into_inner()
    };
    let jpeg = encoded(ImageFormat::Jpeg);
    let segment = |marker: u8, content: &[u8]| {
        let length = (content.len() as u16 + 2).to_be_bytes();
        [&jpeg[..2], &[0xff, marker], &length, content, &jpeg[2..]].concat()
    };
    let plain = encoded(ImageFormat::Png);
    let with = |kind: &[u8; 4], content: &[u8]| {
        // Behind IHDR, which has 25 bytes with its frame.
        let at = PNG.len() + 25;
        [&plain[..at], &chunk(kind, content), &plain[at..]].concat()
    };
    let lossless = encoded(ImageFormat::WebP);
    let data = lossless.windows(4).position(|window| window == b"VP8L").expect("lossless data");
    let size = u32::from_le_bytes(lossless[data + 4..data + 8].try_into().expect("four bytes")) as usize;
    let data = &lossless[data + 8..data + 8 + size];
    let named = |name: &[u8]| [name, SECRET].concat();
    vec![
        ("JPEG, EXIF", segment(0xe1, &[b"Exif\0\0", &exif()[..]].concat())),
        ("JPEG, XMP", segment(0xe1, &named(b"http://ns.adobe.com/xap/1.0/\0"))),
        ("JPEG, IPTC", segment(0xed, &named(b"Photoshop 3.0\08BIM\x04\x04\0\0"))),
        ("JPEG, comment", segment(0xfe, SECRET)),
        ("JPEG, color profile", segment(0xe2, &named(b"ICC_PROFILE\0\x01\x01"))),
        ("JPEG, behind its end", [&jpeg[..], SECRET].concat()),
        ("JPEG, with another inside", [&jpeg[..], &segment(0xe1, &[b"Exif\0\0", &exif()[..]].concat())].concat()),
        ("PNG, eXIf", with(b"eXIf", &exif())),
        ("PNG, text", with(b"tEXt", &named(b"Comment\0"))),
        ("PNG, XMP", with(b"iTXt", &named(b"XML:com.adobe.xmp\0\0\0\0\0"))),
        ("PNG, own chunk", with(b"prIV", SECRET)),
        ("PNG, behind its end", [&plain[..], SECRET].concat()),
        ("WebP, EXIF and XMP", {
            webp(&[(b"VP8X", &canvas(0x0c, 48, 32)), (b"VP8L", data), (b"EXIF", &exif()), (b"XMP ", SECRET)])
        }),
    ]
}

#[test]
fn what_a_picture_tells_besides_its_pixels_is_not_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("picture");
    let cases = talkative();
    for (what, bytes) in &cases {
        assert!(bytes.windows(SECRET.len()).any(|window| window == SECRET), "{what} tells nothing");
        std::fs::write(&file, bytes).expect("written");
        let inputs = folder.path().join(what.replace(' ', "-"));
        let prepared = import_picture(&file, &inputs).unwrap_or_else(|error| panic!("{what}: {error}"));
        let stored = std::fs::read(inputs.join(prepared.picture.file_name())).expect("the stored picture");
        assert!(!stored.windows(6).any(|window| window == &SECRET[..6]), "{what} is told to the gateway");
        let names = [&b"Exif"[..], b"xmp", b"XMP", b"8BIM", b"ICC_PROFILE", b"tEXt", b"iTXt", b"eXIf"];
        for name in names {
            assert!(!stored.windows(name.len()).any(|window| window == name), "{what}: something is left");
        }
        let tells_place = what.contains("EXIF") || what.contains("eXIf");
        assert_eq!(prepared.remarks.iter().any(|remark| remark == "place data removed"), tells_place, "{what}");
    }
    println!("bar S-26: stripped {0} of {0} pictures with place data or other words in them", cases.len());
}
