//! When each rung ahead is due: by its allowance from open, by an accepted timetable, by
//! a hard deadline, after a de-escalation, under a hold. Nothing here changes a ticket.

use jiff::{SignedDuration, Timestamp};

use crate::domain::calendar::{Allowance, CalendarError};
use crate::domain::ladder::Ladder;
use crate::domain::ticket::{Acceptance, Rules, Step, StopWhy, Ticket};

/// Rungs from here on are shifted by an accepted timetable.
pub(in crate::domain) const SHIFTED_FROM: u8 = 3;

/// When a rung is due, and by which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    pub rung: u8,
    /// None: its clock never reaches it.
    pub at: Option<Timestamp>,
    pub rule: Rule,
}

/// What decided when a rung is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The priority grants none.
    Never,
    /// Its allowance, from open.
    Allowance,
    /// Its allowance beyond that of the rung come down to, from the de-escalation.
    AfterDescent,
    /// The accepted date, and its grace.
    AcceptedTimetable,
    /// Its share of the time to the hard deadline.
    HardDeadline,
    /// Never before the rung below.
    RungBelow,
    /// Nobody is there on the rung below, which passes on at once.
    VacantBelow,
    /// A change made it overdue: a re-notify interval after the one below.
    PutOff,
    /// A holder's delay.
    Hold,
}

impl Ticket {
    /// The allowance of a rung on this ticket's ladder. The rung above one that is
    /// left out (a complaint about its holder) has the allowance of the one left out.
    pub(in crate::domain) fn granted(&self, ladder: &Ladder, number: u8) -> Option<Allowance> {
        let below = number.checked_sub(1).filter(|&n| n > 1);
        let left_out = below.filter(|&n| !self.rungs.iter().any(|s| s.number == n));
        ladder.terms(self.priority).rungs.get(&left_out.unwrap_or(number)).copied()
    }

    /// When each rung not yet reached is due by the rules. None is due before the one below
    /// is, also where that was reached sooner, by a press: so no date hangs on who looks when.
    pub(in crate::domain) fn rung_dues(&self, rules: Rules<'_>) -> Result<Vec<Due>, CalendarError> {
        let mut dues: Vec<Due> = Vec::new();
        let mut below: Option<(&Step, Due)> = None;
        for step in &self.rungs {
            let due = self.rung_due(rules, step, below)?;
            if step.reached_at.is_none() {
                dues.push(due);
            }
            below = Some((step, due));
        }
        Ok(dues)
    }

    /// When `step` is due, the one below it being due as said.
    fn rung_due(
        &self,
        rules: Rules<'_>,
        step: &Step,
        below: Option<(&Step, Due)>,
    ) -> Result<Due, CalendarError> {
        let rung = step.number;
        let Some(allowance) = self.granted(rules.ladder, rung) else {
            return Ok(Due { rung, at: None, rule: Rule::Never });
        };
        let (mut at, mut rule) = match self.accepted_due(rules, rung)? {
            Some(at) => (at, Rule::AcceptedTimetable),
            None => self.granted_due(rules, allowance)?,
        };
        if let Some(share) = self.deadline_due(rules, rung)?.filter(|share| *share < at) {
            (at, rule) = (share, Rule::HardDeadline);
        }
        if let Some((under, Due { at: Some(floor), .. })) = below {
            if under.holder.is_none() && under.reached_at.is_none() {
                (at, rule) = (floor, Rule::VacantBelow);
            } else if at < floor {
                (at, rule) = (floor, Rule::RungBelow);
            }
        }
        if let Some(off) = self.clocks.put_off.iter().find(|p| p.rung == rung).filter(|p| p.until > at) {
            (at, rule) = (off.until, Rule::PutOff);
        }
        for hold in self.clocks.holds.iter().filter(|h| h.rung == rung) {
            let until = hold.until.min(self.latest_hold(rules, at)?);
            if until > at {
                (at, rule) = (until, Rule::Hold);
            }
        }
        Ok(Due { rung, at: Some(at), rule })
    }

    /// On its allowance from open; after a de-escalation, on what it grants beyond the rung come down to.
    fn granted_due(
        &self,
        rules: Rules<'_>,
        allowance: Allowance,
    ) -> Result<(Timestamp, Rule), CalendarError> {
        let start = self.clock_start();
        let used = match self.clocks.descent {
            Some(descent) => self.granted(rules.ladder, descent.to),
            None => None,
        };
        let open = rules.course.open_time(allowance);
        let left = used.map_or(open, |used| open.saturating_sub(rules.course.open_time(used)));
        let left = left.max(SignedDuration::ZERO).saturating_add(self.stood_still(rules.course, start));
        let rule = if self.clocks.descent.is_some() { Rule::AfterDescent } else { Rule::Allowance };
        Ok((rules.course.due(start, left)?, rule))
    }

    /// The acceptance that shifts rungs now: it stands, and the priority grants a grace.
    pub(in crate::domain) fn shifting_acceptance(&self, ladder: &Ladder) -> Option<(&Acceptance, Allowance)> {
        let acceptance = self.clocks.accepted.as_ref().filter(|a| a.stands())?;
        Some((acceptance, ladder.terms(self.priority).grace?))
    }

    /// The accepted date with its grace; a rung above that is later by as much as by their allowances.
    fn accepted_due(&self, rules: Rules<'_>, rung: u8) -> Result<Option<Timestamp>, CalendarError> {
        let Some((acceptance, grace)) = self.shifting_acceptance(rules.ladder) else { return Ok(None) };
        if rung < SHIFTED_FROM {
            return Ok(None);
        }
        let Some(date) = self.timetable.get(acceptance.promise) else { return Ok(None) };
        let open = |rung| self.granted(rules.ladder, rung).map(|a| rules.course.open_time(a));
        let first = self.rungs.iter().map(|s| s.number).find(|n| *n >= SHIFTED_FROM);
        let beyond = match (open(rung), first.and_then(open)) {
            (Some(this), Some(first)) => this.saturating_sub(first).max(SignedDuration::ZERO),
            _ => SignedDuration::ZERO,
        };
        // A wait moves the date itself; under a claim only the rung's clock stands still.
        let claimed = self.stood_still_by(rules.course, acceptance.at, |why| why == StopWhy::Claim);
        let open = rules.course.open_time(grace).saturating_add(beyond).saturating_add(claimed);
        Ok(Some(rules.course.due(date.due, open)?))
    }

    /// At its share of the open time from open to the hard deadline. After a de-escalation, a
    /// share that was used up already is taken of the time from there.
    fn deadline_due(&self, rules: Rules<'_>, rung: u8) -> Result<Option<Timestamp>, CalendarError> {
        let Some(deadline) = self.deadline else { return Ok(None) };
        let Some(share) = rules.ladder.deadline_shares.iter().find(|s| s.rung == rung) else {
            return Ok(None);
        };
        let from = |start: Timestamp| {
            let whole = rules.course.elapsed(start, deadline);
            let part = whole.saturating_mul(i32::from(share.percent)) / 100;
            rules.course.due(start, part.saturating_add(self.stood_still(rules.course, start)))
        };
        let at = from(self.opened_at)?;
        match self.clocks.descent.filter(|d| at <= d.at) {
            Some(descent) => Ok(Some(from(descent.at)?)),
            None => Ok(Some(at)),
        }
    }

    /// The latest date to which a rung due at `due` may be held.
    pub(in crate::domain) fn latest_hold(
        &self,
        rules: Rules<'_>,
        due: Timestamp,
    ) -> Result<Timestamp, CalendarError> {
        rules.course.due_after(due, rules.ladder.terms(self.priority).renotify)
    }
}
