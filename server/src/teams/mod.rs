//! Teams: made, renamed, filled and deactivated by admins, joined and left by agents where an
//! admin lets them.
//!
//! Invariant: a team that serves a chat profile stays active, and no admin empties it without a
//! warning.

pub mod store;

use crate::agents;
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::principal::{self, Admin};
use crate::server::Server;
use domain::api::{
    CreateTeam, Done, Field, ListOwnTeams, ListTeams, ListTeamsThere, OwnTeam, Refusal, SaveTeam,
    SetOwnMembership, SetTeamActive, TeamThere,
};
use domain::id::{AgentId, TeamId};
use domain::live::AgentSignal;
use domain::people::{Agent, Team};
use domain::text::{DisplayName, Reason};
use std::collections::BTreeSet;

/// All teams.
pub async fn list(server: &Server, _: &Admin, _: ListTeams) -> Result<Vec<Team>> {
    Ok(store::all(&server.db).await?)
}

/// A new team.
pub async fn create(server: &Server, who: &Admin, request: CreateTeam) -> Result<Team> {
    let now = server.now();
    let team = Team {
        id: TeamId::new(now, server.entropy()?),
        name: request.name,
        is_active: true,
        members: request.members,
        is_open_to_join: request.is_open_to_join,
    };
    let mut tx = server.db.begin().await?;
    require_agents(&mut tx, &team.members).await?;
    store::insert(&mut tx, &team, now).await.map_err(taken)?;
    agents::audit(server, &mut tx, who, "create_team", team.id.as_str()).await?;
    tx.commit().await?;
    changed(server).await?;
    Ok(team)
}

/// A team's name and members, and whether these join by themselves.
pub async fn save(server: &Server, who: &Admin, request: SaveTeam) -> Result<Done> {
    let mut tx = server.db.begin().await?;
    require_agents(&mut tx, &request.members).await?;
    let is_open = request.is_open_to_join;
    if !store::save(&mut tx, &request.team, &request.name, is_open)
        .await
        .map_err(taken)?
    {
        return Err(Refusal::NotFound.into());
    }
    let (before, after) = (&request.members_before, &request.members);
    for agent in before.iter().filter(|agent| !after.contains(agent)) {
        store::set_member(&mut tx, &request.team, agent, false).await?;
    }
    for agent in after.iter().filter(|agent| !before.contains(agent)) {
        store::set_member(&mut tx, &request.team, agent, true).await?;
    }
    if !request.is_confirmed
        && !store::has_active_member(&mut tx, &request.team).await?
        && let Some(profile) = store::serves(&mut tx, &request.team).await?
    {
        return Err(Refusal::TeamServes { profile }.into());
    }
    agents::audit(server, &mut tx, who, "save_team", request.team.as_str()).await?;
    tx.commit().await?;
    changed(server).await?;
    Ok(Done {})
}

/// Deactivates a team or takes it back.
pub async fn set_active(server: &Server, who: &Admin, request: SetTeamActive) -> Result<Done> {
    let mut tx = server.db.begin().await?;
    if !request.is_active
        && let Some(profile) = store::serves(&mut tx, &request.team).await?
    {
        return Err(Refusal::TeamServes { profile }.into());
    }
    if !store::set_active(&mut tx, &request.team, request.is_active).await? {
        return Err(Refusal::NotFound.into());
    }
    let deed = if request.is_active {
        "reactivate_team"
    } else {
        "deactivate_team"
    };
    agents::audit(server, &mut tx, who, deed, request.team.as_str()).await?;
    tx.commit().await?;
    changed(server).await?;
    Ok(Done {})
}

/// The active teams that the agent is in or may join.
pub async fn own(server: &Server, who: &principal::Agent, _: ListOwnTeams) -> Result<Vec<OwnTeam>> {
    let teams = store::all(&server.db).await?.into_iter();
    let own = teams.filter(|team| team.is_active).map(|team| OwnTeam {
        is_member: who.agent.teams.contains(&team.id),
        is_open_to_join: team.is_open_to_join,
        team: team.id,
        name: team.name,
    });
    Ok(own
        .filter(|team| team.is_member || team.is_open_to_join)
        .collect())
}

/// The active teams that have an active member: what is passed on to another would be heard by
/// nobody.
async fn manned(server: &Server) -> Result<Vec<Team>> {
    let agents = agents::store::all(&server.db).await?.into_iter();
    let active: BTreeSet<_> = agents
        .filter(|agent| agent.is_active)
        .map(|agent| agent.id)
        .collect();
    let mut teams = store::all(&server.db).await?;
    teams.retain(|team| team.is_active && team.members.iter().any(|id| active.contains(id)));
    Ok(teams)
}

/// The teams that something can be passed on to, and whether somebody of each is there.
pub async fn there(
    server: &Server,
    who: &principal::Agent,
    _: ListTeamsThere,
) -> Result<Vec<TeamThere>> {
    let there = server.hub.teams_there(Some(&who.agent.id), server.now());
    let teams = manned(server).await?.into_iter().map(|team| TeamThere {
        is_anyone_there: there.contains(&team.id),
        team: team.id,
        name: team.name,
    });
    Ok(teams.collect())
}

/// What agents call a team that something can be passed on to; `None` for any other.
pub(crate) async fn name_of_manned(server: &Server, id: &TeamId) -> Result<Option<DisplayName>> {
    let mut teams = manned(server).await?.into_iter();
    Ok(teams.find(|team| team.id == *id).map(|team| team.name))
}

/// The agent joins a team, or leaves it, where an admin lets them.
pub async fn set_own_membership(
    server: &Server,
    who: &principal::Agent,
    request: SetOwnMembership,
) -> Result<Done> {
    let SetOwnMembership { team, is_member } = request;
    let mut tx = server.db.begin().await?;
    if !store::is_open_to_join(&mut tx, &team).await? {
        return Err(Refusal::Forbidden.into());
    }
    store::set_member(&mut tx, &team, &who.agent.id, is_member).await?;
    tx.commit().await?;
    tracing::info!(agent = %who.agent.id, %team, is_member, "chose their team");
    changed(server).await?;
    Ok(Done {})
}

fn taken(error: anyhow::Error) -> Error {
    match error.downcast_ref::<sqlx::Error>() {
        Some(cause) if db::breaks(cause, "team_name", "team.name") => Refusal::Invalid {
            field: Field::Name,
            reason: Reason::Taken,
        }
        .into(),
        _ => error.into(),
    }
}

/// What agents may hear follows from their teams: every open connection learns it at once.
async fn changed(server: &Server) -> Result<()> {
    for agent in agents::store::all(&server.db).await? {
        server.hub.set_access(&agent);
    }
    server.hub.tell_agents(&AgentSignal::Settings);
    server.refresh_presence();
    Ok(())
}

/// Refuses teams that do not exist or are not active.
pub(crate) async fn require_active(tx: &mut Tx, teams: &[TeamId]) -> Result<()> {
    for team in teams {
        if store::is_active(tx, team).await? != Some(true) {
            return Err(Refusal::Invalid {
                field: Field::Team,
                reason: Reason::Form,
            }
            .into());
        }
    }
    Ok(())
}

/// Refuses when a serving team would have nobody left without this agent.
pub(crate) async fn require_others(tx: &mut Tx, agent: &Agent) -> Result<()> {
    for team in &agent.teams {
        if store::other_members(tx, team, &agent.id).await? == 0
            && let Some(profile) = store::serves(tx, team).await?
        {
            return Err(Refusal::TeamServes { profile }.into());
        }
    }
    Ok(())
}

async fn require_agents(tx: &mut Tx, members: &[AgentId]) -> Result<()> {
    for agent in members {
        if store::is_agent_active(tx, agent).await?.is_none() {
            return Err(Refusal::Invalid {
                field: Field::Members,
                reason: Reason::Form,
            }
            .into());
        }
    }
    Ok(())
}
