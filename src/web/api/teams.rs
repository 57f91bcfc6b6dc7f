//! `/teams`: the resolver teams. Staff read them; administrators change them.

use actix_web::{HttpResponse, get, patch, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::people::administer;
use crate::desk::{Error, invalid};
use crate::store;
use crate::store::teams::Team;
use crate::web::auth::{Caller, Posted};
use crate::web::error::Problem;
use crate::web::fields::Length;
use crate::web::reply::{self, Reply};

use super::document::{Conflicts, Refused};

/// A team to be added.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewTeam {
    #[schema(min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_]*$", example = "deal_desk")]
    code: String,
    #[schema(min_length = 1, max_length = 120)]
    name: String,
}

/// What may change of a team.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct TeamPatch {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
}

/// A resolver team.
#[derive(Serialize, ToSchema)]
pub struct TeamBody {
    pub code: String,
    pub name: String,
}

/// All teams.
#[derive(Serialize, ToSchema)]
pub struct TeamList {
    pub items: Vec<TeamBody>,
}

impl From<Team> for TeamBody {
    fn from(team: Team) -> Self {
        Self { code: team.code, name: team.name }
    }
}

/// A code: lower-case letters, digits and underscores, starting with a letter.
fn parse_code(text: &str) -> Result<String, &'static str> {
    let mut bytes = text.bytes();
    let fine = bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && text.len() <= 40
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if fine { Ok(text.to_owned()) } else { Err("must be lower-case letters, digits and underscores") }
}

/// The resolver teams, by code.
#[utoipa::path(tag = "teams", responses((status = 200, body = TeamList), Refused))]
#[get("/teams")]
pub async fn list(caller: Caller) -> Result<HttpResponse, Problem> {
    if caller.call.actor.is_partner_side() {
        return Err(Error::Forbidden("the vendor's own business").into());
    }
    reply::read(&caller, |db| {
        Reply::ok(&TeamList { items: store::teams::all(db)?.into_iter().map(TeamBody::from).collect() })
    })
    .await
}

/// Adds a team.
#[utoipa::path(tag = "teams", request_body = NewTeam, params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = TeamBody), Refused, Conflicts))]
#[post("/teams")]
pub async fn add(posted: Posted) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    administer(&caller.call.actor)?;
    let code = fields.must("code", |f, n| f.parsed(n, parse_code)).unwrap_or_default();
    let name = fields.must("name", |f, n| f.line(n, Length::NAME)).unwrap_or_default();
    fields.check()?;
    let now = caller.app.wall.now();
    reply::write(&caller, digest, move |db| {
        if store::teams::find(db, &code)?.is_some() {
            return Err(invalid("code", "taken", "belongs to another team already"));
        }
        store::teams::insert(db, &code, &name, now)?;
        let body = TeamBody { code: code.clone(), name: name.clone() };
        Reply::created(format!("/api/v1/teams/{code}"), &body)
    })
    .await
}

/// Renames a team.
#[utoipa::path(tag = "teams", request_body = TeamPatch, params(("code" = String, Path, example = "deal_desk")),
    responses((status = 200, body = TeamBody), Refused, Conflicts))]
#[patch("/teams/{code}")]
pub async fn rename(posted: Posted, code: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    administer(&caller.call.actor)?;
    let name = fields.must("name", |f, n| f.line(n, Length::NAME)).unwrap_or_default();
    fields.check()?;
    reply::write(&caller, digest, move |db| {
        if !store::teams::rename(db, &code, &name)? {
            return Err(Error::NotFound);
        }
        Reply::ok(&TeamBody { code: code.clone(), name: name.clone() })
    })
    .await
}
