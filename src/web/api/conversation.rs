//! `/tickets/{reference}/messages`.

use actix_web::{HttpResponse, get, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::{Error, check_first, conversation, load};
use crate::domain::access::Action;
use crate::domain::ticket::Visibility;
use crate::domain::ticket::progress::{Next, Progress};
use crate::store::{self, Db};
use crate::web::auth::{Caller, Posted};
use crate::web::error::Problem;
use crate::web::fields::{Fields, Length};
use crate::web::reply::{self, Reply};
use crate::web::view::{self, MessageBody, Names};

use super::document::{Conflicts, Refused};

/// A message to be written: a body, or, from staff to the partner, progress in four parts
/// (status, changed, next, who).
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewMessage {
    #[schema(min_length = 1, max_length = 20000)]
    body: Option<String>,
    /// partner (the default) or internal: staff only
    #[schema(value_type = Option<VisibilityWord>)]
    visibility: Option<Visibility>,
    /// How it stands, in a line.
    #[schema(min_length = 1, max_length = 90)]
    status: Option<String>,
    /// What changed, or why nothing did; the reason, where a date moves later.
    #[schema(min_length = 1, max_length = 2000)]
    changed: Option<String>,
    next: Option<NextOrder>,
    /// Who does what.
    #[schema(min_length = 1, max_length = 2000)]
    who: Option<String>,
}

/// What comes next, and by when. A date that does not stand yet is given by it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NextOrder {
    /// A step of the timetable; absent: that it is solved.
    #[schema(min_length = 1, max_length = 120)]
    label: Option<String>,
    due: jiff::Timestamp,
}

/// What is written.
pub enum Written {
    Plain { body: String, visibility: Visibility },
    Progress(Progress),
}

impl Written {
    const PARTS: [&'static str; 4] = ["status", "changed", "next", "who"];

    fn read(f: &mut Fields, by_partner: bool) -> Self {
        let visibility = f.word("visibility", Visibility::ALL).unwrap_or(Visibility::Partner);
        if !Self::PARTS.iter().any(|part| f.has(part)) {
            let body = f.must("body", |f, n| f.text(n, Length::BODY)).unwrap_or_default();
            return Self::Plain { body, visibility };
        }
        if by_partner {
            f.fault("status", "not_allowed", "progress is told by the vendor: write a body");
        } else if visibility == Visibility::Internal {
            f.fault(
                "visibility",
                "not_allowed",
                "progress is told to the partner: an internal note is a body",
            );
        }
        if f.text("body", Length::BODY).is_some() {
            f.fault("body", "not_allowed", "leave it out: the four parts are the message");
        }
        Self::Progress(progress(f))
    }

    const fn action(&self) -> Action {
        match self {
            Self::Plain { visibility: Visibility::Internal, .. } => Action::WriteInternal,
            Self::Plain { .. } | Self::Progress(_) => Action::Write,
        }
    }
}

/// Reads progress that is told; each part that is missing is named.
pub fn progress(f: &mut Fields) -> Progress {
    let status = f.must("status", |f, n| f.line(n, Length::STATUS)).unwrap_or_default();
    let changed = f.must("changed", |f, n| f.text(n, Length::REASON)).unwrap_or_default();
    if !f.has("next") {
        f.fault("next.due", "required", "is required");
    }
    let next = f.object("next", next).unwrap_or(Next { label: None, due: jiff::Timestamp::UNIX_EPOCH });
    let who = f.must("who", |f, n| f.text(n, Length::REASON)).unwrap_or_default();
    Progress { status, changed, next, who }
}

fn next(f: &mut Fields) -> Next {
    let label = f.line("label", Length::NAME);
    Next { label, due: f.must("due", Fields::instant).unwrap_or(jiff::Timestamp::UNIX_EPOCH) }
}

/// Who sees a message.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum VisibilityWord {
    Partner,
    Internal,
}

/// All messages of a ticket that you see.
#[derive(Serialize, ToSchema)]
pub struct MessageList {
    pub items: Vec<MessageBody>,
}

/// Writes a message. A person's message to the partner keeps the update promise; progress gives
/// the date of what comes next as well.
#[utoipa::path(tag = "conversation", request_body = NewMessage,
    params(("reference" = String, Path, example = "PI-1042"), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = MessageBody), Refused, Conflicts))]
#[post("/tickets/{reference}/messages")]
pub async fn write(posted: Posted, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    let written = Written::read(&mut fields, caller.call.actor.is_partner_side());
    let (action, faults) = (written.action(), fields.finish());
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        check_first(&desk, db, &call, &reference, action, &faults)?;
        let ticket = match &written {
            Written::Plain { body, visibility } => {
                conversation::write(&desk, db, &call, &reference, body, *visibility, &[])?
            }
            Written::Progress(progress) => {
                conversation::progress(&desk, db, &call, &reference, progress, &[])?
            }
        };
        let written = visible(db, &ticket, true)?.items.pop().ok_or(Error::NotFound)?;
        let location = format!("/api/v1/tickets/{}/messages", ticket.reference);
        Ok(Reply::created(location, &written)?.version(ticket.version))
    })
    .await
}

/// The conversation, oldest first.
#[utoipa::path(tag = "conversation", params(("reference" = String, Path, example = "PI-1042")),
    responses((status = 200, body = MessageList), Refused))]
#[get("/tickets/{reference}/messages")]
pub async fn list(caller: Caller, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let (desk, mut call) = (caller.app.desk.clone(), caller.call.clone());
    call.expected = None;
    reply::read(&caller, move |db| {
        let loaded = load(&desk, db, &call, &reference, Action::See)?;
        let internal = loaded.may(&call, Action::SeeInternal).is_ok();
        Reply::ok(&visible(db, &loaded.ticket, internal)?)
    })
    .await
}

/// A ticket's messages with their writers' names.
pub fn visible(
    db: &mut Db,
    ticket: &crate::domain::ticket::Ticket,
    internal: bool,
) -> Result<MessageList, Error> {
    let messages = store::events::messages_of(db, ticket.id, internal)?;
    let files = store::attachments::of_ticket(db, ticket.id, internal)?;
    let by: Vec<_> = messages.iter().map(|m| m.by).collect();
    let names = Names::by(db, &by, Vec::new())?;
    Ok(MessageList { items: messages.iter().map(|m| view::message(m, &files, &names)).collect() })
}
