//! `lizard verify`: a database that was used breaks nothing, and one that somebody broke by
//! hand is named for exactly what was broken.

use std::collections::BTreeSet;

use serde_json::json;

use super::support::*;

/// What `lizard verify` says, a `subject: code` for each line; letters without their number.
fn broken(database: &Database) -> BTreeSet<String> {
    let (holds, said) = database.verified();
    let lines: Vec<&str> = said.lines().collect();
    let (last, lines) = lines.split_last().unwrap();
    let found: BTreeSet<String> = lines
        .iter()
        .map(|line| {
            let (subject, rest) = line.split_once(": ").unwrap();
            let (code, _) = rest.split_once(": ").unwrap_or_else(|| panic!("{line}"));
            let subject =
                subject.split_once("letter ").map_or(subject.to_owned(), |(s, _)| format!("{s}letter"));
            format!("{subject}: {code}")
        })
        .collect();
    assert!(last.ends_with(&format!("{} broken.", lines.len())) || (holds && lines.is_empty()), "{last}");
    assert_eq!(holds, found.is_empty(), "{said}");
    found
}

/// What somebody does to a ticket, `{t}` being its id, and what is broken by that.
const OF_TICKETS: &[(&str, &[&str])] = &[
    ("UPDATE tickets SET clocks = '{' WHERE id = {t}", &["unreadable"]),
    ("UPDATE tickets SET priority = 'P9' WHERE id = {t}", &["unreadable"]),
    ("UPDATE rungs SET stand = 'chair' WHERE ticket_id = {t} AND number = 2", &["unreadable"]),
    ("UPDATE promises SET kind = 'wish' WHERE ticket_id = {t} AND number = 2", &["unreadable"]),
    ("UPDATE events SET data = '{' WHERE ticket_id = {t} AND number = 1", &["unreadable"]),
    ("UPDATE tickets SET category_group = 'legal' WHERE id = {t}", &["column_differs"]),
    ("UPDATE tickets SET stands_in_for_id = 1 WHERE id = {t}", &["column_differs"]),
    ("UPDATE tickets SET asked_id = 1 WHERE id = {t}", &["column_differs"]),
    ("UPDATE tickets SET ladder_version = 99 WHERE id = {t}", &["rules_missing"]),
    ("UPDATE tickets SET close_reason = 'withdrawn' WHERE id = {t}", &["state_contradicts"]),
    ("UPDATE tickets SET owner_id = 9999 WHERE id = {t}", &["owner_unknown", "owner_not_on_rung_1"]),
    (
        "UPDATE tickets SET owner_id = {tom} WHERE id = {t};
        UPDATE rungs SET holder_id = {tom} WHERE ticket_id = {t} AND number = 1",
        &["owner_not_of_the_desk"],
    ),
    (
        "UPDATE tickets SET owner_id = {zoe} WHERE id = {t};
        UPDATE rungs SET holder_id = {zoe} WHERE ticket_id = {t} AND number = 1;
        UPDATE people SET active = FALSE WHERE id = {zoe}",
        &["owner_inactive"],
    ),
    ("UPDATE rungs SET holder_id = {tom} WHERE ticket_id = {t} AND number = 1", &["owner_not_on_rung_1"]),
    ("UPDATE tickets SET about_id = owner_id WHERE id = {t}", &["owner_is_accused"]),
    (
        "UPDATE promises SET outcome = 'withdrawn', decided_at = made_at WHERE ticket_id = {t} AND number = 1",
        &["update_promise_missing", "outcome_without_event"],
    ),
    (
        "UPDATE promises SET kind = 'next_update' WHERE ticket_id = {t} AND number = 2",
        &["update_promise_twice", "resolution_promise_missing", "promise_overwritten"],
    ),
    (
        "UPDATE promises SET kind = 'resolution' WHERE ticket_id = {t} AND number = 1",
        &["resolution_promise_twice", "update_promise_missing", "promise_overwritten"],
    ),
    (
        "UPDATE tickets SET state = 'closed', close_reason = 'withdrawn', next_clock_at = {never} WHERE id = {t}",
        &["promise_without_outcome", "closed_without_event"],
    ),
    (
        "UPDATE promises SET outcome = 'kept', decided_at = due_at + 1 WHERE ticket_id = {t} AND number = 1",
        &["promise_outcome_wrong", "update_promise_missing", "outcome_without_event"],
    ),
    (
        "UPDATE promises SET supersedes = 9 WHERE ticket_id = {t} AND number = 2",
        &["promise_supersedes_wrong", "promise_overwritten"],
    ),
    (
        "UPDATE promises SET number = 7 WHERE ticket_id = {t} AND number = 2",
        &["promise_numbers", "promise_without_event"],
    ),
    (
        "UPDATE promises SET due_at = due_at + 60000000 WHERE ticket_id = {t} AND number = 2",
        &["promise_overwritten"],
    ),
    ("UPDATE tickets SET rung = 2 WHERE id = {t}", &["rung_wrong"]),
    (
        "UPDATE rungs SET reached_at = due_at, cause = 'clock' WHERE ticket_id = {t} AND number = 2;
        UPDATE tickets SET rung = 2 WHERE id = {t}",
        &["rung_without_event"],
    ),
    (
        "UPDATE rungs SET reached_at = due_at, cause = 'clock' WHERE ticket_id = {t} AND number = 3;
        UPDATE tickets SET rung = 3 WHERE id = {t}",
        &["rung_skipped", "rung_without_event"],
    ),
    (
        "UPDATE rungs SET due_at = due_at + 864000000000 WHERE ticket_id = {t} AND number = 3",
        &["rung_due_order"],
    ),
    ("UPDATE tickets SET last_event = last_event + 1 WHERE id = {t}", &["event_numbers"]),
    (
        "DELETE FROM events WHERE ticket_id = {t} AND kind = 'promise_made' AND number = 2",
        &["event_numbers", "promise_without_event"],
    ),
    (
        "UPDATE events SET recorded_at = recorded_at + 1 WHERE ticket_id = {t} AND number = 1",
        &["event_order"],
    ),
    (
        "UPDATE events SET data = (SELECT e.data FROM events e WHERE e.ticket_id = {t} AND e.number = 2)
        WHERE ticket_id = {t} AND number = 1",
        &["first_event_not_opened"],
    ),
    ("UPDATE tickets SET last_message = 1 WHERE id = {t}", &["message_numbers"]),
    (
        "INSERT INTO messages (ticket_id, number, by_kind, by_partner, visibility, body, written_at)
        VALUES ({t}, 1, 'lizard', FALSE, 'internal', 'x', 1);
        UPDATE tickets SET last_message = 1 WHERE id = {t}",
        &["message_without_event"],
    ),
    ("UPDATE tickets SET check_at = {never} WHERE id = {t}", &["clock_missed"]),
    ("UPDATE tickets SET requester_id = 9999 WHERE id = {t}", &["reference_broken"]),
];

/// What somebody does to a letter, `{l}` being its id, and to whom that is put down.
const OF_LETTERS: &[(&str, &str)] = &[
    ("UPDATE outbox SET ticket_id = NULL WHERE id = {l}", "letter: letter_without_ticket"),
    ("UPDATE outbox SET ticket_id = 9999 WHERE id = {l}", "letter: letter_without_ticket"),
    (
        "UPDATE outbox SET dedup_key = '{ref}:99:received:1' WHERE id = {l}",
        "{ref} letter: letter_without_event",
    ),
    ("UPDATE outbox SET message = 9 WHERE id = {l}", "{ref} letter: letter_without_message"),
    ("UPDATE outbox SET state = 'sending' WHERE id = {l}", "{ref} letter: letter_state"),
    ("UPDATE outbox SET claim = 'mine' WHERE id = {l}", "{ref} letter: letter_state"),
    ("UPDATE outbox SET kind = 'gossip' WHERE id = {l}", "{ref} letter: unreadable"),
];

/// What somebody does to the rest.
const OF_THE_REST: &[(&str, &str)] = &[
    (
        "INSERT INTO submissions (actor, submission_key, digest, status, location, body, created_at)
        VALUES ('x', 'y', 'z', 201, '/api/v1/tickets/PI-9999/messages', '', 1)",
        "PI-9999: answer_without_ticket",
    ),
    (
        "INSERT INTO messages (ticket_id, number, by_kind, by_partner, visibility, body, written_at)
        VALUES (9999, 1, 'lizard', FALSE, 'internal', 'x', 1)",
        "database: reference_broken",
    ),
    ("DROP INDEX tickets_updated", "database: index_missing"),
    (
        "INSERT INTO absences (version, person_id, from_at, effective_at, until_at, created_at)
        VALUES (1, (SELECT min(id) FROM people), 2, 2, 1, 1)",
        "absence 1: absence_senseless",
    ),
];

#[tokio::test]
async fn whatever_is_broken_by_hand_is_named_and_nothing_else() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let (jo, pat) = (acme.contact("jo").await, acme.contact("pat").await);
    let mut tickets = Vec::new();
    for n in 0..OF_TICKETS.len() + OF_LETTERS.len() {
        tickets.push(jo.files(&format!("to be broken {n}"), P2).await);
    }
    let mut complaint = draft("Nobody calls back", P2);
    complaint["category"] = json!("rel.am_unresponsive");
    let complaint = pat.files_as(complaint).await.as_ticket();
    desk.add(Cast::new("zoe", "Zoe Adler", lizard::domain::person::Role::Desk)).await;
    let database = desk.closed().await;
    database.must_hold();

    let one = |query: &str| database.asks(query).remove(0);
    let id = |t: &Ticket| {
        one(&format!("SELECT CAST(id AS TEXT) AS value FROM tickets WHERE reference = '{}'", t.0))
    };
    let person = |first: &str| {
        one(&format!("SELECT CAST(id AS TEXT) AS value FROM people WHERE email = '{first}@lizard.example'"))
    };
    let (tom, zoe) = (person("tom"), person("zoe"));
    let mut expected = BTreeSet::new();
    let mut rest = tickets.iter();
    for (statements, codes) in OF_TICKETS {
        let ticket = rest.next().unwrap();
        let statements = statements.replace("{t}", &id(ticket)).replace("{tom}", &tom).replace("{zoe}", &zoe);
        database.breaks(&statements.replace("{never}", &i64::MAX.to_string()));
        if !statements.contains("asked_id") {
            // What is kept for SQL follows, so that only what was broken is found.
            database.breaks(&format!(
                "UPDATE tickets SET asked_id = (SELECT holder_id FROM rungs \
                WHERE ticket_id = tickets.id AND number = tickets.rung AND tickets.state = 'open') WHERE id = {}",
                id(ticket)
            ));
        }
        expected.extend(codes.iter().map(|code| format!("{}: {code}", ticket.0)));
    }
    for (statements, line) in OF_LETTERS {
        let ticket = rest.next().unwrap();
        let letter = one(&format!(
            "SELECT CAST(min(id) AS TEXT) AS value FROM outbox WHERE ticket_id = {}",
            id(ticket)
        ));
        database.breaks(&statements.replace("{l}", &letter).replace("{ref}", &ticket.0));
        expected.insert(line.replace("{ref}", &ticket.0));
    }
    for (statements, line) in OF_THE_REST {
        database.breaks(statements);
        expected.insert((*line).to_owned());
    }
    // Somebody reads what is said about them.
    database.breaks(&format!(
        "UPDATE outbox SET person_id = {tom} WHERE id = (SELECT min(id) FROM outbox WHERE ticket_id = {})",
        id(&complaint)
    ));
    expected.insert(format!("{} letter: letter_to_accused", complaint.0));
    // Who owns what was changed by hand: all are counted anew, and one of them wrongly.
    database.breaks(
        "UPDATE people SET live_tickets = (SELECT count(*) FROM tickets \
        WHERE owner_id = people.id AND tickets.state <> 'closed'); \
        UPDATE people SET live_tickets = live_tickets + 1 WHERE email = 'wei@lizard.example'",
    );
    expected.insert("wei@lizard.example: live_miscounted".to_owned());
    match &database {
        Database::Postgres { .. } => {
            database.breaks("SELECT setval(pg_get_serial_sequence('tickets', 'id'), 1)");
            expected.insert("database: sequence_behind".to_owned());
        }
        Database::Sqlite(_) => {
            // The index is of another column than it says.
            database.breaks(
                "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET \
                sql = 'CREATE INDEX events_recorded ON events (number)' WHERE name = 'events_recorded'",
            );
            expected.insert("database: file_damaged".to_owned());
        }
    }
    let found = broken(&database);
    let differ: Vec<&String> = found.symmetric_difference(&expected).collect();
    assert!(differ.is_empty(), "{differ:#?}\n{}", database.verified().1);
}

#[tokio::test]
async fn it_makes_no_database_and_judges_none_of_another_version() {
    let database = Database::fresh();
    let said = |database: &Database| {
        let said = database.lizard("verify").output().unwrap();
        assert_eq!(said.status.code(), Some(1));
        String::from_utf8(said.stderr).unwrap()
    };
    match &database {
        Database::Sqlite(folder) => {
            assert!(said(&database).contains("is not there"), "{}", said(&database));
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
        Database::Postgres { .. } => {
            assert!(said(&database).contains("lizard migrate"), "{}", said(&database));
        }
    }
    let database =
        TestDesk::on(database, berlin("2026-11-23 10:20"), berlin("2026-11-23 10:20")).await.closed().await;
    database.must_hold();
    database.does("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')");
    assert!(said(&database).contains("a later version"), "{}", said(&database));
    database.does("DELETE FROM __diesel_schema_migrations WHERE version > '20261122000000'");
    assert!(said(&database).contains("lizard migrate"), "{}", said(&database));
}
