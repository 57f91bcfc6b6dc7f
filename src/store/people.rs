//! Everybody who signs in.

use std::collections::BTreeMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::{PartnerId, PersonId};
use crate::domain::person::{Day, Membership, Person, Role};
use crate::domain::routing::Candidate;

use super::Db;
use super::conditions::one_of;
use super::rows::{instant_of, small, us, word};
use super::schema::{memberships, partners, people};

#[derive(Queryable, Selectable)]
#[diesel(table_name = people)]
struct PersonRow {
    id: i64,
    version: i64,
    email: String,
    name: String,
    role: String,
    partner_id: Option<i64>,
    region: Option<String>,
    zone: String,
    active: bool,
    day_from: i32,
    day_until: i32,
    keys: bool,
}

impl PersonRow {
    fn read(self, teams: Vec<Membership>) -> QueryResult<Person> {
        Ok(Person {
            id: PersonId(self.id),
            version: self.version,
            email: self.email,
            name: self.name,
            role: word(&self.role)?,
            partner: self.partner_id.map(PartnerId),
            region: self.region,
            teams,
            zone: self.zone,
            day: Day { from: small(self.day_from)?, until: small(self.day_until)? },
            keys: self.keys,
            active: self.active,
        })
    }
}

/// What is inserted for a new person.
pub struct NewRow<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub role: Role,
    pub partner: Option<PartnerId>,
    pub region: Option<&'a str>,
    pub zone: &'a str,
    pub password_hash: Option<&'a str>,
}

/// What may change of a person.
#[derive(AsChangeset, Default)]
#[diesel(table_name = people)]
pub struct Edit {
    pub name: Option<String>,
    pub region: Option<Option<String>>,
    pub zone: Option<String>,
    pub active: Option<bool>,
    pub day_from: Option<i32>,
    pub day_until: Option<i32>,
    pub keys: Option<bool>,
}

pub fn insert(db: &mut Db, new: &NewRow<'_>, now: Timestamp) -> QueryResult<PersonId> {
    let id: i64 = diesel::insert_into(people::table)
        .values((
            people::version.eq(1),
            people::email.eq(new.email),
            people::name.eq(new.name),
            people::role.eq(new.role.as_str()),
            people::partner_id.eq(new.partner.map(|id| id.0)),
            people::region.eq(new.region),
            people::zone.eq(new.zone),
            people::password_hash.eq(new.password_hash),
            people::active.eq(true),
            people::created_at.eq(us(now)),
        ))
        .returning(people::id)
        .get_result(db)?;
    Ok(PersonId(id))
}

/// Puts the person on exactly these teams.
pub fn set_teams(db: &mut Db, person: PersonId, teams: &[Membership]) -> QueryResult<()> {
    diesel::delete(memberships::table.filter(memberships::person_id.eq(person.0))).execute(db)?;
    for team in teams {
        diesel::insert_into(memberships::table)
            .values((
                memberships::person_id.eq(person.0),
                memberships::team.eq(&team.team),
                memberships::lead.eq(team.lead),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// Changes what is given; false when `version` is not the present one.
pub fn edit(db: &mut Db, person: PersonId, version: i64, edit: &Edit) -> QueryResult<bool> {
    let rows = diesel::update(people::table.find(person.0).filter(people::version.eq(version)))
        .set((edit, people::version.eq(version + 1)))
        .execute(db)?;
    Ok(rows == 1)
}

pub fn find(db: &mut Db, id: PersonId) -> QueryResult<Option<Person>> {
    let row = people::table.find(id.0).select(PersonRow::as_select()).first(db).optional()?;
    Ok(with_teams(db, row.into_iter().collect())?.pop())
}

/// By e-mail, which is stored in lower case.
pub fn by_email(db: &mut Db, email: &str) -> QueryResult<Option<Person>> {
    let row =
        people::table.filter(people::email.eq(email)).select(PersonRow::as_select()).first(db).optional()?;
    Ok(with_teams(db, row.into_iter().collect())?.pop())
}

/// Several people by id, without order.
pub fn named(db: &mut Db, ids: &[PersonId]) -> QueryResult<BTreeMap<PersonId, Person>> {
    let these = one_of(people::id, ids.iter().map(|id| id.0));
    let rows = people::table.filter(these).select(PersonRow::as_select()).load(db)?;
    Ok(with_teams(db, rows)?.into_iter().map(|p| (p.id, p)).collect())
}

/// Everybody with one of these roles, of one partner or of all, by e-mail after `after`.
pub fn page(
    db: &mut Db,
    roles: &[Role],
    partner: Option<PartnerId>,
    after: Option<&str>,
    limit: i64,
) -> QueryResult<Vec<Person>> {
    let roles: Vec<&str> = roles.iter().map(|r| r.as_str()).collect();
    let mut query = people::table
        .filter(people::role.eq_any(roles))
        .select(PersonRow::as_select())
        .into_boxed::<super::db::MultiBackend>();
    if let Some(partner) = partner {
        query = query.filter(people::partner_id.eq(partner.0));
    }
    if let Some(after) = after {
        query = query.filter(people::email.gt(after.to_owned()));
    }
    let rows = query.order(people::email.asc()).limit(limit).load(db)?;
    with_teams(db, rows)
}

/// The partner's first active principal; where there is none, its first active contact.
pub fn first_of_partner(db: &mut Db, partner: PartnerId) -> QueryResult<Option<PersonId>> {
    let id: Option<i64> = people::table
        .filter(people::partner_id.eq(partner.0))
        .filter(people::active.eq(true))
        // "principal" comes after "contact".
        .order((people::role.desc(), people::id.asc()))
        .select(people::id)
        .first(db)
        .optional()?;
    Ok(id.map(PersonId))
}

pub fn any_admin(db: &mut Db) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(
        people::table.filter(people::role.eq(Role::Admin.as_str())).filter(people::active.eq(true)),
    ))
    .get_result(db)
}

/// Active people of a role, the first added first.
pub fn active_with_role(db: &mut Db, role: Role) -> QueryResult<Vec<Person>> {
    let rows = people::table
        .filter(people::role.eq(role.as_str()))
        .filter(people::active.eq(true))
        .select(PersonRow::as_select())
        .order(people::id.asc())
        .load(db)?;
    with_teams(db, rows)
}

/// Somebody active as far as it matters for who is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Active {
    pub id: PersonId,
    pub role: Role,
    pub region: Option<String>,
}

/// Active directors and VPs, and those of `also` who are active; the first added first.
pub fn upper(db: &mut Db, also: &[PersonId]) -> QueryResult<Vec<Active>> {
    let rows: Vec<(i64, String, Option<String>)> = people::table
        .filter(
            people::role
                .eq(Role::Director.as_str())
                .or(people::role.eq(Role::Vp.as_str()))
                .or(one_of(people::id, also.iter().map(|id| id.0))),
        )
        .filter(people::active.eq(true))
        .select((people::id, people::role, people::region))
        .order(people::id.asc())
        .load(db)?;
    rows.into_iter()
        .map(|(id, role, region)| Ok(Active { id: PersonId(id), role: word(&role)?, region }))
        .collect()
}

/// The partner's first active principal.
pub fn principal(db: &mut Db, partner: PartnerId) -> QueryResult<Option<PersonId>> {
    let id: Option<i64> = people::table
        .filter(people::partner_id.eq(partner.0))
        .filter(people::role.eq(Role::Principal.as_str()))
        .filter(people::active.eq(true))
        .order(people::id.asc())
        .select(people::id)
        .first(db)
        .optional()?;
    Ok(id.map(PersonId))
}

/// Somebody, their live tickets, when they were last given one, and one of their teams.
type CandidateRow = (PersonRow, i64, Option<i64>, Option<(String, bool)>);

/// Active people of the desk with how much they have to do: those who serve a team, or all.
pub fn candidates(db: &mut Db, team: Option<&str>) -> QueryResult<Vec<Candidate>> {
    let mut query = people::table
        .left_join(memberships::table)
        .filter(people::role.eq(Role::Desk.as_str()))
        .filter(people::active.eq(true))
        .select((
            PersonRow::as_select(),
            people::live_tickets,
            people::last_assigned_at,
            (memberships::team, memberships::lead).nullable(),
        ))
        .order((people::id.asc(), memberships::team.asc()))
        .into_boxed::<super::db::MultiBackend>();
    if let Some(team) = team {
        let (of_team, of_any) = diesel::alias!(memberships as of_team, memberships as of_any);
        let serves = of_team
            .filter(of_team.field(memberships::person_id).eq(people::id))
            .filter(of_team.field(memberships::team).eq(team.to_owned()));
        // Who is on no team serves every team.
        let on_any = of_any.filter(of_any.field(memberships::person_id).eq(people::id));
        query = query.filter(exists(serves).or(not(exists(on_any))));
    }
    let mut all: Vec<Candidate> = Vec::new();
    for (row, live, last_assigned, membership) in query.load::<CandidateRow>(db)? {
        let membership = membership.map(|(team, lead)| Membership { team, lead });
        match all.last_mut().filter(|c| c.person.id.0 == row.id) {
            Some(known) => known.person.teams.extend(membership),
            None => {
                let person = row.read(membership.into_iter().collect())?;
                all.push(Candidate { person, live, last_assigned: instant_of(last_assigned)? });
            }
        }
    }
    Ok(all)
}

/// Counts a ticket for who owns it now, and no more for who did; each None for one that is not
/// live. A new owner was given it at `at`; false when they have left in the meantime.
pub fn hand_over(
    db: &mut Db,
    from: Option<PersonId>,
    to: Option<PersonId>,
    given: bool,
    at: Timestamp,
) -> QueryResult<bool> {
    if let Some(from) = from {
        diesel::update(people::table.find(from.0))
            .set(people::live_tickets.eq(people::live_tickets - 1))
            .execute(db)?;
    }
    let Some(to) = to else { return Ok(true) };
    let counted = people::live_tickets.eq(people::live_tickets + 1);
    let rows = if given {
        diesel::update(people::table.find(to.0).filter(people::active.eq(true)))
            .set((counted, people::last_assigned_at.eq(us(at))))
            .execute(db)?
    } else {
        diesel::update(people::table.find(to.0)).set(counted).execute(db)?
    };
    Ok(rows == 1)
}

/// Until the transaction ends nobody else leaves: two who are the last cannot both see the other.
pub fn leave_alone(db: &mut Db) -> QueryResult<()> {
    /// Any number does, as long as it is always the same.
    const LOCK: i64 = 0x006c_6561_7665;
    match db {
        Db::Pg(c) => diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
            .bind::<diesel::sql_types::BigInt, _>(LOCK)
            .execute(c)
            .map(drop),
        // Its writes are one after the other as it is.
        Db::Sqlite(_) => Ok(()),
    }
}

pub fn password_hash(db: &mut Db, id: PersonId) -> QueryResult<Option<String>> {
    people::table.find(id.0).select(people::password_hash).first(db)
}

pub fn set_password(db: &mut Db, id: PersonId, hash: &str) -> QueryResult<()> {
    diesel::update(people::table.find(id.0)).set(people::password_hash.eq(hash)).execute(db)?;
    Ok(())
}

/// Whether a partner's rung 2 is this person's.
pub fn manages_partners(db: &mut Db, id: PersonId) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(partners::table.filter(partners::channel_manager_id.eq(id.0))))
        .get_result(db)
}

fn with_teams(db: &mut Db, rows: Vec<PersonRow>) -> QueryResult<Vec<Person>> {
    let desk: Vec<i64> = rows.iter().filter(|r| r.role == Role::Desk.as_str()).map(|r| r.id).collect();
    let mut teams: BTreeMap<i64, Vec<Membership>> = BTreeMap::new();
    if !desk.is_empty() {
        let found: Vec<(i64, String, bool)> = memberships::table
            .filter(one_of(memberships::person_id, desk))
            .select((memberships::person_id, memberships::team, memberships::lead))
            .order((memberships::person_id.asc(), memberships::team.asc()))
            .load(db)?;
        for (person, team, lead) in found {
            teams.entry(person).or_default().push(Membership { team, lead });
        }
    }
    rows.into_iter()
        .map(|row| {
            let teams = teams.remove(&row.id).unwrap_or_default();
            row.read(teams)
        })
        .collect()
}
