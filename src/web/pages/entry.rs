//! Signing in without a password: a link is asked for where one signs in, and opened from a
//! letter. Opening it changes nothing; the one button on its page uses it.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::tz::TimeZone;

use crate::app::App;
use crate::desk::{Error, sessions};
use crate::secrets::{self, Fresh};
use crate::store::links::Kind;
use crate::web::client;
use crate::web::fields::{Fields, Length};
use crate::web::sign_in::too_many;

use super::arriving::{Sent, Visitor};
use super::error::Page;
use super::forms::{Attempt, Form};
use super::frame::{Frame, html, see_other};
use super::links::{LinkPage, ended_of, look_in_the_mailbox, mailed, peek};
use super::session::{self, Asked, local};

/// The address of the form, opened.
pub async fn back() -> Page {
    Ok(see_other("/session"))
}

/// Mails a link, or does not; the answer is the same, and takes as long.
pub async fn ask(request: HttpRequest, sent: Sent) -> Page {
    let Sent { app, typed } = sent;
    let next = typed.get("next").to_owned();
    let mut fields = typed.fields(TimeZone::UTC);
    let _ = fields.line("next", Length::REASON);
    let email = fields.must("email", Fields::email).unwrap_or_default();
    if let Err(error) = fields.check() {
        return Ok(session::page(&app, &next, Some(&Attempt::failed("link", typed, error)?), ""));
    }
    if let Some(address) = client::address(&request, &app.settings.server.trusted_proxies)
        && let Err(wait) = app.gates.sign_in_from.check_key(&address)
    {
        return Err(too_many(&wait).into());
    }
    offer(&app, email, local(&next).unwrap_or_default());
    let intro = format!(
        "If that e-mail belongs to somebody here, a letter with a link is on its way. The link is good for {}, \
         and works once. Nothing came? Look in the spam folder, or ask an administrator.",
        minutes(app.settings.links.sign_in_minutes)
    );
    Ok(look_in_the_mailbox(intro))
}

/// Mails a link that leads to `next`, unless this mailbox was sent enough of them.
pub fn offer(app: &std::sync::Arc<App>, email: String, next: &str) {
    if app.gates.link.check_key(&email).is_ok() {
        let (desk, now, fresh, next) = (app.desk.clone(), app.wall.now(), Fresh::new(), next.to_owned());
        mailed(app, move |db| sessions::offer(&desk, db, &email, &next, &fresh, now));
    }
}

pub fn minutes(n: u32) -> String {
    if n == 1 { "1 minute".to_owned() } else { format!("{n} minutes") }
}

/// The page that the link opens.
pub async fn show(visitor: Visitor, token: web::Path<String>, asked: web::Query<Asked>) -> Page {
    let person = peek(&visitor.app, Kind::SignIn, &token).await?;
    let heading = "Sign in";
    let form = Form::new("enter", format!("/sign-in/{token}"), None)
        .fixed("next", local(&asked.next).unwrap_or_default())
        .button(format!("Sign in as {}", person.name));
    let intro = format!("The link in your letter works once. You sign in as {}.", person.email);
    let frame = Frame::of(None, heading, "");
    Ok(guarded(html(StatusCode::OK, &LinkPage { frame, heading, intro, form: Some(form) })))
}

/// Signs in, and leads on.
pub async fn enter(sent: Sent, token: web::Path<String>) -> Page {
    let Sent { app, typed } = sent;
    let (hash, now) = (secrets::hash(&token), app.wall.now());
    match app.store.write(move |db| sessions::enter(db, &hash, now)).await {
        Ok(person) => session::begin(&app, person.id, local(typed.get("next")).unwrap_or("/")).await,
        Err(Error::NotFound) => Err(ended_of(Kind::SignIn)),
        Err(error) => Err(error.into()),
    }
}

/// No page that is opened from here learns the address, which is a secret. Not
/// `no-referrer`: by that the form would come without an origin, and a foreign one too.
fn guarded(mut response: HttpResponse) -> HttpResponse {
    let policy = header::HeaderValue::from_static("strict-origin");
    response.headers_mut().insert(header::REFERRER_POLICY, policy);
    response
}
