//! `kill -9` at random points of intake, sweep and delivery, with a mail server in the loop:
//! nothing acknowledged is lost, nothing happens twice, and only letters in flight arrive
//! twice, the same twice.
//!
//! `LIZARD_CRASHES` says how often (6), `LIZARD_CRASH_SEED` repeats what one run chose, as
//! far as the machine lets it. On SQLite, and on PostgreSQL when TEST_DATABASE_URL names a
//! server.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::too_many_lines,
    reason = "a test that cannot go on fails where it stands"
)]

mod callers;
mod findings;
mod service;
#[path = "../journeys/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "shared with the journeys, which need more of it")]
mod support;

use std::collections::BTreeSet;
use std::io::Write;
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use lizard::jobs::sweep::sweep;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use tempfile::TempDir;
use tokio::task::JoinSet;

use callers::{Caller, Does, Ledger, Sides};
use service::Service;
use support::*;

/// `mail.parallel`, as it is by default.
const PARALLEL: usize = 4;
/// How far back tickets reach whose clocks run out while nobody serves.
const PAST_HOURS: i64 = 24 * 40;

fn given(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

/// A run tells its figures.
#[expect(clippy::explicit_write, reason = "eprintln! is captured while a test runs")]
fn say(text: &str) {
    writeln!(std::io::stderr(), "crash: {text}").unwrap();
}

async fn bearer(desk: &TestDesk, email: &str) -> String {
    let asked = json!({"email": email, "password": PASSWORD});
    let given = desk.nobody().post("/session", asked).await.expect(200);
    given["access_token"].as_str().unwrap().to_owned()
}

/// A service that is killed again and again, and a twin that lives in peace.
struct Trial {
    rng: StdRng,
    /// None while a desk has it.
    database: Option<Database>,
    /// Files the same tickets at the same times, and is swept once, at the end.
    twin: TestDesk,
    sink: Sink,
    folder: TempDir,
    port: u16,
    ledger: Arc<Mutex<Ledger>>,
    callers: Vec<Caller>,
    rounds: u32,
    /// Message-ID and claim of letters that a kill found in flight.
    in_flight: BTreeSet<String>,
}

impl Trial {
    async fn begin(seed: u64) -> Self {
        let past = Timestamp::now() - SignedDuration::from_hours(PAST_HOURS);
        let desk = TestDesk::since(Database::fresh(), past).await;
        let twin = TestDesk::since(Database::file(), past).await;
        twin.holds_letters();
        let ledger = Arc::new(Mutex::new(Ledger::default()));
        let caller = |n: u64, does| Caller::new(&format!("caller {n}"), does, seed ^ (n << 32), &ledger);
        let callers = vec![
            caller(1, Does::Files),
            caller(2, Does::Files),
            caller(3, Does::Writes),
            caller(4, Does::Writes),
        ];
        Self {
            rng: StdRng::seed_from_u64(seed),
            database: Some(desk.closed().await),
            twin,
            sink: Sink::start(Behaviour::Normal).await,
            folder: tempfile::tempdir().unwrap(),
            port: TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port(),
            ledger,
            callers,
            rounds: 0,
            in_flight: BTreeSet::new(),
        }
    }

    fn database(&self) -> &Database {
        self.database.as_ref().unwrap()
    }

    fn serve(&self) -> Service {
        Service::spawn(self.folder.path(), self.port, &self.database().text(), &self.sink.url())
    }

    /// While nobody serves: tickets that were filed long ago, and whose clocks have run out since.
    async fn files_in_the_past(&mut self) -> Sides {
        let now = Timestamp::now();
        let desk = TestDesk::on(self.database.take().unwrap(), now, now).await;
        // They leave by the service, not from here.
        desk.holds_letters();
        let (jo, priya) =
            (bearer(&desk, "jo@acme.example").await, bearer(&desk, "priya@lizard.example").await);
        let person =
            |url: &str, bearer: &str| Actor::new(&desk.client, url, "somebody", Some(bearer.to_owned()));
        self.twin.wall.set(now);
        let by_twin = self.twin.partner("acme").await.contact("jo").await;
        for n in 0..self.rng.random_range(1..5) {
            let ago = SignedDuration::from_mins(self.rng.random_range(5..60 * PAST_HOURS));
            let priority = [P1, P2, P3, P4][self.rng.random_range(0..4)];
            let subject = format!("twin {}.{n}", self.rounds);
            desk.clock.set(now - ago);
            self.twin.clock.set(now - ago);
            let filed = person(&desk.url, &jo).files(&subject, priority).await;
            by_twin.files(&subject, priority).await;
            self.ledger.lock().unwrap().tickets.insert(subject, filed.0);
        }
        let url = format!("http://127.0.0.1:{}", self.port);
        let sides = Sides { jo: person(&url, &jo), priya: person(&url, &priya) };
        self.database = Some(desk.closed().await);
        sides
    }

    /// Serves for a moment, and is killed in the middle of everything.
    async fn round(&mut self) {
        let sides = self.files_in_the_past().await;
        let slow = Duration::from_millis(self.rng.random_range(1..60));
        let behaviour = match self.rng.random_range(0..3) {
            0 => Behaviour::Normal,
            1 => Behaviour::Slow(slow / 6),
            _ => Behaviour::Lingers(slow),
        };
        self.sink.behave(behaviour).await;
        let mut service = self.serve();
        let stop = Arc::new(AtomicBool::new(false));
        let mut calling = JoinSet::new();
        for caller in self.callers.drain(..) {
            calling.spawn(caller.call(sides.clone(), Arc::clone(&stop), false));
        }
        // Now and then while it starts.
        if self.rng.random_bool(0.9) {
            service.serves().await;
        }
        let alive = self.rng.random_range(20..900);
        tokio::time::sleep(Duration::from_millis(alive)).await;
        service.kill();
        stop.store(true, Ordering::SeqCst);
        self.callers = calling.join_all().await;
        self.rounds += 1;
        self.notes_letters_in_flight();
        if self.rng.random_bool(0.5) {
            self.claims_run_out();
        }
    }

    fn notes_letters_in_flight(&mut self) {
        let database = self.database.as_ref().unwrap();
        if let Database::Postgres { .. } = database {
            // What the server was still doing for the dead.
            let others = "SELECT 'one' AS value FROM pg_stat_activity \
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
            while !database.asks(others).is_empty() {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        let known = self.in_flight.len();
        let claimed = "SELECT message_id || ' ' || claim AS value FROM outbox WHERE state = 'sending'";
        self.in_flight.extend(database.asks(claimed));
        let more = self.in_flight.len() - known;
        assert!(more <= PARALLEL, "{more} letters were in flight at once");
    }

    /// What the passing of three minutes does.
    fn claims_run_out(&self) {
        self.database().does("UPDATE outbox SET claimed_until = 0 WHERE state = 'sending'");
    }

    /// Serves undisturbed until everybody is answered and nothing is left to do.
    async fn ends(&mut self) {
        let sides = self.files_in_the_past().await;
        self.sink.behave(Behaviour::Normal).await;
        self.claims_run_out();
        let mut service = self.serve();
        let mut calling = JoinSet::new();
        for caller in self.callers.drain(..) {
            calling.spawn(caller.call(sides.clone(), Arc::default(), true));
        }
        calling.join_all().await;
        let begun = Instant::now();
        loop {
            let now = Timestamp::now().as_microsecond();
            let left = self.database().asks(&format!(
                "SELECT 'letter' AS value FROM outbox WHERE state IN ('queued', 'sending') AND not_before <= {now} \
                UNION ALL SELECT 'ticket' FROM tickets WHERE state <> 'closed' AND check_at <= {now}"
            ));
            if left.is_empty() {
                break;
            }
            let patience = Duration::from_secs(60 + u64::from(self.rounds) * 2);
            assert!(begun.elapsed() < patience, "{} things are left to do", left.len());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        service.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_at_any_moment_it_loses_nothing_and_does_nothing_twice() {
    let crashes = given("LIZARD_CRASHES").unwrap_or(6);
    let seed = given("LIZARD_CRASH_SEED").unwrap_or_else(|| rand::random_range(0..1_000_000));
    let begun = Instant::now();
    let mut trial = Trial::begin(seed).await;
    say(&format!("{crashes} kills on {}, LIZARD_CRASH_SEED={seed}", trial.database().kind()));
    for _ in 0..crashes {
        trial.round().await;
    }
    trial.ends().await;
    // Both are looked at, at one and the same time.
    let now = Timestamp::now();
    let mail = trial.sink.url();
    let desk = TestDesk::on_with(trial.database.take().unwrap(), now, now, Some(&mail)).await;
    desk.looks().await;
    trial.twin.clock.set(now);
    assert_eq!(sweep(&trial.twin.app).await.unwrap().failed, 0);

    let ledger = std::mem::take(&mut *trial.ledger.lock().unwrap());
    findings::database_is_whole(desk.database());
    desk.database().must_hold();
    findings::nothing_acknowledged_is_lost(desk.database(), &ledger);
    let events = findings::nothing_happened_twice(&desk).await;
    let letters = findings::everybody_was_told_once(&desk, &events);
    let extra = findings::letters_arrived(&letters, &trial.sink, &trial.in_flight);
    let compared = findings::clocks_did_what_they_do_undisturbed(desk.database(), trial.twin.database());
    say(&format!(
        "{} tickets, {} messages, {} events, {} letters, {} in flight at a kill, {extra} arrived once more; \
         {compared} tickets are as their twins; {:.0?}",
        ledger.tickets.len(),
        ledger.messages.len(),
        events.values().map(Vec::len).sum::<usize>(),
        letters.len(),
        trial.in_flight.len(),
        begun.elapsed(),
    ));
}
