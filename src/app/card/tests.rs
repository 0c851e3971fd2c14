use std::time::Duration;

use strum::IntoEnumIterator as _;
use uuid::Uuid;

use super::*;
use crate::domain::job::Clip;
use crate::domain::outcome::{Failure, NetworkCause, Rejection, RejectionKind, UnconfirmedCause};
use crate::domain::price::estimate;
use crate::domain::{Amount, ClipDuration, Draft, Ending, JobId, Money};

const NOW: UnixMillis = UnixMillis(1_000_000_000);

fn job(gateway: GatewayId, state: JobState) -> Job {
    let draft = Draft { prompt: "a boat".to_owned(), duration: ClipDuration::S8, ..Draft::default() };
    let request = draft.to_request().expect("valid");
    let price = estimate(&request, gateway).expect("offered");
    Job { state, ..Job::new(JobId(Uuid::nil()), gateway, request, price, NOW) }
}

fn ended(gateway: GatewayId, state: JobState, ending: Ending) -> Job {
    Job { charge: ending.charge, message: Some(ending), ..job(gateway, state) }
}

/// The card in one line: word, tone, body, actions, footer.
fn line(job: &Job, change: impl FnOnce(&mut CardFacts<'_>)) -> String {
    let health = GatewayHealth::default();
    let history = History::default();
    let mut facts = CardFacts {
        live: LiveJob::default(),
        health: &health,
        history: &history,
        now: NOW,
        take: (2, 4),
        is_file_missing: false,
    };
    change(&mut facts);
    let card = card_view(job, &facts);
    let body = match &card.body {
        Body::Picture => "picture".to_owned(),
        Body::Number { number, remark } => format!("{number}, {remark}"),
        Body::Message { sentence, charged } => format!("{sentence} {charged}").trim().to_owned(),
    };
    let actions: Vec<_> = card.actions.iter().map(|action| action.label.as_str()).collect();
    format!("{} ({:?}) {body} [{}] {}", card.word, card.tone, actions.join("] ["), card.footer_right)
}

#[test]
fn every_state_has_its_card() {
    use GatewayId::{Aigateway, Apiin};
    let none = |_: &mut CardFacts<'_>| {};
    let rejection = |kind| Rejection { kind, param: None, gateway_text: None };
    let failure = |not_allowed| Failure { code: None, gateway_text: None, not_allowed, charge: None };
    let lines = [
        line(&job(Apiin, JobState::Queued), |facts| facts.live.place = Some(2)),
        line(&job(Apiin, JobState::Queued), |facts| facts.live.hold = Some(Hold::NoKey)),
        line(&job(Apiin, JobState::Queued), |facts| {
            facts.live.hold = Some(Hold::Offline { retry_in: Duration::from_secs(4) });
        }),
        line(&job(Apiin, JobState::Queued), |facts| facts.live.hold = Some(Hold::Paused)),
        line(&job(Apiin, JobState::Queued), |facts| {
            facts.live.throttled_until = Some(NOW.after(Duration::from_millis(11_200)));
        }),
        line(&job(Apiin, JobState::Submitting), none),
        line(
            &ended(
                Apiin,
                JobState::Unconfirmed,
                Ending::unconfirmed(Apiin, UnconfirmedCause::Network(NetworkCause::TimedOut)),
            ),
            none,
        ),
        line(&job(Apiin, JobState::Waiting), |facts| facts.now = NOW.after(Duration::from_secs(14))),
        line(&job(Aigateway, JobState::Generating), |facts| facts.now = NOW.after(Duration::from_secs(25))),
        line(&job(Apiin, JobState::Generating), |facts| facts.now = NOW.after(Duration::from_secs(100))),
        line(&job(Apiin, JobState::Downloading), |facts| facts.live.downloaded = Some((11_200_000, Some(18_000_000)))),
        line(&job(Apiin, JobState::Ready), none),
        line(&job(GatewayId::Practice, JobState::Ready), none),
        line(&job(Apiin, JobState::Ready), |facts| facts.is_file_missing = true),
        line(&ended(Aigateway, JobState::Failed, Ending::failed(Aigateway, &failure(false))), none),
        line(&ended(Apiin, JobState::Failed, Ending::failed(Apiin, &failure(true))), none),
        line(
            &ended(Aigateway, JobState::Rejected, Ending::rejected(Aigateway, &rejection(RejectionKind::NoCredits))),
            none,
        ),
        line(&ended(Aigateway, JobState::Cancelled, Ending::cancelled(Aigateway)), none),
        line(&ended(Apiin, JobState::NotWatched, Ending::not_watched(Apiin)), none),
        line(&ended(Aigateway, JobState::Gone, Ending::gone(Aigateway)), none),
        line(&ended(Aigateway, JobState::Generating, Ending::key_refused_while_watching(Aigateway)), none),
        line(&ended(Aigateway, JobState::Downloading, Ending::disk(Aigateway, "the disk is full")), none),
    ];
    let expected = [
        "#2 waiting (Neutral) 180 cr, nothing sent yet [Remove] [Edit] 180 cr",
        "Held: no key (Ask) apiin has no key on this computer. [Add key] [Remove] [Edit] 180 cr",
        "Held: offline (Ask) apiin cannot be reached. It goes out when the network is back. [Remove] [Edit] 180 cr",
        "Held: paused (Ask) The queue is paused. Nothing is sent. [Resume] [Remove] [Edit] 180 cr",
        "Waiting 12 s (Neutral) Too many requests; apiin asked to wait. [Remove] [Edit] 180 cr",
        "Sending… (Work) Saved on this computer first. Now on its way to apiin. [] 180 cr",
        "Unconfirmed (Ask) apiin did not answer. It may be making this clip. Charged: not known [Check again] [Submit again…] [Discard] charged: not known",
        "At apiin (Work) 14 s, accepted, in line [Stop watching] 180 cr",
        "Rendering (Work) 25 s, about 20 s left [Cancel] [Stop watching] $0.64",
        "Rendering (Work) 1 min 40 s, longer than usual, still watching [Stop watching] 180 cr",
        "Downloading (Work) 62 %, made, on its way here [] 11 of 18 MB",
        "Ready (Neutral) picture [Open] [Show in folder] [Use settings] [Remove] 180 cr",
        "Ready, practice (Neutral) picture [Open] [Show in folder] [Use settings] [Remove] free",
        "File missing (Ask) Last seen in the clip folder. [Download again] [Remove] 180 cr",
        "Failed (Fail) PixVerse could not make this clip. Not charged [Try again · $0.64] [Edit] [Remove] $0.00",
        "Not allowed (Fail) PixVerse did not allow the prompt or the picture. Charged: not known [Edit prompt] [Remove] not known",
        "Wallet empty (Fail) The aigateway wallet is empty. Not charged [Open wallet page] [Try again · $0.64] [Remove] $0.00",
        "Cancelled (Neutral) Cancelled, confirmed by aigateway. Not charged [Make again · $0.64] [Remove] $0.00",
        "Not watched (Ask) Still being made and billed at apiin. [Watch again] [Remove] charged: not known",
        "Deleted at gateway (Neutral) aigateway deleted it before it was downloaded. Charged: yes, as shown [Make again · $0.64] [Watch again] [Remove] $0.64",
        "Key refused (Ask) aigateway refused the key, so this job cannot be looked at. [Open keys] [Stop watching] $0.64",
        "Download waits (Ask) The clip could not be saved: the disk is full. [Change folder] [Stop watching] $0.64",
    ];
    for (line, expected) in lines.iter().zip(expected) {
        assert_eq!(line, expected);
    }
    assert_eq!(lines.len(), expected.len());
}

#[test]
fn names_hold_prompt_take_and_state() {
    for state in JobState::iter() {
        let health = GatewayHealth::default();
        let history = History::default();
        let facts = CardFacts {
            live: LiveJob::default(),
            health: &health,
            history: &history,
            now: NOW,
            take: (3, 4),
            is_file_missing: false,
        };
        let card = card_view(&job(GatewayId::Apiin, state), &facts);
        assert!(card.name.starts_with(&format!("a boat, take 3, {}", card.word)), "{}", card.name);
    }
}

#[test]
fn again_never_appears_without_its_price() {
    for state in JobState::iter() {
        for gateway in GatewayId::iter() {
            let health = GatewayHealth::default();
            let history = History::default();
            let facts = CardFacts {
                live: LiveJob::default(),
                health: &health,
                history: &history,
                now: NOW,
                take: (1, 1),
                is_file_missing: false,
            };
            for action in card_view(&job(gateway, state), &facts).actions {
                if matches!(action.action, Action::Retry(_)) {
                    assert!(action.label.contains(" · "), "{}", action.label);
                }
            }
        }
    }
}

#[test]
fn a_bar_is_never_full_before_the_clip_is() {
    let health = GatewayHealth::default();
    let history = History::default();
    let mut facts = CardFacts {
        live: LiveJob { downloaded: Some((10, Some(10))), ..LiveJob::default() },
        health: &health,
        history: &history,
        now: NOW.after(Duration::from_secs(9_999)),
        take: (1, 1),
        is_file_missing: false,
    };
    let bar = |state, facts: &CardFacts<'_>| card_view(&job(GatewayId::Apiin, state), facts).bar.expect("a bar");
    assert!(bar(JobState::Downloading, &facts) < 1.0);
    facts.live.downloaded = None;
    assert!(bar(JobState::Generating, &facts) < 1.0);
}

#[test]
fn a_missing_file_names_its_last_folder_and_a_charge_its_amount() {
    let clip = Clip {
        path: "/home/me/Spring film/a.mp4".into(),
        sha256: String::new(),
        size_bytes: 1,
        width: 1,
        height: 1,
        duration_millis: 1,
        has_audio: false,
        recipe_note: None,
    };
    let charge = Charge::Yes(Some(Amount::Money(Money(660_000))));
    let job = Job { clip: Some(clip), charge, ..job(GatewayId::Aigateway, JobState::Ready) };
    assert_eq!(
        line(&job, |facts| facts.is_file_missing = true),
        "File missing (Ask) Last seen in “Spring film”. [Download again] [Remove] $0.66"
    );
}
