//! The transport of a film: play or pause, one frame back or forward, and the time at the playhead.

use egui::{Align, Layout, Ui, UiBuilder, Vec2};

use super::button::IconButton;
use crate::ui::icons::Icon;
use crate::ui::text_style::{self, Spans, Text};
use crate::ui::tokens;

/// The button that the user pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportPress {
    /// Play if `true`, pause if `false`.
    Play(bool),
    /// Move by this number of frames; negative means back.
    Step(i32),
}

/// A row of transport buttons. It is 24 points high in a pane; under a large picture [`Self::large`] sets the height.
#[must_use = "the row is drawn by `show`"]
pub struct Transport<'a> {
    millis: u64,
    duration_millis: u64,
    is_playing: bool,
    height: Option<f32>,
    off_because: Option<&'a str>,
}

impl<'a> Transport<'a> {
    /// Creates the transport of a film that is `duration_millis` milliseconds long, with its playhead at `millis`.
    pub fn new(millis: u64, duration_millis: u64) -> Self {
        Self { millis, duration_millis, is_playing: false, height: None, off_because: None }
    }

    /// Sets whether the film is playing.
    pub fn playing(mut self, is_playing: bool) -> Self {
        self.is_playing = is_playing;
        self
    }

    /// Uses buttons of 28 points in a row of the given height in points, with shortcuts in their tooltips.
    pub fn large(mut self, height: f32) -> Self {
        self.height = Some(height);
        self
    }

    /// Disables the buttons for the given reason; `None` enables them.
    pub fn off(mut self, reason: Option<&'a str>) -> Self {
        self.off_because = reason;
        self
    }

    /// Draws the row over the available width. `middle` draws after the time; `end` draws from the right
    /// edge to the left.
    pub fn show(self, ui: &mut Ui, middle: impl FnOnce(&mut Ui), end: impl FnOnce(&mut Ui)) -> Option<TransportPress> {
        let tokens = tokens::tokens(ui);
        let c = &tokens.color;
        let is_large = self.height.is_some();
        // The icon of the first button is aligned with the left edge of the picture, so the button juts
        // out by its padding.
        let (out, gap, before_time) = if is_large { (6.0, 4.0, 6.0) } else { (4.0, 2.0, 4.0) };
        let (time, total) = if is_large { (Text::Strong, Text::Body) } else { (Text::SmallStrong, Text::Small) };
        let size = Vec2::new(ui.available_width(), self.height.unwrap_or(tokens.size.control.small));
        let (_, rect) = ui.allocate_space(size);
        let rect = rect.expand2(Vec2::new(out, 0.0));
        let row = UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center));
        let mut row = ui.new_child(row);
        row.spacing_mut().item_spacing = Vec2::new(gap, 0.0);

        let mut pressed = None;
        let is_on = self.off_because.is_none();
        let mut button = |ui: &mut Ui, icon, name: &str, key, press| {
            // The tooltip is the only place where a disabled button can show its reason.
            let name = self.off_because.map_or_else(|| name.to_owned(), |reason| format!("{name}: {reason}"));
            let mut button = IconButton::new(icon, &name).enabled(is_on);
            if is_large {
                button = button.key(key);
            } else {
                button = button.small();
            }
            if button.show(ui).clicked() {
                pressed = Some(press);
            }
        };
        let (icon, name) = if self.is_playing { (Icon::Pause, "Halt") } else { (Icon::Play, "Play") };
        button(&mut row, icon, name, "K", TransportPress::Play(!self.is_playing));
        button(&mut row, Icon::StepBack, "One frame back", ",", TransportPress::Step(-1));
        button(&mut row, Icon::StepForward, "One frame on", ".", TransportPress::Step(1));
        row.add_space(before_time);
        let clock = Spans::new().add(&seconds(self.millis), time, if is_on { c.text_hi } else { c.text_low }).add(
            &format!(" / {} s", seconds(self.duration_millis)),
            total,
            c.text_low,
        );
        let galley = clock.layout(row.ctx(), f32::INFINITY, 1);
        let (place, response) = row.allocate_exact_size(galley.size(), egui::Sense::hover());
        let spoken = format!("{} of {} seconds", seconds(self.millis), seconds(self.duration_millis));
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
        text_style::paint_galley(row.painter(), place.left_center(), egui::Align2::LEFT_CENTER, galley);
        middle(&mut row);
        row.with_layout(Layout::right_to_left(Align::Center), end);
        pressed
    }
}

/// Formats a time as seconds with two decimals, such as `3.36`. It is rounded down, so that a film never seems
/// to have ended early.
#[must_use]
pub fn seconds(millis: u64) -> String {
    format!("{}.{:02}", millis / 1000, millis % 1000 / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_two_digits() {
        for (millis, text) in [(0, "0.00"), (3_360, "3.36"), (7_999, "7.99"), (8_000, "8.00"), (61_050, "61.05")] {
            assert_eq!(seconds(millis), text);
        }
    }
}
