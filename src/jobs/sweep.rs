//! One pass of the sweep: looks at every ticket whose clocks want one, several at a time,
//! each in a transaction of its own. One that fails keeps nobody else waiting, and is
//! tried again by the next pass.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::task::JoinSet;

use crate::app::App;
use crate::desk::presence;
use crate::desk::sweep::{Looked, due, look};
use crate::desk::{Error, attachments};

/// Read from the database at once.
const PAGE: i64 = 500;
/// Looks under way at once: on SQLite they share a flush to the disk.
const AT_ONCE: usize = 32;

/// What a pass did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub acted: usize,
    /// Somebody else had been there already.
    pub rested: usize,
    pub failed: usize,
}

/// Looks at everything that is due by now, absences before clocks. Fails only where the list
/// itself cannot be read.
pub async fn sweep(app: &Arc<App>) -> Result<Swept, Error> {
    let now = app.clock.now();
    let mut swept = Swept::default();
    let moved = carry_out(app, now).await?;
    let mut after = None;
    loop {
        let page = app.store.read(move |db| due(db, now, after.as_ref(), PAGE)).await?;
        let Some(last) = page.last().cloned() else { break };
        let mut looks: JoinSet<Result<Looked, ()>> = JoinSet::new();
        for ticket in page {
            if looks.len() >= AT_ONCE {
                count(&mut swept, looks.join_next().await);
            }
            looks.spawn(look_at(Arc::clone(app), ticket.reference, now));
        }
        while let Some(looked) = looks.join_next().await {
            count(&mut swept, Some(looked));
        }
        after = Some(last);
    }
    forget_files(app).await?;
    app.swept(app.wall.now());
    if swept.acted > 0 || moved {
        app.mail_waiting.notify_one();
    }
    Ok(swept)
}

/// Removes the bytes of files to which nothing has referred for a day, by the wall's clock: a
/// few at a time, so that others get to write in between.
async fn forget_files(app: &Arc<App>) -> Result<(), Error> {
    let now = app.wall.now();
    while app.store.read(move |db| attachments::any_forgotten(db, now)).await? {
        let removed = app.store.write(move |db| attachments::forget(db, now)).await?;
        if removed == 0 {
            break;
        }
        tracing::info!(removed, "files that nobody wanted are removed");
    }
    Ok(())
}

/// Carries out what absences have begun or ended by now: those of the desk in one transaction,
/// the others a ticket at a time. What failed is tried again by the next pass. Returns whether
/// there was anything.
async fn carry_out(app: &Arc<App>, now: Timestamp) -> Result<bool, Error> {
    let desk = Arc::clone(&app.desk);
    if !app.store.write(move |db| presence::settle(&desk, db, now)).await? {
        return Ok(false);
    }
    let (due, concerned) = app.store.read(move |db| presence::concerned(db, now)).await?;
    let mut looks: JoinSet<Result<(), ()>> = JoinSet::new();
    let mut failed = 0_usize;
    let mut count = |done: Option<Result<Result<(), ()>, tokio::task::JoinError>>| {
        if !matches!(done, Some(Ok(Ok(()))) | None) {
            failed += 1;
        }
    };
    for reference in concerned {
        if looks.len() >= AT_ONCE {
            count(looks.join_next().await);
        }
        looks.spawn(see_to(Arc::clone(app), reference, now));
    }
    while let Some(done) = looks.join_next().await {
        count(Some(done));
    }
    if failed == 0 {
        app.store.write(move |db| presence::done(db, &due, now)).await?;
    }
    Ok(true)
}

async fn see_to(app: Arc<App>, reference: String, now: Timestamp) -> Result<(), ()> {
    let (desk, named) = (Arc::clone(&app.desk), reference.clone());
    let seen = app.store.write(move |db| presence::look(&desk, db, &named, now)).await;
    seen.map_err(|error| tracing::error!(%error, %reference, "an absence could not be carried out"))
}

async fn look_at(app: Arc<App>, reference: String, now: Timestamp) -> Result<Looked, ()> {
    let (desk, named) = (Arc::clone(&app.desk), reference.clone());
    let looked = app.store.write(move |db| look(&desk, db, &named, now)).await;
    looked
        .map_err(|error| tracing::error!(%error, %reference, "the clocks of a ticket could not be looked at"))
}

fn count(swept: &mut Swept, looked: Option<Result<Result<Looked, ()>, tokio::task::JoinError>>) {
    match looked {
        Some(Ok(Ok(Looked::Acted))) => swept.acted += 1,
        Some(Ok(Ok(Looked::Rested))) | None => swept.rested += 1,
        Some(Ok(Err(())) | Err(_)) => swept.failed += 1,
    }
}
