//! Who acts: a signed-in person, an integrator's token, or Lizard itself.

use serde::{Deserialize, Serialize};

use super::ids::{PartnerId, PersonId, TokenId};
use super::person::Person;

/// Who did it, as it is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum By {
    Person(PersonId),
    Token(TokenId),
    /// A clock, not somebody.
    Lizard,
}

/// An integrator's token and what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub id: TokenId,
    pub name: String,
    pub reads: bool,
    pub writes: bool,
    /// Acts as this partner's principal; without it, as a desk member.
    pub partner: Option<PartnerId>,
}

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    Person(Person),
    Token(Token),
}

impl Actor {
    pub const fn by(&self) -> By {
        match self {
            Self::Person(person) => By::Person(person.id),
            Self::Token(token) => By::Token(token.id),
        }
    }

    pub const fn person(&self) -> Option<&Person> {
        match self {
            Self::Person(person) => Some(person),
            Self::Token(_) => None,
        }
    }

    /// Speaks for the partner's side.
    pub const fn is_partner_side(&self) -> bool {
        match self {
            Self::Person(person) => person.role.is_partner_side(),
            Self::Token(token) => token.partner.is_some(),
        }
    }

    /// The partner that this actor belongs to.
    pub const fn partner(&self) -> Option<PartnerId> {
        match self {
            Self::Person(person) => person.partner,
            Self::Token(token) => token.partner,
        }
    }
}
