//! Whether the program lives, and whether it can do its work: for whoever watches it.
//!
//! Invariant: ready means that a write has just reached the disk.

use crate::first_steps;
use crate::server::Server;
use axum::extract::State;
use axum::http::StatusCode;
use std::time::Duration;

/// A database that takes longer than this to write one row is not ready.
const WRITE_DUE: Duration = Duration::from_secs(3);

/// `GET /health`: the program answers.
pub(crate) async fn health() -> &'static str {
    "ok\n"
}

/// `GET /ready`: the database takes writes.
pub(crate) async fn ready(State(server): State<Server>) -> (StatusCode, &'static str) {
    if server.stop.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match tokio::time::timeout(WRITE_DUE, first_steps::check(&server)).await {
        Ok(Ok(())) => (StatusCode::OK, "ready\n"),
        Ok(Err(error)) => {
            tracing::warn!(?error, "not ready: the database refuses writes");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database refuses writes\n",
            )
        }
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer\n",
        ),
    }
}
