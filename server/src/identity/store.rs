//! The table `identity`.
//!
//! Invariant: secrets go in and come out encrypted; a save names the version it was made from.

use crate::db::parse::{count, json, to_json};
use crate::db::{Db, Tx, on, statements, within};
use anyhow::Result;
use domain::id::ProfileId;
use domain::settings::Identity;
use domain::time::Timestamp;
use sqlx::FromRow;

statements! {
    BY_PROFILE = "select settings, secret, old_secret, old_secret_until, version
        from identity where profile_id = $1";
    INSERT = "insert into identity (profile_id, settings, version) values ($1, $2, 0)
        on conflict (profile_id) do nothing";
    SAVE = "update identity set settings = $3, version = version + 1
        where profile_id = $1 and version = $2";
    REPLACE_SECRET = "update identity
        set secret = $3, old_secret = $4, old_secret_until = $5, version = version + 1
        where profile_id = $1 and version = $2";
}

#[derive(FromRow)]
struct Row {
    settings: String,
    secret: Option<String>,
    old_secret: Option<String>,
    old_secret_until: Option<i64>,
    version: i64,
}

/// What is stored for one profile.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    pub identity: Identity,
    /// Encrypted.
    pub secret: Option<String>,
    /// Encrypted, with the end of its time.
    pub old: Option<(String, Timestamp)>,
    pub version: u32,
}

/// What is stored; the defaults where nothing is.
pub async fn by_profile(db: &Db, profile: &ProfileId) -> Result<Stored> {
    let row: Option<Row> = on!(db, pool => sqlx::query_as(BY_PROFILE)
        .bind(profile.as_str()).fetch_optional(pool).await)?;
    let Some(row) = row else {
        return Ok(Stored::default());
    };
    Ok(Stored {
        identity: json(&row.settings, "identity", profile.as_str())?,
        secret: row.secret,
        old: row
            .old_secret
            .zip(row.old_secret_until)
            .map(|(secret, until)| (secret, Timestamp::from_ms(until))),
        version: count(row.version),
    })
}

/// Saves over this version; whether it was still there.
pub async fn save(
    tx: &mut Tx,
    profile: &ProfileId,
    version: u32,
    identity: &Identity,
) -> Result<bool> {
    begin(tx, profile).await?;
    let rows = within!(tx, c => sqlx::query(SAVE)
        .bind(profile.as_str())
        .bind(i64::from(version))
        .bind(to_json(identity)?)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Puts another secret over this version; whether it was still there.
pub async fn replace_secret(
    tx: &mut Tx,
    profile: &ProfileId,
    version: u32,
    secret: &str,
    old: Option<(String, Timestamp)>,
) -> Result<bool> {
    begin(tx, profile).await?;
    let (old, until) = old.unzip();
    let rows = within!(tx, c => sqlx::query(REPLACE_SECRET)
        .bind(profile.as_str())
        .bind(i64::from(version))
        .bind(secret)
        .bind(old)
        .bind(until.map(Timestamp::ms))
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// A row to save over.
async fn begin(tx: &mut Tx, profile: &ProfileId) -> Result<()> {
    within!(tx, c => sqlx::query(INSERT)
        .bind(profile.as_str())
        .bind(to_json(&Identity::default())?)
        .execute(c).await.map(drop))?;
    Ok(())
}
