//! Writes the film file: `ftyp`, `moov` first so that players can start at once, `mdat`.

/// Units of the film's clock per second.
const VIDEO_SCALE: u32 = 12_288;
/// Samples of sound in one AAC frame.
const AAC_FRAME: u32 = 1024;
/// Samples of sound per second.
pub(super) const SOUND_RATE: u32 = 48_000;

/// Everything that goes into a file.
#[derive(Debug)]
pub(super) struct Movie<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) frames_per_second: u32,
    /// Annex B access units, one per frame, in order.
    pub(super) pictures: &'a [Vec<u8>],
    /// Raw AAC frames (48 kHz stereo LC); empty for none. The first is the encoder's run-in and is skipped by an edit list.
    pub(super) sound: &'a [&'a [u8]],
}

struct Sample {
    bytes: Vec<u8>,
    is_sync: bool,
}

/// The file's bytes, or nothing when the pictures hold no parameter sets.
pub(super) fn write(movie: &Movie<'_>) -> Option<Vec<u8>> {
    let (mut sps, mut pps) = (None, None);
    let mut pictures = Vec::with_capacity(movie.pictures.len());
    for unit in movie.pictures {
        let mut sample = Sample { bytes: Vec::with_capacity(unit.len()), is_sync: false };
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
    let (sps, pps) = (sps?, pps?);
    if sps.len() < 4 {
        return None;
    }

    // One second of film, then one second of sound, and so on, so that a player never jumps far.
    let per_second = movie.frames_per_second as usize;
    let sound_per_second = (SOUND_RATE / AAC_FRAME) as usize + 1;
    let mut chunks = Vec::new();
    let mut video_groups = pictures.chunks(per_second);
    let mut sound_groups = movie.sound.chunks(sound_per_second);
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
        chunks.push(());
    }

    let ftyp = boxed(b"ftyp", &[b"isom", &512_u32.to_be_bytes()[..], b"isomiso2avc1mp41"].concat());
    let moov = |shift: u32| {
        let shifted = |offsets: &[u32]| offsets.iter().map(|offset| offset + shift).collect::<Vec<_>>();
        let seconds_millis = pictures.len() as u32 * 1000 / movie.frames_per_second;
        let mut body = boxed(
            b"mvhd",
            &[
                full(0, 0),
                u32s(&[0, 0, 1000, seconds_millis, 0x0001_0000, 0x0100_0000, 0, 0]),
                matrix(),
                u32s(&[0; 6]),
                u32s(&[3]),
            ]
            .concat(),
        );
        body.extend(video_track(movie, &pictures, sps, pps, seconds_millis, &shifted(&video_offsets)));
        if !movie.sound.is_empty() {
            body.extend(sound_track(movie, sound_per_second, seconds_millis, &shifted(&sound_offsets)));
        }
        boxed(b"moov", &body)
    };
    let head = (ftyp.len() + moov(0).len() + 8) as u32;
    let mut file = ftyp;
    file.extend(moov(head));
    file.extend(((data.len() + 8) as u32).to_be_bytes());
    file.extend(b"mdat");
    file.extend(data);
    Some(file)
}

fn video_track(
    movie: &Movie<'_>,
    pictures: &[Sample],
    sps: &[u8],
    pps: &[u8],
    millis: u32,
    offsets: &[u32],
) -> Vec<u8> {
    let delta = VIDEO_SCALE / movie.frames_per_second;
    let count = pictures.len() as u32;
    let avcc = [
        &[1, sps[1], sps[2], sps[3], 0xff, 0xe1][..],
        &(sps.len() as u16).to_be_bytes(),
        sps,
        &[1],
        &(pps.len() as u16).to_be_bytes(),
        pps,
    ]
    .concat();
    // High profile says its sample format as well.
    let avcc = if sps[1] >= 100 { [&avcc[..], &[0xfd, 0xf8, 0xf8, 0]].concat() } else { avcc };
    let mut name = [0_u8; 32];
    name[0] = 4;
    name[1..5].copy_from_slice(b"h264");
    let entry = boxed(
        b"avc1",
        &[
            vec![0, 0, 0, 0, 0, 0, 0, 1],
            vec![0; 16],
            (movie.width as u16).to_be_bytes().to_vec(),
            (movie.height as u16).to_be_bytes().to_vec(),
            u32s(&[0x0048_0000, 0x0048_0000, 0]),
            vec![0, 1],
            name.to_vec(),
            vec![0, 24, 0xff, 0xff],
            boxed(b"avcC", &avcc),
            // BT.709, video range: without it players guess by size.
            boxed(b"colr", &[&b"nclx"[..], &[0, 1, 0, 1, 0, 1, 0]].concat()),
            boxed(b"pasp", &u32s(&[1, 1])),
        ]
        .concat(),
    );
    let sync =
        pictures.iter().zip(1_u32..).filter(|(sample, _)| sample.is_sync).map(|(_, number)| number).collect::<Vec<_>>();
    let sizes = pictures.iter().map(|sample| sample.bytes.len() as u32).collect::<Vec<_>>();
    let table = [
        description(&entry),
        boxed(b"stts", &[full(0, 0), u32s(&[1, count, delta])].concat()),
        boxed(b"stss", &[full(0, 0), u32s(&[sync.len() as u32]), u32s(&sync)].concat()),
        chunk_map(count, movie.frames_per_second),
        boxed(b"stsz", &[full(0, 0), u32s(&[0, count]), u32s(&sizes)].concat()),
        boxed(b"stco", &[full(0, 0), u32s(&[offsets.len() as u32]), u32s(offsets)].concat()),
    ]
    .concat();
    let header = boxed(b"vmhd", &[full(0, 1), vec![0; 8]].concat());
    track(
        1,
        millis,
        (movie.width << 16, movie.height << 16),
        0,
        (VIDEO_SCALE, count * delta),
        (b"vide", "Picture"),
        &header,
        &table,
        0,
    )
}

fn sound_track(movie: &Movie<'_>, per_chunk: usize, millis: u32, offsets: &[u32]) -> Vec<u8> {
    let count = movie.sound.len() as u32;
    let sizes = movie.sound.iter().map(|frame| frame.len() as u32).collect::<Vec<_>>();
    // AAC-LC, 48 kHz, stereo; the descriptors of ISO 14496-1 around the two bytes that say so.
    let config = [5, 2, 0x11, 0x90];
    let decoder = [&[4, 13 + config.len() as u8, 0x40, 0x15, 0, 0, 0][..], &u32s(&[0, 80_000]), &config].concat();
    let es = [&[3, 3 + decoder.len() as u8 + 3, 0, 2, 0][..], &decoder, &[6, 1, 2]].concat();
    let entry = boxed(
        b"mp4a",
        &[
            vec![0, 0, 0, 0, 0, 0, 0, 1],
            vec![0; 8],
            vec![0, 2, 0, 16, 0, 0, 0, 0],
            u32s(&[SOUND_RATE << 16]),
            boxed(b"esds", &[full(0, 0), es].concat()),
        ]
        .concat(),
    );
    let table = [
        description(&entry),
        boxed(b"stts", &[full(0, 0), u32s(&[1, count, AAC_FRAME])].concat()),
        chunk_map(count, per_chunk as u32),
        boxed(b"stsz", &[full(0, 0), u32s(&[0, count]), u32s(&sizes)].concat()),
        boxed(b"stco", &[full(0, 0), u32s(&[offsets.len() as u32]), u32s(offsets)].concat()),
    ]
    .concat();
    let header = boxed(b"smhd", &[full(0, 0), vec![0; 4]].concat());
    track(2, millis, (0, 0), 0x0100, (SOUND_RATE, count * AAC_FRAME), (b"soun", "Sound"), &header, &table, AAC_FRAME)
}

/// A `trak` whose edit list starts `skip` units into its media.
#[expect(clippy::too_many_arguments, reason = "one call per track; a type would only repeat the names")]
fn track(
    id: u32,
    millis: u32,
    size: (u32, u32),
    volume: u16,
    (scale, length): (u32, u32),
    (kind, name): (&[u8; 4], &str),
    header: &[u8],
    table: &[u8],
    skip: u32,
) -> Vec<u8> {
    let tkhd =
        [full(0, 3), u32s(&[0, 0, id, 0, millis, 0, 0, 0, u32::from(volume) << 16]), matrix(), u32s(&[size.0, size.1])]
            .concat();
    // tkhd: layer and group share a word, then volume; 0x55c4 is the language "und".
    let edit = boxed(b"edts", &boxed(b"elst", &[full(0, 0), u32s(&[1, millis, skip, 0x0001_0000])].concat()));
    let mdhd = boxed(b"mdhd", &[full(0, 0), u32s(&[0, 0, scale, length]), vec![0x55, 0xc4, 0, 0]].concat());
    let hdlr = boxed(
        b"hdlr",
        &[full(0, 0), u32s(&[0]), kind.to_vec(), vec![0; 12], name.as_bytes().to_vec(), vec![0]].concat(),
    );
    let dinf = boxed(b"dinf", &boxed(b"dref", &[full(0, 0), u32s(&[1]), boxed(b"url ", &full(0, 1))].concat()));
    let minf = boxed(b"minf", &[header.to_vec(), dinf, boxed(b"stbl", table)].concat());
    boxed(b"trak", &[boxed(b"tkhd", &tkhd), edit, boxed(b"mdia", &[mdhd, hdlr, minf].concat())].concat())
}

fn description(entry: &[u8]) -> Vec<u8> {
    boxed(b"stsd", &[full(0, 0), u32s(&[1]), entry.to_vec()].concat())
}

/// `stsc` for chunks of `per_chunk` samples of which only the last may hold fewer.
fn chunk_map(count: u32, per_chunk: u32) -> Vec<u8> {
    let mut runs = Vec::new();
    if count >= per_chunk {
        runs.push([1, per_chunk, 1]);
    }
    if !count.is_multiple_of(per_chunk) {
        runs.push([count / per_chunk + 1, count % per_chunk, 1]);
    }
    boxed(b"stsc", &[full(0, 0), u32s(&[runs.len() as u32]), u32s(runs.as_flattened())].concat())
}

fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&((body.len() + 8) as u32).to_be_bytes()[..], kind, body].concat()
}

fn full(version: u8, flags: u32) -> Vec<u8> {
    (u32::from(version) << 24 | flags).to_be_bytes().to_vec()
}

fn u32s(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

fn matrix() -> Vec<u8> {
    u32s(&[0x0001_0000, 0, 0, 0, 0x0001_0000, 0, 0, 0, 0x4000_0000])
}

/// The units between start codes.
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
