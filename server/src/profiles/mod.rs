//! Chat profiles: read by every widget, saved by admins, kept in memory in between.
//!
//! Invariant: what is kept in memory is forgotten before anyone is told of a save.

pub mod store;

use crate::clock::entropy;
use crate::error::Result;
use crate::principal::Admin;
use crate::server::Server;
use crate::{agents, first_steps, teams};
use domain::api::{
    Field, KnownText, ProfilePage, ReadProfile, ReadTexts, Refusal, ReplaceKey, SaveProfile,
};
use domain::id::{ProfileId, VisitorToken};
use domain::limit;
use domain::live::{AgentSignal, VisitorSignal};
use domain::settings::{
    ChatProfile, HostOrigin, Language, PageTeaser, SnippetOptions, Wording, snippet,
};
use domain::text::Teaser;
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
    /// The language, as in the attribute `lang`.
    pub lang: &'static str,
    /// Its direction, as in the attribute `dir`.
    pub dir: &'static str,
    /// The few words that stand on the host page, by name.
    pub texts: BTreeMap<String, String>,
    /// The words of the window, by key; `None` is plain English, which the window holds itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_texts: Option<BTreeMap<String, String>>,
    /// Stands beside the closed bubble where no teaser does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notification: Option<Teaser>,
    /// What stands there on certain pages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub teasers: Vec<PageTeaser>,
    /// Whether the window shall learn the query of the page.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_page_query_kept: bool,
}

/// The configuration for a launcher with this id and key, on a page of this origin. Pages of our
/// own, which browsers ask for without an origin, are always let in.
pub async fn launcher(
    server: &Server,
    id: &str,
    key: &str,
    origin: Option<&str>,
    languages: &str,
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
    let preferred = || Language::preferred(languages);
    let language = profile.wording.language.unwrap_or_else(preferred);
    let Words { launcher, frame } = words(&profile.wording, language, &name);
    Ok(LauncherConfiguration {
        colour: profile.colour.to_string(),
        is_available: profile.is_active,
        is_active: profile.is_active,
        lang: language.code(),
        dir: language.dir(),
        texts: launcher,
        frame_texts: frame,
        notification: profile.wording.notification.clone(),
        teasers: profile.wording.teasers.clone(),
        is_page_query_kept: profile.is_page_query_kept,
        name,
    })
}

/// The words of one language, for whom they are.
struct Words {
    launcher: BTreeMap<String, String>,
    frame: Option<BTreeMap<String, String>>,
}

/// The texts of a language with the profile's own in their place. English is compiled into the
/// window, and travels only where the profile says something of its own.
fn words(wording: &Wording, language: Language, name: &str) -> Words {
    let mut texts: BTreeMap<&str, &str> = app::locale::languages::texts(language).collect();
    let own: Vec<_> = wording.texts_in(language).collect();
    let is_plain = language == Language::En && own.is_empty();
    // A key that is no longer known says nothing to anybody.
    texts.extend(
        own.into_iter()
            .filter(|(key, _)| app::locale::languages::is_known(key)),
    );
    let (mut launcher, mut frame) = (BTreeMap::new(), BTreeMap::new());
    for (key, text) in texts {
        if let Some(word) = key.strip_prefix("launcher.") {
            launcher.insert(word.to_owned(), text.replace("{name}", name));
        } else if !is_plain {
            frame.insert(key.to_owned(), text.to_owned());
        }
    }
    Words {
        launcher,
        frame: (!is_plain).then_some(frame),
    }
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

/// What a visitor may read, in our words.
pub async fn texts(_: &Server, _: &Admin, request: ReadTexts) -> Result<Vec<KnownText>> {
    let texts = app::locale::languages::texts(request.language);
    let known = |(key, text): (&str, &str)| KnownText {
        key: key.to_owned(),
        text: text.to_owned(),
    };
    Ok(texts.map(known).collect())
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
    profile
        .wording
        .checked()
        .map_err(|reason| Refusal::Invalid {
            field: Field::Texts,
            reason,
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
