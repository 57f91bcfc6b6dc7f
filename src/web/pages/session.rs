//! `/session`: signing in and out.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::app::App;
use crate::desk::sessions;
use crate::domain::fault::Fault;
use crate::domain::ids::PersonId;
use crate::secrets::Fresh;
use crate::store::sessions::Kind;
use crate::web::auth::COOKIE;
use crate::web::error::Problem;
use crate::web::sign_in::{check_password, new_session_id};

use super::arriving::{Posted, Sent, Visitor};
use super::error::Page;
use super::forms::{Attempt, Field, Form};
use super::frame::{Frame, done_of, home, html, see_other};
use super::portal::{Key, keys};

#[derive(Template)]
#[template(path = "pages/session.html")]
struct SessionPage {
    frame: Frame,
    form: Form,
    /// Without a password.
    link: Form,
    /// Of a demo.
    people: Vec<Key>,
    password: &'static str,
}

#[derive(serde::Deserialize)]
pub struct Asked {
    #[serde(default)]
    pub next: String,
}

/// The sign-in form.
pub async fn show(visitor: Visitor, request: HttpRequest, asked: web::Query<Asked>) -> Page {
    if let Some(member) = &visitor.member {
        let to = local(&asked.next).unwrap_or_else(|| home(&member.person));
        return Ok(see_other(to));
    }
    let done = done_of(request.query_string());
    Ok(page(&visitor.app, &asked.next, None, done))
}

pub(super) fn page(app: &App, next: &str, attempt: Option<&Attempt>, done: &'static str) -> HttpResponse {
    let form = Form::new("sign-in", "/session", attempt)
        .fixed("next", local(next).unwrap_or_default())
        .field(Field::email("email", "E-mail").required().autocomplete("username"))
        .field(Field::password("password", "Password").required().autocomplete("current-password"))
        .button("Sign in");
    let link = Form::new("link", "/session/link", attempt)
        .fixed("next", local(next).unwrap_or_default())
        .field(Field::email("email", "Send it to").required().autocomplete("username"))
        .button_of("Send me a link", "", "", true);
    let trouble = form.trouble().or_else(|| link.trouble());
    let frame = Frame::of(None, "Sign in", "").done(done).trouble(trouble).in_time(app);
    let status = attempt.map_or(StatusCode::OK, |a| a.status);
    let people = app.demo.as_ref().map(keys).unwrap_or_default();
    let password = app.demo.as_ref().map_or("", |demo| demo.password);
    html(status, &SessionPage { frame, form, link, people, password })
}

/// Signs in. What is wrong with it, e-mail or password, is not said.
pub async fn sign_in(request: HttpRequest, sent: Sent) -> Page {
    let Sent { app, typed } = sent;
    let next = typed.get("next").to_owned();
    let mut fields = typed.fields(TimeZone::UTC);
    let _ = fields.line("next", crate::web::fields::Length::REASON);
    let email = fields.must("email", super::super::fields::Fields::email).unwrap_or_default();
    let password = fields.must("password", super::super::fields::Fields::password).unwrap_or_default();
    let attempt = |status, message: &str, faults: Vec<Fault>| Attempt {
        form: "sign-in",
        typed: typed.clone(),
        status,
        message: message.to_owned(),
        faults,
    };
    let faults = fields.finish();
    if !faults.is_empty() {
        let failed = attempt(StatusCode::UNPROCESSABLE_ENTITY, "Please look at this again:", faults);
        return Ok(page(&app, &next, Some(&failed), ""));
    }
    match check_password(&app, &request, email, password).await? {
        Some(person) => begin(&app, person, local(&next).unwrap_or("/")).await,
        None => {
            let failed = attempt(
                StatusCode::UNAUTHORIZED,
                "E-mail or password is wrong. Nothing else is said on purpose.",
                vec![],
            );
            Ok(page(&app, &next, Some(&failed), ""))
        }
    }
}

/// Begins a session and goes on to `to`.
pub async fn begin(app: &App, person: PersonId, to: &str) -> Page {
    let (id, fresh) = (new_session_id(), Fresh::new());
    let (now, hash) = (app.wall.now(), fresh.hash.clone());
    let lives = SignedDuration::from_hours(i64::from(app.settings.session.page_hours));
    app.store
        .write(move |db| sessions::begin(db, &id, person, Kind::Page, &hash, now, lives))
        .await
        .map_err(Problem::from)?;
    let mut response = see_other(to);
    let _ = response.add_cookie(&cookie(app, fresh.plain));
    Ok(response)
}

fn cookie(app: &App, value: String) -> Cookie<'static> {
    Cookie::build(COOKIE, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.settings.server.public_url.starts_with("https://"))
        .finish()
}

/// Signs out.
pub async fn sign_out(posted: Posted) -> Page {
    let member = posted.member;
    let (id, now) = (member.session.clone(), member.app.wall.now());
    member.app.store.write(move |db| sessions::end_session(db, &id, now)).await?;
    let mut response = see_other("/?done=signed_out");
    let _ = response.add_removal_cookie(&cookie(&member.app, String::new()));
    Ok(response)
}

/// A path of ours to go on to; never another site.
pub(super) fn local(next: &str) -> Option<&str> {
    let fine = next.starts_with('/')
        && !next.starts_with("//")
        && !next.starts_with("/session")
        && !next.starts_with("/sign-in")
        && !next.contains('\\')
        && next.bytes().all(|b| b.is_ascii_graphic());
    fine.then_some(next)
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn signing_in_leads_only_to_pages_of_ours() {
        assert_eq!(local("/t/PI-1001?done=message"), Some("/t/PI-1001?done=message"));
        for elsewhere in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil",
            "",
            "/session/end",
            "/sign-in/x",
        ] {
            assert_eq!(local(elsewhere), None, "{elsewhere}");
        }
    }
}
