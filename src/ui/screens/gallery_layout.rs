//! Where the cards of the gallery lie: a pure function of width, size, ratios and order.
//!
//! Every card gets about the same area, so that portrait clips do not shrink to slivers. Nothing is cropped and nothing
//! changes its place to fill a gap.

use egui::{Pos2, Rect, Vec2};

/// Between cards of a group.
const CARD_GAP: f32 = 8.0;
/// Between groups on one shelf.
const BLOCK_GAP: f32 = 24.0;
/// Between shelves.
const SHELF_GAP: f32 = 16.0;
/// Above the cards of a group.
const HEADER: f32 = 44.0;
/// Below each picture.
const FOOTER: f32 = 28.0;
/// The least width of a group, so that its header can be read.
const BLOCK_MIN: f32 = 168.0;
/// Heights of pictures.
const HEIGHTS: std::ops::RangeInclusive<f32> = 96.0..=288.0;

/// A group to be placed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// Width divided by height of its clips.
    pub ratio: f32,
    /// Number of its cards.
    pub count: usize,
}

/// Where a group lies, in points from the upper left corner of the gallery's content.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The header.
    pub header: Rect,
    /// The pictures; a footer lies below each.
    pub cards: Vec<Rect>,
    /// Upper edge of the shelf.
    pub top: f32,
    /// Lower edge of the shelf, footers included.
    pub bottom: f32,
}

/// All groups.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// One for each block, in their order.
    pub blocks: Vec<Placed>,
    /// Height of the whole content.
    pub height: f32,
}

impl Layout {
    /// Indices of the blocks whose shelves touch `top..bottom`.
    pub fn visible(&self, top: f32, bottom: f32) -> std::ops::Range<usize> {
        let first = self.blocks.partition_point(|block| block.bottom < top);
        let end = self.blocks.partition_point(|block| block.top <= bottom);
        first..end.max(first)
    }
}

/// The height at which a card of this ratio has the area of a 16:9 card of height `size`.
fn ideal(ratio: f32, size: f32) -> f32 {
    (size * size * (16.0 / 9.0) / ratio).sqrt().clamp(*HEIGHTS.start(), *HEIGHTS.end())
}

#[expect(clippy::cast_precision_loss, reason = "groups have some dozens of cards")]
fn number(count: usize) -> f32 {
    count as f32
}

/// Width of the cards of a block at one height, gaps left out.
fn cards_width(block: Block, height: f32) -> f32 {
    height * block.ratio * number(block.count)
}

fn gaps(block: Block) -> f32 {
    CARD_GAP * (number(block.count) - 1.0).max(0.0)
}

fn block_width(block: Block, height: f32) -> f32 {
    (cards_width(block, height) + gaps(block)).max(BLOCK_MIN)
}

/// Places `blocks` in `width` points; `size` is the height of a 16:9 card.
pub fn arrange(blocks: &[Block], width: f32, size: f32) -> Layout {
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
            let end = shelf_end(blocks, next, width, size);
            shelf(&blocks[next..end], width, height, y, &mut layout.blocks);
            end
        };
        next = placed_to;
        y = layout.blocks.last().map_or(y, |block| block.bottom);
    }
    layout.height = y;
    layout
}

/// A group that is wider than the gallery fills rows of its own.
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

/// How many blocks from `start` on share a shelf: the first sets the height, the others must not differ much from it.
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
        // The sum may be a little too wide, and a narrow group keeps its least width: shrink until it fits.
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
        // Where nothing follows, the words may use what is left of the line.
        let header_width = if index + 1 == blocks.len() { (width - x).max(room) } else { room };
        let header = Rect::from_min_size(Pos2::new(x, y), Vec2::new(header_width, HEADER));
        placed.push(Placed { header, cards, top: y, bottom });
        x += room + BLOCK_GAP;
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

    proptest! {
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
