//! The form pane: prompt, start picture, settings, seed and gateway. The price block with Generate is pinned
//! to its lower edge.

mod picture;
mod price;
mod travel;
pub(super) mod words;

use egui::{Align2, Id, Rect, Sense, Ui, UiBuilder, Vec2, pos2};
use strum::IntoEnumIterator as _;

use super::Frame;
use crate::app::Action;
use crate::app::action::command::UiCommand;
use crate::app::action::list::List;
use crate::app::view::form;
use crate::app::view::form::FormView;
use crate::domain::capability::sends_ratio_with_picture;
use crate::domain::request::MAX_TAKES;
use crate::domain::setting::SeedMode;
use crate::domain::setting::{Setting, Support};
use crate::domain::{AspectRatio, ClipDuration, Field as At, GatewayId, Resolution, Thinking};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, Tokens};
use crate::ui::widgets::{
    Button, Dropdown, DropdownItem, Field, IconButton, RatioFrames, Segmented, Stepper, Switch, tooltip,
};
use picture::{end_picture_ui, picture_ui};
use price::{generate_ui, generate_width, price_height, price_ui};
use travel::travel_ui;
use words::{follow_focus, prompt_ui};

/// Padding around the contents of the form, in points.
const PAD: f32 = 16.0;
/// Extra space between sections in points, on top of the 8 points between rows.
const SECTION_GAP: f32 = 4.0;
/// Allowed heights of the prompt field in points, without its label of 22 points.
const PROMPT_HEIGHT: std::ops::RangeInclusive<f32> = 90.0..=174.0;
/// Estimated height in points of the form without the prompt field, used until it was drawn once.
const REST_AT_FIRST: f32 = 470.0;

/// Id of the prompt editor, by which a shortcut can focus it.
pub(super) fn prompt_id() -> Id {
    Id::unique("prompt editor")
}

/// Draws the whole form into its pane.
pub(super) fn form_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let tokens = tokens::tokens(ui);
    let pane = ui.max_rect();
    let view = form::view(frame.state);
    let inner_width = pane.width() - 2.0 * PAD - 1.0;
    let below = price_height(&view, ui, inner_width);
    let price = Rect::from_min_max(pos2(pane.left(), pane.bottom() - below), pane.max);
    let above = Rect::from_min_max(pane.min, pos2(pane.right(), price.top()));

    let mut child = ui.new_child(UiBuilder::new().id_salt("settings").max_rect(above));
    child.set_clip_rect(above.intersect(ui.clip_rect()));
    egui::ScrollArea::vertical().id_salt("form scroll").auto_shrink([false, false]).show(&mut child, |ui| {
        settings_ui(frame, ui, &view, above.height());
    });
    paint::divider(ui.painter(), pane.x_range(), price.top(), tokens.color.stroke_soft);
    let mut child = ui.new_child(UiBuilder::new().id_salt("price").max_rect(price));
    price_ui(frame, &mut child, &view);
}

fn settings_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView, room: f32) {
    let tokens = tokens::tokens(ui);
    let top = ui.cursor().top();
    let full = ui.available_width();
    let rest = if frame.ui_state.form_rest_height > 0.0 { frame.ui_state.form_rest_height } else { REST_AT_FIRST };
    let prompt_height = (room - rest).clamp(*PROMPT_HEIGHT.start(), *PROMPT_HEIGHT.end()).floor();
    let inset = |ui: &mut Ui, contents: &mut dyn FnMut(&mut Ui)| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing = Vec2::ZERO;
            ui.add_space(PAD);
            ui.vertical(|ui| {
                ui.set_width(full - 2.0 * PAD - 1.0);
                ui.spacing_mut().item_spacing.y = tokens.space.x2;
                contents(ui);
            });
        });
    };
    ui.add_space(8.0);
    inset(ui, &mut |ui| {
        prompt_ui(frame, ui, view, prompt_height);
        ui.add_space(SECTION_GAP);
        negative_ui(frame, ui, view);
        ui.add_space(SECTION_GAP);
        picture_ui(frame, ui, view);
        end_picture_ui(frame, ui, view);
        travel_ui(frame, ui, view);
    });
    ui.add_space(12.0);
    paint::show_divider(ui);
    ui.add_space(12.0);
    inset(ui, &mut |ui| rows_ui(frame, ui, view));
    ui.add_space(16.0);
    let rest = ui.cursor().top() - top - prompt_height;
    if (rest - frame.ui_state.form_rest_height).abs() > 0.5 {
        frame.ui_state.form_rest_height = rest;
        ui.ctx().request_discard("the prompt takes the spare height of the form");
    }
}

/// Paints the visible label above a control. It is not a widget, because the control has the accessible name and a
/// screen reader would read it twice.
fn heading(ui: &mut Ui, text: &str) {
    let color = tokens::tokens(ui).color.text_mid;
    let galley = text_style::line(ui.ctx(), text, Text::SmallStrong, color);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(galley.size().x, Text::SmallStrong.line()), Sense::hover());
    text_style::paint_galley(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, galley);
}

fn negative_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let mut text = frame.state.draft.negative_prompt.clone();
    let is_open = frame.ui_state.shows_negative_prompt;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 20.0), Sense::click());
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::Role::DisclosureTriangle, true, is_open, "Show the negative prompt")
    });
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    let icon = if is_open { Icon::ChevronDown } else { Icon::ChevronRight };
    let y = rect.center().y;
    icons::paint(ui.painter(), icon, pos2(rect.left() + 7.0, y), 14.0, c.text_mid);
    let color = tokens::mix(c.text_mid, c.text_hi, drawn.hover);
    let label = text_style::paint(
        ui.painter(),
        pos2(rect.left() + 20.0, y),
        Align2::LEFT_CENTER,
        Text::SmallStrong,
        color,
        "Negative prompt",
    );
    let mut x = label.right();
    if form::mark(frame.state, Setting::NegativePrompt) != Support::Documented {
        icons::paint(ui.painter(), Icon::CircleDashed, pos2(x + 10.0, y), 12.0, c.text_low);
        x += 16.0;
    }
    if !is_open {
        let shown = if text.trim().is_empty() { "none" } else { text.trim() };
        let at = pos2(x + 8.0, y);
        let room = rect.right() - x - 8.0;
        text_style::paint_ellipsis(ui.painter(), at, Align2::LEFT_CENTER, Text::Caption, c.text_low, shown, room);
    }
    if drawn.focus {
        paint::focus_ring(ui.painter(), rect, tokens.radius.chip);
    }
    if response.clicked() {
        frame.ui_state.shows_negative_prompt = !is_open;
    }
    if is_open || view.problem_at(At::NegativePrompt).is_some() {
        let field = Field::new("Negative prompt")
            .multi_line(58.0)
            .placeholder("What the shot should not show")
            .problem(view.problem_at(At::NegativePrompt))
            .show(ui, &mut text);
        follow_focus(frame, &field.response);
        if field.response.changed() {
            frame.act(Action::EditNegativePrompt(text));
        }
    }
}

fn rows_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let draft = &frame.state.draft;

    let mut resolution = draft.resolution;
    row(frame, ui, "Resolution", None, |_, ui| {
        let mut control = Segmented::new("Resolution");
        for value in Resolution::iter() {
            control = control.item(value, value.name());
        }
        control.show(ui, &mut resolution)
    });
    if resolution != draft.resolution {
        frame.act(Action::SetResolution(resolution));
    }

    let mut duration = draft.duration;
    let blocked = form::duration_remark(draft);
    row(frame, ui, "Duration", None, |_, ui| {
        let mut control = Segmented::new("Duration");
        for (value, label) in [(ClipDuration::S5, "5 s"), (ClipDuration::S8, "8 s"), (ClipDuration::S10, "10 s")] {
            control = match &blocked {
                Some(reason) if value == ClipDuration::S10 => control.item_enabled(value, label, false).reason(reason),
                _ => control.item(value, label),
            };
        }
        control.show(ui, &mut duration)
    });
    if duration != draft.duration {
        frame.act(Action::SetDuration(duration));
    }
    if let Some(reason) = blocked {
        let is_wrong = view.problem_at(At::Duration).is_some();
        let color = if is_wrong { c.fail_fg } else { c.text_low };
        hint(ui, label_width(ui, tokens), &reason, color);
    }

    let mut ratio = draft.aspect_ratio;
    ui.add_space(SECTION_GAP);
    heading(ui, "Aspect ratio");
    ui.add_space(-2.0);
    let mut control = RatioFrames::new("Aspect ratio");
    for value in AspectRatio::iter() {
        let (width, height) = value.parts();
        #[expect(clippy::cast_precision_loss, reason = "numbers up to 16")]
        let (width, height) = (width as f32, height as f32);
        control = control.item(value, value.name(), width, height);
    }
    control.show(ui, &mut ratio);
    if ratio != draft.aspect_ratio {
        frame.act(Action::SetRatio(ratio));
    }
    if draft.picture.is_some() {
        let text = if sends_ratio_with_picture(draft.gateway) {
            "Most likely follows the start picture"
        } else {
            "Not sent: the clip has the ratio of the start picture"
        };
        hint(ui, 0.0, text, c.text_low);
    }

    let mut thinking = draft.thinking;
    ui.add_space(SECTION_GAP);
    row(frame, ui, "Thinking", Some(Setting::Thinking), |_, ui| {
        Segmented::new("Thinking")
            .item(Thinking::Auto, "Auto")
            .item(Thinking::Enabled, "On")
            .item(Thinking::Disabled, "Off")
            .show(ui, &mut thinking)
    });
    if thinking != draft.thinking {
        frame.act(Action::SetThinking(thinking));
    }

    let mut audio = draft.audio;
    row(frame, ui, "Audio", Some(Setting::Audio), |frame, ui| {
        let label = match (frame.state.draft.audio, frame.state.draft.gateway) {
            (false, _) => "Off",
            (true, GatewayId::Apiin) => "On, doubles the credits",
            (true, _) => "On",
        };
        Switch::new("Audio").label(label).show(ui, &mut audio)
    });
    if audio != draft.audio {
        frame.act(Action::SetAudio(audio));
    }
    seed_ui(frame, ui, view);
    takes_ui(frame, ui, view);
}

fn seed_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView) {
    let tokens = tokens::tokens(ui);
    let mut mode = frame.state.draft.seed_mode;
    let mut text = frame.state.draft.seed_text.clone();
    let (mut is_typed, mut is_diced) = (false, false);
    row(frame, ui, "Seed", Some(Setting::Seed), |frame, ui| {
        let is_random = frame.state.draft.seed_mode == SeedMode::Random;
        let room = ui.available_width();
        let half = ((room - 4.0) * 0.5).floor();
        // The label of the longest mode needs a little more than half of the width.
        let (number, modes) = (half - 4.0, half + 4.0);
        {
            let mut shown = if is_random { String::new() } else { text.clone() };
            let field = Field::new("Seed")
                .placeholder(if is_random { "random" } else { "number" })
                .width(number)
                .trailing(Icon::Dices, "Random seed")
                .show(ui, &mut shown);
            follow_focus(frame, &field.response);
            if field.response.changed() {
                text = shown;
                is_typed = true;
            }
            is_diced = field.trailing_clicked;
            ui.add_space(4.0);
            Dropdown::new("Seed mode").width(modes).show(
                ui,
                &mut mode,
                &[
                    DropdownItem::new(SeedMode::Random, "Random").detail("a new one for each take"),
                    DropdownItem::new(SeedMode::Fixed, "Fixed").detail("the same for each take"),
                    DropdownItem::new(SeedMode::CountUp, "Count up").detail("one more for each take"),
                ],
            )
        }
    });
    if is_typed {
        frame.act(Action::EditSeed(text));
        // Typing a seed selects the fixed mode.
        if mode == SeedMode::Random {
            mode = SeedMode::Fixed;
        }
    }
    if is_diced {
        mode = SeedMode::Random;
    }
    if mode != frame.state.draft.seed_mode {
        frame.act(Action::SetSeedMode(mode));
    }
    if let Some(problem) = view.problem_at(At::Seed) {
        hint(ui, label_width(ui, tokens), problem, tokens.color.fail_fg);
    }
}

fn takes_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView) {
    let tokens = tokens::tokens(ui);
    let draft = &frame.state.draft;
    let mut takes = u32::from(draft.takes);
    let mut wants_list = false;
    let note = match (draft.seed_mode, draft.takes) {
        (SeedMode::Random, _) => "new seeds",
        (SeedMode::Fixed, 0 | 1) => "",
        (SeedMode::Fixed, _) => "same seed each",
        (SeedMode::CountUp, _) => "seeds count up",
    };
    row(frame, ui, "Takes", None, |frame, ui| {
        Stepper::new("Takes", 1..=u32::from(MAX_TAKES)).show(ui, &mut takes);
        ui.add_space(8.0);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let (name, key) = (UiCommand::QueueList.text(), frame.state.keys.text(UiCommand::QueueList));
            wants_list = IconButton::new(Icon::ListOrdered, name).key(&key).show(ui).clicked();
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                text_style::label_ellipsis(ui, Text::Caption, tokens.color.text_low, note);
            });
        });
    });
    if wants_list {
        frame.act(Action::List(List::Open));
    }
    if takes != u32::from(draft.takes) {
        frame.act(Action::SetTakes(u8::try_from(takes).unwrap_or(MAX_TAKES)));
    }
    if let Some(problem) = view.problem_at(At::Takes) {
        hint(ui, label_width(ui, tokens), problem, tokens.color.fail_fg);
    }
}

fn label_width(ui: &Ui, tokens: &Tokens) -> f32 {
    if ui.available_width() < 256.0 { tokens.size.form_label_narrow } else { tokens.size.form_label }
}

/// Lays out a label and a control side by side. A setting that the gateway does not document gets a dashed ring.
fn row<R>(
    frame: &mut Frame<'_>,
    ui: &mut Ui,
    label: &str,
    setting: Option<Setting>,
    control: impl FnOnce(&mut Frame<'_>, &mut Ui) -> R,
) -> R {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let width = label_width(ui, tokens);
    let height = tokens.size.control.normal;
    let whole = Vec2::new(ui.available_width(), height);
    ui.allocate_ui_with_layout(whole, egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.set_min_size(whole);
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        let size = Vec2::new(width, height);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let at = pos2(rect.left(), rect.center().y);
        let text = text_style::paint(ui.painter(), at, Align2::LEFT_CENTER, Text::SmallStrong, c.text_mid, label);
        if let Some(support) = setting.map(|setting| form::mark(frame.state, setting))
            && support != Support::Documented
        {
            let at = pos2(text.right() + 10.0, rect.center().y);
            icons::paint(ui.painter(), Icon::CircleDashed, at, 12.0, c.text_low);
            let chosen = frame.state.draft.gateway;
            let gateway = chosen.title();
            let what = match support {
                Support::NotAvailable => format!("{gateway} has no field for this. It is not sent."),
                _ if frame.state.settings.of(chosen).send_undocumented => {
                    format!("{gateway} does not document this. It is sent and may be ignored.")
                }
                _ => format!("{gateway} does not document this, so it is not sent. Settings can change that."),
            };
            tooltip(response, &what);
        }
        control(frame, ui)
    })
    .inner
}

/// Draws a line of help below a control.
fn hint(ui: &mut Ui, indent: f32, text: &str, color: egui::Color32) {
    paint::row(ui, 4.0, |ui| {
        if indent > 0.0 {
            ui.add_space(indent - 4.0);
        }
        icons::show(ui, Icon::Info, 12.0, color);
        text_style::label_ellipsis(ui, Text::Caption, color, text);
    });
}

/// Draws the form of a narrow window: one row with the prompt, the prices and Generate.
pub(super) fn folded_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let view = form::view(frame.state);
    let rect = ui.max_rect().shrink2(Vec2::new(PAD, 8.0));
    let mut child =
        ui.new_child(UiBuilder::new().max_rect(rect).layout(egui::Layout::right_to_left(egui::Align::Center)));
    let ui = &mut child;
    ui.spacing_mut().item_spacing = Vec2::new(12.0, 0.0);
    ui.scope(|ui| {
        ui.set_max_width(generate_width(&view, ui).clamp(200.0, 300.0));
        generate_ui(frame, ui, &view);
    });
    // Stack the prices, so that the prompt keeps its width.
    let lines: Vec<_> = view.tiles.iter().map(|tile| (tile.name(), tile.is_chosen)).collect();
    let line = |ui: &Ui, text: &str| text_style::line(ui.ctx(), text, Text::Caption, c.text_hi).size().x;
    let wide = lines.iter().map(|(text, _)| line(ui, text)).fold(0.0, f32::max).ceil();
    ui.allocate_ui_with_layout(Vec2::new(wide, 48.0), egui::Layout::top_down(egui::Align::Min), |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        for (text, is_chosen) in lines {
            text_style::label_line(ui, Text::Caption, if is_chosen { c.text_hi } else { c.text_low }, text);
        }
    });
    ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
        let name = if frame.ui_state.shows_form { "Close the form" } else { "Open the form" };
        let button = Button::new("Form").icon(Icon::PanelLeftOpen).accessible_name(name);
        if button.show(ui).clicked() {
            frame.ui_state.shows_form = !frame.ui_state.shows_form;
        }
        ui.add_space(8.0);
        let mut text = frame.state.draft.prompt.clone();
        if !frame.ui_state.shows_form {
            let width = ui.available_width() - 8.0;
            let field = Field::new("Prompt").placeholder("Describe the shot").width(width.max(60.0));
            let response = field.show(ui, &mut text).response;
            follow_focus(frame, &response);
            if response.changed() {
                frame.act(Action::EditPrompt(text));
            }
        }
    });
}
