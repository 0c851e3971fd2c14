//! Opens the file picker of the desktop, for a picture, a film or a folder.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// File endings of pictures that can be used as a start picture. Of a film it is the first frame.
const PICTURE_ENDINGS: [&str; 17] = [
    "jpg", "jpeg", "jfif", "png", "apng", "webp", "heic", "heif", "hif", "avif", "gif", "bmp", "tif", "tiff", "mp4",
    "m4v", "mov",
];

/// The endings in small and in large letters: pickers of Linux tell them apart, and cameras write large ones.
fn in_both_cases(endings: &[&str]) -> Vec<String> {
    endings.iter().flat_map(|ending| [(*ending).to_owned(), ending.to_uppercase()]).collect()
}

/// The user's answer to a picker, or why there was none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    /// The user chose this file.
    Picked(PathBuf),
    /// The user chose these files, more than one.
    Several(Vec<PathBuf>),
    /// The user closed the picker.
    Cancelled,
    /// This desktop has no picker: one sentence with the reason and what to do.
    NoPicker(String),
}

/// Opens a picker for one picture or several and returns at once. The answer comes once; `wake` is called right after it was sent.
///
/// The picker runs on a thread of its own. To be called on the main thread, which macOS asks for.
pub fn pick_pictures(wake: impl FnOnce() + Send + 'static) -> Receiver<Picked> {
    pick(
        || {
            let dialog = rfd::AsyncFileDialog::new().set_title("Choose a start picture");
            let files = dialog.add_filter("Pictures", &in_both_cases(&PICTURE_ENDINGS)).pick_files();
            async move { files.await.unwrap_or_default() }
        },
        wake,
    )
}

/// Opens a picker for one picture, such as the last of a clip, as [`pick_pictures`] does.
pub fn pick_picture(wake: impl FnOnce() + Send + 'static) -> Receiver<Picked> {
    pick_one("Choose a picture", "Pictures", &PICTURE_ENDINGS, wake)
}

/// Opens a picker for one film, such as a clip that was moved to another place, as [`pick_pictures`] does.
pub fn pick_film(wake: impl FnOnce() + Send + 'static) -> Receiver<Picked> {
    pick_one("Where is the clip?", "Films", &["mp4"], wake)
}

/// Opens a picker for one list of shots, as [`pick_pictures`] does.
pub fn pick_list(wake: impl FnOnce() + Send + 'static) -> Receiver<Picked> {
    pick_one("Choose a list", "Lists", &["csv", "tsv", "txt"], wake)
}

/// Opens a picker for a folder, such as the one for clips, as [`pick_pictures`] does.
pub fn pick_folder(wake: impl FnOnce() + Send + 'static) -> Receiver<Picked> {
    // No filter: the GTK picker grays folders out when there is one.
    pick(|| one(rfd::AsyncFileDialog::new().set_title("Choose a folder").pick_folder()), wake)
}

/// Opens a picker for one file of presets, as [`pick_pictures`] does.
pub fn pick_presets(wake: impl FnOnce() + Send + 'static) -> Receiver<Picked> {
    pick_one("Import presets", "Presets", &["json"], wake)
}

/// Asks where to write presets, as [`pick_pictures`] does. The file need not exist.
pub fn pick_presets_target(wake: impl FnOnce() + Send + 'static) -> Receiver<Picked> {
    pick(
        || {
            let dialog = rfd::AsyncFileDialog::new().set_title("Export presets");
            one(dialog.set_file_name("rushes-presets.json").save_file())
        },
        wake,
    )
}

/// Opens a picker for the place and the name of a new CSV file, as [`pick_pictures`] does. `name` is what it is called at
/// first.
pub fn pick_table(name: &str, wake: impl FnOnce() + Send + 'static) -> Receiver<Picked> {
    let name = name.to_owned();
    pick(
        move || {
            let dialog = rfd::AsyncFileDialog::new().set_title("Save the ledger").set_file_name(name);
            one(dialog.add_filter("CSV", &in_both_cases(&["csv"])).save_file())
        },
        wake,
    )
}

fn pick_one(
    title: &'static str,
    kind: &'static str,
    endings: &'static [&'static str],
    wake: impl FnOnce() + Send + 'static,
) -> Receiver<Picked> {
    let dialog = move || {
        let dialog = rfd::AsyncFileDialog::new().set_title(title);
        one(dialog.add_filter(kind, &in_both_cases(endings)).pick_file())
    };
    pick(dialog, wake)
}

async fn one(picked: impl Future<Output = Option<rfd::FileHandle>>) -> Vec<rfd::FileHandle> {
    picked.await.into_iter().collect()
}

fn pick<F>(dialog: impl FnOnce() -> F + Send + 'static, wake: impl FnOnce() + Send + 'static) -> Receiver<Picked>
where
    F: Future<Output = Vec<rfd::FileHandle>> + Send + 'static,
{
    let (answer, reply) = sync_channel(1);
    // macOS makes dialogs on the main thread only; elsewhere making one may block.
    #[cfg(target_os = "macos")]
    let dialog = {
        let made = dialog();
        move || made
    };
    let failed = answer.clone();
    let work = move || {
        let picked = match probe() {
            Ok(()) => run(dialog),
            Err(reason) => Picked::NoPicker(reason),
        };
        send(&answer, picked);
        wake();
    };
    if let Err(err) = std::thread::Builder::new().name("dialog".to_owned()).spawn(work) {
        send(&failed, Picked::NoPicker(format!("The file picker cannot be opened: {err}.")));
    }
    reply
}

fn run<F: Future<Output = Vec<rfd::FileHandle>>>(dialog: impl FnOnce() -> F) -> Picked {
    match tokio::runtime::Builder::new_current_thread().build() {
        Ok(runtime) => {
            let mut files: Vec<PathBuf> =
                runtime.block_on(dialog()).iter().map(|file| file.path().to_owned()).collect();
            match files.len() {
                0 => Picked::Cancelled,
                1 => Picked::Picked(files.remove(0)),
                _ => Picked::Several(files),
            }
        }
        Err(err) => Picked::NoPicker(format!("The file picker cannot be opened: {err}.")),
    }
}

fn send(answer: &SyncSender<Picked>, picked: Picked) {
    // The window may have gone meanwhile.
    answer.send(picked).ok();
}

/// Whether a picker can be opened here: rfd answers "cancelled" when there is none. Blocks for at most three seconds.
///
/// # Errors
/// A sentence for the user that says why not and what can be done.
pub fn probe() -> Result<(), String> {
    #[cfg(target_os = "linux")]
    {
        let has_display = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
        let portal = super::bus::has_service("org.freedesktop.portal.Desktop");
        decide(has_display, portal, super::program("zenity").is_some())
    }
    #[cfg(not(target_os = "linux"))]
    Ok(())
}

#[cfg(target_os = "linux")]
fn decide(has_display: bool, portal: Result<bool, String>, has_zenity: bool) -> Result<(), String> {
    let why = match portal {
        _ if !has_display => "there is no display".to_owned(),
        Ok(true) => return Ok(()),
        _ if has_zenity => return Ok(()),
        Ok(false) => "it runs neither xdg-desktop-portal nor zenity".to_owned(),
        Err(why) => why,
    };
    Err(format!(
        "This desktop has no file picker: {why}. Type or paste the path, drop the file on the window, or install zenity."
    ))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn pictures_of_cameras_are_offered_in_large_letters_too() {
        let endings = in_both_cases(&PICTURE_ENDINGS);
        for ending in ["jpg", "JPG", "HEIC", "heic", "TIF"] {
            assert!(endings.iter().any(|known| known == ending), "{ending}");
        }
    }

    #[test]
    fn a_picker_needs_a_display_and_a_portal_or_zenity() {
        let no_bus = || Err("no session bus (D-Bus) is running".to_owned());
        for (has_display, portal, has_zenity, can_pick) in [
            (true, Ok(true), false, true),
            (true, Ok(false), true, true),
            (true, no_bus(), true, true),
            (true, Ok(false), false, false),
            (true, no_bus(), false, false),
            (false, Ok(true), true, false),
        ] {
            let told = decide(has_display, portal.clone(), has_zenity);
            assert_eq!(told.is_ok(), can_pick, "{has_display} {portal:?} {has_zenity}");
            if let (Err(told), Err(why)) = (told, portal) {
                assert!(told.contains(&why), "{told}");
            }
        }
    }
}
