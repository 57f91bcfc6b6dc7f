//! Triage: category, priority, team and owner, with a reason. Elapsed time is kept:
//! dates are computed anew from where they started, on the terms that hold now.

use jiff::{SignedDuration, Timestamp};

use crate::domain::actor::By;
use crate::domain::calendar::CalendarError;
use crate::domain::change::Change;
use crate::domain::escalation::{after_new_date, lift, move_rungs, pass_on, remake};
use crate::domain::event::{Moved, What};
use crate::domain::fault::Fault;
use crate::domain::ids::PersonId;
use crate::domain::ladder::Stand;
use crate::domain::partner::Holders;
use crate::domain::priority::Priority;
use crate::domain::promise::{Kind, Origin, Promise};
use crate::domain::refusal::Refusal;

use super::opening::leaves_out;
use super::{Era, Money, Notified, Rules, State, Step, Ticket};

/// What should be different. Everything is looked up: the owner is an active desk member.
#[derive(Clone, Debug, Default)]
pub struct Order {
    pub category: Option<String>,
    /// Becomes known when the category becomes a complaint.
    pub about: Option<PersonId>,
    pub priority: Option<Priority>,
    pub team: Option<String>,
    pub owner: Option<PersonId>,
    /// Others of the same partner and of this new leaf, lately.
    pub repeats: Option<u32>,
    pub reason: String,
}

/// What may be corrected of what was written at intake, by those who triage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Correction {
    pub subject: Option<String>,
    pub description: Option<String>,
    pub blocks: Option<Option<String>>,
    pub distributor: Option<Option<String>>,
    pub value: Option<Option<Money>>,
}

impl Ticket {
    /// `before` are the rules that held until now, `after` those from now on: the
    /// calendar changes with the team.
    pub fn triage(
        &self,
        order: &Order,
        holders: &Holders,
        by: By,
        before: Rules<'_>,
        after: Rules<'_>,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        let mut change = self.settled(before, now)?;
        let t = &mut change.ticket;
        let category = moved(&mut t.category, order.category.clone());
        let priority = moved(&mut t.priority, order.priority);
        let team = moved(&mut t.team, order.team.clone());
        let owner = moved(&mut t.owner, order.owner);
        if priority.is_some() {
            t.priority_reason = format!("set by hand: {}", order.reason);
        }
        // The first triage gives the ticket to whom it belongs; others pass it on.
        if t.clocks.triaged && (team.is_some() || owner.is_some()) {
            t.clocks.handed_on += 1;
        }
        t.clocks.triaged = true;
        if let Some(repeats) = order.repeats {
            t.clocks.repeats = repeats;
        }
        let about = order.about.filter(|about| t.about != Some(*about));
        t.about = about.or(t.about);
        if owner.is_some() {
            t.clocks.stands_in_for = None;
            t.notify_owner_anew(now);
        }
        let calendar = t.switch_calendar(before, after, t.calendar_version, now);
        let retimes = calendar.is_some() || priority.is_some();
        t.man_rungs(after, holders);
        let (reason, repeats) = (order.reason.clone(), order.repeats);
        let holders = t.about.map(|_| *holders);
        change.happened(
            now,
            by,
            What::Triaged { category, priority, team, owner, reason, about, calendar, repeats, holders },
        );
        if retimes {
            retime(&mut change, after, now, by, &order.reason)?;
        }
        move_rungs(&mut change, after, now, by)?;
        // Another priority may grant the rung above one on which nobody is.
        pass_on(&mut change, after, now);
        lift(&mut change, after, now);
        Ok(change)
    }

    /// Corrects what was written; no clock moves.
    pub fn correct(&self, new: &Correction, by: By, now: Timestamp) -> Result<Change, Refusal> {
        self.must_be_live()?;
        let mut change = Change::of(self, now);
        let t = &mut change.ticket;
        let touched = [
            ("subject", moved(&mut t.subject, new.subject.clone()).is_some()),
            ("description", moved(&mut t.description, new.description.clone()).is_some()),
            ("blocks", moved(&mut t.blocks, new.blocks.clone()).is_some()),
            ("distributor", moved(&mut t.distributor, new.distributor.clone()).is_some()),
            ("value", moved(&mut t.value, new.value.clone()).is_some()),
        ];
        let fields: Vec<String> =
            touched.iter().filter(|(_, yes)| *yes).map(|(name, _)| (*name).to_owned()).collect();
        if !fields.is_empty() {
            change.happened(now, by, What::Edited { fields });
        }
        Ok(change)
    }

    /// On the first rung the owner is who has to acknowledge, and this one has not heard of it yet.
    pub(super) fn notify_owner_anew(&mut self, now: Timestamp) {
        if self.step().is_some_and(|s| s.stand == Stand::Owner) {
            self.clocks.notified = Some(Notified::of(self.rung, now));
        }
    }

    /// From now on the time runs on the calendar of `after`, of this version; what says the same
    /// is no new era. Returns the old and new name where it is another calendar.
    pub(super) fn switch_calendar(
        &mut self,
        before: Rules<'_>,
        after: Rules<'_>,
        version: i64,
        now: Timestamp,
    ) -> Option<Moved<String>> {
        let (was, is) = (before.course.calendar(), after.course.calendar());
        let of = std::mem::replace(&mut self.calendar_version, version);
        if was.spec() == is.spec() {
            return None;
        }
        let new = is.name().to_owned();
        let old = std::mem::replace(&mut self.calendar, new.clone());
        self.clocks.eras.push(Era { calendar: old.clone(), version: of, until: now });
        (old != new).then_some(Moved { old, new })
    }

    /// Who stands where now: the owner on rung 1, and no rung held by whom the complaint is about.
    pub(super) fn man_rungs(&mut self, rules: Rules<'_>, holders: &Holders) {
        let about = self.about;
        self.rungs.retain(|step| step.number <= self.rung || !leaves_out(step.stand, holders, about));
        if let Some(first) = self.rungs.iter_mut().find(|s| s.stand == Stand::Owner) {
            first.holder = Some(self.owner);
        }
        for rung in &rules.ladder.rungs {
            let missing = !self.rungs.iter().any(|s| s.number == rung.number);
            if missing && rung.number > self.rung && !leaves_out(rung.stand, holders, about) {
                self.rungs.push(Step {
                    number: rung.number,
                    name: rung.name.clone(),
                    stand: rung.stand,
                    holder: holders.on(rung.stand),
                    due: None,
                    reached_at: None,
                    cause: None,
                });
            }
        }
        self.rungs.sort_by_key(|s| s.number);
    }
}

/// Puts `new` in the place of `slot` where it is given and different.
fn moved<T: Clone + PartialEq>(slot: &mut T, new: Option<T>) -> Option<Moved<T>> {
    let new = new.filter(|new| new != slot)?;
    let old = std::mem::replace(slot, new.clone());
    Some(Moved { old, new })
}

/// Makes the table's dates anew from where they started. One that would be past
/// is due one new allowance after the change. Dates given by a person stand, and while
/// resolved is claimed nothing moves.
pub(super) fn retime(
    change: &mut Change,
    rules: Rules<'_>,
    now: Timestamp,
    by: By,
    reason: &str,
) -> Result<(), CalendarError> {
    if change.ticket.state != State::Open {
        return Ok(());
    }
    let open: Vec<Promise> = change
        .ticket
        .timetable
        .all()
        .iter()
        .filter(|p| p.is_open() && p.origin == Origin::Table)
        .cloned()
        .collect();
    for old in open {
        let terms = rules.ladder.terms(change.ticket.priority);
        let (allowance, paused) = match old.kind {
            Kind::FirstReply => (terms.first_reply, SignedDuration::ZERO),
            Kind::NextUpdate => (terms.update, SignedDuration::ZERO),
            Kind::Resolution => (terms.resolution, change.ticket.waited(rules.course, old.start)),
            Kind::Milestone => continue,
        };
        let mut due =
            rules.course.due(old.start, rules.course.open_time(allowance).saturating_add(paused))?;
        let reading = if old.kind == Kind::Resolution { change.ticket.clock_reading(now) } else { now };
        if due != old.due && due <= reading {
            due = rules.course.due_after(reading, allowance)?;
        }
        if due != old.due {
            let new = remake(change, &old, due, now, by, reason);
            after_new_date(change, rules, &old, new, now, by)?;
        }
    }
    Ok(())
}

/// A triage order that orders nothing.
pub fn nothing_to_change() -> Refusal {
    Refusal::Input(vec![Fault::new(
        "",
        "nothing_to_change",
        "name at least one of category, priority, team and owner",
    )])
}
