//! Views of the queue: those that come with a role, and those that somebody saved. Each is an
//! address with filters, and says how many tickets its reader would see there.

use actix_web::web;
use jiff::tz::TimeZone;

use crate::desk::views::{self, NewView};
use crate::desk::{Call, Error};
use crate::domain::access::{self, Scope};
use crate::domain::person::{Person, Role};
use crate::store::{self, Db};
use crate::web::fields::Length;
use crate::web::pages::arriving::Posted;
use crate::web::pages::error::Page;
use crate::web::pages::forms::{Attempt, Form};
use crate::web::pages::frame::see_other;
use crate::web::pages::typed::Typed;

use super::{encoded, for_staff, naming, respond, wished};

/// What is no filter: where a page begins, and what was just done.
const NO_FILTERS: [&str; 4] = ["cursor", "limit", "done", "form_token"];
/// Beyond that a count says `99+`.
const MOST_COUNTED: i64 = 100;
/// Saved views that are shown, of one's own and of others each.
const MOST_SHOWN: i64 = 12;

/// The views of a page.
#[derive(Default)]
pub struct Shown {
    pub links: Vec<Link>,
    pub saved: Vec<Link>,
    /// To name what is being shown; none where that has a name, or is everything.
    pub naming: Option<Form>,
    pub form_token: String,
}

impl Shown {
    pub fn mine(&self) -> impl Iterator<Item = &Link> {
        self.saved.iter().filter(|link| link.own)
    }
}

/// Where a view is.
pub struct Link {
    pub id: i64,
    pub href: String,
    pub text: String,
    /// `7`, `99+`; empty where it cannot be counted.
    pub count: String,
    /// It is being shown.
    pub here: bool,
    pub own: bool,
    /// Who shares it; empty for one's own.
    pub by: String,
}

impl Shown {
    pub fn of(db: &mut Db, call: &Call, asked: &Typed, zone: &TimeZone) -> Result<Self, Error> {
        let Some(person) = call.actor.person().filter(|_| !access::sees_envelopes_only(&call.actor)) else {
            return Ok(Self::default());
        };
        let here = tidied(asked);
        let mut links = Vec::new();
        for (text, query) in of_role(person) {
            let count = counted(db, call, &query, zone)?;
            links.push(Link { own: false, by: String::new(), ..Link::to(&query, text, count, &here) });
        }
        let mut saved = Vec::new();
        for view in store::views::of(db, person.id, MOST_SHOWN)? {
            let count = counted(db, call, &view.query, zone)?;
            let own = view.is_of(person.id);
            let by = if own { String::new() } else { view.owner };
            saved.push(Link { id: view.id, own, by, ..Link::to(&view.query, view.name, count, &here) });
        }
        let is_new = !here.is_empty() && !links.iter().chain(&saved).any(|link| link.here);
        Ok(Self { links, saved, naming: is_new.then(|| naming(&here)), form_token: String::new() })
    }

    /// With the token of the reader's session.
    pub fn signed(mut self, token: &str) -> Self {
        self.naming = self.naming.map(|form| form.token(token));
        token.clone_into(&mut self.form_token);
        self
    }
}

impl Link {
    fn to(query: &str, text: String, count: String, here: &str) -> Self {
        let href = if query.is_empty() { "/queue".to_owned() } else { format!("/queue?{query}") };
        Self { id: 0, href, text, count, here: query == here, own: false, by: String::new() }
    }
}

/// What somebody of this role looks for, as a name and a query.
fn of_role(person: &Person) -> Vec<(String, String)> {
    let me = person.email.as_str();
    let mut all: Vec<(String, Vec<(&str, &str)>)> = Vec::new();
    let teams: Vec<&str> = person.teams.iter().map(|m| m.team.as_str()).collect();
    let teams = teams.join(",");
    match person.role {
        Role::Desk => {
            all.push(("Mine".to_owned(), vec![("owner", me)]));
            if !teams.is_empty() {
                all.push(("My team's".to_owned(), vec![("team", &teams)]));
            }
        }
        Role::ChannelManager => all.push(("Rung 2 decisions".to_owned(), vec![("rung", "2")])),
        Role::Director => all.push(("Rung 3 decisions".to_owned(), vec![("rung", "3")])),
        Role::Vp => all.push(("Rung 4 decisions".to_owned(), vec![("rung", "4")])),
        Role::Contact | Role::Principal | Role::Admin => {}
    }
    all.push(("I have to acknowledge".to_owned(), vec![("asked", me)]));
    all.push(("Waiting on the partner".to_owned(), vec![("waiting_on", "partner")]));
    all.push(("To be confirmed".to_owned(), vec![("state", "resolved")]));
    all.push(("All live".to_owned(), vec![]));
    let query = |pairs: Vec<(&str, &str)>| serde_urlencoded::to_string(pairs).unwrap_or_default();
    all.into_iter().map(|(text, pairs)| (text, query(pairs))).collect()
}

/// The filters of a query alone, in one order: two that ask for the same are the same.
fn tidied(asked: &Typed) -> String {
    let mut pairs = asked.pairs().to_vec();
    pairs.retain(|(name, _)| !NO_FILTERS.contains(&name.as_str()));
    pairs.sort_unstable();
    encoded(&pairs)
}

/// How many tickets the reader would see; not more are counted than are told.
fn counted(db: &mut Db, call: &Call, query: &str, zone: &TimeZone) -> Result<String, Error> {
    let typed = Typed::read(query.as_bytes()).unwrap_or_default();
    let (wish, faults) = wished(&typed, zone.clone());
    if !faults.is_empty() {
        return Ok(String::new());
    }
    let Some(filter) = wish.look_up(db, &call.actor)? else { return Ok("0".to_owned()) };
    let count = store::tickets::count(db, &Scope::of(&call.actor), &filter, MOST_COUNTED)?;
    Ok(if count < 100 { count.to_string() } else { "99+".to_owned() })
}

pub async fn save(posted: Posted) -> Page {
    let Posted { member, typed } = posted;
    for_staff(&member)?;
    let mut sent = typed.clone();
    let query = tidied(&Typed::read(sent.take("query").as_bytes()).unwrap_or_default());
    let mut fields = sent.fields(member.zone());
    let name = fields.must("name", |f, n| f.line(n, Length::CODE)).unwrap_or_default();
    let shared = fields.flag("shared").unwrap_or_default();
    let mut faults = fields.finish();
    faults.extend(wished(&Typed::read(query.as_bytes()).unwrap_or_default(), member.zone()).1);
    let (call, new) = (member.call.clone(), NewView { name, query: query.clone(), shared });
    match member.app.store.write(move |db| views::save(db, &call, &new, &faults)).await {
        Ok(()) => Ok(see_other(&format!("/queue?{query}&done=view"))),
        Err(error) => respond(&member, &query, Some(Attempt::failed("view", typed, error)?)).await,
    }
}

pub async fn remove(posted: Posted, id: web::Path<i64>) -> Page {
    let Posted { member, .. } = posted;
    for_staff(&member)?;
    let call = member.call.clone();
    member.app.store.write(move |db| views::remove(db, &call, *id)).await?;
    Ok(see_other("/queue?done=view_removed"))
}
