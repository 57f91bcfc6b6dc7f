//! Seeding ladder, calendars and taxonomy from their files, and what is wrong with
//! the ladder as it stands: rungs on which nobody stands.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::configuration::Seeds;
use crate::domain::ids::PersonId;
use crate::domain::ladder::Stand;
use crate::domain::partner::Partner;
use crate::domain::person::Role;
use crate::store::configurations::{self, Kind, New, Source};
use crate::store::{self, Db};

use super::presence::Crew;
use super::{Desk, Error};

/// What a seed did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeded {
    pub kind: Kind,
    pub version: i64,
}

/// Whether a file that has changed since it was last read becomes a new version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    Adopt,
    Ignore,
}

/// Version 1 of everything that has none yet; with [`Changed::Adopt`] also a new
/// version of each file that differs from the last one read. Teams that the
/// taxonomy names are added.
pub fn seed(db: &mut Db, seeds: &Seeds, changed: Changed, now: Timestamp) -> Result<Vec<Seeded>, Error> {
    let mut seeded = Vec::new();
    one(db, Kind::Taxonomy, &seeds.taxonomy, changed, now, &mut seeded)?;
    one(db, Kind::Calendars, &seeds.calendars, changed, now, &mut seeded)?;
    one(db, Kind::Ladder, &seeds.ladder, changed, now, &mut seeded)?;
    if seeded.iter().any(|s| s.kind == Kind::Taxonomy) {
        for team in &seeds.taxonomy.teams {
            if store::teams::find(db, &team.code)?.is_none() {
                store::teams::insert(db, &team.code, &team.name, now)?;
            }
        }
    }
    Ok(seeded)
}

fn one<T: Serialize>(
    db: &mut Db,
    kind: Kind,
    value: &T,
    changed: Changed,
    now: Timestamp,
    seeded: &mut Vec<Seeded>,
) -> Result<(), Error> {
    let text = serde_json::to_string(value).map_err(Error::unserializable)?;
    let adopt = match configurations::last_from_file(db, kind)? {
        None => true,
        Some(last) => changed == Changed::Adopt && last != text,
    };
    if adopt {
        let source = Source::File;
        let new = New { kind, value, source, effective_at: now, recorded_at: now, reason: None, by: None };
        seeded.push(Seeded { kind, version: configurations::add(db, &new)? });
    }
    Ok(())
}

/// Files that differ from what was last read of them.
pub fn unadopted(db: &mut Db, seeds: &Seeds) -> Result<Vec<Kind>, Error> {
    let mut different = Vec::new();
    let files = [
        (Kind::Ladder, serde_json::to_string(&seeds.ladder)),
        (Kind::Calendars, serde_json::to_string(&seeds.calendars)),
        (Kind::Taxonomy, serde_json::to_string(&seeds.taxonomy)),
    ];
    for (kind, text) in files {
        let text = text.map_err(Error::unserializable)?;
        if configurations::last_from_file(db, kind)?.is_some_and(|last| last != text) {
            different.push(kind);
        }
    }
    Ok(different)
}

/// A rung on which nobody stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmptyRung {
    pub rung: u8,
    pub name: String,
    /// For whom: everybody, or the partners or the region concerned.
    pub whom: String,
}

impl std::fmt::Display for EmptyRung {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "nobody stands on rung {} ({}) for {}", self.rung, self.name, self.whom)
    }
}

/// Every rung of the ladder in force on which nobody stands at `now`: there is nobody, or who
/// there is is away, and nobody stands in.
pub fn empty_rungs(desk: &Desk, db: &mut Db, now: Timestamp) -> Result<Vec<EmptyRung>, Error> {
    let ladder = desk.rulebook.ladder_in_force(db, now)?;
    let partners = store::partners::page(db, None, i64::MAX)?;
    let managers: Vec<PersonId> = partners.iter().map(|p| p.channel_manager).collect();
    let crew = Crew::load(db, &managers)?;
    let desk_members = store::people::active_with_role(db, Role::Desk)?;
    let mut nobody = |role| Ok::<_, Error>(store::people::active_with_role(db, role)?.is_empty());
    let (no_directors, no_managers) = (nobody(Role::Director)?, nobody(Role::ChannelManager)?);
    // Each region once, by the first partner in it.
    let mut regions: BTreeMap<String, &Partner> = BTreeMap::new();
    for partner in &partners {
        regions.entry(partner.region.to_ascii_lowercase()).or_insert(partner);
    }
    let mut empty = Vec::new();
    for rung in &ladder.value.rungs {
        let vacant = |p: &Partner| crew.holders(p, None, now).on(rung.stand).is_none();
        let whom: Vec<String> = match rung.stand {
            Stand::Owner if desk_members.iter().all(|p| crew.is_away(p.id, now)) => everybody(),
            Stand::Vp if crew.lacks_vp(now) => everybody(),
            Stand::Owner | Stand::Vp => Vec::new(),
            Stand::Director if no_directors => everybody(),
            Stand::Director => {
                // Whatever the director does for one of its channel managers.
                let of_nobody = |p: &Partner| Partner { channel_manager: PersonId(0), ..p.clone() };
                let vacant = regions.values().filter(|p| vacant(&of_nobody(p)));
                vacant.map(|p| format!("the partners of region {}", p.region)).collect()
            }
            Stand::ChannelManager if no_managers => everybody(),
            Stand::ChannelManager => {
                partners.iter().filter(|p| vacant(p)).map(|p| format!("partner {}", p.slug)).collect()
            }
        };
        let (number, name) = (rung.number, &rung.name);
        empty.extend(whom.into_iter().map(|whom| EmptyRung { rung: number, name: name.clone(), whom }));
    }
    Ok(empty)
}

fn everybody() -> Vec<String> {
    vec!["every partner".to_owned()]
}
