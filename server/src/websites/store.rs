//! The websites in the table `installation`.
//!
//! Invariant: saved only over the version that was read.

use crate::db::parse::{count, json, to_json};
use crate::db::{Db, Tx, on, statements, within};
use anyhow::Result;
use domain::settings::Websites;

statements! {
    READ = "select websites, websites_version from installation where id = 1";
    SAVE = "update installation set websites = $1, websites_version = websites_version + 1
        where id = 1 and websites_version = $2";
}

/// As they are.
pub async fn read(db: &Db) -> Result<Websites> {
    let (origins, version): (String, i64) =
        on!(db, pool => sqlx::query_as(READ).fetch_one(pool).await)?;
    Ok(Websites {
        origins: json(&origins, "installation", "1")?,
        version: count(version),
    })
}

/// Whether they are these from now on; not if somebody has saved meanwhile.
pub async fn save(tx: &mut Tx, websites: &Websites) -> Result<bool> {
    let origins = to_json(&websites.origins)?;
    let version = i64::from(websites.version);
    let rows = within!(tx, c => sqlx::query(SAVE)
        .bind(&origins).bind(version).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
