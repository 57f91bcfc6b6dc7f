//! A partner company, and who stands on its ladder.

use serde::{Deserialize, Serialize};

use super::ids::{PartnerId, PersonId};
use super::ladder::{Ladder, Stand};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    pub id: PartnerId,
    pub version: i64,
    /// Names the partner in URLs, bodies and filters.
    pub slug: String,
    pub name: String,
    pub region: String,
    pub tier: Option<String>,
    /// IANA name; "today" is this zone's, and dates are shown in it.
    pub zone: String,
    pub channel_manager: PersonId,
}

/// Who stands where for one partner, looked up once; a place may be empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holders {
    pub channel_manager: Place,
    pub director: Place,
    pub vp: Place,
}

/// One place on a ladder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Whose it is.
    pub regular: Option<PersonId>,
    /// Who is there: they, or who stands in.
    pub present: Option<PersonId>,
}

impl Place {
    /// Whose place it is, is there.
    pub const fn of(person: Option<PersonId>) -> Self {
        Self { regular: person, present: person }
    }
}

impl Holders {
    /// Everybody is there.
    pub const fn all_there(
        channel_manager: Option<PersonId>,
        director: Option<PersonId>,
        vp: Option<PersonId>,
    ) -> Self {
        Self { channel_manager: Place::of(channel_manager), director: Place::of(director), vp: Place::of(vp) }
    }

    /// Who holds a rung above the first; the first is the owner's.
    pub const fn on(&self, stand: Stand) -> Option<PersonId> {
        self.place(stand).present
    }

    /// Whose rung it is, there or not.
    pub const fn regular(&self, stand: Stand) -> Option<PersonId> {
        self.place(stand).regular
    }

    /// Somebody else is on a rung now, or nobody; whose it is stays.
    pub const fn put(&mut self, stand: Stand, present: Option<PersonId>) {
        match stand {
            Stand::Owner => {}
            Stand::ChannelManager => self.channel_manager.present = present,
            Stand::Director => self.director.present = present,
            Stand::Vp => self.vp.present = present,
        }
    }

    const fn place(&self, stand: Stand) -> Place {
        match stand {
            Stand::Owner => Place::of(None),
            Stand::ChannelManager => self.channel_manager,
            Stand::Director => self.director,
            Stand::Vp => self.vp,
        }
    }

    /// Rungs of `ladder` on which nobody stands.
    pub fn empty_rungs(&self, ladder: &Ladder) -> Vec<u8> {
        ladder
            .rungs
            .iter()
            .filter(|rung| rung.stand != Stand::Owner && self.on(rung.stand).is_none())
            .map(|rung| rung.number)
            .collect()
    }
}

/// A partner's slug: lower-case letters, digits and single hyphens, 1 to 60.
pub fn parse_slug(text: &str) -> Result<String, &'static str> {
    let fine = (1..=60).contains(&text.len())
        && text.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
    if fine {
        Ok(text.to_owned())
    } else {
        Err("must be 1 to 60 lower-case letters and digits, with single hyphens between them")
    }
}

/// Regions are compared without regard to ASCII case.
pub fn same_region(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}
