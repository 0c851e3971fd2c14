//! Orders that wait, in the gallery: their rows in the menu, and the drag of one onto another.

use egui::{Align2, Rect, Response, StrokeKind, Ui, Vec2};

use crate::app::Action;
use crate::app::action::command::UiCommand;
use crate::app::action::queue::{Queue, QueueMove};
use crate::app::view::queue::{can_be_moved, is_paused};
use crate::domain::{Job, JobState};
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::screens::Frame;
use crate::ui::screens::context::QueueDrag;
use crate::ui::tokens;
use crate::ui::widgets::{MenuItem, PictureChip, menu_row, menu_separator};

/// Draws one menu row, which does this when it is clicked.
fn row(frame: &mut Frame<'_>, ui: &mut Ui, item: MenuItem<'_>, act: Queue) {
    if menu_row(ui, item).clicked() {
        frame.act(Action::Queue(act));
    }
}

/// Draws the rows of the menu that are about the place of a waiting order. Draws nothing for other jobs.
pub(super) fn rows(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    if job.state != JobState::Queued {
        return;
    }
    let id = job.id;
    let place = frame.state.live.jobs.get(&id).and_then(|shown| shown.place);
    for (text, icon, command, to) in [
        ("Run next", Icon::ArrowRightToLine, UiCommand::RunNext, QueueMove::First),
        ("Run earlier", Icon::ChevronUp, UiCommand::QueueEarlier, QueueMove::Earlier),
        ("Run later", Icon::ChevronDown, UiCommand::QueueLater, QueueMove::Later),
    ] {
        let key = frame.state.keys.text(command);
        let item = MenuItem::new(text).icon(icon).key(&key);
        let is_first = place == Some(1) && to != QueueMove::Later;
        let item = if is_first { item.disabled("it runs next already") } else { item };
        row(frame, ui, item, Queue::Move(id, to));
    }
    let key = frame.state.keys.text(UiCommand::PauseOrder);
    if is_paused(job) {
        let item = MenuItem::new("Let it go on").icon(Icon::Play).key(&key);
        row(frame, ui, item, Queue::Resume(vec![id]));
    } else if job.held.is_none() {
        let item = MenuItem::new("Pause this order").icon(Icon::Pause).key(&key);
        row(frame, ui, item, Queue::Pause(vec![id]));
    }
    menu_separator(ui);
}

/// Follows the drag of a waiting card, and marks the card that it would take the place of.
pub(super) fn drag_over(frame: &mut Frame<'_>, ui: &Ui, job: &Job, at: Rect, response: &Response) {
    if !can_be_moved(job) {
        return;
    }
    if response.drag_started() {
        frame.ui_state.queue_drag = Some(QueueDrag { job: job.id, onto: None });
        frame.act(Action::Select(Some(job.id)));
        response.request_focus();
    }
    let Some(drag) = frame.ui_state.queue_drag else { return };
    let is_over = ui.input(|input| input.pointer.latest_pos()).is_some_and(|pointer| at.contains(pointer));
    let is_same = frame.state.jobs.get(&drag.job).is_some_and(|dragged| dragged.gateway == job.gateway);
    if is_over && is_same && drag.job != job.id {
        frame.ui_state.queue_drag = Some(QueueDrag { onto: Some(job.id), ..drag });
        let color = tokens::tokens(ui).color.lit_fill;
        let edge = egui::Stroke::new(2.0, color);
        ui.painter().rect_stroke(at.expand(2.0), paint::radius(6.0), edge, StrokeKind::Outside);
    }
}

/// Ends a drag when the pointer is let go, and says what it would do until then.
pub(super) fn end_drag(frame: &mut Frame<'_>, ui: &Ui) {
    let Some(drag) = frame.ui_state.queue_drag else { return };
    let (pointer, is_down, gives_up) = ui.input(|input| {
        (input.pointer.latest_pos(), input.pointer.primary_down(), input.key_pressed(egui::Key::Escape))
    });
    if gives_up {
        frame.ui_state.queue_drag = None;
        return;
    }
    if !is_down {
        frame.ui_state.queue_drag = None;
        if let Some(onto) = drag.onto {
            frame.act(Action::Queue(Queue::Onto(drag.job, onto)));
        }
        return;
    }
    if let Some(pointer) = pointer {
        let place = drag.onto.and_then(|onto| frame.state.live.jobs.get(&onto)).and_then(|shown| shown.place);
        let words = place.map_or_else(|| "Move in the queue".to_owned(), |place| format!("To #{place}"));
        let corner = pointer + Vec2::new(12.0, 12.0);
        PictureChip::new(&words).paint(ui.painter(), corner, Align2::LEFT_TOP, 200.0);
    }
    // Found anew in each frame.
    frame.ui_state.queue_drag = Some(QueueDrag { onto: None, ..drag });
}
