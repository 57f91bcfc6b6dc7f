//! Absences of staff: entering, changing and removing them. What they make of tickets is
//! `presence.rs`. Administrators for everybody, everybody else for themselves.

use jiff::{SignedDuration, Timestamp};

use crate::domain::absence::Absence;
use crate::domain::access;
use crate::domain::fault::Fault;
use crate::domain::ids::{AbsenceId, PersonId};
use crate::domain::person::{Person, Role};
use crate::store::absences::{Kept, New};
use crate::store::{self, Db};

use super::{Call, Desk, Error, first_of_each_field, presence};

/// So long ago it may have begun, and so far ahead it may begin and end.
const EARLIEST_DAYS: i64 = 31;
const FARTHEST_DAYS: i64 = 731;

/// An absence as it is asked for.
#[derive(Clone, Debug)]
pub struct NewAbsence {
    pub from: Timestamp,
    pub until: Option<Timestamp>,
    /// E-mail.
    pub stand_in: Option<String>,
    pub reason: Option<String>,
    /// What was wrong with fields already.
    pub faults: Vec<Fault>,
}

/// What should change of one.
#[derive(Clone, Debug, Default)]
pub struct AbsenceEdit {
    pub from: Option<Timestamp>,
    pub until: Option<Option<Timestamp>>,
    pub stand_in: Option<Option<String>>,
    pub reason: Option<Option<String>>,
    pub faults: Vec<Fault>,
}

/// An absence with the e-mail of who stands in.
#[derive(Clone, Debug)]
pub struct Shown {
    pub kept: Kept,
    pub stand_in: Option<String>,
}

/// Whose absences these are; for whom they are somebody else's, they are not to be had.
fn whose(db: &mut Db, call: &Call, id: PersonId) -> Result<Person, Error> {
    if call.actor.person().is_none_or(|p| p.id != id || p.role.is_partner_side()) {
        access::may_administer(&call.actor)?;
    }
    let person = store::people::find(db, id)?;
    person.filter(|p| !p.role.is_partner_side()).ok_or(Error::NotFound)
}

/// Everything that somebody was, is and will be away.
pub fn list(db: &mut Db, call: &Call, id: PersonId) -> Result<Vec<Shown>, Error> {
    let person = whose(db, call, id)?;
    let kept = store::absences::of_person(db, person.id)?;
    kept.into_iter().map(|kept| shown(db, kept)).collect()
}

fn shown(db: &mut Db, kept: Kept) -> Result<Shown, Error> {
    let stand_in = match kept.absence.stand_in {
        Some(id) => store::people::find(db, id)?.map(|p| p.email),
        None => None,
    };
    Ok(Shown { kept, stand_in })
}

/// Enters one. Its start takes effect now where it has passed already.
pub fn add(desk: &Desk, db: &mut Db, call: &Call, id: PersonId, new: &NewAbsence) -> Result<Shown, Error> {
    let person = whose(db, call, id)?;
    let now = call.now;
    let mut faults = new.faults.clone();
    if too_early(new.from, now) {
        faults.push(Fault::new("from", "in_the_past", "lies too far back"));
    }
    check_far("from", Some(new.from), now, &mut faults);
    check_until(new.from, new.until, now, &mut faults);
    let stand_in = find_stand_in(db, &person, new.stand_in.as_deref(), &mut faults)?;
    if !faults.is_empty() {
        return Err(Error::Invalid(first_of_each_field(faults)));
    }
    store::absences::hold_person(db, person.id)?;
    presence::settle_all(desk, db, now)?;
    let row = New {
        person: person.id,
        from: new.from,
        effective: new.from.max(now),
        until: new.until,
        stand_in,
        reason: new.reason.as_deref(),
        by: call.actor.person().map(|p| p.id),
    };
    let added = store::absences::insert(db, &row, now)?;
    must_not_overlap(db, person.id)?;
    carry_out(desk, db, &person, now)?;
    let kept = of_person(db, person.id, added)?;
    shown(db, kept)
}

/// Those of the desk at once, so that nobody is given a ticket while they are away; the rest is
/// the sweep's, unless somebody acts on a ticket before it.
fn carry_out(desk: &Desk, db: &mut Db, person: &Person, now: Timestamp) -> Result<(), Error> {
    if person.role == Role::Desk {
        presence::settle(desk, db, now)?;
    }
    Ok(())
}

fn of_person(db: &mut Db, person: PersonId, id: AbsenceId) -> Result<Kept, Error> {
    store::absences::find(db, id)?.filter(|kept| kept.absence.person == person).ok_or(Error::NotFound)
}

/// Changes one. One that has begun may be shortened, lengthened, and get another stand-in; who
/// says that it ended some time ago ends it now.
pub fn edit(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    (id, absence): (PersonId, AbsenceId),
    edit: &AbsenceEdit,
) -> Result<Shown, Error> {
    let person = whose(db, call, id)?;
    of_person(db, person.id, absence)?;
    let now = call.now;
    store::absences::hold_person(db, person.id)?;
    presence::settle_all(desk, db, now)?;
    let kept = of_person(db, person.id, absence)?;
    if call.expected.is_some_and(|version| version != kept.version) {
        return Err(Error::Stale);
    }
    if kept.absence.until.is_some_and(|until| until <= now) {
        return Err(Error::Refused {
            code: "over",
            message: "this absence is over; enter another one".to_owned(),
        });
    }
    let mut faults = edit.faults.clone();
    let changed = changed(db, &person, &kept, edit, now, &mut faults)?;
    if !faults.is_empty() {
        return Err(Error::Invalid(first_of_each_field(faults)));
    }
    if changed == kept {
        return shown(db, kept);
    }
    if !store::absences::update(db, &changed)? {
        return Err(Error::Collision);
    }
    must_not_overlap(db, person.id)?;
    carry_out(desk, db, &person, now)?;
    let kept = of_person(db, person.id, absence)?;
    shown(db, kept)
}

fn changed(
    db: &mut Db,
    person: &Person,
    kept: &Kept,
    edit: &AbsenceEdit,
    now: Timestamp,
    faults: &mut Vec<Fault>,
) -> Result<Kept, Error> {
    let mut new = kept.clone();
    let begun = kept.absence.from <= now;
    if let Some(from) = edit.from.filter(|from| *from != kept.from) {
        if begun {
            faults.push(Fault::new("from", "begun", "it has begun: its start stands"));
        } else if too_early(from, now) {
            faults.push(Fault::new("from", "in_the_past", "lies too far back"));
        }
        check_far("from", Some(from), now, faults);
        (new.from, new.absence.from) = (from, from.max(now));
    }
    if let Some(until) = edit.until {
        let over = until.is_some_and(|until| begun && kept.from < until && until <= now);
        // It takes an instant to say so.
        let until = if over { Some(now.max(just_after(new.absence.from))) } else { until };
        if !over {
            check_until(new.from, until, now, faults);
        }
        new.absence.until = until;
    } else {
        check_until(new.from, new.absence.until, now, faults);
    }
    if let Some(stand_in) = &edit.stand_in {
        let stand_in = find_stand_in(db, person, stand_in.as_deref(), faults)?;
        if stand_in != kept.absence.stand_in {
            new.absence.stand_in = stand_in;
            if begun {
                // From now on it is somebody else: it begins once more.
                (new.absence.from, new.begun_at) = (now, None);
            }
        }
    }
    if let Some(reason) = &edit.reason {
        new.reason.clone_from(reason);
    }
    Ok(new)
}

fn just_after(at: Timestamp) -> Timestamp {
    at.saturating_add(SignedDuration::from_micros(1)).unwrap_or(at)
}

/// Takes one away that has not begun.
pub fn remove(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    id: PersonId,
    absence: AbsenceId,
) -> Result<Shown, Error> {
    let person = whose(db, call, id)?;
    let kept = of_person(db, person.id, absence)?;
    presence::settle_all(desk, db, call.now)?;
    if call.expected.is_some_and(|version| version != kept.version) {
        return Err(Error::Stale);
    }
    if kept.absence.from <= call.now {
        return Err(Error::Refused {
            code: "begun",
            message: "this absence has begun: it can be ended, and stays in the record".to_owned(),
        });
    }
    let gone = shown(db, kept)?;
    if store::absences::delete(db, &gone.kept)? { Ok(gone) } else { Err(Error::Collision) }
}

fn too_early(from: Timestamp, now: Timestamp) -> bool {
    now.duration_since(from) > SignedDuration::from_hours(24 * EARLIEST_DAYS)
}

fn check_far(field: &'static str, at: Option<Timestamp>, now: Timestamp, faults: &mut Vec<Fault>) {
    let farthest = SignedDuration::from_hours(24 * FARTHEST_DAYS);
    if at.is_some_and(|at| at.duration_since(now) > farthest) {
        faults.push(Fault::new(field, "too_far", "must be within two years"));
    }
}

fn check_until(from: Timestamp, until: Option<Timestamp>, now: Timestamp, faults: &mut Vec<Fault>) {
    let Some(end) = until else { return };
    if end <= from {
        faults.push(Fault::new("until", "not_after_from", "must be later than from"));
    } else if end <= now {
        faults.push(Fault::new("until", "in_the_past", "must not be in the past"));
    }
    check_far("until", until, now, faults);
}

/// Active staff, not the person; of the desk for a desk member, of those who stand on the upper
/// rungs for everybody else.
fn find_stand_in(
    db: &mut Db,
    person: &Person,
    email: Option<&str>,
    faults: &mut Vec<Fault>,
) -> Result<Option<PersonId>, Error> {
    let Some(email) = email else { return Ok(None) };
    let found = store::people::by_email(db, email)?.filter(|p| p.active && !p.role.is_partner_side());
    let Some(found) = found else {
        faults.push(Fault::new("stand_in", "unknown", "is nobody active at the vendor"));
        return Ok(None);
    };
    if found.id == person.id {
        faults.push(Fault::new("stand_in", "same_person", "nobody stands in for themselves"));
    }
    let fits = match person.role {
        Role::Desk => found.role == Role::Desk,
        _ => matches!(found.role, Role::ChannelManager | Role::Director | Role::Vp),
    };
    if !fits {
        let whom = if person.role == Role::Desk {
            "a desk member's stand-in is a desk member"
        } else {
            "must be a channel manager, a director or a VP"
        };
        faults.push(Fault::new("stand_in", "wrong_role", whom));
    }
    Ok(Some(found.id))
}

/// Nobody is away twice at a time.
fn must_not_overlap(db: &mut Db, person: PersonId) -> Result<(), Error> {
    let all = store::absences::of_person(db, person)?;
    let ends = |k: &Kept| k.absence.until.unwrap_or(Timestamp::MAX);
    let overlaps = |a: &Kept, b: &Kept| a.from < ends(b) && b.from < ends(a);
    let twice = all.iter().enumerate().any(|(i, a)| all.iter().skip(i + 1).any(|b| overlaps(a, b)));
    if twice {
        return Err(Error::Refused {
            code: "overlaps",
            message: "they are away at that time already: change that absence".to_owned(),
        });
    }
    Ok(())
}

/// Whether it is to come, is, or is over at `now`.
pub fn state(absence: &Absence, now: Timestamp) -> &'static str {
    if now < absence.from {
        "planned"
    } else if absence.covers(now) {
        "present"
    } else {
        "over"
    }
}
