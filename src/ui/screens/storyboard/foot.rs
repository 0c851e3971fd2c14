//! What stands below the shots: the chosen one with its prompt and what can be done, and the line of sums.

use egui::{Align2, Sense, Ui, Vec2, pos2};

use crate::app::Action;
use crate::app::action::command::UiCommand;
use crate::app::action::storyboard::Board;
use crate::app::state::storyboard::BoardView;
use crate::app::view::storyboard::{Totals, price_to_make, shot_view};
use crate::app::view::viewer::facts_line;
use crate::domain::numbers;
use crate::domain::request::PROMPT_LIMIT;
use crate::domain::storyboard::{BoardShot, PlannedShot, Standing, Storyboard};
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::screens::Frame;
use crate::ui::text_style::{self, Spans, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, Field, tooltip};

/// Height of the field for the prompt of a planned shot, in points.
const PROMPT: f32 = 56.0;
/// Width of the buttons beside it, in points.
const BUTTONS: f32 = 232.0;

/// Height of the part about the chosen shots, in points.
pub(super) fn height(view: &BoardView, board: &Storyboard) -> f32 {
    let planned = one_of(view, board).is_some_and(|place| matches!(board.shots()[place], BoardShot::Planned(_)));
    if planned { 12.0 + 20.0 + 8.0 + PROMPT + 8.0 + 16.0 } else { 12.0 + 20.0 + 8.0 + 28.0 + 12.0 }
}

/// The place of the chosen shot, when it is the only one.
fn one_of(view: &BoardView, board: &Storyboard) -> Option<usize> {
    let key = view.focus.filter(|_| view.chosen.len() == 1)?;
    board.position(key)
}

pub(super) fn foot_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &BoardView, board: &Storyboard) {
    let c = &tokens::tokens(ui).color;
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 8.0);
    let Some(place) = one_of(view, board) else {
        let count = numbers::counted(view.chosen.len(), "shot", "shots");
        text_style::label_line(ui, Text::Strong, c.text_hi, format!("{count} chosen"));
        paint::row(ui, 8.0, |ui| remove_ui(frame, ui, "Take them off"));
        return;
    };
    let Some(said) = shot_view(frame.state, board, place) else { return };
    let title = match said.remark.as_str() {
        "" => format!("Shot {} · {}", said.number, said.word),
        remark => format!("Shot {} · {} · {remark}", said.number, said.word),
    };
    match &board.shots()[place] {
        BoardShot::Planned(planned) => planned_ui(frame, ui, planned, &title),
        BoardShot::Clip(job) => {
            let job = frame.state.jobs.get(job).filter(|_| said.standing != Standing::Removed);
            text_style::label_ellipsis(
                ui,
                Text::Strong,
                c.text_hi,
                match said.prompt.as_str() {
                    "" => title,
                    prompt => format!("{title}: {prompt}"),
                },
            );
            paint::row(ui, 8.0, |ui| {
                let is_clip = said.standing == Standing::Clip;
                if let Some(job) = job {
                    let key = frame.state.keys.text(UiCommand::OpenSelected);
                    let open = Button::new("Open").icon(Icon::Play).trailing(&key).enabled(is_clip);
                    if open.accessible_name("Open in the system player").show(ui).clicked() {
                        frame.act(Action::OpenClip(job.id));
                    }
                    let next = Button::new("Plan the next from its last frame").icon(Icon::ArrowRightToLine);
                    if next.enabled(is_clip).show(ui).clicked() {
                        frame.ui_state.board.focus_prompt = true;
                        frame.act(Action::Board(Board::PlanFromLastFrame(job.id)));
                    }
                }
                remove_ui(frame, ui, "Take it off");
                if let Some(job) = job {
                    text_style::label_ellipsis(ui, Text::Small, c.text_mid, facts_line(job));
                }
            });
        }
    }
}

fn remove_ui(frame: &mut Frame<'_>, ui: &mut Ui, text: &str) {
    let key = frame.state.keys.text(UiCommand::Remove);
    let button = Button::new(text).icon(Icon::X).trailing(&key).kind(ButtonKind::Quiet);
    let name = format!("{text} the storyboard");
    if button.accessible_name(&name).show(ui).clicked() {
        frame.act(Action::Board(Board::Remove));
    }
}

/// Draws a planned shot with the field for its prompt, and the way into the form.
fn planned_ui(frame: &mut Frame<'_>, ui: &mut Ui, planned: &PlannedShot, title: &str) {
    let c = &tokens::tokens(ui).color;
    let picture = match (&planned.picture, planned.parent) {
        (Some(picture), None) => {
            format!("begins with {}, {} × {}", picture.display_name, picture.width, picture.height)
        }
        (Some(_), Some(parent)) => format!("begins with frame {} of the clip before", parent.frame),
        (None, _) => "no picture: drop one between the shots, or paste one".to_owned(),
    };
    let line = Spans::new().add(title, Text::Strong, c.text_hi).add(&format!("   {picture}"), Text::Small, c.text_low);
    let galley = line.layout(ui.ctx(), ui.available_width(), 1);
    let (place, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 20.0), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, format!("{title}, {picture}")));
    text_style::paint_galley(ui.painter(), place.left_center(), Align2::LEFT_CENTER, galley);
    let width = (ui.available_width() - BUTTONS - 8.0).max(120.0);
    paint::row(ui, 8.0, |ui| {
        ui.vertical(|ui| {
            ui.set_width(width);
            let mut text = planned.prompt.clone();
            let field = Field::new("Prompt of the planned shot")
                .id(egui::Id::unique(("prompt of the planned shot", planned.id)))
                .multi_line(PROMPT)
                .width(width)
                .char_limit(PROMPT_LIMIT)
                .placeholder("What the shot is to show")
                .show(ui, &mut text);
            if std::mem::take(&mut frame.ui_state.board.focus_prompt) {
                field.response.request_focus();
            }
            if field.response.changed() {
                frame.act(Action::Board(Board::EditPrompt(planned.id, text)));
            }
        });
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            let price = format!("· {}", price_to_make(frame.state));
            let make = Button::new("Make this shot").kind(ButtonKind::Lit).detail(&price).width(BUTTONS);
            let name = format!("Make this shot {price}, opens the form");
            if make.accessible_name(&name).show(ui).clicked() {
                frame.act(Action::Board(Board::Make(planned.id)));
            }
            remove_ui(frame, ui, "Take it off");
        });
    });
}

/// Draws the line of sums: how long the film runs, what it cost, and what is to come.
pub(super) fn sums_ui(ui: &mut Ui, totals: &Totals) {
    let c = &tokens::tokens(ui).color;
    let (spent, doubts) = totals.spent_words();
    let mut parts = vec![("So far", spent, doubts)];
    if let Some((amount, of)) = totals.to_come_words() {
        parts.push(("To come", amount, of));
    }
    let rect = ui.max_rect();
    let mut right = rect.right();
    // From the right, so that money is in sight however narrow the window is.
    for (label, amount, remark) in parts.into_iter().rev() {
        let spans =
            Spans::new().add(&format!("{label}  "), Text::Small, c.text_low).add(&amount, Text::SmallStrong, c.text_hi);
        let galley = spans.layout(ui.ctx(), f32::INFINITY, 1);
        let width = galley.size().x;
        let place = egui::Rect::from_min_max(pos2(right - width, rect.top()), pos2(right, rect.bottom()));
        let spoken =
            if remark.is_empty() { format!("{label}: {amount}") } else { format!("{label}: {amount}, {remark}") };
        let response = ui.interact(place, egui::Id::unique(("sum", label)), Sense::hover());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
        text_style::paint_galley(ui.painter(), place.left_center(), Align2::LEFT_CENTER, galley);
        right -= width;
        if !remark.is_empty() {
            // The doubts stand beside the amount where there is room for them.
            let color = if label == "So far" { c.ask_fg } else { c.text_low };
            let text = text_style::line(ui.ctx(), &remark, Text::Small, color);
            if rect.width() > 900.0 && right - text.size().x - 12.0 > rect.left() + rect.width() * 0.4 {
                right -= text.size().x + 12.0;
                text_style::paint_galley(ui.painter(), pos2(right, rect.center().y), Align2::LEFT_CENTER, text);
            }
            tooltip(response, &remark);
        }
        right -= 24.0;
    }
    let line = totals.line();
    let width = (right - rect.left()).max(0.0);
    let (place, response) = ui.allocate_exact_size(Vec2::new(width, rect.height()), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &line));
    text_style::paint_ellipsis(
        ui.painter(),
        place.left_center(),
        Align2::LEFT_CENTER,
        Text::Small,
        c.text_mid,
        &line,
        width,
    );
}
