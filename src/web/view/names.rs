//! The names behind ids, looked up at once for everything that a view shows.

use std::collections::BTreeMap;

use crate::desk::Error;
use crate::domain::actor::By;
use crate::domain::ids::{PartnerId, PersonId, TicketId, TokenId};
use crate::domain::partner::Partner;
use crate::domain::person::Person;
use crate::domain::ticket::Ticket;
use crate::store::{self, Db};

/// The people, partners and tokens that a view names, looked up at once.
#[derive(Clone, Debug, Default)]
pub struct Names {
    people: BTreeMap<PersonId, Person>,
    partners: BTreeMap<PartnerId, Partner>,
    tokens: BTreeMap<TokenId, String>,
    merged: BTreeMap<TicketId, String>,
}

impl Names {
    /// Everybody whom these tickets name.
    pub fn of(db: &mut Db, tickets: &[Ticket]) -> Result<Self, Error> {
        let mut by: Vec<By> = Vec::new();
        let mut people: Vec<PersonId> = Vec::new();
        for t in tickets {
            people.extend([t.requester, t.owner]);
            people.extend(t.about);
            people.extend(t.rungs.iter().filter_map(|s| s.holder));
            by.extend(t.timetable.all().iter().map(|p| p.made_by));
            by.extend(t.clocks.claim.as_ref().map(|c| c.by));
        }
        let mut names = Self::by(db, &by, people)?;
        let partners: Vec<PartnerId> = unique(tickets.iter().map(|t| t.partner));
        names.partners = store::partners::named(db, &partners)?.into_iter().map(|p| (p.id, p)).collect();
        let merged = unique(tickets.iter().filter_map(|t| t.merged_into));
        if !merged.is_empty() {
            names.merged = store::tickets::references(db, &merged)?.into_iter().collect();
        }
        Ok(names)
    }

    /// Everybody who did something.
    pub fn by(db: &mut Db, by: &[By], mut people: Vec<PersonId>) -> Result<Self, Error> {
        let mut tokens: Vec<TokenId> = Vec::new();
        for who in by {
            match who {
                By::Person(id) => people.push(*id),
                By::Token(id) => tokens.push(*id),
                By::Lizard => {}
            }
        }
        let people = unique(people.into_iter());
        let tokens = unique(tokens.into_iter());
        let tokens = if tokens.is_empty() {
            BTreeMap::new()
        } else {
            store::tokens::named(db, &tokens)?.into_iter().map(|t| (t.id, t.name)).collect()
        };
        Ok(Self { people: store::people::named(db, &people)?, tokens, ..Self::default() })
    }

    pub fn email(&self, id: PersonId) -> String {
        self.people.get(&id).map(|p| p.email.clone()).unwrap_or_default()
    }

    pub fn name(&self, id: PersonId) -> String {
        self.people.get(&id).map(|p| p.name.clone()).unwrap_or_default()
    }

    /// E-mail, token's name, or lizard.
    pub fn who(&self, by: By) -> String {
        match by {
            By::Person(id) => self.email(id),
            By::Token(id) => self.tokens.get(&id).cloned().unwrap_or_default(),
            By::Lizard => "lizard".to_owned(),
        }
    }

    /// Name, token's name, or Lizard.
    pub fn who_named(&self, by: By) -> String {
        match by {
            By::Person(id) => self.name(id),
            By::Token(_) => self.who(by),
            By::Lizard => "Lizard".to_owned(),
        }
    }

    /// The reference of a ticket that another one was merged into.
    pub fn merged(&self, id: TicketId) -> Option<String> {
        self.merged.get(&id).cloned()
    }

    pub fn partner(&self, id: PartnerId) -> Option<&Partner> {
        self.partners.get(&id)
    }
}

fn unique<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.collect::<std::collections::BTreeSet<T>>().into_iter().collect()
}
