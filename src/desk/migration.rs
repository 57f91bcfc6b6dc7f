//! Moving open tickets to other versions of ladder and calendars: by an administrator, looked at
//! before it is done, each ticket in a transaction of its own. What a move does to a ticket is
//! said in `domain/ticket/migrating.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::access::Action;
use crate::domain::calendar::Calendar;
use crate::domain::calendars::Calendars;
use crate::domain::change::Change;
use crate::domain::course::Course;
use crate::domain::escalation::settle;
use crate::domain::fault::Fault;
use crate::domain::ladder::Ladder;
use crate::domain::migration::{Difference, Totals};
use crate::domain::ticket::migrating::{Move, Versions};
use crate::domain::ticket::{Rules, State};
use crate::store::configurations::{self, Kind};
use crate::store::tickets::{OnOthers, count_on_others, on_others};
use crate::store::{self, Db};

use super::people::administer;
use super::versions::Value;
use super::{Call, Desk, Error, Loaded, hold, load_any, presence, record};

/// Tickets that are looked at, or moved, at once.
pub const PAGE: i64 = 500;

/// What an administrator asks for.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// None: the version in force.
    pub ladder: Option<i64>,
    pub calendars: Option<i64>,
    /// References; none: all live tickets on other versions.
    pub tickets: Option<Vec<String>>,
    /// Slug: of this partner only.
    pub partner: Option<String>,
    /// What could not be read.
    pub faults: Vec<Fault>,
}

/// Where tickets are moved to, with everything that takes.
#[derive(Clone)]
pub struct Target {
    pub versions: Versions,
    ladder: Arc<Ladder>,
    calendars: Arc<Calendars>,
    /// By name.
    compiled: BTreeMap<String, Arc<Calendar>>,
}

/// Which tickets are moved where, looked up.
#[derive(Clone)]
pub struct Plan {
    pub target: Target,
    which: Which,
}

#[derive(Clone)]
enum Which {
    Named(Vec<String>),
    OnOthers(OnOthers),
}

/// What would become of one ticket.
pub struct Look {
    pub reference: String,
    pub state: State,
    pub old: Versions,
    pub new: Versions,
    /// Names of the calendars.
    pub calendar: (String, String),
    pub difference: Difference,
}

/// A ticket that cannot be moved.
#[derive(Clone, Debug)]
pub struct Refused {
    pub reference: String,
    pub code: &'static str,
    pub message: String,
}

/// What would become of a page of tickets.
pub struct Preview {
    pub looks: Vec<Look>,
    /// Named, and there already.
    pub unchanged: u32,
    pub refused: Vec<Refused>,
    pub totals: Totals,
    /// How many tickets there are to move, on all pages.
    pub of: i64,
    /// After which place the next page starts.
    pub next: Option<i64>,
}

impl Target {
    /// These versions, or those in force. One that is not in force yet is none to move to.
    fn of(
        desk: &Desk,
        db: &mut Db,
        wish: &Wish,
        now: Timestamp,
        faults: &mut Vec<Fault>,
    ) -> Result<Self, Error> {
        let ladder = pick(db, Kind::Ladder, wish.ladder, now, faults)?;
        let calendars = pick(db, Kind::Calendars, wish.calendars, now, faults)?;
        let (Some(ladder), Some(calendars)) = (ladder, calendars) else {
            return Err(Error::Invalid(std::mem::take(faults)));
        };
        let set = desk.rulebook.calendars(db, calendars)?;
        let mut compiled = BTreeMap::new();
        for name in set.calendars.keys() {
            compiled.insert(name.clone(), desk.rulebook.calendar(db, calendars, name)?);
        }
        let versions = Versions { ladder, calendars };
        Ok(Self { versions, ladder: desk.rulebook.ladder(db, ladder)?, calendars: set, compiled })
    }

    /// With a version that there is not yet, beside what is in force.
    fn with(desk: &Desk, db: &mut Db, value: Value, now: Timestamp) -> Result<Self, Error> {
        let mut target = Self::of(desk, db, &Wish::default(), now, &mut Vec::new())?;
        match value {
            Value::Ladder(ladder) => {
                target.versions.ladder = configurations::next(db, Kind::Ladder)?;
                target.ladder = Arc::new(ladder);
            }
            Value::Calendars(set) => {
                target.versions.calendars = configurations::next(db, Kind::Calendars)?;
                target.compiled = set.compiled().map(|c| (c.name().to_owned(), Arc::new(c))).collect();
                target.calendars = Arc::new(set);
            }
        }
        Ok(target)
    }

    /// The ladder must be sound on every calendar beside it.
    fn check(&self, faults: &mut Vec<Fault>) {
        for calendar in self.compiled.values() {
            for mistake in self.ladder.mistakes(calendar) {
                let message = format!("does not go with calendar {}: {mistake}", calendar.name());
                faults.push(Fault::new("ladder", "not_sound", message));
            }
        }
    }

    /// What a ticket's time runs on from `loaded.now` on.
    fn course(&self, loaded: &Loaded) -> Result<Course, Error> {
        let (ticket, partner) = (&loaded.ticket, &loaded.partner);
        if ticket.calendar_version == self.versions.calendars {
            return Ok(loaded.course.clone());
        }
        let name = self.calendars.name_for(&ticket.team, &partner.slug, &partner.region);
        let calendar = self.compiled.get(name).ok_or_else(|| Error::Refused {
            code: "calendar",
            message: format!("the calendars have no {name:?}"),
        })?;
        Ok(loaded.course.switched(loaded.now, Arc::clone(calendar)))
    }
}

/// The version asked for, or the one in force.
fn pick(
    db: &mut Db,
    kind: Kind,
    wanted: Option<i64>,
    now: Timestamp,
    faults: &mut Vec<Fault>,
) -> Result<Option<i64>, Error> {
    let field = if kind == Kind::Ladder { "ladder" } else { "calendars" };
    let Some(wanted) = wanted else { return Ok(Some(super::rulebook::in_force(db, kind, now)?)) };
    match configurations::find(db, kind, wanted)? {
        Some(found) if found.effective_at <= now => return Ok(Some(wanted)),
        Some(_) => faults.push(Fault::new(field, "not_in_force_yet", "is not in force yet")),
        None => faults.push(Fault::new(field, "unknown", "is not a version")),
    }
    Ok(None)
}

/// Looks up what was asked for, and says everything that is wrong with it.
pub fn plan(desk: &Desk, db: &mut Db, call: &Call, wish: &Wish) -> Result<Plan, Error> {
    administer(&call.actor)?;
    let mut faults = wish.faults.clone();
    let partner = match &wish.partner {
        Some(slug) => {
            let found = store::partners::by_slug(db, slug)?;
            if found.is_none() {
                faults.push(Fault::new("partner", "unknown", "is not a partner"));
            }
            found.map(|p| p.id)
        }
        None => None,
    };
    let target = Target::of(desk, db, wish, call.now, &mut faults)?;
    target.check(&mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let which = match &wish.tickets {
        Some(named) => {
            let mut named = named.clone();
            named.sort();
            named.dedup();
            Which::Named(named)
        }
        None => Which::OnOthers(others(call, &target, partner)),
    };
    Ok(Plan { target, which })
}

fn others(call: &Call, target: &Target, partner: Option<crate::domain::ids::PartnerId>) -> OnOthers {
    OnOthers { than: target.versions, partner, reader: call.actor.person().map(|p| p.id) }
}

/// Every live ticket, to a version that there is not yet.
pub fn plan_with(desk: &Desk, db: &mut Db, call: &Call, value: Value) -> Result<Plan, Error> {
    administer(&call.actor)?;
    let target = Target::with(desk, db, value, call.now)?;
    let which = Which::OnOthers(others(call, &target, None));
    Ok(Plan { target, which })
}

impl Plan {
    /// References from after a place on, and the place after which the next page starts.
    pub fn page(&self, db: &mut Db, after: i64, limit: i64) -> Result<(Vec<String>, Option<i64>), Error> {
        let mut found: Vec<(i64, String)> = match &self.which {
            Which::Named(named) => {
                let places = (1..).zip(named.iter().cloned());
                let most = usize::try_from(limit + 1).unwrap_or(usize::MAX);
                places.filter(|(place, _)| *place > after).take(most).collect()
            }
            Which::OnOthers(which) => on_others(db, which, after, limit + 1)?,
        };
        let more = i64::try_from(found.len()).is_ok_and(|n| n > limit);
        if more {
            found.pop();
        }
        let next = found.last().filter(|_| more).map(|(place, _)| *place);
        Ok((found.into_iter().map(|(_, reference)| reference).collect(), next))
    }

    fn of(&self, db: &mut Db) -> Result<i64, Error> {
        Ok(match &self.which {
            Which::Named(named) => i64::try_from(named.len()).unwrap_or(i64::MAX),
            Which::OnOthers(which) => count_on_others(db, which)?,
        })
    }
}

/// What would become of a page of tickets if they were moved now. Nothing is written.
pub fn preview(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    plan: &Plan,
    after: i64,
    limit: i64,
) -> Result<Preview, Error> {
    administer(&call.actor)?;
    let (references, next) = plan.page(db, after, limit)?;
    let of = plan.of(db)?;
    let mut preview =
        Preview { looks: Vec::new(), unchanged: 0, refused: Vec::new(), totals: Totals::default(), of, next };
    for reference in references {
        match look(desk, db, call, &plan.target, &reference) {
            Ok(Some(look)) => {
                preview.totals.add(&look.difference);
                preview.looks.push(look);
            }
            Ok(None) => preview.unchanged += 1,
            Err(error) => preview.refused.push(refusal(reference, error)?),
        }
    }
    Ok(preview)
}

/// None: it is there already.
fn look(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    target: &Target,
    reference: &str,
) -> Result<Option<Look>, Error> {
    let loaded = load_any(desk, db, reference, call.now)?;
    // A ticket about an administrator does not exist for them.
    loaded.may(call, Action::SeeEnvelope)?;
    let Some((change, course)) = moved(db, call, &loaded, target, "")? else { return Ok(None) };
    let mut before = Change::of(&loaded.ticket, loaded.now);
    settle(&mut before, loaded.rules(), loaded.now)?;
    let rules = Rules { ladder: &target.ladder, course: &course };
    let difference = Difference::between(&before.ticket, &change.ticket, rules, loaded.now)?;
    Ok(Some(Look {
        reference: loaded.ticket.reference,
        state: change.ticket.state,
        old: before.ticket.versions(),
        new: target.versions,
        calendar: (before.ticket.calendar, change.ticket.calendar),
        difference,
    }))
}

/// The ticket moved, and what its time runs on then. None: it is there already.
fn moved(
    db: &mut Db,
    call: &Call,
    loaded: &Loaded,
    target: &Target,
    reason: &str,
) -> Result<Option<(Change, Course)>, Error> {
    let ticket = &loaded.ticket;
    if ticket.is_live() && ticket.versions() == target.versions {
        return Ok(None);
    }
    let partner = &loaded.partner;
    let holders = presence::holders(db, partner, ticket.about, loaded.now)?;
    let course = target.course(loaded)?;
    let order = Move { to: target.versions, holders: &holders, reason, by: call.actor.by() };
    let after = Rules { ladder: &target.ladder, course: &course };
    let change = ticket.migrate(order, loaded.rules(), after, loaded.now)?;
    if !change.ticket.is_live() {
        return Err(Error::Refused {
            code: "closed",
            message: "this ticket is closed: nobody answered in time".to_owned(),
        });
    }
    Ok(Some((change, course)))
}

/// Moves one ticket, in a transaction of its own; returns whether it was elsewhere. What goes
/// wrong is asked of [`refusal`] when the transaction is over.
pub fn apply(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    target: &Target,
    reference: &str,
    reason: &str,
) -> Result<bool, Error> {
    administer(&call.actor)?;
    let loaded = hold(desk, db, reference, call.now)?;
    loaded.may(call, Action::SeeEnvelope)?;
    let Some((change, course)) = moved(db, call, &loaded, target, reason)? else { return Ok(false) };
    record(desk, db, change, &loaded.partner, Rules { ladder: &target.ladder, course: &course })?;
    Ok(true)
}

/// Why this one is not moved; what is no fault of the ticket ends the whole.
pub fn refusal(reference: String, error: Error) -> Result<Refused, Error> {
    let (code, message) = match error {
        Error::NotFound => ("not_found", "there is no such ticket here".to_owned()),
        Error::Refused { code, message } => (code, message),
        Error::Invalid(faults) => {
            let said: Vec<String> = faults.iter().map(|f| format!("{} {}", f.field, f.message)).collect();
            ("not_possible", said.join("; "))
        }
        other => return Err(other),
    };
    Ok(Refused { reference, code, message })
}
