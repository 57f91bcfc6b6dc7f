//! Messages: written by either side, and delivered.

use crate::domain::access::Action;
use crate::domain::attachment::File;
use crate::domain::change::Change;
use crate::domain::ticket::conversation::delivered;
use crate::domain::ticket::{Rules, Ticket, Visibility};
use crate::store::Db;

use super::letters::travels_to_requester;
use super::{Call, Desk, Error, attachments, load_to_change};

/// Writes a message on a ticket, with the files that come along.
pub fn write(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    body: &str,
    visibility: Visibility,
    files: &[File],
) -> Result<Ticket, Error> {
    let action = match visibility {
        Visibility::Partner => Action::Write,
        Visibility::Internal => Action::WriteInternal,
    };
    let loaded = load_to_change(desk, db, call, reference, action)?;
    let rules = loaded.rules();
    let mut change = loaded.ticket.write(&call.actor, body, visibility, rules, loaded.now)?;
    let written = change.ticket.last_message;
    attachments::attach(db, &mut change, Some(written), files, call.actor.by())?;
    post(db, &mut change, rules)?;
    loaded.record(desk, db, change)
}

/// What is on the ticket's page has reached us; it has reached a requester too to whom no
/// letter is written. To the others it is delivered when its letter is.
pub(super) fn post(db: &mut Db, change: &mut Change, rules: Rules<'_>) -> Result<(), Error> {
    let to_requester = !travels_to_requester(db, change)?;
    let arrived: Vec<i32> =
        change.messages.iter().filter(|m| m.by_partner || to_requester).map(|m| m.number).collect();
    let now = change.recorded_at;
    for message in arrived {
        delivered(change, message, rules, now)?;
    }
    Ok(())
}
