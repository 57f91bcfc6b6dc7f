//! A ticket by PRODUCT §3, written a second time: slow and plain, minute by minute, and
//! without a look at the engine. What people do to it is in `acts.rs`, when its rungs are
//! due in `rungs.rs`.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::PersonId;
use crate::domain::priority::Priority;
use crate::domain::promise::{Kind, Outcome};
use crate::domain::samples::{DIRECTOR, MANAGER, PRIYA, VP};
use crate::domain::ticket::{Cause, CloseReason, State, WaitOn};

use super::time::{DAY, Hours, Minute, Time};

/// Business hours, or business days.
#[derive(Clone, Copy)]
pub enum Span {
    Hours(Minute),
    Days(Minute),
}

use Span::{Days as D, Hours as H};

/// The table of PRODUCT §3, a column a priority.
pub struct Column {
    pub first_reply: Span,
    pub gap: Span,
    pub resolution: Span,
    pub rungs: [Option<Span>; 3],
    pub renotify: Span,
    pub grace: Option<Span>,
    /// In minutes.
    pub press_answer: Minute,
}

const TABLE: [Column; 4] = [
    Column {
        first_reply: H(1),
        gap: H(4),
        resolution: D(1),
        rungs: [Some(H(1)), Some(H(4)), Some(D(1))],
        renotify: H(4),
        grace: None,
        press_answer: 30,
    },
    Column {
        first_reply: H(4),
        gap: D(1),
        resolution: D(3),
        rungs: [Some(H(4)), Some(D(1)), Some(D(3))],
        renotify: D(1),
        grace: Some(H(4)),
        press_answer: 240,
    },
    Column {
        first_reply: D(1),
        gap: D(3),
        resolution: D(8),
        rungs: [Some(D(2)), Some(D(5)), Some(D(10))],
        renotify: D(3),
        grace: Some(D(1)),
        press_answer: 240,
    },
    Column {
        first_reply: D(2),
        gap: D(5),
        resolution: D(15),
        rungs: [Some(D(5)), Some(D(10)), None],
        renotify: D(10),
        grace: Some(D(2)),
        press_answer: 240,
    },
];

#[derive(Clone, Debug)]
pub struct Given {
    pub kind: Kind,
    pub label: Option<&'static str>,
    pub due: Minute,
    /// From where its allowance is counted.
    pub start: Minute,
    pub by_table: bool,
    pub made: Minute,
    pub outcome: Option<(Outcome, Minute)>,
    /// A milestone that stands no more: moved or given up.
    pub gone: bool,
    pub done: bool,
}

#[derive(Clone, Debug)]
pub struct Rung {
    pub number: u8,
    pub holder: Option<PersonId>,
    pub due: Option<Minute>,
    pub reached: Option<(Minute, Cause)>,
}

#[derive(Clone, Copy, Debug)]
pub struct Wait {
    pub on: WaitOn,
    pub since: Minute,
    pub until: Minute,
}

/// The rung clock stood still.
#[derive(Clone, Copy, Debug)]
pub struct Stop {
    pub from: Minute,
    pub to: Minute,
    pub waited: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct Hold {
    pub number: usize,
    pub from: u8,
    pub rung: u8,
    pub until: Minute,
}

/// Somebody heard that a rung is coming.
#[derive(Clone, Copy, Debug)]
pub struct Warning {
    pub rung: u8,
    pub to_holder: bool,
    /// Said in what is being done right now: who arrives now was not warned by it.
    pub just_now: bool,
}

#[derive(Clone, Debug)]
pub struct Reference {
    pub time: Time,
    pub now: Minute,
    pub opened: Minute,
    pub priority: Priority,
    pub deadline: Option<Minute>,
    pub about: Option<PersonId>,
    pub owner: PersonId,
    pub team: &'static str,
    pub state: State,
    pub why_closed: Option<CloseReason>,
    pub rung: u8,
    /// Above the first.
    pub rungs: Vec<Rung>,
    pub promises: Vec<Given>,
    pub wait: Option<Wait>,
    pub stops: Vec<Stop>,
    pub claim: Option<Minute>,
    pub closed_unconfirmed: Option<Minute>,
    pub partner_spoke: Minute,
    /// Rungs that were pressed for, and whether a person has answered.
    pub presses: Vec<(u8, bool)>,
    pub holds: Vec<Hold>,
    pub held: usize,
    /// Those that a change of terms overtook, by number.
    pub holds_over: Vec<usize>,
    /// Since when the resolution date is accepted, and its condition holds.
    pub accepted: Option<Minute>,
    /// When it last came down, and to which rung.
    pub descent: Option<(Minute, u8)>,
    /// Overdue by a change: not before that.
    pub put_off: BTreeMap<u8, Minute>,
    pub spent: BTreeSet<Cause>,
    pub repeats: u32,
    pub reopened: u32,
    pub triaged: bool,
    pub handed_on: u32,
    /// Since the clock's start.
    pub warned: Vec<Warning>,
    /// Rung, to its holder, who; for good.
    pub heads_ups: Vec<(u8, bool, PersonId)>,
    pub exceptions: Vec<(Minute, u8, PersonId)>,
}

/// What a ticket is filed with.
#[derive(Clone, Debug)]
pub struct Filed {
    pub at: Minute,
    pub priority: Priority,
    pub hours: Hours,
    pub deadline: Option<Minute>,
    pub about: Option<PersonId>,
    pub repeats: u32,
}

impl Reference {
    pub fn open(filed: &Filed) -> Self {
        let stands = [(2, MANAGER), (3, DIRECTOR), (4, VP)];
        let rungs = stands.into_iter().filter(|(_, who)| Some(*who) != filed.about);
        let new = |(number, who)| Rung { number, holder: Some(who), due: None, reached: None };
        let mut ticket = Self {
            time: Time::new(filed.hours),
            now: filed.at,
            opened: filed.at,
            priority: filed.priority,
            deadline: filed.deadline,
            about: filed.about,
            owner: PRIYA,
            team: "deal_desk",
            state: State::Open,
            why_closed: None,
            rung: 1,
            rungs: rungs.map(new).collect(),
            promises: Vec::new(),
            wait: None,
            stops: Vec::new(),
            claim: None,
            closed_unconfirmed: None,
            partner_spoke: filed.at,
            presses: Vec::new(),
            holds: Vec::new(),
            held: 0,
            holds_over: Vec::new(),
            accepted: None,
            descent: None,
            put_off: BTreeMap::new(),
            spent: BTreeSet::new(),
            repeats: filed.repeats,
            reopened: 0,
            triaged: false,
            handed_on: 0,
            warned: Vec::new(),
            heads_ups: Vec::new(),
            exceptions: Vec::new(),
        };
        ticket.promise_by_table(Kind::FirstReply, filed.at);
        ticket.promise_by_table(Kind::Resolution, filed.at);
        ticket.set_dues();
        ticket.lift();
        ticket.clocks();
        ticket
    }

    /// People act at `at`; until then, and at that minute after them, the clocks run.
    pub fn walk(&mut self, at: Minute, act: impl FnOnce(&mut Self) -> bool) -> bool {
        while self.now + 1 < at {
            self.minute_begins();
            self.clocks();
        }
        self.minute_begins();
        let done = act(self);
        if done {
            self.has_been_said();
        }
        self.set_dues();
        self.clocks();
        done
    }

    /// What fell between the last minute and this one: warnings at halves and quarters.
    /// A wait is over at its end, also for who acts then.
    fn minute_begins(&mut self) {
        self.now += 1;
        self.has_been_said();
        self.warn(4 * self.now - 1);
        if self.is_open() && self.wait.is_some_and(|w| w.until <= self.now) {
            self.end_wait(false);
        }
    }

    fn has_been_said(&mut self) {
        for warning in &mut self.warned {
            warning.just_now = false;
        }
    }

    /// Promise outcomes, then heads-ups, then rungs upward.
    fn clocks(&mut self) {
        self.outcomes();
        self.warn(4 * self.now);
        self.lift();
        self.climb();
    }

    pub fn column(&self) -> &'static Column {
        &TABLE[self.priority as usize]
    }

    pub fn minutes(&self, span: Span) -> Minute {
        match span {
            H(hours) => 60 * hours,
            D(days) => days * self.time.hours.day(),
        }
    }

    pub fn allowance_of(&self, kind: Kind) -> Minute {
        let column = self.column();
        self.minutes(match kind {
            Kind::FirstReply => column.first_reply,
            Kind::NextUpdate => column.gap,
            Kind::Milestone | Kind::Resolution => column.resolution,
        })
    }

    pub fn promise_by_table(&mut self, kind: Kind, start: Minute) {
        let due = self.time.due(start, self.allowance_of(kind));
        self.promise(kind, None, due, start, true);
    }

    pub fn promise(
        &mut self,
        kind: Kind,
        label: Option<&'static str>,
        due: Minute,
        start: Minute,
        by_table: bool,
    ) {
        let made = self.now;
        self.promises.push(Given {
            kind,
            label,
            due,
            start,
            by_table,
            made,
            outcome: None,
            gone: false,
            done: false,
        });
    }

    /// The promise that stands open and ends silence.
    pub fn update(&self) -> Option<usize> {
        let is_update = |p: &Given| matches!(p.kind, Kind::FirstReply | Kind::NextUpdate);
        self.promises.iter().rposition(|p| is_update(p) && p.outcome.is_none())
    }

    /// The last resolution date, whatever became of it.
    pub fn resolution(&self) -> usize {
        self.promises.iter().rposition(|p| p.kind == Kind::Resolution).unwrap()
    }

    pub fn decide(&mut self, promise: usize, outcome: Outcome) {
        let now = self.now;
        self.promises[promise].outcome.get_or_insert((outcome, now));
    }

    pub fn waits_on_partner(&self) -> Option<Wait> {
        self.wait.filter(|w| w.on == WaitOn::Partner)
    }

    /// Rung clocks stand still.
    pub fn stands_still(&self) -> bool {
        self.state != State::Open || self.waits_on_partner().is_some()
    }

    /// The next update: when a wait on the partner ends, else a gap from now.
    pub fn promise_update(&mut self) {
        match self.waits_on_partner() {
            Some(wait) => self.promise(Kind::NextUpdate, None, wait.until, self.now, false),
            None => self.promise_by_table(Kind::NextUpdate, self.now),
        }
    }

    /// What runs out at this minute, before any rung is looked at.
    fn outcomes(&mut self) {
        if self.state == State::Closed {
            return;
        }
        for i in 0..self.promises.len() {
            let promise = &self.promises[i];
            let stands_still = match promise.kind {
                // A step that a claim overtakes waits for what becomes of the claim.
                Kind::FirstReply | Kind::NextUpdate | Kind::Milestone => self.state == State::Resolved,
                Kind::Resolution => self.stands_still(),
            };
            if promise.outcome.is_some() || promise.due > self.now || stands_still {
                continue;
            }
            let kind = promise.kind;
            self.decide(i, Outcome::Broken);
            match kind {
                Kind::FirstReply | Kind::NextUpdate => {
                    self.promise_update();
                    self.acceptance_fails();
                }
                Kind::Milestone => self.acceptance_fails(),
                Kind::Resolution => {}
            }
        }
        if self.is_unreviewed() {
            self.acceptance_fails();
        }
        if self.state == State::Resolved && self.claim.is_some_and(|c| c + 10 * DAY <= self.now) {
            self.closed_unconfirmed = Some(self.now);
            self.close(CloseReason::Unconfirmed);
        }
    }

    /// Open for 40 business days, or 50, or more under an accepted timetable, and nobody has
    /// acknowledged that: nobody does in these stories.
    fn is_unreviewed(&self) -> bool {
        let (Some(accepted), Some(_)) = (self.accepted, self.column().grace) else { return false };
        let open = self.time.elapsed(self.opened, self.now) - self.stood_still(self.opened, false);
        let days = open / self.time.hours.day();
        let due = || self.clock(self.opened, days / 10 * 10 * self.time.hours.day());
        days >= 40 && !self.stands_still() && accepted < due()
    }

    /// Resolution dates are decided by the claim; what is not yet due is withdrawn.
    pub fn close(&mut self, why: CloseReason) {
        let claimed = self.claim.unwrap();
        for i in 0..self.promises.len() {
            let outcome = match self.promises[i].kind {
                Kind::Resolution if claimed <= self.promises[i].due => Outcome::Kept,
                Kind::Resolution => Outcome::Broken,
                _ => Outcome::Withdrawn,
            };
            self.decide(i, outcome);
        }
        self.state = State::Closed;
        self.why_closed = Some(why);
    }

    /// One rung at once: several causes together are one step, and each counts once a ticket.
    pub fn lift(&mut self) {
        if self.state != State::Open {
            return;
        }
        let slipped = |p: &&Given| {
            matches!(p.kind, Kind::Milestone | Kind::Resolution)
                && p.outcome.is_some_and(|(o, _)| o == Outcome::Broken)
        };
        let causes = [
            (Cause::BrokenPromises, self.promises.iter().filter(slipped).count() >= 2),
            (Cause::Reopenings, self.reopened >= 2),
            (Cause::HandedOn, self.handed_on >= 3),
            (Cause::Repeats, self.repeats >= 2),
        ];
        let mut lifts = None;
        for (cause, met) in causes {
            if met && self.spent.insert(cause) {
                lifts = lifts.or(Some(cause));
            }
        }
        if let (Some(cause), Some(next)) = (lifts, self.next()) {
            self.reach(next, cause);
        }
    }
}
