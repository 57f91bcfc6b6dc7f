//! What a move to other versions does to a ticket's dates: old and new side by side, and the
//! rungs that it brings at once. It decides nothing; the move itself is `ticket/migrating.rs`'s.

use jiff::Timestamp;

use super::calendar::CalendarError;
use super::escalation::{Case, Verdict, decide};
use super::promise::{Kind, Promise};
use super::ticket::{Rules, Step, Ticket};
use super::words::text_enum;

text_enum! {
    /// What became of a date.
    pub enum Shift {
        Same = "same",
        Earlier = "earlier",
        /// Never counts as later than any date.
        Later = "later",
        /// There was no such rung before.
        Added = "added",
        /// There is no such rung any more.
        Gone = "gone",
    }
}

/// A rung ahead; no date: its clock never reaches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RungDates {
    pub number: u8,
    pub name: String,
    pub old: Option<Timestamp>,
    pub new: Option<Timestamp>,
    pub shift: Shift,
}

/// An open promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromiseDates {
    pub number: i32,
    pub kind: Kind,
    pub old: Timestamp,
    pub new: Timestamp,
    pub shift: Shift,
}

/// A ticket before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub rungs: Vec<RungDates>,
    pub promises: Vec<PromiseDates>,
    /// Numbers of the rungs that are reached at the move.
    pub reached: Vec<u8>,
}

impl Difference {
    /// `before` has been brought up to `now`, `after` has been moved at `now` to `rules`.
    pub fn between(
        before: &Ticket,
        after: &Ticket,
        rules: Rules<'_>,
        now: Timestamp,
    ) -> Result<Self, CalendarError> {
        let then = match decide(&Case { ticket: after, rules }, now)? {
            Verdict::Act(change) => Some(change.ticket),
            Verdict::Rest | Verdict::Wait(_) => None,
        };
        let then = then.as_ref().unwrap_or(after);
        let had = |number| before.rungs.iter().any(|s| s.number == number && s.reached_at.is_some());
        let reached = then.rungs.iter().filter(|s| s.reached_at.is_some() && !had(s.number));
        Ok(Self {
            rungs: rungs(before, after),
            promises: promises(before, after),
            reached: reached.map(|s| s.number).collect(),
        })
    }

    /// No date moves, and no rung is reached.
    pub fn is_none(&self) -> bool {
        let shifts = self.rungs.iter().map(|r| r.shift).chain(self.promises.iter().map(|p| p.shift));
        self.reached.is_empty() && shifts.into_iter().all(|shift| shift == Shift::Same)
    }
}

fn rungs(before: &Ticket, after: &Ticket) -> Vec<RungDates> {
    let dates = |step: &Step, old, new, shift| RungDates {
        number: step.number,
        name: step.name.clone(),
        old,
        new,
        shift,
    };
    let mut all: Vec<RungDates> = Vec::new();
    for was in before.rungs.iter().filter(|s| s.reached_at.is_none()) {
        all.push(match after.rungs.iter().find(|s| s.number == was.number) {
            Some(is) => {
                let new = is.reached_at.or(is.due);
                dates(is, was.due, new, shift(was.due, new))
            }
            None => dates(was, was.due, None, Shift::Gone),
        });
    }
    let known = |number| before.rungs.iter().any(|s| s.number == number);
    let added = after.rungs.iter().filter(|s| !known(s.number));
    all.extend(added.map(|s| dates(s, None, s.reached_at.or(s.due), Shift::Added)));
    all
}

fn promises(before: &Ticket, after: &Ticket) -> Vec<PromiseDates> {
    let made_anew = |p: &Promise| after.timetable.all().iter().find(|n| n.supersedes == Some(p.number));
    let open = before.timetable.all().iter().filter(|p| p.is_open());
    open.map(|p| {
        let new = made_anew(p).map_or(p.due, |n| n.due);
        PromiseDates { number: p.number, kind: p.kind, old: p.due, new, shift: shift(Some(p.due), Some(new)) }
    })
    .collect()
}

fn shift(old: Option<Timestamp>, new: Option<Timestamp>) -> Shift {
    let far = |at: Option<Timestamp>| at.unwrap_or(Timestamp::MAX);
    match far(new).cmp(&far(old)) {
        std::cmp::Ordering::Less => Shift::Earlier,
        std::cmp::Ordering::Equal => Shift::Same,
        std::cmp::Ordering::Greater => Shift::Later,
    }
}

/// Over several tickets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub tickets: u32,
    /// Of which no date moves.
    pub without_a_new_date: u32,
    pub promises_earlier: u32,
    pub promises_later: u32,
    pub rungs_earlier: u32,
    pub rungs_later: u32,
    /// Tickets that reach a rung at the move.
    pub reaching_at_once: u32,
}

impl Totals {
    pub fn add(&mut self, difference: &Difference) {
        self.tickets += 1;
        self.without_a_new_date += u32::from(difference.is_none());
        self.reaching_at_once += u32::from(!difference.reached.is_empty());
        for promise in &difference.promises {
            self.promises_earlier += u32::from(promise.shift == Shift::Earlier);
            self.promises_later += u32::from(promise.shift == Shift::Later);
        }
        for rung in &difference.rungs {
            self.rungs_earlier += u32::from(rung.shift == Shift::Earlier);
            self.rungs_later += u32::from(rung.shift == Shift::Later);
        }
    }
}
