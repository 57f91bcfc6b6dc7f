//! `/partners`: the partners that somebody looks after, who needs attention first; and one of
//! them, with what is to be unblocked. For administrators, `/admin/partners` is another thing.

mod one;

pub use one::show;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use actix_web::web;
use askama::Template;
use jiff::{SignedDuration, Timestamp};

use crate::desk::{Call, Desk, Error, outlook};
use crate::domain::access::{self, PartnerFacts, Scope};
use crate::domain::ids::PartnerId;
use crate::domain::partner::Partner;
use crate::domain::person::Role;
use crate::domain::tenure::median_and_longest;
use crate::domain::ticket::State;
use crate::store::figures;
use crate::store::tickets::Marks;
use crate::store::{self, Db};
use crate::web::auth::Member;

use super::arriving::SignedIn;
use super::error::{Page, PageError};
use super::exec::numbers::{Linked, list};
use super::frame::{Frame, ok};
use super::times::{Times, When};

/// Several of one kind in this time, so many, are recurring.
const RECURRING_IN: SignedDuration = SignedDuration::from_hours(24 * 90);
const RECURRING: i64 = 3;
/// Who filed before, and nothing for this long, is silent.
const SILENT_AFTER: SignedDuration = SignedDuration::from_hours(24 * 91);
/// Times on one's rung are looked at for so long.
const HELD_IN: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Partners on a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "pages/partners.html")]
struct Partners {
    frame: Frame,
    rows: Vec<Row>,
    /// How many there are in all.
    all: usize,
    /// Number of the next page; 0 on the last.
    next: usize,
    held: Option<Held>,
    zone: String,
}

/// A partner with its marks.
pub struct Row {
    pub slug: String,
    pub name: String,
    pub open: Linked,
    /// On a rung of the reader's.
    pub mine: Linked,
    pub late: Linked,
    pub quiet: Linked,
    /// Categories that come again and again.
    pub recurring: usize,
    /// They filed before, and nothing for long.
    pub silent: Option<When>,
}

/// How long tickets stood with a channel manager.
pub struct Held {
    pub median: String,
    pub longest: String,
    pub tickets: Vec<HeldView>,
}

pub struct HeldView {
    pub reference: String,
    pub subject: String,
    pub from: When,
    pub open: String,
    pub end: &'static str,
}

#[derive(serde::Deserialize)]
pub struct Asked {
    #[serde(default)]
    page: usize,
}

/// Partners have no such page of each other.
fn looks_after(member: &Member) -> Result<(), PageError> {
    access::may_see_partners(&member.call.actor).map_err(|_| PageError::not_found())
}

/// Whether the caller looks after this partner.
fn is_theirs(call: &Call, p: &Partner) -> bool {
    let facts = PartnerFacts { id: p.id, region: &p.region, channel_manager: p.channel_manager };
    access::may_file(&call.actor, &facts, "").is_ok()
}

pub async fn index(SignedIn(member): SignedIn, asked: web::Query<Asked>) -> Page {
    looks_after(&member)?;
    let (call, times, desk) = (member.call.clone(), member.times(), member.app.desk.clone());
    let frame = Frame::of(Some(&member), "Partners", "/partners");
    let email = member.person.email.clone();
    let page = asked.page.clamp(1, 1_000);
    let read = move |db: &mut Db| {
        let rows = rows(db, &call, &times, &email)?;
        let all = rows.len();
        let rows: Vec<Row> = rows.into_iter().skip((page - 1) * PAGE).take(PAGE).collect();
        let next = if page * PAGE < all { page + 1 } else { 0 };
        let held = held(&desk, db, &call, &times)?;
        Ok::<_, Error>(Partners { frame, rows, all, next, held, zone: times.name.clone() })
    };
    Ok(ok(&member.app.store.read(read).await?))
}

/// A list of a partner's tickets, and how many each has.
struct Tally {
    counts: BTreeMap<PartnerId, i64>,
    query: Vec<(&'static str, String)>,
}

impl Tally {
    fn of(
        db: &mut Db,
        scope: &Scope,
        marks: Marks,
        query: Vec<(&'static str, String)>,
    ) -> Result<Self, Error> {
        Ok(Self { counts: figures::per_partner(db, scope, marks)?.into_iter().collect(), query })
    }

    fn link(&self, partner: &Partner) -> Linked {
        let own = [("state", State::Open.as_str()), ("partner", partner.slug.as_str())];
        let pairs: Vec<(&str, &str)> =
            own.into_iter().chain(self.query.iter().map(|(name, value)| (*name, value.as_str()))).collect();
        Linked { number: self.counts.get(&partner.id).copied().unwrap_or(0), href: list(&pairs) }
    }
}

/// What is counted of partners.
struct Tallies {
    open: Tally,
    mine: Tally,
    late: Tally,
    quiet: Tally,
    recurring: BTreeMap<PartnerId, usize>,
    last: BTreeMap<PartnerId, Timestamp>,
}

impl Tallies {
    fn of(db: &mut Db, call: &Call, partners: &[Partner], email: &str) -> Result<Self, Error> {
        let ids: Vec<PartnerId> = partners.iter().map(|p| p.id).collect();
        let scope = Scope::of(&call.actor);
        let me = call.actor.person().map(|p| p.id);
        let yes = || "true".to_owned();
        let mut recurring: BTreeMap<PartnerId, usize> = BTreeMap::new();
        let since = call.now.checked_sub(RECURRING_IN).unwrap_or(call.now);
        for found in figures::recurring(db, &scope, &ids, since, RECURRING)? {
            *recurring.entry(found.partner).or_default() += 1;
        }
        let mine = Marks { holder: me, ..Marks::default() };
        let late = Marks { late: true, ..Marks::default() };
        let quiet = Marks { quiet: true, ..Marks::default() };
        Ok(Self {
            open: Tally::of(db, &scope, Marks::default(), vec![])?,
            mine: Tally::of(db, &scope, mine, vec![("holder", email.to_owned())])?,
            late: Tally::of(db, &scope, late, vec![("late", yes())])?,
            quiet: Tally::of(db, &scope, quiet, vec![("quiet", yes())])?,
            recurring,
            last: figures::last_filed(db, &scope, &ids)?.into_iter().collect(),
        })
    }

    fn row(&self, partner: &Partner, call: &Call, times: &Times) -> Row {
        let silent = call.now.checked_sub(SILENT_AFTER).unwrap_or(call.now);
        Row {
            slug: partner.slug.clone(),
            name: partner.name.clone(),
            open: self.open.link(partner),
            mine: self.mine.link(partner),
            late: self.late.link(partner),
            quiet: self.quiet.link(partner),
            recurring: self.recurring.get(&partner.id).copied().unwrap_or(0),
            silent: self.last.get(&partner.id).filter(|at| **at < silent).map(|at| times.when(*at)),
        }
    }
}

/// Every partner of the caller's, who needs attention first.
fn rows(db: &mut Db, call: &Call, times: &Times, email: &str) -> Result<Vec<Row>, Error> {
    let mut partners = store::partners::page(db, None, 10_000)?;
    partners.retain(|p| is_theirs(call, p));
    let tallies = Tallies::of(db, call, &partners, email)?;
    let mut rows: Vec<Row> = partners.iter().map(|p| tallies.row(p, call, times)).collect();
    rows.sort_by_key(|r| {
        let needs = [r.mine.number, r.late.number, r.quiet.number];
        (
            Reverse(needs),
            Reverse(r.recurring),
            Reverse(r.open.number),
            r.silent.is_none(),
            r.name.to_lowercase(),
        )
    });
    Ok(rows)
}

/// How long tickets stood with the caller, who is a channel manager.
fn held(desk: &Desk, db: &mut Db, call: &Call, times: &Times) -> Result<Option<Held>, Error> {
    let Some(person) = call.actor.person().filter(|p| p.role == Role::ChannelManager) else {
        return Ok(None);
    };
    let since = call.now.checked_sub(HELD_IN).unwrap_or(call.now);
    let tenures = outlook::tenures(desk, db, call, person, since)?;
    let Some((median, longest)) = median_and_longest(tenures.iter().map(|(_, t)| t.open).collect()) else {
        return Ok(Some(Held { median: String::new(), longest: String::new(), tickets: Vec::new() }));
    };
    let view = |(ticket, t): &(crate::domain::ticket::Ticket, crate::domain::tenure::Tenure)| HeldView {
        reference: ticket.reference.clone(),
        subject: ticket.subject.clone(),
        from: times.when(t.from),
        open: hours(t.open),
        end: match (t.to, t.passed) {
            (None, _) => "still with you",
            (Some(_), true) => "went on without you",
            (Some(_), false) => "until you acted",
        },
    };
    let tickets = tenures.iter().map(view).collect();
    Ok(Some(Held { median: hours(median), longest: hours(longest), tickets }))
}

/// Open time in words.
fn hours(open: SignedDuration) -> String {
    let minutes = open.as_mins();
    if minutes < 60 { format!("{minutes} min") } else { format!("{} h {} min", minutes / 60, minutes % 60) }
}
