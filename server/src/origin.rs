//! Which page a request was made by, as browsers say.
//!
//! Invariant: a request that changes something, and every socket, comes from our own origin; a
//! request without an `Origin` does so only if it also has no cookie to abuse.

use crate::error::Result;
use crate::server::Server;
use axum::http::{HeaderMap, header};
use domain::api::Refusal;

/// Refuses what another site's page has sent. Browsers set `Origin` on every POST and on every
/// WebSocket; a program that sets none has no victim's cookie either, unless it is one.
pub(crate) fn require_own(server: &Server, headers: &HeaderMap) -> Result<()> {
    let origins = headers.get_all(header::ORIGIN);
    let mut origins = origins.iter();
    let is_own = match (origins.next(), origins.next()) {
        (Some(origin), None) => origin.as_bytes() == server.public_url.as_bytes(),
        (None, _) => !headers.contains_key(header::COOKIE),
        (Some(_), Some(_)) => false,
    };
    if is_own {
        Ok(())
    } else {
        Err(Refusal::ForeignOrigin.into())
    }
}
