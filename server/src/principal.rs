//! Who stands before the door. A value of one of these types is the permission: a function that
//! takes `&Admin` cannot be called by anyone else.
//!
//! Invariant: the only constructors of these types are in this file.

use crate::db::parse::{json, to_json};
use crate::error::Result;
use crate::server::Server;
use crate::{api_clients, conversations, profiles, sessions};
use axum::http::{HeaderMap, header};
use domain::api::Refusal;
use domain::conversation::{Access, Proof, Who};
use domain::flow::StepId;
use domain::id::{AgentId, ApiClientId, ProfileId, SessionId, VisitorId};
use domain::live::VisitorHello;
use domain::people::{self, Page, Voucher};
use domain::settings::{ChatProfile, Language, ProfileAccess, Scope};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::net::IpAddr;
use std::sync::Arc;

/// Anyone, known only by network address.
#[derive(Debug, Clone)]
pub struct Anyone {
    /// Where the request comes from, behind trusted proxies.
    pub address: IpAddr,
    /// The session's cookie, if there is one: for signing out, and for agents at an entrance of
    /// theirs.
    pub cookie: Option<String>,
    /// The language the browser likes best.
    pub language: Language,
}

/// A visitor with the right token for an entrance that exists.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Who.
    pub id: VisitorId,
    /// What is kept of the token.
    pub token_hash: String,
    /// The entrance they came by.
    pub profile: Arc<ChatProfile>,
    /// Where the request comes from, behind trusted proxies.
    pub address: IpAddr,
    /// The language their browser likes best.
    pub language: Language,
    /// Where they are.
    pub page: Page,
    /// Who could vouch for them.
    pub voucher: Voucher,
    /// The agent who they are, at an entrance that is for agents or was when they began.
    pub staff: Option<Agent>,
    /// The step of a flow where the host page wants them to begin.
    pub step: Option<StepId>,
}

/// A signed-in, active agent.
#[derive(Debug, Clone)]
pub struct Agent {
    /// The agent.
    pub agent: people::Agent,
    /// The session they signed in with.
    pub session: SessionId,
}

/// A signed-in, active agent who may configure.
#[derive(Debug, Clone)]
pub struct Admin(Agent);

/// A program with a token that is good now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApiClient {
    /// Which.
    pub id: ApiClientId,
    /// What this token may do.
    pub scopes: Vec<Scope>,
    /// Good until then.
    pub until: Timestamp,
}

impl Anyone {
    pub(crate) fn new(address: IpAddr, headers: &HeaderMap) -> Self {
        let languages = headers.get(header::ACCEPT_LANGUAGE);
        let languages = languages.and_then(|languages| languages.to_str().ok());
        Self {
            address,
            cookie: sessions::cookie(headers),
            language: Language::preferred(languages.unwrap_or_default()),
        }
    }
}

impl Visitor {
    /// The visitor of this token, if the entrance has this key.
    pub async fn enter(server: &Server, hello: &VisitorHello, from: &Anyone) -> Result<Self> {
        let profile = profiles::by_key(server, &hello.profile, &hello.key).await?;
        let staff = match &from.cookie {
            Some(cookie) => staff(server, cookie, &profile).await?,
            None => None,
        };
        let secret = match &staff {
            Some(staff) => secret_of(&staff.agent.id, &profile.id),
            None => hello.token.secret().to_owned(),
        };
        // As it was claimed: a page may stand at an address that is not of the web.
        let voucher = match staff {
            Some(_) => Voucher::Session,
            None if hello.page.url.is_empty() => Voucher::Nobody,
            None => Voucher::HostPage,
        };
        Ok(Self {
            id: visitor_id(&secret),
            token_hash: hash(&secret),
            address: from.address,
            language: from.language,
            page: Page::claimed_with_query(&hello.page.url, &hello.page.title),
            voucher,
            staff,
            step: hello.step,
            profile,
        })
    }

    /// The agent who they are, if they are one.
    pub fn asker(&self) -> Option<&AgentId> {
        self.staff.as_ref().map(|staff| &staff.agent.id)
    }

    /// As the pure core names them, with what came of their host page's proof.
    pub fn who(&self, proof: Proof) -> Who {
        Who::Visitor {
            id: self.id.clone(),
            profile: self.profile.id.clone(),
            proof,
        }
    }
}

/// The agent of this cookie, if they are one at this entrance: where it is for agents, and where a
/// conversation of their own still goes on from when it was.
async fn staff(server: &Server, cookie: &str, profile: &ChatProfile) -> Result<Option<Agent>> {
    let Some(staff) = Agent::of_cookie(server, cookie).await? else {
        return Ok(None);
    };
    let is_theirs = profile.access == ProfileAccess::Agents || {
        let visitor = visitor_of(&staff.agent.id, &profile.id);
        let open = conversations::store::open_of_visitor(&server.db, &visitor).await?;
        !open.is_empty()
    };
    Ok(is_theirs.then_some(staff))
}

/// What stands for an agent in the place of a token, which it cannot be: they are the same visitor
/// of an entrance in whichever browser, and never that of who signed in there before.
fn secret_of(agent: &AgentId, profile: &ProfileId) -> String {
    format!("{agent} at {profile}")
}

/// The visitor that an agent is, where this entrance is for agents.
pub(crate) fn visitor_of(agent: &AgentId, profile: &ProfileId) -> VisitorId {
    visitor_id(&secret_of(agent, profile))
}

/// A visitor's id is the first half of their token's hash: who has the token has the id, never
/// the other way round, and nothing needs to be stored before the first message.
fn visitor_id(secret: &str) -> VisitorId {
    let digest = Sha256::digest(secret);
    let half = digest
        .iter()
        .take(16)
        .fold(0_u128, |value, byte| (value << 8) | u128::from(*byte));
    VisitorId::from_value(half)
}

impl Agent {
    /// The agent of the session in the cookie.
    pub async fn enter(server: &Server, headers: &HeaderMap) -> Result<Self> {
        let cookie = sessions::cookie(headers).ok_or(Refusal::Unauthorized)?;
        let agent = Self::of_cookie(server, &cookie).await?;
        Ok(agent.ok_or(Refusal::Unauthorized)?)
    }

    async fn of_cookie(server: &Server, cookie: &str) -> Result<Option<Self>> {
        let known = sessions::by_cookie(server, cookie).await?;
        Ok(known.map(|(session, agent)| Self { agent, session }))
    }

    /// As the pure core names them.
    pub fn who(&self) -> Who {
        Who::Agent {
            id: self.agent.id.clone(),
            name: self.agent.name.clone(),
            face: self.agent.face.clone(),
            role: self.agent.role,
        }
    }

    /// What they may hear.
    pub fn access(&self) -> Access {
        Access {
            agent: self.agent.id.clone(),
            role: self.agent.role,
            teams: self.agent.teams.clone(),
            face: self.agent.face.clone(),
        }
    }
}

impl Admin {
    /// The agent of the session in the cookie, if they may configure.
    pub async fn enter(server: &Server, headers: &HeaderMap) -> Result<Self> {
        let agent = Agent::enter(server, headers).await?;
        match agent.agent.role {
            people::Role::Admin => Ok(Self(agent)),
            people::Role::Agent => Err(Refusal::Forbidden.into()),
        }
    }
}

impl std::ops::Deref for Admin {
    type Target = Agent;

    fn deref(&self) -> &Agent {
        &self.0
    }
}

impl ApiClient {
    /// What a token is sealed for.
    const PURPOSE: &'static str = "an access token";

    /// The token that proves this.
    pub(crate) fn seal(&self, server: &Server) -> Result<String> {
        Ok(server.seal.close(Self::PURPOSE, &to_json(self)?)?)
    }

    /// The program of the token in the header `Authorization`; `None` when there is none that is
    /// good, or the client is no longer active.
    pub async fn enter(server: &Server, headers: &HeaderMap) -> Result<Option<Self>> {
        let Some(sealed) = bearer(headers) else {
            return Ok(None);
        };
        // Whatever cannot be opened was not sealed here.
        let Ok(text) = server.seal.open(Self::PURPOSE, sealed) else {
            return Ok(None);
        };
        let token: Self = json(&text, "token", "of an API client")?;
        if token.until <= server.now() {
            return Ok(None);
        }
        let known = api_clients::store::by_id(&server.db, &token.id).await?;
        let is_active = known.is_some_and(|(client, _)| client.is_active);
        Ok(is_active.then_some(token))
    }
}

/// The token in the header `Authorization` (RFC 6750, section 2.1).
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?;
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    is_bearer.then_some(token.trim())
}

/// The SHA-256 of a secret, as it is stored.
pub fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret))
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
