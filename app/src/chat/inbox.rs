//! The list of conversations: who waits, on top and longest first, then the others.
//!
//! Invariant: exactly one row is reached by Tab; the arrow keys move between rows and show what
//! they reach, without joining it.

use super::availability::AvailabilitySwitch;
use super::desk::use_desk;
use super::inbox_row::InboxRow;
use super::words;
use crate::locale::{chat as text, t};
use crate::ui::{Banner, Button, EmptyState, Icon, Look, Tab, Tabs, Tone};
use domain::conversation::{Filter, ListRow};
use domain::id::ConversationId;
use leptos::{ev, html, prelude::*, wasm_bindgen::JsCast, web_sys};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The list of conversations with its filters.
#[component]
pub fn Inbox() -> impl IntoView {
    let desk = use_desk();
    let filter: Signal<Filter> = desk.filter.into();
    let rows = Memo::new(move |_| desk.list.with(|list| list.shown(filter.get())));
    let ids = move |waits: bool| {
        Memo::new(move |_| {
            rows.with(|rows| {
                let of = |held: &&ListRow| held.row.waiting_since().is_some() == waits;
                rows.iter()
                    .filter(of)
                    .map(|held| held.row.id.clone())
                    .collect::<Vec<_>>()
            })
        })
    };
    let (waiting, others) = (ids(true), ids(false));
    // Tab leads to the row that is shown, or else to the first.
    let stop = Memo::new(move |_| {
        let shown = desk.shown.get();
        rows.with(|rows| {
            let is_listed = |id: &ConversationId| rows.iter().any(|held| held.row.id == *id);
            shown
                .filter(is_listed)
                .or_else(|| rows.first().map(|held| held.row.id.clone()))
        })
    });
    let has_more = move || desk.list.with(|list| list.more(filter.get()).is_some());
    let scroll = NodeRef::<html::Div>::new();
    view! {
        <section class="inbox" aria-label=t(text::INBOX)>
            <header class="inbox__header">
                <h2 class="inbox__title">{t(text::INBOX)}</h2>
                <AvailabilitySwitch />
            </header>
            <Filters />
            <AwayNotice />
            <div class="inbox__scroll" node_ref=scroll on:keydown=on_key(rows)>
                <Group
                    ids=waiting
                    stop
                    title=Signal::derive(|| t(text::WAITING))
                    is_waiting=true
                />
                <Group ids=others stop title=Signal::derive(move || words::others(filter.get())) />
                {move || rows.with(Vec::is_empty).then(|| view! { <Nothing filter=filter.get() /> })}
                {move || {
                    has_more()
                        .then(|| {
                            view! {
                                <Button
                                    look=Look::Quiet
                                    is_wide=true
                                    on_press=Callback::new(move |()| desk.read_more())
                                >
                                    {t(text::MORE_ROWS)}
                                </Button>
                            }
                        })
                }}
            </div>
        </section>
    }
}

/// Says why nothing rings.
#[component]
fn AwayNotice() -> impl IntoView {
    let desk = use_desk();
    move || {
        (!desk.is_available()).then(|| {
            view! {
                <div class="inbox__notice">
                    <Banner tone=Tone::Waiting text=t(text::AWAY_NOTICE) />
                </div>
            }
        })
    }
}

#[component]
fn Filters() -> impl IntoView {
    let desk = use_desk();
    let counts = Memo::new(move |_| desk.list.with(super::list::List::counts));
    view! {
        <div class="inbox__filters">
            <Tabs label=t(text::FILTER)>
                {Filter::ALL
                    .map(|filter| {
                        // The open conversation stays open beside another list.
                        let href = Signal::derive(move || match desk.shown.get() {
                            Some(shown) => words::address(&shown, filter),
                            None => words::list_address(filter),
                        });
                        let count = Signal::derive(move || match filter {
                            Filter::Mine => Some(counts.get().mine),
                            Filter::Active => Some(counts.get().waiting),
                            Filter::All | Filter::Closed => None,
                        });
                        let is_current = Signal::derive(move || desk.filter.get() == filter);
                        view! {
                            <Tab href is_current count>
                                {words::filter(filter)}
                            </Tab>
                        }
                    })}
            </Tabs>
        </div>
    }
}

/// Rows of one kind under their word.
#[component]
fn Group(
    #[prop(into)] ids: Signal<Vec<ConversationId>>,
    /// The row that Tab leads to.
    #[prop(into)]
    stop: Signal<Option<ConversationId>>,
    title: Signal<&'static str>,
    #[prop(optional)] is_waiting: bool,
) -> impl IntoView {
    let count = Memo::new(move |_| ids.with(Vec::len));
    view! {
        <section hidden=move || count.get() == 0>
            <h3 class="inbox__caption">
                {move || title.get()} " "
                {is_waiting
                    .then(|| view! { <span class="badge badge--waiting">{move || count.get()}</span> })}
            </h3>
            <ul class="inbox__list">
                <For each=move || ids.get() key=Clone::clone let:id>
                    <InboxRow id stop />
                </For>
            </ul>
        </section>
    }
}

#[component]
fn Nothing(filter: Filter) -> impl IntoView {
    let (title, words) = match filter {
        Filter::Mine => (text::EMPTY_MINE_TITLE, text::EMPTY_MINE_TEXT),
        Filter::All | Filter::Active => (text::EMPTY_TITLE, text::EMPTY_TEXT),
        Filter::Closed => (text::EMPTY_CLOSED_TITLE, text::EMPTY_CLOSED_TEXT),
    };
    view! { <EmptyState sign=Icon::Bubble title=t(title) text=t(words) /> }
}

/// Arrow keys, Home and End move between rows and show what they reach.
fn on_key(rows: Memo<Vec<ListRow>>) -> impl Fn(ev::KeyboardEvent) {
    let desk = use_desk();
    let navigate = use_navigate();
    move |event| {
        let Some(here) = focused_row() else { return };
        let to = rows.with_untracked(|rows| row_after(rows, &here, &event.key()));
        let Some(to) = to else { return };
        event.prevent_default();
        desk.wants_composer.set(false);
        focus_row(Some(&to));
        // Back leads out of the list, not through every row that was passed.
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..Default::default()
        };
        navigate(&words::address(&to, desk.filter.get_untracked()), options);
    }
}

/// The row that a key leads to.
fn row_after(rows: &[ListRow], here: &str, key: &str) -> Option<ConversationId> {
    let at = rows.iter().position(|held| held.row.id.as_str() == here)?;
    let to = match key {
        "ArrowDown" => rows.get(at.saturating_add(1)),
        "ArrowUp" => rows.get(at.checked_sub(1)?),
        "Home" => rows.first(),
        "End" => rows.last(),
        _ => None,
    };
    to.map(|held| held.row.id.clone())
}

/// The conversation whose row has the focus.
pub(super) fn focused_row() -> Option<String> {
    document().active_element()?.get_attribute(ROW)
}

const ROW: &str = "data-row";

/// Gives the focus to the row of a conversation, or to the one that Tab leads to.
pub(super) fn focus_row(conversation: Option<&ConversationId>) {
    let find = |selector: &str| document().query_selector(selector).ok().flatten();
    let row = conversation
        .and_then(|id| find(&format!("[{ROW}=\"{id}\"]")))
        .or_else(|| find(&format!("[{ROW}][tabindex=\"0\"]")));
    if let Some(row) = row.and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = row.focus();
    }
}
