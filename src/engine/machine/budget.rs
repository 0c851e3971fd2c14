//! What counts against the caps now: what was sent in the day and the month that it is, and in each run, and what is
//! reserved for orders that wait.
//!
//! The sums are kept as the agenda is: when a job was touched, what it counted is taken out and what it counts now is put
//! in, so that a step costs as much as it changes. All jobs are looked at only at the start, when the rules change, and
//! when another day begins. What finished jobs count that the machine does not hold comes as sums ([`Past`]); until those
//! are known for the day that it is, the budget is blind, and nothing that is paid goes out.
//!
//! Who goes first, when there is not room for all:
//!
//! * An order that has room keeps it. A new one that would pass a cap is held back, and goes on by itself when there is
//!   room.
//! * While an older order waits for a cap, a newer one does not overtake it, also when that is cheaper or goes to another
//!   gateway. Only orders that the cap can never let pass, because their price alone is above it or because the cap is in
//!   credits and they are billed in dollars, stand in nobody's way.
//! * When more is reserved than a cap allows, as after it was lowered or after a charge that is above its price, the
//!   latest orders in the line are held back.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::tz::TimeZone;

use super::agenda::{Place, Seat};
use crate::domain::caps::{Calendar, CapKind, Spent, counted, paid_at};
use crate::domain::past::{Past, Payment};
use crate::domain::{Amount, GatewayId, HeldFor, Job, JobId, JobState, SpendingRules, UnixMillis};

/// What a sum is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Span {
    Run(JobId),
    Day,
    Month,
}

impl Span {
    fn of(kind: CapKind, run: JobId) -> Self {
        match kind {
            CapKind::Run => Self::Run(run),
            CapKind::Day => Self::Day,
            CapKind::Month => Self::Month,
        }
    }

    fn kind(self) -> CapKind {
        match self {
            Self::Run(_) => CapKind::Run,
            Self::Day => CapKind::Day,
            Self::Month => CapKind::Month,
        }
    }
}

/// What an order is to the caps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It was or may have been sent.
    Sent,
    /// It waits with room for it, and can be held back.
    Reserved,
    /// It waits with room for it, and no cap holds it: the user said so, or something else holds it already.
    Kept,
    /// A cap holds it.
    Held(CapKind),
    /// A cap holds it, and this or another one can never let it pass.
    Beyond(CapKind),
}

/// What one job counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Share {
    id: JobId,
    run: JobId,
    seat: Seat,
    gateway: GatewayId,
    price: Amount,
    /// What it counts; nothing when a cap holds it.
    spent: Spent,
    in_day: bool,
    in_month: bool,
    standing: Standing,
}

impl Share {
    /// The sums that it is part of.
    fn spans(&self) -> impl Iterator<Item = Span> + use<> {
        let (run, in_day, in_month) = (self.run, self.in_day, self.in_month);
        let calendar = [(Span::Day, in_day), (Span::Month, in_month)];
        calendar.into_iter().filter(|(_, is_in)| *is_in).map(|(span, _)| span).chain([Span::Run(run)])
    }
}

/// The sums, and the orders that wait.
#[derive(Debug)]
pub(super) struct Budget {
    rules: SpendingRules,
    zone: TimeZone,
    /// The day and the month that it is; `None` before the first step.
    calendar: Option<Calendar>,
    /// What jobs count that were never filed here; `None` when there are no such jobs.
    past: Option<Past>,
    /// What they count now, by these rules.
    past_spent: BTreeMap<Span, Spent>,
    shares: HashMap<Place, Share>,
    /// What was sent.
    sent: BTreeMap<Span, Spent>,
    /// What was sent, and what is reserved.
    total: BTreeMap<Span, Spent>,
    /// Orders that have room and can be held back.
    reserved: BTreeMap<Span, BTreeSet<Seat>>,
    /// Orders that a cap holds, under what it is about.
    held: BTreeMap<Span, BTreeSet<Seat>>,
    /// Runs that have or had an order that waits; older ones need no sum.
    live_runs: HashSet<JobId>,
    /// Sums that changed since the orders were last looked at.
    changed: BTreeSet<Span>,
    #[cfg(test)]
    pub(super) fault: Fault,
}

/// Faults that are planted to see what notices them.
#[cfg(test)]
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fault {
    /// Nothing is held back while it waits.
    pub(super) holds_nothing: bool,
    /// The last look finds nothing.
    pub(super) has_no_brake: bool,
    /// Finished jobs that the machine does not hold count nothing.
    pub(super) has_no_past: bool,
}

/// The run of a job. One of an older library is a run of its own.
fn run_of(job: &Job) -> JobId {
    job.run.unwrap_or(job.id)
}

impl Budget {
    /// `past` is what jobs count that will not be filed here; `None` when all jobs will be.
    pub(super) fn new(rules: SpendingRules, zone: TimeZone, past: Option<Past>) -> Self {
        Self {
            rules,
            zone,
            calendar: None,
            past,
            past_spent: BTreeMap::new(),
            shares: HashMap::new(),
            sent: BTreeMap::new(),
            total: BTreeMap::new(),
            reserved: BTreeMap::new(),
            held: BTreeMap::new(),
            live_runs: HashSet::new(),
            changed: BTreeSet::new(),
            #[cfg(test)]
            fault: Fault::default(),
        }
    }

    /// Heeds other rules. Whoever calls this counts all jobs anew.
    pub(super) fn set_rules(&mut self, rules: SpendingRules) {
        self.rules = rules;
    }

    /// Looks at the calendar. Returns whether another day has begun, also because the clock was set back; then all jobs are
    /// to be counted anew.
    pub(super) fn turn(&mut self, now: UnixMillis) -> bool {
        if self.calendar.is_some_and(|calendar| calendar.day <= now && now < calendar.next_day) {
            return false;
        }
        self.calendar = Some(Calendar::at(now, &self.zone));
        true
    }

    /// The day and the month for which the sums of other jobs have to be learned; `None` when they are known.
    pub(super) fn asks_for(&self) -> Option<Calendar> {
        let past = self.past.as_ref()?;
        self.calendar.filter(|calendar| !past.is_of(*calendar))
    }

    /// Whether a cap is on and it is not known what finished jobs count against it.
    pub(super) fn is_blind(&self) -> bool {
        let caps = &self.rules.caps;
        let has_cap = [caps.run, caps.day, caps.month].into_iter().any(|cap| cap.in_force().is_some());
        has_cap && self.asks_for().is_some()
    }

    /// Takes in what other jobs count. Whoever calls this counts all jobs anew.
    pub(super) fn set_past(&mut self, past: Past) {
        self.past = Some(past);
    }

    /// Takes a job out of what others count, because it is filed here from now on.
    pub(super) fn take_out(&mut self, job: &Job) {
        if let (Some(past), Some(payment)) = (&mut self.past, Payment::of(job)) {
            past.take(payment);
            self.weigh_past();
        }
    }

    /// Runs that have an order that waits.
    pub(super) fn runs(&self) -> impl Iterator<Item = JobId> {
        self.live_runs.iter().copied()
    }

    fn weigh_past(&mut self) {
        self.past_spent.clear();
        #[cfg(test)]
        if self.fault.has_no_past {
            return;
        }
        // Sums of another day say nothing of this one.
        let Some(past) = self.past.as_ref().filter(|_| self.asks_for().is_none()) else { return };
        self.past_spent.insert(Span::Day, past.of_day.weigh(&self.rules));
        self.past_spent.insert(Span::Month, past.of_month.weigh(&self.rules));
        for (run, sums) in &past.of_runs {
            self.past_spent.insert(Span::Run(*run), sums.weigh(&self.rules));
        }
    }

    /// A sum of filed jobs together with what others count.
    fn with_past(&self, sums: &BTreeMap<Span, Spent>, span: Span) -> Spent {
        let of = |sums: &BTreeMap<Span, Spent>| sums.get(&span).copied().unwrap_or_default();
        of(sums).plus(of(&self.past_spent))
    }

    /// When the next day begins, while an order waits for it.
    pub(super) fn waits_until(&self) -> Option<UnixMillis> {
        let waits = [Span::Day, Span::Month].iter().any(|span| self.front(*span).is_some());
        self.calendar.filter(|_| waits).map(|calendar| calendar.next_day)
    }

    /// Counts all jobs anew.
    pub(super) fn recount<'a>(&mut self, jobs: impl Iterator<Item = (Place, &'a Job)> + Clone) {
        let old = std::mem::replace(self, Self::new(SpendingRules::default(), TimeZone::UTC, None));
        self.rules = old.rules;
        self.zone = old.zone;
        self.calendar = old.calendar;
        self.past = old.past;
        #[cfg(test)]
        {
            self.fault = old.fault;
        }
        self.weigh_past();
        let may_wait = |job: &Job| matches!(job.state, JobState::Queued | JobState::Submitting);
        self.live_runs = jobs.clone().filter(|(_, job)| may_wait(job)).map(|(_, job)| run_of(job)).collect();
        // What waits marks its sums as changed, so that all of it is looked at.
        for (place, job) in jobs {
            self.file(place, job);
        }
    }

    /// Counts a job as it is now in place of what it counted before.
    pub(super) fn file(&mut self, place: Place, job: &Job) {
        let new = self.share(place, job);
        if self.shares.get(&place) == new.as_ref() {
            return;
        }
        self.forget(place);
        let Some(new) = new else { return };
        if new.standing != Standing::Sent {
            self.live_runs.insert(new.run);
        }
        for span in new.spans() {
            // The sums of a run that is over concern nobody.
            if matches!(span, Span::Day | Span::Month) || self.live_runs.contains(&new.run) {
                self.changed.insert(span);
            }
            let add = |sums: &mut BTreeMap<Span, Spent>| {
                let sum = sums.entry(span).or_default();
                *sum = sum.plus(new.spent);
            };
            add(&mut self.total);
            match new.standing {
                Standing::Sent => add(&mut self.sent),
                Standing::Reserved => {
                    self.reserved.entry(span).or_default().insert(new.seat);
                }
                Standing::Kept | Standing::Held(_) | Standing::Beyond(_) => {}
            }
        }
        if let Standing::Held(kind) = new.standing {
            self.held.entry(Span::of(kind, new.run)).or_default().insert(new.seat);
        }
        self.shares.insert(place, new);
    }

    /// Lets a job count nothing, until it is filed again.
    pub(super) fn forget(&mut self, place: Place) {
        let Some(old) = self.shares.remove(&place) else { return };
        for span in old.spans() {
            self.changed.insert(span);
            let take = |sums: &mut BTreeMap<Span, Spent>| {
                let left = sums.get(&span).copied().unwrap_or_default().minus(old.spent);
                if left == Spent::default() {
                    sums.remove(&span);
                } else {
                    sums.insert(span, left);
                }
            };
            take(&mut self.total);
            if old.standing == Standing::Sent {
                take(&mut self.sent);
            }
            remove(&mut self.reserved, span, old.seat);
        }
        if let Standing::Held(kind) = old.standing {
            remove(&mut self.held, Span::of(kind, old.run), old.seat);
        }
    }

    fn share(&self, place: Place, job: &Job) -> Option<Share> {
        let calendar = self.calendar?;
        let run = run_of(job);
        let is_queued = job.state == JobState::Queued;
        let cap = job.held.filter(|held| is_queued && held.is_cap()).map(kind_of);
        let amount = counted(job);
        if !job.gateway.is_paid() || (amount.is_none() && cap.is_none()) {
            return None;
        }
        // A queued order counts when it is sent, which is now at the earliest.
        let paid_at = paid_at(job, calendar.next_day);
        let (in_day, in_month) = (paid_at >= calendar.day, paid_at >= calendar.month);
        if !in_month && !is_queued && job.state != JobState::Submitting && !self.live_runs.contains(&run) {
            return None;
        }
        let price = job.estimate.amount;
        let standing = match cap {
            Some(kind) if self.rules.never_fits(price, job.gateway).is_some() => Standing::Beyond(kind),
            Some(kind) => Standing::Held(kind),
            None if !is_queued => Standing::Sent,
            None if job.is_over_cap || job.held.is_some() => Standing::Kept,
            None => Standing::Reserved,
        };
        let spent = amount.map(|amount| self.rules.weigh(amount, job.gateway)).unwrap_or_default();
        let seat = (job.queue_rank, place);
        Some(Share { id: job.id, run, seat, gateway: job.gateway, price, spent, in_day, in_month, standing })
    }

    fn front(&self, span: Span) -> Option<Seat> {
        self.held.get(&span).and_then(BTreeSet::first).copied()
    }

    fn stops(&self, run: JobId, seat: Seat, price: Amount, gateway: GatewayId) -> Option<CapKind> {
        if !gateway.is_paid() || price == Amount::Free {
            return None;
        }
        let total = |kind| self.with_past(&self.total, Span::of(kind, run));
        let passed = self.rules.passed(total, price, gateway);
        let waits_behind = |kind: &CapKind| self.front(Span::of(*kind, run)).is_some_and(|front| front < seat);
        let is_overtaking = [CapKind::Run, CapKind::Day, CapKind::Month].into_iter().find(waits_behind);
        passed.into_iter().chain(is_overtaking).min()
    }

    /// The cap that stops this order, which is in none of the sums: it would pass it, or an order before it waits for it.
    pub(super) fn stop(&self, job: &Job, place: Place) -> Option<CapKind> {
        #[cfg(test)]
        if self.fault.holds_nothing {
            return None;
        }
        if job.is_over_cap {
            return None;
        }
        self.stops(run_of(job), (job.queue_rank, place), job.estimate.amount, job.gateway)
    }

    /// The last look before an order goes out, at nothing but what was sent: the cap that this order would pass. The order
    /// may be among what was sent.
    pub(super) fn brake(&self, job: &Job, place: Place) -> Option<CapKind> {
        #[cfg(test)]
        if self.fault.has_no_brake {
            return None;
        }
        if job.is_over_cap || !job.gateway.is_paid() {
            return None;
        }
        let run = run_of(job);
        let own = self.shares.get(&place).filter(|share| share.standing == Standing::Sent);
        let sent = |kind| {
            let span = Span::of(kind, run);
            let sum = self.with_past(&self.sent, span);
            own.filter(|own| own.spans().any(|of| of == span)).map_or(sum, |own| sum.minus(own.spent))
        };
        self.rules.passed(sent, job.estimate.amount, job.gateway)
    }

    /// An order that has to be held back, and the cap that holds it: the latest one of what is above its cap.
    pub(super) fn overdrawn(&self) -> Option<(JobId, CapKind)> {
        #[cfg(test)]
        if self.fault.holds_nothing {
            return None;
        }
        let latest = |span: &Span| {
            let limit = self.rules.caps.of(span.kind()).in_force()?;
            let sum = self.with_past(&self.total, *span);
            // An order that is billed in dollars never is reserved under a cap in credits, so credits alone are compared.
            let is_over = sum.exceeds(limit, false);
            let seat = self.reserved.get(span).and_then(BTreeSet::last).filter(|_| is_over)?;
            Some((self.shares.get(&seat.1)?.id, span.kind()))
        };
        let has_cap = |span: &&Span| self.rules.caps.of(span.kind()).is_on;
        self.changed.iter().filter(has_cap).find_map(latest)
    }

    /// All orders that a cap can never let pass, but that are not held for it, as after the rules changed. Looks at all.
    pub(super) fn misfits(&self) -> Vec<(JobId, CapKind)> {
        #[cfg(test)]
        if self.fault.holds_nothing {
            return Vec::new();
        }
        let misfit = |share: &Share| {
            let kind = self.rules.never_fits(share.price, share.gateway)?;
            let is_so = matches!(share.standing, Standing::Beyond(held) if held == kind);
            let can_be_held = matches!(share.standing, Standing::Reserved | Standing::Beyond(_));
            (can_be_held && !is_so).then_some((share.seat, share.id, kind))
        };
        let mut found: Vec<_> = self.shares.values().filter_map(misfit).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, id, kind)| (id, kind)).collect()
    }

    /// An order that a cap holds and that can go on, or is held by another cap now. None while the budget is blind.
    pub(super) fn moving_on(&self) -> Option<(JobId, Option<CapKind>)> {
        if self.is_blind() {
            return None;
        }
        let spans = self.held.iter().filter(|(span, _)| self.changed.contains(span));
        let mut fronts: Vec<(Seat, CapKind)> =
            spans.filter_map(|(span, held)| Some((*held.first()?, span.kind()))).collect();
        fronts.sort_unstable();
        fronts.into_iter().find_map(|(seat, kind)| {
            let share = self.shares.get(&seat.1)?;
            let stop = self.stops(share.run, seat, share.price, share.gateway);
            (stop != Some(kind)).then_some((share.id, stop))
        })
    }

    /// Notes that all orders were looked at.
    pub(super) fn settle(&mut self) {
        self.changed.clear();
    }

    /// Whether something changed since then.
    pub(super) fn has_changed(&self) -> bool {
        !self.changed.is_empty()
    }
}

fn remove(sets: &mut BTreeMap<Span, BTreeSet<Seat>>, span: Span, seat: Seat) {
    if let Some(set) = sets.get_mut(&span) {
        set.remove(&seat);
        if set.is_empty() {
            sets.remove(&span);
        }
    }
}

fn kind_of(held: HeldFor) -> CapKind {
    match held {
        HeldFor::RunCap => CapKind::Run,
        HeldFor::MonthCap => CapKind::Month,
        _ => CapKind::Day,
    }
}

#[cfg(test)]
mod tests;
