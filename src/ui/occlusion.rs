//! Occlusion culling: what opaque pictures and surfaces hide is not painted.
//!
//! A graphics card paints a window several times over without effort. The processor, which paints where there is none, needs
//! some nanoseconds for each pixel of each layer, and a film leaves it 33 milliseconds.

use egui::emath::TSTransform;
use egui::epaint::{ClippedShape, RectShape};
use egui::{Color32, Context, CornerRadius, FullOutput, Plugin, Rect, Shape, TextureId, pos2};

/// More places than this are not remembered as opaque; a window has few large ones.
const MOST_COVERS: usize = 32;
/// A shape that would fall into more parts is painted whole.
const MOST_PARTS: usize = 32;
/// Only what hides or saves at least so many square points is worth the comparisons.
const LEAST_AREA: f32 = 16_384.0;

/// So many shapes at the back are looked at for the color of the window: the panes come first.
const MOST_GROUNDS: usize = 64;

/// Takes what is hidden by opaque rectangles in front of it out of the frame that is being drawn. The picture of the window stays the
/// same. `opaque` are textures without transparent pixels; all others are taken for transparent ones. `clear` is the color of the
/// window before anything is painted.
pub fn cull(ctx: &Context, opaque: Vec<TextureId>, clear: Color32) {
    ctx.plugin_or_default::<Culling>().lock().wanted = Some((opaque, clear));
}

/// Does it when the frame is complete, with all its layers in order.
#[derive(Default)]
struct Culling {
    wanted: Option<(Vec<TextureId>, Color32)>,
}

impl Plugin for Culling {
    fn debug_name(&self) -> &'static str {
        "occlusion"
    }

    fn output_hook(&mut self, _ctx: &Context, output: &mut FullOutput) {
        if let Some((opaque, clear)) = self.wanted.take() {
            let seen = culled(std::mem::take(&mut output.shapes), &opaque, output.pixels_per_point);
            output.shapes = without_ground(seen, clear, output.pixels_per_point);
        }
    }
}

/// What is seen of shapes that are painted in this order.
fn culled(shapes: Vec<ClippedShape>, opaque: &[TextureId], pixels_per_point: f32) -> Vec<ClippedShape> {
    let mut covers = Covers { places: Vec::new(), opaque, pixels_per_point };
    let mut flat = Vec::with_capacity(shapes.len());
    shapes.into_iter().for_each(|entry| flatten(entry, &mut flat));
    let mut front_to_back = Vec::with_capacity(flat.len());
    for entry in flat.into_iter().rev() {
        let seen = covers.seen_of_shape(&entry);
        covers.add(&entry);
        match seen {
            None => front_to_back.push(entry),
            Some(parts) => {
                front_to_back.extend(parts.into_iter().map(|part| ClippedShape { clip_rect: part, ..entry.clone() }));
            }
        }
    }
    front_to_back.reverse();
    front_to_back
}

/// Opaque rectangles in front of what is looked at, on whole pixels, in points.
struct Covers<'a> {
    places: Vec<Rect>,
    opaque: &'a [TextureId],
    pixels_per_point: f32,
}

impl Covers<'_> {
    /// Remembers the opaque part of a shape, if it is large.
    fn add(&mut self, entry: &ClippedShape) {
        let Shape::Rect(rect) = &entry.shape else { return };
        let Some(inside) = self.opaque_part(rect).filter(|_| stands(entry)) else { return };
        let place = self.whole_pixels(inside.intersect(entry.clip_rect));
        let is_new = !self.places.iter().any(|cover| cover.contains_rect(place));
        if is_large(place) && is_new && self.places.len() < MOST_COVERS {
            self.places.push(place);
        }
    }

    /// The part of a rectangle that surely hides what is behind it: without smoothed edges, round corners and its stroke.
    fn opaque_part(&self, shape: &RectShape) -> Option<Rect> {
        let texture = shape.fill_texture_id();
        let is_opaque = texture == TextureId::default() || self.opaque.contains(&texture);
        if !shape.fill.is_opaque() || !is_opaque || shape.blur_width > 0.0 || shape.angle != 0.0 {
            return None;
        }
        let corner = shape.corner_radius;
        let radius = f32::from(corner.nw.max(corner.ne).max(corner.sw).max(corner.se));
        // Within a quarter of a circle, a square that is so much smaller at its corner has room.
        let round = radius * (1.0 - std::f32::consts::FRAC_1_SQRT_2);
        Some(shape.rect.shrink(round + shape.stroke.width + 1.0 / self.pixels_per_point))
    }

    /// The whole pixels within a place.
    fn whole_pixels(&self, place: Rect) -> Rect {
        let scale = self.pixels_per_point;
        let (up, down) =
            (|points: f32| (points * scale).ceil() / scale, |points: f32| (points * scale).floor() / scale);
        Rect::from_min_max(pos2(up(place.min.x), up(place.min.y)), pos2(down(place.max.x), down(place.max.y)))
    }

    /// What is seen of a shape, as clip rectangles; `None` if it is to be painted as it is.
    fn seen_of_shape(&self, entry: &ClippedShape) -> Option<Vec<Rect>> {
        if matches!(entry.shape, Shape::Callback(_)) || !stands(entry) {
            return None;
        }
        let place = reach(&entry.shape, self.pixels_per_point).intersect(entry.clip_rect);
        if place.is_positive() { self.seen_of(place) } else { None }
    }

    /// What is seen of a place: parts that do not overlap, or `None` if it is to be painted as it is.
    fn seen_of(&self, place: Rect) -> Option<Vec<Rect>> {
        let mut parts = vec![place];
        let mut is_less = false;
        for cover in &self.places {
            let hidden = cover.intersect(place);
            if !hidden.is_positive() || !(is_large(hidden) || cover.contains_rect(place)) {
                continue;
            }
            is_less = true;
            parts = parts.into_iter().flat_map(|part| without(part, *cover)).collect();
            if parts.len() > MOST_PARTS {
                return None;
            }
        }
        is_less.then_some(parts)
    }
}

/// Where a shape may change pixels.
fn reach(shape: &Shape, pixels_per_point: f32) -> Rect {
    let bounds = shape.visual_bounding_rect();
    let bounds = match shape {
        // A line below the letters lies in the row, and not in the bounds of the letters.
        Shape::Text(text) if text.angle == 0.0 => bounds.union(text.galley.rect.translate(text.pos.to_vec2())),
        // The whole stroke may lie outside.
        Shape::Path(path) => bounds.expand(path.stroke.width),
        _ => bounds,
    };
    // Edges are rounded to pixels and smoothed, which takes them a little beyond.
    bounds.expand(2.0 / pixels_per_point)
}

fn is_large(place: Rect) -> bool {
    place.is_positive() && place.area() >= LEAST_AREA
}

/// A place without a cover: at most four parts, above, below, left and right of it.
fn without(place: Rect, cover: Rect) -> impl Iterator<Item = Rect> {
    let hidden = cover.intersect(place);
    let parts = if hidden.is_positive() {
        let (min, max) = (place.min, place.max);
        vec![
            Rect::from_min_max(min, pos2(max.x, hidden.min.y)),
            Rect::from_min_max(pos2(min.x, hidden.max.y), max),
            Rect::from_min_max(pos2(min.x, hidden.min.y), pos2(hidden.min.x, hidden.max.y)),
            Rect::from_min_max(pos2(hidden.max.x, hidden.min.y), pos2(max.x, hidden.max.y)),
        ]
    } else {
        vec![place]
    };
    parts.into_iter().filter(Rect::is_positive)
}

/// Whether a shape is painted where it says. What is moved after it became triangles is not.
fn stands(entry: &ClippedShape) -> bool {
    entry.transform_after_tessellation == TSTransform::IDENTITY
}

/// Without the rectangles at the back that only paint the color which is there before.
fn without_ground(shapes: Vec<ClippedShape>, clear: Color32, pixels_per_point: f32) -> Vec<ClippedShape> {
    let mut painted: Vec<Rect> = Vec::new();
    let mut is_seen = |index: usize, entry: &ClippedShape| {
        if index >= MOST_GROUNDS {
            return true;
        }
        let place = reach(&entry.shape, pixels_per_point).intersect(entry.clip_rect);
        let is_ground =
            is_plain(&entry.shape, clear) && stands(entry) && !painted.iter().any(|it| it.intersects(place));
        if !is_ground {
            painted.push(if stands(entry) { place } else { Rect::EVERYTHING });
        }
        !is_ground
    };
    shapes.into_iter().enumerate().filter(|(index, entry)| is_seen(*index, entry)).map(|(_, entry)| entry).collect()
}

/// Whether a shape is nothing but a rectangle of that color.
fn is_plain(shape: &Shape, color: Color32) -> bool {
    matches!(shape, Shape::Rect(rect) if rect.fill == color && rect.brush.is_none() && rect.stroke.is_empty()
        && rect.corner_radius == CornerRadius::ZERO && rect.blur_width == 0.0 && rect.angle == 0.0)
}

/// Takes groups of shapes apart, so that each part is judged for itself.
fn flatten(entry: ClippedShape, flat: &mut Vec<ClippedShape>) {
    match entry.shape {
        Shape::Noop => {}
        // Its bounds are everywhere.
        Shape::Text(text) if text.galley.is_empty() => {}
        Shape::Vec(shapes) => shapes.into_iter().for_each(|shape| flatten(ClippedShape { shape, ..entry }, flat)),
        _ => flat.push(entry),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Color32 = Color32::RED;
    const CLEAR: Color32 = Color32::BLUE;

    fn place(left: f32, top: f32, right: f32, bottom: f32) -> Rect {
        Rect::from_min_max(pos2(left, top), pos2(right, bottom))
    }

    fn filled(rect: Rect, color: Color32) -> Shape {
        Shape::rect_filled(rect, 0.0, color)
    }

    /// What is left of shapes that are painted in this order: the color and the place of each, cut to its clip rectangle.
    fn left_of(shapes: Vec<Shape>) -> Vec<(Color32, Rect)> {
        let screen = place(0.0, 0.0, 1_000.0, 1_000.0);
        let shapes = shapes.into_iter().map(|shape| ClippedShape::new(screen, shape)).collect();
        let seen = without_ground(culled(shapes, &[], 1.0), CLEAR, 1.0);
        let rect = |entry: ClippedShape| match entry.shape {
            Shape::Rect(rect) => Some((rect.fill, rect.rect.intersect(entry.clip_rect))),
            _ => None,
        };
        seen.into_iter().filter_map(rect).collect()
    }

    #[test]
    fn only_what_surely_hides_takes_anything_away() {
        let below = filled(place(100.0, 100.0, 300.0, 300.0), RED);
        let cover = |rect: Rect| RectShape::filled(rect, 0.0, Color32::GREEN);
        let wide = place(50.0, 50.0, 400.0, 400.0);
        let is_left =
            |front: RectShape| left_of(vec![below.clone(), front.into()]).iter().any(|(fill, _)| *fill == RED);
        assert!(!is_left(cover(wide)));
        let glass = RectShape { fill: RED.gamma_multiply(0.99), ..cover(wide) };
        let blurred = RectShape { blur_width: 4.0, ..cover(wide) };
        let turned = RectShape { angle: 0.1, ..cover(wide) };
        let textured = cover(wide).with_texture(TextureId::User(7), Rect::EVERYTHING);
        for front in [glass, blurred, turned, textured] {
            assert!(is_left(front.clone()), "{front:?}");
        }
        assert!(!is_left(RectShape { corner_radius: CornerRadius::same(40), ..cover(wide) }));
        let corner = RectShape { corner_radius: CornerRadius::same(100), ..cover(place(99.0, 99.0, 400.0, 400.0)) };
        assert!(is_left(corner), "its round corner lets the other be seen");
        assert!(left_of(vec![cover(wide).into(), below]).iter().any(|(fill, _)| *fill == RED), "it is in front");
    }

    #[test]
    fn what_is_seen_stays_in_parts_that_meet_and_do_not_overlap() {
        let whole = place(0.0, 0.0, 600.0, 600.0);
        let film = place(100.0, 100.0, 400.0, 400.0);
        let parts: Vec<Rect> = left_of(vec![filled(whole, RED), filled(film, Color32::GREEN)])
            .into_iter()
            .filter_map(|(fill, rect)| (fill == RED).then_some(rect))
            .collect();
        assert_eq!(parts.len(), 4, "{parts:?}");
        let area: f32 = parts.iter().map(Rect::area).sum();
        // One pixel at each edge of the film is smoothed and hides nothing.
        assert_eq!(area, whole.area() - film.shrink(1.0).area());
        for (index, part) in parts.iter().enumerate() {
            assert!(parts.iter().skip(index + 1).all(|other| !part.intersect(*other).is_positive()), "{parts:?}");
        }
    }

    #[test]
    fn the_color_of_the_window_is_not_painted_on_itself() {
        let (left, right) = (place(0.0, 0.0, 300.0, 900.0), place(305.0, 0.0, 900.0, 900.0));
        assert_eq!(left_of(vec![filled(left, RED), filled(right, CLEAR)]), [(RED, left)]);
        let near = place(303.0, 0.0, 900.0, 900.0);
        assert_eq!(left_of(vec![filled(left, RED), filled(near, CLEAR)]).len(), 2, "a smoothed edge may reach into it");
        let glass = place(200.0, 0.0, 400.0, 900.0);
        let left = vec![filled(left, RED.gamma_multiply(0.5)), filled(glass, CLEAR)];
        assert_eq!(left_of(left.clone()).last().map(|(fill, _)| *fill), Some(CLEAR), "it covers a part of the other");
        let rounded = Shape::rect_filled(right, 4.0, CLEAR);
        assert_eq!(left_of(vec![rounded]).len(), 1);
    }
}
