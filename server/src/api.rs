//! The table of doors: every endpoint of the private API with who may enter, one line each.
//!
//! Invariant: the second argument of a use case is its permission; the door makes it or the
//! request goes no further.

use crate::address::ClientAddress;
use crate::error::{Error, Result};
use crate::live::{poll_as_agent, poll_as_visitor};
use crate::principal::{Admin, Agent, Anyone};
use crate::server::Server;
use crate::{
    agents, api_clients, contacts, conversations, custom_fields, first_steps, flows, identity,
    origin, pictures, profiles, sessions, teams, websites,
};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use domain::api::{Done, Endpoint, Refusal, SignIn, SignOut};
use domain::limit;
use http_body_util::LengthLimitError;
use serde::Deserialize;
use std::error::Error as _;
use std::future::Future;
use std::sync::atomic::Ordering;
use tower_http::compression::CompressionLayer;

/// Who may enter a door, as the permission test reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum May {
    /// Anyone; a visitor proves who they are in the request.
    Anyone,
    /// A signed-in agent.
    Agent,
    /// A signed-in admin.
    Admin,
}

/// The doors and their signs.
struct Doors {
    router: Router<Server>,
    signs: Vec<(&'static str, May)>,
}

fn doors() -> Doors {
    Doors {
        router: Router::new(),
        signs: Vec::new(),
    }
    .anyone(poll_as_visitor)
    .agent(poll_as_agent)
    .agent(sessions::me)
    .agent(agents::set_availability)
    .agent(agents::set_own_face)
    .agent(pictures::save)
    .agent(agents::note_activity)
    .agent(teams::own)
    .agent(teams::there)
    .agent(teams::set_own_membership)
    .agent(conversations::list)
    .agent(conversations::read)
    .agent(conversations::read_file_choice)
    .agent(contacts::read)
    .agent(profiles::own)
    .agent(first_steps::read)
    .agent(first_steps::copied)
    .admin(agents::list)
    .admin(agents::create)
    .admin(agents::set_active)
    .admin(agents::set_password)
    .admin(teams::list)
    .admin(teams::create)
    .admin(teams::save)
    .admin(teams::set_active)
    .admin(profiles::list)
    .admin(profiles::create)
    .admin(profiles::read)
    .admin(profiles::save)
    .admin(profiles::replace_key)
    .admin(profiles::texts)
    .admin(profiles::zones)
    .admin(profiles::zone)
    .admin(identity::read)
    .admin(identity::save)
    .admin(identity::replace_secret)
    .admin(websites::read)
    .admin(websites::save)
    .admin(custom_fields::list)
    .admin(custom_fields::create)
    .admin(custom_fields::save)
    .admin(api_clients::list)
    .admin(api_clients::create)
    .admin(api_clients::set_active)
    .admin(flows::list)
    .admin(flows::read)
    .admin(flows::version)
    .admin(flows::set_archived)
    .admin(flows::publish)
    .admin(flows::roll_back)
    .admin(flows::set_rollout)
    .admin_with_room(flows::create)
    .admin_with_room(flows::save)
    .special(SignIn::NAME, May::Anyone, post(sign_in))
    .special(SignOut::NAME, May::Anyone, post(sign_out))
}

/// Every door with who may enter; the permission test names each.
pub fn signs() -> Vec<(&'static str, May)> {
    doors().signs
}

/// The API, below `/api`.
pub fn router() -> Router<Server> {
    doors()
        .router
        // With the texts of another language it is the largest thing a host page loads.
        .route(
            "/api/profile/{id}",
            get(launcher_configuration).layer(CompressionLayer::new()),
        )
        .route("/api/{*rest}", axum::routing::any(unknown))
        .layer(DefaultBodyLimit::max(limit::BODY_BYTES_MAX))
}

/// A use case as a door calls it. Any `async fn(&Server, &Who, Request)` is one.
trait UseCase<'a, Who: 'a, E: Endpoint>: Clone + Send + Sync + 'static {
    type Future: Future<Output = Result<E::Reply>> + Send + 'a;
    fn call(&self, server: &'a Server, who: &'a Who, request: E) -> Self::Future;
}

impl<'a, Who, E, F, Fut> UseCase<'a, Who, E> for F
where
    Who: 'a,
    E: Endpoint,
    F: Fn(&'a Server, &'a Who, E) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<E::Reply>> + Send + 'a,
{
    type Future = Fut;

    fn call(&self, server: &'a Server, who: &'a Who, request: E) -> Fut {
        self(server, who, request)
    }
}

/// Somebody who can be let in.
trait Enters: Sized + Send + Sync {
    fn enter(
        server: &Server,
        headers: &HeaderMap,
        address: ClientAddress,
    ) -> impl Future<Output = Result<Self>> + Send;
}

impl Enters for Anyone {
    async fn enter(_: &Server, headers: &HeaderMap, address: ClientAddress) -> Result<Self> {
        Ok(Self::new(address.0, headers))
    }
}

impl Enters for Agent {
    async fn enter(server: &Server, headers: &HeaderMap, _: ClientAddress) -> Result<Self> {
        Self::enter(server, headers).await
    }
}

impl Enters for Admin {
    async fn enter(server: &Server, headers: &HeaderMap, _: ClientAddress) -> Result<Self> {
        Self::enter(server, headers).await
    }
}

impl Doors {
    fn anyone<E: Endpoint + Send + 'static>(
        self,
        use_case: impl for<'a> UseCase<'a, Anyone, E>,
    ) -> Self {
        self.door(May::Anyone, use_case)
    }

    fn agent<E: Endpoint + Send + 'static>(
        self,
        use_case: impl for<'a> UseCase<'a, Agent, E>,
    ) -> Self {
        self.door(May::Agent, use_case)
    }

    fn admin<E: Endpoint + Send + 'static>(
        self,
        use_case: impl for<'a> UseCase<'a, Admin, E>,
    ) -> Self {
        self.door(May::Admin, use_case)
    }

    /// For requests that are larger than others: flows with their tests.
    fn admin_with_room<E: Endpoint + Send + 'static>(
        self,
        use_case: impl for<'a> UseCase<'a, Admin, E>,
    ) -> Self {
        let route = Self::route(use_case, limit::FLOW_BYTES_MAX);
        self.special(E::NAME, May::Admin, route)
    }

    fn door<Who: Enters + 'static, E: Endpoint + Send + 'static>(
        self,
        may: May,
        use_case: impl for<'a> UseCase<'a, Who, E>,
    ) -> Self {
        self.special(E::NAME, may, Self::route(use_case, limit::BODY_BYTES_MAX))
    }

    fn route<Who: Enters + 'static, E: Endpoint + Send + 'static>(
        use_case: impl for<'a> UseCase<'a, Who, E>,
        bytes_max: usize,
    ) -> MethodRouter<Server> {
        let handler = move |State(server): State<Server>,
                            address: ClientAddress,
                            headers: HeaderMap,
                            body: Body| {
            let use_case = use_case.clone();
            async move {
                origin::require_own(&server, &headers)?;
                require_version(&server, &headers)?;
                server.rates.request(address.0)?;
                let who = Who::enter(&server, &headers, address).await?;
                // Nothing is read of whoever is not let in.
                let request: E = read(body, bytes_max).await?;
                let reply = use_case.call(&server, &who, request).await?;
                Ok::<_, Error>(Json(reply))
            }
        };
        post(handler)
    }

    fn special(mut self, name: &'static str, may: May, route: MethodRouter<Server>) -> Self {
        self.signs.push((name, may));
        self.router = self.router.route(&format!("/api/call/{name}"), route);
        self
    }
}

/// A page that was loaded before an upgrade may speak of things that are no more. Whoever names
/// no version is no page of ours.
fn require_version(server: &Server, headers: &HeaderMap) -> Result<()> {
    let Some(version) = headers.get(app::api::VERSION_HEADER) else {
        return Ok(());
    };
    let own = server.protocol_version();
    let is_own = version.to_str().ok().and_then(|text| text.parse().ok()) == Some(own);
    if is_own {
        Ok(())
    } else {
        Err(Refusal::Outdated.into())
    }
}

/// A request, unless its body is too large or of another form.
fn parse<E: Endpoint>(body: std::result::Result<Bytes, BytesRejection>) -> Result<E> {
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge,
        _ => Refusal::Malformed,
    })?;
    Ok(serde_json::from_slice(&body).or(Err(Refusal::Malformed))?)
}

/// As `parse`, of a body that has not come yet.
async fn read<E: Endpoint>(body: Body, bytes_max: usize) -> Result<E> {
    let body = to_bytes(body, bytes_max).await.map_err(|error| {
        let is_long = error
            .source()
            .is_some_and(<dyn std::error::Error>::is::<LengthLimitError>);
        if is_long {
            Refusal::TooLarge
        } else {
            Refusal::Malformed
        }
    })?;
    Ok(serde_json::from_slice(&body).or(Err(Refusal::Malformed))?)
}

async fn sign_in(
    State(server): State<Server>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<Response> {
    origin::require_own(&server, &headers)?;
    let request: SignIn = parse(body)?;
    let who = Anyone::new(address, &headers);
    let cookie = sessions::sign_in(&server, &who, &request).await?;
    Ok(([(header::SET_COOKIE, cookie)], Json(Done {})).into_response())
}

async fn sign_out(
    State(server): State<Server>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
) -> Result<Response> {
    origin::require_own(&server, &headers)?;
    let cookie = sessions::sign_out(&server, &Anyone::new(address, &headers)).await?;
    Ok(([(header::SET_COOKIE, cookie)], Json(Done {})).into_response())
}

#[derive(Deserialize)]
struct Key {
    key: String,
}

/// Asked by the launcher from any page; holds nothing that is not public. A website that is not
/// listed is told so here, before it shows a bubble; that it cannot show the frame either is the
/// frame's own business (`frame-ancestors`).
async fn launcher_configuration(
    State(server): State<Server>,
    ClientAddress(address): ClientAddress,
    Path(id): Path<String>,
    key: std::result::Result<Query<Key>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    server.widget_requests.fetch_add(1, Ordering::Relaxed);
    let answer = async {
        server.rates.request(address)?;
        let Query(Key { key }) = key.or(Err(Refusal::WrongKey))?;
        // Text that is none cannot be the origin of a page that is listed.
        let origin = headers.get(header::ORIGIN);
        let origin = origin.map(|origin| origin.to_str().unwrap_or("null"));
        let languages = headers.get(header::ACCEPT_LANGUAGE);
        let languages = languages.and_then(|languages| languages.to_str().ok());
        profiles::launcher(
            &server,
            &id,
            &key,
            origin,
            languages.unwrap_or_default(),
            address,
        )
        .await
    };
    let mut response = match answer.await {
        Ok(configuration) => Json(configuration).into_response(),
        Err(error) => error.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn unknown() -> Error {
    Error::Refused(Refusal::NotFound)
}

/// The status that fits a refusal. Pages read the body; proxies and people read this.
fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Unauthorized | Refusal::WrongPassword => StatusCode::UNAUTHORIZED,
        Refusal::Forbidden | Refusal::ForeignOrigin | Refusal::WrongKey => StatusCode::FORBIDDEN,
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::Invalid { .. } | Refusal::BadToken { .. } | Refusal::Malformed => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Refusal::Changed
        | Refusal::ConversationClosed
        | Refusal::AlreadyTaken { .. }
        | Refusal::AlreadyJoined
        | Refusal::NotJoined
        | Refusal::ProfileInactive
        | Refusal::FilesUnwelcome
        | Refusal::AlreadyIdentified
        | Refusal::LastAdmin
        | Refusal::TeamServes { .. } => StatusCode::CONFLICT,
        Refusal::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::Outdated => StatusCode::UPGRADE_REQUIRED,
        Refusal::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let refusal = crate::live::refusal(self);
        let mut response = (status(&refusal), Json(&refusal)).into_response();
        if let Some(ms) = refusal.retry_after_ms() {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(ms.div_ceil(1000)));
        }
        response
    }
}
