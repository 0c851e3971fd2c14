//! The palette of all commands: a search over commands, prompts and places, moved through by the arrow keys.

use egui::{Align2, Id, Key, Modifiers, Rect, Role, Sense, Ui, UiBuilder, Vec2, WidgetInfo, pos2};

use super::Frame;
use super::context::PaletteUi;
use super::shortcuts;
use crate::app::Action;
use crate::app::action::command::UiCommand;
use crate::app::state::gallery::Filter;
use crate::app::view::palette::{Entry, Found, Group, Mark, Run, entries, find, prompts};
use crate::domain::JobId;
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Spans, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Dialog, KeyCap};

/// Distance of the palette from the upper edge of the window, in points.
const TOP: f32 = 112.0;
/// Height of the search, in points.
const HEAD: f32 = 48.0;
/// Height of the line that explains the keys, in points.
const FOOT: f32 = 36.0;
/// Height of an entry, in points.
const ROW: f32 = 36.0;
/// Height of a heading, in points.
const HEADING: f32 = 26.0;
/// Room for the bar of the scroll area, in points.
const GUTTER: f32 = 8.0;
/// How many entries a page key goes over.
const PAGE: usize = 8;

pub(super) fn palette_ui(frame: &mut Frame<'_>, ui: &Ui) {
    let state = frame.state;
    let mut memory = std::mem::take(&mut frame.ui_state.palette);
    if !std::mem::replace(&mut memory.is_open, true) {
        memory.card = frame.ui_state.focused_card;
    }
    if memory.prompts.as_ref().is_none_or(|(search, _)| *search != memory.search) {
        memory.prompts = prompts(state, &memory.search).map(|found| (memory.search.clone(), found));
    }
    let card = shortcuts::card_of(frame).or(memory.card);
    let of_history = memory.prompts.as_ref().map_or(&[][..], |(_, found)| found);
    let found = find(entries(state, card, of_history), &memory.search);
    memory.chosen = memory.chosen.min(found.len().saturating_sub(1));
    // While an input method composes, these keys are its own.
    let runs = !frame.ui_state.is_composing && move_by_keys(&mut memory, ui, &found);
    let mut picked = runs.then_some(memory.chosen);

    let size = tokens::size(tokens::tokens(ui).size.dialog.palette);
    let dialog =
        Dialog::new(Id::unique("palette"), "Commands", size).top(TOP).without_header().without_footer().raised();
    let shown = dialog.show(
        ui.ctx(),
        |ui| {
            let place = ui.available_rect_before_wrap();
            let head = Rect::from_min_size(place.min, Vec2::new(place.width(), HEAD));
            let foot = Rect::from_min_max(pos2(place.left(), place.bottom() - FOOT), place.max);
            let list = Rect::from_min_max(head.left_bottom(), foot.right_top());
            let is_new = search_ui(ui, head, &mut memory.search, &found);
            if is_new {
                (memory.chosen, memory.follows) = (0, true);
            }
            picked = list_ui(ui, list, &found, &mut memory).or(picked);
            foot_ui(ui, foot);
        },
        |_| {},
    );
    let had_card = memory.card;
    frame.ui_state.palette = memory;
    if let Some(found) = picked.and_then(|at| found.into_iter().nth(at)).filter(|it| it.entry.off_because.is_none()) {
        let keeps_card = matches!(found.entry.group, Group::Card | Group::CardMore | Group::Queue | Group::View);
        close(frame, had_card.filter(|_| keeps_card));
        match found.entry.run {
            Run::Act(action) => frame.act(*action),
            Run::Command(command) => shortcuts::run_on(frame, ui, command, card),
        }
    } else if shown.close {
        close(frame, had_card);
    }
}

fn close(frame: &mut Frame<'_>, card: Option<JobId>) {
    frame.ui_state.palette = PaletteUi::default();
    frame.act(Action::CloseDialog);
    if frame.state.viewer.is_none() {
        frame.ui_state.wants_focus = card;
    }
}

/// Moves the choice. Returns whether Enter was pressed.
fn move_by_keys(memory: &mut PaletteUi, ui: &Ui, found: &[Found]) -> bool {
    let count = found.len();
    let last = count.saturating_sub(1);
    ui.input_mut(|input| {
        for (key, chosen) in [
            (Key::ArrowDown, if memory.chosen == last { 0 } else { memory.chosen + 1 }),
            (Key::ArrowUp, memory.chosen.checked_sub(1).unwrap_or(last)),
            (Key::PageDown, (memory.chosen + PAGE).min(last)),
            (Key::PageUp, memory.chosen.saturating_sub(PAGE)),
        ] {
            if input.consume_key(Modifiers::NONE, key) {
                (memory.chosen, memory.follows) = (chosen, true);
            }
        }
        input.consume_key(Modifiers::NONE, Key::Enter) && count > 0
    })
}

/// Draws the search. Returns whether its text changed.
fn search_ui(ui: &mut Ui, place: Rect, search: &mut String, found: &[Found]) -> bool {
    let c = &tokens::tokens(ui).color;
    icons::paint(ui.painter(), Icon::Search, place.left_center() + Vec2::new(23.0, 0.0), 16.0, c.text_mid);
    let esc = KeyCap::new("Esc");
    let width = esc.width(ui);
    let cap =
        Rect::from_center_size(pos2(place.right() - 15.0 - width / 2.0, place.center().y), Vec2::new(width, 18.0));
    esc.paint(ui, cap);
    let field = Rect::from_min_max(pos2(place.left() + 39.0, place.top()), pos2(cap.left() - 8.0, place.bottom()));
    let mut child = ui.new_child(UiBuilder::new().id_salt("search").max_rect(field));
    let id = Id::unique("search commands");
    let edit = egui::TextEdit::singleline(search)
        .id(id)
        .frame(egui::Frame::NONE)
        .margin(egui::Margin::ZERO)
        .font(Text::Body.font())
        .text_color(c.text_hi)
        .hint_text(Text::Body.rich("Commands, prompts, places", c.text_low))
        .desired_width(field.width())
        .align(egui::Align2::LEFT_CENTER)
        .min_size(field.size());
    let response = child.add(edit);
    let text = search.clone();
    let count = found.len();
    response.widget_info(|| {
        let mut info = WidgetInfo::text_edit(true, &text, &text, "");
        info.label = Some(format!("Search commands, {count} found"));
        info
    });
    if ui.memory(|memory| memory.focused().is_none()) {
        response.request_focus();
    }
    paint::divider(ui.painter(), place.x_range(), place.bottom() - 1.0, c.stroke_mid);
    response.changed()
}

/// Draws what was found. Returns the place of the entry that was clicked.
fn list_ui(ui: &mut Ui, place: Rect, found: &[Found], memory: &mut PaletteUi) -> Option<usize> {
    let c = &tokens::tokens(ui).color;
    let mut clicked = None;
    let mut child = ui.new_child(UiBuilder::new().id_salt("found").max_rect(place));
    child.set_clip_rect(place.intersect(ui.clip_rect()));
    let headings = found.chunk_by(|one, next| one.entry.group == next.entry.group).count();
    #[expect(clippy::cast_precision_loss, reason = "some hundred entries")]
    let height = found.len() as f32 * ROW + headings as f32 * HEADING + 10.0;
    // The bar of the scroll area stands beside the entries and not on them.
    let gutter = if height > place.height() { GUTTER } else { 0.0 };
    egui::ScrollArea::vertical().id_salt("found").auto_shrink([false, false]).show(&mut child, |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.set_max_width(place.width() - gutter);
        ui.add_space(5.0);
        if found.is_empty() {
            ui.horizontal(|ui| {
                ui.add_space(14.0);
                text_style::label(ui, Text::Small, c.text_mid, "Nothing is called so.");
            });
        }
        let mut group = None;
        for (at, each) in found.iter().enumerate() {
            if group != Some(each.entry.group) {
                group = Some(each.entry.group);
                heading_ui(ui, each.entry.group);
            }
            let response = entry_ui(ui, each, at == memory.chosen);
            if response.gained_focus() || response.clicked() {
                memory.chosen = at;
            }
            if at == memory.chosen && memory.follows {
                // The heading above the first entry comes along.
                let mut wanted = response.rect;
                wanted.min.y -= HEADING;
                ui.scroll_to_rect(wanted, None);
            }
            if response.clicked() {
                clicked = Some(at);
            }
        }
        ui.add_space(5.0);
    });
    memory.follows = false;
    clicked
}

fn heading_ui(ui: &mut Ui, group: Group) {
    let c = &tokens::tokens(ui).color;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), HEADING), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, group.title()));
    let at = pos2(rect.left() + 14.0, rect.top() + 15.0);
    text_style::paint(ui.painter(), at, Align2::LEFT_CENTER, Text::Caption, c.text_low, group.title());
}

fn entry_ui(ui: &mut Ui, found: &Found, is_chosen: bool) -> egui::Response {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let entry = &found.entry;
    let is_on = entry.off_because.is_none();
    let sense = if is_on { Sense::click() } else { Sense::hover() };
    let (row, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), sense);
    let name = entry.name();
    response.widget_info(|| WidgetInfo::selected(Role::MenuItem, is_on, is_chosen, &name));
    if !ui.is_rect_visible(row) {
        return response;
    }
    let rect = row.shrink2(Vec2::new(5.0, 0.0));
    let drawn = paint::drawn(ui, &response, is_on, paint::Look::Live);
    let fill = if is_chosen { c.bg_active } else { tokens::faded(c.bg_hover, drawn.hover) };
    paint::boxed(ui.painter(), rect, tokens.radius.control, fill, tokens::NONE);
    if drawn.focus {
        paint::focus_ring(ui.painter(), rect, tokens.radius.control);
    }
    let icon = if is_on { c.text_mid } else { c.text_off };
    icons::paint(ui.painter(), icon_of(entry.mark), pos2(row.left() + 23.0, row.center().y), 16.0, icon);

    let right = row.right() - 15.0;
    let end = match &entry.off_because {
        Some(reason) => {
            let at = pos2(right, row.center().y);
            let style = Text::Caption;
            text_style::paint(ui.painter(), at, Align2::RIGHT_CENTER, style, c.text_mid, reason).left()
        }
        None => {
            let caps = KeyCap::new(&entry.keys);
            let left = right - caps.width(ui);
            caps.paint(ui, Rect::from_min_max(pos2(left, row.top()), pos2(right, row.bottom())));
            left
        }
    };
    let left = row.left() + 39.0;
    // The low text is too low for the ground of a row that is chosen or pointed at.
    let quiet = if is_chosen || drawn.hover > 0.0 { c.text_mid } else { c.text_low };
    let hint = text_style::line(ui.ctx(), &entry.hint, Text::Small, quiet);
    let room = end - 12.0 - left;
    let of_hint = if entry.hint.is_empty() { 0.0 } else { hint.size().x + 8.0 };
    let text = words(entry, &found.matched, if is_on { c.text_hi } else { c.text_off });
    let galley = text.layout(ui.ctx(), (room - of_hint).max(40.0), 1);
    let at = pos2(left, row.center().y);
    let shown = text_style::paint_galley(ui.painter(), at, Align2::LEFT_CENTER, galley);
    if is_on && shown.right() + of_hint <= end {
        let at = pos2(shown.right() + 8.0, row.center().y);
        text_style::paint_galley(ui.painter(), at, Align2::LEFT_CENTER, hint);
    }
    response
}

/// The text of an entry, with what matches in semibold.
fn words(entry: &Entry, matched: &[std::ops::Range<usize>], color: egui::Color32) -> Spans {
    let mut spans = Spans::new();
    let mut at = 0;
    for part in matched {
        if at < part.start {
            spans = spans.add(&entry.text[at..part.start], Text::Body, color);
        }
        spans = spans.add(&entry.text[part.clone()], Text::ButtonLit, color);
        at = part.end;
    }
    if at < entry.text.len() { spans.add(&entry.text[at..], Text::Body, color) } else { spans }
}

fn foot_ui(ui: &mut Ui, place: Rect) {
    let c = &tokens::tokens(ui).color;
    paint::divider(ui.painter(), place.x_range(), place.top(), c.stroke_mid);
    let mut left = place.left() + 15.0;
    for (keys, what) in [("↑ ↓", "move"), ("⏎", "run")] {
        let caps = KeyCap::new(keys);
        let width = caps.width(ui);
        caps.paint(ui, Rect::from_min_max(pos2(left, place.top()), pos2(left + width, place.bottom())));
        let at = pos2(left + width + 6.0, place.center().y);
        let said = text_style::paint(ui.painter(), at, Align2::LEFT_CENTER, Text::Caption, c.text_low, what);
        left = said.right() + 12.0;
    }
    let at = pos2(place.right() - 15.0, place.center().y);
    let said = "What costs money shows its price here too";
    text_style::paint(ui.painter(), at, Align2::RIGHT_CENTER, Text::Caption, c.text_low, said);
}

fn icon_of(mark: Mark) -> Icon {
    use UiCommand as C;
    match mark {
        Mark::Prompt => Icon::History,
        Mark::PinnedPrompt => Icon::Pin,
        Mark::Page(_) => Icon::Settings,
        Mark::Cards(Filter::NeedsYou) => Icon::CircleQuestionMark,
        Mark::Cards(Filter::Failed) => Icon::CircleX,
        Mark::Cards(Filter::Working) => Icon::Loader,
        Mark::Cards(Filter::Ready) => Icon::Check,
        Mark::Cards(Filter::All) => Icon::ListFilter,
        Mark::Again => Icon::Repeat2,
        Mark::FourMore => Icon::Plus,
        Mark::HandOff => Icon::FolderOutput,
        Mark::Theme => Icon::SunMoon,
        Mark::Gateway => Icon::ArrowRightLeft,
        Mark::Command(command) => match command {
            C::Generate | C::GenerateNext => Icon::Send,
            C::QueueOnly => Icon::Hourglass,
            C::QueueList => Icon::ListOrdered,
            C::PauseQueue | C::PauseOrder => Icon::Pause,
            C::RunNext => Icon::ArrowRightToLine,
            C::QueueEarlier => Icon::ChevronUp,
            C::QueueLater => Icon::ChevronDown,
            C::Search => Icon::Search,
            C::Settings => Icon::Settings,
            C::Shortcuts => Icon::Keyboard,
            C::Undo | C::Redo => Icon::Undo2,
            C::Larger | C::Smaller | C::NormalSize | C::FullScreen => Icon::Maximize,
            C::FoldForm | C::FoldPanes => Icon::PanelLeftOpen,
            C::FoldDetails => Icon::PanelRightOpen,
            C::Quit | C::Reject => Icon::X,
            C::OpenSelected | C::Play | C::PlayStoryboard => Icon::Play,
            C::QuickLook => Icon::Maximize2,
            C::SelectAll | C::SelectAllShots => Icon::Check,
            C::Compare | C::NextMode => Icon::Columns2,
            C::Rate1 | C::Rate2 | C::Rate3 | C::Rate4 | C::Rate5 | C::Unrate => Icon::Star,
            C::UseSettings | C::MakeAgain => Icon::CornerUpLeft,
            C::UsePrompt => Icon::TextCursorInput,
            C::UseSeed => Icon::Dices,
            C::UseRest => Icon::SlidersHorizontal,
            C::Continue => Icon::ArrowRightToLine,
            C::UseFrame => Icon::ImagePlus,
            C::CopyPrompt | C::CopyFile => Icon::Copy,
            C::Remove => Icon::Trash2,
            C::FrameBack | C::FirstFrame => Icon::StepBack,
            C::FrameOn | C::LastFrame => Icon::StepForward,
            C::PreviousClip | C::ShotBack | C::ShotFirst => Icon::ChevronLeft,
            C::NextClip | C::ShotOn | C::ShotLast => Icon::ChevronRight,
            C::Storyboard | C::AddToStoryboard => Icon::Clapperboard,
            C::PlanShot => Icon::Plus,
            C::Ledger => Icon::ReceiptText,
            C::Mute => Icon::VolumeX,
            _ => Icon::Keyboard,
        },
    }
}
