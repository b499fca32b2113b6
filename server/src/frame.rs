//! The document of the chat frame, with the headers that say who may show it.
//!
//! Invariant: the document itself is public and the same for everybody; nothing of a visitor is
//! in it.

use crate::address::ClientAddress;
use crate::clock::entropy;
use crate::error::{Error, Result};
use crate::server::Server;
use crate::{profiles, site};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::api::Refusal;
use domain::id::{ProfileId, VisitorToken};
use domain::settings::{HostOrigin, Language, ProfileAccess};
use serde::Deserialize;
use std::sync::atomic::Ordering;

/// `GET /chat/with`: the chat of the profile that is meant where nobody names one.
pub(crate) async fn portal(
    State(server): State<Server>,
    ClientAddress(address): ClientAddress,
    request: Request,
) -> Response {
    let frame = async {
        server.rates.request(address)?;
        profiles::portal(&server).await
    };
    leads(frame.await, request.headers())
}

/// `GET /chat/with/{profile}`: the chat alone, for a link to send.
pub(crate) async fn alone(
    State(server): State<Server>,
    ClientAddress(address): ClientAddress,
    Path(profile): Path<String>,
    request: Request,
) -> Response {
    let frame = async {
        server.rates.request(address)?;
        profiles::alone(&server, &profile).await
    };
    leads(frame.await, request.headers())
}

fn leads(frame: Result<String>, headers: &HeaderMap) -> Response {
    match frame {
        Ok(address) => {
            let fresh = [(header::CACHE_CONTROL, "no-store")];
            (fresh, Redirect::to(&address)).into_response()
        }
        Err(Error::Refused(Refusal::NotFound)) => {
            nowhere(headers).unwrap_or_else(IntoResponse::into_response)
        }
        Err(error) => error.into_response(),
    }
}

/// What a visitor reads whose link leads to no chat, in their language.
fn nowhere(headers: &HeaderMap) -> Result<Response> {
    let languages = headers.get(header::ACCEPT_LANGUAGE);
    let languages = languages.and_then(|languages| languages.to_str().ok());
    let language = Language::preferred(languages.unwrap_or_default());
    let said = |key: &str| {
        let mut texts = app::locale::languages::texts(language);
        let found = texts.find(|(known, _)| *known == key);
        found.map_or("", |(_, text)| text)
    };
    let nonce = VisitorToken::new(entropy()?).secret().to_owned();
    let document = [
        ("{{lang}}", language.code()),
        ("{{dir}}", language.dir()),
        ("{{title}}", said("nowhere.title")),
        ("{{text}}", said("nowhere.text")),
        ("{{nonce}}", &nonce),
    ]
    .into_iter()
    .fold(NOWHERE.to_owned(), |document, (place, text)| {
        document.replace(place, text)
    });
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; img-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::VARY, "accept-language".to_owned()),
    ];
    Ok((StatusCode::NOT_FOUND, headers, Html(document)).into_response())
}

/// Holds nothing of an address: whatever stands in one is no part of it.
const NOWHERE: &str = include_str!("nowhere.html");

/// `GET /chat/frame`. The address names the profile, and the profile the websites that may show
/// the frame.
pub(crate) async fn serve(
    State(server): State<Server>,
    ClientAddress(address): ClientAddress,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    server.widget_requests.fetch_add(1, Ordering::Relaxed);
    // Which profile an address names, the database may have to be asked.
    if let Err(refusal) = server.rates.request(address) {
        return Error::from(refusal).into_response();
    }
    match of_halo(&server, &uri).await {
        Ok(Some(address)) => {
            let fresh = [(header::CACHE_CONTROL, "no-store")];
            return (fresh, Redirect::to(&address)).into_response();
        }
        // A frame that says whom it refuses is better than none.
        Ok(None) | Err(Error::Refused(_)) => {}
        Err(error) => return error.into_response(),
    }
    let policy = policy(&server, &ancestors(&server, &uri).await);
    let mut response = site::serve(&method, &uri, &headers);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}

/// Where the frame is that a host page names as Halo did; `None` for one that is named as we do, and
/// for what is nobody's.
async fn of_halo(server: &Server, uri: &Uri) -> Result<Option<String>> {
    let Ok(Query(Named { profile, key })) = Query::<Named>::try_from_uri(uri) else {
        return Ok(None);
    };
    if ProfileId::parse(&profile).is_ok() {
        return Ok(None);
    }
    let found = profiles::named(server, &profile, &key).await?;
    let address = format!("/chat/frame?profile={}&key={}", found.id, found.key);
    Ok(Some(address))
}

#[derive(Deserialize)]
struct Named {
    profile: String,
    key: String,
}

/// Who may show the frame. An address that names no profile of ours shows a chat that refuses
/// everybody, wherever it stands.
async fn ancestors(server: &Server, uri: &Uri) -> String {
    let Ok(Query(asked)) = Query::<Vec<(String, String)>>::try_from_uri(uri) else {
        return "'self'".to_owned();
    };
    // The first counts, as it does for the frame: said twice, the address would name another one
    // here than there.
    let named = asked.iter().find(|(name, _)| name == "profile");
    let id = named.and_then(|(_, id)| ProfileId::parse(id).ok());
    let profile = match &id {
        Some(id) => profiles::by_id(server, id).await,
        None => Ok(None),
    };
    match profile {
        // Somebody else's page could show it to an agent who is signed in.
        Ok(Some(profile)) if profile.access == ProfileAccess::Agents => "'self'".to_owned(),
        Ok(Some(profile)) => {
            let websites = server.websites.get();
            let origins = websites.of(&profile);
            if origins.is_empty() {
                return "*".to_owned();
            }
            let origins = origins.iter().map(HostOrigin::as_str);
            ["'self'"]
                .into_iter()
                .chain(origins)
                .collect::<Vec<_>>()
                .join(" ")
        }
        Ok(None) => "*".to_owned(),
        // Nobody knows who may: then nobody but ourselves.
        Err(error) => {
            tracing::warn!(?error, "the websites of a chat profile could not be read");
            "'self'".to_owned()
        }
    }
}

/// The frame loads only our own files and speaks only to us. What a bot shows, and a sound the host
/// page names, may come from anywhere, also without TLS from a page that has none itself. Trusted
/// Types: Leptos makes static markup through a template element, for which `boot.js` makes the
/// default policy.
fn policy(server: &Server, ancestors: &str) -> HeaderValue {
    let socket = server.public_url.replacen("http", "ws", 1);
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src * data: blob:; media-src *; font-src 'self'; \
         connect-src 'self' {socket}; base-uri 'none'; form-action 'none'; \
         frame-ancestors {ancestors}; require-trusted-types-for 'script'; trusted-types default"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}
