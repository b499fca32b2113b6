//! Programs of other people that may use the public API.
//!
//! Invariant: a secret is shown once, when its client was just made; closing the dialog forgets it.

use super::agent_dialogs::Choices;
use super::area::{PageHeader, Shown};
use super::asking::Asking;
use super::dialog_form::DialogForm;
use super::form::Sending;
use super::identity_secret::Once;
use super::row::{ActiveBadge, ActiveItem, named};
use crate::api;
use crate::around::use_session;
use crate::locale::{admin as text, t, ui};
use crate::ui::{Button, Column, Dialog, EmptyState, Icon, Look, Menu, Table, TextField};
use domain::api::{CreateApiClient, Field, ListApiClients, SetApiClientActive};
use domain::settings::{ApiClient, Scope};
use domain::text::{DisplayName, shown};
use leptos::either::Either;
use leptos::prelude::*;

const COLUMNS: &[Column] = &[
    Column::Plain(text::CLIENTS_NAME),
    Column::Wide(text::CLIENTS_SCOPES),
    Column::Plain(text::AGENTS_STATE),
    Column::Spoken(text::AGENTS_ACTIONS),
];

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
        <Shown read show=move |clients| view! { <List clients changed /> }.into_any() />
        <Dialog id="api-client" title=t(text::CLIENTS_NEW).to_owned() open=open>
            {move || open.get().then(|| view! { <NewClient open changed /> })}
        </Dialog>
    }
}

#[component]
fn List(clients: Vec<ApiClient>, changed: Callback<()>) -> impl IntoView {
    let rows = clients
        .into_iter()
        .map(|client| view! { <Row client changed /> }.into_any())
        .collect();
    view! {
        <Table columns=COLUMNS rows>
            <EmptyState
                sign=Icon::Link
                title=t(text::CLIENTS_EMPTY_TITLE)
                text=t(text::CLIENTS_EMPTY_TEXT)
            />
        </Table>
    }
}

#[component]
fn Row(client: ApiClient, changed: Callback<()>) -> impl IntoView {
    let asking = Asking::begin();
    let is_active = client.is_active;
    let scopes: Vec<_> = client.scopes.iter().map(|scope| scope.as_str()).collect();
    let scopes = if scopes.is_empty() {
        t(text::CLIENTS_NO_SCOPE).to_owned()
    } else {
        scopes.join(", ")
    };
    let label = named(ui::MORE_FOR, &client.name);
    let id = client.id.clone();
    let turn = move |()| {
        let question = SetApiClientActive {
            client: id.clone(),
            is_active: !is_active,
        };
        asking.ask(question, move |_| changed.run(()));
    };
    view! {
        <tr>
            <td>
                <strong>{shown(client.name.as_str())}</strong>
                <code class="table__second">{client.id.to_string()}</code>
            </td>
            <td class="table__wide">{scopes}</td>
            <td>
                <ActiveBadge is_active />
            </td>
            <td class="table__actions">
                <Menu label=label>
                    <ActiveItem is_active on_press=turn />
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
    let submit = move |()| match DisplayName::parse(&name.get_untracked()) {
        Err(reason) => sending.refuse(Field::Name, reason),
        Ok(name) => {
            let scopes = scopes.get_untracked();
            sending.send(CreateApiClient { name, scopes }, move |reply| {
                made.set(Some(reply.secret.secret().to_owned()));
                changed.run(());
            });
        }
    };
    let choices = Scope::ALL.map(|scope| {
        let words = match scope {
            Scope::WriteContacts => text::SCOPE_WRITE_CONTACTS,
        };
        (scope, t(words).to_owned())
    });
    view! {
        <DialogForm
            sending
            open
            fields=&[Field::Name]
            words=t(text::CLIENTS_CREATE)
            on_submit=submit
        >
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
        </DialogForm>
    }
}
