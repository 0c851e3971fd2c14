use proptest::prelude::*;
use strum::IntoEnumIterator as _;

use super::*;
use crate::domain::Sha256Hex;
use crate::domain::samples::{self, id};
use crate::domain::{Clip, ClipDuration, Draft, Job, JobState};

/// What a [`Look`] borrows.
#[derive(Clone, Debug, Default)]
struct Looking {
    filter: Filter,
    stars: Option<Rating>,
    project: ProjectChoice,
    sort_by: SortBy,
    view: View,
    hits: Option<HashSet<JobId>>,
    missing_files: HashSet<JobId>,
}

impl Looking {
    fn look(&self) -> Look<'_> {
        Look {
            filter: self.filter,
            stars: self.stars,
            project: &self.project,
            sort_by: self.sort_by,
            view: self.view,
            hits: self.hits.as_ref(),
            missing_files: Some(&self.missing_files),
        }
    }
}

fn job(number: u128, gateway: GatewayId, prompt: &str, seed: u32, state: JobState) -> Job {
    samples::job(number).gateway(gateway).prompt(prompt).seed(seed).state(state)
}

fn numbers(gallery: &Gallery) -> Vec<Vec<u128>> {
    gallery.groups.iter().map(|group| group.takes.iter().map(|take| take.0.as_u128()).collect()).collect()
}

fn in_order(gallery: &Gallery) -> Vec<u128> {
    gallery.order().map(|job| job.0.as_u128()).collect()
}

fn sample() -> Jobs {
    use GatewayId::{Aigateway, Apiin};
    [
        job(1, Apiin, "a boat", 1, JobState::Ready),
        job(2, Apiin, "a dragon", 1, JobState::Failed),
        job(3, Apiin, "a boat", 2, JobState::Generating),
        job(4, Aigateway, "a boat", 2, JobState::Unconfirmed),
        job(5, Aigateway, "a boat", 3, JobState::Removed),
    ]
    .into_iter()
    .collect()
}

fn rated(jobs: &mut Jobs, number: u128, stars: u8, is_rejected: bool) {
    let mut job = jobs.get_mut(&id(number)).expect("there");
    job.verdict.rating = Rating::new(stars);
    job.verdict.is_rejected = is_rejected;
}

#[test]
fn takes_are_grouped_by_recipe_without_seed_and_by_gateway_newest_group_first() {
    let gallery = Gallery::of(&sample(), &Looking::default().look());
    assert_eq!(numbers(&gallery), [vec![4], vec![1, 3], vec![2]]);
    assert_eq!(gallery.shown(), 4);
}

#[test]
fn filters_hide_cards_and_keep_take_numbers_and_counts() {
    let jobs = sample();
    for (filter, shown) in [(Filter::Working, vec![3]), (Filter::Failed, vec![2]), (Filter::NeedsYou, vec![4])] {
        let gallery = Gallery::of(&jobs, &Looking { filter, ..Looking::default() }.look());
        assert_eq!(in_order(&gallery), shown, "{filter:?}");
        assert_eq!(gallery.take_of(id(3)), (2, 2));
        let counts: Vec<usize> = Filter::iter().map(|chip| gallery.count(chip)).collect();
        assert_eq!(counts, [4, 1, 1, 1, 1], "{filter:?}");
    }
    let hits = Some([id(1), id(2)].into());
    let gallery = Gallery::of(&jobs, &Looking { hits, ..Looking::default() }.look());
    assert_eq!(numbers(&gallery), [vec![1], vec![2]], "a group lies where its newest take says, also a hidden one");
    assert_eq!((gallery.count(Filter::All), gallery.groups[0].count), (4, 2));
}

#[test]
fn chips_count_within_the_project_and_projects_count_everything() {
    let mut jobs = sample();
    let spring = Project::new("Spring").expect("a name");
    jobs.get_mut(&id(1)).expect("there").project = Some(spring.clone());
    jobs.get_mut(&id(2)).expect("there").project = Some(spring.clone());
    rated(&mut jobs, 1, 3, false);
    rated(&mut jobs, 4, 5, false);
    let only = ProjectChoice::Only(spring);
    let gallery = Gallery::of(&jobs, &Looking { project: only.clone(), ..Looking::default() }.look());
    assert_eq!(in_order(&gallery), [1, 2]);
    let counts: Vec<usize> = Filter::iter().map(|chip| gallery.count(chip)).collect();
    assert_eq!(counts, [2, 0, 0, 1, 1]);
    assert_eq!((gallery.count_stars(Rating::new(3)), gallery.count_stars(Rating::new(4))), (1, 0));
    let of_projects = [ProjectChoice::All, ProjectChoice::None, only].map(|choice| gallery.count_in(&choice));
    assert_eq!(of_projects, [4, 2, 2]);
    let gallery = Gallery::of(&jobs, &Looking { stars: Some(Rating::new(3)), ..Looking::default() }.look());
    assert_eq!(in_order(&gallery), [4, 1]);
}

#[test]
fn the_best_take_has_most_stars_and_is_the_newest_of_equals() {
    let mut jobs: Jobs = (1..=4).map(|n| job(n, GatewayId::Apiin, "a boat", 1, JobState::Ready)).collect();
    let best = |jobs: &Jobs| Gallery::of(jobs, &Looking::default().look()).groups[0].best.map(|job| job.0.as_u128());
    assert_eq!(best(&jobs), None, "nobody has said anything yet");
    rated(&mut jobs, 1, 2, false);
    assert_eq!(best(&jobs), Some(1));
    rated(&mut jobs, 2, 4, false);
    rated(&mut jobs, 3, 4, false);
    assert_eq!(best(&jobs), Some(3));
    rated(&mut jobs, 3, 4, true);
    assert_eq!(best(&jobs), Some(2), "what was rejected is not the best");
    let gallery = Gallery::of(&jobs, &Looking::default().look());
    assert_eq!(in_order(&gallery), [1, 2, 3, 4], "and stays where it is");
    assert_eq!([1, 2, 3, 4].map(|number| gallery.is_best(id(number))), [false, true, false, false]);
}

#[test]
fn orders_hold_for_groups_and_for_the_wall() {
    let long = |number, prompt: &str, duration| {
        let draft = Draft { prompt: prompt.to_owned(), duration, ..Draft::default() };
        let request = draft.to_request().expect("valid");
        Job { request, ..job(number, GatewayId::Practice, "any", 1, JobState::Ready) }
    };
    let mut jobs: Jobs = [
        long(1, "boat", ClipDuration::S5),
        long(2, "dune", ClipDuration::S10),
        long(3, "fox", ClipDuration::S8),
        long(4, "boat", ClipDuration::S5),
    ]
    .into_iter()
    .collect();
    rated(&mut jobs, 1, 5, false);
    rated(&mut jobs, 3, 2, false);
    for (sort_by, groups, wall) in [
        (SortBy::Newest, vec![1, 4, 3, 2], vec![4, 3, 2, 1]),
        (SortBy::Oldest, vec![1, 4, 2, 3], vec![1, 2, 3, 4]),
        (SortBy::Stars, vec![1, 4, 3, 2], vec![1, 3, 4, 2]),
        (SortBy::Longest, vec![2, 3, 1, 4], vec![2, 3, 4, 1]),
    ] {
        for (view, expected) in [(View::Groups, groups), (View::Wall, wall)] {
            let gallery = Gallery::of(&jobs, &Looking { sort_by, view, ..Looking::default() }.look());
            assert_eq!(in_order(&gallery), expected, "{sort_by:?} {view:?}");
            assert_eq!(gallery.wall.len(), if view == View::Wall { 4 } else { 0 });
        }
    }
}

#[test]
fn a_missing_file_needs_the_user() {
    let clip = job(1, GatewayId::Apiin, "a boat", 1, JobState::Ready);
    assert_eq!(Filter::of(&clip, false), Some(Filter::Ready));
    assert_eq!(Filter::of(&clip, true), Some(Filter::NeedsYou));
}

/// Neighbors and places agree with the reading order.
fn check_places(gallery: &Gallery) {
    let order: Vec<JobId> = gallery.order().collect();
    assert_eq!(order.len(), gallery.shown());
    let places: Vec<Place> = order.iter().map(|job| gallery.place_of(*job).expect("shown")).collect();
    assert!(places.is_sorted());
    for (at, job) in order.iter().enumerate() {
        assert_eq!(gallery.beside(*job, true), order.get(at + 1).copied());
        assert_eq!(gallery.beside(*job, false), at.checked_sub(1).map(|before| order[before]));
    }
}

#[derive(Clone, Debug)]
enum Step {
    Put { number: u128, prompt: usize, gateway: usize, state: usize, stars: u8, is_rejected: bool, project: usize },
    Hide(u128),
    Miss(u128),
    Measure(u128),
}

fn step() -> impl Strategy<Value = Step> {
    let number = || 0u128..24;
    prop_oneof![
        6 => (number(), 0usize..4, 0usize..2, 0usize..14, 0u8..6, any::<bool>(), 0usize..3).prop_map(
            |(number, prompt, gateway, state, stars, is_rejected, project)| Step::Put {
                number, prompt, gateway, state, stars, is_rejected, project
            }
        ),
        1 => number().prop_map(Step::Hide),
        1 => number().prop_map(Step::Miss),
        1 => number().prop_map(Step::Measure),
    ]
}

proptest! {
    /// The one rule that makes single changes safe: after any of them the gallery is what it would be if made anew.
    #[test]
    fn one_change_at_a_time_gives_what_all_at_once_gives(
        steps in proptest::collection::vec(step(), 1..60),
        (filter, stars, project, sort_by, view) in (0usize..5, 0u8..6, 0usize..3, 0usize..4, 0usize..2),
        hits in proptest::option::of(proptest::collection::hash_set((0u128..24).prop_map(id), 0..24)),
    ) {
        let spring = Project::new("Spring").expect("a name");
        let projects = [None, Some(spring.clone()), Some(Project::new("春").expect("a name"))];
        let mut looking = Looking {
            filter: Filter::iter().nth(filter).expect("one of five"),
            stars: (stars > 0).then(|| Rating::new(stars)),
            project: [ProjectChoice::All, ProjectChoice::None, ProjectChoice::Only(spring)][project].clone(),
            sort_by: SortBy::iter().nth(sort_by).expect("one of four"),
            view: View::iter().nth(view).expect("one of two"),
            hits,
            ..Looking::default()
        };
        let mut jobs = Jobs::default();
        let mut gallery = Gallery::of(&jobs, &looking.look());
        for step in steps {
            let number = match step {
                Step::Put { number, prompt, gateway, state, stars, is_rejected, project } => {
                    // A job never changes its recipe.
                    let known = jobs.get(&id(number)).map(|known| (known.gateway, known.request.clone()));
                    let gateway = [GatewayId::Apiin, GatewayId::Practice][gateway];
                    let mut new = job(number, gateway, ["boat", "fox", "dune", "夜"][prompt], 1, JobState::Ready);
                    if let Some((gateway, request)) = known {
                        (new.gateway, new.request) = (gateway, request);
                    }
                    new.state = JobState::iter().nth(state).expect("one of fourteen");
                    new.verdict.rating = Rating::new(stars);
                    new.verdict.is_rejected = is_rejected;
                    new.project = projects[project].clone();
                    jobs.insert(id(number), new);
                    number
                }
                Step::Hide(number) => {
                    if let Some(mut job) = jobs.get_mut(&id(number)) {
                        job.is_hidden = !job.is_hidden;
                    }
                    number
                }
                Step::Miss(number) => {
                    if !looking.missing_files.remove(&id(number)) {
                        looking.missing_files.insert(id(number));
                    }
                    number
                }
                Step::Measure(number) => {
                    if let Some(mut job) = jobs.get_mut(&id(number)) {
                        job.clip = Some(Clip {
                            path: "a.mp4".into(),
                            sha256: Sha256Hex::of(b"a film"),
                            size_bytes: 7,
                            width: 640,
                            height: 360,
                            duration_millis: 5_000,
                            has_audio: false,
                            recipe_note: None,
                        });
                    }
                    number
                }
            };
            gallery.update(id(number), &jobs, &looking.look());
            let anew = Gallery::of(&jobs, &looking.look());
            prop_assert_eq!(&gallery.groups, &anew.groups);
            prop_assert_eq!(&gallery.wall, &anew.wall);
            prop_assert_eq!(gallery.shown(), anew.shown());
            for chip in Filter::iter() {
                prop_assert_eq!(gallery.count(chip), anew.count(chip));
            }
            prop_assert_eq!(&gallery.counts.stars, &anew.counts.stars);
            for choice in [ProjectChoice::All, ProjectChoice::None] {
                prop_assert_eq!(gallery.count_in(&choice), anew.count_in(&choice));
            }
            for job in jobs.values() {
                prop_assert_eq!(gallery.take_of(job.id), anew.take_of(job.id));
                prop_assert_eq!(gallery.is_best(job.id), anew.is_best(job.id));
            }
            check_places(&gallery);
            let sums = jobs.values().map(Job::clone).collect::<Jobs>();
            prop_assert_eq!(jobs.sums(), sums.sums());
        }
    }
}
