//! **Versions**: an open ticket keeps the ladder and calendars that it was opened under until
//! somebody moves it to others. Elapsed time is kept, as at every change.

use jiff::Timestamp;

use crate::domain::actor::By;
use crate::domain::change::Change;
use crate::domain::escalation::{lift, move_rungs, settle};
use crate::domain::event::{Moved, What};
use crate::domain::partner::Holders;
use crate::domain::refusal::Refusal;

use super::manning::stands;
use super::triage::retime;
use super::{Rules, Ticket};

/// The versions that a ticket should be measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    pub ladder: i64,
    pub calendars: i64,
}

/// Where a ticket is moved to, by whom and why.
#[derive(Clone, Copy, Debug)]
pub struct Move<'a> {
    pub to: Versions,
    /// Who stands where, for rungs that the ticket has not had so far.
    pub holders: &'a Holders,
    /// The partner reads it where a date moves.
    pub reason: &'a str,
    pub by: By,
}

impl Ticket {
    /// The versions that it is measured by.
    pub const fn versions(&self) -> Versions {
        Versions { ladder: self.ladder_version, calendars: self.calendar_version }
    }

    /// From now on measured by `after`, which are of the versions of the move. On them already:
    /// nothing happens.
    pub fn migrate(
        &self,
        order: Move<'_>,
        before: Rules<'_>,
        after: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        self.must_be_live()?;
        let Move { to, holders, reason, by } = order;
        let mut change = Change::of(self, now);
        settle(&mut change, before, now)?;
        let t = &mut change.ticket;
        if !t.is_live() || t.versions() == to {
            return Ok(change);
        }
        let moved = |old: i64, new: i64| (old != new).then_some(Moved { old, new });
        let ladder = moved(t.ladder_version, to.ladder);
        let calendars = moved(t.calendar_version, to.calendars);
        let calendar = t.switch_calendar(before, after, to.calendars, now);
        t.ladder_version = to.ladder;
        t.clocks.ruled_since = Some(now);
        let others = t.fit_rungs(after);
        t.man_rungs(after, holders);
        let what = What::Migrated {
            ladder,
            calendars,
            calendar,
            reason: reason.to_owned(),
            holders: Some(*holders),
        };
        change.happened(now, by, what);
        for rung in others {
            let stand = change.ticket.rungs.iter().find(|s| s.number == rung).map(|s| s.stand);
            stands(&mut change, rung, stand.and_then(|stand| holders.on(stand)), by, now);
        }
        retime(&mut change, after, now, by, reason)?;
        move_rungs(&mut change, after, now, by)?;
        lift(&mut change, after, now);
        Ok(change)
    }

    /// Rungs ahead that the ladder does not have any more go; names and stands are the ladder's.
    /// Returns the numbers of those on which somebody else belongs by that.
    fn fit_rungs(&mut self, rules: Rules<'_>) -> Vec<u8> {
        self.rungs.retain(|s| s.reached_at.is_some() || rules.ladder.rung(s.number).is_some());
        let mut others = Vec::new();
        for step in self.rungs.iter_mut().filter(|s| s.reached_at.is_none()) {
            if let Some(rung) = rules.ladder.rung(step.number) {
                step.name.clone_from(&rung.name);
                if step.stand != rung.stand {
                    step.stand = rung.stand;
                    others.push(step.number);
                }
            }
        }
        others
    }
}
