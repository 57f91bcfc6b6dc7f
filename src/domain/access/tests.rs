//! PRODUCT §9 as tables.

mod filing;
mod scope;
mod table;

use std::sync::LazyLock;

use super::*;
use crate::domain::ids::TokenId;
use crate::domain::person::Membership;
use crate::domain::priority::Priority;
use crate::domain::samples::{self, CONTACT, MANAGER, PARTNER, PRIYA};

const OTHER_PARTNER: PartnerId = PartnerId(2);
const NOBODY: PersonId = PersonId(99);

/// A ticket of Acme, in EMEA, on Priya's desk, filed by the contact.
fn ticket() -> Facts<'static> {
    Facts {
        partner: PARTNER,
        region: "EMEA",
        channel_manager: MANAGER,
        category: "price.approval_late",
        about: None,
        requester: CONTACT,
        owner: PRIYA,
        team: "deal_desk",
        holder: Some(MANAGER),
        stand_in: Some(PersonId(22)),
        reviewer: None,
        rung: 2,
        rungs: &[],
    }
}

/// On rung 2, which the manager holds.
static RUNGS: LazyLock<Vec<Step>> =
    LazyLock::new(|| samples::a(Priority::P2).filed("Mon 23 Nov 10:20").ticket.rungs);

fn person(id: i64, role: Role) -> Person {
    samples::person(PersonId(id), role)
}

/// Of one team.
fn desk(id: i64, team: &str) -> Person {
    Person { teams: vec![Membership { team: team.to_owned(), lead: false }], ..person(id, Role::Desk) }
}

/// Somebody of each kind for whom the ticket is in scope, and by what name.
fn insiders() -> Vec<(&'static str, Actor)> {
    vec![
        ("contact", Actor::Person(samples::person(CONTACT, Role::Contact))),
        ("principal", Actor::Person(person(12, Role::Principal))),
        ("owner", Actor::Person(desk(PRIYA.0, "order_ops"))),
        ("team", Actor::Person(desk(22, "deal_desk"))),
        ("every team", Actor::Person(person(23, Role::Desk))),
        ("desk", Actor::Person(desk(24, "order_ops"))),
        ("manager", Actor::Person(samples::person(MANAGER, Role::ChannelManager))),
        ("director", Actor::Person(person(41, Role::Director))),
        ("vp", Actor::Person(person(51, Role::Vp))),
        ("admin", Actor::Person(person(61, Role::Admin))),
        ("reads", token(true, false, None)),
        ("writes", token(true, true, None)),
        ("partner's token", token(true, true, Some(PARTNER))),
    ]
}

fn token(reads: bool, writes: bool, partner: Option<PartnerId>) -> Actor {
    Actor::Token(Token { id: TokenId(7), name: "crm".to_owned(), reads, writes, partner })
}

fn insider(name: &str) -> Actor {
    insiders().into_iter().find(|(n, _)| *n == name).unwrap_or_else(|| panic!("{name}")).1
}
