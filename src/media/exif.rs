//! Looks into EXIF data for one thing only: whether it tells where the picture was taken.

/// Whether the EXIF data (a TIFF head and its directories) has a directory of GPS data.
pub(super) fn tells_place(exif: &[u8]) -> bool {
    has_tag(exif.strip_prefix(b"Exif\0\0").unwrap_or(exif), 0x8825).unwrap_or(false)
}

fn has_tag(tiff: &[u8], tag: u16) -> Option<bool> {
    let is_little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let two = |at: usize| -> Option<u16> {
        let bytes = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let first = tiff.get(4..8)?.try_into().ok()?;
    let first = if is_little { u32::from_le_bytes(first) } else { u32::from_be_bytes(first) } as usize;
    let count = usize::from(two(first)?);
    Some((0..count).any(|entry| two(first.saturating_add(2 + entry * 12)) == Some(tag)))
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
        assert!(!tells_place(b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"));
        for cut in 0..little.len() {
            let _ = tells_place(&little[..cut]);
        }
    }
}
