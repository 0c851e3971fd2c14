//! Buttons with a text, buttons that must be held, and icon buttons.

use super::hold::{Hold, Seen};
use egui::{Align2, Color32, Id, Key, Pos2, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::ui::icons::{self, Icon};
use crate::ui::paint::{self, Drawn, Look};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, NONE, Tokens};

/// The kind of a button. It decides the height, in points, and the colors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The accented button, 40 high. Only one is in view at a time.
    Primary,
    /// The accented button of a page, 32 high. It is used only while no [`Self::Primary`] is enabled.
    PrimaryLow,
    /// The main button of a pane or a dialog, 32 high.
    Lit,
    /// A button with a frame, 28 high.
    #[default]
    Secondary,
    /// A small button with a frame, 24 high.
    Small,
    /// A button without a frame, 28 high.
    Quiet,
    /// A small button without a frame, 24 high.
    QuietSmall,
    /// A button without a frame for what cannot be undone, 28 high.
    Danger,
    /// The Generate button while the price is over a limit, so that it must be held, 40 high.
    OverCap,
}

impl ButtonKind {
    fn height(self, tokens: &Tokens) -> f32 {
        let heights = &tokens.size.control;
        match self {
            Self::Primary | Self::OverCap => heights.primary,
            Self::Lit | Self::PrimaryLow => heights.large,
            Self::Secondary | Self::Quiet | Self::Danger => heights.normal,
            Self::Small | Self::QuietSmall => heights.small,
        }
    }

    fn padding(self) -> f32 {
        match self {
            Self::Primary => 14.0,
            Self::Lit | Self::PrimaryLow => 12.0,
            Self::Small | Self::QuietSmall => 8.0,
            _ => 10.0,
        }
    }

    fn text(self, enabled: bool) -> Text {
        match self {
            Self::Primary => Text::ButtonPrimary,
            Self::PrimaryLow => Text::ButtonLit,
            Self::Lit if enabled => Text::ButtonLit,
            Self::Small | Self::QuietSmall => Text::SmallStrong,
            _ => Text::Button,
        }
    }

    fn icon_size(self) -> f32 {
        if matches!(self, Self::Small | Self::QuietSmall) { 14.0 } else { 16.0 }
    }

    /// Colors of the fill, the frame and the text.
    fn colors(self, tokens: &Tokens, drawn: Drawn, on: bool) -> (Color32, Color32, Color32) {
        let c = &tokens.color;
        if !drawn.enabled {
            return match self {
                Self::Primary | Self::PrimaryLow => (c.bg_active, NONE, c.text_mid),
                Self::Quiet | Self::QuietSmall | Self::Danger => (NONE, NONE, c.text_off),
                _ => (NONE, c.stroke_soft, c.text_off),
            };
        }
        match self {
            Self::Primary | Self::PrimaryLow => {
                (drawn.color(c.accent_fill, c.accent_hover, c.accent_press), NONE, c.accent_on)
            }
            Self::Lit => (drawn.color(c.lit_fill, c.lit_hover, c.lit_press), NONE, c.lit_on),
            Self::Secondary | Self::Small => (
                if on { c.bg_active } else { drawn.color(c.bg_field, c.bg_hover, c.bg_active) },
                c.stroke_mid,
                c.text_hi,
            ),
            Self::Quiet | Self::QuietSmall => {
                let clear = tokens::faded(c.bg_hover, 0.0);
                if on {
                    (c.bg_active, NONE, c.text_hi)
                } else {
                    (drawn.color(clear, c.bg_hover, c.bg_active), NONE, drawn.color(c.text_mid, c.text_hi, c.text_hi))
                }
            }
            Self::Danger => {
                let clear = tokens::faded(c.bg_hover, 0.0);
                (drawn.color(clear, c.bg_hover, c.bg_active), NONE, c.fail_fg)
            }
            Self::OverCap => (c.ask_bg, drawn.color(c.ask_stroke, c.ask_fg, c.ask_fg), c.ask_fg),
        }
    }
}

/// Result of a button that must be held.
#[derive(Debug)]
pub struct HoldResponse {
    /// The response of the button.
    pub response: Response,
    /// Progress of the hold, from 0.0 to 1.0.
    pub progress: f32,
    /// Whether the hold was completed in this frame.
    pub completed: bool,
}

/// A button with a text.
#[must_use = "a button is drawn by `show`"]
pub struct Button<'a> {
    text: &'a str,
    kind: ButtonKind,
    icon: Option<Icon>,
    detail: Option<&'a str>,
    trailing: Option<&'a str>,
    drops: bool,
    full_width: bool,
    width: Option<f32>,
    enabled: bool,
    on: bool,
    name: Option<&'a str>,
    look: Look,
    progress: f32,
    is_held: bool,
    tight: bool,
}

impl<'a> Button<'a> {
    /// Creates a secondary button. `text` should name what the button does.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            kind: ButtonKind::Secondary,
            icon: None,
            detail: None,
            trailing: None,
            drops: false,
            full_width: false,
            width: None,
            enabled: true,
            on: false,
            name: None,
            look: Look::Live,
            progress: 0.0,
            is_held: false,
            tight: false,
        }
    }

    /// Sets the kind of the button.
    pub fn kind(mut self, kind: ButtonKind) -> Self {
        self.kind = kind;
        self
    }

    /// Puts an icon before the text.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Adds a second, lighter text directly after the first, such as the price on Generate.
    pub fn detail(mut self, detail: &'a str) -> Self {
        self.detail = Some(detail);
        self
    }

    /// Adds the shortcut, which a wide button shows at its right edge.
    pub fn trailing(mut self, trailing: &'a str) -> Self {
        self.trailing = Some(trailing).filter(|trailing| !trailing.is_empty());
        self
    }

    /// Adds a chevron at the end, which says that the button opens a menu.
    pub fn drops(mut self) -> Self {
        self.drops = true;
        self
    }

    /// Makes the button as wide as the available width.
    pub fn full_width(mut self) -> Self {
        self.full_width = true;
        self
    }

    /// Sets a fixed width in points.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    setters!(enabled);

    /// Sets whether the option that the button toggles is on.
    pub fn on(mut self, on: bool) -> Self {
        self.on = on;
        self
    }

    /// Sets the accessible name where the text alone is not clear.
    pub fn accessible_name(mut self, name: &'a str) -> Self {
        self.name = Some(name);
        self
    }

    setters!(look);

    /// Draws the progress of a hold, from 0.0 to 1.0, as a bar at the lower edge. [`Self::show_hold`]
    /// sets it by itself.
    pub fn progress(mut self, progress: f32) -> Self {
        self.progress = progress;
        self
    }

    /// Says that the button is held by something else than itself, such as its shortcut.
    pub fn held(mut self, is_held: bool) -> Self {
        self.is_held = is_held;
        self
    }

    /// Removes one point of padding at each side, for the buttons on cards.
    pub(super) fn tight(mut self) -> Self {
        self.tight = true;
        self
    }

    fn padding(&self) -> f32 {
        self.kind.padding() - if self.tight { 1.0 } else { 0.0 }
    }

    /// Width in points that the button needs for its contents.
    #[must_use]
    pub fn natural_width(&self, ui: &Ui) -> f32 {
        let style = self.kind.text(self.enabled && ui.is_enabled());
        let width = |text: &str, style| text_style::line(ui.ctx(), text, style, NONE).size().x;
        let mut parts = Vec::new();
        if self.icon.is_some() {
            parts.push(self.kind.icon_size());
        }
        if !self.text.is_empty() {
            parts.push(width(self.text, style));
        }
        if let Some(detail) = self.detail {
            parts.push(width(detail, Text::Button));
        }
        if let Some(trailing) = self.trailing {
            parts.push(4.0 + width(trailing, Text::SmallStrong));
        }
        if self.drops {
            parts.push(14.0);
        }
        #[allow(clippy::cast_precision_loss, reason = "a handful of parts")]
        let gaps = 6.0 * parts.len().saturating_sub(1) as f32;
        // As in the design, the padding starts inside the frame, which is 1 point wide on each side.
        (parts.iter().sum::<f32>() + gaps + 2.0 * self.padding() + 2.0).round()
    }

    /// Draws the button and reports clicks.
    pub fn show(self, ui: &mut Ui) -> Response {
        let tokens = tokens::tokens(ui);
        let width =
            self.width.unwrap_or_else(|| if self.full_width { ui.available_width() } else { self.natural_width(ui) });
        let size = Vec2::new(width, self.kind.height(tokens));
        let enabled = self.enabled && ui.is_enabled();
        let sense = if enabled { Sense::click() } else { Sense::hover() };
        let (rect, response) = ui.allocate_exact_size(size, sense);
        self.announce(&response, enabled);
        if ui.is_rect_visible(rect) {
            self.paint(ui, rect, &response, enabled, tokens);
        }
        response
    }

    /// Draws a button that acts after it was held for `hold_secs` seconds with the pointer, Enter or Space. To let
    /// go early does nothing.
    pub fn show_hold(mut self, ui: &mut Ui, hold_secs: f64) -> HoldResponse {
        let tokens = tokens::tokens(ui);
        let width =
            self.width.unwrap_or_else(|| if self.full_width { ui.available_width() } else { self.natural_width(ui) });
        let enabled = self.enabled && ui.is_enabled();
        // egui keeps a press that is longer than a click only for a widget that senses drags.
        let sense = if enabled { Sense::click_and_drag() } else { Sense::hover() };
        let (rect, response) = ui.allocate_exact_size(Vec2::new(width, self.kind.height(tokens)), sense);
        self.announce(&response, enabled);

        let held_by_key =
            response.has_focus() && ui.input(|input| input.key_down(Key::Enter) || input.key_down(Key::Space));
        let by_pointer = response.is_pointer_button_down_on() && response.hovered();
        let held = enabled && (by_pointer || held_by_key || self.is_held);
        let seen = Seen {
            now: ui.input(|input| input.time),
            pass: ui.ctx().cumulative_pass_nr(),
            about: Id::unique((self.name, self.text, self.detail)).value(),
            is_held: held,
        };
        let id = response.id.with("held since");
        let before = ui.data(|data| data.get_temp::<Hold>(id));
        let (hold, progress, completed) = Hold::step(before, seen, hold_secs);
        ui.data_mut(|data| data.insert_temp(id, hold));
        if held && progress < 1.0 {
            ui.ctx().request_repaint();
        }
        self.progress = progress.max(self.progress);
        if ui.is_rect_visible(rect) {
            self.paint(ui, rect, &response, enabled, tokens);
        }
        HoldResponse { response, progress, completed }
    }

    fn announce(&self, response: &Response, enabled: bool) {
        let name = self.name.map_or_else(
            || match self.detail {
                Some(detail) => format!("{} {detail}", self.text),
                None => self.text.to_owned(),
            },
            str::to_owned,
        );
        let on = self.on;
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Button, enabled, &name);
            info.selected = on.then_some(true);
            info
        });
    }

    fn paint(&self, ui: &Ui, rect: Rect, response: &Response, enabled: bool, tokens: &Tokens) {
        let drawn = paint::drawn(ui, response, enabled, self.look);
        let (fill, stroke, color) = self.kind.colors(tokens, drawn, self.on);
        let painter = ui.painter();
        let corner = tokens.radius.control;
        paint::boxed(painter, rect, corner, fill, stroke);
        if self.progress > 0.0 {
            let inside = rect.shrink(paint::hair(ui.ctx()));
            let size = Vec2::new(inside.width() * self.progress, 3.0);
            let bar = Rect::from_min_size(Pos2::new(inside.left(), inside.bottom() - size.y), size);
            let painter = painter.with_clip_rect(bar.intersect(painter.clip_rect()));
            painter.rect_filled(inside, paint::radius(corner - 1.0), color);
        }
        self.paint_content(ui, rect, color, drawn, tokens);
        if drawn.focus {
            paint::focus_ring(painter, rect, corner);
        }
    }

    fn paint_content(&self, ui: &Ui, rect: Rect, color: Color32, drawn: Drawn, tokens: &Tokens) {
        let ctx = ui.ctx();
        let painter = ui.painter();
        let gap = 6.0;
        let inner = rect.shrink2(Vec2::new(self.padding() + 1.0, 0.0));
        let icon = self.icon.map(|icon| (icon, self.kind.icon_size()));
        let spread = self.trailing.is_some() && rect.width() > self.natural_width(ui) + 1.0;

        let quiet = if tokens::high_contrast(ctx) { color } else { tokens::faded(color, 0.8) };
        let trailing_style = Text::SmallStrong;
        let trailing_color = if self.kind == ButtonKind::Primary { color } else { quiet };
        let trailing = self.trailing.map(|text| text_style::line(ctx, text, trailing_style, trailing_color));
        let detail = self.detail.map(|text| text_style::line(ctx, text, Text::Button, color));

        let fixed = icon.map_or(0.0, |(_, size)| size + gap)
            + detail.as_ref().map_or(0.0, |galley| galley.size().x + gap)
            + trailing.as_ref().map_or(0.0, |galley| galley.size().x + gap + 4.0)
            + if self.drops { 14.0 + gap } else { 0.0 };
        let text = text_style::ellipsis(
            ctx,
            self.text,
            self.kind.text(drawn.enabled),
            color,
            (inner.width() - fixed).max(0.0) + 1.0,
        );
        let used = fixed + text.size().x - if self.text.is_empty() { gap } else { 0.0 };

        let mut x = if spread { inner.left() } else { (inner.center().x - used / 2.0).max(inner.left()) };
        let y = rect.center().y;
        if let Some((icon, size)) = icon {
            icons::paint(painter, icon, Pos2::new(x + size / 2.0, y), size, color);
            x += size + gap;
        }
        if !self.text.is_empty() {
            x = text_style::paint_galley(painter, Pos2::new(x, y), Align2::LEFT_CENTER, text).right() + gap;
        }
        if let Some(detail) = detail {
            x = text_style::paint_galley(painter, Pos2::new(x, y), Align2::LEFT_CENTER, detail).right() + gap;
        }
        if let Some(trailing) = trailing {
            let left = if spread { inner.right() - trailing.size().x } else { x + 4.0 };
            x = text_style::paint_galley(painter, Pos2::new(left, y), Align2::LEFT_CENTER, trailing).right() + gap;
        }
        if self.drops {
            let color = if drawn.enabled { color } else { tokens.color.text_off };
            icons::paint(painter, Icon::ChevronDown, Pos2::new(x + 7.0, y), 14.0, color);
        }
    }
}

/// A button that shows only an icon. Its name is its accessible name and its tooltip.
#[must_use = "a button is drawn by `show`"]
pub struct IconButton<'a> {
    icon: Icon,
    name: &'a str,
    kind: ButtonKind,
    key: Option<&'a str>,
    enabled: bool,
    on: bool,
    look: Look,
    color: Option<Color32>,
}

impl<'a> IconButton<'a> {
    /// Creates an icon button without a frame, 28 × 28 points, with its accessible name.
    pub fn new(icon: Icon, name: &'a str) -> Self {
        Self { icon, name, kind: ButtonKind::Quiet, key: None, enabled: true, on: false, look: Look::Live, color: None }
    }

    /// Makes the button 24 × 24 points.
    pub fn small(mut self) -> Self {
        self.kind = if self.kind == ButtonKind::Secondary { ButtonKind::Small } else { ButtonKind::QuietSmall };
        self
    }

    /// Adds a frame around the icon.
    pub fn framed(mut self) -> Self {
        self.kind = if self.kind == ButtonKind::QuietSmall { ButtonKind::Small } else { ButtonKind::Secondary };
        self
    }

    /// Adds the shortcut to the tooltip.
    pub fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key).filter(|key| !key.is_empty());
        self
    }

    setters!(enabled);

    /// Sets whether the option that the button toggles is on.
    pub fn on(mut self, on: bool) -> Self {
        self.on = on;
        self
    }

    /// Sets the color of the icon.
    pub fn color(mut self, color: Color32) -> Self {
        self.color = Some(color);
        self
    }

    setters!(look);

    /// Draws the button and reports clicks.
    pub fn show(self, ui: &mut Ui) -> Response {
        let tokens = tokens::tokens(ui);
        let edge = self.kind.height(tokens);
        let enabled = self.enabled && ui.is_enabled();
        let sense = if enabled { Sense::click() } else { Sense::hover() };
        let (rect, response) = ui.allocate_exact_size(Vec2::splat(edge), sense);
        let (name, on) = (self.name, self.on);
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Button, enabled, name);
            info.selected = on.then_some(true);
            info
        });
        if ui.is_rect_visible(rect) {
            let drawn = paint::drawn(ui, &response, enabled, self.look);
            let (fill, stroke, color) = self.kind.colors(tokens, drawn, self.on);
            let painter = ui.painter();
            paint::boxed(painter, rect, tokens.radius.control, fill, stroke);
            let color = if enabled { self.color.unwrap_or(color) } else { color };
            icons::paint(painter, self.icon, rect.center(), self.kind.icon_size(), color);
            if drawn.focus {
                paint::focus_ring(painter, rect, tokens.radius.control);
            }
        }
        if self.look == Look::Live { super::tooltip::tooltip_key(response, self.name, self.key) } else { response }
    }
}
