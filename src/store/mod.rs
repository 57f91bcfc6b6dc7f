//! The store: diesel, and the only place that knows SQL. Functions take `&mut Db`
//! and return `QueryResult`; the [`Store`] gives them a connection inside one
//! transaction. SQL selects and records; what is right is decided in `domain`.

pub mod absences;
pub mod attachments;
pub mod backup;
pub mod bulks;
mod conditions;
pub mod configurations;
mod connect;
mod db;
pub mod events;
pub mod figures;
pub mod links;
mod migrations;
pub mod mutes;
pub mod outbox;
pub mod partners;
pub mod people;
mod rows;
mod schema;
pub mod sessions;
pub mod soundness;
pub mod submissions;
pub mod teams;
mod texts;
pub mod tickets;
pub mod tokens;
pub mod views;
pub mod watchers;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use diesel::QueryResult;
use diesel::r2d2::{Pool, PooledConnection};
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::settings::DatabaseUrl;

use connect::{Connections, Use};
pub use db::Db;
pub(in crate::store) use db::{each, insert_rows};
pub use migrations::{Age, Migrated, age, is_made, migrate};
use writer::Writer;

/// The database cannot serve at the moment: gone, full, locked or swamped.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the database is not available: {0}")]
pub struct Unavailable(pub String);

impl From<DieselError> for Unavailable {
    fn from(error: DieselError) -> Self {
        Self(error.to_string())
    }
}

/// What a use case may fail with, as far as the store has to know.
pub trait Failure: From<DieselError> + From<Unavailable> + Send + 'static {
    /// Somebody else was faster: the same transaction may succeed when run again.
    fn try_again(&self) -> bool;
}

impl Failure for DieselError {
    fn try_again(&self) -> bool {
        is_collision(self)
    }
}

impl From<Unavailable> for DieselError {
    fn from(gone: Unavailable) -> Self {
        Self::DatabaseError(DatabaseErrorKind::ClosedConnection, Box::new(gone.0))
    }
}

/// A serialization failure or a deadlock.
pub fn is_collision(error: &DieselError) -> bool {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        DieselError::DatabaseError(_, info) => info.message().contains("deadlock detected"),
        _ => false,
    }
}

/// A unique key exists already.
pub const fn is_duplicate(error: &DieselError) -> bool {
    matches!(error, DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
}

/// The database cannot serve, as against a statement that is wrong.
pub const fn is_outage(error: &DieselError) -> bool {
    matches!(
        error,
        DieselError::DatabaseError(
            DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::UnableToSendCommand
                | DatabaseErrorKind::Unknown,
            _
        ) | DieselError::BrokenTransactionManager
            | DieselError::RollbackErrorOnCommit { .. }
    )
}

/// Times that a transaction is run again after a collision.
const TRIES: u32 = 24;

/// Between two tries, so that those who collided do not meet again; milliseconds.
async fn step_aside(tries: u32) {
    let most = 4_u64 << tries.min(4);
    tokio::time::sleep(Duration::from_millis(rand::random_range(0..most))).await;
}

/// The database, by `database.url` alone. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pool: Pool<Connections>,
    /// SQLite only; PostgreSQL writes through the pool.
    writer: Option<Arc<Writer>>,
}

impl Store {
    /// Connects, or says why it cannot. Does not migrate.
    pub fn open(url: &DatabaseUrl, connections: u32) -> Result<Self, Unavailable> {
        match url {
            DatabaseUrl::Sqlite(_) => {
                let writer = Arc::new(Writer::start(url)?);
                Ok(Self { pool: connect::pool(url, Use::Reading, connections), writer: Some(writer) })
            }
            DatabaseUrl::Postgres(_) => {
                connect::connect(url, Use::Writing).map_err(Unavailable)?;
                Ok(Self { pool: connect::pool(url, Use::Writing, connections), writer: None })
            }
        }
    }

    /// Connects to look only: whoever writes through it is refused by the database.
    pub fn open_to_read(url: &DatabaseUrl, connections: u32) -> Result<Self, Unavailable> {
        connect::connect(url, Use::Reading).map_err(Unavailable)?;
        Ok(Self { pool: connect::pool(url, Use::Reading, connections), writer: None })
    }

    /// Runs `f` in one transaction and returns after it is durable. Collisions are run again.
    pub async fn write<T, E, F>(&self, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: Fn(&mut Db) -> Result<T, E> + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        let mut tries = 0;
        loop {
            let job = Arc::clone(&f);
            let result = match &self.writer {
                Some(writer) => writer.write(move |db: &mut Db| job(db)).await,
                None => self.blocking(Access::Write, move |db| job(db)).await,
            };
            match result {
                Err(error) if error.try_again() && tries < TRIES => {
                    tries += 1;
                    step_aside(tries).await;
                }
                result => return result,
            }
        }
    }

    /// Runs `f` on one consistent state.
    pub async fn read<T, E, F>(&self, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: FnOnce(&mut Db) -> Result<T, E> + Send + 'static,
    {
        self.blocking(Access::Read, f).await
    }

    async fn blocking<T, E, F>(&self, access: Access, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: FnOnce(&mut Db) -> Result<T, E> + Send + 'static,
    {
        let pool = self.pool.clone();
        #[expect(clippy::disallowed_methods, reason = "this is Store")]
        let run = tokio::task::spawn_blocking(move || {
            let mut pooled = begin(&pool, access)?;
            let result = f(&mut pooled.db);
            let ended = match &result {
                Ok(_) => pooled.db.commit(),
                Err(_) => pooled.db.rollback(),
            };
            if let Err(error) = ended {
                pooled.lost = is_outage(&error);
                if result.is_ok() {
                    return Err(error.into());
                }
            }
            result
        });
        match run.await {
            Ok(result) => result,
            Err(_) => Err(Unavailable("the transaction was given up".to_owned()).into()),
        }
    }
}

#[derive(Clone, Copy)]
enum Access {
    Read,
    Write,
}

/// A connection with its transaction begun. Connections that the database dropped
/// while they were idle are thrown away on the way.
fn begin(pool: &Pool<Connections>, access: Access) -> Result<PooledConnection<Connections>, Unavailable> {
    let mut dropped = 0;
    loop {
        let mut pooled = pool.get().map_err(|e| Unavailable(e.to_string()))?;
        let begun: QueryResult<()> = match access {
            Access::Read => pooled.db.begin_read(),
            Access::Write => pooled.db.begin_write(),
        };
        match begun {
            Ok(()) => return Ok(pooled),
            Err(error) => {
                pooled.lost = true;
                dropped += 1;
                if dropped > pool.max_size() {
                    return Err(error.into());
                }
            }
        }
    }
}
