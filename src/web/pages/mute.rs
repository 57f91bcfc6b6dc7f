//! `/u/{token}`: the link of a letter by which its reader mutes the ticket, without a session.
//! The token is the proof, so that a mail program may post here by itself (RFC 8058).

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::desk::{Error, links, preferences};
use crate::domain::link::{Link, Purpose};
use crate::web::auth;

use super::arriving::Visitor;
use super::error::{Page, PageError};
use super::forms::Form;
use super::frame::{Frame, ok, secret};
use super::links::LinkPage;
use super::signed::{ended, read};

/// What never stops, for everybody who asks.
const STAYS: &str = "You still hear when it moves up the ladder, when we say that it is fixed, and what answers \
     something that you did yourself.";

pub async fn show(visitor: Visitor, token: web::Path<String>) -> Page {
    let link = read(&visitor.app, Purpose::Mute, &token)?;
    page(&visitor.app, link, &token).await
}

async fn page(app: &Arc<App>, link: Link, token: &str) -> Page {
    let (desk, now) = (Arc::clone(&app.desk), app.clock.now());
    let look = move |db: &mut crate::store::Db| {
        let entered = links::enter(&desk, db, link, now)?;
        let muted = preferences::is_muted(db, &entered.call, &entered.loaded.ticket)?;
        Ok::<_, Error>((entered.loaded.ticket.reference, entered.person.name, muted))
    };
    let (reference, name, muted) = app.store.read(look).await.map_err(ended)?;
    Ok(drawn(&reference, &name, muted, token))
}

/// The reference alone: it may be confidential.
fn drawn(reference: &str, name: &str, muted: bool, token: &str) -> HttpResponse {
    let (heading, intro, form) = if muted {
        (
            "This issue is muted",
            format!("{name} gets no more letters about {reference}. {STAYS}"),
            Form::new("unmute", format!("/u/{token}/undo"), None).button("Undo: send every letter again"),
        )
    } else {
        (
            "Fewer letters about this issue",
            format!("You are about to mute {reference} for {name}. {STAYS}"),
            Form::new("mute", format!("/u/{token}"), None).button("Mute this issue"),
        )
    };
    secret(ok(&LinkPage { frame: Frame::of(None, heading, ""), heading, intro, form: Some(form) }))
}

/// By the button, or by the reader's mail program. What the body says does not matter, and
/// there is no way round: mail programs follow none.
pub async fn mute(request: HttpRequest, token: web::Path<String>) -> Page {
    set(&request, &token, true).await
}

pub async fn undo(request: HttpRequest, token: web::Path<String>) -> Page {
    set(&request, &token, false).await
}

async fn set(request: &HttpRequest, token: &str, muted: bool) -> Page {
    let app = auth::app(request)?;
    let link = read(&app, Purpose::Mute, token)?;
    let (desk, now) = (Arc::clone(&app.desk), app.clock.now());
    let done = app.store.write(move |db| preferences::mute_by(&desk, db, link, muted, now)).await;
    done.map_err(ended)?;
    page(&app, link, token).await
}

/// The address of the undo button, opened.
pub async fn back(visitor: Visitor, token: web::Path<String>) -> Result<HttpResponse, PageError> {
    show(visitor, token).await
}
