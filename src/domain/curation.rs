//! What a designer says about a clip: stars, reject, project, and from which frame of which clip it goes on.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::id::JobId;

/// Zero to five stars. Zero is "not rated".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "u8", into = "u8")]
pub struct Rating(u8);

impl Rating {
    /// The most stars that a clip can have.
    pub const MAX: Self = Self(5);
    /// The stars that *Keep* gives at least.
    pub const KEEP: Self = Self(4);

    /// A rating of this many stars; a number above five counts as five.
    pub fn new(stars: u8) -> Self {
        Self(stars.min(5))
    }

    /// Number of stars, 0 to 5.
    pub fn stars(self) -> u8 {
        self.0
    }
}

impl From<u8> for Rating {
    fn from(stars: u8) -> Self {
        Self::new(stars)
    }
}

impl From<Rating> for u8 {
    fn from(rating: Rating) -> Self {
        rating.0
    }
}

/// A designer's verdict on one clip, as a whole: what is set, and what Undo sets again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Verdict {
    /// The stars of the clip.
    pub rating: Rating,
    /// Whether the user rejected the clip: it is put aside, and nothing is deleted.
    pub is_rejected: bool,
}

/// Longest name of a project in Unicode scalar values.
pub const PROJECT_LIMIT: usize = 60;

/// A project: the name of the folder in the clip folder that its clips lie in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Project(String);

impl Project {
    /// The project in whose folder a file lies, by its path within the clip folder; `None` when it lies in the clip folder
    /// itself, or in a folder that is no project.
    pub fn of_path(path: &std::path::Path) -> Option<Self> {
        let folder = path.parent().and_then(std::path::Path::to_str).filter(|folder| !folder.is_empty())?;
        Self::new(folder).ok()
    }

    /// A project of this name, without the spaces around it.
    ///
    /// # Errors
    /// A sentence for the user when the name cannot be the name of a folder on Windows, macOS, Linux and network
    /// shares.
    pub fn new(name: &str) -> Result<Self, String> {
        const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];
        let name = name.trim();
        let first = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
        let is_reserved = RESERVED.iter().any(|word| {
            let rest = first.strip_prefix(word);
            rest.is_some_and(|rest| match *word {
                "com" | "lpt" => rest.len() == 1 && rest.chars().all(|c| c.is_ascii_digit()),
                _ => rest.is_empty(),
            })
        });
        if name.is_empty() {
            Err("A project needs a name.".to_owned())
        } else if name.chars().count() > PROJECT_LIMIT || name.len() > 180 {
            Err(format!("A project's name has at most {PROJECT_LIMIT} characters."))
        } else if name.starts_with('.') || name.ends_with('.') {
            Err("A project's name neither begins nor ends with a dot: it is the name of a folder.".to_owned())
        } else if is_reserved {
            Err(format!("“{name}” is a name that Windows keeps for itself. Choose another one."))
        } else if let Some(c) = name.chars().find(|c| c.is_control() || r#"/\:*?"<>|"#.contains(*c)) {
            Err(format!("A project's name cannot hold “{}”: it is the name of a folder.", c.escape_default()))
        } else {
            Ok(Self(name.to_owned()))
        }
    }

    /// The name, which is the folder's.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Project {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::new(&name)
    }
}

impl From<Project> for String {
    fn from(project: Project) -> Self {
        project.0
    }
}

impl fmt::Display for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The clip and the frame from which another clip goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Parent {
    /// The earlier clip. It may have left the library since.
    pub job: JobId,
    /// Number of its frame in the order of display, from 0.
    pub frame: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_a_folder_everywhere() {
        for good in ["Spring film", "春の映画", "a.b", "Console", "com10", "LPT", "x".repeat(60).as_str()] {
            assert_eq!(Project::new(good).map(String::from), Ok(good.to_owned()));
        }
        assert_eq!(Project::new("  Spring  ").map(String::from), Ok("Spring".to_owned()));
        let long = "x".repeat(61);
        for bad in
            ["", "  ", ".", "..", ".hidden", "end.", "a/b", r"a\b", "a:b", "a\nb", "CON", "nul.txt", "Com1", &long]
        {
            assert!(Project::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn ratings_stay_within_five_stars() {
        assert_eq!([0, 3, 5, 9].map(|stars| Rating::new(stars).stars()), [0, 3, 5, 5]);
        assert_eq!(serde_json::from_str::<Rating>("200").map(Rating::stars).ok(), Some(5));
    }
}
