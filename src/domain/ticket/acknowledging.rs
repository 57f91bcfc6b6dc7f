//! **Acknowledgement**: the holder of the present rung has seen it, which ends the
//! re-notifications and stops no clock; and rung 3's holder has seen that a ticket under an
//! accepted timetable stays open for long.

use jiff::Timestamp;

use crate::domain::actor::By;
use crate::domain::change::Change;
use crate::domain::escalation::reviewed_rung;
use crate::domain::event::What;
use crate::domain::ids::PersonId;
use crate::domain::refusal::Refusal;

use super::{Notified, Rules, State, Ticket};

impl Ticket {
    /// Acknowledges the present rung's notice; a second time changes nothing. Who may do
    /// so depends on the rung that the clocks have reached by `now`: ask of the change's ticket.
    pub fn acknowledge(&self, by: By, rules: Rules<'_>, now: Timestamp) -> Result<Change, Refusal> {
        let mut change = self.settled(rules, now)?;
        if change.ticket.reviewer().is_some_and(|reviewer| by == By::Person(reviewer)) {
            review(&mut change, by, now);
            let present = change.ticket.step().and_then(|s| s.holder);
            if present.is_none_or(|holder| by != By::Person(holder)) {
                return Ok(change);
            }
        }
        let rung = change.ticket.rung;
        let notified = change.ticket.clocks.notified.get_or_insert(Notified::of(rung, now));
        if notified.acknowledged_at.is_none() {
            notified.acknowledged_at = Some(now);
            change.happened(now, by, What::Acknowledged { rung });
        }
        Ok(change)
    }

    /// Who is to acknowledge the present rung, and has not yet.
    pub fn asked(&self) -> Option<PersonId> {
        let asks = self.clocks.notified.as_ref().is_some_and(|n| n.acknowledged_at.is_none());
        self.step().filter(|_| asks && self.state == State::Open)?.holder
    }

    /// Somebody was asked to acknowledge that the ticket stays open for long, and has not yet.
    pub fn review_is_asked(&self) -> bool {
        let standing = self.clocks.accepted.as_ref().filter(|a| a.stands());
        standing.is_some_and(|a| {
            a.review_asked_at.is_some_and(|asked| a.reviewed_at.is_none_or(|done| done < asked))
        })
    }

    /// Who acknowledges that the ticket stays open for long; nobody where no accepted
    /// timetable shifts its rungs.
    pub fn reviewer(&self) -> Option<PersonId> {
        self.clocks.accepted.as_ref().filter(|a| a.stands())?;
        let rung = reviewed_rung(self)?;
        self.rungs.iter().find(|s| s.number == rung).and_then(|s| s.holder)
    }
}

fn review(change: &mut Change, by: By, now: Timestamp) {
    let rung = reviewed_rung(&change.ticket);
    let acceptance = change.ticket.clocks.accepted.as_mut();
    if let (Some(rung), Some(acceptance)) = (rung, acceptance) {
        acceptance.reviewed_at = Some(now);
        change.happened(now, by, What::Reviewed { rung });
    }
}
