//! Chat profiles: read by every widget, saved by admins, kept in memory in between.
//!
//! Invariant: what is kept in memory is forgotten before anyone is told of a save.

pub mod store;

use crate::clock::entropy;
use crate::error::Result;
use crate::principal::Admin;
use crate::server::Server;
use crate::{agents, first_steps, teams};
use domain::api::{Field, ProfilePage, ReadProfile, Refusal, ReplaceKey, SaveProfile};
use domain::id::{ProfileId, VisitorToken};
use domain::limit;
use domain::live::{AgentSignal, VisitorSignal};
use domain::settings::{ChatProfile, HostOrigin, SnippetOptions, snippet};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The profiles in memory.
#[derive(Debug, Default)]
pub struct Profiles(Mutex<BTreeMap<ProfileId, Arc<ChatProfile>>>);

impl Profiles {
    fn find(&self, id: &ProfileId) -> Option<Arc<ChatProfile>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned()
    }

    /// Keeps it, unless a newer one is there: what was read before a save may come after it.
    fn keep(&self, profile: ChatProfile) -> Arc<ChatProfile> {
        let mut profiles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(newer) = profiles
            .get(&profile.id)
            .filter(|p| p.version > profile.version)
        {
            return Arc::clone(newer);
        }
        let profile = Arc::new(profile);
        profiles.insert(profile.id.clone(), Arc::clone(&profile));
        profile
    }
}

/// The profile with this id.
pub async fn by_id(server: &Server, id: &ProfileId) -> Result<Option<Arc<ChatProfile>>> {
    if let Some(profile) = server.profiles.find(id) {
        return Ok(Some(profile));
    }
    let profile = store::by_id(&server.db, id).await?;
    Ok(profile.map(|profile| server.profiles.keep(profile)))
}

/// The profile that a host page names.
pub async fn by_key(server: &Server, id: &ProfileId, key: &str) -> Result<Arc<ChatProfile>> {
    let profile = by_id(server, id).await?.ok_or(Refusal::WrongKey)?;
    if profile.fits(key, server.now()) {
        Ok(profile)
    } else {
        Err(Refusal::WrongKey.into())
    }
}

/// What the launcher asks before it draws the bubble. The address and the words of this reply
/// are the launcher's contract: it and the server are deployed together, but browsers keep an
/// old launcher for minutes.
#[derive(Debug, Serialize)]
pub struct LauncherConfiguration {
    /// For the frame's title.
    pub name: String,
    /// The accent.
    pub colour: String,
    /// What the host page hears as `chatAvailable`: until there are opening hours, the same as
    /// `is_active`. Whether somebody is there right now, the window tells.
    pub is_available: bool,
    /// Whether new conversations are taken.
    pub is_active: bool,
    /// The few words that stand on the host page.
    pub texts: LauncherTexts,
}

/// The few words that stand on the host page.
#[derive(Debug, Serialize)]
pub struct LauncherTexts {
    /// Name of the closed bubble.
    pub open_chat: String,
    /// Name of the open bubble.
    pub close_chat: String,
    /// Title of the frame.
    pub frame_title: String,
}

/// The configuration for a launcher with this id and key, on a page of this origin. Pages of our
/// own, which browsers ask for without an origin, are always let in.
pub async fn launcher(
    server: &Server,
    id: &str,
    key: &str,
    origin: Option<&str>,
) -> Result<LauncherConfiguration> {
    let id = ProfileId::parse(id).or(Err(Refusal::WrongKey))?;
    let profile = by_key(server, &id, key).await?;
    if let Some(origin) = origin.filter(|origin| *origin != server.public_url)
        && !profile.admits(origin)
    {
        tracing::info!(profile = %profile.id, origin, "a website that is not listed was refused");
        return Err(Refusal::ForeignOrigin.into());
    }
    // Pages of our own, such as the preview, name no origin: nobody's website was opened.
    if origin.is_some() {
        first_steps::opened(server).await;
    }
    let name = domain::text::shown(profile.name.as_str());
    Ok(LauncherConfiguration {
        colour: profile.colour.to_string(),
        is_available: profile.is_active,
        is_active: profile.is_active,
        texts: LauncherTexts {
            open_chat: "Open chat".to_owned(),
            close_chat: "Close chat".to_owned(),
            frame_title: format!("Chat: {name}"),
        },
        name,
    })
}

/// The profile's page.
pub async fn read(server: &Server, _: &Admin, _: ReadProfile) -> Result<ProfilePage> {
    let profile = store::first(&server.db).await?.ok_or(Refusal::NotFound)?;
    Ok(page(server, profile))
}

fn page(server: &Server, mut profile: ChatProfile) -> ProfilePage {
    let now = server.now();
    profile.old_key = profile.old_key.filter(|old| now < old.until);
    ProfilePage {
        origin: server.public_url.clone(),
        snippet: snippet(&server.public_url, &profile, &SnippetOptions::default()),
        link: format!("{}{ALONE}{}", server.public_url, profile.id),
        profile,
    }
}

/// Below this address the chat of a profile is shown alone, for a link to send. It holds no key,
/// so that it lives longer than one.
pub const ALONE: &str = "/chat/with/";

/// The frame's document of this profile, as the launcher would ask for it.
pub async fn alone(server: &Server, id: &str) -> Result<String> {
    let id = ProfileId::parse(id).or(Err(Refusal::NotFound))?;
    let profile = by_id(server, &id).await?.ok_or(Refusal::NotFound)?;
    first_steps::opened(server).await;
    Ok(format!("/chat/frame?profile={id}&key={}", profile.key))
}

/// Saves the profile, unless somebody else has meanwhile. Open widgets learn it at once.
pub async fn save(server: &Server, who: &Admin, request: SaveProfile) -> Result<ChatProfile> {
    let mut profile = request.profile;
    let stored = store::by_id(&server.db, &profile.id)
        .await?
        .ok_or(Refusal::NotFound)?;
    // The rule of the page, for whoever did not come from there.
    profile.origins =
        HostOrigin::parse_all(&HostOrigin::write_all(&profile.origins)).map_err(|reason| {
            Refusal::Invalid {
                field: Field::Origins,
                reason,
            }
        })?;
    let mut tx = server.db.begin().await?;
    teams::require_active(&mut tx, std::slice::from_ref(&profile.team)).await?;
    if !store::save(&mut tx, &profile).await? {
        return Err(Refusal::Changed.into());
    }
    agents::audit(server, &mut tx, who, "save_profile", profile.id.as_str()).await?;
    tx.commit().await?;
    profile.version += 1;
    profile.key = stored.key;
    profile.old_key = stored.old_key;
    server.profiles.keep(profile.clone());
    server
        .hub
        .tell_visitors(&profile, &VisitorSignal::Profile(profile.for_visitor()));
    server.hub.tell_agents(&AgentSignal::Settings);
    server.hub.refresh_presence(server.now());
    Ok(profile)
}

/// A key for host pages: long enough never to be met by chance, short enough for a snippet.
pub(crate) fn new_key() -> anyhow::Result<String> {
    let token = VisitorToken::new(entropy()?);
    Ok(token.secret().chars().take(KEY_CHARS).collect())
}

const KEY_CHARS: usize = 24;

/// Makes a new key. Host pages with the one before go on for a while.
pub async fn replace_key(server: &Server, who: &Admin, request: ReplaceKey) -> Result<ProfilePage> {
    let ReplaceKey { profile, version } = request;
    store::by_id(&server.db, &profile)
        .await?
        .ok_or(Refusal::NotFound)?;
    let key = new_key()?;
    let until = server.now().plus(limit::KEY_GRACE);
    let mut tx = server.db.begin().await?;
    if !store::replace_key(&mut tx, &profile, version, &key, until).await? {
        return Err(Refusal::Changed.into());
    }
    agents::audit(server, &mut tx, who, "replace_key", profile.as_str()).await?;
    tx.commit().await?;
    let saved = store::by_id(&server.db, &profile)
        .await?
        .ok_or(Refusal::NotFound)?;
    server.profiles.keep(saved.clone());
    server.hub.tell_agents(&AgentSignal::Settings);
    Ok(page(server, saved))
}
