//! The gallery: one list of groups, newest first, waiting and finished clips together. Only what is in view is drawn.

use egui::{Align2, EventFilter, Id, Key, Modifiers, Rect, Sense, Ui, UiBuilder, Vec2, pos2};
use strum::IntoEnumIterator as _;

use super::gallery_layout::{Block, Layout, Placed, arrange};
use super::{Frame, welcome};
use crate::app::card::{Body, CardFacts, CardIcon, CardView as Said, Tone as Said_, card_view};
use crate::app::gallery::{Filter, Group};
use crate::app::{Action, form, words};
use crate::domain::{Charge, GatewayId, Job, JobId, JobState, Thinking};
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, Tone};
use crate::ui::widgets::{
    Button, ButtonKind, CardBody, CardFooter, CardView, Field, FilterChip, FooterRight, IconButton, MenuItem, Poster,
    StripTexture, menu_button, menu_row,
};

/// Space at both sides of the content.
const PAD: f32 = 16.0;
/// Where keys move the choice to.
#[derive(Clone, Copy)]
enum Step {
    Next,
    Previous,
    Up,
    Down,
    First,
    Last,
}

pub(super) fn gallery_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let tokens = tokens::tokens(ui);
    let rect = ui.max_rect();
    let toolbar = Rect::from_min_size(rect.min, Vec2::new(rect.width(), tokens.size.toolbar));
    let mut child = ui.new_child(UiBuilder::new().id_salt("toolbar").max_rect(toolbar));
    toolbar_ui(frame, &mut child);
    paint::divider(ui.painter(), toolbar.x_range(), toolbar.bottom() - 1.0, tokens.color.stroke_soft);

    let below = Rect::from_min_max(toolbar.left_bottom(), rect.max);
    let mut child = ui.new_child(UiBuilder::new().id_salt("cards").max_rect(below));
    child.set_clip_rect(below.intersect(ui.clip_rect()));
    child.spacing_mut().item_spacing = Vec2::ZERO;
    if frame.state.is_welcome() {
        frame.ui_state.focused_card = None;
        welcome::welcome_ui(frame, &mut child);
    } else if frame.state.gallery.groups.is_empty() {
        frame.ui_state.focused_card = None;
        welcome::empty_ui(frame, &mut child);
    } else {
        cards_ui(frame, &mut child, below);
    }
}

fn toolbar_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let rect = ui.max_rect();
    let is_narrow = rect.width() < 560.0;
    ui.allocate_ui_with_layout(rect.size(), egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.set_min_size(rect.size());
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.add_space(PAD);
        let mut search = frame.state.search.clone();
        let id = Id::unique("search prompts");
        let mut field = Field::new("Search prompts")
            .id(id)
            .placeholder("Search prompts")
            .leading(Icon::Search)
            .width(if is_narrow { 140.0 } else { 188.0 });
        if search.is_empty() {
            field = field.key("/");
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
        ui.add_space(8.0);
        for filter in Filter::iter() {
            let count = frame.state.gallery.count(filter);
            let is_chosen = frame.state.filter == filter;
            let is_quiet = filter != Filter::All && filter != Filter::NeedsYou;
            if (filter == Filter::NeedsYou && count == 0 && !is_chosen) || (is_narrow && is_quiet && !is_chosen) {
                continue;
            }
            let mut chip = FilterChip::new(filter.word()).count(count).selected(is_chosen);
            if filter == Filter::NeedsYou && count > 0 {
                chip = chip.icon(Icon::CircleQuestionMark, Tone::Ask);
            }
            if chip.show(ui).clicked() {
                frame.act(Action::SetFilter(if is_chosen { Filter::All } else { filter }));
            }
            ui.add_space(4.0);
        }
    });
}

fn cards_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: Rect) {
    let width = view.width() - 2.0 * PAD;
    lay_out(frame, width, tokens::tokens(ui).size.card.row_height16x9.medium);
    // Taken out for the frame, because drawing needs the rest of the state.
    let Some((generation, laid_for, layout)) = frame.ui_state.layout.take() else { return };
    let mut focused = None;
    egui::ScrollArea::vertical().id_salt("gallery scroll").auto_shrink([false, false]).show_viewport(ui, |ui, seen| {
        let (content, _) =
            ui.allocate_exact_size(Vec2::new(ui.available_width(), layout.height + PAD + 4.0), Sense::hover());
        let origin = content.min + Vec2::new(PAD, 4.0);
        if let Some(wanted) = frame.ui_state.wants_focus.and_then(|job| place_of(frame, &layout, job)) {
            ui.scroll_to_rect(wanted.translate(origin.to_vec2()).expand(40.0), None);
        }
        let state = frame.state;
        for index in layout.visible(seen.top(), seen.bottom()) {
            let (Some(group), Some(placed)) = (state.gallery.groups.get(index), layout.blocks.get(index)) else {
                continue;
            };
            let cards_right = placed.cards.iter().map(|card| card.right()).fold(0.0, f32::max);
            let header = placed.header.translate(origin.to_vec2());
            header_ui(frame, ui, group, header, (cards_right + origin.x).min(header.right()));
            for (id, card) in group.takes.iter().zip(&placed.cards) {
                // Half a screen more than is seen, so that Tab and arrow keys find their next card.
                let margin = seen.height() * 0.5;
                if card.bottom() + 60.0 < seen.top() - margin || card.top() > seen.bottom() + margin {
                    continue;
                }
                if let Some(job) = state.jobs.get(id)
                    && card_ui(frame, ui, job, card.translate(origin.to_vec2()))
                {
                    focused = Some(*id);
                }
            }
        }
    });
    frame.ui_state.focused_card = focused;
    if let Some(card) = focused {
        move_by_keys(frame, ui, &layout, card);
    }
    frame.ui_state.layout = Some((generation, laid_for, layout));
}

/// Computes the layout again if groups or width changed.
fn lay_out(frame: &mut Frame<'_>, width: f32, size: f32) {
    let generation = frame.state.gallery.generation;
    if let Some((made_for, laid_width, _)) = &frame.ui_state.layout
        && *made_for == generation
        && (*laid_width - width).abs() < 0.1
    {
        return;
    }
    let blocks: Vec<Block> = frame.state.gallery.groups.iter().map(|group| block_of(frame, group)).collect();
    frame.ui_state.layout = Some((generation, width, arrange(&blocks, width, size)));
}

/// All takes of a group share one ratio: that of a clip which is here, else the one that was asked for.
fn block_of(frame: &Frame<'_>, group: &Group) -> Block {
    let (width, height) = group
        .takes
        .iter()
        .filter_map(|id| frame.state.jobs.get(id)?.clip.as_ref())
        .map(|clip| (clip.width, clip.height))
        .find(|(width, height)| *width > 0 && *height > 0)
        .unwrap_or_else(|| group.request.pixels());
    #[expect(clippy::cast_precision_loss, reason = "sides of pictures")]
    let ratio = (width as f32 / height.max(1) as f32).clamp(0.25, 4.0);
    Block { ratio, count: group.takes.len() }
}

fn place_of(frame: &Frame<'_>, layout: &Layout, job: JobId) -> Option<Rect> {
    let groups = frame.state.gallery.groups.iter().zip(&layout.blocks);
    groups
        .flat_map(|(group, placed)| group.takes.iter().zip(&placed.cards))
        .find(|(id, _)| **id == job)
        .map(|(_, at)| *at)
}

/// The words of a group above its cards, which end at `cards_right`. Where the line is longer than the cards, the words may use
/// it; the buttons stay at the edge of the cards or behind the words.
fn header_ui(frame: &mut Frame<'_>, ui: &mut Ui, group: &Group, rect: Rect, cards_right: f32) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let request = &group.request;
    let first = group.takes.first().copied();
    let prompt = request.prompt();
    let one_line = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_wide = cards_right - rect.left() >= 420.0;
    let buttons = if is_wide { 150.0 } else { 32.0 };
    let words = text_style::line(ui.ctx(), &one_line, Text::Strong, c.text_hi).size().x + 8.0;
    let right = (rect.left() + words + buttons).clamp(cards_right, rect.right());
    let text_area = Rect::from_min_max(pos2(rect.left(), rect.top() + 6.0), pos2(right - buttons, rect.top() + 26.0));
    let id = Id::unique(("group", group.takes.first(), group.gateway));
    let response = ui.interact(text_area, id, Sense::click());
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Copy the prompt of this group: {prompt}"))
    });
    text_style::paint_ellipsis(
        ui.painter(),
        text_area.left_center(),
        Align2::LEFT_CENTER,
        Text::Strong,
        c.text_hi,
        &one_line,
        text_area.width(),
    );
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    if drawn.focus {
        paint::focus_ring(ui.painter(), text_area, tokens.radius.chip);
    }
    if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
        frame.actions.extend(first.map(Action::CopyPrompt));
    }
    let line = settings_line(frame, group);
    let at = pos2(rect.left(), rect.top() + 34.0);
    text_style::paint_ellipsis(ui.painter(), at, Align2::LEFT_CENTER, Text::Caption, c.text_low, &line, rect.width());

    let place = Rect::from_min_max(pos2(right - buttons, rect.top() + 2.0), pos2(right, rect.top() + 30.0));
    let mut child = ui.new_child(
        UiBuilder::new().id_salt(id).max_rect(place).layout(egui::Layout::right_to_left(egui::Align::Center)),
    );
    child.spacing_mut().item_spacing.x = 4.0;
    let Some(first) = first else { return };
    if is_wide {
        if Button::new("Use settings").icon(Icon::CornerUpLeft).kind(ButtonKind::QuietSmall).show(&mut child).clicked()
        {
            frame.act(Action::UseSettings(first));
        }
        if IconButton::new(Icon::Copy, "Copy the prompt").small().show(&mut child).clicked() {
            frame.act(Action::CopyPrompt(first));
        }
    } else {
        let more = IconButton::new(Icon::Ellipsis, "More for this group").small().show(&mut child);
        menu_button(&more, "This group", |ui| {
            if menu_row(ui, MenuItem::new("Use settings").icon(Icon::CornerUpLeft)).clicked() {
                frame.act(Action::UseSettings(first));
            }
            if menu_row(ui, MenuItem::new("Copy the prompt").icon(Icon::Copy)).clicked() {
                frame.act(Action::CopyPrompt(first));
            }
        });
    }
}

/// `720p · 8 s · 16:9 · silent · apiin · 6 takes, 1,080 cr · today 14:02`.
fn settings_line(frame: &Frame<'_>, group: &Group) -> String {
    let state = frame.state;
    let mut parts = vec![group.request.settings_line()];
    if group.request.thinking() != Thinking::Auto {
        parts.push(format!("thinking {}", group.request.thinking()));
    }
    parts.push(form::title(group.gateway).to_owned());
    let takes = words::counted(group.count, "take", "takes");
    let jobs = || group.takes.iter().filter_map(|id| state.jobs.get(id));
    // What is known not to be charged is no part of what the group costs.
    let paid = jobs().filter(|job| job.charge != Charge::No).count();
    let price = jobs().next().map(|job| job.estimate.amount.times(u32::try_from(paid).unwrap_or(u32::MAX)));
    match price {
        Some(price) if group.gateway.is_paid() => parts.push(format!("{takes}, {price}")),
        _ => parts.push(takes),
    }
    if let Some(newest) = jobs().next_back() {
        parts.push(words::moment(newest.created_at, state.now, &state.time_zone));
    }
    parts.join(" · ")
}

/// Id of a card: its job's, so that the keyboard stays with it wherever it moves.
fn card_id(job: JobId) -> Id {
    Id::unique(("card", job))
}

/// Draws a card. True when it has the keyboard.
fn card_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, at: Rect) -> bool {
    let facts = CardFacts::of(frame.state, job);
    let said = card_view(job, &facts);
    let has_poster = matches!(job.state, JobState::Ready | JobState::Downloading) && said.tone != Said_::Ask;
    let poster = if has_poster { frame.pictures.poster(job) } else { None };
    // The film moves under the pointer; the frames of other cards are not read.
    let is_pointed_at = || ui.ctx().read_response(card_id(job.id)).is_some_and(|card| card.hovered());
    let strip =
        if has_poster && job.state == JobState::Ready && is_pointed_at() { frame.pictures.strip(job) } else { None };
    let take = facts.take.0.to_string();
    let is_selected = frame.state.selected == Some(job.id);
    let drawn = drawing(&said, job, &take, (poster.map(|(id, _)| id), strip), is_selected);
    let shows_actions = shown_actions(&said);
    let labels: Vec<&str> = shows_actions.iter().map(|index| said.actions[*index].label.as_str()).collect();
    let card = CardView { actions: &labels, more: matches!(said.body, Body::Message { .. }), ..drawn };

    let out = card.show_with_id(ui, at, card_id(job.id));
    if frame.ui_state.wants_focus == Some(job.id) {
        out.response.request_focus();
        frame.ui_state.wants_focus = None;
    }
    if out.response.clicked() {
        out.response.request_focus();
        frame.ui_state.shows_details = true;
        frame.act(Action::Select(Some(job.id)));
    }
    if out.response.double_clicked()
        && let Some(first) = said.actions.first()
        && job.state == JobState::Ready
    {
        frame.act(first.action.clone());
    }
    if let Some(index) = out.action.and_then(|index| shows_actions.get(index)) {
        frame.act(said.actions[*index].action.clone());
    }
    if let Some(more) = &out.more {
        menu_button(more, "More for this clip", |ui| menu_rows(frame, ui, job, &said));
    }
    crate::ui::widgets::context_menu(&out.response, "This clip", |ui| menu_rows(frame, ui, job, &said));
    out.response.has_focus()
}

/// A ready clip is opened by a double click or Enter and needs no buttons; a message shows its first two.
fn shown_actions(said: &Said) -> Vec<usize> {
    match said.body {
        Body::Message { .. } => (0..said.actions.len().min(2)).collect(),
        Body::Picture | Body::Number { .. } => Vec::new(),
    }
}

fn menu_rows(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, said: &Said) {
    for action in &said.actions {
        if menu_row(ui, MenuItem::new(&action.label)).clicked() {
            frame.act(action.action.clone());
        }
    }
    if menu_row(ui, MenuItem::new("Copy the prompt")).clicked() {
        frame.act(Action::CopyPrompt(job.id));
    }
    if job.exchange.is_some() && menu_row(ui, MenuItem::new("Copy raw exchange, key removed")).clicked() {
        frame.act(Action::CopyRawExchange(job.id));
    }
}

fn drawing<'a>(
    said: &'a Said,
    job: &Job,
    take: &'a str,
    (poster, strip): (Option<egui::TextureId>, Option<StripTexture>),
    selected: bool,
) -> CardView<'a> {
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    let is_picture = said.body == Body::Picture || (job.state == JobState::Downloading && poster.is_some());
    let body = match &said.body {
        _ if is_picture => CardBody::Picture {
            poster: poster.map(|id| Poster { id, uv: whole }),
            strip,
            #[expect(clippy::cast_precision_loss, reason = "5, 8 or 10")]
            duration_secs: job.request.duration().secs() as f32,
            rejected: false,
            starred: false,
        },
        Body::Message { sentence, charged } => CardBody::Message { text: sentence, second: charged },
        Body::Number { number, remark } => CardBody::Number { number, caption: remark },
        Body::Picture => unreachable!("told above"),
    };
    let state = match (&said.body, job.gateway) {
        // On its picture a clip that is on its way shows how much of it is here.
        (Body::Number { number, .. }, _) if is_picture => number.as_str(),
        (Body::Picture, GatewayId::Practice) => "Practice",
        // A clip that is simply ready says so by its picture.
        (Body::Picture, _) => "",
        _ => said.word.as_str(),
    };
    CardView {
        state,
        icon: (!state.is_empty()).then(|| icon_of(said.icon)),
        tone: tone_of(said.tone),
        take,
        progress: said.bar,
        footer: Some(CardFooter { left: &said.footer_left, right: FooterRight::Text(&said.footer_right) }),
        selected,
        ..CardView::new(&said.name, body)
    }
}

pub(super) fn tone_of(tone: Said_) -> Tone {
    match tone {
        Said_::Neutral => Tone::Neutral,
        Said_::Work => Tone::Work,
        Said_::Ask => Tone::Ask,
        Said_::Fail => Tone::Fail,
    }
}

pub(super) fn icon_of(icon: CardIcon) -> Icon {
    match icon {
        CardIcon::Clock => Icon::Clock,
        CardIcon::Pause => Icon::Pause,
        CardIcon::Send => Icon::Send,
        CardIcon::Question => Icon::CircleQuestionMark,
        CardIcon::Cloud => Icon::Cloud,
        CardIcon::Spark => Icon::Loader,
        CardIcon::Timer => Icon::Timer,
        CardIcon::Download => Icon::Download,
        CardIcon::Check => Icon::Check,
        CardIcon::Clapper => Icon::Clapperboard,
        CardIcon::Cross => Icon::CircleX,
        CardIcon::Shield => Icon::ShieldAlert,
        CardIcon::Ban => Icon::Ban,
        CardIcon::EyeOff => Icon::EyeOff,
        CardIcon::Trash => Icon::Trash2,
        CardIcon::FileQuestion => Icon::FileQuestionMark,
        CardIcon::Key => Icon::KeyRound,
        CardIcon::Wallet => Icon::Wallet,
        CardIcon::Disk => Icon::HardDrive,
        CardIcon::Hourglass => Icon::Hourglass,
    }
}

/// Arrow keys, Home and End move the choice from card to card; Space and Enter stay with the card.
fn move_by_keys(frame: &mut Frame<'_>, ui: &Ui, layout: &Layout, card: JobId) {
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(card_id(card), filter));
    let steps = [
        (Key::ArrowRight, Step::Next),
        (Key::ArrowLeft, Step::Previous),
        (Key::ArrowUp, Step::Up),
        (Key::ArrowDown, Step::Down),
        (Key::Home, Step::First),
        (Key::End, Step::Last),
    ];
    let step = steps.into_iter().find(|(key, _)| ui.input_mut(|input| input.consume_key(Modifiers::NONE, *key)));
    let Some((_, step)) = step else { return };
    if let Some(next) = neighbor(frame, layout, card, step).filter(|next| *next != card) {
        frame.ui_state.wants_focus = Some(next);
        frame.act(Action::Select(Some(next)));
        ui.ctx().request_repaint();
    }
}

fn neighbor(frame: &Frame<'_>, layout: &Layout, card: JobId, step: Step) -> Option<JobId> {
    let order: Vec<JobId> = frame.state.gallery.order().collect();
    let at = order.iter().position(|id| *id == card)?;
    match step {
        Step::Next => order.get(at + 1).copied(),
        Step::Previous => at.checked_sub(1).and_then(|before| order.get(before)).copied(),
        Step::First => order.first().copied(),
        Step::Last => order.last().copied(),
        Step::Up | Step::Down => {
            let rects: Vec<Rect> =
                layout.blocks.iter().flat_map(|placed: &Placed| placed.cards.iter().copied()).collect();
            let here = *rects.get(at)?;
            let is_up = matches!(step, Step::Up);
            let beyond = rects
                .iter()
                .enumerate()
                .filter(|(_, rect)| if is_up { rect.bottom() <= here.top() } else { rect.top() >= here.bottom() });
            // The nearest row first, in it the card whose middle lies nearest.
            let distance = |rect: &Rect| {
                let rows = (rect.center().y - here.center().y).abs();
                rows * 4.0 + (rect.center().x - here.center().x).abs()
            };
            let (next, _) = beyond.min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)))?;
            order.get(next).copied()
        }
    }
}
