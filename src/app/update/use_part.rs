//! Taking one part of a clip's recipe into the form: its words, its seed, or its settings without either.

use crate::app::action::{Effects, RecipePart, WindowEffect};
use crate::app::state::{AppState, ToastButton, UndoStep};
use crate::app::view::words;
use crate::domain::JobId;
use crate::domain::setting::SeedMode;

use super::{draft_changed, remember, toast};

pub(super) fn act(state: &mut AppState, job: JobId, part: RecipePart, to: &mut Effects) {
    let Some(request) = state.jobs.get(&job).map(|job| job.request.clone()) else { return };
    let before = state.draft.clone();
    let draft = &mut state.draft;
    let (what, text) = match part {
        RecipePart::Prompt => {
            draft.prompt = request.prompt().to_owned();
            draft.negative_prompt = request.negative_prompt().to_owned();
            ("Prompt", String::new())
        }
        RecipePart::Seed => {
            let Some(seed) = request.seed() else { return };
            draft.seed_mode = SeedMode::Fixed;
            draft.seed_text = seed.get().to_string();
            ("Seed", words::seed(seed.get()))
        }
        RecipePart::Settings => {
            draft.model = request.model().clone();
            draft.resolution = request.resolution();
            draft.duration = request.duration();
            draft.aspect_ratio = request.aspect_ratio();
            draft.audio = request.audio();
            draft.thinking = request.thinking();
            ("Settings", request.settings_line())
        }
    };
    if before == state.draft {
        return;
    }
    draft_changed(state);
    remember(state, UndoStep::Draft(Box::new(before)));
    let (take, _) = state.gallery.take_of(job);
    toast(state, format!("{what} taken from take {take}"), text, Some(ToastButton::Undo));
    to.show(WindowEffect::FocusPrompt);
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::app::action::{Action, Input};
    use crate::app::update::kit::put;
    use crate::domain::{AspectRatio, Draft, GatewayId, Resolution, Seed, Thinking, UnixMillis, samples};
    use crate::engine::event::Event;

    const SHOT: JobId = samples::id(7);

    #[test]
    fn each_part_changes_what_it_names_and_nothing_else_and_can_be_undone() {
        let typed = Draft { prompt: "mine".to_owned(), takes: 3, ..Draft::default() };
        let theirs = Draft {
            prompt: "a paper boat".to_owned(),
            negative_prompt: "text".to_owned(),
            resolution: Resolution::P1080,
            aspect_ratio: AspectRatio::R1x1,
            thinking: Thinking::Enabled,
            audio: true,
            ..Draft::default()
        };
        let request = theirs.to_request().expect("valid").with_seed(Seed::from_random(77), true);
        let prompt = Draft { prompt: theirs.prompt.clone(), negative_prompt: "text".to_owned(), ..typed.clone() };
        let seed = Draft { seed_mode: SeedMode::Fixed, seed_text: "77".to_owned(), ..typed.clone() };
        let settings =
            Draft { prompt: typed.prompt.clone(), negative_prompt: String::new(), takes: 3, ..theirs.clone() };
        for (part, draft, title) in [
            (RecipePart::Prompt, prompt, "Prompt taken from take 1"),
            (RecipePart::Seed, seed, "Seed taken from take 1"),
            (RecipePart::Settings, settings, "Settings taken from take 1"),
        ] {
            let mut state = AppState::new(UnixMillis(0));
            state.draft = typed.clone();
            let job = samples::job(7).gateway(GatewayId::Practice).request(request.clone()).queued();
            put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
            put(&mut state, Input::Act(Action::UsePart(SHOT, part)));
            assert_eq!(state.draft, draft, "{part:?}");
            assert_eq!(state.toasts[0].title, title);
            put(&mut state, Input::Act(Action::UsePart(SHOT, part)));
            assert_eq!(state.undo.len(), 1, "taking the same again is nothing to undo");
            put(&mut state, Input::Act(Action::Undo));
            assert_eq!(state.draft, typed);
        }
    }
}
