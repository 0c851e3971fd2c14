//! What the crop dialog says: sizes before and after, what is done to the picture, and how it travels. A pure view.

use crate::app::state::AppState;
use crate::app::state::crop::{Crop, CropSource};
use crate::app::view::travel::{self, Certainty, travel};
use crate::app::view::words;
use crate::domain::InputPicture;
use crate::domain::picture_edit::{Ground, PictureFacts, SENT_BYTES, output_size};
use crate::domain::picture_limits::PictureLimits;
use crate::domain::request::{PictureType, StoredPicture};

/// The limits that pictures are held against.
const LIMITS: PictureLimits = PictureLimits::PLATFORM;

/// What a photo needs as JPEG of good quality.
const USUAL_BYTES_PER_PIXEL: f64 = 0.3;

/// What a note of the dialog is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// The place that the picture was taken at.
    Place,
    /// Something worth knowing.
    Info,
    /// Something that may keep the clip from being made.
    Warning,
}

/// The texts of an open crop dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CropView {
    /// Name of the picture's file.
    pub name: String,
    /// The line below the ratios: which ratio the clip gets.
    pub ratio_line: String,
    /// The label in the left corner of the frame.
    pub ratio: &'static str,
    /// The label in the right corner of the frame: the size that is sent.
    pub size: String,
    /// `4032 × 3024, JPEG, 3.1 MB`.
    pub original: String,
    /// `1920 × 1080, JPEG, ≈ 0.9 MB`.
    pub sent: String,
    /// `20 MB, 4000 × 4000 px`.
    pub limit: String,
    /// The ground of transparent parts, where there are any.
    pub ground: Option<Ground>,
    /// What is done to the picture and how it travels.
    pub notes: Vec<(NoteKind, String)>,
}

/// The texts of the dialog; `None` until the picture is read.
pub fn view(state: &AppState, crop: &Crop) -> Option<CropView> {
    let CropSource::Known { facts, .. } = &crop.source else { return None };
    let (width, height) = output_size(facts.size(), &crop.wanted());
    let is_as_before = crop.wanted() == crop.before;
    let is_known = is_as_before && (width, height) == (crop.picture.width, crop.picture.height);
    let (kind, bytes) = if is_known {
        (crop.picture.picture_type, crop.picture.size_bytes)
    } else {
        about(facts, (width, height), crop)
    };
    let size = if is_known { words::size(bytes) } else { format!("≈ {}", words::size(bytes)) };
    Some(CropView {
        name: facts.display_name.clone(),
        ratio_line: ratio_line(state, crop),
        ratio: if crop.is_whole { "Whole picture" } else { crop.ratio.name() },
        size: format!("{width} × {height}"),
        original: original(facts),
        sent: format!("{width} × {height}, {}, {size}", kind_name(kind)),
        limit: format!("{}, {side} × {side} px", words::size(LIMITS.most_bytes), side = LIMITS.most_side),
        ground: facts.is_transparent.then_some(crop.edit.ground),
        notes: notes(state, facts, ((width, height), bytes), crop.edit.ground),
    })
}

/// `4032 × 3024, JPEG, 3.1 MB`; without the length for a frame of a film, of which it is not known.
fn original(facts: &PictureFacts) -> String {
    let kind = format!("{} × {}, {}", facts.width, facts.height, facts.format);
    if facts.size_bytes == 0 { kind } else { format!("{kind}, {}", words::size(facts.size_bytes)) }
}

fn ratio_line(state: &AppState, crop: &Crop) -> String {
    let (ratio, now) = (crop.ratio_of_clip(), state.draft.aspect_ratio);
    match (crop.is_whole, ratio == now) {
        (false, true) => "The frame follows the clip’s aspect ratio".to_owned(),
        (false, false) => format!("Use picture changes the clip from {now} to {ratio}"),
        (true, true) => format!("The clip stays {ratio}, the nearest to this picture"),
        (true, false) => format!("Use picture changes the clip to {ratio}, the nearest"),
    }
}

fn kind_name(kind: PictureType) -> &'static str {
    match kind {
        PictureType::Jpeg => "JPEG",
        PictureType::Png => "PNG",
    }
}

/// Kind and length of the file that is sent, as a rough guess. What was transparent is sent as PNG, everything else as JPEG.
fn about(facts: &PictureFacts, sent: (u32, u32), crop: &Crop) -> (PictureType, u64) {
    let kind = if facts.is_transparent { PictureType::Png } else { PictureType::Jpeg };
    let pixels = |(width, height): (u32, u32)| f64::from(width) * f64::from(height);
    // The picture in the well was made by the same encoder, so it is the best measure, unless it was another kind of file.
    let per_pixel = if crop.picture.picture_type == kind && crop.picture.size_bytes > 0 {
        crop.picture.size_bytes as f64 / pixels((crop.picture.width, crop.picture.height)).max(1.0)
    } else {
        USUAL_BYTES_PER_PIXEL
    };
    (kind, ((per_pixel * pixels(sent)) as u64).clamp(1_000, SENT_BYTES))
}

fn notes(
    state: &AppState,
    facts: &PictureFacts,
    (sent, bytes): ((u32, u32), u64),
    ground: Ground,
) -> Vec<(NoteKind, String)> {
    let mut notes = Vec::new();
    if let Some(problem) = too_small(sent) {
        notes.push((NoteKind::Warning, problem));
    }
    if facts.tells_place {
        notes.push((NoteKind::Place, "Place data removed before sending. Your file is not changed.".to_owned()));
    }
    if facts.is_transparent {
        notes.push((
            NoteKind::Info,
            format!("Gateways see no transparency. Transparent parts become {}.", ground.name()),
        ));
    }
    if let Some(profile) = &facts.profile {
        notes.push((NoteKind::Info, format!("Colors are converted from {profile} to sRGB.")));
    }
    if facts.is_animated {
        notes.push((NoteKind::Info, "The picture moves. Its first frame is used.".to_owned()));
    }
    let travel = travel(&travel::facts(state, state.draft.gateway, bytes));
    let kind = if travel.certainty == Certainty::Blocked { NoteKind::Warning } else { NoteKind::Info };
    notes.push((kind, travel.sentence));
    notes
}

/// A sentence about a picture that may be refused because it is small; `None` for one that is large enough.
pub fn too_small((width, height): (u32, u32)) -> Option<String> {
    let least = LIMITS.least_side;
    (width.min(height) < least).then(|| {
        format!("{width} × {height} is small. Below {least} px a side the picture may be refused. Take a larger part.")
    })
}

/// `0.9 of 20 MB`: a stored picture beside the limit.
pub fn of_limit(size_bytes: u64) -> String {
    let limit = LIMITS.most_bytes / 1_000_000;
    // Below a twentieth of a megabyte it would be 0.0.
    if size_bytes < 50_000 {
        return format!("{} of {limit} MB", words::size(size_bytes));
    }
    let tenths = (size_bytes + 50_000) / 100_000;
    format!("{}.{} of {limit} MB", tenths / 10, tenths % 10)
}

/// The picture of the well that can be cropped.
pub fn croppable(picture: Option<&InputPicture>) -> Option<&StoredPicture> {
    match picture {
        Some(InputPicture::Stored(picture)) => Some(picture),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::state::crop::CropAct;
    use crate::app::state::pictures::Preview;
    use crate::domain::picture_edit::PictureEdit;
    use crate::domain::request::Slot;
    use crate::domain::{AspectRatio, GatewayId, UnixMillis, samples};

    fn open(change: impl FnOnce(&mut PictureFacts)) -> (AppState, Crop) {
        let mut state = AppState::new(UnixMillis(0));
        state.draft.gateway = GatewayId::Apiin;
        let picture = StoredPicture { size_bytes: 1_200_000, ..samples::stored_photo("boat-reference.jpg") };
        let mut facts = samples::photo_facts("boat-reference.jpg");
        change(&mut facts);
        let mut crop = Crop::new(Slot::Start, picture, state.draft.aspect_ratio);
        let preview = Preview { width: 1, height: 1, rgba: vec![0; 4].into() };
        crop.read(facts, preview, PictureEdit::default());
        (state, crop)
    }

    fn texts(view: &CropView) -> Vec<&str> {
        view.notes.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn the_rows_say_what_goes_out() {
        let (state, mut crop) = open(|_| {});
        let view = |crop: &Crop| view(&state, crop).expect("read");
        let shown = view(&crop);
        assert_eq!(shown.original, "4032 × 3024, JPEG, 3.1 MB");
        assert_eq!(shown.sent, "1920 × 1080, JPEG, ≈ 0.9 MB");
        assert_eq!(shown.limit, "20 MB, 4000 × 4000 px");
        assert_eq!((shown.ratio, shown.size.as_str()), ("16:9", "1920 × 1080"));
        // Once nothing differs from what is in the well, its size is known.
        crop.act(CropAct::SetWhole(true));
        assert_eq!(view(&crop).sent, "1920 × 1440, JPEG, 1.2 MB");
        crop.act(CropAct::Mirror);
        assert_eq!(view(&crop).sent, "1920 × 1440, JPEG, ≈ 1.2 MB");
    }

    #[test]
    fn a_ratio_that_changes_the_clip_is_said_before_it_does() {
        let (mut state, mut crop) = open(|_| {});
        let line = |state: &AppState, crop: &Crop| view(state, crop).expect("read").ratio_line;
        assert_eq!(line(&state, &crop), "The frame follows the clip’s aspect ratio");
        crop.act(CropAct::SetRatio(AspectRatio::R1x1));
        assert_eq!(line(&state, &crop), "Use picture changes the clip from 16:9 to 1:1");
        crop.act(CropAct::SetWhole(true));
        assert_eq!(line(&state, &crop), "Use picture changes the clip to 4:3, the nearest");
        state.draft.aspect_ratio = AspectRatio::R4x3;
        assert_eq!(line(&state, &crop), "The clip stays 4:3, the nearest to this picture");
    }

    #[test]
    fn notes_are_about_this_picture_only() {
        let (state, crop) = open(|facts| facts.tells_place = false);
        let plain = view(&state, &crop).expect("read");
        assert_eq!(plain.notes.len(), 1, "{plain:?}");
        assert_eq!(plain.ground, None);
        let (mut state, crop) = open(|facts| {
            facts.is_transparent = true;
            facts.is_animated = true;
            facts.profile = Some("Display P3".to_owned());
            (facts.width, facts.height) = (400, 300);
        });
        state.draft.gateway = GatewayId::Practice;
        let full = view(&state, &crop).expect("read");
        assert_eq!(
            texts(&full),
            [
                "400 × 225 is small. Below 300 px a side the picture may be refused. Take a larger part.",
                "Place data removed before sending. Your file is not changed.",
                "Gateways see no transparency. Transparent parts become white.",
                "Colors are converted from Display P3 to sRGB.",
                "The picture moves. Its first frame is used.",
                "Stays on this computer.",
            ]
        );
        assert_eq!(full.ground, Some(Ground::White));
    }

    #[test]
    fn a_frame_of_a_film_has_no_length_of_its_own_and_is_sent_as_it_was_taken() {
        let (state, mut crop) = open(|facts| {
            "MP4".clone_into(&mut facts.format);
            facts.size_bytes = 0;
            (facts.width, facts.height) = (1280, 720);
        });
        crop.picture = StoredPicture { picture_type: PictureType::Png, width: 1280, height: 720, ..crop.picture };
        crop.act(CropAct::SetWhole(true));
        let shown = view(&state, &crop).expect("read");
        assert_eq!((shown.original.as_str(), shown.sent.as_str()), ("1280 × 720, MP4", "1280 × 720, PNG, 1.2 MB"));
        crop.act(CropAct::Mirror);
        assert_eq!(view(&state, &crop).expect("read").sent, "1280 × 720, JPEG, ≈ 277 kB");
    }

    #[test]
    fn sizes_stand_beside_the_limit() {
        for (bytes, text) in [(900_000, "0.9 of 20 MB"), (3_100_000, "3.1 of 20 MB"), (12_000, "12 kB of 20 MB")] {
            assert_eq!(of_limit(bytes), text);
        }
    }
}
