//! What the window says while files hover over it. A pure view.

use std::path::Path;

use crate::app::state::AppState;
use crate::app::state::pictures::{DropTarget, FileKind, FilmFile, Hovering, MOST_PICTURES, file_name};
use crate::domain::InputPicture;
use crate::domain::numbers;
use crate::domain::picture_limits::PictureLimits;
use crate::domain::request::Slot;

/// One of the two targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// `Start picture` or `Restore settings`.
    pub title: &'static str,
    /// What will happen, or why it cannot.
    pub sentence: String,
    /// More about the file; may be empty.
    pub detail: String,
    /// Whether a drop here does something.
    pub is_on: bool,
}

/// Both targets, and what the status line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropView {
    /// The upper target.
    pub picture: Target,
    /// The lower target.
    pub settings: Target,
    /// The target that is meant when the place of the drop is not known.
    pub usual: DropTarget,
    /// Left in the status line.
    pub status: &'static str,
    /// Right in the status line.
    pub status_right: &'static str,
}

/// Left in the status line.
const STATUS: &str = "Drop on a target, or press Esc to keep everything as it is";
/// Right in the status line.
const STATUS_RIGHT: &str = "Several pictures make one clip each, priced before anything runs";
/// Why the lower target is off, when it is because of the kind of file.
const RESTORES: &str = "Clips made by Rushes, PNG with a recipe and JSON do.";

/// The targets for these files.
pub fn view(hovering: &Hovering) -> DropView {
    let (picture, settings) = match &hovering.files[..] {
        [] => unnamed(),
        [file] => single(file, hovering),
        files => many(files),
    };
    // A film is a picture by its first frame only; whoever drops one means its settings, where it has any.
    let is_of_settings = !picture.is_on || hovering.files.first().is_some_and(|file| may_be_film(file));
    let usual = match settings.is_on && is_of_settings {
        true => DropTarget::RestoreSettings,
        false => DropTarget::StartPicture,
    };
    DropView { picture, settings, usual, status: STATUS, status_right: STATUS_RIGHT }
}

fn target(title: &'static str, sentence: impl Into<String>, is_on: bool) -> Target {
    Target { title, sentence: sentence.into(), detail: String::new(), is_on }
}

/// The desktop does not name what hovers: everything is possible.
fn unnamed() -> (Target, Target) {
    let picture = target("Start picture", "The picture becomes the first frame. You can crop it next.", true);
    let settings = target("Restore settings", "The settings of the clip go into the form. Nothing is ordered.", true);
    (picture, settings)
}

fn many(files: &[std::path::PathBuf]) -> (Target, Target) {
    let count = files.len();
    let sentence = if count > MOST_PICTURES {
        format!("{count} files: the first {MOST_PICTURES} pictures make one clip each, priced before anything runs.")
    } else {
        format!("{count} files: one clip for each picture, priced before anything runs.")
    };
    let names: Vec<_> = files.iter().take(3).map(|file| file_name(file)).collect();
    let more = if count > 3 { format!(" and {} more", count - 3) } else { String::new() };
    let mut picture = target("Start picture", sentence, true);
    picture.detail = format!("{}{more}", names.join(", "));
    (picture, target("Restore settings", "Settings come from one file. Drop a single one.", false))
}

fn single(file: &Path, hovering: &Hovering) -> (Target, Target) {
    let name = file_name(file);
    if may_be_list(file) {
        let picture = target("Start picture", format!("{name} is no picture."), false);
        let what = format!("Every line of {name} becomes a clip, priced before anything runs. Nothing is ordered.");
        return (picture, target("Queue from a list", what, true));
    }
    let becomes = if may_be_film(file) {
        format!("The first frame of {name} becomes the start picture. You can take another one next.")
    } else {
        format!("{name} becomes the first frame. You can crop it next.")
    };
    let restores = format!("The settings in {name} go into the form. Nothing is ordered.");
    let Some(first) = &hovering.first else {
        // Until the file was looked at its ending says what it may be.
        let may_restore = may_carry_settings(file);
        let mut picture = target("Start picture", becomes, true);
        "Reading the file".clone_into(&mut picture.detail);
        if is_no_picture(file) {
            picture = target("Start picture", format!("{name} is no picture."), false);
        }
        let no = format!("This file carries no recipe. {RESTORES}");
        return (picture, target("Restore settings", if may_restore { restores } else { no }, may_restore));
    };
    let picture = match &first.kind {
        FileKind::Picture(facts) => {
            let mut picture = target("Start picture", becomes, true);
            picture.detail = format!("{}, {} × {}", facts.format, facts.width, facts.height);
            // The length of a film says nothing about its frame and is not told.
            if facts.size_bytes > 0 {
                picture.detail = format!("{}, {}", picture.detail, super::crop::of_limit(facts.size_bytes));
            }
            if facts.size_bytes > PictureLimits::PLATFORM.most_bytes {
                picture.detail.push_str(", sent smaller");
            }
            picture
        }
        FileKind::NoPicture(reason) => target("Start picture", reason.clone(), false),
    };
    let is_picture = matches!(first.kind, FileKind::Picture(_)) && !may_be_film(file);
    let what = if is_picture { "picture" } else { "file" };
    let no = format!("This {what} carries no recipe. {RESTORES}");
    let settings = target("Restore settings", if first.has_recipe { restores } else { no }, first.has_recipe);
    (picture, settings)
}

fn ending(file: &Path) -> String {
    file.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

/// Whether a file of this name may be a list of shots.
pub fn may_be_list(file: &Path) -> bool {
    matches!(ending(file).as_str(), "csv" | "tsv" | "txt")
}

/// Whether a file of this name may carry the settings of a clip.
pub fn may_carry_settings(file: &Path) -> bool {
    matches!(ending(file).as_str(), "mp4" | "json" | "png")
}

/// Whether a file of this name is certainly no picture, and no film whose first frame could be one.
pub fn is_no_picture(file: &Path) -> bool {
    ending(file) == "json"
}

/// Whether a file of this name may be a film.
pub fn may_be_film(file: &Path) -> bool {
    matches!(ending(file).as_str(), "mp4" | "m4v" | "mov")
}

/// The film file of which a frame is in this well now.
pub fn film_file(state: &AppState, slot: Slot) -> Option<&FilmFile> {
    let (picture, film) = state.film_files.get(&slot)?;
    matches!(state.draft.picture_in(slot), Some(InputPicture::Stored(held)) if held.sha256 == *picture).then_some(film)
}

/// What is said in an empty well: where windows get no drops, none is offered.
pub fn invitations(gets_drops: bool) -> &'static [&'static str] {
    if gets_drops {
        &["Drop, paste or choose", "Drop or choose", "Drop a file"]
    } else {
        &["Choose or paste", "Choose"]
    }
}

/// `5 pictures`.
pub fn pictures(count: usize) -> String {
    numbers::counted(count, "picture", "pictures")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::app::state::pictures::LookedAtFile;
    use crate::domain::picture_edit::PictureFacts;

    fn hovering(names: &[&str], first: Option<LookedAtFile>) -> Hovering {
        Hovering { files: names.iter().map(|name| PathBuf::from("/home/ada").join(name)).collect(), first }
    }

    fn jpeg() -> PictureFacts {
        PictureFacts {
            display_name: "boat-reference.jpg".to_owned(),
            format: "JPEG".to_owned(),
            width: 4032,
            height: 3024,
            size_bytes: 3_100_000,
            tells_place: false,
            is_transparent: false,
            is_animated: false,
            profile: None,
        }
    }

    #[test]
    fn a_picture_becomes_the_first_frame_and_restores_nothing() {
        let first = LookedAtFile { kind: FileKind::Picture(jpeg()), has_recipe: false };
        let shown = view(&hovering(&["boat-reference.jpg"], Some(first)));
        assert_eq!(shown.picture.sentence, "boat-reference.jpg becomes the first frame. You can crop it next.");
        assert_eq!(shown.picture.detail, "JPEG, 4032 × 3024, 3.1 of 20 MB");
        assert_eq!(
            shown.settings.sentence,
            "This picture carries no recipe. Clips made by Rushes, PNG with a recipe and JSON do."
        );
        assert_eq!((shown.picture.is_on, shown.settings.is_on, shown.usual), (true, false, DropTarget::StartPicture));
    }

    #[test]
    fn what_is_possible_follows_the_file() {
        let recipe = |kind| Some(LookedAtFile { kind, has_recipe: true });
        let no_picture = || FileKind::NoPicture("This is a film, no picture.".to_owned());
        for (name, first, picture, settings, usual) in [
            // Not looked at yet: the ending tells what may be.
            ("boat.jpg", None, true, false, DropTarget::StartPicture),
            ("boat.png", None, true, true, DropTarget::StartPicture),
            ("clip.MP4", None, true, true, DropTarget::RestoreSettings),
            ("recipe.json", None, false, true, DropTarget::RestoreSettings),
            ("boat", None, true, false, DropTarget::StartPicture),
            // Looked at.
            ("clip.mp4", recipe(FileKind::Picture(jpeg())), true, true, DropTarget::RestoreSettings),
            ("clip.mp4", recipe(no_picture()), false, true, DropTarget::RestoreSettings),
            (
                "film.mov",
                Some(LookedAtFile { kind: FileKind::Picture(jpeg()), has_recipe: false }),
                true,
                false,
                DropTarget::StartPicture,
            ),
            ("boat.png", recipe(FileKind::Picture(jpeg())), true, true, DropTarget::StartPicture),
            (
                "notes.md",
                Some(LookedAtFile { kind: no_picture(), has_recipe: false }),
                false,
                false,
                DropTarget::StartPicture,
            ),
            (
                "shots.CSV",
                Some(LookedAtFile { kind: no_picture(), has_recipe: false }),
                false,
                true,
                DropTarget::RestoreSettings,
            ),
        ] {
            let shown = view(&hovering(&[name], first));
            assert_eq!((shown.picture.is_on, shown.settings.is_on, shown.usual), (picture, settings, usual), "{name}");
        }
    }

    #[test]
    fn a_film_gives_its_first_frame() {
        let frame = PictureFacts { format: "MP4".to_owned(), width: 1280, height: 720, size_bytes: 0, ..jpeg() };
        let first = LookedAtFile { kind: FileKind::Picture(frame), has_recipe: false };
        let shown = view(&hovering(&["boat.mp4"], Some(first)));
        assert_eq!(
            shown.picture.sentence,
            "The first frame of boat.mp4 becomes the start picture. You can take another one next."
        );
        assert_eq!(shown.picture.detail, "MP4, 1280 × 720");
        assert!(shown.settings.sentence.starts_with("This file carries no recipe."));
    }

    #[test]
    fn several_files_are_counted_and_named() {
        let shown = view(&hovering(&["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg"], None));
        assert_eq!(shown.picture.sentence, "5 files: one clip for each picture, priced before anything runs.");
        assert_eq!(shown.picture.detail, "a.jpg, b.jpg, c.jpg and 2 more");
        assert!(!shown.settings.is_on);
        let names = vec!["a.jpg"; 30];
        assert!(view(&hovering(&names, None)).picture.sentence.starts_with("30 files: the first 24 pictures"));
        assert!(view(&hovering(&[], None)).picture.is_on, "the desktop names no files");
    }

    #[test]
    fn where_windows_get_no_drops_none_is_offered() {
        assert!(invitations(false).iter().all(|words| !words.to_lowercase().contains("drop")));
        assert_eq!(invitations(true)[0], "Drop, paste or choose");
        assert_eq!(invitations(false)[0], "Choose or paste");
    }
}
