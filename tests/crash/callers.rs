//! Those who file and write while the service is killed under them. What they get no answer
//! to they repeat, under the same key, until they are answered.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::support::*;

/// What was acknowledged.
#[derive(Default)]
pub struct Ledger {
    /// Subject → reference.
    pub tickets: BTreeMap<String, String>,
    /// Body → reference of its ticket.
    pub messages: BTreeMap<String, String>,
}

/// A request until it is answered.
struct Request {
    key: String,
    path: String,
    body: Value,
    /// Writes as staff.
    staff: bool,
    /// Of a message.
    ticket: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Does {
    Files,
    Writes,
}

/// Somebody who asks one thing after the other.
pub struct Caller {
    name: String,
    does: Does,
    rng: StdRng,
    asked: u32,
    waiting: Option<Request>,
    ledger: Arc<Mutex<Ledger>>,
}

/// Who asks, for the partner and for the desk.
#[derive(Clone)]
pub struct Sides {
    pub jo: Actor,
    pub priya: Actor,
}

impl Caller {
    pub fn new(name: &str, does: Does, seed: u64, ledger: &Arc<Mutex<Ledger>>) -> Self {
        let rng = StdRng::seed_from_u64(seed);
        Self { name: name.to_owned(), does, rng, asked: 0, waiting: None, ledger: Arc::clone(ledger) }
    }

    /// Asks until `stop`, or, the `last` time, until nothing waits for an answer.
    pub async fn call(mut self, sides: Sides, stop: Arc<AtomicBool>, last: bool) -> Self {
        while !stop.load(Ordering::SeqCst) {
            if self.waiting.is_none() {
                if last {
                    break;
                }
                self.waiting = self.next();
            }
            let pause = if self.ask(&sides).await { self.rng.random_range(15..70) } else { 5 };
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        self
    }

    fn next(&mut self) -> Option<Request> {
        self.asked += 1;
        let key = format!("{}.{}", self.name, self.asked);
        if self.does == Does::Files {
            let priority = [P1, P2, P3, P4][self.rng.random_range(0..4)];
            let body = draft(&key, priority);
            return Some(Request { key, path: "/tickets".to_owned(), body, staff: false, ticket: None });
        }
        let ledger = self.ledger.lock().unwrap();
        let nth = self.rng.random_range(0..ledger.tickets.len().max(1));
        let (subject, reference) = ledger.tickets.iter().nth(nth)?;
        // Staff leave those alone whose clocks are compared with a twin's.
        let staff = !subject.starts_with("twin") && self.rng.random_bool(0.5);
        let path = Ticket(reference.clone()).path("messages");
        let body = json!({"body": key});
        Some(Request { key, path, body, staff, ticket: Some(reference.clone()) })
    }

    /// Whether there was an answer.
    async fn ask(&mut self, sides: &Sides) -> bool {
        let Some(request) = &self.waiting else { return true };
        let by = if request.staff { &sides.priya } else { &sides.jo };
        let asked = by.ask("POST", &request.path).key(&request.key).json(&request.body);
        let Some(answer) = asked.try_send().await else { return false };
        let answer = answer.expect(201);
        let mut ledger = self.ledger.lock().unwrap();
        match &request.ticket {
            Some(ticket) => ledger.messages.insert(request.key.clone(), ticket.clone()),
            None => {
                let reference = answer["reference"].as_str().unwrap().to_owned();
                ledger.tickets.insert(request.key.clone(), reference)
            }
        };
        drop(ledger);
        self.waiting = None;
        true
    }
}
