//! A gallery card: picture, message or number, with a footer. It only paints and reports what the user did; the caller
//! decides what a card shows.

use egui::{
    Align, Align2, Layout, Painter, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, TextureId, Ui, UiBuilder,
    Vec2, WidgetInfo,
};

use super::badge::PictureChip;
use super::button::{Button, ButtonKind, IconButton};
use super::filmstrip::StripTexture;
use super::rating;
use crate::ui::icons::{self, Icon};
use crate::ui::paint::{self, Look};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, NONE, Tone};

/// A poster: a texture, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Poster {
    /// Texture that contains the poster.
    pub id: TextureId,
    /// Texture coordinates of the part that is shown.
    pub uv: Rect,
}

/// Frame of the picture place on a card without a poster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CardWell {
    /// A raised surface with a frame, tinted by the tone.
    #[default]
    Solid,
    /// A dashed frame, for a draft.
    Dashed,
}

/// Contents of the picture place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CardBody<'a> {
    /// The picture of a clip.
    Picture {
        /// The poster; `None` until it is loaded.
        poster: Option<Poster>,
        /// The filmstrip that plays under the pointer; `None` until it is loaded.
        strip: Option<StripTexture>,
        /// Length of the clip in seconds, for the time that is shown under the pointer.
        duration_secs: f32,
        /// Whether the user rejected the clip.
        rejected: bool,
        /// Whether the clip is the best of its takes; the chip of the take then shows a star.
        starred: bool,
    },
    /// A message of one or two sentences.
    Message {
        /// The first sentence: what happened.
        text: &'a str,
        /// The second sentence, in a weaker color; may be empty.
        second: &'a str,
    },
    /// A large number with a caption.
    Number {
        /// The number, already formatted.
        number: &'a str,
        /// The caption below the number.
        caption: &'a str,
    },
}

/// Contents of the right end of the footer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FooterRight<'a> {
    /// Price, charge or progress as text.
    Text(&'a str),
    /// The rating, from 0 to 5 stars.
    Stars(u8),
}

/// The footer of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardFooter<'a> {
    /// Text at the left: length and resolution.
    pub left: &'a str,
    /// Contents of the right end.
    pub right: FooterRight<'a>,
}

/// Everything that a card shows.
#[derive(Clone, Debug)]
pub struct CardView<'a> {
    /// The accessible name: prompt, take and state.
    pub name: &'a str,
    /// The state in one word; empty for a finished clip.
    pub state: &'a str,
    /// Icon of the state.
    pub icon: Option<Icon>,
    /// Tone of the state, which decides the colors.
    pub tone: Tone,
    /// Number of the take as text; empty for drafts.
    pub take: &'a str,
    /// Contents of the picture place.
    pub body: CardBody<'a>,
    /// Frame of the picture place if there is no picture.
    pub well: CardWell,
    /// Progress from 0.0 to 1.0, drawn as a bar along the lower edge.
    pub progress: Option<f32>,
    /// Labels of the action buttons, the most useful first. A narrow card shows only the first.
    pub actions: &'a [&'a str],
    /// Number of action buttons that are always visible; the others appear on hover.
    pub at_rest: usize,
    /// Icon of the single action button on a picture.
    pub action_icon: Option<Icon>,
    /// Whether the card has a menu button. A card that is too narrow for its action buttons shows the menu button in
    /// any case and leaves buttons out, so the menu must contain every action.
    pub more: bool,
    /// The footer; `None` for previews.
    pub footer: Option<CardFooter<'a>>,
    /// Whether the card is selected.
    pub selected: bool,
    /// Whether to draw the card faint, as while it is dragged.
    pub dimmed: bool,
    /// The state to draw; fixed on the component sheet.
    pub look: Look,
}

impl<'a> CardView<'a> {
    /// Creates a neutral card with a name and a body. All other fields are empty.
    #[must_use]
    pub fn new(name: &'a str, body: CardBody<'a>) -> Self {
        Self {
            name,
            state: "",
            icon: None,
            tone: Tone::Neutral,
            take: "",
            body,
            well: CardWell::Solid,
            progress: None,
            actions: &[],
            at_rest: usize::MAX,
            action_icon: None,
            more: false,
            footer: None,
            selected: false,
            dimmed: false,
            look: Look::Live,
        }
    }

    /// Draws the card with a picture place of the given size in points. The footer lies below it.
    pub fn show(&self, ui: &mut Ui, picture_size: Vec2) -> CardResponse {
        let tokens = tokens::tokens(ui);
        let footer = if self.footer.is_some() { tokens.size.card.footer } else { 0.0 };
        let (rect, _) = ui.allocate_exact_size(picture_size + Vec2::new(0.0, footer), Sense::hover());
        self.show_at(ui, Rect::from_min_size(rect.min, picture_size))
    }

    /// Draws the card with its picture place at `pic`. The footer lies below it. The id is derived from the card's
    /// name and from `ui`.
    pub fn show_at(&self, ui: &mut Ui, pic: Rect) -> CardResponse {
        let id = ui.next_auto_id();
        ui.skip_ahead_auto_ids(1);
        self.show_with_id(ui, pic, id)
    }

    /// Draws the card like [`Self::show_at`] with a given id, so that a card that moves keeps the focus.
    pub fn show_with_id(&self, ui: &mut Ui, pic: Rect, id: egui::Id) -> CardResponse {
        let response = ui.interact(pic, id, Sense::click_and_drag());
        let (name, selected) = (self.name, self.selected);
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Button, true, name);
            info.selected = Some(selected);
            info
        });
        let tokens = tokens::tokens(ui);
        let mut out = CardResponse { response, action: None, more: None, scrub: None, rated: None };
        if !ui.is_rect_visible(pic.expand(tokens.size.card.footer)) {
            return out;
        }
        let drawn = paint::drawn(ui, &out.response, true, self.look);
        // A hovered button on the card takes the hover from the card, so the pointer position decides.
        let inside = match self.look {
            Look::Live => ui.rect_contains_pointer(pic),
            look => matches!(look, Look::Hover | Look::Press),
        };
        let hover = match self.look {
            Look::Live => ui.ctx().animate_bool_with_time_and_easing(
                id.with("inside"),
                inside,
                tokens::duration_secs(ui.ctx(), tokens.motion.hover),
                egui::emath::easing::cubic_out,
            ),
            _ => drawn.hover,
        };
        let shown = if inside { self.actions } else { &self.actions[..self.at_rest.min(self.actions.len())] };
        let mut painter = ui.painter().clone();
        if self.dimmed {
            painter.multiply_opacity(0.38);
        }
        match self.body {
            CardBody::Picture { .. } => self.paint_picture(ui, &painter, pic, &mut out),
            CardBody::Message { .. } | CardBody::Number { .. } => self.paint_blank(&painter, pic, hover, shown.len()),
        }
        self.show_actions(ui, pic, shown, &mut out, id);
        if let Some(footer) = self.footer {
            out.rated = self.show_footer(ui, &painter, pic, footer, id);
        }
        self.paint_rings(&painter, pic, drawn.focus);
        out
    }

    fn paint_rings(&self, painter: &Painter, pic: Rect, focus: bool) {
        let tokens = tokens::tokens(painter.ctx());
        let corner = tokens.radius.card;
        let selected = tokens.stroke.selected;
        let wide = painter.with_clip_rect(painter.clip_rect().expand(selected + tokens.stroke.focus));
        if self.selected {
            let stroke = Stroke::new(selected, tokens.color.lit_fill);
            wide.rect_stroke(pic, paint::radius(corner), stroke, StrokeKind::Outside);
            if !tokens.is_dark() {
                let inner = Stroke::new(selected, tokens.picture.inner_ring);
                wide.rect_stroke(pic, paint::radius(corner), inner, StrokeKind::Inside);
            }
        }
        if focus {
            paint::focus_ring(painter, pic, corner);
        }
    }

    fn paint_picture(&self, ui: &Ui, painter: &Painter, pic: Rect, out: &mut CardResponse) {
        let CardBody::Picture { poster, strip, duration_secs, rejected, starred } = self.body else { return };
        let tokens = tokens::tokens(ui);
        let corner = paint::radius(tokens.radius.card);
        painter.rect_filled(pic, corner, tokens.color.bg_raised);
        let hover = match self.look {
            Look::Live => {
                out.response.hover_pos().map(|pointer| ((pointer.x - pic.left()) / pic.width()).clamp(0.0, 1.0))
            }
            Look::Hover => Some(0.55),
            _ => None,
        };
        // With less motion a film does not run under the pointer.
        let runs = strip.is_some() && !tokens::reduced_motion(ui.ctx());
        out.scrub = hover.filter(|_| runs);
        let shown = match (out.scrub, strip) {
            (Some(at), Some(strip)) => Some((strip.id, strip.uv(at))),
            _ => poster.map(|poster| (poster.id, poster.uv)),
        };
        if let Some((texture, uv)) = shown {
            painter.add(egui::epaint::RectShape::filled(pic, corner, tokens::UNTINTED).with_texture(texture, uv));
        }
        let inset = tokens.size.card.chip_inset;
        // The veil lies below the chips, which stay readable.
        if rejected {
            painter.rect_filled(pic, corner, tokens.picture.reject_veil);
        }
        let mut take_width = 0.0;
        if !self.take.is_empty() || starred {
            let mut chip = PictureChip::new(self.take);
            if starred {
                chip = chip.icon(Icon::StarFilled);
            }
            let at = Pos2::new(pic.right() - inset, pic.top() + inset);
            take_width = chip.paint(painter, at, Align2::RIGHT_TOP, pic.width()).width() + 4.0;
        }
        let room = pic.width() - 2.0 * inset - take_width;
        let at = pic.min + Vec2::splat(inset);
        if rejected {
            PictureChip::new("Rejected").icon(Icon::X).paint(painter, at, Align2::LEFT_TOP, room);
        } else if !self.state.is_empty() {
            let mut chip = PictureChip::new(self.state).tone(self.tone);
            if let Some(icon) = self.icon {
                chip = chip.icon(icon);
            }
            chip.paint(painter, at, Align2::LEFT_TOP, room);
        }
        if let Some(at) = out.scrub {
            let x = pic.left() + at * pic.width();
            let line = Rect::from_min_max(Pos2::new(x, pic.top()), Pos2::new(x + 1.0, pic.bottom()));
            painter.rect_filled(line.expand2(Vec2::new(1.0, 0.0)), paint::radius(0.0), tokens.picture.line_edge);
            painter.rect_filled(line, paint::radius(0.0), tokens.picture.line);
            let time = format!("{:.1} s", at * duration_secs);
            let corner = Pos2::new(pic.left() + inset, pic.bottom() - inset);
            PictureChip::new(&time).paint(painter, corner, Align2::LEFT_BOTTOM, pic.width());
        }
        if let Some(progress) = self.progress {
            paint_progress(painter, pic, progress, tokens.picture.track, tokens.picture.chip_work);
        }
    }

    fn paint_blank(&self, painter: &Painter, pic: Rect, hover: f32, buttons: usize) {
        let tokens = tokens::tokens(painter.ctx());
        let c = &tokens.color;
        let corner = tokens.radius.card;
        let strip = tokens.size.card.state_strip;
        let tinted = matches!(self.tone, Tone::Ask | Tone::Fail);
        if self.well == CardWell::Dashed {
            painter.rect_filled(pic, paint::radius(corner), tokens::faded(c.bg_hover, hover));
            paint::dashed_frame(painter, pic, corner, tokens::mix(c.stroke_mid, c.stroke_control, hover));
        } else {
            let fill = tokens::mix(c.bg_raised, c.bg_hover, hover);
            let rest = if tinted { c.tone_stroke(self.tone) } else { c.stroke_mid };
            painter.rect_filled(pic, paint::radius(corner), fill);
            if tinted {
                let tint = Rect::from_min_size(pic.min, Vec2::new(pic.width(), strip.min(pic.height())));
                painter.with_clip_rect(tint.intersect(painter.clip_rect())).rect_filled(
                    pic,
                    paint::radius(corner),
                    c.tone_bg(self.tone, fill),
                );
            }
            if let Some(progress) = self.progress {
                // The bar lies inside the frame, which is drawn later.
                paint_progress(painter, pic.shrink(paint::hair(painter.ctx())), progress, c.stroke_mid, c.work_fg);
            }
            let stroke = if tinted { rest } else { tokens::mix(rest, c.stroke_control, hover) };
            paint::boxed(painter, pic, corner, NONE, stroke);
        }
        let mut right = pic.right() - 11.0;
        let line = pic.top() + 10.0 + 8.0;
        if !self.take.is_empty() {
            let color = if tinted { c.text_mid } else { tokens::mix(c.text_low, c.text_mid, hover) };
            let at = Pos2::new(right, line);
            right = text_style::paint(painter, at, Align2::RIGHT_CENTER, Text::Caption, color, self.take).left() - 6.0;
        }
        let mut x = pic.left() + 11.0;
        let fg = c.tone_fg(self.tone);
        if let Some(icon) = self.icon {
            icons::paint(painter, icon, Pos2::new(x + 6.5, line), 13.0, fg);
            x += 18.0;
        }
        text_style::paint_ellipsis(
            painter,
            Pos2::new(x, line),
            Align2::LEFT_CENTER,
            Text::Label,
            fg,
            self.state,
            right - x,
        );

        let inner = pic.shrink2(Vec2::new(11.0, 0.0));
        let has_actions = buttons > 0 || self.more;
        match self.body {
            CardBody::Message { text, second } => {
                let top = pic.top() + 1.0 + if tinted { 42.0 } else { 34.0 };
                let bottom = pic.bottom() - if has_actions { 8.0 + 24.0 + 4.0 } else { 8.0 };
                let style = if pic.width() < NARROW { Text::Caption } else { Text::Small };
                self.paint_message(
                    painter,
                    Rect::from_min_max(Pos2::new(inner.left(), top), Pos2::new(inner.right(), bottom)),
                    style,
                    (text, second),
                );
            }
            CardBody::Number { number, caption } => {
                let bottom = pic.bottom() - 1.0 - if has_actions { 40.0 } else { 12.0 };
                let at = Pos2::new(inner.left(), bottom);
                let small = text_style::paint_ellipsis(
                    painter,
                    at,
                    Align2::LEFT_BOTTOM,
                    Text::Caption,
                    c.text_mid,
                    caption,
                    inner.width(),
                );
                let at = Pos2::new(inner.left(), small.top());
                text_style::paint_ellipsis(
                    painter,
                    at,
                    Align2::LEFT_BOTTOM,
                    Text::Number,
                    c.text_hi,
                    number,
                    inner.width(),
                );
            }
            CardBody::Picture { .. } => {}
        }
    }

    /// Paints both sentences: apart if there is room, else as one paragraph, so that the sentence about money is not
    /// the first to be cut. The second sentence is left out if the footer says the same.
    fn paint_message(&self, painter: &Painter, room: Rect, style: Text, (text, second): (&str, &str)) {
        let c = &tokens::tokens(painter.ctx()).color;
        let rows = ((room.height() / style.line()) + 0.01).floor().max(1.0);
        let is_in_footer = self.footer.is_some_and(|footer| match footer.right {
            FooterRight::Text(right) => right.eq_ignore_ascii_case(second),
            FooterRight::Stars(_) => false,
        });
        let wrapped = |text: &str, color, rows: f32| {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count of rows")]
            let rows = rows as usize;
            text_style::wrapped(painter.ctx(), text, style, color, room.width(), rows)
        };
        let first = wrapped(text, c.text_hi, rows);
        let rest = room.height() - first.size().y - 6.0;
        if second.is_empty() || (rows < ROOMY && is_in_footer) {
            text_style::paint_galley(painter, room.min, Align2::LEFT_TOP, first);
        } else if rows >= ROOMY && rest >= style.line() {
            let below = text_style::paint_galley(painter, room.min, Align2::LEFT_TOP, first).bottom() + 6.0;
            let second = wrapped(second, c.text_mid, (rest / style.line()).floor());
            text_style::paint_galley(painter, Pos2::new(room.left(), below), Align2::LEFT_TOP, second);
        } else {
            let stop = if second.ends_with('.') { "" } else { "." };
            let both = wrapped(&format!("{text} {second}{stop}"), c.text_hi, rows);
            text_style::paint_galley(painter, room.min, Align2::LEFT_TOP, both);
        }
    }

    fn show_actions(&self, ui: &mut Ui, pic: Rect, shown: &[&str], out: &mut CardResponse, id: egui::Id) {
        if shown.is_empty() && !self.more {
            return;
        }
        let on_picture = matches!(self.body, CardBody::Picture { .. });
        let narrow = pic.width() < NARROW;
        let most = if narrow { 1 } else { 3 };
        let area = Rect::from_min_max(
            Pos2::new(pic.left() + 9.0, pic.bottom() - 9.0 - 24.0),
            Pos2::new(pic.right() - 9.0, pic.bottom() - 9.0),
        );
        let layout =
            if on_picture { Layout::right_to_left(Align::Center) } else { Layout::left_to_right(Align::Center) };
        let mut child = ui.new_child(UiBuilder::new().id_salt(id.with("actions")).max_rect(area).layout(layout));
        child.spacing_mut().item_spacing.x = 4.0;
        let more = self.more || (narrow && shown.len() > 1);
        let mut room = area.width() - if more { 28.0 } else { 0.0 };
        for (index, label) in shown.iter().take(most).enumerate() {
            let mut button = Button::new(label).kind(ButtonKind::Small).tight();
            if on_picture && let Some(icon) = self.action_icon {
                button = button.icon(icon);
            }
            let width = button.natural_width(&child);
            // Actions that do not fit are left to the menu, which contains all of them.
            if width > room && (index > 0 || more) {
                break;
            }
            button = button.width(width.min(room));
            room -= width + 4.0;
            if button.show(&mut child).clicked() {
                out.action = Some(index);
            }
        }
        if more {
            let spot = Rect::from_min_max(Pos2::new(area.right() - 24.0, area.top()), area.max);
            let mut child = ui.new_child(UiBuilder::new().id_salt(id.with("more")).max_rect(spot));
            out.more = Some(IconButton::new(Icon::Ellipsis, "More actions").small().show(&mut child));
        }
    }

    /// Draws the footer. Returns the rating that was clicked.
    fn show_footer(
        &self,
        ui: &mut Ui,
        painter: &Painter,
        pic: Rect,
        footer: CardFooter<'_>,
        id: egui::Id,
    ) -> Option<u8> {
        let tokens = tokens::tokens(painter.ctx());
        let c = &tokens.color;
        let y = pic.bottom() + tokens.size.card.footer / 2.0;
        let (left, mut right) = (pic.left() + 2.0, pic.right() - 2.0);
        let one_only = pic.width() < 128.0;
        let mut rated = None;
        match footer.right {
            // If only one of both fits, a rated clip shows its stars and any other its length and resolution.
            FooterRight::Stars(0) if one_only => {}
            FooterRight::Stars(stars) => {
                let at = if one_only { left } else { right - rating::stars_width(rating::CARD_STAR) };
                let name = format!("Rating of {}", self.name);
                rated =
                    rating::stars_to_click(ui, painter, id.with("rating"), (&name, self.look), Pos2::new(at, y), stars);
                if one_only {
                    return rated;
                }
                right = at;
            }
            FooterRight::Text(text) if !one_only => {
                let room = (right - left) * 0.6;
                let at = Pos2::new(right, y);
                right = text_style::paint_ellipsis(
                    painter,
                    at,
                    Align2::RIGHT_CENTER,
                    Text::Caption,
                    c.text_low,
                    text,
                    room,
                )
                .left();
            }
            FooterRight::Text(_) => {}
        }
        let room = right - left - 6.0;
        let text = whole_parts(footer.left, |text| {
            text_style::line(painter.ctx(), text, Text::Caption, c.text_low).size().x <= room
        });
        let at = Pos2::new(left, y);
        text_style::paint_ellipsis(painter, at, Align2::LEFT_CENTER, Text::Caption, c.text_low, text, room);
        rated
    }
}

/// The longest beginning of a text like `5 s · 1080p` that fits and ends with a whole part; at least the first part.
fn whole_parts(text: &str, fits: impl Fn(&str) -> bool) -> &str {
    let mut shown = text;
    while !fits(shown) {
        let Some((shorter, _)) = shown.rsplit_once(" · ") else { break };
        shown = shorter;
    }
    shown
}

/// Number of text rows from which on two sentences are painted apart.
const ROOMY: f32 = 5.0;

/// Width in points below which a card shows one action and smaller text.
const NARROW: f32 = 176.0;

/// What the user did with a card.
#[derive(Debug)]
pub struct CardResponse {
    /// Response of the picture place: clicks, focus and drags.
    pub response: Response,
    /// Index of the action that was clicked.
    pub action: Option<usize>,
    /// Response of the menu button, if it is shown.
    pub more: Option<Response>,
    /// Position in the clip under the pointer, from 0.0 to 1.0, while the filmstrip is shown.
    pub scrub: Option<f32>,
    /// Rating that was clicked in the footer; 0 removes the rating.
    pub rated: Option<u8>,
}

/// Paints a bar of progress, from 0.0 to 1.0, along the lower edge of a picture and within its round corners.
pub(in crate::ui) fn paint_progress(
    painter: &Painter,
    pic: Rect,
    progress: f32,
    track: egui::Color32,
    bar: egui::Color32,
) {
    let corner = paint::radius(tokens::tokens(painter.ctx()).radius.card);
    let edge = Rect::from_min_max(Pos2::new(pic.left(), pic.bottom() - 3.0), pic.max);
    // To follow the rounded corners of the picture, the bar is a clipped rectangle of the size of the whole picture.
    painter.with_clip_rect(edge.intersect(painter.clip_rect())).rect_filled(pic, corner, track);
    let full = Rect::from_min_size(edge.min, Vec2::new(edge.width() * progress.clamp(0.0, 1.0), edge.height()));
    painter.with_clip_rect(full.intersect(painter.clip_rect())).rect_filled(pic, corner, bar);
}

#[cfg(test)]
mod tests {
    use super::whole_parts;

    #[test]
    fn a_footer_that_is_too_long_loses_whole_parts_from_its_end() {
        let text = "5 s · 1080p · silent";
        for (room, expected) in [(40, text), (19, "5 s · 1080p"), (11, "5 s · 1080p"), (10, "5 s"), (1, "5 s")] {
            assert_eq!(whole_parts(text, |text| text.chars().count() <= room), expected, "{room}");
        }
        assert_eq!(whole_parts("", |_| false), "");
    }
}
