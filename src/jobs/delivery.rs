//! One pass over the outbox: every letter that is due is claimed, sent outside any
//! transaction, and what became of it is noted. As many at a time as `mail.parallel` says.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::app::App;
use crate::desk::delivery::{self, Moment, Refused};
use crate::desk::{Desk, Error};
use crate::mail::mailer::Failure;
use crate::mail::post::post;
use crate::secrets;
use crate::store::Db;
use crate::store::outbox::Parcel;

/// Times that an outcome is tried to be noted. A letter that left and is not noted leaves again.
const TRIES: u32 = 6;

/// What became of the letters of a pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub sent: u32,
    /// Not true any more.
    pub dropped: u32,
    /// To be tried again.
    pub retried: u32,
    /// Given up.
    pub dead: u32,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sent, dropped, retried, dead } = self;
        write!(f, "{sent} sent, {dropped} dropped, {retried} to try again, {dead} given up")
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.sent += other.sent;
        self.dropped += other.dropped;
        self.retried += other.retried;
        self.dead += other.dead;
    }
}

/// A pass to its end: until no letter is due.
pub async fn deliver(app: &Arc<App>) -> Result<Tally, Error> {
    let (_stop, stopped) = watch::channel(false);
    pass(app, &stopped).await
}

/// A pass until no letter is due or it is to stop; letters in flight are finished.
pub async fn pass(app: &Arc<App>, stopped: &watch::Receiver<bool>) -> Result<Tally, Error> {
    // Whoever has nothing to do asks once, not once for each worker.
    let Some(first) = claim(app).await? else { return Ok(Tally::default()) };
    let mut workers = JoinSet::new();
    let mut first = Some(first);
    for _ in 0..app.settings.mail.parallel.max(1) {
        workers.spawn(work(Arc::clone(app), first.take(), stopped.clone()));
    }
    let mut all = Tally::default();
    let mut trouble = None;
    while let Some(worked) = workers.join_next().await {
        match worked {
            Ok((tally, error)) => {
                all += tally;
                trouble = trouble.or(error);
            }
            // Its claim runs out, and the letter goes to another.
            Err(error) => tracing::error!(%error, "a deliverer fell over"),
        }
    }
    app.mailer.rest().await;
    trouble.map_or(Ok(all), Err)
}

/// A claimed letter and the name that it was claimed under.
type Claimed = (Parcel, String);

async fn claim(app: &Arc<App>) -> Result<Option<Claimed>, Error> {
    let (token, now) = (secrets::random(), moment(app));
    let named = token.clone();
    let parcel = app.store.write(move |db| delivery::claim(db, &named, now)).await?;
    Ok(parcel.map(|parcel| (parcel, token)))
}

/// One letter after the other, until none is left.
async fn work(
    app: Arc<App>,
    first: Option<Claimed>,
    stopped: watch::Receiver<bool>,
) -> (Tally, Option<Error>) {
    let mut tally = Tally::default();
    let mut next = first;
    loop {
        let claimed = match next.take() {
            Some(claimed) => Ok(Some(claimed)),
            None if *stopped.borrow() => Ok(None),
            None => claim(&app).await,
        };
        let done = match claimed {
            Ok(Some((parcel, token))) => one(&app, parcel, token).await,
            Ok(None) => return (tally, None),
            Err(error) => Err(error),
        };
        match done {
            Ok(done) => tally += done,
            Err(error) => return (tally, Some(error)),
        }
    }
}

/// Sends one letter, and notes what became of it.
async fn one(app: &Arc<App>, parcel: Parcel, token: String) -> Result<Tally, Error> {
    let (id, kind) = (parcel.id, parcel.letter.kind);
    let parcel = Arc::new(parcel);
    let asked = Arc::clone(&parcel);
    if let Some(why) = app.store.read(move |db| delivery::before(db, &asked)).await? {
        let mine = note(app, move |_, db, now| delivery::dropped(db, &parcel, &token, why, now)).await?;
        tracing::info!(letter = id, %kind, why, "a letter was dropped");
        return Ok(Tally { dropped: mine.into(), ..Tally::default() });
    }
    let sent = match post(id, &parcel.letter, parcel.created_at) {
        Ok(post) => app.mailer.send(post).await,
        Err(failure) => Err(failure),
    };
    let (parcel, token): (Arc<Parcel>, Arc<str>) = (parcel, token.into());
    let Err(Failure { last, class }) = sent else {
        let mine = taken(app, parcel, token).await?;
        tracing::debug!(letter = id, %kind, "a letter was sent");
        return Ok(Tally { sent: mine.into(), ..Tally::default() });
    };
    tracing::warn!(letter = id, %kind, trouble = %class, "a letter was not taken");
    Ok(match not_taken(app, parcel, token, last, class).await? {
        Refused::Again => Tally { retried: 1, ..Tally::default() },
        Refused::GivenUp => Tally { dead: 1, ..Tally::default() },
        Refused::NotMine => Tally::default(),
    })
}

async fn taken(app: &Arc<App>, parcel: Arc<Parcel>, token: Arc<str>) -> Result<bool, Error> {
    let (whole, mine) = (Arc::clone(&parcel), Arc::clone(&token));
    let noted = note(app, move |desk, db, now| delivery::accepted(desk, db, &whole, &mine, now)).await;
    match noted {
        Err(error) if is_lasting(&error) => {
            tracing::error!(letter = parcel.id, %error, "a ticket cannot be told that its letter left");
            note(app, move |_, db, now| delivery::without_its_ticket(db, &parcel, &token, None, now)).await
        }
        noted => noted,
    }
}

async fn not_taken(
    app: &Arc<App>,
    parcel: Arc<Parcel>,
    token: Arc<str>,
    last: bool,
    class: String,
) -> Result<Refused, Error> {
    let (whole, mine, trouble) = (Arc::clone(&parcel), Arc::clone(&token), class.clone());
    let refuse =
        move |desk: &Desk, db: &mut Db, now| delivery::refused(desk, db, &whole, &mine, last, &trouble, now);
    match note(app, refuse).await {
        Err(error) if is_lasting(&error) => {
            tracing::error!(letter = parcel.id, %error, "a ticket cannot be told that its letter did not leave");
            let end = move |_: &Desk, db: &mut Db, now| {
                delivery::without_its_ticket(db, &parcel, &token, Some(&class), now)
            };
            Ok(if note(app, end).await? { Refused::GivenUp } else { Refused::NotMine })
        }
        noted => noted,
    }
}

/// It would fail again.
const fn is_lasting(error: &Error) -> bool {
    !matches!(error, Error::Unavailable(_) | Error::Collision)
}

/// Writes down, and does not give up at once when the database does not serve.
async fn note<T, F>(app: &Arc<App>, f: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: Fn(&Desk, &mut Db, Moment) -> Result<T, Error> + Send + Sync + 'static,
{
    let f = Arc::new(f);
    let mut tries = 0;
    loop {
        let (f, desk, now) = (Arc::clone(&f), Arc::clone(&app.desk), moment(app));
        match app.store.write(move |db| f(&desk, db, now)).await {
            Err(Error::Unavailable(_)) if tries < TRIES => {
                tokio::time::sleep(Duration::from_millis(100 << tries)).await;
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

fn moment(app: &App) -> Moment {
    Moment { business: app.clock.now(), wall: app.wall.now() }
}
