//! The dropdown: a button that opens a menu of values with a check mark before the chosen one.

use egui::{Response, Ui};

use super::button::{Button, ButtonKind};
use super::menu::{self, MenuItem};
use crate::ui::icons::Icon;
use crate::ui::paint::Look;

/// A value that a dropdown offers.
#[derive(Clone, Debug)]
pub struct DropdownItem<'a, T> {
    /// The value that is set when the user chooses the row.
    pub value: T,
    /// Label in the menu and on the button.
    pub label: &'a str,
    /// Short text at the right of the menu row.
    pub detail: Option<&'a str>,
    /// The reason why the value cannot be chosen now; `None` if it can.
    pub disabled: Option<&'a str>,
}

impl<'a, T> DropdownItem<'a, T> {
    /// Creates a value with its label.
    pub fn new(value: T, label: &'a str) -> Self {
        Self { value, label, detail: None, disabled: None }
    }

    /// Adds a short text at the right of the menu row.
    #[must_use]
    pub fn detail(mut self, detail: &'a str) -> Self {
        self.detail = Some(detail);
        self
    }

    /// Disables the value for the given reason.
    #[must_use]
    pub fn disabled(mut self, reason: &'a str) -> Self {
        self.disabled = Some(reason);
        self
    }
}

/// A button that shows the chosen value and opens a menu of all values.
#[must_use = "the dropdown is drawn by `show`"]
pub struct Dropdown<'a> {
    name: &'a str,
    kind: ButtonKind,
    width: Option<f32>,
    icon: Option<Icon>,
    enabled: bool,
    look: Look,
}

impl<'a> Dropdown<'a> {
    /// Creates a dropdown with its accessible name.
    pub fn new(name: &'a str) -> Self {
        Self { name, kind: ButtonKind::Secondary, width: None, icon: None, enabled: true, look: Look::Live }
    }

    /// Sets the kind of the button: secondary, small, quiet or quiet and small.
    pub fn kind(mut self, kind: ButtonKind) -> Self {
        self.kind = kind;
        self
    }

    /// Sets the width in points. The default is the width of the chosen value.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Puts an icon before the value.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    setters!(enabled, look);

    /// Draws the dropdown. The response is `changed` if the user chose another value.
    pub fn show<T: Clone + PartialEq>(self, ui: &mut Ui, chosen: &mut T, items: &[DropdownItem<'_, T>]) -> Response {
        let label = items.iter().find(|item| item.value == *chosen).map_or("", |item| item.label);
        let name = format!("{}: {label}", self.name);
        let mut button =
            Button::new(label).kind(self.kind).drops().enabled(self.enabled).look(self.look).accessible_name(&name);
        if let Some(width) = self.width {
            button = button.width(width);
        }
        if let Some(icon) = self.icon {
            button = button.icon(icon);
        }
        let mut response = button.show(ui);
        if self.look != Look::Live {
            return response;
        }
        let picked = menu::menu_button(&response, self.name, |ui| {
            let mut picked = None;
            for item in items {
                if dropdown_row(ui, item, item.value == *chosen).clicked() {
                    picked = Some(item.value.clone());
                }
            }
            picked
        })
        .flatten();
        if let Some(picked) = picked
            && picked != *chosen
        {
            *chosen = picked;
            response.mark_changed();
        }
        response
    }
}

fn dropdown_row<T>(ui: &mut Ui, item: &DropdownItem<'_, T>, chosen: bool) -> Response {
    let mut row = MenuItem::new(item.label).indented().selected(chosen);
    if chosen {
        row = row.icon(Icon::Check);
    }
    if let Some(detail) = item.detail {
        row = row.key(detail);
    }
    if let Some(reason) = item.disabled {
        row = row.disabled(reason);
    }
    menu::menu_row(ui, row)
}
