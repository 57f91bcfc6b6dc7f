//! Open issues that a new one may be the same as: of the same company, and only such as
//! whoever files may see.

use crate::domain::access::Scope;
use crate::domain::likeness::{self, Said};
use crate::domain::ticket::{State, Ticket};
use crate::store::tickets::{self, Filter};
use crate::store::{self, Db};

use super::intake::Filing;
use super::{Call, Error};

/// Open issues that are looked at; and offered.
const LOOKED_AT: i64 = 200;
const OFFERED: usize = 3;

/// The likeliest first. None before there is a company and something that it is about.
pub fn likely(db: &mut Db, call: &Call, filing: &Filing) -> Result<Vec<Ticket>, Error> {
    let partner = match (call.actor.partner(), &filing.partner) {
        (Some(own), _) => Some(own),
        (None, Some(slug)) => store::partners::by_slug(db, slug)?.map(|p| p.id),
        (None, None) => None,
    };
    let Some(partner) = partner else { return Ok(Vec::new()) };
    let live =
        Filter { states: vec![State::Open, State::Resolved], partner: Some(partner), ..Filter::default() };
    let open = tickets::list(db, &Scope::of(&call.actor), &live, None, LOOKED_AT)?.tickets;
    let draft = &filing.draft;
    let new = Said::of(&draft.category, &draft.subject, &draft.description);
    let others = open.into_iter().map(|t| (Said::of(&t.category, &t.subject, &t.description), t));
    Ok(likeness::likely(&new, others, OFFERED))
}
