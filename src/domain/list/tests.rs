use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::*;

use super::cost::{exceeds, orders, total_words, totals};
use super::*;
use crate::domain::caps::{Calendar, HeldBack, Spent, SpentNow, spent_in};
use crate::domain::price;
use crate::domain::samples::job;
use crate::domain::{
    Amount, Cap, CapKind, Caps, Charge, Credits, GatewayId, Job, JobState, Money, Seed, SpendingRules, UnixMillis,
};

fn defaults() -> Draft {
    Draft { gateway: GatewayId::Aigateway, ..Draft::default() }
}

fn read(text: &str) -> Plan {
    plan(text, Shape::ByContent, &defaults(), &PictureFiles::default(), &PriceBook::default())
}

/// A plan as lines of text, to be compared with what is expected.
fn shown(plan: &Plan) -> String {
    let mut text = String::new();
    for job in &plan.jobs {
        let draft = &job.draft;
        let (take, takes) = job.take;
        write!(text, "{} {:?} {} {}", job.line, draft.prompt, draft.gateway, job.estimate.amount).expect("text");
        let base = defaults();
        let mut say = |is_other: bool, words: String| {
            if is_other {
                write!(text, " {words}").expect("text");
            }
        };
        say(!draft.negative_prompt.is_empty(), format!("not {:?}", draft.negative_prompt));
        say(draft.resolution != base.resolution, draft.resolution.to_string());
        say(draft.duration != base.duration, draft.duration.to_string());
        say(draft.aspect_ratio != base.aspect_ratio, draft.aspect_ratio.to_string());
        say(draft.audio, "audio".to_owned());
        say(draft.thinking != base.thinking, draft.thinking.to_string());
        say(!draft.seed_text.is_empty(), format!("seed {}", draft.seed_text));
        say(takes != 1, format!("take {take} of {takes}"));
        say(draft.picture.is_some(), format!("{:?}", draft.picture));
        say(job.files != PictureFiles::default(), format!("{:?} {:?}", job.files.start, job.files.end));
        say(job.same_as.is_some(), format!("same as {:?}", job.same_as));
        text.push('\n');
    }
    for problem in &plan.problems {
        writeln!(text, "{}! {}", problem.line, problem.message).expect("text");
    }
    for note in &plan.notes {
        writeln!(text, "* {note}").expect("text");
    }
    text
}

#[track_caller]
fn gives(text: &str, expected: &str) {
    let expected: String = expected.lines().map(|line| format!("{}\n", line.trim_start())).collect();
    assert_eq!(shown(&read(text)), expected.trim_start_matches('\n'), "{text:?}");
}

#[test]
fn plain_lines_are_one_prompt_each() {
    gives(
        "\u{feff}a boat\r\n\r\n# a comment\r\n  a heron, at dawn  \r\n\\# not a comment\r\n\t\r\na \"quoted\" word",
        r##"1 "a boat" aigateway $0.40
            4 "a heron, at dawn" aigateway $0.40
            5 "# not a comment" aigateway $0.40
            7 "a \"quoted\" word" aigateway $0.40"##,
    );
    // Line ends of every kind, and none at the end.
    for ends in ["\n", "\r\n", "\r"] {
        let plan = read(&["a", "", "b"].join(ends));
        assert_eq!(plan.jobs.iter().map(|job| job.line).collect::<Vec<_>>(), [1, 3], "{ends:?}");
    }
    gives("", "");
    gives("\n  \n# nothing\n", "");
}

#[test]
fn a_table_names_its_columns() {
    gives(
        "\u{feff}Prompt,Negative Prompt,resolution,duration,aspect-ratio,AUDIO,thinking,seed,takes,gateway\r\n\
         a boat,rain,1080p,8 s,9:16,yes,enabled,7,2,apiin\r\n\
         \r\n\
         # a comment\r\n\
         \"a \"\"red\"\" boat,\r\nat dawn\",,360,10,,no,,random,,\r\n\
         ,,,,,,,,,\r\n\
         last,,,,,,,,,pixverse\r\n",
        r#"2 "a boat" apiin 600 cr not "rain" 1080p 8 s 9:16 audio enabled seed 7 take 1 of 2
           2 "a boat" apiin 600 cr not "rain" 1080p 8 s 9:16 audio enabled seed 8 take 2 of 2
           5 "a \"red\" boat,\r\nat dawn" aigateway $0.80 360p 10 s
           8 "last" PixVerse 45 cr"#,
    );
    for (separator, name) in [("\t", "tabs"), (";", "semicolons"), (",", "commas")] {
        let text = format!("duration{separator}prompt\n8{separator}a boat\n");
        assert_eq!(shown(&read(&text)), "2 \"a boat\" aigateway $0.64 8 s\n", "{name}");
    }
    // Where there is one column, nothing separates it from others.
    gives("prompt\na boat, at dawn\n", r#"2 "a boat, at dawn" aigateway $0.40"#);
    gives("# shots\n\nprompt;seed\na boat, at dawn;3\n", r#"4 "a boat, at dawn" aigateway $0.40 seed 3"#);
}

#[test]
fn columns_and_alternatives_give_every_combination() {
    gives(
        "prompt,hero,resolution,weather\n\
         {hero} in {rain|snow},a {blue} heron,{360p|720p},\n\
         a boat,,,\n",
        r#"2 "a {blue} heron in rain" aigateway $0.40 360p
           2 "a {blue} heron in rain" aigateway $0.40
           2 "a {blue} heron in snow" aigateway $0.40 360p
           2 "a {blue} heron in snow" aigateway $0.40
           3 "a boat" aigateway $0.40
           * No prompt names the column weather in braces, so it changes nothing"#,
    );
    gives(
        "a {red|blue} {boat|kite}",
        r#"1 "a red boat" aigateway $0.40
        1 "a red kite" aigateway $0.40
        1 "a blue boat" aigateway $0.40
        1 "a blue kite" aigateway $0.40"#,
    );
}

#[test]
fn what_is_wrong_with_a_line_is_named_and_the_others_stand() {
    gives(
        "prompt,duration,resolution,seed,takes,audio,model,gateway,aspect_ratio\n\
         a,7,,,,,,,\n\
         b,10,1080p,,,,,,\n\
         c,,4k,,,,,,\n\
         d,,,-1,,,,,\n\
         e,,,,13,,,,\n\
         f,,,,,perhaps,,,\n\
         g,,,,,,pixverse-v99,,\n\
         h,,,,,,,sora,\n\
         i,,,,,,,,2:1\n\
         j {,,,,,,,,\n\
         ,8,,,,,,,\n\
         k,,,,,,,,,too,many\n\
         good,,,,,,,,\n",
        r#"14 "good" aigateway $0.40
           2! “7” is no duration; write 5, 8 or 10
           3! 10 s is not offered at 1080p
           4! “4k” is no resolution; there are 360p, 540p, 720p, 1080p
           5! A seed is a whole number
           6! “13” is no number of takes; write 1 to 12
           7! “perhaps” says neither yes nor no to audio
           8! No model pixverse-v99 is known
           9! “sora” is no gateway; there are apiin, aigateway, PixVerse, practice
           10! “2:1” is no aspect ratio; there are 16:9, 4:3, 1:1, 3:4, 9:16
           11! A { has no } behind it; write \{ for a brace in the text
           12! It has no prompt
           13! This row has 11 cells, and the first line names 9. Put text with a separator in it between quotation marks"#,
    );
    let long = read(&format!("a boat\n{}\n", "x".repeat(2_049)));
    assert_eq!(long.problems, [ListProblem { line: 2, message: "The prompt is 1 characters too long".to_owned() }]);
    assert_eq!(long.jobs.len(), 1);
}

#[test]
fn a_row_gives_all_its_jobs_or_none() {
    gives(
        "prompt,duration\na,{5|7}\nb,\n",
        r#"3 "b" aigateway $0.40
           2! “7” is no duration; write 5, 8 or 10"#,
    );
}

#[test]
fn quotation_marks_that_nothing_closes_swallow_nothing_silently() {
    gives(
        "prompt,seed\ngood,1\n\"a boat,2\nb,3\nc,4\n",
        r#"2 "good" aigateway $0.40 seed 1
           3! A quotation mark opens here and is not closed"#,
    );
    gives("prompt\na 5\" pipe\n", r#"2 "a 5\" pipe" aigateway $0.40"#);
    gives("prompt\n\"closed\"", r#"2 "closed" aigateway $0.40"#);
}

#[test]
fn a_table_without_its_names_is_no_table() {
    let plan = plan(
        "# shots\na boat,7\n",
        Shape::of_name("shots.CSV"),
        &defaults(),
        &PictureFiles::default(),
        &PriceBook::default(),
    );
    assert_eq!(
        shown(&plan),
        "2! The first line of a table has to name its columns, and one of them has to be prompt\n"
    );
    assert_eq!(Shape::of_name("shots.txt"), Shape::ByContent);
    assert_eq!(Shape::of_name("tsv"), Shape::ByContent);
    gives(
        "prompt,seed,Prompt\na,1,b\n",
        r#"2 "b" aigateway $0.40 seed 1
        1! The column prompt is named twice"#,
    );
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_line() {
    assert_eq!(text_of("a\nb".as_bytes()), Ok("a\nb"));
    assert_eq!(text_of(b"a\nb\xe9\n"), Err(Unreadable::NotUtf8 { line: 2 }));
    assert_eq!(text_of(b"\xff\xfea\0\n\0"), Err(Unreadable::NotUtf8 { line: 1 }));
    assert_eq!(text_of(b"\0\0\0\x18ftypmp42"), Err(Unreadable::NotText { line: 1 }));
    assert_eq!(text_of(&vec![b'a'; MAX_LIST_BYTES + 1]), Err(Unreadable::TooLarge));
    for err in [Unreadable::TooLarge, Unreadable::NotUtf8 { line: 3 }, Unreadable::NotText { line: 3 }] {
        assert!(!err.to_string().ends_with('.'), "{err}");
    }
}

#[test]
fn the_very_same_order_is_marked_and_takes_of_one_shot_are_not() {
    gives(
        "prompt,seed,takes,gateway\n\
         a,,3,\n\
         b,7,2,\n\
         b,8,2,\n\
         a,,1,\n\
         a,,,apiin\n\
         a,0,,\n\
         {c|c},,,\n",
        r#"2 "a" aigateway $0.40 take 1 of 3
           2 "a" aigateway $0.40 take 2 of 3
           2 "a" aigateway $0.40 take 3 of 3
           3 "b" aigateway $0.40 seed 7 take 1 of 2
           3 "b" aigateway $0.40 seed 8 take 2 of 2
           4 "b" aigateway $0.40 seed 8 take 1 of 2 same as Some(4)
           4 "b" aigateway $0.40 seed 9 take 2 of 2
           5 "a" aigateway $0.40 same as Some(0)
           6 "a" apiin 90 cr
           7 "a" aigateway $0.40 seed 0
           8 "c" aigateway $0.40
           8 "c" aigateway $0.40 same as Some(10)"#,
    );
    let files = read("prompt,image\na,x.png\na,y.png\na,x.png\n");
    assert_eq!(files.jobs.iter().map(|job| job.same_as).collect::<Vec<_>>(), [None, None, Some(0)]);
    assert_eq!(read("a\nb\na\na\n").duplicates(), 2);
}

#[test]
fn pictures_are_addresses_or_files() {
    gives(
        "prompt,image,end_image\n\
         a,https://a.example/1.jpg,\n\
         b,shots/{x}.png,C:\\end.png\n\
         c,,end.png\n\
         d,http://a.example/1.jpg,\n",
        r#"2 "a" aigateway $0.40 Some(WebAddress("https://a.example/1.jpg"))
           3 "b" aigateway $0.40 Some("shots/{x}.png") Some("C:\\end.png")
           4! An end picture needs a start picture
           5! A picture's address has to begin with https://"#,
    );
    let plan = read("prompt,image\na,x.png\nb,y.png\nc,x.png\n");
    assert_eq!(plan.files().into_iter().collect::<Vec<_>>(), ["x.png", "y.png"]);
    let stored = |file: &str| {
        let picture = StoredPicture { display_name: file.to_owned(), ..sample_picture() };
        (file == "x.png").then_some(picture)
    };
    let request = plan.jobs[0].request(stored, || 5).expect("the picture is there");
    let picture = Some(InputPicture::Stored(StoredPicture { display_name: "x.png".to_owned(), ..sample_picture() }));
    assert_eq!((request.picture(), request.seed(), request.is_seed_drawn()), (picture.as_ref(), Seed::new(5), true));
    assert!(plan.jobs[1].request(stored, || 5).is_err(), "nothing stands in for a picture that was not read");
    // What a row names takes the place of the form's own picture.
    let form = PictureFiles { start: Some("form.png".to_owned()), end: None };
    let plan = super::plan(
        "prompt,image\na,\nb,https://a.example/1.jpg\n",
        Shape::ByContent,
        &defaults(),
        &form,
        &PriceBook::default(),
    );
    assert_eq!(plan.jobs[0].files, form);
    assert_eq!(plan.jobs[1].files, PictureFiles::default());
}

fn sample_picture() -> StoredPicture {
    StoredPicture {
        sha256: Sha256Hex::of(b"a picture"),
        picture_type: PictureType::Jpeg,
        width: 640,
        height: 360,
        size_bytes: 9,
        display_name: String::new(),
    }
}

#[test]
fn a_list_is_bounded_and_says_so() {
    let plan = read(&format!("a\n{}\nb\nc\n", "{a|b}".repeat(14)));
    assert_eq!(plan.jobs.len(), 1);
    assert_eq!(
        plan.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect::<Vec<_>>(),
        [
            (2, "A list gives 10000 jobs at most; this line asks for 16384, and 9999 are left"),
            (4, "The list is full before its end: its last 2 rows were not looked at"),
        ]
    );
    let lines: String = (0..=MAX_JOBS).map(|number| format!("shot {number}\n")).collect();
    let plan = read(&lines);
    assert_eq!((plan.jobs.len(), plan.problems.len()), (MAX_JOBS, 1));
    let plan = read(&"prompt,takes\n".chars().chain("a,12\n".repeat(900).chars()).collect::<String>());
    assert_eq!(plan.jobs.len(), 9_996);
    assert!(plan.problems[0].message.contains("asks for 12, and 4 are left"), "{:?}", plan.problems[0]);
    let wrong = read(&"{\n".repeat(5_000));
    assert_eq!(wrong.problems.len(), MAX_PROBLEMS + 1);
    assert_eq!(wrong.problems[MAX_PROBLEMS].message, "4000 more lines have problems");
}

const CENT: i64 = 10_000;

fn money(cents: i64) -> Amount {
    Amount::Money(Money(cents * CENT))
}

#[test]
fn totals_stand_by_gateway_and_in_one_line() {
    for (text, words) in [
        ("a\nb\n", "$0.80"),
        ("prompt,gateway\na,apiin\nb,apiin\n", "180 cr"),
        ("prompt,gateway\na,apiin\nb,\n", "90 cr + $0.40"),
        ("prompt,gateway\na,apiin\nb,pixverse\nc,practice\n", "90 cr at apiin + 45 cr at PixVerse"),
        ("prompt,gateway\na,practice\n", "free"),
        ("", "free"),
    ] {
        assert_eq!(total_words(&totals(&read(text).jobs)), words, "{text}");
    }
    let mixed = totals(&read("prompt,gateway\na,apiin\nb,\nc,\n").jobs);
    assert_eq!(mixed[&GatewayId::Aigateway], cost::Total { count: 2, amount: money(80) });
    let rules = SpendingRules::default();
    for (limit, expected) in [
        // 90 credits are at most 90 cents.
        (money(170), false),
        (money(169), true),
        (Amount::Credits(Credits(1_000)), true),
        (Amount::Free, true),
    ] {
        assert_eq!(exceeds(&mixed, limit, &rules), expected, "{limit}");
    }
    let free = totals(&read("prompt,gateway\na,practice\n").jobs);
    assert!(!exceeds(&free, money(0), &rules) && !exceeds(&free, Amount::Free, &rules));
    let credits = totals(&read("prompt,gateway\na,apiin\n").jobs);
    assert!(!exceeds(&credits, Amount::Credits(Credits(90)), &rules));
    assert!(exceeds(&credits, Amount::Credits(Credits(89)), &rules));
}

#[test]
fn a_cap_is_checked_job_by_job_after_what_was_spent() {
    let on = |cents| Cap { limit: money(cents), is_on: true };
    let off = Caps::default();
    let plan = read("prompt,duration\na,5\nb,10\nc,5\nd,10\n"); // 40, 80, 40 and 80 cents
    let over = |kind, from, count| Some(HeldBack { kind, from, count, is_behind: false });
    for (caps, day, month, expected) in [
        (off, 0, 0, None),
        (Caps { run: on(240), ..off }, 0, 0, None),
        (Caps { run: on(239), ..off }, 500, 500, over(CapKind::Run, 3, 1)),
        // The third would fit, but does not overtake the second.
        (Caps { run: on(100), ..off }, 0, 0, over(CapKind::Run, 1, 3)),
        (Caps { day: on(500), ..off }, 420, 420, over(CapKind::Day, 1, 3)),
        (Caps { day: on(500), ..off }, 480, 480, over(CapKind::Day, 0, 4)),
        (Caps { month: on(500), day: on(500), ..off }, 100, 480, over(CapKind::Month, 0, 4)),
        // The second can never go, so that it stands in nobody's way.
        (Caps { day: on(79), ..off }, 0, 0, over(CapKind::Day, 1, 3)),
        (Caps { run: on(79), ..off }, 0, 0, over(CapKind::Run, 1, 3)),
        (Caps { run: on(79), day: on(120), ..off }, 0, 0, over(CapKind::Run, 1, 3)),
    ] {
        let rules = SpendingRules { caps, ..SpendingRules::default() };
        let weigh = |cents| rules.weigh(money(cents), GatewayId::Aigateway);
        let before = SpentNow { day: weigh(day), month: weigh(month), ..SpentNow::default() };
        assert_eq!(before.held_back(&rules, orders(&plan.jobs)), expected, "{caps:?} after {day} and {month}");
    }
    let never = read("prompt,duration\na,10\nb,5\n");
    let rules = SpendingRules { caps: Caps { day: on(79), ..off }, ..SpendingRules::default() };
    assert_eq!(SpentNow::default().held_back(&rules, orders(&never.jobs)), over(CapKind::Day, 0, 1));
}

#[test]
fn what_was_spent_is_that_of_the_day_and_the_month() {
    let calendar = Calendar { day: UnixMillis(2_000), month: UnixMillis(1_000), next_day: UnixMillis(3_000) };
    let at = |number, moment, charge| Job {
        sent_at: Some(UnixMillis(moment)),
        charge,
        ..job(number).gateway(GatewayId::Aigateway).state(JobState::Ready)
    };
    let jobs = [
        at(1, 999, Charge::Yes(Some(money(1)))),
        at(2, 1_000, Charge::Yes(Some(money(10)))),
        at(3, 2_000, Charge::Yes(Some(money(100)))),
        at(4, 2_001, Charge::No),
        Job { created_at: UnixMillis(5), ..job(5).gateway(GatewayId::Aigateway).queued() },
    ];
    let price = match jobs[4].estimate.amount {
        Amount::Money(money) => money.0 / CENT,
        other => panic!("{other:?}"),
    };
    let spent = spent_in(&jobs, UnixMillis(2_500), calendar, &SpendingRules::default());
    let cents = |kind| spent.of(kind, Spent::default()).dollars.0 / CENT;
    assert_eq!((cents(CapKind::Run), cents(CapKind::Day), cents(CapKind::Month)), (0, 100 + price, 110 + price));
}

proptest! {
    /// What the preview says is what is ordered: the number of jobs, and the sum of their prices, gateway by gateway.
    #[test]
    fn the_preview_is_the_sum_of_what_is_ordered(
        rows in proptest::collection::vec(("[a-c]{1,2}", 0_usize..4, 0_usize..3, 0_usize..5, 1_u8..=12), 0..40),
    ) {
        let mut text = "prompt,resolution,duration,gateway,takes\n".to_owned();
        for (prompt, resolution, duration, gateway, takes) in rows {
            let resolution = ["360p", "720p", "1080p", "{360p|540p}"][resolution];
            let duration = ["5", "8", "10"][duration];
            let gateway = ["apiin", "aigateway", "pixverse", "practice", "{apiin|pixverse}"][gateway];
            writeln!(text, "{prompt} {{x|y}},{resolution},{duration},{gateway},{takes}").expect("text");
        }
        let plan = read(&text);
        let mut ordered: BTreeMap<GatewayId, (usize, Spent)> = BTreeMap::new();
        let rules = SpendingRules::default();
        for job in &plan.jobs {
            let request = job.request(|_| None, || 7).expect("a job of a plan can be ordered");
            let estimate = price::estimate(&request, job.draft.gateway).expect("it has a price");
            prop_assert_eq!(&estimate, &job.estimate);
            let (count, sum) = ordered.entry(job.draft.gateway).or_default();
            *count += 1;
            *sum = sum.plus(rules.weigh(estimate.amount, job.draft.gateway));
        }
        let previewed: BTreeMap<_, _> = totals(&plan.jobs)
            .into_iter()
            .map(|(gateway, total)| (gateway, (total.count, rules.weigh(total.amount, gateway))))
            .collect();
        prop_assert_eq!(previewed, ordered);
    }

    /// Whatever a list holds, it is read, and a row gives jobs or a problem.
    #[test]
    fn anything_can_be_read(text in "(prompt[,;\t]|[{}|\\\\\"#,;\t\r\n]|[a-z ]{1,8}|\\PC){0,60}", is_table: bool) {
        let shape = if is_table { Shape::Table } else { Shape::ByContent };
        let plan = plan(&text, shape, &defaults(), &PictureFiles::default(), &PriceBook::default());
        for (place, job) in plan.jobs.iter().enumerate() {
            prop_assert!(job.same_as.is_none_or(|first| first < place));
            prop_assert!(!plan.problems.iter().any(|problem| problem.line == job.line && !problem.message.contains("twice")));
        }
    }

    /// As many jobs as lines, in plain lists.
    #[test]
    fn no_line_is_dropped_without_a_word(lines in proptest::collection::vec("[a-z{}|\\\\]{1,12}", 0..50)) {
        let plan = read(&lines.join("\n"));
        let lines_with_jobs: BTreeSet<usize> = plan.jobs.iter().map(|job| job.line).collect();
        let lines_with_problems: BTreeSet<usize> = plan.problems.iter().map(|problem| problem.line).collect();
        let all: BTreeSet<usize> = lines_with_jobs.union(&lines_with_problems).copied().collect();
        let is_table = plan.is_table;
        prop_assert!(is_table || all == (1..=lines.len()).collect());
    }
}

/// 1,000 lines take milliseconds; `cargo nextest run --no-capture` prints how many.
#[test]
fn a_thousand_lines_are_read_and_priced() {
    let mut text = "prompt,resolution,duration,hero\n".to_owned();
    for number in 0..1_000 {
        writeln!(text, "\"{{hero}} number {number}, at dawn\",720p,8,a heron").expect("text");
    }
    let began = std::time::Instant::now();
    let plan = read(&text);
    println!("1,000 lines were read in {:?}", began.elapsed());
    assert_eq!((plan.jobs.len(), plan.problems.len()), (1_000, 0));
}

#[test]
fn a_corrected_price_is_that_of_its_shots_and_of_no_others() {
    use crate::domain::price_book::{Answers, LearnedPrice, PricedShape};
    use crate::domain::samples::id;
    let mut prices = PriceBook::default();
    let amount = Amount::Money(Money(720_000));
    let shot = Draft { duration: crate::domain::ClipDuration::S8, ..defaults() };
    let learned = Some(LearnedPrice { amount, charged_at: UnixMillis(1), job: id(1) });
    prices.set(PricedShape::new(&shot, GatewayId::Aigateway), Answers { learned, kept: Vec::new() });
    let text = "prompt,duration,audio,takes\na,8,no,2\nb,5,no,1\nc,8,yes,1\n";
    let plan = super::plan(text, Shape::ByContent, &defaults(), &PictureFiles::default(), &prices);
    let shown: Vec<_> = plan.jobs.iter().map(|job| job.estimate.amount.to_string()).collect();
    assert_eq!(shown, ["$0.72", "$0.72", "$0.40", "$0.64"], "{:?}", plan.problems);
}
