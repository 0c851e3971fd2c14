//! The gallery without cards: the welcome page of a new library, or one sentence and one button when
//! the filters match nothing.

use egui::{Align2, Rect, Sense, Ui, UiBuilder, Vec2, pos2};
use secrecy::SecretString;

use super::Frame;
use super::settings::key_words;
use crate::app::Action;
use crate::app::action::browse::Browse;
use crate::app::action::{SAMPLE_SHOTS, SampleShot};
use crate::app::state::SettingsPage;
use crate::app::state::gallery::Filter;
use crate::app::view::form;
use crate::domain::numbers;
use crate::domain::{AspectRatio, GatewayId};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, Field, PictureChip, Segmented};

/// Width of the welcome page, in points.
const PAGE: f32 = 640.0;

/// Draws the welcome page, which is shown while there is neither a key nor a clip. Every step on it is optional.
pub(super) fn welcome_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let view = ui.max_rect();
    let width = PAGE.min(view.width() - 48.0);
    egui::ScrollArea::vertical().id_salt("welcome").auto_shrink([false, false]).show(ui, |ui| {
        let side = ((ui.available_width() - width) / 2.0).max(24.0);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing = Vec2::ZERO;
            ui.add_space(side);
            ui.vertical(|ui| {
                ui.set_width(width);
                ui.add_space(38.0);
                text_style::label(ui, Text::Welcome, c.text_hi, "Describe a shot, see its price, press Generate.");
                ui.add_space(4.0);
                let text = "Everything here can be skipped. Nothing is sent until you press Generate.";
                text_style::label(ui, Text::Body, c.text_mid, text);
                ui.add_space(24.0);
                let each = ((width - 16.0) / 2.0).floor();
                let height = 206.0;
                let (row, _) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
                let left = Rect::from_min_size(row.min, Vec2::new(each, height));
                let right = Rect::from_min_size(pos2(row.right() - each, row.top()), Vec2::new(each, height));
                tile(ui, left, "practice tile", |ui| practice_ui(frame, ui));
                tile(ui, right, "key tile", |ui| key_ui(frame, ui));
                ui.add_space(12.0);
                paint::row(ui, 8.0, |ui| {
                    text_style::label_line(ui, Text::Small, c.text_mid, "Clips in");
                    text_style::label_ellipsis(ui, Text::SmallStrong, c.text_hi, &frame.state.clip_folder);
                    let change = Button::new("Change").kind(ButtonKind::QuietSmall);
                    if change.accessible_name("Change the folder of clips").show(ui).clicked() {
                        frame.act(Action::OpenSettings(SettingsPage::Clips));
                    }
                });
                ui.add_space(28.0);
                samples_ui(frame, ui, width);
                ui.add_space(32.0);
            });
        });
    });
}

fn tile(ui: &mut Ui, rect: Rect, name: &str, contents: impl FnOnce(&mut Ui)) {
    let tokens = tokens::tokens(ui);
    paint::boxed(ui.painter(), rect, tokens.radius.tile, tokens.color.bg_raised, tokens.color.stroke_mid);
    let mut child = ui.new_child(UiBuilder::new().id_salt(name).max_rect(rect.shrink2(Vec2::new(17.0, 16.0))));
    child.spacing_mut().item_spacing = Vec2::ZERO;
    contents(&mut child);
}

fn tile_title(ui: &mut Ui, icon: Icon, text: &str) {
    let c = &tokens::tokens(ui).color;
    paint::row(ui, 8.0, |ui| {
        icons::show(ui, icon, 18.0, c.text_hi);
        text_style::label_line(ui, Text::Title, c.text_hi, text);
    });
    ui.add_space(10.0);
}

fn practice_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    tile_title(ui, Icon::Clapperboard, "No key yet");
    text_style::label(
        ui,
        Text::Body,
        c.text_mid,
        "Look around with practice clips: free, offline, made on this computer. They behave like the real thing and never enter your totals.",
    );
    ui.add_space(12.0);
    // Only one button in view is accented. Once Generate is enabled, it takes the accent from this button.
    let can_generate = form::ready_order(frame.state).is_ok();
    let kind = if can_generate { ButtonKind::Lit } else { ButtonKind::PrimaryLow };
    if Button::new("Start with practice clips").kind(kind).show(ui).clicked() {
        frame.act(Action::StartPractice);
    }
    ui.add_space(10.0);
    text_style::label(ui, Text::Caption, c.text_low, "First clip in about 10 seconds");
}

fn key_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    tile_title(ui, Icon::KeyRound, "I have a key");
    let before = frame.ui_state.welcome_gateway.unwrap_or(GatewayId::Aigateway);
    let mut gateway = before;
    let mut control = Segmented::new("Gateway of the key");
    for each in GatewayId::PAID {
        control = control.item(each, each.title());
    }
    control.show(ui, &mut gateway);
    frame.ui_state.welcome_gateway = Some(gateway);
    ui.add_space(8.0);
    let mut key = frame.ui_state.keys.remove(&gateway).unwrap_or_default();
    let is_typed = !key.trim().is_empty();
    let mut saves = false;
    paint::row(ui, 8.0, |ui| {
        let button = Button::new("Save").enabled(is_typed).accessible_name("Save the key");
        let width = ui.available_width() - button.natural_width(ui) - 8.0;
        let field = Field::new("Key").placeholder("Paste the key").masked().width(width).show(ui, &mut key);
        saves = (button.show(ui).clicked() || field.submitted) && is_typed;
    });
    ui.add_space(10.0);
    let known = frame.state.gateway(gateway);
    match &known.key_trouble {
        Some(reason) => {
            text_style::label(ui, Text::Caption, c.ask_fg, format!("{reason}."));
            ui.add_space(6.0);
            // Show the button only if a key was typed.
            let session = Button::new("Use it until the window closes").kind(ButtonKind::Small);
            if is_typed && session.show(ui).clicked() {
                frame.act(Action::KeepKeyForSession(gateway, SecretString::from(key.trim())));
                key.clear();
            }
        }
        None => {
            let host = frame.state.host_of(gateway);
            let text = format!(
                "Kept in this desktop’s password store, never in a file. It is sent to {host} and nowhere else."
            );
            text_style::label(ui, Text::Caption, c.text_low, text);
        }
    }
    if let Some(words) = key_words(frame.state, gateway) {
        text_style::label(ui, Text::Caption, c.text_mid, words);
    }
    if saves {
        // The field keeps the typed key: if the password store refuses it, the user can keep it for the session.
        frame.act(Action::SaveKey(gateway, SecretString::from(key.trim())));
    }
    frame.ui_state.keys.insert(gateway, key);
}

fn samples_ui(frame: &mut Frame<'_>, ui: &mut Ui, width: f32) {
    let c = &tokens::tokens(ui).color;
    paint::row(ui, 8.0, |ui| {
        text_style::label_line(ui, Text::Strong, c.text_hi, "Or begin with one of these");
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            text_style::label_line(ui, Text::Caption, c.text_low, "A click fills the form. It never runs by itself");
        });
    });
    ui.add_space(10.0);
    let ratio = |sample: &SampleShot| {
        let (width, height) = sample.ratio.parts();
        #[expect(clippy::cast_precision_loss, reason = "numbers up to 16")]
        let ratio = width as f32 / height as f32;
        ratio
    };
    #[expect(clippy::cast_precision_loss, reason = "three samples")]
    let gaps = 12.0 * (SAMPLE_SHOTS.len() - 1) as f32;
    let height = ((width - gaps) / SAMPLE_SHOTS.iter().map(ratio).sum::<f32>()).floor();
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(12.0, 0.0);
        for (index, sample) in SAMPLE_SHOTS.into_iter().enumerate() {
            let room = (height * ratio(&sample)).floor();
            ui.vertical(|ui| {
                ui.set_width(room);
                sample_ui(frame, ui, index, sample, Vec2::new(room, height));
            });
        }
    });
}

fn sample_ui(frame: &mut Frame<'_>, ui: &mut Ui, index: usize, sample: SampleShot, size: Vec2) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Use this sample: {}", sample.prompt))
    });
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    let fill = drawn.color(c.bg_raised, c.bg_hover, c.bg_active);
    if let Some((texture, _)) = frame.pictures.sample(index) {
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        let corner = paint::radius(tokens.radius.card);
        let shape = egui::epaint::RectShape::filled(rect, corner, tokens::UNTINTED).with_texture(texture, whole);
        ui.painter().add(shape);
        let edge = egui::Stroke::new(2.0, tokens::faded(c.lit_fill, drawn.hover));
        ui.painter().rect_stroke(rect, corner, edge, egui::StrokeKind::Inside);
    } else {
        paint::boxed(ui.painter(), rect, tokens.radius.card, fill, c.stroke_mid);
        paint_frame(ui, rect, sample.ratio, tokens::mix(c.stroke_control, c.text_hi, drawn.hover));
    }
    let at = rect.min + Vec2::splat(tokens.size.card.chip_inset);
    PictureChip::new("Sample").paint(ui.painter(), at, Align2::LEFT_TOP, rect.width());
    if drawn.focus {
        paint::focus_ring(ui.painter(), rect, tokens.radius.card);
    }
    if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
        frame.act(Action::UseSampleShot(sample));
    }
    ui.add_space(8.0);
    text_style::label(ui, Text::Small, c.text_hi, sample.prompt);
    ui.add_space(2.0);
    let settings = format!("{} · {} · {}", sample.resolution, sample.duration, sample.ratio);
    text_style::label(ui, Text::Caption, c.text_low, settings);
}

/// Paints a small frame in the aspect ratio of a sample, with a play sign, until the picture of the sample is loaded.
fn paint_frame(ui: &Ui, rect: Rect, ratio: AspectRatio, color: egui::Color32) {
    let (width, height) = ratio.parts();
    #[expect(clippy::cast_precision_loss, reason = "numbers up to 16")]
    let (width, height) = (width as f32, height as f32);
    let scale = (1_700.0 / (width * height)).sqrt();
    let frame = Rect::from_center_size(rect.center(), Vec2::new(width, height) * scale);
    ui.painter().rect_stroke(frame, 3.0, egui::Stroke::new(1.5, color), egui::StrokeKind::Inside);
    icons::paint(ui.painter(), Icon::Play, frame.center(), 16.0, color);
}

/// Draws one sentence and one button for a gallery that has nothing to show.
pub(super) fn empty_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    let state = frame.state;
    let has_any = state.gallery.count(Filter::All) > 0;
    let (text, button, action) = if !has_any {
        let text = match state.draft.gateway {
            GatewayId::Practice => "Your clips appear here. The first one takes about ten seconds.",
            GatewayId::Apiin | GatewayId::Aigateway | GatewayId::Pixverse => {
                "Your clips appear here. The first one usually takes under two minutes."
            }
        };
        (text.to_owned(), None, None)
    } else if !state.search.trim().is_empty() {
        let text = format!("Nothing matches “{}”.", state.search.trim());
        (text, Some("Clear the search"), Some(Action::Search(String::new())))
    } else if let Some(stars) = state.browsing.stars {
        let text = format!("No clip here has {} or more.", numbers::counted(stars.stars().into(), "star", "stars"));
        (text, Some("Show any stars"), Some(Action::Browse(Browse::Stars(None))))
    } else {
        let text = match state.filter {
            Filter::Failed => "No failed clips. Good.",
            Filter::Working => "Nothing is being made at the moment.",
            Filter::NeedsYou => "Nothing waits for you.",
            Filter::Ready | Filter::All => "No clips yet.",
        };
        (text.to_owned(), Some("Show all"), Some(Action::SetFilter(Filter::All)))
    };
    let rect = ui.max_rect();
    let width = 640.0_f32.min(rect.width() - 48.0);
    let place = Rect::from_center_size(rect.center(), Vec2::new(width, if has_any { 80.0 } else { 420.0 }));
    let mut child = ui.new_child(UiBuilder::new().max_rect(place).layout(egui::Layout::top_down(egui::Align::Center)));
    text_style::label(&mut child, Text::Body, c.text_mid, text);
    child.add_space(12.0);
    if let (Some(button), Some(action)) = (button, action) {
        if Button::new(button).show(&mut child).clicked() {
            frame.act(action);
        }
    } else {
        child.add_space(12.0);
        let rest = Rect::from_min_max(pos2(place.left(), child.cursor().top()), place.max);
        let mut below = ui.new_child(UiBuilder::new().id_salt("samples").max_rect(rest));
        below.spacing_mut().item_spacing = Vec2::ZERO;
        samples_ui(frame, &mut below, width);
    }
}
