//! Reads the frame that HEIC and AVIF pictures come in: which item is the picture, where its data lies, and what is said of
//! it. Only still pictures of one piece are read to the end; what codes the pixels is not looked into.

use std::collections::BTreeMap;

use super::bits::{BitReader, u16_at, u32_at, u64_at};
use super::sps::without_emulation;

/// More items than these are not read; a photo of 50 megapixels has about 200.
const MAX_ITEMS: usize = 2048;
/// More pieces of one item than these are not joined.
const MAX_PIECES: usize = 256;
/// More properties than these are not read.
const MAX_PROPERTIES: usize = 1024;

/// What the frame says of the one picture to be shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HeifPicture {
    /// The coded pixels.
    pub(super) data: Vec<u8>,
    /// Width and height before any turn, in pixels.
    pub(super) size: (u32, u32),
    /// The color profile, if there is one.
    pub(super) profile: Option<Vec<u8>>,
    /// Numbers of primaries, transfer and matrix as in ITU-T H.273, and whether all values are used.
    pub(super) cicp: Option<(u16, u16, u16, bool)>,
    /// What is to be done with the pixels before they are shown, in this order.
    pub(super) turns: Vec<Turn>,
    /// The coded opacity, if there is one.
    pub(super) alpha: Option<Vec<u8>>,
    /// EXIF data, from its TIFF head on.
    pub(super) exif: Option<Vec<u8>>,
}

/// A step from the stored to the shown picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// So many quarters against the clock, 1 to 3.
    Quarters(u8),
    /// Top and bottom are exchanged.
    TopBottom,
    /// Left and right are exchanged.
    LeftRight,
}

/// Why the frame does not lead to a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeifError {
    /// It is cut off, or its tables contradict each other.
    Damaged,
    /// It is whole, but the picture is put together in a way that is not read.
    Unsupported,
}

/// The kind of coding of the picture to be shown, such as `av01`; for one of tiles that of its first tile.
pub(super) fn kind_of_primary(bytes: &[u8]) -> Option<[u8; 4]> {
    let tables = Tables::read(bytes)?;
    let kind = *tables.kinds.get(&tables.primary)?;
    if !matches!(&kind, b"grid" | b"iden" | b"iovl") {
        return Some(kind);
    }
    let tile = tables.references.iter().find(|link| &link.kind == b"dimg" && link.from == tables.primary)?;
    tables.kinds.get(tile.to.first()?).copied()
}

/// Reads the frame up to the data of the picture.
pub(super) fn read(bytes: &[u8]) -> Result<HeifPicture, HeifError> {
    let tables = Tables::read(bytes).ok_or(HeifError::Damaged)?;
    let primary = tables.primary;
    let kind = tables.kinds.get(&primary).ok_or(HeifError::Damaged)?;
    if matches!(kind, b"grid" | b"iden" | b"iovl") {
        return Err(HeifError::Unsupported);
    }
    let mut picture = HeifPicture {
        data: tables.data(primary).ok_or(HeifError::Damaged)?,
        size: (0, 0),
        profile: None,
        cicp: None,
        turns: Vec::new(),
        alpha: None,
        exif: None,
    };
    for property in tables.properties_of(primary) {
        picture.take(property);
    }
    if picture.size.0 == 0 || picture.size.1 == 0 {
        return Err(HeifError::Damaged);
    }
    let links_here = |kind: &'static [u8; 4]| {
        tables
            .references
            .iter()
            .filter(move |link| &link.kind == kind && link.to.contains(&primary))
            .map(|link| link.from)
    };
    picture.alpha = tables.opacity_of(primary).and_then(|item| tables.data(item));
    picture.exif = links_here(b"cdsc")
        .filter(|item| tables.kinds.get(item).is_some_and(|kind| kind == b"Exif"))
        .find_map(|item| {
            let data = tables.data(item)?;
            let head = (u32_at(&data, 0)? as usize).checked_add(4)?;
            data.get(head..).map(<[u8]>::to_vec)
        });
    Ok(picture)
}

/// Whether the picture is to be turned or mirrored before it is shown.
pub(super) fn is_turned(bytes: &[u8]) -> bool {
    Tables::read(bytes).is_some_and(|tables| {
        let mut properties = tables.properties_of(tables.primary);
        properties.any(|property| match &property.kind {
            b"irot" => property.content.first().is_some_and(|byte| byte & 3 != 0),
            kind => kind == b"imir",
        })
    })
}

/// Number of pixels that a decoder of HEVC makes of the picture to be shown and its opacity, all tiles together; what a tile
/// really has, not what the frame says of it. `None` when the frame or a head cannot be read, and for pictures that need another
/// one to be decoded.
pub(super) fn coded_pixels(bytes: &[u8]) -> Option<u64> {
    let tables = Tables::read(bytes)?;
    if tables.references.iter().any(|link| &link.kind == b"pred") {
        return None;
    }
    let opacity = tables.opacity_of(tables.primary);
    let mut sum = 0_u64;
    for item in [Some(tables.primary), opacity].into_iter().flatten() {
        sum = sum.saturating_add(tables.coded_pixels_of(item, 0)?);
    }
    Some(sum)
}

/// Width times height in the head of HEVC, which stands in the configuration of an item.
fn pixels_by_hevc(configuration: &[u8]) -> Option<u64> {
    const HEAD: u8 = 33;
    let mut numbers = Numbers::new(configuration);
    numbers.at = 22;
    let mut found = None;
    for _ in 0..numbers.number(1)? {
        let kind = numbers.number(1)? as u8 & 0x3f;
        for _ in 0..numbers.number(2)? {
            let length = numbers.number(2)? as usize;
            let unit = configuration.get(numbers.at..numbers.at.checked_add(length)?)?;
            numbers.at += length;
            if kind == HEAD && found.is_none() {
                found = Some(pixels_by_head(unit)?);
            }
        }
    }
    found
}

fn pixels_by_head(unit: &[u8]) -> Option<u64> {
    let plain = without_emulation(unit.get(2..)?);
    let mut bits = BitReader::new(&plain);
    bits.bits(4)?;
    // With layers in time the next part is longer; photos have none.
    if bits.bits(3)? != 0 {
        return None;
    }
    // One flag, and profile, tier and level.
    for _ in 0..97 {
        bits.bit()?;
    }
    bits.ue()?;
    if bits.ue()? == 3 {
        bits.bit()?;
    }
    Some(u64::from(bits.ue()?) * u64::from(bits.ue()?))
}

impl HeifPicture {
    fn take(&mut self, property: &Property<'_>) {
        let content = property.content;
        match &property.kind {
            b"ispe" => {
                if let (Some(width), Some(height)) = (u32_at(content, 4), u32_at(content, 8)) {
                    self.size = (width, height);
                }
            }
            b"irot" => {
                if let Some(quarters @ 1..) = content.first().map(|byte| byte & 3) {
                    self.turns.push(Turn::Quarters(quarters));
                }
            }
            b"imir" => {
                if let Some(byte) = content.first() {
                    self.turns.push(if byte & 1 == 0 { Turn::TopBottom } else { Turn::LeftRight });
                }
            }
            b"colr" => match content.get(..4) {
                Some(b"prof" | b"rICC") => self.profile = content.get(4..).map(<[u8]>::to_vec),
                Some(b"nclx") => {
                    let numbers = (u16_at(content, 4), u16_at(content, 6), u16_at(content, 8), content.get(10));
                    if let (Some(primaries), Some(transfer), Some(matrix), Some(flags)) = numbers {
                        self.cicp = Some((primaries, transfer, matrix, flags & 0x80 != 0));
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
}

/// One property of items.
struct Property<'a> {
    kind: [u8; 4],
    content: &'a [u8],
}

/// That one item stands in some relation to others.
struct Link {
    kind: [u8; 4],
    from: u32,
    to: Vec<u32>,
}

/// Where the pieces of an item lie.
struct Place {
    is_within_meta: bool,
    pieces: Vec<(u64, u64)>,
}

/// The tables of the `meta` box.
struct Tables<'a> {
    file: &'a [u8],
    /// Data that lies within the box.
    within: &'a [u8],
    primary: u32,
    kinds: BTreeMap<u32, [u8; 4]>,
    places: BTreeMap<u32, Place>,
    properties: Vec<Property<'a>>,
    /// Indices from 1, in the order in which they apply.
    owned: BTreeMap<u32, Vec<usize>>,
    references: Vec<Link>,
}

impl<'a> Tables<'a> {
    fn read(file: &'a [u8]) -> Option<Self> {
        let (_, meta) = boxes(file).find(|(kind, _)| kind == b"meta")?;
        let mut tables = Self {
            file,
            within: &[],
            primary: 0,
            kinds: BTreeMap::new(),
            places: BTreeMap::new(),
            properties: Vec::new(),
            owned: BTreeMap::new(),
            references: Vec::new(),
        };
        let mut has_primary = false;
        for (kind, content) in boxes(meta.get(4..)?) {
            match &kind {
                b"pitm" => {
                    tables.primary = Numbers::new(content).id_after_version(1)?;
                    has_primary = true;
                }
                b"iinf" => tables.read_kinds(content),
                b"iloc" => {
                    tables.read_places(content);
                }
                b"iref" => tables.read_references(content),
                b"idat" => tables.within = content,
                b"iprp" => tables.read_properties(content),
                _ => {}
            }
        }
        has_primary.then_some(tables)
    }

    fn read_kinds(&mut self, content: &'a [u8]) {
        let head = if content.first() == Some(&0) { 6 } else { 8 };
        for (_, entry) in
            boxes(content.get(head..).unwrap_or_default()).filter(|(kind, _)| kind == b"infe").take(MAX_ITEMS)
        {
            let mut numbers = Numbers::new(entry);
            if let Some(id) = numbers.id_after_version(3)
                && let Some(kind) = entry.get(numbers.at + 2..numbers.at + 6).and_then(|kind| kind.try_into().ok())
            {
                self.kinds.insert(id, kind);
            }
        }
    }

    fn read_places(&mut self, content: &'a [u8]) -> Option<()> {
        let mut numbers = Numbers::new(content);
        let version = numbers.number(1)?;
        numbers.number(3)?;
        let (sizes, more) = (numbers.number(1)? as usize, numbers.number(1)? as usize);
        let (offset, length, base) = (sizes >> 4, sizes & 15, more >> 4);
        let index = if version == 0 { 0 } else { more & 15 };
        let id = if version < 2 { 2 } else { 4 };
        let count = numbers.number(id)?;
        for _ in 0..count.min(MAX_ITEMS as u64) {
            let item = u32::try_from(numbers.number(id)?).ok()?;
            let way = if version == 0 { 0 } else { numbers.number(2)? & 15 };
            let is_elsewhere = numbers.number(2)? != 0 || way > 1;
            let base = numbers.number(base)?;
            let pieces = numbers.number(2)?;
            let mut place = Place { is_within_meta: way == 1, pieces: Vec::new() };
            for _ in 0..pieces {
                numbers.number(index)?;
                let from = base.checked_add(numbers.number(offset)?)?;
                let long = numbers.number(length)?;
                if place.pieces.len() < MAX_PIECES {
                    place.pieces.push((from, long));
                }
            }
            if !is_elsewhere {
                self.places.insert(item, place);
            }
        }
        Some(())
    }

    fn read_references(&mut self, content: &'a [u8]) {
        let id = if content.first() == Some(&0) { 2 } else { 4 };
        for (kind, entry) in boxes(content.get(4..).unwrap_or_default()).take(MAX_ITEMS) {
            let mut numbers = Numbers::new(entry);
            let (Some(from), Some(count)) = (numbers.number(id), numbers.number(2)) else { continue };
            let to = (0..count).map_while(|_| numbers.number(id)).filter_map(|to| u32::try_from(to).ok()).collect();
            self.references.push(Link { kind, from: from as u32, to });
        }
    }

    fn read_properties(&mut self, content: &'a [u8]) {
        for (kind, content) in boxes(content) {
            match &kind {
                b"ipco" => self
                    .properties
                    .extend(boxes(content).take(MAX_PROPERTIES).map(|(kind, content)| Property { kind, content })),
                b"ipma" => {
                    self.read_owned(content);
                }
                _ => {}
            }
        }
    }

    fn read_owned(&mut self, content: &'a [u8]) -> Option<()> {
        let mut numbers = Numbers::new(content);
        let version = numbers.number(1)?;
        let is_wide = numbers.number(3)? & 1 == 1;
        let count = numbers.number(4)?;
        for _ in 0..count.min(MAX_ITEMS as u64) {
            let item = numbers.number(if version == 0 { 2 } else { 4 })?;
            let properties = numbers.number(1)?;
            let mut owned = Vec::new();
            for _ in 0..properties {
                let index = if is_wide { numbers.number(2)? & 0x7fff } else { numbers.number(1)? & 0x7f };
                owned.push(index as usize);
            }
            self.owned.insert(item as u32, owned);
        }
        Some(())
    }

    fn properties_of(&self, item: u32) -> impl Iterator<Item = &Property<'a>> {
        let owned = self.owned.get(&item).map(Vec::as_slice).unwrap_or_default();
        owned.iter().filter_map(|index| self.properties.get(index.checked_sub(1)?))
    }

    /// The item that holds the opacity of another.
    fn opacity_of(&self, item: u32) -> Option<u32> {
        let is_opacity = |property: &Property<'_>| {
            let name = property.content.get(4..).unwrap_or_default();
            let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
            &property.kind == b"auxC" && (name.ends_with(b":alpha") || name == b"urn:mpeg:hevc:2015:auxid:1")
        };
        let auxiliary = self.references.iter().filter(|link| &link.kind == b"auxl" && link.to.contains(&item));
        auxiliary.map(|link| link.from).find(|from| self.properties_of(*from).any(is_opacity))
    }

    /// The pixels of an item, or of those that it is put together from.
    fn coded_pixels_of(&self, item: u32, depth: u32) -> Option<u64> {
        let kind = self.kinds.get(&item)?;
        if kind == b"hvc1" {
            // Each one that is there, since it is not known which a decoder goes by.
            let heads = self.properties_of(item).filter(|property| &property.kind == b"hvcC");
            return heads
                .map(|property| pixels_by_hevc(property.content))
                .try_fold(0, |most, pixels| Some(pixels?.max(most)));
        }
        if depth > 2 {
            return None;
        }
        let parts = self.references.iter().filter(|link| &link.kind == b"dimg" && link.from == item);
        parts
            .flat_map(|link| &link.to)
            .try_fold(0_u64, |sum, part| Some(sum.saturating_add(self.coded_pixels_of(*part, depth + 1)?)))
    }

    /// The joined pieces of an item, never longer than the file.
    fn data(&self, item: u32) -> Option<Vec<u8>> {
        let place = self.places.get(&item)?;
        let from = if place.is_within_meta { self.within } else { self.file };
        let mut data = Vec::new();
        for (start, length) in &place.pieces {
            let start = usize::try_from(*start).ok()?;
            let piece = if *length == 0 {
                from.get(start..)?
            } else {
                from.get(start..start.checked_add(usize::try_from(*length).ok()?)?)?
            };
            if data.len() + piece.len() > self.file.len() {
                return None;
            }
            data.extend_from_slice(piece);
        }
        Some(data)
    }
}

/// Boxes one after another, each with its kind and content, as far as they lie within the bytes.
fn boxes(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let kind = rest.get(4..8)?.try_into().ok()?;
        let (head, size) = match u32_at(rest, 0)? {
            0 => (8, rest.len()),
            1 => (16, usize::try_from(u64_at(rest, 8)?).ok()?),
            size => (8, size as usize),
        };
        let content = rest.get(head..size)?;
        rest = &rest[size..];
        Some((kind, content))
    })
}

/// Big-endian numbers one after another.
struct Numbers<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Numbers<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// A number of so many bytes, 0 to 8; of none it is 0.
    fn number(&mut self, length: usize) -> Option<u64> {
        let bytes = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// The number of an item behind version and flags: of four bytes from version `wide` on, else of two.
    fn id_after_version(&mut self, wide: u64) -> Option<u32> {
        let version = self.number(1)?;
        self.number(3)?;
        u32::try_from(self.number(if version >= wide { 4 } else { 2 })?).ok()
    }
}

#[cfg(test)]
mod tests;
