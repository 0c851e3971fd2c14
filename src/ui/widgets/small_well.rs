//! The small picture well: the place of the end picture below the well of the start picture, empty, filled or off.

use egui::{Align, Align2, Layout, Pos2, Rect, Role, Sense, Ui, UiBuilder, Vec2, WidgetInfo};

use super::button::{Button, ButtonKind, IconButton};
use super::picture_well::{PictureWellResponse, WellPicture};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;

/// Height of a well with a picture, in points.
const FILLED: f32 = 44.0;
/// Height of a well without one, in points.
const EMPTY: f32 = 36.0;

/// A compact place for one picture.
#[must_use = "the well is drawn by `show`"]
pub struct SmallWell<'a> {
    title: &'a str,
    choose: &'a str,
    link: &'a str,
    remove: &'a str,
    crop: &'a str,
    picture: Option<WellPicture<'a>>,
    off_because: Option<&'a str>,
    is_marked: bool,
    is_open: bool,
    enabled: bool,
}

impl<'a> SmallWell<'a> {
    /// Creates an empty well with its title and the accessible names of its buttons: to choose a file, to type a web
    /// address, to remove the picture, to crop it.
    pub fn new(title: &'a str, [choose, link, remove, crop]: [&'a str; 4]) -> Self {
        Self {
            title,
            choose,
            link,
            remove,
            crop,
            picture: None,
            off_because: None,
            is_marked: false,
            is_open: false,
            enabled: true,
        }
    }

    /// Sets the picture in the well.
    pub fn picture(mut self, picture: Option<WellPicture<'a>>) -> Self {
        self.picture = picture;
        self
    }

    /// Dims an empty well for the given reason, which stands in it in place of the buttons.
    pub fn off_because(mut self, reason: Option<&'a str>) -> Self {
        self.off_because = reason;
        self
    }

    /// Sets whether the dashed ring stands behind the name, as for every setting that the gateway does not take.
    pub fn marked(mut self, is_marked: bool) -> Self {
        self.is_marked = is_marked;
        self
    }

    /// Sets whether the field for a web address is shown below the well.
    pub fn address(mut self, is_open: bool) -> Self {
        self.is_open = is_open;
        self
    }

    setters!(enabled);

    /// Draws the well over the available width.
    pub fn show(self, ui: &mut Ui) -> PictureWellResponse {
        let tokens = tokens::tokens(ui);
        let c = &tokens.color;
        let height = if self.picture.is_some() { FILLED } else { EMPTY };
        let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
        let is_off = self.off_because.is_some() && self.picture.is_none();
        let held = match (self.picture, self.off_because) {
            (Some(picture), _) => {
                format!("{}: {}, {}", self.title, picture.name, picture.problem.unwrap_or(picture.detail))
            }
            (None, Some(reason)) => format!("{}: {reason}", self.title),
            (None, None) => self.title.to_owned(),
        };
        response.widget_info(|| WidgetInfo::labeled(Role::Group, !is_off, &held));
        let painter = ui.painter();
        if self.picture.is_some() {
            paint::boxed(painter, rect, tokens.radius.tile, c.bg_field, c.stroke_mid);
        } else {
            let stroke = if is_off { c.stroke_mid } else { c.stroke_control };
            paint::dashed_frame(painter, rect, tokens.radius.tile, stroke);
        }
        let mut did = PictureWellResponse::default();
        let mut right = rect.right() - 9.0;
        if !is_off {
            let layout = Layout::right_to_left(Align::Center);
            let pad_right = if self.picture.is_some() { 9.0 } else { 7.0 };
            let area = Rect::from_min_max(rect.min, Pos2::new(rect.right() - pad_right, rect.bottom()));
            let mut child = ui.new_child(UiBuilder::new().id_salt(response.id).max_rect(area).layout(layout));
            child.spacing_mut().item_spacing.x = 0.0;
            if self.picture.is_some() {
                let button = IconButton::new(Icon::X, self.remove).small();
                did.remove = button.enabled(self.enabled).show(&mut child).clicked();
                let button = IconButton::new(Icon::Crop, self.crop).small();
                did.crop = button.enabled(self.enabled).show(&mut child).clicked();
            } else {
                let button = Button::new("Choose").kind(ButtonKind::Small).enabled(self.enabled);
                did.choose = button.accessible_name(self.choose).show(&mut child).clicked();
                child.add_space(4.0);
                let button = IconButton::new(Icon::Link, self.link).small().on(self.is_open);
                did.address = button.enabled(self.enabled).show(&mut child).clicked();
            }
            right = child.min_rect().left() - 6.0;
        }
        self.paint_texts(ui, rect, right, is_off);
        did
    }

    fn paint_texts(&self, ui: &Ui, rect: Rect, right: f32, is_off: bool) {
        let c = &tokens::tokens(ui).color;
        let painter = ui.painter();
        let Some(picture) = self.picture else {
            let center = Pos2::new(rect.left() + 20.0, rect.center().y);
            icons::paint(painter, Icon::ImagePlus, center, 16.0, if is_off { c.text_low } else { c.text_mid });
            let at = Pos2::new(rect.left() + 36.0, rect.center().y);
            let (text, style, color) = match self.off_because {
                Some(reason) => (reason, Text::Caption, c.text_low),
                None => (self.title, Text::SmallStrong, c.text_hi),
            };
            text_style::paint_ellipsis(painter, at, Align2::LEFT_CENTER, style, color, text, right - at.x);
            return;
        };
        let spot = Rect::from_min_size(rect.min + Vec2::new(6.0, 6.0), Vec2::new(54.0, 32.0));
        let radius = tokens::tokens(ui).radius.chip;
        painter.rect_filled(spot, paint::radius(radius), c.bg_active);
        if let Some((texture, size)) = picture.texture {
            paint::covered(painter, spot, texture, size, radius);
        }
        let x = spot.right() + 10.0;
        let ring = if self.is_marked { 16.0 } else { 0.0 };
        let top = Pos2::new(x, rect.center().y - 16.0);
        let room = right - x - ring;
        let named = text_style::paint_ellipsis(
            painter,
            top,
            Align2::LEFT_TOP,
            Text::SmallStrong,
            c.text_hi,
            picture.name,
            room,
        );
        if self.is_marked {
            let at = Pos2::new(named.right() + 10.0, named.center().y);
            icons::paint(painter, Icon::CircleDashed, at, 12.0, c.text_low);
        }
        let (line, color) = picture.problem.map_or((picture.detail, c.text_low), |problem| (problem, c.fail_fg));
        let at = top + Vec2::new(0.0, 16.0);
        text_style::paint_ellipsis(painter, at, Align2::LEFT_TOP, Text::Caption, color, line, right - x);
    }
}
