//! The table `chat_profile`.
//!
//! Invariant: a save names the version it was made from, and hits no row when that is gone.

use crate::db::parse::{column, count, json, to_json};
use crate::db::{Db, Tx, on, statements, within};
use anyhow::Result;
use domain::id::{ProfileId, TeamId};
use domain::settings::{ChatProfile, OldKey};
use domain::text::{Colour, DisplayName, Greeting};
use domain::time::Timestamp;
use sqlx::FromRow;

statements! {
    BY_ID = "select id, key, name, colour, greeting, team_id, is_active, origins,
        are_files_welcome, is_page_query_kept, wording, old_key, old_key_until, version from chat_profile where id = $1";
    FIRST = "select id, key, name, colour, greeting, team_id, is_active, origins,
        are_files_welcome, is_page_query_kept, wording, old_key, old_key_until, version from chat_profile order by created_at, id limit 1";
    INSERT = "insert into chat_profile
        (id, key, name, colour, greeting, team_id, is_active, origins, version, created_at,
            are_files_welcome, is_page_query_kept, wording)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    SAVE = "update chat_profile
        set name = $3, colour = $4, greeting = $5, team_id = $6, is_active = $7,
            origins = $8, are_files_welcome = $9, is_page_query_kept = $10, wording = $11,
            version = version + 1
        where id = $1 and version = $2";
    REPLACE_KEY = "update chat_profile
        set key = $3, old_key = key, old_key_until = $4, version = version + 1
        where id = $1 and version = $2";
}

#[derive(FromRow)]
struct Row {
    id: String,
    key: String,
    name: String,
    colour: String,
    greeting: String,
    team_id: String,
    is_active: bool,
    origins: String,
    are_files_welcome: bool,
    is_page_query_kept: bool,
    wording: String,
    old_key: Option<String>,
    old_key_until: Option<i64>,
    version: i64,
}

impl Row {
    fn profile(self) -> Result<ChatProfile> {
        let id = self.id;
        Ok(ChatProfile {
            key: self.key,
            name: column(DisplayName::parse(&self.name), "chat_profile", &id)?,
            colour: column(Colour::parse(&self.colour), "chat_profile", &id)?,
            greeting: column(Greeting::parse(&self.greeting), "chat_profile", &id)?,
            team: column(TeamId::parse(&self.team_id), "chat_profile", &id)?,
            is_active: self.is_active,
            origins: json(&self.origins, "chat_profile", &id)?,
            are_files_welcome: self.are_files_welcome,
            is_page_query_kept: self.is_page_query_kept,
            wording: json(&self.wording, "chat_profile", &id)?,
            old_key: self
                .old_key
                .zip(self.old_key_until)
                .map(|(key, until)| OldKey {
                    key,
                    until: Timestamp::from_ms(until),
                }),
            version: count(self.version),
            id: column(ProfileId::parse(&id), "chat_profile", &id)?,
        })
    }
}

/// The profile with this id.
pub async fn by_id(db: &Db, id: &ProfileId) -> Result<Option<ChatProfile>> {
    let row: Option<Row> =
        on!(db, pool => sqlx::query_as(BY_ID).bind(id.as_str()).fetch_optional(pool).await)?;
    row.map(Row::profile).transpose()
}

/// The oldest profile; there is one as long as there can be only one.
pub async fn first(db: &Db) -> Result<Option<ChatProfile>> {
    let row: Option<Row> = on!(db, pool => sqlx::query_as(FIRST).fetch_optional(pool).await)?;
    row.map(Row::profile).transpose()
}

/// A new profile.
pub async fn insert(tx: &mut Tx, profile: &ChatProfile, now: Timestamp) -> Result<()> {
    within!(tx, c => sqlx::query(INSERT)
        .bind(profile.id.as_str())
        .bind(profile.key.as_str())
        .bind(profile.name.as_str())
        .bind(profile.colour.as_str())
        .bind(profile.greeting.as_str())
        .bind(profile.team.as_str())
        .bind(profile.is_active)
        .bind(to_json(&profile.origins)?)
        .bind(i64::from(profile.version))
        .bind(now.ms())
        .bind(profile.are_files_welcome)
        .bind(profile.is_page_query_kept)
        .bind(to_json(&profile.wording)?)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Saves over the version that `profile` names; whether that version was still there.
pub async fn save(tx: &mut Tx, profile: &ChatProfile) -> Result<bool> {
    let rows = within!(tx, c => sqlx::query(SAVE)
        .bind(profile.id.as_str())
        .bind(i64::from(profile.version))
        .bind(profile.name.as_str())
        .bind(profile.colour.as_str())
        .bind(profile.greeting.as_str())
        .bind(profile.team.as_str())
        .bind(profile.is_active)
        .bind(to_json(&profile.origins)?)
        .bind(profile.are_files_welcome)
        .bind(profile.is_page_query_kept)
        .bind(to_json(&profile.wording)?)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Puts a new key over the version that was read; whether that version was still there.
pub async fn replace_key(
    tx: &mut Tx,
    id: &ProfileId,
    version: u32,
    key: &str,
    until: Timestamp,
) -> Result<bool> {
    let rows = within!(tx, c => sqlx::query(REPLACE_KEY)
        .bind(id.as_str())
        .bind(i64::from(version))
        .bind(key)
        .bind(until.ms())
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
