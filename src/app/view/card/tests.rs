use std::time::Duration;

use strum::IntoEnumIterator as _;

use super::*;
use crate::domain::job::PartFile;
use crate::domain::outcome::{Failure, NetworkCause, Rejection, RejectionKind, UnconfirmedCause};
use crate::domain::samples;
use crate::domain::{Amount, Clip, ClipDuration, Ending, HeldFor, Money, Verdict};
use crate::engine::event::Hold;

const NOW: UnixMillis = UnixMillis(1_000_000_000);

fn job(gateway: GatewayId, state: JobState) -> Job {
    let job = samples::job(0).gateway(gateway).at(NOW).prompt("a boat");
    job.asking(|draft| draft.duration = ClipDuration::S8).state(state)
}

fn ended(gateway: GatewayId, state: JobState, ending: Ending) -> Job {
    Job { charge: ending.charge, message: Some(ending), ..job(gateway, state) }
}

/// The card of `job` where nothing else is known than what `change` says.
fn card(job: &Job, change: impl FnOnce(&mut CardFacts<'_>)) -> CardView {
    let mut facts = CardFacts {
        live: LiveJob::default(),
        health: &GatewayHealth::default(),
        history: &History::default(),
        now: NOW,
        time_zone: &TimeZone::UTC,
        take: (2, 4),
        is_best: false,
        is_file_missing: false,
        prices: &PriceBook::default(),
    };
    change(&mut facts);
    card_view(job, &facts)
}

/// The card in one line: word, tone, body, actions, footer. Buttons that are there at rest stand in brackets, those under
/// the pointer in braces, those of the menu in parentheses.
fn line(job: &Job, change: impl FnOnce(&mut CardFacts<'_>)) -> String {
    let card = card(job, change);
    let body = match &card.body {
        Body::Picture => "picture".to_owned(),
        Body::Number { number, remark } => format!("{number}, {remark}"),
        Body::Message { sentence, charged } => format!("{sentence} {charged}").trim().to_owned(),
    };
    let actions = card.actions.iter().enumerate().map(|(index, action)| match card.buttons {
        Buttons { at_rest, .. } if index < at_rest => format!("[{}] ", action.label),
        Buttons { on_hover, .. } if index < on_hover => format!("{{{}}} ", action.label),
        _ => format!("({}) ", action.label),
    });
    format!("{} ({:?}) {body} {}{}", card.word, card.tone, actions.collect::<String>(), card.footer_right)
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
        line(&Job { ended_at: Some(NOW), ..ended(Aigateway, JobState::Gone, Ending::gone(Aigateway)) }, none),
        line(&ended(Aigateway, JobState::Generating, Ending::key_refused_while_watching(Aigateway)), none),
        line(&ended(Aigateway, JobState::Downloading, Ending::disk(Aigateway, "the disk is full")), none),
    ];
    let expected = [
        "#2 waiting (Neutral) 180 cr. Nothing sent yet. [Edit] [Remove] 180 cr",
        "Held: no key (Ask) apiin has no key on this computer. [Add key] [Edit] (Remove) 180 cr",
        "Held: offline (Ask) apiin cannot be reached. It goes out when the network is back. [Details] [Edit] (Remove) 180 cr",
        "Held: paused (Ask) The queue is paused. Nothing is sent. [Resume] [Edit] (Remove) 180 cr",
        "Waiting 12 s (Neutral) Too many requests; apiin asked to wait. (Edit) (Remove) 180 cr",
        "Sending… (Work) Saved on this computer first. Now on its way to apiin. 180 cr",
        "Unconfirmed (Ask) apiin did not answer. It may be making this clip. Charged: not known [Check again] [Submit again…] (Discard) charged: not known",
        "At apiin (Work) 14 s, accepted, in line at apiin {Stop watching} 180 cr",
        "Rendering (Work) 25 s, about 20 s left {Cancel} (Stop watching) $0.64",
        "Rendering (Work) 1 min 40 s, longer than usual, still watching {Stop watching} 180 cr",
        "Downloading (Work) 62 %, made, on its way here {Pause} (Stop watching) 11 of 18 MB",
        "Ready (Neutral) picture (Open) (Show in folder) (Use settings) (Remove) 180 cr",
        "Ready, practice (Neutral) picture (Open) (Show in folder) (Use settings) (Remove) free",
        "File missing (Ask) Not there any more. Last seen in the clip folder. Not charged [Find…] [Download again] (Remove) 180 cr",
        "Failed (Fail) PixVerse could not make this clip. Not charged [Try again · $0.64] [Edit] (Remove) $0.00",
        "Not allowed (Fail) PixVerse did not allow the prompt or the picture. Charged: not known [Edit prompt] [Copy] (Remove) not known",
        "Wallet empty (Fail) The aigateway wallet is empty. Not charged [Open wallet page] [Try again · $0.64] (Remove) $0.00",
        "Cancelled (Neutral) Confirmed by aigateway. Not charged [Make again · $0.64] (Remove) $0.00",
        "Not watched (Ask) Still being made and billed at apiin. [Watch again] (Remove) charged: not known",
        "Deleted at gateway (Neutral) aigateway deleted it on 12 January. It was never downloaded. [Make again · $0.64] (Watch again) (Remove) charged $0.64",
        "Key refused (Ask) aigateway refused the key, so this job cannot be looked at. [Open keys] [Stop watching] $0.64",
        "Download waits (Ask) The clip could not be saved: the disk is full. Link 24 h, file 7 days left at aigateway. [Change folder] [Stop watching] $0.64",
    ];
    for (line, expected) in lines.iter().zip(expected) {
        assert_eq!(line, expected);
    }
    assert_eq!(lines.len(), expected.len());
}

#[test]
fn names_hold_prompt_take_and_state() {
    for state in JobState::iter() {
        let card = card(&job(GatewayId::Apiin, state), |_| {});
        assert!(card.name.starts_with(&format!("a boat, take 2, {}", card.word)), "{}", card.name);
    }
}

#[test]
fn again_never_appears_without_its_price() {
    for state in JobState::iter() {
        for gateway in GatewayId::iter() {
            for action in card(&job(gateway, state), |_| {}).actions {
                if matches!(action.action, Action::Retry(_)) {
                    assert!(action.label.contains(" · "), "{}", action.label);
                }
            }
        }
    }
}

#[test]
fn a_bar_is_never_full_before_the_clip_is() {
    for state in [JobState::Downloading, JobState::Generating] {
        let card = card(&job(GatewayId::Apiin, state), |facts| {
            facts.live.downloaded = Some((10, Some(10)));
            facts.now = NOW.after(Duration::from_secs(9_999));
        });
        assert!(card.bar.expect("a bar") < 1.0, "{state}");
    }
}

#[test]
fn a_missing_file_names_its_last_folder_and_a_charge_its_amount() {
    let clip = samples::clip("/home/me/Spring film/a.mp4");
    let charge = Charge::Yes(Some(Amount::Money(Money(660_000))));
    let job = Job { clip: Some(clip), charge, ..job(GatewayId::Aigateway, JobState::Ready) };
    assert_eq!(
        line(&job, |facts| facts.is_file_missing = true),
        "File missing (Ask) Not there any more. Last seen in “Spring film”. Charged: $0.66 [Find…] [Download again] (Remove) $0.66"
    );
}

#[test]
fn a_card_shows_what_came_where_that_is_not_what_was_ordered() {
    let shown = |width, height, duration_millis| {
        let clip = Clip { width, height, duration_millis, ..samples::clip("a.mp4") };
        let card = card(&Job { clip: Some(clip), ..job(GatewayId::Apiin, JobState::Ready) }, |_| {});
        (card.footer_left, card.name)
    };
    let as_ordered = ("8 s · 720p".to_owned(), "a boat, take 2, Ready".to_owned());
    assert_eq!(shown(1280, 720, 8_000), as_ordered);
    assert_eq!(shown(0, 0, 0), as_ordered, "what could not be read is no difference");
    let name = "a boat, take 2, Ready, ordered 720p, came 360p, ordered 8 s, came 3 s".to_owned();
    assert_eq!(shown(640, 360, 3_000), ("3 s · 360p".to_owned(), name));
    assert_eq!(shown(720, 720, 8_000).0, "8 s · 720p · 1:1");
}

#[test]
fn a_clip_that_can_be_rated_shows_stars_and_a_rejected_one_its_price() {
    let clip = |stars, is_rejected| {
        let verdict = Verdict { rating: Rating::new(stars), is_rejected };
        Job { verdict, ..job(GatewayId::Apiin, JobState::Ready) }
    };
    let shown = |stars, is_rejected, is_best| {
        let card = card(&clip(stars, is_rejected), |facts| facts.is_best = is_best);
        (card.rating.map(Rating::stars), card.is_rejected, card.is_best, card.name)
    };
    let name = |said: &str| format!("a boat, take 2, Ready{said}");
    assert_eq!(shown(0, false, false), (Some(0), false, false, name("")));
    assert_eq!(shown(1, false, false), (Some(1), false, false, name(", 1 star")));
    assert_eq!(shown(5, false, true), (Some(5), false, true, name(", 5 stars, best take")));
    assert_eq!(shown(5, true, false), (None, true, false, name(", rejected")));
    let missing = card(&clip(3, false), |facts| facts.is_file_missing = true);
    assert_eq!(
        (missing.rating, missing.is_rejected),
        (None, false),
        "a clip that is away cannot be judged by its look"
    );
}

#[test]
fn a_held_download_says_how_much_is_here_until_its_time_runs_out() {
    let made_at = Some(NOW);
    let part = Some(PartFile { total_bytes: Some(18_000_000), verified_bytes: 7_200_000, ..PartFile::default() });
    let paused = Job {
        made_at,
        sent_at: made_at,
        part,
        is_download_paused: true,
        ..job(GatewayId::Aigateway, JobState::Downloading)
    };
    let after = |hours: u64| line(&paused, |facts| facts.now = NOW.after(Duration::from_secs(hours * 3_600)));
    let held = "Paused, 40 % (Neutral) 40 %, made, download paused {Resume} (Stop watching) 7.2 of 18 MB";
    assert_eq!(after(1), held);
    assert_eq!(after(21), "Link 3 h (Ask) 40 %, made, not here yet [Download now] (Stop watching) file 6 days");
    assert_eq!(after(30), held, "a fresh link is given for as long as the file is kept");
    assert_eq!(after(166), "File 2 h (Ask) 40 %, made, not here yet [Download now] (Stop watching) 7.2 of 18 MB");
}

#[test]
fn a_made_clip_that_nobody_fetches_counts_down() {
    let left = Job { made_at: Some(NOW), sent_at: Some(NOW), ..job(GatewayId::Aigateway, JobState::NotWatched) };
    let after = |hours: u64| line(&left, |facts| facts.now = NOW.after(Duration::from_secs(hours * 3_600)));
    let made = "(Ask) Made at aigateway, not downloaded yet. [Download now] (Remove)";
    assert_eq!(after(21), format!("Link 3 h {made} file 6 days"));
    assert!(after(30).starts_with(&format!("File 5 days {made}")), "{}", after(30));
}

#[test]
fn jobs_that_wait_for_a_word_say_what_they_wait_for() {
    for why in HeldFor::iter() {
        let held = line(&job(GatewayId::Apiin, JobState::Queued), |facts| {
            facts.live.hold = Some(Hold::Waiting { since: NOW, why });
        });
        let (word, button) = match why {
            HeldFor::Paused => ("Held: paused (Ask) You paused this order.", "[Start · 180 cr]"),
            _ if why.is_cap() => ("Held: cap (Ask)", why.sentence()),
            _ => ("Held: waiting since 12 January (Ask)", "[Send · 180 cr]"),
        };
        assert!(held.starts_with(word) && held.contains(button), "{held}");
        assert!(why == HeldFor::Paused || held.contains(why.sentence()), "{held}");
    }
    for (state, ending) in [
        (JobState::Waiting, Ending::unknown_job(GatewayId::Apiin)),
        (JobState::Generating, Ending::no_link(GatewayId::Apiin)),
        (JobState::Downloading, Ending::not_there_yet(GatewayId::Apiin)),
    ] {
        let doubted = line(&ended(GatewayId::Apiin, state, ending.clone()), |_| {});
        assert!(doubted.starts_with("No word yet (Ask)") && doubted.contains(&ending.what_happened), "{doubted}");
        assert!(doubted.contains("[Look now] [Stop watching]"), "{doubted}");
    }
    let sent = Job { sent_at: Some(NOW), ..job(GatewayId::Apiin, JobState::Submitting) };
    let counting = line(&sent, |facts| facts.now = NOW.after(Duration::from_secs(24)));
    assert!(counting.contains("apiin has had it for 24 s without an answer."), "{counting}");
}
