//! Who is away from when to when, and whether that was carried out.

use diesel::dsl::min;
use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::absence::{Absence, Boundary, Edge};
use crate::domain::ids::{AbsenceId, PersonId};

use super::Db;
use super::conditions::{Fixed, one_of};
use super::rows::{instant, instant_of, us, us_of};
use super::schema::absences;

/// As the partial index has it.
const OPEN: Fixed = Fixed("absences.ended_at IS NULL");

/// An absence as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub absence: Absence,
    pub version: i64,
    /// As it was said; the absence itself takes effect no earlier than it was known.
    pub from: Timestamp,
    pub reason: Option<String>,
    /// When its start and its end were carried out.
    pub begun_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
}

impl Kept {
    /// What is still to be carried out.
    pub fn boundaries(&self) -> Vec<Boundary> {
        let Absence { id, person, from, until, .. } = self.absence;
        let of = |at, edge| Boundary { at, absence: id, edge, person };
        let begin = self.begun_at.is_none().then(|| of(from, Edge::Begin));
        let end = until.filter(|_| self.ended_at.is_none()).map(|until| of(until, Edge::End));
        begin.into_iter().chain(end).collect()
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = absences)]
struct Row {
    id: i64,
    version: i64,
    person_id: i64,
    from_at: i64,
    effective_at: i64,
    until_at: Option<i64>,
    stand_in_id: Option<i64>,
    reason: Option<String>,
    begun_at: Option<i64>,
    ended_at: Option<i64>,
}

impl Row {
    fn read(self) -> QueryResult<Kept> {
        let absence = Absence {
            id: AbsenceId(self.id),
            person: PersonId(self.person_id),
            from: instant(self.effective_at)?,
            until: instant_of(self.until_at)?,
            stand_in: self.stand_in_id.map(PersonId),
        };
        Ok(Kept {
            absence,
            version: self.version,
            from: instant(self.from_at)?,
            reason: self.reason,
            begun_at: instant_of(self.begun_at)?,
            ended_at: instant_of(self.ended_at)?,
        })
    }
}

fn read(rows: Vec<Row>) -> QueryResult<Vec<Kept>> {
    rows.into_iter().map(Row::read).collect()
}

/// What is inserted.
#[derive(Clone, Debug)]
pub struct New<'a> {
    pub person: PersonId,
    pub from: Timestamp,
    pub effective: Timestamp,
    pub until: Option<Timestamp>,
    pub stand_in: Option<PersonId>,
    pub reason: Option<&'a str>,
    pub by: Option<PersonId>,
}

pub fn insert(db: &mut Db, new: &New<'_>, now: Timestamp) -> QueryResult<AbsenceId> {
    let id: i64 = diesel::insert_into(absences::table)
        .values((
            absences::version.eq(1),
            absences::person_id.eq(new.person.0),
            absences::from_at.eq(us(new.from)),
            absences::effective_at.eq(us(new.effective)),
            absences::until_at.eq(us_of(new.until)),
            absences::stand_in_id.eq(new.stand_in.map(|id| id.0)),
            absences::reason.eq(new.reason),
            absences::created_at.eq(us(now)),
            absences::created_by.eq(new.by.map(|id| id.0)),
        ))
        .returning(absences::id)
        .get_result(db)?;
    Ok(AbsenceId(id))
}

/// Puts it as it is now; false when somebody else has changed it since.
pub fn update(db: &mut Db, kept: &Kept) -> QueryResult<bool> {
    let Absence { id, from, until, stand_in, .. } = kept.absence;
    let rows = diesel::update(absences::table.find(id.0).filter(absences::version.eq(kept.version)))
        .set((
            absences::version.eq(kept.version + 1),
            absences::from_at.eq(us(kept.from)),
            absences::effective_at.eq(us(from)),
            absences::until_at.eq(us_of(until)),
            absences::stand_in_id.eq(stand_in.map(|id| id.0)),
            absences::reason.eq(kept.reason.as_deref()),
            absences::begun_at.eq(us_of(kept.begun_at)),
            absences::ended_at.eq(us_of(kept.ended_at)),
        ))
        .execute(db)?;
    Ok(rows == 1)
}

/// Takes one away that has not begun; false when somebody else has changed it since.
pub fn delete(db: &mut Db, kept: &Kept) -> QueryResult<bool> {
    let gone = absences::table.find(kept.absence.id.0).filter(absences::version.eq(kept.version));
    Ok(diesel::delete(gone).execute(db)? == 1)
}

pub fn find(db: &mut Db, id: AbsenceId) -> QueryResult<Option<Kept>> {
    let row = absences::table.find(id.0).select(Row::as_select()).first(db).optional()?;
    row.map(Row::read).transpose()
}

/// Of one person, by their start.
pub fn of_person(db: &mut Db, person: PersonId) -> QueryResult<Vec<Kept>> {
    let rows = absences::table
        .filter(absences::person_id.eq(person.0))
        .select(Row::as_select())
        .order((absences::from_at.asc(), absences::id.asc()))
        .load(db)?;
    read(rows)
}

/// Those whose end was not carried out yet: present ones and those to come.
pub fn open(db: &mut Db) -> QueryResult<Vec<Kept>> {
    let rows = absences::table.filter(OPEN).select(Row::as_select()).order(absences::id.asc()).load(db)?;
    read(rows)
}

/// Those and every one that was not over at `at`.
pub fn since(db: &mut Db, at: Timestamp) -> QueryResult<Vec<Kept>> {
    let rows = absences::table
        .filter(absences::ended_at.is_null().or(absences::until_at.gt(us(at)).assume_not_null()))
        .select(Row::as_select())
        .order(absences::id.asc())
        .load(db)?;
    read(rows)
}

/// Makes others who want to carry these out wait until the transaction has ended. On SQLite
/// there is one writer, and they wait already.
pub fn hold(db: &mut Db, ids: &[AbsenceId]) -> QueryResult<()> {
    if let Db::Pg(c) = db {
        absences::table
            .filter(one_of(absences::id, ids.iter().map(|id| id.0)))
            .select(absences::id)
            .order(absences::id.asc())
            .for_update()
            .execute(c)?;
    }
    Ok(())
}

/// Makes others who want to change this person's absences wait in the same way.
pub fn hold_person(db: &mut Db, person: PersonId) -> QueryResult<()> {
    use super::schema::people;
    if let Db::Pg(c) = db {
        people::table.find(person.0).select(people::id).for_update().execute(c)?;
    }
    Ok(())
}

/// It was carried out. One that was moved in the meantime still is to be.
pub fn carried_out(db: &mut Db, boundary: &Boundary, now: Timestamp) -> QueryResult<()> {
    let (id, at) = (boundary.absence.0, us(boundary.at));
    // By a clock that was put back it is carried out at its own instant.
    let now = us(now.max(boundary.at));
    match boundary.edge {
        Edge::Begin => diesel::update(absences::table.find(id))
            .filter(absences::begun_at.is_null().and(absences::effective_at.eq(at)))
            .set(absences::begun_at.eq(now))
            .execute(db)?,
        Edge::End => diesel::update(absences::table.find(id))
            .filter(absences::ended_at.is_null().and(absences::until_at.eq(at).assume_not_null()))
            .set(absences::ended_at.eq(now))
            .execute(db)?,
    };
    Ok(())
}

/// The first instant at which something is still to be carried out.
pub fn next(db: &mut Db) -> QueryResult<Option<Timestamp>> {
    let begins: Option<i64> =
        absences::table.filter(absences::begun_at.is_null()).select(min(absences::effective_at)).first(db)?;
    let ends: Option<i64> = absences::table.filter(OPEN).select(min(absences::until_at)).first(db)?;
    instant_of(begins.into_iter().chain(ends).min())
}

/// Absences whose instants and marks make no sense, with what is wrong.
pub fn senseless(db: &mut Db) -> QueryResult<Vec<(AbsenceId, &'static str)>> {
    let rules: [(&'static str, &'static str); 5] = [
        ("absences.until_at <= absences.from_at", "it ends before it begins"),
        ("absences.effective_at < absences.from_at", "it takes effect before it begins"),
        ("absences.stand_in_id = absences.person_id", "somebody stands in for themselves"),
        (
            "absences.ended_at IS NOT NULL AND (absences.begun_at IS NULL OR absences.until_at IS NULL \
            OR absences.ended_at < absences.until_at)",
            "its end was carried out, and it has not ended",
        ),
        ("absences.begun_at < absences.effective_at", "its start was carried out before it began"),
    ];
    let mut found = Vec::new();
    for (rule, what) in rules {
        let ids: Vec<i64> = absences::table
            .filter(diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::Bool>>(rule))
            .select(absences::id)
            .order(absences::id.asc())
            .load(db)?;
        found.extend(ids.into_iter().map(|id| (AbsenceId(id), what)));
    }
    Ok(found)
}
