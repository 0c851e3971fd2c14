//! Reads and appends XMP packets in MP4 files: the `uuid` box of ISO files (XMP specification, part 3), at the top of the file.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};

use super::error::MovieError;
use super::walk::{Step, TopBoxes};

/// The identifier of a `uuid` box that holds XMP.
const XMP_ID: [u8; 16] =
    [0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac];

/// Length of the head of such a box: size (4 bytes), kind (4) and identifier (16).
const HEAD_BYTES: usize = 24;

/// Larger packets are not read, and so not written.
const MAX_PACKET_BYTES: u64 = 1 << 20;

/// An XMP packet and where it lies in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmpPacket {
    /// The packet: UTF-8 text, as a rule, without the head of its box.
    pub bytes: Vec<u8>,
    /// Where its box begins, in bytes from the beginning of the file.
    pub box_at: u64,
    /// Whether its box is the last of the file.
    pub is_last: bool,
}

pub(super) fn append(file: &mut File, packet: &[u8]) -> Result<(), MovieError> {
    let unsupported = |clause: &str| MovieError::Unsupported(clause.to_owned());
    let size = match u32::try_from(HEAD_BYTES + packet.len()) {
        Ok(size) if packet.len() as u64 <= MAX_PACKET_BYTES => size,
        _ => return Err(unsupported("it is larger than would be read back")),
    };
    let length = file.metadata()?.len();
    let mut boxes = TopBoxes::of(length);
    loop {
        match boxes.step(file)? {
            Step::Box(found) if found.is_open => {
                return Err(unsupported("the film says that its last part runs to the end of the file"));
            }
            Step::Box(_) => {}
            Step::Stop(_) => return Err(unsupported("bytes follow the film that are no part of it")),
            Step::End => break,
        }
    }
    let mut whole = Vec::with_capacity(HEAD_BYTES + packet.len());
    whole.extend_from_slice(&size.to_be_bytes());
    whole.extend_from_slice(b"uuid");
    whole.extend_from_slice(&XMP_ID);
    whole.extend_from_slice(packet);
    file.seek(SeekFrom::Start(length))?;
    file.write_all(&whole)?;
    Ok(())
}

pub(super) fn read(file: &mut File) -> Result<Option<XmpPacket>, MovieError> {
    let length = file.metadata()?.len();
    let mut boxes = TopBoxes::of(length);
    let mut last = None;
    // Bytes that are no part of the film may follow the packet, and it is read all the same.
    while let Step::Box(found) = boxes.step(file)? {
        if &found.kind != b"uuid" || found.end - found.at < found.head + XMP_ID.len() as u64 {
            continue;
        }
        let mut id = [0; XMP_ID.len()];
        file.seek(SeekFrom::Start(found.at + found.head))?;
        file.read_exact(&mut id)?;
        if id == XMP_ID {
            last = Some(found);
        }
    }
    let Some(found) = last else { return Ok(None) };
    let begin = found.at + found.head + XMP_ID.len() as u64;
    let size = found.end - begin;
    if size > MAX_PACKET_BYTES {
        return Err(MovieError::broken("its XMP is larger than any recipe"));
    }
    file.seek(SeekFrom::Start(begin))?;
    let mut bytes = vec![0; size as usize];
    file.read_exact(&mut bytes)?;
    Ok(Some(XmpPacket { bytes, box_at: found.at, is_last: found.end == length }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let mut bytes = u32::try_from(content.len() + 8).expect("small").to_be_bytes().to_vec();
        bytes.extend_from_slice(kind);
        bytes.extend_from_slice(content);
        bytes
    }

    fn xmp(content: &[u8]) -> Vec<u8> {
        boxed(b"uuid", &[&XMP_ID, content].concat())
    }

    fn file_of(parts: &[Vec<u8>]) -> File {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&parts.concat()).expect("room");
        file
    }

    fn ftyp() -> Vec<u8> {
        boxed(b"ftyp", b"isom\0\0\0\0")
    }

    fn all(file: &mut File) -> Vec<u8> {
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(0)).expect("a file");
        file.read_to_end(&mut bytes).expect("a file");
        bytes
    }

    #[test]
    fn a_packet_goes_behind_the_film_and_comes_back() {
        let film = [ftyp(), boxed(b"mdat", b"film")].concat();
        let mut file = file_of(std::slice::from_ref(&film));
        append(&mut file, b"<x/>").expect("room");
        let found = read(&mut file).expect("an MP4").expect("a packet");
        assert_eq!(found, XmpPacket { bytes: b"<x/>".to_vec(), box_at: film.len() as u64, is_last: true });
        let bytes = all(&mut file);
        assert!(bytes.starts_with(&film) && bytes.len() == film.len() + HEAD_BYTES + 4);
    }

    #[test]
    fn the_last_of_several_counts() {
        let mut file = file_of(&[ftyp(), xmp(b"first"), boxed(b"mdat", b""), xmp(b"second"), boxed(b"free", b"12")]);
        let found = read(&mut file).expect("an MP4").expect("a packet");
        assert_eq!((found.bytes.as_slice(), found.is_last), (&b"second"[..], false));
        append(&mut file, b"third").expect("room");
        assert_eq!(read(&mut file).expect("an MP4").expect("a packet").bytes, b"third");
    }

    #[test]
    fn a_file_that_cannot_take_it_is_left_alone() {
        let mut open = boxed(b"mdat", b"film");
        open[..4].fill(0);
        for (name, parts, packet, says) in [
            ("open end", vec![ftyp(), open], vec![1; 9], "runs to the end"),
            ("too large", vec![ftyp()], vec![1; MAX_PACKET_BYTES as usize + 1], "larger"),
            ("cut", vec![ftyp(), b"\0\0\x10\0mdat".to_vec()], vec![1; 9], "ends before"),
            ("no film", vec![b"<!doctype html>".to_vec()], vec![1; 9], "not an MP4"),
        ] {
            let mut file = file_of(&parts);
            let error = append(&mut file, &packet).expect_err(name).to_string();
            assert!(error.contains(says), "{name}: {error}");
            assert_eq!(all(&mut file), parts.concat(), "{name}");
        }
    }

    #[test]
    fn hostile_boxes_end_the_reading() {
        let huge = {
            let mut head = vec![0, 0, 0, 1];
            head.extend_from_slice(b"uuid");
            head.extend_from_slice(&u64::MAX.to_be_bytes());
            head
        };
        for (name, parts, is_error) in [
            ("no XMP", vec![ftyp(), boxed(b"uuid", &[7; 16])], false),
            ("a box too small for an id", vec![ftyp(), boxed(b"uuid", &XMP_ID[..15])], false),
            ("a length beyond the file", vec![ftyp(), huge], true),
            ("larger than is read", vec![ftyp(), xmp(&vec![b' '; MAX_PACKET_BYTES as usize + 1])], true),
            ("cut in the packet", vec![ftyp(), xmp(b"<x/>")[..26].to_vec()], true),
            ("empty", vec![], false),
        ] {
            let found = read(&mut file_of(&parts));
            assert_eq!(found.is_err(), is_error, "{name}: {found:?}");
            assert!(is_error || found == Ok(None), "{name}");
        }
        let empty = read(&mut file_of(&[ftyp(), xmp(b"")])).expect("an MP4").expect("a packet");
        assert!(empty.bytes.is_empty());
    }
}
