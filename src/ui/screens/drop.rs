//! Files that are dragged over the window: reads them from the input, and draws the two targets over the gallery.

use egui::{Align2, Area, Event, Id, Order, Pos2, Rect, Role, Sense, Ui, Vec2, WidgetInfo, pos2};

use super::Frame;
use crate::app::Action;
use crate::app::action::pictures::Pictures;
use crate::app::state::pictures::DropTarget;
use crate::app::state::viewer::Viewer;
use crate::app::view::dropping::{self, Target};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;

/// How long after a drop its place is waited for, in seconds.
const PLACE_WAIT: f64 = 0.2;
/// Distance of the targets from the edge of the gallery and from each other, in points.
const GAP: f32 = 16.0;

/// Reads what hovers over the window and what was let go of, before anything is drawn.
pub(super) fn handle(frame: &mut Frame<'_>, ui: &Ui) {
    let (hovered, dropped, place, now) = ui.input(|input| {
        let hovered = &input.raw.hovered_files;
        let paths = hovered.iter().filter_map(|file| file.path.clone()).collect::<Vec<_>>();
        let dropped = input.raw.dropped_files.iter().map(|file| file.path().to_path_buf()).collect::<Vec<_>>();
        let place = input.events.iter().rev().find_map(|event| match event {
            Event::PointerMoved(at) => Some(*at),
            _ => None,
        });
        ((!hovered.is_empty()).then_some(paths), dropped, place, input.time)
    });
    // The storyboard takes what is dropped on it by itself.
    let is_board = matches!(frame.state.viewer, Some(Viewer::Storyboard(_)));
    let hovered = hovered.filter(|_| !is_board);
    if !dropped.is_empty() && !is_board {
        frame.ui_state.drop.let_go = Some((dropped, now));
    }
    if let Some((files, at)) = frame.ui_state.drop.let_go.take() {
        // A single target needs no place.
        let is_clear = !frame.state.hovering.as_ref().is_some_and(|hovering| {
            let shown = dropping::view(hovering);
            shown.picture.is_on && shown.settings.is_on
        });
        if place.is_none() && !is_clear && now - at < PLACE_WAIT {
            ui.ctx().request_repaint_after_secs((PLACE_WAIT - (now - at)) as f32);
            frame.ui_state.drop.let_go = Some((files, at));
            return;
        }
        let on = place.and_then(|place| target_at(frame, place));
        frame.act(Action::Pictures(Pictures::Drop(files, on)));
        return;
    }
    let known = frame.state.hovering.as_ref().map(|hovering| &hovering.files);
    let is_offered = frame.state.gets_drops && frame.state.dialog.is_none();
    if hovered.as_ref() != known && (hovered.is_none() || is_offered) {
        frame.act(Action::Pictures(Pictures::Hover(hovered)));
    }
}

/// The target at a place of the window.
fn target_at(frame: &Frame<'_>, place: Pos2) -> Option<DropTarget> {
    let drop = &frame.ui_state.drop;
    if drop.well.is_some_and(|well| well.contains(place)) {
        return Some(DropTarget::StartPicture);
    }
    let [picture, settings] = drop.targets?;
    if picture.contains(place) {
        return Some(DropTarget::StartPicture);
    }
    settings.contains(place).then_some(DropTarget::RestoreSettings)
}

/// Draws the targets over `area` while files hover over the window.
pub(super) fn targets_ui(frame: &mut Frame<'_>, ui: &Ui, area: Rect) {
    let Some(hovering) = &frame.state.hovering else {
        frame.ui_state.drop.targets = None;
        return;
    };
    let tokens = tokens::tokens(ui);
    let shown = dropping::view(hovering);
    let inner = area.shrink(GAP);
    let half = ((inner.height() - GAP) / 2.0).floor();
    let upper = Rect::from_min_size(inner.min, Vec2::new(inner.width(), half));
    let lower = Rect::from_min_max(pos2(inner.left(), upper.bottom() + GAP), inner.max);
    frame.ui_state.drop.targets = Some([upper, lower]);
    Area::new(Id::unique("drop targets")).order(Order::Foreground).fixed_pos(area.min).show(ui.ctx(), |ui| {
        ui.set_clip_rect(area);
        ui.painter().rect_filled(area, 0.0, tokens::faded(tokens.color.bg_gallery, 0.86));
        let is_usual = |target| shown.usual == target;
        target_ui(ui, upper, Icon::ImagePlus, &shown.picture, is_usual(DropTarget::StartPicture));
        target_ui(ui, lower, Icon::FileClock, &shown.settings, is_usual(DropTarget::RestoreSettings));
    });
}

fn target_ui(ui: &Ui, rect: Rect, icon: Icon, target: &Target, is_usual: bool) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let painter = ui.painter();
    let is_meant = target.is_on && is_usual;
    let fill = if target.is_on { c.bg_pane } else { c.bg_gallery };
    painter.rect_filled(rect, paint::radius(tokens.radius.dialog), fill);
    if is_meant {
        paint::dashed_ring(painter, rect, tokens.radius.dialog, c.focus_ring, tokens.stroke.focus);
    } else {
        paint::dashed_frame(painter, rect, tokens.radius.dialog, c.stroke_control);
    }
    let (strong, plain) = if target.is_on { (c.text_hi, c.text_mid) } else { (c.text_low, c.text_low) };
    let width = rect.width() - 48.0;
    let sentence = text_style::wrapped(ui.ctx(), &target.sentence, Text::Body, plain, width, 3);
    let detail = text_style::ellipsis(ui.ctx(), &target.detail, Text::Small, c.text_low, width);
    let has_detail = !target.detail.is_empty();
    let height = 32.0 + 12.0 + Text::Heading.line() + 6.0 + sentence.size().y;
    let height = height + if has_detail { 6.0 + Text::Small.line() } else { 0.0 };
    let x = rect.center().x;
    let mut y = rect.center().y - height / 2.0;
    icons::paint(painter, icon, pos2(x, y + 16.0), 32.0, strong);
    y += 32.0 + 12.0;
    text_style::paint(painter, pos2(x, y), Align2::CENTER_TOP, Text::Heading, strong, target.title);
    y += Text::Heading.line() + 6.0;
    let sentence_height = sentence.size().y;
    text_style::paint_galley(painter, pos2(x, y), Align2::CENTER_TOP, sentence);
    y += sentence_height + 6.0;
    if has_detail {
        text_style::paint_galley(painter, pos2(x, y), Align2::CENTER_TOP, detail);
    }
    let response = ui.interact(rect, ui.unique_id().with(target.title), Sense::hover());
    response.widget_info(|| {
        let name = format!("{}: {} {}", target.title, target.sentence, target.detail);
        WidgetInfo::labeled(Role::Group, target.is_on, name.trim())
    });
}
