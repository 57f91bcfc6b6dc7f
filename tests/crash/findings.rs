//! What must hold after all crashes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use lizard::desk::Error;
use lizard::domain::event::{Event, What};
use lizard::domain::ids::{PersonId, TicketId};
use lizard::domain::ticket::Ticket;
use lizard::store::{self, Db};

use super::callers::Ledger;
use super::support::{Database, Sink, TestDesk};

/// A letter as the outbox has it.
pub struct Row {
    pub message_id: String,
    state: String,
    ticket: i64,
    reader: i64,
    /// When the change that caused it was recorded.
    created_at: i64,
}

/// Fails with those that occur more than once.
fn once<T: Ord + Debug + Clone>(what: &str, all: impl IntoIterator<Item = T>) {
    let mut seen = BTreeSet::new();
    let twice: Vec<T> = all.into_iter().filter(|one| !seen.insert(one.clone())).collect();
    assert!(twice.is_empty(), "{what} twice: {twice:?}");
}

pub fn database_is_whole(database: &Database) {
    if let Database::Sqlite(_) = database {
        let said = database.asks("SELECT integrity_check AS value FROM pragma_integrity_check");
        assert_eq!(said, ["ok"]);
        let loose = database.asks("SELECT \"table\" AS value FROM pragma_foreign_key_check");
        assert!(loose.is_empty(), "{loose:?}");
    }
}

/// Every ticket and message that was answered for is there, once, and there is no other.
pub fn nothing_acknowledged_is_lost(database: &Database, ledger: &Ledger) {
    let mut filed: Vec<String> = ledger.tickets.iter().map(|(s, r)| format!("{s} {r}")).collect();
    let mut there = database.asks("SELECT subject || ' ' || reference AS value FROM tickets");
    filed.sort();
    there.sort();
    assert_eq!(filed, there);
    let mut written: Vec<String> = ledger.messages.iter().map(|(b, r)| format!("{b} {r}")).collect();
    let mut there = database.asks(
        "SELECT m.body || ' ' || t.reference AS value FROM messages m JOIN tickets t ON t.id = m.ticket_id",
    );
    written.sort();
    there.sort();
    assert_eq!(written, there);
    // Each is numbered as one after the other.
    for table in ["messages", "events", "promises"] {
        let gaps = database.asks(&format!(
            "SELECT CAST(ticket_id AS TEXT) AS value FROM {table} GROUP BY ticket_id \
            HAVING count(*) <> max(number) OR min(number) <> 1 OR count(DISTINCT number) <> count(*)"
        ));
        assert!(gaps.is_empty(), "{table} of {gaps:?} are not whole");
    }
    let miscounted = database.asks(
        "SELECT t.reference AS value FROM tickets t WHERE \
        t.last_event <> (SELECT count(*) FROM events e WHERE e.ticket_id = t.id) OR \
        t.last_message <> (SELECT count(*) FROM messages m WHERE m.ticket_id = t.id)",
    );
    assert!(miscounted.is_empty(), "{miscounted:?}");
}

/// What may be said once of a ticket; none: it may be said again.
fn said(what: &What) -> Option<String> {
    Some(match what {
        What::RungReached { rung, .. } => format!("rung {rung} reached"),
        What::HeadsUp { rung, to_holder, .. } => format!("warned of rung {rung}, {to_holder}"),
        What::Exception { rung, .. } => format!("rung {rung} unwarned"),
        What::Renotified { rung, count, .. } => format!("rung {rung} told again, {count}"),
        What::PromiseMade { promise, .. } => format!("promise {promise} made"),
        What::PromiseDecided { promise, .. } => format!("promise {promise} decided"),
        What::MessagePosted { message, .. } => format!("message {message}"),
        What::MessageDelivered { message } => format!("message {message} delivered"),
        What::Opened(_) => "opened".to_owned(),
        What::Undelivered { .. } => panic!("the mail server took everything"),
        _ => return None,
    })
}

pub type Events = BTreeMap<i64, (Ticket, Vec<Event>)>;

/// Events say nothing twice, run forwards, and are in accord with their ticket.
pub async fn nothing_happened_twice(desk: &TestDesk) -> BTreeMap<i64, Vec<Event>> {
    let ids: Vec<i64> = desk
        .database()
        .asks("SELECT CAST(id AS TEXT) AS value FROM tickets ORDER BY id")
        .iter()
        .map(|id| id.parse().unwrap())
        .collect();
    let load = move |db: &mut Db| {
        let mut all = Events::new();
        for id in ids {
            let ticket = store::tickets::by_id(db, TicketId(id))?.unwrap();
            all.insert(id, (ticket, store::events::of_ticket(db, TicketId(id), true, 0, 100_000)?));
        }
        Ok::<_, Error>(all)
    };
    let all = desk.app.store.read(load).await.unwrap();
    let mut events = BTreeMap::new();
    for (id, (ticket, its)) in all {
        let reference = &ticket.reference;
        once(reference, its.iter().filter_map(|e| said(&e.what)));
        assert!(its.is_sorted_by_key(|e| e.recorded_at), "{reference} was written down backwards");
        assert!(its.iter().all(|e| e.at <= e.recorded_at), "{reference} foresees");
        let reached = |rung: u8| {
            its.iter().find_map(|e| match e.what {
                What::RungReached { rung: r, .. } if r == rung => Some(e.at),
                _ => None,
            })
        };
        for step in ticket.rungs.iter().filter(|s| s.number > 1) {
            assert_eq!(step.reached_at, reached(step.number), "{reference}, rung {}", step.number);
            // Whatever killed it: nobody pressed, so it is the clock's.
            assert!(step.reached_at.is_none() || step.reached_at == step.due, "{reference}: {step:?}");
        }
        for promise in ticket.timetable.all() {
            let decided = its.iter().find_map(|e| match e.what {
                What::PromiseDecided { promise: p, outcome, .. } if p == promise.number => Some(outcome),
                _ => None,
            });
            assert_eq!(promise.outcome, decided, "{reference}: {promise:?}");
        }
        events.insert(id, its);
    }
    events
}

/// One letter for each reader and cause; a rung that was reached told its holder and the partner.
pub fn everybody_was_told_once(desk: &TestDesk, events: &BTreeMap<i64, Vec<Event>>) -> Vec<Row> {
    let columns = "message_id || ' ' || state || ' ' || CAST(ticket_id AS TEXT) || ' ' || \
        CAST(person_id AS TEXT) || ' ' || CAST(created_at AS TEXT)";
    let read = |line: String| {
        let mut words = line.split(' ').map(str::to_owned);
        let mut word = || words.next().unwrap();
        Row {
            message_id: word(),
            state: word(),
            ticket: word().parse().unwrap(),
            reader: word().parse().unwrap(),
            created_at: word().parse().unwrap(),
        }
    };
    let asked = desk.database().asks(&format!("SELECT {columns} AS value FROM outbox ORDER BY id"));
    let letters: Vec<Row> = asked.into_iter().map(read).collect();
    once("Message-ID", letters.iter().map(|l| &l.message_id));
    // reference:event:kind:reader
    let keys = desk.database().asks("SELECT dedup_key AS value FROM outbox");
    once(
        "a cause told to one reader",
        keys.iter().map(|key| {
            let parts: Vec<&str> = key.split(':').collect();
            [parts[0].to_owned(), parts[1].to_owned(), parts[3].to_owned()]
        }),
    );
    let told: BTreeSet<(i64, i64, i64)> =
        letters.iter().map(|l| (l.ticket, l.reader, l.created_at)).collect();
    let requester = |its: &[Event]| match &its[0].what {
        What::Opened(opened) => opened.requester,
        other => panic!("{other:?} comes first"),
    };
    for (id, its) in events {
        for event in its {
            let What::RungReached { rung, holder, .. } = event.what else { continue };
            let must = |reader: PersonId| {
                let key = (*id, reader.0, event.recorded_at.as_microsecond());
                assert!(told.contains(&key), "nobody told {reader} that ticket {id} reached rung {rung}");
            };
            holder.into_iter().for_each(must);
            must(requester(its));
        }
    }
    let left: Vec<&Row> = letters.iter().filter(|l| l.state != "sent" && l.state != "dropped").collect();
    assert!(left.is_empty(), "{} letters neither left nor were dropped", left.len());
    letters
}

/// Returns how many arrived once more than they had to.
pub fn letters_arrived(letters: &[Row], sink: &Sink, in_flight: &BTreeSet<String>) -> usize {
    let taken = sink.letters();
    let mut copies: BTreeMap<String, Vec<&[u8]>> = BTreeMap::new();
    for letter in &taken {
        copies.entry(message_id(&letter.raw)).or_default().push(&letter.raw);
    }
    let known: BTreeMap<&str, &Row> = letters.iter().map(|l| (l.message_id.as_str(), l)).collect();
    let mut caught: BTreeMap<&str, usize> = BTreeMap::new();
    for line in in_flight {
        *caught.entry(line.split(' ').next().unwrap()).or_default() += 1;
    }
    let mut extra = 0;
    for (id, same) in &copies {
        let row = known.get(id.as_str()).unwrap_or_else(|| panic!("{id} is in no outbox"));
        assert!(same.iter().all(|raw| *raw == same[0]), "{id} differs from itself");
        let sent = usize::from(row.state == "sent");
        let caught = caught.get(id.as_str()).copied().unwrap_or_default();
        assert!(same.len() <= sent + caught, "{id} arrived {} times, in flight {caught} times", same.len());
        extra += same.len() - sent.min(same.len());
    }
    let unarrived: Vec<&str> = letters
        .iter()
        .filter(|l| l.state == "sent" && !copies.contains_key(&l.message_id))
        .map(|l| l.message_id.as_str())
        .collect();
    assert!(unarrived.is_empty(), "said to be sent, and did not arrive: {unarrived:?}");
    extra
}

/// With angle brackets.
fn message_id(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let (_, rest) = text.split_once("Message-ID:").expect("a Message-ID");
    let (id, _) = rest.split_once('>').unwrap();
    format!("{}>", id.trim_start())
}

/// Rungs and promises of the tickets that both have filed, with their instants. Returns how many.
pub fn clocks_did_what_they_do_undisturbed(crashed: &Database, twin: &Database) -> usize {
    let number = |column: &str| format!("coalesce(CAST({column} AS TEXT), '-')");
    let rungs = format!(
        "SELECT t.subject || ' rung ' || {} || ' ' || {} || ' ' || {} || ' ' || {} AS value \
        FROM tickets t JOIN rungs r ON r.ticket_id = t.id WHERE t.subject LIKE 'twin %'",
        number("t.rung"),
        number("r.number"),
        number("r.due_at"),
        number("r.reached_at"),
    );
    let promises = format!(
        "SELECT t.subject || ' ' || p.kind || ' ' || {} || ' ' || {} || ' ' || {} || ' ' || \
        coalesce(p.outcome, '-') || ' ' || {} AS value \
        FROM tickets t JOIN promises p ON p.ticket_id = t.id WHERE t.subject LIKE 'twin %'",
        number("p.number"),
        number("p.start_at"),
        number("p.due_at"),
        number("p.decided_at"),
    );
    let all = |database: &Database| {
        let lines = [&rungs, &promises].into_iter().flat_map(|query| database.asks(query));
        lines.collect::<BTreeSet<String>>()
    };
    let (ours, theirs) = (all(crashed), all(twin));
    let differ: Vec<&String> = ours.symmetric_difference(&theirs).collect();
    assert!(differ.is_empty(), "crashed and undisturbed differ in {differ:#?}");
    twin.asks("SELECT subject AS value FROM tickets").len()
}
