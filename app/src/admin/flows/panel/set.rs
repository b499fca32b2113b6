//! The form of a value that is kept, and the kinds of values.
//!
//! Invariant: every kind of value can be chosen.

use crate::admin::flows::desk::Desk;
use crate::admin::flows::fields::{
    ExpressionField, Known, LineField, PickField, WayField, choices, of_word, word_of,
};
use crate::admin::flows::lens::part;
use crate::admin::flows::words;
use crate::locale::{flows as text, t};
use domain::flow::{Exit, Set, StepId, ValueKind};
use leptos::prelude::*;

/// The kinds of values.
pub(super) const VALUES: &Known<ValueKind> = &[
    ("text", ValueKind::Text),
    ("number", ValueKind::Number),
    ("yes_no", ValueKind::YesNo),
    ("date", ValueKind::Date),
    ("list", ValueKind::List),
];

/// A value that is kept.
#[component]
pub fn SetForm(desk: Desk, id: StepId) -> impl IntoView {
    let keep = part!(desk, id, Set, "keep", |it| it.keep);
    let to = part!(desk, id, Set, "to", |it| it.to);
    let kind = desk.of_part(
        id,
        "",
        |it: &Set| word_of(VALUES, &it.kind),
        |it, word| it.kind = of_word(VALUES, &word).unwrap_or(it.kind),
    );
    view! {
        <LineField id="step-keep" label=t(text::SET_KEEP) value=keep hint=t(text::KEEP_HINT) />
        <PickField
            id="step-value"
            label=t(text::VALUE_KIND)
            value=kind
            choices=choices(VALUES, words::value_kind)
        />
        <ExpressionField desk step=id id="step-to" label=t(text::SET_TO) value=to hint=t(text::SET_HINT) />
        <WayField desk step=id exit=Exit::Next />
    }
    .into_any()
}
