//! Signing in and out. The password has been checked already, off the writer.

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::PersonId;
use crate::domain::person::Person;
use crate::mail::render::{self, Link};
use crate::secrets::Fresh;
use crate::store::sessions::{self, Kind};
use crate::store::{self, Db, links};

use super::{Desk, Error, people};

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

/// Mails a link with which somebody signs in without a password, and which leads to `next`, a
/// path of ours. Whether there is such a person is not said.
pub fn offer(
    desk: &Desk,
    db: &mut Db,
    email: &str,
    next: &str,
    fresh: &Fresh,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(person) = store::people::by_email(db, email)?.filter(|p| p.active) else { return Ok(()) };
    let until = end(now, SignedDuration::from_mins(i64::from(desk.sign_in_minutes)));
    links::insert(db, &fresh.hash, links::Kind::SignIn, Some(person.id), now, until)?;
    let query = match next {
        "" => String::new(),
        next => format!("?{}", serde_urlencoded::to_string([("next", next)]).unwrap_or_default()),
    };
    let url = format!("{}/sign-in/{}{query}", desk.sender.public_url, fresh.plain);
    let letter = render::sign_in(&person, &desk.sender, &Link { url, now, until, fresh });
    Ok(store::outbox::insert(db, &[letter], now)?)
}

/// Uses a link to sign in, which ends the others that this person was sent.
pub fn enter(db: &mut Db, token_hash: &str, now: Timestamp) -> Result<Person, Error> {
    let person = people::peek_link(db, links::Kind::SignIn, token_hash, now)?.ok_or(Error::NotFound)?;
    if !links::take(db, token_hash, now)? {
        return Err(Error::NotFound);
    }
    links::end(db, links::Kind::SignIn, Some(person.id), now)?;
    Ok(person)
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
