//! A gallery of which a part is in memory shows exactly what the whole gallery shows there: the rules of the window on real
//! libraries, against the gallery of all jobs.

use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;
use rushes::app::action::browse::Browse;
use rushes::app::action::paging::{PageNews, PageWork};
use rushes::app::state::gallery::{Gallery, Look};
use rushes::app::state::jobs::Jobs;
use rushes::app::update::apply;
use rushes::app::{Action, AppState, Effect, Input, Now};
use rushes::domain::browsing::{Filter, ProjectChoice, SortBy, View};
use rushes::domain::paging::{Ask, From, PageLook};
use rushes::domain::search::{SearchWords, text_of};
use rushes::domain::{Job, JobId, JobState, Project, Rating, Settings, UnixMillis, samples};
use rushes::engine::event::Event;
use rushes::library::{Library, Opened, Paths};
use strum::IntoEnumIterator as _;

/// So few places are in memory here.
const LIMIT: usize = 24;

const STATES: [JobState; 6] =
    [JobState::Ready, JobState::Ready, JobState::Ready, JobState::Failed, JobState::Cancelled, JobState::Removed];

/// A window on a library, in one test's hands.
struct Desk {
    _dir: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
    library: Library,
    /// What is stored.
    all: BTreeMap<JobId, Job>,
    state: AppState,
    time: i64,
}

#[derive(Clone, Debug)]
struct Seen {
    prompt: usize,
    state: usize,
    stars: u8,
    is_rejected: bool,
    project: usize,
    secs: bool,
}

fn seen() -> impl Strategy<Value = Seen> {
    (0usize..60, 0usize..STATES.len(), 0u8..6, any::<bool>(), 0usize..3, any::<bool>()).prop_map(
        |(prompt, state, stars, is_rejected, project, secs)| Seen { prompt, state, stars, is_rejected, project, secs },
    )
}

fn job(number: u128, seen: &Seen) -> Job {
    let mut job = samples::job(number)
        .asking(|draft| {
            draft.prompt = format!("shot {} {}", seen.prompt, ["boat", "fox", "夜"][seen.prompt % 3]);
            draft.duration =
                if seen.secs { rushes::domain::ClipDuration::S8 } else { rushes::domain::ClipDuration::S5 };
        })
        .stars(seen.stars)
        .rejected(seen.is_rejected)
        .state(STATES[seen.state]);
    job.project = [None, Project::new("Spring").ok(), Project::new("春").ok()][seen.project].clone();
    // Nothing is left to do for it: a clip without its picture would be.
    job.poster = rushes::domain::job::Poster::Made { width: 1, height: 1 };
    job
}

impl Desk {
    fn new(jobs: Vec<Job>) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let Opened { library, .. } = Library::open(&Paths::portable(dir.path())).expect("opens");
        runtime.block_on(library.put_all(jobs.clone())).expect("stored");
        let state = AppState::new(UnixMillis(1_000_000));
        let all = jobs.into_iter().map(|job| (job.id, job)).collect();
        let mut desk = Self { _dir: dir, runtime, library, all, state, time: 1_000_000 };
        let ask = Ask {
            number: 0,
            look: PageLook::default(),
            from: From::Start,
            limit: 8,
            pins: Vec::new(),
            known: HashSet::new(),
            is_quick: false,
        };
        let page = desk.runtime.block_on(desk.library.span(ask)).expect("an answer");
        desk.put(Input::Opened {
            jobs: Jobs::default(),
            history: rushes::domain::progress::History::default(),
            draft: None,
            settings: Box::new(Settings { is_welcomed: true, ..Settings::default() }),
            warnings: Vec::new(),
            clip_folder: "clips".into(),
        });
        desk.put(Input::Page(PageNews::Opened(Box::new(page))));
        desk.settle();
        desk
    }

    /// Takes an input and lets the library answer all that follows.
    fn put(&mut self, input: Input) {
        let now = Now { time: UnixMillis(self.time), random: 1 };
        let mut effects = apply(&mut self.state, now, input).services;
        while let Some(effect) = effects.pop() {
            let news = match effect {
                Effect::Page(PageWork::Span(ask)) => {
                    let ask = Ask { limit: LIMIT, ..*ask };
                    let span = self.runtime.block_on(self.library.span(ask)).expect("an answer");
                    PageNews::Span(Box::new(span))
                }
                Effect::Page(PageWork::Shown { number, look, ends, limit }) => {
                    let jobs = self.runtime.block_on(self.library.shown(*look, ends, limit)).expect("an answer");
                    PageNews::Shown { number, jobs }
                }
                _ => continue,
            };
            effects.extend(apply(&mut self.state, now, Input::Page(news)).services);
        }
    }

    /// Lets time pass until nothing is to be asked any more.
    fn settle(&mut self) {
        for _ in 0..8 {
            self.time += 1_100;
            self.put(Input::Tick);
        }
        assert_eq!((&self.state.paging.asked, self.state.paging.due_at), (&None, None));
    }

    fn act(&mut self, browse: Browse) {
        self.put(Input::Act(Action::Browse(browse)));
    }

    /// The engine stored a job and tells of it. The stars of a job in memory are the window's own.
    fn store(&mut self, mut job: Job) {
        let known = self.state.jobs.get(&job.id).map(|known| known.verdict);
        job.verdict = known.unwrap_or(job.verdict);
        self.runtime.block_on(self.library.put(job.clone())).expect("stored");
        let is_new = self.all.insert(job.id, job.clone()).is_none();
        let job = Box::new(job);
        let told = if is_new { Event::JobChanged(job) } else { Event::Settled(job, None) };
        self.put(Input::Engine(told));
    }

    /// The gallery of all jobs, looked at in the same way.
    fn whole(&self) -> Gallery {
        let words = SearchWords::new(&self.state.search);
        let hits: HashSet<JobId> =
            self.all.values().filter(|job| words.are_in(&text_of(job))).map(|job| job.id).collect();
        let jobs: Jobs = self.all.values().cloned().collect();
        let look = Look { hits: (!words.is_empty()).then_some(&hits), ..self.state.look() };
        Gallery::of(&jobs, &look)
    }

    /// What is in memory is what the whole gallery has there, and all numbers are those of the whole.
    fn check(&self) -> Result<(), TestCaseError> {
        let (part, whole) = (&self.state.gallery, self.whole());
        let total = part.before() + part.here() + part.after();
        prop_assert_eq!(total, whole.here(), "before {} here {} after {}", part.before(), part.here(), part.after());
        match self.state.browsing.view {
            View::Groups => {
                for (group, other) in part.groups.iter().zip(&whole.groups[part.before()..]) {
                    prop_assert_eq!(group, other);
                }
            }
            View::Wall => {
                for (card, other) in part.wall.iter().zip(&whole.wall[part.before()..]) {
                    prop_assert_eq!(card, other);
                }
            }
        }
        for chip in Filter::iter() {
            prop_assert_eq!(part.count(chip), whole.count(chip), "{:?}", chip);
        }
        for stars in 0..=5 {
            prop_assert_eq!(part.count_stars(Rating::new(stars)), whole.count_stars(Rating::new(stars)));
        }
        for choice in [ProjectChoice::All, ProjectChoice::None, ProjectChoice::Only(spring())] {
            prop_assert_eq!(part.count_in(&choice), whole.count_in(&choice));
        }
        for job in self.state.jobs.values() {
            prop_assert_eq!(part.take_of(job.id), whole.take_of(job.id));
            prop_assert_eq!(part.is_best(job.id), whole.is_best(job.id));
        }
        let places: Vec<_> = part.order().map(|job| part.place_of(job)).collect();
        prop_assert!(places.is_sorted() && places.iter().all(Option::is_some));
        prop_assert!(self.state.jobs.len() < 40 + LIMIT * 14, "{} jobs in memory", self.state.jobs.len());
        Ok(())
    }
}

fn spring() -> Project {
    Project::new("Spring").expect("a name")
}

#[derive(Clone, Debug)]
enum Step {
    Near(u64),
    ToEnd(bool),
    Sort(usize),
    View(usize),
    Filter(usize),
    Stars(u8),
    Project(usize),
    Search(usize),
    New(Seen),
    Change(usize, Seen),
    Hide(usize),
    Rate(usize, u8),
    Show(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0u64..200).prop_map(Step::Near),
        1 => any::<bool>().prop_map(Step::ToEnd),
        1 => (0usize..4).prop_map(Step::Sort),
        1 => (0usize..2).prop_map(Step::View),
        1 => (0usize..5).prop_map(Step::Filter),
        1 => (0u8..4).prop_map(Step::Stars),
        1 => (0usize..3).prop_map(Step::Project),
        1 => (0usize..6).prop_map(Step::Search),
        2 => seen().prop_map(Step::New),
        3 => (any::<usize>(), seen()).prop_map(|(at, seen)| Step::Change(at, seen)),
        1 => any::<usize>().prop_map(Step::Hide),
        3 => (any::<usize>(), 0u8..6).prop_map(|(at, stars)| Step::Rate(at, stars)),
        1 => any::<usize>().prop_map(Step::Show),
    ]
}

fn some(desk: &Desk, at: usize) -> Job {
    desk.all.values().nth(at % desk.all.len()).expect("there").clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_part_of_the_gallery_is_a_part_of_the_whole(
        first in proptest::collection::vec(seen(), 40..260),
        steps in proptest::collection::vec(step(), 1..40),
    ) {
        let jobs: Vec<Job> = first.iter().enumerate().map(|(at, seen)| job(at as u128 + 1, seen)).collect();
        let mut next = jobs.len() as u128 + 1;
        let mut desk = Desk::new(jobs);
        desk.check()?;
        for step in steps {
            match step {
                Step::Near(rank) => desk.act(Browse::Near(rank)),
                Step::ToEnd(is_last) => desk.act(Browse::ToEnd(is_last)),
                Step::Sort(at) => desk.act(Browse::SortBy(SortBy::iter().nth(at).expect("one of four"))),
                Step::View(at) => desk.act(Browse::View(View::iter().nth(at).expect("one of two"))),
                Step::Filter(at) => desk.put(Input::Act(Action::SetFilter(Filter::iter().nth(at).expect("one of five")))),
                Step::Stars(stars) => desk.act(Browse::Stars(Some(Rating::new(stars)))),
                Step::Project(at) => {
                    let choice = [ProjectChoice::All, ProjectChoice::None, ProjectChoice::Only(spring())];
                    desk.act(Browse::Project(choice[at].clone()));
                }
                Step::Search(at) => {
                    let typed = ["", "boat", "f", "shot 1", "夜", "nothing like it"][at];
                    desk.put(Input::Act(Action::Search(typed.to_owned())));
                }
                Step::New(seen) => {
                    desk.store(job(next, &seen));
                    next += 1;
                    desk.settle();
                }
                Step::Change(at, seen) => {
                    // A job keeps its recipe.
                    let old = some(&desk, at);
                    let new = job(old.id.0.as_u128(), &seen);
                    desk.store(Job { request: old.request, is_hidden: old.is_hidden, ..new });
                    desk.settle();
                }
                Step::Hide(at) => {
                    let old = some(&desk, at);
                    desk.store(Job { is_hidden: !old.is_hidden, ..old });
                    desk.settle();
                }
                Step::Rate(at, stars) => {
                    // The window rates a card that it shows; the engine stores it a moment later.
                    let order: Vec<JobId> = desk.state.gallery.order().collect();
                    if let Some(id) = order.get(at % order.len().max(1)).copied() {
                        desk.put(Input::Act(Action::Curate(rushes::app::action::curate::Curate::Rate(
                            vec![id],
                            Rating::new(stars),
                        ))));
                        let rated = desk.state.jobs[&id].clone();
                        desk.store(rated);
                    }
                }
                Step::Show(at) => {
                    let id = some(&desk, at).id;
                    desk.put(Input::Act(Action::Select(Some(id))));
                    if let Some(whole) = desk.whole().place_of(id).is_some().then_some(id) {
                        prop_assert!(desk.state.gallery.index_of(whole).is_some(), "what is chosen is at hand");
                    }
                }
            }
            desk.check()?;
        }
        desk.runtime.block_on(desk.library.close());
    }
}
