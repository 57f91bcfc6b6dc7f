//! Who is signed in: on pages by a cookie, on REST by a refresh token that rotates.
//! Only hashes are kept. Ended sessions stay until they are swept out.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::PersonId;
use crate::domain::words::text_enum;

use super::Db;
use super::rows::us;
use super::schema::sessions;

text_enum! {
    pub enum Kind { Page = "page", Rest = "rest" }
}

/// A session that counts at the moment it was asked for.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: String,
    pub person: PersonId,
    pub seen_at: i64,
}

pub fn insert(
    db: &mut Db,
    id: &str,
    person: PersonId,
    kind: Kind,
    secret_hash: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> QueryResult<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id),
            sessions::person_id.eq(person.0),
            sessions::kind.eq(kind.as_str()),
            sessions::secret_hash.eq(secret_hash),
            sessions::created_at.eq(us(now)),
            sessions::seen_at.eq(us(now)),
            sessions::expires_at.eq(us(expires_at)),
        ))
        .execute(db)?;
    Ok(())
}

/// The session with this secret, if it counts at `now`.
pub fn by_secret(db: &mut Db, kind: Kind, hash: &str, now: Timestamp) -> QueryResult<Option<Session>> {
    let row: Option<(String, i64, i64)> = sessions::table
        .filter(sessions::secret_hash.eq(hash))
        .filter(sessions::kind.eq(kind.as_str()))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(us(now)))
        .select((sessions::id, sessions::person_id, sessions::seen_at))
        .first(db)
        .optional()?;
    Ok(row.map(|(id, person, seen_at)| Session { id, person: PersonId(person), seen_at }))
}

/// Whose REST session this is, if it counts at `now`.
pub fn person_of(db: &mut Db, id: &str, now: Timestamp) -> QueryResult<Option<PersonId>> {
    let row: Option<i64> = sessions::table
        .find(id)
        .filter(sessions::kind.eq(Kind::Rest.as_str()))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(us(now)))
        .select(sessions::person_id)
        .first(db)
        .optional()?;
    Ok(row.map(PersonId))
}

/// The session of which this secret was the one before: somebody uses a stale copy.
pub fn by_previous(db: &mut Db, hash: &str) -> QueryResult<Option<String>> {
    sessions::table.filter(sessions::previous_hash.eq(hash)).select(sessions::id).first(db).optional()
}

/// Puts a new secret in the place of `old`; false when somebody else was faster.
pub fn rotate(
    db: &mut Db,
    id: &str,
    old: &str,
    new: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> QueryResult<bool> {
    let rows = diesel::update(sessions::table.find(id).filter(sessions::secret_hash.eq(old)))
        .set((
            sessions::secret_hash.eq(new),
            sessions::previous_hash.eq(old),
            sessions::seen_at.eq(us(now)),
            sessions::expires_at.eq(us(expires_at)),
        ))
        .execute(db)?;
    Ok(rows == 1)
}

/// Was used just now: lives on.
pub fn seen(db: &mut Db, id: &str, now: Timestamp, expires_at: Timestamp) -> QueryResult<()> {
    diesel::update(sessions::table.find(id))
        .set((sessions::seen_at.eq(us(now)), sessions::expires_at.eq(us(expires_at))))
        .execute(db)?;
    Ok(())
}

pub fn revoke(db: &mut Db, id: &str, now: Timestamp) -> QueryResult<()> {
    diesel::update(sessions::table.find(id).filter(sessions::revoked_at.is_null()))
        .set(sessions::revoked_at.eq(us(now)))
        .execute(db)?;
    Ok(())
}

/// Signs a person out everywhere.
pub fn revoke_all(db: &mut Db, person: PersonId, now: Timestamp) -> QueryResult<()> {
    diesel::update(
        sessions::table.filter(sessions::person_id.eq(person.0)).filter(sessions::revoked_at.is_null()),
    )
    .set(sessions::revoked_at.eq(us(now)))
    .execute(db)?;
    Ok(())
}

/// Removes what ended before `before`.
pub fn prune(db: &mut Db, before: Timestamp) -> QueryResult<usize> {
    diesel::delete(
        sessions::table.filter(sessions::expires_at.lt(us(before)).or(sessions::revoked_at.lt(us(before)))),
    )
    .execute(db)
}
