//! What a ticket has been through, read off its events: how high it climbed, how often it
//! went from hand to hand, whether it came back, and how long it took. Reports and
//! `simulate` read it; what has to happen next is `escalation.rs`'s.

use jiff::{SignedDuration, Timestamp};

use super::course::Course;
use super::event::{Event, What};

/// A ticket's events in figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct History {
    /// The rung that it was opened on.
    pub opened_on: u8,
    /// The rung that it is on after its last event.
    pub rung: u8,
    /// The highest one that it was ever on.
    pub highest: u8,
    /// Times that it climbed; over several rungs at once is one time.
    pub ups: u32,
    /// Times that it came down.
    pub downs: u32,
    /// Changes of team.
    pub handoffs: u32,
    /// Changes of owner, whoever made them.
    pub hand_ons: u32,
    /// Claims that the partner refused.
    pub reopened: u32,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

impl History {
    /// Of a ticket's events in their order; none where the first one is not that it was opened.
    pub fn of(events: &[Event]) -> Option<Self> {
        let (first, rest) = events.split_first()?;
        let What::Opened(opened) = &first.what else { return None };
        let mut history = Self {
            opened_on: opened.rung,
            rung: opened.rung,
            highest: opened.rung,
            ups: 0,
            downs: 0,
            handoffs: 0,
            hand_ons: 0,
            reopened: 0,
            first_at: first.at,
            last_at: first.at,
        };
        let mut claimed = false;
        for event in rest {
            history.take(event, &mut claimed);
        }
        Some(history)
    }

    fn take(&mut self, event: &Event, claimed: &mut bool) {
        self.first_at = self.first_at.min(event.at);
        self.last_at = self.last_at.max(event.at);
        match &event.what {
            What::RungReached { rung, .. } => self.moves_to(*rung),
            What::Deescalated { to, .. } => self.moves_to(*to),
            What::Triaged { team, owner, .. } => {
                self.handoffs += u32::from(team.is_some());
                self.hand_ons += u32::from(owner.is_some());
            }
            What::HandedOver { .. } => self.hand_ons += 1,
            What::Resolved { .. } => *claimed = true,
            What::Refused { .. } => self.reopened += u32::from(std::mem::take(claimed)),
            _ => {}
        }
    }

    fn moves_to(&mut self, rung: u8) {
        self.ups += u32::from(rung > self.rung);
        self.downs += u32::from(rung < self.rung);
        self.highest = self.highest.max(rung);
        self.rung = rung;
    }

    /// From the first event to the last one.
    pub fn elapsed(&self) -> SignedDuration {
        self.last_at.duration_since(self.first_at)
    }

    /// Of that, the time that was open.
    pub fn open_time(&self, course: &Course) -> SignedDuration {
        course.elapsed(self.first_at, self.last_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::priority::Priority;
    use crate::domain::samples::{OLGA, PRIYA, a, always, at};

    #[test]
    fn a_story_in_figures() {
        let mut case = a(Priority::P2).filed("Mon 23 Nov 10:00");
        case.goes_to(OLGA, "Mon 23 Nov 11:00").contact_presses("Mon 23 Nov 11:30");
        case.moves_to("order_ops", always(), None, at("Mon 23 Nov 12:00")).unwrap();
        case.goes_to(PRIYA, "Mon 23 Nov 12:10");
        case.claims("Mon 23 Nov 13:00").is_not_fixed("Mon 23 Nov 15:00").claims("Mon 23 Nov 16:00");
        case.is_fixed("Tue 24 Nov 10:00");
        let history = History::of(&case.events).unwrap();
        assert_eq!((history.opened_on, history.rung, history.highest), (1, 2, 2));
        assert_eq!((history.ups, history.downs, history.handoffs, history.hand_ons), (1, 0, 1, 2));
        assert_eq!(history.reopened, 1);
        assert_eq!(history.elapsed(), SignedDuration::from_hours(24));
        // Two hours in office time, and day and night from then on.
        assert_eq!(history.open_time(&case.course), SignedDuration::from_hours(24));
        assert_eq!(
            history.open_time(&Course::new(crate::domain::samples::office())),
            SignedDuration::from_hours(8)
        );
    }

    #[test]
    fn without_its_beginning_there_is_none() {
        let case = a(Priority::P2).filed("Mon 23 Nov 10:00");
        assert_eq!(History::of(&[]), None);
        assert_eq!(History::of(&case.events[1..]), None);
    }

    #[test]
    fn climbing_over_a_rung_is_one_climb_and_an_answer_without_a_claim_no_reopening() {
        let mut events = a(Priority::P2).filed("Mon 23 Nov 10:00").events;
        let first = events[0].clone();
        let mut then = |what| events.push(Event { what, ..first.clone() });
        let reached = |rung| What::RungReached {
            rung,
            name: String::new(),
            holder: None,
            cause: crate::domain::ticket::Cause::Clock,
        };
        then(reached(3));
        then(What::Deescalated { from: 3, to: 1, reason: String::new(), agreed_by: PRIYA });
        then(reached(2));
        then(What::Refused { comment: String::new() });
        let history = History::of(&events).unwrap();
        assert_eq!((history.ups, history.downs, history.highest, history.rung), (2, 1, 3, 2));
        assert_eq!(history.reopened, 0);
    }
}
