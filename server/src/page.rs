//! Mounts the pages of `app`, lends them the API in process, and writes their headers.
//!
//! Invariant: a page asks through the same doors as everybody else, with the cookies of its own
//! request; no inline script runs without the nonce of its own request.

use crate::address::ClientAddress;
use crate::principal::Anyone;
use crate::server::Server;
use crate::{api, origin, sessions, site};
use app::api::{Answer, InProcess};
use app::around::{SetStatus, local, sign_in_before};
use app::shell;
use axum::Form;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::api::{Refusal, SignIn};
use domain::limit;
use leptos::context::provide_context;
use leptos::nonce::Nonce;
use leptos_axum::{ResponseOptions, render_app_async_with_context};
use serde::Deserialize;
use std::net::SocketAddr;
use std::sync::Arc;
use tower::ServiceExt;

/// The agents' area: one handler renders whatever the browser asks below `/app`.
pub fn router() -> Router<Server> {
    // Leptos spawns through a global of its own. A second router in one process finds it set.
    let _ = any_spawner::Executor::init_tokio();
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/app") }))
        .route("/app", get(render))
        .route("/app/sign-in", get(render).post(sign_in))
        .route("/app/{*path}", get(render))
}

/// Files of the site; what is neither a file nor a page gets the designed page that says so.
pub async fn fallback(State(server): State<Server>, request: Request) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let headers = request.headers().clone();
    let response = site::serve(&method, &uri, &headers);
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if response.status() == StatusCode::NOT_FOUND && method == Method::GET && wants_page {
        return render(State(server), request).await;
    }
    response
}

async fn render(State(server): State<Server>, request: Request) -> Response {
    let nonce = Nonce::new();
    let policy = content_security_policy(&server, &nonce);
    let door = in_process(&server, &request);
    let lend = move || {
        provide_context(nonce.clone());
        provide_context(door.clone());
        if let Some(response) = leptos::context::use_context::<ResponseOptions>() {
            let answer = response.clone();
            provide_context(SetStatus(Arc::new(move |status| {
                answer.set_status(StatusCode::from_u16(status).unwrap_or_default());
            })));
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy.clone());
            // A page shows what its reader may see; no cache may show it to the next.
            response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    };
    render_app_async_with_context(lend, || shell(site::assets()))(request).await
}

/// The API as the page may use it: by name, with the cookies and the address of its request.
fn in_process(server: &Server, request: &Request) -> InProcess {
    let router = api::router().with_state(server.clone());
    let cookies: Vec<_> = request
        .headers()
        .get_all(header::COOKIE)
        .iter()
        .cloned()
        .collect();
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .copied();
    let origin = HeaderValue::from_str(&server.public_url);
    InProcess(Arc::new(move |name, body| -> Answer {
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = Method::POST;
        if let Ok(uri) = Uri::try_from(format!("/api/call/{name}")) {
            *request.uri_mut() = uri;
        }
        for cookie in &cookies {
            request.headers_mut().append(header::COOKIE, cookie.clone());
        }
        if let Ok(origin) = &origin {
            request.headers_mut().insert(header::ORIGIN, origin.clone());
        }
        if let Some(peer) = peer {
            request.extensions_mut().insert(peer);
        }
        let answer = router.clone().oneshot(request);
        Box::pin(async move {
            let response = match answer.await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            read(response).await
        })
    }))
}

async fn read(response: Response) -> Result<String, Refusal> {
    let lost = || Refusal::Internal {
        request: "in process".to_owned(),
    };
    let is_success = response.status().is_success();
    // Our own reply: a list of settings may be longer than what clients may send.
    let bytes = to_bytes(response.into_body(), limit::BODY_BYTES_MAX * 16).await;
    let Ok(bytes) = bytes else { return Err(lost()) };
    if is_success {
        String::from_utf8(bytes.into()).map_err(|error| {
            tracing::error!(%error, "a reply is no text");
            lost()
        })
    } else {
        Err(serde_json::from_slice(&bytes).unwrap_or_else(|_| lost()))
    }
}

#[derive(Deserialize)]
struct SignInForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// Signing in without JavaScript: a form is posted, a page comes back.
async fn sign_in(
    State(server): State<Server>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    Form(form): Form<SignInForm>,
) -> Response {
    let next = local(&form.next).to_owned();
    let attempt = async {
        origin::require_own(&server, &headers)?;
        let request = SignIn {
            email: form.email,
            password: form.password,
        };
        sessions::sign_in(&server, &Anyone::new(address, &headers), &request).await
    };
    match attempt.await {
        Ok(cookie) => ([(header::SET_COOKIE, cookie)], Redirect::to(&next)).into_response(),
        Err(error) => {
            let why = match crate::live::refusal(error) {
                Refusal::WrongPassword => "wrong_password",
                Refusal::TooMany { .. } => "too_many",
                Refusal::ForeignOrigin => "foreign_origin",
                _ => "unavailable",
            };
            let page = sign_in_before(&next);
            let join = if page.contains('?') { '&' } else { '?' };
            Redirect::to(&format!("{page}{join}failed={why}")).into_response()
        }
    }
}

/// `'wasm-unsafe-eval'` lets the bundle be compiled; it does not allow `eval`. Sockets are named
/// because not every browser takes them for `'self'`.
fn content_security_policy(server: &Server, nonce: &Nonce) -> HeaderValue {
    let socket = server.public_url.replacen("http", "ws", 1);
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self'; img-src 'self' data: blob:; media-src 'self'; font-src 'self'; \
         connect-src 'self' {socket}; frame-src 'self'; manifest-src 'self'; base-uri 'none'; \
         form-action 'self'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default"
    );
    // A nonce is base64 text, so this cannot fail; if it did, nothing would be allowed.
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}
