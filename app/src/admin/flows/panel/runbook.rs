//! What a runbook is given, and what it gives back.
//!
//! Invariant: two values are never given under one name: a name that is taken is not taken again.

use super::set::VALUES;
use crate::admin::flows::desk::Desk;
use crate::admin::flows::fields::{
    ExpressionField, LineField, List, PickField, RowList, Rows, by_place, choices, of_word, word_of,
};
use crate::admin::flows::lens::{Part, in_row};
use crate::admin::flows::words;
use crate::locale::{flows as text, t, t_with};
use crate::ui::Button;
use domain::flow::{Back, Call, Outside, StepId, ValueKind};
use leptos::prelude::*;
use std::collections::BTreeMap;

type Values = BTreeMap<String, String>;

const BACK: List = List {
    legend: text::CALL_BACK,
    hint: None,
    add: text::CALL_BACK_ADD,
    focus: None,
};

fn send_of(outside: &Outside) -> Option<&Values> {
    match &outside.call {
        Call::Runbook { send, .. } => Some(send),
        _ => None,
    }
}

/// Changes what is given; a change of its own.
fn edit_send(desk: Desk, id: StepId, change: impl FnOnce(&mut Values)) {
    desk.edit_step(id, "", |step| {
        if let Some(Call::Runbook { send, .. }) = Outside::of_mut(step).map(|it| &mut it.call) {
            change(send);
        }
    });
}

/// Gives one more value, under a name that is free.
fn add_value(send: &mut Values) {
    let mut free = (1_u32..).map(|number| format!("value_{number}"));
    if let Some(name) = free.find(|name| !send.contains_key(name)) {
        send.insert(name, String::new());
    }
}

/// Gives a value under another name, unless that is empty or taken.
fn rename(send: &mut Values, from: &str, to: &str) {
    if !to.is_empty()
        && !send.contains_key(to)
        && let Some(value) = send.remove(from)
    {
        send.insert(to.to_owned(), value);
    }
}

/// What a runbook is given: values by name, in the order of the alphabet.
pub(super) fn sends(desk: Desk, id: StepId) -> AnyView {
    let names = desk.of_part(
        id,
        "",
        |it: &Outside| {
            send_of(it)
                .map(|it| it.keys().cloned().collect())
                .unwrap_or_default()
        },
        |_, _: Vec<String>| (),
    );
    let add = Callback::new(move |()| edit_send(desk, id, add_value));
    view! {
        <RowList legend=text::CALL_SEND add=text::CALL_SEND_ADD on_add=add>
            <For each=move || names.get.get() key=Clone::clone let:name>
                {send_row(desk, id, &name)}
            </For>
        </RowList>
    }
    .into_any()
}

fn send_row(desk: Desk, id: StepId, name: &str) -> AnyView {
    let own = || name.to_owned();
    let (of_get, of_set, of_rename, of_remove) = (own(), own(), own(), own());
    let value = desk.of_part(
        id,
        in_row("send", name),
        move |it: &Outside| {
            send_of(it)
                .and_then(|it| it.get(&of_get).cloned())
                .unwrap_or_default()
        },
        move |it, typed| {
            if let Call::Runbook { send, .. } = &mut it.call {
                send.insert(of_set.clone(), typed);
            }
        },
    );
    let change = move |event: leptos::ev::Event| {
        let to = event_target_value(&event);
        edit_send(desk, id, |send| rename(send, &of_rename, to.trim()));
    };
    let remove = move |()| {
        edit_send(desk, id, |send| {
            send.remove(&of_remove);
        });
    };
    let words = t_with(text::ROW_REMOVE, &[("name", name)]);
    let field = format!("send-{name}");
    view! {
        <div class="flow-panel__row" role="group" aria-label=own()>
            <label class="field__label" for=format!("{field}-name")>
                {t(text::CALL_SEND_NAME)}
            </label>
            <input class="field__input" id=format!("{field}-name") value=own() on:change=change />
            <ExpressionField desk step=id id=field label=t(text::CALL_SEND_VALUE) value />
            <Button is_small=true on_press=Callback::new(remove)>
                {words}
            </Button>
        </div>
    }
    .into_any()
}

/// What a runbook gives back.
pub(super) fn backs(desk: Desk, id: StepId) -> AnyView {
    let rows = Rows {
        desk,
        step: id,
        all: |step| match Outside::of(step).map(|it| &it.call) {
            Some(Call::Runbook { back, .. }) => back,
            _ => &[],
        },
        all_mut: |step| match Outside::of_mut(step).map(|it| &mut it.call) {
            Some(Call::Runbook { back, .. }) => Some(back),
            _ => None,
        },
        key: by_place,
    };
    let empty = |_: &[Back]| Back {
        name: String::new(),
        keep: String::new(),
        kind: ValueKind::Text,
    };
    rows.list(BACK, empty, back_row)
}

fn back_row(rows: Rows<Back>, at: u32) -> AnyView {
    let name = rows.field(at, "back-name", |it| it.name.clone(), |it, to| it.name = to);
    let keep = rows.field(at, "back-keep", |it| it.keep.clone(), |it, to| it.keep = to);
    let kind = rows.field(
        at,
        "",
        |it| word_of(VALUES, &it.kind),
        |it, word| it.kind = of_word(VALUES, &word).unwrap_or(it.kind),
    );
    let called = |number: &str| format!("{} {number}", t(text::CALL_BACK));
    rows.row(at, called, |_| {
        view! {
            <LineField id=format!("back-{at}-name") label=t(text::CALL_BACK_NAME) value=name />
            <LineField id=format!("back-{at}-keep") label=t(text::SET_KEEP) value=keep />
            <PickField
                id=format!("back-{at}-kind")
                label=t(text::VALUE_KIND)
                value=kind
                choices=choices(VALUES, words::value_kind)
            />
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_is_not_taken_again() {
        let mut send = Values::new();
        add_value(&mut send);
        add_value(&mut send);
        rename(&mut send, "value_1", "value_2");
        rename(&mut send, "value_1", "");
        assert_eq!(send.keys().collect::<Vec<_>>(), ["value_1", "value_2"]);
        rename(&mut send, "value_1", "order");
        assert_eq!(send.keys().collect::<Vec<_>>(), ["order", "value_2"]);
        add_value(&mut send);
        assert!(send.contains_key("value_1"));
    }
}
