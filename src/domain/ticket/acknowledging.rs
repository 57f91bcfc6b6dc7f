//! The holder of the present rung says: I have seen it. That ends re-notification
//! and stops no clock: accepting is not solving.

use jiff::Timestamp;

use crate::domain::actor::By;
use crate::domain::change::Change;
use crate::domain::escalation::settle;
use crate::domain::event::What;
use crate::domain::refusal::Refusal;

use super::{Notified, Rules, Ticket};

impl Ticket {
    /// Acknowledges the present rung's notice; a second time changes nothing. Who may do
    /// so depends on the rung that the clocks have reached by `now`: ask of the change's ticket.
    pub fn acknowledge(&self, by: By, rules: Rules<'_>, now: Timestamp) -> Result<Change, Refusal> {
        self.must_be_open()?;
        let mut change = Change::of(self, now);
        settle(&mut change, rules, now)?;
        let rung = change.ticket.rung;
        let notified = change.ticket.clocks.notified.get_or_insert(Notified::of(rung, now));
        if notified.acknowledged_at.is_none() {
            notified.acknowledged_at = Some(now);
            change.happened(now, by, What::Acknowledged { rung });
        }
        Ok(change)
    }
}
