//! The table `chat_profile`.
//!
//! Invariant: a save names the version it was made from, and hits no row when that is gone.

use crate::db::parse::{column, count, json, to_json, to_word, word};
use crate::db::{Db, Tx, on, statements, within};
use anyhow::Result;
use domain::id::{FlowId, ProfileId, TeamId};
use domain::limit;
use domain::settings::{ChatProfile, HaloEntrance, OldKey, ProfileFlow};
use domain::text::{Colour, DisplayName, ForeignWord, Greeting};
use domain::time::Timestamp;
use sqlx::FromRow;

statements! {
    BY_ID = "select * from chat_profile where id = $1";
    BY_HALO = "select * from chat_profile where halo_id = $1 and halo_key = $2";
    FIRST = "select * from chat_profile order by is_default desc, created_at, id limit 1";
    ALL = "select * from chat_profile order by is_active desc, name, id limit $1";
    COUNT = "select count(*) from chat_profile";
    NO_OTHER_DEFAULT = "update chat_profile set is_default = $2, version = version + 1
        where id <> $1 and is_default <> $2";
    INSERT = "insert into chat_profile
        (id, key, name, colour, greeting, team_id, is_active, origins, version, created_at,
            are_files_welcome, is_page_query_kept, wording, flow_id, flow_use,
            hours, is_agent_required, rules, is_default, wait_time, access,
            may_agents_choose_files, wait_messages, look, other_teams, halo_id, halo_key)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
            $27)";
    SAVE = "update chat_profile
        set name = $3, colour = $4, greeting = $5, team_id = $6, is_active = $7,
            origins = $8, are_files_welcome = $9, is_page_query_kept = $10, wording = $11,
            flow_id = $12, flow_use = $13, hours = $14, is_agent_required = $15, rules = $16,
            is_default = $17, wait_time = $18, access = $19,
            may_agents_choose_files = $20, wait_messages = $21,
            look = $22, other_teams = $23, halo_id = $24, halo_key = $25, version = version + 1
        where id = $1 and version = $2";
    REPLACE_KEY = "update chat_profile
        set key = $3, old_key = key, old_key_until = $4, version = version + 1
        where id = $1 and version = $2";
}

#[derive(FromRow)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a column of its own; no two exclude each other"
)]
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
    may_agents_choose_files: bool,
    is_page_query_kept: bool,
    wording: String,
    flow_id: Option<String>,
    flow_use: Option<String>,
    hours: Option<String>,
    is_agent_required: bool,
    rules: String,
    is_default: bool,
    wait_time: String,
    wait_messages: String,
    look: String,
    other_teams: String,
    halo_id: Option<String>,
    halo_key: Option<String>,
    old_key: Option<String>,
    old_key_until: Option<i64>,
    access: String,
    version: i64,
}

impl Row {
    fn profile(self) -> Result<ChatProfile> {
        let id = self.id;
        Ok(ChatProfile {
            key: self.key,
            name: column(DisplayName::parse(&self.name), "chat_profile", &id)?,
            colour: column(Colour::parse(&self.colour), "chat_profile", &id)?,
            look: json(&self.look, "chat_profile", &id)?,
            greeting: column(Greeting::parse(&self.greeting), "chat_profile", &id)?,
            team: column(TeamId::parse(&self.team_id), "chat_profile", &id)?,
            other_teams: json(&self.other_teams, "chat_profile", &id)?,
            access: word(&self.access, "chat_profile", &id)?,
            is_active: self.is_active,
            origins: json(&self.origins, "chat_profile", &id)?,
            are_files_welcome: self.are_files_welcome,
            may_agents_choose_files: self.may_agents_choose_files,
            is_page_query_kept: self.is_page_query_kept,
            wording: json(&self.wording, "chat_profile", &id)?,
            flow: flow(self.flow_id.as_deref(), self.flow_use.as_deref(), &id)?,
            hours: self
                .hours
                .map(|hours| json(&hours, "chat_profile", &id))
                .transpose()?,
            is_agent_required: self.is_agent_required,
            rules: json(&self.rules, "chat_profile", &id)?,
            is_default: self.is_default,
            wait_time: json(&self.wait_time, "chat_profile", &id)?,
            wait_messages: json(&self.wait_messages, "chat_profile", &id)?,
            old_key: self
                .old_key
                .zip(self.old_key_until)
                .map(|(key, until)| OldKey {
                    key,
                    until: Timestamp::from_ms(until),
                }),
            halo: halo(self.halo_id.as_deref(), self.halo_key.as_deref(), &id)?,
            version: count(self.version),
            id: column(ProfileId::parse(&id), "chat_profile", &id)?,
        })
    }
}

/// What Halo called it, where both of its columns are there.
fn halo(word: Option<&str>, key: Option<&str>, id: &str) -> Result<Option<HaloEntrance>> {
    let Some((word, key)) = word.zip(key) else {
        return Ok(None);
    };
    Ok(Some(HaloEntrance {
        id: column(ForeignWord::parse(word), "chat_profile", id)?,
        key: column(ForeignWord::parse(key), "chat_profile", id)?,
    }))
}

/// The bot, where both of its columns are there.
fn flow(flow: Option<&str>, when: Option<&str>, id: &str) -> Result<Option<ProfileFlow>> {
    let Some((flow, when)) = flow.zip(when) else {
        return Ok(None);
    };
    Ok(Some(ProfileFlow {
        flow: column(FlowId::parse(flow), "chat_profile", id)?,
        when: word(when, "chat_profile", id)?,
    }))
}

/// The columns of the bot.
fn flow_columns(profile: &ChatProfile) -> Result<(Option<&str>, Option<String>)> {
    let Some(ProfileFlow { flow, when }) = &profile.flow else {
        return Ok((None, None));
    };
    Ok((Some(flow.as_str()), Some(to_word(when)?)))
}

/// The profile with this id.
pub async fn by_id(db: &Db, id: &ProfileId) -> Result<Option<ChatProfile>> {
    let row: Option<Row> =
        on!(db, pool => sqlx::query_as(BY_ID).bind(id.as_str()).fetch_optional(pool).await)?;
    row.map(Row::profile).transpose()
}

/// The profile that Halo called like this.
pub async fn by_halo(db: &Db, halo: &HaloEntrance) -> Result<Option<ChatProfile>> {
    let row: Option<Row> = on!(db, pool => sqlx::query_as(BY_HALO)
        .bind(halo.id.as_str()).bind(halo.key.as_str()).fetch_optional(pool).await)?;
    row.map(Row::profile).transpose()
}

/// The profile that is meant where nobody names one.
pub async fn first(db: &Db) -> Result<Option<ChatProfile>> {
    let row: Option<Row> = on!(db, pool => sqlx::query_as(FIRST).fetch_optional(pool).await)?;
    row.map(Row::profile).transpose()
}

/// All profiles, those in use first.
pub async fn all(db: &Db) -> Result<Vec<ChatProfile>> {
    let limit = i64::try_from(limit::PROFILES_MAX)?;
    let rows: Vec<Row> = on!(db, pool => sqlx::query_as(ALL).bind(limit).fetch_all(pool).await)?;
    rows.into_iter().map(Row::profile).collect()
}

/// How many there are.
pub async fn count_all(tx: &mut Tx) -> Result<i64> {
    Ok(within!(tx, c => sqlx::query_scalar(COUNT).fetch_one(c).await)?)
}

/// Makes this one the only one that is meant where nobody names any. What the others were saved
/// as is no longer what they are, so their versions are new.
pub async fn no_other_default(tx: &mut Tx, id: &ProfileId) -> Result<()> {
    within!(tx, c => sqlx::query(NO_OTHER_DEFAULT)
        .bind(id.as_str())
        .bind(false)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// A new profile.
pub async fn insert(tx: &mut Tx, profile: &ChatProfile, now: Timestamp) -> Result<()> {
    let (flow, flow_use) = flow_columns(profile)?;
    let hours = profile.hours.as_ref().map(to_json).transpose()?;
    let rules = to_json(&profile.rules)?;
    let access = to_word(&profile.access)?;
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
        .bind(flow)
        .bind(&flow_use)
        .bind(&hours)
        .bind(profile.is_agent_required)
        .bind(&rules)
        .bind(profile.is_default)
        .bind(to_json(&profile.wait_time)?)
        .bind(&access)
        .bind(profile.may_agents_choose_files)
        .bind(to_json(&profile.wait_messages)?)
        .bind(to_json(&profile.look)?)
        .bind(to_json(&profile.other_teams)?)
        .bind(profile.halo.as_ref().map(|halo| halo.id.as_str()))
        .bind(profile.halo.as_ref().map(|halo| halo.key.as_str()))
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Saves over the version that `profile` names; whether that version was still there. Fails on
/// `chat_profile_halo` when another one has what Halo called it.
pub async fn save(tx: &mut Tx, profile: &ChatProfile) -> Result<bool> {
    let (flow, flow_use) = flow_columns(profile)?;
    let hours = profile.hours.as_ref().map(to_json).transpose()?;
    let rules = to_json(&profile.rules)?;
    let access = to_word(&profile.access)?;
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
        .bind(flow)
        .bind(&flow_use)
        .bind(&hours)
        .bind(profile.is_agent_required)
        .bind(&rules)
        .bind(profile.is_default)
        .bind(to_json(&profile.wait_time)?)
        .bind(&access)
        .bind(profile.may_agents_choose_files)
        .bind(to_json(&profile.wait_messages)?)
        .bind(to_json(&profile.look)?)
        .bind(to_json(&profile.other_teams)?)
        .bind(profile.halo.as_ref().map(|halo| halo.id.as_str()))
        .bind(profile.halo.as_ref().map(|halo| halo.key.as_str()))
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
