//! The design tokens: every color, size, radius, text style and duration of the window,
//! parsed once from `assets/theme/tokens.json`.
//!
//! This is the only module that constructs colors. All others call [`tokens`] for the theme that is shown now.

mod contrast;
mod measures;

use std::sync::LazyLock;

use egui::{Color32, Context, Theme, Vec2};
use serde::Deserialize;

pub use contrast::HIGH;
pub use measures::{
    Breakpoints, CardSizes, ControlHeights, DialogSizes, FilmstripSizes, IconSizes, Motion, PaneWidth, Radii,
    RowHeights, Sizes, SliderSizes, Spaces, Strokes, TooltipSizes, TypeScale, TypeStyle, WidthOnly, WindowSizes,
};

const SOURCE: &str = include_str!("../../assets/theme/tokens.json");

/// Parses a color of the form `#RRGGBB`.
fn color(text: &str) -> Result<Color32, String> {
    Color32::from_hex(text).map_err(|error| format!("{text} is not a color: {error:?}"))
}

fn color_field<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Color32, D::Error> {
    color(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

macro_rules! colors {
    ($($(#[$doc:meta])* $field:ident = $name:literal),* $(,)?) => {
        /// The colors of one theme, named after their roles.
        #[derive(Clone, Debug, Deserialize)]
        pub struct Colors {
            $($(#[$doc])* #[serde(rename = $name, deserialize_with = "color_field")] pub $field: Color32,)*
        }

        impl Colors {
            /// Looks up a color by its name in the token file, for example `text.low`.
            #[must_use]
            pub fn named(&self, name: &str) -> Option<Color32> {
                match name { $($name => Some(self.$field),)* _ => None }
            }

            /// All colors with their names in the token file.
            #[must_use]
            pub fn all(&self) -> Vec<(&'static str, Color32)> {
                vec![$(($name, self.$field)),*]
            }
        }
    };
}

colors! {
    /// Background of the gallery: the darkest surface in the dark theme, so that the clips are the brightest
    /// part of the window.
    bg_gallery = "bg.gallery",
    /// Background of the side panes, the header, the status line and the dialogs.
    bg_pane = "bg.pane",
    /// Background of popovers, menus and cards without a picture.
    bg_raised = "bg.raised",
    /// Background of text fields, secondary buttons and segmented controls.
    bg_field = "bg.field",
    /// Background of a hovered surface.
    bg_hover = "bg.hover",
    /// Background of a pressed surface, the chosen segment and the hovered menu row.
    bg_active = "bg.active",
    /// Color of the veil behind dialogs, which is drawn with the opacity [`VEIL_ALPHA`].
    bg_overlay = "bg.overlay",
    /// Background of chips that lie on pictures.
    bg_chip = "bg.chip",
    /// Dividers between parts of a surface.
    stroke_soft = "stroke.soft",
    /// Frames around surfaces and controls.
    stroke_mid = "stroke.mid",
    /// Outlines that carry meaning: switch, checkbox, empty star, hovered text field.
    stroke_control = "stroke.control",
    /// Text of the first rank: headings, values and running text.
    text_hi = "text.hi",
    /// Text of the second rank: labels and explanations.
    text_mid = "text.mid",
    /// Text of the third rank: hints and side remarks. On a hovered surface it becomes `text_mid`.
    text_low = "text.low",
    /// Text of disabled controls.
    text_off = "text.off",
    /// Fill of chosen values and lit buttons.
    lit_fill = "lit.fill",
    /// Fill of a hovered lit button.
    lit_hover = "lit.hover",
    /// Fill of a pressed lit button.
    lit_press = "lit.press",
    /// Text and icons on `lit_fill`.
    lit_on = "lit.on",
    /// Fill of the primary button, of which only one is in view.
    accent_fill = "accent.fill",
    /// Fill of the hovered primary button.
    accent_hover = "accent.hover",
    /// Fill of the pressed primary button.
    accent_press = "accent.press",
    /// Text and icons on `accent_fill`.
    accent_on = "accent.on",
    /// Color of the focus ring.
    focus_ring = "focus.ring",
    /// Text and icons of a job in progress.
    work_fg = "work.fg",
    /// Surface of a job in progress.
    work_bg = "work.bg",
    /// Frame of a job in progress.
    work_stroke = "work.stroke",
    /// Text and icons of what waits for the user.
    ask_fg = "ask.fg",
    /// Surface of what waits for the user.
    ask_bg = "ask.bg",
    /// Frame of what waits for the user.
    ask_stroke = "ask.stroke",
    /// Text and icons of what failed or was refused.
    fail_fg = "fail.fg",
    /// Surface of what failed or was refused.
    fail_bg = "fail.bg",
    /// Frame of what failed or was refused.
    fail_stroke = "fail.stroke",
}

/// Opacity of the veil behind a dialog.
pub const VEIL_ALPHA: f32 = 0.62;

/// The meaning that tints a badge, a note or a card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// No special meaning: nothing to do and nothing in progress.
    #[default]
    Neutral,
    /// A job is in progress.
    Work,
    /// Something waits for the user.
    Ask,
    /// Something failed or was refused.
    Fail,
}

impl Colors {
    /// Color of text and icons in this tone.
    #[must_use]
    pub fn tone_fg(&self, tone: Tone) -> Color32 {
        match tone {
            Tone::Neutral => self.text_mid,
            Tone::Work => self.work_fg,
            Tone::Ask => self.ask_fg,
            Tone::Fail => self.fail_fg,
        }
    }

    /// Color of a surface in this tone. A tone without a surface of its own returns `neutral`.
    #[must_use]
    pub fn tone_bg(&self, tone: Tone, neutral: Color32) -> Color32 {
        match tone {
            Tone::Neutral => neutral,
            Tone::Work => self.work_bg,
            Tone::Ask => self.ask_bg,
            Tone::Fail => self.fail_bg,
        }
    }

    /// Color of a frame in this tone.
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

/// Colors of chips and marks on pictures. They are the same in both themes.
#[derive(Clone, Debug)]
pub struct PictureColors {
    /// Background of a chip, translucent.
    pub chip_fill: Color32,
    /// Text of a neutral chip.
    pub chip_text: Color32,
    /// Text of the chip of a job in progress.
    pub chip_work: Color32,
    /// Text of the chip of a job that waits for the user.
    pub chip_ask: Color32,
    /// Text of the chip of a failed job.
    pub chip_fail: Color32,
    /// Veil over the picture of a rejected clip.
    pub reject_veil: Color32,
    /// Veil over the part of a picture that is not sent.
    pub crop_veil: Color32,
    /// Veil over the part of a filmstrip after the playhead.
    pub strip_rest: Color32,
    /// Vertical line at the playhead and at the pointer of a filmstrip.
    pub line: Color32,
    /// Dark edge of that line, which keeps it visible on bright pictures.
    pub line_edge: Color32,
    /// Track of a progress bar on a picture.
    pub track: Color32,
    /// Line inside the selection ring, which keeps the ring visible on the picture.
    pub inner_ring: Color32,
}

impl PictureColors {
    /// Text color of a chip in the given tone.
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

/// A shadow as the token file gives it, in the units of [`egui::Shadow`].
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

/// A row of the contrast table in the token file: two colors that the window draws on each other, and
/// the contrast they need.
#[derive(Clone, Debug, Deserialize)]
pub struct ContrastPair {
    /// Name of the foreground color.
    pub fg: String,
    /// Name of the background color.
    pub bg: String,
    /// Minimum contrast ratio: 4.5 for text, 3 for shapes that carry meaning.
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

/// All design tokens of one theme.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The theme that these tokens belong to.
    pub theme: Theme,
    /// Colors by their roles.
    pub color: Colors,
    /// Colors of chips and marks on pictures.
    pub picture: PictureColors,
    /// Font sizes, line heights and weights of the text styles.
    pub text: TypeScale,
    /// Distances between and inside widgets, in points.
    pub space: Spaces,
    /// Corner radii of widgets and surfaces, in points.
    pub radius: Radii,
    /// Widths of frames, rings and dividers, in points.
    pub stroke: Strokes,
    /// Sizes of panes, controls and cards.
    pub size: Sizes,
    /// Window widths at which the layout changes.
    pub breakpoint: Breakpoints,
    /// Durations of animations. Read them with [`duration_secs`], which respects reduced motion.
    pub motion: Motion,
    /// Shadow of menus and popovers, in points.
    pub shadow_popover: egui::Shadow,
    /// Shadow of dialogs, in points.
    pub shadow_dialog: egui::Shadow,
    /// Color pairs of this theme with the contrast they need.
    pub contrast: Vec<ContrastPair>,
    /// Color pairs on pictures with the contrast they need, in the worst case: over a white picture.
    pub contrast_on_picture: Vec<ContrastPair>,
}

impl Tokens {
    /// Whether this is the dark theme.
    #[must_use]
    pub fn is_dark(&self) -> bool {
        self.theme == Theme::Dark
    }

    /// Color of the veil behind dialogs.
    #[must_use]
    pub fn veil(&self) -> Color32 {
        self.color.bg_overlay.gamma_multiply(VEIL_ALPHA)
    }
}

static ALL: LazyLock<[Tokens; 4]> = LazyLock::new(|| {
    // The file is compiled in and covered by a test, so parsing cannot fail in a release.
    let build = |theme, is_high: bool| {
        let source: Source = serde_json::from_str(SOURCE).expect("the token file that is compiled in is well formed");
        let dark = theme == Theme::Dark;
        let ink = source.color.dark.bg_overlay;
        let plain = if dark { source.color.dark } else { source.color.light };
        Tokens {
            theme,
            color: if is_high { contrast::high(&plain, theme) } else { plain },
            picture: PictureColors {
                chip_fill: match is_high {
                    true => source.on_picture.chip_fill,
                    false => source.on_picture.chip_fill.gamma_multiply(source.on_picture.chip_alpha),
                },
                chip_text: source.on_picture.chip_text,
                chip_work: source.on_picture.chip_work,
                chip_ask: source.on_picture.chip_ask,
                chip_fail: source.on_picture.chip_fail,
                reject_veil: ink.gamma_multiply(0.6),
                crop_veil: ink.gamma_multiply(0.66),
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
    [build(Theme::Dark, false), build(Theme::Light, false), build(Theme::Dark, true), build(Theme::Light, true)]
});

/// The tokens of the theme that is shown now. Accepts a [`Context`] or a `&Ui`.
#[must_use]
pub fn tokens(ctx: &Context) -> &'static Tokens {
    if high_contrast(ctx) { of_theme_in_high_contrast(ctx.theme()) } else { of_theme(ctx.theme()) }
}

/// The tokens of the given theme.
#[must_use]
pub fn of_theme(theme: Theme) -> &'static Tokens {
    match theme {
        Theme::Dark => &ALL[0],
        Theme::Light => &ALL[1],
    }
}

/// The tokens of the given theme in high contrast: text with at least [`HIGH`], and stronger strokes.
#[must_use]
pub fn of_theme_in_high_contrast(theme: Theme) -> &'static Tokens {
    match theme {
        Theme::Dark => &ALL[2],
        Theme::Light => &ALL[3],
    }
}

/// The fully transparent color.
pub const NONE: Color32 = Color32::TRANSPARENT;

/// The tint that leaves the colors of a picture unchanged.
pub const UNTINTED: Color32 = Color32::WHITE;

/// Multiplies the opacity of a color by a factor from 0.0 to 1.0.
#[must_use]
pub fn faded(color: Color32, opacity: f32) -> Color32 {
    color.gamma_multiply(opacity.clamp(0.0, 1.0))
}

/// Mixes two colors. `t` goes from 0.0 (the first color) to 1.0 (the second).
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

/// WCAG 2.2 contrast ratio of two opaque colors, from 1.0 to 21.0.
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

/// Turns all animations off or on, as the settings or the operating system ask for.
pub fn set_reduced_motion(ctx: &Context, reduced: bool) {
    ctx.data_mut(|data| data.insert_temp(egui::Id::NULL, ReducedMotion(reduced)));
    ctx.all_styles_mut(|style| {
        style.animation_time = if reduced { 0.0 } else { of_theme(Theme::Dark).motion.fade / 1000.0 };
    });
}

#[derive(Clone, Copy, Default)]
struct HighContrast(bool);

/// Makes [`tokens`] those of high contrast, or the usual ones. The styles of egui are the affair of
/// [`theme`](super::theme::set_contrast).
pub(super) fn set_high_contrast(ctx: &Context, is_high: bool) {
    ctx.data_mut(|data| data.insert_temp(egui::Id::NULL, HighContrast(is_high)));
}

/// Whether the contrast is high.
#[must_use]
pub fn high_contrast(ctx: &Context) -> bool {
    ctx.data(|data| data.get_temp::<HighContrast>(egui::Id::NULL)).unwrap_or_default().0
}

/// Whether animations are turned off.
#[must_use]
pub fn reduced_motion(ctx: &Context) -> bool {
    ctx.data(|data| data.get_temp::<ReducedMotion>(egui::Id::NULL)).unwrap_or_default().0
}

/// Converts a duration of [`Motion`] to seconds. Returns 0 when motion is reduced.
#[must_use]
pub fn duration_secs(ctx: &Context, millis: f32) -> f32 {
    if reduced_motion(ctx) { 0.0 } else { millis / 1000.0 }
}

/// Converts a size from the token file to a vector.
#[must_use]
pub fn size(of: [f32; 2]) -> Vec2 {
    Vec2::from(of)
}

#[cfg(test)]
mod tests;
