//! The well of the end picture, and the line that says how the pictures get to the gateway.

use egui::{Align2, Sense, Ui, Vec2};

use super::super::Frame;
use crate::app::Action;
use crate::app::action::end_picture::EndPicture;
use crate::app::state::{PictureState, SettingsPage};
use crate::app::view::form::FormView;
use crate::app::view::travel::Certainty;
use crate::app::view::words;
use crate::domain::{Field as At, StartPicture};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Spans, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, Field, SmallWell, WellPicture};

/// The accessible names of the buttons in the well.
const BUTTONS: [&str; 3] = ["Choose an end picture", "Use a web address as the end picture", "Remove the end picture"];

/// Draws the well of the end picture and what belongs to it.
pub(super) fn end_picture_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView) {
    let c = &tokens::tokens(ui).color;
    let off_because = view.no_end_picture.as_deref();
    let not_sent = off_because.map(|reason| format!("Not sent. {reason}"));
    let problem = view.problem_at(At::EndPicture);
    let well = SmallWell::new("End picture", BUTTONS);
    if let Some(StartPicture::Stored(picture)) = &frame.state.draft.end_picture {
        let texture = frame.pictures.start_picture(picture);
        let size = words::size(picture.size_bytes);
        let detail = format!("End picture, {} × {}, {size}", picture.width, picture.height);
        let detail = not_sent.as_deref().unwrap_or(&detail);
        let shown = WellPicture { texture, name: &picture.display_name, detail, problem };
        if well.picture(Some(shown)).marked(off_because.is_some()).show(ui).remove {
            frame.act(Action::EndPicture(EndPicture::Remove));
        }
        if let PictureState::Imported(remarks) = &frame.state.end_picture
            && !remarks.is_empty()
        {
            text_style::label(ui, Text::Caption, c.text_low, remarks.join(" · "));
        }
        return;
    }
    let has_address = matches!(frame.state.draft.end_picture, Some(StartPicture::WebAddress(_)));
    let is_open = has_address || (frame.ui_state.shows_end_picture_address && off_because.is_none());
    let is_busy = matches!(frame.state.end_picture, PictureState::Choosing | PictureState::Importing);
    let did = well.off_because(off_because).address(is_open).enabled(!is_busy).show(ui);
    if did.choose {
        frame.act(Action::EndPicture(EndPicture::Choose));
    }
    if did.address {
        frame.ui_state.shows_end_picture_address = !frame.ui_state.shows_end_picture_address;
    }
    match &frame.state.end_picture {
        PictureState::Choosing => {
            text_style::label(ui, Text::Caption, c.text_low, "The file dialog is open");
        }
        PictureState::Importing => {
            text_style::label(ui, Text::Caption, c.text_low, "Reading the picture");
        }
        PictureState::Trouble(reason) => {
            text_style::label(ui, Text::Caption, c.fail_fg, reason);
        }
        PictureState::Quiet | PictureState::Imported(_) => {}
    }
    if frame.state.has_no_picker && off_because.is_none() && !has_address {
        typed_path_ui(frame, ui);
    }
    if is_open {
        web_address_ui(frame, ui, problem);
    }
}

/// Draws a field for a path, on systems without a file dialog.
fn typed_path_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    paint::row(ui, 8.0, |ui| {
        let width = ui.available_width() - 56.0;
        let field = Field::new("Path of the end picture").placeholder("/path/to/end.jpg").width(width);
        let submitted = field.show(ui, &mut frame.ui_state.end_picture_path).submitted;
        let is_typed = !frame.ui_state.end_picture_path.trim().is_empty();
        let button = Button::new("Use").accessible_name("Use this path as the end picture");
        if (button.enabled(is_typed).show(ui).clicked() || submitted) && is_typed {
            let path = frame.ui_state.end_picture_path.trim().into();
            frame.act(Action::EndPicture(EndPicture::UseFile(path)));
        }
    });
}

fn web_address_ui(frame: &mut Frame<'_>, ui: &mut Ui, problem: Option<&str>) {
    let mut text = match &frame.state.draft.end_picture {
        Some(StartPicture::WebAddress(address)) => address.clone(),
        _ => String::new(),
    };
    let field = Field::new("Web address of the end picture")
        .placeholder("https://…")
        .trailing(Icon::X, "Remove the address of the end picture")
        .problem(problem)
        .show(ui, &mut text);
    if field.trailing_clicked {
        frame.ui_state.shows_end_picture_address = false;
        frame.act(Action::EndPicture(EndPicture::Remove));
    } else if field.response.changed() {
        // Keep the field open while the user empties it, so that it does not vanish under the cursor.
        frame.ui_state.shows_end_picture_address = true;
        frame.act(Action::EndPicture(EndPicture::SetAddress(text)));
    }
}

/// Draws how the pictures get to the gateway. Where there is another way, a click opens the settings.
pub(super) fn travel_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let Some(travel) = &view.travel else { return };
    let (icon, color) = match travel.certainty {
        Certainty::Documented => (Icon::Send, c.text_low),
        Certainty::Doubtful => (Icon::CircleAlert, c.text_low),
        Certainty::Blocked => (Icon::CircleAlert, c.fail_fg),
    };
    let width = ui.available_width();
    let galley = |ctx: &egui::Context, link: egui::Color32| {
        let mut spans = Spans::new().add(&travel.sentence, Text::Caption, color);
        if travel.can_change {
            spans = spans.add("  ", Text::Caption, color).add("Change", Text::Label, link);
        }
        spans.layout(ctx, width - 19.0, usize::MAX)
    };
    let size = Vec2::new(width, galley(ui.ctx(), c.text_mid).size().y);
    let sense = if travel.can_change { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(size, sense);
    response.widget_info(|| match travel.can_change {
        true => {
            let name = format!("Change how the picture gets there: {}", travel.sentence);
            egui::WidgetInfo::labeled(egui::Role::Button, true, name)
        }
        false => egui::WidgetInfo::labeled(egui::Role::Note, true, &travel.sentence),
    });
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    let link = tokens::mix(c.text_mid, c.text_hi, drawn.hover);
    let galley = galley(ui.ctx(), link);
    icons::paint(ui.painter(), icon, rect.min + Vec2::new(6.0, 8.0), 13.0, color);
    text_style::paint_galley(ui.painter(), rect.min + Vec2::new(19.0, 0.0), Align2::LEFT_TOP, galley);
    if drawn.focus {
        paint::focus_ring(ui.painter(), rect, tokens.radius.chip);
    }
    if response.clicked() {
        frame.act(Action::OpenSettings(SettingsPage::Pictures));
    }
}
