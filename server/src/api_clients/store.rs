//! The table `api_client`.
//!
//! Invariant: a secret is here as its hash only.

use crate::db::parse::{column, json, to_json};
use crate::db::{Db, Tx, on, statements, within};
use anyhow::Result;
use domain::id::ApiClientId;
use domain::limit;
use domain::settings::ApiClient;
use domain::text::DisplayName;
use domain::time::Timestamp;
use sqlx::FromRow;

statements! {
    ALL = "select id, name, secret_hash, scopes, is_active from api_client
        order by is_active desc, name, id limit $1";
    BY_ID = "select id, name, secret_hash, scopes, is_active from api_client where id = $1";
    INSERT = "insert into api_client (id, name, secret_hash, scopes, is_active, created_at)
        values ($1, $2, $3, $4, $5, $6)";
    SET_ACTIVE = "update api_client set is_active = $2 where id = $1";
}

#[derive(FromRow)]
struct Row {
    id: String,
    name: String,
    secret_hash: String,
    scopes: String,
    is_active: bool,
}

impl Row {
    fn client(self) -> Result<(ApiClient, String)> {
        let client = ApiClient {
            id: column(ApiClientId::parse(&self.id), "api_client", &self.id)?,
            name: column(DisplayName::parse(&self.name), "api_client", &self.id)?,
            scopes: json(&self.scopes, "api_client", &self.id)?,
            is_active: self.is_active,
        };
        Ok((client, self.secret_hash))
    }
}

/// All clients, active ones first.
pub async fn all(db: &Db) -> Result<Vec<ApiClient>> {
    let limit = i64::try_from(limit::SETTINGS_ROWS_MAX)?;
    let rows: Vec<Row> = on!(db, pool => sqlx::query_as(ALL).bind(limit).fetch_all(pool).await)?;
    rows.into_iter().map(|row| Ok(row.client()?.0)).collect()
}

/// The client with this id, and the hash of its secret.
pub async fn by_id(db: &Db, id: &ApiClientId) -> Result<Option<(ApiClient, String)>> {
    let row: Option<Row> =
        on!(db, pool => sqlx::query_as(BY_ID).bind(id.as_str()).fetch_optional(pool).await)?;
    row.map(Row::client).transpose()
}

/// A new client. Fails on `api_client_name` when the name is taken.
pub async fn insert(
    tx: &mut Tx,
    client: &ApiClient,
    secret_hash: &str,
    now: Timestamp,
) -> Result<()> {
    within!(tx, c => sqlx::query(INSERT)
        .bind(client.id.as_str())
        .bind(client.name.as_str())
        .bind(secret_hash)
        .bind(to_json(&client.scopes)?)
        .bind(client.is_active)
        .bind(now.ms())
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Deactivates a client or takes it back; whether there is one.
pub async fn set_active(tx: &mut Tx, id: &ApiClientId, is_active: bool) -> Result<bool> {
    let rows = within!(tx, c => sqlx::query(SET_ACTIVE)
        .bind(id.as_str())
        .bind(is_active)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
