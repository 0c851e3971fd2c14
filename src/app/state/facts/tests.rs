use super::*;
use crate::domain::samples::{id, job};

#[test]
fn a_question_is_asked_once_until_its_answer_is_out_of_date() {
    let mut line = Line::<u8, char>::default();
    let mut number = 0;
    assert!(line.want(&1, &mut number));
    assert!(!line.want(&1, &mut number), "it is on its way");
    assert!(line.told(1, Some('a')) && !line.want(&1, &mut number), "it is known");
    line.changed();
    assert!(line.want(&1, &mut number), "it is out of date");
    line.changed();
    assert!(!line.want(&1, &mut number), "one at a time");
    assert!(line.told(2, Some('b')));
    assert_eq!(line.known(), Some(&(1, 'b')));
    assert!(line.want(&1, &mut number), "what changed meanwhile may not be in the answer");
    assert!(line.told(3, Some('c')) && !line.want(&1, &mut number));
}

#[test]
fn a_newer_question_makes_an_older_one_void() {
    let mut line = Line::<u8, char>::default();
    let mut number = 0;
    assert!(line.want(&1, &mut number) && line.want(&2, &mut number));
    assert!(!line.told(1, Some('a')), "the answer is late");
    assert_eq!((line.known(), line.asked()), (None, Some(&2)));
    assert!(line.told(2, Some('b')) && !line.told(2, Some('c')), "one answer to each");
    assert_eq!(line.known(), Some(&(2, 'b')));
    assert!(line.want(&1, &mut number));
    line.forget();
    assert!(!line.told(3, Some('d')) && line.known().is_none());
}

#[test]
fn a_library_that_cannot_be_read_is_asked_again_after_a_change_only() {
    let mut line = Line::<u8, char>::default();
    let mut number = 0;
    assert!(line.want(&1, &mut number) && line.told(1, None));
    assert!(!line.want(&1, &mut number));
    line.changed();
    assert!(line.want(&1, &mut number));
}

#[test]
fn rows_are_asked_once_and_few_are_kept() {
    let mut rows = Rows::default();
    let jobs = Jobs::from(vec![job(1).ready()]);
    assert_eq!(rows.want(&[id(1), id(2)], &jobs), [(id(1), true), (id(2), false)]);
    assert_eq!(rows.want(&[id(1), id(2), id(3)], &jobs), [(id(3), false)], "the others are on their way");
    let take = TakeNumber { number: 2, of: 3 };
    let read = LedgerRow { job: Some(Arc::new(job(2).ready())), take };
    rows.told(&[id(1), id(2)], vec![(id(1), LedgerRow { job: None, take }), (id(2), read)]);
    assert!(rows.has(id(1), &jobs) && rows.has(id(2), &jobs) && !rows.has(id(3), &jobs));
    assert!(!rows.has(id(1), &Jobs::default()), "its job was dropped meanwhile");
    assert_eq!((rows.job(id(2)).map(|job| job.id), rows.take(id(1))), (Some(id(2)), Some(take)));
    rows.forget(id(2));
    assert_eq!(rows.want(&[id(2)], &jobs), [(id(2), false)]);
    let many: Vec<JobId> = (10..10 + MOST_ROWS as u128).map(id).collect();
    rows.want(&many, &jobs);
    assert!(!rows.has(id(1), &jobs), "no more are kept than that");
}
