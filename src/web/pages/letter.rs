//! A letter, opened: what it says as text, and as HTML in a frame that can do nothing. Of a
//! ticket at `/t/{reference}/letters/{id}`, for staff who may see all of the ticket; of the
//! outbox at `/admin/outbox/{id}`, where it shows its inside in a demo only.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web;
use askama::Template;

use crate::desk::{Error, delivery};
use crate::store::outbox::{self, Opened};
use crate::web::auth::Member;

use super::arriving::{Administrator, SignedIn};
use super::error::{Page, PageError};
use super::frame::{Frame, ok};
use super::times::{Times, When};
use super::words;

/// Styles of its own, and nothing else: no script, no picture, no form, no other frame.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'self'";

#[derive(Template)]
#[template(path = "pages/letter.html")]
struct LetterPage {
    frame: Frame,
    kind: &'static str,
    number: &'static str,
    from: String,
    to: String,
    /// Empty where it would say what a ticket is about.
    subject: String,
    ticket: String,
    written: When,
    state: &'static str,
    class: &'static str,
    trouble: String,
    inside: Option<Inside>,
    back: String,
}

struct Inside {
    text: String,
    /// Where the HTML part is.
    html: String,
}

impl LetterPage {
    fn of(letter: Opened, member: &Member, here: &str, path: &str, back: String, opens: bool) -> Self {
        let times = Times::of(&member.person, member.call.now);
        let Opened { envelope: e, sender, text, .. } = letter;
        let (state, class) = words::letter_state(e.state);
        let tells = opens || e.ticket.is_none();
        Self {
            frame: Frame::of(Some(member), words::letter(e.kind), here),
            kind: words::letter(e.kind),
            number: e.kind.number().unwrap_or_default(),
            from: sender,
            to: match e.recipient_name.as_str() {
                "" => e.recipient,
                name => format!("{name} <{}>", e.recipient),
            },
            subject: if tells { e.subject } else { String::new() },
            ticket: e.ticket.unwrap_or_default(),
            written: times.when(e.created_at),
            state,
            class,
            trouble: e.trouble.unwrap_or_default(),
            inside: opens.then(|| Inside { text, html: format!("{path}/html") }),
            back,
        }
    }
}

/// The HTML part, by itself; its links lead out of the frame.
fn part(letter: &Opened) -> HttpResponse {
    let html = letter.html.replacen("<head>", "<head><base target=\"_top\">", 1);
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::X_FRAME_OPTIONS, "SAMEORIGIN"))
        .body(html)
}

async fn of_ticket(member: &Member, reference: &str, id: i64) -> Result<Opened, PageError> {
    let (desk, anything) = (member.app.desk.clone(), member.app.demo.is_some());
    let mut call = member.call.clone();
    call.expected = None;
    let reference = reference.to_ascii_uppercase();
    let found =
        member.app.store.read(move |db| delivery::read(&desk, db, &call, &reference, id, anything)).await;
    Ok(found?)
}

pub async fn show_of_ticket(SignedIn(member): SignedIn, at: web::Path<(String, i64)>) -> Page {
    let (reference, id) = at.into_inner();
    let letter = of_ticket(&member, &reference, id).await?;
    let reference = letter.envelope.ticket.clone().unwrap_or_default();
    let path = format!("/t/{reference}/letters/{id}");
    Ok(ok(&LetterPage::of(letter, &member, "/queue", &path, format!("/t/{reference}"), true)))
}

pub async fn html_of_ticket(SignedIn(member): SignedIn, at: web::Path<(String, i64)>) -> Page {
    let (reference, id) = at.into_inner();
    Ok(part(&of_ticket(&member, &reference, id).await?))
}

async fn of_outbox(member: &Member, id: i64) -> Result<Opened, PageError> {
    let reader = Some(member.person.id);
    let found = member.app.store.read(move |db| Ok::<_, Error>(outbox::open(db, id, reader)?)).await?;
    found.ok_or_else(PageError::not_found)
}

/// The envelope; in a demo, the letter.
pub async fn show_of_outbox(Administrator(member): Administrator, id: web::Path<i64>) -> Page {
    let letter = of_outbox(&member, *id).await?;
    let opens = member.app.demo.is_some();
    let (path, back) = (format!("/admin/outbox/{id}"), "/admin/outbox".to_owned());
    Ok(ok(&LetterPage::of(letter, &member, "/admin/outbox", &path, back, opens)))
}

pub async fn html_of_outbox(Administrator(member): Administrator, id: web::Path<i64>) -> Page {
    if member.app.demo.is_none() {
        return Err(PageError::not_found());
    }
    Ok(part(&of_outbox(&member, *id).await?))
}
