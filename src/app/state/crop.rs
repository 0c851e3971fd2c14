//! The crop dialog: which part of a picture is sent. Rectangles are in whole pixels of the picture as it is seen, turned and
//! mirrored.

use super::pictures::Preview;
use crate::domain::AspectRatio;
use crate::domain::picture_edit::{
    CropRect, Ground, PictureEdit, PictureFacts, clamped, largest_centered, nearest_ratio, with_ratio,
};
use crate::domain::request::Slot;
use crate::domain::request::StoredPicture;

/// Shortest side of a frame in pixels, where the picture is that large.
const LEAST_SIDE: u32 = 16;

/// What is known of the picture in the dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CropSource {
    /// It is being read.
    Reading,
    /// It cannot be read: a sentence.
    Trouble(String),
    /// It is shown.
    Known {
        /// What the picture is before anything is done to it.
        facts: PictureFacts,
        /// How it looks before anything is done to it.
        preview: Preview,
    },
}

/// An open crop dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crop {
    /// The well that the picture is in.
    pub slot: Slot,
    /// The picture as it is in the well now.
    pub picture: StoredPicture,
    /// What is known of the whole picture.
    pub source: CropSource,
    /// Whether all of the picture is sent.
    pub is_whole: bool,
    /// The ratio of the frame.
    pub ratio: AspectRatio,
    /// The frame.
    pub rect: CropRect,
    /// What is done to the picture; its `crop` is not used, see [`Crop::wanted`].
    pub edit: PictureEdit,
    /// What was done to the picture in the well.
    pub before: PictureEdit,
}

/// A point of the frame that can be dragged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::EnumIter)]
pub enum Handle {
    /// The upper left corner.
    TopLeft,
    /// The middle of the upper edge.
    Top,
    /// The upper right corner.
    TopRight,
    /// The middle of the right edge.
    Right,
    /// The lower right corner.
    BottomRight,
    /// The middle of the lower edge.
    Bottom,
    /// The lower left corner.
    BottomLeft,
    /// The middle of the left edge.
    Left,
}

impl Handle {
    /// Where it is: -1 at the left or upper edge, 0 in the middle, 1 at the right or lower edge.
    pub fn side(self) -> (i8, i8) {
        match self {
            Self::TopLeft => (-1, -1),
            Self::Top => (0, -1),
            Self::TopRight => (1, -1),
            Self::Right => (1, 0),
            Self::BottomRight => (1, 1),
            Self::Bottom => (0, 1),
            Self::BottomLeft => (-1, 1),
            Self::Left => (-1, 0),
        }
    }
}

/// Something that the user does in the crop dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CropAct {
    /// Chose a ratio for the frame and so for the clip.
    SetRatio(AspectRatio),
    /// Chose all of the picture, or a part of it.
    SetWhole(bool),
    /// Moved or resized the frame.
    SetRect(CropRect),
    /// Turned what is seen by a quarter, counterclockwise.
    Turn,
    /// Exchanged left and right.
    Mirror,
    /// Put the frame into the middle, at its size.
    Center,
    /// Took everything back: the largest frame of the clip's ratio, neither turned nor mirrored.
    Reset,
    /// Chose what transparent parts stand on.
    SetGround(Ground),
}

impl Crop {
    /// A dialog for the picture in a well, for a clip of this ratio.
    pub fn new(slot: Slot, picture: StoredPicture, ratio: AspectRatio) -> Self {
        let rect = CropRect { x: 0, y: 0, width: picture.width, height: picture.height };
        let edit = PictureEdit::default();
        Self { slot, picture, source: CropSource::Reading, is_whole: false, ratio, rect, edit, before: edit }
    }

    /// The whole picture was read. `edit` is what made the picture in the well of it. A picture that was cropped is shown with
    /// that frame; one that was not gets the largest frame of the clip's ratio.
    pub fn read(&mut self, facts: PictureFacts, preview: Preview, edit: PictureEdit) {
        let view = edit.view_size(facts.size());
        self.rect = match edit.crop {
            Some(crop) => {
                let crop = clamped(crop, view);
                let nearest = nearest_ratio((crop.width, crop.height));
                // A frame keeps its shape as long as it is that of the clip; it may be off by the rounding to whole pixels.
                if nearest == self.ratio { crop } else { with_ratio(crop, self.ratio, view) }
            }
            None => largest_centered(view, self.ratio),
        };
        (self.edit, self.before) = (edit, edit);
        self.source = CropSource::Known { facts, preview };
    }

    /// Size in pixels of the picture as it is seen; `None` until it is read.
    pub fn view_size(&self) -> Option<(u32, u32)> {
        match &self.source {
            CropSource::Known { facts, .. } => Some(self.edit.view_size(facts.size())),
            _ => None,
        }
    }

    /// The edit that *Use picture* asks for.
    pub fn wanted(&self) -> PictureEdit {
        let crop = if self.is_whole { None } else { Some(self.rect) };
        PictureEdit { crop, quarter_turns: self.edit.quarter_turns % 4, ..self.edit }
    }

    /// The ratio that the clip gets with *Use picture*: that of the frame, or the one nearest to the whole picture.
    pub fn ratio_of_clip(&self) -> AspectRatio {
        match self.view_size() {
            Some(view) if self.is_whole => nearest_ratio(view),
            _ => self.ratio,
        }
    }

    /// Does what the user did.
    pub fn act(&mut self, act: CropAct) {
        let CropSource::Known { facts, .. } = &self.source else { return };
        let size = facts.size();
        let view = self.edit.view_size(size);
        match act {
            CropAct::SetRatio(ratio) => {
                self.is_whole = false;
                self.ratio = ratio;
                self.rect = with_ratio(self.rect, ratio, view);
            }
            CropAct::SetWhole(is_whole) => self.is_whole = is_whole,
            CropAct::SetRect(rect) => {
                self.is_whole = false;
                self.rect = clamped(rect, view);
            }
            CropAct::Turn => {
                // The part stays the same; its shape turns with it and is brought back to the ratio of the clip.
                let turned = PictureEdit { crop: Some(self.rect), ..self.edit }.turned(false, size);
                let view = turned.view_size(size);
                self.rect = with_ratio(turned.crop_within(size), self.ratio, view);
                self.edit = PictureEdit { crop: None, ..turned };
            }
            CropAct::Mirror => {
                let mirrored = PictureEdit { crop: Some(self.rect), ..self.edit }.mirrored(size);
                self.rect = mirrored.crop_within(size);
                self.edit = PictureEdit { crop: None, ..mirrored };
            }
            CropAct::Center => {
                let (x, y) = ((view.0 - self.rect.width.min(view.0)) / 2, (view.1 - self.rect.height.min(view.1)) / 2);
                self.rect = clamped(CropRect { x, y, ..self.rect }, view);
            }
            CropAct::Reset => {
                self.edit = PictureEdit { ground: self.edit.ground, ..PictureEdit::default() };
                self.is_whole = false;
                self.rect = largest_centered(size, self.ratio);
            }
            CropAct::SetGround(ground) => self.edit.ground = ground,
        }
    }
}

/// The frame after it was moved by so many pixels, within a picture of `view` pixels.
pub fn moved(rect: CropRect, (right, down): (i64, i64), view: (u32, u32)) -> CropRect {
    let at = |from: u32, by: i64| u32::try_from(i64::from(from).saturating_add(by).max(0)).unwrap_or(u32::MAX);
    clamped(CropRect { x: at(rect.x, right), y: at(rect.y, down), ..rect }, view)
}

/// The frame after it was made wider by so many pixels, or narrower, around its middle. Its ratio stays.
pub fn resized(rect: CropRect, by: i64, ratio: AspectRatio, view: (u32, u32)) -> CropRect {
    let width = f64::from(rect.width) + by as f64;
    let (x, y) = (f64::from(rect.x) + f64::from(rect.width) / 2.0, f64::from(rect.y) + f64::from(rect.height) / 2.0);
    let (width, height) = shape(width, ratio, (f64::from(view.0), f64::from(view.1)));
    let corner = |middle: f64, side: u32| (middle - f64::from(side) / 2.0).round().max(0.0) as u32;
    clamped(CropRect { x: corner(x, width), y: corner(y, height), width, height }, view)
}

/// The frame after one of its handles was dragged by so many pixels, within a picture of `view` pixels. Its ratio stays: the
/// opposite corner, or the middle of the opposite edge, stays where it is.
pub fn dragged(
    rect: CropRect,
    handle: Handle,
    (right, down): (f64, f64),
    ratio: AspectRatio,
    view: (u32, u32),
) -> CropRect {
    let rect = clamped(rect, view);
    let (across, along) = handle.side();
    let shape_of = parts(ratio);
    let (left, top) = (f64::from(rect.x), f64::from(rect.y));
    let (width, height) = (f64::from(rect.width), f64::from(rect.height));
    let (view_width, view_height) = (f64::from(view.0), f64::from(view.1));
    // How far the frame may reach on each axis from the point that stays.
    let reach = |side: i8, low: f64, length: f64, all: f64| match side {
        -1 => low + length,
        1 => all - low,
        _ => 2.0 * (low + length / 2.0).min(all - low - length / 2.0),
    };
    let room = (reach(across, left, width, view_width), reach(along, top, height, view_height));
    let wider = width + f64::from(across) * right;
    let higher = (height + f64::from(along) * down) * shape_of;
    let wanted = match (across, along) {
        (0, _) => higher,
        (_, 0) => wider,
        _ => wider.max(higher),
    };
    let (new_width, new_height) = shape(wanted, ratio, room);
    let place = |side: i8, low: u32, length: u32, new: u32| match side {
        -1 => (low + length).saturating_sub(new),
        1 => low,
        _ => (low + length / 2).saturating_sub(new / 2),
    };
    let (x, y) = (place(across, rect.x, rect.width, new_width), place(along, rect.y, rect.height, new_height));
    clamped(CropRect { x, y, width: new_width, height: new_height }, view)
}

fn parts(ratio: AspectRatio) -> f64 {
    let (width, height) = ratio.parts();
    f64::from(width) / f64::from(height)
}

/// Whole width and height of that ratio, near to `width`, within `room` and not too small.
fn shape(width: f64, ratio: AspectRatio, room: (f64, f64)) -> (u32, u32) {
    let shape = parts(ratio);
    let most = room.0.min(room.1 * shape).max(1.0);
    let least = (f64::from(LEAST_SIDE) * shape.max(1.0)).min(most);
    let width = width.clamp(least, most);
    let whole = |length: f64, room: f64| (length.round().min(room.floor()) as u32).max(1);
    (whole(width, room.0), whole(width / shape, room.1))
}

#[cfg(test)]
mod tests;
