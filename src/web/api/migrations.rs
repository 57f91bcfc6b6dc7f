//! `/migrations`: open tickets moved to other versions of ladder and calendars, looked at before
//! it is done. Dates and rungs, and nothing of what a ticket says.

use std::sync::Arc;

use actix_web::{HttpResponse, post};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::desk::migration::{self, Look, PAGE, Plan, Preview, Refused as NotMoved, Wish};
use crate::desk::people::administer;
use crate::desk::{Call, Error};
use crate::domain::migration::{PromiseDates, RungDates, Totals};
use crate::domain::ticket::migrating::Versions;
use crate::web::auth::Posted;
use crate::web::error::Problem;
use crate::web::fields::{Fields, Length};
use crate::web::reply::{self, Reply};

use super::document::{Conflicts, Refused};
use super::{cursor, to_cursor};

/// References that one request may name.
const MOST_NAMED: usize = 500;

/// Which tickets are to be measured by which versions from now on.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewMigration {
    /// A version that has taken effect. Absent: the one in force.
    #[schema(required = false, nullable)]
    ladder: Option<i64>,
    #[schema(required = false, nullable)]
    calendars: Option<i64>,
    /// References. Absent: every live ticket on other versions than these.
    #[schema(required = false, nullable, max_items = 500)]
    tickets: Option<Vec<String>>,
    /// Slug: of every live ticket on other versions, those of this partner.
    #[schema(required = false, nullable)]
    partner: Option<String>,
    /// The partner reads it where a date moves.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
    /// Tickets that are moved at most; 500 without it.
    #[schema(required = false, nullable, minimum = 1, maximum = 500)]
    limit: Option<i64>,
    /// `next` of the answer before.
    #[schema(required = false, nullable)]
    cursor: Option<String>,
}

/// The same, only to look.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct MigrationPreview {
    #[schema(required = false, nullable)]
    ladder: Option<i64>,
    #[schema(required = false, nullable)]
    calendars: Option<i64>,
    #[schema(required = false, nullable, max_items = 500)]
    tickets: Option<Vec<String>>,
    #[schema(required = false, nullable)]
    partner: Option<String>,
    /// Not needed to look.
    #[schema(required = false, nullable, min_length = 1, max_length = 2000)]
    reason: Option<String>,
    #[schema(required = false, nullable, minimum = 1, maximum = 500)]
    limit: Option<i64>,
    #[schema(required = false, nullable)]
    cursor: Option<String>,
}

/// What would become of a page of tickets.
#[derive(Serialize, ToSchema)]
pub struct PreviewBody {
    /// Where they would be moved to.
    pub to: VersionsBody,
    pub items: Vec<LookBody>,
    /// Named, and there already.
    pub unchanged: u32,
    pub refused: Vec<RefusedBody>,
    /// Of this page.
    pub totals: TotalsBody,
    /// Tickets on all pages.
    pub of: i64,
    pub next: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct VersionsBody {
    pub ladder: i64,
    pub calendars: i64,
}

/// One ticket, before and after.
#[derive(Serialize, ToSchema)]
pub struct LookBody {
    #[schema(example = "PI-1042")]
    pub reference: String,
    pub state: String,
    pub old: VersionsBody,
    pub new: VersionsBody,
    /// Name of the calendar that counts.
    pub old_calendar: String,
    pub new_calendar: String,
    /// Rungs ahead.
    pub rungs: Vec<RungShift>,
    /// Open promises.
    pub promises: Vec<PromiseShift>,
    /// Numbers of the rungs that would be reached at once.
    pub reached: Vec<u8>,
}

#[derive(Serialize, ToSchema)]
pub struct RungShift {
    pub number: u8,
    pub name: String,
    /// Null: its clock never reaches it.
    pub old: Option<Timestamp>,
    pub new: Option<Timestamp>,
    /// same, earlier, later, added or gone
    pub shift: String,
}

#[derive(Serialize, ToSchema)]
pub struct PromiseShift {
    pub number: i32,
    pub kind: String,
    pub old: Timestamp,
    pub new: Timestamp,
    /// same, earlier or later
    pub shift: String,
}

#[derive(Serialize, ToSchema)]
pub struct TotalsBody {
    pub tickets: u32,
    /// Of which no date moves and no rung is reached.
    pub without_a_new_date: u32,
    pub promises_earlier: u32,
    pub promises_later: u32,
    pub rungs_earlier: u32,
    pub rungs_later: u32,
    /// Tickets that would reach a rung at once.
    pub reaching_at_once: u32,
}

/// A ticket that cannot be moved.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RefusedBody {
    pub reference: String,
    pub code: String,
    pub message: String,
}

/// What was done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MigrationBody {
    pub moved: u32,
    /// There already.
    pub unchanged: u32,
    pub refused: Vec<RefusedBody>,
    /// Null: that was all of it.
    pub next: Option<String>,
}

impl From<Versions> for VersionsBody {
    fn from(v: Versions) -> Self {
        Self { ladder: v.ladder, calendars: v.calendars }
    }
}

impl From<Look> for LookBody {
    fn from(look: Look) -> Self {
        let (old_calendar, new_calendar) = look.calendar;
        Self {
            reference: look.reference,
            state: look.state.to_string(),
            old: look.old.into(),
            new: look.new.into(),
            old_calendar,
            new_calendar,
            rungs: look.difference.rungs.into_iter().map(RungShift::from).collect(),
            promises: look.difference.promises.into_iter().map(PromiseShift::from).collect(),
            reached: look.difference.reached,
        }
    }
}

impl From<RungDates> for RungShift {
    fn from(r: RungDates) -> Self {
        Self { number: r.number, name: r.name, old: r.old, new: r.new, shift: r.shift.to_string() }
    }
}

impl From<PromiseDates> for PromiseShift {
    fn from(p: PromiseDates) -> Self {
        Self {
            number: p.number,
            kind: p.kind.to_string(),
            old: p.old,
            new: p.new,
            shift: p.shift.to_string(),
        }
    }
}

impl From<Totals> for TotalsBody {
    fn from(t: Totals) -> Self {
        Self {
            tickets: t.tickets,
            without_a_new_date: t.without_a_new_date,
            promises_earlier: t.promises_earlier,
            promises_later: t.promises_later,
            rungs_earlier: t.rungs_earlier,
            rungs_later: t.rungs_later,
            reaching_at_once: t.reaching_at_once,
        }
    }
}

impl From<NotMoved> for RefusedBody {
    fn from(r: NotMoved) -> Self {
        Self { reference: r.reference, code: r.code.to_owned(), message: r.message }
    }
}

fn body_of(plan: &Plan, preview: Preview) -> PreviewBody {
    PreviewBody {
        to: plan.target.versions.into(),
        items: preview.looks.into_iter().map(LookBody::from).collect(),
        unchanged: preview.unchanged,
        refused: preview.refused.into_iter().map(RefusedBody::from).collect(),
        totals: preview.totals.into(),
        of: preview.of,
        next: preview.next.map(|place| to_cursor(&place.to_string())),
    }
}

/// A migration as it was asked for.
pub struct Asked {
    pub wish: Wish,
    pub reason: String,
    pub limit: i64,
    pub after: i64,
}

/// Reads one; to look, it needs no reason.
pub fn migration(mut f: Fields, looks: bool) -> Asked {
    let ladder = f.whole("ladder", 1, i64::MAX);
    let calendars = f.whole("calendars", 1, i64::MAX);
    let tickets = f.codes("tickets", MOST_NAMED);
    let partner = f.line("partner", Length::CODE);
    let reason = if looks {
        f.text("reason", Length::REASON)
    } else {
        f.must("reason", |f, n| f.text(n, Length::REASON))
    };
    let limit = f.whole("limit", 1, PAGE).unwrap_or(PAGE);
    let after = cursor(&mut f).map(|text| text.parse::<i64>().ok());
    if after == Some(None) {
        f.fault("cursor", "invalid", "is not a cursor of ours");
    }
    if tickets.is_some() && partner.is_some() {
        f.fault("partner", "not_with_tickets", "goes with no list of tickets");
    }
    Asked {
        wish: Wish { ladder, calendars, tickets, partner, faults: f.finish() },
        reason: reason.unwrap_or_default(),
        limit,
        after: after.flatten().unwrap_or(0),
    }
}

/// Moves a page of tickets, each in a transaction of its own. Stopped on the way, it goes on
/// where it stood when it is asked again.
pub async fn carry_out(
    app: &Arc<App>,
    call: &Call,
    plan: Plan,
    asked: &Asked,
) -> Result<MigrationBody, Error> {
    let plan = Arc::new(plan);
    let (page, after, limit) = (Arc::clone(&plan), asked.after, asked.limit);
    let (references, next) = app.store.read(move |db| page.page(db, after, limit)).await?;
    let next = next.map(|place| to_cursor(&place.to_string()));
    let mut done = MigrationBody { moved: 0, unchanged: 0, refused: Vec::new(), next };
    for reference in references {
        let (desk, call, plan) = (Arc::clone(&app.desk), call.clone(), Arc::clone(&plan));
        let (named, reason) = (reference.clone(), asked.reason.clone());
        let moved = app
            .store
            .write(move |db| migration::apply(&desk, db, &call, &plan.target, &named, &reason))
            .await;
        match moved {
            Ok(true) => done.moved += 1,
            Ok(false) => done.unchanged += 1,
            Err(error) => done.refused.push(migration::refusal(reference, error)?.into()),
        }
    }
    Ok(done)
}

/// What would become of open tickets if they were moved now: of each, old and new dates, and the
/// rungs that it would reach at once. Nothing is written.
#[utoipa::path(tag = "configuration", request_body = MigrationPreview,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 200, body = PreviewBody), Refused, Conflicts))]
#[post("/migrations/preview")]
pub async fn try_out(posted: Posted) -> Result<HttpResponse, Problem> {
    let Posted { caller, fields, .. } = posted;
    administer(&caller.call.actor)?;
    let asked = migration(fields, true);
    let (desk, call) = (caller.app.desk.clone(), caller.call.clone());
    reply::read(&caller, move |db| {
        let plan = migration::plan(&desk, db, &call, &asked.wish)?;
        let preview = migration::preview(&desk, db, &call, &plan, asked.after, asked.limit)?;
        Reply::ok(&body_of(&plan, preview))
    })
    .await
}

/// Moves open tickets to other versions. Elapsed time is kept, outcomes stand; partners hear of
/// dates that move, with the reason. Each ticket is moved for itself, at most 500 in a request;
/// those that are there already stay, so that it can be asked again after a stop.
#[utoipa::path(tag = "configuration", request_body = NewMigration,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 200, body = MigrationBody), Refused, Conflicts))]
#[post("/migrations")]
pub async fn start(posted: Posted) -> Result<HttpResponse, Problem> {
    let Posted { caller, fields, digest } = posted;
    administer(&caller.call.actor)?;
    let asked = migration(fields, false);
    if let Some(earlier) = reply::earlier(&caller, digest.clone()).await? {
        return Ok(earlier);
    }
    let (desk, call, wish) = (caller.app.desk.clone(), caller.call.clone(), asked.wish.clone());
    let plan = caller.app.store.read(move |db| migration::plan(&desk, db, &call, &wish)).await?;
    let done = carry_out(&caller.app, &caller.call, plan, &asked).await?;
    reply::write(&caller, digest, move |_| Reply::ok(&done)).await
}
