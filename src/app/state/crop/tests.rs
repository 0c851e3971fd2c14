use strum::IntoEnumIterator as _;

use super::*;
use crate::domain::samples;

const VIEW: (u32, u32) = (4032, 3024);

fn facts(size: (u32, u32)) -> PictureFacts {
    PictureFacts { width: size.0, height: size.1, ..samples::photo_facts("boat-reference.jpg") }
}

fn open(size: (u32, u32), edit: PictureEdit) -> Crop {
    let picture = samples::stored_photo("boat-reference.jpg");
    let mut crop = Crop::new(Slot::Start, picture, AspectRatio::R16x9);
    let preview = Preview { width: 1, height: 1, rgba: vec![0; 4].into() };
    crop.read(facts(size), preview, edit);
    crop
}

fn rect(x: u32, y: u32, width: u32, height: u32) -> CropRect {
    CropRect { x, y, width, height }
}

fn is_of(rect: CropRect, ratio: AspectRatio) -> bool {
    let (across, down) = ratio.parts();
    let (width, height) = (f64::from(rect.width), f64::from(rect.height));
    (width - height * f64::from(across) / f64::from(down)).abs() <= f64::from(across.max(down)) / f64::from(down) + 1.0
}

#[test]
fn it_opens_with_the_largest_frame_of_the_clip_or_with_the_frame_before() {
    assert_eq!(open(VIEW, PictureEdit::default()).rect, rect(0, 378, 4032, 2268));
    let before = PictureEdit { crop: Some(rect(100, 200, 1600, 900)), ..PictureEdit::default() };
    assert_eq!(open(VIEW, before).rect, rect(100, 200, 1600, 900));
    // The clip got another ratio since.
    let square = PictureEdit { crop: Some(rect(100, 200, 900, 900)), ..PictureEdit::default() };
    let crop = open(VIEW, square);
    assert!(is_of(crop.rect, AspectRatio::R16x9), "{:?}", crop.rect);
    assert_eq!(crop.before, square);
}

#[test]
fn a_drag_keeps_ratio_and_opposite_corner_and_never_leaves_the_picture() {
    let start = rect(1000, 1000, 1600, 900);
    let ratio = AspectRatio::R16x9;
    for (handle, by, wanted) in [
        (Handle::BottomRight, (160.0, 0.0), rect(1000, 1000, 1760, 990)),
        (Handle::BottomRight, (0.0, 90.0), rect(1000, 1000, 1760, 990)),
        (Handle::TopLeft, (-160.0, -90.0), rect(840, 910, 1760, 990)),
        (Handle::TopRight, (160.0, 0.0), rect(1000, 910, 1760, 990)),
        (Handle::BottomLeft, (160.0, -90.0), rect(1160, 1000, 1440, 810)),
        (Handle::Right, (160.0, 500.0), rect(1000, 955, 1760, 990)),
        (Handle::Left, (160.0, 0.0), rect(1160, 1045, 1440, 810)),
        (Handle::Top, (0.0, -90.0), rect(920, 910, 1760, 990)),
        (Handle::Bottom, (0.0, 90.0), rect(920, 1000, 1760, 990)),
        // Far out it stops at the edge of the picture.
        (Handle::BottomRight, (9000.0, 9000.0), rect(1000, 1000, 3032, 1706)),
        (Handle::TopLeft, (-9000.0, -9000.0), rect(0, 437, 2600, 1463)),
        // Far in it stays large enough to be seen.
        (Handle::BottomRight, (-9000.0, -9000.0), rect(1000, 1000, 28, 16)),
    ] {
        assert_eq!(dragged(start, handle, by, ratio, VIEW), wanted, "{handle:?} by {by:?}");
    }
}

#[test]
fn whatever_is_dragged_stays_a_frame() {
    let sizes = [(1, 1), (2, 900), (17, 16), (300, 300), (4032, 3024), (8192, 10)];
    let by = [-5000.0, -7.5, 0.0, 3.0, 5000.0];
    for view in sizes {
        for ratio in AspectRatio::iter() {
            let start = largest_centered(view, ratio);
            for handle in Handle::iter() {
                for right in by {
                    for down in by {
                        let new = dragged(start, handle, (right, down), ratio, view);
                        let at = format!("{view:?} {ratio:?} {handle:?} {right} {down} {new:?}");
                        assert!(new.width >= 1 && new.height >= 1, "{at}");
                        assert!(new.x + new.width <= view.0 && new.y + new.height <= view.1, "{at}");
                        assert!(view.0.min(view.1) < 40 || is_of(new, ratio), "{at}");
                    }
                }
            }
        }
    }
}

#[test]
fn keys_move_and_resize() {
    let start = rect(10, 10, 1600, 900);
    assert_eq!(moved(start, (1, -1), VIEW), rect(11, 9, 1600, 900));
    assert_eq!(moved(start, (-100, 10_000), VIEW), rect(0, 2124, 1600, 900));
    assert_eq!(resized(rect(1000, 1000, 1600, 900), 32, AspectRatio::R16x9, VIEW), rect(984, 991, 1632, 918));
    assert_eq!(resized(rect(1000, 1000, 1600, 900), -32, AspectRatio::R16x9, VIEW), rect(1016, 1009, 1568, 882));
    let most = resized(start, 1_000_000, AspectRatio::R16x9, VIEW);
    assert_eq!((most.width, most.height), (4032, 2268));
}

#[test]
fn a_ratio_belongs_to_the_clip_and_the_whole_picture_takes_the_nearest() {
    let mut crop = open(VIEW, PictureEdit::default());
    assert_eq!(crop.ratio_of_clip(), AspectRatio::R16x9);
    crop.act(CropAct::SetRatio(AspectRatio::R1x1));
    assert_eq!((crop.rect.width, crop.rect.height), (3024, 3024));
    assert_eq!(crop.ratio_of_clip(), AspectRatio::R1x1);
    crop.act(CropAct::SetWhole(true));
    assert_eq!((crop.ratio_of_clip(), crop.wanted().crop), (AspectRatio::R4x3, None));
    // To take hold of the frame again means to crop.
    crop.act(CropAct::SetRect(rect(0, 0, 300, 300)));
    assert_eq!((crop.is_whole, crop.wanted().crop), (false, Some(rect(0, 0, 300, 300))));
}

#[test]
fn turn_and_mirror_keep_the_part_and_the_ratio_and_reset_takes_all_back() {
    let mut crop = open(VIEW, PictureEdit::default());
    crop.act(CropAct::SetRect(rect(0, 0, 1600, 900)));
    crop.act(CropAct::Mirror);
    assert_eq!((crop.rect, crop.wanted().is_mirrored), (rect(2432, 0, 1600, 900), true));
    crop.act(CropAct::Mirror);
    assert_eq!((crop.rect, crop.wanted().is_mirrored), (rect(0, 0, 1600, 900), false));
    crop.act(CropAct::Turn);
    assert_eq!((crop.view_size(), crop.edit.quarter_turns), (Some((3024, 4032)), 3));
    assert!(is_of(crop.rect, AspectRatio::R16x9), "{:?}", crop.rect);
    // The upper left of the picture is at its lower left now.
    assert!(crop.rect.x < 100 && crop.rect.y > 2000, "{:?}", crop.rect);
    for _ in 0..3 {
        crop.act(CropAct::Turn);
    }
    assert_eq!(crop.view_size(), Some(VIEW));
    crop.act(CropAct::Turn);
    crop.act(CropAct::Mirror);
    crop.act(CropAct::SetWhole(true));
    crop.act(CropAct::Reset);
    assert_eq!(crop.wanted(), PictureEdit { crop: Some(rect(0, 378, 4032, 2268)), ..PictureEdit::default() });
    crop.act(CropAct::SetRect(rect(0, 0, 1600, 900)));
    crop.act(CropAct::Center);
    assert_eq!(crop.rect, rect(1216, 1062, 1600, 900));
}

#[test]
fn before_the_picture_is_read_nothing_is_done() {
    let mut crop = open(VIEW, PictureEdit::default());
    crop.source = CropSource::Reading;
    let before = crop.clone();
    crop.act(CropAct::Turn);
    assert_eq!(crop, before);
}
