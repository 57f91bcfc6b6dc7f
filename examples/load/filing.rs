//! Filing over HTTP, with delivery held and with delivery at work, in turns. What is filed
//! while it is held queues the letters that are delivered while the next tickets are filed.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use lizard::desk::Error;
use lizard::desk::people::add_token;
use lizard::jobs::delivery::pass;
use lizard::secrets::Fresh;
use lizard::store::Db;
use lizard::web::auth::TOKEN_MARK;
use lizard::web::server;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Load;
use crate::figures::{Filing, Round};
use crate::office::Office;
use crate::sink::Sink;

/// To the requester, the owner and the channel manager.
pub const LETTERS_EACH: usize = 3;

pub async fn measure(load: &Load, office: &Office, sink: &Sink) -> anyhow::Result<Filing> {
    let (running, at) = server::start(Arc::clone(&office.app), TcpListener::bind("127.0.0.1:0")?)?;
    let server = running.handle();
    tokio::spawn(running);
    let mut clients = Vec::new();
    for n in 0..load.clients {
        clients.push(Client::new(office, n, &format!("http://{at}/api/v1/tickets")).await?);
    }
    crowd(&clients, &Quota::of(load.filings)).await.context("warming up")?;
    office.empties_the_outbox().await?;
    let mut rounds = Vec::new();
    for _ in 0..load.rounds {
        let held = crowd(&clients, &Quota::of(load.filings)).await?;
        let waiting = office.waiting_letters().await?;
        ensure!(waiting >= load.letters, "only {waiting} letters wait");
        let (delivering, letters_took) = beside_delivery(load, office, sink, &clients).await?;
        let left = office.waiting_letters().await?;
        ensure!(left == 0, "{left} letters have not left");
        rounds.push(Round { held, delivering, waiting, letters_took });
    }
    server.stop(true).await;
    Ok(Filing { clients: load.clients, filings: load.filings, letters: load.letters, rounds })
}

/// Files while letters leave, until as many were filed and as many letters have arrived as
/// are asked for; returns when the last letter has left. Beside the times of filing: how
/// long those letters took.
async fn beside_delivery(
    load: &Load,
    office: &Office,
    sink: &Sink,
    clients: &[Client],
) -> anyhow::Result<(Vec<Duration>, Duration)> {
    let (filed, is_filed) = watch::channel(false);
    let first = sink.arrived() + load.letters;
    let began = Instant::now();
    let quota = Quota::open(load.filings);
    let filing = async {
        let times = crowd(clients, &quota).await;
        let _ = filed.send(true);
        times
    };
    let arriving = async {
        let arrived = sink.reaches(first).await;
        quota.close();
        arrived?;
        anyhow::Ok(began.elapsed())
    };
    let (times, took, ()) = tokio::try_join!(filing, arriving, deliver_until(office, is_filed))?;
    Ok((times, took))
}

/// As the service does it: a pass whenever there may be a letter, one at a time.
async fn deliver_until(office: &Office, mut is_filed: watch::Receiver<bool>) -> anyhow::Result<()> {
    let (_stop, stopped) = watch::channel(false);
    loop {
        let last = *is_filed.borrow();
        let tally = pass(&office.app, &stopped).await?;
        ensure!(tally.retried + tally.dead == 0, "letters were not taken: {tally}");
        if last {
            return Ok(());
        }
        tokio::select! {
            () = office.app.mail_waiting.notified() => {}
            _ = is_filed.changed() => {}
        }
    }
}

/// How many tickets are to be filed at least; while it is open, more.
struct Quota {
    left: AtomicUsize,
    open: AtomicBool,
}

impl Quota {
    fn of(filings: usize) -> Arc<Self> {
        Arc::new(Self { left: AtomicUsize::new(filings), open: AtomicBool::new(false) })
    }

    fn open(filings: usize) -> Arc<Self> {
        Arc::new(Self { left: AtomicUsize::new(filings), open: AtomicBool::new(true) })
    }

    fn close(&self) {
        self.open.store(false, Ordering::Relaxed);
    }

    /// Whether somebody is to file one more.
    fn takes(&self) -> bool {
        let left = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
        left.is_ok() || self.open.load(Ordering::Relaxed)
    }
}

/// Files as many tickets as the quota says, everybody at once, each with a connection that is kept.
async fn crowd(clients: &[Client], quota: &Arc<Quota>) -> anyhow::Result<Vec<Duration>> {
    let mut at_work = JoinSet::new();
    for client in clients {
        at_work.spawn(client.clone().files(Arc::clone(quota)));
    }
    let mut all = Vec::new();
    while let Some(times) = at_work.join_next().await {
        all.extend(times??);
    }
    Ok(all)
}

/// A partner's program.
#[derive(Clone)]
struct Client {
    http: reqwest::Client,
    url: String,
    bearer: String,
    body: String,
}

impl Client {
    async fn new(office: &Office, n: usize, url: &str) -> anyhow::Result<Self> {
        let fresh = Fresh::marked(TOKEN_MARK);
        let (hash, now) = (fresh.hash.clone(), office.app.wall.now());
        let partner = format!("partner-{}", n % office.contacts.len());
        let requester = format!("contact@{partner}.example");
        let write = move |db: &mut Db| {
            add_token(db, &format!("load {n}"), &hash, true, true, Some(&partner), now)?;
            Ok::<_, Error>(())
        };
        office.app.store.write(write).await?;
        let body = json!({
            "requester": requester,
            "category": office.categories.get(7 * n % office.categories.len()),
            "subject": "The special price for a bid is not approved",
            "description": "It was asked for two weeks ago.\nThe bid closes soon.",
            "impact": "one_blocked",
            "urgency": "within_5_days",
        });
        let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(1).build()?;
        Ok(Self { http, url: url.to_owned(), bearer: fresh.plain, body: body.to_string() })
    }

    /// One after the other, until none is wanted.
    async fn files(self, quota: Arc<Quota>) -> anyhow::Result<Vec<Duration>> {
        let mut times = Vec::new();
        while quota.takes() {
            let request = self.http.post(&self.url).bearer_auth(&self.bearer);
            let request = request.header("Content-Type", "application/json").body(self.body.clone());
            let began = Instant::now();
            let response = request.send().await?;
            let status = response.status();
            let answer = response.bytes().await?;
            times.push(began.elapsed());
            ensure!(status == 201, "filing was answered {status}: {}", String::from_utf8_lossy(&answer));
        }
        Ok(times)
    }
}
