//! Who ordered a clip.

use serde::{Deserialize, Serialize};

/// Who ordered a clip. The words are stored in libraries and printed by the command line: never rename one.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, strum::EnumIter, strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Asker {
    /// A person at the window. Also what an order of an older library counts as.
    #[default]
    Window,
    /// A command, typed or in a script.
    CommandLine,
    /// A program that asked through the agent interface.
    Agent,
}

impl Asker {
    /// The word that is stored and printed, such as `command_line`.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// What the ledger calls it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::CommandLine => "command line",
            Self::Agent => "agent",
        }
    }
}
