//! Filing: from a draft to a ticket with an owner, promises and a dated ladder; and
//! the preview, which goes the same way up to recording.

use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::access::{self, PartnerFacts};
use crate::domain::actor::Actor;
use crate::domain::attachment::File;
use crate::domain::calendar::Calendar;
use crate::domain::course::Course;
use crate::domain::draft::Draft;
use crate::domain::fault::Fault;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::ladder::Ladder;
use crate::domain::partner::{Holders, Partner};
use crate::domain::person::{Person, Role};
use crate::domain::priority::{Impact, Judgement, Urgency, Weighing, judge};
use crate::domain::routing;
use crate::domain::taxonomy::{Taxonomy, is_complaint};
use crate::domain::ticket::opening::{Opening, open};
use crate::domain::ticket::{Money, Rules, Ticket};
use crate::store::{self, Db};

use super::presence::{self, Crew};
use super::rulebook::{InForce, Versioned};
use super::{Call, Desk, Error, attachments, first_of_each_field, record};

/// A deadline this far ahead is a mistake.
const FARTHEST_DEADLINE_DAYS: i64 = 731;

/// Characters of what was said on the telephone.
const MOST_OF_A_SUBJECT: usize = 120;

/// A draft and for whom it is filed. Partner and requester are named by staff; the
/// partner's side files for itself.
#[derive(Clone, Debug)]
pub struct Filing {
    pub draft: Draft,
    /// Slug.
    pub partner: Option<String>,
    /// E-mail.
    pub requester: Option<String>,
    /// What was wrong with fields already; reported together with what is found here.
    pub faults: Vec<Fault>,
    /// Where impact and urgency were not asked.
    pub judgement: Option<Judgement>,
    /// What came along, already in the store.
    pub files: Vec<File>,
}

/// Everything that filing looks up.
struct Prepared {
    partner: Partner,
    requester: PersonId,
    about: Option<PersonId>,
    team: String,
    urgency: Urgency,
    judgement: Judgement,
    crew: Crew,
    holders: Holders,
    ladder: Versioned<Ladder>,
    calendar: Arc<Calendar>,
    calendar_version: i64,
    repeats: u32,
}

/// Files a ticket. It has an owner from the first instant.
pub fn file(desk: &Desk, db: &mut Db, call: &Call, filing: &Filing) -> Result<Ticket, Error> {
    presence::settle(desk, db, call.now)?;
    let prepared = prepare(desk, db, call, filing, Strictness::Filing)?;
    let owner = find_owner(db, &prepared, is_complaint(&filing.draft.category), call.now)?;
    let id = store::tickets::next_id(db)?;
    let mut change = opened(desk, call, filing, &prepared, id, owner)?;
    attachments::attach(db, &mut change, None, &filing.files, call.actor.by())?;
    let course = Course::new(Arc::clone(&prepared.calendar));
    let rules = Rules { ladder: &prepared.ladder.value, course: &course };
    record(desk, db, change, &prepared.partner, rules)
}

/// Files what a partner said on the telephone, under the leaf and with the priority that the
/// taxonomy has for that; triage does the rest.
pub(super) fn file_call(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    partner: &Partner,
    summary: &str,
) -> Result<Ticket, Error> {
    let requester = match store::people::first_of_partner(db, partner.id)? {
        Some(id) => store::people::find(db, id)?,
        None => None,
    };
    let nobody = || Error::Refused {
        code: "nobody_at_partner",
        message: "this partner has no contact yet, for whom a ticket could be filed".to_owned(),
    };
    let requester = requester.ok_or_else(nobody)?;
    let taxonomy = desk.rulebook.taxonomy_in_force(db, call.now)?;
    let leaf = taxonomy.value.of_calls().ok_or_else(nobody)?;
    let priority = leaf.leaf.priority;
    let draft = Draft {
        category: leaf.code(),
        about: None,
        subject: summary.lines().next().unwrap_or_default().chars().take(MOST_OF_A_SUBJECT).collect(),
        description: summary.to_owned(),
        impact: Impact::OneBlocked,
        urgency: Some(Urgency::Later),
        deadline: None,
        value: None,
        blocks: None,
        distributor: None,
    };
    let filing = Filing {
        draft,
        partner: Some(partner.slug.clone()),
        requester: Some(requester.email),
        faults: Vec::new(),
        judgement: Some(Judgement {
            priority,
            reason: "it came by a call, and was not weighed yet".to_owned(),
        }),
        files: Vec::new(),
    };
    file(desk, db, call, &filing)
}

/// Nearly always somebody of the team; only where nobody of it is there, or a complaint asks for
/// a lead, everybody is looked at.
fn find_owner(db: &mut Db, prepared: &Prepared, complaint: bool, now: Timestamp) -> Result<PersonId, Error> {
    let Prepared { team, about, crew, .. } = prepared;
    let mut of = |among: Option<&str>| -> Result<Option<PersonId>, Error> {
        let mut candidates = store::people::candidates(db, among)?;
        if among.is_some() {
            candidates.retain(|c| !crew.is_away(c.person.id, now));
        } else {
            candidates = crew.present(candidates, now);
        }
        Ok(routing::owner(&candidates, team, complaint, *about))
    };
    let found = if complaint { None } else { of(Some(team))? };
    let found = match found {
        Some(owner) => Some(owner),
        None => of(None)?,
    };
    found.ok_or_else(|| Error::Refused {
        code: "nobody_on_the_desk",
        message: "nobody serves the support desk, so nobody can own this: an administrator has to add a desk member"
            .to_owned(),
    })
}

/// The ticket as it would be filed now: priority, dates and ladder, and no owner yet.
pub fn preview(desk: &Desk, db: &mut Db, call: &Call, filing: &Filing) -> Result<Ticket, Error> {
    let prepared = prepare(desk, db, call, filing, Strictness::Preview)?;
    Ok(opened(desk, call, filing, &prepared, TicketId(0), PersonId(0))?.ticket)
}

fn opened(
    desk: &Desk,
    call: &Call,
    filing: &Filing,
    prepared: &Prepared,
    id: TicketId,
    owner: PersonId,
) -> Result<crate::domain::change::Change, Error> {
    let course = Course::new(Arc::clone(&prepared.calendar));
    let opening = Opening {
        id,
        reference: format!("{}-{}", desk.prefix, 1000 + id.0),
        draft: &filing.draft,
        urgency: prepared.urgency,
        judgement: prepared.judgement.clone(),
        partner: prepared.partner.id,
        slug: &prepared.partner.slug,
        region: &prepared.partner.region,
        requester: prepared.requester,
        about: prepared.about,
        owner,
        team: prepared.team.clone(),
        holders: &prepared.holders,
        rules: Rules { ladder: &prepared.ladder.value, course: &course },
        ladder_version: prepared.ladder.version,
        calendar_version: prepared.calendar_version,
        repeats: prepared.repeats,
        by: call.actor.by(),
    };
    Ok(open(opening, call.now)?)
}

/// Whether a requester has to be named already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strictness {
    Preview,
    Filing,
}

fn prepare(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    filing: &Filing,
    strictness: Strictness,
) -> Result<Prepared, Error> {
    let draft = &filing.draft;
    let mut faults = filing.faults.clone();
    let InForce { taxonomy, ladder, calendars } = desk.rulebook.in_force(db, call.now)?;
    let partner = find_partner(db, call, filing, &mut faults)?;
    let requester = match &partner {
        Some(partner) => find_requester(db, call, filing, partner, strictness, &mut faults)?,
        None if filing.requester.is_none() && strictness == Strictness::Filing => {
            faults.push(nobody_named());
            None
        }
        None => None,
    };
    let team = find_team(&taxonomy.value, &draft.category, &mut faults);
    let about = match &partner {
        Some(partner) => find_about(db, draft, partner, &mut faults)?,
        None => None,
    };
    check_deadline(call, draft, &mut faults);
    let (Some(partner), Some(requester), Some(team), true) = (partner, requester, team, faults.is_empty())
    else {
        return Err(Error::Invalid(first_of_each_field(faults)));
    };
    let name = calendars.value.name_for(&team, &partner.slug, &partner.region).to_owned();
    let calendar = desk.rulebook.calendar(db, calendars.version, &name)?;
    let urgency = match (draft.deadline, draft.urgency) {
        (Some(deadline), _) => Urgency::of_deadline(&calendar, call.now, deadline),
        (None, Some(urgency)) => urgency,
        (None, None) => Urgency::Later,
    };
    let zone = TimeZone::get(&partner.zone).unwrap_or(TimeZone::UTC);
    let weighed = || {
        judge(&Weighing {
            impact: draft.impact,
            urgency,
            deadline: draft.deadline,
            above_limit: draft.value.as_ref().is_some_and(|value| is_above_limit(desk, value)),
            partner_zone: &zone,
            filed: call.now,
        })
    };
    let judgement = filing.judgement.clone().unwrap_or_else(weighed);
    let crew = Crew::load(db, &[partner.channel_manager])?;
    let holders = crew.holders(&partner, about, call.now);
    let repeats = repeats(db, &partner, &draft.category, &ladder.value, None, call.now)?;
    Ok(Prepared {
        partner,
        requester,
        about,
        team,
        urgency,
        judgement,
        crew,
        holders,
        ladder,
        calendar,
        calendar_version: calendars.version,
        repeats,
    })
}

/// How many others of the same partner and leaf were opened lately; merged ones are the same issue.
pub(super) fn repeats(
    db: &mut Db,
    partner: &Partner,
    category: &str,
    ladder: &Ladder,
    except: Option<TicketId>,
    now: Timestamp,
) -> Result<u32, Error> {
    let days = SignedDuration::from_hours(24 * i64::from(ladder.at_once.repeat_days));
    let since = now.saturating_sub(days).unwrap_or(Timestamp::MIN);
    Ok(store::tickets::opened_since(db, partner.id, category, except, since)?)
}

/// The partner that is filed for: one's own, or the one named. What the actor may
/// not file for does not exist.
fn find_partner(
    db: &mut Db,
    call: &Call,
    filing: &Filing,
    faults: &mut Vec<Fault>,
) -> Result<Option<Partner>, Error> {
    let unknown = || Fault::new("partner", "unknown", "there is no such partner");
    let found = match (call.actor.partner(), &filing.partner) {
        (Some(own), named) => {
            let partner = store::partners::find(db, own)?;
            let same = partner.as_ref().is_some_and(|p| named.as_ref().is_none_or(|slug| *slug == p.slug));
            if !same {
                faults.push(unknown());
            }
            partner
        }
        (None, Some(slug)) => {
            let partner = store::partners::by_slug(db, slug)?;
            if partner.is_none() {
                faults.push(unknown());
            }
            partner
        }
        (None, None) => {
            faults.push(Fault::new("partner", "required", "name the partner for whom you file"));
            None
        }
    };
    let Some(partner) = found else {
        // Whoever may not file for anybody is told so, whatever is missing.
        access::may_file_at_all(&call.actor)?;
        return Ok(None);
    };
    let facts =
        PartnerFacts { id: partner.id, region: &partner.region, channel_manager: partner.channel_manager };
    match access::may_file(&call.actor, &facts, &filing.draft.category) {
        Ok(()) => Ok(Some(partner)),
        Err(access::Denied::NotFound) => {
            faults.push(unknown());
            Ok(None)
        }
        Err(denied) => Err(denied.into()),
    }
}

/// Who it is for: oneself, a colleague, or the contact that staff name.
fn find_requester(
    db: &mut Db,
    call: &Call,
    filing: &Filing,
    partner: &Partner,
    strictness: Strictness,
    faults: &mut Vec<Fault>,
) -> Result<Option<PersonId>, Error> {
    let own = match &call.actor {
        Actor::Person(person) if person.role.is_partner_side() => Some(person.id),
        Actor::Person(_) | Actor::Token(_) => None,
    };
    let Some(email) = &filing.requester else {
        let own = match &call.actor {
            // A partner's token is its principal, and a program is nobody to write to.
            Actor::Token(token) if token.partner.is_some() => {
                store::people::first_of_partner(db, partner.id)?
            }
            Actor::Person(_) | Actor::Token(_) => own,
        };
        return Ok(match (own, strictness) {
            (Some(own), _) => Some(own),
            (None, Strictness::Preview) => Some(PersonId(0)),
            (None, Strictness::Filing) => {
                faults.push(nobody_named());
                None
            }
        });
    };
    let found = store::people::by_email(db, email)?.filter(|p| p.partner == Some(partner.id) && p.active);
    match (found.map(|p| p.id), own) {
        (Some(named), Some(own)) if named != own => {
            faults.push(Fault::new("requester", "not_allowed", "you file for yourself; leave this out"));
            Ok(None)
        }
        (Some(named), _) => Ok(Some(named)),
        (None, _) => {
            faults.push(Fault::new("requester", "unknown", "there is no such contact at this partner"));
            Ok(None)
        }
    }
}

fn nobody_named() -> Fault {
    Fault::new("requester", "required", "name the contact at the partner who reported it")
}

fn find_team(taxonomy: &Taxonomy, category: &str, faults: &mut Vec<Fault>) -> Option<String> {
    let found = taxonomy.find(category);
    if found.is_none() {
        faults.push(Fault::new("category", "unknown", "is not a category: see /api/v1/categories"));
    }
    found.map(|f| f.team().to_owned())
}

/// The person a complaint is about: named, or the partner's channel manager.
fn find_about(
    db: &mut Db,
    draft: &Draft,
    partner: &Partner,
    faults: &mut Vec<Fault>,
) -> Result<Option<PersonId>, Error> {
    match (&draft.about, is_complaint(&draft.category)) {
        (None, false) => Ok(None),
        (None, true) => Ok(Some(partner.channel_manager)),
        (Some(_), false) => {
            faults.push(Fault::new("about", "not_allowed", "only a complaint (rel.*) is about a person"));
            Ok(None)
        }
        (Some(email), true) => {
            let found = store::people::by_email(db, email)?.filter(is_staff);
            if found.is_none() {
                faults.push(Fault::new("about", "unknown", "is nobody at the vendor"));
            }
            Ok(found.map(|p| p.id))
        }
    }
}

fn is_staff(person: &Person) -> bool {
    !matches!(person.role, Role::Contact | Role::Principal)
}

fn check_deadline(call: &Call, draft: &Draft, faults: &mut Vec<Fault>) {
    let Some(deadline) = draft.deadline else { return };
    let farthest = jiff::SignedDuration::from_hours(24 * FARTHEST_DEADLINE_DAYS);
    if deadline <= call.now {
        faults.push(Fault::new("deadline", "in_the_past", "must be later than now"));
    } else if deadline.duration_since(call.now) > farthest {
        faults.push(Fault::new("deadline", "too_far", "must be within two years"));
    }
}

fn is_above_limit(desk: &Desk, value: &Money) -> bool {
    desk.value_limits.get(&value.currency).is_some_and(|limit| value.hundredths > limit.saturating_mul(100))
}
