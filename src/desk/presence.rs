//! Who is there, and what that makes of tickets. A start or an end of an absence takes effect
//! at its own instant, however late it is carried out: [`settle`] does so for those of the
//! desk, whose tickets go to others by how much they have to do, all in one transaction and in
//! order; holders of rungs concern each ticket by itself, so [`catch_up`] sees to one of them
//! before anybody acts on it, and the sweep to all ([`concerned`], [`look`], [`done`]).
//!
//! A ticket that was changed at or after such an instant had been seen to before that: nothing
//! else remembers it. Seeing to it again changes nothing.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::absence::{Absence, Boundary, Candidates, Ownership, Roster};
use crate::domain::actor::By;
use crate::domain::change::Change;
use crate::domain::escalation;
use crate::domain::event::HandOver;
use crate::domain::ids::PersonId;
use crate::domain::ladder::Stand;
use crate::domain::partner::{Holders, Partner, same_region};
use crate::domain::person::Role;
use crate::domain::routing::{self, Candidate};
use crate::domain::taxonomy::is_complaint;
use crate::domain::ticket::Ticket;
use crate::domain::ticket::manning::{Manning, man};
use crate::store::absences::Kept;
use crate::store::people::Active;
use crate::store::tickets::manned::{self, Named, Whose};
use crate::store::{self, Db};

use super::{Desk, Error, Loaded, load_any};

/// Absences, and the people whom they and the ladder name.
pub(super) struct Crew {
    roster: Roster,
    /// Directors and VPs, the first added first.
    upper: Vec<Active>,
}

impl Crew {
    /// As it is for these channel managers' partners.
    pub fn load(db: &mut Db, managers: &[PersonId]) -> Result<Self, Error> {
        let kept = store::absences::open(db)?;
        Self::of(db, &kept, managers)
    }

    fn of(db: &mut Db, kept: &[Kept], managers: &[PersonId]) -> Result<Self, Error> {
        let absences: Vec<Absence> = kept.iter().map(|k| k.absence).collect();
        let mut named: BTreeSet<PersonId> = managers.iter().copied().collect();
        named.extend(absences.iter().flat_map(|a| a.stand_in.into_iter().chain([a.person])));
        let upper = store::people::upper(db, &named.into_iter().collect::<Vec<_>>())?;
        let active = upper.iter().map(|p| (p.id, p.role)).collect();
        Ok(Self { roster: Roster::new(absences, active), upper })
    }

    fn candidates(&self, partner: &Partner) -> Candidates {
        let of = |fits: &dyn Fn(&Active) -> bool| {
            self.upper.iter().filter(|p| fits(p)).map(|p| p.id).collect::<Vec<_>>()
        };
        let here = |p: &Active| p.region.as_deref().is_some_and(|r| same_region(r, &partner.region));
        Candidates {
            channel_manager: Some(partner.channel_manager),
            directors: of(&|p| p.role == Role::Director && here(p)),
            vps: of(&|p| p.role == Role::Vp),
        }
    }

    /// Who stands on the rungs above the first.
    pub fn holders(&self, partner: &Partner, about: Option<PersonId>, at: Timestamp) -> Holders {
        self.roster.holders(&self.candidates(partner), about, at)
    }

    /// Of several on the present rung, the next after its holder.
    pub fn next_on_rung(&self, ticket: &Ticket, partner: &Partner, at: Timestamp) -> Option<PersonId> {
        let step = ticket.step()?;
        self.roster.next_on(&self.candidates(partner), step.stand, step.holder?, ticket.about, at)
    }

    /// Whether nobody holds the VP's rung.
    pub fn lacks_vp(&self, at: Timestamp) -> bool {
        let vps = self.upper.iter().filter(|p| p.role == Role::Vp).map(|p| p.id).collect();
        let of = Candidates { vps, ..Candidates::default() };
        self.roster.holders(&of, None, at).vp.present.is_none()
    }

    pub fn is_away(&self, person: PersonId, at: Timestamp) -> bool {
        self.roster.absence(person, at).is_some()
    }

    /// Those who are there; where nobody is, all of them: a ticket always has an owner.
    pub fn present(&self, mut candidates: Vec<Candidate>, at: Timestamp) -> Vec<Candidate> {
        if candidates.iter().any(|c| !self.is_away(c.person.id, at)) {
            candidates.retain(|c| !self.is_away(c.person.id, at));
        }
        candidates
    }

    /// Who stands on a rung of the VP, of a region, of partners; and somebody's own.
    fn whose(&self, person: PersonId) -> Option<(Stand, Whose)> {
        let known = self.upper.iter().find(|p| p.id == person)?;
        match (known.role, &known.region) {
            (Role::ChannelManager, _) => Some((Stand::ChannelManager, Whose::PartnersOf(person))),
            (Role::Director, Some(region)) => Some((Stand::Director, Whose::Region(region.clone()))),
            (Role::Vp, _) => Some((Stand::Vp, Whose::Everybody)),
            _ => None,
        }
    }
}

/// Who stands on the rungs of a partner's tickets at `at`.
pub fn holders(
    db: &mut Db,
    partner: &Partner,
    about: Option<PersonId>,
    at: Timestamp,
) -> Result<Holders, Error> {
    Ok(Crew::load(db, &[partner.channel_manager])?.holders(partner, about, at))
}

/// Who stands in for the present rung's holder: the next of several on one rung.
pub(super) fn next_on_rung(
    db: &mut Db,
    ticket: &Ticket,
    partner: &Partner,
    at: Timestamp,
) -> Result<Option<PersonId>, Error> {
    Ok(Crew::load(db, &[partner.channel_manager])?.next_on_rung(ticket, partner, at))
}

/// A lead of the ticket's team who is there, or of another one.
pub(super) fn lead(db: &mut Db, ticket: &Ticket, at: Timestamp) -> Result<Option<PersonId>, Error> {
    let crew = Crew::load(db, &[])?;
    let mut desk = store::people::candidates(db, None)?;
    desk.retain(|c| Some(c.person.id) != ticket.about && !crew.is_away(c.person.id, at));
    let of_team = desk.iter().find(|c| c.person.leads(&ticket.team));
    let found = of_team.or_else(|| desk.iter().find(|c| c.person.leads_any()));
    Ok(found.map(|c| c.person.id))
}

/// Whether nobody would hold the VP's rung at `at`.
pub fn lacks_vp(db: &mut Db, at: Timestamp) -> Result<bool, Error> {
    Ok(Crew::load(db, &[])?.lacks_vp(at))
}

/// What is to be carried out by `now`, in order.
fn due(kept: &[Kept], now: Timestamp) -> Vec<Boundary> {
    let mut due: Vec<Boundary> = kept.iter().flat_map(Kept::boundaries).filter(|b| b.at <= now).collect();
    due.sort_unstable();
    due
}

/// Carries out what is due of the desk's absences, and returns whether anything of anybody's
/// was. In whatever transaction, before anything else is decided in it.
pub fn settle(desk: &Desk, db: &mut Db, now: Timestamp) -> Result<bool, Error> {
    let all = due(&store::absences::open(db)?, now);
    if all.is_empty() {
        return Ok(false);
    }
    let people: Vec<PersonId> = all.iter().map(|b| b.person).collect();
    let known = store::people::named(db, &people)?;
    let is_desk = |b: &Boundary| known.get(&b.person).is_some_and(|p| p.role == Role::Desk);
    let ours: Vec<Boundary> = all.into_iter().filter(is_desk).collect();
    if ours.is_empty() {
        return Ok(true);
    }
    // Somebody else may be at it: who comes second finds it done.
    store::absences::hold(db, &ours.iter().map(|b| b.absence).collect::<Vec<_>>())?;
    let still = due(&store::absences::open(db)?, now);
    let mut named: Vec<Named> = Vec::new();
    for person in ours.iter().filter(|b| still.contains(b)).map(|b| b.person).collect::<BTreeSet<_>>() {
        named.extend(manned::owned(db, person)?);
    }
    see_to(desk, db, named, now)?;
    for boundary in ours.iter().filter(|b| still.contains(b)) {
        store::absences::carried_out(db, boundary, now)?;
    }
    Ok(true)
}

/// Sees to these tickets, together and in order of id.
fn see_to(desk: &Desk, db: &mut Db, mut named: Vec<Named>, now: Timestamp) -> Result<(), Error> {
    named.sort_unstable();
    named.dedup();
    manned::hold_all(db, &named)?;
    let loaded = load_all(desk, db, &named, now)?;
    let kept = store::absences::open(db)?;
    let steps = due(&kept, now).into_iter().map(|b| b.at).collect();
    record_all(desk, db, loaded, steps, By::Lizard, now)
}

/// All that can be read and measured.
fn load_all(desk: &Desk, db: &mut Db, named: &[Named], now: Timestamp) -> Result<Vec<Loaded>, Error> {
    let mut all = Vec::with_capacity(named.len());
    for (_, reference) in named {
        match load_any(desk, db, reference, now) {
            Ok(loaded) => all.push(loaded),
            Err(error @ (Error::Refused { .. } | Error::NotFound)) => {
                tracing::error!(%error, %reference, "an absence could not be carried out");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// One ticket as everybody's coming and going has left it by `now`.
pub(super) fn catch_up(desk: &Desk, db: &mut Db, loaded: Loaded, now: Timestamp) -> Result<Loaded, Error> {
    let reference = loaded.ticket.reference.clone();
    let steps = due(&store::absences::open(db)?, now).into_iter().map(|b| b.at).collect();
    record_all(desk, db, vec![loaded], steps, By::Lizard, now)?;
    load_any(desk, db, &reference, now)
}

/// The same, for the sweep.
pub fn look(desk: &Desk, db: &mut Db, reference: &str, now: Timestamp) -> Result<(), Error> {
    super::hold(desk, db, reference, now).map(drop)
}

/// What is due of others than the desk, and the tickets that it concerns.
pub fn concerned(db: &mut Db, now: Timestamp) -> Result<(Vec<Boundary>, Vec<String>), Error> {
    let kept = store::absences::open(db)?;
    let due = due(&kept, now);
    let mut named = Vec::new();
    if !due.is_empty() {
        let crew = Crew::of(db, &kept, &[])?;
        for person in due.iter().map(|b| b.person).collect::<BTreeSet<_>>() {
            named.extend(stood_on(db, &crew, person)?);
        }
        named.sort_unstable();
        named.dedup();
    }
    Ok((due, named.into_iter().map(|(_, reference)| reference).collect()))
}

/// It was seen to all of that.
pub fn done(db: &mut Db, due: &[Boundary], now: Timestamp) -> Result<(), Error> {
    for boundary in due {
        store::absences::carried_out(db, boundary, now)?;
    }
    Ok(())
}

/// Live tickets on which somebody stands, or may stand now that they are back.
fn stood_on(db: &mut Db, crew: &Crew, person: PersonId) -> Result<Vec<Named>, Error> {
    let mut named = manned::held(db, person)?;
    for whose in crew.roster.stands_in_for(person).into_iter().chain([person]) {
        if let Some((stand, of)) = crew.whose(whose) {
            named.extend(manned::held_by_others(db, stand, &of, person)?);
        }
    }
    Ok(named)
}

/// Somebody is here no more, or is again: everything of theirs follows at once.
pub(super) fn follow(
    desk: &Desk,
    db: &mut Db,
    person: PersonId,
    by: By,
    now: Timestamp,
) -> Result<(), Error> {
    let mut named = manned::owned(db, person)?;
    let kept = store::absences::open(db)?;
    let crew = Crew::of(db, &kept, &[person])?;
    named.extend(stood_on(db, &crew, person)?);
    named.sort_unstable();
    named.dedup();
    manned::hold_all(db, &named)?;
    let loaded = load_all(desk, db, &named, now)?;
    record_all(desk, db, loaded, BTreeSet::from([now]), by, now)
}

/// Everything that is due, whomever it concerns: before people and absences change.
pub(super) fn settle_all(desk: &Desk, db: &mut Db, now: Timestamp) -> Result<(), Error> {
    if !settle(desk, db, now)? {
        return Ok(());
    }
    let (due, references) = concerned(db, now)?;
    for reference in references {
        look(desk, db, &reference, now)?;
    }
    done(db, &due, now)
}

/// A ticket on its way through the steps.
struct Passage {
    loaded: Loaded,
    change: Change,
    /// Something is somebody else's now.
    manned: bool,
    lost: bool,
}

/// Step by step, each at its own instant and in it ticket by ticket; then what happened to each
/// is recorded as one change.
fn record_all(
    desk: &Desk,
    db: &mut Db,
    loaded: Vec<Loaded>,
    steps: BTreeSet<Timestamp>,
    by: By,
    now: Timestamp,
) -> Result<(), Error> {
    let (Some(first), Some(last)) = (steps.first().copied(), steps.last().copied()) else { return Ok(()) };
    let kept = store::absences::since(db, first)?;
    let managers: Vec<PersonId> = loaded.iter().map(|l| l.partner.channel_manager).collect();
    let (crew, mut load) = with_the_desk(db, &kept, &managers)?;
    let mut passages: Vec<Passage> = loaded
        .into_iter()
        .filter(|l| l.ticket.is_live())
        .map(|loaded| Passage {
            change: Change::of(&loaded.ticket, loaded.now),
            loaded,
            manned: false,
            lost: false,
        })
        .collect();
    for instant in steps {
        for passage in &mut passages {
            // Changed since, it was seen to then; unless nobody could know. What holds now does.
            let changed = passage.loaded.ticket.updated_at;
            if instant < changed && instant != last {
                continue;
            }
            let Passage { loaded, change, manned, lost: gone } = passage;
            let seen_to = step(change, loaded, &crew, &mut load, by, instant.max(changed));
            *gone |= lost(loaded, seen_to.map(|moved| *manned |= moved))?;
        }
    }
    for Passage { loaded, mut change, manned, lost: gone } in passages {
        if manned && !gone {
            let settled = escalation::settle(&mut change, loaded.rules(), loaded.now.max(now));
            if !lost(&loaded, settled.map_err(Error::from))? {
                loaded.record(desk, db, change)?;
            }
        }
    }
    Ok(())
}

/// A ticket that cannot be measured any more stays as it is, and keeps no other waiting.
fn lost(loaded: &Loaded, outcome: Result<(), Error>) -> Result<bool, Error> {
    match outcome {
        Ok(()) => Ok(false),
        Err(error @ (Error::Refused { .. } | Error::Invalid(_))) => {
            let reference = &loaded.ticket.reference;
            tracing::error!(%error, %reference, "an absence could not be carried out");
            Ok(true)
        }
        Err(error) => Err(error),
    }
}

/// A ticket that lives again, or goes on: who is there owns it and stands on its rungs.
pub(super) fn man_now(db: &mut Db, loaded: &Loaded, change: &mut Change) -> Result<(), Error> {
    let kept = store::absences::open(db)?;
    let (crew, mut load) = with_the_desk(db, &kept, &[loaded.partner.channel_manager])?;
    step(change, loaded, &crew, &mut load, By::Lizard, loaded.now).map(drop)
}

/// The crew, the desk among it, and how much the desk has to do.
fn with_the_desk(db: &mut Db, kept: &[Kept], managers: &[PersonId]) -> Result<(Crew, Load), Error> {
    let mut crew = Crew::of(db, kept, managers)?;
    let load = Load { candidates: store::people::candidates(db, None)? };
    crew.roster.add(load.candidates.iter().map(|c| (c.person.id, Role::Desk)).collect());
    Ok((crew, load))
}

/// One ticket at one instant. Returns whether anything is somebody else's by that.
fn step(
    change: &mut Change,
    of: &Loaded,
    crew: &Crew,
    load: &mut Load,
    by: By,
    at: Timestamp,
) -> Result<bool, Error> {
    let t = &change.ticket;
    let before = t.is_live().then_some(t.owner);
    let manning = Manning { owner: load.owner(crew, t, at), holders: crew.holders(&of.partner, t.about, at) };
    let manned = man(change, &manning, by, of.rules(), at)?;
    let t = &change.ticket;
    load.moved(before, t.is_live().then_some(t.owner), at);
    Ok(manned)
}

/// How much everybody of the desk has to do, as it changes on the way.
struct Load {
    candidates: Vec<Candidate>,
}

impl Load {
    /// Who owns it instead of its owner. Nobody there but they: it stays, as long as they are active.
    fn owner(&self, crew: &Crew, t: &Ticket, at: Timestamp) -> Option<(PersonId, HandOver)> {
        match crew.roster.ownership(t.owner, t.clocks.stands_in_for, t.about, at) {
            Ownership::Stays => None,
            Ownership::Passes(owner, why) => Some((owner, why)),
            Ownership::Routed => {
                let present: Vec<Candidate> = self
                    .candidates
                    .iter()
                    .filter(|c| crew.roster.is_present(c.person.id, at))
                    .cloned()
                    .collect();
                let complaint = is_complaint(&t.category);
                let owner = routing::owner(&present, &t.team, complaint, t.about).or_else(|| {
                    let gone = !crew.roster.is_active(t.owner);
                    gone.then(|| routing::owner(&self.candidates, &t.team, complaint, t.about)).flatten()
                });
                owner.map(|owner| (owner, HandOver::Rerouted))
            }
        }
    }

    fn moved(&mut self, from: Option<PersonId>, to: Option<PersonId>, at: Timestamp) {
        if from == to {
            return;
        }
        for candidate in &mut self.candidates {
            if from == Some(candidate.person.id) {
                candidate.live -= 1;
            }
            if to == Some(candidate.person.id) {
                candidate.live += 1;
                candidate.last_assigned = Some(at);
            }
        }
    }
}
