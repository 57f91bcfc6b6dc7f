//! `/partners/{slug}/calls`: a partner called an executive.

use actix_web::{HttpResponse, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::Error;
use crate::desk::calls::{self, NewCall};
use crate::domain::ticket::Heat;
use crate::web::auth::Posted;
use crate::web::error::Problem;
use crate::web::fields::{Fields, Length};
use crate::web::reply::{self, Reply};
use crate::web::view::{self, Shown};

use super::document::{Conflicts, Refused};

/// A call.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct CallOrder {
    /// What they said, in a sentence.
    #[schema(min_length = 1, max_length = 2000)]
    summary: String,
    #[schema(value_type = HeatWord)]
    heat: Heat,
    /// Reference of the ticket that it was about; absent: one is filed.
    #[schema(min_length = 1, max_length = 40, example = "PI-1042")]
    ticket: Option<String>,
}

/// How the call sounded.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum HeatWord {
    Calm,
    Tense,
    Charged,
}

/// The call's ticket, and whether we were too late.
#[derive(Serialize, ToSchema)]
pub struct CallBody {
    pub ticket: Shown,
    /// Whoever was called had not heard of it from us before.
    pub surprise: bool,
}

/// Reads a call.
pub fn new_call(f: &mut Fields) -> NewCall {
    NewCall {
        summary: f.must("summary", |f, n| f.text(n, Length::REASON)).unwrap_or_default(),
        heat: f.must("heat", |f, n| f.word(n, Heat::ALL)).unwrap_or(Heat::Calm),
        ticket: f.line("ticket", Length::NAME),
    }
}

/// A director or the VP logs that this partner called them. It finds the ticket that it was
/// about, or files one, which has an owner at once. Who had not heard of the ticket from us
/// before is a Surprise.
#[utoipa::path(tag = "escalation", request_body = CallOrder,
    params(("slug" = String, Path, example = "acme"), ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = CallBody), Refused, Conflicts))]
#[post("/partners/{slug}/calls")]
pub async fn log(posted: Posted, slug: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    let new = new_call(&mut fields);
    let faults = fields.finish();
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::write(&caller, digest, move |db| {
        calls::check(db, &call, &slug)?;
        if !faults.is_empty() {
            return Err(Error::Invalid(faults.clone()));
        }
        let logged = calls::log(&desk, db, &call, &slug, &new)?;
        let location = format!("/api/v1/tickets/{}", logged.ticket.reference);
        let ticket = view::changed(db, &call.actor, &logged.ticket)?;
        let version = logged.ticket.version;
        Ok(Reply::created(location, &CallBody { ticket, surprise: logged.surprise })?.version(version))
    })
    .await
}
