//! Messages: written by either side, and delivered.

use crate::domain::access::Action;
use crate::domain::change::Change;
use crate::domain::ticket::conversation::delivered;
use crate::domain::ticket::{Rules, Ticket, Visibility};
use crate::store::Db;

use super::{Call, Desk, Error, load_to_change, record};

/// Writes a message on a ticket.
pub fn write(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    body: &str,
    visibility: Visibility,
) -> Result<Ticket, Error> {
    let action = match visibility {
        Visibility::Partner => Action::Write,
        Visibility::Internal => Action::WriteInternal,
    };
    let loaded = load_to_change(desk, db, call, reference, action)?;
    let rules = loaded.rules();
    let mut change = loaded.ticket.write(&call.actor, body, visibility, rules, call.now)?;
    deliver(&mut change, rules, call)?;
    record(db, change)
}

/// Messages are posted on the ticket's page, which is where they are read.
pub(super) fn deliver(change: &mut Change, rules: Rules<'_>, call: &Call) -> Result<(), Error> {
    let posted: Vec<i32> = change.messages.iter().map(|m| m.number).collect();
    for message in posted {
        delivered(change, message, rules, call.now)?;
    }
    Ok(())
}
