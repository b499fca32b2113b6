//! What the rows of all lists have in common, and their dialogs with them: a name in a text, and
//! whether the thing is active.
//!
//! Invariant: what was deactivated can be activated again.

use crate::locale::{Text, admin as text, t, t_with};
use crate::ui::{Badge, Icon, MenuItem, Tone};
use domain::text::{DisplayName, shown};
use leptos::prelude::*;

/// The text with this name in it.
pub fn named(text: Text, name: &DisplayName) -> String {
    t_with(text, &[("name", &shown(name.as_str()))])
}

/// Says whether it is active.
#[component]
pub fn ActiveBadge(is_active: bool) -> impl IntoView {
    let (tone, words) = if is_active {
        (Tone::Positive, text::TEAMS_ACTIVE)
    } else {
        (Tone::Danger, text::AGENTS_DEACTIVATED)
    };
    view! { <Badge tone=tone>{t(words)}</Badge> }
}

/// The command that deactivates it, or activates it again.
#[component]
pub fn ActiveItem(is_active: bool, #[prop(into)] on_press: Callback<()>) -> impl IntoView {
    let (sign, words) = if is_active {
        (Icon::Close, text::TEAMS_DEACTIVATE)
    } else {
        (Icon::Check, text::TEAMS_ACTIVATE)
    };
    view! {
        <MenuItem sign=sign is_danger=is_active on_press=on_press>
            {t(words)}
        </MenuItem>
    }
}
