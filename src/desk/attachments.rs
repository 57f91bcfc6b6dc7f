//! Files that people send along: bytes first, in short transactions, and then what refers
//! to them, in the transaction of the message or the ticket. Whoever sees that sees them.

use jiff::{SignedDuration, Timestamp};

use crate::domain::access::Action;
use crate::domain::actor::By;
use crate::domain::attachment::{Attachment, File};
use crate::domain::change::Change;
use crate::domain::ticket::Ticket;
use crate::store::{self, Db};

use super::{Call, Desk, Error, invalid, load};

/// How long bytes are kept that nothing refers to.
const LOOSE_HOURS: i64 = 24;
/// Of these, removed in one transaction.
const REMOVED_AT_ONCE: i64 = 10;

/// Makes the files part of a change; they come with this message, or with the ticket itself.
pub(super) fn attach(
    db: &mut Db,
    change: &mut Change,
    message: Option<i32>,
    files: &[File],
    by: By,
) -> Result<(), Error> {
    if files.is_empty() {
        return Ok(());
    }
    let last = match change.before {
        Some(_) => store::attachments::last_number(db, change.ticket.id)?,
        None => 0,
    };
    for (number, file) in (last + 1..).zip(files) {
        if !store::attachments::claim(db, &file.blob)? {
            let gone = format!("“{}” was sent too long ago: send it again", file.name);
            return Err(invalid("file", "gone", gone));
        }
        let file = file.clone();
        change.attachments.push(Attachment { number, message, file, by, at: change.recorded_at });
    }
    Ok(())
}

/// A ticket with the files of it that the caller sees.
pub fn seen(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
) -> Result<(Ticket, Vec<Attachment>), Error> {
    let call = Call { expected: None, ..call.clone() };
    let loaded = load(desk, db, &call, reference, Action::See)?;
    let internal = loaded.may(&call, Action::SeeInternal).is_ok();
    let files = store::attachments::of_ticket(db, loaded.ticket.id, internal)?;
    Ok((loaded.ticket, files))
}

/// One of them.
pub fn find(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    number: i32,
) -> Result<Attachment, Error> {
    let (_, files) = seen(desk, db, call, reference)?;
    files.into_iter().find(|f| f.number == number).ok_or(Error::NotFound)
}

/// Whether the caller may write there at all, before anything of theirs is kept.
pub fn may_write(desk: &Desk, db: &mut Db, call: &Call, reference: &str) -> Result<(), Error> {
    let call = Call { expected: None, ..call.clone() };
    load(desk, db, &call, reference, Action::Write).map(drop)
}

fn since(now: Timestamp) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(LOOSE_HOURS)).unwrap_or(Timestamp::MIN)
}

/// Whether there are bytes that nobody has wanted for a day.
pub fn any_forgotten(db: &mut Db, now: Timestamp) -> Result<bool, Error> {
    Ok(store::attachments::any_loose(db, since(now))?)
}

/// Removes some of them, and says how many.
pub fn forget(db: &mut Db, now: Timestamp) -> Result<usize, Error> {
    Ok(store::attachments::remove_loose(db, since(now), REMOVED_AT_ONCE)?)
}
