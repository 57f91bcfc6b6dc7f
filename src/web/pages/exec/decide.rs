//! `/exec/{reference}`: one ticket, and every decision about it as a form that is open already.
//! Letters to upper rungs lead here: one click to it, and one to decide.

use actix_web::web;
use askama::Template;

use crate::desk::{Error, load, outlook};
use crate::domain::access::{self, Action};
use crate::domain::ticket::State;
use crate::store::Db;
use crate::web::pages::arriving::SignedIn;
use crate::web::pages::error::Page;
use crate::web::pages::forms::Form;
use crate::web::pages::frame::{Frame, ok, see_other};
use crate::web::pages::ticket;
use crate::web::pages::words::Labels;

use super::views::{Card, Cards};

/// Forms of a decision, in their order.
const DECISIONS: [&str; 6] = ["acknowledge", "hold", "deescalate", "timetable", "triage", "message"];

#[derive(Template)]
#[template(path = "pages/decide.html")]
struct Decide {
    frame: Frame,
    card: Card,
    t: ticket::TicketView,
    forms: Vec<Form>,
}

/// Whoever has nothing to decide about it is led to the ticket.
pub async fn show(SignedIn(member): SignedIn, reference: web::Path<String>) -> Page {
    let to_ticket = format!("/t/{}", reference.to_ascii_uppercase());
    if access::may_oversee(&member.call.actor).is_err() {
        return Ok(see_other(&to_ticket));
    }
    let (desk, call, times) = (member.app.desk.clone(), member.call.clone(), member.times());
    let (token, reference) = (member.form_token(), reference.to_ascii_uppercase());
    let read = move |db: &mut Db| {
        let loaded = load(&desk, db, &call, &reference, Action::See)?;
        if loaded.ticket.state != State::Open {
            return Ok::<_, Error>(None);
        }
        let labels = Labels::load(&desk, db, call.now)?;
        let t = ticket::reading(db, &call, &loaded, &labels, &times)?.t;
        let card = Cards::naming(db, &call, &times, std::iter::once(&loaded))?
            .card(&loaded, &outlook::asks(&call, &loaded));
        let mut forms = ticket::forms(db, &call, &loaded, &labels, &times, &token)?;
        forms.retain(|form| DECISIONS.contains(&form.id));
        forms.sort_by_key(|form| DECISIONS.iter().position(|id| *id == form.id));
        Ok(Some((card, t, forms)))
    };
    let Some((card, t, forms)) = member.app.store.read(read).await? else { return Ok(see_other(&to_ticket)) };
    let frame = Frame::of(Some(&member), &format!("Decide: {} {}", t.reference, t.subject), "/exec");
    Ok(ok(&Decide { frame, card, t, forms }))
}
