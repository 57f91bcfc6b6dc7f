//! From the databases of earlier versions, kept in `tests/upgrade/<migration>/`: the present
//! program brings them up, everything reads as it did, and goes on without telling anybody
//! twice.
//!
//! Whoever adds a migration first keeps the state before it, on both databases (the version
//! is the last migration that they have), and commits what that writes:
//!
//! ```sh
//! cargo test --test journeys -- --ignored keeps_a_database_for_later_versions
//! scripts/with-postgres cargo test --test journeys -- --ignored keeps_a_database_for_later_versions
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use xz2::read::XzDecoder;
use xz2::write::XzEncoder;

use super::support::*;
use super::tour::{Serving, free_port};

fn shelf() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/upgrade")
}

/// Versions of which a database is kept.
fn kept() -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = std::fs::read_dir(shelf()).unwrap().map(|e| e.unwrap().path()).collect();
    all.sort();
    all
}

/// Tickets in every state that there is, by what was done to them. Letters of the last wait.
async fn a_week_of_everything(desk: &TestDesk) {
    let acme = desk.partner("acme").await;
    let (jo, pat) = (acme.contact("jo").await, acme.contact("pat").await);
    let (priya, dana) = (desk.staff("priya").await, desk.staff("dana").await);
    let on_wire = |text: &str| json!(wire(text));
    let climbs = jo.files("Nobody can order", P1).await;
    let waits = jo.files("Special price not approved", P2).await;
    let claimed = jo.files("Invoice has the wrong address", P3).await;
    let closed = jo.files("Login for a new colleague", P3).await;
    let moved = jo.files("Delivery date is missing", P2).await;
    let merged = jo.files("Delivery date is still missing", P2).await;
    let pressed = jo.files("Deal registration is stuck", P2).await;
    let mut complaint = draft("Nobody calls us back", P2);
    complaint["category"] = json!("rel.am_unresponsive");
    pat.files_as(complaint).await;
    for ticket in [&waits, &claimed, &closed, &moved] {
        let order = json!({"priority": "P3", "owner": "priya@lizard.example", "reason": "one deal"});
        priya.triages(ticket, order).await.expect(200);
        priya.replies(ticket, "We are on it.").await;
    }
    desk.lets_pass(hours(1)).await;
    priya.waits(&waits, "partner", &wire("2026-11-25 12:00")).await.expect(200);
    let dates = |resolution: &str, reason: Option<&str>| {
        let mut body = Map::new();
        let step = json!({"label": "Price committee", "due": on_wire("2026-11-25 12:00")});
        body.insert("milestones".to_owned(), json!([step]));
        body.insert("resolution".to_owned(), on_wire(resolution));
        body.extend(reason.map(|r| ("reason".to_owned(), json!(r))));
        Value::Object(body)
    };
    priya.put(&moved.path("timetable"), dates("2026-12-10 12:00", Some("customs"))).await.expect(200);
    priya.put(&moved.path("timetable"), dates("2026-12-14 12:00", Some("customs again"))).await.expect(200);
    priya.put(&moved.path("timetable"), dates("2026-12-11 12:00", None)).await.expect(200);
    priya.notes(&moved, "The carrier says Friday.").await.expect(201);
    dana.merges(&merged, &moved).await.expect(200);
    jo.escalates(&pressed).await.expect(201);
    jo.contests(&pressed).await.expect(201);
    desk.lets_pass(hours(4)).await;
    priya.resolves(&claimed).await.expect(201);
    priya.resolves(&closed).await.expect(201);
    jo.refuses(&closed).await.expect(201);
    priya.resolves(&closed).await.expect(201);
    jo.confirms(&closed).await.expect(201);
    dana.replies(&climbs, "I have it.").await;
    desk.lets_pass(minutes(30)).await;
    desk.holds_letters();
    jo.files("Filed just before the upgrade", P3).await;
    priya.replies(&pressed, "The registration is with legal.").await;
}

/// Everything that is told of every ticket to those who see it, by reader and reference.
async fn told(desk: &TestDesk) -> Value {
    let references = desk.database().asks("SELECT reference AS value FROM tickets ORDER BY id");
    let mut all = Map::new();
    for email in ["jo@acme.example", "pat@acme.example", "priya@lizard.example", "dana@lizard.example"] {
        let reader = desk.signed_in(email).await;
        for ticket in references.iter().map(|reference| Ticket(reference.clone())) {
            let seen = reader.sees(&ticket).await;
            let answer = if seen.status == 404 {
                json!(404)
            } else {
                json!({
                    "etag": seen.etag(),
                    "ticket": seen.json,
                    "events": reader.events(&ticket).await,
                    "promises": reader.promises(&ticket).await,
                    "messages": reader.messages(&ticket).await,
                })
            };
            all.insert(format!("{email} {}", ticket.0), answer);
        }
    }
    Value::Object(all)
}

/// Where the kept answer is not the present one any more. What is told besides is no matter.
fn differences(at: &str, was: &Value, is: &Value, found: &mut Vec<String>) {
    match (was, is) {
        (Value::Object(was), Value::Object(is)) => {
            for (name, was) in was {
                differences(&format!("{at}.{name}"), was, is.get(name).unwrap_or(&Value::Null), found);
            }
        }
        (Value::Array(was), Value::Array(is)) if was.len() == is.len() => {
            for (n, (was, is)) in was.iter().zip(is).enumerate() {
                differences(&format!("{at}[{n}]"), was, is, found);
            }
        }
        (was, is) if was == is => {}
        (was, is) => found.push(format!("{at} was {was}, and is {is}")),
    }
}

/// The database as statements that make it again.
fn dumped(database: &Database) -> String {
    if let Database::Postgres { .. } = database {
        let dump = ["--inserts", "--no-owner", "--no-privileges", "--dbname"];
        let ran = Command::new("pg_dump").args(dump).arg(database.text()).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        let text = String::from_utf8(ran.stdout).unwrap();
        // What only psql understands.
        let lines = text.lines().filter(|l| !l.starts_with("\\restrict") && !l.starts_with("\\unrestrict"));
        return lines.collect::<Vec<_>>().join("\n");
    }
    // Without what an index of words is made of: whatever is not there of words is made anew.
    let own = "NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') AND sql IS NOT NULL";
    let mut statements = database.asks(&format!(
        "SELECT sql AS value FROM sqlite_schema WHERE tbl_name {own} ORDER BY type = 'index', rowid"
    ));
    for table in database.asks(&format!(
        "SELECT name AS value FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'texts%' \
        AND name {own} ORDER BY rowid"
    )) {
        let columns = database
            .asks(&format!("SELECT 'quote(' || name || ')' AS value FROM pragma_table_info('{table}')"));
        statements.extend(database.asks(&format!(
            "SELECT 'INSERT INTO {table} VALUES (' || {} || ')' AS value FROM {table}",
            columns.join(" || ', ' || ")
        )));
    }
    statements.join(";\n") + ";\n"
}

#[tokio::test]
#[ignore = "writes tests/upgrade, for a version that is about to be left behind"]
async fn keeps_a_database_for_later_versions() {
    let desk = TestDesk::open().await;
    a_week_of_everything(&desk).await;
    let version =
        desk.database().asks("SELECT max(version) AS value FROM __diesel_schema_migrations").remove(0);
    let folder = shelf().join(version);
    std::fs::create_dir_all(&folder).unwrap();
    let answers =
        json!({"business": desk.app.clock.now(), "wall": desk.app.wall.now(), "told": told(&desk).await});
    let database = desk.closed().await;
    database.must_hold();
    let kind = database.kind();
    pack(&folder.join(format!("{kind}.sql.xz")), &dumped(&database));
    pack(&folder.join(format!("{kind}.json.xz")), &serde_json::to_string_pretty(&answers).unwrap());
}

/// Letters are long, and much alike.
fn pack(file: &Path, text: &str) {
    let mut packed = XzEncoder::new(File::create(file).unwrap(), 9);
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap();
}

fn unpacked(file: &Path) -> String {
    let mut text = String::new();
    let packed = File::open(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    XzDecoder::new(packed).read_to_string(&mut text).unwrap();
    text
}

/// By Message-ID, in this state.
fn letters(database: &Database, state: &str) -> BTreeSet<String> {
    database
        .asks(&format!("SELECT message_id AS value FROM outbox WHERE state = '{state}'"))
        .into_iter()
        .collect()
}

async fn comes_up(folder: &Path) {
    let database = Database::fresh();
    let read = |ending: &str| unpacked(&folder.join(format!("{}.{ending}.xz", database.kind())));
    let answers: Value = serde_json::from_str(&read("json")).unwrap();
    let instant = |name: &str| answers[name].as_str().unwrap().parse::<Timestamp>().unwrap();
    database.breaks(&read("sql"));

    let desk = TestDesk::on(database, instant("business"), instant("wall")).await;
    desk.holds_letters();
    let mut differ = Vec::new();
    differences("", &answers["told"], &told(&desk).await, &mut differ);
    assert!(differ.is_empty(), "{}: {differ:#?}", folder.display());
    assert!(answers["told"].as_object().is_some_and(|told| told.len() > 20));
    desk.database().must_hold();

    // Clocks and letters go on, and nobody is told twice.
    let (sent, queued) = (letters(desk.database(), "sent"), letters(desk.database(), "queued"));
    assert!(sent.len() > 20 && queued.len() > 2, "{} sent, {} queued", sent.len(), queued.len());
    desk.lets_pass(hours(40)).await;
    let mut arrived = BTreeMap::<String, usize>::new();
    for post in desk.mailbox() {
        *arrived.entry(Mail::of(&post).message_id).or_default() += 1;
    }
    let bare = |ids: &BTreeSet<String>| -> BTreeSet<String> {
        ids.iter().map(|id| id.trim_matches(['<', '>']).to_owned()).collect()
    };
    let again: Vec<String> = bare(&sent).into_iter().filter(|id| arrived.contains_key(id)).collect();
    assert!(again.is_empty(), "sent once more after the upgrade: {again:?}");
    assert!(arrived.values().all(|times| *times == 1), "{arrived:?}");
    assert!(bare(&queued).iter().any(|id| arrived.contains_key(id)), "what waited has left");
    assert!(
        letters(desk.database(), "sent").len() > sent.len() + queued.len() / 2,
        "later letters have left"
    );
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Filed after the upgrade", P2).await;
    desk.staff("priya").await.replies(&ticket, "We are on it.").await;
    let database = desk.closed().await;
    database.must_hold();

    // As an operator does it: the program is started on it.
    let place = tempfile::tempdir().unwrap();
    let mut serving = Serving::start(place.path(), free_port(), &database.text());
    assert!(tokio::task::block_in_place(|| serving.terminate()).success());
    database.must_hold();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_earlier_version_comes_up_and_goes_on() {
    let kept = kept();
    assert!(!kept.is_empty(), "no earlier version is kept");
    for folder in kept {
        comes_up(&folder).await;
    }
}

/// The migration that adds clocks sends the sweep to every live ticket; it goes there once.
#[tokio::test]
async fn a_look_that_came_too_early_is_not_repeated_for_ever() {
    let desk = TestDesk::open().await;
    let ticket = desk.partner("acme").await.contact("jo").await.files("Special price not approved", P2).await;
    let looks = "SELECT CAST(check_at AS TEXT) AS value FROM tickets";
    let wanted = desk.database().asks(looks);
    desk.database().does("UPDATE tickets SET check_at = 0");
    let version = desk.staff("dana").await.sees(&ticket).await.etag();
    assert_eq!(reqwest::get(format!("{}/readyz", desk.url)).await.unwrap().status(), 503);
    desk.looks().await;
    assert_eq!(desk.database().asks(looks), wanted);
    assert_eq!(desk.staff("dana").await.sees(&ticket).await.etag(), version);
}
