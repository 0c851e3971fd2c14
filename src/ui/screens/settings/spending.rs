//! The page of spending: the limits, each with its switch.

use egui::Ui;

use super::{below_row, named_row};
use crate::app::Action;
use crate::app::action::spend::Spend;
use crate::app::view::spending;
use crate::domain::Amount;
use crate::domain::caps::{Cap, CapKind, Caps};
use crate::ui::screens::Frame;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Field, Switch};

/// The limits of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    /// A cap that stops.
    Cap(CapKind),
    /// The price above which a button has to be held.
    ConfirmAbove,
}

const LIMITS: [Limit; 4] =
    [Limit::Cap(CapKind::Day), Limit::Cap(CapKind::Month), Limit::Cap(CapKind::Run), Limit::ConfirmAbove];

impl Limit {
    fn of(self, caps: &Caps) -> Cap {
        match self {
            Self::Cap(kind) => caps.of(kind),
            Self::ConfirmAbove => caps.confirm_above,
        }
    }

    fn of_mut(self, caps: &mut Caps) -> &mut Cap {
        match self {
            Self::Cap(kind) => caps.of_mut(kind),
            Self::ConfirmAbove => &mut caps.confirm_above,
        }
    }

    /// The name of the row, that of the switch, and a sentence about it.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Cap(CapKind::Day) => (
                "Cap per day",
                "Stop at a cap per day",
                "What is over it waits in the queue and starts after midnight, or when the cap is raised.",
            ),
            Self::Cap(CapKind::Month) => {
                ("Cap per month", "Stop at a cap per month", "What is over it waits until the next month.")
            }
            Self::Cap(CapKind::Run) => {
                ("Cap per run", "Stop at a cap per run", "A run is one press of Generate, one command, or one list.")
            }
            Self::ConfirmAbove => (
                "Ask above",
                "Ask once more above a price",
                "Above it, Generate has to be held for 0.8 s. It holds nothing back.",
            ),
        }
    }
}

/// Fills the fields from the settings, once when the dialog opens.
pub(super) fn fill_fields(frame: &mut Frame<'_>) {
    let caps = frame.state.settings.caps;
    frame.ui_state.limits = LIMITS.map(|limit| (limit.words().0, limit.of(&caps).limit.to_string())).into();
}

pub(super) fn spending_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    let caps = frame.state.settings.caps;
    let mut changed = caps;
    for limit in LIMITS {
        let (name, switch, sentence) = limit.words();
        let cap = limit.of(&caps);
        let mut text = frame.ui_state.limits.remove(name).unwrap_or_else(|| cap.limit.to_string());
        // Amounts are shown with a comma, and without one they are read.
        let read = Amount::parse_limit(&text.replace(',', ""));
        let mut is_on = cap.is_on;
        named_row(ui, name, |ui| {
            if Switch::new(switch).show(ui, &mut is_on).changed() {
                limit.of_mut(&mut changed).is_on = is_on;
            }
            let problem = read.is_none().then_some("An amount, as in 5.00 or 500 cr");
            let field = Field::new(name).placeholder("$5.00").width(96.0).problem(problem);
            if field.show(ui, &mut text).response.changed()
                && let Some(amount) = Amount::parse_limit(&text.replace(',', ""))
            {
                limit.of_mut(&mut changed).limit = amount;
            }
            if let Limit::Cap(kind @ (CapKind::Day | CapKind::Month)) = limit {
                text_style::label_line(ui, Text::Caption, c.text_low, spending::so_far(frame.state, kind));
            }
        });
        match read {
            Some(_) => below_row(ui, c.text_low, sentence),
            None => below_row(
                ui,
                c.ask_fg,
                "An amount of dollars, as in 5.00, or of credits, as in 500 cr. The last one holds.",
            ),
        }
        frame.ui_state.limits.insert(name, text);
    }
    below_row(
        ui,
        c.text_low,
        "A price counts from the moment it is queued until the gateway says that it was not charged. Practice never counts.",
    );
    if changed != caps {
        frame.act(Action::Spend(Spend::SetCaps(changed)));
    }
}
