//! The words on the picture: the prompt in its lower part and the mark of the practice gateway above it.

use std::sync::Arc;

use ab_glyph::{Font, FontRef, FontVec, Glyph, OutlinedGlyph, PxScale, ScaleFont, point};

use super::fonts::system_font;
use super::frame::Frame;

static INTER: &[u8] = include_bytes!("../../../assets/fonts/Inter-Medium.ttf");

/// No prompt is drawn beyond this many characters; three lines hold fewer.
const MAX_CHARS: usize = 600;

/// One pixel that the lettering covers, wholly or in part.
#[derive(Clone, Copy, Debug)]
struct Stroke {
    at: u32,
    /// How much of the pixel is covered, 0 to 256.
    cover: u16,
    /// The sample value of the lettering there.
    value: u8,
}

/// The lettering of a film, ready to be laid over every frame.
#[derive(Debug)]
pub(super) struct Caption {
    strokes: [Vec<Stroke>; 3],
    /// For each row: how much of the picture's light stays, 0 to 256.
    shade: Vec<i32>,
    /// First row that is shaded.
    shade_from: usize,
}

impl Caption {
    /// Sets the words for a picture of that size.
    pub(super) fn new(prompt: &str, width: usize, height: usize) -> Self {
        let short = width.min(height) as f32;
        let inter = FontRef::try_from_slice(INTER).expect("the bundled font is whole");
        let margin = (short * 0.062).round();
        let size = (short * 0.046).max(13.0);
        let leading = size * 1.34;
        let max_lines = if height > width { 3 } else { 2 };
        let text = Setter { inter: &inter, size };
        let lines = text.wrap(prompt, width as f32 - 2.0 * margin, max_lines);

        let mut ink = Ink::new(width, height);
        let first = height as f32 - margin - leading * (lines.len().max(1) as f32 - 1.0);
        for (i, line) in lines.iter().enumerate() {
            text.draw(line, margin, first + leading * i as f32 - size * 0.08, 0.96, &mut ink);
        }
        // The upper corners belong to the chips of whoever shows the film.
        let above = if lines.is_empty() { first } else { first - leading * 1.12 };
        practice_mark(&inter, margin, above, size * 0.72, &mut ink);

        let shade_from = ((first - size * 4.6).max(0.0) as usize).min(height);
        let shade = (shade_from..height)
            .map(|row| {
                let share = (row - shade_from) as f32 / (height - shade_from) as f32;
                let dark = 0.68 * (share * 1.25).min(1.0).powf(1.35);
                256 - (dark * 256.0) as i32
            })
            .collect();
        Self { strokes: ink.strokes(), shade, shade_from }
    }

    /// Lays the words over a frame.
    pub(super) fn draw(&self, frame: &mut Frame) {
        let width = frame.width;
        for (plane, step) in [(0, 1), (1, 2), (2, 2)] {
            let base = if plane == 0 { 16 } else { 128 };
            let columns = width / step;
            let pixels = &mut frame.planes[plane];
            let first = self.shade_from.div_ceil(step);
            for (row, line) in (first..).zip(pixels[first * columns..].chunks_exact_mut(columns)) {
                let light = self.shade.get(row * step - self.shade_from).copied().unwrap_or(256);
                // `while` for the sake of builds without optimization.
                let mut x = 0;
                while x < columns {
                    line[x] = (base + (((line[x] as i32 - base) * light) >> 8)) as u8;
                    x += 1;
                }
            }
            for stroke in &self.strokes[plane] {
                let under = i32::from(pixels[stroke.at as usize]);
                let over = i32::from(stroke.value);
                pixels[stroke.at as usize] = (under + (((over - under) * i32::from(stroke.cover)) >> 8)) as u8;
            }
        }
    }
}

/// A dot and the word in small letters, on the line above the prompt.
fn practice_mark(inter: &FontRef<'_>, left: f32, baseline: f32, size: f32, ink: &mut Ink) {
    let size = size.max(9.0);
    let dot = size * 0.2;
    ink.disc_bar(left, left + 2.0 * dot, baseline - size * 0.3 - dot, 2.0 * dot, 235, 0.62);
    Setter { inter, size }.draw("practice", left + dot * 4.0, baseline, 0.66, ink);
}

/// Coverage of the whole picture before it becomes strokes.
struct Ink {
    width: usize,
    height: usize,
    /// Coverage of light lettering and of dark grounds.
    light: Vec<f32>,
    dark: Vec<f32>,
}

impl Ink {
    fn new(width: usize, height: usize) -> Self {
        Self { width, height, light: vec![0.0; width * height], dark: vec![0.0; width * height] }
    }

    fn add(&mut self, x: i32, y: i32, cover: f32, value: u8) {
        if let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y))
            && x < self.width
            && y < self.height
        {
            let layer = if value > 128 { &mut self.light } else { &mut self.dark };
            let pixel = &mut layer[y * self.width + x];
            *pixel = (*pixel + cover).min(1.0);
        }
    }

    /// A bar with round ends; a disc when it is as long as it is tall.
    fn disc_bar(&mut self, left: f32, right: f32, top: f32, tall: f32, value: u8, strength: f32) {
        let radius = tall / 2.0;
        let middle = top + radius;
        for y in top as i32 - 1..(top + tall) as i32 + 2 {
            for x in left as i32 - 1..right as i32 + 2 {
                let (px, py) = (x as f32 + 0.5, y as f32 + 0.5);
                let nearest = px.clamp(left + radius, (right - radius).max(left + radius));
                let away = ((px - nearest).powi(2) + (py - middle).powi(2)).sqrt();
                let cover = (radius - away + 0.5).clamp(0.0, 1.0) * strength;
                if cover > 0.0 {
                    self.add(x, y, cover, value);
                }
            }
        }
    }

    fn strokes(&self) -> [Vec<Stroke>; 3] {
        let mut strokes = [Vec::new(), Vec::new(), Vec::new()];
        for (layer, value) in [(&self.dark, 16), (&self.light, 235)] {
            for (at, cover) in layer.iter().enumerate().filter(|(_, cover)| **cover > 0.004) {
                strokes[0].push(Stroke { at: at as u32, cover: (cover * 256.0) as u16, value });
            }
            for y in 0..self.height / 2 {
                for x in 0..self.width / 2 {
                    let at = y * 2 * self.width + x * 2;
                    let cover = (layer[at] + layer[at + 1] + layer[at + self.width] + layer[at + self.width + 1]) / 4.0;
                    if cover > 0.004 {
                        let stroke =
                            Stroke { at: (y * (self.width / 2) + x) as u32, cover: (cover * 256.0) as u16, value: 128 };
                        strokes[1].push(stroke);
                        strokes[2].push(stroke);
                    }
                }
            }
        }
        strokes
    }
}

/// Measures, wraps and draws text in one size (in pixels).
struct Setter<'a> {
    inter: &'a FontRef<'a>,
    size: f32,
}

/// The glyph that stands for one character.
enum Shape {
    Inter(Glyph),
    /// A glyph of a font of the system.
    Fallback(Arc<FontVec>, Glyph),
    /// No font at hand has it.
    Missing,
}

impl Setter<'_> {
    /// A fallback font is measured so that its letters look as large as Inter's.
    fn shape(&self, c: char) -> (Shape, f32) {
        let scale = PxScale::from(self.size * 1.21);
        let id = self.inter.glyph_id(c);
        if id.0 != 0 || c == ' ' {
            return (Shape::Inter(id.with_scale(scale)), self.inter.as_scaled(scale).h_advance(id));
        }
        if let Some(font) = system_font(c) {
            let scale = PxScale::from(self.size * font.height_unscaled() / font.units_per_em().unwrap_or(1000.0));
            let id = font.glyph_id(c);
            let advance = font.as_scaled(scale).h_advance(id);
            return (Shape::Fallback(font, id.with_scale(scale)), advance);
        }
        (Shape::Missing, self.size * 0.9)
    }

    fn width(&self, text: &str) -> f32 {
        text.chars().map(|c| self.shape(c).1).sum()
    }

    /// Breaks the text into at most `max_lines` lines; what does not fit ends in an ellipsis.
    fn wrap(&self, text: &str, room: f32, max_lines: usize) -> Vec<String> {
        let cut = text.chars().count() > MAX_CHARS;
        let clean =
            text.chars().take(MAX_CHARS).map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| is_drawn(*c));
        let clean = clean.collect::<String>();
        let mut lines = Vec::new();
        let mut line = String::new();
        let mut used = 0.0;
        let mut more = cut;
        for word in pieces(&clean) {
            let wide = self.width(word.trim_end());
            if used + wide > room && !line.trim().is_empty() {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
                if lines.len() == max_lines {
                    more = true;
                    break;
                }
            }
            for c in word.chars() {
                let advance = self.shape(c).1;
                // A word longer than a line is broken anywhere.
                if used + advance > room && c != ' ' {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                    if lines.len() == max_lines {
                        break;
                    }
                }
                line.push(c);
                used += advance;
            }
            if lines.len() == max_lines {
                more = true;
                break;
            }
        }
        if lines.len() < max_lines && !line.trim().is_empty() {
            lines.push(line);
        }
        for line in &mut lines {
            *line = line.trim().to_owned();
        }
        if let Some(last) = lines.last_mut().filter(|_| more) {
            while !last.is_empty() && self.width(last) + self.width("…") > room {
                last.pop();
            }
            // A word is not cut when little is lost by leaving it out.
            if let Some((whole, word)) = last.rsplit_once(' ')
                && word.chars().count() < 12
            {
                *last = whole.to_owned();
            }
            *last = format!("{}…", last.trim_end_matches([' ', ',', '.', ';', ':']));
        }
        lines
    }

    fn draw(&self, text: &str, left: f32, baseline: f32, strength: f32, ink: &mut Ink) {
        let mut x = left;
        for c in text.chars() {
            let (shape, advance) = self.shape(c);
            let outline = match shape {
                Shape::Inter(mut glyph) => {
                    glyph.position = point(x, baseline);
                    self.inter.outline_glyph(glyph)
                }
                Shape::Fallback(font, mut glyph) => {
                    glyph.position = point(x, baseline);
                    font.outline_glyph(glyph)
                }
                Shape::Missing => {
                    let dot = self.size * 0.26;
                    ink.disc_bar(
                        x + advance * 0.5 - dot,
                        x + advance * 0.5 + dot,
                        baseline - dot - self.size * 0.36,
                        2.0 * dot,
                        235,
                        0.7,
                    );
                    None
                }
            };
            if let Some(outline) = outline {
                put(&outline, strength, ink);
            }
            x += advance;
        }
    }
}

fn put(outline: &OutlinedGlyph, strength: f32, ink: &mut Ink) {
    let bounds = outline.px_bounds();
    let (left, top) = (bounds.min.x as i32, bounds.min.y as i32);
    outline.draw(|x, y, cover| ink.add(left + x as i32, top + y as i32, cover * strength, 235));
}

/// Joiners, direction marks, variation selectors and controls have no shape of their own.
fn is_drawn(c: char) -> bool {
    !(c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}'))
}

/// Words with the spaces behind them; scripts without spaces give one piece per character.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut after_space = false;
    for (at, c) in text.char_indices() {
        let wide = ('\u{2e80}'..'\u{fb00}').contains(&c) || c >= '\u{1f000}';
        if at > start && ((after_space && c != ' ') || wide) {
            pieces.push(&text[start..at]);
            start = at;
        }
        after_space = c == ' ' || wide;
    }
    if start < text.len() {
        pieces.push(&text[start..]);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, room: f32, max: usize) -> Vec<String> {
        let inter = FontRef::try_from_slice(INTER).expect("font");
        Setter { inter: &inter, size: 20.0 }.wrap(text, room, max)
    }

    #[test]
    fn long_text_ends_in_an_ellipsis() {
        let all = lines(&"many small words ".repeat(20), 300.0, 2);
        assert_eq!(all.len(), 2);
        assert!(all[1].ends_with('…'), "{all:?}");
        assert!(!all[0].contains('…'));
    }

    #[test]
    fn short_text_is_kept_as_it_is() {
        assert_eq!(lines("A red kite", 900.0, 2), ["A red kite"]);
        assert_eq!(
            lines("  two\n\nlines ", 900.0, 2).concat().split_whitespace().collect::<Vec<_>>(),
            ["two", "lines"]
        );
        assert!(lines("   ", 900.0, 2).is_empty());
    }

    #[test]
    fn a_word_longer_than_the_line_is_broken() {
        let all = lines(&"x".repeat(80), 200.0, 3);
        assert_eq!(all.len(), 3);
        assert!(all[2].ends_with('…'));
    }

    #[test]
    fn no_text_can_make_it_fail() {
        for text in [
            "",
            "\u{0}\u{7f}",
            "雪山之巅的红色纸鸢",
            "👩‍👩‍👧 🎬",
            "\u{202e}abc",
            "שלום عالم",
            "e\u{301}\u{301}\u{301}",
            "\u{10ffff}",
        ] {
            let mut frame = Frame::new(64, 36);
            Caption::new(text, 64, 36).draw(&mut frame);
        }
    }
}
