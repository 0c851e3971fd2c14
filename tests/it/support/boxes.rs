//! A small editor of MP4 files, for what ffmpeg does not write. Only for files whose table of contents lies behind the film data, as
//! ffmpeg writes them, because it may change the length of the table.

/// The kinds of boxes that hold boxes and nothing else.
const PARENTS: [&[u8; 4]; 8] = [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"mvex"];

/// A box with its content, as bytes and, where it is a parent, as boxes.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its kind.
    pub kind: [u8; 4],
    /// Its content, empty where it is a parent.
    pub bytes: Vec<u8>,
    /// What is in it, where it is a parent.
    pub inside: Vec<Node>,
}

/// A box with that content.
pub fn leaf(kind: &[u8; 4], bytes: Vec<u8>) -> Node {
    Node { kind: *kind, bytes, inside: Vec::new() }
}

/// The numbers, one after the other.
pub fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// The number at that place of a box.
pub fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

/// All boxes of a whole file, or of the content of a box.
pub fn parse(mut bytes: &[u8]) -> Vec<Node> {
    let mut nodes = Vec::new();
    while bytes.len() >= 8 {
        let kind: [u8; 4] = bytes[4..8].try_into().expect("four bytes");
        let size = match word(bytes, 0) {
            0 => bytes.len(),
            size => size as usize,
        };
        let content = &bytes[8..size];
        nodes.push(match PARENTS.contains(&&kind) {
            true => Node { kind, bytes: Vec::new(), inside: parse(content) },
            false => leaf(&kind, content.to_vec()),
        });
        bytes = &bytes[size..];
    }
    nodes
}

/// The bytes of these boxes.
pub fn write(nodes: &[Node]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for node in nodes {
        let content = if node.inside.is_empty() { node.bytes.clone() } else { write(&node.inside) };
        bytes.extend((content.len() as u32 + 8).to_be_bytes());
        bytes.extend(node.kind);
        bytes.extend(content);
    }
    bytes
}

/// The first box of that kind.
pub fn child<'a>(nodes: &'a mut [Node], kind: &[u8; 4]) -> &'a mut Node {
    let known: Vec<_> = nodes.iter().map(|node| String::from_utf8_lossy(&node.kind).into_owned()).collect();
    nodes.iter_mut().find(|node| node.kind == *kind).unwrap_or_else(|| panic!("no {kind:?} among {known:?}"))
}

/// The box at the end of a path such as `moov/trak/tkhd`; `trak#1` is the second track.
pub fn find<'a>(nodes: &'a mut [Node], path: &str) -> &'a mut Node {
    let (step, rest) = path.split_once('/').map_or((path, None), |(step, rest)| (step, Some(rest)));
    let (kind, number) = step.split_once('#').unwrap_or((step, "0"));
    let number: usize = number.parse().expect("a number");
    let node = nodes.iter_mut().filter(|node| node.kind == kind.as_bytes()).nth(number);
    let node = node.unwrap_or_else(|| panic!("there is no {step}"));
    match rest {
        Some(rest) => find(&mut node.inside, rest),
        None => node,
    }
}

/// Whether a track is flagged as one that is shown.
pub fn enable(film: &mut [Node], track: usize, is_enabled: bool) {
    find(film, &format!("moov/trak#{track}/tkhd")).bytes[3] = if is_enabled { 3 } else { 2 };
}

/// Gives a track, or with `None` the film itself, a matrix `(a, b, c, d)`.
pub fn set_matrix(film: &mut [Node], track: Option<usize>, [a, b, c, d]: [i32; 4]) {
    let (path, at) = track.map_or(("moov/mvhd".to_owned(), 36), |track| (format!("moov/trak#{track}/tkhd"), 40));
    let one = |number: i32| (number * 0x1_0000) as u32;
    let matrix = words(&[one(a), one(b), 0, one(c), one(d), 0, 0, 0, 1 << 30]);
    find(film, &path).bytes[at..at + 36].copy_from_slice(&matrix);
}

/// Gives the first track's header a size.
pub fn set_track_size(film: &mut [Node], (width, height): (u32, u32)) {
    find(film, "moov/trak/tkhd").bytes[76..84].copy_from_slice(&words(&[width << 16, height << 16]));
}

/// Gives the first track's sample description that shape of pixels, or none.
pub fn set_pixel(film: &mut [Node], pixel: Option<(u32, u32)>) {
    let stsd = find(film, "moov/trak/mdia/minf/stbl/stsd");
    let mut entries = parse(&stsd.bytes[8..]);
    let mut more = parse(&entries[0].bytes[78..]);
    more.retain(|node| &node.kind != b"pasp");
    more.extend(pixel.map(|(width, height)| leaf(b"pasp", words(&[width, height]))));
    entries[0].bytes.truncate(78);
    entries[0].bytes.extend(write(&more));
    stsd.bytes.truncate(8);
    stsd.bytes.extend(write(&entries));
}

/// Gives the first track an edit list: length in units of the film, and beginning in units of the track.
pub fn set_edits(film: &mut [Node], edits: &[(u32, i32)]) {
    let rows: Vec<u32> = edits.iter().flat_map(|(length, from)| [*length, *from as u32, 0x1_0000]).collect();
    let list = [words(&[0, edits.len() as u32]), words(&rows)].concat();
    let track = &mut find(film, "moov/trak").inside;
    track.retain(|node| &node.kind != b"edts");
    track.insert(1, Node { kind: *b"edts", bytes: Vec::new(), inside: vec![leaf(b"elst", list)] });
}
