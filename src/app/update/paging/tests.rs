use super::*;
use crate::app::action::browse::Browse;
use crate::app::action::{Action, Input};
use crate::app::state::jobs::Jobs;
use crate::app::update::kit::{put, tick};
use crate::app::update::next_wake;
use crate::domain::Settings;
use crate::domain::browsing::{Filter, SortBy};
use crate::domain::job::Poster;
use crate::domain::paging::{CountedCard, Mark};
use crate::domain::samples::{self, id};
use crate::domain::{Rating, Verdict};
use crate::engine::event::Event;

/// A clip of its own recipe, of which nothing is left to do.
fn clip(number: u128) -> Job {
    Job {
        poster: Poster::Made { width: 1, height: 1 },
        ..samples::job(number).prompt(&format!("shot {number}")).ready()
    }
}

/// What a library of the clips 1 to `all` answers about those from `newest` down to `oldest`, of which these are not known.
fn span(number: u64, all: u128, newest: u128, oldest: u128, known: &HashSet<JobId>) -> Span {
    let jobs: Vec<Job> = (oldest..=newest).rev().map(clip).collect();
    let card = |job: &Job| CountedCard {
        id: job.id,
        chip: Filter::Ready,
        stars: Rating::default(),
        project: None,
        clip_bytes: Some(9),
    };
    let mark = |number| Mark { key: 0, job: id(number) };
    Span {
        number,
        ends: Some((mark(newest), mark(oldest))),
        before: (all - newest) as u64,
        after: (oldest - 1) as u64,
        is_rough: false,
        cards: jobs.iter().map(card).collect(),
        jobs: jobs.into_iter().filter(|job| !known.contains(&job.id)).collect(),
        tallies: vec![Tally {
            project: None,
            chip: Filter::Ready,
            stars: Rating::default(),
            cards: all as u64,
            clips: all as u64,
            clip_bytes: 9 * all as u64,
        }],
    }
}

/// The question among these effects.
fn asked(effects: &[Effect]) -> Option<Ask> {
    effects.iter().find_map(|effect| match effect {
        Effect::Page(PageWork::Span(ask)) => Some((**ask).clone()),
        _ => None,
    })
}

/// A window on a library of 1,000 clips, which opened on the newest hundred.
fn opened() -> AppState {
    let mut state = AppState::new(UnixMillis(1_000_000));
    put(
        &mut state,
        Input::Opened {
            jobs: Jobs::default(),
            history: crate::domain::progress::History::default(),
            draft: None,
            settings: Box::new(Settings { is_welcomed: true, ..Settings::default() }),
            warnings: Vec::new(),
            clip_folder: "clips".into(),
        },
    );
    put(&mut state, Input::Page(PageNews::Opened(Box::new(span(0, 1_000, 1_000, 901, &HashSet::new())))));
    state
}

fn act(state: &mut AppState, browse: Browse) -> Vec<Effect> {
    put(state, Input::Act(Action::Browse(browse)))
}

fn answer(state: &mut AppState, span: Span) -> Vec<Effect> {
    put(state, Input::Page(PageNews::Span(Box::new(span))))
}

fn numbers(state: &AppState) -> Vec<u128> {
    state.gallery.order().map(|job| job.0.as_u128()).collect()
}

#[test]
fn the_window_opens_on_the_first_page_and_asks_for_the_rest_after_the_first_frame() {
    let mut state = opened();
    assert_eq!((state.jobs.len(), state.gallery.here(), state.gallery.after()), (100, 100, 900));
    assert_eq!(state.gallery.count(Filter::All), 1_000);
    assert!(!state.jobs.is_whole(), "what is told of all jobs is asked for");
    assert!(next_wake(&state).is_some_and(|wait| wait <= AFTER_FIRST_PAGE));
    let at = state.now.after(AFTER_FIRST_PAGE);
    let ask = asked(&tick(&mut state, at)).expect("a question");
    assert_eq!((ask.from, ask.limit, ask.known.len()), (From::Start, SPAN, 100));
    let next = span(ask.number, 1_000, 1_000, 681, &ask.known);
    assert_eq!(next.jobs.len(), 220, "what is known is not read again");
    assert!(answer(&mut state, next).is_empty());
    assert_eq!((state.jobs.len(), state.gallery.after()), (320, 680));
    assert_eq!(state.gallery.count(Filter::Ready), 1_000);
}

#[test]
fn what_is_far_leaves_and_what_is_needed_stays() {
    let mut state = opened();
    let (chosen, rated) = (id(990), id(980));
    put(&mut state, Input::Act(Action::Select(Some(chosen))));
    let rating = crate::app::action::curate::Curate::Rate(vec![rated], Rating::new(5));
    put(&mut state, Input::Act(Action::Curate(rating)));
    let ask = asked(&act(&mut state, Browse::Near(500))).expect("a question");
    assert_eq!(ask.from, From::Rank(500));
    assert!(ask.pins.contains(&chosen) && ask.pins.contains(&rated), "{:?}", ask.pins);
    // The library has not stored the stars yet; the window knows them.
    let mut far = span(ask.number, 1_000, 660, 341, &ask.known);
    for pin in [990, 980] {
        let pinned = span(0, 1_000, pin, pin, &ask.known);
        far.cards.extend(pinned.cards);
    }
    answer(&mut state, far);
    assert_eq!(state.jobs.len(), 322);
    assert_eq!((numbers(&state)[0], state.gallery.before(), state.gallery.after()), (660, 340, 340));
    assert_eq!(state.jobs[&rated].verdict, Verdict { rating: Rating::new(5), is_rejected: false });
    assert_eq!(state.gallery.count_stars(Rating::new(5)), 1);
    assert_eq!((state.gallery.count(Filter::All), state.selection.card), (1_000, Some(chosen)));
    assert!(!state.jobs.contains_key(&id(970)), "nobody needs it");
    assert!(state.gallery.index_of(chosen).is_none() && state.gallery.place_of(chosen).is_some());
}

#[test]
fn one_question_at_a_time_and_answers_to_older_looks_are_dropped() {
    let mut state = opened();
    let first = asked(&act(&mut state, Browse::Near(400))).expect("a question");
    assert!(asked(&act(&mut state, Browse::Near(410))).is_none(), "it is on its way");
    assert!(asked(&act(&mut state, Browse::Near(700))).is_none());
    assert!(asked(&act(&mut state, Browse::Near(900))).is_none());
    let effects = answer(&mut state, span(first.number, 1_000, 760, 441, &first.known));
    let second = asked(&effects).expect("the newest wish follows");
    assert_eq!(second.from, From::Rank(900));

    // Another order: its question does not wait, and the answer to the older one changes nothing.
    let third = asked(&act(&mut state, Browse::SortBy(SortBy::Oldest))).expect("a question");
    assert_eq!((third.from, third.look.sort_by), (From::Start, SortBy::Oldest));
    let before = numbers(&state);
    assert!(answer(&mut state, span(second.number, 1_000, 260, 1, &second.known)).is_empty());
    assert_eq!(numbers(&state), before);
    let (mut oldest, jump) = (span(third.number, 1_000, 320, 1, &third.known), state.paging.jump.0);
    oldest.ends = oldest.ends.map(|(last, first)| (first, last));
    (oldest.before, oldest.after) = (0, 680);
    answer(&mut state, oldest);
    assert_eq!((numbers(&state)[0], state.paging.jump), (1, (jump + 1, Jump::Start)));
}

#[test]
fn a_new_clip_before_the_span_is_counted_and_not_shown() {
    let mut state = opened();
    put(&mut state, Input::Act(Action::Select(Some(id(950)))));
    let ask = asked(&act(&mut state, Browse::Near(500))).expect("a question");
    let mut far = span(ask.number, 1_000, 660, 341, &ask.known);
    far.cards.extend(span(0, 1_000, 950, 950, &ask.known).cards);
    answer(&mut state, far);
    let first = numbers(&state)[0];
    put(&mut state, Input::Engine(Event::JobChanged(Box::new(clip(1_001)))));
    assert_eq!((numbers(&state)[0], state.gallery.before()), (first, 341));
    assert_eq!(state.gallery.count(Filter::All), 1_001);
    // Whether its recipe has older takes only the library knows.
    let at = state.now.after(GATHER);
    let ask = asked(&tick(&mut state, at)).expect("a question");
    assert!(matches!(ask.from, From::Around(..)), "{:?}", ask.from);
    // At the top it comes at once.
    let mut state = opened();
    put(&mut state, Input::Engine(Event::JobChanged(Box::new(clip(1_001)))));
    assert_eq!((numbers(&state)[0], state.gallery.before()), (1_001, 0));
}

#[test]
fn a_card_that_is_not_in_memory_is_read_and_shown_when_it_is_chosen() {
    let mut state = opened();
    let ask = asked(&put(&mut state, Input::Act(Action::Select(Some(id(200)))))).expect("a question");
    assert_eq!(ask.from, From::Around(id(200), 0));
    assert!(ask.pins.contains(&id(200)));
    answer(&mut state, span(ask.number, 1_000, 360, 41, &ask.known));
    assert_eq!((state.selection.card, state.paging.jump.1), (Some(id(200)), Jump::To(id(200))));
    // Near an end of the span the next ones are read before they are needed.
    let ask = asked(&put(&mut state, Input::Act(Action::Select(Some(id(45)))))).expect("a question");
    assert_eq!(ask.from, From::Around(id(45), 955));
    let jump = state.paging.jump;
    answer(&mut state, span(ask.number, 1_000, 200, 1, &ask.known));
    assert_eq!(state.paging.jump, jump, "the view stays");
    // The first one of all.
    let ask = asked(&act(&mut state, Browse::ToEnd(false))).expect("a question");
    assert_eq!(ask.from, From::Start);
    answer(&mut state, span(ask.number, 1_000, 1_000, 681, &ask.known));
    assert_eq!((state.selection.card, state.paging.jump.1), (Some(id(1_000)), Jump::To(id(1_000))));
}

#[test]
fn all_are_chosen_also_those_that_are_not_in_memory() {
    let mut state = opened();
    put(&mut state, Input::Act(Action::Select(Some(id(999)))));
    let effects = act(&mut state, Browse::SelectAll);
    let [Effect::Page(PageWork::Shown { number, ends: None, limit: MOST_CHOSEN, .. })] = &effects[..] else {
        panic!("{effects:?}")
    };
    let number = *number;
    let all: Vec<JobId> = (1..=1_000).rev().map(id).collect();
    let effects = put(&mut state, Input::Page(PageNews::Shown { number, jobs: all }));
    assert_eq!((state.selection.card, state.selection.also.len()), (Some(id(999)), 999));
    let ask = asked(&effects).expect("they are read");
    assert_eq!(ask.pins.len(), 1_000);
    answer(&mut state, span(ask.number, 1_000, 1_000, 1, &ask.known));
    assert_eq!(state.chosen().len(), 1_000);

    // More than can be chosen is said, and nothing changes.
    let mut state = opened();
    act(&mut state, Browse::SelectAll);
    let number = state.paging.choosing.expect("asked");
    let jobs = (1..=MOST_CHOSEN as u128 + 1).map(id).collect();
    put(&mut state, Input::Page(PageNews::Shown { number, jobs }));
    assert_eq!((state.selection.card, state.toasts.len()), (None, 1));
}

#[test]
fn a_search_asks_the_library_and_shows_what_it_finds_in_memory() {
    let mut state = opened();
    let effects = put(&mut state, Input::Act(Action::Search("shot 77".to_owned())));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Search { .. })), "{effects:?}");
    let ask = asked(&effects).expect("a question");
    assert_eq!((ask.look.search.as_str(), ask.from), ("shot 77", From::Start));
    assert_eq!(state.gallery.here(), 100, "what was shown stays until it is answered");
    let mut found = span(ask.number, 1_000, 779, 770, &ask.known);
    (found.before, found.after) = (0, 0);
    answer(&mut state, found);
    assert_eq!(numbers(&state), (770..=779).rev().collect::<Vec<u128>>());
    assert_eq!(state.gallery.count(Filter::All), 1_000, "chips count as if nothing were searched for");
}

#[test]
fn a_question_without_an_answer_can_be_asked_again() {
    let mut state = opened();
    let ask = asked(&act(&mut state, Browse::Near(500))).expect("a question");
    put(&mut state, Input::Page(PageNews::Failed(ask.number, "The disk is gone.".to_owned())));
    assert_eq!(state.toasts.len(), 1);
    assert!(asked(&act(&mut state, Browse::Near(500))).is_some());
}

#[test]
fn a_library_that_fits_asks_nothing() {
    let mut state = AppState::new(UnixMillis(1_000_000));
    for number in 1..=5 {
        put(&mut state, Input::Engine(Event::JobChanged(Box::new(clip(number)))));
    }
    let mut effects = act(&mut state, Browse::Near(3));
    effects.extend(act(&mut state, Browse::SelectAll));
    effects.extend(act(&mut state, Browse::SortBy(SortBy::Oldest)));
    assert!(
        asked(&effects).is_none() && !effects.iter().any(|effect| matches!(effect, Effect::Page(_))),
        "{effects:?}"
    );
    assert_eq!(state.chosen().len(), 5);
}

#[test]
fn a_missing_file_changes_no_count_that_it_would_change_back_with_the_next_scroll() {
    let mut state = opened();
    let counts =
        |state: &AppState| [Filter::All, Filter::Ready, Filter::NeedsYou].map(|chip| state.gallery.count(chip));
    let before = counts(&state);
    let lost = *state.jobs.values().map(|job| &job.id).next().expect("a clip in memory");
    put(&mut state, Input::FilesMissing(vec![lost]));
    assert!(state.missing_files.contains(&lost), "its card tells it");
    assert_eq!(counts(&state), before);
    act(&mut state, Browse::Stars(None));
    assert_eq!(counts(&state), before);
}
