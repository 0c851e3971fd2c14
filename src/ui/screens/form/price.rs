//! The price block of the form: the gateways with their prices, notes about the cost, and Generate.

use egui::{Align2, Sense, Ui, Vec2, pos2};

use super::super::{Frame, hold};
use super::PAD;
use crate::app::Action;
use crate::app::view::form::{FormView, Tile};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Spans, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, Dropdown, DropdownItem, GatewayTile};

const TILE_HEIGHT: f32 = 54.0;
/// Gap between tiles side by side, in points.
const TILE_GAP: f32 = 6.0;
/// Gap between rows of gateways, in points.
const ROW_GAP: f32 = 4.0;
const MODEL_HEIGHT: f32 = 28.0;
const PRACTICE_HEIGHT: f32 = 28.0;
const BUTTON_HEIGHT: f32 = 40.0;
const CAPTION_HEIGHT: f32 = 16.0;
const NOTES_SHOWN: usize = 3;
/// Height in points that is reserved for notes: two lines, so that the tiles do not move when the
/// user chooses another gateway.
const NOTE_HEIGHT: f32 = 2.0 * CAPTION_HEIGHT;

fn note_galley(view: &FormView, ui: &Ui, width: f32) -> std::sync::Arc<egui::Galley> {
    let color = tokens::tokens(ui).color.text_low;
    let mut spans = Spans::new();
    for (index, note) in view.notes.iter().take(NOTES_SHOWN).enumerate() {
        let gap = if index == 0 { "" } else { "\n" };
        spans = spans.add(&format!("{gap}{note}"), Text::Caption, color);
    }
    spans.layout(ui.ctx(), width - 19.0, usize::MAX)
}

/// Height of the price block in points. It is computed before drawing because the block must not scroll.
pub(super) fn price_height(view: &FormView, ui: &Ui, width: f32) -> f32 {
    let note = note_galley(view, ui, width).size().y.max(NOTE_HEIGHT) + 8.0;
    let practice = if view.practice.is_some() { PRACTICE_HEIGHT + 8.0 } else { 0.0 };
    let tiles = match arrangement(view, ui, width) {
        #[expect(clippy::cast_precision_loss, reason = "three gateways")]
        Arrangement::Rows => view.tiles.len() as f32 * (GatewayTile::ROW + ROW_GAP) - ROW_GAP,
        Arrangement::Tiles { is_tall: true } => TILE_HEIGHT + GatewayTile::TALL,
        Arrangement::Tiles { is_tall: false } => TILE_HEIGHT,
    };
    let model = if view.models.is_empty() { 0.0 } else { MODEL_HEIGHT + 8.0 };
    let below = match &view.hold {
        Some(words) => hold::height_below(words, view.asks),
        None => 8.0 + caption_height(view, ui, width),
    };
    12.0 + model + tiles + 8.0 + practice + note + BUTTON_HEIGHT + below + 16.0
}

/// Width of the tile of one gateway if all tiles share `width` points.
fn tile_width(view: &FormView, width: f32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "three gateways")]
    let count = view.tiles.len().max(1) as f32;
    ((width - TILE_GAP * (count - 1.0)) / count).floor()
}

/// How the tiles of the gateways are placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arrangement {
    /// Side by side.
    Tiles {
        /// Whether some price does not fit beside its approximation, so that all tiles need a third line.
        is_tall: bool,
    },
    /// Below each other, because a name or a price would be cut.
    Rows,
}

/// The longest prices that a form shows in common use. By them the form decides whether tiles have room side by side, so
/// that nothing moves while settings are changed.
const LONG_PRICES: [(&str, &str); 2] = [("2,160 cr", "$4.32–21.60"), ("$7.68", "")];

fn arrangement(view: &FormView, ui: &Ui, width: f32) -> Arrangement {
    let each = tile_width(view, width);
    let has_room = |name: &str, price: &str, dollars: &str| GatewayTile::fits_tall(ui, name, price, dollars, each);
    let names = || view.tiles.iter().map(|tile| tile.gateway.title());
    let usual = LONG_PRICES.iter().all(|(price, dollars)| names().all(|name| has_room(name, price, dollars)));
    if !usual || !view.tiles.iter().all(|tile| has_room(tile.gateway.title(), &tile.price, &tile.dollars)) {
        return Arrangement::Rows;
    }
    let is_tall = view.tiles.iter().any(|tile| !GatewayTile::fits(ui, &tile.price, &tile.dollars, each));
    Arrangement::Tiles { is_tall }
}

fn caption_height(view: &FormView, ui: &Ui, width: f32) -> f32 {
    long_reason(view, ui, width).map_or(CAPTION_HEIGHT, |reason| {
        let c = &tokens::tokens(ui).color;
        text_style::wrapped(ui.ctx(), reason, Text::Caption, c.text_mid, width, 4).size().y
    })
}

/// Returns the reason why Generate is disabled if it does not fit into a button `width` points wide.
fn long_reason<'a>(view: &'a FormView, ui: &Ui, width: f32) -> Option<&'a str> {
    view.off_because.as_deref().filter(|_| generate_width(view, ui) > width)
}

/// Width of Generate in points, with its price and, at its end, the shortcut or the reason why it is disabled.
pub(super) fn generate_width(view: &FormView, ui: &Ui) -> f32 {
    let detail = format!("· {}", view.price);
    let end = view.off_because.as_deref().unwrap_or(&view.keys);
    Button::new(&view.verb).kind(ButtonKind::Primary).detail(&detail).trailing(end).natural_width(ui)
}

pub(super) fn price_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    ui.add_space(12.0);
    let width = ui.available_width() - 2.0 * PAD - 1.0;
    ui.horizontal(|ui| {
        ui.add_space(PAD);
        ui.vertical(|ui| {
            ui.set_width(width);
            if !view.models.is_empty() {
                model_ui(frame, ui, view, width);
                ui.add_space(8.0);
            }
            tiles_ui(frame, ui, view, width);
            ui.add_space(8.0);
            if let Some(practice) = &view.practice {
                practice_ui(frame, ui, practice, width);
                ui.add_space(8.0);
            }
            let galley = note_galley(view, ui, width);
            let size = Vec2::new(width, galley.size().y.max(NOTE_HEIGHT));
            let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
            let text = view.notes.join(" ");
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Note, true, &text));
            icons::paint(ui.painter(), Icon::Info, rect.min + Vec2::new(6.0, 8.0), 13.0, c.text_low);
            text_style::paint_galley(ui.painter(), rect.min + Vec2::new(19.0, 0.0), Align2::LEFT_TOP, galley);
            ui.add_space(8.0);
            generate_ui(frame, ui, view);
            if let Some(words) = &view.hold {
                hold::below_ui(frame, ui, words, view.door, view.asks);
                return;
            }
            ui.add_space(8.0);
            match long_reason(view, ui, width) {
                Some(reason) => {
                    text_style::label(ui, Text::Caption, c.text_mid, reason);
                }
                None => hold::captions_ui(ui, &view.caption, c.text_low, view.room.as_deref().unwrap_or_default()),
            }
        });
    });
}

/// Draws the choice of the model above the gateways, whose prices depend on it.
fn model_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView, width: f32) {
    let c = &tokens::tokens(ui).color;
    let mut model = frame.state.draft.model.clone();
    let items: Vec<_> = view
        .models
        .iter()
        .map(|choice| {
            let item = DropdownItem::new(choice.id.clone(), &choice.name);
            match choice.off_because {
                Some(reason) => item.disabled(reason),
                None => item,
            }
        })
        .collect();
    paint::row(ui, 0.0, |ui| {
        let names = super::label_width(ui, tokens::tokens(ui));
        let (rect, _) = ui.allocate_exact_size(Vec2::new(names, MODEL_HEIGHT), Sense::hover());
        text_style::paint(
            ui.painter(),
            rect.left_center(),
            Align2::LEFT_CENTER,
            Text::SmallStrong,
            c.text_mid,
            "Model",
        );
        Dropdown::new("Model").width(width - names).show(ui, &mut model, &items);
    });
    if model != frame.state.draft.model {
        frame.act(Action::SetModel(model));
    }
}

fn tiles_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView, width: f32) {
    match arrangement(view, ui, width) {
        Arrangement::Tiles { is_tall } => {
            let each = tile_width(view, width);
            // The last tile takes what the rounding of the others leaves, so that all of the form ends at one line.
            #[expect(clippy::cast_precision_loss, reason = "three gateways")]
            let last = width - (each + TILE_GAP) * (view.tiles.len().saturating_sub(1) as f32);
            let has_check = view.tiles.iter().all(|tile| GatewayTile::fits_check(ui, tile.gateway.title(), each));
            paint::row(ui, TILE_GAP, |ui| {
                for (index, tile) in view.tiles.iter().enumerate() {
                    let width = if index + 1 == view.tiles.len() { last } else { each };
                    tile_ui(frame, ui, tile, |drawn| drawn.width(width).tall(is_tall).check(has_check));
                }
            });
        }
        Arrangement::Rows => {
            ui.spacing_mut().item_spacing.y = ROW_GAP;
            for tile in &view.tiles {
                tile_ui(frame, ui, tile, |drawn| drawn.width(width).row(true));
            }
            ui.spacing_mut().item_spacing.y = 0.0;
            // The last row leaves its gap behind.
            ui.add_space(-ROW_GAP);
        }
    }
}

fn tile_ui<'a>(
    frame: &mut Frame<'_>,
    ui: &mut Ui,
    tile: &'a Tile,
    shape: impl FnOnce(GatewayTile<'a>) -> GatewayTile<'a>,
) {
    let is_keyless = frame.state.gateway(tile.gateway).key.is_missing();
    let drawn = GatewayTile::new(tile.gateway.title(), &tile.price).selected(tile.is_chosen);
    // Without the model nothing can be ordered there; the note below says so once it is chosen.
    let mut drawn = shape(drawn).enabled(tile.has_model || tile.is_chosen);
    if !tile.dollars.is_empty() {
        drawn = drawn.approx(&tile.dollars);
    }
    if is_keyless {
        drawn = drawn.note("no key");
    }
    if drawn.show(ui).clicked() && !tile.is_chosen {
        frame.act(Action::SetGateway(tile.gateway));
    }
}

/// Draws the practice gateway below the others, because it is not an offer to compare with theirs.
fn practice_ui(frame: &mut Frame<'_>, ui: &mut Ui, tile: &Tile, width: f32) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, PRACTICE_HEIGHT), Sense::click());
    let name = tile.name();
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::RadioButton, true, tile.is_chosen, &name));
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    let fill = drawn.color(c.bg_field, c.bg_hover, c.bg_active);
    let (stroke, stroke_width) = if tile.is_chosen { (c.lit_fill, 2.0) } else { (c.stroke_mid, paint::hair(ui.ctx())) };
    let painter = ui.painter();
    painter.rect(
        rect,
        paint::radius(tokens.radius.tile),
        fill,
        egui::Stroke::new(stroke_width, stroke),
        egui::StrokeKind::Inside,
    );
    let y = rect.center().y;
    let color = if tile.is_chosen { c.text_hi } else { tokens::mix(c.text_mid, c.text_hi, drawn.hover) };
    icons::paint(painter, Icon::Clapperboard, pos2(rect.left() + 18.0, y), 14.0, color);
    let at = pos2(rect.left() + 31.0, y);
    let label = text_style::paint(painter, at, Align2::LEFT_CENTER, Text::SmallStrong, color, tile.gateway.title());
    let at = pos2(label.right() + 8.0, y);
    text_style::paint(painter, at, Align2::LEFT_CENTER, Text::Caption, c.text_low, "free, on this computer");
    if tile.is_chosen {
        icons::paint(painter, Icon::Check, pos2(rect.right() - 18.0, y), 14.0, color);
    }
    if drawn.focus {
        paint::focus_ring(painter, rect, tokens.radius.tile);
    }
    if response.clicked() && !tile.is_chosen {
        frame.act(Action::SetGateway(tile.gateway));
    }
}

pub(super) fn generate_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView) {
    if let Some(words) = &view.hold {
        hold::button_ui(frame, ui, words, view.door, ButtonKind::Primary);
        return;
    }
    let is_on = view.off_because.is_none();
    let detail = format!("· {}", view.price);
    let name = match &view.off_because {
        None => view.button_name(),
        Some(reason) => format!("{}, {reason}", view.button_name()),
    };
    let mut button = Button::new(&view.verb)
        .kind(ButtonKind::Primary)
        .detail(&detail)
        .full_width()
        .enabled(is_on)
        .accessible_name(&name);
    button = match (&view.off_because, long_reason(view, ui, ui.available_width())) {
        (None, _) => button.trailing(&view.keys),
        (Some(reason), None) => button.trailing(reason),
        (Some(_), Some(_)) => button,
    };
    if button.show(ui).clicked() {
        frame.act(Action::Generate);
    }
}
