//! The one chat profile: how the chat looks and speaks, who answers, and the lines that put it on
//! a website.
//!
//! Invariant: nobody's save is lost unseen: who saves over somebody else was asked first.

use super::area::{NotRead, PageHeader, Reading};
use super::entrance::{Key, Link};
use super::form::{Sending, Submit, Trouble};
use super::generator::Generator;
use super::preview::Preview;
use crate::api::{self, Failure};
use crate::around::{sentence, use_session};
use crate::locale::{admin as text, t, t_with, ui};
use crate::ui::{
    Banner, Button, ChoiceField, ColourField, Switch, TextAreaField, TextField, Toaster, Tone,
};
use domain::api::{Field, ListTeams, ProfilePage as Read, ReadProfile, Refusal, SaveProfile};
use domain::id::TeamId;
use domain::limit;
use domain::people::Team;
use domain::settings::{ChatProfile, HostOrigin};
use domain::text::{Colour, DisplayName, Greeting, Reason, shown};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::task::spawn_local;

const FIELDS: [Field; 5] = [
    Field::Name,
    Field::Colour,
    Field::Greeting,
    Field::Team,
    Field::Origins,
];

/// The profile as it is being edited, beside the one that was read.
#[derive(Clone, Copy)]
struct Draft {
    base: RwSignal<ChatProfile>,
    /// A newer one that somebody else saved meanwhile.
    theirs: RwSignal<Option<ChatProfile>>,
    name: RwSignal<String>,
    colour: RwSignal<String>,
    greeting: RwSignal<String>,
    team: RwSignal<String>,
    is_active: RwSignal<bool>,
    are_files_welcome: RwSignal<bool>,
    is_page_query_kept: RwSignal<bool>,
    /// One a line.
    origins: RwSignal<String>,
}

impl Draft {
    fn of(profile: ChatProfile) -> Self {
        Self {
            name: RwSignal::new(profile.name.as_str().to_owned()),
            colour: RwSignal::new(profile.colour.as_str().to_owned()),
            greeting: RwSignal::new(profile.greeting.as_str().to_owned()),
            team: RwSignal::new(profile.team.as_str().to_owned()),
            is_active: RwSignal::new(profile.is_active),
            are_files_welcome: RwSignal::new(profile.are_files_welcome),
            is_page_query_kept: RwSignal::new(profile.is_page_query_kept),
            origins: RwSignal::new(HostOrigin::write_all(&profile.origins)),
            theirs: RwSignal::new(None),
            base: RwSignal::new(profile),
        }
    }

    /// Forgets what was typed.
    fn adopt(self, profile: ChatProfile) {
        self.name.set(profile.name.as_str().to_owned());
        self.colour.set(profile.colour.as_str().to_owned());
        self.greeting.set(profile.greeting.as_str().to_owned());
        self.team.set(profile.team.as_str().to_owned());
        self.is_active.set(profile.is_active);
        self.are_files_welcome.set(profile.are_files_welcome);
        self.is_page_query_kept.set(profile.is_page_query_kept);
        self.origins.set(HostOrigin::write_all(&profile.origins));
        self.theirs.set(None);
        self.base.set(profile);
    }

    /// Whether something was typed that is not saved.
    fn is_changed(self) -> bool {
        self.base.with(|base| {
            self.name.get() != base.name.as_str()
                || self.colour.get() != base.colour.as_str()
                || self.greeting.get() != base.greeting.as_str()
                || self.team.get() != base.team.as_str()
                || self.is_active.get() != base.is_active
                || self.are_files_welcome.get() != base.are_files_welcome
                || self.is_page_query_kept.get() != base.is_page_query_kept
                || self
                    .origins
                    .with(|origins| origins.trim() != HostOrigin::write_all(&base.origins))
        })
    }

    /// What is typed, if it is valid; else the first field that is not.
    fn checked(self) -> Result<ChatProfile, Refusal> {
        let invalid = |field| move |reason| Refusal::Invalid { field, reason };
        let team = TeamId::parse(&self.team.get_untracked());
        let Ok(team) = team else {
            return Err(invalid(Field::Team)(Reason::Form));
        };
        Ok(ChatProfile {
            name: DisplayName::parse(&self.name.get_untracked()).map_err(invalid(Field::Name))?,
            colour: Colour::parse(&self.colour.get_untracked()).map_err(invalid(Field::Colour))?,
            greeting: Greeting::parse(&self.greeting.get_untracked())
                .map_err(invalid(Field::Greeting))?,
            team,
            is_active: self.is_active.get_untracked(),
            are_files_welcome: self.are_files_welcome.get_untracked(),
            is_page_query_kept: self.is_page_query_kept.get_untracked(),
            origins: self
                .origins
                .with_untracked(|origins| HostOrigin::parse_all(origins))
                .map_err(invalid(Field::Origins))?,
            ..self.base.get_untracked()
        })
    }

    /// Somebody else may have saved: what is here is replaced only if nobody typed over it.
    fn compare(self, fresh: ChatProfile) {
        let base = self.base.get_untracked();
        if fresh.version <= base.version {
            return;
        }
        let same_words = ChatProfile {
            key: fresh.key.clone(),
            old_key: fresh.old_key.clone(),
            wording: fresh.wording.clone(),
            version: fresh.version,
            ..base
        };
        if same_words == fresh {
            // Only the key or the words are others, and those stand in no field.
            self.base.set(fresh);
        } else if untrack(|| self.is_changed()) {
            self.theirs.set(Some(fresh));
        } else {
            self.adopt(fresh);
        }
    }
}

/// The chat profile.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let read = Resource::new_blocking(
        || (),
        |()| {
            let (profile, teams) = (api::request(ReadProfile {}), api::request(ListTeams {}));
            async move { Ok::<_, Failure>((profile.await?, teams.await?)) }
        },
    );
    view! {
        <PageHeader title=text::PROFILE_TITLE lead=text::PROFILE_LEAD />
        <Transition fallback=Reading>
            {move || Suspend::new(async move {
                match read.await {
                    Ok((page, teams)) => Either::Left(view! { <Profile page teams /> }),
                    Err(failure) => Either::Right(view! { <NotRead failure /> }),
                }
            })}
        </Transition>
    }
}

#[component]
fn Profile(page: Read, teams: Vec<Team>) -> impl IntoView {
    let session = use_session();
    let draft = Draft::of(page.profile.clone());
    let page = RwSignal::new(page);
    Effect::new(move |before: Option<u32>| {
        let saves = session.settings.get();
        if before.is_some_and(|before| before != saves) {
            spawn_local(async move {
                if let Ok(fresh) = api::request(ReadProfile {}).await {
                    draft.compare(fresh.profile.clone());
                    page.try_set(fresh);
                }
            });
        }
        saves
    });
    let replaced = Callback::new(move |fresh: Read| {
        draft.compare(fresh.profile.clone());
        page.set(fresh);
    });
    view! {
        <div class="page__split">
            <ProfileForm draft teams />
            <div class="page__beside">
                <Preview name=draft.name colour=draft.colour greeting=draft.greeting />
            </div>
        </div>
        <Generator page />
        <Link link=Signal::derive(move || page.with(|page| page.link.clone())) />
        <Key page replaced />
    }
}

#[component]
fn ProfileForm(draft: Draft, teams: Vec<Team>) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let sending = Sending::begin();
    let save = move |profile: ChatProfile| {
        sending.send(SaveProfile { profile }, move |saved| {
            draft.adopt(saved);
            toaster.say(Tone::Positive, t(ui::SAVED));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match draft.checked() {
            Err(refusal) => sending.failure.set(Some(refusal.into())),
            Ok(profile) => save(profile),
        }
    };
    // The server knows best who saved first; the page then asks what they saved.
    Effect::new(move |_| {
        if sending.refusal() == Some(Refusal::Changed) {
            sending.failure.set(None);
            spawn_local(async move {
                match api::request(ReadProfile {}).await {
                    Ok(fresh) => draft.theirs.set(Some(fresh.profile)),
                    Err(failure) => toaster.say(Tone::Danger, sentence(&failure)),
                }
            });
        }
    });
    let overwrite = move |version: u32| match draft.checked() {
        Err(refusal) => sending.failure.set(Some(refusal.into())),
        Ok(profile) => save(ChatProfile { version, ..profile }),
    };
    view! {
        <form class="card" novalidate on:submit=submit>
            <header class="card__header">
                <h2 class="card__title">{t(text::PROFILE_LOOK)}</h2>
            </header>
            <div class="card__body">
                <Conflict draft on_overwrite=Callback::new(overwrite) />
                <Trouble sending fields=&FIELDS />
                <Fields draft sending teams />
            </div>
            <SaveBar draft sending />
        </form>
    }
}

/// Somebody else saved meanwhile: theirs, or knowingly ours.
#[component]
fn Conflict(draft: Draft, on_overwrite: Callback<u32>) -> impl IntoView {
    move || {
        draft.theirs.get().map(|theirs| {
            let version = theirs.version;
            view! {
                <Banner tone=Tone::Waiting text=t(text::CHANGED)>
                    <Button
                        is_small=true
                        on_press=Callback::new(move |()| draft.adopt(theirs.clone()))
                    >
                        {t(text::SHOW_THEIRS)}
                    </Button>
                    <Button
                        is_small=true
                        on_press=Callback::new(move |()| on_overwrite.run(version))
                    >
                        {t(text::SAVE_MINE)}
                    </Button>
                </Banner>
            }
        })
    }
}

#[component]
fn Fields(draft: Draft, sending: Sending, teams: Vec<Team>) -> impl IntoView {
    let choices: Vec<_> = teams
        .iter()
        .filter(|team| team.is_active)
        .map(|team| (team.id.as_str().to_owned(), shown(team.name.as_str())))
        .collect();
    let max = limit::GREETING_CHARS_MAX.to_string();
    view! {
        <TextField
            id="profile-name"
            label=t(text::PROFILE_NAME)
            value=draft.name
            hint=t(text::PROFILE_NAME_HINT)
            error=sending.at(Field::Name)
        />
        <ColourField
            id="profile-colour"
            label=t(text::PROFILE_COLOUR)
            choose=t(text::PROFILE_COLOUR_CHOOSE)
            value=draft.colour
            hint=t(text::PROFILE_COLOUR_HINT)
            error=sending.at(Field::Colour)
        />
        <TextAreaField
            id="profile-greeting"
            label=t(text::PROFILE_GREETING)
            value=draft.greeting
            hint=t_with(text::PROFILE_GREETING_HINT, &[("max", &max)])
            error=sending.at(Field::Greeting)
        />
        <ChoiceField
            id="profile-team"
            label=t(text::PROFILE_TEAM)
            value=draft.team
            choices=Signal::stored(choices)
            hint=t(text::PROFILE_TEAM_HINT)
            error=sending.at(Field::Team)
        />
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
            is_on=draft.is_page_query_kept
            label=t(text::PROFILE_QUERY)
            on_switch=move |is_on| draft.is_page_query_kept.set(is_on)
        />
        <Switch
            is_on=draft.is_active
            label=t(text::PROFILE_ACTIVE)
            on_switch=move |is_on| draft.is_active.set(is_on)
        />
    }
}

/// Says that something is not saved, and saves it.
#[component]
fn SaveBar(draft: Draft, sending: Sending) -> impl IntoView {
    let is_changed = Memo::new(move |_| draft.is_changed());
    view! {
        <footer class="card__footer">
            <Show when=move || is_changed.get()>
                <span class="page__unsaved" role="status">
                    {t(text::UNSAVED)}
                </span>
                <Button on_press=Callback::new(move |()| {
                    sending.failure.set(None);
                    draft.adopt(draft.base.get_untracked());
                })>{t(text::DISCARD)}</Button>
            </Show>
            <Submit sending>{t(ui::SAVE)}</Submit>
        </footer>
    }
}
