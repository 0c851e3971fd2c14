//! Jobs outlive the practice gateway when it has a folder.

use std::collections::BTreeSet;
use std::{fs, path::Path};

use super::*;

/// A gateway on this folder whose films tell what was ordered.
fn on(folder: &Path) -> Config {
    let films = FilmSource::new(|spec| Ok(format!("{spec:?}").repeat(100).into_bytes()));
    Config { films, state_dir: Some(folder.to_owned()), ..Config::quick(Vec::new()) }
}

async fn apiin_film(practice: &Practice, id: &str) -> Vec<u8> {
    let answer = poll_apiin(practice, id).await.json();
    assert_eq!(answer["data"]["status"], "SUCCESS", "{answer}");
    let link = answer["data"]["response"][0].as_str().expect("a link").to_owned();
    assert_eq!(Url::parse(&link).expect("a URL").port(), Some(practice.media_address().port()));
    let got = fetch(&link, &[]).await.expect("the film");
    assert_eq!(got.status, 200, "{got:?}");
    got.body
}

#[tokio::test]
async fn a_job_is_finished_by_the_next_gateway() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = start(on(folder.path())).await;
    let body = json!({"model": "pixverse-5-6", "prompt": "a heron", "resolution": "540p", "duration": 8,
        "resolution_ratio": "3:4", "generate_audio_switch": true, "negative_prompt": "blur",
        "image": "data:image/png;base64,iVBORw=="})
    .to_string();
    let answer = call(&first, "POST", "/api/v1/videos/generations", AIO, &body).await.json();
    let id = answer["data"]["task_id"].as_str().expect("an id");
    let film = apiin_film(&first, id).await;
    let aig = submit_aig(&first).await;
    let aig_film = first.film_of(&aig).await.expect("a film");
    assert_ne!(film, aig_film);
    drop(first);

    let second = start(on(folder.path())).await;
    // Both may have been made in the same millisecond, so their order is not told.
    let kept: BTreeSet<_> = second.jobs().into_iter().map(|job| job.id).collect();
    assert_eq!(kept, BTreeSet::from([id.to_owned(), aig.clone()]));
    assert!(apiin_film(&second, id).await == film);
    let answer = poll_aig(&second, &aig).await.json();
    assert_eq!(answer["status"], "completed", "{answer}");
    let link = answer["result"]["url"].as_str().expect("a link");
    assert!(fetch(link, &[]).await.expect("the film").body == aig_film);
    // A job of one gateway is still unknown to the other, and new jobs stand beside the old ones.
    assert_eq!(poll_apiin(&second, &aig).await.status, 404);
    submit_apiin(&second).await;
    assert_eq!(second.jobs().len(), 3);
}

#[tokio::test]
async fn a_job_whose_answer_was_lost_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let faults = Faults::default().on_submit(FaultKind::DropAfterAccept);
    let first = start(on(folder.path()).with_faults(faults)).await;
    let answer = try_call(&first, "POST", "/api/v1/videos/generations", AIO, &apiin_order("a heron")).await;
    assert!(answer.is_none());
    let id = first.jobs()[0].id.clone();
    drop(first);
    let second = start(on(folder.path())).await;
    let film = apiin_film(&second, &id).await;
    assert!(Some(film) == second.film_of(&id).await);
}

#[tokio::test]
async fn by_the_clock_a_kept_job_goes_on_from_its_beginning() {
    let folder = tempfile::tempdir().expect("a folder");
    let hour = Duration::from_secs(3600);
    let pace = Pace::Time { queued: Duration::ZERO, generating: hour };
    let first = start(on(folder.path()).with_pace(pace)).await;
    let (old, young) = (submit_apiin(&first).await, submit_apiin(&first).await);
    drop(first);
    // As if the program had been closed for two hours since the first of them.
    let path = folder.path().join(format!("{old}.json"));
    let mut kept: Value = serde_json::from_slice(&fs::read(&path).expect("the file")).expect("JSON");
    kept["created_unix_millis"] = json!(kept["created_unix_millis"].as_i64().expect("a time") - 2 * 3_600_000);
    fs::write(&path, kept.to_string()).expect("written");

    let second = start(on(folder.path()).with_pace(pace)).await;
    // Nothing is made before it is asked for; the first question begins it.
    poll_apiin(&second, &old).await;
    second.film_of(&old).await.expect("a film");
    assert!(!apiin_film(&second, &old).await.is_empty());
    assert_eq!(poll_apiin(&second, &young).await.json()["data"]["status"], "IN_PROGRESS");
}

#[tokio::test]
async fn ends_without_a_film_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let wallet = Wallet { money: Some(Money(800_000)), ..Wallet::default() };
    let failing = FaultKind::Moderation { message: Some("no herons".to_owned()) };
    let faults = Faults::default().on_submit(Fault { times: Some(1), ..Fault::from(failing) });
    let pace = Pace::Polls { queued: 1, running: 0 };
    let config = Config { wallet, ..on(folder.path()) }.with_pace(pace);
    let first = start(config.clone().with_faults(faults)).await;
    let doomed = submit_aig(&first).await;
    let cancelled = submit_aig(&first).await;
    call(&first, "DELETE", &format!("/v1/jobs/{cancelled}"), AIG, "").await;
    drop(first);

    // One has its end from an earlier gateway, the other comes to the end that was decided at its submit.
    let second = start(config.clone()).await;
    assert_eq!(poll_aig(&second, &cancelled).await.json()["status"], "cancelled");
    poll_aig(&second, &doomed).await;
    let answer = poll_aig(&second, &doomed).await.json();
    assert_eq!((&answer["status"], &answer["error"]["message"]), (&json!("failed"), &json!("no herons")));
    assert_eq!(second.wallet(), wallet, "the new wallet never paid for it");
    drop(second);
    let third = start(config).await;
    assert_eq!(poll_aig(&third, &doomed).await.json()["status"], "failed");
}

#[tokio::test]
async fn a_seed_never_draws_the_id_of_a_kept_job() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = || Config { id_seed: Some(7), ..on(folder.path()) };
    let first = start(config()).await;
    let before = submit_apiin(&first).await;
    drop(first);
    let second = start(config()).await;
    assert_ne!(submit_apiin(&second).await, before);
    assert_eq!(second.jobs().len(), 2);
}

#[tokio::test]
async fn a_job_that_cannot_be_written_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let wallet = Wallet { credits: Some(Credits(90)), ..Wallet::default() };
    let state = folder.path().join("state");
    let practice = start(Config { wallet, ..on(&state) }).await;
    fs::remove_dir(&state).expect("removed");
    let got = call(&practice, "POST", "/api/v1/videos/generations", AIO, &apiin_order("x")).await;
    assert_eq!((got.status, practice.jobs().len(), practice.wallet()), (400, 0, wallet), "{got:?}");

    fs::write(&state, b"in the way").expect("written");
    assert!(Practice::start(on(&state)).await.is_err());
}

#[tokio::test]
async fn more_jobs_than_films_are_kept_all_come_to_their_end() {
    let pace = Pace::Time { queued: Duration::ZERO, generating: Duration::ZERO };
    let films = FilmSource::new(|spec| Ok(spec.seed.to_be_bytes().to_vec()));
    let practice = start(Config { films, ..Config::quick(Vec::new()) }.with_pace(pace)).await;
    let mut ids = Vec::new();
    for _ in 0..40 {
        ids.push(submit_apiin(&practice).await);
    }
    for id in &ids {
        while poll_apiin(&practice, id).await.json()["data"]["status"] != "SUCCESS" {
            tokio::task::yield_now().await;
        }
    }
}
