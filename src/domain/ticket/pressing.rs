//! *Escalate now*, and contesting the priority: what the partner may press.

use jiff::Timestamp;

use crate::domain::actor::Actor;
use crate::domain::change::Change;
use crate::domain::escalation::{reach, remake, settle};
use crate::domain::event::What;
use crate::domain::promise::Origin;
use crate::domain::refusal::Refusal;

use super::conversation::partner_spoke;
use super::{Cause, Contest, Press, PressReason, Rules, Ticket};

impl Ticket {
    /// The rung that a press now would reach. None when an earlier press is still
    /// unanswered: this one is appended to it.
    pub fn pressed_rung(&self, rules: Rules<'_>) -> Result<Option<u8>, Refusal> {
        self.must_be_open()?;
        if self.clocks.presses.iter().any(|p| p.answered_at.is_none()) {
            return Ok(None);
        }
        match self.next_step(rules.ladder) {
            Some(step) if self.clocks.presses.iter().any(|p| p.rung == step.number) => {
                Err(Refusal::state("already_pressed", format!("{} was asked for once already", step.name)))
            }
            Some(step) => Ok(Some(step.number)),
            None => Err(Refusal::state("top_of_ladder", "this ticket is on the top rung of its ladder")),
        }
    }

    /// One rung up, and a person answers soon.
    pub fn press(
        &self,
        actor: &Actor,
        reason: PressReason,
        justification: &str,
        rules: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        let by = actor.by();
        let mut change = self.settled(rules, now)?;
        let target = change.ticket.pressed_rung(rules)?;
        let appended = target.is_none();
        let rung = target.unwrap_or(change.ticket.rung);
        let (justification, by_partner) = (justification.to_owned(), actor.is_partner_side());
        change.happened(now, by, What::Pressed { rung, reason, justification, appended, by_partner });
        if let Some(rung) = target {
            change.ticket.clocks.presses.push(Press { at: now, by, rung, answered_at: None });
            reach(&mut change, rules, rung, now, by, Cause::Press);
        }
        if actor.is_partner_side() {
            partner_spoke(&mut change, rules, now, by)?;
        }
        if !appended {
            let answer = rules.ladder.terms(change.ticket.priority).press_answer;
            let due = rules.course.due_after(now, answer)?;
            if let Some(old) = change.ticket.timetable.update().filter(|p| due < p.due).cloned() {
                let number =
                    remake(&mut change, &old, due, now, by, "escalated by hand: a person answers sooner");
                change.ticket.timetable.set_origin(number, Origin::Person);
            }
        }
        Ok(change)
    }

    /// The partner says that the priority is wrong; once.
    pub fn contest(
        &self,
        actor: &Actor,
        reason: &str,
        rules: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        self.must_be_open()?;
        if self.clocks.contest.is_some() {
            return Err(Refusal::state(
                "already_contested",
                "the priority of this ticket was contested already",
            ));
        }
        let mut change = Change::of(self, now);
        settle(&mut change, rules, now)?;
        change.ticket.clocks.contest = Some(Contest { at: now, by: actor.by(), reason: reason.to_owned() });
        change.happened(now, actor.by(), What::Contested { reason: reason.to_owned() });
        partner_spoke(&mut change, rules, now, actor.by())?;
        Ok(change)
    }
}
