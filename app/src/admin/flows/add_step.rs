//! The sorts of steps to choose from, wherever a step is added.
//!
//! Invariant: every sort can be chosen, in the same order everywhere.

use super::edit::Sort;
use super::words;
use crate::locale::t;
use crate::ui::{Icon, Menu, MenuItem, icon};
use leptos::prelude::*;

/// A button that adds a step of a kind that is chosen from a menu.
#[component]
pub fn AddStep(#[prop(into)] label: String, add: Callback<Sort>) -> impl IntoView {
    let words = label.clone();
    let face = move || view! { {icon(Icon::Plus)} {words.clone()} };
    view! {
        <Menu label=label face=face class="button button--small">
            <SortItems add />
        </Menu>
    }
    .into_any()
}

/// The commands of such a menu.
#[component]
pub fn SortItems(add: Callback<Sort>) -> impl IntoView {
    Sort::ALL.map(|sort| {
        view! {
            <MenuItem sign=sign(sort) on_press=move |()| add.run(sort)>
                {t(words::sort(sort).0)}
            </MenuItem>
        }
    })
}

/// The sign of a sort of step.
pub fn sign(sort: Sort) -> Icon {
    match sort {
        Sort::Message => Icon::Bubble,
        Sort::Question => Icon::More,
        Sort::Input => Icon::Letters,
        Sort::Condition => Icon::Settings,
        Sort::Set => Icon::Note,
        Sort::HandOver => Icon::Users,
        Sort::Outside => Icon::External,
        Sort::StartFlow => Icon::Link,
        Sort::End => Icon::Check,
    }
}
