//! Tests of reading answers, field by field.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::domain::{Amount, Credits, Money};

fn keyless() -> Redactor {
    Redactor::new(None)
}

#[test]
fn status_words() {
    use Word::{Alive, Cancelled, Completed, Failed};
    for (text, expected) in [
        ("queued", Alive(Phase::Waiting)),
        ("PENDING", Alive(Phase::Waiting)),
        ("in queue", Alive(Phase::Waiting)),
        ("IN_PROGRESS", Alive(Phase::Generating)),
        ("in-progress", Alive(Phase::Generating)),
        ("running", Alive(Phase::Generating)),
        ("Processing", Alive(Phase::Generating)),
        ("COMPLETED", Completed),
        ("SUCCESS", Completed),
        ("done", Completed),
        ("succeed", Completed),
        ("Succeed", Completed),
        ("TASK_STATUS_SUCCEED", Completed),
        ("TASK_STATUS_PROCESSING", Alive(Phase::Generating)),
        ("JOB_STATE_SUCCEEDED", Completed),
        ("JOB_STATE_FAILED", Failed),
        ("task-status-queueing", Alive(Phase::Waiting)),
        ("fail", Failed),
        ("OK", Alive(Phase::Unknown("OK".into()))),
        ("ready", Alive(Phase::Unknown("ready".into()))),
        ("5", Alive(Phase::Unknown("5".into()))),
        ("status_", Alive(Phase::Unknown("status_".into()))),
        ("FAILED", Failed),
        ("expired", Failed),
        ("canceled", Cancelled),
        ("Cancelled", Cancelled),
        ("re-encoding", Alive(Phase::Unknown("re-encoding".into()))),
    ] {
        assert_eq!(word(text, &keyless()), expected, "{text}");
    }
}

#[test]
fn the_shape_of_errors() {
    let shaped = |dialect, value: &Value| error_of(dialect, value, &keyless()).map(|error| error.status);
    for (value, aigateway, apiin) in [
        (
            json!({"error": {"message": "no", "type": "not_found", "code": 404, "param": null}}),
            Some(Some(404)),
            Some(Some(404)),
        ),
        (json!({"error": {"message": "no"}}), Some(None), Some(None)),
        (json!({"error": "no"}), Some(None), Some(None)),
        (json!({"code": 401, "message": "Invalid API key"}), None, Some(Some(401))),
        (json!({"code": "402", "message": "credits"}), None, Some(Some(402))),
        (json!({"code": 1001, "message": "no"}), None, Some(None)),
        (json!({"code": 200, "message": "success", "data": {}}), None, None),
        (json!({"code": 0, "data": {}}), None, None),
        (json!({"error": null, "id": "x"}), None, None),
        (json!({"error": {}}), None, None),
        (json!({"message": "Forbidden"}), None, None),
        (json!([]), None, None),
    ] {
        assert_eq!(shaped(Dialect::Aigateway, &value), aigateway, "{value}");
        assert_eq!(shaped(Dialect::Apiin, &value), apiin, "{value}");
    }
}

#[test]
fn charges_are_exact() {
    let money = |micros| Some(Amount::Money(Money(micros)));
    for (gateway, value, expected) in [
        (GatewayId::Apiin, json!({"data": {"consumed_credits": 90}}), Some(Amount::Credits(Credits(90)))),
        (GatewayId::Apiin, json!({"data": {"consumed_credits": 90.0}}), Some(Amount::Credits(Credits(90)))),
        (GatewayId::Apiin, json!({"data": {"consumed_credits": "90"}}), Some(Amount::Credits(Credits(90)))),
        (GatewayId::Apiin, json!({"data": {"consumed_credits": "90.00"}}), Some(Amount::Credits(Credits(90)))),
        (GatewayId::Apiin, json!({"data": {"consumed_credits": "90.5"}}), None),
        (GatewayId::Apiin, json!({"data": {"consumed_credits": -1}}), None),
        (GatewayId::Apiin, json!({"data": {"consumed_credits": null}}), None),
        (GatewayId::Practice, json!({"data": {"consumed_credits": 90}}), None),
        (GatewayId::Aigateway, json!({"usage": {"cost_cents": 40}}), money(400_000)),
        (GatewayId::Aigateway, json!({"usage": {"cost_cents": "0.4389"}}), money(4_389)),
        (GatewayId::Aigateway, json!({"usage": {"cost_cents": "0.43891"}}), money(4_390)),
        (GatewayId::Aigateway, json!({"usage": {"cost_cents": "-3"}}), None),
    ] {
        assert_eq!(charge(gateway, &value), expected, "{value}");
    }
}

#[test]
fn balances_in_every_likely_form() {
    for (value, expected) in [
        (json!({"balance_cents": 1250}), Some(Amount::Money(Money(12_500_000)))),
        (json!({"balance": "12.50"}), Some(Amount::Money(Money(12_500_000)))),
        (json!({"balance_usd": 3}), Some(Amount::Money(Money(3_000_000)))),
        (json!({"data": {"balance": 1.5}}), Some(Amount::Money(Money(1_500_000)))),
        (json!({"balance": {"usd": 2}}), Some(Amount::Money(Money(2_000_000)))),
        (json!({"credits": 70}), Some(Amount::Credits(Credits(70)))),
        (json!({"object": "balance"}), None),
        (json!("nothing"), None),
    ] {
        assert_eq!(balance(&value), expected, "{value}");
    }
}

#[test]
fn failures_in_every_documented_place() {
    for (value, code, text, not_allowed) in [
        (json!({"error": {"code": "upstream", "message": "it broke"}}), Some("upstream"), Some("it broke"), false),
        (json!({"error": "upstream refused the prompt"}), None, Some("upstream refused the prompt"), false),
        (
            json!({"message": "success", "data": {"error_message": "content policy"}}),
            None,
            Some("content policy"),
            true,
        ),
        (json!({"data": {"error": {"message": "NSFW"}}}), None, Some("NSFW"), true),
        (json!({"message": "success", "data": {}}), None, None, false),
    ] {
        let (found_code, found_text, found_not_allowed) = failure(&value, &keyless());
        assert_eq!(found_code.as_deref(), code, "{value}");
        assert_eq!(found_text.as_deref(), text, "{value}");
        assert_eq!(found_not_allowed, not_allowed, "{value}");
    }
}

proptest! {
    #[test]
    fn no_word_and_no_number_makes_it_panic(text in "\\PC{0,80}") {
        let value = json!({"status": text, "id": text, "error": {"message": text, "code": text}, "usage": {"cost_cents": text},
            "data": {"consumed_credits": text, "response": [text], "status": text}, "balance": text});
        for dialect in [Dialect::Aigateway, Dialect::Apiin] {
            let _ = (remote_id(dialect, &value, &keyless()), status(dialect, &value, &keyless()), link(dialect, &value, &keyless()), error_of(dialect, &value, &keyless()));
        }
        let _ = (failure(&value, &keyless()), balance(&value), charge(GatewayId::Apiin, &value), charge(GatewayId::Aigateway, &value));
    }
}

#[test]
fn ids_and_states_are_read_alike_as_numbers_and_as_texts() {
    use Dialect::{Aigateway, Apiin};
    for (dialect, value, expected) in [
        (Aigateway, json!({"id": 398_452_310_457_745_u64}), Some("398452310457745")),
        (Aigateway, json!({"id": "398452310457745"}), Some("398452310457745")),
        (Aigateway, json!({"id": u64::MAX}), Some("18446744073709551615")),
        (Aigateway, json!({"id": 1e30}), None),
        (Aigateway, json!({"id": 1.5}), None),
        (Aigateway, json!({"id": true}), None),
        (Aigateway, json!({"id": "a/b", "job_id": "job_1"}), Some("job_1")),
        (Apiin, json!({"data": {"task_id": 17}, "id": 3}), Some("17")),
        (Apiin, json!({"data": {"task_id": null}, "id": 3}), Some("3")),
    ] {
        let id = remote_id(dialect, &value, &keyless());
        assert_eq!(id.as_ref().map(RemoteId::as_str), expected, "{value}");
        if let Some(id) = id {
            assert!(!names_another_job(dialect, &value, &id), "{value}");
        }
    }
    let seventeen = RemoteId::new("17").expect("a plain id");
    assert!(names_another_job(Aigateway, &json!({"id": 18}), &seventeen));
    for (value, expected) in [
        (json!({"status": 5}), Some(Word::Alive(Phase::Unknown("5".into())))),
        (json!({"state": "SUCCESS"}), Some(Word::Completed)),
        (json!({"data": {"task_status": "succeed"}}), Some(Word::Completed)),
        (json!({"status": null, "data": {"state": "failed"}}), Some(Word::Failed)),
        (json!({"status": true}), None),
    ] {
        for dialect in [Aigateway, Apiin] {
            assert_eq!(status(dialect, &value, &keyless()), expected, "{value}");
        }
    }
    // The state of the job counts, not that of the call.
    let value = json!({"status": "success", "data": {"state": "running"}});
    assert_eq!(status(Apiin, &value, &keyless()), Some(Word::Alive(Phase::Generating)));
}
