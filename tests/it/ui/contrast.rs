//! Reads the shapes that whole pages are painted with, and measures every text against what really lies below it. A pair of
//! colors that no table lists is found as well, because nothing here knows of pairs.

use egui::emath::GuiRounding as _;
use egui::epaint::{ClippedShape, RectShape, TextShape};
use egui::{Color32, Pos2, Rect, Shape, TextureId, Theme, Vec2};
use egui_kittest::Harness;
use rushes::app::Action;
use rushes::app::action::hands::Hands;
use rushes::app::action::ledger::LedgerAct;
use rushes::app::action::viewing::Viewing;
use rushes::app::state::SettingsPage;
use rushes::domain::JobState;
use rushes::ui::components::{CARDS_SIZE, SHEET_SIZE, components_ui};
use rushes::ui::theme;
use rushes::ui::tokens::{self, Tokens};
use strum::IntoEnumIterator as _;

use super::fixture::{first_start, show_at, studio, with_jobs};

/// WCAG 2.2 AA for text.
const NEEDED: f32 = 4.5;

/// A picture that is no icon: wider and higher than this in points.
const LARGEST_ICON: f32 = 40.0;

/// One thing that was painted, in order.
enum Painted {
    Surface { rect: Rect, color: Color32 },
    Picture { rect: Rect },
    Text { at: Pos2, color: Color32, words: String },
}

fn flatten(clip: Rect, shape: &Shape, to: &mut Vec<Painted>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| flatten(clip, shape, to)),
        Shape::Rect(rect) => to.extend(surface(clip, rect)),
        Shape::Text(text) => texts(clip, text, to),
        _ => {}
    }
}

fn surface(clip: Rect, shape: &RectShape) -> Option<Painted> {
    let rect = shape.rect.intersect(clip);
    let is_textured = shape.brush.as_ref().is_some_and(|brush| brush.fill_texture_id != TextureId::default());
    if is_textured {
        let is_picture = shape.rect.width().min(shape.rect.height()) > LARGEST_ICON;
        return is_picture.then_some(Painted::Picture { rect });
    }
    // A shadow is blurred and lies beside its surface.
    let is_seen = shape.fill.a() > 0 && shape.blur_width == 0.0;
    is_seen.then_some(Painted::Surface { rect, color: shape.fill })
}

fn texts(clip: Rect, text: &TextShape, to: &mut Vec<Painted>) {
    let at = text.visual_bounding_rect().center();
    if text.galley.text().trim().is_empty() || !clip.contains(at) {
        return;
    }
    for section in &text.galley.job.sections {
        let own = if section.format.color == Color32::PLACEHOLDER { text.fallback_color } else { section.format.color };
        let color = text.override_text_color.unwrap_or(own).gamma_multiply(text.opacity_factor);
        to.push(Painted::Text { at, color, words: text.galley.text().to_owned() });
    }
}

/// `color` laid over an opaque `below`.
fn over(color: Color32, below: Color32) -> Color32 {
    below.blend(color)
}

/// Every text that has less contrast than `needed`, as a sentence.
fn hard_to_read(tokens: &Tokens, needed: f32, window: Rect, shapes: &[ClippedShape]) -> (usize, Vec<String>) {
    let mut painted = Vec::new();
    for clipped in shapes {
        flatten(clipped.clip_rect, &clipped.shape, &mut painted);
    }
    let mut measured = 0;
    let mut found = Vec::new();
    for (index, each) in painted.iter().enumerate() {
        let Painted::Text { at, color, words } = each else { continue };
        // Disabled text is exempt.
        if *color == tokens.color.text_off {
            continue;
        }
        let mut below = vec![tokens.color.bg_gallery];
        for earlier in &painted[..index] {
            match earlier {
                Painted::Surface { rect, color } if rect.contains(*at) => {
                    below.iter_mut().for_each(|below| *below = over(*color, *below));
                }
                Painted::Picture { rect } if rect.contains(*at) => below = vec![Color32::WHITE, Color32::BLACK],
                _ => {}
            }
        }
        // What is veiled whole is not to be read now.
        let is_hidden = painted[index..].iter().any(|later| match later {
            Painted::Surface { rect, color } => {
                rect.contains(*at) && (color.a() == 255 || rect.size().round_ui() == window.size().round_ui())
            }
            Painted::Picture { rect } => rect.contains(*at),
            Painted::Text { .. } => false,
        });
        if is_hidden {
            continue;
        }
        measured += 1;
        let veils = painted[index..].iter().filter_map(|later| match later {
            Painted::Surface { rect, color } if rect.contains(*at) => Some(*color),
            _ => None,
        });
        let veils: Vec<Color32> = veils.collect();
        for below in below {
            let through = |seen| veils.iter().fold(seen, |seen, veil| over(*veil, seen));
            let ratio = tokens::contrast_ratio(through(over(*color, below)), through(below));
            if ratio < needed {
                let name = |color: Color32| {
                    let all = tokens.color.all();
                    all.iter()
                        .find(|(_, of)| *of == color)
                        .map_or_else(|| color.to_hex(), |(name, _)| (*name).to_owned())
                };
                let theme = tokens.theme;
                found.push(format!("{theme:?}: “{words}”, {} on {}: {ratio:.2}", name(*color), name(below)));
            }
        }
    }
    found.sort();
    found.dedup();
    (measured, found)
}

fn audit<State>(what: &str, of: Theme, harness: &Harness<'_, State>) {
    let window = harness.ctx.content_rect();
    let is_high = tokens::high_contrast(&harness.ctx);
    let (tokens, needed) =
        if is_high { (tokens::of_theme_in_high_contrast(of), tokens::HIGH) } else { (tokens::of_theme(of), NEEDED) };
    let (measured, found) = hard_to_read(tokens, needed, window, &harness.output().shapes);
    assert!(measured > 10, "{what} in {of:?} has {measured} texts");
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

fn page(of: Theme, size: Vec2, mut show: impl FnMut(&mut egui::Ui) + 'static) -> Harness<'static> {
    let mut harness = Harness::builder()
        .with_size(size)
        .with_theme(of)
        .with_context_setup(theme::install)
        .build_ui(move |ui| show(ui));
    harness.run();
    harness
}

#[test]
fn every_text_of_the_component_sheet_and_the_cards_is_readable() {
    for of in [Theme::Dark, Theme::Light] {
        let size = Vec2::new(SHEET_SIZE.x + 20.0, SHEET_SIZE.y + CARDS_SIZE.y + 20.0);
        audit("the component sheet", of, &page(of, size, components_ui));
    }
}

#[test]
fn every_text_of_the_screens_is_readable() {
    every_text_is_readable(false);
}

#[test]
fn in_high_contrast_every_text_of_the_screens_stands_out() {
    every_text_is_readable(true);
}

#[test]
fn in_high_contrast_every_pair_of_the_tokens_stands_out() {
    let mut measured = 0;
    for of in [Theme::Dark, Theme::Light] {
        let (plain, high) = (tokens::of_theme(of), tokens::of_theme_in_high_contrast(of));
        assert_eq!(high.contrast.len(), plain.contrast.len());
        for pair in &high.contrast {
            let color = |name: &str| high.color.named(name).expect("a color of the token file");
            let ratio = tokens::contrast_ratio(color(&pair.fg), color(&pair.bg));
            // Text needs 4.5 as usual and 7 here; strokes and icons need 3.
            let needed = if pair.needs >= NEEDED { tokens::HIGH } else { pair.needs };
            let before = tokens::contrast_ratio(
                plain.color.named(&pair.fg).expect("known"),
                plain.color.named(&pair.bg).expect("known"),
            );
            assert!(ratio >= needed, "{of:?}: {} on {} has {ratio:.2}, before {before:.2}", pair.fg, pair.bg);
            measured += 1;
        }
        let c = &high.color;
        for ground in [c.bg_gallery, c.bg_pane, c.bg_raised, c.bg_field] {
            assert!(tokens::contrast_ratio(c.stroke_mid, ground) >= 3.0, "{of:?}: frames stand out");
        }
    }
    assert!(measured > 20, "{measured} pairs");
}

fn every_text_is_readable(is_high: bool) {
    for of in [Theme::Dark, Theme::Light] {
        let mut benches = vec![("first start", first_start()), ("studio", studio())];
        for settings in SettingsPage::iter() {
            let mut scene = with_jobs();
            scene.act(Action::OpenSettings(settings));
            benches.push(("settings", scene));
        }
        let mut palette = with_jobs();
        palette.act(Action::Hands(Hands::OpenPalette));
        benches.push(("palette", palette));
        let mut sheet = with_jobs();
        sheet.act(Action::OpenShortcuts);
        benches.push(("shortcuts", sheet));
        let ready = |scene: &super::Scene| -> Vec<_> {
            scene.state.jobs.values().filter(|job| job.state == JobState::Ready).map(|job| job.id).take(4).collect()
        };
        let mut large = with_jobs();
        let jobs = ready(&large);
        large.act(Action::View(Viewing::QuickLook(jobs[0])));
        assert!(large.state.viewer.is_some(), "quick look opens");
        benches.push(("quick look", large));
        let mut beside = with_jobs();
        beside.act(Action::View(Viewing::Compare(jobs)));
        assert!(beside.state.viewer.is_some(), "the comparison opens");
        benches.push(("compare", beside));
        let mut ledger = with_jobs();
        ledger.act(Action::OpenLedger);
        let chosen = ledger.state.jobs.values().find(|job| job.gateway.is_paid()).map(|job| job.id);
        benches.push(("ledger", ledger));
        let mut order = with_jobs();
        order.act(Action::OpenLedger);
        order.act(Action::Ledger(LedgerAct::Choose(chosen)));
        benches.push(("order in the ledger", order));
        for (name, scene) in benches {
            let mut harness = show_at(scene, Vec2::new(1440.0, 900.0), of);
            theme::set_contrast(&harness.ctx, is_high);
            harness.run();
            audit(name, of, &harness);
        }
    }
}

#[test]
fn a_pair_that_nobody_listed_is_found() {
    for of in [Theme::Dark, Theme::Light] {
        let c = &tokens::of_theme(of).color;
        let harness = page(of, Vec2::new(200.0, 100.0), move |ui| {
            let rect = ui.max_rect();
            ui.painter().rect_filled(rect, 0.0, c.bg_active);
            let font = egui::FontId::default();
            ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, "low", font, c.stroke_control);
        });
        let (measured, found) =
            hard_to_read(tokens::of_theme(of), NEEDED, harness.ctx.content_rect(), &harness.output().shapes);
        assert_eq!((measured, found.len()), (1, 1), "{found:?}");
        assert!(found[0].contains("stroke.control on bg.active"), "{found:?}");
    }
}
