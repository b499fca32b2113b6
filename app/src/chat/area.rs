//! The agents' Chat area: the list beside one conversation. Rendered whole by the server, then
//! kept up to date over the line.
//!
//! Invariant: which list and which conversation is shown is said by the address and by nothing
//! else, so that reload, back and a copied link show the same.

use super::conversation::Conversation;
use super::desk::{Desk, use_desk};
use super::first_steps::FirstSteps;
use super::inbox::Inbox;
use crate::api::{self, Failure};
use crate::around::{Problem, answer_with};
use crate::locale::{around, chat as text, t};
use crate::ui::{EmptyState, Icon};
use domain::api::{ListConversations, ReadConversation, ReadFirstSteps, Refusal};
use domain::conversation::Filter;
use domain::id::ConversationId;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_query_map};

const CONVERSATION: &str = "/app/c/";

/// What an address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// No conversation.
    Nothing,
    /// This one.
    Conversation(ConversationId),
    /// One that cannot be.
    Nonsense,
}

fn wanted(path: &str) -> Wanted {
    match path.strip_prefix(CONVERSATION) {
        None => Wanted::Nothing,
        Some(id) => ConversationId::parse(id).map_or(Wanted::Nonsense, Wanted::Conversation),
    }
}

/// The list beside one conversation.
#[component]
pub fn ChatArea() -> impl IntoView {
    let desk = use_desk();
    let (path, query) = (use_location().pathname, use_query_map());
    let filter =
        Memo::new(move |_| Filter::from_word(&query.read().get("filter").unwrap_or_default()));
    let wanted = Memo::new(move |_| wanted(&path.read()));
    desk.filter.set(filter.get_untracked());

    // Both are read once: what comes later comes over the line.
    let list = Resource::new_blocking(
        || (),
        move |()| {
            let filter = filter.get_untracked();
            let is_read = desk.list.with_untracked(|list| list.is_read(filter));
            let page = (!is_read).then(|| {
                api::request(ListConversations {
                    filter,
                    before: None,
                })
            });
            async move {
                match page {
                    Some(page) => page.await.map(Some),
                    None => Ok(None),
                }
            }
        },
    );
    let conversation = Resource::new_blocking(
        || (),
        move |()| {
            let id = match wanted.get_untracked() {
                Wanted::Conversation(id) if !desk.holds_now(&id) => Some(id),
                _ => None,
            };
            let snapshot = id.map(|conversation| api::request(ReadConversation { conversation }));
            async move {
                match snapshot {
                    Some(snapshot) => snapshot.await.map(Some),
                    None => Ok(None),
                }
            }
        },
    );
    let steps = Resource::new_blocking(|| (), |()| api::request(ReadFirstSteps {}));
    view! {
        <Title text=t(text::TITLE) />
        // On a phone the list, and its heading, is not beside a conversation.
        <h1 class="visually-hidden">{t(text::TITLE)}</h1>
        // Draws nothing, but the router writes an address down only once its view was made.
        <Outlet />
        <Transition>
            {move || Suspend::new(async move {
                let (list, conversation, steps) = (list.await, conversation.await, steps.await);
                match list {
                    Ok(Some(page)) => desk.hold_page(filter.get_untracked(), true, page),
                    Ok(None) => {}
                    Err(failure) => fail(desk, &failure),
                }
                let trouble = match conversation {
                    Ok(Some(snapshot)) => {
                        desk.hold(&snapshot);
                        None
                    }
                    Ok(None) => None,
                    Err(failure) => Some(failure),
                };
                view! { <Panes filter wanted trouble steps=steps.ok() /> }
            })}
        </Transition>
    }
}

/// The list could not be read: the page stands without it, and the line brings it.
fn fail(desk: Desk, failure: &Failure) {
    desk.session().note(failure);
    leptos::logging::warn!("the list of conversations was not read: {failure:?}");
}

#[component]
fn Panes(
    #[prop(into)] filter: Signal<Filter>,
    #[prop(into)] wanted: Signal<Wanted>,
    /// Why the conversation of the first address is not here.
    trouble: Option<Failure>,
    steps: Option<domain::api::FirstSteps>,
) -> impl IntoView {
    let desk = use_desk();
    let trouble = RwSignal::new(trouble);
    let show = move |wanted: &Wanted| {
        desk.show(match wanted {
            Wanted::Conversation(id) => Some(id.clone()),
            Wanted::Nothing | Wanted::Nonsense => None,
        });
    };
    show(&wanted.get_untracked());
    if wanted.get_untracked() == Wanted::Nonsense {
        trouble.set(Some(Refusal::NotFound.into()));
    }
    if let Some(failure) = trouble.get_untracked() {
        answer_with(Problem::from(failure).status());
    }
    Effect::new(move |before: Option<(Filter, Wanted)>| {
        let now = (filter.get(), wanted.get());
        if before.as_ref().is_some_and(|before| *before != now) {
            desk.filter.set(now.0);
            desk.read_list(now.0);
            show(&now.1);
            trouble.set((now.1 == Wanted::Nonsense).then(|| Refusal::NotFound.into()));
        }
        now
    });
    // Nobody who leaves the area for the settings looks at a conversation.
    on_cleanup(move || desk.show(None));
    let pane = move || {
        if wanted.get() == Wanted::Nothing {
            "list"
        } else if desk.has_details.get() {
            "details"
        } else {
            "conversation"
        }
    };
    view! {
        <div class="chat-area" data-pane=pane>
            <Inbox />
            {move || match (wanted.get(), trouble.get()) {
                (Wanted::Nothing, _) => view! { <NoneChosen steps=steps.clone() /> }.into_any(),
                (_, Some(failure)) => view! { <Missing failure /> }.into_any(),
                (Wanted::Conversation(id), None) => view! { <Conversation id /> }.into_any(),
                (Wanted::Nonsense, None) => {
                    view! { <Missing failure=Refusal::NotFound.into() /> }.into_any()
                }
            }}
        </div>
    }
}

/// Nothing is chosen: what to do first, or what to do at all.
#[component]
fn NoneChosen(steps: Option<domain::api::FirstSteps>) -> impl IntoView {
    view! {
        <div class="conversation conversation--none">
            <FirstSteps steps>
                <EmptyState
                    sign=Icon::Bubble
                    title=t(text::NONE_CHOSEN_TITLE)
                    text=t(text::NONE_CHOSEN_TEXT)
                />
            </FirstSteps>
        </div>
    }
}

/// The conversation of the address is not here, or cannot be read now.
#[component]
pub fn Missing(failure: Failure) -> impl IntoView {
    let desk = use_desk();
    let (sign, title, words) = match Problem::from(failure) {
        Problem::NotFound | Problem::Forbidden => {
            (Icon::Search, t(text::GONE_TITLE), t(text::GONE_TEXT))
        }
        _ => (
            Icon::Alert,
            t(around::BROKEN_TITLE),
            t(around::BROKEN_TEXT_PLAIN),
        ),
    };
    view! {
        <div class="conversation conversation--none">
            <EmptyState sign title text=words>
                <a class="button" href=move || super::words::list_address(desk.filter.get())>
                    {t(text::BACK)}
                </a>
            </EmptyState>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_for_one_thing() {
        let id = ConversationId::from_value(7);
        assert_eq!(wanted("/app"), Wanted::Nothing);
        assert_eq!(wanted(&format!("/app/c/{id}")), Wanted::Conversation(id));
        assert_eq!(wanted("/app/c/7"), Wanted::Nonsense);
    }
}
