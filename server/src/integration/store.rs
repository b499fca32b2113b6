//! The table `matching_data`.
//!
//! Invariant: nothing is found without its key, nor after its time.

use crate::db::{Db, Tx, on, statements, within};
use anyhow::Result;
use domain::time::Timestamp;

statements! {
    INSERT = "insert into matching_data (id, key_hash, data, expires_at) values ($1, $2, $3, $4)";
    FIND = "select data from matching_data
        where id = $1 and key_hash = $2 and expires_at > $3";
    DELETE = "delete from matching_data where id = $1";
    DELETE_EXPIRED = "delete from matching_data where expires_at <= $1";
}

/// Keeps encrypted data until then.
pub async fn insert(
    tx: &mut Tx,
    guid: &str,
    key_hash: &str,
    data: &str,
    until: Timestamp,
) -> Result<()> {
    within!(tx, c => sqlx::query(INSERT)
        .bind(guid)
        .bind(key_hash)
        .bind(data)
        .bind(until.ms())
        .execute(c).await.map(drop))?;
    Ok(())
}

/// The encrypted data, if it is there and its time is not over.
pub async fn find(db: &Db, guid: &str, key_hash: &str, now: Timestamp) -> Result<Option<String>> {
    Ok(on!(db, pool => sqlx::query_scalar(FIND)
        .bind(guid)
        .bind(key_hash)
        .bind(now.ms())
        .fetch_optional(pool).await)?)
}

/// Deletes it; whether nobody else has.
pub async fn delete(tx: &mut Tx, guid: &str) -> Result<bool> {
    let rows = within!(tx, c => sqlx::query(DELETE)
        .bind(guid)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Deletes what was good until now or before.
pub async fn delete_expired(tx: &mut Tx, now: Timestamp) -> Result<()> {
    within!(tx, c => sqlx::query(DELETE_EXPIRED)
        .bind(now.ms())
        .execute(c).await.map(drop))?;
    Ok(())
}
