//! What is to be handed on, and what became of it, in words.

use std::path::{Path, PathBuf};

use super::Gap;
use crate::domain::{Job, path_text};

/// What is to be handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOff {
    /// What the folder is to be called, as the user says it.
    pub name: String,
    /// The shots in the order of the film.
    pub shots: Vec<Shot>,
    /// Whether all clips are to be joined into one film as well.
    pub join: bool,
}

/// One shot that is to be handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shot {
    /// The clip of this job, which is ready.
    Clip(Box<Job>),
    /// A shot that has no clip yet.
    Gap(Gap),
}

impl HandOff {
    /// Number of shots that have a clip.
    pub fn clips(&self) -> usize {
        self.shots.iter().filter(|shot| matches!(shot, Shot::Clip(_))).count()
    }
}

/// A folder that was handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// Where it lies.
    pub folder: PathBuf,
    /// What the files in it are called before their endings.
    pub name: String,
    /// Number of clips in it.
    pub clips: usize,
    /// Shots that are gaps, in order: what they are called, and why, as a clause.
    pub gaps: Vec<(String, String)>,
    /// Clips whose files are not those that were downloaded any more. They were handed on as they are.
    pub changed: Vec<String>,
    /// What became of the joined film.
    pub film: Film,
}

/// What became of the joined film.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Film {
    /// Nobody asked for one, or there is one clip only.
    NotWanted,
    /// It is there.
    Joined {
        /// Number of clips in it.
        clips: usize,
        /// Clips that are not, and why, as a clause.
        left_out: Vec<(String, String)>,
    },
    /// No two clips agree. Holds why each is left out.
    NotJoined(Vec<(String, String)>),
}

/// How far the work is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that were written.
    pub done: u64,
    /// Bytes that are to be written; 0 while that is not known.
    pub total: u64,
}

/// Why there is no folder.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotHanded {
    /// The user stopped it.
    #[error("Stopped. Nothing was left behind and nothing was charged.")]
    Stopped,
    /// None of the clips can be had. Holds each with the reason, as a clause.
    #[error("None of the clips can be handed on: {}. Nothing was written and nothing was charged.", listed(.0, usize::MAX))]
    NoClip(Vec<(String, String)>),
    /// Disk or files. Holds the whole sentence.
    #[error("{0}")]
    Trouble(String),
}

/// So many pairs of what and why are named in a line.
const NAMED: usize = 3;

impl Handed {
    /// What was handed on, in a few words.
    pub fn title(&self) -> String {
        match self.clips {
            1 => "1 clip handed on".to_owned(),
            many => format!("{many} clips handed on"),
        }
    }

    /// The one line of a toast: where it lies, and what is not in it.
    pub fn line(&self) -> String {
        let mut line = format!(
            "The folder “{}” has an .otio and an .fcpxml file to open in your editor. Nothing was charged.",
            path_text::shown(&self.folder)
        );
        for remark in self.remarks(NAMED) {
            line.push(' ');
            line.push_str(&remark);
        }
        line
    }

    /// Whether everything that was asked for is there.
    pub fn is_whole(&self) -> bool {
        let is_film_whole = match &self.film {
            Film::NotWanted => true,
            Film::Joined { left_out, .. } => left_out.is_empty(),
            Film::NotJoined(_) => false,
        };
        self.gaps.is_empty() && self.changed.is_empty() && is_film_whole
    }

    /// What is otherwise than asked for, as sentences that name at most so many shots each.
    fn remarks(&self, most: usize) -> Vec<String> {
        let mut remarks = Vec::new();
        if !self.gaps.is_empty() {
            let what = if self.gaps.len() == 1 { "A gap stands for" } else { "Gaps stand for" };
            remarks.push(format!("{what} {}.", listed(&self.gaps, most)));
        }
        match &self.film {
            Film::NotWanted => {}
            Film::Joined { left_out, .. } if left_out.is_empty() => {}
            Film::Joined { left_out, .. } => {
                remarks.push(format!("Not in the joined film: {}.", listed(left_out, most)));
            }
            Film::NotJoined(left_out) if left_out.is_empty() => {
                remarks.push("There is no joined film: no two clips agree.".to_owned());
            }
            Film::NotJoined(left_out) => {
                let reasons = listed(left_out, most);
                remarks.push(format!("There is no joined film, because no two clips agree: {reasons}."));
            }
        }
        if !self.changed.is_empty() {
            let changed: Vec<_> = self.changed.iter().map(|title| (title.clone(), String::new())).collect();
            remarks.push(format!("Changed since the download, handed on as it is: {}.", listed(&changed, most)));
        }
        remarks
    }

    /// All that is to be said, line by line, as it lies in the folder and as the command line prints it.
    pub fn report(&self, folder: &Path) -> Vec<String> {
        let mut lines = vec![format!("{}: {}", self.title(), path_text::shown(folder))];
        if let Film::Joined { clips, .. } = &self.film {
            lines.push(format!("Joined without encoding anew: {clips} clips in {}.mp4", self.name));
        }
        lines.extend(self.remarks(usize::MAX));
        lines.push("Nothing was charged. The clips of the library stay where they are.".to_owned());
        lines
    }
}

/// `“a boat” (it is planned), “a heron” (its file is missing) and 4 more`.
fn listed(pairs: &[(String, String)], most: usize) -> String {
    let one = |(title, why): &(String, String)| {
        let title = if title.is_empty() { "a shot without words".to_owned() } else { format!("“{title}”") };
        if why.is_empty() { title } else { format!("{title} ({why})") }
    };
    let named: Vec<String> = pairs.iter().take(most).map(one).collect();
    let named = named.join(", ");
    match pairs.len().saturating_sub(most) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handed() -> Handed {
        Handed {
            folder: "/films/Spring".into(),
            name: "Spring".to_owned(),
            clips: 3,
            gaps: Vec::new(),
            changed: Vec::new(),
            film: Film::Joined { clips: 3, left_out: Vec::new() },
        }
    }

    fn pair(title: &str, why: &str) -> (String, String) {
        (title.to_owned(), why.to_owned())
    }

    #[test]
    fn what_is_whole_is_told_shortly() {
        let handed = handed();
        assert!(handed.is_whole());
        assert_eq!(handed.title(), "3 clips handed on");
        assert_eq!(
            handed.line(),
            "The folder “/films/Spring” has an .otio and an .fcpxml file to open in your editor. Nothing was charged."
        );
        let report = handed.report(Path::new("/films/Spring"));
        assert_eq!(
            report,
            [
                "3 clips handed on: /films/Spring",
                "Joined without encoding anew: 3 clips in Spring.mp4",
                "Nothing was charged. The clips of the library stay where they are.",
            ]
        );
    }

    #[test]
    fn everything_that_is_missing_is_named_with_its_reason() {
        let gaps = vec![pair("a heron", "it is planned"), pair("", "it was not made")];
        let left_out = (1..=5).map(|number| pair(&format!("clip {number}"), "it has no sound and most have")).collect();
        let handed =
            Handed { gaps, changed: vec!["a boat".to_owned()], film: Film::Joined { clips: 2, left_out }, ..handed() };
        assert!(!handed.is_whole());
        let line = handed.line();
        for words in [
            "Gaps stand for “a heron” (it is planned), a shot without words (it was not made).",
            "“clip 3” (it has no sound and most have) and 2 more.",
            "Changed since the download, handed on as it is: “a boat”.",
        ] {
            assert!(line.contains(words), "{words} in {line}");
        }
        assert!(handed.report(Path::new("/x")).iter().any(|line| line.contains("clip 5")));
        let none = Handed { film: Film::NotJoined(vec![pair("a boat", "it is 1 × 1 and most are 2 × 2")]), ..handed };
        assert!(
            none.line().contains("There is no joined film, because no two clips agree: “a boat”"),
            "{}",
            none.line()
        );
    }

    #[test]
    fn what_failed_says_what_it_cost() {
        for trouble in [NotHanded::Stopped, NotHanded::NoClip(vec![pair("a boat", "its file is missing")])] {
            assert!(trouble.to_string().contains("nothing was charged"), "{trouble}");
        }
    }
}
