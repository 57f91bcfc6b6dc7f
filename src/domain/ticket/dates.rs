//! Moving the timetable: milestones and the resolution date, given by a person. A
//! date that we move later breaks the old promise; one moved earlier, or at the
//! partner's request, withdraws it. A step that is dropped counts as moved later.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::actor::By;
use crate::domain::calendar::CalendarError;
use crate::domain::change::Change;
use crate::domain::escalation::{after_broken, after_new_date, lift};
use crate::domain::event::What;
use crate::domain::fault::Fault;
use crate::domain::promise::{Kind, Origin, Outcome, Promise};
use crate::domain::refusal::Refusal;
use crate::domain::timetable::NewPromise;

use super::{Rules, Ticket};

/// One step as it should stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    pub label: String,
    pub due: Timestamp,
    pub done: bool,
}

/// The timetable as it should stand. Milestones match by label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTimetable {
    pub milestones: Vec<Milestone>,
    pub resolution: Timestamp,
    pub reason: Option<String>,
    /// The partner asked for it: no promise of ours is broken.
    pub requested_by_partner: bool,
}

/// What becomes of one promise.
enum Move {
    Stands,
    Done(Promise),
    /// To a new due.
    To(Promise, Timestamp),
    Dropped(Promise),
    /// A step that was not there before.
    New(String, Timestamp, bool),
}

impl Ticket {
    /// Replaces the timetable. Unchanged dates stay the promises that they are.
    pub fn move_timetable(
        &self,
        new: &NewTimetable,
        by: By,
        rules: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        let mut change = self.settled(rules, now)?;
        move_dates(&mut change, new, by, rules, now)?;
        Ok(change)
    }

    /// Old against new, with everything that is wrong with the new.
    fn plan(&self, new: &NewTimetable, now: Timestamp) -> Result<Vec<Move>, Refusal> {
        let mut faults = Vec::new();
        let mut moves = Vec::new();
        let standing: Vec<Promise> = self.timetable.milestones().into_iter().cloned().collect();
        for (i, step) in new.milestones.iter().enumerate() {
            let old = standing.iter().find(|p| p.label.as_deref() == Some(step.label.as_str()));
            match plan_step(old, step, now) {
                Ok(each) => moves.push(each),
                Err((field, code, message)) => {
                    faults.push(Fault::new(format!("milestones[{i}].{field}"), code, message));
                }
            }
        }
        for old in &standing {
            let named = new.milestones.iter().any(|step| old.label.as_deref() == Some(step.label.as_str()));
            if !named && old.done_at.is_none() {
                moves.push(Move::Dropped(old.clone()));
            }
        }
        match self.timetable.resolution() {
            Some(old) if old.due == new.resolution => {}
            _ if new.resolution <= now => {
                faults.push(Fault::new("resolution", "in_the_past", "must be later than now"));
            }
            Some(old) => moves.push(Move::To(old.clone(), new.resolution)),
            None => {}
        }
        let slips = moves.iter().any(|m| match m {
            Move::To(old, due) => *due > old.due,
            Move::Dropped(_) => true,
            Move::Stands | Move::Done(_) | Move::New(..) => false,
        });
        if slips && new.reason.is_none() {
            faults.push(Fault::new(
                "reason",
                "required",
                "a later date needs a reason, which the partner reads",
            ));
        }
        if faults.is_empty() { Ok(moves) } else { Err(Refusal::Input(faults)) }
    }
}

/// The same, as a part of what is done.
pub(super) fn move_dates(
    change: &mut Change,
    new: &NewTimetable,
    by: By,
    rules: Rules<'_>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let moves = change.ticket.plan(new, now)?;
    if moves.iter().all(|m| matches!(m, Move::Stands)) {
        return Ok(());
    }
    change.happened(
        now,
        by,
        What::TimetableMoved {
            reason: new.reason.clone(),
            requested_by_partner: new.requested_by_partner,
            milestones: new.milestones.clone(),
            resolution: Some(new.resolution),
        },
    );
    for each in moves {
        carry_out(change, each, new, rules, by, now)?;
    }
    lift(change, rules, now);
    Ok(())
}

fn plan_step(
    old: Option<&Promise>,
    step: &Milestone,
    now: Timestamp,
) -> Result<Move, (&'static str, &'static str, &'static str)> {
    match old {
        Some(old) if old.done_at.is_some() && step.done && step.due == old.due => Ok(Move::Stands),
        Some(old) if old.done_at.is_some() => {
            Err(("label", "already_done", "this step is done; a new step needs a label of its own"))
        }
        Some(old) if step.due == old.due && step.done => Ok(Move::Done(old.clone())),
        Some(old) if step.due == old.due => Ok(Move::Stands),
        Some(_) if step.done => Err(("due", "mismatch", "a step that is done keeps the date that it had")),
        _ if step.due <= now => Err(("due", "in_the_past", "must be later than now")),
        Some(old) => Ok(Move::To(old.clone(), step.due)),
        None => Ok(Move::New(step.label.clone(), step.due, step.done)),
    }
}

fn carry_out(
    change: &mut Change,
    each: Move,
    new: &NewTimetable,
    rules: Rules<'_>,
    by: By,
    now: Timestamp,
) -> Result<(), CalendarError> {
    let promise = |kind, label, due, supersedes: Option<&Promise>| NewPromise {
        kind,
        label,
        due,
        start: now,
        origin: Origin::Person,
        made_at: now,
        made_by: by,
        supersedes: supersedes.map(|p| p.number),
        reason: supersedes.and(new.reason.clone()),
    };
    let moved_later = if new.requested_by_partner { Outcome::Withdrawn } else { Outcome::Broken };
    // What the partner asks for is no slip, be the step late already.
    let slips = |change: &mut Change, old: &Promise| {
        if new.requested_by_partner { Ok(()) } else { after_broken(change, rules, old, now, by) }
    };
    match each {
        Move::Stands => {}
        Move::Done(old) => change.done(&old, now, by),
        Move::To(old, due) => {
            let outcome = if due > old.due { moved_later } else { Outcome::Withdrawn };
            change.decide(&old, outcome, now, by);
            let number = change.promise(promise(old.kind, old.label.clone(), due, Some(&old)));
            slips(change, &old)?;
            after_new_date(change, rules, &old, number, now, by)?;
        }
        Move::Dropped(old) => {
            change.dropped(&old, moved_later, now, by);
            slips(change, &old)?;
        }
        Move::New(label, due, done) => {
            let number = change.promise(promise(Kind::Milestone, Some(label), due, None));
            if done && let Some(made) = change.ticket.timetable.get(number).cloned() {
                change.done(&made, now, by);
            }
        }
    }
    Ok(())
}
