//! Who may do what (PRODUCT §9): the whole permission table. Deny by default;
//! what one may not see does not exist (`NotFound`), what one sees and may not do
//! is `Forbidden`. Lists are narrowed by [`Scope`], which a test holds against `may`.

use super::actor::{Actor, Token};
use super::ids::{PartnerId, PersonId};
use super::partner::same_region;
use super::person::{Person, Role};
use super::taxonomy::{LEGAL, group_of, is_restricted};
use super::ticket::Step;

/// What somebody wants to do to one ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Reference, state, clocks and mail state.
    SeeEnvelope,
    /// The ticket with its partner-visible messages.
    See,
    SeeInternal,
    /// Its letters' envelopes: who was told what, and what became of it.
    SeeMail,
    /// A message that the partner sees.
    Write,
    WriteInternal,
    /// Category, priority, team, owner; and correcting what was written at intake.
    Triage,
    Wait,
    Timetable,
    Resolve,
    Merge,
    /// Up to this rung.
    Escalate {
        to: u8,
    },
    Confirm,
    Contest,
    /// The present rung's notice.
    Acknowledge,
    /// The partner says that the dates are all right.
    AcceptDates,
    /// Delays the next rung; a second time, the next rung's holder does.
    Hold {
        again: bool,
    },
    Deescalate,
    /// That the partner called oneself.
    LogCall,
    /// Fewer letters about it, for oneself.
    Mute,
    /// Colleagues on copy.
    Watch,
}

/// What the table has to know about a ticket.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub partner: PartnerId,
    pub region: &'a str,
    pub channel_manager: PersonId,
    pub category: &'a str,
    pub about: Option<PersonId>,
    pub requester: PersonId,
    pub owner: PersonId,
    pub team: &'a str,
    /// Who stands on its rungs now.
    pub rungs: &'a [Step],
    /// Of the present rung.
    pub holder: Option<PersonId>,
    pub stand_in: Option<PersonId>,
    /// Who acknowledges that it stays open for long.
    pub reviewer: Option<PersonId>,
    /// The present rung's number.
    pub rung: u8,
}

impl Facts<'_> {
    /// Holds the present rung or one above it.
    fn stands_at_or_above(&self, person: PersonId) -> bool {
        self.rungs.iter().any(|s| s.number >= self.rung && s.holder == Some(person))
    }

    /// Holds the next rung that there is.
    fn stands_next(&self, person: PersonId) -> bool {
        let next = self.rungs.iter().find(|s| s.number > self.rung);
        next.is_some_and(|s| s.holder == Some(person))
    }

    fn is_held_by(&self, person: PersonId) -> bool {
        self.rungs.iter().any(|step| step.holder == Some(person))
    }
}

/// What the table has to know about a partner for whom something is filed.
#[derive(Clone, Copy, Debug)]
pub struct PartnerFacts<'a> {
    pub id: PartnerId,
    pub region: &'a str,
    pub channel_manager: PersonId,
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// It does not exist for this actor.
    NotFound,
    /// The actor sees it and may not do this.
    Forbidden,
}

/// The table.
pub fn may(actor: &Actor, action: Action, on: &Facts<'_>) -> Result<(), Denied> {
    use Action::{
        AcceptDates, Acknowledge, Confirm, Contest, Deescalate, Escalate, Hold, LogCall, Merge, Mute,
        Resolve, See, SeeEnvelope, SeeInternal, SeeMail, Timetable, Triage, Wait, Watch, Write,
        WriteInternal,
    };
    if !reaches(actor, on) {
        return Err(Denied::NotFound);
    }
    let allowed = match actor {
        Actor::Token(token) => match action {
            SeeEnvelope | See => true,
            Write => token.writes,
            _ => false,
        },
        Actor::Person(person) => match (person.role, action) {
            (_, SeeEnvelope) => true,
            (role, SeeMail) => !role.is_partner_side(),
            (Role::Admin, _) => false,
            (_, See | Write | Watch) => true,
            (Role::Contact, Escalate { to }) => to <= 2,
            (Role::Principal, Escalate { .. }) => true,
            (Role::Contact | Role::Principal, Confirm | Contest | AcceptDates | Mute) => true,
            (Role::Contact | Role::Principal, _) => false,
            (_, Acknowledge) => [on.holder, on.stand_in, on.reviewer].contains(&Some(person.id)),
            (_, Hold { again: false }) => on.holder == Some(person.id) || on.stand_in == Some(person.id),
            (_, Hold { again: true }) => on.stands_next(person.id),
            (Role::Vp, Deescalate) => true,
            (Role::ChannelManager | Role::Director, Deescalate) => on.stands_at_or_above(person.id),
            (Role::Director | Role::Vp, LogCall) => true,
            (Role::Desk, Deescalate) | (Role::Desk | Role::ChannelManager, LogCall) => false,
            (_, SeeInternal | WriteInternal | Triage | Escalate { .. }) => true,
            (Role::Desk, Wait | Timetable | Resolve | Merge) => {
                person.id == on.owner || person.serves(on.team)
            }
            (Role::Director | Role::Vp, Wait | Timetable | Resolve | Merge) => true,
            (Role::ChannelManager, Wait | Timetable | Resolve | Merge) => false,
            (
                Role::Desk | Role::ChannelManager | Role::Director | Role::Vp,
                Confirm | Contest | AcceptDates | Mute,
            ) => false,
        },
    };
    if allowed { Ok(()) } else { Err(Denied::Forbidden) }
}

/// Whether the ticket is in the actor's scope at all.
fn reaches(actor: &Actor, on: &Facts<'_>) -> bool {
    match actor {
        Actor::Token(token) => {
            token.reads && !is_restricted(on.category) && token.partner.is_none_or(|id| id == on.partner)
        }
        Actor::Person(person) if on.about == Some(person.id) => false,
        Actor::Person(person) => match person.role {
            Role::Contact => {
                person.partner == Some(on.partner)
                    && (!is_restricted(on.category) || on.requester == person.id)
            }
            Role::Principal => person.partner == Some(on.partner),
            Role::Desk => !is_restricted(on.category) || on.owner == person.id,
            // Who stands in for somebody sees what they do.
            Role::ChannelManager => {
                (on.channel_manager == person.id || on.is_held_by(person.id))
                    && group_of(on.category) != LEGAL
            }
            Role::Director => {
                person.region.as_deref().is_some_and(|region| same_region(region, on.region))
                    || on.is_held_by(person.id)
            }
            Role::Vp | Role::Admin => true,
        },
    }
}

/// Filing for a partner. A partner that the actor may not file for does not exist.
pub fn may_file(actor: &Actor, partner: &PartnerFacts<'_>, category: &str) -> Result<(), Denied> {
    let allowed = match actor {
        Actor::Token(token) if !token.writes => return Err(Denied::Forbidden),
        Actor::Token(token) => {
            if is_restricted(category) {
                return Err(Denied::Forbidden);
            }
            token.partner.is_none_or(|id| id == partner.id)
        }
        Actor::Person(person) => match person.role {
            Role::Admin => return Err(Denied::Forbidden),
            Role::Contact | Role::Principal => person.partner == Some(partner.id),
            Role::Desk | Role::Vp => true,
            Role::ChannelManager => partner.channel_manager == person.id,
            Role::Director => {
                person.region.as_deref().is_some_and(|region| same_region(region, partner.region))
            }
        },
    };
    if allowed { Ok(()) } else { Err(Denied::NotFound) }
}

/// Logging that a partner called: directors of the region, and the VP.
pub fn may_log_calls(actor: &Actor, partner: &PartnerFacts<'_>) -> Result<(), Denied> {
    may_file(actor, partner, "")?;
    match actor {
        Actor::Person(Person { role: Role::Director | Role::Vp, .. }) => Ok(()),
        Actor::Person(_) | Actor::Token(_) => Err(Denied::Forbidden),
    }
}

/// What lies before executives, and the figures of what they answer for. To others there is no such page.
pub const fn may_oversee(actor: &Actor) -> Result<(), Denied> {
    match actor {
        Actor::Person(Person { role: Role::Director | Role::Vp, .. }) => Ok(()),
        Actor::Person(_) | Actor::Token(_) => Err(Denied::NotFound),
    }
}

/// The partners that somebody looks after, one by one. To others there is no such page.
pub const fn may_see_partners(actor: &Actor) -> Result<(), Denied> {
    match actor {
        Actor::Person(Person {
            role: Role::Desk | Role::ChannelManager | Role::Director | Role::Vp, ..
        }) => Ok(()),
        Actor::Person(_) | Actor::Token(_) => Err(Denied::NotFound),
    }
}

/// Filing for anybody at all: not for administrators and tokens that only read.
pub const fn may_file_at_all(actor: &Actor) -> Result<(), Denied> {
    match actor {
        Actor::Token(Token { writes: false, .. }) | Actor::Person(Person { role: Role::Admin, .. }) => {
            Err(Denied::Forbidden)
        }
        Actor::Token(_) | Actor::Person(_) => Ok(()),
    }
}

/// People, partners, teams, configuration, outbox state.
pub const fn may_administer(actor: &Actor) -> Result<(), Denied> {
    match actor {
        Actor::Person(Person { role: Role::Admin, .. }) => Ok(()),
        _ => Err(Denied::Forbidden),
    }
}

/// Whether lists of tickets exist for this actor at all.
pub const fn may_list(actor: &Actor) -> Result<(), Denied> {
    match actor {
        Actor::Token(Token { reads: false, .. }) => Err(Denied::Forbidden),
        _ => Ok(()),
    }
}

/// Sees of every ticket the envelope, and of none the inside.
pub const fn sees_envelopes_only(actor: &Actor) -> bool {
    matches!(actor, Actor::Person(Person { role: Role::Admin, .. }))
}

/// The tickets that an actor reaches, for the store to turn into a condition.
/// `me` is left out of everything that is about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    Nothing,
    /// One company; restricted categories only where `only_own` filed them.
    Company {
        partner: PartnerId,
        me: PersonId,
        only_own: bool,
    },
    /// Everything but what is restricted, unless owned by `me`.
    Desk {
        me: PersonId,
    },
    /// Partners whose channel manager is `me`, and where `me` holds a rung; without `legal.*`.
    ChannelManager {
        me: PersonId,
    },
    /// That region, and where `me` holds a rung.
    Region {
        region: Option<String>,
        me: PersonId,
    },
    Everything {
        me: PersonId,
    },
    /// Nothing restricted; of one partner or of all.
    Token {
        partner: Option<PartnerId>,
    },
}

impl Scope {
    pub fn of(actor: &Actor) -> Self {
        match actor {
            Actor::Token(token) if !token.reads => Self::Nothing,
            Actor::Token(token) => Self::Token { partner: token.partner },
            Actor::Person(person) => {
                let me = person.id;
                match (person.role, person.partner, &person.region) {
                    (Role::Contact, Some(partner), _) => Self::Company { partner, me, only_own: true },
                    (Role::Principal, Some(partner), _) => Self::Company { partner, me, only_own: false },
                    (Role::Desk, ..) => Self::Desk { me },
                    (Role::ChannelManager, ..) => Self::ChannelManager { me },
                    (Role::Director, _, region) => Self::Region { region: region.clone(), me },
                    (Role::Vp | Role::Admin, ..) => Self::Everything { me },
                    (Role::Contact | Role::Principal, None, _) => Self::Nothing,
                }
            }
        }
    }
}

impl Scope {
    /// Everything in it with internal notes; a test holds this against `may`, too.
    pub const fn has_notes(&self) -> bool {
        match self {
            Self::Nothing | Self::Company { .. } | Self::Token { .. } => false,
            Self::Desk { .. }
            | Self::ChannelManager { .. }
            | Self::Region { .. }
            | Self::Everything { .. } => true,
        }
    }
}

#[cfg(test)]
mod tests;
