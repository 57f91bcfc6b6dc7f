//! Two sweeps and two deliverers at once make one escalation and one letter of each.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use lizard::jobs::delivery::deliver;
use lizard::jobs::sweep::{Swept, sweep};

use super::support::*;

/// Tickets of every priority whose clocks run out.
const MANY: usize = 24;

async fn files_many(desk: &TestDesk) {
    desk.holds_letters();
    let jo = desk.partner("acme").await.contact("jo").await;
    for n in 0..MANY {
        jo.files(&format!("Issue {n}"), [P1, P2, P3, P4][n % 4]).await;
    }
}

/// Everything that happened, but who noted it and when.
fn happened(database: &Database) -> BTreeSet<String> {
    let all = database.asks(
        "SELECT t.subject || ' ' || CAST(e.number AS TEXT) || ' ' || e.kind || ' ' || CAST(e.at AS TEXT) || ' ' || e.data \
        AS value FROM tickets t JOIN events e ON e.ticket_id = t.id",
    );
    all.into_iter().collect()
}

/// `cause:kind:reader` of every letter, and what became of it.
fn letters(database: &Database) -> BTreeMap<String, String> {
    let all = database.asks("SELECT dedup_key || ' ' || state AS value FROM outbox");
    all.iter()
        .filter_map(|l| l.split_once(' '))
        .map(|(key, state)| (key.to_owned(), state.to_owned()))
        .collect()
}

/// One sweep, undisturbed, over the same tickets on a database of its own.
async fn undisturbed(start: Timestamp, then: Timestamp) -> TestDesk {
    let desk = TestDesk::since(Database::file(), start).await;
    files_many(&desk).await;
    desk.clock.set(then);
    assert_eq!(sweep(&desk.app).await.unwrap().acted, MANY);
    desk
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_sweeps_and_two_deliverers_at_once_do_everything_once() {
    let desk = TestDesk::open().await;
    files_many(&desk).await;
    let other = desk.twin().await;
    desk.is_at("2026-12-08 11:00");
    let (a, b) = (desk.app.clone(), other.clone());
    let (first, second) =
        (tokio::spawn(async move { sweep(&a).await }), tokio::spawn(async move { sweep(&b).await }));
    let swept: [Swept; 2] = [first.await.unwrap().unwrap(), second.await.unwrap().unwrap()];
    assert_eq!(swept.iter().map(|s| s.acted).sum::<usize>(), MANY, "{swept:?}");
    assert_eq!(swept.iter().map(|s| s.failed).sum::<usize>(), 0, "{swept:?}");
    let one = undisturbed(berlin("2026-11-23 10:20"), berlin("2026-12-08 11:00")).await;
    assert_eq!(happened(desk.database()), happened(one.database()));
    assert_eq!(letters(desk.database()), letters(one.database()));

    let (a, b) = (desk.app.clone(), other);
    let (first, second) =
        (tokio::spawn(async move { deliver(&a).await }), tokio::spawn(async move { deliver(&b).await }));
    let (first, second) = (first.await.unwrap().unwrap(), second.await.unwrap().unwrap());
    one.delivers().await;
    assert_eq!(letters(desk.database()), letters(one.database()));
    let arrived: BTreeSet<String> = desk.mails().into_iter().map(|m| m.message_id).collect();
    assert_eq!(arrived.len(), desk.mails().len(), "one letter of each");
    assert_eq!(arrived.len(), one.mails().len());
    assert_eq!(u32::try_from(arrived.len()).unwrap(), first.sent + second.sent, "{first} and {second}");
}

/// Two of the same command on one database, started at the same moment; what they printed.
fn twice(command: &str, database: &Database, mail: &str) -> [String; 2] {
    let folder = tempfile::tempdir().unwrap();
    let start = || -> Child {
        let mut lizard = Command::new(env!("CARGO_BIN_EXE_lizard"));
        lizard.arg(command).current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
        lizard.env("LIZARD__DATABASE__URL", database.text()).env("LIZARD__MAIL__URL", mail);
        lizard.spawn().unwrap()
    };
    [start(), start()].map(|child| {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{command}: {said}{}", String::from_utf8_lossy(&output.stderr));
        said
    })
}

/// The first numbers of two lines.
fn sum(lines: &[String; 2]) -> usize {
    lines.iter().map(|l| l.split(' ').next().unwrap().parse::<usize>().unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_at_once_do_everything_once() {
    // Slow enough for both to be at it.
    let sink = Sink::start(Behaviour::Lingers(Duration::from_millis(10))).await;
    // Processes have the wall's clock: the tickets are old enough for every clock of theirs.
    let now = Timestamp::now();
    let start = now - days(40);
    let desk = TestDesk::since(Database::fresh(), start).await;
    files_many(&desk).await;
    let database = desk.closed().await;
    let swept = twice("sweep", &database, &sink.url());
    assert_eq!(sum(&swept), MANY, "{swept:?}");
    let one = undisturbed(start, now).await;
    assert_eq!(happened(&database), happened(one.database()));
    let untold: Vec<String> = letters(&database).into_keys().collect();
    assert_eq!(untold, letters(one.database()).into_keys().collect::<Vec<_>>());

    // Some were in the hands of one who died.
    database.does("UPDATE outbox SET state = 'sending', claim = 'dead', claimed_until = 0 WHERE id % 3 = 0");
    let delivered = twice("deliver", &database, &sink.url());
    let taken: BTreeSet<Vec<u8>> = sink.letters().into_iter().map(|l| l.raw).collect();
    assert_eq!(taken.len(), sink.letters().len(), "one letter of each");
    assert_eq!(taken.len(), sum(&delivered), "{delivered:?}");
    let states = letters(&database);
    assert_eq!(states.values().filter(|s| *s == "sent").count(), taken.len());
    assert!(states.values().all(|s| s == "sent" || s == "dropped"), "{states:?}");
}
