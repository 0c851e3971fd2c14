//! Whether the window fits on its screen.

use eframe::egui::{Vec2, ViewportCommand, ViewportInfo};

/// Room that a title bar and the bars of a desktop take from the height of a screen, in points: as much as on the desktops
/// that take most of it. No window library tells how much it really is.
const BARS: f32 = 96.0;

/// What makes a window that does not fit take the room between the bars of the desktop, which the desktop itself knows.
/// `None` while the screen is not known, and for a window that fits.
pub(super) fn fit(viewport: &ViewportInfo) -> Option<ViewportCommand> {
    let (inner, screen) = (viewport.inner_rect?.size(), viewport.monitor_size?);
    let is_free = viewport.maximized != Some(true) && viewport.fullscreen != Some(true);
    (is_free && !fits(inner, screen)).then_some(ViewportCommand::Maximized(true))
}

/// Whether a window with this much inside has room on a screen, bars included. All in points.
fn fits(inner: Vec2, screen: Vec2) -> bool {
    inner.x <= screen.x && inner.y + BARS <= screen.y
}

#[cfg(test)]
mod tests {
    use eframe::egui::{Rect, pos2, vec2};

    use super::*;

    #[test]
    fn a_window_fits_between_the_bars_or_takes_what_there_is() {
        let usual = vec2(1440.0, 900.0);
        assert!(fits(usual, vec2(1920.0, 1080.0)));
        assert!(!fits(usual, vec2(1440.0, 900.0)), "its title bar has no room");
        assert!(!fits(usual, vec2(1366.0, 1080.0)), "too wide");
        let viewport = |screen: Option<Vec2>| ViewportInfo {
            inner_rect: Some(Rect::from_min_size(pos2(0.0, 28.0), usual)),
            monitor_size: screen,
            ..ViewportInfo::default()
        };
        assert_eq!(fit(&viewport(Some(vec2(1440.0, 900.0)))), Some(ViewportCommand::Maximized(true)));
        assert_eq!(fit(&viewport(Some(vec2(2560.0, 1440.0)))), None);
        assert_eq!(fit(&viewport(None)), None, "the screen is not known yet");
        let maximized = ViewportInfo { maximized: Some(true), ..viewport(Some(vec2(1440.0, 900.0))) };
        assert_eq!(fit(&maximized), None);
    }
}
