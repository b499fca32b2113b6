//! The table `matching_data`.
//!
//! Invariant: nothing is found without its key, nor after its time.

use crate::db::{Db, Tx, on, statements, within};
use anyhow::Result;
use domain::id::ClientId;
use domain::time::Timestamp;

statements! {
    INSERT = "insert into matching_data (id, key_hash, data, expires_at) values ($1, $2, $3, $4)";
    FIND = "select data from matching_data
        where id = $1 and key_hash = $2 and expires_at > $3";
    USE_ONCE = "update matching_data set used_by = $2,
            expires_at = case when expires_at < $3 then expires_at else $3 end
        where id = $1 and (used_by is null or used_by = $2)";
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

/// Keeps it for repeats of this command alone, and until then at most; whether no other command
/// was first.
pub async fn use_once(
    tx: &mut Tx,
    guid: &str,
    command: &ClientId,
    until: Timestamp,
) -> Result<bool> {
    let rows = within!(tx, c => sqlx::query(USE_ONCE)
        .bind(guid)
        .bind(command.as_str())
        .bind(until.ms())
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
