//! What has become of a ticket since it was filed: letters that left, replies, moved dates,
//! and an end. Each step at an instant of its own, through the library.

use jiff::{SignedDuration, Timestamp};
use lizard::desk::delivery::{self, Moment};
use lizard::desk::{Call, Desk, Error, conversation, resolution, timetable};
use lizard::domain::actor::Actor;
use lizard::domain::person::Person;
use lizard::domain::ticket::dates::NewTimetable;
use lizard::domain::ticket::{Ticket, Visibility};
use lizard::store::{self, Db};
use rand::Rng;
use rand::rngs::StdRng;

/// How a story goes on after filing, decided before anything is written.
#[derive(Clone, Copy)]
pub struct Story {
    /// After filing; the later steps follow at the same distance.
    pace: SignedDuration,
    replied: bool,
    answered: bool,
    noted: bool,
    moved: bool,
    pub closed: bool,
}

impl Story {
    /// Of a ticket that was filed `ago`.
    pub fn of(ago: SignedDuration, closed: bool, random: &mut StdRng) -> Self {
        let mut chance = |percent: u32| random.random_range(0..100) < percent;
        let replied = closed || chance(60);
        Self {
            pace: ago / 8,
            replied,
            answered: replied && chance(40),
            noted: replied && chance(40),
            moved: replied && chance(25),
            closed,
        }
    }
}

/// Lets it happen to a ticket just filed by `requester`.
pub fn tell(desk: &Desk, db: &mut Db, ticket: &Ticket, requester: &Call, story: Story) -> Result<(), Error> {
    let owner = store::people::find(db, ticket.owner)?.ok_or(Error::NotFound)?;
    let reference = ticket.reference.as_str();
    let mut now = requester.now;
    letters_arrive(desk, db, now)?;
    let mut by = |person: &Person| {
        now += story.pace;
        Call { actor: Actor::Person(person.clone()), now, expected: None }
    };
    let partner = requester.actor.person().ok_or(Error::NotFound)?.clone();
    if story.replied {
        let call = by(&owner);
        let body = "We are on it: pricing looks at the two lines that differ.\nYou hear from us with a date.";
        conversation::write(desk, db, &call, reference, body, Visibility::Partner)?;
        letters_arrive(desk, db, call.now)?;
    }
    if story.answered {
        let call = by(&partner);
        let body = "Thank you. The list price of line 3 is from last year.";
        conversation::write(desk, db, &call, reference, body, Visibility::Partner)?;
        letters_arrive(desk, db, call.now)?;
    }
    if story.noted {
        let call = by(&owner);
        let body = "Pricing says that the list was never loaded.";
        conversation::write(desk, db, &call, reference, body, Visibility::Internal)?;
    }
    if story.moved {
        moves(desk, db, &by(&owner), reference)?;
    }
    if story.closed {
        let call = by(&owner);
        resolution::resolve(desk, db, &call, reference, "The price is right.", "Open the quote again.")?;
        letters_arrive(desk, db, call.now)?;
        let call = by(&partner);
        resolution::confirm(desk, db, &call, reference, true, "Thank you.")?;
        letters_arrive(desk, db, call.now)?;
    }
    Ok(())
}

fn moves(desk: &Desk, db: &mut Db, call: &Call, reference: &str) -> Result<(), Error> {
    let ticket = store::tickets::by_reference(db, reference)?.ok_or(Error::NotFound)?;
    let Some(standing) = ticket.timetable.resolution() else { return Ok(()) };
    let new = NewTimetable {
        milestones: Vec::new(),
        resolution: standing.due + SignedDuration::from_hours(48),
        reason: Some("The committee meets on Thursdays.".to_owned()),
        requested_by_partner: false,
    };
    timetable::replace(desk, db, call, reference, &new)?;
    letters_arrive(desk, db, call.now)
}

/// All that wait.
fn letters_arrive(desk: &Desk, db: &mut Db, now: Timestamp) -> Result<(), Error> {
    let now = Moment { business: now, wall: now };
    while let Some(parcel) = delivery::claim(db, "load", now)? {
        delivery::accepted(desk, db, &parcel, "load", now)?;
    }
    Ok(())
}
