//! What the signed links of letters open, as their reader and without a session: the ticket,
//! to be read, and the question whether it is fixed. A GET changes nothing. Of a confidential
//! ticket nothing is shown here: its links lead to signing in.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::tz::TimeZone;

use crate::app::App;
use crate::desk::links::{self, Entered};
use crate::desk::{Desk, Error};
use crate::domain::link::{Link, Purpose};
use crate::store::Db;
use crate::web::api;

use super::arriving::{Proven, Visitor};
use super::entry;
use super::error::{Page, PageError};
use super::forms::{Attempt, Field, Form};
use super::frame::{Frame, html, ok, secret, see_other};
use super::links::{LinkPage, look_in_the_mailbox};
use super::ticket::{Reading, reading};
use super::times::Times;
use super::words::Labels;

#[derive(Template)]
#[template(path = "pages/follow.html")]
struct FollowPage {
    frame: Frame,
    r: Reading,
    name: String,
    form: Form,
    zone: String,
}

#[derive(Template)]
#[template(path = "pages/question.html")]
struct QuestionPage {
    frame: Frame,
    r: Reading,
    name: String,
    /// None where nothing is asked any more.
    yes: Option<Form>,
    not_yet: Option<Form>,
}

/// What a link of ours says. One that was altered, or is for another purpose, is none.
pub(super) fn read(app: &App, purpose: Purpose, token: &str) -> Result<Link, PageError> {
    let text = app.keys.unseal(purpose.as_str(), token);
    let link = text.and_then(Link::read).ok_or_else(unknown)?;
    if link.is_over(app.clock.now()) {
        let why = "the link in your letter was good for some weeks, and they are over";
        return Err(PageError::new(StatusCode::GONE, "link_too_old", why));
    }
    Ok(link)
}

pub(super) fn unknown() -> PageError {
    let why = "it is not whole, or what it was for is over. Sign in to see how things stand";
    PageError::new(StatusCode::NOT_FOUND, "link_ended", why)
}

/// For a link, "there is no such thing" is "it does not open any more".
pub(super) fn ended(error: Error) -> PageError {
    match error {
        Error::NotFound | Error::Forbidden(_) => unknown(),
        other => other.into(),
    }
}

/// What was found behind a link.
struct Found {
    reference: String,
    name: String,
    email: String,
    times: Times,
    /// None of a confidential ticket.
    inside: Option<Inside>,
}

struct Inside {
    reading: Reading,
    /// Yes may be said; no, or both; of the claim that the link is about.
    yes: bool,
    not_yet: bool,
}

async fn find(app: &Arc<App>, link: Link) -> Result<Found, PageError> {
    let (desk, now) = (Arc::clone(&app.desk), app.clock.now());
    app.store.read(move |db| look(&desk, db, link, now)).await.map_err(ended)
}

fn look(desk: &Desk, db: &mut Db, link: Link, now: jiff::Timestamp) -> Result<Found, Error> {
    let Entered { call, person, loaded } = links::enter(desk, db, link, now)?;
    let (times, ticket) = (Times::of(&person, now), &loaded.ticket);
    let inside = if ticket.is_confidential() {
        None
    } else {
        let asked = ticket.claim_number() == Some(link.claim);
        let labels = Labels::load(desk, db, now)?;
        Some(Inside {
            reading: reading(db, &call, &loaded, &labels, &times)?,
            yes: asked && ticket.is_live(),
            not_yet: asked && (ticket.is_live() || ticket.may_still_refuse(loaded.rules(), now)),
        })
    };
    let reference = ticket.reference.clone();
    Ok(Found { reference, name: person.name, email: person.email, times, inside })
}

/// The button by which the reader gets a link to sign in.
fn way_in(app: &App, action: String) -> Form {
    let minutes = entry::minutes(app.settings.links.sign_in_minutes);
    Form::new("ask-in", action, None)
        .intro(format!(
            "We mail you a link that signs you in once; it is good for {minutes} and leads back to this issue."
        ))
        .button("Sign in to answer")
}

fn confidential(form: Option<Form>) -> HttpResponse {
    let heading = "Sign in to see this issue";
    let intro = "It is confidential: what it says is shown only to those who have signed in.".to_owned();
    secret(ok(&LinkPage { frame: Frame::of(None, heading, ""), heading, intro, form }))
}

/// `/f/{token}`: the ticket, for its reader who has not signed in.
pub async fn follow(visitor: Visitor, token: web::Path<String>) -> Page {
    let app = &visitor.app;
    let link = read(app, Purpose::Follow, &token)?;
    let found = find(app, link).await?;
    if visitor.member.is_some_and(|m| m.person.id == link.person) {
        return Ok(secret(see_other(&format!("/t/{}", found.reference))));
    }
    let form = way_in(app, format!("/f/{token}"));
    let Some(Inside { reading: r, .. }) = found.inside else { return Ok(confidential(Some(form))) };
    let frame = Frame::of(None, &format!("{} {}", r.t.reference, r.t.subject), "");
    Ok(secret(ok(&FollowPage { frame, r, name: found.name, form, zone: found.times.name })))
}

/// Mails the reader a link to sign in, which leads to the ticket.
pub async fn ask_in(proven: Proven, token: web::Path<String>) -> Page {
    let app = &proven.app;
    let found = find(app, read(app, Purpose::Follow, &token)?).await?;
    entry::offer(app, found.email, &format!("/t/{}", found.reference));
    let intro = format!(
        "We sent a link to the address that your letter went to. It signs you in once, is good for {}, and leads to {}.",
        entry::minutes(app.settings.links.sign_in_minutes),
        found.reference
    );
    Ok(secret(look_in_the_mailbox(intro)))
}

/// `/c/{token}`: is it fixed?
pub async fn question(visitor: Visitor, token: web::Path<String>) -> Page {
    let link = read(&visitor.app, Purpose::Confirm, &token)?;
    asked(&visitor.app, link, &token, StatusCode::OK, None).await
}

async fn asked(
    app: &Arc<App>,
    link: Link,
    token: &str,
    status: StatusCode,
    attempt: Option<&Attempt>,
) -> Page {
    let found = find(app, link).await?;
    let Some(Inside { reading: r, yes, not_yet }) = found.inside else { return Ok(confidential(None)) };
    let form = |id, fixed: &str| Form::new(id, format!("/c/{token}"), attempt).fixed("fixed", fixed);
    let yes = yes.then(|| form("yes", "true").button("Yes, it is fixed"));
    let not_yet = not_yet.then(|| {
        form("not-yet", "false")
            .field(Field::area("comment", "What is still wrong?").required())
            .button("Not yet: go on")
    });
    let trouble = not_yet.as_ref().and_then(Form::trouble);
    let frame = Frame::of(None, &format!("Is {} fixed?", r.t.reference), "").trouble(trouble);
    Ok(secret(html(status, &QuestionPage { frame, r, name: found.name, yes, not_yet })))
}

/// The reader's answer. What was asked may be over by now: the page says how it stands.
pub async fn answer(proven: Proven, token: web::Path<String>) -> Page {
    let Proven { app, typed } = proven;
    let link = read(&app, Purpose::Confirm, &token)?;
    let mut fields = typed.fields(TimeZone::UTC);
    let (fixed, comment) = api::resolution::confirmation(&mut fields);
    if let Err(error) = fields.check() {
        let attempt = Attempt::failed("not-yet", typed, error)?;
        return asked(&app, link, &token, attempt.status, Some(&attempt)).await;
    }
    let (desk, now) = (Arc::clone(&app.desk), app.clock.now());
    let said = app.store.write(move |db| links::answer(&desk, db, link, fixed, &comment, now)).await;
    match said {
        Ok(_) => Ok(secret(see_other(&format!("/c/{token}")))),
        Err(Error::Refused { .. }) => asked(&app, link, &token, StatusCode::CONFLICT, None).await,
        Err(error) => Err(ended(error)),
    }
}
