//! What segmented controls and ratio frames share: one choice of several, one Tab stop, arrow keys move the choice.

use egui::{EventFilter, Id, Key, Rect, Response, Role, Sense, Ui, WidgetInfo};

/// One value that can be chosen.
pub(super) struct Choice<'a, T> {
    pub value: T,
    pub label: &'a str,
    pub enabled: bool,
    pub rect: Rect,
}

/// Lets the user choose among options that lie at given places. Returns one response per option; `chosen` is changed by clicks and arrows.
pub(super) fn choose<T: Copy + PartialEq>(
    ui: &Ui,
    group: Id,
    group_name: &str,
    options: &[Choice<'_, T>],
    chosen: &mut T,
    enabled: bool,
) -> (Vec<Response>, bool) {
    let id_of = |index: usize| group.with(("option", index));
    let current = options.iter().position(|option| option.value == *chosen);
    // One Tab stop: the chosen option, or the first that can be chosen.
    let stop = current.or_else(|| options.iter().position(|option| option.enabled));
    let mut changed = false;
    let mut responses = Vec::with_capacity(options.len());
    let before = *chosen;
    for (index, option) in options.iter().enumerate() {
        let usable = enabled && option.enabled;
        let sense = match (usable, Some(index) == stop) {
            (true, true) => Sense::click(),
            (true, false) => Sense::CLICK,
            // A value that was chosen before the gateway took it away still holds the focus, so that arrows lead away from it.
            (false, true) if enabled => Sense::click(),
            _ => Sense::hover(),
        };
        let response = ui.interact(option.rect, id_of(index), sense);
        response.widget_info(|| {
            WidgetInfo::selected(
                Role::RadioButton,
                usable,
                option.value == before,
                format!("{group_name}: {}", option.label),
            )
        });
        if usable && response.clicked() && *chosen != option.value {
            *chosen = option.value;
            changed = true;
            if response.has_focus() || stop.is_some_and(|stop| ui.memory(|memory| memory.has_focus(id_of(stop)))) {
                ui.memory_mut(|memory| memory.request_focus(id_of(index)));
            }
        }
        responses.push(response);
    }
    if let Some(stop) = stop
        && enabled
        && responses[stop].has_focus()
    {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id_of(stop), filter));
        let step = ui.input_mut(|input| {
            let none = egui::Modifiers::NONE;
            if input.consume_key(none, Key::ArrowRight) || input.consume_key(none, Key::ArrowDown) {
                Some(1)
            } else if input.consume_key(none, Key::ArrowLeft) || input.consume_key(none, Key::ArrowUp) {
                Some(options.len().saturating_sub(1))
            } else {
                None
            }
        });
        if let Some(step) = step {
            let next =
                (1..=options.len()).map(|n| (stop + n * step) % options.len()).find(|index| options[*index].enabled);
            if let Some(next) = next
                && options[next].value != *chosen
            {
                *chosen = options[next].value;
                changed = true;
                ui.memory_mut(|memory| memory.request_focus(id_of(next)));
            }
        }
    }
    (responses, changed)
}
