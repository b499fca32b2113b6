//! What an author can put into a text or a condition without knowing its name.
//!
//! Invariant: a name is put in where the caret is, and nothing of what stands there is lost.

use super::options;
use crate::admin::flows::desk::Desk;
use crate::locale::{Text, flows as text, t};
use domain::flow::Fact;
use leptos::html;
use leptos::prelude::*;

/// What stands before a place in a text, and behind it. Browsers count in units of UTF-16.
fn split_at(text: &str, units: u32) -> (&str, &str) {
    let mut left = units;
    for (at, letter) in text.char_indices() {
        let width = u32::try_from(letter.len_utf16()).unwrap_or(1);
        if left < width {
            return text.split_at_checked(at).unwrap_or((text, ""));
        }
        left -= width;
    }
    (text, "")
}

/// The text with something put in at the caret, or at the end; words are kept apart if `is_apart`.
pub(super) fn inserted(text: &str, caret: Option<u32>, what: &str, is_apart: bool) -> String {
    let (before, behind) = split_at(text, caret.unwrap_or(u32::MAX));
    let needs =
        |c: Option<char>| is_apart && c.is_some_and(|c| !c.is_whitespace() && c != '(' && c != ')');
    let space = |is_needed: bool| if is_needed { " " } else { "" };
    let (left, right) = (
        space(needs(before.chars().last())),
        space(needs(behind.chars().next())),
    );
    [before, left, what, right, behind].concat()
}

/// Groups of what can be inserted: pairs of what is put in and what is shown.
pub(super) type Groups = Vec<(&'static str, Vec<(String, String)>)>;

/// What texts and conditions can name: facts, values that are kept, and fields.
pub(super) fn names(
    desk: Desk,
    fact: fn(Fact) -> &'static str,
    named: fn(&str) -> (String, String),
) -> Groups {
    let facts = Fact::ALL.iter().map(|it| named(fact(*it))).collect();
    let kept = desk.kept;
    let kept = kept.with(|kept| kept.keys().map(|name| named(name)).collect());
    let fields = desk.page.with(|page| {
        let fields = page.around.fields.iter();
        fields.map(|name| named(&format!("field.{name}"))).collect()
    });
    vec![
        (t(text::INSERT_FACTS), facts),
        (t(text::INSERT_KEPT), kept),
        (t(text::INSERT_FIELDS), fields),
    ]
}

/// A list of what can be inserted. Stands at its first line again when something was chosen.
#[component]
pub(super) fn Inserts(
    label: Text,
    groups: Memo<Groups>,
    insert: Callback<String>,
) -> impl IntoView {
    let element = NodeRef::<html::Select>::new();
    let chosen = move |event: leptos::ev::Event| {
        let what = event_target_value(&event);
        if !what.is_empty() {
            insert.run(what);
        }
        if let Some(select) = element.get_untracked() {
            select.set_value("");
        }
    };
    view! {
        <select
            node_ref=element
            class="field__input flow-panel__insert"
            aria-label=t(label)
            on:change=chosen
        >
            <option value="">{t(label)}</option>
            {move || {
                groups
                    .get()
                    .into_iter()
                    .filter(|(_, things)| !things.is_empty())
                    .map(|(group, things)| {
                        view! { <optgroup label=group>{options(things, "")}</optgroup> }
                    })
                    .collect_view()
            }}
        </select>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inserted_stands_where_the_caret_is() {
        for (text, at, what, is_apart, want) in [
            ("Hello !", 6, "$NAME", false, "Hello $NAME!"),
            ("👋 x", 2, "$NAME", false, "👋$NAME x"),
            ("open", 99, "and", true, "open and"),
            ("open and", 0, "known", true, "known open and"),
            ("known()", 6, "order", true, "known(order)"),
            ("", 0, "open", true, "open"),
        ] {
            assert_eq!(inserted(text, Some(at), what, is_apart), want, "{text}");
        }
    }
}
