//! Writes the MP4 file of a practice film: `ftyp`, then `moov` so that players can start at once, then `mdat`.

use mp4_atom::esds::{DecoderConfig, DecoderSpecific, EsDescriptor, Esds};
use mp4_atom::{
    Audio, Avc1, Avcc, AvccExt, Codec, Colr, Dinf, Dref, DrefEntry, Edts, Elst, ElstEntry, Encode as _, FixedPoint,
    FourCC, Ftyp, Hdlr, Mdhd, Mdia, Minf, Moov, Mp4a, Mvhd, Pasp, Smhd, Stbl, Stco, Stsc, StscEntry, Stsd, Stss, Stsz,
    StszSamples, Stts, SttsEntry, Tkhd, Trak, Url, Visual, Vmhd,
};

/// Units of the picture track's clock per second.
const VIDEO_SCALE: u32 = 12_288;
/// Units per second of the clock that times the film as a whole.
const MOVIE_SCALE: u32 = 1000;
/// Samples of sound in one AAC frame.
const AAC_FRAME: u32 = 1024;
/// Samples of sound per second.
pub(super) const SOUND_RATE: u32 = 48_000;

/// The pictures and the sound of a film, encoded, with the facts that its file states.
#[derive(Debug)]
pub(super) struct Movie<'a> {
    /// Width in pixels.
    pub(super) width: u16,
    /// Height in pixels.
    pub(super) height: u16,
    pub(super) frames_per_second: u32,
    /// Annex B access units, one per frame, in order.
    pub(super) pictures: &'a [Vec<u8>],
    /// Raw AAC frames (48 kHz stereo LC); empty for none. The first is the encoder's run-in and is skipped by an edit list.
    pub(super) sound: &'a [&'a [u8]],
}

/// The access unit of one frame as a file stores it: NAL units behind their lengths, without parameter sets.
struct VideoSample {
    bytes: Vec<u8>,
    is_sync: bool,
}

/// The bytes of the file. The error is a plain clause.
pub(super) fn write(movie: &Movie<'_>) -> Result<Vec<u8>, String> {
    let (mut sps, mut pps) = (None, None);
    let mut pictures = Vec::with_capacity(movie.pictures.len());
    for unit in movie.pictures {
        let mut sample = VideoSample { bytes: Vec::with_capacity(unit.len()), is_sync: false };
        for nal in nals(unit) {
            match nal[0] & 31 {
                7 => sps = sps.or(Some(nal)),
                8 => pps = pps.or(Some(nal)),
                // Access unit delimiters say nothing in a file.
                9 => {}
                kind => {
                    sample.is_sync |= kind == 5;
                    sample.bytes.extend_from_slice(&(nal.len() as u32).to_be_bytes());
                    sample.bytes.extend_from_slice(nal);
                }
            }
        }
        pictures.push(sample);
    }
    let (Some(sps), Some(pps)) = (sps, pps) else { return Err("it gave no parameter sets".to_owned()) };

    // One second of film, then one second of sound, and so on, so that a player never jumps far.
    let sound_per_second = SOUND_RATE / AAC_FRAME + 1;
    let mut video_groups = pictures.chunks(movie.frames_per_second as usize);
    let mut sound_groups = movie.sound.chunks(sound_per_second as usize);
    let mut data = Vec::new();
    let (mut video_offsets, mut sound_offsets) = (Vec::new(), Vec::new());
    loop {
        let (video, sound) = (video_groups.next(), sound_groups.next());
        if video.is_none() && sound.is_none() {
            break;
        }
        if let Some(group) = video {
            video_offsets.push(data.len() as u32);
            group.iter().for_each(|sample| data.extend_from_slice(&sample.bytes));
        }
        if let Some(group) = sound {
            sound_offsets.push(data.len() as u32);
            group.iter().for_each(|frame| data.extend_from_slice(frame));
        }
    }

    let millis = pictures.len() as u32 * MOVIE_SCALE / movie.frames_per_second;
    let mut trak = vec![video_track(movie, &pictures, avcc(sps, pps)?, millis, video_offsets)];
    if !movie.sound.is_empty() {
        trak.push(sound_track(movie, sound_per_second, millis, sound_offsets));
    }
    let mvhd = Mvhd {
        creation_time: 0,
        modification_time: 0,
        timescale: MOVIE_SCALE,
        duration: u64::from(millis),
        rate: 1.into(),
        volume: 1.into(),
        matrix: Default::default(),
        next_track_id: 3,
    };
    let ftyp = Ftyp {
        major_brand: FourCC::new(b"isom"),
        minor_version: 512,
        compatible_brands: [b"isom", b"iso2", b"avc1", b"mp41"].map(FourCC::new).to_vec(),
    };
    whole_file(&ftyp, Moov { mvhd, trak, ..Moov::default() }, &data).map_err(|error| error.to_string())
}

/// Puts the boxes together. The chunk offsets in `moov` count from the beginning of `data` and are moved to where it lies.
fn whole_file(ftyp: &Ftyp, mut moov: Moov, data: &[u8]) -> mp4_atom::Result<Vec<u8>> {
    let mut file = Vec::new();
    ftyp.encode(&mut file)?;
    let ftyp_bytes = file.len();
    moov.encode(&mut file)?;
    // The length of `moov` does not depend on the offsets in it.
    let head_bytes = (file.len() + 8) as u32;
    for stco in moov.trak.iter_mut().filter_map(|trak| trak.mdia.minf.stbl.stco.as_mut()) {
        stco.entries.iter_mut().for_each(|offset| *offset += head_bytes);
    }
    file.truncate(ftyp_bytes);
    moov.encode(&mut file)?;
    file.extend(((data.len() + 8) as u32).to_be_bytes());
    file.extend(b"mdat");
    file.extend(data);
    Ok(file)
}

/// The decoder's settings out of a sequence and a picture parameter set.
fn avcc(sps: &[u8], pps: &[u8]) -> Result<Avcc, String> {
    let avcc = Avcc::new(sps, pps).map_err(|error| error.to_string())?;
    // High profile says its sample format as well: 4:2:0 with 8 bits, the default.
    let ext = (avcc.avc_profile_indication >= 100).then(AvccExt::default);
    Ok(Avcc { ext, ..avcc })
}

fn video_track(movie: &Movie<'_>, pictures: &[VideoSample], avcc: Avcc, millis: u32, offsets: Vec<u32>) -> Trak {
    let delta = VIDEO_SCALE / movie.frames_per_second;
    let count = pictures.len() as u32;
    let entry = Avc1 {
        visual: Visual {
            data_reference_index: 1,
            width: movie.width,
            height: movie.height,
            compressor: "h264".into(),
            ..Visual::default()
        },
        avcc,
        // BT.709, video range: without it players guess by size.
        colr: Some(Colr::Nclx {
            colour_primaries: 1,
            transfer_characteristics: 1,
            matrix_coefficients: 1,
            full_range_flag: false,
        }),
        pasp: Some(Pasp { h_spacing: 1, v_spacing: 1 }),
        ..Avc1::default()
    };
    let sync = pictures.iter().zip(1_u32..).filter(|(sample, _)| sample.is_sync).map(|(_, number)| number).collect();
    let sizes = pictures.iter().map(|sample| sample.bytes.len() as u32).collect();
    let stbl = Stbl {
        stss: Some(Stss { entries: sync }),
        ..samples(entry.into(), delta, movie.frames_per_second, sizes, offsets)
    };
    Trak {
        tkhd: Tkhd { width: movie.width.into(), height: movie.height.into(), ..track_header(1, millis) },
        edts: Some(edit(millis, 0)),
        mdia: Mdia {
            mdhd: clock(VIDEO_SCALE, count * delta),
            hdlr: Hdlr { handler: FourCC::new(b"vide"), name: "Picture".to_owned() },
            minf: Minf { vmhd: Some(Vmhd::default()), dinf: in_this_file(), stbl, ..Minf::default() },
        },
        ..Trak::default()
    }
}

fn sound_track(movie: &Movie<'_>, per_chunk: u32, millis: u32, offsets: Vec<u32>) -> Trak {
    let count = movie.sound.len() as u32;
    let aac_lc_48k_stereo = DecoderSpecific { profile: 2, freq_index: 3, chan_conf: 2, raw: Vec::new() };
    let dec_config = DecoderConfig {
        // MPEG-4 audio, in an audio stream (ISO 14496-1, 7.2.6.6).
        object_type_indication: 0x40,
        stream_type: 5,
        avg_bitrate: 80_000,
        dec_specific: Some(aac_lc_48k_stereo),
        ..DecoderConfig::default()
    };
    let entry = Mp4a {
        audio: Audio {
            data_reference_index: 1,
            channel_count: 2,
            sample_size: 16,
            sample_rate: FixedPoint::new(SOUND_RATE as u16, 0),
        },
        esds: Esds { es_desc: EsDescriptor { es_id: 2, dec_config, ..EsDescriptor::default() } },
        btrt: None,
        taic: None,
    };
    let sizes = movie.sound.iter().map(|frame| frame.len() as u32).collect();
    let stbl = samples(entry.into(), AAC_FRAME, per_chunk, sizes, offsets);
    Trak {
        tkhd: Tkhd { volume: 1.into(), ..track_header(2, millis) },
        edts: Some(edit(millis, AAC_FRAME)),
        mdia: Mdia {
            mdhd: clock(SOUND_RATE, count * AAC_FRAME),
            hdlr: Hdlr { handler: FourCC::new(b"soun"), name: "Sound".to_owned() },
            minf: Minf { smhd: Some(Smhd::default()), dinf: in_this_file(), stbl, ..Minf::default() },
        },
        ..Trak::default()
    }
}

fn track_header(track_id: u32, millis: u32) -> Tkhd {
    Tkhd { track_id, duration: u64::from(millis), enabled: true, in_movie: true, ..Tkhd::default() }
}

/// An edit list that plays the whole film from `skip` units into the track's media.
fn edit(millis: u32, skip: u32) -> Edts {
    let entry = ElstEntry {
        segment_duration: u64::from(millis),
        media_time: Some(u64::from(skip)),
        media_rate: FixedPoint::new(1, 0),
    };
    Edts { elst: Some(Elst { entries: vec![entry] }) }
}

fn clock(timescale: u32, duration: u32) -> Mdhd {
    Mdhd { timescale, duration: u64::from(duration), language: "und".to_owned(), ..Mdhd::default() }
}

/// Says that the samples lie in the file itself.
fn in_this_file() -> Dinf {
    Dinf { dref: Dref { entries: vec![DrefEntry::Url(Url::default())] } }
}

/// The tables of samples of `delta` units each, in chunks of `per_chunk` samples of which only the last may hold fewer.
fn samples(entry: Codec, delta: u32, per_chunk: u32, sizes: Vec<u32>, offsets: Vec<u32>) -> Stbl {
    let count = sizes.len() as u32;
    let run =
        |first_chunk, samples_per_chunk| StscEntry { first_chunk, samples_per_chunk, sample_description_index: 1 };
    let mut runs = Vec::new();
    if count >= per_chunk {
        runs.push(run(1, per_chunk));
    }
    if !count.is_multiple_of(per_chunk) {
        runs.push(run(count / per_chunk + 1, count % per_chunk));
    }
    Stbl {
        stsd: Stsd { codecs: vec![entry] },
        stts: Stts { entries: vec![SttsEntry { sample_count: count, sample_delta: delta }] },
        stsc: Stsc { entries: runs },
        stsz: Stsz { samples: StszSamples::Different { sizes } },
        stco: Some(Stco { entries: offsets }),
        ..Stbl::default()
    }
}

/// The NAL units of an Annex B access unit, without their start codes.
fn nals(unit: &[u8]) -> Vec<&[u8]> {
    let mut starts = Vec::new();
    let mut at = 0;
    while at + 3 <= unit.len() {
        if unit[at] == 0 && unit[at + 1] == 0 && unit[at + 2] == 1 {
            starts.push(at + 3);
            at += 3;
        } else {
            at += 1;
        }
    }
    let mut nals = Vec::new();
    for (i, start) in starts.iter().enumerate() {
        let mut end = starts.get(i + 1).map_or(unit.len(), |next| next - 3);
        // A start code may have a fourth byte, and a unit may end in zeros; neither belongs to it.
        while end > *start && unit[end - 1] == 0 {
            end -= 1;
        }
        if end > *start {
            nals.push(&unit[*start..end]);
        }
    }
    nals
}

/// Cuts an ADTS stream into raw AAC frames.
pub(super) fn aac_frames(adts: &[u8]) -> Vec<&[u8]> {
    let mut frames = Vec::new();
    let mut rest = adts;
    while rest.len() > 7 && rest[0] == 0xff && rest[1] & 0xf0 == 0xf0 {
        let header = if rest[1] & 1 == 1 { 7 } else { 9 };
        let length = usize::from(rest[3] & 3) << 11 | usize::from(rest[4]) << 3 | usize::from(rest[5]) >> 5;
        if length <= header || length > rest.len() {
            break;
        }
        frames.push(&rest[header..length]);
        rest = &rest[length..];
    }
    frames
}
