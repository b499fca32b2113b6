//! A page as somebody's website might be, with the real chat in it as a snippet would put it
//! there: what admins look at while they choose the snippet's options.
//!
//! Invariant: shown to agents by our own pages alone, and holds nothing that a snippet does not.

use crate::address::ClientAddress;
use crate::clock::entropy;
use crate::error::{Error, Result};
use crate::principal::Agent;
use crate::server::Server;
use crate::{page, profiles};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use domain::api::Refusal;
use domain::id::{ProfileId, VisitorToken};
use domain::settings::{ProfileAccess, SnippetOptions, snippet};
use serde::Deserialize;

/// An admin is signed in on no website: any token shows the bubble, and the first message is
/// answered with whom the chat is for.
const STAND_IN: &str = "<script>haloChatConfig.id_token = \"preview\"</script>\n<script async";

#[derive(Deserialize)]
pub(crate) struct Asked {
    profile: String,
    #[serde(default)]
    options: String,
}

/// `GET /chat/preview?profile=…&options=…`, the options as JSON.
pub(crate) async fn serve(
    State(server): State<Server>,
    ClientAddress(address): ClientAddress,
    asked: std::result::Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let shown = async {
        server.rates.request(address)?;
        // Else anybody could have a page of our origin show a picture of theirs.
        Agent::enter(&server, &headers).await?;
        let Query(asked) = asked.or(Err(Refusal::NotFound))?;
        document(&server, &asked).await
    };
    match shown.await {
        Ok((document, policy)) => {
            let headers = [
                (header::CONTENT_SECURITY_POLICY, policy),
                (header::CACHE_CONTROL, "no-store".to_owned()),
            ];
            (headers, Html(document)).into_response()
        }
        Err(Error::Refused(Refusal::NotFound)) => page::fallback(State(server), request).await,
        Err(error) => error.into_response(),
    }
}

async fn document(server: &Server, asked: &Asked) -> Result<(String, String)> {
    let id = ProfileId::parse(&asked.profile).or(Err(Refusal::NotFound))?;
    let profile = profiles::by_id(server, &id).await?;
    let profile = profile.ok_or(Refusal::NotFound)?;
    // What cannot be read is shown as if nothing had been chosen.
    let options: SnippetOptions = serde_json::from_str(&asked.options).unwrap_or_default();
    let token = VisitorToken::new(entropy()?);
    let nonce = token.secret();
    let mut scripts = snippet(&server.public_url, &profile, &options);
    if profile.access == ProfileAccess::Identified {
        scripts = scripts.replacen("<script async", STAND_IN, 1);
    }
    let scripts = scripts.replace("<script", &format!("<script nonce=\"{nonce}\""));
    let theme = if options.is_dark { "dark" } else { "light" };
    let document = include_str!("preview.html")
        .replace("{{theme}}", theme)
        .replace("{{nonce}}", nonce)
        .replace("{{snippet}}", &scripts);
    let socket = server.public_url.replacen("http", "ws", 1);
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; \
         connect-src 'self' {socket}; frame-src 'self'; img-src * data:; media-src *; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'self'; \
         require-trusted-types-for 'script'"
    );
    Ok((document, policy))
}
