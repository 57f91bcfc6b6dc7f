//! Partners and people: adding, changing, inviting, and handing over what somebody
//! who leaves owned. Administrators only; the command line acts as one.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::access;
use crate::domain::actor::{Actor, By};
use crate::domain::fault::Fault;
use crate::domain::ids::PersonId;
use crate::domain::partner::Partner;
use crate::domain::person::{Membership, NewPerson, Person, Role};
use crate::mail::render::{self, Link};
use crate::secrets::Fresh;
use crate::store::links::Kind;
use crate::store::{self, Db};

use super::{Desk, Error, presence};

/// How a new person will sign in.
#[derive(Clone)]
pub enum Credential {
    /// Already hashed.
    Password(String),
    /// By the link of an invitation.
    Invitation(Fresh),
}

/// A partner as it is asked for.
#[derive(Clone, Debug)]
pub struct NewPartner {
    pub slug: String,
    pub name: String,
    pub region: String,
    pub tier: Option<String>,
    pub zone: String,
    /// E-mail.
    pub channel_manager: String,
    pub faults: Vec<Fault>,
}

/// What should change of a partner.
#[derive(Clone, Debug, Default)]
pub struct PartnerEdit {
    pub name: Option<String>,
    pub region: Option<String>,
    pub tier: Option<Option<String>>,
    pub zone: Option<String>,
    pub channel_manager: Option<String>,
}

/// What should change of a person.
#[derive(Clone, Debug, Default)]
pub struct PersonEdit {
    pub name: Option<String>,
    pub region: Option<String>,
    pub zone: Option<String>,
    pub teams: Option<Vec<Membership>>,
    pub active: Option<bool>,
}

pub fn administer(actor: &Actor) -> Result<(), Error> {
    Ok(access::may_administer(actor)?)
}

pub fn add_partner(db: &mut Db, new: &NewPartner, now: Timestamp) -> Result<Partner, Error> {
    let mut faults = new.faults.clone();
    let manager = find_manager(db, &new.channel_manager, &mut faults)?;
    check_zone(Some(&new.zone), &mut faults);
    if store::partners::by_slug(db, &new.slug)?.is_some() {
        faults.push(Fault::new("slug", "taken", "belongs to another partner already"));
    }
    let (Some(channel_manager), true) = (manager, faults.is_empty()) else {
        return Err(Error::Invalid(super::first_of_each_field(faults)));
    };
    let row = store::partners::NewRow {
        slug: &new.slug,
        name: &new.name,
        region: &new.region,
        tier: new.tier.as_deref(),
        zone: &new.zone,
        channel_manager,
    };
    let id = store::partners::insert(db, &row, now)?;
    store::partners::find(db, id)?.ok_or(Error::NotFound)
}

pub fn edit_partner(
    db: &mut Db,
    slug: &str,
    expected: Option<i64>,
    edit: &PartnerEdit,
) -> Result<Partner, Error> {
    let partner = store::partners::by_slug(db, slug)?.ok_or(Error::NotFound)?;
    if expected.is_some_and(|version| version != partner.version) {
        return Err(Error::Stale);
    }
    let mut faults = Vec::new();
    check_zone(edit.zone.as_deref(), &mut faults);
    let manager = match &edit.channel_manager {
        Some(email) => find_manager(db, email, &mut faults)?,
        None => None,
    };
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let changes = store::partners::Edit {
        name: edit.name.clone(),
        region: edit.region.clone(),
        tier: edit.tier.clone(),
        zone: edit.zone.clone(),
        channel_manager_id: manager.map(|id| id.0),
    };
    if !store::partners::edit(db, partner.id, partner.version, &changes)? {
        return Err(Error::Collision);
    }
    store::partners::find(db, partner.id)?.ok_or(Error::NotFound)
}

/// Adds a person; one who is invited gets a letter with the link.
pub fn add(
    desk: &Desk,
    db: &mut Db,
    new: &NewPerson,
    credential: &Credential,
    faults: &[Fault],
    now: Timestamp,
) -> Result<Person, Error> {
    let mut faults = faults.to_vec();
    faults.extend(new.faults());
    check_zone(new.zone.as_deref(), &mut faults);
    let partner = match &new.partner {
        Some(slug) => {
            let found = store::partners::by_slug(db, slug)?;
            if found.is_none() {
                faults.push(Fault::new("partner", "unknown", "there is no such partner"));
            }
            found
        }
        None => None,
    };
    check_teams(db, &new.teams, &mut faults)?;
    if store::people::by_email(db, &new.email)?.is_some() {
        faults.push(Fault::new("email", "taken", "belongs to somebody already"));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(super::first_of_each_field(faults)));
    }
    let zone = new.zone.clone().or_else(|| partner.as_ref().map(|p| p.zone.clone()));
    let row = store::people::NewRow {
        email: &new.email,
        name: &new.name,
        role: new.role,
        partner: partner.map(|p| p.id),
        region: new.region.as_deref(),
        zone: zone.as_deref().unwrap_or("UTC"),
        password_hash: match credential {
            Credential::Password(hash) => Some(hash),
            Credential::Invitation(_) => None,
        },
    };
    let id = store::people::insert(db, &row, now)?;
    let teams: Vec<Membership> =
        new.teams.iter().map(|team| Membership { team: team.clone(), lead: new.lead }).collect();
    store::people::set_teams(db, id, &teams)?;
    let person = store::people::find(db, id)?.ok_or(Error::NotFound)?;
    if let Credential::Invitation(fresh) = credential {
        invite(desk, db, &person, fresh, now)?;
    }
    Ok(person)
}

/// Sends an invitation; an earlier one that was not used ends with it.
pub fn invite(desk: &Desk, db: &mut Db, person: &Person, fresh: &Fresh, now: Timestamp) -> Result<(), Error> {
    let until = now.saturating_add(jiff::SignedDuration::from_hours(24 * i64::from(desk.invitation_days)));
    let until = until.map_err(|_| Error::NotFound)?;
    store::links::insert(db, &fresh.hash, Kind::Invitation, Some(person.id), now, until)?;
    let link = Link { url: invitation_url(desk, fresh), now, until, fresh };
    let letter = render::invitation(person, &desk.sender, &link);
    Ok(store::outbox::insert(db, &[letter], now)?)
}

/// Where an invitation leads.
pub fn invitation_url(desk: &Desk, fresh: &Fresh) -> String {
    format!("{}/invitation/{}", desk.sender.public_url, fresh.plain)
}

/// Somebody forgot the password. Whether there is such a person is not said.
pub fn request_reset(
    desk: &Desk,
    db: &mut Db,
    email: &str,
    fresh: &Fresh,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(person) = store::people::by_email(db, email)?.filter(|p| p.active) else { return Ok(()) };
    let until = now
        .saturating_add(jiff::SignedDuration::from_hours(i64::from(desk.reset_hours)))
        .map_err(|_| Error::NotFound)?;
    store::links::insert(db, &fresh.hash, Kind::Reset, Some(person.id), now, until)?;
    let url = format!("{}/reset/{}", desk.sender.public_url, fresh.plain);
    let letter = render::reset(&person, &desk.sender, &Link { url, now, until, fresh });
    Ok(store::outbox::insert(db, &[letter], now)?)
}

/// Whose link this is, if it still opens.
pub fn peek_link(db: &mut Db, kind: Kind, token_hash: &str, now: Timestamp) -> Result<Option<Person>, Error> {
    match store::links::peek(db, token_hash, kind, now)? {
        None => Err(Error::NotFound),
        Some(None) => Ok(None),
        Some(Some(id)) => Ok(Some(store::people::find(db, id)?.filter(|p| p.active).ok_or(Error::NotFound)?)),
    }
}

/// Uses an invitation or a reset link: sets the password, and signs out everywhere.
pub fn use_link(
    db: &mut Db,
    kind: Kind,
    token_hash: &str,
    password_hash: &str,
    now: Timestamp,
) -> Result<Person, Error> {
    let person = peek_link(db, kind, token_hash, now)?.ok_or(Error::NotFound)?;
    if !store::links::take(db, token_hash, now)? {
        return Err(Error::NotFound);
    }
    store::people::set_password(db, person.id, password_hash)?;
    store::sessions::revoke_all(db, person.id, now)?;
    Ok(person)
}

/// Makes the one-time link of the first start, if there is no administrator yet.
pub fn offer_set_up(db: &mut Db, token_hash: &str, now: Timestamp, until: Timestamp) -> Result<bool, Error> {
    if store::people::any_admin(db)? {
        return Ok(false);
    }
    store::links::insert(db, token_hash, Kind::Setup, None, now, until)?;
    Ok(true)
}

/// The first administrator, by the one-time link of the first start.
pub fn set_up(
    desk: &Desk,
    db: &mut Db,
    token_hash: &str,
    name: &str,
    email: &str,
    password_hash: &str,
    now: Timestamp,
) -> Result<Person, Error> {
    if store::links::peek(db, token_hash, Kind::Setup, now)? != Some(None) || store::people::any_admin(db)? {
        return Err(Error::NotFound);
    }
    let new = NewPerson {
        email: email.to_owned(),
        name: name.to_owned(),
        role: Role::Admin,
        partner: None,
        region: None,
        teams: Vec::new(),
        lead: false,
        zone: None,
    };
    let person = add(desk, db, &new, &Credential::Password(password_hash.to_owned()), &[], now)?;
    if store::links::take(db, token_hash, now)? { Ok(person) } else { Err(Error::NotFound) }
}

/// Changes a person. Who is deactivated is signed out, and what they own is routed again.
pub fn edit(
    desk: &Desk,
    db: &mut Db,
    id: PersonId,
    expected: Option<i64>,
    edit: &PersonEdit,
    by: By,
    now: Timestamp,
) -> Result<Person, Error> {
    if edit.active.is_some() {
        presence::settle_all(desk, db, now)?;
    }
    if edit.active == Some(false) {
        store::people::leave_alone(db)?;
    }
    let person = store::people::find(db, id)?.ok_or(Error::NotFound)?;
    if expected.is_some_and(|version| version != person.version) {
        return Err(Error::Stale);
    }
    let mut faults = Vec::new();
    check_zone(edit.zone.as_deref(), &mut faults);
    if edit.region.is_some() && !matches!(person.role, Role::Director | Role::ChannelManager) {
        faults.push(Fault::new("region", "not_allowed", "only directors and channel managers have a region"));
    }
    if let Some(teams) = &edit.teams {
        if person.role != Role::Desk && !teams.is_empty() {
            faults.push(Fault::new("teams", "not_allowed", "only desk members serve teams"));
        }
        let codes: Vec<String> = teams.iter().map(|m| m.team.clone()).collect();
        check_teams(db, &codes, &mut faults)?;
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let changes = store::people::Edit {
        name: edit.name.clone(),
        region: edit.region.clone().map(Some),
        zone: edit.zone.clone(),
        active: edit.active,
        ..store::people::Edit::default()
    };
    if !store::people::edit(db, id, person.version, &changes)? {
        return Err(Error::Collision);
    }
    if let Some(teams) = &edit.teams {
        store::people::set_teams(db, id, teams)?;
    }
    if edit.active == Some(false) && person.active {
        leave(db, &person, now)?;
    }
    // An absence without end, and the end of it.
    let moves = edit.active.is_some_and(|active| active != person.active);
    if moves && !person.role.is_partner_side() {
        presence::follow(desk, db, id, by, now)?;
    }
    store::people::find(db, id)?.ok_or(Error::NotFound)
}

/// Somebody is here no more: signed out, unless nobody else could do what they do.
fn leave(db: &mut Db, person: &Person, now: Timestamp) -> Result<(), Error> {
    store::sessions::revoke_all(db, person.id, now)?;
    if person.role == Role::Admin && !store::people::any_admin(db)? {
        return Err(Error::Refused {
            code: "last_admin",
            message: "this is the last administrator; add another one first".to_owned(),
        });
    }
    if person.role != Role::Desk {
        return Ok(());
    }
    if store::people::candidates(db, None)?.is_empty() {
        return Err(Error::Refused {
            code: "last_desk_member",
            message: "this is the last desk member: nobody could own a ticket any more".to_owned(),
        });
    }
    Ok(())
}

fn find_manager(db: &mut Db, email: &str, faults: &mut Vec<Fault>) -> Result<Option<PersonId>, Error> {
    let found = store::people::by_email(db, email)?.filter(|p| p.role == Role::ChannelManager && p.active);
    if found.is_none() {
        faults.push(Fault::new("channel_manager", "unknown", "is no active channel manager"));
    }
    Ok(found.map(|p| p.id))
}

fn check_zone(zone: Option<&str>, faults: &mut Vec<Fault>) {
    if zone.is_some_and(|zone| TimeZone::get(zone).is_err()) {
        faults.push(Fault::new("time_zone", "unknown", "is no time zone such as Europe/Berlin"));
    }
}

fn check_teams(db: &mut Db, teams: &[String], faults: &mut Vec<Fault>) -> Result<(), Error> {
    let known: Vec<String> = store::teams::all(db)?.into_iter().map(|t| t.code).collect();
    if let Some(team) = teams.iter().find(|team| !known.contains(team)) {
        let message = format!("there is no team {team:?}; there are {}", known.join(", "));
        faults.push(Fault::new("teams", "unknown", message));
    }
    Ok(())
}

/// Adds an integrator's token.
pub fn add_token(
    db: &mut Db,
    name: &str,
    hash: &str,
    reads: bool,
    writes: bool,
    partner: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    let partner = match partner {
        Some(slug) => {
            let found = store::partners::by_slug(db, slug)?;
            Some(found.ok_or_else(|| super::invalid("partner", "unknown", "there is no such partner"))?.id)
        }
        None => None,
    };
    store::tokens::insert(db, name, hash, reads, writes, partner, now)?;
    Ok(())
}
