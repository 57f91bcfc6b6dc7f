//! `/t/{reference}`: a ticket, with what its reader may see and do. The page is built in
//! three parts: what it says (`view`), what happened (`story`), what can be done
//! (`actions`); `acts` takes what was sent.

pub(super) mod actions;
pub mod acts;
pub(super) mod story;
pub(super) mod view;

pub use view::TicketView;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use crate::desk::{Call, Desk, Error, Loaded, load, preferences, watchers};
use crate::domain::access::{Action, Scope};
use crate::domain::person::Role;
use crate::domain::ticket::State;
use crate::store::tickets::Filter;
use crate::store::{self, Db};
use crate::web::api::outbox::MOST_LETTERS;
use crate::web::auth::Member;
use crate::web::view::{self as names_of, Names};

use super::arriving::SignedIn;
use super::attaching::{self, Files};
use super::error::Page;
use super::forms::{Attempt, Choice, Form};
use super::frame::{Frame, done_of, html, see_other};
use super::times::Times;
use super::words::Labels;

/// Events shown at most.
const MOST_EVENTS: i64 = 2_000;

#[derive(Template)]
#[template(path = "pages/ticket.html")]
struct TicketPage {
    frame: Frame,
    /// After something was done: what there is to do next, reference and subject.
    then: Option<(String, String)>,
    t: view::TicketView,
    /// Filed with it.
    files: Files,
    said: Vec<story::Said>,
    told: Vec<story::Told>,
    /// The last event that was seen by whoever sent something meanwhile overtaken.
    seen: Option<i32>,
    /// For staff.
    mail: Vec<view::MailView>,
    actions: actions::Actions,
    zone: String,
}

#[derive(Template)]
#[template(path = "pages/envelope.html")]
struct EnvelopePage {
    frame: Frame,
    t: view::EnvelopeView,
    mail: Vec<view::MailView>,
    zone: String,
}

/// What was read of a ticket, for one reader.
enum Found {
    Ticket(Box<Parts>),
    Envelope(view::EnvelopeView),
}

struct Parts {
    t: view::TicketView,
    files: Files,
    said: Vec<story::Said>,
    told: Vec<story::Told>,
    actions: actions::Actions,
}

/// The address of an act, opened: back to the ticket.
pub async fn back(reference: web::Path<String>) -> Page {
    Ok(see_other(&format!("/t/{reference}")))
}

pub async fn show(SignedIn(member): SignedIn, request: HttpRequest, reference: web::Path<String>) -> Page {
    respond(&member, &reference, None, done_of(request.query_string())).await
}

/// The page; with an attempt, as the answer to it.
async fn respond(member: &Member, reference: &str, attempt: Option<Attempt>, done: &'static str) -> Page {
    let status = attempt.as_ref().map_or(StatusCode::OK, |a| a.status);
    let overtaken = attempt.as_ref().filter(|a| a.status == StatusCode::CONFLICT);
    let seen = overtaken.and_then(|a| a.typed.get("seen").parse().ok());
    let mut call = member.call.clone();
    call.expected = None;
    let (desk, times, token) = (member.app.desk.clone(), member.times(), member.form_token());
    let (zone, demo) = (times.name.clone(), member.app.demo.is_some());
    let reference = reference.to_ascii_uppercase();
    let (found, mail, then) = member
        .app
        .store
        .read(move |db| {
            let loaded = load(&desk, db, &call, &reference, Action::SeeEnvelope)?;
            let mail = letters(db, &call, &loaded, &times, demo)?;
            let then = if done.is_empty() { None } else { next_in_line(db, &call, &loaded)? };
            Ok::<_, Error>((find(&desk, db, &call, &loaded, &times, &token, attempt.as_ref())?, mail, then))
        })
        .await?;
    let here = if member.person.role.is_partner_side() { "/my" } else { "/queue" };
    Ok(match found {
        Found::Envelope(t) => {
            let frame = Frame::of(Some(member), &t.reference, here);
            html(status, &EnvelopePage { frame, t, mail, zone })
        }
        Found::Ticket(parts) => {
            let Parts { t, files, said, told, actions } = *parts;
            let trouble = actions.all().find_map(Form::trouble);
            let title = format!("{} {}", t.reference, t.subject);
            let frame = Frame::of(Some(member), &title, here).done(done).trouble(trouble);
            html(status, &TicketPage { frame, then, t, files, said, told, seen, mail, actions, zone })
        }
    })
}

/// The other ticket whose clock breaks next: of those one owns or, above the desk, of all one sees.
fn next_in_line(db: &mut Db, call: &Call, loaded: &Loaded) -> Result<Option<(String, String)>, Error> {
    let Some(me) = call.actor.person().filter(|p| !p.role.is_partner_side()) else { return Ok(None) };
    if loaded.may(call, Action::See).is_err() {
        return Ok(None);
    }
    let owner = (me.role == Role::Desk).then_some(me.id);
    let filter = Filter { states: vec![State::Open], owner, ..Filter::default() };
    let listed = store::tickets::list(db, &Scope::of(&call.actor), &filter, None, 2)?;
    let other = listed.tickets.into_iter().find(|t| t.id != loaded.ticket.id);
    Ok(other.map(|t| (t.reference, t.subject)))
}

/// Its letters, for those who may see how its mail stands.
fn letters(
    db: &mut Db,
    call: &Call,
    loaded: &Loaded,
    times: &Times,
    demo: bool,
) -> Result<Vec<view::MailView>, Error> {
    if loaded.may(call, Action::SeeMail).is_err() {
        return Ok(Vec::new());
    }
    let opens = demo || loaded.may(call, Action::SeeInternal).is_ok();
    let letters = store::outbox::of_ticket(db, loaded.ticket.id, MOST_LETTERS)?;
    Ok(letters.into_iter().map(|e| view::MailView::of(e, times, opens, !demo)).collect())
}

/// What a ticket says to one reader.
pub(super) struct Reading {
    pub t: view::TicketView,
    /// Filed with it.
    pub files: Files,
    pub said: Vec<story::Said>,
    pub told: Vec<story::Told>,
}

pub(super) fn reading(
    db: &mut Db,
    call: &Call,
    loaded: &Loaded,
    labels: &Labels,
    times: &Times,
) -> Result<Reading, Error> {
    let ticket = &loaded.ticket;
    let internal = loaded.may(call, Action::SeeInternal).is_ok();
    let names = Names::of(db, std::slice::from_ref(ticket))?;
    let events = store::events::of_ticket(db, ticket.id, internal, 0, MOST_EVENTS)?;
    let messages = store::events::messages_of(db, ticket.id, internal)?;
    let by: Vec<_> = events.iter().map(|e| e.by).chain(messages.iter().map(|m| m.by)).collect();
    let actors = Names::by(db, &by, names_of::people_in(&events))?;
    let staff = !call.actor.is_partner_side();
    let files = store::attachments::of_ticket(db, ticket.id, internal)?;
    let came_with = |message: Option<i32>| Files::of(&ticket.reference, &files, message);
    Ok(Reading {
        t: view::TicketView::of(ticket, &names, labels, times, staff),
        files: came_with(None),
        said: story::said(&messages, &actors, times, staff, |number| came_with(Some(number))),
        told: story::told(&events, &actors, labels, times),
    })
}

/// What the reader may do, each with its form.
pub(super) fn forms(
    db: &mut Db,
    call: &Call,
    loaded: &Loaded,
    labels: &Labels,
    times: &Times,
    token: &str,
) -> Result<Vec<Form>, Error> {
    let owners = actions::owners(db, call, loaded)?;
    let known = actions::Known { owners, muted: false, colleagues: Vec::new(), watchers: Vec::new() };
    Ok(actions::Actions::of(call, loaded, labels, known, times, token, None).into_forms())
}

fn find(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    loaded: &Loaded,
    times: &Times,
    token: &str,
    attempt: Option<&Attempt>,
) -> Result<Found, Error> {
    let ticket = &loaded.ticket;
    if loaded.may(call, Action::See).is_err() {
        return Ok(Found::Envelope(view::EnvelopeView::of(ticket, times)));
    }
    let labels = Labels::load(desk, db, call.now)?;
    let Reading { t, files, said, told } = reading(db, call, loaded, &labels, times)?;
    let known = actions::Known {
        owners: actions::owners(db, call, loaded)?,
        muted: preferences::is_muted(db, call, &loaded.ticket)?,
        colleagues: watchers::candidates(db, call, loaded)?
            .into_iter()
            .map(|p| Choice::new(p.email, p.name))
            .collect(),
        watchers: watchers::listed(db, call, loaded)?
            .into_iter()
            .map(|w| (w.person.name, w.person.id.0))
            .collect(),
    };
    let mut actions = actions::Actions::of(call, loaded, &labels, known, times, token, attempt);
    let with_files = |form: Form| attaching::fields(form, attempt, desk.attachments);
    actions.message = actions.message.map(with_files);
    actions.progress = actions.progress.map(with_files);
    Ok(Found::Ticket(Box::new(Parts { t, files, said, told, actions })))
}
