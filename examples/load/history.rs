//! What has become of a ticket since it was filed: letters that left, replies, moved dates,
//! and an end. Each step at an instant of its own, through the library.

use jiff::{SignedDuration, Timestamp};
use lizard::desk::delivery::{self, Moment};
use lizard::desk::{Call, Desk, Error, conversation, resolution, timetable};
use lizard::domain::actor::Actor;
use lizard::domain::ticket::dates::NewTimetable;
use lizard::domain::ticket::{Ticket, Visibility};
use lizard::store::{self, Db};
use rand::Rng;
use rand::rngs::StdRng;

/// How a story goes on after filing, decided before anything is written.
#[derive(Clone)]
pub struct Story {
    /// Between filing and the first step, and between two of them.
    pace: SignedDuration,
    steps: Vec<Step>,
}

#[derive(Clone, Copy)]
enum Step {
    Reply,
    Answer,
    Note,
    Move,
    Resolve,
    Confirm,
}

impl Story {
    /// Of a ticket that was filed `ago`.
    pub fn of(ago: SignedDuration, closed: bool, random: &mut StdRng) -> Self {
        let mut chance = |percent: u32| random.random_range(0..100) < percent;
        let mut steps = Vec::new();
        if closed || chance(60) {
            steps.push(Step::Reply);
            let others = [(Step::Answer, 40), (Step::Note, 40), (Step::Move, 25)];
            steps.extend(others.into_iter().filter(|(_, percent)| chance(*percent)).map(|(step, _)| step));
        }
        if closed {
            steps.extend([Step::Resolve, Step::Confirm]);
        }
        Self { pace: ago / 8, steps }
    }
}

/// Lets it happen to a ticket just filed by `requester`.
pub fn tell(desk: &Desk, db: &mut Db, ticket: &Ticket, requester: &Call, story: &Story) -> Result<(), Error> {
    let owner = Actor::Person(store::people::find(db, ticket.owner)?.ok_or(Error::NotFound)?);
    let reference = ticket.reference.as_str();
    let mut now = requester.now;
    letters_arrive(desk, db, now)?;
    for step in &story.steps {
        now += story.pace;
        let actor = match step {
            Step::Answer | Step::Confirm => requester.actor.clone(),
            Step::Reply | Step::Note | Step::Move | Step::Resolve => owner.clone(),
        };
        take(desk, db, &Call { actor, now, expected: None }, reference, *step)?;
        letters_arrive(desk, db, now)?;
    }
    Ok(())
}

fn take(desk: &Desk, db: &mut Db, call: &Call, reference: &str, step: Step) -> Result<(), Error> {
    let (body, visibility) = match step {
        Step::Reply => {
            ("We are on it: two lines differ.\nYou hear from us with a date.", Visibility::Partner)
        }
        Step::Answer => ("Thank you. The list price of line 3 is from last year.", Visibility::Partner),
        Step::Note => ("Pricing says that the list was never loaded.", Visibility::Internal),
        Step::Move => return moves(desk, db, call, reference),
        Step::Resolve => {
            let how = "Open the quote again.";
            return resolution::resolve(desk, db, call, reference, "The price is right.", how).map(drop);
        }
        Step::Confirm => {
            return resolution::confirm(desk, db, call, reference, true, "Thank you.").map(drop);
        }
    };
    conversation::write(desk, db, call, reference, body, visibility, &[]).map(drop)
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
    timetable::replace(desk, db, call, reference, &new).map(drop)
}

/// All that wait.
fn letters_arrive(desk: &Desk, db: &mut Db, now: Timestamp) -> Result<(), Error> {
    let now = Moment { business: now, wall: now };
    while let Some(parcel) = delivery::claim(db, "load", now)? {
        delivery::accepted(desk, db, &parcel, "load", now)?;
    }
    Ok(())
}
