//! The picture well: the place of the start picture in the form, empty or filled.

use egui::{Align, Align2, Layout, Pos2, Rect, Role, Sense, TextureId, Ui, UiBuilder, Vec2, WidgetInfo};

use super::button::{Button, ButtonKind, IconButton};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;

/// The picture in a well.
#[derive(Clone, Copy, Debug)]
pub struct WellPicture<'a> {
    /// The texture and its size in pixels; `None` until it is loaded.
    pub texture: Option<(TextureId, Vec2)>,
    /// Name of the file.
    pub name: &'a str,
    /// One line about the picture, such as its size compared with the limit.
    pub detail: &'a str,
    /// The problem with the picture, shown in place of the detail.
    pub problem: Option<&'a str>,
}

/// What the user did with a picture well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PictureWellResponse {
    /// Whether the user wants to choose a file.
    pub choose: bool,
    /// Whether the user wants to show or hide the field for a web address.
    pub address: bool,
    /// Whether the user wants to remove the picture.
    pub remove: bool,
    /// Whether the user wants to crop the picture.
    pub crop: bool,
}

/// A place for one picture, which can be chosen, dropped or given by a web address.
#[must_use = "the well is drawn by `show`"]
pub struct PictureWell<'a> {
    title: &'a str,
    picture: Option<WellPicture<'a>>,
    dropping: bool,
    address: Option<bool>,
    crops: bool,
    invitations: &'static [&'static str],
    enabled: bool,
}

impl<'a> PictureWell<'a> {
    /// Creates an empty well with its title.
    pub fn new(title: &'a str) -> Self {
        let invitations = &["Drop, paste or choose", "Drop or choose", "Drop a file"];
        Self { title, picture: None, dropping: false, address: None, crops: false, invitations, enabled: true }
    }

    /// Sets the picture in the well.
    pub fn picture(mut self, picture: Option<WellPicture<'a>>) -> Self {
        self.picture = picture;
        self
    }

    /// Sets whether a file is being dragged over the window.
    pub fn dropping(mut self, dropping: bool) -> Self {
        self.dropping = dropping;
        self
    }

    /// Offers a web address in an empty well. `is_open` tells whether the field for it is shown.
    pub fn address(mut self, is_open: bool) -> Self {
        self.address = Some(is_open);
        self
    }

    /// Offers to crop the picture in the well.
    pub fn crops(mut self, crops: bool) -> Self {
        self.crops = crops;
        self
    }

    /// Sets the words in an empty well, the longest first; those that fit are shown.
    pub fn invitations(mut self, invitations: &'static [&'static str]) -> Self {
        self.invitations = invitations;
        self
    }

    /// Sets whether the well accepts input.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Draws the well over the available width.
    pub fn show(self, ui: &mut Ui) -> PictureWellResponse {
        let tokens = tokens::tokens(ui);
        let c = &tokens.color;
        let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 52.0), Sense::hover());
        let title = self.title;
        let held = self.picture.map(|picture| format!("{title}: {}", picture.name));
        response.widget_info(|| WidgetInfo::labeled(Role::Group, true, held.as_deref().unwrap_or(title)));
        let painter = ui.painter();
        let filled = self.picture.is_some() && !self.dropping;
        if self.dropping {
            painter.rect_filled(rect, paint::radius(tokens.radius.tile), c.bg_field);
            paint::dashed_ring(painter, rect, tokens.radius.tile, c.focus_ring, tokens.stroke.focus);
        } else if filled {
            paint::boxed(painter, rect, tokens.radius.tile, c.bg_field, c.stroke_mid);
        } else {
            paint::dashed_frame(painter, rect, tokens.radius.tile, c.stroke_control);
        }
        let pad_right = if filled { 9.0 } else { 13.0 };
        let layout = Layout::right_to_left(Align::Center);
        let area = Rect::from_min_max(rect.min, Pos2::new(rect.right() - pad_right, rect.bottom()));
        let mut child = ui.new_child(UiBuilder::new().id_salt(response.id).max_rect(area).layout(layout));
        child.spacing_mut().item_spacing.x = 0.0;
        let mut did = PictureWellResponse::default();
        let lower = title.to_lowercase();
        let article = if lower.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        if self.dropping {
            // Nothing can be pressed while a file is held.
        } else if filled {
            let remove = format!("Remove {lower}");
            did.remove = IconButton::new(Icon::X, &remove).small().enabled(self.enabled).show(&mut child).clicked();
            if self.crops {
                let crop = format!("Crop {lower}");
                did.crop = IconButton::new(Icon::Crop, &crop).small().enabled(self.enabled).show(&mut child).clicked();
            }
        } else {
            did.choose = Button::new("Choose")
                .kind(ButtonKind::Small)
                .enabled(self.enabled)
                .accessible_name(&format!("Choose {article} {lower}"))
                .show(&mut child)
                .clicked();
            if let Some(is_open) = self.address {
                child.add_space(4.0);
                let name = format!("Use a web address as the {lower}");
                let button = IconButton::new(Icon::Link, &name).small().on(is_open);
                did.address = button.enabled(self.enabled).show(&mut child).clicked();
            }
        }
        let right = child.min_rect().left() - 6.0;
        let painter = ui.painter();
        let (x, first, second, second_color) = match self.picture.filter(|_| filled) {
            Some(picture) => {
                let spot = Rect::from_min_size(rect.min + Vec2::new(7.0, 6.0), Vec2::new(68.0, 40.0));
                painter.rect_filled(spot, paint::radius(tokens.radius.chip), c.bg_active);
                if let Some((texture, size)) = picture.texture {
                    paint::covered(painter, spot, texture, size, tokens.radius.chip);
                }
                let (line, color) =
                    picture.problem.map_or((picture.detail, c.text_low), |problem| (problem, c.fail_fg));
                (spot.right() + 10.0, picture.name, line, color)
            }
            None => {
                let center = Pos2::new(rect.left() + 13.0 + 9.0, rect.center().y);
                icons::paint(painter, Icon::ImagePlus, center, 18.0, c.text_mid);
                let room = right - center.x - 19.0;
                let line = if self.dropping { "Drop here as well" } else { invitation(ui, self.invitations, room) };
                (center.x + 9.0 + 10.0, self.title, line, c.text_low)
            }
        };
        let room = (right - x).max(0.0);
        let top = rect.center().y - 16.0;
        text_style::paint_ellipsis(
            painter,
            Pos2::new(x, top),
            Align2::LEFT_TOP,
            Text::SmallStrong,
            c.text_hi,
            first,
            room,
        );
        text_style::paint_ellipsis(
            painter,
            Pos2::new(x, top + 16.0),
            Align2::LEFT_TOP,
            Text::Caption,
            second_color,
            second,
            room,
        );
        did
    }
}

/// The longest invitation that fits into `room` points.
fn invitation(ui: &Ui, invitations: &'static [&'static str], room: f32) -> &'static str {
    let fits = |text: &&str| text_style::line(ui.ctx(), text, Text::Caption, tokens::UNTINTED).size().x <= room;
    let shortest = invitations.last().copied().unwrap_or_default();
    invitations.iter().copied().find(fits).unwrap_or(shortest)
}
