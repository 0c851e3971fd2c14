use super::*;
use crate::app::action::pictures::Reopened;
use crate::app::action::{Action, FramePurpose, Input};
use crate::app::state::crop::CropAct;
use crate::app::state::pictures::{FileKind, LookedAtFile, Preview};
use crate::app::state::{KeyPlace, KeyState};
use crate::app::update::kit::{put, put_all};
use crate::app::view::form;
use crate::domain::picture_edit::{CropRect, PictureEdit, PictureFacts};
use crate::domain::{
    Amount, AspectRatio, ClipDuration, Credits, Draft, Field, GatewayId, JobId, Parent, PictureWay, UnixMillis, samples,
};
use crate::engine::command::{Command, NewJob};
use crate::engine::event::Event;

fn window() -> AppState {
    let mut state = AppState::new(UnixMillis(1_000_000));
    state.settings.caps.confirm_above.is_on = false;
    for gateway in state.gateways.values_mut() {
        gateway.key = KeyState::Present { place: KeyPlace::Session, last_four: None };
    }
    state.draft.prompt = "a boat".to_owned();
    state.draft.gateway = GatewayId::Apiin;
    state.draft.duration = ClipDuration::S8;
    state
}

pub(super) fn act(state: &mut AppState, word: Pictures) -> Vec<Effect> {
    put(state, Input::Act(Action::Pictures(word)))
}

pub(super) fn news(state: &mut AppState, news: PictureNews) -> Vec<Effect> {
    put(state, Input::Pictures(news))
}

pub(super) fn picture(name: &str) -> StoredPicture {
    samples::stored_photo(name)
}

fn files(names: &[&str]) -> Vec<PathBuf> {
    names.iter().map(|name| PathBuf::from("/home/ada").join(name)).collect()
}

fn facts() -> PictureFacts {
    samples::photo_facts("boat.jpg")
}

fn work(effects: &[Effect]) -> Vec<PictureWork> {
    let work = |effect: &Effect| match effect {
        Effect::Pictures(work) => Some(work.clone()),
        _ => None,
    };
    effects.iter().filter_map(work).collect()
}

fn imported(effects: &[Effect]) -> Vec<PathBuf> {
    let path = |effect: &Effect| match effect {
        Effect::ImportPicture(Slot::Start, path) => Some(path.clone()),
        _ => None,
    };
    effects.iter().filter_map(path).collect()
}

fn ordered(effects: Vec<Effect>) -> Vec<NewJob> {
    let jobs = effects.into_iter().find_map(|effect| match effect {
        Effect::Engine(Command::Enqueue(jobs)) => Some(jobs),
        _ => None,
    });
    jobs.unwrap_or_default()
}

#[test]
fn what_hovers_is_looked_at_once_and_an_old_answer_is_not_believed() {
    let mut state = window();
    let [boat, dunes] = [&files(&["boat.jpg"])[..], &files(&["dunes.jpg"])[..]].map(<[PathBuf]>::to_vec);
    let asked = act(&mut state, Pictures::Hover(Some(boat.clone())));
    assert_eq!(work(&asked), [PictureWork::LookAt(boat[0].clone())]);
    act(&mut state, Pictures::Hover(Some(dunes.clone())));
    let found = LookedAtFile { kind: FileKind::Picture(facts()), has_recipe: false };
    news(&mut state, PictureNews::LookedAt(boat[0].clone(), found.clone()));
    assert_eq!(state.hovering.as_ref().and_then(|hovering| hovering.first.clone()), None);
    news(&mut state, PictureNews::LookedAt(dunes[0].clone(), found.clone()));
    assert_eq!(state.hovering.as_ref().and_then(|hovering| hovering.first.clone()), Some(found));
    act(&mut state, Pictures::Hover(None));
    assert_eq!(state.hovering, None);
}

#[test]
fn nothing_is_offered_over_a_dialog_or_where_windows_get_no_drops() {
    let mut state = window();
    state.dialog = Some(Dialog::Shortcuts);
    act(&mut state, Pictures::Hover(Some(files(&["boat.jpg"]))));
    assert_eq!(state.hovering, None);
    assert!(act(&mut state, Pictures::Drop(files(&["boat.jpg"]), None)).is_empty());
    state.dialog = None;
    put(&mut state, Input::NoDrops);
    act(&mut state, Pictures::Hover(Some(files(&["boat.jpg"]))));
    assert_eq!(state.hovering, None);
}

#[test]
fn a_drop_goes_where_it_was_let_go_of_else_where_its_kind_belongs() {
    let restore = |name: &str| vec![PictureWork::ReadRecipe(RecipeSource::File(files(&[name])[0].clone()))];
    for (name, on, is_imported, asked) in [
        ("boat.jpg", None, true, vec![]),
        ("boat.jpg", Some(DropTarget::StartPicture), true, vec![]),
        // A picture without a recipe has nothing to restore, so that target does nothing.
        ("boat.jpg", Some(DropTarget::RestoreSettings), false, vec![]),
        ("boat.png", None, true, vec![]),
        ("boat.png", Some(DropTarget::RestoreSettings), false, restore("boat.png")),
        // Of a film, nobody said which of both is meant.
        ("clip.mp4", None, false, vec![PictureWork::ReadRecipe(RecipeSource::Film(files(&["clip.mp4"])[0].clone()))]),
        ("clip.mp4", Some(DropTarget::StartPicture), true, vec![]),
        ("clip.mp4", Some(DropTarget::RestoreSettings), false, restore("clip.mp4")),
        ("recipe.json", None, false, restore("recipe.json")),
    ] {
        let mut state = window();
        act(&mut state, Pictures::Hover(Some(files(&[name]))));
        let effects = act(&mut state, Pictures::Drop(files(&[name]), on));
        assert_eq!(imported(&effects), if is_imported { files(&[name]) } else { vec![] }, "{name} on {on:?}");
        assert_eq!(work(&effects), asked, "{name} on {on:?}");
        assert_eq!((state.hovering, state.dialog), (None, None));
    }
}

/// Five pictures of which the fourth cannot be read.
fn five() -> AppState {
    let mut state = window();
    let names = ["1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg"];
    let mut asked = work(&act(&mut state, Pictures::Drop(files(&names), None)));
    assert_eq!((asked.len(), state.dialog), (2, Some(Dialog::Several)), "few are read at the same time");
    let mut read = 0;
    while let Some(PictureWork::BringOne { number, path }) = asked.pop() {
        read += 1;
        let name = file_name(&path);
        let picture = if name == "4.jpg" { Err("This is no picture.".to_owned()) } else { Ok(picture(&name)) };
        asked.extend(work(&news(&mut state, PictureNews::OneBrought { number, path, picture })));
    }
    assert_eq!(read, 5, "each is read once");
    state
}

#[test]
fn several_pictures_are_one_clip_each_after_one_confirmation() {
    let mut state = five();
    state.draft.parent = Some(Parent { job: JobId(uuid::Uuid::from_u128(9)), frame: 1 });
    let draft = state.draft.clone();
    let jobs = ordered(act(&mut state, Pictures::OrderSeveral));
    let pictures: Vec<_> = jobs.iter().map(|job| job.request.picture().cloned()).collect();
    let wanted = ["1.jpg", "2.jpg", "3.jpg", "5.jpg"].map(|name| Some(InputPicture::Stored(picture(name))));
    assert_eq!(pictures, wanted, "the one that cannot be read is left out");
    for job in &jobs {
        assert_eq!((job.request.prompt(), job.gateway, job.parent), ("a boat", GatewayId::Apiin, None));
        assert_eq!(job.estimate.amount, Amount::Credits(Credits(180)));
    }
    let seeds: std::collections::BTreeSet<_> = jobs.iter().filter_map(|job| job.request.seed()).collect();
    assert_eq!(seeds.len(), 4, "each has a seed of its own");
    assert_eq!((state.dialog, state.several.as_ref(), &state.draft), (None, None, &draft));
    // A second press of the same button orders nothing more.
    assert!(ordered(act(&mut state, Pictures::OrderSeveral)).is_empty());
}

#[test]
fn takes_count_for_each_picture() {
    let mut state = five();
    state.draft.takes = 3;
    assert_eq!(ordered(act(&mut state, Pictures::OrderSeveral)).len(), 12);
}

#[test]
fn nothing_is_ordered_before_all_are_read_or_after_cancel() {
    let mut state = window();
    act(&mut state, Pictures::Drop(files(&["1.jpg", "2.jpg"]), None));
    assert!(ordered(act(&mut state, Pictures::OrderSeveral)).is_empty());
    let first = state.several.clone().expect("asked");
    put(&mut state, Input::Act(Action::CloseDialog));
    assert_eq!((state.dialog, state.several.as_ref()), (None, None));
    // What was read for the first ones does not get into the next.
    act(&mut state, Pictures::Drop(files(&["1.jpg", "2.jpg"]), None));
    let path = files(&["1.jpg"]).remove(0);
    news(&mut state, PictureNews::OneBrought { number: first.number, path, picture: Ok(picture("late.jpg")) });
    assert_eq!(state.several.as_ref().expect("asked").ready().count(), 0);
}

#[test]
fn single_pictures_can_be_left_out_and_the_last_closes_the_question() {
    let mut state = five();
    act(&mut state, Pictures::LeaveOut(0));
    assert_eq!(ordered(act(&mut state, Pictures::OrderSeveral)).len(), 3);
    let mut state = five();
    for _ in 0..5 {
        assert_eq!(state.dialog, Some(Dialog::Several));
        act(&mut state, Pictures::LeaveOut(0));
    }
    assert_eq!((state.dialog, state.several), (None, None));
}

#[test]
fn the_number_of_pictures_stays_sane_and_a_double_counts_once() {
    let mut state = window();
    let names: Vec<String> = (0..30).map(|number| format!("{number}.jpg")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    put(&mut state, Input::PicturesPicked(files(&names)));
    let several = state.several.clone().expect("asked");
    assert_eq!((several.pictures.len(), several.left_out), (MOST_PICTURES, 6));
    let mut state = window();
    let effects = act(&mut state, Pictures::Drop(files(&["1.jpg", "1.jpg"]), None));
    assert_eq!((imported(&effects), state.dialog), (files(&["1.jpg"]), None));
}

#[test]
fn pasted_text_goes_where_it_belongs() {
    let mut state = window();
    let before = state.draft.clone();
    assert!(act(&mut state, Pictures::PasteText("https://example.com/boat.jpg".to_owned())).is_empty());
    assert_eq!(state.draft.picture, Some(InputPicture::WebAddress("https://example.com/boat.jpg".to_owned())));
    put(&mut state, Input::Act(Action::Undo));
    assert_eq!(state.draft, before);

    act(&mut state, Pictures::PasteText("  a heron in the reeds\n".to_owned()));
    assert_eq!(state.draft.prompt, "a heron in the reeds");
    put(&mut state, Input::Act(Action::Undo));
    assert_eq!(state.draft, before);

    if cfg!(unix) {
        let text = "/home/ada/boat.jpg".to_owned();
        let asked = work(&act(&mut state, Pictures::PasteText(text.clone())));
        assert_eq!(asked, [PictureWork::FindFiles { files: files(&["boat.jpg"]), text: text.clone() }]);
        let effects = news(&mut state, PictureNews::FilesPasted(files(&["boat.jpg"]), Some(text.clone())));
        assert_eq!(imported(&effects), files(&["boat.jpg"]));
        // A path that leads nowhere is text.
        news(&mut state, PictureNews::FilesPasted(vec![], Some(text.clone())));
        assert_eq!(state.draft.prompt, text);
    }
    let asked = work(&act(&mut state, Pictures::PasteFiles));
    assert_eq!(asked, [PictureWork::ReadClipboardFiles]);
    assert!(news(&mut state, PictureNews::FilesPasted(vec![], None)).is_empty());
    news(&mut state, PictureNews::FilesPasted(files(&["1.jpg", "2.jpg"]), None));
    assert_eq!(state.dialog, Some(Dialog::Several));
}

#[test]
fn settings_come_back_and_can_be_undone() {
    let mut state = window();
    let before = state.draft.clone();
    let draft = Draft {
        prompt: "a heron".to_owned(),
        aspect_ratio: AspectRatio::R1x1,
        picture: Some(InputPicture::Stored(picture("elsewhere.jpg"))),
        ..Draft::default()
    };
    let request = draft.to_request().expect("valid");
    let source = RecipeSource::File(files(&["clip.mp4"]).remove(0));
    let found = |lacks_picture| Box::new(FoundRecipe { request: request.clone(), lacks_picture });
    news(&mut state, PictureNews::RecipeRead(source.clone(), Ok(found(true))));
    assert_eq!((state.draft.prompt.as_str(), state.draft.aspect_ratio), ("a heron", AspectRatio::R1x1));
    assert_eq!((state.draft.picture.as_ref(), state.draft.gateway), (None, GatewayId::Apiin));
    let toast = state.toasts.last().expect("a word about it");
    assert_eq!(toast.title, "Settings restored from clip.mp4");
    assert!(toast.text.ends_with("Its start picture is not in this library."), "{toast:?}");
    put(&mut state, Input::Act(Action::Undo));
    assert_eq!(state.draft, before);
    news(&mut state, PictureNews::RecipeRead(source.clone(), Ok(found(false))));
    assert!(state.draft.picture.is_some());

    let now = state.draft.clone();
    news(&mut state, PictureNews::RecipeRead(source, Err("It carries no recipe.".to_owned())));
    assert_eq!(
        (state.toasts.last().map(|toast| toast.title.as_str()), &state.draft),
        (Some("Nothing was restored"), &now)
    );
    let text = RecipeSource::Text("{ a boat }".to_owned());
    news(&mut state, PictureNews::RecipeRead(text, Err("It carries no recipe.".to_owned())));
    assert_eq!(state.draft.prompt, "{ a boat }", "text that is no recipe is a prompt");
}

/// A window whose crop dialog shows the picture in the well.
fn cropping(edit: PictureEdit) -> AppState {
    let mut state = window();
    state.draft.picture = Some(InputPicture::Stored(picture("boat.jpg")));
    state.draft.parent = Some(Parent { job: samples::id(7), frame: 81 });
    let asked = act(&mut state, Pictures::OpenCrop(Slot::Start));
    assert_eq!(work(&asked), [PictureWork::Reopen(picture("boat.jpg"))]);
    assert!(act(&mut state, Pictures::UseCrop).is_empty(), "it is not read yet");
    let preview = Preview { width: 1, height: 1, rgba: vec![0; 4].into() };
    let reopened = Box::new(Reopened { facts: facts(), preview, edit });
    news(&mut state, PictureNews::Reopened(picture("other.jpg"), Err("late".to_owned())));
    news(&mut state, PictureNews::Reopened(picture("boat.jpg"), Ok(reopened)));
    assert_eq!(state.dialog, Some(Dialog::Crop));
    state
}

#[test]
fn use_picture_asks_for_the_part_and_the_well_gets_it() {
    let mut state = cropping(PictureEdit::default());
    act(&mut state, Pictures::Crop(CropAct::Mirror));
    let effects = act(&mut state, Pictures::UseCrop);
    let crop = Some(CropRect { x: 0, y: 378, width: 4032, height: 2268 });
    let edit = PictureEdit { crop, is_mirrored: true, ..PictureEdit::default() };
    assert_eq!(work(&effects), [PictureWork::Edit { slot: Slot::Start, picture: picture("boat.jpg"), edit }]);
    assert_eq!((state.dialog, state.crop.as_ref(), &state.picture), (None, None, &PictureState::Importing));
    let before = picture("boat.jpg").sha256;
    let made = Ok((picture("part.jpg"), vec!["cropped".to_owned()]));
    news(&mut state, PictureNews::Edited { slot: Slot::Start, before, picture: made });
    assert_eq!(state.draft.picture, Some(InputPicture::Stored(picture("part.jpg"))));
    assert!(state.draft.parent.is_some(), "a part of a frame goes on from the same clip");
}

#[test]
fn a_part_that_comes_too_late_or_cannot_be_made_changes_nothing() {
    let before = picture("boat.jpg").sha256;
    let made = || Ok((picture("part.jpg"), Vec::new()));
    let mut state = cropping(PictureEdit::default());
    act(&mut state, Pictures::UseCrop);
    put(&mut state, Input::Act(Action::RemovePicture(Slot::Start)));
    news(&mut state, PictureNews::Edited { slot: Slot::Start, before, picture: made() });
    assert_eq!(state.draft.picture, None);

    let mut state = cropping(PictureEdit::default());
    act(&mut state, Pictures::UseCrop);
    let gone = || Err("The stored picture is gone.".to_owned());
    news(&mut state, PictureNews::Edited { slot: Slot::Start, before, picture: gone() });
    assert_eq!(state.draft.picture, Some(InputPicture::Stored(picture("boat.jpg"))));
    assert_eq!(state.picture, PictureState::Trouble("The stored picture is gone.".to_owned()));
}

#[test]
fn the_clip_follows_the_frame_and_it_is_said() {
    let mut state = cropping(PictureEdit::default());
    act(&mut state, Pictures::Crop(CropAct::SetRatio(AspectRatio::R1x1)));
    assert_eq!(state.draft.aspect_ratio, AspectRatio::R16x9, "nothing changes before the button is pressed");
    act(&mut state, Pictures::UseCrop);
    assert_eq!(state.draft.aspect_ratio, AspectRatio::R1x1);
    assert_eq!(state.toasts.last().map(|toast| toast.title.as_str()), Some("The clip is 1:1 now, not 16:9"));

    // All of the picture: the ratio nearest to it, and no new picture, because it is in the well already.
    let mut state = cropping(PictureEdit::default());
    act(&mut state, Pictures::Crop(CropAct::SetWhole(true)));
    let effects = act(&mut state, Pictures::UseCrop);
    assert_eq!((work(&effects), state.draft.aspect_ratio), (vec![], AspectRatio::R4x3));
    assert_eq!(state.picture, PictureState::Quiet);

    let mut state = cropping(PictureEdit::default());
    act(&mut state, Pictures::Crop(CropAct::SetRatio(AspectRatio::R1x1)));
    put(&mut state, Input::Act(Action::CloseDialog));
    assert_eq!((state.draft.aspect_ratio, state.crop), (AspectRatio::R16x9, None));
}

#[test]
fn an_end_picture_has_its_own_well() {
    let mut state = window();
    put(&mut state, Input::PictureImported(Slot::Start, Ok((picture("first.jpg"), Vec::new()))));
    put(&mut state, Input::PictureImported(Slot::End, Ok((picture("last.jpg"), Vec::new()))));
    assert_eq!(state.draft.end_picture, Some(InputPicture::Stored(picture("last.jpg"))));
    let asked = act(&mut state, Pictures::OpenCrop(Slot::End));
    assert_eq!(work(&asked), [PictureWork::Reopen(picture("last.jpg"))]);
    put(&mut state, Input::Act(Action::RemovePicture(Slot::End)));
    assert_eq!(state.draft.end_picture, None);
    assert_eq!(state.draft.picture, Some(InputPicture::Stored(picture("first.jpg"))));
    assert!(put_all(&mut state, Input::Act(Action::ChoosePicture(Slot::End))).window.is_empty());
    assert_eq!((&state.end_picture, &state.picture), (&PictureState::Choosing, &PictureState::Imported(vec![])));
}

/// A form for PixVerse, which takes an end picture.
fn at_pixverse() -> AppState {
    let mut state = window();
    state.draft.gateway = GatewayId::Pixverse;
    state
}

#[test]
fn a_chosen_file_becomes_the_end_picture_and_leaves_the_start_picture_alone() {
    let mut state = at_pixverse();
    state.draft.picture = Some(InputPicture::WebAddress("https://a.example/1.jpg".to_owned()));
    let start = state.draft.picture.clone();
    let asked = put(&mut state, Input::Act(Action::ChoosePicture(Slot::End)));
    assert!(matches!(asked[..], [Effect::PickPicture(Slot::End)]), "{asked:?}");
    let file = PathBuf::from("/pictures/harbor.jpg");
    let asked = put(&mut state, Input::PicturePicked(Slot::End, Some(file.clone())));
    assert!(matches!(&asked[..], [Effect::ImportPicture(Slot::End, path)] if *path == file), "{asked:?}");
    assert_eq!(form::view(&state).off_because.as_deref(), Some("Reading the picture"));
    let brought = Ok((picture("harbor.jpg"), vec!["upright now".to_owned()]));
    put(&mut state, Input::PictureImported(Slot::End, brought));
    assert_eq!(state.draft.end_picture, Some(InputPicture::Stored(picture("harbor.jpg"))));
    assert_eq!((&state.draft.picture, &state.picture), (&start, &PictureState::Quiet));
    put(&mut state, Input::Act(Action::RemovePicture(Slot::End)));
    assert_eq!((&state.draft.end_picture, &state.draft.picture), (&None, &start));
}

#[test]
fn an_end_picture_alone_is_a_problem_at_its_own_well() {
    let mut state = at_pixverse();
    let address = "https://a.example/end.jpg".to_owned();
    put(&mut state, Input::Act(Action::SetPictureAddress(Slot::End, address)));
    assert_eq!(form::view(&state).problem_at(Field::EndPicture), Some("An end picture needs a start picture"));
    put(&mut state, Input::Act(Action::SetPictureAddress(Slot::End, "  ".to_owned())));
    assert_eq!(form::view(&state).problem_at(Field::EndPicture), None);
}

#[test]
fn a_recipe_brings_its_end_picture_and_a_shot_that_goes_on_does_not() {
    let shot: JobId = samples::id(7);
    let mut state = at_pixverse();
    let start = InputPicture::WebAddress("https://a.example/1.jpg".to_owned());
    let end = InputPicture::Stored(picture("harbor.jpg"));
    let with_end = |draft: &mut Draft| {
        (draft.picture, draft.end_picture) = (Some(start.clone()), Some(end.clone()));
    };
    let job = samples::job(7).gateway(GatewayId::Pixverse).asking(with_end).queued();
    put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
    put(&mut state, Input::Act(Action::UseSettings(shot)));
    assert_eq!(state.draft.end_picture, Some(end));
    state.picture = PictureState::Importing;
    let purpose = FramePurpose::NextShot;
    put(&mut state, Input::FrameTaken { job: shot, frame: 3, purpose, picture: Ok(picture("frame.png")) });
    assert_eq!(state.draft.picture, Some(InputPicture::Stored(picture("frame.png"))));
    assert_eq!(state.draft.end_picture, None, "it ended the shot before");
}

#[test]
fn nothing_can_be_ordered_while_a_picture_has_no_way_to_the_gateway() {
    let mut state = window();
    state.draft.picture = Some(InputPicture::Stored(picture("boat.jpg")));
    assert_eq!(form::view(&state).off_because, None);
    state.settings.pictures.way = PictureWay::Bucket;
    let reason = "No bucket is set up for pictures yet";
    assert_eq!(form::view(&state).off_because.as_deref(), Some(reason));
    assert!(put(&mut state, Input::Act(Action::Generate)).is_empty());
    // PixVerse has a way of its own, and text needs none.
    state.draft.gateway = GatewayId::Pixverse;
    assert_eq!(form::view(&state).off_because, None);
    (state.draft.gateway, state.draft.picture) = (GatewayId::Apiin, None);
    assert_eq!(form::view(&state).off_because, None);
}
