//! The layout of the gallery: a pure function from the available width, the card size and the
//! aspect ratios to rectangles.
//!
//! All cards get about the same area, so that portrait clips do not shrink to slivers. No picture is cropped, and no
//! card leaves the order to fill a gap. The layout is computed once per change; what is in view is found by bisection.

use std::collections::BTreeSet;

use egui::{Pos2, Rect, Vec2};

use crate::app::state::gallery::Gallery;
use crate::domain::JobId;

/// Between cards of a group.
const CARD_GAP: f32 = 8.0;
/// Gap between the groups on one shelf, in points.
const BLOCK_GAP: f32 = 24.0;
/// Gap between shelves, in points.
const SHELF_GAP: f32 = 16.0;
/// Height of the header above the cards of a group, in points.
const HEADER: f32 = 44.0;
/// Height of the footer below each picture, in points.
const FOOTER: f32 = 28.0;
/// Minimum width of a group in points, so that its header is readable.
const BLOCK_MIN: f32 = 168.0;
/// Allowed heights of a picture, in points.
const HEIGHTS: std::ops::RangeInclusive<f32> = 96.0..=288.0;

/// A group that is to be placed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// Aspect ratio (width divided by height) that all clips of the group share.
    pub ratio: f32,
    /// Number of cards in the group.
    pub count: usize,
}

/// A placed group. Coordinates are points from the upper left corner of the gallery's content.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Rectangle of the header.
    pub header: Rect,
    /// Rectangles of the pictures, in order. A footer lies below each.
    pub cards: Vec<Rect>,
    /// Top of the shelf that the group is on.
    pub top: f32,
    /// Bottom of the shelf that the group is on, footers included.
    pub bottom: f32,
}

/// The layout of all groups.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The placed groups, in the order of the blocks they come from.
    pub blocks: Vec<Placed>,
    /// Height of the whole content, in points.
    pub height: f32,
}

impl Layout {
    /// Range of the blocks whose shelves intersect `top..bottom`, given in points.
    pub fn visible(&self, top: f32, bottom: f32) -> std::ops::Range<usize> {
        let first = self.blocks.partition_point(|block| block.bottom < top);
        let end = self.blocks.partition_point(|block| block.top <= bottom);
        first..end.max(first)
    }
}

/// The layout of all cards without groups.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wall {
    /// Rectangles of the pictures, in order. A footer lies below each.
    pub cards: Vec<Rect>,
    /// Height of the whole content in points, footers included.
    pub height: f32,
}

impl Wall {
    /// Range of the cards whose rows intersect `top..bottom`, given in points.
    pub fn visible(&self, top: f32, bottom: f32) -> std::ops::Range<usize> {
        // All cards of a row have the same top and bottom, so the cards are sorted by both.
        let first = self.cards.partition_point(|card| card.bottom() + FOOTER < top);
        let end = self.cards.partition_point(|card| card.top() <= bottom);
        first..end.max(first)
    }
}

/// Places cards with the given aspect ratios in rows of `width` points. `size` is the height of a 16:9 card, in points.
///
/// A row takes cards until they would fill it at 1.2 times that height; then it is shrunk to end at the edge. The last
/// row gets the height of the row above it, or the full height if it is the only row.
pub fn arrange_wall(ratios: impl IntoIterator<Item = f32>, width: f32, size: f32) -> Wall {
    arrange_wall_from(ratios, &BTreeSet::new(), width, size)
}

/// The same, with a new row at each of these cards.
pub(super) fn arrange_wall_from(
    ratios: impl IntoIterator<Item = f32>,
    starts: &BTreeSet<usize>,
    width: f32,
    size: f32,
) -> Wall {
    let tallest = size * 1.2;
    let mut wall = Wall::default();
    let mut row: Vec<f32> = Vec::new();
    let mut last = tallest;
    for (index, ratio) in ratios.into_iter().enumerate() {
        if starts.contains(&index) {
            wall.add_row(&row, last);
            row.clear();
        }
        row.push(ratio);
        let sum: f32 = row.iter().sum();
        let between = CARD_GAP * (number(row.len()) - 1.0);
        if sum * tallest + between >= width {
            last = ((width - between) / sum).max(8.0);
            wall.add_row(&row, last);
            row.clear();
        }
    }
    wall.add_row(&row, last);
    wall
}

impl Wall {
    /// Appends a row. The footers of its cards separate it from the next row.
    fn add_row(&mut self, ratios: &[f32], height: f32) {
        let mut x = 0.0;
        for ratio in ratios {
            self.cards.push(Rect::from_min_size(Pos2::new(x, self.height), Vec2::new(height * ratio, height)));
            x += height * ratio + CARD_GAP;
        }
        if !ratios.is_empty() {
            self.height += height + FOOTER;
        }
    }
}

/// Height in points at which a card of this aspect ratio has the same area as a 16:9 card of height `size`.
fn ideal(ratio: f32, size: f32) -> f32 {
    (size * size * (16.0 / 9.0) / ratio).sqrt().clamp(*HEIGHTS.start(), *HEIGHTS.end())
}

#[expect(clippy::cast_precision_loss, reason = "groups have some dozens of cards")]
fn number(count: usize) -> f32 {
    count as f32
}

/// Total width in points of the cards of a block at the given height, without gaps.
fn cards_width(block: Block, height: f32) -> f32 {
    height * block.ratio * number(block.count)
}

fn gaps(block: Block) -> f32 {
    CARD_GAP * (number(block.count) - 1.0).max(0.0)
}

fn block_width(block: Block, height: f32) -> f32 {
    (cards_width(block, height) + gaps(block)).max(BLOCK_MIN)
}

/// Places groups on shelves of `width` points. `size` is the height of a 16:9 card, in points.
pub fn arrange(blocks: &[Block], width: f32, size: f32) -> Layout {
    arrange_from(blocks, &BTreeSet::new(), width, size)
}

/// The same, with a new shelf at each of these blocks.
pub(super) fn arrange_from(blocks: &[Block], starts: &BTreeSet<usize>, width: f32, size: f32) -> Layout {
    let width = width.max(BLOCK_MIN);
    let mut layout = Layout::default();
    let mut y = 0.0;
    let mut next = 0;
    while let Some(first) = blocks.get(next).copied() {
        if next > 0 {
            y += SHELF_GAP;
        }
        let height = ideal(first.ratio, size);
        let placed_to = if cards_width(first, height) + gaps(first) > 1.05 * width {
            layout.blocks.push(own_rows(first, width, size, y));
            next + 1
        } else {
            let next_start = starts.range(next + 1..).next().copied().unwrap_or(blocks.len());
            let end = shelf_end(&blocks[..next_start.min(blocks.len())], next, width, size);
            shelf(&blocks[next..end], width, height, y, &mut layout.blocks);
            end
        };
        next = placed_to;
        y = layout.blocks.last().map_or(y, |block| block.bottom);
    }
    layout.height = y;
    layout
}

/// Places a group that is too wide for one shelf in several rows of its own.
fn own_rows(block: Block, width: f32, size: f32, y: f32) -> Placed {
    let wanted = ideal(block.ratio, size);
    let height_of = |per_row: usize| (width - CARD_GAP * (number(per_row) - 1.0)) / number(per_row) / block.ratio;
    let cost = |per_row: usize| {
        let rows = block.count.div_ceil(per_row);
        let empty = number(rows * per_row - block.count) / number(per_row);
        (height_of(per_row) / wanted).ln().abs() + 0.12 * empty
    };
    let most = block.count.clamp(1, 64);
    let per_row = (1..=most)
        .filter(|per_row| height_of(*per_row) > 8.0)
        .min_by(|a, b| cost(*a).total_cmp(&cost(*b)))
        .unwrap_or(1);
    let height = height_of(per_row).clamp(8.0, *HEIGHTS.end() * 2.0);
    let card = Vec2::new(height * block.ratio, height);
    let pitch = height + FOOTER + CARD_GAP;
    let cards: Vec<Rect> = (0..block.count)
        .map(|index| {
            let (row, column) = (index / per_row, index % per_row);
            let min = Pos2::new(number(column) * (card.x + CARD_GAP), y + HEADER + number(row) * pitch);
            Rect::from_min_size(min, card)
        })
        .collect();
    let rows = block.count.div_ceil(per_row);
    Placed {
        header: Rect::from_min_size(Pos2::new(0.0, y), Vec2::new(width, HEADER)),
        cards,
        top: y,
        bottom: y + HEADER + number(rows) * pitch - CARD_GAP,
    }
}

/// Index behind the last block that shares a shelf with the block at `start`. The first block sets the height of the
/// shelf; blocks whose ideal height differs too much start a new one.
fn shelf_end(blocks: &[Block], start: usize, width: f32, size: f32) -> usize {
    let height = ideal(blocks[start].ratio, size);
    let mut used = block_width(blocks[start], height);
    let mut end = start + 1;
    while let Some(block) = blocks.get(end).copied() {
        let relation = ideal(block.ratio, size) / height;
        let with_it = used + BLOCK_GAP + block_width(block, height);
        if !(0.68..=1.45).contains(&relation) || with_it > 1.06 * width {
            break;
        }
        used = with_it;
        end += 1;
    }
    end
}

fn shelf(blocks: &[Block], width: f32, height: f32, y: f32, placed: &mut Vec<Placed>) {
    let fixed: f32 = blocks.iter().map(|block| gaps(*block)).sum::<f32>() + BLOCK_GAP * (number(blocks.len()) - 1.0);
    let pictures: f32 = blocks.iter().map(|block| cards_width(*block, height)).sum();
    let factor = (width - fixed) / pictures;
    let scaled = height * factor;
    let ends_at_edge = |height: f32| {
        let total: f32 = blocks.iter().map(|block| block_width(*block, height)).sum();
        total + BLOCK_GAP * (number(blocks.len()) - 1.0) <= width + 0.5
    };
    let height = if (0.8..=1.25).contains(&factor) && ends_at_edge(scaled) {
        scaled
    } else if ends_at_edge(height) {
        height
    } else {
        // The blocks may be slightly too wide together, because a narrow group keeps its minimum width:
        // shrink until they fit.
        let mut fitting = height;
        while fitting > 16.0 && !ends_at_edge(fitting) {
            fitting -= 1.0;
        }
        fitting
    };
    let bottom = y + HEADER + height + FOOTER;
    let mut x = 0.0;
    for (index, block) in blocks.iter().enumerate() {
        let room = block_width(*block, height);
        let card = Vec2::new(height * block.ratio, height);
        let cards = (0..block.count)
            .map(|card_index| {
                Rect::from_min_size(Pos2::new(x + number(card_index) * (card.x + CARD_GAP), y + HEADER), card)
            })
            .collect();
        // The header of a group ends where its cards end; that of the last group may use the rest of the shelf.
        let header_width = if index + 1 == blocks.len() { room.max(width - x) } else { room };
        let header = Rect::from_min_size(Pos2::new(x, y), Vec2::new(header_width, HEADER));
        placed.push(Placed { header, cards, top: y, bottom });
        x += room + BLOCK_GAP;
    }
}

/// The positions of all cards, cached together with the state of the gallery and the width that they were computed for.
#[derive(Debug)]
pub struct LaidOut {
    /// Number of the gallery's state that it was computed for.
    pub generation: u64,
    /// Width of the room, in points.
    pub width: f32,
    /// The places themselves.
    pub places: Places,
    /// Where rows begin: the first job there, and the upper edge. Only kept where a part of the gallery is in memory.
    pub rows: Vec<(JobId, f32)>,
    /// Number of places before those that are laid out.
    pub before: usize,
}

/// Where the cards lie.
#[derive(Debug)]
pub enum Places {
    /// Takes under their prompts.
    Groups(Layout),
    /// Cards alone.
    Wall(Wall),
}

impl Places {
    /// Upper edge of the place with this number: of a group, or of a card on the wall.
    pub(super) fn top_of(&self, index: usize) -> Option<f32> {
        match self {
            Self::Groups(layout) => layout.blocks.get(index).map(|block| block.top),
            Self::Wall(wall) => wall.cards.get(index).map(Rect::top),
        }
    }

    /// The numbers of the places that touch `top..bottom`, given in points.
    pub(super) fn visible(&self, top: f32, bottom: f32) -> std::ops::Range<usize> {
        match self {
            Self::Groups(layout) => layout.visible(top, bottom),
            Self::Wall(wall) => wall.visible(top, bottom),
        }
    }

    /// Where rows begin: the number of the first place there, and the upper edge.
    pub(super) fn rows(&self) -> Vec<(usize, f32)> {
        let count = match self {
            Self::Groups(layout) => layout.blocks.len(),
            Self::Wall(wall) => wall.cards.len(),
        };
        let mut rows: Vec<(usize, f32)> = (0..count).filter_map(|index| Some((index, self.top_of(index)?))).collect();
        rows.dedup_by(|next, before| next.1 <= before.1);
        rows
    }

    pub(super) fn height(&self) -> f32 {
        match self {
            Self::Groups(layout) => layout.height,
            Self::Wall(wall) => wall.height,
        }
    }

    /// All cards in reading order.
    pub(super) fn cards(&self) -> Vec<Rect> {
        match self {
            Self::Groups(layout) => layout.blocks.iter().flat_map(|placed| placed.cards.iter().copied()).collect(),
            Self::Wall(wall) => wall.cards.clone(),
        }
    }

    pub(super) fn place_of(&self, gallery: &Gallery, job: JobId) -> Option<Rect> {
        match self {
            Self::Groups(layout) => {
                let (group, take) = gallery.place_in_groups(job)?;
                layout.blocks.get(group)?.cards.get(take).copied()
            }
            Self::Wall(wall) => wall.cards.get(gallery.place_on_wall(job)?).copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WIDE: f32 = 16.0 / 9.0;

    fn block(ratio: f32, count: usize) -> Block {
        Block { ratio, count }
    }

    #[test]
    fn a_wide_group_fills_rows_to_the_edge() {
        let layout = arrange(&[block(WIDE, 6)], 792.0, 136.0);
        let cards = &layout.blocks[0].cards;
        assert!((cards[2].right() - 792.0).abs() < 0.1, "three in a row as drawn: {cards:?}");
        assert_eq!(cards.iter().filter(|card| card.top() == cards[0].top()).count(), 3);
        assert!(cards.iter().all(|card| (card.height() - cards[0].height()).abs() < 0.01));
    }

    #[test]
    fn small_groups_share_a_shelf_of_one_height() {
        let layout = arrange(&[block(9.0 / 16.0, 2), block(1.0, 1), block(0.75, 1)], 792.0, 136.0);
        let tops: Vec<f32> = layout.blocks.iter().map(|block| block.top).collect();
        assert_eq!(tops, [0.0; 3]);
        assert!((layout.blocks[2].cards[0].right() - 792.0).abs() < 0.6, "it ends at the edge: {layout:?}");
    }

    #[test]
    fn unlike_ratios_do_not_share_a_shelf() {
        let layout = arrange(&[block(WIDE, 1), block(9.0 / 16.0, 1)], 1_200.0, 136.0);
        assert!(layout.blocks[1].top > layout.blocks[0].bottom);
    }

    #[test]
    fn a_single_card_keeps_its_size_at_the_left() {
        let layout = arrange(&[block(WIDE, 1)], 792.0, 136.0);
        let card = layout.blocks[0].cards[0];
        assert_eq!((card.left(), card.height()), (0.0, 136.0));
    }

    #[test]
    fn only_touched_shelves_are_visible() {
        let blocks = vec![block(WIDE, 3); 400];
        let layout = arrange(&blocks, 792.0, 136.0);
        let seen = layout.visible(1_000.0, 1_800.0);
        assert!(seen.len() < 12, "{seen:?}");
        for (index, block) in layout.blocks.iter().enumerate() {
            let touches = block.bottom >= 1_000.0 && block.top <= 1_800.0;
            assert_eq!(seen.contains(&index), touches, "{index}");
        }
    }

    #[test]
    fn words_of_a_group_end_with_its_cards_unless_it_is_the_last_of_its_shelf() {
        let layout = arrange(&[block(9.0 / 16.0, 2), block(1.0, 1)], 792.0, 136.0);
        let right = |index: usize| layout.blocks[index].cards.last().expect("a card").right();
        assert!((layout.blocks[0].header.right() - right(0)).abs() < 0.1, "{layout:?}");
        assert_eq!(layout.blocks[1].header.right(), 792.0, "nothing stands beside it: {layout:?}");
        let alone = arrange(&[block(9.0 / 16.0, 2)], 792.0, 136.0);
        assert_eq!(alone.blocks[0].header.width(), 792.0);
        let narrow = arrange(&[block(9.0 / 16.0, 1), block(9.0 / 16.0, 1)], 792.0, 136.0);
        assert_eq!(narrow.blocks[0].header.width(), BLOCK_MIN, "but they can always be read");
    }

    #[test]
    fn a_wall_is_justified_as_drawn() {
        // The first row of the design: 4:3, 9:16, 16:9, 1:1 and so on, at 1104 points and the medium size.
        let ratios = [4.0 / 3.0, 9.0 / 16.0, WIDE, 1.0, 9.0 / 16.0, WIDE, 4.0 / 3.0];
        let wall = arrange_wall(ratios, 1_104.0, 136.0);
        let row: Vec<&Rect> = wall.cards.iter().filter(|card| card.top() == 0.0).collect();
        assert_eq!(row.len(), 6);
        assert!((row[5].right() - 1_104.0).abs() < 0.1, "{wall:?}");
        let last = wall.cards[6];
        assert_eq!((last.left(), last.height()), (0.0, row[0].height()), "the last row is as high as the one above");
        assert_eq!(wall.height, last.bottom() + FOOTER);
        let alone = arrange_wall([1.0], 1_104.0, 136.0);
        assert_eq!(alone.cards[0].height(), 136.0 * 1.2);
        assert_eq!(arrange_wall([], 1_104.0, 136.0), Wall::default());
    }

    proptest! {
        #[test]
        fn a_wall_loses_nothing_and_its_rows_end_at_the_edge(
            raw in proptest::collection::vec(0usize..6, 0..200),
            width in 200f32..2_400.0,
            size in prop_oneof![Just(104f32), Just(136.0), Just(184.0)],
            (top, height) in (0f32..4_000.0, 0f32..2_000.0),
        ) {
            let ratios = [WIDE, 4.0 / 3.0, 1.0, 0.75, 9.0 / 16.0, 2.5];
            let wall = arrange_wall(raw.iter().map(|ratio| ratios[*ratio]), width, size);
            prop_assert_eq!(wall.cards.len(), raw.len());
            for (card, ratio) in wall.cards.iter().zip(&raw) {
                prop_assert!((card.aspect_ratio() - ratios[*ratio]).abs() < 0.01, "nothing is cropped");
                prop_assert!(card.height() <= size * 1.2 + 0.01);
                prop_assert!(card.left() >= 0.0 && card.right() <= width + 0.5, "{card:?} in {width}");
                prop_assert!(card.bottom() + FOOTER <= wall.height + 0.01);
            }
            for pair in wall.cards.windows(2) {
                let same_row = pair[0].top() == pair[1].top();
                if same_row {
                    prop_assert!((pair[1].left() - pair[0].right() - CARD_GAP).abs() < 0.1);
                    prop_assert_eq!(pair[0].height(), pair[1].height());
                } else {
                    prop_assert!((pair[0].right() - width).abs() < 0.5, "a full row ends at the edge");
                    prop_assert!(pair[1].top() >= pair[0].bottom() + FOOTER - 0.01 && pair[1].left() == 0.0);
                }
            }
            let seen = wall.visible(top, top + height);
            for (index, card) in wall.cards.iter().enumerate() {
                let touches = card.bottom() + FOOTER >= top && card.top() <= top + height;
                prop_assert_eq!(seen.contains(&index), touches, "{}", index);
            }
        }

        #[test]
        fn nothing_overlaps_and_nothing_is_lost(
            raw in proptest::collection::vec((0usize..5, 1usize..30), 0..40),
            width in 200f32..2_400.0,
            size in prop_oneof![Just(104f32), Just(136.0), Just(184.0)],
        ) {
            let ratios = [WIDE, 4.0 / 3.0, 1.0, 0.75, 9.0 / 16.0];
            let blocks: Vec<Block> = raw.iter().map(|(ratio, count)| block(ratios[*ratio], *count)).collect();
            let layout = arrange(&blocks, width, size);
            prop_assert_eq!(layout.blocks.len(), blocks.len());
            let mut all: Vec<Rect> = Vec::new();
            for (placed, block) in layout.blocks.iter().zip(&blocks) {
                prop_assert_eq!(placed.cards.len(), block.count);
                prop_assert!(placed.top <= placed.bottom && placed.bottom <= layout.height + 0.01);
                for card in &placed.cards {
                    prop_assert!(card.left() >= -0.01 && card.right() <= width.max(BLOCK_MIN) + 1.0, "{card:?} in {width}");
                    prop_assert!((card.aspect_ratio() - block.ratio).abs() < 0.01, "nothing is cropped");
                    prop_assert!(card.bottom() + FOOTER <= placed.bottom + 0.01);
                }
                all.extend(&placed.cards);
            }
            for (index, card) in all.iter().enumerate() {
                for other in &all[index + 1..] {
                    prop_assert!(!card.shrink(0.1).intersects(other.shrink(0.1)), "{card:?} {other:?}");
                }
            }
            for pair in layout.blocks.windows(2) {
                prop_assert!(pair[0].top <= pair[1].top, "order is kept");
            }
        }
    }
}
