//! What was spent, on a real library whose clips a gateway on loopback charged for.

use std::process::{Command, Stdio};

use rushes::practice::{FaultKind, Faults};
use serde_json::Value;

use super::{generate_at, quick, quick_with};
use crate::support::bench::{Bench, Ran};

/// One clip that is charged in credits, one in dollars, one order of unknown fate, and one of practice.
fn spent() -> Bench {
    let lost = FaultKind::DropAfterAccept.once();
    let bench = Bench::with(quick_with(Faults::default().on_submit(lost)));
    assert_eq!(bench.run(&generate_at("apiin")).code, 6, "the first order gets no answer");
    for gateway in ["apiin", "aigateway", "practice"] {
        assert_eq!(bench.run(&generate_at(gateway)).code, 0, "{gateway}");
    }
    bench
}

fn rows(bench: &Bench, arguments: &[&str]) -> Vec<Value> {
    let ran = bench.run(&[&["ledger", "--json"], arguments].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    match serde_json::from_str(&ran.stdout) {
        Ok(Value::Array(rows)) => rows,
        other => panic!("ledger --json prints one array, not {other:?}"),
    }
}

fn words(row: &Value) -> [&str; 5] {
    ["gateway", "shown", "shown_unit", "charged", "outcome"].map(|name| row[name].as_str().unwrap_or_default())
}

#[test]
fn every_paid_order_is_a_row_and_practice_is_none() {
    let bench = spent();
    let rows = rows(&bench, &[]);
    let said: Vec<_> = rows.iter().map(words).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    // Newest first.
    assert_eq!((said[0][0], said[0][1], said[0][2], said[0][4]), ("aigateway", "0.40", "USD", "ready"));
    assert_eq!((said[1][0], said[1][1], said[1][2], said[1][4]), ("apiin", "90", "credits", "ready"));
    assert_eq!(said[2], ["apiin", "90", "credits", "not known", "unconfirmed"]);
    assert!(["yes", "assumed"].contains(&said[0][3]) && ["yes", "assumed"].contains(&said[1][3]), "{said:?}");
    assert!(rows.iter().all(|row| row["asked_by"] == "command_line"), "{rows:?}");
    assert_eq!((&rows[1]["take"], &rows[2]["take"]), (&Value::from(2), &Value::from(1)));

    let only = self::rows(&bench, &["--gateway", "aigateway"]);
    assert_eq!(only, rows[..1]);
    assert_eq!(self::rows(&bench, &["--month", "1999-12"]), [] as [Value; 0]);

    let ran = bench.run(&["ledger"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let first = ran.stdout.lines().next().unwrap_or_default();
    // Credits of which nobody said what they cost are worth a range.
    assert!(first.starts_with("All orders") && first.contains("$0.76–2.20") && first.contains("3 clips"), "{first}");
    assert!(ran.stdout.contains("not known"), "{}", ran.stdout);
}

#[test]
fn the_table_is_read_back_by_other_programs() {
    let bench = spent();
    let prompt = "=HYPERLINK(\"http://x\"),\na \"boat\"";
    assert_eq!(bench.run(&["generate", prompt, "--gateway", "aigateway"]).code, 0);
    let ran = bench.run(&["ledger", "--csv"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let rows = rows(&bench, &[]);

    let mut reader = csv::Reader::from_reader(ran.stdout.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let records: Vec<_> = reader.records().collect::<Result<_, _>>().expect("rows");
    assert_eq!(records.len(), rows.len());
    for (record, row) in records.iter().zip(&rows) {
        for (name, cell) in header.iter().zip(record) {
            let expected = match &row[name] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(cell.strip_prefix('\'').unwrap_or(cell), expected, "{name}");
        }
    }
    assert!(records.iter().flatten().all(|cell| !cell.starts_with('=')), "no cell is a formula: {records:?}");
    assert_eq!(records[0].get(5), Some(&*format!("'{prompt}")));

    // A reader that nobody of this house wrote.
    let script = "import csv,json,sys; print(json.dumps(list(csv.DictReader(sys.stdin, strict=True))))";
    let file = bench.dir.path().join("ledger.csv");
    std::fs::write(&file, &ran.stdout).expect("written");
    let mut python = Command::new("python3");
    python.args(["-X", "utf8", "-c", script]).stdin(std::fs::File::open(&file).expect("the file"));
    python.stdout(Stdio::piped()).stderr(Stdio::piped());
    let read = Ran::of(python);
    assert_eq!(read.code, 0, "{read:?}");
    let read: Vec<Value> = serde_json::from_str(&read.stdout).expect("an array");
    assert_eq!(read.len(), rows.len());
    assert_eq!(read[0]["prompt"], format!("'{prompt}"));
    assert_eq!(read[0]["id"], rows[0]["id"]);
    assert_eq!((&read[0]["shown"], &read[0]["shown_unit"]), (&Value::from("0.40"), &Value::from("USD")));
}

#[test]
fn an_empty_library_and_wrong_words_are_said_so() {
    let bench = Bench::with(quick());
    assert_eq!(rows(&bench, &[]), [] as [Value; 0]);
    assert_eq!(bench.run(&["ledger"]).stdout, "Nothing spent yet.\n");
    let header = bench.run(&["ledger", "--csv"]).stdout;
    assert!(header.starts_with("id,time,gateway,") && header.lines().count() == 1, "{header}");
    for wrong in [
        &["ledger", "--month", "June"][..],
        &["ledger", "--gateway", "practice"],
        &["ledger", "--csv", "--json"],
        &["cap", "week", "5"],
        &["cap", "day", "much"],
        &["cap", "day", "-5"],
        &["cap", "day", "5,00"],
    ] {
        assert_eq!(bench.run(wrong).code, 2, "{wrong:?}");
    }
}

#[test]
fn caps_are_set_kept_and_told_with_what_is_left() {
    let bench = spent();
    let told = |arguments: &[&str]| -> Value {
        let ran = bench.run(&[arguments, &["--json"]].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        serde_json::from_str(&ran.stdout).expect("an object")
    };
    let day = &told(&["cap"])["day"];
    assert_eq!((day["on"].as_bool(), day["limit"].as_str(), &day["left"]), (Some(false), Some("$5.00"), &Value::Null));
    // Two clips of 90 cr count at the most that they may be worth.
    assert_eq!(day["counted"], "$2.20");

    assert_eq!(bench.run(&["cap", "day", "4.50"]).stdout, "A day: $4.50; $2.20 count so far, $2.30 left\n");
    let day = &told(&["cap"])["day"];
    assert_eq!((day["on"].as_bool(), day["left"].as_str()), (Some(true), Some("$2.30")));
    assert_eq!(bench.run(&["cap", "month", "900cr"]).stdout, "A month: 900 cr; 180 cr count so far, 720 cr left\n");
    assert_eq!(bench.run(&["cap", "day", "off"]).stdout, "A day: off ($4.50 when on); $2.20 count so far\n");
    assert_eq!(told(&["cap", "day", "on"])["day"]["limit"], "$4.50", "the amount was kept");
    assert_eq!(bench.run(&["cap", "run", "1"]).stdout, "One run: $1.00\n");
    assert_eq!(bench.run(&["cap", "confirm", "off"]).stdout, "Confirm above: off ($2.00 when on)\n");
    let settings = std::fs::read_to_string(bench.library().join("settings.toml")).expect("settings");
    assert!(settings.contains("[caps"), "{settings}");
}

/// The ledger is read beside an open window; a cap is not set behind its back.
#[test]
fn the_ledger_is_read_while_the_library_is_open_and_no_cap_is_set_then() {
    let bench = spent();
    let library = bench.library();
    let open = bench.runtime.block_on(async {
        let home = rushes::session::Home::find(Some(&library)).expect("a folder");
        home.open_in_background().await.expect("it opens")
    });
    assert_eq!(rows(&bench, &[]).len(), 3);
    assert_eq!(bench.run(&["cap"]).code, 0);
    let ran = bench.run(&["cap", "day", "1"]);
    assert_eq!(ran.code, 8, "{ran:?}");
    assert!(ran.stderr.contains("Close its window"), "{ran:?}");
    bench.runtime.block_on(open.library.close());
    assert!(bench.run(&["cap", "day"]).stdout.starts_with("A day: off"), "nothing was set");
}
