//! What the library and the clip folder are asked while the user looks around.

use std::path::Path;

use tokio::sync::watch;

use super::Reports;
use crate::app::action::Input;
use crate::domain::Project;
use crate::library::Library;

/// What was typed into the search, and the number of that question.
#[derive(Clone, Debug, Default)]
pub(super) struct Question {
    pub text: String,
    pub number: u64,
}

/// Answers the newest question, one at a time: who types fast asks less often than there are letters.
pub(super) async fn keep_answering(library: Library, mut asked: watch::Receiver<Question>, reports: Reports) {
    // Whatever changed since the last time is taken into the index now, and not when the first letter is typed.
    if let Err(err) = library.search(String::new()).await {
        tracing::warn!(%err, "the search cannot be prepared");
    }
    while asked.changed().await.is_ok() {
        let Question { text, number } = asked.borrow_and_update().clone();
        match library.search(text).await {
            Ok(jobs) => reports.put(Input::Hits { question: number, jobs }),
            Err(err) => reports.put(Input::Trouble(format!("The search found no answer. {err}."))),
        }
    }
}

/// Folders of the clip folder whose names can be projects. A folder that cannot be read has none.
pub(super) fn projects_in(clips: &Path) -> Vec<Project> {
    let Ok(entries) = std::fs::read_dir(clips) else { return Vec::new() };
    entries
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            // A name that a project would spell in another way is somebody else's folder.
            Project::new(&name).ok().filter(|project| project.as_str() == name)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_projects_and_files_are_not() {
        let dir = tempfile::tempdir().expect("a folder");
        for name in ["Spring film", "春", ".hidden", "CON"] {
            std::fs::create_dir(dir.path().join(name)).expect("made");
        }
        std::fs::write(dir.path().join("boat.mp4"), "film").expect("written");
        let mut names: Vec<String> = projects_in(dir.path()).into_iter().map(String::from).collect();
        names.sort();
        assert_eq!(names, ["Spring film", "春"]);
        assert_eq!(projects_in(&dir.path().join("away")), []);
    }
}
