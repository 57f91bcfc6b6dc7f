//! Moving dates, and waiting.

use jiff::Timestamp;

use crate::domain::access::Action;
use crate::domain::ticket::dates::NewTimetable;
use crate::domain::ticket::{Ticket, WaitOn};
use crate::store::Db;

use super::{Call, Desk, Error, load_to_change};

pub fn replace(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    new: &NewTimetable,
) -> Result<Ticket, Error> {
    let loaded = load_to_change(desk, db, call, reference, Action::Timetable)?;
    loaded.record(desk, db, loaded.ticket.move_timetable(new, call.actor.by(), loaded.rules(), loaded.now)?)
}

/// The partner accepts the resolution date.
pub fn accept(desk: &Desk, db: &mut Db, call: &Call, reference: &str) -> Result<Ticket, Error> {
    let loaded = load_to_change(desk, db, call, reference, Action::AcceptDates)?;
    loaded.record(desk, db, loaded.ticket.accept_timetable(call.actor.by(), loaded.rules(), loaded.now)?)
}

pub fn wait(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    on: WaitOn,
    reason: &str,
    until: Timestamp,
) -> Result<Ticket, Error> {
    let loaded = load_to_change(desk, db, call, reference, Action::Wait)?;
    loaded.record(
        desk,
        db,
        loaded.ticket.wait(on, reason, until, call.actor.by(), loaded.rules(), loaded.now)?,
    )
}

pub fn lift_wait(desk: &Desk, db: &mut Db, call: &Call, reference: &str) -> Result<Ticket, Error> {
    let loaded = load_to_change(desk, db, call, reference, Action::Wait)?;
    loaded.record(desk, db, loaded.ticket.lift_wait(call.actor.by(), loaded.rules(), loaded.now)?)
}
