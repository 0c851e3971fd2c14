//! `rushes generate`: makes one clip or several takes, and follows them to their end.

use std::time::Duration;

use tokio::time::Instant;

use super::arguments::Generate;
use super::exit::Exit;
use super::follow::{Follow, Until};
use super::interrupt::interrupted;
use super::output::Output;
use super::pictures::{Files, draft_with, picture_problem, take_pictures};
use super::running::{Running, say_patience};
use super::waits::Waits;
use super::{Stop, estimate};
use crate::domain::random::Random;
use crate::domain::request::{Field, InputPicture};
use crate::domain::{Asker, Draft, GatewayId, PictureWay, path_text, price};
use crate::engine::command::{Command, NewJob};
use crate::engine::event::Event;
use crate::session::{Home, KeyError, Sends, SessionError, entropy, wall_clock};

/// How often the command checks whether it has to say what the jobs wait for.
const LOOK_AT_WAITS_EVERY: Duration = Duration::from_secs(1);

/// Makes clips. Problems of the request, a missing key and a price above the limit are found before anything is stored
/// or sent, in this order.
pub(super) async fn generate(home: &Home, output: &Output, arguments: &Generate) -> Result<Exit, Stop> {
    let (gateway, why) = choose_gateway(home, arguments.settings.gateway).await?;
    if let Some(why) = why {
        output.note(&why);
    }
    let mut draft = arguments.settings.draft(&arguments.prompt, gateway);
    let files = take_pictures(&mut draft, &arguments.settings);
    let mut problems = draft_with(&draft, &files).to_request().err().unwrap_or_default();
    for (field, file) in files.all() {
        if let Err(err) = std::fs::File::open(file) {
            problems.push(picture_problem(field, format!("{} cannot be opened: {err}", path_text::shown(file))));
        }
    }
    if !problems.is_empty() {
        return Err(Stop::of_problems(problems));
    }
    estimate::check_model(&draft)?;
    let connection = home.link(gateway, say_patience).await?;
    check_limit(home, &draft, arguments)?;
    let way = arguments.picture_way.unwrap_or(home.settings.pictures.way);
    estimate::print_notes(home, output, &draft_with(&draft, &files), way);

    let mut session = Running::start(home, Sends::OwnOnly).await?;
    let result = enqueue_and_follow(home, output, arguments, draft, files, connection, &mut session).await;
    session.conclude(home, output, result).await
}

async fn enqueue_and_follow(
    home: &Home,
    output: &Output,
    arguments: &Generate,
    mut draft: Draft,
    files: Files<'_>,
    connection: crate::session::Link,
    session: &mut Running,
) -> Result<(Follow, Exit), Stop> {
    let price = home.settings.prices.estimate(&draft, draft.gateway).ok_or_else(not_offered)?.amount;
    let orders = vec![(draft.gateway, price); draft.takes.into()];
    let is_over_cap = session.check_caps(home, &orders, arguments.over_cap).await?;
    for (field, file) in files.all() {
        let prepared = home.import_picture(file).await;
        let prepared = prepared.map_err(|err| Stop::of_problems(vec![picture_problem(field, err.to_string())]))?;
        for remark in prepared.remarks {
            output.note(&remark);
        }
        let picture = Some(InputPicture::Stored(prepared.picture));
        match field {
            Field::EndPicture => draft.end_picture = picture,
            _ => draft.picture = picture,
        }
    }
    let request = draft.to_request().map_err(Stop::of_problems)?;
    let estimate = home.settings.prices.estimate(&request, draft.gateway).ok_or_else(not_offered)?;
    let picture_way = arguments.picture_way.unwrap_or(home.settings.pictures.way);
    let mut random = Random(entropy());
    let requests = draft.takes_of(&request, || random.draw_u32());
    let ids = random.job_ids(wall_clock(), draft.takes.into());
    let new_jobs: Vec<_> = ids
        .into_iter()
        .zip(requests)
        .map(|(id, request)| NewJob {
            id,
            gateway: draft.gateway,
            request,
            estimate: estimate.clone(),
            project: None,
            parent: None,
            picture_way,
            asked_by: Asker::CommandLine,
            is_over_cap,
        })
        .collect();
    let until = if arguments.no_wait { Until::Accepted } else { Until::Ended };
    let mut follow = Follow::new(new_jobs.iter().map(|new_job| new_job.id), until);
    if picture_way == PictureWay::Bucket {
        session.connect_bucket(home).await?;
    }
    session.connect(connection).await?;
    session.send(Command::Enqueue(new_jobs))?;
    let exit = follow_jobs(output, session, &mut follow, Held::TakeOut).await;
    Ok((follow, exit))
}

/// What becomes of queued jobs whose gateway refused another order for its key or for lack of credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// They belong to this command, which cannot do its work: they are taken out, so that no later command sends them
    /// unasked.
    TakeOut,
    /// They stay in the queue.
    Leave,
}

/// Tells what happens to the jobs until nothing is left to wait for, the user interrupts, or the disk refuses. While
/// nothing happens, says from time to time what is waited for.
pub(super) async fn follow_jobs(output: &Output, session: &mut Running, follow: &mut Follow, held: Held) -> Exit {
    let interrupted = interrupted();
    tokio::pin!(interrupted);
    let mut waits = Waits::default();
    let mut tick = tokio::time::interval_at(Instant::now() + LOOK_AT_WAITS_EVERY, LOOK_AT_WAITS_EVERY);
    loop {
        if held == Held::TakeOut {
            for job in follow.held() {
                // When the queue of commands is full this one is lost, and the next turn leads here again.
                session.send(Command::TakeOut(job.id)).ok();
            }
        }
        let is_over = follow.is_over();
        // Jobs that the engine holds count as settled, because `watch` leaves them in the queue. Here they may still
        // have to be taken out.
        if is_over && (held == Held::Leave || follow.held().next().is_none()) {
            break;
        }
        let event = tokio::select! {
            () = &mut interrupted => break,
            event = session.next() => event,
            now = tick.tick() => {
                let live = session.live();
                for wait in waits.look(now.into_std(), follow, &live) {
                    output.waiting(&wait);
                }
                follow.see_holds(&live);
                continue;
            }
        };
        match event {
            Some(Event::JobChanged(job) | Event::Settled(job, _)) => {
                if let Some(step) = follow.observe(*job) {
                    output.step(&step);
                }
            }
            Some(Event::StorageTrouble(Some(trouble))) => {
                output.note(&format!("{trouble}. What is not stored is not sent."));
                return Exit::LocalTrouble;
            }
            Some(Event::LibraryDamaged(words)) => output.note(&words),
            Some(Event::GatewayChanged(gateway, health)) => {
                waits.heard(gateway, health.trouble.as_ref().map(|(_, words)| words.clone()));
                if let Some((_, words)) = health.trouble {
                    output.note(&format!("{gateway}: {words}"));
                }
            }
            Some(Event::Note(id, message)) => {
                if let Some(job) = follow.jobs().find(|job| job.id == id) {
                    output.job_note(job, &message);
                }
                follow.noted(id);
            }
            Some(
                Event::StorageTrouble(None) | Event::KeyChecked(..) | Event::BucketChecked(_) | Event::HoldsChanged(_),
            ) => {}
            // The engine has ended, which it does not do by itself.
            None => return Exit::LocalTrouble,
        }
    }
    if follow.lacks_some() { Exit::StillRunning } else { follow.exit() }
}

/// The gateway that makes the clip, with a sentence for the user when none was named.
pub(super) async fn choose_gateway(home: &Home, named: Option<GatewayId>) -> Result<(GatewayId, Option<String>), Stop> {
    if let Some(gateway) = named {
        return Ok((gateway, None));
    }
    let Some(gateway) = home.settings.chosen_gateway else {
        let why = "The practice gateway makes the clip, free and offline.".to_owned();
        return Ok((GatewayId::Practice, Some(why)));
    };
    let has_key = gateway == GatewayId::Practice
        || match home.find_key(gateway, say_patience).await {
            Ok(found) => found.is_some(),
            // Where there is no password store, there is no key in one.
            Err(SessionError::NoKey { cause: Some(KeyError::NoStore), .. }) => false,
            // A key that may be there does not make a practice clip of what was meant to be a real one.
            Err(err) => return Err(err.into()),
        };
    Ok(if has_key {
        (gateway, Some(format!("{gateway} makes the clip, as chosen in the window.")))
    } else {
        let why = format!("No key for {gateway} is known, so the practice gateway makes the clip, free and offline.");
        (GatewayId::Practice, Some(why))
    })
}

fn not_offered() -> Stop {
    Stop::new(Exit::BadRequest, "PixVerse does not offer these settings together. Not charged. Change one of them.")
}

/// Stops the command when all clips together may cost more than `--max-cost`.
fn check_limit(home: &Home, draft: &Draft, arguments: &Generate) -> Result<(), Stop> {
    let Some(limit) = arguments.max_cost else { return Ok(()) };
    let estimate = home.settings.prices.estimate(draft, draft.gateway).ok_or_else(not_offered)?;
    let total = estimate.amount.times(draft.takes.into());
    if !price::exceeds(total, limit, draft.gateway, home.settings.of(draft.gateway).credit_value) {
        return Ok(());
    }
    Err(Stop::new(
        Exit::Money,
        format!(
            "This may cost {total} at {}, which is not certain to be within {limit}. Not charged: nothing was sent. \
             Raise --max-cost or choose other settings.",
            draft.gateway
        ),
    ))
}
