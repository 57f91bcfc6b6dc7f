//! Resolved is a claim until the partner confirms it. Refused, the ticket goes on
//! from the same rung with the same elapsed time.

use jiff::Timestamp;

use crate::domain::actor::{Actor, By};
use crate::domain::change::Change;
use crate::domain::escalation::{delay_rungs, end_wait, next_update, settle};
use crate::domain::event::{WaitEnd, What};
use crate::domain::promise::{Kind, Outcome, Promise};
use crate::domain::refusal::Refusal;

use super::conversation::post;
use super::{Claim, CloseReason, Rules, State, Stop, StopWhy, Ticket, Visibility};

impl Ticket {
    /// We say that it is fixed, what was done, and how to check. The summary is a
    /// person's message to the partner; delivering it is the caller's next step.
    pub fn resolve(
        &self,
        actor: &Actor,
        summary: &str,
        how_to_check: &str,
        rules: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        self.must_be_open()?;
        let by = actor.by();
        let mut change = Change::of(self, now);
        settle(&mut change, rules, now)?;
        end_wait(&mut change, rules, now, by, WaitEnd::Moot)?;
        change.ticket.state = State::Resolved;
        change.ticket.clocks.claim =
            Some(Claim { at: now, by, summary: summary.to_owned(), how_to_check: how_to_check.to_owned() });
        change.happened(
            now,
            by,
            What::Resolved { summary: summary.to_owned(), how_to_check: how_to_check.to_owned() },
        );
        post(
            &mut change,
            actor,
            &format!("{summary}\n\nHow to check: {how_to_check}"),
            Visibility::Partner,
            now,
        );
        Ok(change)
    }

    /// The partner says whether it is fixed.
    pub fn confirm(
        &self,
        fixed: bool,
        comment: &str,
        by: By,
        rules: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        self.must_be_live()?;
        let Some(claim) = self.clocks.claim.clone() else {
            return Err(Refusal::state(
                "nothing_to_confirm",
                "nobody has said yet that this ticket is resolved",
            ));
        };
        let mut change = Change::of(self, now);
        change.ticket.clocks.claim = None;
        change.ticket.clocks.partner_spoke_at = now;
        let comment = comment.to_owned();
        if fixed {
            change.happened(now, by, What::Confirmed { comment });
            let resolution = if is_due_by(self.timetable.resolution(), claim.at) {
                Outcome::Broken
            } else {
                Outcome::Kept
            };
            close(&mut change, CloseReason::Confirmed, resolution, now, by);
        } else {
            change.ticket.state = State::Open;
            change.ticket.clocks.reopened += 1;
            change.ticket.clocks.stops.push(Stop { why: StopWhy::Claim, from: claim.at, to: now });
            change.happened(now, by, What::Refused { comment });
            let passed: Vec<Promise> = open_of(&change, |p| !p.is_update() && p.due < now);
            for promise in passed {
                change.decide(&promise, Outcome::Broken, now, by);
            }
            next_update(&mut change, rules, now, by)?;
            delay_rungs(&mut change, rules, rules.course.elapsed(claim.at, now), now, by)?;
        }
        Ok(change)
    }

    /// This ticket goes on in another one.
    pub fn merge_into(
        &self,
        other: &Ticket,
        by: By,
        rules: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        self.must_be_live()?;
        let mut change = Change::of(self, now);
        settle(&mut change, rules, now)?;
        end_wait(&mut change, rules, now, by, WaitEnd::Moot)?;
        change.ticket.merged_into = Some(other.id);
        change.happened(now, by, What::MergedInto { into: other.reference.clone() });
        close(&mut change, CloseReason::Merged, Outcome::Withdrawn, now, by);
        Ok(change)
    }

    /// Another ticket was merged into this one.
    pub fn absorb(&self, other: &Ticket, by: By, now: Timestamp) -> Result<Change, Refusal> {
        self.must_be_live()?;
        let mut change = Change::of(self, now);
        change.happened(now, by, What::Absorbed { other: other.reference.clone() });
        Ok(change)
    }
}

/// Whether an open promise was due before `at`.
fn is_due_by(promise: Option<&Promise>, at: Timestamp) -> bool {
    promise.is_some_and(|p| p.due < at)
}

fn open_of(change: &Change, which: impl Fn(&Promise) -> bool) -> Vec<Promise> {
    change.ticket.timetable.all().iter().filter(|p| p.is_open() && which(p)).cloned().collect()
}

/// Closes: the resolution gets its outcome, everything else still open is withdrawn.
fn close(change: &mut Change, reason: CloseReason, resolution: Outcome, at: Timestamp, by: By) {
    for promise in open_of(change, |_| true) {
        let outcome = if promise.kind == Kind::Resolution { resolution } else { Outcome::Withdrawn };
        change.decide(&promise, outcome, at, by);
    }
    change.ticket.clocks.claim = None;
    change.ticket.state = State::Closed;
    change.ticket.close_reason = Some(reason);
    change.happened(at, By::Lizard, What::Closed { reason });
}
