//! The tile that offers a gateway in the price block, with the price at that gateway.

use egui::{Align2, Color32, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use crate::ui::icons::{self, Icon};
use crate::ui::paint::{self, Look};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;

/// A gateway with its price for the current form.
#[must_use = "the tile is drawn by `show`"]
pub struct GatewayTile<'a> {
    gateway: &'a str,
    price: &'a str,
    approx: Option<&'a str>,
    note: Option<&'a str>,
    tall: bool,
    row: bool,
    check: bool,
    selected: bool,
    enabled: bool,
    width: Option<f32>,
    look: Look,
}

impl<'a> GatewayTile<'a> {
    /// Extra height of a tall tile, in points.
    pub const TALL: f32 = 16.0;
    /// Height of a tile that is one row, in points.
    pub const ROW: f32 = 28.0;
    /// Space for the check mark and the gap before it, in points.
    const CHECK: f32 = 18.0;
    /// Narrower tiles than this have less space around their texts, in points.
    const NARROW: f32 = 110.0;

    /// Creates a tile with the name of the gateway and the price in the gateway's own unit.
    pub fn new(gateway: &'a str, price: &'a str) -> Self {
        Self {
            gateway,
            price,
            approx: None,
            note: None,
            tall: false,
            row: false,
            check: true,
            selected: false,
            enabled: true,
            width: None,
            look: Look::Live,
        }
    }

    /// Adds the approximate price in money for a gateway that bills credits, such as `≈ $1.44`.
    pub fn approx(mut self, approx: &'a str) -> Self {
        self.approx = Some(approx);
        self
    }

    /// Adds a short note after the name, such as "no key".
    pub fn note(mut self, note: &'a str) -> Self {
        self.note = Some(note);
        self
    }

    /// Sets whether the approximate price gets a line of its own, because a price must not be cut.
    pub fn tall(mut self, tall: bool) -> Self {
        self.tall = tall;
        self
    }

    /// Makes the tile one row, with the price at its right, where there is no room for tiles side by side.
    pub fn row(mut self, row: bool) -> Self {
        self.row = row;
        self
    }

    /// Sets whether the chosen tile has a check mark beside its name. Without it the frame alone tells.
    pub fn check(mut self, check: bool) -> Self {
        self.check = check;
        self
    }

    /// Whether the price and the approximate price fit side by side into a tile `width` points wide.
    pub fn fits(ui: &Ui, price: &str, approx: &str, width: f32) -> bool {
        of_width(ui, price, Text::Strong) + 4.0 + of_width(ui, approx, Text::Caption) <= width - 2.0 * pad(width)
    }

    /// Whether the name and, below each other, both prices fit into a tile `width` points wide.
    pub fn fits_tall(ui: &Ui, name: &str, price: &str, approx: &str, width: f32) -> bool {
        let texts = [(name, Text::SmallStrong), (price, Text::Strong), (approx, Text::Caption)];
        texts.into_iter().all(|(text, style)| of_width(ui, text, style) <= width - 2.0 * pad(width))
    }

    /// Whether the name and a check mark fit side by side into a tile `width` points wide.
    pub fn fits_check(ui: &Ui, name: &str, width: f32) -> bool {
        of_width(ui, name, Text::SmallStrong) + Self::CHECK <= width - 2.0 * pad(width)
    }

    /// Sets whether the gateway is the chosen one.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    setters!(enabled);

    /// Sets the width in points. The default is the available width.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    setters!(look);

    /// Draws the tile. A click chooses the gateway.
    pub fn show(self, ui: &mut Ui) -> Response {
        let tokens = tokens::tokens(ui);
        let c = &tokens.color;
        let enabled = self.enabled && ui.is_enabled();
        let width = self.width.unwrap_or_else(|| ui.available_width());
        let third = if self.tall { Self::TALL } else { 0.0 };
        let height = 18.0 + Text::Small.line() + 2.0 + Text::Strong.line() + third;
        let size = Vec2::new(width, if self.row { Self::ROW } else { height });
        let (rect, response) = ui.allocate_exact_size(size, if enabled { Sense::click() } else { Sense::hover() });
        let name =
            [Some(self.gateway), Some(self.price), self.approx, self.note].into_iter().flatten().collect::<Vec<_>>();
        let (name, selected) = (name.join(", "), self.selected);
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, enabled, selected, &name));
        if !ui.is_rect_visible(rect) {
            return response;
        }
        let drawn = paint::drawn(ui, &response, enabled, self.look);
        let painter = ui.painter();
        let corner = paint::radius(tokens.radius.tile);
        let fill = if enabled { drawn.color(c.bg_field, c.bg_hover, c.bg_active) } else { tokens::NONE };
        let stroke = if self.selected {
            Stroke::new(2.0, c.lit_fill)
        } else {
            Stroke::new(paint::hair(ui.ctx()), if enabled { c.stroke_mid } else { c.stroke_soft })
        };
        painter.rect(rect, corner, fill, stroke, StrokeKind::Inside);
        let (first, second) = match (enabled, self.selected) {
            (false, _) => (c.text_off, c.text_off),
            (true, true) => (c.text_hi, c.text_low),
            (true, false) => {
                (tokens::mix(c.text_mid, c.text_hi, drawn.hover), tokens::mix(c.text_low, c.text_mid, drawn.hover))
            }
        };
        if drawn.focus {
            paint::focus_ring(painter, rect, tokens.radius.tile);
        }
        if self.row {
            self.paint_row(ui, rect, first, second);
            return response;
        }
        let inner = rect.shrink2(Vec2::new(pad(width), 9.0));
        let mut room = inner.width();
        if self.selected && self.check {
            icons::paint(painter, Icon::Check, Pos2::new(inner.right() - 7.0, inner.top() + 8.0), 14.0, first);
            room -= Self::CHECK;
        }
        let named = text_style::paint_ellipsis(
            painter,
            inner.min,
            Align2::LEFT_TOP,
            Text::SmallStrong,
            first,
            self.gateway,
            room,
        );
        // A note that is cut says nothing, and the button says the same.
        let left = named.right() + 6.0;
        if let Some(note) = self.note.filter(|note| left + of_width(ui, note, Text::Caption) <= inner.left() + room) {
            let pos = Pos2::new(left, inner.top());
            text_style::paint(painter, pos, Align2::LEFT_TOP, Text::Caption, second, note);
        }
        let line = inner.top() + Text::Small.line() + 2.0;
        let pos = Pos2::new(inner.left(), line);
        let price =
            text_style::paint_ellipsis(painter, pos, Align2::LEFT_TOP, Text::Strong, first, self.price, inner.width());
        if let Some(approx) = self.approx {
            let left = if self.tall { inner.left() } else { price.right() + 4.0 };
            let pos = if self.tall { Pos2::new(left, price.bottom()) } else { Pos2::new(left, line + 3.0) };
            text_style::paint_ellipsis(
                painter,
                pos,
                Align2::LEFT_TOP,
                Text::Caption,
                second,
                approx,
                inner.right() - left + 2.0,
            );
        }
        response
    }

    /// Paints name, note, approximate price, price and check mark into one line. The prices of several rows stand below
    /// each other.
    fn paint_row(&self, ui: &Ui, rect: Rect, first: Color32, second: Color32) {
        let (painter, y) = (ui.painter(), rect.center().y);
        let right = rect.right() - 11.0 - Self::CHECK;
        if self.selected {
            icons::paint(painter, Icon::Check, Pos2::new(rect.right() - 18.0, y), 14.0, first);
        }
        let price =
            text_style::paint(painter, Pos2::new(right, y), Align2::RIGHT_CENTER, Text::Strong, first, self.price);
        let mut left = price.left();
        if let Some(approx) = self.approx {
            let at = Pos2::new(left - 6.0, y);
            left = text_style::paint(painter, at, Align2::RIGHT_CENTER, Text::Caption, second, approx).left();
        }
        let at = Pos2::new(rect.left() + 11.0, y);
        let room = left - 6.0 - at.x;
        let named =
            text_style::paint_ellipsis(painter, at, Align2::LEFT_CENTER, Text::SmallStrong, first, self.gateway, room);
        let at = Pos2::new(named.right() + 6.0, y);
        if let Some(note) = self.note.filter(|note| at.x + of_width(ui, note, Text::Caption) <= left - 6.0) {
            text_style::paint(painter, at, Align2::LEFT_CENTER, Text::Caption, second, note);
        }
    }
}

/// Space between the edges of a tile of this width and its texts, in points.
fn pad(width: f32) -> f32 {
    if width < GatewayTile::NARROW { 9.0 } else { 11.0 }
}

fn of_width(ui: &Ui, text: &str, style: Text) -> f32 {
    text_style::line(ui.ctx(), text, style, tokens::UNTINTED).size().x
}
