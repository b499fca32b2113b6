//! Who a visitor is, as a host page or their own session proves it: how its proofs look, and what comes of one.
//!
//! Invariant: a person comes out of this folder only for a token that was believed, or for an agent
//! who is signed in.

pub mod store;
mod token;

use crate::clock::entropy;
use crate::error::Result;
use crate::principal::{Admin, Visitor};
use crate::server::Server;
use crate::{agents, contacts, custom_fields, integration, profiles};
use domain::api::{
    Field, IdentityPage, ReadIdentity, Refusal, ReplaceSecret, SaveIdentity, SecretReplaced,
    TokenDefect,
};
use domain::conversation::{Command, Proof};
use domain::id::{ClientId, ContactId, ProfileId, VisitorToken};
use domain::limit;
use domain::live::AgentSignal;
use domain::people::{Agent, Contact, ContactField, ContactFields, Person};
use domain::settings::{Algorithm, Matching, SecretState, filled};
use domain::text::{FieldText, IdToken, Reason, TokenSecret};
use std::collections::BTreeMap;
use store::Stored;
use token::Claims;

/// The settings' page.
pub async fn read(server: &Server, _: &Admin, request: ReadIdentity) -> Result<IdentityPage> {
    require(server, &request.profile).await?;
    page(server, request.profile).await
}

async fn page(server: &Server, profile: ProfileId) -> Result<IdentityPage> {
    let stored = store::by_profile(&server.db, &profile).await?;
    let now = server.now();
    let old = stored.old.filter(|(_, until)| now < *until);
    let changed_by = agents::store::last_by(&server.db, "save_identity", profile.as_str()).await?;
    Ok(IdentityPage {
        changed_by,
        profile,
        identity: stored.identity,
        secret: SecretState {
            is_set: stored.secret.is_some(),
            old_until: old.map(|(_, until)| until),
        },
        version: stored.version,
    })
}

/// Saves the settings, unless somebody else has meanwhile.
pub async fn save(server: &Server, who: &Admin, request: SaveIdentity) -> Result<IdentityPage> {
    let SaveIdentity {
        profile,
        identity,
        version,
    } = request;
    require(server, &profile).await?;
    let invalid = |reason| Refusal::Invalid {
        field: Field::Mappings,
        reason,
    };
    let identity = identity.checked().map_err(invalid)?;
    let stored = store::by_profile(&server.db, &profile).await?;
    if let Some(secret) = stored
        .secret
        .and_then(|sealed| open(server, &profile, &sealed))
    {
        fits(identity.algorithm, &secret)?;
    }
    let mut tx = server.db.begin().await?;
    if !store::save(&mut tx, &profile, version, &identity).await? {
        return Err(Refusal::Changed.into());
    }
    agents::audit(server, &mut tx, who, "save_identity", profile.as_str()).await?;
    tx.commit().await?;
    server.hub.tell_agents(&AgentSignal::Settings);
    page(server, profile).await
}

/// Puts another secret in the place of the one there.
pub async fn replace_secret(
    server: &Server,
    who: &Admin,
    request: ReplaceSecret,
) -> Result<SecretReplaced> {
    let ReplaceSecret {
        profile,
        version,
        secret,
        is_old_kept,
    } = request;
    require(server, &profile).await?;
    let stored = store::by_profile(&server.db, &profile).await?;
    let made = match &secret {
        Some(given) => {
            fits(stored.identity.algorithm, given.secret())?;
            None
        }
        None => Some(new_secret()?),
    };
    let chosen = made
        .as_ref()
        .or(secret.as_ref())
        .ok_or(Refusal::Malformed)?;
    let sealed = server.seal.close(&purpose(&profile), chosen.secret())?;
    let until = server.now().plus(limit::SECRET_GRACE);
    // Another key file may have come meanwhile, and what it does not open is lost anyway.
    let is_kept = |sealed: &String| is_old_kept && open(server, &profile, sealed).is_some();
    let old = stored.secret.filter(is_kept);
    let old = old.map(|secret| (secret, until));
    let mut tx = server.db.begin().await?;
    if !store::replace_secret(&mut tx, &profile, version, &sealed, old).await? {
        return Err(Refusal::Changed.into());
    }
    agents::audit(server, &mut tx, who, "replace_secret", profile.as_str()).await?;
    tx.commit().await?;
    server.hub.tell_agents(&AgentSignal::Settings);
    let page = page(server, profile).await?;
    Ok(SecretReplaced { page, made })
}

async fn require(server: &Server, profile: &ProfileId) -> Result<()> {
    let profile = profiles::by_id(server, profile).await?;
    profile.ok_or(Refusal::NotFound)?;
    Ok(())
}

/// 256 bits as 64 characters: long enough for every algorithm.
fn new_secret() -> Result<TokenSecret> {
    let token = VisitorToken::new(entropy()?);
    Ok(TokenSecret::parse(token.secret()).or(Err(Refusal::Malformed))?)
}

fn fits(algorithm: Algorithm, secret: &str) -> Result<()> {
    let min = algorithm.secret_bytes_min();
    if secret.len() < min {
        let reason = Reason::TooShort { min };
        let field = Field::Secret;
        return Err(Refusal::Invalid { field, reason }.into());
    }
    Ok(())
}

fn purpose(profile: &ProfileId) -> String {
    format!("the secret of {profile}")
}

/// The secret; `None`, and a line in the log, when the key file is not the one it was encrypted
/// with. No visitor may be stopped by that, and no admin kept from setting another.
fn open(server: &Server, profile: &ProfileId, sealed: &str) -> Option<String> {
    let opened = server.seal.open(&purpose(profile), sealed);
    opened
        .inspect_err(|error| tracing::error!(?error, "a secret cannot be read"))
        .ok()
}

/// What comes of the proof that a visitor's command carries.
pub(crate) async fn proof(
    server: &Server,
    who: &Visitor,
    client_id: &ClientId,
    command: &Command,
) -> Result<Proof> {
    let token = match command {
        Command::Start { id_token, .. } => id_token.as_ref(),
        Command::Identify { id_token } => Some(id_token),
        _ => None,
    };
    if let Some(staff) = &who.staff
        && matches!(command, Command::Start { .. })
    {
        return Ok(Proof::Given(of_agent(server, &staff.agent).await?));
    }
    let Some(token) = token else {
        return Ok(Proof::None);
    };
    Ok(
        match person(server, &who.profile.id, client_id, token).await? {
            Ok(person) => Proof::Given(person),
            Err(defect) => {
                tracing::info!(profile = %who.profile.id, %defect, "a host page's token was refused");
                Proof::Refused(defect)
            }
        },
    )
}

/// The person that an agent is to those who answer them. Their session has proved it.
async fn of_agent(server: &Server, agent: &Agent) -> Result<Person> {
    let fields = fields_of(agent);
    let matched_by = matched_by(agent);
    let contact = contacts::matched(server, &matched_by, None, |_| fields.clone()).await?;
    Ok(person_of(agent, &contact))
}

/// Who an agent would be in a conversation that they have not begun, and their contact's fields:
/// nothing of it is stored.
pub(crate) async fn staff(server: &Server, agent: &Agent) -> Result<(Person, ContactFields)> {
    let known = contacts::store::matched(&server.db, &matched_by(agent)).await?;
    let contact = Contact {
        id: match known {
            Some(known) => known.id,
            None => ContactId::new(server.now(), server.entropy()?),
        },
        subject: None,
        fields: fields_of(agent),
    };
    Ok((person_of(agent, &contact), contact.fields))
}

fn matched_by(agent: &Agent) -> String {
    format!("agent {}", agent.id)
}

fn fields_of(agent: &Agent) -> ContactFields {
    [
        (ContactField::Name, agent.name.as_str()),
        (ContactField::Email, agent.email.as_str()),
    ]
    .into_iter()
    .filter_map(|(field, text)| Some((field, FieldText::parse(text).ok()?)))
    .collect()
}

fn person_of(agent: &Agent, contact: &Contact) -> Person {
    Person {
        name: contact.name(),
        contact: contact.id.clone(),
        agent: Some(agent.id.clone()),
        custom: BTreeMap::new(),
    }
}

/// The person of a token. A contact is made or brought up to date by it.
async fn person(
    server: &Server,
    profile: &ProfileId,
    client_id: &ClientId,
    token: &IdToken,
) -> Result<std::result::Result<Person, TokenDefect>> {
    let stored = store::by_profile(&server.db, profile).await?;
    if !stored.identity.is_enabled {
        return Ok(Err(TokenDefect::NotEnabled));
    }
    let secrets = secrets(server, profile, &stored);
    if secrets.is_empty() {
        return Ok(Err(TokenDefect::NotEnabled));
    }
    let identity = stored.identity;
    let claims = token::read(
        token.secret(),
        identity.algorithm,
        &secrets,
        identity.is_lifetime_checked,
        server.now(),
    );
    let Claims { subject, texts } = match claims {
        Ok(claims) => claims,
        Err(defect) => return Ok(Err(defect)),
    };
    let mut texts = texts;
    let once_for = identity.is_matching_data_single_use.then_some(client_id);
    match integration::find(server, &texts, once_for).await? {
        integration::Found::NotAsked => {}
        integration::Found::Gone => return Ok(Err(TokenDefect::NoMatchingData)),
        integration::Found::Data(data) => texts.extend(data),
    }
    let fields = identity.taken_over(None, &texts);
    let matched_by = match identity.matching {
        Matching::Subject => subject
            .as_ref()
            .map(|subject| format!("{profile} subject:{subject}")),
        Matching::Email => fields
            .get(&ContactField::Email)
            .map(|email| format!("{profile} email:{}", email.as_str().to_lowercase())),
    };
    let Some(matched_by) = matched_by else {
        return Ok(Err(TokenDefect::NoSubject));
    };
    let subject = subject.filter(|_| identity.matching == Matching::Subject);
    let merge = |before: Option<&_>| identity.taken_over(before, &texts);
    let contact = contacts::matched(server, &matched_by, subject.as_deref(), merge).await?;
    Ok(Ok(Person {
        name: contact.name(),
        contact: contact.id,
        agent: None,
        custom: filled(&custom_fields::store::all(&server.db).await?, &texts),
    }))
}

/// The secrets that are good now.
fn secrets(server: &Server, profile: &ProfileId, stored: &Stored) -> Vec<String> {
    let now = server.now();
    let old = stored.old.as_ref().filter(|(_, until)| now < *until);
    let sealed = stored.secret.iter().chain(old.map(|(secret, _)| secret));
    sealed
        .filter_map(|sealed| open(server, profile, sealed))
        .collect()
}
