//! The form of a condition: its cases, and where each leads.
//!
//! Invariant: cases are looked at from above, and shown in that order.

use crate::admin::flows::desk::Desk;
use crate::admin::flows::edit;
use crate::admin::flows::fields::{ExpressionField, List, Rows, WayField, by_place};
use crate::admin::flows::lens::Part;
use crate::locale::{flows as text, t_with};
use domain::flow::{Branch, Case, Exit, StepId};
use leptos::prelude::*;

const LIST: List = List {
    legend: text::CASES,
    hint: Some(text::CASES_HINT),
    add: text::CASE_ADD,
    focus: Some(".flow-panel__row:has(+ .flow-panel__add) input"),
};

/// Cases, and where it goes on when none holds.
#[component]
pub fn ConditionForm(desk: Desk, id: StepId) -> impl IntoView {
    let cases = Rows {
        desk,
        step: id,
        all: |step| Branch::of(step).map_or(&[], |it| it.cases.as_slice()),
        all_mut: |step| Branch::of_mut(step).map(|it| &mut it.cases),
        key: by_place,
    };
    view! {
        {cases.list(LIST, |_| edit::case(), case_row)}
        <WayField desk step=id exit=Exit::Otherwise />
    }
    .into_any()
}

fn case_row(rows: Rows<Case>, at: u32) -> AnyView {
    let when = rows.field(at, "case", |it| it.when.clone(), |it, when| it.when = when);
    let (desk, step) = (rows.desk, rows.step);
    let name = |number: &str| t_with(text::CASE, &[("number", number)]);
    rows.row(at, name, |name| {
        view! {
            <ExpressionField desk step id=format!("case-{at}") label=name value=when />
            <WayField desk step exit=Exit::Case(at) />
        }
        .into_any()
    })
}
