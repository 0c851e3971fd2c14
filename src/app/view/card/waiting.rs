//! The card of an order that waits: its place in the queue, or what holds it.

use super::{Body, Buttons, CardFacts, CardIcon, Face, Tone, seconds_until};
use crate::app::action::Action;
use crate::app::action::queue::Queue;
use crate::app::action::spend::{Consent, Door, Spend};
use crate::app::state::SettingsPage;
use crate::app::view::words;
use crate::domain::{HeldFor, Job};
use crate::engine::event::Hold;

/// The card of an order that waits to be sent, and why it waits.
pub(super) fn queued(job: &Job, facts: &CardFacts<'_>) -> Face {
    let id = job.id;
    let gateway = job.gateway;
    let held = |word: &str, sentence: String| Face::message(word, CardIcon::Pause, Tone::Ask, sentence);
    let edit = Action::EditQueued(id);
    if let Some((sent, total)) = facts.live.sending_picture {
        let part = if total == 0 { 0.0 } else { sent as f32 / total as f32 };
        let number = format!("{:.0} %", (part * 100.0).floor());
        let remark = "sending the picture, nothing ordered yet".to_owned();
        let face =
            Face::new(format!("Sending picture {number}"), CardIcon::Send, Tone::Work, Body::Number { number, remark });
        return face.bar(part).with("Remove", Action::Cancel(id)).buttons(Buttons::under_pointer(1));
    }
    if let Some(why) = job.held.filter(|why| why.is_cap()) {
        let face = held("Held: cap", why.sentence().to_owned());
        let send = format!("Send · {}…", job.estimate.amount);
        return face
            .with(send, Action::Spend(Spend::Order(Door::Held(id), Consent::PRESS)))
            .with("Edit", edit)
            .with("Remove", Action::Cancel(id));
    }
    let face = match &facts.live.hold {
        Some(Hold::NoKey) => held("Held: no key", format!("{gateway} has no key on this computer."))
            .with("Add key", Action::OpenSettings(SettingsPage::Gateways)),
        Some(Hold::KeyRefused) => held("Held: key", format!("{gateway} refused the key. Nothing is sent."))
            .with("Change key", Action::OpenSettings(SettingsPage::Gateways))
            .with("Resume", Action::PauseQueue(false)),
        Some(Hold::NoCredits) => {
            held("Held: credits", format!("The {gateway} wallet is empty. Top up there, then press Resume."))
                .with("Resume", Action::PauseQueue(false))
        }
        Some(Hold::Offline { .. }) => {
            held("Held: offline", format!("{gateway} cannot be reached. It goes out when the network is back."))
                .with("Details", Action::Select(Some(id)))
        }
        Some(Hold::Full) => Face::message(
            "In line here",
            CardIcon::Clock,
            Tone::Neutral,
            format!("{gateway} makes as many clips at once as your plan allows. It goes out when one is done."),
        ),
        Some(Hold::Picture { why, retry_in: Some(_) }) => {
            held("Held: picture", format!("{why} It is sent again by itself."))
                .with("Try now", Action::PauseQueue(false))
        }
        Some(Hold::Picture { why, retry_in: None }) => {
            held("Held: picture", format!("{why} Nothing was sent to {gateway}."))
                .with("Try again", Action::PauseQueue(false))
                .with("Settings", Action::OpenSettings(SettingsPage::Pictures))
        }
        Some(Hold::Paused) => held("Held: paused", "The queue is paused. Nothing is sent.".to_owned())
            .with("Resume", Action::PauseQueue(false)),
        Some(Hold::Storage) => held("Held: disk", "The library cannot be written, so nothing is sent.".to_owned()),
        Some(Hold::Waiting { why: HeldFor::Paused, .. }) => {
            held("Held: paused", "You paused this order. Nothing was sent.".to_owned())
                .with(format!("Start · {}", job.estimate.amount), Action::Queue(Queue::Resume(vec![id])))
        }
        // It goes on by itself when there is room.
        Some(Hold::Waiting { why, .. }) if why.is_cap() => {
            held("Held: cap", format!("{} Nothing was sent.", why.sentence()))
        }
        Some(Hold::Waiting { since, why }) => {
            let since = words::day(*since, facts.now, facts.time_zone);
            held(&format!("Held: waiting since {since}"), why.sentence().to_owned())
                .with(format!("Send · {}", job.estimate.amount), Action::Release(id))
        }
        Some(Hold::LeftOver) => held("Held", "An earlier command ordered it. It is not sent by this one.".to_owned()),
        None => match seconds_until(facts.live.throttled_until, facts.now) {
            Some(secs) => Face::message(
                format!("Waiting {secs} s"),
                CardIcon::Timer,
                Tone::Neutral,
                format!("Too many requests; {gateway} asked to wait."),
            )
            .buttons(Buttons::default()),
            None => {
                let word = facts.live.place.map_or_else(|| "Waiting".to_owned(), |place| format!("#{place} waiting"));
                let sentence = format!("{}. Nothing sent yet.", job.estimate.amount);
                Face::message(word, CardIcon::Clock, Tone::Neutral, sentence)
            }
        },
    };
    face.with("Edit", edit).with("Remove", Action::Cancel(id))
}
