//! `/exec`: for directors and the VP. What waits for a decision of theirs, what is on its way to
//! them and what would stop it, what went past them, and the numbers.

pub mod call;
pub mod decide;
pub mod numbers;
mod views;

use actix_web::HttpRequest;
use askama::Template;
use jiff::SignedDuration;

use crate::desk::{Call, Error, outlook};
use crate::domain::access::{self, Scope};
use crate::domain::event::What;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::person::Role;
use crate::domain::ticket::Ticket;
use crate::store::figures::{self, Mark};
use crate::store::{self, Db};
use crate::web::auth::Member;
use crate::web::view::Names;

use super::arriving::SignedIn;
use super::error::{Page, PageError};
use super::frame::{Frame, done_of, ok};
use super::times::{Times, When};
use super::words;

use numbers::{Linked, Numbers};
use views::{Card, ComingView};

/// How far back surprises and exceptions are told.
const LATELY: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Surprises and exceptions shown, of each.
const SHOWN: i64 = 5;

#[derive(Template)]
#[template(path = "pages/exec.html")]
struct Overview {
    frame: Frame,
    /// Whose tickets it is about.
    whose: String,
    as_of: When,
    decisions: Vec<Card>,
    held: Vec<Card>,
    coming: Vec<ComingView>,
    surprises: Missed,
    exceptions: Missed,
    numbers: Numbers,
    token: String,
    zone: String,
}

/// What went past somebody lately.
pub struct Missed {
    pub events: Vec<MissedView>,
    /// The tickets to which it happened.
    pub tickets: Linked,
}

pub struct MissedView {
    pub reference: String,
    pub subject: String,
    pub partner: String,
    pub text: String,
    pub at: When,
}

/// To others there is no such page.
fn oversees(member: &Member) -> Result<(), PageError> {
    access::may_oversee(&member.call.actor).map_err(|_| PageError::not_found())
}

pub async fn show(SignedIn(member): SignedIn, request: HttpRequest) -> Page {
    oversees(&member)?;
    let (call, times, desk) = (member.call.clone(), member.times(), member.app.desk.clone());
    let frame = Frame::of(Some(&member), "Overview", "/exec").done(done_of(request.query_string()));
    let (token, whose) = (member.form_token(), whose(&member));
    let read = move |db: &mut Db| {
        let before = outlook::of(&desk, db, &call)?;
        let cards = views::Cards::of(db, &call, &times, &before)?;
        Ok::<_, Error>(Overview {
            frame,
            whose,
            as_of: times.when(call.now),
            decisions: before.decisions.iter().map(|d| cards.card(&d.loaded, &d.reasons)).collect(),
            held: before.held.iter().map(|loaded| cards.card(loaded, &[])).collect(),
            coming: before.coming.iter().map(|c| cards.coming(c)).collect(),
            surprises: missed(db, &call, &times, Mark::Surprise)?,
            exceptions: missed(db, &call, &times, Mark::Exception)?,
            numbers: numbers::of(&desk, db, &call, &times)?,
            token,
            zone: times.name.clone(),
        })
    };
    Ok(ok(&member.app.store.read(read).await?))
}

fn whose(member: &Member) -> String {
    match (member.person.role, &member.person.region) {
        (Role::Director, Some(region)) => format!("Partners of {}", region.to_uppercase()),
        _ => "All partners".to_owned(),
    }
}

/// Surprises or exceptions of the last 30 days.
fn missed(db: &mut Db, call: &Call, times: &Times, mark: Mark) -> Result<Missed, Error> {
    let scope = Scope::of(&call.actor);
    let since = call.now.checked_sub(LATELY).unwrap_or(call.now);
    let last = figures::last(db, &scope, mark, None, since, SHOWN)?;
    let ids: Vec<TicketId> = last.iter().map(|(id, _)| *id).collect();
    let tickets = store::tickets::of_ids(db, &scope, &ids)?;
    let names = Names::of(db, &tickets)?;
    let people: Vec<PersonId> = last.iter().filter_map(|(_, e)| missed_by(&e.what)).collect();
    let people = store::people::named(db, &people)?;
    let name = |id: PersonId| people.get(&id).map_or("somebody", |p| p.name.as_str());
    let view = |(id, event): &(TicketId, crate::domain::event::Event)| {
        let t: &Ticket = tickets.iter().find(|t| t.id == *id)?;
        let who = missed_by(&event.what)?;
        let text = match &event.what {
            What::Exception { rung, cause, .. } => {
                format!("Reached {} on rung {rung} without a warning: {}", name(who), words::cause(*cause))
            }
            _ => format!("{} heard of it from the partner first", name(who)),
        };
        Some(MissedView {
            reference: t.reference.clone(),
            subject: t.subject.clone(),
            partner: names.partner(t.partner).map(|p| p.name.clone()).unwrap_or_default(),
            text,
            at: times.when(event.at),
        })
    };
    let events = last.iter().filter_map(view).collect();
    let name = if mark == Mark::Surprise { "surprise_since" } else { "exception_since" };
    let number = figures::with_mark(db, &scope, mark, since)?;
    Ok(Missed { events, tickets: Linked { number, href: numbers::since(name, since) } })
}

const fn missed_by(what: &What) -> Option<PersonId> {
    match what {
        What::Exception { holder, .. } => Some(*holder),
        What::Surprise { person } => Some(*person),
        _ => None,
    }
}
