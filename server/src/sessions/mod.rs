//! Signing in and out: an `HttpOnly` cookie for the browser, its hash for us.
//!
//! Invariant: there is one way to become an agent, `by_cookie`, for pages, API, socket and poll
//! alike.

pub mod store;

use crate::agents::{self, Hasher};
use crate::clock::entropy;
use crate::db::Tx;
use crate::error::Result;
use crate::principal::{Agent, Anyone, hash};
use crate::server::Server;
use crate::teams;
use axum::http::{HeaderMap, HeaderValue, header};
use domain::api::{Me, ReadMe, Refusal, SignIn};
use domain::id::{AgentId, SessionId, VisitorToken};
use domain::people;
use domain::text::EmailAddress;
use domain::time::{Span, Timestamp};
use domain::{limit, people::Role};
use tokio::sync::OnceCell;

static HASHER: OnceCell<Hasher> = OnceCell::const_new();

/// A session's last use is written down at most this often, so that reading costs no write.
pub(crate) const TOUCH_EVERY: Span = Span::from_seconds(60);

/// The cookie's name. Under TLS browsers then guarantee that only this host has set it.
fn name(is_secure: bool) -> &'static str {
    if is_secure {
        "__Host-aureole"
    } else {
        "aureole"
    }
}

/// Checks e-mail address and password; on success the value of `Set-Cookie`.
pub async fn sign_in(server: &Server, who: &Anyone, request: &SignIn) -> Result<HeaderValue> {
    // Nobody has an address of another form. The rate is counted by what is looked up, or white
    // space before an address would make it another one.
    let email = EmailAddress::parse(&request.email).ok();
    let counted = email.as_ref().map_or("", EmailAddress::as_str);
    server.rates.sign_in(counted, who.address)?;
    let hasher = HASHER.get_or_try_init(Hasher::new).await?;
    let login = match &email {
        Some(email) => agents::store::login(&server.db, email.as_str()).await?,
        None => None,
    };
    let known = login.as_ref().filter(|login| login.is_active);
    let stored = known.map(|login| login.password_hash.as_str());
    if request.password.len() > limit::PASSWORD_CHARS_MAX * 4
        || !hasher.fits(stored, &request.password).await?
    {
        return Err(Refusal::WrongPassword.into());
    }
    let Some(login) = known else {
        return Err(Refusal::WrongPassword.into());
    };
    let agent = crate::db::parse::column(AgentId::parse(&login.id), "agent", &login.id)?;

    let now = server.now();
    let token = VisitorToken::new(entropy()?);
    let session = SessionId::new(now, server.entropy()?);
    let mut tx = server.db.begin().await?;
    let (idle, age) = (
        now.minus(limit::SESSION_IDLE_MAX),
        now.minus(limit::SESSION_AGE_MAX),
    );
    store::end_old(&mut tx, idle, age).await?;
    store::insert(&mut tx, &session, &hash(token.secret()), &agent, now).await?;
    tx.commit().await?;
    tracing::info!(%agent, %session, "signed in");
    set_cookie(server, token.secret(), limit::SESSION_AGE_MAX.seconds())
}

/// Ends the session of the cookie; the value of `Set-Cookie` that forgets it.
pub async fn sign_out(server: &Server, who: &Anyone) -> Result<HeaderValue> {
    if let Some(cookie) = &who.cookie
        && let Some((session, agent)) = by_cookie(server, cookie).await?
    {
        let mut tx = server.db.begin().await?;
        store::end(&mut tx, &session).await?;
        tx.commit().await?;
        server.hub.end_session(&agent.id, &session);
    }
    set_cookie(server, "", 0)
}

fn set_cookie(server: &Server, value: &str, max_age: u64) -> Result<HeaderValue> {
    let is_secure = server.is_secure();
    let name = name(is_secure);
    let secure = if is_secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}");
    Ok(HeaderValue::from_str(&text).map_err(anyhow::Error::from)?)
}

/// The value of the session's cookie in these headers. Both names are read, so that an
/// installation that moves behind TLS does not have to be told; the prefix is a promise of the
/// browser, not of ours.
pub fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).into_iter();
    let mut pairs = cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(key, value)| (*key == name(true) || *key == name(false)) && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

/// The session with this cookie and its agent, if both are still good.
pub async fn by_cookie(
    server: &Server,
    cookie: &str,
) -> Result<Option<(SessionId, people::Agent)>> {
    let Some(session) = store::by_hash(&server.db, &hash(cookie)).await? else {
        return Ok(None);
    };
    if !session.is_good(server.now()) {
        return Ok(None);
    }
    touch(server, &session).await;
    let agent = agents::store::by_id(&server.db, &session.agent).await?;
    Ok(agent.map(|agent| (session.id, agent)))
}

/// A window of this session is open now, which is a use like any other. One whose session has
/// become too old is told, and closed.
pub(crate) async fn used(server: &Server, session: &SessionId, agent: &AgentId) {
    match store::by_id(&server.db, session).await {
        Ok(Some(stored)) if stored.is_good(server.now()) => touch(server, &stored).await,
        Ok(_) => server.hub.end_session(agent, session),
        // A database that is away must not sign anybody out.
        Err(error) => tracing::warn!(%session, %error, "could not read the session"),
    }
}

impl store::Stored {
    fn is_good(&self, now: Timestamp) -> bool {
        now.since(self.seen_at) <= limit::SESSION_IDLE_MAX
            && now.since(self.created_at) <= limit::SESSION_AGE_MAX
    }
}

/// Best effort: a database that refuses writes must not sign anybody out.
async fn touch(server: &Server, session: &store::Stored) {
    let now = server.now();
    if now.since(session.seen_at) <= TOUCH_EVERY {
        return;
    }
    let touched = async {
        let mut tx = server.db.begin().await?;
        store::touch(&mut tx, &session.id, now).await?;
        anyhow::Ok(tx.commit().await?)
    };
    if let Err(error) = touched.await {
        tracing::warn!(session = %session.id, %error, "could not note the session's use");
    }
}

/// Who am I?
pub async fn me(server: &Server, who: &Agent, _: ReadMe) -> Result<Me> {
    let mut teams = teams::store::all(&server.db).await?;
    let agent = who.agent.clone();
    teams.retain(|team| agent.role == Role::Admin || agent.teams.contains(&team.id));
    Ok(Me { agent, teams })
}

/// All sessions of an agent are over.
pub(crate) async fn end_all(tx: &mut Tx, agent: &AgentId) -> Result<()> {
    end_others(tx, agent, None).await
}

/// All sessions of an agent but one are over.
pub(crate) async fn end_others(
    tx: &mut Tx,
    agent: &AgentId,
    keep: Option<&SessionId>,
) -> Result<()> {
    store::end_others(tx, agent, keep.map_or("", SessionId::as_str)).await?;
    Ok(())
}
