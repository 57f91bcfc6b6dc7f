//! The ticket that is lived through again: acts by the verbs that they were, clocks by `decide`.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::actor::{Actor, By, Token};
use crate::domain::calendar::CalendarError;
use crate::domain::change::Change;
use crate::domain::course::Course;
use crate::domain::draft::Draft;
use crate::domain::escalation::{Case, Verdict, decide, next_look, settle};
use crate::domain::event::{Event, Opened, What};
use crate::domain::ids::{PartnerId, PersonId};
use crate::domain::ladder::Ladder;
use crate::domain::message::Message;
use crate::domain::partner::Holders;
use crate::domain::person::{Day, Person, Role};
use crate::domain::priority::Judgement;
use crate::domain::refusal::Refusal;
use crate::domain::ticket::conversation::delivered;
use crate::domain::ticket::dates::NewTimetable;
use crate::domain::ticket::manning::Manning;
use crate::domain::ticket::migrating::{Move, Versions};
use crate::domain::ticket::opening::{Opening, open};
use crate::domain::ticket::triage::Order;
use crate::domain::ticket::{Rules, Ticket};

use super::acts::{Act, First, With};
use super::{LeftOut, OtherRules, OwnRules, Replayed, Score, Unreplayable, Whose};

pub(super) struct Stage<'a> {
    own: &'a OwnRules,
    other: Option<&'a OtherRules>,
    partner: Whose<'a>,
    ladder: Arc<Ladder>,
    /// The one that the ticket was pinned to: rungs in its events are this one's.
    own_ladder: Arc<Ladder>,
    course: Course,
    holders: Holders,
    ticket: Ticket,
    /// The last instant at which something was done.
    last: Timestamp,
    /// By the number that they have in the events.
    messages: BTreeMap<i32, Message>,
    events: Vec<Event>,
    left_out: Vec<LeftOut>,
    watch: &'a mut dyn FnMut(&Change),
}

/// Why an act does not happen here.
enum Trouble {
    Refused(Refusal),
    /// It was about another rung than the one that it would be about here.
    Elsewhere,
    /// Its message was never written here.
    Unwritten,
    Cannot(Unreplayable),
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Unreplayable> for Trouble {
    fn from(why: Unreplayable) -> Self {
        Self::Cannot(why)
    }
}

impl From<CalendarError> for Trouble {
    fn from(error: CalendarError) -> Self {
        Self::Cannot(error.into())
    }
}

type Acted = Result<(), Trouble>;

impl<'a> Stage<'a> {
    pub(super) fn open(
        score: &Score<'a>,
        first: First<'a>,
        watch: &'a mut dyn FnMut(&Change),
    ) -> Result<Self, Unreplayable> {
        let (opened, now) = (first.opened, first.event.at);
        let earlier = || Unreplayable::Earlier(first.event.number);
        let (slug, region) = opened.partner.as_deref().zip(opened.region.as_deref()).ok_or_else(earlier)?;
        let partner = Whose { slug, region };
        let holders = opened.holders.ok_or_else(earlier)?;
        let own_ladder = score.own.ladder(opened.ladder_version)?;
        let ladder = score.other.and_then(|o| o.ladder.clone()).unwrap_or_else(|| Arc::clone(&own_ladder));
        let calendar = match score.other.and_then(|o| o.calendars.as_ref()) {
            Some(calendars) => calendars.of(&opened.team, partner)?,
            None => score.own.calendar(opened.calendar_version, &opened.calendar)?,
        };
        let course = Course::new(calendar);
        let rules = Rules { ladder: &ladder, course: &course };
        let draft = draft(opened);
        let change = open(opening(score, opened, &draft, (partner, &holders), rules, first.event.by), now)?;
        watch(&change);
        Ok(Self {
            own: score.own,
            other: score.other,
            partner,
            ladder,
            own_ladder,
            course,
            holders,
            ticket: change.ticket,
            last: now,
            messages: BTreeMap::new(),
            events: change.events,
            left_out: Vec::new(),
            watch,
        })
    }

    /// The clocks run up to the act, and it happens, or is left out.
    pub(super) fn plays(&mut self, act: &Act<'_>) -> Result<(), Unreplayable> {
        let now = act.event.at.max(self.last);
        self.sweeps_until(now, act.swept)?;
        let mut change = Change::of(&self.ticket, now);
        settle(&mut change, self.rules(), now)?;
        self.takes(change);
        self.last = now;
        let code = match self.performs(act, now) {
            Ok(()) => return Ok(()),
            Err(Trouble::Cannot(why)) => return Err(why),
            Err(Trouble::Refused(Refusal::State { code, .. })) => code,
            Err(Trouble::Refused(Refusal::Input(faults))) => faults.first().map_or("refused", |f| f.code),
            Err(Trouble::Elsewhere) => "other_rung",
            Err(Trouble::Unwritten) => "no_message",
        };
        self.left_out.push(LeftOut { event: act.event.number, kind: act.event.what.kind(), code });
        Ok(())
    }

    pub(super) fn ends(mut self, until: Timestamp) -> Result<Replayed, Unreplayable> {
        self.sweeps_until(until, true)?;
        Ok(Replayed { ticket: self.ticket, events: self.events, left_out: self.left_out })
    }

    fn rules(&self) -> Rules<'_> {
        Rules { ladder: &self.ladder, course: &self.course }
    }

    fn takes(&mut self, change: Change) {
        if change.is_empty() {
            return;
        }
        (self.watch)(&change);
        for message in &change.messages {
            if let Some(known) = self.messages.values_mut().find(|m| m.number == message.number) {
                known.delivered_at = message.delivered_at;
            }
        }
        self.ticket = change.ticket;
        self.events.extend(change.events);
    }

    /// Somebody looks whenever a clock runs out before `until`, or also at that instant.
    fn sweeps_until(&mut self, until: Timestamp, itself: bool) -> Result<(), Unreplayable> {
        while let Some(next) = next_look(&self.ticket, self.rules())? {
            let look = next.max(self.last);
            if look > until || (look == until && !itself) {
                break;
            }
            match decide(&Case { ticket: &self.ticket, rules: self.rules() }, look)? {
                Verdict::Act(change) => self.takes(*change),
                Verdict::Rest | Verdict::Wait(_) => break,
            }
            self.last = look;
        }
        Ok(())
    }

    /// Does what was done, by the verb that it was.
    #[expect(clippy::too_many_lines, reason = "one arm for each thing that people do")]
    fn performs(&mut self, act: &Act<'_>, now: Timestamp) -> Acted {
        let (t, by, rules) = (&self.ticket, act.event.by, self.rules());
        let change = match &act.event.what {
            What::MessagePosted { message, visibility, by_partner } => {
                let actor = actor(act, *by_partner)?;
                let change = t.write(&actor, "", *visibility, rules, now)?;
                self.notes(*message, &change);
                change
            }
            What::MessageDelivered { message } => return self.delivers(*message, now),
            What::Bounced { message } => t.bounced(self.number_of(*message)?, rules, now)?,
            What::Acknowledged { rung } if *rung == t.rung => t.acknowledge(by, rules, now)?,
            What::Reviewed { .. } if t.reviewer().is_some_and(|r| by == By::Person(r)) => {
                t.acknowledge(by, rules, now)?
            }
            What::Acknowledged { .. } | What::Reviewed { .. } => return Err(Trouble::Elsewhere),
            What::Triaged { .. } => return self.triages(act, now),
            What::HandedOver { owner, why } => {
                let manning = Manning { owner: Some((owner.new, *why)), holders: self.standing() };
                t.man(&manning, by, rules, now)?
            }
            What::HolderChanged { .. } => return self.mans(act, now),
            What::TimetableMoved { reason, requested_by_partner, milestones, resolution } => {
                let stands = t.timetable.resolution().filter(|_| matches!(act.with, With::SameResolution));
                let given = resolution.ok_or(Unreplayable::Earlier(act.event.number))?;
                let new = NewTimetable {
                    milestones: milestones.clone(),
                    resolution: stands.map_or(given, |p| p.due),
                    reason: reason.clone(),
                    requested_by_partner: *requested_by_partner,
                };
                t.move_timetable(&new, by, rules, now)?
            }
            What::Accepted { .. } => t.accept_timetable(by, rules, now)?,
            What::Held { rung, until, reason } => {
                self.next_is(*rung)?;
                t.hold(reason, *until, by, rules, now)?
            }
            What::Deescalated { from, reason, agreed_by, .. } if *from == t.rung => {
                t.deescalate(reason, *agreed_by, by, rules, now)?
            }
            What::Deescalated { .. } => return Err(Trouble::Elsewhere),
            What::Migrated { .. } => return self.migrates(act, now),
            What::WaitStarted { on, reason, until } => t.wait(*on, reason, *until, by, rules, now)?,
            What::WaitEnded { .. } => t.lift_wait(by, rules, now)?,
            What::Resolved { summary, how_to_check } => {
                let change = t.resolve(&actor(act, false)?, summary, how_to_check, rules, now)?;
                if let With::Summary(message) = act.with {
                    self.notes(message, &change);
                }
                change
            }
            What::Confirmed { comment } => t.confirm(true, comment, by, rules, now)?,
            What::Refused { comment } => t.confirm(false, comment, by, rules, now)?,
            What::MergedInto { into } => {
                let other = Ticket { reference: into.clone(), ..t.clone() };
                t.merge_into(&other, by, rules, now)?
            }
            What::Contested { reason } => t.contest(&actor(act, true)?, reason, rules, now)?,
            What::Pressed { rung, reason, justification, by_partner, .. } => {
                // Who wanted a rung that is reached here already wants nothing more.
                if t.pressed_rung(rules)?.is_some_and(|target| target > *rung) {
                    return Err(Trouble::Elsewhere);
                }
                t.press(&actor(act, *by_partner)?, *reason, justification, rules, now)?
            }
            What::Called { summary, heat } if let By::Person(person) = by => {
                t.called(summary, *heat, person, &self.events, rules, now)?
            }
            _ => {
                let mut change = Change::of(t, now);
                change.happened(now, by, act.event.what.clone());
                change
            }
        };
        self.takes(change);
        Ok(())
    }

    /// Notes a message under the number that it has in the events.
    fn notes(&mut self, number: i32, change: &Change) {
        if let Some(message) = change.messages.first() {
            self.messages.insert(number, message.clone());
        }
    }

    fn number_of(&self, message: i32) -> Result<i32, Trouble> {
        self.messages.get(&message).map(|m| m.number).ok_or(Trouble::Unwritten)
    }

    fn delivers(&mut self, number: i32, now: Timestamp) -> Acted {
        let message = self.messages.get(&number).cloned().ok_or(Trouble::Unwritten)?;
        let mut change = Change::of(&self.ticket, now);
        let here = message.number;
        change.messages.push(message);
        delivered(&mut change, here, self.rules(), now)?;
        self.takes(change);
        Ok(())
    }

    /// A hold is of the next rung; here that may be another one.
    fn next_is(&self, rung: u8) -> Acted {
        match self.ticket.next_step(&self.ladder) {
            Some(step) if step.number != rung => Err(Trouble::Elsewhere),
            _ => Ok(()),
        }
    }

    fn triages(&mut self, act: &Act<'_>, now: Timestamp) -> Acted {
        let What::Triaged { category, priority, team, owner, reason, about, calendar, repeats, holders } =
            &act.event.what
        else {
            return Ok(());
        };
        let order = Order {
            category: category.as_ref().map(|m| m.new.clone()),
            about: *about,
            priority: priority.as_ref().map(|m| m.new),
            team: team.as_ref().map(|m| m.new.clone()),
            owner: owner.as_ref().map(|m| m.new),
            repeats: *repeats,
            reason: reason.clone(),
        };
        if let Some(holders) = holders {
            self.holders = *holders;
        }
        let team = order.team.as_deref().unwrap_or(&self.ticket.team);
        let next = match self.other.and_then(|o| o.calendars.as_ref()) {
            Some(calendars) => Some(calendars.of(team, self.partner)?),
            None => {
                let version = self.ticket.calendar_version;
                calendar.as_ref().map(|moved| self.own.calendar(version, &moved.new)).transpose()?
            }
        };
        let course = self.course_with(next, now);
        let after = Rules { ladder: &self.ladder, course: &course };
        let change = self.ticket.triage(&order, &self.holders, act.event.by, self.rules(), after, now)?;
        self.course = course;
        self.takes(change);
        Ok(())
    }

    /// From `now` on with another calendar, if it is another one.
    fn course_with(&self, next: Option<Arc<crate::domain::calendar::Calendar>>, now: Timestamp) -> Course {
        match next.filter(|calendar| calendar.name() != self.ticket.calendar) {
            Some(calendar) => self.course.switched(now, calendar),
            None => self.course.clone(),
        }
    }

    fn mans(&mut self, act: &Act<'_>, now: Timestamp) -> Acted {
        let With::Holders(changed) = &act.with else { return Ok(()) };
        // Who is not named stays where they are.
        self.holders = self.standing();
        for (rung, holder) in changed {
            if let Some(rung) = self.own_ladder.rung(*rung) {
                self.holders.put(rung.stand, *holder);
            }
        }
        let manning = Manning { owner: None, holders: self.holders };
        let change = self.ticket.man(&manning, act.event.by, self.rules(), now)?;
        self.takes(change);
        Ok(())
    }

    /// Who stands where now.
    fn standing(&self) -> Holders {
        let mut holders = self.holders;
        for step in &self.ticket.rungs {
            holders.put(step.stand, step.holder);
        }
        holders
    }

    /// To the versions of then; under other rules there is nothing to move.
    fn migrates(&mut self, act: &Act<'_>, now: Timestamp) -> Acted {
        let What::Migrated { ladder, calendars, calendar, reason, holders } = &act.event.what else {
            return Ok(());
        };
        if let Some(ladder) = ladder {
            self.own_ladder = self.own.ladder(ladder.new)?;
        }
        if let Some(holders) = holders {
            self.holders = *holders;
        }
        if self.other.is_some() {
            return Ok(());
        }
        let t = &self.ticket;
        let to = Versions {
            ladder: ladder.as_ref().map_or(t.ladder_version, |l| l.new),
            calendars: calendars.as_ref().map_or(t.calendar_version, |c| c.new),
        };
        let course = if calendars.is_some() || calendar.is_some() {
            let name = calendar.as_ref().map_or(&t.calendar, |c| &c.new);
            self.course.switched(now, self.own.calendar(to.calendars, name)?)
        } else {
            self.course.clone()
        };
        let next = Arc::clone(&self.own_ladder);
        let after = Rules { ladder: &next, course: &course };
        let order = Move { to, holders: &self.holders, reason, by: act.event.by };
        let change = t.migrate(order, self.rules(), after, now)?;
        (self.ladder, self.course) = (next, course);
        self.takes(change);
        Ok(())
    }
}

/// Everything that the ticket is opened with.
fn opening<'a>(
    score: &Score<'a>,
    opened: &Opened,
    draft: &'a Draft,
    (whose, holders): (Whose<'a>, &'a Holders),
    rules: Rules<'a>,
    by: By,
) -> Opening<'a> {
    Opening {
        id: score.id,
        reference: score.reference.to_owned(),
        draft,
        urgency: opened.urgency,
        judgement: Judgement { priority: opened.priority, reason: opened.priority_reason.clone() },
        partner: PartnerId(0),
        slug: whose.slug,
        region: whose.region,
        requester: opened.requester,
        about: opened.about,
        owner: opened.owner,
        team: opened.team.clone(),
        holders,
        rules,
        ladder_version: opened.ladder_version,
        calendar_version: opened.calendar_version,
        repeats: opened.repeats,
        by,
    }
}

fn draft(opened: &Opened) -> Draft {
    Draft {
        category: opened.category.clone(),
        about: None,
        subject: String::new(),
        description: String::new(),
        impact: opened.impact,
        urgency: Some(opened.urgency),
        deadline: opened.deadline,
        value: opened.value.clone(),
        blocks: None,
        distributor: None,
    }
}

/// Who did it, as far as verbs ask.
fn actor(act: &Act<'_>, by_partner: bool) -> Result<Actor, Unreplayable> {
    match act.event.by {
        By::Person(id) => Ok(Actor::Person(somebody(id, by_partner))),
        By::Token(id) => Ok(Actor::Token(Token {
            id,
            name: String::new(),
            reads: true,
            writes: true,
            partner: by_partner.then_some(PartnerId(0)),
        })),
        By::Lizard => Err(Unreplayable::Unknown(act.event.number)),
    }
}

fn somebody(id: PersonId, by_partner: bool) -> Person {
    Person {
        id,
        version: 1,
        email: String::new(),
        name: String::new(),
        role: if by_partner { Role::Contact } else { Role::Desk },
        partner: by_partner.then_some(PartnerId(0)),
        region: None,
        teams: Vec::new(),
        zone: String::new(),
        day: Day::default(),
        keys: true,
        active: true,
    }
}
