//! `/staff`: the vendor's people. Administrators only.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::people::{self, Credential, PersonEdit, administer};
use crate::desk::{Desk, Error};
use crate::domain::fault::Fault;
use crate::domain::ids::PersonId;
use crate::domain::person::{Membership, NewPerson, Person, Role};
use crate::secrets::Fresh;
use crate::store::{self, Db};
use crate::web::auth::{Caller, Posted};
use crate::web::error::Problem;
use crate::web::fields::{Fields, Length};
use crate::web::reply::{self, Reply};

use super::document::{Conflicts, Refused};
use super::{cursor, limit, page_of, query};

/// The roles of the vendor's people.
pub const STAFF: [Role; 5] = [Role::Desk, Role::ChannelManager, Role::Director, Role::Vp, Role::Admin];

/// Somebody at the vendor to be added. They are invited by letter; the link is shown once.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewStaff {
    #[schema(format = "email")]
    email: String,
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    #[schema(value_type = StaffRoleWord)]
    role: Role,
    /// Of directors, required; of channel managers, if you like.
    #[schema(min_length = 1, max_length = 80)]
    region: Option<String>,
    /// Of desk members: codes. None means every team.
    #[schema(max_items = 40)]
    teams: Option<Vec<String>>,
    /// Leads those teams.
    lead: Option<bool>,
    #[schema(example = "Europe/Berlin")]
    time_zone: Option<String>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum StaffRoleWord {
    Desk,
    ChannelManager,
    Director,
    Vp,
    Admin,
}

/// What may change of somebody; what is absent stays.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct StaffPatch {
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    #[schema(min_length = 1, max_length = 80)]
    region: Option<String>,
    #[schema(max_items = 40)]
    teams: Option<Vec<String>>,
    /// Goes with `teams`.
    lead: Option<bool>,
    time_zone: Option<String>,
    /// False: signed out at once, and every live ticket of theirs gets another owner.
    active: Option<bool>,
}

/// Somebody at the vendor.
#[derive(Clone, Serialize, ToSchema)]
pub struct StaffBody {
    pub id: i64,
    pub email: String,
    pub name: String,
    pub role: String,
    pub region: Option<String>,
    pub teams: Vec<String>,
    /// Of these teams the lead.
    pub leads: Vec<String>,
    pub time_zone: String,
    pub active: bool,
    /// Shown once, to whoever invites.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation_url: Option<String>,
}

/// A page of people.
#[derive(Serialize, ToSchema)]
pub struct StaffPage {
    pub items: Vec<StaffBody>,
    pub next: Option<String>,
}

impl StaffBody {
    pub fn of(p: &Person) -> Self {
        let led = p.teams.iter().filter(|m| m.lead);
        Self {
            id: p.id.0,
            email: p.email.clone(),
            name: p.name.clone(),
            role: p.role.to_string(),
            region: p.region.clone(),
            teams: p.teams.iter().map(|m| m.team.clone()).collect(),
            leads: led.map(|m| m.team.clone()).collect(),
            time_zone: p.zone.clone(),
            active: p.active,
            invitation_url: None,
        }
    }
}

/// Reads somebody new with one of these roles.
pub fn new_person(mut f: Fields, roles: &'static [Role]) -> (NewPerson, Vec<Fault>) {
    let role = if roles == STAFF.as_slice() {
        f.must("role", |f, n| f.word(n, roles))
    } else {
        // Contacts: a contact unless said otherwise.
        Some(f.word("role", roles).unwrap_or(Role::Contact))
    };
    let staff = role.is_none_or(|r| !r.is_partner_side());
    let new = NewPerson {
        email: f.must("email", super::super::fields::Fields::email).unwrap_or_default(),
        name: f.must("name", |f, n| f.line(n, Length::NAME)).unwrap_or_default(),
        role: role.unwrap_or(Role::Admin),
        partner: if staff { None } else { f.must("partner", |f, n| f.line(n, Length::CODE)) },
        region: if staff { f.line("region", Length::CODE) } else { None },
        teams: if staff { f.codes("teams", 40).unwrap_or_default() } else { Vec::new() },
        lead: staff && f.flag("lead").unwrap_or(false),
        zone: f.line("time_zone", Length::CODE),
    };
    (new, f.finish())
}

/// Adds somebody and returns them with the invitation's link, which is shown once.
pub fn invite(
    desk: &Desk,
    db: &mut Db,
    new: &NewPerson,
    faults: &[Fault],
    fresh: &Fresh,
    now: jiff::Timestamp,
) -> Result<(Person, String), Error> {
    let person = people::add(desk, db, new, &Credential::Invitation(fresh.clone()), faults, now)?;
    Ok((person, people::invitation_url(desk, fresh)))
}

/// The vendor's people, by e-mail.
#[utoipa::path(tag = "people",
    params(("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = StaffPage), Refused))]
#[get("/staff")]
pub async fn list(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    administer(&caller.call.actor)?;
    let mut f = query(&request)?;
    let (limit, after) = (limit(&mut f), cursor(&mut f));
    f.check()?;
    reply::read(&caller, move |db| {
        let found = store::people::page(db, &STAFF, None, after.as_deref(), limit + 1)?;
        let (people, next) = page_of(found, limit, |p| p.email.clone());
        Reply::ok(&StaffPage { items: people.iter().map(StaffBody::of).collect(), next })
    })
    .await
}

/// Adds and invites somebody.
#[utoipa::path(tag = "people", request_body = NewStaff, params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = StaffBody), Refused, Conflicts))]
#[post("/staff")]
pub async fn add(posted: Posted) -> Result<HttpResponse, Problem> {
    let Posted { caller, fields, digest } = posted;
    administer(&caller.call.actor)?;
    let (new, faults) = new_person(fields, &STAFF);
    let (desk, now, fresh) = (caller.app.desk.clone(), caller.app.wall.now(), Fresh::new());
    reply::write(&caller, digest, move |db| {
        let (person, url) = invite(&desk, db, &new, &faults, &fresh, now)?;
        let body = StaffBody::of(&person);
        let shown = StaffBody { invitation_url: Some(url), ..body.clone() };
        let reply = Reply::created(format!("/api/v1/staff/{}", person.id), &shown)?;
        reply.version(person.version).remembering(&body)
    })
    .await
}

fn of_staff(db: &mut Db, id: i64) -> Result<Person, Error> {
    let person = store::people::find(db, PersonId(id))?;
    person.filter(|p| !p.role.is_partner_side()).ok_or(Error::NotFound)
}

/// Somebody at the vendor.
#[utoipa::path(tag = "people", params(("id" = i64, Path)),
    responses((status = 200, body = StaffBody), Refused))]
#[get("/staff/{id}")]
pub async fn show(caller: Caller, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    administer(&caller.call.actor)?;
    reply::read(&caller, move |db| {
        let person = of_staff(db, *id)?;
        Ok(Reply::ok(&StaffBody::of(&person))?.version(person.version))
    })
    .await
}

/// Reads what should change of somebody.
pub fn person_edit(f: &mut Fields) -> PersonEdit {
    let lead = f.flag("lead").unwrap_or(false);
    let teams = f.codes("teams", 40);
    if f.has("lead") && teams.is_none() {
        f.fault("lead", "not_allowed", "goes with teams");
    }
    PersonEdit {
        name: f.line("name", Length::NAME),
        region: f.line("region", Length::CODE),
        zone: f.line("time_zone", Length::CODE),
        teams: teams.map(|codes| codes.into_iter().map(|team| Membership { team, lead }).collect()),
        active: f.flag("active"),
    }
}

/// Changes somebody.
#[utoipa::path(tag = "people", request_body = StaffPatch,
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = StaffBody), Refused, Conflicts))]
#[patch("/staff/{id}")]
pub async fn edit(posted: Posted, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, digest } = posted;
    administer(&caller.call.actor)?;
    let edit = person_edit(&mut fields);
    fields.check()?;
    let (desk, call, now) = (caller.app.desk.clone(), caller.call.clone(), caller.app.clock.now());
    reply::write(&caller, digest, move |db| {
        of_staff(db, *id)?;
        let person = people::edit(&desk, db, PersonId(*id), call.expected, &edit, call.actor.by(), now)?;
        Ok(Reply::ok(&StaffBody::of(&person))?.version(person.version))
    })
    .await
}

/// Invites again: a new link, and the earlier one ends.
#[utoipa::path(tag = "people", params(("id" = i64, Path)),
    responses((status = 201, body = StaffBody), Refused, Conflicts))]
#[post("/staff/{id}/invitation")]
pub async fn invite_again(posted: Posted, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    let Posted { caller, fields, digest } = posted;
    administer(&caller.call.actor)?;
    fields.check()?;
    let (desk, now, fresh) = (caller.app.desk.clone(), caller.app.wall.now(), Fresh::new());
    reply::write(&caller, digest, move |db| {
        let person = of_staff(db, *id)?;
        people::invite(&desk, db, &person, &fresh, now)?;
        let body = StaffBody::of(&person);
        let shown = StaffBody { invitation_url: Some(people::invitation_url(&desk, &fresh)), ..body.clone() };
        Reply::created(format!("/api/v1/staff/{}", person.id), &shown)?.remembering(&body)
    })
    .await
}
