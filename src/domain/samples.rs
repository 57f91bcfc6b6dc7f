//! For tests: the published ladder, two calendars, people, and a ticket that one can
//! act on at times written as in a diary. Whatever is done to a [`Case`] is checked
//! against what must hold after every change.

use std::sync::{Arc, LazyLock};

use jiff::{SignedDuration, Timestamp, Zoned};

use crate::configuration::{CALENDARS, LADDER};

use super::actor::{Actor, By, Token};
use super::calendar::Calendar;
use super::change::Change;
use super::course::Course;
use super::draft::Draft;
use super::escalation::settle;
use super::event::{Event, What};
use super::ids::{PartnerId, PersonId, TicketId, TokenId};
use super::ladder::Ladder;
use super::message::Message;
use super::partner::Holders;
use super::person::{Person, Role};
use super::priority::{Impact, Judgement, Priority, Urgency};
use super::promise::{Kind, Outcome, Promise};
use super::refusal::Refusal;
use super::ticket::conversation::delivered;
use super::ticket::dates::{Milestone, NewTimetable};
use super::ticket::opening::{Opening, open};
use super::ticket::triage::Order;
use super::ticket::{PressReason, Rules, State, Ticket, Visibility, WaitOn};

pub const PARTNER: PartnerId = PartnerId(1);
pub const CONTACT: PersonId = PersonId(11);
pub const PRINCIPAL: PersonId = PersonId(12);
pub const PRIYA: PersonId = PersonId(21);
pub const OLGA: PersonId = PersonId(22);
pub const MANAGER: PersonId = PersonId(31);
pub const DIRECTOR: PersonId = PersonId(41);
pub const VP: PersonId = PersonId(51);

static PUBLISHED: LazyLock<Ladder> = LazyLock::new(|| {
    let calendars = crate::configuration::calendars::read(CALENDARS, None).unwrap();
    let compiled: Vec<Calendar> = calendars.compiled().collect();
    crate::configuration::ladder::read(LADDER, &compiled).unwrap()
});
static OFFICE: LazyLock<Arc<Calendar>> = LazyLock::new(|| calendar("office", "09:00-17:00", &WEEK[..5]));
static ALWAYS: LazyLock<Arc<Calendar>> = LazyLock::new(|| calendar("always", "00:00-24:00", &WEEK));

const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn calendar(name: &str, windows: &str, days: &[&str]) -> Arc<Calendar> {
    let week: serde_json::Map<String, serde_json::Value> =
        days.iter().map(|day| ((*day).to_owned(), serde_json::json!([windows]))).collect();
    let spec = serde_json::json!({ "name": name, "zone": "Europe/Berlin", "week": week });
    Arc::new(Calendar::new(serde_json::from_value(spec).unwrap()).unwrap())
}

/// The built-in ladder: the numbers of PRODUCT §3.
pub fn ladder() -> &'static Ladder {
    &PUBLISHED
}

/// Monday to Friday, 09–17 in Berlin; 1 bd is 8 hours.
pub fn office() -> Arc<Calendar> {
    Arc::clone(&OFFICE)
}

/// Day and night, in Berlin; 1 bd is 24 hours.
pub fn always() -> Arc<Calendar> {
    Arc::clone(&ALWAYS)
}

/// An instant in Berlin, in the winter of 2026: `Mon 23 Nov 10:20`. Monday 23 November
/// is the first day of most stories.
pub fn at(text: &str) -> Timestamp {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"];
    let year = if months.iter().any(|month| text.contains(month)) { 2027 } else { 2026 };
    let text = format!("{year} {text} Europe/Berlin");
    Zoned::strptime("%Y %a %d %b %H:%M %Q", &text).unwrap_or_else(|e| panic!("{text}: {e}")).timestamp()
}

/// The same, backwards; seconds only where there are any.
pub fn diary(instant: Timestamp) -> String {
    let there = instant.in_tz("Europe/Berlin").unwrap();
    let whole = there.second() == 0 && there.subsec_nanosecond() == 0;
    there.strftime(if whole { "%a %d %b %H:%M" } else { "%a %d %b %H:%M:%S%.f" }).to_string()
}

pub fn person(id: PersonId, role: Role) -> Person {
    Person {
        id,
        version: 1,
        email: format!("{role}{id}@example.com"),
        name: format!("{role} {id}"),
        role,
        partner: role.is_partner_side().then_some(PARTNER),
        region: (role == Role::Director).then(|| "EMEA".to_owned()),
        teams: Vec::new(),
        zone: "Europe/Berlin".to_owned(),
        active: true,
    }
}

pub fn contact() -> Actor {
    Actor::Person(person(CONTACT, Role::Contact))
}

pub fn priya() -> Actor {
    Actor::Person(person(PRIYA, Role::Desk))
}

/// An integrator that reads and writes; of one partner, or of the desk.
pub fn token(partner: Option<PartnerId>) -> Actor {
    Actor::Token(Token { id: TokenId(7), name: "crm".to_owned(), reads: true, writes: true, partner })
}

pub fn holders() -> Holders {
    Holders { channel_manager: Some(MANAGER), director: Some(DIRECTOR), vp: Some(VP) }
}

/// A ticket about to be filed: P2 in office hours, owned by Priya, unless said otherwise.
pub struct Filing {
    pub priority: Priority,
    pub calendar: Arc<Calendar>,
    pub deadline: Option<Timestamp>,
    pub about: Option<PersonId>,
    pub holders: Holders,
}

pub fn a(priority: Priority) -> Filing {
    Filing { priority, calendar: office(), deadline: None, about: None, holders: holders() }
}

impl Filing {
    pub fn around_the_clock(mut self) -> Self {
        self.calendar = always();
        self
    }

    pub fn with_deadline(mut self, deadline: &str) -> Self {
        self.deadline = Some(at(deadline));
        self
    }

    pub fn about(mut self, about: PersonId) -> Self {
        self.about = Some(about);
        self
    }

    pub fn filed(self, when: &str) -> Case {
        self.filed_at(at(when))
    }

    pub fn filed_at(self, now: Timestamp) -> Case {
        let category = if self.about.is_some() { "rel.account_manager" } else { "price.approval_late" };
        let draft = Draft {
            category: category.to_owned(),
            about: None,
            subject: "Special price for Acme bid not approved".to_owned(),
            description: "The bid closes soon.".to_owned(),
            impact: Impact::OneBlocked,
            urgency: Some(Urgency::Within5Days),
            deadline: self.deadline,
            value: None,
            blocks: None,
            distributor: None,
        };
        let course = Course::new(self.calendar);
        let opening = Opening {
            id: TicketId(42),
            reference: "PI-1042".to_owned(),
            draft: &draft,
            urgency: Urgency::Within5Days,
            judgement: Judgement { priority: self.priority, reason: "said so".to_owned() },
            partner: PARTNER,
            requester: CONTACT,
            about: self.about,
            owner: PRIYA,
            team: "deal_desk".to_owned(),
            holders: &self.holders,
            rules: Rules { ladder: ladder(), course: &course },
            ladder_version: 1,
            calendar_version: 1,
            by: By::Person(CONTACT),
        };
        let change = open(opening, now).unwrap();
        check_events(0, &change);
        check_standing(&change.ticket);
        Case { ticket: change.ticket, course, events: change.events, messages: Vec::new() }
    }
}

/// A ticket, what it is measured by, and everything that has happened to it.
#[derive(Clone, Debug)]
pub struct Case {
    pub ticket: Ticket,
    pub course: Course,
    pub events: Vec<Event>,
    pub messages: Vec<Message>,
}

type Done = Result<(), Refusal>;

/// What people do, and when.
impl Case {
    pub fn rules(&self) -> Rules<'_> {
        Rules { ladder: ladder(), course: &self.course }
    }

    /// Commits a change, after checking it.
    pub fn take(&mut self, change: Change) {
        check(&self.ticket, &change);
        self.ticket = change.ticket;
        self.events.extend(change.events);
        self.messages.extend(change.messages);
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
        let after = Rules { ladder: ladder(), course: &course };
        let change = self.ticket.triage(&order, &holders(), By::Person(PRIYA), self.rules(), after, now)?;
        self.take(change);
        self.course = course;
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
        let line = |step: &super::ticket::Step| match (step.reached_at, step.due) {
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

/// What must hold after whatever happened to a ticket.
pub fn check(before: &Ticket, change: &Change) {
    let after = &change.ticket;
    check_events(before.last_event, change);
    assert_eq!(change.before.as_ref(), Some(before));
    assert!(after.rung >= before.rung, "a ticket came down from rung {} to {}", before.rung, after.rung);
    for was in before.timetable.all() {
        let is = after.timetable.get(was.number).expect("a promise is gone");
        check_kept_as_made(was, is);
    }
    for was in before.rungs.iter().filter(|s| s.reached_at.is_some()) {
        let is = after.rungs.iter().find(|s| s.number == was.number).expect("a reached rung is gone");
        assert_eq!((is.reached_at, is.cause), (was.reached_at, was.cause), "rung {}", was.number);
    }
    check_standing(after);
}

/// A promise is never overwritten, and decided once.
fn check_kept_as_made(was: &Promise, is: &Promise) {
    let as_made = |p: &Promise| {
        let Promise {
            number, kind, label, due, start, made_at, made_by, supersedes, reason, told_at, ..
        } = p.clone();
        (number, kind, label, due, start, made_at, made_by, supersedes, reason, told_at)
    };
    assert_eq!(as_made(is), as_made(was), "a promise was overwritten");
    if was.outcome.is_some() {
        assert_eq!((is.outcome, is.decided_at), (was.outcome, was.decided_at), "decided twice");
    }
    if was.done_at.is_some() {
        assert_eq!(is.done_at, was.done_at, "done twice");
    }
}

fn check_events(last: i32, change: &Change) {
    let numbers: Vec<i32> = change.events.iter().map(|e| e.number).collect();
    let expected: Vec<i32> = (last + 1..=change.ticket.last_event).collect();
    assert_eq!(numbers, expected, "events are numbered without gaps");
    for event in &change.events {
        assert!(event.at <= event.recorded_at, "recorded before it happened: {event:?}");
        if let What::PromiseDecided { promise, outcome, .. } = event.what {
            let decided = change.ticket.timetable.get(promise).unwrap();
            assert_eq!((decided.outcome, decided.decided_at), (Some(outcome), Some(event.at)));
        }
    }
}

/// What holds of a ticket at any time.
fn check_standing(ticket: &Ticket) {
    let all = ticket.timetable.all();
    let open = |which: fn(&Promise) -> bool| all.iter().filter(|p| p.is_open() && which(p)).count();
    let updates = open(Promise::is_update);
    let resolutions = open(|p| p.kind == Kind::Resolution);
    match ticket.state {
        State::Open => assert_eq!(updates, 1, "an open ticket has one update promise: {all:#?}"),
        State::Resolved => assert_eq!(updates, 0, "under a claim no update is promised: {all:#?}"),
        State::Closed => assert!(all.iter().all(|p| !p.is_open()), "closed: every promise has its outcome"),
    }
    assert!(resolutions <= 1 && ticket.timetable.resolution().is_some());
    assert!(all.iter().zip(1..).all(|(p, number)| p.number == number), "promises count from 1");
    for (lower, upper) in all.iter().filter_map(|p| Some((p.supersedes?, p.number))) {
        assert!(lower < upper && !ticket.timetable.get(lower).unwrap().is_open());
        assert_eq!(all.iter().filter(|p| p.supersedes == Some(lower)).count(), 1, "superseded twice");
    }
    for promise in all {
        check_outcome(promise, ticket);
    }
    let ahead: Vec<Timestamp> =
        ticket.rungs.iter().filter(|s| s.reached_at.is_none()).filter_map(|s| s.due).collect();
    assert!(ahead.is_sorted(), "a rung is due before the one below: {:?}", ticket.rungs);
    let reached = ticket.rungs.iter().rfind(|s| s.reached_at.is_some()).map(|s| s.number);
    assert_eq!(reached, Some(ticket.rung));
    assert_eq!(ticket.rungs[0].holder, Some(ticket.owner), "rung 1 is the owner's");
    assert!(ticket.clocks.stops.iter().all(|s| s.to.duration_since(s.from) >= SignedDuration::ZERO));
}

/// Kept is done by due; broken is past due, or moved later by us.
fn check_outcome(promise: &Promise, ticket: &Ticket) {
    let Some(decided) = promise.decided_at else { return };
    let replaced = ticket.timetable.all().iter().find(|p| p.supersedes == Some(promise.number));
    match promise.outcome {
        // Under a claim, that of the resolution is decided when the partner has spoken.
        Some(Outcome::Kept) => assert!(decided <= promise.due || promise.kind == Kind::Resolution),
        Some(Outcome::Broken) if decided < promise.due => {
            assert!(promise.dropped || replaced.is_some_and(|p| p.due > promise.due), "{promise:?}");
        }
        Some(Outcome::Broken | Outcome::Withdrawn) => {}
        None => panic!("decided without an outcome: {promise:?}"),
    }
}
