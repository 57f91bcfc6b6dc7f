//! **Accepted timetable**: the partner says that the resolution date is all right.

use jiff::Timestamp;

use crate::domain::actor::By;
use crate::domain::change::Change;
use crate::domain::escalation::accept;
use crate::domain::refusal::Refusal;

use super::conversation::partner_spoke;
use super::{Rules, Ticket};

impl Ticket {
    /// The partner accepts the resolution date that stands; a second time changes nothing.
    pub fn accept_timetable(&self, by: By, rules: Rules<'_>, now: Timestamp) -> Result<Change, Refusal> {
        let mut change = self.settled(rules, now)?;
        let Some(date) = change.ticket.timetable.resolution().filter(|p| p.is_open()).map(|p| p.number)
        else {
            return Err(Refusal::state(
                "no_date",
                "the resolution date has passed; there is no other to accept yet",
            ));
        };
        let standing = change.ticket.clocks.accepted.as_ref().filter(|a| a.stands());
        if standing.is_some_and(|a| a.promise == date) {
            return Ok(change);
        }
        partner_spoke(&mut change, rules, now, by)?;
        // A wait that ended by this has made the date anew.
        let date = change.ticket.timetable.resolution().map_or(date, |p| p.number);
        accept(&mut change, rules, date, now, by)?;
        Ok(change)
    }
}
