//! The shell of the settings pages: who may enter, where one can go, and how a page is read.
//!
//! Invariant: an agent who is no admin sees a page that says so, with its status; the doors of
//! the server refuse them anyway.

use super::profile_area::PROFILES;
use crate::api::Failure;
use crate::around::{ErrorCard, Problem, use_session};
use crate::locale::{Text, admin as text, flows, t};
use crate::ui::{Icon, icon};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_location;

/// The settings pages, in the order of their navigation.
const PAGES: [(&str, Icon, Text); 6] = [
    (PROFILES, Icon::Bubble, text::PROFILES_TITLE),
    ("/app/admin/flows", Icon::Play, flows::TITLE),
    ("/app/admin/teams", Icon::Users, text::TEAMS_TITLE),
    ("/app/admin/agents", Icon::User, text::AGENTS_TITLE),
    ("/app/admin/fields", Icon::Note, text::FIELDS_TITLE),
    ("/app/admin/api-clients", Icon::Link, text::CLIENTS_TITLE),
];

/// The shell of the settings pages.
#[component]
pub fn AdminArea() -> impl IntoView {
    let session = use_session();
    let is_admin = Memo::new(move |_| session.is_admin());
    move || {
        if is_admin.get() {
            Either::Left(view! {
                <div class="page">
                    <Navigation />
                    <div class="page__content">
                        <Outlet />
                    </div>
                </div>
            })
        } else {
            Either::Right(view! {
                <div class="around around--inside">
                    <ErrorCard problem=Problem::Forbidden />
                </div>
            })
        }
    }
}

#[component]
fn Navigation() -> impl IntoView {
    let path = use_location().pathname;
    view! {
        <nav class="page__nav" aria-label=t(text::NAVIGATION)>
            <p class="page__caption">{t(text::SETTINGS)}</p>
            {PAGES
                .map(|(address, sign, words)| {
                    let is_current = move || is_below(&path.read(), address).then_some("page");
                    view! {
                        <a class="page__link" href=address aria-current=is_current>
                            {icon(sign)}
                            {t(words)}
                        </a>
                    }
                })}
        </nav>
    }
}

/// Whether this is the page at that address, or one of those behind it.
fn is_below(path: &str, address: &str) -> bool {
    let end = path.strip_prefix(address);
    end.is_some_and(|end| end.is_empty() || end.starts_with('/'))
}

/// What stands on top of a settings page; children are its buttons.
#[component]
pub fn PageHeader(
    title: Text,
    lead: Text,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <Title text=t(title) />
        <header class="page__header">
            <div>
                <h1 class="page__title">{t(title)}</h1>
                <p class="page__lead">{t(lead)}</p>
            </div>
            {children.map(|children| view! { <div class="page__actions">{children()}</div> })}
        </header>
    }
}

/// What a page reads, or why it could not be read. It is shown anew only where it reads otherwise:
/// somebody may just have opened a menu in it.
#[component]
pub fn Shown<T>(
    read: Resource<Result<T, Failure>>,
    show: impl Fn(T) -> AnyView + Send + 'static,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    view! {
        <Transition fallback=Reading>
            {
                let latest = Memo::new(move |_| read.get());
                move || {
                    // The server shows it once; there the resource itself is asked.
                    let read = if cfg!(target_arch = "wasm32") { latest.get() } else { read.get() };
                    read.map(|read| match read {
                            Ok(read) => show(read),
                            Err(failure) => view! { <NotRead failure /> }.into_any(),
                        })
                }
            }
        </Transition>
    }
}

/// What the page shows could not be read.
#[component]
pub fn NotRead(failure: Failure) -> impl IntoView {
    use_session().note(&failure);
    view! { <ErrorCard problem=Problem::from(failure) /> }
}

/// A place that is filled in a moment.
#[component]
pub fn Reading() -> impl IntoView {
    view! {
        <div class="card" aria-busy="true">
            <div class="card__body">
                <span class="skeleton" aria-hidden="true"></span>
                <span class="skeleton" aria-hidden="true"></span>
                <span class="skeleton skeleton--short" aria-hidden="true"></span>
            </div>
        </div>
    }
}
