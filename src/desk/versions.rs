//! Versions of ladder and calendars by an administrator's edit: the text of a file, read as a file
//! is, in force from an instant on. What is in force now is `rulebook.rs`'s to say.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::configuration::{self, Mistake};
use crate::domain::calendar::Calendar;
use crate::domain::calendars::Calendars;
use crate::domain::fault::Fault;
use crate::domain::ladder::Ladder;
use crate::store::configurations::{self, Kind, New, Source};
use crate::store::{self, Db};

use super::people::administer;
use super::{Call, Desk, Error};

/// How far ahead a version may take effect: two years.
const FURTHEST: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);
/// Names the text in messages of the reader, and does not reach people.
const TEXT: &str = "toml";

/// What an administrator sends.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// As in a file.
    pub toml: Option<String>,
    /// None: now.
    pub effective_at: Option<Timestamp>,
    pub reason: String,
    /// What could not be read.
    pub faults: Vec<Fault>,
}

/// A version and what is known of it.
#[derive(Clone, Debug)]
pub struct Known {
    pub version: configurations::Version,
    pub in_force: bool,
    /// E-mail of who made it.
    pub by: Option<String>,
}

/// Every version of one kind, newest first.
pub fn list(db: &mut Db, kind: Kind, now: Timestamp) -> Result<Vec<Known>, Error> {
    let in_force = configurations::in_force(db, kind, now)?;
    let all = configurations::all_of(db, kind)?;
    all.into_iter().map(|version| known(db, version, in_force)).collect()
}

/// One version.
pub fn find(db: &mut Db, kind: Kind, version: i64, now: Timestamp) -> Result<Known, Error> {
    let found = configurations::find(db, kind, version)?.ok_or(Error::NotFound)?;
    let in_force = configurations::in_force(db, kind, now)?;
    known(db, found, in_force)
}

fn known(db: &mut Db, version: configurations::Version, in_force: Option<i64>) -> Result<Known, Error> {
    let by = match version.by {
        Some(id) => store::people::find(db, id)?.map(|person| person.email),
        None => None,
    };
    Ok(Known { in_force: in_force == Some(version.version), version, by })
}

/// What a version says.
#[derive(Clone, Debug)]
pub enum Value {
    Ladder(Ladder),
    Calendars(Calendars),
}

/// An edit that is sound.
#[derive(Clone, Debug)]
pub struct Checked {
    pub effective_at: Timestamp,
    pub value: Value,
}

/// Reads an edit, and says everything that is wrong with it. A ladder must be sound on every
/// calendar that is in force with it, and so must every ladder be that is in force with calendars.
pub fn check(desk: &Desk, db: &mut Db, call: &Call, kind: Kind, edit: &Edit) -> Result<Checked, Error> {
    administer(&call.actor)?;
    let mut faults = edit.faults.clone();
    let effective_at = effective_at(edit, call.now, &mut faults);
    let value = match kind {
        Kind::Ladder => ladder(desk, db, edit, effective_at, &mut faults)?.map(Value::Ladder),
        Kind::Calendars => calendars(desk, db, edit, effective_at, &mut faults)?.map(Value::Calendars),
        Kind::Taxonomy => return Err(Error::NotFound),
    };
    let Some(value) = value.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let text = body(&value)?;
    // The newest one again, and no sooner, would change nothing.
    if configurations::newest(db, kind)?.is_some_and(|(at, newest)| newest == text && effective_at >= at) {
        let message = format!("the newest version of the {kind} says the same: nothing would change");
        return Err(Error::Refused { code: "unchanged", message });
    }
    Ok(Checked { effective_at, value })
}

/// As it is stored.
fn body(value: &Value) -> Result<String, Error> {
    let text = match value {
        Value::Ladder(ladder) => serde_json::to_string(ladder),
        Value::Calendars(calendars) => serde_json::to_string(calendars),
    };
    text.map_err(Error::unserializable)
}

/// Adds a version, and returns its number.
pub fn add(desk: &Desk, db: &mut Db, call: &Call, kind: Kind, edit: &Edit) -> Result<i64, Error> {
    let Checked { effective_at, value } = check(desk, db, call, kind, edit)?;
    match &value {
        Value::Ladder(ladder) => insert(db, call, edit, kind, effective_at, ladder),
        Value::Calendars(calendars) => insert(db, call, edit, kind, effective_at, calendars),
    }
}

fn ladder(
    desk: &Desk,
    db: &mut Db,
    edit: &Edit,
    effective_at: Timestamp,
    faults: &mut Vec<Fault>,
) -> Result<Option<Ladder>, Error> {
    let mut compiled: Vec<Calendar> = Vec::new();
    for version in beside(db, Kind::Ladder, Kind::Calendars, effective_at)? {
        compiled.extend(desk.rulebook.calendars(db, version)?.compiled());
    }
    Ok(read(edit, faults, |source| configuration::ladder::read(source, &compiled)))
}

fn calendars(
    desk: &Desk,
    db: &mut Db,
    edit: &Edit,
    effective_at: Timestamp,
    faults: &mut Vec<Fault>,
) -> Result<Option<Calendars>, Error> {
    let taxonomy = desk.rulebook.taxonomy_in_force(db, effective_at)?;
    let mut ladders = Vec::new();
    for version in beside(db, Kind::Calendars, Kind::Ladder, effective_at)? {
        ladders.push(desk.rulebook.ladder(db, version)?);
    }
    let ladders: Vec<&Ladder> = ladders.iter().map(AsRef::as_ref).collect();
    Ok(read(edit, faults, |source| {
        configuration::calendars::read_alone(source, Some(&taxonomy.value), &ladders)
    }))
}

/// The versions of `other` that are in force at some instant together with a version of `kind` from
/// `at` on: until the next one of that kind.
fn beside(db: &mut Db, kind: Kind, other: Kind, at: Timestamp) -> Result<Vec<i64>, Error> {
    let until = configurations::next_after(db, kind, at)?;
    Ok(configurations::in_force_within(db, other, at, until)?)
}

fn effective_at(edit: &Edit, now: Timestamp, faults: &mut Vec<Fault>) -> Timestamp {
    let Some(at) = edit.effective_at else { return now };
    if at < now {
        faults.push(Fault::new("effective_at", "in_the_past", "must not be in the past"));
    } else if at.duration_since(now) > FURTHEST {
        faults.push(Fault::new("effective_at", "too_late", "must be within two years"));
    } else {
        return at;
    }
    now
}

/// The text as a value; every mistake in it is a fault, with its line.
fn read<T>(
    edit: &Edit,
    faults: &mut Vec<Fault>,
    read: impl FnOnce(configuration::Source<'_>) -> Result<T, Vec<Mistake>>,
) -> Option<T> {
    let text = edit.toml.as_deref()?;
    match read(configuration::Source { file: TEXT, text }) {
        Ok(value) => Some(value),
        Err(mistakes) => {
            faults.extend(mistakes.into_iter().map(|mistake| {
                Fault::new("toml", "mistake", format!("line {}: {}", mistake.line, mistake.message))
            }));
            None
        }
    }
}

fn insert<T: Serialize>(
    db: &mut Db,
    call: &Call,
    edit: &Edit,
    kind: Kind,
    effective_at: Timestamp,
    value: &T,
) -> Result<i64, Error> {
    let new = New {
        kind,
        value,
        source: Source::Admin,
        effective_at,
        recorded_at: call.now,
        reason: Some(&edit.reason),
        by: call.actor.person().map(|person| person.id),
    };
    Ok(configurations::add(db, &new)?)
}
