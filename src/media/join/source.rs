//! A film that may be joined to others: its track of pictures, its track of sound, and in what it differs from another.

use std::path::Path;

use super::super::bits::u16_at;
use super::super::boxes::children;
use super::super::error::MovieError;
use super::super::facts;
use super::super::moov::WholeTrack;
use super::super::sps::parameter_sets;
use super::super::walk;

/// The tracks of a film.
#[derive(Debug)]
pub(super) struct Source {
    /// Units per second of the clock in which edits are written.
    pub(super) scale: u32,
    pub(super) video: WholeTrack,
    pub(super) sound: Option<WholeTrack>,
    /// Size in pixels with which it is shown.
    size: (u32, u32),
    /// The common name of its codec.
    codec: String,
}

/// Bytes of the fields of a description of pictures, before its boxes.
const VIDEO_FIELDS: usize = 78;
/// The same for sound.
const SOUND_FIELDS: usize = 28;

impl Source {
    /// Reads the tables of a file. Fails for a film that cannot be joined to any other, with a clause that says why.
    pub(super) fn open(path: &Path) -> Result<Self, MovieError> {
        let unsupported = |clause: &str| MovieError::Unsupported(clause.to_owned());
        let mut movie = walk::open(path)?;
        if movie.moov.is_fragmented {
            return Err(unsupported("it is stored in fragments, which are not joined"));
        }
        let id = movie.moov.video().map(|track| track.id);
        let (scale, mut tracks) = WholeTrack::all(&walk::moov_bytes(&mut movie.file)?)?;
        let video = tracks.iter().position(|track| Some(track.id) == id && &track.handler == b"vide");
        let video = tracks.remove(video.ok_or_else(|| MovieError::broken("it holds no picture track"))?);
        let sounds = tracks.into_iter().filter(|track| &track.handler == b"soun" && !track.sizes.is_empty());
        // As players do: the first that is switched on, else the first.
        let sounds: Vec<WholeTrack> = sounds.collect();
        let first = sounds.iter().position(|track| track.is_enabled).unwrap_or(0);
        let sound = sounds.into_iter().nth(first);
        if video.sizes.is_empty()
            || video.scale == 0
            || scale == 0
            || sound.as_ref().is_some_and(|track| track.scale == 0)
        {
            return Err(MovieError::broken("its tables say nothing of its frames"));
        }
        if video.sync.as_ref().is_some_and(|sync| sync.first() != Some(&0)) {
            return Err(unsupported("it does not begin with a whole picture"));
        }
        if video.edits.iter().filter(|edit| edit.from >= 0).count() > 1 {
            return Err(unsupported("it is itself cut of several parts"));
        }
        Ok(Self { scale, video, sound, size: (movie.info.width, movie.info.height), codec: movie.info.codec })
    }

    /// A film of these tracks, for tests.
    #[cfg(test)]
    pub(super) fn of(scale: u32, video: WholeTrack, sound: Option<WholeTrack>) -> Self {
        Self { scale, video, sound, size: (1, 1), codec: "h264".to_owned() }
    }

    /// In what another film differs from this one so that the two cannot be joined, as a clause about the other.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        let clause = if self.codec != other.codec || self.video.fourcc != other.video.fourcc {
            format!("its pictures are coded as {} and those of most as {}", other.codec, self.codec)
        } else if (self.size, self.video.size) != (other.size, other.video.size) {
            let [(width, height), (most_width, most_height)] = [other.size, self.size];
            format!("it is {width} × {height} and most are {most_width} × {most_height}")
        } else if self.video.matrix != other.video.matrix {
            "its pictures are turned otherwise than those of most".to_owned()
        } else if self.video.entry.get(24..28) != other.video.entry.get(24..28)
            || coding(&self.video) != coding(&other.video)
        {
            format!("its {} settings (parameter sets) are not those of most", other.codec)
        } else if looks(&self.video) != looks(&other.video) {
            "its colors or the shape of its pixels are stated otherwise than those of most".to_owned()
        } else {
            return self.difference_of_sound(other);
        };
        Some(clause)
    }

    fn difference_of_sound(&self, other: &Self) -> Option<String> {
        let (sound, other) = match (&self.sound, &other.sound) {
            (None, None) => return None,
            (Some(_), None) => return Some("it has no sound and most have".to_owned()),
            (None, Some(_)) => return Some("it has sound and most have none".to_owned()),
            (Some(sound), Some(other)) => (sound, other),
        };
        let name = |track: &WholeTrack| track.fourcc.map(char::from).iter().collect::<String>().trim().to_owned();
        if sound.fourcc != other.fourcc {
            return Some(format!("its sound is coded as {} and that of most as {}", name(other), name(sound)));
        }
        let (facts, others) = (facts::sound(sound), facts::sound(other));
        if facts != others {
            let words = |facts: Option<crate::domain::hand_off::Sound>| match facts {
                Some(sound) if sound.channels == 1 => format!("{} Hz, mono", sound.rate),
                Some(sound) if sound.channels == 2 => format!("{} Hz, stereo", sound.rate),
                Some(sound) => format!("{} Hz, {} channels", sound.rate, sound.channels),
                None => "not stated".to_owned(),
            };
            return Some(format!("its sound is {} and that of most {}", words(others), words(facts)));
        }
        (sound_coding(sound) != sound_coding(other))
            .then(|| format!("the settings of its {} sound are not those of most", name(other)))
    }
}

/// The boxes behind the fields of a description.
fn parts(track: &WholeTrack, fields: usize) -> Vec<([u8; 4], &[u8])> {
    children(track.entry.get(fields..).unwrap_or_default()).collect()
}

/// What the decoder has to know: the parameter sets of H.264, and for others the boxes that hold such things.
fn coding(track: &WholeTrack) -> Vec<Vec<u8>> {
    let mut coding = Vec::new();
    for (kind, content) in parts(track, VIDEO_FIELDS) {
        match (&kind, parameter_sets(content)) {
            (b"avcC", Some((length_bytes, sets))) => {
                coding.push(vec![length_bytes as u8]);
                coding.extend(sets.into_iter().map(<[u8]>::to_vec));
            }
            (b"btrt" | b"colr" | b"pasp", _) => {}
            _ => coding.push([&kind[..], content].concat()),
        }
    }
    coding
}

/// How the pictures are to be shown: colors and the shape of pixels. Square ones need not be stated.
fn looks(track: &WholeTrack) -> (Vec<Vec<u8>>, Option<Vec<u8>>) {
    let of = |wanted: &'static [u8; 4]| parts(track, VIDEO_FIELDS).into_iter().filter(move |(kind, _)| kind == wanted);
    let is_square = |content: &&[u8]| content.len() == 8 && content[..4] == content[4..];
    let shape = of(b"pasp").map(|(_, content)| content).find(|content| !is_square(content)).map(<[u8]>::to_vec);
    (of(b"colr").map(|(_, content)| content.to_vec()).collect(), shape)
}

/// What the decoder of sound has to know. Of AAC it is the kind of stream and the settings; rates that it only states do not count.
fn sound_coding(track: &WholeTrack) -> Vec<Vec<u8>> {
    // Descriptions of QuickTime are longer; they are compared as they stand.
    if u16_at(&track.entry, 8) != Some(0) {
        return vec![track.entry.clone()];
    }
    let parts = parts(track, SOUND_FIELDS).into_iter().filter(|(kind, _)| kind != b"btrt");
    let coding = parts.map(|(kind, content)| match (&kind, aac_settings(content)) {
        (b"esds", Some(settings)) => settings,
        _ => [&kind[..], content].concat(),
    });
    coding.collect()
}

/// The kind of stream and the decoder's settings in an `esds` box (ISO 14496-1, 7.2.6).
fn aac_settings(esds: &[u8]) -> Option<Vec<u8>> {
    let (stream, _) = descriptor(esds.get(4..)?, 3)?;
    let flags = *stream.get(2)?;
    let mut at = 3 + if flags & 0x80 == 0 { 0 } else { 2 };
    if flags & 0x40 != 0 {
        at += 1 + usize::from(*stream.get(at)?);
    }
    at += if flags & 0x20 == 0 { 0 } else { 2 };
    let (decoder, _) = descriptor(stream.get(at..)?, 4)?;
    let (settings, _) = descriptor(decoder.get(13..)?, 5)?;
    Some([&decoder[..1], settings].concat())
}

/// The content of the descriptor at the beginning, which has this tag, and what follows it.
fn descriptor(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    if *bytes.first()? != tag {
        return None;
    }
    let (mut length, mut at) = (0_usize, 1);
    loop {
        let byte = *bytes.get(at)?;
        at += 1;
        length = length << 7 | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 || at > 4 {
            break;
        }
    }
    bytes.get(at..)?.split_at_checked(length)
}

/// A description without the box of its bit rate, which is that of one film only: the content of its box.
pub(super) fn description(track: &WholeTrack) -> Vec<u8> {
    let fields = if &track.handler == b"vide" { VIDEO_FIELDS } else { SOUND_FIELDS };
    let is_plain = fields == VIDEO_FIELDS || u16_at(&track.entry, 8) == Some(0);
    let Some(head) = track.entry.get(..fields).filter(|_| is_plain) else { return track.entry.clone() };
    let mut description = head.to_vec();
    for (kind, content) in parts(track, fields).into_iter().filter(|(kind, _)| kind != b"btrt") {
        super::bytes::put_box(&mut description, &kind, |out| out.extend_from_slice(content));
    }
    description
}
