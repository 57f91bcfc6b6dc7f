//! Messages: written by either side, and delivered.

use jiff::tz::TimeZone;

use crate::domain::access::Action;
use crate::domain::attachment::File;
use crate::domain::change::Change;
use crate::domain::fault::Fault;
use crate::domain::partner::Partner;
use crate::domain::ticket::conversation::delivered;
use crate::domain::ticket::progress::Progress;
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

/// Writes to the partner in four parts, and gives the date that is in it, all in one change.
pub fn progress(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    progress: &Progress,
    files: &[File],
) -> Result<Ticket, Error> {
    let loaded = load_to_change(desk, db, call, reference, Action::Write)?;
    if progress.moves_dates(&loaded.ticket) && loaded.may(call, Action::Timetable).is_err() {
        return Err(Error::Invalid(vec![Fault::new(
            "next.due",
            "not_allowed",
            "is no date that stands, and dates are given by the owner, their team, the director and the VP",
        )]));
    }
    let body = in_words(progress, &loaded.partner);
    let mut change = loaded.ticket.progress(&call.actor, progress, &body, loaded.rules(), loaded.now)?;
    let written = change.ticket.last_message;
    attachments::attach(db, &mut change, Some(written), files, call.actor.by())?;
    post(db, &mut change, loaded.rules())?;
    loaded.record(desk, db, change)
}

/// What follows the headline, with the date as the partner's clock on the wall has it.
fn in_words(progress: &Progress, partner: &Partner) -> String {
    let zone = TimeZone::get(&partner.zone).unwrap_or(TimeZone::UTC);
    let due = progress.next.due.to_zoned(zone).strftime("%a %-d %b %Y, %H:%M %Z").to_string();
    let next = progress.next.label.as_deref().unwrap_or("it is solved");
    format!("{}\n\n**Next, by {due}:** {next}\n\n**Who does what:** {}", progress.changed, progress.who)
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
