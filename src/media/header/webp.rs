//! The head of WebP files.

/// Width, height, and whether the picture moves.
pub(super) fn size(bytes: &[u8]) -> Option<(u32, u32, bool)> {
    let three = |at: usize| {
        Some(u32::from(*bytes.get(at)?) | u32::from(*bytes.get(at + 1)?) << 8 | u32::from(*bytes.get(at + 2)?) << 16)
    };
    match bytes.get(12..16)? {
        b"VP8X" => {
            let is_animated = bytes.get(20)? & 2 != 0 || bytes.windows(4).take(4096).any(|window| window == b"ANIM");
            Some((three(24)? + 1, three(27)? + 1, is_animated))
        }
        b"VP8L" => {
            let packed = u32::from_le_bytes(bytes.get(21..25)?.try_into().ok()?);
            Some(((packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1, false))
        }
        b"VP8 " => {
            let two = |at: usize| Some(u32::from(*bytes.get(at)?) | u32::from(*bytes.get(at + 1)?) << 8);
            Some((two(26)? & 0x3fff, two(28)? & 0x3fff, false))
        }
        _ => None,
    }
}
