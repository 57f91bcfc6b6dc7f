//! From where a ticket's clocks count, what they show, and for how long they have stood still.

use jiff::{SignedDuration, Timestamp};

use crate::domain::course::Course;

use super::{StopWhy, Ticket, WaitOn};

impl Ticket {
    /// What the rung and resolution clocks show: `now`, or when a wait on the partner or a claim
    /// stopped them.
    pub(in crate::domain) fn clock_reading(&self, now: Timestamp) -> Timestamp {
        let wait = self.clocks.wait.as_ref().filter(|w| w.on == WaitOn::Partner);
        wait.map(|w| w.since).or(self.clocks.claim.as_ref().map(|c| c.at)).unwrap_or(now)
    }

    /// From where the rung clock counts: open, or the last de-escalation.
    pub fn clock_start(&self) -> Timestamp {
        self.clocks.descent.map_or(self.opened_at, |d| d.at)
    }

    /// Open time since `since` that the rung clock has stood still.
    pub(in crate::domain) fn stood_still(&self, course: &Course, since: Timestamp) -> SignedDuration {
        self.stood_still_by(course, since, |_| true)
    }

    /// Open time since `since` that was spent waiting on the partner.
    pub(in crate::domain) fn waited(&self, course: &Course, since: Timestamp) -> SignedDuration {
        self.stood_still_by(course, since, |why| why == StopWhy::Wait)
    }

    /// Open time since `since` that stops of some kind took.
    pub(in crate::domain) fn stood_still_by(
        &self,
        course: &Course,
        since: Timestamp,
        which: impl Fn(StopWhy) -> bool,
    ) -> SignedDuration {
        let stops = self.clocks.stops.iter().filter(|s| which(s.why) && s.to > since);
        stops.map(|s| course.elapsed(s.from.max(since), s.to)).sum()
    }
}
