//! The buttons for the selected clip, pinned to the lower edge of the details pane.

use egui::{Ui, UiBuilder, Vec2};

use super::super::Frame;
use super::super::gallery::other_gateway_rows;
use super::player::Playhead;
use super::{LEFT, RIGHT};
use crate::app::action::RecipePart;
use crate::app::action::command::UiCommand;
use crate::app::action::curate::Curate;
use crate::app::action::hand_off::HandOffAct;
use crate::app::action::hands::Hands;
use crate::app::action::storyboard::Board;
use crate::app::view::card::CardView as Said;
use crate::app::view::chain::Chain;
use crate::app::view::cost::price_again;
use crate::app::view::four_more::four_more;
use crate::app::view::viewer::start_frame;
use crate::app::{Action, AppState};
use crate::domain::{Job, JobId, JobState, Project};
use crate::ui::icons::Icon;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, IconButton, MenuItem, menu_button, menu_more, menu_row, menu_separator};

/// Height of the pinned part in points. It is computed before drawing because the rest of the pane scrolls above it.
pub(super) fn height(ui: &Ui, state: &AppState, job: &Job, said: &Said) -> f32 {
    if job.state == JobState::Unconfirmed || said.actions.is_empty() {
        0.0
    } else if state.is_clip(job) {
        12.0 + 28.0 + 8.0 + 28.0 + 16.0
    } else {
        let words = honest_words(job).map_or(0.0, |words| {
            let width = ui.available_width() - LEFT - RIGHT;
            text_style::wrapped(ui.ctx(), &words, Text::Caption, tokens::NONE, width, 6).size().y + 8.0
        });
        12.0 + words + 28.0 + 16.0
    }
}

/// Explains what *Cancel* and *Stop watching* do to a job, and whether it is still billed. `None` for a
/// job that has ended.
fn honest_words(job: &Job) -> Option<String> {
    let gateway = job.gateway;
    match job.state {
        JobState::Queued => Some("Nothing was sent. Removing it is free.".to_owned()),
        JobState::Waiting | JobState::Generating if gateway.can_cancel() => Some(format!(
            "Cancel asks {gateway}; only its answer counts. Stop watching cancels nothing: it is still made and billed."
        )),
        JobState::Waiting | JobState::Generating => Some(format!(
            "{} cannot cancel. Stop watching cancels nothing: the clip is still made{}.",
            gateway.title(),
            if gateway.is_paid() { " and billed" } else { "" }
        )),
        _ => None,
    }
}

pub(super) fn actions_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, said: &Said, playhead: &Playhead) {
    let tokens = tokens::tokens(ui);
    let mut rect = ui.max_rect();
    (rect.min.x, rect.max.x) = (rect.min.x + LEFT, rect.max.x - RIGHT);
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
    let ui = &mut child;
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 8.0);
    ui.add_space(12.0);
    if frame.state.is_clip(job) {
        ready_actions_ui(frame, ui, job, playhead);
        return;
    }
    if let Some(words) = honest_words(job) {
        text_style::label(ui, Text::Caption, tokens.color.text_low, words);
    }
    ui.horizontal(|ui| {
        for action in said.actions.iter().take(2) {
            if Button::new(&action.label).show(ui).clicked() {
                frame.act(action.action.clone());
            }
        }
        if said.actions.len() > 2 {
            let more = IconButton::new(Icon::Ellipsis, "More for this clip").framed().show(ui);
            menu_button(&more, "More for this clip", |ui| {
                for action in said.actions.iter().skip(2) {
                    if menu_row(ui, MenuItem::new(&action.label)).clicked() {
                        frame.act(action.action.clone());
                    }
                }
            });
        }
    });
}

fn ready_actions_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, playhead: &Playhead) {
    let id = job.id;
    let each = (ui.available_width() - 16.0) / 3.0;
    ui.horizontal(|ui| {
        if Button::new("Open").icon(Icon::Play).width(each.floor()).show(ui).clicked() {
            frame.act(Action::OpenClip(id));
        }
        let folder = Button::new("Folder").icon(Icon::FolderOpen).width(each.ceil()).accessible_name("Show in folder");
        if folder.show(ui).clicked() {
            frame.act(Action::Reveal(id));
        }
        let width = ui.available_width();
        let uses = Button::new("Use").icon(Icon::CornerUpLeft).drops().width(width).accessible_name("Use its recipe");
        use_menu_ui(frame, &uses.show(ui), job);
    });
    ui.horizontal(|ui| {
        let from = playhead.goes_on_from();
        let text = from.as_ref().map_or("Continue from this frame", |(_, text)| text);
        let width = ui.available_width() - 36.0;
        let button = Button::new(text).icon(Icon::ArrowRightToLine).width(width).enabled(from.is_some());
        if button.show(ui).clicked()
            && let Some((number, _)) = from
        {
            frame.act(Action::ContinueFrom(id, number));
        }
        let more = IconButton::new(Icon::Ellipsis, "More for this clip").framed().show(ui);
        menu_button(&more, "More for this clip", |ui| more_menu_ui(frame, ui, job));
    });
}

fn use_menu_ui(frame: &mut Frame<'_>, response: &egui::Response, job: &Job) {
    let id = job.id;
    let [everything, prompt, of_seed, rest] =
        [UiCommand::UseSettings, UiCommand::UsePrompt, UiCommand::UseSeed, UiCommand::UseRest]
            .map(|command| frame.state.keys.text(command));
    menu_button(response, "Use its recipe", |ui| {
        let seed = MenuItem::new("Seed").key(&of_seed);
        let seed = if job.request.seed().is_some() { seed } else { seed.disabled("none was sent") };
        for (item, action) in [
            (MenuItem::new("Everything").key(&everything), Action::UseSettings(id)),
            (MenuItem::new("Prompt").key(&prompt), Action::UsePart(id, RecipePart::Prompt)),
            (seed, Action::UsePart(id, RecipePart::Seed)),
            (MenuItem::new("Settings without the prompt").key(&rest), Action::UsePart(id, RecipePart::Settings)),
        ] {
            if menu_row(ui, item).clicked() {
                frame.act(action);
            }
        }
        menu_separator(ui);
        other_gateway_rows(frame, ui, job);
    });
}

fn more_menu_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let id = job.id;
    let price = price_again(job, &frame.state.settings.prices);
    let frame_state = frame.state;
    let [use_frame, copy, copy_file, add, remove] = [
        UiCommand::UseFrame,
        UiCommand::CopyPrompt,
        UiCommand::CopyFile,
        UiCommand::AddToStoryboard,
        UiCommand::Remove,
    ]
    .map(|command| frame_state.keys.text(command));
    let is_chained = !Chain::of(job, frame.state.family_of(job.id)).is_alone();
    let mut row = |ui: &mut Ui, item: MenuItem<'_>, action: Action| {
        if menu_row(ui, item).clicked() {
            frame.act(action);
        }
    };
    row(ui, MenuItem::new("Make again").icon(Icon::Repeat2).key(&price), Action::Retry(id));
    if let Some(four) = four_more(frame_state, id) {
        let price = four.price();
        let item = MenuItem::new("4 more like this").icon(Icon::Plus).key(&price);
        let item = four.off_because.as_deref().map_or(item.clone(), |reason| item.disabled(reason));
        row(ui, item, Action::FourMore(id));
    }
    let number = start_frame(frame_state, id);
    let text = match number {
        0 => "Use first frame as start picture".to_owned(),
        number => format!("Use frame {number} as start picture"),
    };
    row(ui, MenuItem::new(&text).icon(Icon::ImagePlus).key(&use_frame), Action::UseFrame(id, number));
    menu_separator(ui);
    row(ui, MenuItem::new("Copy the prompt").icon(Icon::Copy).key(&copy), Action::CopyPrompt(id));
    let item = MenuItem::new("Copy the file").indented().key(&copy_file);
    row(ui, item, Action::Hands(Hands::CopyFiles(vec![id])));
    if is_chained {
        row(ui, MenuItem::new("Copy file list of the chain").icon(Icon::ListOrdered), Action::CopyFileList(id));
        let item = MenuItem::new("Storyboard from this chain").icon(Icon::Clapperboard);
        row(ui, item, Action::Board(Board::AddChain(id)));
    }
    let item = MenuItem::new("Add to the storyboard").icon(Icon::Clapperboard).key(&add);
    row(ui, item, Action::Board(Board::Add(vec![id])));
    let item = MenuItem::new("Hand to editor…").icon(Icon::FolderOutput);
    row(ui, item, Action::HandOff(HandOffAct::Clips(vec![id])));
    row(ui, MenuItem::new("Download again").icon(Icon::Download), Action::DownloadAgain(id));
    menu_separator(ui);
    menu_more(ui, MenuItem::new("Move to").icon(Icon::Folder), |ui| {
        move_rows_ui(frame, ui, &[id], Some(job.project.as_ref()));
    });
    let mut row = |ui: &mut Ui, item: MenuItem<'_>, action: Action| {
        if menu_row(ui, item).clicked() {
            frame.act(action);
        }
    };
    row(ui, MenuItem::new("Remove the card, keep the file").icon(Icon::EyeOff), Action::RemoveCard(id));
    row(
        ui,
        MenuItem::new("To the trash").icon(Icon::Trash2).key(&remove).danger(),
        Action::Curate(Curate::ToTrash(vec![id])),
    );
}

/// Draws the menu rows that move clips to a project. `now` is the project that all of them are in; `None` if they
/// are in different ones.
pub(super) fn move_rows_ui(frame: &mut Frame<'_>, ui: &mut Ui, jobs: &[JobId], now: Option<Option<&Project>>) {
    let state = frame.state;
    let choices = std::iter::once(None).chain(state.browsing.projects.iter().map(Some));
    for project in choices {
        let is_there = now == Some(project);
        let name = project.map_or("No project", |project| project.as_str());
        let item = MenuItem::new(name).indented().selected(is_there);
        let item = if is_there { item.icon(Icon::Check) } else { item };
        if menu_row(ui, item).clicked() && !is_there {
            frame.act(Action::Curate(Curate::MoveTo(jobs.to_vec(), project.cloned())));
        }
    }
}
