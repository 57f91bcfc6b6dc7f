//! For tests: the published ladder, two calendars, people, and a ticket that one can
//! act on at times written as in a diary. What can be done to a [`Case`] is in `case.rs`;
//! what is checked after each of it, in `must_hold.rs`.

mod case;
mod must_hold;

use std::sync::{Arc, LazyLock};

use jiff::{Timestamp, Zoned};
use proptest::test_runner::Config as ProptestConfig;

use crate::configuration::{CALENDARS, LADDER};

pub use case::{Case, dates, done, refused, step};

use super::actor::{Actor, By, Token};
use super::calendar::Calendar;
use super::course::Course;
use super::draft::Draft;
use super::ids::{PartnerId, PersonId, TicketId, TokenId};
use super::ladder::Ladder;
use super::notice::{self, Around};
use super::partner::Holders;
use super::person::{Day, Person, Role};
use super::priority::{Impact, Judgement, Priority, Urgency};
use super::ticket::Rules;
use super::ticket::opening::{Opening, open};

pub const PARTNER: PartnerId = PartnerId(1);
pub const CONTACT: PersonId = PersonId(11);
pub const PRINCIPAL: PersonId = PersonId(12);
pub const PRIYA: PersonId = PersonId(21);
pub const OLGA: PersonId = PersonId(22);
pub const MANAGER: PersonId = PersonId(31);
pub const DIRECTOR: PersonId = PersonId(41);
pub const VP: PersonId = PersonId(51);

static PUBLISHED: LazyLock<Ladder> = LazyLock::new(|| {
    let calendars = crate::configuration::calendars::read(CALENDARS, None).unwrap();
    let compiled: Vec<Calendar> = calendars.compiled().collect();
    crate::configuration::ladder::read(LADDER, &compiled).unwrap()
});
static OFFICE: LazyLock<Arc<Calendar>> = LazyLock::new(|| calendar("office", "09:00-17:00", &WEEK[..5]));
static ALWAYS: LazyLock<Arc<Calendar>> = LazyLock::new(|| calendar("always", "00:00-24:00", &WEEK));

const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn calendar(name: &str, windows: &str, days: &[&str]) -> Arc<Calendar> {
    let week: serde_json::Map<String, serde_json::Value> =
        days.iter().map(|day| ((*day).to_owned(), serde_json::json!([windows]))).collect();
    let spec = serde_json::json!({ "name": name, "zone": "Europe/Berlin", "week": week });
    Arc::new(Calendar::new(serde_json::from_value(spec).unwrap()).unwrap())
}

/// How many stories a property is told: `usual`, or what `PROPTEST_CASES` asks for, which
/// proptest has read into its defaults. A number given to `with_cases` alone would ignore it.
pub fn cases(usual: u32) -> ProptestConfig {
    const UNASKED: u32 = 256;
    let asked = ProptestConfig::default();
    if asked.cases == UNASKED { ProptestConfig::with_cases(usual) } else { asked }
}

/// The built-in ladder: the numbers of PRODUCT §3.
pub fn ladder() -> &'static Ladder {
    &PUBLISHED
}

/// Monday to Friday, 09–17 in Berlin; 1 bd is 8 hours.
pub fn office() -> Arc<Calendar> {
    Arc::clone(&OFFICE)
}

/// Day and night, in Berlin; 1 bd is 24 hours.
pub fn always() -> Arc<Calendar> {
    Arc::clone(&ALWAYS)
}

/// An instant in Berlin, in the winter of 2026: `Mon 23 Nov 10:20`. Monday 23 November
/// is the first day of most stories.
pub fn at(text: &str) -> Timestamp {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"];
    let year = if months.iter().any(|month| text.contains(month)) { 2027 } else { 2026 };
    let text = format!("{year} {text} Europe/Berlin");
    Zoned::strptime("%Y %a %d %b %H:%M %Q", &text).unwrap_or_else(|e| panic!("{text}: {e}")).timestamp()
}

/// The same, backwards; seconds only where there are any.
pub fn diary(instant: Timestamp) -> String {
    let there = instant.in_tz("Europe/Berlin").unwrap();
    let whole = there.second() == 0 && there.subsec_nanosecond() == 0;
    there.strftime(if whole { "%a %d %b %H:%M" } else { "%a %d %b %H:%M:%S%.f" }).to_string()
}

pub fn person(id: PersonId, role: Role) -> Person {
    Person {
        id,
        version: 1,
        email: format!("{role}{id}@example.com"),
        name: format!("{role} {id}"),
        role,
        partner: role.is_partner_side().then_some(PARTNER),
        region: (role == Role::Director).then(|| "EMEA".to_owned()),
        teams: Vec::new(),
        zone: "Europe/Berlin".to_owned(),
        day: Day::default(),
        keys: true,
        active: true,
    }
}

pub fn contact() -> Actor {
    Actor::Person(person(CONTACT, Role::Contact))
}

pub fn priya() -> Actor {
    Actor::Person(person(PRIYA, Role::Desk))
}

/// An integrator that reads and writes; of one partner, or of the desk.
pub fn token(partner: Option<PartnerId>) -> Actor {
    Actor::Token(Token { id: TokenId(7), name: "crm".to_owned(), reads: true, writes: true, partner })
}

pub fn holders() -> Holders {
    Holders::all_there(Some(MANAGER), Some(DIRECTOR), Some(VP))
}

/// Who is told besides those whom the ticket names.
pub fn around() -> Around {
    Around { channel_manager: Some(MANAGER), principal: Some(PRINCIPAL), ..Around::default() }
}

/// A ticket about to be filed: P2 in office hours, owned by Priya, unless said otherwise.
pub struct Filing {
    pub priority: Priority,
    pub calendar: Arc<Calendar>,
    pub deadline: Option<Timestamp>,
    pub about: Option<PersonId>,
    pub holders: Holders,
    /// Others like it, lately.
    pub repeats: u32,
}

pub fn a(priority: Priority) -> Filing {
    Filing { priority, calendar: office(), deadline: None, about: None, holders: holders(), repeats: 0 }
}

impl Filing {
    pub fn around_the_clock(mut self) -> Self {
        self.calendar = always();
        self
    }

    pub fn with_deadline(mut self, deadline: &str) -> Self {
        self.deadline = Some(at(deadline));
        self
    }

    pub fn about(mut self, about: PersonId) -> Self {
        self.about = Some(about);
        self
    }

    pub fn filed(self, when: &str) -> Case {
        self.filed_at(at(when))
    }

    pub fn filed_at(self, now: Timestamp) -> Case {
        let category = if self.about.is_some() { "rel.account_manager" } else { "price.approval_late" };
        let draft = Draft {
            category: category.to_owned(),
            about: None,
            subject: "Special price for Acme bid not approved".to_owned(),
            description: "The bid closes soon.".to_owned(),
            impact: Impact::OneBlocked,
            urgency: Some(Urgency::Within5Days),
            deadline: self.deadline,
            value: None,
            blocks: None,
            distributor: None,
        };
        let course = Course::new(self.calendar);
        let opening = Opening {
            id: TicketId(42),
            reference: "PI-1042".to_owned(),
            draft: &draft,
            urgency: Urgency::Within5Days,
            judgement: Judgement { priority: self.priority, reason: "said so".to_owned() },
            partner: PARTNER,
            slug: "acme",
            region: "EMEA",
            requester: CONTACT,
            about: self.about,
            owner: PRIYA,
            team: "deal_desk".to_owned(),
            holders: &self.holders,
            rules: Rules { ladder: ladder(), course: &course },
            ladder_version: 1,
            calendar_version: 1,
            repeats: self.repeats,
            by: By::Person(CONTACT),
        };
        let change = open(opening, now).unwrap();
        must_hold::at_open(&change);
        let notices = notice::of(&change, &around());
        let (ladder, ticket, events) = (ladder(), change.ticket, change.events);
        Case { ticket, ladder, course, events, messages: Vec::new(), notices }
    }
}
