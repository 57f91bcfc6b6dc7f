//! `/exec/call`: a partner called an executive, logged in four fields. What is known of the
//! partner is shown once it is chosen, with a script while one types, without one by a button.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::desk::calls::{self, Logged, NewCall};
use crate::desk::{Call, Error};
use crate::domain::access::Scope;
use crate::domain::event::What;
use crate::domain::partner::Partner;
use crate::domain::ticket::{Heat, State, Ticket};
use crate::secrets;
use crate::store::figures::{self, Mark};
use crate::store::tickets::Filter;
use crate::store::{self, Db};
use crate::web::api;
use crate::web::auth::Member;
use crate::web::fields::{Fields, Length};
use crate::web::pages::arriving::{Posted, SignedIn};
use crate::web::pages::error::Page;
use crate::web::pages::file::fileable;
use crate::web::pages::forms::{Attempt, Choice, Field, Form};
use crate::web::pages::frame::{Frame, html, ok, see_other};
use crate::web::pages::row::Row;
use crate::web::pages::times::{Times, When};
use crate::web::pages::typed::Typed;
use crate::web::pages::words;
use crate::web::reply::once;
use crate::web::view::Names;

use super::oversees;

const FORM: &str = "call";
/// Open issues that may be chosen.
const MOST_ISSUES: i64 = 50;
/// Calls that are shown.
const MOST_CALLS: i64 = 3;
/// For how long a call is remembered here.
const REMEMBERED: jiff::SignedDuration = jiff::SignedDuration::from_hours(24 * 365);

#[derive(Template)]
#[template(path = "pages/call.html")]
struct CallPage {
    frame: Frame,
    form: Form,
    known: Option<Known>,
}

#[derive(Template)]
#[template(path = "known.html")]
struct KnownPart {
    known: Option<Known>,
}

/// What we know of a partner when it calls.
pub struct Known {
    pub name: String,
    pub slug: String,
    pub manager: String,
    pub open: Vec<Row>,
    /// What was not kept last, on which ticket.
    pub broken: Option<(String, String, When)>,
    pub calls: Vec<CallView>,
}

/// An earlier call.
pub struct CallView {
    pub at: When,
    pub by: String,
    pub summary: String,
    pub heat: &'static str,
    pub reference: String,
}

#[derive(serde::Deserialize)]
pub struct Asked {
    /// Slug.
    #[serde(default)]
    partner: String,
}

pub async fn show(SignedIn(member): SignedIn, asked: web::Query<Asked>) -> Page {
    oversees(&member)?;
    let typed = Typed::of(vec![("partner".to_owned(), asked.into_inner().partner)]);
    let as_it_is =
        Attempt { form: FORM, typed, status: StatusCode::OK, message: String::new(), faults: vec![] };
    respond(&member, &as_it_is).await
}

/// What is known of the partner, while the form is filled in.
pub async fn live(Posted { member, typed }: Posted) -> Page {
    oversees(&member)?;
    let known = look(&member, typed.get("partner")).await?.map(|(known, _)| known);
    Ok(ok(&KnownPart { known }))
}

/// The address of that, opened: back to the form.
pub async fn back() -> Page {
    Ok(see_other("/exec/call"))
}

/// Shows what is known, or logs the call: once for each key.
pub async fn submit(Posted { member, typed }: Posted) -> Page {
    oversees(&member)?;
    if typed.get("act") == "look" {
        let as_it_is =
            Attempt { form: FORM, typed, status: StatusCode::OK, message: String::new(), faults: vec![] };
        return respond(&member, &as_it_is).await;
    }
    match log(&member, &typed).await {
        Ok(location) => Ok(see_other(&location)),
        Err(error) => respond(&member, &Attempt::failed(FORM, typed, error)?).await,
    }
}

/// Logs it, and returns where that leads.
async fn log(member: &Member, typed: &Typed) -> Result<String, Error> {
    let mut sent = typed.clone();
    let key = sent.take("key");
    sent.take("act");
    let mut fields = sent.fields(member.zone());
    let slug = fields.must("partner", |f: &mut Fields, n| f.line(n, Length::CODE)).unwrap_or_default();
    let new: NewCall = api::calls::new_call(&mut fields);
    fields.check()?;
    let (desk, call) = (member.app.desk.clone(), member.call.clone());
    let (actor, now) = (format!("form:{}", member.person.id), member.app.wall.now());
    let key = if (1..=200).contains(&key.len()) { key } else { secrets::random() };
    let write = move |db: &mut Db| {
        once(db, &actor, &key, now, |db| {
            let Logged { ticket, surprise } = calls::log(&desk, db, &call, &slug, &new)?;
            let done = if surprise { "surprise" } else { "call" };
            Ok(format!("/t/{}?done={done}", ticket.reference))
        })
    };
    member.app.store.write(write).await
}

async fn respond(
    member: &Member,
    attempt: &Attempt,
) -> Result<HttpResponse, crate::web::pages::error::PageError> {
    let looked = look(member, attempt.typed.get("partner")).await?;
    let actor = member.call.actor.clone();
    let all = member.app.store.read(|db| Ok::<_, Error>(store::partners::page(db, None, 10_000)?)).await?;
    let (known, issues) = looked.map_or((None, Vec::new()), |(known, issues)| (Some(known), issues));
    let form = form(member, attempt, fileable(&actor, all), issues);
    let trouble = form.trouble().filter(|t| !t.message.is_empty());
    let frame = Frame::of(Some(member), "Log a call", "/exec/call").trouble(trouble);
    Ok(html(attempt.status, &CallPage { frame, form, known }))
}

fn form(member: &Member, attempt: &Attempt, partners: Vec<Choice>, issues: Vec<Choice>) -> Form {
    let key = Some(attempt.typed.get("key").to_owned()).filter(|key| !key.is_empty());
    let heat = |h: &Heat| {
        let text = match h {
            Heat::Calm => "Calm",
            Heat::Tense => "Tense",
            Heat::Charged => "Charged",
        };
        Choice::new(h.as_str(), text)
    };
    let ticket = if issues.is_empty() {
        Field::line("ticket", "About which issue").hint("A reference, such as PI-1042. Empty: a new issue.")
    } else {
        Field::select("ticket", "About which issue", words::or_none("A new issue", issues))
    };
    Form::new(FORM, "/exec/call", Some(attempt))
        .live("/exec/call/known")
        .token(&member.form_token())
        .fixed("key", key.unwrap_or_else(secrets::random))
        .field(Field::select("partner", "Partner", words::or_none("Choose…", partners)).required())
        .field(Field::line("summary", "What they said, in a sentence").required())
        .field(Field::radios("heat", "How it sounded", Heat::ALL.iter().map(heat).collect()).required())
        .field(ticket)
        .button_of("Log the call", "act", "log", false)
        .button_of("What do we know of them?", "act", "look", true)
}

/// What is known of a partner that the caller may log calls of, and its open issues to choose
/// from. Of others nothing.
async fn look(member: &Member, slug: &str) -> Result<Option<(Known, Vec<Choice>)>, Error> {
    let (call, times, slug) = (member.call.clone(), member.times(), slug.to_owned());
    let read = move |db: &mut Db| match calls::check(db, &call, &slug) {
        Ok(partner) => known(db, &call, &times, &partner).map(Some),
        Err(Error::NotFound | Error::Forbidden(_)) => Ok(None),
        Err(error) => Err(error),
    };
    member.app.store.read(read).await
}

fn known(db: &mut Db, call: &Call, times: &Times, partner: &Partner) -> Result<(Known, Vec<Choice>), Error> {
    let scope = Scope::of(&call.actor);
    let live =
        Filter { states: vec![State::Open, State::Resolved], partner: Some(partner.id), ..Filter::default() };
    let listed = store::tickets::list(db, &scope, &live, None, MOST_ISSUES)?.tickets;
    let choices = listed.iter().map(|t| Choice::new(&t.reference, format!("{}: {}", t.reference, t.subject)));
    let choices = choices.collect();
    let names = Names::of(db, &listed)?;
    let broken = match figures::last_broken(db, &scope, partner.id)? {
        None => None,
        Some((id, kind, at)) => {
            let reference = store::tickets::reference(db, id)?.unwrap_or_default();
            Some((words::promise(kind, None), reference, times.when(at)))
        }
    };
    let manager = store::people::find(db, partner.channel_manager)?;
    let known = Known {
        name: partner.name.clone(),
        slug: partner.slug.clone(),
        manager: manager.map(|p| p.name).unwrap_or_default(),
        open: listed.iter().map(|t| Row::of(t, &names, times)).collect(),
        broken,
        calls: last_calls(db, call, times, partner)?,
    };
    Ok((known, choices))
}

/// The last calls of a partner, as far as the caller sees their tickets.
pub fn last_calls(
    db: &mut Db,
    call: &Call,
    times: &Times,
    partner: &Partner,
) -> Result<Vec<CallView>, Error> {
    let scope = Scope::of(&call.actor);
    let since = call.now.checked_sub(REMEMBERED).unwrap_or(call.now);
    let last = figures::last(db, &scope, Mark::Call, Some(partner.id), since, MOST_CALLS)?;
    let ids: Vec<_> = last.iter().map(|(id, _)| *id).collect();
    let tickets: Vec<Ticket> = store::tickets::of_ids(db, &scope, &ids)?;
    let by: Vec<_> = last.iter().map(|(_, e)| e.by).collect();
    let names = Names::by(db, &by, Vec::new())?;
    let view = |(id, event): &(_, crate::domain::event::Event)| {
        let What::Called { summary, heat } = &event.what else { return None };
        Some(CallView {
            at: times.when(event.at),
            by: names.who_named(event.by),
            summary: summary.clone(),
            heat: heat.as_str(),
            reference: tickets.iter().find(|t| t.id == *id)?.reference.clone(),
        })
    };
    Ok(last.iter().filter_map(view).collect())
}
