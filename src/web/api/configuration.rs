//! `/categories`, `/ladders` and `/calendars` as they are in force. Published: what one
//! can file, who is told when, and when time counts. Other versions are in `versions.rs`.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::calendars::Calendars;
use crate::domain::ladder::Ladder;
use crate::domain::priority::Priority;
use crate::domain::taxonomy::Taxonomy;
use crate::web::auth::Caller;
use crate::web::error::Problem;
use crate::web::reply::{self, Reply};

use super::document::Refused;

/// What an issue can be about.
#[derive(Serialize, ToSchema)]
pub struct CategoryList {
    pub version: i64,
    pub groups: Vec<GroupBody>,
}

#[derive(Serialize, ToSchema)]
pub struct GroupBody {
    pub code: String,
    pub name: String,
    pub hint: String,
    pub leaves: Vec<LeafBody>,
}

#[derive(Serialize, ToSchema)]
pub struct LeafBody {
    /// `group.leaf`: what is filed.
    #[schema(example = "price.approval_late")]
    pub code: String,
    pub name: String,
    /// Code of the resolver team.
    pub team: String,
    pub default_priority: String,
}

/// The ladder in force.
#[derive(Serialize, ToSchema)]
pub struct LadderVersion {
    pub version: i64,
    pub rungs: Vec<RungOfLadder>,
    /// By priority.
    pub terms: BTreeMap<String, TermsBody>,
}

#[derive(Serialize, ToSchema)]
pub struct RungOfLadder {
    pub number: u8,
    pub name: String,
    /// owner, channel_manager, director or vp
    pub stand: String,
}

/// What a priority grants, in business time.
#[derive(Serialize, ToSchema)]
pub struct TermsBody {
    #[schema(example = "4 bh")]
    pub first_reply: String,
    pub update: String,
    pub resolution: String,
    /// Rung number → due after, from open. A rung that is missing is never reached by its clock.
    pub rungs: BTreeMap<String, String>,
    pub renotify: String,
    pub press_answer: String,
}

/// The calendars in force.
#[derive(Serialize, ToSchema)]
pub struct CalendarList {
    pub version: i64,
    /// Where neither team, partner nor region has one.
    pub default: String,
    pub calendars: Vec<CalendarBody>,
    /// Region → calendar.
    pub regions: BTreeMap<String, String>,
    /// Partner's slug → calendar.
    pub partners: BTreeMap<String, String>,
    /// Team code → calendar, which goes before the partner's.
    pub teams: BTreeMap<String, String>,
}

#[derive(Serialize, ToSchema)]
pub struct CalendarBody {
    pub name: String,
    pub time_zone: String,
    /// Weekday → windows, as `09:00-17:00`.
    pub week: BTreeMap<String, Vec<String>>,
    pub holidays: Vec<String>,
}

/// Groups and leaves of the taxonomy in force.
pub fn categories_of(version: i64, taxonomy: &Taxonomy) -> CategoryList {
    let leaf = |found: crate::domain::taxonomy::Found<'_>| LeafBody {
        code: found.code(),
        name: found.leaf.name.clone(),
        team: found.team().to_owned(),
        default_priority: found.leaf.priority.to_string(),
    };
    let groups = taxonomy
        .groups
        .iter()
        .map(|group| GroupBody {
            code: group.code.clone(),
            name: group.name.clone(),
            hint: group.hint.clone(),
            leaves: taxonomy.leaves().filter(|f| f.group.code == group.code).map(leaf).collect(),
        })
        .collect();
    CategoryList { version, groups }
}

/// The ladder in words.
pub fn ladder_of(version: i64, ladder: &Ladder) -> LadderVersion {
    let terms = |priority: Priority| {
        let t = ladder.terms(priority);
        TermsBody {
            first_reply: t.first_reply.to_string(),
            update: t.update.to_string(),
            resolution: t.resolution.to_string(),
            rungs: t.rungs.iter().map(|(n, a)| (n.to_string(), a.to_string())).collect(),
            renotify: t.renotify.to_string(),
            press_answer: t.press_answer.to_string(),
        }
    };
    LadderVersion {
        version,
        rungs: ladder
            .rungs
            .iter()
            .map(|r| RungOfLadder { number: r.number, name: r.name.clone(), stand: r.stand.to_string() })
            .collect(),
        terms: Priority::ALL.iter().map(|p| (p.to_string(), terms(*p))).collect(),
    }
}

/// What an issue can be about: groups, and the leaves that are filed.
#[utoipa::path(tag = "configuration", responses((status = 200, body = CategoryList), Refused))]
#[get("/categories")]
pub async fn categories(caller: Caller) -> Result<HttpResponse, Problem> {
    let (desk, now) = (caller.app.desk.clone(), caller.call.now);
    reply::read(&caller, move |db| {
        let found = desk.rulebook.taxonomy_in_force(db, now)?;
        Reply::ok(&categories_of(found.version, &found.value))
    })
    .await
}

/// The ladder in force: who is told when.
#[utoipa::path(tag = "configuration", responses((status = 200, body = LadderVersion), Refused))]
#[get("/ladders")]
pub async fn ladders(caller: Caller) -> Result<HttpResponse, Problem> {
    let (desk, now) = (caller.app.desk.clone(), caller.call.now);
    reply::read(&caller, move |db| {
        let found = desk.rulebook.ladder_in_force(db, now)?;
        Reply::ok(&ladder_of(found.version, &found.value))
    })
    .await
}

/// The calendars in force: when time counts.
#[utoipa::path(tag = "configuration", responses((status = 200, body = CalendarList), Refused))]
#[get("/calendars")]
pub async fn calendars(caller: Caller) -> Result<HttpResponse, Problem> {
    let (desk, now) = (caller.app.desk.clone(), caller.call.now);
    reply::read(&caller, move |db| {
        let found = desk.rulebook.calendars_in_force(db, now)?;
        Reply::ok(&calendars_of(found.version, &found.value))
    })
    .await
}

/// A set of calendars in words.
pub fn calendars_of(version: i64, set: &Calendars) -> CalendarList {
    CalendarList {
        version,
        default: set.default.clone(),
        calendars: set.calendars.values().map(calendar).collect(),
        regions: set.regions.clone(),
        partners: set.partners.clone(),
        teams: set.teams.clone(),
    }
}

fn calendar(spec: &crate::domain::calendar::CalendarSpec) -> CalendarBody {
    use jiff::civil::Weekday;
    let days = [
        ("mon", Weekday::Monday),
        ("tue", Weekday::Tuesday),
        ("wed", Weekday::Wednesday),
        ("thu", Weekday::Thursday),
        ("fri", Weekday::Friday),
        ("sat", Weekday::Saturday),
        ("sun", Weekday::Sunday),
    ];
    CalendarBody {
        name: spec.name.clone(),
        time_zone: spec.zone.clone(),
        week: days
            .iter()
            .map(|(name, day)| {
                ((*name).to_owned(), spec.week.on(*day).iter().map(ToString::to_string).collect())
            })
            .collect(),
        holidays: spec.holidays.iter().map(ToString::to_string).collect(),
    }
}
