//! Trying other rules on tickets that there were: which tickets, under which versions they were
//! measured, and what the files say that are to be tried. What comes of it is the domain's.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::configuration::{self, Mistake, Source};
use crate::domain::calendar::Calendar;
use crate::domain::calendars::Calendars;
use crate::domain::event::Event;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::replay::{Needs, OtherCalendars, OtherRules, OwnRules};
use crate::domain::simulation::{Comparison, Subject};
use crate::store::{self, Db};

use super::versions::Value;
use super::{Desk, Error};

/// Tickets opened in so many days are tried, unless another period is asked for …
const DAYS: i64 = 90;
/// … and of them the newest so many, where somebody waits for the answer.
pub const USUAL: i64 = 500;

/// Which tickets are tried: those opened since then, until when their clocks run.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    pub since: Timestamp,
    pub until: Timestamp,
}

impl Period {
    /// The 90 days before `until`.
    pub fn up_to(until: Timestamp) -> Self {
        let ago = SignedDuration::from_hours(24 * DAYS);
        Self { since: until.saturating_sub(ago).unwrap_or(Timestamp::MIN), until }
    }
}

/// The ids of the tickets of a period, and how many were opened in it in all.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub first: i64,
    pub last: i64,
    pub opened: i64,
}

/// The newest `most` tickets of a period; nothing where there are none.
pub fn span(db: &mut Db, period: Period, most: i64) -> Result<Option<Span>, Error> {
    let found = store::tickets::span_since(db, period.since, most)?;
    Ok(found.map(|(first, last, opened)| Span { first, last, opened }))
}

/// Replays the tickets of the period with ids from `first` to `last`.
pub fn range(
    desk: &Desk,
    db: &mut Db,
    (first, last): (i64, i64),
    period: Period,
    other: &OtherRules,
) -> Result<Comparison, Error> {
    let mut comparison = Comparison::default();
    let tickets = store::tickets::opened_between(db, first, last, period.since)?;
    let mut events: BTreeMap<TicketId, Option<Vec<Event>>> = BTreeMap::new();
    for (ticket, event) in store::events::between(db, first, last)? {
        let known = events.entry(ticket).or_insert_with(|| Some(Vec::new()));
        match event {
            Ok(event) => known.iter_mut().for_each(|known| known.push(event.clone())),
            Err(_) => *known = None,
        }
    }
    for (id, reference) in tickets {
        match events.remove(&id).flatten() {
            Some(events) => one(desk, db, (id, &reference), &events, period.until, other, &mut comparison)?,
            None => comparison.cannot(&reference, "unreadable"),
        }
    }
    Ok(comparison)
}

/// What the newest `most` tickets of a period come to under other rules.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    /// Opened in the period, also where fewer are replayed.
    pub opened: i64,
    pub found: Comparison,
    /// E-mails of those who hear of rungs.
    pub names: BTreeMap<PersonId, String>,
}

/// Replays the newest `most` tickets of a period.
pub fn trial(
    desk: &Desk,
    db: &mut Db,
    period: Period,
    most: i64,
    other: &OtherRules,
) -> Result<Trial, Error> {
    let Some(span) = span(db, period, most)? else { return Ok(Trial::default()) };
    let found = range(desk, db, (span.first, span.last), period, other)?;
    let names = people(db, &found)?;
    Ok(Trial { opened: span.opened, found, names })
}

/// Replays one ticket.
pub fn one(
    desk: &Desk,
    db: &mut Db,
    (id, reference): (TicketId, &str),
    events: &[Event],
    until: Timestamp,
    other: &OtherRules,
    comparison: &mut Comparison,
) -> Result<(), Error> {
    let own = own_rules(desk, db, &Needs::of(events))?;
    comparison.take(&Subject { id, reference, events, own: &own, until }, other);
    Ok(())
}

/// The versions that a ticket was measured by, as far as they are there.
fn own_rules(desk: &Desk, db: &mut Db, needs: &Needs) -> Result<OwnRules, Error> {
    let mut own = OwnRules::default();
    for version in &needs.ladders {
        if let Some(ladder) = known(desk.rulebook.ladder(db, *version))? {
            own.ladders.insert(*version, ladder);
        }
    }
    for (version, name) in &needs.calendars {
        if let Some(calendar) = known(desk.rulebook.calendar(db, *version, name))? {
            own.calendars.insert((*version, name.clone()), calendar);
        }
    }
    Ok(own)
}

/// A version that is not there is not known, which is no failure.
fn known<T>(found: Result<Arc<T>, Error>) -> Result<Option<Arc<T>>, Error> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where the rules to be tried stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// In files here, which may name others.
    Files,
    /// Somewhere else: what they say is all that is read.
    Afar,
}

/// Reads the rules to be tried; what is not given stays as it was. Every mistake of both at once.
pub fn rules(
    desk: &Desk,
    db: &mut Db,
    ladder: Option<Source<'_>>,
    calendars: Option<Source<'_>>,
    written: Written,
    now: Timestamp,
) -> Result<Result<OtherRules, Vec<Mistake>>, Error> {
    let mut mistakes = Vec::new();
    let set = match calendars {
        None => None,
        Some(source) => {
            let taxonomy = desk.rulebook.taxonomy_in_force(db, now)?;
            let read = match written {
                Written::Files => configuration::calendars::read(source, Some(&taxonomy.value)),
                Written::Afar => configuration::calendars::read_alone(source, Some(&taxonomy.value), &[]),
            };
            read.map_err(|found| mistakes.extend(found)).ok()
        }
    };
    let in_force = desk.rulebook.calendars_in_force(db, now)?;
    // A ladder is compared on the calendars that it would run on.
    let compiled: Vec<Calendar> = set.as_ref().unwrap_or(&in_force.value).compiled().collect();
    let ladder = ladder
        .map(|source| configuration::ladder::read(source, &compiled))
        .and_then(|read| read.map_err(|found| mistakes.extend(found)).ok());
    if !mistakes.is_empty() {
        return Ok(Err(mistakes));
    }
    Ok(Ok(OtherRules { ladder: ladder.map(Arc::new), calendars: set.map(compile).transpose()? }))
}

/// A version that is not saved yet, to be tried; what it does not say stays as it was.
pub fn rules_of(value: &Value) -> Result<OtherRules, Error> {
    Ok(match value {
        Value::Ladder(ladder) => OtherRules { ladder: Some(Arc::new(ladder.clone())), calendars: None },
        Value::Calendars(set) => OtherRules { ladder: None, calendars: Some(compile(set.clone())?) },
    })
}

fn compile(set: Calendars) -> Result<OtherCalendars, Error> {
    OtherCalendars::new(set)
        .map_err(|error| Error::Unprocessable { code: "calendar", message: error.to_string() })
}

/// The e-mails of those who hear of rungs.
pub fn people(db: &mut Db, comparison: &Comparison) -> Result<BTreeMap<PersonId, String>, Error> {
    let found = store::people::named(db, &comparison.people())?;
    Ok(found.into_iter().map(|(id, person)| (id, person.email)).collect())
}
