//! What is said of the file of a finished clip when something is wrong with it: that it is away, or that no picture of it
//! can be made. What it was charged stands beside it.

use std::path::Path;

use crate::domain::Job;

/// What happened, and what can be done now: one sentence or two each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileWords {
    /// What happened.
    pub what_happened: String,
    /// What can be done now.
    pub what_now: String,
}

/// The folder in which a clip's file was seen last, as it stands in a sentence.
pub fn last_folder(job: &Job) -> String {
    let folder = job.clip.as_ref().and_then(|clip| clip.path.parent().and_then(Path::file_name));
    folder.map_or_else(|| "the clip folder".to_owned(), |name| format!("“{}”", name.to_string_lossy()))
}

/// The file of a clip is not where it should be.
pub fn file_missing(job: &Job) -> FileWords {
    let gateway = job.gateway;
    FileWords {
        what_happened: format!(
            "The file of this clip is not there any more. It was last seen in {}.",
            last_folder(job)
        ),
        what_now: format!(
            "Find it if you moved it, or download it again: while {gateway} still keeps it, that costs nothing."
        ),
    }
}

/// A clip is here, and no picture of it can be made. `reason` is a plain clause, as in "its codec hevc cannot be decoded
/// here".
pub fn no_picture(reason: &str) -> FileWords {
    FileWords {
        what_happened: format!("The clip is here, but no picture of it can be made: {reason}."),
        what_now: "Open shows it in your own player. The picture is tried again at the next start.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples;

    #[test]
    fn words_about_files_say_what_happened_and_what_can_be_done() {
        let in_folder = samples::job(1).clip(samples::clip("/home/me/Spring film/a.mp4")).ready();
        let at_home = samples::job(1).clip(samples::clip("a.mp4")).ready();
        assert_eq!(last_folder(&in_folder), "“Spring film”");
        assert_eq!(last_folder(&at_home), "the clip folder");
        for words in [file_missing(&in_folder), file_missing(&at_home), no_picture("it has no frames")] {
            for part in [&words.what_happened, &words.what_now] {
                assert!(part.ends_with('.') && !part.contains('!') && !part.contains(".."), "{part}");
            }
        }
        assert!(file_missing(&in_folder).what_now.contains("costs nothing"));
    }
}
