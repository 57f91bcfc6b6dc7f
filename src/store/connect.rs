//! Opening connections, by the scheme of `database.url`.

use std::path::Path;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, Pool};

use crate::settings::DatabaseUrl;

use super::Db;

/// For every SQLite connection. `synchronous=FULL`: what is acknowledged is on the disk.
/// `temp_store=MEMORY`: what a savepoint may have to take back is not written to a file first.
const SQLITE: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    PRAGMA temp_store = MEMORY; \
    PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000; PRAGMA trusted_schema = OFF;";

/// What a connection will be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Reading,
    Writing,
}

/// Opens one connection. An SQLite file and its folder are made when they are missing.
pub(super) fn connect(url: &DatabaseUrl, purpose: Use) -> Result<Db, String> {
    match url {
        DatabaseUrl::Postgres(url) => {
            let mut c = PgConnection::establish(url.expose()).map_err(|e| e.to_string())?;
            c.batch_execute("SET client_min_messages = warning; SET timezone = 'UTC'")
                .map_err(|e| e.to_string())?;
            if purpose == Use::Reading {
                c.batch_execute("SET default_transaction_read_only = on").map_err(|e| e.to_string())?;
            }
            Ok(Db::Pg(c))
        }
        DatabaseUrl::Sqlite(path) => {
            make_folder(path)?;
            let name = path.to_str().ok_or("the database path is not valid UTF-8")?;
            let mut c = SqliteConnection::establish(name).map_err(|e| format!("{}: {e}", path.display()))?;
            c.batch_execute(SQLITE).map_err(|e| format!("{}: {e}", path.display()))?;
            if purpose == Use::Reading {
                c.batch_execute("PRAGMA query_only = ON").map_err(|e| e.to_string())?;
            }
            Ok(Db::Sqlite(c))
        }
    }
}

fn make_folder(path: &Path) -> Result<(), String> {
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display())),
        None => Ok(()),
    }
}

/// Makes connections for a pool.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    pub url: DatabaseUrl,
    pub purpose: Use,
}

/// A pooled connection; `lost` once the database was found to be gone under it.
pub(super) struct Pooled {
    pub db: Db,
    pub lost: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct ConnectError(String);

impl ManageConnection for Connections {
    type Connection = Pooled;
    type Error = ConnectError;

    fn connect(&self) -> Result<Pooled, ConnectError> {
        connect(&self.url, self.purpose).map(|db| Pooled { db, lost: false }).map_err(ConnectError)
    }

    fn is_valid(&self, _: &mut Pooled) -> Result<(), ConnectError> {
        Ok(())
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.lost || pooled.db.is_broken()
    }
}

/// A pool that opens its connections when they are first needed, and gives up after
/// five seconds: a caller who waits longer than that is better told to come back.
pub(super) fn pool(url: &DatabaseUrl, purpose: Use, size: u32) -> Pool<Connections> {
    Pool::builder()
        .max_size(size)
        .min_idle(Some(0))
        .test_on_check_out(false)
        .connection_timeout(Duration::from_secs(5))
        .error_handler(Box::new(Quiet))
        .build_unchecked(Connections { url: url.clone(), purpose })
}

/// The pool retries in the background; the failure is reported where it is felt.
#[derive(Debug)]
struct Quiet;

impl diesel::r2d2::HandleError<ConnectError> for Quiet {
    fn handle_error(&self, error: ConnectError) {
        tracing::debug!(%error, "no database connection");
    }
}

#[cfg(test)]
mod tests {
    use diesel::dsl::sql;
    use diesel::sql_types::Integer;

    use super::*;

    /// See `.cargo/config.toml`: without it everything works, only slower.
    #[test]
    fn sqlite_is_built_so_that_statements_stay_prepared() {
        let mut db = connect(&DatabaseUrl::Sqlite(":memory:".into()), Use::Writing).unwrap();
        let used = sql::<Integer>("sqlite_compileoption_used('ENABLE_QPSG')");
        assert_eq!(diesel::select(used).get_result::<i32>(&mut db).unwrap(), 1);
    }
}
