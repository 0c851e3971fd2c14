//! The details of the selected clip: what it looks like, how it is made again, what it cost, what can be done.

use egui::{Align2, Rect, Sense, Ui, UiBuilder, Vec2, pos2};

use super::Frame;
use super::gallery::{icon_of, tone_of};
use crate::app::card::{Body, CardFacts, CardView as Said, card_view};
use crate::app::cost::{cost, price_again};
use crate::app::form::title;
use crate::app::{Action, words};
use crate::domain::job::Poster;
use crate::domain::{Charge, Ending, Job, JobState};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Spans, Text};
use crate::ui::tokens::{self, Tone};
use crate::ui::widgets::{
    Badge, Button, ButtonKind, Field, Filmstrip, IconButton, MenuItem, Note, PictureChip, StripTexture, menu_button,
    menu_row,
};

const PAD: f32 = 16.0;
/// Width of the names in lists of facts.
const NAMES: f32 = 84.0;
/// The same where the names are longer.
const WIDE_NAMES: f32 = 100.0;

pub(super) fn details_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let tokens = tokens::tokens(ui);
    let pane = ui.max_rect();
    let header = Rect::from_min_size(pane.min, Vec2::new(pane.width(), tokens.size.toolbar));
    let state = frame.state;
    let Some(job) = state.selected_job() else {
        nothing_ui(ui, header, pane);
        return;
    };
    let facts = CardFacts::of(state, job);
    let said = card_view(job, &facts);
    header_ui(frame, ui, header, job, &said, facts.take);

    let actions_height = actions_height(job, &said);
    let foot = Rect::from_min_max(pos2(pane.left(), pane.bottom() - actions_height), pane.max);
    let body = Rect::from_min_max(header.left_bottom(), pos2(pane.right(), foot.top()));
    let mut child = ui.new_child(UiBuilder::new().id_salt("details body").max_rect(body));
    child.set_clip_rect(body.intersect(ui.clip_rect()));
    egui::ScrollArea::vertical().id_salt(("details scroll", job.id)).auto_shrink([false, false]).show(
        &mut child,
        |ui| {
            padded(ui, |ui| {
                if job.state == JobState::Unconfirmed {
                    unconfirmed_ui(frame, ui, job);
                } else {
                    picture_ui(frame, ui, job, &said);
                    message_ui(frame, ui, job);
                }
                recipe_ui(frame, ui, job);
                cost_ui(frame, ui, job);
                exchange_ui(frame, ui, job);
            });
        },
    );
    if actions_height > 0.0 {
        let mut child = ui.new_child(UiBuilder::new().id_salt("details actions").max_rect(foot));
        actions_ui(frame, &mut child, job, &said);
    }
}

fn padded(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let width = ui.available_width() - 2.0 * PAD;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.add_space(PAD);
        ui.vertical(|ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = 6.0;
            ui.add_space(PAD);
            contents(ui);
            ui.add_space(PAD);
        });
    });
}

fn nothing_ui(ui: &mut Ui, header: Rect, pane: Rect) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let at = header.left_center() + Vec2::new(PAD, 0.0);
    text_style::paint(ui.painter(), at, Align2::LEFT_CENTER, Text::SmallStrong, c.text_low, "No clip selected");
    paint::divider(ui.painter(), header.x_range(), header.bottom() - 1.0, c.stroke_soft);
    let place = Rect::from_min_size(
        pos2(pane.left() + PAD, header.bottom() + PAD),
        Vec2::new(pane.width() - 2.0 * PAD, (pane.width() - 2.0 * PAD) * 9.0 / 16.0),
    );
    paint::dashed_frame(ui.painter(), place, tokens.radius.card, c.stroke_mid);
    let text = "The clip you select is shown here";
    text_style::paint(ui.painter(), place.center(), Align2::CENTER_CENTER, Text::Small, c.text_low, text);
    let below = "With its recipe, what it was shown to cost and what was charged.";
    let galley = text_style::wrapped(ui.ctx(), below, Text::Caption, c.text_low, place.width(), 3);
    text_style::paint_galley(ui.painter(), place.left_bottom() + Vec2::new(0.0, 10.0), Align2::LEFT_TOP, galley);
}

fn header_ui(frame: &mut Frame<'_>, ui: &mut Ui, rect: Rect, job: &Job, said: &Said, take: (usize, usize)) {
    let c = &tokens::tokens(ui).color;
    let mut child = ui.new_child(
        UiBuilder::new()
            .id_salt("details header")
            .max_rect(rect)
            .layout(egui::Layout::left_to_right(egui::Align::Center)),
    );
    child.spacing_mut().item_spacing = Vec2::ZERO;
    child.add_space(PAD);
    text_style::label_line(&mut child, Text::Strong, c.text_hi, format!("Take {} of {}", take.0, take.1));
    child.add_space(8.0);
    match tone_of(said.tone) {
        Tone::Neutral => {
            text_style::label_line(&mut child, Text::Small, c.text_low, &said.word);
        }
        tone => {
            Badge::new(&said.word).icon(icon_of(said.icon)).tone(tone).show(&mut child);
        }
    }
    child.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.add_space(8.0);
        let order: Vec<_> = frame.state.gallery.order().collect();
        let at = order.iter().position(|id| *id == job.id);
        let next = at.and_then(|at| order.get(at + 1)).copied();
        let previous = at.and_then(|at| at.checked_sub(1)).and_then(|before| order.get(before)).copied();
        let right = IconButton::new(Icon::ChevronRight, "Next clip").enabled(next.is_some()).show(ui);
        if right.clicked() {
            frame.act(Action::Select(next));
        }
        let left = IconButton::new(Icon::ChevronLeft, "Previous clip").enabled(previous.is_some()).show(ui);
        if left.clicked() {
            frame.act(Action::Select(previous));
        }
        if frame.ui_state.shows_details
            && ui.ctx().content_rect().width() < tokens::tokens(ui).breakpoint.details_become_sheet
        {
            let close = IconButton::new(Icon::X, "Close the details").key("Esc").show(ui);
            if close.clicked() {
                frame.ui_state.shows_details = false;
            }
        }
    });
    paint::divider(ui.painter(), rect.x_range(), rect.bottom() - 1.0, c.stroke_soft);
}

fn picture_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, said: &Said) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let (width, height) = job
        .clip
        .as_ref()
        .map(|clip| (clip.width, clip.height))
        .filter(|(width, height)| *width > 0 && *height > 0)
        .unwrap_or_else(|| job.request.pixels());
    #[expect(clippy::cast_precision_loss, reason = "sides of pictures")]
    let ratio = width as f32 / height.max(1) as f32;
    let room = ui.available_width();
    // Portrait clips are limited in height, so that the recipe stays in view.
    let shown_height = (room / ratio).min(340.0);
    let (place, response) = ui.allocate_exact_size(Vec2::new(room, shown_height), Sense::click());
    let picture = Rect::from_center_size(place.center(), Vec2::new(shown_height * ratio, shown_height));
    let name = format!("Open {}", said.name);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, job.clip.is_some(), &name));
    // Before the picture is drawn, which shows the frame of this very moment.
    let scrubbed = strip_ui(frame, ui, job);
    let corner = paint::radius(tokens.radius.card);
    ui.painter().rect_filled(picture, corner, c.bg_raised);
    let poster =
        matches!(job.state, JobState::Ready | JobState::Downloading).then(|| frame.pictures.poster(job)).flatten();
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    let shown = match scrubbed {
        Some((strip, at)) => Some((strip.id, strip.uv(at))),
        None => poster.map(|(texture, _)| (texture, whole)),
    };
    if let Some((texture, uv)) = shown {
        let shape = egui::epaint::RectShape::filled(picture, corner, tokens::UNTINTED).with_texture(texture, uv);
        ui.painter().add(shape);
        let at = picture.max - Vec2::splat(tokens.size.card.chip_inset);
        PictureChip::new(job.request.resolution().name()).paint(
            ui.painter(),
            at,
            Align2::RIGHT_BOTTOM,
            picture.width(),
        );
        if let Some((_, at)) = scrubbed {
            let time = format!("{:.1} s", at * duration_secs(job));
            let corner = picture.left_bottom() + Vec2::new(tokens.size.card.chip_inset, -tokens.size.card.chip_inset);
            PictureChip::new(&time).paint(ui.painter(), corner, Align2::LEFT_BOTTOM, picture.width());
        }
    } else {
        paint::boxed(ui.painter(), picture, tokens.radius.card, c.bg_raised, c.stroke_mid);
        let (first, second) = match &said.body {
            Body::Number { number, remark } => (number.as_str(), remark.as_str()),
            Body::Message { .. } | Body::Picture => ("", said.word.as_str()),
        };
        let center = picture.center();
        if first.is_empty() {
            let color = c.tone_fg(tone_of(said.tone));
            icons::paint(ui.painter(), icon_of(said.icon), center - Vec2::new(0.0, 12.0), 20.0, color);
        } else {
            let at = center - Vec2::new(0.0, 2.0);
            text_style::paint(ui.painter(), at, Align2::CENTER_BOTTOM, Text::Number, c.text_hi, first);
        }
        let at = center + Vec2::new(0.0, 4.0);
        let room = picture.width() - 16.0;
        text_style::paint_ellipsis(ui.painter(), at, Align2::CENTER_TOP, Text::Caption, c.text_mid, second, room);
        if let Some(bar) = said.bar {
            let track =
                Rect::from_min_max(pos2(picture.left() + 1.0, picture.bottom() - 4.0), picture.max - Vec2::splat(1.0));
            crate::ui::widgets::ProgressBar::new("Progress", bar).tone(Tone::Work).paint(ui.painter(), track);
        }
    }
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    if drawn.focus {
        paint::focus_ring(ui.painter(), picture, tokens.radius.card);
    }
    if response.clicked() && job.clip.is_some() {
        frame.act(Action::OpenClip(job.id));
    }
    ui.add_space(4.0);
}

/// The frames of a ready clip, and the one that is looked at with its place in the film, `0.0..=1.0`.
fn strip_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) -> Option<(StripTexture, f32)> {
    if job.state != JobState::Ready || !matches!(job.poster, Poster::Made { .. }) {
        frame.ui_state.playhead = None;
        return None;
    }
    let strip = frame.pictures.strip(job);
    let before = frame.ui_state.playhead.filter(|(of, _)| *of == job.id).map(|(_, at)| at);
    let step = strip.map_or(1.0, |strip| 1.0 / f32::from(strip.frames.max(2) - 1));
    let filmstrip = Filmstrip::new("Place in the film, in seconds", before.unwrap_or(0.0))
        .at_rest(before.is_none())
        .texture(strip)
        .frame_step(step)
        .duration(duration_secs(job))
        .height(tokens::tokens(ui).size.filmstrip.details);
    // Its place is kept while the frames are not there.
    let shown = ui.add_enabled_ui(strip.is_some(), |ui| filmstrip.show(ui)).inner;
    let now = shown.moved_to.or(before);
    frame.ui_state.playhead = now.map(|at| (job.id, at));
    strip.zip(now)
}

/// Length of a clip in seconds, for the time under the playhead.
#[expect(clippy::cast_precision_loss, reason = "some seconds")]
fn duration_secs(job: &Job) -> f32 {
    match &job.clip {
        Some(clip) if clip.duration_millis > 0 => clip.duration_millis as f32 / 1000.0,
        _ => job.request.duration().secs() as f32,
    }
}

/// The message in its three parts: what happened, charged, what now.
fn message_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let c = &tokens::tokens(ui).color;
    let is_over = !job.state.is_unfinished() && job.state != JobState::Ready;
    if let Some(message) = &job.message
        && (is_over || job.state.is_unfinished())
    {
        three_parts_ui(ui, message);
        ui.add_space(4.0);
    }
    if let Some(note) = frame.state.notes.get(&job.id) {
        text_style::label(ui, Text::Small, c.text_mid, note);
    }
}

fn three_parts_ui(ui: &mut Ui, message: &Ending) {
    let c = &tokens::tokens(ui).color;
    text_style::label(ui, Text::Strong, c.text_hi, &message.what_happened);
    let (word, color) = match message.charge {
        Charge::Nothing | Charge::No => ("No".to_owned(), c.text_hi),
        Charge::Yes(Some(amount)) => (amount.to_string(), c.text_hi),
        Charge::Yes(None) => ("Yes, as shown".to_owned(), c.text_hi),
        Charge::NotKnown => ("Not known".to_owned(), c.ask_fg),
    };
    Spans::new()
        .add("Charged: ", Text::Small, c.text_low)
        .add(&word, Text::SmallStrong, color)
        .add("  ", Text::Small, c.text_low)
        .add(&message.what_now, Text::Small, c.text_mid)
        .show(ui);
}

/// The panel of an order whose fate is unclear. Nothing in it sends anything by itself.
fn unconfirmed_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let gateway = job.gateway;
    let state = frame.state;
    let what_happened = job
        .message
        .as_ref()
        .map_or_else(|| format!("{gateway} did not answer. It may be making this clip."), |m| m.what_happened.clone());
    text_style::label(ui, Text::Title, c.text_hi, what_happened);
    ui.add_space(2.0);
    if let Some(sent) = job.sent_at {
        let text =
            format!("The order left {}. No clear answer came.", words::moment(sent, state.now, &state.time_zone));
        fact_wide(ui, "What we know", &text, c.text_hi);
    }
    fact_wide(ui, "Charged", &format!("Not known, up to {}", job.estimate.amount), c.ask_fg);
    if let Some(note) = state.notes.get(&job.id) {
        fact_wide(ui, "Since then", note, c.text_hi);
    }
    ui.add_space(2.0);
    let note =
        format!("Rushes will not send it again by itself. If {gateway} made the clip, it is on your dashboard there.");
    if Note::new(&note).action("Open the dashboard").show(ui).acted {
        frame.act(Action::OpenDashboard(gateway));
    }
    ui.add_space(4.0);
    if Button::new("Check again").kind(ButtonKind::Lit).full_width().show(ui).clicked() {
        frame.act(Action::CheckAgain(job.id));
    }
    text_style::label(ui, Text::Caption, c.text_low, "Free. Looks, and never sends the order again.");
    ui.add_space(6.0);

    let mut typed = frame.ui_state.adopt.get(&job.id).cloned().unwrap_or_default();
    paint::row(ui, 8.0, |ui| {
        let button = Button::new("Watch it").enabled(!typed.trim().is_empty());
        let width = ui.available_width() - button.natural_width(ui) - 8.0;
        let field = Field::new("Job id from the dashboard").placeholder("Paste the job id").mono().width(width);
        let shown = field.show(ui, &mut typed);
        if (button.show(ui).clicked() || shown.submitted) && !typed.trim().is_empty() {
            frame.act(Action::Adopt(job.id, typed.clone()));
        }
    });
    frame.ui_state.adopt.insert(job.id, typed);
    text_style::label(
        ui,
        Text::Caption,
        c.text_low,
        "Found it there? Its id brings the clip here. Nothing is sent again.",
    );
    ui.add_space(6.0);

    let price = price_again(job);
    if frame.ui_state.asked_again == Some(job.id) {
        text_style::label(
            ui,
            Text::Small,
            c.ask_fg,
            format!(
                "If {gateway} took the first order, both are charged: up to {} in all.",
                job.estimate.amount.times(2)
            ),
        );
        let text = format!("Yes, submit again · {price}");
        if Button::new(&text).full_width().show(ui).clicked() {
            frame.ui_state.asked_again = None;
            frame.act(Action::SubmitAgain(job.id));
        }
        if Button::new("Keep waiting").kind(ButtonKind::Quiet).full_width().show(ui).clicked() {
            frame.ui_state.asked_again = None;
        }
    } else {
        let text = format!("Submit again anyway · {price}");
        if Button::new(&text).full_width().show(ui).clicked() {
            frame.ui_state.asked_again = Some(job.id);
        }
        text_style::label(ui, Text::Caption, c.text_low, "May be charged twice. Asks once more before sending.");
    }
    ui.add_space(2.0);
    if Button::new("Discard this card").kind(ButtonKind::Danger).full_width().show(ui).clicked() {
        frame.act(Action::Discard(job.id));
    }
    text_style::label(ui, Text::Caption, c.text_low, "Stays in the books as “not known”.");
    ui.add_space(4.0);
}

fn section(ui: &mut Ui, text: &str, end: impl FnOnce(&mut Ui)) {
    let c = &tokens::tokens(ui).color;
    ui.add_space(6.0);
    paint::show_divider(ui);
    ui.add_space(4.0);
    ui.allocate_ui_with_layout(
        Vec2::new(ui.available_width(), 24.0),
        egui::Layout::left_to_right(egui::Align::Center),
        |ui| {
            ui.set_min_size(Vec2::new(ui.available_width(), 24.0));
            text_style::label_line(ui, Text::Strong, c.text_hi, text);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), end);
        },
    );
}

/// A name and what it stands for, side by side.
fn fact(ui: &mut Ui, name: &str, text: &str, color: egui::Color32) {
    fact_with(ui, NAMES, name, Spans::new().add(text, Text::Small, color));
}

/// The same beside the longer names of an order whose fate is unclear.
fn fact_wide(ui: &mut Ui, name: &str, text: &str, color: egui::Color32) {
    fact_with(ui, WIDE_NAMES, name, Spans::new().add(text, Text::Small, color));
}

fn fact_with(ui: &mut Ui, names: f32, name: &str, text: Spans) {
    let c = &tokens::tokens(ui).color;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        let (rect, _) = ui.allocate_exact_size(Vec2::new(names, 16.0), Sense::hover());
        text_style::paint(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, Text::Small, c.text_low, name);
        text.show(ui);
    });
}

fn recipe_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let c = &tokens::tokens(ui).color;
    let state = frame.state;
    let request = &job.request;
    section(ui, if job.state == JobState::Unconfirmed { "What was sent" } else { "Recipe" }, |ui| {
        let copy = Button::new("Copy").icon(Icon::Copy).kind(ButtonKind::QuietSmall).accessible_name("Copy the prompt");
        if copy.show(ui).clicked() {
            frame.act(Action::CopyPrompt(job.id));
        }
    });
    text_style::label_selectable(ui, Text::Small, c.text_mid, request.prompt());
    if !request.negative_prompt().is_empty() {
        fact(ui, "Not shown", request.negative_prompt(), c.text_hi);
    }
    fact(ui, "Settings", &request.settings_line(), c.text_hi);
    fact(ui, "Thinking", request.thinking().name(), c.text_hi);
    if let Some(seed) = request.seed() {
        let drawn = if request.is_seed_drawn() { "  drawn by Rushes" } else { "" };
        let text = Spans::new().add(&words::seed(seed.get()), Text::Small, c.text_hi);
        fact_with(ui, NAMES, "Seed", text.add(drawn, Text::Small, c.text_low));
    }
    if let Some(picture) = request.picture() {
        let text = match picture {
            crate::domain::StartPicture::WebAddress(address) => address.clone(),
            crate::domain::StartPicture::Stored(stored) => stored.display_name.clone(),
        };
        fact(ui, "Picture", &text, c.text_hi);
    }
    fact(ui, "Gateway", title(job.gateway), c.text_hi);
    if let Some(remote) = &job.remote_id {
        id_ui(frame, ui, "Job", remote.as_str(), "Copy the job id");
    }
    if let Some(request_id) = &job.request_id {
        id_ui(frame, ui, "Request", request_id, "Copy the request id");
    }
    id_ui(frame, ui, "Our id", &job.id.short(), "Copy our id");
    let made = words::moment(job.created_at, state.now, &state.time_zone);
    match (job.accepted_at, job.made_at) {
        (Some(accepted), Some(done)) => {
            let made = format!("{made}, in {}", words::span(done.since(accepted)));
            fact(ui, "Made", &made, c.text_hi);
        }
        _ => fact(ui, "Asked for", &made, c.text_hi),
    }
    if let Some(clip) = &job.clip {
        #[expect(clippy::cast_precision_loss, reason = "some seconds")]
        let secs = clip.duration_millis as f64 / 1000.0;
        let sound = if clip.has_audio { "with sound" } else { "no sound" };
        fact(ui, "File", &format!("{}, {secs:.1} s, {sound}", words::size(clip.size_bytes)), c.text_hi);
        if let Some(note) = &clip.recipe_note {
            text_style::label_selectable(ui, Text::Small, c.text_mid, note);
        }
    }
}

fn id_ui(frame: &mut Frame<'_>, ui: &mut Ui, name: &str, id: &str, copies: &str) {
    let c = &tokens::tokens(ui).color;
    let line = Vec2::new(ui.available_width(), 16.0);
    ui.allocate_ui_with_layout(line, egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        let (rect, _) = ui.allocate_exact_size(Vec2::new(NAMES, 16.0), Sense::hover());
        text_style::paint(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, Text::Small, c.text_low, name);
        let room = (ui.available_width() - 24.0).max(0.0);
        let galley = text_style::ellipsis(ui.ctx(), id, Text::MonoSmall, c.text_hi, room);
        let (rect, response) = ui.allocate_exact_size(Vec2::new(galley.size().x, 16.0), Sense::hover());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, format!("{name} {id}")));
        text_style::paint_galley(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, galley);
        ui.add_space(2.0);
        let (spot, response) = ui.allocate_exact_size(Vec2::new(20.0, 16.0), Sense::click());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, copies));
        let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
        let color = tokens::mix(c.text_low, c.text_hi, drawn.hover);
        icons::paint(ui.painter(), Icon::Copy, spot.center(), 12.0, color);
        if drawn.focus {
            paint::focus_ring(ui.painter(), spot, 4.0);
        }
        if response.clicked() {
            frame.act(Action::CopyText(id.to_owned()));
        }
    });
}

fn cost_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    if !job.gateway.is_paid() {
        return;
    }
    let c = &tokens::tokens(ui).color;
    let cost = cost(job, &frame.state.preferences);
    section(ui, "Cost", |_| {});
    fact(ui, "Shown", &cost.shown, c.text_hi);
    fact(ui, "Charged", &cost.charged, if cost.is_unknown { c.ask_fg } else { c.text_hi });
    if let Some(elsewhere) = &cost.elsewhere {
        fact(ui, "Elsewhere", elsewhere, c.text_hi);
    }
    for doubt in &job.estimate.doubts {
        text_style::label(ui, Text::Caption, c.text_low, doubt.sentence());
    }
}

fn exchange_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let Some(exchange) = &job.exchange else { return };
    let c = &tokens::tokens(ui).color;
    let is_open = frame.ui_state.shows_exchange;
    section(ui, "Raw exchange", |ui| {
        let copy = Button::new("Copy").icon(Icon::Copy).kind(ButtonKind::QuietSmall);
        if copy.accessible_name("Copy raw exchange").show(ui).clicked() {
            frame.act(Action::CopyRawExchange(job.id));
        }
        let (text, name) = if is_open { ("Hide", "Hide the raw exchange") } else { ("Show", "Show the raw exchange") };
        if Button::new(text).kind(ButtonKind::QuietSmall).accessible_name(name).show(ui).clicked() {
            frame.ui_state.shows_exchange = !is_open;
        }
    });
    text_style::label(
        ui,
        Text::Caption,
        c.text_low,
        "The last conversation with the gateway, the key and signed links removed.",
    );
    if is_open {
        let text: String = exchange.to_text().chars().take(6_000).collect();
        text_style::label_selectable(ui, Text::MonoSmall, c.text_mid, text);
    }
}

fn has_actions(job: &Job, said: &Said) -> bool {
    job.state != JobState::Unconfirmed && !said.actions.is_empty()
}

fn actions_height(job: &Job, said: &Said) -> f32 {
    match (has_actions(job, said), job.state) {
        (false, _) => 0.0,
        (true, JobState::Ready) => 16.0 + 28.0 + 8.0 + 28.0 + 16.0,
        (true, _) => 16.0 + 28.0 + 16.0 + if honest_words(job).is_some() { 36.0 } else { 0.0 },
    }
}

/// What cancelling or looking away really does.
fn honest_words(job: &Job) -> Option<String> {
    let gateway = job.gateway;
    match job.state {
        JobState::Queued => Some("Nothing was sent. Removing it is free.".to_owned()),
        JobState::Waiting | JobState::Generating if gateway.can_cancel() => Some(format!(
            "Cancel asks {gateway}; only its answer counts. Stop watching cancels nothing: it is still made and billed."
        )),
        JobState::Waiting | JobState::Generating => Some(format!(
            "{} cannot cancel. Stop watching cancels nothing: the clip is still made{}.",
            title(gateway),
            if gateway.is_paid() { " and billed" } else { "" }
        )),
        _ => None,
    }
}

fn actions_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, said: &Said) {
    let tokens = tokens::tokens(ui);
    let pane = ui.max_rect();
    paint::divider(ui.painter(), pane.x_range(), pane.top(), tokens.color.stroke_soft);
    let rect = pane.shrink2(Vec2::new(PAD, 0.0));
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
    let ui = &mut child;
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 8.0);
    ui.add_space(16.0);
    let is_missing = frame.state.missing_files.contains(&job.id);
    if job.state == JobState::Ready && !is_missing {
        ready_actions_ui(frame, ui, job);
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

fn ready_actions_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let id = job.id;
    let each = ((ui.available_width() - 16.0) / 3.0).floor();
    ui.horizontal(|ui| {
        if Button::new("Open").icon(Icon::Play).width(each).show(ui).clicked() {
            frame.act(Action::OpenClip(id));
        }
        let folder = Button::new("Folder").icon(Icon::FolderOpen).width(each).accessible_name("Show in folder");
        if folder.show(ui).clicked() {
            frame.act(Action::Reveal(id));
        }
        let uses = Button::new("Use").icon(Icon::CornerUpLeft).width(each).accessible_name("Use settings");
        if uses.show(ui).clicked() {
            frame.act(Action::UseSettings(id));
        }
    });
    ui.horizontal(|ui| {
        let again = format!("Make again · {}", price_again(job));
        let width = ui.available_width() - 36.0;
        if Button::new(&again).icon(Icon::Repeat2).width(width).show(ui).clicked() {
            frame.act(Action::Retry(id));
        }
        let more = IconButton::new(Icon::Ellipsis, "More for this clip").framed().show(ui);
        menu_button(&more, "More for this clip", |ui| {
            if menu_row(ui, MenuItem::new("Copy the prompt").icon(Icon::Copy)).clicked() {
                frame.act(Action::CopyPrompt(id));
            }
            if menu_row(ui, MenuItem::new("Download again").icon(Icon::Download)).clicked() {
                frame.act(Action::DownloadAgain(id));
            }
            if menu_row(ui, MenuItem::new("Remove the card").icon(Icon::Trash2)).clicked() {
                frame.act(Action::RemoveCard(id));
            }
        });
    });
}
