//! Waiting on the partner or on a third party: always with a reason and an end.

use jiff::{SignedDuration, Timestamp};

use crate::domain::actor::By;
use crate::domain::change::Change;
use crate::domain::escalation::{end_wait, next_update};
use crate::domain::event::{WaitEnd, What};
use crate::domain::promise::{Kind, Outcome};
use crate::domain::refusal::Refusal;

use super::{Rules, Ticket, Wait, WaitOn};

/// A wait on a third party pauses nothing, and still has an end: at most this many days ahead.
const LONGEST_THIRD_PARTY_DAYS: i64 = 366;

impl Ticket {
    /// Starts a wait, in the place of one that stands. Setting it is no message.
    pub fn wait(
        &self,
        on: WaitOn,
        reason: &str,
        until: Timestamp,
        by: By,
        rules: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        let mut change = self.settled(rules, now)?;
        end_wait(&mut change, rules, now, by, WaitEnd::Lifted)?;
        if until <= now {
            return Err(Refusal::input("until", "in_the_past", "must be later than now"));
        }
        change.ticket.may_wait(on, until, rules, now)?;
        change.ticket.clocks.wait =
            Some(Wait { on, reason: reason.to_owned(), since: now, until, reminded: 0 });
        change.happened(now, by, What::WaitStarted { on, reason: reason.to_owned(), until });
        if on == WaitOn::Partner {
            let update = change.ticket.timetable.update().filter(|p| p.kind == Kind::NextUpdate).cloned();
            if let Some(promise) = update {
                change.decide(&promise, Outcome::Withdrawn, now, by);
                next_update(&mut change, rules, now, by)?;
            }
        }
        Ok(change)
    }

    /// A person lifts the wait.
    pub fn lift_wait(&self, by: By, rules: Rules<'_>, now: Timestamp) -> Result<Change, Refusal> {
        let mut change = self.settled(rules, now)?;
        if change.ticket.clocks.wait.is_none() {
            return Err(Refusal::state("not_waiting", "this ticket is not waiting on anybody"));
        }
        end_wait(&mut change, rules, now, by, WaitEnd::Lifted)?;
        Ok(change)
    }

    /// Refuses a wait from now that is longer than any may be.
    fn may_wait(
        &self,
        on: WaitOn,
        until: Timestamp,
        rules: Rules<'_>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if on == WaitOn::ThirdParty {
            let longest = SignedDuration::from_hours(24 * LONGEST_THIRD_PARTY_DAYS);
            return if until.duration_since(now) <= longest {
                Ok(())
            } else {
                Err(Refusal::input("until", "too_late", "must be within a year"))
            };
        }
        let used = self.waited(rules.course, self.clocks.partner_spoke_at);
        let left =
            rules.course.open_time(rules.ladder.longest_wait).saturating_sub(used).max(SignedDuration::ZERO);
        if rules.course.elapsed(now, until) <= left {
            return Ok(());
        }
        let latest = rules.course.due(now, left)?;
        let longest = rules.ladder.longest_wait;
        let message =
            format!("must be {latest} at the latest: {longest} in all since the partner last spoke");
        Err(Refusal::input("until", "too_late", message))
    }
}
