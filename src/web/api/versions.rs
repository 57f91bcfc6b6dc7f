//! The versions of ladder and calendars: what there was, is and will be, and an administrator's
//! edit. What is in force, for everybody, is in `configuration.rs`.

use actix_web::{HttpResponse, get, post, web};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::configuration::written;
use crate::desk::people::administer;
use crate::desk::versions::{self, Edit, Known};
use crate::desk::{Desk, Error};
use crate::store::Db;
use crate::store::configurations::Kind;
use crate::web::auth::{Caller, Posted};
use crate::web::error::Problem;
use crate::web::fields::{Fields, Length};
use crate::web::reply::{self, Reply};

use super::configuration::{CalendarList, LadderVersion, calendars_of, ladder_of};
use super::document::{Conflicts, Refused};

/// Characters of a text: far more than a file has.
const TEXT: Length = Length(500_000);

/// A new version.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewVersion {
    /// As in `ladder.toml` or `calendars.toml`; it names no files (`holidays_from`).
    #[schema(min_length = 1, max_length = 500_000)]
    toml: String,
    /// From when on it is in force: not in the past, and within two years. Absent: from now on.
    #[schema(required = false, nullable)]
    effective_at: Option<Timestamp>,
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// A version, without what it says.
#[derive(Serialize, ToSchema)]
pub struct VersionBody {
    pub version: i64,
    pub effective_at: Timestamp,
    pub recorded_at: Timestamp,
    /// file or admin
    pub source: String,
    pub in_force: bool,
    /// Of an administrator's edit.
    pub reason: Option<String>,
    /// E-mail of the administrator.
    pub by: Option<String>,
}

/// Every version, newest first.
#[derive(Serialize, ToSchema)]
pub struct VersionList {
    pub items: Vec<VersionBody>,
}

/// One version of the ladder.
#[derive(Serialize, ToSchema)]
pub struct LadderText {
    pub version: VersionBody,
    pub ladder: LadderVersion,
    /// The text of a file that says the same.
    pub toml: String,
}

/// One version of the calendars.
#[derive(Serialize, ToSchema)]
pub struct CalendarsText {
    pub version: VersionBody,
    pub calendars: CalendarList,
    /// The text of a file that says the same.
    pub toml: String,
}

impl From<Known> for VersionBody {
    fn from(known: Known) -> Self {
        let version = known.version;
        Self {
            version: version.version,
            effective_at: version.effective_at,
            recorded_at: version.recorded_at,
            source: version.source.to_string(),
            in_force: known.in_force,
            reason: version.reason,
            by: known.by,
        }
    }
}

/// Who changed what, and why, is the vendor's own business.
fn for_the_vendor(caller: &Caller) -> Result<(), Error> {
    if caller.call.actor.is_partner_side() {
        return Err(Error::Forbidden("the vendor's own business"));
    }
    Ok(())
}

/// What is no number is no version either.
fn number(text: &str) -> Result<i64, Error> {
    text.parse().map_err(|_| Error::NotFound)
}

async fn list(caller: Caller, kind: Kind) -> Result<HttpResponse, Problem> {
    for_the_vendor(&caller)?;
    let now = caller.call.now;
    reply::read(&caller, move |db| {
        let items = versions::list(db, kind, now)?.into_iter().map(VersionBody::from).collect();
        Reply::ok(&VersionList { items })
    })
    .await
}

/// Reads a new version.
pub fn edit(mut fields: Fields) -> Edit {
    let toml = fields.must("toml", |f, n| f.document(n, TEXT));
    let effective_at = fields.instant("effective_at");
    let reason = fields.must("reason", |f, n| f.text(n, Length::REASON)).unwrap_or_default();
    Edit { toml, effective_at, reason, faults: fields.finish() }
}

fn ladder_text(desk: &Desk, db: &mut Db, version: i64, now: Timestamp) -> Result<LadderText, Error> {
    let known = versions::find(db, Kind::Ladder, version, now)?;
    let ladder = desk.rulebook.ladder(db, version)?;
    Ok(LadderText {
        version: known.into(),
        ladder: ladder_of(version, &ladder),
        toml: written::ladder(&ladder),
    })
}

fn calendars_text(desk: &Desk, db: &mut Db, version: i64, now: Timestamp) -> Result<CalendarsText, Error> {
    let known = versions::find(db, Kind::Calendars, version, now)?;
    let set = desk.rulebook.calendars(db, version)?;
    Ok(CalendarsText {
        version: known.into(),
        calendars: calendars_of(version, &set),
        toml: written::calendars(&set),
    })
}

/// Every version of the ladder, newest first.
#[utoipa::path(tag = "configuration", responses((status = 200, body = VersionList), Refused))]
#[get("/ladders/versions")]
pub async fn list_ladders(caller: Caller) -> Result<HttpResponse, Problem> {
    list(caller, Kind::Ladder).await
}

/// Every version of the calendars, newest first.
#[utoipa::path(tag = "configuration", responses((status = 200, body = VersionList), Refused))]
#[get("/calendars/versions")]
pub async fn list_calendars(caller: Caller) -> Result<HttpResponse, Problem> {
    list(caller, Kind::Calendars).await
}

/// One version of the ladder, also as the text of a file.
#[utoipa::path(tag = "configuration", params(("version" = i64, Path)), responses((status = 200, body = LadderText), Refused))]
#[get("/ladders/{version}")]
pub async fn show_ladder(caller: Caller, version: web::Path<String>) -> Result<HttpResponse, Problem> {
    for_the_vendor(&caller)?;
    let (desk, now, version) = (caller.app.desk.clone(), caller.call.now, number(&version)?);
    reply::read(&caller, move |db| Reply::ok(&ladder_text(&desk, db, version, now)?)).await
}

/// One version of the calendars, also as the text of a file.
#[utoipa::path(tag = "configuration", params(("version" = i64, Path)), responses((status = 200, body = CalendarsText), Refused))]
#[get("/calendars/{version}")]
pub async fn show_calendars(caller: Caller, version: web::Path<String>) -> Result<HttpResponse, Problem> {
    for_the_vendor(&caller)?;
    let (desk, now, version) = (caller.app.desk.clone(), caller.call.now, number(&version)?);
    reply::read(&caller, move |db| Reply::ok(&calendars_text(&desk, db, version, now)?)).await
}

/// Adds a version of the ladder. New tickets use it once it is in force; open ones keep theirs.
/// Every mistake in the text is named with its line, and it must be sound on the calendars in force.
/// What says the same as the newest version is refused (409, `unchanged`).
#[utoipa::path(tag = "configuration", request_body = NewVersion, params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = LadderText), Refused, Conflicts))]
#[post("/ladders")]
pub async fn add_ladder(posted: Posted) -> Result<HttpResponse, Problem> {
    let Posted { caller, fields, digest } = posted;
    administer(&caller.call.actor)?;
    let (desk, call, edit) = (caller.app.desk.clone(), caller.call.clone(), edit(fields));
    reply::write(&caller, digest, move |db| {
        let version = versions::add(&desk, db, &call, Kind::Ladder, &edit)?;
        let body = ladder_text(&desk, db, version, call.now)?;
        Reply::created(format!("/api/v1/ladders/{version}"), &body)
    })
    .await
}

/// Adds a version of the calendars. New tickets use it once it is in force; open ones keep theirs.
/// Every mistake in the text is named with its line, and the ladder in force must be sound on it.
/// What says the same as the newest version is refused (409, `unchanged`).
#[utoipa::path(tag = "configuration", request_body = NewVersion, params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 201, body = CalendarsText), Refused, Conflicts))]
#[post("/calendars")]
pub async fn add_calendars(posted: Posted) -> Result<HttpResponse, Problem> {
    let Posted { caller, fields, digest } = posted;
    administer(&caller.call.actor)?;
    let (desk, call, edit) = (caller.app.desk.clone(), caller.call.clone(), edit(fields));
    reply::write(&caller, digest, move |db| {
        let version = versions::add(&desk, db, &call, Kind::Calendars, &edit)?;
        let body = calendars_text(&desk, db, version, call.now)?;
        Reply::created(format!("/api/v1/calendars/{version}"), &body)
    })
    .await
}
