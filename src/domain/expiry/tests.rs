use super::*;
use crate::domain::samples;

/// Made one hour after the order at [`ORDERED`].
const ORDERED: UnixMillis = UnixMillis(1_780_000_000_000);

fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3600)
}

fn made(gateway: GatewayId, after: Duration) -> Job {
    let mut job = samples::job(7).gateway(gateway).at(ORDERED).state(JobState::Downloading);
    job.sent_at = Some(ORDERED);
    job.accepted_at = Some(ORDERED.after(Duration::from_secs(1)));
    job.made_at = Some(ORDERED.after(after));
    job
}

/// `chip | footer` at a full hour after the order.
fn shown(job: &Job, hour: u64) -> String {
    let expiry = Expiry::of(job).expect("counts down");
    let now = ORDERED.after(hours(hour));
    [expiry.badge(now), expiry.footer(now)].into_iter().flatten().collect::<Vec<_>>().join(" | ")
}

/// Looks at a card in every hour of the first day, and in every hour of the seven days.
#[test]
fn a_result_counts_down_hour_by_hour() {
    let job = made(GatewayId::Aigateway, Duration::ZERO);
    for hour in 0..24 {
        let file = if hour == 0 { "7 days" } else { "6 days" };
        assert_eq!(shown(&job, hour), format!("Link {} h | file {file}", 24 - hour), "hour {hour}");
    }
    for hour in 24..168 {
        let left = 168 - hour;
        let text = match left {
            48.. => format!("File {} days", left / 24),
            25..48 => "File 1 day".to_owned(),
            _ => format!("File {left} h"),
        };
        assert_eq!(shown(&job, hour), text, "hour {hour}");
    }
    for hour in [168, 169, 1_000] {
        assert_eq!(shown(&job, hour), "File overdue");
    }
}

/// The same as written texts, so that a change of the rule above cannot hide one of the words.
#[test]
fn the_texts_of_a_countdown() {
    let job = made(GatewayId::Aigateway, Duration::ZERO);
    let expiry = Expiry::of(&job).expect("counts down");
    let minutes = |minutes: u64| ORDERED.after(Duration::from_secs(minutes * 60));
    for (now, badge, footer, sentence) in [
        (minutes(0), "Link 24 h", Some("file 7 days"), "Link 24 h, file 7 days left at aigateway."),
        (minutes(1), "Link 23 h", Some("file 6 days"), "Link 23 h, file 6 days left at aigateway."),
        (minutes(21 * 60), "Link 3 h", Some("file 6 days"), "Link 3 h, file 6 days left at aigateway."),
        (minutes(24 * 60 - 59), "Link 59 min", Some("file 6 days"), "Link 59 min, file 6 days left at aigateway."),
        (minutes(24 * 60), "File 6 days", None, "File 6 days left at aigateway."),
        (minutes(6 * 24 * 60 + 1), "File 23 h", None, "File 23 h left at aigateway."),
        (minutes(7 * 24 * 60 - 2), "File 2 min", None, "File 2 min left at aigateway."),
        (minutes(7 * 24 * 60), "File overdue", None, "aigateway keeps files for 7 days and may have deleted this one."),
    ] {
        assert_eq!(expiry.badge(now).as_deref(), Some(badge));
        assert_eq!(expiry.footer(now).as_deref(), footer);
        assert_eq!(expiry.sentence(now).as_deref(), Some(sentence));
    }
    let last_seconds = ORDERED.after(hours(168) - Duration::from_secs(5));
    assert_eq!(expiry.badge(last_seconds).as_deref(), Some("File under 1 min"));
}

#[test]
fn the_link_counts_from_its_answer_and_the_file_from_the_order() {
    let expiry = Expiry::of(&made(GatewayId::Aigateway, hours(5))).expect("counts down");
    assert_eq!(expiry.link_until, Some(ORDERED.after(hours(5 + 24))));
    assert_eq!(expiry.file_until, Some(ORDERED.after(hours(168))));
}

#[test]
fn only_what_can_still_be_fetched_and_is_documented_counts_down() {
    let with = |gateway, state, made_at| {
        let mut job = made(gateway, Duration::ZERO);
        (job.state, job.made_at) = (state, made_at);
        Expiry::of(&job).is_some()
    };
    let made_at = Some(ORDERED);
    for (gateway, state, made_at, counts) in [
        (GatewayId::Aigateway, JobState::Downloading, made_at, true),
        (GatewayId::Aigateway, JobState::Downloading, None, true),
        (GatewayId::Aigateway, JobState::NotWatched, made_at, true),
        (GatewayId::Aigateway, JobState::NotWatched, None, false),
        (GatewayId::Aigateway, JobState::Generating, None, false),
        (GatewayId::Aigateway, JobState::Ready, made_at, false),
        (GatewayId::Aigateway, JobState::Gone, made_at, false),
        (GatewayId::Apiin, JobState::Downloading, made_at, false),
        (GatewayId::Practice, JobState::Downloading, made_at, true),
    ] {
        assert_eq!(with(gateway, state, made_at), counts, "{gateway} {state}");
    }
    // The practice gateway gives fresh links for ever.
    let practice = Expiry::of(&made(GatewayId::Practice, Duration::ZERO)).expect("a link");
    assert_eq!(practice.badge(ORDERED.after(hours(21))).as_deref(), Some("Link 3 h"));
    assert_eq!(practice.badge(ORDERED.after(hours(25))), None);
    assert_eq!(practice.sentence(ORDERED.after(hours(25))), None);
}

#[test]
fn what_ends_first_is_fetched_first() {
    let job = |gateway, ordered: u64, made_after: u64| {
        let mut job = made(gateway, hours(ordered + made_after));
        job.sent_at = Some(ORDERED.after(hours(ordered)));
        job
    };
    let mut jobs = [
        ("practice", job(GatewayId::Practice, 0, 0)),
        ("young", job(GatewayId::Aigateway, 100, 1)),
        ("old", job(GatewayId::Aigateway, 1, 1)),
        ("unknown end", job(GatewayId::Apiin, 90, 1)),
        ("as old, made later", job(GatewayId::Aigateway, 1, 2)),
    ];
    jobs.sort_by_key(|(_, job)| fetch_order(job));
    assert_eq!(jobs.map(|(name, _)| name), ["unknown end", "old", "as old, made later", "young", "practice"]);
}

#[test]
fn a_deleted_clip_keeps_its_date() {
    let gone = |gateway, noticed: u64| {
        let mut job = made(gateway, Duration::ZERO);
        (job.state, job.ended_at) = (JobState::Gone, Some(ORDERED.after(hours(noticed))));
        deleted_at(&job)
    };
    assert_eq!(gone(GatewayId::Aigateway, 1_000), Some(ORDERED.after(hours(168))), "its time was over");
    assert_eq!(gone(GatewayId::Aigateway, 30), Some(ORDERED.after(hours(30))), "before its time");
    assert_eq!(gone(GatewayId::Apiin, 30), Some(ORDERED.after(hours(30))));
    assert_eq!(deleted_at(&made(GatewayId::Apiin, Duration::ZERO)), None);
}
