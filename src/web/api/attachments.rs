//! `/tickets/{reference}/attachments`: files that came with messages, or with the ticket
//! itself. Sending some writes a message that brings them.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::{self, Error, attachments, check_first, conversation};
use crate::domain::access::Action;
use crate::domain::attachment;
use crate::domain::fault::Fault;
use crate::domain::ticket::Visibility;
use crate::web::auth::Caller;
use crate::web::downloads::download;
use crate::web::error::Problem;
use crate::web::fields::{Fields, Length};
use crate::web::reply::{self, Reply};
use crate::web::uploads::{self, FIELD, Received};
use crate::web::view::{self, AttachmentBody, MessageBody, Names};

use super::conversation::{VisibilityWord, visible};
use super::document::{Conflicts, Refused};

/// Files to be sent, and what is said with them.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewAttachments {
    /// PNG, JPEG, GIF, WebP, PDF, office documents, ZIP, plain text, CSV and mails (.eml), told from the bytes
    #[schema(value_type = Vec<String>, format = Binary, min_items = 1)]
    file: Vec<Vec<u8>>,
    /// Names the files where it is left out.
    #[schema(min_length = 1, max_length = 20000)]
    body: Option<String>,
    /// partner (the default) or internal: staff only
    #[schema(value_type = Option<VisibilityWord>)]
    visibility: Option<Visibility>,
}

/// All files of a ticket that you see.
#[derive(Serialize, ToSchema)]
pub struct AttachmentList {
    pub items: Vec<AttachmentBody>,
}

/// What is to be written.
struct Wish {
    body: Option<String>,
    visibility: Visibility,
    faults: Vec<Fault>,
}

impl Wish {
    fn read(received: &mut Received) -> Self {
        let mut fields = Fields::of_pairs(&received.pairs, TimeZone::UTC);
        let body = fields.text("body", Length::BODY);
        let visibility = fields.word("visibility", Visibility::ALL).unwrap_or(Visibility::Partner);
        if received.files.is_empty() && received.faults.is_empty() {
            fields.fault(FIELD, "required", "send at least one file");
        }
        let mut faults = fields.finish();
        faults.append(&mut received.faults);
        Self { body, visibility, faults }
    }

    const fn action(&self) -> Action {
        match self.visibility {
            Visibility::Internal => Action::WriteInternal,
            Visibility::Partner => Action::Write,
        }
    }
}

/// Sends files: writes one message that brings them. A person's message to the partner keeps the
/// update promise.
#[utoipa::path(tag = "conversation", request_body(content = NewAttachments, content_type = "multipart/form-data"),
    params(("reference" = String, Path, example = "PI-1042"), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = MessageBody), Refused, Conflicts))]
#[post("/tickets/{reference}/attachments")]
pub async fn send(
    caller: Caller,
    reference: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    if let Err(problem) = may_write(&caller, &reference).await {
        uploads::pass_over(payload).await;
        return Err(problem);
    }
    let mut received = uploads::receive(&caller.app, &request, payload, true).await?;
    let digest = caller.digest(received.said().as_bytes());
    let wish = Wish::read(&mut received);
    if let Some(earlier) = reply::earlier(&caller, digest.clone()).await? {
        return Ok(earlier);
    }
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    if !wish.faults.is_empty() {
        return Err(refused(&caller, &reference, wish).await);
    }
    let files = uploads::keep_all(&caller.app, received.files).await?;
    let body = wish.body.unwrap_or_else(|| attachment::named(&files));
    reply::write(&caller, digest, move |db| {
        let ticket = conversation::write(&desk, db, &call, &reference, &body, wish.visibility, &files)?;
        let written = visible(db, &ticket, true)?.items.pop().ok_or(Error::NotFound)?;
        let location = format!("/api/v1/tickets/{}/attachments", ticket.reference);
        Ok(Reply::created(location, &written)?.version(ticket.version))
    })
    .await
}

async fn may_write(caller: &Caller, reference: &str) -> Result<(), Problem> {
    let (desk, call, reference) = (caller.app.desk.clone(), caller.call.clone(), reference.to_owned());
    Ok(caller.app.store.read(move |db| attachments::may_write(&desk, db, &call, &reference)).await?)
}

/// What weighs more than what is wrong with the request, or that.
async fn refused(caller: &Caller, reference: &str, wish: Wish) -> Problem {
    let (desk, call, reference) = (caller.app.desk.clone(), caller.call.clone(), reference.to_owned());
    let too_large = wish.faults.iter().find(|f| f.code == "too_large" && f.field == FIELD).cloned();
    let action = wish.action();
    let checked = caller
        .app
        .store
        .read(move |db| check_first(&desk, db, &call, &reference, action, &wish.faults))
        .await;
    match (checked, too_large) {
        (Err(desk::Error::Invalid(faults)), Some(fault)) => {
            let status = actix_web::http::StatusCode::PAYLOAD_TOO_LARGE;
            Problem {
                errors: Problem::invalid(faults).errors,
                ..Problem::new(status, fault.code, fault.message)
            }
        }
        (Err(error), _) => error.into(),
        (Ok(()), _) => Problem::not_found(),
    }
}

/// The files that came with what you see, oldest first.
#[utoipa::path(tag = "conversation", params(("reference" = String, Path, example = "PI-1042")),
    responses((status = 200, body = AttachmentList), Refused))]
#[get("/tickets/{reference}/attachments")]
pub async fn list(caller: Caller, reference: web::Path<String>) -> Result<HttpResponse, Problem> {
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::read(&caller, move |db| {
        let (_, files) = attachments::seen(&desk, db, &call, &reference)?;
        let by: Vec<_> = files.iter().map(|f| f.by).collect();
        let names = Names::by(db, &by, Vec::new())?;
        Reply::ok(&AttachmentList { items: files.iter().map(|f| view::attachment(f, &names)).collect() })
    })
    .await
}

/// One file, byte by byte as it was sent, to be kept and not to be shown.
#[utoipa::path(tag = "conversation",
    params(("reference" = String, Path, example = "PI-1042"), ("id" = i32, Path, example = 1)),
    responses((status = 200, description = "Its bytes", body = String, content_type = "*/*"), Refused))]
#[get("/tickets/{reference}/attachments/{id}")]
pub async fn fetch(caller: Caller, at: web::Path<(String, i32)>) -> Result<HttpResponse, Problem> {
    let (reference, id) = at.into_inner();
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    let found = caller.app.store.read(move |db| attachments::find(&desk, db, &call, &reference, id)).await?;
    Ok(download(&caller.app, found))
}
