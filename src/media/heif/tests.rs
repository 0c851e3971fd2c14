use super::*;

fn fixture(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pictures");
    std::fs::read(folder.join(name)).expect("a picture")
}

#[test]
fn the_frame_leads_to_the_picture_and_to_what_belongs_to_it() {
    let plain = read(&fixture("plain.avif")).expect("a picture");
    assert_eq!((plain.size, plain.turns.len(), plain.alpha, plain.exif), ((192, 128), 0, None, None));
    // A sequence header, behind a delimiter of time or not.
    assert!(matches!(plain.data[0], 0x0a | 0x12), "{:x?}", &plain.data[..4]);
    let profile = read(&fixture("p3.avif")).expect("a picture").profile.expect("a profile");
    assert_eq!(&profile[36..40], b"acsp");
    let numbers = read(&fixture("p3-numbers.avif")).expect("a picture").cicp.expect("numbers");
    assert_eq!((numbers.0, numbers.1), (12, 13));
    assert_eq!(read(&fixture("turned.avif")).expect("a picture").turns, [Turn::Quarters(3)]);
    assert_eq!(read(&fixture("mirrored.avif")).expect("a picture").turns, [Turn::LeftRight]);
    assert!(read(&fixture("alpha.avif")).expect("a picture").alpha.is_some());
    let exif = read(&fixture("place.avif")).expect("a picture").exif.expect("EXIF data");
    assert!(crate::media::exif::tells_place(&exif));
    assert_eq!(read(&fixture("grid.heic")), Err(HeifError::Unsupported));
    for (name, kind) in [("grid.heic", b"hvc1"), ("plain.heic", b"hvc1"), ("plain.avif", b"av01")] {
        assert_eq!(kind_of_primary(&fixture(name)).as_ref(), Some(kind), "{name}");
    }
}

#[test]
fn the_pixels_of_all_tiles_are_counted() {
    // Four tiles are as much as the whole; the opacity is as much again.
    for (name, least) in [("plain.heic", 192 * 128), ("grid.heic", 192 * 128), ("alpha.heic", 2 * 192 * 128)] {
        let pixels = coded_pixels(&fixture(name)).unwrap_or_else(|| panic!("{name}"));
        assert!((least..least * 2).contains(&pixels), "{name}: {pixels}");
    }
    assert_eq!(coded_pixels(&fixture("plain.avif")), Some(0));
    assert_eq!(pixels_by_hevc(&[0; 23]), None);
    let whole = fixture("grid.heic");
    for cut in 0..whole.len() {
        let _ = coded_pixels(&whole[..cut]);
    }
}

#[test]
fn a_cut_frame_is_damaged() {
    for name in ["alpha.avif", "place.avif", "grid.heic"] {
        let whole = fixture(name);
        for cut in 0..whole.len() {
            let _ = kind_of_primary(&whole[..cut]);
            if let Ok(picture) = read(&whole[..cut]) {
                assert!(picture.data.len() <= cut);
            }
        }
        assert_eq!(read(&whole[..40]), Err(HeifError::Damaged));
    }
}

#[test]
fn pieces_that_would_grow_are_not_joined() {
    let mut file = fixture("plain.avif");
    let place = file.windows(4).position(|word| word == b"iloc").expect("places");
    // Offsets and lengths of no bytes: each of many pieces would be the whole file.
    file[place + 8] = 0;
    let _answer = read(&file);
    let tables = Tables::read(&fixture("plain.avif")).map(|tables| tables.places.len());
    assert_eq!(tables, Some(1));
    let whole = fixture("plain.avif");
    let mut tables = Tables::read(&whole).expect("tables");
    let primary = tables.primary;
    tables.places.insert(primary, Place { is_within_meta: false, pieces: vec![(0, 0), (0, 0)] });
    assert_eq!(tables.data(primary), None);
    tables.places.insert(primary, Place { is_within_meta: false, pieces: vec![(u64::MAX, 4)] });
    assert_eq!(tables.data(primary), None);
}
