//! SQLite's one writer: a thread that takes jobs from a queue and runs up to
//! [`GROUP`] of them in one transaction, each in a savepoint of its own. Replies
//! leave after the COMMIT, so what is acknowledged is on the disk; one flush to the
//! disk is shared by all that were waiting for it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use diesel::prelude::*;

use crate::settings::DatabaseUrl;

use super::connect::{Use, connect};
use super::{Db, Failure, Unavailable};

/// Jobs in one transaction at most.
const GROUP: usize = 128;
/// Jobs that may wait; beyond this the caller is told that the store is busy.
const QUEUE: usize = 4096;

/// Runs inside the group's transaction, and returns what to do once that has ended.
type Job = Box<dyn FnOnce(Result<&mut Db, &Unavailable>) -> Done + Send>;
/// Tells the caller, given how the group's transaction ended.
type Done = Box<dyn FnOnce(Result<(), &Unavailable>) + Send>;

pub(super) struct Writer {
    jobs: SyncSender<Job>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub fn start(url: &DatabaseUrl) -> Result<Self, Unavailable> {
        let first = connect(url, Use::Writing).map_err(Unavailable)?;
        let (jobs, queue) = sync_channel(QUEUE);
        let url = url.clone();
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || run(&url, Some(first), &queue))
            .map_err(|e| Unavailable(e.to_string()))?;
        Ok(Self { jobs, thread: Some(thread) })
    }

    /// Queues a job; its result arrives after its transaction has been committed.
    pub async fn write<T, E, F>(&self, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: FnOnce(&mut Db) -> Result<T, E> + Send + 'static,
    {
        let (reply, result) = tokio::sync::oneshot::channel();
        let job: Job = Box::new(move |db| {
            let outcome = match db {
                Ok(db) => db.transaction(|db| f(db)),
                Err(gone) => Err(gone.clone().into()),
            };
            Box::new(move |ended| {
                let outcome = match ended {
                    Ok(()) => outcome,
                    Err(gone) => Err(gone.clone().into()),
                };
                // A caller who has gone away does not need the answer.
                let _ = reply.send(outcome);
            })
        });
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Unavailable("too many writes are waiting".to_owned()),
            TrySendError::Disconnected(_) => Unavailable("the writer has stopped".to_owned()),
        })?;
        match result.await {
            Ok(outcome) => outcome,
            Err(_) => Err(Unavailable("the write was given up".to_owned()).into()),
        }
    }
}

impl Drop for Writer {
    /// Waits for what was taken to be written.
    fn drop(&mut self) {
        let (closed, _) = sync_channel(0);
        drop(std::mem::replace(&mut self.jobs, closed));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(url: &DatabaseUrl, mut db: Option<Db>, queue: &Receiver<Job>) {
    while let Ok(first) = queue.recv() {
        let mut jobs = vec![first];
        while jobs.len() < GROUP
            && let Ok(next) = queue.try_recv()
        {
            jobs.push(next);
        }
        if !run_group(url, &mut db, jobs) {
            // Opened anew for the next group: the disk may have room again by then.
            db = None;
        }
    }
}

/// Runs one group; false when the connection is of no more use.
fn run_group(url: &DatabaseUrl, slot: &mut Option<Db>, jobs: Vec<Job>) -> bool {
    let opened = match slot.take() {
        Some(db) => Ok(db),
        None => connect(url, Use::Writing),
    };
    let begun = opened.map_err(Unavailable).and_then(|mut db| {
        db.begin_write()?;
        Ok(db)
    });
    let mut db = match begun {
        Ok(db) => db,
        Err(gone) => {
            for job in jobs {
                job(Err(&gone))(Err(&gone));
            }
            return false;
        }
    };
    let mut done: Vec<Done> = Vec::with_capacity(jobs.len());
    let mut lost: Option<Unavailable> = None;
    for job in jobs {
        if let Some(gone) = &lost {
            done.push(job(Err(gone)));
            continue;
        }
        match catch_unwind(AssertUnwindSafe(|| job(Ok(&mut db)))) {
            Ok(each) => done.push(each),
            // Its reply is dropped with it; the others of the group are told to come back.
            Err(_) => lost = Some(Unavailable("a write of the same group failed".to_owned())),
        }
        if lost.is_none() && db.has_lost_transaction() {
            lost = Some(Unavailable("the database gave the transaction up".to_owned()));
        }
    }
    let ended = match lost {
        Some(gone) => Err(gone),
        None => db.commit().map_err(Unavailable::from),
    };
    let fine = ended.is_ok();
    for each in done {
        each(ended.as_ref().map(|&()| ()));
    }
    if fine {
        *slot = Some(db);
    } else if let Err(error) = &ended {
        tracing::error!(%error, "a group of writes was lost, and said so");
    }
    fine
}
