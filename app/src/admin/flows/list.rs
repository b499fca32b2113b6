//! All flows: what state each is in, and how new ones come: blank, as a copy, from a file.
//!
//! Invariant: a file that is no flow changes nothing.

use super::archive::ArchiveDialog;
use super::compare::Moment;
use super::desk::Draft;
use super::edit;
use super::editor::state;
use crate::admin::area::{PageHeader, Shown};
use crate::admin::asking::Asking;
use crate::admin::dialog_form::DialogForm;
use crate::admin::form::Sending;
use crate::admin::row::named;
use crate::api;
use crate::around::use_session;
use crate::locale::{flows as text, t, t_with, ui};
use crate::ui::{
    Button, Column, Dialog, EmptyState, Icon, Look, Menu, MenuItem, Table, TextField, icon,
};
use domain::api::{CreateFlow, Field, FlowPage, FlowRow, ListFlows, ReadFlow};
use domain::id::FlowId;
use domain::json;
use domain::limit;
use domain::text::{DisplayName, cut, shown};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

const COLUMNS: &[Column] = &[
    Column::Plain(text::NAME),
    Column::Plain(text::STATE),
    Column::Wide(text::SAVED_AT),
    Column::Spoken(text::ACTIONS),
];

#[derive(Clone, Copy)]
struct Open {
    changed: Callback<()>,
    is_new: RwSignal<bool>,
    is_import: RwSignal<bool>,
    archived: RwSignal<Option<FlowRow>>,
}

/// Where a flow is edited.
pub fn address(flow: &FlowId) -> String {
    format!("/app/admin/flows/{}", flow.as_str())
}

/// All flows.
#[component]
pub fn FlowsPage() -> impl IntoView {
    let session = use_session();
    let read = Resource::new_blocking(
        move || session.settings.get(),
        |_| api::request(ListFlows {}),
    );
    let open = Open {
        changed: Callback::new(move |()| read.refetch()),
        is_new: RwSignal::new(false),
        is_import: RwSignal::new(false),
        archived: RwSignal::new(None),
    };
    view! {
        <PageHeader title=text::TITLE lead=text::LEAD>
            <Button on_press=Callback::new(move |()| open.is_import.set(true))>
                {t(text::IMPORT)}
            </Button>
            <Button
                look=Look::Primary
                icon=Icon::Plus
                on_press=Callback::new(move |()| open.is_new.set(true))
            >
                {t(text::NEW)}
            </Button>
        </PageHeader>
        <Shown read show=move |flows| view! { <List flows open /> }.into_any() />
        <NewDialog open />
        <ImportDialog open />
        <ArchiveDialog archived=open.archived changed=open.changed />
    }
}

#[component]
fn List(flows: Vec<FlowRow>, open: Open) -> impl IntoView {
    let rows = flows
        .into_iter()
        .map(|row| view! { <Row row open /> }.into_any())
        .collect();
    view! {
        <Table columns=COLUMNS rows>
            <EmptyState
                sign=Icon::Bubble
                title=t(text::EMPTY_TITLE)
                text=t(text::EMPTY_TEXT)
            />
        </Table>
    }
}

#[component]
fn Row(row: FlowRow, open: Open) -> impl IntoView {
    let name = shown(row.name.as_str());
    let saved_at = row.saved_at;
    view! {
        <tr>
            <td>
                <div class="table__main">
                    {icon(Icon::Bubble)}
                    <a href=address(&row.id)>
                        <strong>{name}</strong>
                    </a>
                </div>
            </td>
            <td>
                <span class="flow-list__state">{state(&row, false)}</span>
            </td>
            <td class="table__wide">
                <Moment at=saved_at />
            </td>
            <td class="table__actions">
                <Actions row open />
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn Actions(row: FlowRow, open: Open) -> impl IntoView {
    let asking = Asking::begin();
    let navigate = use_navigate();
    let label = named(ui::MORE_FOR, &row.name);
    let read = move |flow: FlowId, done: Box<dyn FnOnce(FlowPage)>| {
        asking.ask(ReadFlow { flow }, done);
    };
    let (copied, exported, opened) = (row.id.clone(), row.id.clone(), row.id.clone());
    let copy = move |()| {
        let done = Box::new(move |page: FlowPage| {
            let Some(name) = copy_name(page.row.name.as_str()) else {
                return;
            };
            let copy = CreateFlow {
                name,
                draft: page.draft,
                tests: page.tests,
            };
            asking.ask(copy, move |_| open.changed.run(()));
        });
        read(copied.clone(), done);
    };
    let keep = move |()| read(exported.clone(), Box::new(|page| export(&Draft::of(&page))));
    let words = if row.is_archived {
        text::UNARCHIVE
    } else {
        text::ARCHIVE
    };
    let edit = move |()| navigate(&address(&opened), leptos_router::NavigateOptions::default());
    view! {
        <Menu label=label>
            <MenuItem sign=Icon::Letters on_press=edit>
                {t(text::EDIT)}
            </MenuItem>
            <MenuItem sign=Icon::Copy on_press=copy>
                {t(text::DUPLICATE)}
            </MenuItem>
            <MenuItem sign=Icon::ArrowDown on_press=keep>
                {t(text::EXPORT)}
            </MenuItem>
            <MenuItem
                sign=Icon::Note
                is_danger=!row.is_archived
                on_press=move |()| open.archived.set(Some(row.clone()))
            >
                {t(words)}
            </MenuItem>
        </Menu>
    }
}

/// The name of a copy, which has room for the word that says so.
fn copy_name(name: &str) -> Option<DisplayName> {
    let word = t_with(text::COPY_OF, &[("name", "")]);
    let room = limit::NAME_CHARS_MAX.saturating_sub(word.chars().count());
    let name = t_with(text::COPY_OF, &[("name", &cut(name, room))]);
    DisplayName::parse(&name).ok()
}

#[component]
fn NewDialog(open: Open) -> impl IntoView {
    let is_open = open.is_new;
    view! {
        <Dialog id="new-flow" title=t(text::NEW) open=is_open>
            {move || is_open.get().then(|| view! { <NewForm is_open /> })}
        </Dialog>
    }
}

/// Goes to the editor of the flow that was just made.
fn goes_on(is_open: RwSignal<bool>) -> impl Fn(FlowPage) + Clone + Send + Sync + 'static {
    let navigate = use_navigate();
    move |page| {
        is_open.set(false);
        navigate(
            &address(&page.row.id),
            leptos_router::NavigateOptions::default(),
        );
    }
}

#[component]
fn NameField(id: &'static str, name: RwSignal<String>, sending: Sending) -> impl IntoView {
    view! {
        <TextField
            id=id
            label=t(text::NEW_NAME)
            value=name
            hint=t(text::NEW_NAME_HINT)
            error=sending.at(Field::Name)
        />
    }
}

#[component]
fn NewForm(is_open: RwSignal<bool>) -> impl IntoView {
    let sending = Sending::begin();
    let name = RwSignal::new(String::new());
    let done = goes_on(is_open);
    let submit = move |()| match DisplayName::parse(&name.get_untracked()) {
        Err(reason) => sending.refuse(Field::Name, reason),
        Ok(name) => {
            let question = CreateFlow {
                draft: edit::blank(name.as_str()),
                name,
                tests: Vec::new(),
            };
            sending.send(question, done.clone());
        }
    };
    view! {
        <DialogForm
            sending
            open=is_open
            fields=&[Field::Name]
            words=t(text::CREATE)
            on_submit=submit
        >
            <NameField id="new-flow-name" name sending />
        </DialogForm>
    }
}

#[component]
fn ImportDialog(open: Open) -> impl IntoView {
    let is_open = open.is_import;
    view! {
        <Dialog id="import-flow" title=t(text::IMPORT_TITLE) open=is_open>
            {move || is_open.get().then(|| view! { <ImportForm is_open /> })}
        </Dialog>
    }
}

#[component]
fn ImportForm(is_open: RwSignal<bool>) -> impl IntoView {
    let sending = Sending::begin();
    let name = RwSignal::new(String::new());
    let found = RwSignal::new(None::<CreateFlow>);
    let is_bad = RwSignal::new(false);
    let chosen = move |event: leptos::ev::Event| {
        read_file(&event, move |content| {
            let flow = json::read::<CreateFlow>(&content).ok();
            is_bad.set(flow.is_none());
            if let Some(flow) = &flow {
                name.set(flow.name.as_str().to_owned());
            }
            found.set(flow);
        });
    };
    let done = goes_on(is_open);
    let submit = move |()| match (
        found.get_untracked(),
        DisplayName::parse(&name.get_untracked()),
    ) {
        (None, _) => is_bad.set(true),
        (Some(_), Err(reason)) => sending.refuse(Field::Name, reason),
        (Some(flow), Ok(name)) => sending.send(CreateFlow { name, ..flow }, done.clone()),
    };
    view! {
        <DialogForm
            sending
            open=is_open
            fields=&[Field::Name]
            words=t(text::IMPORT)
            on_submit=submit
        >
            <super::fields::Labelled
                id="import-file"
                label=t(text::IMPORT_FILE)
                hint=Some(t(text::IMPORT_HINT).to_owned())
                error=Signal::derive(move || is_bad.get().then(|| t(text::IMPORT_BAD).to_owned()))
            >
                <input
                    class="field__input"
                    type="file"
                    id="import-file"
                    accept=".json,application/json"
                    aria-describedby="import-file-error import-file-hint"
                    on:change=chosen
                />
            </super::fields::Labelled>
            <Show when=move || found.with(Option::is_some)>
                <NameField id="import-name" name sending />
            </Show>
        </DialogForm>
    }
}

/// Reads the file that was chosen.
#[cfg(target_arch = "wasm32")]
fn read_file(event: &leptos::ev::Event, then: impl FnOnce(String) + 'static) {
    use leptos::web_sys;
    let input = event_target::<web_sys::HtmlInputElement>(event);
    let Some(file) = input.files().and_then(|files| files.get(0)) else {
        return;
    };
    let text = file.text();
    leptos::task::spawn_local(async move {
        let text = wasm_bindgen_futures::JsFuture::from(text).await;
        then(
            text.ok()
                .and_then(|text| text.as_string())
                .unwrap_or_default(),
        );
    });
}

#[cfg(not(target_arch = "wasm32"))]
fn read_file(_: &leptos::ev::Event, then: impl FnOnce(String) + 'static) {
    then(String::new());
}

/// Keeps a flow with its tests as a file: what [`CreateFlow`] asks for.
pub fn export(draft: &Draft) {
    let Ok(name) = DisplayName::parse(&draft.name) else {
        return;
    };
    let file = format!("{}.json", draft.name.trim());
    let content = CreateFlow {
        name,
        draft: draft.flow.clone(),
        tests: draft.tests.clone(),
    };
    if let Ok(content) = json::write(&content) {
        download(&file, &content);
    }
}

fn download(file: &str, content: &str) {
    use leptos::wasm_bindgen::JsCast;
    use leptos::web_sys;
    let link = document().create_element("a").ok();
    let Some(link) = link.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return;
    };
    let address = format!("data:application/json;charset=utf-8,{}", encoded(content));
    // Neither fails for an element that was just made.
    let _ = link.set_attribute("href", &address);
    let _ = link.set_attribute("download", file);
    link.click();
}

/// For an address: every byte that is no letter and no digit by its number.
fn encoded(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len().saturating_mul(2));
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_a_new_flow_asks_for() {
        assert_eq!(encoded("{\"a\":1}é"), "%7B%22a%22%3A1%7D%C3%A9");
        let flow = CreateFlow {
            name: DisplayName::parse("Shop").unwrap(),
            draft: edit::blank("Bot"),
            tests: Vec::new(),
        };
        let content = json::write(&flow).unwrap();
        assert_eq!(json::read::<CreateFlow>(&content).ok(), Some(flow));
    }

    #[test]
    fn the_name_of_a_copy_has_room() {
        assert_eq!(copy_name("Shop").unwrap().as_str(), "Shop (copy)");
        assert!(
            copy_name(&"x".repeat(80))
                .unwrap()
                .as_str()
                .ends_with("(copy)")
        );
    }
}
