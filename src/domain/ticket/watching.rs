//! Who else hears of a ticket. The list is no part of it: letters are, and what was said.

use jiff::Timestamp;

use crate::domain::actor::By;
use crate::domain::change::Change;
use crate::domain::escalation::settle;
use crate::domain::event::What;
use crate::domain::ids::PersonId;
use crate::domain::refusal::Refusal;

use super::{Rules, Ticket};

impl Ticket {
    /// `person` hears of it from now on; `inside` when they are ours.
    pub fn watched(
        &self,
        person: PersonId,
        inside: bool,
        by: By,
        rules: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        self.must_be_live()?;
        let mut change = Change::of(self, now);
        settle(&mut change, rules, now)?;
        change.happened(now, by, What::WatcherAdded { person, inside });
        Ok(change)
    }

    /// And no more.
    pub fn unwatched(
        &self,
        person: PersonId,
        inside: bool,
        by: By,
        rules: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        let mut change = Change::of(self, now);
        settle(&mut change, rules, now)?;
        change.happened(now, by, What::WatcherRemoved { person, inside });
        Ok(change)
    }
}
