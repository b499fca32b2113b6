//! The fields of the editor's forms, each tied to a place in the draft.
//!
//! Invariant: what is typed is in the draft at once, valid or not; what is wrong with it is said
//! below.

pub mod expression;
pub mod insert;
pub mod row;
pub mod text;
pub mod way;

pub use expression::ExpressionField;
pub use row::{List, RowList, Rows, by_place};
pub use text::WordsField;
pub use way::WayField;

use super::lens::Lens;
use crate::ui::field::{described_by, invalid};
use crate::ui::{Icon, icon};
use leptos::prelude::*;

/// A label, what belongs to it, and what is wrong.
#[component]
pub fn Labelled(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    #[prop(default = None)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {move || label.get()}
            </label>
            {children()}
            {hint
                .map(|hint| {
                    view! {
                        <p class="field__hint" id=hint_id>
                            {hint}
                        </p>
                    }
                })}
            <div id=error_id role="status">
                {move || {
                    error
                        .get()
                        .map(|error| view! { <p class="field__error">{icon(Icon::Alert)} {error}</p> })
                }}
            </div>
        </div>
    }
}

/// One line.
#[component]
pub fn LineField(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    value: Lens<String>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let described = described_by(&id, hint.is_some());
    // Half a number or day is none: it counts when the field is left.
    let is_late = kind == "number" || kind == "date";
    view! {
        <Labelled id=id.clone() label hint=hint error=error>
            <input
                class="field__input"
                id=id
                type=kind
                step=(kind == "number").then_some("any")
                on:change=move |event| {
                    if is_late {
                        value.set.run(event_target_value(&event));
                    }
                }
                autocomplete="off"
                value=value.get.get_untracked()
                prop:value=move || value.get.get()
                aria-describedby=described
                aria-invalid=invalid(error)
                on:input=move |event| {
                    if !is_late {
                        value.set.run(event_target_value(&event));
                    }
                }
            />
        </Labelled>
    }
    .into_any()
}

/// Several lines.
#[component]
pub fn AreaField(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    value: Lens<String>,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    let described = described_by(&id, hint.is_some());
    view! {
        <Labelled id=id.clone() label hint=hint>
            <textarea
                class="field__input flow-panel__area"
                id=id
                aria-describedby=described
                prop:value=move || value.get.get()
                on:input=move |event| value.set.run(event_target_value(&event))
            >
                {value.get.get_untracked()}
            </textarea>
        </Labelled>
    }
    .into_any()
}

/// One of several: pairs of a value and its words.
#[component]
pub fn PickField(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    value: Lens<String>,
    #[prop(into)] choices: Signal<Vec<(String, String)>>,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    let described = described_by(&id, hint.is_some());
    view! {
        <Labelled id=id.clone() label hint=hint>
            <select
                class="field__input"
                id=id
                aria-describedby=described
                on:change=move |event| value.set.run(event_target_value(&event))
            >
                {move || {
                    let chosen = value.get.get();
                    options(choices.get(), &chosen)
                }}
            </select>
        </Labelled>
    }
    .into_any()
}

/// Pairs of a value and its words, to choose from.
fn options(choices: Vec<(String, String)>, chosen: &str) -> Vec<AnyView> {
    choices
        .into_iter()
        .map(|(choice, words)| {
            let is_chosen = choice == chosen;
            view! {
                <option value=choice selected=is_chosen prop:selected=is_chosen>
                    {words}
                </option>
            }
            .into_any()
        })
        .collect()
}

/// Yes or no.
#[component]
pub fn CheckField(#[prop(into)] label: Signal<String>, value: Lens<bool>) -> impl IntoView {
    view! {
        <label class="choices__choice">
            <input
                type="checkbox"
                checked=value.get.get_untracked()
                prop:checked=move || value.get.get()
                on:change=move |event| value.set.run(event_target_checked(&event))
            />
            <span>{move || label.get()}</span>
        </label>
    }
    .into_any()
}

/// Several of one kind, to be turned on and off.
#[component]
pub fn Choices(
    label: &'static str,
    #[prop(default = None)] hint: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    view! {
        <fieldset class="choices">
            <legend class="field__label">{label}</legend>
            {hint.map(|hint| view! { <p class="field__hint">{hint}</p> })}
            {children()}
        </fieldset>
    }
    .into_any()
}

/// Things that have a word each by which a list knows them.
pub type Known<T> = [(&'static str, T)];

/// The word of one of them.
pub fn word_of<T: PartialEq>(known: &Known<T>, thing: &T) -> String {
    let found = known.iter().find(|(_, known)| known == thing);
    found.map_or("", |(word, _)| word).to_owned()
}

/// The one with this word.
pub fn of_word<T: Copy>(known: &Known<T>, word: &str) -> Option<T> {
    let found = known.iter().find(|(known, _)| *known == word);
    found.map(|(_, thing)| *thing)
}

/// All of them, to choose from.
pub fn choices<T: Copy>(
    known: &Known<T>,
    words: fn(T) -> &'static str,
) -> Signal<Vec<(String, String)>> {
    let choices = known.iter();
    let choices = choices.map(|(word, thing)| ((*word).to_owned(), words(*thing).to_owned()));
    Signal::stored(choices.collect())
}
