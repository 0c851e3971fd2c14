//! The chunks of PNG files.

use crate::media::bits::u32_at;

/// More data chunks than these are joined before a decoder sees them: it pays for each of them, also for empty ones.
const MAX_DATA_CHUNKS: usize = 4096;

/// How every PNG file begins.
pub(super) const START: &[u8] = b"\x89PNG\r\n\x1a\n";

pub(super) fn size(bytes: &[u8]) -> Option<(u32, u32, bool)> {
    if bytes.get(12..16)? != b"IHDR" {
        return None;
    }
    let is_animated = chunks(bytes).take_while(|chunk| &chunk[4..8] != b"IDAT").any(|chunk| &chunk[4..8] == b"acTL");
    Some((u32_at(bytes, 16)?, u32_at(bytes, 20)?, is_animated))
}

/// The whole chunks of a PNG file, each with its length, kind and checksum.
pub(super) fn chunks(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes.get(START.len()..).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = (u32_at(rest, 0)? as usize).checked_add(12)?;
        let chunk = rest.get(..length)?;
        rest = &rest[length..];
        Some(chunk)
    })
}

/// A PNG file without the chunks that are not needed to show its still picture: texts and profiles are compressed, and small
/// files can unpack to gigabytes there.
pub(in crate::media) fn essentials(bytes: &[u8]) -> Vec<u8> {
    let is_data = |chunk: &&[u8]| &chunk[4..8] == b"IDAT";
    let joins = chunks(bytes).filter(is_data).count() > MAX_DATA_CHUNKS;
    let mut plain = START.to_vec();
    let mut has_data = false;
    for chunk in chunks(bytes) {
        if joins && is_data(&chunk) {
            if !has_data {
                has_data = true;
                let data = chunks(bytes).filter(is_data).flat_map(|chunk| &chunk[8..chunk.len() - 4]);
                append_chunk(&mut plain, b"IDAT", &data.copied().collect::<Vec<u8>>());
            }
            continue;
        }
        let is_needed = matches!(&chunk[4..8], b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" | b"IEND");
        if is_needed || (&chunk[4..8] == b"eXIf" && chunk.len() < 70_000) {
            plain.extend_from_slice(chunk);
        }
    }
    plain
}

fn append_chunk(png: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    let Ok(length) = u32::try_from(content.len()) else { return };
    png.extend_from_slice(&length.to_be_bytes());
    let from = png.len();
    png.extend_from_slice(kind);
    png.extend_from_slice(content);
    let sum = crc(&png[from..]);
    png.extend_from_slice(&sum.to_be_bytes());
}

/// The checksum of a PNG chunk, over its kind and content.
fn crc(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut at = 0;
        while at < 256 {
            let (mut value, mut bit) = (at as u32, 0);
            while bit < 8 {
                value = if value & 1 == 1 { 0xedb8_8320 ^ (value >> 1) } else { value >> 1 };
                bit += 1;
            }
            table[at] = value;
            at += 1;
        }
        table
    };
    !bytes.iter().fold(!0, |crc: u32, byte| TABLE[((crc ^ u32::from(*byte)) & 0xff) as usize] ^ (crc >> 8))
}

/// The content of the first chunk of that kind before the picture data.
pub(in crate::media) fn chunk<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    let chunk =
        chunks(bytes).take_while(|chunk| &chunk[4..8] != b"IDAT").find(|chunk| &chunk[4..8] == kind.as_slice())?;
    chunk.get(8..chunk.len() - 4)
}

/// A PNG file of one pixel that has only this compressed color profile, so that it can be unpacked within bounds of its own.
pub(in crate::media) fn with_profile_only(profile: &[u8]) -> Vec<u8> {
    let mut png = START.to_vec();
    append_chunk(&mut png, b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
    append_chunk(&mut png, b"iCCP", profile);
    // One black pixel.
    append_chunk(&mut png, b"IDAT", &[0x78, 0x9c, 0x63, 0x60, 0, 0, 0, 2, 0, 1]);
    append_chunk(&mut png, b"IEND", &[]);
    png
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let mut chunk = Vec::new();
        append_chunk(&mut chunk, kind, content);
        chunk
    }

    #[test]
    fn many_data_chunks_are_joined_and_the_picture_is_the_same() {
        assert_eq!(crc(b"IEND"), 0xae42_6082);
        let pixels: Vec<u8> = (0..90 * 60 * 3).map(|index| (index * 7 % 251) as u8).collect();
        let mut png = std::io::Cursor::new(Vec::new());
        let picture = image::RgbImage::from_raw(90, 60, pixels.clone()).expect("enough pixels");
        picture.write_to(&mut png, image::ImageFormat::Png).expect("an encoder");
        let whole = png.into_inner();
        let data: Vec<u8> = chunks(&whole)
            .filter(|chunk| &chunk[4..8] == b"IDAT")
            .flat_map(|chunk| chunk[8..chunk.len() - 4].to_vec())
            .collect();
        let head = chunks(&whole).next().expect("a head");
        let pieces: Vec<u8> = data
            .iter()
            .flat_map(|byte| [chunk(b"IDAT", &[*byte]), chunk(b"IDAT", b""), chunk(b"tEXt", b"a\0b")].concat())
            .collect();
        let split = [START, head, &pieces, &chunk(b"IEND", b"")].concat();
        let plain = essentials(&split);
        assert_eq!(chunks(&plain).filter(|chunk| &chunk[4..8] == b"IDAT").count(), 1);
        let decoded = image::load_from_memory(&plain).expect("a picture").into_rgb8();
        assert_eq!(decoded.into_raw(), pixels);
        assert_eq!(essentials(&whole).len(), whole.len(), "a usual file stays as it is");
    }
}
