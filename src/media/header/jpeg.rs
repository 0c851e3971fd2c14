//! The segments of JPEG files.

use crate::media::bits::u16_at;

/// The size in the first start-of-frame segment.
pub(super) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        // Segments may be padded with fill bytes.
        while bytes.get(at) == Some(&0xff) && bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let (0xff, marker) = (*bytes.get(at)?, *bytes.get(at + 1)?) else { return None };
        match marker {
            0x01 | 0xd0..=0xd7 => at += 2,
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some((u32::from(u16_at(bytes, at + 7)?), u32::from(u16_at(bytes, at + 5)?)));
            }
            // The picture data or the end without a frame before it.
            0xd9 | 0xda => return None,
            _ => at += 2 + usize::from(u16_at(bytes, at + 2)?).max(2),
        }
    }
}

/// Number of scans of a JPEG file, as far as its segments follow each other.
pub(super) fn scans(bytes: &[u8]) -> usize {
    let (mut at, mut scans) = (2, 0);
    while let Some(&byte) = bytes.get(at) {
        let Some(&marker) = bytes.get(at + 1) else { break };
        match (byte, marker) {
            // Not in front of a marker: the data of a scan, which holds 0xff only with 0 or a restart behind it.
            (0xff, 0x00 | 0x01 | 0xd0..=0xd8) => at += 2,
            (0xff, 0xff) => at += 1,
            (0xff, 0xd9) => break,
            (0xff, _) => {
                scans += usize::from(marker == 0xda);
                at += 2 + usize::from(u16_at(bytes, at + 2).unwrap_or(2)).max(2);
            }
            _ => at += 1,
        }
    }
    scans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::header::{HeaderError, read};

    #[test]
    fn scans_are_counted_and_not_what_looks_like_one() {
        let picture = image::RgbImage::from_fn(64, 48, |x, y| image::Rgb([x as u8 * 3, y as u8 * 5, (x * y) as u8]));
        let mut jpeg = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut jpeg, image::ImageFormat::Jpeg).expect("an encoder");
        let jpeg = jpeg.into_inner();
        assert_eq!(scans(&jpeg), 1);
        // A comment full of what looks like scans.
        let comment = [&[0xff, 0xfe, 0x01, 0x92][..], &[0xff, 0xda].repeat(200)].concat();
        assert_eq!(scans(&[&jpeg[..2], &comment, &jpeg[2..]].concat()), 1);
        let scan = [0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0];
        let end = jpeg.len() - 2;
        let many = [&jpeg[..end], &scan.repeat(101), &jpeg[end..]].concat();
        assert_eq!(read(&many), Err(HeaderError::TooManySteps));
        for cut in 0..many.len() {
            let _ = scans(&many[..cut]);
        }
    }
}
