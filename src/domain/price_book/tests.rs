use proptest::prelude::*;
use strum::IntoEnumIterator as _;

use super::*;
use crate::domain::samples::{self, id};

fn credits(number: i64) -> Amount {
    Amount::Credits(Credits(number))
}

fn money(cents: i64) -> Amount {
    Amount::Money(Money(cents * 10_000))
}

/// A ready clip of 720p, 8 s, silent, charged so.
fn charged(number: u128, gateway: GatewayId, charge: Charge) -> Job {
    let job = samples::job(number).gateway(gateway).at(UnixMillis(i64::try_from(number).expect("small") * 1_000));
    Job { charge, ..job.asking(|draft| draft.duration = ClipDuration::S8).state(JobState::Ready) }
}

fn apiin(number: u128, amount: i64) -> Job {
    charged(number, GatewayId::Apiin, Charge::Yes(Some(credits(amount))))
}

fn amounts(offer: Option<&Offer>) -> Option<(Amount, Amount)> {
    offer.map(|offer| (offer.said, offer.learned.amount))
}

#[test]
fn which_charge_offers_a_correction() {
    use GatewayId::{Aigateway, Apiin, Pixverse, Practice};
    let none = PriceBook::default();
    for (gateway, charge, offered) in [
        (Apiin, Charge::Yes(Some(credits(198))), Some((credits(180), credits(198)))),
        (Apiin, Charge::Yes(Some(credits(90))), Some((credits(180), credits(90)))),
        (Aigateway, Charge::Yes(Some(money(72))), Some((money(64), money(72)))),
        (Pixverse, Charge::Yes(Some(credits(95))), Some((credits(90), credits(95)))),
        // As the table says, or so near that nobody is asked.
        (Apiin, Charge::Yes(Some(credits(180))), None),
        (Apiin, Charge::Yes(Some(credits(181))), None),
        // Nobody knows, or it is assumed, or it was free or given back.
        (Apiin, Charge::Yes(None), None),
        (Apiin, Charge::NotKnown, None),
        (Apiin, Charge::Nothing, None),
        (Apiin, Charge::No, None),
        (Apiin, Charge::Yes(Some(credits(0))), None),
        (Apiin, Charge::Yes(Some(Amount::Free)), None),
        // No price at all.
        (Apiin, Charge::Yes(Some(credits(-198))), None),
        (Apiin, Charge::Yes(Some(credits(i64::MIN))), None),
        (Apiin, Charge::Yes(Some(credits(1_000_001))), None),
        (Aigateway, Charge::Yes(Some(money(1_000_001))), None),
        (Aigateway, Charge::Yes(Some(Amount::Money(Money(i64::MAX)))), None),
        // In another unit than the table.
        (Apiin, Charge::Yes(Some(money(72))), None),
        (Aigateway, Charge::Yes(Some(credits(198))), None),
        // Practice never takes part.
        (Practice, Charge::Yes(Some(credits(198))), None),
        (Practice, Charge::Yes(Some(money(72))), None),
    ] {
        let offer = offer(&none, &charged(1, gateway, charge), []);
        assert_eq!(amounts(offer.as_ref()), offered, "{gateway} {charge:?}");
    }
}

#[test]
fn only_a_clip_that_was_made_has_a_price() {
    for state in JobState::iter() {
        let job = Job { state, ..apiin(1, 198) };
        let is_made = matches!(state, JobState::Downloading | JobState::Ready | JobState::Gone);
        assert_eq!(offer(&PriceBook::default(), &job, []).is_some(), is_made, "{state}");
    }
}

#[test]
fn newer_charges_of_the_shape_have_a_say_and_no_others() {
    let job = apiin(5, 198);
    let other = |change: &dyn Fn(&mut Job)| {
        let mut other = apiin(6, 198);
        change(&mut other);
        other
    };
    let hidden = |amount: i64| other(&|job| (job.is_hidden, job.charge) = (true, Charge::Yes(Some(credits(amount)))));
    let louder = || samples::job(7).gateway(GatewayId::Apiin).asking(|draft| draft.audio = true).ready();
    for (what, others, asks) in [
        ("itself", vec![apiin(5, 198)], true),
        ("an older one that agrees", vec![apiin(4, 180)], true),
        ("an older one that differs", vec![apiin(4, 210)], true),
        ("a newer one that agrees", vec![apiin(6, 180)], false),
        ("a newer one that differs asks itself", vec![apiin(6, 202)], false),
        ("a newer one with the same charge", vec![apiin(6, 198)], false),
        ("a newer one that nobody sees", vec![hidden(198)], true),
        ("a newer one in the trash", vec![other(&|job| job.trashed_at = Some(UnixMillis(1)))], true),
        ("a newer one that nobody sees and that agrees", vec![hidden(180)], false),
        ("a newer one that is assumed", vec![other(&|job| job.charge = Charge::Yes(None))], true),
        ("a newer one of which nobody knows", vec![other(&|job| job.charge = Charge::NotKnown)], true),
        ("a newer one that failed", vec![other(&|job| job.state = JobState::Failed)], true),
        ("a newer one in another unit", vec![other(&|job| job.charge = Charge::Yes(Some(money(72))))], true),
        ("another gateway", vec![charged(6, GatewayId::Pixverse, Charge::Yes(Some(credits(90))))], true),
        ("another shape", vec![Job { charge: Charge::Yes(Some(credits(180))), ..louder() }], true),
        ("several", vec![apiin(4, 180), hidden(210), apiin(6, 180)], false),
    ] {
        assert_eq!(offer(&PriceBook::default(), &job, &others).is_some(), asks, "{what}");
    }
}

#[test]
fn an_answer_counts_for_the_very_same_difference() {
    let mut book = PriceBook::default();
    let job = apiin(1, 198);
    let first = offer(&book, &job, []).expect("it differs");
    let answers = first.kept(book.answers(&first.shape));
    assert_eq!(book.set(first.shape.clone(), answers), Answers::default());
    assert_eq!(offer(&book, &job, []), None);
    assert_eq!(offer(&book, &apiin(2, 198), []), None, "another clip with the same charge");
    assert_eq!(book.estimate(&job.request, GatewayId::Apiin), price::estimate(&job.request, GatewayId::Apiin));

    let second = offer(&book, &apiin(2, 210), []).expect("another charge asks");
    let answers = second.updated(book.answers(&second.shape));
    book.set(second.shape.clone(), answers);
    let amount = |book: &PriceBook| book.estimate(&job.request, GatewayId::Apiin).map(|estimate| estimate.amount);
    assert_eq!(amount(&book), Some(credits(210)));
    let learned = book.learned(&job.request, GatewayId::Apiin).expect("corrected");
    assert_eq!((learned.job, learned.charged_at), (id(2), UnixMillis(2_000)));
    // It was kept against 180, and the price is 210 now.
    assert_eq!(amounts(offer(&book, &apiin(3, 198), []).as_ref()), Some((credits(210), credits(198))));
    assert_eq!(offer(&book, &apiin(3, 210), []), None, "as the corrected price");

    // Back to what the catalog says: then there is nothing to correct.
    let back = Job { estimate: Estimate { amount: credits(210), ..job.estimate.clone() }, ..apiin(4, 180) };
    let third = offer(&book, &back, []).expect("the table is off now");
    let answers = third.updated(book.answers(&third.shape));
    book.set(third.shape.clone(), answers);
    assert_eq!((amount(&book), book.learned(&job.request, GatewayId::Apiin)), (Some(credits(180)), None));
    assert_eq!(offer(&book, &job, []), None, "and what was kept then is kept");
}

#[test]
fn a_correction_in_another_unit_or_of_practice_does_not_count() {
    let draft = crate::domain::Draft { duration: ClipDuration::S8, ..Default::default() };
    for (gateway, amount) in [
        (GatewayId::Apiin, money(72)),
        (GatewayId::Aigateway, credits(198)),
        (GatewayId::Apiin, Amount::Free),
        (GatewayId::Apiin, credits(-1)),
        (GatewayId::Apiin, credits(i64::MAX)),
        (GatewayId::Practice, credits(198)),
    ] {
        let mut book = PriceBook::default();
        let learned = Some(LearnedPrice { amount, charged_at: UnixMillis(1), job: id(1) });
        book.set(PricedShape::new(&draft, gateway), Answers { learned, kept: Vec::new() });
        assert_eq!(book.estimate(&draft, gateway), price::estimate(&draft, gateway), "{gateway} {amount}");
        assert_eq!(book.learned(&draft, gateway), None, "{gateway} {amount}");
        assert_eq!(book.iter().count(), usize::from(gateway.is_paid()));
    }
}

#[test]
fn answers_are_bounded_and_empty_ones_leave_nothing() {
    let shape = PricedShape::of(&apiin(1, 198));
    let mut book = PriceBook::default();
    for number in 0..20 {
        let mut answers = book.answers(&shape);
        answers.kept.push(Kept { said: credits(180), charged: credits(200 + number) });
        book.set(shape.clone(), answers);
    }
    let kept: Vec<_> = book.answers(&shape).kept.iter().map(|kept| kept.charged).collect();
    assert_eq!(kept, (212..220).map(credits).collect::<Vec<_>>());
    book.set(shape, Answers::default());
    assert_eq!(book, PriceBook::default());
}

/// Every shape that a gateway offers.
fn shapes() -> Vec<PricedShape> {
    let mut all = Vec::new();
    for gateway in GatewayId::iter() {
        for (resolution, duration) in Resolution::iter().flat_map(|r| ClipDuration::iter().map(move |d| (r, d))) {
            for audio in [false, true] {
                all.push(PricedShape { gateway, model: ModelId::default(), resolution, duration, audio });
            }
        }
    }
    all
}

proptest! {
    /// Whatever was corrected: exactly these shapes have another price, in the table's unit and without its doubts; every
    /// other one has the table's, doubts included, and what is not offered has none.
    #[test]
    fn a_correction_changes_its_own_shape_and_no_other(
        corrected in proptest::collection::btree_map(0_usize..96, (1_i64..2_000_000, any::<bool>()), 0..12),
    ) {
        let shapes = shapes();
        let amount = |number: i64, is_money: bool| if is_money { Amount::Money(Money(number)) } else { credits(number) };
        let mut book = PriceBook::default();
        for (place, (number, is_money)) in &corrected {
            let learned = LearnedPrice { amount: amount(*number, *is_money), charged_at: UnixMillis(1), job: id(1) };
            book.set(shapes[*place].clone(), Answers { learned: Some(learned), kept: Vec::new() });
        }
        for (place, shape) in shapes.iter().enumerate() {
            let table = price::estimate(shape.settings(), shape.gateway);
            let found = book.estimate(shape.settings(), shape.gateway);
            let meant = corrected.get(&place).map(|(number, is_money)| amount(*number, *is_money));
            let counts = match (meant, table.as_ref().map(|table| table.amount)) {
                (Some(Amount::Credits(number)), Some(Amount::Credits(_))) => number <= MOST_CREDITS,
                (Some(Amount::Money(_)), Some(Amount::Money(_))) => true,
                _ => false,
            };
            prop_assert_eq!(book.learned(shape.settings(), shape.gateway).is_some(), counts);
            if counts {
                let found = found.expect("offered");
                prop_assert_eq!((Some(found.amount), found.doubts), (meant, Vec::new()));
            } else {
                prop_assert_eq!(found, table);
            }
        }
    }
}
