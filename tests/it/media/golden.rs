//! A picture of every format and variant that can be imported, against the colors in which ImageMagick shows it.

use std::path::{Path, PathBuf};

use rushes::domain::picture_edit::{CropRect, Ground, PictureEdit};
use rushes::domain::request::PictureType;
use rushes::media::fuzzing;
use rushes::media::{
    PreparedPicture, edit_picture_again, import_picture, import_picture_edited, import_pixels_edited, inspect_picture,
    inspect_pixels, reopen_picture,
};

/// Colors that differ by less are the same to nearly everybody.
const MAX_DIFFERENCE: f64 = 2.0;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pictures").join(name)
}

/// Lightness and two colors of CIE L*a*b* for white of D65.
fn lab([red, green, blue]: [u8; 3]) -> [f64; 3] {
    let light = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let (red, green, blue) = (light(red), light(green), light(blue));
    let root = |value: f64| {
        if value > 216.0 / 24389.0 { value.cbrt() } else { (24389.0 / 27.0 * value + 16.0) / 116.0 }
    };
    let x = root((0.412_456_4 * red + 0.357_576_1 * green + 0.180_437_5 * blue) / 0.950_47);
    let y = root(0.212_672_9 * red + 0.715_152_2 * green + 0.072_175 * blue);
    let z = root((0.019_333_9 * red + 0.119_192 * green + 0.950_304_1 * blue) / 1.088_83);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The difference of two colors by CIEDE2000.
fn difference(first: [u8; 3], second: [u8; 3]) -> f64 {
    difference_of_lab(lab(first), lab(second))
}

fn difference_of_lab([l1, a1, b1]: [f64; 3], [l2, a2, b2]: [f64; 3]) -> f64 {
    let chroma = (a1.hypot(b1) + a2.hypot(b2)) / 2.0;
    let g = 0.5 * (1.0 - (chroma.powi(7) / (chroma.powi(7) + 25_f64.powi(7))).sqrt());
    let (a1, a2) = (a1 * (1.0 + g), a2 * (1.0 + g));
    let (c1, c2) = (a1.hypot(b1), a2.hypot(b2));
    let angle = |a: f64, b: f64| if a == 0.0 && b == 0.0 { 0.0 } else { b.atan2(a).to_degrees().rem_euclid(360.0) };
    let (h1, h2) = (angle(a1, b1), angle(a2, b2));
    let is_gray = c1 * c2 == 0.0;
    let turn = match h2 - h1 {
        _ if is_gray => 0.0,
        turn if turn > 180.0 => turn - 360.0,
        turn if turn < -180.0 => turn + 360.0,
        turn => turn,
    };
    let (dl, dc, dh) = (l2 - l1, c2 - c1, 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin());
    let (l, c) = ((l1 + l2) / 2.0, (c1 + c2) / 2.0);
    let h = match (h1 - h2).abs() {
        _ if is_gray => h1 + h2,
        apart if apart <= 180.0 => (h1 + h2) / 2.0,
        _ if h1 + h2 < 360.0 => (h1 + h2 + 360.0) / 2.0,
        _ => (h1 + h2 - 360.0) / 2.0,
    };
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(h - 30.0) + 0.24 * cos(2.0 * h) + 0.32 * cos(3.0 * h + 6.0) - 0.2 * cos(4.0 * h - 63.0);
    let sl = 1.0 + 0.015 * (l - 50.0).powi(2) / (20.0 + (l - 50.0).powi(2)).sqrt();
    let (sc, sh) = (1.0 + 0.045 * c, 1.0 + 0.015 * c * t);
    let rc = 2.0 * (c.powi(7) / (c.powi(7) + 25_f64.powi(7))).sqrt();
    let rt = -rc * (60.0 * (-((h - 275.0) / 25.0).powi(2)).exp()).to_radians().sin();
    let (l, c, h) = (dl / sl, dc / sc, dh / sh);
    (l * l + c * c + h * h + rt * c * h).sqrt()
}

#[test]
fn the_measure_of_difference_is_that_of_the_standard() {
    // From the paper of Sharma, Wu and Dalal, which gives such pairs for this purpose.
    for (first, second, wanted) in [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, -1.0, 2.0], [50.0, 0.0, 0.0], 2.3669),
        ([50.0, 2.49, -0.001], [50.0, -2.49, 0.0009], 7.1792),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
        ([90.8027, -2.0831, 1.441], [91.1528, -1.6435, 0.0447], 1.4441),
        ([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082),
    ] {
        let found = difference_of_lab(first, second);
        assert!((found - wanted).abs() < 0.0001, "{first:?} {second:?}: {found}");
    }
    let [l, a, b] = lab([255, 0, 0]);
    assert!((l - 53.24).abs() < 0.01 && (a - 80.09).abs() < 0.01 && (b - 67.2).abs() < 0.01, "{l} {a} {b}");
}

/// Each line of the table: the file, and the colors of its 24 patches.
fn table() -> Vec<(String, Vec<[u8; 3]>)> {
    let text = std::fs::read_to_string(fixture("golden.txt")).expect("the table");
    let color = |word: &str| {
        let number = u32::from_str_radix(word, 16).expect("a color");
        [(number >> 16) as u8, (number >> 8) as u8, number as u8]
    };
    text.lines()
        .map(|line| {
            let mut words = line.split(' ');
            let name = words.next().expect("a name").to_owned();
            assert!(matches!(words.next(), Some("magick" | "truth")), "{line}");
            let colors: Vec<_> = words.map(color).collect();
            assert_eq!(colors.len(), 24, "{line}");
            (name, colors)
        })
        .collect()
}

/// Size of every golden picture.
const SIZE: (u32, u32) = (192, 128);

/// The middle of each of 6 × 4 patches.
fn patches(picture: &image::RgbImage) -> Vec<[u8; 3]> {
    let side = picture.width() / 6;
    let middle = |index: u32| picture.get_pixel(index % 6 * side + side / 2, index / 6 * side + side / 2).0;
    (0..24).map(middle).collect()
}

fn stored(prepared: &PreparedPicture, inputs: &Path) -> image::RgbImage {
    image::open(inputs.join(prepared.picture.file_name())).expect("the stored picture").into_rgb8()
}

#[test]
fn every_format_and_variant_keeps_its_colors() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut failures, mut worst) = (Vec::new(), (0.0_f64, String::new()));
    let table = table();
    for (name, colors) in &table {
        let prepared = match import_picture(&fixture(name), folder.path()) {
            Ok(prepared) => prepared,
            Err(error) => {
                failures.push(format!("{name}: {error}"));
                continue;
            }
        };
        // Those without compression are smaller.
        let size = if name.ends_with("bmp") { (48, 32) } else { SIZE };
        if (prepared.picture.width, prepared.picture.height) != size {
            failures.push(format!("{name}: {} × {}", prepared.picture.width, prepared.picture.height));
            continue;
        }
        let seen = patches(&stored(&prepared, folder.path()));
        for (index, (seen, wanted)) in seen.into_iter().zip(colors).enumerate() {
            let apart = difference(seen, *wanted);
            if apart >= MAX_DIFFERENCE {
                failures.push(format!("{name}, patch {index}: {seen:?} for {wanted:?}, {apart:.2}"));
            } else if apart > worst.0 {
                worst = (apart, format!("{name}, patch {index}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(table.len() > 60, "only {}", table.len());
    println!("{} pictures, the largest difference is {:.2} ({})", table.len(), worst.0, worst.1);
}

#[test]
fn what_was_done_is_told_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, wanted) in [
        ("plain.jpg", &[][..]),
        ("plain.png", &[]),
        ("plain.heic", &[]),
        ("plain.avif", &[]),
        ("motion.jpg", &[]),
        ("p3.jpg", &["colors converted from Display P3"]),
        ("p3.webp", &["colors converted from Display P3"]),
        ("p3-numbers.png", &["colors converted from Display P3"]),
        ("p3.heic", &["colors converted from Display P3"]),
        ("p3-numbers.avif", &["colors converted from Display P3"]),
        ("adobe-rgb.jpg", &["colors converted from Adobe RGB (1998)"]),
        ("adobe-mark.jpg", &["colors converted from Adobe RGB"]),
        ("gray-profile.jpg", &["colors converted from Gray 1.8"]),
        ("cmyk-bare.jpg", &["colors converted from CMYK"]),
        ("cmyk-profile.tif", &["colors converted from Small press"]),
        ("broken-profile.jpg", &["the color profile cannot be used and was left out"]),
        ("turned.jpg", &["turned upright", "place data removed"]),
        ("turned.png", &["turned upright", "place data removed"]),
        ("turned.webp", &["turned upright", "place data removed"]),
        ("turned.tif", &["turned upright", "place data removed"]),
        ("turned.heic", &["turned upright"]),
        ("turned.avif", &["turned upright"]),
        ("place.heic", &["place data removed"]),
        ("place.avif", &["place data removed"]),
        ("place-iptc.jpg", &["place data removed"]),
        ("place-xmp.jpg", &["place data removed"]),
        ("animated.gif", &["first frame of an animation"]),
        ("animated.png", &["first frame of an animation"]),
        ("animated.webp", &["first frame of an animation"]),
        ("alpha.gif", &["transparent parts are white now"]),
        ("alpha.heic", &["transparent parts are white now"]),
        ("alpha.avif", &["transparent parts are white now"]),
        ("alpha.tif", &["transparent parts are white now"]),
    ] {
        let prepared = import_picture(&fixture(name), folder.path()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let told: Vec<_> = prepared.remarks.iter().filter(|remark| !remark.contains('→')).collect();
        assert_eq!(told, wanted, "{name}");
    }
}

#[test]
fn facts_are_known_before_a_picture_is_taken() {
    for (name, format, is_transparent, tells_place, is_animated, profile) in [
        ("plain.jpg", "JPEG", false, false, false, None),
        ("turned.png", "PNG", false, true, false, None),
        ("animated.webp", "WebP", false, false, true, None),
        ("alpha.gif", "GIF", true, false, false, None),
        ("plain.bmp", "BMP", false, false, false, None),
        ("p3.tif", "TIFF", false, false, false, Some("Display P3")),
        ("place.avif", "AVIF", false, true, false, None),
        ("grid.heic", "HEIC", false, false, false, None),
    ] {
        let seen = inspect_picture(&fixture(name), 48).unwrap_or_else(|error| panic!("{name}: {error}"));
        let facts = &seen.facts;
        let size = if format == "BMP" { (48, 32) } else { SIZE };
        assert_eq!((facts.format.as_str(), facts.size(), facts.display_name.as_str()), (format, size, name));
        assert_eq!(
            (facts.is_transparent, facts.tells_place, facts.is_animated, facts.profile.as_deref()),
            (is_transparent, tells_place, is_animated, profile),
            "{name}"
        );
        assert_eq!(facts.size_bytes, std::fs::metadata(fixture(name)).expect("the file").len());
        assert_eq!((seen.preview_width, seen.preview_height), (48, 32), "{name}");
        assert_eq!(seen.preview_rgba.len(), 48 * 32 * 4);
    }
}

/// Patch `index` of the table for plain pictures.
fn patch(index: usize) -> [u8; 3] {
    table().into_iter().find(|(name, _)| name == "plain.png").expect("a plain picture").1[index]
}

#[test]
fn a_crop_is_of_the_turned_and_mirrored_picture_and_can_be_opened_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let inputs = folder.path();
    // Turned clockwise, patch 0 (top left) is at the top right; mirrored, at the top left again.
    let edit = PictureEdit {
        crop: Some(CropRect { x: 0, y: 0, width: 32, height: 64 }),
        quarter_turns: 1,
        is_mirrored: true,
        ground: Ground::White,
    };
    let prepared = import_picture_edited(&fixture("turned.png"), &edit, inputs).expect("a picture");
    assert_eq!((prepared.picture.width, prepared.picture.height), (32, 64));
    assert_eq!(prepared.remarks[0], "192 × 128 → 32 × 64");
    let seen = stored(&prepared, inputs);
    for (y, index) in [(16, 0), (48, 1)] {
        assert!(difference(seen.get_pixel(16, y).0, patch(index)) < 2.0, "patch {index}");
    }

    let (again, known) = reopen_picture(&prepared.picture, inputs, 1000).expect("the whole picture");
    assert_eq!(known, edit);
    assert_eq!((again.facts.size(), again.preview_width, again.preview_height), (SIZE, 192, 128));
    assert!(again.facts.tells_place && again.facts.format == "PNG" && again.facts.display_name == "turned.png");

    // Another crop of the whole picture, twice: nothing is lost on the way.
    let mut picture = prepared.picture;
    for (x, index) in [(32, 1), (64, 2), (160, 5)] {
        let edit = PictureEdit { crop: Some(CropRect { x, y: 0, width: 32, height: 32 }), ..PictureEdit::default() };
        let next = edit_picture_again(&picture, &edit, inputs).expect("the next");
        assert_eq!((next.picture.width, next.picture.height), (32, 32));
        assert!(difference(stored(&next, inputs).get_pixel(16, 16).0, patch(index)) < 2.0, "patch {index}");
        picture = next.picture;
    }
    let wholes = std::fs::read_dir(inputs)
        .expect("the folder")
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("whole-"))
        .inspect(|entry| {
            let bytes = std::fs::read(entry.path()).expect("the whole picture");
            assert!(!bytes.windows(4).any(|word| word == b"Exif" || word == b"eXIf"), "it tells a place");
        })
        .count();
    assert_eq!(wholes, 1, "the whole picture is kept once");
}

#[test]
fn a_picture_whose_whole_is_gone_is_opened_as_it_was_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let inputs = folder.path();
    let plain = import_picture(&fixture("plain.jpg"), inputs).expect("a picture");
    let (seen, edit) = reopen_picture(&plain.picture, inputs, 96).expect("the stored one");
    assert_eq!((seen.facts.size(), edit), (SIZE, PictureEdit::default()));
    assert_eq!(std::fs::read_dir(inputs).expect("the folder").count(), 1, "nothing is kept of a whole picture");

    let edit = PictureEdit { crop: Some(CropRect { x: 0, y: 0, width: 32, height: 32 }), ..PictureEdit::default() };
    let cropped = import_picture_edited(&fixture("plain.jpg"), &edit, inputs).expect("a part");
    for entry in std::fs::read_dir(inputs).expect("the folder").filter_map(Result::ok) {
        if entry.file_name().to_string_lossy().starts_with("whole-") {
            std::fs::write(entry.path(), b"other").expect("changed");
        }
    }
    let (seen, edit) = reopen_picture(&cropped.picture, inputs, 96).expect("the stored one");
    assert_eq!((seen.facts.size(), edit), ((32, 32), PictureEdit::default()));
    std::fs::remove_file(inputs.join(cropped.picture.file_name())).expect("removed");
    assert!(reopen_picture(&cropped.picture, inputs, 96).expect_err("gone").0.contains("gone"));
}

#[test]
fn transparent_parts_stand_on_the_chosen_ground() {
    let folder = tempfile::tempdir().expect("a folder");
    let inputs = folder.path();
    let pixels: Vec<u8> = (0..16 * 16).flat_map(|_| [200, 100, 50, 128]).collect();
    let seen = inspect_pixels(16, 16, &pixels, 100).expect("pixels");
    assert!(seen.facts.is_transparent && seen.preview_rgba == pixels);
    for (ground, color, word) in [
        (Ground::White, [227, 177, 152], "transparent parts are white now"),
        (Ground::Black, [100, 50, 25], "transparent parts are black now"),
    ] {
        let edit = PictureEdit { ground, ..PictureEdit::default() };
        let prepared = import_pixels_edited(16, 16, &pixels, &edit, inputs).expect("a picture");
        assert_eq!(prepared.remarks, [word]);
        assert_eq!(prepared.picture.picture_type, PictureType::Png);
        assert_eq!(stored(&prepared, inputs).get_pixel(3, 3).0, color);
        // The ground can be changed later: the opacity is kept.
        let other = PictureEdit { ground: if ground == Ground::White { Ground::Black } else { Ground::White }, ..edit };
        let changed = edit_picture_again(&prepared.picture, &other, inputs).expect("the other ground");
        assert_ne!(stored(&changed, inputs).get_pixel(3, 3).0, color);
    }
}

#[test]
fn films_and_other_kinds_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    for (content, words) in [
        (&b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08moov"[..], "This is a film. Take a frame of it"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  \0\0\0\x08moov", "This is a film"),
        (b"\0\0\0\x14ftypcrx \0\0\0\x01crx ", "camera data (CR3)"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"8BPS\0\x01\0\0", "Photoshop"),
        (b"%PDF-1.7", "PDF"),
    ] {
        // The name says nothing: what counts is inside.
        let file = folder.path().join("photo.jpg");
        std::fs::write(&file, content).expect("written");
        let error = import_picture(&file, folder.path()).expect_err(words);
        assert!(error.0.contains(words) && error.0.ends_with('.'), "{error}");
    }
}

#[test]
fn cut_files_of_every_format_are_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cut");
    for name in [
        "plain.gif",
        "plain.tif",
        "palette.tif",
        "runs.bmp",
        "p3.heic",
        "grid.heic",
        "alpha.heic",
        "ycck-bare.jpg",
        "p3.png",
    ] {
        let bytes = std::fs::read(fixture(name)).expect("a picture");
        for length in (0..bytes.len()).step_by(7) {
            std::fs::write(&file, &bytes[..length]).expect("written");
            if let Err(error) = import_picture(&file, folder.path()) {
                assert!(error.0.ends_with('.'), "{name} cut to {length}: {error}");
            }
        }
    }
}

#[test]
fn changed_files_of_every_format_are_answered_without_a_panic() {
    // A few at each run of the tests; `./dev fuzz` goes on for as long as one likes.
    let runs = std::env::var("RUSHES_PICTURE_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(3);
    let mut state = 7_u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below.max(1)
    };
    let (mut used, mut slowest) = (0, (std::time::Duration::ZERO, String::new()));
    for (name, _) in table() {
        // Those go to another process.
        if name.ends_with("avif") {
            continue;
        }
        let whole = std::fs::read(fixture(&name)).expect("a picture");
        for _ in 0..runs {
            let mut bytes = whole.clone();
            for _ in 0..=draw(8) {
                let at = draw(bytes.len());
                match draw(5) {
                    0 => bytes[at] ^= 1 << draw(8),
                    1 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][draw(5)],
                    2 => bytes.truncate(at.max(1)),
                    3 => drop(bytes.drain(at..(at + draw(9)).min(bytes.len()))),
                    _ => {
                        let piece: Vec<u8> = bytes[at..(at + draw(40)).min(bytes.len())].to_vec();
                        let to = draw(bytes.len());
                        bytes.splice(to..to, piece);
                    }
                }
                if bytes.is_empty() {
                    bytes.push(0);
                }
            }
            let began = std::time::Instant::now();
            // A panic is not caught there.
            let size = std::panic::catch_unwind(|| fuzzing::picture(&bytes)).unwrap_or_else(|_| {
                let (_, kept) = tempfile::NamedTempFile::new().expect("a file").keep().expect("kept");
                std::fs::write(&kept, &bytes).expect("written");
                panic!("{name}: see {}", kept.display())
            });
            if began.elapsed() > slowest.0 {
                slowest = (began.elapsed(), name.clone());
            }
            used += usize::from(size.is_some_and(|(width, height)| width > 0 && height > 0));
            let _ = (fuzzing::picture_head(&bytes), fuzzing::heif_picture(&bytes), fuzzing::exif(&bytes));
            let _ = fuzzing::profile(&bytes);
        }
    }
    assert!(used > 0, "nothing could be read");
    println!("{used} could be read, the slowest took {:?} ({})", slowest.0, slowest.1);
}
