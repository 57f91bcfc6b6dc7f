//! Versions of ladder, calendars and taxonomy. A version is never changed; an edit adds one.

use std::collections::BTreeMap;

use diesel::prelude::*;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::ids::PersonId;
use crate::domain::words::text_enum;

use super::Db;
use super::rows::{NEVER, document, instant, instant_of, text_of, us, us_of, word};
use super::schema::{configurations, facts};

text_enum! {
    pub enum Kind { Ladder = "ladder", Calendars = "calendars", Taxonomy = "taxonomy" }
}

text_enum! {
    /// Where a version came from.
    pub enum Source { File = "file", Admin = "admin" }
}

/// A version, without its body.
#[derive(Clone, Debug)]
pub struct Version {
    pub kind: Kind,
    pub version: i64,
    pub effective_at: Timestamp,
    pub recorded_at: Timestamp,
    pub source: Source,
    /// Why, and whose edit it was; of files neither is known.
    pub reason: Option<String>,
    pub by: Option<PersonId>,
}

/// A version that is to be added.
pub struct New<'a, T> {
    pub kind: Kind,
    pub value: &'a T,
    pub source: Source,
    pub effective_at: Timestamp,
    pub recorded_at: Timestamp,
    pub reason: Option<&'a str>,
    pub by: Option<PersonId>,
}

/// The version in force at `now`: of those that have taken effect the one that did so last, and
/// of several at one instant the newest. None before anything was seeded.
pub fn in_force(db: &mut Db, kind: Kind, now: Timestamp) -> QueryResult<Option<i64>> {
    configurations::table
        .filter(configurations::kind.eq(kind.as_str()))
        .filter(configurations::effective_at.le(us(now)))
        .order((configurations::effective_at.desc(), configurations::version.desc()))
        .select(configurations::version)
        .first(db)
        .optional()
}

/// The version in force at `now` of each kind that was seeded.
pub fn all_in_force(db: &mut Db, now: Timestamp) -> QueryResult<Vec<(Kind, i64)>> {
    let rows: Vec<(String, i64)> = configurations::table
        .filter(configurations::effective_at.le(us(now)))
        .order((configurations::effective_at.asc(), configurations::version.asc()))
        .select((configurations::kind, configurations::version))
        .load(db)?;
    // The last of each kind stays.
    let last: BTreeMap<String, i64> = rows.into_iter().collect();
    last.into_iter().map(|(kind, version)| Ok((word(&kind)?, version))).collect()
}

/// The versions of a kind that are in force at some instant from `from` on, before `until`; with
/// no end, for ever.
pub fn in_force_within(
    db: &mut Db,
    kind: Kind,
    from: Timestamp,
    until: Option<Timestamp>,
) -> QueryResult<Vec<i64>> {
    let mut versions: Vec<i64> = configurations::table
        .filter(configurations::kind.eq(kind.as_str()))
        .filter(configurations::effective_at.gt(us(from)))
        .filter(configurations::effective_at.lt(us_of(until).unwrap_or(NEVER)))
        .order(configurations::version.asc())
        .select(configurations::version)
        .load(db)?;
    versions.extend(in_force(db, kind, from)?);
    Ok(versions)
}

/// When the next version of a kind takes effect after `at`, if one will.
pub fn next_after(db: &mut Db, kind: Kind, at: Timestamp) -> QueryResult<Option<Timestamp>> {
    let next: Option<i64> = configurations::table
        .filter(configurations::kind.eq(kind.as_str()))
        .filter(configurations::effective_at.gt(us(at)))
        .select(diesel::dsl::min(configurations::effective_at))
        .first(db)?;
    instant_of(next)
}

/// The body of one version.
pub fn body<T: DeserializeOwned>(db: &mut Db, kind: Kind, version: i64) -> QueryResult<T> {
    let text: String =
        configurations::table.find((kind.as_str(), version)).select(configurations::body).first(db)?;
    document(&text)
}

/// The body of one version, if there is that one.
pub fn find_body<T: DeserializeOwned>(db: &mut Db, kind: Kind, version: i64) -> QueryResult<Option<T>> {
    body(db, kind, version).optional()
}

/// The newest version, whether it has taken effect or not, with its body as text.
pub fn newest(db: &mut Db, kind: Kind) -> QueryResult<Option<(Timestamp, String)>> {
    let found: Option<(i64, String)> = configurations::table
        .filter(configurations::kind.eq(kind.as_str()))
        .order(configurations::version.desc())
        .select((configurations::effective_at, configurations::body))
        .first(db)
        .optional()?;
    found.map(|(at, body)| Ok((instant(at)?, body))).transpose()
}

/// The newest version that came from a file, with its body as text.
pub fn last_from_file(db: &mut Db, kind: Kind) -> QueryResult<Option<String>> {
    configurations::table
        .filter(configurations::kind.eq(kind.as_str()))
        .filter(configurations::source.eq(Source::File.as_str()))
        .order(configurations::version.desc())
        .select(configurations::body)
        .first(db)
        .optional()
}

/// The number that the next version of a kind will have.
pub fn next(db: &mut Db, kind: Kind) -> QueryResult<i64> {
    let last: Option<i64> = configurations::table
        .filter(configurations::kind.eq(kind.as_str()))
        .select(diesel::dsl::max(configurations::version))
        .first(db)?;
    Ok(last.unwrap_or(0) + 1)
}

/// Adds a version and returns its number.
pub fn add<T: Serialize>(db: &mut Db, new: &New<'_, T>) -> QueryResult<i64> {
    let version = next(db, new.kind)?;
    diesel::insert_into(configurations::table)
        .values((
            configurations::kind.eq(new.kind.as_str()),
            configurations::version.eq(version),
            configurations::effective_at.eq(us(new.effective_at)),
            configurations::recorded_at.eq(us(new.recorded_at)),
            configurations::source.eq(new.source.as_str()),
            configurations::body.eq(text_of(new.value)?),
            configurations::reason.eq(new.reason),
            configurations::by_id.eq(new.by.map(|by| by.0)),
        ))
        .execute(db)?;
    Ok(version)
}

type Row = (String, i64, i64, i64, String, Option<String>, Option<i64>);

const COLUMNS: (
    configurations::kind,
    configurations::version,
    configurations::effective_at,
    configurations::recorded_at,
    configurations::source,
    configurations::reason,
    configurations::by_id,
) = (
    configurations::kind,
    configurations::version,
    configurations::effective_at,
    configurations::recorded_at,
    configurations::source,
    configurations::reason,
    configurations::by_id,
);

fn version_of(row: Row) -> QueryResult<Version> {
    let (kind, version, effective_at, recorded_at, source, reason, by) = row;
    Ok(Version {
        kind: word(&kind)?,
        version,
        effective_at: instant(effective_at)?,
        recorded_at: instant(recorded_at)?,
        source: word(&source)?,
        reason,
        by: by.map(PersonId),
    })
}

/// One version, without its body.
pub fn find(db: &mut Db, kind: Kind, version: i64) -> QueryResult<Option<Version>> {
    let row: Option<Row> =
        configurations::table.find((kind.as_str(), version)).select(COLUMNS).first(db).optional()?;
    row.map(version_of).transpose()
}

/// Every version of everything, newest first of each kind.
pub fn all(db: &mut Db) -> QueryResult<Vec<Version>> {
    let rows: Vec<Row> = configurations::table
        .select(COLUMNS)
        .order((configurations::kind.asc(), configurations::version.desc()))
        .load(db)?;
    rows.into_iter().map(version_of).collect()
}

/// Every version of one kind, newest first.
pub fn all_of(db: &mut Db, kind: Kind) -> QueryResult<Vec<Version>> {
    let rows: Vec<Row> = configurations::table
        .filter(configurations::kind.eq(kind.as_str()))
        .select(COLUMNS)
        .order(configurations::version.desc())
        .load(db)?;
    rows.into_iter().map(version_of).collect()
}

/// A single remembered text, such as the signing key.
pub fn fact(db: &mut Db, name: &str) -> QueryResult<Option<String>> {
    facts::table.find(name).select(facts::value).first(db).optional()
}

pub fn set_fact(db: &mut Db, name: &str, value: &str) -> QueryResult<()> {
    diesel::insert_into(facts::table).values((facts::name.eq(name), facts::value.eq(value))).execute(db)?;
    Ok(())
}
