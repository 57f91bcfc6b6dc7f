//! People who sign in: contacts and principals of partners, and the vendor's staff.
//! What each may do is in `access.rs`.

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::ids::{PartnerId, PersonId};
use super::words::text_enum;

text_enum! {
    /// What a person is here for; exactly one each.
    pub enum Role {
        Contact = "contact",
        Principal = "principal",
        Desk = "desk",
        ChannelManager = "channel_manager",
        Director = "director",
        Vp = "vp",
        Admin = "admin",
    }
}

impl Role {
    /// At the partner: sees the partner's side only.
    pub const fn is_partner_side(self) -> bool {
        matches!(self, Self::Contact | Self::Principal)
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Contact => "Partner contact",
            Self::Principal => "Partner principal",
            Self::Desk => "Support desk",
            Self::ChannelManager => "Channel manager",
            Self::Director => "Regional director",
            Self::Vp => "VP of Channels",
            Self::Admin => "Administrator",
        }
    }
}

/// A desk member's place in a resolver team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    pub team: String,
    pub lead: bool,
}

/// The hours of somebody's day in which reminders may reach them: from, and before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    pub from: i8,
    /// At most 24.
    pub until: i8,
}

impl Day {
    pub const fn has_hours(self) -> bool {
        self.from < self.until
    }
}

impl Default for Day {
    fn default() -> Self {
        Self { from: 8, until: 18 }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub version: i64,
    /// Lower case; unique among everybody.
    pub email: String,
    pub name: String,
    pub role: Role,
    /// Of contacts and principals.
    pub partner: Option<PartnerId>,
    /// Of directors, and of channel managers where it helps to find them.
    pub region: Option<String>,
    /// Of desk members; none means every team.
    pub teams: Vec<Membership>,
    pub zone: String,
    pub day: Day,
    /// Keys of a single letter do something in the queue.
    pub keys: bool,
    pub active: bool,
}

impl Person {
    /// Serves the team: a member of it, or a desk member without any team.
    pub fn serves(&self, team: &str) -> bool {
        self.role == Role::Desk && (self.teams.is_empty() || self.teams.iter().any(|m| m.team == team))
    }

    pub fn leads(&self, team: &str) -> bool {
        self.teams.iter().any(|m| m.lead && m.team == team)
    }

    pub fn leads_any(&self) -> bool {
        self.teams.iter().any(|m| m.lead)
    }
}

/// A person about to be added; every rule that ties role, partner, region and
/// teams together is in [`NewPerson::faults`].
#[derive(Clone, Debug)]
pub struct NewPerson {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub partner: Option<String>,
    pub region: Option<String>,
    pub teams: Vec<String>,
    pub lead: bool,
    pub zone: Option<String>,
}

impl NewPerson {
    /// What does not go together, field by field.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let partner_side = self.role.is_partner_side();
        if partner_side && self.partner.is_none() {
            faults.push(Fault::new("partner", "required", format!("a {} belongs to a partner", self.role)));
        }
        if !partner_side && self.partner.is_some() {
            faults.push(Fault::new(
                "partner",
                "not_allowed",
                format!("a {} belongs to no partner", self.role),
            ));
        }
        if self.role == Role::Director && self.region.is_none() {
            faults.push(Fault::new("region", "required", "a director has a region"));
        }
        if self.region.is_some() && !matches!(self.role, Role::Director | Role::ChannelManager) {
            faults.push(Fault::new(
                "region",
                "not_allowed",
                "only directors and channel managers have a region",
            ));
        }
        if self.role != Role::Desk && !self.teams.is_empty() {
            faults.push(Fault::new("teams", "not_allowed", "only desk members serve teams"));
        }
        if self.lead && self.teams.is_empty() {
            faults.push(Fault::new("lead", "not_allowed", "a lead leads a team: name it"));
        }
        faults
    }
}

/// An e-mail address in lower case, or what is wrong with it.
///
/// Deliberately plain: one `@`, a local part, a domain of dot-separated labels,
/// ASCII without spaces or control characters, at most 254 characters. Whether
/// it can be reached is found out by mailing it.
pub fn parse_email(text: &str) -> Result<String, &'static str> {
    const WRONG: &str = "is not an e-mail address such as priya@example.com";
    let email = text.trim().to_ascii_lowercase();
    let (local, domain) = email.rsplit_once('@').ok_or(WRONG)?;
    let local_fine = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b));
    let label_fine = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if local_fine && email.len() <= 254 && domain.split('.').all(label_fine) { Ok(email) } else { Err(WRONG) }
}

#[cfg(test)]
mod tests;
