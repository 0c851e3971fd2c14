use super::*;

/// An `ftyp` box that names these brands, and an empty film behind it.
fn with_brands(brands: &[&[u8; 4]]) -> Vec<u8> {
    let length = 16 + 4 * (brands.len() as u32 - 1);
    let mut bytes = [&length.to_be_bytes()[..], b"ftyp", brands[0].as_slice(), &[0; 4]].concat();
    bytes.extend(brands[1..].iter().flat_map(|brand| **brand));
    [&bytes[..], b"\0\0\0\x08moov"].concat()
}

#[test]
fn files_are_known_by_every_brand_that_they_name() {
    let picture = |format| Ok(Header { format, size: None, is_animated: false });
    for (brands, found) in [
        (&[b"avif", b"mif1", b"miaf"][..], picture(PictureFormat::Avif)),
        (&[b"mif1", b"avif", b"miaf"], picture(PictureFormat::Avif)),
        (&[b"mif1", b"miaf", b"MA1B", b"avif"], picture(PictureFormat::Avif)),
        (&[b"avis", b"avif", b"msf1"], Ok(Header { format: PictureFormat::Avif, size: None, is_animated: true })),
        (&[b"heic", b"mif1"], picture(PictureFormat::Heic)),
        (&[b"mif1", b"heic"], picture(PictureFormat::Heic)),
        (&[b"heix", b"mif1"], picture(PictureFormat::Heic)),
        (&[b"mif1", b"miaf"], Err(HeaderError::Unsupported("HEIF"))),
        (&[b"mp42", b"mp42", b"isom"], Err(HeaderError::Film)),
        (&[b"isom", b"iso2", b"avc1"], Err(HeaderError::Film)),
        (&[b"qt  "], Err(HeaderError::Film)),
        (&[b"M4V ", b"M4A "], Err(HeaderError::Film)),
        (&[b"M4A ", b"isom"], Err(HeaderError::Unsupported("Sound"))),
        (&[b"crx ", b"isom"], Err(HeaderError::Raw("CR3"))),
    ] {
        assert_eq!(read(&with_brands(brands)), found, "{brands:?}");
    }
    let whole = with_brands(&[b"mif1", b"avif"]);
    for cut in 0..whole.len() {
        let _answer = read(&whole[..cut]);
    }
}

#[test]
fn what_is_no_picture_is_named() {
    for (bytes, found) in [
        (&b"\x1a\x45\xdf\xa3\0\0\0\0webm"[..], HeaderError::Film),
        (b"RIFF\0\0\0\0AVI LIST", HeaderError::Film),
        (b"\0\0\0\x08wide\0\0\0\0mdat", HeaderError::Film),
        (b"\xff\x0a\0\0", HeaderError::Unsupported("JPEG XL")),
        (b"\0\0\0\x0cJXL \r\n\x87\n", HeaderError::Unsupported("JPEG XL")),
        (b"\0\0\0\x0cjP  \r\n\x87\n", HeaderError::Unsupported("JPEG 2000")),
        (b"8BPS\0\x01", HeaderError::Unsupported("Photoshop (PSD)")),
        (b"%PDF-1.7", HeaderError::Unsupported("PDF")),
        (b" \n<svg xmlns='http://www.w3.org/2000/svg'/>", HeaderError::Unsupported("SVG")),
        (b"<!DOCTYPE html><html>", HeaderError::Unsupported("HTML")),
        (b"FUJIFILMCCD-RAW 0201", HeaderError::Raw("RAF")),
        (b"II*\0\x10\0\0\0CR\x02\0", HeaderError::Raw("CR2")),
        (b"BM is no picture, only two letters", HeaderError::Unknown),
        (b"II*\0", HeaderError::Damaged),
        (b"hello", HeaderError::Unknown),
        (b"", HeaderError::Unknown),
    ] {
        assert_eq!(read(bytes), Err(found), "{}", String::from_utf8_lossy(bytes));
    }
}

/// A TIFF with one directory of these tags, each a 32-bit number.
fn tiff(tags: &[(u16, u32)]) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    bytes.extend((tags.len() as u16).to_le_bytes());
    for (tag, value) in tags {
        bytes.extend([&tag.to_le_bytes()[..], b"\x04\0\x01\0\0\0", &value.to_le_bytes()].concat());
    }
    [&bytes[..], &[0; 4]].concat()
}

#[test]
fn raw_camera_data_in_a_tiff_is_known() {
    assert_eq!(read(&tiff(&[(256, 40), (257, 30)])).map(|header| header.size), Ok(Some((40, 30))));
    for (tags, found) in [
        (&[(254, 1), (256, 160), (257, 120), (0xc612, 1)][..], "DNG"),
        (&[(254, 1), (256, 160), (257, 120), (0x14a, 900)], "RAW"),
        (&[(256, 4000), (257, 3000), (262, 32_803)], "RAW"),
    ] {
        assert_eq!(read(&tiff(tags)), Err(HeaderError::Raw(found)), "{tags:?}");
    }
}

#[test]
fn frames_of_a_gif_are_counted() {
    let picture = image::RgbaImage::from_pixel(3, 2, image::Rgba([1, 2, 3, 255]));
    for frames in 1..4 {
        let mut bytes = Vec::new();
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
        for _ in 0..frames {
            encoder.encode_frame(image::Frame::new(picture.clone())).expect("a frame");
        }
        drop(encoder);
        let header = read(&bytes).expect("a picture");
        assert_eq!((header.size, header.is_animated), (Some((3, 2)), frames > 1));
        assert_eq!(gif_frames(&bytes, 9), frames);
        for cut in 0..bytes.len() {
            let _answer = read(&bytes[..cut]);
        }
    }
}
