//! A clip of ours that is dropped on the window, whatever it is called now: its recipe is in the form.

use rushes::app::action::pictures::{FoundRecipe, PictureNews, PictureWork, Pictures, RecipeSource};
use rushes::app::update::apply;
use rushes::app::{Action, AppState, Effect, Input, Now};
use rushes::domain::UnixMillis;
use rushes::session::{Home, Manner, Session};

use super::*;

fn put(state: &mut AppState, input: Input) -> Vec<Effect> {
    let now = Now { time: UnixMillis(state.now.0 + 1), random: 7 };
    apply(state, now, input).services
}

/// A session of another library, which knows nothing of the clip.
async fn elsewhere(bench: &Bench) -> Session {
    let home = Home::find(Some(&bench.dir.path().join("another"))).expect("a folder");
    let opened = home.open_in_background().await.expect("it opens");
    let handle = tokio::runtime::Handle::current();
    let (session, _events) =
        Session::start(&home, opened.library, Vec::new(), opened.history, handle, Manner::WINDOW, || {})
            .expect("it starts");
    session
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_clip_fills_the_form_with_its_recipe_after_it_was_renamed() {
    let (bench, job) = tokio::task::spawn_blocking(|| {
        let bench = Bench::new();
        let job = generate(&bench, "practice", &["--resolution", "540p", "--aspect-ratio", "9:16", "--seed", "81"]);
        (bench, job)
    })
    .await
    .expect("a clip");
    let renamed = bench.dir.path().join("holiday film.mp4");
    fs::rename(file_of(&bench, &job), &renamed).expect("same disk");
    let session = elsewhere(&bench).await;

    let mut state = AppState::new(UnixMillis(1_000_000));
    put(&mut state, Input::Act(Action::EditPrompt("typed before".to_owned())));
    let typed = state.draft.clone();
    // Where the place of the drop is not known, a film of ours means its settings.
    let effects = put(&mut state, Input::Act(Action::Pictures(Pictures::Drop(vec![renamed.clone()], None))));
    let [Effect::Pictures(PictureWork::ReadRecipe(source))] = &effects[..] else { panic!("{effects:?}") };
    let (RecipeSource::Film(file) | RecipeSource::File(file)) = source else { panic!("{source:?}") };
    let request = session.read_recipe(file).expect("it carries its recipe");
    let found = FoundRecipe { lacks_picture: session.lacks_picture_of(&request), request };
    put(&mut state, Input::Pictures(PictureNews::RecipeRead(source.clone(), Ok(Box::new(found)))));

    let again = state.draft.to_request().expect("valid");
    let seed = job.request.seed().expect("it was typed");
    assert_eq!(again.with_seed(again.seed().expect("it came along"), job.request.is_seed_drawn()), job.request);
    assert_eq!((again.seed(), state.draft.gateway), (Some(seed), typed.gateway), "the gateway stays the user's choice");
    assert_eq!(state.toasts[0].title, "Settings restored from holiday film.mp4");
    put(&mut state, Input::Act(Action::Undo));
    assert_eq!(state.draft, typed);
    session.close(async {}).await;
    // It holds a runtime of its own, which may not end on this one.
    tokio::task::spawn_blocking(move || drop(bench)).await.expect("it ends");
}
