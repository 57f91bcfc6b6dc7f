//! Filing over HTTP, with delivery held and with delivery at work, in turns. What is filed
//! while it is held queues the letters that are delivered while the next tickets are filed.

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
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Load;
use crate::figures::{Filing, Round};
use crate::office::{Office, Served};
use crate::sink::Sink;

/// To the requester, the owner and the channel manager.
pub const LETTERS_EACH: usize = 3;

pub async fn measure(load: &Load, office: &Office, sink: &Sink) -> anyhow::Result<Filing> {
    let served = office.serve()?;
    let clients = clients(office, &served, load.clients).await?;
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
    Ok(Filing { clients: load.clients, filings: load.filings, letters: load.letters, rounds })
}

pub async fn clients(office: &Office, served: &Served, count: usize) -> anyhow::Result<Vec<Client>> {
    let mut clients = Vec::new();
    for n in 0..count {
        clients.push(Client::new(office, n, &format!("http://{}/api/v1/tickets", served.at)).await?);
    }
    Ok(clients)
}

/// Tickets a second, filed by all at once.
pub async fn filed(clients: &[Client], tickets: usize) -> anyhow::Result<f64> {
    let began = Instant::now();
    let filed = crowd(clients, &Quota::of(tickets)).await?.len();
    Ok(per_second(filed, began.elapsed()))
}

/// Messages a second, written by all at once, each on a ticket of their own.
pub async fn written(clients: &[Client], messages: usize) -> anyhow::Result<f64> {
    let mut at_work = JoinSet::new();
    let each = messages.div_ceil(clients.len());
    for client in clients {
        let (_, reference) = client.file().await?;
        let client = client.clone();
        at_work.spawn(async move {
            for _ in 0..each {
                client.write(&reference).await?;
            }
            anyhow::Ok(())
        });
    }
    let began = Instant::now();
    while let Some(done) = at_work.join_next().await {
        done??;
    }
    Ok(per_second(each * clients.len(), began.elapsed()))
}

pub fn per_second(count: usize, took: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / took.as_secs_f64()
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
pub struct Client {
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
            times.push(self.file().await?.0);
        }
        Ok(times)
    }

    /// With a key of its own; how long it took, and the reference.
    pub async fn file(&self) -> anyhow::Result<(Duration, String)> {
        self.file_with(&uuid::Uuid::now_v7().to_string()).await
    }

    /// With this key.
    pub async fn file_as(&self, key: &str) -> anyhow::Result<()> {
        self.file_with(key).await.map(drop)
    }

    async fn file_with(&self, key: &str) -> anyhow::Result<(Duration, String)> {
        let (took, location) = self.posts(&self.url, key, &self.body).await?;
        let (_, reference) = location.rsplit_once('/').context("a ticket without a place")?;
        Ok((took, reference.to_owned()))
    }

    async fn write(&self, reference: &str) -> anyhow::Result<()> {
        let body = json!({"body": "The list price of line 3 is from last year.", "visibility": "partner"});
        let key = uuid::Uuid::now_v7().to_string();
        self.posts(&format!("{}/{reference}/messages", self.url), &key, &body.to_string()).await?;
        Ok(())
    }

    async fn posts(&self, url: &str, key: &str, body: &str) -> anyhow::Result<(Duration, String)> {
        let request = self.http.post(url).bearer_auth(&self.bearer).header("Idempotency-Key", key);
        let request = request.header("Content-Type", "application/json").body(body.to_owned());
        let began = Instant::now();
        let response = request.send().await?;
        let status = response.status();
        let location = response.headers().get("Location").and_then(|l| l.to_str().ok()).map(str::to_owned);
        let answer = response.bytes().await?;
        let took = began.elapsed();
        ensure!(status == 201, "{url} was answered {status}: {}", String::from_utf8_lossy(&answer));
        Ok((took, location.unwrap_or_default()))
    }
}
