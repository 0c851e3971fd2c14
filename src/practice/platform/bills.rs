//! The list of what was taken and given back at PixVerse's Platform. The request is documented; what an item holds is not,
//! so that it is invented here (docs/gateways.md, section 3.7). Pure.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::{Value, json};

use crate::domain::{Amount, Credits};
use crate::practice::{
    jobs::{MadeJob, Protocol},
    shapes::platform::{Denial, number},
};

/// How many items a page has unless the request says otherwise, and at most.
const PAGE: (usize, usize) = (20, 100);

/// A page of the list, newest first: the content of the envelope.
pub(super) fn page(jobs: &[MadeJob], body: &[u8], is_nameless: bool) -> Result<Value, Denial> {
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
        return Err(Denial::of(400_013, "the body is no JSON object"));
    };
    let time = |name: &str| {
        let value = fields.get(name).filter(|value| !value.is_null()).ok_or_else(|| Denial::of(400_011, name))?;
        let text = value.as_str().ok_or_else(|| Denial::of(400_013, name))?;
        moment(text).ok_or_else(|| Denial::of(400_017, name))
    };
    let (start, end) = (time("start_time")?, time("end_time")?);
    if end < start {
        return Err(Denial::of(400_017, "end_time"));
    }
    let limit = match fields.get("limit") {
        None | Some(Value::Null) => PAGE.0,
        Some(value) => {
            let limit = value.as_u64().ok_or_else(|| Denial::of(400_013, "limit"))?;
            usize::try_from(limit)
                .ok()
                .filter(|limit| (1..=PAGE.1).contains(limit))
                .ok_or_else(|| Denial::of(400_017, "limit"))?
        }
    };
    let first = match fields.get("cursor").map(|value| value.as_str()) {
        None | Some(Some("")) => 0,
        Some(Some(text)) => text.parse::<usize>().ok().ok_or_else(|| Denial::of(400_017, "cursor"))?,
        Some(None) => return Err(Denial::of(400_013, "cursor")),
    };
    let mut items = Vec::new();
    for job in jobs.iter().filter(|job| job.protocol == Protocol::Pixverse) {
        let Amount::Credits(Credits(credits)) = job.price else { continue };
        items.push((job.created_unix, job, "deduction", credits));
        if job.is_refunded {
            items.push((job.updated_unix, job, "refund", credits));
        }
    }
    items.retain(|(at, ..)| (start..=end).contains(at));
    // Those that came later stand first, also within a second.
    items.reverse();
    items.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
    let has_more = items.len() > first.saturating_add(limit);
    let shown: Vec<Value> = items
        .into_iter()
        .skip(first)
        .take(limit)
        .map(|(at, job, kind, credits)| {
            let mut item = json!({"id": number(&job.id) ^ u64::from(kind == "refund"), "type": kind, "credits": credits,
                "create_time": Timestamp::from_second(at).unwrap_or_default().to_string()});
            if !is_nameless {
                item["trace_id"] = json!(job.trace);
                item["video_id"] = json!(number(&job.id));
            }
            item
        })
        .collect();
    let next = if has_more { (first + limit).to_string() } else { String::new() };
    Ok(json!({"items": shown, "next_cursor": next, "has_more": has_more}))
}

/// Seconds since 1970 of `2026-08-01 10:00:00`, which is in UTC, or of a time in RFC 3339.
fn moment(text: &str) -> Option<i64> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.as_second());
    }
    let time = DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?;
    Some(TimeZone::UTC.to_timestamp(time).ok()?.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::practice::jobs::tests::job;

    const AT: i64 = 1_785_578_400;

    fn made(id: u64, after: i64) -> MadeJob {
        MadeJob {
            protocol: Protocol::Pixverse,
            trace: Some(format!("trace-{id}")),
            created_unix: AT + after,
            ..job(&id.to_string(), Amount::Credits(Credits(45)))
        }
    }

    fn ask(jobs: &[MadeJob], body: &Value) -> Result<Value, u32> {
        page(jobs, body.to_string().as_bytes(), false).map_err(|denial| denial.code)
    }

    #[test]
    fn what_was_taken_and_given_back_in_the_time_is_listed() {
        let elsewhere = MadeJob { protocol: Protocol::Apiin, ..made(4, 0) };
        let refunded = MadeJob { is_refunded: true, updated_unix: AT + 30, ..made(2, 10) };
        let jobs = [made(1, -1), elsewhere, refunded, made(3, 60), made(5, 61)];
        for (start, end) in
            [("2026-08-01 10:00:00", "2026-08-01 10:01:00"), ("2026-08-01T10:00:00Z", "2026-08-01T12:01:00+02:00")]
        {
            let listed = ask(&jobs, &json!({"start_time": start, "end_time": end})).expect("a good request");
            let of = |name: &str| -> Vec<Value> {
                listed["items"].as_array().expect("items").iter().map(|item| item[name].clone()).collect()
            };
            assert_eq!(of("type"), ["deduction", "refund", "deduction"]);
            assert_eq!(of("trace_id"), ["trace-3", "trace-2", "trace-2"]);
            assert_eq!((&listed["has_more"], &listed["next_cursor"]), (&json!(false), &json!("")));
        }
    }

    #[test]
    fn long_lists_come_in_pages() {
        let jobs: Vec<_> = (0..25).map(|id| made(id, 0)).collect();
        let mut body = json!({"start_time": "2026-08-01 10:00:00", "end_time": "2026-08-01 10:00:00", "limit": 10});
        let mut seen = Vec::new();
        for expected in [10, 10, 5] {
            let listed = ask(&jobs, &body).expect("a good request");
            let items = listed["items"].as_array().expect("items");
            assert_eq!((items.len(), &listed["has_more"]), (expected, &json!(expected == 10)));
            seen.extend(items.iter().map(|item| item["video_id"].as_u64().expect("an id")));
            body["cursor"] = listed["next_cursor"].clone();
        }
        assert_eq!(seen, (0..25).rev().collect::<Vec<_>>());
    }

    #[test]
    fn bad_questions_have_their_codes() {
        let good = json!({"start_time": "2026-08-01 10:00:00", "end_time": "2026-08-01 10:00:00"});
        for (field, value, code) in [
            ("start_time", json!(null), 400_011),
            ("start_time", json!(1), 400_013),
            ("end_time", json!("yesterday"), 400_017),
            ("end_time", json!("2026-08-01 09:59:59"), 400_017),
            ("limit", json!("20"), 400_013),
            ("limit", json!(101), 400_017),
            ("cursor", json!(3), 400_013),
            ("cursor", json!("x"), 400_017),
        ] {
            let mut body = good.clone();
            body[field] = value;
            assert_eq!(ask(&[], &body), Err(code), "{body}");
        }
        assert!(ask(&[], &good).is_ok());
    }
}
