//! Where a request comes from.
//!
//! Invariant: `X-Forwarded-For` is believed only from configured proxies, from the right end on.

use crate::config::Config;
use crate::server::Server;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The address of the client, behind trusted proxies.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<Server> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        server: &Server,
    ) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        // Only requests made inside the process have no peer: a page asks for itself.
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.ip());
        Ok(Self(behind_proxies(&server.config, peer, &parts.headers)))
    }
}

/// Walks the header from the right, where the nearest proxy has written, as long as what wrote
/// it is trusted.
fn behind_proxies(config: &Config, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let is_trusted = |address: &IpAddr| {
        config
            .trusted_proxies
            .iter()
            .any(|network| network.contains(address))
    };
    // A listener for both kinds of addresses sees one of version 4 as a mapped one.
    let mut client = peer.to_canonical();
    let forwarded: Vec<_> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for claimed in forwarded.iter().rev() {
        if !is_trusted(&client) {
            break;
        }
        let Ok(address) = claimed.trim().parse::<IpAddr>() else {
            break;
        };
        client = address.to_canonical();
    }
    client
}
