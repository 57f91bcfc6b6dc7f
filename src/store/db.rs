//! One connection of either kind, and the few things in which the two databases
//! differ. Statements are written once against [`Db`]; where the derive's common
//! dialect falls short there is [`each!`].

use diesel::connection::{AnsiTransactionManager, TransactionManager, TransactionManagerStatus};
use diesel::prelude::*;
use diesel::{PgConnection, SqliteConnection};

/// A connection to PostgreSQL or to SQLite.
#[derive(diesel::MultiConnection)]
pub enum Db {
    Pg(PgConnection),
    Sqlite(SqliteConnection),
}

/// The same expression compiled for each of the two connections.
macro_rules! each {
    ($conn:expr, |$c:ident| $e:expr) => {
        match $conn {
            $crate::store::Db::Pg($c) => $e,
            $crate::store::Db::Sqlite($c) => $e,
        }
    };
}
pub(in crate::store) use each;

/// Inserts a slice of rows: on PostgreSQL in one statement; on SQLite one after the other,
/// with a statement that stays prepared.
macro_rules! insert_rows {
    ($conn:expr, $table:expr, $rows:expr) => {
        match $conn {
            $crate::store::Db::Pg(c) if !$rows.is_empty() => {
                diesel::insert_into($table).values($rows).execute(c).map(drop)
            }
            $crate::store::Db::Pg(_) => Ok(()),
            $crate::store::Db::Sqlite(c) => {
                $rows.iter().try_for_each(|row| diesel::insert_into($table).values(row).execute(c).map(drop))
            }
        }
    };
}
pub(in crate::store) use insert_rows;

type Manager = <Db as Connection>::TransactionManager;

impl Db {
    pub const fn is_pg(&self) -> bool {
        matches!(self, Self::Pg(_))
    }

    /// Starts a transaction that will write.
    pub(super) fn begin_write(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
            Self::Pg(_) => Manager::begin_transaction(self),
        }
    }

    /// Starts a transaction that reads one consistent state.
    pub(super) fn begin_read(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED"),
            Self::Pg(c) => AnsiTransactionManager::begin_transaction_sql(
                c,
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            ),
        }
    }

    pub(super) fn commit(&mut self) -> QueryResult<()> {
        Manager::commit_transaction(self)
    }

    pub(super) fn rollback(&mut self) -> QueryResult<()> {
        Manager::rollback_transaction(self)
    }

    /// No transaction should be open and one is, or one was lost: the connection is of no more use.
    pub(super) fn is_broken(&mut self) -> bool {
        Manager::is_broken_transaction_manager(self)
    }

    /// A transaction should be open and is not, or not in order: the database gave it up.
    pub(super) fn has_lost_transaction(&mut self) -> bool {
        match self {
            Self::Pg(c) => depth_is_gone(AnsiTransactionManager::transaction_manager_status_mut(c)),
            Self::Sqlite(c) => depth_is_gone(AnsiTransactionManager::transaction_manager_status_mut(c)),
        }
    }
}

fn depth_is_gone(status: &TransactionManagerStatus) -> bool {
    !matches!(status.transaction_depth(), Ok(Some(_)))
}
