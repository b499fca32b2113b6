//! Tokens for API clients: OAuth 2.0 client credentials (RFC 6749, section 4.4).
//!
//! Invariant: nothing is stored for a token; it is sealed with the key file, says whose it is,
//! what it may do and until when, and is good only while its client is active.

use super::{Failure, No};
use crate::address::ClientAddress;
use crate::api_clients;
use crate::principal::{ApiClient, hash};
use crate::server::Server;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use domain::id::ApiClientId;
use domain::limit;
use domain::settings::Scope;
use serde::Deserialize;
use serde_json::json;

/// What a client sends, as `application/x-www-form-urlencoded`.
#[derive(Deserialize)]
pub(super) struct Request {
    grant_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    scope: Option<String>,
}

/// Means every scope that the client has; Halo's clients send it.
const ALL: &str = "all";

/// `POST /auth/token`.
pub(super) async fn token(
    State(server): State<Server>,
    ClientAddress(address): ClientAddress,
    form: Result<Form<Request>, FormRejection>,
) -> Result<Response, Failure> {
    server.rates.request(address)?;
    let Ok(Form(request)) = form else {
        return Err(No::bad("Send a form with grant_type, client_id and client_secret.").into());
    };
    match request.grant_type.as_deref() {
        Some("client_credentials") => {}
        Some(_) => {
            let sentence = "The one grant_type here is client_credentials.";
            let status = StatusCode::BAD_REQUEST;
            return Err(No::new(status, "unsupported_grant_type", sentence).into());
        }
        None => return Err(No::bad("grant_type is missing.").into()),
    }
    let (Some(id), Some(secret)) = (&request.client_id, &request.client_secret) else {
        return Err(No::bad("client_id and client_secret belong to the request.").into());
    };
    let unknown = || {
        let sentence = "No active API client has this client_id and client_secret.";
        No::new(StatusCode::UNAUTHORIZED, "invalid_client", sentence)
    };
    let id = ApiClientId::parse(id).or(Err(unknown()))?;
    let known = api_clients::store::by_id(&server.db, &id).await?;
    // Nobody guesses 256 bits, so the rate of requests is limit enough; hashes are compared, so
    // the time tells nothing of the secret.
    let fits = known.filter(|(client, stored)| client.is_active && *stored == hash(secret));
    let (client, _) = fits.ok_or_else(unknown)?;
    let scopes = granted(&client.scopes, request.scope.as_deref())?;
    let token = ApiClient {
        id: client.id,
        scopes: scopes.clone(),
        until: server.now().plus(limit::API_TOKEN_LASTS),
    };
    let words: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
    let body = json!({
        "access_token": token.seal(&server)?,
        "token_type": "Bearer",
        "expires_in": limit::API_TOKEN_LASTS.seconds(),
        "scope": words.join(" "),
    });
    let mut response = Json(body).into_response();
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    Ok(response)
}

/// The scopes asked for, if the client has them; all of them when none is named.
fn granted(has: &[Scope], asked: Option<&str>) -> Result<Vec<Scope>, No> {
    let asked = asked.unwrap_or_default().trim();
    if asked.is_empty() || asked == ALL {
        return Ok(has.to_vec());
    }
    let find = |word: &str| has.iter().copied().find(|scope| scope.as_str() == word);
    let found: Option<Vec<_>> = asked.split_whitespace().map(find).collect();
    found.ok_or_else(|| {
        let sentence = "The API client does not have every scope that is asked for.";
        No::new(StatusCode::BAD_REQUEST, "invalid_scope", sentence)
    })
}
