//! What stands above a conversation: who it is with, from which page, and what may be done.
//!
//! Invariant: offers only what the server would do.

use super::desk::use_desk;
use super::details::{DETAILS, WHO_BUTTON};
use super::transfer::TransferDialog;
use super::words;
use crate::api;
use crate::around::HOME;
use crate::locale::{chat as text, t, t_with, ui};
use crate::ui::{Avatar, Badge, Button, Dialog, Icon, Look, Menu, MenuItem, Tone, hue, icon};
use domain::api::{FileChoice, ReadFileChoice};
use domain::conversation::{Command, Row, Stage};
use domain::id::ConversationId;
use domain::people::Role;
use domain::text::shown;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What stands above a conversation.
#[component]
pub fn Header(#[prop(into)] row: Signal<Row>) -> impl IntoView {
    let desk = use_desk();
    let name = Memo::new(move |_| row.with(words::visitor));
    // The same colour as in the transcript, which knows only the name.
    let hue = row.with_untracked(|row| hue(&words::visitor(row)));
    let address = move || {
        let list = words::list_address(desk.filter.get());
        if list.is_empty() {
            HOME.to_owned()
        } else {
            list
        }
    };
    view! {
        <header class="conversation__header">
            <a
                class="button button--quiet button--icon conversation__back"
                href=address
                aria-label=t(text::BACK)
            >
                {icon(Icon::Back)}
            </a>
            <Avatar name=name hue=hue />
            <div class="conversation__who">
                <h2 class="conversation__name">{name}</h2>
                <p class="conversation__page">
                    <PageLink row />
                </p>
            </div>
            <div class="conversation__actions">
                <StageBadge row />
                <WhoButton />
                <Actions row name />
            </div>
        </header>
    }
}

/// The page the visitor came from; a link where its address is known.
#[component]
fn PageLink(row: Signal<Row>) -> impl IntoView {
    let page = Memo::new(move |_| row.with(|row| (words::page(row), row.page_url.clone())));
    move || {
        let (title, url) = page.get();
        if url.is_empty() {
            return title.into_any();
        }
        view! {
            {t(text::ON_PAGE)}
            " "
            <a href=url target="_blank" rel="noopener noreferrer nofollow">
                {title}
                <span class="visually-hidden">", " {t(ui::NEW_TAB)}</span>
            </a>
        }
        .into_any()
    }
}

#[component]
fn StageBadge(row: Signal<Row>) -> impl IntoView {
    let desk = use_desk();
    let stage = Memo::new(move |_| row.with(|row| row.stage.clone()));
    move || match stage.get() {
        Stage::Waiting { since } => view! {
            <Badge tone=Tone::Waiting>
                {t(text::WAITING)} " " <super::waited::Waited since />
            </Badge>
        }
        .into_any(),
        Stage::InFlow { bot, .. } => {
            let name = shown(bot.as_str());
            view! { <Badge>{t_with(text::BOT, &[("name", &name)])}</Badge> }.into_any()
        }
        Stage::Closed { .. } => view! { <Badge>{t(text::FILTER_CLOSED)}</Badge> }.into_any(),
        Stage::Talking { agent, name, .. } if agent != desk.agent() => {
            let name = shown(name.as_str());
            view! { <Badge>{t_with(text::WITH, &[("name", &name)])}</Badge> }.into_any()
        }
        Stage::Talking { .. } => ().into_any(),
    }
}

/// Shows and hides who the visitor is.
#[component]
fn WhoButton() -> impl IntoView {
    let desk = use_desk();
    let is_open = move || desk.has_details.get();
    view! {
        <button
            type="button"
            id=WHO_BUTTON
            class="button button--quiet button--icon"
            aria-label=t(text::WHO)
            title=t(text::WHO)
            aria-expanded=move || is_open().to_string()
            aria-controls=move || is_open().then_some(DETAILS)
            on:click=move |_| desk.has_details.update(|is_open| *is_open = !*is_open)
        >
            {icon(Icon::Panel)}
        </button>
    }
}

/// Put back, pass on and end. The answering agent may do both, an admin may end any.
#[component]
fn Actions(row: Signal<Row>, #[prop(into)] name: Signal<String>) -> impl IntoView {
    let desk = use_desk();
    let is_mine = Memo::new(move |_| row.with(|row| row.is_of(&desk.agent())));
    let may_end = Memo::new(move |_| {
        let is_open = row.with(|row| !matches!(row.stage, Stage::Closed { .. }));
        let is_admin = desk.session().me.with(|me| me.agent.role == Role::Admin);
        is_open && (is_mine.get() || is_admin)
    });
    let is_asking = RwSignal::new(false);
    let is_passing = RwSignal::new(false);
    let id = move || row.with_untracked(|row| row.id.clone());
    let put_back = move |()| {
        desk.command(&id(), Command::PutBack);
    };
    let end = move |()| {
        is_asking.set(false);
        desk.command(&id(), Command::Close);
    };
    view! {
        <Show when=move || may_end.get()>
            <Menu label=t(ui::MORE)>
                <Show when=move || is_mine.get()>
                    <MenuItem sign=Icon::Retry on_press=put_back>
                        {t(text::PUT_BACK)}
                    </MenuItem>
                    <MenuItem sign=Icon::Forward on_press=move |()| is_passing.set(true)>
                        {t(text::TRANSFER)}
                    </MenuItem>
                    <Files row />
                </Show>
                <MenuItem sign=Icon::Close is_danger=true on_press=move |()| is_asking.set(true)>
                    {t(text::END_CONFIRM)}
                </MenuItem>
            </Menu>
        </Show>
        <TransferDialog row name open=is_passing />
        <Dialog id="end-conversation" title=t(text::END_QUESTION) open=is_asking is_narrow=true>
            <div class="dialog__body">
                <p class="dialog__text">
                    {move || t_with(text::END_TEXT, &[("name", &name.get())])}
                </p>
            </div>
            <div class="dialog__footer">
                <Button on_press=Callback::new(move |()| {
                    is_asking.set(false);
                })>{t(ui::CANCEL)}</Button>
                <Button look=Look::Danger on_press=Callback::new(end)>
                    {t(text::END_CONFIRM)}
                </Button>
            </div>
        </Dialog>
    }
}

/// Lets the visitor send files, or no longer, where the chat profile leaves that to the agent.
#[component]
fn Files(row: Signal<Row>) -> impl IntoView {
    let desk = use_desk();
    let choice = RwSignal::new(None::<FileChoice>);
    let shown = RwSignal::new(None::<ConversationId>);
    let about = Memo::new(move |_| row.with(|row| (row.id.clone(), row.files)));
    Effect::new(move |_| {
        desk.session().settings.track();
        let (conversation, _) = about.get();
        // What was said of another conversation is not offered for this one.
        if shown.get_untracked().as_ref() != Some(&conversation) {
            choice.set(None);
            shown.set(Some(conversation.clone()));
        }
        spawn_local(async move {
            let question = ReadFileChoice {
                conversation: conversation.clone(),
            };
            // A failure has no words of its own: it is the line's, and that is told above.
            let said = api::request(question).await.ok();
            let is_shown = about.try_with_untracked(|(id, _)| *id == conversation);
            if is_shown == Some(true) {
                choice.try_set(said);
            }
        });
    });
    let item = move |choice: FileChoice| {
        let are_welcome = !choice.are_welcome;
        let words = if are_welcome {
            text::FILES_ALLOW
        } else {
            text::FILES_STOP
        };
        let choose = move |()| {
            let id = row.with_untracked(|row| row.id.clone());
            desk.command(&id, Command::ChooseFiles { are_welcome });
        };
        view! {
            <MenuItem sign=Icon::Clip on_press=choose>
                {t(words)}
            </MenuItem>
        }
    };
    move || choice.get().filter(|choice| choice.is_agents).map(item)
}
