//! `/contacts`: the partners' people. Administrators only.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::Error;
use crate::desk::people::{self, PersonEdit, administer};
use crate::domain::ids::PersonId;
use crate::domain::person::{Person, Role};
use crate::secrets::Fresh;
use crate::store::{self, Db};
use crate::web::auth::{Caller, Posted};
use crate::web::error::Problem;
use crate::web::fields::Length;
use crate::web::reply::{self, Reply};

use super::document::{Conflicts, Refused};
use super::staff::{invite, new_person};
use super::{cursor, limit, page_of, query};

/// The roles of the partners' people.
pub const CONTACTS: [Role; 2] = [Role::Contact, Role::Principal];

/// Somebody at a partner to be added. They are invited by letter; the link is shown once.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewContact {
    #[schema(format = "email")]
    email: String,
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// Slug.
    partner: String,
    /// contact (the default) or principal
    #[schema(value_type = Option<ContactRoleWord>)]
    role: Option<Role>,
    #[schema(example = "Europe/Berlin")]
    time_zone: Option<String>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum ContactRoleWord {
    Contact,
    Principal,
}

/// What may change of a contact; what is absent stays.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct ContactPatch {
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    time_zone: Option<String>,
    active: Option<bool>,
}

/// Somebody at a partner.
#[derive(Clone, Serialize, ToSchema)]
pub struct ContactBody {
    pub id: i64,
    pub email: String,
    pub name: String,
    pub role: String,
    /// Slug.
    pub partner: String,
    pub time_zone: String,
    pub active: bool,
    /// Shown once, to whoever invites.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation_url: Option<String>,
}

/// A page of contacts.
#[derive(Serialize, ToSchema)]
pub struct ContactPage {
    pub items: Vec<ContactBody>,
    pub next: Option<String>,
}

/// Contacts with their partners' slugs.
pub fn bodies(db: &mut Db, people: &[Person]) -> Result<Vec<ContactBody>, Error> {
    let ids: Vec<_> = people.iter().filter_map(|p| p.partner).collect();
    let partners = store::partners::named(db, &ids)?;
    let slug = |p: &Person| partners.iter().find(|x| Some(x.id) == p.partner).map(|x| x.slug.clone());
    Ok(people
        .iter()
        .map(|p| ContactBody {
            id: p.id.0,
            email: p.email.clone(),
            name: p.name.clone(),
            role: p.role.to_string(),
            partner: slug(p).unwrap_or_default(),
            time_zone: p.zone.clone(),
            active: p.active,
            invitation_url: None,
        })
        .collect())
}

fn one(db: &mut Db, person: &Person) -> Result<ContactBody, Error> {
    bodies(db, std::slice::from_ref(person))?.pop().ok_or(Error::NotFound)
}

/// The partners' people, by e-mail.
#[utoipa::path(tag = "people",
    params(("partner" = Option<String>, Query, description = "slug"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = ContactPage), Refused))]
#[get("/contacts")]
pub async fn list(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    administer(&caller.call.actor)?;
    let mut f = query(&request)?;
    let (limit, after, slug) = (limit(&mut f), cursor(&mut f), f.line("partner", Length::CODE));
    f.check()?;
    reply::read(&caller, move |db| {
        let partner = match &slug {
            Some(slug) => match store::partners::by_slug(db, slug)? {
                Some(partner) => Some(partner.id),
                None => return Reply::ok(&ContactPage { items: vec![], next: None }),
            },
            None => None,
        };
        let found = store::people::page(db, &CONTACTS, partner, after.as_deref(), limit + 1)?;
        let (people, next) = page_of(found, limit, |p| p.email.clone());
        Reply::ok(&ContactPage { items: bodies(db, &people)?, next })
    })
    .await
}

/// Adds and invites somebody at a partner.
#[utoipa::path(tag = "people", request_body = NewContact, params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = ContactBody), Refused, Conflicts))]
#[post("/contacts")]
pub async fn add(posted: Posted) -> Result<HttpResponse, Problem> {
    let Posted { caller, fields, digest } = posted;
    administer(&caller.call.actor)?;
    let (new, faults) = new_person(fields, &CONTACTS);
    let (desk, now, fresh) = (caller.app.desk.clone(), caller.app.wall.now(), Fresh::new());
    reply::write(&caller, digest, move |db| {
        let (person, url) = invite(&desk, db, &new, &faults, &fresh, now)?;
        let body = one(db, &person)?;
        let shown = ContactBody { invitation_url: Some(url), ..body.clone() };
        let reply = Reply::created(format!("/api/v1/contacts/{}", person.id), &shown)?;
        reply.version(person.version).remembering(&body)
    })
    .await
}

fn of_partners(db: &mut Db, id: i64) -> Result<Person, Error> {
    let person = store::people::find(db, PersonId(id))?;
    person.filter(|p| p.role.is_partner_side()).ok_or(Error::NotFound)
}

/// Somebody at a partner.
#[utoipa::path(tag = "people", params(("id" = i64, Path)),
    responses((status = 200, body = ContactBody), Refused))]
#[get("/contacts/{id}")]
pub async fn show(caller: Caller, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    administer(&caller.call.actor)?;
    reply::read(&caller, move |db| {
        let person = of_partners(db, *id)?;
        Ok(Reply::ok(&one(db, &person)?)?.version(person.version))
    })
    .await
}

/// Changes somebody at a partner.
#[utoipa::path(tag = "people", request_body = ContactPatch,
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = ContactBody), Refused, Conflicts))]
#[patch("/contacts/{id}")]
pub async fn edit(posted: Posted, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    administer(&caller.call.actor)?;
    let edit = PersonEdit {
        name: fields.line("name", Length::NAME),
        zone: fields.line("time_zone", Length::CODE),
        active: fields.flag("active"),
        ..PersonEdit::default()
    };
    fields.check()?;
    let (desk, call, now) = (caller.app.desk.clone(), caller.call.clone(), caller.app.clock.now());
    reply::write(&caller, digest, move |db| {
        of_partners(db, *id)?;
        let person = people::edit(&desk, db, PersonId(*id), call.expected, &edit, call.actor.by(), now)?;
        Ok(Reply::ok(&one(db, &person)?)?.version(person.version))
    })
    .await
}

/// Invites again: a new link, and the earlier one ends.
#[utoipa::path(tag = "people", params(("id" = i64, Path)),
    responses((status = 201, body = ContactBody), Refused, Conflicts))]
#[post("/contacts/{id}/invitation")]
pub async fn invite_again(posted: Posted, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    let Posted { caller, fields, digest } = posted;
    administer(&caller.call.actor)?;
    fields.check()?;
    let (desk, now, fresh) = (caller.app.desk.clone(), caller.app.wall.now(), Fresh::new());
    reply::write(&caller, digest, move |db| {
        let person = of_partners(db, *id)?;
        people::invite(&desk, db, &person, &fresh, now)?;
        let body = one(db, &person)?;
        let shown =
            ContactBody { invitation_url: Some(people::invitation_url(&desk, &fresh)), ..body.clone() };
        Reply::created(format!("/api/v1/contacts/{}", person.id), &shown)?.remembering(&body)
    })
    .await
}
