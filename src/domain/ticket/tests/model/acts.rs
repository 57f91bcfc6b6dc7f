//! What people do to the reference; false: it is refused.

use crate::domain::ids::PersonId;
use crate::domain::ladder::Stand;
use crate::domain::priority::Priority;
use crate::domain::promise::{Kind, Outcome};
use crate::domain::samples::{DIRECTOR, MANAGER, VP};
use crate::domain::ticket::{Cause, CloseReason, State, WaitOn};

use super::reference::{Given, Hold, Reference, Stop, Wait};
use super::time::{DAY, Hours, Minute};

/// The timetable as it should stand: label, due, done.
pub type Steps = Vec<(&'static str, Minute, bool)>;

impl Reference {
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// A message of ours that arrives at once.
    pub fn we_write(&mut self) -> bool {
        if self.state == State::Closed {
            return false;
        }
        for press in &mut self.presses {
            press.1 = true;
        }
        if let Some(update) = self.update() {
            self.decide(update, Outcome::Kept);
        }
        if self.is_open() {
            self.promise_update();
        }
        true
    }

    pub fn partner_writes(&mut self) -> bool {
        if self.state == State::Closed {
            return false;
        }
        self.partner_speaks();
        true
    }

    fn partner_speaks(&mut self) {
        if self.waits_on_partner().is_some() {
            self.end_wait(true);
        }
        self.partner_spoke = self.now;
    }

    pub fn waits(&mut self, on: WaitOn, until: Minute) -> bool {
        if !self.is_open() || until <= self.now {
            return false;
        }
        let before = self.clone();
        if self.wait.is_some() {
            self.end_wait(true);
        }
        if on == WaitOn::Partner {
            let used = self.stood_still(self.partner_spoke, true);
            let left = (5 * self.time.hours.day() - used).max(0);
            if self.time.elapsed(self.now, until) > left {
                *self = before;
                return false;
            }
        }
        self.wait = Some(Wait { on, since: self.now, until });
        if on == WaitOn::Partner
            && let Some(update) = self.update().filter(|u| self.promises[*u].kind == Kind::NextUpdate)
        {
            self.decide(update, Outcome::Withdrawn);
            self.promise_update();
        }
        true
    }

    pub fn lifts(&mut self) -> bool {
        let may = self.is_open() && self.wait.is_some();
        if may {
            self.end_wait(true);
        }
        may
    }

    pub fn end_wait(&mut self, early: bool) {
        let Some(wait) = self.wait.take().filter(|w| w.on == WaitOn::Partner) else { return };
        self.stops.push(Stop { from: wait.since, to: self.now, waited: true });
        let paused = self.time.elapsed(wait.since, self.now);
        let date = self.resolution();
        let due = self.time.due(self.promises[date].due, paused).max(self.now);
        if self.promises[date].outcome.is_none() && due != self.promises[date].due {
            let old = self.promises[date].clone();
            self.decide(date, Outcome::Withdrawn);
            self.promise(Kind::Resolution, None, due, old.start, old.by_table);
        }
        if let Some(update) = self.update().filter(|u| early && self.promises[*u].kind == Kind::NextUpdate) {
            self.decide(update, Outcome::Withdrawn);
            self.promise_update();
        }
        self.clock_goes_on(paused);
    }

    pub fn becomes(&mut self, priority: Priority) -> bool {
        if !self.is_open() {
            return false;
        }
        self.triaged = true;
        if self.priority != priority {
            self.priority = priority;
            self.remake_promises();
            self.terms_changed();
            self.pass_on();
        }
        self.lift();
        true
    }

    /// To another team, on its calendar.
    pub fn moves(&mut self, hours: Hours) -> bool {
        if !self.is_open() {
            return false;
        }
        let team = if hours == Hours::Always { "order_ops" } else { "deal_desk" };
        self.handed(self.team != team);
        self.team = team;
        if self.time.hours != hours {
            self.time.switch(self.now, hours);
            self.remake_promises();
            self.terms_changed();
        }
        self.lift();
        true
    }

    pub fn goes_to(&mut self, owner: PersonId) -> bool {
        if !self.is_open() {
            return false;
        }
        self.handed(self.owner != owner);
        self.owner = owner;
        self.lift();
        true
    }

    fn handed(&mut self, on: bool) {
        if self.triaged && on {
            self.handed_on += 1;
        }
        self.triaged = true;
    }

    /// After a change of priority or calendar: from their original start.
    fn remake_promises(&mut self) {
        let mut standing: Vec<usize> = self.update().into_iter().chain([self.resolution()]).collect();
        standing.sort_unstable();
        for promise in standing {
            let old = self.promises[promise].clone();
            if old.outcome.is_some() || !old.by_table {
                continue;
            }
            let waited = if old.kind == Kind::Resolution { self.stood_still(old.start, true) } else { 0 };
            let allowance = self.allowance_of(old.kind);
            let mut due = self.time.due(old.start, allowance + waited);
            let reading = if old.kind == Kind::Resolution { self.reading() } else { self.now };
            if due != old.due && due <= reading {
                due = self.time.due(reading, allowance);
            }
            if due != old.due {
                self.decide(promise, Outcome::Withdrawn);
                self.promise(old.kind, None, due, old.start, true);
                if old.kind == Kind::Resolution && due > old.due {
                    self.acceptance_fails();
                }
            }
        }
    }

    /// A later date needs a new acceptance, and so do late updates and slipped steps.
    pub fn acceptance_fails(&mut self) {
        if self.accepted.take().is_some() {
            self.terms_changed();
        }
    }

    pub fn accepts(&mut self) -> bool {
        if !self.is_open() || self.promises[self.resolution()].outcome.is_some() {
            return false;
        }
        if self.accepted.is_some() {
            return true;
        }
        self.partner_speaks();
        self.accepted = Some(self.now);
        self.terms_changed();
        true
    }

    pub fn dates(&mut self, steps: &Steps, resolution: Minute, asked_for: bool) -> bool {
        let standing = |t: &Self| -> Vec<usize> {
            (0..t.promises.len())
                .filter(|i| t.promises[*i].kind == Kind::Milestone && !t.promises[*i].gone)
                .collect()
        };
        let old = standing(self);
        let find = |t: &Self, label: &str| old.iter().copied().find(|i| t.promises[*i].label == Some(label));
        let date = self.resolution();
        let right = steps.iter().all(|(label, due, done)| match find(self, label) {
            Some(i) if self.promises[i].done => *done && *due == self.promises[i].due,
            Some(i) if *due == self.promises[i].due => true,
            Some(_) if *done => false,
            _ => *due > self.now,
        });
        if !self.is_open() || !right || (resolution <= self.now && resolution != self.promises[date].due) {
            return false;
        }
        for (label, due, done) in steps {
            let known = find(self, label);
            let moved = known.is_none_or(|i| self.promises[i].due != *due);
            if let Some(i) = known.filter(|_| moved) {
                self.give_up(i, *due, asked_for);
            }
            if moved {
                self.promise(Kind::Milestone, Some(label), *due, self.now, false);
            }
            let i = known.filter(|_| !moved).unwrap_or(self.promises.len() - 1);
            if *done && !self.promises[i].done {
                self.promises[i].done = true;
                self.decide(i, Outcome::Kept);
            }
        }
        for i in old {
            let named = steps.iter().any(|s| self.promises[i].label == Some(s.0));
            if !named && !self.promises[i].done {
                self.give_up(i, Minute::MAX, asked_for);
            }
        }
        if resolution != self.promises[date].due {
            let later = resolution > self.promises[date].due;
            self.moved(date, later, asked_for);
            self.promise(Kind::Resolution, None, resolution, self.now, false);
            if later {
                self.acceptance_fails();
            } else if self.accepted.is_some() {
                self.terms_changed();
            }
        }
        self.lift();
        true
    }

    fn moved(&mut self, promise: usize, later: bool, asked_for: bool) {
        let broken = later && !asked_for;
        self.decide(promise, if broken { Outcome::Broken } else { Outcome::Withdrawn });
    }

    fn give_up(&mut self, step: usize, due: Minute, asked_for: bool) {
        let later = due > self.promises[step].due;
        self.moved(step, later, asked_for);
        self.promises[step].gone = true;
        if later && !asked_for {
            self.acceptance_fails();
        }
    }

    pub fn presses(&mut self, by_partner: bool) -> bool {
        if !self.is_open() {
            return false;
        }
        let appended = self.presses.iter().any(|p| !p.1);
        if !appended {
            let Some(next) = self.next().filter(|n| self.presses.iter().all(|p| p.0 != *n)) else {
                return false;
            };
            self.presses.push((next, false));
            self.reach(next, Cause::Press);
        }
        if by_partner {
            self.partner_speaks();
        }
        if !appended {
            let due = self.time.due(self.now, self.column().press_answer);
            if let Some(update) = self.update().filter(|u| due < self.promises[*u].due) {
                let kind = self.promises[update].kind;
                self.decide(update, Outcome::Withdrawn);
                self.promise(kind, None, due, self.now, false);
            }
        }
        true
    }

    pub fn claims(&mut self) -> bool {
        if !self.is_open() {
            return false;
        }
        if self.wait.is_some() {
            self.end_wait(true);
        }
        self.state = State::Resolved;
        self.claim = Some(self.now);
        self.we_write();
        true
    }

    pub fn confirms(&mut self, fixed: bool) -> bool {
        let late = self.closed_unconfirmed.is_some_and(|at| self.now - at <= 30 * DAY);
        match (self.state, fixed) {
            (State::Resolved, true) => self.close(CloseReason::Confirmed),
            (State::Resolved, false) => self.goes_on(),
            (State::Closed, false) if late => self.goes_on(),
            _ => return false,
        }
        self.partner_spoke = self.now;
        true
    }

    /// Not fixed: the same rung, the same elapsed time.
    fn goes_on(&mut self) {
        self.state = State::Open;
        self.why_closed = None;
        self.closed_unconfirmed = None;
        self.reopened += 1;
        let claimed = self.claim.take().unwrap();
        self.stops.push(Stop { from: claimed, to: self.now, waited: false });
        let late = |p: &Given, now| p.kind == Kind::Milestone && p.outcome.is_none() && p.due < now;
        let late: Vec<usize> =
            (0..self.promises.len()).filter(|i| late(&self.promises[*i], self.now)).collect();
        for step in &late {
            self.decide(*step, Outcome::Broken);
        }
        self.promise_update();
        let date = self.resolution();
        match self.promises[date].outcome {
            None if self.promises[date].due < self.now => self.decide(date, Outcome::Broken),
            None | Some((Outcome::Broken, _)) => {}
            Some(_) => self.promise_by_table(Kind::Resolution, self.now),
        }
        self.clock_goes_on(self.time.elapsed(claimed, self.now));
        if !late.is_empty() || self.promises[self.resolution()].due > self.promises[date].due {
            self.acceptance_fails();
        }
        self.pass_on();
        self.lift();
    }

    pub fn holds(&mut self, until: Minute) -> bool {
        if self.rungs.iter().any(|r| r.number == self.rung && r.holder.is_none()) {
            // There is nobody to do it.
            return true;
        }
        if !self.is_open() {
            return false;
        }
        let Some((rung, due)) = self
            .next()
            .and_then(|n| self.rungs.iter().find(|r| r.number == n))
            .and_then(|r| Some((r.number, r.due?)))
        else {
            return false;
        };
        let latest = self.time.due(due, self.minutes(self.column().renotify));
        let from = self.rung;
        let before = self.holds.iter().filter(|h| h.from == from && h.rung == rung).count();
        if before >= 2 || until <= self.now || until <= due || until > latest {
            return false;
        }
        self.held += 1;
        let number = self.held;
        self.holds.push(Hold { number, from, rung, until });
        self.set_dues();
        true
    }

    pub fn comes_down(&mut self) -> bool {
        let below = self.rungs.iter().rfind(|r| r.number < self.rung);
        if !self.is_open() || self.rung == 1 || below.is_some_and(|r| r.holder.is_none()) {
            return false;
        }
        let to = below.map_or(1, |r| r.number);
        self.rung = to;
        self.descent = Some((self.now, to));
        for rung in self.rungs.iter_mut().filter(|r| r.number > to) {
            rung.reached = None;
        }
        self.warned.retain(|w| w.rung <= to);
        self.holds.retain(|h| h.rung <= to);
        self.put_off.retain(|rung, _| *rung <= to);
        self.terms_changed();
        true
    }

    /// Everybody is there, but for one, or with somebody in one's place.
    pub fn instead_of(&mut self, stand: Stand, present: Option<PersonId>) -> bool {
        if self.state == State::Closed {
            return false;
        }
        for rung in &mut self.rungs {
            let (whose, who) = match rung.number {
                2 => (Stand::ChannelManager, MANAGER),
                3 => (Stand::Director, DIRECTOR),
                _ => (Stand::Vp, VP),
            };
            let holder = if whose == stand { present } else { Some(who) };
            if rung.holder != holder && rung.reached.is_none() {
                let number = rung.number;
                self.warned.retain(|w| w.rung != number || !w.to_holder);
            }
            rung.holder = holder;
        }
        self.pass_on();
        true
    }

    pub fn owner_away(&mut self, owner: PersonId) -> bool {
        if self.state == State::Closed {
            return false;
        }
        self.owner = owner;
        self.instead_of(Stand::Owner, None)
    }
}
