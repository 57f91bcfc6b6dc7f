//! From what happened to letters in the outbox, in the transaction in which it happened.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::domain::actor::By;
use crate::domain::change::Change;
use crate::domain::event::{HandOver, What};
use crate::domain::ids::PersonId;
use crate::domain::letter::{Kind, Side};
use crate::domain::message::Message;
use crate::domain::notice::{self, Around, Notice, Told};
use crate::domain::partner::Partner;
use crate::domain::taxonomy::{LEGAL, group_of};
use crate::domain::ticket::conversation::delivered;
use crate::domain::ticket::{Rules, Ticket, Visibility};
use crate::mail::compose::{Scene, ticket_letter};
use crate::secrets;
use crate::store::{self, Db};

use super::presence::{self, next_on_rung};
use super::{Desk, Error, links, watchers};

/// Letters of a thread that a new one refers to.
const THREAD: i64 = 10;

/// Writes to everybody who must hear of the change.
pub(super) fn enqueue(
    desk: &Desk,
    db: &mut Db,
    change: &Change,
    partner: &Partner,
    rules: Rules<'_>,
) -> Result<(), Error> {
    let around = around(db, change, partner)?;
    let notices = notice::of(change, &around);
    if notices.is_empty() {
        return Ok(());
    }
    let ticket = &change.ticket;
    let people = store::people::named(db, &everybody(change, &notices))?;
    let scene = Scene {
        ticket,
        partner,
        people: &people,
        events: &change.events,
        messages: &change.messages,
        attachments: &change.attachments,
        ladder: rules.ladder,
        now: change.recorded_at,
        ways: None,
    };
    let arrived = as_it_arrives(change, rules)?;
    let reachable = |n: &&Notice| people.get(&n.reader).is_some_and(|p| p.active);
    let mut letters = Vec::new();
    for notice in notices.iter().filter(reachable) {
        if repeats(db, notice, change)? || is_muted(db, notice, change)? {
            continue;
        }
        let thread = match change.before {
            Some(_) => store::outbox::thread(db, ticket.id, notice.reader, notice.side, THREAD)?,
            None => Vec::new(),
        };
        let nonce = secrets::nonce();
        let scene = match &arrived {
            Some(ticket) if carries_a_message(notice) => Scene { ticket, ..scene },
            _ => scene,
        };
        let ways = match notice.side {
            Side::Partner => Some(links::ways(desk, db, ticket, notice.reader, change.recorded_at)?),
            Side::Internal => None,
        };
        let scene = Scene { ways: ways.as_ref(), ..scene };
        if let Some(letter) = ticket_letter(notice, &scene, &thread, &desk.sender, &nonce) {
            letters.push(letter);
        }
    }
    Ok(store::outbox::insert(db, &letters, change.recorded_at)?)
}

/// A letter that carries a person's message is read when the message has arrived: it shows
/// the promises that stand by then.
fn as_it_arrives(change: &Change, rules: Rules<'_>) -> Result<Option<Ticket>, Error> {
    let on_its_way =
        |m: &&Message| !m.by_partner && m.visibility == Visibility::Partner && m.delivered_at.is_none();
    let Some(number) = change.messages.iter().find(on_its_way).map(|m| m.number) else { return Ok(None) };
    let mut then = change.clone();
    delivered(&mut then, number, rules, change.recorded_at)?;
    Ok(Some(then.ticket))
}

fn carries_a_message(notice: &Notice) -> bool {
    notice.hears.iter().any(|h| matches!(h.what, Told::Reply { .. } | Told::Claimed { .. }))
}

/// That somebody's letters come back is said once a day, not for each of them.
fn repeats(db: &mut Db, notice: &Notice, change: &Change) -> Result<bool, Error> {
    if !notice.hears.iter().all(|h| matches!(h.what, Told::Undelivered { .. })) {
        return Ok(false);
    }
    let since = change.recorded_at.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
    let said = store::outbox::told_since(db, change.ticket.id, notice.reader, Kind::Undelivered, since)?;
    Ok(said)
}

/// Whether its reader wants no such letters about the ticket.
fn is_muted(db: &mut Db, notice: &Notice, change: &Change) -> Result<bool, Error> {
    Ok(notice.side == Side::Partner
        && !notice.comes_through(change)
        && store::mutes::is_muted(db, notice.reader, change.ticket.id)?)
}

/// Whether a message of ours travels to the requester in a letter. Who cannot be written to,
/// and who muted the ticket, reads it on its page; a claim is written to everybody.
pub(super) fn travels_to_requester(db: &mut Db, change: &Change) -> Result<bool, Error> {
    let ticket = &change.ticket;
    if !store::people::find(db, ticket.requester)?.is_some_and(|p| p.active) {
        return Ok(false);
    }
    let claims = change.events.iter().any(|e| matches!(e.what, What::Resolved { .. }));
    Ok(claims || !store::mutes::is_muted(db, ticket.requester, ticket.id)?)
}

fn around(db: &mut Db, change: &Change, partner: &Partner) -> Result<Around, Error> {
    let asks = |which: fn(&What) -> bool| change.events.iter().any(|e| which(&e.what));
    let stand_in = if asks(|w| matches!(w, What::Renotified { count: 2, .. })) {
        next_on_rung(db, &change.ticket, partner, change.recorded_at)?
    } else {
        None
    };
    let lead = asks(|w| matches!(w, What::HandedOver { why: HandOver::Rerouted, .. }));
    let desk_lead = if lead { presence::lead(db, &change.ticket, change.recorded_at)? } else { None };
    // For information only where they may see it at all: nothing legal.
    let informed = group_of(&change.ticket.category) != LEGAL;
    Ok(Around {
        channel_manager: informed.then_some(partner.channel_manager),
        principal: store::people::principal(db, partner.id)?,
        stand_in,
        desk_lead,
        watchers: watchers::hearing(db, &change.ticket, partner)?,
    })
}

/// Everybody whom a letter may name.
fn everybody(change: &Change, notices: &[Notice]) -> Vec<PersonId> {
    let ticket = &change.ticket;
    let mut all: BTreeSet<PersonId> = notices.iter().map(|n| n.reader).collect();
    all.extend([ticket.requester, ticket.owner]);
    all.extend(ticket.rungs.iter().filter_map(|s| s.holder));
    all.extend(change.events.iter().flat_map(|e| e.what.people()));
    let authors = change.events.iter().map(|e| e.by).chain(change.messages.iter().map(|m| m.by));
    all.extend(authors.chain(ticket.clocks.presses.iter().map(|p| p.by)).filter_map(|by| match by {
        By::Person(id) => Some(id),
        By::Token(_) | By::Lizard => None,
    }));
    all.into_iter().collect()
}
