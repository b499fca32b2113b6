//! Agents: made, deactivated, given passwords by admins; available or away, and at work, by
//! themselves.
//!
//! Invariant: a deactivated agent has no session and no socket within a second, and what they
//! answered waits again.

mod password;
pub mod store;

pub use password::Hasher;

use crate::clock::entropy;
use crate::conversations;
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::principal::{Admin, Agent};
use crate::server::Server;
use crate::{sessions, teams};
use anyhow::Context;
use domain::api::{
    CreateAgent, Done, Field, ListAgents, NoteActivity, Refusal, SetAgentActive, SetAvailability,
    SetOwnFace, SetPassword,
};
use domain::id::AgentId;
use domain::live::AgentSignal;
use domain::people::{self, Availability, Face, Role};
use domain::text::{EmailAddress, Password, Reason};

/// All agents.
pub async fn list(server: &Server, _: &Admin, _: ListAgents) -> Result<Vec<people::Agent>> {
    Ok(store::all(&server.db).await?)
}

/// A new agent, active and available.
pub async fn create(server: &Server, who: &Admin, request: CreateAgent) -> Result<people::Agent> {
    let hash = Hasher::hash(request.password).await?;
    let now = server.now();
    let agent = people::Agent {
        id: AgentId::new(now, server.entropy()?),
        name: request.name,
        face: Face::default(),
        email: request.email,
        role: request.role,
        is_active: true,
        availability: Availability::Available,
        teams: request.teams,
    };
    let mut tx = server.db.begin().await?;
    teams::require_active(&mut tx, &agent.teams).await?;
    store::insert(&mut tx, &agent, &hash, now)
        .await
        .map_err(taken)?;
    audit(server, &mut tx, who, "create_agent", agent.id.as_str()).await?;
    tx.commit().await?;
    server.hub.tell_agents(&AgentSignal::Settings);
    Ok(agent)
}

fn taken(error: anyhow::Error) -> Error {
    match error.downcast_ref::<sqlx::Error>() {
        Some(cause) if db::breaks(cause, "agent_email", "agent.email") => Refusal::Invalid {
            field: Field::Email,
            reason: Reason::Taken,
        }
        .into(),
        _ => error.into(),
    }
}

/// Deactivates an agent or takes them back.
pub async fn set_active(server: &Server, who: &Admin, request: SetAgentActive) -> Result<Done> {
    let agent = store::by_id(&server.db, &request.agent)
        .await?
        .ok_or(Refusal::NotFound)?;
    let mut tx = server.db.begin().await?;
    if !request.is_active {
        if agent.role == Role::Admin && store::other_admins(&mut tx, &agent.id).await? == 0 {
            return Err(Refusal::LastAdmin.into());
        }
        if !request.is_confirmed {
            teams::require_others(&mut tx, &agent).await?;
        }
        sessions::end_all(&mut tx, &agent.id).await?;
    }
    store::set_active(&mut tx, &agent.id, request.is_active).await?;
    let deed = if request.is_active {
        "reactivate_agent"
    } else {
        "deactivate_agent"
    };
    audit(server, &mut tx, who, deed, agent.id.as_str()).await?;
    tx.commit().await?;
    if !request.is_active {
        server.hub.sign_out(&agent.id, None);
        conversations::release(server, &agent.id).await?;
    }
    server.hub.tell_agents(&AgentSignal::Settings);
    Ok(Done {})
}

/// A new password; whoever is signed in with the old one is no longer.
pub async fn set_password(server: &Server, who: &Admin, request: SetPassword) -> Result<Done> {
    let hash = Hasher::hash(request.password).await?;
    let mut tx = server.db.begin().await?;
    if !store::set_password(&mut tx, &request.agent, &hash).await? {
        return Err(Refusal::NotFound.into());
    }
    // An admin who changes their own password stays signed in where they did it.
    let keep = (request.agent == who.agent.id).then_some(&who.session);
    sessions::end_others(&mut tx, &request.agent, keep).await?;
    audit(server, &mut tx, who, "set_password", request.agent.as_str()).await?;
    tx.commit().await?;
    server.hub.sign_out(&request.agent, keep);
    Ok(Done {})
}

/// Sets a password from the command line, for an admin who has lost theirs. Whether there is an
/// agent with this address. A running server notices at the next request: sessions are gone.
pub async fn set_password_by_email(
    database: &db::Db,
    email: &EmailAddress,
    password: Password,
) -> anyhow::Result<bool> {
    let hash = Hasher::hash(password).await?;
    let login = store::login(database, email.as_str()).await?;
    let Some(login) = login else { return Ok(false) };
    let id = db::parse::column(AgentId::parse(&login.id), "agent", &login.id)?;
    let mut tx = database.begin().await?;
    store::set_password_by_email(&mut tx, email.as_str(), &hash).await?;
    sessions::store::end_others(&mut tx, &id, "").await?;
    tx.commit().await.context("setting the password")?;
    Ok(true)
}

/// Available or away.
pub async fn set_availability(
    server: &Server,
    who: &Agent,
    request: SetAvailability,
) -> Result<Done> {
    let mut tx = server.db.begin().await?;
    store::set_availability(&mut tx, &who.agent.id, request.availability).await?;
    tx.commit().await?;
    server.note_activity(&who.agent.id);
    server
        .hub
        .set_availability(&who.agent.id, request.availability);
    server.refresh_presence();
    Ok(Done {})
}

/// Visitors know the agent like this, in what they say from now on.
pub async fn set_own_face(server: &Server, who: &Agent, request: SetOwnFace) -> Result<Done> {
    let mut tx = server.db.begin().await?;
    store::set_face(&mut tx, &who.agent.id, &request.face).await?;
    tx.commit().await?;
    if let Some(agent) = store::by_id(&server.db, &who.agent.id).await? {
        server.hub.set_access(&agent);
    }
    server.hub.tell_agents(&AgentSignal::Settings);
    Ok(Done {})
}

/// The agent moves or types in a window of theirs.
pub async fn note_activity(server: &Server, who: &Agent, _: NoteActivity) -> Result<Done> {
    server.note_activity(&who.agent.id);
    Ok(Done {})
}

/// Notes what an admin did.
pub(crate) async fn audit(
    server: &Server,
    tx: &mut Tx,
    who: &Admin,
    deed: &str,
    subject: &str,
) -> Result<()> {
    let now = server.now();
    let id = format!(
        "aud_{:016x}{:016x}",
        now.ms(),
        u64::from_be_bytes(entropy()?)
    );
    store::audit(tx, (&id, now), &who.agent.id, deed, subject).await?;
    Ok(())
}
