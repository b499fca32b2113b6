//! The table `installation`.
//!
//! Invariant: it has exactly one row.

use crate::db::{Db, Tx, on, statements, within};
use anyhow::Result;
use domain::time::Timestamp;
use sqlx::FromRow;

statements! {
    READ = "select epoch, has_opened, has_answered, has_copied from installation where id = 1";
    INSERT = "insert into installation
        (id, epoch, created_at, checked_at, has_opened, has_answered, has_copied)
        values (1, $1, $2, $2, $3, $3, $3)";
    OPENED = "update installation set has_opened = $1 where id = 1";
    ANSWERED = "update installation set has_answered = $1 where id = 1";
    COPIED = "update installation set has_copied = $1 where id = 1";
    CHECK = "update installation set checked_at = $1 where id = 1";
    NEW_EPOCH = "update installation set epoch = $1 where id = 1";
}

/// What is true of the whole installation.
#[derive(FromRow, Debug, Clone)]
pub struct Installation {
    pub epoch: String,
    pub has_opened: bool,
    pub has_answered: bool,
    pub has_copied: bool,
}

/// One of the three steps.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    Opened,
    Answered,
    Copied,
}

/// The installation; `None` before the first start has finished.
pub async fn read(db: &Db) -> Result<Option<Installation>> {
    Ok(on!(db, pool => sqlx::query_as(READ).fetch_optional(pool).await)?)
}

/// The installation begins.
pub async fn insert(tx: &mut Tx, epoch: &str, now: Timestamp) -> Result<()> {
    within!(tx, c => sqlx::query(INSERT)
        .bind(epoch).bind(now.ms()).bind(false).execute(c).await.map(drop))?;
    Ok(())
}

/// The step has happened.
pub async fn tick(tx: &mut Tx, step: Step) -> Result<()> {
    let statement = match step {
        Step::Opened => OPENED,
        Step::Answered => ANSWERED,
        Step::Copied => COPIED,
    };
    within!(tx, c => sqlx::query(statement).bind(true).execute(c).await.map(drop))?;
    Ok(())
}

/// Writes the time: whether the database takes writes.
pub async fn check(tx: &mut Tx, now: Timestamp) -> Result<()> {
    within!(tx, c => sqlx::query(CHECK).bind(now.ms()).execute(c).await.map(drop))?;
    Ok(())
}

/// A backup was restored: everything clients hold is worthless.
pub async fn new_epoch(tx: &mut Tx, epoch: &str) -> Result<()> {
    within!(tx, c => sqlx::query(NEW_EPOCH).bind(epoch).execute(c).await.map(drop))?;
    Ok(())
}
