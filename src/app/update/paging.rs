//! Which part of a large library is in memory: what is asked, and what becomes of the answers.
//!
//! Every answer is a whole span with all takes of its groups, as of one moment. Jobs that are in memory already stay as they
//! are, because every change of theirs came here first; those that neither the span nor anything else needs leave.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use super::{AppState, toast};
use crate::app::action::paging::{PageNews, PageWork};
use crate::app::action::{Effect, Effects};
use crate::app::state::gallery::Gallery;
use crate::app::state::gallery::span::SpanFacts;
use crate::app::state::paging::{Asked, Jump, Then, Want};
use crate::domain::browsing::View;
use crate::domain::paging::{Ask, From, MOST_CHOSEN, SPAN, Span, Tally};
use crate::domain::search::{SearchWords, text_of};
use crate::domain::{Job, JobId, JobState, UnixMillis};

#[cfg(test)]
mod tests;

/// How long after the first page the rest of the span is asked for: the first frame comes first.
const AFTER_FIRST_PAGE: Duration = Duration::from_millis(150);

/// How long changes gather before the library is asked where things lie now.
const GATHER: Duration = Duration::from_millis(300);

/// What was changed so short a time ago the library may not have stored yet when it answers.
const UNSTORED: Duration = Duration::from_secs(2);

/// How long after clips came it is looked whether their files are there.
const CHECK_FILES_AFTER: Duration = Duration::from_secs(1);

/// A chosen card is at least so many places away from the ends of the span, so that there always is a next one.
const MARGIN: usize = 24;

/// What the library told.
pub(super) fn told(state: &mut AppState, news: PageNews) {
    match news {
        PageNews::Opened(span) => {
            state.paging.is_on = true;
            state.jobs.set_whole(false);
            state.paging.look = state.page_look();
            take_in(state, *span, &HashSet::new());
            state.paging.due_at = Some(state.now.after(AFTER_FIRST_PAGE));
        }
        PageNews::Span(span) => taken(state, *span),
        PageNews::Shown { number, jobs } => chosen(state, number, jobs),
        PageNews::Failed(number, sentence) => {
            let is_mine = |asked: &mut Asked| asked.number == number;
            if state.paging.asked.take_if(is_mine).is_some()
                || state.paging.choosing.take_if(|n| *n == number).is_some()
            {
                toast(state, "The library gave no answer", sentence, None);
            }
        }
    }
}

/// The view is around this place, near an end of the span.
pub(super) fn near(state: &mut AppState, rank: u64) {
    if state.paging.is_on && !state.paging.is_coming(rank) {
        let from = around(&state.gallery, rank);
        want(state, from, Then::Nothing);
    }
}

/// The first card of all is to be chosen, or the last.
pub(super) fn to_end(state: &mut AppState, is_last: bool) {
    let (from, then, is_here) = match is_last {
        true => (From::End, Then::ChooseLast, state.gallery.after() == 0),
        false => (From::Start, Then::ChooseFirst, state.gallery.before() == 0),
    };
    if is_here { finish(state, then) } else { want(state, from, then) }
}

/// All shown cards are to be chosen, or those from one to another. `false` when memory knows them all.
pub(super) fn choose(state: &mut AppState, ends: Option<(JobId, JobId)>, to: &mut Effects) -> bool {
    let is_here =
        |(from, to): (JobId, JobId)| state.gallery.index_of(from).is_some() && state.gallery.index_of(to).is_some();
    if !state.gallery.is_partial() || ends.is_some_and(is_here) {
        return false;
    }
    state.paging.number += 1;
    let number = state.paging.number;
    state.paging.choosing = Some(number);
    let look = Box::new(state.page_look());
    to.push(Effect::Page(PageWork::Shown { number, look, ends, limit: MOST_CHOSEN }));
    true
}

fn chosen(state: &mut AppState, number: u64, jobs: Vec<JobId>) {
    if state.paging.choosing.take_if(|asked| *asked == number).is_none() {
        return;
    }
    if jobs.len() > MOST_CHOSEN {
        let text = "Up to 10,000 can be chosen together. Nothing was changed; filter or search, then choose again.";
        return toast(state, "Too many cards to choose at once", text, None);
    }
    let Some(first) = jobs.first().copied() else { return };
    let card = state.selection.card.filter(|card| jobs.contains(card)).unwrap_or(first);
    state.selection.also = jobs.into_iter().filter(|job| *job != card).collect();
    state.selection.card = Some(card);
    // They are needed from now on.
    again(state);
}

/// A card changed, and the library may not know it yet.
pub(super) fn card_changed(state: &mut AppState, job: JobId) {
    if state.paging.is_on {
        state.paging.changed_at = Some(state.now);
        if state.paging.asked.is_some() {
            state.paging.newer.insert(job);
        }
    }
}

/// Something changed of which only the library knows what follows, such as a job that was not in memory: where its group lies,
/// and what else is in it.
pub(super) fn ask_again(state: &mut AppState) {
    if state.paging.is_on {
        let at = state.now.after(GATHER);
        state.paging.due_at.get_or_insert(at);
    }
}

/// When the library is to be asked again, if it is.
pub(super) fn next_change(state: &AppState) -> Option<UnixMillis> {
    state.paging.due_at.filter(|_| state.paging.asked.is_none())
}

/// After every input: asks the library for what is to be in memory now. `selected` is the card that was chosen before.
pub(super) fn follow(state: &mut AppState, selected: Option<JobId>, to: &mut Effects) {
    if !state.paging.is_on {
        return;
    }
    if state.selection.card != selected
        && let Some(card) = state.selection.card
    {
        hold(state, card);
    }
    let look = state.page_look();
    if look != state.paging.look {
        state.paging.wanted = Some(Want { from: From::Start, then: Then::GoToStart });
        // An answer to an older look is of no use.
        state.paging.asked = None;
    }
    if state.paging.asked.is_some() {
        return;
    }
    if state.paging.wanted.is_none() && state.paging.due_at.is_some_and(|at| at <= state.now) {
        again(state);
    }
    let Some(Want { from, then }) = state.paging.wanted.take() else { return };
    // The first hits come before all are counted.
    let is_quick = !look.search.is_empty() && look != state.paging.look;
    state.paging.due_at = None;
    state.paging.number += 1;
    let number = state.paging.number;
    let pins = state.pins();
    let limit = if look.view == View::Wall { 3 * SPAN } else { SPAN };
    state.paging.newer.clear();
    state.paging.look = look.clone();
    state.paging.asked = Some(Asked { number, look: look.clone(), from, pins: pins.clone(), then });
    let known = state.jobs.values().map(|job| job.id).collect();
    to.push(Effect::Page(PageWork::Span(Box::new(Ask {
        number,
        look,
        from,
        limit,
        pins: pins.into_iter().collect(),
        known,
        is_quick,
    }))));
}

fn want(state: &mut AppState, from: From, then: Then) {
    state.paging.wanted = Some(Want { from, then });
}

/// The chosen card is to lie within the span, and not at its end.
fn hold(state: &mut AppState, card: JobId) {
    let gallery = &state.gallery;
    let (before, after, here) = (gallery.before(), gallery.after(), gallery.here());
    match gallery.index_of(card) {
        Some(at) => {
            let is_near = (before > 0 && at < MARGIN) || (after > 0 && at + MARGIN >= here);
            if is_near {
                want(state, From::Around(card, (before + at) as u64), Then::Nothing);
            }
        }
        None if gallery.is_partial() || !state.jobs.contains_key(&card) => {
            want(state, From::Around(card, before as u64), Then::Show(card));
        }
        None => {}
    }
}

/// The place with this number, told by its job where that is in memory: numbers shift while things change.
fn around(gallery: &Gallery, rank: u64) -> From {
    let index = usize::try_from(rank).unwrap_or(usize::MAX).checked_sub(gallery.before());
    match index.and_then(|index| gallery.job_at(index)) {
        Some(job) => From::Around(job, rank),
        None => From::Rank(rank),
    }
}

/// Asks for about the same span once more.
fn again(state: &mut AppState) {
    let gallery = &state.gallery;
    let from = if gallery.before() == 0 {
        From::Start
    } else if gallery.after() == 0 {
        From::End
    } else {
        around(gallery, (gallery.before() + gallery.here() / 2) as u64)
    };
    if state.paging.wanted.is_none() {
        want(state, from, Then::Nothing);
    }
}

fn taken(state: &mut AppState, span: Span) {
    let Some(asked) = state.paging.asked.take_if(|asked| asked.number == span.number) else { return };
    if asked.look != state.page_look() {
        return;
    }
    let is_rough = span.is_rough;
    take_in(state, span, &asked.pins);
    if is_rough {
        want(state, From::Start, Then::Nothing);
    }
    finish(state, asked.then);
    let now = state.now;
    if state.paging.changed_at.is_some_and(|at| now.since(at) < UNSTORED) {
        state.paging.due_at.get_or_insert(now.after(Duration::from_secs(1)));
    }
}

/// What was to be done when the span is here.
fn finish(state: &mut AppState, then: Then) {
    let jump = match then {
        Then::Nothing => return,
        Then::GoToStart => Jump::Start,
        Then::Show(job) if state.gallery.index_of(job).is_some() => Jump::To(job),
        Then::Show(_) => return,
        Then::ChooseFirst | Then::ChooseLast => {
            let last = if then == Then::ChooseLast { state.gallery.order().last() } else { None };
            let Some(job) = last.or_else(|| state.gallery.order().next()) else { return };
            state.selection.choose_only(Some(job));
            Jump::To(job)
        }
    };
    state.paging.jump = (state.paging.jump.0 + 1, jump);
}

/// Puts a span in the place of the one before.
fn take_in(state: &mut AppState, span: Span, asked_pins: &HashSet<JobId>) {
    let mut stays = state.pins();
    stays.extend(asked_pins);
    stays.extend(&state.paging.newer);
    stays.extend(span.cards.iter().map(|card| card.id));
    if state.paging.number == 0 {
        // What was opened with the window came on purpose.
        stays.extend(state.jobs.values().map(|job| job.id));
    }
    let leaving: Vec<JobId> = state.jobs.values().map(|job| job.id).filter(|job| !stays.contains(job)).collect();
    for job in &leaving {
        state.jobs.unload(job);
        state.missing_files.remove(job);
        state.notes.remove(job);
    }
    let brings_clips = span.jobs.iter().any(|job| job.state == JobState::Ready && !state.jobs.contains_key(&job.id));
    for job in span.jobs {
        state.jobs.load(job.id, job);
    }
    let mut elsewhere: BTreeMap<_, Tally> =
        span.tallies.into_iter().map(|tally| ((tally.project.clone(), tally.chip, tally.stars), tally)).collect();
    for card in span.cards.iter().filter(|card| state.jobs.contains_key(&card.id)) {
        if let Some(tally) = elsewhere.get_mut(&(card.project.clone(), card.chip, card.stars)) {
            tally.cards = tally.cards.saturating_sub(1);
            tally.clips = tally.clips.saturating_sub(u64::from(card.clip_bytes.is_some()));
            tally.clip_bytes = tally.clip_bytes.saturating_sub(card.clip_bytes.unwrap_or(0));
        }
    }
    state.browsing.projects.extend(elsewhere.keys().filter_map(|(project, ..)| project.clone()));
    let elsewhere: Vec<Tally> = elsewhere.into_values().filter(|tally| tally.cards > 0).collect();
    let words = SearchWords::new(&state.search);
    state.browsing.hits = (!words.is_empty()).then(|| {
        let is_found = |job: &&Job| words.are_in(&text_of(job));
        state.jobs.values().filter(is_found).map(|job| job.id).collect()
    });
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let facts = SpanFacts { ends: span.ends, before: number(span.before), after: number(span.after), elsewhere };
    let generation = state.gallery.generation + 1;
    state.gallery = Gallery::of_span(&state.jobs, &state.look(), facts);
    state.gallery.generation = generation;
    state.selection.settle(&state.gallery, &state.jobs, None);
    if brings_clips {
        // Whether their files are there is not known yet.
        let at = state.now.after(CHECK_FILES_AFTER);
        state.check_files_at.get_or_insert(at);
    }
}
