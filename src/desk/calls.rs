//! A partner called an executive: the call finds its ticket, or files one, and says whether
//! it was a Surprise.

use crate::domain::access::{self, Action, PartnerFacts};
use crate::domain::actor::{Actor, By};
use crate::domain::event::What;
use crate::domain::ids::PersonId;
use crate::domain::partner::Partner;
use crate::domain::ticket::{Heat, Ticket};
use crate::store::{self, Db};

use super::intake::file_call;
use super::{Call, Desk, Error, Loaded, hold, invalid, load_any};

/// A call as it was logged.
#[derive(Clone, Debug)]
pub struct NewCall {
    /// One sentence.
    pub summary: String,
    pub heat: Heat,
    /// Reference; none: a ticket is filed.
    pub ticket: Option<String>,
}

/// What came of it.
pub struct Logged {
    pub ticket: Ticket,
    pub surprise: bool,
}

/// Logs a call of the partner `slug`. A partner that the caller may not see does not exist.
pub fn log(desk: &Desk, db: &mut Db, call: &Call, slug: &str, new: &NewCall) -> Result<Logged, Error> {
    let person = match &call.actor {
        Actor::Person(person) => person.id,
        Actor::Token(_) => return Err(Error::Forbidden("an executive logs the calls that they had")),
    };
    let partner = check(db, call, slug)?;
    let loaded = match &new.ticket {
        Some(reference) => find(desk, db, call, &partner, reference)?,
        None => {
            let filed = file_call(desk, db, call, &partner, &new.summary)?;
            load_any(desk, db, &filed.reference, call.now)?
        }
    };
    record(desk, db, &loaded, person, new)
}

/// The partner, if the caller may log calls of it.
pub fn check(db: &mut Db, call: &Call, slug: &str) -> Result<Partner, Error> {
    access::may_file_at_all(&call.actor)?;
    let partner = store::partners::by_slug(db, slug)?.ok_or(Error::NotFound)?;
    let facts =
        PartnerFacts { id: partner.id, region: &partner.region, channel_manager: partner.channel_manager };
    access::may_log_calls(&call.actor, &facts)?;
    Ok(partner)
}

/// The ticket that it was about: of this partner, and one that the caller may see.
fn find(desk: &Desk, db: &mut Db, call: &Call, partner: &Partner, reference: &str) -> Result<Loaded, Error> {
    let unknown = || invalid("ticket", "unknown", "there is no such ticket of this partner");
    let loaded = match hold(desk, db, reference, call.now) {
        Err(Error::NotFound) => return Err(unknown()),
        loaded => loaded?,
    };
    if loaded.ticket.partner != partner.id || loaded.may(call, Action::See).is_err() {
        return Err(unknown());
    }
    loaded.may(call, Action::LogCall)?;
    Ok(loaded)
}

fn record(
    desk: &Desk,
    db: &mut Db,
    loaded: &Loaded,
    person: PersonId,
    new: &NewCall,
) -> Result<Logged, Error> {
    let before = store::events::of_ticket(db, loaded.ticket.id, true, 0, i64::MAX)?;
    let change = loaded.ticket.called(&new.summary, new.heat, person, &before, loaded.rules(), loaded.now)?;
    let surprise = change
        .events
        .iter()
        .any(|e| e.by == By::Lizard && matches!(e.what, What::Surprise { person: who } if who == person));
    Ok(Logged { ticket: loaded.record(desk, db, change)?, surprise })
}
