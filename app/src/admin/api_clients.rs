//! Programs of other people that may use the public API.
//!
//! Invariant: a secret is shown once, when its client was just made; closing the dialog forgets it.

use super::agent_dialogs::{Choices, DialogFooter};
use super::area::{NotRead, PageHeader, Reading};
use super::form::{Sending, Submit, Trouble};
use super::identity_secret::Once;
use crate::api;
use crate::around::{sentence, use_session};
use crate::locale::{admin as text, t, t_with, ui};
use crate::ui::{
    Badge, Button, Dialog, EmptyState, Icon, Look, Menu, MenuItem, TextField, Toaster, Tone,
};
use domain::api::{CreateApiClient, Field, ListApiClients, SetApiClientActive};
use domain::settings::{ApiClient, Scope};
use domain::text::{DisplayName, shown};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The API clients.
#[component]
pub fn ApiClientsPage() -> impl IntoView {
    let session = use_session();
    let read = Resource::new_blocking(
        move || session.settings.get(),
        |_| api::request(ListApiClients {}),
    );
    let changed = Callback::new(move |()| read.refetch());
    let open = RwSignal::new(false);
    view! {
        <PageHeader title=text::CLIENTS_TITLE lead=text::CLIENTS_LEAD>
            <Button
                look=Look::Primary
                icon=Icon::Plus
                on_press=Callback::new(move |()| open.set(true))
            >
                {t(text::CLIENTS_NEW)}
            </Button>
        </PageHeader>
        <Transition fallback=Reading>
            {move || Suspend::new(async move {
                match read.await {
                    Ok(clients) => Either::Left(view! { <Table clients changed /> }),
                    Err(failure) => Either::Right(view! { <NotRead failure /> }),
                }
            })}
        </Transition>
        <Dialog id="api-client" title=t(text::CLIENTS_NEW).to_owned() open=open>
            {move || open.get().then(|| view! { <NewClient open changed /> })}
        </Dialog>
    }
}

#[component]
fn Table(clients: Vec<ApiClient>, changed: Callback<()>) -> impl IntoView {
    if clients.is_empty() {
        return view! {
            <section class="card">
                <EmptyState
                    sign=Icon::Link
                    title=t(text::CLIENTS_EMPTY_TITLE)
                    text=t(text::CLIENTS_EMPTY_TEXT)
                />
            </section>
        }
        .into_any();
    }
    let rows = clients
        .into_iter()
        .map(|client| view! { <Row client changed /> })
        .collect_view();
    view! {
        <section class="card">
            <div class="table">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{t(text::CLIENTS_NAME)}</th>
                            <th scope="col" class="table__wide">
                                {t(text::CLIENTS_SCOPES)}
                            </th>
                            <th scope="col">{t(text::AGENTS_STATE)}</th>
                            <th scope="col">
                                <span class="visually-hidden">{t(text::AGENTS_ACTIONS)}</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Row(client: ApiClient, changed: Callback<()>) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let session = use_session();
    let is_active = client.is_active;
    let (tone, state) = if is_active {
        (Tone::Positive, text::TEAMS_ACTIVE)
    } else {
        (Tone::Danger, text::AGENTS_DEACTIVATED)
    };
    let scopes: Vec<_> = client.scopes.iter().map(|scope| scope.as_str()).collect();
    let scopes = if scopes.is_empty() {
        t(text::CLIENTS_NO_SCOPE).to_owned()
    } else {
        scopes.join(", ")
    };
    let label = t_with(ui::MORE_FOR, &[("name", &shown(client.name.as_str()))]);
    let id = client.id.clone();
    let turn = move |()| {
        let question = SetApiClientActive {
            client: id.clone(),
            is_active: !is_active,
        };
        spawn_local(async move {
            match api::request(question).await {
                Ok(_) => changed.run(()),
                Err(failure) => {
                    session.note(&failure);
                    toaster.say(Tone::Danger, sentence(&failure));
                }
            }
        });
    };
    let (sign, words) = if is_active {
        (Icon::Close, text::TEAMS_DEACTIVATE)
    } else {
        (Icon::Check, text::TEAMS_ACTIVATE)
    };
    view! {
        <tr>
            <td>
                <strong>{shown(client.name.as_str())}</strong>
                <code class="table__second">{client.id.to_string()}</code>
            </td>
            <td class="table__wide">{scopes}</td>
            <td>
                <Badge tone=tone>{t(state)}</Badge>
            </td>
            <td class="table__actions">
                <Menu label=label>
                    <MenuItem sign=sign is_danger=is_active on_press=turn>
                        {t(words)}
                    </MenuItem>
                </Menu>
            </td>
        </tr>
    }
}

#[component]
fn NewClient(open: RwSignal<bool>, changed: Callback<()>) -> impl IntoView {
    let made = RwSignal::new(None::<String>);
    move || match made.get() {
        Some(secret) => Either::Left(view! { <Once secret open /> }),
        None => Either::Right(view! { <ClientForm open made changed /> }),
    }
}

#[component]
fn ClientForm(
    open: RwSignal<bool>,
    made: RwSignal<Option<String>>,
    changed: Callback<()>,
) -> impl IntoView {
    let sending = Sending::begin();
    let name = RwSignal::new(String::new());
    let scopes = RwSignal::new(Scope::ALL.to_vec());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match DisplayName::parse(&name.get_untracked()) {
            Err(reason) => sending.refuse(Field::Name, reason),
            Ok(name) => {
                let scopes = scopes.get_untracked();
                sending.send(CreateApiClient { name, scopes }, move |reply| {
                    made.set(Some(reply.secret.secret().to_owned()));
                    changed.run(());
                });
            }
        }
    };
    let choices = Scope::ALL.map(|scope| {
        let words = match scope {
            Scope::WriteContacts => text::SCOPE_WRITE_CONTACTS,
        };
        (scope, t(words).to_owned())
    });
    view! {
        <form novalidate on:submit=submit>
            <div class="dialog__body">
                <Trouble sending fields=&[Field::Name] />
                <TextField
                    id="client-name"
                    label=t(text::CLIENTS_NAME)
                    value=name
                    hint=t(text::CLIENTS_NAME_HINT)
                    error=sending.at(Field::Name)
                />
                <Choices
                    legend=text::CLIENTS_SCOPES
                    choices=Signal::stored(choices.to_vec())
                    chosen=scopes
                />
            </div>
            <DialogFooter open>
                <Submit sending look=Look::Primary>
                    {t(text::CLIENTS_CREATE)}
                </Submit>
            </DialogFooter>
        </form>
    }
}
