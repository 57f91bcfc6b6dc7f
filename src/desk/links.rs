//! Signed links in letters to the partner's side: made when the letter is written, and opened
//! by whoever has the letter, as the one whom it was written to. No session is begun.

use jiff::{SignedDuration, Timestamp};

use crate::domain::access::Action;
use crate::domain::actor::Actor;
use crate::domain::ids::PersonId;
use crate::domain::link::{Link, Purpose};
use crate::domain::person::Person;
use crate::domain::ticket::Ticket;
use crate::mail::compose::Ways;
use crate::secrets::{self, Keys};
use crate::store::{self, Db, configurations};

use super::{Call, Desk, Error, Loaded, load, load_to_change, resolution};

/// One key for all nodes of an installation, made by the first.
pub fn signing_key(db: &mut Db, fresh: &str) -> Result<String, Error> {
    const NAME: &str = "signing_key";
    if let Some(known) = configurations::fact(db, NAME)? {
        return Ok(known);
    }
    configurations::set_fact(db, NAME, fresh)?;
    Ok(fresh.to_owned())
}

/// Does something with the signing key.
fn with_keys<T>(desk: &Desk, db: &mut Db, then: impl FnOnce(&Keys) -> T) -> Result<T, Error> {
    if let Some(keys) = desk.keys.get() {
        return Ok(then(keys));
    }
    let fresh = secrets::random();
    let secret = signing_key(db, &fresh)?;
    let made = secret == fresh;
    let keys = Keys::new(secret);
    // One that was just made is gone if this transaction fails.
    Ok(if made { then(&keys) } else { then(desk.keys.get_or_init(|| keys)) })
}

/// The links of a letter to this reader about the ticket as it is now, caused at `now`.
pub(super) fn ways(
    desk: &Desk,
    db: &mut Db,
    ticket: &Ticket,
    reader: PersonId,
    now: Timestamp,
) -> Result<Ways, Error> {
    let days = SignedDuration::from_hours(24 * i64::from(desk.follow_days));
    let until = now.checked_add(days).unwrap_or(Timestamp::MAX);
    let link = Link { person: reader, ticket: ticket.id, claim: 0, until };
    with_keys(desk, db, |keys| {
        let url = |purpose: Purpose, link: Link| {
            let token = keys.seal(purpose.as_str(), &link.text());
            format!("{}{}{token}", desk.sender.public_url, purpose.place())
        };
        let claim = ticket.claim_number().filter(|_| !ticket.is_confidential());
        Ways {
            follow: url(Purpose::Follow, link),
            confirm: claim.map(|claim| url(Purpose::Confirm, Link { claim, ..link })),
            mute: url(Purpose::Mute, link),
        }
    })
}

/// Somebody who came by a link, and the ticket.
pub struct Entered {
    /// As they would ask if they had signed in.
    pub call: Call,
    pub person: Person,
    pub loaded: Loaded,
}

/// Who comes by this link. It ended with the person, and with their sight of the ticket.
pub fn enter(desk: &Desk, db: &mut Db, link: Link, now: Timestamp) -> Result<Entered, Error> {
    let (call, person, reference) = reader(db, link, now)?;
    let loaded = load(desk, db, &call, &reference, Action::See)?;
    Ok(Entered { call, person, loaded })
}

fn reader(db: &mut Db, link: Link, now: Timestamp) -> Result<(Call, Person, String), Error> {
    let person = store::people::find(db, link.person)?.filter(|p| p.active && p.role.is_partner_side());
    let person = person.ok_or(Error::NotFound)?;
    let reference = store::tickets::reference(db, link.ticket)?.ok_or(Error::NotFound)?;
    Ok((Call { actor: Actor::Person(person.clone()), now, expected: None }, person, reference))
}

/// The reader of a letter says whether it is fixed: of the claim that the letter is about, if
/// it is still the one that stands.
pub fn answer(
    desk: &Desk,
    db: &mut Db,
    link: Link,
    fixed: bool,
    comment: &str,
    now: Timestamp,
) -> Result<Ticket, Error> {
    let (call, _, reference) = reader(db, link, now)?;
    let ticket = load_to_change(desk, db, &call, &reference, Action::Confirm)?.ticket;
    if ticket.claim_number() != Some(link.claim) || ticket.is_confidential() {
        let message = "that question is not open any more".to_owned();
        return Err(Error::Refused { code: "claim_over", message });
    }
    resolution::confirm(desk, db, &call, &reference, fixed, comment)
}
