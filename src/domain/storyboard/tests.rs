use proptest::prelude::*;
use strum::IntoEnumIterator as _;
use uuid::Uuid;

use super::cost::{Sum, spent, to_come};
use super::reading::{read, write};
use super::*;
use crate::domain::price::estimate;
use crate::domain::samples::{self, id, job};
use crate::domain::{Amount, Credits, Draft, Estimate, GatewayId, Money};

fn shot(number: u128) -> ShotId {
    ShotId(Uuid::from_u128(1_000 + number))
}

fn planned(number: u128) -> BoardShot {
    BoardShot::Planned(PlannedShot { prompt: format!("shot {number}"), ..PlannedShot::empty(shot(number)) })
}

/// Clips below 100, planned shots from there on.
fn any_shot(number: u128) -> BoardShot {
    if number < 100 { BoardShot::Clip(id(number)) } else { planned(number) }
}

fn board(numbers: &[u128]) -> Storyboard {
    Storyboard::new(numbers.iter().map(|number| any_shot(*number)).collect(), Vec::new())
}

fn keys(numbers: &[u128]) -> BTreeSet<ShotKey> {
    numbers.iter().map(|number| any_shot(*number).key()).collect()
}

fn numbers(board: &Storyboard) -> Vec<u128> {
    let number = |shot: &BoardShot| match shot {
        BoardShot::Clip(job) => job.0.as_u128(),
        BoardShot::Planned(planned) => planned.id.0.as_u128() - 1_000,
    };
    board.shots().iter().map(number).collect()
}

#[test]
fn shots_move_to_where_they_are_dropped() {
    for (moved, at, expected) in [
        (vec![1_u128], 0, [1, 2, 3, 101, 5]),
        (vec![1], 1, [1, 2, 3, 101, 5]),
        (vec![1], 2, [2, 1, 3, 101, 5]),
        (vec![1], 5, [2, 3, 101, 5, 1]),
        (vec![5], 0, [5, 1, 2, 3, 101]),
        (vec![2, 101], 0, [2, 101, 1, 3, 5]),
        (vec![2, 101], 3, [1, 3, 2, 101, 5]),
        (vec![1, 5], 3, [2, 3, 1, 5, 101]),
        (vec![1, 2, 3, 101, 5], 2, [1, 2, 3, 101, 5]),
        (vec![9], 0, [1, 2, 3, 101, 5]),
        (vec![1], 99, [2, 3, 101, 5, 1]),
    ] {
        let mut board = board(&[1, 2, 3, 101, 5]);
        board.move_to(&keys(&moved), at);
        assert_eq!(numbers(&board), expected, "{moved:?} to {at}");
    }
}

#[test]
fn keys_move_shots_one_place_and_stop_at_the_ends() {
    for (moved, forward, expected) in [
        (vec![1_u128], true, [2, 1, 3, 4]),
        (vec![1], false, [1, 2, 3, 4]),
        (vec![4], true, [1, 2, 3, 4]),
        (vec![4], false, [1, 2, 4, 3]),
        (vec![2, 3], true, [1, 4, 2, 3]),
        (vec![2, 3], false, [2, 3, 1, 4]),
        (vec![1, 3], false, [1, 3, 2, 4]),
        (vec![1, 2], false, [1, 2, 3, 4]),
        (vec![3, 4], true, [1, 2, 3, 4]),
        (vec![2, 4], true, [1, 3, 2, 4]),
        (vec![], true, [1, 2, 3, 4]),
    ] {
        let mut board = board(&[1, 2, 3, 4]);
        board.shift(&keys(&moved), forward);
        assert_eq!(numbers(&board), expected, "{moved:?} forward: {forward}");
    }
}

#[test]
fn a_shot_stands_once() {
    let mut board = board(&[1, 2, 1, 101, 101]);
    assert_eq!(numbers(&board), [1, 2, 101]);
    assert_eq!(board.insert(1, vec![any_shot(2), any_shot(3), any_shot(3)]), [any_shot(3).key()]);
    assert_eq!(numbers(&board), [1, 3, 2, 101]);
    assert_eq!(board.append_chain(&[id(2), id(7), id(8)]), [any_shot(7).key(), any_shot(8).key()]);
    assert_eq!(numbers(&board), [1, 3, 2, 101, 7, 8]);
    board.remove(&keys(&[3, 101, 99]));
    assert_eq!(numbers(&board), [1, 2, 7, 8]);
}

#[test]
fn a_planned_shot_is_edited_and_keeps_its_name() {
    let mut board = board(&[1, 101]);
    assert!(board.edit(shot(101), |planned| (planned.prompt, planned.id) = ("a boat".to_owned(), shot(5))));
    assert_eq!(board.planned(shot(101)).map(|planned| planned.prompt.as_str()), Some("a boat"));
    assert!(!board.edit(shot(101), |_| {}), "nothing changed");
    assert!(!board.edit(shot(102), |planned| planned.prompt.push('x')), "no such shot");
}

#[test]
fn the_first_ready_clip_takes_the_place_of_its_planned_shot() {
    let mut board = board(&[1, 101, 102]);
    board.order(shot(101), [id(11), id(12)]);
    board.order(shot(102), [id(11)]);
    assert_eq!(board.orders_of(shot(102)).count(), 0, "an order is for one shot");
    assert_eq!(board.settle(|_| false), []);
    assert_eq!(board.settle(|job| job == id(12)), [(shot(101), id(12))]);
    assert_eq!(numbers(&board), [1, 12, 102]);
    assert_eq!(board.settle(|_| true), [], "another take that comes later changes nothing");
    assert_eq!(board.ordered_for(id(11)), Some(shot(101)));
}

#[test]
fn a_clip_that_was_added_by_hand_is_not_doubled_by_its_order() {
    let mut board = board(&[1, 101, 11]);
    board.order(shot(101), [id(11)]);
    board.settle(|_| true);
    assert_eq!(numbers(&board), [1, 11]);
}

#[test]
fn undo_of_a_move_forgets_no_order() {
    let mut board = board(&[1, 101]);
    let before = board.shots().to_vec();
    board.shift(&keys(&[1]), true);
    board.order(shot(101), [id(11)]);
    board.settle(|_| true);
    assert_eq!(numbers(&board), [11, 1]);
    let after = board.swap_shots(before);
    assert_eq!((numbers(&board), after.len()), (vec![1, 101], 2));
    board.settle(|_| true);
    assert_eq!(numbers(&board), [1, 11], "the clip is there, so it takes the place again");
}

#[test]
fn every_state_of_a_job_has_its_standing() {
    for state in JobState::iter() {
        let job = job(1).state(state);
        let expected = match state {
            JobState::Ready => Standing::Clip,
            JobState::Unconfirmed => Standing::NeedsUser,
            JobState::Queued
            | JobState::Submitting
            | JobState::Waiting
            | JobState::Generating
            | JobState::Downloading => Standing::Coming,
            _ => Standing::of(Some(&job), false),
        };
        assert_eq!(Standing::of(Some(&job), false), expected, "{state}");
        assert_eq!(Standing::of(Some(&job), false).is_gap(), state != JobState::Ready, "{state}");
        assert_eq!(Standing::of(Some(&Job { is_hidden: true, ..job.clone() }), false), Standing::Removed, "{state}");
    }
    assert_eq!(Standing::of(Some(&job(1).state(JobState::Failed)), false), Standing::Failed);
    assert_eq!(Standing::of(Some(&job(1).ready()), true), Standing::FileMissing);
    assert_eq!(Standing::of(None, false), Standing::Removed);
}

#[test]
fn a_shot_continues_only_from_the_last_frame_of_the_one_before() {
    let from = |frame| Some(Parent { job: id(1), frame });
    for (before, parent, last_frame, expected) in [
        (Some(id(1)), from(119), Some(119), Joint::Continues { frame: 119 }),
        (Some(id(1)), from(120), Some(119), Joint::Continues { frame: 120 }),
        (Some(id(1)), from(80), Some(119), Joint::Cut),
        (Some(id(1)), from(80), None, Joint::Continues { frame: 80 }),
        (Some(id(2)), from(119), Some(119), Joint::Cut),
        (Some(id(1)), None, Some(119), Joint::Cut),
        (None, from(119), None, Joint::Cut),
    ] {
        assert_eq!(joint(before, parent, last_frame), expected, "{before:?} {parent:?} {last_frame:?}");
    }
}

fn price(gateway: GatewayId) -> Estimate {
    estimate(&samples::request("a"), gateway).expect("offered")
}

#[test]
fn what_was_spent_is_told_by_unit_and_by_what_is_known() {
    let credits = |number| Amount::Credits(Credits(number));
    let jobs = [
        Job { charge: Charge::Yes(Some(credits(99))), ..job(1).ready() },
        Job { charge: Charge::Yes(None), ..job(2).gateway(GatewayId::Aigateway).ready() },
        Job { charge: Charge::NotKnown, ..job(3).unconfirmed() },
        // A failed take of a planned shot was paid for as well.
        Job { charge: Charge::Yes(Some(credits(5))), ..job(4).state(JobState::Failed) },
        Job { charge: Charge::Yes(None), ..job(5).gateway(GatewayId::Practice).ready() },
        Job { charge: Charge::Yes(Some(credits(7))), ..job(6).gateway(GatewayId::Pixverse).ready() },
    ];
    let find = |wanted: JobId| jobs.iter().find(|job| job.id == wanted);
    let mut board = board(&[1, 2, 3, 5, 77, 101]);
    board.order(shot(101), [id(4)]);
    let told = spent(&board, find);
    assert_eq!(told.charged.to_string(), format!("104 cr + {}", price(GatewayId::Aigateway).amount));
    assert_eq!((told.assumed, told.not_known), (1, 1));
    assert_eq!(told.at_most.to_string(), price(GatewayId::Apiin).amount.to_string());
    board.append_chain(&[id(6)]);
    let told = spent(&board, find).charged.to_string();
    assert!(told.contains(" cr at apiin + 7 cr at "), "credits of two gateways are two units: {told}");
    assert_eq!(spent(&Storyboard::default(), find).charged.to_string(), "nothing");
}

#[test]
fn what_is_to_come_counts_each_planned_shot_once() {
    let apiin = price(GatewayId::Apiin);
    let jobs = [job(1).ready(), job(4).queued(), job(5).state(JobState::Failed)];
    let find = |wanted: JobId| jobs.iter().find(|job| job.id == wanted);
    let mut board = board(&[1, 101, 102, 103]);
    board.order(shot(102), [id(4)]);
    board.order(shot(103), [id(5)]);
    let told = to_come(&board, find, Some(&apiin), 2);
    assert_eq!((told.planned, told.ordered, told.unpriced), (2, 1, 0));
    assert_eq!(told.sum.to_string(), apiin.amount.times(2 * 2 + 1).to_string());
    let told = to_come(&board, find, None, 1);
    assert_eq!((told.planned, told.unpriced, told.sum.to_string()), (2, 2, apiin.amount.to_string()));
    let free = to_come(&board, |_| None, Some(&price(GatewayId::Practice)), 1);
    assert!(free.sum.is_zero());
    assert_eq!(free.planned, 3);
}

#[test]
fn sums_do_not_overflow() {
    let mut sum = Sum::default();
    for _ in 0..3 {
        sum.add(GatewayId::Apiin, Amount::Credits(Credits(i64::MAX)));
        sum.add(GatewayId::Aigateway, Amount::Money(Money(i64::MAX)));
    }
    assert_eq!(sum.credits[&GatewayId::Apiin], Credits(i64::MAX));
}

#[test]
fn a_stored_board_comes_back_and_damage_takes_only_its_own_part() {
    let mut board = board(&[1, 101, 3]);
    board.edit(shot(101), |planned| planned.picture = Some(samples::stored_picture()));
    board.order(shot(101), [id(4)]);
    let text = write(&board);
    assert_eq!(read(&text), (board.clone(), 0));
    // The words in the file are a promise to the next version.
    assert!(
        text.starts_with("{\"shots\":[{\"clip\":\"00000000-0000-0000-0000-000000000001\"},{\"planned\":{\"id\":"),
        "{text}"
    );
    let broken = text.replacen("00000000-0000-0000-0000-000000000001", "no id", 1);
    let (left, damaged) = read(&broken);
    assert_eq!((numbers(&left), damaged, left.orders().len()), (vec![101, 3], 1, 1));
    for (text, damage) in
        [("", 1), ("[]", 0), ("{}", 0), ("{\"shots\":7}", 1), ("{\"shots\":[7,{}],\"orders\":null}", 2)]
    {
        let (left, damaged) = read(text);
        assert!(left.is_empty() && (damaged == damage || text == "[]"), "{text}: {damaged}");
    }
}

/// Something that can be done to a board.
#[derive(Clone, Debug)]
enum Act {
    Insert(usize, Vec<u128>),
    MoveTo(Vec<u128>, usize),
    Shift(Vec<u128>, bool),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let some = || prop::collection::vec(prop_oneof![1_u128..12, 100_u128..106], 0..6);
    let act = prop_oneof![
        (0_usize..30, some()).prop_map(|(at, shots)| Act::Insert(at, shots)),
        (some(), 0_usize..30).prop_map(|(shots, at)| Act::MoveTo(shots, at)),
        (some(), any::<bool>()).prop_map(|(shots, forward)| Act::Shift(shots, forward)),
    ];
    prop::collection::vec(act, 0..30)
}

proptest! {
    #[test]
    fn no_shot_is_lost_or_doubled_by_any_sequence_of_moves(acts in acts()) {
        let mut board = Storyboard::default();
        let mut expected = BTreeSet::new();
        for act in acts {
            match act {
                Act::Insert(at, shots) => {
                    expected.extend(shots.iter().copied());
                    board.insert(at, shots.iter().map(|number| any_shot(*number)).collect());
                }
                Act::MoveTo(shots, at) => board.move_to(&keys(&shots), at),
                Act::Shift(shots, forward) => board.shift(&keys(&shots), forward),
            }
            let now = numbers(&board);
            prop_assert_eq!(now.len(), expected.len());
            prop_assert_eq!(now.into_iter().collect::<BTreeSet<_>>(), expected.clone());
        }
        prop_assert_eq!(read(&write(&board)), (board, 0));
    }

    #[test]
    fn moved_shots_keep_their_order_and_the_others_theirs(moved in prop::collection::vec(1_u128..12, 0..8), at in 0_usize..14) {
        let mut board = board(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        board.move_to(&keys(&moved), at);
        let (mine, others): (Vec<u128>, Vec<u128>) = numbers(&board).into_iter().partition(|number| moved.contains(number));
        prop_assert!(mine.is_sorted() && others.is_sorted());
    }

    #[test]
    fn no_text_makes_reading_fail(text in ".{0,200}") {
        let (board, damaged) = read(&text);
        prop_assert!(board.is_empty() || damaged == 0);
    }
}

#[test]
fn a_draft_of_several_takes_is_what_a_planned_shot_costs() {
    let draft = Draft { takes: 3, ..Draft::default() };
    let told = to_come(&board(&[101]), |_| None, Some(&price(GatewayId::Aigateway)), draft.takes);
    assert_eq!(told.sum.money, Money(3 * 400_000));
}
