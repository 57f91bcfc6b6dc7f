//! What lies before whoever stands on an upper rung: what they have to decide, and what is on
//! its way to them. Looks only.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::access::{Action, Scope};
use crate::domain::event::What;
use crate::domain::ids::{PartnerId, PersonId, TicketId};
use crate::domain::outlook::{Remedy, depends_on_update, horizon, remedies};
use crate::domain::partner::Partner;
use crate::domain::person::Person;
use crate::domain::promise::{Kind, Outcome, Promise};
use crate::domain::tenure::{self, Tenure};
use crate::domain::ticket::Ticket;
use crate::store::figures::{self, Mark};
use crate::store::{self, Db};

use super::{Call, Desk, Error, Loaded};

/// Tickets of a kind at most.
const MOST: i64 = 100;
/// Two business days are never more than this on the wall, but for long holidays.
const LONGEST_AHEAD: SignedDuration = SignedDuration::from_hours(24 * 14);
/// For how long one may have been asked whether a ticket stays open for long.
const ASKED: SignedDuration = SignedDuration::from_hours(24 * 60);

/// Why a ticket waits for its holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It has reached them, and they have not said that they know.
    Unacknowledged,
    /// It is open for long under accepted dates, which hold only if they know of it.
    Review,
    /// Their delay of the next rung is over then.
    HoldEnds(Timestamp),
    /// A date is near.
    DateNear(Promise),
    /// A date has passed, and nobody has given another.
    DatePassed(Promise),
}

/// A ticket that waits for its reader.
pub struct Decision {
    pub loaded: Loaded,
    pub reasons: Vec<Reason>,
}

/// A ticket on its way to its reader.
pub struct Coming {
    pub loaded: Loaded,
    pub rung: u8,
    pub due: Timestamp,
    pub remedies: Vec<Remedy>,
    /// When it comes sooner: an update is due then, and accepted dates hold only if it comes.
    pub unless_updated: Option<Timestamp>,
}

/// What lies before somebody.
#[derive(Default)]
pub struct Outlook {
    pub decisions: Vec<Decision>,
    /// With them, and nothing to decide.
    pub held: Vec<Loaded>,
    pub coming: Vec<Coming>,
}

/// What lies before the caller.
pub fn of(desk: &Desk, db: &mut Db, call: &Call) -> Result<Outlook, Error> {
    let Some(me) = call.actor.person().map(|p| p.id) else { return Ok(Outlook::default()) };
    let mut outlook = Outlook::default();
    let mine = store::figures::held(db, &Scope::of(&call.actor), me, MOST)?;
    let asked = reviews(db, call, me, &mine)?;
    for loaded in measured(desk, db, call, [mine, asked].concat())? {
        let reasons = reasons(&loaded, me);
        match reasons.is_empty() {
            true => outlook.held.push(loaded),
            false => outlook.decisions.push(Decision { loaded, reasons }),
        }
    }
    let near = call.now.checked_add(LONGEST_AHEAD).unwrap_or(call.now);
    let coming = store::figures::coming(db, &Scope::of(&call.actor), me, near, MOST)?;
    for loaded in measured(desk, db, call, coming)? {
        outlook.coming.extend(on_its_way(call, loaded, me));
    }
    Ok(outlook)
}

/// What one ticket asks of the caller; nothing where it asks nothing.
pub fn asks(call: &Call, loaded: &Loaded) -> Vec<Reason> {
    call.actor.person().map_or_else(Vec::new, |me| reasons(loaded, me.id))
}

fn reviews(db: &mut Db, call: &Call, me: PersonId, mine: &[Ticket]) -> Result<Vec<Ticket>, Error> {
    let scope = Scope::of(&call.actor);
    let since = call.now.checked_sub(ASKED).unwrap_or(call.now);
    let mut ids: Vec<TicketId> = Vec::new();
    for (ticket, event) in figures::last(db, &scope, Mark::ReviewAsked, None, since, MOST)? {
        let to_me = matches!(event.what, What::ReviewAsked { holder, .. } if holder == me);
        if to_me && !ids.contains(&ticket) && !mine.iter().any(|t| t.id == ticket) {
            ids.push(ticket);
        }
    }
    let mut asked = store::tickets::of_ids(db, &scope, &ids)?;
    asked.retain(|t| t.state == crate::domain::ticket::State::Open && t.review_is_asked());
    asked.retain(|t| t.reviewer() == Some(me));
    Ok(asked)
}

fn reasons(loaded: &Loaded, me: PersonId) -> Vec<Reason> {
    let t = &loaded.ticket;
    let soon = horizon(loaded.rules(), loaded.now);
    let mut reasons = Vec::new();
    let on_mine = t.step().is_some_and(|s| s.number > 1 && s.holder == Some(me));
    if on_mine && t.clocks.notified.as_ref().is_some_and(|n| n.acknowledged_at.is_none()) {
        reasons.push(Reason::Unacknowledged);
    }
    if t.review_is_asked() && t.reviewer() == Some(me) {
        reasons.push(Reason::Review);
    }
    if !on_mine {
        return reasons;
    }
    let mine = t.clocks.holds.iter().filter(|h| h.rung > t.rung && h.until > loaded.now && h.until <= soon);
    reasons.extend(mine.map(|h| Reason::HoldEnds(h.until)));
    for p in t.timetable.standing() {
        let date = matches!(p.kind, Kind::Milestone | Kind::Resolution) && p.done_at.is_none();
        match p.outcome {
            Some(Outcome::Broken) if date && !p.dropped => reasons.push(Reason::DatePassed(p.clone())),
            None if date && !t.is_paused() && p.due <= soon => reasons.push(Reason::DateNear(p.clone())),
            _ => {}
        }
    }
    reasons
}

fn on_its_way(call: &Call, loaded: Loaded, me: PersonId) -> Option<Coming> {
    let rules = loaded.rules();
    let t = &loaded.ticket;
    let next = t.next_step(rules.ladder).filter(|s| s.holder == Some(me))?;
    let (rung, due) = (next.number, next.due?);
    if t.is_paused() || due > horizon(rules, loaded.now) {
        return None;
    }
    let remedies = remedies(t, &call.actor, rules, loaded.now);
    let unless_updated = depends_on_update(t, rules).filter(|at| *at < due);
    Some(Coming { loaded, rung, due, remedies, unless_updated })
}

/// These tickets with what each is measured by.
pub fn measured(desk: &Desk, db: &mut Db, call: &Call, tickets: Vec<Ticket>) -> Result<Vec<Loaded>, Error> {
    let ids: Vec<PartnerId> = tickets.iter().map(|t| t.partner).collect();
    let partners: BTreeMap<PartnerId, Partner> =
        store::partners::named(db, &ids)?.into_iter().map(|p| (p.id, p)).collect();
    let mut all = Vec::new();
    for ticket in tickets {
        let Some(partner) = partners.get(&ticket.partner) else { continue };
        let ladder = desk.rulebook.ladder(db, ticket.ladder_version)?;
        let course = desk.rulebook.course(db, &ticket)?;
        let now = call.now.max(ticket.updated_at);
        let loaded = Loaded { now, ticket, partner: partner.clone(), ladder, course };
        if loaded.may(call, Action::See).is_ok() {
            all.push(loaded);
        }
    }
    Ok(all)
}

/// How long tickets stood with `person` on rung 2 before they did something, of those that came
/// there since `since`.
pub fn tenures(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    person: &Person,
    since: Timestamp,
) -> Result<Vec<(Ticket, Tenure)>, Error> {
    const RUNG: u8 = 2;
    let tickets = store::figures::reached(db, &Scope::of(&call.actor), person.id, RUNG, since, MOST)?;
    let mut all = Vec::new();
    for loaded in measured(desk, db, call, tickets)? {
        let events = store::events::of_ticket(db, loaded.ticket.id, true, 0, i64::MAX)?;
        let tenure = tenure::last(&events, RUNG, person.id, loaded.rules(), loaded.now);
        all.extend(tenure.map(|tenure| (loaded.ticket, tenure)));
    }
    Ok(all)
}
