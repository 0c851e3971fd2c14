//! The picture with its frame: draws it, and follows pointer, wheel and keys.

use egui::epaint::{Mesh, Vertex};
use egui::{
    Align2, ColorImage, CursorIcon, EventFilter, Key, Modifiers, Pos2, Rect, Role, Sense, Stroke, StrokeKind,
    TextureHandle, TextureId, TextureOptions, Ui, Vec2, WidgetInfo, pos2,
};
use strum::IntoEnumIterator as _;

use super::super::context::CropUi;
use crate::app::action::pictures::Pictures;
use crate::app::state::crop::{Crop, CropAct, Handle, dragged, moved, resized};
use crate::app::state::pictures::Preview;
use crate::app::view::crop::CropView;
use crate::domain::picture_edit::{CropRect, Ground, PictureEdit};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;

/// Room around the picture, in points.
const MARGIN: f32 = 24.0;
/// Edge of a handle at a corner, in points.
const HANDLE: f32 = 10.0;
/// How near to a handle the pointer takes hold of it, in points.
const GRASP: f32 = 12.0;
/// Opacity of the lines that divide the frame into thirds.
const THIRDS: f32 = 0.4;
/// By which part of its width a frame grows with one step of the wheel or the keys.
const STEP: f32 = 0.02;

/// Draws the picture and its frame over the available area. Returns what the user did to the frame.
pub(super) fn stage_ui(
    memory: &mut CropUi,
    ui: &mut Ui,
    crop: &Crop,
    preview: &Preview,
    shown: &CropView,
) -> Vec<Pictures> {
    let tokens = tokens::tokens(ui);
    let Some(view) = crop.view_size() else { return Vec::new() };
    let area = ui.max_rect();
    let at = fitted(area.shrink(MARGIN), view);
    let texture = texture(memory, ui, preview).id();
    let painter = ui.painter().with_clip_rect(area);
    let ground = match crop.edit.ground {
        Ground::White => tokens::UNTINTED,
        Ground::Black => egui::Color32::BLACK,
    };
    painter.rect_filled(at, 0.0, ground);
    painter.add(picture_mesh(at, texture, &crop.edit));

    let scale = at.width() / view.0.max(1) as f32;
    let frame = if crop.is_whole { at } else { on_screen(crop.rect, at, scale) };
    let response = ui.interact(area, ui.unique_id().with("frame"), Sense::click_and_drag());
    let name = match crop.is_whole {
        true => format!("Frame of the picture: all of it, {} sent", shown.size),
        false => format!(
            "Frame of the picture: {}, {} × {} at {}, {}",
            shown.ratio, crop.rect.width, crop.rect.height, crop.rect.x, crop.rect.y
        ),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name.as_str()));
    // The frame follows the keys from the beginning.
    if !std::mem::replace(&mut memory.was_focused, true) {
        response.request_focus();
    }

    let mut rect = crop.rect;
    if let Some(new) = dragging(memory, ui, &response, crop, frame, scale, view) {
        rect = new;
    }
    if let Some(new) = wheel(ui, &response, crop, view) {
        rect = new;
    }
    if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        if let Some(new) = keys(ui, crop, view) {
            rect = new;
        }
    }

    // Veil, thirds, frame and handles.
    let veil = tokens.picture.crop_veil;
    for part in around(at, frame) {
        painter.rect_filled(part, 0.0, veil);
    }
    let white = tokens::UNTINTED;
    if !crop.is_whole {
        let hair = paint::hair(ui.ctx());
        for third in [1.0, 2.0] {
            let line = tokens::faded(white, THIRDS);
            let (x, y) = (frame.left() + frame.width() * third / 3.0, frame.top() + frame.height() * third / 3.0);
            painter.rect_filled(Rect::from_min_size(pos2(x, frame.top()), Vec2::new(hair, frame.height())), 0.0, line);
            painter.rect_filled(Rect::from_min_size(pos2(frame.left(), y), Vec2::new(frame.width(), hair)), 0.0, line);
        }
    }
    painter.rect_stroke(frame, 0.0, Stroke::new(2.0, white), StrokeKind::Inside);
    if !crop.is_whole {
        for handle in Handle::iter() {
            let (across, along) = handle.side();
            // Corners are squares; edges are bars along the edge.
            let size = match (across, along) {
                (0, _) => Vec2::new(24.0, 4.0),
                (_, 0) => Vec2::new(4.0, 24.0),
                _ => Vec2::splat(HANDLE),
            };
            if size.x < frame.width() / 2.0 && size.y < frame.height() / 2.0 {
                painter.rect_filled(Rect::from_center_size(place(handle, frame), size), paint::radius(2.0), white);
            }
        }
    }
    chips_ui(ui, &painter, frame, at, shown);
    if response.has_focus() && paint::keyboard_used(ui.ctx()) {
        let ring = Stroke::new(tokens.stroke.focus, tokens.color.focus_ring);
        painter.rect_stroke(frame.expand(tokens.stroke.focus_gap), 0.0, ring, StrokeKind::Outside);
    }
    let is_same = rect == crop.rect;
    if is_same { Vec::new() } else { vec![Pictures::Crop(CropAct::SetRect(rect))] }
}

/// Draws the ratio and the size that is sent, inside of the frame where there is room.
fn chips_ui(ui: &Ui, painter: &egui::Painter, frame: Rect, at: Rect, shown: &CropView) {
    let tokens = tokens::tokens(ui);
    let chip = |text: &str, corner: Pos2, anchor: Align2| {
        let galley = text_style::line(ui.ctx(), text, Text::Label, tokens.picture.chip_text);
        let size = galley.size() + Vec2::new(14.0, 4.0);
        let rect = anchor.anchor_size(corner, Vec2::new(size.x, 20.0));
        painter.rect_filled(rect, paint::radius(tokens.radius.chip), tokens.picture.chip_fill);
        text_style::paint_galley(painter, rect.center(), Align2::CENTER_CENTER, galley);
    };
    let has_room = frame.width() > 180.0 && frame.height() > 52.0;
    let place = if has_room { frame } else { at };
    let bottom = place.bottom() - 8.0;
    chip(shown.ratio, pos2(place.left() + 8.0, bottom), Align2::LEFT_BOTTOM);
    chip(&shown.size, pos2(place.right() - 8.0, bottom), Align2::RIGHT_BOTTOM);
}

/// What a drag does to the frame, if there is one.
fn dragging(
    memory: &mut CropUi,
    ui: &Ui,
    response: &egui::Response,
    crop: &Crop,
    frame: Rect,
    scale: f32,
    view: (u32, u32),
) -> Option<CropRect> {
    let grasped = |at: Pos2| {
        let handle = (!crop.is_whole).then(|| grasped(at, frame)).flatten();
        (handle.is_some() || frame.contains(at)).then_some(handle)
    };
    if let Some(at) = response.hover_pos().filter(|_| memory.drag.is_none()) {
        ui.ctx().set_cursor_icon(cursor(grasped(at)));
    }
    if response.drag_started()
        && let Some(at) = ui.input(|input| input.pointer.press_origin())
        && let (Some(handle), false) = (grasped(at), crop.is_whole)
    {
        memory.drag = Some((handle, crop.rect, at));
    }
    if !response.dragged() {
        memory.drag = None;
        return None;
    }
    let (handle, start, origin) = memory.drag?;
    ui.ctx().set_cursor_icon(cursor(Some(handle)));
    let by = (response.interact_pointer_pos()? - origin) / scale.max(f32::EPSILON);
    Some(match handle {
        #[expect(clippy::cast_possible_truncation, reason = "pixels of a picture on a screen")]
        None => moved(start, (by.x.round() as i64, by.y.round() as i64), view),
        Some(handle) => dragged(start, handle, (by.x.into(), by.y.into()), crop.ratio, view),
    })
}

/// What the wheel does to the frame.
fn wheel(ui: &Ui, response: &egui::Response, crop: &Crop, view: (u32, u32)) -> Option<CropRect> {
    if !response.hovered() || crop.is_whole {
        return None;
    }
    let turned = ui.input(|input| input.smooth_scroll_delta().y);
    // Forward makes what is sent smaller, as if one came nearer.
    let steps = -turned / 40.0;
    (steps.abs() > 0.01).then(|| resized(crop.rect, growth(crop.rect, steps), crop.ratio, view))
}

/// By how many pixels the width grows with so many steps; at least by one.
fn growth(rect: CropRect, steps: f32) -> i64 {
    let by = rect.width as f32 * STEP * steps;
    #[expect(clippy::cast_possible_truncation, reason = "a part of the width of a picture")]
    let whole = by.round() as i64;
    if whole == 0 { by.signum() as i64 } else { whole }
}

/// What the keys do to the frame: arrows move it by a pixel, with Shift by ten; plus and minus change its size.
fn keys(ui: &Ui, crop: &Crop, view: (u32, u32)) -> Option<CropRect> {
    if crop.is_whole {
        return None;
    }
    let mut rect = crop.rect;
    ui.input_mut(|input| {
        let mut pressed = |modifiers, key| input.count_and_consume_key(modifiers, key);
        for (modifiers, by) in [(Modifiers::SHIFT, 10), (Modifiers::NONE, 1)] {
            for (key, right, down) in
                [(Key::ArrowLeft, -1, 0), (Key::ArrowRight, 1, 0), (Key::ArrowUp, 0, -1), (Key::ArrowDown, 0, 1)]
            {
                let times = i64::try_from(pressed(modifiers, key)).unwrap_or(0) * by;
                rect = moved(rect, (right * times, down * times), view);
            }
        }
        for (keys, steps) in [([Key::Plus, Key::Equals], 1.0), ([Key::Minus, Key::Minus], -1.0)] {
            for key in keys {
                for _ in 0..pressed(Modifiers::NONE, key) {
                    rect = resized(rect, growth(rect, steps), crop.ratio, view);
                }
            }
        }
    });
    (rect != crop.rect).then_some(rect)
}

/// The handle that is near to the pointer.
fn grasped(at: Pos2, frame: Rect) -> Option<Handle> {
    let near = |handle: &Handle| place(*handle, frame).distance(at) <= GRASP;
    // Corners come first: in a small frame they lie near to the edges' middles.
    let is_corner = |handle: &Handle| handle.side().0 != 0 && handle.side().1 != 0;
    if let Some(corner) = Handle::iter().filter(is_corner).find(near) {
        return Some(corner);
    }
    // An edge can be taken anywhere.
    let within_x = frame.x_range().contains(at.x);
    let within_y = frame.y_range().contains(at.y);
    let reach = GRASP / 2.0;
    match () {
        () if within_x && (at.y - frame.top()).abs() <= reach => Some(Handle::Top),
        () if within_x && (at.y - frame.bottom()).abs() <= reach => Some(Handle::Bottom),
        () if within_y && (at.x - frame.left()).abs() <= reach => Some(Handle::Left),
        () if within_y && (at.x - frame.right()).abs() <= reach => Some(Handle::Right),
        () => None,
    }
}

fn cursor(grasped: Option<Option<Handle>>) -> CursorIcon {
    match grasped {
        None => CursorIcon::Default,
        Some(None) => CursorIcon::Move,
        Some(Some(Handle::TopLeft | Handle::BottomRight)) => CursorIcon::ResizeNwSe,
        Some(Some(Handle::TopRight | Handle::BottomLeft)) => CursorIcon::ResizeNeSw,
        Some(Some(Handle::Top | Handle::Bottom)) => CursorIcon::ResizeVertical,
        Some(Some(Handle::Left | Handle::Right)) => CursorIcon::ResizeHorizontal,
    }
}

fn place(handle: Handle, frame: Rect) -> Pos2 {
    let (across, along) = handle.side();
    frame.center() + Vec2::new(f32::from(across) * frame.width() / 2.0, f32::from(along) * frame.height() / 2.0)
}

/// Where a picture of `view` pixels lies in `area`, as large as it can be.
fn fitted(area: Rect, view: (u32, u32)) -> Rect {
    let (width, height) = (view.0.max(1) as f32, view.1.max(1) as f32);
    let scale = (area.width() / width).min(area.height() / height);
    Rect::from_center_size(area.center(), Vec2::new(width * scale, height * scale))
}

fn on_screen(rect: CropRect, at: Rect, scale: f32) -> Rect {
    let point = |x: u32, y: u32| at.min + Vec2::new(x as f32, y as f32) * scale;
    Rect::from_min_max(point(rect.x, rect.y), point(rect.x + rect.width, rect.y + rect.height))
}

/// The parts of `whole` outside of `inner`.
fn around(whole: Rect, inner: Rect) -> [Rect; 4] {
    [
        Rect::from_min_max(whole.min, pos2(whole.right(), inner.top())),
        Rect::from_min_max(pos2(whole.left(), inner.bottom()), whole.max),
        Rect::from_min_max(pos2(whole.left(), inner.top()), inner.left_bottom()),
        Rect::from_min_max(inner.right_top(), pos2(whole.right(), inner.bottom())),
    ]
}

/// The picture as two triangles, turned and mirrored.
fn picture_mesh(at: Rect, texture: TextureId, edit: &PictureEdit) -> Mesh {
    let mut mesh = Mesh::with_texture(texture);
    for [x, y] in [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]] {
        let pos = at.min + Vec2::new(x * at.width(), y * at.height());
        mesh.vertices.push(Vertex { pos, uv: source_of([x, y], edit), color: tokens::UNTINTED });
    }
    mesh.indices.extend([0, 1, 2, 2, 1, 3]);
    mesh
}

/// The point of the picture that is seen at `[x, y]`, each from 0 to 1.
fn source_of([x, y]: [f32; 2], edit: &PictureEdit) -> Pos2 {
    // The mirror comes last, so it is taken back first.
    let x = if edit.is_mirrored { 1.0 - x } else { x };
    match edit.quarter_turns % 4 {
        1 => pos2(y, 1.0 - x),
        2 => pos2(1.0 - x, 1.0 - y),
        3 => pos2(1.0 - y, x),
        _ => pos2(x, y),
    }
}

fn texture<'a>(memory: &'a mut CropUi, ui: &Ui, preview: &Preview) -> &'a TextureHandle {
    let address = preview.rgba.as_ptr() as usize;
    let texture = match memory.texture.take() {
        Some((known, texture)) if known == address => texture,
        _ => {
            let size = [preview.width as usize, preview.height as usize];
            let is_whole = preview.rgba.len() == size[0] * size[1] * 4;
            let image = if is_whole {
                ColorImage::from_rgba_unmultiplied(size, &preview.rgba)
            } else {
                ColorImage::filled([1, 1], tokens::NONE)
            };
            ui.ctx().load_texture("crop", image, TextureOptions::LINEAR)
        }
    };
    &memory.texture.insert((address, texture)).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_and_mirror_show_the_right_corner() {
        let edit = |quarter_turns, is_mirrored| PictureEdit { quarter_turns, is_mirrored, ..PictureEdit::default() };
        // What is seen at the upper left corner.
        for (turns, is_mirrored, corner) in [
            (0, false, [0.0, 0.0]),
            (1, false, [0.0, 1.0]),
            (2, false, [1.0, 1.0]),
            (3, false, [1.0, 0.0]),
            (0, true, [1.0, 0.0]),
            (1, true, [0.0, 0.0]),
        ] {
            let seen = source_of([0.0, 0.0], &edit(turns, is_mirrored));
            assert_eq!([seen.x, seen.y], corner, "{turns} {is_mirrored}");
        }
    }

    #[test]
    fn corners_are_taken_before_edges_and_edges_anywhere() {
        let frame = Rect::from_min_size(pos2(100.0, 100.0), Vec2::new(320.0, 180.0));
        for (at, handle) in [
            (pos2(104.0, 97.0), Some(Handle::TopLeft)),
            (pos2(420.0, 280.0), Some(Handle::BottomRight)),
            (pos2(180.0, 102.0), Some(Handle::Top)),
            (pos2(417.0, 200.0), Some(Handle::Right)),
            (pos2(260.0, 190.0), None),
            (pos2(60.0, 190.0), None),
        ] {
            assert_eq!(grasped(at, frame), handle, "{at:?}");
        }
    }

    #[test]
    fn a_step_is_at_least_one_pixel() {
        let rect = |width| CropRect { x: 0, y: 0, width, height: 9 };
        assert_eq!(growth(rect(1600), 1.0), 32);
        assert_eq!(growth(rect(16), 1.0), 1);
        assert_eq!(growth(rect(16), -1.0), -1);
    }
}
