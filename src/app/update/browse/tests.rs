use crate::app::Input;
use crate::app::action::Action;
use crate::app::state::gallery::Filter;
use crate::app::update::kit::put;
use crate::domain::browsing::{CardSize, SortBy, View};
use crate::domain::samples::{self, id};
use crate::domain::{GatewayId, Job, JobState, Rating, Settings, UnixMillis};
use crate::engine::event::Event;

use super::*;

fn job(number: u128, prompt: &str) -> Job {
    samples::job(number).gateway(GatewayId::Practice).prompt(prompt).state(JobState::Ready)
}

/// Five clips, each its own group, so that the newest comes first: 5 4 3 2 1.
fn window() -> AppState {
    let mut state = AppState::new(UnixMillis(1_000));
    let jobs = (1..=5).map(|number| job(number, &format!("clip {number}"))).collect();
    open(&mut state, jobs, Settings::default());
    state
}

fn open(state: &mut AppState, jobs: crate::app::state::jobs::Jobs, settings: Settings) -> Vec<Effect> {
    put(
        state,
        Input::Opened {
            jobs,
            history: crate::domain::progress::History::default(),
            draft: None,
            settings: Box::new(settings),
            warnings: vec![],
            clip_folder: "clips".into(),
        },
    )
}

fn browse(state: &mut AppState, browse: Browse) -> Vec<Effect> {
    put(state, Input::Act(Action::Browse(browse)))
}

fn pick(state: &mut AppState, number: u128) {
    put(state, Input::Act(Action::Select(Some(id(number)))));
}

fn changed(state: &mut AppState, job: Job) {
    put(state, Input::Engine(Event::JobChanged(Box::new(job))));
}

fn picked(state: &AppState) -> Vec<u128> {
    let jobs = state.chosen();
    assert!(jobs.iter().all(|job| state.selection.holds(*job)));
    jobs.into_iter().map(|job| job.0.as_u128()).collect()
}

fn lead(state: &AppState) -> Option<u128> {
    state.selection.card.map(|job| job.0.as_u128())
}

fn shown(state: &AppState) -> Vec<u128> {
    state.gallery.order().map(|job| job.0.as_u128()).collect()
}

#[test]
fn clicks_choose_as_everywhere() {
    let mut state = window();
    assert_eq!(shown(&state), [5, 4, 3, 2, 1]);
    pick(&mut state, 2);
    assert_eq!((picked(&state), lead(&state)), (vec![2], Some(2)));
    browse(&mut state, Browse::SelectAlso(id(4)));
    assert_eq!((picked(&state), lead(&state)), (vec![4, 2], Some(2)), "reading order, and the details stay");
    browse(&mut state, Browse::SelectAlso(id(2)));
    assert_eq!((picked(&state), lead(&state)), (vec![4], Some(4)), "the lead goes on to another one");
    browse(&mut state, Browse::SelectAlso(id(4)));
    assert_eq!((picked(&state), lead(&state)), (vec![], None));
    browse(&mut state, Browse::SelectAlso(id(3)));
    assert_eq!((picked(&state), lead(&state)), (vec![3], Some(3)));
    pick(&mut state, 1);
    assert_eq!(picked(&state), [1]);
}

#[test]
fn a_range_goes_from_the_anchor_both_ways() {
    let mut state = window();
    pick(&mut state, 3);
    browse(&mut state, Browse::SelectTo(id(1)));
    assert_eq!((picked(&state), lead(&state)), (vec![3, 2, 1], Some(3)));
    browse(&mut state, Browse::SelectTo(id(5)));
    assert_eq!((picked(&state), lead(&state)), (vec![5, 4, 3], Some(3)), "the anchor stays");
    browse(&mut state, Browse::SelectAlso(id(1)));
    browse(&mut state, Browse::SelectTo(id(2)));
    assert_eq!(picked(&state), [2, 1], "a range from the card that was added last");
    let mut state = window();
    browse(&mut state, Browse::SelectTo(id(4)));
    assert_eq!((picked(&state), lead(&state)), (vec![4], Some(4)), "without an anchor it is a click");
}

#[test]
fn all_means_all_that_is_shown() {
    let mut state = window();
    pick(&mut state, 3);
    browse(&mut state, Browse::SelectAll);
    assert_eq!((picked(&state), lead(&state)), (vec![5, 4, 3, 2, 1], Some(3)));
    put(&mut state, Input::Act(Action::SetFilter(Filter::Failed)));
    assert_eq!(picked(&state), Vec::<u128>::new(), "nothing is done to cards that nobody sees");
    assert_eq!(lead(&state), Some(3), "the clip in the details stays");
    browse(&mut state, Browse::SelectAll);
    assert_eq!(picked(&state), Vec::<u128>::new());
}

#[test]
fn a_card_that_leaves_hands_the_choice_on() {
    let mut state = window();
    pick(&mut state, 4);
    put(&mut state, Input::Act(Action::RemoveCard(id(4))));
    assert_eq!(lead(&state), Some(3), "the card behind it");
    put(&mut state, Input::Act(Action::Undo));
    assert_eq!((picked(&state), shown(&state)), (vec![4], vec![5, 4, 3, 2, 1]));
    browse(&mut state, Browse::SelectTo(id(2)));
    put(&mut state, Input::Act(Action::RemoveCard(id(4))));
    assert_eq!((picked(&state), lead(&state)), (vec![3, 2], Some(3)), "the other chosen ones stay chosen");
    put(&mut state, Input::Act(Action::RemoveCard(id(2))));
    assert_eq!(picked(&state), [3]);
    pick(&mut state, 1);
    put(&mut state, Input::Act(Action::RemoveCard(id(1))));
    assert_eq!(lead(&state), Some(3), "nothing is behind the last one");
}

#[test]
fn a_new_clip_shows_itself_only_where_nothing_is_chosen() {
    let mut state = window();
    changed(&mut state, job(6, "clip 6"));
    assert_eq!(lead(&state), Some(6));
    changed(&mut state, job(7, "clip 7"));
    assert_eq!((lead(&state), shown(&state)), (Some(6), vec![7, 6, 5, 4, 3, 2, 1]));
}

#[test]
fn an_old_result_stays_until_the_newest_question_is_answered() {
    let mut state = window();
    let type_in = |state: &mut AppState, text: &str| put(state, Input::Act(Action::Search(text.to_owned())));
    let question = |effects: &[Effect]| match effects {
        [Effect::Search { question, .. }] => *question,
        other => panic!("{other:?}"),
    };
    let first = question(&type_in(&mut state, "clip 1"));
    assert_eq!(shown(&state), [5, 4, 3, 2, 1]);
    let second = question(&type_in(&mut state, "clip 2"));
    put(&mut state, Input::Hits { question: first, jobs: vec![id(1)] });
    assert_eq!(shown(&state), [5, 4, 3, 2, 1], "too late");
    // A clip that came after the library was asked.
    changed(&mut state, job(6, "CLIP 2 again"));
    put(&mut state, Input::Hits { question: second, jobs: vec![id(2)] });
    assert_eq!(shown(&state), [6, 2]);
    changed(&mut state, job(7, "clip 2"));
    changed(&mut state, job(8, "clip 3"));
    assert_eq!(shown(&state), [2, 7, 6], "one of them is a take of an older clip");
    let third = question(&type_in(&mut state, "clip 27"));
    assert_eq!(shown(&state), [2, 7, 6]);
    assert!(type_in(&mut state, " ").is_empty(), "nothing is asked about nothing");
    put(&mut state, Input::Hits { question: third, jobs: vec![] });
    assert_eq!(state.gallery.shown(), 8);
}

#[test]
fn the_look_is_kept_and_comes_back() {
    let mut state = window();
    let spring = Project::new("Spring").expect("a name");
    let steps = [
        Browse::SortBy(SortBy::Stars),
        Browse::View(View::Wall),
        Browse::CardSize(CardSize::Large),
        Browse::Project(ProjectChoice::Only(spring.clone())),
    ];
    let mut kept = None;
    for step in steps {
        let effects = browse(&mut state, step.clone());
        let [Effect::SaveSettings(settings)] = &effects[..] else { panic!("{step:?}: {effects:?}") };
        kept = Some((**settings).clone());
        assert!(browse(&mut state, step).is_empty(), "the same again is nothing new");
    }
    assert!(browse(&mut state, Browse::Stars(Some(Rating::new(3)))).is_empty(), "stars are a look for now");
    let mut again = AppState::new(UnixMillis(1));
    let jobs = [Job { project: Some(Project::new("Summer").expect("a name")), ..job(1, "clip") }];
    let effects = open(&mut again, jobs.into_iter().collect(), kept.expect("kept"));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::FindProjects)));
    let browsing = &again.browsing;
    assert_eq!((browsing.sort_by, browsing.view, browsing.card_size), (SortBy::Stars, View::Wall, CardSize::Large));
    assert_eq!(browsing.project, ProjectChoice::Only(spring.clone()));
    put(&mut again, Input::ProjectsFound(vec![Project::new("Folder").expect("a name")]));
    let names: Vec<&str> = again.browsing.projects.iter().map(Project::as_str).collect();
    assert_eq!(names, ["Folder", "Spring", "Summer"]);
}

#[test]
fn a_new_project_is_looked_at_or_refused_with_a_reason() {
    let mut state = window();
    browse(&mut state, Browse::NewProject("a/b".to_owned()));
    assert!(state.browsing.project_problem.is_some());
    let effects = browse(&mut state, Browse::NewProject(" Spring ".to_owned()));
    assert!(
        effects.iter().any(|effect| matches!(effect, Effect::MakeProjectFolder(name) if name.as_str() == "Spring"))
    );
    assert_eq!(state.browsing.project_problem, None);
    assert_eq!(shown(&state), Vec::<u128>::new());
    changed(&mut state, Job { project: Project::new("Spring").ok(), ..job(6, "clip 6") });
    assert_eq!(shown(&state), [6]);
}

#[test]
fn missing_files_are_counted_again_few_or_many() {
    let mut state = window();
    put(&mut state, Input::FilesMissing(vec![id(1), id(2)]));
    assert_eq!(state.gallery.count(Filter::NeedsYou), 2);
    put(&mut state, Input::FilesMissing(vec![id(2), id(3)]));
    assert_eq!((state.gallery.count(Filter::NeedsYou), state.gallery.count(Filter::Ready)), (2, 3));
    for number in 6..=(MANY as u128 + 10) {
        changed(&mut state, job(number, "many"));
    }
    put(&mut state, Input::FilesMissing((1..=(MANY as u128 + 10)).map(id).collect()));
    assert_eq!(state.gallery.count(Filter::NeedsYou), MANY + 10);
}
