//! The orders, one to a row. Only the rows in sight are drawn, so that 100,000 are as quick as ten. One row is reached by
//! Tab; the arrow keys go to the others.

use egui::{Align2, EventFilter, Key, Modifiers, Rect, Role, Sense, Ui, Vec2, WidgetInfo, pos2};

use crate::app::Action;
use crate::app::action::ledger::LedgerAct;
use crate::app::state::ledger::LedgerView;
use crate::app::view::ledger::Page;
use crate::app::view::ledger::row::{RowView, row};
use crate::domain::ledger::Outcome;
use crate::domain::{Job, JobId};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::screens::Frame;
use crate::ui::text_style::{self, Spans, Text};
use crate::ui::tokens::{self, Tokens, Tone};

/// Height of the line of column names, in points.
pub(super) const HEAD: f32 = 28.0;
/// Height of one row, in points.
pub(super) const HEIGHT: f32 = 38.0;
/// Distance of the columns, in points.
const GAP: f32 = 12.0;
/// So far a row that is pointed at reaches over the columns at both sides.
const OVER: f32 = 8.0;

/// Where the columns stand; `None` for those that a narrow window leaves out.
struct Columns {
    time: f32,
    poster: f32,
    clip: (f32, f32),
    gateway: Option<f32>,
    settings: Option<f32>,
    /// Right edge.
    shown: f32,
    /// Right edge.
    charged: f32,
    ended: (f32, f32),
}

const TIME: f32 = 56.0;
const POSTER: f32 = 44.0;
const GATEWAY: f32 = 72.0;
const SETTINGS: f32 = 76.0;
const SHOWN: f32 = 64.0;
const CHARGED: f32 = 112.0;
const ENDED: f32 = 128.0;

impl Columns {
    fn of(place: Rect) -> Self {
        const LEAST: f32 = 150.0;
        let always = TIME + POSTER + SHOWN + CHARGED + ENDED + 5.0 * GAP;
        let has_gateway = place.width() - always - (GATEWAY + GAP) >= LEAST;
        let has_settings = place.width() - always - (GATEWAY + GAP) - (SETTINGS + GAP) >= LEAST;
        let ended = place.right() - ENDED;
        let charged = ended - GAP;
        let shown = charged - CHARGED - GAP;
        let mut left = shown - SHOWN;
        let mut take = |width: f32, is_there: bool| {
            is_there.then(|| {
                left -= GAP + width;
                left
            })
        };
        let settings = take(SETTINGS, has_settings);
        let gateway = take(GATEWAY, has_gateway);
        let poster = place.left() + TIME + GAP;
        let clip = (poster + POSTER + GAP, left - GAP);
        Self { time: place.left(), poster, clip, gateway, settings, shown, charged, ended: (ended, place.right()) }
    }
}

pub(super) fn rows_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &LedgerView, page: &Page, place: Rect, seen: Rect) {
    let c = &tokens::tokens(ui).color;
    let columns = Columns::of(place);
    head_ui(ui, &columns, place);
    if page.rows.is_empty() {
        let words = format!("No orders in {}.", page.period);
        let spot = Rect::from_min_size(place.min + Vec2::new(0.0, HEAD), Vec2::new(place.width(), HEIGHT));
        let response = ui.interact(spot, ui.unique_id().with("no orders"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
        text_style::paint(ui.painter(), spot.left_center(), Align2::LEFT_CENTER, Text::Small, c.text_low, &words);
        return;
    }
    let top = place.top() + HEAD;
    let spot = |index: usize| {
        Rect::from_min_size(pos2(place.left(), top + index as f32 * HEIGHT), Vec2::new(place.width(), HEIGHT))
    };
    scroll_to_wanted(frame, ui, page, &spot);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not below zero, and few")]
    let place_of = |y: f32| ((y - top) / HEIGHT).max(0.0) as usize;
    let first = place_of(seen.top()).min(page.rows.len());
    let last = (place_of(seen.bottom()) + 1).min(page.rows.len());
    read_rows(frame, page, first, last);
    // One row is reached by Tab: the chosen one where it is in sight.
    let chosen = view.chosen.and_then(|job| page.rows[first..last].iter().position(|id| *id == job));
    let by_tab = first + chosen.unwrap_or_else(|| usize::from(spot(first).top() < seen.top() && last > first + 1));
    let mut next = None;
    for index in first..last {
        let id = page.rows[index];
        let Some(job) = frame.state.order_of(id) else { continue };
        let Some(said) = row(frame.state, job) else { continue };
        let has_focus = row_ui(frame, ui, &columns, (job, &said), spot(index), view, index == by_tab);
        if has_focus {
            next = moved(ui, index, page.rows.len(), seen.height());
        }
    }
    if let Some(next) = next {
        let job = page.rows[next];
        frame.ui_state.ledger.wants_row = Some(job);
        frame.act(Action::Ledger(LedgerAct::Choose(Some(job))));
        ui.ctx().request_repaint();
    }
}

/// Asks for the rows near the view that are not known yet.
fn read_rows(frame: &mut Frame<'_>, page: &Page, first: usize, last: usize) {
    /// So many rows before and after those in sight are read with them.
    const AROUND: usize = 60;
    let state = frame.state;
    if state.jobs.is_whole() {
        return;
    }
    let is_known = |id: &JobId| state.facts.rows.is_known_or_asked(*id, &state.jobs);
    if page.rows[first..last].iter().all(is_known) {
        return;
    }
    let near = &page.rows[first.saturating_sub(AROUND)..(last + AROUND).min(page.rows.len())];
    let missing: Vec<JobId> = near.iter().filter(|id| !is_known(id)).copied().collect();
    frame.act(Action::Ledger(LedgerAct::Read(missing)));
}

fn scroll_to_wanted(frame: &Frame<'_>, ui: &Ui, page: &Page, spot: &impl Fn(usize) -> Rect) {
    if let Some(wanted) = frame.ui_state.ledger.wants_row
        && let Some(index) = page.rows.iter().position(|id| *id == wanted)
    {
        ui.scroll_to_rect(spot(index).expand2(Vec2::new(0.0, 8.0)), None);
    }
}

fn head_ui(ui: &mut Ui, columns: &Columns, place: Rect) {
    let c = &tokens::tokens(ui).color;
    let y = place.top() + HEAD / 2.0;
    let put = |x: f32, anchor: Align2, words: &str| {
        text_style::paint(ui.painter(), pos2(x, y), anchor, Text::Caption, c.text_low, words);
    };
    put(columns.time, Align2::LEFT_CENTER, "Time");
    put(columns.clip.0, Align2::LEFT_CENTER, "Clip");
    if let Some(x) = columns.gateway {
        put(x, Align2::LEFT_CENTER, "Gateway");
    }
    if let Some(x) = columns.settings {
        put(x, Align2::LEFT_CENTER, "Settings");
    }
    put(columns.shown, Align2::RIGHT_CENTER, "Shown");
    put(columns.charged, Align2::RIGHT_CENTER, "Charged");
    put(columns.ended.0, Align2::LEFT_CENTER, "Ended");
    paint::divider(ui.painter(), place.x_range(), place.top() + HEAD - 1.0, c.stroke_mid);
}

/// Draws one row. Returns whether it has the keyboard focus.
fn row_ui(
    frame: &mut Frame<'_>,
    ui: &mut Ui,
    columns: &Columns,
    (job, said): (&Job, &RowView),
    place: Rect,
    view: &LedgerView,
    by_tab: bool,
) -> bool {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let sense = if by_tab { Sense::click() } else { Sense::CLICK | Sense::hover() };
    let body = place.expand2(Vec2::new(OVER, 0.0));
    let response = ui.interact(body, ui.unique_id().with(("ledger row", job.id)), sense);
    let is_chosen = view.chosen == Some(job.id);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, &said.said));
    let is_wanted = frame.ui_state.ledger.wants_row == Some(job.id);
    if is_wanted && by_tab {
        frame.ui_state.ledger.wants_row = None;
        response.request_focus();
    }
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    let fill = if is_chosen { c.bg_active } else { tokens::mix(c.bg_gallery, c.bg_hover, drawn.hover) };
    let is_lifted = is_chosen || drawn.hover > 0.0;
    if is_lifted {
        ui.painter().rect_filled(body, paint::radius(tokens.radius.control), fill);
    } else {
        paint::divider(ui.painter(), place.x_range(), place.bottom() - 1.0, c.stroke_soft);
    }
    if drawn.focus {
        paint::focus_ring(ui.painter(), body.shrink(3.0), tokens.radius.control);
    }
    cells_ui(frame, ui, columns, (job, said), place, if is_lifted { fill } else { c.bg_gallery });
    follow(frame, ui, &response, job.id);
    response.has_focus()
}

fn follow(frame: &mut Frame<'_>, ui: &Ui, response: &egui::Response, job: JobId) {
    let by_key = response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if response.double_clicked() || by_key {
        frame.act(Action::Ledger(LedgerAct::Show(job)));
    } else if response.clicked() {
        frame.act(Action::Ledger(LedgerAct::Choose(Some(job))));
        frame.ui_state.ledger.wants_row = Some(job);
    }
}

fn cells_ui(
    frame: &mut Frame<'_>,
    ui: &Ui,
    columns: &Columns,
    (job, said): (&Job, &RowView),
    place: Rect,
    ground: egui::Color32,
) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let low = if ground == c.bg_gallery { c.text_low } else { c.text_mid };
    let (painter, y) = (ui.painter(), place.center().y);
    let put = |x: f32, anchor: Align2, color: egui::Color32, words: &str, width: f32| {
        text_style::paint_ellipsis(painter, pos2(x, y), anchor, Text::Small, color, words, width)
    };
    put(columns.time, Align2::LEFT_CENTER, low, &said.time, TIME + GAP - 4.0);
    let picture = Rect::from_center_size(pos2(columns.poster + POSTER / 2.0, y), Vec2::new(POSTER, 26.0));
    let poster = if job.clip.is_some() && !job.is_hidden { frame.pictures.poster(job) } else { None };
    let corner = tokens.radius.chip.min(3.0);
    match poster {
        Some((texture, size)) => {
            paint::covered(painter, picture, texture, size, corner);
            if said.outcome != Outcome::Ready || !said.is_clip {
                painter.rect_filled(picture, paint::radius(corner), tokens::faded(ground, 0.65));
            }
        }
        None => {
            painter.rect_filled(picture, paint::radius(corner), c.bg_field);
        }
    }
    let take = text_style::line(ui.ctx(), &said.take, Text::Small, c.text_hi);
    let room = columns.clip.1 - columns.clip.0 - take.size().x;
    let prompt = put(columns.clip.0, Align2::LEFT_CENTER, c.text_hi, &said.clip, room);
    text_style::paint_galley(painter, pos2(prompt.right(), y), Align2::LEFT_CENTER, take);
    if let Some(x) = columns.gateway {
        put(x, Align2::LEFT_CENTER, c.text_mid, said.gateway, GATEWAY);
    }
    if let Some(x) = columns.settings {
        put(x, Align2::LEFT_CENTER, c.text_mid, &said.settings, SETTINGS);
    }
    put(columns.shown, Align2::RIGHT_CENTER, c.text_hi, &said.shown, SHOWN + GAP);
    let charged = if said.asks { c.ask_fg } else { c.text_hi };
    let mut words = Spans::new().add(&said.charged, Text::Small, charged);
    if !said.remark.is_empty() {
        let rank = if said.asks { c.ask_fg } else { low };
        words = words.add(&format!(" {}", said.remark), Text::Small, rank);
    }
    let galley = words.layout(ui.ctx(), CHARGED, 1);
    text_style::paint_galley(painter, pos2(columns.charged, y), Align2::RIGHT_CENTER, galley);
    let (icon, tone) = face(said.outcome);
    let color = outcome_color(tokens, tone);
    icons::paint(painter, icon, pos2(columns.ended.0 + 6.5, y), 13.0, color);
    let room = columns.ended.1 - columns.ended.0 - 17.0;
    put(columns.ended.0 + 17.0, Align2::LEFT_CENTER, color, said.outcome.title(), room);
}

fn outcome_color(tokens: &Tokens, tone: Tone) -> egui::Color32 {
    tokens.color.tone_fg(tone)
}

/// The icon and the tone of an outcome, as its card has them.
pub(super) fn face(outcome: Outcome) -> (Icon, Tone) {
    match outcome {
        Outcome::Ready | Outcome::ReadyRejected => (Icon::Check, Tone::Neutral),
        Outcome::Failed => (Icon::CircleX, Tone::Fail),
        Outcome::NotAllowed => (Icon::ShieldAlert, Tone::Fail),
        Outcome::Refused => (Icon::CircleAlert, Tone::Fail),
        Outcome::Cancelled => (Icon::Ban, Tone::Neutral),
        Outcome::Unconfirmed => (Icon::CircleQuestionMark, Tone::Ask),
        Outcome::Discarded | Outcome::Removed => (Icon::Trash2, Tone::Neutral),
        Outcome::NotWatched => (Icon::EyeOff, Tone::Ask),
        Outcome::Gone => (Icon::FileQuestionMark, Tone::Neutral),
        Outcome::Held => (Icon::Hourglass, Tone::Ask),
        Outcome::Waiting => (Icon::Clock, Tone::Neutral),
        Outcome::Working => (Icon::Loader, Tone::Work),
    }
}

/// The row that a key goes to from the one that has the focus.
fn moved(ui: &Ui, index: usize, number: usize, height: f32) -> Option<usize> {
    let focused = ui.memory(|memory| memory.focused())?;
    let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(focused, filter));
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a screen holds few rows")]
    let by_page = ((height / HEIGHT) as usize).saturating_sub(1).max(1);
    let last = number - 1;
    ui.input_mut(|input| {
        let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
        let next = if pressed(Key::ArrowDown) {
            (index + 1).min(last)
        } else if pressed(Key::ArrowUp) {
            index.saturating_sub(1)
        } else if pressed(Key::PageDown) {
            (index + by_page).min(last)
        } else if pressed(Key::PageUp) {
            index.saturating_sub(by_page)
        } else if pressed(Key::Home) {
            0
        } else if pressed(Key::End) {
            last
        } else {
            return None;
        };
        (next != index).then_some(next)
    })
}
