//! High contrast: the colors of a theme with text and strokes moved towards white or black until they stand out enough.

use egui::{Color32, Theme};

use super::{Colors, contrast_ratio, mix};

/// What text needs in high contrast: WCAG 2.2 AAA.
pub const HIGH: f32 = 7.0;
/// What disabled text needs, which is exempt otherwise.
const OFF: f32 = 4.5;
/// What dividers and frames need against the panes that they part.
const STROKE: f32 = 3.0;

/// The same color, or one nearer to `toward`, that has this contrast with every one of `against`.
fn raised(color: Color32, against: &[Color32], needed: f32, toward: Color32) -> Color32 {
    let stands_out = |color: Color32| against.iter().all(|other| contrast_ratio(color, *other) >= needed);
    (0..=40u8).map(|step| mix(color, toward, f32::from(step) / 40.0)).find(|color| stands_out(*color)).unwrap_or(toward)
}

/// The colors of a theme in high contrast.
pub(super) fn high(colors: &Colors, theme: Theme) -> Colors {
    let (far, near) = match theme {
        Theme::Dark => (Color32::WHITE, Color32::BLACK),
        Theme::Light => (Color32::BLACK, Color32::WHITE),
    };
    let mut c = colors.clone();
    // What lies under the pointer and what is chosen must leave room for text on it.
    for ground in [&mut c.bg_active, &mut c.bg_hover, &mut c.work_bg, &mut c.ask_bg, &mut c.fail_bg] {
        *ground = mix(*ground, near, 0.25);
    }
    // Chips on pictures are dark in both themes, and their text is white.
    let grounds =
        [c.bg_gallery, c.bg_pane, c.bg_raised, c.bg_field, c.bg_hover, c.bg_active, c.work_bg, c.ask_bg, c.fail_bg];
    let [work, ask, fail] = [c.work_bg, c.ask_bg, c.fail_bg];
    c.text_hi = far;
    c.text_mid = raised(c.text_mid, &grounds, HIGH + 2.0, far);
    c.text_low = raised(c.text_low, &grounds, HIGH + 0.2, far);
    c.text_off = raised(c.text_off, &grounds, OFF, far);
    for tone in [&mut c.work_fg, &mut c.ask_fg, &mut c.fail_fg] {
        *tone = raised(*tone, &grounds, HIGH + 0.2, far);
    }
    for (stroke, ground) in [(&mut c.work_stroke, work), (&mut c.ask_stroke, ask), (&mut c.fail_stroke, fail)] {
        *stroke = raised(*stroke, &[ground, c.bg_pane], STROKE, far);
    }
    let panes = [c.bg_gallery, c.bg_pane, c.bg_raised, c.bg_field];
    c.stroke_soft = raised(c.stroke_soft, &panes, STROKE - 1.0, far);
    c.stroke_mid = raised(c.stroke_mid, &panes, STROKE, far);
    c.stroke_control = raised(c.stroke_control, &grounds, STROKE + 1.5, far);
    c.focus_ring = raised(c.focus_ring, &grounds, HIGH, far);
    // Text on a fill of its own: the fill gives way, away from the text.
    for (fill, on) in [
        (&mut c.lit_fill, c.lit_on),
        (&mut c.lit_hover, c.lit_on),
        (&mut c.lit_press, c.lit_on),
        (&mut c.accent_fill, c.accent_on),
        (&mut c.accent_hover, c.accent_on),
        (&mut c.accent_press, c.accent_on),
    ] {
        let is_light_text = contrast_ratio(on, Color32::BLACK) > contrast_ratio(on, Color32::WHITE);
        *fill = raised(*fill, &[on], HIGH + 0.2, if is_light_text { Color32::BLACK } else { Color32::WHITE });
    }
    c
}
