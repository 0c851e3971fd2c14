//! The header of the window: the name of the program, the project menu and the settings button.

use egui::{Align, Align2, Layout, Sense, Ui, Vec2};

use super::Frame;
use crate::app::Action;
use crate::app::action::browse::Browse;
use crate::app::action::command::UiCommand;
use crate::app::action::hands::Hands;
use crate::app::action::storyboard::Board;
use crate::app::action::viewing::Viewing;
use crate::app::state::SettingsPage;
use crate::app::state::viewer::Viewer;
use crate::app::view::spending;
use crate::domain::browsing::ProjectChoice;
use crate::domain::curation::PROJECT_LIMIT;
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, Field, IconButton, MenuItem, menu_panel, menu_row, menu_separator};

/// Maximum width of the project name in the header, in points.
const NAME_WIDTH: f32 = 240.0;

pub(super) fn header_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let rect = ui.max_rect();
    ui.allocate_ui_with_layout(rect.size(), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(rect.size());
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.add_space(16.0);
        let (mark, _) = ui.allocate_exact_size(Vec2::splat(18.0), Sense::hover());
        icons::paint_logo(ui.painter(), mark.min, 18.0, c.text_hi);
        ui.add_space(8.0);
        text_style::label_line(ui, Text::ButtonPrimary, c.text_hi, "Rushes");
        ui.add_space(16.0);
        let (line, _) = ui.allocate_exact_size(Vec2::new(1.0, 20.0), Sense::hover());
        paint::upright(ui.painter(), line.left(), line.y_range(), c.stroke_mid);
        ui.add_space(8.0);
        project_ui(frame, ui);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(12.0);
            let key = frame.state.keys.text(UiCommand::Settings);
            if IconButton::new(Icon::Settings, "Settings").key(&key).show(ui).clicked() {
                frame.act(Action::OpenSettings(SettingsPage::Gateways));
            }
            ui.add_space(4.0);
            let is_open = matches!(frame.state.viewer, Some(Viewer::Ledger(_)));
            let key = frame.state.keys.text(UiCommand::Ledger);
            let name = if is_open { "Close the ledger" } else { "Ledger" };
            if IconButton::new(Icon::ReceiptText, name).key(&key).on(is_open).show(ui).clicked() {
                frame.act(if is_open { Action::View(Viewing::Close) } else { Action::OpenLedger });
            }
            ui.add_space(4.0);
            let is_open = matches!(frame.state.viewer, Some(Viewer::Storyboard(_)));
            let (key, name) = (
                frame.state.keys.text(UiCommand::Storyboard),
                if is_open { "Close the storyboard" } else { "Storyboard" },
            );
            if IconButton::new(Icon::Clapperboard, name).key(&key).on(is_open).show(ui).clicked() {
                frame.act(if is_open { Action::View(Viewing::Close) } else { Action::Board(Board::Open) });
            }
            ui.add_space(4.0);
            commands_ui(frame, ui);
            ui.add_space(8.0);
            let (line, _) = ui.allocate_exact_size(Vec2::new(1.0, 20.0), Sense::hover());
            paint::upright(ui.painter(), line.left(), line.y_range(), c.stroke_mid);
            ui.add_space(4.0);
            today_ui(frame, ui);
        });
    });
}

/// Size of the bar of the cap, in points.
const BAR: Vec2 = Vec2::new(64.0, 4.0);

/// Draws what was spent today, with the cap and how full it is; without these where they have no room. A click opens the ledger.
fn today_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let today = spending::today(frame.state);
    let galley = |text: &str, style, color| text_style::line(ui.ctx(), text, style, color);
    let name = galley("Today", Text::Small, c.text_low);
    let spent = galley(&today.spent, Text::SmallStrong, c.text_hi);
    let limit = (!today.limit.is_empty()).then(|| galley(&today.limit, Text::Small, c.text_low));
    let gap = 8.0;
    let of_name = name.size().x + gap;
    let of_limit = limit.as_ref().map_or(0.0, |limit| gap + limit.size().x);
    let of_share = today.share.map_or(0.0, |_| 10.0 + BAR.x);
    let room = ui.available_width() - 16.0 - spent.size().x;
    let limit = limit.filter(|_| of_name + of_limit <= room);
    let share = today.share.filter(|_| of_name + of_limit + of_share <= room);
    let name = Some(name).filter(|_| of_name <= room);
    let mut width = 16.0 + spent.size().x;
    width += name.as_ref().map_or(0.0, |_| of_name);
    width += limit.as_ref().map_or(0.0, |_| of_limit);
    width += share.map_or(0.0, |_| of_share);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width.round(), 28.0), Sense::click());
    let words = format!("Today {} {}", today.spent, today.limit);
    let words = format!("{}, open the ledger", words.trim_end());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &words));
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    let painter = ui.painter();
    paint::boxed(painter, rect, tokens.radius.control, tokens::faded(c.bg_hover, drawn.hover), tokens::NONE);
    let y = rect.center().y;
    let at = |x: f32| egui::pos2(x, y);
    let mut x = rect.left() + 8.0;
    if let Some(name) = name {
        x = text_style::paint_galley(painter, at(x), Align2::LEFT_CENTER, name).right() + gap;
    }
    x = text_style::paint_galley(painter, at(x), Align2::LEFT_CENTER, spent).right();
    if let Some(limit) = limit {
        x = text_style::paint_galley(painter, at(x + gap), Align2::LEFT_CENTER, limit).right();
    }
    if let Some(share) = share {
        let bar = egui::Rect::from_min_size(egui::pos2((x + 10.0).round(), (y - BAR.y / 2.0).round()), BAR);
        let color = if today.is_near { c.ask_fg } else { c.text_mid };
        painter.rect_filled(bar, paint::radius(2.0), c.bg_active);
        let mut full = bar;
        full.set_width((BAR.x * share).round());
        painter.rect_filled(full, paint::radius(2.0), color);
    }
    if drawn.focus {
        paint::focus_ring(painter, rect, tokens.radius.control);
    }
    if response.clicked() {
        frame.act(Action::OpenLedger);
    }
}

/// Draws the button that opens the palette of all commands.
fn commands_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let keys = frame.state.keys.text(UiCommand::Commands);
    let button = Button::new("Commands").icon(Icon::Search).kind(ButtonKind::Quiet).trailing(&keys);
    if button.show(ui).clicked() {
        frame.act(Action::Hands(Hands::OpenPalette));
    }
}

/// Draws the project that the gallery shows, with the menu to switch to another one.
fn project_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let now = choice_name(&frame.state.browsing.project).to_owned();
    let name = format!("Project: {now}");
    let button = Button::new(&now).icon(Icon::Folder).kind(ButtonKind::Quiet).drops().accessible_name(&name);
    let width = button.natural_width(ui).min(NAME_WIDTH);
    let response = button.width(width).show(ui);
    menu_panel(&response, "Projects", 248.0, |ui| menu_ui(frame, ui));
}

fn choice_name(choice: &ProjectChoice) -> &str {
    match choice {
        ProjectChoice::All => "All projects",
        ProjectChoice::None => "No project",
        ProjectChoice::Only(project) => project.as_str(),
    }
}

fn menu_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let state = frame.state;
    let mut row = |ui: &mut Ui, choice: ProjectChoice| {
        let is_now = state.browsing.project == choice;
        let number = state.gallery.count_in(&choice).to_string();
        let item = MenuItem::new(choice_name(&choice)).indented().key(&number).selected(is_now);
        let item = if is_now { item.icon(Icon::Check) } else { item };
        if menu_row(ui, item).clicked() {
            frame.act(Action::Browse(Browse::Project(choice.clone())));
            ui.close();
        }
    };
    row(ui, ProjectChoice::All);
    row(ui, ProjectChoice::None);
    if !state.browsing.projects.is_empty() {
        menu_separator(ui);
        egui::ScrollArea::vertical().max_height(280.0).show(ui, |ui| {
            for project in &state.browsing.projects {
                row(ui, ProjectChoice::Only(project.clone()));
            }
        });
    }
    menu_separator(ui);
    new_project_ui(frame, ui);
}

/// Draws the field for the name of a new project. The menu stays open until a name was accepted.
fn new_project_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    let state = frame.state;
    let asked = frame.ui_state.asked_project.clone();
    // The update has answered the request of the last frame by now.
    if let Some(asked) = asked {
        frame.ui_state.asked_project = None;
        if state.browsing.project_problem.is_none() && choice_name(&state.browsing.project) == asked.trim() {
            frame.ui_state.project_name.clear();
            ui.close();
            return;
        }
    }
    ui.add_space(4.0);
    paint::row(ui, 8.0, |ui| {
        ui.add_space(0.0);
        let name = frame.ui_state.project_name.clone();
        let is_typed = !name.trim().is_empty();
        let make = Button::new("Make").accessible_name("Make the project").enabled(is_typed);
        let width = ui.available_width() - make.natural_width(ui) - 16.0;
        let field = Field::new("Name of a new project").placeholder("New project…").width(width);
        let shown = field.show(ui, &mut frame.ui_state.project_name);
        if (make.show(ui).clicked() || shown.submitted) && is_typed {
            frame.ui_state.asked_project = Some(name.clone());
            frame.act(Action::Browse(Browse::NewProject(name)));
        }
    });
    let problem = state.browsing.project_problem.as_deref();
    let is_stale = frame.ui_state.project_name.trim().is_empty();
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.add_space(8.0);
        match problem.filter(|_| !is_stale) {
            Some(problem) => text_style::label(ui, Text::Caption, c.fail_fg, problem),
            None => {
                let text = format!("A folder in your clip folder, at most {PROJECT_LIMIT} characters.");
                text_style::label(ui, Text::Caption, c.text_low, text)
            }
        };
    });
    ui.add_space(4.0);
}
