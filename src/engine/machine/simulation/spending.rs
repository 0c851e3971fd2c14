//! The model of the caps: a ledger of its own of everything that was ever sent, asked at every order that goes out.

use jiff::tz::TimeZone;

use super::*;
use crate::domain::caps::{Cap, Caps, Spent, day_of};
use crate::domain::{Amount, Charge, Credits, Money, SpendingRules};
use crate::engine::command::QueueMove;

/// What the ledger knows of one order that went out.
#[derive(Clone, Debug)]
pub(super) struct Entered {
    pub(super) sent_at: UnixMillis,
    run: JobId,
    gateway: GatewayId,
    price: Amount,
    /// Whether the gateway said since that it cost nothing.
    is_free: bool,
}

/// What the model knows of money.
#[derive(Debug, Default)]
pub(super) struct Spending {
    pub(super) rules: SpendingRules,
    /// Orders of which the user said that they are to be sent although they pass a cap.
    pub(super) over_cap: BTreeSet<JobId>,
    /// Orders that the user paused one by one.
    pub(super) paused: BTreeSet<JobId>,
    pub(super) sent: BTreeMap<JobId, Entered>,
    /// How many orders a cap held at some time.
    pub(super) held: u32,
}

impl World {
    /// Caps at random, of which most let a few orders pass.
    pub(super) fn draw_rules(&mut self) -> SpendingRules {
        let mut caps = Caps::default();
        for cap in [&mut caps.run, &mut caps.day, &mut caps.month] {
            let limit = match self.below(4) {
                0 => Amount::Credits(Credits(self.below(200) as i64)),
                _ => Amount::Money(Money(10_000 * self.below(300) as i64)),
            };
            *cap = Cap { limit, is_on: self.below(3) == 0 };
        }
        SpendingRules { caps, ..SpendingRules::default() }
    }

    /// What the gateway says that an order cost: mostly nothing is said.
    pub(super) fn draw_charge(&mut self, gateway: GatewayId) -> Option<Amount> {
        let is_in_credits = gateway == GatewayId::Apiin;
        let most = if is_in_credits { 120 } else { 1_000_000 };
        let amount = match self.below(6) {
            0 => 0,
            1 => self.below(most) as i64,
            _ => return None,
        };
        Some(if is_in_credits { Amount::Credits(Credits(amount)) } else { Amount::Money(Money(amount)) })
    }

    /// The user does something with a cap, or with the order of the queue.
    pub(super) fn meddle_with_money(&mut self, job: JobId) {
        match self.below(6) {
            0 => {
                self.spending.rules = self.draw_rules();
                let rules = self.spending.rules.clone();
                self.step(Input::Command(Command::SetSpendingRules(rules)));
            }
            1 => {
                let was_held = self.machine.job(job).is_some_and(|job| job.held.is_some_and(|held| held.is_cap()));
                if was_held {
                    self.spending.over_cap.insert(job);
                    self.own.insert(job);
                }
                self.step(Input::Command(Command::SendOverCap(vec![job])));
            }
            2 => {
                self.step(Input::Command(Command::Hold(vec![job])));
                if self.machine.job(job).is_some_and(|job| job.held == Some(crate::domain::HeldFor::Paused)) {
                    self.spending.paused.insert(job);
                }
            }
            3 => {
                let to = [QueueMove::First, QueueMove::Earlier, QueueMove::Later, QueueMove::Last];
                let to = to[self.below(4) as usize];
                self.step(Input::Command(Command::MoveInQueue(job, to)));
            }
            _ => {
                let count = 1 + self.below(3);
                self.serial += 1;
                let first = 20_000 + 10 * u128::from(self.serial);
                self.order(first, count);
            }
        }
    }

    /// Notes an order that goes out, and checks that no cap is passed by it.
    pub(super) fn pay(&mut self, job: &Job) {
        let seed = self.seed;
        let entered = Entered {
            sent_at: job.sent_at.expect("it is being sent"),
            run: job.run.unwrap_or(job.id),
            gateway: job.gateway,
            price: job.estimate.amount,
            is_free: false,
        };
        let (run, price) = (entered.run, entered.price);
        self.spending.sent.insert(job.id, entered);
        assert!(!self.spending.paused.contains(&job.id), "seed {seed}: a paused order was sent");
        if job.is_over_cap {
            assert!(self.spending.over_cap.contains(&job.id), "seed {seed}: sent over a cap, and nobody said so");
            return;
        }
        if !job.gateway.is_paid() {
            return;
        }
        let today = day_of(self.wall(), &TimeZone::UTC);
        let caps = self.spending.rules.caps;
        let is_in_run = |entered: &Entered| entered.run == run;
        // What seems to be paid in the future, because the clock was set back, counts today.
        let is_in_day = |entered: &Entered| day_of(entered.sent_at, &TimeZone::UTC) >= today;
        let is_in_month = |entered: &Entered| day_of(entered.sent_at, &TimeZone::UTC) >= today.first_of_month();
        type Span<'a> = (&'a str, Cap, &'a dyn Fn(&Entered) -> bool);
        let spans: [Span<'_>; 3] =
            [("run", caps.run, &is_in_run), ("day", caps.day, &is_in_day), ("month", caps.month, &is_in_month)];
        for (name, cap, is_in) in spans {
            let Some(limit) = cap.in_force() else { continue };
            let mut sum = Spent::default();
            for (id, entered) in self.spending.sent.iter().filter(|(_, entered)| is_in(entered)) {
                if entered.is_free || !entered.gateway.is_paid() {
                    continue;
                }
                let told = match self.machine.job(*id).or(self.disk.get(id)).map(|job| job.charge) {
                    Some(Charge::Yes(Some(amount))) => amount,
                    _ => entered.price,
                };
                sum = sum.plus(self.spending.rules.weigh(told, entered.gateway));
            }
            let is_passed = match (limit, price) {
                (Amount::Money(limit), _) => sum.dollars > limit,
                (Amount::Credits(limit), Amount::Credits(_)) => sum.credits > limit,
                _ => true,
            };
            assert!(!is_passed, "seed {seed}: {} passes the cap of the {name}: {sum:?} of {limit}", job.id);
        }
    }

    /// Notes what the gateway said of the price of an order.
    pub(super) fn note_charge(&mut self, job: JobId) {
        let is_free = self.machine.job(job).is_some_and(|job| {
            job.charge == Charge::No || (job.charge == Charge::Nothing && job.state != JobState::Submitting)
        });
        if let Some(entered) = self.spending.sent.get_mut(&job).filter(|_| is_free) {
            entered.is_free = true;
        }
    }
}
