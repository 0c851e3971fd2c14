use super::*;

fn rect(x: u32, y: u32, width: u32, height: u32) -> CropRect {
    CropRect { x, y, width, height }
}

#[test]
fn the_largest_part_of_a_ratio_stands_in_the_middle() {
    for (size, ratio, part) in [
        ((4032, 3024), AspectRatio::R16x9, rect(0, 378, 4032, 2268)),
        ((4032, 3024), AspectRatio::R4x3, rect(0, 0, 4032, 3024)),
        ((4032, 3024), AspectRatio::R1x1, rect(504, 0, 3024, 3024)),
        ((4032, 3024), AspectRatio::R9x16, rect(1165, 0, 1701, 3024)),
        ((1, 1), AspectRatio::R16x9, rect(0, 0, 1, 1)),
        ((8192, 1), AspectRatio::R9x16, rect(4095, 0, 1, 1)),
        ((0, 0), AspectRatio::R1x1, rect(0, 0, 1, 1)),
        ((u32::MAX, u32::MAX), AspectRatio::R1x1, rect(0, 0, u32::MAX, u32::MAX)),
    ] {
        assert_eq!(largest_centered(size, ratio), part, "{size:?} {ratio}");
    }
}

#[test]
fn rectangles_move_inside_before_they_are_cut() {
    for (before, after) in [
        (rect(10, 10, 20, 20), rect(10, 10, 20, 20)),
        (rect(90, 10, 20, 20), rect(80, 10, 20, 20)),
        (rect(90, 45, 200, 20), rect(0, 30, 100, 20)),
        (rect(u32::MAX, u32::MAX, 0, u32::MAX), rect(99, 0, 1, 50)),
    ] {
        assert_eq!(clamped(before, (100, 50)), after);
    }
    assert_eq!(clamped(rect(4, 4, 4, 4), (0, 0)), rect(0, 0, 1, 1));
}

#[test]
fn a_new_ratio_keeps_the_middle_and_the_area() {
    let square = with_ratio(rect(400, 300, 320, 180), AspectRatio::R1x1, (1920, 1080));
    assert_eq!(square, rect(440, 270, 240, 240));
    assert_eq!(with_ratio(square, AspectRatio::R16x9, (1920, 1080)), rect(400, 300, 320, 180), "and back");
    assert_eq!(with_ratio(rect(0, 0, 1920, 1080), AspectRatio::R9x16, (1920, 1080)), rect(656, 0, 608, 1080));
    // Near an edge it moves inside.
    assert_eq!(with_ratio(rect(0, 0, 90, 160), AspectRatio::R16x9, (1920, 1080)), rect(0, 35, 160, 90));
}

#[test]
fn what_is_sent_is_never_longer_than_1920() {
    let all = PictureEdit::default();
    for (size, edit, sent) in [
        ((4032, 3024), all, (1920, 1440)),
        ((3024, 4032), all, (1440, 1920)),
        ((640, 480), all, (640, 480)),
        ((4032, 3024), PictureEdit { quarter_turns: 1, ..all }, (1440, 1920)),
        ((4032, 3024), PictureEdit { quarter_turns: 7, ..all }, (1440, 1920)),
        ((4032, 3024), PictureEdit { crop: Some(rect(0, 378, 4032, 2268)), ..all }, (1920, 1080)),
        ((4032, 3024), PictureEdit { crop: Some(rect(9000, 0, 100, 9000)), ..all }, (63, 1920)),
        ((8192, 1), all, (1920, 1)),
    ] {
        assert_eq!(output_size(size, &edit), sent, "{size:?} {edit:?}");
    }
}

#[test]
fn the_nearest_ratio_is_nearest_on_both_sides_of_the_square() {
    for (size, ratio) in [
        ((4032, 3024), AspectRatio::R4x3),
        ((3024, 4032), AspectRatio::R3x4),
        ((1920, 1080), AspectRatio::R16x9),
        ((1080, 1920), AspectRatio::R9x16),
        ((1080, 2400), AspectRatio::R9x16),
        ((1000, 1010), AspectRatio::R1x1),
        ((3, 2), AspectRatio::R4x3),
        ((2, 3), AspectRatio::R3x4),
        ((0, 0), AspectRatio::R1x1),
    ] {
        assert_eq!(nearest_ratio(size), ratio, "{size:?}");
    }
}

/// Where a pixel of the upright picture is seen, by the definition: turned, then mirrored.
fn seen(edit: &PictureEdit, size: (u32, u32), (mut x, mut y): (u32, u32)) -> (u32, u32) {
    let (mut width, mut height) = size;
    for _ in 0..edit.quarter_turns {
        (x, y) = (height - 1 - y, x);
        (width, height) = (height, width);
    }
    if edit.is_mirrored { (width - 1 - x, y) } else { (x, y) }
}

#[test]
fn turns_and_mirrors_keep_the_crop_on_the_same_part() {
    let size = (40, 30);
    let pixel = (7, 3);
    for turns in 0..4 {
        for is_mirrored in [false, true] {
            let bare = PictureEdit { quarter_turns: turns, is_mirrored, ..PictureEdit::default() };
            let (x, y) = seen(&bare, size, pixel);
            let edit = PictureEdit { crop: Some(rect(x, y, 1, 1)), ..bare };
            assert_eq!(edit.crop_of_upright(size), rect(pixel.0, pixel.1, 1, 1), "{edit:?}");
            assert_eq!(bare.crop_of_upright(size), rect(0, 0, 40, 30), "{bare:?}");
            for after in [edit.turned(true, size), edit.turned(false, size), edit.mirrored(size)] {
                let (x, y) = seen(&after, size, pixel);
                assert_eq!(after.crop, Some(rect(x, y, 1, 1)), "{edit:?} → {after:?}");
            }
            // What is seen turns clockwise: the upper left corner of the view goes to the upper right.
            let view = bare.view_size(size);
            let corner = PictureEdit { crop: Some(rect(0, 0, 1, 1)), ..bare }.turned(true, size);
            assert_eq!(corner.crop, Some(rect(view.1 - 1, 0, 1, 1)));
            assert_eq!(edit.turned(true, size).turned(false, size), edit);
            assert_eq!(edit.mirrored(size).mirrored(size), edit);
        }
    }
}

#[test]
fn only_a_real_change_is_one() {
    let all = PictureEdit::default();
    assert!(all.changes_nothing((40, 30)));
    assert!(PictureEdit { crop: Some(rect(0, 0, 40, 30)), quarter_turns: 4, ..all }.changes_nothing((40, 30)));
    for edit in [
        PictureEdit { quarter_turns: 2, ..all },
        PictureEdit { is_mirrored: true, ..all },
        PictureEdit { crop: Some(rect(0, 0, 39, 30)), ..all },
    ] {
        assert!(!edit.changes_nothing((40, 30)), "{edit:?}");
    }
    let text = serde_json::to_string(&PictureEdit { ground: Ground::Black, ..all }).expect("plain");
    assert_eq!(serde_json::from_str::<PictureEdit>(&text).expect("the same").ground, Ground::Black);
}
