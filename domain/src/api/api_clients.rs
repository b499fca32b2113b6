//! Programs that may use the public API, as admins manage them.

use super::{Done, Endpoint};
use crate::id::ApiClientId;
use crate::settings::{ApiClient, Scope};
use crate::text::{DisplayName, TokenSecret};
use serde::{Deserialize, Serialize};

/// All API clients, active ones first, by name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListApiClients {}

/// A new API client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateApiClient {
    /// As admins call it.
    pub name: DisplayName,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

/// A client that was just made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiClientMade {
    /// The client.
    pub client: ApiClient,
    /// Its `client_secret`: the only time that it leaves the server.
    pub secret: TokenSecret,
}

/// Deactivate an API client, or take it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetApiClientActive {
    /// Which.
    pub client: ApiClientId,
    /// From now on.
    pub is_active: bool,
}

impl Endpoint for ListApiClients {
    const NAME: &'static str = "list_api_clients";
    type Reply = Vec<ApiClient>;
}
impl Endpoint for CreateApiClient {
    const NAME: &'static str = "create_api_client";
    type Reply = ApiClientMade;
}
impl Endpoint for SetApiClientActive {
    const NAME: &'static str = "set_api_client_active";
    type Reply = Done;
}
