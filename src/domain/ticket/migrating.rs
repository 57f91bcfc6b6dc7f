//! **Versions**: an open ticket keeps the ladder and calendars that it was opened under until
//! somebody moves it to others. Elapsed time is kept, as at every change.

use jiff::Timestamp;

use crate::domain::actor::By;
use crate::domain::change::Change;
use crate::domain::escalation::{move_rungs, settle};
use crate::domain::event::{Moved, What};
use crate::domain::partner::Holders;
use crate::domain::refusal::Refusal;

use super::triage::retime;
use super::{Rules, Ticket};

/// The versions that a ticket should be measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    pub ladder: i64,
    pub calendars: i64,
}

impl Ticket {
    /// From now on measured by `after`, which are of these versions. On them already: nothing happens.
    #[expect(clippy::too_many_arguments, reason = "both rules, and who stands where under the new ones")]
    pub fn migrate(
        &self,
        to: Versions,
        holders: &Holders,
        reason: &str,
        by: By,
        before: Rules<'_>,
        after: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        self.must_be_live()?;
        let mut change = Change::of(self, now);
        settle(&mut change, before, now)?;
        let t = &mut change.ticket;
        if !t.is_live() {
            return Ok(change);
        }
        let moved = |old: i64, new: i64| (old != new).then_some(Moved { old, new });
        let ladder = moved(t.ladder_version, to.ladder);
        let calendars = moved(t.calendar_version, to.calendars);
        if ladder.is_none() && calendars.is_none() {
            return Ok(change);
        }
        let calendar = t.switch_calendar(after, to.calendars, now);
        t.ladder_version = to.ladder;
        t.fit_rungs(after);
        t.man_rungs(after, holders);
        let reason = reason.to_owned();
        let holders = Some(*holders);
        let what = What::Migrated { ladder, calendars, calendar, reason: reason.clone(), holders };
        change.happened(now, by, what);
        retime(&mut change, after, now, by, &reason)?;
        move_rungs(&mut change, after, now, by)?;
        Ok(change)
    }

    /// Rungs ahead that the ladder does not have any more go; names are the ladder's.
    fn fit_rungs(&mut self, rules: Rules<'_>) {
        let present = self.rung;
        self.rungs.retain(|s| s.number <= present || rules.ladder.rung(s.number).is_some());
        for step in self.rungs.iter_mut().filter(|s| s.reached_at.is_none()) {
            if let Some(rung) = rules.ladder.rung(step.number) {
                step.name.clone_from(&rung.name);
                if step.stand != rung.stand {
                    step.stand = rung.stand;
                    step.holder = None;
                }
            }
        }
    }
}
