//! What the database itself takes for a filed ticket: one connection writes the rows of
//! tickets that are thought out already, with their letters and the answer to their key. No
//! HTTP, no sign-in, no decision, nothing composed. Once with a commit for each, once with
//! a commit for sixteen.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use jiff::Timestamp;
use lizard::clock::Clock;
use lizard::desk::delivery::{Moment, claim};
use lizard::desk::{Call, Error, intake};
use lizard::domain::actor::Actor;
use lizard::domain::change::Change;
use lizard::domain::ids::TicketId;
use lizard::domain::letter::{About, Letter};
use lizard::domain::priority::Priority;
use lizard::store::submissions::Submission;
use lizard::store::{self, Db};

use crate::figures::Commits;
use crate::filing::per_second;
use crate::office::Office;
use crate::population::filing_of;

/// Written in one commit in the second loop.
const TOGETHER: usize = 16;

/// Everything that filing one ticket writes.
struct Written {
    change: Change,
    letters: Vec<Letter>,
    answer: Submission,
}

/// Each loop writes so many tickets.
pub async fn measure(office: &Office, tickets: usize) -> anyhow::Result<Commits> {
    let sample = Arc::new(sample(office).await?);
    let one = write(office, &sample, tickets, 1).await?;
    let sixteen = write(office, &sample, tickets, TOGETHER).await?;
    office.empties_the_outbox().await?;
    Ok(Commits {
        one: per_second(tickets, one),
        sixteen: per_second(tickets, sixteen),
        commit: commit(office).await?,
    })
}

/// A commit of next to nothing; the median of many.
async fn commit(office: &Office) -> anyhow::Result<Duration> {
    let owner = office.contacts.first().context("no contacts")?.id;
    let mut times = Vec::new();
    for _ in 0..200 {
        let began = Instant::now();
        let now = office.app.wall.now();
        let touch =
            move |db: &mut Db| Ok::<_, Error>(store::people::hand_over(db, None, Some(owner), true, now)?);
        office.app.store.write(touch).await?;
        times.push(began.elapsed());
    }
    times.sort();
    times.get(times.len() / 2).copied().context("no commits")
}

/// Files a ticket, and reads back what that wrote.
async fn sample(office: &Office) -> anyhow::Result<Written> {
    let contact = office.contacts.first().context("no contacts")?.clone();
    let category = office.categories.first().context("no categories")?;
    let call = Call { actor: Actor::Person(contact), now: office.clock.now(), expected: None };
    let filing = filing_of(Priority::P2, category);
    let desk = Arc::clone(&office.app.desk);
    office.empties_the_outbox().await?;
    let file = move |db: &mut Db| {
        let ticket = intake::file(&desk, db, &call, &filing)?;
        let mut letters = Vec::new();
        let now = Moment { business: call.now, wall: call.now };
        while let Some(parcel) = claim(db, "load", now)? {
            letters.push(parcel.letter);
        }
        let events = store::events::of_ticket(db, ticket.id, true, 0, 1000)?;
        let body = format!("{ticket:?}").chars().take(2500).collect();
        let change = Change {
            before: None,
            ticket,
            events,
            messages: Vec::new(),
            attachments: Vec::new(),
            recorded_at: call.now,
        };
        let answer = Submission {
            digest: "x".repeat(43),
            status: 201,
            location: Some("/api/v1/tickets/PI-1000".to_owned()),
            etag: Some("\"1\"".to_owned()),
            body,
        };
        Ok::<_, Error>(Written { change, letters, answer })
    };
    Ok(office.app.store.write(file).await?)
}

async fn write(
    office: &Office,
    sample: &Arc<Written>,
    tickets: usize,
    together: usize,
) -> anyhow::Result<Duration> {
    let began = Instant::now();
    for _ in 0..tickets.div_ceil(together) {
        let (sample, now) = (Arc::clone(sample), office.app.wall.now());
        let batch = move |db: &mut Db| (0..together).try_for_each(|_| another(db, &sample, now));
        office.app.store.write(batch).await?;
    }
    Ok(began.elapsed())
}

/// The same ticket under a number of its own.
fn another(db: &mut Db, sample: &Written, now: Timestamp) -> Result<(), Error> {
    let id = store::tickets::next_id(db)?;
    let mut change = sample.change.clone();
    change.ticket.id = TicketId(id.0);
    change.ticket.reference = format!("PI-{}", 1000 + id.0);
    store::tickets::record(db, &change)?;
    let mut letters = sample.letters.clone();
    for letter in &mut letters {
        letter.dedup_key = format!("{}.{id}", letter.dedup_key);
        letter.message_id = format!("{}.{id}", letter.message_id);
        letter.about = letter.about.map(|about| About { ticket: id, ..about });
    }
    store::outbox::insert(db, &letters, now)?;
    store::people::hand_over(db, None, Some(change.ticket.owner), true, now)?;
    Ok(store::submissions::insert(db, "load", &id.to_string(), &sample.answer, now)?)
}
