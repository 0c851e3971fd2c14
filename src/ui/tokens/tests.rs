//! Tests of the design tokens: both themes parse, the contrast of color pairs, reduced motion and mixed colors.

use super::*;

#[test]
fn both_themes_are_read_from_the_file() {
    let dark = of_theme(Theme::Dark);
    assert_eq!(dark.color.bg_gallery.to_hex(), "#131313ff");
    assert_eq!(of_theme(Theme::Light).color.accent_fill.to_hex(), "#4c7400ff");
    assert_eq!(dark.size.control.primary, 40.0);
    assert_eq!(dark.text.number, TypeStyle { size: 24.0, line: 28.0, weight: 500 });
}

#[test]
fn every_pair_of_the_contrast_table_is_readable() {
    for tokens in ALL.iter() {
        assert!(tokens.contrast.len() > 50);
        for pair in &tokens.contrast {
            let fg = tokens.color.named(&pair.fg).expect("the pair names a token");
            let bg = tokens.color.named(&pair.bg).expect("the pair names a token");
            let ratio = contrast_ratio(fg, bg);
            assert!(ratio >= pair.needs, "{:?}: {} on {} is {ratio}", tokens.theme, pair.fg, pair.bg);
        }
    }
}

#[test]
fn chips_are_readable_on_a_white_picture() {
    let tokens = of_theme(Theme::Dark);
    let surface = tokens.picture.chip_fill;
    let over_white = surface.additive() + Color32::WHITE.gamma_multiply(1.0 - f32::from(surface.a()) / 255.0);
    for pair in &tokens.contrast_on_picture {
        let tone = match pair.fg.as_str() {
            "chip.work" => Tone::Work,
            "chip.ask" => Tone::Ask,
            "chip.fail" => Tone::Fail,
            _ => Tone::Neutral,
        };
        assert!(contrast_ratio(tokens.picture.tone(tone), over_white) >= pair.needs, "{}", pair.fg);
    }
}

#[test]
fn reduced_motion_makes_every_duration_zero() {
    let ctx = Context::default();
    assert_eq!(duration_secs(&ctx, 80.0), 0.08);
    set_reduced_motion(&ctx, true);
    assert_eq!(duration_secs(&ctx, 80.0), 0.0);
    assert_eq!(ctx.style_of(Theme::Light).animation_time, 0.0);
}

#[test]
fn mixing_keeps_the_ends() {
    let (a, b) = (of_theme(Theme::Dark).color.bg_pane, of_theme(Theme::Dark).color.bg_active);
    assert_eq!(mix(a, b, 0.0), a);
    assert_eq!(mix(a, b, 1.0), b);
}
