//! The table `picture`.
//!
//! Invariant: a row is never changed.

use crate::db::{Db, Tx, on, statements, within};
use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::id::PictureId;
use domain::time::Timestamp;
use sqlx::FromRow;

statements! {
    ONE = "select media_type, bytes from picture where id = $1";
    COUNT = "select count(*) from picture";
    INSERT = "insert into picture (id, media_type, bytes, created_at) values ($1, $2, $3, $4)";
}

#[derive(FromRow)]
struct Row {
    media_type: String,
    bytes: String,
}

/// The media type and the bytes of a picture.
pub async fn by_id(db: &Db, id: &PictureId) -> Result<Option<(String, Vec<u8>)>> {
    let row: Option<Row> =
        on!(db, pool => sqlx::query_as(ONE).bind(id.as_str()).fetch_optional(pool).await)?;
    let Some(row) = row else { return Ok(None) };
    let bytes = STANDARD
        .decode(&row.bytes)
        .with_context(|| format!("picture.bytes of {id} is no base64"))?;
    Ok(Some((row.media_type, bytes)))
}

/// How many there are.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    Ok(within!(tx, c => sqlx::query_scalar(COUNT).fetch_one(c).await)?)
}

/// A new picture.
pub async fn insert(
    tx: &mut Tx,
    id: &PictureId,
    (media_type, bytes): (&str, &[u8]),
    now: Timestamp,
) -> Result<()> {
    within!(tx, c => sqlx::query(INSERT)
        .bind(id.as_str())
        .bind(media_type)
        .bind(STANDARD.encode(bytes))
        .bind(now.ms())
        .execute(c).await.map(drop))?;
    Ok(())
}
