//! When the rungs of the reference are due, who is warned, and how it climbs.

use crate::domain::priority::Priority;
use crate::domain::samples::{DIRECTOR, MANAGER};
use crate::domain::ticket::{Cause, State};

use super::reference::{Reference, Warning};
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
    pub fn clock(&self, since: Minute, open: Minute) -> Minute {
        self.time.due(since, open + self.stood_still(since, false))
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
            Some((at, to)) => self.clock(at, (grant - self.grant(to).unwrap()).max(0)),
            None => self.clock(self.opened, grant),
        })
    }

    fn by_deadline(&self, rung: u8) -> Option<Minute> {
        let whole = self.time.elapsed(self.opened, self.deadline?);
        let percent = [30, 55, 80][usize::from(rung) - 2];
        let at = self.clock(self.opened, whole * percent / 100);
        // Of the time from a de-escalation, where it was used up by then.
        if let Some((down, _)) = self.descent.filter(|(down, _)| at <= *down) {
            let whole = self.time.elapsed(down, self.deadline?);
            return Some(self.clock(down, whole * percent / 100));
        }
        Some(at)
    }

    /// Without what puts it off.
    fn plain_due(&self, rung: u8) -> Option<Minute> {
        match (self.by_terms(rung), self.by_deadline(rung)) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, _) => one,
        }
    }

    /// With the due of the rung below: none is due before it, and one on which nobody is
    /// passes on at once.
    fn due(&self, rung: u8, below: Option<(Minute, bool)>) -> Option<Minute> {
        let mut due = self.plain_due(rung)?;
        match below {
            Some((floor, true)) => due = floor,
            Some((floor, false)) => due = due.max(floor),
            None => {}
        }
        if let Some(until) = self.put_off.get(&rung) {
            due = due.max(*until);
        }
        for hold in self.holds.iter().filter(|h| h.rung == rung && !self.holds_over.contains(&h.number)) {
            let latest = self.time.due(due, self.minutes(self.column().renotify));
            due = due.max(hold.until.min(latest));
        }
        Some(due)
    }

    /// Of the rungs ahead.
    pub fn set_dues(&mut self) {
        let mut below = None;
        for i in 0..self.rungs.len() {
            let rung = &self.rungs[i];
            let ahead = rung.reached.is_none();
            let due = self.due(rung.number, below);
            below = due.map(|due| (due, ahead && rung.holder.is_none())).or(below);
            if ahead {
                self.rungs[i].due = due;
            }
        }
    }

    /// The rung clock goes on now after it stood still so long, and runs out no earlier.
    pub fn clock_goes_on(&mut self, paused: Minute) {
        for until in self.put_off.values_mut().chain(self.holds.iter_mut().map(|h| &mut h.until)) {
            *until = self.time.due(*until, paused);
        }
        self.set_dues();
        let ahead = self.rungs.iter().filter(|r| r.reached.is_none());
        let late: Vec<u8> =
            ahead.filter(|r| r.due.is_some_and(|due| due < self.now)).map(|r| r.number).collect();
        for rung in late {
            self.put_off.insert(rung, self.now);
        }
        self.set_dues();
    }

    /// What the rung clock shows.
    pub fn reading(&self) -> Minute {
        self.waits_on_partner().map(|w| w.since).or(self.claim).unwrap_or(self.now)
    }

    /// After a change of terms: what it made overdue is reached now, each further one an
    /// interval later.
    pub fn terms_changed(&mut self) {
        self.set_dues();
        let reading = self.reading();
        let ahead = self.rungs.iter().filter(|r| r.number > self.rung && r.reached.is_none());
        let late: Vec<u8> =
            ahead.filter(|r| r.due.is_some_and(|due| due < reading)).map(|r| r.number).collect();
        let interval = self.minutes(self.column().renotify);
        for (n, rung) in (0..).zip(late) {
            self.put_off.insert(rung, self.time.due(reading, n * interval));
            self.holds_over.extend(self.holds.iter().filter(|h| h.rung == rung).map(|h| h.number));
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
            if 4 * due <= quarter {
                // It is theirs now.
                continue;
            }
            for (share, to_holder, who) in [(2, false, Some(self.owner)), (3, true, rung.holder)] {
                let Some(who) = who else { continue };
                let told = self.warned.iter().any(|w| w.rung == rung.number && w.to_holder == to_holder);
                let at = || self.time.due_in_quarters(start, share * self.time.elapsed(start, due));
                if !told && at() <= quarter {
                    self.warned.push(Warning { rung: rung.number, to_holder, just_now: true });
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
            && !self.warned.iter().any(|w| w.rung == number && w.to_holder && !w.just_now)
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
