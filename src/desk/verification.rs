//! Whether everything that must hold does: the store is read a range of ids at a time, each on
//! one state, and `domain/invariants.rs` judges. Nothing is changed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use crate::domain::escalation::next_look;
use crate::domain::event::{Event, What};
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::invariants::{self, Breach, Code, Subject};
use crate::domain::person::Person;
use crate::domain::taxonomy::is_complaint;
use crate::domain::ticket::{Rules, Ticket};
use crate::store::events::Unreadable;
use crate::store::tickets::Found;
use crate::store::{self, Db, outbox, soundness, submissions};

use super::{Desk, Error};

/// References that a check of their own names: owners, and the tickets of letters.
const HAVE_THEIR_OWN: [&str; 2] = ["tickets.owner_id", "outbox.ticket_id"];
/// Remembered answers that are looked at at once.
const PAGE: i64 = 2_000;

/// How far ids go.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extent {
    pub last_ticket: i64,
    pub last_letter: i64,
}

/// How much was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub tickets: usize,
    pub events: usize,
    pub promises: usize,
    pub messages: usize,
    pub letters: usize,
}

impl AddAssign for Counted {
    fn add_assign(&mut self, more: Self) {
        self.tickets += more.tickets;
        self.events += more.events;
        self.promises += more.promises;
        self.messages += more.messages;
        self.letters += more.letters;
    }
}

/// What a part of the database came to.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// With what it is about: a ticket's reference, a letter, a table.
    pub breaches: Vec<(String, Breach)>,
    pub counted: Counted,
}

impl Findings {
    fn add(&mut self, subject: &str, found: Vec<Breach>) {
        self.breaches.extend(found.into_iter().map(|breach| (subject.to_owned(), breach)));
    }

    fn note(&mut self, subject: &str, code: Code, detail: impl Into<String>) {
        self.breaches.push((subject.to_owned(), Breach::new(code, detail)));
    }
}

/// What there is to look at.
pub fn extent(db: &mut Db) -> Result<Extent, Error> {
    Ok(Extent {
        last_ticket: store::tickets::last_id(db)?.unwrap_or(0),
        last_letter: outbox::last_id(db)?.unwrap_or(0),
    })
}

/// The database as such: its file, references, indexes, sequences, remembered answers.
pub fn whole(db: &mut Db) -> Result<Findings, Error> {
    let mut found = Findings::default();
    for line in soundness::damage(db)? {
        found.note("database", Code::FileDamaged, line);
    }
    for loose in soundness::dangling(db, &HAVE_THEIR_OWN)? {
        let subject = loose.ticket.as_deref().unwrap_or("database");
        let detail = format!("{} names a row of {} that is not there", loose.column, loose.parent);
        found.note(subject, Code::ReferenceBroken, detail);
    }
    for name in soundness::missing_indexes(db)? {
        found.note("database", Code::IndexMissing, format!("the index {name} is not there, or not valid"));
    }
    for table in soundness::sequences_behind(db)? {
        found.note("database", Code::SequenceBehind, format!("the next number of {table} is given already"));
    }
    for person in soundness::miscounted(db)? {
        let detail = format!("owns {} live tickets, and {} are counted", person.live, person.counted);
        found.note(&person.email, Code::LiveMiscounted, detail);
    }
    for (absence, detail) in store::absences::senseless(db)? {
        found.note(&format!("absence {absence}"), Code::AbsenceSenseless, detail);
    }
    for file in store::attachments::unsound(db)? {
        let (name, size) = (format!("{} attachment {}", file.reference, file.number), file.size);
        if file.held < 0 {
            found.note(&name, Code::AttachmentWithoutBytes, format!("none of its {size} bytes is there"));
        } else {
            let detail = format!("{} of its {size} bytes are there", file.held);
            found.note(&name, Code::AttachmentSizeWrong, detail);
        }
    }
    answers(db, &mut found)?;
    Ok(found)
}

/// Remembered answers lead to tickets that there are.
fn answers(db: &mut Db, found: &mut Findings) -> Result<(), Error> {
    let mut after = None;
    loop {
        let page = submissions::locations(db, after.as_ref(), PAGE)?;
        let Some((actor, key, _)) = page.last().cloned() else { return Ok(()) };
        after = Some((actor, key));
        let named: BTreeSet<&str> =
            page.iter().filter_map(|(.., location)| ticket_of(location.as_deref()?)).collect();
        let there = store::tickets::known(db, &named.iter().copied().collect::<Vec<_>>())?;
        for reference in named.into_iter().filter(|r| !there.contains(*r)) {
            found.note(
                reference,
                Code::AnswerWithoutTicket,
                "a remembered answer names it, and it is not there",
            );
        }
    }
}

/// The reference in `/api/v1/tickets/PI-1042/messages` and `/t/PI-1042`.
fn ticket_of(location: &str) -> Option<&str> {
    let rest = location.strip_prefix("/api/v1/tickets/").or_else(|| location.strip_prefix("/t/"))?;
    rest.split(['/', '?', '#']).next().filter(|reference| !reference.is_empty())
}

/// The tickets with ids from `first` to `last`.
pub fn tickets(desk: &Desk, db: &mut Db, first: i64, last: i64) -> Result<Findings, Error> {
    let mut found = Findings::default();
    let all = store::tickets::between(db, first, last)?;
    let mut told: BTreeMap<TicketId, Vec<Result<Event, Unreadable>>> = BTreeMap::new();
    for (ticket, event) in store::events::between(db, first, last)? {
        found.counted.events += 1;
        told.entry(ticket).or_default().push(event);
    }
    let mut written: BTreeMap<TicketId, Vec<i32>> = BTreeMap::new();
    for (ticket, number) in store::events::message_numbers(db, first, last)? {
        found.counted.messages += 1;
        written.entry(ticket).or_default().push(number);
    }
    let owners: BTreeSet<PersonId> = all
        .iter()
        .filter_map(|one| match one {
            Found::Read(ticket, _) => Some(ticket.owner),
            Found::Unreadable { .. } => None,
        })
        .collect();
    let owners = store::people::named(db, &owners.into_iter().collect::<Vec<_>>())?;
    for one in all {
        found.counted.tickets += 1;
        match one {
            Found::Unreadable { reference, why, .. } => found.note(&reference, Code::Unreadable, why),
            Found::Read(ticket, differ) => {
                let events = told.remove(&ticket.id).unwrap_or_default();
                let messages = written.remove(&ticket.id).unwrap_or_default();
                found.counted.promises += ticket.timetable.all().len();
                for column in differ {
                    let detail = format!("tickets.{column} is not what the ticket says");
                    found.note(&ticket.reference, Code::ColumnDiffers, detail);
                }
                found.add(&ticket.reference, of_one(&ticket, &owners, events, &messages));
                of_clocks(desk, db, &ticket, &mut found)?;
            }
        }
    }
    Ok(found)
}

/// A ticket with everything that is told of it.
fn of_one(
    ticket: &Ticket,
    owners: &BTreeMap<PersonId, Person>,
    events: Vec<Result<Event, Unreadable>>,
    messages: &[i32],
) -> Vec<Breach> {
    let mut found = invariants::of_ticket(ticket);
    found.extend(invariants::of_owner(ticket, owners.get(&ticket.owner)));
    let mut readable = Vec::with_capacity(events.len());
    for event in events {
        match event {
            Ok(event) => readable.push(event),
            Err(Unreadable { number, why }) => {
                found.push(Breach::new(Code::Unreadable, format!("event {number}: {why}")));
                // What it said is not known: nothing else can be told from the rest.
                return found;
            }
        }
    }
    found.extend(invariants::of_events(ticket, &readable));
    found.extend(invariants::of_messages(ticket, messages, &readable));
    found
}

/// Whether the sweep looks in time, by the rules that the ticket is measured by.
fn of_clocks(desk: &Desk, db: &mut Db, ticket: &Ticket, found: &mut Findings) -> Result<(), Error> {
    let mut rules =
        || Ok((desk.rulebook.ladder(db, ticket.ladder_version)?, desk.rulebook.course(db, ticket)?));
    let (ladder, course) = match rules() {
        Ok(rules) => rules,
        Err(gone @ Error::Unavailable(_)) => return Err(gone),
        Err(why) => {
            let (ladder, calendar) = (ticket.ladder_version, ticket.calendar_version);
            let detail = format!("version {ladder} of the ladder, or {calendar} of the calendars: {why}");
            found.note(&ticket.reference, Code::RulesMissing, detail);
            return Ok(());
        }
    };
    match next_look(ticket, Rules { ladder: &ladder, course: &course }) {
        Ok(next) => found.add(&ticket.reference, invariants::of_look(ticket, next)),
        Err(why) => found.note(&ticket.reference, Code::RulesMissing, why.to_string()),
    }
    Ok(())
}

/// The letters with ids from `first` to `last`.
pub fn letters(db: &mut Db, first: i64, last: i64) -> Result<Findings, Error> {
    let mut found = Findings::default();
    let rows = outbox::between(db, first, last)?;
    let about: BTreeSet<i64> = rows.iter().filter_map(|row| row.ticket_id).collect();
    let mut events: BTreeMap<i64, Vec<i32>> = BTreeMap::new();
    for (ticket, number) in store::events::numbers(db, &about.into_iter().collect::<Vec<_>>())? {
        events.entry(ticket).or_default().push(number);
    }
    for row in &rows {
        found.counted.letters += 1;
        let name = match &row.reference {
            Some(reference) => format!("{reference} letter {}", row.id),
            None => format!("letter {}", row.id),
        };
        let held = match row.read() {
            Ok(held) => held,
            Err(why) => {
                found.note(&name, Code::Unreadable, why.to_string());
                continue;
            }
        };
        let accused =
            if row.is_about_reader() { accused(db, row)?.map(|since| (held.reader, since)) } else { None };
        let subject = row.reference.as_deref().zip(row.ticket_id).map(|(reference, ticket)| Subject {
            reference,
            events: events.get(&ticket).map_or(&[][..], Vec::as_slice),
            last_message: row.last_message(),
            accused,
        });
        found.add(&name, invariants::of_letter(&held, subject.as_ref()));
    }
    Ok(found)
}

/// From which of its events on a ticket is about somebody: a letter from before that is no breach.
fn accused(db: &mut Db, row: &outbox::Row) -> Result<Option<i32>, Error> {
    let Some(ticket) = row.ticket_id else { return Ok(None) };
    let events = store::events::between(db, ticket, ticket)?;
    let accuses = |what: &What| match what {
        What::Opened(opened) => opened.about.is_some(),
        What::Triaged { category: Some(moved), .. } => is_complaint(&moved.new),
        _ => false,
    };
    let mut readable = events.into_iter().filter_map(|(_, event)| event.ok());
    Ok(readable.find(|event| accuses(&event.what)).map(|event| event.number))
}
