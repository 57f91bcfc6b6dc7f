//! `/queue`: what there is to do, the next clock to break first.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::desk::{Error, facts};
use crate::domain::access::{self, Action, Scope, may};
use crate::domain::actor::Actor;
use crate::domain::fault::Fault;
use crate::domain::ticket::Ticket;
use crate::store::{self, Db};
use crate::web::api::tickets::ListWish;
use crate::web::api::to_cursor;
use crate::web::auth::Member;
use crate::web::view::Names;

use super::arriving::SignedIn;
use super::error::{Page, PageError};
use super::file::fileable;
use super::forms::{Attempt, Choice};
use super::frame::{Frame, done_of, html};
use super::row::Row;
use super::times::Times;
use super::typed::Typed;
use super::words::{self, Labels};

#[derive(Template)]
#[template(path = "pages/queue.html")]
struct Queue {
    frame: Frame,
    filters: Vec<Select>,
    q: String,
    owner: String,
    /// Sees envelopes only.
    envelopes: bool,
    me: String,
    rows: Vec<Row>,
    /// Link to the next page; empty on the last.
    next: String,
    zone: String,
    narrowed: bool,
}

/// A filter.
struct Select {
    name: &'static str,
    label: &'static str,
    choices: Vec<Choice>,
}

pub async fn show(SignedIn(member): SignedIn, request: HttpRequest) -> Page {
    if member.person.role.is_partner_side() {
        return Err(PageError::not_found());
    }
    let mut typed = Typed::read(request.query_string().as_bytes()).unwrap_or_default();
    typed.take("done");
    let asked = typed.clone();
    match typed.get("state") {
        "" => typed.set("state", "open,resolved"),
        "all" => typed.set("state", ""),
        _ => {}
    }
    let mut fields = typed.fields(member.zone());
    let wish = ListWish::read(&mut fields);
    let faults = fields.finish();
    respond(&member, &request, wish, asked, faults).await
}

async fn respond(
    member: &Member,
    request: &HttpRequest,
    wish: ListWish,
    asked: Typed,
    faults: Vec<Fault>,
) -> Result<HttpResponse, PageError> {
    let wrong = !faults.is_empty();
    let (call, times, desk) = (member.call.clone(), member.times(), member.app.desk.clone());
    let (rows, next, filters) = member
        .app
        .store
        .read(move |db| {
            let filters = filters(&Labels::load(&desk, db, call.now)?, db, &call.actor)?;
            if wrong {
                return Ok::<_, Error>((vec![], None, filters));
            }
            let Some(filter) = wish.look_up(db, &call.actor)? else { return Ok((vec![], None, filters)) };
            let listed = store::tickets::list(db, &Scope::of(&call.actor), &filter, wish.after, wish.limit)?;
            let next = listed.next.map(|c| to_cursor(&format!("{}.{}", c.next_clock_at, c.id)));
            Ok((rows(db, &call.actor, &listed.tickets, &times)?, next, filters))
        })
        .await?;
    let title = if member.person.role == crate::domain::person::Role::Admin { "Tickets" } else { "Queue" };
    let mut frame = Frame::of(Some(member), title, "/queue").done(done_of(request.query_string()));
    let mut status = StatusCode::OK;
    if wrong {
        let failed = Attempt::failed("filters", asked.clone(), Error::Invalid(faults))?;
        status = failed.status;
        frame = frame.trouble(super::forms::Form::new("filters", "", Some(&failed)).trouble());
    }
    Ok(html(status, &page(member, frame, rows, next, filters, &asked)))
}

fn page(
    member: &Member,
    frame: Frame,
    rows: Vec<Row>,
    next: Option<String>,
    mut filters: Vec<Select>,
    asked: &Typed,
) -> Queue {
    for filter in &mut filters {
        for choice in &mut filter.choices {
            choice.chosen = choice.value == asked.get(filter.name);
        }
    }
    let given = |(name, value): &&(String, String)| name != "cursor" && !value.trim().is_empty();
    let narrowed = asked.pairs().iter().any(|pair| given(&pair));
    let next = next.map_or_else(String::new, |cursor| {
        let mut query = asked.clone();
        query.set("cursor", &cursor);
        let pairs: Vec<_> = query.pairs().iter().filter(|(_, value)| !value.is_empty()).collect();
        format!("/queue?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
    });
    Queue {
        q: asked.get("q").to_owned(),
        owner: asked.get("owner").to_owned(),
        envelopes: member.person.role == crate::domain::person::Role::Admin,
        me: serde_urlencoded::to_string([("owner", &member.person.email)]).unwrap_or_default(),
        zone: member.times().name,
        frame,
        filters,
        rows,
        next,
        narrowed,
    }
}

/// As far as the reader may see each.
fn rows(db: &mut Db, actor: &Actor, tickets: &[Ticket], times: &Times) -> Result<Vec<Row>, Error> {
    let names = Names::of(db, tickets)?;
    let row = |t: &Ticket| {
        let partner = names.partner(t.partner)?;
        let facts = facts(t, partner);
        if may(actor, Action::See, &facts).is_ok() {
            return Some(Row::of(t, &names, times));
        }
        may(actor, Action::SeeEnvelope, &facts).ok().map(|()| Row::envelope(t, times))
    };
    Ok(tickets.iter().filter_map(row).collect())
}

/// By what this reader may narrow the list.
fn filters(labels: &Labels, db: &mut Db, actor: &Actor) -> Result<Vec<Select>, Error> {
    let select =
        |name, label, none: &str, choices| Select { name, label, choices: words::or_none(none, choices) };
    let groups = labels.taxonomy.groups.iter().map(|g| Choice::new(&g.code, &g.name)).collect();
    let partners = fileable(actor, store::partners::page(db, None, 10_000)?);
    let rungs = (1..=4).map(|n| Choice::new(n.to_string(), format!("Rung {n}"))).collect();
    let state = [("open", "Open"), ("resolved", "To be confirmed"), ("closed", "Closed"), ("all", "All")];
    let waiting = [("partner", "The partner"), ("third_party", "A third party")];
    let choices = |of: &[(&str, &str)]| of.iter().map(|(value, text)| Choice::new(*value, *text)).collect();
    let mut filters = vec![
        select("state", "State", "Live", choices(&state)),
        select("priority", "Priority", "Any", words::priorities()),
        select("category", "Category", "Any", groups),
        select("partner", "Partner", "Any", partners),
        select("team", "Team", "Any", labels.team_choices()),
        select("rung", "Rung", "Any", rungs),
        select("waiting_on", "Waiting on", "Anybody or nobody", choices(&waiting)),
    ];
    if access::sees_envelopes_only(actor) {
        filters.retain(|f| matches!(f.name, "state" | "rung" | "waiting_on"));
    }
    Ok(filters)
}
