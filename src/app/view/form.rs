//! What the price block and Generate say: a pure view of the draft.

use std::fmt;

use crate::domain::capability::{self, Fate};
use strum::IntoEnumIterator as _;

use crate::domain::catalog::{PriceTable, catalog, entry};
use crate::domain::price;
use crate::domain::request::{not_offered, parse_seed};
use crate::domain::setting::{SeedMode, Setting, Support};
use crate::domain::{Amount, ClipDuration, Draft, Estimate, Field, GatewayId, GenerationRequest, Problem};

use crate::app::action::command::UiCommand;
use crate::app::action::spend::Door;
use crate::app::state::{AppState, KeyState, PictureState};
use crate::app::view::model::{self, ModelChoice};
use crate::app::view::prices;
use crate::app::view::spending::{HoldWords, Lot, hold_words, room};
use crate::app::view::storyboard::making_note;
use crate::app::view::travel::{Certainty, Travel, no_end_picture, of_form};
use crate::app::view::wallet;
use crate::app::view::words;

pub use crate::app::view::words::about;

/// One gateway to choose, with the price of the whole order there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// The gateway that the tile is about.
    pub gateway: GatewayId,
    /// Price of all takes in the gateway's own unit, or a dash where it does not offer the settings.
    pub price: String,
    /// Its dollars where the price is in credits: `≈ $1.44` or `$0.36–1.80`. `≈` alone marks a doubtful dollar price.
    pub dollars: String,
    /// Whether it is the chosen one.
    pub is_chosen: bool,
    /// Whether the gateway makes clips of the chosen model at all.
    pub has_model: bool,
}

impl Tile {
    /// `apiin, 720 cr ≈ $1.44`: the accessible name.
    pub fn name(&self) -> String {
        let mut name = format!("{}, {}", self.gateway.title(), self.price);
        if !self.dollars.is_empty() {
            name.push(' ');
            name.push_str(&self.dollars);
        }
        name
    }
}

/// Everything below the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormView {
    /// The tiles of the paid gateways.
    pub tiles: Vec<Tile>,
    /// The practice gateway, where it is offered.
    pub practice: Option<Tile>,
    /// Remarks that matter before the click, most important first.
    pub notes: Vec<String>,
    /// The words on the button, such as `Generate 4`.
    pub verb: String,
    /// The keys on the button, such as `Ctrl ⏎`; empty where it has none.
    pub keys: String,
    /// The price on the button, such as `720 cr`.
    pub price: String,
    /// Why Generate is off; `None` when it is on.
    pub off_because: Option<String>,
    /// `4 × 180 cr · price table August 2026`.
    pub caption: String,
    /// `$2.98 left today`; `None` where no cap holds.
    pub room: Option<String>,
    /// The words of the button where a press is not enough; `None` where it is, or nothing can be ordered.
    pub hold: Option<HoldWords>,
    /// What the button orders through: *Generate*, or what was asked for by a key and needs another word.
    pub door: Door,
    /// Whether the amount can be typed below the button, because it was pressed and not held.
    pub asks: bool,
    /// What is wrong with the draft.
    pub problems: Vec<Problem>,
    /// How the pictures get to the gateway; `None` where there are none.
    pub travel: Option<Travel>,
    /// Why the gateway is sent no end picture: a clause for the well. `None` where it takes one.
    pub no_end_picture: Option<String>,
    /// The models to choose from; empty while there is nothing to choose.
    pub models: Vec<ModelChoice>,
}

impl FormView {
    /// `Generate 4 · 720 cr`: the accessible name of the button.
    pub fn button_name(&self) -> String {
        format!("{} · {}", self.verb, self.price)
    }

    /// The sentence to be shown at a field. A missing prompt is told at the button only: an empty field needs no blame.
    pub fn problem_at(&self, field: Field) -> Option<&str> {
        let problem = self.problems.iter().find(|problem| problem.field == field)?;
        (problem.message != EMPTY_PROMPT).then_some(problem.message.as_str())
    }
}

/// The domain's words for an empty prompt.
const EMPTY_PROMPT: &str = "Describe the shot first";

/// The form as it stands.
pub fn view(state: &AppState) -> FormView {
    let draft = &state.draft;
    let problems = draft.to_request().err().unwrap_or_default();
    let takes = u32::from(draft.takes.max(1));
    let tile = |gateway| tile(state, gateway, takes);
    let chosen = tile(draft.gateway);
    let verb = if takes == 1 { "Generate".to_owned() } else { format!("Generate {takes}") };
    let ready = ready_order(state);
    let lot = state.settings.prices.estimate(draft, draft.gateway).map(|estimate| Lot {
        one: estimate.amount,
        clips: takes,
        gateway: draft.gateway,
        in_place_of: draft.in_place_of,
    });
    let door = state.asked.filter(|door| door.is_form()).unwrap_or(Door::Form);
    let verb = match door {
        Door::QueueOnly => verb.replace("Generate", "Only queue"),
        Door::Next => format!("{verb} next"),
        _ => verb,
    };
    let hold = lot.filter(|_| ready.is_ok()).and_then(|lot| hold_words(state, &verb, lot));
    let shows_practice = state.settings.practice_enabled || draft.gateway == GatewayId::Practice;
    FormView {
        tiles: GatewayId::PAID.into_iter().map(tile).collect(),
        practice: shows_practice.then(|| tile(GatewayId::Practice)),
        notes: notes(state),
        verb,
        keys: state.keys.text(UiCommand::Generate),
        price: chosen.price,
        off_because: ready.err().map(|reason| reason.to_string()),
        room: lot.and_then(|lot| room(state, lot.total(), draft.gateway)),
        asks: hold.is_some() && state.asked.is_some_and(Door::is_form),
        door,
        hold,
        caption: caption(state, takes),
        problems,
        travel: of_form(state),
        no_end_picture: no_end_picture(&draft.model, draft.gateway),
        models: model::choices(catalog(), draft),
    }
}

fn tile(state: &AppState, gateway: GatewayId, takes: u32) -> Tile {
    let is_chosen = state.draft.gateway == gateway;
    let has_model = entry(&state.draft.model, gateway).is_some();
    let Some(estimate) = state.settings.prices.estimate(&state.draft, gateway) else {
        return Tile { gateway, price: "–".to_owned(), dollars: "not offered".to_owned(), is_chosen, has_model };
    };
    let total = estimate.amount.times(takes);
    let dollars = match total {
        Amount::Free => String::new(),
        Amount::Money(_) if estimate.doubts.is_empty() => String::new(),
        Amount::Money(_) => "≈".to_owned(),
        Amount::Credits(_) => about(price::dollars(total, gateway, state.settings.of(gateway).credit_value)),
    };
    Tile { gateway, price: total.to_string(), dollars, is_chosen, has_model }
}

/// Why nothing can be ordered now. Its text is what the button says: a clause without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The draft cannot be made into a request: the first of its problems, in the domain's words.
    Draft(String),
    /// The start picture or the end picture is being read.
    ReadingPicture,
    /// A picture cannot get to the gateway: a clause.
    Picture(String),
    /// The library cannot store anything, so an order could be lost.
    NothingStored,
    /// The gateway has no price for these settings.
    NotOffered,
    /// The gateway has no key. For the practice gateway: it is not running.
    NoKey(GatewayId),
    /// The gateway's key is being looked for. For the practice gateway: it is starting.
    KeyUnknown(GatewayId),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Draft(problem) | Self::Picture(problem) => problem,
            Self::ReadingPicture => "Reading the picture",
            Self::NothingStored => "Nothing can be stored",
            Self::NotOffered => "not offered",
            Self::NoKey(GatewayId::Practice) => "practice is not running",
            Self::NoKey(GatewayId::Apiin | GatewayId::Aigateway | GatewayId::Pixverse) => "needs a key",
            Self::KeyUnknown(GatewayId::Practice) => "practice is starting",
            Self::KeyUnknown(GatewayId::Apiin | GatewayId::Aigateway | GatewayId::Pixverse) => "looking for the key",
        })
    }
}

/// What a click on Generate orders.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadyOrder {
    /// The request of one take; see [`Draft::takes_of`](crate::domain::Draft::takes_of).
    pub request: GenerationRequest,
    /// The price of one take, as it stands on the button.
    pub estimate: Estimate,
}

/// What the form would order now. The one rule for the button, its reason and the click.
///
/// # Errors
///
/// The first [`Reason`] of several why nothing can be ordered.
pub fn ready_order(state: &AppState) -> Result<ReadyOrder, Reason> {
    let draft = &state.draft;
    let request = draft.to_request().map_err(|problems| {
        let first = problems.into_iter().next();
        Reason::Draft(first.map_or_else(|| EMPTY_PROMPT.to_owned(), |problem| problem.message))
    })?;
    if [&state.picture, &state.end_picture].contains(&&PictureState::Importing) {
        return Err(Reason::ReadingPicture);
    }
    can_order_at(state, draft.gateway)?;
    if let Some(travel) = of_form(state).filter(|travel| travel.certainty == Certainty::Blocked) {
        return Err(Reason::Picture(travel.sentence.trim_end_matches('.').to_owned()));
    }
    let estimate = state.settings.prices.estimate(draft, draft.gateway).ok_or(Reason::NotOffered)?;
    Ok(ReadyOrder { request, estimate })
}

/// Whether something can be ordered at `gateway` now, whatever the draft says.
///
/// # Errors
///
/// The [`Reason`] why nothing can be ordered there.
pub fn can_order_at(state: &AppState, gateway: GatewayId) -> Result<(), Reason> {
    if state.storage_trouble.is_some() {
        return Err(Reason::NothingStored);
    }
    match state.gateway(gateway).key {
        KeyState::Present { .. } => Ok(()),
        KeyState::None => Err(Reason::NoKey(gateway)),
        KeyState::Unknown => Err(Reason::KeyUnknown(gateway)),
    }
}

fn caption(state: &AppState, takes: u32) -> String {
    let gateway = state.draft.gateway;
    let Some(entry) = entry(&state.draft.model, gateway) else {
        return format!("{} does not offer this model", gateway.title());
    };
    let times = if takes == 1 { String::new() } else { format!("{takes} × ") };
    if let Some(learned) = state.settings.prices.learned(&state.draft, gateway) {
        return format!("{times}{} · {}", learned.amount, prices::source(state, learned));
    }
    match &entry.price {
        PriceTable::Free => "made on this computer, nothing is billed".to_owned(),
        PriceTable::PerSecond { micro_usd } => {
            format!("{times}{} × {micro_usd} · prices of {}", state.draft.duration, entry.as_of)
        }
        PriceTable::Credits { .. } => match state.settings.prices.estimate(&state.draft, gateway) {
            Some(estimate) => format!("{times}{} · prices of {}", estimate.amount, entry.as_of),
            None => not_offered(state.draft.resolution, state.draft.duration),
        },
    }
}

/// Whether the label of a setting carries the dashed ring, or its value is struck through.
pub fn mark(state: &AppState, setting: Setting) -> Support {
    capability::support(&state.draft.model, state.draft.gateway, setting)
}

fn notes(state: &AppState) -> Vec<String> {
    let draft = &state.draft;
    let gateway = draft.gateway;
    let name = gateway.title();
    let mut lines: Vec<String> = making_note(state).into_iter().collect();
    let takes = u32::from(draft.takes.max(1));
    if let Some(estimate) = state.settings.prices.estimate(draft, gateway) {
        lines.extend(wallet::not_enough(state, gateway, estimate.amount.times(takes), takes));
    }
    lines.extend(model::not_offered(catalog(), &draft.model, gateway));
    lines.extend(fate_lines(state));
    if let Some(estimate) = state.settings.prices.estimate(draft, gateway) {
        lines.extend(estimate.doubts.iter().map(|doubt| doubt.sentence().to_owned()));
    }
    if let (SeedMode::CountUp, Ok(seed), 2..) = (draft.seed_mode, parse_seed(&draft.seed_text), draft.takes) {
        lines.push(format!(
            "Seeds {} to {}. A typed seed is never replaced.",
            words::seed(seed.get()),
            words::seed(seed.step(u32::from(draft.takes) - 1).get())
        ));
    }
    let marked = [Setting::NegativePrompt, Setting::Thinking, Setting::Audio, Setting::Seed];
    if gateway.is_paid() && lines.is_empty() && marked.iter().any(|at| mark(state, *at) != Support::Documented) {
        lines.push(format!("A dashed ring marks what {name} does not document."));
    }
    if !price::is_credit_worth_known(gateway) && state.settings.of(gateway).credit_value.is_none() && lines.is_empty() {
        lines.push("What a credit cost you is not known yet. Settings can narrow the range.".to_owned());
    }
    if let Some(balance) = wallet::balance(state, gateway).filter(|_| lines.is_empty()) {
        lines.push(format!("Wallet: {balance}."));
    }
    // The line never stays empty, so that the tiles above it do not move under the pointer when one is chosen.
    if lines.is_empty() {
        lines.push(match gateway {
            GatewayId::Practice => {
                "Practice clips cost nothing. The prices above are those of the same clip there.".to_owned()
            }
            GatewayId::Apiin | GatewayId::Aigateway | GatewayId::Pixverse => {
                format!("{name} is sent every setting.")
            }
        });
    }
    lines
}

/// What the chosen gateway does not document of what the form says, and what becomes of it: a sentence each.
pub fn fate_lines(state: &AppState) -> Vec<String> {
    let (draft, gateway) = (&state.draft, state.draft.gateway);
    let name = gateway.title();
    let send_undocumented = state.settings.of(gateway).send_undocumented;
    let mut lines = Vec::new();
    let remarks = capability::notes(draft, send_undocumented);
    let names = |fate: Fate| -> Vec<&'static str> {
        remarks
            .iter()
            .filter(|note| note.fate == fate && !matches!(note.setting, Setting::StartPicture | Setting::AspectRatio))
            .map(|note| note.setting.name())
            .collect()
    };
    let not_sent = names(Fate::NotSent);
    if !not_sent.is_empty() {
        lines.push(format!(
            "{name} is not sent {}: it does not document {}.",
            words::list(&not_sent),
            it(not_sent.len())
        ));
    }
    let ignored = names(Fate::MayBeIgnored);
    if !ignored.is_empty() {
        lines.push(format!("{name} does not document {}. Sent, and may be ignored or refused.", words::list(&ignored)));
    }
    lines
}

fn it(count: usize) -> &'static str {
    if count == 1 { "it" } else { "them" }
}

/// What stands beside the duration, although nothing is wrong yet: which length cannot be chosen at this resolution.
pub fn duration_remark(draft: &Draft) -> Option<String> {
    let model = catalog().model(&draft.model)?;
    let missing = ClipDuration::iter().find(|duration| !model.offers(draft.resolution, *duration))?;
    Some(not_offered(draft.resolution, missing))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::state::KeyPlace;
    use crate::domain::Resolution;
    use crate::domain::money::CreditValue;
    use crate::domain::{ClipDuration, Credits, Money, Thinking, UnixMillis};

    fn state(gateway: GatewayId) -> AppState {
        let mut state = AppState::new(UnixMillis(0));
        state.draft.gateway = gateway;
        state.draft.prompt = "a boat".to_owned();
        for gateway in state.gateways.values_mut() {
            gateway.key = KeyState::Present { place: KeyPlace::Session, last_four: None };
        }
        state
    }

    #[test]
    fn the_button_holds_the_price_of_all_takes() {
        for (gateway, takes, duration, name) in [
            (GatewayId::Aigateway, 1, ClipDuration::S5, "Generate · $0.40"),
            (GatewayId::Aigateway, 4, ClipDuration::S8, "Generate 4 · $2.56"),
            (GatewayId::Apiin, 4, ClipDuration::S8, "Generate 4 · 720 cr"),
            (GatewayId::Apiin, 12, ClipDuration::S8, "Generate 12 · 2,160 cr"),
            (GatewayId::Practice, 2, ClipDuration::S5, "Generate 2 · free"),
        ] {
            let mut state = state(gateway);
            state.draft.takes = takes;
            state.draft.duration = duration;
            let view = view(&state);
            assert_eq!(view.button_name(), name);
            assert_eq!(view.off_because, None);
        }
    }

    #[test]
    fn tiles_show_both_prices_whichever_is_chosen() {
        let mut state = state(GatewayId::Apiin);
        state.draft.duration = ClipDuration::S8;
        state.draft.takes = 4;
        let names = |state: &AppState| view(state).tiles.iter().map(Tile::name).collect::<Vec<_>>();
        assert_eq!(names(&state), ["apiin, 720 cr $1.44–7.20", "aigateway, $2.56", "PixVerse, 360 cr ≈ $3.60"]);
        state.settings.apiin.credit_value = CreditValue::new(Money(20_000_000), Credits(10_000));
        state.draft.audio = true;
        assert_eq!(names(&state), ["apiin, 1,440 cr ≈ $2.88", "aigateway, $2.56 ≈", "PixVerse, 540 cr ≈ $5.40"]);
    }

    #[test]
    fn generate_explains_why_it_is_off() {
        type Change = fn(&mut AppState);
        let cases: [(Change, &str); 8] = [
            (|s| s.draft.prompt.clear(), "Describe the shot first"),
            (|s| s.draft.prompt = "x".repeat(2050), "The prompt is 2 characters too long"),
            (
                |s| {
                    s.draft.resolution = Resolution::P1080;
                    s.draft.duration = ClipDuration::S10;
                },
                "10 s is not offered at 1080p",
            ),
            (|s| s.draft.seed_mode = SeedMode::Fixed, "Type a seed, or let it be random"),
            (|s| s.picture = PictureState::Importing, "Reading the picture"),
            (|s| s.storage_trouble = Some("The disk is full.".to_owned()), "Nothing can be stored"),
            (|s| s.gateways.get_mut(&GatewayId::Apiin).expect("entered").key = KeyState::None, "needs a key"),
            (
                |s| s.gateways.get_mut(&GatewayId::Apiin).expect("entered").key = KeyState::Unknown,
                "looking for the key",
            ),
        ];
        for (change, reason) in cases {
            let mut state = state(GatewayId::Apiin);
            change(&mut state);
            assert_eq!(view(&state).off_because.as_deref(), Some(reason));
        }
    }

    #[test]
    fn each_gateway_has_its_own_switch_for_what_it_does_not_document() {
        let mut state = state(GatewayId::Pixverse);
        state.draft.negative_prompt = "text".to_owned();
        for (aigateway, pixverse, sent) in [(true, false, false), (false, true, true)] {
            state.settings.aigateway.send_undocumented = aigateway;
            state.settings.pixverse.send_undocumented = pixverse;
            let note = &view(&state).notes[0];
            assert_eq!(note.contains("Sent, and may be ignored"), sent, "{note}");
            assert_eq!(note.contains("is not sent negative prompt"), !sent, "{note}");
        }
    }

    #[test]
    fn notes_name_what_the_gateway_is_not_sent() {
        let mut state = state(GatewayId::Aigateway);
        state.draft.negative_prompt = "text".to_owned();
        state.draft.thinking = Thinking::Enabled;
        assert_eq!(
            view(&state).notes,
            ["aigateway is not sent negative prompt and thinking: it does not document them."]
        );
        state.settings.aigateway.send_undocumented = true;
        assert_eq!(
            view(&state).notes,
            [
                "aigateway is not sent thinking: it does not document it.",
                "aigateway does not document negative prompt. Sent, and may be ignored or refused."
            ]
        );
    }

    #[test]
    fn counted_seeds_are_told() {
        let mut state = state(GatewayId::Practice);
        state.draft.seed_mode = SeedMode::CountUp;
        state.draft.seed_text = "81".to_owned();
        state.draft.takes = 12;
        assert_eq!(view(&state).notes, ["Seeds 81 to 92. A typed seed is never replaced."]);
    }

    #[test]
    fn the_formula_names_its_table() {
        let mut state = state(GatewayId::Aigateway);
        state.draft.takes = 4;
        state.draft.duration = ClipDuration::S8;
        assert_eq!(view(&state).caption, "4 × 8 s × $0.08 · prices of August 2026");
        state.draft.gateway = GatewayId::Apiin;
        assert_eq!(view(&state).caption, "4 × 180 cr · prices of August 2026");
    }
}
