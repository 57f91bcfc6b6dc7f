//! Versions of ladder, calendars and taxonomy. A version is never changed; an edit adds one.

use diesel::prelude::*;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::words::text_enum;

use super::Db;
use super::rows::{document, instant, text_of, us, word};
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
}

/// The version in force at `now`; None before anything was seeded.
pub fn in_force(db: &mut Db, kind: Kind, now: Timestamp) -> QueryResult<Option<i64>> {
    configurations::table
        .filter(configurations::kind.eq(kind.as_str()))
        .filter(configurations::effective_at.le(us(now)))
        .select(diesel::dsl::max(configurations::version))
        .first(db)
}

/// The version in force at `now` of each kind that was seeded.
pub fn all_in_force(db: &mut Db, now: Timestamp) -> QueryResult<Vec<(Kind, i64)>> {
    let rows: Vec<(String, Option<i64>)> = configurations::table
        .filter(configurations::effective_at.le(us(now)))
        .group_by(configurations::kind)
        .select((configurations::kind, diesel::dsl::max(configurations::version)))
        .load(db)?;
    let known = rows.into_iter().filter_map(|(kind, version)| Some((kind, version?)));
    known.map(|(kind, version)| Ok((word(&kind)?, version))).collect()
}

/// The body of one version.
pub fn body<T: DeserializeOwned>(db: &mut Db, kind: Kind, version: i64) -> QueryResult<T> {
    let text: String =
        configurations::table.find((kind.as_str(), version)).select(configurations::body).first(db)?;
    document(&text)
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

/// Adds a version, in force from `now`, and returns its number.
pub fn add<T: Serialize>(
    db: &mut Db,
    kind: Kind,
    value: &T,
    source: Source,
    now: Timestamp,
) -> QueryResult<i64> {
    let last: Option<i64> = configurations::table
        .filter(configurations::kind.eq(kind.as_str()))
        .select(diesel::dsl::max(configurations::version))
        .first(db)?;
    let version = last.unwrap_or(0) + 1;
    diesel::insert_into(configurations::table)
        .values((
            configurations::kind.eq(kind.as_str()),
            configurations::version.eq(version),
            configurations::effective_at.eq(us(now)),
            configurations::recorded_at.eq(us(now)),
            configurations::source.eq(source.as_str()),
            configurations::body.eq(text_of(value)?),
        ))
        .execute(db)?;
    Ok(version)
}

/// Every version of everything, newest first of each kind.
pub fn all(db: &mut Db) -> QueryResult<Vec<Version>> {
    type Row = (String, i64, i64, i64, String);
    let rows: Vec<Row> = configurations::table
        .select((
            configurations::kind,
            configurations::version,
            configurations::effective_at,
            configurations::recorded_at,
            configurations::source,
        ))
        .order((configurations::kind.asc(), configurations::version.desc()))
        .load(db)?;
    rows.into_iter()
        .map(|(kind, version, effective_at, recorded_at, source)| {
            Ok(Version {
                kind: word(&kind)?,
                version,
                effective_at: instant(effective_at)?,
                recorded_at: instant(recorded_at)?,
                source: word(&source)?,
            })
        })
        .collect()
}

/// A single remembered text, such as the signing key.
pub fn fact(db: &mut Db, name: &str) -> QueryResult<Option<String>> {
    facts::table.find(name).select(facts::value).first(db).optional()
}

pub fn set_fact(db: &mut Db, name: &str, value: &str) -> QueryResult<()> {
    diesel::insert_into(facts::table).values((facts::name.eq(name), facts::value.eq(value))).execute(db)?;
    Ok(())
}
