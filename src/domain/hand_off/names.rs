//! Names of the folder that is handed on, and of the files in it: readable, and safe on every system.

use crate::domain::clip_name::clip_file_name;
use crate::domain::{Job, Project};

/// Longest name of a folder, in bytes, so that endings and numbers find room behind it.
const MAX_BYTES: usize = 100;

/// What the folder is called when nothing else is left of a name.
const FALLBACK: &str = "Rushes clips";

/// The name of the folder, of what the user typed: letters of all scripts stay; what any file system forbids or a shell
/// could take for something else becomes a space. Never empty, never the name of a device, never one that begins with a dot.
pub fn folder_name(typed: &str) -> String {
    let is_forbidden = |c: char| {
        crate::domain::text::is_hidden(c) || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
    };
    let spaced: String = typed.chars().map(|c| if is_forbidden(c) { ' ' } else { c }).collect();
    let mut name = String::new();
    for word in spaced.split_whitespace() {
        let space = if name.is_empty() { "" } else { " " };
        if name.len() + space.len() + word.len() <= MAX_BYTES {
            name.push_str(space);
            name.push_str(word);
            continue;
        }
        if name.is_empty() {
            let end = (0..=MAX_BYTES).rev().find(|end| word.is_char_boundary(*end)).unwrap_or(0);
            name.push_str(&word[..end]);
        }
        break;
    }
    let name = name.trim_matches(['.', ' ', '-', '~']);
    if name.is_empty() {
        return FALLBACK.to_owned();
    }
    if is_device(name) { format!("{name} clips") } else { name.to_owned() }
}

/// Whether Windows takes it for a device, whatever ending it has.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim().to_ascii_lowercase();
    let numbered = |device: &str| {
        stem.strip_prefix(device).is_some_and(|rest| rest.chars().count() == 1 && rest.chars().all(char::is_numeric))
    };
    matches!(&*stem, "con" | "prn" | "aux" | "nul" | "conin$" | "conout$" | "clock$")
        || numbered("com")
        || numbered("lpt")
}

/// What a folder of these jobs is called at first: after their project where they have one in common, else after the day.
pub fn first_name<'a>(jobs: impl IntoIterator<Item = &'a Job>, local_date: &str) -> String {
    let mut projects = jobs.into_iter().map(|job| job.project.as_ref());
    match projects.next().flatten() {
        Some(first) if projects.all(|other| other == Some(first)) => of_project(Some(first)),
        _ => format!("Rushes {local_date}"),
    }
}

/// What the folder of the storyboard of a project is called at first.
pub fn of_project(project: Option<&Project>) -> String {
    project.map_or_else(|| "Storyboard".to_owned(), |project| folder_name(project.as_str()))
}

/// The name of a film in the folder: its number, from 1, and the name that its clip had at first, without spaces, so that no
/// program has to escape anything in a path. `of` is the number of all.
pub fn media_name(number: usize, of: usize, job: &Job, local_date: &str) -> String {
    let digits = of.to_string().len().max(2);
    format!("{number:0digits$}_{}", clip_file_name(local_date, &job.request, job.id).replace(' ', "_"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::samples::job;

    #[test]
    fn folders_are_called_as_typed_where_that_is_safe() {
        for (typed, expected) in [
            ("Spring film", "Spring film"),
            ("Frühling 東京 🎬", "Frühling 東京 🎬"),
            ("a/b\\c:d", "a b c d"),
            ("../../etc/passwd", "etc passwd"),
            ("  . hidden .  ", "hidden"),
            ("a]]>b & \"c\"", "a]] b & c"),
            ("a\u{202e}b\0c\n", "a b c"),
            ("CON", "CON clips"),
            ("com1.x", "com1.x clips"),
            ("common", "common"),
            ("-rf", "rf"),
            ("", "Rushes clips"),
            ("...", "Rushes clips"),
            ("???", "Rushes clips"),
        ] {
            assert_eq!(folder_name(typed), expected, "{typed:?}");
        }
        assert_eq!(folder_name(&"ä".repeat(300)), "ä".repeat(50));
    }

    #[test]
    fn what_is_chosen_together_names_the_folder() {
        let (spring, other) = (job(1).project("Spring").ready(), job(2).project("Other").ready());
        for (jobs, expected) in [
            (vec![&spring, &spring], "Spring"),
            (vec![&spring, &other], "Rushes 2026-06-04"),
            (vec![], "Rushes 2026-06-04"),
        ] {
            assert_eq!(first_name(jobs, "2026-06-04"), expected);
        }
        assert_eq!(of_project(None), "Storyboard");
    }

    #[test]
    fn films_are_numbered_in_their_order() {
        let boat = job(0x8f3a_c1e2).ready();
        let name = |number, of| media_name(number, of, &boat, "2026-06-04");
        assert_eq!(name(1, 2), "01_2026-06-04_a-paper-boat_720p_5s_16x9_8f3ac1e2.mp4");
        assert!(name(7, 120).starts_with("007_"));
    }

    proptest! {
        #[test]
        fn no_name_leaves_its_folder(typed in "\\PC{0,200}|[./\\\\ -~\\x00-\\x1f]{0,40}") {
            let name = folder_name(&typed);
            let path = std::path::Path::new(&name);
            prop_assert_eq!(path.components().count(), 1);
            prop_assert!(matches!(path.components().next(), Some(std::path::Component::Normal(_))));
            prop_assert!(name.len() <= MAX_BYTES + 6 && !name.starts_with(['.', '-', '~', ' ']) && !name.ends_with(['.', ' ']));
        }
    }
}
