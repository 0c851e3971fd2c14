//! Several pictures at once: how many clips, what they cost together, and why they may not be ordered. A pure view.

use crate::app::state::AppState;
use crate::app::state::pictures::{MOST_PICTURES, Several};
use crate::app::view::dropping::pictures;
use crate::app::view::form::{Reason, about, can_order_at};
use crate::app::view::spending::{HoldWords, Lot, hold_words};
use crate::app::view::travel::{Certainty, Travel, facts, travel};
use crate::domain::numbers;
use crate::domain::request::StoredPicture;
use crate::domain::{Amount, Draft, Estimate, GenerationRequest, InputPicture, price};

/// The texts of the dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeveralView {
    /// `5 pictures: make 5 clips with this prompt (5 × 180 = 900 cr)`.
    pub question: String,
    /// How the pictures get to the gateway; may be empty.
    pub travel: String,
    /// What is left out and why; may be empty.
    pub left_out: String,
    /// `Make 5 clips · 900 cr`: the label of the button.
    pub button: String,
    /// The dollars of the sum where it is in credits: `≈ $1.80`.
    pub dollars: String,
    /// The button where it has to be held; `None` where a press is enough, or nothing can be ordered.
    pub hold: Option<HoldWords>,
    /// Why nothing can be ordered; `None` when it can.
    pub off_because: Option<String>,
}

/// The orders of all pictures that could be read.
#[derive(Clone, Debug, PartialEq)]
pub struct SeveralOrder {
    /// One request for each picture, in their order, without a drawn seed.
    pub requests: Vec<GenerationRequest>,
    /// The price of one clip.
    pub estimate: Estimate,
}

/// The draft of one picture: the form with that picture.
pub fn draft_of(state: &AppState, picture: &StoredPicture) -> Draft {
    Draft { picture: Some(InputPicture::Stored(picture.clone())), parent: None, ..state.draft.clone() }
}

/// What a click on the button orders.
///
/// # Errors
///
/// The first reason why nothing can be ordered.
pub fn ready_order(state: &AppState, several: &Several) -> Result<SeveralOrder, Reason> {
    if several.is_reading() {
        return Err(Reason::ReadingPicture);
    }
    let mut requests = Vec::new();
    for picture in several.ready() {
        requests.push(draft_of(state, picture).to_request().map_err(|problems| {
            let first = problems.into_iter().next().map(|problem| problem.message);
            Reason::Draft(first.unwrap_or_else(|| "Describe the shot first".to_owned()))
        })?);
    }
    if requests.is_empty() {
        return Err(Reason::Draft("No picture can be used".to_owned()));
    }
    can_order_at(state, state.draft.gateway)?;
    if let Some(travel) = travel_of(state, several).filter(|travel| travel.certainty == Certainty::Blocked) {
        return Err(Reason::Picture(travel.sentence.trim_end_matches('.').to_owned()));
    }
    let estimate = state.settings.prices.estimate(&state.draft, state.draft.gateway).ok_or(Reason::NotOffered)?;
    Ok(SeveralOrder { requests, estimate })
}

/// How the pictures get to the gateway: the largest of them decides. `None` while none is read.
pub fn travel_of(state: &AppState, several: &Several) -> Option<Travel> {
    let largest = several.ready().map(|picture| picture.size_bytes).max()?;
    Some(travel(&facts(state, state.draft.gateway, largest)))
}

/// The texts for these pictures.
pub fn view(state: &AppState, several: &Several) -> SeveralView {
    let count = several.ready().count();
    let takes = usize::from(state.draft.takes.max(1));
    let clips = u32::try_from(count * takes).unwrap_or(u32::MAX);
    let estimate = state.settings.prices.estimate(&state.draft, state.draft.gateway);
    let total = estimate.as_ref().map(|estimate| estimate.amount.times(clips));
    let made = numbers::counted(clips as usize, "clip", "clips");
    let sum = estimate.as_ref().zip(total).map(|(estimate, total)| sum(count, takes, estimate.amount, total));
    let question = match sum {
        _ if several.is_reading() => format!("{}: reading", pictures(several.pictures.len())),
        Some(sum) => format!("{}: make {made} with this prompt ({sum})", pictures(count)),
        None => format!("{}: make {made} with this prompt", pictures(count)),
    };
    let dollars = match total {
        Some(total @ Amount::Credits(_)) => {
            about(price::dollars(total, state.draft.gateway, state.settings.of(state.draft.gateway).credit_value))
        }
        _ => String::new(),
    };
    let ready = ready_order(state, several);
    let hold = estimate.as_ref().filter(|_| ready.is_ok()).and_then(|estimate| {
        let lot = Lot { one: estimate.amount, clips, gateway: state.draft.gateway, in_place_of: None };
        hold_words(state, &format!("Make {made}"), lot)
    });
    SeveralView {
        question,
        travel: travel_of(state, several).map(|travel| travel.sentence).unwrap_or_default(),
        left_out: left_out(several),
        button: total.map_or_else(|| format!("Make {made}"), |total| format!("Make {made} · {total}")),
        dollars,
        hold,
        off_because: ready.err().map(|reason| reason.to_string()),
    }
}

/// `5 × 180 = 900 cr`, or `5 × 4 takes × 180 = 3,600 cr`.
fn sum(count: usize, takes: usize, one: Amount, total: Amount) -> String {
    let takes = if takes == 1 { String::new() } else { format!(" × {takes} takes") };
    match one {
        Amount::Free => "free".to_owned(),
        Amount::Money(one) => format!("{count}{takes} × {one} = {total}"),
        Amount::Credits(one) => {
            // The unit stands once, behind the sum.
            let one = one.to_string();
            format!("{count}{takes} × {} = {total}", one.trim_end_matches(" cr"))
        }
    }
}

fn left_out(several: &Several) -> String {
    let unread = several
        .pictures
        .iter()
        .filter(|one| matches!(one.picture, crate::app::state::pictures::Brought::Trouble(_)))
        .count();
    let mut parts = Vec::new();
    if unread > 0 {
        parts.push(format!("{} cannot be used and is left out.", pictures(unread)));
        if unread > 1 {
            parts[0] = format!("{} cannot be used and are left out.", pictures(unread));
        }
    }
    if several.left_out > 0 {
        parts.push(format!("{} more than {MOST_PICTURES} are left out. Bring them next.", several.left_out));
    }
    parts.join(" ")
}

/// Who makes the clips, and with which settings: a line below the question.
pub fn settings_line(state: &AppState) -> String {
    let draft = &state.draft;
    let audio = if draft.audio { "audio" } else { "silent" };
    let parts = [
        draft.resolution.name().to_owned(),
        draft.duration.to_string(),
        draft.aspect_ratio.to_string(),
        audio.to_owned(),
        draft.gateway.title().to_owned(),
    ];
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::state::pictures::{Brought, OneOfSeveral};
    use crate::app::state::{KeyPlace, KeyState};
    use crate::domain::{ClipDuration, GatewayId, UnixMillis, samples};

    fn picture(name: &str) -> StoredPicture {
        StoredPicture { height: 1080, ..samples::stored_photo(name) }
    }

    fn window() -> AppState {
        let mut state = AppState::new(UnixMillis(0));
        state.draft.gateway = GatewayId::Apiin;
        state.draft.prompt = "a boat".to_owned();
        state.draft.duration = ClipDuration::S8;
        for gateway in state.gateways.values_mut() {
            gateway.key = KeyState::Present { place: KeyPlace::Session, last_four: None };
        }
        state
    }

    fn several(pictures: Vec<Brought>) -> Several {
        let pictures = pictures.into_iter().enumerate();
        let pictures =
            pictures.map(|(n, picture)| OneOfSeveral { path: format!("/p/{n}.jpg").into(), picture }).collect();
        Several { number: 1, pictures, left_out: 0 }
    }

    fn ready(count: usize) -> Vec<Brought> {
        (0..count).map(|n| Brought::Ready(picture(&format!("{n}.jpg")))).collect()
    }

    #[test]
    fn the_question_and_the_button_hold_the_sum() {
        let mut state = window();
        let shown = view(&state, &several(ready(5)));
        assert_eq!(shown.question, "5 pictures: make 5 clips with this prompt (5 × 180 = 900 cr)");
        assert_eq!((shown.button.as_str(), shown.off_because), ("Make 5 clips · 900 cr", None));
        assert_eq!(shown.dollars, "$1.80–9.00");
        state.draft.takes = 4;
        let shown = view(&state, &several(ready(5)));
        assert_eq!(shown.question, "5 pictures: make 20 clips with this prompt (5 × 4 takes × 180 = 3,600 cr)");
        assert_eq!(shown.button, "Make 20 clips · 3,600 cr");
        (state.draft.gateway, state.draft.takes) = (GatewayId::Aigateway, 1);
        assert_eq!(
            view(&state, &several(ready(2))).question,
            "2 pictures: make 2 clips with this prompt (2 × $0.64 = $1.28)"
        );
        state.draft.gateway = GatewayId::Practice;
        assert_eq!(view(&state, &several(ready(1))).question, "1 picture: make 1 clip with this prompt (free)");
    }

    #[test]
    fn a_picture_that_cannot_be_read_costs_nothing() {
        let state = window();
        let mut pictures = ready(2);
        pictures.push(Brought::Trouble("This is no picture.".to_owned()));
        let mut all = several(pictures);
        all.left_out = 3;
        let shown = view(&state, &all);
        assert_eq!(shown.button, "Make 2 clips · 360 cr");
        assert_eq!(
            shown.left_out,
            "1 picture cannot be used and is left out. 3 more than 24 are left out. Bring them next."
        );
        let order = ready_order(&state, &all).expect("two are fine");
        let named: Vec<_> = order.requests.iter().map(|request| request.picture().cloned()).collect();
        assert_eq!(named, ["0.jpg", "1.jpg"].map(|name| Some(InputPicture::Stored(picture(name)))));
    }

    #[test]
    fn pictures_that_cannot_arrive_are_not_ordered() {
        let mut state = window();
        let all = several(ready(2));
        assert!(view(&state, &all).travel.starts_with("apiin documents only web addresses"));
        state.settings.pictures.way = crate::domain::hosting::PictureWay::Bucket;
        let shown = view(&state, &all);
        assert_eq!(shown.off_because.as_deref(), Some("No bucket is set up for pictures yet"));
        assert!(ready_order(&state, &all).is_err());
    }

    #[test]
    fn what_stands_in_the_way_is_said() {
        let mut state = window();
        let why = |state: &AppState, pictures: Vec<Brought>| view(state, &several(pictures)).off_because;
        assert_eq!(why(&state, vec![Brought::Waiting]).as_deref(), Some("Reading the picture"));
        assert_eq!(why(&state, vec![Brought::Trouble("no".into())]).as_deref(), Some("No picture can be used"));
        state.draft.prompt.clear();
        assert_eq!(why(&state, ready(2)).as_deref(), Some("Describe the shot first"));
        state.draft.prompt = "a boat".to_owned();
        state.gateways.get_mut(&GatewayId::Apiin).expect("entered").key = KeyState::None;
        assert_eq!(why(&state, ready(2)).as_deref(), Some("needs a key"));
    }
}
