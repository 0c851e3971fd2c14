//! The last conversation about a job, which is read only when somebody wants it: it is long, and there are many jobs.

use crate::app::action::{Effect, Effects, WindowEffect};
use crate::app::state::{AppState, LoadedExchange};
use crate::domain::{JobId, RawExchange};

use super::toast;

/// Brings it in, unless it is at hand or on its way.
pub(super) fn show(state: &mut AppState, job: JobId, to: &mut Effects) {
    let is_asked = state.exchange.as_ref().is_some_and(|known| known.job == job);
    if !is_asked && state.exchange_of(job).is_none() && state.jobs.contains_key(&job) {
        state.exchange = Some(LoadedExchange { job, exchange: None, is_on_its_way: true, wants_copy: false });
        to.push(Effect::LoadExchange(job));
    }
}

/// Puts it on the clipboard, now or when it is here.
pub(super) fn copy(state: &mut AppState, job: JobId, to: &mut Effects) {
    if let Some(text) = state.exchange_of(job).map(RawExchange::to_text) {
        to.show(WindowEffect::CopyText(text));
        toast(state, "Raw exchange copied", "The key and signed links are not in it.", None);
        return;
    }
    show(state, job, to);
    if let Some(asked) = state.exchange.as_mut().filter(|asked| asked.job == job && asked.is_on_its_way) {
        asked.wants_copy = true;
    }
}

pub(super) fn loaded(state: &mut AppState, job: JobId, found: Option<Box<RawExchange>>, to: &mut Effects) {
    let Some(asked) = state.exchange.as_mut().filter(|asked| asked.job == job) else { return };
    let wants_copy = std::mem::take(&mut asked.wants_copy);
    asked.is_on_its_way = false;
    asked.exchange = found;
    if wants_copy && state.exchange_of(job).is_some() {
        copy(state, job, to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::update::kit::{put, put_all};
    use crate::app::{Action, Input};
    use crate::domain::samples::job;
    use crate::domain::{GatewayId, UnixMillis};

    #[test]
    fn a_conversation_is_read_once_and_only_when_it_is_wanted() {
        let mut job = job(1).gateway(GatewayId::Practice).queued();
        let id = job.id;
        job.sent_at = Some(UnixMillis(2));
        let mut state = AppState::new(UnixMillis(3));
        state.jobs.insert(id, job);
        let act = |state: &mut AppState, action: Action| put(state, Input::Act(action));

        assert!(state.has_exchange(&state.jobs[&id]));
        assert!(
            matches!(act(&mut state, Action::ShowRawExchange(id))[..], [Effect::LoadExchange(asked)] if asked == id)
        );
        assert!(act(&mut state, Action::ShowRawExchange(id)).is_empty(), "it is on its way");
        assert!(act(&mut state, Action::CopyRawExchange(id)).is_empty(), "and copied when it is here");
        let found = RawExchange { request_line: "POST https://example.org".into(), ..RawExchange::default() };
        let Effects { services, window } =
            put_all(&mut state, Input::ExchangeLoaded(id, Some(Box::new(found.clone()))));
        assert!(services.is_empty(), "{services:?}");
        assert_eq!(window, [WindowEffect::CopyText(found.to_text())]);
        assert_eq!(state.exchange_of(id), Some(&found));
        let copied = put_all(&mut state, Input::Act(Action::CopyRawExchange(id)));
        assert!(matches!((&copied.services[..], &copied.window[..]), ([], [WindowEffect::CopyText(_)])));

        state.exchange = None;
        act(&mut state, Action::ShowRawExchange(id));
        assert!(put(&mut state, Input::ExchangeLoaded(id, None)).is_empty());
        assert!(!state.has_exchange(&state.jobs[&id]), "there was none");
    }
}
