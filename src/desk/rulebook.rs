//! Ladders, calendars and taxonomies by version, kept compiled. A version never
//! changes, so what was read once is right for ever.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::domain::calendar::Calendar;
use crate::domain::calendars::Calendars;
use crate::domain::course::Course;
use crate::domain::ladder::Ladder;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::ticket::Ticket;
use crate::store::Db;
use crate::store::configurations::{self, Kind};

use super::Error;

#[derive(Default)]
pub struct Rulebook {
    ladders: Memo<i64, Ladder>,
    taxonomies: Memo<i64, Taxonomy>,
    calendars: Memo<i64, Calendars>,
    compiled: Memo<(i64, String), Calendar>,
}

/// A version and what it says.
#[derive(Clone, Debug)]
pub struct Versioned<T> {
    pub version: i64,
    pub value: Arc<T>,
}

/// What a new ticket is measured by.
pub struct InForce {
    pub taxonomy: Versioned<Taxonomy>,
    pub ladder: Versioned<Ladder>,
    pub calendars: Versioned<Calendars>,
}

impl Rulebook {
    pub fn ladder(&self, db: &mut Db, version: i64) -> Result<Arc<Ladder>, Error> {
        self.ladders.get(version, || body(db, Kind::Ladder, version))
    }

    pub fn taxonomy(&self, db: &mut Db, version: i64) -> Result<Arc<Taxonomy>, Error> {
        self.taxonomies.get(version, || body(db, Kind::Taxonomy, version))
    }

    pub fn calendars(&self, db: &mut Db, version: i64) -> Result<Arc<Calendars>, Error> {
        self.calendars.get(version, || body(db, Kind::Calendars, version))
    }

    pub fn calendar(&self, db: &mut Db, version: i64, name: &str) -> Result<Arc<Calendar>, Error> {
        let set = self.calendars(db, version)?;
        self.compiled.get((version, name.to_owned()), || {
            set.compile(name).map_err(|error| Error::Refused { code: "calendar", message: error.to_string() })
        })
    }

    /// The calendars that a ticket's time has run on.
    pub fn course(&self, db: &mut Db, ticket: &Ticket) -> Result<Course, Error> {
        let past = ticket
            .clocks
            .eras
            .iter()
            .map(|era| Ok((self.calendar(db, era.version, &era.calendar)?, era.until)))
            .collect::<Result<Vec<_>, Error>>()?;
        Ok(Course::with_past(past, self.calendar(db, ticket.calendar_version, &ticket.calendar)?))
    }

    /// Of everything.
    pub fn in_force(&self, db: &mut Db, now: Timestamp) -> Result<InForce, Error> {
        let versions = configurations::all_in_force(db, now)?;
        let of = |kind: Kind| {
            versions
                .iter()
                .find(|(k, _)| *k == kind)
                .map(|(_, version)| *version)
                .ok_or_else(|| nothing_of(kind))
        };
        let (taxonomy, ladder, calendars) = (of(Kind::Taxonomy)?, of(Kind::Ladder)?, of(Kind::Calendars)?);
        Ok(InForce {
            taxonomy: Versioned { version: taxonomy, value: self.taxonomy(db, taxonomy)? },
            ladder: Versioned { version: ladder, value: self.ladder(db, ladder)? },
            calendars: Versioned { version: calendars, value: self.calendars(db, calendars)? },
        })
    }

    pub fn ladder_in_force(&self, db: &mut Db, now: Timestamp) -> Result<Versioned<Ladder>, Error> {
        let version = in_force(db, Kind::Ladder, now)?;
        Ok(Versioned { version, value: self.ladder(db, version)? })
    }

    pub fn taxonomy_in_force(&self, db: &mut Db, now: Timestamp) -> Result<Versioned<Taxonomy>, Error> {
        let version = in_force(db, Kind::Taxonomy, now)?;
        Ok(Versioned { version, value: self.taxonomy(db, version)? })
    }

    pub fn calendars_in_force(&self, db: &mut Db, now: Timestamp) -> Result<Versioned<Calendars>, Error> {
        let version = in_force(db, Kind::Calendars, now)?;
        Ok(Versioned { version, value: self.calendars(db, version)? })
    }
}

pub(super) fn in_force(db: &mut Db, kind: Kind, now: Timestamp) -> Result<i64, Error> {
    configurations::in_force(db, kind, now)?.ok_or_else(|| nothing_of(kind))
}

fn nothing_of(kind: Kind) -> Error {
    Error::Refused {
        code: "not_set_up",
        message: format!("no version of the {kind} is in force: run `lizard migrate`"),
    }
}

fn body<T: DeserializeOwned>(db: &mut Db, kind: Kind, version: i64) -> Result<T, Error> {
    Ok(configurations::body(db, kind, version)?)
}

/// What was computed once for a key.
struct Memo<K, V>(RwLock<HashMap<K, Arc<V>>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(RwLock::new(HashMap::new()))
    }
}

impl<K: Eq + Hash, V> Memo<K, V> {
    fn get<E>(&self, key: K, make: impl FnOnce() -> Result<V, E>) -> Result<Arc<V>, E> {
        if let Some(found) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(found));
        }
        let made = Arc::new(make()?);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(known.entry(key).or_insert(made)))
    }
}
