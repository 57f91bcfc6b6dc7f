//! Resolved is a claim until the partner confirms it. Refused, the ticket goes on
//! from the same rung with the same elapsed time.

use jiff::{SignedDuration, Timestamp};

use crate::domain::actor::{Actor, By};
use crate::domain::change::Change;
use crate::domain::escalation::{
    after_broken, after_new_date, delay_rungs, end_wait, lift, next_update, pass_on, settle,
};
use crate::domain::event::{WaitEnd, What};
use crate::domain::promise::{Kind, Origin, Outcome, Promise};
use crate::domain::refusal::Refusal;
use crate::domain::timetable::NewPromise;

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
        let by = actor.by();
        let mut change = self.settled(rules, now)?;
        end_wait(&mut change, rules, now, by, WaitEnd::Moot)?;
        change.ticket.state = State::Resolved;
        change.ticket.clocks.claim = Some(Claim {
            at: now,
            by,
            summary: summary.to_owned(),
            how_to_check: how_to_check.to_owned(),
            asked: 0,
        });
        change.happened(
            now,
            by,
            What::Resolved { summary: summary.to_owned(), how_to_check: how_to_check.to_owned() },
        );
        post(
            &mut change,
            actor,
            None,
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
        let reopens = !fixed && self.may_still_refuse(rules, now);
        if !reopens {
            self.must_be_live()?;
        }
        let Some(claim) = self.clocks.claim.clone() else {
            return Err(Refusal::state(
                "nothing_to_confirm",
                "nobody has said yet that this ticket is resolved",
            ));
        };
        let mut change = Change::of(self, now);
        settle(&mut change, rules, now)?;
        change.ticket.clocks.partner_spoke_at = now;
        let comment = comment.to_owned();
        if !fixed {
            refuse(&mut change, &claim, comment, rules, now, by)?;
        } else if change.ticket.is_live() {
            change.happened(now, by, What::Confirmed { comment });
            let outcome = outcome_of_claim(&change.ticket, &claim);
            close(&mut change, CloseReason::Confirmed, outcome, now, by);
        } else {
            // It was closed while nobody looked; that stands.
            change.ticket.must_be_live()?;
        }
        Ok(change)
    }

    /// Closed because nobody answered, and not so long ago that an answer counts no more.
    pub fn may_still_refuse(&self, rules: Rules<'_>, now: Timestamp) -> bool {
        let days = SignedDuration::from_hours(24 * i64::from(rules.ladder.confirmation.refusable_days));
        self.close_reason == Some(CloseReason::Unconfirmed)
            && self.clocks.unconfirmed_at.is_some_and(|closed| now.duration_since(closed) <= days)
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
        change.ticket.must_be_live()?;
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

/// The partner says that it is not fixed: the same rung, the same elapsed time.
fn refuse(
    change: &mut Change,
    claim: &Claim,
    comment: String,
    rules: Rules<'_>,
    now: Timestamp,
    by: By,
) -> Result<(), Refusal> {
    let clocks = &mut change.ticket.clocks;
    clocks.claim = None;
    clocks.unconfirmed_at = None;
    clocks.reopened += 1;
    clocks.stops.push(Stop { why: StopWhy::Claim, from: claim.at, to: now });
    change.ticket.state = State::Open;
    change.ticket.close_reason = None;
    change.happened(now, by, What::Refused { comment });
    let open = open_of(change, |_| true);
    for promise in &open {
        if promise.is_update() {
            // Its clock stood still; a new one starts here.
            change.decide(promise, Outcome::Withdrawn, now, by);
        } else if promise.due < now {
            change.decide(promise, Outcome::Broken, now, by);
        }
    }
    next_update(change, rules, now, by)?;
    let renewed = renew_resolution(change, rules, now, by)?;
    delay_rungs(change, rules, rules.course.elapsed(claim.at, now), now, by)?;
    for promise in open.iter().filter(|p| p.kind == Kind::Milestone) {
        after_broken(change, rules, promise, now, by)?;
    }
    if let Some((old, new)) = renewed {
        after_new_date(change, rules, &old, new, now, by)?;
    }
    // Whoever held the rung may have left meanwhile.
    pass_on(change, rules, now);
    lift(change, rules, now);
    Ok(())
}

/// Its outcome stands, and an open ticket has a resolution date: a new one, unless the old one
/// is shown as broken. Returns the old one and the number of the new.
fn renew_resolution(
    change: &mut Change,
    rules: Rules<'_>,
    now: Timestamp,
    by: By,
) -> Result<Option<(Promise, i32)>, Refusal> {
    let last = change.ticket.timetable.resolution();
    let Some(old) = last.filter(|p| !p.is_open() && p.outcome != Some(Outcome::Broken)).cloned() else {
        return Ok(None);
    };
    let number = change.promise(NewPromise {
        kind: Kind::Resolution,
        label: None,
        due: rules.course.due_after(now, rules.ladder.terms(change.ticket.priority).resolution)?,
        start: now,
        origin: Origin::Table,
        made_at: now,
        made_by: by,
        supersedes: Some(old.number),
        reason: Some("it was not fixed after all".to_owned()),
    });
    Ok(Some((old, number)))
}

/// Nobody answered: closed, counted apart, and refusable for some time.
pub(in crate::domain) fn close_unconfirmed(change: &mut Change, at: Timestamp) {
    let Some(claim) = change.ticket.clocks.claim.clone() else { return };
    let outcome = outcome_of_claim(&change.ticket, &claim);
    close(change, CloseReason::Unconfirmed, outcome, at, By::Lizard);
    change.ticket.clocks.unconfirmed_at = Some(at);
    change.ticket.clocks.claim = Some(claim);
}

/// What a claim that nobody refused makes of the resolution date: kept if it was made by then.
fn outcome_of_claim(ticket: &Ticket, claim: &Claim) -> Outcome {
    if ticket.timetable.resolution().is_some_and(|p| p.due < claim.at) {
        Outcome::Broken
    } else {
        Outcome::Kept
    }
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
