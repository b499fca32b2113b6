//! Requests as browsers, proxies and strangers make them, without a network in between.
//!
//! Invariant: they go through the whole router; only the address they come from is claimed.

use super::World;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use domain::api::{Endpoint, Refusal};
use http_body_util::BodyExt;
use std::net::SocketAddr;
use tower::ServiceExt;

/// A request in the making.
#[must_use]
pub(crate) struct Asked {
    world: World,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    from: SocketAddr,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl World {
    /// A request of a page of ours.
    pub(crate) fn post(&self, path: &str, body: impl Into<Vec<u8>>) -> Asked {
        let origin = self.url();
        self.bare(Method::POST, path)
            .with("origin", &origin)
            .with("content-type", "application/json")
            .body(body)
    }

    /// A request of anybody.
    pub(crate) fn get(&self, path: &str) -> Asked {
        self.bare(Method::GET, path)
    }

    /// A request that says nothing of itself.
    pub(crate) fn bare(&self, method: Method, path: &str) -> Asked {
        Asked {
            world: self.clone(),
            method,
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            from: SocketAddr::from(([127, 0, 0, 1], 9)),
        }
    }

    /// Asks through a door, with a session's cookie or without.
    pub(crate) async fn ask<E: Endpoint>(
        &self,
        cookie: Option<&str>,
        request: E,
    ) -> Result<E::Reply, Refusal> {
        self.ask_in(None, cookie, request).await
    }

    /// The same, from a browser that likes to read this language.
    pub(crate) async fn ask_in<E: Endpoint>(
        &self,
        language: Option<&str>,
        cookie: Option<&str>,
        request: E,
    ) -> Result<E::Reply, Refusal> {
        let body = serde_json::to_string(&request).unwrap();
        let mut asked = self.post(&format!("/api/call/{}", E::NAME), body);
        if let Some(cookie) = cookie {
            asked = asked.with("cookie", cookie);
        }
        if let Some(language) = language {
            asked = asked.with("accept-language", language);
        }
        let answer = asked.answer().await;
        if answer.status.is_success() {
            Ok(serde_json::from_str(&answer.body).unwrap())
        } else {
            Err(answer.refusal())
        }
    }
}

impl Asked {
    /// With this header.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With this body.
    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// From this address.
    pub(crate) fn from(mut self, address: &str) -> Self {
        self.from = SocketAddr::new(address.parse().unwrap(), 9);
        self
    }

    /// Sends it.
    pub(crate) async fn answer(self) -> Answer {
        let mut request = Request::builder().method(self.method).uri(self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if !self.headers.iter().any(|(name, _)| name == "host") {
            let url = self.world.url();
            request = request.header(header::HOST, url.split_once("://").unwrap().1);
        }
        let mut request = request.body(Body::from(self.body)).unwrap();
        request.extensions_mut().insert(ConnectInfo(self.from));
        let router = server::router(&self.world.server());
        let response = router.oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: head.status,
            headers: head.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

impl Answer {
    /// Why not.
    pub(crate) fn refusal(&self) -> Refusal {
        match serde_json::from_str(&self.body) {
            Ok(refusal) => refusal,
            Err(error) => panic!("{} with {:?}: {error}", self.status, self.body),
        }
    }

    /// The value of a header; empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}
