//! What is said to visitors, in every language of the flow.
//!
//! Invariant: only the text in the language that the author works in is changed.

use super::Labelled;
use super::insert::{Inserts, inserted, names};
use crate::admin::flows::desk::Desk;
use crate::admin::flows::lens::Lens;
use crate::locale::{flows as text, t_with};
use domain::flow::{Fact, Texts};
use leptos::html;
use leptos::prelude::*;

/// A text in the languages of the flow: the one that the author works in.
#[component]
pub fn WordsField(
    desk: Desk,
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    value: Lens<Texts>,
    #[prop(optional)] is_short: bool,
    #[prop(optional)] is_optional: bool,
) -> impl IntoView {
    let element = NodeRef::<html::Textarea>::new();
    let words = Memo::new(move |_| {
        let language = desk.language.get();
        value
            .get
            .with(|texts| texts.get(language).unwrap_or_default().to_owned())
    });
    let write = move |typed: &str| {
        let mut texts = value.get.get_untracked();
        texts.set(desk.language.get_untracked(), typed);
        value.set.run(texts);
    };
    let missing = Memo::new(move |_| {
        let languages = desk.draft.with(|draft| draft.flow.languages.clone());
        value.get.with(|texts| {
            let is_empty = texts.is_empty();
            let missing = languages.iter().filter(|it| texts.get(**it).is_none());
            let missing: Vec<&str> = missing.map(|it| it.name()).collect();
            let may_miss = missing.is_empty() || (is_empty && is_optional);
            (!may_miss)
                .then(|| t_with(text::TEXT_MISSING_IN, &[("languages", &missing.join(", "))]))
        })
    });
    let insert = move |what: String| {
        let caret = element
            .get_untracked()
            .and_then(|element| element.selection_end().ok().flatten());
        write(&inserted(&words.get_untracked(), caret, &what, false));
    };
    view! {
        <Labelled id=id.clone() label error=missing>
            <textarea
                node_ref=element
                class="field__input flow-panel__area"
                class:flow-panel__area--short=is_short
                id=id.clone()
                lang=move || desk.language.get().code()
                dir=move || desk.language.get().dir()
                aria-describedby=format!("{id}-error")
                prop:value=move || words.get()
                on:input=move |event| write(&event_target_value(&event))
            >
                {words.get_untracked()}
            </textarea>
            {(!is_short).then(|| view! { <Variables desk insert=Callback::new(insert) /> })}
        </Labelled>
    }
    .into_any()
}

#[component]
fn Variables(desk: Desk, insert: Callback<String>) -> impl IntoView {
    let groups = Memo::new(move |_| {
        names(desk, Fact::variable, |name| {
            (format!("${{{name}}}"), format!("${name}"))
        })
    });
    view! { <Inserts label=text::VARIABLES groups insert /> }
}
