//! Chat profiles: read by every widget, saved by admins, kept in memory in between.
//!
//! Invariant: what is kept in memory is forgotten before anyone is told of a save.

pub mod availability;
pub mod store;

use crate::clock::entropy;
use crate::error::{Error, Result};
use crate::principal::{self, Admin, Agent};
use crate::server::Server;
use crate::{agents, conversations, db, first_steps, flows, teams};
use availability::Reach;
use domain::api::{
    CreateProfile, Field, KnownText, ListOwnProfiles, ListProfiles, ListZones, OwnProfile,
    ProfilePage, ProfileRow, ReadProfile, ReadTexts, ReadZone, Refusal, ReplaceKey, SaveProfile,
    ZonePage, picture_address,
};
use domain::date::Date;
use domain::id::{ProfileId, TeamId, VisitorToken};
use domain::limit;
use domain::live::AgentSignal;
use domain::settings::{
    BubbleRule, ChatProfile, HaloEntrance, HostOrigin, Language, PageTeaser, ProfileAccess,
    SnippetOptions, Translation, WaitMessages, WaitTime, WindowLook, Wording, ZoneName, snippet,
    wait_message,
};
use domain::text::{
    Colour, DisplayName, ForeignWord, Greeting, MessageText, Reason, Teaser, UrlPattern,
};
use domain::time::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
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

/// The profile that a host page names, perhaps as Halo did.
pub async fn named(server: &Server, id: &str, key: &str) -> Result<Arc<ChatProfile>> {
    if let Ok(id) = ProfileId::parse(id) {
        return by_key(server, &id, key).await;
    }
    let halo = HaloEntrance {
        id: ForeignWord::parse(id).or(Err(Refusal::WrongKey))?,
        key: ForeignWord::parse(key).or(Err(Refusal::WrongKey))?,
    };
    let profile = store::by_halo(&server.db, &halo).await?;
    let profile = profile.ok_or(Refusal::WrongKey)?;
    Ok(server.profiles.keep(profile))
}

/// What the launcher asks before it draws the bubble. The address and the words of this reply
/// are the launcher's contract: it and the server are deployed together, but browsers keep an
/// old launcher for minutes.
#[derive(Debug, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is its own question; no two exclude each other"
)]
pub struct LauncherConfiguration {
    /// For the frame's title.
    pub name: String,
    /// The accent.
    pub colour: String,
    /// The window's height in pixels, where the host page says none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// And its width.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// And the address of the picture on the bubble.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// What the host page hears as `chatAvailable`.
    pub is_available: bool,
    /// When it opens, in milliseconds since 1970, where it is closed by its hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<i64>,
    /// Whether new conversations are taken.
    pub is_active: bool,
    /// Whether they are taken only from whom the host page's token names.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_identity_required: bool,
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
    /// What the bubble does on which pages: the rules of the visitor's country, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<LauncherRule>,
    /// Whether the window shall learn the query of the page.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_page_query_kept: bool,
}

/// One rule, as the launcher needs it.
#[derive(Debug, Serialize)]
pub struct LauncherRule {
    /// On which pages.
    pub url: UrlPattern,
    /// What the bubble does there.
    pub bubble: BubbleRule,
}

/// Whether a rule looks at the query: then the window has to know it, too, or bubble and bot would
/// follow different rules. It is still not stored.
fn asks_query(profile: &ChatProfile) -> bool {
    let mut patterns = profile.rules.iter().map(|rule| rule.url.as_str());
    patterns.any(|pattern| pattern.contains('?'))
}

/// The rules that count in this country.
fn rules(
    profile: &ChatProfile,
    country: Option<&str>,
    said: impl Fn(&Teaser) -> Teaser,
) -> Vec<LauncherRule> {
    let counting = profile.rules.iter().filter(|rule| rule.is_for(country));
    counting
        .map(|rule| LauncherRule {
            url: rule.url.clone(),
            bubble: match &rule.bubble {
                BubbleRule::Notify { text } => BubbleRule::Notify { text: said(text) },
                other => other.clone(),
            },
        })
        .collect()
}

fn teasers(written: &[PageTeaser], said: impl Fn(&Teaser) -> Teaser) -> Vec<PageTeaser> {
    let teasers = written.iter().map(|teaser| PageTeaser {
        url: teaser.url.clone(),
        text: said(&teaser.text),
    });
    teasers.collect()
}

/// The configuration for a launcher with this id and key, on a page of this origin. Pages of our
/// own, which browsers ask for without an origin, are always let in.
pub async fn launcher(
    server: &Server,
    id: &str,
    key: &str,
    origin: Option<&str>,
    languages: &str,
    address: IpAddr,
) -> Result<LauncherConfiguration> {
    let profile = named(server, id, key).await?;
    if let Some(origin) = origin.filter(|origin| *origin != server.public_url)
        && !server.websites.get().admit(&profile, origin)
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
    let teaser = |text: &Teaser| {
        let said = profile.said_in(language, text.as_str());
        Teaser::parse(said).unwrap_or_else(|_| text.clone())
    };
    let Words { launcher, frame } = words(&profile.wording, language, &name);
    let said = said(
        &profile,
        language,
        availability::today(&profile, server.now()),
    );
    let frame = (frame.is_some() || !said.is_empty()).then(|| {
        let mut frame = frame.unwrap_or_default();
        frame.extend(said);
        frame
    });
    let reach = Reach::now(server, &profile);
    let country = server.countries.of(address);
    Ok(LauncherConfiguration {
        colour: profile.colour.to_string(),
        height: profile.look.height,
        width: profile.look.width,
        icon: profile
            .look
            .icon
            .as_ref()
            .map(|icon| format!("{}{}", server.public_url, picture_address(icon))),
        is_available: reach.is_available(),
        opens_at: reach.opens_at().map(Timestamp::ms),
        rules: rules(&profile, country.as_deref(), teaser),
        // A chat of agents stands in pages of ours alone.
        is_active: profile.is_active
            && (profile.access != ProfileAccess::Agents || origin.is_none()),
        is_identity_required: profile.access == ProfileAccess::Identified,
        lang: language.code(),
        dir: language.dir(),
        texts: launcher,
        frame_texts: frame,
        notification: profile.wording.notification.as_ref().map(teaser),
        teasers: teasers(&profile.wording.teasers, teaser),
        is_page_query_kept: profile.is_page_query_kept || asks_query(&profile),
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
        } else if !is_plain && !is_nobodys(key) {
            frame.insert(key.to_owned(), text.to_owned());
        }
    }
    Words {
        launcher,
        frame: (!is_plain).then_some(frame),
    }
}

/// Whether a text is said where there is no profile.
fn is_nobodys(key: &str) -> bool {
    key.starts_with("nowhere.")
}

/// One text, in the profile's own words or in ours.
fn text<'a>(wording: &'a Wording, language: Language, key: &str) -> Option<&'a str> {
    let is_it = |(known, _): &(&str, &str)| *known == key;
    let own = wording.texts_in(language).find(is_it);
    let found = own.or_else(|| app::locale::languages::texts(language).find(is_it));
    found.map(|(_, text)| text)
}

/// What else the window says, or does not ask, by keys that no text has; and, where identity is
/// asked, what it says to whoever has none, in the place of the sentence of a closed chat.
fn said(profile: &ChatProfile, language: Language, today: Option<Date>) -> Vec<(String, String)> {
    let wording = &profile.wording;
    let banner = today.and_then(|today| wording.banner(today));
    let header = profile.look.header.as_ref().map(picture_address);
    let off = |is_on: bool| (!is_on).then_some("off");
    let for_whom = match profile.access {
        ProfileAccess::Everyone => None,
        ProfileAccess::Identified => Some("widget.signed_in_only"),
        ProfileAccess::Agents => Some("widget.agents_only"),
    };
    let for_whom = for_whom
        .filter(|_| profile.is_active)
        .map(|key| text(wording, language, key));
    let all = [
        (
            "profile.banner",
            banner.map(|banner| profile.said_in(language, banner.as_str())),
        ),
        ("profile.header", header.as_deref()),
        ("profile.rating", off(wording.is_rating_asked)),
        ("profile.comment", off(wording.is_comment_asked)),
        ("profile.copy", off(wording.is_copy_offered)),
        ("profile.address", off(wording.is_address_asked)),
        ("widget.unavailable", for_whom.flatten()),
    ];
    let said = all
        .into_iter()
        .filter_map(|(key, said)| Some((key.to_owned(), said?.to_owned())));
    said.collect()
}

/// The chat profiles at which this agent may begin conversations of their own, or has one that goes
/// on.
pub async fn own(server: &Server, who: &Agent, _: ListOwnProfiles) -> Result<Vec<OwnProfile>> {
    let mut own = Vec::new();
    for profile in store::all(&server.db).await? {
        let visitor = principal::visitor_of(&who.agent.id, &profile.id);
        let open = conversations::store::open_of_visitor(&server.db, &visitor).await?;
        // What has begun goes on, whatever the profile has become since.
        let may_begin = profile.is_active && profile.access == ProfileAccess::Agents;
        if open.is_empty() && !may_begin {
            continue;
        }
        own.push(OwnProfile {
            is_available: Reach::but_for(server, &profile, Some(&who.agent.id)).is_available(),
            is_going: !open.is_empty(),
            id: profile.id,
            key: profile.key,
            name: profile.name,
        });
    }
    Ok(own)
}

/// All profiles.
pub async fn list(server: &Server, _: &Admin, _: ListProfiles) -> Result<Vec<ProfileRow>> {
    let teams = teams::store::all(&server.db).await?;
    let profiles = store::all(&server.db).await?;
    let websites = server.websites.get();
    let row = |profile: ChatProfile| {
        let reach = Reach::now(server, &profile);
        let team = teams.iter().find(|team| team.id == profile.team)?;
        Some(ProfileRow {
            team_name: team.name.clone(),
            access: profile.access,
            is_active: profile.is_active,
            is_default: profile.is_default,
            opening: reach.opening,
            is_available: reach.is_available(),
            origins: u32::try_from(websites.of(&profile).len()).unwrap_or(u32::MAX),
            id: profile.id,
            name: profile.name,
            team: profile.team,
        })
    };
    Ok(profiles.into_iter().filter_map(row).collect())
}

/// The greeting of a profile as it begins, in the other languages.
const GREETINGS: [(Language, &str); 4] = [
    (Language::De, "Hallo! Wie können wir Ihnen helfen?"),
    (Language::Fr, "Bonjour ! Comment pouvons-nous vous aider ?"),
    (Language::Es, "¡Hola! ¿En qué podemos ayudarle?"),
    (Language::Ar, "مرحبًا! كيف يمكننا مساعدتك؟"),
];

/// A profile as it begins: it takes conversations at once, on every website.
pub(crate) fn blank(id: ProfileId, name: DisplayName, team: TeamId) -> anyhow::Result<ChatProfile> {
    let greeting = "Hello! How can we help you?";
    let translation = |(language, text)| {
        Ok(Translation {
            language,
            of: greeting.to_owned(),
            text: MessageText::parse(text)?,
        })
    };
    let translations: std::result::Result<_, Reason> =
        GREETINGS.into_iter().map(translation).collect();
    Ok(ChatProfile {
        id,
        key: new_key()?,
        name,
        colour: Colour::parse("#5b3df5")?,
        look: WindowLook::default(),
        greeting: Greeting::parse(greeting)?,
        team,
        other_teams: Vec::new(),
        access: ProfileAccess::Everyone,
        is_active: true,
        origins: Vec::new(),
        are_files_welcome: true,
        may_agents_choose_files: false,
        is_page_query_kept: false,
        wording: Wording {
            translations: translations?,
            ..Wording::default()
        },
        flow: None,
        hours: None,
        is_agent_required: false,
        rules: Vec::new(),
        is_default: false,
        wait_time: WaitTime::default(),
        wait_messages: WaitMessages::default(),
        old_key: None,
        halo: None,
        version: 1,
    })
}

/// A new profile. One that is like another has a key of its own, and no secret: what proves who a
/// visitor is, belongs to one entrance.
pub async fn create(server: &Server, who: &Admin, request: CreateProfile) -> Result<ProfilePage> {
    let CreateProfile { name, like, team } = request;
    let now = server.now();
    let id = ProfileId::new(now, server.entropy()?);
    let no_team = Refusal::Invalid {
        field: Field::Team,
        reason: Reason::Form,
    };
    let profile = match like {
        None => blank(id, name, team.ok_or(no_team)?)?,
        Some(like) => {
            let like = store::by_id(&server.db, &like).await?;
            let like = like.ok_or(Refusal::NotFound)?;
            let team = team.unwrap_or_else(|| like.team.clone());
            let mut other_teams = like.other_teams.clone();
            other_teams.retain(|other| *other != team);
            ChatProfile {
                id,
                key: new_key()?,
                name,
                team,
                other_teams,
                is_default: false,
                old_key: None,
                halo: None,
                version: 1,
                ..like
            }
        }
    };
    let mut tx = server.db.begin().await?;
    let max = i64::try_from(limit::PROFILES_MAX).unwrap_or(i64::MAX);
    if store::count_all(&mut tx).await? >= max {
        return Err(Refusal::TooLarge.into());
    }
    teams::require_active(&mut tx, std::slice::from_ref(&profile.team)).await?;
    store::insert(&mut tx, &profile, now).await?;
    agents::audit(server, &mut tx, who, "create_profile", profile.id.as_str()).await?;
    tx.commit().await?;
    server.hub.tell_agents(&AgentSignal::Settings);
    Ok(page(server, profile))
}

/// A profile's page.
pub async fn read(server: &Server, _: &Admin, request: ReadProfile) -> Result<ProfilePage> {
    let profile = store::by_id(&server.db, &request.profile).await?;
    let profile = profile.ok_or(Refusal::NotFound)?;
    let changed_by =
        agents::store::last_by(&server.db, "save_profile", profile.id.as_str()).await?;
    Ok(ProfilePage {
        changed_by,
        ..page(server, profile)
    })
}

/// The zones that opening hours can be in.
pub async fn zones(_: &Server, _: &Admin, _: ListZones) -> Result<Vec<ZoneName>> {
    Ok(availability::zones())
}

/// What the rule of opening hours needs to know of a zone.
pub async fn zone(server: &Server, _: &Admin, request: ReadZone) -> Result<ZonePage> {
    let now = server.now();
    let offsets = availability::offsets(&request.zone, now).ok_or(Refusal::NotFound)?;
    Ok(ZonePage {
        zone: request.zone,
        now,
        offsets,
    })
}

fn page(server: &Server, mut profile: ChatProfile) -> ProfilePage {
    let now = server.now();
    profile.old_key = profile.old_key.filter(|old| now < old.until);
    ProfilePage {
        origin: server.public_url.clone(),
        snippet: snippet(&server.public_url, &profile, &SnippetOptions::default()),
        link: format!("{}{ALONE}{}", server.public_url, profile.id),
        are_countries_known: server.countries.is_known(),
        changed_by: None,
        profile,
    }
}

/// Below this address the chat of a profile is shown alone, for a link to send. It holds no key,
/// so that it lives longer than one.
pub const ALONE: &str = "/chat/with/";

/// The same of the profile that is meant where nobody names one.
pub async fn portal(server: &Server) -> Result<String> {
    let profiles = store::all(&server.db).await?;
    let default = profiles.iter().find(|profile| profile.is_default);
    alone(server, default.ok_or(Refusal::NotFound)?.id.as_str()).await
}

/// The frame's document of this profile, as the launcher would ask for it.
pub async fn alone(server: &Server, id: &str) -> Result<String> {
    let id = ProfileId::parse(id).or(Err(Refusal::NotFound))?;
    let profile = by_id(server, &id).await?.ok_or(Refusal::NotFound)?;
    if profile.access == ProfileAccess::Agents {
        return Ok(app::around::HOME.to_owned());
    }
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
    Ok(texts
        .filter(|(key, _)| !is_nobodys(key))
        .map(known)
        .collect())
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
    let translations = std::mem::take(&mut profile.wording.translations);
    profile.wording.translations = profile.kept(translations, &stored);
    profile
        .translations_checked()
        .map_err(|reason| Refusal::Invalid {
            field: Field::Texts,
            reason,
        })?;
    check_reach(&profile)?;
    // There is always one that is meant where nobody names any: another one takes its place.
    let is_default_new = profile.is_default && !stored.is_default;
    profile.is_default |= stored.is_default;
    let mut tx = server.db.begin().await?;
    teams::require_active(&mut tx, std::slice::from_ref(&profile.team)).await?;
    let is_new = |team: &&TeamId| !stored.other_teams.contains(team);
    let new: Vec<_> = profile.other_teams.iter().filter(is_new).cloned().collect();
    teams::require_active(&mut tx, &new).await?;
    // A flow that was put aside since it was chosen keeps nobody from saving something else.
    for flow in profile.flows() {
        if !stored.flows().any(|known| known == flow) {
            flows::require_published(&mut tx, flow).await?;
        }
    }
    flows::require_steps(server, &mut tx, &profile, &stored).await?;
    // Once before, which waits for another admin who does the same, and once after, when what that
    // one has made the default can be seen.
    if is_default_new {
        store::no_other_default(&mut tx, &profile.id).await?;
    }
    if !store::save(&mut tx, &profile).await.map_err(taken)? {
        return Err(Refusal::Changed.into());
    }
    if is_default_new {
        store::no_other_default(&mut tx, &profile.id).await?;
    }
    agents::audit(server, &mut tx, who, "save_profile", profile.id.as_str()).await?;
    tx.commit().await?;
    profile.version += 1;
    profile.key = stored.key;
    profile.old_key = stored.old_key;
    let kept = server.profiles.keep(profile.clone());
    server.hub.tell_profile(&kept);
    server.waiting.look_again(&kept.id);
    server.hub.tell_agents(&AgentSignal::Settings);
    server.refresh_presence();
    Ok(profile)
}

fn taken(error: anyhow::Error) -> Error {
    match error.downcast_ref::<sqlx::Error>() {
        Some(cause) if db::breaks(cause, "chat_profile_halo", "chat_profile.halo_id") => {
            Refusal::Invalid {
                field: Field::Halo,
                reason: Reason::Taken,
            }
            .into()
        }
        _ => error.into(),
    }
}

/// Whether look, teams, hours, wait time, wait messages and rules can be.
fn check_reach(profile: &ChatProfile) -> Result<()> {
    let invalid = |field, reason| Refusal::Invalid { field, reason };
    let look = profile.look.checked();
    look.map_err(|reason| invalid(Field::Look, reason))?;
    let teams: BTreeSet<_> = profile.teams().collect();
    let is_twice = teams.len() <= profile.other_teams.len();
    if is_twice || profile.other_teams.len() > limit::PROFILE_TEAMS_MAX {
        return Err(invalid(Field::Team, Reason::Form).into());
    }
    if let Some(hours) = &profile.hours {
        if !availability::is_zone(&hours.zone) {
            return Err(invalid(Field::Zone, Reason::Form).into());
        }
        if let Err(defect) = hours.checked() {
            tracing::debug!(profile = %profile.id, %defect, "hours that cannot be");
            return Err(invalid(Field::Hours, Reason::Form).into());
        }
    }
    let wait_time = profile.wait_time.checked();
    wait_time.map_err(|reason| invalid(Field::Wait, reason))?;
    check_wait_messages(&profile.wait_messages).map_err(|reason| invalid(Field::Text, reason))?;
    let max = limit::RULES_MAX;
    if profile.rules.len() > max {
        return Err(invalid(Field::Rules, Reason::TooLong { max }).into());
    }
    for rule in &profile.rules {
        rule.checked()
            .map_err(|reason| invalid(Field::Rules, reason))?;
    }
    Ok(())
}

fn check_wait_messages(settings: &WaitMessages) -> std::result::Result<(), Reason> {
    settings.checked()?;
    let mut messages = settings.messages.iter();
    messages.try_for_each(|message| wait_message(message.as_str()).map(drop))
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
