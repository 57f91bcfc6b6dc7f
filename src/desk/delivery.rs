//! Letters on their way out: whether one is still true, and what becomes of a ticket when
//! its letter arrives or never will. Who sends them is in `jobs`; each step here is one
//! transaction, and does nothing once somebody else holds the letter.

use jiff::{SignedDuration, Timestamp};

use crate::domain::access::Action;
use crate::domain::actor::By;
use crate::domain::backoff::next_try;
use crate::domain::change::Change;
use crate::domain::escalation::settle;
use crate::domain::event::What;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::letter::{About, Side, State};
use crate::domain::link::masked;
use crate::domain::notice::still_true;
use crate::domain::ticket::conversation::delivered;
use crate::store::outbox::{self, Envelope, Opened, Parcel};
use crate::store::{self, Db};

use super::{Call, Desk, Error, Loaded, hold, load};

/// How long a deliverer may keep a letter before it is taken for dead. Longer than a letter
/// may take.
const LEASE: SignedDuration = SignedDuration::from_mins(3);

/// Both clocks: the business's for tickets, the wall's for the mail.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub business: Timestamp,
    pub wall: Timestamp,
}

/// What a failure led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is tried again.
    Again,
    GivenUp,
    /// Somebody else holds it by now.
    NotMine,
}

/// Takes the next letter that is due, if there is one.
pub fn claim(db: &mut Db, token: &str, now: Moment) -> Result<Option<Parcel>, Error> {
    Ok(outbox::claim(db, token, now.business, now.wall, LEASE, 1)?.pop())
}

/// Why the letter is not true any more; none: it may leave.
pub fn before(db: &mut Db, parcel: &Parcel) -> Result<Option<&'static str>, Error> {
    let Some(about) = &parcel.letter.about else { return Ok(None) };
    let Some(ticket) = store::tickets::by_id(db, about.ticket)? else { return Ok(None) };
    let (kind, reader) = (parcel.letter.kind, parcel.letter.to);
    if about.side == Side::Partner && kind.may_be_ended() && store::mutes::is_muted(db, reader, ticket.id)? {
        return Ok(Some("its reader muted the ticket meanwhile"));
    }
    Ok(still_true(kind, about, reader, parcel.created_at, &ticket).err())
}

/// It does not leave, because it is not true any more.
pub fn dropped(db: &mut Db, parcel: &Parcel, token: &str, why: &str, now: Moment) -> Result<bool, Error> {
    Ok(outbox::dropped(db, parcel.id, token, why, now.wall)?)
}

/// The receiving server took it. A message that it carries is delivered by that.
pub fn accepted(desk: &Desk, db: &mut Db, parcel: &Parcel, token: &str, now: Moment) -> Result<bool, Error> {
    if !outbox::sent(db, parcel.id, token, now.wall)? {
        return Ok(false);
    }
    if let Some(About { ticket, message: Some(number), .. }) = parcel.letter.about {
        arrived(desk, db, ticket, number, now.business)?;
    }
    Ok(true)
}

/// Notes on its ticket that a message reached the other side; once.
fn arrived(desk: &Desk, db: &mut Db, ticket: TicketId, number: i32, now: Timestamp) -> Result<(), Error> {
    let Some(loaded) = held(desk, db, ticket, now)? else { return Ok(()) };
    let message = store::events::message(db, ticket, number)?;
    let Some(message) = message.filter(|m| m.delivered_at.is_none()) else { return Ok(()) };
    let now = loaded.now;
    let mut change = Change::of(&loaded.ticket, now);
    settle(&mut change, loaded.rules(), now)?;
    change.messages.push(message);
    delivered(&mut change, number, loaded.rules(), now)?;
    loaded.record(desk, db, change)?;
    Ok(())
}

/// It did not leave: it is tried again later, or given up, which its ticket is told.
pub fn refused(
    desk: &Desk,
    db: &mut Db,
    parcel: &Parcel,
    token: &str,
    last: bool,
    trouble: &str,
    now: Moment,
) -> Result<Refused, Error> {
    let next = if last { None } else { again_at(parcel, now.wall) };
    let (noted, outcome) = match next {
        Some(at) => (outbox::retry(db, parcel.id, token, at, trouble)?, Refused::Again),
        None => (gave_up(desk, db, parcel, token, trouble, now)?, Refused::GivenUp),
    };
    Ok(if noted { outcome } else { Refused::NotMine })
}

/// Letters that failed together are tried apart.
fn again_at(parcel: &Parcel, wall: Timestamp) -> Option<Timestamp> {
    let spread = parcel.id.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 16;
    next_try(parcel.attempts, parcel.first_try_at, wall, spread)
}

/// Nobody tries any more.
pub fn gave_up(
    desk: &Desk,
    db: &mut Db,
    parcel: &Parcel,
    token: &str,
    trouble: &str,
    now: Moment,
) -> Result<bool, Error> {
    if !outbox::dead(db, parcel.id, token, trouble, now.wall)? {
        return Ok(false);
    }
    let Some(about) = parcel.letter.about else { return Ok(true) };
    let Some(loaded) = held(desk, db, about.ticket, now.business)? else { return Ok(true) };
    let mut change = Change::of(&loaded.ticket, loaded.now);
    settle(&mut change, loaded.rules(), loaded.now)?;
    let what = What::Undelivered {
        person: parcel.letter.to,
        letter: parcel.letter.kind,
        trouble: trouble.to_owned(),
    };
    change.happened(loaded.now, By::Lizard, what);
    loaded.record(desk, db, change)?;
    Ok(true)
}

/// Notes what became of a letter and leaves its ticket alone, which cannot be changed: better
/// than sending the letter again and again. `trouble`: why it was given up.
pub fn without_its_ticket(
    db: &mut Db,
    parcel: &Parcel,
    token: &str,
    trouble: Option<&str>,
    now: Moment,
) -> Result<bool, Error> {
    Ok(match trouble {
        None => outbox::sent(db, parcel.id, token, now.wall)?,
        Some(trouble) => outbox::dead(db, parcel.id, token, trouble, now.wall)?,
    })
}

/// The ticket, with others who want to change it waiting.
fn held(desk: &Desk, db: &mut Db, ticket: TicketId, now: Timestamp) -> Result<Option<Loaded>, Error> {
    let Some(reference) = store::tickets::reference(db, ticket)? else { return Ok(None) };
    hold(desk, db, &reference, now).map(Some)
}

/// Opens a letter of a ticket for somebody who may see all of it, internal notes too; to an
/// administrator no letter has an inside. `anything`: nothing in it is real.
pub fn read(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    id: i64,
    anything: bool,
) -> Result<Opened, Error> {
    let loaded = load(desk, db, call, reference, Action::SeeMail)?;
    if !anything && loaded.may(call, Action::SeeInternal).is_err() {
        return Err(Error::NotFound);
    }
    let letter = outbox::open(db, id, call.actor.person().map(|p| p.id))?;
    let letter = letter.filter(|l| l.envelope.ticket.as_ref() == Some(&loaded.ticket.reference));
    let letter = letter.ok_or(Error::NotFound)?;
    if anything {
        return Ok(letter);
    }
    // Whoever follows a link of the letter acts as its reader.
    Ok(Opened { text: masked(&letter.text), html: masked(&letter.html), ..letter })
}

/// An administrator sends a letter again that was given up.
pub fn resend(db: &mut Db, id: i64, reader: Option<PersonId>) -> Result<Envelope, Error> {
    outbox::find(db, id, reader)?.ok_or(Error::NotFound)?;
    if !outbox::resend(db, id)? {
        return Err(Error::Refused {
            code: "not_dead",
            message: "only a letter that was given up can be sent again".to_owned(),
        });
    }
    outbox::find(db, id, reader)?.ok_or(Error::NotFound)
}

/// A letter that was sent came back: so an administrator says. Its ticket goes on from the
/// message that was delivered before the one in it, and the owner is told. A second time
/// changes nothing.
pub fn bounced(
    desk: &Desk,
    db: &mut Db,
    id: i64,
    reader: Option<PersonId>,
    trouble: &str,
    now: Moment,
) -> Result<Envelope, Error> {
    let known = outbox::find(db, id, reader)?.ok_or(Error::NotFound)?;
    if known.state == State::Bounced {
        return Ok(known);
    }
    let (person, ticket, message) = outbox::carries(db, id)?;
    // The ticket is held first, as everywhere: its letters follow it.
    let loaded = match ticket {
        Some(ticket) => held(desk, db, ticket, now.business)?,
        None => None,
    };
    if !outbox::bounced(db, id, trouble, now.wall)? {
        // Somebody may have said so while this waited for the ticket.
        let known = outbox::find(db, id, reader)?.ok_or(Error::NotFound)?;
        if known.state == State::Bounced {
            return Ok(known);
        }
        let message = "only a letter that was sent can come back".to_owned();
        return Err(Error::Refused { code: "not_sent", message });
    }
    if let Some(loaded) = loaded {
        let mut change = match message {
            Some(number) if !outbox::is_carried(db, loaded.ticket.id, number)? => {
                loaded.ticket.bounced(number, loaded.rules(), loaded.now)?
            }
            _ => {
                let mut change = Change::of(&loaded.ticket, loaded.now);
                settle(&mut change, loaded.rules(), loaded.now)?;
                change
            }
        };
        let what = What::Undelivered { person, letter: known.kind, trouble: trouble.to_owned() };
        change.happened(loaded.now, By::Lizard, what);
        loaded.record(desk, db, change)?;
    }
    outbox::find(db, id, reader)?.ok_or(Error::NotFound)
}
