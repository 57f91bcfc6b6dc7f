//! Signing in and out. The password has been checked already, off the writer.

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::PersonId;
use crate::store::sessions::{self, Kind};
use crate::store::{self, Db};

use super::Error;

/// A session just begun or renewed.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: String,
    pub person: PersonId,
}

/// The person behind an e-mail, with the hash to check a password against; None
/// where nobody may sign in by it.
pub fn find(db: &mut Db, email: &str) -> Result<Option<(PersonId, Option<String>)>, Error> {
    let Some(person) = store::people::by_email(db, email)?.filter(|p| p.active) else { return Ok(None) };
    Ok(Some((person.id, store::people::password_hash(db, person.id)?)))
}

pub fn begin(
    db: &mut Db,
    id: &str,
    person: PersonId,
    kind: Kind,
    secret_hash: &str,
    now: Timestamp,
    lives: SignedDuration,
) -> Result<Session, Error> {
    sessions::insert(db, id, person, kind, secret_hash, now, end(now, lives))?;
    Ok(Session { id: id.to_owned(), person })
}

/// Trades a refresh token for a new one. One that was traded already is a stolen
/// copy, or the owner's after a theft: the session ends for both, which is why this
/// returns None instead of failing, and has to be recorded.
pub fn renew(
    db: &mut Db,
    old: &str,
    new: &str,
    now: Timestamp,
    lives: SignedDuration,
) -> Result<Option<Session>, Error> {
    if let Some(session) = sessions::by_secret(db, Kind::Rest, old, now)? {
        let active = store::people::find(db, session.person)?.is_some_and(|p| p.active);
        if active && sessions::rotate(db, &session.id, old, new, now, end(now, lives))? {
            return Ok(Some(Session { id: session.id, person: session.person }));
        }
        return Ok(None);
    }
    if let Some(id) = sessions::by_previous(db, old)? {
        sessions::revoke(db, &id, now)?;
    }
    Ok(None)
}

pub fn end_session(db: &mut Db, id: &str, now: Timestamp) -> Result<(), Error> {
    Ok(sessions::revoke(db, id, now)?)
}

fn end(now: Timestamp, lives: SignedDuration) -> Timestamp {
    now.checked_add(lives).unwrap_or(Timestamp::MAX)
}

/// Forgets sessions and links that ended a month ago, and answers given a week ago.
pub fn forget(db: &mut Db, now: Timestamp) -> Result<(), Error> {
    let days = |n: i64| now.checked_sub(SignedDuration::from_hours(24 * n)).unwrap_or(Timestamp::MIN);
    sessions::prune(db, days(30))?;
    store::links::prune(db, days(30))?;
    store::submissions::prune(db, days(7))?;
    Ok(())
}
