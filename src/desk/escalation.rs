//! Up and down the ladder by hand: *Escalate now*, acknowledging, holds, de-escalation; and
//! contesting the priority.

use jiff::Timestamp;

use crate::domain::access::{self, Action, Facts};
use crate::domain::change::Change;
use crate::domain::escalation::settle;
use crate::domain::ticket::{PressReason, Ticket};
use crate::store::{self, Db};

use super::presence::next_on_rung;
use super::{Call, Desk, Error, facts, invalid, load_to_change};

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
    let pressed = change.ticket.clocks.presses.get(loaded.ticket.clocks.presses.len());
    if let Some(pressed) = pressed {
        loaded.may(call, Action::Escalate { to: pressed.rung })?;
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

/// The present rung's holder puts the next one off; a second time, the next one's holder does.
pub fn hold(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    reason: &str,
    until: Timestamp,
) -> Result<Ticket, Error> {
    let loaded = load_to_change(desk, db, call, reference, Action::See)?;
    let change = loaded.ticket.hold(reason, until, call.actor.by(), loaded.rules(), loaded.now);
    let ticket = change.as_ref().map_or(&loaded.ticket, |change| &change.ticket);
    let holds = ticket.clocks.holds.iter().filter(|h| h.from == ticket.rung).count();
    let again = holds > usize::from(change.is_ok());
    let stand_in = next_on_rung(db, ticket, &loaded.partner, loaded.now)?;
    let facts = Facts { stand_in, ..facts(ticket, &loaded.partner) };
    access::may(&call.actor, Action::Hold { again }, &facts)?;
    loaded.record(desk, db, change?)
}

/// Down one rung, to which somebody at the partner has agreed.
pub fn deescalate(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    reason: &str,
    agreed_by: &str,
) -> Result<Ticket, Error> {
    let loaded = load_to_change(desk, db, call, reference, Action::See)?;
    let mut settled = Change::of(&loaded.ticket, loaded.now);
    settle(&mut settled, loaded.rules(), loaded.now)?;
    access::may(&call.actor, Action::Deescalate, &facts(&settled.ticket, &loaded.partner))?;
    let agreed = store::people::by_email(db, agreed_by)?
        .filter(|p| p.active && p.partner == Some(loaded.ticket.partner))
        .ok_or_else(|| invalid("agreed_by", "unknown", "is nobody at this partner"))?;
    let by = call.actor.by();
    loaded.record(desk, db, loaded.ticket.deescalate(reason, agreed.id, by, loaded.rules(), loaded.now)?)
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
