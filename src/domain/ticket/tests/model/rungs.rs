//! When the rungs of the reference are due, who is warned, and how it climbs.

use crate::domain::priority::Priority;
use crate::domain::samples::{DIRECTOR, MANAGER};
use crate::domain::ticket::{Cause, State};

use super::reference::Reference;
use super::time::Minute;

impl Reference {
    /// What the table grants until a rung; none: its clock never reaches it.
    pub fn grant(&self, rung: u8) -> Option<Minute> {
        let of = |rung: u8| self.column().rungs[usize::from(rung) - 2].map(|span| self.minutes(span));
        match rung {
            1 => Some(0),
            3 if self.about == Some(MANAGER) => of(2),
            4 if self.about == Some(DIRECTOR) => of(3),
            _ => of(rung),
        }
    }

    /// The next rung that anything may reach.
    pub fn next(&self) -> Option<u8> {
        let ahead = self.rungs.iter().filter(|r| r.number > self.rung && r.reached.is_none());
        ahead.map(|r| r.number).find(|number| self.grant(*number).is_some())
    }

    /// Open time since `since` during which the rung clock stood still.
    pub fn stood_still(&self, since: Minute, waits_only: bool) -> Minute {
        let stops = self.stops.iter().filter(|s| s.to > since && (s.waited || !waits_only));
        stops.map(|s| self.time.elapsed(s.from.max(since), s.to)).sum()
    }

    /// When so much has passed on the rung clock since `since`.
    fn clock(&self, since: Minute, open: Minute) -> Minute {
        let due = self.time.due(since, open + self.stood_still(since, false));
        self.stops.iter().filter(|s| s.from <= due && due < s.to).map(|s| s.to).max().unwrap_or(due)
    }

    /// A date that was set `at`, later by what the rung clock stood still since.
    fn later(&self, date: Minute, at: Minute) -> Minute {
        match self.stood_still(at, false) {
            0 => date,
            still => self.time.due(date, still),
        }
    }

    /// By the table, the accepted timetable, or the last de-escalation.
    fn by_terms(&self, rung: u8) -> Option<Minute> {
        let grant = self.grant(rung)?;
        if let (Some(at), Some(grace), 3..) = (self.accepted, self.column().grace, rung)
            && self.priority != Priority::P1
        {
            let date = self.promises[self.resolution()].due;
            let third = self.time.due(date, self.minutes(grace));
            let more = if rung == 3 { 0 } else { grant - self.grant(3).unwrap() };
            let due = self.time.due(third, more);
            let claimed = self.stood_still(at, false) - self.stood_still(at, true);
            return Some(if claimed == 0 { due } else { self.time.due(due, claimed) });
        }
        Some(match self.descent {
            Some((at, to)) => self.clock(at, grant - self.grant(to).unwrap()),
            None => self.clock(self.opened, grant),
        })
    }

    fn by_deadline(&self, rung: u8) -> Option<Minute> {
        let whole = self.time.elapsed(self.opened, self.deadline?);
        let percent = [30, 55, 80][usize::from(rung) - 2];
        self.grant(rung)?;
        Some(self.clock(self.opened, whole * percent / 100))
    }

    /// Without what puts it off.
    fn plain_due(&self, rung: u8) -> Option<Minute> {
        match (self.by_terms(rung), self.by_deadline(rung)) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, _) => one,
        }
    }

    fn due(&self, rung: u8) -> Option<Minute> {
        let mut due = self.plain_due(rung)?;
        if let Some((until, at)) = self.put_off.get(&rung) {
            due = due.max(self.later(*until, *at));
        }
        if let Some(hold) = self.holds.iter().rfind(|h| h.rung == rung) {
            due = due.max(self.later(hold.until, hold.at));
        }
        Some(due)
    }

    /// Of the rungs ahead; none is due before the one below.
    pub fn set_dues(&mut self) {
        let mut below = 0;
        for i in 0..self.rungs.len() {
            let rung = &self.rungs[i];
            if rung.number > self.rung && rung.reached.is_none() {
                let due = self.due(rung.number).map(|due| due.max(below));
                self.rungs[i].due = due;
                below = due.unwrap_or(below);
            }
        }
    }

    /// After a change of terms: what it made overdue is reached now, each further one an
    /// interval later.
    pub fn terms_changed(&mut self) {
        let reading = self.waits_on_partner().map_or(self.now, |w| w.since);
        let late: Vec<u8> = self
            .rungs
            .iter()
            .filter(|r| r.number > self.rung && r.reached.is_none())
            .map(|r| r.number)
            .filter(|n| self.plain_due(*n).is_some_and(|due| due < reading))
            .collect();
        let interval = self.minutes(self.column().renotify);
        for (n, rung) in (0..).zip(late) {
            self.put_off.insert(rung, (self.time.due(reading, n * interval), reading));
        }
        self.set_dues();
    }

    /// Heads-ups whose instant has come, in quarters of a minute.
    pub fn warn(&mut self, quarter: Minute) {
        if self.stands_still() {
            return;
        }
        let start = self.descent.map_or(self.opened, |(at, _)| at);
        for i in 0..self.rungs.len() {
            let rung = self.rungs[i].clone();
            let Some(due) = rung.due.filter(|_| rung.number > self.rung && rung.reached.is_none()) else {
                continue;
            };
            for (share, to_holder, who) in [(2, false, Some(self.owner)), (3, true, rung.holder)] {
                let Some(who) = who else { continue };
                let told = |w: &&(u8, bool, _)| w.0 == rung.number && w.1 == to_holder;
                let again = self.warned.iter().find(told).is_some_and(|w| !to_holder || w.2 == who);
                let at = || self.time.due_in_quarters(start, share * self.time.elapsed(start, due));
                if !again && at() <= quarter {
                    self.warned.retain(|w| !(w.0 == rung.number && w.1 == to_holder));
                    self.warned.push((rung.number, to_holder, who));
                    self.heads_ups.push((rung.number, to_holder, who));
                }
            }
        }
    }

    /// Rungs upward, one at a time.
    pub fn climb(&mut self) {
        while let Some(next) = self.next().filter(|_| !self.stands_still()) {
            let due = self.rungs.iter().find(|r| r.number == next).and_then(|r| r.due);
            if due.is_none_or(|due| due > self.now) {
                break;
            }
            self.reach(next, Cause::Clock);
        }
    }

    pub fn reach(&mut self, number: u8, cause: Cause) {
        let now = self.now;
        self.rung = number;
        let rung = self.rungs.iter_mut().find(|r| r.number == number).unwrap();
        rung.reached = Some((now, cause));
        if let Some(who) = rung.holder
            && !self.warned.contains(&(number, true, who))
        {
            self.exceptions.push((now, number, who));
        }
        self.pass_on();
        self.set_dues();
    }

    /// Nobody is there on rung 2 or 3: on to the next at once.
    pub fn pass_on(&mut self) {
        let vacant = self.rungs.iter().any(|r| r.number == self.rung && r.holder.is_none());
        if let Some(next) = self.next().filter(|_| vacant && self.state == State::Open) {
            self.reach(next, Cause::Absence);
        }
    }
}
