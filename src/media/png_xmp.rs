//! Reads an XMP packet from a PNG file: an `iTXt` chunk with the keyword `XML:com.adobe.xmp` (XMP specification, part 3).

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// The keyword, its end, and the flag that says the text is not compressed.
const HEAD: &[u8] = b"XML:com.adobe.xmp\0\0";
/// Larger packets are not read.
const MAX_PACKET_BYTES: u32 = 1 << 20;
/// Files of more chunks are not looked through.
const MAX_CHUNKS: usize = 10_000;

/// The packet; `None` when the file has none or is no PNG.
pub(super) fn read(file: &mut File) -> io::Result<Option<Vec<u8>>> {
    file.seek(SeekFrom::Start(0))?;
    let mut signature = [0; 8];
    if file.read_exact(&mut signature).is_err() || signature != SIGNATURE {
        return Ok(None);
    }
    for _ in 0..MAX_CHUNKS {
        let mut head = [0; 8];
        if file.read_exact(&mut head).is_err() {
            return Ok(None);
        }
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        match &head[4..] {
            b"IEND" => return Ok(None),
            b"iTXt" if length <= MAX_PACKET_BYTES => {
                let mut data = vec![0; length as usize];
                if file.read_exact(&mut data).is_err() {
                    return Ok(None);
                }
                if let Some(packet) = packet(&data) {
                    return Ok(Some(packet.to_vec()));
                }
                file.seek(SeekFrom::Current(4))?;
            }
            // A chunk that claims to be longer than the file ends the search at the next read.
            _ => {
                file.seek(SeekFrom::Current(i64::from(length) + 4))?;
            }
        }
    }
    Ok(None)
}

/// The text of a chunk with the keyword; language and translated keyword may be filled.
fn packet(data: &[u8]) -> Option<&[u8]> {
    // The method of compression follows, which means nothing here.
    let rest = data.strip_prefix(HEAD)?.get(1..)?;
    let mut parts = rest.splitn(3, |byte| *byte == 0);
    let (_language, _keyword) = (parts.next()?, parts.next()?);
    parts.next()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).expect("short");
        [&length.to_be_bytes()[..], kind, data, &[0; 4]].concat()
    }

    fn read_of(chunks: &[Vec<u8>]) -> Option<Vec<u8>> {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&SIGNATURE).expect("written");
        file.write_all(&chunks.concat()).expect("written");
        read(&mut file).expect("readable")
    }

    #[test]
    fn a_packet_is_found_behind_other_chunks() {
        let header = chunk(b"IHDR", &[0; 13]);
        let other = chunk(b"iTXt", b"Comment\0\0\0\0\0hello");
        let xmp = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>");
        let named = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0en\0XMP\0<y/>");
        let packed = chunk(b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0zzzz");
        let end = chunk(b"IEND", b"");
        assert_eq!(read_of(&[header.clone(), other.clone(), xmp, end.clone()]).as_deref(), Some(&b"<x/>"[..]));
        assert_eq!(read_of(&[header.clone(), named]).as_deref(), Some(&b"<y/>"[..]));
        assert_eq!(read_of(&[header.clone(), packed, end.clone()]), None);
        assert_eq!(read_of(&[header, other, end.clone()]), None);
        // Behind the end nothing counts, and a chunk that lies about its length ends the search.
        let xmp = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>");
        assert_eq!(read_of(&[end, xmp]), None);
        assert_eq!(read_of(&[vec![0xff, 0xff, 0xff, 0xff, b'I', b'D', b'A', b'T']]), None);
        assert_eq!(read_of(&[vec![0, 0, 0xff, 0xff, b'i', b'T', b'X', b't', 1]]), None);
    }
}
