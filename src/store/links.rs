//! One-time links: first set-up, invitation, password reset, sign-in. Only hashes are kept.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::PersonId;
use crate::domain::words::text_enum;

use super::Db;
use super::rows::us;
use super::schema::links;

text_enum! {
    /// What a link is good for; for nothing else.
    pub enum Kind { Setup = "setup", Invitation = "invitation", Reset = "reset", SignIn = "sign-in" }
}

/// Adds a link; earlier unused ones of the same kind and person end with it, but those to
/// sign in: whoever asks for one must not be able to end somebody else's.
pub fn insert(
    db: &mut Db,
    hash: &str,
    kind: Kind,
    person: Option<PersonId>,
    now: Timestamp,
    expires_at: Timestamp,
) -> QueryResult<()> {
    if kind != Kind::SignIn {
        end(db, kind, person, now)?;
    }
    diesel::insert_into(links::table)
        .values((
            links::token_hash.eq(hash),
            links::kind.eq(kind.as_str()),
            links::person_id.eq(person.map(|id| id.0)),
            links::created_at.eq(us(now)),
            links::expires_at.eq(us(expires_at)),
        ))
        .execute(db)?;
    Ok(())
}

/// Ends what was not used.
pub fn end(db: &mut Db, kind: Kind, person: Option<PersonId>, now: Timestamp) -> QueryResult<()> {
    let open = links::table.filter(links::kind.eq(kind.as_str())).filter(links::used_at.is_null());
    let ended = links::used_at.eq(us(now));
    match person {
        Some(id) => diesel::update(open.filter(links::person_id.eq(id.0))).set(ended).execute(db)?,
        None => diesel::update(open.filter(links::person_id.is_null())).set(ended).execute(db)?,
    };
    Ok(())
}

/// Whose link this is, if it still opens. `Some(None)` for a link of nobody yet.
pub fn peek(db: &mut Db, hash: &str, kind: Kind, now: Timestamp) -> QueryResult<Option<Option<PersonId>>> {
    let row: Option<Option<i64>> = links::table
        .find(hash)
        .filter(links::kind.eq(kind.as_str()))
        .filter(links::used_at.is_null())
        .filter(links::expires_at.gt(us(now)))
        .select(links::person_id)
        .first(db)
        .optional()?;
    Ok(row.map(|id| id.map(PersonId)))
}

/// Uses the link up; false when somebody else was faster.
pub fn take(db: &mut Db, hash: &str, now: Timestamp) -> QueryResult<bool> {
    let rows = diesel::update(links::table.find(hash).filter(links::used_at.is_null()))
        .set(links::used_at.eq(us(now)))
        .execute(db)?;
    Ok(rows == 1)
}

/// Removes what ended before `before`.
pub fn prune(db: &mut Db, before: Timestamp) -> QueryResult<usize> {
    diesel::delete(links::table.filter(links::expires_at.lt(us(before)))).execute(db)
}
