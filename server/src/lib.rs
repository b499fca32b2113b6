//! Everything with effects: the only crate that knows a database, a socket, a clock.
//!
//! Invariant: nothing in the workspace depends on this crate except its own binary and tests.

// Leptos' types are deep; the default of 128 is met by an ordinary page.
#![recursion_limit = "256"]

pub mod address;
pub mod agents;
pub mod api;
pub mod api_clients;
pub mod attachments;
pub mod clock;
pub mod config;
pub mod contacts;
pub mod conversations;
pub mod country;
pub mod custom_fields;
pub mod db;
pub mod demo;
pub mod error;
pub mod first_steps;
pub mod flows;
mod frame;
mod health;
pub mod identity;
pub mod integration;
pub mod live;
mod origin;
pub mod page;
pub mod pictures;
mod preview;
pub mod principal;
pub mod profiles;
pub mod rates;
pub mod seal;
pub mod server;
pub mod sessions;
pub mod site;
pub mod start;
pub mod teams;
pub mod websites;

pub use server::Server;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::limit;

/// The whole HTTP surface.
pub fn router(server: &Server) -> Router {
    Router::new()
        .route("/health", get(health::health))
        .route("/ready", get(health::ready))
        .route("/api/live/visitor", get(live::visitor_socket))
        .route("/api/live/agent", get(live::agent_socket))
        .route("/chat/frame", get(frame::serve))
        .route("/chat/with", get(frame::portal))
        .route("/chat/with/{profile}", get(frame::alone))
        .route("/chat/preview", get(preview::serve))
        .merge(api::router())
        .merge(attachments::router())
        .merge(pictures::router())
        .merge(integration::router())
        .merge(page::router())
        .fallback(page::fallback)
        .layer(from_fn_with_state(server.clone(), around))
        .with_state(server.clone())
}

/// Around every request: limits on its head, one host name, and headers that are always right.
async fn around(State(server): State<Server>, request: Request, next: Next) -> Response {
    let head: usize = request
        .headers()
        .iter()
        .map(|(k, v)| k.as_str().len() + v.len())
        .sum();
    if head > limit::HEADER_BYTES_MAX {
        return StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response();
    }
    if let Some(elsewhere) = other_host(&server, &request) {
        return elsewhere;
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    headers
        .entry(header::REFERRER_POLICY)
        .or_insert(HeaderValue::from_static("strict-origin-when-cross-origin"));
    response
}

/// Pages live under one name: a cookie set under another would not be sent back, and an origin
/// check would fail. Health is asked by machines under whatever name they have.
fn other_host(server: &Server, request: &Request) -> Option<Response> {
    let is_page = request.method() == Method::GET
        && !request.uri().path().starts_with("/api/")
        && !matches!(request.uri().path(), "/health" | "/ready");
    let host = request.headers().get(header::HOST)?.to_str().ok()?;
    let (_, own) = server.public_url.split_once("://")?;
    if !is_page || host.eq_ignore_ascii_case(own) {
        return None;
    }
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    Some(Redirect::temporary(&format!("{}{path}", server.public_url)).into_response())
}
