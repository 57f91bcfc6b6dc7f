//! `/queue/preview/{reference}`: a ticket at a glance, beside the list, with its triage. A part
//! of a page, fetched by the script; without one, the ticket's own page says it all.

use actix_web::web;
use askama::Template;

use crate::desk::{Call, Desk, Error, load};
use crate::domain::access::Action;
use crate::store::Db;
use crate::web::pages::arriving::SignedIn;
use crate::web::pages::error::Page;
use crate::web::pages::forms::Form;
use crate::web::pages::frame::ok;
use crate::web::pages::ticket::{self, actions, story, view};
use crate::web::pages::times::Times;
use crate::web::pages::words::Labels;

use super::for_staff;

/// Of a conversation, the last ones.
const MOST_SAID: usize = 3;

#[derive(Template)]
#[template(path = "pane.html")]
struct Pane {
    t: view::TicketView,
    said: Vec<story::Said>,
    /// Messages before these.
    earlier: usize,
    triage: Option<Form>,
}

pub async fn show(SignedIn(member): SignedIn, reference: web::Path<String>) -> Page {
    for_staff(&member)?;
    let (desk, call, times) = (member.app.desk.clone(), member.call.clone(), member.times());
    let (token, reference) = (member.form_token(), reference.to_ascii_uppercase());
    let pane = member.app.store.read(move |db| pane(&desk, db, &call, &reference, &times, &token)).await?;
    Ok(ok(&pane))
}

fn pane(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    times: &Times,
    token: &str,
) -> Result<Pane, Error> {
    let loaded = load(desk, db, call, reference, Action::See)?;
    let labels = Labels::load(desk, db, call.now)?;
    let ticket::Reading { t, mut said, .. } = ticket::reading(db, call, &loaded, &labels, times)?;
    let owners = actions::owners(db, call, &loaded)?;
    let triage = actions::triage(call, &loaded, &labels, owners, times, token);
    let earlier = said.len().saturating_sub(MOST_SAID);
    let said = said.split_off(earlier);
    Ok(Pane { t, said, earlier, triage })
}
