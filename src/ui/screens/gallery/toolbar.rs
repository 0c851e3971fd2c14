//! The toolbar above the cards: search, filters, sort order and view. What does not fit moves into the menus
//! at its right end.

use egui::{Id, Rect, Ui, Vec2};
use strum::IntoEnumIterator as _;

use super::PAD;
use crate::app::Action;
use crate::app::action::browse::Browse;
use crate::app::action::command::UiCommand;
use crate::app::state::gallery::Filter;
use crate::domain::Rating;
use crate::domain::browsing::{CardSize, SortBy, View};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::screens::Frame;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, Tone};
use crate::ui::widgets::{
    ButtonKind, Dropdown, DropdownItem, Field, FilterChip, IconButton, MenuItem, Segmented, Slider, Switch,
    menu_button, menu_row, menu_separator, popover_button,
};

/// Gap between the parts of the toolbar, in points.
const GAP: f32 = 8.0;
/// Gap between filter chips, in points.
const CHIP_GAP: f32 = 2.0;
/// Preferred widths of the search field in points: above groups, above the wall, and where space is scarce.
const SEARCH: [f32; 3] = [188.0, 220.0, 160.0];
/// Minimum width of the search field, in points.
const SEARCH_MIN: f32 = 72.0;
/// Width of the control that switches between groups and wall, in points.
const VIEWS: f32 = 136.0;
/// Width of the slider for the card size, in points.
const SIZES: f32 = 96.0;
/// Number of stars that the star filter starts with when it is switched on.
const USUAL_STARS: u8 = 3;

/// The parts of the toolbar that fit into its width.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Parts {
    /// Width of the search field, in points.
    search: f32,
    /// Whether all filter chips are shown. If not, only the important ones are, beside a menu of all filters.
    all_chips: bool,
    /// Whether view, card size and folding are shown. If not, they are in the view menu.
    has_wall_tools: bool,
    /// Whether the sort order is shown. If not, it is in the view menu.
    has_order: bool,
}

/// Widths in points of the optional parts of the toolbar, gaps included.
#[derive(Clone, Copy, Debug)]
struct Widths {
    all_chips: f32,
    few_chips: f32,
    wall_tools: f32,
    order: f32,
}

/// Chooses the largest set of parts that fits into `room` points.
fn fit(room: f32, view: View, widths: Widths) -> Parts {
    let icon = GAP + 24.0;
    let [usual, wide, narrow] = SEARCH;
    let is_wall = view == View::Wall;
    let with_order = widths.order + GAP;
    let tries = [
        (is_wall, wide, true, true, widths.all_chips + with_order + widths.wall_tools),
        (is_wall, narrow, true, true, widths.all_chips + with_order + widths.wall_tools),
        (true, usual, true, true, widths.all_chips + with_order + icon),
        (true, narrow, true, true, widths.all_chips + with_order + icon),
        (true, usual, false, true, widths.few_chips + with_order + 2.0 * icon),
    ];
    for (index, (is_offered, search, all_chips, has_order, rest)) in tries.into_iter().enumerate() {
        if is_offered && search + GAP + rest <= room {
            return Parts { search, all_chips, has_wall_tools: index < 2, has_order };
        }
    }
    let left = room - GAP - widths.few_chips - 2.0 * icon;
    Parts { search: left.clamp(SEARCH_MIN, narrow), all_chips: false, has_wall_tools: false, has_order: false }
}

pub(super) fn toolbar_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let rect = ui.max_rect();
    let view = frame.state.browsing.view;
    let parts = fit(rect.width() - 2.0 * PAD, view, widths(frame, ui));
    let inner = rect.shrink2(Vec2::new(PAD, 0.0));
    ui.scope_builder(egui::UiBuilder::new().max_rect(inner), |ui| {
        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
            ui.set_min_size(inner.size());
            ui.spacing_mut().item_spacing = Vec2::ZERO;
            search_ui(frame, ui, parts.search);
            ui.add_space(GAP);
            chips_ui(frame, ui, parts.all_chips);
            tail_ui(frame, ui, inner, parts);
        });
    });
}

fn widths(frame: &Frame<'_>, ui: &Ui) -> Widths {
    let chips = |all: bool| -> f32 {
        let filters = shown_filters(frame, all);
        let stars = if all || frame.state.browsing.stars.is_some() {
            let label = stars_label(frame);
            star_chip(frame, &label).width(ui) + CHIP_GAP
        } else {
            0.0
        };
        filters.iter().map(|filter| chip(frame, *filter).width(ui) + CHIP_GAP).sum::<f32>() + stars - CHIP_GAP
    };
    let label = sort_label(frame.state.browsing.sort_by);
    let text = text_style::line(ui.ctx(), label, Text::SmallStrong, tokens::NONE).size().x;
    Widths {
        all_chips: chips(true),
        few_chips: chips(false),
        wall_tools: VIEWS + GAP + (12.0 + GAP + SIZES + GAP + 16.0) + 2.0 * GAP + 24.0 + GAP,
        order: text + 6.0 + 14.0 + 18.0,
    }
}

fn search_ui(frame: &mut Frame<'_>, ui: &mut Ui, width: f32) {
    let mut search = frame.state.search.clone();
    let key = frame.state.keys.text(UiCommand::Search);
    // Beside many chips there is no room for both words.
    let placeholder = if width < SEARCH[0] { "Search" } else { "Search prompts" };
    let mut field = Field::new("Search prompts")
        .id(Id::unique("search prompts"))
        .placeholder(placeholder)
        .leading(Icon::Search)
        .width(width);
    if search.is_empty() {
        field = field.key(&key);
    } else {
        field = field.trailing(Icon::X, "Clear the search");
    }
    let shown = field.show(ui, &mut search);
    if std::mem::take(&mut frame.ui_state.focus_search) {
        shown.response.request_focus();
    }
    if shown.trailing_clicked {
        frame.act(Action::Search(String::new()));
    } else if shown.response.changed() {
        frame.act(Action::Search(search));
    }
}

/// Filters that have a visible chip. *Needs you* is hidden only while no job needs the user.
fn shown_filters(frame: &Frame<'_>, all: bool) -> Vec<Filter> {
    let state = frame.state;
    Filter::iter()
        .filter(|filter| {
            let is_chosen = state.filter == *filter;
            let is_due = match filter {
                Filter::All => true,
                Filter::NeedsYou => state.gallery.count(Filter::NeedsYou) > 0,
                Filter::Working | Filter::Ready | Filter::Failed => all,
            };
            is_due || is_chosen
        })
        .collect()
}

fn chip(frame: &Frame<'_>, filter: Filter) -> FilterChip<'static> {
    let count = frame.state.gallery.count(filter);
    let chip = FilterChip::new(filter.word()).count(count).selected(frame.state.filter == filter);
    if filter == Filter::NeedsYou && count > 0 { chip.icon(Icon::CircleQuestionMark, Tone::Ask) } else { chip }
}

fn stars_label(frame: &Frame<'_>) -> String {
    let stars = frame.state.browsing.stars.map_or(USUAL_STARS, Rating::stars);
    if stars < Rating::MAX.stars() { format!("{stars}+") } else { stars.to_string() }
}

fn star_chip<'a>(frame: &Frame<'_>, label: &'a str) -> FilterChip<'a> {
    let is_on = frame.state.browsing.stars.is_some();
    FilterChip::new(label).icon(Icon::Star, Tone::Neutral).selected(is_on).removable(is_on)
}

fn chips_ui(frame: &mut Frame<'_>, ui: &mut Ui, all: bool) {
    for filter in shown_filters(frame, all) {
        let is_chosen = frame.state.filter == filter;
        if chip(frame, filter).show(ui).clicked() {
            frame.act(Action::SetFilter(if is_chosen { Filter::All } else { filter }));
        }
        ui.add_space(CHIP_GAP);
    }
    let is_on = frame.state.browsing.stars.is_some();
    if !all && !is_on {
        return;
    }
    let label = stars_label(frame);
    let name = format!("At least {} stars", label.trim_end_matches('+'));
    let chip = star_chip(frame, &label).accessible_name(&name);
    if is_on {
        let (chip, is_removed) = chip.show_removable(ui, "Show clips with any stars");
        if is_removed {
            frame.act(Action::Browse(Browse::Stars(None)));
        }
        menu_button(&chip, "Fewest stars", |ui| star_rows(frame, ui));
    } else {
        let chip = chip.show(ui);
        if chip.clicked() {
            frame.act(Action::Browse(Browse::Stars(Some(Rating::new(USUAL_STARS)))));
        }
        crate::ui::widgets::context_menu(&chip, "Fewest stars", |ui| star_rows(frame, ui));
    }
}

fn star_rows(frame: &mut Frame<'_>, ui: &mut Ui) {
    let now = frame.state.browsing.stars;
    for stars in (1..=Rating::MAX.stars()).rev() {
        let wanted = Some(Rating::new(stars));
        let text = match stars {
            1 => "1 star or more".to_owned(),
            stars if stars == Rating::MAX.stars() => format!("{stars} stars"),
            stars => format!("{stars} stars or more"),
        };
        if menu_row(ui, checked(&text, now == wanted)).clicked() {
            frame.act(Action::Browse(Browse::Stars(wanted)));
        }
    }
    if menu_row(ui, checked("Any stars or none", now.is_none())).clicked() {
        frame.act(Action::Browse(Browse::Stars(None)));
    }
}

/// Builds a menu row with a check mark if it is the chosen one.
fn checked(text: &str, is_chosen: bool) -> MenuItem<'_> {
    let item = MenuItem::new(text).indented().selected(is_chosen);
    if is_chosen { item.icon(Icon::Check) } else { item }
}

fn sort_label(sort_by: SortBy) -> &'static str {
    match sort_by {
        SortBy::Newest => "Newest",
        SortBy::Oldest => "Oldest",
        SortBy::Stars => "Most stars",
        SortBy::Longest => "Longest",
    }
}

/// Draws the right end of the toolbar, laid out from right to left.
fn tail_ui(frame: &mut Frame<'_>, ui: &mut Ui, inner: Rect, parts: Parts) {
    let place = Rect::from_min_max(egui::pos2(ui.cursor().left(), inner.top()), inner.max);
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    let mut child = ui.new_child(egui::UiBuilder::new().id_salt("tail").max_rect(place).layout(layout));
    let ui = &mut child;
    ui.spacing_mut().item_spacing = Vec2::new(GAP, 0.0);
    if parts.has_wall_tools {
        let folded = frame.ui_state.folds_details;
        let name = if folded { "Show the details" } else { "Fold the details" };
        if IconButton::new(Icon::PanelRightOpen, name).small().on(folded).show(ui).clicked() {
            frame.ui_state.folds_details = !folded;
        }
    } else {
        let button = IconButton::new(Icon::SlidersHorizontal, "View").small().show(ui);
        popover_button(&button, "View", |ui| view_ui(frame, ui, !parts.has_order));
    }
    if !parts.all_chips {
        let button = IconButton::new(Icon::ListFilter, "Filter").small().show(ui);
        menu_button(&button, "Filter", |ui| filter_rows(frame, ui));
    }
    if parts.has_order {
        order_ui(frame, ui);
    }
    if parts.has_wall_tools {
        ui.add_space(4.0);
        icons::show(ui, Icon::Image, 16.0, tokens::tokens(ui).color.text_low);
        size_slider_ui(frame, ui);
        icons::show(ui, Icon::Image, 12.0, tokens::tokens(ui).color.text_low);
        ui.add_space(8.0);
        views_ui(frame, ui, VIEWS);
    }
}

fn filter_rows(frame: &mut Frame<'_>, ui: &mut Ui) {
    for filter in Filter::iter() {
        let count = frame.state.gallery.count(filter).to_string();
        if menu_row(ui, checked(filter.word(), frame.state.filter == filter).key(&count)).clicked() {
            frame.act(Action::SetFilter(filter));
        }
    }
    menu_separator(ui);
    star_rows(frame, ui);
}

fn order_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let mut sort_by = frame.state.browsing.sort_by;
    let items: Vec<_> = SortBy::iter().map(|order| DropdownItem::new(order, sort_label(order))).collect();
    if Dropdown::new("Order").kind(ButtonKind::QuietSmall).show(ui, &mut sort_by, &items).changed() {
        frame.act(Action::Browse(Browse::SortBy(sort_by)));
    }
}

fn views_ui(frame: &mut Frame<'_>, ui: &mut Ui, width: f32) {
    let mut view = frame.state.browsing.view;
    let views = Segmented::new("View").width(width).item(View::Groups, "Groups").item(View::Wall, "Wall");
    if views.show(ui, &mut view).changed() {
        frame.act(Action::Browse(Browse::View(view)));
    }
}

fn size_slider_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let sizes: Vec<CardSize> = CardSize::iter().collect();
    let now = frame.state.browsing.card_size;
    let at = sizes.iter().position(|size| *size == now).unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "three sizes")]
    let (mut value, last) = (at as f32, (sizes.len() - 1) as f32);
    if Slider::new("Card size", 0.0..=last).step(1.0).width(SIZES).show(ui, &mut value).changed() {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "one of three stops")]
        let chosen = sizes.get(value.round() as usize);
        frame.actions.extend(chosen.map(|size| Action::Browse(Browse::CardSize(*size))));
    }
}

/// Draws the view menu: view, card size, details, and the sort order if the toolbar does not show it.
fn view_ui(frame: &mut Frame<'_>, ui: &mut Ui, has_order: bool) {
    const WIDTH: f32 = 208.0;
    const LABELS: f32 = 64.0;
    ui.set_width(WIDTH);
    ui.spacing_mut().item_spacing = Vec2::new(0.0, 8.0);
    let color = tokens::tokens(ui).color.text_mid;
    let row = |ui: &mut Ui, name: &str, contents: &mut dyn FnMut(&mut Ui)| {
        ui.allocate_ui_with_layout(Vec2::new(WIDTH, 28.0), egui::Layout::left_to_right(egui::Align::Center), |ui| {
            ui.set_min_size(Vec2::new(WIDTH, 28.0));
            let (label, _) = ui.allocate_exact_size(Vec2::new(LABELS, 16.0), egui::Sense::hover());
            text_style::paint(
                ui.painter(),
                label.left_center(),
                egui::Align2::LEFT_CENTER,
                Text::SmallStrong,
                color,
                name,
            );
            contents(ui);
        });
    };
    row(ui, "View", &mut |ui| views_ui(frame, ui, WIDTH - LABELS));
    row(ui, "Cards", &mut |ui| {
        let mut size = frame.state.browsing.card_size;
        let sizes = Segmented::new("Card size")
            .width(WIDTH - LABELS)
            .item(CardSize::Small, "S")
            .item(CardSize::Medium, "M")
            .item(CardSize::Large, "L");
        if sizes.show(ui, &mut size).changed() {
            frame.act(Action::Browse(Browse::CardSize(size)));
        }
    });
    row(ui, "Details", &mut |ui| {
        let mut is_shown = !frame.ui_state.folds_details;
        if Switch::new("Details").show(ui, &mut is_shown).changed() {
            frame.ui_state.folds_details = !is_shown;
        }
    });
    if has_order {
        paint::show_divider(ui);
        let sort_by = frame.state.browsing.sort_by;
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        for order in SortBy::iter() {
            if menu_row(ui, checked(sort_label(order), order == sort_by)).clicked() {
                frame.act(Action::Browse(Browse::SortBy(order)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTHS: Widths = Widths { all_chips: 410.0, few_chips: 160.0, wall_tools: 360.0, order: 80.0 };

    #[test]
    fn what_does_not_fit_goes_into_menus() {
        let parts =
            |search, all_chips, has_wall_tools, has_order| Parts { search, all_chips, has_wall_tools, has_order };
        for (room, view, expected) in [
            (792.0, View::Groups, parts(188.0, true, false, true)),
            (710.0, View::Groups, parts(160.0, true, false, true)),
            (596.0, View::Groups, parts(188.0, false, false, true)),
            (430.0, View::Groups, parts(160.0, false, false, false)),
            (328.0, View::Groups, parts(96.0, false, false, false)),
            (100.0, View::Groups, parts(SEARCH_MIN, false, false, false)),
            (1_104.0, View::Wall, parts(220.0, true, true, true)),
            (1_040.0, View::Wall, parts(160.0, true, true, true)),
            (792.0, View::Wall, parts(188.0, true, false, true)),
        ] {
            assert_eq!(fit(room, view, WIDTHS), expected, "{room} {view:?}");
        }
    }
}
