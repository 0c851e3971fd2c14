//! The visual tokens: every color, size, radius, text style and duration of the window, read once from `assets/theme/tokens.json`.
//!
//! This is the only module that constructs colors. Everything else asks [`tokens`] for the theme that is shown now.

mod measures;

use std::sync::LazyLock;

use egui::{Color32, Context, Theme, Vec2};
use serde::Deserialize;

pub use measures::{
    Breakpoints, CardSizes, ControlHeights, DialogSizes, FilmstripSizes, IconSizes, Motion, PaneWidth, Radii,
    RowHeights, Sizes, SliderSizes, Spaces, Strokes, TooltipSizes, TypeScale, TypeStyle, WidthOnly, WindowSizes,
};

const SOURCE: &str = include_str!("../../assets/theme/tokens.json");

/// Reads `#RRGGBB`.
fn color(text: &str) -> Result<Color32, String> {
    Color32::from_hex(text).map_err(|error| format!("{text} is not a color: {error:?}"))
}

fn color_field<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Color32, D::Error> {
    color(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

macro_rules! colors {
    ($($(#[$doc:meta])* $field:ident = $name:literal),* $(,)?) => {
        /// The colors of one theme, named by what they are for.
        #[derive(Clone, Debug, Deserialize)]
        pub struct Colors {
            $($(#[$doc])* #[serde(rename = $name, deserialize_with = "color_field")] pub $field: Color32,)*
        }

        impl Colors {
            /// The color with the given name in the token file, for example `text.low`.
            #[must_use]
            pub fn named(&self, name: &str) -> Option<Color32> {
                match name { $($name => Some(self.$field),)* _ => None }
            }

            /// Every color with its name in the token file.
            #[must_use]
            pub fn all(&self) -> Vec<(&'static str, Color32)> {
                vec![$(($name, self.$field)),*]
            }
        }
    };
}

colors! {
    /// Behind the gallery: the darkest surface in the dark theme, so that clips are the brightest thing on it.
    bg_gallery = "bg.gallery",
    /// Side panes, header, status line and dialogs.
    bg_pane = "bg.pane",
    /// Popovers, menus, empty cards.
    bg_raised = "bg.raised",
    /// Text fields, secondary buttons, segmented controls.
    bg_field = "bg.field",
    /// A surface under the pointer.
    bg_hover = "bg.hover",
    /// A pressed surface, the chosen segment, the hovered menu row.
    bg_active = "bg.active",
    /// The veil behind dialogs, drawn at [`VEIL_ALPHA`].
    bg_overlay = "bg.overlay",
    /// Chips over pictures.
    bg_chip = "bg.chip",
    /// Dividers.
    stroke_soft = "stroke.soft",
    /// Frames.
    stroke_mid = "stroke.mid",
    /// Outlines that carry meaning: switch, checkbox, empty star, hovered field.
    stroke_control = "stroke.control",
    /// First text.
    text_hi = "text.hi",
    /// Second text.
    text_mid = "text.mid",
    /// Third text. On a hovered surface it becomes `text_mid`.
    text_low = "text.low",
    /// Disabled text.
    text_off = "text.off",
    /// Whatever is chosen.
    lit_fill = "lit.fill",
    /// A lit button under the pointer.
    lit_hover = "lit.hover",
    /// A lit button pressed.
    lit_press = "lit.press",
    /// Text on `lit_fill`.
    lit_on = "lit.on",
    /// The one primary button in view.
    accent_fill = "accent.fill",
    /// The primary button under the pointer.
    accent_hover = "accent.hover",
    /// The primary button pressed.
    accent_press = "accent.press",
    /// Text on `accent_fill`.
    accent_on = "accent.on",
    /// The focus ring.
    focus_ring = "focus.ring",
    /// A job moves by itself: text and icon.
    work_fg = "work.fg",
    /// A job moves by itself: surface.
    work_bg = "work.bg",
    /// A job moves by itself: frame.
    work_stroke = "work.stroke",
    /// Waits for the user: text and icon.
    ask_fg = "ask.fg",
    /// Waits for the user: surface.
    ask_bg = "ask.bg",
    /// Waits for the user: frame.
    ask_stroke = "ask.stroke",
    /// Failed or refused: text and icon.
    fail_fg = "fail.fg",
    /// Failed or refused: surface.
    fail_bg = "fail.bg",
    /// Failed or refused: frame.
    fail_stroke = "fail.stroke",
}

/// How opaque the veil behind a dialog is.
pub const VEIL_ALPHA: f32 = 0.62;

/// The meaning that tints a badge, a note or a card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Nothing to do, nothing moves.
    #[default]
    Neutral,
    /// A job moves by itself.
    Work,
    /// Waits for the user.
    Ask,
    /// Failed, not allowed, refused.
    Fail,
}

impl Colors {
    /// Text and icon color of a tone.
    #[must_use]
    pub fn tone_fg(&self, tone: Tone) -> Color32 {
        match tone {
            Tone::Neutral => self.text_mid,
            Tone::Work => self.work_fg,
            Tone::Ask => self.ask_fg,
            Tone::Fail => self.fail_fg,
        }
    }

    /// Surface of a tone; `neutral` is used where the tone has none.
    #[must_use]
    pub fn tone_bg(&self, tone: Tone, neutral: Color32) -> Color32 {
        match tone {
            Tone::Neutral => neutral,
            Tone::Work => self.work_bg,
            Tone::Ask => self.ask_bg,
            Tone::Fail => self.fail_bg,
        }
    }

    /// Frame of a tone.
    #[must_use]
    pub fn tone_stroke(&self, tone: Tone) -> Color32 {
        match tone {
            Tone::Neutral => self.stroke_mid,
            Tone::Work => self.work_stroke,
            Tone::Ask => self.ask_stroke,
            Tone::Fail => self.fail_stroke,
        }
    }
}

/// Colors of chips and marks on pictures, the same in both themes.
#[derive(Clone, Debug)]
pub struct PictureColors {
    /// The chip surface, already translucent.
    pub chip_fill: Color32,
    /// Chip text.
    pub chip_text: Color32,
    /// Chip text of a working job.
    pub chip_work: Color32,
    /// Chip text of a job that waits for the user.
    pub chip_ask: Color32,
    /// Chip text of a failed job.
    pub chip_fail: Color32,
    /// The veil over a rejected picture.
    pub reject_veil: Color32,
    /// The part of a filmstrip after the playhead.
    pub strip_rest: Color32,
    /// The line under the pointer and the playhead.
    pub line: Color32,
    /// The dark edge of that line.
    pub line_edge: Color32,
    /// The track of a progress bar on a picture.
    pub track: Color32,
    /// The line inside a selection ring in the light theme.
    pub inner_ring: Color32,
}

impl PictureColors {
    /// Chip text of a tone.
    #[must_use]
    pub fn tone(&self, tone: Tone) -> Color32 {
        match tone {
            Tone::Neutral => self.chip_text,
            Tone::Work => self.chip_work,
            Tone::Ask => self.chip_ask,
            Tone::Fail => self.chip_fail,
        }
    }
}

/// One shadow, in the units of [`egui::Shadow`].
#[derive(Clone, Copy, Debug, Deserialize)]
struct ShadowSource {
    offset: [i8; 2],
    blur: u8,
    spread: u8,
    #[serde(deserialize_with = "color_field")]
    color: Color32,
    alpha: f32,
}

impl ShadowSource {
    fn shadow(self) -> egui::Shadow {
        egui::Shadow {
            offset: self.offset,
            blur: self.blur,
            spread: self.spread,
            color: self.color.gamma_multiply(self.alpha),
        }
    }
}

#[derive(Deserialize)]
struct ShadowSources {
    popover: ShadowSource,
    dialog: ShadowSource,
    #[serde(rename = "light.popover")]
    light_popover: ShadowSource,
    #[serde(rename = "light.dialog")]
    light_dialog: ShadowSource,
}

#[derive(Deserialize)]
struct OnPicture {
    #[serde(rename = "chip.fill", deserialize_with = "color_field")]
    chip_fill: Color32,
    #[serde(rename = "chip.alpha")]
    chip_alpha: f32,
    #[serde(rename = "chip.text", deserialize_with = "color_field")]
    chip_text: Color32,
    #[serde(rename = "chip.work", deserialize_with = "color_field")]
    chip_work: Color32,
    #[serde(rename = "chip.ask", deserialize_with = "color_field")]
    chip_ask: Color32,
    #[serde(rename = "chip.fail", deserialize_with = "color_field")]
    chip_fail: Color32,
}

#[derive(Deserialize)]
struct TypeSource {
    scale: TypeScale,
}

#[derive(Deserialize)]
struct Themes {
    dark: Colors,
    light: Colors,
}

/// One row of the contrast table in the token file: a pair that the window draws, and what it needs.
#[derive(Clone, Debug, Deserialize)]
pub struct ContrastPair {
    /// Name of the foreground color.
    pub fg: String,
    /// Name of the surface.
    pub bg: String,
    /// The least ratio: 4.5 for text, 3 for shapes that carry meaning.
    pub needs: f32,
}

#[derive(Deserialize)]
struct ContrastSource {
    dark: Vec<ContrastPair>,
    light: Vec<ContrastPair>,
    #[serde(rename = "onPicture")]
    on_picture: Vec<ContrastPair>,
}

#[derive(Deserialize)]
struct Source {
    color: Themes,
    #[serde(rename = "onPicture")]
    on_picture: OnPicture,
    #[serde(rename = "type")]
    type_scale: TypeSource,
    space: Spaces,
    radius: Radii,
    stroke: Strokes,
    shadow: ShadowSources,
    size: Sizes,
    breakpoint: Breakpoints,
    motion: Motion,
    contrast: ContrastSource,
}

/// Everything the widgets draw with, for one theme.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Which theme this is.
    pub theme: Theme,
    /// Colors.
    pub color: Colors,
    /// Colors on pictures.
    pub picture: PictureColors,
    /// The type scale.
    pub text: TypeScale,
    /// Distances.
    pub space: Spaces,
    /// Corner radii.
    pub radius: Radii,
    /// Stroke widths.
    pub stroke: Strokes,
    /// Measures.
    pub size: Sizes,
    /// Widths at which the layout changes.
    pub breakpoint: Breakpoints,
    /// Durations; see [`duration_secs`] for what is used when motion is reduced.
    pub motion: Motion,
    /// Shadow of menus and popovers.
    pub shadow_popover: egui::Shadow,
    /// Shadow of dialogs.
    pub shadow_dialog: egui::Shadow,
    /// Pairs that are drawn in this theme, with the contrast they need.
    pub contrast: Vec<ContrastPair>,
    /// Pairs on pictures over the worst case, a white picture.
    pub contrast_on_picture: Vec<ContrastPair>,
}

impl Tokens {
    /// Whether this is the dark theme.
    #[must_use]
    pub fn is_dark(&self) -> bool {
        self.theme == Theme::Dark
    }

    /// The veil behind dialogs.
    #[must_use]
    pub fn veil(&self) -> Color32 {
        self.color.bg_overlay.gamma_multiply(VEIL_ALPHA)
    }
}

static BOTH: LazyLock<[Tokens; 2]> = LazyLock::new(|| {
    // The file is compiled in and a test reads it, so this cannot fail in a built program.
    let build = |theme| {
        let source: Source = serde_json::from_str(SOURCE).expect("the token file that is compiled in is well formed");
        let dark = theme == Theme::Dark;
        let ink = source.color.dark.bg_overlay;
        Tokens {
            theme,
            color: if dark { source.color.dark } else { source.color.light },
            picture: PictureColors {
                chip_fill: source.on_picture.chip_fill.gamma_multiply(source.on_picture.chip_alpha),
                chip_text: source.on_picture.chip_text,
                chip_work: source.on_picture.chip_work,
                chip_ask: source.on_picture.chip_ask,
                chip_fail: source.on_picture.chip_fail,
                reject_veil: ink.gamma_multiply(0.6),
                strip_rest: ink.gamma_multiply(0.42),
                line: source.on_picture.chip_text,
                line_edge: Color32::BLACK.gamma_multiply(0.45),
                track: source.on_picture.chip_fill.gamma_multiply(0.6),
                inner_ring: source.on_picture.chip_text,
            },
            text: source.type_scale.scale,
            space: source.space,
            radius: source.radius,
            stroke: source.stroke,
            size: source.size,
            breakpoint: source.breakpoint,
            motion: source.motion,
            shadow_popover: if dark { source.shadow.popover } else { source.shadow.light_popover }.shadow(),
            shadow_dialog: if dark { source.shadow.dialog } else { source.shadow.light_dialog }.shadow(),
            contrast: if dark { source.contrast.dark } else { source.contrast.light },
            contrast_on_picture: source.contrast.on_picture,
        }
    };
    [build(Theme::Dark), build(Theme::Light)]
});

/// The tokens of the theme that is shown now. A `&Ui` can be given as well.
#[must_use]
pub fn tokens(ctx: &Context) -> &'static Tokens {
    of_theme(ctx.theme())
}

/// The tokens of one theme.
#[must_use]
pub fn of_theme(theme: Theme) -> &'static Tokens {
    match theme {
        Theme::Dark => &BOTH[0],
        Theme::Light => &BOTH[1],
    }
}

/// No paint at all.
pub const NONE: Color32 = Color32::TRANSPARENT;

/// The tint that leaves a picture as it is.
pub const UNTINTED: Color32 = Color32::WHITE;

/// A color made more transparent, `0.0..=1.0`.
#[must_use]
pub fn faded(color: Color32, opacity: f32) -> Color32 {
    color.gamma_multiply(opacity.clamp(0.0, 1.0))
}

/// A color between two others; `t` is `0.0..=1.0`.
#[must_use]
pub fn mix(from: Color32, to: Color32, t: f32) -> Color32 {
    if t <= 0.0 {
        from
    } else if t >= 1.0 {
        to
    } else {
        from.lerp_to_gamma(to, t)
    }
}

/// WCAG 2.2 contrast ratio of two opaque colors, `1.0..=21.0`.
#[must_use]
pub fn contrast_ratio(one: Color32, other: Color32) -> f32 {
    let luminance = |color: Color32| {
        let linear = |byte: u8| {
            let value = f32::from(byte) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
    };
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[derive(Clone, Copy, Default)]
struct ReducedMotion(bool);

/// Turns every animation off or on again. The settings and the system's wish both end here.
pub fn set_reduced_motion(ctx: &Context, reduced: bool) {
    ctx.data_mut(|data| data.insert_temp(egui::Id::NULL, ReducedMotion(reduced)));
    ctx.all_styles_mut(|style| {
        style.animation_time = if reduced { 0.0 } else { of_theme(Theme::Dark).motion.fade / 1000.0 };
    });
}

/// Whether animations are off.
#[must_use]
pub fn reduced_motion(ctx: &Context) -> bool {
    ctx.data(|data| data.get_temp::<ReducedMotion>(egui::Id::NULL)).unwrap_or_default().0
}

/// A duration from [`Motion`] in seconds, 0 when motion is reduced.
#[must_use]
pub fn duration_secs(ctx: &Context, millis: f32) -> f32 {
    if reduced_motion(ctx) { 0.0 } else { millis / 1000.0 }
}

/// A size from the token file as a vector.
#[must_use]
pub fn size(of: [f32; 2]) -> Vec2 {
    Vec2::from(of)
}

#[cfg(test)]
mod tests;
