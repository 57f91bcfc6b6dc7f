//! *Escalate now*, and contesting the priority.

use crate::domain::access::{self, Action, Facts};
use crate::domain::ticket::{PressReason, Ticket};
use crate::store::Db;

use super::presence::next_on_rung;
use super::{Call, Desk, Error, facts, load_to_change};

/// One rung up by hand; appended to an earlier press that nobody has answered yet.
pub fn press(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    reason: PressReason,
    justification: &str,
) -> Result<Ticket, Error> {
    let loaded = load_to_change(desk, db, call, reference, Action::Escalate { to: 2 })?;
    let change = loaded.ticket.press(&call.actor, reason, justification, loaded.rules(), loaded.now)?;
    // Which rung it is about is only known once the clocks have been brought up to now.
    if change.ticket.rung > 2 && change.ticket.clocks.presses.len() > loaded.ticket.clocks.presses.len() {
        loaded.may(call, Action::Escalate { to: change.ticket.rung })?;
    }
    loaded.record(desk, db, change)
}

/// The present rung's holder, or who stands in there, has seen it.
pub fn acknowledge(desk: &Desk, db: &mut Db, call: &Call, reference: &str) -> Result<Ticket, Error> {
    let loaded = load_to_change(desk, db, call, reference, Action::See)?;
    // Which rung that is, is only known once the clocks have been brought up to now.
    let change = loaded.ticket.acknowledge(call.actor.by(), loaded.rules(), loaded.now);
    let ticket = change.as_ref().map_or(&loaded.ticket, |change| &change.ticket);
    let stand_in = next_on_rung(db, ticket, &loaded.partner, loaded.now)?;
    access::may(&call.actor, Action::Acknowledge, &Facts { stand_in, ..facts(ticket, &loaded.partner) })?;
    loaded.record(desk, db, change?)
}

/// The partner says that the priority is wrong.
pub fn contest(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    reason: &str,
) -> Result<Ticket, Error> {
    let loaded = load_to_change(desk, db, call, reference, Action::Contest)?;
    loaded.record(desk, db, loaded.ticket.contest(&call.actor, reason, loaded.rules(), loaded.now)?)
}
