//! One shot of the storyboard: its picture or its state, two lines below it, and the joint before it.

use egui::{Align2, Id, Rect, Response, Sense, Ui, Vec2, pos2};

use super::layout::{GAP, LINES};
use crate::app::Action;
use crate::app::action::command::UiCommand;
use crate::app::action::storyboard::{Board, Choosing};
use crate::app::view::storyboard::{ShotView, is_in_form, job_of};
use crate::domain::storyboard::{BoardShot, Joint, ShotKey, Standing, Storyboard};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::screens::Frame;
use crate::ui::screens::film::{paint_picture, whole};
use crate::ui::screens::gallery::{icon_of, tone_of};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{MenuItem, PictureChip, context_menu, menu_row, menu_separator};

/// Id of a shot, derived from its name, so that it keeps the focus when it moves.
pub(super) fn shot_id(key: ShotKey) -> Id {
    Id::unique(("shot", key))
}

/// Draws a shot whose picture stands at `picture`.
pub(super) fn shot_ui(
    frame: &mut Frame<'_>,
    ui: &mut Ui,
    board: &Storyboard,
    shot: &BoardShot,
    said: &ShotView,
    picture: Rect,
    is_chosen: bool,
) -> Response {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let whole_place = Rect::from_min_max(picture.min, pos2(picture.right(), picture.bottom() + LINES));
    let response = ui.interact(whole_place, shot_id(shot.key()), Sense::click_and_drag());
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, is_chosen, &said.name));
    if said.number > 1 {
        joint_ui(ui, said.joint, picture);
    }
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    picture_ui(frame, ui, board, shot, said, picture);

    let inset = tokens.size.card.chip_inset;
    let number = said.number.to_string();
    let chip = PictureChip::new(&number).paint(
        ui.painter(),
        picture.min + Vec2::splat(inset),
        Align2::LEFT_TOP,
        picture.width(),
    );
    let is_plan = matches!(shot, BoardShot::Planned(planned) if is_in_form(frame.state, planned.id));
    if is_plan {
        let at = pos2(chip.right() + 4.0, chip.top());
        let room = picture.right() - inset - at.x;
        PictureChip::new("In the form").icon(Icon::PencilLine).paint(ui.painter(), at, Align2::LEFT_TOP, room);
    }
    if is_chosen {
        let stroke = egui::Stroke::new(tokens.stroke.selected, c.lit_fill);
        let corner = paint::radius(tokens.radius.card + tokens.stroke.selected);
        ui.painter().rect_stroke(picture, corner, stroke, egui::StrokeKind::Outside);
        if !tokens.is_dark() {
            // A light line inside the ring keeps the ring visible on dark pictures.
            let inner = egui::Stroke::new(tokens.stroke.selected, tokens.picture.inner_ring);
            ui.painter().rect_stroke(picture, paint::radius(tokens.radius.card), inner, egui::StrokeKind::Inside);
        }
    }
    if drawn.focus {
        paint::focus_ring(ui.painter(), picture.expand(if is_chosen { 2.0 } else { 0.0 }), tokens.radius.card);
    }
    lines_ui(ui, said, picture, tokens::mix(c.text_low, c.text_mid, drawn.hover));
    context_menu(&response, "This shot", |ui| menu_ui(frame, ui, shot, said));
    response
}

fn picture_ui(frame: &mut Frame<'_>, ui: &Ui, board: &Storyboard, shot: &BoardShot, said: &ShotView, picture: Rect) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let state = frame.state;
    let job = job_of(state, board, shot).filter(|_| said.standing != Standing::Removed);
    let poster = job.filter(|job| job.clip.is_some()).and_then(|job| frame.pictures.poster(job));
    let is_dashed = matches!(shot, BoardShot::Planned(_)) || said.standing == Standing::Removed;
    if let Some((texture, _)) = poster.filter(|_| said.standing == Standing::Clip) {
        paint_picture(ui, picture, texture, whole());
        return;
    }
    let start = match shot {
        BoardShot::Planned(planned) => planned.picture.as_ref(),
        BoardShot::Clip(_) => None,
    };
    let start = start.and_then(|start| frame.pictures.start_picture(start));
    let corner = tokens.radius.card;
    match start {
        Some((texture, size)) => paint::covered(ui.painter(), picture, texture, size, corner),
        None if is_dashed => {}
        None => paint::boxed(ui.painter(), picture, corner, c.bg_raised, c.stroke_mid),
    }
    if is_dashed {
        paint::dashed_frame(ui.painter(), picture, corner, c.stroke_control);
    }
    let icon = said.icon;
    let fg = c.tone_fg(tone_of(said.tone));
    if start.is_some() {
        // On a picture the state stands in a chip.
        if let Some(icon) = icon {
            let inset = tokens.size.card.chip_inset;
            let at = pos2(picture.left() + inset, picture.bottom() - inset);
            let text =
                if said.remark.is_empty() { said.word.clone() } else { format!("{} · {}", said.word, said.remark) };
            let chip = PictureChip::new(&text).icon(icon_of(icon)).tone(tone_of(said.tone));
            chip.paint(ui.painter(), at, Align2::LEFT_BOTTOM, picture.width() - 2.0 * inset);
        }
        return;
    }
    let center = picture.center();
    icons::paint(ui.painter(), icon.map_or(Icon::ImagePlus, icon_of), center - Vec2::new(0.0, 12.0), 16.0, fg);
    let room = picture.width() - 16.0;
    let at = center + Vec2::new(0.0, 10.0);
    text_style::paint_ellipsis(ui.painter(), at, Align2::CENTER_CENTER, Text::SmallStrong, fg, &said.word, room);
    if !said.remark.is_empty() {
        let at = center + Vec2::new(0.0, 28.0);
        text_style::paint_ellipsis(
            ui.painter(),
            at,
            Align2::CENTER_CENTER,
            Text::Caption,
            c.text_mid,
            &said.remark,
            room,
        );
    }
}

fn lines_ui(ui: &Ui, said: &ShotView, picture: Rect, low: egui::Color32) {
    let c = &tokens::tokens(ui).color;
    let width = picture.width();
    let at = pos2(picture.left(), picture.bottom() + 12.0);
    let (text, color) = match said.prompt.as_str() {
        "" => ("No prompt yet", low),
        prompt => (prompt, c.text_hi),
    };
    text_style::paint_ellipsis(ui.painter(), at, Align2::LEFT_CENTER, Text::Small, color, text, width);
    let y = picture.bottom() + 30.0;
    let price = text_style::paint(
        ui.painter(),
        pos2(picture.right(), y),
        Align2::RIGHT_CENTER,
        Text::Caption,
        low,
        &said.price,
    );
    let left = if said.settings.is_empty() { said.word.as_str() } else { said.settings.as_str() };
    let room = (price.left() - picture.left() - 6.0).max(0.0);
    text_style::paint_ellipsis(
        ui.painter(),
        pos2(picture.left(), y),
        Align2::LEFT_CENTER,
        Text::Caption,
        low,
        left,
        room,
    );
}

/// Draws how a shot follows the one before it: an arrow where it continues, two short lines at a cut.
fn joint_ui(ui: &Ui, joint: Joint, picture: Rect) {
    let c = &tokens::tokens(ui).color;
    // At the beginning of a row there is less room.
    let x = (picture.left() - GAP / 2.0).max(ui.clip_rect().left() + 8.0);
    let at = pos2(x.floor(), picture.center().y.floor());
    match joint {
        Joint::Continues { .. } => {
            icons::paint(ui.painter(), Icon::ArrowRightToLine, at, 14.0, c.text_hi);
        }
        Joint::Cut => {
            for x in [-2.0, 2.0] {
                paint::upright(ui.painter(), at.x + x, egui::Rangef::new(at.y - 6.0, at.y + 6.0), c.stroke_control);
            }
        }
    }
}

fn menu_ui(frame: &mut Frame<'_>, ui: &mut Ui, shot: &BoardShot, said: &ShotView) {
    let keys = &frame.state.keys;
    let key = |command: UiCommand| keys.text(command);
    let mut row = |ui: &mut Ui, item: MenuItem<'_>, action: Action| {
        if menu_row(ui, item).clicked() {
            frame.act(action);
        }
    };
    match shot {
        BoardShot::Clip(job) => {
            let is_clip = said.standing == Standing::Clip;
            let open = key(UiCommand::OpenSelected);
            let item = MenuItem::new("Open").icon(Icon::Play).key(&open);
            row(ui, if is_clip { item } else { item.disabled("it is no clip yet") }, Action::OpenClip(*job));
            let item = MenuItem::new("Plan a shot from its last frame").icon(Icon::ArrowRightToLine);
            let item = if is_clip { item } else { item.disabled("it is no clip yet") };
            row(ui, item, Action::Board(Board::PlanFromLastFrame(*job)));
        }
        BoardShot::Planned(planned) => {
            let item = MenuItem::new("Make this shot…").icon(Icon::PencilLine);
            row(ui, item, Action::Board(Board::Make(planned.id)));
            if planned.picture.is_some() {
                row(
                    ui,
                    MenuItem::new("Take its picture off").indented(),
                    Action::Board(Board::RemovePicture(planned.id)),
                );
            }
        }
    }
    let plan = key(UiCommand::PlanShot);
    row(ui, MenuItem::new("Plan a shot behind it").icon(Icon::Plus).key(&plan), Action::Board(Board::Plan));
    menu_separator(ui);
    for (text, command, board) in [
        ("Move back", UiCommand::ShotBack, Board::Shift(false)),
        ("Move on", UiCommand::ShotOn, Board::Shift(true)),
        ("Move to the beginning", UiCommand::ShotFirst, Board::ToEnd(false)),
        ("Move to the end", UiCommand::ShotLast, Board::ToEnd(true)),
    ] {
        row(ui, MenuItem::new(text).indented().key(&key(command)), Action::Board(board));
    }
    menu_separator(ui);
    row(ui, MenuItem::new("Choose only this").indented(), Action::Board(Board::Choose(shot.key(), Choosing::Only)));
    let remove = key(UiCommand::Remove);
    row(ui, MenuItem::new("Off the storyboard").icon(Icon::X).key(&remove), Action::Board(Board::Remove));
}
