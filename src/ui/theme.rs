//! Installs the design tokens and the fonts as egui's styles, so that no widget shows egui's default look.

use std::sync::Arc;

use egui::style::{ScrollStyle, TextCursorStyle, WidgetVisuals};
use egui::{
    Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke, Style, TextStyle, Theme, Vec2,
};

use super::text_style::{MEDIUM, SEMIBOLD, Text};
use super::tokens::{self, NONE, Tokens};
use super::widgets::TOOLTIP_MARGIN;

/// Installs the fonts, the styles of both themes and the image loaders. Call it once, before the first frame.
pub fn install(ctx: &Context) {
    egui_extras::install_image_loaders(ctx);
    ctx.set_fonts(fonts());
    for theme in [Theme::Dark, Theme::Light] {
        ctx.set_style_of(theme, style(tokens::of_theme(theme)));
    }
}

/// Draws both themes in high contrast from now on, or as usual.
pub fn set_contrast(ctx: &Context, is_high: bool) {
    if tokens::high_contrast(ctx) == is_high {
        return;
    }
    tokens::set_high_contrast(ctx, is_high);
    let of = if is_high { tokens::of_theme_in_high_contrast } else { tokens::of_theme };
    for theme in [Theme::Dark, Theme::Light] {
        ctx.set_style_of(theme, style(of(theme)));
    }
    tokens::set_reduced_motion(ctx, tokens::reduced_motion(ctx));
}

/// Builds the font definitions: Inter in three weights, each after a variant with tabular figures, and JetBrains Mono
/// for ids. Fonts of the system supply missing characters.
#[must_use]
pub fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let mut add = |name: &str, bytes: &'static [u8]| {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    };
    add("Inter", include_bytes!("../../assets/fonts/Inter-Regular.ttf"));
    add("Inter Medium", include_bytes!("../../assets/fonts/Inter-Medium.ttf"));
    add("Inter SemiBold", include_bytes!("../../assets/fonts/Inter-SemiBold.ttf"));
    add("Figures", include_bytes!("../../assets/fonts/RushesFigures-Regular.ttf"));
    add("Figures Medium", include_bytes!("../../assets/fonts/RushesFigures-Medium.ttf"));
    add("Figures SemiBold", include_bytes!("../../assets/fonts/RushesFigures-SemiBold.ttf"));
    add("JetBrains Mono", include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf"));
    let chain = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    fonts.families.insert(FontFamily::Proportional, chain(&["Figures", "Inter"]));
    fonts.families.insert(FontFamily::Name(MEDIUM.into()), chain(&["Figures Medium", "Inter Medium"]));
    fonts.families.insert(FontFamily::Name(SEMIBOLD.into()), chain(&["Figures SemiBold", "Inter SemiBold"]));
    fonts.families.insert(FontFamily::Monospace, chain(&["JetBrains Mono", "Inter"]));
    fonts
}

/// Builds the egui style of one theme.
#[must_use]
pub fn style(tokens: &Tokens) -> Style {
    let mut style = Style { animation_time: tokens.motion.fade / 1000.0, ..Style::default() };
    style.text_styles = [
        (TextStyle::Small, Text::Caption.font()),
        (TextStyle::Body, Text::Body.font()),
        (TextStyle::Button, Text::Button.font()),
        (TextStyle::Heading, Text::Heading.font()),
        (TextStyle::Monospace, FontId::new(Text::Mono.measures().size, FontFamily::Monospace)),
    ]
    .into();
    style.explanation_tooltips = false;
    style.url_in_tooltip = false;

    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::splat(tokens.space.x2);
    spacing.button_padding = Vec2::new(10.0, 4.0);
    spacing.interact_size = Vec2::new(tokens.size.touch_min, tokens.size.touch_min);
    // egui applies `menu_margin` to tooltips as well; the menus of this window bring their own frame.
    spacing.menu_margin = TOOLTIP_MARGIN;
    spacing.window_margin = Margin::same(16);
    spacing.tooltip_width = tokens.size.tooltip.max_width;
    spacing.menu_spacing = 0.0;
    spacing.indent_ends_with_horizontal_line = false;
    spacing.scroll = ScrollStyle {
        floating: true,
        bar_width: 6.0,
        handle_min_length: 24.0,
        bar_inner_margin: 3.0,
        bar_outer_margin: 3.0,
        floating_width: 6.0,
        floating_allocated_width: 0.0,
        foreground_color: false,
        dormant_background_opacity: 0.0,
        active_background_opacity: 0.0,
        interact_background_opacity: 0.0,
        dormant_handle_opacity: 1.0,
        active_handle_opacity: 1.0,
        interact_handle_opacity: 1.0,
        ..ScrollStyle::thin()
    };
    spacing.scroll.fade.strength = 0.0;

    let interaction = &mut style.interaction;
    interaction.tooltip_delay = 0.5;
    interaction.show_tooltips_only_when_still = false;
    interaction.selectable_labels = false;

    let color = &tokens.color;
    let visuals = &mut style.visuals;
    *visuals = if tokens.is_dark() { egui::Visuals::dark() } else { egui::Visuals::light() };
    // By default egui makes light text on a dark background much bolder. Inter is drawn nearly as
    // its designer meant it.
    visuals.text_options.color_transfer_function =
        egui::epaint::FontColorTransferFunction::Gamma(if tokens.is_dark() { 0.9 } else { 1.0 });
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(color.text_low);
    visuals.hyperlink_color = color.text_hi;
    visuals.faint_bg_color = color.bg_raised;
    visuals.extreme_bg_color = color.bg_field;
    visuals.text_edit_bg_color = Some(NONE);
    visuals.code_bg_color = color.bg_field;
    visuals.warn_fg_color = color.ask_fg;
    visuals.error_fg_color = color.fail_fg;
    visuals.panel_fill = color.bg_pane;
    visuals.window_fill = color.bg_raised;
    visuals.window_stroke = Stroke::new(tokens.stroke.hair, color.stroke_mid);
    visuals.window_corner_radius = radius(tokens.radius.dialog);
    visuals.window_shadow = tokens.shadow_dialog;
    visuals.window_highlight_topmost = false;
    visuals.menu_corner_radius = radius(tokens.radius.control);
    visuals.popup_shadow = tokens.shadow_popover;
    visuals.selection.bg_fill = tokens::faded(color.text_hi, if tokens.is_dark() { 0.26 } else { 0.18 });
    visuals.selection.stroke = Stroke::new(tokens.stroke.hair, color.text_hi);
    visuals.text_cursor = TextCursorStyle {
        stroke: Stroke::new(1.0, color.text_hi),
        preview: false,
        // A blinking caret would repaint an idle window forever.
        blink: false,
        ..TextCursorStyle::default()
    };
    visuals.button_frame = true;
    visuals.striped = false;
    visuals.slider_trailing_fill = true;
    visuals.image_loading_spinners = false;
    visuals.disabled_alpha = 1.0;
    visuals.interact_cursor = None;

    let state = |fill, stroke, text| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(tokens.stroke.hair, stroke),
        corner_radius: radius(tokens.radius.control),
        fg_stroke: Stroke::new(tokens.stroke.hair, text),
        expansion: 0.0,
    };
    visuals.widgets.noninteractive = state(color.bg_pane, color.stroke_soft, color.text_hi);
    // egui draws scroll handles with the `bg_fill` of these states.
    visuals.widgets.inactive = state(color.bg_active, color.stroke_mid, color.text_hi);
    visuals.widgets.hovered = state(color.stroke_control, color.stroke_mid, color.text_hi);
    visuals.widgets.active = state(color.stroke_control, color.stroke_mid, color.text_hi);
    visuals.widgets.open = state(color.bg_active, color.stroke_mid, color.text_hi);
    style
}

/// Converts a corner radius from the token file to egui's type.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "radii are small whole numbers")]
pub fn radius(points: f32) -> CornerRadius {
    CornerRadius::same(points.round() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weight_puts_tabular_figures_first() {
        let fonts = fonts();
        for family in [FontFamily::Proportional, FontFamily::Name(MEDIUM.into()), FontFamily::Name(SEMIBOLD.into())] {
            assert!(fonts.families[&family][0].starts_with("Figures"), "{family:?}");
        }
    }

    #[test]
    fn figures_have_one_width_in_every_weight() {
        let ctx = Context::default();
        install(&ctx);
        let mut checked = 0;
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            for text in [Text::Body, Text::Strong, Text::Title] {
                let font = text.font();
                let width = |c: char| ui.fonts_mut(|fonts| fonts.glyph_width(&font, c));
                for digit in '0'..='9' {
                    assert!((width(digit) - width('0')).abs() < 0.01, "{text:?} {digit}");
                    checked += 1;
                }
            }
        });
        assert!(checked >= 30);
        output.textures_delta.clear();
    }

    #[test]
    fn no_state_of_a_default_widget_keeps_the_default_look() {
        for theme in [Theme::Dark, Theme::Light] {
            let ours = style(tokens::of_theme(theme)).visuals;
            let default = if theme == Theme::Dark { egui::Visuals::dark() } else { egui::Visuals::light() };
            assert_ne!(ours.widgets.inactive.bg_fill, default.widgets.inactive.bg_fill);
            assert_ne!(ours.panel_fill, default.panel_fill);
            assert_ne!(ours.selection.bg_fill, default.selection.bg_fill);
            assert!(!ours.text_cursor.blink);
        }
    }
}
