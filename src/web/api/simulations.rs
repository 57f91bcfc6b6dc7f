//! `/simulations`: what another ladder or other calendars would have made of recent tickets,
//! shown before anything is changed. Administrators.

use std::sync::Arc;

use actix_web::{HttpResponse, post};
use jiff::Timestamp;
use utoipa::ToSchema;

use crate::configuration::{Mistake, Source};
use crate::desk::people::administer;
use crate::desk::simulation::{self, Period, Written};
use crate::desk::{Desk, Error};
use crate::domain::fault::Fault;
use crate::store::Db;
use crate::web::auth::Posted;
use crate::web::error::Problem;
use crate::web::fields::{Fields, Length};
use crate::web::reply::{self, Reply};
use crate::web::view::{self, SimulationBody};

use super::document::{Conflicts, Refused};

/// Tickets that are replayed at most.
const MOST: i64 = 2_000;
/// Characters of a configuration file.
const FILE: Length = Length(200_000);
const LADDER: &str = "ladder_toml";
const CALENDARS: &str = "calendars_toml";

/// The rules to be tried: a ladder, calendars, or both, as their files are written.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the document only")]
pub struct NewSimulation {
    #[schema(min_length = 1, max_length = 200_000)]
    ladder_toml: Option<String>,
    #[schema(min_length = 1, max_length = 200_000)]
    calendars_toml: Option<String>,
    /// Tickets opened since then; else those of the last 90 days.
    since: Option<Timestamp>,
    /// The newest so many of them.
    #[schema(minimum = 1, maximum = 2000, default = 500)]
    limit: Option<i64>,
}

/// What was asked for.
struct Wish {
    ladder: Option<String>,
    calendars: Option<String>,
    period: Period,
    limit: i64,
}

fn wish(f: &mut Fields, now: Timestamp) -> Wish {
    let ladder = f.text(LADDER, FILE);
    let calendars = f.text(CALENDARS, FILE);
    if !f.has(LADDER) && !f.has(CALENDARS) {
        f.fault(LADDER, "required", "give a ladder, calendars, or both");
    }
    let usual = Period::up_to(now);
    let period = Period { since: f.instant("since").unwrap_or(usual.since), ..usual };
    let limit = f.whole("limit", 1, MOST).unwrap_or(simulation::USUAL);
    Wish { ladder, calendars, period, limit }
}

/// Replays recent tickets under the given rules and under those that they were measured by.
/// Changes nothing.
#[utoipa::path(tag = "configuration", request_body = NewSimulation,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$")),
    responses((status = 200, body = SimulationBody), Refused, Conflicts))]
#[post("/simulations")]
pub async fn simulate(posted: Posted) -> Result<HttpResponse, Problem> {
    let Posted { caller, mut fields, .. } = posted;
    administer(&caller.call.actor)?;
    let wish = wish(&mut fields, caller.call.now);
    fields.check()?;
    let desk = caller.app.desk.clone();
    reply::read(&caller, move |db| Reply::ok(&answer(&desk, db, &wish)?)).await
}

fn answer(desk: &Arc<Desk>, db: &mut Db, wish: &Wish) -> Result<SimulationBody, Error> {
    let ladder = wish.ladder.as_deref().map(|text| Source { file: LADDER, text });
    let calendars = wish.calendars.as_deref().map(|text| Source { file: CALENDARS, text });
    let rules = simulation::rules(desk, db, ladder, calendars, Written::Afar, wish.period.until)?
        .map_err(|mistakes| Error::Invalid(mistakes.into_iter().map(fault).collect()))?;
    let trial = simulation::trial(desk, db, wish.period, wish.limit, &rules)?;
    Ok(view::simulation(wish.period, &trial))
}

/// A mistake of a file, as one of its field.
fn fault(mistake: Mistake) -> Fault {
    let field = if mistake.file == CALENDARS { CALENDARS } else { LADDER };
    Fault::new(field, "mistake", format!("line {}: {}", mistake.line, mistake.message))
}
