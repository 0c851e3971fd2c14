//! Reads the sample descriptions of a picture track: the codec, its settings, and what they say of size, shape and colors.

use super::super::bits::{u16_at, u32_at};
use super::super::boxes::{child, children};
use super::super::pose::PixelShape;
use super::super::sps::{SpsFacts, parameter_sets};
use super::Codec;

/// Descriptions beyond this number are not looked at.
const MAX_ENTRIES: usize = 16;

/// One description of samples: how they are coded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Entry {
    /// The four-character code.
    pub(in super::super) fourcc: [u8; 4],
    /// The kind of MPEG-4 stream that `esds` names, for an entry of the kind `mp4v`.
    pub(in super::super) object_type: Option<u8>,
    /// Size in pixels that the entry itself states.
    pub(in super::super) size: (u32, u32),
    /// The content of the `avcC` box: the decoder's settings. Empty for anything but H.264.
    pub(in super::super) avcc: Vec<u8>,
    /// Matrix coefficients and full range, from `colr`.
    pub(in super::super) color: Option<(u16, bool)>,
    /// The shape of its pixels, from `pasp`.
    pub(in super::super) pixel: Option<PixelShape>,
    /// What the first sequence parameter set says, for H.264.
    pub(in super::super) sps: Option<SpsFacts>,
}

impl Entry {
    /// The size that decoded pictures have, in pixels.
    pub(in super::super) fn coded_size(&self) -> (u32, u32) {
        self.sps.and_then(|sps| sps.size).unwrap_or(self.size)
    }

    /// The kind of codec.
    pub(in super::super) fn codec(&self) -> Codec {
        if self.avcc.is_empty() { Codec::Picture } else { Codec::H264 }
    }

    /// The common name of the codec, such as `h264`, or its four-character code where it has none here.
    pub(in super::super) fn codec_name(&self) -> String {
        let name = match (&self.fourcc, self.object_type) {
            (b"avc1" | b"avc3", _) => "h264",
            (b"hvc1" | b"hev1" | b"dvh1" | b"dvhe", _) => "hevc",
            (b"vvc1" | b"vvi1", _) => "vvc",
            (b"av01", _) => "av1",
            (b"vp08", _) => "vp8",
            (b"vp09", _) => "vp9",
            (b"mp4v", Some(0x60..=0x65)) => "mpeg2video",
            (b"mp4v", Some(0x6a)) => "mpeg1video",
            (b"mp4v", Some(0x6c)) | (b"mjpg" | b"mjpa" | b"mjpb" | b"jpeg", _) => "mjpeg",
            (b"mp4v", Some(0x6d)) | (b"png ", _) => "png",
            (b"mp4v", _) => "mpeg4",
            (other, _) => {
                return other.iter().map(|byte| if byte.is_ascii_graphic() { *byte as char } else { '?' }).collect();
            }
        };
        name.to_owned()
    }

    /// How likely the samples are a film: codecs that make moving pictures, then unknown ones, then single pictures in a row.
    pub(super) fn likeness(&self) -> u8 {
        match self.codec_name().as_str() {
            "mjpeg" | "png" | "gif" | "tiff" | "bmp" => 0,
            "h264" | "hevc" | "vvc" | "av1" | "vp8" | "vp9" | "mpeg4" | "mpeg1video" | "mpeg2video" => 2,
            _ => 1,
        }
    }

    fn parse(fourcc: [u8; 4], entry: &[u8]) -> Option<Self> {
        let size = (u32::from(u16_at(entry, 24)?), u32::from(u16_at(entry, 26)?));
        let extensions = entry.get(78..)?;
        let is_h264 = matches!(&fourcc, b"avc1" | b"avc3");
        let avcc = child(extensions, b"avcC").filter(|_| is_h264).unwrap_or_default().to_vec();
        let first_set = parameter_sets(&avcc).and_then(|(_, sets)| sets.into_iter().find(|set| set[0] & 31 == 7));
        let pixel = child(extensions, b"pasp").and_then(|pasp| PixelShape::new(u32_at(pasp, 0)?, u32_at(pasp, 4)?));
        Some(Self {
            fourcc,
            object_type: child(extensions, b"esds").and_then(object_type),
            size,
            sps: first_set.and_then(SpsFacts::of),
            color: child(extensions, b"colr").and_then(nclx),
            pixel,
            avcc,
        })
    }
}

/// The descriptions of an `stsd` box, up to the first that is too short. `None` when that is the first, or there are none.
pub(super) fn entries(stsd: &[u8]) -> Option<Vec<Entry>> {
    let entries = children(stsd.get(8..)?).take(MAX_ENTRIES).map_while(|(kind, entry)| Entry::parse(kind, entry));
    Some(entries.collect::<Vec<_>>()).filter(|entries| !entries.is_empty())
}

/// Matrix coefficients and range of a `colr` box.
fn nclx(colr: &[u8]) -> Option<(u16, bool)> {
    match colr.get(..4)? {
        b"nclx" => Some((u16_at(colr, 8)?, colr.get(10)? & 0x80 != 0)),
        b"nclc" => Some((u16_at(colr, 8)?, false)),
        _ => None,
    }
}

/// The kind of stream in an `esds` box (ISO 14496-1, 7.2.6): behind the heads of two descriptors, each with a length of one to
/// four bytes, and the fields of the first.
fn object_type(esds: &[u8]) -> Option<u8> {
    let descriptor = |at: usize, tag: u8| -> Option<usize> {
        let mut at = at;
        if *esds.get(at)? != tag {
            return None;
        }
        for _ in 0..4 {
            at += 1;
            if esds.get(at)? & 0x80 == 0 {
                break;
            }
        }
        Some(at + 1)
    };
    let stream = descriptor(4, 3)?;
    let flags = *esds.get(stream + 2)?;
    let mut at = stream + 3;
    if flags & 0x80 != 0 {
        at += 2;
    }
    if flags & 0x40 != 0 {
        at += 1 + usize::from(*esds.get(at)?);
    }
    if flags & 0x20 != 0 {
        at += 2;
    }
    esds.get(descriptor(at, 4)?).copied()
}
