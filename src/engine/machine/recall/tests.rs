//! Commands about jobs that the machine does not hold, and what those jobs cost.

use jiff::tz::TimeZone;

use super::super::bench::{Bench, secs};
use super::super::{Given, Input, Setup};
use super::*;
use crate::domain::caps::{Cap, Caps};
use crate::domain::past::Payment;
use crate::domain::progress::History;
use crate::domain::samples::{clip, id, job};
use crate::domain::{
    Amount, Charge, GatewayId, HeldFor, JobState, Money, PictureWay, Project, Rating, SpendingRules, UnixMillis,
    Verdict,
};
use crate::engine::command::{QueueMove, UnconfirmedDecision};
use crate::engine::event::Hold;

fn setup() -> Setup {
    Setup { given: Given::Live { history: History::default() }, ..Setup::default() }
}

/// A machine that was given these live jobs. What the others cost is not known yet.
fn bench(setup: Setup, live: Vec<Job>) -> Bench {
    let mut bench = Bench::new(GatewayId::Aigateway);
    bench.machine = Machine::new(setup, live);
    bench.tell(Input::Start);
    bench
}

fn ready(number: u128) -> Job {
    let mut job = job(number).gateway(GatewayId::Aigateway).clip(clip("heron.mp4")).ready();
    job.poster = crate::domain::job::Poster::Impossible("none".to_owned());
    job
}

fn judge(number: u128, stars: u8) -> Command {
    Command::Judge(vec![(id(number), Verdict { rating: Rating::new(stars), is_rejected: false })])
}

fn tell(bench: &mut Bench, command: Command) {
    bench.tell(Input::Command(command));
}

/// What is asked for, in order.
fn asked(bench: &Bench) -> Vec<JobId> {
    let of = |effect: &Effect| match effect {
        Effect::Recall(ids) => ids.clone(),
        _ => Vec::new(),
    };
    bench.effects.iter().flat_map(of).collect()
}

fn stars(bench: &Bench, number: u128) -> Option<u8> {
    bench.machine.job(id(number)).map(|job| job.verdict.rating.stars())
}

#[test]
fn a_command_waits_for_its_job_and_for_no_other() {
    let mut bench = bench(setup(), vec![]);
    tell(&mut bench, judge(1, 3));
    assert_eq!(asked(&bench), [id(1)]);
    assert!(bench.machine.must_finish(), "the user's word is not obeyed yet");
    // Another word about the same job comes after the first; one about another job does not wait.
    tell(&mut bench, judge(1, 5));
    assert_eq!(asked(&bench), [], "it is asked for once");
    tell(&mut bench, judge(2, 2));
    assert_eq!(asked(&bench), [id(2)]);
    bench.tell(Input::Recalled(vec![id(2)], Ok(vec![ready(2)])));
    assert_eq!((stars(&bench, 1), stars(&bench, 2)), (None, Some(2)));
    bench.tell(Input::Recalled(vec![id(1)], Ok(vec![ready(1)])));
    assert_eq!((stars(&bench, 1), bench.machine.must_finish()), (Some(5), false));
    // From now on it is at hand.
    tell(&mut bench, judge(1, 1));
    assert_eq!((asked(&bench), stars(&bench, 1)), (vec![], Some(1)));
}

#[test]
fn a_command_about_several_jobs_keeps_its_place() {
    let mut bench = bench(setup(), vec![]);
    let both = |stars| {
        let verdict = Verdict { rating: Rating::new(stars), is_rejected: false };
        Command::Judge(vec![(id(1), verdict), (id(2), verdict)])
    };
    tell(&mut bench, judge(1, 1));
    tell(&mut bench, both(4));
    tell(&mut bench, judge(2, 5));
    // The second job is here first, and its last word still comes last.
    bench.tell(Input::Recalled(vec![id(2)], Ok(vec![ready(2)])));
    assert_eq!(stars(&bench, 2), Some(0));
    bench.tell(Input::Recalled(vec![id(1)], Ok(vec![ready(1)])));
    assert_eq!((stars(&bench, 1), stars(&bench, 2)), (Some(4), Some(5)));
}

#[test]
fn a_job_that_does_not_exist_is_nobodys() {
    let mut bench = bench(setup(), vec![]);
    tell(&mut bench, judge(1, 3));
    bench.tell(Input::Recalled(vec![id(1)], Ok(vec![])));
    assert_eq!((stars(&bench, 1), bench.machine.must_finish()), (None, false));
    assert!(bench.effects.iter().all(|effect| matches!(effect, Effect::WakeAt(_))), "{:?}", bench.effects);
    // It may exist later.
    tell(&mut bench, judge(1, 3));
    assert_eq!(asked(&bench), [id(1)]);
}

#[test]
fn a_library_that_cannot_be_read_is_asked_again() {
    let mut bench = bench(setup(), vec![]);
    tell(&mut bench, judge(1, 3));
    bench.tell(Input::Recalled(vec![id(1)], Err("The disk is away".to_owned())));
    assert_eq!(asked(&bench), []);
    tell(&mut bench, judge(1, 4));
    assert_eq!(asked(&bench), [], "it is asked again in its time");
    for _ in 0..60 {
        if asked(&bench) == [id(1)] {
            break;
        }
        bench.wait(secs(1));
    }
    bench.tell(Input::Recalled(vec![id(1)], Ok(vec![ready(1)])));
    assert_eq!(stars(&bench, 1), Some(4));
}

/// Makes a command about the first job.
type Make = fn() -> Command;

/// Each command does with a job that was read what it does with one that was at hand from the start.
#[test]
fn every_command_does_the_same_with_a_job_that_was_read() {
    let a = id(1);
    let commands: Vec<(&str, Make)> = vec![
        ("resolve", || Command::Resolve(id(1), UnconfirmedDecision::Check)),
        ("cancel", || Command::Cancel(id(1))),
        ("take out", || Command::TakeOut(id(1))),
        ("stop watching", || Command::StopWatching(id(1))),
        ("watch again", || Command::WatchAgain(id(1))),
        ("download again", || Command::DownloadAgain(id(1))),
        ("judge", || judge(1, 3)),
        ("move", || Command::MoveToProject(vec![id(1)], Project::new("Spring").ok())),
        ("trash", || Command::ToTrash(vec![id(1)])),
        ("take back", || Command::TakeBack(vec![id(1)])),
        ("found", || Command::FileFound(id(1), "other.mp4".into())),
        ("poster", || Command::MakePosterAgain(id(1))),
        ("pause", || Command::PauseDownload(id(1), true)),
        ("release", || Command::Release(vec![id(1)])),
        ("over cap", || Command::SendOverCap(vec![id(1)])),
        ("hold", || Command::Hold(vec![id(1)])),
        ("move in queue", || Command::MoveInQueue(id(1), QueueMove::First)),
    ];
    let with_id = |mut job: Job| {
        job.remote_id = crate::domain::RemoteId::new("job_1");
        job
    };
    let trashed = Job { is_hidden: true, trashed_at: Some(UnixMillis(1)), is_in_trash: true, ..with_id(ready(1)) };
    let gone = Job { clip: None, old_clip: Some(clip("heron.mp4")), state: JobState::Gone, ..with_id(ready(1)) };
    let removed = job(1).gateway(GatewayId::Aigateway).state(JobState::Removed);
    for (name, command) in commands {
        for job in [with_id(ready(1)), trashed.clone(), gone.clone(), removed.clone()] {
            let mut at_hand = bench(Setup::default(), vec![job.clone()]);
            tell(&mut at_hand, command());
            let mut read = bench(setup(), vec![]);
            tell(&mut read, command());
            if !asked(&read).is_empty() {
                read.tell(Input::Recalled(vec![a], Ok(vec![job.clone()])));
            }
            assert!(!read.machine.must_finish() || at_hand.machine.must_finish(), "{name}: {}", job.state);
            let after = read.machine.job(a).unwrap_or(&job);
            assert_eq!(Some(after), at_hand.machine.job(a), "{name}: {}", job.state);
        }
    }
}

#[test]
fn an_order_takes_the_place_of_one_that_an_earlier_run_took_out() {
    let mut bench = bench(setup(), vec![]);
    bench.machine.holds.is_paused = true;
    let removed = Job { queue_rank: -7, ..job(1).gateway(GatewayId::Aigateway).state(JobState::Removed) };
    let new_jobs = vec![bench.new_job(5)];
    tell(&mut bench, Command::EnqueueInPlace { of: id(1), new_jobs, is_held: false });
    assert_eq!((asked(&bench), bench.machine.job(id(5)).is_some()), (vec![id(1)], false));
    // A word about the new order comes after it.
    tell(&mut bench, Command::Hold(vec![id(5)]));
    bench.tell(Input::Recalled(vec![id(1)], Ok(vec![removed])));
    let new = bench.machine.job(id(5)).expect("it is ordered");
    assert_eq!((new.queue_rank, new.held), (-7, Some(HeldFor::Paused)));
}

#[test]
fn an_order_on_its_way_that_no_list_knew_is_never_sent_again() {
    for state in [JobState::Submitting, JobState::Queued] {
        let mut bench = bench(setup(), vec![]);
        bench.connect();
        let mut lost = job(1).gateway(GatewayId::Aigateway).state(state);
        lost.created_at = UnixMillis(1);
        tell(&mut bench, Command::Cancel(id(2)));
        bench.tell(Input::Recalled(vec![id(2)], Ok(vec![])));
        tell(&mut bench, judge(1, 3));
        bench.tell(Input::Recalled(vec![id(1)], Ok(vec![lost])));
        let mut sent = bench.submits();
        for _ in 0..10 {
            bench.wait(secs(1));
            sent += bench.submits();
        }
        assert_eq!(sent, 0, "{state}");
        let known = bench.machine.job(id(1)).expect("it was read");
        assert!(known.state == JobState::Unconfirmed || known.held == Some(HeldFor::Waited), "{known:?}");
    }
}

#[test]
fn clips_of_an_old_folder_stay_there_also_when_they_are_read_late() {
    let path =
        |bench: &Bench, number| bench.machine.job(id(number)).and_then(|job| job.clip.clone()).map(|clip| clip.path);
    let relative = |number| vec![ready(number)];
    let mut bench = bench(setup(), vec![]);
    tell(&mut bench, judge(1, 3));
    bench.tell(Input::ClipFolderChanged("/old".into()));
    assert_eq!(
        bench.count(|effect| matches!(effect, Effect::LeaveClipFolder(old) if old.as_path() == Path::new("/old"))),
        1
    );
    tell(&mut bench, judge(2, 3));
    bench.tell(Input::Recalled(vec![id(1)], Ok(relative(1))));
    // The library is done, but what was read before that may still be on its way.
    bench.tell(Input::ClipFolderLeft);
    bench.tell(Input::Recalled(vec![id(2)], Ok(relative(2))));
    let left = Some("/old/heron.mp4".into());
    assert_eq!((path(&bench, 1), path(&bench, 2)), (left.clone(), left));
    // What is read now lies in the folder of now.
    tell(&mut bench, judge(3, 3));
    bench.tell(Input::Recalled(vec![id(3)], Ok(relative(3))));
    assert_eq!(path(&bench, 3), Some("heron.mp4".into()));
}

fn day_cap(dollars: i64) -> SpendingRules {
    let day = Cap { limit: Amount::Money(Money(dollars * 1_000_000)), is_on: true };
    SpendingRules { caps: Caps { day, ..Caps::default() }, ..SpendingRules::default() }
}

/// What the machine asks for, of what was spent.
fn sum_asked(bench: &Bench) -> Option<(crate::domain::caps::Calendar, Vec<JobId>, u64)> {
    bench.effects.iter().rev().find_map(|effect| match effect {
        Effect::SumUp { calendar, held, number, .. } => Some((*calendar, held.clone(), *number)),
        _ => None,
    })
}

/// Sums that hold these dollars, paid now.
fn past(bench: &Bench, dollars: i64) -> Past {
    let now = bench.now().wall;
    let mut past = Past::new(crate::domain::caps::Calendar::at(now, &TimeZone::UTC), []);
    past.add(payment(dollars, now));
    past
}

fn payment(dollars: i64, at: UnixMillis) -> Payment {
    Payment { run: id(99), gateway: GatewayId::Aigateway, amount: Amount::Money(Money(dollars * 1_000_000)), at }
}

#[test]
fn nothing_paid_goes_out_before_it_is_known_what_was_spent() {
    let mut bench = bench(Setup { rules: day_cap(5), ..setup() }, vec![]);
    let (_, held, number) = sum_asked(&bench).expect("it is asked for");
    assert_eq!(held, []);
    bench.connect();
    let order = bench.enqueue(1);
    assert_eq!((bench.submits(), bench.state(order)), (0, JobState::Queued));
    // The answer does not know that the order is held here by now, so it is asked for once more.
    let spent = past(&bench, 5);
    bench.tell(Input::SummedUp(number, Ok(spent.clone())));
    let (_, held, number) = sum_asked(&bench).expect("it is asked for once more");
    assert_eq!((held, bench.submits()), (vec![order], 0));
    bench.tell(Input::SummedUp(number, Ok(spent)));
    assert_eq!(bench.submits(), 0);
    assert_eq!(bench.machine.job(order).and_then(|job| job.held), Some(HeldFor::DayCap));
    let hold = bench.live().jobs[&order].hold.clone();
    assert!(matches!(hold, Some(Hold::Waiting { why: HeldFor::DayCap, .. })), "{hold:?}");
    // A higher cap lets it go: amounts are weighed anew.
    tell(&mut bench, Command::SetSpendingRules(day_cap(50)));
    assert_eq!(bench.submits(), 1);
}

#[test]
fn without_a_cap_nothing_waits_for_sums() {
    let mut bench = bench(setup(), vec![]);
    bench.connect();
    bench.enqueue(1);
    assert_eq!(bench.submits(), 1);
}

#[test]
fn a_new_day_and_a_clock_that_is_set_back_ask_anew() {
    const DAY: u64 = 24 * 3600;
    let mut bench = bench(Setup { rules: day_cap(5), ..setup() }, vec![]);
    let answer = |bench: &mut Bench, dollars| {
        let (calendar, _, number) = sum_asked(bench).expect("it is asked for");
        let mut past = Past::new(calendar, []);
        past.add(payment(dollars, calendar.day));
        bench.tell(Input::SummedUp(number, Ok(past)));
    };
    bench.wall_lead = secs(5 * DAY);
    bench.wait(secs(1));
    answer(&mut bench, 5);
    bench.connect();
    let order = bench.enqueue(1);
    assert_eq!(bench.machine.job(order).and_then(|job| job.held), Some(HeldFor::DayCap));
    // What a cap holds stays held until the sums are known.
    for (name, wall_lead, dollars, held) in
        [("the clock is set back", 0, 5, Some(HeldFor::DayCap)), ("another day", 2 * DAY, 0, None)]
    {
        bench.wall_lead = secs(wall_lead);
        bench.wait(secs(1));
        assert_eq!(bench.machine.job(order).and_then(|job| job.held), Some(HeldFor::DayCap), "{name}");
        assert_eq!(bench.submits(), 0, "{name}");
        answer(&mut bench, dollars);
        assert_eq!(bench.machine.job(order).and_then(|job| job.held), held, "{name}");
    }
    assert_eq!(bench.submits(), 1);
}

#[test]
fn sums_that_cannot_be_read_are_asked_for_again() {
    let mut bench = bench(Setup { rules: day_cap(5), ..setup() }, vec![]);
    bench.connect();
    bench.enqueue(1);
    let (_, _, number) =
        sum_asked(&bench).unwrap_or((crate::domain::caps::Calendar::at(UnixMillis(0), &TimeZone::UTC), vec![], 0));
    bench.tell(Input::SummedUp(number, Err("The disk is away".to_owned())));
    let mut asked = None;
    for _ in 0..60 {
        bench.wait(secs(1));
        assert_eq!(bench.submits(), 0);
        asked = sum_asked(&bench);
        if asked.is_some() {
            break;
        }
    }
    let (_, _, number) = asked.expect("it is asked for again");
    let past = past(&bench, 0);
    bench.tell(Input::SummedUp(number, Ok(past)));
    assert_eq!(bench.submits(), 1);
}

#[test]
fn a_job_that_is_read_counts_once() {
    let mut bench = bench(Setup { rules: day_cap(5), ..setup() }, vec![]);
    bench.connect();
    let mut paid = ready(1);
    paid.sent_at = Some(bench.now().wall);
    paid.charge = Charge::Yes(Some(Amount::Money(Money(3_000_000))));
    let (_, _, number) = sum_asked(&bench).unwrap_or_else(|| {
        bench.machine.sum_up();
        bench.wait(secs(0));
        sum_asked(&bench).expect("it is asked for")
    });
    let past = past(&bench, 3);
    bench.tell(Input::SummedUp(number, Ok(past)));
    tell(&mut bench, judge(1, 3));
    bench.tell(Input::Recalled(vec![id(1)], Ok(vec![paid])));
    // Three of five dollars are spent, so an order of less than two has room; twice three would leave none.
    let mut new_job = bench.new_job(2);
    new_job.estimate.amount = Amount::Money(Money(1_900_000));
    new_job.picture_way = PictureWay::InOrder;
    tell(&mut bench, Command::Enqueue(vec![new_job]));
    assert_eq!(bench.submits(), 1);
    let mut another = bench.new_job(3);
    another.estimate.amount = Amount::Money(Money(1_900_000));
    tell(&mut bench, Command::Enqueue(vec![another]));
    assert_eq!(bench.machine.job(id(3)).and_then(|job| job.held), Some(HeldFor::DayCap), "nor does it count nothing");
}
