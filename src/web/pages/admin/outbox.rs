//! `/admin/outbox`: letters, and what became of them. Envelopes, never bodies; and no subject
//! that says what a ticket is about.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use crate::desk::delivery::Moment;
use crate::desk::{Error, delivery};
use crate::domain::letter::State;
use crate::store;
use crate::store::outbox::{Envelope, Figures, Filter};
use crate::web::api::outbox::bounce_of;
use crate::web::auth::Member;

use super::PAGE;
use crate::web::pages::arriving::{AdminPosted, Administrator, Posted};
use crate::web::pages::error::Page;
use crate::web::pages::forms::{Attempt, Form};
use crate::web::pages::frame::{Frame, done_of, html, see_other};
use crate::web::pages::times::{Times, When};
use crate::web::pages::typed::Typed;
use crate::web::pages::words;

#[derive(Template)]
#[template(path = "pages/admin_outbox.html")]
struct Outbox {
    frame: Frame,
    letters: Vec<Row>,
    filters: Vec<FilterLink>,
    figures: Figures,
    oldest: Option<When>,
    next: String,
    form_token: String,
}

struct FilterLink {
    href: String,
    text: &'static str,
    here: bool,
}

struct Row {
    id: i64,
    kind: &'static str,
    recipient: String,
    /// Of letters that are about no ticket.
    subject: String,
    /// Reference of the ticket that it is about.
    ticket: String,
    state: &'static str,
    class: &'static str,
    attempts: u32,
    trouble: String,
    again: Option<When>,
    created: When,
    dead: bool,
    sent: bool,
}

impl Row {
    fn of(e: Envelope, times: &Times, wall: &Times) -> Self {
        let (state, class) = words::letter_state(e.state);
        Self {
            id: e.id,
            kind: words::letter(e.kind),
            recipient: e.recipient,
            subject: if e.ticket.is_none() { e.subject } else { String::new() },
            ticket: e.ticket.unwrap_or_default(),
            state,
            class,
            attempts: e.attempts,
            trouble: e.trouble.unwrap_or_default(),
            again: e.next_try_at.map(|at| wall.when(at)),
            created: times.when(e.created_at),
            dead: e.state == State::Dead,
            sent: e.state == State::Sent,
        }
    }
}

/// The newest first.
pub async fn list(Administrator(member): Administrator, request: HttpRequest) -> Page {
    let query = Typed::read(request.query_string().as_bytes()).unwrap_or_default();
    respond(&member, &query, None, done_of(request.query_string())).await
}

async fn respond(member: &Member, query: &Typed, attempt: Option<&Attempt>, done: &'static str) -> Page {
    let state: Option<State> = query.get("state").parse().ok();
    let filter = Filter {
        states: state.into_iter().collect(),
        reader: Some(member.person.id),
        before: query.get("before").parse().ok(),
    };
    let now = member.call.now;
    let (mut letters, figures) = member
        .app
        .store
        .read(move |db| {
            let letters = store::outbox::page(db, &filter, PAGE + 1)?;
            Ok::<_, Error>((letters, store::outbox::figures(db, now)?))
        })
        .await?;
    let more = i64::try_from(letters.len()).is_ok_and(|n| n > PAGE);
    if more {
        letters.pop();
    }
    let next = letters.last().filter(|_| more);
    let narrowed = state.map(|s| format!("&state={s}")).unwrap_or_default();
    let next = next.map_or_else(String::new, |l| format!("/admin/outbox?before={}{narrowed}", l.id));
    let times = member.times();
    let wall = Times::of(&member.person, member.app.wall.now());
    // What went wrong with a button in the list.
    let trouble = attempt.and_then(|attempt| Form::new("list", "", Some(attempt)).trouble());
    let page = Outbox {
        frame: Frame::of(Some(member), "Outbox", "/admin/outbox").done(done).trouble(trouble),
        letters: letters.into_iter().map(|l| Row::of(l, &times, &wall)).collect(),
        filters: filters(state),
        oldest: figures.oldest.map(|at| times.when(at)),
        figures,
        next,
        form_token: member.form_token(),
    };
    Ok(html(attempt.map_or(StatusCode::OK, |a| a.status), &page))
}

fn filters(state: Option<State>) -> Vec<FilterLink> {
    let all = FilterLink { href: "/admin/outbox".to_owned(), text: "All", here: state.is_none() };
    let one = |s: &State| FilterLink {
        href: format!("/admin/outbox?state={s}"),
        text: words::letter_state(*s).0,
        here: state == Some(*s),
    };
    std::iter::once(all).chain(State::ALL.iter().map(one)).collect()
}

/// Sends a letter again that was given up.
pub async fn resend(AdminPosted(posted): AdminPosted, id: web::Path<i64>) -> Page {
    let Posted { member, typed } = posted;
    typed.fields(member.zone()).check()?;
    let reader = Some(member.person.id);
    match member.app.store.write(move |db| delivery::resend(db, *id, reader)).await {
        Ok(_) => Ok(see_other("/admin/outbox?done=resend")),
        Err(error) => {
            let attempt = Attempt::failed("list", typed, error)?;
            respond(&member, &Typed::default(), Some(&attempt), "").await
        }
    }
}

/// A letter that was sent came back.
pub async fn bounce(AdminPosted(posted): AdminPosted, id: web::Path<i64>) -> Page {
    let Posted { member, typed } = posted;
    let mut fields = typed.fields(member.zone());
    let reason = bounce_of(&mut fields);
    let faults = fields.finish();
    let (desk, reader) = (member.app.desk.clone(), Some(member.person.id));
    let now = Moment { business: member.call.now, wall: member.app.wall.now() };
    let noted = member.app.store.write(move |db| match faults.is_empty() {
        true => delivery::bounced(&desk, db, *id, reader, &reason, now),
        false => Err(Error::Invalid(faults.clone())),
    });
    match noted.await {
        Ok(_) => Ok(see_other("/admin/outbox?done=bounce")),
        Err(error) => {
            let attempt = Attempt::failed("list", typed, error)?;
            respond(&member, &Typed::default(), Some(&attempt), "").await
        }
    }
}
