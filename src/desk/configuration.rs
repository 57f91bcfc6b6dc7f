//! Seeding ladder, calendars and taxonomy from their files, and what is wrong with
//! the ladder as it stands: rungs on which nobody stands.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::configuration::Seeds;
use crate::domain::ladder::Stand;
use crate::domain::person::Role;
use crate::store::configurations::{self, Kind, New, Source};
use crate::store::{self, Db};

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

/// Every rung of the ladder in force on which nobody stands.
pub fn empty_rungs(desk: &Desk, db: &mut Db, now: Timestamp) -> Result<Vec<EmptyRung>, Error> {
    let ladder = desk.rulebook.ladder_in_force(db, now)?;
    let desk_members = store::people::active_with_role(db, Role::Desk)?;
    let vps = store::people::active_with_role(db, Role::Vp)?;
    let directors = store::people::active_with_role(db, Role::Director)?;
    let partners = store::partners::page(db, None, i64::MAX)?;
    let mut regions: BTreeMap<String, String> = BTreeMap::new();
    for partner in &partners {
        regions.entry(partner.region.to_ascii_lowercase()).or_insert_with(|| partner.region.clone());
    }
    let managers: Vec<_> =
        store::people::active_with_role(db, Role::ChannelManager)?.iter().map(|p| p.id).collect();
    let mut empty = Vec::new();
    for rung in &ladder.value.rungs {
        let mut found =
            |whom: String| empty.push(EmptyRung { rung: rung.number, name: rung.name.clone(), whom });
        match rung.stand {
            Stand::Owner if desk_members.is_empty() => found("every partner".to_owned()),
            Stand::Vp if vps.is_empty() => found("every partner".to_owned()),
            Stand::Owner | Stand::Vp => {}
            Stand::Director if directors.is_empty() => found("every partner".to_owned()),
            Stand::Director => {
                for (key, name) in &regions {
                    let held = directors
                        .iter()
                        .any(|d| d.region.as_ref().is_some_and(|r| r.eq_ignore_ascii_case(key)));
                    if !held {
                        found(format!("the partners of region {name}"));
                    }
                }
            }
            Stand::ChannelManager if managers.is_empty() => found("every partner".to_owned()),
            Stand::ChannelManager => {
                for partner in partners.iter().filter(|p| !managers.contains(&p.channel_manager)) {
                    found(format!("partner {}", partner.slug));
                }
            }
        }
    }
    Ok(empty)
}
