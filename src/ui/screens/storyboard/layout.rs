//! Where the shots of a storyboard stand: rows of one height, as many shots in each as fit.

use egui::{Pos2, Rect, Vec2};

/// Room between two shots of a row, in points. The joint is drawn in it.
pub(super) const GAP: f32 = 28.0;
/// Height of the two lines below a picture, in points.
pub(super) const LINES: f32 = 40.0;
/// Room between two rows, in points.
pub(super) const BETWEEN: f32 = 16.0;
/// Least and most width of a picture, in points.
const WIDTHS: std::ops::RangeInclusive<f32> = 96.0..=420.0;

/// The pictures of all shots, in their order, from the upper left corner of the board.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shots {
    pub pictures: Vec<Rect>,
    /// Height of a picture, in points.
    height: f32,
}

/// Lays out shots of these shapes, width ÷ height, with pictures of this height, in rows that are so wide at most.
pub(super) fn arrange(shapes: impl Iterator<Item = f32>, height: f32, width: f32) -> Shots {
    let mut at = Pos2::ZERO;
    let mut pictures = Vec::new();
    for shape in shapes {
        let wide = (height * shape).round().clamp(*WIDTHS.start(), WIDTHS.end().min(width.max(*WIDTHS.start())));
        if at.x > 0.0 && at.x + wide > width {
            at = Pos2::new(0.0, at.y + height + LINES + BETWEEN);
        }
        pictures.push(Rect::from_min_size(at, Vec2::new(wide, height)));
        at.x += wide + GAP;
    }
    Shots { pictures, height }
}

impl Shots {
    /// Height of the whole board.
    pub(super) fn total_height(&self) -> f32 {
        self.pictures.last().map_or(0.0, |last| last.bottom() + LINES)
    }

    /// The shots whose rows reach between these two heights.
    pub(super) fn visible(&self, top: f32, bottom: f32) -> std::ops::Range<usize> {
        let first = self.pictures.partition_point(|picture| picture.bottom() + LINES < top);
        let last = self.pictures.partition_point(|picture| picture.top() <= bottom);
        first..last.max(first)
    }

    /// The place before which a shot would land that is dropped here.
    pub(super) fn drop_place(&self, at: Pos2) -> usize {
        let row = self.height + LINES + BETWEEN / 2.0;
        let above = self.pictures.partition_point(|picture| picture.top() + row < at.y);
        let Some(first) = self.pictures.get(above) else { return self.pictures.len() };
        let end = above + self.pictures[above..].partition_point(|picture| picture.top() <= first.top());
        above + self.pictures[above..end].partition_point(|picture| picture.center().x < at.x)
    }

    /// The line that marks this place: at the left of its shot, or at the right of the last of the row before where the
    /// pointer is there.
    pub(super) fn mark(&self, place: usize, pointer: Pos2) -> Option<Rect> {
        let before = place.checked_sub(1).and_then(|place| self.pictures.get(place));
        let behind = self.pictures.get(place);
        let is_at_end = |before: &&Rect| {
            behind.is_none_or(|behind| behind.top() > before.top() && pointer.y < behind.top() - BETWEEN / 2.0)
        };
        let (x, picture) = match (before.filter(is_at_end), behind) {
            (Some(before), _) => (before.right() + GAP / 2.0, before),
            (None, Some(behind)) if behind.left() == 0.0 => (-6.0, behind),
            (None, Some(behind)) => (behind.left() - GAP / 2.0, behind),
            (None, None) => return None,
        };
        Some(Rect::from_min_max(Pos2::new(x - 1.0, picture.top()), Pos2::new(x + 1.0, picture.bottom())))
    }

    /// The shot in the row above or below that is nearest to this one.
    pub(super) fn beside_row(&self, place: usize, is_down: bool) -> Option<usize> {
        let here = self.pictures.get(place)?;
        let row = if is_down {
            self.pictures.iter().find(|picture| picture.top() > here.top())?.top()
        } else {
            self.pictures[..place].iter().rev().find(|picture| picture.top() < here.top())?.top()
        };
        let distance = |picture: &Rect| (picture.center().x - here.center().x).abs();
        let of_row = self.pictures.iter().enumerate().filter(|(_, picture)| picture.top() == row);
        of_row.min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b))).map(|(index, _)| index)
    }
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    /// Seven shots of 100 × 100 in rows of three.
    fn seven() -> Shots {
        arrange([1.0; 7].into_iter(), 100.0, 360.0)
    }

    #[test]
    fn rows_hold_as_many_as_fit_and_the_narrowest_window_holds_one() {
        let tops: Vec<f32> = seven().pictures.iter().map(|picture| picture.top()).collect();
        assert_eq!(tops, [0.0, 0.0, 0.0, 156.0, 156.0, 156.0, 312.0]);
        assert_eq!(seven().total_height(), 452.0);
        let narrow = arrange([2.0, 0.5, 1.0].into_iter(), 100.0, 120.0);
        let rows: Vec<(f32, f32)> = narrow.pictures.iter().map(|picture| (picture.top(), picture.width())).collect();
        assert_eq!(rows, [(0.0, 120.0), (156.0, 96.0), (312.0, 100.0)]);
        assert_eq!(arrange([].into_iter(), 100.0, 500.0).total_height(), 0.0);
    }

    #[test]
    fn a_shot_is_dropped_before_the_one_whose_middle_lies_behind_the_pointer() {
        for (x, y, place) in [
            (0.0, 50.0, 0),
            (49.0, 50.0, 0),
            (51.0, 50.0, 1),
            (177.0, 50.0, 1),
            (179.0, 50.0, 2),
            (359.0, 50.0, 3),
            (10.0, 200.0, 3),
            (359.0, 200.0, 6),
            (10.0, 400.0, 6),
            (300.0, 400.0, 7),
            (10.0, 2_000.0, 7),
            (10.0, -50.0, 0),
        ] {
            assert_eq!(seven().drop_place(pos2(x, y)), place, "{x} {y}");
        }
    }

    #[test]
    fn the_mark_stands_in_the_gap_on_the_side_of_the_pointer() {
        let mark = |place, x, y| seven().mark(place, pos2(x, y)).map(|mark| (mark.center().x, mark.top()));
        assert_eq!(mark(0, 0.0, 0.0), Some((-6.0, 0.0)));
        assert_eq!(mark(1, 60.0, 0.0), Some((114.0, 0.0)));
        assert_eq!(mark(3, 359.0, 50.0), Some((370.0, 0.0)), "at the end of the first row");
        assert_eq!(mark(3, 0.0, 200.0), Some((-6.0, 156.0)), "at the beginning of the second");
        assert_eq!(mark(7, 300.0, 400.0), Some((114.0, 312.0)));
        assert_eq!(arrange([].into_iter(), 100.0, 500.0).mark(0, pos2(0.0, 0.0)), None);
    }

    #[test]
    fn rows_above_and_below() {
        for (place, is_down, expected) in [
            (0, true, Some(3)),
            (5, true, Some(6)),
            (6, true, None),
            (6, false, Some(3)),
            (4, false, Some(1)),
            (1, false, None),
        ] {
            assert_eq!(seven().beside_row(place, is_down), expected, "{place} {is_down}");
        }
    }

    #[test]
    fn only_rows_in_view_are_drawn() {
        let many = arrange(std::iter::repeat_n(1.0, 1_000), 100.0, 360.0);
        assert_eq!(many.visible(0.0, 300.0), 0..6);
        let far = many.visible(20_000.0, 20_700.0);
        assert!(far.start > 300 && far.len() <= 18, "{far:?}");
        assert_eq!(many.visible(1e9, 2e9).len(), 0);
    }
}
