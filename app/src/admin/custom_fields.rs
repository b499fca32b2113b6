//! What the installation wants to know of a conversation: fields that websites fill by the claims
//! of their tokens.
//!
//! Invariant: a field is never deleted, as conversations hold its values.

use super::area::{PageHeader, Shown};
use super::asking::Asking;
use super::dialog_form::{DialogForm, open_while};
use super::form::Sending;
use super::row::{ActiveBadge, ActiveItem, named};
use crate::api;
use crate::around::use_session;
use crate::locale::{admin as text, t, ui};
use crate::ui::{Button, Column, Dialog, EmptyState, Icon, Look, Menu, MenuItem, Table, TextField};
use domain::api::{CreateCustomField, Field, ListCustomFields, SaveCustomField};
use domain::settings::CustomField;
use domain::text::{DisplayName, FieldName, shown};
use leptos::prelude::*;

const COLUMNS: &[Column] = &[
    Column::Plain(text::FIELDS_LABEL),
    Column::Plain(text::AGENTS_STATE),
    Column::Spoken(text::AGENTS_ACTIONS),
];

/// What the dialog is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Editing {
    New,
    Field(CustomField),
}

#[derive(Clone, Copy)]
struct Open {
    changed: Callback<()>,
    edit: RwSignal<Option<Editing>>,
}

/// The custom fields.
#[component]
pub fn CustomFieldsPage() -> impl IntoView {
    let session = use_session();
    let read = Resource::new_blocking(
        move || session.settings.get(),
        |_| api::request(ListCustomFields {}),
    );
    let open = Open {
        changed: Callback::new(move |()| read.refetch()),
        edit: RwSignal::new(None),
    };
    view! {
        <PageHeader title=text::FIELDS_TITLE lead=text::FIELDS_LEAD>
            <Button
                look=Look::Primary
                icon=Icon::Plus
                on_press=Callback::new(move |()| open.edit.set(Some(Editing::New)))
            >
                {t(text::FIELDS_NEW)}
            </Button>
        </PageHeader>
        <Shown read show=move |fields| view! { <List fields open /> }.into_any() />
        <FieldDialog open />
    }
}

#[component]
fn List(fields: Vec<CustomField>, open: Open) -> impl IntoView {
    let rows = fields
        .into_iter()
        .map(|field| view! { <Row field open /> }.into_any())
        .collect();
    view! {
        <Table columns=COLUMNS rows>
            <EmptyState
                sign=Icon::Note
                title=t(text::FIELDS_EMPTY_TITLE)
                text=t(text::FIELDS_EMPTY_TEXT)
            />
        </Table>
    }
}

#[component]
fn Row(field: CustomField, open: Open) -> impl IntoView {
    let (label, name) = (shown(field.label.as_str()), field.name.to_string());
    view! {
        <tr>
            <td>
                <strong>{label}</strong>
                <code class="table__second">{name}</code>
            </td>
            <td>
                <ActiveBadge is_active=field.is_active />
            </td>
            <td class="table__actions">
                <Actions field open />
            </td>
        </tr>
    }
}

#[component]
fn Actions(field: CustomField, open: Open) -> impl IntoView {
    let asking = Asking::begin();
    let is_active = field.is_active;
    let label = named(ui::MORE_FOR, &field.label);
    let edited = field.clone();
    let turn = move |()| {
        let question = SaveCustomField {
            field: field.id.clone(),
            label: field.label.clone(),
            is_active: !is_active,
        };
        asking.ask(question, move |_| open.changed.run(()));
    };
    view! {
        <Menu label=label>
            <MenuItem
                sign=Icon::Note
                on_press=move |()| open.edit.set(Some(Editing::Field(edited.clone())))
            >
                {t(text::TEAMS_EDIT)}
            </MenuItem>
            <ActiveItem is_active on_press=turn />
        </Menu>
    }
}

#[component]
fn FieldDialog(open: Open) -> impl IntoView {
    let is_open = open_while(open.edit);
    let title = Signal::derive(move || match open.edit.get() {
        Some(Editing::Field(field)) => named(text::TEAMS_EDIT_TITLE, &field.label),
        _ => t(text::FIELDS_NEW).to_owned(),
    });
    view! {
        <Dialog id="custom-field" title=title open=is_open>
            {move || {
                open.edit.get().map(|editing| view! { <FieldForm editing open=is_open changed=open.changed /> })
            }}
        </Dialog>
    }
}

#[component]
fn FieldForm(editing: Editing, open: RwSignal<bool>, changed: Callback<()>) -> impl IntoView {
    let known = match editing {
        Editing::New => None,
        Editing::Field(field) => Some(field),
    };
    let is_new = known.is_none();
    let first = known.as_ref().map(|field| field.label.as_str().to_owned());
    let (label, name) = (
        RwSignal::new(first.unwrap_or_default()),
        RwSignal::new("CF".to_owned()),
    );
    let sending = Sending::begin();
    let done = move || {
        open.set(false);
        changed.run(());
    };
    let submit = move |()| {
        let label = match DisplayName::parse(&label.get_untracked()) {
            Ok(label) => label,
            Err(reason) => return sending.refuse(Field::Label, reason),
        };
        if let Some(field) = &known {
            let question = SaveCustomField {
                field: field.id.clone(),
                label,
                is_active: field.is_active,
            };
            return sending.send(question, move |_| done());
        }
        match FieldName::parse(&name.get_untracked()) {
            Ok(name) => sending.send(CreateCustomField { name, label }, move |_| done()),
            Err(reason) => sending.refuse(Field::FieldName, reason),
        }
    };
    view! {
        <DialogForm
            sending
            open
            fields=&[Field::Label, Field::FieldName]
            words=t(if is_new { text::FIELDS_CREATE } else { ui::SAVE })
            on_submit=submit
        >
            <TextField
                id="field-label"
                label=t(text::FIELDS_LABEL)
                value=label
                hint=t(text::FIELDS_LABEL_HINT)
                error=sending.at(Field::Label)
            />
            {is_new
                .then(|| {
                    view! {
                        <TextField
                            id="field-name"
                            label=t(text::FIELDS_NAME)
                            value=name
                            hint=t(text::FIELDS_NAME_HINT)
                            error=sending.at(Field::FieldName)
                        />
                    }
                })}
        </DialogForm>
    }
}
