//! `/queue`: what there is to do, the next clock to break first, under headings that say when.
//! What stands above it, the views, is in `views`; what is done to several tickets in `bulk`;
//! what is shown beside it in `pane`.

pub mod bulk;
pub mod pane;
pub mod views;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::desk::{Error, facts};
use crate::domain::access::{self, Action, Scope, may};
use crate::domain::actor::Actor;
use crate::domain::fault::Fault;
use crate::domain::person::Role;
use crate::domain::ticket::Ticket;
use crate::store::{self, Db};
use crate::web::api::tickets::ListWish;
use crate::web::api::to_cursor;
use crate::web::auth::Member;
use crate::web::view::Names;

use super::arriving::SignedIn;
use super::assets;
use super::error::{Page, PageError};
use super::file::fileable;
use super::forms::{Attempt, Choice, Field, Form};
use super::frame::{Frame, done_of, html};
use super::row::Row;
use super::times::Times;
use super::typed::Typed;
use super::words::{self, Labels};

/// Tickets of a page.
const PAGE: &str = "25";

#[derive(Template)]
#[template(path = "pages/queue.html")]
struct Queue {
    frame: Frame,
    script: &'static str,
    /// Keys of a single letter do something.
    keys: bool,
    views: views::Shown,
    filters: Vec<Select>,
    q: String,
    owner: String,
    groups: Vec<Group>,
    /// Link to the next page; empty on the last.
    next: String,
    zone: String,
    narrowed: bool,
    /// For whom sees more than envelopes.
    bulk: Option<Form>,
}

/// A filter.
struct Select {
    name: &'static str,
    label: &'static str,
    choices: Vec<Choice>,
}

/// Tickets whose next clock breaks at about the same time.
struct Group {
    heading: &'static str,
    rows: Vec<Row>,
}

pub async fn show(SignedIn(member): SignedIn, request: HttpRequest) -> Page {
    respond(&member, request.query_string(), None).await
}

/// To the partner's side there is no such place.
fn for_staff(member: &Member) -> Result<(), PageError> {
    if member.person.role.is_partner_side() { Err(PageError::not_found()) } else { Ok(()) }
}

/// What is asked for, and what is wrong with that; live tickets unless another state is named.
fn wished(typed: &Typed, zone: TimeZone) -> (ListWish, Vec<Fault>) {
    let mut typed = typed.clone();
    match typed.get("state") {
        "" => typed.set("state", "open,resolved"),
        "all" => typed.set("state", ""),
        _ => {}
    }
    if typed.get("limit").is_empty() {
        typed.set("limit", PAGE);
    }
    let mut fields = typed.fields(zone);
    let wish = ListWish::read(&mut fields);
    (wish, fields.finish())
}

/// Everything that is read for the page.
struct Found {
    groups: Vec<Group>,
    next: Option<String>,
    filters: Vec<Select>,
    views: views::Shown,
    owners: Vec<Choice>,
    teams: Vec<Choice>,
}

/// The page; with an attempt to save a view, as the answer to it.
async fn respond(member: &Member, query: &str, attempt: Option<Attempt>) -> Result<HttpResponse, PageError> {
    for_staff(member)?;
    let mut asked = Typed::read(query.as_bytes()).unwrap_or_default();
    asked.take("done");
    let (wish, faults) = wished(&asked, member.zone());
    let (desk, call, times) = (member.app.desk.clone(), member.call.clone(), member.times());
    let (wrong, here, zone) = (!faults.is_empty(), asked.clone(), member.zone());
    let found = member
        .app
        .store
        .read(move |db| {
            let labels = Labels::load(&desk, db, call.now)?;
            let mut found = Found {
                groups: Vec::new(),
                next: None,
                filters: filters(&labels, db, &call.actor, &here)?,
                views: views::Shown::of(db, &call, &here, &zone)?,
                owners: bulk::owners(db, &call.actor)?,
                teams: labels.team_choices(),
            };
            let filter = if wrong { None } else { wish.look_up(db, &call.actor)? };
            if let Some(filter) = filter {
                let scope = Scope::of(&call.actor);
                let listed = store::tickets::list(db, &scope, &filter, wish.after, wish.limit)?;
                found.next = listed.next.map(|c| to_cursor(&format!("{}.{}", c.next_clock_at, c.id)));
                found.groups = groups(db, &call.actor, &listed.tickets, &times)?;
            }
            Ok::<_, Error>(found)
        })
        .await?;
    let attempt = match attempt {
        None if wrong => Some(Attempt::failed("filters", asked.clone(), Error::Invalid(faults))?),
        attempt => attempt,
    };
    let title = if member.person.role == Role::Admin { "Tickets" } else { "Queue" };
    let trouble = attempt.as_ref().and_then(|a| Form::new(a.form, "", Some(a)).trouble());
    let status = attempt.map_or(StatusCode::OK, |a| a.status);
    let frame = Frame::of(Some(member), title, "/queue").done(done_of(query)).trouble(trouble);
    Ok(html(status, &page(member, frame, found, &asked)))
}

fn page(member: &Member, frame: Frame, found: Found, asked: &Typed) -> Queue {
    let Found { groups, next, filters, views, owners, teams } = found;
    let given = |(name, value): &&(String, String)| name != "cursor" && !value.trim().is_empty();
    let next = next.map_or_else(String::new, |cursor| {
        let mut query = asked.clone();
        query.set("cursor", &cursor);
        format!("/queue?{}", encoded(query.pairs()))
    });
    let envelopes = access::sees_envelopes_only(&member.call.actor);
    let bulk = (!envelopes && !groups.is_empty()).then(|| {
        bulk::fields(Form::new("bulk", "/queue/bulk", None).token(&member.form_token()), owners, teams)
            .button("Show what would change")
    });
    Queue {
        script: assets::queue_script(),
        keys: member.person.keys,
        narrowed: asked.pairs().iter().any(|pair| given(&pair)),
        q: asked.get("q").to_owned(),
        owner: asked.get("owner").to_owned(),
        zone: member.times().name,
        frame,
        views: views.signed(&member.form_token()),
        filters,
        groups,
        next,
        bulk,
    }
}

/// As behind the question mark of an address; what is empty is left out.
fn encoded(pairs: &[(String, String)]) -> String {
    let given: Vec<_> = pairs.iter().filter(|(_, value)| !value.trim().is_empty()).collect();
    serde_urlencoded::to_string(given).unwrap_or_default()
}

/// In their order, as far as the reader may see each.
fn groups(db: &mut Db, actor: &Actor, tickets: &[Ticket], times: &Times) -> Result<Vec<Group>, Error> {
    let names = Names::of(db, tickets)?;
    let mut groups: Vec<Group> = Vec::new();
    for t in tickets {
        let Some(partner) = names.partner(t.partner) else { continue };
        let facts = facts(t, partner);
        let row = if may(actor, Action::See, &facts).is_ok() {
            Row::of(t, &names, times)
        } else if may(actor, Action::SeeEnvelope, &facts).is_ok() {
            Row::envelope(t, times)
        } else {
            continue;
        };
        let heading = heading(t.next_clock(), times);
        match groups.last_mut() {
            Some(group) if group.heading == heading => group.rows.push(row),
            _ => groups.push(Group { heading, rows: vec![row] }),
        }
    }
    Ok(groups)
}

/// When it breaks, by the reader's day.
fn heading(next: Option<Timestamp>, times: &Times) -> &'static str {
    let Some(at) = next else { return "No clock runs" };
    if at <= times.now {
        return "Broken";
    }
    if at.duration_since(times.now) <= SignedDuration::from_hours(1) {
        return "Breaks in an hour";
    }
    let day = |at: Timestamp| at.to_zoned(times.zone.clone()).date();
    let today = day(times.now);
    match day(at) {
        date if date == today => "Today",
        date if today.checked_add(1.day()).is_ok_and(|tomorrow| date == tomorrow) => "Tomorrow",
        _ => "Later",
    }
}

/// By what this reader may narrow the list.
fn filters(labels: &Labels, db: &mut Db, actor: &Actor, asked: &Typed) -> Result<Vec<Select>, Error> {
    let select =
        |name, label, none: &str, choices| Select { name, label, choices: words::or_none(none, choices) };
    let groups = labels.taxonomy.groups.iter().map(|g| Choice::new(&g.code, &g.name)).collect();
    let partners = fileable(actor, store::partners::page(db, None, 10_000)?);
    let rungs = (1..=4).map(|n| Choice::new(n.to_string(), format!("Rung {n}"))).collect();
    let state = [("open", "Open"), ("resolved", "To be confirmed"), ("closed", "Closed"), ("all", "All")];
    let waiting = [("partner", "The partner"), ("third_party", "A third party")];
    let choices = |of: &[(&str, &str)]| of.iter().map(|(value, text)| Choice::new(*value, *text)).collect();
    let me = actor.person().map(|p| Choice::new(&p.email, "Me")).into_iter().collect();
    let mut filters = vec![
        select("state", "State", "Live", choices(&state)),
        select("priority", "Priority", "Any", words::priorities()),
        select("category", "Category", "Any", groups),
        select("partner", "Partner", "Any", partners),
        select("team", "Team", "Any", labels.team_choices()),
        select("rung", "Rung", "Any", rungs),
        select("waiting_on", "Waiting on", "Anybody or nobody", choices(&waiting)),
        select("asked", "To be acknowledged by", "Anybody or nobody", me),
    ];
    if access::sees_envelopes_only(actor) {
        filters.retain(|f| matches!(f.name, "state" | "rung" | "waiting_on"));
    }
    for filter in &mut filters {
        let value = asked.get(filter.name);
        // What a view asks for and the list has not: several teams, somebody else.
        if !value.is_empty() && !filter.choices.iter().any(|c| c.value == value) {
            filter.choices.push(Choice::new(value, value.replace(',', ", ")));
        }
        for choice in &mut filter.choices {
            choice.chosen = choice.value == value;
        }
    }
    Ok(filters)
}

/// A name for what is being shown.
fn naming(query: &str) -> Form {
    Form::new("view", "/queue/views", None)
        .fixed("query", query)
        .field(Field::line("name", "Name").required())
        .field(Field::tick("shared", "Everybody at the vendor sees it"))
        .button("Save this view")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_says_when_the_next_clock_breaks_by_the_readers_day() {
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        let now: Timestamp = "2026-11-24T05:30:00Z".parse().unwrap();
        let times = Times { now, zone, name: "America/Los_Angeles".to_owned() };
        let table = [
            ("2026-11-24T05:30:00Z", "Broken"),
            ("2026-11-20T05:30:00Z", "Broken"),
            ("2026-11-24T05:30:01Z", "Breaks in an hour"),
            ("2026-11-24T06:30:00Z", "Breaks in an hour"),
            ("2026-11-24T06:30:01Z", "Today"),
            ("2026-11-24T07:59:59Z", "Today"),
            ("2026-11-24T08:00:00Z", "Tomorrow"),
            ("2026-11-25T07:59:59Z", "Tomorrow"),
            ("2026-11-25T08:00:00Z", "Later"),
        ];
        for (at, expected) in table {
            assert_eq!(heading(Some(at.parse().unwrap()), &times), expected, "{at}");
        }
        assert_eq!(heading(None, &times), "No clock runs");
    }
}
