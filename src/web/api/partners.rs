//! `/partners`. Administrators only.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::Error;
use crate::desk::people::{self, NewPartner, PartnerEdit, administer};
use crate::domain::partner::{Partner, parse_slug};
use crate::store::{self, Db};
use crate::web::auth::{Caller, Posted};
use crate::web::error::Problem;
use crate::web::fields::{Fields, Length};
use crate::web::reply::{self, Reply};
use crate::web::view::Names;

use super::document::{Conflicts, Refused};
use super::{cursor, limit, page_of, query};

/// A partner to be added.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewPartnerBody {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// Lower-case letters and digits, with single hyphens between them.
    #[schema(min_length = 1, max_length = 60, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", example = "acme")]
    slug: String,
    #[schema(min_length = 1, max_length = 80, example = "emea")]
    region: String,
    #[schema(min_length = 1, max_length = 80)]
    tier: Option<String>,
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    /// E-mail.
    #[schema(format = "email")]
    channel_manager: String,
}

/// What may change of a partner; what is absent stays, a null tier is taken away.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct PartnerPatch {
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    #[schema(min_length = 1, max_length = 80)]
    region: Option<String>,
    #[schema(min_length = 1, max_length = 80)]
    tier: Option<String>,
    time_zone: Option<String>,
    #[schema(format = "email")]
    channel_manager: Option<String>,
}

/// A partner.
#[derive(Serialize, ToSchema)]
pub struct PartnerBody {
    pub slug: String,
    pub name: String,
    pub region: String,
    pub tier: Option<String>,
    pub time_zone: String,
    pub channel_manager: String,
    pub channel_manager_name: String,
}

/// A page of partners.
#[derive(Serialize, ToSchema)]
pub struct PartnerPage {
    pub items: Vec<PartnerBody>,
    pub next: Option<String>,
}

/// Reads a new partner.
pub fn new_partner(mut f: Fields) -> NewPartner {
    NewPartner {
        name: f.must("name", |f, n| f.line(n, Length::NAME)).unwrap_or_default(),
        slug: f.must("slug", |f, n| f.parsed(n, parse_slug)).unwrap_or_default(),
        region: f.must("region", |f, n| f.line(n, Length::CODE)).unwrap_or_default(),
        tier: f.line("tier", Length::CODE),
        zone: f.must("time_zone", |f, n| f.line(n, Length::CODE)).unwrap_or_default(),
        channel_manager: f.must("channel_manager", super::super::fields::Fields::email).unwrap_or_default(),
        faults: f.finish(),
    }
}

/// Reads what should change of a partner.
pub fn partner_edit(f: &mut Fields) -> PartnerEdit {
    PartnerEdit {
        name: f.line("name", Length::NAME),
        region: f.line("region", Length::CODE),
        tier: f.patch("tier", |f, n| f.line(n, Length::CODE)),
        zone: f.line("time_zone", Length::CODE),
        channel_manager: f.email("channel_manager"),
    }
}

/// Partners with their channel managers' names.
pub fn bodies(db: &mut Db, partners: &[Partner]) -> Result<Vec<PartnerBody>, Error> {
    let names = Names::by(db, &[], partners.iter().map(|p| p.channel_manager).collect())?;
    Ok(partners
        .iter()
        .map(|p| PartnerBody {
            slug: p.slug.clone(),
            name: p.name.clone(),
            region: p.region.clone(),
            tier: p.tier.clone(),
            time_zone: p.zone.clone(),
            channel_manager: names.email(p.channel_manager),
            channel_manager_name: names.name(p.channel_manager),
        })
        .collect())
}

fn one(db: &mut Db, partner: Partner) -> Result<PartnerBody, Error> {
    bodies(db, &[partner])?.pop().ok_or(Error::NotFound)
}

/// Partners, by slug.
#[utoipa::path(tag = "partners",
    params(("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = PartnerPage), Refused))]
#[get("/partners")]
pub async fn list(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    administer(&caller.call.actor)?;
    let mut f = query(&request)?;
    let (limit, after) = (limit(&mut f), cursor(&mut f));
    f.check()?;
    reply::read(&caller, move |db| {
        let found = store::partners::page(db, after.as_deref(), limit + 1)?;
        let (partners, next) = page_of(found, limit, |p| p.slug.clone());
        Reply::ok(&PartnerPage { items: bodies(db, &partners)?, next })
    })
    .await
}

/// Adds a partner.
#[utoipa::path(tag = "partners", request_body = NewPartnerBody,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = PartnerBody), Refused, Conflicts))]
#[post("/partners")]
pub async fn add(posted: Posted) -> Result<HttpResponse, Problem> {
    let Posted { caller, fields, digest } = posted;
    administer(&caller.call.actor)?;
    let new = new_partner(fields);
    let now = caller.app.wall.now();
    reply::write(&caller, digest, move |db| {
        let partner = people::add_partner(db, &new, now)?;
        let (slug, version) = (partner.slug.clone(), partner.version);
        Ok(Reply::created(format!("/api/v1/partners/{slug}"), &one(db, partner)?)?.version(version))
    })
    .await
}

/// One partner.
#[utoipa::path(tag = "partners", params(("slug" = String, Path, example = "acme")),
    responses((status = 200, body = PartnerBody), Refused))]
#[get("/partners/{slug}")]
pub async fn show(caller: Caller, slug: web::Path<String>) -> Result<HttpResponse, Problem> {
    administer(&caller.call.actor)?;
    reply::read(&caller, move |db| {
        let partner = store::partners::by_slug(db, &slug)?.ok_or(Error::NotFound)?;
        let version = partner.version;
        Ok(Reply::ok(&one(db, partner)?)?.version(version))
    })
    .await
}

/// Changes a partner. A new channel manager holds rung 2 of tickets filed from then on.
#[utoipa::path(tag = "partners", request_body = PartnerPatch,
    params(("slug" = String, Path, example = "acme"), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = PartnerBody), Refused, Conflicts))]
#[patch("/partners/{slug}")]
pub async fn edit(posted: Posted, slug: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    administer(&caller.call.actor)?;
    let edit = partner_edit(&mut fields);
    fields.check()?;
    let expected = caller.call.expected;
    reply::write(&caller, digest, move |db| {
        let partner = people::edit_partner(db, &slug, expected, &edit)?;
        let version = partner.version;
        Ok(Reply::ok(&one(db, partner)?)?.version(version))
    })
    .await
}
