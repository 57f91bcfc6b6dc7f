//! **Hold**: a rung holder's one reasoned delay of the next rung. No promise moves.

use jiff::Timestamp;

use crate::domain::actor::By;
use crate::domain::change::Change;
use crate::domain::escalation::move_rungs;
use crate::domain::event::What;
use crate::domain::refusal::Refusal;

use super::{Hold, Rules, Ticket};

impl Ticket {
    /// The next rung is due at `until` instead, a re-notify interval later at the most. One a
    /// rung; whether `by` may (the holder, and for a second one the next rung's) is asked of
    /// the change's ticket: [`Ticket::held_from`].
    pub fn hold(
        &self,
        reason: &str,
        until: Timestamp,
        by: By,
        rules: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        let mut change = self.settled(rules, now)?;
        let t = &change.ticket;
        let next = t.next_step(rules.ladder).and_then(|s| Some((s.number, s.name.clone(), s.due?)));
        let Some((rung, name, due)) = next else {
            return Err(Refusal::state("top_of_ladder", "no rung is ahead that could be delayed"));
        };
        let holds = t.clocks.holds.iter().filter(|h| h.from == t.rung && h.rung == rung).count();
        if holds >= 2 {
            return Err(Refusal::state("already_held", format!("{name} was delayed twice already")));
        }
        if until <= now {
            return Err(Refusal::input("until", "in_the_past", "must be later than now"));
        }
        if until <= due {
            let message = format!("{name} is due at {due} anyway; a hold moves that later");
            return Err(Refusal::input("until", "no_delay", message));
        }
        let latest = t.latest_hold(rules, due)?;
        if until > latest {
            let interval = rules.ladder.terms(t.priority).renotify;
            let message = format!("must be {latest} at the latest: {interval} after {due}");
            return Err(Refusal::input("until", "too_late", message));
        }
        let from = t.rung;
        change.ticket.clocks.holds.push(Hold { from, rung, until, by, reason: reason.to_owned() });
        change.happened(now, by, What::Held { rung, until, reason: reason.to_owned() });
        move_rungs(&mut change, rules, now, by)?;
        Ok(change)
    }

    /// Whether the next rung was held from the present one already: who may do it a second
    /// time is the next rung's holder.
    pub fn held_from(&self, rung: u8) -> bool {
        self.clocks.holds.iter().any(|h| h.from == rung)
    }
}
