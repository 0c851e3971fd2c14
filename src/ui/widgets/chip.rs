//! Filter chips with counts.

use egui::{Align2, Pos2, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::domain::numbers::with_thousands;
use crate::ui::icons::{self, Icon};
use crate::ui::paint::{self, Look};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, NONE, Tone};

/// A chip that switches a filter of the gallery, with the number of clips that the filter shows.
#[must_use = "the chip is drawn by `show`"]
pub struct FilterChip<'a> {
    label: &'a str,
    count: Option<usize>,
    icon: Option<(Icon, Tone)>,
    selected: bool,
    removable: bool,
    name: Option<&'a str>,
    look: Look,
}

impl<'a> FilterChip<'a> {
    /// Creates a chip with its label.
    pub fn new(label: &'a str) -> Self {
        Self { label, count: None, icon: None, selected: false, removable: false, name: None, look: Look::Live }
    }

    /// Sets the number of clips that the filter shows.
    pub fn count(mut self, count: usize) -> Self {
        self.count = Some(count);
        self
    }

    /// Puts an icon before the label, in the color of a tone.
    pub fn icon(mut self, icon: Icon, tone: Tone) -> Self {
        self.icon = Some((icon, tone));
        self
    }

    /// Sets whether the filter is on.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// Sets whether the chip shows a cross, which says that a click removes the filter.
    pub fn removable(mut self, removable: bool) -> Self {
        self.removable = removable;
        self
    }

    /// Sets the accessible name where the label alone is not clear.
    pub fn accessible_name(mut self, name: &'a str) -> Self {
        self.name = Some(name);
        self
    }

    /// Draws the chip in a fixed state, for the component sheet.
    pub fn look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    /// Width of the chip in points.
    #[must_use]
    pub fn width(&self, ui: &Ui) -> f32 {
        let text = |text: &str, style| text_style::line(ui.ctx(), text, style, NONE).size().x;
        let mut width = 16.0 + text(self.label, Text::SmallStrong);
        if self.icon.is_some() {
            width += 12.0 + 6.0;
        }
        if let Some(count) = self.count {
            width += 6.0 + text(&with_thousands(count as u64), Text::Small);
        }
        if self.removable {
            width += 6.0 + 12.0;
        }
        width.round()
    }

    /// Draws the chip with a cross that is a separate button with the accessible name `remove`. Returns the response of
    /// the rest of the chip and whether the cross was clicked.
    pub fn show_removable(self, ui: &mut Ui, remove: &str) -> (Response, bool) {
        let chip = Self { removable: true, ..self }.show(ui);
        let place = Rect::from_min_max(Pos2::new(chip.rect.right() - 22.0, chip.rect.top()), chip.rect.max);
        let cross = ui.interact(place, chip.id.with("remove"), Sense::click());
        cross.widget_info(|| WidgetInfo::labeled(Role::Button, true, remove));
        let drawn = paint::drawn(ui, &cross, true, Look::Live);
        let tokens = tokens::tokens(ui);
        if drawn.hover > 0.0 {
            let color = tokens::faded(tokens.color.text_hi, drawn.hover);
            icons::paint(ui.painter(), Icon::X, Pos2::new(place.right() - 14.0, place.center().y), 12.0, color);
        }
        if drawn.focus {
            paint::focus_ring(ui.painter(), place.shrink(3.0), tokens.radius.chip);
        }
        (chip, cross.clicked())
    }

    /// Draws the chip and reports clicks.
    pub fn show(self, ui: &mut Ui) -> Response {
        let tokens = tokens::tokens(ui);
        let c = &tokens.color;
        let enabled = ui.is_enabled();
        let size = Vec2::new(self.width(ui), tokens.size.control.small);
        let (rect, response) = ui.allocate_exact_size(size, if enabled { Sense::click() } else { Sense::hover() });
        let name = match (self.name, self.count) {
            (Some(name), _) => name.to_owned(),
            (None, Some(count)) => format!("{}, {count}", self.label),
            (None, None) => self.label.to_owned(),
        };
        let selected = self.selected;
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Button, enabled, &name);
            info.selected = Some(selected);
            info
        });
        if !ui.is_rect_visible(rect) {
            return response;
        }
        let drawn = paint::drawn(ui, &response, enabled, self.look);
        let painter = ui.painter();
        let fill = if self.selected || drawn.press { c.bg_active } else { tokens::faded(c.bg_hover, drawn.hover) };
        paint::boxed(painter, rect, tokens.radius.control, fill, NONE);
        let strong = if self.selected { 1.0 } else { drawn.hover };
        let color = tokens::mix(c.text_mid, c.text_hi, strong);
        let low = tokens::mix(c.text_low, c.text_mid, strong);
        let y = rect.center().y;
        let mut x = rect.left() + 8.0;
        if let Some((icon, tone)) = self.icon {
            let of_icon = if tone == Tone::Neutral { color } else { c.tone_fg(tone) };
            icons::paint(painter, icon, Pos2::new(x + 6.0, y), 12.0, of_icon);
            x += 18.0;
        }
        x = text_style::paint(painter, Pos2::new(x, y), Align2::LEFT_CENTER, Text::SmallStrong, color, self.label)
            .right();
        if let Some(count) = self.count {
            x += 6.0;
            x = text_style::paint(
                painter,
                Pos2::new(x, y),
                Align2::LEFT_CENTER,
                Text::Small,
                low,
                &with_thousands(count as u64),
            )
            .right();
        }
        if self.removable {
            icons::paint(painter, Icon::X, Pos2::new(x + 12.0, y), 12.0, low);
        }
        if drawn.focus {
            paint::focus_ring(painter, rect, tokens.radius.control);
        }
        response
    }
}
