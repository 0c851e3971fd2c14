//! Presets: their menu at the prompt, and the dialogs that save and import them.

use egui::{Id, Ui, Vec2};
use strum::IntoEnumIterator as _;

use super::Frame;
use crate::app::Action;
use crate::app::action::form::Form;
use crate::app::view::words;
use crate::domain::numbers;
use crate::domain::preset::{ImportHow, PresetField, changes_line, clean_name};
use crate::ui::icons::Icon;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{
    Button, ButtonKind, Checkbox, Dialog, Field, IconButton, MenuItem, inset, menu_button, menu_more, menu_row,
    menu_separator,
};

/// Size of the dialog that saves a preset, in points.
const SAVE_SIZE: Vec2 = Vec2::new(440.0, 504.0);
/// Size of the question about an import, in points.
const IMPORT_SIZE: Vec2 = Vec2::new(440.0, 212.0);
const PAD: f32 = 20.0;
/// Most presets that the menu shows at once; more are in a submenu.
const IN_MENU: usize = 12;

/// Fields that a new preset holds as long as the user has said nothing: what makes the look of a clip, without its words.
const USUAL_FIELDS: [PresetField; 5] = [
    PresetField::Resolution,
    PresetField::Duration,
    PresetField::AspectRatio,
    PresetField::Audio,
    PresetField::Thinking,
];

/// Draws the button that opens the menu of presets.
pub(super) fn menu_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let button = IconButton::new(Icon::Bookmark, "Presets").small().show(ui);
    menu_button(&button, "Presets", |ui| {
        let presets = &frame.state.form.shelf.presets;
        if presets.is_empty() {
            menu_row(ui, MenuItem::new("No presets yet").disabled(""));
        }
        let (first, more) = presets.split_at(presets.len().min(IN_MENU));
        let row = |frame: &mut Frame<'_>, ui: &mut Ui, preset: &crate::domain::preset::Preset| {
            // What it would change is known before the click.
            let line = changes_line(&preset.apply(&mut frame.state.draft.clone()));
            let line = if line.is_empty() { "as in the form".to_owned() } else { shortened(&line) };
            if menu_row(ui, MenuItem::new(&preset.name).key(&line)).clicked() {
                frame.act(Action::Form(Form::ApplyPreset(preset.name.clone())));
            }
        };
        for preset in first {
            row(frame, ui, preset);
        }
        if !more.is_empty() {
            menu_more(ui, MenuItem::new("More presets"), |ui| {
                for preset in more {
                    row(frame, ui, preset);
                }
            });
        }
        menu_separator(ui);
        if menu_row(ui, MenuItem::new("Save as preset…").icon(Icon::Plus)).clicked() {
            frame.act(Action::Form(Form::OpenSavePreset));
        }
        if menu_row(ui, MenuItem::new("Import…").icon(Icon::FolderOpen)).clicked() {
            frame.act(Action::Form(Form::ImportPresets));
        }
        if presets.is_empty() {
            return;
        }
        if menu_row(ui, MenuItem::new("Export all…").icon(Icon::Download)).clicked() {
            frame.act(Action::Form(Form::ExportPresets));
        }
        menu_more(ui, MenuItem::new("Delete").icon(Icon::Trash2), |ui| {
            for preset in presets {
                if menu_row(ui, MenuItem::new(&preset.name).danger()).clicked() {
                    frame.act(Action::Form(Form::DeletePreset(preset.name.clone())));
                }
            }
        });
    });
}

/// The beginning of a line that is too long for a menu.
fn shortened(line: &str) -> String {
    const MOST: usize = 44;
    if line.chars().count() <= MOST {
        return line.to_owned();
    }
    line.chars().take(MOST - 1).chain(['…']).collect()
}

/// Draws the dialog that makes a preset of the form.
pub(super) fn save_ui(frame: &mut Frame<'_>, ui: &Ui) {
    let state = frame.state;
    let form = &mut frame.ui_state.form;
    let mut name = std::mem::take(&mut form.preset_name);
    let mut fields = std::mem::take(&mut form.preset_fields)
        .unwrap_or_else(|| PresetField::iter().filter(|field| USUAL_FIELDS.contains(field)).collect());
    let c = &tokens::tokens(ui).color;
    let cleaned = clean_name(&name);
    let is_taken = state.form.shelf.presets.iter().any(|preset| preset.name == cleaned);
    let is_ready = !cleaned.is_empty() && !fields.is_empty();
    let (mut is_saved, mut is_cancelled, mut is_submitted) = (false, false, false);
    let shown = Dialog::new(Id::unique("save preset"), "Save as preset", SAVE_SIZE).show(
        ui.ctx(),
        |ui| {
            let ui = &mut inset(ui, Vec2::new(PAD, 0.0));
            ui.add_space(8.0);
            let field =
                Field::new("Name of the preset").id(Id::unique("preset name")).placeholder("Name").show(ui, &mut name);
            if ui.memory(|memory| memory.focused().is_none()) {
                field.response.request_focus();
            }
            is_submitted = field.submitted;
            ui.add_space(4.0);
            text_style::label(
                ui,
                Text::Small,
                c.text_mid,
                "Using it sets what is checked, and leaves the rest as it is.",
            );
            ui.add_space(2.0);
            ui.spacing_mut().item_spacing.y = 8.0;
            for field in PresetField::iter() {
                let mut is_on = fields.contains(&field);
                let value = words::one_line(&field.value(&state.draft));
                ui.horizontal(|ui| {
                    let name = format!("{}: {value}", field.title());
                    let width = 148.0;
                    ui.allocate_ui(Vec2::new(width, 20.0), |ui| {
                        ui.set_min_width(width);
                        Checkbox::new(field.title()).accessible_name(&name).show(ui, &mut is_on);
                    });
                    let value = if value.is_empty() { "empty" } else { &value };
                    text_style::label_ellipsis(ui, Text::Small, c.text_low, value);
                });
                if is_on != fields.contains(&field) {
                    fields.retain(|known| *known != field);
                    if is_on {
                        fields.push(field);
                    }
                }
            }
        },
        |ui| {
            let text = if is_taken { "Replace preset" } else { "Save preset" };
            // Generate stays the one lime button in view.
            is_saved = Button::new(text).kind(ButtonKind::Lit).enabled(is_ready).show(ui).clicked();
            is_cancelled = Button::new("Cancel").show(ui).clicked();
        },
    );
    let form = &mut frame.ui_state.form;
    if (is_saved || is_submitted) && !clean_name(&name).is_empty() && !fields.is_empty() {
        fields.sort_unstable();
        frame.act(Action::Form(Form::SavePreset(name, fields)));
    } else if shown.close || is_cancelled {
        frame.act(Action::CloseDialog);
    } else {
        (form.preset_name, form.preset_fields) = (name, Some(fields));
    }
}

/// Draws the question what becomes of the presets that are there when others are imported.
pub(super) fn import_ui(frame: &mut Frame<'_>, ui: &Ui) {
    let Some((name, file)) = &frame.state.form.import else { return };
    let c = &tokens::tokens(ui).color;
    let present = frame.state.form.shelf.presets.len();
    let (mut how, mut is_cancelled) = (None, false);
    let shown = Dialog::new(Id::unique("import presets"), "Import presets", IMPORT_SIZE).show(
        ui.ctx(),
        |ui| {
            let ui = &mut inset(ui, Vec2::new(PAD, 0.0));
            ui.add_space(8.0);
            let count = numbers::counted(file.presets.len(), "preset", "presets");
            text_style::label(ui, Text::Strong, c.text_hi, format!("{name} holds {count}."));
            let here = numbers::counted(present, "preset is", "presets are");
            let text = format!(
                "{here} here already. Merge keeps them; one with a name that is taken gets a number behind it."
            );
            text_style::label(ui, Text::Small, c.text_mid, text);
            if file.left_out > 0 {
                let text = format!("{} cannot be used here and stay out.", file.left_out);
                text_style::label(ui, Text::Small, c.ask_fg, text);
            }
        },
        |ui| {
            if Button::new("Merge").kind(ButtonKind::Lit).show(ui).clicked() {
                how = Some(ImportHow::Merge);
            }
            if Button::new(&format!("Replace all {present}")).show(ui).clicked() {
                how = Some(ImportHow::Replace);
            }
            is_cancelled = Button::new("Cancel").show(ui).clicked();
        },
    );
    if let Some(how) = how {
        frame.act(Action::Form(Form::UseImport(how)));
    } else if shown.close || is_cancelled {
        frame.act(Action::CloseDialog);
    }
}
