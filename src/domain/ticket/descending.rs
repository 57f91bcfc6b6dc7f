//! **De-escalate**: down one rung, with a reason and the partner's recorded agreement.

use jiff::Timestamp;

use crate::domain::actor::By;
use crate::domain::change::Change;
use crate::domain::escalation::move_rungs;
use crate::domain::event::What;
use crate::domain::ids::PersonId;
use crate::domain::refusal::Refusal;

use super::{Descent, Notified, Rules, Ticket};

impl Ticket {
    /// One rung down. Each rung above is reachable again, and warned about again; it is due
    /// at this instant and what its allowance grants beyond that of the rung come down to.
    pub fn deescalate(
        &self,
        reason: &str,
        agreed_by: PersonId,
        by: By,
        rules: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        let mut change = self.settled(rules, now)?;
        let t = &mut change.ticket;
        let from = t.rung;
        let Some(to) = t.rungs.iter().rfind(|s| s.number < from).map(|s| s.number) else {
            return Err(Refusal::state("bottom_of_ladder", "this ticket is on the lowest rung"));
        };
        if t.rungs.iter().any(|s| s.number == to && s.holder.is_none()) {
            return Err(Refusal::state("rung_empty", "nobody is there on the rung below"));
        }
        t.rung = to;
        for step in t.rungs.iter_mut().filter(|s| s.number > to) {
            (step.reached_at, step.cause) = (None, None);
        }
        t.clocks.descent = Some(Descent { at: now, to });
        t.clocks.heads_ups.retain(|h| h.rung <= to);
        t.clocks.put_off.retain(|p| p.rung <= to);
        t.clocks.holds.retain(|h| h.rung <= to);
        t.clocks.notified = Some(Notified::of(to, now));
        // Warnings of what is ahead start anew here, also where a date stays the same.
        t.clocks.dues_moved_at = Some(now);
        change.happened(now, by, What::Deescalated { from, to, reason: reason.to_owned(), agreed_by });
        move_rungs(&mut change, rules, now, by)?;
        Ok(change)
    }
}
