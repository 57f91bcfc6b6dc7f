//! A ticket's change, its people, and what one of them must hear.

use super::super::{Scene, Ways, ticket_letter};
use crate::domain::event::What;
use crate::domain::ids::PersonId;
use crate::domain::letter::{Letter, Side};
use crate::domain::notice::{Heard, Notice, Told};
use crate::domain::partner::Partner;
use crate::domain::person::{Person, Role};
use crate::domain::samples::{
    CONTACT, Case, DIRECTOR, MANAGER, OLGA, PARTNER, PRINCIPAL, PRIYA, VP, at, ladder, person,
};
use crate::mail::render::Sender;
use std::collections::BTreeMap;

/// A third one on the desk.
pub const LENA: PersonId = PersonId(23);

pub fn sender() -> Sender {
    Sender {
        mailbox: "Lizard <desk@lizard.example>".to_owned(),
        public_url: "https://lizard.example".to_owned(),
    }
}

pub fn people() -> BTreeMap<PersonId, Person> {
    let named = [
        (CONTACT, Role::Contact, "Carl Diaz"),
        (PRINCIPAL, Role::Principal, "Petra Lang"),
        (PRIYA, Role::Desk, "Priya Nair"),
        (OLGA, Role::Desk, "Olga Ruiz"),
        (LENA, Role::Desk, "Lena Vogt"),
        (MANAGER, Role::ChannelManager, "Tom Berg"),
        (DIRECTOR, Role::Director, "Maria Lopez"),
        (VP, Role::Vp, "Dana Cole"),
    ];
    named.map(|(id, role, name)| (id, Person { name: name.to_owned(), ..person(id, role) })).into()
}

pub fn acme() -> Partner {
    Partner {
        id: PARTNER,
        version: 1,
        slug: "acme".to_owned(),
        name: "Acme".to_owned(),
        region: "EMEA".to_owned(),
        tier: Some("Gold".to_owned()),
        zone: "Europe/Berlin".to_owned(),
        channel_manager: MANAGER,
    }
}

pub fn notice(reader: PersonId, hears: Vec<Heard>) -> Notice {
    let side = if [CONTACT, PRINCIPAL].contains(&reader) { Side::Partner } else { Side::Internal };
    Notice { reader, side, hears }
}

/// A case at the moment at which its last change is recorded.
pub struct Stage {
    pub case: Case,
    pub now: jiff::Timestamp,
    pub people: BTreeMap<PersonId, Person>,
    pub partner: Partner,
    pub thread: Vec<String>,
}

impl Stage {
    pub fn new(case: &Case, now: &str) -> Self {
        Self { case: case.clone(), now: at(now), people: people(), partner: acme(), thread: Vec::new() }
    }

    pub fn letter_of(&self, notice: &Notice) -> Option<Letter> {
        let way = |place: &str| format!("https://lizard.example/{place}/TOKEN");
        let claimed = self.case.ticket.claim_number();
        let ways = Ways { follow: way("f"), confirm: claimed.map(|_| way("c")), mute: way("u") };
        let scene = Scene {
            ticket: &self.case.ticket,
            partner: &self.partner,
            people: &self.people,
            events: &self.case.events,
            attachments: &[],
            messages: &self.case.messages,
            ladder: ladder(),
            now: self.now,
            ways: (notice.side == Side::Partner).then_some(&ways),
        };
        ticket_letter(notice, &scene, &self.thread, &sender(), "n0nce")
    }

    /// One thing, caused by the last event of that kind.
    pub fn tells(&self, reader: PersonId, kind: &str, what: Told) -> Letter {
        self.letter_of(&notice(reader, vec![self.heard(kind, what)])).unwrap()
    }

    pub fn heard(&self, kind: &str, what: Told) -> Heard {
        let event = self.case.events.iter().rev().find(|e| e.what.kind() == kind).unwrap();
        Heard { event: event.number, at: event.at, what }
    }

    /// The last promise that broke.
    pub fn broken(&self) -> i32 {
        let broken = |e: &crate::domain::event::Event| match e.what {
            What::PromiseDecided { promise, outcome: crate::domain::promise::Outcome::Broken, .. } => {
                Some(promise)
            }
            _ => None,
        };
        self.case.events.iter().rev().find_map(broken).unwrap()
    }
}
