//! SIGTERM under load: what was taken is finished, what was answered is there, and the next
//! start goes on where this one stopped.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::json;
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::support::*;
use super::tour::{Serving, free_port};

/// A service as an operator runs it, with its mail server, and those who file all the time.
pub struct Load {
    pub sink: Sink,
    pub folder: TempDir,
    port: u16,
    pub jo: Actor,
    pub priya: Actor,
    /// Subject → reference of what was acknowledged.
    ledger: Arc<Mutex<BTreeMap<String, String>>>,
    filing: JoinSet<String>,
}

impl Load {
    /// Everybody is in the database, and has signed in.
    pub async fn on(database: Database, behaviour: Behaviour) -> (Self, Database) {
        let now = Timestamp::now();
        let desk = TestDesk::since(database, now).await;
        let port = free_port();
        let url = format!("http://127.0.0.1:{port}");
        let person = async |email: &str| {
            let asked = json!({"email": email, "password": PASSWORD});
            let given = desk.nobody().post("/session", asked).await.expect(200);
            Actor::new(&desk.client, &url, email, Some(given["access_token"].as_str().unwrap().to_owned()))
        };
        let (jo, priya) = (person("jo@acme.example").await, person("priya@lizard.example").await);
        let load = Self {
            sink: Sink::start(behaviour).await,
            folder: tempfile::tempdir().unwrap(),
            port,
            jo,
            priya,
            ledger: Arc::default(),
            filing: JoinSet::new(),
        };
        (load, desk.closed().await)
    }

    pub fn serve(&self, database: &Database) -> Serving {
        Serving::mailing(self.folder.path(), self.port, &database.text(), &self.sink.url())
    }

    /// From now on many file, each until nobody answers any more.
    pub fn begins(&mut self) {
        for filer in 0..8 {
            let (jo, ledger) = (self.jo.clone(), Arc::clone(&self.ledger));
            self.filing.spawn(async move {
                for n in 0..100_000 {
                    let key = format!("{filer}.{n}");
                    let Some(answer) =
                        jo.ask("POST", "/tickets").key(&key).json(&draft(&key, P3)).try_send().await
                    else {
                        return key;
                    };
                    let reference = answer.expect(201)["reference"].as_str().unwrap().to_owned();
                    ledger.lock().unwrap().insert(key, reference);
                }
                panic!("nobody stopped it");
            });
        }
    }

    /// What was acknowledged by now.
    pub fn acknowledged(&self) -> BTreeMap<String, String> {
        self.ledger.lock().unwrap().clone()
    }

    /// Until so many more were acknowledged, on a machine however slow.
    pub async fn files(&self, more: usize) {
        let (begun, enough) = (Instant::now(), self.acknowledged().len() + more);
        while self.acknowledged().len() < enough {
            assert!(begun.elapsed() < Duration::from_mins(1), "nothing is filed");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// After the stop: the keys of what nobody answered.
    pub async fn unanswered(&mut self) -> Vec<String> {
        let mut keys = Vec::new();
        while let Some(key) = self.filing.join_next().await {
            keys.push(key.unwrap());
        }
        keys
    }

    /// Until no letter waits any more.
    pub async fn drained(&self, database: &Database) {
        let begun = Instant::now();
        let waiting = "SELECT message_id AS value FROM outbox WHERE state IN ('queued', 'sending')";
        while !database.asks(waiting).is_empty() {
            assert!(begun.elapsed() < Duration::from_mins(1), "letters are left");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Message-ID → how often it arrived. Whatever arrives twice is the same twice.
    pub fn arrived(&self) -> BTreeMap<String, usize> {
        let mut all: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        for letter in self.sink.letters() {
            let text = String::from_utf8_lossy(&letter.raw).into_owned();
            let (_, id) = text.split_once("Message-ID:").unwrap();
            let id = id.split_once('>').map(|(id, _)| format!("{}>", id.trim_start())).unwrap();
            all.entry(id).or_default().push(letter.raw);
        }
        assert!(
            all.values().all(|same| same.iter().all(|raw| *raw == same[0])),
            "a letter differs from itself"
        );
        all.into_iter().map(|(id, same)| (id, same.len())).collect()
    }
}

/// Stops it as an operator does, and says how long that took.
pub fn stopped(serving: &mut Serving) {
    let begun = Instant::now();
    let status = serving.terminate();
    assert_eq!(status.code(), Some(0), "it ends with 0");
    assert!(begun.elapsed() < Duration::from_secs(10), "it took {:?} to stop", begun.elapsed());
}

/// Subject → reference of everything that is there.
pub fn filed(database: &Database) -> BTreeMap<String, String> {
    let rows = database.asks("SELECT subject || ' ' || reference AS value FROM tickets");
    rows.iter().map(|row| row.rsplit_once(' ').unwrap()).map(|(s, r)| (s.to_owned(), r.to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_under_load_it_loses_nothing_and_the_next_start_goes_on() {
    let behaviour = Behaviour::Lingers(Duration::from_millis(200));
    let (mut load, database) = Load::on(Database::fresh(), behaviour).await;
    let mut serving = load.serve(&database);
    load.begins();
    load.files(60).await;
    tokio::task::block_in_place(|| stopped(&mut serving));
    let unanswered = load.unanswered().await;
    let acknowledged = load.acknowledged();

    // Everything that was answered is there, and nothing else but what was under way.
    let mut there = filed(&database);
    for (subject, reference) in &acknowledged {
        assert_eq!(there.remove(subject).as_ref(), Some(reference), "{subject} was acknowledged");
    }
    assert!(there.keys().all(|subject| unanswered.contains(subject)), "{there:?}");
    let in_flight = database.asks("SELECT message_id AS value FROM outbox WHERE state = 'sending'");
    assert!(in_flight.is_empty(), "{} letters were left on their way", in_flight.len());
    let sent = database.asks("SELECT message_id AS value FROM outbox WHERE state = 'sent'");
    assert_eq!(load.arrived().len(), sent.len(), "what arrived is noted as sent, and the reverse");
    let left = database.asks("SELECT message_id AS value FROM outbox WHERE state = 'queued'");
    assert!(!left.is_empty(), "it was stopped in the middle");
    database.must_hold();

    // The next start serves at once, and what nobody answered is asked again.
    let mut serving = load.serve(&database);
    for key in &unanswered {
        load.jo.ask("POST", "/tickets").key(key).json(&draft(key, P3)).send().await.expect(201);
    }
    assert_eq!(filed(&database).len(), acknowledged.len() + unanswered.len());
    load.sink.behave(Behaviour::Normal).await;
    load.drained(&database).await;
    tokio::task::block_in_place(|| stopped(&mut serving));
    let arrived = load.arrived();
    assert!(arrived.values().all(|times| *times == 1), "no letter goes out again after an orderly stop");
    assert!(left.iter().all(|id| arrived.contains_key(id)), "what waited has left");
    database.must_hold();
}
