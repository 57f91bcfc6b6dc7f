//! What the engine costs: `cargo bench --bench engine`. The figures are in
//! docs/PERFORMANCE.md; budgets are 20 µs to decide, 1 µs for a due of three days, and a
//! minute on one core for the replay of 100,000 tickets.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on stops here")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use jiff::{SignedDuration, Timestamp};
use lizard::configuration::{CALENDARS, LADDER, calendars, ladder};
use lizard::domain::actor::{Actor, By};
use lizard::domain::calendar::{Allowance, Calendar};
use lizard::domain::change::Change;
use lizard::domain::course::Course;
use lizard::domain::draft::Draft;
use lizard::domain::escalation::{Case, decide, settle};
use lizard::domain::event::Event;
use lizard::domain::ids::{PartnerId, PersonId, TicketId};
use lizard::domain::ladder::Ladder;
use lizard::domain::partner::Holders;
use lizard::domain::person::{Day, Person, Role};
use lizard::domain::priority::{Impact, Judgement, Priority, Urgency};
use lizard::domain::replay::{OwnRules, Score, replay};
use lizard::domain::ticket::conversation::delivered;
use lizard::domain::ticket::opening::{Opening, open};
use lizard::domain::ticket::{Rules, Ticket, Visibility};

const OWNER: i64 = 21;

fn monday() -> Timestamp {
    "2026-11-23T09:20:00Z".parse().unwrap()
}

fn calendar() -> Calendar {
    let days: serde_json::Map<String, serde_json::Value> = ["mon", "tue", "wed", "thu", "fri"]
        .into_iter()
        .map(|day| (day.to_owned(), serde_json::json!(["09:00-17:00"])))
        .collect();
    let spec = serde_json::json!({ "name": "office", "zone": "Europe/Berlin", "week": days });
    Calendar::new(serde_json::from_value(spec).unwrap()).unwrap()
}

fn published() -> Ladder {
    let known: Vec<Calendar> = calendars::read(CALENDARS, None).unwrap().compiled().collect();
    ladder::read(LADDER, &known).unwrap()
}

/// A P2 as it is filed on Monday.
fn filed(rules: Rules<'_>) -> Change {
    let draft = Draft {
        category: "price.approval_late".to_owned(),
        about: None,
        subject: "Special price not approved".to_owned(),
        description: "The bid closes soon.".to_owned(),
        impact: Impact::OneBlocked,
        urgency: Some(Urgency::Within5Days),
        deadline: None,
        value: None,
        blocks: None,
        distributor: None,
    };
    let [contact, owner, manager, director, vp] = [11, OWNER, 31, 41, 51].map(PersonId);
    let opening = Opening {
        id: TicketId(1),
        reference: "PI-1".to_owned(),
        draft: &draft,
        urgency: Urgency::Within5Days,
        judgement: Judgement { priority: Priority::P2, reason: "said so".to_owned() },
        partner: PartnerId(1),
        requester: contact,
        about: None,
        owner,
        team: "deal_desk".to_owned(),
        slug: "acme",
        region: "emea",
        holders: &Holders::all_there(Some(manager), Some(director), Some(vp)),
        rules,
        ladder_version: 1,
        calendar_version: 1,
        repeats: 0,
        by: By::Person(contact),
    };
    open(opening, monday()).unwrap()
}

/// A P2 whose clocks ran until it has this many promises.
fn ticket(rules: Rules<'_>, promises: usize) -> (Ticket, Timestamp) {
    let (mut ticket, mut now) = (filed(rules).ticket, monday());
    while ticket.timetable.all().len() < promises {
        now += SignedDuration::from_hours(24);
        let mut change = Change::of(&ticket, now);
        settle(&mut change, rules, now).unwrap();
        ticket = change.ticket;
    }
    (ticket, now)
}

/// The events of a P2 that its owner writes about now and then, of at least so many.
fn story(rules: Rules<'_>, events: usize) -> (Vec<Event>, Timestamp) {
    let owner = Actor::Person(Person {
        id: PersonId(OWNER),
        version: 1,
        email: "priya@lizard.example".to_owned(),
        name: "Priya Nair".to_owned(),
        role: Role::Desk,
        partner: None,
        region: None,
        teams: Vec::new(),
        zone: "Europe/Berlin".to_owned(),
        day: Day::default(),
        keys: true,
        active: true,
    });
    let Change { mut ticket, events: mut all, .. } = filed(rules);
    let mut now = monday();
    while all.len() < events {
        now += SignedDuration::from_hours(30);
        let mut change = ticket.write(&owner, "Pricing has it.", Visibility::Partner, rules, now).unwrap();
        let number = change.messages.iter().map(|m| m.number).max().unwrap();
        delivered(&mut change, number, rules, now).unwrap();
        all.extend(change.events);
        ticket = change.ticket;
    }
    (all, now)
}

fn replaying(c: &mut Criterion) {
    let (ladder, calendar) = (Arc::new(published()), Arc::new(calendar()));
    let course = Course::new(Arc::clone(&calendar));
    let rules = Rules { ladder: &ladder, course: &course };
    let mut own = OwnRules::default();
    own.ladders.insert(1, Arc::clone(&ladder));
    own.calendars.insert((1, "office".to_owned()), Arc::clone(&calendar));
    let once = |(events, until): &(Vec<Event>, Timestamp)| {
        let score =
            Score { id: TicketId(1), reference: "PI-1", events, own: &own, other: None, until: *until };
        replay(black_box(&score), &mut |_| ()).unwrap()
    };
    let mut group = c.benchmark_group("replay, events");
    for events in [10, 20, 50, 100, 200] {
        let story = story(rules, events);
        group.bench_function(BenchmarkId::from_parameter(events), |b| b.iter(|| once(&story)));
    }
    group.finish();
    let mut group = c.benchmark_group("replay");
    let usual = story(rules, 20);
    group.sample_size(10);
    group.bench_function("100,000 tickets of 20 events", |b| {
        b.iter(|| (0..100_000).for_each(|_| drop(once(&usual))));
    });
    group.finish();
}

fn deciding(c: &mut Criterion) {
    let (ladder, course) = (published(), Course::new(calendar().into()));
    let rules = Rules { ladder: &ladder, course: &course };
    let mut group = c.benchmark_group("decide");
    for promises in [2, 10, 100, 1_000] {
        let (ticket, now) = ticket(rules, promises);
        let case = Case { ticket: &ticket, rules };
        let id = BenchmarkId::new("waits, promises", promises);
        group.bench_function(id, |b| b.iter(|| decide(black_box(&case), black_box(now)).unwrap()));
        let next = now + SignedDuration::from_hours(72);
        let id = BenchmarkId::new("acts, promises", promises);
        group.bench_function(id, |b| b.iter(|| decide(black_box(&case), black_box(next)).unwrap()));
    }
    group.finish();
}

fn due(c: &mut Criterion) {
    let calendar = calendar();
    let mut group = c.benchmark_group("due, days");
    // A thousand working days are further than the three years that a clock may run.
    for days in [1, 3, 10, 100, 700] {
        let open = calendar.open_time(Allowance::Days(days));
        group.bench_function(BenchmarkId::from_parameter(days), |b| {
            b.iter(|| calendar.due(black_box(monday()), black_box(open)).unwrap());
        });
    }
    group.finish();
}

criterion_group!(engine, deciding, due, replaying);
criterion_main!(engine);
