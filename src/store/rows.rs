//! Between columns and domain values: instants, words, documents, and who it was.

use std::str::FromStr;

use diesel::QueryResult;
use diesel::result::Error;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::actor::By;
use crate::domain::ids::{PersonId, TokenId};

/// Stands for "never" in columns that are sorted by.
pub(super) const NEVER: i64 = i64::MAX;

fn unreadable(what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::DeserializationError(what.into())
}

pub(super) fn instant(us: i64) -> QueryResult<Timestamp> {
    Timestamp::from_microsecond(us).map_err(unreadable)
}

pub(super) fn instant_of(us: Option<i64>) -> QueryResult<Option<Timestamp>> {
    us.map(instant).transpose()
}

pub(super) fn us(at: Timestamp) -> i64 {
    at.as_microsecond()
}

pub(super) fn us_of(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_microsecond)
}

pub(super) fn word<T: FromStr>(text: &str) -> QueryResult<T> {
    text.parse().map_err(|_| unreadable(format!("unknown word {text:?}")))
}

pub(super) fn word_of<T: FromStr>(text: Option<&str>) -> QueryResult<Option<T>> {
    text.map(word).transpose()
}

pub(super) fn small<T: TryFrom<i32>>(number: i32) -> QueryResult<T> {
    T::try_from(number).map_err(|_| unreadable(format!("{number} is out of range")))
}

pub(super) fn document<T: DeserializeOwned>(text: &str) -> QueryResult<T> {
    serde_json::from_str(text).map_err(unreadable)
}

pub(super) fn text_of<T: Serialize>(value: &T) -> QueryResult<String> {
    serde_json::to_string(value).map_err(|e| Error::SerializationError(Box::new(e)))
}

pub(super) fn by_of(kind: &str, id: Option<i64>) -> QueryResult<By> {
    match (kind, id) {
        ("person", Some(id)) => Ok(By::Person(PersonId(id))),
        ("token", Some(id)) => Ok(By::Token(TokenId(id))),
        ("lizard", None) => Ok(By::Lizard),
        _ => Err(unreadable(format!("unknown actor {kind:?}"))),
    }
}

pub(super) fn by_columns(by: By) -> (&'static str, Option<i64>) {
    match by {
        By::Person(id) => ("person", Some(id.0)),
        By::Token(id) => ("token", Some(id.0)),
        By::Lizard => ("lizard", None),
    }
}
