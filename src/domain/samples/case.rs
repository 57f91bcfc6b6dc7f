//! A ticket that people act on, and how it stands, as text.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::actor::{Actor, By};
use crate::domain::calendar::Calendar;
use crate::domain::change::Change;
use crate::domain::course::Course;
use crate::domain::escalation::{self, Verdict, decide, next_look, settle};
use crate::domain::event::Event;
use crate::domain::ids::PersonId;
use crate::domain::invariants;
use crate::domain::ladder::{Ladder, Stand};
use crate::domain::message::Message;
use crate::domain::notice::{self, Notice};
use crate::domain::priority::Priority;
use crate::domain::promise::{Kind, Promise};
use crate::domain::refusal::Refusal;
use crate::domain::ticket::conversation::delivered;
use crate::domain::ticket::dates::{Milestone, NewTimetable};
use crate::domain::ticket::manning::Manning;
use crate::domain::ticket::migrating::{Move, Versions};
use crate::domain::ticket::triage::Order;
use crate::domain::ticket::{PressReason, Rules, Step, Ticket, Visibility, WaitOn};

use super::{CONTACT, PRIYA, VP, around, at, contact, diary, holders, must_hold, priya};

/// A ticket, what it is measured by, and everything that has happened to it.
#[derive(Clone, Debug)]
pub struct Case {
    pub ticket: Ticket,
    pub ladder: &'static Ladder,
    pub course: Course,
    pub events: Vec<Event>,
    pub messages: Vec<Message>,
    /// What everybody was told, in order.
    pub notices: Vec<Notice>,
}

type Done = Result<(), Refusal>;

/// What people do, and when.
impl Case {
    pub fn rules(&self) -> Rules<'_> {
        Rules { ladder: self.ladder, course: &self.course }
    }

    /// Commits a change, after checking it.
    pub fn take(&mut self, change: Change) {
        must_hold::after(&self.ticket, &change);
        self.notices.extend(notice::of(&change, &around()));
        self.ticket = change.ticket;
        self.events.extend(change.events);
        self.messages.extend(change.messages);
        let mut broken = invariants::of_events(&self.ticket, &self.events);
        // That the clock of a ticket never runs backwards is the desk's care.
        broken.retain(|b| b.code != invariants::Code::EventOrder);
        assert_eq!(broken, []);
    }

    /// The clocks run until then.
    pub fn until(&mut self, when: &str) -> &mut Self {
        self.until_at(at(when));
        self
    }

    pub fn until_at(&mut self, now: Timestamp) {
        let mut change = Change::of(&self.ticket, now);
        settle(&mut change, self.rules(), now).unwrap();
        self.take(change);
    }

    /// A sweep; returns whether it found something to do.
    pub fn sweep(&mut self, now: Timestamp) -> bool {
        match decide(&escalation::Case { ticket: &self.ticket, rules: self.rules() }, now).unwrap() {
            Verdict::Act(change) => {
                self.take(*change);
                true
            }
            Verdict::Wait(next) => {
                assert!(next > now, "waits for {next} at {now}");
                false
            }
            Verdict::Rest => false,
        }
    }

    /// Sweeps every minute until then: those that would find nothing are left out.
    pub fn swept_until(&mut self, when: &str) -> &mut Self {
        self.swept_until_at(at(when));
        self
    }

    pub fn swept_until_at(&mut self, until: Timestamp) {
        const MINUTE: i64 = 60_000_000;
        while let Some(next) = next_look(&self.ticket, self.rules()).unwrap() {
            let minute = -(-next.as_microsecond()).div_euclid(MINUTE) * MINUTE;
            let minute = Timestamp::from_microsecond(minute).unwrap();
            if minute > until {
                break;
            }
            assert!(self.sweep(minute), "nothing to do at {minute}, though {next} was announced");
        }
    }

    /// Writes, and the message arrives at once.
    pub fn writes(&mut self, actor: &Actor, visibility: Visibility, now: Timestamp) -> Done {
        let mut change = self.ticket.write(actor, "Jo decides by 14:00.", visibility, self.rules(), now)?;
        self.deliver(&mut change, now);
        self.take(change);
        Ok(())
    }

    fn deliver(&self, change: &mut Change, now: Timestamp) {
        for number in change.messages.iter().map(|m| m.number).collect::<Vec<i32>>() {
            delivered(change, number, self.rules(), now).unwrap();
        }
    }

    pub fn priya_replies(&mut self, when: &str) -> &mut Self {
        self.writes(&priya(), Visibility::Partner, at(when)).unwrap();
        self
    }

    pub fn partner_writes(&mut self, when: &str) -> &mut Self {
        self.writes(&contact(), Visibility::Partner, at(when)).unwrap();
        self
    }

    pub fn waits(&mut self, on: WaitOn, until: Timestamp, now: Timestamp) -> Done {
        let change =
            self.ticket.wait(on, "we need the order number", until, By::Person(PRIYA), self.rules(), now)?;
        self.take(change);
        Ok(())
    }

    /// A wait on the partner.
    pub fn waits_until(&mut self, until: &str, when: &str) -> &mut Self {
        self.waits(WaitOn::Partner, at(until), at(when)).unwrap();
        self
    }

    pub fn lifts(&mut self, now: Timestamp) -> Done {
        let change = self.ticket.lift_wait(By::Person(PRIYA), self.rules(), now)?;
        self.take(change);
        Ok(())
    }

    pub fn lifts_wait(&mut self, when: &str) -> &mut Self {
        self.lifts(at(when)).unwrap();
        self
    }

    pub fn triage(&mut self, order: &Order, now: Timestamp) -> Done {
        let rules = self.rules();
        let change = self.ticket.triage(order, &holders(), By::Person(PRIYA), rules, rules, now)?;
        self.take(change);
        Ok(())
    }

    /// Somebody left, or is back.
    pub fn is_manned(&mut self, manning: Manning, when: &str) -> &mut Self {
        let change = self.ticket.man(&manning, By::Lizard, self.rules(), at(when)).unwrap();
        self.take(change);
        self
    }

    pub fn becomes(&mut self, priority: Priority, when: &str) -> &mut Self {
        let order =
            Order { priority: Some(priority), reason: "the bid moved".to_owned(), ..Order::default() };
        self.triage(&order, at(when)).unwrap();
        self
    }

    /// To another owner; no clock is concerned.
    pub fn goes_to(&mut self, owner: PersonId, when: &str) -> &mut Self {
        let order = Order { owner: Some(owner), reason: "knows it".to_owned(), ..Order::default() };
        self.triage(&order, at(when)).unwrap();
        self
    }

    /// To a team on another calendar.
    pub fn moves_to(
        &mut self,
        team: &str,
        calendar: Arc<Calendar>,
        priority: Option<Priority>,
        now: Timestamp,
    ) -> Done {
        let order =
            Order { team: Some(team.to_owned()), priority, reason: "theirs".to_owned(), ..Order::default() };
        let course = if calendar.name() == self.ticket.calendar {
            self.course.clone()
        } else {
            self.course.switched(now, calendar)
        };
        let after = Rules { ladder: self.ladder, course: &course };
        let change = self.ticket.triage(&order, &holders(), By::Person(PRIYA), self.rules(), after, now)?;
        self.take(change);
        self.course = course;
        Ok(())
    }

    /// To other versions, which say this.
    pub fn migrate(
        &mut self,
        to: Versions,
        ladder: &'static Ladder,
        calendar: Arc<Calendar>,
        now: Timestamp,
    ) -> Done {
        let course = self.course.switched(now, calendar);
        let order = Move { to, holders: &holders(), reason: "the new contract", by: By::Person(PRIYA) };
        let after = Rules { ladder, course: &course };
        let change = self.ticket.migrate(order, self.rules(), after, now)?;
        self.take(change);
        (self.ladder, self.course) = (ladder, course);
        Ok(())
    }

    pub fn dates(&mut self, new: &NewTimetable, now: Timestamp) -> Done {
        let change = self.ticket.move_timetable(new, By::Person(PRIYA), self.rules(), now)?;
        self.take(change);
        Ok(())
    }

    pub fn resolves(&mut self, now: Timestamp) -> Done {
        let mut change =
            self.ticket.resolve(&priya(), "The price is approved.", "See the quote.", self.rules(), now)?;
        self.deliver(&mut change, now);
        self.take(change);
        Ok(())
    }

    pub fn claims(&mut self, when: &str) -> &mut Self {
        self.resolves(at(when)).unwrap();
        self
    }

    pub fn confirms(&mut self, fixed: bool, now: Timestamp) -> Done {
        let change = self.ticket.confirm(fixed, "we tried it", By::Person(CONTACT), self.rules(), now)?;
        self.take(change);
        Ok(())
    }

    pub fn is_fixed(&mut self, when: &str) -> &mut Self {
        self.confirms(true, at(when)).unwrap();
        self
    }

    pub fn is_not_fixed(&mut self, when: &str) -> &mut Self {
        self.confirms(false, at(when)).unwrap();
        self
    }

    pub fn press(&mut self, actor: &Actor, now: Timestamp) -> Done {
        let change =
            self.ticket.press(actor, PressReason::LackOfProgress, "nothing moves", self.rules(), now)?;
        self.take(change);
        Ok(())
    }

    pub fn contact_presses(&mut self, when: &str) -> &mut Self {
        self.press(&contact(), at(when)).unwrap();
        self
    }

    /// The partner accepts the resolution date.
    pub fn accept(&mut self, now: Timestamp) -> Done {
        let change = self.ticket.accept_timetable(By::Person(CONTACT), self.rules(), now)?;
        self.take(change);
        Ok(())
    }

    pub fn accepts(&mut self, when: &str) -> &mut Self {
        self.accept(at(when)).unwrap();
        self
    }

    /// The present rung's holder puts off the next one.
    pub fn hold(&mut self, until: Timestamp, now: Timestamp) -> Done {
        // Whose rung that is, is only known once the clocks have been brought up to now.
        let mut settled = Change::of(&self.ticket, now);
        settle(&mut settled, self.rules(), now)?;
        let Some(holder) = settled.ticket.step().and_then(|s| s.holder) else { return Ok(()) };
        let by = By::Person(holder);
        let change = self.ticket.hold("the committee meets then", until, by, self.rules(), now)?;
        self.take(change);
        Ok(())
    }

    pub fn holds_until(&mut self, until: &str, when: &str) -> &mut Self {
        self.hold(at(until), at(when)).unwrap();
        self
    }

    pub fn deescalate(&mut self, now: Timestamp) -> Done {
        let change =
            self.ticket.deescalate("the plan is agreed", CONTACT, By::Person(VP), self.rules(), now)?;
        self.take(change);
        Ok(())
    }

    pub fn comes_down(&mut self, when: &str) -> &mut Self {
        self.deescalate(at(when)).unwrap();
        self
    }

    pub fn man(&mut self, manning: &Manning, now: Timestamp) -> Done {
        let change = self.ticket.man(manning, By::Lizard, self.rules(), now)?;
        self.take(change);
        Ok(())
    }

    /// Somebody else, or nobody, is there for the holder of a rung.
    pub fn instead_of(&mut self, stand: Stand, present: Option<PersonId>, now: Timestamp) -> Done {
        let mut holders = holders();
        let place = match stand {
            Stand::Owner => panic!("the owner is no holder"),
            Stand::ChannelManager => &mut holders.channel_manager,
            Stand::Director => &mut holders.director,
            Stand::Vp => &mut holders.vp,
        };
        place.present = present;
        self.man(&Manning { owner: None, holders }, now)
    }

    pub fn acknowledge(&mut self, by: PersonId, now: Timestamp) -> Done {
        let change = self.ticket.acknowledge(By::Person(by), self.rules(), now)?;
        self.take(change);
        Ok(())
    }

    /// A message comes back.
    pub fn bounces(&mut self, message: i32, now: Timestamp) -> Done {
        let change = self.ticket.bounced(message, self.rules(), now)?;
        self.take(change);
        Ok(())
    }

    pub fn contest(&mut self, now: Timestamp) -> Done {
        let change = self.ticket.contest(&contact(), "it stops us", self.rules(), now)?;
        self.take(change);
        Ok(())
    }
}

/// How it stands, as text.
impl Case {
    /// `2 due Mon 23 Nov 14:20`, `3 reached Tue 24 Nov 10:20 (clock)`, `4 never`.
    pub fn rungs(&self) -> Vec<String> {
        let line = |step: &Step| match (step.reached_at, step.due) {
            (Some(reached), _) => {
                format!("{} reached {} ({})", step.number, diary(reached), step.cause.unwrap())
            }
            (None, Some(due)) => format!("{} due {}", step.number, diary(due)),
            (None, None) => format!("{} never", step.number),
        };
        self.ticket.rungs.iter().filter(|s| s.number > 1).map(line).collect()
    }

    /// Of one kind, every promise ever made, in order: its due, and how and when it was decided.
    pub fn promises(&self, kind: Kind) -> Vec<String> {
        self.ticket.timetable.all().iter().filter(|p| p.kind == kind).map(told).collect()
    }

    /// When the next update is due.
    pub fn update(&self) -> String {
        diary(self.ticket.timetable.update().unwrap().due)
    }

    /// When the resolution is due, as last promised.
    pub fn resolution(&self) -> String {
        diary(self.ticket.timetable.resolution().unwrap().due)
    }

    /// What happened, by its stable words.
    pub fn story(&self) -> Vec<&'static str> {
        self.events.iter().map(|e| e.what.kind()).collect()
    }
}

fn told(promise: &Promise) -> String {
    let label = promise.label.as_ref().map(|label| format!("{label}: ")).unwrap_or_default();
    let due = diary(promise.due);
    match (promise.outcome, promise.decided_at) {
        (Some(outcome), Some(decided)) => format!("{label}{due} {outcome} {}", diary(decided)),
        _ => format!("{label}{due}"),
    }
}

pub fn step(label: &str, due: &str) -> Milestone {
    Milestone { label: label.to_owned(), due: at(due), done: false }
}

pub fn done(label: &str, due: &str) -> Milestone {
    Milestone { done: true, ..step(label, due) }
}

/// A timetable given without a reason.
pub fn dates(milestones: &[Milestone], resolution: &str) -> NewTimetable {
    NewTimetable {
        milestones: milestones.to_vec(),
        resolution: at(resolution),
        reason: None,
        requested_by_partner: false,
    }
}

/// The code of a refusal, and of an input the field too.
pub fn refused(result: Done) -> String {
    match result.expect_err("it was allowed") {
        Refusal::State { code, .. } => code.to_owned(),
        Refusal::Input(faults) => {
            faults.iter().map(|f| format!("{} {}", f.field, f.code)).collect::<Vec<_>>().join(", ")
        }
    }
}
