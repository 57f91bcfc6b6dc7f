//! Claiming, confirming, refusing, and merging.

use crate::domain::access::{self, Action};
use crate::domain::taxonomy::is_restricted;
use crate::domain::ticket::Ticket;
use crate::store::Db;

use super::conversation::post;
use super::{Call, Desk, Error, invalid, load_any, load_to_change, presence};

pub fn resolve(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    summary: &str,
    how_to_check: &str,
) -> Result<Ticket, Error> {
    let loaded = load_to_change(desk, db, call, reference, Action::Resolve)?;
    let rules = loaded.rules();
    let mut change = loaded.ticket.resolve(&call.actor, summary, how_to_check, rules, loaded.now)?;
    post(db, &mut change, rules)?;
    loaded.record(desk, db, change)
}

/// The partner confirms (`fixed`) or refuses the claim.
pub fn confirm(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    fixed: bool,
    comment: &str,
) -> Result<Ticket, Error> {
    let loaded = load_to_change(desk, db, call, reference, Action::Confirm)?;
    let mut change = loaded.ticket.confirm(fixed, comment, call.actor.by(), loaded.rules(), loaded.now)?;
    if !fixed {
        // Who owned it, or stood on its rungs, may have left in the meantime.
        presence::man_now(db, &loaded, &mut change)?;
    }
    loaded.record(desk, db, change)
}

/// `reference` goes on in `into`. Both stay readable for exactly those who could read them.
pub fn merge(desk: &Desk, db: &mut Db, call: &Call, reference: &str, into: &str) -> Result<Ticket, Error> {
    let loaded = load_to_change(desk, db, call, reference, Action::Merge)?;
    let target = load_any(desk, db, into, call.now)
        .and_then(|target| presence::catch_up(desk, db, target, call.now))
        .and_then(|target| target.may(call, Action::See).map(|()| target))
        .map_err(|error| match error {
            Error::NotFound => invalid("into", "unknown", "there is no such ticket"),
            other => other,
        })?;
    access::may(&call.actor, Action::Merge, &target.facts())?;
    let (from, to) = (&loaded.ticket, &target.ticket);
    if from.id == to.id {
        return Err(invalid("into", "same_ticket", "a ticket cannot be merged into itself"));
    }
    if from.partner != to.partner {
        return Err(invalid("into", "other_partner", "only tickets of the same partner can be merged"));
    }
    if is_restricted(&from.category) != is_restricted(&to.category) || from.about != to.about {
        return Err(Error::Refused {
            code: "would_disclose",
            message: "one of the two is restricted and the other is not: merging would disclose it"
                .to_owned(),
        });
    }
    let absorbed = to.absorb(from, call.actor.by(), loaded.now)?;
    let merged = from.merge_into(to, call.actor.by(), loaded.rules(), loaded.now)?;
    target.record(desk, db, absorbed)?;
    loaded.record(desk, db, merged)
}
