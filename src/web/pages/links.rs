//! What links in letters open: the first administrator, an invitation, a new password.
//! Opening a link changes nothing; the form on its page does.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::tz::TimeZone;

use crate::app::App;
use crate::desk::{Error, people};
use crate::domain::person::Person;
use crate::secrets::{self, Fresh, SHORTEST_PASSWORD};
use crate::store::{self, Db, links::Kind};
use crate::web::fields::Length;
use crate::web::sign_in::hash_password;

use super::arriving::{Sent, Visitor};
use super::error::{Page, PageError};
use super::forms::{Attempt, Field, Form};
use super::frame::{Frame, html, ok};
use super::session;

#[derive(Template)]
#[template(path = "pages/link.html")]
pub(super) struct LinkPage {
    pub frame: Frame,
    pub heading: &'static str,
    pub intro: String,
    pub form: Option<Form>,
}

pub(super) fn page(
    heading: &'static str,
    intro: String,
    form: Form,
    attempt: Option<&Attempt>,
) -> HttpResponse {
    let frame = Frame::of(None, heading, "").trouble(form.trouble());
    let status = attempt.map_or(StatusCode::OK, |a| a.status);
    html(status, &LinkPage { frame, heading, intro, form: Some(form) })
}

/// Unknown, used or expired; which of them is not said.
fn ended(what_to_do: &str) -> PageError {
    PageError::new(StatusCode::NOT_FOUND, "link_ended", what_to_do)
}

pub(super) fn ended_of(kind: Kind) -> PageError {
    ended(match kind {
        Kind::Setup => {
            "it was used already, or it is too old. Start Lizard again: it prints a new one while there is no administrator"
        }
        Kind::Invitation => {
            "it was used already, or it is too old. If you have set a password, sign in; if not, ask an administrator to invite you again"
        }
        Kind::Reset | Kind::SignIn => {
            "it was used already, or it is too old. Ask for a new one where you sign in"
        }
    })
}

fn new_password() -> Field {
    Field::password("password", "New password")
        .hint(format!("At least {SHORTEST_PASSWORD} characters. A few words in a row are good."))
        .required()
        .autocomplete("new-password")
}

fn set_up_form(token: &str, attempt: Option<&Attempt>) -> HttpResponse {
    let form = Form::new("set-up", format!("/setup/{token}"), attempt)
        .field(Field::line("name", "Your name").required().autocomplete("name"))
        .field(Field::email("email", "E-mail").required().autocomplete("username"))
        .field(new_password())
        .button("Become the first administrator");
    let intro = "Nobody administers this Lizard yet. You will be the first, and invite the others.";
    page("Set up Lizard", intro.to_owned(), form, attempt)
}

/// The one-time link of the first start.
pub async fn set_up(visitor: Visitor, token: web::Path<String>) -> Page {
    peek_set_up(&visitor.app, &token).await?;
    Ok(set_up_form(&token, None))
}

async fn peek_set_up(app: &App, token: &str) -> Result<(), PageError> {
    let (hash, now) = (secrets::hash(token), app.wall.now());
    let opens = app
        .store
        .read(move |db| {
            let known = store::links::peek(db, &hash, Kind::Setup, now)? == Some(None);
            Ok::<_, Error>(known && !store::people::any_admin(db)?)
        })
        .await?;
    if opens { Ok(()) } else { Err(ended_of(Kind::Setup)) }
}

/// Makes the first administrator, and signs them in.
pub async fn become_first(sent: Sent, token: web::Path<String>) -> Page {
    let Sent { app, typed } = sent;
    peek_set_up(&app, &token).await?;
    let mut fields = typed.fields(TimeZone::UTC);
    let name = fields.must("name", |f, n| f.line(n, Length::NAME)).unwrap_or_default();
    let email = fields.must("email", super::super::fields::Fields::email).unwrap_or_default();
    let password = fields.must("password", super::super::fields::Fields::new_password).unwrap_or_default();
    if let Err(error) = fields.check() {
        return Ok(set_up_form(&token, Some(&Attempt::failed("set-up", typed, error)?)));
    }
    let password_hash = hash_password(password).await?;
    let (desk, now, hash) = (app.desk.clone(), app.wall.now(), secrets::hash(&token));
    let made =
        app.store.write(move |db| people::set_up(&desk, db, &hash, &name, &email, &password_hash, now)).await;
    match made {
        Ok(person) => session::begin(&app, person.id, "/admin").await,
        Err(Error::NotFound) => Err(ended_of(Kind::Setup)),
        Err(error) => Ok(set_up_form(&token, Some(&Attempt::failed("set-up", typed, error)?))),
    }
}

pub async fn invitation(visitor: Visitor, token: web::Path<String>) -> Page {
    open(&visitor.app, Kind::Invitation, &token).await
}

pub async fn reset(visitor: Visitor, token: web::Path<String>) -> Page {
    open(&visitor.app, Kind::Reset, &token).await
}

async fn open(app: &App, kind: Kind, token: &str) -> Page {
    let email = peek(app, kind, token).await?.email;
    Ok(password_form(kind, token, &email, None))
}

/// Whoever the link is for.
pub(super) async fn peek(app: &App, kind: Kind, token: &str) -> Result<Person, PageError> {
    let (hash, now) = (secrets::hash(token), app.wall.now());
    match app.store.read(move |db| people::peek_link(db, kind, &hash, now)).await {
        Ok(Some(person)) => Ok(person),
        Ok(None) | Err(Error::NotFound) => Err(ended_of(kind)),
        Err(error) => Err(error.into()),
    }
}

fn password_form(kind: Kind, token: &str, email: &str, attempt: Option<&Attempt>) -> HttpResponse {
    let (heading, button) = match kind {
        Kind::Invitation | Kind::Setup => ("Welcome to Lizard", "Set it and come in"),
        Kind::Reset | Kind::SignIn => ("Set a new password", "Set it and sign in"),
    };
    let intro = match kind {
        Kind::Invitation | Kind::Setup => format!("Choose a password. You sign in with it as {email}."),
        Kind::Reset | Kind::SignIn => format!("For {email}. You will be signed out everywhere else."),
    };
    let form =
        Form::new("password", format!("/{kind}/{token}"), attempt).field(new_password()).button(button);
    page(heading, intro, form, attempt)
}

pub async fn accept(sent: Sent, token: web::Path<String>) -> Page {
    follow(sent, Kind::Invitation, &token).await
}

pub async fn renew(sent: Sent, token: web::Path<String>) -> Page {
    follow(sent, Kind::Reset, &token).await
}

/// Uses the link: sets the password and signs in.
async fn follow(sent: Sent, kind: Kind, token: &str) -> Page {
    let Sent { app, typed } = sent;
    let email = peek(&app, kind, token).await?.email;
    let mut fields = typed.fields(TimeZone::UTC);
    let password = fields.must("password", super::super::fields::Fields::new_password).unwrap_or_default();
    if let Err(error) = fields.check() {
        return Ok(password_form(kind, token, &email, Some(&Attempt::failed("password", typed, error)?)));
    }
    let password_hash = hash_password(password).await?;
    let (hash, now) = (secrets::hash(token), app.wall.now());
    match app.store.write(move |db| people::use_link(db, kind, &hash, &password_hash, now)).await {
        Ok(person) => session::begin(&app, person.id, "/").await,
        Err(Error::NotFound) => Err(ended_of(kind)),
        Err(error) => Err(error.into()),
    }
}

fn ask_form(attempt: Option<&Attempt>) -> HttpResponse {
    let form = Form::new("reset", "/reset", attempt)
        .field(Field::email("email", "E-mail").required().autocomplete("username"))
        .button("Send me a link");
    let intro = "We send a link with which you set a new password.".to_owned();
    page("New password", intro, form, attempt)
}

/// Where somebody asks for a new password.
pub async fn ask(_visitor: Visitor) -> Page {
    Ok(ask_form(None))
}

/// Sends a link, or does not; the answer is the same.
pub async fn send(sent: Sent) -> Page {
    let Sent { app, typed } = sent;
    let mut fields = typed.fields(TimeZone::UTC);
    let email = fields.must("email", super::super::fields::Fields::email).unwrap_or_default();
    if let Err(error) = fields.check() {
        return Ok(ask_form(Some(&Attempt::failed("reset", typed, error)?)));
    }
    if app.gates.reset.check_key(&email).is_ok() {
        let (desk, now, fresh) = (app.desk.clone(), app.wall.now(), Fresh::new());
        mailed(&app, move |db| people::request_reset(&desk, db, &email, &fresh, now));
    }
    let hours = app.settings.links.reset_hours;
    let intro = format!(
        "If that e-mail belongs to somebody here, a letter with a link is on its way. The link is good for {hours} hours. \
         Nothing came? Look in the spam folder, or ask an administrator."
    );
    Ok(look_in_the_mailbox(intro))
}

pub(super) fn look_in_the_mailbox(intro: String) -> HttpResponse {
    let heading = "Look in your mailbox";
    ok(&LinkPage { frame: Frame::of(None, heading, ""), heading, intro, form: None })
}

/// Writes a letter after the answer: it takes no longer where there is nobody to write to.
pub(super) fn mailed(app: &Arc<App>, write: impl Fn(&mut Db) -> Result<(), Error> + Send + Sync + 'static) {
    let app = Arc::clone(app);
    actix_web::rt::spawn(async move {
        match app.store.write(write).await {
            Ok(()) => app.mail_waiting.notify_one(),
            Err(error) => tracing::error!(%error, "a letter with a link could not be written"),
        }
    });
}
