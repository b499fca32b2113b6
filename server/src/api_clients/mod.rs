//! Programs that may use the public API: made and deactivated by admins.
//!
//! Invariant: a deactivated client is let in no more, whatever token it holds.

pub mod store;

use crate::clock::entropy;
use crate::error::{Error, Result};
use crate::principal::{Admin, hash};
use crate::server::Server;
use crate::{agents, db};
use domain::api::{
    ApiClientMade, CreateApiClient, Done, Field, ListApiClients, Refusal, SetApiClientActive,
};
use domain::id::{ApiClientId, VisitorToken};
use domain::live::AgentSignal;
use domain::settings::ApiClient;
use domain::text::{Reason, TokenSecret};

/// All clients.
pub async fn list(server: &Server, _: &Admin, _: ListApiClients) -> Result<Vec<ApiClient>> {
    Ok(store::all(&server.db).await?)
}

/// A new client, and its secret for this once.
pub async fn create(
    server: &Server,
    who: &Admin,
    request: CreateApiClient,
) -> Result<ApiClientMade> {
    let now = server.now();
    let mut scopes = request.scopes;
    scopes.sort();
    scopes.dedup();
    let client = ApiClient {
        id: ApiClientId::new(now, server.entropy()?),
        name: request.name,
        scopes,
        is_active: true,
    };
    let token = VisitorToken::new(entropy()?);
    let secret = TokenSecret::parse(token.secret()).or(Err(Refusal::Malformed))?;
    let mut tx = server.db.begin().await?;
    let stored = store::insert(&mut tx, &client, &hash(secret.secret()), now).await;
    stored.map_err(taken)?;
    agents::audit(
        server,
        &mut tx,
        who,
        "create_api_client",
        client.id.as_str(),
    )
    .await?;
    tx.commit().await?;
    server.hub.tell_agents(&AgentSignal::Settings);
    Ok(ApiClientMade { client, secret })
}

/// Deactivates a client or takes it back.
pub async fn set_active(server: &Server, who: &Admin, request: SetApiClientActive) -> Result<Done> {
    let SetApiClientActive { client, is_active } = request;
    let mut tx = server.db.begin().await?;
    if !store::set_active(&mut tx, &client, is_active).await? {
        return Err(Refusal::NotFound.into());
    }
    let deed = if is_active {
        "reactivate_api_client"
    } else {
        "deactivate_api_client"
    };
    agents::audit(server, &mut tx, who, deed, client.as_str()).await?;
    tx.commit().await?;
    server.hub.tell_agents(&AgentSignal::Settings);
    Ok(Done {})
}

fn taken(error: anyhow::Error) -> Error {
    let cause = error.downcast_ref::<sqlx::Error>();
    if cause.is_some_and(|cause| db::breaks(cause, "api_client_name", "api_client.name")) {
        let (field, reason) = (Field::Name, Reason::Taken);
        return Refusal::Invalid { field, reason }.into();
    }
    error.into()
}
