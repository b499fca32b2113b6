//! Two databases behind one enum: the same statements, written once, run on both.
//!
//! Invariant: on SQLite one connection writes and many read; nothing outside this folder opens
//! a connection.

mod open;
pub(crate) mod parse;
mod register;

pub use open::{OpenError, open};
pub(crate) use register::statements;
pub use register::{Statement, all as all_statements};

use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

/// An open, migrated database.
#[derive(Clone, Debug)]
pub enum Db {
    /// A file of our own. `write` holds exactly one connection.
    Sqlite {
        /// Reads go here.
        read: SqlitePool,
        /// Writes go here, one after the other.
        write: SqlitePool,
    },
    /// A server somebody runs for us.
    Postgres(PgPool),
}

/// A transaction that may write.
pub enum Tx {
    /// On the one writing connection; holds the write lock from its begin on.
    Sqlite(Transaction<'static, Sqlite>),
    /// Read committed; rows are locked where a statement says so.
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Begins a transaction that may write.
    pub async fn begin(&self) -> Result<Tx, sqlx::Error> {
        Ok(match self {
            // Immediate: a deferred transaction that finds out later that it wants to write
            // would fail instead of waiting.
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Which database this is, for logs and tests.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// How many groups of commands may be committed at the same time.
    pub fn writers(&self) -> usize {
        match self {
            Self::Sqlite { .. } => 1,
            Self::Postgres(_) => 4,
        }
    }

    /// Closes all connections; SQLite then moves its log into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes it so: returns when the disk has it.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}

/// Runs the same expression on whichever pool is open, for reading.
macro_rules! on {
    ($db:expr, $pool:ident => $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite { read: $pool, .. } => $body,
            $crate::db::Db::Postgres($pool) => $body,
        }
    };
}

/// Runs the same expression on whichever transaction is open.
macro_rules! within {
    ($tx:expr, $connection:ident => $body:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                let $connection = &mut **tx;
                $body
            }
            $crate::db::Tx::Postgres(tx) => {
                let $connection = &mut **tx;
                $body
            }
        }
    };
}

pub(crate) use {on, within};

/// Whether the database says that this named constraint stands against it. SQLite names the
/// columns instead of the constraint, so both are given.
pub fn breaks(error: &sqlx::Error, constraint: &str, columns: &str) -> bool {
    let Some(error) = error.as_database_error() else {
        return false;
    };
    error.is_unique_violation()
        && (error.constraint() == Some(constraint) || error.message().contains(columns))
}
