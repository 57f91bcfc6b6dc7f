//! `/tickets/{reference}/messages`.

use actix_web::{HttpResponse, get, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::{Error, check_first, conversation, load};
use crate::domain::access::Action;
use crate::domain::ticket::Visibility;
use crate::store::{self, Db};
use crate::web::auth::{Caller, Posted};
use crate::web::error::Problem;
use crate::web::fields::Length;
use crate::web::reply::{self, Reply};
use crate::web::view::{self, MessageBody, Names};

use super::document::{Conflicts, Refused};

/// A message to be written.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewMessage {
    #[schema(min_length = 1, max_length = 20000)]
    body: String,
    /// partner (the default) or internal: staff only
    #[schema(value_type = Option<VisibilityWord>)]
    visibility: Option<Visibility>,
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

/// Writes a message. A person's message to the partner keeps the update promise.
#[utoipa::path(tag = "conversation", request_body = NewMessage,
    params(("reference" = String, Path, example = "PI-1042"), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = MessageBody), Refused, Conflicts))]
#[post("/tickets/{reference}/messages")]
pub async fn write(posted: Posted, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    let body = fields.must("body", |f, n| f.text(n, Length::BODY)).unwrap_or_default();
    let visibility = fields.word("visibility", Visibility::ALL).unwrap_or(Visibility::Partner);
    let faults = fields.finish();
    let action = if visibility == Visibility::Internal { Action::WriteInternal } else { Action::Write };
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        check_first(&desk, db, &call, &reference, action, &faults)?;
        let ticket = conversation::write(&desk, db, &call, &reference, &body, visibility, &[])?;
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
