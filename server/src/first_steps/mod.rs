//! The first start and the three steps after it: what makes a new installation usable.
//!
//! Invariant: the first start is one transaction: an installation has an admin, a team and a
//! profile, or nothing at all.

pub mod store;

use crate::agents::{self, Hasher};
use crate::clock::{Clock, entropy};
use crate::config::Config;
use crate::db::Db;
use crate::error::Result;
use crate::principal::Agent;
use crate::profiles;
use crate::server::Server;
use crate::teams;
use anyhow::{Context, anyhow};
use domain::api::{Done, FirstSteps, MarkSnippetCopied, ReadFirstSteps, Refusal};
use domain::id::{AgentId, ProfileId, TeamId};
use domain::live::AgentSignal;
use domain::people::{Agent as Person, Availability, Face, Role, Team};
use domain::settings::ChatProfile;
use domain::text::{DisplayName, EmailAddress, Password};
use std::sync::atomic::Ordering;
use store::{Installation, Step};

/// The admin whom the first start has made, to be shown once.
#[derive(Debug)]
pub struct FirstAdmin {
    /// For signing in.
    pub email: EmailAddress,
    /// For signing in; `None` when the operator gave it and so knows it.
    pub made_password: Option<String>,
}

/// What the database says of itself, after making the installation if it is new.
pub async fn begin(
    db: &Db,
    clock: &Clock,
    config: &Config,
) -> anyhow::Result<(Installation, Option<FirstAdmin>)> {
    if let Some(installation) = store::read(db).await? {
        return Ok((installation, None));
    }
    let email = EmailAddress::parse(&config.admin_email)
        .map_err(|reason| anyhow!("AUREOLE_ADMIN_EMAIL: {reason}."))?;
    let made = match config.admin_password {
        Some(_) => None,
        None => Some(readable_password()?),
    };
    let given = config
        .admin_password
        .as_deref()
        .or(made.as_deref())
        .unwrap_or_default();
    let password =
        Password::parse(given).map_err(|reason| anyhow!("AUREOLE_ADMIN_PASSWORD: {reason}."))?;
    make(db, clock, &email, password)
        .await
        .context("making the installation")?;
    let installation = store::read(db)
        .await?
        .context("the installation is missing")?;
    Ok((
        installation,
        Some(FirstAdmin {
            email,
            made_password: made,
        }),
    ))
}

async fn make(
    db: &Db,
    clock: &Clock,
    email: &EmailAddress,
    password: Password,
) -> anyhow::Result<()> {
    let now = clock.now();
    let hash = Hasher::hash(password).await?;
    let team = Team {
        id: TeamId::new(now, entropy()?),
        name: name("Support")?,
        is_active: true,
        members: Vec::new(),
        is_open_to_join: false,
    };
    let admin = Person {
        id: AgentId::new(now, entropy()?),
        name: name("Admin")?,
        face: Face::default(),
        email: email.clone(),
        role: Role::Admin,
        is_active: true,
        availability: Availability::Available,
        teams: vec![team.id.clone()],
    };
    let id = ProfileId::new(now, entropy()?);
    let profile = ChatProfile {
        is_default: true,
        ..profiles::blank(id, name("Support")?, team.id.clone())?
    };
    let epoch = new_epoch()?;
    let mut tx = db.begin().await?;
    store::insert(&mut tx, &epoch, now).await?;
    teams::store::insert(&mut tx, &team, now).await?;
    agents::store::insert(&mut tx, &admin, &hash, now).await?;
    profiles::store::insert(&mut tx, &profile, now).await?;
    tx.commit().await?;
    Ok(())
}

fn name(text: &str) -> anyhow::Result<DisplayName> {
    Ok(DisplayName::parse(text)?)
}

/// Twenty characters without look-alikes, in groups: about a hundred bits.
fn readable_password() -> anyhow::Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes: [u8; 20] = entropy()?;
    let letters = bytes.iter().map(|byte| {
        LETTERS
            .get(usize::from(byte & 31))
            .map_or('a', |letter| char::from(*letter))
    });
    let mut password = String::new();
    for (place, letter) in letters.enumerate() {
        if place > 0 && place % 5 == 0 {
            password.push('-');
        }
        password.push(letter);
    }
    Ok(password)
}

/// Sixteen hexadecimal digits that never were before.
fn new_epoch() -> anyhow::Result<String> {
    Ok(format!("{:016x}", u64::from_be_bytes(entropy()?)))
}

/// A backup was restored: what windows hold may be ahead of it, so its numbers mean nothing.
///
/// # Errors
/// When the database cannot be written.
pub async fn restored(db: &Db) -> anyhow::Result<()> {
    let mut tx = db.begin().await?;
    store::new_epoch(&mut tx, &new_epoch()?).await?;
    Ok(tx.commit().await?)
}

/// How far the new installation has come.
pub async fn read(server: &Server, _: &Agent, _: ReadFirstSteps) -> Result<FirstSteps> {
    let installation = store::read(&server.db).await?.ok_or(Refusal::NotFound)?;
    Ok(FirstSteps {
        has_opened: installation.has_opened,
        has_answered: installation.has_answered,
        has_copied: installation.has_copied,
        demo_url: server.demo_url.clone(),
    })
}

/// The snippet was copied.
pub async fn copied(server: &Server, _: &Agent, _: MarkSnippetCopied) -> Result<Done> {
    tick(server, Step::Copied).await?;
    Ok(Done {})
}

/// A page with the widget was opened.
pub(crate) async fn opened(server: &Server) {
    if !server.has_opened.swap(true, Ordering::Relaxed) {
        note(server, Step::Opened).await;
    }
}

/// An agent answered.
pub(crate) async fn answered(server: &Server) {
    if !server.has_answered.swap(true, Ordering::Relaxed) {
        note(server, Step::Answered).await;
    }
}

/// Best effort: a step that cannot be noted must not stand in the way of what it notes.
async fn note(server: &Server, step: Step) {
    if let Err(error) = tick(server, step).await {
        tracing::warn!(?step, ?error, "could not tick a first step");
    }
}

async fn tick(server: &Server, step: Step) -> Result<()> {
    let mut tx = server.db.begin().await?;
    store::tick(&mut tx, step).await?;
    tx.commit().await?;
    server.hub.tell_agents(&AgentSignal::Settings);
    Ok(())
}

/// Whether the database takes writes, found out by writing.
pub async fn check(server: &Server) -> Result<()> {
    let mut tx = server.db.begin().await?;
    store::check(&mut tx, server.now()).await?;
    Ok(tx.commit().await?)
}
