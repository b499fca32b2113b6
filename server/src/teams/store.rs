//! The tables `team` and `team_member`, as teams need them.
//!
//! Invariant: a member is a row that comes or goes on its own, so that an admin and an agent who
//! changes their own take nothing back of each other.

use crate::db::parse::column;
use crate::db::{Db, Tx, on, statements, within};
use anyhow::Result;
use domain::id::{AgentId, TeamId};
use domain::people::Team;
use domain::text::DisplayName;
use domain::time::Timestamp;
use sqlx::FromRow;
use std::collections::BTreeMap;

statements! {
    ALL = "select id, name, is_active, is_open_to_join from team
        order by is_active desc, name, id limit $1";
    MEMBERS = "select team_id, agent_id from team_member order by agent_id";
    INSERT = "insert into team (id, name, is_active, is_open_to_join, created_at)
        values ($1, $2, $3, $4, $5)";
    SAVE = "update team set name = $2, is_open_to_join = $3 where id = $1";
    SET_ACTIVE = "update team set is_active = $2 where id = $1";
    ADD = "insert into team_member (team_id, agent_id) values ($1, $2) on conflict do nothing";
    REMOVE = "delete from team_member where team_id = $1 and agent_id = $2";
    /// Changes nothing, but an admin who closes the team at this moment waits, or is waited for.
    LOCK_OPEN = "update team set is_open_to_join = $2
        where id = $1 and is_active = $2 and is_open_to_join = $2";
    IS_ACTIVE = "select is_active from team where id = $1";
    /// Ids are long and none is part of another, so that text finds them among those that stand in.
    SERVES = "select name from chat_profile
        where team_id = $1 or other_teams like '%' || $1 || '%' order by name limit 1";
    OTHER_MEMBERS = "select count(*) from team_member m join agent a on a.id = m.agent_id
        where m.team_id = $1 and a.id <> $2 and a.is_active = $3";
    HAS_ACTIVE_MEMBER = "select count(*) from team_member m join agent a on a.id = m.agent_id
        where m.team_id = $1 and a.is_active = $2";
    IS_AGENT_ACTIVE = "select is_active from agent where id = $1";
}

#[derive(FromRow)]
struct Row {
    id: String,
    name: String,
    is_active: bool,
    is_open_to_join: bool,
}

/// All teams, active ones first.
pub async fn all(db: &Db) -> Result<Vec<Team>> {
    let limit = i64::try_from(domain::limit::SETTINGS_ROWS_MAX)?;
    let rows: Vec<Row> = on!(db, pool => sqlx::query_as(ALL).bind(limit).fetch_all(pool).await)?;
    let pairs: Vec<(String, String)> =
        on!(db, pool => sqlx::query_as(MEMBERS).fetch_all(pool).await)?;
    let mut members: BTreeMap<String, Vec<AgentId>> = BTreeMap::new();
    for (team, agent) in pairs {
        let agent = column(AgentId::parse(&agent), "team_member", &agent)?;
        members.entry(team).or_default().push(agent);
    }
    rows.into_iter()
        .map(|row| {
            Ok(Team {
                name: column(DisplayName::parse(&row.name), "team", &row.id)?,
                is_active: row.is_active,
                is_open_to_join: row.is_open_to_join,
                members: members.remove(&row.id).unwrap_or_default(),
                id: column(TeamId::parse(&row.id), "team", &row.id)?,
            })
        })
        .collect()
}

/// A new team. Fails on the constraint `team_name` when the name is taken.
pub async fn insert(tx: &mut Tx, team: &Team, now: Timestamp) -> Result<()> {
    within!(tx, c => sqlx::query(INSERT)
        .bind(team.id.as_str()).bind(team.name.as_str()).bind(team.is_active)
        .bind(team.is_open_to_join).bind(now.ms()).execute(c).await.map(drop))?;
    for agent in &team.members {
        set_member(tx, &team.id, agent, true).await?;
    }
    Ok(())
}

/// A new name, and whether agents join by themselves; whether there is such a team.
pub async fn save(
    tx: &mut Tx,
    id: &TeamId,
    name: &DisplayName,
    is_open_to_join: bool,
) -> Result<bool> {
    let rows = within!(tx, c => sqlx::query(SAVE)
        .bind(id.as_str()).bind(name.as_str()).bind(is_open_to_join)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Active or not from now on; whether there is such a team.
pub async fn set_active(tx: &mut Tx, id: &TeamId, is_active: bool) -> Result<bool> {
    let rows = within!(tx, c => sqlx::query(SET_ACTIVE)
        .bind(id.as_str()).bind(is_active).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Whether agents may join and leave this team themselves; it stays so until the transaction is
/// over.
pub async fn is_open_to_join(tx: &mut Tx, id: &TeamId) -> Result<bool> {
    let rows = within!(tx, c => sqlx::query(LOCK_OPEN)
        .bind(id.as_str()).bind(true).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// The agent answers for the team, or no longer.
pub async fn set_member(tx: &mut Tx, id: &TeamId, agent: &AgentId, is_member: bool) -> Result<()> {
    let statement = if is_member { ADD } else { REMOVE };
    within!(tx, c => sqlx::query(statement)
        .bind(id.as_str()).bind(agent.as_str()).execute(c).await.map(drop))?;
    Ok(())
}

/// Whether the team is active; `None` when there is no such team.
pub async fn is_active(tx: &mut Tx, id: &TeamId) -> Result<Option<bool>> {
    Ok(within!(tx, c =>
        sqlx::query_scalar(IS_ACTIVE).bind(id.as_str()).fetch_optional(c).await)?)
}

/// Whether anybody in it is active.
pub async fn has_active_member(tx: &mut Tx, id: &TeamId) -> Result<bool> {
    let count: i64 = within!(tx, c => sqlx::query_scalar(HAS_ACTIVE_MEMBER)
        .bind(id.as_str()).bind(true).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Whether the agent is active; `None` when there is no such agent.
pub async fn is_agent_active(tx: &mut Tx, id: &AgentId) -> Result<Option<bool>> {
    Ok(within!(tx, c =>
        sqlx::query_scalar(IS_AGENT_ACTIVE).bind(id.as_str()).fetch_optional(c).await)?)
}

/// A chat profile that this team serves.
pub async fn serves(tx: &mut Tx, id: &TeamId) -> Result<Option<DisplayName>> {
    let name: Option<String> = within!(tx, c =>
        sqlx::query_scalar(SERVES).bind(id.as_str()).fetch_optional(c).await)?;
    name.map(|name| column(DisplayName::parse(&name), "chat_profile", &name))
        .transpose()
}

/// How many active members the team has besides this agent.
pub async fn other_members(tx: &mut Tx, id: &TeamId, agent: &AgentId) -> Result<i64> {
    Ok(within!(tx, c => sqlx::query_scalar(OTHER_MEMBERS)
        .bind(id.as_str()).bind(agent.as_str()).bind(true).fetch_one(c).await)?)
}
