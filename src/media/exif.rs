//! Reads the few things that matter here from EXIF data, which is a TIFF head with directories of tags.

/// A TIFF file or EXIF data. Nothing in it is trusted: what lies outside is not there.
pub(super) struct Tiff<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

impl<'a> Tiff<'a> {
    /// `None` when it does not begin like one. The words that JPEG files put before it may be there.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let bytes = bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes);
        match bytes.get(..4)? {
            b"II*\0" => Some(Self { bytes, is_little: true }),
            b"MM\0*" => Some(Self { bytes, is_little: false }),
            _ => None,
        }
    }

    /// Place of the first directory.
    pub(super) fn first(&self) -> Option<usize> {
        self.four(4).map(|at| at as usize)
    }

    /// Whether the directory at `directory` has the tag.
    pub(super) fn has(&self, directory: usize, tag: u16) -> bool {
        self.entry(directory, tag).is_some()
    }

    /// A tag's first whole number, of one, two or four bytes.
    pub(super) fn number(&self, directory: usize, tag: u16) -> Option<u32> {
        let entry = self.entry(directory, tag)?;
        let count = self.four(entry + 4)? as usize;
        let each = match self.two(entry + 2)? {
            1 | 2 | 7 => 1,
            3 => 2,
            4 | 13 => 4,
            _ => return None,
        };
        let at = if count.checked_mul(each)? <= 4 { entry + 8 } else { self.four(entry + 8)? as usize };
        match each {
            1 => self.bytes.get(at).copied().map(u32::from),
            2 => self.two(at).map(u32::from),
            _ => self.four(at),
        }
    }

    /// The bytes of a tag's value.
    pub(super) fn value(&self, directory: usize, tag: u16) -> Option<&'a [u8]> {
        let entry = self.entry(directory, tag)?;
        let each = match self.two(entry + 2)? {
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => 1,
        };
        let length = (self.four(entry + 4)? as usize).checked_mul(each)?;
        let at = if length <= 4 { entry + 8 } else { self.four(entry + 8)? as usize };
        self.bytes.get(at..at.checked_add(length)?)
    }

    /// A tag's numbers of two bytes each.
    pub(super) fn numbers_of_two(&self, directory: usize, tag: u16) -> Option<Vec<u16>> {
        let entry = self.entry(directory, tag)?;
        if self.two(entry + 2)? != 3 {
            return None;
        }
        let number =
            |pair: &[u8; 2]| if self.is_little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) };
        Some(self.value(directory, tag)?.as_chunks::<2>().0.iter().map(number).collect())
    }

    /// Where the two bytes of a tag's only number lie.
    pub(super) fn place_of_small_number(&self, directory: usize, tag: u16) -> Option<usize> {
        let entry = self.entry(directory, tag)?;
        (self.two(entry + 2)? == 3 && self.four(entry + 4)? == 1).then_some(entry + 8)
    }

    /// Place of the entry of a tag.
    fn entry(&self, directory: usize, tag: u16) -> Option<usize> {
        let count = usize::from(self.two(directory)?);
        (0..count).map(|index| directory.saturating_add(2 + index * 12)).find(|entry| self.two(*entry) == Some(tag))
    }

    fn two(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn four(&self, at: usize) -> Option<u32> {
        let bytes = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }
}

/// How the picture is to be turned, 1 to 8, by EXIF data or the first directory of a TIFF file.
pub(super) fn orientation(exif: &[u8]) -> Option<u8> {
    let tiff = Tiff::new(exif)?;
    let value = tiff.number(tiff.first()?, 0x112)?;
    u8::try_from(value).ok().filter(|value| (1..=8).contains(value))
}

/// Whether the EXIF data has a directory of GPS data.
pub(super) fn tells_place(exif: &[u8]) -> bool {
    let has = |exif| {
        let tiff = Tiff::new(exif)?;
        Some(tiff.has(tiff.first()?, 0x8825))
    };
    has(exif).unwrap_or(false)
}

/// Whether the EXIF data says that the numbers mean colors of Adobe RGB, as cameras do that embed no profile.
pub(super) fn says_adobe_rgb(exif: &[u8]) -> bool {
    let says = |exif| {
        let tiff = Tiff::new(exif)?;
        let camera = tiff.number(tiff.first()?, 0x8769)? as usize;
        let rules = tiff.number(camera, 0xa005).map(|at| at as usize);
        let is_r03 = rules.and_then(|at| tiff.value(at, 1)).is_some_and(|value| value.starts_with(b"R03"));
        Some(is_r03 || tiff.number(camera, 0xa001) == Some(2))
    };
    says(exif).unwrap_or(false)
}

/// Words of XMP packets that tell a place.
const XMP_PLACES: [&[u8]; 6] = [
    b"GPSLatitude",
    b"GPSLongitude",
    b"photoshop:City",
    b"photoshop:Country",
    b"Iptc4xmpCore:Location",
    b"Iptc4xmpExt:Location",
];

/// Numbers of the IPTC fields that tell a place: code, name, city, part of the city, state, code and name of the country.
const IPTC_PLACES: [u8; 7] = [26, 27, 90, 92, 95, 100, 101];

/// Whether any text in a file tells a place: an XMP packet or IPTC data, wherever the format keeps them.
pub(super) fn text_tells_place(file: &[u8]) -> bool {
    let mut rest = file;
    // Each word begins with one of few letters, so that most of the file is passed quickly.
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'G' | b'p' | b'I' | b'8')) {
        rest = &rest[at..];
        if XMP_PLACES.iter().any(|word| rest.starts_with(word)) {
            return true;
        }
        if rest.starts_with(b"8BIM\x04\x04") && iptc_tells_place(&rest[6..]) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

/// Whether a block of IPTC data, from its name on, has a field of a place.
fn iptc_tells_place(block: &[u8]) -> bool {
    let tells = || {
        // A name, padded to an even length with its own, and a length.
        let name = usize::from(*block.first()?) | 1;
        let length = block.get(name + 1..name + 5)?.try_into().ok().map(u32::from_be_bytes)? as usize;
        let fields = block.get(name + 5..)?;
        let fields = &fields[..length.min(fields.len())];
        let mut at = 0;
        while let Some([0x1c, record, field, high, low]) = fields.get(at..at + 5) {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            if *record == 2 && IPTC_PLACES.contains(field) && length > 0 {
                return Some(true);
            }
            at += 5 + length;
        }
        None
    };
    tells().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gps_directory_is_found_in_both_byte_orders() {
        let little = b"II*\0\x08\0\0\0\x01\0\x25\x88\x04\0\x01\0\0\0\x1a\0\0\0";
        let big = b"MM\0*\0\0\0\x08\0\x01\x88\x25\0\x04\0\0\0\x01\0\0\0\x1a";
        assert!(tells_place(little) && tells_place(big));
        assert!(tells_place(&[b"Exif\0\0", &little[..]].concat()));
        let turned = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        assert!(!tells_place(turned));
        assert_eq!((orientation(turned), orientation(little)), (Some(6), None));
        for cut in 0..little.len() {
            let _ = (tells_place(&little[..cut]), orientation(&turned[..cut]), says_adobe_rgb(&big[..cut]));
        }
    }

    #[test]
    fn places_in_texts_are_found() {
        let iptc = |field: u8, text: &[u8]| {
            let content = [&[0x1c, 2, field, 0, text.len() as u8], text].concat();
            [&b"Photoshop 3.0\08BIM\x04\x04\0\0"[..], &(content.len() as u32).to_be_bytes(), &content].concat()
        };
        for (file, tells) in [
            (b"<rdf exif:GPSLatitude='52,31N'/>".to_vec(), true),
            (b"<photoshop:City>Berlin</photoshop:City>".to_vec(), true),
            (b"<dc:title>GPS for all 8BIM\x04</dc:title>".to_vec(), false),
            (iptc(90, b"Berlin"), true),
            (iptc(101, b""), false),
            (iptc(120, b"A caption"), false),
            (iptc(90, b"Berlin")[..22].to_vec(), false),
            (Vec::new(), false),
        ] {
            assert_eq!(text_tells_place(&file), tells, "{}", String::from_utf8_lossy(&file));
        }
        let whole = iptc(90, b"Berlin");
        for cut in 0..whole.len() {
            let _ = text_tells_place(&whole[..cut]);
        }
    }
}
