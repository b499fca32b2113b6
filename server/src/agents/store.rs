//! The tables `agent` and `team_member`, as agents need them, and `audit`.
//!
//! Invariant: no function here returns a password hash except the one that is asked for it.

use crate::db::parse::{column, to_word, word};
use crate::db::{Db, Tx, on, statements, within};
use anyhow::Result;
use domain::id::{AgentId, PictureId, TeamId};
use domain::people::{Agent, Availability, Face};
use domain::text::{DisplayName, EmailAddress};
use domain::time::Timestamp;
use sqlx::FromRow;
use std::collections::BTreeMap;

statements! {
    ALL = "select id, name, chat_name, picture, email, role, is_active, availability from agent
        order by is_active desc, name, id limit $1";
    ONE = "select id, name, chat_name, picture, email, role, is_active, availability from agent
        where id = $1";
    LOGIN = "select id, password_hash, is_active from agent where email = $1";
    MEMBERSHIPS = "select team_id, agent_id from team_member order by team_id";
    MEMBERSHIPS_OF = "select team_id, agent_id from team_member where agent_id = $1
        order by team_id";
    INSERT = "insert into agent
        (id, name, email, password_hash, role, is_active, availability, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    JOIN_TEAM = "insert into team_member (team_id, agent_id) values ($1, $2)
        on conflict do nothing";
    SET_ACTIVE = "update agent set is_active = $2 where id = $1";
    SET_AVAILABILITY = "update agent set availability = $2 where id = $1";
    SET_FACE = "update agent set chat_name = $2, picture = $3 where id = $1";
    SET_PASSWORD = "update agent set password_hash = $2 where id = $1";
    SET_PASSWORD_BY_EMAIL = "update agent set password_hash = $2 where email = $1";
    /// Changes nothing, but whoever asks for the same waits until this transaction is over.
    LOCK_ADMINS = "update agent set role = role where role = 'admin'";
    OTHER_ADMINS = "select count(*) from agent
        where role = 'admin' and is_active = $2 and id <> $1";
    LAST_BY = "select a.name from audit d join agent a on a.id = d.agent_id
        where d.deed = $1 and d.subject = $2 order by d.id desc limit 1";
    AUDIT = "insert into audit (id, at, agent_id, deed, subject) values ($1, $2, $3, $4, $5)";
}

#[derive(FromRow)]
struct Row {
    id: String,
    name: String,
    chat_name: Option<String>,
    picture: Option<String>,
    email: String,
    role: String,
    is_active: bool,
    availability: String,
}

impl Row {
    fn agent(self, teams: Vec<TeamId>) -> Result<Agent> {
        let id = self.id;
        Ok(Agent {
            name: column(DisplayName::parse(&self.name), "agent", &id)?,
            face: Face {
                chat_name: self
                    .chat_name
                    .map(|name| column(DisplayName::parse(&name), "agent", &id))
                    .transpose()?,
                picture: self
                    .picture
                    .map(|picture| column(PictureId::parse(&picture), "agent", &id))
                    .transpose()?,
            },
            email: column(EmailAddress::parse(&self.email), "agent", &id)?,
            role: word(&self.role, "agent", &id)?,
            is_active: self.is_active,
            availability: word(&self.availability, "agent", &id)?,
            teams,
            id: column(AgentId::parse(&id), "agent", &id)?,
        })
    }
}

/// What signing in needs.
#[derive(FromRow)]
pub struct Login {
    pub id: String,
    pub password_hash: String,
    pub is_active: bool,
}

/// All agents, active ones first.
pub async fn all(db: &Db) -> Result<Vec<Agent>> {
    let limit = i64::try_from(domain::limit::SETTINGS_ROWS_MAX)?;
    let rows: Vec<Row> = on!(db, pool => sqlx::query_as(ALL).bind(limit).fetch_all(pool).await)?;
    let pairs: Vec<(String, String)> =
        on!(db, pool => sqlx::query_as(MEMBERSHIPS).fetch_all(pool).await)?;
    let mut teams: BTreeMap<String, Vec<TeamId>> = BTreeMap::new();
    for (team, agent) in pairs {
        let team = column(TeamId::parse(&team), "team_member", &team)?;
        teams.entry(agent).or_default().push(team);
    }
    rows.into_iter()
        .map(|row| {
            let teams = teams.remove(&row.id).unwrap_or_default();
            row.agent(teams)
        })
        .collect()
}

/// One agent, active or not.
pub async fn by_id(db: &Db, id: &AgentId) -> Result<Option<Agent>> {
    let row: Option<Row> =
        on!(db, pool => sqlx::query_as(ONE).bind(id.as_str()).fetch_optional(pool).await)?;
    let Some(row) = row else { return Ok(None) };
    let pairs: Vec<(String, String)> =
        on!(db, pool => sqlx::query_as(MEMBERSHIPS_OF).bind(id.as_str()).fetch_all(pool).await)?;
    let teams = pairs
        .into_iter()
        .map(|(team, _)| column(TeamId::parse(&team), "team_member", &team))
        .collect::<Result<_>>()?;
    row.agent(teams).map(Some)
}

/// What signing in with this address needs.
pub async fn login(db: &Db, email: &str) -> Result<Option<Login>> {
    Ok(on!(db, pool => sqlx::query_as(LOGIN).bind(email).fetch_optional(pool).await)?)
}

/// How many active admins there are besides this agent. Nobody else changes that until the
/// transaction is over: two admins who deactivate each other at once must not both be done.
pub async fn other_admins(tx: &mut Tx, id: &AgentId) -> Result<i64> {
    within!(tx, c => sqlx::query(LOCK_ADMINS).execute(c).await.map(drop))?;
    Ok(within!(tx, c =>
        sqlx::query_scalar(OTHER_ADMINS).bind(id.as_str()).bind(true).fetch_one(c).await)?)
}

/// A new agent. Fails on the constraint `agent_email` when the address is taken.
pub async fn insert(tx: &mut Tx, agent: &Agent, password_hash: &str, now: Timestamp) -> Result<()> {
    let (role, availability) = (to_word(&agent.role)?, to_word(&agent.availability)?);
    within!(tx, c => sqlx::query(INSERT)
        .bind(agent.id.as_str())
        .bind(agent.name.as_str())
        .bind(agent.email.as_str())
        .bind(password_hash)
        .bind(&role)
        .bind(agent.is_active)
        .bind(&availability)
        .bind(now.ms())
        .execute(c).await.map(drop))?;
    for team in &agent.teams {
        join_team(tx, team, &agent.id).await?;
    }
    Ok(())
}

/// The agent answers for the team from now on.
pub async fn join_team(tx: &mut Tx, team: &TeamId, agent: &AgentId) -> Result<()> {
    within!(tx, c => sqlx::query(JOIN_TEAM)
        .bind(team.as_str()).bind(agent.as_str()).execute(c).await.map(drop))?;
    Ok(())
}

/// Active or not from now on.
pub async fn set_active(tx: &mut Tx, id: &AgentId, is_active: bool) -> Result<bool> {
    let rows = within!(tx, c => sqlx::query(SET_ACTIVE)
        .bind(id.as_str()).bind(is_active).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Available or away from now on.
pub async fn set_availability(tx: &mut Tx, id: &AgentId, to: Availability) -> Result<()> {
    let word = to_word(&to)?;
    within!(tx, c => sqlx::query(SET_AVAILABILITY)
        .bind(id.as_str()).bind(&word).execute(c).await.map(drop))?;
    Ok(())
}

/// Known to visitors like this from now on.
pub async fn set_face(tx: &mut Tx, id: &AgentId, face: &Face) -> Result<()> {
    within!(tx, c => sqlx::query(SET_FACE)
        .bind(id.as_str())
        .bind(face.chat_name.as_ref().map(DisplayName::as_str))
        .bind(face.picture.as_ref().map(PictureId::as_str))
        .execute(c).await.map(drop))?;
    Ok(())
}

/// A new password hash.
pub async fn set_password(tx: &mut Tx, id: &AgentId, hash: &str) -> Result<bool> {
    let rows = within!(tx, c => sqlx::query(SET_PASSWORD)
        .bind(id.as_str()).bind(hash).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// A new password hash for whoever has this address; whether there is such an agent.
pub async fn set_password_by_email(tx: &mut Tx, email: &str, hash: &str) -> Result<bool> {
    let rows = within!(tx, c => sqlx::query(SET_PASSWORD_BY_EMAIL)
        .bind(email).bind(hash).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Notes what an admin did, in the same transaction as the deed.
pub async fn audit(
    tx: &mut Tx,
    (id, at): (&str, Timestamp),
    agent: &AgentId,
    deed: &str,
    subject: &str,
) -> Result<()> {
    within!(tx, c => sqlx::query(AUDIT)
        .bind(id).bind(at.ms()).bind(agent.as_str()).bind(deed).bind(subject)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// What the agent is called who did this deed to this subject last.
pub async fn last_by(db: &Db, deed: &str, subject: &str) -> Result<Option<DisplayName>> {
    let name: Option<String> = on!(db, pool => sqlx::query_scalar(LAST_BY)
        .bind(deed)
        .bind(subject)
        .fetch_optional(pool).await)?;
    Ok(name.and_then(|name| DisplayName::parse(&name).ok()))
}
