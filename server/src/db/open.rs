//! Opens the database an address names, and brings its schema up to date before anyone else
//! sees it.
//!
//! Invariant: a commit that has returned is on the disk: `synchronous=FULL` on SQLite, and on
//! PostgreSQL `synchronous_commit` is asked for on every connection.

use super::Db;
use anyhow::Context;
use sqlx::migrate::{Migrate, MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqliteConnection};
use std::borrow::Cow;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

static COMMON: Migrator = sqlx::migrate!("../migrations/common");
static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

/// Reading connections of SQLite, and all of PostgreSQL's.
const CONNECTIONS: u32 = 8;

/// Why a database cannot be used, in one sentence each: the operator reads them.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither of the two kinds.
    #[error("DATABASE_URL must begin with sqlite: or postgres:, but it is {0:?}.")]
    Unknown(String),
    /// The folder or file cannot be written.
    #[error("Cannot write to {0}: {1}. Give the data folder to the user that runs aureole.")]
    Unwritable(PathBuf, std::io::Error),
    /// Another process has it.
    #[error("Another aureole is using {0}. Stop it first, or choose another DATABASE_URL.")]
    Locked(PathBuf),
    /// Written by a newer program.
    #[error(
        "The database is newer than this aureole (it knows migration {0}). Use the newer program."
    )]
    Newer(i64),
    /// Everything else.
    #[error("Cannot open the database: {0:#}")]
    Other(#[from] anyhow::Error),
}

/// Opens and migrates the database at `url`. The returned file, if any, holds the lock that
/// keeps a second process away; drop it last.
pub async fn open(url: &str) -> Result<(Db, Option<File>), OpenError> {
    if url.starts_with("sqlite:") {
        let (db, lock) = open_sqlite(url).await?;
        Ok((db, Some(lock)))
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        Ok((open_postgres(url).await?, None))
    } else {
        Err(OpenError::Unknown(url.to_owned()))
    }
}

async fn open_sqlite(url: &str) -> Result<(Db, File), OpenError> {
    let options = SqliteConnectOptions::from_str(url)
        .with_context(|| format!("{url} is not an address of a SQLite file"))?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5));
    let file = options.get_filename().to_path_buf();
    let lock = lock(&file)?;

    let mut connection = SqliteConnection::connect_with(&options)
        .await
        .map_err(|error| unwritable(&file, error))?;
    backup_before_upgrade(&mut connection, &file).await?;
    migrate(&mut connection, &SQLITE).await?;
    connection
        .close()
        .await
        .context("closing after the migration")?;

    let write = SqlitePoolOptions::new()
        .max_connections(1)
        // When the disk is full, SQLite itself rolls back; sqlx then fails to do so and takes
        // the connection to be inside a transaction for ever. A new one begins afresh.
        .before_acquire(|connection, _| {
            Box::pin(async move { Ok(!connection.is_in_transaction()) })
        })
        .connect_with(options.clone())
        .await;
    let write = write.context("opening for writing")?;
    let read = SqlitePoolOptions::new()
        .max_connections(CONNECTIONS)
        .connect_with(options.read_only(true))
        .await
        .context("opening for reading")?;
    Ok((Db::Sqlite { read, write }, lock))
}

fn unwritable(file: &Path, error: sqlx::Error) -> OpenError {
    OpenError::Unwritable(file.to_path_buf(), std::io::Error::other(error))
}

/// SQLite would let two programs share the file, but each would keep its own hub: visitors of
/// one would not hear agents of the other.
fn lock(file: &Path) -> Result<File, OpenError> {
    if let Some(folder) = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)
            .map_err(|error| OpenError::Unwritable(folder.to_path_buf(), error))?;
    }
    let path = file.with_extension("lock");
    let lock = File::create(&path).map_err(|error| OpenError::Unwritable(path.clone(), error))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked(file.to_path_buf())),
        Err(TryLockError::Error(error)) => Err(OpenError::Unwritable(path, error)),
    }
}

async fn open_postgres(url: &str) -> Result<Db, OpenError> {
    let options = PgConnectOptions::from_str(url)
        .context("DATABASE_URL is not an address of a PostgreSQL database")?
        .options([("synchronous_commit", "on")]);
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(Duration::from_secs(5))
        .connect_with(options)
        .await
        .context("connecting to PostgreSQL")?;
    let mut connection = pool.acquire().await.context("connecting to PostgreSQL")?;
    migrate(&mut *connection, &POSTGRES).await?;
    drop(connection);
    Ok(Db::Postgres(pool))
}

/// What is common to both and what only this kind has, in one order of numbers.
fn merged(own: &Migrator) -> Migrator {
    let mut migrations: Vec<_> = COMMON.iter().chain(own.iter()).cloned().collect();
    migrations.sort_by_key(|migration| migration.version);
    Migrator {
        migrations: Cow::Owned(migrations),
        ..Migrator::DEFAULT
    }
}

async fn migrate<C>(connection: &mut C, own: &Migrator) -> Result<(), OpenError>
where
    C: Migrate,
{
    match merged(own).run_direct(None, connection, false).await {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(version)) => Err(OpenError::Newer(version)),
        Err(error) => Err(OpenError::Other(
            anyhow::Error::new(error).context("migrating"),
        )),
    }
}

/// An upgrade rewrites tables; a copy of the file beside it is the way back.
async fn backup_before_upgrade(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<(), OpenError> {
    let applied: Vec<i64> = sqlx::query_scalar("select version from _sqlx_migrations")
        .fetch_all(&mut *connection)
        .await
        // The table is missing in a new file: nothing to keep.
        .unwrap_or_default();
    let Some(last) = applied.iter().max() else {
        return Ok(());
    };
    if merged(&SQLITE)
        .iter()
        .all(|migration| applied.contains(&migration.version))
    {
        return Ok(());
    }
    let copy = file.with_extension(format!("before-upgrade-from-{last}.db"));
    if copy.exists() {
        return Ok(());
    }
    sqlx::query("vacuum into $1")
        .bind(copy.to_string_lossy().into_owned())
        .execute(connection)
        .await
        .context("copying the database before its upgrade")?;
    Ok(())
}
