//! A chat profile: what it is called, who answers, whom it is for, and where it may stand. And the
//! lines that put it on a website.
//!
//! Invariant: nobody's save is lost unseen: who saves over somebody else was asked first.

use super::agent_dialogs::Choices;
use super::entrance::{Key, Link};
use super::form::Sending;
use super::generator::{Generator, asks_identity};
use super::profile_area::{address, identity_address, on_save, tab};
use super::profile_part::{CardForm, Part};
use crate::api;
use crate::locale::{admin as text, t, t_with};
use crate::ui::{Banner, ChoiceField, Switch, TextAreaField, TextField, Tone};
use domain::api::{
    Field, IdentityPage, ListTeams, ProfilePage as Read, ReadIdentity, ReadProfile, Refusal,
};
use domain::id::{ProfileId, TeamId};
use domain::people::Team;
use domain::settings::{ChatProfile, HaloEntrance, HostOrigin, ProfileAccess};
use domain::text::{DisplayName, ForeignWord, Reason, shown};
use leptos::prelude::*;

const FIELDS: [Field; 4] = [Field::Name, Field::Team, Field::Origins, Field::Halo];

const EVERYONE: &str = "everyone";
const IDENTIFIED: &str = "identified";
const AGENTS: &str = "agents";

/// The profile as it is being edited.
#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    team: RwSignal<String>,
    other_teams: RwSignal<Vec<TeamId>>,
    access: RwSignal<String>,
    is_active: RwSignal<bool>,
    are_files_welcome: RwSignal<bool>,
    may_agents_choose_files: RwSignal<bool>,
    is_page_query_kept: RwSignal<bool>,
    is_default: RwSignal<bool>,
    /// One a line.
    origins: RwSignal<String>,
    /// What Halo called it; empty where nothing was taken over.
    halo_id: RwSignal<String>,
    halo_key: RwSignal<String>,
}

impl Draft {
    fn blank() -> Self {
        let empty = || RwSignal::new(String::new());
        let off = || RwSignal::new(false);
        Self {
            name: empty(),
            team: empty(),
            other_teams: RwSignal::new(Vec::new()),
            access: empty(),
            is_active: off(),
            are_files_welcome: off(),
            may_agents_choose_files: off(),
            is_page_query_kept: off(),
            is_default: off(),
            origins: empty(),
            halo_id: empty(),
            halo_key: empty(),
        }
    }

    /// Forgets what was typed.
    fn adopt(self, profile: &ChatProfile) {
        self.name.set(profile.name.as_str().to_owned());
        self.team.set(profile.team.as_str().to_owned());
        self.other_teams.set(profile.other_teams.clone());
        let access = match profile.access {
            ProfileAccess::Everyone => EVERYONE,
            ProfileAccess::Identified => IDENTIFIED,
            ProfileAccess::Agents => AGENTS,
        };
        self.access.set(access.to_owned());
        self.is_active.set(profile.is_active);
        self.are_files_welcome.set(profile.are_files_welcome);
        self.may_agents_choose_files
            .set(profile.may_agents_choose_files);
        self.is_page_query_kept.set(profile.is_page_query_kept);
        self.is_default.set(profile.is_default);
        self.origins.set(HostOrigin::write_all(&profile.origins));
        let halo = profile.halo.as_ref();
        let word = |word: Option<&ForeignWord>| word.map_or("", ForeignWord::as_str).to_owned();
        self.halo_id.set(word(halo.map(|halo| &halo.id)));
        self.halo_key.set(word(halo.map(|halo| &halo.key)));
    }

    /// What Halo called it: both words or none.
    fn halo(self) -> Result<Option<HaloEntrance>, Reason> {
        let (id, key) = (self.halo_id.get(), self.halo_key.get());
        if id.trim().is_empty() && key.trim().is_empty() {
            return Ok(None);
        }
        Ok(Some(HaloEntrance {
            id: ForeignWord::parse(&id)?,
            key: ForeignWord::parse(&key)?,
        }))
    }

    fn access(self) -> ProfileAccess {
        self.access.with(|access| match access.as_str() {
            IDENTIFIED => ProfileAccess::Identified,
            AGENTS => ProfileAccess::Agents,
            _ => ProfileAccess::Everyone,
        })
    }

    /// What is typed, if it is valid; else the first field that is not.
    fn checked(self, over: ChatProfile) -> Result<ChatProfile, Refusal> {
        let invalid = |field| move |reason| Refusal::Invalid { field, reason };
        let team = TeamId::parse(&self.team.get());
        let Ok(team) = team else {
            return Err(invalid(Field::Team)(Reason::Form));
        };
        let mut other_teams = self.other_teams.get();
        other_teams.retain(|other| *other != team);
        Ok(ChatProfile {
            other_teams,
            name: DisplayName::parse(&self.name.get()).map_err(invalid(Field::Name))?,
            team,
            access: self.access(),
            is_active: self.is_active.get(),
            are_files_welcome: self.are_files_welcome.get(),
            may_agents_choose_files: self.may_agents_choose_files.get(),
            is_page_query_kept: self.is_page_query_kept.get(),
            is_default: self.is_default.get(),
            origins: self
                .origins
                .with(|origins| HostOrigin::parse_all(origins))
                .map_err(invalid(Field::Origins))?,
            halo: self.halo().map_err(invalid(Field::Halo))?,
            ..over
        })
    }
}

/// What this page is about.
fn own(profile: &ChatProfile) -> impl PartialEq + '_ {
    (
        (&profile.name, &profile.origins),
        (&profile.team, &profile.other_teams),
        (profile.access, profile.is_active, profile.is_default),
        (profile.are_files_welcome, profile.may_agents_choose_files),
        (profile.is_page_query_kept, &profile.halo),
    )
}

/// Whether a token can be believed at all.
fn is_ready(page: &IdentityPage) -> bool {
    page.identity.is_enabled && page.secret.is_set
}

/// What a chat profile is called, who answers, whom it is for, and where it may stand.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let read = |profile: ProfileId| {
        let identity = api::request(ReadIdentity {
            profile: profile.clone(),
        });
        let profile = api::request(ReadProfile { profile });
        let teams = api::request(ListTeams {});
        async move { Ok((profile.await?.profile, teams.await?, identity.await?)) }
    };
    tab(
        text::PROFILE_TITLE,
        text::PROFILE_LEAD,
        read,
        |(profile, teams, identity)| view! { <Profile profile teams identity /> }.into_any(),
    )
}

#[component]
fn Profile(profile: ChatProfile, teams: Vec<Team>, identity: IdentityPage) -> impl IntoView {
    let draft = Draft::blank();
    let part = Part::of(
        profile,
        move |profile| draft.adopt(profile),
        move |over| draft.checked(over),
        |one, other| own(one) == own(other),
    );
    let sending = Sending::begin();
    view! {
        <CardForm part sending title=t(text::PROFILE_CARD) fields=&FIELDS>
            <Who draft sending teams />
            <Access access=draft.access identity />
            <Where draft part sending />
        </CardForm>
    }
}

/// What it is called, and who answers.
#[component]
fn Who(draft: Draft, sending: Sending, teams: Vec<Team>) -> impl IntoView {
    let active = teams.iter().filter(|team| team.is_active);
    let named = active
        .map(|team| (team.id.clone(), shown(team.name.as_str())))
        .collect();
    let choices: Vec<_> = teams
        .iter()
        .filter(|team| team.is_active)
        .map(|team| (team.id.as_str().to_owned(), shown(team.name.as_str())))
        .collect();
    view! {
        <TextField
            id="profile-name"
            label=t(text::PROFILE_NAME)
            value=draft.name
            hint=t(text::PROFILE_NAME_HINT)
            error=sending.at(Field::Name)
        />
        <ChoiceField
            id="profile-team"
            label=t(text::PROFILE_TEAM)
            value=draft.team
            choices=Signal::stored(choices)
            hint=t(text::PROFILE_TEAM_HINT)
            error=sending.at(Field::Team)
        />
        <OtherTeams draft teams=named />
    }
}

/// Who stands in where nobody of the team is there. Where there is one team, nothing is asked.
#[component]
fn OtherTeams(draft: Draft, teams: Vec<(TeamId, String)>) -> impl IntoView {
    let teams = StoredValue::new(teams);
    let others = Signal::derive(move || {
        let own = draft.team.get();
        teams.with_value(|teams| {
            let others = teams.iter().filter(|(id, _)| id.as_str() != own);
            others.cloned().collect::<Vec<_>>()
        })
    });
    let order = move || {
        let chosen = draft.other_teams.get();
        let name = |id: &TeamId| {
            others.with(|others| {
                let found = others.iter().find(|(other, _)| other == id);
                found.map(|(_, name)| name.clone())
            })
        };
        let names: Vec<_> = chosen.iter().filter_map(name).collect();
        let order = || t_with(text::PROFILE_TEAMS_ORDER, &[("teams", &names.join(", "))]);
        (names.len() > 1).then(order)
    };
    view! {
        <Show when=move || !others.with(Vec::is_empty)>
            <div class="field">
                <Choices legend=text::PROFILE_TEAMS choices=others chosen=draft.other_teams />
                <p class="field__hint" role="status">
                    {t(text::PROFILE_TEAMS_HINT)}
                    " "
                    {order}
                </p>
            </div>
        </Show>
    }
}

/// Whom it is for; and, where that would be nobody, a word about it.
#[component]
fn Access(access: RwSignal<String>, identity: IdentityPage) -> impl IntoView {
    let choices = [
        (EVERYONE, text::PROFILE_ACCESS_EVERYONE),
        (IDENTIFIED, text::PROFILE_ACCESS_IDENTIFIED),
        (AGENTS, text::PROFILE_ACCESS_AGENTS),
    ]
    .map(|(word, words)| (word.to_owned(), t(words).to_owned()));
    let profile = StoredValue::new(identity.profile.clone());
    let can_prove = RwSignal::new(is_ready(&identity));
    let question = move || ReadIdentity {
        profile: profile.get_value(),
    };
    on_save(question, move |fresh| {
        can_prove.try_set(is_ready(&fresh));
    });
    let is_nobody = move || access.with(|access| access == IDENTIFIED) && !can_prove.get();
    view! {
        <ChoiceField
            id="profile-access"
            label=t(text::PROFILE_ACCESS)
            value=access
            choices=Signal::stored(choices.to_vec())
            hint=t(text::PROFILE_ACCESS_HINT)
        />
        <Show when=is_nobody>
            <Banner tone=Tone::Waiting text=t(text::PROFILE_ACCESS_NOBODY)>
                <a class="button button--small" href=profile.with_value(identity_address)>
                    {t(text::PROFILE_ACCESS_OPEN)}
                </a>
            </Banner>
        </Show>
    }
}

/// Where it may stand, and what else it takes.
#[component]
fn Where(draft: Draft, part: Part, sending: Sending) -> impl IntoView {
    view! {
        <TextAreaField
            id="profile-origins"
            label=t(text::PROFILE_ORIGINS)
            value=draft.origins
            is_optional=true
            hint=t(text::PROFILE_ORIGINS_HINT)
            error=sending.at(Field::Origins)
        />
        <Switch
            is_on=draft.are_files_welcome
            label=t(text::PROFILE_FILES)
            on_switch=move |is_on| draft.are_files_welcome.set(is_on)
        />
        <Switch
            is_on=draft.may_agents_choose_files
            label=t(text::PROFILE_FILES_AGENTS)
            on_switch=move |is_on| draft.may_agents_choose_files.set(is_on)
        />
        <Switch
            is_on=draft.is_page_query_kept
            label=t(text::PROFILE_QUERY)
            on_switch=move |is_on| draft.is_page_query_kept.set(is_on)
        />
        <Switch
            is_on=draft.is_default
            label=t(text::PROFILE_DEFAULT)
            is_disabled=Signal::derive(move || part.base.with(|base| base.is_default))
            on_switch=move |is_on| draft.is_default.set(is_on)
        />
        <Switch
            is_on=draft.is_active
            label=t(text::PROFILE_ACTIVE)
            on_switch=move |is_on| draft.is_active.set(is_on)
        />
        <FromHalo draft sending />
    }
}

/// What Halo called it, for websites that shall keep their snippet but for its address.
#[component]
fn FromHalo(draft: Draft, sending: Sending) -> impl IntoView {
    let is_open = draft.halo_id.with_untracked(|id| !id.is_empty());
    let is_wrong = Memo::new(move |_| sending.at(Field::Halo).with(Option::is_some));
    view! {
        <details class="generator" open=move || is_open || is_wrong.get()>
            <summary>{t(text::HALO_TITLE)}</summary>
            <p class="field__hint">{t(text::HALO_TEXT)}</p>
            <div class="generator__fields">
                <TextField
                    id="profile-halo-id"
                    label=t(text::HALO_ID)
                    value=draft.halo_id
                    is_optional=true
                    error=sending.at(Field::Halo)
                />
                <TextField
                    id="profile-halo-key"
                    label=t(text::HALO_KEY)
                    value=draft.halo_key
                    is_optional=true
                />
            </div>
        </details>
    }
}

/// The lines that put the chat on a website, the page of its own, and the key.
#[component]
pub fn EmbedPage() -> impl IntoView {
    let read = |profile| api::request(ReadProfile { profile });
    tab(text::EMBED_TITLE, text::EMBED_LEAD, read, |page| {
        view! { <Embed page /> }.into_any()
    })
}

#[component]
fn Embed(page: Read) -> impl IntoView {
    let profile = page.profile.id.clone();
    let page = RwSignal::new(page);
    let question = move || ReadProfile {
        profile: profile.clone(),
    };
    on_save(question, move |fresh| {
        page.try_set(fresh);
    });
    let replaced = Callback::new(move |fresh: Read| page.set(fresh));
    let is_of_agents =
        Memo::new(move |_| page.with(|page| page.profile.access == ProfileAccess::Agents));
    let change = move || page.with(|page| address(&page.profile.id));
    move || {
        if is_of_agents.get() {
            return view! {
                <Banner text=t(text::SNIPPET_AGENTS)>
                    <a class="button button--small" href=change>
                        {t(text::SNIPPET_AGENTS_CHANGE)}
                    </a>
                </Banner>
            }
            .into_any();
        }
        view! {
            <Generator page />
            <Link
                link=Signal::derive(move || page.with(|page| page.link.clone()))
                is_identity_asked=asks_identity(page.into())
            />
            <Key page replaced />
        }
        .into_any()
    }
}
