//! The context menu of a card, and the menu of the selection in the status line.

use std::path::PathBuf;

use egui::{Align2, Rect, Sense, Ui, UiBuilder, Vec2};

use super::header::four_more_row;
use super::queue;
use crate::app::Action;
use crate::app::action::RecipePart;

use crate::app::action::command::UiCommand;
use crate::app::action::curate::Curate;
use crate::app::action::form::Form;
use crate::app::action::hand_off::HandOffAct;
use crate::app::action::hands::Hands;
use crate::app::action::storyboard::Board;
use crate::app::action::viewing::Viewing;
use crate::app::state::viewer::MAX_COMPARED;
use crate::app::view::card::CardView as Said;
use crate::app::view::compared::clips_of;
use crate::app::view::cost::price_again;
use crate::app::view::other_gateway::others;
use crate::app::view::viewer::start_frame;
use crate::domain::{Job, JobId, JobState, Rating as Stars};
use crate::ui::icons::{self, Icon};
use crate::ui::screens::Frame;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, MenuItem, Rating, menu_button, menu_more, menu_row, menu_separator};

/// Draws the rows of a card's menu. They act on the whole selection if the card belongs to a selection of several,
/// else on the card.
pub(super) fn rows(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, said: &Said) {
    let all = frame.state.chosen();
    if all.len() > 1 && all.contains(&job.id) {
        rows_of_several(frame, ui, &all);
    } else if frame.state.is_clip(job) {
        rows_of_clip(frame, ui, job);
    } else {
        rows_of_job(frame, ui, job, said);
    }
}

/// Draws one menu row that pushes an action when it is clicked.
fn row(frame: &mut Frame<'_>, ui: &mut Ui, item: MenuItem<'_>, action: impl FnOnce() -> Action) {
    if menu_row(ui, item).clicked() {
        frame.act(action());
    }
}

fn key(frame: &Frame<'_>, command: UiCommand) -> String {
    frame.state.keys.text(command)
}

fn rows_of_clip(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let id = job.id;
    let clips = [id];
    let open = key(frame, UiCommand::OpenSelected);
    row(frame, ui, MenuItem::new("Open").icon(Icon::Play).key(&open), || Action::OpenClip(id));
    let look = key(frame, UiCommand::QuickLook);
    let quick_look = MenuItem::new("Quick look").icon(Icon::Maximize2).key(&look);
    row(frame, ui, quick_look, || Action::View(Viewing::QuickLook(id)));
    compare_row(frame, ui, &clips);
    menu_separator(ui);
    use_rows(frame, ui, job);
    menu_separator(ui);
    let again = format!("Make again · {}", price_again(job, &frame.state.settings.prices));
    row(frame, ui, MenuItem::new(&again).icon(Icon::Repeat2), || Action::Retry(id));
    four_more_row(frame, ui, id);
    let go_on = key(frame, UiCommand::Continue);
    row(frame, ui, MenuItem::new("Continue from last frame").icon(Icon::ArrowRightToLine).key(&go_on), || {
        // A number beyond the end stands for the last frame, whose number is not known here.
        Action::ContinueFrom(id, u32::MAX)
    });
    board_row(frame, ui, &clips);
    start_picture_row(frame, ui, id);
    menu_separator(ui);
    judge_rows(frame, ui, &clips);
    menu_separator(ui);
    row(frame, ui, MenuItem::new("Show in folder").icon(Icon::FolderOpen), || Action::Reveal(id));
    hand_off_row(frame, ui, &clips);
    copy_rows(frame, ui, job);
    menu_separator(ui);
    trash_row(frame, ui, &clips);
}

/// Draws the rows for a job that has no clip: the actions of its card, and the ways to reuse its recipe.
fn rows_of_job(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, said: &Said) {
    let is_use = |action: &Action| matches!(action, Action::UseSettings(_) | Action::CopyPrompt(_));
    for action in said.actions.iter().filter(|action| !is_use(&action.action)) {
        row(frame, ui, MenuItem::new(&action.label).indented(), || action.action.clone());
    }
    if !said.actions.is_empty() {
        menu_separator(ui);
    }
    queue::rows(frame, ui, job);
    use_rows(frame, ui, job);
    if !job.state.is_unfinished() && job.state != JobState::Unconfirmed {
        four_more_row(frame, ui, job.id);
    }
    board_row(frame, ui, &[job.id]);
    menu_separator(ui);
    copy_rows(frame, ui, job);
}

fn rows_of_several(frame: &mut Frame<'_>, ui: &mut Ui, all: &[JobId]) {
    let clips = clips_of(frame.state, all);
    judge_rows(frame, ui, &clips);
    menu_separator(ui);
    compare_row(frame, ui, &clips);
    board_row(frame, ui, all);
    hand_off_row(frame, ui, &clips);
    copy_file_row(frame, ui, clips);
    menu_separator(ui);
    trash_row(frame, ui, all);
}

fn board_row(frame: &mut Frame<'_>, ui: &mut Ui, jobs: &[JobId]) {
    let add = key(frame, UiCommand::AddToStoryboard);
    row(frame, ui, MenuItem::new("Add to the storyboard").icon(Icon::Clapperboard).key(&add), || {
        Action::Board(Board::Add(jobs.to_vec()))
    });
}

/// Draws the row that makes a folder of clips for an editor.
fn hand_off_row(frame: &mut Frame<'_>, ui: &mut Ui, clips: &[JobId]) {
    let item = MenuItem::new("Hand to editor…").icon(Icon::FolderOutput);
    let item = if clips.is_empty() { item.disabled("no clip among them") } else { item };
    row(frame, ui, item, || Action::HandOff(HandOffAct::Clips(clips.to_vec())));
}

fn use_rows(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let id = job.id;
    let [everything, prompt, seed, rest] =
        [UiCommand::UseSettings, UiCommand::UsePrompt, UiCommand::UseSeed, UiCommand::UseRest]
            .map(|command| key(frame, command));
    let item = MenuItem::new("Use everything").icon(Icon::CornerUpLeft).key(&everything);
    row(frame, ui, item, || Action::UseSettings(id));
    let item = MenuItem::new("Use the prompt").icon(Icon::TextCursorInput).key(&prompt);
    row(frame, ui, item, || Action::UsePart(id, RecipePart::Prompt));
    let item = MenuItem::new("Use the seed").icon(Icon::Dices).key(&seed);
    let item = if job.request.seed().is_some() { item } else { item.disabled("it has none") };
    row(frame, ui, item, || Action::UsePart(id, RecipePart::Seed));
    let item = MenuItem::new("Use the settings").icon(Icon::SlidersHorizontal).key(&rest);
    row(frame, ui, item, || Action::UsePart(id, RecipePart::Settings));
    menu_more(ui, MenuItem::new("Send to the other gateway").icon(Icon::ArrowRightLeft), |ui| {
        other_gateway_rows(frame, ui, job);
    });
}

/// Draws a row for each gateway that a job was not ordered at, with the price of the same clip there. It fills the form and
/// orders nothing.
pub(in crate::ui::screens) fn other_gateway_rows(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    for other in others(frame.state, job) {
        let item = MenuItem::new(&other.text).key(&other.price);
        let item = other.off_because.as_deref().map_or(item.clone(), |reason| item.disabled(reason));
        row(frame, ui, item, || Action::Form(Form::SendTo(job.id, other.gateway)));
    }
}

/// Draws the row that makes a frame of a clip the start picture.
fn start_picture_row(frame: &mut Frame<'_>, ui: &mut Ui, id: JobId) {
    let (key, number) = (key(frame, UiCommand::UseFrame), start_frame(frame.state, id));
    let text = match number {
        0 => "Use first frame as start picture".to_owned(),
        number => format!("Use frame {number} as start picture"),
    };
    row(frame, ui, MenuItem::new(&text).icon(Icon::ImagePlus).key(&key), || Action::UseFrame(id, number));
}

fn compare_row(frame: &mut Frame<'_>, ui: &mut Ui, clips: &[JobId]) {
    let compare = key(frame, UiCommand::Compare);
    let item = MenuItem::new("Compare").icon(Icon::Columns2).key(&compare);
    let item = if (2..=MAX_COMPARED).contains(&clips.len()) { item } else { item.disabled("choose two to four clips") };
    row(frame, ui, item, || Action::View(Viewing::Compare(clips.to_vec())));
}

/// Draws the rows for stars, reject and project of some clips.
fn judge_rows(frame: &mut Frame<'_>, ui: &mut Ui, clips: &[JobId]) {
    let state = frame.state;
    let verdicts = || clips.iter().filter_map(|id| state.jobs.get(id)).map(|job| job.verdict);
    let common = verdicts().map(|verdict| verdict.rating).reduce(|a, b| if a == b { a } else { Stars::default() });
    if let Some(stars) = rate_row(ui, common.unwrap_or_default().stars()) {
        frame.act(Action::Curate(Curate::Rate(clips.to_vec(), Stars::new(stars))));
        ui.close();
    }
    let is_rejected = !clips.is_empty() && verdicts().all(|verdict| verdict.is_rejected);
    let text = if is_rejected { "Take the reject back" } else { "Reject" };
    let reject = key(frame, UiCommand::Reject);
    let item = MenuItem::new(text).icon(Icon::X).key(&reject);
    let item = if clips.is_empty() { item.disabled("no clip among them") } else { item };
    row(frame, ui, item, || Action::Curate(Curate::Reject(clips.to_vec(), !is_rejected)));

    let projects = &state.browsing.projects;
    let item = MenuItem::new("Move to").icon(Icon::Folder);
    if projects.is_empty() {
        menu_row(ui, item.disabled("no project yet"));
        return;
    }
    menu_more(ui, item, |ui| {
        let of = |id: &JobId| state.jobs.get(id).and_then(|job| job.project.as_ref());
        let choices = std::iter::once(None).chain(projects.iter().map(Some));
        for project in choices {
            let is_there = clips.iter().all(|id| of(id) == project);
            let name = project.map_or("No project", |project| project.as_str());
            let item = MenuItem::new(name).indented().selected(is_there);
            let item = if is_there { item.icon(Icon::Check) } else { item };
            row(frame, ui, item, || Action::Curate(Curate::MoveTo(clips.to_vec(), project.cloned())));
        }
    });
}

/// Draws the row with five stars. Returns the rating that was chosen, from 0 to 5; 0 removes the rating.
fn rate_row(ui: &mut Ui, stars: u8) -> Option<u8> {
    const STARS: f32 = 5.0 * 18.0;
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let size = Vec2::new(ui.available_width().max(200.0), tokens.size.control.normal);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    icons::paint(ui.painter(), Icon::Star, egui::pos2(rect.left() + 16.0, rect.center().y), 16.0, c.text_mid);
    let at = egui::pos2(rect.left() + 32.0, rect.center().y);
    text_style::paint(ui.painter(), at, Align2::LEFT_CENTER, Text::Body, c.text_hi, "Rate");
    let place = Rect::from_min_max(egui::pos2(rect.right() - 8.0 - STARS, rect.top()), rect.max);
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let mut child = ui.new_child(UiBuilder::new().id_salt("rate").max_rect(place).layout(layout));
    let mut now = stars;
    Rating::new("Rate").show(&mut child, &mut now).changed().then_some(now)
}

fn copy_rows(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let id = job.id;
    let prompt = key(frame, UiCommand::CopyPrompt);
    row(frame, ui, MenuItem::new("Copy the prompt").icon(Icon::Copy).key(&prompt), || Action::CopyPrompt(id));
    if frame.state.is_clip(job) {
        copy_file_row(frame, ui, vec![id]);
    }
    if let Some(clip) = &job.clip {
        let path = PathBuf::from(&frame.state.clip_folder).join(&clip.path);
        row(frame, ui, MenuItem::new("Copy the path").indented(), || Action::CopyText(path.display().to_string()));
    }
    if frame.state.has_exchange(job) {
        let item = MenuItem::new("Copy raw exchange, key removed").indented();
        row(frame, ui, item, || Action::CopyRawExchange(id));
    }
}

/// Draws the row that copies clips as files.
fn copy_file_row(frame: &mut Frame<'_>, ui: &mut Ui, clips: Vec<JobId>) {
    let copy = key(frame, UiCommand::CopyFile);
    let text = if clips.len() > 1 { format!("Copy {} files", clips.len()) } else { "Copy the file".to_owned() };
    let item = MenuItem::new(&text).indented().key(&copy);
    let item = if clips.is_empty() { item.disabled("no clip among them") } else { item };
    row(frame, ui, item, || Action::Hands(Hands::CopyFiles(clips)));
}

fn trash_row(frame: &mut Frame<'_>, ui: &mut Ui, jobs: &[JobId]) {
    let is_over = |job: &Job| !job.state.is_unfinished() && job.state != JobState::Unconfirmed;
    let over: Vec<JobId> =
        jobs.iter().filter_map(|id| frame.state.jobs.get(id)).filter(|job| is_over(job)).map(|job| job.id).collect();
    let delete = key(frame, UiCommand::Remove);
    let item = MenuItem::new("To the trash").icon(Icon::Trash2).danger().key(&delete);
    let item = if over.is_empty() { item.disabled("all are still at work") } else { item };
    row(frame, ui, item, || Action::Curate(Curate::ToTrash(over)));
}

/// Draws the number of selected cards with a menu of actions on all of them, for the status line. Draws nothing if
/// fewer than two are selected.
pub(in crate::ui::screens) fn selection_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    if frame.state.selection.also.is_empty() {
        return;
    }
    let all = frame.state.chosen();
    if all.len() < 2 {
        return;
    }
    let text = format!("{} selected", all.len());
    let button = Button::new(&text).kind(ButtonKind::QuietSmall).drops().show(ui);
    menu_button(&button, "The selected clips", |ui| {
        rows_of_several(frame, ui, &all);
        menu_separator(ui);
        let only = frame.state.selection.card;
        row(frame, ui, MenuItem::new("Select one only").indented(), || Action::Select(only));
    });
}
