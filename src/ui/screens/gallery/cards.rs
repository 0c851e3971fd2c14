//! A card of the gallery: what it shows of its job, and which actions a click means.

use egui::{Id, Modifiers, Rect, Ui, pos2};

use super::{menu, queue};
use crate::app::Action;
use crate::app::action::browse::Browse;
use crate::app::action::curate::Curate;
use crate::app::view::card::{Body, CardFacts, CardIcon, CardView as Said, Tone as SaidTone, card_view};
use crate::domain::{self, Job, JobId, JobState, Rating};
use crate::ui::icons::Icon;
use crate::ui::screens::Frame;
use crate::ui::tokens::Tone;
use crate::ui::widgets::{
    CardBody, CardFooter, CardView, FooterRight, Poster, StripTexture, context_menu, menu_button,
};

/// Id of a card, derived from its job, so that the card keeps the focus when it moves.
pub(super) fn card_id(job: JobId) -> Id {
    Id::unique(("card", job))
}

/// Draws a card. Returns whether it has the keyboard focus.
pub(super) fn card_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, at: Rect) -> bool {
    let id = job.id;
    let facts = CardFacts::of(frame.state, job);
    let said = card_view(job, &facts);
    let has_poster = shows_picture(&said);
    // One that could not be made is asked for as well, because it may be possible by now.
    let wants_poster = has_poster || matches!(job.poster, domain::job::Poster::Impossible(_));
    let poster = if wants_poster { frame.pictures.poster(job).filter(|_| has_poster) } else { None };
    // Only a hovered card plays its filmstrip; the filmstrips of other cards are not loaded.
    let is_pointed_at = || ui.ctx().read_response(card_id(id)).is_some_and(|card| card.hovered());
    let strip =
        if has_poster && job.state == JobState::Ready && is_pointed_at() { frame.pictures.strip(job) } else { None };
    let take = facts.take.0.to_string();
    let drawn = drawing(&said, job, &take, (poster.map(|(id, _)| id), strip), frame.state.selection.holds(id));
    let buttons = said.buttons.at_rest.max(said.buttons.on_hover).min(said.actions.len());
    let labels: Vec<&str> = said.actions[..buttons].iter().map(|action| action.label.as_str()).collect();
    let has_more = said.buttons.at_rest > 1 && said.actions.len() > said.buttons.at_rest;
    let card = CardView { actions: &labels, at_rest: said.buttons.at_rest, more: has_more, ..drawn };

    let out = card.show_with_id(ui, at, card_id(id));
    if frame.ui_state.wants_focus == Some(id) {
        out.response.request_focus();
        frame.ui_state.wants_focus = None;
    }
    if out.response.clicked() {
        out.response.request_focus();
        let modifiers = ui.input(|input| input.modifiers);
        frame.ui_state.shows_details |= modifiers.is_none();
        frame.act(selecting(id, modifiers));
    }
    queue::drag_over(frame, ui, job, at, &out.response);
    if out.response.secondary_clicked() && !frame.state.selection.holds(id) {
        frame.act(Action::Select(Some(id)));
    }
    if out.response.double_clicked()
        && let Some(first) = said.actions.first()
        && job.state == JobState::Ready
    {
        frame.act(first.action.clone());
    }
    if let Some(action) = out.action.and_then(|index| said.actions.get(index)) {
        frame.act(action.action.clone());
    }
    if let Some(stars) = out.rated {
        frame.act(Action::Curate(Curate::Rate(vec![id], Rating::new(stars))));
    }
    if let Some(more) = &out.more {
        menu_button(more, "More for this clip", |ui| menu::rows(frame, ui, job, &said));
    }
    context_menu(&out.response, "This clip", |ui| menu::rows(frame, ui, job, &said));
    out.response.has_focus()
}

/// Action of a click: it selects one card; with Ctrl it adds or removes the card; with Shift it extends the
/// selection to the card.
fn selecting(job: JobId, modifiers: Modifiers) -> Action {
    if modifiers.shift {
        Action::Browse(Browse::SelectTo(job))
    } else if modifiers.command {
        Action::Browse(Browse::SelectAlso(job))
    } else {
        Action::Select(Some(job))
    }
}

/// Whether the card shows a picture once the poster is loaded. True for clips that are finished or being downloaded.
fn shows_picture(said: &Said) -> bool {
    said.body == Body::Picture || said.chip.is_some()
}

fn drawing<'a>(
    said: &'a Said,
    job: &Job,
    take: &'a str,
    (poster, strip): (Option<egui::TextureId>, Option<StripTexture>),
    selected: bool,
) -> CardView<'a> {
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    let picture = CardBody::Picture {
        poster: poster.map(|id| Poster { id, uv: whole }),
        strip,
        #[expect(clippy::cast_precision_loss, reason = "5, 8 or 10")]
        duration_secs: job.request.duration().secs() as f32,
        rejected: said.is_rejected,
        starred: said.is_best,
    };
    let (body, state) = match &said.body {
        Body::Picture => (picture, said.chip.as_deref().unwrap_or_default()),
        // A clip that is being downloaded has its progress in a chip on the picture.
        _ if poster.is_some() => (picture, said.chip.as_deref().unwrap_or_default()),
        Body::Message { sentence, charged } => {
            (CardBody::Message { text: sentence, second: charged }, said.word.as_str())
        }
        Body::Number { number, remark } => (CardBody::Number { number, caption: remark }, said.word.as_str()),
    };
    let right = match said.rating {
        Some(rating) => FooterRight::Stars(rating.stars()),
        None => FooterRight::Text(&said.footer_right),
    };
    CardView {
        state,
        icon: (!state.is_empty()).then(|| icon_of(said.icon)),
        tone: tone_of(said.tone),
        take,
        progress: said.bar,
        action_icon: said.actions.first().and_then(|first| icon_on_picture(&first.action)),
        footer: Some(CardFooter { left: &said.footer_left, right }),
        selected,
        ..CardView::new(&said.name, body)
    }
}

/// Icon for the single action button on a picture.
fn icon_on_picture(action: &Action) -> Option<Icon> {
    match action {
        Action::Curate(Curate::PauseDownload(_, true)) => Some(Icon::Pause),
        Action::Curate(Curate::PauseDownload(_, false)) | Action::WatchAgain(_) => Some(Icon::Download),
        _ => None,
    }
}

pub(in crate::ui::screens) fn tone_of(tone: SaidTone) -> Tone {
    match tone {
        SaidTone::Neutral => Tone::Neutral,
        SaidTone::Work => Tone::Work,
        SaidTone::Ask => Tone::Ask,
        SaidTone::Fail => Tone::Fail,
    }
}

pub(in crate::ui::screens) fn icon_of(icon: CardIcon) -> Icon {
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
