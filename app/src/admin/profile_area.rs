//! The frame of one chat profile's pages: which one it is, the way to its other pages, and how each
//! is read. Each is an address of its own.
//!
//! Invariant: what a page is about, its address says.

use super::area::{NotRead, PageHeader, Reading};
use crate::api::{self, Failure};
use crate::around::use_session;
use crate::locale::{Text, admin as text, t};
use crate::ui::{Badge, Icon, Tab, Tabs, Tone, icon};
use domain::api::{Endpoint, ListProfiles, Refusal};
use domain::id::ProfileId;
use domain::text::shown;
use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::{Outlet, Redirect};
use leptos_router::hooks::{use_location, use_params_map};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Where the chat profiles are.
pub const PROFILES: &str = "/app/admin/profiles";

/// The pages of a chat profile: what stands behind its address, and their names.
const TABS: [(&str, Text); 8] = [
    ("", text::PROFILE_TITLE),
    ("/appearance", text::APPEARANCE_TITLE),
    ("/words", text::WORDS_TITLE),
    ("/availability", text::HOURS_TITLE),
    ("/rules", text::RULES_TITLE),
    ("/bot", text::BOT_TITLE),
    (IDENTITY, text::IDENTITY_TITLE),
    ("/embed", text::EMBED_TITLE),
];

/// What stands behind its address where its identity is.
const IDENTITY: &str = "/identity";

/// Where the identity of this chat profile is.
pub fn identity_address(id: &ProfileId) -> String {
    address(id) + IDENTITY
}

/// Where this chat profile is.
pub fn address(id: &ProfileId) -> String {
    let mut address = String::from(PROFILES);
    address.push('/');
    address.push_str(id.as_str());
    address
}

/// The chat profile that the page's address names; nobody's for an address that names none.
pub fn use_profile() -> Memo<ProfileId> {
    let params = use_params_map();
    Memo::new(move |_| {
        let named = params.with(|params| params.get("profile"));
        let parsed = named.and_then(|id| ProfileId::parse(&id).ok());
        parsed.unwrap_or_else(|| ProfileId::from_value(0))
    })
}

/// One of the pages: reads what it needs, and shows it or why it could not be read.
pub fn tab<T, F>(
    title: Text,
    lead: Text,
    read: impl Fn(ProfileId) -> F + Send + Sync + 'static,
    show: impl Fn(T) -> AnyView + Copy + Send + 'static,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, Failure>> + Send + 'static,
{
    let id = use_profile();
    let read = Resource::new_blocking(move || id.get(), read);
    view! {
        <PageHeader title lead />
        <Transition fallback=Reading>
            {move || Suspend::new(async move {
                match read.await {
                    Ok(read) => show(read),
                    Err(failure) => view! { <NotRead failure /> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// Reads again whenever somebody has saved settings.
pub fn on_save<E: Endpoint + 'static>(
    question: impl Fn() -> E + 'static,
    done: impl Fn(E::Reply) + Copy + 'static,
) {
    let session = use_session();
    Effect::new(move |before: Option<u32>| {
        let saves = session.settings.get();
        if before.is_some_and(|before| before != saves) {
            let question = question();
            spawn_local(async move {
                if let Ok(fresh) = api::request(question).await {
                    done(fresh);
                }
            });
        }
        saves
    });
}

/// What stands around each page of a chat profile.
#[component]
pub fn ProfileArea() -> impl IntoView {
    let session = use_session();
    let id = use_profile();
    let read = Resource::new_blocking(
        move || session.settings.get(),
        |_| api::request(ListProfiles {}),
    );
    let here = move || id.with(address);
    let path = use_location().pathname;
    view! {
        <div class="page__top">
            <a class="page__back" href=PROFILES>
                {icon(Icon::Back)}
                {t(text::PROFILES_TITLE)}
            </a>
            <Transition>
                {move || Suspend::new(async move {
                    let rows = read.await.ok()?;
                    let row = rows.into_iter().find(|row| id.with(|id| *id == row.id))?;
                    let name = shown(row.name.as_str());
                    let is_active = row.is_active;
                    Some(
                        view! {
                            <span class="page__subject">{name}</span>
                            {(!is_active)
                                .then(|| {
                                    view! {
                                        <Badge tone=Tone::Danger>{t(text::PROFILES_INACTIVE)}</Badge>
                                    }
                                })}
                        },
                    )
                })}
            </Transition>
        </div>
        <Tabs label=t(text::PROFILE_TABS)>
            {TABS
                .map(|(end, words)| {
                    let href = Signal::derive(move || here() + end);
                    let is_current = Signal::derive(move || *path.read() == href.get());
                    view! {
                        <Tab href=href is_current=is_current>
                            {t(words)}
                        </Tab>
                    }
                })}
        </Tabs>
        <Outlet />
    }
}

/// The pages of the one chat profile there was: they are those of the one that is meant where
/// nobody names any.
#[component]
fn Moved(end: &'static str) -> impl IntoView {
    let read = Resource::new_blocking(|| (), |()| api::request(ListProfiles {}));
    view! {
        <Transition fallback=Reading>
            {move || Suspend::new(async move {
                match read.await {
                    Ok(rows) => {
                        if let Some(row) = rows.iter().find(|row| row.is_default) {
                            EitherOf3::A(view! { <Redirect path=address(&row.id) + end /> })
                        } else {
                            let failure = Refusal::NotFound.into();
                            EitherOf3::B(view! { <NotRead failure /> })
                        }
                    }
                    Err(failure) => EitherOf3::C(view! { <NotRead failure /> }),
                }
            })}
        </Transition>
    }
}

/// Where the chat profile was.
#[component]
pub fn ProfileMoved() -> impl IntoView {
    view! { <Moved end="" /> }
}

/// Where its words were.
#[component]
pub fn WordsMoved() -> impl IntoView {
    view! { <Moved end="/words" /> }
}

/// Where its identity was.
#[component]
pub fn IdentityMoved() -> impl IntoView {
    view! { <Moved end=IDENTITY /> }
}
