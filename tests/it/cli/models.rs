//! A successor of PixVerse V5.6 that is asked for in the same way is one more file: no line of the program knows its name.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::bench::{Bench, Ran};
use crate::support::film::tiny_film;
use crate::support::{raw, sha256};

/// A gateway that speaks apiin's protocol, takes every order and keeps its body.
fn gateway() -> (u16, Arc<Mutex<Vec<Value>>>) {
    let orders = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&orders);
    let port = raw::serve(move |asked, port| match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", _) => {
            kept.lock().expect("whole").push(serde_json::from_slice(&asked.body).expect("JSON"));
            raw::json(200, "", &json!({"code": 200, "data": {"task_id": "n65v6_pixverse", "status": "IN_PROGRESS"}}))
        }
        ("GET", "/film.mp4") => raw::answer(200, "Content-Type: video/mp4\r\n", tiny_film()),
        _ => {
            let link = format!("http://127.0.0.1:{port}/film.mp4");
            let done = json!({"task_id": "n65v6_pixverse", "status": "SUCCESS", "response": [link]});
            raw::json(200, "", &json!({"code": 200, "data": done}))
        }
    });
    (port, orders)
}

/// The description of V5.6, changed as a user would change it for a successor.
fn successor() -> String {
    let mut model: Value =
        serde_json::from_str(include_str!("../../../assets/catalog/pixverse-v5.6.json")).expect("JSON");
    (model["id"], model["name"], model["not_offered"]) = (json!("pixverse-v6"), json!("PixVerse V6"), json!([]));
    let apiin = &mut model["gateways"]["apiin"];
    apiin["model_id"] = json!("pixverse-6");
    for cell in apiin["price"]["cells"].as_array_mut().expect("cells") {
        cell["credits"] = json!(111);
    }
    model.to_string()
}

#[test]
fn a_model_is_one_entry_from_price_to_clip() {
    let bench = Bench::new();
    let models = bench.library().join("models");
    std::fs::create_dir_all(&models).expect("a folder");
    std::fs::write(models.join("pixverse-v6.json"), successor()).expect("written");
    std::fs::write(models.join("broken.json"), "{").expect("written");
    let (port, orders) = gateway();
    let run = |arguments: &[&str]| {
        let mut command = bench.command(arguments);
        command.env("RUSHES_APIIN_URL", format!("http://127.0.0.1:{port}/api/v1"));
        Ran::of(command)
    };
    let settings =
        ["--gateway", "apiin", "--model", "pixverse-v6", "--resolution", "1080p", "--duration", "10", "--json"];
    let priced = run(&[&["estimate"], &settings[..]].concat());
    assert!(priced.code == 0 && priced.stdout.contains("111"), "{priced:?}");
    assert!(format!("{priced:?}").contains("broken.json is left out"), "{priced:?}");

    let made = run(&[&["generate", "a boat"], &settings[..]].concat());
    assert_eq!((made.code, &made.finished()["sha256"]), (0, &json!(sha256(tiny_film()))), "{made:?}");
    let orders = orders.lock().expect("whole").clone();
    let sent: Vec<_> = orders.iter().map(|body| (&body["model"], &body["resolution"], &body["duration"])).collect();
    assert_eq!(sent, [(&json!("pixverse-6"), &json!("1080p"), &json!(10))]);

    // V5.6 does not make this length at this resolution, and nobody makes a model that no file describes.
    for (model, why) in
        [("pixverse-v5.6", "10 s is not offered at 1080p"), ("pixverse-v7", "No model pixverse-v7 is known")]
    {
        let refused = run(&[
            "generate",
            "a boat",
            "--gateway",
            "apiin",
            "--model",
            model,
            "--resolution",
            "1080p",
            "--duration",
            "10",
        ]);
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(format!("{refused:?}").contains(why), "{refused:?}");
    }
}
