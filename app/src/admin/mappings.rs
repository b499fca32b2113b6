//! Which claims of a token become which fields of a contact: a row each.
//!
//! Invariant: a row keeps its place and its focus while it is edited.

use crate::locale::{Text, admin as text, contact, t, t_with};
use crate::ui::field::alert;
use crate::ui::focus::focus_on;
use crate::ui::{Button, Icon, IconButton};
use domain::people::ContactField;
use domain::settings::Mapping;
use leptos::prelude::*;

/// One row as it is being edited.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RowDraft {
    claim: RwSignal<String>,
    field: RwSignal<ContactField>,
    is_only_for_new: RwSignal<bool>,
    is_never_over: RwSignal<bool>,
}

impl RowDraft {
    /// The row of this mapping.
    pub fn of(mapping: &Mapping) -> Self {
        Self {
            claim: RwSignal::new(mapping.claim.clone()),
            field: RwSignal::new(mapping.field),
            is_only_for_new: RwSignal::new(mapping.is_only_for_new),
            is_never_over: RwSignal::new(mapping.is_never_over),
        }
    }

    /// What is typed in it.
    pub fn mapping(&self) -> Mapping {
        Mapping {
            claim: self.claim.get(),
            field: self.field.get(),
            is_only_for_new: self.is_only_for_new.get(),
            is_never_over: self.is_never_over.get(),
        }
    }
}

/// What a field of a row is called: which, and of which claim.
fn name_of(words: Text, claim: &str) -> String {
    if claim.is_empty() {
        t(words).to_owned()
    } else {
        format!("{} ({claim})", t(words))
    }
}

/// All rows, and room for one more.
#[component]
pub fn Mappings(
    rows: RwSignal<Vec<RowDraft>>,
    #[prop(into)] error: Signal<Option<String>>,
) -> impl IntoView {
    // A field can be filled by one claim; so a new row takes the first that is free.
    let free = move || {
        let taken: Vec<_> = rows.with(|rows| rows.iter().map(|row| row.field.get()).collect());
        ContactField::ALL
            .into_iter()
            .find(|field| !taken.contains(field))
    };
    let add = move |()| {
        if let Some(field) = untrack(free) {
            let mapping = Mapping {
                claim: String::new(),
                field,
                is_only_for_new: false,
                is_never_over: false,
            };
            rows.update(|rows| rows.push(RowDraft::of(&mapping)));
            focus_on(".mappings__row:last-child input");
        }
    };
    view! {
        <fieldset class="mappings" aria-describedby="mappings-hint mappings-error">
            <legend class="field__label">{t(text::MAPPINGS)}</legend>
            <p class="field__hint" id="mappings-hint">
                {t(text::MAPPINGS_HINT)}
            </p>
            <ul class="mappings__rows">
                <For
                    each=move || rows.get()
                    key=|row| row.claim
                    children=move |row| view! { <Row rows row has_error=Signal::derive(move || error.with(Option::is_some)) /> }
                />
            </ul>
            {alert("mappings-error".to_owned(), error)}
            <Show when=move || free().is_some()>
                <div class="mappings__add">
                    <Button is_small=true on_press=Callback::new(add)>
                        {t(text::MAPPINGS_ADD)}
                    </Button>
                </div>
            </Show>
        </fieldset>
    }
}

#[component]
fn Row(rows: RwSignal<Vec<RowDraft>>, row: RowDraft, has_error: Signal<bool>) -> impl IntoView {
    let options = ContactField::ALL.map(|field| {
        view! {
            <option value=field.as_str() selected=move || row.field.get() == field>
                {t(contact::field(field))}
            </option>
        }
    });
    let choose = move |event| {
        if let Some(field) = ContactField::from_word(&event_target_value(&event)) {
            row.field.set(field);
        }
    };
    // Rows are told apart by what their fields are called.
    let named = move |words: Text| {
        let claim = row.claim.get();
        let claim = claim.trim();
        name_of(words, claim)
    };
    let flag = move |is_on: RwSignal<bool>, words: Text| {
        view! {
            <label class="choices__choice">
                <input
                    type="checkbox"
                    aria-label=move || named(words)
                    prop:checked=move || is_on.get()
                    on:change=move |event| is_on.set(event_target_checked(&event))
                />
                {t(words)}
            </label>
        }
    };
    let is_empty = move || row.claim.with(|claim| claim.trim().is_empty());
    let remove = move || {
        let claim = row.claim.get();
        t_with(text::MAPPINGS_REMOVE, &[("claim", &claim)])
    };
    view! {
        <li class="mappings__row">
            <input
                class="field__input"
                aria-label=move || named(text::MAPPINGS_CLAIM)
                aria-invalid=move || (has_error.get() && is_empty()).then_some("true")
                placeholder=t(text::MAPPINGS_CLAIM)
                spellcheck="false"
                autocapitalize="none"
                prop:value=move || row.claim.get()
                on:input=move |event| row.claim.set(event_target_value(&event))
            />
            <span class="mappings__arrow" aria-hidden="true">
                "→"
            </span>
            <select class="field__input" aria-label=move || named(text::MAPPINGS_FIELD) on:change=choose>
                {options}
            </select>
            <IconButton
                icon=Icon::Close
                label=Signal::derive(remove)
                on_press=Callback::new(move |()| {
                    rows.update(|rows| rows.retain(|one| *one != row));
                    focus_on(".mappings__add button");
                })
            />
            <div class="mappings__flags">
                {flag(row.is_only_for_new, text::MAPPINGS_ONLY_NEW)}
                {flag(row.is_never_over, text::MAPPINGS_NEVER_OVER)}
            </div>
        </li>
    }
}
