//! `/partners/{slug}`: one partner for those who look after it.

use actix_web::web;
use askama::Template;

use crate::desk::{Call, Desk, Error};
use crate::domain::access::Scope;
use crate::domain::partner::Partner;
use crate::domain::person::Role;
use crate::domain::promise::Outcome;
use crate::domain::ticket::{State, Ticket};
use crate::store::figures;
use crate::store::tickets::{Filter, Marks, count_all, list as listed};
use crate::store::{self, Db};
use crate::web::pages::arriving::SignedIn;
use crate::web::pages::error::Page;
use crate::web::pages::exec::call::{CallView, last_calls};
use crate::web::pages::exec::numbers::{Linked, back, list, percent};
use crate::web::pages::frame::{Frame, ok};
use crate::web::pages::row::Row;
use crate::web::pages::times::Times;
use crate::web::pages::words::Labels;
use crate::web::view::Names;

use super::{RECURRING, RECURRING_IN, is_theirs, looks_after};

/// Issues that are shown at most.
const MOST: i64 = 50;

#[derive(Template)]
#[template(path = "pages/partner.html")]
struct PartnerPage {
    frame: Frame,
    p: PartnerView,
    zone: String,
    /// They log calls.
    logs_calls: bool,
}

struct PartnerView {
    slug: String,
    name: String,
    region: String,
    tier: String,
    manager: String,
    open: Linked,
    issues: Vec<Row>,
    /// On a rung of the reader's.
    mine: Vec<Row>,
    /// Kept promises in percent, and in a sentence.
    kept: Option<(i64, String)>,
    broken: Linked,
    recurring: Vec<(String, Linked)>,
    calls: Vec<CallView>,
    contacts: Vec<(String, String, &'static str)>,
}

pub async fn show(SignedIn(member): SignedIn, slug: web::Path<String>) -> Page {
    looks_after(&member)?;
    let (call, times, desk) = (member.call.clone(), member.times(), member.app.desk.clone());
    let (slug, email) = (slug.into_inner(), member.person.email.clone());
    let zone = times.name.clone();
    let read = move |db: &mut Db| {
        let partner = store::partners::by_slug(db, &slug)?.filter(|p| is_theirs(&call, p));
        view(&desk, db, &call, &times, &partner.ok_or(Error::NotFound)?, &email)
    };
    let p = member.app.store.read(read).await?;
    let logs_calls = crate::domain::access::may_oversee(&member.call.actor).is_ok();
    let frame = Frame::of(Some(&member), &p.name, "/partners");
    Ok(ok(&PartnerPage { frame, p, zone, logs_calls }))
}

fn view(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    times: &Times,
    partner: &Partner,
    email: &str,
) -> Result<PartnerView, Error> {
    let scope = Scope::of(&call.actor);
    let open = Filter { states: vec![State::Open], partner: Some(partner.id), ..Filter::default() };
    let number = count_all(db, &scope, &open)?;
    let issues = listed(db, &scope, &open, None, MOST)?.tickets;
    let me = call.actor.person().map(|p| p.id);
    let stands = |t: &&Ticket| t.rung > 1 && me.is_some() && t.step().and_then(|s| s.holder) == me;
    let names = Names::of(db, &issues)?;
    let manager = store::people::find(db, partner.channel_manager)?;
    let row = |t: &Ticket| Row::of(t, &names, times);
    let from = back(call.now);
    let broken = Marks { broken_since: Some(from), ..Marks::default() };
    let broken = Filter { partner: Some(partner.id), marks: broken, ..Filter::default() };
    let own = ("partner", partner.slug.as_str());
    Ok(PartnerView {
        open: Linked { number, href: list(&[("state", State::Open.as_str()), own]) },
        mine: issues.iter().filter(stands).map(row).collect(),
        issues: issues.iter().map(row).collect(),
        kept: kept(&figures::decided_for(db, &scope, partner.id, from)?),
        broken: Linked {
            number: count_all(db, &scope, &broken)?,
            href: list(&[("state", "all"), own, ("broken_since", &from.to_string())]),
        },
        recurring: recurring(desk, db, call, partner)?,
        calls: last_calls(db, call, times, partner)?,
        contacts: contacts(db, partner)?,
        slug: partner.slug.clone(),
        name: partner.name.clone(),
        region: partner.region.to_uppercase(),
        tier: partner.tier.clone().unwrap_or_default(),
        manager: manager.filter(|p| p.email != email).map(|p| p.name).unwrap_or_default(),
    })
}

fn kept(decided: &[(Outcome, i64)]) -> Option<(i64, String)> {
    let of = |outcome| decided.iter().filter(|(o, _)| *o == outcome).map(|(_, n)| n).sum::<i64>();
    let (kept, broken) = (of(Outcome::Kept), of(Outcome::Broken));
    percent(kept, broken).map(|rate| (rate, format!("{kept} of {} in the last 13 weeks.", kept + broken)))
}

/// Categories that come again and again, each with its list.
fn recurring(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    partner: &Partner,
) -> Result<Vec<(String, Linked)>, Error> {
    let since = call.now.checked_sub(RECURRING_IN).unwrap_or(call.now);
    let found = figures::recurring(db, &Scope::of(&call.actor), &[partner.id], since, RECURRING)?;
    let labels = Labels::load(desk, db, call.now)?;
    let at = since.to_string();
    let linked = |r: figures::Recurring| {
        let pairs = [
            ("state", "all"),
            ("partner", partner.slug.as_str()),
            ("category", r.category.as_str()),
            ("opened_since", at.as_str()),
        ];
        (labels.category(&r.category), Linked { number: r.tickets, href: list(&pairs) })
    };
    Ok(found.into_iter().map(linked).collect())
}

fn contacts(db: &mut Db, partner: &Partner) -> Result<Vec<(String, String, &'static str)>, Error> {
    let roles = [Role::Contact, Role::Principal];
    let people = store::people::page(db, &roles, Some(partner.id), None, 200)?;
    Ok(people.into_iter().filter(|p| p.active).map(|p| (p.name, p.email, p.role.label())).collect())
}
