//! `/tickets`: preview, file, list, show, correct.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::intake::{self, Filing};
use crate::desk::{Call, Error, check_first, load, triage};
use crate::domain::access::{self, Action, Scope};
use crate::domain::actor::Actor;
use crate::domain::draft::Draft;
use crate::domain::priority::{Impact, Priority, Urgency};
use crate::domain::search::Sought;
use crate::domain::ticket::triage::Correction;
use crate::domain::ticket::{State, Ticket, WaitOn};
use crate::store::tickets::{Cursor, Filter};
use crate::store::{self, Db};
use crate::web::auth::{Caller, Posted};
use crate::web::error::Problem;
use crate::web::fields::{Fields, Length};
use crate::web::reply::{self, Reply};
use crate::web::view::{self, LadderBody, Names, PromiseBody, Shown};

use super::document::{Conflicts, Refused};
use super::{cursor, limit, marks, query, to_cursor};

/// A ticket to be filed.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewTicket {
    /// Slug. Staff and tokens of no partner name it; the partner's side files for itself.
    partner: Option<String>,
    /// E-mail of the contact who reported it. Staff and tokens only.
    #[schema(format = "email")]
    requester: Option<String>,
    /// Code of a leaf, see `GET /categories`.
    #[schema(example = "price.approval_late")]
    category: String,
    /// Of a complaint (`rel.*`): e-mail of the person; the partner's channel manager when absent.
    #[schema(format = "email")]
    about: Option<String>,
    #[schema(min_length = 1, max_length = 200, example = "Special price for the Acme bid is not approved")]
    subject: String,
    #[schema(min_length = 1, max_length = 20000)]
    description: String,
    #[schema(value_type = ImpactWord)]
    impact: Impact,
    /// Required where no deadline is named; a deadline says it better.
    #[schema(value_type = Option<UrgencyWord>)]
    urgency: Option<Urgency>,
    /// The hard deadline: dates on the ladder move up to it.
    deadline: Option<jiff::Timestamp>,
    value: Option<NewValue>,
    /// What it stops you doing.
    #[schema(min_length = 1, max_length = 2000)]
    blocks: Option<String>,
    #[schema(min_length = 1, max_length = 120)]
    distributor: Option<String>,
}

/// A sum of money; hundredths count.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewValue {
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    amount: f64,
    #[schema(pattern = "^[A-Z]{3}$", example = "EUR")]
    currency: String,
}

/// How much of the partner's business stands still.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum ImpactWord {
    CannotWork,
    OneBlocked,
    Annoying,
}

/// How soon it must be solved.
#[derive(ToSchema)]
pub enum UrgencyWord {
    #[schema(rename = "within_1_day")]
    Within1Day,
    #[schema(rename = "within_5_days")]
    Within5Days,
    #[schema(rename = "later")]
    Later,
}

/// Reads a filing from JSON or from a form. What is wrong is kept in the filing, to
/// be reported together with what cannot be found.
pub fn filing(mut f: Fields, mode: Mode) -> Filing {
    let partner = f.line("partner", Length::CODE);
    let requester = f.email("requester");
    let category = f.must("category", |f, n| f.line(n, Length::CODE));
    let about = f.email("about");
    let text = |f: &mut Fields, name, length, breaks: bool| {
        let read = |f: &mut Fields, n| if breaks { f.text(n, length) } else { f.line(n, length) };
        if mode == Mode::Preview { read(f, name) } else { f.must(name, read) }
    };
    let subject = text(&mut f, "subject", Length::LINE, false);
    let description = text(&mut f, "description", Length::BODY, true);
    let impact = f.must("impact", |f, n| f.word(n, Impact::ALL));
    let deadline = f.instant("deadline");
    let urgency = if f.has("deadline") {
        f.word("urgency", Urgency::ALL)
    } else {
        f.must("urgency", |f, n| f.word(n, Urgency::ALL))
    };
    let value = f.object("value", Fields::money).flatten();
    let blocks = f.text("blocks", Length::REASON);
    let distributor = f.line("distributor", Length::NAME);
    let draft = Draft {
        category: category.unwrap_or_default(),
        about,
        subject: subject.unwrap_or_default(),
        description: description.unwrap_or_default(),
        impact: impact.unwrap_or(Impact::Annoying),
        urgency,
        deadline,
        value,
        blocks,
        distributor,
    };
    Filing { draft, partner, requester, faults: f.finish(), judgement: None, files: Vec::new() }
}

/// What the filing is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Subject and description may come later.
    Preview,
    File,
}

/// What filing would bring.
#[derive(Serialize, ToSchema)]
pub struct PreviewBody {
    pub category: String,
    pub team: String,
    pub urgency: String,
    pub priority: String,
    pub priority_reason: String,
    pub timetable: Vec<PromiseBody>,
    pub ladder: Vec<LadderBody>,
}

/// Priority, dates and ladder that filing this now would bring. Files nothing.
#[utoipa::path(tag = "tickets", request_body = NewTicket,
    responses((status = 200, body = PreviewBody), Refused, Conflicts))]
#[post("/tickets/preview")]
pub async fn preview(posted: Posted) -> Result<HttpResponse, Problem> {
    let Posted { caller, fields, .. } = posted;
    let filing = filing(fields, Mode::Preview);
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::read(&caller, move |db| Reply::ok(&previewed(&intake::preview(&desk, db, &call, &filing)?, db)?))
        .await
}

/// A previewed ticket, as it is shown.
pub fn previewed(t: &Ticket, db: &mut Db) -> Result<PreviewBody, Error> {
    let names = Names::of(db, std::slice::from_ref(t))?;
    let body = view::body(t, &names);
    let ladder = body
        .ladder
        .into_iter()
        .map(|mut rung| {
            // Nobody owns it yet.
            if rung.number == 1 {
                (rung.holder, rung.holder_name) = (None, None);
            }
            rung
        })
        .collect();
    Ok(PreviewBody {
        category: body.category,
        team: body.team,
        urgency: body.urgency,
        priority: body.priority,
        priority_reason: body.priority_reason,
        timetable: body.timetable,
        ladder,
    })
}

/// Files a ticket. It has an owner, promises and a dated ladder at once.
#[utoipa::path(tag = "tickets", request_body = NewTicket,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$", description = "The same key is answered with the first result.")),
    responses((status = 201, body = Shown), Refused, Conflicts))]
#[post("/tickets")]
pub async fn file(posted: Posted) -> Result<HttpResponse, Problem> {
    let Posted { caller, fields, digest } = posted;
    let filing = filing(fields, Mode::File);
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        let ticket = intake::file(&desk, db, &call, &filing)?;
        let body = view::changed(db, &call.actor, &ticket)?;
        Ok(Reply::created(location(&ticket.reference), &body)?.version(ticket.version))
    })
    .await
}

fn location(reference: &str) -> String {
    format!("/api/v1/tickets/{reference}")
}

/// A page of tickets.
#[derive(Serialize, ToSchema)]
pub struct TicketPage {
    pub items: Vec<Shown>,
    /// Give it back as `cursor` for the next page; none on the last.
    pub next: Option<String>,
}

/// The tickets that you see, the next clock to break first.
#[utoipa::path(tag = "tickets",
    params(
        ("state" = Option<String>, Query, description = "open, resolved, closed; several with commas"),
        ("priority" = Option<String>, Query, description = "P1 to P4; several with commas"),
        ("category" = Option<String>, Query, description = "a group, or group.leaf"),
        ("partner" = Option<String>, Query, description = "slug"),
        ("owner" = Option<String>, Query, description = "e-mail"),
        ("team" = Option<String>, Query, description = "code; several with commas"),
        ("rung" = Option<u8>, Query, minimum = 1, maximum = 99),
        ("waiting_on" = Option<String>, Query, description = "partner or third_party"),
        ("asked" = Option<String>, Query, description = "e-mail of who is to acknowledge the present rung, and has not"),
        ("due_before" = Option<jiff::Timestamp>, Query, description = "a clock breaks before this instant"),
        ("updated_since" = Option<jiff::Timestamp>, Query),
        ("holder" = Option<String>, Query, description = "e-mail of who stands on the present rung"),
        ("opened_since" = Option<jiff::Timestamp>, Query, description = "filed at this instant or later, and not merged"),
        ("broken_since" = Option<jiff::Timestamp>, Query, description = "a promise broke at this instant or later"),
        ("update_missed_since" = Option<jiff::Timestamp>, Query, description = "a first reply or an update was late"),
        ("refused_since" = Option<jiff::Timestamp>, Query, description = "the partner said that it was not fixed"),
        ("surprise_since" = Option<jiff::Timestamp>, Query, description = "an executive heard of it from the partner first"),
        ("exception_since" = Option<jiff::Timestamp>, Query, description = "a rung's holder had not been warned"),
        ("late" = Option<bool>, Query, description = "true: open, its date has passed, and there is no other"),
        ("quiet" = Option<bool>, Query, description = "true: open, and an update was due and has not come"),
        ("q" = Option<String>, Query, description = "words of reference, subject, description or messages, in any order; the last one may be a beginning"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query)),
    responses((status = 200, body = TicketPage), Refused))]
#[get("/tickets")]
pub async fn list(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let mut f = query(&request)?;
    let wish = ListWish::read(&mut f);
    f.check()?;
    let call = caller.call.clone();
    reply::read(&caller, move |db| {
        let Some(filter) = wish.look_up(db, &call.actor)? else {
            return Reply::ok(&TicketPage { items: vec![], next: None });
        };
        let listed = store::tickets::list(db, &Scope::of(&call.actor), &filter, wish.after, wish.limit)?;
        let names = Names::of(db, &listed.tickets)?;
        let items = listed.tickets.iter().filter_map(|t| view::shown(&call.actor, t, &names)).collect();
        let next = listed.next.map(|c| to_cursor(&format!("{}.{}", c.next_clock_at, c.id)));
        Reply::ok(&TicketPage { items, next })
    })
    .await
}

/// What a list is asked to be narrowed by.
pub struct ListWish {
    filter: Filter,
    partner: Option<String>,
    owner: Option<String>,
    holder: Option<String>,
    asked: Option<String>,
    pub after: Option<Cursor>,
    pub limit: i64,
}

impl ListWish {
    pub fn read(f: &mut Fields) -> Self {
        let filter = Filter {
            states: words(f, "state", State::ALL),
            priorities: words(f, "priority", Priority::ALL),
            category: f.line("category", Length::CODE),
            teams: f.codes("team", 40).unwrap_or_default(),
            rung: f.whole("rung", 1, 99).and_then(|n| u8::try_from(n).ok()),
            waiting_on: f.word("waiting_on", WaitOn::ALL),
            due_before: f.instant("due_before"),
            updated_since: f.instant("updated_since"),
            sought: f.search("q").map(|typed| Sought::of(&typed)),
            partner: None,
            owner: None,
            asked: None,
            marks: marks::read(f),
        };
        let after = cursor(f).and_then(|text| {
            let parsed = text.split_once('.').and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
            match parsed {
                Some((next_clock_at, id)) => Some(Cursor { next_clock_at, id }),
                None => {
                    f.fault("cursor", "invalid", "is not a cursor of ours");
                    None
                }
            }
        });
        Self {
            filter,
            partner: f.line("partner", Length::CODE),
            owner: f.email("owner"),
            holder: f.email("holder"),
            asked: f.email("asked"),
            after,
            limit: limit(f),
        }
    }

    /// Narrows by something that is not on the envelope: what fits would tell it.
    const fn looks_inside(&self) -> bool {
        let f = &self.filter;
        !f.priorities.is_empty()
            || f.category.is_some()
            || !f.teams.is_empty()
            || f.sought.is_some()
            || self.partner.is_some()
            || self.owner.is_some()
            || self.holder.is_some()
            || !f.marks.is_none()
            || self.asked.is_some()
    }

    /// None where a name is nobody's: then nothing fits, and it is not said who exists.
    pub fn look_up(&self, db: &mut Db, actor: &Actor) -> Result<Option<Filter>, Error> {
        access::may_list(actor)?;
        if self.looks_inside() && access::sees_envelopes_only(actor) {
            return Err(Error::Forbidden("an administrator sees envelopes: state, rung and clocks"));
        }
        let mut filter = self.filter.clone();
        if let Some(slug) = &self.partner {
            let Some(partner) = store::partners::by_slug(db, slug)? else { return Ok(None) };
            filter.partner = Some(partner.id);
        }
        if let Some(email) = &self.owner {
            let Some(owner) = store::people::by_email(db, email)? else { return Ok(None) };
            filter.owner = Some(owner.id);
        }
        if let Some(email) = &self.holder {
            let Some(holder) = store::people::by_email(db, email)? else { return Ok(None) };
            filter.marks.holder = Some(holder.id);
        }
        if let Some(email) = &self.asked {
            let Some(asked) = store::people::by_email(db, email)? else { return Ok(None) };
            filter.asked = Some(asked.id);
        }
        Ok(Some(filter))
    }
}

/// Several words with commas between them.
pub fn words<T: std::str::FromStr + std::fmt::Display>(
    f: &mut Fields,
    name: &'static str,
    all: &[T],
) -> Vec<T> {
    let Some(codes) = f.codes(name, all.len()) else { return Vec::new() };
    let parsed: Option<Vec<T>> = codes.iter().map(|code| code.parse().ok()).collect();
    parsed.unwrap_or_else(|| {
        let known: Vec<String> = all.iter().map(ToString::to_string).collect();
        f.fault(name, "unknown", format!("must be of {}", known.join(", ")));
        Vec::new()
    })
}

/// One ticket. An administrator sees its envelope.
#[utoipa::path(tag = "tickets", params(("reference" = String, Path, example = "PI-1042")),
    responses((status = 200, body = Shown), Refused))]
#[get("/tickets/{reference}")]
pub async fn show(caller: Caller, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let (desk, mut call) = (caller.app.desk.clone(), caller.call.clone());
    call.expected = None;
    reply::read(&caller, move |db| {
        let loaded = load(&desk, db, &call, &reference, Action::SeeEnvelope)?;
        let ticket = &loaded.ticket;
        Ok(Reply::ok(&view::ticket(db, &call.actor, ticket)?)?.version(ticket.version))
    })
    .await
}

/// What may be corrected; what is absent stays, null empties.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct TicketPatch {
    #[schema(min_length = 1, max_length = 200)]
    subject: Option<String>,
    #[schema(min_length = 1, max_length = 20000)]
    description: Option<String>,
    #[schema(min_length = 1, max_length = 2000)]
    blocks: Option<String>,
    #[schema(min_length = 1, max_length = 120)]
    distributor: Option<String>,
    value: Option<NewValue>,
}

/// Reads a correction.
pub fn correction(f: &mut Fields) -> Correction {
    Correction {
        subject: f.line("subject", Length::LINE),
        description: f.text("description", Length::BODY),
        blocks: f.patch("blocks", |f, n| f.text(n, Length::REASON)),
        distributor: f.patch("distributor", |f, n| f.line(n, Length::NAME)),
        value: f.patch("value", |f, n| f.object(n, Fields::money).flatten()),
    }
}

/// Corrects what was written at intake. Clocks do not move; triage moves them.
#[utoipa::path(tag = "tickets", request_body = TicketPatch,
    params(("reference" = String, Path, example = "PI-1042"), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = Shown), Refused, Conflicts))]
#[patch("/tickets/{reference}")]
pub async fn correct(posted: Posted, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    let new = correction(&mut fields);
    let faults = fields.finish();
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        check_first(&desk, db, &call, &reference, Action::Triage, &faults)?;
        let ticket = triage::correct(&desk, db, &call, &reference, &new)?;
        changed(db, &call, &ticket)
    })
    .await
}

/// Answers with a ticket just changed.
pub fn changed(db: &mut Db, call: &Call, ticket: &Ticket) -> Result<Reply, Error> {
    Ok(Reply::ok(&view::changed(db, &call.actor, ticket)?)?.version(ticket.version))
}
