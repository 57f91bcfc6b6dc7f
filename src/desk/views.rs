//! Views: filters of the queue under a name. One is its maker's to remove; a shared one shows
//! each reader what they may see, and no more.

use crate::domain::access::{self};
use crate::domain::fault::Fault;
use crate::store::{self, Db};

use super::{Call, Error, first_of_each_field};

/// Views of one person.
const MOST: i64 = 30;

/// A view to be kept.
#[derive(Clone, Debug)]
pub struct NewView {
    pub name: String,
    pub query: String,
    pub shared: bool,
}

pub fn save(db: &mut Db, call: &Call, new: &NewView, faults: &[Fault]) -> Result<(), Error> {
    let person = may_have(call)?;
    let mut faults = faults.to_vec();
    if new.query.is_empty() {
        faults.push(Fault::new("name", "no_filter", "needs a filter: choose one first"));
    }
    if store::views::others(db, person, &new.name)? >= MOST {
        faults.push(Fault::new("name", "too_many", "you have thirty views: remove one first"));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(first_of_each_field(faults)));
    }
    Ok(store::views::save(db, person, &new.name, &new.query, new.shared, call.now)?)
}

pub fn remove(db: &mut Db, call: &Call, id: i64) -> Result<(), Error> {
    let person = may_have(call)?;
    if store::views::remove(db, person, id)? { Ok(()) } else { Err(Error::NotFound) }
}

/// The vendor's staff, who see more of tickets than their envelopes.
fn may_have(call: &Call) -> Result<crate::domain::ids::PersonId, Error> {
    let person = call.actor.person().filter(|p| !p.role.is_partner_side()).ok_or(Error::NotFound)?;
    if access::sees_envelopes_only(&call.actor) {
        return Err(Error::Forbidden("an administrator sees envelopes: state, rung and clocks"));
    }
    Ok(person.id)
}
